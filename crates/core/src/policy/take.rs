//! Takes a written policy out of a TOML table.

use crate::diagnostic::Code;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::faults::Faults;
use super::fields::{At, Fields};
use super::values::{fields_of, whole_number};
use super::written::{
    Asks, Written, WrittenClass, WrittenEntitlement, WrittenInterpretation, WrittenPhase, WrittenProduct,
    WrittenReading, WrittenSegment, WrittenService, WrittenSource, WrittenThreshold,
};
use super::{Footing, PlansServed};

/// The one shape of policy files that this version reads.
const SCHEMA: u64 = 1;
/// The word in place of a number that keeps an entitlement from a segment.
const NEVER: &str = "never";

/// Takes a policy out of a file, and tells of every key that is missing, unknown or of the wrong type.
///
/// Returns nothing when the schema is one of another version or a list is too long: then further faults would mislead.
pub(super) fn take(table: &DeTable<'_>, faults: &mut Faults) -> Option<Written> {
    let mut top = Fields::top(table);
    if !is_supported(top.whole("schema", faults), faults) {
        return None;
    }
    let name = top.id("name", faults);
    let title = top.prose("title", faults);
    let effective = top.date("effective", faults);
    let about = top.prose("about", faults);
    let source = top.reference("taken-from", faults);
    let paid_seats_source = top.reference("paid-seats-source", faults);
    let default_segment = top.reference("default-segment", faults);
    let rungs = top.names("rungs", faults);
    let onboarding = top.has("onboarding").then(|| top.reference("onboarding", faults));
    let plans = plans(&mut top, faults);
    let written = Written {
        name,
        title,
        effective,
        about,
        source,
        paid_seats_source,
        default_segment,
        rungs,
        onboarding,
        sources: each(top.tables("source", "[[source]]", faults), faults, source_table),
        segments: each(top.tables("segment", "[[segment]]", faults), faults, segment_table),
        families: plans.families,
        kinds: plans.kinds,
        products: plans.products,
        plans_line: plans.line,
        entitlements: each(top.tables("entitlement", "[[entitlement]]", faults), faults, entitlement_table),
        interpretations: each(
            top.tables_if_any("interpretation", "[[interpretation]]", faults),
            faults,
            interpretation_table,
        ),
        services: each(top.tables("service", "[[service]]", faults), faults, service_table),
        phases: each(top.tables("phase", "[[phase]]", faults), faults, phase_table),
        readings: each(top.tables_if_any("reading", "[[reading]]", faults), faults, reading_table),
    };
    top.finish(faults);
    (!faults.has(Code::TooMany)).then_some(written)
}

fn is_supported(schema: Option<At<u64>>, faults: &mut Faults) -> bool {
    let Some(schema) = schema.filter(|schema| schema.value != SCHEMA) else { return true };
    faults.add(
        Code::SchemaUnsupported,
        schema.line,
        format!("`schema` is {}; this version reads {SCHEMA}", schema.value),
        "use a policy written for this version, or a version of fasttrack that knows this schema",
    );
    false
}

fn each<'t, T>(
    tables: Vec<Fields<'t>>,
    faults: &mut Faults,
    take: impl Fn(&mut Fields<'t>, &mut Faults) -> T,
) -> Vec<T> {
    let mut taken = Vec::with_capacity(tables.len());
    for mut fields in tables {
        taken.push(take(&mut fields, faults));
        fields.finish(faults);
    }
    taken
}

/// What stands under `[plans]`.
#[derive(Default)]
struct Plans {
    families: Vec<WrittenClass>,
    kinds: Vec<WrittenClass>,
    products: Vec<WrittenProduct>,
    line: u64,
}

fn plans(top: &mut Fields<'_>, faults: &mut Faults) -> Plans {
    let Some(mut plans) = top.table("plans", "[plans]", faults) else { return Plans::default() };
    let taken = Plans {
        families: each(plans.tables("families", "families", faults), faults, class_table),
        kinds: each(plans.tables("kinds", "kinds", faults), faults, class_table),
        products: each(plans.tables_if_any("product", "[[plans.product]]", faults), faults, product_table),
        line: plans.line,
    };
    plans.finish(faults);
    taken
}

fn product_table(fields: &mut Fields<'_>, faults: &mut Faults) -> WrittenProduct {
    WrittenProduct {
        name: fields.name("name", faults),
        families: fields.names("families", faults),
        kinds: fields.names_if_any("kinds", faults),
        names: fields.names_if_any("names", faults),
        names_to_come: fields.names_if_any("names-to-come", faults),
        ids: fields.texts_if_any("ids", faults),
        eligible: fields.yes_or_no("eligible", faults),
        source: fields.reference("source", faults),
    }
}

fn source_table(fields: &mut Fields<'_>, faults: &mut Faults) -> WrittenSource {
    const FOOTINGS: [(&str, Footing); 3] = [
        ("stated", Footing::Stated),
        ("documented", Footing::Documented),
        ("interpreted", Footing::Interpreted),
    ];
    WrittenSource {
        id: fields.id("id", faults),
        title: fields.prose("title", faults),
        address: if fields.has("address") { fields.address("address", faults) } else { String::new() },
        date: fields.date("date", faults),
        footing: fields.choice("footing", &FOOTINGS, faults).unwrap_or(Footing::Interpreted),
    }
}

fn segment_table(fields: &mut Fields<'_>, faults: &mut Faults) -> WrittenSegment {
    WrittenSegment {
        id: fields.id("id", faults),
        name: fields.name("name", faults),
        words: fields.names_if_any("words", faults),
    }
}

fn class_table(fields: &mut Fields<'_>, faults: &mut Faults) -> WrittenClass {
    WrittenClass {
        id: fields.id("id", faults),
        name: fields.name("name", faults),
        eligible: fields.yes_or_no("eligible", faults),
        source: fields.reference("source", faults),
    }
}

fn entitlement_table(fields: &mut Fields<'_>, faults: &mut Faults) -> WrittenEntitlement {
    const PLANS: [(&str, PlansServed); 2] = [("any", PlansServed::Any), ("eligible", PlansServed::Eligible)];
    WrittenEntitlement {
        line: fields.line,
        id: fields.id("id", faults),
        name: fields.name("name", faults),
        grants: fields.prose("grants", faults),
        note: fields.prose_if_any("note", faults),
        plans: fields.choice("plans", &PLANS, faults).unwrap_or(PlansServed::Eligible),
        source: fields.has("source").then(|| fields.reference("source", faults)),
        thresholds: fields.table("from", "[entitlement.from]", faults).map(|from| thresholds(&from, faults)),
    }
}

fn thresholds(from: &Fields<'_>, faults: &mut Faults) -> Vec<WrittenThreshold> {
    let entries = from.entries(faults);
    entries.into_iter().map(|(segment, value)| threshold(segment, value, faults)).collect()
}

fn threshold<'t>(
    segment: At<String>,
    value: &'t Spanned<DeValue<'t>>,
    faults: &mut Faults,
) -> WrittenThreshold {
    if value.get_ref().as_table().is_none() {
        let asks = asks(&segment, value.get_ref(), faults);
        return WrittenThreshold { segment, asks, source: None };
    }
    let mut written = WrittenThreshold { segment, asks: None, source: None };
    let Some(mut fields) = fields_of("from", "{ seats = 150, source = \"...\" }", value, faults) else {
        return written;
    };
    written.asks = fields.raw("seats", faults).and_then(|raw| asks(&written.segment, raw.get_ref(), faults));
    written.source = fields.has("source").then(|| fields.reference("source", faults));
    fields.finish(faults);
    written
}

fn asks(segment: &At<String>, value: &DeValue<'_>, faults: &mut Faults) -> Option<Asks> {
    if value.as_str() == Some(NEVER) {
        return Some(Asks::Never);
    }
    let number = whole_number(value);
    if number.is_none() {
        faults.add(
            Code::ThresholdNotWhole,
            segment.line,
            format!("the threshold for `{}` is not a whole number of paid seats", segment.value),
            "write digits only, without quotes, such as 150; or \"never\" in quotes",
        );
    }
    number.map(Asks::Seats)
}

fn interpretation_table(fields: &mut Fields<'_>, faults: &mut Faults) -> WrittenInterpretation {
    WrittenInterpretation {
        id: fields.id("id", faults),
        entitlement: fields.reference("entitlement", faults),
        segments: fields.names("segments", faults),
        from: fields.whole("from", faults),
        below: fields.whole_if_any("below", faults),
        confirm: fields.yes_if_said("confirm", faults),
        says: fields.prose("says", faults),
        source: fields.reference("source", faults),
    }
}

fn service_table(fields: &mut Fields<'_>, faults: &mut Faults) -> WrittenService {
    WrittenService {
        id: fields.id("id", faults),
        name: fields.name("name", faults),
        retired: fields.whole_if_any("retired", faults),
        words: fields.names_if_any("words", faults),
    }
}

fn phase_table(fields: &mut Fields<'_>, faults: &mut Faults) -> WrittenPhase {
    WrittenPhase {
        name: fields.name("name", faults),
        words: fields.names_if_any("words", faults),
        microsoft: fields.lines("microsoft", faults),
        customer: fields.lines("customer", faults),
    }
}

fn reading_table(fields: &mut Fields<'_>, faults: &mut Faults) -> WrittenReading {
    WrittenReading { title: fields.prose("title", faults), address: fields.address("address", faults) }
}

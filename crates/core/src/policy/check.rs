//! Turns a written policy into a checked one, and tells of everything in it that does not hold together.
//!
//! Every step returns something even where it found a fault, so that the steps after it can look too. What they return
//! then is never used: a policy with a fault is no policy.

mod catalogue;
mod ids;
mod interpretations;
mod ladder;
mod names;
mod products;

use super::faults::Faults;
use super::fields::At;
use super::text::folded_word;
use super::written::{
    Written, WrittenClass, WrittenPhase, WrittenReading, WrittenSegment, WrittenService, WrittenSource,
};
use super::{Entitlement, Phase, PlanClass, Policy, Reading, Segment, Service, Source};
use crate::diagnostic::Code;
use ids::Ids;

/// Years between which a service can have been retired.
const RETIRED_YEARS: std::ops::RangeInclusive<u64> = 2000..=2999;

/// Checks a written policy.
pub(super) fn check(written: Written, sha256: String, faults: &mut Faults) -> Policy {
    let sources =
        Ids::of("[[source]]", Code::SourceUnknown, written.sources.iter().map(|source| &source.id), faults);
    let segments = Ids::of(
        "[[segment]]",
        Code::SegmentUnknown,
        written.segments.iter().map(|segment| &segment.id),
        faults,
    );
    let entitlements = Ids::of(
        "[[entitlement]]",
        Code::EntitlementUnknown,
        written.entitlements.iter().map(|e| &e.id),
        faults,
    );
    names::check(&written, faults);
    catalogue::check(&written, faults);
    let grid = ladder::thresholds(&written, &segments, &sources, faults);
    let rungs = ladder::rungs(&written, &entitlements, faults);
    let onboarding = written.onboarding.as_ref().and_then(|word| entitlements.find(word, faults));
    let interpretations = interpretations::check(&written, &entitlements, &segments, &sources, &grid, faults);
    ladder::check_rising(&written, &rungs, &grid, &interpretations, faults);
    let source = sources.find(&written.source, faults).unwrap_or_default();
    let paid_seats_source = sources.find(&written.paid_seats_source, faults).unwrap_or_default();
    let default_segment = segments.find(&written.default_segment, faults).unwrap_or_default();
    let families = classes(&written.families, &sources, faults);
    let kinds = classes(&written.kinds, &sources, faults);
    let products = products::check(&written, &sources, faults);
    let services = written.services.iter().map(|service| checked_service(service, faults)).collect();
    let entitlements = written.entitlements.into_iter().zip(grid).map(|(entitlement, row)| Entitlement {
        id: entitlement.id.value,
        name: entitlement.name.value,
        grants: entitlement.grants,
        note: entitlement.note,
        plans: entitlement.plans,
        thresholds: row.into_iter().map(ladder::Cell::into_threshold).collect(),
    });
    Policy {
        name: written.name.value,
        title: written.title,
        effective: written.effective.value,
        about: written.about,
        source,
        paid_seats_source,
        sources: written.sources.into_iter().map(source_of).collect(),
        segments: written.segments.into_iter().map(segment_of).collect(),
        default_segment,
        families,
        kinds,
        products,
        entitlements: entitlements.collect(),
        rungs,
        onboarding,
        interpretations: interpretations.into_iter().map(interpretations::Range::into_checked).collect(),
        services,
        phases: written.phases.into_iter().map(phase_of).collect(),
        readings: written.readings.into_iter().map(reading_of).collect(),
        sha256,
    }
}

fn classes(written: &[WrittenClass], sources: &Ids<'_>, faults: &mut Faults) -> Vec<PlanClass> {
    let class = |class: &WrittenClass| PlanClass {
        id: class.id.value.clone(),
        name: class.name.value.clone(),
        eligible: class.eligible,
        source: sources.find(&class.source, faults).unwrap_or_default(),
    };
    written.iter().map(class).collect()
}

fn checked_service(written: &WrittenService, faults: &mut Faults) -> Service {
    if let Some(At { value, line }) = written.retired
        && !RETIRED_YEARS.contains(&value)
    {
        faults.add(
            Code::YearOutOfRange,
            line,
            format!("`retired` is {value}, which cannot be the year in which a service ended"),
            "write a year such as 2021, or remove the line if the service still exists",
        );
    }
    Service {
        id: written.id.value.clone(),
        name: written.name.value.clone(),
        retired: written.retired.as_ref().and_then(|year| u16::try_from(year.value).ok()),
        words: written.words.iter().map(|word| word.value.clone()).collect(),
    }
}

fn source_of(written: WrittenSource) -> Source {
    Source {
        id: written.id.value,
        title: written.title,
        address: written.address,
        date: written.date.value,
        footing: written.footing,
    }
}

fn segment_of(written: WrittenSegment) -> Segment {
    let (id, name) = (written.id.value, written.name.value);
    let words: Vec<String> = written.words.into_iter().map(|word| word.value).collect();
    let all = [&id, &name].into_iter().chain(&words);
    let known = all.map(|word| folded_word(word).collect()).collect();
    Segment { id, name, words, known }
}

fn phase_of(written: WrittenPhase) -> Phase {
    Phase {
        name: written.name.value,
        words: written.words.into_iter().map(|word| word.value).collect(),
        microsoft: written.microsoft,
        customer: written.customer,
    }
}

fn reading_of(written: WrittenReading) -> Reading {
    Reading { title: written.title, address: written.address }
}

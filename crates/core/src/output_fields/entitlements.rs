//! The fields of the policy's entitlements: two for each.

use super::{Appears, FieldType, OutputColumn, OutputField, quoted};
use crate::policy::{Entitlement, Policy};
use crate::verdict::words::{ANSWERS, counted, grouped};
use std::collections::BTreeSet;

/// Returns the field that says whether a row has an entitlement.
pub(super) fn entitled(policy: &Policy, place: usize, entitlement: &Entitlement) -> OutputField {
    OutputField {
        column: OutputColumn::Entitled(place),
        name: named("entitled", entitlement),
        heading: Some(entitlement.name.clone()),
        field_type: FieldType::Boolean,
        unit: "",
        meaning: meaning(policy, entitlement),
        values: quoted(ANSWERS.into_iter()),
        source: source(policy, entitlement),
        appears: Appears::Always,
    }
}

/// Returns the field that says whether a row's entitlement has to be confirmed.
pub(super) fn confirm(place: usize, entitlement: &Entitlement) -> OutputField {
    let [.., confirm] = ANSWERS;
    OutputField {
        column: OutputColumn::Confirm(place),
        name: named("confirm", entitlement),
        heading: None,
        field_type: FieldType::Boolean,
        unit: "",
        meaning: format!(
            "Whether {} is granted by an interpretation of the rules and has to be confirmed with FastTrack.",
            entitlement.name
        ),
        values: format!("true where `{}` says `{confirm}`", entitlement.name),
        source: "the interpretations of the policy".to_owned(),
        appears: Appears::Always,
    }
}

/// An id has lower-case letters, digits and dashes, so that two ids never give the same name.
fn named(prefix: &str, entitlement: &Entitlement) -> String {
    format!("{prefix}_{}", entitlement.id.replace('-', "_"))
}

/// Says what it gives and from how many seats.
fn meaning(policy: &Policy, entitlement: &Entitlement) -> String {
    let thresholds = policy.segments.iter().zip(&entitlement.thresholds).map(|(segment, threshold)| {
        let from = match threshold.seats {
            Some(0) => "any number".to_owned(),
            Some(1) => "1 seat".to_owned(),
            Some(seats) => counted(seats, "seat", "seats"),
            None => "never".to_owned(),
        };
        format!("{}: {from}", segment.name)
    });
    let thresholds: Vec<String> = thresholds.collect();
    let readings = policy.interpretations.len() as u64;
    let confirm = if policy.interpretations.iter().any(|reading| reading.confirm) {
        format!(" \"Yes, confirm\" is based on one of the {} interpretations there.", grouped(readings))
    } else {
        String::new()
    };
    format!(
        "{} Paid seats from which it is granted (Policy sheet): {}.{confirm}",
        entitlement.grants,
        thresholds.join("; ")
    )
}

/// Names where the thresholds are written, each source once.
fn source(policy: &Policy, entitlement: &Entitlement) -> String {
    let sources: BTreeSet<usize> = entitlement.thresholds.iter().map(|threshold| threshold.source).collect();
    let sources = sources.into_iter().filter_map(|source| policy.sources.get(source));
    let titles: Vec<String> = sources.map(|source| format!("{}, {}", source.title, source.date)).collect();
    format!("the thresholds of the policy ({})", titles.join("; "))
}

//! What a picture shows, in words: for those who do not see it, or see no colours.

use super::bands::{Band, Held, Ladder};
use crate::policy::{PlansServed, Policy};
use crate::verdict::words::{counted, grouped, rung_name, tier_name};

/// Returns what a ladder shows: from how many seats each entitlement is granted, what has to be confirmed, and where a
/// higher tier's entitlement is granted without a lower one.
pub(super) fn told(policy: &Policy, ladder: &Ladder) -> Vec<String> {
    let doubts = policy.rungs.iter().flat_map(|place| to_be_confirmed(policy, ladder, *place));
    let gaps = ladder.bands.iter().filter_map(|band| gap(policy, band));
    [thresholds(policy, ladder)].into_iter().chain(doubts).chain(gaps).collect()
}

/// Returns in words which entitlements are open to which plans.
pub(super) fn plans(policy: &Policy) -> String {
    let clause = |served: PlansServed, to: &str| {
        let those = policy.entitlements.iter().filter(|entitlement| entitlement.plans == served);
        let names: Vec<&str> = those.map(|entitlement| entitlement.name.as_str()).collect();
        let is_or_are = if names.len() == 1 { "is" } else { "are" };
        (!names.is_empty()).then(|| format!("{} {is_or_are} open {to}", names.join(", ")))
    };
    let clauses = [
        clause(PlansServed::Any, "to customers with any plan"),
        clause(
            PlansServed::Eligible,
            "only to customers who pay for an eligible plan (see the Policy sheet)",
        ),
    ];
    format!("{}.", clauses.into_iter().flatten().collect::<Vec<_>>().join(". "))
}

/// `Portal for every customer; Q&A from 50 paid seats; Specialist from 150; Migration never.`
fn thresholds(policy: &Policy, ladder: &Ladder) -> String {
    let mut is_unit_told = false;
    let mut from = |seats: Option<u64>| match seats {
        None => "never".to_owned(),
        Some(0) => "for every customer".to_owned(),
        Some(seats) if std::mem::replace(&mut is_unit_told, true) => format!("from {}", grouped(seats)),
        Some(seats) => format!("from {}", counted(seats, "paid seat", "paid seats")),
    };
    let entitlements = policy.rungs.iter().filter_map(|place| policy.entitlements.get(*place));
    let clauses = entitlements
        .map(|entitlement| format!("{} {}", entitlement.name, from(ladder.threshold(entitlement))))
        .collect::<Vec<_>>();
    format!("{}.", clauses.join("; "))
}

/// One sentence for each range of seats in which an entitlement has to be confirmed.
fn to_be_confirmed(policy: &Policy, ladder: &Ladder, place: usize) -> Vec<String> {
    let name = policy.entitlements.get(place).map_or("", |entitlement| entitlement.name.as_str());
    let doubtful = ladder.bands.chunk_by(|one, other| one.held(place) == other.held(place));
    let doubtful = doubtful.filter(|run| run.first().is_some_and(|band| band.held(place) == Held::Confirm));
    let sentence = |run: &[Band]| {
        let (first, last) = (run.first()?, run.last()?);
        let seats = first.seats_through(last);
        Some(format!("With {seats} paid seats, {name} has to be confirmed with FastTrack."))
    };
    doubtful.filter_map(sentence).collect()
}

/// Returns what is held in a band above something that is not; `None` if there is no gap.
fn gap(policy: &Policy, band: &Band) -> Option<String> {
    let is_held = |rung: usize| policy.rungs.get(rung).is_some_and(|place| band.held(*place) != Held::No);
    let rungs = policy.rungs.len();
    let first_gap = (0..rungs).find(|rung| !is_held(*rung))?;
    let names = |rungs: Vec<usize>| {
        rungs.into_iter().map(|rung| rung_name(policy, rung)).collect::<Vec<_>>().join(", ")
    };
    let above: Vec<usize> = (first_gap..rungs).filter(|rung| is_held(*rung)).collect();
    let last = above.last().copied()?;
    let missing = (first_gap..last).filter(|rung| !is_held(*rung)).collect();
    Some(format!(
        "With {} paid seats, a customer has {} without {}, and is on tier {}.",
        band.seats(),
        names(above),
        names(missing),
        tier_name(policy, band.tier)
    ))
}

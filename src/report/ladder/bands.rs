//! Paid seats in bands: from each threshold to the next, what they bring in a segment.

use crate::policy::{Entitlement, Policy};
use crate::verdict::words::grouped;
use crate::verdict::{Seats, Tier, granted, tier_of};
use std::collections::BTreeSet;

/// Whether an entitlement is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    No,
    /// It is, and has to be confirmed.
    Confirm,
    Yes,
}

/// A range of paid seats in which each number brings the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Band {
    /// The first number, included.
    pub(super) from: u64,
    /// The number behind the last; `None` = no end.
    pub(super) below: Option<u64>,
    /// The tier.
    pub(super) tier: Tier,
    /// By the place of the entitlement in the policy.
    held: Vec<Held>,
}

impl Band {
    /// Returns whether an entitlement, by its place in the policy, is granted.
    pub(super) fn held(&self, entitlement: usize) -> Held {
        self.held.get(entitlement).copied().unwrap_or(Held::No)
    }

    /// Returns the seats in words: `50 to 149`.
    pub(super) fn seats(&self) -> String {
        self.seats_through(self)
    }

    /// Returns in words the seats from this band to a later one.
    pub(super) fn seats_through(&self, last: &Self) -> String {
        let last = last.below.map(|below| below.saturating_sub(1));
        match (self.from, last) {
            (0, None) => "any number".to_owned(),
            (0, Some(last)) if last > 0 => format!("up to {}", grouped(last)),
            (from, Some(last)) if from == last => grouped(from),
            (from, Some(last)) => format!("{} to {}", grouped(from), grouped(last)),
            (from, None) => format!("{} and more", grouped(from)),
        }
    }
}

/// Segments in which the same seats bring the same, and what they bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ladder {
    /// Indexes into the policy's segments; at least one.
    pub(super) segments: Vec<usize>,
    /// From no seats up, without a gap between.
    pub(super) bands: Vec<Band>,
}

impl Ladder {
    /// Returns from how many paid seats an entitlement is granted here; `None` = never.
    pub(super) fn threshold(&self, entitlement: &Entitlement) -> Option<u64> {
        self.segments.first().and_then(|segment| entitlement.thresholds.get(*segment)?.seats)
    }
}

/// Returns the ladders of a policy, in the order of the first segment of each.
pub(super) fn ladders(policy: &Policy) -> Vec<Ladder> {
    let mut ladders: Vec<Ladder> = Vec::new();
    for segment in 0..policy.segments.len() {
        let bands = bands(policy, segment);
        match ladders.iter_mut().find(|ladder| ladder.bands == bands) {
            Some(ladder) => ladder.segments.push(segment),
            None => ladders.push(Ladder { segments: vec![segment], bands }),
        }
    }
    ladders
}

fn bands(policy: &Policy, segment: usize) -> Vec<Band> {
    let starts = starts(policy, segment);
    let ends = starts.iter().skip(1).map(|start| Some(*start)).chain([None]);
    let mut bands: Vec<Band> = Vec::new();
    for (from, below) in starts.iter().zip(ends) {
        let band = band(policy, segment, (*from, below));
        match bands.last_mut().filter(|last| last.held == band.held) {
            Some(last) => last.below = below,
            None => bands.push(band),
        }
    }
    bands
}

/// Where something may change: at the thresholds, and where what has to be confirmed begins and ends.
fn starts(policy: &Policy, segment: usize) -> BTreeSet<u64> {
    let thresholds =
        policy.entitlements.iter().filter_map(|entitlement| entitlement.thresholds.get(segment)?.seats);
    let readings = policy.interpretations.iter().filter(|reading| reading.confirm);
    let readings = readings.flat_map(|reading| [Some(reading.from), reading.below]).flatten();
    [0].into_iter().chain(thresholds).chain(readings).collect()
}

fn band(policy: &Policy, segment: usize, (from, below): (u64, Option<u64>)) -> Band {
    let granted = granted(policy, segment, Seats { eligible: Some(from), of_any_plan: from });
    let held = |entitlement: usize| {
        let reading = policy.interpretation(entitlement, segment, from);
        match (granted.has(entitlement), reading.is_some_and(|reading| reading.confirm)) {
            (false, _) => Held::No,
            (true, true) => Held::Confirm,
            (true, false) => Held::Yes,
        }
    };
    Band {
        from,
        below,
        tier: tier_of(policy, granted),
        held: (0..policy.entitlements.len()).map(held).collect(),
    }
}

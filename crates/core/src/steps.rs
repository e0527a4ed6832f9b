//! Who stands close to a tier: just below the next one, or just above the own one.
//!
//! What a sales team does next is decided by distance: a few seats more bring a customer help that it does not have,
//! and a few less at the renewal take help away. Source: the thresholds of the policy; what counts as close is the
//! user's to say.

use crate::date::Date;
use crate::policy::{PlansServed, Policy};
use crate::verdict::{Entitled, Seats, Tier, Verdict, granted, tier_of};

/// How close is close: within so many paid seats, or within so many percent of the threshold, whichever is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// Paid seats.
    pub seats: u64,
    /// Percent of the threshold, 0 to 100.
    pub percent: u64,
}

impl Default for Near {
    fn default() -> Self {
        Self { seats: 25, percent: 10 }
    }
}

impl Near {
    /// Returns whether `distance` seats from a threshold are close to it.
    #[must_use]
    pub const fn holds(self, distance: u64, threshold: u64) -> bool {
        distance <= self.seats || distance.saturating_mul(100) <= threshold.saturating_mul(self.percent)
    }
}

/// How far a verdict is from a tier, in paid seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distance {
    /// The seats: missing to the next tier, at least 1; or to spare above the own one, at least 0.
    pub seats: u64,
    /// The tier that would be reached, or that would be left.
    pub to: Tier,
    /// What changes with it: the entitlements gained, or those lost.
    pub changes: Entitled,
}

/// Returns what is missing to the next tier, if that is close.
#[must_use]
pub fn below_next(policy: &Policy, segment: usize, verdict: &Verdict, near: Near) -> Option<Distance> {
    let next = verdict.next?;
    let (served, threshold) = asked(policy, segment, next.rung)?;
    near.holds(next.seats, threshold).then(|| {
        let then = granted(policy, segment, with(verdict, served, threshold));
        Distance { seats: next.seats, to: tier_of(policy, then), changes: then.without(verdict.granted) }
    })
}

/// Returns what is to spare above the own tier, if that is close: with one seat less than that left, the tier is lost.
///
/// The lowest rung is nobody's to lose where it asks for no seats.
#[must_use]
pub fn above_own(policy: &Policy, segment: usize, verdict: &Verdict, near: Near) -> Option<Distance> {
    let Tier::Rung(rung) = verdict.tier else { return None };
    let spare = |rung: usize| {
        let (served, threshold) = asked(policy, segment, rung).filter(|(_, threshold)| *threshold > 0)?;
        let spare = verdict.seats_for(served)?.checked_sub(threshold)?;
        Some((spare, std::cmp::Reverse(threshold), served))
    };
    // A lower rung may ask for more than a higher one; the tier is lost with the first that is.
    let (spare, std::cmp::Reverse(threshold), served) =
        (0..=rung).filter_map(spare).min_by_key(|(spare, threshold, _)| (*spare, *threshold))?;
    near.holds(spare, threshold).then(|| {
        let then = granted(policy, segment, with(verdict, served, threshold - 1));
        Distance { seats: spare, to: tier_of(policy, then), changes: verdict.granted.without(then) }
    })
}

/// Returns which plans a rung is open to in a segment, and from how many paid seats.
fn asked(policy: &Policy, segment: usize, rung: usize) -> Option<(PlansServed, u64)> {
    let entitlement = *policy.rungs.get(rung)?;
    let threshold = policy.threshold(entitlement, segment)?.seats?;
    Some((policy.entitlements.get(entitlement)?.plans, threshold))
}

/// Returns the seats of a verdict where those for entitlements open to `served` plans are `count` instead.
fn with(verdict: &Verdict, served: PlansServed, count: u64) -> Seats {
    let eligible = verdict.seats_for(PlansServed::Eligible);
    let any = verdict.seats_of_any_plan;
    // Mostly the eligible plans are the most seats there are; then both move together.
    let are_the_same = eligible.is_none_or(|eligible| eligible == any);
    match served {
        PlansServed::Any if are_the_same => Seats { eligible: eligible.map(|_| count), of_any_plan: count },
        PlansServed::Any => Seats { eligible: eligible.map(|seats| seats.min(count)), of_any_plan: count },
        PlansServed::Eligible if are_the_same => Seats { eligible: Some(count), of_any_plan: count },
        PlansServed::Eligible => Seats { eligible: Some(count), of_any_plan: any.max(count) },
    }
}

/// A customer close to a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How far.
    pub distance: Distance,
    /// Its line or row in the roster; of a tenant on several rows, the first.
    pub number: u64,
    /// How many rows it stands on.
    pub rows: u64,
    /// What tells the tenant from others.
    pub tenant: String,
    /// Its name, if another column has it.
    pub name: String,
    /// Its plan.
    pub plan: String,
    /// Who looks after it, if the roster says so.
    pub owner: String,
    /// The day of its next renewal, if the roster says so.
    pub renewal: Option<Date>,
    /// Index of its segment.
    pub segment: usize,
    /// Its paid seats.
    pub seats: u64,
    /// Its tier.
    pub tier: Tier,
}

impl Step {
    /// Of those as near, the one whose renewal comes first goes first; one without a day comes behind them.
    fn order(&self) -> (u64, bool, Option<Date>, u64) {
        (self.distance.seats, self.renewal.is_none(), self.renewal, self.number)
    }
}

/// Distances that are counted together: the most seats of each; the last has no end.
pub const BINS: [u64; 5] = [5, 10, 25, 50, 100];

/// The nearest customers of a roster, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    most: usize,
    steps: Vec<Step>,
    /// All that are close, those not kept too.
    pub all: u64,
    /// All of them by the tier to be reached or left (the rungs, then none) and by [`BINS`], with one bin more for
    /// those beyond.
    pub bins: Vec<[u64; BINS.len() + 1]>,
    /// Those further away, in seats, are counted only: as many as are kept are nearer.
    limit: u64,
}

impl Nearest {
    /// Returns the list for a policy with so many rungs that keeps the nearest `most`.
    #[must_use]
    pub fn new(policy: &Policy, most: usize) -> Self {
        let bins = vec![[0; BINS.len() + 1]; policy.rungs.len() + 1];
        Self { most, steps: Vec::new(), all: 0, bins, limit: u64::MAX }
    }

    /// Adds a customer; `step` makes its line, if it may be on the list.
    pub fn see(&mut self, distance: Distance, step: &mut dyn FnMut(Distance) -> Step) {
        self.all += 1;
        let slot = distance.to.slot(self.bins.len().saturating_sub(1));
        let bin = BINS.iter().position(|most| distance.seats <= *most).unwrap_or(BINS.len());
        if let Some(count) = self.bins.get_mut(slot).and_then(|bins| bins.get_mut(bin)) {
            *count += 1;
        }
        if distance.seats <= self.limit {
            self.steps.push(step(distance));
            self.shorten_now_and_then();
        }
    }

    /// Adds those of another part of the roster; the order of parts does not matter.
    pub fn merge(&mut self, other: Self) {
        self.all += other.all;
        for (mine, theirs) in self.bins.iter_mut().zip(other.bins) {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        self.limit = self.limit.min(other.limit);
        self.steps.extend(other.steps);
        self.shorten_now_and_then();
    }

    /// A quarter more than are kept are held before these go, so that this is done seldom.
    fn shorten_now_and_then(&mut self) {
        if self.steps.len() >= self.most.saturating_add(self.most / 4).max(2) {
            self.shorten();
        }
    }

    /// Keeps the nearest, in no order: they are sorted once, at the end.
    fn shorten(&mut self) {
        if let Some(last) = self.most.checked_sub(1).filter(|last| *last < self.steps.len()) {
            let (_, last, _) = self.steps.select_nth_unstable_by_key(last, Step::order);
            self.limit = last.distance.seats;
        }
        self.steps.truncate(self.most);
    }

    /// Returns those that are kept, nearest first.
    #[must_use]
    pub fn in_order(mut self) -> (Vec<Step>, u64, Vec<[u64; BINS.len() + 1]>) {
        self.shorten();
        self.steps.sort_unstable_by_key(Step::order);
        (self.steps, self.all, self.bins)
    }
}

/// Customers that a list keeps, at most.
pub const LISTED: usize = 5_000;

/// Both lists of a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Just below the next tier.
    pub below: Nearest,
    /// Just above the own one.
    pub above: Nearest,
}

impl Steps {
    /// Returns empty lists.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        Self { below: Nearest::new(policy, LISTED), above: Nearest::new(policy, LISTED) }
    }

    /// Returns empty lists of another part of the roster, which count only what cannot be on the lists of all; see
    /// [`Steps::limits`].
    #[must_use]
    pub fn within(policy: &Policy, [below, above]: [u64; 2]) -> Self {
        let mut steps = Self::new(policy);
        (steps.below.limit, steps.above.limit) = (below, above);
        steps
    }

    /// Returns the seats beyond which nobody is on the lists any more, however many come.
    #[must_use]
    pub const fn limits(&self) -> [u64; 2] {
        [self.below.limit, self.above.limit]
    }

    /// Adds a customer to the lists that it belongs on; `step` makes its line from a distance.
    pub fn see(
        &mut self,
        policy: &Policy,
        (segment, verdict, near): (usize, &Verdict, Near),
        step: &mut dyn FnMut(Distance) -> Step,
    ) {
        if let Some(distance) = below_next(policy, segment, verdict, near) {
            self.below.see(distance, step);
        }
        if let Some(distance) = above_own(policy, segment, verdict, near) {
            self.above.see(distance, step);
        }
    }

    /// Adds those of another part of the roster.
    pub fn merge(&mut self, other: Self) {
        self.below.merge(other.below);
        self.above.merge(other.above);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Catalogue;
    use crate::roster::{Overridden, SegmentFrom};
    use crate::verdict::{Facts, judge};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static LEARN: LazyLock<Policy> = LazyLock::new(|| Policy::default_shipped().unwrap());
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().unwrap());

    fn verdict(policy: &Policy, segment: usize, seats: u64) -> Verdict {
        let plan = CATALOGUE.find("SPE_E3").unwrap().plan;
        let facts = Facts {
            seats: Some(seats),
            not_paid: None,
            segment,
            segment_from: SegmentFrom::Column,
            plan: Some(plan),
            standing: Some(policy.standing(plan)),
            readings: &[],
            overridden: Overridden::default(),
            needs_review: false,
        };
        judge(policy, facts)
    }

    fn shown(policy: &Policy, distance: Option<Distance>) -> Option<(u64, String)> {
        let distance = distance?;
        let names = (0..policy.entitlements.len()).filter(|index| distance.changes.has(*index));
        Some((
            distance.seats,
            names.map(|index| policy.entitlements[index].name.clone()).collect::<Vec<_>>().join(", "),
        ))
    }

    #[test]
    fn close_is_within_seats_or_within_percent() {
        let policy = Policy::default_shipped().unwrap();
        let (commercial, education) =
            (policy.segment("commercial").unwrap(), policy.segment("education").unwrap());
        let near = Near::default();
        let below = |segment, seats| {
            shown(&policy, below_next(&policy, segment, &verdict(&policy, segment, seats), near))
        };
        let above = |segment, seats| {
            shown(&policy, above_own(&policy, segment, &verdict(&policy, segment, seats), near))
        };
        let some = |seats, names: &str| Some((seats, names.to_owned()));
        assert_eq!(below(commercial, 24), None);
        assert_eq!(below(commercial, 25), some(25, "Q&A"));
        assert_eq!(below(commercial, 149), some(1, "Specialist"));
        assert_eq!(below(commercial, 449), None);
        assert_eq!(below(commercial, 450), some(50, "Migration"));
        assert_eq!(below(commercial, 500), None);
        assert_eq!(below(education, 900), some(100, "Specialist"));
        assert_eq!(above(commercial, 49), None);
        assert_eq!(above(commercial, 50), some(0, "Q&A"));
        assert_eq!(above(commercial, 175), some(25, "Specialist"));
        assert_eq!(above(commercial, 176), None);
        assert_eq!(above(commercial, 550), some(50, "Migration"));
        // Migration is held from 500 already; what is lost below 1000 is the specialist.
        assert_eq!(above(education, 1000), some(0, "Specialist"));
    }

    proptest! {
        #[test]
        fn a_seat_less_than_to_spare_lowers_the_tier(segment in 0_usize..4, seats in 0_u64..1_300) {
            let policy: &Policy = &LEARN;
            let own = verdict(policy, segment, seats);
            let all = Near { seats: u64::MAX, percent: 100 };
            if let Some(distance) = above_own(policy, segment, &own, all) {
                let left = verdict(policy, segment, seats - distance.seats);
                prop_assert_eq!(left.tier, own.tier);
                prop_assert!(verdict(policy, segment, seats - distance.seats - 1).tier < own.tier);
            }
            if let Some(distance) = below_next(policy, segment, &own, all) {
                prop_assert!(verdict(policy, segment, seats + distance.seats).tier > own.tier);
                prop_assert_eq!(verdict(policy, segment, seats + distance.seats - 1).tier, own.tier);
            }
        }

        #[test]
        fn the_nearest_are_kept_however_they_come(distances in prop::collection::vec(1_u64..200, 0..80), most in 1_usize..9, cut in 0_usize..80) {
            let policy: &Policy = &LEARN;
            let step = |(number, seats): (u64, &u64)| Step {
                distance: Distance { seats: *seats, to: Tier::Rung(1), changes: Entitled::default() },
                number, rows: 1, tenant: String::new(), name: String::new(), plan: String::new(), owner: String::new(), renewal: None,
                segment: 0, seats: 0, tier: Tier::Rung(0),
            };
            let steps: Vec<Step> = (2..).zip(&distances).map(step).collect();
            let list = |steps: &[Step], limit: u64| {
                let mut list = Nearest { limit, ..Nearest::new(policy, most) };
                for step in steps {
                    list.see(step.distance, &mut |_| step.clone());
                }
                list
            };
            let (head, tail) = steps.split_at(cut.min(steps.len()));
            let mut left = list(head, u64::MAX);
            // What comes later need not be looked at where enough is nearer.
            let later = list(tail, left.limit);
            prop_assert!(later.steps.iter().all(|step| step.distance.seats <= left.limit));
            let mut right = later.clone();
            right.merge(left.clone());
            left.merge(later);
            let mut sorted = steps.clone();
            sorted.sort_by_key(|step| (step.distance.seats, step.number));
            sorted.truncate(most);
            let whole = list(&steps, u64::MAX).in_order();
            prop_assert_eq!(&left.in_order(), &whole);
            prop_assert_eq!(&right.in_order(), &whole);
            prop_assert_eq!((whole.0, whole.1), (sorted, distances.len() as u64));
            prop_assert_eq!(whole.2.iter().flatten().sum::<u64>(), distances.len() as u64);
        }
    }
}

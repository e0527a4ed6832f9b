//! Verdicts, counted: those of rows, or those of customers.

use crate::policy::Policy;
use crate::roster::SegmentFrom;
use crate::verdict::{Certainty, DecidedBy, Tier, Verdict};

/// How many rows or customers, and the paid seats they count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Roster rows; customers, where those are counted.
    pub rows: u64,
    /// Paid seats counted; where no count is readable, none.
    pub seats: u64,
}

impl Count {
    /// Adds one with so many paid seats.
    pub fn add(&mut self, seats: u64) {
        self.rows += 1;
        self.seats = self.seats.saturating_add(seats);
    }

    /// Adds those of another count.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.seats = self.seats.saturating_add(other.seats);
    }
}

/// Why somebody is on the lowest tier, or on none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyLowest {
    /// Too few paid seats of a plan that FastTrack serves.
    Small,
    /// FastTrack does not serve the plan.
    NotServed,
    /// The seats are free, a trial, or not active.
    NotPaid,
}

impl WhyLowest {
    /// All of them, in the order of [`VerdictCounts::lowest`].
    pub const ALL: [Self; 3] = [Self::Small, Self::NotServed, Self::NotPaid];

    /// Returns what keeps a verdict down; `None` = it is not on the lowest tier.
    #[must_use]
    pub const fn of(verdict: &Verdict) -> Option<Self> {
        if !matches!(verdict.tier, Tier::Rung(0) | Tier::None) {
            return None;
        }
        match verdict.decided_by {
            DecidedBy::Review => None,
            DecidedBy::NotPaid => Some(Self::NotPaid),
            DecidedBy::Product | DecidedBy::Family | DecidedBy::Kind => Some(Self::NotServed),
            DecidedBy::Seats => Some(Self::Small),
        }
    }
}

/// Verdicts, counted: a fold with an associative merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictCounts {
    /// By tier (see [`VerdictCounts::slot`]) and segment.
    pub by_tier: Vec<Vec<Count>>,
    /// By entitlement: granted.
    pub granted: Vec<Count>,
    /// By entitlement: of those granted, the ones to confirm.
    pub confirm: Vec<Count>,
    /// Those on the lowest tier or none, by what keeps them there, see [`WhyLowest::ALL`].
    pub lowest: [Count; WhyLowest::ALL.len()],
    /// Those whose seats are not paid for.
    pub not_paid: u64,
    /// Those whose plan FastTrack does not cover.
    pub not_served: u64,
    /// Those with a verdict whose segment is assumed.
    pub segment_assumed: u64,
    /// Of those, the ones that another segment would change.
    pub assumption_matters: u64,
    /// Those whose verdict rests on an interpretation.
    pub interpreted: u64,
}

impl VerdictCounts {
    /// Returns the counts of no verdicts.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        let slots = policy.rungs.len() + 2;
        Self {
            by_tier: vec![vec![Count::default(); policy.segments.len()]; slots],
            granted: vec![Count::default(); policy.entitlements.len()],
            confirm: vec![Count::default(); policy.entitlements.len()],
            lowest: [Count::default(); WhyLowest::ALL.len()],
            not_paid: 0,
            not_served: 0,
            segment_assumed: 0,
            assumption_matters: 0,
            interpreted: 0,
        }
    }

    /// Returns the index of a tier in [`VerdictCounts::by_tier`]: the rungs first, then none, then needs review.
    #[must_use]
    pub fn slot(&self, tier: Tier) -> usize {
        tier.slot(self.by_tier.len().saturating_sub(2))
    }

    /// Returns the tiers in the order of [`VerdictCounts::by_tier`].
    pub fn tiers(&self) -> impl Iterator<Item = Tier> + use<> {
        (0..self.by_tier.len().saturating_sub(2)).map(Tier::Rung).chain([Tier::None, Tier::NeedsReview])
    }

    /// Adds a verdict on so many paid seats, in a segment (by its index) that this shows.
    pub fn add(&mut self, verdict: &Verdict, segment: usize, segment_from: SegmentFrom, seats: u64) {
        let slot = self.slot(verdict.tier);
        if let Some(count) = self.by_tier.get_mut(slot).and_then(|segments| segments.get_mut(segment)) {
            count.add(seats);
        }
        for (index, count) in
            self.granted.iter_mut().enumerate().filter(|(index, _)| verdict.granted.has(*index))
        {
            count.add(seats);
            if let Some(confirm) = self.confirm.get_mut(index).filter(|_| verdict.confirm.has(index)) {
                confirm.add(seats);
            }
        }
        let place = WhyLowest::of(verdict).and_then(|why| WhyLowest::ALL.iter().position(|of| *of == why));
        if let Some(count) = place.and_then(|place| self.lowest.get_mut(place)) {
            count.add(seats);
        }
        match verdict.decided_by {
            DecidedBy::Review => return,
            DecidedBy::NotPaid => self.not_paid += 1,
            DecidedBy::Product | DecidedBy::Family | DecidedBy::Kind => self.not_served += 1,
            DecidedBy::Seats => {}
        }
        self.segment_assumed += u64::from(segment_from == SegmentFrom::Assumed);
        self.assumption_matters += u64::from(verdict.assumption_matters);
        self.interpreted += u64::from(verdict.certainty == Certainty::Interpreted);
    }

    /// Adds those of another part; the order of parts does not matter.
    pub fn merge(&mut self, other: &Self) {
        let zip = |mine: &mut [Count], theirs: &[Count]| {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.merge(*theirs));
        };
        self.by_tier.iter_mut().zip(&other.by_tier).for_each(|(mine, theirs)| zip(mine, theirs));
        zip(&mut self.granted, &other.granted);
        zip(&mut self.confirm, &other.confirm);
        zip(&mut self.lowest, &other.lowest);
        self.not_paid += other.not_paid;
        self.not_served += other.not_served;
        self.segment_assumed += other.segment_assumed;
        self.assumption_matters += other.assumption_matters;
        self.interpreted += other.interpreted;
    }

    /// Returns count and seats of a tier over all segments.
    #[must_use]
    pub fn tier(&self, tier: Tier) -> Count {
        let mut total = Count::default();
        self.by_tier.get(self.slot(tier)).into_iter().flatten().for_each(|count| total.merge(*count));
        total
    }

    /// Returns count and seats of a tier in one segment.
    #[must_use]
    pub fn tier_in_segment(&self, tier: Tier, segment: usize) -> Count {
        self.by_tier
            .get(self.slot(tier))
            .and_then(|segments| segments.get(segment))
            .copied()
            .unwrap_or_default()
    }

    /// Returns how many there are, with a verdict or to review, and their paid seats.
    #[must_use]
    pub fn all(&self) -> Count {
        let mut total = Count::default();
        self.by_tier.iter().flatten().for_each(|count| total.merge(*count));
        total
    }

    /// Returns how many have a verdict.
    #[must_use]
    pub fn classified(&self) -> u64 {
        self.all().rows.saturating_sub(self.tier(Tier::NeedsReview).rows)
    }
}

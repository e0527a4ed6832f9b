//! What the rows of one tenant come to together.

use super::{Part, Tenant};
use crate::plans::{Kind, Plan};
use crate::policy::Policy;
use crate::roster::{Overridden, SegmentFrom};
use crate::verdict::{Facts, Ground, Tier, Verdict, judge};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How the paid seats of a tenant were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The base plans added up: a person holds one of them.
    Sum,
    /// No base plan, so the largest other plan that FastTrack serves: such plans sit on the same people.
    Largest,
    /// No paid seat of a plan that FastTrack serves.
    Nothing,
    /// Not one row has a verdict.
    Review,
}

/// Which rows of a tenant say the same thing twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Once {
    /// Those of the same subscription; of rows without one, those with the same plan and the same seats.
    #[default]
    Lines,
    /// Those of the same plan: the roster has a line for each workload of it.
    Plans,
}

/// Rows of a tenant whose seats are not in the sum, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncounted<'a> {
    /// Another row has the same subscription, with as many seats or more.
    SameSubscription(u64),
    /// Another row has the same plan, with the same seats or for another workload, and neither names its subscription.
    SameLine(u64),
    /// A plan beside the base plans: it sits on the same people. The plan and its seats.
    Beside(&'a Plan, u64),
    /// Free, trial, inactive or not covered by FastTrack.
    NotServed(u64),
    /// A fault keeps the row from a verdict.
    Review(u64),
}

impl Uncounted<'_> {
    /// Returns how many rows repeat others.
    #[must_use]
    pub const fn repeated_rows(self) -> u64 {
        match self {
            Self::SameSubscription(rows) | Self::SameLine(rows) => rows,
            Self::Beside(..) | Self::NotServed(_) | Self::Review(_) => 0,
        }
    }
}

/// What a tenant comes to.
#[derive(Clone, Debug)]
pub struct Rollup<'a> {
    /// How the seats were found.
    pub basis: Basis,
    /// The paid seats it was judged on.
    pub seats: u64,
    /// The plans they are of with the seats of each, the largest first.
    pub plans: Vec<(&'a Plan, u64)>,
    /// The segments of its paid rows, that which it was judged by first.
    pub segments: Vec<usize>,
    /// What the verdict was made from.
    pub facts: Facts<'a>,
    /// The verdict on all its plans together.
    pub verdict: Verdict,
    /// The verdict on the largest plan alone.
    pub largest_alone: Verdict,
    /// What is not in the seats, and why.
    pub uncounted: Vec<Uncounted<'a>>,
}

impl<'a> Rollup<'a> {
    /// Returns what a tenant's rows come to.
    ///
    /// - **counted once**: rows of the same subscription and plan count as one with the most seats among them; of rows
    ///   without a subscription, those with the same plan and the same seats.
    /// - **added up**: paid base plans only. If there is none, the largest plan counts.
    /// - **segment**: that of the paid rows by which the tenant gets the least.
    #[must_use]
    pub fn of(policy: &Policy, tenant: &Tenant<'a>, once: Once) -> Self {
        let mut uncounted = Vec::new();
        let parts = counted_once(&tenant.parts, once, &mut uncounted);
        let served = served(&parts, &mut uncounted);
        let (basis, plans) = together(&served, &mut uncounted);
        let basis = if parts.is_empty() { Basis::Review } else { basis };
        let seats = plans.iter().fold(0, |sum: u64, (_, seats)| sum.saturating_add(*seats));
        let largest = plans.first().map_or(0, |(_, seats)| *seats);
        let plan = plans.first().map(|(plan, _)| *plan).or_else(|| parts.first().and_then(|part| part.plan));
        let overridden = tenant.parts.iter().fold(Overridden::default(), |all, part| Overridden {
            plan: all.plan || part.overridden.plan,
            seats: all.seats || part.overridden.seats,
            status: all.status || part.overridden.status,
            trial: all.trial || part.overridden.trial,
        });
        let facts = |seats, (segment, segment_from)| {
            let needs_review = basis == Basis::Review;
            Facts {
                seats: Some(seats),
                not_paid: None,
                segment,
                segment_from,
                overridden,
                plan,
                needs_review,
            }
        };
        let by = |seats, segment| judge(policy, facts(seats, segment));
        let mut segments = segments(&tenant.parts);
        segments.sort_by_key(|segment| least(&by(seats, *segment)));
        let first = segments.first().copied().unwrap_or((policy.default_segment, SegmentFrom::Assumed));
        Self {
            basis,
            seats,
            plans,
            segments: segments.iter().map(|(segment, _)| *segment).collect(),
            facts: facts(seats, first),
            verdict: by(seats, first),
            largest_alone: by(largest, first),
            uncounted,
        }
    }

    /// Returns the segment it was judged by.
    #[must_use]
    pub fn segment(&self, policy: &Policy) -> usize {
        self.segments.first().copied().unwrap_or(policy.default_segment)
    }

    /// Returns whether its tier is reached only by adding plans, and not by the largest alone.
    #[must_use]
    pub fn is_only_by_adding(&self) -> bool {
        self.verdict.tier > self.largest_alone.tier
    }
}

/// Orders verdicts by how little they give.
fn least(verdict: &Verdict) -> (Tier, u32, Reverse<u64>) {
    let granted = (0..32).filter(|entitlement| verdict.granted.has(*entitlement)).count();
    let next = verdict.next.map_or(0, |next| next.seats);
    (verdict.tier, u32::try_from(granted).unwrap_or(u32::MAX), Reverse(next))
}

/// Returns the rows with a verdict, each subscription once.
fn counted_once<'a>(all: &[Part<'a>], by: Once, uncounted: &mut Vec<Uncounted<'a>>) -> Vec<Part<'a>> {
    let (review, judged): (Vec<Part<'a>>, Vec<Part<'a>>) =
        all.iter().partition(|part| part.ground == Ground::Review || part.plan.is_none());
    let mut once: BTreeMap<(Option<u64>, &str, u64), Part<'a>> = BTreeMap::new();
    let (mut same_subscription, mut same_line) = (0, 0);
    for part in judged {
        let key = match part.subscription {
            Some(_) if by == Once::Lines => (part.subscription, part.plan.map_or("", Plan::key), 0),
            _ if by == Once::Plans => (None, part.plan.map_or("", Plan::key), 0),
            _ => (None, part.plan.map_or("", Plan::key), part.seats),
        };
        let repeated = if key.0.is_some() { &mut same_subscription } else { &mut same_line };
        let Some(kept) = once.get_mut(&key) else {
            *repeated += part.rows - 1;
            once.insert(key, part);
            continue;
        };
        *repeated += part.rows;
        // A paid row goes before one that is not, then the one with more seats, then the first.
        let weight = |part: &Part<'_>| (part.ground == Ground::Seats, part.seats);
        if weight(&part) > weight(kept) {
            *kept = part;
        }
    }
    let counts = [
        Uncounted::SameSubscription(same_subscription),
        Uncounted::SameLine(same_line),
        Uncounted::Review(review.iter().map(|part| part.rows).sum()),
    ];
    uncounted.extend(counts.into_iter().filter(|uncounted| {
        !matches!(uncounted, Uncounted::SameSubscription(0) | Uncounted::SameLine(0) | Uncounted::Review(0))
    }));
    let mut once: Vec<Part<'a>> = once.into_values().collect();
    once.sort_unstable_by_key(|part| part.number);
    once
}

/// Returns whether a row's seats are paid for, and of a plan that FastTrack serves.
const fn is_served(part: &Part<'_>) -> bool {
    matches!(part.ground, Ground::Seats) && part.seats > 0
}

/// Returns those that are paid for and of plans that FastTrack serves.
fn served<'a>(parts: &[Part<'a>], uncounted: &mut Vec<Uncounted<'a>>) -> Vec<Part<'a>> {
    let served: Vec<Part<'a>> = parts.iter().filter(|part| is_served(part)).copied().collect();
    let others = (parts.len() - served.len()) as u64;
    uncounted.extend((others > 0).then_some(Uncounted::NotServed(others)));
    served
}

/// Returns the plans whose seats count with the seats of each, the largest first.
fn together<'a>(served: &[Part<'a>], uncounted: &mut Vec<Uncounted<'a>>) -> (Basis, Vec<(&'a Plan, u64)>) {
    let mut plans: BTreeMap<&str, (&'a Plan, u64)> = BTreeMap::new();
    for part in served {
        let Some(plan) = part.plan else { continue };
        let (_, seats) = plans.entry(plan.key()).or_insert((plan, 0));
        *seats = seats.saturating_add(part.seats);
    }
    let mut plans: Vec<(&'a Plan, u64)> = plans.into_values().collect();
    plans.sort_by_key(|(_, seats)| Reverse(*seats));
    let (mut base, mut beside): (Vec<_>, Vec<_>) =
        plans.into_iter().partition(|(plan, _)| plan.kind == Kind::Base);
    let basis = match (base.is_empty(), beside.is_empty()) {
        (false, _) => Basis::Sum,
        (true, false) => {
            base.push(beside.remove(0));
            Basis::Largest
        }
        (true, true) => Basis::Nothing,
    };
    uncounted.extend(beside.into_iter().map(|(plan, seats)| Uncounted::Beside(plan, seats)));
    (basis, base)
}

/// Returns the segments of the paid rows, also of those that repeat others, in the order of the policy, each once with
/// the strongest of what shows it. Without a paid row, those that are free or inactive say which segment it is.
fn segments(parts: &[Part<'_>]) -> Vec<(usize, SegmentFrom)> {
    let has_paid = parts.iter().any(is_served);
    let mut shown: BTreeMap<usize, SegmentFrom> = BTreeMap::new();
    for part in parts.iter().filter(|part| is_served(part) || (!has_paid && part.ground != Ground::Review)) {
        let from = shown.entry(part.segment).or_insert(part.segment_from);
        // The strongest stands first among them.
        if (part.segment_from as usize) < *from as usize {
            *from = part.segment_from;
        }
    }
    shown.into_iter().collect()
}

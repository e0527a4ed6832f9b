//! What the rows of one tenant come to together.

use super::{Tenant, TenantPart};
use crate::plans::{Plan, PlanFrom};
use crate::policy::{Policy, Standing};
use crate::roster::{Overridden, SegmentFrom};
use crate::verdict::{DecidedBy, Entitled, Facts, Tier, Verdict, judge_together};
use std::cmp::Reverse;

/// How the paid seats of a tenant were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The base plans added up: a person holds one of them.
    Sum,
    /// The largest single plan that FastTrack serves, since it has more seats than the base plans together, or there is none:
    /// a tenant is never lower than its best row.
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
    /// Another row has the same subscription, maybe under another plan's name, with as many seats or more.
    SameSubscription(u64),
    /// Another row has the same plan, with the same seats or for another workload, and neither names its subscription.
    SameLine(u64),
    /// A plan beside those counted: it is usually assigned to the same people. The plan and its seats.
    Beside(&'a Plan, u64),
    /// A base plan where the largest single plan has more seats than the base plans together. The plan and its seats.
    Fewer(&'a Plan, u64),
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
            Self::Beside(..) | Self::Fewer(..) | Self::NotServed(_) | Self::Review(_) => 0,
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
    /// The largest single plan that FastTrack serves, and its seats, whether it is counted or not.
    pub largest: Option<(&'a Plan, u64)>,
    /// The plan of any kind with the most paid seats, where it has more than the seats counted: what is open to any plan
    /// rests on it.
    pub of_any_plan: Option<(&'a Plan, u64)>,
    /// The verdict on the largest plan alone.
    pub largest_alone: Verdict,
    /// What is not in the seats, and why.
    pub uncounted: Vec<Uncounted<'a>>,
}

impl<'a> Rollup<'a> {
    /// Returns what a tenant's rows come to.
    ///
    /// - **counted once**: rows of the same subscription count as one, whatever plans they name: that of an eligible plan
    ///   with the most seats; of rows without a subscription, those with the same plan and the same seats.
    /// - **seats**: the paid base plans added up, or the largest single eligible plan, whichever is more.
    /// - **segment**: that of the paid rows by which the tenant gets the least.
    ///
    /// The order of the rows does not matter.
    #[must_use]
    pub fn of(policy: &'a Policy, tenant: &Tenant<'a>, once: Once) -> Self {
        Self::by_standing(policy, tenant, once, |plan| policy.standing(plan))
    }

    /// The same; `standing` tells what [`Policy::standing`] says of a plan, which can be remembered for the next tenants.
    #[must_use]
    pub fn by_standing(
        policy: &'a Policy,
        tenant: &Tenant<'a>,
        once: Once,
        standing: impl FnOnce(&'a Plan) -> Standing<'a>,
    ) -> Self {
        let mut uncounted = Vec::new();
        let parts = counted_once(&tenant.parts, once, &mut uncounted);
        let served = served(&parts, &mut uncounted);
        let plans = by_plan(&served);
        let most = most_of_any_plan(&tenant.parts, &parts, (served.len() == parts.len()).then_some(&plans));
        let together = Together::of(plans, &mut uncounted);
        let basis = if parts.is_empty() { Basis::Review } else { together.basis };
        let (seats, largest) = (together.seats, together.largest);
        let any = |own: u64| most.map_or(own, |(_, most)| most.max(own));
        let (decided_by, leading) = leading(&tenant.parts);
        // A plan that is not counted is not what the customer is counted for, however large it is.
        let plan = together.plans.first().map(|(plan, _)| *plan).or(leading);
        let standing = plan.map(standing);
        let overridden = overridden(&tenant.parts);
        let facts = |seats, (segment, segment_from)| Facts {
            seats: Some(seats),
            not_paid: None,
            segment,
            segment_from,
            overridden,
            plan,
            standing,
            readings: &[],
            needs_review: basis == Basis::Review,
        };
        let by = |seats, segment| judge_together(policy, facts(seats, segment), decided_by, any(seats));
        let mut segments = segments(&tenant.parts);
        segments.sort_by_key(|segment| (least(&by(seats, *segment)), Reverse(asks(policy, segment.0))));
        let first = segments.first().copied().unwrap_or((policy.default_segment, SegmentFrom::Assumed));
        let verdict = by(seats, first);
        let alone = largest.map_or(0, |(_, seats)| seats);
        Self {
            basis,
            seats,
            plans: together.plans,
            segments: segments.iter().map(|(segment, _)| *segment).collect(),
            facts: facts(seats, first),
            verdict,
            largest,
            of_any_plan: most.filter(|(_, most)| *most > seats),
            largest_alone: if alone == seats { verdict } else { by(alone, first) },
            uncounted,
        }
    }

    /// Returns the segment it was judged by.
    #[must_use]
    pub fn segment(&self, policy: &Policy) -> usize {
        self.segments.first().copied().unwrap_or(policy.default_segment)
    }

    /// Returns the names of the plans that were counted, the largest first.
    #[must_use]
    pub fn plan_names(&self) -> String {
        self.plans.iter().map(|(plan, _)| plan.name.as_str()).collect::<Vec<_>>().join("; ")
    }

    /// Returns what it is entitled to only by adding plans, and not by the largest alone.
    #[must_use]
    pub fn only_by_adding(&self) -> Entitled {
        self.verdict.granted.without(self.largest_alone.granted)
    }

    /// Returns whether it is entitled to anything only by adding plans.
    #[must_use]
    pub fn is_only_by_adding(&self) -> bool {
        self.only_by_adding() != Entitled::default()
    }
}

/// Orders verdicts by how little they give.
fn least(verdict: &Verdict) -> (Tier, u32, Reverse<u64>) {
    let granted = (0..32).filter(|entitlement| verdict.granted.has(*entitlement)).count();
    // On the same tier without a next one: no number of seats would bring it.
    let next = verdict.next.map_or(u64::MAX, |next| next.seats);
    (verdict.tier, u32::try_from(granted).unwrap_or(u32::MAX), Reverse(next))
}

/// Returns what a segment asks for, rung by rung: where two give the same today, the one that asks for more is the stricter.
fn asks(policy: &Policy, segment: usize) -> Vec<u64> {
    let asked = |rung: &usize| policy.threshold(*rung, segment).and_then(|threshold| threshold.seats);
    policy.rungs.iter().map(|rung| asked(rung).unwrap_or(u64::MAX)).collect()
}

fn overridden(parts: &[TenantPart<'_>]) -> Overridden {
    parts.iter().fold(Overridden::default(), |all, part| Overridden {
        plan: all.plan || part.overridden.plan,
        seats: all.seats || part.overridden.seats,
        status: all.status || part.overridden.status,
        trial: all.trial || part.overridden.trial,
    })
}

/// Returns whether a part has a verdict.
const fn is_judged(part: &TenantPart<'_>) -> bool {
    !matches!(part.decided_by, DecidedBy::Review) && part.plan.is_some()
}

/// Returns the rows with a verdict, each subscription once.
fn counted_once<'p, 'a>(
    all: &'p [TenantPart<'a>],
    by: Once,
    uncounted: &mut Vec<Uncounted<'a>>,
) -> Vec<&'p TenantPart<'a>> {
    let key = |part: &TenantPart<'a>| {
        let plan = part.plan.map_or("", Plan::key);
        match part.subscription {
            Some(_) if by == Once::Lines => (part.subscription, "", 0),
            _ if by == Once::Plans => (None, plan, 0),
            _ => (None, plan, part.seats),
        }
    };
    let mut judged: Vec<&TenantPart<'a>> = Vec::with_capacity(all.len());
    judged.extend(all.iter().filter(|part| is_judged(part)));
    let review: u64 = all.iter().filter(|part| !is_judged(part)).map(|part| part.rows).sum();
    // Of those with one key, the first in the order of the rows is the first to be kept.
    judged.sort_by(|left, right| key(left).cmp(&key(right)));
    let (mut same_subscription, mut same_line) = (0, 0);
    let is_subscription = |part: &TenantPart<'a>| part.subscription.is_some() && by == Once::Lines;
    for part in &judged {
        *(if is_subscription(part) { &mut same_subscription } else { &mut same_line }) += part.rows - 1;
    }
    judged.dedup_by(|next, kept| {
        let is_repeated = key(next) == key(kept);
        if is_repeated {
            *(if is_subscription(kept) { &mut same_subscription } else { &mut same_line }) += 1;
            if weight(next) > weight(kept) {
                *kept = *next;
            }
        }
        is_repeated
    });
    let counts = [
        Uncounted::SameSubscription(same_subscription),
        Uncounted::SameLine(same_line),
        Uncounted::Review(review),
    ];
    uncounted.extend(counts.into_iter().filter(|uncounted| {
        !matches!(uncounted, Uncounted::SameSubscription(0) | Uncounted::SameLine(0) | Uncounted::Review(0))
    }));
    judged
}

/// Orders rows that say the same thing twice: a paid one of an eligible plan goes before one that is not, then the one with
/// more seats, then a base plan; what is left is decided by the plan's id, so that the order of the rows is not.
fn weight<'p>(part: &TenantPart<'p>) -> (bool, u64, bool, Reverse<&'p str>) {
    let plan = part.plan;
    let is_base = plan.is_some_and(Plan::adds_up);
    (is_served(part), part.seats, is_base, Reverse(plan.map_or("", Plan::key)))
}

/// Returns whether a row's seats are paid for, and of a plan that FastTrack serves.
const fn is_served(part: &TenantPart<'_>) -> bool {
    matches!(part.decided_by, DecidedBy::Seats) && part.seats > 0
}

/// Returns those that are paid for and of plans that FastTrack serves.
fn served<'p, 'a>(
    parts: &[&'p TenantPart<'a>],
    uncounted: &mut Vec<Uncounted<'a>>,
) -> Vec<&'p TenantPart<'a>> {
    let mut served = Vec::with_capacity(parts.len());
    served.extend(parts.iter().filter(|part| is_served(part)));
    let others = (parts.len() - served.len()) as u64;
    uncounted.extend((others > 0).then_some(Uncounted::NotServed(others)));
    served
}

/// Returns plans with the paid seats of each, the largest first; of those with as many, base plans.
fn by_plan<'a>(parts: &[&TenantPart<'a>]) -> Vec<(&'a Plan, u64)> {
    let mut plans: Vec<(&'a Plan, u64)> = Vec::with_capacity(parts.len());
    plans.extend(parts.iter().filter_map(|part| Some((part.plan?, part.seats))));
    plans.sort_by_key(|(plan, _)| plan.key());
    plans.dedup_by(|(next, seats), (kept, sum)| {
        let is_same = next.key() == kept.key();
        *sum = if is_same { sum.saturating_add(*seats) } else { *sum };
        is_same
    });
    plans.sort_by_key(|(plan, seats)| (Reverse(*seats), !plan.adds_up()));
    plans
}

/// What the served rows of a tenant come to.
struct Together<'a> {
    basis: Basis,
    seats: u64,
    plans: Vec<(&'a Plan, u64)>,
    largest: Option<(&'a Plan, u64)>,
}

impl<'a> Together<'a> {
    /// Adds the base plans up, or takes the largest single plan where it has more seats; the largest comes first.
    fn of(mut plans: Vec<(&'a Plan, u64)>, uncounted: &mut Vec<Uncounted<'a>>) -> Self {
        let largest = plans.first().copied();
        let most = largest.map_or(0, |(_, seats)| seats);
        let base = || plans.iter().filter(|(plan, _)| plan.adds_up());
        let sum = base().fold(0, |sum: u64, (_, seats)| sum.saturating_add(*seats));
        let is_sum = base().next().is_some() && sum >= most;
        let is_largest = |plan: &Plan| largest.is_some_and(|(most, _)| most.key() == plan.key());
        let is_counted = |plan: &Plan| if is_sum { plan.adds_up() } else { is_largest(plan) };
        let others = || plans.iter().filter(|(plan, _)| !is_counted(plan));
        let fewer = others().filter(|(plan, _)| plan.adds_up());
        uncounted.extend(fewer.map(|(plan, seats)| Uncounted::Fewer(plan, *seats)));
        let beside = others().filter(|(plan, _)| !plan.adds_up());
        uncounted.extend(beside.map(|(plan, seats)| Uncounted::Beside(plan, *seats)));
        plans.retain(|(plan, _)| is_counted(plan));
        let (basis, seats) = match largest {
            None => (Basis::Nothing, 0),
            Some(_) if is_sum => (Basis::Sum, sum),
            Some((_, most)) => (Basis::Largest, most),
        };
        Self { basis, seats, plans, largest }
    }
}

/// Returns the plan with the most paid seats, whether FastTrack serves it or not: of those counted once together, or of a
/// single row, which may repeat another that is served. `together` are the plans of those counted once, if they are known.
fn most_of_any_plan<'a>(
    all: &[TenantPart<'a>],
    once: &[&TenantPart<'a>],
    together: Option<&Vec<(&'a Plan, u64)>>,
) -> Option<(&'a Plan, u64)> {
    let found = if together.is_none() { by_plan(once) } else { Vec::new() };
    let together = together.unwrap_or(&found).iter().copied();
    let single = all.iter().filter(|part| is_judged(part));
    let single = single.filter_map(|part| part.plan.map(|plan| (plan, part.seats)));
    let most = together.chain(single).filter(|(plan, _)| plan.from != PlanFrom::Overrides);
    most.max_by_key(|(plan, seats)| (*seats, Reverse(plan.key()))).filter(|(_, seats)| *seats > 0)
}

/// Returns what decides about the tenant, and a plan for it: an active eligible plan, though it may have no seats; else one
/// that is paid for; else one that is not.
fn leading<'a>(parts: &[TenantPart<'a>]) -> (DecidedBy, Option<&'a Plan>) {
    let strength = |part: &TenantPart<'a>| match part.decided_by {
        DecidedBy::Seats => 3,
        DecidedBy::Product | DecidedBy::Family | DecidedBy::Kind => 2,
        DecidedBy::NotPaid => 1,
        DecidedBy::Review => 0,
    };
    let order = |part: &&TenantPart<'a>| (strength(part), weight(part));
    let first = parts.iter().filter(|part| is_judged(part)).max_by_key(order);
    first.map_or((DecidedBy::Review, None), |part| (part.decided_by, part.plan))
}

/// Returns the segments of the paid rows, also of those that repeat others, in the order of the policy, each once with
/// the strongest of what shows it. Without a paid row of a plan that FastTrack serves, those of other plans say which segment
/// it is; without a paid row, those that are free or inactive.
fn segments(parts: &[TenantPart<'_>]) -> Vec<(usize, SegmentFrom)> {
    let is_paid = |part: &TenantPart<'_>| is_judged(part) && part.seats > 0;
    let (has_served, has_paid) = (parts.iter().any(is_served), parts.iter().any(is_paid));
    let counts = |part: &&TenantPart<'_>| match (has_served, has_paid) {
        (true, _) => is_served(part),
        (false, true) => is_paid(part),
        (false, false) => part.decided_by != DecidedBy::Review,
    };
    // A policy has a handful.
    let mut shown: Vec<(usize, SegmentFrom)> = Vec::new();
    for part in parts.iter().filter(counts) {
        match shown.iter_mut().find(|(segment, _)| *segment == part.segment) {
            // The strongest stands first among them.
            Some((_, from)) if (part.segment_from as usize) < *from as usize => *from = part.segment_from,
            Some(_) => {}
            None => shown.push((part.segment, part.segment_from)),
        }
    }
    shown.sort_unstable_by_key(|(segment, _)| *segment);
    shown
}

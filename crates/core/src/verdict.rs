//! The verdict: from paid seats, segment and plan to entitlements, tier, and the reason for both.

pub mod words;

use crate::plans::Plan;
use crate::policy::{Footing, Interpretation, PlansServed, Policy, Standing, StandingBy};
use crate::roster::{NotPaid, Overridden, RosterRow, SegmentFrom};

/// What a verdict is made from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Seats as the roster shows them; `None` = unreadable.
    pub seats: Option<u64>,
    /// Why they are not paid for, if they are not.
    pub not_paid: Option<&'a NotPaid>,
    /// Index of the segment in the policy.
    pub segment: usize,
    /// What shows the segment.
    pub segment_from: SegmentFrom,
    /// The plan; `None` = unknown.
    pub plan: Option<&'a Plan>,
    /// What the policy says of the plan, see [`Policy::standing`]; `None` where there is no plan.
    pub standing: Option<Standing<'a>>,
    /// All plans that a bare name may stand for, where it may stand for several of the same verdict; else none.
    pub readings: &'a [&'a Plan],
    /// Which of seats and plan the overrides file says.
    pub overridden: Overridden,
    /// Whether a fault keeps the row from a verdict.
    pub needs_review: bool,
}

impl<'a> Facts<'a> {
    /// Returns the facts of a roster row.
    #[must_use]
    pub fn of(row: &'a RosterRow<'a>) -> Self {
        Self {
            seats: row.seats,
            not_paid: row.not_paid.as_ref(),
            segment: row.segment,
            segment_from: row.segment_from,
            plan: row.plan.as_ref().map(|found| found.plan),
            standing: row.standing,
            readings: row.plan.as_ref().map(|found| found.readings.as_slice()).unwrap_or_default(),
            overridden: row.overridden,
            needs_review: row.needs_review(),
        }
    }
}

/// Where a row stands on the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// No tier: a person has to look at the row first.
    NeedsReview,
    /// Not even the lowest rung.
    None,
    /// The highest rung of which every lower one is held, counted from 0.
    Rung(usize),
}

impl Tier {
    /// Returns its place in a list of all tiers: the rungs first, of which there are `rungs`, then none, then needs
    /// review.
    #[must_use]
    pub fn slot(self, rungs: usize) -> usize {
        match self {
            Self::Rung(rung) => rung.min(rungs),
            Self::None => rungs,
            Self::NeedsReview => rungs + 1,
        }
    }
}

/// The rung above, and what is missing to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// The rung, counted from 0.
    pub rung: usize,
    /// Paid seats missing, at least 1.
    pub seats: u64,
}

/// What decided how far up a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// A fault keeps the row from a verdict.
    Review,
    /// Its seats are not paid for.
    NotPaid,
    /// FastTrack does not serve its plan, which the policy names; or overrides say that it does not count.
    Product,
    /// FastTrack does not serve plans of its family.
    Family,
    /// FastTrack does not serve plans of its kind.
    Kind,
    /// The thresholds for its seats and segment.
    Seats,
}

/// How sure a verdict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Certainty {
    /// The source says so.
    Certain,
    /// The segment is assumed, and another segment would change the verdict.
    Assumed,
    /// It rests on an interpretation that the policy names, or on a bare name that may stand for several plans.
    Interpreted,
}

impl Certainty {
    /// Returns the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Assumed => "assumed segment",
            Self::Interpreted => "interpreted",
        }
    }
}

/// Entitlements as a set, by their place in the policy (bit 0 is the first; a policy has at most 32).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entitled(u32);

impl Entitled {
    /// Returns a set of the entitlements that are told to be in it, in the order of the policy.
    ///
    /// ```
    /// use fasttrack_core::verdict::Entitled;
    /// let set = Entitled::of([true, false, true].into_iter());
    /// assert!(set.has(0) && !set.has(1) && set.has(2) && !set.has(3));
    /// ```
    #[must_use]
    pub fn of(told: impl Iterator<Item = bool>) -> Self {
        let mut set = Self::default();
        told.enumerate().filter(|(_, is)| *is).for_each(|(entitlement, _)| set.add(entitlement));
        set
    }

    /// Returns whether the entitlement is in the set.
    #[must_use]
    pub fn has(self, entitlement: usize) -> bool {
        u32::try_from(entitlement).is_ok_and(|bit| self.0.checked_shr(bit).is_some_and(|rest| rest & 1 == 1))
    }

    /// Returns what of it is not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn add(&mut self, entitlement: usize) {
        if let Some(bit) = u32::try_from(entitlement).ok().and_then(|bit| 1_u32.checked_shl(bit)) {
            self.0 |= bit;
        }
    }
}

/// What a row is entitled to, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Where it stands.
    pub tier: Tier,
    /// What it is entitled to; entitlements do not nest.
    pub granted: Entitled,
    /// Which of those have to be confirmed with Microsoft.
    pub confirm: Entitled,
    /// The paid seats it was judged on; `None` = unreadable.
    pub seats_counted: Option<u64>,
    /// The paid seats of plans of any kind, on which entitlements rest that are open to any plan. A row has no others than
    /// those counted; a tenant may have more of a plan that FastTrack does not serve.
    pub seats_of_any_plan: u64,
    /// The rung above; `None` = top, never in this segment, or no number of seats would help.
    pub next: Option<Next>,
    /// What decided.
    pub decided_by: DecidedBy,
    /// How sure it is.
    pub certainty: Certainty,
    /// Whether the segment is assumed, and another one would change what is granted; also where the verdict rests on an
    /// interpretation, which goes before in [`Verdict::certainty`].
    pub assumption_matters: bool,
}

impl Verdict {
    /// Returns the paid seats on which an entitlement rests; `None` = no number of seats would bring it.
    #[must_use]
    pub fn seats_for(&self, served: PlansServed) -> Option<u64> {
        match (served, self.decided_by) {
            (_, DecidedBy::Review | DecidedBy::NotPaid) => None,
            (PlansServed::Any, _) => Some(self.seats_of_any_plan),
            (PlansServed::Eligible, DecidedBy::Seats) => Some(self.seats_counted.unwrap_or(0)),
            (PlansServed::Eligible, _) => None,
        }
    }
}

/// Paid seats, as entitlements look at them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// Those of eligible plans; `None` = there is no such plan.
    pub eligible: Option<u64>,
    /// Those of plans of any kind.
    pub of_any_plan: u64,
}

/// Judges one row by a policy.
///
/// - **bounds**: a threshold includes its number: with 150 in the policy, 150 seats are enough and 149 are not.
/// - **order**: the tier is the highest rung of which every lower one is held; entitlements beyond a gap are granted
///   without raising the tier.
/// - a row that needs review, whose seats are not paid for, or whose plan FastTrack does not serve, keeps what any
///   customer has.
///
/// Cannot fail: the policy is checked.
#[must_use]
pub fn judge(policy: &Policy, facts: Facts<'_>) -> Verdict {
    let decided_by = decided_by(facts);
    let seats_counted = if facts.not_paid.is_some() { facts.seats.map(|_| 0) } else { facts.seats };
    // What a person says does not count, counts for nothing, even for what is open to any plan.
    let counts = decided_by != DecidedBy::Review
        && facts.standing.is_none_or(|standing| standing.by != StandingBy::Overrides);
    let seats = seats_counted.filter(|_| counts).unwrap_or(0);
    Verdict { seats_counted, ..judge_together(policy, facts, decided_by, seats) }
}

/// Judges the rows of a tenant together, for which somebody else found what decides: `decided_by`, and the paid seats of plans
/// of any kind; those of eligible plans are the seats of `facts`.
#[must_use]
pub fn judge_together(policy: &Policy, facts: Facts<'_>, decided_by: DecidedBy, of_any_plan: u64) -> Verdict {
    let eligible = (decided_by == DecidedBy::Seats).then(|| facts.seats.unwrap_or(0));
    let on = Seats { eligible, of_any_plan };
    let granted = granted(policy, facts.segment, on);
    let held = held(policy, granted);
    let is_assumed = facts.segment_from == SegmentFrom::Assumed && decided_by != DecidedBy::Review;
    let mut verdict = Verdict {
        tier: if decided_by == DecidedBy::Review { Tier::NeedsReview } else { tier_with(held) },
        granted,
        confirm: confirm(policy, facts.segment, on, granted),
        seats_counted: facts.seats,
        seats_of_any_plan: of_any_plan,
        next: None,
        decided_by,
        certainty: Certainty::Certain,
        assumption_matters: is_assumed
            && (0..policy.segments.len()).any(|segment| self::granted(policy, segment, on) != granted),
    };
    verdict.next = next(policy, facts.segment, held, &verdict);
    verdict.certainty = certainty(policy, facts, on, &verdict);
    verdict
}

fn decided_by(facts: Facts<'_>) -> DecidedBy {
    let (Some(standing), Some(_), false) = (facts.standing, facts.seats, facts.needs_review) else {
        return DecidedBy::Review;
    };
    if facts.not_paid.is_some() {
        return DecidedBy::NotPaid;
    }
    decided_by_plan(standing)
}

/// Returns what decides a verdict on paid seats of a plan.
#[must_use]
pub fn decided_by_plan(standing: Standing<'_>) -> DecidedBy {
    match standing.by {
        _ if standing.eligible => DecidedBy::Seats,
        StandingBy::Product(_) | StandingBy::Overrides => DecidedBy::Product,
        StandingBy::Kind(_) => DecidedBy::Kind,
        StandingBy::Family(_) | StandingBy::Nothing => DecidedBy::Family,
    }
}

/// Returns what the policy says of the plan, where that decided: it keeps the plan out, or lets it in although its family
/// or its kind would not.
fn standing_that_decided(standing: Option<Standing<'_>>, decided_by: DecidedBy) -> Option<Standing<'_>> {
    standing.filter(|standing| match decided_by {
        DecidedBy::Review | DecidedBy::NotPaid => false,
        DecidedBy::Seats => standing.against_class,
        DecidedBy::Product | DecidedBy::Family | DecidedBy::Kind => true,
    })
}

/// Returns the tier of whoever is entitled to this.
#[must_use]
pub fn tier_of(policy: &Policy, granted: Entitled) -> Tier {
    tier_with(held(policy, granted))
}

/// Rungs of which every lower one is held, too.
fn held(policy: &Policy, granted: Entitled) -> usize {
    policy.rungs.iter().take_while(|entitlement| granted.has(**entitlement)).count()
}

fn tier_with(held: usize) -> Tier {
    held.checked_sub(1).map_or(Tier::None, Tier::Rung)
}

/// Returns what a customer of a segment with these paid seats is entitled to.
#[must_use]
pub fn granted(policy: &Policy, segment: usize, seats: Seats) -> Entitled {
    let mut granted = Entitled::default();
    for (index, entitlement) in policy.entitlements.iter().enumerate() {
        let threshold = entitlement.thresholds.get(segment).and_then(|threshold| threshold.seats);
        let is_held = seats.of(entitlement.plans).zip(threshold).is_some_and(|(seats, from)| seats >= from);
        if is_held {
            granted.add(index);
        }
    }
    granted
}

impl Seats {
    /// Returns those on which an entitlement rests; `None` = it is open to eligible plans only, and there is none.
    const fn of(self, served: PlansServed) -> Option<u64> {
        match served {
            PlansServed::Any => Some(self.of_any_plan),
            PlansServed::Eligible => self.eligible,
        }
    }

    /// Returns the interpretation on which it rests that an entitlement is granted.
    fn interpretation(self, policy: &Policy, entitlement: usize, segment: usize) -> Option<&Interpretation> {
        let seats = self.of(policy.entitlements.get(entitlement)?.plans)?;
        policy.interpretation(entitlement, segment, seats)
    }
}

fn confirm(policy: &Policy, segment: usize, seats: Seats, granted: Entitled) -> Entitled {
    let mut confirm = Entitled::default();
    let is_doubtful =
        |index| seats.interpretation(policy, index, segment).is_some_and(|reading| reading.confirm);
    (0..policy.entitlements.len())
        .filter(|index| granted.has(*index) && is_doubtful(*index))
        .for_each(|index| confirm.add(index));
    confirm
}

fn next(policy: &Policy, segment: usize, held: usize, verdict: &Verdict) -> Option<Next> {
    let entitlement = policy.rungs.get(held).copied()?;
    let threshold = policy.threshold(entitlement, segment)?.seats?;
    let seats = verdict.seats_for(policy.entitlements.get(entitlement)?.plans)?;
    threshold.checked_sub(seats).filter(|missing| *missing > 0).map(|seats| Next { rung: held, seats })
}

fn certainty(policy: &Policy, facts: Facts<'_>, seats: Seats, verdict: &Verdict) -> Certainty {
    let decided_by = verdict.decided_by;
    let standing = standing_that_decided(facts.standing, decided_by);
    let source = standing.and_then(|standing| standing.source()).and_then(|source| policy.source(source));
    let footing = source.map(|source| source.footing);
    let is_bare_name = !facts.readings.is_empty() && decided_by != DecidedBy::Review;
    if footing == Some(Footing::Interpreted) || is_bare_name {
        return Certainty::Interpreted;
    }
    let read =
        |index| verdict.granted.has(index) && seats.interpretation(policy, index, facts.segment).is_some();
    if decided_by == DecidedBy::Seats && (0..policy.entitlements.len()).any(read) {
        Certainty::Interpreted
    } else if verdict.assumption_matters {
        Certainty::Assumed
    } else {
        Certainty::Certain
    }
}

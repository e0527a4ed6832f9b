//! One row judged again: what its cells have to say if its facts are these.

use super::plans::Recognised;
use super::words::{Told, ToldReason};
use crate::plans::PlanFrom;
use crate::policy::{Policy, Standing, StandingBy};
use crate::report::roster::ROW_ONLY;
use crate::roster::{NotPaid, Overridden, SegmentFrom};
use crate::verdict::words::{answer, tier_name, why};
use crate::verdict::{Facts, Tier, Verdict, judge};

/// What a row may have been judged by.
#[derive(Clone, Debug)]
pub(super) struct Guess<'g, 'c> {
    pub segment: usize,
    pub from: SegmentFrom,
    pub ground: ToldReason,
    pub seats: Option<u64>,
    /// Seats that are not paid for, if so.
    pub unpaid: u64,
    /// What it was recognised as, where the catalogue has it.
    pub recognised: Option<&'g Recognised<'c>>,
}

/// What has to stand in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Blank,
    Text(String),
    Count(u64),
    /// It cannot be known from the row; what stands there fits.
    Fits,
    /// It cannot be known either, but what stands there does not fit.
    Other,
}

/// What a row's cells of ours have to say.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub verdict: Verdict,
    pub segment: usize,
    pub from: SegmentFrom,
    pub seats: Option<u64>,
    pub eligible: Wanted,
    pub tier: String,
    pub answers: Vec<&'static str>,
    pub next: Wanted,
    pub missing: Wanted,
    pub why: Wanted,
}

/// Judges a row by what it may have been judged by.
///
/// `has_words` tells whether this program words reasons as the one did that made the workbook.
pub(super) fn judged(policy: &Policy, guess: &Guess<'_, '_>, told: &Told<'_>, has_words: bool) -> Judged {
    let not_paid = match &guess.ground {
        ToldReason::NotPaid(not_paid) => Some(not_paid),
        _ => None,
    };
    let is_review = guess.ground == ToldReason::Review;
    let plan = guess.recognised.map(|recognised| recognised.plan);
    let readings = guess.recognised.map(|recognised| recognised.readings.as_slice()).unwrap_or_default();
    let unknown = Standing {
        eligible: guess.ground == ToldReason::Seats,
        by: StandingBy::Nothing,
        against_class: false,
    };
    let seats = if not_paid.is_some() { Some(guess.unpaid) } else { guess.seats };
    let facts = Facts {
        seats,
        not_paid,
        segment: guess.segment,
        segment_from: guess.from,
        plan,
        standing: Some(plan.map_or(unknown, |plan| policy.standing(plan))),
        readings,
        overridden: Overridden::default(),
        needs_review: is_review,
    };
    let verdict = judge(policy, facts);
    let eligible = match verdict.decided_by {
        crate::verdict::DecidedBy::Review => Wanted::Blank,
        crate::verdict::DecidedBy::Seats => Wanted::Text("Yes".to_owned()),
        _ => Wanted::Text("No".to_owned()),
    };
    let next = verdict.next.map(|next| tier_name(policy, Tier::Rung(next.rung)).to_owned());
    Judged {
        segment: guess.segment,
        from: guess.from,
        seats: verdict.seats_counted,
        eligible,
        tier: tier_name(policy, verdict.tier).to_owned(),
        answers: (0..policy.entitlements.len()).map(|index| answer(&verdict, index)).collect(),
        next: next.map_or(Wanted::Blank, Wanted::Text),
        missing: verdict.next.map_or(Wanted::Blank, |next| Wanted::Count(next.seats)),
        why: why_of(policy, (guess, facts, &verdict), told, has_words),
        verdict,
    }
}

/// Returns what the words have to be; where they cannot be made anew, whether they fit.
fn why_of(
    policy: &Policy,
    (guess, facts, verdict): (&Guess<'_, '_>, Facts<'_>, &Verdict),
    told: &Told<'_>,
    has_words: bool,
) -> Wanted {
    // Whatever was guessed, without seats nothing is judged.
    let is_review = verdict.decided_by == crate::verdict::DecidedBy::Review;
    let ground = if is_review { &ToldReason::Review } else { &guess.ground };
    let is_known = guess.recognised.is_some() || is_review;
    if !has_words || !is_known {
        let is_ground = std::mem::discriminant(&told.ground) == std::mem::discriminant(ground);
        let fits = |told: bool| !told || *ground != ToldReason::Seats;
        let is_same = is_ground
            && fits(told.seats.is_some() && told.seats != guess.seats)
            && fits(told.segment.is_some() && told.segment != Some(guess.segment))
            && fits(told.from.is_some() && told.from != Some(guess.from));
        return if is_same { Wanted::Fits } else { Wanted::Other };
    }
    let made = why(policy, facts, verdict);
    if told.is(&made)
        || is_not_counted(facts, &made, told)
        || (told.words.contains("(override file)") && is_overridden(policy, facts, verdict, told))
    {
        return Wanted::Fits;
    }
    let rows = told.rows_of_tenant;
    if rows.is_empty() {
        return Wanted::Text(made);
    }
    let made = made.trim_end_matches('.');
    Wanted::Text(format!("{made}{ROW_ONLY}{rows} rows"))
}

/// Returns whether the words are these, about a plan that does not count, whatever it is called.
fn is_not_counted(facts: Facts<'_>, made: &str, told: &Told<'_>) -> bool {
    let plan = facts.plan.filter(|plan| plan.from == PlanFrom::Overrides);
    let around = plan.and_then(|plan| made.split_once(&format!("`{}`", plan.name)));
    around.is_some_and(|(begin, end)| told.words.starts_with(begin) && told.words.ends_with(end))
}

/// Returns whether the words are these, with some of the facts said by the overrides file.
fn is_overridden(policy: &Policy, facts: Facts<'_>, verdict: &Verdict, told: &Told<'_>) -> bool {
    (1..16_u8).any(|set| {
        let has = |bit: u8| set >> bit & 1 == 1;
        let overridden = Overridden { plan: has(0), seats: has(1), status: has(2), trial: has(3) };
        told.is(&why(policy, Facts { overridden, ..facts }, verdict))
    })
}

/// Returns what decided, as the cell says whether the row is eligible; words tell apart what is not.
pub(super) fn ground_of(eligible: &str, told: &Told<'_>) -> Option<ToldReason> {
    match (eligible, &told.ground) {
        ("", _) => Some(ToldReason::Review),
        ("Yes", _) => Some(ToldReason::Seats),
        ("No", ToldReason::NotPaid(not_paid)) => Some(ToldReason::NotPaid(not_paid.clone())),
        ("No", _) => Some(ToldReason::NotServed),
        _ => None,
    }
}

/// Returns whether the status that the words name is one that the row shows.
pub(super) fn status(ground: &ToldReason) -> Option<&str> {
    match ground {
        ToldReason::NotPaid(NotPaid::Inactive(status)) => Some(status),
        _ => None,
    }
}

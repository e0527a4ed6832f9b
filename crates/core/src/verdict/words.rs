//! A verdict in words: the same in the workbook and in `fasttrack explain`.

use crate::figures::push_grouped;
pub use crate::figures::{counted, grouped, push_counted};
use crate::plans::Plan;
use crate::policy::{Policy, StandingBy};
use crate::roster::NotPaid;
use crate::verdict::{Certainty, DecidedBy, Facts, Tier, Verdict, standing_that_decided};

/// Room that is enough for nearly every reason.
const USUAL_BYTES: usize = 192;

/// What a tier is called when a row stands on no rung because a person has to look at it first.
pub const NEEDS_REVIEW: &str = "Needs review";

/// The reason of a row in review.
pub const IN_REVIEW: &str = "portal only, until the problem is fixed";

/// What a tier is called when not even the lowest rung is held.
pub const NO_TIER: &str = "None";

/// Returns the name of a tier, as the workbook shows it.
#[must_use]
pub fn tier_name(policy: &Policy, tier: Tier) -> &str {
    match tier {
        Tier::NeedsReview => NEEDS_REVIEW,
        Tier::None => NO_TIER,
        Tier::Rung(rung) => rung_name(policy, rung),
    }
}

/// Returns the name of a rung, counted from 0.
#[must_use]
pub fn rung_name(policy: &Policy, rung: usize) -> &str {
    policy
        .rungs
        .get(rung)
        .and_then(|entitlement| policy.entitlements.get(*entitlement))
        .map_or(NO_TIER, |entitlement| entitlement.name.as_str())
}

/// The answers to whether a row is entitled, see [`answer_index`].
pub const ANSWERS: [&str; 3] = ["No", "Yes", "Yes, confirm"];

/// Returns which of [`ANSWERS`] is right for one entitlement.
#[must_use]
pub fn answer_index(verdict: &Verdict, entitlement: usize) -> usize {
    let is_granted = verdict.granted.has(entitlement);
    usize::from(is_granted) + usize::from(is_granted && verdict.confirm.has(entitlement))
}

/// Returns `Yes`, `No`, or `Yes, confirm` for one entitlement.
#[must_use]
pub fn answer(verdict: &Verdict, entitlement: usize) -> &'static str {
    ANSWERS.get(answer_index(verdict, entitlement)).copied().unwrap_or_default()
}

/// Returns why a verdict is as it is: seats and segment, rule, threshold, source, what the next rung asks, how sure.
#[must_use]
pub fn why(policy: &Policy, facts: Facts<'_>, verdict: &Verdict) -> String {
    why_within(String::new(), policy, facts, verdict)
}

/// The same in the memory of a text that nobody needs any more: most rows' words are put together, millions of them.
#[must_use]
pub fn why_within(mut room: String, policy: &Policy, facts: Facts<'_>, verdict: &Verdict) -> String {
    room.clear();
    let mut words = match verdict.decided_by {
        DecidedBy::Review => return IN_REVIEW.to_owned(),
        DecidedBy::NotPaid => not_paid(policy, facts),
        DecidedBy::Product | DecidedBy::Family | DecidedBy::Kind => not_served(policy, facts, verdict),
        DecidedBy::Seats => by_seats(room, policy, facts, verdict),
    };
    push_readings(facts.readings, &mut words);
    words
}

/// What a bare name may stand for, to be confirmed.
fn push_readings(readings: &[&Plan], words: &mut String) {
    if readings.is_empty() {
        return;
    }
    words.push_str(if words.ends_with('.') { " Confirm the plan: " } else { ". Confirm the plan: " });
    for (place, plan) in readings.iter().enumerate() {
        words.push_str(if place == 0 { "" } else { " or " });
        words.push_str(&plan.name);
    }
}

/// Appends why the verdict on several rows together is as it is; what their seats are is told beside it.
#[must_use]
pub(crate) fn with_why_together(
    words: String,
    policy: &Policy,
    facts: Facts<'_>,
    verdict: &Verdict,
) -> String {
    match verdict.decided_by {
        DecidedBy::NotPaid | DecidedBy::Seats => {
            let mut words = by_seats(words, policy, facts, verdict);
            push_readings(facts.readings, &mut words);
            words
        }
        _ => words + &why(policy, facts, verdict),
    }
}

fn not_paid(policy: &Policy, facts: Facts<'_>) -> String {
    let plan = plan_words(facts);
    let by = by_overrides(facts.overridden.seats);
    let seats = match facts.seats.unwrap_or(0) {
        0 => format!("no seats{by} are paid for"),
        1 => format!("its 1 seat{by} is not paid for"),
        seats => format!("its {} seats{by} are not paid for", grouped(seats)),
    };
    let mut words = match facts.not_paid {
        Some(NotPaid::Inactive(status)) => {
            let by = by_overrides(facts.overridden.status);
            format!("status `{status}` is not active{by}: {seats}")
        }
        Some(NotPaid::Trial) => {
            let by = by_overrides(facts.overridden.trial);
            format!("{plan} is a trial here{by}: {seats}")
        }
        Some(NotPaid::FreePlan) | None => format!("{plan} costs nothing: {seats}"),
    };
    push_source(policy, Some(policy.paid_seats_source), &mut words);
    words
}

/// Returns the name of the plan in backticks, and whether the overrides file says it.
fn plan_words(facts: Facts<'_>) -> String {
    let plan = facts.plan.map_or("", |plan| plan.name.as_str());
    format!("`{plan}`{}", by_overrides(facts.overridden.plan))
}

/// Returns what stands behind something that the overrides file says.
const fn by_overrides(is_overridden: bool) -> &'static str {
    if is_overridden { " (override file)" } else { "" }
}

fn not_served(policy: &Policy, facts: Facts<'_>, verdict: &Verdict) -> String {
    let standing = standing_that_decided(facts.standing, verdict.decided_by);
    if standing.is_some_and(|standing| standing.by == StandingBy::Overrides) {
        let plan = facts.plan.map_or("", |plan| plan.name.as_str());
        let certainty = verdict.certainty.word();
        return format!("a person decided in an override file that `{plan}` does not count [{certainty}]");
    }
    let plan = plan_words(facts);
    let source = standing.and_then(|standing| standing.source()).and_then(|source| policy.source(source));
    let source = source.map_or("", |source| source.id.as_str());
    let reason = match standing.map(|standing| standing.by) {
        Some(StandingBy::Product(product)) => format!(
            "{plan} is not among the plans that FastTrack for Microsoft 365 covers ({})",
            product.name
        ),
        Some(StandingBy::Kind(kind)) => {
            format!("{plan} is of the kind {}, which gives no entitlement of its own", kind.name)
        }
        Some(StandingBy::Family(family)) => {
            format!("{plan} belongs to {}, which FastTrack for Microsoft 365 does not cover", family.name)
        }
        Some(StandingBy::Nothing | StandingBy::Overrides) | None => {
            format!("the policy does not know the family of {plan}")
        }
    };
    let mut words = format!("{reason} [{source}; {}]", verdict.certainty.word());
    push_next(policy, facts, verdict, &mut words);
    words
}

/// Appends to `words`.
fn by_seats(mut words: String, policy: &Policy, facts: Facts<'_>, verdict: &Verdict) -> String {
    let segment = policy.segments.get(facts.segment).map_or("", |segment| segment.name.as_str());
    let seats = verdict.seats_counted.unwrap_or(0);
    words.reserve(USUAL_BYTES);
    push_counted(seats, ("paid seat", "paid seats"), &mut words);
    words.push_str(by_overrides(facts.overridden.seats));
    if facts.overridden.plan {
        words.push_str(" of ");
        words.push_str(&plan_words(facts));
    }
    for (is_said, what) in [(facts.overridden.status, ", active"), (facts.overridden.trial, ", no trial")] {
        if is_said {
            words.push_str(what);
            words.push_str(by_overrides(true));
        }
    }
    words.push_str(", ");
    words.push_str(segment);
    words.push_str(" (");
    words.push_str(facts.segment_from.words());
    words.push(')');
    push_held(policy, facts, verdict, &mut words);
    push_beyond_the_tier(policy, facts, verdict, &mut words);
    push_product(policy, facts, verdict, &mut words);
    push_next(policy, facts, verdict, &mut words);
    if verdict.certainty != Certainty::Certain {
        let doubt = doubt(policy, facts, verdict, seats);
        if !doubt.is_empty() {
            words.push_str(". ");
            words.push_str(doubt);
        }
    }
    words
}

/// What is missing to the next rung, and at how many seats it is.
fn push_next(policy: &Policy, facts: Facts<'_>, verdict: &Verdict, words: &mut String) {
    let Some(next) = verdict.next else { return };
    let entitlement = policy.rungs.get(next.rung).copied();
    let threshold = entitlement.and_then(|entitlement| policy.threshold(entitlement, facts.segment));
    words.push_str("; ");
    push_grouped(next.seats, words);
    words.push_str(" more for ");
    words.push_str(rung_name(policy, next.rung));
    words.push_str(" at ");
    push_grouped(threshold.and_then(|threshold| threshold.seats).unwrap_or(0), words);
}

/// The rungs that are held, each with its threshold; what every customer has is named only where it is all there is.
fn push_held(policy: &Policy, facts: Facts<'_>, verdict: &Verdict, words: &mut String) {
    let held = rungs_held(verdict);
    let threshold = |entitlement: usize| policy.threshold(entitlement, facts.segment);
    let asks =
        |entitlement: &&usize| threshold(**entitlement).is_some_and(|threshold| threshold.seats > Some(0));
    let earned = || policy.rungs.iter().take(held).filter(asks);
    let highest = held.checked_sub(1).and_then(|highest| policy.rungs.get(highest));
    let all_there_is = if earned().next().is_none() { highest } else { None };
    let mut named = earned().chain(all_there_is).peekable();
    let mut between = ": ";
    while let Some(entitlement) = named.next() {
        words.push_str(between);
        between = ", ";
        push_rule(policy, *entitlement, facts.segment, words);
        let source = threshold(*entitlement).map(|threshold| threshold.source);
        let next = named.peek().and_then(|next| threshold(**next)).map(|threshold| threshold.source);
        if source != next {
            push_source(policy, source, words);
        }
    }
}

/// Entitlements are granted one by one; those above a gap in the ladder are named apart from the tier.
fn push_beyond_the_tier(policy: &Policy, facts: Facts<'_>, verdict: &Verdict, words: &mut String) {
    let beyond = policy
        .rungs
        .iter()
        .skip(rungs_held(verdict))
        .filter(|entitlement| verdict.granted.has(**entitlement));
    for entitlement in beyond {
        words.push_str("; also ");
        push_rule(policy, *entitlement, facts.segment, words);
        push_source(
            policy,
            policy.threshold(*entitlement, facts.segment).map(|threshold| threshold.source),
            words,
        );
    }
}

/// A plan that counts although its family or kind would not says by what it does.
fn push_product(policy: &Policy, facts: Facts<'_>, verdict: &Verdict, words: &mut String) {
    let standing = standing_that_decided(facts.standing, verdict.decided_by);
    if let Some(StandingBy::Product(product)) = standing.map(|standing| standing.by) {
        words.push_str("; eligible as one of: ");
        words.push_str(&product.name);
        push_source(policy, Some(product.source), words);
    }
}

const fn rungs_held(verdict: &Verdict) -> usize {
    match verdict.tier {
        Tier::Rung(rung) => rung + 1,
        Tier::None | Tier::NeedsReview => 0,
    }
}

fn push_rule(policy: &Policy, entitlement: usize, segment: usize, words: &mut String) {
    words.push_str(policy.entitlements.get(entitlement).map_or("", |entitlement| entitlement.name.as_str()));
    match policy.threshold(entitlement, segment).and_then(|threshold| threshold.seats) {
        Some(0) => words.push_str(" for every customer"),
        Some(seats) => {
            words.push_str(" from ");
            push_grouped(seats, words);
        }
        None => {}
    }
}

fn push_source(policy: &Policy, source: Option<usize>, words: &mut String) {
    if let Some(source) = source.and_then(|source| policy.source(source)) {
        words.push_str(" [");
        words.push_str(&source.id);
        words.push(']');
    }
}

fn doubt<'a>(policy: &'a Policy, facts: Facts<'_>, verdict: &Verdict, seats: u64) -> &'a str {
    if verdict.certainty == Certainty::Assumed {
        return "The segment is assumed; another one would change this.";
    }
    let readings = (0..policy.entitlements.len())
        .filter(|index| verdict.granted.has(*index))
        .filter_map(|index| policy.interpretation(index, facts.segment, seats));
    // The one that has to be confirmed says more than the others.
    let unsaid = if facts.readings.is_empty() { "Interpreted." } else { "" };
    readings.max_by_key(|reading| reading.confirm).map_or(unsaid, |reading| reading.says.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Catalogue;
    use crate::roster::SegmentFrom;
    use crate::verdict::judge;

    fn said(plan: &str, seats: u64, segment: &str, from: SegmentFrom, not_paid: Option<&NotPaid>) -> String {
        let policy = Policy::default_shipped().expect("shipped");
        let catalogue = Catalogue::shipped().expect("shipped");
        let plan = catalogue.find(plan).expect("known").plan;
        let facts = Facts {
            seats: Some(seats),
            not_paid,
            segment: policy.segment(segment).expect("there"),
            segment_from: from,
            plan: Some(plan),
            standing: Some(policy.standing(plan)),
            readings: &[],
            overridden: crate::roster::Overridden::default(),
            needs_review: false,
        };
        why(&policy, facts, &judge(&policy, facts))
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    proptest::proptest! {
        #[test]
        fn a_count_with_commas_is_the_count(count in proptest::prelude::any::<u64>(), cut in 0_u32..64) {
            let (count, digits) = (count >> cut, (count >> cut).to_string());
            let mut wanted = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index).is_multiple_of(3) {
                    wanted.push(',');
                }
                wanted.push(digit);
            }
            proptest::prop_assert_eq!(grouped(count), wanted);
        }
    }

    #[test]
    fn the_reason_names_seats_segment_rules_source_and_the_next_rung() {
        assert_eq!(
            said("Microsoft 365 E3", 480, "commercial", SegmentFrom::Column, None),
            "480 paid seats, Commercial (roster column): Q&A from 50, Specialist from 150 [learn]; \
             20 more for Migration at 500"
        );
        assert_eq!(
            said("Microsoft 365 E3", 1, "commercial", SegmentFrom::Assumed, None),
            "1 paid seat, Commercial (assumed): Portal for every customer [learn]; 49 more for Q&A at 50"
        );
    }

    #[test]
    fn an_assumed_segment_is_a_doubt_only_where_another_would_change_the_verdict() {
        let of = |seats| said("Microsoft 365 E3", seats, "commercial", SegmentFrom::Assumed, None);
        assert!(of(480).ends_with("The segment is assumed; another one would change this."));
        assert!(!of(49).contains("another one") && !of(1000).contains("another one"));
    }

    #[test]
    fn an_entitlement_above_a_gap_is_named_and_explained() {
        let said = said("Microsoft 365 A3 for Faculty", 600, "education", SegmentFrom::OfferName, None);
        assert!(said.contains(
            "Q&A from 50 [learn]; also Migration from 500 [learn]; 400 more for Specialist at 1,000"
        ));
        assert!(said.contains("confirm"), "{said}");
    }

    #[test]
    fn seats_that_are_not_paid_for_say_so() {
        let free = said(
            "Office 365 A1 for faculty",
            9000,
            "education",
            SegmentFrom::OfferName,
            Some(&NotPaid::FreePlan),
        );
        assert_eq!(
            free,
            "`Office 365 A1 for faculty` costs nothing: its 9,000 seats are not paid for [plans]"
        );
        let status = NotPaid::Inactive("Suspended".to_owned());
        let inactive = said("Microsoft 365 E3", 1, "commercial", SegmentFrom::Assumed, Some(&status));
        assert_eq!(inactive, "status `Suspended` is not active: its 1 seat is not paid for [plans]");
    }

    #[test]
    fn a_plan_that_is_not_served_says_which_family_or_kind_keeps_it_out() {
        let family = said("Dynamics 365 Sales Premium", 500, "commercial", SegmentFrom::Assumed, None);
        assert!(family.contains("belongs to Dynamics 365"), "{family}");
        let kind = said("Microsoft 365 E5 Suite features", 500, "commercial", SegmentFrom::Assumed, None);
        assert!(kind.contains("Add-on") && kind.contains("gives no entitlement"), "{kind}");
    }
}

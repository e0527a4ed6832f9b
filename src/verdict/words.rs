//! A verdict in words: the same in the workbook and in `fasttrack explain`.

use crate::policy::Policy;
use crate::roster::NotPaid;
use crate::verdict::{Facts, Ground, Sureness, Tier, Verdict, class_in_the_way};
use std::fmt::Write as _;

/// What a tier is called when a row stands on no rung because a person has to look at it first.
pub const NEEDS_REVIEW: &str = "Needs review";

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

/// Returns `Yes`, `No`, or `Yes, confirm` for one entitlement.
#[must_use]
pub fn answer(verdict: &Verdict, entitlement: usize) -> &'static str {
    match (verdict.granted.has(entitlement), verdict.confirm.has(entitlement)) {
        (false, _) => "No",
        (true, false) => "Yes",
        (true, true) => "Yes, confirm",
    }
}

/// Returns a count with commas between thousands: 12345 is `12,345`.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Returns `1 seat`, `2 seats`, `1,200 seats`.
#[must_use]
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// Returns why a verdict is as it is: seats and segment, rule, threshold, source, what the next rung asks, how sure.
#[must_use]
pub fn why(policy: &Policy, facts: Facts<'_>, verdict: &Verdict) -> String {
    match verdict.ground {
        Ground::Review => "portal only, until its fault is mended".to_owned(),
        Ground::NotPaid => not_paid(policy, facts),
        Ground::Family | Ground::Kind => not_served(policy, facts, verdict),
        Ground::Seats => by_seats(policy, facts, verdict),
    }
}

fn not_paid(policy: &Policy, facts: Facts<'_>) -> String {
    let plan = facts.plan.map_or("", |plan| plan.name.as_str());
    let seats = match facts.seats.unwrap_or(0) {
        0 => "no seats are paid for".to_owned(),
        1 => "its 1 seat is not paid for".to_owned(),
        seats => format!("its {} seats are not paid for", grouped(seats)),
    };
    let mut words = match facts.not_paid {
        Some(NotPaid::Inactive(status)) => format!("status `{status}` is not active: {seats}"),
        Some(NotPaid::Trial) => format!("`{plan}` is a trial here: {seats}"),
        Some(NotPaid::FreePlan) | None => format!("`{plan}` costs nothing: {seats}"),
    };
    push_source(policy, Some(policy.paid_seats_source), &mut words);
    words
}

fn not_served(policy: &Policy, facts: Facts<'_>, verdict: &Verdict) -> String {
    let Some(plan) = facts.plan else { return String::new() };
    let class = class_in_the_way(policy, facts.plan, verdict.ground);
    let source =
        class.and_then(|class| policy.sources.get(class.source)).map_or("", |source| source.id.as_str());
    let class = class.map_or("", |class| class.name.as_str());
    let reason = match verdict.ground {
        Ground::Family => {
            format!("`{}` belongs to {class}, which FastTrack for Microsoft 365 does not cover", plan.name)
        }
        _ => format!("`{}` is of the kind {class}, which earns no entitlement of its own", plan.name),
    };
    format!("{reason} [{source}; {}]", verdict.sureness.word())
}

fn by_seats(policy: &Policy, facts: Facts<'_>, verdict: &Verdict) -> String {
    let segment = policy.segments.get(facts.segment).map_or("", |segment| segment.name.as_str());
    let seats = verdict.seats_counted.unwrap_or(0);
    let mut words =
        format!("{}, {segment} ({})", counted(seats, "paid seat", "paid seats"), facts.segment_from.words());
    push_held(policy, facts, verdict, &mut words);
    push_beyond_the_tier(policy, facts, verdict, &mut words);
    if let Some(next) = verdict.next {
        let threshold = grouped(seats + next.seats);
        let _ = write!(
            words,
            "; {} more for {} at {threshold}",
            grouped(next.seats),
            rung_name(policy, next.rung)
        );
    }
    if verdict.sureness != Sureness::Certain {
        words.push_str(". ");
        words.push_str(doubt(policy, facts, verdict, seats));
    }
    words
}

/// The rungs that are held, each with its threshold; what every customer has is named only where it is all there is.
fn push_held(policy: &Policy, facts: Facts<'_>, verdict: &Verdict, words: &mut String) {
    let held = rungs_held(verdict);
    let threshold = |entitlement: usize| policy.threshold(entitlement, facts.segment);
    let asks =
        |entitlement: &&usize| threshold(**entitlement).is_some_and(|threshold| threshold.seats > Some(0));
    let mut earned: Vec<usize> = policy.rungs.iter().take(held).filter(asks).copied().collect();
    if earned.is_empty() {
        earned.extend(held.checked_sub(1).and_then(|highest| policy.rungs.get(highest)));
    }
    for (index, entitlement) in earned.iter().enumerate() {
        words.push_str(if index == 0 { ": " } else { ", " });
        words.push_str(&rule(policy, *entitlement, facts.segment));
        let source = threshold(*entitlement).map(|threshold| threshold.source);
        let next = earned.get(index + 1).and_then(|next| threshold(*next)).map(|threshold| threshold.source);
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
        words.push_str(&rule(policy, *entitlement, facts.segment));
        push_source(
            policy,
            policy.threshold(*entitlement, facts.segment).map(|threshold| threshold.source),
            words,
        );
    }
}

const fn rungs_held(verdict: &Verdict) -> usize {
    match verdict.tier {
        Tier::Rung(rung) => rung + 1,
        Tier::None | Tier::NeedsReview => 0,
    }
}

fn rule(policy: &Policy, entitlement: usize, segment: usize) -> String {
    let name = policy.entitlements.get(entitlement).map_or("", |entitlement| entitlement.name.as_str());
    match policy.threshold(entitlement, segment).and_then(|threshold| threshold.seats) {
        Some(0) => format!("{name} for every customer"),
        Some(seats) => format!("{name} from {}", grouped(seats)),
        None => name.to_owned(),
    }
}

fn push_source(policy: &Policy, source: Option<usize>, words: &mut String) {
    if let Some(source) = source.and_then(|source| policy.source(source)) {
        let _ = write!(words, " [{}]", source.id);
    }
}

fn doubt<'a>(policy: &'a Policy, facts: Facts<'_>, verdict: &Verdict, seats: u64) -> &'a str {
    if verdict.sureness == Sureness::Assumed {
        return "The segment is assumed; another one would change this.";
    }
    let readings = (0..policy.entitlements.len())
        .filter(|index| verdict.granted.has(*index))
        .filter_map(|index| policy.interpretation(index, facts.segment, seats));
    // The one that has to be confirmed says more than the others.
    readings.max_by_key(|reading| reading.confirm).map_or("Interpreted.", |reading| reading.says.as_str())
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
        let facts = Facts {
            seats: Some(seats),
            not_paid,
            segment: policy.segment(segment).expect("there"),
            segment_from: from,
            plan: Some(catalogue.find(plan).expect("known").plan),
            needs_review: false,
        };
        why(&policy, facts, &judge(&policy, facts))
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
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
        assert!(kind.contains("Add-on") && kind.contains("earns no entitlement"), "{kind}");
    }
}

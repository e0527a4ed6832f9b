//! The roll-up once more, slow and obvious, and both compared over random tenants.

use super::*;
use crate::plans::Plan;
use crate::policy::PlansServed;
use proptest::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What matters of a roll-up.
#[derive(Debug, PartialEq)]
struct Slow {
    seats: u64,
    segment: usize,
    segments: BTreeSet<usize>,
    granted: Vec<bool>,
    tier: Tier,
    next: Option<(usize, u64)>,
    adding: bool,
}

fn is_judged(part: &TenantPart<'_>) -> bool {
    part.plan.is_some() && part.decided_by != DecidedBy::Review
}

fn is_served(part: &TenantPart<'_>) -> bool {
    is_judged(part) && part.decided_by == DecidedBy::Seats && part.seats > 0
}

fn key<'p>(part: &TenantPart<'p>) -> &'p str {
    part.plan.map_or("", Plan::key)
}

/// Whether two rows say the same thing twice.
fn is_same(left: &TenantPart<'_>, right: &TenantPart<'_>) -> bool {
    match (left.subscription, right.subscription) {
        (Some(left), Some(right)) => left == right,
        (None, None) => key(left) == key(right) && left.seats == right.seats,
        _ => false,
    }
}

/// The rows that count: of those that say the same, the one with most seats of an eligible plan.
fn kept<'p>(parts: &[TenantPart<'p>]) -> Vec<TenantPart<'p>> {
    let order = |part: &TenantPart<'p>| {
        (is_served(part), part.seats, part.plan.is_some_and(Plan::adds_up), Reverse(key(part)))
    };
    let judged: Vec<TenantPart<'p>> = parts.iter().filter(|part| is_judged(part)).copied().collect();
    let is_kept = |(place, part): &(usize, &TenantPart<'p>)| {
        judged.iter().enumerate().all(|(other_place, other)| {
            other_place == *place
                || !is_same(part, other)
                || order(part) > order(other)
                || (order(part) == order(other) && *place < other_place)
        })
    };
    judged.iter().enumerate().filter(is_kept).map(|(_, part)| *part).collect()
}

fn seats_of(parts: &[TenantPart<'_>], plan: &str) -> u64 {
    parts.iter().filter(|part| key(part) == plan).map(|part| part.seats).sum()
}

/// What is granted in a segment, rung by rung, where so many seats are of eligible plans and of plans of any kind.
fn granted(policy: &Policy, segment: usize, eligible: Option<u64>, any: u64) -> Vec<bool> {
    let rung = |entitlement: &usize| {
        let asked = policy.entitlements[*entitlement].thresholds[segment].seats;
        let has = match policy.entitlements[*entitlement].plans {
            PlansServed::Any => Some(any),
            PlansServed::Eligible => eligible,
        };
        matches!((has, asked), (Some(has), Some(asked)) if has >= asked)
    };
    policy.rungs.iter().map(rung).collect()
}

fn slow(policy: &Policy, parts: &[TenantPart<'_>]) -> Slow {
    let kept = kept(parts);
    let served: Vec<TenantPart<'_>> = kept.iter().filter(|part| is_served(part)).copied().collect();
    let sum: u64 = served.iter().filter(|part| part.plan.unwrap().adds_up()).map(|part| part.seats).sum();
    let largest = served.iter().map(|part| seats_of(&served, key(part))).max().unwrap_or(0);
    let seats = sum.max(largest);
    let single = parts.iter().filter(|part| is_judged(part)).map(|part| part.seats);
    let any = kept.iter().map(|part| seats_of(&kept, key(part))).chain(single).max().unwrap_or(0);
    let judged: Vec<&TenantPart<'_>> = parts.iter().filter(|part| is_judged(part)).collect();
    let has_eligible = judged.iter().any(|part| part.decided_by == DecidedBy::Seats);
    let has_paid_for = has_eligible || judged.iter().any(|part| part.decided_by != DecidedBy::NotPaid);
    let eligible = |seats: u64| has_eligible.then_some(seats);

    let mut segments: BTreeSet<usize> =
        judged.iter().filter(|part| is_served(part)).map(|part| part.segment).collect();
    if segments.is_empty() {
        segments = judged.iter().filter(|part| part.seats > 0).map(|part| part.segment).collect();
    }
    if segments.is_empty() {
        segments = judged.iter().map(|part| part.segment).collect();
    }
    let height = |granted: &[bool]| granted.iter().take_while(|granted| **granted).count();
    let next = |segment: usize| {
        let rung = height(&granted(policy, segment, eligible(seats), any.max(seats)));
        let entitlement = &policy.entitlements[*policy.rungs.get(rung)?];
        let has = match entitlement.plans {
            PlansServed::Any => has_paid_for.then_some(any.max(seats))?,
            PlansServed::Eligible => eligible(seats)?,
        };
        Some((rung, entitlement.thresholds[segment].seats? - has))
    };
    let strictness = |segment: usize| {
        let granted = granted(policy, segment, eligible(seats), any.max(seats));
        let count = granted.iter().filter(|granted| **granted).count();
        let missing = next(segment).map_or(u64::MAX, |(_, missing)| missing);
        let asks: Vec<u64> = policy
            .rungs
            .iter()
            .map(|rung| policy.entitlements[*rung].thresholds[segment].seats.unwrap_or(u64::MAX))
            .collect();
        (height(&granted), count, Reverse(missing), Reverse(asks))
    };
    let segment = segments.iter().copied().min_by_key(|segment| (strictness(*segment), *segment));
    let segment = segment.unwrap_or(policy.default_segment);
    let own = granted(policy, segment, eligible(seats), any.max(seats));
    let alone = granted(policy, segment, eligible(largest), any.max(largest));
    let rungs = height(&own);
    let tier = if rungs == 0 { Tier::None } else { Tier::Rung(rungs - 1) };
    let is_review = judged.is_empty();
    Slow {
        seats,
        segment,
        segments,
        tier: if is_review { Tier::NeedsReview } else { tier },
        next: if is_review { None } else { next(segment) },
        adding: own.iter().zip(&alone).any(|(own, alone)| *own && !alone),
        granted: own,
    }
}

fn fast(policy: &Policy, tenant: &Tenant<'_>) -> Slow {
    let rollup = Rollup::of(policy, tenant, Once::Lines);
    Slow {
        seats: rollup.seats,
        segment: rollup.segment(policy),
        segments: rollup.segments.iter().copied().collect(),
        granted: policy.rungs.iter().map(|rung| rollup.verdict.granted.has(*rung)).collect(),
        tier: rollup.verdict.tier,
        next: rollup.verdict.next.map(|next| (next.rung, next.seats)),
        adding: rollup.is_only_by_adding(),
    }
}

const PLANS: [&str; 11] = [
    "Microsoft 365 E3",
    "Office 365 E1",
    "Microsoft 365 A3 for faculty",
    "Enterprise Mobility + Security E3",
    "Project Plan 3",
    "Microsoft 365 Apps for enterprise",
    "Microsoft 365 E5 Security",
    "Visio Plan 2",
    "Microsoft 365 Copilot",
    "!Office 365 E5",
    "No such plan",
];
const SEGMENTS: [&str; 4] = ["commercial", "government", "education", "nonprofit"];
const SEATS: [u64; 14] = [0, 1, 5, 10, 49, 50, 100, 150, 250, 450, 500, 600, 900, 1_000];

fn row() -> impl Strategy<Value = Row<'static>> {
    let subscriptions = prop::sample::select(vec!["", "", "", "x", "y"]);
    (
        prop::sample::select(&PLANS[..]),
        prop::sample::select(&SEATS[..]),
        prop::sample::select(&SEGMENTS[..]),
        subscriptions,
    )
}

/// Adds rows as batches bring them; those that are alike are joined behind some of them.
fn tenant(policy: &Policy, rows: &[Row<'_>], cuts: &[usize]) -> Tenant<'static> {
    let mut tenant = Tenant::new(("Contoso", ""), 0);
    for (place, (number, row)) in (2..).zip(rows).enumerate() {
        tenant.add(part(policy, number, *row));
        if cuts.contains(&place) {
            tenant.settle();
        }
    }
    tenant.settle();
    tenant
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_roll_up_is_what_the_slow_one_says_in_any_order_and_any_batches(
        (rows, turned) in prop::collection::vec(row(), 1..9)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        cuts in prop::collection::vec(0_usize..9, 0..4),
        has_portal_from_10 in any::<bool>(),
    ) {
        let policy: &Policy = if has_portal_from_10 { &PORTAL_FROM_10 } else { &LEARN };
        let parts: Vec<TenantPart<'_>> = (2..).zip(&rows).map(|(number, row)| part(policy, number, *row)).collect();
        let wanted = slow(policy, &parts);
        prop_assert_eq!(&fast(policy, &tenant(policy, &rows, &[])), &wanted);
        let turned = tenant(policy, &turned, &cuts);
        prop_assert_eq!(&fast(policy, &turned), &wanted);
        let plain = Rollup::of(policy, &tenant(policy, &rows, &[]), Once::Lines);
        let turned = Rollup::of(policy, &turned, Once::Lines);
        prop_assert_eq!((plain.plans, plain.largest, plain.of_any_plan), (turned.plans, turned.largest, turned.of_any_plan));
        prop_assert_eq!((plain.basis, plain.uncounted.len()), (turned.basis, turned.uncounted.len()));
        prop_assert_eq!(plain.facts.plan, turned.facts.plan);
    }

    #[test]
    fn a_tenant_of_one_segment_has_all_that_its_rows_have(
        rows in prop::collection::vec(row(), 1..9),
        segment in prop::sample::select(&SEGMENTS[..]),
        has_portal_from_10 in any::<bool>(),
    ) {
        let policy: &Policy = if has_portal_from_10 { &PORTAL_FROM_10 } else { &LEARN };
        let rows: Vec<Row<'_>> = rows.into_iter().map(|(plan, seats, _, id)| (plan, seats, segment, id)).collect();
        let rollup = fast(policy, &tenant(policy, &rows, &[]));
        for row in &rows {
            let alone = fast(policy, &tenant(policy, &[*row], &[]));
            prop_assert!(alone.tier <= rollup.tier, "{row:?}");
            prop_assert!(alone.granted.iter().zip(&rollup.granted).all(|(alone, all)| !alone || *all), "{row:?}");
        }
    }
}

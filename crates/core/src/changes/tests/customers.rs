//! Tenants on several rows, compared as the customers that they are.

use super::*;
use proptest::prelude::*;

#[test]
fn a_tenant_whose_plans_move_against_each_other_is_one_line() {
    let rows = [
        (1, 1, THEN, 100, "Q&A", "Commercial"),
        (1, 2, THEN, 60, "Q&A", "Commercial"),
        (1, 1, NOW, 80, "Q&A", "Commercial"),
        (1, 2, NOW, 80, "Q&A", "Commercial"),
    ];
    let whole = |is_now, seats, tier| (1, is_now, 2, seats, tier, vec!["Commercial"]);
    let wholes = [whole(THEN, 160, "Specialist"), whole(NOW, 160, "Specialist")];
    let (changes, totals) = folded_with(&rows, &wholes);
    assert_eq!((changes.len(), changes[0].kind), (1, ChangeKind::OtherPlans));
    assert_eq!(words(&changes[0], false), "plan 1: 100 -> 80 seats; plan 2: 60 -> 80 seats");
    assert_eq!(changes[0].now.as_ref().unwrap().plans.words(), "plan 1; plan 2");
    assert_eq!((totals.by_rows, by_rows(&totals)), (0, None));
    // Though no row is lower, the tenant is.
    let wholes = [whole(THEN, 160, "Specialist"), whole(NOW, 140, "Q&A")];
    let (changes, totals) = folded_with(&rows, &wholes);
    assert_eq!((changes[0].kind, changes[0].seats()), (ChangeKind::Down, [160, 140]));
    let count = |rows, seats| Count { rows, seats };
    assert_eq!(totals.tiers["Specialist"], [count(1, 160), count(0, 0)]);
    assert_eq!(totals.tiers["Q&A"], [count(0, 0), count(1, 140)]);
}

#[test]
fn a_tenant_of_one_row_is_compared_with_what_it_comes_to_on_several() {
    let rows = [
        (1, 1, THEN, 100, "Q&A", "Commercial"),
        (1, 1, NOW, 100, "Q&A", "Commercial"),
        (1, 2, NOW, 50, "Q&A", "Education"),
    ];
    let now = (1, NOW, 2, 150, "Q&A", vec!["Education", "Commercial"]);
    let (changes, totals) = folded_with(&rows, &[now]);
    assert_eq!((changes.len(), changes[0].kind, totals.by_rows), (1, ChangeKind::OtherSegment, 0));
    assert_eq!(
        words(&changes[0], false),
        "segment Commercial -> Education (mixed: Commercial, Education); seats 100 -> 150; \
         new: plan 2 (50 seats); rows 1 -> 2"
    );
}

#[test]
fn the_segment_that_a_tenant_is_judged_by_is_compared_too() {
    let row = |is_now, plan, segment| (1, plan, is_now, 100, "Q&A", segment);
    let rows = [
        row(THEN, 1, "Commercial"),
        row(THEN, 2, "Education"),
        row(NOW, 1, "Commercial"),
        row(NOW, 2, "Education"),
    ];
    let whole = |is_now, segments| (1, is_now, 2, 200, "Q&A", segments);
    let both = |now| folded_with(&rows, &[whole(THEN, vec!["Education", "Commercial"]), whole(NOW, now)]).0;
    assert_eq!(both(vec!["education", "COMMERCIAL"])[0].kind, ChangeKind::Unchanged);
    assert_eq!(both(vec!["Commercial", "Education"])[0].kind, ChangeKind::OtherSegment);
    assert_eq!(both(vec!["Education"])[0].kind, ChangeKind::OtherSegment);
}

#[test]
fn what_is_said_of_other_rows_is_not_taken_for_the_tenants() {
    let row = |is_now, plan, seats| (1, plan, is_now, seats, "Q&A", "Commercial");
    let rows = [row(THEN, 1, 60), row(THEN, 2, 70), row(NOW, 1, 60), row(NOW, 2, 70)];
    let whole = |is_now, rows| (1, is_now, rows, 500, "Migration", vec!["Commercial"]);
    let unlike = [whole(THEN, 3), whole(NOW, 2)];
    let twice = [whole(THEN, 2), whole(THEN, 2), whole(NOW, 2)];
    for wholes in [unlike.as_slice(), &twice] {
        let (changes, totals) = folded_with(&rows, wholes);
        // Both nights are compared by their rows: one of them alone would seem to have moved.
        assert_eq!((changes[0].kind, changes[0].seats()), (ChangeKind::Unchanged, [130, 130]));
        assert_eq!((totals.by_rows, totals.without_rollup), (1, [1, 0]));
        assert!(by_rows(&totals).unwrap().contains("because the earlier workbook does not say"));
    }
    // Who has no row is no customer.
    let (changes, totals) = folded_with(&[], &[whole(NOW, 2)]);
    assert_eq!((changes.len(), totals), (0, Totals::default()));
}

#[test]
fn a_tenant_without_a_verdict_has_no_seats_that_it_was_judged_on() {
    let row = |is_now, tier| (1, 1, is_now, 60, tier, "Commercial");
    let rows = [row(THEN, "Q&A"), row(THEN, "Q&A"), row(NOW, NEEDS_REVIEW), row(NOW, NEEDS_REVIEW)];
    let whole = |is_now, seats, tier| (1, is_now, 2, seats, tier, vec!["Commercial"]);
    let (changes, totals) = folded_with(&rows, &[whole(THEN, 120, "Q&A"), whole(NOW, 0, NEEDS_REVIEW)]);
    assert_eq!((changes[0].kind, changes[0].now.as_ref().unwrap().seats), (ChangeKind::ToReview, None));
    assert_eq!(totals.tiers[NEEDS_REVIEW], [Count::default(), Count { rows: 1, seats: 0 }]);
}

#[test]
fn a_tenant_with_very_many_plans_names_some_and_counts_all() {
    let row = |plan: u64, is_now, seats| (1, plan, is_now, seats, "Portal", "Commercial");
    let mut rows: Vec<Row> =
        (1..=500).flat_map(|plan| [row(plan, THEN, 5), row(plan, NOW, 5 + plan)]).collect();
    rows.push(row(501, NOW, 1));
    let changes = folded(&rows);
    assert_eq!(changes.len(), 1);
    let said = words(&changes[0], false);
    assert!(said.contains("plan 500: 5 -> 505 seats; plan 499: 5 -> 504 seats"), "{said}");
    assert!(said.contains("; 493 more plans changed; rows 500 -> 501"), "{said}");
    let plans = changes[0].now.as_ref().unwrap().plans.clone();
    assert_eq!((plans.named.len(), plans.count), (8, 501));
    assert!(plans.words().starts_with("plan 1; plan 2;") && plans.words().ends_with("; 493 more"));
}

const TIERS: [&str; 4] = ["Portal", "Q&A", NEEDS_REVIEW, "None"];
const SEGMENTS: [&str; 2] = ["Commercial", "Education"];

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0_u64..4, 1_u64..4, any::<bool>(), 0_u64..3, 0..TIERS.len(), 0..SEGMENTS.len());
    let row = row.prop_map(|(tenant, plan, is_now, seats, tier, segment)| {
        (tenant, plan, is_now, seats, TIERS[tier], SEGMENTS[segment])
    });
    prop::collection::vec(row, 0..24)
}

/// What the rows of some tenants come to, by the right number of rows or by a wrong one.
fn wholes(rows: &[Row], said: &[(u8, u64, usize)]) -> Vec<Whole> {
    let nights = (1..4).flat_map(|tenant| [(tenant, THEN), (tenant, NOW)]);
    let whole = |((tenant, is_now), (how, seats, tier)): ((u64, bool), &(u8, u64, usize))| {
        let count = rows.iter().filter(|row| (row.0, row.2) == (tenant, is_now)).count() as u64;
        let count = if *how == 1 { count + 1 } else { count };
        (*how > 0 && count > 1).then(|| (tenant, is_now, count, *seats, TIERS[*tier], vec!["Education"]))
    };
    nights.zip(said).filter_map(whole).collect()
}

/// What is compared of one plan: seats, tiers, segments and how many rows, in no order.
fn plan_of(rows: &[Row], key: (u64, u64, bool)) -> Vec<(u64, &'static str, &'static str)> {
    let mut found: Vec<_> =
        rows.iter().filter(|row| (row.0, row.1, row.2) == key).map(|row| (row.3, row.4, row.5)).collect();
    found.sort_unstable();
    found
}

proptest! {
    #[test]
    fn every_customer_of_either_night_has_one_kind(
        rows in rows(), said in prop::collection::vec((0_u8..4, 0_u64..3, 0..TIERS.len()), 6),
    ) {
        let wholes = wholes(&rows, &said);
        let (changes, totals) = folded_with(&rows, &wholes);
        let mut moves = Moves::default();
        for change in &changes {
            moves.add(change);
        }
        let all: u64 = ChangeKind::ALL.into_iter().map(|kind| moves.of(kind).customers).sum();
        for (is_now, other) in [(THEN, ChangeKind::New), (NOW, ChangeKind::Gone)] {
            let mine = || rows.iter().filter(|row| row.2 == is_now);
            let mut customers: Vec<(u64, u64)> =
                mine().map(|row| (row.0, if row.0 == 0 { row.1 } else { 0 })).collect();
            customers.sort_unstable();
            customers.dedup();
            prop_assert_eq!(all - moves.of(other).customers, customers.len() as u64);
            // By tier, each row without a tenant is one.
            let tenants = customers.iter().filter(|(tenant, _)| *tenant != 0).count();
            let alone = mine().filter(|row| row.0 == 0).count();
            let counted: u64 = totals.tiers.values().map(|counts| counts[usize::from(is_now)].rows).sum();
            prop_assert_eq!(counted, (tenants + alone) as u64);
        }
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(
        (rows, other) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        said in prop::collection::vec((0_u8..4, 0_u64..3, 0..TIERS.len()), 6),
    ) {
        let shown = |rows: &[Row]| {
            let (changes, totals) = folded_with(rows, &wholes(rows, &said));
            let side = |side: &Option<Side>| {
                let side = side.as_ref()?;
                Some((side.tier.clone(), side.seats, side.segment().into_owned(), side.rows, side.review))
            };
            let line = |change: &Change| {
                let mut words: Vec<String> = words(change, false).split("; ").map(str::to_owned).collect();
                words.sort();
                (change.kind, side(&change.before), side(&change.now), words)
            };
            let mut lines: Vec<_> = changes.iter().map(line).collect();
            lines.sort();
            (lines, totals)
        };
        prop_assert_eq!(shown(&rows), shown(&other));
    }

    #[test]
    fn nothing_that_moved_is_silent(
        rows in rows(), said in prop::collection::vec((0_u8..4, 0_u64..3, 0..TIERS.len()), 6),
    ) {
        // One tenant, so that its change is the only one.
        let rows: Vec<Row> = rows.into_iter().map(|row| (1, row.1, row.2, row.3, row.4, row.5)).collect();
        let wholes = wholes(&rows, &said);
        for change in folded_with(&rows, &wholes).0 {
            let is_same = (1..4).all(|plan| plan_of(&rows, (1, plan, THEN)) == plan_of(&rows, (1, plan, NOW)));
            let said = words(&change, false);
            prop_assert_eq!(said.is_empty(), change.kind == ChangeKind::Unchanged, "{:?}", change);
            if change.kind == ChangeKind::Unchanged {
                let sums = |is_now| (1..4).map(move |plan| (plan, is_now));
                let sum = |(plan, is_now)| {
                    let rows = plan_of(&rows, (1, plan, is_now));
                    (rows.len(), rows.iter().map(|row| row.0).sum::<u64>())
                };
                prop_assert!(sums(THEN).map(sum).eq(sums(NOW).map(sum)), "{:?}", change);
            } else if wholes.is_empty() {
                prop_assert!(!is_same, "{:?}", change);
            }
        }
    }
}

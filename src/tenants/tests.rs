//! Tenants as the documentation counts them.

use super::*;
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::roster::Overridden;
use crate::roster::identity::{Of, fingerprint};

/// A row: plan, paid seats, segment, subscription; `!` before the plan = free, trial or inactive.
type Row<'r> = (&'r str, u64, &'r str, &'r str);

fn with_rollup<T>(rows: &[Row<'_>], test: impl Fn(&Rollup<'_>, &Policy) -> T) -> T {
    rolled_up(rows, Once::Lines, test)
}

fn rolled_up<T>(rows: &[Row<'_>], once: Once, test: impl Fn(&Rollup<'_>, &Policy) -> T) -> T {
    let policy = Policy::default_shipped().unwrap();
    let catalogue = Catalogue::shipped().unwrap();
    let parts = (2..).zip(rows).map(|(number, (plan, seats, segment, subscription))| {
        let found = catalogue.find(plan.trim_start_matches('!')).ok().map(|found| found.plan);
        let is_paid = !plan.starts_with('!');
        Part {
            number,
            rows: 1,
            plan: found,
            segment: policy.segment_by_word(segment).unwrap(),
            segment_from: SegmentFrom::Column,
            seats: if is_paid { *seats } else { 0 },
            overridden: Overridden::default(),
            ground: match found {
                None => Ground::Review,
                Some(plan) if crate::verdict::is_served(&policy, plan) && is_paid => Ground::Seats,
                Some(_) => {
                    if is_paid {
                        Ground::Family
                    } else {
                        Ground::NotPaid
                    }
                }
            },
            subscription: (!subscription.is_empty())
                .then(|| fingerprint(Of::Subscription, [subscription, ""])),
        }
    });
    let mut tenant = Tenant::new("Contoso".to_owned(), String::new());
    for part in parts {
        tenant.add(part);
    }
    tenant.join();
    test(&Rollup::of(&policy, &tenant, once), &policy)
}

fn seats(rows: &[Row<'_>]) -> (Basis, u64) {
    with_rollup(rows, |rollup, _| (rollup.basis, rollup.seats))
}

#[test]
fn base_plans_add_up_and_what_sits_on_the_same_people_does_not() {
    let e3 = ("Office 365 E3", 300, "commercial", "");
    assert_eq!(seats(&[e3, ("Enterprise Mobility + Security E3", 300, "commercial", "")]), (Basis::Sum, 300));
    assert_eq!(seats(&[e3, ("Microsoft 365 Business Premium", 80, "commercial", "")]), (Basis::Sum, 380));
    assert_eq!(seats(&[e3, ("Project Plan 3", 500, "commercial", ""), e3]), (Basis::Sum, 300));
}

#[test]
fn without_a_base_plan_the_largest_counts() {
    let rows = [
        ("Enterprise Mobility + Security E3", 120, "commercial", ""),
        ("Project Plan 3", 160, "commercial", ""),
    ];
    assert_eq!(seats(&rows), (Basis::Largest, 160));
    with_rollup(&rows, |rollup, _| {
        assert!(matches!(rollup.uncounted[..], [Uncounted::Beside(_, 120)]), "{:?}", rollup.uncounted);
    });
}

#[test]
fn a_subscription_counts_once_with_the_most_seats_it_shows() {
    let rows = [
        ("Office 365 E3", 200, "commercial", "s-1"),
        ("Office 365 E3", 250, "commercial", "s-1"),
        ("Office 365 E3", 100, "commercial", "s-2"),
    ];
    assert_eq!(seats(&rows), (Basis::Sum, 350));
    with_rollup(&rows, |rollup, _| assert_eq!(rollup.uncounted, [Uncounted::SameSubscription(1)]));
}

#[test]
fn two_plans_of_one_subscription_id_are_two() {
    let rows = [("Office 365 E3", 200, "commercial", "x"), ("Office 365 E1", 50, "commercial", "x")];
    assert_eq!(seats(&rows), (Basis::Sum, 250));
}

#[test]
fn equal_lines_without_a_subscription_count_once_and_others_add_up() {
    let line = |seats| ("Office 365 E3", seats, "commercial", "");
    assert_eq!(seats(&[line(200), line(200)]), (Basis::Sum, 200));
    assert_eq!(seats(&[line(200), line(100)]), (Basis::Sum, 300));
}

#[test]
fn a_plan_with_a_line_for_each_workload_counts_once_with_the_most_seats() {
    let line = |seats| ("Office 365 E3", seats, "commercial", "");
    let rows = [line(200), line(180), line(200), ("Office 365 E1", 50, "commercial", "")];
    rolled_up(&rows, Once::Plans, |rollup, _| {
        assert_eq!((rollup.seats, &rollup.uncounted[..]), (250, &[Uncounted::SameLine(2)][..]));
    });
}

#[test]
fn the_segment_that_gives_least_decides_and_is_flagged_as_mixed() {
    let rows =
        [("Microsoft 365 E3", 400, "commercial", ""), ("Microsoft 365 A3 for faculty", 400, "education", "")];
    with_rollup(&rows, |rollup, policy| {
        assert_eq!(rollup.seats, 800);
        assert_eq!(policy.segments[rollup.segment(policy)].id, "education");
        assert_eq!(rollup.segments.len(), 2);
        assert_eq!(rollup.verdict.tier, Tier::Rung(1));
    });
}

#[test]
fn a_row_that_repeats_a_subscription_still_says_its_segment() {
    let rows =
        [("Microsoft 365 E3", 250, "commercial", "s-1"), ("Microsoft 365 E3", 250, "education", "s-1")];
    with_rollup(&rows, |rollup, policy| {
        assert_eq!((rollup.seats, rollup.segments.len()), (250, 2));
        assert_eq!(policy.segments[rollup.segment(policy)].id, "education");
    });
}

#[test]
fn a_tier_that_no_plan_reaches_alone_is_told() {
    let rows = [("Microsoft 365 E3", 100, "commercial", ""), ("Office 365 E1", 80, "commercial", "")];
    with_rollup(&rows, |rollup, _| {
        assert!(rollup.is_only_by_adding());
        assert_eq!((rollup.largest_alone.tier, rollup.verdict.tier), (Tier::Rung(1), Tier::Rung(2)));
        assert_eq!(rollup.verdict.next.map(|next| next.seats), Some(320));
    });
    with_rollup(&[rows[0], ("Office 365 E1", 10, "commercial", "")], |rollup, _| {
        assert!(!rollup.is_only_by_adding());
    });
}

#[test]
fn what_is_not_paid_for_counts_for_nothing() {
    let rows = [("!Microsoft 365 E3", 900, "education", ""), ("Office 365 E1", 60, "commercial", "")];
    with_rollup(&rows, |rollup, policy| {
        assert_eq!((rollup.basis, rollup.seats), (Basis::Sum, 60));
        assert_eq!(policy.segments[rollup.segment(policy)].id, "commercial");
        assert_eq!(rollup.uncounted, [Uncounted::NotServed(1)]);
    });
    with_rollup(&rows[..1], |rollup, _| {
        assert_eq!((rollup.basis, rollup.verdict.tier), (Basis::Nothing, Tier::Rung(0)));
    });
}

#[test]
fn rows_to_review_are_left_out_and_told() {
    let rows = [("No such plan", 900, "commercial", ""), ("Office 365 E1", 60, "commercial", "")];
    with_rollup(&rows, |rollup, _| {
        assert_eq!((rollup.seats, &rollup.uncounted[..]), (60, &[Uncounted::Review(1)][..]));
    });
    with_rollup(&[rows[0], rows[0]], |rollup, _| {
        assert_eq!((rollup.basis, rollup.verdict.tier), (Basis::Review, Tier::NeedsReview));
    });
}

#[test]
fn tenants_come_in_the_order_of_their_first_rows_and_only_with_several() {
    let policy = Policy::default_shipped().unwrap();
    let part = |number| Part {
        number,
        rows: 1,
        plan: None,
        segment: policy.default_segment,
        segment_from: SegmentFrom::Assumed,
        seats: 0,
        overridden: Overridden::default(),
        ground: Ground::Review,
        subscription: None,
    };
    let mut tenants = Tenants::default();
    for (number, key) in (2..).zip(["b", "a", "c", "a", "b", "b"]) {
        let (name, owner) = (String::new(), String::new());
        let row = Sighted { key: key.into(), shown: key.into(), name, owner, part: part(number) };
        tenants.add(row);
    }
    let seen: Vec<(String, u64)> =
        tenants.in_order().unwrap().into_iter().map(|tenant| (tenant.shown.clone(), tenant.rows)).collect();
    assert_eq!(seen, [("b".to_owned(), 3), ("a".to_owned(), 2)]);
}

#[test]
fn lines_that_are_alike_are_held_once_and_counted() {
    let policy = Policy::default_shipped().unwrap();
    let catalogue = Catalogue::shipped().unwrap();
    let plan = catalogue.find("SPE_E3").unwrap().plan;
    let mut tenants = Tenants::default();
    for number in 2..10_002 {
        let part = Part {
            number,
            rows: 1,
            plan: Some(plan),
            segment: policy.default_segment,
            segment_from: SegmentFrom::Assumed,
            seats: 100 + number % 3,
            overridden: Overridden::default(),
            ground: Ground::Seats,
            subscription: None,
        };
        let (name, owner) = (String::new(), String::new());
        tenants.add(Sighted { key: "a".into(), shown: "a".into(), name, owner, part });
        assert!(tenants.parts <= ROOM + 1);
    }
    tenants.settle();
    let tenant = tenants.in_order().unwrap().pop().unwrap();
    assert_eq!((tenant.rows, tenant.parts.len(), tenant.numbers.len()), (10_000, 3, NAMED_ROWS));
    assert_eq!(tenant.parts.iter().map(|part| part.rows).sum::<u64>(), 10_000);
    let rollup = Rollup::of(&policy, tenant, Once::Lines);
    assert_eq!((rollup.seats, &rollup.uncounted[..]), (303, &[Uncounted::SameLine(9_997)][..]));
}

proptest::proptest! {
    #[test]
    fn the_order_of_the_rows_changes_nothing(
        rows in proptest::collection::vec((0_usize..6, 0_u64..700, 0_usize..3, 0_usize..4), 2..9),
        cut in 0_usize..9,
    ) {
        let plans = [
            "Microsoft 365 E3", "Office 365 E1", "Enterprise Mobility + Security E3", "!Office 365 E5",
            "Project Plan 3", "No such plan",
        ];
        let row = |(plan, seats, segment, subscription): &(usize, u64, usize, usize)| {
            (plans[*plan], *seats, ["commercial", "education", "nonprofit"][*segment], ["", "", "x", "y"][*subscription])
        };
        let rows: Vec<Row<'_>> = rows.iter().map(row).collect();
        let mut turned = rows.clone();
        turned.rotate_left(cut % rows.len());
        turned.reverse();
        let total = |rows: &[Row<'_>]| with_rollup(rows, |rollup, _| {
            (rollup.seats, rollup.basis, rollup.verdict.tier, rollup.largest_alone.tier)
        });
        proptest::prop_assert_eq!(total(&rows), total(&turned));
        let most: u64 = rows.iter().filter(|row| !row.0.starts_with('!')).map(|row| row.1).sum();
        proptest::prop_assert!(total(&rows).0 <= most);
    }
}

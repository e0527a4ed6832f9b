//! Tenants as the documentation counts them.

mod slow;

use super::*;
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::roster::Overridden;
use crate::roster::identity::{Of, fingerprint};
use crate::roster::overrides::{NOT_COUNTED, NOT_COUNTED_PLAN};
use crate::verdict::{Facts, judge};
use std::sync::LazyLock;

/// A row: plan, paid seats, segment, subscription; `!` before the plan = free, trial or inactive.
type Row<'r> = (&'r str, u64, &'r str, &'r str);

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().unwrap());
static LEARN: LazyLock<Policy> = LazyLock::new(|| Policy::default_shipped().unwrap());
/// The default policy, but nobody may use the portal with less than ten seats.
static PORTAL_FROM_10: LazyLock<Policy> = LazyLock::new(|| {
    let text =
        Policy::shipped(crate::policy::DEFAULT_NAME).unwrap().replace("fasttrack-learn-2021", "from-10");
    let (head, portal) = text.split_once("[entitlement.from]").unwrap();
    Policy::read(&format!("{head}[entitlement.from]{}", portal.replacen(" = 0\n", " = 10\n", 4)), "p.toml")
        .unwrap()
});

/// What a paid row says whose segment is known by its column.
fn facts<'f>(policy: &'f Policy, plan: Option<&'f Plan>, seats: u64, segment: &str) -> Facts<'f> {
    Facts {
        seats: Some(seats),
        not_paid: None,
        segment: policy.segment_by_word(segment).unwrap(),
        segment_from: SegmentFrom::Column,
        plan,
        standing: plan.map(|plan| policy.standing(plan)),
        readings: &[],
        overridden: Overridden::default(),
        needs_review: false,
    }
}

fn part(policy: &Policy, number: u64, (plan, seats, segment, subscription): Row<'_>) -> TenantPart<'static> {
    let inactive = plan.starts_with('!').then(|| crate::roster::NotPaid::Inactive("Suspended".to_owned()));
    let found = CATALOGUE.find(plan.trim_start_matches('!')).ok().map(|found| found.plan);
    let plan = if plan == NOT_COUNTED { Some(&*NOT_COUNTED_PLAN) } else { found };
    let facts = Facts { not_paid: inactive.as_ref(), ..facts(policy, plan, seats, segment) };
    let verdict = judge(policy, facts);
    TenantPart {
        number,
        rows: 1,
        plan,
        segment: facts.segment,
        segment_from: facts.segment_from,
        seats: verdict.seats_counted.unwrap(),
        overridden: facts.overridden,
        decided_by: verdict.decided_by,
        subscription: (!subscription.is_empty()).then(|| fingerprint(Of::Subscription, [subscription, ""])),
    }
}

fn with_rollup<T>(rows: &[Row<'_>], test: impl Fn(&Rollup<'_>, &Policy) -> T) -> T {
    rolled_up(&LEARN, rows, Once::Lines, test)
}

fn rolled_up<T>(
    policy: &Policy,
    rows: &[Row<'_>],
    once: Once,
    test: impl Fn(&Rollup<'_>, &Policy) -> T,
) -> T {
    let mut tenant = Tenant::new(("Contoso", ""), 0);
    for (number, row) in (2..).zip(rows) {
        tenant.add(part(policy, number, *row));
    }
    tenant.settle();
    test(&Rollup::of(policy, &tenant, once), policy)
}

fn seats(rows: &[Row<'_>]) -> (Basis, u64) {
    with_rollup(rows, |rollup, _| (rollup.basis, rollup.seats))
}

#[test]
fn base_plans_add_up_and_what_sits_on_the_same_people_does_not() {
    let e3 = ("Office 365 E3", 300, "commercial", "");
    assert_eq!(seats(&[e3, ("Enterprise Mobility + Security E3", 300, "commercial", "")]), (Basis::Sum, 300));
    assert_eq!(seats(&[e3, ("Microsoft 365 Business Premium", 80, "commercial", "")]), (Basis::Sum, 380));
    assert_eq!(seats(&[e3, ("Project Plan 3", 200, "commercial", ""), e3]), (Basis::Sum, 300));
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
fn one_subscription_id_is_one_subscription_even_under_two_plan_names() {
    let (e3, e1) = (("Office 365 E3", 200, "commercial", "x"), ("Office 365 E1", 250, "commercial", "x"));
    assert_eq!(seats(&[e3, e1]), (Basis::Sum, 250));
    with_rollup(&[e3, e1], |rollup, _| assert_eq!(rollup.uncounted, [Uncounted::SameSubscription(1)]));
    // A plan that counts goes before one that does not, however many seats that has.
    assert_eq!(seats(&[e3, ("Visio Plan 2", 900, "commercial", "x")]), (Basis::Sum, 200));
    assert_eq!(seats(&[("!Office 365 E3", 900, "commercial", "x"), e3]), (Basis::Sum, 200));
    let same = [e3, ("Microsoft 365 E3", 200, "commercial", "x")];
    let plan = |rows: &[Row<'_>]| with_rollup(rows, |rollup, _| rollup.plans[0].0.id.clone());
    assert_eq!(plan(&same), plan(&[same[1], same[0]]));
}

#[test]
fn a_tenant_is_never_lower_than_its_best_row() {
    let rows = [
        ("Microsoft 365 E3", 1, "commercial", ""),
        ("Enterprise Mobility + Security E3", 600, "commercial", ""),
    ];
    with_rollup(&rows, |rollup, _| {
        assert_eq!((rollup.basis, rollup.seats, rollup.verdict.tier), (Basis::Largest, 600, Tier::Rung(3)));
        assert!(matches!(rollup.uncounted[..], [Uncounted::Fewer(_, 1)]), "{:?}", rollup.uncounted);
        assert!(!rollup.is_only_by_adding());
    });
    // An add-on of the list counts by itself, too, and is not added.
    let security = ("Microsoft 365 E5 Security", 400, "commercial", "");
    assert_eq!(seats(&[("Microsoft 365 E3", 300, "commercial", ""), security]), (Basis::Largest, 400));
    assert_eq!(seats(&[("Microsoft 365 E3", 500, "commercial", ""), security]), (Basis::Sum, 500));
    // Two subscriptions of one plan are one plan.
    let ems = |seats, id| ("Enterprise Mobility + Security E3", seats, "commercial", id);
    assert_eq!(seats(&[rows[0], ems(300, "a"), ems(200, "b")]), (Basis::Largest, 500));
}

#[test]
fn microsoft_365_apps_are_not_added_to_base_plans() {
    let apps = ("Microsoft 365 Apps for enterprise", 100, "commercial", "");
    assert_eq!(seats(&[("Exchange Online (Plan 1)", 100, "commercial", ""), apps]), (Basis::Sum, 100));
    assert_eq!(seats(&[("Exchange Online (Plan 1)", 60, "commercial", ""), apps]), (Basis::Largest, 100));
}

#[test]
fn any_entitlement_that_comes_only_from_adding_is_told() {
    let row = |plan| (plan, 300, "education", "");
    with_rollup(
        &[row("Office 365 A3 for faculty"), row("Microsoft 365 A3 for faculty")],
        |rollup, policy| {
            let migration = policy.entitlement("migration").unwrap();
            assert_eq!((rollup.verdict.tier, rollup.largest_alone.tier), (Tier::Rung(1), Tier::Rung(1)));
            assert!(rollup.is_only_by_adding() && rollup.only_by_adding().has(migration));
        },
    );
}

#[test]
fn a_next_tier_needs_an_active_eligible_plan_which_may_have_no_seats() {
    let next = |rows: &[Row<'_>]| with_rollup(rows, |rollup, _| rollup.verdict.next.map(|next| next.seats));
    let (empty, copilot) =
        (("Microsoft 365 E3", 0, "commercial", ""), ("Microsoft 365 Copilot", 175, "commercial", ""));
    assert_eq!((next(&[empty, copilot]), next(&[copilot, empty])), (Some(50), Some(50)));
    let suspended = |plan| (plan, 300, "commercial", "");
    assert_eq!(next(&[suspended("!Microsoft 365 E3"), suspended("!Office 365 E3")]), None);
    assert_eq!(next(&[copilot, copilot]), None);
    assert_eq!(next(&[suspended("!Microsoft 365 E3"), empty]), Some(50));
}

#[test]
fn where_segments_give_the_same_the_one_that_asks_for_more_decides() {
    let rows =
        [("Microsoft 365 E3", 150, "commercial", ""), ("Microsoft 365 A3 for faculty", 900, "education", "")];
    for rows in [rows, [rows[1], rows[0]]] {
        with_rollup(&rows, |rollup, policy| {
            assert_eq!((rollup.seats, rollup.verdict.tier), (1_050, Tier::Rung(3)));
            assert_eq!(policy.segments[rollup.segment(policy)].id, "education");
            let near = crate::steps::Near::default();
            let risk = crate::steps::above_own(policy, rollup.facts.segment, &rollup.verdict, near);
            assert_eq!(risk.map(|risk| risk.seats), Some(50));
        });
    }
}

#[test]
fn what_is_open_to_any_plan_is_open_to_plans_that_are_not_served() {
    let visio = |seats| ("Visio Plan 2", seats, "commercial", "");
    let of = |rows: &[Row<'_>]| {
        rolled_up(&PORTAL_FROM_10, rows, Once::Lines, |rollup, policy| {
            let near = crate::steps::Near::default();
            let risk = crate::steps::above_own(policy, rollup.facts.segment, &rollup.verdict, near);
            let next = rollup.verdict.next.map(|next| (next.rung, next.seats));
            (rollup.seats, rollup.verdict.tier, next, risk.map(|risk| risk.seats))
        })
    };
    let copilot = ("Microsoft 365 Copilot", 4, "commercial", "");
    assert_eq!(of(&[visio(12), copilot]), (0, Tier::Rung(0), None, Some(2)));
    assert_eq!(of(&[visio(3), copilot]), (0, Tier::None, Some((0, 6)), None));
    // With an eligible plan beside it each entitlement looks at its own seats.
    let e3 = ("Microsoft 365 E3", 5, "commercial", "");
    assert_eq!(of(&[visio(12), e3]), (5, Tier::Rung(0), Some((1, 45)), Some(2)));
    assert_eq!(
        of(&[("!Microsoft 365 E3", 5, "commercial", ""), ("!Visio Plan 2", 5, "commercial", "")]).2,
        None
    );
}

#[test]
fn what_a_person_says_does_not_count_counts_for_nothing_that_is_open_to_any_plan() {
    let policy = &*PORTAL_FROM_10;
    let own = (NOT_COUNTED, 500, "commercial", "");
    let tier = |rows: &[Row<'_>]| {
        rolled_up(policy, rows, Once::Lines, |rollup, _| (rollup.verdict.tier, rollup.of_any_plan.is_some()))
    };
    assert_eq!(tier(&[own, own]), (Tier::None, false));
    assert_eq!(tier(&[own, ("Visio Plan 2", 4, "commercial", "")]), (Tier::None, true));
    assert_eq!(tier(&[own, ("Visio Plan 2", 12, "commercial", "")]), (Tier::Rung(0), true));
    let facts = facts(policy, Some(&*NOT_COUNTED_PLAN), 500, "commercial");
    assert_eq!(judge(policy, facts).tier, Tier::None);
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
    rolled_up(&LEARN, &rows, Once::Plans, |rollup, _| {
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

fn row<'a>(tenant: &'static str, part: TenantPart<'a>) -> TenantRow<'static, 'a> {
    let id = TenantId::of(tenant);
    TenantRow {
        id,
        shown: tenant,
        name: "",
        owner: "",
        country: "",
        renewal: None,
        rows: 2,
        phase: None,
        compared: None,
        part,
    }
}

#[test]
fn things_keep_their_order_and_their_places_over_many_blocks() {
    let block = InOrder::<usize>::BLOCK;
    let many = 3 * block + 5;
    let mut held = InOrder::default();
    assert_eq!((held.get(0), held.iter().count()), (None, 0));
    assert!((0..many).all(|thing| held.push(thing) == thing), "each is at the place after the last");
    assert!(held.iter().copied().eq(0..many));
    for place in [0, block - 1, block, block + 1, 2 * block, many - 1] {
        assert_eq!(held.get(place), Some(&place));
        *held.get_mut(place).unwrap() += many;
        assert_eq!(held.get(place), Some(&(place + many)));
    }
    assert_eq!(held.iter().filter(|thing| **thing >= many).count(), 6, "no other place was changed");
    held.0.iter_mut().flatten().for_each(|thing| *thing %= many);
    assert!(held.iter().copied().eq(0..many));
    assert_eq!((held.get(many), held.get(4 * block)), (None, None));
    assert_eq!(held.get_mut(many), None);
}

#[test]
fn rows_find_their_tenants_among_thousands() {
    const MANY: u64 = 5_000;
    let part = |number| part(&LEARN, number, ("Office 365 E3", 60, "commercial", ""));
    let mut tenants = Tenants::default();
    // The second rows come in the opposite order.
    for (number, tenant) in (2..).zip((0..MANY).chain((0..MANY).rev())) {
        let shown = tenant.to_string();
        tenants.add(TenantRow { id: TenantId::of(&shown), shown: &shown, ..row("", part(number)) });
    }
    tenants.unsettled().flatten().for_each(Tenant::settle);
    let in_order = tenants.in_order().unwrap();
    assert_eq!(in_order.len() as u64, MANY);
    for (tenant, number) in in_order.into_iter().zip(0..) {
        let rows = vec![2 + number, 1 + 2 * MANY - number];
        assert_eq!((tenant.shown(), tenant.numbers().collect()), (number.to_string().as_str(), rows));
    }
}

#[test]
fn tenants_come_in_the_order_of_their_first_rows_with_all_that_they_have() {
    let policy = Policy::default_shipped().unwrap();
    let part = |number| TenantPart {
        number,
        rows: 1,
        plan: None,
        segment: policy.default_segment,
        segment_from: SegmentFrom::Assumed,
        seats: 0,
        overridden: Overridden::default(),
        decided_by: DecidedBy::Review,
        subscription: None,
    };
    let mut tenants = Tenants::default();
    for (number, key) in (2..).zip(["b", "a", "c", "a", "b", "b"]) {
        tenants.add(row(key, part(number)));
    }
    let seen: Vec<(String, u64)> = tenants
        .in_order()
        .unwrap()
        .into_iter()
        .map(|tenant| (tenant.shown().to_owned(), tenant.rows))
        .collect();
    assert_eq!(seen, [("b".to_owned(), 3), ("a".to_owned(), 2), ("c".to_owned(), 1)]);
}

#[test]
fn lines_that_are_alike_are_held_once_and_counted() {
    let policy = Policy::default_shipped().unwrap();
    let catalogue = Catalogue::shipped().unwrap();
    let plan = catalogue.find("SPE_E3").unwrap().plan;
    let mut tenants = Tenants::default();
    for number in 2..10_002 {
        let part = TenantPart {
            number,
            rows: 1,
            plan: Some(plan),
            segment: policy.default_segment,
            segment_from: SegmentFrom::Assumed,
            seats: 100 + number % 3,
            overridden: Overridden::default(),
            decided_by: DecidedBy::Seats,
            subscription: None,
        };
        tenants.add(row("a", part));
        assert!(tenants.parts <= ROOM + 1);
    }
    tenants.unsettled().flatten().for_each(Tenant::settle);
    let tenant = tenants.in_order().unwrap().pop().unwrap();
    assert_eq!((tenant.rows, tenant.parts.len(), tenant.numbers().count()), (10_000, 3, NAMED_ROWS));
    assert_eq!(tenant.parts.iter().map(|part| part.rows).sum::<u64>(), 10_000);
    let rollup = Rollup::of(&policy, tenant, Once::Lines);
    assert_eq!((rollup.seats, &rollup.uncounted[..]), (303, &[Uncounted::SameLine(9_997)][..]));
}

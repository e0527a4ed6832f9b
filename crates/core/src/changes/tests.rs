use super::*;
use std::collections::BTreeMap;

mod customers;

const LADDER: [&str; 4] = ["Portal", "Q&A", "Specialist", "Migration"];

fn ladders() -> Ladders {
    let ladder: Vec<String> = LADDER.iter().map(|rung| (*rung).to_owned()).collect();
    Ladders { before: ladder.clone(), now: ladder }
}

/// Tenant, plan, whether it is now, seats, tier, segment.
type Row = (u64, u64, bool, u64, &'static str, &'static str);

/// What the rows of a tenant come to: tenant, whether it is now, rows, seats, tier, segments.
type Whole = (u64, bool, u64, u64, &'static str, Vec<&'static str>);

fn folded_with(rows: &[Row], wholes: &[Whole]) -> (Vec<Change>, Totals) {
    let row = |(ordinal, &(tenant, plan, is_now, seats, tier, segment)): (u64, &Row)| {
        let seats = Some(seats);
        let plan_name = format!("plan {plan}");
        let shown = ["contoso.com", "Contoso", plan_name.as_str()];
        let mut bytes = Vec::new();
        Note { tenant, plan, is_now, ordinal, seats, tier, segment, shown }.write(&mut bytes);
        bytes
    };
    let whole = |(tenant, is_now, rows, seats, tier, segments): &Whole| {
        let mut bytes = Vec::new();
        let (tenant, is_now, rows, seats, segments) = (*tenant, *is_now, *rows, *seats, segments.clone());
        Together { tenant, is_now, rows, seats, tier, segments }.write(&mut bytes);
        bytes
    };
    let mut notes: Vec<Vec<u8>> = (1..).zip(rows).map(row).chain(wholes.iter().map(whole)).collect();
    notes.sort();
    let (mut fold, mut changes) = (Fold::new(ladders()), Vec::new());
    let mut emit = |change: &Change| -> Result<(), ()> {
        changes.push(change.clone());
        Ok(())
    };
    for note in &notes {
        fold.add(&Noted::read(note).unwrap(), &mut emit).unwrap();
    }
    let totals = fold.end(&mut emit).unwrap();
    (changes, totals)
}

fn folded(rows: &[Row]) -> Vec<Change> {
    folded_with(rows, &[]).0
}

fn kinds(rows: &[Row]) -> Vec<ChangeKind> {
    folded(rows).into_iter().map(|change| change.kind).collect()
}

const THEN: bool = false;
const NOW: bool = true;

#[test]
fn each_way_to_move_has_its_kind() {
    let one = |before: (u64, &'static str, &'static str), now: (u64, &'static str, &'static str)| {
        kinds(&[(1, 1, THEN, before.0, before.1, before.2), (1, 1, NOW, now.0, now.1, now.2)])
    };
    assert_eq!(one((200, "Specialist", "Commercial"), (100, "Q&A", "Commercial")), [ChangeKind::Down]);
    assert_eq!(one((100, "Q&A", "Commercial"), (600, "Migration", "Education")), [ChangeKind::Up]);
    assert_eq!(one((1, "None", "Commercial"), (1, "Portal", "Commercial")), [ChangeKind::Up]);
    assert_eq!(one((100, "Q&A", "Commercial"), (100, NEEDS_REVIEW, "Commercial")), [ChangeKind::ToReview]);
    assert_eq!(one((100, NEEDS_REVIEW, "Commercial"), (100, "None", "Commercial")), [ChangeKind::FromReview]);
    assert_eq!(one((100, "Q&A", "Commercial"), (100, "Concierge", "Commercial")), [ChangeKind::OtherTier]);
    assert_eq!(one((100, "Q&A", "Commercial"), (90, "Q&A", "Government")), [ChangeKind::OtherSegment]);
    assert_eq!(one((100, "Q&A", "Commercial"), (99, "Q&A", "commercial")), [ChangeKind::Fewer]);
    assert_eq!(one((100, "Q&A", "Commercial"), (101, "Q&A", "Commercial")), [ChangeKind::More]);
    assert_eq!(one((100, "Q&A", "Commercial"), (100, "Q&A", "Commercial")), [ChangeKind::Unchanged]);
    assert_eq!(kinds(&[(1, 1, THEN, 5, "Portal", "")]), [ChangeKind::Gone]);
    assert_eq!(kinds(&[(1, 1, NOW, 5, "Portal", "")]), [ChangeKind::New]);
    let plan = |plan, is_now| (1, plan, is_now, 5, "Portal", "");
    assert_eq!(kinds(&[plan(1, THEN), plan(2, NOW)]), [ChangeKind::OtherPlans]);
    let row = |is_now, seats| (1, 1, is_now, seats, "Portal", "");
    assert_eq!(kinds(&[row(THEN, 5), row(NOW, 5), row(NOW, 0)]), [ChangeKind::OtherRows]);
}

#[test]
fn rows_of_one_tenant_are_compared_together_where_nothing_says_what_they_come_to() {
    let (changes, totals) = folded_with(
        &[
            (1, 1, THEN, 100, "Q&A", "Commercial"),
            (1, 1, THEN, 200, "Specialist", "Government"),
            (1, 1, NOW, 100, "Q&A", "Commercial"),
            (1, 1, NOW, 200, "Specialist", "Government"),
            (1, 2, NOW, 7, NEEDS_REVIEW, "Government"),
        ],
        &[],
    );
    assert_eq!(changes.len(), 1);
    let side = |side: &Option<Side>| {
        let side = side.as_ref().unwrap();
        (side.seats, side.rows, side.review, side.tier.clone(), side.segment().into_owned())
    };
    assert_eq!(
        side(&changes[0].before),
        (Some(300), 2, 0, "Specialist".into(), "Commercial, Government".into())
    );
    assert_eq!(
        side(&changes[0].now),
        (Some(307), 3, 1, "Specialist".into(), "Commercial, Government".into())
    );
    assert_eq!(
        words(&changes[0], true),
        "seats 300 -> 307; new: plan 2 (7 seats); rows 2 -> 3; rows that need review 0 -> 1"
    );
    assert_eq!(totals.tiers["Specialist"], [(1, 300), (1, 307)].map(|(rows, seats)| Count { rows, seats }));
    assert_eq!((totals.by_rows, totals.without_rollup), (1, [1, 1]));
    assert!(by_rows(&totals).unwrap().starts_with("1 tenant with several rows is compared by"));
}

#[test]
fn one_plan_for_another_is_one_line_of_the_customer() {
    let swap = [(1, 1, THEN, 100, "Q&A", "Commercial"), (1, 2, NOW, 200, "Specialist", "Commercial")];
    let changes = folded(&swap);
    assert_eq!((changes.len(), changes[0].kind, changes[0].has_other_plans()), (1, ChangeKind::Up, true));
    assert_eq!(words(&changes[0], false), "tier Q&A -> Specialist; seats 100 -> 200; plan plan 1 -> plan 2");
    // Beside other plans, both are named.
    let beside = |is_now| (1, 3, is_now, 1, "Portal", "Commercial");
    let changes = folded(&[swap[0], swap[1], beside(THEN), beside(NOW)]);
    assert_eq!((changes.len(), changes[0].kind), (1, ChangeKind::Up));
    assert_eq!(
        words(&changes[0], false),
        "tier Q&A -> Specialist; seats 101 -> 201; new: plan 2 (200 seats); gone: plan 1 (100 seats)"
    );
    // Rows of no tenant are not one customer's, nor are those of two.
    let nobody = swap.map(|row| (0, row.1, row.2, row.3, row.4, row.5));
    assert_eq!(kinds(&nobody), [ChangeKind::Gone, ChangeKind::New]);
    assert_eq!(kinds(&[swap[0], (2, 2, NOW, 1, "Q&A", "")]), [ChangeKind::Gone, ChangeKind::New]);
}

#[test]
fn tiers_are_compared_by_whichever_policy_has_both() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let ladders =
        Ladders { before: names(&["Portal", "Q&A", "Specialist"]), now: names(&["Portal", "Specialist"]) };
    assert_eq!(ladders.compare("Q&A", "Specialist"), Some(Ordering::Greater));
    assert_eq!(ladders.compare("Q&A", "Portal"), Some(Ordering::Less));
    assert_eq!(ladders.compare("Q&A", "Q&A"), Some(Ordering::Equal));
    assert_eq!(ladders.compare("Portal", "Specialist"), Some(Ordering::Greater));
    assert_eq!(ladders.compare("Q&A", crate::verdict::words::NO_TIER), Some(Ordering::Less));
    assert_eq!(ladders.compare("Gold", "Specialist"), None);
}

#[test]
fn changes_sort_losses_first_and_the_largest_first_among_them() {
    let changes = folded(&[
        (1, 1, NOW, 900, "Migration", ""),
        (2, 1, THEN, 100, "Q&A", ""),
        (2, 1, NOW, 20, "Portal", ""),
        (3, 1, THEN, 600, "Migration", ""),
        (3, 1, NOW, 100, "Q&A", ""),
        (3, 2, NOW, 1, "Portal", "Education"),
        (4, 1, THEN, 20, "Portal", ""),
        (5, 1, THEN, 20, "Portal", ""),
    ]);
    let mut bytes: Vec<Vec<u8>> = changes
        .iter()
        .map(|change| {
            let mut bytes = Vec::new();
            change.write(&mut bytes);
            bytes
        })
        .collect();
    bytes.sort();
    let sorted: Vec<Change> = bytes.iter().map(|bytes| Change::read(bytes).unwrap()).collect();
    let seen: Vec<(ChangeKind, [u64; 2])> =
        sorted.iter().map(|change| (change.kind, change.seats())).collect();
    let gone = (ChangeKind::Gone, [20, 0]);
    assert_eq!(
        seen,
        [
            (ChangeKind::Down, [600, 101]),
            (ChangeKind::Down, [100, 20]),
            gone,
            gone,
            (ChangeKind::New, [0, 900])
        ]
    );
    assert!(sorted.iter().all(|change| changes.contains(change)), "bytes and back");
    for end in 0..bytes[0].len() {
        assert!(Change::read(&bytes[0][..end]).is_none());
    }
}

#[test]
fn counts_are_by_kind_and_across_kinds() {
    let mut moves = Moves::default();
    let rows = [
        (1, 1, THEN, 100, "Q&A", "Commercial"),
        (1, 2, NOW, 200, "Specialist", "Education"),
        (2, 1, THEN, 1, "Portal", ""),
        (2, 1, NOW, 1, "Portal", ""),
    ];
    for change in folded(&rows) {
        moves.add(&change);
    }
    assert_eq!(moves.of(ChangeKind::Up), Moved { customers: 1, seats_before: 100, seats_now: 200 });
    assert_eq!((moves.other_plans, moves.other_segment, moves.other_seats, moves.changed()), (1, 1, 1, 1));
    assert_eq!(words_of_counts(&moves), "1 tier higher, 1 unchanged");
}

#[test]
fn what_else_moved_is_said() {
    let now =
        Origin { policy: "b".into(), policy_sha256: "2".into(), program: "p 1".into(), ..Origin::default() };
    assert_eq!(remarks(&now, &now), [""; 0]);
    let before =
        Origin { policy: "a".into(), policy_sha256: "1".into(), program: "p 0".into(), ..Origin::default() };
    let said = remarks(&before, &Origin { overrides_sha256: Some("3".into()), ..now });
    assert_eq!(said.len(), 3);
    assert!(said[0].contains("`a`") && said[0].contains("`b`") && said[1].contains("`p 0`"));
    assert!(said[2].contains("no overrides file then"));
}

#[test]
fn segments_are_compared_as_sets_and_not_by_a_word_for_several() {
    let nights = |then: [&'static str; 2], now: [&'static str; 2]| {
        let row = |is_now| move |segment| (1, 1, is_now, 100, "Q&A", segment);
        let rows: Vec<Row> = then.into_iter().map(row(THEN)).chain(now.into_iter().map(row(NOW))).collect();
        folded(&rows)
    };
    let changes = nights(["Commercial", "Education"], ["Nonprofit", "Government"]);
    assert_eq!((changes.len(), changes[0].kind), (1, ChangeKind::OtherSegment));
    assert_eq!(words(&changes[0], false), "segment Commercial, Education -> Government, Nonprofit");
    let mut bytes = Vec::new();
    changes[0].write(&mut bytes);
    assert_eq!(Change::read(&bytes).as_ref(), Some(&changes[0]));
    // Neither the order of the rows nor the case of a name is another set.
    let changes = nights(["Commercial", "Education"], ["EDUCATION", "commercial"]);
    assert_eq!((changes.len(), changes[0].kind), (1, ChangeKind::Unchanged));
    let changes = nights(["Commercial", "Commercial"], ["Commercial", "Education"]);
    assert_eq!(changes[0].kind, ChangeKind::OtherSegment);
}

#[test]
fn both_nights_are_counted_by_rows_tenants_and_seats() {
    let rows = [
        (0, 1, NOW, 7, "Q&A", ""),
        (0, 1, NOW, 7, "Q&A", ""),
        (1, 1, THEN, 5, "Q&A", ""),
        (1, 1, NOW, 6, "Q&A", ""),
        (1, 2, NOW, 1, "Q&A", ""),
        (2, 1, THEN, 5, "Q&A", ""),
    ];
    let (_, totals) = folded_with(&rows, &[]);
    let night = |rows, tenants, seats| Night { rows, tenants, seats };
    assert_eq!(totals.nights, [night(2, 2, 10), night(4, 1, 21)]);
    // By tier, a row without a tenant is a customer of its own.
    let counts = [(2, 10), (3, 21)].map(|(rows, seats)| Count { rows, seats });
    assert_eq!(totals.tiers, BTreeMap::from([("Q&A".to_owned(), counts)]));
}

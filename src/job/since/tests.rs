//! What the Changes sheet lists where it has no room for all.

use super::*;
use crate::changes::{MovedPlans, PlanNames, Side};

fn gone(ordinal: u64, seats: u64) -> Change {
    let side = Side {
        ordinal,
        rows: 1,
        review: 0,
        seats: Some(seats),
        tier: "Portal".to_owned(),
        segments: vec!["Commercial".to_owned()],
        is_together: false,
        shown: [format!("tenant {ordinal}"), String::new()],
        plans: PlanNames { named: vec!["Office 365 E3".to_owned()], count: 1 },
    };
    Change::between(Some(side), None, MovedPlans::default(), &Ladders::default())
}

/// Returns the first two cells of each row.
fn listed(changes: &[Change], most: u64) -> Vec<[String; 2]> {
    let policy = Policy::default_shipped().unwrap();
    let (mut sorter, mut rows) = (Sorter::new(&Scratch::system()), Vec::new());
    for change in changes {
        let mut bytes = Vec::new();
        change.write(&mut bytes);
        sorter.push(&bytes).unwrap();
    }
    let shown = |cell: Option<&(Value<'_>, Style)>| match cell {
        Some((Value::Text(text), _)) => text.clone().into_owned(),
        other => format!("{:?}", other.map(|(value, _)| value)),
    };
    let mut put = |cells: &[(Value<'_>, Style)]| {
        rows.push([shown(cells.first()), shown(cells.get(1))]);
        Ok(())
    };
    list(&policy, sorter, (changes.len() as u64, most), false, (&mut put, None)).unwrap();
    rows
}

#[test]
fn what_a_sheet_has_no_room_for_is_counted_in_its_last_line() {
    let changes: Vec<Change> = (1..=1_205).map(|number| gone(number, number)).collect();
    let rows = listed(&changes, 3);
    // The largest differences stand first.
    let wanted = ["tenant 1205", "tenant 1204", "tenant 1203"].map(|tenant| ["Gone", tenant]);
    assert_eq!(rows[..3], wanted.map(|row| row.map(str::to_owned)));
    assert_eq!(rows[3][0], "... and 1,202 more that do not fit on this sheet; Summary counts all");
    assert_eq!(rows.len(), 4);
}

#[test]
fn where_all_have_room_no_line_says_that_there_are_more() {
    let changes = [gone(1, 10), gone(2, 20), gone(3, 30)];
    for most in [3, 4] {
        assert_eq!(listed(&changes, most).len(), 3);
    }
    assert_eq!(listed(&changes, 2)[2][0], "... and 1 more that do not fit on this sheet; Summary counts all");
    assert!(listed(&[], 3).is_empty());
}

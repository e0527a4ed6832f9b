//! What the tests of both kinds of splits share: rosters with owners, and the values of their rows.

use super::{csv, sheet, under};
use calamine::{Data, Reader, Xlsx, open_workbook};
use fasttrack_roster::fold::fold;
use fasttrack_roster::job::split::By;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) const HEADINGS: [&str; 6] = ["Tenant", "Plan", "Paid seats", "Segment", "Owner", "Note"];
pub(crate) const PLANS: [&str; 4] =
    ["Microsoft 365 E3", "Office 365 E1", "Plan that nobody knows", "Power BI Pro"];

/// A row of the roster; two that follow one another have one tenant.
pub(crate) fn row(index: usize, plan: usize, seats: u64, segment: &str, owner: &str) -> [String; 6] {
    let tenant = format!("tenant {}", index / 2);
    [&tenant, PLANS[plan], &seats.to_string(), segment, owner, "=0"].map(str::to_owned)
}

/// Rows of any plan, size, segment and of one of these owners; some are blank, but not the first: a roster without a
/// customer is an error.
pub(crate) fn rows(owners: &'static [&'static str]) -> impl Strategy<Value = Vec<[String; 6]>> {
    let seats = prop_oneof![0_u64..200, 400_u64..1200];
    let segment = prop::sample::select(vec!["", "Education", "Government"]);
    let kinds = (0..PLANS.len(), seats, segment, prop::sample::select(owners), 0..9_u8);
    let rows = prop::collection::vec(kinds, 1..40);
    rows.prop_map(|rows| {
        let numbered = rows.into_iter().enumerate();
        let row = |(index, (plan, seats, segment, owner, blank))| match blank {
            0 if index > 0 => std::array::from_fn(|_| String::new()),
            _ => row(index, plan, seats, segment, owner),
        };
        numbered.map(row).collect()
    })
}

/// Writes the roster down.
pub(crate) fn roster(folder: &Path, rows: &[[String; 6]]) -> PathBuf {
    let mut table = vec![HEADINGS.map(str::to_owned)];
    table.extend_from_slice(rows);
    let path = folder.join("roster.csv");
    std::fs::write(&path, csv(&table)).unwrap();
    path
}

/// The names of a workbook's sheets, in order.
pub(crate) fn names(workbook: &Path) -> Vec<String> {
    let book: Xlsx<_> = open_workbook(workbook).unwrap();
    book.sheet_names()
}

/// The value of a row of the Roster sheet, as the sheet itself shows it.
pub(crate) fn value(rows: &[Vec<Data>], place: usize, by: By) -> String {
    match by {
        By::Tier => under(rows, place, "FastTrack tier"),
        By::Segment => under(rows, place, "FastTrack segment"),
        // An owner called so and none at all have different sheets.
        By::Owner => fold(&under(rows, place, "Owner")),
    }
}

/// The customers of a workbook's Roster sheet by their values.
pub(crate) fn by_value(workbook: &Path, by: By) -> BTreeMap<String, Vec<Vec<Data>>> {
    let all = sheet(workbook, "Roster");
    let mut rows: BTreeMap<String, Vec<Vec<Data>>> = BTreeMap::new();
    for place in (1..all.len()).filter(|place| !under(&all, *place, "FastTrack tier").is_empty()) {
        rows.entry(value(&all, place, by)).or_default().push(all[place].clone());
    }
    rows
}

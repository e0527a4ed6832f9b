//! Rows that a roster's workbook hides: they are judged and counted, and that is said beside each of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{job, run, sheet, shown};
use fasttrack_roster::diagnostic::Code;
use fasttrack_roster::job::Job;
use fasttrack_roster::job::split::By;
use rust_xlsxwriter::Workbook;
use std::path::Path;

const HEADINGS: [&str; 3] = ["Tenant", "Plan", "Paid seats"];
/// Customers by row of the sheet, from 1; the last is a totals line.
const ROWS: [(&str, &str, f64); 4] = [
    ("Contoso", "Microsoft 365 E3", 480.0),
    ("Fabrikam", "Office 365 E3", 60.0),
    ("Litware", "Microsoft 365 E5", 700.0),
    ("Total", "", 1_240.0),
];

fn roster(path: &Path, hidden: &[u32]) {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.write_row(0, 0, HEADINGS).unwrap();
    for (row, (tenant, plan, seats)) in (1..).zip(ROWS) {
        page.write(row, 0, tenant).unwrap();
        page.write(row, 1, plan).unwrap();
        page.write(row, 2, seats).unwrap();
    }
    for row in hidden {
        page.set_row_hidden(*row).unwrap();
    }
    book.save(path).unwrap();
}

/// Where the Review sheet has the code, from 0.
const CODE: usize = 18;

/// Source rows of the Review sheet whose code is `row-hidden`.
fn told(workbook: &Path) -> Vec<String> {
    let rows = sheet(workbook, "Review");
    rows.iter().filter(|row| shown(row, CODE) == "row-hidden").map(|row| shown(row, 0)).collect()
}

fn says(workbook: &Path, name: &str, words: &str) -> bool {
    sheet(workbook, name).iter().flatten().any(|cell| cell.to_string().contains(words))
}

#[test]
fn each_hidden_row_is_judged_and_told_and_the_summary_says_how_many() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.xlsx"), folder.path().join("out.xlsx"));
    roster(&input, &[2, 3, 4]);
    let done = run(&Job { split_files: Some(By::Tier), ..job(&input, &output) }).unwrap();
    let summary = &done.summary;
    assert_eq!((summary.read, summary.classified(), summary.footer, summary.hidden), (4, 3, 1, 3));
    // A totals line is nobody's, hidden or not.
    assert_eq!(told(&output), ["3", "4"]);
    assert_eq!(summary.faults.get(&Code::RowHidden), Some(&2));
    assert!(says(&output, "Summary", "3 rows of the roster are hidden in its workbook"));
    assert!(says(&output, "Run", "3 rows are hidden"));
    // The workbook of a value says it of its own rows.
    let part = folder.path().join("out").join("Migration.xlsx");
    assert_eq!(told(&part), ["4"]);
    assert!(says(&part, "Summary", "1 row of the roster is hidden in its workbook"));
}

#[test]
fn where_no_row_is_hidden_nothing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.xlsx"), folder.path().join("out.xlsx"));
    roster(&input, &[]);
    let done = run(&job(&input, &output)).unwrap();
    assert_eq!((done.summary.hidden, told(&output).len()), (0, 0));
    assert!(!says(&output, "Summary", "hidden"));
}

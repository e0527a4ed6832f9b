//! The lists of customers close to a tier, as they stand in a workbook.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{csv, job, parts, run, sheet, shown};
use std::path::Path;

fn annotated(folder: &Path, rows: &[[&str; 4]]) -> std::path::PathBuf {
    let (input, output) = (folder.join("roster.csv"), folder.join("out.xlsx"));
    let mut table = vec![["Tenant", "Plan", "Paid seats", "Owner"]];
    table.extend_from_slice(rows);
    std::fs::write(&input, csv(&table)).unwrap();
    run(&job(&input, &output)).unwrap();
    output
}

/// Customers and owners of a list, in its order.
fn owners(workbook: &Path, name: &str) -> Vec<[String; 2]> {
    let rows = sheet(workbook, name);
    let title = rows.iter().position(|row| shown(row, 0) == "Nearest first").unwrap();
    let headings = &rows[title + 1];
    let owner = (0..headings.len()).find(|column| shown(headings, *column) == "Owner").unwrap();
    let list = rows[title + 2..].iter().take_while(|row| !shown(row, 0).is_empty());
    list.map(|row| [shown(row, 0), shown(row, owner)]).collect()
}

#[test]
fn a_tenant_on_several_rows_shows_the_owners_that_its_rows_name() {
    let folder = tempfile::tempdir().unwrap();
    let (e3, e1) = ("Office 365 E3", "Office 365 E1");
    let workbook = annotated(
        folder.path(),
        &[
            ["one", e3, "100", "Ann"],
            ["one", e1, "49", " ANN\u{a0}"],
            ["two", e3, "100", "Bert"],
            ["two", e1, "48", ""],
            ["two", "Project Plan 3", "1", "Ann"],
            ["many", e3, "147", "=A"],
            ["many", e3, "1", "B"],
            ["many", e3, "2", "C"],
            ["many", e3, "4", "D"],
            ["alone", e3, "145", "Eve"],
            ["without", e3, "100", ""],
            ["without", e1, "44", " "],
        ],
    );
    let wanted = [["one", "Ann"], ["two", "Bert; Ann"], ["alone", "Eve"], ["without", ""]];
    assert_eq!(owners(&workbook, "Next steps"), wanted.map(|line| line.map(str::to_owned)));
    assert_eq!(owners(&workbook, "At risk"), [["many", "=A; B; C; and others"].map(str::to_owned)]);
}

#[test]
fn headings_of_both_lists_have_notes() {
    let folder = tempfile::tempdir().unwrap();
    let workbook = annotated(
        folder.path(),
        &[["one", "Office 365 E3", "149", "Ann"], ["two", "Office 365 E3", "151", "Bert"]],
    );
    let notes: String = parts(&workbook, "xl/comments").into_iter().map(|(_, xml)| xml).collect();
    for words in
        ["How many more paid seats a higher tier needs", "can shrink before the tier is lost", "at most 3"]
    {
        assert!(notes.contains(words), "{words}: {notes}");
    }
    // Without any owner there is no such column, and the notes stand beside their own headings.
    let workbook = annotated(folder.path(), &[["one", "Office 365 E3", "149", ""]]);
    let (_, notes) = parts(&workbook, "xl/comments")
        .into_iter()
        .find(|(_, xml)| xml.contains("more paid seats a higher tier needs"))
        .unwrap();
    let headings = sheet(&workbook, "Next steps");
    let row = headings.iter().position(|row| shown(row, 0) == "Customer").unwrap();
    assert_eq!(shown(&headings[row], 8), "Tenant");
    let (_, behind) = notes.split_once(&format!("ref=\"I{}\"", row + 1)).unwrap();
    let (note, _) = behind.split_once("</comment>").unwrap();
    assert!(note.contains("What identifies the tenant"), "{note}");
}

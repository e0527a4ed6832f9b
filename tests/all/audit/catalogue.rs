//! The shipped catalogue that a workbook was made with, and how an audit knows it again.

use super::{Outcome, Sample, told};
use fasttrack_roster::plans::Edition;

/// Returns the cell of its hash on the Run sheet.
fn cell(sample: &Sample) -> String {
    let label = "SHA-256 of the shipped catalogue";
    let row = (1..60).find(|row| sample.book.get("Run", &format!("A{row}")) == label).unwrap();
    format!("B{row}")
}

#[test]
fn the_run_sheet_and_the_audit_name_the_shipped_catalogue() {
    let sample = Sample::new();
    let shipped = Edition::shipped();
    assert_eq!(sample.book.get("Run", &cell(&sample)), shipped.sha256);
    let report = sample.audit(&sample.book);
    assert_eq!(report.shipped_catalogue.name, format!("as of {}", shipped.as_of));
    assert_eq!(report.shipped_catalogue.sha256, shipped.sha256);
    assert!(!report.is_other_catalogue);
}

#[test]
fn a_hash_that_was_changed_on_the_run_sheet_is_told() {
    let sample = Sample::new();
    let (cell, other) = (cell(&sample), "0".repeat(64));
    let report = sample.with("Run", &cell, Some(&format!("a{other}")));
    let was = &Edition::shipped().sha256;
    assert_eq!(told(&report), [format!("Run Run {cell}: {was} -> a{other}")]);
}

#[test]
fn a_workbook_of_another_catalogue_is_said_to_be_so_and_keeps_its_verdicts() {
    let sample = Sample::new();
    let (cell, other) = (cell(&sample), "a".repeat(64));
    let mut book = sample.book.clone();
    book.set("Run", &cell, Some(&other));
    book.replace("docProps/custom.xml", &Edition::shipped().sha256, &other);
    let report = sample.audit(&book);
    assert_eq!((report.result, report.is_other_catalogue), (Outcome::AsMade, true), "{:?}", told(&report));
    assert!(report.not_compared.iter().any(|what| what.contains("another shipped catalogue")));
    // What does not hang on the plans is judged as before.
    book.set("Roster", "P3", Some("Specialist"));
    assert_eq!(told(&sample.audit(&book)), ["Verdict Roster P3: Migration -> Specialist"]);
}

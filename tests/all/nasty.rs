//! A roster whose cells and headings hold every nasty text is read back, cell by cell, as it went in.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use crate::support::{OURS, annotated, csv, job, run, shown, under};
use calamine::Data;
use fasttrack_roster::diagnostic::Code;
use fasttrack_roster::job::Job;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::write::Method;
use rust_xlsxwriter::Workbook;
use std::collections::HashSet;

/// Excel's limit for the text of a cell.
const LIMIT: usize = 32_767;

/// Texts that spreadsheets, XML, terminals or zip tools are known to trip over.
const NASTY: [&str; 73] = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    "'=1+1",
    "{=1+1}",
    "=HYPERLINK(\"https://example.com\")",
    "https://example.com/?a=1&b=2",
    "mailto:a@example.com",
    "\\\\server\\share",
    "\u{fffe}",
    "\u{ffff}",
    "a\u{fffe}b\u{ffff}c",
    "\u{fffd}",
    "\u{feff}",
    "a\u{feff}b",
    "\u{1f469}\u{200d}\u{1f4bb}",
    "\u{10ffff}",
    "e\u{301}",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
    "\u{202e}gnp.exe",
    "\u{2067}\u{2069}\u{200f}x",
    "\u{85}x",
    "a\u{2028}b\u{2029}c",
    "_x0041_",
    "_x000D_",
    "_X0041_",
    "_x005F_x0041_",
    "_x0041",
    "__x0041__",
    "_xFFFF_",
    "_x0041_x0042_",
    "]]>",
    "&<>\"'",
    "&amp;",
    "&#x41;",
    "<f>1+1</f>",
    "</t></is></c>",
    "<!--",
    "<?xml?>",
    " leading",
    "trailing ",
    "  both  ",
    "\tx\t",
    "\nx\n",
    "two\nlines",
    "two\r\nlines",
    "old\rmac",
    "\n",
    "a  b",
    "\"",
    "\"\"",
    "O\"Brien",
    "\"quoted\"",
    "a,b",
    "a;b",
    "|",
    "TRUE",
    "#REF!",
    "#N/A",
    "NaN",
    "1e5",
    "0007",
    "12345678901234567890",
    "1/2",
    "2026-01-31",
    "%s%n",
    "{0}",
    "$(x)",
    "../../x",
];

/// Those, every control character, and the longest texts that a cell can hold.
fn nasty() -> Vec<String> {
    let mut texts = NASTY.map(str::to_owned).to_vec();
    texts.extend((1..0x20).map(|code| format!("a{}b", char::from(code))));
    texts.extend((1..0x20).filter(|code| !matches!(code, 9..=13)).map(|code| char::from(code).to_string()));
    texts.push("\u{7f}".to_owned());
    texts.push("x".repeat(LIMIT));
    texts.push("\u{1f600}".repeat(LIMIT / 2));
    texts.push("_x0041_".repeat(LIMIT / 7));
    texts.push("\u{1}".repeat(5_000));
    texts
}

/// A roster with one nasty text a row, in a column that means nothing and in the tenant's.
fn roster(texts: &[String]) -> Vec<[String; 4]> {
    let heading = ["Remark", "Tenant", "Plan", "Paid seats"].map(str::to_owned);
    let row = |text: &String| [text.clone(), text.clone(), "SPE_E3".to_owned(), "480".to_owned()];
    std::iter::once(heading).chain(texts.iter().map(row)).collect()
}

fn policy() -> Policy {
    Policy::default_shipped().unwrap()
}

fn assert_came_through(texts: &[String], sheet: &[Vec<Data>]) {
    assert_eq!(sheet.len(), texts.len() + 1);
    for (text, row) in texts.iter().zip(&sheet[1..]) {
        for column in [0, 1] {
            let found = shown(row, column);
            assert!(found == *text, "column {column}: {:?} became {:?}", start(text), start(&found));
        }
        assert_eq!(shown(row, 2), "SPE_E3");
    }
}

fn start(text: &str) -> String {
    text.chars().take(40).collect()
}

#[test]
fn every_nasty_cell_of_a_text_comes_through() {
    let texts = nasty();
    let (done, sheet) = annotated("roster.csv", csv(&roster(&texts)).as_bytes(), &policy());
    assert_came_through(&texts, &sheet);
    assert_eq!(done.summary.read, texts.len() as u64);
    assert!(
        done.faults.iter().all(|(fault, _)| ["tenant-missing"].contains(&fault.code.as_str())),
        "{:?}",
        done.faults
    );
}

#[test]
fn every_nasty_cell_of_a_workbook_comes_through() {
    let texts = nasty();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (number, row) in (0..).zip(roster(&texts)) {
        for (column, cell) in (0..).zip(row) {
            sheet.write_string(number, column, cell).unwrap();
        }
    }
    let (_, sheet) = annotated("roster.xlsx", &workbook.save_to_buffer().unwrap(), &policy());
    assert_came_through(&texts, &sheet);
}

#[test]
fn a_cell_longer_than_a_workbook_can_hold_is_cut_there_and_said() {
    let long =
        ["y".repeat(40_000), "\u{1f600}".repeat(20_000), format!("{}\u{1f600}", "z".repeat(LIMIT - 1))];
    let (done, sheet) = annotated("roster.csv", csv(&roster(&long)).as_bytes(), &policy());
    for ((text, row), characters) in long.iter().zip(&sheet[1..]).zip([LIMIT, LIMIT / 2, LIMIT - 1]) {
        let found = shown(row, 0);
        assert_eq!(found.chars().count(), characters);
        assert!(text.starts_with(&found));
    }
    assert_eq!(done.summary.faults[&Code::CellTooLong], 6);
}

#[test]
fn nasty_values_are_shown_on_the_review_sheet_as_they_are() {
    let texts = ["=1+1", "\u{1}\u{ffff}", "_x0041_", "\u{202e}x", "&<>\"'"].map(str::to_owned);
    let row = |text: &String| ["Contoso".to_owned(), text.clone(), text.clone()];
    let heading = ["Tenant", "Plan", "Paid seats"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(heading).chain(texts.iter().map(row)).collect();
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    std::fs::write(&input, csv(&rows)).unwrap();
    run(&job(&input, &output)).unwrap();
    let review = crate::support::sheet(&output, "Review");
    let values: HashSet<String> = (1..review.len()).map(|row| under(&review, row, "Value")).collect();
    assert_eq!(values, texts.into_iter().collect());
}

#[test]
fn every_nasty_heading_comes_through() {
    let mut headings: Vec<String> = nasty().into_iter().filter(|text| text.len() < 400).collect();
    headings.push("h".repeat(300));
    headings.extend(["", " ", "Remark", "Remark", "remark", "Remark "].map(str::to_owned));
    headings.extend(["Tenant", "Plan", "Paid seats"].map(str::to_owned));
    let values = ["Contoso", "SPE_E3", "480"].map(str::to_owned);
    let mut row: Vec<String> = (0..headings.len() - 3).map(|column| format!("v{column}")).collect();
    row.extend(values);
    let (done, sheet) = annotated("roster.csv", csv(&[headings.clone(), row.clone()]).as_bytes(), &policy());
    assert_eq!(done.summary.classified(), 1);
    for (column, (heading, value)) in headings.iter().zip(&row).enumerate() {
        assert_eq!(&shown(&sheet[0], column), heading, "heading {column}");
        assert_eq!(&shown(&sheet[1], column), value, "below {heading:?}");
    }
    assert_eq!(shown(&sheet[0], headings.len()), OURS[0]);
    assert_eq!(under(&sheet, 1, "FastTrack tier"), "Specialist");
}

/// The workbook library writes such texts into the parts that sheets share as if they were XML of its own.
#[test]
fn text_that_looks_like_a_part_of_the_workbook_stays_text() {
    let texts = ["<r>&</r>", "<r><t>x</t></r>", "<r></si></sst></r>", "<r>_x0041_x0042_ _x12_\n\u{1}</r>"];
    let texts = texts.map(str::to_owned).into_iter().chain([format!("<r>{}</r>", "x".repeat(100))]);
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    for text in texts {
        let heading = ["Tenant", "Plan", "Paid seats", text.as_str()];
        // Close to a tier, so that the name stands on a sheet that is rendered whole, too.
        std::fs::write(&input, csv(&[heading, [&text, "SPE_E3", "149", &text]])).unwrap();
        for method in [Method::Streamed, Method::Library] {
            run(&Job { method, ..job(&input, &output) }).unwrap();
            let rows = crate::support::sheet(&output, "Roster");
            let next = crate::support::sheet(&output, "Next steps");
            assert_eq!(
                [shown(&rows[0], 3), shown(&rows[1], 0), shown(&rows[1], 3)],
                [&text; 3].map(Clone::clone)
            );
            assert!(next.iter().any(|row| shown(row, 0) == text), "{text:?} in {next:?}");
        }
    }
}

#[test]
fn a_heading_that_the_roster_has_already_gets_our_name_behind_ours() {
    let own = [
        "Tenant",
        "Plan",
        "Paid seats",
        "FastTrack tier",
        "portal",
        " Why ",
        "Q&A (FastTrack)",
        "Q&A",
        "Needs review",
    ];
    let row = ["Contoso", "SPE_E3", "480", "a", "b", "c", "d", "e", "f"];
    let (_, sheet) = annotated("roster.csv", csv(&[own, row]).as_bytes(), &policy());
    let headings: Vec<String> = sheet[0].iter().map(ToString::to_string).collect();
    assert_eq!(headings[..own.len()], own);
    assert_eq!(
        headings[own.len()..],
        [
            "FastTrack segment",
            "Segment from",
            "Eligible",
            "Seats counted",
            "FastTrack tier (FastTrack)",
            "Portal (FastTrack)",
            "Q&A (FastTrack) (FastTrack)",
            "Specialist",
            "Migration",
            "Next tier",
            "Seats to next tier",
            "Why (FastTrack)",
            "Recognised as",
            "Covered services",
            "Needs review (FastTrack)",
            "Source row",
        ]
    );
    assert_eq!(under(&sheet, 1, "FastTrack tier"), "a");
    assert_eq!(under(&sheet, 1, "FastTrack tier (FastTrack)"), "Specialist");
}

#[test]
fn a_nasty_name_of_sheet_file_or_tenant_is_harmless() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("=1+1&<>_x0041_").unwrap();
    sheet.write_row(0, 0, ["Plan", "Paid seats"]).unwrap();
    sheet.write_row(1, 0, ["SPE_E3", "480"]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (input, output) =
        (folder.path().join("=1+1 & _x0041_ \u{202e}.xlsx"), folder.path().join("out.xlsx"));
    workbook.save(&input).unwrap();
    let mut job = job(&input, &output);
    job.tenant = Some("=1+1 \u{1} & _x0041_".to_owned());
    run(&job).unwrap();
    let text: Vec<String> =
        crate::support::sheet(&output, "Run").iter().flatten().map(ToString::to_string).collect();
    for wanted in ["=1+1&<>_x0041_", "=1+1 & _x0041_ \u{202e}.xlsx", "=1+1 \u{1} & _x0041_"] {
        assert!(text.iter().any(|cell| cell == wanted), "{wanted:?} in {text:?}");
    }
}

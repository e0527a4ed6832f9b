//! `fasttrack audit`: a workbook is as it was made, or what was changed in it is named with its cell.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a helper of tests: to fail loudly is its work"
)]

mod catalogue;
mod edit;
mod lists;

use crate::support::{job, run};
use assert_cmd::Command;
use edit::{Edited, text_cell};
use fasttrack_roster::audit::report::{Finding, FindingKind, Report, Result as Outcome};
use fasttrack_roster::audit::{Job, audit};
use fasttrack_roster::error::{ErrorKind, Result};
use fasttrack_roster::job::Job as Made;
use fasttrack_roster::job::split::By;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::write::Method;
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

/// Audits a workbook; catalogues of one's own are those of `own`.
fn audited(
    workbook: &Path,
    roster: Option<&Path>,
    policy: Option<Policy>,
    own: &[PathBuf],
) -> Result<Report> {
    let roster = roster.map(Path::to_owned);
    let (workbook, catalogues) = (workbook.to_owned(), own.to_vec());
    audit(&Job { workbook, roster, policy, catalogues, overrides: Vec::new() })
}

fn plainly(workbook: &Path) -> Report {
    audited(workbook, None, None, &[]).unwrap()
}

/// Says that a workbook is as it was made, with nothing beside it and with all that it was made from.
fn is_as_made(made: &Made, workbook: &Path) {
    is_as_made_beside(made, workbook, (false, false, false));
    is_as_made_beside(made, workbook, (true, true, true));
}

/// Says that a workbook is as it was made, whichever of its roster, policy and catalogues are there.
fn is_as_made_beside_any(made: &Made, workbook: &Path) {
    for given in 0..8_u8 {
        let has = |bit: u8| given >> bit & 1 == 1;
        is_as_made_beside(made, workbook, (has(0), has(1), has(2)));
    }
}

fn is_as_made_beside(made: &Made, workbook: &Path, (roster, policy, own): (bool, bool, bool)) {
    let fasttrack_roster::read::Input::File(path) = &made.input else { panic!("a file") };
    let (roster, policy) = (roster.then_some(path.as_path()), policy.then(|| made.policy.clone()));
    let own = if own { &made.catalogues[..] } else { &[] };
    let report = audited(workbook, roster, policy, own).unwrap();
    assert_eq!((&report.result, report.found), (&Outcome::AsMade, 0), "{:#?}", report.findings);
}

#[test]
fn every_sample_is_as_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.xlsx");
    let mut samples: Vec<PathBuf> = ["", "exports"]
        .iter()
        .flat_map(|folder| fs::read_dir(sample(folder)).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv" || extension == "xlsx"))
        .collect();
    samples.sort();
    let mut audited = 0;
    for roster in samples {
        let made = job(&roster, &output);
        if run(&made).is_ok() {
            is_as_made(&made, &output);
            audited += 1;
        }
    }
    assert!(audited > 6, "{audited}");
}

#[test]
fn workbooks_of_every_flag_are_as_they_were_made() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.xlsx");
    let plain = job(&sample("roster.csv"), &output);
    let named = |name: &str| Policy::named(name).unwrap().unwrap();
    let example = fs::read_to_string(sample("policy-example.toml")).unwrap();
    let jobs = [
        Made { method: Method::Library, ..plain.clone() },
        Made { split: Some(By::Tier), ..plain.clone() },
        Made { policy: named("fasttrack-docs-2021"), ..plain.clone() },
        Made { overrides: vec![sample("overrides.csv")], ..plain.clone() },
    ];
    for made in jobs {
        run(&made).unwrap();
        is_as_made(&made, &output);
    }
    let example = Policy::read(&example, "policy-example.toml").unwrap();
    for made in [
        Made { policy: example, ..plain.clone() },
        Made { catalogues: vec![sample("catalogue.csv")], ..plain },
    ] {
        run(&made).unwrap();
        is_as_made_beside_any(&made, &output);
    }
}

#[test]
fn workbooks_of_parts_are_as_they_were_made() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.xlsx");
    let made = Made { split_files: Some(By::Segment), ..job(&sample("roster.csv"), &output) };
    run(&made).unwrap();
    is_as_made(&made, &output);
    let parts: Vec<_> = fs::read_dir(folder.path().join("out")).unwrap().collect();
    assert!(parts.len() > 2);
    for part in parts {
        is_as_made(&made, &part.unwrap().path());
    }
}

/// The sample's workbook, to be edited.
struct Sample {
    folder: tempfile::TempDir,
    book: Edited,
}

impl Sample {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out.xlsx");
        run(&job(&sample("roster.csv"), &output)).unwrap();
        Self { folder, book: Edited::open(&output) }
    }

    /// Writes a cell, and audits.
    fn with(&self, sheet: &str, cell: &str, written: Option<&str>) -> Report {
        let mut book = self.book.clone();
        book.set(sheet, cell, written);
        self.audit(&book)
    }

    fn audit(&self, book: &Edited) -> Report {
        plainly(&self.save(book))
    }

    /// Returns a cell of a table of the Summary: in this column of the line with this label.
    fn figure(&self, title: &str, label: &str, column: &str) -> String {
        let first = row_of(&self.book, "Summary", "A", title);
        let line = (first..first + 20).find(|row| self.book.get("Summary", &format!("A{row}")) == label);
        format!("{column}{}", line.unwrap_or_else(|| panic!("no `{label}` below `{title}`")))
    }

    fn save(&self, book: &Edited) -> PathBuf {
        let path = self.folder.path().join("edited.xlsx");
        book.save(&path);
        path
    }
}

/// Returns the row of a sheet that has these words in a column.
fn row_of(book: &Edited, sheet: &str, column: &str, words: &str) -> u32 {
    let found = (1..200).find(|row| book.get(sheet, &format!("{column}{row}")) == words);
    found.unwrap_or_else(|| panic!("no `{words}` in column {column} of {sheet}"))
}

/// Returns the findings as `KIND SHEET CELL: WAS -> IS`.
fn told(report: &Report) -> Vec<String> {
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
    let finding = |found: &Finding| {
        let place =
            [found.sheet.clone().unwrap_or_default(), found.cell.clone().unwrap_or_default()].join(" ");
        format!("{:?} {}: {} -> {}", found.kind, place.trim(), shown(&found.was), shown(&found.is))
    };
    report.findings.iter().map(finding).collect()
}

#[test]
fn what_was_changed_by_hand_is_named_with_its_cell() {
    let sample = Sample::new();
    let one = |sheet: &str, cell: &str, written: Option<&str>| {
        let report = sample.with(sheet, cell, written);
        assert_eq!(report.result, Outcome::Changed, "{sheet} {cell}");
        told(&report)
    };
    assert_eq!(one("Roster", "P3", Some("Specialist")), ["Verdict Roster P3: Migration -> Specialist"]);
    assert_eq!(one("Roster", "O4", Some("500")), ["Verdict Roster O4: 499 -> 500"]);
    assert_eq!(one("Roster", "L4", Some("Education")), ["Verdict Roster L4: Commercial -> Education"]);
    assert_eq!(one("Roster", "T4", Some("Yes")), ["Verdict Roster T4: No -> Yes"]);
    assert_eq!(one("Roster", "N4", None), ["Verdict Roster N4: Yes -> "]);
    assert_eq!(one("Roster", "V4", None), ["Verdict Roster V4: 1 -> "]);
    assert_eq!(one("Roster", "G4", Some("500")), ["Verdict Roster G4: 499 -> 500"]);
    assert_eq!(one("Policy", "F15", Some("900")), ["Policy Policy F15: 1000 -> 900"]);
    assert_eq!(one("Policy", "B4", Some("mine")), ["Policy Policy B4: fasttrack-learn-2021 -> mine"]);
    let migration = sample.figure("Customers and paid seats by tier", "Migration", "B");
    let wanted = [format!("Figure Summary {migration}: 10 -> 12")];
    assert_eq!(one("Summary", &migration, Some("12")), wanted);
    let accounted = sample.figure("Checks", "Every row is accounted for", "C");
    assert_eq!(
        one("Summary", &accounted, Some("42 rows read = 35 classified + 5 to review + 1 blank + 1 footer"))
            .len(),
        1
    );
    assert_eq!(one("Run", "B27", Some("40")), ["Run Run B27: 41 -> 40"]);
    assert_eq!(one("Run", "B27", Some("90")), ["Run Run B27: 41 -> 90"]);
    assert_eq!(one("Roster", "P1", Some("Rung")), ["Heading Roster P1: FastTrack tier -> Rung"]);
}

#[test]
fn several_changes_are_several_findings_and_figures_may_follow_them() {
    let sample = Sample::new();
    let mut book = sample.book.clone();
    book.set("Roster", "P3", Some("Specialist"));
    book.set("Roster", "O4", Some("500"));
    // As a spreadsheet works the Summary out anew.
    let figure = |tier| sample.figure("Customers and paid seats by tier", tier, "B");
    book.set("Summary", &figure("Specialist"), Some("9"));
    book.set("Summary", &figure("Migration"), Some("9"));
    let found = told(&sample.audit(&book));
    assert_eq!(found, ["Verdict Roster P3: Migration -> Specialist", "Verdict Roster O4: 499 -> 500"]);
}

#[test]
fn a_row_that_is_gone_is_missed_by_the_counts_and_named_by_the_roster() {
    let sample = Sample::new();
    let mut book = sample.book.clone();
    book.delete_row("Roster", 5);
    let report = sample.audit(&book);
    assert!(report.findings.iter().all(|found| found.kind == FindingKind::Rows), "{:?}", told(&report));
    let messages: Vec<&str> = report.findings.iter().map(|found| found.message.as_str()).collect();
    assert!(messages[0].contains("34 rows with a verdict"), "{messages:?}");
    let report = audited(&sample.save(&book), Some(&self::sample("roster.csv")), None, &[]).unwrap();
    let missing: Vec<_> =
        report.findings.iter().filter(|found| found.kind == FindingKind::RowMissing).collect();
    assert_eq!(missing.len(), 1, "{:?}", told(&report));
    assert!(missing[0].message.contains("line 5") && missing[0].message.contains("Adventure Works"));
}

#[test]
fn a_sheet_that_is_gone_or_new_is_told() {
    let sample = Sample::new();
    for sheet in ["Review", "Next steps"] {
        let mut book = sample.book.clone();
        book.rename(sheet, "Notes");
        let report = sample.audit(&book);
        let gone = format!("SheetMissing {sheet}: ? -> ?");
        assert_eq!(told(&report), [gone.as_str(), "SheetAdded Notes: ? -> ?"]);
    }
}

#[test]
fn another_roster_is_told_with_the_cells_that_differ() {
    let sample = Sample::new();
    let original = fs::read_to_string(self::sample("roster.csv")).unwrap();
    let roster = sample.folder.path().join("roster.csv");
    fs::write(&roster, original.replacen(",499,", ",498,", 1)).unwrap();
    let report = audited(&sample.save(&sample.book), Some(&roster), None, &[]).unwrap();
    assert_eq!(told(&report), ["OtherRoster : ? -> ?", "RosterCell Roster G4: 498 -> 499"]);
}

#[test]
fn a_workbook_that_another_program_saved_says_so_and_has_the_same_verdicts() {
    let sample = Sample::new();
    let mut book = sample.book.clone();
    book.replace("docProps/app.xml", "<AppVersion>12.0000", "<AppVersion>16.0300");
    let report = sample.audit(&book);
    assert_eq!(report.result, Outcome::SavedByAnother);
    assert_eq!(report.saved_by.as_deref(), Some("Microsoft Excel 16.0300"));
}

#[test]
fn a_policy_or_catalogue_that_did_not_make_it_is_refused() {
    let sample = Sample::new();
    let path = sample.save(&sample.book);
    let docs = Policy::named("fasttrack-docs-2021").unwrap().unwrap();
    let refused = |policy, own: &[PathBuf]| audited(&path, None, policy, own).unwrap_err();
    let error = refused(Some(docs), &[]);
    assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Policy, "audit-policy-other"));
    let error = refused(None, &[self::sample("catalogue.csv")]);
    assert_eq!(
        (error.kind, error.diagnostics[0].code.as_str()),
        (ErrorKind::Policy, "audit-catalogue-other")
    );
}

#[test]
fn without_its_policy_a_workbook_is_judged_by_the_thresholds_on_its_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let (output, edited) = (folder.path().join("out.xlsx"), folder.path().join("edited.xlsx"));
    let example = fs::read_to_string(sample("policy-example.toml")).unwrap();
    let policy = Policy::read(&example, "policy-example.toml").unwrap();
    run(&Made { policy, ..job(&sample("roster.csv"), &output) }).unwrap();
    let mut book = Edited::open(&output);
    book.set("Roster", "P3", Some("Portal"));
    book.save(&edited);
    assert_eq!(told(&plainly(&edited)), ["Verdict Roster P3: Migration -> Portal"]);
    // A threshold that was changed shows in the rows that do not follow from it.
    let mut book = Edited::open(&output);
    book.set("Policy", "D16", Some("5000"));
    book.save(&edited);
    let report = plainly(&edited);
    assert!(report.found > 5 && report.findings.iter().any(|found| found.kind == FindingKind::Verdict));
}

/// Columns of the sample's Roster sheet that a verdict is made of: segment to reason, services, review.
const JUDGED: [&str; 14] = ["L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "Y", "Z"];

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(if cfg!(debug_assertions) { 24 } else { 512 })
    })]

    #[test]
    fn any_cell_of_a_verdict_that_is_changed_is_found(
        column in 0..JUDGED.len(),
        row in 2..37_u32,
        written in prop_oneof!["[A-Z][a-z]{1,9}", "[1-9][0-9]{0,4}", Just(String::new())],
    ) {
        thread_local!(static SAMPLE: Sample = Sample::new());
        SAMPLE.with(|sample| {
            let cell = format!("{}{row}", JUDGED[column]);
            let before = sample.book.get("Roster", &cell);
            // Where the plan is not judged, its services and what is wrong with it cannot be known.
            let is_review = sample.book.get("Roster", &format!("P{row}")) == "Needs review";
            let is_unknown = is_review && matches!(JUDGED[column], "M" | "O" | "Y" | "Z");
            if before != written && !is_unknown {
                let report = sample.with("Roster", &cell, Some(&written).filter(|text| !text.is_empty()).map(String::as_str));
                // Three cells say how many seats there are; which of them was changed cannot always be known.
                let named: Vec<String> = match JUDGED[column] {
                    "O" => ["O", "G", "W"].iter().map(|column| format!("{column}{row}")).collect(),
                    _ => vec![cell.clone()],
                };
                let is_named = report.findings.iter().any(|found| found.cell.as_ref().is_some_and(|cell| named.contains(cell)));
                assert!(is_named, "{cell}: {before} -> {written}: {:?}", told(&report));
            }
        });
    }

    #[test]
    fn any_cell_of_the_roster_that_is_changed_is_found_beside_its_file(
        column in 0..11_u8,
        row in 2..43_u32,
        written in "[A-Z][a-z]{1,9}",
    ) {
        thread_local!(static SAMPLE: Sample = Sample::new());
        SAMPLE.with(|sample| {
            let cell = format!("{}{row}", char::from(b'A' + column));
            let mut book = sample.book.clone();
            book.set("Roster", &cell, Some(&written));
            let report = audited(&sample.save(&book), Some(&self::sample("roster.csv")), None, &[]).unwrap();
            let is_named = report.findings.iter().any(|found| found.cell.as_deref() == Some(&cell));
            assert!(is_named, "{cell}: {:?}", told(&report));
        });
    }
}

#[test]
fn seats_with_their_thousands_apart_tell_which_cell_was_changed() {
    let sample = Sample::new();
    let report = sample.with("Roster", "O36", Some("77985"));
    assert!(report.findings.iter().any(|found| found.cell.as_deref() == Some("O36")), "{:?}", told(&report));
}

#[test]
fn the_reason_of_a_row_in_review_is_looked_at() {
    let sample = Sample::new();
    for row in 2..37 {
        if sample.book.get("Roster", &format!("P{row}")) == "Needs review" {
            let cell = format!("W{row}");
            let found = told(&sample.with("Roster", &cell, Some("Aa")));
            assert_eq!(
                found,
                [format!("Verdict Roster {cell}: portal only, until the problem is fixed -> Aa")]
            );
        }
    }
}

#[test]
fn a_tenant_that_was_written_into_a_blank_row_is_found() {
    let sample = Sample::new();
    let mut book = sample.book.clone();
    book.set("Roster", "B38", Some("Contoso"));
    let report = audited(&sample.save(&book), Some(&self::sample("roster.csv")), None, &[]).unwrap();
    assert!(report.findings.iter().any(|found| found.cell.as_deref() == Some("B38")), "{:?}", told(&report));
}

#[test]
fn every_figure_and_every_threshold_that_is_changed_is_found() {
    let sample = Sample::new();
    // Titles, rows below the headings, columns.
    let tables = [
        ("Rows of the roster", 5, 2),
        ("Rows by tier, each judged by itself", 6, 3),
        ("Customers and paid seats by tier", 6, 5),
        ("Customers by tier and segment", 6, 6),
        ("Paid seats by tier and segment", 6, 6),
        ("Customers per entitlement", 4, 4),
        ("What if a threshold changed", 4, 4),
    ];
    let figures = tables.into_iter().flat_map(|(title, rows, width)| {
        let first = row_of(&sample.book, "Summary", "A", title) + 2;
        (first..first + rows).flat_map(move |row: u32| {
            (0..width).map(move |column: u8| ("Summary", format!("{}{row}", char::from(b'A' + column))))
        })
    });
    let thresholds = (13..=16)
        .flat_map(|row| (b'A'..=b'G').map(move |column| ("Policy", format!("{}{row}", char::from(column)))));
    let cells: Vec<(&str, String)> = figures.chain(thresholds).collect();
    for written in [Some("77777"), None] {
        let mut book = sample.book.clone();
        for (sheet, cell) in &cells {
            book.set(sheet, cell, written);
        }
        let report = sample.audit(&book);
        for (sheet, cell) in &cells {
            let is_it = |found: &Finding| {
                found.sheet.as_deref() == Some(*sheet) && found.cell.as_deref() == Some(cell.as_str())
            };
            assert!(report.findings.iter().any(is_it), "{sheet} {cell} {written:?}: {:?}", told(&report));
        }
    }
}

/// Runs the program; returns code and what it printed.
fn program(arguments: &[&str]) -> (i32, String, String) {
    let done = Command::cargo_bin("fasttrack").unwrap().arg("audit").args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code().unwrap(), text(&done.stdout), text(&done.stderr))
}

#[test]
fn the_program_says_in_one_sentence_what_it_found() {
    let sample = Sample::new();
    let path = sample.save(&sample.book);
    let (code, out, _) = program(&[path.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(out.starts_with("the workbook is as fasttrack made it\n"), "{out}");
    assert!(out.contains("41 = 35 classified + 4 to review + 1 blank + 1 footer"), "{out}");
    let mut book = sample.book.clone();
    book.set("Roster", "P3", Some("Specialist"));
    let path = sample.save(&book);
    let (code, out, _) = program(&[path.to_str().unwrap()]);
    assert_eq!(code, 3);
    assert!(out.starts_with("the workbook was changed: 1 thing is not as fasttrack made it\n"), "{out}");
    assert!(out.contains("Roster, P3: was \"Migration\", is \"Specialist\""), "{out}");
    let (code, out, _) = program(&[path.to_str().unwrap(), "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["schema"], &report["result"]), (3, &1.into(), &"changed".into()));
    assert_eq!(report["findings"][0]["cell"], "P3");
}

#[test]
fn what_is_no_workbook_of_ours_is_refused_with_its_reason() {
    let sample = Sample::new();
    let path = sample.folder.path().join("other.xlsx");
    let whole = fs::read(sample.save(&sample.book)).unwrap();
    let foreign = {
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet().set_name("Sheet1").unwrap().write(0, 0, "Tenant").unwrap();
        book.save_to_buffer().unwrap()
    };
    let mut promising = sample.book.clone();
    promising.replace("xl/sharedStrings.xml", "uniqueCount=\"", "uniqueCount=\"9999999999");
    let mut declaring = sample.book.clone();
    declaring.replace("xl/sharedStrings.xml", "<sst", "<!DOCTYPE sst [<!ENTITY a \"b\">]><sst");
    let mut wild = sample.book.clone();
    wild.replace(&wild.part_of("Roster"), "r=\"P3\"", "r=\"ZZZZ99999999\"");
    let bytes = |book: &Edited| fs::read(sample.save(book)).unwrap();
    for (bytes, why) in [
        (b"Tenant,Plan\nContoso,E3\n".to_vec(), "it is not an .xlsx workbook"),
        (Vec::new(), "it is not an .xlsx workbook"),
        (b"PK\x03\x04".to_vec(), "its end is missing"),
        (whole[..whole.len() / 2].to_vec(), "its end is missing"),
        (foreign, "it has no sheet `Summary`"),
        (bytes(&promising), "it promises more texts than it has"),
        (bytes(&declaring), "has a declaration or a comment"),
        (bytes(&wild), "cells that are out of order or beyond its end"),
    ] {
        fs::write(&path, bytes).unwrap();
        let (code, out, err) = program(&[path.to_str().unwrap()]);
        assert_eq!((code, out.as_str()), (4, ""), "{err}");
        assert!(err.contains(why), "{why}: {err}");
    }
    let (code, _, err) = program(&[sample.folder.path().join("none.xlsx").to_str().unwrap()]);
    assert!(code == 4 && err.contains("there is no such file"), "{err}");
    let (code, _, err) = program(&[sample.folder.path().to_str().unwrap()]);
    assert!(code == 4 && err.contains("it is a folder"), "{err}");
    assert_eq!(program(&[]).0, 2);
}

#[test]
fn damage_in_any_part_is_told_and_never_a_panic() {
    let sample = Sample::new();
    let whole = fs::read(sample.save(&sample.book)).unwrap();
    let path = sample.folder.path().join("damaged.xlsx");
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        fs::write(&path, damaged).unwrap();
        // What a name or a time says may be damaged without harm; nothing is ever as made that is not.
        match audited(&path, None, None, &[]) {
            Ok(report) => assert!(report.result != Outcome::Changed || report.found > 0),
            Err(error) => assert_eq!(error.kind, ErrorKind::Input, "{error}"),
        }
    }
}

#[test]
fn a_cell_can_be_set_by_hand() {
    assert_eq!(
        text_cell("A1", "a<b"),
        "<c r=\"A1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">a&lt;b</t></is></c>"
    );
}

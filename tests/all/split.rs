//! Customers split over sheets: none lost, none twice, each as it stands on Roster.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::split::{by_value, names, roster, row, rows, value};
use crate::support::{job, parts, run, sheet, shown};
use calamine::Data;
use fasttrack_roster::error::ErrorKind;
use fasttrack_roster::fold::fold;
use fasttrack_roster::job::split::{By, LIMIT_SHEETS};
use fasttrack_roster::job::{Done, Job, Previous};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::write::Method;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const OWNERS: [&str; 9] = ["Ann", " ANN\u{a0}", "", "Roster", "a/b", "a:b", "'=1+1'", "History", "No owner"];

fn split(folder: &Path, input: &Path, by: By) -> (Done, PathBuf) {
    let output = folder.join(format!("{}.xlsx", by.word()));
    (run(&Job { split: Some(by), ..job(input, &output) }).unwrap(), output)
}

/// Checks that each value has a sheet with its rows of Roster, cell by cell and in order.
fn check(done: &Done, workbook: &Path, by: By) {
    let all = sheet(workbook, "Roster");
    let wanted = by_value(workbook, by);
    let split = done.split.as_ref().unwrap();
    let mut found: BTreeMap<String, Vec<Vec<Data>>> = BTreeMap::new();
    for part in &split.parts {
        let rows = sheet(workbook, &part.sheet);
        assert_eq!(rows[0], all[0], "the headings are those of Roster");
        assert_eq!(rows.len() as u64, part.rows + 1, "{}", part.sheet);
        let key = value(&rows, 1, by);
        assert!((1..rows.len()).all(|place| value(&rows, place, by) == key));
        assert!(found.insert(key, rows[1..].to_vec()).is_none(), "no value has two sheets");
    }
    assert_eq!(found, wanted);
    let customers: u64 = split.parts.iter().map(|part| part.rows).sum();
    assert_eq!(customers, done.summary.classified() + done.summary.review());
    let distinct: BTreeSet<String> = names(workbook).iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(distinct.len(), names(workbook).len(), "{:?}", names(workbook));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_customer_stands_on_the_sheet_of_its_value_as_on_roster(
        rows in rows(&OWNERS),
        by in prop::sample::select(vec![By::Tier, By::Segment, By::Owner]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let input = roster(folder.path(), &rows);
        let (done, workbook) = split(folder.path(), &input, by);
        check(&done, &workbook, by);
        // The workbook library makes the same sheets.
        let stock = folder.path().join("stock.xlsx");
        let library = Job { split: Some(by), method: Method::Library, ..job(&input, &stock) };
        let done = run(&library).unwrap();
        check(&done, &stock, by);
        for name in names(&workbook).iter().filter(|name| *name != "Run") {
            prop_assert_eq!(sheet(&workbook, name), sheet(&stock, name));
        }
        prop_assert_eq!(names(&workbook), names(&stock));
    }
}

#[test]
fn sheets_stand_behind_roster_in_order_and_totals_lines_on_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows: Vec<_> =
        [900, 10, 60, 20].iter().zip(0..).map(|(s, i)| row(2 * i, 0, *s, "", "")).collect();
    rows.push(["Total", "", "990", "", "", ""].map(str::to_owned));
    let (done, workbook) = split(folder.path(), &roster(folder.path(), &rows), By::Tier);
    check(&done, &workbook, By::Tier);
    assert_eq!((done.summary.footer, done.summary.read), (1, 5));
    let names = names(&workbook);
    let roster = names.iter().position(|name| name == "Roster").unwrap();
    assert_eq!(names[roster..roster + 4], ["Roster", "Portal", "Q&A", "Migration"]);
    let first = sheet(&workbook, "Summary");
    assert!(
        first
            .iter()
            .any(|row| shown(row, 0).starts_with("The 4 rows of customers are also listed on 3 sheets"))
    );
    // The end of the Summary leads to them.
    let from = first.iter().position(|row| shown(row, 0) == "Sheets by tier").unwrap();
    let told: Vec<_> =
        first[from + 2..].iter().map(|row| [0, 1, 2].map(|column| shown(row, column))).collect();
    let wanted = [["Portal", "2", "Portal"], ["Q&A", "1", "Q&A"], ["Migration", "1", "Migration"]];
    assert_eq!(told[..3], wanted.map(|row| row.map(str::to_owned)));
    let (_, xml) = parts(&workbook, "xl/worksheets/sheet1.xml").remove(0);
    assert!(xml.contains("location=\"'Q&amp;A'!A1\""), "{xml}");
    // Heading row in sight, table, page: as on Roster.
    for name in ["Portal", "Q&A", "Migration"] {
        let place = names.iter().position(|other| other == name).unwrap() + 1;
        let (_, xml) = parts(&workbook, &format!("xl/worksheets/sheet{place}.xml")).remove(0);
        let wanted = ["<tablePart ", "state=\"frozen\"", "orientation=\"landscape\"", "fitToHeight=\"0\""];
        assert!(wanted.iter().all(|what| xml.contains(what)), "{name}: {xml}");
    }
}

#[test]
fn an_owner_called_as_a_sheet_of_ours_gets_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let input = roster(folder.path(), &[row(0, 0, 149, "", ""), row(1, 0, 5, "", "")]);
    let plain = folder.path().join("plain.xlsx");
    run(&job(&input, &plain)).unwrap();
    let ours = names(&plain);
    let owners = ours.iter().chain(&ours).map(|name| name.to_uppercase());
    let owners = owners.chain(["Roster (2)", "Changes", "Onboarding", "Other policy"].map(str::to_owned));
    let owners: Vec<String> = owners.collect();
    let values: BTreeSet<String> = owners.iter().map(|owner| fold(owner)).collect();
    let rows: Vec<_> = (0..).zip(owners).map(|(index, owner)| row(index, 0, 149, "", &owner)).collect();
    let (done, workbook) = split(folder.path(), &roster(folder.path(), &rows), By::Owner);
    check(&done, &workbook, By::Owner);
    let split = done.split.unwrap();
    assert_eq!(split.parts.len(), values.len());
    assert!(split.parts.iter().all(|part| part.sheet.ends_with(" (value)")), "{:?}", split.parts);
}

#[test]
fn an_owner_who_is_called_as_a_cell_or_an_answer_is_told_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let owners = [
        "TRUE",
        "false",
        "R",
        "c",
        "RC",
        "A1",
        "xfd1048576",
        "R1C1",
        "rc12",
        "C3 ",
        "m\u{b2}",
        "x\u{1f600}",
        "\u{1f600}",
        "1E5",
        "History",
        "Ann",
    ];
    let rows: Vec<_> = (0..).zip(owners).map(|(index, owner)| row(index, 0, 149, "", owner)).collect();
    let (done, workbook) = split(folder.path(), &roster(folder.path(), &rows), By::Owner);
    check(&done, &workbook, By::Owner);
    let (_, book) = parts(&workbook, "xl/workbook.xml").remove(0);
    for part in done.split.unwrap().parts {
        // Whatever says such a name puts it between quotes.
        let said = book.matches(&format!(">{}!", part.sheet)).count();
        let quoted = book.matches(&format!(">'{}'!", part.sheet)).count();
        assert_eq!(
            (said > 0, quoted > 0),
            (part.sheet == "Ann", part.sheet != "Ann"),
            "{}: {book}",
            part.sheet
        );
    }
}

#[test]
fn a_hundred_values_are_sheets_and_one_more_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let of = |count: usize| -> Vec<_> {
        (0..count).map(|index| row(index, 0, 5, "", &format!("Owner {index}"))).collect()
    };
    let (done, _) = split(folder.path(), &roster(folder.path(), &of(LIMIT_SHEETS)), By::Owner);
    assert_eq!(done.split.unwrap().parts.len(), LIMIT_SHEETS);
    let output = folder.path().join("more.xlsx");
    let input = roster(folder.path(), &of(LIMIT_SHEETS + 1));
    let error = run(&Job { split: Some(By::Owner), ..job(&input, &output) }).unwrap_err();
    assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Usage, "split-too-many"));
    assert!(!output.exists());
}

#[test]
fn a_workbook_with_such_sheets_is_a_roster_and_an_earlier_night_as_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<_> = (0..40).map(|index| row(index, index % 4, 30 * index as u64, "", "Ann")).collect();
    let input = roster(folder.path(), &rows);
    let (done, workbook) = split(folder.path(), &input, By::Tier);
    let again = folder.path().join("again.xlsx");
    let read = run(&job(&workbook, &again)).unwrap();
    assert_eq!((read.about.sheet(), read.summary.read), (Some("Roster"), done.summary.read));
    let since = Some(Previous::Workbook(workbook));
    let compared = run(&Job { since, split: Some(By::Owner), ..job(&input, &again) }).unwrap();
    let moves = compared.since.as_ref().unwrap().moves.as_ref().unwrap();
    assert_eq!(moves.changed(), 0);
    check(&compared, &again, By::Owner);
}

#[test]
fn a_split_is_the_same_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<_> =
        (0..3_000).map(|index| row(index, index % 4, index as u64, "", OWNERS[index * 7 % 9])).collect();
    let input = roster(folder.path(), &rows);
    let bytes = [1, 2, 7].map(|threads| {
        let output = folder.path().join(format!("{threads}.xlsx"));
        run(&Job { workers: Workers::new(threads).unwrap(), split: Some(By::Owner), ..job(&input, &output) })
            .unwrap();
        std::fs::read(output).unwrap()
    });
    assert!(bytes[0] == bytes[1] && bytes[1] == bytes[2]);
}

//! Each streamed sheet is an Excel table over its headings and all of its rows, or has a plain filter; never both.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{csv, job, parts, run, sheet, shown};
use calamine::Data;
use fasttrack_roster::job::split::By;
use fasttrack_roster::job::{Job, Previous};
use fasttrack_roster::write::Method;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const METHODS: [Method; 2] = [Method::Streamed, Method::Library];

/// Rows below the headings up to which a sheet is a table.
const LIMIT_ROWS: usize = 250_000;

/// What filters the rows of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Filtered {
    /// A table: its name, its range, the names of its columns as the file has them.
    Table { name: String, range: String, columns: Vec<String> },
    /// The sheet's own filter over a range.
    Plain(String),
}

fn attribute<'t>(element: &'t str, name: &str) -> &'t str {
    element.split_once(&format!(" {name}=\"")).unwrap().1.split_once('"').unwrap().0
}

/// The sheets that have a filter or a table, by name; no sheet has both, and none several.
fn filtered(workbook: &Path) -> BTreeMap<String, Filtered> {
    let part = |name: &str| parts(workbook, name).into_iter().find(|(found, _)| found == name);
    let book = part("xl/workbook.xml").unwrap().1;
    let mut found = BTreeMap::new();
    let mut tables = 0;
    for (number, element) in (1..).zip(book.split("<sheet ").skip(1)) {
        // The attribute stands first, where there is no blank before it.
        let name = attribute(&format!(" {element}"), "name").replace("&amp;", "&");
        let xml = part(&format!("xl/worksheets/sheet{number}.xml")).unwrap().1;
        let (_, behind) = xml.split_once("</sheetData>").unwrap();
        let has_table = behind.contains("<tableParts count=\"1\">");
        let has_name =
            book.contains(&format!("name=\"_xlnm._FilterDatabase\" localSheetId=\"{}\"", number - 1));
        assert_eq!(has_name, behind.contains("<autoFilter "), "{name}");
        assert!(!has_table || !has_name, "{name} has a table and a filter");
        if let Some((_, filter)) = behind.split_once("<autoFilter") {
            found.insert(name, Filtered::Plain(attribute(filter, "ref").to_owned()));
        } else if has_table {
            let leads = part(&format!("xl/worksheets/_rels/sheet{number}.xml.rels")).unwrap().1;
            let (_, file) = leads.split_once("../tables/").unwrap();
            let file = format!("xl/tables/{}", file.split_once('"').unwrap().0);
            found.insert(name, table(&part(&file).unwrap().1));
            tables += 1;
        }
    }
    assert_eq!(parts(workbook, "xl/tables/").len(), tables, "each table belongs to a sheet");
    found
}

fn table(xml: &str) -> Filtered {
    assert_eq!(attribute(xml, "name"), attribute(xml, "displayName"));
    let range = attribute(xml, "ref").to_owned();
    assert_eq!(xml.matches("<autoFilter ").count(), 1, "{xml}");
    assert!(xml.contains(&format!("<autoFilter ref=\"{range}\"/><tableColumns ")), "{xml}");
    assert!(!xml.contains("headerRowCount"), "{xml}");
    let columns: Vec<String> =
        xml.split("<tableColumn ").skip(1).map(|column| attribute(column, "name").to_owned()).collect();
    assert_eq!(attribute(xml, "count"), columns.len().to_string());
    Filtered::Table { name: attribute(xml, "displayName").to_owned(), range, columns }
}

/// Text as it stands in an attribute of a table.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\n', "_x000a_")
}

/// The table that a sheet should be: its headings as its cells have them, and all rows down to `last_row`, from 1.
fn wanted(name: &str, cells: &[Vec<Data>], columns: usize, last_row: usize) -> Filtered {
    let columns = (0..columns).map(|column| escaped(&shown(&cells[0], column))).collect::<Vec<_>>();
    Filtered::Table { name: name.to_owned(), range: range(columns.len(), last_row), columns }
}

/// `A1` to a cell, whose column is counted from 1.
fn range(column: usize, row: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(place).unwrap());
    let first = (column > 26).then(|| letter((column - 1) / 26 - 1));
    let letters: String = first.into_iter().chain([letter((column - 1) % 26)]).collect();
    format!("A1:{letters}{row}")
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn every_streamed_sheet_is_a_table_over_its_headings_and_all_rows() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/roster.csv");
    let text = std::fs::read_to_string(&sample).unwrap();
    let rest: Vec<&str> = text.lines().take(1).chain(text.lines().skip(9)).collect();
    let input = write(folder.path(), "later.csv", &rest.join("\n"));
    let previous = folder.path().join("previous.xlsx");
    run(&job(&sample, &previous)).unwrap();
    let mut both = Vec::new();
    for method in METHODS {
        let output = folder.path().join("out.xlsx");
        let since = Some(Previous::Workbook(previous.clone()));
        run(&Job { method, since, ..job(&input, &output) }).unwrap();
        let found = filtered(&output);
        for name in ["Changes", "Roster", "Tenants", "Onboarding", "Other policy", "Review"] {
            let cells = sheet(&output, name);
            let columns = cells[0].iter().take_while(|cell| **cell != Data::Empty).count();
            assert_eq!(found[name], wanted(&name.replace(' ', "_"), &cells, columns, cells.len()), "{name}");
        }
        // With those that are rendered from plain data.
        assert_eq!(found.len(), 10, "{:?}", found.keys());
        both.push(found);
    }
    assert_eq!(both[0], both[1]);
}

#[test]
fn a_sheet_with_nothing_below_its_headings_has_a_filter() {
    let folder = tempfile::tempdir().unwrap();
    // Nothing of this roster is to be reviewed; a roster without rows makes no workbook.
    let input =
        write(folder.path(), "roster.csv", "Tenant,Plan,Seats,Segment\nContoso,SPE_E3,7,Commercial\n");
    for method in METHODS {
        let output = folder.path().join("out.xlsx");
        run(&Job { method, ..job(&input, &output) }).unwrap();
        let found = filtered(&output);
        assert_eq!(found["Review"], Filtered::Plain("A1:U2".to_owned()));
        assert_eq!(found.values().filter(|found| matches!(found, Filtered::Plain(_))).count(), 1);
    }
}

/// Annotates a roster of one row whose last two headings are these, and returns its workbook.
fn headed(folder: &Path, headings: [&str; 2], method: Method) -> PathBuf {
    let rows = [["Tenant", "Plan", "Seats", headings[0], headings[1]], ["Contoso", "SPE_E3", "7", "", "x"]];
    let input = write(folder, "roster.csv", &csv(&rows));
    let output = folder.join("out.xlsx");
    run(&Job { method, ..job(&input, &output) }).unwrap();
    output
}

#[test]
fn headings_that_no_table_can_have_leave_the_filter() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(256);
    for headings in [
        ["Note", "Note"],
        ["Note", " NOTE "],
        ["Gr\u{f6}\u{df}e", "GR\u{d6}\u{df}E"],
        ["", "Note"],
        ["Note", &long],
        ["Note", "a\tb"],
        ["Note", "a\r\nb"],
        ["Note", "_x0041_"],
        ["Note", "a\u{200b}"],
    ] {
        for method in METHODS {
            let output = headed(folder.path(), headings, method);
            assert_eq!(filtered(&output)["Roster"], Filtered::Plain("A1:U2".to_owned()), "{headings:?}");
        }
    }
}

#[test]
fn headings_stand_in_the_table_as_their_cells_have_them() {
    let folder = tempfile::tempdir().unwrap();
    for headings in [
        ["Paid\nlast year", "R&D \"<b>\" 'x' ]["],
        [" outer ", "\u{4f1a}\u{793e}"],
        ["=1+1", "Why"],
        ["Note", &"x".repeat(255)],
    ] {
        for method in METHODS {
            let output = headed(folder.path(), headings, method);
            let cells = sheet(&output, "Roster");
            assert_eq!([shown(&cells[0], 3), shown(&cells[0], 4)], headings);
            assert_eq!(filtered(&output)["Roster"], wanted("Roster", &cells, 21, 2));
        }
    }
}

#[test]
fn sheets_of_values_are_tables_with_names_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let owners = ["Ann Lee", "ann_lee", "R&D", "R/D", "\u{4f1a}\u{793e}", "\u{5e2d}\u{6570}", "Roster", ""];
    let mut rows = vec![["Tenant", "Plan", "Seats", "Owner"]];
    rows.extend(owners.iter().chain(&owners).map(|owner| ["Contoso", "SPE_E3", "7", owner]));
    let input = write(folder.path(), "roster.csv", &csv(&rows));
    let output = folder.path().join("out.xlsx");
    run(&Job { split: Some(By::Owner), ..job(&input, &output) }).unwrap();
    let found = filtered(&output);
    let mut names = BTreeSet::new();
    let split = found.iter().filter_map(|(sheet, filtered)| match filtered {
        Filtered::Table { name, .. } if name.starts_with("Split") => Some((sheet, name)),
        _ => None,
    });
    for (name, table) in split {
        let cells = sheet(&output, name);
        assert_eq!(found[name], wanted(table, &cells, 22, 3), "{name}");
        assert!(names.insert(table.to_lowercase()), "{table} is there twice");
    }
    assert_eq!(names.len(), owners.len());
    assert!(names.contains("split_ann_lee") && names.contains("split_no_owner"), "{names:?}");
}

#[test]
fn lines_below_the_last_customer_to_be_onboarded_are_no_row_of_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> = (0..10_001).map(|row| format!("tenant {row},SPE_E3,500\n")).collect();
    let input = write(folder.path(), "roster.csv", &format!("Tenant,Plan,Seats\n{}", rows.concat()));
    let output = folder.path().join("out.xlsx");
    run(&job(&input, &output)).unwrap();
    let cells = sheet(&output, "Onboarding");
    assert!(
        shown(&cells[10_001], 1).contains("1 further customer is not on this sheet"),
        "{:?}",
        cells[10_001]
    );
    assert_eq!(filtered(&output)["Onboarding"], wanted("Onboarding", &cells, 14, 10_001));
}

#[test]
fn beyond_a_size_a_sheet_has_a_filter() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.xlsx");
    let range_of = |rows: usize| {
        let input =
            write(folder.path(), "roster.csv", &format!("Tenant,Plan,Seats\n{}", "x,y,5\n".repeat(rows)));
        run(&job(&input, &output)).unwrap();
        let found = filtered(&output);
        // Each row is in review, and all are of one tenant.
        let is_table = |name: &str| matches!(found[name], Filtered::Table { .. });
        assert_eq!(is_table("Roster"), is_table("Review"));
        assert!(is_table("Tenants"));
        found["Roster"].clone()
    };
    let last = LIMIT_ROWS + 1;
    assert!(matches!(range_of(LIMIT_ROWS), Filtered::Table { range, .. } if range == format!("A1:U{last}")));
    assert_eq!(range_of(LIMIT_ROWS + 1), Filtered::Plain(format!("A1:U{}", last + 1)));
}

#[test]
fn cells_beyond_the_last_heading_stand_beside_the_table() {
    let folder = tempfile::tempdir().unwrap();
    // Where the first rows have such cells, they have a column of theirs, with a blank heading.
    for (place, columns) in [(1, None), (240, Some(19))] {
        let line = |row| format!("t{row},SPE_E3,5{}\n", if row == place { ",beyond" } else { "" });
        let lines: String = (1..=250).map(line).collect();
        let input = write(folder.path(), "roster.csv", &format!("Tenant,Plan,Seats\n{lines}"));
        for method in METHODS {
            let output = folder.path().join("out.xlsx");
            run(&Job { method, ..job(&input, &output) }).unwrap();
            let cells = sheet(&output, "Roster");
            let wanted = columns.map(|columns| wanted("Roster", &cells, columns, 251));
            let wanted = wanted.unwrap_or_else(|| Filtered::Plain("A1:T251".to_owned()));
            assert_eq!(filtered(&output)["Roster"], wanted);
            assert!(cells[place].contains(&Data::String("beyond".to_owned())));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Blank rows count, wherever they stand and whoever writes the rows.
    #[test]
    fn a_table_spans_its_headings_and_all_rows(are_blank in proptest::collection::vec(any::<bool>(), 1..30)) {
        prop_assume!(are_blank.contains(&false));
        let folder = tempfile::tempdir().unwrap();
        let line = |(place, is_blank): (usize, &bool)| {
            if *is_blank { ",,\n".to_owned() } else { format!("t{place},SPE_E3,{place}\n") }
        };
        let lines: String = are_blank.iter().enumerate().map(line).collect();
        let input = write(folder.path(), "roster.csv", &format!("Tenant,Plan,Seats\n{lines}"));
        for method in METHODS {
            let output = folder.path().join("out.xlsx");
            run(&Job { method, ..job(&input, &output) }).unwrap();
            let cells = sheet(&output, "Roster");
            prop_assert_eq!(&filtered(&output)["Roster"], &wanted("Roster", &cells, 19, are_blank.len() + 1));
        }
    }
}

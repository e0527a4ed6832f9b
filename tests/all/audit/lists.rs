//! The lists of a workbook: what was changed in them is named, and what cannot be known is said.

use super::{
    Edited, Made, Outcome, Report, Sample, audited, is_as_made, plainly, row_of, sample, text_cell, told,
};
use crate::support::{job, run};
use fasttrack_roster::audit::{Job, audit};
use fasttrack_roster::job::Previous;
use fasttrack_roster::job::split::By;
use fasttrack_roster::roster::columns::{Field, Mapping};
use fasttrack_roster::roster::separators::Mark;
use fasttrack_roster::steps::Near;
use std::fs;
use std::path::Path;

/// Returns why lists were not compared, if they were not.
fn why_not(report: &Report) -> Option<&str> {
    report
        .not_compared
        .iter()
        .find(|what| what.starts_with("the lists of the other sheets"))
        .map(String::as_str)
}

/// Annotates a text, changes nothing, and says that an audit finds its lists as they were made.
fn lists_are_as_made(text: &str, change: impl Fn(Made) -> Made) {
    let folder = tempfile::tempdir().unwrap();
    let (roster, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    fs::write(&roster, text).unwrap();
    let made = change(job(&roster, &output));
    run(&made).unwrap();
    for roster in [None, Some(roster.as_path())] {
        let report = audited(&output, roster, None, &made.catalogues).unwrap();
        let found = (report.result, told(&report), why_not(&report));
        assert_eq!(found, (Outcome::AsMade, Vec::new(), None), "{text}");
    }
}

#[test]
fn a_line_that_was_changed_is_named_with_its_cell() {
    let sample = Sample::new();
    for (sheet, key, line, column, is) in [
        ("Next steps", "A", "Northwind Traders", "B", "2"),
        ("Next steps", "A", "Northwind Traders", "H", "Office 365 E3"),
        ("Next steps", "A", "1 to 5", "B", "5"),
        ("At risk", "A", "Fabrikam", "A", "Fabrikan"),
        ("Tenants", "T", "2", "N", "2751"),
        ("Tenants", "T", "2", "U", "15"),
        ("Onboarding", "C", "Contoso", "E", "4300"),
        ("Onboarding", "C", "Contoso", "A", "3"),
        ("Review", "S", "plan-unknown", "Q", "Microsoft 365 E3"),
        ("Review", "S", "seats-missing", "D", "remark"),
        ("To settle", "B", "Galactic", "C", "7"),
        ("FastTrack guide", "A", "FastTrack guide", "A", "Guide"),
    ] {
        let cell = format!("{column}{}", row_of(&sample.book, sheet, key, line));
        let was = sample.book.get(sheet, &cell);
        let found = told(&sample.with(sheet, &cell, Some(is)));
        assert_eq!(found, [format!("List {sheet} {cell}: {was} -> {is}")]);
    }
}

#[test]
fn a_line_that_is_gone_or_new_is_told() {
    let sample = Sample::new();
    for (sheet, key, line) in [
        ("Next steps", "A", "Northwind Traders"),
        ("At risk", "A", "Fabrikam"),
        ("Tenants", "T", "2"),
        ("Onboarding", "C", "Contoso"),
        ("Review", "S", "plan-unknown"),
        ("To settle", "B", "Galactic"),
    ] {
        let row = row_of(&sample.book, sheet, key, line);
        let mut book = sample.book.clone();
        book.delete_row(sheet, row);
        let report = sample.audit(&book);
        // The Summary counts the lines of Tenants, and its figures do not follow from what is left.
        let is_counted = |told: &String| sheet == "Tenants" && told.starts_with("Figure Summary ");
        let lists: Vec<String> = told(&report).into_iter().filter(|told| !is_counted(told)).collect();
        assert_eq!(lists, [format!("List {sheet} A{row}: ? -> ?")], "{sheet}");
        let finding = report.findings.iter().find(|found| found.sheet.as_deref() == Some(sheet)).unwrap();
        assert!(finding.message.starts_with("the line is not there"), "{report:?}");
        let beyond =
            (row..90).rfind(|row| !sample.book.get(sheet, &format!("A{row}")).is_empty()).unwrap() + 1;
        let report = sample.with(sheet, &format!("A{beyond}"), Some("99"));
        assert_eq!(told(&report), [format!("List {sheet} A{beyond}: ? -> ?")], "{sheet}");
        assert!(report.findings[0].message.contains("does not follow from the rows: 99"), "{report:?}");
    }
}

#[test]
fn what_is_filled_in_by_hand_is_no_finding() {
    let sample = Sample::new();
    let mut book = sample.book.clone();
    book.set("Onboarding", "H2", Some("Enable"));
    book.set("Onboarding", "N2", Some("called on Monday"));
    let galactic = row_of(&sample.book, "To settle", "B", "Galactic");
    book.set("To settle", &format!("E{galactic}"), Some("Commercial"));
    book.set("To settle", &format!("F{galactic}"), Some("asked"));
    for (column, what) in [("G", "SPE_E3"), ("H", "12"), ("I", "Education"), ("J", "Active"), ("K", "asked")]
    {
        book.set("Review", &format!("{column}2"), Some(what));
    }
    let report = sample.audit(&book);
    assert_eq!((report.result, told(&report)), (Outcome::AsMade, Vec::new()));
    assert!(report.not_compared.iter().any(|what| what.starts_with("cells to be filled in")));
}

#[test]
fn a_cell_of_a_split_sheet_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (output, edited) = (folder.path().join("out.xlsx"), folder.path().join("edited.xlsx"));
    run(&Made { split: Some(By::Tier), ..job(&sample("roster.csv"), &output) }).unwrap();
    let mut book = Edited::open(&output);
    book.set("Migration", "C2", Some("Contosa"));
    book.delete_row("Specialist", 2);
    book.save(&edited);
    let found = told(&plainly(&edited));
    assert_eq!(found, ["List Specialist A2: ? -> ?", "List Migration C2: Contoso -> Contosa"]);
}

#[test]
fn a_name_that_was_changed_on_the_roster_sheet_no_longer_fits_its_lists() {
    let report = Sample::new().with("Roster", "C4", Some("Northwind"));
    assert!(told(&report).iter().any(|found| found.starts_with("List Next steps")), "{:?}", told(&report));
}

#[test]
fn lists_of_a_roster_that_was_a_workbook_are_compared_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (output, edited) = (folder.path().join("out.xlsx"), folder.path().join("edited.xlsx"));
    let roster = sample("roster.xlsx");
    run(&job(&roster, &output)).unwrap();
    let mut book = Edited::open(&output);
    let row = row_of(&book, "Next steps", "A", "Northwind Traders");
    book.set("Next steps", &format!("B{row}"), Some("2"));
    book.save(&edited);
    let report = plainly(&edited);
    assert_eq!(report.result, Outcome::AsMade);
    assert!(why_not(&report).unwrap().ends_with("the roster was not a text file: name it with --roster"));
    // What nobody looked at is not said to be unchanged.
    let sentence = "what was compared is as fasttrack made it; the lists of the other sheets were not compared, see below";
    assert_eq!((report.sentence().as_str(), report.lists_compared), (sentence, false));
    let report = audited(&edited, Some(&roster), None, &[]).unwrap();
    assert_eq!((why_not(&report), told(&report)), (None, vec![format!("List Next steps B{row}: 1 -> 2")]));
}

#[test]
fn lists_that_follow_from_more_than_the_rows_are_said_not_to_be_compared() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.xlsx");
    let made = Made { overrides: vec![sample("overrides.csv")], ..job(&sample("roster.csv"), &output) };
    run(&made).unwrap();
    assert!(why_not(&plainly(&output)).unwrap().contains("an overrides file set some of the rows"));
}

#[test]
fn lists_of_every_flag_are_as_they_were_made() {
    let text = fs::read_to_string(sample("roster.csv")).unwrap();
    lists_are_as_made(&text, |made| Made { near: Near { seats: 1, percent: 3 }, ..made });
    lists_are_as_made(&text, |made| Made { split: Some(By::Segment), ..made });
    let plain = "Customer;Product;Qty;Other\n\"Contoso\nLtd\";Office 365 E3;1.200;12\nFabrikam;Office 365 E3;149;7\n\n";
    let mapping =
        |heading: &str| Mapping { field: Some(Field::Seats), heading: heading.to_owned(), file: None };
    lists_are_as_made(plain, |made| Made {
        numbers: Some(Mark::Dot),
        mappings: vec![mapping("Qty")],
        ..made
    });
    lists_are_as_made("Plan,Paid seats\nOffice 365 E3,149\nOffice 365 E1,20\n", |made| Made {
        tenant: Some("Contoso".to_owned()),
        ..made
    });
    let others_above = "Tenant,Plan,Paid seats\n\nAccount,Product,Quantity\nContoso,Galactic,700\nFabrikam,Office 365 E3,149\n";
    lists_are_as_made(others_above, |made| Made { heading_row: Some(3), ..made });
}

/// A roster with a column that is watched unless the user says that it means nothing.
const WATCHED: &str = "Customer,Plan,Paid seats,,Suspended,Churned\n\
                       Contoso,Galactic Deluxe,700,,3,Yes\nFabrikam,Office 365 E3,149,,,\n";

fn mapped(field: Option<Field>, heading: &str) -> Mapping {
    Mapping { field, heading: heading.to_owned(), file: None }
}

#[test]
fn columns_that_the_user_ignores_or_says_are_not_there_are_so_in_the_audit_too() {
    lists_are_as_made(WATCHED, |made| Made {
        mappings: ["Suspended", "#6", "#4"].map(|heading| mapped(None, heading)).to_vec(),
        ..made
    });
    let status = "Customer,Plan,Paid seats,Status,Owner\nContoso,Galactic,700,Suspended,Ann\n\
                  Fabrikam,Office 365 E3,600,Suspended,Bob\n";
    lists_are_as_made(status, |made| Made {
        mappings: [Field::Status, Field::Owner].map(|field| mapped(Some(field), "-")).to_vec(),
        tenant: Some("Litware".to_owned()),
        ..made
    });
}

#[test]
fn lists_of_a_run_with_flags_that_are_not_known_are_not_compared() {
    let folder = tempfile::tempdir().unwrap();
    let (roster, output, edited) =
        (folder.path().join("roster.csv"), folder.path().join("out.xlsx"), folder.path().join("edited.xlsx"));
    for (text, mapping, line) in [
        // The row is in review either way; only the faults are others.
        (WATCHED, mapped(None, "Churned"), "ignored"),
        // Nothing but the list of customers to onboard has an owner.
        (
            "Customer,Plan,Paid seats,Owner\nContoso,Office 365 E3,700,Ann\n",
            mapped(Some(Field::Owner), "-"),
            "owner",
        ),
    ] {
        fs::write(&roster, text).unwrap();
        run(&Made { mappings: vec![mapping], ..job(&roster, &output) }).unwrap();
        let mut book = Edited::open(&output);
        // As if the Run sheet had never said it.
        book.delete_row("Run", row_of(&book, "Run", "A", line));
        book.save(&edited);
        for roster in [None, Some(roster.as_path())] {
            let report = audited(&edited, roster, None, &[]).unwrap();
            assert_eq!((&report.result, told(&report)), (&Outcome::AsMade, Vec::new()), "{text}");
            assert!(why_not(&report).unwrap().contains("flags"), "{report:?}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_written_here_is_not_called_a_lack_of_room() {
    let sample = Sample::new();
    let file = format!("B{}", row_of(&sample.book, "Run", "A", "File"));
    let report = sample.with("Run", &file, Some(&"x".repeat(300)));
    assert_eq!(told(&report), Vec::<String>::new());
    assert!(why_not(&report).unwrap().contains("a temporary file for them cannot be written"), "{report:?}");
}

#[test]
fn lists_are_not_made_again_from_another_roster() {
    let sample = Sample::new();
    let roster = sample.folder.path().join("roster.csv");
    let text = fs::read_to_string(super::sample("roster.csv")).unwrap();
    fs::write(&roster, text.replacen(",499,", ",498,", 1)).unwrap();
    let report = audited(&sample.save(&sample.book), Some(&roster), None, &[]).unwrap();
    assert!(why_not(&report).unwrap().ends_with("the roster given is another"), "{report:?}");
}

#[test]
fn lists_of_rosters_with_flaws_or_words_above_are_as_they_were_made() {
    let as_it_is = |made| made;
    let rows = "Contoso,Office 365 E3,149\nFabrikam,\"Office 365 E3\",plenty\n";
    lists_are_as_made(&format!("Roster of 2021,,\n\nTenant,Plan,Paid seats\n{rows}\n"), as_it_is);
    // A line that is short is in review for that alone; its cells would be, too.
    lists_are_as_made(&format!("Tenant,Plan,Paid seats\n{rows}Litware,Office 365 E3\n"), as_it_is);
    let long = "x".repeat(40_000);
    lists_are_as_made(&format!("Tenant,Plan,Paid seats,Notes\nContoso,Office 365 E3,149,{long}\n"), as_it_is);
    lists_are_as_made("Tenant,Plan,Paid seats\nContoso,\"a \"\"b\"\"\",1\n,,\nTotal,,1\n", as_it_is);
}

/// Annotates a roster of two nights; returns the second workbook.
fn of_two_nights(folder: &Path) -> Edited {
    let (roster, first, second) =
        (folder.join("roster.csv"), folder.join("first.xlsx"), folder.join("second.xlsx"));
    let text = fs::read_to_string(sample("roster.csv")).unwrap();
    fs::write(&roster, &text).unwrap();
    run(&job(&roster, &first)).unwrap();
    fs::write(&roster, text.replacen(",499,", ",500,", 1).replacen(",150,", ",149,", 1)).unwrap();
    let made = Made { since: Some(Previous::Workbook(first)), ..job(&roster, &second) };
    run(&made).unwrap();
    is_as_made(&made, &second);
    Edited::open(&second)
}

#[test]
fn changes_are_checked_against_their_counts() {
    let folder = tempfile::tempdir().unwrap();
    let edited = folder.path().join("edited.xlsx");
    let made = of_two_nights(folder.path());
    let with = |change: &dyn Fn(&mut Edited)| {
        let mut book = made.clone();
        change(&mut book);
        book.save(&edited);
        let report = plainly(&edited);
        assert!(report.not_compared.iter().any(|what| what.starts_with("the lines of the Changes sheet")));
        told(&report)
    };
    assert_eq!(with(&|_| {}), Vec::<String>::new());
    assert_eq!(with(&|book| book.delete_row("Changes", 2)), ["List Changes: ? -> ?"]);
    assert_eq!(with(&|book| book.set("Changes", "I2", Some("77"))), ["List Changes I2: -1 -> 77"]);
    assert_eq!(with(&|book| book.set("Changes", "A1", Some("Move"))), ["Heading Changes A1: Change -> Move"]);
    assert_eq!(
        with(&|book| book.set("Changes", "A2", Some("gone missing"))),
        ["List Changes A2: ? -> ?", "List Changes: ? -> ?"]
    );
    // A line that says that there are more hides none.
    let hidden = with(&|book| {
        book.delete_row("Changes", 2);
        book.set("Changes", "A90", Some("... and 1 more that do not fit on this sheet; Summary counts all"));
    });
    assert_eq!(hidden, ["List Changes A90: ? -> ?", "List Changes: ? -> ?"]);
    let last = text_cell("A1048576", "... and 1 more that do not fit on this sheet; Summary counts all");
    let far = with(&|book| {
        let end = format!("<row r=\"1048576\">{last}</row></sheetData>");
        book.replace(&book.part_of("Changes"), "</sheetData>", &end);
    });
    assert_eq!(far, ["List Changes A1048576: ? -> ?"]);
}

#[test]
fn findings_on_the_changes_sheet_are_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let edited = folder.path().join("edited.xlsx");
    let mut book = of_two_nights(folder.path());
    for row in 2..12 {
        book.set("Changes", &format!("A{row}"), Some(&format!("forged {}", row * 7 % 10)));
    }
    book.save(&edited);
    let found = told(&plainly(&edited));
    let cells: Vec<String> = (2..12).map(|row| format!("List Changes A{row}: ? -> ?")).collect();
    assert_eq!(found.get(..10), Some(cells.as_slice()), "{found:?}");
}

#[test]
fn lists_of_a_run_with_overrides_are_compared_where_those_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let (output, edited) = (folder.path().join("out.xlsx"), folder.path().join("edited.xlsx"));
    let (roster, overrides) = (sample("roster.csv"), sample("overrides.csv"));
    run(&Made { overrides: vec![overrides.clone()], ..job(&roster, &output) }).unwrap();
    let audited = |workbook: &Path, overrides: Option<&Path>| {
        audit(&Job {
            workbook: workbook.to_owned(),
            roster: Some(roster.clone()),
            policy: None,
            catalogues: Vec::new(),
            overrides: overrides.map(Path::to_owned).into_iter().collect(),
        })
    };
    let without = audited(&output, None).unwrap();
    assert!(why_not(&without).unwrap().contains("name it with --overrides"), "{without:?}");
    let with = audited(&output, Some(&overrides)).unwrap();
    assert_eq!((with.result, told(&with), why_not(&with)), (Outcome::AsMade, Vec::new(), None));
    let mut book = Edited::open(&output);
    let line = row_of(&book, "Next steps", "A", "Northwind Traders");
    book.set("Next steps", &format!("B{line}"), Some("2"));
    book.save(&edited);
    let found = told(&audited(&edited, Some(&overrides)).unwrap());
    assert_eq!(found, [format!("List Next steps B{line}: 1 -> 2")]);
    let other = folder.path().join("other.csv");
    fs::write(&other, "Tenant,Segment\nContoso,Education\n").unwrap();
    let error = audited(&output, Some(&other)).unwrap_err();
    assert_eq!(error.diagnostics[0].code.as_str(), "audit-overrides-other");
}

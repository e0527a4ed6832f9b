//! A roster under an overrides file, from file to workbook.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{csv, job, run, sheet, shown, under};
use fasttrack_roster::job::Job;
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::write::Method;
use std::path::Path;

const ROSTER: [[&str; 5]; 6] = [
    ["Tenant", "Plan", "Paid seats", "Segment", "Status"],
    ["Contoso", "SPB", "12.5", "", "Active"],
    ["Fabrikam", "House bundle", "480", "", "Active"],
    ["Litware", "House freebie", "9000", "", "Active"],
    ["Tailspin", "House CRM", "70", "", "Active"],
    ["Wingtip", "SPE_E3", "600", "", "Suspended"],
];
const OVERRIDES: [[&str; 5]; 7] = [
    ["Tenant", "Plan", "Segment", "Means plan", "Paid seats"],
    ["Contoso", "SPB", "Charity", "", "480"],
    ["", "house BUNDLE", "", "Microsoft 365 E3", ""],
    ["", "House freebie", "", "Office 365 A1 for faculty", ""],
    ["", "House CRM", "", "Dynamics 365 Sales Premium", ""],
    ["Wingtip", "SPE_E3", "", "", "700"],
    ["Contosso", "", "edu", "", ""],
];

fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn every_verdict_says_what_the_override_file_said_and_the_cells_stay_as_they_came() {
    for method in [Method::Streamed, Method::Library] {
        let folder = tempfile::tempdir().unwrap();
        let (input, output) =
            (write(folder.path(), "roster.csv", &csv(&ROSTER)), folder.path().join("out.xlsx"));
        let overrides = Some(write(folder.path(), "overrides.csv", &csv(&OVERRIDES)));
        let done = run(&Job { overrides, method, ..job(&input, &output) }).unwrap();
        let roster = sheet(&output, "Roster");
        for (row, cells) in ROSTER.iter().enumerate() {
            assert!(cells.iter().enumerate().all(|(column, cell)| shown(&roster[row], column) == *cell));
        }
        assert_eq!(under(&roster, 1, "Seats counted"), "480");
        assert_eq!(under(&roster, 1, "Segment from"), "override file");
        let why: Vec<String> = (1..=5).map(|row| under(&roster, row, "Why")).collect();
        let begins = [
            "480 paid seats (override file), Nonprofit (override file): Q&A from 50",
            "480 paid seats of `Microsoft 365 E3` (override file), Commercial (assumed): Q&A from 50",
            "`Office 365 A1 for faculty` (override file) costs nothing: its 9,000 seats are not paid for",
            "`Dynamics 365 Sales Premium` (override file) belongs to Dynamics 365",
            "status `Suspended` is not active: its 700 seats (override file) are not paid for",
        ];
        for (why, begin) in why.iter().zip(begins) {
            assert!(why.starts_with(begin), "{why}");
        }
        assert_eq!((done.summary.overridden, done.summary.review()), (5, 0));
        assert_on_the_other_sheets(&output, &done.overrides.unwrap().sha256);
    }
}

fn assert_on_the_other_sheets(output: &Path, sha256: &str) {
    let holds = |name: &str, cells: &[&str]| {
        let rows = sheet(output, name);
        let has = |row: &Vec<_>| cells.iter().all(|cell| (0..row.len()).any(|at| shown(row, at) == *cell));
        assert!(rows.iter().any(has), "{name}: {cells:?}");
    };
    holds("Review", &["override-seats", "12.5", "remark"]);
    holds("Run", &["SHA-256", sha256]);
    holds("Run", &["Rows set", "5"]);
    holds("Run", &["Fitting no row", "line 7"]);
    holds("Summary", &["Every override matches a row", "look"]);
}

#[test]
fn any_number_of_threads_writes_the_same_bytes_with_overrides() {
    let folder = tempfile::tempdir().unwrap();
    let input = crate::support::generated(folder.path(), 7, 30);
    let lines = "Plan;Segment\nSPE_E3;Charity\nMicrosoft 365 E3;edu\nMicrosoft 365 Business Premium;gov\n";
    let overrides = write(folder.path(), "overrides.csv", lines);
    let written = [1, 2, 8].map(|threads| {
        let output = folder.path().join("out.xlsx");
        let overrides = Some(overrides.clone());
        let done =
            run(&Job { workers: Workers::new(threads).unwrap(), overrides, ..job(&input, &output) }).unwrap();
        assert!(done.summary.overridden > 100 && done.summary.adds_up());
        std::fs::read(output).unwrap()
    });
    assert!(written[1] == written[0] && written[2] == written[0], "threads show in the workbook");
}

#[test]
fn what_a_person_saves_from_excel_is_read_whatever_its_form() {
    let text = "Tenant;Plan;Segment\r\nZ\u{fc}rich AG;SPB;Charity\r\n";
    let utf16 = |text: &str| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms: [Vec<u8>; 5] = [
        format!("\u{feff}{text}").into_bytes(),
        text.replace(';', "\t").into_bytes(),
        format!("sep=;\r\n{text}").into_bytes(),
        text.replace('\u{fc}', "?").bytes().map(|byte| if byte == b'?' { 0xfc } else { byte }).collect(),
        utf16(&text.replace(';', "\t")),
    ];
    for form in forms {
        let folder = tempfile::tempdir().unwrap();
        let roster = "Tenant,Plan,Seats\nZ\u{dc}RICH AG,SPB,480\n";
        let input = write(folder.path(), "roster.csv", roster);
        let overrides = folder.path().join("overrides.csv");
        std::fs::write(&overrides, form).unwrap();
        let wanted = Job { overrides: Some(overrides), target: None, ..job(&input, Path::new("")) };
        assert_eq!(run(&wanted).unwrap().summary.overridden, 1);
    }
}

//! A roster under an overrides file, from file to workbook.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{csv, job, run, sheet, shown, under};
use assert_cmd::Command;
use fasttrack_roster::audit::report::Result as Outcome;
use fasttrack_roster::audit::{Job as Audit, audit};
use fasttrack_roster::job::Job;
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::write::Method;
use std::path::{Path, PathBuf};

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

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
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
        let overrides = vec![write(folder.path(), "overrides.csv", &csv(&OVERRIDES))];
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
        assert_on_the_other_sheets(&output, &done.overrides.unwrap().sha256());
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
fn a_plan_that_does_not_count_says_that_a_person_decided_so_and_an_audit_finds_it_as_made() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.xlsx");
    let roster =
        "Tenant,Plan,Seats\nContoso,SPE_E3,600\nContoso,Support hours,900\nFabrikam,Support hours,700\n";
    let input = write(folder.path(), "roster.csv", roster);
    let overrides = write(
        folder.path(),
        "overrides.csv",
        "Kind,As written,Means\nplan,support HOURS,not counted\nplan,Support Hours,does not count\n",
    );
    let done = run(&Job { overrides: vec![overrides.clone()], ..job(&input, &output) }).unwrap();
    assert_eq!((done.summary.review(), done.summary.overridden), (0, 2));
    let roster = sheet(&output, "Roster");
    for row in [2, 3] {
        let why = "a person decided in an override file that `support HOURS` does not count [certain]";
        assert!(under(&roster, row, "Why").starts_with(why), "{}", under(&roster, row, "Why"));
        assert_eq!(under(&roster, row, "Eligible"), "No");
        assert_eq!(under(&roster, row, "FastTrack tier"), "Portal");
        assert_eq!(under(&roster, row, "Recognised as"), "not counted, override");
    }
    let tenants = sheet(&output, "Tenants");
    assert_eq!(under(&tenants, 1, "Paid seats together"), "600");
    let (roster, policy) = (Some(input), None);
    let audited =
        Audit { workbook: output, roster, policy, catalogues: Vec::new(), overrides: vec![overrides] };
    let report = audit(&audited).unwrap();
    assert_eq!(report.result, Outcome::AsMade, "{report:?}");
}

#[test]
fn any_number_of_threads_writes_the_same_bytes_with_overrides() {
    let folder = tempfile::tempdir().unwrap();
    let input = crate::support::generated(folder.path(), 7, 30);
    let lines = "Plan;Segment\nSPE_E3;Charity\nMicrosoft 365 E3;edu\nMicrosoft 365 Business Premium;gov\n";
    let overrides = write(folder.path(), "overrides.csv", lines);
    let written = [1, 2, 8].map(|threads| {
        let output = folder.path().join("out.xlsx");
        let overrides = vec![overrides.clone()];
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
        let wanted = Job { overrides: vec![overrides], target: None, ..job(&input, Path::new("")) };
        assert_eq!(run(&wanted).unwrap().summary.overridden, 1);
    }
}

#[test]
fn several_files_together_say_what_one_would_and_each_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let input = write(folder.path(), "roster.csv", &csv(&ROSTER));
    let one = write(folder.path(), "one.csv", &csv(&OVERRIDES));
    let first = write(folder.path(), "first.csv", &csv(&OVERRIDES[..3]));
    let others = [&OVERRIDES[..1], &OVERRIDES[3..]].concat();
    let others = write(folder.path(), "others.csv", &csv(&others));
    run(&Job { overrides: vec![one], ..job(&input, &at("one.xlsx")) }).unwrap();
    let overrides = vec![first.clone(), others.clone()];
    let done = run(&Job { overrides: overrides.clone(), ..job(&input, &at("two.xlsx")) }).unwrap();
    assert_eq!((done.summary.overridden, done.summary.review()), (5, 0));
    assert_eq!(sheet(&at("two.xlsx"), "Roster"), sheet(&at("one.xlsx"), "Roster"));
    let words = |name: &str| {
        let rows = sheet(&at("two.xlsx"), name);
        rows.iter()
            .flat_map(|row| (0..row.len()).map(|at| shown(row, at)))
            .collect::<Vec<String>>()
            .join("\n")
    };
    assert!(words("Review").contains("as line 2 of `first.csv` says"), "{}", words("Review"));
    for part in ["first.csv, others.csv", "SHA-256 of others.csv", "line 5 of `others.csv`"] {
        assert!(words("Run").contains(part), "{part}: {}", words("Run"));
    }
    assert!(words("Summary").contains("5 rows set by `first.csv` and `others.csv`"), "{}", words("Summary"));
    // The workbook knows both by one hash.
    let audited = |overrides: Vec<PathBuf>| {
        let (workbook, roster) = (at("two.xlsx"), Some(input.clone()));
        audit(&Audit { workbook, roster, policy: None, catalogues: Vec::new(), overrides })
    };
    let report = audited(overrides).unwrap();
    assert_eq!((report.result, report.findings.len()), (Outcome::AsMade, 0), "{report:?}");
    for others in [vec![first.clone()], vec![others, first]] {
        assert_eq!(audited(others).unwrap_err().diagnostics[0].code.as_str(), "audit-overrides-other");
    }
}

#[test]
fn files_that_contradict_each_other_make_no_workbook() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "roster.csv", &csv(&ROSTER));
    write(folder.path(), "house.csv", "Tenant,Plan,Paid seats\nContoso,SPB,480\n");
    write(folder.path(), "page.csv", "Tenant,Plan,Paid seats\n\nContoso,SPB,7\n");
    let mut command = Command::cargo_bin("fasttrack").unwrap();
    let ran = command
        .current_dir(folder.path())
        .args(["annotate", "roster.csv", "--overrides", "house.csv", "--overrides", "page.csv"])
        .assert()
        .code(8);
    let said = String::from_utf8_lossy(&ran.get_output().stderr).into_owned();
    let wanted = "line 2 of `house.csv` and line 3 of `page.csv` both name tenant `Contoso` and plan `SPB`, but say different";
    assert!(said.contains(wanted) && said.contains("at page.csv, line 3"), "{said}");
    assert!(!folder.path().join("roster.fasttrack.xlsx").exists());
}

/// Returns an overrides file that says something of every third row of a roster: its seats, its segment, or its status.
fn overrides_for(roster: &Path, seed: u64) -> String {
    let text = std::fs::read_to_string(roster).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let headings: Vec<&str> = lines.next().unwrap().split(',').collect();
    let of = |names: &[&str]| headings.iter().position(|heading| names.contains(heading)).unwrap();
    let (tenant, plan) = (of(&["Tenant ID"]), of(&["Plan type"]));
    let mut known = std::collections::BTreeSet::new();
    let mut rows =
        vec![["Tenant", "Plan", "Right seats", "Right segment", "Right status"].map(str::to_owned)];
    for (number, line) in (seed..).zip(lines) {
        let cells: Vec<&str> = line.split(',').collect();
        let (Some(tenant), Some(plan)) = (cells.get(tenant), cells.get(plan)) else { continue };
        if line.contains('"') || number % 3 != 0 || !known.insert((*tenant, *plan)) {
            continue;
        }
        let (seats, segment, status) = match number % 9 {
            0 => ([0, 49, 50, 149, 150, 499, 500, 1000][(number / 9 % 8) as usize].to_string(), "", ""),
            3 => (String::new(), ["Education", "Nonprofit", "Commercial"][(number / 9 % 3) as usize], ""),
            _ => (String::new(), "", ["Active", "Trial"][(number / 9 % 2) as usize]),
        };
        rows.push([*tenant, *plan, &seats, segment, status].map(str::to_owned));
    }
    csv(&rows)
}

#[test]
fn what_another_policy_would_change_is_what_a_run_under_it_gives_with_the_same_overrides() {
    let named = |name: &str| fasttrack_roster::policy::Policy::named(name).unwrap().unwrap();
    let policies = ["fasttrack-learn-2021", "fasttrack-docs-2021"].map(named);
    let mut moved = 0;
    for seed in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let input = crate::support::generated(folder.path(), seed, 0);
        let overrides = vec![write(folder.path(), "overrides.csv", &overrides_for(&input, seed))];
        let [here, there] = [0, 1].map(|place| {
            let output = folder.path().join(format!("{place}.xlsx"));
            let (overrides, policy) = (overrides.clone(), policies[place].clone());
            run(&Job { overrides, policy, ..job(&input, &output) }).unwrap()
        });
        assert!(here.summary.overridden > 0);
        for ([own, other], [of_own, of_other]) in [([&here, &there], [0, 1]), ([&there, &here], [1, 0])] {
            let differences = &own.otherwise.as_ref().unwrap().differences;
            for (place, entitlement) in policies[of_own].entitlements.iter().enumerate() {
                let Some(in_other) = policies[of_other].entitlement(&entitlement.id) else { continue };
                let granted = own.customers().granted[place].rows + differences.gain[place];
                let expected = other.customers().granted[in_other].rows + differences.lose[place];
                assert_eq!(granted, expected, "{} of seed {seed}", entitlement.name);
                moved += differences.gain[place] + differences.lose[place];
            }
        }
    }
    assert!(moved > 0, "no customer is otherwise under the other policy");
}

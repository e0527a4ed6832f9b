//! Customers split over workbooks: none lost, none twice, each as it stands on Roster, and each workbook whole by
//! itself.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::split::{HEADINGS, PLANS, by_value, names, roster, row, rows, value};
use crate::support::{job, parts, run, sheet, shown, under};
use calamine::Data;
use fasttrack_roster::error::ErrorKind;
use fasttrack_roster::fold::fold;
use fasttrack_roster::job::files::{Files, LIMIT_FILES};
use fasttrack_roster::job::split::By;
use fasttrack_roster::job::{Done, Job, Previous};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::read::Input;
use fasttrack_roster::write::lock::Lock;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format as Look, Workbook};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const OWNERS: [&str; 10] =
    ["Ann", " ANN\u{a0}", "", "Summary", "a/b", "a:b", "'=1+1'", "CON", "..", "Con\u{e9}"];
const ALL: [By; 3] = [By::Tier, By::Segment, By::Owner];

fn split(folder: &Path, input: &Path, by: By) -> (Done, PathBuf) {
    let output = folder.join(format!("{}.xlsx", by.word()));
    (run(&Job { split_files: Some(by), ..job(input, &output) }).unwrap(), output)
}

/// Checks that each value has a workbook with its rows of Roster, cell by cell and in order, and its tenants as a
/// whole.
fn check(done: &Done, workbook: &Path, by: By) {
    let all = sheet(workbook, "Roster");
    let wanted = by_value(workbook, by);
    let has_tenants = names(workbook).iter().any(|name| name == "Tenants");
    let tenants = if has_tenants { sheet(workbook, "Tenants") } else { Vec::new() };
    let Files { folder, parts, others, .. } = done.files.as_ref().unwrap();
    assert_eq!((folder, others.len()), (&workbook.with_extension(""), 0));
    let mut found: BTreeMap<String, Vec<Vec<Data>>> = BTreeMap::new();
    for part in parts {
        let path = part.written.path.as_ref().unwrap();
        let rows = sheet(path, "Roster");
        let numbers: Vec<String> = rows.iter().map(|row| row.last().unwrap().to_string()).collect();
        assert_eq!(numbers[0], "Source row");
        assert_eq!(rows[0], all[0], "the headings are those of Roster");
        assert_eq!(rows.len() as u64, part.rows + 1, "{}", part.value);
        for (row, number) in rows.iter().zip(&numbers).skip(1) {
            // A heading stands in the first line, and no cell goes on over lines.
            let place: usize = number.parse().unwrap();
            assert_eq!(row, &all[place - 1], "line {number}");
        }
        let key = value(&rows, 1, by);
        assert!((1..rows.len()).all(|place| value(&rows, place, by) == key));
        let has_any = rows
            .iter()
            .skip(1)
            .any(|row| tenants.iter().skip(1).any(|tenant| fold(&shown(tenant, 0)) == fold(&shown(row, 0))));
        assert_eq!(
            names(path).iter().any(|name| name == "Tenants"),
            has_any,
            "only where a tenant has a row here"
        );
        if has_any {
            // Each tenant as on the Tenants sheet of all, and those alone that have a row here.
            let of_these = rows
                .iter()
                .skip(1)
                .map(|row| fold(&shown(row, 0)))
                .collect::<std::collections::BTreeSet<_>>();
            let wanted: Vec<_> =
                tenants.iter().skip(1).filter(|row| of_these.contains(&fold(&shown(row, 0)))).collect();
            let found = sheet(path, "Tenants");
            let found: Vec<_> = found.iter().skip(1).filter(|row| !shown(row, 2).is_empty()).collect();
            assert_eq!(found, wanted);
        }
        assert!(found.insert(key, rows[1..].to_vec()).is_none(), "no value has two workbooks");
    }
    assert_eq!(found, wanted);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

    #[test]
    fn every_customer_stands_in_the_workbook_of_its_value(
        rows in rows(&OWNERS),
        by in prop::sample::select(ALL.to_vec()),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (done, workbook) = split(folder.path(), &roster(folder.path(), &rows), by);
        check(&done, &workbook, by);
    }
}

/// A workbook with every kind of cell, rows that are not there, and cells beyond the headings.
fn every_kind(rows: u32) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet
        .write_row(0, 0, ["Tenant", "Plan", "Paid seats", "Owner", "Id", "Since", "Is new", "Share"])
        .unwrap();
    let day = ExcelDateTime::from_ymd(2026, 1, 31).unwrap().and_hms(12, 30, 0).unwrap();
    for row in (1..rows).filter(|row| row % 7 != 0) {
        sheet.write_string(row, 0, format!("Tenant {}", row / 3)).unwrap();
        sheet.write_string(row, 1, PLANS[row as usize % 4]).unwrap();
        sheet.write_number(row, 2, row * 13 % 900).unwrap();
        sheet.write_string(row, 3, OWNERS[row as usize % 3]).unwrap();
        sheet.write_number_with_format(row, 4, row, &Look::new().set_num_format("00000")).unwrap();
        sheet.write_datetime_with_format(row, 5, &day, &Look::new().set_num_format("d.m.yy hh:mm")).unwrap();
        sheet.write_boolean(row, 6, row % 2 == 0).unwrap();
        sheet.write_number(row, 7, f64::from(row) / 3.0).unwrap();
        if row % 5 == 0 {
            sheet.write_string(row, 60, "=beyond").unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn cells_of_a_workbook_keep_their_kind_and_format() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.xlsx");
    // More rows than go through at once.
    std::fs::write(&input, every_kind(20_000)).unwrap();
    let (done, workbook) = split(folder.path(), &input, By::Owner);
    let all = sheet(&workbook, "Roster");
    let files = done.files.unwrap();
    assert_eq!(files.parts.iter().map(|part| part.rows).sum::<u64>(), done.summary.customers());
    let mut seen = 0;
    for part in &files.parts {
        let rows = sheet(part.written.path.as_ref().unwrap(), "Roster");
        let place = (0..rows[0].len()).find(|column| shown(&rows[0], *column) == "Source row").unwrap();
        for row in &rows[1..] {
            let source: usize = shown(row, place).parse().unwrap();
            let mut row = row.clone();
            row.remove(place);
            let mut wanted = all[source - 1].clone();
            wanted.truncate(row.len());
            assert_eq!(row, wanted, "row {source}");
            seen += 1;
        }
    }
    assert_eq!(seen, done.summary.customers());
    let styles = parts(files.parts[0].written.path.as_ref().unwrap(), "xl/styles.xml").remove(0).1;
    assert!(styles.contains("\"00000\"") && styles.contains("\"d.m.yy hh:mm\""), "{styles}");
}

#[test]
fn what_it_is_stands_on_top_of_each_workbook() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<_> =
        (0..6).map(|index| row(index, 0, 149 + index as u64, "", ["Ann", "Bob", ""][index % 3])).collect();
    let (done, workbook) = split(folder.path(), &roster(folder.path(), &rows), By::Owner);
    let summary = |path: &Path| sheet(path, "Summary").iter().map(|row| shown(row, 0)).collect::<Vec<_>>();
    let on_top = "The 6 rows of customers are also listed in 3 workbooks by owner, in the folder of the same name next to this workbook.";
    assert!(summary(&workbook).contains(&on_top.to_owned()));
    let files = done.files.unwrap();
    let told: Vec<_> = files.parts.iter().map(|part| (part.value.as_str(), part.rows)).collect();
    assert_eq!(told, [("Ann", 2), ("Bob", 2), ("No owner", 2)]);
    let ann = folder.path().join("owner/Ann.xlsx");
    let on_top = "This workbook has 2 of the roster's 6 rows of customers: those of owner \"Ann\". A tenant on several rows is \
                  rolled up over all of its rows in the roster, including those in other workbooks.";
    assert!(summary(&ann).contains(&on_top.to_owned()));
    let told: Vec<_> = sheet(&ann, "Run").iter().map(|row| [shown(row, 0), shown(row, 1)]).collect();
    let wanted = [
        ["A part of the roster", ""],
        ["Owner", "Ann"],
        ["Rows here", "2"],
        ["Rows of customers in the roster", "6"],
    ];
    assert!(told.windows(4).any(|rows| rows == wanted.map(|row| row.map(str::to_owned))), "{told:?}");
    // The second row of each of the tenants is somebody else's.
    assert_eq!(under(&sheet(&ann, "Tenants"), 1, "Source rows"), "2, 3");
    assert_eq!(under(&sheet(&ann, "Tenants"), 1, "Paid seats together"), "299");
}

#[test]
fn one_of_them_is_no_earlier_night() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<_> = (0..6).map(|index| row(index, 0, 149, "", ["Ann", "Bob"][index % 2])).collect();
    let input = roster(folder.path(), &rows);
    let (_, workbook) = split(folder.path(), &input, By::Owner);
    let since = |path: PathBuf| Job {
        since: Some(Previous::Workbook(path)),
        ..job(&input, &folder.path().join("now.xlsx"))
    };
    let error = run(&since(folder.path().join("owner/Ann.xlsx"))).unwrap_err();
    assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Input, "since-part"));
    assert!(error.diagnostics[0].message.contains("`Ann`"), "{error}");
    let done = run(&since(workbook)).unwrap();
    assert_eq!(done.since.unwrap().moves.unwrap().changed(), 0);
}

#[test]
fn sheets_and_workbooks_may_be_split_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<_> =
        (0..40).map(|index| row(index, index % 4, 30 * index as u64, "", OWNERS[index % 3])).collect();
    let (input, output) = (roster(folder.path(), &rows), folder.path().join("both.xlsx"));
    let both = Job { split: Some(By::Tier), split_files: Some(By::Owner), ..job(&input, &output) };
    let done = run(&both).unwrap();
    check(&done, &output, By::Owner);
    let part = names(&folder.path().join("both/Ann.xlsx"));
    let roster = part.iter().position(|name| name == "Roster").unwrap();
    assert_eq!(part[roster + 1..roster + 4], ["Portal", "Q&A", "Specialist"]);
}

#[test]
fn the_workbooks_are_the_same_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<_> =
        (0..9_000).map(|index| row(index, index % 4, index as u64, "", OWNERS[index * 7 % 10])).collect();
    let input = roster(folder.path(), &rows);
    let made = [1, 2, 7].map(|threads| {
        let output = folder.path().join(format!("{threads}/out.xlsx"));
        std::fs::create_dir(output.parent().unwrap()).unwrap();
        let done = run(&Job {
            workers: Workers::new(threads).unwrap(),
            split_files: Some(By::Owner),
            ..job(&input, &output)
        })
        .unwrap();
        let hashes: Vec<_> = done.files.unwrap().parts.into_iter().map(|part| part.written.sha256).collect();
        (hashes, done.written.unwrap().sha256)
    });
    assert!(made[0] == made[1] && made[1] == made[2]);
}

#[test]
fn a_thousand_values_have_workbooks_and_one_more_is_an_error_that_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let of = |count: usize| -> Vec<_> {
        (0..count).map(|index| row(index, 0, 5, "", &format!("Owner {index}"))).collect()
    };
    let (done, output) = split(folder.path(), &roster(folder.path(), &of(LIMIT_FILES)), By::Owner);
    assert_eq!(std::fs::read_dir(output.with_extension("")).unwrap().count(), LIMIT_FILES);
    assert_eq!(done.files.unwrap().parts.len(), LIMIT_FILES);
    let output = folder.path().join("more.xlsx");
    let input = roster(folder.path(), &of(LIMIT_FILES + 1));
    let error = run(&Job { split_files: Some(By::Owner), ..job(&input, &output) }).unwrap_err();
    assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Usage, "split-too-many"));
    assert!(!output.exists() && !folder.path().join("more").exists());
}

#[test]
fn where_one_cannot_be_written_those_before_it_stand_and_the_error_says_how_many() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<_> =
        (0..8).map(|index| row(index, 0, 149, "", ["Ann", "Bob", "Cy", "Di"][index % 4])).collect();
    let input = roster(folder.path(), &rows);
    let output = folder.path().join("owner.xlsx");
    std::fs::create_dir_all(folder.path().join("owner/Cy.xlsx")).unwrap();
    std::fs::write(folder.path().join("owner/Di.xlsx"), "last night's").unwrap();
    let error = run(&Job { split_files: Some(By::Owner), ..job(&input, &output) }).unwrap_err();
    assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Output, "output-is-folder"));
    let words = &error.diagnostics[0].message;
    assert!(
        words.contains("Cy.xlsx` is a folder") && words.contains("and 2 of 4 split workbooks"),
        "{words}"
    );
    assert_eq!(sheet(&output, "Roster").len(), 9);
    assert_eq!(sheet(&folder.path().join("owner/Bob.xlsx"), "Roster").len(), 3);
    assert_eq!(std::fs::read(folder.path().join("owner/Di.xlsx")).unwrap(), b"last night's");
}

#[test]
fn what_stands_in_the_way_is_an_error_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [row(0, 0, 149, "", "Ann")];
    let input = roster(folder.path(), &rows);
    let output = folder.path().join("out.xlsx");
    let fails = |job: &Job| {
        let error = run(job).unwrap_err();
        assert!(!output.exists());
        (error.kind, error.diagnostics[0].code.as_str())
    };
    std::fs::write(folder.path().join("out"), "a file").unwrap();
    let by_owner = Job { split_files: Some(By::Owner), ..job(&input, &output) };
    assert_eq!(fails(&by_owner), (ErrorKind::Output, "split-folder"));
    std::fs::remove_file(folder.path().join("out")).unwrap();
    // The roster itself is where Ann's workbook would stand.
    std::fs::create_dir(folder.path().join("out")).unwrap();
    let inside = folder.path().join("out/Ann.xlsx");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, HEADINGS).unwrap();
    sheet.write_row(1, 0, rows[0].iter().map(String::as_str)).unwrap();
    workbook.save(&inside).unwrap();
    let of_inside = Job { input: Input::File(inside.clone()), ..by_owner.clone() };
    assert_eq!(fails(&of_inside), (ErrorKind::Usage, "output-is-input"));
    // No column of owners.
    let bare = folder.path().join("bare.csv");
    std::fs::write(&bare, "Tenant,Plan,Paid seats\nContoso,SPE_E3,480\n").unwrap();
    assert_eq!(fails(&Job { input: Input::File(bare), ..by_owner }), (ErrorKind::Columns, "split-owner"));
}

#[test]
fn a_second_run_waits_until_the_last_workbook_of_the_first_stands() {
    let folder = tempfile::tempdir().unwrap();
    let input = roster(folder.path(), &[row(0, 0, 149, "", "Ann")]);
    let output = folder.path().join("owner.xlsx");
    // The first run has written the workbook of all, and holds those of the values.
    let held = Lock::take(&folder.path().join("owner"), &output).unwrap();
    let error = run(&Job { split_files: Some(By::Owner), ..job(&input, &output) }).unwrap_err();
    assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Busy, "run-locked"));
    assert!(!output.exists() && !folder.path().join("owner").exists());
    drop(held);
    split(folder.path(), &input, By::Owner);
    let mut left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["owner", "owner.xlsx", "roster.csv"]);
}

#[cfg(unix)]
#[test]
fn a_link_leads_no_workbook_to_another_one_or_to_what_was_read() {
    use std::os::unix::fs::symlink;
    let rows = [row(0, 0, 149, "", "Ann"), row(1, 0, 5, "", "Bob")];
    let links: [(&str, &str); 4] = [
        ("owner/Ann.xlsx", "../owner.xlsx"),
        ("owner/Ann.xlsx", "Bob.xlsx"),
        ("owner/Bob.xlsx", "../mine.toml"),
        ("owner", "."),
    ];
    for (link, aim) in links {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("owner.xlsx");
        let owners = if link == "owner" { ["owner", "Bob"] } else { ["Ann", "Bob"] };
        let rows: Vec<_> = rows
            .iter()
            .zip(owners)
            .map(|(row, owner)| {
                let mut row = row.clone();
                owner.clone_into(&mut row[4]);
                row
            })
            .collect();
        let input = roster(folder.path(), &rows);
        let policy = folder.path().join("mine.toml");
        std::fs::write(&policy, "rules").unwrap();
        if link != "owner" {
            std::fs::create_dir(folder.path().join("owner")).unwrap();
        }
        symlink(aim, folder.path().join(link)).unwrap();
        let also_read = vec![(policy.clone(), "the policy")];
        let error =
            run(&Job { split_files: Some(By::Owner), also_read, ..job(&input, &output) }).unwrap_err();
        assert_eq!(
            (error.kind, error.diagnostics[0].code.as_str()),
            (ErrorKind::Usage, "output-is-input"),
            "{link} -> {aim}"
        );
        assert!(!output.exists());
        assert_eq!(std::fs::read(policy).unwrap(), b"rules");
    }
}

#[test]
fn a_roster_without_customers_makes_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("owner.xlsx");
    let job = Job { split_files: Some(By::Owner), ..job(&roster(folder.path(), &[]), &output) };
    let error = run(&job).unwrap_err();
    assert_eq!(error.diagnostics[0].code.as_str(), "roster-no-rows");
    assert!(!output.exists() && !folder.path().join("owner").exists());
}

#[test]
fn workbooks_of_an_earlier_run_that_nobody_replaced_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let of = |owners: [&str; 2]| [row(0, 0, 149, "", owners[0]), row(1, 0, 5, "", owners[1])];
    split(folder.path(), &roster(folder.path(), &of(["Ann", "Bob"])), By::Owner);
    let (done, _) = split(folder.path(), &roster(folder.path(), &of(["Ann", "Cy"])), By::Owner);
    assert_eq!(done.files.unwrap().others, ["Bob.xlsx"]);
}

/// Some programs read no text that is kept within its cell.
#[test]
fn no_cell_of_a_small_rosters_workbooks_has_its_text_within_it() {
    let folder = tempfile::tempdir().unwrap();
    let sample = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/roster.csv")).unwrap();
    let (first, input) = (folder.path().join("first.csv"), folder.path().join("roster.csv"));
    std::fs::write(&first, &sample).unwrap();
    // Some customers are gone, one is there twice, and one has words that some readers take for others.
    let lines: Vec<&str> = sample.lines().collect();
    let difficult = lines[13].replace("Commercial", "&amp; two\u{1}_x0041_");
    let rest = [&lines[..1], &lines[9..], &lines[12..13], &[difficult.as_str()]].concat();
    std::fs::write(&input, rest.join("\n")).unwrap();
    let earlier = folder.path().join("first.xlsx");
    run(&job(&first, &earlier)).unwrap();
    let made = |threads| {
        let output = folder.path().join(format!("{threads}.xlsx"));
        let done = run(&Job {
            since: Some(Previous::Workbook(earlier.clone())),
            split: Some(By::Tier),
            split_files: Some(By::Segment),
            workers: Workers::new(threads).unwrap(),
            ..job(&input, &output)
        });
        let files = done.unwrap().files.unwrap().parts.into_iter().map(|part| part.written.path.unwrap());
        [output].into_iter().chain(files).collect::<Vec<PathBuf>>()
    };
    let workbooks = made(1);
    for wanted in ["Changes", "Tenants", "Onboarding", "Review", "Next steps"] {
        assert!(names(&workbooks[0]).iter().any(|name| name == wanted), "{wanted}");
    }
    assert!(workbooks.len() > 2);
    let others = made(2);
    assert_eq!(workbooks.len(), others.len());
    for (workbook, other) in workbooks.iter().zip(others) {
        for (name, part) in parts(workbook, "xl/worksheets/sheet") {
            assert!(!part.contains("inlineStr"), "{}: {name}", workbook.display());
        }
        assert!(std::fs::read(workbook).unwrap() == std::fs::read(other).unwrap(), "{}", workbook.display());
    }
}

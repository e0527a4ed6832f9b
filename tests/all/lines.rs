//! What reports put between the rows of a roster - totals, headings, rules, captions - never changes what its rows get.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use crate::support::{job, run, sheet, under};
use fasttrack_roster::changes::ChangeKind;
use fasttrack_roster::diagnostic::Code;
use fasttrack_roster::job::split::By;
use fasttrack_roster::job::{Done, Job, Previous};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::write::format::Format;
use proptest::prelude::*;
use std::fmt::Write as _;

const THREADS: [usize; 3] = [1, 2, 8];
const HEADINGS: &str = "Customer,Plan,Seats,Desk\n";
const PLANS: [&str; 4] =
    ["Microsoft 365 E3", "Office 365 E3", "Microsoft 365 A3 for faculty", "no plan that is known"];

/// A customer's row: who, which plan, how many seats; and what is put below it.
#[derive(Clone, Debug)]
struct Row {
    tenant: usize,
    plan: usize,
    seats: String,
    below: Below,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Below {
    Nothing,
    Subtotal,
    Total,
    Count,
    Headings,
    Rule,
}

fn row() -> impl Strategy<Value = Row> {
    let seats = prop_oneof![
        6 => (0_u32..3_000).prop_map(|seats| seats.to_string()),
        1 => Just("12.5".to_owned()),
        1 => Just(String::new()),
        1 => Just("none".to_owned()),
    ];
    let below = prop_oneof![
        3 => Just(Below::Nothing),
        1 => Just(Below::Subtotal),
        1 => Just(Below::Total),
        1 => Just(Below::Count),
        1 => Just(Below::Headings),
        1 => Just(Below::Rule),
    ];
    (0_usize..9, 0..PLANS.len(), seats, below).prop_map(|(tenant, plan, seats, below)| Row {
        tenant,
        plan,
        seats,
        below,
    })
}

/// Returns the roster as text, with and without the lines between its rows; and how many those lines are.
fn texts(rows: &[Row]) -> (String, String, u64) {
    let (mut plain, mut dressed, mut lines) = (HEADINGS.to_owned(), HEADINGS.to_owned(), 0);
    let (mut all, mut group, mut count) = (0.0, 0.0, 0);
    for row in rows {
        let line = format!("Customer {},{},{},West\n", row.tenant, PLANS[row.plan], row.seats);
        plain.push_str(&line);
        dressed.push_str(&line);
        let seats: f64 = row.seats.parse().unwrap_or(0.0);
        (all, group, count) = (all + seats, group + seats, count + 1);
        let _ = match row.below {
            Below::Nothing => continue,
            Below::Subtotal => writeln!(dressed, "Customer {} Total,,{group},", row.tenant),
            Below::Total => writeln!(dressed, ",Gesamtergebnis,{all},"),
            Below::Count => writeln!(dressed, "Count,,{count},"),
            Below::Headings => write!(dressed, "{HEADINGS}"),
            Below::Rule => writeln!(dressed, "--------,----,-----,----"),
        };
        lines += 1;
        // A rule ends no group.
        group = if row.below == Below::Rule { group } else { 0.0 };
    }
    (plain, dressed, lines)
}

/// Annotates a text; returns what came of it, and of each row that has a verdict all cells but those that count lines.
fn annotated(text: &str, threads: usize) -> (Done, Vec<Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.csv"));
    std::fs::write(&input, text).unwrap();
    let done =
        run(&Job { workers: Workers::new(threads).unwrap(), format: Format::Csv, ..job(&input, &output) })
            .unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&output).unwrap();
    let rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let at = |heading: &str| rows[0].iter().position(|cell| cell == heading).unwrap();
    let (tier, source) = (at("FastTrack tier"), at("Source row"));
    let kept = rows.iter().skip(1).filter(|row| !row[tier].is_empty()).map(|row| {
        row.iter().enumerate().filter(|(column, _)| *column != source).map(|(_, cell)| cell.clone()).collect()
    });
    (done, kept.collect())
}

fn is_accounted_for(done: &Done, rows: u64) -> bool {
    let summary = &done.summary;
    summary.read == rows && rows == summary.classified() + summary.review() + summary.blank + summary.footer
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn lines_between_the_rows_change_nothing_for_them(rows in prop::collection::vec(row(), 1..40)) {
        let (plain, dressed, lines) = texts(&rows);
        let (done, wanted) = annotated(&plain, 1);
        prop_assert!(is_accounted_for(&done, rows.len() as u64));
        for threads in THREADS {
            let (done, found) = annotated(&dressed, threads);
            prop_assert!(is_accounted_for(&done, rows.len() as u64 + lines));
            prop_assert_eq!(done.summary.footer, lines, "{}", dressed);
            prop_assert_eq!(&found, &wanted, "{} threads\n{}", threads, dressed);
        }
    }
}

#[test]
fn totals_and_groups_are_the_same_wherever_a_batch_ends() {
    // A batch ends after 4,096 lines of a text.
    let mut text = HEADINGS.to_owned();
    let (mut all, mut group) = (0, 0);
    for number in 0..9_500_u32 {
        let is_first = number % 5 == 0;
        let tenant = if is_first { format!("Customer {number}") } else { String::new() };
        let seats = number % 700;
        (all, group) = (all + seats, group + seats);
        let _ = writeln!(text, "{tenant},{},{seats},", PLANS[(number % 5 % 2) as usize]);
        if number % 5 == 4 && number % 3 == 0 {
            let _ = writeln!(text, "Customer {} Total,,{group},", number - 4);
            group = 0;
        } else if number % 5 == 4 {
            group = 0;
            let _ = writeln!(text, "Total,,{all},");
        }
    }
    let _ = writeln!(text, "Contoso Total,,17,");
    let runs: Vec<_> = THREADS.into_iter().map(|threads| annotated(&text, threads)).collect();
    for (done, rows) in &runs {
        assert!(is_accounted_for(done, 9_500 + 1_900 + 1));
        assert_eq!((done.summary.footer, done.summary.review()), (1_900, 1));
        assert_eq!(done.summary.faults.get(&Code::TenantFromAbove), Some(&7_600));
        assert_eq!(rows, &runs[0].1);
    }
}

const GROUPED: &str = "Customer,Plan,Seats\nContoso,Microsoft 365 E3,600\n,Office 365 E1,100\n,EMS,20\n\
                       Fabrikam,Office 365 E3,149\n,Microsoft 365 E5,10\n";

#[test]
fn a_report_that_is_grouped_by_tenant_is_compared_with_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (input, first) = (folder.path().join("roster.csv"), folder.path().join("first.xlsx"));
    std::fs::write(&input, GROUPED).unwrap();
    run(&job(&input, &first)).unwrap();
    let since = Some(Previous::Workbook(first));
    let done = run(&Job { since, ..job(&input, &folder.path().join("second.xlsx")) }).unwrap();
    let moves = done.since.unwrap().moves.unwrap();
    assert_eq!((moves.changed(), moves.of(ChangeKind::Unchanged).customers), (0, 2));
}

#[test]
fn workbooks_of_values_say_whose_rows_of_a_grouped_report_are() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    std::fs::write(&input, GROUPED).unwrap();
    let done = run(&Job { split_files: Some(By::Tier), ..job(&input, &output) }).unwrap();
    let parts = done.files.unwrap().parts;
    assert_eq!(parts.iter().map(|part| part.rows).sum::<u64>(), 5);
    for part in parts {
        let rows = sheet(&part.written.path.unwrap(), "Roster");
        for row in 1..rows.len() {
            assert_ne!(under(&rows, row, "FastTrack tier"), "Needs review");
            assert!(["2", "3"].contains(&under(&rows, row, "Rows of the tenant").as_str()));
        }
    }
}

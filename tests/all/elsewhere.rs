//! The workbook of a roster that was judged elsewhere says what the ordinary workbook says, without the rows.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use crate::support::{copied, generated, job, run};
use calamine::{Data, Reader, Xlsx, open_workbook};
use fasttrack_roster::elsewhere::{self, workbook};
use fasttrack_roster::error::{Error, ErrorKind};
use fasttrack_roster::job::{Job, TablesJob};
use fasttrack_roster::output_fields::Names;
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::policy::{DEFAULT_NAME, Policy};
use fasttrack_roster::steps::Near;
use fasttrack_roster::write::format::Format;
use fasttrack_roster::write::target::Target;
use std::fs;
use std::path::{Path, PathBuf};

/// Lays down what samples/spark/annotate.py wrote of samples/roster.csv, but for the rows.
fn of_spark(folder: &Path) -> PathBuf {
    let tables = folder.join("fasttrack");
    copied(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parquet/spark-summary"), &tables);
    let policy = Policy::default_shipped().unwrap();
    let said = serde_json::json!({
        "schema": 1,
        "program": "fasttrack-roster 0.1.0",
        "policy": {
            "name": policy.name,
            "effective": policy.effective,
            "sha256": policy.sha256,
            "text": Policy::shipped(DEFAULT_NAME).unwrap(),
        },
        "roster": "roster.csv",
        "date": "2026-11-28",
        "annotated": "fasttrack/annotated",
        "rows": { "read": 40, "needs_review": 7, "without_tenant": 2 },
        "customers": 37,
    });
    let run = tables.join("run");
    fs::create_dir(&run).unwrap();
    fs::write(run.join("part-00000-fe09509f-c000.txt"), format!("{said}\n")).unwrap();
    fs::write(run.join("_SUCCESS"), "").unwrap();
    tables
}

fn asked(folder: &Path, output: &Path) -> elsewhere::Job {
    elsewhere::Job {
        folder: folder.to_owned(),
        target: Target::File(output.to_owned()),
        policy: None,
        near: Near::default(),
        workers: Workers::new(2).unwrap(),
    }
}

/// The rows of a sheet, as shown, from the one that begins with these words on down to a blank one.
fn table(path: &Path, sheet: &str, title: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let shown = |row: &[Data]| row.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rows = range.rows().map(shown).skip_while(|row| row[0].split(',').next() != Some(title)).skip(1);
    // A remark below a table is in its first column.
    rows.take_while(|row| row[1..].iter().any(|cell| !cell.is_empty())).collect()
}

fn sheets(path: &Path) -> Vec<String> {
    let book: Xlsx<_> = open_workbook(path).unwrap();
    book.sheet_names()
}

const BY_TIER: &str = "Customers and paid seats by tier";

/// Judges a roster into a workbook, and into tables, of which another workbook is made.
fn both(roster: &Path, folder: &Path, format: Format) -> (PathBuf, PathBuf) {
    let (ordinary, tables, made) = (folder.join("o.xlsx"), folder.join("tables"), folder.join("made.xlsx"));
    let wanted = TablesJob { folder: tables.clone(), format };
    run(&Job { names: Names::Machine, tables: Some(wanted), ..job(roster, &ordinary) }).unwrap();
    workbook(&asked(&tables, &made)).unwrap();
    (ordinary, made)
}

#[test]
fn tables_give_the_figures_and_lists_of_the_ordinary_workbook() {
    for format in [Format::Csv, Format::Parquet] {
        let folder = tempfile::tempdir().unwrap();
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/roster.csv");
        let roster = if format == Format::Csv { sample } else { generated(folder.path(), 3, 30) };
        let (ordinary, made) = both(&roster, folder.path(), format);
        let tables = [
            ("Summary", BY_TIER),
            ("Summary", "Customers per entitlement"),
            ("Summary", "Customers by tier and segment"),
            ("Summary", "Paid seats by tier and segment"),
            ("Next steps", "Nearest first"),
            ("Next steps", "How many seats are missing"),
            ("At risk", "Nearest first"),
        ];
        for (sheet, title) in tables {
            let wanted = table(&ordinary, sheet, title);
            assert!(wanted.len() > 4, "{sheet}, {title}");
            assert_eq!(table(&made, sheet, title), wanted, "{format:?}, {sheet}, {title}");
        }
        assert_eq!(
            sheets(&made),
            ["Summary", "Next steps", "At risk", "Review", "FastTrack guide", "Policy", "Run"]
        );
        let look = |path: &Path| table(path, "Summary", "What to do next")[3][1].clone();
        let review = table(&ordinary, "Summary", "What to do next");
        let review = review.iter().find(|row| row[0] == "Review").unwrap();
        assert_eq!(look(&made), review[1], "as many rows need review");
    }
}

#[test]
fn what_spark_wrote_becomes_a_workbook_that_says_where_the_rows_are() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made.xlsx");
    let done = workbook(&asked(&of_spark(folder.path()), &made)).unwrap();
    assert_eq!((done.customers, done.review), (37, 7));
    assert_eq!(
        done.sentence,
        "37 customers, 28,657 paid seats: 13 get Migration, 3 of them to be confirmed; 17 get Specialist; 26 get Q&A \
         (a customer may get several); 7 \
         rows need review."
    );
    let mut book: Xlsx<_> = open_workbook(&made).unwrap();
    let summary = book.worksheet_range("Summary").unwrap();
    let first: Vec<String> = summary.rows().take(4).map(|row| row[0].to_string()).collect();
    assert_eq!(first[0], "FastTrack entitlements: roster.csv");
    assert!(first[1].starts_with("28 November 2026"), "{}", first[1]);
    assert_eq!(
        first[3],
        "The 40 rows are in fasttrack/annotated, each with its verdict; this workbook has none of them."
    );
    let tiers: Vec<[String; 2]> =
        table(&made, "Summary", BY_TIER).iter().skip(1).map(|row| [row[0].clone(), row[1].clone()]).collect();
    let wanted = [
        ("Portal", "6"),
        ("Q&A", "9"),
        ("Specialist", "7"),
        ("Migration", "10"),
        ("Needs review", "5"),
        ("Total", "37"),
    ];
    assert_eq!(tiers, wanted.map(|(tier, count)| [tier.to_owned(), count.to_owned()]));
    let next = table(&made, "Next steps", "Nearest first");
    assert!(next[0].contains(&"Owner".to_owned()) && !next[0].contains(&"Source row".to_owned()));
    assert_eq!(next[1][0], "Margie's Travel");
    let review = book.worksheet_range("Review").unwrap();
    assert_eq!(review.height(), 8, "headings, and seven reasons");
    let formulas = book.worksheet_formula("Summary").unwrap();
    assert!(formulas.used_cells().next().is_none(), "no figure follows what is not there");
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let tables = of_spark(folder.path());
    let made = |threads| {
        let output = folder.path().join(format!("{threads}.xlsx"));
        workbook(&elsewhere::Job { workers: Workers::new(threads).unwrap(), ..asked(&tables, &output) })
            .unwrap();
        fs::read(output).unwrap()
    };
    assert!(made(1) == made(3));
}

/// Changes what Spark wrote, and returns why there is no workbook.
fn refused(change: impl FnOnce(&Path)) -> Error {
    let folder = tempfile::tempdir().unwrap();
    let (tables, made) = (of_spark(folder.path()), folder.path().join("made.xlsx"));
    change(&tables);
    let error = workbook(&asked(&tables, &made)).unwrap_err();
    assert!(!made.exists());
    assert!(error.diagnostics.iter().all(|found| !found.help.is_empty()), "{error}");
    error
}

/// Changes what the job says of itself.
fn said(tables: &Path, from: &str, to: &str) {
    let path = fs::read_dir(tables.join("run")).unwrap().map(|entry| entry.unwrap().path());
    let path = path.into_iter().find(|path| path.extension().is_some_and(|end| end == "txt")).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn tables_that_are_missing_half_written_or_of_several_runs_are_refused() {
    type Change = fn(&Path);
    let changes: [(Change, &str); 12] = [
        (|path| fs::remove_dir_all(path.join("customers")).unwrap(), "summary-missing"),
        (|path| fs::remove_dir_all(path.join("review")).unwrap(), "summary-missing"),
        (|path| fs::remove_dir_all(path).unwrap(), "summary-missing"),
        (|path| fs::remove_file(path.join("customers/_SUCCESS")).unwrap(), "summary-unfinished"),
        (|path| fs::remove_file(path.join("run/_SUCCESS")).unwrap(), "summary-unfinished"),
        (|path| said(path, "\"customers\":37", "\"customers\":38"), "summary-differs"),
        (|path| said(path, "\"needs_review\":7", "\"needs_review\":6"), "summary-differs"),
        (|path| said(path, "\"sha256\":\"", "\"sha256\":\"0"), "summary-differs"),
        (|path| said(path, "\"schema\":1", "\"schema\":2"), "summary-columns"),
        (|path| said(path, "2026-11-28", "yesterday"), "summary-columns"),
        (|path| fs::write(path.join("run/part-9.txt"), "{}").unwrap(), "summary-differs"),
        (|path| fs::rename(path.join("review"), path.join("customers2")).unwrap(), "summary-missing"),
    ];
    for (change, code) in changes {
        let error = refused(change);
        assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Input, code), "{error}");
    }
    // Two tables that are each other's.
    let error = refused(|path| {
        fs::rename(path.join("review"), path.join("other")).unwrap();
        copied(&path.join("customers"), &path.join("review"));
    });
    assert_eq!(error.diagnostics[0].code.as_str(), "summary-columns");
}

#[test]
fn a_policy_other_than_that_of_the_tables_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made.xlsx");
    let other = Policy::named("fasttrack-docs-2021").unwrap().unwrap();
    let tables = of_spark(folder.path());
    let error = workbook(&elsewhere::Job { policy: Some(other), ..asked(&tables, &made) }).unwrap_err();
    assert_eq!(error.diagnostics[0].code.as_str(), "summary-differs");
    let own = Policy::default_shipped().unwrap();
    workbook(&elsewhere::Job { policy: Some(own), ..asked(&tables, &made) }).unwrap();
}

#[test]
fn the_workbook_is_not_written_among_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    let tables = of_spark(folder.path());
    for output in [tables.join("made.xlsx"), tables.join("customers/made.xlsx")] {
        let error = workbook(&asked(&tables, &output)).unwrap_err();
        assert_eq!(error.diagnostics[0].code.as_str(), "output-is-input");
    }
}

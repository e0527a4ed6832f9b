//! What each stage costs on one thread: reading text, reading a workbook, judging rows, writing; and the whole on one
//! and on two.
//!
//! `cargo bench`, or `cargo bench -- read` for one group; the whole makes rosters of up to a million rows and takes some
//! minutes. Throughput is in rows, or in bytes where a stage knows no rows yet. Compare figures of one run only.

#![expect(clippy::expect_used, reason = "a benchmark that cannot be prepared has to stop")]

#[path = "generate/rows.rs"]
mod rows;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fasttrack_roster::job::split::By;
use fasttrack_roster::job::unwatched;
use fasttrack_roster::job::{Job, annotate};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::plans::Catalogue;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::read::{Block, Input, Limits, Options, Reader, open};
use fasttrack_roster::record::Records;
use fasttrack_roster::report::roster::Outcome;
use fasttrack_roster::report::{Style, Value};
use fasttrack_roster::roster::repeats::Repeats;
use fasttrack_roster::roster::{RowKind, columns, understand};
use fasttrack_roster::scratch::Scratch;
use fasttrack_roster::verdict::{Facts, judge};
use fasttrack_roster::write::deflate::{Compression, Deflater};
use fasttrack_roster::write::render::{CellHead, Numbers, SheetRows};
use fasttrack_roster::write::target::Target;
use rows::{HEADINGS, Recipe};
use rust_xlsxwriter::Workbook;
use std::fs::File;
use std::io::{BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Rows of the rosters that the stages are measured with.
const ROWS: u64 = 10_000;
/// Rows of the rosters that the whole is measured with.
const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];
/// More rows in a workbook take the library minutes to make.
const LIMIT_XLSX: u64 = 100_000;

/// The same roster as text and as a workbook.
struct Rosters {
    folder: TempDir,
    csv: PathBuf,
    xlsx: PathBuf,
}

fn rosters(rows: u64) -> Rosters {
    let recipe = Recipe { rows, seed: 1, messy_per_mille: 10 };
    let folder = tempfile::tempdir().expect("a folder");
    let (csv, xlsx) = (folder.path().join("roster.csv"), folder.path().join("roster.xlsx"));
    let mut file = BufWriter::new(File::create(&csv).expect("a file"));
    rows::write_csv(recipe, &mut file).expect("room");
    if rows <= LIMIT_XLSX {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_row(0, 0, HEADINGS).expect("headings");
        for (number, row) in (1..).zip(rows::rows(recipe)) {
            sheet.write_row(number, 0, row).expect("a row");
        }
        workbook.save(&xlsx).expect("saved");
    }
    Rosters { folder, csv, xlsx }
}

fn opened(path: &Path) -> Reader {
    let scratch = Scratch::system();
    let options = Options::new(Limits::default(), &scratch, &columns::score);
    open(&Input::File(path.to_path_buf()), options).expect("a roster")
}

fn blocks(mut reader: Reader) -> Vec<Block> {
    let mut blocks = Vec::new();
    reader
        .read(&mut |block| {
            blocks.push(block);
            Ok(())
        })
        .expect("readable");
    blocks
}

fn read_all(path: &Path) -> Vec<Records> {
    blocks(opened(path)).into_iter().map(|block| block.records().expect("records")).collect()
}

/// Text: hash, encoding and headings; cutting into records; their cells. A workbook: its lists of strings and styles,
/// and headings; inflating and cutting into rows; their cells.
fn reading(criterion: &mut Criterion) {
    let rosters = rosters(ROWS);
    let mut group = criterion.benchmark_group("read");
    group.sample_size(20);
    let stages = [
        ("csv", &rosters.csv, ["open", "scan", "records"]),
        ("xlsx", &rosters.xlsx, ["open", "inflate", "cells"]),
    ];
    for (form, path, [open, cut, cells]) in stages {
        group.throughput(Throughput::Bytes(path.metadata().expect("there").len()));
        group.bench_function(format!("{form} {open}"), |bencher| bencher.iter(|| opened(path).about.bytes));
        group.bench_function(format!("{form} {cut}"), |bencher| {
            bencher.iter_batched(|| opened(path), |reader| blocks(reader).len(), BatchSize::PerIteration);
        });
        group.throughput(Throughput::Elements(ROWS));
        group.bench_function(format!("{form} {cells}"), |bencher| {
            let parsed = |blocks: Vec<Block>| {
                blocks.into_iter().map(|block| block.records().expect("records").len()).sum::<usize>()
            };
            bencher.iter_batched(|| blocks(opened(path)), parsed, BatchSize::PerIteration);
        });
    }
    group.finish();
}

fn judging(criterion: &mut Criterion) {
    let rosters = rosters(ROWS);
    let policy = Policy::default_shipped().expect("shipped");
    let catalogue = Catalogue::shipped().expect("shipped");
    let columns = columns::find(&HEADINGS.map(str::to_owned), &[], None).expect("known");
    let blocks = read_all(&rosters.csv);
    let mut group = criterion.benchmark_group("rows");
    group.throughput(Throughput::Elements(ROWS)).sample_size(20);
    let records = || blocks.iter().flat_map(Records::iter);
    group.bench_function("understand", |bencher| {
        bencher.iter(|| {
            records()
                .map(|record| understand(record, &columns, &policy, &catalogue).faults.len())
                .sum::<usize>()
        });
    });
    let understood: Vec<_> =
        records().map(|record| understand(record, &columns, &policy, &catalogue)).collect();
    group.bench_function("judge", |bencher| {
        bencher
            .iter(|| understood.iter().filter(|row| judge(&policy, Facts::of(row)).next.is_some()).count());
    });
    group.bench_function("put into words", |bencher| {
        bencher.iter_batched(
            || understood.clone(),
            |rows| {
                let outcomes = rows.into_iter().map(|row| {
                    let verdict = (row.kind == RowKind::Customer).then(|| judge(&policy, Facts::of(&row)));
                    Outcome::new(&policy, row, verdict, Repeats::default())
                });
                outcomes.map(|outcome| outcome.why.len()).sum::<usize>()
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

/// One row's cells as XML, and that XML deflated.
fn writing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("write");
    group.sample_size(20).throughput(Throughput::Elements(ROWS));
    let numbers = Numbers::default();
    let heads = [0, 1, 2, 3].map(CellHead::new);
    let rendered = |rows: &mut SheetRows| {
        rows.clear();
        for row in 1..=ROWS {
            rows.begin(row);
            let number = Value::Number { value: 480.0, format: "", written: "" };
            let values =
                [Value::text("Contoso"), number, Value::text("480 paid seats, Q&A from 50"), Value::Blank];
            for (head, value) in heads.iter().zip(&values) {
                rows.cell(&numbers, head, value, &Style::Plain).expect("announced");
            }
            rows.end();
        }
        rows.xml.len()
    };
    let mut rows = SheetRows::default();
    group.bench_function("row xml", |bencher| bencher.iter(|| rendered(&mut rows)));
    let deflater = Deflater::new(Compression::Fast);
    group.bench_function("row xml deflated, cells known", |bencher| {
        bencher.iter(|| rows.deflated(&deflater).expect("deflated").bytes.len());
    });
    group.bench_function("row xml deflated, cells not known", |bencher| {
        bencher.iter(|| deflater.piece(&rows.xml).expect("deflated").bytes.len());
    });
    let xml = roster_xml();
    group.throughput(Throughput::Bytes(xml.len() as u64));
    for compression in [Compression::Fast, Compression::Balanced, Compression::Small] {
        let deflater = Deflater::new(compression);
        group.bench_function(format!("deflate {compression:?}").to_lowercase(), |bencher| {
            bencher.iter(|| {
                xml.chunks(1 << 21)
                    .map(|chunk| deflater.piece(chunk).expect("deflated").bytes.len())
                    .sum::<usize>()
            });
        });
    }
    group.finish();
}

/// The XML of a Roster sheet as the program writes it.
fn roster_xml() -> Vec<u8> {
    let rosters = rosters(ROWS);
    let out = rosters.folder.path().join("out.xlsx");
    annotate(&job(&rosters.csv, Some(out.clone()), 2), &unwatched).expect("annotated");
    let mut archive = zip::ZipArchive::new(File::open(out).expect("there")).expect("a workbook");
    // Whatever sheets stand in front of it, it is the largest.
    let sizes = (0..archive.len()).map(|part| (archive.by_index(part).expect("a part").size(), part));
    let (_, largest) = sizes.max().expect("parts");
    let mut xml = Vec::new();
    archive.by_index(largest).expect("the roster").read_to_end(&mut xml).expect("inflated");
    xml
}

fn job(input: &Path, target: Option<PathBuf>, threads: usize) -> Job {
    Job {
        target: target.map(Target::File),
        workers: Workers::new(threads).expect("threads"),
        ..Job::new(Input::File(input.to_path_buf()), Policy::default_shipped().expect("shipped"))
    }
}

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole");
    group.sample_size(10);
    for size in SIZES {
        let rosters = rosters(size);
        let out = rosters.folder.path().join("out.xlsx");
        group.throughput(Throughput::Elements(size));
        for (form, input) in [("csv", &rosters.csv), ("xlsx", &rosters.xlsx)] {
            if !input.exists() {
                continue;
            }
            for threads in [1, 2] {
                let annotated = job(input, Some(out.clone()), threads);
                let name = BenchmarkId::new(format!("annotate {form} {size}"), threads);
                group.bench_with_input(name, &annotated, |bencher, job| {
                    bencher.iter(|| annotate(job, &unwatched).expect("annotated"));
                });
            }
            let checked = job(input, None, 2);
            let name = BenchmarkId::new(format!("check {form} {size}"), 2);
            group.bench_with_input(name, &checked, |bencher, job| {
                bencher.iter(|| annotate(job, &unwatched).expect("checked"));
            });
        }
    }
    group.finish();
}

/// Rosters that cost more than their rows: tenants on three rows each, which are rolled up and have a sheet, and customers
/// that stand on a second sheet.
fn shapes(criterion: &mut Criterion) {
    const SIZE: u64 = 100_000;
    let rosters = rosters(SIZE);
    let repeated = rosters.folder.path().join("repeated.csv");
    let mut file = BufWriter::new(File::create(&repeated).expect("a file"));
    rows::write_repeated(Recipe { rows: SIZE, seed: 1, messy_per_mille: 10 }, 3, &mut file).expect("room");
    file.flush().expect("room");
    let out = rosters.folder.path().join("out.xlsx");
    let plain = job(&rosters.csv, Some(out.clone()), 2);
    let split = Job { split: Some(By::Tier), ..job(&rosters.csv, Some(out.clone()), 2) };
    let jobs =
        [("plain", plain), ("split by tier", split), ("three rows each", job(&repeated, Some(out), 2))];
    let mut group = criterion.benchmark_group("shapes");
    group.sample_size(10).throughput(Throughput::Elements(SIZE));
    for (name, job) in jobs {
        group.bench_function(name, |bencher| bencher.iter(|| annotate(&job, &unwatched).expect("annotated")));
    }
    group.finish();
}

criterion_group!(benches, reading, judging, writing, whole, shapes);
criterion_main!(benches);

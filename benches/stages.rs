//! What each stage costs: reading text, reading a workbook, judging rows, writing, and the whole.
//!
//! `cargo bench`; figures are per row (throughput in elements). Compare figures of one run only.

#![expect(clippy::expect_used, reason = "a benchmark that cannot be prepared has to stop")]

#[path = "generate/rows.rs"]
mod rows;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fasttrack_roster::annotate::{Job, annotate};
use fasttrack_roster::plans::Catalogue;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::read::{Input, Options, open};
use fasttrack_roster::record::Records;
use fasttrack_roster::report::roster::Outcome;
use fasttrack_roster::roster::{RowKind, columns, understand};
use fasttrack_roster::verdict::{Facts, judge};
use fasttrack_roster::write::target::Target;
use fasttrack_roster::write::{Compression, Method};
use rows::{HEADINGS, Recipe};
use rust_xlsxwriter::Workbook;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const ROWS: u64 = 10_000;
const RECIPE: Recipe = Recipe { rows: ROWS, seed: 1, messy_per_mille: 10 };

/// The same roster as text and as a workbook.
struct Rosters {
    folder: TempDir,
    csv: PathBuf,
    xlsx: PathBuf,
}

fn rosters() -> Rosters {
    let folder = tempfile::tempdir().expect("a folder");
    let (csv, xlsx) = (folder.path().join("roster.csv"), folder.path().join("roster.xlsx"));
    let mut file = BufWriter::new(File::create(&csv).expect("a file"));
    rows::write_csv(RECIPE, &mut file).expect("room");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, HEADINGS).expect("headings");
    for (number, row) in (1..).zip(rows::rows(RECIPE)) {
        sheet.write_row(number, 0, row).expect("a row");
    }
    workbook.save(&xlsx).expect("saved");
    Rosters { folder, csv, xlsx }
}

fn read_all(path: &Path) -> Vec<Records> {
    let reader = open(&Input::File(path.to_path_buf()), Options { sheet: None, score: &columns::score })
        .expect("a roster");
    let mut blocks = Vec::new();
    reader
        .read(&mut |block| {
            blocks.push(block.records()?);
            Ok(())
        })
        .expect("readable");
    blocks
}

fn reading(criterion: &mut Criterion) {
    let rosters = rosters();
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Elements(ROWS)).sample_size(20);
    group.bench_function("csv", |bencher| bencher.iter(|| read_all(&rosters.csv)));
    group.bench_function("xlsx", |bencher| bencher.iter(|| read_all(&rosters.xlsx)));
    group.finish();
}

fn judging(criterion: &mut Criterion) {
    let rosters = rosters();
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
                    Outcome::new(&policy, row, verdict)
                });
                outcomes.map(|outcome| outcome.why.len()).sum::<usize>()
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

fn job(input: &Path, target: Option<PathBuf>, threads: usize) -> Job {
    Job {
        input: Input::File(input.to_path_buf()),
        target: target.map(Target::File),
        policy: Policy::default_shipped().expect("shipped"),
        sheet: None,
        mappings: Vec::new(),
        tenant: None,
        threads,
        method: Method::default(),
        compression: Compression::default(),
    }
}

fn whole(criterion: &mut Criterion) {
    let rosters = rosters();
    let out = rosters.folder.path().join("out.xlsx");
    let mut group = criterion.benchmark_group("whole");
    group.throughput(Throughput::Elements(ROWS)).sample_size(10);
    for (name, input) in [("csv", &rosters.csv), ("xlsx", &rosters.xlsx)] {
        for threads in [1, 2] {
            let annotated = job(input, Some(out.clone()), threads);
            group.bench_with_input(
                BenchmarkId::new(format!("annotate {name}"), threads),
                &annotated,
                |bencher, job| {
                    bencher.iter(|| annotate(job, &|_| ()).expect("annotated"));
                },
            );
        }
        let checked = job(input, None, 2);
        group.bench_with_input(BenchmarkId::new(format!("check {name}"), 2), &checked, |bencher, job| {
            bencher.iter(|| annotate(job, &|_| ()).expect("checked"));
        });
    }
    group.finish();
}

criterion_group!(benches, reading, judging, whole);
criterion_main!(benches);

//! A run that whoever asked for it stops, and runs that share their workers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{generated, job, names};
use fasttrack_roster::error::ErrorKind;
use fasttrack_roster::job::split::By;
use fasttrack_roster::job::{Job, annotate, unwatched};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::write::format::Format;
use std::cell::{Cell, RefCell};
use std::fs;
use std::ops::ControlFlow;

/// Lets a run go on so many times, then stops it.
fn stops_after(times: u32) -> impl Fn(u64) -> ControlFlow<()> {
    let left = Cell::new(times);
    move |_| match left.get().checked_sub(1) {
        Some(fewer) => {
            left.set(fewer);
            ControlFlow::Continue(())
        }
        None => ControlFlow::Break(()),
    }
}

#[test]
fn a_run_that_is_stopped_leaves_what_was_there_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let input = generated(folder.path(), 7, 20);
    for (format, name) in
        [(Format::Xlsx, "out.xlsx"), (Format::Csv, "out.csv"), (Format::Parquet, "out.parquet")]
    {
        for (threads, times) in [(1, 0), (2, 0), (2, 1)] {
            let output = folder.path().join(name);
            fs::write(&output, "of yesterday").unwrap();
            let before = names(folder.path());
            let job = Job { format, workers: Workers::new(threads).unwrap(), ..job(&input, &output) };
            let error = annotate(&job, &stops_after(times)).unwrap_err();
            assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Stopped, "stopped"));
            assert_eq!(fs::read(&output).unwrap(), b"of yesterday");
            assert_eq!(names(folder.path()), before, "{name}, {threads} threads, after {times}");
        }
    }
}

#[test]
fn a_run_can_be_stopped_while_its_census_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    let rows = (0..40_000).map(|number| format!("Contoso {},E3,48\n", number / 2));
    fs::write(&input, format!("Tenant,Plan,Paid seats\n{}", rows.collect::<String>())).unwrap();
    let output = folder.path().join("out.xlsx");
    let told = Cell::new(0);
    let stop_at_once = |rows| {
        told.set(told.get() + rows);
        ControlFlow::Break(())
    };
    let error = annotate(&job(&input, &output), &stop_at_once).unwrap_err();
    assert_eq!((error.kind, told.get()), (ErrorKind::Stopped, 0), "no row was judged");
    assert_eq!(names(folder.path()), ["roster.csv"]);
}

/// Returns how many rows were told to be judged, each time, of a large roster with so many tenants, one after the other
/// and then again.
fn told_of(tenants: usize) -> Vec<u64> {
    const ROWS: usize = 120_000;
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    let rows = (0..ROWS).map(|number| format!("The {:032} of Contoso,E3,48\n", number % tenants));
    fs::write(&input, format!("Tenant,Plan,Paid seats\n{}", rows.collect::<String>())).unwrap();
    assert!(fs::metadata(&input).unwrap().len() > 1 << 22, "a shorter text is judged without a look below");
    let told = RefCell::new(Vec::new());
    let listen = |rows| {
        told.borrow_mut().push(rows);
        ControlFlow::Continue(())
    };
    annotate(&Job { target: None, ..job(&input, &input) }, &listen).unwrap();
    told.into_inner()
}

#[test]
fn no_row_is_judged_twice_where_tenants_come_again_only_far_below() {
    let told = told_of(20_000);
    assert!(told.first() == Some(&0) && told.last() > Some(&0), "a census, then rows: {told:?}");
    assert!(told.is_sorted(), "what was judged was judged again: {told:?}");
}

#[test]
fn split_workbooks_that_were_written_before_a_stop_are_whole_and_the_others_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let input = generated(folder.path(), 8, 0);
    let output = folder.path().join("out.xlsx");
    let job = Job { split_files: Some(By::Segment), ..job(&input, &output) };
    let times = Cell::new(0);
    let count = |_| {
        times.set(times.get() + 1);
        ControlFlow::Continue(())
    };
    let done = annotate(&job, &count).unwrap();
    let all = done.files.unwrap().parts.len();
    fs::remove_dir_all(folder.path().join("out")).unwrap();
    let error = annotate(&job, &stops_after(times.get() - 1)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Stopped);
    assert!(error.to_string().contains(&format!("{} of {all}", all - 1)), "{error}");
    let written = names(&folder.path().join("out"));
    assert_eq!(written.iter().filter(|name| !name.starts_with('.')).count(), all - 1, "{written:?}");
}

#[test]
fn a_stop_before_the_first_split_workbook_leaves_no_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    fs::write(&input, "Tenant,Plan,Paid seats\nContoso,E3,480\n").unwrap();
    let output = folder.path().join("out.xlsx");
    let job = Job { split_files: Some(By::Segment), ..job(&input, &output) };
    let error = annotate(&job, &stops_after(1)).unwrap_err();
    assert!(error.to_string().contains("0 of 1"), "{error}");
    assert_eq!(names(folder.path()), ["out.xlsx", "roster.csv"], "the workbook of all is whole");
}

#[test]
fn an_error_that_is_not_the_rosters_does_not_name_it() {
    let folder = tempfile::tempdir().unwrap();
    let input = generated(folder.path(), 9, 0);
    for threads in [1, 2] {
        let job =
            Job { workers: Workers::new(threads).unwrap(), ..job(&input, &folder.path().join("out.xlsx")) };
        let error = annotate(&job, &stops_after(0)).unwrap_err();
        assert_eq!(error.diagnostics[0].file, "", "{error}");
    }
}

#[test]
fn a_split_is_checked_without_an_output_and_refused_for_what_has_no_sheets() {
    let folder = tempfile::tempdir().unwrap();
    let input = generated(folder.path(), 10, 0);
    let checked = Job { target: None, split: Some(By::Tier), ..job(&input, &input) };
    assert!(annotate(&checked, &unwatched).unwrap().split.is_none());
    let output = folder.path().join("out.csv");
    let flat = Job { format: Format::Csv, split_files: Some(By::Tier), ..job(&input, &output) };
    assert_eq!(annotate(&flat, &unwatched).unwrap_err().kind, ErrorKind::Usage);
}

#[test]
fn runs_at_once_on_shared_workers_write_the_bytes_that_each_would_alone() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = [1, 2, 3].map(|seed| {
        let own = folder.path().join(seed.to_string());
        fs::create_dir(&own).unwrap();
        generated(&own, seed, 30)
    });
    let workers = Workers::new(2).unwrap();
    let run = |number: usize, workers: &Workers| {
        let output = inputs[number].with_file_name("out.xlsx");
        let job = Job { workers: workers.clone(), ..job(&inputs[number], &output) };
        annotate(&job, &unwatched).unwrap().written.unwrap().sha256
    };
    let alone = [0, 1, 2].map(|number| run(number, &Workers::default()));
    let run = &run;
    let together = std::thread::scope(|scope| {
        let runs = [0, 1, 2].map(|number| {
            let workers = workers.clone();
            scope.spawn(move || run(number, &workers))
        });
        runs.map(|run| run.join().unwrap())
    });
    assert_eq!(together, alone);
}

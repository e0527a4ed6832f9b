//! `fasttrack annotate` and `fasttrack check`.

use crate::cli::args::{Annotate, Check, Reading, WriteArguments};
use crate::cli::exit::Exit;
use crate::cli::told::told;
use crate::cli::{mapping, policy, progress, say, since};
use fasttrack_roster::changes::MaxDrop;
use fasttrack_roster::diagnostic::{Code, Diagnostic, visible};
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::job::split::By;
use fasttrack_roster::job::{Done, Job, Previous, TablesJob, annotate};
use fasttrack_roster::output_fields::Names;
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::plans::Catalogue;
use fasttrack_roster::read::{Input, OpenFile};
use fasttrack_roster::run_report::RunReport;
use fasttrack_roster::write::format::Format;
use fasttrack_roster::write::target::Target;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The name that stands for standard input and standard output.
pub(super) const STREAM: &str = "-";

/// Runs `annotate`.
///
/// # Errors
/// Why there is no output.
pub(super) fn run(wanted: &Annotate) -> Result<Exit> {
    let target = match &wanted.output {
        Some(path) if path.as_os_str() == STREAM => Target::Stdout,
        Some(path) => Target::File(path.clone()),
        None => {
            let format = wanted.format.map_or(Format::default(), Format::from);
            Target::File(beside(&wanted.reading.roster, format))
        }
    };
    let format = wanted.format.map_or_else(|| said_by(&target), Format::from);
    refuse_flags_for_workbooks(format, wanted)?;
    refuse_machine_names(format, wanted)?;
    if target == Target::Stdout && wanted.reading.json {
        return Err(usage("`-o -` and `--json` both use standard output", "write the output to a file"));
    }
    if target == Target::Stdout && wanted.split_files.is_some() {
        return Err(usage("`--split-files` needs a folder next to the output", "write the output to a file"));
    }
    let output = Output {
        target: Some(target),
        format,
        names: wanted.names.into(),
        tables: wanted.tables.clone().map(|folder| TablesJob { folder, format: wanted.tables_format.into() }),
        split: wanted.split.map(Into::into),
        split_files: wanted.split_files.map(Into::into),
    };
    let since = Since {
        previous: wanted.since.as_deref(),
        called: wanted.since_called.clone(),
        max_drop: wanted.max_drop,
    };
    work(&wanted.reading, output, &wanted.making, since)
}

/// Runs `check`.
///
/// # Errors
/// Why the roster cannot be read.
pub(super) fn check(wanted: &Check) -> Result<Exit> {
    work(&wanted.reading, Output::default(), &WriteArguments::default(), Since::default())
}

/// What the run is compared with.
#[derive(Default)]
struct Since<'a> {
    previous: Option<&'a Path>,
    /// What it is called in the output; `None` = by its name.
    called: Option<String>,
    max_drop: Option<MaxDrop>,
}

/// What is written, and where.
#[derive(Default)]
struct Output {
    /// `None` = nothing is.
    target: Option<Target>,
    format: Format,
    names: Names,
    tables: Option<TablesJob>,
    split: Option<By>,
    split_files: Option<By>,
}

/// Returns where a roster comes from; one that is called otherwise than its file is given open, under that name.
///
/// # Errors
/// If it is called otherwise, and its file cannot be opened.
pub(super) fn input(roster: &Path, called: Option<&str>) -> Result<Input> {
    match called {
        _ if roster.as_os_str() == STREAM => Ok(Input::Stdin),
        None => Ok(Input::File(roster.to_owned())),
        Some(name) => {
            let file = std::fs::File::open(roster).map_err(|error| {
                let message = format!("the file cannot be read: {error}");
                Error::input(Diagnostic::error(Code::RosterUnreadable, message).in_file(name))
            })?;
            Ok(Input::Open(OpenFile::new(file, name)))
        }
    }
}

fn work(
    reading: &Reading,
    output: Output,
    making: &WriteArguments,
    Since { previous, called: since_called, max_drop }: Since<'_>,
) -> Result<Exit> {
    let began = Instant::now();
    // It saves time and nothing else: a system that refuses the thread is no fault.
    drop(thread::Builder::new().spawn(Catalogue::prepare_shipped));
    let is_check = output.target.is_none();
    let first_night = previous.filter(|previous| since::is_first_night(previous, output.target.as_ref()));
    let previous = previous.filter(|_| first_night.is_none());
    let since = previous.map(since::find).transpose()?;
    let also_read = also_read(reading, previous.filter(|_| matches!(since, Some(Previous::Report(_)))));
    let job = Job { since, since_called, max_drop, also_read, ..job(reading, output, making)? };
    reading.save_map.as_deref().map(mapping::check).transpose()?;
    let bar = progress::bar(reading.quiet);
    let done = annotate(&job, &progress::shown_on(&bar));
    bar.finish_and_clear();
    let done = done?;
    if let Some(path) = &reading.save_map {
        mapping::save(path, &done)?;
        if !reading.quiet {
            say::note(&format!("saved the columns in {}", visible(&path.display().to_string())));
        }
    }
    if let Some(path) = first_night.filter(|_| !reading.quiet) {
        say::note(&format!(
            "this is the first run: {} did not exist yet, so nothing was compared",
            visible(&path.display().to_string())
        ));
    }
    let told = told(&job.policy, &done, is_check, began.elapsed());
    // What `check` finds is its result; beside a workbook or a run report the same words are only a remark.
    if is_check && !reading.json && !reading.quiet {
        say::out(&format!("{told}\n"))?;
    } else if !reading.quiet {
        say::note(&told);
    }
    if reading.json {
        report(&job, &done, began, first_night.is_some())?;
    }
    Ok(if done.summary.review() > 0 { Exit::Review } else { Exit::Done })
}

/// Returns the job that is asked for, but for what it is compared with.
fn job(reading: &Reading, output: Output, making: &WriteArguments) -> Result<Job> {
    let Output { target, format, names, tables, split, split_files } = output;
    Ok(Job {
        target,
        format,
        names,
        tables,
        catalogues: reading.catalogue.clone(),
        overrides: reading.overrides.clone(),
        sheet: reading.sheet.clone(),
        heading_row: reading.heading_row,
        mappings: mapping::wished(reading)?,
        tenant: reading.tenant.clone(),
        as_of: reading.as_of,
        guesses: mapping::guesses(reading),
        encoding: reading.encoding.clone(),
        delimiter: reading.delimiter,
        numbers: reading.numbers,
        limits: reading.limits()?,
        near: making.near(),
        split,
        split_files,
        workers: Workers::new(reading.threads)?,
        method: making.writer.unwrap_or_default().into(),
        compression: making.compression.unwrap_or_default().into(),
        ..Job::new(
            input(&reading.roster, reading.called.as_deref())?,
            policy::load(reading.policy.as_deref())?,
        )
    })
}

/// Prints the run report.
fn report(job: &Job, done: &Done, began: Instant, first_night: bool) -> Result<()> {
    let finished = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let report = RunReport::new(&job.policy, done, began.elapsed(), finished).first_night(first_night);
    let text = serde_json::to_string_pretty(&report)
        .map_err(|error| Error::internal(format!("no run report: {error}")))?;
    say::out_bytes(format!("{text}\n").as_bytes()).map(|_| ())
}

/// Files that were read beside the roster and the overrides, or will be written beside the output.
fn also_read(reading: &Reading, report: Option<&Path>) -> Vec<(PathBuf, &'static str)> {
    let policy = reading.policy.as_ref().map(|path| (PathBuf::from(path), "the policy"));
    let map = reading.map_file.as_ref().map(|path| (path.clone(), "the `--map-file` file"));
    let kept = reading.save_map.as_ref().map(|path| (path.clone(), "the `--save-map` file"));
    let report = report.map(|path| (path.to_owned(), "the run report that `--since` names"));
    policy.into_iter().chain(map).chain(kept).chain(report).collect()
}

/// The format that the target's name chooses; else a workbook.
fn said_by(target: &Target) -> Format {
    let Target::File(path) = target else { return Format::default() };
    let extension = path.extension().map(|extension| extension.to_string_lossy());
    extension.and_then(|extension| Format::of_extension(&extension)).unwrap_or_default()
}

/// What only a workbook has is not passed over in silence.
fn refuse_flags_for_workbooks(format: Format, wanted: &Annotate) -> Result<()> {
    let WriteArguments { compression, writer, near_seats, near_percent } = wanted.making;
    let flags = [
        ("--compression", compression.is_some()),
        ("--writer", writer.is_some()),
        ("--split", wanted.split.is_some()),
        ("--split-files", wanted.split_files.is_some()),
        // The tables have these lists, too.
        ("--near-seats", near_seats.is_some() && wanted.tables.is_none()),
        ("--near-percent", near_percent.is_some() && wanted.tables.is_none()),
    ];
    let Some((flag, _)) = flags.into_iter().find(|(_, is_said)| *is_said && format.is_flat()) else {
        return Ok(());
    };
    let help = format!("leave it out, or write a workbook instead of .{}", format.word());
    Err(usage(&format!("`{flag}` is only for workbooks"), &help))
}

/// The headings of a workbook are for people, and its other sheets, the audit and `--since` go by them.
fn refuse_machine_names(format: Format, wanted: &Annotate) -> Result<()> {
    if format.is_flat() || wanted.tables.is_some() || Names::from(wanted.names) == Names::Headings {
        return Ok(());
    }
    let help = "leave it out, or choose another format, such as `--format csv`, or `--tables DIR`";
    Err(usage("`--names machine` is not for workbooks", help))
}

/// `customers.csv` becomes `customers.fasttrack.xlsx` in the same folder; standard input becomes `stdin.fasttrack.xlsx`
/// in the current one. Other formats have other extensions.
pub(super) fn beside(roster: &Path, format: Format) -> PathBuf {
    let roster = if roster.as_os_str() == STREAM { Path::new("stdin") } else { roster };
    if let Some(name) = roster.file_name().filter(|_| roster.is_dir()) {
        // A point in the name of a folder is no extension.
        let mut name = name.to_owned();
        name.push(format!(".fasttrack.{}", format.word()));
        return roster.with_file_name(name);
    }
    roster.with_extension(format!("fasttrack.{}", format.word()))
}

fn usage(message: &str, help: &str) -> Error {
    use fasttrack_roster::error::ErrorKind;
    Error::new(ErrorKind::Usage, Diagnostic::error(Code::Usage, message).help(help))
}

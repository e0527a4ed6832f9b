//! One roster through the night: judged into outputs that are whole before they have their names, reported, and entered in
//! the ledger.

use super::configuration::{Series, why};
use super::fingerprint::Looked;
use super::ledger::{self, Lines};
use super::outbox::{self, Standing, standing};
use super::outcome::REVIEW;
use crate::changes::MaxDrop;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Done, Job, Previous, annotate, unwatched};
use crate::pipeline::Workers;
use crate::policy::{DEFAULT_NAME, Policy, SHIPPED};
use crate::read::{Input, OpenFile, regular};
use crate::report::history::{HistoryLine, Moved};
use crate::roster::columns::{Mapping, kept};
use crate::run_report::RunReport;
use crate::verdict::words::tier_name;
use crate::write::format::Format;
use crate::write::target::Target;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes of a policy file, at most, as for every command.
const LIMIT_POLICY_BYTES: u64 = 4 * 1024 * 1024;
/// Bytes of a file that keeps columns, at most, as for every command.
const LIMIT_MAP_BYTES: u64 = 1024 * 1024;

/// Runs that the sheet Run history shows, at most: more than a year of nights.
pub(super) const LIMIT_HISTORY: usize = 400;

/// The earlier output that a roster is compared with.
#[derive(Clone, Debug)]
pub(super) struct Earlier {
    /// Where its workbook is.
    pub(super) workbook: PathBuf,
    /// SHA-256 of the workbook as it is now.
    pub(super) sha256: String,
    /// What the ledger says of it.
    pub(super) done: ledger::Done,
}

/// Returns the newest workbook of a roster that is there, of the runs before the one with the key `before`, or of all.
///
/// It is taken as it is: a person may have filled something in.
pub(super) fn earlier(
    lines: &Lines,
    roster: &str,
    outbox: &Path,
    before: Option<&str>,
) -> (Option<Earlier>, bool) {
    let runs: Vec<&ledger::Done> =
        lines.done_of(roster).take_while(|done| before.is_none_or(|key| done.key != key)).collect();
    let has_runs = runs.iter().any(|done| done.outputs.contains_key(Format::Xlsx.word()));
    let found = runs.into_iter().rev().find_map(|done| {
        done.outputs.get(Format::Xlsx.word())?;
        let workbook = outbox::place(outbox, done, Format::Xlsx.word());
        let file = fs::File::open(&workbook).ok()?;
        let sha256 = super::fingerprint::of_file(&file).ok()?;
        Some(Earlier { workbook, sha256, done: done.clone() })
    });
    let is_lost = found.is_none() && has_runs;
    (found, is_lost)
}

/// Returns what the runs of a roster came to, of those before the one with the key `before`, or of all.
pub(super) fn history(lines: &Lines, roster: &str, before: Option<&str>) -> Vec<HistoryLine> {
    let runs = lines.done_of(roster).take_while(|done| before.is_none_or(|key| done.key != key));
    let mut history: Vec<HistoryLine> = runs.map(of_history).collect();
    history.drain(..history.len().saturating_sub(LIMIT_HISTORY));
    history
}

fn of_history(done: &ledger::Done) -> HistoryLine {
    let [read, _, review, _, _] = done.rows;
    HistoryLine {
        night: done.date.clone().unwrap_or_else(|| done.night.clone()),
        roster: done.input.rsplit('/').next().unwrap_or_default().to_owned(),
        rows: read,
        review,
        tiers: done.tiers.clone(),
        moves: done.moves.map(|[up, down, new, gone]| Moved { up, down, new, gone }),
    }
}

/// What a roster is judged with.
pub(super) struct Judging<'j> {
    pub(super) series: &'j Series,
    /// The file's path below the inbox.
    pub(super) input: &'j str,
    pub(super) looked: &'j Looked,
    /// The day whose folder the outputs go to.
    pub(super) night: &'j str,
    pub(super) key: &'j str,
    pub(super) earlier: Option<&'j Earlier>,
    pub(super) history: Vec<HistoryLine>,
    /// By how much it may have shrunk.
    pub(super) max_drop: Option<MaxDrop>,
    pub(super) outbox: &'j Path,
    pub(super) state: &'j Path,
    pub(super) workers: &'j Workers,
    /// Seconds since 1970-01-01 00:00 UTC.
    pub(super) at: i64,
}

/// What came of it.
pub(super) struct Judged {
    /// The line for the ledger.
    pub(super) line: ledger::Done,
    /// What a person should know, in words.
    pub(super) remarks: Vec<String>,
}

/// Judges a roster and writes its outputs and its run report; `elapsed` tells the time that it took.
///
/// # Errors
/// Why there is no output.
pub(super) fn judge(judging: &Judging<'_>, elapsed: &dyn Fn() -> Duration) -> Result<Judged> {
    let series = judging.series;
    let folder = outbox::folder(judging.outbox, &series.name, judging.night);
    let job = job(judging)?;
    fs::create_dir_all(&folder).map_err(|error| folder_failed(&folder, &error))?;
    // New folders last, too, before the ledger says what is in them.
    for above in folder.ancestors().skip(1).take_while(|above| above.starts_with(judging.outbox)) {
        ledger::sync_folder(above);
    }
    let mut outputs = BTreeMap::new();
    let mut first: Option<Done> = None;
    for format in formats(series) {
        let place = folder.join(outbox::name(judging.input, judging.key, format.word()));
        let done = annotate(&one_of(&job, format, place, judging), &unwatched)?;
        if let Some(written) = &done.written {
            let output = ledger::Output { sha256: written.sha256.clone(), bytes: written.bytes };
            outputs.insert(format.word().to_owned(), output);
        }
        first.get_or_insert(done);
    }
    let done = first.ok_or_else(|| Error::internal("a roster without formats"))?;
    let finished = Duration::from_secs(u64::try_from(judging.at).unwrap_or(0));
    let report = RunReport::new(&job.policy, &done, elapsed(), finished);
    let line = line(judging, &job.policy, &done, outputs);
    write_report(&report, &report_path(judging.state, &line))?;
    Ok(Judged { remarks: remarks(&done), line })
}

/// The workbook first: it is compared with the earlier one, and refused where the roster shrank.
fn formats(series: &Series) -> Vec<Format> {
    let mut formats = series.formats.clone();
    formats.sort_by_key(|format| format.is_flat());
    formats
}

fn job(judging: &Judging<'_>) -> Result<Job> {
    let Judging { series, looked, .. } = judging;
    let file = looked.file.try_clone().map_err(|error| {
        Error::input(Diagnostic::error(Code::RosterUnreadable, format!("the file cannot be read: {error}")))
    })?;
    let name = judging.input.rsplit('/').next().unwrap_or_default();
    let policy = policy(series.policy.as_deref())?;
    let read_as = series.reading.clone();
    let limits = read_as.limits()?;
    Ok(Job {
        sha256: Some(looked.sha256.clone()),
        catalogues: series.catalogues.clone(),
        overrides: series.overrides.clone(),
        sheet: read_as.sheet,
        heading_row: read_as.heading_row,
        tenant: read_as.tenant,
        encoding: read_as.encoding,
        delimiter: read_as.delimiter,
        numbers: read_as.numbers,
        limits,
        mappings: mappings(series.map_file.as_deref())?,
        also_read: series.map_file.iter().map(|path| (path.clone(), "the file of columns")).collect(),
        workers: judging.workers.clone(),
        ..Job::new(Input::Open(OpenFile::new(file, name)), policy)
    })
}

fn one_of(job: &Job, format: Format, place: PathBuf, judging: &Judging<'_>) -> Job {
    let mut job = Job { target: Some(Target::File(place)), format, ..job.clone() };
    if format == Format::Xlsx {
        job.since = judging.earlier.map(|earlier| Previous::Workbook(earlier.workbook.clone()));
        job.max_drop = judging.max_drop.filter(|_| job.since.is_some());
        job.split_files = judging.series.split_files;
        job.history.clone_from(&judging.history);
    }
    job
}

fn line(
    judging: &Judging<'_>,
    policy: &Policy,
    done: &Done,
    outputs: BTreeMap<String, ledger::Output>,
) -> ledger::Done {
    let summary = &done.summary;
    let customers = done.customers();
    let tier = |tier| {
        let count = customers.tier(tier);
        (tier_name(policy, tier).to_owned(), count.rows, count.seats)
    };
    let moves = done.since.as_ref().and_then(|since| since.moves.as_ref()).map(Moved::of);
    let review = summary.review();
    let date = done.date.as_ref().map(|dated| dated.date.to_string());
    ledger::Done {
        at: judging.at,
        night: judging.night.to_owned(),
        date: date.filter(|date| date != judging.night),
        roster: judging.series.name.clone(),
        input: judging.input.to_owned(),
        sha256: judging.looked.sha256.clone(),
        base: judging.looked.base.clone(),
        key: judging.key.to_owned(),
        since: judging.earlier.map(|earlier| earlier.done.key.chars().take(8).collect()),
        code: if review > 0 { REVIEW } else { 0 },
        outputs,
        rows: [summary.read, summary.classified(), review, summary.blank, summary.footer],
        tiers: customers.tiers().map(tier).filter(|(_, customers, _)| *customers > 0).collect(),
        moves: moves.map(|moved| [moved.up, moved.down, moved.new, moved.gone]),
    }
}

/// What a person should know of a run that did what it was to do.
fn remarks(done: &Done) -> Vec<String> {
    let mut remarks = done.about.remarks(done.summary.read, done.summary.hidden);
    remarks.extend(done.since.iter().flat_map(|since| since.remarks.clone()));
    remarks
}

/// Returns where the run report of an output is.
pub(super) fn report_path(state: &Path, done: &ledger::Done) -> PathBuf {
    let name = outbox::name(&done.night, &done.key, "json").replace(".fasttrack", "");
    state.join("runs").join(&done.roster).join(name)
}

fn write_report(report: &RunReport, path: &Path) -> Result<()> {
    let text = serde_json::to_vec_pretty(report)
        .map_err(|error| Error::internal(format!("no run report: {error}")))?;
    outbox::write_whole(path, &text).map_err(|error| ledger::state_failed(path, &error))
}

fn folder_failed(folder: &Path, error: &std::io::Error) -> Error {
    let message = format!("the folder `{}` cannot be created: {error}", folder.display());
    Error::output(
        Diagnostic::error(Code::OutputNotWritable, message)
            .help("check `outbox` in the configuration, and that this user may write to the folder"),
    )
}

/// Returns the policy of a name or file; the default one for `None`.
fn policy(wanted: Option<&str>) -> Result<Policy> {
    let wanted = wanted.unwrap_or(DEFAULT_NAME);
    if let Some(policy) = Policy::named(wanted) {
        return policy;
    }
    let text = regular::text(Path::new(wanted), LIMIT_POLICY_BYTES).map_err(|error| {
        let names: Vec<String> = SHIPPED.iter().map(|(name, _)| format!("`{name}`")).collect();
        let message = format!("the policy `{wanted}` cannot be read: {}", why(&error));
        let help = format!("name a policy file, or one of the shipped policies: {}", names.join(", "));
        Error::new(ErrorKind::Policy, Diagnostic::error(Code::PolicyNotReadable, message).help(help))
    })?;
    Policy::read(&text, wanted)
}

fn mappings(path: Option<&Path>) -> Result<Vec<Mapping>> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let shown = path.display().to_string();
    let text = regular::text(path, LIMIT_MAP_BYTES).map_err(|error| {
        let message = format!("the columns saved in `{shown}` cannot be read: {}", why(&error));
        let help = "name a file that `fasttrack check ROSTER --save-map FILE` wrote, or remove `map-file`";
        Error::new(ErrorKind::Usage, Diagnostic::error(Code::MapNotReadable, message).help(help))
    })?;
    kept::read(&text, &shown)
}

/// Returns whether the earlier workbook is as the ledger has it.
pub(super) fn is_as_written(earlier: &Earlier) -> bool {
    let output = earlier.done.outputs.get(Format::Xlsx.word());
    output.is_some_and(|output| standing(&earlier.workbook, &output.sha256) == Standing::AsWritten)
}

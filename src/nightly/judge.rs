//! One file through the run: judged into outputs that are whole before they have their names, reported, and entered in
//! the ledger.

use super::configuration::{Series, why};
use super::fingerprint::Looked;
use super::ledger::{self, Lines};
use super::outbox;
use super::outcome::REVIEW;
use super::rules::{Rules, RulesRead};
use crate::changes::{Fall, MaxDrop, Night, fallen};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, visible};
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::job::{Done, Job, Previous, annotate, unwatched};
use crate::pipeline::Workers;
use crate::policy::{DEFAULT_NAME, Policy, SHIPPED};
use crate::read::regular;
use crate::report::history::{HistoryLine, Moved, RunHistory};
use crate::roster::columns::{Mapping, kept};
use crate::run_report::RunReport;
use crate::verdict::words::{grouped, tier_name};
use crate::write::format::Format;
use crate::write::target::Target;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind as ErrorOfFile;
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

/// Which runs of a roster a file is compared with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before<'b> {
    /// Those before the one with this key; `None` = all.
    pub(super) key: Option<&'b str>,
    /// Those of rosters of days before this one; `None` = all.
    pub(super) day: Option<Date>,
}

/// Returns the runs before a file, the oldest first.
fn runs<'l>(lines: &'l Lines, roster: &'l str, before: Before<'l>) -> impl Iterator<Item = &'l ledger::Done> {
    let is_older =
        move |done: &&ledger::Done| before.day.is_none_or(|day| done.own_day().is_some_and(|own| own < day));
    let all = lines.done_of(roster).filter(|done| !done.behind);
    all.take_while(move |done| before.key.is_none_or(|key| done.key != key)).filter(is_older)
}

/// Returns the newest workbook of a roster that is there, of the runs before.
///
/// It is taken as it is: a person may have filled something in.
///
/// # Errors
/// `since-not-readable`, if one is there and this user may not read it: one before it would show other changes.
pub(super) fn earlier(
    lines: &Lines,
    roster: &str,
    outbox: &Path,
    before: Before<'_>,
) -> Result<Option<Earlier>> {
    let runs: Vec<&ledger::Done> = runs(lines, roster, before).collect();
    for done in runs.into_iter().rev().filter(|done| done.outputs.contains_key(Format::Xlsx.word())) {
        let workbook = outbox::place(outbox, done, Format::Xlsx.word());
        match fs::File::open(&workbook).and_then(|file| super::fingerprint::of_file(&file)) {
            Ok(sha256) => return Ok(Some(Earlier { workbook, sha256, done: done.clone() })),
            Err(error) if error.kind() == ErrorOfFile::NotFound => {}
            Err(error) => return Err(earlier_closed(&workbook, &error)),
        }
    }
    Ok(None)
}

fn earlier_closed(workbook: &Path, error: &std::io::Error) -> Error {
    let message = format!("the earlier workbook `{}` cannot be read: {error}", workbook.display());
    let diagnostic = Diagnostic::error(Code::SinceNotReadable, message);
    Error::input(diagnostic.help(PERMISSION))
}

/// What is done about an output that this user may not read.
pub(super) const PERMISSION: &str =
    "let the user of the nightly runs read it, and run them always as the same user";

/// Returns the newest of the runs before, whether its workbook is there or not.
pub(super) fn newest(lines: &Lines, roster: &str, before: Before<'_>) -> Option<ledger::Done> {
    runs(lines, roster, before).last().cloned()
}

/// Returns what the runs of a roster came to, of those before.
pub(super) fn history(lines: &Lines, roster: &str, before: Before<'_>) -> Vec<HistoryLine> {
    let runs = runs(lines, roster, before);
    let mut history: Vec<HistoryLine> = runs.map(of_history).collect();
    history.drain(..history.len().saturating_sub(LIMIT_HISTORY));
    history
}

fn of_history(done: &ledger::Done) -> HistoryLine {
    let [read, _, review, _, _] = done.rows;
    HistoryLine {
        date: done.date.clone().unwrap_or_else(|| done.night.clone()),
        run: done.night.clone(),
        policy: done.policy.clone(),
        roster: done.input.rsplit('/').next().unwrap_or_default().to_owned(),
        rows: read,
        review,
        tiers: done.tiers.clone(),
        moves: done.moves.map(|[up, down, new, gone]| Moved { up, down, new, gone }),
    }
}

/// What a file is judged with.
pub(super) struct Judging<'j> {
    pub(super) series: &'j Series,
    /// The file's path below the inbox.
    pub(super) input: &'j str,
    pub(super) looked: &'j Looked,
    /// The day whose folder the outputs go to.
    pub(super) night: &'j str,
    pub(super) key: &'j str,
    pub(super) earlier: Option<&'j Earlier>,
    /// What the ledger says of the newest run before.
    pub(super) newest: Option<&'j ledger::Done>,
    /// The rules, as they were when the run began.
    pub(super) rules: &'j Rules,
    /// Whether the file was judged before, with other rules or of another time.
    pub(super) again: bool,
    /// Whether it is older than one that was judged before.
    pub(super) behind: bool,
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

/// Judges a file and writes its outputs and its run report; `elapsed` tells the time that it took.
///
/// # Errors
/// Why there is no output.
pub(super) fn judge(judging: &Judging<'_>, elapsed: &dyn Fn() -> Duration) -> Result<Judged> {
    let series = judging.series;
    let folder = outbox::folder(judging.outbox, &series.name, judging.night);
    let job = job(judging)?;
    if let (Some(most), None, Some(before)) = (judging.max_drop, judging.earlier, judging.newest) {
        refuse_shrunk(&annotate(&job, &unwatched)?, before, most)?;
    }
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
    let mut remarks = remarks(&done);
    remarks.extend(
        line.remarks.iter().skip(done.since.as_ref().map_or(0, |since| since.remarks.len())).cloned(),
    );
    Ok(Judged { line, remarks })
}

/// Refuses a roster that shrank since a run whose workbook is gone, by the figures of the ledger.
fn refuse_shrunk(done: &Done, before: &ledger::Done, most: MaxDrop) -> Result<()> {
    let customers = done.customers();
    let counts = customers.tiers().map(|tier| customers.tier(tier));
    let (tenants, seats) =
        counts.fold((0, 0), |(tenants, seats), count| (tenants + count.rows, seats + count.seats));
    let now = Night { rows: done.summary.classified() + done.summary.review(), tenants, seats };
    let [_, classified, review, _, _] = before.rows;
    let seats = before.tiers.iter().map(|(_, _, seats)| seats).sum();
    let before_it = Night { rows: classified + review, tenants: before.customers(), seats };
    let falls: Vec<String> = fallen(before_it, now, most).iter().map(Fall::to_string).collect();
    if falls.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the roster shrank since `{}`: {}; `--max-drop {most}` allows at most {most} %",
        before.input,
        falls.join(", ")
    );
    Err(Error::input(Diagnostic::error(Code::RosterShrank, message)))
}

/// What a person should know of what came, beside the rows of the workbook: whether it is new at all, and whether it is of
/// the same kind as before.
fn compared(judging: &Judging<'_>, now: &ledger::Done) -> Vec<String> {
    /// So many times as many customers are another export.
    const MOST_GROWTH: u64 = 5;
    let Some(before) = judging.newest.filter(|_| !judging.again) else { return Vec::new() };
    let day = before.own_day().map_or_else(|| before.night.clone(), Date::words);
    if before.sha256 == now.sha256 && before.own_day() != now.own_day() {
        return vec![format!(
            "it has the same bytes as `{}` of {day}: is the export stuck?",
            visible(&before.input)
        )];
    }
    let [was, is] = [before.customers(), now.customers()];
    let has_grown = was > 0 && is > was.saturating_mul(MOST_GROWTH);
    let words = || {
        format!(
            "customers grew from {} to {} since {day}: is it the right export?",
            grouped(was),
            grouped(is)
        )
    };
    has_grown.then(words).into_iter().collect()
}

/// The workbook first: it is compared with the earlier one, and refused where the roster shrank.
fn formats(series: &Series) -> Vec<Format> {
    let mut formats = series.formats.clone();
    formats.sort_by_key(|format| format.is_flat());
    formats
}

fn job(judging: &Judging<'_>) -> Result<Job> {
    let Judging { series, looked, .. } = judging;
    let name = judging.input.rsplit('/').next().unwrap_or_default();
    let read = judging.rules.read.clone();
    let (policy, mappings, own_files) = match read {
        Some(RulesRead { policy, mappings, own_files }) => (policy, mappings, Some(own_files)),
        None => (Policy::default_shipped()?, Vec::new(), None),
    };
    Ok(Job {
        sha256: Some(looked.sha256.clone()),
        catalogues: series.catalogues.clone(),
        overrides: series.overrides.clone(),
        own_files,
        mappings,
        also_read: series.map_file.iter().map(|path| (path.clone(), "the file of columns")).collect(),
        workers: judging.workers.clone(),
        ..series.reading.job(looked.input(name)?, policy)?
    })
}

fn one_of(job: &Job, format: Format, place: PathBuf, judging: &Judging<'_>) -> Job {
    let mut job = Job { target: Some(Target::File(place)), format, ..job.clone() };
    if format == Format::Xlsx {
        job.since = judging.earlier.map(|earlier| Previous::Workbook(earlier.workbook.clone()));
        job.max_drop = judging.max_drop.filter(|_| job.since.is_some());
        job.split_files = judging.series.split_files;
        let lines = judging.history.clone();
        job.history = (!lines.is_empty()).then(|| RunHistory { run: judging.night.to_owned(), lines });
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
    let mut line = ledger::Done {
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
        again: judging.again,
        behind: judging.behind,
        policy: policy.name.clone(),
        rules: judging.rules.short().to_owned(),
        remarks: done.since.iter().flat_map(|since| since.remarks.clone()).collect(),
    };
    line.remarks.extend(compared(judging, &line));
    line
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
pub(super) fn policy(wanted: Option<&str>) -> Result<Policy> {
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

/// Returns the columns that a file keeps, and the SHA-256 of the file; none of no file.
pub(super) fn mappings(path: Option<&Path>) -> Result<(Vec<Mapping>, Option<String>)> {
    let Some(path) = path else { return Ok((Vec::new(), None)) };
    let shown = path.display().to_string();
    let text = regular::text(path, LIMIT_MAP_BYTES).map_err(|error| {
        let message = format!("the columns saved in `{shown}` cannot be read: {}", why(&error));
        let help = "name a file that `fasttrack check ROSTER --save-map FILE` wrote, or remove `map-file`";
        Error::new(ErrorKind::Usage, Diagnostic::error(Code::MapNotReadable, message).help(help))
    })?;
    Ok((kept::read(&text, &shown)?, Some(hash::shown(Sha256::new_with_prefix(&text)))))
}

/// Returns whether the earlier workbook is as the ledger has it.
pub(super) fn is_as_written(earlier: &Earlier) -> bool {
    earlier.done.outputs.get(Format::Xlsx.word()).is_some_and(|output| output.sha256 == earlier.sha256)
}

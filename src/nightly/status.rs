//! What a person who was not there wants to know: what came, what did not, what is wrong, and where it goes.

use super::began;
use super::clock::{Clock, Moment};
use super::closed;
use super::configuration::{Configuration, Series};
use super::inbox::{self, Found, of_series};
use super::ledger::{Done, Failed, Line, Lines, Night};
use super::lock;
use super::missing::{late, length};
use super::outbox;
use super::words::figures_of;
use crate::date::Date;
use crate::diagnostic::{Code, visible};
use crate::error::Result;
use crate::report::run::PROGRAM;
use crate::verdict::words::{counted, grouped};
use crate::write::format::Format;
use serde::Serialize;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The version of this shape as JSON.
pub const SCHEMA: u32 = 1;

/// What is done with rows to review.
const TO_REVIEW: &str = "rows to review: fill in the sheets To settle and Review of the newest output, save it, and keep the \
    answers with `fasttrack overrides WORKBOOK -o answers.csv`; then name that file among `overrides` in the configuration";

/// Seconds between two runs that are never too many: whoever tries things out runs often.
const LEAST_GAP: u64 = 2 * 3_600;

/// Days that a trend goes back.
const TREND_DAYS: i64 = 7;

/// How things are.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    schema: u32,
    program: &'static str,
    now: String,
    last_run: Option<LastRun>,
    rosters: Vec<RosterStatus>,
    remarks: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct LastRun {
    ended: String,
    exit_code: u8,
    seconds_ago: u64,
    /// Rosters that were judged, and those that failed, are set aside, or did not come.
    done: u32,
    failed: u32,
    in_words: String,
}

/// How things are with a roster.
#[derive(Clone, Debug, Serialize)]
struct RosterStatus {
    roster: String,
    last: Option<LastDone>,
    /// Its newest output: the workbook, if there is one.
    output: Option<PathBuf>,
    /// What is wrong, in words; `None` = nothing.
    problem: Option<Problem>,
    /// Files in the inbox that no run has looked at.
    new_files: Vec<String>,
    in_words: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct LastDone {
    night: String,
    file: String,
    rows: u64,
    customers: u64,
    needs_review: u64,
    /// The customers of the newest output that is at least a week older.
    customers_a_week_before: Option<u64>,
}

#[derive(Clone, Debug, Serialize)]
struct Problem {
    code: String,
    message: String,
    help: String,
}

/// Looks how things are; nothing is written.
///
/// # Errors
/// `night-state` (kind `Output`), if the ledger cannot be read; an inbox that is not there is a remark.
pub fn status(configuration: &Configuration, clock: &dyn Clock) -> Result<Status> {
    let lines = Lines::read(&configuration.state)?;
    let now = clock.now();
    let mut remarks = unfinished(&configuration.state)?;
    remarks.extend(gaps(&lines, now));
    remarks.extend(lines.remarks.clone());
    let inbox = inbox::look(configuration).unwrap_or_else(|error| {
        remarks.extend(error.diagnostics.iter().map(|found| format!("{}; {}", found.message, found.help)));
        inbox::Contents::default()
    });
    let files = inbox.files;
    remarks.extend(inbox.remarks);
    remarks.extend(inbox.closed.iter().map(|(folder, why)| closed::message(folder, why)));
    remarks.extend(closed::is_emptied(configuration, &lines, &files));
    remarks.extend(
        inbox::strangers(&configuration.rosters, &files)
            .iter()
            .map(|file| format!("`{}` in the inbox fits no roster of the configuration", file.name)),
    );
    let last_run = lines.nights().next_back().map(|night| LastRun::new(night, now));
    let rosters = &configuration.rosters;
    let of = |series: &Series| {
        let files = of_series(series, rosters, &files);
        roster(series, &lines, (now, &files), &configuration.outbox)
    };
    Ok(Status {
        schema: SCHEMA,
        program: PROGRAM,
        now: now.to_string(),
        last_run,
        rosters: rosters.iter().map(of).collect(),
        remarks,
    })
}

impl LastRun {
    fn new(night: &Night, now: Moment) -> Self {
        let ended = Moment { seconds: night.at };
        let ago = now.since(ended);
        let count = |count: u32, words: &str| {
            (count > 0).then(|| format!("{} {words}", counted(u64::from(count), "roster", "rosters")))
        };
        let parts = [count(night.done, "judged"), count(night.failed, "failed or did not come")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let parts = if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") };
        let ago_words = length(rounded(ago));
        Self {
            ended: ended.to_string(),
            exit_code: night.code,
            seconds_ago: ago.as_secs(),
            done: night.done,
            failed: night.failed,
            in_words: format!("{}, {ago_words} ago: {parts}; exit code {}", ended.words(), night.code),
        }
    }
}

/// What a run that is at work, or one that did not come to its end, left.
fn unfinished(state: &Path) -> Result<Vec<String>> {
    let left = began::left(state)?;
    if lock::is_held(state) {
        return Ok(vec!["a run is at work now; what it has done is told here".to_owned()]);
    }
    let Some(last) = left.last() else { return Ok(Vec::new()) };
    Ok(vec![format!(
        "the run of {} did not come to its end: it was stopped, or the machine went down, while it judged `{}` or after \
         that; the next run makes up for it",
        Moment { seconds: last.at }.words(),
        last.input
    )])
}

/// Says where runs did not come as often as they use to: before the last one, or since.
fn gaps(lines: &Lines, now: Moment) -> Vec<String> {
    /// Runs that show how often they come.
    const LOOKED_AT: usize = 15;
    let mut ends: Vec<i64> = lines.nights().rev().take(LOOKED_AT).map(|night| night.at).collect();
    ends.reverse();
    let between: Vec<u64> = ends
        .windows(2)
        .filter_map(|pair| pair.last()?.checked_sub(*pair.first()?))
        .filter_map(|gap| u64::try_from(gap).ok())
        .collect();
    let (Some(last), Some((newest, before))) = (ends.last(), between.split_last()) else { return Vec::new() };
    let since = now.since(Moment { seconds: *last }).as_secs();
    let mut told = Vec::new();
    // Weekends count: the longest pause that is usual, and half of it again.
    let is_long = |gap: u64, usual: &[u64]| {
        usual.iter().max().is_some_and(|longest| gap > (longest + longest / 2).max(LEAST_GAP))
    };
    if is_long(*newest, before)
        && let [.., one, other] = ends.as_slice()
    {
        told.push(format!(
            "there was no run between {} and {}",
            Moment { seconds: *one }.words(),
            Moment { seconds: *other }.words()
        ));
    }
    if is_long(since, &between) {
        told.push(format!(
            "there was no run for {}: see whether the scheduler is on, and what it says of the run",
            length(rounded(Duration::from_secs(since)))
        ));
    }
    told
}

fn roster(series: &Series, lines: &Lines, (now, files): (Moment, &[&Found]), outbox: &Path) -> RosterStatus {
    let runs: Vec<&Done> = lines.done_of(&series.name).collect();
    let last = runs.last().copied();
    let before = last.and_then(|last| week_before(&runs, last));
    let new_files: Vec<String> =
        files.iter().filter(|file| is_new(lines, &series.name, file)).map(|file| file.name.clone()).collect();
    let problem = problem(series, lines, (now, files), !new_files.is_empty());
    let output = last.and_then(|last| {
        let extension = [Format::Xlsx.word()].into_iter().chain(last.outputs.keys().map(String::as_str));
        let extension = extension.into_iter().find(|extension| last.outputs.contains_key(*extension))?;
        Some(outbox::place(outbox, last, extension))
    });
    let mut in_words = Vec::new();
    if let Some(problem) = &problem {
        in_words.push(format!("problem: {}", problem.message));
        if !problem.help.is_empty() {
            in_words.push(format!("what to do: {}", problem.help));
        }
    }
    match last {
        Some(last) => {
            let day = Date::iso(&last.night).map_or_else(|| last.night.clone(), Date::words);
            in_words.push(format!("last judged on {day} ({}): {}", last.input, figures_of(last)));
            in_words.extend(before.map(|before| trend(last, before)));
            in_words.extend(output.as_ref().map(|path| of_output(path)));
        }
        None => in_words.push("was never judged".to_owned()),
    }
    if !new_files.is_empty() {
        in_words.push(format!("in the inbox for the next run: {}", new_files.join(", ")));
    }
    RosterStatus {
        roster: series.name.clone(),
        last: last.map(|last| LastDone {
            night: last.night.clone(),
            file: last.input.clone(),
            rows: last.rows.first().copied().unwrap_or(0),
            customers: customers(last),
            needs_review: last.rows.get(2).copied().unwrap_or(0),
            customers_a_week_before: before.map(customers),
        }),
        output,
        problem,
        new_files,
        in_words,
    }
}

fn of_output(path: &Path) -> String {
    let shown = visible(&path.display().to_string());
    if path.is_file() {
        format!("newest output: {shown}")
    } else {
        format!("its newest output is not there any more, and the next run makes it again: {shown}")
    }
}

fn customers(done: &Done) -> u64 {
    done.tiers.iter().map(|(_, customers, _)| customers).sum()
}

/// The newest run that is at least a week older than the last.
fn week_before<'d>(runs: &[&'d Done], last: &Done) -> Option<&'d Done> {
    let newest = Date::iso(&last.night)?;
    let is_old =
        |done: &&&Done| Date::iso(&done.night).is_some_and(|night| newest.days_since(night) >= TREND_DAYS);
    runs.iter().rev().find(is_old).copied()
}

/// `trend: 38 customers, 36 on 21 November 2026; Migration 10, was 9`.
fn trend(last: &Done, before: &Done) -> String {
    let day = Date::iso(&before.night).map_or_else(|| before.night.clone(), Date::words);
    let mut text = format!(
        "trend: {}, and {} on {day}",
        counted(customers(last), "customer", "customers"),
        grouped(customers(before))
    );
    let of = |done: &Done, name: &str| {
        done.tiers.iter().find(|(tier, _, _)| tier == name).map_or(0, |(_, customers, _)| *customers)
    };
    for (tier, now, _) in &last.tiers {
        let was = of(before, tier);
        if was != *now {
            let _ = write!(text, "; {tier} {}, was {}", grouped(*now), grouped(was));
        }
    }
    for (tier, was, _) in before.tiers.iter().filter(|(tier, _, _)| of(last, tier) == 0) {
        let _ = write!(text, "; {tier} 0, was {}", grouped(*was));
    }
    text
}

/// Whether no line of the ledger tells of a file.
fn is_new(lines: &Lines, roster: &str, file: &Found) -> bool {
    let is_done = lines.done_of(roster).any(|done| done.input == file.name);
    !is_done && !lines.failed_of(roster).any(|failed| failed.input == file.name)
}

/// What is wrong with a roster: its last line says that it failed, or it did not come.
fn problem(
    series: &Series,
    lines: &Lines,
    (now, files): (Moment, &[&Found]),
    is_there: bool,
) -> Option<Problem> {
    // What somebody took out of the inbox is no problem any more.
    let is_gone = |failed: &Failed| files.iter().all(|file| file.name != failed.input);
    let last = lines.lines.iter().rev().find_map(|line| match line {
        Line::Done(done) if done.roster == series.name => Some(None),
        Line::Failed(failed) if failed.roster == series.name && !is_gone(failed) => Some(Some(failed)),
        _ => None,
    });
    let failed = last.flatten().map(|failed: &Failed| Problem {
        code: failed.error.clone(),
        message: if failed.error == Code::RosterShrank.as_str() {
            format!("`{}` is held back: {}", failed.input, failed.message)
        } else {
            format!("`{}` failed with code {}: {}", failed.input, failed.code, failed.message)
        },
        help: failed.help.clone(),
    });
    failed.or_else(|| {
        let late = late(series, lines, now, is_there)?;
        let first = late.diagnostics.into_iter().next()?;
        Some(Problem { code: first.code.to_string(), message: first.message, help: first.help })
    })
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.last_run {
            Some(run) => {
                writeln!(f, "last run: {}", run.in_words)?;
            }
            None => writeln!(f, "there was no run yet")?,
        }
        for remark in &self.remarks {
            writeln!(f, "remark: {remark}")?;
        }
        for roster in &self.rosters {
            writeln!(f, "\n{}", roster.roster)?;
            for words in &roster.in_words {
                writeln!(f, "  {words}")?;
            }
        }
        if self.rosters.iter().any(|roster| roster.last.as_ref().is_some_and(|last| last.needs_review > 0)) {
            writeln!(f, "\n{TO_REVIEW}")?;
        }
        Ok(())
    }
}

/// Nobody wants to know the seconds of yesterday.
fn rounded(time: Duration) -> Duration {
    let seconds = time.as_secs();
    let unit = match seconds {
        0..60 => 1,
        60..7_200 => 60,
        7_200..172_800 => 3_600,
        _ => 86_400,
    };
    Duration::from_secs(seconds / unit * unit)
}

//! What a person who was not there wants to know: what came, what did not, what is wrong, and where it goes.

use super::began;
use super::checked;
use super::clock::{Clock, Moment};
use super::closed;
use super::configuration::{Configuration, Series};
use super::inbox::{self, Found, of_series};
use super::ledger::{Done, Failed, Line, Lines, Night};
use super::lock;
use super::missing::{late, length};
use super::moved;
use super::outbox;
use super::outcome::{Failure, NOTHING_NEW, REVIEW, Retry, SOME_FAILED, retry};
use super::rosters::is_behind;
use super::settle;
use super::words::figures_of;
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, visible};
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

/// Says what is done with rows to review.
fn to_review(configuration: &Configuration) -> String {
    format!(
        "rows to review: fill in the sheets To settle and Review of the newest output, save it, and keep the answers with \
         `fasttrack overrides WORKBOOK -o {}`; then name that file among `overrides` in the configuration",
        configuration.beside("answers.csv")
    )
}

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
    /// The exit code that monitoring goes by.
    exit_code: u8,
    /// What is done with rows to review, where there are some.
    #[serde(skip)]
    to_review: Option<String>,
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
    /// All that is wrong: files that failed or are held back, rules that are not valid, and that none came.
    problems: Vec<Problem>,
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
    /// The file, if it is one.
    file: Option<String>,
    code: String,
    message: String,
    help: String,
    /// What else is wrong with it.
    more: Vec<String>,
}

/// Looks how things are; nothing is written.
///
/// # Errors
/// `night-state` (kind `Output`), if the ledger cannot be read; an inbox that is not there is a remark.
pub fn status(configuration: &Configuration, clock: &dyn Clock) -> Result<Status> {
    let lines = Lines::read(&configuration.state)?;
    let now = clock.now();
    let mut remarks = unfinished(&configuration.state)?;
    let gaps = gaps(&lines, now);
    let is_overdue = gaps.is_overdue;
    remarks.extend(gaps.told);
    remarks.extend(lines.remarks.clone());
    let inbox = inbox::look(configuration).unwrap_or_else(|error| {
        remarks.extend(error.diagnostics.iter().map(|found| format!("{}; {}", found.message, found.help)));
        inbox::Contents::default()
    });
    let files = inbox.files;
    remarks.extend(inbox.remarks);
    remarks.extend(inbox.closed.iter().map(|(folder, why)| closed::message(folder, why)));
    remarks.extend(closed::is_emptied(configuration, &lines, &files));
    let strangers = inbox::strangers(&configuration.rosters, &files);
    let mut strangers: Vec<String> = strangers.iter().map(|file| file.name.clone()).collect();
    strangers.extend(inbox.others);
    let more = inbox::cut(&mut strangers);
    remarks.extend(
        strangers
            .iter()
            .map(|name| format!("`{}` in the inbox fits no roster of the configuration", visible(name))),
    );
    remarks.extend(more);
    let last_run = lines.nights().next_back().map(|night| LastRun::new(night, now));
    let rosters = &configuration.rosters;
    let wrong = checked::faults(configuration);
    let of = |series: &Series| {
        let files = of_series(series, rosters, &files);
        let inbox = InInbox { configuration, lines: &lines, clock, now, files: &files };
        roster(series, &inbox, wrong.get(&series.name))
    };
    let rosters: Vec<RosterStatus> = rosters.iter().map(of).collect();
    let has_review =
        rosters.iter().any(|roster| roster.last.as_ref().is_some_and(|last| last.needs_review > 0));
    let has_problems = is_overdue || rosters.iter().any(|roster| !roster.problems.is_empty());
    Ok(Status {
        schema: SCHEMA,
        program: PROGRAM,
        now: now.to_string(),
        exit_code: exit_code(has_problems, last_run.as_ref()),
        to_review: has_review.then(|| to_review(configuration)),
        last_run,
        rosters,
        remarks,
    })
}

/// Returns the code that monitoring goes by: that of the last run, as long as what was wrong is wrong.
fn exit_code(has_problems: bool, last_run: Option<&LastRun>) -> u8 {
    let last = last_run.map_or(0, |run| run.exit_code);
    let has_failed = last != 0 && last != REVIEW && last != NOTHING_NEW;
    let could_not_begin = last_run.is_some_and(|run| has_failed && run.done == 0 && run.failed == 0);
    match (has_problems, has_failed) {
        (_, true) if has_problems || could_not_begin => last,
        (true, _) => SOME_FAILED,
        _ if last == REVIEW => REVIEW,
        _ => 0,
    }
}

impl Status {
    /// Returns the exit code that monitoring goes by: 0 or 3 if nothing is wrong, or that of the last run, or 10 if something
    /// has gone wrong since.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        self.exit_code
    }
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
        let is_quiet = [0, REVIEW, NOTHING_NEW].contains(&night.code);
        let parts = match (parts.is_empty(), is_quiet) {
            (true, true) => "nothing to do".to_owned(),
            (true, false) => {
                "it could not begin, or not go on; see `latest.html` in the state folder".to_owned()
            }
            _ => parts.join(", "),
        };
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

/// Where runs did not come as often as they use to.
struct Gaps {
    told: Vec<String>,
    /// Whether the next one should have come by now.
    is_overdue: bool,
}

/// Says where runs did not come as often as they use to: before the last one, or since.
///
/// Days are counted, and not hours: somebody may have run several times on one of them.
fn gaps(lines: &Lines, now: Moment) -> Gaps {
    /// Days with runs that show how often they come.
    const LOOKED_AT: usize = 15;
    let mut ends: Vec<Moment> = lines.nights().rev().map(|night| Moment { seconds: night.at }).collect();
    let last = ends.first().copied();
    // The last run of each day, the newest day first; a clock may have been set back.
    ends.dedup_by_key(|end| end.day());
    ends.truncate(LOOKED_AT);
    let between: Vec<i64> = ends
        .windows(2)
        .filter_map(|pair| Some(pair.first()?.day().days_since(pair.last()?.day())))
        .filter(|days| *days > 0)
        .collect();
    let mut gaps = Gaps { told: Vec::new(), is_overdue: false };
    let (Some(last), Some((newest, before))) = (last, between.split_first()) else { return gaps };
    // Weekends count: the longest pause that is usual, and half of it again.
    let is_long = |days: i64, usual: &[i64]| usual.iter().max().is_some_and(|most| days > most + most / 2);
    if is_long(*newest, before)
        && let [other, one, ..] = ends.as_slice()
    {
        let first = lines.nights().map(|night| Moment { seconds: night.at });
        let first = first.into_iter().find(|night| night.day() == other.day()).unwrap_or(*other);
        gaps.told.push(format!("there was no run between {} and {}", one.words(), first.words()));
    }
    if is_long(now.day().days_since(last.day()), &between) {
        gaps.is_overdue = true;
        gaps.told.push(format!(
            "there was no run for {}: see whether the scheduler is on, and what it says of the run",
            length(rounded(now.since(last)))
        ));
    }
    gaps
}

/// What is looked at for a roster.
struct InInbox<'i> {
    configuration: &'i Configuration,
    lines: &'i Lines,
    clock: &'i dyn Clock,
    now: Moment,
    /// Its files in the inbox, the oldest first.
    files: &'i [&'i Found],
}

fn roster(series: &Series, inbox: &InInbox<'_>, wrong: Option<&Failure>) -> RosterStatus {
    let InInbox { configuration, lines, files, .. } = *inbox;
    let runs: Vec<&Done> = lines.done_of(&series.name).filter(|done| !done.behind).collect();
    let last = runs.last().copied();
    let before = last.and_then(|last| week_before(&runs, last));
    let new: Vec<&Found> = files.iter().copied().filter(|file| is_new(lines, &series.name, file)).collect();
    let new_files: Vec<String> = new.iter().map(|file| file.name.clone()).collect();
    let problems = problems(series, inbox, (wrong, &new));
    let output = last.and_then(|last| {
        let extension = [Format::Xlsx.word()].into_iter().chain(last.outputs.keys().map(String::as_str));
        let extension = extension.into_iter().find(|extension| last.outputs.contains_key(*extension))?;
        Some(outbox::place(&configuration.outbox, last, extension))
    });
    let mut in_words = Vec::new();
    for problem in &problems {
        in_words.push(format!("problem: {}", problem.message));
        in_words.extend(problem.more.iter().map(|more| format!("and: {more}")));
        if !problem.help.is_empty() {
            in_words.push(format!("what to do: {}", problem.help));
        }
    }
    match last {
        Some(last) => {
            let day = Date::iso(&last.night).map_or_else(|| last.night.clone(), Date::words);
            in_words.push(format!("last judged on {day} ({}): {}", last.input, figures_of(last)));
            in_words.extend(last.remarks.iter().map(|remark| format!("remark: {remark}")));
            in_words.extend(before.map(|before| trend(last, before)));
            let can_be_made = || {
                let is_there = files.iter().any(|file| file.name == last.input);
                is_there || moved::place(configuration, lines, last).is_some()
            };
            in_words.extend(output.as_ref().map(|path| of_output(path, can_be_made)));
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
            customers: last.customers(),
            needs_review: last.rows.get(2).copied().unwrap_or(0),
            customers_a_week_before: before.map(Done::customers),
        }),
        output,
        problems,
        new_files,
        in_words,
    }
}

fn of_output(path: &Path, can_be_made: impl FnOnce() -> bool) -> String {
    let shown = visible(&path.display().to_string());
    if path.is_file() {
        format!("newest output: {shown}")
    } else if can_be_made() {
        format!("its newest output is not there any more, and the next run makes it again: {shown}")
    } else {
        format!(
            "its newest output is not there any more, and neither is the file that it was made from: {shown}"
        )
    }
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
        counted(last.customers(), "customer", "customers"),
        grouped(before.customers())
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

/// Returns all that is wrong with a roster: its rules, files of it that failed, those that wait too long, and that none came.
fn problems(
    series: &Series,
    inbox: &InInbox<'_>,
    (wrong, new): (Option<&Failure>, &[&Found]),
) -> Vec<Problem> {
    let InInbox { configuration, lines, clock, now, files } = *inbox;
    let mut problems: Vec<Problem> =
        wrong.iter().flat_map(|wrong| &wrong.diagnostics).map(|found| of(found, None)).collect();
    let standing = standing(series, lines, configuration, files);
    problems.extend(standing.into_iter().map(|failed| of_failed(failed, configuration.tries, lines)));
    problems.extend(files.iter().filter_map(|file| {
        let message = settle::waits_long(file, &configuration.settle, clock)?;
        let help = "see whether whoever writes the file writes the marker, too, and after it".to_owned();
        let code = Code::RosterLate.to_string();
        let message = format!("`{}`: {message}", file.name);
        Some(Problem { file: Some(file.name.clone()), code, message, help, more: Vec::new() })
    }));
    // What was there when the last run looked, and is new, waits.
    let looked = lines.nights().next_back().map(|night| night.at);
    let has_come_since = |file: &&Found| looked.is_none_or(|looked| file.changed_seconds() > looked);
    if let Some(late) = late(series, lines, now, new.iter().any(has_come_since)) {
        problems.extend(late.diagnostics.iter().map(|found| of(found, None)));
    }
    problems
}

fn of(found: &Diagnostic, file: Option<&str>) -> Problem {
    Problem {
        file: file.map(str::to_owned),
        code: found.code.to_string(),
        message: visible(&found.message),
        help: visible(&found.help),
        more: Vec::new(),
    }
}

/// Returns what failed of a roster and stands: the last line of each file that is still there, unless it was held back and a
/// newer one was judged since.
fn standing<'l>(
    series: &'l Series,
    lines: &'l Lines,
    configuration: &Configuration,
    files: &[&Found],
) -> Vec<&'l Failed> {
    let newest = lines.newest_of(&series.name);
    let mut seen: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for line in lines.lines.iter().rev() {
        let (input, failed) = match line {
            Line::Done(done) if done.roster == series.name => (done.input.as_str(), None),
            Line::Failed(failed) if failed.roster == series.name => (failed.input.as_str(), Some(failed)),
            _ => continue,
        };
        if seen.contains(&input) {
            continue;
        }
        seen.push(input);
        // What somebody took out of the inbox is no problem any more; what a run moved away may be judged again.
        let is_moved = configuration.done.is_some() && newest.is_some_and(|newest| newest.input == input);
        let file = files.iter().find(|file| file.name == input);
        let is_there = is_moved || file.is_some();
        let is_superseded = |failed: &Failed| {
            failed.error == Code::RosterShrank.as_str()
                && file.is_some_and(|file| is_behind(newest, file).is_some())
        };
        found.extend(failed.filter(|failed| is_there && !is_superseded(failed)));
    }
    found.reverse();
    found
}

fn of_failed(failed: &Failed, tries: u32, lines: &Lines) -> Problem {
    let how = if failed.error == Code::RosterShrank.as_str() {
        "is held back".to_owned()
    } else {
        format!("failed with code {}", failed.code)
    };
    let is_same = |other: &&Failed| other.base == failed.base && other.input == failed.input;
    let count = lines.failed_of(&failed.roster).filter(is_same).count();
    let next = match retry(&failed.error) {
        Retry::Always if failed.error == Code::RosterShrank.as_str() => "",
        Retry::Always => "every run tries it again",
        Retry::Sometimes if count < tries as usize => "the next run tries it again",
        Retry::Sometimes | Retry::Never => "it is set aside until the file or its rules change",
    };
    let parts = [failed.help.as_str(), next];
    let help: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Problem {
        file: Some(failed.input.clone()),
        code: failed.error.clone(),
        message: format!("`{}` {how}: {}", failed.input, failed.message),
        help: help.join("; "),
        more: failed.more.clone(),
    }
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
        if let Some(words) = &self.to_review {
            writeln!(f, "\n{words}")?;
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

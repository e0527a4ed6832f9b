//! A night from its beginning to its end.

use super::again::{Wanted, meant};
use super::began::{Began, Journal};
use super::checked;
use super::clock::{Clock, Moment};
use super::closed;
use super::configuration::{Configuration, Series};
use super::decide::ended_the_process;
use super::inbox::{self, Contents, Found, of_series, strangers};
use super::judge::report_path;
use super::ledger::{self, Done, Failed, Ledger, Line, Lines};
use super::lock::Lock;
use super::missing::{late, length};
use super::outcome::Ends;
use super::outcome::Failure;
use super::retention;
use super::rosters::{RosterEnd, Rosters, State, Written};
use super::settle::{self, settled, young};
use super::{outbox, outcome};
use super::{unbegun, words};
use crate::diagnostic::{Code, visible};
use crate::error::{ErrorKind, Result};
use crate::pipeline::Workers;
use crate::write::leftovers;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// What is asked of a night.
pub struct Asked<'a> {
    /// What the user configured.
    pub configuration: &'a Configuration,
    /// What tells the time.
    pub clock: &'a dyn Clock,
    /// Who does the work.
    pub workers: Workers,
    /// Rosters, or files of them, that are tried whatever failed before.
    pub again: Vec<String>,
    /// Whether nothing is written, and only said what would be done.
    pub is_dry: bool,
    /// What is told for whoever waits, in words.
    pub notice: &'a dyn Fn(&str),
}

/// What came of a night.
#[derive(Clone, Debug)]
pub struct Night {
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
    /// How long it took.
    pub took: Duration,
    /// Whether nothing was written.
    pub is_dry: bool,
    /// The exit code.
    pub code: u8,
    /// What its rosters came to.
    pub ends: Ends,
    /// How each file ended, and each roster that did not come, in the order of the configuration; of those that were judged
    /// long ago the newest of each name.
    pub rosters: Vec<RosterEnd>,
    /// Files of the inbox that fit no roster.
    pub strangers: Vec<String>,
    /// Files of outputs that were removed, since they are not kept any more.
    pub removed: u64,
    /// What a person should know of the run itself, in words.
    pub remarks: Vec<String>,
    /// Why it could not begin, or not go on; `None` = it did.
    pub failure: Option<Failure>,
    /// What the ledger holds after it.
    pub lines: Lines,
}

/// Keeps other runs away until it is dropped: reports and metrics are written under it, too.
#[derive(Debug)]
pub struct Held {
    _lock: Option<Lock>,
}

/// Runs a night; `tell` is told how each roster ended, as soon as it did.
///
/// Reports and metrics are written by whoever asked, see [`super::report`] and [`super::metrics`]; the line of the night
/// that ends the ledger says the exit code.
///
/// # Errors
/// `night-folder` (kind `Input`) if the inbox is not there; `run-locked` (kind `Busy`) if another run is at work;
/// `night-name` (kind `Usage`); `night-state` (kind `Output`) if ledger or lock cannot be written. Whatever fails with one
/// roster is told of that roster, and is no error of the night.
pub fn run(asked: &Asked<'_>, tell: &mut dyn FnMut(&RosterEnd)) -> Result<(Night, Held)> {
    let configuration = asked.configuration;
    let began = asked.clock.now();
    let lock = if asked.is_dry { None } else { Some(locked(asked)?) };
    let night = night(asked, (began, lock.as_ref()), tell).inspect_err(|error| {
        // Whoever mistypes a name watches, and is told.
        if lock.is_some() && error.kind != ErrorKind::Usage {
            unbegun::enter(configuration, asked.clock, error);
        }
    })?;
    Ok((night, Held { _lock: lock }))
}

fn locked(asked: &Asked<'_>) -> Result<Lock> {
    Lock::take(&asked.configuration.state).inspect_err(|error| {
        // Where another run is at work, it tells of itself.
        if error.kind != ErrorKind::Busy {
            unbegun::write(asked.configuration, asked.clock, error);
        }
    })
}

fn night(
    asked: &Asked<'_>,
    (began, lock): (Moment, Option<&Lock>),
    tell: &mut dyn FnMut(&RosterEnd),
) -> Result<Night> {
    let configuration = asked.configuration;
    let Contents { files, closed, others, mut remarks } = inbox::look(configuration)?;
    if lock.is_some_and(|lock| !lock.is_real) {
        remarks
            .push("the system keeps no locks in the state folder: never start two runs at once".to_owned());
    }
    let mut rosters = opened(asked, &files, began, &mut remarks)?;
    let (mut ends, silent) = all(&mut rosters, &files, (tell, &mut remarks))?;
    ends.extend(missing(&rosters, (&files, &ends), began, tell));
    for end in closed::ends(&configuration.rosters, &closed) {
        tell(&end);
        ends.push(end);
    }
    remarks.extend(closed::is_emptied(configuration, rosters.lines(), &files));
    let in_order = |end: &RosterEnd| {
        configuration.rosters.iter().position(|series| series.name == end.roster).unwrap_or(usize::MAX)
    };
    ends.sort_by_key(in_order);
    remarks.extend(not_tried(&rosters.again, &ends));
    let removed = remove_old(&rosters);
    let mut counted = counted(configuration, &ends);
    counted.known += silent;
    let code = counted.code(configuration.fail_on);
    let ended = asked.clock.now();
    if let Some(written) = &mut rosters.written {
        let (done, failed) = (counted.done, counted.failures());
        let night = rosters.night.clone();
        written.ledger.add(Line::Night(ledger::Night { at: ended.seconds, night, code, done, failed }))?;
        written.journal.clear()?;
    }
    let mut strangers: Vec<String> =
        strangers(&configuration.rosters, &files).iter().map(|file| file.name.clone()).collect();
    strangers.extend(others);
    remarks.extend(inbox::cut(&mut strangers));
    Ok(Night {
        began,
        ended,
        took: asked.clock.elapsed(),
        is_dry: asked.is_dry,
        code,
        ends: counted,
        rosters: ends,
        strangers,
        removed,
        remarks,
        failure: None,
        lines: rosters.lines().clone(),
    })
}

/// Opens what a run writes to, and enters what an earlier one left undone.
fn opened<'a>(
    asked: &'a Asked<'_>,
    files: &[Found],
    began: Moment,
    remarks: &mut Vec<String>,
) -> Result<Rosters<'a>> {
    let configuration = asked.configuration;
    let again = meant(&asked.again, &configuration.rosters, files)?;
    let (mut written, mut lines) = (None, Lines::default());
    if asked.is_dry {
        lines = Lines::read(&configuration.state)?;
    } else {
        let mut ledger = Ledger::open(&configuration.state)?;
        let mut journal = Journal::open(&configuration.state)?;
        enter_what_ended(&mut ledger, &journal.left, configuration, remarks)?;
        journal.clear()?;
        for again in again.lines(began.seconds) {
            ledger.add(Line::Again(again))?;
        }
        written = Some(Written { ledger, journal });
    }
    let rosters = Rosters {
        configuration,
        clock: asked.clock,
        notice: asked.notice,
        workers: &asked.workers,
        night: began.day().to_string(),
        again,
        written,
        lines,
    };
    remarks.extend(rosters.lines().remarks.clone());
    let last = rosters.lines().nights().next_back().map(|night| night.at);
    if last.is_some_and(|last| last > began.seconds) {
        remarks.push(format!(
            "the clock was set back: the last run ended on {}; runs go on in the order of the ledger",
            Moment { seconds: last.unwrap_or_default() }
        ));
    }
    Ok(rosters)
}

/// Enters rosters that were under way when a run was killed as failed, and removes what was left of them.
fn enter_what_ended(
    ledger: &mut Ledger,
    left: &[Began],
    configuration: &Configuration,
    remarks: &mut Vec<String>,
) -> Result<()> {
    for began in left {
        leftovers::sweep(&outbox::folder(&configuration.outbox, &began.roster, &began.night));
        let is_entered = |line: &Line| match line {
            Line::Done(done) => done.key == began.key,
            Line::Failed(failed) => failed.at == began.at && failed.base == began.base,
            _ => false,
        };
        if ledger.read.lines.iter().rev().any(is_entered) {
            continue;
        }
        remarks.push(format!(
            "the run before ended while it judged `{}`: it was stopped, or the machine went down",
            began.input
        ));
        ledger.add(Line::Failed(Failed {
            at: began.at,
            night: began.night.clone(),
            roster: began.roster.clone(),
            input: began.input.clone(),
            base: began.base.clone(),
            code: ErrorKind::Stopped.exit_code(),
            error: Code::RunEnded.to_string(),
            message: "the run ended while it judged this roster".to_owned(),
            help: "see whether something stops the run, such as a limit on time or memory".to_owned(),
            more: Vec::new(),
        }))?;
    }
    Ok(())
}

/// What is told of each file, and what of the run.
type Told<'t> = (&'t mut dyn FnMut(&RosterEnd), &'t mut Vec<String>);

/// A roster with its files, the oldest first.
type FilesOf<'f> = (&'f Series, Vec<&'f Found>);

/// Takes all files through the night: in the order of the configuration, those last that ended the process before.
/// Returns how they ended, and how many there are of which there is nothing to say.
fn all(
    rosters: &mut Rosters<'_>,
    files: &[Found],
    (tell, remarks): Told<'_>,
) -> Result<(Vec<RosterEnd>, u32)> {
    let configuration = rosters.configuration;
    let wrong = checked::faults(configuration);
    let all: Vec<FilesOf<'_>> = configuration
        .rosters
        .iter()
        .map(|series| (series, of_series(series, &configuration.rosters, files)))
        .collect();
    let settled = complete(rosters, &all);
    let (mut ends, mut due, mut silent) = (Vec::new(), Vec::new(), 0);
    for (series, files) in &all {
        if let Some(failure) = wrong.get(&series.name) {
            let end = RosterEnd::new(&series.name, None, State::Failed).failed(failure.clone());
            tell(&end);
            ends.push(end);
            continue;
        }
        let newest = files.last().map(|file| file.path.clone());
        for file in files {
            if series.newest_only && Some(&file.path) != newest.as_ref() {
                silent += 1;
                continue;
            }
            if settled.contains(&file.path) {
                due.push((*series, *file));
                continue;
            }
            let mut end = RosterEnd::new(&series.name, Some(&file.name), State::Waiting);
            end.remarks.extend(settle::waits_long(file, &configuration.settle, rosters.clock));
            tell(&end);
            ends.push(end);
        }
    }
    due.sort_by_key(|(series, file)| ended_the_process(rosters.lines(), &series.name, &file.name));
    let last: HashMap<&str, &Found> =
        due.iter().map(|(series, file)| (series.name.as_str(), *file)).collect();
    for (series, file) in &due {
        let end = rosters.take(series, file)?;
        // Of those that were judged before, the newest is enough, and it may be still to come.
        let is_last = last.get(series.name.as_str()) == Some(file);
        let is_old = end.state == State::Known && end.remarks.is_empty() && !is_last;
        if is_old || !is_news(rosters.lines(), &end) {
            silent += 1;
            continue;
        }
        tell(&end);
        ends.push(end);
    }
    let right: Vec<&FilesOf<'_>> =
        all.iter().filter(|(series, _)| !wrong.contains_key(&series.name)).collect();
    moved(rosters, &right, &mut ends, (tell, remarks))?;
    Ok((ends, silent))
}

/// Takes the files that were moved away, of rosters of which nothing else was judged, if their rules have changed.
fn moved(
    rosters: &mut Rosters<'_>,
    all: &[&FilesOf<'_>],
    ends: &mut Vec<RosterEnd>,
    (tell, remarks): Told<'_>,
) -> Result<()> {
    for (series, files) in all {
        if ends.iter().any(|end| end.roster == series.name && matches!(end.state, State::Done | State::Due)) {
            continue;
        }
        let (end, remark) = rosters.take_moved(series, files)?;
        remarks.extend(remark);
        if let Some(end) = end.filter(|end| end.state != State::Known || !end.remarks.is_empty()) {
            tell(&end);
            ends.push(end);
        }
    }
    Ok(())
}

/// Returns the paths of the files that are complete; says how long that takes, where files changed lately. A dry run takes
/// those for complete, since they will be.
fn complete(rosters: &Rosters<'_>, all: &[FilesOf<'_>]) -> HashSet<PathBuf> {
    let settle = &rosters.configuration.settle;
    let files: Vec<&Found> = all.iter().flat_map(|(_, files)| files.iter().copied()).collect();
    let (rest, young) = young(&files, settle, rosters.clock);
    if let Some(first) = young.first() {
        let others = match young.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let seconds = length(Duration::from_secs(rest.as_secs().max(1)));
        let what = format!("`{}`{others} changed lately", visible(&first.name));
        match rosters.written {
            Some(_) => (rosters.notice)(&format!(
                "{what}: waiting {seconds} to see whether it is complete (`settle`)"
            )),
            None => (rosters.notice)(&format!("{what}: a run would first wait {seconds} (`settle`)")),
        }
    }
    if rosters.written.is_none() && !young.is_empty() {
        return files.iter().map(|file| file.path.clone()).collect();
    }
    settled(&files, settle, rosters.clock)
}

/// Whether there is something to say: rosters may stay in the inbox for years, and of each name the newest is enough.
fn is_news(lines: &Lines, end: &RosterEnd) -> bool {
    let newest = || lines.newest_of(&end.roster).map(|done| done.key.as_str());
    match (end.state, &end.done) {
        (State::Older, _) => !end.remarks.is_empty(),
        (State::Known, Some(done)) => !end.remarks.is_empty() || newest() == Some(done.key.as_str()),
        _ => true,
    }
}

/// Returns the rosters that did not come.
fn missing(
    rosters: &Rosters<'_>,
    (files, ends): (&[Found], &[RosterEnd]),
    now: Moment,
    tell: &mut dyn FnMut(&RosterEnd),
) -> Vec<RosterEnd> {
    let came: HashSet<&str> = ends
        .iter()
        .filter(|end| matches!(end.state, State::Done | State::Due) && !end.is_old)
        .map(|end| end.roster.as_str())
        .collect();
    let late = |series: &Series| {
        let why = late(series, rosters.lines(), now, came.contains(series.name.as_str()))?;
        let mut end = RosterEnd::new(&series.name, None, State::Missing).failed(why);
        let waits = |other: &&RosterEnd| other.roster == series.name && other.state == State::Waiting;
        if let Some(file) = ends.iter().find(waits).and_then(|end| end.input.as_ref()) {
            end.remarks.push(format!("`{file}` is in the inbox, and is not complete yet"));
        }
        let failed = |other: &&RosterEnd| other.roster == series.name && words::needs_a_person(other.state);
        if let Some(file) = ends.iter().rfind(failed).and_then(|end| end.input.as_ref()) {
            end.remarks.push(format!(
                "`{file}` is in the inbox, but there is no workbook of it: it failed, or is held back"
            ));
        }
        end.remarks.extend(taken(series, &rosters.configuration.rosters, files));
        tell(&end);
        Some(end)
    };
    rosters.configuration.rosters.iter().filter_map(late).collect()
}

/// Says of the newest file that fits a roster and belongs to one before it to which.
fn taken(series: &Series, rosters: &[Series], files: &[Found]) -> Option<String> {
    let fits = |file: &&Found| series.files.iter().any(|pattern| pattern.fits(&file.name));
    let taken = |file: &Found| {
        let owner = inbox::owner(rosters, file).filter(|owner| owner.name != series.name)?;
        Some(format!(
            "`{}` fits its files, too, but belongs to `{}`, which comes before it in the configuration",
            visible(&file.name),
            owner.name
        ))
    };
    files.iter().filter(fits).rev().find_map(taken)
}

/// Says of rosters that somebody wanted to be tried again that there was nothing to try.
fn not_tried(again: &Wanted, ends: &[RosterEnd]) -> Vec<String> {
    let is_tried = |end: &RosterEnd| !matches!(end.state, State::Known | State::Older | State::Missing);
    let was_tried = |name: &&str| ends.iter().any(|end| end.roster == *name && is_tried(end));
    let remark =
        |name: &str| format!("`{name}` has no file that failed or was held back, so nothing was tried again");
    again.all().into_iter().filter(|name| !was_tried(name)).map(remark).collect()
}

/// Counts how the rosters ended.
fn counted(configuration: &Configuration, ends: &[RosterEnd]) -> Ends {
    let mut counted = Ends::default();
    for end in ends {
        let failed = || end.failure.as_ref().map_or(1, |failure| failure.code);
        match end.state {
            State::Done | State::Due => {
                counted.done += 1;
                let is_above = end.done.as_ref().is_some_and(|done| is_above(configuration, done));
                counted.review += u32::from(is_above);
            }
            State::Restored | State::Known | State::Waiting | State::Older => counted.known += 1,
            State::Failed | State::HeldBack | State::SetAside => counted.failed.push(failed()),
            State::Missing => counted.missing += 1,
        }
    }
    counted
}

/// Whether more rows need review than may.
fn is_above(configuration: &Configuration, done: &Done) -> bool {
    let [read, _, review, blank, footer] = done.rows;
    let rows = read.saturating_sub(blank).saturating_sub(footer);
    done.code == outcome::REVIEW
        && configuration.max_review.is_none_or(|most| most.is_exceeded_by(review, rows))
}

/// Removes the outputs that are not kept any more; returns how many files that were.
fn remove_old(rosters: &Rosters<'_>) -> u64 {
    let configuration = rosters.configuration;
    let (Some(keep), Some(written)) = (configuration.keep, &rosters.written) else { return 0 };
    let mut removed = 0;
    for series in &configuration.rosters {
        let done: Vec<&Done> = written.ledger.read.done_of(&series.name).collect();
        let kept = retention::kept(&done, keep);
        let places: BTreeSet<PathBuf> = done
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| **kept)
            .flat_map(|(done, _)| places(configuration, done))
            .collect();
        for (done, _) in done.iter().zip(&kept).filter(|(_, kept)| !**kept) {
            // Two lines may tell of one output, made again after it was lost.
            let is_there = places_there(configuration, done, &places);
            if is_there {
                let report = report_path(&configuration.state, done);
                removed += retention::remove(&configuration.outbox, done, &parts(&report));
                let _ = fs::remove_file(report);
            }
        }
    }
    removed
}

fn places<'d>(configuration: &'d Configuration, done: &'d Done) -> impl Iterator<Item = PathBuf> + 'd {
    done.outputs.keys().map(|extension| outbox::place(&configuration.outbox, done, extension))
}

/// Whether an output is there that no other line keeps.
fn places_there(configuration: &Configuration, done: &Done, kept: &BTreeSet<PathBuf>) -> bool {
    let mut places = places(configuration, done).peekable();
    places.peek().is_some_and(|first| !kept.contains(first)) && places.any(|place| place.is_file())
}

/// Returns the split workbooks that a run report names, each with its SHA-256.
fn parts(report: &std::path::Path) -> Vec<(String, String)> {
    let report =
        fs::read(report).ok().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let parts = report.as_ref().and_then(|report| report.get("split_files")?.get("parts")?.as_array());
    let part = |part: &serde_json::Value| {
        let text = |key| part.get(key)?.as_str().map(str::to_owned);
        Some((text("path")?, text("sha256")?))
    };
    parts.into_iter().flatten().filter_map(part).collect()
}

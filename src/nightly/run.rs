//! A run from its beginning to its end.

use super::again::not_tried;
use super::clock::{Clock, Moment};
use super::closed;
use super::configuration::Configuration;
use super::end::RosterEnd;
use super::inbox::{self, Contents, strangers};
use super::ledger::{self, Line, Lines};
use super::lock::Lock;
use super::missing::missing;
use super::opening::opened;
use super::outcome::{Ends, Failure, counted};
use super::queue::all;
use super::retention::remove_old;
use super::unbegun;
use crate::error::{ErrorKind, Result};
use crate::pipeline::Workers;
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
    /// What its files and rosters came to.
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

/// Runs a night; `tell` is told how each file ended, as soon as it did.
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
    counted.known += silent.known;
    counted.passed_over += silent.passed_over;
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

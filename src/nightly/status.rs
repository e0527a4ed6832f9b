//! What a person who was not there wants to know: what came, what did not, what is wrong, and where it goes.

mod last_run;
mod problems;
mod roster;

use self::last_run::{LastRun, gaps, unfinished};
use self::roster::{InInbox, RosterStatus, roster};
use super::again::Wanted;
use super::clock::Clock;
use super::closed;
use super::configuration::{Configuration, Series};
use super::inbox;
use super::ledger::Lines;
use super::outcome::{NOTHING_NEW, REVIEW, SOME_FAILED};
use super::passed_over::FilesOf;
use super::rules::AllRules;
use crate::PROGRAM;
use crate::diagnostic::visible;
use crate::error::Result;
use serde::Serialize;
use std::fmt;

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
    let wrong = AllRules::read(configuration).faults;
    let of = |series: &Series| {
        let of = FilesOf::new(series, (rosters, &files), (&lines, &Wanted::default()));
        let inbox = InInbox { configuration, lines: &lines, clock, now, of: &of };
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

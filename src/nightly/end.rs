//! How a file of a roster ended, or the roster itself, if none came.

use super::configuration::Configuration;
use super::ledger::Done;
use super::outbox;
use super::outcome::Failure;
use std::path::PathBuf;
use std::time::Duration;

/// How a file of a roster ended, or the roster itself, if none came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It was judged in this run.
    Done,
    /// It was judged before, and its output was made again.
    Restored,
    /// It was judged before.
    Known,
    /// It would be judged (of a dry run).
    Due,
    /// It is not written to its end, or changed while it was read.
    Waiting,
    /// A newer file of the roster is there, or was judged.
    Older,
    /// It failed in this run.
    Failed,
    /// It shrank by more than it may, and is held back.
    HeldBack,
    /// It failed before, and nothing that could help has changed.
    SetAside,
    /// It did not come.
    Missing,
}

/// How a file of a roster ended.
#[derive(Clone, Debug)]
pub struct RosterEnd {
    /// The roster's name.
    pub roster: String,
    /// The file's path below the inbox; `None` = none came.
    pub input: Option<String>,
    /// How it ended.
    pub state: State,
    /// What the ledger says of its output, if it has one.
    pub done: Option<Done>,
    /// Its outputs, as paths.
    pub outputs: Vec<PathBuf>,
    /// Its run report, if one was written in this run.
    pub run_report: Option<PathBuf>,
    /// Why it has no output.
    pub failure: Option<Failure>,
    /// The day of the run that it was compared with.
    pub compared_with: Option<String>,
    /// What a person should know, in words.
    pub remarks: Vec<String>,
    /// Whether it is no news: the file was judged before, or is older than one that was.
    pub(super) is_old: bool,
    /// How long it took.
    pub took: Duration,
}

impl RosterEnd {
    pub(super) fn new(roster: &str, input: Option<&str>, state: State) -> Self {
        Self {
            roster: roster.to_owned(),
            input: input.map(str::to_owned),
            state,
            done: None,
            outputs: Vec::new(),
            run_report: None,
            failure: None,
            compared_with: None,
            remarks: Vec::new(),
            is_old: false,
            took: Duration::ZERO,
        }
    }

    pub(super) fn with_remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }

    pub(super) fn failed(mut self, failure: Failure) -> Self {
        self.failure = Some(failure);
        self
    }

    pub(super) fn with_outputs(mut self, done: Done, configuration: &Configuration) -> Self {
        let place = |extension: &String| outbox::place(&configuration.outbox, &done, extension);
        self.outputs = done.outputs.keys().map(place).collect();
        self.done = Some(done);
        self
    }
}

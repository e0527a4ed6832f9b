//! What is known of uploads and runs: the history, in memory, and each change as a line for the journal.

use crate::fixes::Fixes;
use crate::id::Id;
use crate::problem::Problem;
use crate::settings::Settings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Uploads that the history keeps of a user, at most; the oldest go.
const LIMIT_UPLOADS: usize = 1_000;

/// A roster that was uploaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) id: Id,
    /// The key of the user whose it is.
    pub(crate) owner: String,
    /// What its user called it.
    pub(crate) name: String,
    pub(crate) bytes: u64,
    /// Seconds since 1970-01-01 00:00 UTC.
    pub(crate) uploaded: u64,
    /// Whether its files are still there.
    pub(crate) is_here: bool,
    /// What stands for its headings; `None` = they were not understood yet.
    pub(crate) headings: Option<String>,
    /// What stands for the headings that are found without any settings, where those are others: by them a file of the same
    /// kind is known before anybody chose a sheet or a row for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) headings_found: Option<String>,
    /// What was used last, or remembered.
    pub(crate) settings: Settings,
    pub(crate) fixes: Fixes,
    /// What was answered last to a preview.
    #[serde(skip)]
    pub(crate) seen: Option<Seen>,
}

impl Upload {
    /// Returns what stands for its headings, those found without settings first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.headings_found.iter().chain(&self.headings).map(String::as_str)
    }
}

/// What a person saw in a preview: a run with the same settings confirms it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) settings: Settings,
    /// Columns that were guessed: field and column, from 1.
    pub(crate) guesses: Vec<(String, u64)>,
    /// The sheet that was shown, where others may be the roster as well.
    pub(crate) sheet: Option<String>,
    /// The answer, for whoever asks again: also why the file cannot be read.
    pub(crate) answer: Result<Value, Problem>,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl State {
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// What a run is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SinceRun {
    pub(crate) run: Id,
    pub(crate) upload: Id,
    /// What the earlier roster is called.
    pub(crate) name: String,
    /// Whether the server chose it, so that the run goes on without it if they cannot be compared.
    #[serde(skip_serializing, default)]
    pub(crate) is_choice: bool,
}

/// One annotation of an upload.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) id: Id,
    pub(crate) upload: Id,
    pub(crate) owner: String,
    pub(crate) state: State,
    /// Seconds since 1970-01-01 00:00 UTC.
    pub(crate) asked: u64,
    pub(crate) started: Option<u64>,
    pub(crate) seconds: Option<f64>,
    pub(crate) policy: String,
    pub(crate) settings: Settings,
    pub(crate) fixes: Fixes,
    pub(crate) since: Option<SinceRun>,
    pub(crate) exit_code: Option<i32>,
    pub(crate) error: Option<Value>,
    /// The run report, without the words that were not understood: those are in its file.
    pub(crate) report: Option<Value>,
    /// Bytes of its files.
    pub(crate) bytes: u64,
    /// Whether its files are there.
    pub(crate) is_here: bool,
}

/// A line of the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Line {
    Upload(Box<Upload>),
    Run(Box<Run>),
    /// An upload that was deleted, with its runs.
    Gone(Id),
    /// A run that was deleted.
    Without(Id),
}

/// The history.
#[derive(Default)]
pub(crate) struct Book {
    uploads: BTreeMap<Id, Upload>,
    runs: BTreeMap<Id, Run>,
    /// In the order in which they came.
    order: u64,
    places: BTreeMap<Id, u64>,
}

impl Book {
    /// Returns the history that lines tell, after an end at any moment: no files are there any more, and what was not over
    /// has failed.
    pub(crate) fn read(lines: Vec<Line>) -> Self {
        let mut book = Self::default();
        for line in lines {
            match line {
                Line::Upload(upload) => book.put_upload(*upload),
                Line::Run(run) => book.put_run(*run),
                Line::Gone(id) => drop(book.remove_upload(&id)),
                Line::Without(id) => book.remove_run(&id),
            }
        }
        for upload in book.uploads.values_mut() {
            upload.is_here = false;
        }
        for run in book.runs.values_mut() {
            run.is_here = false;
            run.bytes = 0;
            if !run.state.is_over() {
                run.state = State::Cancelled;
            }
        }
        let uploads = &book.uploads;
        book.runs.retain(|_, run| uploads.contains_key(&run.upload));
        book.forget_the_oldest();
        book
    }

    /// Returns the lines that tell this history.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let uploads = self.in_order(self.uploads.keys()).into_iter().filter_map(|id| self.uploads.get(id));
        let runs = self.in_order(self.runs.keys()).into_iter().filter_map(|id| self.runs.get(id));
        let uploads = uploads.map(|upload| Line::Upload(Box::new(upload.clone())));
        uploads.chain(runs.map(|run| Line::Run(Box::new(run.clone())))).collect()
    }

    fn forget_the_oldest(&mut self) {
        let owners: BTreeSet<String> = self.uploads.values().map(|upload| upload.owner.clone()).collect();
        for owner in owners {
            let uploads = self.uploads(&owner).into_iter().skip(LIMIT_UPLOADS);
            let oldest: Vec<Id> = uploads.map(|upload| upload.id.clone()).collect();
            for id in oldest {
                self.remove_upload(&id);
            }
        }
    }

    /// Returns ids in the order in which what they name came.
    fn in_order<'i>(&self, ids: impl Iterator<Item = &'i Id>) -> Vec<&'i Id> {
        let mut ids: Vec<&Id> = ids.collect();
        ids.sort_by_key(|id| self.place(id));
        ids
    }

    fn place(&self, id: &Id) -> u64 {
        self.places.get(id).copied().unwrap_or(0)
    }

    fn number(&mut self, id: &Id) {
        self.order += 1;
        self.places.entry(id.clone()).or_insert(self.order);
    }

    pub(crate) fn put_upload(&mut self, upload: Upload) {
        self.number(&upload.id);
        self.uploads.insert(upload.id.clone(), upload);
    }

    pub(crate) fn put_run(&mut self, run: Run) {
        self.number(&run.id);
        self.runs.insert(run.id.clone(), run);
    }

    /// Returns an upload of this user.
    pub(crate) fn upload(&self, owner: &str, id: &Id) -> Option<&Upload> {
        self.uploads.get(id).filter(|upload| upload.owner == owner)
    }

    pub(crate) fn upload_mut(&mut self, id: &Id) -> Option<&mut Upload> {
        self.uploads.get_mut(id)
    }

    /// Returns a run of this user.
    pub(crate) fn run(&self, owner: &str, id: &Id) -> Option<&Run> {
        self.runs.get(id).filter(|run| run.owner == owner)
    }

    pub(crate) fn run_mut(&mut self, id: &Id) -> Option<&mut Run> {
        self.runs.get_mut(id)
    }

    /// Returns the uploads of a user, newest first.
    pub(crate) fn uploads(&self, owner: &str) -> Vec<&Upload> {
        let uploads = self.uploads.values().filter(|upload| upload.owner == owner);
        let ids = self.in_order(uploads.map(|upload| &upload.id));
        ids.into_iter().rev().filter_map(|id| self.uploads.get(id)).collect()
    }

    /// Returns the runs of an upload, newest first.
    pub(crate) fn runs(&self, upload: &Id) -> Vec<&Run> {
        let runs = self.runs.values().filter(|run| run.upload == *upload);
        let ids = self.in_order(runs.map(|run| &run.id));
        ids.into_iter().rev().filter_map(|id| self.runs.get(id)).collect()
    }

    /// Returns the newest run that is done of another upload with the same headings.
    pub(crate) fn last_like(&self, upload: &Upload) -> Option<&Run> {
        let headings = upload.headings.as_ref()?;
        let is_like = |run: &&Run| {
            let of = self.uploads.get(&run.upload);
            run.owner == upload.owner
                && run.upload != upload.id
                && run.state == State::Done
                && of.is_some_and(|of| of.headings.as_ref() == Some(headings))
        };
        self.runs.values().filter(is_like).max_by_key(|run| self.place(&run.id))
    }

    pub(crate) fn remove_upload(&mut self, id: &Id) -> Option<Upload> {
        self.runs.retain(|_, run| run.upload != *id);
        self.places.remove(id);
        self.uploads.remove(id)
    }

    pub(crate) fn remove_run(&mut self, id: &Id) {
        self.places.remove(id);
        self.runs.remove(id);
    }

    /// Returns all uploads whose files are there, and that `is_meant`.
    pub(crate) fn here(&self, is_meant: impl Fn(&Upload) -> bool) -> Vec<Id> {
        let here = self.uploads.values().filter(|upload| upload.is_here && is_meant(upload));
        here.map(|upload| upload.id.clone()).collect()
    }

    /// Returns the bytes of all files that are there.
    pub(crate) fn bytes(&self) -> u64 {
        let uploads = self.uploads.values().filter(|upload| upload.is_here).map(|upload| upload.bytes);
        let runs = self.runs.values().filter(|run| run.is_here).map(|run| run.bytes);
        uploads.chain(runs).fold(0, u64::saturating_add)
    }
}

/// A file that a run can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) kind: &'static str,
    /// What the program calls it.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

//! The file of a nightly run: which rosters come where, by which rules they are judged, and where the workbooks go.
//!
//! What is written in it is taken and checked at once, and all that is wrong is told together, each with its line. Paths
//! are relative to the folder of the file.

mod fields;
mod take;
mod values;

use super::flags::shell_word;
use super::pattern::Pattern;
use crate::changes::MaxDrop;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use crate::job::Job;
use crate::policy::Policy;
use crate::read::{Input, Limits, regular};
use crate::report::split::By;
use crate::roster::separators::Mark;
use crate::write::format::Format;
use std::io::ErrorKind as ErrorOfFile;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the file is called where nothing else is said.
pub const DEFAULT_FILE: &str = "fasttrack.toml";

/// Bytes of the file: hundreds of times what thousand rosters take.
const LIMIT_BYTES: u64 = 1024 * 1024;

/// A checked configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// The file, as the user named it.
    pub file: PathBuf,
    /// Where rosters come in.
    pub inbox: PathBuf,
    /// Where workbooks go.
    pub outbox: PathBuf,
    /// Where the ledger and the reports are.
    pub state: PathBuf,
    /// Where rosters go that were judged; `None` = they stay in the inbox.
    pub done: Option<PathBuf>,
    /// How a file shows that it has been written to its end.
    pub settle: Settle,
    /// How often a file is tried whose error may pass.
    pub tries: u32,
    /// Which outputs are kept; `None` = all.
    pub keep: Option<Keep>,
    /// What ends the run with a code of its own though nothing failed.
    pub fail_on: FailOn,
    /// The share of rows to review, in percent, up to which nothing is said of them in the exit code; `None` = none.
    pub max_review: Option<MaxDrop>,
    /// What is run at the end: a program and its arguments; empty = nothing.
    pub on_finish: Vec<String>,
    /// Where the metrics go; `None` = nowhere.
    pub metrics: Option<PathBuf>,
    /// The rosters, in order; at least one.
    pub rosters: Vec<Series>,
}

/// How a file shows that it has been written to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settle {
    /// It did not change for so long.
    Quiet(Duration),
    /// A file beside it is called like it, with this at the end.
    Marker(String),
}

/// Which outputs are kept, counted back from the newest one of each roster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// All of so many days, the newest one included.
    pub nights: u32,
    /// The newest of each of so many weeks, which begin on Mondays.
    pub weeks: u32,
    /// The newest of each of so many months.
    pub months: u32,
}

/// What ends the run with a code of its own though nothing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailOn {
    /// Rows that need review: code 3.
    pub review: bool,
    /// That there was nothing to do: code 9.
    pub nothing: bool,
}

/// A roster that comes again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name, which is also that of its folder in the outbox.
    pub name: String,
    /// Which files of the inbox are of it.
    pub files: Vec<Pattern>,
    /// Whether only the newest of them is judged.
    pub newest_only: bool,
    /// The minute of the day, in UTC, by which it has come on every day that it is expected on; `None` = any.
    pub expect_by: Option<u32>,
    /// The days of the week on which it is expected, from Monday.
    pub expect_on: [bool; 7],
    /// How long ago it may have come last; `None` = any time.
    pub max_age: Option<Duration>,
    /// The policy: the name of a shipped one, or a file; `None` = the default one.
    pub policy: Option<String>,
    /// The user's own catalogues, in order.
    pub catalogues: Vec<PathBuf>,
    /// The overrides files, in order.
    pub overrides: Vec<PathBuf>,
    /// The file that keeps its columns.
    pub map_file: Option<PathBuf>,
    /// How it is read.
    pub reading: ReadAs,
    /// What is written, each once; at least one.
    pub formats: Vec<Format>,
    /// By what customers are split over workbooks.
    pub split_files: Option<By>,
    /// By how much it may shrink.
    pub max_drop: Option<MaxDrop>,
    /// The lines of the file on which its rules are named, by their keys.
    pub lines: Vec<(&'static str, u64)>,
}

/// How a file is read, where that is not found out: as the flags of the same names say it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadAs {
    /// The sheet.
    pub sheet: Option<String>,
    /// The line or row of the headings.
    pub heading_row: Option<u64>,
    /// The tenant of every row.
    pub tenant: Option<String>,
    /// The encoding of a text.
    pub encoding: Option<String>,
    /// The delimiter of a text.
    pub delimiter: Option<u8>,
    /// The mark between thousands.
    pub numbers: Option<Mark>,
    /// Limits that are changed, each as `WHAT=AMOUNT`.
    pub limits: Vec<String>,
}

impl ReadAs {
    /// Returns a run over a roster that is read so.
    ///
    /// # Errors
    /// Internal, for a limit that cannot be: each was tried when the configuration was read.
    pub(super) fn job(&self, input: Input, policy: Policy) -> Result<Job> {
        let mut limits = Limits::default();
        self.limits.iter().try_for_each(|limit| limits.set(limit)).map_err(Error::internal)?;
        let Self { sheet, heading_row, tenant, encoding, delimiter, numbers, limits: _ } = self.clone();
        Ok(Job {
            sheet,
            heading_row,
            tenant,
            encoding,
            delimiter,
            numbers,
            limits,
            ..Job::new(input, policy)
        })
    }
}

impl Configuration {
    /// Returns the command of a nightly run as it can be typed: with the file as the run was given it.
    #[must_use]
    pub fn command(&self) -> String {
        if self.file == Path::new(DEFAULT_FILE) {
            return "fasttrack nightly".to_owned();
        }
        format!("fasttrack nightly {}", shell_word(&self.file.to_string_lossy()))
    }

    /// Returns the path of a file beside the configuration, as it can be typed in a shell.
    pub(super) fn beside(&self, name: &str) -> String {
        shell_word(&self.file.with_file_name(name).to_string_lossy())
    }

    /// Reads a configuration.
    ///
    /// # Errors
    /// Of kind `Policy`: `night-not-readable`, or all that is wrong with it, each with its line.
    pub fn load(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let text = regular::text(path, LIMIT_BYTES).map_err(|error| not_readable(&shown, &error))?;
        Self::read(&text, path)
    }

    /// Reads a configuration from its text; `path` is where it is, or would be.
    ///
    /// # Errors
    /// As [`Configuration::load`].
    pub fn read(text: &str, path: &Path) -> Result<Self> {
        take::take(text, path)
    }
}

/// Returns why a file cannot be read, in words.
pub(super) fn why(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorOfFile::NotFound => "there is no such file".to_owned(),
        ErrorOfFile::InvalidData => "it is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    }
}

fn not_readable(shown: &str, error: &std::io::Error) -> Error {
    let why = why(error);
    let help = "name the file of the nightly run, or write one with `fasttrack nightly init`";
    let message = format!("the configuration `{shown}` cannot be read: {why}");
    Error::new(ErrorKind::Policy, Diagnostic::error(Code::NightNotReadable, message).help(help))
}

#[cfg(test)]
mod tests;

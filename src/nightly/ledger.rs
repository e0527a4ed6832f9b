//! The ledger: what was done, one JSON object a line, each made to last before the run goes on.
//!
//! A line that is torn, because the machine went down while it was written, is cut off: what it was to say is done again,
//! and comes to the same bytes.

use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The name of the file in the state folder.
pub const FILE: &str = "ledger.jsonl";

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Line {
    /// A file was judged, and its outputs are in their place.
    Done(Done),
    /// A file has no output.
    Failed(Failed),
    /// Somebody asked for another try of a roster.
    Again(Again),
    /// A run ended.
    Night(Night),
}

/// A roster that was judged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// When, in seconds since 1970-01-01 00:00 UTC.
    pub at: i64,
    /// The day of the run, which is that of its folder.
    pub night: String,
    /// The day that the roster is of, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The roster's name.
    pub roster: String,
    /// The file's path below the inbox.
    pub input: String,
    /// Its SHA-256.
    pub sha256: String,
    /// What it was made from, without the earlier workbook.
    pub base: String,
    /// All that it was made from.
    pub key: String,
    /// The key of the earlier output that it was compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// 0, or 3 if some rows need review.
    pub code: u8,
    /// The outputs by their extension.
    pub outputs: BTreeMap<String, Output>,
    /// Rows read, classified, to review, blank, and footer.
    pub rows: [u64; 5],
    /// Customers and their paid seats by tier, in the order of the policy; tiers of nobody are left out.
    pub tiers: Vec<(String, u64, u64)>,
    /// Customers with a higher tier, a lower one, new ones and those gone; `None` = nothing was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves: Option<[u64; 4]>,
    /// Whether the file had been judged before, and only its rules or its time are others: nothing came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// Whether the file is older than one that was judged before it, so that nothing is compared with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub behind: bool,
    /// The name of the policy by which it was judged; empty = nobody knows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy: String,
    /// The rules by which it was judged, as the begin of a hash; empty = nobody knows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rules: String,
    /// What a person should know of the comparison, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

impl Done {
    /// Returns the day that the roster is of.
    #[must_use]
    pub fn own_day(&self) -> Option<Date> {
        Date::iso(self.date.as_deref().unwrap_or(&self.night))
    }

    /// Returns how many customers it has.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.tiers.iter().map(|(_, customers, _)| customers).sum()
    }
}

/// An output in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// A roster without an output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// When, in seconds since 1970-01-01 00:00 UTC.
    pub at: i64,
    /// The day of the run.
    pub night: String,
    /// The roster's name.
    pub roster: String,
    /// The file's path below the inbox.
    pub input: String,
    /// What it would have been made from; empty = nobody could tell.
    pub base: String,
    /// The exit code.
    pub code: u8,
    /// The code of the first error, such as `roster-format`.
    pub error: String,
    /// What was wrong, in words.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// What else was wrong, each in words with what to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<String>,
}

/// Another try that somebody asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Again {
    /// When, in seconds since 1970-01-01 00:00 UTC.
    pub at: i64,
    /// The roster's name.
    pub roster: String,
    /// The file, if only that one is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
}

/// A run that ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// When, in seconds since 1970-01-01 00:00 UTC.
    pub at: i64,
    /// Its day.
    pub night: String,
    /// The exit code.
    pub code: u8,
    /// Files that were judged.
    pub done: u32,
    /// Files that failed or are set aside, and rosters that did not come.
    pub failed: u32,
}

/// What the ledger holds, as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    /// The lines, the oldest first.
    pub lines: Vec<Line>,
    /// What a person should know of how it was read, in words.
    pub remarks: Vec<String>,
    /// Bytes of whole lines.
    pub(super) whole: u64,
}

impl Lines {
    /// Reads the ledger of a state folder; one that is not there yet has no lines.
    ///
    /// # Errors
    /// `night-state` (kind `Output`), if it cannot be read.
    pub fn read(state: &Path) -> Result<Self> {
        let path = state.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => Ok(Self::of(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(state_failed(&path, &error)),
        }
    }

    fn of(bytes: &[u8]) -> Self {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mut read = Self { whole: whole as u64, ..Self::default() };
        if whole < bytes.len() {
            read.remarks.push(format!(
                "the last line of the ledger was torn by a crash; {} bytes were cut off, and what they were about is \
                 looked at again",
                bytes.len() - whole
            ));
        }
        let text = bytes.get(..whole).unwrap_or_default().split(|byte| *byte == b'\n');
        for (number, line) in (1_u64..).zip(text) {
            match serde_json::from_slice(line) {
                Ok(line) => read.lines.push(line),
                Err(_) if line.trim_ascii().is_empty() => {}
                Err(error) => read
                    .remarks
                    .push(format!("line {number} of the ledger cannot be read and was passed over: {error}")),
            }
        }
        read
    }

    /// Returns what was judged of a roster, the oldest first.
    #[must_use]
    pub fn done_of<'l>(&'l self, roster: &'l str) -> impl DoubleEndedIterator<Item = &'l Done> {
        self.lines.iter().filter_map(move |line| match line {
            Line::Done(done) if done.roster == roster => Some(done),
            _ => None,
        })
    }

    /// Returns the newest of what was judged of a roster: the one that the next is compared with.
    #[must_use]
    pub fn newest_of<'l>(&'l self, roster: &'l str) -> Option<&'l Done> {
        self.done_of(roster).rfind(|done| !done.behind)
    }

    /// Returns what failed of a roster since somebody asked for another try of it or of the file, the oldest first.
    #[must_use]
    pub fn failed_of<'l>(&'l self, roster: &'l str) -> impl DoubleEndedIterator<Item = &'l Failed> {
        let again = |(place, line): (usize, &'l Line)| match line {
            Line::Again(again) if again.roster == roster => Some((place, again.input.as_deref())),
            _ => None,
        };
        let again: Vec<(usize, Option<&str>)> = self.lines.iter().enumerate().filter_map(again).collect();
        let is_forgotten = move |place: usize, input: &str| {
            again.iter().any(|(later, of)| *later > place && of.is_none_or(|of| of == input))
        };
        self.lines.iter().enumerate().filter_map(move |(place, line)| match line {
            Line::Failed(failed) if failed.roster == roster && !is_forgotten(place, &failed.input) => {
                Some(failed)
            }
            _ => None,
        })
    }

    /// Returns whether a file of a roster was judged, or failed since somebody asked for another try.
    #[must_use]
    pub fn tells_of(&self, roster: &str, input: &str) -> bool {
        self.done_of(roster).any(|done| done.input == input)
            || self.failed_of(roster).any(|failed| failed.input == input)
    }

    /// Returns whether a file was held back once, whatever somebody asked for since.
    #[must_use]
    pub fn was_held_back(&self, roster: &str, input: &str, base: &str) -> bool {
        self.lines.iter().any(|line| {
            matches!(line, Line::Failed(failed) if failed.roster == roster && failed.input == input
                && failed.base == base && failed.error == Code::RosterShrank.as_str())
        })
    }

    /// Returns the runs that ended, the oldest first.
    #[must_use]
    pub fn nights(&self) -> impl DoubleEndedIterator<Item = &Night> {
        self.lines.iter().filter_map(|line| match line {
            Line::Night(night) => Some(night),
            _ => None,
        })
    }
}

/// The ledger, open for further lines.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
    /// What it holds.
    pub read: Lines,
}

impl Ledger {
    /// Opens the ledger of a state folder, and cuts off what is torn; whoever calls holds the lock of the folder.
    ///
    /// # Errors
    /// `night-state` (kind `Output`), if it cannot be read or written.
    pub fn open(state: &Path) -> Result<Self> {
        let path = state.join(FILE);
        let failed = |error: io::Error| state_failed(&path, &error);
        let read = Lines::read(state)?;
        let file = File::options().append(true).create(true).open(&path).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() != read.whole {
            file.set_len(read.whole).and_then(|()| file.sync_all()).map_err(failed)?;
        }
        sync_folder(state);
        Ok(Self { path, file, read })
    }

    /// Adds a line, and makes it last.
    ///
    /// # Errors
    /// `night-state` (kind `Output`), if it cannot be written.
    pub fn add(&mut self, line: Line) -> Result<()> {
        let mut text = serde_json::to_vec(&line).map_err(|error| Error::internal(error.to_string()))?;
        text.push(b'\n');
        let failed = |error: io::Error| state_failed(&self.path, &error);
        // One write, so that a crash leaves one line torn at the most.
        self.file.write_all(&text).and_then(|()| self.file.sync_data()).map_err(failed)?;
        self.read.lines.push(line);
        self.read.whole += text.len() as u64;
        Ok(())
    }
}

/// Makes new names in a folder last, where the system can.
pub(super) fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Returns the error for a state folder that cannot be used.
pub(super) fn state_failed(path: &Path, error: &io::Error) -> Error {
    let message = format!("`{}` cannot be written: {error}", path.display());
    let help = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space, and run again",
        _ => "check `state` in the configuration, and that this user may write to the folder",
    };
    Error::output(Diagnostic::error(Code::NightState, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(roster: &str, key: &str) -> Line {
        Line::Done(Done { roster: roster.to_owned(), key: key.to_owned(), ..Done::default() })
    }

    #[test]
    fn lines_come_back_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut lines = vec![done("crm", "1"), Line::Night(Night { code: 10, ..Night::default() })];
        lines.push(Line::Failed(Failed { error: "roster-format".to_owned(), ..Failed::default() }));
        lines.push(Line::Again(Again { at: 1, roster: "crm".to_owned(), input: None }));
        let mut ledger = Ledger::open(folder.path()).unwrap();
        for line in &lines {
            ledger.add(line.clone()).unwrap();
        }
        let read = Lines::read(folder.path()).unwrap();
        assert_eq!(read.lines, lines);
        assert_eq!(read, ledger.read);
    }

    #[test]
    fn a_torn_line_is_cut_off_and_a_broken_one_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap();
        ledger.add(done("crm", "1")).unwrap();
        let path = folder.path().join(FILE);
        let whole = fs::read(&path).unwrap();
        for torn in [&b"{\"event\":\"done\""[..], b"{", b"\xff"] {
            fs::write(&path, [whole.as_slice(), b"no json\n", torn].concat()).unwrap();
            let mut ledger = Ledger::open(folder.path()).unwrap();
            assert_eq!((ledger.read.lines.len(), ledger.read.remarks.len()), (1, 2));
            ledger.add(done("crm", "2")).unwrap();
            let read = Lines::read(folder.path()).unwrap();
            assert_eq!(read.done_of("crm").map(|done| done.key.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        }
    }

    #[test]
    fn another_try_forgets_what_failed_before() {
        let failed = |roster: &str| Line::Failed(Failed { roster: roster.to_owned(), ..Failed::default() });
        let again = Line::Again(Again { at: 1, roster: "a".to_owned(), input: None });
        let lines = vec![failed("a"), failed("b"), again, failed("a")];
        let read = Lines { lines, ..Lines::default() };
        assert_eq!((read.failed_of("a").count(), read.failed_of("b").count()), (1, 1));
        // Of one file only.
        let of = |input: &str| {
            let [roster, input] = ["a", input].map(str::to_owned);
            Line::Failed(Failed { roster, input, ..Failed::default() })
        };
        let again = Line::Again(Again { at: 1, roster: "a".to_owned(), input: Some("1".to_owned()) });
        let read = Lines { lines: vec![of("1"), of("2"), again], ..Lines::default() };
        assert_eq!(read.failed_of("a").map(|failed| failed.input.as_str()).collect::<Vec<_>>(), ["2"]);
    }
}

//! What a run is about to do: a line before each file, taken away when the run has ended.
//!
//! A run that is killed loses its place. The next one finds here what was under way: a file that ended the process
//! counts as tried, and goes last.

use super::ledger::{state_failed, sync_folder};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The name of the file in the state folder.
const FILE: &str = "began.jsonl";

/// A roster that was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Began {
    /// When, in seconds since 1970-01-01 00:00 UTC.
    pub(super) at: i64,
    /// The day of the run, which is that of the output's folder.
    pub(super) night: String,
    /// The roster's name.
    pub(super) roster: String,
    /// The file's path below the inbox.
    pub(super) input: String,
    /// What it is made from, without the earlier workbook.
    pub(super) base: String,
    /// All that it is made from.
    pub(super) key: String,
}

/// The file, open for further lines.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// What an earlier run left.
    pub(super) left: Vec<Began>,
}

impl Journal {
    /// Opens the file, and reads what an earlier run left in it.
    ///
    /// # Errors
    /// `night-state` (kind `Output`), if it cannot be read or written.
    pub(super) fn open(state: &Path) -> Result<Self> {
        let path = state.join(FILE);
        let failed = |error: io::Error| state_failed(&path, &error);
        let left = left(state)?;
        let file = File::options().append(true).create(true).open(&path).map_err(failed)?;
        sync_folder(state);
        Ok(Self { path, file, left })
    }

    /// Says that a file is about to be judged.
    ///
    /// # Errors
    /// `night-state` (kind `Output`), if it cannot be written.
    pub(super) fn begin(&mut self, began: &Began) -> Result<()> {
        let mut text = serde_json::to_vec(began).map_err(|error| Error::internal(error.to_string()))?;
        // Behind whatever was torn.
        text.insert(0, b'\n');
        text.push(b'\n');
        let failed = |error: io::Error| state_failed(&self.path, &error);
        self.file.write_all(&text).and_then(|()| self.file.sync_data()).map_err(failed)
    }

    /// Forgets all of it: the ledger says what came of it.
    ///
    /// # Errors
    /// `night-state` (kind `Output`), if it cannot be written.
    pub(super) fn clear(&mut self) -> Result<()> {
        let failed = |error: io::Error| state_failed(&self.path, &error);
        self.file.set_len(0).and_then(|()| self.file.sync_data()).map_err(failed)
    }
}

/// Returns what an earlier run left, or one that is at work has begun; nothing is written.
///
/// # Errors
/// `night-state` (kind `Output`), if it cannot be read.
pub(super) fn left(state: &Path) -> Result<Vec<Began>> {
    let path = state.join(FILE);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(state_failed(&path, &error)),
    };
    // Of a torn line nothing was begun: it is written before.
    Ok(bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_under_way_is_found_by_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let began = |key: &str| Began { key: key.to_owned(), ..Began::default() };
        let mut journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.left, []);
        journal.begin(&began("1")).unwrap();
        fs::OpenOptions::new()
            .append(true)
            .open(folder.path().join(FILE))
            .unwrap()
            .write_all(b"{\"torn")
            .unwrap();
        let mut journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.left, [began("1")]);
        journal.begin(&began("2")).unwrap();
        assert_eq!(Journal::open(folder.path()).unwrap().left, [began("1"), began("2")]);
        journal.clear().unwrap();
        assert_eq!(Journal::open(folder.path()).unwrap().left, []);
    }
}

//! The history on disk: a line of JSON for each change, the last word on a thing counts.
//!
//! Each line is on the disk before anyone is told of what it says. A line that a crash cut short is the last one, and is
//! none.

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

/// A line, and who is told whether it was kept.
type Job = (Vec<u8>, oneshot::Sender<bool>);

/// Where changes are written down; dropped, nothing more is.
pub(crate) struct Journal {
    /// `None` = nothing is kept.
    to: Option<mpsc::Sender<Job>>,
}

impl Journal {
    /// Begins a history that is `lines`, in the place of the one that is there.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn begin<T: Serialize>(path: Option<&Path>, lines: &[T]) -> Result<Self> {
        let Some(path) = path else { return Ok(Self { to: None }) };
        let file = rewritten(path, lines).map_err(|error| not_kept(&error))?;
        let (to, jobs) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("history".to_owned())
            .spawn(move || {
                let mut file = file;
                for (line, told) in jobs {
                    // Nobody may be there any more to be told.
                    let _ = told.send(file.append(&line).is_ok());
                }
            })
            .map_err(|error| Error::no_thread(&error))?;
        Ok(Self { to: Some(to) })
    }

    /// Writes a line; `false` = it could not be, and nothing of it is there.
    pub(crate) async fn write<T: Serialize + Sync>(&self, line: &T) -> bool {
        let Some(to) = &self.to else { return true };
        let Ok(text) = bytes(line) else { return false };
        let (told, kept) = oneshot::channel();
        to.send((text, told)).is_ok() && kept.await.unwrap_or(false)
    }
}

/// A file to which whole lines are added.
struct Lines {
    file: File,
    /// The bytes of whole lines.
    whole: u64,
}

impl Lines {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let written = self.file.write_all(line).and_then(|()| self.file.sync_data());
        if written.is_err() {
            // What a full disk took of it goes.
            self.file.set_len(self.whole)?;
        } else {
            self.whole += u64::try_from(line.len()).unwrap_or(0);
        }
        written
    }
}

/// Returns the lines that are there, and how many could not be read.
///
/// # Errors
/// If the file is there and cannot be read.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<(Vec<T>, usize)> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(not_kept(&error)),
    };
    let whole =
        text.iter().rposition(|byte| *byte == b'\n').and_then(|end| text.get(..end)).unwrap_or_default();
    let (mut lines, mut unread) = (Vec::new(), 0);
    for line in whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice(line) {
            Ok(line) => lines.push(line),
            Err(_) => unread += 1,
        }
    }
    Ok((lines, unread))
}

/// Returns a line as it is written, with its end.
fn bytes<T: Serialize>(line: &T) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    Ok(text)
}

fn rewritten<T: Serialize>(path: &Path, lines: &[T]) -> io::Result<Lines> {
    let mut staged = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(path))?;
    for line in lines {
        staged.write_all(&bytes(line)?)?;
    }
    staged.as_file().sync_all()?;
    staged.persist(path).map_err(|error| error.error)?;
    let file = File::options().append(true).open(path)?;
    let whole = file.metadata()?.len();
    Ok(Lines { file, whole })
}

fn not_kept(error: &io::Error) -> Error {
    Error::output(
        Diagnostic::error(Code::ServeNotPossible, format!("the history cannot be kept: {error}"))
            .help("name a folder that can be read and written with `--state`"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_kept_and_one_that_was_cut_short_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.jsonl");
        let journal = Journal::begin(Some(&path), &["one"]).unwrap();
        assert!(journal.write(&"two").await);
        drop(journal);
        assert_eq!(read::<String>(&path).unwrap(), (vec!["one".to_owned(), "two".to_owned()], 0));
        let mut text = fs::read(&path).unwrap();
        text.extend(b"7\n\"thr");
        fs::write(&path, text).unwrap();
        assert_eq!(read::<String>(&path).unwrap(), (vec!["one".to_owned(), "two".to_owned()], 1));
        let missing = folder.path().join("none");
        assert_eq!(read::<String>(&missing).unwrap(), (Vec::new(), 0));
    }
}

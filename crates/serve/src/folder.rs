//! The folder of a page: whole uploads and what was made of them, which nobody else can read; and, where it is to be kept,
//! the history and what is remembered.
//!
//! ```text
//! STATE/lock            held while a page uses the folder
//! STATE/history.jsonl   the history
//! STATE/remembered/     mappings and fixes by headings
//! STATE/files/UPLOAD/roster
//! STATE/files/UPLOAD/RUN/...
//! ```
//! `files` is emptied at the start and at the end. Without a folder of its own, a page makes one where the system keeps
//! temporary files, and removes those that killed pages left there.

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use crate::id::Id;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// What the name of a folder for one page begins with, and while it is being made.
const PREFIX: &str = "fasttrack-serve-";
const PREFIX_NEW: &str = ".fasttrack-serve-new-";
const LOCK: &str = "lock";
const FILES: &str = "files";
/// What is remembered, in the state folder.
pub(crate) const REMEMBERED: &str = "remembered";

/// The folder of a page.
pub(crate) struct Folder {
    root: PathBuf,
    /// Whether the history is to be kept.
    is_kept: bool,
    /// Held open for the lock that the system keeps on it.
    _lock: File,
}

impl Folder {
    /// Opens the folder, or makes it; what an earlier page left in `files` is removed.
    ///
    /// # Errors
    /// Of kind `Output` if it cannot be used, of kind `Busy` if another page uses it.
    pub(crate) fn open(state: Option<&Path>) -> Result<Self> {
        let folder = match state {
            Some(root) => Self::kept(root),
            None => Self::temporary(),
        };
        let folder = folder.map_err(|error| not_usable(state, &error))?;
        folder.clear().map_err(|error| not_usable(state, &error))?;
        make_private(&folder.files()).map_err(|error| not_usable(state, &error))?;
        Ok(folder)
    }

    fn kept(root: &Path) -> io::Result<Self> {
        if !root.is_dir() {
            fs::create_dir_all(root.parent().unwrap_or(root))?;
            make_private(root)?;
        }
        let root = root.canonicalize()?;
        let lock = locked(&root.join(LOCK))?;
        Ok(Self { root, is_kept: true, _lock: lock })
    }

    fn temporary() -> io::Result<Self> {
        let system = std::env::temp_dir().canonicalize()?;
        remove_leftovers(&system);
        let named = Id::new().map_err(|error| io::Error::other(error.to_string()))?;
        let (new, root) =
            (system.join(format!("{PREFIX_NEW}{named}")), system.join(format!("{PREFIX}{named}")));
        make_private(&new)?;
        // It has its lock before it has a name that other pages look at.
        let lock = locked(&new.join(LOCK))?;
        fs::rename(&new, &root)?;
        Ok(Self { root, is_kept: false, _lock: lock })
    }

    fn files(&self) -> PathBuf {
        self.root.join(FILES)
    }

    /// Returns where the history is kept; `None` = it is not.
    pub(crate) fn history(&self) -> Option<PathBuf> {
        self.is_kept.then(|| self.root.join("history.jsonl"))
    }

    /// Returns the folder of what is remembered.
    pub(crate) fn remembered(&self) -> PathBuf {
        self.root.join(REMEMBERED)
    }

    /// Returns the folder of an upload.
    pub(crate) fn upload(&self, upload: &Id) -> PathBuf {
        self.files().join(upload.as_str())
    }

    /// Returns the roster of an upload.
    pub(crate) fn roster(&self, upload: &Id) -> PathBuf {
        self.upload(upload).join("roster")
    }

    /// Returns the folder of a run.
    pub(crate) fn run(&self, upload: &Id, run: &Id) -> PathBuf {
        self.upload(upload).join(run.as_str())
    }

    /// Returns a text without what would show where the folder is.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        match self.root.to_str() {
            Some(root) if !root.is_empty() => {
                // Whatever stands below it has names of ours, which say nothing either.
                let mut rest = text;
                let mut shown = String::with_capacity(text.len());
                while let Some((before, after)) = rest.split_once(root) {
                    shown.push_str(before);
                    let path = after
                        .find(|letter: char| letter.is_whitespace() || matches!(letter, '`' | '"' | ':'));
                    let (path, after) = after.split_at(path.unwrap_or(after.len()));
                    shown.push_str(path.rsplit('/').next().unwrap_or_default());
                    rest = after;
                }
                shown.push_str(rest);
                shown
            }
            _ => text.to_owned(),
        }
    }

    /// Returns how many bytes of the disk are free for this user; all that can be counted, where that cannot be told.
    #[cfg(unix)]
    pub(crate) fn free_bytes(&self) -> u64 {
        rustix::fs::statvfs(&self.root).map_or(u64::MAX, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    #[cfg(not(unix))]
    pub(crate) fn free_bytes(&self) -> u64 {
        u64::MAX
    }

    /// Removes all files of uploads.
    fn clear(&self) -> io::Result<()> {
        removed(&self.files())
    }

    /// Removes what must not be there after the end: the files of uploads, and everything, if nothing is to be kept.
    pub(crate) fn close(&self) -> io::Result<()> {
        if self.is_kept { self.clear() } else { removed(&self.root) }
    }
}

fn removed(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Returns the bytes of all files below a folder.
pub(crate) fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Makes a folder that only this user can look into.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    match builder.create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made,
    }
}

fn locked(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::ResourceBusy.into()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Removes the folders of pages that were killed: of this user, and with a lock that nobody holds.
fn remove_leftovers(system: &Path) {
    for entry in fs::read_dir(system).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        let is_folder = entry.path().symlink_metadata().is_ok_and(|found| found.is_dir() && is_own(&found));
        if is_ours && is_folder && locked(&entry.path().join(LOCK)).is_ok() {
            // One that cannot be removed is in nobody's way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(unix)]
fn is_own(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_own(_: &fs::Metadata) -> bool {
    true
}

fn not_usable(state: Option<&Path>, error: &io::Error) -> Error {
    let named =
        state.map_or("the folder for temporary files".to_owned(), |path| format!("`{}`", path.display()));
    if error.kind() == io::ErrorKind::ResourceBusy {
        let diagnostic = Diagnostic::error(Code::ServeNotPossible, format!("another page uses {named}"))
            .help("stop it, or name another folder with `--state`");
        return Error::new(ErrorKind::Busy, diagnostic);
    }
    Error::output(
        Diagnostic::error(Code::ServeNotPossible, format!("{named} cannot be used: {error}"))
            .help("name a folder that can be written with `--state`"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_used_by_one_page_and_emptied_at_start_and_end() {
        let outer = tempfile::tempdir().unwrap();
        let state = outer.path().join("state");
        let folder = Folder::open(Some(&state)).unwrap();
        assert_eq!(Folder::open(Some(&state)).err().unwrap().kind, ErrorKind::Busy);
        let left = folder.upload(&Id::new().unwrap());
        fs::create_dir(&left).unwrap();
        fs::write(left.join("roster"), "x").unwrap();
        assert_eq!(size(&state), 1);
        drop(folder);
        let folder = Folder::open(Some(&state)).unwrap();
        assert_eq!(size(&state), 0);
        fs::write(folder.files().join("x"), "x").unwrap();
        folder.close().unwrap();
        assert_eq!(size(&state), 0);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_look_into_it() {
        use std::os::unix::fs::PermissionsExt;
        let outer = tempfile::tempdir().unwrap();
        let state = outer.path().join("state");
        let folder = Folder::open(Some(&state)).unwrap();
        for path in [&state, &folder.files()] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn no_text_shows_where_it_is() {
        let outer = tempfile::tempdir().unwrap();
        let folder = Folder::open(Some(outer.path())).unwrap();
        let root = outer.path().canonicalize().unwrap();
        let text = format!("`{}/files/ab/overrides.csv` is wrong, at {}", root.display(), root.display());
        assert_eq!(folder.hidden_in(&text), "`overrides.csv` is wrong, at ");
        assert_eq!(folder.hidden_in("roster.csv"), "roster.csv");
    }
}

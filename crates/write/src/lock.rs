//! One run at a time for one workbook.
//!
//! The lock is the system's, on a small hidden file beside the workbook, and goes with the run however it ends. The
//! file is removed by the run that holds it, so another run may lock one that no longer has the name: it looks
//! whether it still has, and takes the next one if not.

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use std::ffi::OsString;
use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// What the name of a lock ends with; it begins with a point.
pub(super) const SUFFIX: &str = ".lock";

/// How often a lock is taken that another run removes at that moment.
const TRIES: usize = 1_000;

/// Holds a workbook against other runs; lets go when dropped, also when the process is killed.
pub struct Lock {
    path: PathBuf,
    // Held open for the lock that the system keeps on it.
    file: File,
    is_real: bool,
}

/// Why a lock cannot be taken.
pub(super) enum Refused {
    /// Another run holds it.
    Busy,
    /// What has its name is a link, a pipe or a folder.
    NotAFile(PathBuf),
    /// It is there, and may not be opened.
    Foreign(PathBuf),
    Failed(io::Error),
}

impl Lock {
    /// Takes the lock for a target, a small hidden file beside it; `named` is how messages name the target.
    ///
    /// # Errors
    /// If another run holds it (kind `Busy`), or there can be no lock (kind `Output`).
    pub fn take(target: &Path, named: &Path) -> Result<Self> {
        Self::take_at_once(target).map_err(|refused| refused.told(named))
    }

    /// Takes the lock for a target if it is free.
    pub(super) fn take_at_once(target: &Path) -> std::result::Result<Self, Refused> {
        let mut name = OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(SUFFIX);
        let path = target.with_file_name(name);
        for _ in 0..TRIES {
            let Some(file) = opened(&path)? else { continue };
            match file.try_lock() {
                Ok(()) if has_name(&file, &path) => return Ok(Self { path, file, is_real: true }),
                // Another run has removed it since; the next one has that name.
                Ok(()) => (),
                Err(TryLockError::WouldBlock) => return Err(Refused::Busy),
                // Some network folders know no locks; the rename at the end keeps the workbook whole there too.
                Err(TryLockError::Error(_)) => return Ok(Self { path, file, is_real: false }),
            }
        }
        Err(Refused::Busy)
    }

    /// Returns whether the system keeps the lock, so that no other run is at work on the target.
    #[must_use]
    pub const fn is_real(&self) -> bool {
        self.is_real
    }
}

/// Opens the file of a lock, or makes it; `None` = another run was quicker to make or to remove it.
fn opened(path: &Path) -> std::result::Result<Option<File>, Refused> {
    // A device may do something when it is opened.
    if path.symlink_metadata().is_ok_and(|standing| !standing.is_file()) {
        return Err(Refused::NotAFile(path.to_owned()));
    }
    match standing().open(path) {
        Ok(file) if file.metadata().is_ok_and(|opened| opened.is_file()) => Ok(Some(file)),
        Ok(_) => Err(Refused::NotAFile(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match new().open(path) {
            Ok(file) => {
                open_to_all(&file);
                Ok(Some(file))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(Refused::Failed(error)),
        },
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(Refused::Foreign(path.to_owned()))
        }
        Err(error) => Err(Refused::Failed(error)),
    }
}

/// How a lock that is there is opened: no link is followed, no pipe waited for, and reading is enough, so that one
/// that another user has left behind can be taken.
fn standing() -> OpenOptions {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    options
}

/// How a new one is made; whatever has its name already is left alone.
fn new() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    options
}

/// Lets other users take the lock, whatever the mask of this one; there is nothing in it to be read.
#[cfg(unix)]
fn open_to_all(file: &File) {
    use std::os::unix::fs::PermissionsExt;
    const READ_BY_ALL: u32 = 0o644;
    // Where that cannot be, only the next run of another user is in trouble, and is told so.
    let _ = file.set_permissions(std::fs::Permissions::from_mode(READ_BY_ALL));
}

#[cfg(not(unix))]
fn open_to_all(_: &File) {}

/// Returns whether an open file still has its name.
#[cfg(unix)]
fn has_name(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(open), Ok(named)) => place(open) == place(named),
        _ => false,
    }
}

/// Files cannot be told apart there with the standard library, so no run removes one.
#[cfg(not(unix))]
fn has_name(_: &File, _: &Path) -> bool {
    true
}

impl Drop for Lock {
    fn drop(&mut self) {
        let is_empty = |metadata: Metadata| metadata.len() == 0;
        // The name goes while the lock is held, so that whoever comes next finds a new file or this one, and sees which.
        // A lock that the system does not keep may be another run's, and what is not empty is no lock of ours.
        if cfg!(unix) && self.is_real && self.file.metadata().is_ok_and(is_empty) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl Refused {
    fn told(self, named: &Path) -> Error {
        let named_so = named.display();
        let unusable = |path: PathBuf, why: &str, help: &str| {
            let lock = path.display();
            let message = format!("`{named_so}` cannot be written: its lock file `{lock}` {why}");
            Error::output(Diagnostic::error(Code::OutputNotWritable, message).help(help))
        };
        match self {
            Self::Busy => Error::new(
                ErrorKind::Busy,
                Diagnostic::error(
                    Code::RunLocked,
                    format!("another run is writing `{named_so}` at this moment"),
                )
                .help("wait for it to end, or write elsewhere with `-o`"),
            ),
            Self::NotAFile(path) => unusable(
                path,
                "is a link, a pipe or a folder, not a file",
                "move it away, or write elsewhere with `-o`",
            ),
            Self::Foreign(path) => unusable(
                path,
                "belongs to another user and cannot be opened",
                "if none of that user's runs is active, remove it, or write elsewhere with `-o`",
            ),
            Self::Failed(error) => super::target::not_writable(named, &error),
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn in_new_folder() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (target, lock) = (folder.path().join("out.xlsx"), folder.path().join(".out.xlsx.lock"));
        (folder, target, lock)
    }

    fn take(target: &Path) -> Result<Lock> {
        Lock::take(target, target)
    }

    #[test]
    fn a_lock_is_held_by_one_run_and_leaves_nothing() {
        let (_folder, target, path) = in_new_folder();
        let held = take(&target).unwrap();
        assert!(held.is_real() && path.is_file());
        assert_eq!(take(&target).err().unwrap().kind, ErrorKind::Busy);
        drop(held);
        assert!(!path.exists());
        assert!(take(&target).is_ok());
    }

    #[test]
    fn a_lock_that_lost_its_name_is_none() {
        let (_folder, target, path) = in_new_folder();
        // Another run has opened the file, and locks it only when the first has removed it.
        let first = take(&target).unwrap();
        let late = standing().open(&path).unwrap();
        drop(first);
        late.try_lock().unwrap();
        assert!(!has_name(&late, &path));
        let next = take(&target).unwrap();
        assert!(next.is_real() && !has_name(&late, &path), "the one with the name is another");
        assert_eq!(take(&target).err().unwrap().kind, ErrorKind::Busy);
    }

    #[test]
    fn many_runs_at_once_never_hold_it_together() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let (_folder, target, path) = in_new_folder();
        let (inside, held) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..400 {
                        match take(&target) {
                            Ok(_lock) => {
                                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two hold it");
                                held.fetch_add(1, Ordering::SeqCst);
                                std::thread::yield_now();
                                inside.fetch_sub(1, Ordering::SeqCst);
                            }
                            Err(error) => assert_eq!(error.kind, ErrorKind::Busy, "{error}"),
                        }
                    }
                });
            }
        });
        assert!(held.into_inner() > 0 && !path.exists());
    }

    #[test]
    fn a_link_a_pipe_or_a_folder_of_its_name_is_refused_at_once() {
        let (folder, target, path) = in_new_folder();
        let elsewhere = folder.path().join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        let error = take(&target).err().unwrap();
        assert_eq!((error.kind, error.diagnostics[0].code), (ErrorKind::Output, Code::OutputNotWritable));
        assert!(error.to_string().contains(".out.xlsx.lock` is a link"), "{error}");
        assert!(!elsewhere.exists(), "the link was followed");
        std::fs::remove_file(&path).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        assert_eq!(take(&target).err().unwrap().kind, ErrorKind::Output);
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(take(&target).err().unwrap().kind, ErrorKind::Output);
    }

    #[test]
    fn a_lock_left_behind_that_can_only_be_read_is_taken() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, target, path) = in_new_folder();
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
        assert!(take(&target).unwrap().is_real());
        assert!(!path.exists());
    }

    #[test]
    fn a_file_of_its_name_with_something_in_it_stays() {
        let (_folder, target, path) = in_new_folder();
        std::fs::write(&path, "somebody's").unwrap();
        assert!(take(&target).is_ok());
        assert_eq!(std::fs::read(&path).unwrap(), b"somebody's");
    }
}

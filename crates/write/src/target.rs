//! Where the workbook goes: beside its place first, then into it in one step; where there is no path, see `handle.rs`.

use crate::Written;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result, remedy};
use crate::format::Format;
use crate::handle::Handle;
use crate::leftovers;
use crate::lock::Lock;
use crate::pipeline::Workers;
use crate::scratch::Scratch;
use fasttrack_batch::handles::{OpenFile, PipeOut};
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use tempfile::NamedTempFile;

/// Where a workbook goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into a file, whole or not at all.
    File(PathBuf),
    /// Into an open file: it is emptied, written from its start, and made to last. The workbook is made and checked
    /// elsewhere before, and an error up to then changes nothing. **But there is no rename**: a crash or a full disk while
    /// it is copied leaves the file broken, and nothing keeps two runs from writing to one open file. What is open but not
    /// a file, such as a named pipe, is written to as a pipe is.
    Open(OpenFile),
    /// To a pipe, once: a second workbook for it is an error. The workbook is made and checked elsewhere before; if the
    /// pipe breaks, what was sent until then is at its other end.
    Pipe(PipeOut),
    /// To standard output, as to any pipe; but a reader that closes it early is no error.
    Stdout,
}

/// A workbook on its way to its target.
pub struct Staged {
    temporary: Temporary,
    /// The target as the user named it.
    named: PathBuf,
    /// Where temporary files go beside it.
    scratch: Scratch,
}

/// The file that is written.
enum Temporary {
    /// One that takes the target's place.
    Named {
        file: NamedTempFile,
        /// Where it will be, with links followed.
        path: PathBuf,
        /// Who may read it then; until then its owner alone.
        permissions: Option<Permissions>,
        _lock: Lock,
    },
    /// One that is copied to its target, and goes with the run however it ends.
    Unnamed { file: File, to: Handle },
}

impl Staged {
    /// Opens a temporary file in the target's folder; in `scratch`, if the target is not a path.
    ///
    /// # Errors
    /// If the folder is not there or cannot be written; if the target is a folder; if a path leads to a device or a pipe,
    /// or another run holds it; if an open file is not open for writing; internal, if a pipe was used before.
    pub fn create(target: &Target, scratch: &Scratch) -> Result<Self> {
        let to = match target {
            Target::File(path) => return Self::beside_path(path),
            Target::Open(file) => Handle::Open(file.clone()),
            Target::Pipe(pipe) => Handle::Pipe(pipe.clone()),
            Target::Stdout => Handle::Stdout,
        };
        to.check()?;
        let named = PathBuf::from(to.name());
        let temporary = Temporary::Unnamed { file: scratch.file()?, to };
        Ok(Self { temporary, named, scratch: scratch.clone() })
    }

    fn beside_path(path: &Path) -> Result<Self> {
        let named = path.to_owned();
        // A link is written through, not replaced.
        let path = resolved(path);
        refuse_what_is_no_file(&path, &named)?;
        let folder = folder_of(&path);
        let lock = Lock::take(&path, &named)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if lock.is_real() {
            leftovers::remove(&folder, &name);
        }
        let failed = |error: io::Error| not_writable(&named, &error);
        let permissions = permissions(&path, &name).map_err(failed)?;
        let file = temporary(&name, &folder, None).map_err(failed)?;
        let temporary = Temporary::Named { file, path, permissions, _lock: lock };
        Ok(Self { temporary, named, scratch: Scratch::beside_output(&folder) })
    }

    /// Returns the folder it is written in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.scratch.folder()
    }

    /// Returns where other temporary files of its making go.
    #[must_use]
    pub const fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// Opens an unnamed file beside it.
    ///
    /// # Errors
    /// If there can be none.
    pub fn beside(&self) -> Result<File> {
        tempfile::tempfile_in(self.folder())
            .map_err(|error| io_failed("no temporary file next to the workbook", &error))
    }

    /// Returns the file to write to.
    pub fn file(&mut self) -> &mut File {
        self.temporary.file()
    }

    /// Opens the file once more, to be read by workers while it is written; `None` = there are none beside this thread, it
    /// has no name to open it by, or the system does not let it be opened twice.
    pub(crate) fn reader(&self, workers: &Workers) -> Option<File> {
        match &self.temporary {
            Temporary::Named { file, .. } if workers.are_beside() => file.reopen().ok(),
            Temporary::Named { .. } | Temporary::Unnamed { .. } => None,
        }
    }

    /// Flushes, syncs, checks and renames; then syncs the folder, so that the new name lasts. `check` reads the file
    /// back and returns its size and its hash. Where the target is not a path, the file is copied to it instead.
    ///
    /// # Errors
    /// If any of that fails; the target is untouched then, unless it is the copying that fails.
    pub fn commit(mut self, check: impl FnOnce(&mut File) -> Result<(u64, String)>) -> Result<Written> {
        let named = self.named;
        let failed = |error: io::Error| not_writable(&named, &error);
        let file = self.temporary.file();
        file.flush().map_err(failed)?;
        let disk = file.try_clone().map_err(failed)?;
        // The disk takes its time; the file is read back meanwhile.
        let (checked, synced) = thread::scope(|scope| {
            match thread::Builder::new().spawn_scoped(scope, move || disk.sync_all()) {
                Ok(sync) => (check(file), sync.join()),
                // Where the system refuses another thread, one after the other does.
                Err(_) => (check(file), Ok(file.sync_all())),
            }
        });
        synced
            .unwrap_or_else(|_| Err(io::Error::other("the writing thread stopped unexpectedly")))
            .map_err(failed)?;
        let (bytes, sha256) = checked?;
        let path = match self.temporary {
            Temporary::Named { file, path, permissions, _lock } => {
                if let Some(permissions) = permissions {
                    file.as_file().set_permissions(permissions).map_err(failed)?;
                }
                file.persist(&path).map_err(|error| not_writable(&named, &error.error))?;
                // Not every system can sync a folder; the file itself is safe by now.
                let _ = File::open(self.scratch.folder()).and_then(|folder| folder.sync_all());
                Some(named)
            }
            Temporary::Unnamed { mut file, to } => {
                to.send(&mut file, bytes)?;
                None
            }
        };
        Ok(Written { format: Format::Xlsx, defanged: 0, path, bytes, sha256 })
    }
}

impl Temporary {
    fn file(&mut self) -> &mut File {
        match self {
            Self::Named { file, .. } => file.as_file_mut(),
            Self::Unnamed { file, .. } => file,
        }
    }
}

/// The rename at the end would put the workbook in the place of a device, a pipe or a socket.
fn refuse_what_is_no_file(path: &Path, named: &Path) -> Result<()> {
    let Ok(standing) = path.symlink_metadata() else { return Ok(()) };
    let named = named.display();
    let (code, what, help) = if standing.is_file() {
        return Ok(());
    } else if standing.is_dir() {
        (Code::OutputIsFolder, "is a folder", "name the workbook to write, such as `-o result.xlsx`")
    } else if standing.is_symlink() {
        // Links that lead anywhere were followed.
        (Code::OutputNotAFile, "is a link that points back to itself", "name a file")
    } else {
        let help = "name a file, or write to standard output with `-o -`";
        (Code::OutputNotAFile, "is a device or a pipe", help)
    };
    Err(Error::output(Diagnostic::error(code, format!("`{named}` {what}")).help(help)))
}

/// Returns the folder that a file is in.
#[must_use]
pub fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Returns where a file stands, or will stand, links followed.
#[must_use]
pub fn resolved(path: &Path) -> PathBuf {
    let standing = path.canonicalize();
    let coming = || {
        let path = behind_links(path);
        let there = folder_of(&path)
            .canonicalize()
            .ok()
            .zip(path.file_name())
            .map(|(folder, name)| folder.join(name));
        there.unwrap_or(path)
    };
    standing.unwrap_or_else(|_| coming())
}

/// Where a link leads that leads to nothing yet, by way of other links or not.
fn behind_links(path: &Path) -> PathBuf {
    /// As many as the system follows; beyond them it is a circle.
    const MOST: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..MOST {
        let Ok(aim) = std::fs::read_link(&path) else { break };
        path = path.parent().map_or_else(|| aim.clone(), |folder| folder.join(&aim));
    }
    path
}

/// Opens a temporary file that a later run finds if this one is killed; without `permissions` its owner alone may read
/// it.
fn temporary(name: &str, folder: &Path, permissions: Option<Permissions>) -> io::Result<NamedTempFile> {
    let prefix = format!(".{name}.");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(leftovers::SUFFIX).rand_bytes(leftovers::RANDOM_CHARACTERS);
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    builder.tempfile_in(folder)
}

/// Returns who may read the target: as before, if it is there; else as the user's mask and the folder have it for any
/// new file, which only a new file shows.
#[cfg(unix)]
fn permissions(path: &Path, name: &str) -> io::Result<Option<Permissions>> {
    use std::os::unix::fs::PermissionsExt;
    const MODE_OF_A_NEW_FILE: u32 = 0o666;
    const MODE: u32 = 0o777;
    let standing = if let Ok(standing) = std::fs::metadata(path) {
        standing
    } else {
        let wanted = Permissions::from_mode(MODE_OF_A_NEW_FILE);
        temporary(name, &folder_of(path), Some(wanted))?.as_file().metadata()?
    };
    Ok(Some(Permissions::from_mode(standing.permissions().mode() & MODE)))
}

/// Nothing is known of the target's rights there but what its folder gives every file.
#[cfg(not(unix))]
fn permissions(_: &Path, _: &str) -> io::Result<Option<Permissions>> {
    Ok(None)
}

/// Returns the error for a target that cannot be written.
pub(super) fn not_writable(path: &Path, error: &io::Error) -> Error {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "its folder is not there".to_owned(),
        _ => error.to_string(),
    };
    let message = format!("`{}` cannot be written: {why}", path.display());
    Error::output(Diagnostic::error(Code::OutputNotWritable, message).help(remedy(error)))
}

/// Returns the error for a failure in the middle of writing.
pub(super) fn io_failed(what: &str, error: &io::Error) -> Error {
    Error::output(Diagnostic::error(Code::OutputNotWritable, format!("{what}: {error}")).help(remedy(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn staged_at(path: impl Into<PathBuf>) -> Result<Staged> {
        Staged::create(&Target::File(path.into()), &Scratch::system())
    }

    fn in_new_folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out.xlsx");
        (folder, path)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_workbook_takes_its_place_only_when_it_is_whole() {
        let (folder, path) = in_new_folder();
        std::fs::write(&path, "before").expect("written");
        let mut staged = staged_at(&path).expect("writable");
        staged.file().write_all(b"after").expect("room");
        assert_eq!(std::fs::read(&path).expect("there"), b"before");
        let written = staged.commit(|_| Ok((5, "hash".to_owned()))).expect("committed");
        assert_eq!(std::fs::read(&path).expect("there"), b"after");
        assert_eq!((written.bytes, written.sha256.as_str()), (5, "hash"));
        assert_eq!(names(folder.path()), ["out.xlsx"], "no lock and no temporary file stay");
    }

    #[test]
    fn a_workbook_that_fails_its_check_leaves_what_stood_there() {
        let (folder, path) = in_new_folder();
        std::fs::write(&path, "before").expect("written");
        let mut staged = staged_at(&path).expect("writable");
        staged.file().write_all(b"torn").expect("room");
        assert!(staged.commit(|_| Err(Error::internal("torn"))).is_err());
        assert_eq!(std::fs::read(&path).expect("there"), b"before");
        assert_eq!(names(folder.path()), ["out.xlsx"]);
    }

    #[test]
    fn what_a_killed_run_left_is_removed_and_nothing_else() {
        let (folder, path) = in_new_folder();
        for name in [".out.xlsx.Ab12Cd.tmp", ".out.xlsx.kept.tmp", ".other.xlsx.Ab12Cd.tmp"] {
            std::fs::write(folder.path().join(name), "torn").expect("written");
        }
        staged_at(path).expect("writable").commit(|_| Ok((0, String::new()))).expect("committed");
        let mut left = names(folder.path());
        left.sort();
        assert_eq!(left, [".other.xlsx.Ab12Cd.tmp", ".out.xlsx.kept.tmp", "out.xlsx"]);
    }

    #[test]
    fn two_runs_do_not_write_one_workbook() {
        let (_folder, path) = in_new_folder();
        let first = staged_at(&path).expect("writable");
        let second = staged_at(&path).err().expect("held");
        assert_eq!(second.kind, ErrorKind::Busy);
        drop(first);
        assert!(staged_at(path).is_ok());
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_of_the_output() {
        let (folder, _) = in_new_folder();
        let error = staged_at(folder.path().join("no/such/out.xlsx")).err().expect("no folder");
        assert_eq!(error.kind, ErrorKind::Output);
        assert!(error.to_string().contains("help: create the folder"), "{error}");
        let error = staged_at(folder.path()).err().expect("a folder");
        assert_eq!(error.diagnostics[0].code.as_str(), "output-is-folder");
    }

    #[cfg(unix)]
    #[test]
    fn a_workbook_keeps_the_mode_of_what_it_replaces() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, path) = in_new_folder();
        std::fs::write(&path, "before").expect("written");
        std::fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("ours");
        let staged = staged_at(&path).expect("writable");
        staged.commit(|_| Ok((0, String::new()))).expect("committed");
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_a_workbook_on_its_way() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        let (folder, path) = in_new_folder();
        for wanted in [0o600, 0o604, 0o666] {
            std::fs::write(&path, "before").expect("written");
            std::fs::set_permissions(&path, Permissions::from_mode(wanted)).expect("ours");
            let staged = staged_at(&path).expect("writable");
            let temporary = names(folder.path())
                .into_iter()
                .find(|name| Path::new(name).extension().is_some_and(|kind| kind == "tmp"));
            assert_eq!(mode(&folder.path().join(temporary.expect("one"))), 0o600);
            staged.commit(|_| Ok((0, String::new()))).expect("committed");
            assert_eq!(mode(&path), wanted);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_new_workbook_may_be_read_like_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        let (folder, path) = in_new_folder();
        std::fs::write(folder.path().join("any"), "").expect("written");
        let staged = staged_at(&path).expect("writable");
        staged.commit(|_| Ok((0, String::new()))).expect("committed");
        assert_eq!(mode(&path), mode(&folder.path().join("any")));
    }

    #[cfg(unix)]
    #[test]
    fn links_to_links_that_lead_to_nothing_yet_are_followed_to_their_end() {
        let (folder, path) = in_new_folder();
        let link = |from: &str, to: &str| {
            std::os::unix::fs::symlink(to, folder.path().join(from)).expect("linked");
        };
        std::fs::create_dir(folder.path().join("deep")).expect("made");
        link("first.xlsx", "deep/second.xlsx");
        link("deep/second.xlsx", "../third.xlsx");
        link("third.xlsx", "out.xlsx");
        let staged = staged_at(folder.path().join("first.xlsx")).expect("writable");
        staged.commit(|_| Ok((0, String::new()))).expect("committed");
        assert!(path.symlink_metadata().expect("there").is_file());
        for name in ["first.xlsx", "deep/second.xlsx", "third.xlsx"] {
            assert!(folder.path().join(name).symlink_metadata().expect("there").is_symlink(), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_are_refused_and_stay() {
        let (folder, path) = in_new_folder();
        let other = folder.path().join("other.xlsx");
        std::os::unix::fs::symlink("other.xlsx", &path).expect("linked");
        std::os::unix::fs::symlink("out.xlsx", &other).expect("linked");
        let error = staged_at(&path).err().expect("a circle");
        assert_eq!(
            (error.kind, error.diagnostics[0].code.as_str()),
            (ErrorKind::Output, "output-not-a-file")
        );
        assert!(path.symlink_metadata().expect("there").is_symlink());
        assert_eq!(names(folder.path()).len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_written_through_even_to_a_file_that_is_not_there() {
        let (folder, path) = in_new_folder();
        let link = folder.path().join("link.xlsx");
        std::os::unix::fs::symlink("out.xlsx", &link).expect("linked");
        for _ in ["not there yet", "there"] {
            let staged = staged_at(&link).expect("writable");
            staged.commit(|_| Ok((0, String::new()))).expect("committed");
            assert!(std::fs::symlink_metadata(&link).expect("there").is_symlink());
            assert!(path.is_file());
        }
    }
}

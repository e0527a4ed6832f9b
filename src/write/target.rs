//! Where the workbook goes: beside its place first, then into it in one step.

use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::write::Written;
use crate::write::format::Format;
use crate::write::lock::Lock;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How many random characters stand in the name of a temporary file.
const RANDOM_CHARACTERS: usize = 6;

/// Where a workbook goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into a file.
    File(PathBuf),
    /// To standard output.
    Stdout,
}

/// A workbook on its way to its target.
pub struct Staged {
    temporary: NamedTempFile,
    /// Where it will stand, with links followed; `None` = standard output.
    path: Option<PathBuf>,
    /// The target as the user named it.
    named: PathBuf,
    folder: PathBuf,
    _lock: Option<Lock>,
}

impl Staged {
    /// Opens a temporary file in the target's folder (for standard output: in the system's).
    ///
    /// # Errors
    /// If the folder is not there or cannot be written; if the target is a folder, a device or a pipe; if another run
    /// holds it.
    pub fn create(target: &Target) -> Result<Self> {
        let Target::File(path) = target else {
            let folder = std::env::temp_dir();
            let temporary = NamedTempFile::new_in(&folder).map_err(|error| not_writable(&folder, &error))?;
            let named = PathBuf::from("standard output");
            return Ok(Self { temporary, path: None, named, folder, _lock: None });
        };
        let named = path.clone();
        // A link is written through, not replaced.
        let path = resolved(path);
        if path.is_dir() {
            return Err(Error::output(
                Diagnostic::error("output-is-folder", format!("`{}` is a folder", named.display()))
                    .help("name the workbook to write, such as `-o result.xlsx`"),
            ));
        }
        // The rename at the end would put the workbook in the place of a device, a pipe or a socket.
        if std::fs::metadata(&path).is_ok_and(|standing| !standing.is_file()) {
            return Err(Error::output(
                Diagnostic::error(
                    "output-not-a-file",
                    format!("`{}` is a device or a pipe", named.display()),
                )
                .help("name a file, or write to standard output with `-o -`"),
            ));
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let lock = Lock::take(&path, &named)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        remove_leftovers(&folder, &name);
        let temporary = new_temporary(&path, &format!(".{name}."), &folder)
            .map_err(|error| not_writable(&named, &error))?;
        Ok(Self { temporary, path: Some(path), named, folder, _lock: Some(lock) })
    }

    /// Returns the folder it is written in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens an unnamed file beside it.
    ///
    /// # Errors
    /// If there can be none.
    pub fn beside(&self) -> Result<File> {
        tempfile::tempfile_in(&self.folder)
            .map_err(|error| io_failed("no temporary file beside the workbook", &error))
    }

    /// Returns the file to write to.
    pub fn file(&mut self) -> &mut File {
        self.temporary.as_file_mut()
    }

    /// Flushes, syncs, checks and renames; then syncs the folder, so that the new name lasts. `check` reads the file
    /// back and returns its size and its hash.
    ///
    /// # Errors
    /// If any of that fails; the target is untouched then.
    pub fn commit(mut self, check: impl FnOnce(&mut File) -> Result<(u64, String)>) -> Result<Written> {
        let named = self.named;
        let io = |error: io::Error| not_writable(&named, &error);
        let file = self.temporary.as_file_mut();
        file.flush().map_err(io)?;
        let disk = file.try_clone().map_err(io)?;
        // The disk takes its time; the file is read back meanwhile.
        let (checked, synced) = std::thread::scope(|scope| {
            let sync = scope.spawn(move || disk.sync_all());
            (check(file), sync.join())
        });
        synced.unwrap_or_else(|_| Err(io::Error::other("the disk's thread broke off"))).map_err(io)?;
        let (bytes, sha256) = checked?;
        match &self.path {
            Some(path) => {
                self.temporary.persist(path).map_err(|error| not_writable(&named, &error.error))?;
                // Not every system can sync a folder; the file itself is safe by now.
                let _ = File::open(&self.folder).and_then(|folder| folder.sync_all());
            }
            None => send_to_stdout(self.temporary.as_file_mut()).map_err(io)?,
        }
        let path = self.path.map(|_| named);
        Ok(Written { format: Format::Xlsx, defanged: 0, path, bytes, sha256 })
    }
}

/// Returns where a file stands, or will stand, links followed.
#[must_use]
pub fn resolved(path: &Path) -> PathBuf {
    let standing = path.canonicalize();
    let coming = || {
        let path = behind_link(path);
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let there = folder.canonicalize().ok().zip(path.file_name()).map(|(folder, name)| folder.join(name));
        there.unwrap_or(path)
    };
    standing.unwrap_or_else(|_| coming())
}

/// Where a link points to that points to nothing yet.
fn behind_link(path: &Path) -> PathBuf {
    match std::fs::read_link(path) {
        Ok(aim) => path.parent().map_or_else(|| aim.clone(), |folder| folder.join(&aim)),
        Err(_) => path.to_path_buf(),
    }
}

/// Removes what a killed run left beside the target; the lock is ours, so nobody is writing to it.
fn remove_leftovers(folder: &Path, name: &str) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let prefix = format!(".{name}.");
    for entry in entries.flatten() {
        let is_leftover = entry.file_name().to_str().is_some_and(|found| {
            let middle = found.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(".tmp"));
            middle.is_some_and(|random| random.len() == RANDOM_CHARACTERS && !random.contains('.'))
        });
        if is_leftover {
            // One that cannot be removed is in nobody's way.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The target's own mode if it stands already, else what the user's mask gives any new file.
#[cfg(unix)]
fn new_temporary(path: &Path, prefix: &str, folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    const MODE_OF_A_NEW_FILE: u32 = 0o666;
    let standing = std::fs::metadata(path).map(|metadata| metadata.permissions());
    let temporary = tempfile::Builder::new()
        .prefix(prefix)
        .suffix(".tmp")
        .rand_bytes(RANDOM_CHARACTERS)
        .permissions(std::fs::Permissions::from_mode(MODE_OF_A_NEW_FILE))
        .tempfile_in(folder)?;
    if let Ok(permissions) = standing {
        temporary.as_file().set_permissions(permissions)?;
    }
    Ok(temporary)
}

#[cfg(not(unix))]
fn new_temporary(_: &Path, prefix: &str, folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(prefix).suffix(".tmp").rand_bytes(RANDOM_CHARACTERS).tempfile_in(folder)
}

fn send_to_stdout(file: &mut File) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    let mut out = io::stdout().lock();
    match io::copy(file, &mut out).and_then(|_| out.flush()) {
        // A reader that has seen enough is no failure of ours.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        sent => sent,
    }
}

/// Returns the error for a target that cannot be written.
pub(super) fn not_writable(path: &Path, error: &io::Error) -> Error {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "its folder is not there".to_owned(),
        _ => error.to_string(),
    };
    let help = match error.kind() {
        io::ErrorKind::NotFound => "make the folder, or write elsewhere with `-o`",
        io::ErrorKind::PermissionDenied => {
            "close the workbook if it is open in Excel, check the folder's rights, or write elsewhere with `-o`"
        }
        io::ErrorKind::ResourceBusy | io::ErrorKind::ExecutableFileBusy => {
            "close the workbook in Excel and run again"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; make room, or write elsewhere with `-o`"
        }
        _ => "write elsewhere with `-o`",
    };
    Error::output(
        Diagnostic::error("output-not-writable", format!("`{}` cannot be written: {why}", path.display()))
            .help(help),
    )
}

/// Returns the error for a failure in the middle of writing.
pub(super) fn io_failed(what: &str, error: &io::Error) -> Error {
    Error::output(
        Diagnostic::error("output-not-writable", format!("{what}: {error}"))
            .help("make room on the disk, or write elsewhere with `-o`; nothing was changed at the target"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

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
        let mut staged = Staged::create(&Target::File(path.clone())).expect("writable");
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
        let mut staged = Staged::create(&Target::File(path.clone())).expect("writable");
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
        Staged::create(&Target::File(path))
            .expect("writable")
            .commit(|_| Ok((0, String::new())))
            .expect("committed");
        let mut left = names(folder.path());
        left.sort();
        assert_eq!(left, [".other.xlsx.Ab12Cd.tmp", ".out.xlsx.kept.tmp", "out.xlsx"]);
    }

    #[test]
    fn two_runs_do_not_write_one_workbook() {
        let (_folder, path) = in_new_folder();
        let first = Staged::create(&Target::File(path.clone())).expect("writable");
        let second = Staged::create(&Target::File(path.clone())).err().expect("held");
        assert_eq!(second.kind, ErrorKind::Busy);
        drop(first);
        assert!(Staged::create(&Target::File(path)).is_ok());
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_of_the_output() {
        let (folder, _) = in_new_folder();
        let error =
            Staged::create(&Target::File(folder.path().join("no/such/out.xlsx"))).err().expect("no folder");
        assert_eq!(error.kind, ErrorKind::Output);
        assert!(error.to_string().contains("help: make the folder"), "{error}");
        let error = Staged::create(&Target::File(folder.path().to_path_buf())).err().expect("a folder");
        assert_eq!(error.diagnostics[0].code, "output-is-folder");
    }

    #[cfg(unix)]
    #[test]
    fn a_workbook_keeps_the_mode_of_what_it_replaces() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, path) = in_new_folder();
        std::fs::write(&path, "before").expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("ours");
        let staged = Staged::create(&Target::File(path.clone())).expect("writable");
        staged.commit(|_| Ok((0, String::new()))).expect("committed");
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_written_through_even_to_a_file_that_is_not_there() {
        let (folder, path) = in_new_folder();
        let link = folder.path().join("link.xlsx");
        std::os::unix::fs::symlink("out.xlsx", &link).expect("linked");
        for _ in ["not there yet", "there"] {
            let staged = Staged::create(&Target::File(link.clone())).expect("writable");
            staged.commit(|_| Ok((0, String::new()))).expect("committed");
            assert!(std::fs::symlink_metadata(&link).expect("there").is_symlink());
            assert!(path.is_file());
        }
    }
}

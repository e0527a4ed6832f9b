//! A folder of files that belong together: made beside its place, and put there in one step.
//!
//! Where the system can exchange two folders (Linux, macOS), there is no moment without one of them, or with files of both.
//! Elsewhere the old folder is moved away first; a crash at that moment leaves both under hidden names.

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use crate::leftovers;
use crate::target::{folder_of, not_writable, resolved};
use std::fs::Permissions;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Other files of a folder that are named in a message, at most.
const NAMED: usize = 3;

/// What a desktop puts into a folder that somebody looks at.
const OF_DESKTOPS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// A folder on its way to its place.
pub struct StagedFolder {
    temporary: TempDir,
    /// The folder as the user named it.
    named: PathBuf,
    /// Where it will be, with links followed.
    path: PathBuf,
    /// Who may read it then; until then its owner alone.
    permissions: Permissions,
    /// Tells by its name whether a file is one of those that belong together.
    is_ours: fn(&str) -> bool,
}

/// Refuses a folder that cannot be replaced: one that holds other files than those which `is_ours` knows.
///
/// # Errors
/// `tables-folder` (kind `Output`) if it holds others, or is not a folder.
pub fn check(named: &Path, is_ours: fn(&str) -> bool) -> Result<()> {
    let path = resolved(named);
    let others = match std::fs::read_dir(&path) {
        Ok(entries) => others(entries, is_ours).map_err(|error| not_writable(named, &error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            let message = format!("`{}` is not a folder", named.display());
            return Err(refused(message, "name a new folder for the tables"));
        }
        Err(error) => return Err(not_writable(named, &error)),
    };
    if others.is_empty() {
        return Ok(());
    }
    let more = others.len().saturating_sub(NAMED);
    let mut told: Vec<String> = others.into_iter().take(NAMED).collect();
    if more > 0 {
        told.push(format!("{more} more"));
    }
    let message = format!("the folder `{}` also holds {}", named.display(), told.join(", "));
    Err(refused(message, "name a folder of its own for the tables; it is replaced as a whole"))
}

/// Removes what killed runs left of a folder; whoever calls holds its real lock, so no run is making it.
pub fn sweep(named: &Path, is_ours: fn(&str) -> bool) {
    let path = resolved(named);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    leftovers::remove_folders(&folder_of(&path), &name, is_ours);
}

fn refused(message: String, help: &str) -> Error {
    Error::output(Diagnostic::error(Code::TablesFolder, message).help(help))
}

/// The names of entries that are not ours, in order.
fn others(entries: std::fs::ReadDir, is_ours: fn(&str) -> bool) -> io::Result<Vec<String>> {
    let mut others = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_nobodys = is_ours(&name) || OF_DESKTOPS.contains(&name.as_str());
        if !(is_nobodys && entry.file_type()?.is_file()) {
            others.push(format!("`{name}`"));
        }
    }
    others.sort_unstable();
    Ok(others)
}

impl StagedFolder {
    /// Makes the folder beside its place.
    ///
    /// # Errors
    /// As [`check`]; if the folder around it is not there or cannot be written.
    pub fn create(named: &Path, is_ours: fn(&str) -> bool) -> Result<Self> {
        check(named, is_ours)?;
        let path = resolved(named);
        let around = folder_of(&path);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let failed = |error: io::Error| not_writable(named, &error);
        let prefix = format!(".{name}.");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(leftovers::SUFFIX).rand_bytes(leftovers::RANDOM_CHARACTERS);
        // As the user's mask has it for any new folder; nothing is in it before its owner alone may read it.
        let temporary = in_folder(&builder, &around).map_err(failed)?;
        let standing = path.metadata().or_else(|_| temporary.path().metadata()).map_err(failed)?;
        let permissions = standing.permissions();
        for_its_owner(temporary.path()).map_err(failed)?;
        Ok(Self { temporary, named: named.to_owned(), path, permissions, is_ours })
    }

    /// Returns where its files are made.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// Puts the folder in its place; its files are whole by now, and were made to last. What was there goes.
    ///
    /// # Errors
    /// As [`check`], for files that came in the meantime; if the folder cannot be renamed. What was there is still there
    /// then.
    pub fn commit(self) -> Result<()> {
        let Self { temporary, named, path, permissions, is_ours } = self;
        check(&named, is_ours)?;
        let failed = |error: io::Error| not_renamed(&named, &error);
        std::fs::set_permissions(temporary.path(), permissions).map_err(failed)?;
        sync(temporary.path());
        match put(temporary.path(), &path).map_err(failed)? {
            // What was there before goes with the temporary folder.
            Placed::Exchanged => drop(temporary),
            Placed::Moved => drop(temporary.keep()),
        }
        sync(&folder_of(&path));
        Ok(())
    }
}

/// What became of a folder's temporary name.
enum Placed {
    /// It has what was there before.
    Exchanged,
    /// Nothing has it.
    Moved,
}

/// Renames `from` to `to`.
fn put(from: &Path, to: &Path) -> io::Result<Placed> {
    if !to.try_exists()? {
        std::fs::rename(from, to)?;
        return Ok(Placed::Moved);
    }
    exchange(from, to).or_else(|_| move_aside(from, to))?;
    Ok(Placed::Exchanged)
}

/// Lets two folders change places where the system cannot do it at once.
fn move_aside(from: &Path, to: &Path) -> io::Result<()> {
    // The old one gets the name of a temporary folder, which a later run knows if this one is killed.
    let aside = from.with_extension("").with_extension("000000.tmp");
    std::fs::rename(to, &aside)?;
    if let Err(error) = std::fs::rename(from, to) {
        std::fs::rename(&aside, to)?;
        return Err(error);
    }
    std::fs::rename(&aside, from)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, from, CWD, to, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

/// No other system is known to do it.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Not every system can sync a folder; its files are safe by now.
fn sync(folder: &Path) {
    let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(unix)]
fn in_folder(builder: &tempfile::Builder<'_, '_>, folder: &Path) -> io::Result<TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    const MODE_OF_A_NEW_FOLDER: u32 = 0o777;
    let mut builder = builder.clone();
    builder.permissions(Permissions::from_mode(MODE_OF_A_NEW_FOLDER)).tempdir_in(folder)
}

#[cfg(not(unix))]
fn in_folder(builder: &tempfile::Builder<'_, '_>, folder: &Path) -> io::Result<TempDir> {
    builder.tempdir_in(folder)
}

#[cfg(unix)]
fn for_its_owner(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, Permissions::from_mode(0o700))
}

/// A folder gives its files their rights there.
#[cfg(not(unix))]
fn for_its_owner(_: &Path) -> io::Result<()> {
    Ok(())
}

fn not_renamed(named: &Path, error: &io::Error) -> Error {
    let message = format!("the folder `{}` cannot be replaced: {error}", named.display());
    let help = match error.kind() {
        io::ErrorKind::ResourceBusy => {
            "a disk is mounted there, or a program uses it; name a folder inside it"
        }
        _ => "close what is open in it, check the permissions of the folder around it, or name another one",
    };
    refused(message, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ours(name: &str) -> bool {
        ["one.csv", "two.csv"].contains(&name)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn staged(path: &Path, file: &str) -> StagedFolder {
        let staged = StagedFolder::create(path, is_ours).unwrap();
        std::fs::write(staged.path().join(file), "new").unwrap();
        staged
    }

    #[test]
    fn a_folder_takes_the_place_of_the_one_before_as_a_whole() {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("tables");
        staged(&path, "one.csv").commit().unwrap();
        assert_eq!(names(&path), ["one.csv"]);
        let second = staged(&path, "two.csv");
        assert_eq!(names(&path), ["one.csv"]);
        second.commit().unwrap();
        assert_eq!(
            (names(&path), names(around.path())),
            (vec!["two.csv".to_owned()], vec!["tables".to_owned()])
        );
    }

    #[test]
    fn a_folder_that_is_given_up_leaves_what_was_there() {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("tables");
        staged(&path, "one.csv").commit().unwrap();
        drop(staged(&path, "two.csv"));
        assert_eq!(
            (names(&path), names(around.path())),
            (vec!["one.csv".to_owned()], vec!["tables".to_owned()])
        );
    }

    #[test]
    fn where_nothing_can_be_exchanged_the_old_folder_is_moved_away_first() {
        let around = tempfile::tempdir().unwrap();
        let [from, to] = [".tables.Ab12Cd.tmp", "tables"].map(|name| around.path().join(name));
        for (folder, file) in [(&from, "two.csv"), (&to, "one.csv")] {
            std::fs::create_dir(folder).unwrap();
            std::fs::write(folder.join(file), "").unwrap();
        }
        // A folder does not change places with one that is not there.
        assert!(exchange(&from, &around.path().join("none")).is_err());
        move_aside(&from, &to).unwrap();
        assert_eq!((names(&to), names(&from)), (vec!["two.csv".to_owned()], vec!["one.csv".to_owned()]));
    }

    #[test]
    fn a_folder_with_files_of_others_is_refused_and_stays() {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("tables");
        let waiting = staged(&path, "one.csv");
        std::fs::create_dir(&path).unwrap();
        for name in ["one.csv", "notes.txt"] {
            std::fs::write(path.join(name), "").unwrap();
        }
        for error in [waiting.commit().unwrap_err(), check(&path, is_ours).unwrap_err()] {
            assert_eq!(error.diagnostics[0].code, Code::TablesFolder);
            assert!(error.to_string().contains("also holds `notes.txt`"), "{error}");
        }
        assert_eq!(names(&path), ["notes.txt", "one.csv"]);
        assert_eq!(
            check(&path.join("one.csv"), is_ours).unwrap_err().diagnostics[0].code,
            Code::TablesFolder
        );
    }

    #[test]
    fn what_a_killed_run_left_is_removed_and_nothing_else() {
        let around = tempfile::tempdir().unwrap();
        for (folder, file) in [
            (".tables.Ab12Cd.tmp", "one.csv"),
            (".tables.000000.tmp", ".one.csv.Ab12Cd.tmp"),
            (".tables.Ab12Ce.tmp", "notes.txt"),
            (".others.Ab12Cd.tmp", "one.csv"),
        ] {
            let folder = around.path().join(folder);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join(file), "").unwrap();
        }
        sweep(&around.path().join("tables"), is_ours);
        staged(&around.path().join("tables"), "one.csv").commit().unwrap();
        assert_eq!(names(around.path()), [".others.Ab12Cd.tmp", ".tables.Ab12Ce.tmp", "tables"]);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_a_folder_on_its_way_and_it_keeps_the_mode_of_what_it_replaces() {
        use std::os::unix::fs::PermissionsExt as _;
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("tables");
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        std::fs::create_dir(&path).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o750)).unwrap();
        let waiting = staged(&path, "one.csv");
        assert_eq!(mode(waiting.path()), 0o700);
        waiting.commit().unwrap();
        assert_eq!(mode(&path), 0o750);
    }
}

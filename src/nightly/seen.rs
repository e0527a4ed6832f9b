//! What a file shows of itself, and a folder of files: it changes when somebody writes to them.

use crate::date::Date;
use crate::read::partition;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// How deep folders are looked into, as where they are read.
pub(super) const LIMIT_DEPTH: usize = 17;
/// What is looked at in a folder, at most: three times the files that are read of one, since jobs put others beside them.
const LIMIT_ENTRIES: u32 = 300_000;

/// What changes when a file is written to, or a file of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its size; of a folder, that of all its files.
    pub(super) bytes: u64,
    /// When it was last changed; the later of both times, where the system keeps two.
    pub(super) changed: SystemTime,
    /// When its content was last changed, as copies keep it; of a folder, the newest of its files that are rows.
    pub(super) modified: SystemTime,
}

impl Seen {
    /// Returns what a file or folder shows; links are followed, in a folder those that may lead to rows.
    ///
    /// # Errors
    /// Those of the system, and that there is too much in a folder: links in it may lead back to it.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        if !metadata.is_dir() {
            return Ok(Self::of(&metadata));
        }
        let mut all =
            All { bytes: 0, changed: Self::of(&metadata).changed, modified: None, left: LIMIT_ENTRIES };
        all.look(path, LIMIT_DEPTH)?;
        let modified = all.modified.unwrap_or_else(|| Self::of(&metadata).modified);
        Ok(Self { bytes: all.bytes, changed: all.changed, modified })
    }

    /// Returns what a file shows.
    pub(super) fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        Self { bytes: metadata.len(), changed: changed(metadata, modified), modified }
    }

    /// Returns the day on which the content was last changed, in UTC.
    pub(super) fn day(&self) -> Date {
        let seconds = match self.modified.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
        };
        Date::of_unix_seconds(seconds)
    }
}

/// Copies keep the time of the content, but not that of the file's entry, which nobody can set.
#[cfg(unix)]
fn changed(metadata: &Metadata, modified: SystemTime) -> SystemTime {
    use std::os::unix::fs::MetadataExt;
    use std::time::Duration;
    let seconds = u64::try_from(metadata.ctime()).unwrap_or(0);
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).unwrap_or(0);
    let entry = SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds));
    entry.map_or(modified, |entry| entry.max(modified))
}

#[cfg(not(unix))]
fn changed(_: &Metadata, modified: SystemTime) -> SystemTime {
    modified
}

/// What the files of a folder show together.
struct All {
    bytes: u64,
    changed: SystemTime,
    /// `None` = there is no file yet that is rows.
    modified: Option<SystemTime>,
    /// How much more is looked at.
    left: u32,
}

impl All {
    fn look(&mut self, folder: &Path, depth: usize) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            self.left = self.left.checked_sub(1).ok_or_else(|| io::Error::other(TOO_MUCH))?;
            let metadata = match fs::metadata(entry.path()) {
                Ok(metadata) => metadata,
                // A job took it away meanwhile, which shows by the folder.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let seen = Seen::of(&metadata);
            self.changed = self.changed.max(seen.changed);
            if metadata.is_dir() {
                let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
                if depth > 0 && (!is_link || may_have_rows(&entry.file_name())) {
                    self.look(&entry.path(), depth - 1)?;
                }
                continue;
            }
            self.bytes += seen.bytes;
            // As where the rows are read: what begins so is no part of the table.
            if !entry.file_name().to_string_lossy().starts_with(['_', '.']) {
                self.modified = self.modified.max(Some(seen.modified));
            }
        }
        Ok(())
    }
}

const TOO_MUCH: &str = "more than 300,000 files and folders are in it, or links in it lead back to it";

/// Whether a folder in a table may have rows of it, as where they are read: `country=DE`. A link of another name leads to
/// what is no part of the table, and maybe back.
pub(super) fn may_have_rows(name: &OsStr) -> bool {
    partition(&name.to_string_lossy()).is_some()
}

/// Returns whether a job is still writing to a folder, or broke off.
pub(super) fn is_unfinished(folder: &Path) -> bool {
    folder.join("_temporary").is_dir() && !folder.join(SUCCESS).exists()
}

/// What jobs write into a folder when all of it is there.
pub(super) const SUCCESS: &str = "_SUCCESS";

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_folder_shows_whatever_changes_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join("country=DE");
        fs::create_dir(&part).unwrap();
        fs::write(part.join("part-0.parquet"), "PAR1").unwrap();
        let old = SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 20_000);
        let set = |name: &str, time: SystemTime| {
            let file = fs::File::options().write(true).open(part.join(name)).unwrap();
            file.set_modified(time).unwrap();
        };
        set("part-0.parquet", old);
        let first = Seen::at(folder.path()).unwrap();
        assert_eq!((first.bytes, first.modified), (4, old));
        assert_eq!(Seen::at(folder.path()).unwrap(), first);
        fs::write(part.join("_note"), "x").unwrap();
        let second = Seen::at(folder.path()).unwrap();
        assert_eq!((second.bytes, second.modified), (5, old), "what is no rows gives the table no day");
        assert_ne!(second, first);
        set("part-0.parquet", old + Duration::from_secs(1));
        assert_ne!(Seen::at(folder.path()).unwrap().modified, first.modified);
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_back_keep_nobody_busy() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (table, elsewhere) = (folder.path().join("lake"), folder.path().join("elsewhere"));
        fs::create_dir(&table).unwrap();
        fs::create_dir(&elsewhere).unwrap();
        fs::write(table.join("part-0.parquet"), "PAR1").unwrap();
        fs::write(elsewhere.join("part-1.parquet"), "PAR1").unwrap();
        for name in ["_a", "_b", "_c", "d"] {
            symlink(".", table.join(name)).unwrap();
        }
        assert_eq!(Seen::at(&table).unwrap().bytes, 4);
        symlink(&elsewhere, table.join("country=DE")).unwrap();
        assert_eq!(Seen::at(&table).unwrap().bytes, 8, "rows that a link leads to are part of the table");
        for name in ["a=1", "b=2", "c=3"] {
            symlink(".", table.join(name)).unwrap();
        }
        assert_eq!(Seen::at(&table).unwrap_err().to_string(), TOO_MUCH);
    }

    #[test]
    fn a_folder_is_unfinished_until_its_job_says_so() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_unfinished(folder.path()));
        fs::create_dir(folder.path().join("_temporary")).unwrap();
        assert!(is_unfinished(folder.path()));
        fs::write(folder.path().join(SUCCESS), "").unwrap();
        assert!(!is_unfinished(folder.path()));
    }
}

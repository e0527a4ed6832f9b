//! What follows when a file is judged: the copy of the newest output beside the folders, and the way out of the inbox.

use super::configuration::{Series, Settle};
use super::end::RosterEnd;
use super::fingerprint::{Kept, Looked};
use super::inbox::Found;
use super::ledger::{Done, sync_folder};
use super::outbox;
use super::rosters::Rosters;
use super::seen::Seen;
use super::settle::marker_of;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

impl Rosters<'_> {
    /// What follows when a file is judged, in this run or in one before that was cut off: the copy of the newest output,
    /// and the inbox.
    pub(super) fn settled(
        &self,
        end: RosterEnd,
        series: &Series,
        (file, looked): (&Found, &Looked),
        done: Done,
    ) -> RosterEnd {
        if self.written.is_none() {
            return end.with_outputs(done, self.configuration);
        }
        let mut end = end;
        let newest = self.lines().newest_of(&series.name);
        if newest.is_some_and(|newest| newest.key == done.key) {
            for extension in done.outputs.keys() {
                if let Err(error) = outbox::set_latest(&self.configuration.outbox, &done, extension) {
                    end.remarks.push(format!("`latest.{extension}` was not replaced: {error}"));
                }
            }
        }
        if let Some(folder) = &self.configuration.done {
            let to = folder.join(&done.roster).join(&done.night);
            if let Err(error) = self.take_away(file, looked, &to) {
                end.remarks.push(format!("the file was not moved out of the inbox: {error}"));
            }
        }
        end.with_outputs(done, self.configuration)
    }

    /// Whether a file is in the inbox, and not where judged files are moved to.
    pub(super) fn is_in_inbox(&self, file: &Found) -> bool {
        file.path == self.configuration.inbox.join(&file.name)
    }

    /// Moves a file out of the inbox, if it is still the one that was judged.
    fn take_away(&self, file: &Found, looked: &Looked, to: &Path) -> io::Result<()> {
        if !self.is_in_inbox(file) {
            return Ok(());
        }
        let is_same = Seen::at(&file.path).is_ok_and(|there| there == file.seen);
        let is_other = match &looked.kept {
            Kept::File(open) => open.metadata().is_ok_and(|open| Seen::of(&open) != file.seen),
            Kept::Folder(_) => false,
        };
        if !is_same || is_other {
            return Ok(());
        }
        let name = file.name.rsplit('/').next().unwrap_or_default();
        move_to(&file.path, to, name)?;
        // A marker that stayed would release the next file before it is written to its end.
        if let Settle::Marker(marker) = &self.configuration.settle {
            let _ = fs::remove_file(marker_of(&file.path, marker));
        }
        Ok(())
    }
}

/// Moves a judged file, or a folder as a whole, to `DONE/ROSTER/2026-11-28/`; one of the same name is never replaced.
///
/// # Errors
/// Those of the system.
fn move_to(path: &Path, to: &Path, name: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(to)?;
    for number in 1_u32.. {
        let there = to.join(outbox::numbered(name, number));
        if there.try_exists()? {
            continue;
        }
        match fs::rename(path, &there) {
            Ok(()) => {}
            // On another disk: copied first, so that it is never in neither place.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                let copied = copy(path, &there)?;
                sync_folder(to);
                remove(&copied)?;
            }
            Err(error) => return Err(error),
        }
        sync_folder(to);
        return Ok(there);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Copies a file, or a folder with all that is in it; returns what was copied, each folder after what is in it. Of a link it
/// copies what it leads to, and returns the link.
fn copy(path: &Path, there: &Path) -> io::Result<Vec<PathBuf>> {
    let mut copied = Vec::new();
    if path.is_dir() {
        fs::create_dir(there)?;
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            copied.append(&mut copy(&entry.path(), &there.join(entry.file_name()))?);
        }
        if path.is_symlink() {
            // What a link leads to belongs to somebody else, and stays.
            copied.clear();
        }
        sync_folder(there);
    } else {
        fs::copy(path, there)?;
        let copy = File::options().write(true).open(there)?;
        // A roster may be of the day on which its file was last changed.
        let _ = fs::metadata(path).and_then(|found| copy.set_modified(found.modified()?));
        copy.sync_all()?;
    }
    copied.push(path.to_owned());
    Ok(copied)
}

/// Removes what was copied, and nothing that came into a folder meanwhile.
fn remove(copied: &[PathBuf]) -> io::Result<()> {
    copied.iter().try_for_each(|path| {
        let is_folder = path.is_dir() && !path.is_symlink();
        if is_folder { fs::remove_dir(path) } else { fs::remove_file(path) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_away_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a.csv"), folder.path().join("done"));
        for wanted in ["a.csv", "a (2).csv", "a (3).csv"] {
            fs::write(&from, wanted).unwrap();
            let there = move_to(&from, &to, "a.csv").unwrap();
            assert_eq!(there, to.join(wanted));
            assert_eq!(fs::read_to_string(there).unwrap(), wanted);
            assert!(!from.exists());
        }
    }

    #[test]
    fn a_folder_is_copied_as_a_whole_and_what_came_meanwhile_is_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("lake"), folder.path().join("done"));
        fs::create_dir_all(from.join("country=DE")).unwrap();
        fs::write(from.join("country=DE/part-0.parquet"), "rows").unwrap();
        fs::write(from.join("_SUCCESS"), "").unwrap();
        let copied = copy(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("country=DE/part-0.parquet")).unwrap(), "rows");
        fs::write(from.join("country=DE/part-1.parquet"), "more").unwrap();
        assert!(remove(&copied).is_err());
        assert_eq!(fs::read_to_string(from.join("country=DE/part-1.parquet")).unwrap(), "more");
        let there = move_to(&from, &folder.path().join("moved"), "lake").unwrap();
        assert!(there.join("country=DE/part-1.parquet").is_file() && !from.exists());
    }
}

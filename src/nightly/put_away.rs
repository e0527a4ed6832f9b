//! What follows when a file is judged: the copy of the newest output beside the folders, and the way out of the inbox.

use super::configuration::{Series, Settle};
use super::end::RosterEnd;
use super::fingerprint::{Kept, Looked};
use super::inbox::Found;
use super::ledger::{Done, sync_folder};
use super::outbox;
use super::rosters::Rosters;
use super::seen::{LIMIT_DEPTH, Seen, may_have_rows};
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
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => move_by_copy(path, to, &there)?,
            Err(error) => return Err(error),
        }
        sync_folder(to);
        return Ok(there);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// A name of its own in the folder, so that what a killed run has left is removed.
const STAGED: &str = ".moving.part";

/// Moves to another disk: copied first, so that it is never in neither place. What is not copied to its end leaves nothing,
/// or each run would add one.
fn move_by_copy(path: &Path, to: &Path, there: &Path) -> io::Result<()> {
    let staged = to.join(STAGED);
    drop_copy(&staged);
    let copied = copy(path, &staged, LIMIT_DEPTH)
        .and_then(|copied| fs::rename(&staged, there).map(|()| copied))
        .inspect_err(|_| drop_copy(&staged))?;
    sync_folder(to);
    remove(&copied).inspect_err(|_| {
        // This user may not take away anything from there: it is still whole, and is copied again by the next run.
        if copied.iter().all(|path| path.symlink_metadata().is_ok()) {
            drop_copy(there);
        }
    })
}

fn drop_copy(path: &Path) {
    // A copy has no links; none is followed in either case.
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}

/// Copies a file, or a folder with all that is in it; returns what was copied, each folder after what is in it. Of a link it
/// copies what it leads to, and returns the link; links are followed `depth` folders deep.
fn copy(path: &Path, there: &Path, depth: usize) -> io::Result<Vec<PathBuf>> {
    let mut copied = Vec::new();
    if path.is_dir() {
        fs::create_dir(there)?;
        for entry in fs::read_dir(path)? {
            let (name, from) = entry.map(|entry| (entry.file_name(), entry.path()))?;
            if from.is_symlink() && from.is_dir() && (depth == 0 || !may_have_rows(&name)) {
                // It is no part of the table, and may lead back.
                copied.push(from);
                continue;
            }
            copied.append(&mut copy(&from, &there.join(name), depth.saturating_sub(1))?);
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
        let copied = copy(&from, &to, LIMIT_DEPTH).unwrap();
        assert_eq!(fs::read_to_string(to.join("country=DE/part-0.parquet")).unwrap(), "rows");
        fs::write(from.join("country=DE/part-1.parquet"), "more").unwrap();
        assert!(remove(&copied).is_err());
        assert_eq!(fs::read_to_string(from.join("country=DE/part-1.parquet")).unwrap(), "more");
        let there = move_to(&from, &folder.path().join("moved"), "lake").unwrap();
        assert!(there.join("country=DE/part-1.parquet").is_file() && !from.exists());
    }

    #[test]
    fn a_copy_is_whole_and_takes_the_place_of_what_a_killed_run_has_left() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("lake"), folder.path().join("done"));
        fs::create_dir_all(&from).unwrap();
        fs::write(from.join("part-0.parquet"), "rows").unwrap();
        fs::create_dir_all(to.join(STAGED)).unwrap();
        fs::write(to.join(STAGED).join("part-9.parquet"), "ro").unwrap();
        move_by_copy(&from, &to, &to.join("lake")).unwrap();
        let names = |folder: &Path| {
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>()
        };
        assert_eq!(
            (names(&to), names(&to.join("lake"))),
            (vec!["lake".into()], vec!["part-0.parquet".into()])
        );
        assert!(!from.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_copy_that_does_not_come_to_its_end_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("lake"), folder.path().join("done"));
        fs::create_dir_all(&from).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(from.join("part-0.parquet"), "rows").unwrap();
        std::os::unix::fs::symlink("nowhere", from.join("_note")).unwrap();
        for _ in 0..2 {
            assert!(move_by_copy(&from, &to, &to.join("lake")).is_err());
            assert_eq!(fs::read_dir(&to).unwrap().count(), 0);
        }
        assert_eq!(fs::read_to_string(from.join("part-0.parquet")).unwrap(), "rows");
    }

    #[cfg(unix)]
    #[test]
    fn of_links_only_those_are_copied_that_lead_to_rows() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("lake"), folder.path().join("done"));
        let elsewhere = folder.path().join("elsewhere");
        for folder in [&from, &to, &elsewhere] {
            fs::create_dir(folder).unwrap();
        }
        fs::write(elsewhere.join("part-0.parquet"), "rows").unwrap();
        symlink(&elsewhere, from.join("country=DE")).unwrap();
        for name in ["_a", "_b", "_c"] {
            symlink(".", from.join(name)).unwrap();
        }
        move_by_copy(&from, &to, &to.join("lake")).unwrap();
        assert_eq!(fs::read_dir(to.join("lake")).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(to.join("lake/country=DE/part-0.parquet")).unwrap(), "rows");
        assert!(!from.exists() && elsewhere.join("part-0.parquet").is_file());
    }
}

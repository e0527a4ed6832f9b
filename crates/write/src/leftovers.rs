//! What killed runs have left behind: temporary files beside a workbook, and locks that nobody holds.

use crate::lock::{self, Lock};
use std::collections::BTreeSet;
use std::path::Path;

/// How many random characters are in the name of a temporary file.
pub(super) const RANDOM_CHARACTERS: usize = 6;

/// What the name of a temporary file ends with.
pub(super) const SUFFIX: &str = ".tmp";

/// Removes the temporary files of a workbook, by its name in `folder`; whoever calls holds its real lock, so no run is
/// writing them.
pub(super) fn remove(folder: &Path, name: &str) {
    for entry in entries(folder) {
        let is_leftover = entry.file_name().to_str().and_then(workbook_of_temporary) == Some(name);
        // A file, and nothing that only has its name.
        if is_leftover && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // One that cannot be removed is in nobody's way.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Removes the temporary folders of a folder of files that belong together, by its name in `around`; likewise. One that
/// holds anything else stays.
pub(super) fn remove_folders(around: &Path, name: &str, is_ours: fn(&str) -> bool) {
    for entry in entries(around) {
        let is_leftover = entry.file_name().to_str().and_then(workbook_of_temporary) == Some(name);
        if !is_leftover || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        for file in entries(&entry.path()) {
            let name = file.file_name();
            let Some(name) = name.to_str() else { continue };
            let of = workbook_of_temporary(name).or_else(|| workbook_of_lock(name)).unwrap_or(name);
            if is_ours(of) {
                let _ = std::fs::remove_file(file.path());
            }
        }
        // One that is not empty is somebody's, and in nobody's way.
        let _ = std::fs::remove_dir(entry.path());
    }
}

/// Removes the temporary files and locks of all workbooks in a folder, but for those that a run is writing.
pub fn sweep(folder: &Path) {
    let workbook = |entry: std::fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_str()?;
        let workbook = workbook_of_temporary(name).or_else(|| workbook_of_lock(name))?;
        Path::new(workbook).extension().is_some_and(|kind| kind == "xlsx").then(|| workbook.to_owned())
    };
    let workbooks: BTreeSet<String> = entries(folder).filter_map(workbook).collect();
    for name in workbooks {
        // The lock goes with its file, unless another run holds it.
        let lock = Lock::take_at_once(&folder.join(&name)).ok();
        if lock.as_ref().is_some_and(Lock::is_real) {
            remove(folder, &name);
        }
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = std::fs::DirEntry> {
    std::fs::read_dir(folder).into_iter().flatten().flatten()
}

/// `.out.xlsx.Ab12Cd.tmp` is a temporary file of `out.xlsx`.
fn workbook_of_temporary(name: &str) -> Option<&str> {
    let (workbook, random) = name.strip_prefix('.')?.strip_suffix(SUFFIX)?.rsplit_once('.')?;
    let is_random =
        random.len() == RANDOM_CHARACTERS && random.bytes().all(|letter| letter.is_ascii_alphanumeric());
    is_random.then_some(workbook)
}

/// `.out.xlsx.lock` is the lock of `out.xlsx`.
fn workbook_of_lock(name: &str) -> Option<&str> {
    name.strip_prefix('.')?.strip_suffix(lock::SUFFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_of_all_workbooks_go_but_for_those_of_a_run_that_is_at_work() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let held = Lock::take(&path("Held.xlsx"), &path("Held.xlsx")).unwrap();
        for name in [
            ".Portal.xlsx.Ab12Cd.tmp",
            ".Portal.xlsx.lock",
            ".Q&A.xlsx.000000.tmp",
            ".Gone.xlsx.lock",
            ".Held.xlsx.Ab12Cd.tmp",
            "Portal.xlsx",
            ".Portal.xlsx.kept.tmp",
            ".Portal.xlsx.Ab-2Cd.tmp",
            ".notes.txt.Ab12Cd.tmp",
            ".notes.lock",
        ] {
            std::fs::write(path(name), "").unwrap();
        }
        sweep(folder.path());
        let left = || {
            let mut names: Vec<String> =
                entries(folder.path()).map(|entry| entry.file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        let mut kept = vec![".Held.xlsx.Ab12Cd.tmp", ".Held.xlsx.lock", ".Portal.xlsx.Ab-2Cd.tmp"];
        kept.extend([".Portal.xlsx.kept.tmp", ".notes.lock", ".notes.txt.Ab12Cd.tmp", "Portal.xlsx"]);
        assert_eq!(left(), kept);
        drop(held);
        sweep(folder.path());
        assert_eq!(left(), kept[2..]);
    }
}

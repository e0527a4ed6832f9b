//! The folder of the workbooks of values: where it stands, who holds it, and what stands in it already.

use crate::diagnostic::{Code, Diagnostic, excerpt};
use crate::error::{Error, ErrorKind, Result};
use crate::job::open_files;
use crate::job::refuse::{ROSTER, files_read};
use crate::job::request::{Job, Previous};
use crate::write::leftovers;
use crate::write::lock::Lock;
use crate::write::target::{Target, resolved};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The folder that has the name of the workbook of all customers, and stands beside it.
pub(in crate::job) fn beside(output: &Path) -> PathBuf {
    let folder = output.with_extension("");
    if folder != output && folder.file_name().is_some() && folder.parent() == output.parent() {
        return folder;
    }
    // A workbook without an extension has that name itself.
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!("{name}.parts"))
}

/// Keeps the workbooks of values against other runs, from before the first row to the last workbook, and removes what
/// killed runs left among them; that of all customers has a lock of its own.
///
/// # Errors
/// If another run holds them (kind `Busy`), or the folder beside them cannot be written (kind `Output`).
pub(in crate::job) fn hold(job: &Job) -> Result<Option<Lock>> {
    let (Some(Target::File(output)), Some(_)) = (&job.target, job.split_files) else { return Ok(None) };
    let folder = beside(output);
    let lock = Lock::take(&folder, output)?;
    // Values that a killed run had may never come again, and nobody else would look for what it left of them.
    if lock.is_real() {
        leftovers::sweep(&folder);
    }
    Ok(Some(lock))
}

/// Makes the folder; returns whether it is a new one.
///
/// # Errors
/// `split-folder` if there can be none.
pub(super) fn make(folder: &Path) -> Result<bool> {
    match std::fs::create_dir(folder) {
        Ok(()) => Ok(true),
        Err(_) if folder.is_dir() => Ok(false),
        Err(error) => {
            let why = match folder.symlink_metadata() {
                Ok(standing) if standing.is_symlink() => "a broken link has this name".to_owned(),
                Ok(_) => "a file has this name".to_owned(),
                Err(_) => error.to_string(),
            };
            Err(Error::output(
                Diagnostic::error(
                    Code::SplitFolder,
                    format!(
                        "the folder `{}` for the split workbooks cannot be created: {why}",
                        folder.display()
                    ),
                )
                .help("move what is there, check the folder's permissions, or write elsewhere with `-o`"),
            ))
        }
    }
}

/// Links may lead a workbook to where another one goes, or to a file that was read; `going_there` are values and files.
///
/// # Errors
/// `output-is-input` if one does.
pub(super) fn refuse_what_stands_there<'a>(
    job: &Job,
    output: &Path,
    going_there: impl Iterator<Item = (&'a str, &'a Path)>,
) -> Result<()> {
    // The earlier workbook may be the one of all customers, which is read before it is replaced, but none of a value.
    let earlier = match &job.since {
        Some(Previous::Workbook(path)) => Some((path.as_path(), "the workbook that `--since` names")),
        _ => None,
    };
    let read = files_read(job)
        .chain(earlier)
        .filter_map(|(path, what)| Some((path.canonicalize().ok()?, what.to_owned())));
    let mut going: HashMap<PathBuf, String> = read.collect();
    going.insert(resolved(output), "the workbook of all customers".to_owned());
    for (value, path) in going_there {
        let there = resolved(path);
        let is_roster = || open_files::is_roster(job, path).then(|| ROSTER.to_owned());
        if let Some(what) = going.get(&there).cloned().or_else(is_roster) {
            let path = path.display();
            return Err(Error::new(
                ErrorKind::Usage,
                Diagnostic::error(
                    Code::OutputIsInput,
                    format!("a split workbook would be written to `{path}`, which is {what}"),
                )
                .help(
                    "move what is there, or write elsewhere with `-o`; split workbooks go next to the output",
                ),
            ));
        }
        going.insert(there, format!("also the workbook of `{}`", excerpt(value)));
    }
    Ok(())
}

/// Leaves no empty folder that was made for workbooks which there will not be.
pub(super) fn give_up(folder: &Path, is_new: bool) {
    if is_new {
        // One that has something in it by now stays.
        let _ = std::fs::remove_dir(folder);
    }
}

/// Returns the names of workbooks in the folder that are not `ours`, in order.
pub(super) fn others<'a>(folder: &Path, ours: impl Iterator<Item = &'a Path>) -> Vec<String> {
    let ours: HashSet<&Path> = ours.collect();
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let other = |entry: std::fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        // Names that begin so are of temporary files and of Excel's marks that somebody has a workbook open.
        let is_workbook = name.to_lowercase().ends_with(".xlsx") && !name.starts_with(['.', '~']);
        (is_workbook && !ours.contains(entry.path().as_path())).then_some(name)
    };
    let mut others: Vec<String> = entries.flatten().filter_map(other).collect();
    others.sort_unstable();
    others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_beside_its_workbook_under_a_name_of_its_own() {
        for (output, folder) in [
            ("roster.fasttrack.xlsx", "roster.fasttrack"),
            ("a/week.xlsx", "a/week"),
            ("/a/week.XLSX", "/a/week"),
            ("week", "week.parts"),
            ("a/week", "a/week.parts"),
            (".xlsx", ".xlsx.parts"),
            ("..xlsx", "..xlsx.parts"),
            ("a/..xlsx", "a/..xlsx.parts"),
            ("...xlsx", "...xlsx.parts"),
        ] {
            assert_eq!(beside(Path::new(output)), Path::new(folder));
        }
    }
}

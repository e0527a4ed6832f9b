//! Files that are open and have no path: they too must not be read and written in one run.

use super::refuse::{ROSTER, files_read, output_is};
use super::request::Job;
use crate::error::Result;
use crate::read::Input;
use crate::write::target::Target;
use std::path::Path;

/// Refuses an output that would take the place of what is read, where one of them is an open file.
///
/// # Errors
/// `output-is-input` (kind `Usage`).
pub(super) fn refuse_to_overwrite(job: &Job) -> Result<()> {
    let (output, what) = match &job.target {
        Some(Target::File(output)) => {
            (output.display().to_string(), is_roster(job, output).then_some(ROSTER))
        }
        Some(Target::Open(output)) => {
            let is_roster = matches!(&job.input, Input::Open(roster) if roster.is_same_file(output));
            let read = || files_read(job).find(|(path, _)| output.is_at(path)).map(|(_, what)| what);
            (output.name().to_owned(), is_roster.then_some(ROSTER).or_else(read))
        }
        Some(Target::Pipe(_) | Target::Stdout) | None => return Ok(()),
    };
    what.map_or(Ok(()), |what| Err(output_is(&output, what, "write the output to another file")))
}

/// Returns whether the roster is an open file, and this path leads to it.
pub(super) fn is_roster(job: &Job, path: &Path) -> bool {
    matches!(&job.input, Input::Open(roster) if roster.is_at(path))
}

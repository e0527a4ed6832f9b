//! `fasttrack workbook`: what a manager asks of a roster that was judged elsewhere.

use crate::cli::annotate::{STREAM, beside};
use crate::cli::args::{Workbook, WriteArguments};
use crate::cli::exit::Exit;
use crate::cli::{policy, say};
use fasttrack_roster::diagnostic::visible;
use fasttrack_roster::elsewhere::{Job, workbook};
use fasttrack_roster::error::Result;
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::write::format::Format;
use fasttrack_roster::write::target::Target;

/// Runs the command.
///
/// # Errors
/// Why there is no workbook.
pub(super) fn run(wanted: &Workbook) -> Result<Exit> {
    let target = match &wanted.output {
        Some(path) if path.as_os_str() == STREAM => Target::Stdout,
        Some(path) => Target::File(path.clone()),
        None => Target::File(beside(&wanted.folder, Format::Xlsx)),
    };
    let near = WriteArguments {
        near_seats: wanted.near_seats,
        near_percent: wanted.near_percent,
        ..WriteArguments::default()
    };
    let job = Job {
        folder: wanted.folder.clone(),
        target,
        policy: wanted.policy.as_deref().map(|policy| policy::load(Some(policy))).transpose()?,
        near: near.near(),
        workers: Workers::new(wanted.threads)?,
    };
    let done = workbook(&job)?;
    if !wanted.quiet {
        let path = done
            .written
            .path
            .as_ref()
            .map(|path| format!("wrote {}\n", visible(&path.display().to_string())));
        let text = format!("{}\n{}", done.sentence, path.as_deref().unwrap_or_default());
        if done.written.path.is_some() {
            say::out(&text)?
        } else {
            say::note(text.trim_end());
            Exit::Done
        };
    }
    Ok(if done.review > 0 { Exit::Review } else { Exit::Done })
}

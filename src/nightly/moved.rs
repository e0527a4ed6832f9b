//! The file that was judged last of a roster, where it is not in the inbox any more: a change of the rules reaches it, too.

use super::configuration::{Configuration, Series};
use super::fingerprint::of_found;
use super::inbox::Found;
use super::ledger::{Done, Lines};
use super::outbox::{Standing, numbered, standing_of};
use super::seen::Seen;
use crate::diagnostic::visible;
use std::path::PathBuf;

/// What is to be done with the file that was judged last.
pub(super) enum Moved {
    /// It is where judged files are moved to, and its rules have changed, or its output is gone.
    There(Found),
    /// The same, but nobody knows where it is: what a person should know.
    Gone(String),
}

/// Returns what is to be done with the file of a roster that was judged last, if it is none of `files`; `rules` are those of
/// now.
pub(super) fn due(
    series: &Series,
    (configuration, lines): (&Configuration, &Lines),
    files: &[&Found],
    rules: &str,
) -> Option<Moved> {
    let last = lines.newest_of(&series.name)?;
    if files.iter().any(|file| file.name == last.input) {
        return None;
    }
    let is_lost = standing_of(&configuration.outbox, last) == Standing::Missing;
    if last.rules == rules && !is_lost {
        return None;
    }
    Some(match place(configuration, lines, last) {
        Some(found) => Moved::There(found),
        None => Moved::Gone(gone(configuration, last, is_lost)),
    })
}

/// Returns where a file is that was judged and moved away: the same bytes, under its name, in the folder of a night of it.
pub(super) fn place(configuration: &Configuration, lines: &Lines, last: &Done) -> Option<Found> {
    let folder = configuration.done.as_ref()?.join(&last.roster);
    let name = last.input.rsplit('/').next()?;
    let is_it = |done: &&Done| done.input == last.input && done.sha256 == last.sha256;
    let mut nights: Vec<&str> =
        lines.done_of(&last.roster).filter(is_it).map(|done| done.night.as_str()).collect();
    nights.dedup();
    let paths = nights.into_iter().rev().flat_map(|night| {
        let folder = folder.join(night);
        let numbered = (1_u32..).map(move |number| folder.join(numbered(name, number)));
        numbered.take_while(|path| path.exists())
    });
    paths.into_iter().find_map(|path| found(path, last))
}

fn found(path: PathBuf, last: &Done) -> Option<Found> {
    let (sha256, seen) = (of_found(&path).ok()?, Seen::at(&path).ok()?);
    (sha256 == last.sha256).then(|| {
        let is_folder = path.is_dir();
        Found { path, name: last.input.clone(), is_folder, seen }
    })
}

fn gone(configuration: &Configuration, last: &Done, is_lost: bool) -> String {
    let why = if is_lost {
        "its newest workbook is gone"
    } else {
        "its rules (policy, catalogue, overrides, columns, or the version) have changed"
    };
    let place = match &configuration.done {
        Some(done) => format!("neither in the inbox nor in `{}`", visible(&done.display().to_string())),
        None => "not in the inbox any more".to_owned(),
    };
    format!(
        "`{}`: {why}, but `{}` cannot be judged again: it is {place}; put it back into the inbox, or wait for the next one",
        last.roster,
        visible(&last.input)
    )
}

//! What of the inbox cannot be seen: a folder below it that cannot be read, or all of it, where a network folder is not
//! connected and leaves an empty one in its place. Neither may look like a night on which nothing came.

use super::configuration::{Configuration, Series};
use super::end::{RosterEnd, State};
use super::inbox::Found;
use super::ledger::{Line, Lines};
use super::outcome::Failure;
use crate::diagnostic::{Code, Diagnostic, visible};
use crate::error::ErrorKind;

/// Returns how the rosters end whose files may be in a folder that cannot be read: whatever else of them is there, some of
/// it may be missing.
pub(super) fn ends(rosters: &[Series], closed: &[(String, String)]) -> Vec<RosterEnd> {
    let end = |series: &Series, (folder, why): &(String, String)| {
        let reaches = |series: &Series| series.files.iter().any(|pattern| pattern.reaches(folder));
        // A table is looked at for its own name, though nothing in it is looked for.
        let is_table =
            || !rosters.iter().any(reaches) && series.files.iter().any(|pattern| pattern.fits(folder));
        let is_its = reaches(series) || is_table();
        is_its.then(|| {
            let help =
                "check that this user may read the folder, and whether the network folder is connected";
            let told = Diagnostic::error(Code::NightFolder, message(folder, why)).help(help);
            let failure = Failure::new(ErrorKind::Input.exit_code(), told);
            RosterEnd::new(&series.name, None, State::Failed).failed(failure)
        })
    };
    rosters.iter().flat_map(|series| closed.iter().filter_map(move |folder| end(series, folder))).collect()
}

/// Says of a folder below the inbox that it cannot be read.
pub(super) fn message(folder: &str, why: &str) -> String {
    format!("the folder `{}` in the inbox cannot be read: {why}", visible(folder))
}

/// Says that nothing at all is in an inbox from which nobody takes files away, though rosters were judged there.
pub(super) fn is_emptied(configuration: &Configuration, lines: &Lines, files: &[Found]) -> Option<String> {
    let had_some = lines.lines.iter().any(|line| matches!(line, Line::Done(_)));
    (files.is_empty() && configuration.done.is_none() && had_some).then(|| {
        format!(
            "the inbox `{}` is empty, though files were judged there: unless somebody removed them, see whether the \
             network folder is connected",
            visible(&configuration.inbox.display().to_string())
        )
    })
}

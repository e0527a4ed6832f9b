//! The newest file of each roster, and its headings: what was remembered of them elsewhere is found by these.

use super::configuration::{Configuration, Series};
use super::inbox::{self, of_series};
use super::ledger::Lines;
use crate::error::Result;
use crate::job::preview::preview;
use crate::policy::Policy;
use crate::read::Input;
use std::path::{Path, PathBuf};

/// Returns each roster with the newest of its files: in the inbox, or else where the one that was judged last was moved to;
/// `None` = there is none.
///
/// # Errors
/// `night-folder` (kind `Input`), `night-state` (kind `Output`).
pub fn newest(configuration: &Configuration) -> Result<Vec<(&Series, Option<PathBuf>)>> {
    let files = inbox::look(configuration)?.files;
    let lines = Lines::read(&configuration.state)?;
    let rosters = &configuration.rosters;
    let of = |series| {
        let here = of_series(series, rosters, &files).last().map(|found| found.path.clone());
        (series, here.or_else(|| moved(series, configuration, &lines)))
    };
    Ok(rosters.iter().map(of).collect())
}

fn moved(series: &Series, configuration: &Configuration, lines: &Lines) -> Option<PathBuf> {
    super::moved::place(configuration, lines, lines.newest_of(&series.name)?).map(|found| found.path)
}

/// Returns the headings of a file, read as its roster says.
///
/// # Errors
/// Those of reading a roster.
pub fn headings(series: &Series, path: &Path) -> Result<Vec<String>> {
    let job = series.reading.job(Input::File(path.to_owned()), Policy::default_shipped()?)?;
    Ok(preview(&job)?.headings.into_iter().map(|part| part.heading).collect())
}

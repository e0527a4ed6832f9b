//! Rosters that somebody asks to be tried again, by the name of the roster or of a file of it.

use super::configuration::Series;
use super::inbox::{Found, of_series};
use crate::diagnostic::{Code, Diagnostic, excerpt};
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeSet;

/// Returns the names of the rosters that are meant.
///
/// # Errors
/// `night-name` (kind `Usage`), if a name is neither that of a roster nor that of a file that fits one.
pub(super) fn meant(names: &[String], rosters: &[Series], files: &[Found]) -> Result<BTreeSet<String>> {
    let mut meant = BTreeSet::new();
    for name in names {
        let is_file = |file: &&Found| {
            file.name == *name || file.name.rsplit('/').next().is_some_and(|base| base == name)
        };
        let fits =
            |series: &&Series| series.name == *name || of_series(series, rosters, files).iter().any(is_file);
        let found: Vec<&Series> = rosters.iter().filter(fits).collect();
        if found.is_empty() {
            let known: Vec<String> = rosters.iter().map(|series| format!("`{}`", series.name)).collect();
            let message = format!("`{}` is neither a roster nor a file of one", excerpt(name));
            let diagnostic = Diagnostic::error(Code::NightName, message)
                .help(format!("name one of the rosters {}, or a file in the inbox", known.join(", ")));
            return Err(Error::new(ErrorKind::Usage, diagnostic));
        }
        meant.extend(found.into_iter().map(|series| series.name.clone()));
    }
    Ok(meant)
}

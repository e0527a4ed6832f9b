//! Rosters that somebody asks to be tried again, by the name of the roster or of a file of it.

use super::configuration::Series;
use super::end::{RosterEnd, State};
use super::inbox::{Found, of_series};
use super::ledger::Again;
use crate::diagnostic::{Code, Diagnostic, excerpt};
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeSet;

/// What somebody asks to be tried again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Rosters by their names.
    rosters: BTreeSet<String>,
    /// Files of rosters by their paths below the inbox, each with the name of its roster.
    files: BTreeSet<(String, String)>,
}

impl Wanted {
    /// Whether a file is tried whatever failed before, however much it shrank.
    pub(super) fn releases(&self, roster: &str, input: &str) -> bool {
        self.rosters.contains(roster) || self.names(roster, input)
    }

    /// Whether a file was named itself, and not only its roster.
    pub(super) fn names(&self, roster: &str, input: &str) -> bool {
        self.files.iter().any(|(of, file)| of == roster && file == input)
    }

    /// Returns the rosters of which something was named, each once.
    pub(super) fn all(&self) -> BTreeSet<&str> {
        let of_files = self.files.iter().map(|(roster, _)| roster.as_str());
        self.rosters.iter().map(String::as_str).chain(of_files).collect()
    }

    /// Returns the lines that the ledger keeps of it.
    pub(super) fn lines(&self, at: i64) -> Vec<Again> {
        let of_roster = |roster: &String| Again { at, roster: roster.clone(), input: None };
        let of_file = |(roster, input): &(String, String)| Again {
            at,
            roster: roster.clone(),
            input: Some(input.clone()),
        };
        self.rosters.iter().map(of_roster).chain(self.files.iter().map(of_file)).collect()
    }
}

/// Returns what is meant by names.
///
/// # Errors
/// `night-name` (kind `Usage`), if a name is neither that of a roster nor that of a file that fits one.
pub(super) fn meant(names: &[String], rosters: &[Series], files: &[Found]) -> Result<Wanted> {
    let mut wanted = Wanted::default();
    for name in names {
        if let Some(series) = rosters.iter().find(|series| series.name == *name) {
            wanted.rosters.insert(series.name.clone());
            continue;
        }
        let is_it = |file: &&&Found| {
            file.name == *name || file.name.rsplit('/').next().is_some_and(|base| base == name)
        };
        let before = wanted.files.len();
        for series in rosters {
            let mine = of_series(series, rosters, files);
            let found = mine.iter().filter(is_it).map(|file| (series.name.clone(), file.name.clone()));
            wanted.files.extend(found);
        }
        if wanted.files.len() == before && !wanted.files.iter().any(|(_, file)| file.ends_with(name.as_str()))
        {
            let known: Vec<String> = rosters.iter().map(|series| format!("`{}`", series.name)).collect();
            let message = format!("`{}` is neither a roster nor a file of one", excerpt(name));
            let diagnostic = Diagnostic::error(Code::NightName, message)
                .help(format!("name one of the rosters {}, or a file in the inbox", known.join(", ")));
            return Err(Error::new(ErrorKind::Usage, diagnostic));
        }
    }
    Ok(wanted)
}

/// Says of rosters that somebody wanted to be tried again that there was nothing to try.
pub(super) fn not_tried(again: &Wanted, ends: &[RosterEnd]) -> Vec<String> {
    let is_tried = |end: &RosterEnd| !matches!(end.state, State::Known | State::Older | State::Missing);
    let was_tried = |name: &&str| ends.iter().any(|end| end.roster == *name && is_tried(end));
    let remark =
        |name: &str| format!("`{name}` has no file that failed or was held back, so nothing was tried again");
    again.all().into_iter().filter(|name| !was_tried(name)).map(remark).collect()
}

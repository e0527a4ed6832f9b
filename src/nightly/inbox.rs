//! What is in the inbox: the files that may be rosters, in order, and to which roster each belongs.

use super::configuration::{Configuration, Series, Settle};
use super::pattern::Pattern;
use super::seen::Seen;
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, visible};
use crate::error::{Error, ErrorKind, Result};
use crate::read::is_folder_of_parquet;
use crate::roster::dated;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How names of files end that another program has not finished.
const UNFINISHED: [&str; 7] = [".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart"];

/// How deep folders are looked into.
const LIMIT_DEPTH: usize = 16;

/// What is in the inbox.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The files that may be rosters, by their names in order.
    pub(super) files: Vec<Found>,
    /// What else is in it and fits no roster, whatever it holds: folders that nobody looks into, links that lead nowhere,
    /// pipes.
    pub(super) others: Vec<String>,
    /// Folders below it that cannot be read, and why.
    pub(super) closed: Vec<(String, String)>,
    /// What a person should know of it, in words.
    pub(super) remarks: Vec<String>,
}

/// A file of the inbox, or a folder of Parquet files, which is one file for all that follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its path below the inbox, with `/` between the parts.
    pub(super) name: String,
    /// Whether it is a folder.
    pub(super) is_folder: bool,
    /// What it showed of itself when it was seen.
    pub(super) seen: Seen,
}

impl Found {
    /// Returns when it was last changed, in seconds since 1970-01-01 00:00 UTC.
    pub(super) fn changed_seconds(&self) -> i64 {
        let since = self.seen.changed.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }
}

/// Looks into the inbox for files that may belong to a roster.
///
/// Ignored are hidden files, lock files of programs, what another program has not finished, markers, pipes, the run's own
/// folders and files, and folders that are not a table of Parquet files.
///
/// # Errors
/// `night-folder` (kind `Input`), if the inbox cannot be read: a network folder that is not there must not look like a
/// night on which nothing came; `night-value` (kind `Policy`), if another folder of the configuration leads to it.
pub(super) fn look(configuration: &Configuration) -> Result<Contents> {
    let (file, metrics) = (Some(&configuration.file), configuration.metrics.as_ref());
    let folders = [Some(&configuration.outbox), Some(&configuration.state), configuration.done.as_ref()];
    let own = folders.into_iter().chain([file, metrics]);
    let own: Vec<PathBuf> = own.flatten().filter_map(|path| path.canonicalize().ok()).collect();
    let failed = |error: std::io::Error| {
        let message =
            format!("the inbox `{}` cannot be read: {}", configuration.inbox.display(), why(&error));
        Error::input(Diagnostic::error(Code::NightFolder, message).help(
            "create the folder, or check `inbox` in the configuration and whether the network folder is connected",
        ))
    };
    if configuration.inbox.canonicalize().is_ok_and(|inbox| own.contains(&inbox)) {
        return Err(leads_to_itself(configuration));
    }
    let patterns = configuration.rosters.iter().flat_map(|series| &series.files).collect();
    let inbox = Inbox { own: &own, settle: &configuration.settle, patterns };
    let mut found = Contents::default();
    inbox.look(&configuration.inbox, "", LIMIT_DEPTH, &mut found).map_err(failed)?;
    found.files.sort_by(|left, right| left.name.cmp(&right.name));
    found.closed.sort();
    found.others.sort();
    Ok(found)
}

/// Cuts a list of names to what a person reads; says how many more there are.
pub(super) fn cut(names: &mut Vec<String>) -> Option<String> {
    const LIMIT: usize = 50;
    let more = names.len().saturating_sub(LIMIT);
    names.truncate(LIMIT);
    (more > 0).then(|| format!("{more} more files in the inbox fit no roster of the configuration"))
}

/// A link may lead there, which nobody sees in the configuration.
fn leads_to_itself(configuration: &Configuration) -> Error {
    let message =
        format!("`outbox`, `state` or `done` leads to the inbox `{}`", configuration.inbox.display());
    let help = "name another folder: its files would be judged as those that come in";
    let diagnostic =
        Diagnostic::error(Code::NightValue, message).in_file(configuration.file.display().to_string());
    Error::new(ErrorKind::Policy, diagnostic.help(help))
}

fn why(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        _ => error.to_string(),
    }
}

struct Inbox<'i> {
    /// The run's own folders and files, which are no rosters.
    own: &'i [PathBuf],
    settle: &'i Settle,
    /// The patterns of all rosters.
    patterns: Vec<&'i Pattern>,
}

impl Inbox<'_> {
    fn look(&self, folder: &Path, before: &str, depth: usize, found: &mut Contents) -> std::io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                let name = entry.file_name().to_string_lossy().into_owned();
                found.remarks.push(format!(
                    "`{}` in the inbox was passed over: its name is not UTF-8; give it another one",
                    visible(&format!("{before}{name}"))
                ));
                continue;
            };
            if is_passed_over(&name) || self.is_marker(&name) {
                continue;
            }
            let (path, name) = (entry.path(), format!("{before}{name}"));
            // A link to a file is followed, a link to a folder is not: it may lead back.
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder {
                if !self.is_own(&path) {
                    self.look_at_folder(path, name, depth, found);
                }
                continue;
            }
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            match fs::metadata(&path) {
                Ok(_) if self.is_own(&path) => {}
                Ok(metadata) if metadata.is_file() => {
                    let seen = Seen::of(&metadata);
                    found.files.push(Found { path, name, is_folder: false, seen });
                }
                Ok(metadata) if metadata.is_dir() => found.others.push(format!("{name}/")),
                Ok(_) => found.others.push(name),
                Err(_) if is_link => found.others.push(name),
                // What went since has been taken by somebody else.
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// A folder is a file by itself, if it is a table that a pattern means by its name; or else there may be files in it.
    fn look_at_folder(&self, path: PathBuf, name: String, depth: usize, found: &mut Contents) {
        if self.patterns.iter().any(|pattern| pattern.fits(&name)) && is_folder_of_parquet(&path) {
            match Seen::at(&path) {
                Ok(seen) => found.files.push(Found { path, name, is_folder: true, seen }),
                Err(error) => found.closed.push((name, why(&error))),
            }
        } else if depth == 0 || !self.patterns.iter().any(|pattern| pattern.reaches(&name)) {
            // What is in it may be a lot, and is nothing to a run.
            let has_some = fs::read_dir(&path).map_or(true, |mut entries| entries.next().is_some());
            found.others.extend(has_some.then(|| format!("{name}/")));
        } else if let Err(error) = self.look(&path, &format!("{name}/"), depth - 1, found) {
            found.closed.push((name, why(&error)));
        }
    }

    fn is_own(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|path| self.own.contains(&path))
    }

    fn is_marker(&self, name: &str) -> bool {
        matches!(self.settle, Settle::Marker(marker) if name.ends_with(marker.as_str()))
    }
}

/// Whether a name is that of a hidden file, of a lock, or of what is not finished.
fn is_passed_over(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with(['.', '~']) || UNFINISHED.iter().any(|end| lower.ends_with(end))
}

/// The files of one roster, the oldest first: by the day that their names say, or else by the time of their content.
pub(super) fn of_series<'f>(series: &Series, rosters: &[Series], files: &'f [Found]) -> Vec<&'f Found> {
    let mut mine: Vec<&Found> =
        files.iter().filter(|file| owner(rosters, file).is_some_and(|owner| owner == series)).collect();
    mine.sort_by_key(|file| order(file));
    mine
}

/// The first roster whose pattern fits has the file.
pub(super) fn owner<'s>(rosters: &'s [Series], file: &Found) -> Option<&'s Series> {
    rosters.iter().find(|series| series.files.iter().any(|pattern| pattern.fits(&file.name)))
}

/// Returns the files that fit no roster.
pub(super) fn strangers<'f>(rosters: &[Series], files: &'f [Found]) -> Vec<&'f Found> {
    files.iter().filter(|file| owner(rosters, file).is_none()).collect()
}

fn order(file: &Found) -> (Date, SystemTime, &str) {
    let base = file.name.rsplit('/').next().unwrap_or_default();
    let day = dated::in_name(base).unwrap_or_else(|| file.seen.day());
    (day, file.seen.modified, &file.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nightly::configuration::Configuration;

    fn configuration(folder: &Path, files: &str) -> Configuration {
        let text = format!(
            "[night]\ninbox = \"in\"\noutbox = \"in/out\"\nstate = \"in/state\"\nready = \".ready\"\n\
             [[roster]]\nname = \"crm\"\nfiles = \"{files}\"\n[[roster]]\nname = \"all\"\nfiles = \"*.csv\"\n"
        );
        Configuration::read(&text, &folder.join("fasttrack.toml")).unwrap()
    }

    fn write(folder: &Path, name: &str) {
        let path = folder.join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }

    #[test]
    fn what_is_no_finished_file_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["~$a.csv", ".a.csv", "a.csv.part", "a.csv.TMP", "a.crdownload", "a.csv.ready"];
        for name in names.iter().chain(&["a.csv", "b.csv", "deep/c.csv", "out/o.csv", "state/s.csv"]) {
            write(folder.path(), name);
        }
        let shown = |files: &str| {
            let found = look(&configuration(folder.path(), files)).unwrap();
            found.files.into_iter().map(|found| found.name).collect::<Vec<_>>()
        };
        assert_eq!(shown("a.csv"), ["a.csv", "b.csv"]);
        assert_eq!(shown("**/a.csv"), ["a.csv", "b.csv", "deep/c.csv"]);
    }

    #[test]
    fn an_inbox_that_is_not_there_is_an_error_and_no_empty_night() {
        let folder = tempfile::tempdir().unwrap();
        let error = look(&configuration(folder.path(), "a.csv")).unwrap_err();
        assert_eq!(error.diagnostics[0].code, Code::NightFolder);
    }

    #[test]
    fn a_file_belongs_to_the_first_roster_that_it_fits_and_the_oldest_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["crm-2026-11-28.csv", "crm-2026-11-27.csv", "x.csv", "y.xlsx"] {
            write(folder.path(), name);
        }
        let configuration = configuration(folder.path(), "crm-*");
        let found = look(&configuration).unwrap().files;
        let names = |series: &Series| {
            let mine = of_series(series, &configuration.rosters, &found);
            mine.into_iter().map(|file| file.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&configuration.rosters[0]), ["crm-2026-11-27.csv", "crm-2026-11-28.csv"]);
        assert_eq!(names(&configuration.rosters[1]), ["x.csv"]);
        let strangers = strangers(&configuration.rosters, &found);
        assert_eq!(strangers.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["y.xlsx"]);
    }
}

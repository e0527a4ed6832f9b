//! What an output is made from, as hashes: equal ones give equal bytes.

use super::configuration::Series;
use super::inbox::Found;
use super::seen::Seen;
use crate::PROGRAM;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use crate::hash::shown;
use crate::job::OwnFiles;
use crate::plans::Edition;
use crate::policy::{DEFAULT_NAME, Policy};
use crate::read::{self, Input, Limits, OpenFile};
use crate::report::history::HistoryLine;
use crate::roster::overrides::Overrides;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Digits of a base: enough to tell apart what one roster is made from.
const BASE_DIGITS: usize = 16;
/// Digits of a key, which is part of the names of outputs.
const KEY_DIGITS: usize = 32;

/// The SHA-256 of the files that a roster names, of the bytes that were read.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    policy: Option<String>,
    catalogues: Vec<String>,
    overrides: Vec<String>,
    columns: Option<String>,
}

impl Sums {
    /// Returns those of what was read.
    pub(super) fn of(policy: &Policy, own_files: &OwnFiles, columns: Option<String>) -> Self {
        let overrides = own_files.overrides.iter().flat_map(Overrides::files);
        Self {
            policy: Some(policy.sha256.clone()),
            catalogues: own_files.loaded.own.iter().map(|own| own.sha256.clone()).collect(),
            overrides: overrides.map(|file| file.sha256.clone()).collect(),
            columns,
        }
    }
}

/// Returns what the rules of a roster come to: policy, catalogues, overrides, columns, flags, and this version.
pub(super) fn rules(series: &Series, sums: &Sums) -> String {
    let mut hash = Sha256::new();
    let mut add = |what: &str, value: &str| {
        // Each with its length, so that no two lists look alike.
        hash.update(format!("{what} {} {value}\n", value.len()));
    };
    add("program", PROGRAM);
    add("catalogue", &Edition::shipped().sha256);
    let shipped = Policy::shipped(series.policy.as_deref().unwrap_or(DEFAULT_NAME));
    let shipped = shipped.map(|text| shown(Sha256::new_with_prefix(text)));
    add("policy", shipped.or_else(|| sums.policy.clone()).unwrap_or_default().as_str());
    let mut files = |what: &str, paths: &[PathBuf], sums: &[String]| {
        for (path, sum) in paths.iter().zip(sums) {
            // Messages and sheets name them.
            add(what, &path.file_name().unwrap_or_default().to_string_lossy());
            add(what, sum);
        }
    };
    files("own catalogue", &series.catalogues, &sums.catalogues);
    files("overrides", &series.overrides, &sums.overrides);
    files("columns", series.map_file.as_slice(), sums.columns.as_slice());
    for format in &series.formats {
        add("format", format.word());
    }
    add("split", series.split_files.map_or("", crate::report::split::By::word));
    add("sheet", series.reading.sheet.as_deref().unwrap_or_default());
    if let Some(row) = series.reading.heading_row {
        add("heading row", &row.to_string());
    }
    add("tenant", series.reading.tenant.as_deref().unwrap_or_default());
    add("encoding", series.reading.encoding.as_deref().unwrap_or_default());
    add("delimiter", &format!("{:?}", series.reading.delimiter));
    add("numbers", &format!("{:?}", series.reading.numbers));
    for limit in &series.reading.limits {
        add("limit", limit);
    }
    shown(hash)
}

/// Returns the SHA-256 of a file from its start, wherever its cursor is.
///
/// # Errors
/// Those of the system.
pub(super) fn of_file(file: &File) -> io::Result<String> {
    const CHUNK_BYTES: usize = 1024 * 1024;
    let mut file = file;
    io::Seek::rewind(&mut file)?;
    let (mut hash, mut chunk) = (Sha256::new(), vec![0; CHUNK_BYTES]);
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(shown(hash)),
            Ok(read) => hash.update(chunk.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A file that was looked at: kept as it is, and with its hash.
pub(super) struct Looked {
    /// What is read when it is judged.
    pub(super) kept: Kept,
    /// Its SHA-256.
    pub(super) sha256: String,
    /// What it is made from together with its rules, without the earlier workbook.
    pub(super) base: String,
}

/// What is read when a file is judged.
pub(super) enum Kept {
    /// An open file, so that it stays the same one.
    File(File),
    /// A folder, whose files are compared with what was hashed while they are read.
    Folder(PathBuf),
}

impl Looked {
    /// Returns what a job reads; `name` is what the file is called.
    ///
    /// # Errors
    /// `roster-unreadable`, if the system has no room for another open file.
    pub(super) fn input(&self, name: &str) -> Result<Input> {
        match &self.kept {
            Kept::Folder(path) => Ok(Input::Folder { path: path.clone(), name: name.to_owned() }),
            Kept::File(file) => {
                let file = file.try_clone().map_err(|error| unreadable(&error, name))?;
                Ok(Input::Open(OpenFile::new(file, name)))
            }
        }
    }
}

/// Opens a file and hashes it in its place.
///
/// # Errors
/// `roster-changed` if it changed meanwhile; `roster-missing` or `roster-unreadable`.
pub(super) fn look(found: &Found, rules: &str) -> Result<Looked> {
    let (kept, sha256) = if found.is_folder { of_folder(found) } else { of_open(found) }?;
    // A roster may be of the day on which its file was last changed.
    let base = format!("{sha256}\n{}\n{}\n{rules}", found.name, found.seen.day());
    Ok(Looked { kept, sha256, base: cut(&base, BASE_DIGITS) })
}

fn of_open(found: &Found) -> Result<(Kept, String)> {
    let failed = |error: io::Error| unreadable(&error, &found.name);
    let file = File::open(&found.path).map_err(failed)?;
    let seen = Seen::of(&file.metadata().map_err(failed)?);
    let sha256 = of_file(&file).map_err(failed)?;
    if Seen::of(&file.metadata().map_err(failed)?) != seen || seen != found.seen {
        return Err(read::changed());
    }
    Ok((Kept::File(file), sha256))
}

fn of_folder(found: &Found) -> Result<(Kept, String)> {
    let hashed = read::sha256_of_folder(&found.path, &UNLIMITED);
    let seen = Seen::at(&found.path).map_err(|error| unreadable(&error, &found.name))?;
    if seen != found.seen {
        return Err(read::changed());
    }
    // What is no table is told when it is judged, and known again by what it shows.
    let sha256 = hashed.unwrap_or_else(|_| shown(Sha256::new_with_prefix(format!("no table {seen:?}"))));
    Ok((Kept::Folder(found.path.clone()), sha256))
}

/// Returns the SHA-256 of what was found.
///
/// # Errors
/// Those of the system, or of a folder that is no table.
pub(super) fn of_found(path: &Path) -> Result<String> {
    if path.is_dir() {
        return read::sha256_of_folder(path, &UNLIMITED);
    }
    let name = path.display().to_string();
    File::open(path).and_then(|file| of_file(&file)).map_err(|error| unreadable(&error, &name))
}

/// The limits of a roster are those of the job that reads it.
const UNLIMITED: Limits = Limits {
    bytes: u64::MAX,
    unpacked: u64::MAX,
    rows: u64::MAX,
    columns: u64::MAX,
    record: u64::MAX,
    seconds: u64::MAX,
};

fn unreadable(error: &io::Error, name: &str) -> Error {
    let (code, message) = match error.kind() {
        io::ErrorKind::NotFound => (Code::RosterMissing, "the file was there and is gone".to_owned()),
        _ => (Code::RosterUnreadable, format!("the file cannot be read: {error}")),
    };
    let help = "check that you have permission to read it, and that no other program moves it";
    Error::input(Diagnostic::error(code, message).in_file(name).help(help))
}

/// Returns the key of an output: its base, the earlier workbook, and the history that is shown in it, with the day of the
/// run.
pub(super) fn key(base: &str, earlier: Option<&str>, (night, history): (&str, &[HistoryLine])) -> String {
    let mut text = format!("{base}\n{}\n", earlier.unwrap_or("none"));
    for line in history {
        let _ = writeln!(text, "{line:?}");
    }
    if !history.is_empty() {
        let _ = writeln!(text, "run {night}");
    }
    cut(&text, KEY_DIGITS)
}

fn cut(text: &str, digits: usize) -> String {
    shown(Sha256::new_with_prefix(text)).chars().take(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nightly::configuration::Configuration;

    fn series(folder: &Path, more: &str) -> Series {
        let text = format!(
            "[night]\ninbox = \"in\"\noutbox = \"out\"\nstate = \"state\"\n\
             [[roster]]\nname = \"crm\"\nfiles = \"*\"\n{more}"
        );
        let mut read = Configuration::read(&text, &folder.join("fasttrack.toml")).unwrap();
        read.rosters.remove(0)
    }

    #[test]
    fn whatever_changes_the_output_changes_the_rules_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let sums = Sums {
            policy: Some("p".to_owned()),
            catalogues: vec!["c".to_owned()],
            overrides: ["a", "b"].map(str::to_owned).to_vec(),
            columns: Some("m".to_owned()),
        };
        let rules = |more: &str| rules(&series(folder.path(), more), &sums);
        let plain = rules("");
        assert_eq!(plain, rules("policy = \"fasttrack-learn-2021\"\nexpect-by = \"06:00\"\nmax-drop = 5\n"));
        let mut all = vec![plain];
        for more in [
            "policy = \"fasttrack-docs-2021\"",
            "policy = \"own.toml\"",
            "formats = [\"xlsx\", \"csv\"]",
            "split-files = \"owner\"",
            "sheet = \"A\"",
            "heading-row = 3",
            "tenant = \"A\"",
            "overrides = \"a.csv\"",
            "catalogue = \"a.csv\"",
            "map-file = \"a.csv\"",
            "overrides = [\"a.csv\", \"b.csv\"]",
            "overrides = [\"b.csv\", \"a.csv\"]",
            "encoding = \"utf-16le\"",
            "delimiter = \"|\"",
            "numbers = \"1.234,56\"",
            "limit = \"seconds=60\"",
        ] {
            all.push(rules(more));
        }
        // The same names with other bytes.
        let other = |change: &dyn Fn(&mut Sums), more: &str| {
            let mut sums = sums.clone();
            change(&mut sums);
            super::rules(&series(folder.path(), more), &sums)
        };
        all.push(other(&|sums| sums.policy = None, "policy = \"own.toml\""));
        all.push(other(&|sums| sums.catalogues[0].push('2'), "catalogue = \"a.csv\""));
        all.push(other(&|sums| sums.overrides[0].push('2'), "overrides = \"a.csv\""));
        all.push(other(&|sums| sums.columns = Some(String::new()), "map-file = \"a.csv\""));
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_key_depends_on_the_earlier_workbook() {
        let none = ("2026-11-28", [].as_slice());
        let keys = [key("a", None, none), key("a", Some("b"), none), key("b", None, none)];
        assert!(keys[0] != keys[1] && keys[0] != keys[2] && keys[1] != keys[2]);
        assert!(keys.iter().all(|key| key.len() == KEY_DIGITS));
    }

    #[test]
    fn the_day_of_the_run_is_part_of_a_key_where_the_history_shows_it() {
        let lines = [HistoryLine::default()];
        let of = |night: &str, lines: &[HistoryLine]| key("a", None, (night, lines));
        assert_ne!(of("2026-11-28", &lines), of("2026-11-29", &lines));
        assert_eq!(of("2026-11-28", &[]), of("2026-11-29", &[]));
    }
}

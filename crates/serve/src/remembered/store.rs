//! What is remembered for files with the same headings, in the state folder: settings, and fixes as the overrides file that
//! an unattended run takes.
//!
//! ```text
//! remembered/USER/HEADINGS/settings.json
//! remembered/USER/HEADINGS/columns.toml    for `--map-file`
//! remembered/USER/HEADINGS/fixes.json
//! remembered/USER/HEADINGS/overrides.csv   for `--overrides`
//! remembered/USER/HEADINGS/about.json      what a person knows it by
//! ```

use crate::book::Upload;
use crate::fixes::{Fixes, Kind, Word};
use crate::folder::make_private;
use crate::settings::Settings;
use crate::site::User;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const SETTINGS: &str = "settings.json";
const COLUMNS: &str = "columns.toml";
const FIXES: &str = "fixes.json";
const OVERRIDES: &str = "overrides.csv";
const ABOUT: &str = "about.json";

/// What is remembered.
pub(crate) struct Remembered {
    root: PathBuf,
}

/// What is remembered for a row of headings.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) settings: Option<Settings>,
    pub(crate) fixes: Option<Fixes>,
}

/// What a person knows it by that something is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct KnownBy {
    /// What the last file with these headings was called.
    pub(crate) name: String,
    /// The headings of the columns that were read.
    pub(crate) columns: Vec<String>,
}

/// That something is remembered, for one row of headings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    /// What stands for the headings.
    pub(crate) id: String,
    #[serde(flatten)]
    pub(crate) known_by: KnownBy,
    /// Whether it is remembered how the file is read.
    pub(crate) settings: bool,
    /// What was set right: how many words and rows.
    pub(crate) fixes: usize,
}

/// What a nightly run can take of what is remembered for a row of headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForNight {
    /// What was set right, as overrides.
    pub overrides: Option<PathBuf>,
    /// Which column is which.
    pub columns: Option<PathBuf>,
    /// How the file is read: keys of a `[[roster]]` and their values.
    pub flags: Vec<(&'static str, String)>,
}

impl Remembered {
    pub(crate) const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn folder(&self, owner: &str, headings: &str) -> PathBuf {
        self.root.join(owner).join(headings)
    }

    /// Returns what is remembered.
    pub(crate) fn find(&self, owner: &str, headings: &str) -> Memory {
        let folder = self.folder(owner, headings);
        Memory { settings: read(&folder.join(SETTINGS)), fixes: read(&folder.join(FIXES)) }
    }

    /// Returns what a user has said that plans mean, whatever the headings of the file: a spelling is the same in each. Where
    /// files differ, nothing is known.
    pub(crate) fn plans(&self, owner: &str) -> Vec<Word> {
        let folders = fs::read_dir(self.root.join(owner)).into_iter().flatten().flatten();
        let fixes = folders.filter_map(|folder| read::<Fixes>(&folder.path().join(FIXES)));
        let mut plans: BTreeMap<String, Option<Word>> = BTreeMap::new();
        for word in fixes.flat_map(|fixes| fixes.words).filter(|word| word.kind == Kind::Plan) {
            let known = plans.entry(word.as_written.clone()).or_insert_with(|| Some(word.clone()));
            if known.as_ref().is_some_and(|known| known.means != word.means) {
                *known = None;
            }
        }
        plans.into_values().flatten().collect()
    }

    /// Returns whether settings are remembered for files with the headings of this one.
    pub(crate) fn has_settings(&self, upload: &Upload) -> bool {
        upload.keys().any(|headings| self.find(&upload.owner, headings).settings.is_some())
    }

    /// Returns all that is remembered of a user, by what the files are called.
    pub(crate) fn all(&self, owner: &str) -> Vec<Entry> {
        let folders = fs::read_dir(self.root.join(owner)).into_iter().flatten().flatten();
        let mut all: Vec<Entry> = folders
            .filter_map(|folder| {
                let id = folder.file_name().into_string().ok()?;
                let Memory { settings, fixes } = self.find(owner, &id);
                let fixes = fixes.map_or(0, |fixes| fixes.words.len() + fixes.rows.len());
                let known_by = read(&folder.path().join(ABOUT)).unwrap_or_default();
                let is_some = settings.is_some() || fixes > 0;
                is_some.then_some(Entry { id, known_by, settings: settings.is_some(), fixes })
            })
            .collect();
        all.sort_by(|left, right| (&left.known_by.name, &left.id).cmp(&(&right.known_by.name, &right.id)));
        all
    }

    /// Notes by what a person knows it; where nothing is remembered, nothing is noted.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn know_by(&self, owner: &str, headings: &str, known_by: &KnownBy) -> io::Result<()> {
        let folder = self.folder(owner, headings);
        if folder.is_dir() { replace(&folder.join(ABOUT), &bytes(known_by)?) } else { Ok(()) }
    }

    /// Remembers settings, and the columns that `annotate` saved in a file.
    ///
    /// # Errors
    /// If they cannot be written; what was remembered is then still there.
    pub(crate) fn keep_settings(
        &self,
        (owner, headings): (&str, &str),
        settings: &Settings,
        columns: &Path,
    ) -> io::Result<()> {
        let folder = self.made(owner, headings)?;
        if let Ok(columns) = fs::read(columns) {
            replace(&folder.join(COLUMNS), &columns)?;
        }
        replace(&folder.join(SETTINGS), &bytes(settings)?)
    }

    /// Remembers fixes; none are none. An overrides file that was there stays, with its headings alone: a nightly run may
    /// name it.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(crate) fn keep_fixes(&self, owner: &str, headings: &str, fixes: &Fixes) -> io::Result<()> {
        let there = self.folder(owner, headings).join(OVERRIDES);
        if fixes.is_empty() {
            if there.is_file() {
                replace(&there, fixes.csv().as_bytes())?;
            }
            return removed(&there.with_file_name(FIXES));
        }
        let folder = self.made(owner, headings)?;
        replace(&folder.join(OVERRIDES), fixes.csv().as_bytes())?;
        replace(&folder.join(FIXES), &bytes(fixes)?)
    }

    /// Forgets all of it.
    ///
    /// # Errors
    /// If it cannot be removed.
    pub(crate) fn forget(&self, owner: &str, headings: &str) -> io::Result<()> {
        match fs::remove_dir_all(self.folder(owner, headings)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns what a nightly run can take of what is remembered for a row of headings: of `user`, or of all.
    ///
    /// # Errors
    /// If the folder cannot be read; one that is not there remembers nothing.
    pub(crate) fn for_night(&self, user: Option<&User>, headings: &str) -> io::Result<Vec<ForNight>> {
        let owners: Vec<PathBuf> = match user {
            Some(user) => vec![self.root.join(user.key())],
            None => match fs::read_dir(&self.root) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
                entries => entries?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?,
            },
        };
        let mut found = Vec::new();
        for folder in owners.into_iter().map(|owner| owner.join(headings)).filter(|folder| folder.is_dir()) {
            let settings: Settings = read(&folder.join(SETTINGS)).unwrap_or_default();
            let is_there = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
            found.push(ForNight {
                overrides: is_there(OVERRIDES),
                columns: is_there(COLUMNS),
                flags: settings.of_night(),
            });
        }
        found.sort_by(|left, right| left.overrides.cmp(&right.overrides));
        Ok(found)
    }

    fn made(&self, owner: &str, headings: &str) -> io::Result<PathBuf> {
        let folder = self.folder(owner, headings);
        make_private(&self.root)?;
        make_private(&self.root.join(owner))?;
        make_private(&folder)?;
        Ok(folder)
    }
}

fn bytes<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(Into::into)
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Writes a file that is whole or as before.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut staged = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(path))?;
    staged.write_all(bytes)?;
    staged.as_file().sync_data()?;
    staged.persist(path).map(|_| ()).map_err(|error| error.error)
}

fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_found_for_the_same_user_and_headings_until_it_is_forgotten() {
        let outer = tempfile::tempdir().unwrap();
        let remembered = Remembered::new(outer.path().join("remembered"));
        assert_eq!(remembered.find("a", "h"), Memory::default());
        let settings = Settings { tenant: Some("Contoso".to_owned()), ..Settings::default() };
        remembered.keep_settings(("a", "h"), &settings, Path::new("none")).unwrap();
        let fixes: Fixes =
            serde_json::from_str(r#"{"rows":[{"tenant":"Contoso","plan":"E3","seats":7}]}"#).unwrap();
        remembered.keep_fixes("a", "h", &fixes).unwrap();
        let memory = Memory { settings: Some(settings), fixes: Some(fixes) };
        assert_eq!(remembered.find("a", "h"), memory);
        assert_eq!(remembered.find("b", "h"), Memory::default());
        let overrides = outer.path().join("remembered/a/h/overrides.csv");
        assert_eq!(fs::read_to_string(&overrides).unwrap().lines().count(), 2);
        remembered.keep_fixes("a", "h", &Fixes::default()).unwrap();
        assert_eq!(remembered.find("a", "h").fixes, None);
        assert_eq!(fs::read_to_string(&overrides).unwrap().lines().count(), 1, "a nightly run may name it");
        remembered.forget("a", "h").unwrap();
        assert_eq!(remembered.find("a", "h"), Memory::default());
    }

    #[test]
    fn all_that_is_remembered_of_a_user_is_listed_until_it_is_forgotten() {
        let outer = tempfile::tempdir().unwrap();
        let remembered = Remembered::new(outer.path().to_owned());
        let known_by = |name: &str| KnownBy { name: name.to_owned(), columns: vec!["Kunde".to_owned()] };
        remembered.know_by("a", "none", &known_by("none.csv")).unwrap();
        let fixes: Fixes =
            serde_json::from_str(r#"{"rows":[{"tenant":"Contoso","plan":"E3","seats":7}]}"#).unwrap();
        remembered.keep_fixes("a", "one", &fixes).unwrap();
        remembered.know_by("a", "one", &known_by("west.csv")).unwrap();
        remembered.keep_settings(("a", "two"), &Settings::default(), Path::new("none")).unwrap();
        remembered.know_by("a", "two", &known_by("east.csv")).unwrap();
        remembered.keep_fixes("b", "one", &fixes).unwrap();
        let entry = |id: &str, name: &str, settings, fixes| Entry {
            id: id.to_owned(),
            known_by: known_by(name),
            settings,
            fixes,
        };
        let (east, west) = (entry("two", "east.csv", true, 0), entry("one", "west.csv", false, 1));
        assert_eq!(remembered.all("a"), [east.clone(), west]);
        // What no longer has a fix has nothing to be forgotten.
        remembered.keep_fixes("a", "one", &Fixes::default()).unwrap();
        assert_eq!(remembered.all("a"), [east]);
        remembered.forget("a", "two").unwrap();
        assert_eq!((remembered.all("a"), remembered.all("b").len()), (Vec::new(), 1));
    }

    #[test]
    fn what_a_plan_means_is_known_for_all_files_of_its_user_unless_they_differ() {
        let outer = tempfile::tempdir().unwrap();
        let remembered = Remembered::new(outer.path().to_owned());
        let keep = |owner: &str, headings: &str, words: &[(&str, &str, &str)]| {
            let words: Vec<_> = words
                .iter()
                .map(|(kind, written, means)| {
                    serde_json::json!({"kind": kind, "as_written": written, "means": means})
                })
                .collect();
            let fixes: Fixes = serde_json::from_value(serde_json::json!({ "words": words })).unwrap();
            remembered.keep_fixes(owner, headings, &fixes).unwrap();
        };
        keep(
            "a",
            "one",
            &[("plan", "House", "SPE_E3"), ("plan", "Other", "SPE_E3"), ("status", "live", "active")],
        );
        keep("a", "two", &[("plan", "House", "SPE_E3"), ("plan", "Other", "SPE_E5")]);
        let plans = remembered.plans("a");
        let plans: Vec<_> =
            plans.iter().map(|word| (word.as_written.as_str(), word.means.as_str())).collect();
        assert_eq!(plans, [("House", "SPE_E3")]);
        assert_eq!(remembered.plans("b"), []);
    }

    #[test]
    fn a_nightly_run_is_told_what_each_user_has_and_how_the_file_is_read() {
        let outer = tempfile::tempdir().unwrap();
        let remembered = Remembered::new(outer.path().to_owned());
        let [west, east] = ["west", "east"].map(User::named);
        assert_eq!(remembered.for_night(None, "h").unwrap(), []);
        let fixes: Fixes =
            serde_json::from_str(r#"{"rows":[{"tenant":"Contoso","plan":"E3","seats":7}]}"#).unwrap();
        remembered.keep_fixes(&west.key(), "h", &fixes).unwrap();
        let settings = Settings { sheet: Some("Customers".to_owned()), ..Settings::default() };
        remembered.keep_settings((&east.key(), "h"), &settings, Path::new("none")).unwrap();
        let all = remembered.for_night(None, "h").unwrap();
        assert_eq!(all.len(), 2);
        let overrides = outer.path().join(west.key()).join("h").join(OVERRIDES);
        let of_west = ForNight { overrides: Some(overrides), ..ForNight::default() };
        let of_east = ForNight { flags: vec![("sheet", "Customers".to_owned())], ..ForNight::default() };
        assert_eq!(remembered.for_night(Some(&west), "h").unwrap(), [of_west]);
        assert_eq!(remembered.for_night(Some(&east), "h").unwrap(), [of_east]);
        assert_eq!(remembered.for_night(Some(&east), "other").unwrap(), []);
    }
}

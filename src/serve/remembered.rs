//! What is remembered for files with the same headings, in the state folder: settings, and fixes as the overrides file that
//! an unattended run takes.
//!
//! ```text
//! remembered/USER/HEADINGS/settings.json
//! remembered/USER/HEADINGS/columns.toml    for `--map-file`
//! remembered/USER/HEADINGS/fixes.json
//! remembered/USER/HEADINGS/overrides.csv   for `--overrides`
//! ```

use super::book::Upload;
use super::fixes::Fixes;
use super::folder::make_private;
use super::settings::Settings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const SETTINGS: &str = "settings.json";
const COLUMNS: &str = "columns.toml";
const FIXES: &str = "fixes.json";
const OVERRIDES: &str = "overrides.csv";

/// What is remembered.
pub(super) struct Remembered {
    root: PathBuf,
}

/// What is remembered for a row of headings.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) settings: Option<Settings>,
    pub(super) fixes: Option<Fixes>,
}

impl Remembered {
    pub(super) const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn folder(&self, owner: &str, headings: &str) -> PathBuf {
        self.root.join(owner).join(headings)
    }

    /// Returns what is remembered.
    pub(super) fn find(&self, owner: &str, headings: &str) -> Memory {
        let folder = self.folder(owner, headings);
        Memory { settings: read(&folder.join(SETTINGS)), fixes: read(&folder.join(FIXES)) }
    }

    /// Returns whether settings are remembered for files with the headings of this one.
    pub(super) fn has_settings(&self, upload: &Upload) -> bool {
        upload.keys().any(|headings| self.find(&upload.owner, headings).settings.is_some())
    }

    /// Remembers settings, and the columns that `annotate` saved in a file.
    ///
    /// # Errors
    /// If they cannot be written; what was remembered is then still there.
    pub(super) fn keep_settings(
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

    /// Remembers fixes; none are none.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn keep_fixes(&self, owner: &str, headings: &str, fixes: &Fixes) -> io::Result<()> {
        if fixes.is_empty() {
            let folder = self.folder(owner, headings);
            return [FIXES, OVERRIDES].iter().try_for_each(|name| removed(&folder.join(name)));
        }
        let folder = self.made(owner, headings)?;
        replace(&folder.join(OVERRIDES), fixes.csv().as_bytes())?;
        replace(&folder.join(FIXES), &bytes(fixes)?)
    }

    /// Forgets all of it.
    ///
    /// # Errors
    /// If it cannot be removed.
    pub(super) fn forget(&self, owner: &str, headings: &str) -> io::Result<()> {
        match fs::remove_dir_all(self.folder(owner, headings)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
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
        remembered.keep_fixes("a", "h", &Fixes::default()).unwrap();
        assert_eq!(remembered.find("a", "h").fixes, None);
        remembered.forget("a", "h").unwrap();
        assert_eq!(remembered.find("a", "h"), Memory::default());
    }
}

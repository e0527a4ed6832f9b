//! Where outputs are: `OUTBOX/ROSTER/2026-11-28/NAME.KEY.fasttrack.xlsx`, each under a name of its own, so that none is
//! ever replaced, and a copy of the newest one beside their folders, called `latest`.

use super::fingerprint::of_file;
use super::ledger::{Done, sync_folder};
use crate::write::format::Format;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Digits of a key in the name of an output.
const SHOWN_DIGITS: usize = 8;
/// Bytes of a name, at most, as file systems have it.
const LIMIT_NAME: usize = 255;
/// Bytes of the roster's name in that of an output, at most.
const LIMIT_STEM: usize = 120;

/// Returns the folder of a roster.
pub(super) fn folder_of_roster(outbox: &Path, roster: &str) -> PathBuf {
    outbox.join(roster)
}

/// Returns the folder of a roster's outputs of one day.
pub(super) fn folder(outbox: &Path, roster: &str, night: &str) -> PathBuf {
    folder_of_roster(outbox, roster).join(night)
}

/// Returns where an output is, by what the ledger says of it.
pub(super) fn place(outbox: &Path, done: &Done, extension: &str) -> PathBuf {
    folder(outbox, &done.roster, &done.night).join(name(&done.input, &done.key, extension))
}

/// Returns where the split workbooks of an output are.
pub(super) fn split_folder(outbox: &Path, done: &Done) -> PathBuf {
    place(outbox, done, Format::Xlsx.word()).with_extension("")
}

/// `crm-2026-11-28.csv` becomes `crm-2026-11-28.1a2b3c4d.fasttrack.xlsx`.
pub(super) fn name(input: &str, key: &str, extension: &str) -> String {
    let file = input.rsplit('/').next().unwrap_or_default();
    let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
    let stem = cut(&stem, LIMIT_STEM);
    let key: String = key.chars().take(SHOWN_DIGITS).collect();
    format!("{stem}.{key}.fasttrack.{extension}")
}

/// Returns the beginning of a text, of so many bytes at most.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

/// What became of an output since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is as it was written.
    AsWritten,
    /// Somebody changed it.
    Changed,
    /// It cannot be read, for this reason: nobody can say what it is.
    Closed(String),
    /// It is not there.
    Missing,
}

/// Looks at an output.
pub(super) fn standing(path: &Path, sha256: &str) -> Standing {
    match File::open(path).and_then(|file| of_file(&file)) {
        Ok(found) if found == sha256 => Standing::AsWritten,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Standing::Missing,
        Ok(_) => Standing::Changed,
        Err(error) => Standing::Closed(error.to_string()),
    }
}

/// Looks at all outputs of a roster's run; the worst of them counts.
pub(super) fn standing_of(outbox: &Path, done: &Done) -> Standing {
    let mut worst = Standing::AsWritten;
    for (extension, output) in &done.outputs {
        match standing(&place(outbox, done, extension), &output.sha256) {
            Standing::Missing => return Standing::Missing,
            Standing::Changed if worst == Standing::AsWritten => worst = Standing::Changed,
            Standing::Closed(why) => worst = Standing::Closed(why),
            Standing::AsWritten | Standing::Changed => {}
        }
    }
    worst
}

/// Puts a copy of an output beside the folders, whole or not at all.
///
/// # Errors
/// Those of the system: what is there is open in another program, or there is no room.
pub(super) fn set_latest(outbox: &Path, done: &Done, extension: &str) -> io::Result<()> {
    let folder = folder_of_roster(outbox, &done.roster);
    let latest = folder.join(format!("latest.{extension}"));
    let output = done.outputs.get(extension).map(|output| output.sha256.as_str()).unwrap_or_default();
    if standing(&latest, output) == Standing::AsWritten {
        return Ok(());
    }
    // A name of its own, so that one left by a killed run is written over.
    let staged = folder.join(format!(".latest.{extension}.new"));
    fs::copy(place(outbox, done, extension), &staged)?;
    File::options().write(true).open(&staged)?.sync_all()?;
    fs::rename(&staged, &latest).inspect_err(|_| drop(fs::remove_file(&staged)))?;
    sync_folder(&folder);
    Ok(())
}

/// Writes a file that is whole or as before: for reports and metrics, which others read at any time.
///
/// # Errors
/// Those of the system.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = crate::write::target::folder_of(path);
    fs::create_dir_all(&folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let staged = folder.join(format!(".{name}.new"));
    let mut file = File::create(&staged)?;
    io::Write::write_all(&mut file, bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&staged, path).inspect_err(|_| drop(fs::remove_file(&staged)))?;
    sync_folder(&folder);
    Ok(())
}

/// Returns the name that a file has among those of the same name: `crm.csv`, `crm (2).csv`.
pub(super) fn numbered(name: &str, number: u32) -> String {
    let (stem, extension) = name
        .rsplit_once('.')
        .map_or((name, String::new()), |(stem, extension)| (stem, format!(".{extension}")));
    let number = if number == 1 { String::new() } else { format!(" ({number})") };
    let room = LIMIT_NAME.saturating_sub(number.len() + extension.len());
    format!("{}{number}{extension}", cut(stem, room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_called_like_its_roster_with_a_part_of_its_key() {
        let key = "1a2b3c4d5e6f";
        assert_eq!(name("in/crm.v2.csv", key, "xlsx"), "crm.v2.1a2b3c4d.fasttrack.xlsx");
        assert!(name(&"\u{fc}".repeat(300), key, "xlsx").len() < 160);
    }

    #[test]
    fn what_cannot_be_read_is_not_said_to_have_changed() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(standing(&folder.path().join("none"), ""), Standing::Missing);
        // A folder can be opened, and not read.
        assert!(matches!(standing(folder.path(), ""), Standing::Closed(_)));
        let path = folder.path().join("a");
        fs::write(&path, "a").unwrap();
        assert_eq!(standing(&path, ""), Standing::Changed);
    }

    #[test]
    fn a_file_is_written_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/report.json");
        for text in ["one", "two"] {
            write_whole(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(folder.path().join("deep")).unwrap().count(), 1);
    }
}

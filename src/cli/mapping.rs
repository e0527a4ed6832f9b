//! Columns that are kept in a file, and whether a person is there to see a guess.

use crate::cli::args::Reading;
use fasttrack_roster::diagnostic::{Code, Diagnostic};
use fasttrack_roster::error::{Error, ErrorKind, Result};
use fasttrack_roster::job::Done;
use fasttrack_roster::read::regular;
use fasttrack_roster::roster::columns::{Guesses, Mapping, kept};
use fasttrack_roster::write::target::{folder_of, resolved};
use std::fs::File;
use std::io::{self, IsTerminal, Write, stderr, stdin};
use std::path::Path;

/// Bytes of a file that keeps columns: a line for each field, each of one heading.
const LIMIT_BYTES: u64 = 1024 * 1024;

/// Returns the columns named on the command line, and those of the file it names.
///
/// # Errors
/// If the file is not there or not valid: of kind `Usage`.
pub(super) fn wished(reading: &Reading) -> Result<Vec<Mapping>> {
    let mut mappings = reading.map.clone();
    if let Some(path) = &reading.map_file {
        let shown = path.display().to_string();
        let text = regular::text(path, LIMIT_BYTES).map_err(|error| {
            let message = format!("the columns saved in `{shown}` cannot be read: {}", why(&error, "file"));
            let help = "name a file that `--save-map` wrote";
            Error::new(ErrorKind::Usage, Diagnostic::error(Code::MapNotReadable, message).help(help))
        })?;
        mappings.extend(kept::read(&text, &shown)?);
    }
    Ok(mappings)
}

/// Looks before the run whether the columns can be kept there at its end; nothing is changed yet.
///
/// # Errors
/// If the file cannot be written, or is something else.
pub(super) fn check(path: &Path) -> Result<()> {
    if is_something_else(path) {
        let message = format!("`{}` already exists and is not a file of saved columns", path.display());
        let help = "name another file with `--save-map`";
        return Err(Error::output(Diagnostic::error(Code::MapNotWritable, message).help(help)));
    }
    let there = resolved(path);
    let could_write = match std::fs::metadata(&there) {
        Ok(standing) if standing.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        // What is written to a device or a pipe cannot be tried.
        Ok(standing) if !standing.is_file() => Ok(()),
        Ok(_) => File::options()
            .write(true)
            .open(&there)
            .and_then(|_| tempfile::tempfile_in(folder_of(&there)))
            .map(|_| ()),
        Err(_) => tempfile::tempfile_in(folder_of(&there)).map(|_| ()),
    };
    could_write.map_err(|error| not_kept(path, &error))
}

/// Keeps the columns that were found; a file of that name is replaced only if it keeps columns too.
///
/// # Errors
/// If the file cannot be written, or is something else.
pub(super) fn save(path: &Path, done: &Done) -> Result<()> {
    check(path)?;
    let there = resolved(path);
    let text = kept::written(&done.columns, &done.about.headings);
    replace(&there, text.as_bytes()).map_err(|error| not_kept(path, &error))
}

/// Writes a file that is whole or as before.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let standing = std::fs::metadata(path).ok();
    if standing.as_ref().is_some_and(|standing| !standing.is_file()) {
        return std::fs::write(path, bytes);
    }
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        const MODE_OF_A_NEW_FILE: u32 = 0o666;
        builder.permissions(std::fs::Permissions::from_mode(MODE_OF_A_NEW_FILE));
    }
    let mut file = builder.tempfile_in(folder_of(path))?;
    file.write_all(bytes)?;
    if let Some(standing) = standing {
        file.as_file().set_permissions(standing.permissions())?;
    }
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

fn not_kept(path: &Path, error: &io::Error) -> Error {
    let message = format!("the columns cannot be saved in `{}`: {}", path.display(), why(error, "folder"));
    let help = "name another file with `--save-map`";
    Error::output(Diagnostic::error(Code::MapNotWritable, message).help(help))
}

fn is_something_else(path: &Path) -> bool {
    let keeps_columns = || regular::text(path, LIMIT_BYTES).is_ok_and(|text| kept::read(&text, "").is_ok());
    match std::fs::metadata(path).map(|there| there.len()) {
        Err(_) | Ok(0) => false,
        Ok(_) => !keeps_columns(),
    }
}

fn why(error: &io::Error, missing: &str) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("there is no such {missing}"),
        io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    }
}

/// Returns whether a guess may be used: only where a person sees it, at a terminal on both ends.
pub(super) fn guesses(reading: &Reading) -> Guesses {
    let is_watched = !reading.unattended && !reading.quiet && stdin().is_terminal() && stderr().is_terminal();
    if is_watched { Guesses::Used } else { Guesses::Refused }
}

//! The bytes of a roster as a file that can be read twice.

use super::{Input, Limits, refused, unreadable};
use crate::error::Result;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};

/// Opens the input; what cannot be read twice (standard input, a pipe) is first kept in an unnamed temporary file.
///
/// # Errors
/// `roster-missing`, `roster-unreadable` or `too-many-bytes`.
pub(super) fn open(input: &Input, limits: &Limits) -> Result<File> {
    let Input::File(path) = input else {
        return spooled(&mut std::io::stdin().lock(), limits);
    };
    let mut file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            refused("roster-missing", "there is no such file", "check the name and the folder")
        }
        _ => unreadable(&error),
    })?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if metadata.is_dir() {
        return Err(refused("roster-unreadable", "this is a folder, not a file", "name the roster in it"));
    }
    if !metadata.is_file() {
        return spooled(&mut file, limits);
    }
    limits.check_bytes(metadata.len())?;
    Ok(file)
}

/// Returns the input as the user named it.
pub(super) fn shown(input: &Input) -> String {
    match input {
        Input::File(path) => path.display().to_string(),
        Input::Stdin => "standard input".to_owned(),
    }
}

/// Returns the name without the folder.
pub(super) fn name(input: &Input) -> String {
    match input {
        Input::File(path) => {
            path.file_name().map_or_else(|| shown(input), |name| name.to_string_lossy().into_owned())
        }
        Input::Stdin => shown(input),
    }
}

fn spooled(from: &mut dyn Read, limits: &Limits) -> Result<File> {
    let mut file = tempfile::tempfile().map_err(|error| unreadable(&error))?;
    let mut from = from.take(limits.bytes.saturating_add(1));
    let bytes = std::io::copy(&mut from, &mut file).map_err(|error| unreadable(&error))?;
    limits.check_bytes(bytes)?;
    file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_through_a_pipe_can_be_read_from_its_start() {
        let mut file = spooled(&mut &b"Tenant,Seats\n"[..], &Limits::default()).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "Tenant,Seats\n");
    }

    #[test]
    fn a_pipe_that_does_not_end_is_left_at_the_limit() {
        let limits = Limits { bytes: 1_000, ..Limits::default() };
        let error = spooled(&mut std::io::repeat(b'a'), &limits).unwrap_err();
        assert_eq!(error.diagnostics[0].code, "too-many-bytes");
    }

    #[test]
    fn a_missing_file_and_a_folder_are_told_apart() {
        let missing = open(&Input::File("no/such/roster.csv".into()), &Limits::default()).unwrap_err();
        assert_eq!(missing.diagnostics[0].code, "roster-missing");
        let folder = open(&Input::File(std::env::temp_dir()), &Limits::default()).unwrap_err();
        assert_eq!(folder.diagnostics[0].code, "roster-unreadable");
    }
}

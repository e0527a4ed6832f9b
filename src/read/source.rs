//! The bytes of a roster as a file that can be read twice.

use super::{Input, Limits, refused, unreadable};
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};

const CHUNK_BYTES: usize = 64 * 1024;

/// Opens the input; what cannot be read twice (standard input, a pipe) is first kept in an unnamed temporary file.
///
/// # Errors
/// `roster-missing`, `roster-unreadable` or `too-many-bytes`; `no-room` (kind `Output`) if there is no room for the
/// temporary file.
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
    let mut file = tempfile::tempfile().map_err(|error| Error::no_room(&error))?;
    copy(from, &mut file, limits)?;
    file.seek(SeekFrom::Start(0)).map_err(|error| Error::no_room(&error))?;
    Ok(file)
}

/// Copies to the end, or to the limit; what cannot be read is the roster's fault, what cannot be written is not.
fn copy(from: &mut dyn Read, to: &mut dyn Write, limits: &Limits) -> Result<()> {
    let (mut buffer, mut bytes) = (vec![0; CHUNK_BYTES], 0);
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => return to.flush().map_err(|error| Error::no_room(&error)),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(&error)),
        };
        bytes += count as u64;
        limits.check_bytes(bytes)?;
        to.write_all(buffer.get(..count).unwrap_or_default()).map_err(|error| Error::no_room(&error))?;
    }
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
    fn a_full_disk_is_not_the_fault_of_what_comes_through_a_pipe() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(ErrorKind::ConnectionReset.into())
            }
        }
        let found = |from: &mut dyn Read, to: &mut dyn Write| {
            let error = copy(from, to, &Limits::default()).unwrap_err();
            (error.kind, error.diagnostics[0].code)
        };
        assert_eq!(found(&mut &b"Tenant"[..], &mut Full), (crate::error::ErrorKind::Output, "no-room"));
        assert_eq!(
            found(&mut Broken, &mut Vec::new()),
            (crate::error::ErrorKind::Input, "roster-unreadable")
        );
    }

    #[test]
    fn a_missing_file_and_a_folder_are_told_apart() {
        let missing = open(&Input::File("no/such/roster.csv".into()), &Limits::default()).unwrap_err();
        assert_eq!(missing.diagnostics[0].code, "roster-missing");
        let folder = open(&Input::File(std::env::temp_dir()), &Limits::default()).unwrap_err();
        assert_eq!(folder.diagnostics[0].code, "roster-unreadable");
    }
}

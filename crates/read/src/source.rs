//! The bytes of a roster as a file that can be read twice.

use super::{Input, Limits, refused, unreadable};
use crate::error::{Error, Result};
use crate::scratch::Scratch;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};

/// Opens the input; what cannot be read twice (standard input, a pipe) is first kept in an unnamed temporary file.
///
/// # Errors
/// `roster-missing`, `roster-unreadable` or `too-many-bytes`; `no-room` (kind `Output`) if there is no room for it.
pub(super) fn open(input: &Input, limits: &Limits, scratch: &Scratch) -> Result<File> {
    let Input::File(path) = input else {
        return spooled(&mut std::io::stdin().lock(), limits, scratch);
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
        return spooled(&mut file, limits, scratch);
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

fn spooled(from: &mut dyn Read, limits: &Limits, scratch: &Scratch) -> Result<File> {
    let mut file = scratch.file()?;
    let bytes = copied(from, &mut file, limits.bytes.saturating_add(1), &|error| scratch.failed(error))?;
    limits.check_bytes(bytes)?;
    file.seek(SeekFrom::Start(0)).map_err(|error| scratch.failed(&error))?;
    Ok(file)
}

/// Copies at most `most` bytes; a file that cannot take them is no flaw of where they come from.
fn copied(
    from: &mut dyn Read,
    to: &mut dyn Write,
    most: u64,
    no_room: &dyn Fn(&std::io::Error) -> Error,
) -> Result<u64> {
    const CHUNK_BYTES: usize = 64 * 1024;
    let (mut from, mut chunk, mut bytes) = (from.take(most), vec![0; CHUNK_BYTES], 0);
    loop {
        let read = match from.read(&mut chunk) {
            Ok(0) => return Ok(bytes),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(&error)),
        };
        to.write_all(chunk.get(..read).unwrap_or_default()).map_err(|error| no_room(&error))?;
        bytes += read as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_through_a_pipe_can_be_read_from_its_start() {
        let mut file = spooled(&mut &b"Tenant,Seats\n"[..], &Limits::default(), &Scratch::system()).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "Tenant,Seats\n");
    }

    #[test]
    fn a_pipe_that_does_not_end_is_left_at_the_limit() {
        let limits = Limits { bytes: 1_000, ..Limits::default() };
        let error = spooled(&mut std::io::repeat(b'a'), &limits, &Scratch::system()).unwrap_err();
        assert_eq!(error.diagnostics[0].code, "too-many-bytes");
    }

    #[test]
    fn a_missing_file_and_a_folder_are_told_apart() {
        let missing = open(&Input::File("no/such/roster.csv".into()), &Limits::default(), &Scratch::system())
            .unwrap_err();
        assert_eq!(missing.diagnostics[0].code, "roster-missing");
        let folder =
            open(&Input::File(std::env::temp_dir()), &Limits::default(), &Scratch::system()).unwrap_err();
        assert_eq!(folder.diagnostics[0].code, "roster-unreadable");
    }

    /// A disk that is full, or a pipe that breaks.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(ErrorKind::ConnectionReset.into())
        }
    }

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_not_the_rosters_fault_and_a_broken_pipe_is() {
        let no_room = |error: &std::io::Error| Scratch::system().failed(error);
        let full = copied(&mut &b"Tenant"[..], &mut Broken, 100, &no_room).unwrap_err();
        assert_eq!((full.kind, full.diagnostics[0].code), (crate::error::ErrorKind::Output, "no-room"));
        let broken = copied(&mut Broken, &mut std::io::sink(), 100, &no_room).unwrap_err();
        assert_eq!(broken.diagnostics[0].code, "roster-unreadable");
    }
}

//! The bytes of a roster as a file that can be read twice.

use super::{Input, Limits, refused, unreadable};
use crate::diagnostic::Code;
use crate::error::{Error, Result};
use crate::positioned::Positioned;
use crate::scratch::Scratch;
use fasttrack_core::date::Date;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// Opens the input; what cannot be read twice (standard input, a pipe) is first kept in an unnamed temporary file.
///
/// # Errors
/// `roster-missing`, `roster-unreadable` or `too-many-bytes`; `no-room` (kind `Output`) if there is no room for it;
/// internal, if it is a pipe that was used before.
pub(super) fn open(input: &Input, limits: &Limits, scratch: &Scratch) -> Result<Positioned> {
    match input {
        Input::File(path) | Input::Folder { path, .. } => opened(Arc::new(at_path(path)?), limits, scratch),
        Input::Open(open) => opened(Arc::clone(open.file()), limits, scratch),
        Input::Pipe(pipe) => spooled(&mut *pipe.take()?, limits, scratch),
        Input::Stdin => spooled(&mut io::stdin().lock(), limits, scratch),
    }
}

/// Returns the input as the user named it.
pub(super) fn shown(input: &Input) -> String {
    match input {
        Input::File(path) => path.display().to_string(),
        Input::Folder { name, .. } => name.clone(),
        Input::Open(open) => open.name().to_owned(),
        Input::Pipe(pipe) => pipe.name().to_owned(),
        Input::Stdin => "standard input".to_owned(),
    }
}

/// Returns the name without the folder.
pub(super) fn name(input: &Input) -> String {
    match input {
        Input::File(path) => {
            path.file_name().map_or_else(|| shown(input), |name| name.to_string_lossy().into_owned())
        }
        // These are called what their owner says.
        Input::Folder { .. } | Input::Open(_) | Input::Pipe(_) | Input::Stdin => shown(input),
    }
}

/// Returns the day on which a file was last changed, in UTC; `None` for what comes through a pipe, and where the system does
/// not say.
pub(super) fn modified(input: &Input) -> Option<Date> {
    let metadata = match input {
        Input::File(path) | Input::Folder { path, .. } => std::fs::metadata(path),
        Input::Open(open) => open.file().metadata(),
        Input::Stdin | Input::Pipe(_) => return None,
    };
    let moment = metadata.ok().filter(std::fs::Metadata::is_file)?.modified().ok()?;
    let seconds = match moment.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).ok()?,
        Err(before) => -i64::try_from(before.duration().as_secs()).ok()?,
    };
    Some(Date::of_unix_seconds(seconds))
}

fn at_path(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            refused(Code::RosterMissing, "there is no such file", "check the name and the folder")
        }
        _ => unreadable(&error),
    })
}

fn opened(file: Arc<File>, limits: &Limits, scratch: &Scratch) -> Result<Positioned> {
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if metadata.is_dir() {
        return Err(refused(Code::RosterUnreadable, "this is a folder, not a file", "name the roster in it"));
    }
    if !metadata.is_file() {
        return spooled(&mut &*file, limits, scratch);
    }
    limits.check_bytes(metadata.len())?;
    Ok(Positioned::new(file))
}

fn spooled(from: &mut dyn Read, limits: &Limits, scratch: &Scratch) -> Result<Positioned> {
    let mut file = scratch.file()?;
    let bytes = copied(from, &mut file, limits.bytes.saturating_add(1), &|error| scratch.failed(error))?;
    limits.check_bytes(bytes)?;
    Ok(file.into())
}

/// Copies at most `most` bytes; a file that cannot take them is no flaw of where they come from.
fn copied(
    from: &mut dyn Read,
    to: &mut dyn Write,
    most: u64,
    no_room: &dyn Fn(&io::Error) -> Error,
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
        let read_bytes = chunk.get(..read).ok_or_else(|| unreadable(&overfull()))?;
        to.write_all(read_bytes).map_err(|error| no_room(&error))?;
        bytes += read as u64;
    }
}

/// What is at the other end may be anybody's code.
fn overfull() -> io::Error {
    io::Error::other("it claims to have given more bytes than were asked for")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OpenFile, PipeIn};
    use std::io::{Seek, SeekFrom};

    fn text_of(input: &Input) -> Result<String> {
        let mut text = String::new();
        open(input, &Limits::default(), &Scratch::system())?.read_to_string(&mut text).unwrap();
        Ok(text)
    }

    #[test]
    fn an_open_file_is_read_from_its_start_wherever_it_is_and_as_often_as_wanted() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"Tenant,Seats\n").unwrap();
        for at in [0, 3, 13] {
            file.seek(SeekFrom::Start(at)).unwrap();
            let input = Input::Open(OpenFile::new(file.try_clone().unwrap(), "roster.csv"));
            assert_eq!(text_of(&input).unwrap(), "Tenant,Seats\n");
            assert_eq!(text_of(&input.clone()).unwrap(), "Tenant,Seats\n");
            assert_eq!((shown(&input), name(&input)), ("roster.csv".to_owned(), "roster.csv".to_owned()));
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_open_folder_is_refused_and_an_open_pipe_is_read_as_a_pipe() {
        let folder = OpenFile::new(File::open(std::env::temp_dir()).unwrap(), "folder");
        assert_eq!(
            text_of(&Input::Open(folder)).unwrap_err().diagnostics[0].code.as_str(),
            "roster-unreadable"
        );
        let (from, mut to) = io::pipe().unwrap();
        to.write_all(b"Tenant").unwrap();
        drop(to);
        let from = OpenFile::new(std::os::fd::OwnedFd::from(from).into(), "pipe");
        assert_eq!(text_of(&Input::Open(from)).unwrap(), "Tenant");
    }

    #[test]
    fn a_pipe_is_read_once() {
        let input = Input::Pipe(PipeIn::new(&b"Tenant"[..], "export"));
        assert_eq!(text_of(&input.clone()).unwrap(), "Tenant");
        let error = text_of(&input).unwrap_err();
        assert_eq!(error.kind, crate::error::ErrorKind::Internal);
    }

    #[test]
    fn a_pipe_that_claims_more_than_it_gave_is_refused() {
        struct Boaster;
        impl Read for Boaster {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                Ok(buffer.len() + 1)
            }
        }
        let error = text_of(&Input::Pipe(PipeIn::new(Boaster, "export"))).unwrap_err();
        assert_eq!(error.diagnostics[0].code.as_str(), "roster-unreadable");
    }

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
        let error = spooled(&mut io::repeat(b'a'), &limits, &Scratch::system()).unwrap_err();
        assert_eq!(error.diagnostics[0].code.as_str(), "too-many-bytes");
    }

    #[test]
    fn a_missing_file_and_a_folder_are_told_apart() {
        let missing = open(&Input::File("no/such/roster.csv".into()), &Limits::default(), &Scratch::system())
            .unwrap_err();
        assert_eq!(missing.diagnostics[0].code.as_str(), "roster-missing");
        let folder =
            open(&Input::File(std::env::temp_dir()), &Limits::default(), &Scratch::system()).unwrap_err();
        assert_eq!(folder.diagnostics[0].code.as_str(), "roster-unreadable");
    }

    /// A disk that is full, or a pipe that breaks.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::ConnectionReset.into())
        }
    }

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_not_the_rosters_fault_and_a_broken_pipe_is() {
        let no_room = |error: &io::Error| Scratch::system().failed(error);
        let full = copied(&mut &b"Tenant"[..], &mut Broken, 100, &no_room).unwrap_err();
        assert_eq!(
            (full.kind, full.diagnostics[0].code.as_str()),
            (crate::error::ErrorKind::Output, "no-room")
        );
        let broken = copied(&mut Broken, &mut io::sink(), 100, &no_room).unwrap_err();
        assert_eq!(broken.diagnostics[0].code.as_str(), "roster-unreadable");
    }
}

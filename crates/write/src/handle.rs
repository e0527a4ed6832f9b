//! Targets that are not a path: no rename puts a workbook there, so it is made elsewhere and copied when it is whole.

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use crate::target::not_writable;
use fasttrack_batch::handles::{OpenFile, PipeOut};
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

/// A target that is not a path.
pub(super) enum Handle {
    Stdout,
    Open(OpenFile),
    Pipe(PipeOut),
}

impl Handle {
    /// Returns what messages call it.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Stdout => "standard output",
            Self::Open(file) => file.name(),
            Self::Pipe(pipe) => pipe.name(),
        }
    }

    /// Refuses at once what would be refused when all the work is done.
    ///
    /// # Errors
    /// `output-is-folder`; `output-not-writable`, if a file is not open for writing; internal, if a pipe was used
    /// before.
    pub(super) fn check(&self) -> Result<()> {
        let open = match self {
            Self::Stdout => return Ok(()),
            Self::Pipe(pipe) => return pipe.check(),
            Self::Open(open) => open,
        };
        let failed = |error| not_writable(Path::new(open.name()), &error);
        let metadata = open.file().metadata().map_err(failed)?;
        if metadata.is_dir() {
            let message = format!("`{}` is a folder", open.name());
            let help = "open the workbook to write, such as `result.xlsx`";
            return Err(Error::output(Diagnostic::error(Code::OutputIsFolder, message).help(help)));
        }
        if metadata.is_file() {
            // Writing nothing changes nothing, and fails where writing something would.
            (&**open.file()).write(&[]).map_err(failed)?;
        }
        Ok(())
    }

    /// Copies what was made, `bytes` long, to the target.
    ///
    /// # Errors
    /// If the target does not take all of it; part of it may be there then. Internal, if a pipe was used before.
    pub(super) fn send(&self, made: &mut File, bytes: u64) -> Result<()> {
        let sent = match self {
            Self::Stdout => match copied(made, &mut io::stdout().lock(), bytes) {
                // A reader that has seen enough is no failure of ours.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                sent => sent,
            },
            Self::Open(open) => replaced(made, open.file(), bytes),
            Self::Pipe(pipe) => copied(made, &mut *pipe.take()?, bytes),
        };
        sent.map_err(|error| not_writable(Path::new(self.name()), &error))
    }
}

/// Gives an open file other content; what is open but not a file is written to like a pipe.
fn replaced(made: &mut File, mut to: &File, bytes: u64) -> io::Result<()> {
    if !to.metadata()?.is_file() {
        return copied(made, &mut to, bytes);
    }
    // Emptied first, since what is open for appending is only written to at its end.
    to.set_len(0)?;
    to.seek(SeekFrom::Start(0))?;
    copied(made, &mut to, bytes)?;
    to.sync_all()?;
    let there = to.metadata()?.len();
    if there == bytes { Ok(()) } else { Err(not_all(there, bytes)) }
}

fn copied(made: &mut File, to: &mut (impl Write + ?Sized), bytes: u64) -> io::Result<()> {
    made.seek(SeekFrom::Start(0))?;
    let sent = io::copy(made, to)?;
    to.flush()?;
    if sent == bytes { Ok(()) } else { Err(not_all(sent, bytes)) }
}

fn not_all(there: u64, bytes: u64) -> io::Error {
    io::Error::other(format!("{there} bytes are there instead of {bytes}"))
}

#[cfg(test)]
mod tests {
    use crate::Written;
    use crate::error::{ErrorKind, Result};
    use crate::scratch::Scratch;
    use crate::target::{Staged, Target};
    use fasttrack_batch::handles::{OpenFile, PipeOut};
    use std::fs::File;
    use std::io::{self, Seek, SeekFrom, Write};
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    /// Writes ten bytes to a target, by way of a folder that has nothing in it afterwards.
    fn write(target: &Target) -> Result<Written> {
        let folder = tempfile::tempdir().unwrap();
        let written = Staged::create(target, &Scratch::in_folder(folder.path())).and_then(|mut staged| {
            assert_eq!(staged.folder(), folder.path());
            staged.file().write_all(b"a workbook").unwrap();
            staged.commit(|_| Ok((10, "hash".to_owned())))
        });
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        written
    }

    fn open(file: File) -> Target {
        Target::Open(OpenFile::new(file, "out.xlsx"))
    }

    fn read(path: &Path) -> String {
        std::fs::read_to_string(path).unwrap()
    }

    /// Takes so many bytes.
    struct Narrow {
        taken: Arc<Mutex<Vec<u8>>>,
        most: usize,
        error: io::ErrorKind,
    }

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut taken = self.taken.lock().unwrap();
            let room = (self.most - taken.len()).min(bytes.len()).min(3);
            taken.extend_from_slice(&bytes[..room]);
            if room == 0 { Err(self.error.into()) } else { Ok(room) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_open_file_has_the_workbook_and_nothing_else_wherever_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.xlsx");
        std::fs::write(&path, "what was here before, and longer").unwrap();
        let mut file = File::options().write(true).open(&path).unwrap();
        file.seek(SeekFrom::Start(5)).unwrap();
        let written = write(&open(file)).unwrap();
        assert_eq!((written.path, written.bytes, written.sha256.as_str()), (None, 10, "hash"));
        assert_eq!(read(&path), "a workbook");
        write(&open(File::options().append(true).open(&path).unwrap())).unwrap();
        assert_eq!(read(&path), "a workbook");
    }

    #[test]
    fn what_is_open_only_for_reading_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.xlsx");
        std::fs::write(&path, "before").unwrap();
        let target = open(File::open(&path).unwrap());
        let error = Staged::create(&target, &Scratch::system()).err().unwrap();
        assert_eq!(
            (error.kind, error.diagnostics[0].code.as_str()),
            (ErrorKind::Output, "output-not-writable")
        );
        assert_eq!(read(&path), "before");
    }

    #[cfg(unix)]
    #[test]
    fn an_open_folder_is_refused_and_an_open_pipe_is_written_to_as_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(&open(File::open(folder.path()).unwrap())).unwrap_err();
        assert_eq!(error.diagnostics[0].code.as_str(), "output-is-folder");
        let (mut from, to) = io::pipe().unwrap();
        write(&open(std::os::fd::OwnedFd::from(to).into())).unwrap();
        assert_eq!(io::read_to_string(&mut from).unwrap(), "a workbook");
    }

    #[test]
    fn a_pipe_has_all_bytes_and_is_written_to_once() {
        let taken = Arc::default();
        let end = Narrow { taken: Arc::clone(&taken), most: 100, error: io::ErrorKind::Other };
        let target = Target::Pipe(PipeOut::new(end, "export"));
        write(&target.clone()).unwrap();
        assert_eq!(*taken.lock().unwrap(), b"a workbook");
        assert_eq!(write(&target).unwrap_err().kind, ErrorKind::Internal);
        assert_eq!(Arc::strong_count(&taken), 1, "the end was let go");
    }

    #[test]
    fn a_pipe_that_breaks_is_an_error_of_the_output_whatever_broke_it() {
        for error in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
            let taken = Arc::default();
            let target =
                Target::Pipe(PipeOut::new(Narrow { taken: Arc::clone(&taken), most: 4, error }, "export"));
            let error = write(&target).unwrap_err();
            assert_eq!(
                (error.kind, error.diagnostics[0].code.as_str()),
                (ErrorKind::Output, "output-not-writable")
            );
            assert!(error.to_string().contains("`export` cannot be written"), "{error}");
            assert_eq!(*taken.lock().unwrap(), b"a wo");
        }
    }

    #[test]
    fn a_workbook_that_fails_its_check_is_not_sent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.xlsx");
        std::fs::write(&path, "before").unwrap();
        let target = open(File::options().write(true).open(&path).unwrap());
        let staged = Staged::create(&target, &Scratch::system()).unwrap();
        assert!(staged.commit(|_| Err(crate::error::Error::internal("torn"))).is_err());
        assert_eq!(read(&path), "before");
    }
}

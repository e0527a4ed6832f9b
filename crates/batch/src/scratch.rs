//! Where temporary files go: beside the output, since the system's folder for them may be memory; or where a job says.

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result, remedy};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// A folder for temporary files without a name, which go with the run however it ends.
#[derive(Clone, Debug)]
pub struct Scratch {
    folder: Arc<Path>,
    chosen: Chosen,
}

/// Why it is that folder, which decides what helps when it is full.
#[derive(Clone, Copy, Debug)]
enum Chosen {
    /// The output goes there.
    Output,
    /// The system has temporary files there.
    System,
    /// The caller says so.
    Caller,
}

impl Scratch {
    /// Returns the folder of the output; that of the system, if it is not there.
    #[must_use]
    pub fn beside_output(folder: &Path) -> Self {
        // What is wrong with the output's folder is told where the output is begun.
        if folder.is_dir() { Self { folder: folder.into(), chosen: Chosen::Output } } else { Self::system() }
    }

    /// Returns the system's folder.
    #[must_use]
    pub fn system() -> Self {
        Self { folder: std::env::temp_dir().into(), chosen: Chosen::System }
    }

    /// Returns a folder that the caller chose; it must be there, and [`Scratch::file`] says so if it is not.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.into(), chosen: Chosen::Caller }
    }

    /// Returns the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens a file that has no name.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if there can be none.
    pub fn file(&self) -> Result<File> {
        tempfile::tempfile_in(&self.folder).map_err(|error| self.failed(&error))
    }

    /// Returns the error for a temporary file that cannot be written or read back.
    #[must_use]
    pub fn failed(&self, error: &io::Error) -> Error {
        let is_full_or_gone = matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::NotFound
        );
        let help = match self.chosen {
            Chosen::Caller => {
                "check that the folder exists, can be written and has room, or choose another one"
            }
            // Where the output is elsewhere, or there is none, `-o` would not help.
            Chosen::System if is_full_or_gone => {
                "free some space there, or name another folder for temporary files (TMPDIR)"
            }
            Chosen::System | Chosen::Output => remedy(error),
        };
        let folder = self.folder.display();
        Error::output(
            Diagnostic::error(
                Code::NoRoom,
                format!("a temporary file in `{folder}` cannot be kept: {error}"),
            )
            .help(help),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_files_go_beside_the_output_where_there_is_one() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(*Scratch::beside_output(folder.path()).folder, *folder.path());
        let missing = Scratch::beside_output(&folder.path().join("missing"));
        assert_eq!(*missing.folder, *std::env::temp_dir());
    }

    #[test]
    fn a_folder_without_room_is_named_with_what_to_do() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let folder = tempfile::tempdir().unwrap();
        let beside = Scratch::beside_output(folder.path());
        assert!(beside.failed(&full()).to_string().contains("write elsewhere with `-o`"));
        assert!(Scratch::system().failed(&full()).to_string().contains("(TMPDIR)"));
        let gone = Scratch::in_folder(&folder.path().join("gone"));
        let error = gone.file().unwrap_err();
        assert_eq!(error.diagnostics[0].code.as_str(), "no-room");
        assert!(error.to_string().contains("gone"), "{error}");
        assert!(error.to_string().contains("check that the folder exists"), "{error}");
    }
}

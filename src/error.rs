//! Why no workbook was written.
//!
//! An [`Error`] ends the run. Anything about a single row is a fault: the row stays in the roster and travels on.

use crate::diagnostic::Diagnostic;

/// What kind of thing ended the run; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A promise of the program itself does not hold; worth a bug report.
    Internal,
    /// The command line asks for something that makes no sense.
    Usage,
    /// The roster cannot be read.
    Input,
    /// It is not certain which column is which, or which sheet the roster is.
    Columns,
    /// The workbook cannot be written where it should stand.
    Output,
    /// Another run writes the same workbook at this moment.
    Busy,
    /// The policy file or the overrides file has faults.
    Policy,
}

/// Why no workbook was written: at least one diagnostic, all of one kind.
#[derive(Debug, thiserror::Error)]
#[error("{}", rendered(.diagnostics))]
pub struct Error {
    /// Decides the exit code.
    pub kind: ErrorKind,
    /// All that was found wrong, most important first; never empty.
    pub diagnostics: Vec<Diagnostic>,
}

impl Error {
    /// Returns an error with one diagnostic.
    #[must_use]
    pub fn new(kind: ErrorKind, diagnostic: Diagnostic) -> Self {
        Self { kind, diagnostics: vec![diagnostic] }
    }

    /// Returns an error about the roster file.
    #[must_use]
    pub fn input(diagnostic: Diagnostic) -> Self {
        Self::new(ErrorKind::Input, diagnostic)
    }

    /// Returns an error about the workbook to be written.
    #[must_use]
    pub fn output(diagnostic: Diagnostic) -> Self {
        Self::new(ErrorKind::Output, diagnostic)
    }

    /// Returns the error for a temporary file that cannot be written or read back.
    #[must_use]
    pub fn no_room(error: &std::io::Error) -> Self {
        Self::output(
            Diagnostic::error("no-room", format!("a temporary file cannot be kept: {error}"))
                .help("make room where temporary files go (TMPDIR), and run again"),
        )
    }

    /// Returns an error that only a mistake in this program can cause.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(
            ErrorKind::Internal,
            Diagnostic::error("internal", message)
                .help("this is a mistake in fasttrack, not in your roster; please report it with the command you ran"),
        )
    }
}

/// What the functions of this crate return.
pub type Result<T> = std::result::Result<T, Error>;

fn rendered(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

//! Why no workbook was written.
//!
//! An [`Error`] ends the run. Anything about a single row is a fault: the row stays in the roster and travels on.

use crate::diagnostic::{Code, Diagnostic};
use std::io;

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
    /// Whoever asked for the run said that it should stop.
    Stopped,
}

impl ErrorKind {
    /// Returns the exit code of a program that ends with such an error.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            // Nothing on the command line stops a run but a signal.
            Self::Internal | Self::Stopped => 1,
            Self::Usage => 2,
            Self::Input => 4,
            Self::Columns => 5,
            Self::Output => 6,
            Self::Busy => 7,
            Self::Policy => 8,
        }
    }

    /// Returns it as one word for scripts, which never changes.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Usage => "usage",
            Self::Input => "input",
            Self::Columns => "columns",
            Self::Output => "output",
            Self::Busy => "busy",
            Self::Policy => "policy",
            Self::Stopped => "stopped",
        }
    }
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

    /// Returns the error for a thread that the system refuses.
    #[must_use]
    pub fn no_thread(error: &dyn std::fmt::Display) -> Self {
        Self::output(
            Diagnostic::error(Code::NoThread, format!("the system cannot start another thread: {error}")).help(
                "raise the limit on processes and threads (`ulimit -u`), or run when fewer other programs are \
                 running",
            ),
        )
    }

    /// Returns an error that only a mistake in this program can cause.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(
            ErrorKind::Internal,
            Diagnostic::error(Code::Internal, message)
                .help("this is a mistake in fasttrack, not in your roster; please report it with the command you ran"),
        )
    }
}

/// Returns what to do about a file that cannot be written or read back.
#[must_use]
pub fn remedy(error: &io::Error) -> &'static str {
    /// `EIO`, which has no kind of its own.
    const BROKEN: i32 = 5;
    match error.kind() {
        io::ErrorKind::NotFound => "create the folder, or write elsewhere with `-o`",
        io::ErrorKind::PermissionDenied => {
            "close the workbook if it is open in Excel, check the folder's permissions, or write elsewhere with `-o`"
        }
        io::ErrorKind::ResourceBusy | io::ErrorKind::ExecutableFileBusy => {
            "close the workbook in Excel and run again"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; free some space, or write elsewhere with `-o`"
        }
        io::ErrorKind::FileTooLarge => {
            "raise the limit on file size (`ulimit -f`), or write elsewhere with `-o`"
        }
        _ if cfg!(unix) && error.raw_os_error() == Some(BROKEN) => {
            "check the disk or the network folder, or write elsewhere with `-o`"
        }
        _ => "write elsewhere with `-o`",
    }
}

/// What the functions of this crate return.
pub type Result<T> = std::result::Result<T, Error>;

fn rendered(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

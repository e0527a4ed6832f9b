//! What the exit code means.

use fasttrack_roster::error::ErrorKind;
use std::process::ExitCode;

/// How a run ended, as schedulers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All rows were classified.
    Done = 0,
    /// The program broke a promise of its own.
    Internal = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The workbook was written; some rows need review. Of an audit: the workbook was changed.
    Review = 3,
    /// The roster cannot be read.
    Input = 4,
    /// It is not certain which column is which.
    Columns = 5,
    /// The workbook cannot be written.
    Output = 6,
    /// Another run writes the same workbook.
    Busy = 7,
    /// The policy, a catalogue, the overrides or the configuration of a nightly run are not valid.
    Policy = 8,
    /// There was nothing to do, where somebody asked to be told.
    Nothing = 9,
    /// Some rosters of a nightly run failed or did not come.
    SomeFailed = 10,
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            // Nothing on the command line stops a run but a signal.
            ErrorKind::Internal | ErrorKind::Stopped => Self::Internal,
            ErrorKind::Usage => Self::Usage,
            ErrorKind::Input => Self::Input,
            ErrorKind::Columns => Self::Columns,
            ErrorKind::Output => Self::Output,
            ErrorKind::Busy => Self::Busy,
            ErrorKind::Policy => Self::Policy,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

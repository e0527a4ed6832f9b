//! What the exit code means.

use fasttrack_roster::error::ErrorKind;
use std::process::ExitCode;

/// How a run ended, as schedulers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All rows were classified.
    Done,
    /// The workbook was written; some rows need review. Of an audit: the workbook was changed.
    Review,
    /// There is no output.
    Failed(ErrorKind),
    /// There was nothing to do, where somebody asked to be told.
    Nothing,
    /// Some rosters of a nightly run failed or did not come.
    SomeFailed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Review => Self::from(3),
            Exit::Nothing => Self::from(9),
            Exit::SomeFailed => Self::from(10),
            Exit::Failed(kind) => Self::from(kind.exit_code()),
        }
    }
}

//! One run at a time for one state folder.

use super::ledger::state_failed;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// The name of the file in the state folder; it stays there, and the system takes the lock away however a run ends.
const FILE: &str = "lock";

/// Held as long as the run goes on.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
    /// Whether the system keeps locks there; some network folders do not.
    pub(super) is_real: bool,
}

impl Lock {
    /// Takes the lock of a state folder, which is made if it is not there.
    ///
    /// # Errors
    /// `run-locked` (kind `Busy`) if another run has it; `night-state` (kind `Output`) if the folder cannot be written.
    pub(super) fn take(state: &Path) -> Result<Self> {
        let path = state.join(FILE);
        let failed = |error: std::io::Error| state_failed(&path, &error);
        fs::create_dir_all(state).map_err(failed)?;
        let file = File::options().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file, is_real: true }),
            Err(TryLockError::WouldBlock) => Err(Error::new(
                ErrorKind::Busy,
                Diagnostic::error(
                    Code::RunLocked,
                    format!("another nightly run is at work in `{}`", state.display()),
                )
                .help("wait for it to end; if it takes too long, run less often"),
            )),
            Err(TryLockError::Error(_)) => Ok(Self { _file: file, is_real: false }),
        }
    }
}

//! One run at a time for one state folder.

use super::ledger::state_failed;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::Duration;

/// The name of the file in the state folder; it stays there, and the system takes the lock away however a run ends.
const FILE: &str = "lock";

/// How often the lock is tried, and how long apart: `nightly status` holds it for a moment to see whether somebody has it.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(30);

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
        match tried(&file) {
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

fn tried(file: &File) -> std::result::Result<(), TryLockError> {
    for _ in 1..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            other => return other,
        }
    }
    file.try_lock()
}

/// Returns whether a run is at work that has the lock of a state folder; nothing is written.
pub(super) fn is_held(state: &Path) -> bool {
    File::open(state.join(FILE)).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

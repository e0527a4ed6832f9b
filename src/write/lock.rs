//! One run at a time for one workbook.

use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind, Result};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Holds a workbook against other runs; lets go when dropped, also when the process is killed.
pub struct Lock {
    path: PathBuf,
    // Held open for the lock that the system keeps on it.
    _file: File,
}

impl Lock {
    /// Takes the lock for a target, a small hidden file beside it; `named` is how messages name the target.
    ///
    /// # Errors
    /// If another run holds it (kind `Busy`), or the folder cannot be written (kind `Output`).
    pub fn take(target: &Path, named: &Path) -> Result<Self> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.lock"));
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| super::target::not_writable(named, &error))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(Error::new(
                ErrorKind::Busy,
                Diagnostic::error(
                    "run-locked",
                    format!("another run is writing `{}` at this moment", named.display()),
                )
                .help("wait for it to end, or write elsewhere with `-o`"),
            )),
            // Some network folders know no locks; the rename at the end keeps the workbook whole there too.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self { path, _file: file }),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A leftover lock file is harmless: the lock itself is the system's.
        let _ = std::fs::remove_file(&self.path);
    }
}

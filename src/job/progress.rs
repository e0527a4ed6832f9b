//! Word of how far a run is, and whether it goes on.

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use std::ops::ControlFlow;

/// What is told the number of rows done, now and then, and says whether the run goes on.
pub type Progress<'p> = &'p dyn Fn(u64) -> ControlFlow<()>;

/// Watches no run: lets it go on to its end.
pub const fn unwatched(_rows: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Tells that so many rows are done.
///
/// # Errors
/// `stopped` if the run shall not go on.
pub(super) fn tell(progress: Progress<'_>, rows: u64) -> Result<()> {
    match progress(rows) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => {
            Err(Error::new(ErrorKind::Stopped, Diagnostic::error(Code::Stopped, "the run was stopped")))
        }
    }
}

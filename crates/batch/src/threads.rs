//! Threads that the system may refuse.

use crate::error::{Error, Result};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Begins a thread.
///
/// # Errors
/// `no-thread` (kind `Output`) if the system refuses it.
pub fn spawned<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>> {
    thread::Builder::new().spawn_scoped(scope, work).map_err(|error| Error::no_thread(&error))
}

//! Understandings on loan: a worker takes one for a block and puts it back, so that what it remembers outlives the block.

use crate::roster::Understanding;
use std::sync::Mutex;

/// As many understandings as there are workers at once.
pub(super) struct Understandings<'a> {
    /// One that has seen no record yet.
    first: Understanding<'a>,
    idle: Mutex<Vec<Understanding<'a>>>,
}

impl<'a> Understandings<'a> {
    /// Returns understandings like `first`, which has seen no record yet.
    pub(super) fn of(first: Understanding<'a>) -> Self {
        Self { first, idle: Mutex::default() }
    }

    /// Takes one that has been used before, or a new one; what they remember changes no answer.
    pub(super) fn take(&self) -> Understanding<'a> {
        let idle = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        idle.unwrap_or_else(|| self.first.clone())
    }

    /// Puts one back for the next block.
    pub(super) fn put_back(&self, used: Understanding<'a>) {
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(used);
        }
    }
}

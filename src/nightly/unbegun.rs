//! A run that could not begin, or not go on: whoever watches learns of it by the same files as of any other, as far as they
//! can be written.

use super::clock::Clock;
use super::configuration::Configuration;
use super::ledger::{self, Ledger, Line, Lines};
use super::outcome::{Ends, Failure};
use super::run::Night;
use super::{metrics, report};
use crate::error::Error;

/// Enters a run that ended with an error in ledger, report and metrics; whoever calls holds the lock of the state folder.
///
/// What cannot be written is left: the error itself is told, and may be the reason.
pub(super) fn enter(configuration: &Configuration, clock: &dyn Clock, error: &Error) {
    let code = error.kind.exit_code();
    let now = clock.now();
    if let Ok(mut ledger) = Ledger::open(&configuration.state) {
        let night =
            ledger::Night { at: now.seconds, night: now.day().to_string(), code, ..ledger::Night::default() };
        let _ = ledger.add(Line::Night(night));
    }
    write(configuration, clock, error);
}

/// Writes report and metrics of a run that ended with an error, as far as they can be written.
pub fn write(configuration: &Configuration, clock: &dyn Clock, error: &Error) {
    let night = Night {
        began: clock.now(),
        ended: clock.now(),
        took: clock.elapsed(),
        is_dry: false,
        code: error.kind.exit_code(),
        ends: Ends::default(),
        rosters: Vec::new(),
        strangers: Vec::new(),
        removed: 0,
        remarks: error.diagnostics.iter().map(|found| format!("{}; {}", found.message, found.help)).collect(),
        failure: Some(Failure { code: error.kind.exit_code(), diagnostics: error.diagnostics.clone() }),
        lines: Lines::read(&configuration.state).unwrap_or_default(),
    };
    let _ = report::write(&night, configuration);
    let _ = metrics::write(&night, configuration);
}

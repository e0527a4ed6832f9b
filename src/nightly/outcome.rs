//! How a file ended, what that means for another try, and what the run as a whole comes to.

use super::configuration::{Configuration, FailOn};
use super::end::{RosterEnd, State};
use super::ledger::Done;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::Error;

/// The code of a run in which some rosters failed or did not come.
pub const SOME_FAILED: u8 = 10;
/// The code of a run that had nothing to do, where that was asked for.
pub const NOTHING_NEW: u8 = 9;
/// The code of a run with rows that need review.
pub const REVIEW: u8 = 3;

/// Why a file has no output, or a roster no file, in words that go into the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub code: u8,
    /// All that was wrong, most important first; never empty.
    pub diagnostics: Vec<Diagnostic>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { code: error.kind.exit_code(), diagnostics: error.diagnostics }
    }
}

impl Failure {
    /// Returns the failure of one diagnostic.
    #[must_use]
    pub fn new(code: u8, diagnostic: Diagnostic) -> Self {
        Self { code, diagnostics: vec![diagnostic] }
    }

    /// Returns the code of the first error.
    #[must_use]
    pub fn error(&self) -> Option<Code> {
        self.diagnostics.first().map(|first| first.code)
    }
}

/// Whether an error may pass by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Not as long as the roster and its rules are the same.
    Never,
    /// It may; a number of tries is enough.
    Sometimes,
    /// It depends on more than the roster and its rules.
    Always,
}

/// Returns whether the error of that name may pass; it is known by its diagnostic code, since one exit code stands for
/// errors of both kinds.
#[must_use]
pub fn retry(error: &str) -> Retry {
    // Of these the file or its rules may be the reason, and a run may not come to its end because of them.
    const SOMETIMES: [Code; 7] = [
        Code::Internal,
        Code::RosterPointer,
        Code::RunEnded,
        Code::Stopped,
        Code::TooMuchTime,
        Code::WorkbookDamaged,
        Code::WorkbookNotMade,
    ];
    // Of these it is the machine, or another program; nobody has to tell the run when that is over.
    const ALWAYS: [Code; 18] = [
        Code::NoRoom,
        Code::NoThread,
        Code::OutputIsFolder,
        Code::OutputNotAFile,
        Code::OutputNotWritable,
        Code::RosterChanged,
        Code::RosterLockFile,
        Code::RosterMissing,
        Code::RosterShrank,
        Code::RosterUnreadable,
        Code::RunLocked,
        Code::SinceCell,
        Code::SinceColumns,
        Code::SinceNotOurs,
        Code::SinceNotReadable,
        Code::SincePart,
        Code::SinceRows,
        Code::SplitFolder,
    ];
    let is = |code: &Code| code.as_str() == error;
    if ALWAYS.iter().any(is) {
        Retry::Always
    } else if SOMETIMES.iter().any(is) {
        Retry::Sometimes
    } else {
        Retry::Never
    }
}

/// What the files of a run came to, and its rosters of which none came, as far as its exit code goes by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Files that were judged.
    pub done: u32,
    /// Those of them with more rows to review than may be.
    pub review: u32,
    /// Files that were judged before, or are not complete.
    pub known: u32,
    /// Files that were passed over, since a newer one of their roster is there or was judged.
    pub passed_over: u32,
    /// The exit codes of those that failed, and of rosters whose rules are not valid.
    pub failed: Vec<u8>,
    /// Rosters that did not come.
    pub missing: u32,
}

impl Ends {
    /// Returns how many failed or did not come.
    #[must_use]
    pub fn failures(&self) -> u32 {
        u32::try_from(self.failed.len()).unwrap_or(u32::MAX).saturating_add(self.missing)
    }

    /// Returns the exit code of the run.
    #[must_use]
    pub fn code(&self, fail_on: FailOn) -> u8 {
        if let Some(first) = self.failed.first() {
            let all_alike = self.failed.iter().all(|code| code == first);
            let are_all = self.done == 0 && self.known == 0 && self.missing == 0;
            return if all_alike && are_all { *first } else { SOME_FAILED };
        }
        if self.missing > 0 {
            return SOME_FAILED;
        }
        match (self.done, self.review) {
            (0, _) if fail_on.nothing => NOTHING_NEW,
            (1.., 1..) if fail_on.review => REVIEW,
            _ => 0,
        }
    }
}

/// Counts how the files ended, and the rosters that did not come.
pub(super) fn counted(configuration: &Configuration, ends: &[RosterEnd]) -> Ends {
    let mut counted = Ends::default();
    for end in ends {
        let failed = || end.failure.as_ref().map_or(1, |failure| failure.code);
        match end.state {
            State::Done | State::Due => {
                counted.done += 1;
                let is_above = end.done.as_ref().is_some_and(|done| is_above(configuration, done));
                counted.review += u32::from(is_above);
            }
            State::Restored | State::Known | State::Waiting => counted.known += 1,
            State::Older => counted.passed_over += 1,
            State::Failed | State::HeldBack | State::SetAside => counted.failed.push(failed()),
            State::Missing => counted.missing += 1,
        }
    }
    counted
}

/// Whether more rows need review than may.
fn is_above(configuration: &Configuration, done: &Done) -> bool {
    let [read, _, review, blank, footer] = done.rows;
    let rows = read.saturating_sub(blank).saturating_sub(footer);
    done.code == REVIEW && configuration.max_review.is_none_or(|most| most.is_exceeded_by(review, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_says_what_a_scheduler_has_to_know() {
        let usual = FailOn { review: true, nothing: false };
        let quiet = FailOn { review: false, nothing: true };
        let ends = |done, review, known, failed: &[u8], missing| Ends {
            done,
            review,
            known,
            passed_over: 0,
            failed: failed.to_vec(),
            missing,
        };
        for (ends, wanted, wanted_quiet) in [
            (ends(0, 0, 0, &[], 0), 0, 9),
            (ends(0, 0, 5, &[], 0), 0, 9),
            (ends(2, 0, 5, &[], 0), 0, 0),
            (ends(2, 1, 0, &[], 0), 3, 0),
            (ends(0, 0, 0, &[4], 0), 4, 4),
            (ends(0, 0, 0, &[4, 4], 0), 4, 4),
            (ends(0, 0, 0, &[4, 5], 0), 10, 10),
            (ends(1, 0, 0, &[4], 0), 10, 10),
            (ends(0, 0, 1, &[8], 0), 10, 10),
            (ends(0, 0, 0, &[6], 1), 10, 10),
            (ends(5, 2, 0, &[], 1), 10, 10),
        ] {
            assert_eq!(ends.code(usual), wanted, "{ends:?}");
            assert_eq!(ends.code(quiet), wanted_quiet, "{ends:?}");
        }
    }

    #[test]
    fn another_try_goes_by_the_diagnostic_code() {
        assert_eq!(retry("no-room"), Retry::Always);
        assert_eq!(retry("run-ended"), Retry::Sometimes);
        assert_eq!(retry("roster-format"), Retry::Never);
        assert_eq!(retry("roster-shrank"), Retry::Always);
        assert_eq!(retry("a code of a later version"), Retry::Never);
    }
}

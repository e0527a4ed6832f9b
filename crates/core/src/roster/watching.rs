//! Cells of columns that are not read, and what they may change.
//!
//! What such a cell means nobody knows for sure: its row needs review, unless the verdict is the same either way, or the
//! overrides say what the word means.

#[cfg(test)]
mod tests;

use super::columns::{Columns, Field, Watched, WatchedFor};
use super::not_read;
use super::overrides::words::meant as meant_by;
use super::payment::{
    Strength, is_ended, is_no, is_nothing, is_on_trial, is_unknown_mark, is_yes, says_trial, strength,
};
use super::understand::{Understanding, as_written};
use super::written::meant;
use super::{NotPaid, RosterRow, SegmentFrom};
use crate::policy::Policy;
use crate::record::Record;

/// What a cell may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Whether the seats are paid for.
    Paid,
    /// Which segment it is, by its place in the policy.
    Segment(usize),
}

/// Sends a row to review if a column that is watched may say that its seats are not paid for.
///
/// `is_told` = a column that is read says that they are.
pub(super) fn watch_for_payment(
    record: Record<'_>,
    columns: &Columns,
    known: &mut Understanding<'_>,
    is_told: bool,
    row: &mut RosterRow<'_>,
) {
    for (place, watched) in columns.watched.iter().enumerate() {
        if watched.by.field() == Field::Segment || (is_told && watched.by == WatchedFor::TrialDate) {
            continue;
        }
        let Some((written, Doubt::Paid)) = doubt_at(record, (place, watched), known) else { continue };
        let said = meant(&written);
        let is_trial = watched.by.field() == Field::Trial;
        let words = known.words().filter(|_| watched.is_word(&said));
        let settled = words.and_then(|words| {
            if is_trial {
                meant_by(&words.trials, &said).map(|(is_trial, line)| (!is_trial, line))
            } else {
                meant_by(&words.statuses, &said)
            }
        });
        let Some((is_paid, line)) = settled else {
            row.faults.push(not_read::fault(watched, &said));
            continue;
        };
        row.overridden.status |= !is_trial;
        row.overridden.trial |= is_trial;
        if !row.fits(line, is_paid) && row.not_paid.is_none() {
            let inactive = || NotPaid::Inactive(said.trim().to_owned());
            row.not_paid = Some(if is_trial { NotPaid::Trial } else { inactive() });
        }
    }
}

/// A segment in a column that is not read sends a row to review that nothing else tells the segment of, if it would get
/// something else by it.
pub(super) fn watch_for_a_segment(
    record: Record<'_>,
    columns: &Columns,
    known: &mut Understanding<'_>,
    row: &mut RosterRow<'_>,
) {
    if row.segment_from != SegmentFrom::Assumed {
        return;
    }
    let policy = known.policy;
    for (place, watched) in columns.watched.iter().enumerate() {
        if watched.by.field() != Field::Segment {
            continue;
        }
        let Some((written, Doubt::Segment(segment))) = doubt_at(record, (place, watched), known) else {
            continue;
        };
        let said = meant(&written);
        let words = known.words().filter(|_| watched.is_word(&said));
        let settled = words.and_then(|words| meant_by(&words.segments, &said));
        if let Some((segment, line)) = settled {
            (row.segment, row.segment_from) = (row.fits(line, segment), SegmentFrom::Override);
            return;
        }
        if decides(policy, row, segment) {
            row.faults.push(not_read::fault(watched, &said));
        }
    }
}

fn decides(policy: &Policy, row: &RosterRow<'_>, segment: usize) -> bool {
    let served = row.plan.is_none() || row.is_served();
    let differ = |seats| policy.two_segments_differ((row.segment, segment), seats, served);
    segment != row.segment && row.seats.is_none_or(differ)
}

/// Returns what a cell of a column that is watched says, if that may change something.
fn doubt_at(
    record: Record<'_>,
    (place, watched): (usize, &Watched),
    known: &mut Understanding<'_>,
) -> Option<(String, Doubt)> {
    let cell = record.cell(watched.column);
    if cell.is_blank() {
        return None;
    }
    let written = as_written(cell);
    let policy = known.policy;
    let find = |said: &str| doubt(&watched.by, said, policy);
    let doubt = match known.watched.get_mut(place) {
        Some(cache) => cache.recall(&written, find),
        None => find(&meant(&written)),
    };
    let doubt = doubt?;
    Some((written.into_owned(), doubt))
}

fn doubt(by: &WatchedFor, said: &str, policy: &Policy) -> Option<Doubt> {
    let paid = |is_doubtful: bool| is_doubtful.then_some(Doubt::Paid);
    match by {
        WatchedFor::Status(least) => paid(strength(said).is_some_and(|strength| strength >= *least)),
        WatchedFor::StateCode => paid(said.trim() == "1" || strength(said) > Some(Strength::Answer)),
        WatchedFor::End => paid(is_ended(said)),
        WatchedFor::Active => {
            paid(is_no(said) || is_unknown_mark(said) || strength(said) > Some(Strength::Answer))
        }
        WatchedFor::Trial => paid(says_trial(said)),
        WatchedFor::TrialAsked => paid(is_yes(said) || says_trial(said)),
        WatchedFor::TrialTold | WatchedFor::TrialDate => paid(is_on_trial(said)),
        WatchedFor::Segment { by_words } => {
            let whole = policy.segment_by_word(said);
            let by_words = || if *by_words { policy.segment_in_words(said) } else { None };
            whole.or_else(by_words).map(Doubt::Segment)
        }
        WatchedFor::AskedSegment { segment, is_numbered } => {
            let is_number = said.trim().bytes().all(|byte| byte.is_ascii_digit());
            let is_none = is_no(said) || is_nothing(said);
            let is_asked = !is_none && (is_yes(said) || *is_numbered || !is_number);
            let told = || policy.segment_by_word(said).or_else(|| policy.segment_by_word(segment));
            if is_asked { told().map(Doubt::Segment) } else { None }
        }
    }
}

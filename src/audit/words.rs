//! What the words of the `Why` column say of the row: a second witness beside the cells themselves.

use crate::policy::Policy;
use crate::report::roster::ROW_ONLY;
use crate::roster::{NotPaid, SegmentFrom};
use crate::verdict::words::IN_REVIEW;

/// What decided, as far as words tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ToldReason {
    Review,
    NotPaid(NotPaid),
    NotServed,
    Seats,
}

/// What the words say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told<'w> {
    /// The words, without those on the tenant.
    pub words: &'w str,
    /// On how many rows the tenant stands, in words; empty where that is not said.
    pub rows_of_tenant: &'w str,
    pub ground: ToldReason,
    /// The seats that are named; of seats that are not paid for, those too.
    pub seats: Option<u64>,
    pub segment: Option<usize>,
    pub from: Option<SegmentFrom>,
}

impl Told<'_> {
    /// Returns whether words that were made anew are these; a row of several ends without its full stop.
    pub(super) fn is(&self, made: &str) -> bool {
        let made = if self.rows_of_tenant.is_empty() { made } else { made.trim_end_matches('.') };
        self.words == made
    }
}

/// Reads the words of a customer's row.
pub(super) fn read<'w>(why: &'w str, policy: &Policy) -> Told<'w> {
    let (words, rows_of_tenant) = match why.rsplit_once(ROW_ONLY) {
        Some((words, rows)) => (words, rows.strip_suffix(" rows").unwrap_or(rows)),
        None => (why, ""),
    };
    let told = |ground, seats| Told { words, rows_of_tenant, ground, seats, segment: None, from: None };
    if words == IN_REVIEW {
        return told(ToldReason::Review, None);
    }
    if let Some(not_paid) = not_paid(words) {
        return told(ToldReason::NotPaid(not_paid), unpaid_seats(words));
    }
    let Some((seats, rest)) =
        words.split_once(" paid seat").and_then(|(seats, rest)| Some((number(seats)?, rest)))
    else {
        return told(ToldReason::NotServed, None);
    };
    let (mut segment, mut from) = (None, None);
    for (place, known) in policy.segments.iter().enumerate() {
        if let Some(found) = named(rest, &known.name) {
            (segment, from) = (Some(place), Some(found));
        }
    }
    Told { segment, from, ..told(ToldReason::Seats, Some(seats)) }
}

/// Returns where a segment comes from, if words name it as `, Education (column)` does.
fn named(words: &str, segment: &str) -> Option<SegmentFrom> {
    words.match_indices(segment).find_map(|(at, _)| {
        let is_begun = words.get(..at)?.ends_with(", ");
        let after = words.get(at + segment.len()..)?.strip_prefix(" (").filter(|_| is_begun)?;
        let is_it =
            |from: &SegmentFrom| after.strip_prefix(from.words()).is_some_and(|rest| rest.starts_with(')'));
        SegmentFrom::ALL.into_iter().find(is_it)
    })
}

/// Returns why seats are not paid for, if the words say that they are not.
fn not_paid(words: &str) -> Option<NotPaid> {
    let is_said =
        [" are not paid for", " is not paid for", " are paid for"].iter().any(|end| words.contains(end));
    if !is_said || !(words.contains(": its ") || words.contains(": no seats")) {
        return None;
    }
    let status = words.strip_prefix("status `").and_then(|rest| rest.rsplit_once("` is not active"));
    Some(match status {
        Some((status, _)) => NotPaid::Inactive(status.to_owned()),
        None if words.contains(" is a trial here") => NotPaid::Trial,
        None => NotPaid::FreePlan,
    })
}

fn unpaid_seats(words: &str) -> Option<u64> {
    match words.rsplit_once(": its ") {
        Some((_, rest)) => number(rest.split_once(" seat")?.0),
        None => Some(0),
    }
}

/// Returns a number as it is written with commas.
pub(super) fn number(text: &str) -> Option<u64> {
    let is_plain = text.starts_with(|first: char| first.is_ascii_digit());
    if is_plain { text.replace(',', "").parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_seats_segment_and_what_decided() {
        let policy = Policy::default_shipped().unwrap();
        let read = |why: &'static str| read(why, &policy);
        let told = read(
            "1,150 paid seats, Nonprofit (offer name): Q&A from 50 [learn]. For this row only; its tenant is on 2 rows",
        );
        assert_eq!(
            (told.seats, told.from, told.rows_of_tenant),
            (Some(1150), Some(SegmentFrom::OfferName), "2")
        );
        assert_eq!(told.segment, policy.segment("nonprofit"));
        assert_eq!(read("portal only, until the problem is fixed").ground, ToldReason::Review);
        let told = read("status `On: hold` is not active: its 2,400 seats are not paid for [plans]");
        assert_eq!(told.ground, ToldReason::NotPaid(NotPaid::Inactive("On: hold".to_owned())));
        assert_eq!(told.seats, Some(2400));
        let told = read("`Office 365 A1` costs nothing: no seats are paid for [plans]");
        assert_eq!((told.ground, told.seats), (ToldReason::NotPaid(NotPaid::FreePlan), Some(0)));
        assert_eq!(
            read("`Visio` belongs to Visio, which is not covered [reading]").ground,
            ToldReason::NotServed
        );
    }
}

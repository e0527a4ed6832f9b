//! What a row may have been judged by: what its cells say, and what they may have said before one was changed.

use super::book::{Row, Seen};
use super::judged::{Guess, ground_of};
use super::own::Own;
use super::plans::Recognised;
use super::rows::AuditContext;
use super::words::{Told, ToldReason};
use crate::policy::Policy;
use crate::roster::{NotPaid, SegmentFrom};
use crate::verdict::words::NEEDS_REVIEW;

/// What the cells of a row say it was judged by; of each thing first what its own column says.
pub(super) struct Shown {
    segments: Vec<Option<usize>>,
    froms: Vec<Option<SegmentFrom>>,
    grounds: Vec<Option<ToldReason>>,
    seats: Vec<Option<Seats>>,
    /// Seats that are not paid for, if so: the words name how many.
    unpaid: u64,
}

/// Paid seats that a cell shows; a blank one shows none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seats(Option<u64>);

impl Shown {
    pub(super) fn of(row: &Row, known: &AuditContext<'_>, own: &Own<'_>, told: &Told<'_>) -> Self {
        let (ours, policy) = (&known.ours, &known.rules.policy);
        let segment = row.text(ours.segment());
        let from = row.text(ours.from());
        let seats = match row.cell(ours.seats()) {
            None => Some(Seats(None)),
            Some(cell) => cell.count().map(|count| Seats(Some(count))),
        };
        let by_column = own.segment(row, policy);
        let is_review = row.text(ours.tier()) == NEEDS_REVIEW || row.cell(ours.review()).is_some();
        // Words that say nothing leave it to the roster's own cells why nothing is paid for.
        let is_told = !matches!(told.ground, ToldReason::NotServed);
        let not_paid = |not_paid: NotPaid| (!is_told).then_some(ToldReason::NotPaid(not_paid));
        Self {
            segments: vec![
                policy.segments.iter().position(|known| known.name == segment),
                told.segment,
                by_column,
            ],
            froms: vec![
                SegmentFrom::ALL.into_iter().find(|known| known.words() == from),
                told.from,
                by_column.map(|_| SegmentFrom::Column),
            ],
            grounds: vec![
                ground_of(row.cell(ours.eligible()).map(Seen::shown).unwrap_or_default().as_str(), told),
                (!row.text(ours.why()).is_empty()).then(|| told.ground.clone()),
                is_review.then_some(ToldReason::Review),
                own.status(row).and_then(|status| not_paid(NotPaid::Inactive(status))),
                not_paid(NotPaid::Trial),
                not_paid(NotPaid::FreePlan),
            ],
            seats: vec![
                seats,
                told.seats.map(|seats| Seats(Some(seats))),
                own.seats(row).map(|seats| Seats(Some(seats))),
            ],
            unpaid: told.seats.or_else(|| own.seats(row)).unwrap_or(0),
        }
    }

    /// Returns what its own columns say; `None` if one of them says nothing that can be.
    pub(super) fn guess<'g, 'c>(&self, recognised: Option<&'g Recognised<'c>>) -> Option<Guess<'g, 'c>> {
        Some(Guess {
            segment: self.segments.first().copied().flatten()?,
            from: self.froms.first().copied().flatten()?,
            ground: self.grounds.first().cloned().flatten()?,
            seats: self.seats.first().copied().flatten()?.0,
            unpaid: self.unpaid,
            recognised,
        })
    }

    /// Returns all that it may have been, but for what its own columns say.
    pub(super) fn all<'g, 'c>(
        &self,
        policy: &Policy,
        recognised: Option<&'g Recognised<'c>>,
    ) -> Vec<Guess<'g, 'c>> {
        let segments = or_all(&self.segments, 0..policy.segments.len());
        let froms = or_all(&self.froms, SegmentFrom::ALL);
        let grounds = or_all(&self.grounds, [ToldReason::Seats, ToldReason::NotServed, ToldReason::Review]);
        let seats = or_all(&self.seats, [Seats(None)]);
        let plans = if recognised.is_some() { vec![recognised, None] } else { vec![None] };
        let mut all = Vec::new();
        for recognised in plans {
            for ground in &grounds {
                for seats in &seats {
                    for segment in &segments {
                        let ground = ground.clone();
                        let (seats, segment) = (seats.0, *segment);
                        all.extend(froms.iter().map(|from| Guess {
                            segment,
                            from: *from,
                            ground: ground.clone(),
                            seats,
                            unpaid: self.unpaid,
                            recognised,
                        }));
                    }
                }
            }
        }
        all
    }
}

/// Returns each thing that is said, once; where none is, all that there are.
fn or_all<T: Clone + PartialEq>(said: &[Option<T>], all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for one in said.iter().flatten() {
        if !once.contains(one) {
            once.push(one.clone());
        }
    }
    if once.is_empty() { all.into_iter().collect() } else { once }
}

//! Two lists of rows laid side by side, of which a few rows may be changed, gone or new.

use super::prints::Plain;
use std::collections::VecDeque;

/// How far apart the lists may be before rows that differ are taken for the same row, changed.
const WINDOW: usize = 64;
/// Rows that differ, and are kept to be told; the others are counted.
const LIMIT_KEPT: usize = 500;

/// A row of the roster.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// Its line or row; 0 = a blank one.
    pub number: u64,
    pub print: u64,
    pub cells: Vec<(usize, Plain)>,
}

/// The rows of the workbook, and how those of the roster lie beside them.
pub(super) struct Aligned<'p> {
    prints: &'p [u64],
    /// Where the rows stand in the roster, if the workbook has only some of its rows.
    sources: Option<&'p [u64]>,
    /// The next row of the workbook.
    at: usize,
    /// Rows of the roster that were not found yet.
    pending: VecDeque<Kept>,
    /// Rows that are both there and differ: the place in the workbook, and the row of the roster.
    pub changed: Vec<(usize, Kept)>,
    pub changed_beyond: u64,
    /// Rows of the roster that are not in the workbook.
    pub missing: Vec<Kept>,
    pub missing_beyond: u64,
    /// Places in the workbook that are not in the roster.
    pub added: Vec<usize>,
}

impl<'p> Aligned<'p> {
    pub(super) fn new(prints: &'p [u64], sources: Option<&'p [u64]>) -> Self {
        let (changed, missing, added) = (Vec::new(), Vec::new(), Vec::new());
        let (at, pending) = (0, VecDeque::new());
        Self { prints, sources, at, pending, changed, changed_beyond: 0, missing, missing_beyond: 0, added }
    }

    /// Looks at the next row of the roster.
    pub(super) fn see(&mut self, row: Kept) {
        if let Some(sources) = self.sources {
            if row.number > 0 && sources.get(self.at) == Some(&row.number) {
                self.take(row);
            }
            return;
        }
        if self.pending.is_empty() && self.prints.get(self.at) == Some(&row.print) {
            return self.take(row);
        }
        // What was changed in its place is likelier than what is gone, and that likelier than what is far away.
        let waiting = self.pending.len();
        let near = (0..waiting + WINDOW).filter(|ahead| *ahead != waiting);
        let found = std::iter::once(waiting).chain(near).find(|ahead| {
            self.prints.get(self.at + ahead) == Some(&row.print) && (row.print != 0 || *ahead == waiting)
        });
        if let Some(ahead) = found {
            self.settle(ahead);
            return self.take(row);
        }
        self.pending.push_back(row);
        if self.pending.len() > WINDOW {
            self.settle_first();
        }
    }

    /// Ends the roster: what was not found yet is changed or gone, what is left in the workbook is new.
    pub(super) fn end(&mut self) {
        let rest = self.prints.len().saturating_sub(self.at);
        let filled = |prints: &[u64]| prints.iter().rposition(|print| *print != 0).map_or(0, |last| last + 1);
        let rest = self.prints.get(self.at..).map_or(rest, filled);
        self.settle(rest);
    }

    /// The row of the roster is this row of the workbook, as it was or changed.
    fn take(&mut self, row: Kept) {
        let place = self.at;
        self.at = place + 1;
        if self.prints.get(place) != Some(&row.print) {
            self.change(place, row);
        }
    }

    /// Pairs the rows that wait with so many rows of the workbook; what is left over is gone, or new.
    fn settle(&mut self, rows: usize) {
        let end = self.at + rows;
        for row in std::mem::take(&mut self.pending) {
            if self.at < end {
                self.take(row);
            } else if row.print != 0 {
                self.miss(row);
            }
        }
        while self.at < end {
            if self.added.len() < LIMIT_KEPT && self.prints.get(self.at) != Some(&0) {
                self.added.push(self.at);
            }
            self.at += 1;
        }
    }

    fn settle_first(&mut self) {
        let Some(row) = self.pending.pop_front() else { return };
        if self.at < self.prints.len() { self.take(row) } else { self.miss(row) }
    }

    fn change(&mut self, place: usize, row: Kept) {
        if self.changed.len() < LIMIT_KEPT {
            self.changed.push((place, row));
        } else {
            self.changed_beyond += 1;
        }
    }

    fn miss(&mut self, row: Kept) {
        if self.missing.len() < LIMIT_KEPT {
            self.missing.push(row);
        } else {
            self.missing_beyond += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lays rows beside each other by their prints; returns which places changed, which rows are gone, which are new.
    fn laid(workbook: &[u64], roster: &[u64]) -> (Vec<usize>, Vec<u64>, Vec<usize>) {
        let mut aligned = Aligned::new(workbook, None);
        for (number, print) in (1..).zip(roster) {
            aligned.see(Kept { number, print: *print, cells: Vec::new() });
        }
        aligned.end();
        let changed = aligned.changed.iter().map(|(place, _)| *place).collect();
        (changed, aligned.missing.iter().map(|row| row.number).collect(), aligned.added)
    }

    #[test]
    fn rows_that_are_changed_gone_or_new_are_told_apart() {
        assert_eq!(laid(&[1, 2, 3], &[1, 2, 3]), (vec![], vec![], vec![]));
        assert_eq!(laid(&[1, 9, 3], &[1, 2, 3]), (vec![1], vec![], vec![]));
        assert_eq!(laid(&[1, 3], &[1, 2, 3]), (vec![], vec![2], vec![]));
        assert_eq!(laid(&[1, 9, 2, 3], &[1, 2, 3]), (vec![], vec![], vec![1]));
        assert_eq!(laid(&[1, 2], &[1, 2, 3]), (vec![], vec![3], vec![]));
        assert_eq!(laid(&[1, 2, 3], &[1, 2]), (vec![], vec![], vec![2]));
        assert_eq!(laid(&[1, 2, 9], &[1, 2, 3]), (vec![2], vec![], vec![]));
        // A blank row is like any other.
        assert_eq!(laid(&[1, 0, 3], &[1, 0, 3]), (vec![], vec![], vec![]));
        assert_eq!(laid(&[1, 0, 9], &[1, 0, 3]), (vec![2], vec![], vec![]));
    }

    #[test]
    fn another_list_is_changed_row_by_row() {
        let (one, other): (Vec<u64>, Vec<u64>) = ((1..300).collect(), (1001..1300).collect());
        let (changed, missing, added) = laid(&one, &other);
        assert_eq!((changed.len(), missing.len(), added.len()), (299, 0, 0));
    }
}

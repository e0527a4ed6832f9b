//! Which mark parts thousands in a column of paid seats, and which one fractions.
//!
//! `1.234` is a thousand in one country and a fraction in another. Other values of the same column tell: `1.234.567`
//! and `12,5` speak for one, `12.5` and `1,234.50` for the other.

use super::seats::{LONGEST_BYTES, is_digits, is_grouped, plain};
use crate::record::Cell;

/// A mark between digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `.`
    Dot,
    /// `,`
    Comma,
}

impl Mark {
    /// Returns the mark that a character is.
    #[must_use]
    pub const fn of(c: char) -> Option<Self> {
        match c {
            '.' => Some(Self::Dot),
            ',' => Some(Self::Comma),
            _ => None,
        }
    }

    /// Returns the character.
    #[must_use]
    pub const fn character(self) -> char {
        match self {
            Self::Dot => '.',
            Self::Comma => ',',
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Dot => Self::Comma,
            Self::Comma => Self::Dot,
        }
    }
}

/// What the values of a column show that can be read in one way only: the line or row of the first for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Separators {
    dot_parts_thousands: Option<u64>,
    comma_parts_thousands: Option<u64>,
}

impl Separators {
    /// Looks at a cell that stands on line or row `number`.
    pub fn see(&mut self, cell: Cell<'_>, number: u64) {
        let Cell::Text(text) = cell else { return };
        // What is longer is no count.
        if text.len() > LONGEST_BYTES || text.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        if let Some(mark) = thousands_in(&plain(text)) {
            let seen = self.place(mark);
            *seen = Some(seen.map_or(number, |before| before.min(number)));
        }
    }

    /// Adds what other cells of the column show.
    pub fn merge(&mut self, mut other: Self) {
        for mark in [Mark::Dot, Mark::Comma] {
            let theirs = *other.place(mark);
            let mine = self.place(mark);
            *mine = mine.iter().chain(&theirs).min().copied();
        }
    }

    /// Returns the mark that parts thousands, with the line or row of the first value that shows it; `None` if no value
    /// does, or if they contradict each other.
    #[must_use]
    pub const fn thousands(self) -> Option<(Mark, u64)> {
        match (self.dot_parts_thousands, self.comma_parts_thousands) {
            (Some(number), None) => Some((Mark::Dot, number)),
            (None, Some(number)) => Some((Mark::Comma, number)),
            _ => None,
        }
    }

    /// Returns whether a count may read otherwise for it than alone.
    #[must_use]
    pub const fn change_something(self) -> bool {
        // Where nothing says otherwise, a comma parts thousands.
        self.dot_parts_thousands.is_some()
    }

    /// Returns whether some values contradict others.
    #[must_use]
    pub const fn are_mixed(self) -> bool {
        self.dot_parts_thousands.is_some() && self.comma_parts_thousands.is_some()
    }

    const fn place(&mut self, mark: Mark) -> &mut Option<u64> {
        match mark {
            Mark::Dot => &mut self.dot_parts_thousands,
            Mark::Comma => &mut self.comma_parts_thousands,
        }
    }
}

/// Returns the mark that parts thousands, as a count shows that can be read in one way only.
fn thousands_in(count: &str) -> Option<Mark> {
    let mut marks = count.chars().filter_map(Mark::of);
    let (first, last) = (marks.next()?, count.chars().rev().find_map(Mark::of)?);
    let groups: Vec<&str> = count.split(first.character()).collect();
    if first == last {
        let is_one = groups.len() == 2;
        return match is_one {
            // Three digits behind one mark say nothing, unless what stands before it is no group of thousands.
            true if is_fraction(&groups) => Some(first.other()),
            false if is_grouped(&groups) => Some(first),
            _ => None,
        };
    }
    let (number, decimals) = count.rsplit_once(last.character())?;
    let groups: Vec<&str> = number.split(first.character()).collect();
    (is_digits(decimals) && is_grouped(&groups)).then_some(first)
}

/// `12.5` and `0.500`, but neither `1.234` nor `150.`.
fn is_fraction(groups: &[&str]) -> bool {
    let [whole, decimals] = groups else { return false };
    is_digits(whole) && is_digits(decimals) && (decimals.len() != 3 || whole.len() > 3 || *whole == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(cells: &[&str]) -> Separators {
        let mut separators = Separators::default();
        (2..).zip(cells).for_each(|(number, cell)| separators.see(Cell::Text(cell), number));
        separators
    }

    #[test]
    fn values_with_one_reading_tell() {
        for (count, mark) in [
            ("1.234.567", Mark::Dot),
            ("12,5", Mark::Dot),
            ("1.234,50 seats", Mark::Dot),
            ("1234,567", Mark::Dot),
            ("0,500", Mark::Dot),
            ("1,234,567", Mark::Comma),
            ("500.0", Mark::Comma),
            ("1,234.5", Mark::Comma),
            ("0.500", Mark::Comma),
        ] {
            assert_eq!(seen(&["480", count]).thousands(), Some((mark, 3)), "{count}");
        }
    }

    #[test]
    fn values_with_two_readings_or_none_tell_nothing() {
        for count in
            ["1.234", "1,234", "480", "", "n/a", "1 200", "5.", ".5", "1.2.3", "12,34,567", "1.5+1.5"]
        {
            assert_eq!(seen(&[count]), Separators::default(), "{count}");
        }
    }

    #[test]
    fn values_that_contradict_each_other_decide_nothing() {
        let mixed = seen(&["1.234.567", "12.5"]);
        assert!(mixed.are_mixed());
        assert_eq!(mixed.thousands(), None);
    }

    #[test]
    fn parts_of_a_column_come_to_the_same_in_any_order() {
        let (mut left, mut right) = (seen(&["1", "2,5"]), seen(&["7,5"]));
        let (other_left, other_right) = (left, right);
        left.merge(other_right);
        right.merge(other_left);
        assert_eq!((left, left.thousands()), (right, Some((Mark::Dot, 2))));
    }
}

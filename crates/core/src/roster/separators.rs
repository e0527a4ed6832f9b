//! Which mark parts thousands in a column of paid seats, and which one fractions.
//!
//! `1.234` is a thousand in one country and a fraction in another. Other values of the same column tell: `1.234.567`
//! and `12,5` speak for one, `12.5` and `1,234.50` for the other. Where they do not, the rest of a file may show which
//! country it is from ([`of_file`]); and who knows may say so.

use super::seats::{LONGEST_BYTES, is_digits, is_grouped, plain};
use crate::record::Cell;
use crate::roster::written::meant;

/// A mark between digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `.`
    Dot,
    /// `,`
    Comma,
}

impl Mark {
    /// Returns the mark between thousands in a number that shows how a roster writes them; `None` for any other text.
    ///
    /// ```
    /// use fasttrack_core::roster::separators::Mark;
    /// assert_eq!(Mark::of_example("1.234,56"), Some(Mark::Dot));
    /// assert_eq!(Mark::of_example("1,234.56"), Some(Mark::Comma));
    /// ```
    #[must_use]
    pub fn of_example(written: &str) -> Option<Self> {
        match written {
            "1.234,56" => Some(Self::Dot),
            "1,234.56" => Some(Self::Comma),
            _ => None,
        }
    }

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
    given: Option<Mark>,
    of_file: Option<Mark>,
}

impl Separators {
    /// Returns what is known before any cell of the column: the mark that the user says parts thousands, and the one
    /// that the rest of the file shows.
    #[must_use]
    pub const fn known(given: Option<Mark>, of_file: Option<Mark>) -> Self {
        Self { dot_parts_thousands: None, comma_parts_thousands: None, given, of_file }
    }

    /// Looks at a cell that stands on line or row `number`.
    pub fn see(&mut self, cell: Cell<'_>, number: u64) {
        let Cell::Text(text) = cell else { return };
        // What is longer is no count.
        if text.len() > LONGEST_BYTES || text.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        if let Some(mark) = thousands_in(&plain(&meant(text))) {
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
        self.given = self.given.or(other.given);
        self.of_file = self.of_file.or(other.of_file);
    }

    /// Returns these, with what is known before any cell of the column.
    #[must_use]
    pub fn with(mut self, known: Self) -> Self {
        self.merge(known);
        self
    }

    /// Returns the mark that parts thousands: as the user says, else as the values show, else as the file does.
    #[must_use]
    pub fn mark(self) -> Option<Mark> {
        let shown = self.thousands().map(|(mark, _)| mark);
        self.given.or(shown).or(if self.are_mixed() { None } else { self.of_file })
    }

    /// Returns the mark that the user says parts thousands.
    #[must_use]
    pub const fn given(self) -> Option<Mark> {
        self.given
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

/// Returns the mark that parts thousands in a file, as the first values of all its columns show that can be read in one
/// way only; `None` where they show none, or contradict each other.
///
/// To be asked only of a file that shows its country by its delimiter, too: a semicolon stands between values where the
/// comma stands in numbers.
#[must_use]
pub fn of_file(rows: &[Vec<String>]) -> Option<Mark> {
    let mut seen = Separators::default();
    rows.iter().flatten().for_each(|value| seen.see(Cell::Text(amount(value)), 1));
    seen.thousands().map(|(mark, _)| mark).filter(|mark| *mark == Mark::Dot)
}

/// `EUR 19,90`, `19,90 \u{20ac}` and `12,5 %` without what is counted.
fn amount(value: &str) -> &str {
    const LONGEST_UNIT: usize = 5;
    let number = value.trim_matches(|c: char| !c.is_ascii_digit());
    if value.trim().len() - number.len().min(value.trim().len()) > LONGEST_UNIT { value } else { number }
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
    fn who_knows_goes_before_the_values_and_those_before_the_file() {
        let shown = seen(&["1,234.5"]);
        assert_eq!(shown.mark(), Some(Mark::Comma));
        assert_eq!(shown.with(Separators::known(None, Some(Mark::Dot))).mark(), Some(Mark::Comma));
        assert_eq!(shown.with(Separators::known(Some(Mark::Dot), None)).mark(), Some(Mark::Dot));
        assert_eq!(seen(&["480"]).with(Separators::known(None, Some(Mark::Dot))).mark(), Some(Mark::Dot));
        let mixed = seen(&["1.234.567", "12.5"]);
        assert_eq!(mixed.with(Separators::known(None, Some(Mark::Dot))).mark(), None);
    }

    #[test]
    fn a_file_shows_its_country_by_its_other_numbers() {
        let rows = |cells: &[&str]| vec![cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()];
        for price in ["19,90", "19,90 \u{20ac}", "EUR 19,90", "12,5 %"] {
            assert_eq!(of_file(&rows(&["Contoso", "1.234", price])), Some(Mark::Dot), "{price}");
        }
        assert_eq!(of_file(&rows(&["Contoso", "1.234", "19.90"])), None);
        assert_eq!(of_file(&rows(&["Contoso", "1.234", "19,90", "3.5"])), None);
        assert_eq!(of_file(&rows(&["Contoso", "1.234", "Suite 19,90"])), None);
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

//! How many digits the ids of a column have: some have fewer than the others where a spreadsheet took them for numbers
//! and dropped the zeros before them.

use crate::record::Cell;

/// Longer runs of digits are no ids that a spreadsheet would have taken for numbers.
const LONGEST: usize = 20;

/// What the cells of a column show of the digits of its ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Widths {
    /// Digits of the shortest and of the longest id that is of digits only.
    range: Option<(usize, usize)>,
    /// Digits of those that begin with a zero, and the line or row of the first of them.
    zero_led: Option<(usize, u64)>,
    /// Whether those are not all of one length.
    is_uneven: bool,
}

impl Widths {
    /// Looks at a cell that stands on line or row `number`.
    pub fn see(&mut self, cell: Cell<'_>, number: u64) {
        let Some((digits, is_zero_led)) = digits_of(cell) else { return };
        let zero_led = is_zero_led.then_some((digits, number));
        self.merge(Self { range: Some((digits, digits)), zero_led, is_uneven: false });
    }

    /// Adds what other cells of the column show.
    pub fn merge(&mut self, other: Self) {
        self.range = match (self.range, other.range) {
            (Some((least, most)), Some((other_least, other_most))) => {
                Some((least.min(other_least), most.max(other_most)))
            }
            (mine, theirs) => mine.or(theirs),
        };
        self.is_uneven |= other.is_uneven;
        self.zero_led = match (self.zero_led, other.zero_led) {
            (Some((digits, number)), Some((other_digits, other_number))) => {
                self.is_uneven |= digits != other_digits;
                Some((digits.max(other_digits), number.min(other_number)))
            }
            (mine, theirs) => mine.or(theirs),
        };
    }

    /// Returns how many digits the ids of the column have, with the line or row of the first that shows it; `None` if
    /// none begins with a zero, or if they are not of one length.
    #[must_use]
    pub fn digits(self) -> Option<(usize, u64)> {
        let (_, longest) = self.range?;
        self.zero_led.filter(|(digits, _)| !self.is_uneven && *digits == longest)
    }

    /// Returns whether some id has fewer digits than the others.
    #[must_use]
    pub fn change_something(self) -> bool {
        let shortest = self.range.map(|(least, _)| least);
        self.digits().zip(shortest).is_some_and(|((digits, _), shortest)| shortest < digits)
    }

    /// Returns whether a cell has lost the zeros before its digits, as far as the column shows.
    #[must_use]
    pub fn are_lost_in(self, cell: Cell<'_>) -> bool {
        // Most columns show nothing of the kind.
        let Some((all, _)) = self.digits() else { return false };
        digits_of(cell).is_some_and(|(digits, _)| digits < all)
    }
}

/// Returns how many digits an id has, and whether the first is a zero; `None` if it is not of digits only.
fn digits_of(cell: Cell<'_>) -> Option<(usize, bool)> {
    let count = |text: &str| {
        let text = text.trim();
        let is_id = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        // A lone zero stands for nothing.
        (is_id && text != "0").then(|| (text.len(), text.starts_with('0')))
    };
    match cell {
        Cell::Text(text) => count(text),
        Cell::Number { .. } => count(&cell.shown()),
        Cell::Blank | Cell::Error(_) | Cell::Bool(_) | Cell::Date { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(cells: &[&str]) -> Widths {
        let mut widths = Widths::default();
        (2..).zip(cells).for_each(|(number, cell)| widths.see(Cell::Text(cell), number));
        widths
    }

    #[test]
    fn ids_with_zeros_before_them_show_how_long_all_are() {
        let widths = seen(&["88412", "00123", "4711", "contoso.com", "0", ""]);
        assert_eq!(widths.digits(), Some((5, 3)));
        assert!(widths.change_something());
        let lost =
            ["4711", "88412", "00123", "contoso.com", "0", ""].map(|id| widths.are_lost_in(Cell::Text(id)));
        assert_eq!(lost, [true, false, false, false, false, false]);
    }

    #[test]
    fn ids_that_need_not_be_of_one_length_show_nothing() {
        for cells in [
            &["1", "22", "333"][..],
            &["00123", "0123", "4711"],
            &["00123", "884123", "12"],
            &["0", "12", "345"],
            &["1.23E+15", "contoso"],
        ] {
            let widths = seen(cells);
            assert!(widths.digits().is_none() && !widths.change_something(), "{cells:?}");
            assert!(!widths.are_lost_in(Cell::Text("1")));
        }
        assert!(!seen(&["00123", "88412"]).change_something());
    }

    #[test]
    fn parts_of_a_column_come_to_the_same_in_any_order() {
        let cells = ["88412", "00123", "4711", "x", "00042"];
        let whole = seen(&cells);
        let (head, tail) = cells.split_at(2);
        let mut left = seen(head);
        let mut right = Widths::default();
        (4..).zip(tail).for_each(|(number, cell)| right.see(Cell::Text(cell), number));
        let other_left = left;
        left.merge(right);
        right.merge(other_left);
        assert_eq!((left, right), (whole, whole));
    }
}

//! Heading lines below the first one: the same once more, or those of another table.

use crate::record::{Cell, Record};
use crate::roster::columns::{self, Columns, Field, TenantFrom, heading_key, rank_of};
use crate::roster::headings::NUMBERING;
use crate::roster::identity::is_placeholder;
use std::sync::Arc;

/// Headings of all needed fields but one score that much.
const LEAST_SCORE: u32 = 6;

/// A heading line below the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// The columns that are read have the same headings as above.
    Same,
    /// Another table begins.
    Other,
}

/// The headings of a roster, to tell lines below by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headings {
    keys: Arc<[String]>,
    /// The line or row that they stand on.
    row: u64,
}

impl Headings {
    /// Returns the headings that stand on this line or row.
    #[must_use]
    pub fn new(headings: &[String], row: u64) -> Self {
        Self { keys: headings.iter().map(|heading| heading_key(heading)).collect(), row }
    }

    /// Returns the last line or row on which units may stand.
    pub(super) fn last_of_units(&self) -> u64 {
        // A rule may stand between.
        if self.row == 0 { 0 } else { self.row + 2 }
    }

    /// Returns whether a column numbers the lines, by its heading, or has a blank one.
    pub(super) fn are_numbering(&self, column: usize) -> bool {
        let Some(key) = self.keys.get(column) else { return false };
        let mut words = key.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.all(|word| {
            NUMBERING.contains(&word) || matches!(word, "lfd" | "pos" | "position" | "seq" | "num" | "n")
        })
    }

    /// Returns whether a column has a heading.
    pub(super) fn has(&self, column: usize) -> bool {
        self.keys.get(column).is_some_and(|key| !key.is_empty())
    }

    /// Returns whether a folded text is one of them, or a heading that names the seats or the tenant anywhere.
    pub(super) fn name(&self, folded: &str) -> bool {
        let key = heading_key(folded);
        self.keys.contains(&key)
            || [Field::Seats, Field::Tenant].into_iter().any(|field| rank_of(field, &key).is_some())
    }

    /// Returns what a line is that has these cells; `None` if it is no heading line.
    pub(super) fn read(&self, filled: &[(usize, Cell<'_>)], columns: &Columns) -> Option<Heading> {
        let texts = || filled.iter().filter_map(|(column, cell)| text(*cell).map(|text| (*column, text)));
        if filled.len() < 2 || texts().count() < filled.len() {
            return None;
        }
        let at =
            |wanted: usize| texts().find(|(column, _)| *column == wanted).map(|(_, text)| heading_key(text));
        let is_same = |column: usize| {
            self.keys.get(column).is_some_and(|key| !key.is_empty() && at(column).as_ref() == Some(key))
        };
        let tenant = match columns.tenant {
            TenantFrom::Column(column) => is_same(column),
            _ => true,
        };
        let needed = tenant && is_same(columns.plan) && is_same(columns.seats);
        let cells: Vec<String> = texts().map(|(_, text)| text.to_owned()).collect();
        // Nobody sells a plan that is called `Product`, and `Quantity` is no count.
        let is_headed = |field: Field, column: usize| {
            is_same(column) || at(column).is_some_and(|key| rank_of(field, &key).is_some())
        };
        let is_heading = is_headed(Field::Plan, columns.plan) || is_headed(Field::Seats, columns.seats);
        if !is_heading && columns::score(&cells) < LEAST_SCORE {
            return None;
        }
        let changes = |(column, text): (usize, &str)| {
            let key = heading_key(text);
            self.keys.get(column) != Some(&key)
                && Field::ALL.iter().any(|field| rank_of(*field, &key).is_some())
        };
        let found = columns.found.iter().filter_map(|found| found.column);
        let lacks = found.into_iter().any(|column| !is_same(column));
        Some(if needed && !lacks && !texts().any(changes) { Heading::Same } else { Heading::Other })
    }
}

/// Returns whether a row that is behind a blank one may be the headings of another table, of which none is known: texts
/// without digits, where a plan and a count ought to be.
pub(super) fn may_begin_table(record: Record<'_>, columns: &Columns) -> bool {
    const LEAST_CELLS: usize = 2;
    const MOST_CELLS: usize = 256;
    let cells = (0..record.width().min(MOST_CELLS)).map(|column| record.cell(column));
    let mut filled = 0;
    for cell in cells.filter(|cell| !cell.is_blank()) {
        filled += 1;
        let Cell::Text(text) = cell else { return false };
        if !text.chars().any(char::is_alphabetic) || text.chars().any(|c| c.is_ascii_digit()) {
            return false;
        }
    }
    let seats = record.cell(columns.seats);
    let says_nothing = matches!(seats, Cell::Text(text) if is_placeholder(text));
    filled >= LEAST_CELLS && !says_nothing && !seats.is_blank() && !record.cell(columns.plan).is_blank()
}

/// A heading is a text, and no number.
fn text(cell: Cell<'_>) -> Option<&str> {
    const LONGEST_BYTES: usize = 200;
    match cell {
        Cell::Text(text)
            if text.len() <= LONGEST_BYTES
                && text.chars().any(|c| !c.is_numeric() && !matches!(c, '.' | ',' | ' ')) =>
        {
            Some(text)
        }
        _ => None,
    }
}

//! Cells as two readers know them alike, and rows as a number that tells them from others.

use super::book::Seen;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Characters of a cell that are compared; a sheet holds a little more, and cuts the rest.
const LIMIT_CHARACTERS: usize = 32_000;

/// A cell as both sides know it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plain {
    Text(String),
    Number(f64),
}

impl Plain {
    /// Returns the value as a person reads it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => format!("{number}"),
        }
    }
}

/// Returns a text, as much of it as is compared.
pub(super) fn text(text: &str) -> Plain {
    let is_long = text.len() > LIMIT_CHARACTERS;
    let text = if is_long { text.chars().take(LIMIT_CHARACTERS).collect() } else { text.to_owned() };
    Plain::Text(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text })
}

/// Returns a cell of the workbook; a formula without a value says nothing.
pub(super) fn plain(seen: &Seen) -> Plain {
    match seen {
        Seen::Text(words) => text(words),
        Seen::Number(number) => Plain::Number(*number),
        Seen::NotWorkedOut => Plain::Text(String::new()),
    }
}

/// Returns the print of a row; 0 = a blank one.
pub(super) fn print(cells: impl Iterator<Item = (usize, Plain)>) -> u64 {
    let (mut all, mut is_blank) = (DefaultHasher::new(), true);
    for (column, cell) in cells {
        is_blank = false;
        column.hash(&mut all);
        hash(&cell, &mut all);
    }
    if is_blank { 0 } else { all.finish() }
}

fn hash(cell: &Plain, hasher: &mut DefaultHasher) {
    match cell {
        Plain::Text(text) => text.hash(hasher),
        Plain::Number(number) => number.to_bits().hash(hasher),
    }
}

/// The first cells of a row, to be known by.
pub(super) fn excerpt(cells: &[(usize, Plain)]) -> String {
    let shown: Vec<String> =
        cells.iter().take(4).map(|(_, cell)| crate::diagnostic::excerpt(&cell.shown())).collect();
    if shown.is_empty() { "a blank row".to_owned() } else { shown.join(" | ") }
}

//! What stands behind our columns where the annotated roster is all there is: the place of the row, and what the Review
//! sheet would say of it.

use super::Outcome;
use crate::record::{Cell, Record};
use crate::report::{Kind, Style, Value};
use crate::roster::Fault;
use crate::write::flat::json;
use std::borrow::Cow;

/// The heading of the column that says where in the roster a row stands: its line, or its row of the sheet.
pub const SOURCE_ROW: &str = "Source row";

/// Headings of the columns, in order, and what they hold.
pub const HEADINGS: [(&str, Kind); 4] = [
    (SOURCE_ROW, Kind::Count),
    ("Remarks", Kind::Text),
    ("Fault codes", Kind::Text),
    ("Cells beyond", Kind::Text),
];

/// Gives the cells to `emit`; the first stands in column `at`, and the roster has `own` columns.
///
/// # Errors
/// Those of `emit`.
pub(super) fn cells<E>(
    (at, own): (usize, usize),
    record: Record<'_>,
    outcome: &Outcome,
    emit: &mut dyn FnMut(usize, Value<'_>, Style) -> Result<(), E>,
) -> Result<(), E> {
    emit(at, Value::Count(record.number), Style::Figure)?;
    if !outcome.faults.is_empty() {
        // A row without a verdict has no `Needs review`.
        let is_told = |fault: &&Fault| fault.blocks && outcome.verdict.is_some();
        let remarks = outcome.faults.iter().filter(|fault| !is_told(fault));
        emit(at + 1, Value::text(joined(remarks.map(|fault| fault.message.as_str()))), Style::Plain)?;
        emit(at + 2, Value::text(joined(outcome.faults.iter().map(|fault| fault.code))), Style::Plain)?;
    }
    if record.width() > own {
        let beyond = (own..record.width()).map(|column| record.cell(column));
        emit(at + 3, Value::text(json::list(beyond.map(text_of))), Style::Plain)?;
    }
    Ok(())
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join("; ")
}

fn text_of(cell: Cell<'_>) -> Option<Cow<'_, str>> {
    match cell {
        Cell::Blank => None,
        Cell::Text(text) => Some(Cow::Borrowed(text)),
        other => Some(Cow::Owned(other.shown())),
    }
}

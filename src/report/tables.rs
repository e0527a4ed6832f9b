//! What the flat tables say: the same as the sheets, one value for each column, for programs.

pub mod customers;
pub mod onboarding;

use crate::changes::Change;
use crate::findings::to_settle::Word;
use crate::output_fields::{FieldType, FlatTable, Names, TableField};
use crate::policy::Policy;
use crate::report::{CellOut, Field, Kind, Style, Value};
use crate::verdict::words::ANSWERS;
use std::borrow::Cow;

/// A cell of a table, before it is written as words or typed.
#[derive(Clone, Debug, PartialEq)]
pub enum TableCell<'a> {
    /// Nothing.
    Blank,
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Count(u64),
    /// Yes or no.
    Truth(bool),
    /// Whether there is an entitlement, as the place of its word among [`ANSWERS`]; 0 is no.
    Answer(usize),
    /// Text under headings, and nothing in a file for programs, since there is no verdict.
    NoVerdict(Cow<'a, str>),
    /// A word for people, and one for programs that never changes.
    Word(&'static str, &'static str),
    /// A whole number that may be below zero, and its digits, where the value does not hold all of them.
    Number(f64, &'a str),
    /// A day: days since 1899-12-30.
    Day(f64),
}

impl<'a> TableCell<'a> {
    /// Returns text; blank where it is empty.
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Blank } else { Self::Text(text) }
    }

    /// Returns a number, if there is one.
    pub(crate) fn count(count: Option<u64>) -> Self {
        count.map_or(Self::Blank, Self::Count)
    }

    fn value(self, names: Names) -> Option<Value<'a>> {
        let word = |index: usize| Value::text(ANSWERS.get(index).copied().unwrap_or_default());
        Some(match (self, names) {
            (Self::Blank, _) | (Self::NoVerdict(_), Names::Machine) => return None,
            (Self::Text(text), _) | (Self::NoVerdict(text), Names::Headings) => Value::Text(text),
            (Self::Count(count), _) => Value::Count(count),
            (Self::Truth(truth), Names::Machine) => Value::Bool(truth),
            (Self::Truth(truth), Names::Headings) => word(usize::from(truth)),
            (Self::Answer(index), Names::Machine) => Value::Bool(index > 0),
            (Self::Answer(index), Names::Headings) => word(index),
            (Self::Word(shown, _), Names::Headings) => Value::text(shown),
            (Self::Word(_, id), Names::Machine) => Value::text(id),
            (Self::Number(value, written), _) => Value::Number { value, format: "", written },
            (Self::Day(serial), _) => Value::Date(serial, "yyyy-mm-dd"),
        })
    }
}

/// The columns of a table, named so.
#[derive(Clone, Debug)]
pub struct TableLayout {
    names: Names,
    fields: Vec<TableField>,
}

impl TableLayout {
    /// Returns the layout of a table under a policy.
    #[must_use]
    pub fn new(table: FlatTable, policy: &Policy, names: Names) -> Self {
        Self { names, fields: table.fields(policy) }
    }

    /// Returns the columns of the file.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let field = |field: &TableField| {
            let kind = match (field.field_type, self.names) {
                (FieldType::Integer, _) => Kind::Count,
                (FieldType::Boolean, Names::Machine) => Kind::Truth,
                (FieldType::Boolean, Names::Headings) | (FieldType::Text, _) => Kind::Text,
            };
            Some(Field { heading: field.called(self.names)?.to_owned(), kind })
        };
        self.fields.iter().filter_map(field).collect()
    }

    /// Gives the cells of a row to `emit`, one for each column that the table has under some names, but for blank ones.
    ///
    /// # Errors
    /// Those of `emit`.
    pub fn cells<'a, E>(
        &self,
        cells: impl IntoIterator<Item = TableCell<'a>>,
        emit: &mut dyn FnMut(usize, &Value<'_>, Style) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut column = 0;
        for (field, cell) in self.fields.iter().zip(cells) {
            if field.called(self.names).is_none() {
                continue;
            }
            if let Some(value) = cell.value(self.names) {
                emit(column, &value, Style::Plain)?;
            }
            column += 1;
        }
        Ok(())
    }
}

/// Returns the cells of a sheet's row, whose columns are those of the table.
pub fn of_sheet<'a>(cells: &'a [(Value<'_>, Style)]) -> impl Iterator<Item = TableCell<'a>> {
    cells.iter().map(|(value, _)| of_value(value))
}

/// Returns the cells of a row of a list, likewise.
pub fn of_list(cells: &[CellOut]) -> impl Iterator<Item = TableCell<'_>> {
    cells.iter().map(|cell| of_value(&cell.value))
}

/// A number of a sheet is shown in its format; here each is its digits.
fn of_value<'a>(value: &'a Value<'_>) -> TableCell<'a> {
    match value {
        Value::Text(text) => TableCell::text(text.as_ref()),
        Value::Repeated { text, .. } => TableCell::text(*text),
        Value::Count(count) | Value::Leading { count, .. } => TableCell::Count(*count),
        Value::Number { value, written, .. } => TableCell::Number(*value, written),
        Value::Date(serial, _) => TableCell::Day(*serial),
        Value::Bool(value) => TableCell::Truth(*value),
        Value::Blank | Value::Share(_) => TableCell::Blank,
    }
}

/// Returns the cells of a change, made from those of its row on the sheet.
pub fn change<'a>(change: &Change, cells: &'a [(Value<'_>, Style)]) -> impl Iterator<Item = TableCell<'a>> {
    let kind = TableCell::Word(change.kind.name(), change.kind.id());
    std::iter::once(kind).chain(of_sheet(cells).skip(1))
}

/// Returns the cells of a word that was not understood.
#[must_use]
pub fn word(word: &Word) -> [TableCell<'_>; 7] {
    [
        TableCell::text(word.kind.word()),
        TableCell::text(word.written.as_str()),
        TableCell::count(word.rows),
        TableCell::count(word.seats),
        TableCell::text(word.means.as_str()),
        TableCell::text(word.note.as_str()),
        TableCell::text(word.candidates.join("; ")),
    ]
}

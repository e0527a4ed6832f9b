//! The door of calamine: the sheets of a workbook, row by row, as another program than ours reads them.

use super::not_readable;
use crate::error::Result;
use crate::guard;
use calamine::{CellErrorType, DataRef, Reader as _, Xlsx};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};

/// No sheet has more columns, or more rows. Source: Excel's published limits.
const LIMIT_COLUMNS: u32 = 16_384;
const LIMIT_ROWS: u32 = 1_048_576;

/// The value of a cell, as far as an audit asks.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Seen {
    /// Text; also a truth value or an error, as it is shown.
    Text(String),
    /// A number, a date as its serial number.
    Number(f64),
    /// A formula without a value: whoever saved it works nothing out.
    NotWorkedOut,
}

impl Seen {
    /// Returns the value as a person reads it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => format!("{number}"),
            Self::NotWorkedOut => "a formula without a value".to_owned(),
        }
    }

    /// Returns the text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the whole number that it is, if it is one.
    pub(super) fn count(&self) -> Option<u64> {
        match self {
            Self::Number(number) if *number >= 0.0 && number.fract() == 0.0 && *number < 9e15 => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "whole and in range"
                )]
                let count = *number as u64;
                Some(count)
            }
            _ => None,
        }
    }
}

/// Rows that are read while others are looked at: so many batches of so many.
const BATCHES_AHEAD: usize = 4;
const ROWS_OF_A_BATCH: usize = 512;

/// A row of a sheet that has a cell at least.
#[derive(Clone)]
pub(super) struct Row {
    /// Its number, from 1.
    pub number: u32,
    cells: Vec<Option<Seen>>,
}

impl Row {
    /// Returns a cell; `None` = blank.
    pub(super) fn cell(&self, column: usize) -> Option<&Seen> {
        self.cells.get(column).and_then(Option::as_ref)
    }

    /// Returns the text of a cell; nothing where it is blank or no text.
    pub(super) fn text(&self, column: usize) -> &str {
        self.cell(column).and_then(Seen::text).unwrap_or_default()
    }

    /// Returns how many columns it reaches over.
    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    /// Returns its cells that are not blank, each with its column.
    pub(super) fn cells(&self) -> impl Iterator<Item = (usize, &Seen)> {
        self.cells.iter().enumerate().filter_map(|(column, cell)| cell.as_ref().map(|cell| (column, cell)))
    }

    fn put(&mut self, column: u32, seen: Seen) {
        let column = column as usize;
        if self.cells.len() <= column {
            self.cells.resize_with(column + 1, || None);
        }
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = Some(seen);
        }
    }
}

/// A workbook that passed the gate.
pub(super) struct Book {
    xlsx: Xlsx<BufReader<File>>,
    /// The names of its sheets, in order.
    pub sheets: Vec<String>,
}

impl Book {
    /// Returns whether there is a sheet of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.sheets.iter().any(|sheet| sheet == name)
    }

    /// Opens it; its shared strings and styles are held from now on.
    ///
    /// # Errors
    /// `audit-not-readable`.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| not_readable(&error.to_string()))?;
        let xlsx = guard::guarded(|| Xlsx::new(BufReader::new(file)))
            .map_err(|words| not_readable(&words))?
            .map_err(|error| not_readable(&error.to_string()))?;
        let sheets = xlsx.sheet_names();
        Ok(Self { xlsx, sheets })
    }

    /// Gives each row of a sheet that has a cell to `see`, in order, until it says that it has seen enough.
    ///
    /// # Errors
    /// `audit-not-readable`; those of `see`.
    pub(super) fn rows(&mut self, sheet: &str, see: &mut dyn FnMut(&Row) -> Result<bool>) -> Result<()> {
        let xlsx = &mut self.xlsx;
        guard::guarded(|| stream(xlsx, sheet, see))
            .map_err(|words| not_readable(&format!("the sheet `{sheet}` cannot be read ({words})")))?
    }

    /// Gives each row of a sheet that has a cell to `see`, in order, while another thread reads those that follow.
    ///
    /// # Errors
    /// `audit-not-readable`; those of `see`.
    pub(super) fn rows_ahead(
        &mut self,
        sheet: &str,
        see: &mut dyn FnMut(&Row) -> Result<bool>,
    ) -> Result<()> {
        let (sender, receiver) = sync_channel::<Vec<Row>>(BATCHES_AHEAD);
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || {
                let mut batch = Vec::new();
                self.rows(sheet, &mut |row| {
                    batch.push(row.clone());
                    // Nobody waits for more where one was refused; what is wrong with it is told there.
                    Ok(batch.len() < ROWS_OF_A_BATCH || sender.send(std::mem::take(&mut batch)).is_ok())
                })?;
                let _ = sender.send(batch);
                Ok(())
            });
            let seen = see_all(receiver, see);
            let read = reading.join().unwrap_or_else(|_| Err(not_readable("its rows cannot be read")));
            seen.and(read)
        })
    }

    /// Returns all rows of a short sheet.
    ///
    /// # Errors
    /// `audit-not-readable`, also for a sheet that is not short.
    pub(super) fn all(&mut self, sheet: &str) -> Result<Vec<Row>> {
        const LIMIT_CELLS: usize = 1_000_000;
        let (mut rows, mut cells) = (Vec::new(), 0);
        self.rows(sheet, &mut |row| {
            cells += row.width();
            if cells > LIMIT_CELLS {
                return Err(not_readable(&format!("the sheet `{sheet}` has more cells than it can have")));
            }
            rows.push(row.clone());
            Ok(true)
        })?;
        Ok(rows)
    }
}

fn see_all(rows: Receiver<Vec<Row>>, see: &mut dyn FnMut(&Row) -> Result<bool>) -> Result<()> {
    for row in rows.into_iter().flatten() {
        if !see(&row)? {
            return Ok(());
        }
    }
    Ok(())
}

fn stream(
    xlsx: &mut Xlsx<BufReader<File>>,
    sheet: &str,
    see: &mut dyn FnMut(&Row) -> Result<bool>,
) -> Result<()> {
    let unread = |error| not_readable(&format!("the sheet `{sheet}` cannot be read ({error})"));
    let mut reader = xlsx.worksheet_cells_reader(sheet).map_err(unread)?;
    let mut row = Row { number: 0, cells: Vec::new() };
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(unread)? {
        let (at, column) = cell.pos;
        if at >= LIMIT_ROWS || column >= LIMIT_COLUMNS || at + 1 < row.number {
            let message = format!("the sheet `{sheet}` has cells that are out of order or beyond its end");
            return Err(not_readable(&message));
        }
        if at + 1 != row.number {
            if !row.cells.is_empty() && !see(&row)? {
                return Ok(());
            }
            row.number = at + 1;
            row.cells.clear();
        }
        if let Some(seen) = seen(&cell.value, cell.formula.is_some()) {
            row.put(column, seen);
        }
    }
    if !row.cells.is_empty() {
        see(&row)?;
    }
    Ok(())
}

/// Returns the value of a cell; `None` = blank.
fn seen(value: &DataRef<'_>, is_formula: bool) -> Option<Seen> {
    let text = |text: &str| Some(Seen::Text(text.to_owned()));
    match value {
        DataRef::Empty if is_formula => Some(Seen::NotWorkedOut),
        DataRef::Empty | DataRef::SharedString("") => None,
        DataRef::String(words) if words.is_empty() => None,
        DataRef::SharedString(words) => text(words),
        DataRef::String(words) | DataRef::DateTimeIso(words) | DataRef::DurationIso(words) => text(words),
        DataRef::Bool(true) => text("TRUE"),
        DataRef::Bool(false) => text("FALSE"),
        DataRef::Error(error) => text(error_words(error)),
        #[expect(clippy::cast_precision_loss, reason = "a number of a sheet is a float")]
        DataRef::Int(number) => Some(Seen::Number(*number as f64)),
        DataRef::Float(number) => Some(Seen::Number(*number)),
        DataRef::DateTime(date) => Some(Seen::Number(date.as_f64())),
    }
}

const fn error_words(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#DATA!",
    }
}

#[cfg(test)]
pub(super) mod tests_support {
    use super::{Row, Seen};
    use crate::report::Value;
    use std::collections::BTreeMap;

    /// Returns cells as they would be read.
    pub(in crate::audit) fn rows(cells: &BTreeMap<(u32, usize), Value<'static>>) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for ((number, column), value) in cells {
            if rows.last().is_none_or(|row| row.number != *number) {
                rows.push(Row { number: *number, cells: Vec::new() });
            }
            let seen = match value {
                Value::Blank => continue,
                Value::Count(count) => Seen::Number(f64::from(u32::try_from(*count).unwrap())),
                Value::Share(share) => Seen::Number(*share),
                other => Seen::Text(super::super::paper::shown(other).unwrap()),
            };
            rows.last_mut().unwrap().put(u32::try_from(*column).unwrap(), seen);
        }
        rows
    }
}

//! Cells of a sheet, gathered into blocks of records as a reader meets them.

use crate::diagnostic::Place;
use crate::error::{Error, Result};
use crate::package::{damaged, too_large};
use crate::record::{Flaw, LIMIT_CELLS, Records};
use crate::sheet::{BLOCK_TEXT, NumberKind, ROWS, Styles};
use crate::wide;
use std::ops::Range;
use std::sync::Arc;

/// Rows of a block, and bytes of text in it: enough to pay for handing it to another thread.
const BLOCK_ROWS: usize = 2_048;
const BLOCK_BYTES: usize = 1024 * 1024;

/// What is known of a sheet before its cells are read.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The sheet's name.
    pub sheet: String,
    /// A row is long if anything stands beyond.
    pub columns: usize,
    /// The row of the headings, from 1; rows down to it are checked and not given. 0 = all are given.
    pub header_row: u32,
    /// Rows of a block at most.
    pub block_rows: usize,
    pub formats: Arc<Vec<String>>,
    /// The text that [`Value::Shared`] are parts of.
    pub strings: Arc<String>,
}

impl Frame {
    /// Returns a frame for all rows of a sheet, headings among them.
    pub(crate) fn whole(sheet: &str, formats: Arc<Vec<String>>, strings: Arc<String>) -> Self {
        let sheet = sheet.to_owned();
        Self { sheet, columns: usize::MAX, header_row: 0, block_rows: BLOCK_ROWS, formats, strings }
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Shared(Range<usize>),
    Number {
        value: f64,
        format: u32,
        /// Its digits, where they say more than the value.
        written: &'a str,
    },
    Date {
        serial: f64,
        format: u32,
    },
    Bool(bool),
    Error(&'a str),
    /// A formula that was never worked out.
    Uncalculated,
}

impl Value<'_> {
    /// Returns a number of a style: a date where its format makes it one.
    pub(super) fn styled(value: f64, style: usize, styles: &Styles) -> Self {
        match styles.of(style) {
            (NumberKind::Number, format) => Self::Number { value, format, written: "" },
            (kind, format) => Self::Date { serial: styles.serial(kind, value), format },
        }
    }
}

/// Takes the cells of one sheet, row by row, and hands blocks of records on.
pub(super) struct Gather<'a> {
    frame: &'a Frame,
    records: Records,
    /// Takes a block; returns whether more are wanted.
    emit: &'a mut dyn FnMut(Records) -> Result<bool>,
    /// The row begun last, from 1; 0 = none.
    row: u32,
    is_hidden: bool,
    /// The column of the next cell at the least, from 0.
    column: u32,
    /// The cells of this row that are cells of its record already; `None` = it has none yet.
    pushed: Option<u32>,
    /// Bytes of text in this row, and in this block before it.
    row_bytes: usize,
    block_bytes: usize,
}

impl<'a> Gather<'a> {
    pub(super) fn new(frame: &'a Frame, emit: &'a mut dyn FnMut(Records) -> Result<bool>) -> Self {
        Self {
            records: fresh(frame),
            frame,
            emit,
            row: 0,
            is_hidden: false,
            column: 0,
            pushed: None,
            row_bytes: 0,
            block_bytes: 0,
        }
    }

    /// Begins a row, counted from 1; returns whether its cells are wanted still.
    ///
    /// # Errors
    /// `workbook-damaged` if it does not stand below the last, or outside a sheet; or what the taker of blocks says.
    pub(super) fn row(&mut self, number: u32, is_hidden: bool) -> Result<bool> {
        if number <= self.row || number > ROWS {
            let harm = format!("a row {number} comes after it, out of order or outside the sheet");
            return Err(self.row_error(damaged(&harm)));
        }
        (self.row, self.is_hidden, self.column, self.pushed) = (number, is_hidden, 0, None);
        self.block_bytes += std::mem::take(&mut self.row_bytes);
        if self.records.len() >= self.frame.block_rows || self.block_bytes >= BLOCK_BYTES {
            return self.hand_on();
        }
        Ok(true)
    }

    /// Takes a cell of the row begun last, columns counted from 0.
    ///
    /// # Errors
    /// `workbook-damaged` if it does not stand behind the last one, or its number is not a number; `record-too-wide`;
    /// `workbook-too-large`.
    pub(super) fn cell(&mut self, column: u32, value: &Value<'_>) -> Result<()> {
        if self.row == 0 || column < self.column {
            return Err(self.cell_error(column, damaged("its cells are not in order")));
        }
        self.column = column.saturating_add(1);
        if let Value::Number { value, .. } | Value::Date { serial: value, .. } = value
            && !value.is_finite()
        {
            return Err(self.cell_error(column, damaged("its number is not a number")));
        }
        self.row_bytes += bytes(value);
        if self.row_bytes > BLOCK_TEXT {
            let error = too_large("the text of one row is longer than 32 MiB");
            return Err(self.cell_error(column, error));
        }
        if column as usize >= LIMIT_CELLS {
            return self.leave_out(column, value);
        }
        if self.row > self.frame.header_row {
            self.push(column, value);
        }
        Ok(())
    }

    /// Leaves out a cell for which there is no room: one that stands alone. Headings, and a row that goes on without a
    /// gap, are no such thing.
    fn leave_out(&mut self, column: u32, value: &Value<'_>) -> Result<()> {
        let goes_on = self.pushed.is_some_and(|pushed| pushed as usize >= LIMIT_CELLS);
        if self.text(value).is_some_and(|text| text.chars().all(char::is_whitespace)) {
            return Ok(());
        }
        if goes_on || self.row == self.frame.header_row {
            return Err(self.cell_error(column, wide()));
        }
        if self.row > self.frame.header_row {
            self.open();
            self.records.flaw(Flaw::Beyond { column: column as usize });
        }
        Ok(())
    }

    fn text<'v>(&'v self, value: &Value<'v>) -> Option<&'v str> {
        match value {
            Value::Text(text) => Some(*text),
            Value::Shared(part) => Some(self.frame.strings.get(part.clone()).unwrap_or_default()),
            _ => None,
        }
    }

    fn push(&mut self, column: u32, value: &Value<'_>) {
        let text = match value {
            Value::Text(text) => Some(*text),
            Value::Shared(part) => Some(self.frame.strings.get(part.clone()).unwrap_or_default()),
            _ => None,
        };
        if text == Some("") {
            return;
        }
        self.open();
        if *value == Value::Uncalculated {
            return self.records.flaw(Flaw::Uncalculated { column: column as usize });
        }
        self.records.push_blanks(column.saturating_sub(self.pushed.unwrap_or(0)) as usize);
        self.pushed = Some(column + 1);
        let is_seen = text.is_none_or(|text| !text.chars().all(char::is_whitespace));
        if is_seen && column as usize >= self.frame.columns {
            self.records.flaw(Flaw::Long { found: column as usize + 1, wanted: self.frame.columns });
        }
        match value {
            Value::Text(text) => self.records.push_text(text),
            Value::Shared(part) => self.records.push_shared(part.clone()),
            Value::Number { value, format, written } => self.records.push_number(*value, *format, written),
            Value::Date { serial, format } => self.records.push_date(*serial, *format),
            Value::Bool(value) => self.records.push_bool(*value),
            Value::Error(text) => self.records.push_error(text),
            Value::Uncalculated => {}
        }
    }

    /// Begins the row's record, unless that is done.
    fn open(&mut self) {
        if self.pushed.is_none() {
            self.records.begin(u64::from(self.row), u64::from(self.row - self.frame.header_row));
            self.pushed = Some(0);
            if self.is_hidden {
                self.records.note_hidden();
            }
        }
    }

    /// Hands on what is left.
    ///
    /// # Errors
    /// What the taker of blocks says.
    pub(super) fn finish(mut self) -> Result<()> {
        self.hand_on().map(|_| ())
    }

    fn hand_on(&mut self) -> Result<bool> {
        self.block_bytes = 0;
        if self.records.is_empty() {
            return Ok(true);
        }
        (self.emit)(std::mem::replace(&mut self.records, fresh(self.frame)))
    }

    /// Returns an error about the row begun last, or something behind it.
    pub(super) fn row_error(&self, error: Error) -> Error {
        at(error, &Place::Row { sheet: self.frame.sheet.clone(), row: self.row.max(1) })
    }

    /// Returns an error about a cell of that row.
    pub(super) fn cell_error(&self, column: u32, error: Error) -> Error {
        at(error, &Place::Cell { sheet: self.frame.sheet.clone(), row: self.row.max(1), column })
    }
}

/// Returns how much text a cell adds, with something for the cell itself.
fn bytes(value: &Value<'_>) -> usize {
    const CELL: usize = 16;
    CELL + match value {
        Value::Text(text) | Value::Error(text) => text.len(),
        Value::Shared(part) => part.len(),
        _ => 0,
    }
}

fn fresh(frame: &Frame) -> Records {
    Records::new(Arc::clone(&frame.formats)).sharing(Arc::clone(&frame.strings))
}

fn at(mut error: Error, place: &Place) -> Error {
    let unplaced = error.diagnostics.iter_mut().filter(|found| found.place == Place::File);
    unplaced.for_each(|found| found.place = place.clone());
    error
}

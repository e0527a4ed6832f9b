//! The sheets of values: rows of the roster once more, each on the sheet of its value.

use crate::beside::By;
use crate::error::{Error, Result};
use crate::failed;
use crate::formats::FormatCache;
use crate::kept::{OpenSheets, SplitOff};
use crate::library::{LibraryPart, Streamed};
use crate::model::{Stream, Style, Value};
use crate::ours::{Frame, OwnRows};
use crate::rendered::Renderer;
use crate::spool::Spool;
use crate::tables;
use rust_xlsxwriter::Workbook;
use std::sync::Arc;

/// The sheet of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitSheet {
    /// The value's number, as the rows came.
    pub value: usize,
    /// What the sheet is called.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
}

/// Gives the name of the next part of the sheet that is called so; each name once.
pub type FurtherName = Box<dyn FnMut(&str) -> String>;

/// Sheets of values that are being written; each is begun with its first row.
pub(crate) struct Splits {
    stream: Stream,
    rows: Rows,
    order: Vec<SplitSheet>,
    further: FurtherName,
}

/// Who writes the rows.
enum Rows {
    /// The workbook library, one after the other.
    Library {
        sheets: Vec<Option<Streamed>>,
        /// The value of the current row; `None` = it stands on the roster's sheet alone.
        current: Option<usize>,
    },
    /// We do; `None` while they are somewhere else.
    Ours(Option<SplitRows>),
}

/// The rows of sheets of values, compressed by whoever has time.
#[derive(Debug)]
pub struct SplitRows {
    renderer: Arc<Renderer>,
    spool: Spool,
    /// By the value's number.
    sheets: Vec<Option<OwnRows>>,
}

impl SplitRows {
    /// Returns what compresses the rows.
    #[must_use]
    pub fn renderer(&self) -> Arc<Renderer> {
        Arc::clone(&self.renderer)
    }

    /// Returns what puts rows into pieces, on their way here.
    #[must_use]
    pub fn open(&self) -> OpenSheets {
        OpenSheets::new(self.renderer())
    }

    /// Appends rows to the sheet of their value, in their order there.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub fn append(&mut self, split_off: SplitOff) -> Result<()> {
        let SplitOff { value, rows, last } = split_off;
        if self.sheets.len() <= value {
            self.sheets.resize_with(value + 1, || None);
        }
        let place = self.sheets.get_mut(value).ok_or_else(unknown)?;
        place
            .get_or_insert_with(|| OwnRows::new(Arc::clone(&self.renderer), self.spool.clone()))
            .append(rows, last)
    }
}

impl Splits {
    /// Returns no sheets yet, which will have the columns of the roster's.
    pub(crate) fn new(roster: &Stream, by: &By) -> Self {
        // The names come at the end, when all values are known.
        let stream = Stream { looks: Vec::new(), repeated: Vec::new(), ..roster.clone() };
        let rows = match by {
            By::Us(renderer, spool) => Rows::Ours(Some(SplitRows {
                renderer: Arc::clone(renderer),
                spool: spool.clone(),
                sheets: Vec::new(),
            })),
            By::Library => Rows::Library { sheets: Vec::new(), current: None },
        };
        Self { stream, rows, order: Vec::new(), further: Box::new(str::to_owned) }
    }

    /// Takes the rows out, if they are ours, for those who fill them.
    pub(crate) fn take(&mut self) -> Option<SplitRows> {
        match &mut self.rows {
            Rows::Ours(rows) => rows.take(),
            Rows::Library { .. } => None,
        }
    }

    /// Puts them back.
    pub(crate) fn put_back(&mut self, filled: SplitRows) {
        self.rows = Rows::Ours(Some(filled));
    }

    /// Leaves the row that was current.
    pub(crate) fn leave(&mut self) {
        if let Rows::Library { current, .. } = &mut self.rows {
            *current = None;
        }
    }

    /// Begins the next row on the sheet of a value.
    pub(crate) fn begin_row(
        &mut self,
        value: usize,
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<()> {
        let Rows::Library { sheets, current } = &mut self.rows else { return Err(unknown()) };
        if sheets.len() <= value {
            sheets.resize_with(value + 1, || None);
        }
        let place = sheets.get_mut(value).ok_or_else(unknown)?;
        let sheet = match place {
            Some(sheet) => sheet,
            None => place.insert(Streamed::begin(self.stream.clone(), workbook, formats)?),
        };
        *current = Some(value);
        sheet.next_row(workbook, formats)
    }

    /// Writes a cell of the current row, if it stands on one of the sheets.
    pub(crate) fn cell(
        &mut self,
        column: usize,
        value: &Value<'_>,
        style: Style,
        formats: &mut FormatCache,
    ) -> Result<()> {
        let Rows::Library { sheets, current: Some(current) } = &mut self.rows else { return Ok(()) };
        let sheet = sheets.get_mut(*current).and_then(Option::as_mut).ok_or_else(unknown)?;
        sheet.cell(column, value, style, formats)
    }

    /// Says which sheets there are, in their order; `further` gives the names of their further parts.
    pub(crate) fn name(&mut self, order: Vec<SplitSheet>, further: FurtherName) {
        (self.order, self.further) = (order, further);
    }

    /// Ends all sheets and returns their parts in order.
    ///
    /// # Errors
    /// Internal, unless each of them was named and has as many rows as were counted.
    pub(crate) fn end(self, workbook: &mut Workbook, formats: &mut FormatCache) -> Result<Vec<LibraryPart>> {
        let Self { stream, mut rows, order, mut further } = self;
        let mut all = Vec::with_capacity(order.len());
        let mut tables = tables::Names::default();
        for SplitSheet { value, name, rows: judged } in order {
            let table = tables.claim(&name);
            let mut parts = rows.end(value, (&stream, table), workbook, formats)?;
            let written: u64 = parts.iter().map(|part| part.rows - 1).sum();
            if written != judged {
                return Err(Error::internal(format!(
                    "{written} rows were split off where {judged} were judged"
                )));
            }
            for (number, part) in (1..).zip(&mut parts) {
                let name = if number == 1 { name.clone() } else { further(&name) };
                part.worksheet.set_name(name).map_err(|error| failed(&error))?;
            }
            all.append(&mut parts);
        }
        if rows.is_empty() { Ok(all) } else { Err(unknown()) }
    }
}

impl Rows {
    /// Ends the sheet of a value, and takes it out.
    fn end(
        &mut self,
        value: usize,
        (stream, table): (&Stream, String),
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<Vec<LibraryPart>> {
        match self {
            Self::Library { sheets, .. } => {
                let mut sheet = sheets.get_mut(value).and_then(Option::take).ok_or_else(unknown)?;
                sheet.name_table(table);
                sheet.end(formats)
            }
            Self::Ours(rows) => {
                let sheets = rows.as_mut().map(|rows| &mut rows.sheets).ok_or_else(unknown)?;
                let sheet = sheets.get_mut(value).and_then(Option::take).ok_or_else(unknown)?;
                sheet.end(&Frame { stream, table: &table, checklist: None }, workbook, formats)
            }
        }
    }

    /// Returns whether all sheets were taken out.
    fn is_empty(&self) -> bool {
        match self {
            Self::Library { sheets, .. } => sheets.iter().all(Option::is_none),
            Self::Ours(rows) => rows.as_ref().is_some_and(|rows| rows.sheets.iter().all(Option::is_none)),
        }
    }
}

fn unknown() -> Error {
    Error::internal("a row for the sheet of a value that is not known")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Column;

    /// Writes rows of one value: all of them blank but the last of the first part and those behind it.
    fn parts(further: u64, counted: u64) -> Result<Vec<(String, u64)>> {
        const ROOM: u64 = 1_048_575;
        let (mut workbook, mut formats) = (Workbook::new(), FormatCache::default());
        let stream = Stream::new("Roster", vec![Column::ours(("Tenant", 9.0, ""))], 1);
        let mut splits = Splits::new(&stream, &By::Library);
        for row in 1..=ROOM + further {
            splits.begin_row(0, &mut workbook, &mut formats)?;
            if row >= ROOM {
                splits.cell(0, &Value::text("Contoso"), Style::Plain, &mut formats)?;
            }
        }
        let further = |name: &str| format!("{name} (3)");
        splits.name(vec![SplitSheet { value: 0, name: "Ann".to_owned(), rows: counted }], Box::new(further));
        let parts = splits.end(&mut workbook, &mut formats)?;
        Ok(parts.into_iter().map(|part| (part.worksheet.name(), part.rows - 1)).collect())
    }

    #[test]
    fn a_sheet_of_a_value_goes_on_in_the_next_when_it_is_full() {
        assert_eq!(parts(0, 1).unwrap(), [("Ann".to_owned(), 1)]);
        // Another value is called as the second part would be.
        assert_eq!(parts(2, 3).unwrap(), [("Ann".to_owned(), 1), ("Ann (3)".to_owned(), 2)]);
        assert!(parts(2, 2).is_err(), "a row too many is noticed");
    }
}

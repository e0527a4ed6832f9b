//! The sheets of values: rows of the roster once more, each on the sheet of its value.

use crate::error::{Error, Result};
use crate::failed;
use crate::formats::FormatCache;
use crate::library::{LibraryPart, Streamed};
use crate::model::{Stream, Style, Value};
use crate::tables;
use rust_xlsxwriter::Workbook;

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
    sheets: Vec<Option<Streamed>>,
    /// The value of the current row; `None` = it stands on the roster's sheet alone.
    current: Option<usize>,
    order: Vec<SplitSheet>,
    further: FurtherName,
}

impl Splits {
    /// Returns no sheets yet, which will have the columns of the roster's.
    pub(crate) fn new(roster: &Stream) -> Self {
        // The names come at the end, when all values are known.
        let stream = Stream { looks: Vec::new(), repeated: Vec::new(), ..roster.clone() };
        Self {
            stream,
            sheets: Vec::new(),
            current: None,
            order: Vec::new(),
            further: Box::new(str::to_owned),
        }
    }

    /// Leaves the row that was current.
    pub(crate) fn leave(&mut self) {
        self.current = None;
    }

    /// Begins the next row on the sheet of a value.
    pub(crate) fn begin_row(
        &mut self,
        value: usize,
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<()> {
        if self.sheets.len() <= value {
            self.sheets.resize_with(value + 1, || None);
        }
        let place = self.sheets.get_mut(value).ok_or_else(unknown)?;
        let sheet = match place {
            Some(sheet) => sheet,
            None => place.insert(Streamed::begin(self.stream.clone(), workbook, formats)?),
        };
        self.current = Some(value);
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
        let Some(current) = self.current else { return Ok(()) };
        let sheet = self.sheets.get_mut(current).and_then(Option::as_mut).ok_or_else(unknown)?;
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
    pub(crate) fn end(self, formats: &mut FormatCache) -> Result<Vec<LibraryPart>> {
        let Self { mut sheets, order, mut further, .. } = self;
        let mut all = Vec::with_capacity(order.len());
        let mut tables = tables::Names::default();
        for SplitSheet { value, name, rows } in order {
            let mut sheet = sheets.get_mut(value).and_then(Option::take).ok_or_else(unknown)?;
            sheet.name_table(tables.claim(&name));
            let mut parts = sheet.end(formats)?;
            let written: u64 = parts.iter().map(|part| part.rows - 1).sum();
            if written != rows {
                return Err(Error::internal(format!(
                    "{written} rows were split off where {rows} were judged"
                )));
            }
            for (number, part) in (1..).zip(&mut parts) {
                let name = if number == 1 { name.clone() } else { further(&name) };
                part.worksheet.set_name(name).map_err(|error| failed(&error))?;
            }
            all.append(&mut parts);
        }
        if sheets.iter().any(Option::is_some) { Err(unknown()) } else { Ok(all) }
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
        let mut splits = Splits::new(&Stream::new("Roster", vec![Column::ours(("Tenant", 9.0, ""))], 1));
        for row in 1..=ROOM + further {
            splits.begin_row(0, &mut workbook, &mut formats)?;
            if row >= ROOM {
                splits.cell(0, &Value::text("Contoso"), Style::Plain, &mut formats)?;
            }
        }
        let further = |name: &str| format!("{name} (3)");
        splits.name(vec![SplitSheet { value: 0, name: "Ann".to_owned(), rows: counted }], Box::new(further));
        let parts = splits.end(&mut formats)?;
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

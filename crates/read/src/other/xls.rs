//! XLS, the format of Excel 5 to 2003: one stream of records, with the sheets behind what they share.
//!
//! Cells may stand in any order in the file, as some programs write them column by column; they are kept and sorted,
//! a few million at most. Source: [MS-XLS], Excel Binary File Format (.xls).

mod records;
mod text;

use super::bytes::{Fields, error_text, packed_number};
use super::compound::protected;
use super::gather::{Gather, Value};
use crate::book::{Listed, check_names};
use crate::diagnostic::Code;
use crate::error::Result;
use crate::package::{damaged, too_large};
use crate::refused;
use crate::sheet::{Harm, Strings, Styles, check_count};
use records::{Records, number};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use text::{Alphabet, Text};

/// Cells of one sheet that are kept to be sorted.
const LIMIT_CELLS: usize = 8_000_000;

/// A workbook whose sheets are known.
pub(crate) struct Xls {
    stream: Vec<u8>,
    sheets: Vec<Listed>,
    /// Where each of them begins in the stream.
    starts: Vec<usize>,
    strings: Strings,
    styles: Styles,
    alphabet: Alphabet,
    /// Bytes of records that may still be read: sheets do not overlap, so that all of them fit into the stream.
    left: usize,
}

/// What the sheets share, as it is read.
#[derive(Default)]
struct Globals {
    sheets: Vec<Listed>,
    starts: Vec<usize>,
    strings: Strings,
    formats: HashMap<String, String>,
    styles: Vec<String>,
    is_1904: bool,
}

impl Xls {
    /// Reads what the sheets share.
    ///
    /// # Errors
    /// `workbook-protected`, `workbook-damaged`, `workbook-too-large`, `workbook-format` if it is older than Excel 5;
    /// `roster-empty` without any sheet that has cells.
    pub(super) fn open(stream: Vec<u8>) -> Result<Self> {
        let mut globals = Globals::default();
        let mut alphabet = Alphabet::default();
        let mut records = Records::new(&stream);
        while let Some((kind, data)) = records.next()? {
            let cut_short = || damaged("a record that its sheets share is cut short");
            let mut fields = Fields(data);
            match kind {
                number::BEGIN => match fields.u16() {
                    Some(0x0600) => alphabet = Alphabet::Unicode,
                    Some(0x0500) => {}
                    _ => return Err(too_old()),
                },
                number::END => break,
                number::PROTECTED => return Err(protected()),
                number::CODE_PAGE => alphabet.set_page(fields.u16().unwrap_or_default()),
                number::DATE_SYSTEM => globals.is_1904 = fields.u16() == Some(1),
                number::SHEET => globals.sheet(fields, alphabet).ok_or_else(cut_short)?,
                number::FORMAT => {
                    let id = fields.u16().ok_or_else(cut_short)?;
                    let code = Text::of(fields.0).format(alphabet).ok_or_else(cut_short)?;
                    globals.formats.insert(id.to_string(), code);
                }
                number::STYLE => {
                    // The font comes first.
                    let id = fields.u16().and_then(|_| fields.u16()).ok_or_else(cut_short)?;
                    globals.styles.push(id.to_string());
                    check_count(globals.styles.len()).map_err(|harm: Harm| damaged(&harm))?;
                }
                number::STRINGS => globals.strings(data, records.continued())?,
                _ => {}
            }
        }
        check_names(&globals.sheets)?;
        let Globals { sheets, starts, strings, formats, styles, is_1904 } = globals;
        let styles = Styles::of_ids(&formats, &styles, is_1904);
        Ok(Self { left: stream.len(), stream, sheets, starts, strings, styles, alphabet })
    }

    pub(super) fn sheets(&self) -> &[Listed] {
        &self.sheets
    }

    /// Lets a whole sheet be read again, after the first rows of all were looked at.
    pub(super) fn rewind(&mut self) {
        self.left = self.stream.len();
    }

    pub(super) fn strings(&self) -> &Strings {
        &self.strings
    }

    pub(super) fn styles(&self) -> &Styles {
        &self.styles
    }

    /// Gives the rows of a sheet to `gather`, as long as it wants them.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-too-large`.
    pub(super) fn read(&mut self, index: usize, mut gather: Gather<'_>) -> Result<()> {
        let start = self.starts.get(index).copied().unwrap_or(usize::MAX);
        let from = self.stream.get(start..).unwrap_or_default();
        let mut sheet = Sheet::read(from, self.alphabet)?;
        let left = self.left.checked_sub(sheet.bytes);
        self.left = left.ok_or_else(overlapping)?;
        // Most programs write them in order, which costs little here.
        sheet.cells.sort_by_key(|cell| (cell.row, cell.column));
        let mut row = None;
        for cell in &sheet.cells {
            if row != Some(cell.row) {
                row = Some(cell.row);
                if !gather.row(u32::from(cell.row) + 1, sheet.hidden.contains(&cell.row))? {
                    return Ok(());
                }
            }
            let column = u32::from(cell.column);
            match self.value(&cell.value, &sheet.text) {
                Some(value) => gather.cell(column, &value)?,
                None => {
                    return Err(gather.cell_error(column, damaged("it refers to a text that does not exist")));
                }
            }
        }
        gather.finish()
    }

    fn value<'a>(&self, stored: &Stored, text: &'a str) -> Option<Value<'a>> {
        Some(match stored {
            Stored::Number { value, style } => Value::styled(*value, usize::from(*style), &self.styles),
            Stored::Shared(index) => Value::Shared(self.strings.part(*index as usize)?),
            Stored::Text(part) => Value::Text(text.get(part.start as usize..part.end as usize)?),
            Stored::Bool(value) => Value::Bool(*value),
            Stored::Error(code) => Value::Error(error_text(*code)),
        })
    }
}

fn too_old() -> crate::error::Error {
    refused(
        Code::WorkbookFormat,
        "the workbook is in a format older than Excel 5 (1993)",
        "open it in Excel or LibreOffice and save it as .xlsx",
    )
}

impl Globals {
    /// Takes the head of a sheet; charts and macros have no cells.
    fn sheet(&mut self, mut fields: Fields<'_>, alphabet: Alphabet) -> Option<()> {
        let start = usize::try_from(fields.u32()?).ok()?;
        let is_hidden = fields.u8()? & 3 != 0;
        let is_worksheet = fields.u8()? == 0;
        let name = Text::of(fields.0).short(alphabet)?.replace('\0', "");
        if is_worksheet {
            self.sheets.push(Listed { name, is_hidden, part: String::new() });
            self.starts.push(start);
        }
        Some(())
    }

    /// Takes the texts that cells share; how many there are is not believed.
    fn strings(&mut self, first: &[u8], continued: Vec<&[u8]>) -> Result<()> {
        let mut text = Text::over(first, continued);
        let counts = text.skip(4).and_then(|()| text.u32());
        for _ in 0..counts.unwrap_or_default() {
            if text.is_over() {
                break;
            }
            let next = text.rich().ok_or_else(|| damaged("one of its shared texts is cut short"))?;
            self.strings.push(&next)?;
        }
        Ok(())
    }
}

/// A cell as it is kept until all are sorted.
struct Cell {
    row: u16,
    column: u16,
    value: Stored,
}

enum Stored {
    Number {
        value: f64,
        style: u16,
    },
    Shared(u32),
    /// A part of the sheet's own text.
    Text(Range<u32>),
    Bool(bool),
    Error(u8),
}

#[derive(Default)]
struct Sheet {
    cells: Vec<Cell>,
    text: String,
    hidden: HashSet<u16>,
    /// Bytes of its records.
    bytes: usize,
    /// The cell of a formula whose text is still to come.
    awaited: Option<(u16, u16)>,
}

impl Sheet {
    /// Reads the records of a sheet; those of charts in it are passed over.
    fn read(from: &[u8], alphabet: Alphabet) -> Result<Self> {
        let mut sheet = Self::default();
        let mut records = Records::new(from);
        let mut depth = 0_u32;
        while let Some((kind, data)) = records.next()? {
            sheet.bytes += data.len();
            match kind {
                number::BEGIN => depth += 1,
                number::END if depth <= 1 => return Ok(sheet),
                number::END => depth -= 1,
                _ if depth > 1 => {}
                number::LABEL | number::RICH_LABEL | number::FORMULA_TEXT => {
                    let continued = records.continued();
                    sheet.label(kind, data, continued, alphabet).ok_or_else(cut_short)?;
                }
                _ => sheet.cell(kind, data).ok_or_else(cut_short)?,
            }
            if sheet.cells.len() > LIMIT_CELLS {
                return Err(too_large(&format!("a sheet has more than {LIMIT_CELLS} cells")));
            }
        }
        Err(damaged("its sheet ends too early"))
    }

    /// Takes a record that is no text.
    fn cell(&mut self, kind: u16, data: &[u8]) -> Option<()> {
        let mut fields = Fields(data);
        if kind == number::ROW {
            return self.row(fields);
        }
        let is_cell = matches!(
            kind,
            number::NUMBER
                | number::PACKED
                | number::PACKED_MANY
                | number::SHARED
                | number::BOOL_OR_ERROR
                | number::FORMULA
        );
        if !is_cell {
            return Some(());
        }
        let (row, column) = (fields.u16()?, fields.u16()?);
        if kind == number::PACKED_MANY {
            // Behind the last number stands the last column.
            let (many, _) = fields.0.split_at_checked(fields.0.len().checked_sub(2)?)?;
            for (step, mut fields) in (0_u16..).zip(many.chunks_exact(6).map(Fields)) {
                let style = fields.u16()?;
                let value = packed_number(fields.u32()?);
                self.push(row, column.checked_add(step)?, Stored::Number { value, style });
            }
            return Some(());
        }
        let style = fields.u16()?;
        let value = match kind {
            number::NUMBER => Stored::Number { value: fields.f64()?, style },
            number::PACKED => Stored::Number { value: packed_number(fields.u32()?), style },
            number::SHARED => Stored::Shared(fields.u32()?),
            number::BOOL_OR_ERROR => match (fields.u8()?, fields.u8()?) {
                (value, 0) => Stored::Bool(value != 0),
                (code, _) => Stored::Error(code),
            },
            _ => {
                let Some(value) = formula(fields.take(8)?, style) else {
                    self.awaited = Some((row, column));
                    return Some(());
                };
                value
            }
        };
        self.push(row, column, value);
        Some(())
    }

    fn push(&mut self, row: u16, column: u16, value: Stored) {
        self.cells.push(Cell { row, column, value });
    }

    fn row(&mut self, mut fields: Fields<'_>) -> Option<()> {
        const HIDDEN: u8 = 0x20;
        let row = fields.u16()?;
        // First and last column, height, and what is no longer used.
        fields.take(2 + 2 + 2 + 2 + 2)?;
        if fields.u8()? & HIDDEN != 0 {
            self.hidden.insert(row);
        }
        Some(())
    }

    /// Takes a text that stands in the cell itself, or that a formula came to.
    fn label(&mut self, kind: u16, data: &[u8], continued: Vec<&[u8]>, alphabet: Alphabet) -> Option<()> {
        let mut fields = Fields(data);
        let (row, column) = if kind == number::FORMULA_TEXT {
            // A text that no formula waits for belongs to no cell.
            let Some(place) = self.awaited.take() else { return Some(()) };
            place
        } else {
            let place = (fields.u16()?, fields.u16()?);
            fields.u16()?;
            place
        };
        let text = Text::over(fields.0, continued).long(alphabet)?;
        let start = u32::try_from(self.text.len()).ok()?;
        self.text.push_str(&text);
        let end = u32::try_from(self.text.len()).ok()?;
        self.push(row, column, Stored::Text(start..end));
        Some(())
    }
}

/// Returns what a formula came to; `None` = a text, which stands in a record of its own.
///
/// Source: [MS-XLS] 2.5.133, `FormulaValue`.
fn formula(value: &[u8], style: u16) -> Option<Stored> {
    match value {
        [0, _, _, _, _, _, 0xff, 0xff] => None,
        [1, _, value, _, _, _, 0xff, 0xff] => Some(Stored::Bool(*value != 0)),
        [2, _, code, _, _, _, 0xff, 0xff] => Some(Stored::Error(*code)),
        [_, _, _, _, _, _, 0xff, 0xff] => Some(Stored::Text(0..0)),
        _ => Fields(value).f64().map(|value| Stored::Number { value, style }),
    }
}

/// Returns the error for sheets that share their records, so that reading them all would take for ever.
fn overlapping() -> crate::error::Error {
    refused(
        Code::WorkbookFormat,
        "the sheets of the workbook overlap, which no program writes",
        "open it in Excel or LibreOffice and save it as .xlsx",
    )
}

fn cut_short() -> crate::error::Error {
    damaged("a record of its sheet is cut short")
}

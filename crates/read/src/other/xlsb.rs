//! XLSB: the parts of an XLSX workbook, with records in place of XML.
//!
//! Source: [MS-XLSB], Excel (.xlsb) Binary File Format; the numbers of records are those of its section 2.3.2.

use super::bytes::{Fields, error_text, packed_number};
use super::gather::{Gather, Value};
use crate::book::{Listed, Relations, check_names};
use crate::error::Result;
use crate::package::{Package, PackagePart, Use, damaged, damaged_in, too_large};
use crate::sheet::{Harm, Strings, Styles, check_count};
use std::collections::HashMap;

/// The longest record: far more than a cell, and the lists that Excel writes, come to.
const RECORD_BYTES: usize = 4 * 1024 * 1024;
const CHUNK_BYTES: usize = 64 * 1024;

/// Numbers of records ([MS-XLSB] 2.3.2).
mod record {
    pub(super) const ROW: u16 = 0;
    pub(super) const BLANK: u16 = 1;
    pub(super) const PACKED: u16 = 2;
    pub(super) const ERROR: u16 = 3;
    pub(super) const BOOL: u16 = 4;
    pub(super) const REAL: u16 = 5;
    pub(super) const TEXT: u16 = 6;
    pub(super) const SHARED: u16 = 7;
    pub(super) const FORMULA_TEXT: u16 = 8;
    pub(super) const FORMULA_NUMBER: u16 = 9;
    pub(super) const FORMULA_BOOL: u16 = 10;
    pub(super) const FORMULA_ERROR: u16 = 11;
    /// Cells without a column of their own, which no known program writes.
    pub(super) const SHORT: std::ops::RangeInclusive<u16> = 12..=18;
    pub(super) const STRING: u16 = 19;
    pub(super) const FORMAT: u16 = 44;
    pub(super) const STYLE: u16 = 47;
    pub(super) const RICH_TEXT: u16 = 62;
    pub(super) const ROWS_BEGIN: u16 = 145;
    pub(super) const ROWS_END: u16 = 146;
    pub(super) const BOOK_PROPERTIES: u16 = 153;
    pub(super) const SHEET: u16 = 156;
    pub(super) const STYLES_BEGIN: u16 = 617;
    pub(super) const STYLES_END: u16 = 618;
}

/// A workbook whose sheets are known.
pub(crate) struct Xlsb {
    package: Package,
    sheets: Vec<Listed>,
    strings: Strings,
    styles: Styles,
}

impl Xlsb {
    /// Reads everything but the sheets.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-too-large`; `roster-empty` without any sheet that has cells.
    pub(super) fn open(mut package: Package) -> Result<Self> {
        let roots = Relations::read(&mut package, "")?;
        let main = roots.of_kind("officeDocument").unwrap_or_else(|| "xl/workbook.bin".to_owned());
        let relations = Relations::read(&mut package, &main)?;
        let (sheets, is_1904) = listed(&mut package, &main, &relations)?;
        check_names(&sheets)?;
        let strings = match relations.of_kind("sharedStrings") {
            Some(part) => read_strings(&mut package, &part)?,
            None => Strings::default(),
        };
        let styles = match relations.of_kind("styles") {
            Some(part) => read_styles(&mut package, &part, is_1904)?,
            None => Styles::none(is_1904),
        };
        Ok(Self { package, sheets, strings, styles })
    }

    pub(super) fn sheets(&self) -> &[Listed] {
        &self.sheets
    }

    /// Lets a whole sheet be read again, after its first rows were looked at.
    pub(super) fn rewind(&mut self) {
        self.package.rewind();
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
    /// `workbook-damaged` (also for a wrong checksum, which shows at the end of the sheet), `workbook-too-large`,
    /// `record-too-wide`.
    pub(super) fn read(&mut self, index: usize, mut gather: Gather<'_>) -> Result<()> {
        let part = self.sheets.get(index).map(|sheet| sheet.part.clone()).unwrap_or_default();
        let mut records = RecordReader::new(self.package.part(&part, Use::BinarySheet)?);
        let (mut is_within, mut is_whole) = (false, false);
        while let Some((number, bytes)) = records.next()? {
            match number {
                record::ROWS_BEGIN => is_within = true,
                record::ROWS_END => (is_within, is_whole) = (false, true),
                record::ROW if is_within => {
                    let Some((row, is_hidden)) = row(bytes) else {
                        return Err(gather.row_error(damaged("the header of a row is too short")));
                    };
                    if !gather.row(row.saturating_add(1), is_hidden)? {
                        return Ok(());
                    }
                }
                _ if is_within => cell(number, bytes, &self.strings, &self.styles, &mut gather)?,
                _ => {}
            }
        }
        if !is_whole {
            return Err(gather.row_error(damaged("the sheet ends too early")));
        }
        gather.finish()
    }
}

/// Returns a row's number, from 0, and whether it is hidden.
fn row(bytes: &[u8]) -> Option<(u32, bool)> {
    const HIDDEN: u8 = 0x10;
    let mut fields = Fields(bytes);
    let row = fields.u32()?;
    // Style, height, and how much room the letters take.
    fields.take(4 + 2 + 1)?;
    Some((row, fields.u8()? & HIDDEN != 0))
}

/// Takes one record between the heads of rows.
fn cell(
    number: u16,
    bytes: &[u8],
    strings: &Strings,
    styles: &Styles,
    gather: &mut Gather<'_>,
) -> Result<()> {
    let mut fields = Fields(bytes);
    let is_cell = (record::PACKED..=record::FORMULA_ERROR).contains(&number) || number == record::RICH_TEXT;
    if record::SHORT.contains(&number) {
        return Err(gather.row_error(damaged("its cells are written in a short form that is not supported")));
    }
    if !is_cell || number == record::BLANK {
        return Ok(());
    }
    let Some((column, style)) = fields.u32().zip(fields.u32()) else {
        return Err(gather.row_error(damaged("the header of a cell is too short")));
    };
    let style = (style & 0x00ff_ffff) as usize;
    let text;
    let value = match number {
        record::PACKED => fields.u32().map(|bits| Value::styled(packed_number(bits), style, styles)),
        record::REAL | record::FORMULA_NUMBER => {
            fields.f64().map(|value| Value::styled(value, style, styles))
        }
        record::BOOL | record::FORMULA_BOOL => fields.u8().map(|value| Value::Bool(value != 0)),
        record::ERROR | record::FORMULA_ERROR => fields.u8().map(|code| Value::Error(error_text(code))),
        record::SHARED => {
            let part = fields.u32().and_then(|index| strings.part(index as usize));
            part.map(Value::Shared)
        }
        record::TEXT | record::FORMULA_TEXT | record::RICH_TEXT => {
            if number == record::RICH_TEXT {
                // Whether looks and phonetic hints stand behind the text.
                fields.u8();
            }
            text = fields.wide();
            text.as_deref().map(Value::Text)
        }
        _ => None,
    };
    match value {
        Some(value) => gather.cell(column, &value),
        None => Err(gather
            .cell_error(column, damaged("its value is cut short, or refers to a text that does not exist"))),
    }
}

/// Returns the sheets that have cells, and whether days are counted from 1904.
fn listed(package: &mut Package, main: &str, relations: &Relations) -> Result<(Vec<Listed>, bool)> {
    let (mut sheets, mut is_1904) = (Vec::new(), false);
    let mut records = RecordReader::new(package.part(main, Use::Binary)?);
    while let Some((number, bytes)) = records.next()? {
        let mut fields = Fields(bytes);
        match number {
            record::BOOK_PROPERTIES => is_1904 = fields.u32().is_some_and(|flags| flags & 1 != 0),
            record::SHEET => {
                let found =
                    sheet(fields).ok_or_else(|| damaged_in(main, "the name of a sheet is cut short"))?;
                let (name, id, is_hidden) = found;
                let (kind, part) = relations.targets.get(&id).ok_or_else(|| {
                    damaged_in(main, &format!("the sheet `{name}` is missing from the file"))
                })?;
                if kind == "worksheet" {
                    sheets.push(Listed { name, is_hidden, part: part.clone() });
                }
            }
            _ => {}
        }
    }
    Ok((sheets, is_1904))
}

/// Returns a sheet's name, its relation, and whether it is hidden.
fn sheet(mut fields: Fields<'_>) -> Option<(String, String, bool)> {
    let is_hidden = fields.u32()? != 0;
    fields.u32()?;
    let id = fields.wide()?;
    Some((fields.wide()?, id, is_hidden))
}

fn read_strings(package: &mut Package, part: &str) -> Result<Strings> {
    let mut strings = Strings::default();
    let mut records = RecordReader::new(package.part(part, Use::Binary)?);
    while let Some((number, bytes)) = records.next()? {
        if number == record::STRING {
            let mut fields = Fields(bytes);
            let text = fields.u8().and_then(|_| fields.wide());
            strings.push(&text.ok_or_else(|| damaged_in(part, "a text is cut short"))?)?;
        }
    }
    Ok(strings)
}

fn read_styles(package: &mut Package, part: &str, is_1904: bool) -> Result<Styles> {
    let (mut customs, mut ids, mut is_within) = (HashMap::new(), Vec::new(), false);
    let mut records = RecordReader::new(package.part(part, Use::Binary)?);
    while let Some((number, bytes)) = records.next()? {
        let mut fields = Fields(bytes);
        match number {
            record::STYLES_BEGIN => is_within = true,
            record::STYLES_END => is_within = false,
            record::FORMAT => {
                if let Some((id, code)) = fields.u16().zip(fields.wide()) {
                    customs.insert(id.to_string(), code);
                }
            }
            record::STYLE if is_within => {
                // The style that it builds on comes first.
                let id = fields.u16().and_then(|_| fields.u16());
                ids.push(id.unwrap_or_default().to_string());
                check_count(ids.len()).map_err(|harm: Harm| damaged_in(part, &harm))?;
            }
            _ => {}
        }
    }
    Ok(Styles::of_ids(&customs, &ids, is_1904))
}

/// The records of a part, one after the other.
struct RecordReader<'a> {
    part: PackagePart<'a>,
    chunk: Vec<u8>,
    at: usize,
    may_go_on: bool,
}

impl<'a> RecordReader<'a> {
    fn new(part: PackagePart<'a>) -> Self {
        Self { part, chunk: Vec::new(), at: 0, may_go_on: true }
    }

    /// Returns the next record: its number and its bytes; none behind the last, when the part was read to its end and
    /// its checksum was right.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-too-large`.
    fn next(&mut self) -> Result<Option<(u16, &[u8])>> {
        if !self.has(1)? {
            return Ok(None);
        }
        let cut_short = |reader: &Self| damaged_in(reader.part.name(), "a record is cut short");
        let number = self.varying(2)?.ok_or_else(|| cut_short(self))?;
        let length = self.varying(4)?.ok_or_else(|| cut_short(self))?;
        if length > RECORD_BYTES {
            let name = self.part.name();
            return Err(too_large(&format!("a record of it is longer than 4 MiB ({name})")));
        }
        if !self.has(length)? {
            return Err(cut_short(self));
        }
        let start = self.at;
        self.at += length;
        let bytes = self.chunk.get(start..self.at).unwrap_or_default();
        Ok(Some((u16::try_from(number).unwrap_or(u16::MAX), bytes)))
    }

    /// Takes a number of seven bits a byte, the lowest first, in at most so many bytes.
    fn varying(&mut self, most: u32) -> Result<Option<usize>> {
        let mut value = 0;
        for step in 0..most {
            if !self.has(1)? {
                return Ok(None);
            }
            let byte = self.chunk.get(self.at).copied().unwrap_or_default();
            self.at += 1;
            value |= usize::from(byte & 0x7f) << (7 * step);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(Some(value))
    }

    /// Inflates until so many bytes are at hand; returns whether there are.
    fn has(&mut self, count: usize) -> Result<bool> {
        while self.chunk.len() - self.at < count && self.may_go_on {
            self.may_go_on = self.part.fill(CHUNK_BYTES)?;
            let fresh = self.part.cut_off(usize::MAX);
            self.chunk.drain(..self.at);
            self.at = 0;
            self.chunk.extend(fresh);
        }
        Ok(self.chunk.len() - self.at >= count)
    }
}

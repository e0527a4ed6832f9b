//! The cells of one sheet, one after the other, into rows.

use super::{iso, refused};
use crate::diagnostic::{Place, excerpt};
use crate::error::{Error, Result};
use crate::record::{Flaw, LIMIT_CELLS, Records};
use calamine::{Cell, CellErrorType, DataRef, XlsxCellReader, XlsxError};
use std::io::{Read, Seek};
use std::sync::Arc;

/// Rows in a block; a matter of bytes for text, of rows for a sheet.
pub(super) const BLOCK_ROWS: usize = 2_000;
/// Cells after which a block ends at the next row, so that rows of 16,384 columns do not fill the memory.
const BLOCK_CELLS: usize = 256 * 1024;
/// Rows and columns of a sheet in Excel, since 2007.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;
/// Days between the starts of the two date systems, 1899-12-30 and 1904-01-01.
const DAYS_1904: f64 = 1462.0;
const GENERAL: &str = "General";
const DATE_FORMAT: &str = "yyyy-mm-dd";

/// The number formats of a workbook: one a cell style, then none, then the one for dates that name none.
#[derive(Clone, Debug)]
pub(super) struct Formats {
    texts: Arc<Vec<String>>,
    is_1904: bool,
}

impl Formats {
    /// Takes the number formats of the styles, in order.
    pub(super) fn new<'a>(styles: impl Iterator<Item = Option<&'a str>>, is_1904: bool) -> Self {
        let text =
            |format: Option<&str>| format.filter(|text| *text != GENERAL).unwrap_or_default().to_owned();
        let texts = styles.map(text).chain([String::new(), DATE_FORMAT.to_owned()]).collect();
        Self { texts: Arc::new(texts), is_1904 }
    }

    /// Returns each format once, General left out.
    pub(super) fn distinct(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.texts.iter().filter(|text| !text.is_empty()).cloned().collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }

    fn of_number(&self, style: usize) -> u32 {
        let none = self.texts.len().saturating_sub(2);
        u32::try_from(style.min(none)).unwrap_or(0)
    }

    fn of_date(&self, style: usize) -> u32 {
        let is_named =
            style + 2 < self.texts.len() && self.texts.get(style).is_some_and(|text| !text.is_empty());
        let index = if is_named { style } else { self.texts.len().saturating_sub(1) };
        u32::try_from(index).unwrap_or(0)
    }
}

/// One sheet on its way; gives rows in order, rows that are missing in between as blank ones.
pub(super) struct SheetRows<'a, RS: Read + Seek> {
    cells: XlsxCellReader<'a, RS>,
    sheet: &'a str,
    formats: &'a Formats,
    columns: usize,
    uncalculated: &'a [u32],
    held: Option<(Cell<DataRef<'a>>, usize)>,
    last: Option<(u32, u32)>,
    /// The row of the headings, counted from 1; 0 while they are not known.
    header_row: u32,
    next_row: u32,
    is_over: bool,
}

impl<'a, RS: Read + Seek> SheetRows<'a, RS> {
    /// Starts at a sheet's first row; cells beyond `columns` make a row long, and the rows of `uncalculated`, counted
    /// from 0 and rising, hold formulas without a value.
    pub(super) fn new(
        cells: XlsxCellReader<'a, RS>,
        sheet: &'a str,
        formats: &'a Formats,
        columns: usize,
        uncalculated: &'a [u32],
    ) -> Self {
        Self {
            cells,
            sheet,
            formats,
            columns,
            uncalculated,
            held: None,
            last: None,
            header_row: 0,
            next_row: 0,
            is_over: false,
        }
    }

    /// Leaves out the rows down to `row`, counted from 1.
    ///
    /// # Errors
    /// `workbook-damaged` or `workbook-unreadable`.
    pub(super) fn skip_to(&mut self, row: u64) -> Result<()> {
        while let Some(cell) = self.take()? {
            if u64::from(cell.0.get_position().0) >= row {
                self.held = Some(cell);
                break;
            }
        }
        self.header_row = u32::try_from(row).unwrap_or(u32::MAX);
        self.next_row = self.header_row;
        Ok(())
    }

    /// Returns the next rows, at most `limit_rows` with cells and the blank ones in between; `None` at the end.
    ///
    /// # Errors
    /// `workbook-damaged` or `workbook-unreadable`.
    pub(super) fn next(&mut self, limit_rows: usize) -> Result<Option<Records>> {
        let mut records = Records::new(Arc::clone(&self.formats.texts));
        let (mut rows, mut cells) = (0, 0);
        let mut open: Option<(u32, u32)> = None;
        while let Some((cell, style)) = self.take()? {
            let (row, column) = cell.get_position();
            if open.is_none_or(|(current, _)| current != row) {
                if rows == limit_rows || cells >= BLOCK_CELLS {
                    self.held = Some((cell, style));
                    break;
                }
                rows += 1;
                self.begin_to(row, &mut records);
                open = Some((row, 0));
            }
            let from = open.map_or(0, |(_, next)| next);
            (from..column).for_each(|_| records.push_blank());
            self.push(&mut records, cell.get_value(), style)?;
            cells += (column - from) as usize + 1;
            open = Some((row, column + 1));
            if column as usize >= self.columns && shows(cell.get_value()) {
                records.flaw(Flaw::Long { found: column as usize + 1, wanted: self.columns });
            }
        }
        // Rows of nothing but formulas without a value are rows, too.
        if self.is_over
            && self.held.is_none()
            && let Some(last) = self.uncalculated.last().filter(|last| **last >= self.next_row)
        {
            self.begin_to(*last, &mut records);
        }
        Ok(if records.is_empty() { None } else { Some(records) })
    }

    /// Begins the blank rows up to `row`, and `row` itself.
    fn begin_to(&mut self, row: u32, records: &mut Records) {
        for number in self.next_row..=row {
            records.begin(u64::from(number) + 1, u64::from((number + 1).saturating_sub(self.header_row)));
            if self.uncalculated.binary_search(&number).is_ok() {
                records.flaw(Flaw::Uncalculated);
            }
        }
        self.next_row = row + 1;
    }

    /// Returns the next cell that is not empty.
    fn take(&mut self) -> Result<Option<(Cell<DataRef<'a>>, usize)>> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        while !self.is_over {
            let next = guarded(|| self.cells.next_cell_with_style_id())?;
            let next = next.map_err(|error| unreadable_cell(&error, &self.place()))?;
            let Some((cell, style)) = next else {
                self.is_over = true;
                break;
            };
            self.check_order(cell.get_position())?;
            let is_empty = match cell.get_value() {
                DataRef::Empty => true,
                DataRef::String(text) | DataRef::DateTimeIso(text) => text.is_empty(),
                DataRef::SharedString(text) => text.is_empty(),
                _ => false,
            };
            if !is_empty && cell.get_position().1 as usize >= LIMIT_CELLS {
                let error = refused(
                    "record-too-wide",
                    format!("the row has cells beyond column {LIMIT_CELLS}, which leaves no room for ours"),
                    "remove the columns that are not needed",
                );
                return Err(at_place(error, &self.place()));
            }
            if !is_empty {
                return Ok(Some((cell, style)));
            }
        }
        Ok(None)
    }

    fn check_order(&mut self, at: (u32, u32)) -> Result<()> {
        let is_inside = at.0 < ROWS && at.1 < COLUMNS;
        if !is_inside || self.last.is_some_and(|last| at <= last) {
            let what = "the workbook is damaged: its cells do not stand in order, or stand outside the sheet";
            return Err(at_place(damaged(what), &self.place_of(at)));
        }
        self.last = Some(at);
        Ok(())
    }

    fn push(&self, records: &mut Records, value: &DataRef<'_>, style: usize) -> Result<()> {
        let number = |value: f64| {
            let error =
                || at_place(damaged("the workbook is damaged: a number is not finite"), &self.place());
            if value.is_finite() { Ok(value) } else { Err(error()) }
        };
        match value {
            DataRef::Empty => records.push_blank(),
            #[expect(
                clippy::cast_precision_loss,
                reason = "an XLSX file has no integers; calamine gives floats"
            )]
            DataRef::Int(value) => records.push_number(*value as f64, self.formats.of_number(style), ""),
            DataRef::Float(value) => records.push_number(number(*value)?, self.formats.of_number(style), ""),
            DataRef::String(text) | DataRef::DurationIso(text) => records.push_text(text),
            DataRef::SharedString(text) => records.push_text(text),
            DataRef::Bool(value) => records.push_bool(*value),
            DataRef::DateTime(date) => {
                let serial = number(date.as_f64())?;
                // A time of day or a duration counts from nowhere.
                let is_moved = self.formats.is_1904 && date.is_datetime() && serial >= 1.0;
                let serial = if is_moved { serial + DAYS_1904 } else { serial };
                records.push_date(serial, self.formats.of_date(style));
            }
            DataRef::DateTimeIso(text) => match iso::serial(text) {
                Some(serial) => records.push_date(serial, self.formats.of_date(style)),
                None => records.push_text(text),
            },
            DataRef::Error(error) => records.push_error(error_text(error)),
        }
        Ok(())
    }

    /// The last cell that could be read.
    fn place(&self) -> Place {
        self.last.map_or(Place::File, |last| self.place_of(last))
    }

    fn place_of(&self, (row, column): (u32, u32)) -> Place {
        Place::Cell { sheet: self.sheet.to_owned(), row: row.saturating_add(1), column }
    }
}

/// Calls into calamine, and turns a panic in it into an error.
///
/// A last net only: the gate refuses all files that are known to make calamine panic. Nothing of calamine is used after
/// a panic.
///
/// # Errors
/// `workbook-unreadable`.
pub(super) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T> {
    crate::guard::guarded(call).map_err(|_| {
        refused(
            "workbook-unreadable",
            "the workbook cannot be read: it is not written as workbooks are",
            "open it in Excel and save it again, or save the sheet as CSV",
        )
    })
}

/// Returns the error for what calamine says of a workbook.
pub(super) fn unreadable(error: &XlsxError) -> Error {
    refused(
        "workbook-unreadable",
        format!("the workbook cannot be read: {}", excerpt(&error.to_string())),
        "open it in Excel and save it again, or save the sheet as CSV",
    )
}

fn unreadable_cell(error: &XlsxError, place: &Place) -> Error {
    let mut error = at_place(unreadable(error), place);
    for found in &mut error.diagnostics {
        found.message.push_str(if found.place == Place::File {
            " (before the first cell)"
        } else {
            " (after this cell)"
        });
    }
    error
}

fn damaged(what: &str) -> Error {
    refused("workbook-damaged", what, "open it in Excel, let it repair the file, and save it again")
}

fn at_place(mut error: Error, place: &Place) -> Error {
    error.diagnostics.iter_mut().for_each(|found| found.place = place.clone());
    error
}

/// Returns whether a person sees anything in the cell.
fn shows(value: &DataRef<'_>) -> bool {
    match value {
        DataRef::String(text) => !text.trim().is_empty(),
        DataRef::SharedString(text) => !text.trim().is_empty(),
        _ => true,
    }
}

fn error_text(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

#[cfg(test)]
mod tests {
    use crate::read::tests_support::{Parts, Row, code_of, error_of, read_all, read_with};
    use crate::record::Flaw;

    const HEADINGS: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Tenant</t></is></c>\
        <c r=\"B1\" t=\"inlineStr\"><is><t>Seats</t></is></c></row>";
    const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"00000\"/></numFmts><cellXfs>\
        <xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"14\"/><xf numFmtId=\"30\"/><xf numFmtId=\"46\"/>\
        </cellXfs></styleSheet>";

    fn parts(rows: &str) -> Parts {
        let mut parts = Parts::new(&format!("{HEADINGS}{rows}"));
        parts.styles = STYLES.to_owned();
        parts
    }

    fn rows(rows: &str) -> Vec<Row> {
        read_all(&parts(rows).bytes()).unwrap().1
    }

    fn cells(parts: &Parts) -> Vec<String> {
        let mut seen = Vec::new();
        read_with(&parts.bytes(), None, &mut |records| {
            for record in records.iter() {
                seen.extend((0..record.width()).map(|column| format!("{:?}", record.cell(column))));
            }
        })
        .unwrap();
        seen
    }

    fn code(rows: &str) -> &'static str {
        code_of(&parts(rows).bytes())
    }

    #[test]
    fn numbers_and_dates_come_with_their_formats() {
        let row = "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>42</v></c><c r=\"B2\" s=\"2\"><v>45943.5</v></c>\
            <c r=\"C2\" s=\"3\"><v>7</v></c><c r=\"D2\" s=\"99\"><v>1.5</v></c></row>";
        assert_eq!(
            cells(&parts(row)),
            [
                "Number { value: 42.0, format: \"00000\", written: \"\" }",
                "Date { serial: 45943.5, format: \"mm-dd-yy\" }",
                "Date { serial: 7.0, format: \"yyyy-mm-dd\" }",
                "Number { value: 1.5, format: \"\", written: \"\" }"
            ]
        );
        assert_eq!(rows(row)[0].1[0], "00042");
    }

    #[test]
    fn dates_of_the_system_of_1904_are_moved_and_durations_are_not() {
        let row = "<row r=\"2\"><c r=\"A2\" s=\"2\"><v>44481</v></c><c r=\"B2\" s=\"4\"><v>2</v></c></row>";
        let mut parts = parts(row);
        parts.properties = "<workbookPr date1904=\"1\"/>".to_owned();
        assert_eq!(
            cells(&parts),
            ["Date { serial: 45943.0, format: \"mm-dd-yy\" }", "Date { serial: 2.0, format: \"[h]:mm:ss\" }"]
        );
    }

    #[test]
    fn every_other_kind_of_cell_is_read() {
        let row = "<row r=\"2\"><c r=\"A2\" t=\"d\"><v>2025-10-13</v></c><c r=\"B2\" t=\"d\"><v>soon</v></c>\
            <c r=\"C2\" t=\"b\"><v>1</v></c><c r=\"D2\" t=\"e\"><v>#REF!</v></c>\
            <c r=\"E2\" t=\"str\"><f>A1</f><v>+1 &amp; more</v></c></row>";
        assert_eq!(
            cells(&parts(row)),
            [
                "Date { serial: 45943.0, format: \"yyyy-mm-dd\" }",
                "Text(\"soon\")",
                "Bool(true)",
                "Error(\"#REF!\")",
                "Text(\"+1 & more\")"
            ]
        );
    }

    #[test]
    fn cells_and_rows_without_addresses_follow_each_other() {
        let mut parts = Parts::new(
            "<row><c t=\"inlineStr\"><is><t>Tenant</t></is></c><c t=\"str\"><v>Seats</v></c></row>\
            <row><c t=\"str\"><v>Contoso</v></c><c><v>480</v></c></row>",
        );
        parts.styles = STYLES.to_owned();
        let (about, rows) = read_all(&parts.bytes()).unwrap();
        assert_eq!(about.headings, ["Tenant", "Seats"]);
        assert_eq!(rows, [(2, vec!["Contoso".to_owned(), "480".to_owned()], None)]);
    }

    #[test]
    fn rows_missing_between_are_blank_and_formatting_below_is_no_row() {
        let seen =
            rows("<row r=\"4\"><c r=\"B4\"><v>480</v></c></row><row r=\"9\"><c r=\"A9\" s=\"1\"/></row>");
        assert_eq!(
            seen,
            [(2, vec![], None), (3, vec![], None), (4, vec![String::new(), "480".to_owned()], None)]
        );
    }

    #[test]
    fn a_cell_beyond_the_columns_makes_a_row_long() {
        let row = |row: u32| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>1</v></c></row>");
        let mut text: String = (2..=400).map(row).collect();
        text.push_str("<row r=\"401\"><c r=\"A401\"><v>1</v></c><c r=\"D401\"><v>9</v></c></row>");
        let seen = rows(&text);
        assert_eq!(seen.len(), 400);
        assert_eq!(seen[399].2, Some(Flaw::Long { found: 4, wanted: 2 }));
        assert!(seen[..399].iter().all(|row| row.2.is_none()));
    }

    #[test]
    fn cells_out_of_order_or_outside_the_sheet_are_damage() {
        assert_eq!(
            code("<row r=\"3\"><c r=\"A3\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>"),
            "workbook-damaged"
        );
        assert_eq!(
            code("<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"B2\"><v>1</v></c></row>"),
            "workbook-damaged"
        );
        assert_eq!(code("<row r=\"1048577\"><c r=\"A1048577\"><v>1</v></c></row>"), "workbook-damaged");
        assert_eq!(code("<row r=\"2\"><c r=\"XFE2\"><v>1</v></c></row>"), "workbook-damaged");
        assert_eq!(code("<row r=\"2\"><c r=\"A2\" s=\"1\"><v>inf</v></c></row>"), "workbook-damaged");
    }

    #[test]
    fn a_value_that_would_be_lost_in_silence_is_refused() {
        assert_eq!(code("<row r=\"2\"><c r=\"A2\"><v><![CDATA[480]]></v></c></row>"), "workbook-damaged");
        assert_eq!(code("<row r=\"2\"><c r=\"A2\"><v>4<!-- -->80</v></c></row>"), "workbook-damaged");
        assert_eq!(code("<row r=\"2\"><c r=\"A2\" t=\"n\"><v>+480</v></c></row>"), "workbook-damaged");
    }

    #[test]
    fn a_shared_string_that_is_not_there_is_told_with_its_place() {
        let error = error_of(
            &parts("<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"s\"><v>7</v></c></row>").bytes(),
        );
        assert_eq!(error.diagnostics[0].code, "workbook-unreadable");
        assert_eq!(error.diagnostics[0].place.short(), "A2");
    }
}

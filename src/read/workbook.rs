//! A roster that is a workbook: its sheet, its headings, its blocks of rows.

use super::cells::{BLOCK_ROWS, Formats, SheetRows, guarded, unreadable};
use super::headings::{self, Headings, PREVIEW_ROWS, PreviewRow};
use super::{Body, Options, changed, gate, refused};
use crate::about::Form;
use crate::diagnostic::{Place, excerpt};
use crate::error::{Error, Result};
use crate::record::Records;
use calamine::{DataRef, Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};

type Book = Xlsx<BufReader<File>>;

/// A workbook whose sheet and headings are known.
pub(super) struct WorkbookBody {
    book: Book,
    handle: File,
    bytes: u64,
    sheet: String,
    formats: Formats,
    header_row: u64,
    columns: usize,
    /// The rows, counted from 0, with a formula that has no value.
    uncalculated: Vec<u32>,
}

/// Checks the workbook, chooses the sheet, and finds its headings.
///
/// # Errors
/// `workbook-damaged`, `workbook-protected`, `workbook-too-large`, `workbook-format`, `workbook-unreadable`,
/// `sheet-missing`, `roster-empty`, `roster-unreadable`, `roster-changed`.
pub(super) fn open(mut file: File, bytes: u64, options: Options<'_>) -> Result<(Form, Headings, Body)> {
    let seen = gate::check(&file)?;
    let handle = file.try_clone().map_err(|error| super::unreadable(&error))?;
    file.seek(SeekFrom::Start(0)).map_err(|error| super::unreadable(&error))?;
    let mut book = guarded(|| Xlsx::new(BufReader::new(file)))?.map_err(|error| unreadable(&error))?;
    let sheets = worksheets(&book)?;
    let (index, formats, rows) = match options.sheet {
        Some(wanted) => {
            let index = named(&sheets, wanted)?;
            let (formats, rows) = first_rows(&mut book, sheets.get(index))?;
            (index, formats, rows)
        }
        None => likeliest(&mut book, &sheets, options)?,
    };
    let name = |sheet: &Sheet| sheet.name.clone();
    let sheet = sheets.get(index).map(name).unwrap_or_default();
    let found = headings::find(rows, options.score).map_err(|error| on_sheet(error, &sheet))?;
    let others =
        sheets.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, sheet)| listed(sheet));
    let form = Form::Workbook { sheet: sheet.clone(), others: others.collect() };
    let columns = found.cells.len();
    // A second look at all cells, for files that were saved without being worked out.
    let uncalculated = if seen.is_uncalculated { uncalculated(&mut book, &sheet)? } else { Vec::new() };
    let body =
        WorkbookBody { uncalculated, book, handle, bytes, sheet, formats, header_row: found.row, columns };
    Ok((form, found, Body::Workbook(Box::new(body))))
}

/// Returns the sheets that have cells.
fn worksheets(book: &Book) -> Result<Vec<Sheet>> {
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let sheets: Vec<Sheet> = sheets.cloned().collect();
    let mut seen = HashSet::new();
    if let Some(twice) = sheets.iter().find(|sheet| !seen.insert(sheet.name.to_lowercase())) {
        return Err(refused(
            "workbook-damaged",
            format!("the workbook is damaged: it has two sheets named `{}`", twice.name),
            "open it in Excel, let it repair the file, and save it again",
        ));
    }
    if sheets.is_empty() {
        return Err(refused(
            "roster-empty",
            "the workbook has no sheet with cells",
            "name the workbook with the roster",
        ));
    }
    Ok(sheets)
}

fn named(sheets: &[Sheet], wanted: &str) -> Result<usize> {
    let exact = sheets.iter().position(|sheet| sheet.name == wanted);
    let similar = || sheets.iter().position(|sheet| sheet.name.to_lowercase() == wanted.to_lowercase());
    exact.or_else(similar).ok_or_else(|| {
        let names: Vec<String> = sheets.iter().map(|sheet| format!("`{}`", sheet.name)).collect();
        refused(
            "sheet-missing",
            format!("there is no sheet `{}`", excerpt(wanted)),
            format!("the sheets are {}", names.join(", ")),
        )
    })
}

/// Returns the visible sheet whose first rows score best, the first of equals; one with rows before one without.
fn likeliest(
    book: &mut Book,
    sheets: &[Sheet],
    options: Options<'_>,
) -> Result<(usize, Formats, Vec<PreviewRow>)> {
    let mut best: Option<(Option<u32>, usize, Formats, Vec<PreviewRow>)> = None;
    for (index, sheet) in
        sheets.iter().enumerate().filter(|(_, sheet)| sheet.visible == SheetVisible::Visible)
    {
        let (formats, rows) = first_rows(book, Some(sheet))?;
        let score = headings::best(&rows, options.score).map(|(score, _)| score);
        if best.as_ref().is_none_or(|(so_far, ..)| score > *so_far) {
            best = Some((score, index, formats, rows));
        }
    }
    best.map(|(_, index, formats, rows)| (index, formats, rows)).ok_or_else(|| {
        let names: Vec<String> = sheets.iter().map(|sheet| format!("`{}`", sheet.name)).collect();
        refused("sheet-missing", "all sheets are hidden", format!("name one of {}", names.join(", ")))
    })
}

fn first_rows(book: &mut Book, sheet: Option<&Sheet>) -> Result<(Formats, Vec<PreviewRow>)> {
    let name = sheet.map_or("", |sheet| sheet.name.as_str());
    let is_1904 = book.has_1904_epoch();
    let cells =
        guarded(|| book.worksheet_cells_reader(name))?.map_err(|error| on_sheet(unreadable(&error), name))?;
    let formats = cells
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().map(|format| format.format_code.as_str()));
    let formats = Formats::new(formats, is_1904);
    let rows = SheetRows::new(cells, name, &formats, usize::MAX, &[]).next(PREVIEW_ROWS)?;
    let rows = rows.as_ref().map(headings::preview).unwrap_or_default();
    Ok((formats, rows))
}

/// Returns the rows, counted from 0, that hold a formula without the value that was last worked out for it.
fn uncalculated(book: &mut Book, sheet: &str) -> Result<Vec<u32>> {
    let failed = |error: &XlsxError| on_sheet(unreadable(error), sheet);
    let mut cells = guarded(|| book.worksheet_cells_reader(sheet))?.map_err(|error| failed(&error))?;
    let mut rows = Vec::new();
    while let Some(cell) =
        guarded(|| cells.next_cell_with_formula_metadata())?.map_err(|error| failed(&error))?
    {
        if cell.formula.is_some() && matches!(cell.value, DataRef::Empty) && rows.last() != Some(&cell.pos.0)
        {
            rows.push(cell.pos.0);
        }
    }
    Ok(rows)
}

fn listed(sheet: &Sheet) -> String {
    let mark = if sheet.visible == SheetVisible::Visible { "" } else { " (hidden)" };
    format!("{}{mark}", sheet.name)
}

fn on_sheet(mut error: Error, sheet: &str) -> Error {
    for found in error.diagnostics.iter_mut().filter(|found| found.place == Place::File) {
        found.message = format!("{} (sheet `{sheet}`)", found.message);
    }
    error
}

impl WorkbookBody {
    /// Returns the number formats that its cells may have, General left out, each once.
    pub(super) fn number_formats(&self) -> Vec<String> {
        self.formats.distinct()
    }

    /// Gives the rows below the headings to `emit`, in blocks.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-unreadable`, `roster-changed`, or what `emit` returns.
    pub(super) fn read(mut self, emit: &mut dyn FnMut(Records) -> Result<()>) -> Result<()> {
        let book = &mut self.book;
        let cells = guarded(|| book.worksheet_cells_reader(&self.sheet))?;
        let cells = cells.map_err(|error| on_sheet(unreadable(&error), &self.sheet))?;
        let mut rows = SheetRows::new(cells, &self.sheet, &self.formats, self.columns, &self.uncalculated);
        rows.skip_to(self.header_row)?;
        while let Some(records) = rows.next(BLOCK_ROWS)? {
            emit(records)?;
        }
        let now = self.handle.metadata().map_err(|error| super::unreadable(&error))?;
        if now.len() == self.bytes { Ok(()) } else { Err(changed()) }
    }
}

#[cfg(test)]
mod tests {
    use crate::about::Form;
    use crate::read::tests_support::{Parts, code_of, error_of, read_all, read_sheet, zipped};
    use crate::record::Flaw;
    use proptest::prelude::*;
    use rust_xlsxwriter::{Format, Workbook};

    fn book() -> Workbook {
        let mut book = Workbook::new();
        let notes = book.add_worksheet().set_name("Notes").unwrap();
        notes.write(0, 0, "Read me first").unwrap();
        let roster = book.add_worksheet().set_name("Customers").unwrap();
        roster.write(1, 0, "FastTrack customers 2026").unwrap();
        for (column, heading) in (0..).zip(["Tenant", "Plan", "Seats"]) {
            roster.write(3, column, heading).unwrap();
        }
        roster.write(4, 0, "Contoso").unwrap();
        roster.write_with_format(4, 2, 480, &Format::new().set_num_format("00000")).unwrap();
        let old = book.add_worksheet().set_name("Old").unwrap().set_hidden(true);
        for (column, heading) in (0..).zip(["Tenant", "Plan", "Seats", "Tenant"]) {
            old.write(0, column, heading).unwrap();
        }
        book
    }

    #[test]
    fn the_visible_sheet_with_the_best_headings_is_read() {
        let (about, rows) = read_all(&book().save_to_buffer().unwrap()).unwrap();
        let others = vec!["Notes".to_owned(), "Old (hidden)".to_owned()];
        assert_eq!(about.form, Form::Workbook { sheet: "Customers".to_owned(), others });
        assert_eq!(about.header_row, 4);
        assert_eq!(about.above, [(2, vec!["FastTrack customers 2026".to_owned()])]);
        assert_eq!(rows, [(5, vec!["Contoso".to_owned(), String::new(), "00480".to_owned()], None)]);
    }

    #[test]
    fn a_sheet_that_is_asked_for_is_read_even_if_hidden() {
        let bytes = book().save_to_buffer().unwrap();
        for name in ["Old", "old"] {
            let (about, rows) = read_sheet(&bytes, Some(name)).unwrap();
            assert_eq!((about.headings.len(), rows.len()), (4, 0));
        }
    }

    #[test]
    fn an_unknown_sheet_is_told_with_those_there_are() {
        let error = read_sheet(&book().save_to_buffer().unwrap(), Some("Q3")).map(|_| ()).unwrap_err();
        assert_eq!(error.diagnostics[0].code, "sheet-missing");
        assert_eq!(error.diagnostics[0].help, "the sheets are `Notes`, `Customers`, `Old`");
    }

    #[test]
    fn a_formula_without_its_value_marks_its_row_and_no_row_is_lost() {
        let text = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
        let formula = "<c><f>1+1</f><v /></c>";
        let rows = [
            format!("<row>{}{}{}</row>", text("Tenant"), text("Plan"), text("Seats")),
            format!("<row>{}{}{formula}</row>", text("Contoso"), text("E3")),
            format!(
                "<row>{}<c t=\"str\"><f>A1</f><v></v></c><c><f>1+1</f><v>2</v></c></row>",
                text("Fabrikam")
            ),
            "<row r=\"6\"><c r=\"B6\"><f>A1</f><v></v></c></row>".to_owned(),
        ];
        let (_, rows) = read_all(&Parts::new(&rows.concat()).bytes()).unwrap();
        let seen: Vec<_> = rows.iter().map(|(number, cells, flaw)| (*number, cells.len(), *flaw)).collect();
        let flaw = Some(Flaw::Uncalculated);
        assert_eq!(seen, [(2, 2, flaw), (3, 3, None), (4, 0, None), (5, 0, None), (6, 0, flaw)]);
    }

    #[test]
    fn a_cell_that_would_leave_no_room_for_ours_is_refused() {
        let row = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Tenant</v></c><c r=\"XFD1\"><v>1</v></c></row>";
        assert_eq!(code_of(&Parts::new(row).bytes()), "record-too-wide");
    }

    #[test]
    fn an_empty_sheet_is_an_empty_roster() {
        assert_eq!(code_of(&Parts::new("").bytes()), "roster-empty");
    }

    #[test]
    fn every_row_of_many_blocks_comes_once_and_in_order() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "Tenant").unwrap();
        for row in 1..=5_000 {
            sheet.write(row, 0, row).unwrap();
        }
        let (_, rows) = read_all(&book.save_to_buffer().unwrap()).unwrap();
        assert!((2..=5_001).eq(rows.iter().map(|row| row.0)));
        assert!(rows.iter().all(|row| row.1 == [(row.0 - 1).to_string()]));
    }

    #[test]
    fn a_workbook_without_its_parts_is_an_error() {
        let parts = Parts::new("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Tenant</v></c></row>").list();
        for missing in 0..parts.len() {
            let kept = parts.iter().enumerate().filter(|(index, _)| *index != missing).map(|(_, part)| part);
            let kept: Vec<(&str, &[u8])> =
                kept.map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
            assert!(!error_of(&zipped(&kept)).diagnostics.is_empty());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn any_change_to_the_bytes_of_a_workbook_is_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = Parts::new("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Tenant</v></c></row>").bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = read_all(&bytes);
        }

        #[test]
        fn any_change_to_the_text_of_a_part_is_read_or_refused(part in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), put in "[<>/a-z0-9\"= :+&;!-]{0,3}", drop in 0_usize..4) {
            let mut parts = Parts::new("<row r=\"1\"><c r=\"A1\" s=\"1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"n\"><v>1</v></c></row>");
            parts.strings = "<sst count=\"1\" uniqueCount=\"1\"><si><t>Tenant</t></si></sst>".to_owned();
            parts.styles = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>".to_owned();
            let mut list = parts.list();
            let part = part.index(list.len());
            let text = &mut list[part].1;
            let at = at.index(text.len());
            let end = (at + drop).min(text.len());
            text.splice(at..end, put.bytes());
            let list: Vec<(&str, &[u8])> = list.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
            let _ = read_all(&zipped(&list));
        }
    }
}

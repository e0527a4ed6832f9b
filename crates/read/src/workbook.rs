//! A roster that is a workbook: its sheet, its headings, its blocks of rows.

use super::book::{self, Listed};
use super::choice::{self, Chosen, on_sheet};
use super::headings::{self, Headings, PREVIEW_ROWS, PreviewRow};
use super::package::{self, Package, Use, damaged, too_large};
use super::sheet::{Cutter, SHEET, Shared, SheetBlock, Strings, Styles};
use super::{Body, Options, other};
use crate::about::Form;
use crate::error::{Error, Result};
use crate::positioned::Positioned;
use std::sync::Arc;

/// A workbook whose sheet and headings are known.
pub(super) struct WorkbookBody {
    package: Package,
    part: String,
    shared: Arc<Shared>,
}

/// Checks the workbook, chooses the sheet, and finds its headings.
///
/// # Errors
/// `workbook-damaged`, `workbook-protected`, `workbook-too-large`, `workbook-format`, `sheet-missing`, `heading-row-missing`, `roster-empty`,
/// `roster-unreadable`, `roster-changed`.
pub(super) fn open(file: Positioned, options: Options<'_>) -> Result<Opened> {
    guarded(|| opened(file, options))?
}

/// A workbook, opened.
pub(super) struct Opened {
    pub form: Form,
    pub found: Headings,
    pub body: Body,
    /// Other sheets whose headings fit equally well.
    pub other_candidates: Vec<String>,
}

fn opened(file: Positioned, options: Options<'_>) -> Result<Opened> {
    let mut package = Package::open(file)?.allowing(options.limits.unpacked);
    if package.kind != package::PackageKind::Xlsx {
        return other::open(other::LegacyWorkbook::packed(package)?, options);
    }
    let book = book::read(&mut package)?;
    let strings = match &book.strings {
        Some(part) => Strings::read(package.part(part, Use::Strings)?)?,
        None => Strings::default(),
    };
    let mut preview = Preview { package, strings: Arc::new(strings), styles: book.styles.clone() };
    let Chosen { index, rows, other_candidates } =
        choice::choose(&book.sheets, options, &mut |index| preview.rows(&book.sheets, index))?;
    let Listed { name: sheet, part, .. } = book.sheets.get(index).cloned().ok_or_else(not_there)?;
    let found = headings::find(rows, options.sought()).map_err(|error| on_sheet(error, &sheet))?;
    let form = Form::Workbook { sheet: sheet.clone(), others: choice::others(&book.sheets, index) };
    let shared = Shared {
        sheet,
        strings: preview.strings,
        styles: preview.styles,
        columns: found.cells.len(),
        header_row: u32::try_from(found.row).unwrap_or(u32::MAX),
    };
    let body = WorkbookBody { package: preview.package, part, shared: Arc::new(shared) };
    Ok(Opened { form, found, body: Body::Workbook(Box::new(body)), other_candidates })
}

fn not_there() -> Error {
    Error::internal("a sheet was chosen that is not there")
}

/// Bytes of the first rows as shown, which are copies: far more than rosters have, and few enough to be held.
pub(super) const PREVIEW_BYTES: usize = 64 * 1024 * 1024;

/// What a look at the first rows of a sheet needs.
struct Preview {
    package: Package,
    strings: Arc<Strings>,
    styles: Styles,
}

impl Preview {
    /// Returns the first rows of a sheet that are not blank.
    fn rows(&mut self, sheets: &[Listed], index: usize) -> Result<Vec<PreviewRow>> {
        let sheet = sheets.get(index).ok_or_else(not_there)?;
        let shared = Arc::new(Shared {
            sheet: sheet.name.clone(),
            strings: Arc::clone(&self.strings),
            styles: self.styles.clone(),
            columns: usize::MAX,
            header_row: 0,
        });
        let (mut rows, mut bytes) = (Vec::new(), 0);
        let mut read = || {
            let mut cutter = Cutter::new(self.package.part(&sheet.part, Use::Sheet)?, SHEET)?;
            let mut after = 0;
            while rows.len() < PREVIEW_ROWS
                && let Some(block) = SheetBlock::next(&mut cutter, &mut after, &shared)?
            {
                let fresh = headings::preview(&block.records()?);
                bytes += fresh.iter().flat_map(|row| &row.cells).map(String::len).sum::<usize>();
                if bytes > PREVIEW_BYTES {
                    return Err(too_large("the text of its first rows is longer than 64 MiB"));
                }
                rows.extend(fresh);
            }
            Ok(())
        };
        read().map_err(|error| on_sheet(error, &sheet.name))?;
        rows.truncate(PREVIEW_ROWS);
        Ok(rows)
    }
}

/// Calls into the readers of archives and XML, and turns a panic in them into an error.
///
/// A last net only: no file is known that makes them panic.
pub(super) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T> {
    crate::guard::guarded(call).map_err(|_| damaged("it is not written like a workbook"))
}

/// Rows of a sheet that are still to be parsed.
#[derive(Debug)]
pub(super) struct WorkbookBlock(SheetBlock);

impl WorkbookBlock {
    /// Parses them.
    ///
    /// # Errors
    /// `workbook-damaged`, `record-too-wide`.
    pub(super) fn records(self) -> Result<crate::record::Records> {
        guarded(|| self.0.records())?
    }
}

impl WorkbookBody {
    /// Returns the number formats that its cells may have, General left out, each once.
    pub(super) fn number_formats(&self) -> Vec<String> {
        self.shared.styles.distinct()
    }

    /// Gives the rows below the headings to `emit`, in blocks.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-too-large`, or what `emit` returns.
    pub(super) fn read(&mut self, emit: &mut dyn FnMut(WorkbookBlock) -> Result<()>) -> Result<()> {
        let shared = &self.shared;
        self.package.rewind();
        let part = self.package.part(&self.part, Use::Sheet)?;
        let mut cutter = guarded(|| Cutter::new(part, SHEET))??;
        let mut after = 0;
        while let Some(block) = guarded(|| SheetBlock::next(&mut cutter, &mut after, shared))?
            .map_err(|error| on_sheet(error, &shared.sheet))?
        {
            emit(WorkbookBlock(block))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::about::Form;
    use crate::record::Flaw;
    use crate::tests_support::{
        Parts, code_of, error_of, read_all, read_headed, read_sheet, read_with, zipped,
    };
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
        assert_eq!(error.diagnostics[0].code.as_str(), "sheet-missing");
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
        let flaw = |column| Some(Flaw::Uncalculated { column });
        assert_eq!(seen, [(2, 2, flaw(2)), (3, 3, None), (4, 0, None), (5, 0, None), (6, 0, flaw(1))]);
    }

    #[test]
    fn hidden_rows_are_rows_and_are_counted() {
        let text = |row: u32, hidden: &str, text: &str| {
            format!("<row r=\"{row}\"{hidden}><c t=\"str\"><v>{text}</v></c></row>")
        };
        let rows = [
            text(1, " hidden=\"1\"", "Tenant"),
            text(2, "", "Contoso"),
            text(3, " hidden=\"1\"", "Fabrikam"),
            text(4, " x:hidden=\"1\"", "Tailspin"),
            text(5, " hidden=\"0\"", "Wingtip"),
            text(6, " ht=\"0\" hidden=\"true\"", "Litware"),
            "<row r=\"7\" hidden=\"1\"/>".to_owned(),
        ];
        let (mut hidden, mut count) = (0, 0);
        read_with(&Parts::new(&rows.concat()).bytes(), None, &mut |records| {
            hidden += records.hidden();
            count += records.len();
        })
        .unwrap();
        assert_eq!((hidden, count), (2, 5), "of the rows below the headings, and of those with cells");
    }

    #[test]
    fn headings_are_found_down_to_the_thirtieth_row_that_is_not_blank() {
        let row =
            |number: u32, text: &str| format!("<row r=\"{number}\"><c t=\"str\"><v>{text}</v></c></row>");
        let banner: String = (1..30).map(|number| row(number * 2, "a line of a banner")).collect();
        let rows = [banner, row(61, "Tenant"), row(62, "Contoso")].concat();
        let (about, rows) = read_all(&Parts::new(&rows).bytes()).unwrap();
        assert_eq!((about.header_row, about.above.len(), rows.len()), (61, 29, 1));
    }

    #[test]
    fn the_row_that_is_named_has_the_headings() {
        let row =
            |number: u32, text: &str| format!("<row r=\"{number}\"><c t=\"str\"><v>{text}</v></c></row>");
        let rows = [row(1, "Tenant"), row(4, "Account"), row(5, "Contoso"), row(8, "Fabrikam")].concat();
        let bytes = Parts::new(&rows).bytes();
        let (about, rows) = read_headed(&bytes, 4).unwrap();
        assert_eq!((about.header_row, about.is_header_row_named, rows), (4, true, 2));
        assert_eq!((about.headings, about.first_numbers), (vec!["Account".to_owned()], vec![5, 8]));
        for row in [2, 9] {
            let error = read_headed(&bytes, row).map(|_| ()).unwrap_err();
            assert_eq!(error.diagnostics[0].code.as_str(), "heading-row-missing");
        }
    }

    #[test]
    fn a_strict_workbook_without_styles_and_dimension_is_read() {
        let mut parts = Parts::new(
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\"><c r=\"A2\" t=\"d\"><v>2024-02-29</v></c></row>",
        );
        parts.strings =
            "<sst xmlns=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"><si><t>Tenant</t></si></sst>"
                .to_owned();
        let strict = parts.list().into_iter().map(|(name, bytes)| {
            let text = String::from_utf8(bytes).unwrap();
            let text = text
                .replace(
                    "http://schemas.openxmlformats.org/officeDocument/2006",
                    "http://purl.oclc.org/ooxml/officeDocument",
                )
                .replace(
                    "http://schemas.openxmlformats.org/spreadsheetml/2006",
                    "http://purl.oclc.org/ooxml/spreadsheetml",
                );
            (name, text.into_bytes())
        });
        let strict: Vec<(String, Vec<u8>)> = strict.collect();
        let strict: Vec<(&str, &[u8])> =
            strict.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let (_, rows) = read_all(&zipped(&strict)).unwrap();
        assert_eq!(rows, [(2, vec!["2024-02-29".to_owned()], None)]);
    }

    #[test]
    fn sheets_that_fit_equally_well_are_named() {
        let mut book = book();
        let other = book.add_worksheet().set_name("More").unwrap();
        for (column, heading) in (0..).zip(["Tenant", "Plan", "Seats"]) {
            other.write(0, column, heading).unwrap();
        }
        let bytes = book.save_to_buffer().unwrap();
        // Headings alone are nobody's customers.
        assert!(read_all(&bytes).unwrap().0.other_candidates.is_empty());
        let other = book.worksheet_from_name("More").unwrap();
        other.write(1, 0, "Fabrikam").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let (about, _) = read_all(&bytes).unwrap();
        assert_eq!((about.sheet(), &about.other_candidates), (Some("Customers"), &vec!["More".to_owned()]));
        assert!(
            read_sheet(&bytes, Some("More")).unwrap().0.other_candidates.is_empty(),
            "nobody has to be told"
        );
    }

    #[test]
    fn a_cell_that_would_leave_no_room_for_ours_is_refused() {
        let row = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Tenant</v></c><c r=\"XFD1\"><v>1</v></c></row>";
        assert_eq!(code_of(&Parts::new(row).bytes()), "record-too-wide");
    }

    #[test]
    fn a_sheet_that_cannot_be_read_stops_only_whoever_asks_for_it() {
        let with_notes = |rows: &str, notes: &str| {
            let mut parts = Parts::new(rows);
            parts.others.push((
                "xl/worksheets/sheet2.xml".to_owned(),
                format!("<worksheet><sheetData>{notes}</sheetData></worksheet>").into_bytes(),
            ));
            let list = parts.list().into_iter().map(|(name, bytes)| {
                let text = String::from_utf8(bytes).unwrap();
                let text = match name.as_str() {
                    "xl/workbook.xml" => text
                        .replace("<sheets>", "<sheets><sheet name=\"Notes\" sheetId=\"2\" r:id=\"rId2\"/>"),
                    "xl/_rels/workbook.xml.rels" => text.replace(
                        "</Relationships>",
                        "<Relationship Id=\"rId2\" Type=\"x/worksheet\" Target=\"worksheets/sheet2.xml\"/></Relationships>",
                    ),
                    _ => text,
                };
                (name, text.into_bytes())
            });
            let list: Vec<(String, Vec<u8>)> = list.collect();
            zipped(&list.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
        };
        let roster = "<row><c t=\"str\"><v>Tenant</v></c></row><row><c t=\"str\"><v>Contoso</v></c></row>";
        let other = "<row><c t=\"str\"><v>Fruit</v></c></row>";
        for (notes, code) in [
            ("<row><c r=\"XFD1\"><v>1</v></c></row>", "record-too-wide"),
            ("<row><c t=\"zz\"><v>1</v></c></row>", "workbook-damaged"),
            ("<row><c>", "workbook-damaged"),
        ] {
            let bytes = with_notes(roster, notes);
            let (about, rows) = read_all(&bytes).unwrap();
            assert_eq!(about.sheet(), Some("Roster"));
            assert_eq!(rows, [(2, vec!["Contoso".to_owned()], None)]);
            let asked = read_sheet(&bytes, Some("Notes")).map(|_| ()).unwrap_err();
            assert_eq!(asked.diagnostics[0].code.as_str(), code);
            assert_eq!(code_of(&with_notes(other, notes)), code);
        }
        assert_eq!(
            code_of(&with_notes("<row><c t=\"zz\"/></row>", roster.replace("Tenant", "x").as_str())),
            "workbook-damaged"
        );
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

//! What the tests of this module share: files out of bytes, workbooks written by hand.

use super::{Block, Input, Limits, Options, open};
use crate::about::About;
use crate::error::{Error, Result};
use crate::positioned::Positioned;
use crate::record::{Flaw, Records};
use crate::scratch::Scratch;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Scores a row by the headings a roster must have.
pub(crate) fn known_headings(cells: &[String]) -> u32 {
    cells.iter().map(|cell| u32::from(["Tenant", "Plan", "Seats"].contains(&cell.trim()))).sum()
}

/// Returns an open file with these bytes.
pub(crate) fn file_of(bytes: &[u8]) -> Positioned {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.into()
}

/// A row as it was read: number, cells as shown, flaw.
pub(crate) type Row = (u64, Vec<String>, Option<Flaw>);

/// Reads a whole roster from bytes.
pub(crate) fn read_all(bytes: &[u8]) -> Result<(About, Vec<Row>)> {
    read_sheet(bytes, None)
}

/// Reads one sheet; rows that are left out because nothing is in them are given without cells.
pub(crate) fn read_sheet(bytes: &[u8], sheet: Option<&str>) -> Result<(About, Vec<Row>)> {
    let mut rows = Vec::new();
    let about = read_with(bytes, sheet, &mut |records| {
        for record in records.iter() {
            let missing = (rows.len() as u64 + 1)..record.ordinal;
            rows.extend(
                missing.map(|ordinal| (record.number - (record.ordinal - ordinal), Vec::new(), None)),
            );
            assert_eq!(rows.len() as u64 + 1, record.ordinal);
            let cells = (0..record.width()).map(|column| record.cell(column).shown()).collect();
            rows.push((record.number, cells, record.flaw));
        }
    })?;
    Ok((about, rows))
}

/// Reads a roster whose headings are in the row with this number.
pub(crate) fn read_headed(bytes: &[u8], heading_row: u64) -> Result<(About, usize)> {
    let mut rows = 0;
    let about = read_as(bytes, (None, Some(heading_row)), &mut |records| rows += records.len())?;
    Ok((about, rows))
}

/// Reads one sheet and gives its records.
pub(crate) fn read_with(bytes: &[u8], sheet: Option<&str>, see: &mut dyn FnMut(&Records)) -> Result<About> {
    read_as(bytes, (sheet, None), see)
}

fn read_as(
    bytes: &[u8],
    (sheet, heading_row): (Option<&str>, Option<u64>),
    see: &mut dyn FnMut(&Records),
) -> Result<About> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let scratch = Scratch::system();
    let options =
        Options { sheet, heading_row, ..Options::new(Limits::default(), &scratch, &known_headings) };
    let mut reader = open(&Input::File(file.path().to_owned()), options)?;
    let about = reader.about.clone();
    reader.read(&mut |block: Block| {
        see(&block.records()?);
        Ok(())
    })?;
    Ok(about)
}

/// Returns the code of the error that reading these bytes gives.
pub(crate) fn code_of(bytes: &[u8]) -> &'static str {
    error_of(bytes).diagnostics[0].code.as_str()
}

/// Returns the error that reading these bytes gives.
pub(crate) fn error_of(bytes: &[u8]) -> Error {
    read_all(bytes).map(|(about, rows)| (about.form, rows)).unwrap_err()
}

/// Returns a ZIP archive of these parts.
pub(crate) fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The parts of a small workbook with one sheet, to be changed by a test.
pub(crate) struct Parts {
    /// Between `<sheetData>` and its end.
    pub rows: String,
    /// The whole of `xl/sharedStrings.xml`; none if empty.
    pub strings: String,
    /// The whole of `xl/styles.xml`; none if empty.
    pub styles: String,
    /// Inside `<workbook>`, before the sheets.
    pub properties: String,
    /// In front of the sheet's root element.
    pub prolog: String,
    /// Further parts.
    pub others: Vec<(String, Vec<u8>)>,
}

impl Parts {
    /// Returns a workbook with these rows.
    pub(crate) fn new(rows: &str) -> Self {
        let empty = String::new;
        let others = Vec::new();
        Self {
            rows: rows.to_owned(),
            strings: empty(),
            styles: empty(),
            properties: empty(),
            prolog: empty(),
            others,
        }
    }

    /// Returns the parts by name.
    pub(crate) fn list(&self) -> Vec<(String, Vec<u8>)> {
        const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
        let relation = |kind: &str, target: &str| {
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELS}/{kind}\" Target=\"{target}\"/></Relationships>"
            )
        };
        let mut parts = vec![
            ("[Content_Types].xml", format!("<Types xmlns=\"{PACKAGE}/content-types\"/>")),
            ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
            ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELS}\">{}<sheets><sheet name=\"Roster\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
                    self.properties
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!(
                    "{}<worksheet xmlns=\"{MAIN}\"><sheetData>{}</sheetData></worksheet>",
                    self.prolog, self.rows
                ),
            ),
            ("xl/sharedStrings.xml", self.strings.clone()),
            ("xl/styles.xml", self.styles.clone()),
        ];
        parts.retain(|(_, text)| !text.is_empty());
        let parts = parts.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes()));
        parts.chain(self.others.clone()).collect()
    }

    /// Returns the workbook's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let parts = self.list();
        zipped(&parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
    }
}

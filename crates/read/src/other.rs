//! Workbooks that are not XLSX: XLSB, ODS and the old XLS.
//!
//! Each is read by a short reader of our own into the same records as XLSX, row by row and in bounded memory. The
//! `calamine` crate reads these formats too, and is the second opinion on them in the tests; it is not asked for a
//! roster because it says less than a roster needs and holds more than a hostile file should make us hold. It leaves
//! out number formats (so `00042` becomes 42), and in XLSB the errors of formulas and rich texts; it keeps all sheets
//! of an ODS or XLS file in memory as rectangles, writes out every formula, and believes repeats and lengths.
//!
//! What is lost, since these formats say it in another way: of ODS, number formats other than dates, times, percentages
//! and leading zeros; of all three, whatever XLSX loses too (looks, links, merged cells). A formula that was never
//! worked out can be told in ODS only; XLSB and XLS always hold a value, 0 at the least.

mod bytes;
mod compound;
mod gather;
mod ods;
#[cfg(test)]
mod tests;
mod xls;
mod xlsb;

use super::book::Listed;
use super::choice::{self, Chosen, on_sheet};
use super::headings::{self, PREVIEW_ROWS, PreviewRow};
use super::package::{Package, PackageKind, too_large};
use super::workbook::{Opened, PREVIEW_BYTES, guarded};
use super::{Body, Options};
use crate::about::Form;
use crate::error::{Error, Result};
use crate::positioned::Positioned;
use crate::record::Records;
use gather::{Frame, Gather};
use std::sync::Arc;

/// A workbook whose sheets are known.
pub(super) enum LegacyWorkbook {
    Xlsb(Box<xlsb::Xlsb>),
    Ods(Box<ods::Ods>),
    Xls(Box<xls::Xls>),
}

impl LegacyWorkbook {
    /// Opens a workbook that is an archive.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-protected`, `workbook-too-large`, `workbook-format`, `roster-empty`.
    pub(super) fn packed(package: Package) -> Result<Self> {
        match package.kind {
            PackageKind::Ods => Ok(Self::Ods(Box::new(ods::Ods::open(package)?))),
            PackageKind::Xlsb | PackageKind::Xlsx => Ok(Self::Xlsb(Box::new(xlsb::Xlsb::open(package)?))),
        }
    }

    fn sheets(&self) -> &[Listed] {
        match self {
            Self::Xlsb(book) => book.sheets(),
            Self::Ods(book) => book.sheets(),
            Self::Xls(book) => book.sheets(),
        }
    }

    fn formats(&self) -> Arc<Vec<String>> {
        match self {
            Self::Xlsb(book) => book.styles().texts(),
            Self::Ods(_) => ods::formats(),
            Self::Xls(book) => book.styles().texts(),
        }
    }

    fn strings(&self) -> Arc<String> {
        match self {
            Self::Xlsb(book) => Arc::clone(book.strings().text()),
            Self::Ods(_) => Arc::default(),
            Self::Xls(book) => Arc::clone(book.strings().text()),
        }
    }

    /// Lets a whole sheet be read, after the first rows of all were looked at.
    fn rewind(&mut self) {
        match self {
            Self::Xlsb(book) => book.rewind(),
            Self::Ods(book) => book.rewind(),
            Self::Xls(book) => book.rewind(),
        }
    }

    /// Gives the rows of a sheet to `gather`, as long as it wants them.
    fn read(&mut self, index: usize, gather: Gather<'_>) -> Result<()> {
        match self {
            Self::Xlsb(book) => book.read(index, gather),
            Self::Ods(book) => book.read(index, gather),
            Self::Xls(book) => book.read(index, gather),
        }
    }

    /// Returns the first rows of a sheet that are not blank.
    fn preview(&mut self, index: usize) -> Result<Vec<PreviewRow>> {
        if let Self::Ods(book) = self {
            return book.preview(index);
        }
        let sheet = self.sheets().get(index).map(|sheet| sheet.name.clone()).unwrap_or_default();
        let mut frame = Frame::whole(&sheet, self.formats(), self.strings());
        frame.block_rows = PREVIEW_ROWS;
        let mut first = FirstRows::default();
        self.read(index, Gather::new(&frame, &mut |records| first.add(&records)))
            .map_err(|error| on_sheet(error, &sheet))?;
        Ok(first.rows())
    }
}

/// The first rows of a sheet that are not blank.
#[derive(Debug, Default)]
struct FirstRows {
    rows: Vec<PreviewRow>,
    /// Bytes of their texts.
    bytes: usize,
    cells: usize,
}

impl FirstRows {
    /// Adds a block; returns whether more are wanted.
    fn add(&mut self, records: &Records) -> Result<bool> {
        let fresh = headings::preview(records);
        self.bytes += fresh.iter().flat_map(|row| &row.cells).map(String::len).sum::<usize>();
        self.cells += fresh.iter().map(|row| row.cells.len()).sum::<usize>();
        if self.bytes > PREVIEW_BYTES {
            return Err(too_large("the text of its first rows is longer than 64 MiB"));
        }
        self.rows.extend(fresh);
        Ok(self.rows.len() < PREVIEW_ROWS)
    }

    /// Returns the bytes that they take.
    fn held(&self) -> usize {
        self.bytes + self.cells * size_of::<String>()
    }

    fn rows(mut self) -> Vec<PreviewRow> {
        self.rows.truncate(PREVIEW_ROWS);
        self.rows
    }
}

/// A workbook whose sheet and headings are known.
pub(super) struct OtherBody {
    book: LegacyWorkbook,
    index: usize,
    frame: Frame,
}

/// Opens a compound file: an XLS workbook, or whatever else comes in that form.
///
/// # Errors
/// `workbook-protected`, `workbook-damaged`, `workbook-too-large`, `roster-format`, and those of [`open`].
pub(super) fn open_compound(mut file: Positioned, bytes: u64, options: Options<'_>) -> Result<Opened> {
    guarded(|| {
        let stream = compound::workbook(&mut file, bytes)?;
        open(LegacyWorkbook::Xls(Box::new(xls::Xls::open(stream)?)), options)
    })?
}

/// Chooses the sheet, and finds its headings.
///
/// # Errors
/// `workbook-damaged`, `workbook-too-large`, `sheet-missing`, `heading-row-missing`, `roster-empty`, `record-too-wide`.
pub(super) fn open(mut book: LegacyWorkbook, options: Options<'_>) -> Result<Opened> {
    let sheets = book.sheets().to_vec();
    let Chosen { index, rows, other_candidates } =
        choice::choose(&sheets, options, &mut |index| book.preview(index))?;
    let sheet = sheets.get(index).map(|sheet| sheet.name.clone()).unwrap_or_default();
    let found = headings::find(rows, options.sought()).map_err(|error| on_sheet(error, &sheet))?;
    let mut frame = Frame::whole(&sheet, book.formats(), book.strings());
    frame.columns = found.cells.len();
    frame.header_row = u32::try_from(found.row).unwrap_or(u32::MAX);
    let form = Form::Workbook { sheet, others: choice::others(&sheets, index) };
    let body = OtherBody { book, index, frame };
    Ok(Opened { form, found, body: Body::Legacy(Box::new(body)), other_candidates })
}

impl OtherBody {
    /// Returns the number formats that its cells may have, General left out, each once.
    pub(super) fn number_formats(&self) -> Vec<String> {
        let formats = self.book.formats();
        let mut texts: Vec<String> = formats.iter().filter(|text| !text.is_empty()).cloned().collect();
        texts.sort_unstable();
        texts
    }

    /// Gives the rows below the headings to `emit`, in blocks.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-too-large`, `record-too-wide`, or what `emit` returns.
    pub(super) fn read(&mut self, emit: &mut dyn FnMut(Records) -> Result<()>) -> Result<()> {
        let Self { book, index, frame } = self;
        // A failure of `emit` is none of the readers', and goes around them.
        let mut failed: Option<Error> = None;
        let mut hand_on = |records| match emit(records) {
            Ok(()) => Ok(true),
            Err(error) => {
                failed = Some(error);
                Ok(false)
            }
        };
        book.rewind();
        let read = guarded(|| book.read(*index, Gather::new(frame, &mut hand_on)))?;
        if let Some(error) = failed {
            return Err(error);
        }
        read.map_err(|error| on_sheet(error, &frame.sheet))
    }
}

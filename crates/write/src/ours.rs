//! A streamed sheet beside the main one whose rows are our own work, too: they wait until the end, when the workbook
//! library makes the sheet around them.

use crate::body::{Body, MARKER_ROW, RowsPlace};
use crate::checklist;
use crate::error::{Error, Result};
use crate::failed;
use crate::formats::FormatCache;
use crate::library::{LibraryPart, end_part, new_part, part_name};
use crate::links::Links;
use crate::model::{Checklist, Stream, Style, Value};
use crate::rendered::{OpenRows, ROWS_OF_A_PART, Rendered, Renderer, place};
use crate::spool::{SheetBody, Spool};
use crate::tables::Wanted;
use rust_xlsxwriter::{Workbook, Worksheet};
use std::sync::Arc;

/// Bytes of rows that are compressed together, where they come one by one.
const PIECE_BYTES: usize = 1 << 18;

/// A sheet on its way.
#[derive(Debug)]
pub(crate) struct OwnRows {
    renderer: Arc<Renderer>,
    body: SheetBody,
    /// Rows that came one by one, and are not yet in the body.
    open: OpenRows,
    /// The cells of each part that lead elsewhere.
    links: Vec<Links>,
    /// The number of the last row below the headings, from 1; 0 = there is none.
    rows: u64,
}

impl OwnRows {
    /// Returns a sheet without rows.
    pub(crate) fn new(renderer: Arc<Renderer>, spool: Spool) -> Self {
        Self { renderer, body: SheetBody::new(spool), open: OpenRows::default(), links: Vec::new(), rows: 0 }
    }

    /// Returns how many rows it has.
    pub(crate) const fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes a row behind the others.
    ///
    /// # Errors
    /// If it cannot be stored; internal, if a style was not announced.
    pub(crate) fn row(&mut self, cells: &[(Value<'_>, Style)]) -> Result<()> {
        let ordinal = self.rows + 1;
        let (part, row) = place(ordinal);
        if self.links.len() <= part {
            self.links.resize_with(part + 1, Links::default);
        }
        let Self { links, open, renderer, .. } = self;
        let Some(links) = links.get_mut(part) else {
            return Err(Error::internal("a row beyond the parts of its sheet"));
        };
        open.row(renderer, ordinal, |emit| {
            cells.iter().enumerate().try_for_each(|(column, (value, style))| match value {
                Value::Leading { count, to } if !links.add(row, column, *count, to) => {
                    emit(column, &Value::Count(*count), Style::Figure)
                }
                value => emit(column, value, *style),
            })
        })?;
        self.rows = ordinal;
        if self.open.bytes() >= PIECE_BYTES { self.end_piece() } else { Ok(()) }
    }

    /// Appends rows that the renderer made, down to the one with the number `last`. None of their cells leads elsewhere.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(crate) fn append(&mut self, rows: impl IntoIterator<Item = Rendered>, last: u64) -> Result<()> {
        self.end_piece()?;
        self.rows = self.rows.max(last);
        self.body.append(rows)
    }

    fn end_piece(&mut self) -> Result<()> {
        let rows = self.open.end(&self.renderer)?;
        self.body.append(rows)
    }

    /// Ends the sheet, and returns the library's sheets of its parts.
    ///
    /// # Errors
    /// If it cannot be stored, or the library refuses it.
    pub(crate) fn end(
        mut self,
        frame: &Frame<'_>,
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<Vec<LibraryPart>> {
        self.end_piece()?;
        let (last_part, _) = place(self.rows);
        let mut parts = Vec::with_capacity(last_part + 1);
        for part in 0..=last_part {
            let before = part as u64 * ROWS_OF_A_PART;
            let rows = (self.rows - before.min(self.rows)).clamp(1, ROWS_OF_A_PART);
            let is_blank = self.body.filled(part) == 0;
            if is_blank {
                self.say_nothing(before + rows, frame.stream.nothing)?;
            }
            let (rows_of_part, spool) = self.body.take(part);
            let links = self.links.get_mut(part).map(std::mem::take).unwrap_or_default();
            let body =
                Body { rows: rows_of_part, spool, last_row: rows + 1, place: RowsPlace::Marker, links };
            parts.push(frame.around(body, (part, is_blank), workbook, formats)?);
        }
        Ok(parts)
    }

    fn say_nothing(&mut self, ordinal: u64, nothing: &str) -> Result<()> {
        let renderer = Arc::clone(&self.renderer);
        let mut batch = renderer.batch();
        batch.row(ordinal, |emit| emit(0, &Value::text(nothing), Style::Muted))?;
        self.body.append(batch.finish()?)
    }
}

/// What the library makes around the rows of a sheet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    /// The sheet.
    pub stream: &'a Stream,
    /// The name of its table.
    pub table: &'a str,
    /// What people fill in, if they do.
    pub checklist: Option<&'a Checklist>,
}

impl Frame<'_> {
    /// Makes the library's sheet of a part.
    fn around(
        &self,
        body: Body,
        (part, is_blank): (usize, bool),
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<LibraryPart> {
        let Self { stream, table, checklist } = *self;
        let mut worksheet = new_part(stream, part_name(stream, part), workbook, formats)?;
        if let Some(checklist) = checklist {
            checklist::link(checklist, &mut worksheet, formats)?;
        }
        mark(&mut worksheet)?;
        let last_row = u32::try_from(body.last_row - 1)
            .map_err(|_| Error::internal("a part of a sheet has too many rows"))?;
        let table_rows = checklist.map_or(last_row, |checklist| last_row.min(checklist.limit_lines));
        let wanted = Wanted::of_part(part, is_blank, table, table_rows);
        let table = end_part(stream, &mut worksheet, last_row, wanted)?;
        if let Some(checklist) = checklist {
            checklist::offer_choices(checklist, body.rows.filled, &mut worksheet)?;
        }
        Ok(LibraryPart { worksheet, rows: body.rows.filled + 1, is_blank, table, body: Some(body) })
    }
}

/// Writes the row in whose place the rows will come.
fn mark(worksheet: &mut Worksheet) -> Result<()> {
    worksheet.write_number(MARKER_ROW, 0, 0).map(|_| ()).map_err(|error| failed(&error))
}

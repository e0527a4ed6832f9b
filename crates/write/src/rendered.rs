//! Rows on their way to compressed XML: rendered in batches by whoever has time.

use crate::deflate::{Compression, Deflater, Piece};
use crate::error::{Error, Result};
use crate::kept::KeptRows;
use crate::library::LIMIT_ROWS;
use crate::model::PutCell;
use crate::render::{CellHead, Numbers, SheetRows};
use crate::strings::OwnTexts;
use std::sync::Mutex;

/// Rows below the headings of one part of a streamed sheet; where they are full, the next part begins.
pub const ROWS_OF_A_PART: u64 = LIMIT_ROWS as u64 - 1;

/// Buffers up to this size are used again: a batch of a text has a million bytes and their marks, one of a Parquet file up to
/// sixteen million.
pub(crate) const LIMIT_USED_AGAIN: usize = 32 << 20;

/// Rows behind so many bytes begin a new piece; marks have 32 bits, and a row has its limit elsewhere.
const LIMIT_PIECE_BYTES: usize = 1 << 28;

/// Returns where a row stands, which is counted from 1 below the headings: its part, from 0, and its row there, from 1.
pub(crate) fn place(ordinal: u64) -> (usize, u64) {
    let before = ordinal.saturating_sub(1);
    (usize::try_from(before / ROWS_OF_A_PART).unwrap_or(usize::MAX), before % ROWS_OF_A_PART + 2)
}

/// Renders batches of rows, of whatever streamed sheet of a workbook; shared by all workers.
#[derive(Debug)]
pub struct Renderer {
    /// What the cells of each column begin with.
    heads: Vec<CellHead>,
    numbers: Numbers,
    texts: OwnTexts,
    deflater: Deflater,
    /// Buffers that are free.
    free: Mutex<Vec<SheetRows>>,
}

impl Renderer {
    /// Returns what renders rows of about so many columns, whose cells name `texts`.
    pub(crate) fn new(
        columns: usize,
        (numbers, texts): (Numbers, OwnTexts),
        compression: Compression,
    ) -> Self {
        Self {
            heads: (0..columns).map(CellHead::new).collect(),
            numbers: numbers.sharing(&texts),
            texts,
            deflater: Deflater::new(compression),
            free: Mutex::default(),
        }
    }

    /// Begins a batch.
    pub fn batch(&self) -> Batch<'_> {
        let rows = self.free.lock().ok().and_then(|mut free| free.pop()).unwrap_or_default();
        Batch { renderer: self, open: OpenRows { rows, ..OpenRows::default() } }
    }

    /// Begins a batch whose rows are kept for other sheets, uncompressed, see [`Batch::finish_kept`].
    pub fn keeping_batch(&self) -> Batch<'_> {
        let mut batch = self.batch();
        batch.open.kept = Some(KeptRows::default());
        batch
    }

    /// Takes a buffer back; one batch of very long cells is no reason to hold its room to the end.
    pub(crate) fn free(&self, mut rows: SheetRows) {
        if (1..=LIMIT_USED_AGAIN).contains(&rows.room_bytes())
            && let Ok(mut free) = self.free.lock()
        {
            rows.clear();
            free.push(rows);
        }
    }

    /// Compresses rows of a part; `None` = there are none.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn compress(
        &self,
        rows: &SheetRows,
        (part, last_column): (usize, usize),
    ) -> Result<Option<Rendered>> {
        if rows.rows() == 0 {
            return Ok(None);
        }
        let (filled, piece) = (rows.rows() as u64, rows.deflated(&self.deflater)?);
        Ok(Some(Rendered { part, filled, naming: rows.naming, last_column, piece }))
    }

    /// Returns the texts that cells name.
    pub(crate) const fn texts(&self) -> &OwnTexts {
        &self.texts
    }

    /// Compresses what stands around the rows of a sheet.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn piece(&self, xml: &str) -> Result<Piece> {
        self.deflater.piece(xml.as_bytes())
    }
}

/// Rows that follow each other, on their way to compressed XML.
#[derive(Debug)]
pub struct Batch<'a> {
    renderer: &'a Renderer,
    open: OpenRows,
}

/// Rows of one part, rendered and compressed.
#[derive(Debug)]
pub struct Rendered {
    pub(crate) part: usize,
    pub(crate) filled: u64,
    /// Cells that name a text of the workbook's table.
    pub(crate) naming: u64,
    pub(crate) last_column: usize,
    pub(crate) piece: Piece,
}

impl Batch<'_> {
    /// Writes one row; `cells` gives its cells, columns rising, to the function it is called with.
    ///
    /// # Errors
    /// Internal.
    pub fn row(&mut self, ordinal: u64, cells: impl FnOnce(&mut PutCell<'_>) -> Result<()>) -> Result<()> {
        self.open.row(self.renderer, ordinal, cells)
    }

    /// Ends the batch.
    ///
    /// # Errors
    /// Internal.
    pub fn finish(self) -> Result<Vec<Rendered>> {
        Ok(self.finish_kept()?.0)
    }

    /// Ends the batch; returns its rows for other sheets, too, if they were [kept](Renderer::keeping_batch), or else none.
    ///
    /// # Errors
    /// Internal.
    pub fn finish_kept(mut self) -> Result<(Vec<Rendered>, KeptRows)> {
        let done = self.open.end(self.renderer)?;
        self.renderer.free(self.open.rows);
        Ok((done, self.open.kept.unwrap_or_default()))
    }
}

/// Rows that are rendered and not yet compressed, behind those that are.
#[derive(Debug, Default)]
pub(crate) struct OpenRows {
    rows: SheetRows,
    part: usize,
    last_column: usize,
    done: Vec<Rendered>,
    /// What is kept of them; `None` = nothing.
    kept: Option<KeptRows>,
}

impl OpenRows {
    /// Writes one row, as [`Batch::row`] does.
    pub(crate) fn row(
        &mut self,
        renderer: &Renderer,
        ordinal: u64,
        cells: impl FnOnce(&mut PutCell<'_>) -> Result<()>,
    ) -> Result<()> {
        let (part, row) = place(ordinal);
        if part != self.part || self.rows.xml.len() >= LIMIT_PIECE_BYTES {
            self.end_piece(renderer)?;
            self.part = part;
        }
        let (rows, last_column) = (&mut self.rows, &mut self.last_column);
        rows.begin(row);
        cells(&mut |column, value, style| {
            let further;
            let head = if let Some(head) = renderer.heads.get(column) {
                head
            } else {
                further = CellHead::new(column);
                &further
            };
            *last_column = (*last_column).max(column);
            rows.cell(&renderer.numbers, head, value, &style)
                .map_err(|_| Error::internal(format!("a cell has a style that was not announced: {style:?}")))
        })?;
        rows.end();
        if let Some(kept) = &mut self.kept {
            kept.note(self.rows.rows());
        }
        Ok(())
    }

    /// Returns the bytes of the rows that are not yet compressed.
    pub(crate) const fn bytes(&self) -> usize {
        self.rows.xml.len()
    }

    /// Compresses what is there, and returns all that was not returned before.
    pub(crate) fn end(&mut self, renderer: &Renderer) -> Result<Vec<Rendered>> {
        self.end_piece(renderer)?;
        Ok(std::mem::take(&mut self.done))
    }

    fn end_piece(&mut self, renderer: &Renderer) -> Result<()> {
        if let Some(rendered) = renderer.compress(&self.rows, (self.part, self.last_column))? {
            self.done.push(rendered);
            if let Some(kept) = &mut self.kept {
                kept.keep(std::mem::take(&mut self.rows));
            }
        }
        self.rows.clear();
        self.last_column = 0;
        Ok(())
    }
}

//! The streamed sheet: batches of rows are rendered and compressed by whoever has time, and appended in order by one.

use crate::archive::Archive;
use crate::deflate::{self, Compression, Deflater, Piece, stored};
use crate::error::{Error, Result};
use crate::library::LIMIT_ROWS;
use crate::model::{Stream, Style, Value};
use crate::render::{CellHead, Numbers, SheetRows};
use crate::target::io_failed;
use crate::template::{Cut, Extent, letters, sheet_part};
use flate2::Crc;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Rows below the headings of one part of the Roster sheet; where they are full, the next part begins.
pub const ROWS_OF_A_PART: u64 = LIMIT_ROWS as u64 - 1;

/// Buffers up to this size are used again; a usual batch has a few million bytes.
pub(crate) const KEPT_BYTES: usize = 16 << 20;

/// Returns where a row stands, which is counted from 1 below the headings: its part, from 0, and its row there, from 1.
fn place(ordinal: u64) -> (usize, u64) {
    let before = ordinal.saturating_sub(1);
    (usize::try_from(before / ROWS_OF_A_PART).unwrap_or(usize::MAX), before % ROWS_OF_A_PART + 2)
}

/// Renders batches of rows; shared by all workers.
#[derive(Debug)]
pub struct Renderer {
    /// What the cells of each column begin with.
    heads: Vec<CellHead>,
    numbers: Numbers,
    deflater: Deflater,
    /// Buffers that are free.
    free: Mutex<Vec<SheetRows>>,
}

impl Renderer {
    /// Begins a batch.
    pub fn batch(&self) -> Batch<'_> {
        let rows = self.free.lock().ok().and_then(|mut free| free.pop()).unwrap_or_default();
        Batch { renderer: self, rows, part: 0, last_column: 0, done: Vec::new() }
    }
}

/// Rows that follow each other, on their way to compressed XML.
#[derive(Debug)]
pub struct Batch<'a> {
    renderer: &'a Renderer,
    rows: SheetRows,
    part: usize,
    last_column: usize,
    done: Vec<Rendered>,
}

/// Rows of one part, rendered and compressed.
#[derive(Debug)]
pub struct Rendered {
    part: usize,
    filled: u64,
    last_column: usize,
    piece: Piece,
}

impl Batch<'_> {
    /// Writes one row; `cells` gives its cells, columns rising, to the function it is called with.
    ///
    /// # Errors
    /// Internal.
    pub fn row(
        &mut self,
        ordinal: u64,
        cells: impl FnOnce(&mut dyn FnMut(usize, Value<'_>, Style) -> Result<()>) -> Result<()>,
    ) -> Result<()> {
        let (part, row) = place(ordinal);
        if part != self.part {
            self.end_piece()?;
            self.part = part;
        }
        let (rows, renderer, last_column) = (&mut self.rows, self.renderer, &mut self.last_column);
        rows.begin(row);
        cells(&mut |column, value, style| {
            let known = renderer.heads.get(column).copied();
            let head = known.unwrap_or_else(|| CellHead::new(&letters(column)));
            *last_column = (*last_column).max(column);
            rows.cell(&renderer.numbers, &head, &value, style)
                .map_err(|_| Error::internal(format!("a cell has a style that was not announced: {style:?}")))
        })?;
        rows.end();
        Ok(())
    }

    /// Ends the batch.
    ///
    /// # Errors
    /// Internal.
    pub fn finish(mut self) -> Result<Vec<Rendered>> {
        self.end_piece()?;
        // One batch of very long cells is no reason to hold its room to the end.
        if self.rows.xml.capacity() <= KEPT_BYTES
            && let Ok(mut free) = self.renderer.free.lock()
        {
            free.push(self.rows);
        }
        Ok(self.done)
    }

    fn end_piece(&mut self) -> Result<()> {
        if self.rows.filled > 0 {
            self.done.push(Rendered {
                part: self.part,
                filled: self.rows.filled,
                last_column: self.last_column,
                piece: self.renderer.deflater.piece(&self.rows.xml)?,
            });
        }
        self.rows.clear();
        self.last_column = 0;
        Ok(())
    }
}

/// A stretch of the file that inflates by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where it begins in the file.
    pub offset: u64,
    /// Its bytes.
    pub bytes: usize,
    /// The bytes that it inflates to.
    pub size: u64,
    /// The checksum of what it inflates to.
    pub crc: u32,
    /// The rows it holds.
    pub rows: u64,
    /// Whether the stream ends with it.
    pub is_end: bool,
}

/// A part that was written.
#[derive(Clone, Debug)]
pub(crate) struct RosterPart {
    /// The library's sheet without its rows.
    pub cut: Cut,
    /// Which part it is; its rows, blank ones counted.
    pub extent: Extent,
    /// What it consists of.
    pub spans: Vec<Span>,
    /// The checksum of the whole.
    pub crc: u32,
}

/// The part that is being written.
#[derive(Debug)]
struct Open {
    number: usize,
    cut: Cut,
    /// Where its XML begins in the file.
    start: u64,
    spans: Vec<Span>,
    crc: Crc,
    size: u64,
    filled: u64,
    last_column: usize,
}

/// A streamed sheet with the parts it goes on in.
#[derive(Debug)]
pub(crate) struct Parts {
    stream: Stream,
    /// The number of its first sheet in the workbook, from 1.
    first_sheet: usize,
    folder: PathBuf,
    renderer: Arc<Renderer>,
    archive: Archive,
    open: Open,
    done: Vec<RosterPart>,
}

impl Parts {
    /// Begins the archive with the first part.
    ///
    /// # Errors
    /// If the file cannot be written; internal, if the library's sheet is not as we know it.
    pub(crate) fn begin(
        stream: Stream,
        first_sheet: usize,
        compression: Compression,
        folder: &Path,
        file: &mut File,
    ) -> Result<Self> {
        let cut = Cut::probe(&stream, first_extent(0), folder)?;
        let renderer = Renderer {
            heads: (0..stream.columns.len()).map(|column| CellHead::new(&letters(column))).collect(),
            numbers: cut.numbers(&stream)?,
            deflater: Deflater::new(compression),
            free: Mutex::default(),
        };
        let mut archive = Archive::default();
        let open = begin_part(&mut archive, file, &stream, (0, first_sheet), cut)?;
        let renderer = Arc::new(renderer);
        let done = Vec::new();
        Ok(Self { stream, first_sheet, folder: folder.to_owned(), renderer, archive, open, done })
    }

    /// Returns what renders the rows.
    pub(crate) fn renderer(&self) -> Arc<Renderer> {
        Arc::clone(&self.renderer)
    }

    /// Appends a batch; batches come in order.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn append(&mut self, file: &mut File, batch: Vec<Rendered>) -> Result<()> {
        for rendered in batch {
            self.go_to(file, rendered.part)?;
            self.open.filled += rendered.filled;
            self.open.last_column = self.open.last_column.max(rendered.last_column);
            append_piece(&mut self.archive, file, &mut self.open, &rendered.piece, rendered.filled)?;
        }
        Ok(())
    }

    /// Ends the last part, of a sheet with `rows` rows below its headings.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn finish(mut self, file: &mut File, rows: u64) -> Result<(Archive, Vec<RosterPart>)> {
        let (part, row) = place(rows);
        self.go_to(file, part)?;
        self.end_part(file, if rows == 0 { 0 } else { row - 1 })?;
        Ok((self.archive, self.done))
    }

    /// Says in a part with nothing in it that there is nothing, in its last row.
    fn say_nothing(&mut self, file: &mut File, row: u64) -> Result<()> {
        let says = self.stream.nothing;
        let ordinal = self.open.number as u64 * ROWS_OF_A_PART + row;
        let renderer = self.renderer();
        let mut batch = renderer.batch();
        batch.row(ordinal, |emit| emit(0, Value::text(says), Style::Muted))?;
        self.append(file, batch.finish()?)
    }

    fn go_to(&mut self, file: &mut File, part: usize) -> Result<()> {
        while self.open.number < part {
            self.end_part(file, ROWS_OF_A_PART)?;
            let number = self.open.number + 1;
            let cut = Cut::probe(&self.stream, first_extent(number), &self.folder)?;
            let place = (number, self.first_sheet + number);
            self.open = begin_part(&mut self.archive, file, &self.stream, place, cut)?;
        }
        Ok(())
    }

    /// Writes what stands behind the rows, then once more what stands before them, now that their range is known.
    fn end_part(&mut self, file: &mut File, rows: u64) -> Result<()> {
        let is_blank = self.open.filled == 0;
        if is_blank {
            self.say_nothing(file, rows.max(1))?;
        }
        let rows = if is_blank { rows.max(1) } else { rows };
        let open = &mut self.open;
        let extent = Extent { part: open.number, rows, is_blank };
        let cut = Cut::probe(&self.stream, extent, &self.folder)?;
        if !cut.has_same_start(&open.cut) {
            return Err(Error::internal("the workbook library does not make the same sheet twice"));
        }
        let mut behind = stored(cut.behind.as_bytes());
        behind.bytes.extend(deflate::END);
        append_piece(&mut self.archive, file, open, &behind, 0)?;
        if let Some(last) = open.spans.last_mut() {
            last.is_end = true;
        }
        let columns = self.stream.columns.len().max(open.last_column + 1);
        let before = stored(cut.before(columns, rows + 1).as_bytes());
        let failed = |error: std::io::Error| io_failed("the workbook cannot be written", &error);
        file.seek(SeekFrom::Start(open.start)).map_err(failed)?;
        file.write_all(&before.bytes).map_err(failed)?;
        file.seek(SeekFrom::Start(self.archive.offset())).map_err(failed)?;
        let (mut crc, size) = (before.crc, before.size + open.size);
        let first = Span {
            offset: open.start,
            bytes: before.bytes.len(),
            size: before.size,
            crc: crc.sum(),
            // The headings.
            rows: 1,
            is_end: false,
        };
        crc.combine(&open.crc);
        self.archive.end(file, size, crc.sum()).map_err(failed)?;
        let mut spans = vec![first];
        spans.append(&mut open.spans);
        self.done.push(RosterPart { cut, extent, spans, crc: crc.sum() });
        Ok(())
    }
}

/// What is assumed of a part when it begins; how the sheet starts does not depend on it.
const fn first_extent(part: usize) -> Extent {
    Extent { part, rows: 1, is_blank: true }
}

fn begin_part(
    archive: &mut Archive,
    file: &mut File,
    stream: &Stream,
    (number, sheet): (usize, usize),
    cut: Cut,
) -> Result<Open> {
    let failed = |error: std::io::Error| io_failed("the workbook cannot be written", &error);
    archive.begin(file, &sheet_part(sheet)).map_err(failed)?;
    let start = archive.offset();
    let before = stored(cut.before(stream.columns.len(), u64::from(LIMIT_ROWS)).as_bytes());
    append_bytes(archive, file, &before.bytes)?;
    let (spans, crc) = (Vec::new(), Crc::new());
    Ok(Open { number, cut, start, spans, crc, size: 0, filled: 0, last_column: 0 })
}

fn append_piece(
    archive: &mut Archive,
    file: &mut File,
    open: &mut Open,
    piece: &Piece,
    rows: u64,
) -> Result<()> {
    let offset = archive.offset();
    append_bytes(archive, file, &piece.bytes)?;
    let (bytes, size) = (piece.bytes.len(), piece.size);
    open.spans.push(Span { offset, bytes, size, crc: piece.crc.sum(), rows, is_end: false });
    open.crc.combine(&piece.crc);
    open.size += piece.size;
    Ok(())
}

fn append_bytes(archive: &mut Archive, file: &mut File, bytes: &[u8]) -> Result<()> {
    archive.append(file, bytes).map_err(|error| io_failed("the workbook cannot be written", &error))
}

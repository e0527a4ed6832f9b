//! The streamed sheet: batches of rows, rendered by whoever has time, are appended in order by one.

use crate::archive::Archive;
use crate::deflate::{self, Compression, stored};
use crate::error::Result;
use crate::library::LIMIT_ROWS;
use crate::model::{Stream, Style, Value};
use crate::rendered::{ROWS_OF_A_PART, Rendered, Renderer, place};
use crate::strings::OwnTexts;
use crate::target::io_failed;
use crate::template::{Cut, Extent, sheet_part};
use flate2::Crc;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    pub body: StreamedPart,
    /// Cells of its rows that name a text of the workbook's table.
    pub naming: u64,
}

/// A part of the archive that we wrote piece by piece.
#[derive(Clone, Debug, Default)]
pub(crate) struct StreamedPart {
    /// What it consists of, in the order of the file.
    pub spans: Vec<Span>,
    /// The checksum of the whole.
    pub crc: u32,
}

/// Such a part on its way.
#[derive(Debug, Default)]
pub(crate) struct PartWriter {
    spans: Vec<Span>,
    crc: Crc,
    size: u64,
}

/// Compressed bytes, and what they inflate to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inflates<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// How many they inflate to.
    pub size: u64,
    /// The checksum of those.
    pub crc: &'a Crc,
    /// The rows among them.
    pub rows: u64,
}

impl PartWriter {
    /// Appends bytes to the part that the archive has begun.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn append(
        &mut self,
        archive: &mut Archive,
        file: &mut File,
        piece: Inflates<'_>,
    ) -> Result<()> {
        let Inflates { bytes, size, crc, rows } = piece;
        let offset = archive.offset();
        append_bytes(archive, file, bytes)?;
        self.spans.push(Span { offset, bytes: bytes.len(), size, crc: crc.sum(), rows, is_end: false });
        self.crc.combine(crc);
        self.size += size;
        Ok(())
    }

    /// Ends the part with what stands behind its rows.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn end(
        mut self,
        archive: &mut Archive,
        file: &mut File,
        behind: Inflates<'_>,
    ) -> Result<StreamedPart> {
        let bytes = [behind.bytes, &deflate::END].concat();
        self.append(archive, file, Inflates { bytes: &bytes, ..behind })?;
        if let Some(last) = self.spans.last_mut() {
            last.is_end = true;
        }
        let crc = self.crc.sum();
        let ended = archive.end(file, self.size, crc);
        ended.map_err(|error| io_failed("the workbook cannot be written", &error))?;
        Ok(StreamedPart { spans: self.spans, crc })
    }
}

/// Columns whose letters are at hand, at the least.
const LEAST_COLUMNS: usize = 64;

/// The part that is being written.
#[derive(Debug)]
struct Open {
    number: usize,
    cut: Cut,
    /// Where its XML begins in the file.
    start: u64,
    writer: PartWriter,
    filled: u64,
    naming: u64,
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
        (stream, texts): (Stream, OwnTexts),
        first_sheet: usize,
        compression: Compression,
        folder: &Path,
        file: &mut File,
    ) -> Result<Self> {
        let cut = Cut::probe(&stream, &texts, first_extent(0), folder)?;
        // Other sheets have rows, too.
        let columns = stream.columns.len().max(LEAST_COLUMNS);
        let numbers = cut.numbers(&stream)?;
        let renderer = Renderer::new(columns, (numbers, texts), compression);
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
            self.open.naming += rendered.naming;
            self.open.last_column = self.open.last_column.max(rendered.last_column);
            let (piece, rows) = (&rendered.piece, rendered.filled);
            let inflates = Inflates { bytes: &piece.bytes, size: piece.size, crc: &piece.crc, rows };
            self.open.writer.append(&mut self.archive, file, inflates)?;
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
        batch.row(ordinal, |emit| emit(0, &Value::text(says), Style::Muted))?;
        self.append(file, batch.finish()?)
    }

    fn go_to(&mut self, file: &mut File, part: usize) -> Result<()> {
        while self.open.number < part {
            self.end_part(file, ROWS_OF_A_PART)?;
            let number = self.open.number + 1;
            let texts = self.renderer.texts();
            let cut = Cut::probe(&self.stream, texts, first_extent(number), &self.folder)?;
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
        let cut = open.cut.ended(&self.stream, self.renderer.texts(), extent, &self.folder)?;
        let columns = self.stream.columns.len().max(open.last_column + 1);
        let before = stored(cut.before(columns, rows + 1).as_bytes());
        let failed = |error: std::io::Error| io_failed("the workbook cannot be written", &error);
        file.seek(SeekFrom::Start(open.start)).map_err(failed)?;
        file.write_all(&before.bytes).map_err(failed)?;
        file.seek(SeekFrom::Start(self.archive.offset())).map_err(failed)?;
        let first = Span {
            offset: open.start,
            bytes: before.bytes.len(),
            size: before.size,
            crc: before.crc.sum(),
            // The headings.
            rows: 1,
            is_end: false,
        };
        let (mut writer, mut crc) = (std::mem::take(&mut open.writer), before.crc);
        crc.combine(&writer.crc);
        (writer.crc, writer.size) = (crc, writer.size + before.size);
        writer.spans.insert(0, first);
        let behind = stored(cut.behind.as_bytes());
        let behind = Inflates { bytes: &behind.bytes, size: behind.size, crc: &behind.crc, rows: 0 };
        let naming = open.naming;
        let body = writer.end(&mut self.archive, file, behind)?;
        self.done.push(RosterPart { cut, extent, body, naming });
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
    Ok(Open { number, cut, start, writer: PartWriter::default(), filled: 0, naming: 0, last_column: 0 })
}

fn append_bytes(archive: &mut Archive, file: &mut File, bytes: &[u8]) -> Result<()> {
    archive.append(file, bytes).map_err(|error| io_failed("the workbook cannot be written", &error))
}

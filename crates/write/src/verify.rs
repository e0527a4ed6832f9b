//! Reads a workbook back before it takes its place: every part is inflated, its checksum checked, the rows of the
//! streamed sheets counted, and the whole file hashed.

use crate::deflate::inflate;
use crate::error::{Error, Result};
use crate::parts::{Span, StreamedPart};
use crate::pipeline::{self, Workers};
use crate::rendered::LIMIT_USED_AGAIN;
use crate::target::io_failed;
use crate::template::sheet_part;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::Mutex;
use zip::ZipArchive;
use zip::result::ZipError;

/// What a row begins with; cell text cannot look like it, since its `<` is escaped.
const ROW: &[u8] = b"<row ";

/// What the workbook should hold.
#[derive(Debug, Default)]
pub(crate) struct Expected<'a> {
    /// The parts that we streamed, with the number of their sheet from 1.
    pub streamed: Vec<(usize, &'a StreamedPart)>,
    /// Other sheets whose rows are counted: number from 1, rows.
    pub counted: Vec<(usize, u64)>,
    /// The heads of the archive's parts, with their places.
    pub heads: Vec<(u64, Vec<u8>)>,
}

/// The start of a file, which was read back.
#[derive(Debug, Default)]
pub(crate) struct Start {
    bytes: u64,
    hash: Sha256,
}

/// Reads the start of a file back, whose rest may still be on its way: its first `bytes` bytes, with all parts that were
/// streamed into them. `file` is not read by others.
///
/// # Errors
/// If they cannot be read back, or are not what was written.
pub(crate) fn read_start(
    file: &mut File,
    workers: &Workers,
    parts: &[&StreamedPart],
    bytes: u64,
) -> Result<Start> {
    let mut start = Start::default();
    start.read_on(file, workers, (parts, Some(bytes)))?;
    Ok(start)
}

/// Reads the file back, but for a start that was read back before; returns its size and its SHA-256, lower case
/// hexadecimal.
///
/// # Errors
/// If the file cannot be read back (kind `Output`), or does not hold what was written to it (internal: the workbook
/// library, the disk or ourselves have lost something).
pub(crate) fn read_back(
    file: &mut File,
    workers: &Workers,
    expected: &Expected<'_>,
    mut start: Start,
) -> Result<(u64, String)> {
    check_heads(file, &expected.heads)?;
    check_parts(file, expected)?;
    let parts: Vec<&StreamedPart> = expected.streamed.iter().map(|(_, part)| *part).collect();
    start.read_on(file, workers, (&parts, None))?;
    Ok((start.bytes, crate::hash::shown(start.hash)))
}

impl Start {
    /// Reads on, to the byte `end` or to the file's end, and checks the spans of parts that begin on the way.
    fn read_on(
        &mut self,
        file: &mut File,
        workers: &Workers,
        (parts, end): (&[&StreamedPart], Option<u64>),
    ) -> Result<()> {
        let spans = parts.iter().flat_map(|part| part.spans.iter().copied());
        let mut spans: Vec<Span> = spans.filter(|span| span.offset >= self.bytes).collect();
        spans.sort_unstable_by_key(|span| span.offset);
        file.seek(SeekFrom::Start(self.bytes)).map_err(|error| unread(&error))?;
        let buffers = Mutex::default();
        pipeline::ordered(
            workers,
            |emit| {
                for span in &spans {
                    self.pass_to(file, Some(span.offset))?;
                    emit((*span, self.next(file, span.bytes as u64)?))?;
                }
                self.pass_to(file, end)
            },
            |(span, piece)| check_span(span, &piece, &buffers),
            |()| Ok(()),
        )
    }

    /// Reads on to a byte, or to the file's end, where nothing has to be inflated.
    fn pass_to(&mut self, file: &mut File, end: Option<u64>) -> Result<()> {
        loop {
            let wanted = end.map_or(CHUNK_BYTES, |end| end.saturating_sub(self.bytes).min(CHUNK_BYTES));
            if wanted == 0 || self.next(file, wanted)?.is_empty() {
                return Ok(());
            }
        }
    }

    /// Reads the next bytes, fewer only at the file's end.
    fn next(&mut self, file: &mut File, count: u64) -> Result<Vec<u8>> {
        // One byte more, so that the end is seen without more room.
        let mut piece = Vec::with_capacity(usize::try_from(count).unwrap_or(0).saturating_add(1));
        let read = file.take(count).read_to_end(&mut piece).map_err(|error| unread(&error))?;
        self.bytes += read as u64;
        self.hash.update(&piece);
        Ok(piece)
    }
}

/// How much is read at once where nothing has to be inflated.
const CHUNK_BYTES: u64 = 256 * 1024;

/// Looks at the heads that stand before the parts: readers that do not begin with the list at the end trust them.
fn check_heads(file: &mut File, heads: &[(u64, Vec<u8>)]) -> Result<()> {
    for (offset, wanted) in heads {
        let mut found = vec![0; wanted.len()];
        file.seek(SeekFrom::Start(*offset)).map_err(|error| unread(&error))?;
        file.read_exact(&mut found).map_err(|error| unread(&error))?;
        if found != *wanted {
            return Err(damaged(&format!("at byte {offset}: the header of a part is not as it was written")));
        }
    }
    Ok(())
}

/// Inflates all parts but the streamed ones, and looks at what the archive says of those.
fn check_parts(file: &mut File, expected: &Expected<'_>) -> Result<()> {
    file.seek(SeekFrom::Start(0)).map_err(|error| unread(&error))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| unlisted(&error))?;
    let mut rows: HashMap<String, u64> =
        expected.counted.iter().map(|(sheet, rows)| (sheet_part(*sheet), *rows)).collect();
    let mut streamed: HashMap<String, &StreamedPart> =
        expected.streamed.iter().map(|(sheet, part)| (sheet_part(*sheet), *part)).collect();
    for index in 0..archive.len() {
        let data = archive.by_index_data(index).map_err(|error| unlisted(&error))?;
        let name = data.name().map_err(|error| unlisted(&error))?.to_string();
        let in_part = |error: &dyn std::fmt::Display| damaged(&format!("{name}: {error}"));
        if let Some(part) = streamed.remove(&name) {
            check_place(&mut archive, index, part).map_err(|error| in_part(&error))?;
            continue;
        }
        let part = archive.by_index(index).map_err(|error| unlisted(&error))?;
        let found = count_rows(part)
            .map_err(|error| if is_of_the_disk(&error) { unread(&error) } else { in_part(&error) })?;
        if let Some(wanted) = rows.remove(&name).filter(|wanted| *wanted != found) {
            return Err(in_part(&format!("it holds {found} rows where {wanted} were written")));
        }
    }
    match rows.keys().chain(streamed.keys()).next() {
        Some(missing) => Err(damaged(&format!("{missing}: it is missing"))),
        None => Ok(()),
    }
}

/// Checks that the archive finds a streamed part where we wrote it, and as we wrote it.
fn check_place(
    archive: &mut ZipArchive<BufReader<&mut File>>,
    index: usize,
    part: &StreamedPart,
) -> std::result::Result<(), String> {
    let found = archive.by_index_raw(index).map_err(|error| error.to_string())?;
    let first = part.spans.first().map(|span| span.offset);
    let bytes: usize = part.spans.iter().map(|span| span.bytes).sum();
    let is_whole =
        found.data_start() == first && found.compressed_size() == bytes as u64 && found.crc32() == part.crc;
    if is_whole { Ok(()) } else { Err("it is not where it was written".to_owned()) }
}

/// Inflates a span into a buffer that is free, and compares it with what was written.
fn check_span(span: Span, piece: &[u8], buffers: &Mutex<Vec<Vec<u8>>>) -> Result<()> {
    let mut buffer = buffers.lock().ok().and_then(|mut free| free.pop()).unwrap_or_default();
    let size = usize::try_from(span.size).unwrap_or(usize::MAX);
    let inflated = inflate(piece, size, &mut buffer);
    let (crc, is_end) = inflated.map_err(|error| damaged(&format!("at byte {}: {error}", span.offset)))?;
    let rows = count(&buffer);
    if buffer.capacity() <= LIMIT_USED_AGAIN
        && let Ok(mut free) = buffers.lock()
    {
        free.push(buffer);
    }
    if crc.sum() == span.crc && rows == span.rows && is_end == span.is_end {
        return Ok(());
    }
    Err(damaged(&format!("at byte {}: it holds {} rows where {} were written", span.offset, rows, span.rows)))
}

/// The disk or the network folder gives an error; else the file is not as it was written.
fn is_of_the_disk(error: &std::io::Error) -> bool {
    error.raw_os_error().is_some()
}

fn unread(error: &std::io::Error) -> Error {
    if is_of_the_disk(error) { io_failed("the workbook cannot be read back", error) } else { damaged(error) }
}

fn unlisted(error: &ZipError) -> Error {
    match error {
        ZipError::Io(error) => unread(error),
        other => damaged(other),
    }
}

fn damaged(error: &(impl std::fmt::Display + ?Sized)) -> Error {
    Error::internal(format!("the workbook does not read back: {error}"))
}

/// Counts row elements in bytes that come in chunks.
#[derive(Debug, Default)]
struct RowCount {
    found: u64,
    /// The last bytes seen, fewer than an element's start has.
    tail: Vec<u8>,
}

impl RowCount {
    fn add(&mut self, bytes: &[u8]) {
        const TAIL: usize = ROW.len() - 1;
        // An element may straddle two chunks; neither end of this border holds a whole one.
        let mut border = std::mem::take(&mut self.tail);
        border.extend(bytes.iter().take(TAIL));
        self.found += count(&border) + count(bytes);
        let end = if bytes.len() < TAIL { &border } else { bytes };
        self.tail = end.get(end.len().saturating_sub(TAIL)..).unwrap_or_default().to_vec();
    }
}

fn count(bytes: &[u8]) -> u64 {
    memchr::memmem::find_iter(bytes, ROW).count() as u64
}

fn count_rows(mut part: impl Read) -> std::io::Result<u64> {
    const BUFFER_BYTES: usize = 1 << 16;
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut rows = RowCount::default();
    loop {
        match part.read(&mut buffer)? {
            0 => return Ok(rows.found),
            read => rows.add(buffer.get(..read).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_across_the_borders_of_reads() {
        // The element is pushed over every offset of a read's border.
        for shift in 0..8 {
            let mut xml = vec![b'x'; (1 << 16) - 4 + shift];
            xml.extend_from_slice(b"<row r=\"1\"></row><rows/><row r=\"2\"/>");
            assert_eq!(count_rows(xml.as_slice()).expect("memory"), 2, "shift {shift}");
        }
        for size in 1..8 {
            let mut rows = RowCount::default();
            b"<row r=\"1\"/><<row <rows <row ".chunks(size).for_each(|chunk| rows.add(chunk));
            assert_eq!(rows.found, 3, "chunks of {size}");
        }
    }

    #[test]
    fn a_lost_row_is_noticed() {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "<row ").expect("a cell");
        let mut file = tempfile::tempfile().expect("a file");
        workbook.save_to_writer(&mut file).expect("saved");
        let mut check = |sheet, rows| {
            let expected = Expected { counted: vec![(sheet, rows)], ..Expected::default() };
            read_back(&mut file, &Workers::default(), &expected, Start::default())
        };
        assert!(check(1, 1).is_ok());
        assert!(check(1, 2).is_err_and(|error| error.to_string().contains("1 rows where 2")));
        assert!(check(2, 1).is_err_and(|error| error.to_string().contains("missing")));
    }
}

//! Reads a file back before it takes its place: its bytes are those that were written, and its rows are all there.

use super::columnar;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::target::io_failed;
use flate2::Crc;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// What the file should hold.
#[derive(Debug)]
pub(super) struct Expected {
    /// What kind of file it is.
    pub(super) format: Format,
    /// Its rows below the headings.
    pub(super) rows: u64,
    /// Its size.
    pub(super) bytes: u64,
    /// The checksum of its bytes.
    pub(super) crc: u32,
}

/// Reads the file back; returns its size and its SHA-256, lower case hexadecimal.
///
/// # Errors
/// If the file cannot be read back (kind `Output`), or does not hold what was written to it (internal).
pub(super) fn read_back(file: &mut File, expected: &Expected) -> Result<(u64, String)> {
    let mut chunk = vec![0; CHUNK_BYTES];
    let (mut bytes, mut crc, mut hash) = (0, Crc::new(), Sha256::new());
    let mut lines = Lines { is_quoted: false, has_quotes: expected.format == Format::Csv, found: 0 };
    file.seek(SeekFrom::Start(0)).map_err(|error| unread(&error))?;
    loop {
        let read = file.read(&mut chunk).map_err(|error| unread(&error))?;
        let piece = chunk.get(..read).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        bytes += piece.len() as u64;
        crc.update(piece);
        hash.update(piece);
        lines.add(piece);
    }
    // The headings are a line of their own.
    let wanted = expected.rows + u64::from(lines.has_quotes);
    if expected.format == Format::Parquet {
        check_groups(file, expected.rows)?;
    } else if lines.found != wanted {
        return Err(damaged(&format!("it holds {} lines where {wanted} were written", lines.found)));
    }
    // Sizes beyond 4 GiB are counted round by the checksum.
    if crc.sum() != expected.crc || bytes & u64::from(u32::MAX) != expected.bytes {
        return Err(damaged("its bytes are not those that were written"));
    }
    Ok((bytes, crate::hash::shown(hash)))
}

/// Looks at what the end of the file says of its rows.
fn check_groups(file: &File, wanted: u64) -> Result<()> {
    let (rows, in_groups) = columnar::rows(file)
        .map_err(|error| if error.raw_os_error().is_some() { unread(&error) } else { damaged(&error) })?;
    match (u64::try_from(rows), u64::try_from(in_groups)) {
        (Ok(rows), Ok(in_groups)) if rows == wanted && in_groups == wanted => Ok(()),
        _ => Err(damaged(&format!("it holds {rows} rows where {wanted} were written"))),
    }
}

fn unread(error: &std::io::Error) -> Error {
    io_failed("the output cannot be read back", error)
}

fn damaged(error: &(impl std::fmt::Display + ?Sized)) -> Error {
    Error::internal(format!("the output does not read back: {error}"))
}

/// Counts lines in bytes that come in chunks.
struct Lines {
    is_quoted: bool,
    /// Whether a line end between quotes is none.
    has_quotes: bool,
    found: u64,
}

impl Lines {
    fn add(&mut self, bytes: &[u8]) {
        if !self.has_quotes {
            self.found += memchr::memchr_iter(b'\n', bytes).count() as u64;
            return;
        }
        for at in memchr::memchr2_iter(b'"', b'\n', bytes) {
            if bytes.get(at) == Some(&b'"') {
                self.is_quoted = !self.is_quoted;
            } else {
                self.found += u64::from(!self.is_quoted);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn check(text: &str, rows: u64, crc_of: &str) -> Result<(u64, String)> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let mut crc = Crc::new();
        crc.update(crc_of.as_bytes());
        let bytes = u64::from(crc.amount());
        read_back(&mut file, &Expected { format: Format::Csv, rows, bytes, crc: crc.sum() })
    }

    #[test]
    fn a_lost_row_or_another_byte_is_noticed() {
        let text = "A,B\r\n\"two\nlines \"\"\n\",2\r\n3,4\r\n";
        assert_eq!(check(text, 2, text).unwrap().0, text.len() as u64);
        assert!(check(text, 3, text).is_err_and(|error| error.to_string().contains("3 lines where 4")));
        let other = text.replace('4', "5");
        assert!(check(text, 2, &other).is_err_and(|error| error.to_string().contains("its bytes")));
    }

    #[test]
    fn lines_are_counted_across_the_borders_of_reads() {
        let text = b"a,\"b\n\"\"\n\"\r\nc,d\r\n";
        for size in 1..text.len() {
            let mut lines = Lines { is_quoted: false, has_quotes: true, found: 0 };
            text.chunks(size).for_each(|chunk| lines.add(chunk));
            assert_eq!(lines.found, 2, "chunks of {size}");
        }
    }
}

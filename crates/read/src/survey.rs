//! One pass over the whole file: its size, its hash, and what it is by its content, never by its name.

use super::columnar::MAGIC;
use super::encoding::{Encoding, Letters};
use super::foreign;
use super::limits::Clock;
use super::mixed::Mixture;
use super::{Limits, at_line, refused, unreadable};
use crate::diagnostic::Code;
use crate::error::{Error, Result};
use crate::positioned::Positioned;
use crate::threads::spawned;
use sha2::{Digest, Sha256};
use std::io::{Read, Seek, SeekFrom};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Large enough that the calls cost nothing beside hashing.
const CHUNK_BYTES: usize = 256 * 1024;
/// One is read, one is hashed, one waits.
const CHUNKS: usize = 3;
/// HTML pages may open with blank lines and comments; that much of the start is looked at.
const HEAD_BYTES: usize = 1024;
/// Old programs end a text with Ctrl-Z, some fill up a block with them; that much of the end is looked at.
const TAIL_BYTES: usize = 1024;
const CTRL_Z: u8 = 0x1a;
/// Zero bytes that a text may hold: some programs leave one where a cell was damaged. More of them are no text.
const STRAY_ZEROS: u64 = 100;
/// And of so many bytes no more than one.
const BYTES_PER_ZERO: u64 = 8;

/// What one pass over the bytes tells.
pub(super) struct Survey {
    pub bytes: u64,
    pub sha256: String,
    /// A checksum of the bytes, so that a later pass notices if the file has changed.
    pub checksum: u32,
    head: Vec<u8>,
    tail: Vec<u8>,
    letters: Letters,
    zeros: Zeros,
    mixture: Mixture,
}

/// The zero bytes of a file, which a text other than UTF-16 should not have.
#[derive(Clone, Copy, Debug, Default)]
struct Zeros {
    /// How many; no longer counted once they are too many for a text.
    count: u64,
    /// The line of the first, or where the next is looked for.
    line: u64,
}

/// How the file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RosterKind {
    Text {
        encoding: Encoding,
        /// Bytes at the end that are no text: Ctrl-Z, with which old programs end one.
        padding: u64,
        /// Some of its rows may hold a zero byte.
        has_zeros: bool,
    },
    Workbook,
    Columnar,
    /// A compound file: an old workbook, a protected one, or something else of Office.
    Compound,
}

const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Reads the file to its end and goes back to its start.
///
/// Hashing takes as long as all the rest, so it goes on beside it, on a thread of its own.
///
/// # Errors
/// `roster-unreadable`, `too-many-bytes`, `too-much-time`.
pub(super) fn survey(file: &mut Positioned, limits: &Limits, clock: Clock) -> Result<Survey> {
    let (to_hash, chunks) = sync_channel(CHUNKS);
    let (back, empty) = sync_channel(CHUNKS);
    let (found, sha256) = thread::scope(|scope| {
        let hash = spawned(scope, move || hashed(&chunks, &back))?;
        let found = looked_at(file, &to_hash, &empty, limits, clock);
        // The thread goes on as long as a chunk may come.
        drop(to_hash);
        Ok((found, hash.join()))
    })?;
    let mut found = found?;
    found.sha256 = sha256.map_err(|_| broken_off())?;
    file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
    Ok(found)
}

/// Hashes the chunks as they come, and hands each back to be filled again.
fn hashed(chunks: &Receiver<Vec<u8>>, back: &SyncSender<Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for chunk in chunks {
        hash.update(&chunk);
        // At the end nobody takes them back.
        let _ = back.send(chunk);
    }
    crate::hash::shown(hash)
}

/// Reads the file to its end, and looks at each chunk before it is hashed.
fn looked_at(
    file: &mut Positioned,
    to_hash: &SyncSender<Vec<u8>>,
    empty: &Receiver<Vec<u8>>,
    limits: &Limits,
    clock: Clock,
) -> Result<Survey> {
    let (mut bytes, mut head, mut tail) = (0, Vec::with_capacity(HEAD_BYTES), Vec::new());
    let (mut letters, mut zeros) = (Letters::default(), Zeros { count: 0, line: 1 });
    let (mut mixture, mut checksum) = (Mixture::default(), flate2::Crc::new());
    let mut fresh = CHUNKS;
    loop {
        let mut chunk = if fresh > 0 {
            Vec::with_capacity(CHUNK_BYTES)
        } else {
            empty.recv().map_err(|_| broken_off())?
        };
        fresh = fresh.saturating_sub(1);
        chunk.clear();
        // Filled to the brim: what is guessed from a chunk must not depend on how much is given at once.
        file.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut chunk).map_err(|error| unreadable(&error))?;
        if chunk.is_empty() {
            break;
        }
        bytes += chunk.len() as u64;
        limits.check_bytes(bytes)?;
        clock.check()?;
        let missing = HEAD_BYTES.saturating_sub(head.len());
        head.extend(chunk.iter().take(missing));
        checksum.update(&chunk);
        if !is_workbook(&head) && !head.starts_with(OLE) && !head.starts_with(MAGIC) {
            zeros.feed(&chunk);
            letters.feed(&chunk);
            mixture.feed(&chunk);
            tail.extend_from_slice(chunk.get(chunk.len().saturating_sub(TAIL_BYTES)..).unwrap_or_default());
            tail.drain(..tail.len().saturating_sub(TAIL_BYTES));
        }
        to_hash.send(chunk).map_err(|_| broken_off())?;
    }
    let (letters, mixture) = (letters.ended(), mixture.ended());
    Ok(Survey { bytes, sha256: String::new(), checksum: checksum.sum(), head, tail, letters, zeros, mixture })
}

impl Zeros {
    fn feed(&mut self, chunk: &[u8]) {
        if self.count == 0 {
            let zero = memchr::memchr(0, chunk);
            let clean = chunk.get(..zero.unwrap_or(chunk.len())).unwrap_or_default();
            self.line += memchr::memchr_iter(b'\n', clean).count() as u64;
            if zero.is_none() {
                return;
            }
        }
        if self.count <= STRAY_ZEROS {
            self.count += memchr::memchr_iter(0, chunk).count() as u64;
        }
    }

    /// Returns whether they are so few that they are damage in a text.
    fn are_stray(self, bytes: u64) -> bool {
        self.count <= STRAY_ZEROS && self.count * BYTES_PER_ZERO <= bytes
    }
}

fn broken_off() -> Error {
    Error::internal("the hashing thread stopped unexpectedly")
}

impl Survey {
    /// Returns how the file is to be read; `encoding` is the one that the user names for a text, `name` the file's.
    ///
    /// # Errors
    /// `roster-empty`, `roster-lock-file`, `roster-pointer`, `roster-json`, `roster-format`, `roster-not-text`,
    /// `encodings-mixed` or `encoding-unknown`.
    pub(super) fn kind(&self, encoding: Option<&str>, name: &str) -> Result<RosterKind> {
        let head = self.head.as_slice();
        if is_workbook(head) {
            return Ok(RosterKind::Workbook);
        }
        if head.starts_with(OLE) {
            return Ok(RosterKind::Compound);
        }
        if head.starts_with(MAGIC) {
            return Ok(RosterKind::Columnar);
        }
        foreign::check_bytes(head, self.bytes, name)?;
        if head.is_empty() {
            return Err(refused(Code::RosterEmpty, "the file is empty", "export the roster again"));
        }
        self.text(encoding)
    }

    fn text(&self, named: Option<&str>) -> Result<RosterKind> {
        let encoding = match named {
            Some(name) => Encoding::given(name, &self.head)?,
            None => Encoding::of(&self.head, &self.letters)?,
        };
        foreign::check_text(&encoding.shown(&self.head))?;
        self.check_mixture(encoding)?;
        let is_text = encoding.is_utf16()
            || self.zeros.count == 0
            || ((named.is_some() || self.letters.are_utf8()) && self.zeros.are_stray(self.bytes));
        if !is_text {
            return Err(not_text(self.zeros.line));
        }
        Ok(RosterKind::Text { encoding, padding: self.padding(encoding), has_zeros: self.zeros.count > 0 })
    }

    /// Refuses a text that is in UTF-16 and in another encoding.
    fn check_mixture(&self, encoding: Encoding) -> Result<()> {
        let name = encoding.name_alone();
        let found = if encoding.is_utf16() {
            self.mixture.in_utf16(&name, encoding.is_little())
        } else if self.begins_as_text() {
            self.mixture.in_narrow(&name)
        } else {
            None
        };
        found.map_or(Ok(()), Err)
    }

    /// Returns whether the file begins with plain text, up to the line of its first zero byte.
    fn begins_as_text(&self) -> bool {
        let text = self.head.split(|byte| *byte == 0).next().unwrap_or_default();
        let lines = memchr::memrchr(b'\n', text).and_then(|end| text.get(..end));
        let text = lines.unwrap_or(text);
        !text.iter().any(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c))
    }

    /// Returns the bytes at the end from the first Ctrl-Z on, if nothing but line ends stands between them.
    fn padding(&self, encoding: Encoding) -> u64 {
        let unit = if encoding.is_utf16() { 2 } else { 1 };
        let letter = |bytes: &[u8]| match (bytes, encoding.is_utf16(), encoding.is_little()) {
            ([low, 0], true, true) | ([0, low], true, false) | ([low], false, _) => Some(*low),
            _ => None,
        };
        let letters = self.tail.rchunks_exact(unit).map(letter);
        let end = letters.take_while(|letter| matches!(letter, Some(CTRL_Z | b'\r' | b'\n')));
        let first = (1_u64..).zip(end).filter(|(_, letter)| *letter == Some(CTRL_Z)).last();
        first.map_or(0, |(count, _)| count * unit as u64)
    }
}

/// A workbook is an archive; what sent it may have written blank lines before it, or a mark of byte order.
fn is_workbook(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| head.starts_with(*magic))
}

fn not_text(line: u64) -> Error {
    let message = "the file contains zero bytes, so it is not text";
    at_line(
        line,
        refused(
            Code::RosterNotText,
            message,
            "save it as .xlsx, or as CSV in UTF-8; if it is text in UTF-16, add `--encoding utf-16le` or `utf-16be`",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use crate::tests_support::file_of;

    fn surveyed(bytes: &[u8]) -> Survey {
        let limits = Limits::default();
        survey(&mut file_of(bytes), &limits, Clock::start(&limits)).unwrap()
    }

    fn code(bytes: &[u8]) -> &'static str {
        surveyed(bytes).kind(None, "roster").map(|_| ()).unwrap_err().diagnostics[0].code.as_str()
    }

    #[test]
    fn the_hash_is_that_of_the_bytes() {
        let seen = surveyed(b"abc");
        assert_eq!(seen.bytes, 3);
        assert_eq!(seen.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_file_of_many_chunks_is_hashed_in_their_order() {
        let bytes: Vec<u8> = (0_u8..251).cycle().take(CHUNK_BYTES * 9 + 5).collect();
        let seen = surveyed(&bytes);
        assert_eq!(seen.bytes, bytes.len() as u64);
        assert_eq!(seen.sha256, crate::hash::shown(Sha256::new_with_prefix(&bytes)));
    }

    #[test]
    fn what_is_no_roster_is_named_by_its_content() {
        assert_eq!(code(b""), "roster-empty");
        assert_eq!(code(b"%PDF-1.7 ..."), "roster-format");
        assert_eq!(code(b"\n <HTML><body>"), "roster-format");
        assert_eq!(code(b"\x1f\x8b\x08"), "roster-format");
        assert_eq!(code(b"a\0\0\x07b\0"), "roster-not-text");
        assert_eq!(code(b"T\0\0\0e\0\0\0"), "roster-format");
    }

    #[test]
    fn ctrl_z_at_the_end_is_no_text() {
        let padding = |bytes: &[u8]| match surveyed(bytes).kind(None, "roster") {
            Ok(RosterKind::Text { padding, .. }) => padding,
            _ => u64::MAX,
        };
        let wide: Vec<u8> = "a,b\n\u{1a}\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, wanted) in [
            (&b"a,b\n\x1a"[..], 1),
            (b"a,b\x1a\x1a\x1a\n", 4),
            (b"a,b\n\n\n", 0),
            (b"a\x1a,b\n", 0),
            (&wide, 6),
        ] {
            assert_eq!(padding(bytes), wanted, "{bytes:?}");
        }
        let long = [b"a,b\n".as_slice(), &[CTRL_Z; 5_000]].concat();
        assert_eq!(padding(&long), TAIL_BYTES as u64);
    }

    #[test]
    fn lines_in_two_encodings_are_refused_and_a_binary_file_is_no_text() {
        let wide: Vec<u8> = "b.example,E3,600\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let lines = b"Tenant,Plan,Seats\r\n".repeat(100);
        assert_eq!(code(&[lines.as_slice(), &wide].concat()), "encodings-mixed");
        assert_eq!(code(&[b"\xff\xfe", wide.as_slice(), &lines].concat()), "encodings-mixed");
        assert_eq!(
            code(&[b"\x01\x02\x03\n".as_slice(), &lines, &wide.repeat(20)].concat()),
            "roster-not-text"
        );
    }

    #[test]
    fn the_line_of_the_first_zero_byte_is_told() {
        let error = surveyed(b"a\nb\nc\0\0\0").kind(None, "roster").unwrap_err();
        assert_eq!(error.diagnostics[0].place, Place::Line(3));
    }

    #[test]
    fn a_few_zero_bytes_are_damage_in_a_text_and_many_are_no_text() {
        let kind = |zeros: usize, more: &[u8]| {
            let bytes = [b"Tenant,Plan,Seats\n".repeat(100).as_slice(), &vec![0; zeros], more].concat();
            surveyed(&bytes).kind(None, "roster")
        };
        assert!(matches!(kind(0, b""), Ok(RosterKind::Text { has_zeros: false, .. })));
        assert!(matches!(kind(100, b""), Ok(RosterKind::Text { has_zeros: true, .. })));
        assert!(kind(101, b"").is_err());
        assert!(kind(1, b"\xff").is_err());
    }
}

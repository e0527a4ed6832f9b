//! One pass over the whole file: its size, its hash, and what it is by its content, never by its name.

use super::decode::Encoding;
use super::{at_line, refused, unreadable};
use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Large enough that the calls cost nothing beside hashing.
const CHUNK_BYTES: usize = 256 * 1024;
/// One is read, one is hashed, one waits.
const CHUNKS: usize = 3;
/// An incomplete UTF-8 character at the end of a chunk has at most three bytes.
const CARRY_BYTES: usize = 3;
/// HTML pages may open with blank lines and comments; that much of the start is looked at.
const HEAD_BYTES: usize = 1024;

/// What one pass over the bytes tells.
#[derive(Debug)]
pub(super) struct Survey {
    pub bytes: u64,
    pub sha256: String,
    head: Vec<u8>,
    is_utf8: bool,
    first_nul_line: Option<u64>,
}

/// How the file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text(Encoding),
    Workbook,
    /// A compound file: an old workbook, a protected one, or something else of Office.
    Compound,
}

/// Files that are no roster, told by how they begin: the bytes, what it is, what to do.
const FOREIGN: [(&[u8], &str, &str); 9] = [
    (b"%PDF-", "a PDF document", EXPORT),
    (b"\x1f\x8b", "compressed with gzip", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"\x89PNG", "an image", EXPORT),
    (b"\xff\xd8\xff", "an image", EXPORT),
    (b"PAR1", "a Parquet file", EXPORT),
    (b"SQLite format 3\0", "a database", EXPORT),
    (b"<?xml", "an XML document", "open it in Excel and save it as .xlsx"),
];
const EXPORT: &str = "export the roster as .xlsx or .csv";
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Reads the file to its end and goes back to its start.
///
/// Hashing takes as long as all the rest, so it goes on beside it, on a thread of its own.
///
/// # Errors
/// `roster-unreadable`.
pub(super) fn survey(file: &mut File) -> Result<Survey> {
    let (to_hash, chunks) = sync_channel(CHUNKS);
    let (back, empty) = sync_channel(CHUNKS);
    let (found, sha256) = thread::scope(|scope| {
        let hash = scope.spawn(move || hashed(&chunks, &back));
        let found = looked_at(file, &to_hash, &empty);
        // The thread goes on as long as a chunk may come.
        drop(to_hash);
        (found, hash.join())
    });
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
fn looked_at(file: &mut File, to_hash: &SyncSender<Vec<u8>>, empty: &Receiver<Vec<u8>>) -> Result<Survey> {
    let mut found =
        Survey { bytes: 0, sha256: String::new(), head: Vec::new(), is_utf8: true, first_nul_line: None };
    let mut lines = 0_u64;
    let mut utf8 = Utf8::default();
    let mut fresh = CHUNKS;
    loop {
        let mut chunk = if fresh > 0 { Vec::new() } else { empty.recv().map_err(|_| broken_off())? };
        fresh = fresh.saturating_sub(1);
        chunk.resize(CHUNK_BYTES, 0);
        let count = file.read(&mut chunk).map_err(|error| unreadable(&error))?;
        chunk.truncate(count);
        if chunk.is_empty() {
            break;
        }
        found.bytes += count as u64;
        let missing = HEAD_BYTES.saturating_sub(found.head.len());
        found.head.extend(chunk.iter().take(missing));
        if found.first_nul_line.is_none() {
            let zero = memchr::memchr(0, &chunk);
            let clean = chunk.get(..zero.unwrap_or(count)).unwrap_or_default();
            lines += memchr::memchr_iter(b'\n', clean).count() as u64;
            found.first_nul_line = zero.map(|_| lines + 1);
        }
        utf8.feed(&chunk);
        to_hash.send(chunk).map_err(|_| broken_off())?;
    }
    found.is_utf8 = utf8.ends_whole();
    Ok(found)
}

fn broken_off() -> Error {
    Error::internal("the hashing thread broke off")
}

impl Survey {
    /// Returns how the file is to be read.
    ///
    /// # Errors
    /// `roster-empty`, `roster-format` or `roster-not-text`.
    pub(super) fn kind(&self) -> Result<Kind> {
        let head = self.head.as_slice();
        if head.is_empty() {
            return Err(refused("roster-empty", "the file is empty", "export the roster again"));
        }
        if [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| head.starts_with(*magic)) {
            return Ok(Kind::Workbook);
        }
        if head.starts_with(OLE) {
            return Ok(Kind::Compound);
        }
        if let Some((what, help)) = foreign(head) {
            return Err(refused("roster-format", format!("the file is {what}, not a roster"), help));
        }
        match Encoding::of(head, self.is_utf8) {
            encoding if encoding.is_utf16() => Ok(Kind::Text(encoding)),
            encoding => self.first_nul_line.map_or(Ok(Kind::Text(encoding)), |line| Err(not_text(line))),
        }
    }
}

fn foreign(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let found = FOREIGN.iter().find(|(magic, ..)| head.starts_with(magic));
    let page = || {
        let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let opens =
            |word: &[u8]| start.get(..word.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(word));
        (opens(b"<!doctype html") || opens(b"<html"))
            .then_some(("a web page", "sign in and export again; a page was saved in place of the roster"))
    };
    found.map(|(_, what, help)| (*what, *help)).or_else(page)
}

fn not_text(line: u64) -> Error {
    let message = "the file holds a zero byte, so it is no text, or text in UTF-16 without its mark";
    at_line(line, refused("roster-not-text", message, "save it as .xlsx, or as CSV in UTF-8"))
}

/// Whether bytes that come in chunks are UTF-8.
#[derive(Debug, Default)]
struct Utf8 {
    carry: Vec<u8>,
    is_broken: bool,
}

impl Utf8 {
    fn feed(&mut self, mut chunk: &[u8]) {
        while !self.is_broken && !self.carry.is_empty() {
            let Some((first, rest)) = chunk.split_first() else { return };
            self.carry.push(*first);
            chunk = rest;
            match std::str::from_utf8(&self.carry) {
                Ok(_) => self.carry.clear(),
                Err(error) => self.is_broken = error.error_len().is_some() || self.carry.len() > CARRY_BYTES,
            }
        }
        if self.is_broken {
            return;
        }
        if let Err(error) = std::str::from_utf8(chunk) {
            self.is_broken = error.error_len().is_some();
            self.carry.extend_from_slice(chunk.get(error.valid_up_to()..).unwrap_or_default());
        }
    }

    fn ends_whole(&self) -> bool {
        !self.is_broken && self.carry.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use crate::read::tests_support::file_of;
    use proptest::prelude::*;

    fn code(bytes: &[u8]) -> &'static str {
        survey(&mut file_of(bytes)).unwrap().kind().unwrap_err().diagnostics[0].code
    }

    #[test]
    fn the_hash_is_that_of_the_bytes() {
        let seen = survey(&mut file_of(b"abc")).unwrap();
        assert_eq!(seen.bytes, 3);
        assert_eq!(seen.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_file_of_many_chunks_is_hashed_in_their_order() {
        let bytes: Vec<u8> = (0_u8..251).cycle().take(CHUNK_BYTES * 9 + 5).collect();
        let seen = survey(&mut file_of(&bytes)).unwrap();
        assert_eq!(seen.bytes, bytes.len() as u64);
        assert_eq!(seen.sha256, crate::hash::shown(Sha256::new_with_prefix(&bytes)));
    }

    #[test]
    fn what_is_no_roster_is_named_by_its_content() {
        assert_eq!(code(b""), "roster-empty");
        assert_eq!(code(b"%PDF-1.7 ..."), "roster-format");
        assert_eq!(code(b"\n <HTML><body>"), "roster-format");
        assert_eq!(code(b"\x1f\x8b\x08"), "roster-format");
        assert_eq!(code(b"a\0b\0"), "roster-not-text");
    }

    #[test]
    fn the_line_of_a_zero_byte_is_told() {
        let error = survey(&mut file_of(b"a\nb\nc\0")).unwrap().kind().unwrap_err();
        assert_eq!(error.diagnostics[0].place, Place::Line(3));
    }

    proptest! {
        #[test]
        fn chunks_of_any_size_are_utf8_when_the_whole_is(text in "\\PC{0,20}", broken in any::<Vec<u8>>(), size in 1_usize..5) {
            for bytes in [text.as_bytes(), &broken, &text.as_bytes()[..text.len().saturating_sub(1)]] {
                let mut utf8 = Utf8::default();
                bytes.chunks(size).for_each(|chunk| utf8.feed(chunk));
                prop_assert_eq!(utf8.ends_whole(), std::str::from_utf8(bytes).is_ok());
            }
        }
    }
}

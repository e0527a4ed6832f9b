//! What a file must pass before a workbook library may see it: a list of parts that is sound, and parts of bounded size.
//!
//! The library that audits reads with takes what a file says on trust: it makes room for as many texts as the file
//! promises, holds all of them, and compares no checksum. So every part is inflated here once, to its end, in pieces that
//! are thrown away.

use super::not_readable;
use crate::error::Result;
use crate::hash;
use memchr::{memchr_iter, memmem};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Instant;
use zip::ZipArchive;

/// What the file may have at most.
const LIMIT_FILE_BYTES: u64 = 20_000_000_000;
const LIMIT_PARTS: u64 = 10_000;
/// Bytes of a sheet, unpacked: four times a full one with sixteen columns.
const LIMIT_SHEET_BYTES: u64 = 4 << 30;
/// Bytes of the shared strings, and marks of XML in them, since all of them are held in memory.
const LIMIT_STRINGS_BYTES: u64 = 1 << 30;
const LIMIT_STRINGS_MARKS: u64 = 64 << 20;
/// Bytes of any other part.
const LIMIT_OTHER_BYTES: u64 = 16 << 20;
/// Cell formats; more are in no workbook. Source: Excel's published limits.
const LIMIT_FORMATS: usize = 65_490;
/// Bytes without a mark of XML: one text or tag, which is held in memory.
const LIMIT_PIECE_BYTES: usize = 4 << 20;
/// Bytes of all parts, unpacked, and seconds for all of them.
const LIMIT_ALL_BYTES: u64 = 64 << 30;
const LIMIT_SECONDS: u64 = 3_600;
/// The end of an archive's list of parts: 22 bytes and a comment of at most 65,535.
const END_BYTES: u64 = 22 + 65_535;
const CHUNK_BYTES: usize = 128 * 1024;

/// What the file says of itself beside its sheets.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    /// SHA-256 of the whole file.
    pub sha256: String,
    /// The program that wrote it, and its version, as the file says.
    pub application: String,
    /// Who saved it last.
    pub saved_by: String,
    /// The hashes of the roster, of the policy and of the shipped catalogue that were noted as properties; empty where
    /// there are none.
    pub roster_sha256: String,
    pub policy_sha256: String,
    pub catalogue_sha256: String,
}

/// Looks at every part of a file, and takes the marks that it carries.
///
/// # Errors
/// `audit-not-readable`: it is not there, no workbook, damaged, or larger than can be read.
pub(super) fn pass(path: &Path) -> Result<Marks> {
    let (file, sha256) = hashed(path)?;
    check_count(&file)?;
    let mut archive = ZipArchive::new(BufReader::new(file))
        .map_err(|error| not_readable(&format!("its list of parts cannot be read ({error})")))?;
    check_names(&mut archive)?;
    let (began, mut all) = (Instant::now(), 0);
    for index in 0..archive.len() {
        all += inflate(&mut archive, index)?;
        if all > LIMIT_ALL_BYTES || began.elapsed().as_secs() > LIMIT_SECONDS {
            return Err(not_readable("it is too large to read when unpacked"));
        }
    }
    let mut text = |name: &str| text_of(&mut archive, name);
    let (app, core, custom) =
        (text("docProps/app.xml"), text("docProps/core.xml"), text("docProps/custom.xml"));
    let application = [between(&app, "Application"), between(&app, "AppVersion")].join(" ");
    Ok(Marks {
        sha256,
        application: application.trim().to_owned(),
        saved_by: between(&core, "cp:lastModifiedBy").to_owned(),
        roster_sha256: property(&custom, "Roster SHA-256").to_owned(),
        policy_sha256: property(&custom, "Policy SHA-256").to_owned(),
        catalogue_sha256: property(&custom, "Catalogue SHA-256").to_owned(),
    })
}

/// Opens a plain file, and reads it through for its hash.
fn hashed(path: &Path) -> Result<(File, String)> {
    let unread = |error: std::io::Error| not_readable(&error.to_string());
    let metadata = path.metadata().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => not_readable("there is no such file"),
        _ => unread(error),
    })?;
    if !metadata.is_file() {
        return Err(not_readable("it is a folder, a pipe or a device, not a file"));
    }
    if metadata.len() > LIMIT_FILE_BYTES {
        return Err(not_readable("it is larger than 20 GB"));
    }
    let mut file = File::open(path).map_err(unread)?;
    let (mut hash, mut chunk, mut seen) = (Sha256::new(), vec![0; CHUNK_BYTES], 0_u64);
    loop {
        let read = file.read(&mut chunk).map_err(unread)?;
        let bytes = chunk.get(..read).unwrap_or_default();
        if seen == 0 && !bytes.starts_with(b"PK") {
            return Err(not_readable("it is not an .xlsx workbook"));
        }
        if read == 0 {
            break;
        }
        seen += read as u64;
        hash.update(bytes);
    }
    file.seek(SeekFrom::Start(0)).map_err(unread)?;
    Ok((file, hash::shown(hash)))
}

/// Looks at the number of parts that the archive's end promises, before memory is taken for them.
fn check_count(mut file: &File) -> Result<()> {
    let unread = |error: std::io::Error| not_readable(&error.to_string());
    let size = file.seek(SeekFrom::End(0)).map_err(unread)?;
    file.seek(SeekFrom::Start(size.saturating_sub(END_BYTES))).map_err(unread)?;
    let mut tail = Vec::new();
    file.take(END_BYTES).read_to_end(&mut tail).map_err(unread)?;
    file.seek(SeekFrom::Start(0)).map_err(unread)?;
    let count = tail.windows(12).rev().find_map(|window| match window {
        [b'P', b'K', 5, 6, .., low, high] => Some(u16::from_le_bytes([*low, *high])),
        _ => None,
    });
    match count {
        None => Err(not_readable("its end is missing; the file was cut short")),
        Some(count) if u64::from(count) > LIMIT_PARTS => Err(too_many_parts()),
        Some(_) => Ok(()),
    }
}

fn too_many_parts() -> crate::error::Error {
    not_readable(&format!("it has more than {LIMIT_PARTS} parts"))
}

/// Two parts of one name, or in one place, would be two workbooks in one.
fn check_names(archive: &mut ZipArchive<BufReader<File>>) -> Result<()> {
    if archive.len() as u64 > LIMIT_PARTS {
        return Err(too_many_parts());
    }
    let mut seen = HashSet::new();
    for index in 0..archive.len() {
        let damaged = |error| not_readable(&format!("its list of parts cannot be read ({error})"));
        let part = archive.by_index_data(index).map_err(damaged)?;
        if part.encrypted() {
            return Err(not_readable("it is protected by a password"));
        }
        let name = part.name().map_err(damaged)?.replace('\\', "/").to_ascii_lowercase();
        if !seen.insert(name.trim_start_matches('/').to_owned()) {
            return Err(not_readable(&format!("it has two parts named `{name}`")));
        }
    }
    if archive.has_duplicate_names() || archive.has_overlapping_files().unwrap_or(true) {
        return Err(not_readable("two of its parts are in the same place"));
    }
    Ok(())
}

/// What a part may hold, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PartKind {
    Sheet,
    Strings,
    Other,
}

/// Inflates a part to its end, where its checksum is compared; returns its size.
fn inflate(archive: &mut ZipArchive<BufReader<File>>, index: usize) -> Result<u64> {
    let damaged = |error: &dyn std::fmt::Display| {
        not_readable(&format!("it is damaged: a part of it cannot be unpacked ({error})"))
    };
    let mut part = archive.by_index(index).map_err(|error| damaged(&error))?;
    let name = part.name().map_err(|error| damaged(&error))?.to_ascii_lowercase();
    let kind = match name.trim_start_matches('/') {
        "xl/sharedstrings.xml" => PartKind::Strings,
        name if name.starts_with("xl/worksheets/") => PartKind::Sheet,
        _ => PartKind::Other,
    };
    let mut looked = Looked::new(kind);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = part.read(&mut chunk).map_err(|error| damaged(&error))?;
        if read == 0 {
            break;
        }
        let wrong = looked.see(chunk.get(..read).unwrap_or_default());
        if let Some(wrong) = wrong {
            return Err(not_readable(&format!("its part `{name}` {wrong}")));
        }
    }
    match looked.promised.filter(|promised| *promised > looked.bytes / 5) {
        Some(_) => Err(not_readable("it promises more texts than it has")),
        None => Ok(looked.bytes),
    }
}

/// What was seen of a part so far.
struct Looked {
    kind: PartKind,
    bytes: u64,
    marks: u64,
    formats: usize,
    /// Bytes since the last mark of XML.
    since: usize,
    /// The last bytes of the chunk before, since a word may stand on the border.
    rest: Vec<u8>,
    /// How many shared strings the part says it has, as long as none was seen.
    promised: Option<u64>,
    is_in_head: bool,
}

impl Looked {
    const OVERLAP: usize = 64;

    const fn new(kind: PartKind) -> Self {
        let rest = Vec::new();
        Self { kind, bytes: 0, marks: 0, formats: 0, since: 0, rest, promised: None, is_in_head: true }
    }

    /// Looks at the next bytes; returns what is wrong with them.
    fn see(&mut self, chunk: &[u8]) -> Option<&'static str> {
        self.bytes += chunk.len() as u64;
        let mut from = 0;
        for at in memchr_iter(b'<', chunk) {
            self.marks += 1;
            if self.since + at - from > LIMIT_PIECE_BYTES {
                return Some("has a text that is longer than can be read");
            }
            (from, self.since) = (at, 0);
        }
        self.since += chunk.len() - from;
        let mut joined = std::mem::take(&mut self.rest);
        let before = joined.len();
        joined.extend_from_slice(chunk);
        let wrong = self.words(&joined, before);
        let keep = joined.len().saturating_sub(Self::OVERLAP);
        self.rest = joined.split_off(keep);
        let limit = match self.kind {
            PartKind::Sheet => LIMIT_SHEET_BYTES,
            PartKind::Strings => LIMIT_STRINGS_BYTES,
            PartKind::Other => LIMIT_OTHER_BYTES,
        };
        let is_too_large = self.bytes > limit || self.since > LIMIT_PIECE_BYTES;
        wrong.or(is_too_large.then_some("is too large to read when unpacked"))
    }

    /// `before` bytes of these were seen already.
    fn words(&mut self, bytes: &[u8], before: usize) -> Option<&'static str> {
        let is_new = |at: &usize, word: usize| at + word > before;
        match self.kind {
            PartKind::Sheet | PartKind::Strings => {
                if memmem::find_iter(bytes, b"<!").any(|at| is_new(&at, 2)) {
                    return Some("has a declaration or a comment, which no program writes");
                }
                if self.kind == PartKind::Strings && self.is_in_head {
                    self.promised = promised(bytes).or(self.promised);
                    self.is_in_head = memmem::find(bytes, b"<si").is_none();
                }
                let is_too_many = self.kind == PartKind::Strings && self.marks > LIMIT_STRINGS_MARKS;
                is_too_many.then_some("has more texts than can be read")
            }
            PartKind::Other => {
                self.formats += memmem::find_iter(bytes, b"xf ").filter(|at| is_new(at, 3)).count();
                self.formats += memmem::find_iter(bytes, b"xf/").filter(|at| is_new(at, 3)).count();
                (self.formats > 2 * LIMIT_FORMATS).then_some("has more cell formats than a workbook can have")
            }
        }
    }
}

/// Returns how many texts the head of the shared strings promises.
fn promised(bytes: &[u8]) -> Option<u64> {
    let word = b"uniqueCount";
    let behind = bytes.get(memmem::find(bytes, word)? + word.len()..)?;
    let digits =
        behind.iter().skip_while(|byte| !byte.is_ascii_digit()).take_while(|byte| byte.is_ascii_digit());
    let count =
        digits.fold(0_u64, |count, digit| count.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    Some(count)
}

/// Returns the text of a small part; nothing where there is none.
fn text_of(archive: &mut ZipArchive<BufReader<File>>, name: &str) -> String {
    let mut text = Vec::new();
    if let Ok(part) = archive.by_name(name) {
        // It was inflated before, so that it is whole and short.
        let _ = part.take(LIMIT_OTHER_BYTES).read_to_end(&mut text);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Returns what stands in the first element of this name.
fn between<'t>(text: &'t str, element: &str) -> &'t str {
    let inner = text.split_once(&format!("<{element}>")).map(|(_, rest)| rest);
    inner.and_then(|rest| rest.split_once('<')).map_or("", |(inner, _)| inner)
}

/// Returns the value of a property of one's own.
fn property<'t>(text: &'t str, name: &str) -> &'t str {
    let property = text.split_once(&format!("name=\"{name}\"")).map_or("", |(_, rest)| rest);
    between(property, "vt:lpwstr")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_on_the_border_of_two_chunks_is_seen() {
        for cut in 1..6 {
            let text = b"<a/><!-- -->";
            let mut looked = Looked::new(PartKind::Sheet);
            let (one, two) = text.split_at(cut);
            let wrong = looked.see(one).or(looked.see(two));
            assert!(wrong.is_some_and(|wrong| wrong.contains("comment")), "{cut}");
        }
    }

    #[test]
    fn a_promise_of_texts_is_read_before_the_first_text_alone() {
        let mut looked = Looked::new(PartKind::Strings);
        assert_eq!(looked.see(b"<sst count=\"1\" uniqueCount = '400'><si><t>uniqueCount=9</t></si>"), None);
        assert_eq!(looked.promised, Some(400));
        assert_eq!(looked.see(b"<si><t>uniqueCount=\"99\"</t></si>"), None);
        assert_eq!(looked.promised, Some(400));
    }

    #[test]
    fn a_text_without_an_end_is_too_long() {
        let mut looked = Looked::new(PartKind::Sheet);
        let chunk = vec![b'x'; CHUNK_BYTES];
        assert!((0..40).any(|_| looked.see(&chunk).is_some()));
    }

    #[test]
    fn properties_are_read() {
        let text = "<p name=\"Roster SHA-256\"><vt:lpwstr>ab</vt:lpwstr></p><p name=\"B\"><vt:lpwstr>cd</vt:lpwstr></p>";
        assert_eq!(
            (property(text, "Roster SHA-256"), property(text, "B"), property(text, "C")),
            ("ab", "cd", "")
        );
    }
}

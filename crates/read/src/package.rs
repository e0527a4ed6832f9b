//! A workbook as a ZIP archive: what its list of parts must pass, and its parts, inflated as they are read.
//!
//! The whole list is checked before anything is inflated: how many parts, their names, encryption, two in one place.
//! A part is inflated only when it is read, within a limit, and its checksum is compared at its end. Parts that nobody
//! reads (pictures, properties, other sheets) are never inflated: a bomb among them cannot go off, and damage in them
//! cannot change a row. Parts of text that are not in UTF-8 are decoded as they are inflated.

mod charset;

use super::refused;
use crate::diagnostic::Code;
use crate::error::{Error, Result};
use crate::positioned::Positioned;
use charset::Charset;
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use zip::ZipArchive;
use zip::read::ZipFile;

type Archive = ZipArchive<BufReader<Positioned>>;

/// How large a workbook may be.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Parts. A workbook has about three a sheet; thousands of pictures are the most that is met.
    parts: u64,
    /// Bytes inflated for one sheet, or to look at the first rows of all: four times a full sheet of 1,048,576 rows
    /// with sixteen columns.
    total_bytes: u64,
    /// Bytes of the shared strings, which are kept in memory.
    strings_bytes: u64,
    /// Bytes of any other part that is kept in memory: styles, workbook, relations.
    kept_bytes: u64,
}

const LIMITS: Limits = Limits {
    parts: 10_000,
    total_bytes: 4 * 1024 * 1024 * 1024,
    strings_bytes: 1024 * 1024 * 1024,
    kept_bytes: 16 * 1024 * 1024,
};
/// Bytes that an ODS document may have for each byte of its file, and in any case: its text is read twice, event by
/// event. Rosters have up to fifty.
const DOCUMENT_RATIO: u64 = 200;
const DOCUMENT_BYTES: u64 = 16 * 1024 * 1024;
/// The end of an archive's list of parts: 22 bytes and a comment of at most 65,535.
const END_BYTES: u64 = 22 + 65_535;
const CHUNK_BYTES: usize = 64 * 1024;

/// What a part is read for; decides how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Cells, block by block.
    Sheet,
    /// Shared strings, whose texts are kept.
    Strings,
    /// Records of cells in the binary form of workbooks.
    BinarySheet,
    /// Any other records in that form, which are kept.
    Binary,
}

/// Which kind of workbook an archive is, by the parts it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PackageKind {
    /// Office Open XML: .xlsx, .xlsm.
    Xlsx,
    /// The binary form of the same: .xlsb.
    Xlsb,
    /// `OpenDocument`: .ods.
    Ods,
}

/// An archive whose list of parts is sound.
pub(super) struct Package {
    /// What it is, by its parts.
    pub(super) kind: PackageKind,
    archive: Archive,
    /// The parts' places in the list, by name in lower case.
    places: HashMap<String, usize>,
    limits: Limits,
    /// Bytes that may still be inflated.
    left: u64,
}

impl Package {
    /// Checks the list of parts.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-protected`, `workbook-too-large`, `workbook-format`.
    pub(super) fn open(file: Positioned) -> Result<Self> {
        Self::open_within(file, LIMITS)
    }

    fn open_within(mut file: Positioned, limits: Limits) -> Result<Self> {
        let bytes = check_count(&mut file, limits)?;
        file.seek(SeekFrom::Start(0)).map_err(|_| damaged("its start cannot be found"))?;
        let mut archive = ZipArchive::new(BufReader::new(file))
            .map_err(|error| damaged(&format!("its list of parts cannot be read ({error})")))?;
        if archive.len() as u64 > limits.parts {
            return Err(too_large(&format!("it has more than {} parts", limits.parts)));
        }
        let names = names(&archive)?;
        let kind = kind(&names)?;
        if archive.has_duplicate_names() || archive.has_overlapping_files().unwrap_or(true) {
            return Err(damaged("two of its parts are in the same place"));
        }
        let parts = names.iter().enumerate().filter(|(_, name)| !name.is_empty());
        let places = parts.map(|(place, name)| (name.to_ascii_lowercase(), place)).collect();
        let mut limits = limits;
        if kind == PackageKind::Ods {
            let most = bytes.saturating_mul(DOCUMENT_RATIO).max(DOCUMENT_BYTES);
            limits.total_bytes = limits.total_bytes.min(most);
        }
        Ok(Self { kind, archive, places, limits, left: limits.total_bytes })
    }

    /// Returns whether there is a part of this name; as everywhere in workbooks, case does not matter.
    pub(super) fn has(&self, name: &str) -> bool {
        self.places.contains_key(&name.to_ascii_lowercase())
    }

    /// Allows so many bytes to be inflated for one sheet; an ODS file never more than what its size lets expect.
    pub(super) fn allowing(mut self, bytes: u64) -> Self {
        let most = if self.kind == PackageKind::Ods { self.limits.total_bytes } else { u64::MAX };
        self.limits.total_bytes = bytes.min(most);
        self.left = self.limits.total_bytes;
        self
    }

    /// Lets a whole sheet be inflated again, after its first rows were looked at.
    pub(super) fn rewind(&mut self) {
        self.left = self.limits.total_bytes;
    }

    /// Starts to read a part.
    ///
    /// # Errors
    /// `workbook-damaged` if it is not there or cannot be unpacked.
    pub(super) fn part(&mut self, name: &str, to: Use) -> Result<PackagePart<'_>> {
        let limit = match to {
            Use::Sheet | Use::BinarySheet => self.limits.total_bytes,
            Use::Strings | Use::Binary => self.limits.strings_bytes,
        };
        let mut part = self.part_within(name, limit)?;
        if matches!(to, Use::BinarySheet | Use::Binary) {
            part.charset = Charset::Binary;
        }
        Ok(part)
    }

    fn part_within(&mut self, name: &str, limit: u64) -> Result<PackagePart<'_>> {
        let place = self.places.get(&name.to_ascii_lowercase());
        let place = *place.ok_or_else(|| damaged(&format!("a part of it is missing ({name})")))?;
        let from = self.archive.by_index(place).map_err(|error| broken(name, &error.to_string()))?;
        Ok(PackagePart {
            from,
            name: name.to_owned(),
            buffer: Vec::new(),
            start: 0,
            limit,
            left: &mut self.left,
            is_over: false,
            charset: Charset::Unknown,
            allowance: Allowance::default(),
        })
    }

    /// Returns the text of a small part.
    ///
    /// # Errors
    /// `workbook-damaged` or `workbook-too-large`.
    pub(super) fn text(&mut self, name: &str) -> Result<String> {
        let mut part = self.part_within(name, self.limits.kept_bytes)?;
        part.fill(usize::MAX)?;
        let bytes = part.cut_off(usize::MAX);
        String::from_utf8(bytes).map_err(|_| damaged_in(name, NOT_UTF8))
    }
}

/// What is said of a part in another encoding.
pub(super) const NOT_UTF8: &str = "it is not written in UTF-8";

/// How many bytes of a part an XML reader may still read for one event, since it would keep one long tag or text in memory;
/// and why it could not read on.
#[derive(Default)]
pub(super) struct Allowance {
    bytes: usize,
    harm: Option<Error>,
}

impl Allowance {
    /// Lets so many bytes be read and, in steps of whole blocks, little more.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.bytes = bytes;
    }

    /// Takes off what was read.
    pub(super) fn used(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Says whether more of a part may be read.
    ///
    /// # Errors
    /// `workbook-too-large`, if not.
    pub(super) fn check(&self, name: &str) -> Result<()> {
        if self.bytes > 0 {
            return Ok(());
        }
        Err(too_large(&format!("a piece of it is longer than 4 MiB, the most that can be read ({name})")))
    }

    /// Gives an outcome to the XML reader, and keeps an error for whoever asks, see [`Allowance::harm`].
    pub(super) fn told<T>(&mut self, outcome: Result<T>) -> std::io::Result<T> {
        outcome.map_err(|error| {
            self.harm = Some(error);
            std::io::Error::other("the rest of the part cannot be read")
        })
    }

    /// Returns the error behind the last failure of the XML reader.
    pub(super) fn harm(&mut self) -> Option<Error> {
        self.harm.take()
    }
}

/// One part, inflated as it is read.
///
/// Between the archive and the reader stands a buffer of our own, so that whoever cuts the bytes into blocks can look
/// ahead and take them whole, and an XML reader can go on behind.
pub(super) struct PackagePart<'a> {
    from: ZipFile<'a, BufReader<Positioned>>,
    name: String,
    buffer: Vec<u8>,
    start: usize,
    limit: u64,
    left: &'a mut u64,
    is_over: bool,
    charset: Charset,
    /// What an XML reader may read.
    pub allowance: Allowance,
}

impl PackagePart<'_> {
    /// Returns the part's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the bytes that are inflated and not yet taken.
    pub(super) fn ahead(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Inflates until `wanted` bytes stand ahead, or the part ends; returns whether there may be more behind them.
    ///
    /// # Errors
    /// `workbook-damaged` (also for a wrong checksum, which shows at the end), `workbook-too-large`.
    pub(super) fn fill(&mut self, wanted: usize) -> Result<bool> {
        // What is decoded may come to fewer bytes than it was before.
        while !self.is_over && self.ahead().len() < wanted {
            self.inflate(wanted.saturating_sub(self.ahead().len()) as u64)?;
        }
        Ok(!self.is_over)
    }

    /// Inflates so many bytes, if there are as many.
    fn inflate(&mut self, missing: u64) -> Result<()> {
        let limit = missing.max(charset::HEAD_BYTES).min(self.limit.min(*self.left).saturating_add(1));
        let read = self.from.by_ref().take(limit).read_to_end(&mut self.buffer);
        let read = read.map_err(|error| broken(&self.name, &error.to_string()))? as u64;
        self.is_over = read < limit;
        if read > *self.left {
            return Err(too_long_unpacked(&self.name));
        }
        if read > self.limit {
            return Err(too_large(&format!(
                "a part of it is too large to read when unpacked ({})",
                self.name
            )));
        }
        self.limit -= read;
        *self.left -= read;
        let fresh = self.buffer.len().saturating_sub(usize::try_from(read).unwrap_or(usize::MAX));
        self.charset
            .decode(&mut self.buffer, fresh, self.is_over)
            .map_err(|harm| damaged_in(&self.name, harm))
    }

    /// Takes the first `count` bytes ahead, or all there are.
    pub(super) fn cut_off(&mut self, count: usize) -> Vec<u8> {
        let end = self.start.saturating_add(count).min(self.buffer.len());
        let mut rest = Vec::with_capacity(self.buffer.len() - end + CHUNK_BYTES);
        rest.extend_from_slice(self.buffer.get(end..).unwrap_or_default());
        let mut taken = std::mem::replace(&mut self.buffer, rest);
        taken.truncate(end);
        taken.drain(..self.start.min(end));
        self.start = 0;
        taken
    }
}

impl Read for PackagePart<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let mut ahead = self.fill_buf()?;
        let count = ahead.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for PackagePart<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.ahead().is_empty() {
            self.buffer.clear();
            self.start = 0;
            let filled = self.allowance.check(&self.name).and_then(|()| self.fill(CHUNK_BYTES));
            self.allowance.told(filled)?;
        }
        Ok(self.ahead())
    }

    fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.buffer.len());
        self.allowance.used(count);
    }
}

/// Looks at the number of parts the archive's end promises, before memory is taken for them; returns
/// the bytes of the file.
fn check_count(file: &mut Positioned, limits: Limits) -> Result<u64> {
    let unread = |_| damaged("its end cannot be found");
    let size = file.seek(SeekFrom::End(0)).map_err(unread)?;
    file.seek(SeekFrom::Start(size.saturating_sub(END_BYTES))).map_err(unread)?;
    let mut tail = Vec::new();
    file.take(END_BYTES).read_to_end(&mut tail).map_err(unread)?;
    let found = tail.windows(12).rev().find_map(|window| match window {
        [b'P', b'K', 5, 6, _, _, _, _, _, _, low, high] => Some(u16::from_le_bytes([*low, *high])),
        _ => None,
    });
    let count = found.ok_or_else(|| damaged("its end is missing; the file was cut short"))?;
    if u64::from(count) > limits.parts {
        return Err(too_large(&format!("it has more than {} parts", limits.parts)));
    }
    Ok(size)
}

/// Returns the names of the parts in order; the root itself has none.
fn names(archive: &Archive) -> Result<Vec<String>> {
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for index in 0..archive.len() {
        let part = archive
            .by_index_data(index)
            .map_err(|error| damaged(&format!("its list of parts cannot be read ({error})")))?;
        let name = part
            .name()
            .map_err(|error| damaged(&format!("its list of parts cannot be read ({error})")))?
            .replace('\\', "/");
        // Some programs begin the names at the root of the archive, and have an entry for the root itself.
        let name = name.trim_start_matches('/').to_owned();
        if part.encrypted() {
            return Err(refused(
                Code::WorkbookProtected,
                "the workbook is protected by a password",
                "open it in Excel, remove the password, and save it again",
            ));
        }
        let escapes = name.split('/').any(|step| step == "..") || name.contains([':', '\0']);
        if escapes {
            return Err(damaged(&format!("its part `{name}` points outside the archive")));
        }
        if !name.is_empty() && !seen.insert(name.to_ascii_lowercase()) {
            return Err(damaged(&format!("it has two parts named `{name}`")));
        }
        names.push(name);
    }
    Ok(names)
}

/// Tells a workbook that can be read from whatever else comes as a ZIP archive.
fn kind(names: &[String]) -> Result<PackageKind> {
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let other = |what: &str, help: &str| Err(refused(Code::WorkbookFormat, what.to_owned(), help.to_owned()));
    // Careless writers leave out the type, which the manifest says once more.
    if [has("mimetype"), has("content.xml"), has("META-INF/manifest.xml")]
        .iter()
        .filter(|part| **part)
        .count()
        > 1
    {
        return Ok(PackageKind::Ods);
    }
    if has("Index/Document.iwa") || has("Index.zip") {
        return other("Numbers documents are not read", "export it from Numbers as Excel");
    }
    if has("word/document.xml") || has("ppt/presentation.xml") {
        return other("the file is a document or a presentation, not a roster", "name the workbook");
    }
    if !has("[Content_Types].xml") || !has("_rels/.rels") {
        return other("the file is a ZIP archive, not a workbook", "unpack it and name the roster in it");
    }
    Ok(if has("xl/workbook.bin") && !has("xl/workbook.xml") { PackageKind::Xlsb } else { PackageKind::Xlsx })
}

pub(super) fn broken(name: &str, error: &str) -> Error {
    damaged(&format!("a part of it cannot be unpacked ({name}: {error})"))
}

/// Returns the error for a workbook that is not as workbooks are.
pub(super) fn damaged(what: &str) -> Error {
    refused(
        Code::WorkbookDamaged,
        format!("the workbook is damaged: {what}"),
        "open it in Excel, let it repair the file, and save it again; or download it again",
    )
}

/// Returns the error for what is wrong with the text of a part.
pub(super) fn damaged_in(name: &str, what: &str) -> Error {
    damaged(&format!("a part of it is not written as Excel writes it ({name}: {what})"))
}

fn too_long_unpacked(name: &str) -> Error {
    refused(
        Code::WorkbookTooLarge,
        format!("the workbook is too large: its part `{name}` is larger than allowed when unpacked"),
        "copy the roster's cells, without formatting, to a new workbook; or save the sheet as CSV; \
         or allow more with `--limit unpacked=AMOUNT`",
    )
}

/// Returns the error for a workbook that would need too much memory or time.
pub(super) fn too_large(what: &str) -> Error {
    refused(
        Code::WorkbookTooLarge,
        format!("the workbook is too large: {what}"),
        "copy the roster's cells, without formatting, to a new workbook; or save the sheet as CSV",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests_support::{Parts, code_of as code, file_of, read_all, zipped};

    const ROWS: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Tenant</t></is></c></row>";

    fn code_with(name: &str, bytes: &[u8]) -> &'static str {
        let mut parts = Parts::new(ROWS);
        parts.others.push((name.to_owned(), bytes.to_vec()));
        code(&parts.bytes())
    }

    #[test]
    fn a_plain_workbook_passes() {
        Package::open(file_of(&Parts::new(ROWS).bytes())).unwrap();
    }

    #[test]
    fn what_is_no_workbook_is_named() {
        assert_eq!(code_with("word/document.xml", b"x"), "workbook-format");
        assert_eq!(code(&zipped(&[("roster.csv", b"a,b")])), "workbook-format");
        assert_eq!(code(&zipped(&[("mimetype", b"x"), ("content.xml", b"<a/>")])), "workbook-format");
    }

    #[test]
    fn names_that_escape_or_repeat_are_refused() {
        assert_eq!(code_with("../evil.xml", b"<a/>"), "workbook-damaged");
        assert_eq!(code_with("XL/Workbook.xml", b"<a/>"), "workbook-damaged");
    }

    #[test]
    fn a_document_type_is_refused() {
        let mut parts = Parts::new(ROWS);
        parts.prolog = "<!DOCTYPE worksheet>".to_owned();
        assert_eq!(code(&parts.bytes()), "workbook-damaged");
    }

    #[test]
    fn names_that_begin_at_the_root_are_read_and_the_root_itself_is_no_part() {
        let list = Parts::new(ROWS).list();
        let rooted: Vec<(String, &[u8])> =
            list.iter().map(|(name, bytes)| (format!("/{name}"), bytes.as_slice())).collect();
        let mut rooted: Vec<(&str, &[u8])> =
            rooted.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        rooted.push(("/", b""));
        read_all(&zipped(&rooted)).unwrap();
        rooted.push(("xl/workbook.xml", b"<a/>"));
        assert_eq!(code(&zipped(&rooted)), "workbook-damaged", "two parts of one name");
    }

    type Encode<'a> = &'a dyn Fn(&str) -> Vec<u8>;

    #[test]
    fn parts_in_another_encoding_are_decoded() {
        let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        let rows = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Tenant</v></c></row>\
            <row r=\"2\"><c r=\"A2\" t=\"str\"><v>Z\u{fc}rich</v></c></row>";
        let declared =
            |encoding: &str, text: &str| format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>{text}");
        let encodings: [Encode<'_>; 5] = [
            &|text| little(&format!("\u{feff}{}", declared("UTF-16", text))),
            &|text| big(&format!("\u{feff}{}", declared("utf-16", text))),
            &|text| little(&declared("UTF-16LE", text)),
            &|text| big(&format!("\u{feff}{text}")),
            &|text| declared("windows-1252", text).chars().map(|c| u8::try_from(c).unwrap()).collect(),
        ];
        for encode in encodings {
            let list = Parts::new(rows).list().into_iter().map(|(name, bytes)| {
                let text = String::from_utf8(bytes).unwrap();
                (name, encode(&text))
            });
            let list: Vec<(String, Vec<u8>)> = list.collect();
            let list: Vec<(&str, &[u8])> =
                list.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
            let (_, rows) = read_all(&zipped(&list)).unwrap();
            assert_eq!(rows, [(2, vec!["Z\u{fc}rich".to_owned()], None)]);
        }
    }

    #[test]
    fn a_part_that_is_not_in_the_encoding_it_names_is_damaged() {
        for prolog in
            ["<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "<?xml version=\"1.0\" encoding=\"x\"?>"]
        {
            let mut parts = Parts::new(ROWS);
            prolog.clone_into(&mut parts.prolog);
            assert_eq!(code(&parts.bytes()), "workbook-damaged", "{prolog}");
        }
        let mut parts = Parts::new(ROWS);
        parts.rows = "\0".to_owned();
        assert_eq!(code(&parts.bytes()), "workbook-damaged");
    }

    #[test]
    fn a_promise_of_too_many_strings_is_not_believed() {
        let mut parts = Parts::new(ROWS);
        parts.strings = "<sst uniqueCount=\"99999999999\"><si><t>a</t></si></sst>".to_owned();
        read_all(&parts.bytes()).unwrap();
    }

    #[test]
    fn a_bomb_is_refused_as_soon_as_it_is_too_large() {
        let bomb = vec![b' '; 17 * 1024 * 1024];
        assert_eq!(code_with("xl/styles.xml", &bomb), "workbook-too-large");
        let file = || file_of(&Parts::new(&ROWS.repeat(100)).bytes());
        let limits = Limits { total_bytes: 1_000, ..LIMITS };
        let mut package = Package::open_within(file(), limits).unwrap();
        let mut part = package.part("xl/worksheets/sheet1.xml", Use::Sheet).unwrap();
        assert!(part.fill(1_000).unwrap());
        assert_eq!(part.fill(1_001).unwrap_err().diagnostics[0].code.as_str(), "workbook-too-large");
        let limits = Limits { parts: 3, ..LIMITS };
        let error = Package::open_within(file(), limits).map(|_| ()).unwrap_err();
        assert_eq!(error.diagnostics[0].code.as_str(), "workbook-too-large");
    }

    #[test]
    fn a_part_that_nobody_reads_is_not_unpacked() {
        let mut parts = Parts::new(ROWS);
        parts.others.push(("xl/media/bomb.xml".to_owned(), vec![b' '; 17 * 1024 * 1024]));
        parts.others.push(("docProps/core.xml".to_owned(), b"<!DOCTYPE a>".to_vec()));
        read_all(&parts.bytes()).unwrap();
    }

    #[test]
    fn a_workbook_cut_short_anywhere_is_damaged() {
        let bytes = Parts::new(ROWS).bytes();
        for end in (4..bytes.len()).step_by(37) {
            assert_eq!(code(&bytes[..end]), "workbook-damaged", "{end}");
        }
    }

    #[test]
    fn a_wrong_checksum_is_damaged() {
        let bytes = Parts::new(ROWS).bytes();
        // The CRC of a part stands 16 bytes behind the signature of its entry in the archive's list.
        let entry = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
        let mut wrong = bytes.clone();
        wrong[entry + 16] ^= 0xff;
        assert_eq!(code(&wrong), "workbook-damaged");
    }
}

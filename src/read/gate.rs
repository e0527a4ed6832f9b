//! What a workbook must pass before calamine sees it.
//!
//! calamine 0.38 trusts a file: it reserves what `uniqueCount` says and aborts, checks no CRC of a sheet it does not
//! read to the end, and has no limit on size. So every part is inflated here once, counted, checked and thrown away.

use super::refused;
use super::xml::{Harm, XmlCheck};
use crate::error::{Error, Result};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use zip::ZipArchive;

type Archive<'a> = ZipArchive<BufReader<&'a File>>;

/// How large a workbook may be.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Parts. A workbook has about three a sheet; thousands of pictures are the most that is met.
    parts: u64,
    /// Bytes of all parts, inflated: four times a full sheet of 1,048,576 rows with sixteen columns.
    total_bytes: u64,
    /// Bytes of the shared strings, which calamine keeps in memory.
    strings_bytes: u64,
    /// Bytes of any other part that calamine keeps in memory: styles, theme, workbook, relations.
    kept_bytes: u64,
}

const LIMITS: Limits = Limits {
    parts: 10_000,
    total_bytes: 4 * 1024 * 1024 * 1024,
    strings_bytes: 1024 * 1024 * 1024,
    kept_bytes: 16 * 1024 * 1024,
};
/// Parts whose names end so are kept whole by calamine.
const KEPT: [&str; 4] = ["styles.xml", "workbook.xml", "theme1.xml", ".rels"];
/// The end of an archive's list of parts: 22 bytes and a comment of at most 65,535.
const END_BYTES: u64 = 22 + 65_535;
const CHUNK_BYTES: usize = 64 * 1024;

/// What the gate has seen on its way through a workbook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Whether some cell has a formula without the value that was last worked out for it.
    pub is_uncalculated: bool,
    bytes: u64,
}

/// Checks a ZIP archive from its start to its end.
///
/// # Errors
/// `workbook-damaged`, `workbook-protected`, `workbook-too-large`, `workbook-format`.
pub(super) fn check(file: &File) -> Result<Seen> {
    check_within(file, LIMITS)
}

fn check_within(mut file: &File, limits: Limits) -> Result<Seen> {
    check_count(file, limits)?;
    file.seek(SeekFrom::Start(0)).map_err(|_| damaged("its start cannot be found"))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error.to_string()))?;
    if archive.len() as u64 > limits.parts {
        return Err(too_large(&format!("it has more than {} parts", limits.parts)));
    }
    let names = names(&archive)?;
    check_form(&names)?;
    if archive.has_duplicate_names() || archive.has_overlapping_files().unwrap_or(true) {
        return Err(damaged("two of its parts share one place"));
    }
    names.iter().enumerate().try_fold(Seen::default(), |total, (index, name)| {
        let part = inflate(&mut archive, index, name, limits, limits.total_bytes - total.bytes)?;
        Ok(Seen {
            is_uncalculated: total.is_uncalculated || part.is_uncalculated,
            bytes: total.bytes + part.bytes,
        })
    })
}

/// Looks at the number of parts the archive's end promises, before memory is taken for them.
fn check_count(mut file: &File, limits: Limits) -> Result<()> {
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
    Ok(())
}

/// Returns the names of the parts in order.
fn names(archive: &Archive<'_>) -> Result<Vec<String>> {
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for index in 0..archive.len() {
        let part = archive.by_index_data(index).map_err(|error| damaged(&error.to_string()))?;
        let name = part.name().map_err(|error| damaged(&error.to_string()))?.replace('\\', "/");
        if part.encrypted() {
            return Err(refused(
                "workbook-protected",
                "the workbook is protected by a password",
                "open it in Excel, remove the password, and save it again",
            ));
        }
        let escapes =
            name.split('/').any(|step| step == "..") || name.starts_with('/') || name.contains([':', '\0']);
        if escapes {
            return Err(damaged(&format!("its part `{name}` points out of the archive")));
        }
        if !seen.insert(name.to_ascii_lowercase()) {
            return Err(damaged(&format!("it has two parts named `{name}`")));
        }
        names.push(name);
    }
    Ok(names)
}

/// Tells a workbook that can be read from whatever else comes as a ZIP archive.
fn check_form(names: &[String]) -> Result<()> {
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let other = |what: &str, help: &str| Err(refused("workbook-format", what.to_owned(), help.to_owned()));
    if has("xl/workbook.bin") {
        return other(
            "workbooks in the .xlsb format are not read yet",
            "open it in Excel and save it as .xlsx",
        );
    }
    if has("mimetype") && has("content.xml") {
        return other("OpenDocument files (.ods) are not read yet", "open it and save it as .xlsx");
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
    Ok(())
}

/// Inflates one part, and returns what is in it.
fn inflate(archive: &mut Archive<'_>, index: usize, name: &str, limits: Limits, left: u64) -> Result<Seen> {
    let lower = name.to_ascii_lowercase();
    let own = if lower.ends_with("sharedstrings.xml") {
        limits.strings_bytes
    } else if KEPT.iter().any(|kept| lower.ends_with(kept)) {
        limits.kept_bytes
    } else {
        limits.total_bytes
    };
    let broken = |error: String| damaged(&format!("its part `{name}` cannot be unpacked: {error}"));
    let mut part = archive.by_index(index).map_err(|error| broken(error.to_string()))?;
    let mut xml = None;
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut bytes = 0;
    loop {
        let count = part.read(&mut buffer).map_err(|error| broken(error.to_string()))?;
        let chunk = buffer.get(..count).unwrap_or_default();
        if chunk.is_empty() {
            break;
        }
        if bytes == 0 && is_xml(&lower, chunk) {
            xml = Some(XmlCheck::new());
        }
        bytes += count as u64;
        if bytes > own.min(left) {
            return Err(too_large(&format!("its part `{name}` is larger than can be read, unpacked")));
        }
        if let Some(check) = &mut xml {
            check.feed(chunk).map_err(|harm| harmed(name, harm))?;
        }
    }
    let is_uncalculated = xml.as_ref().is_some_and(|check| check.is_uncalculated);
    xml.map_or(Ok(()), |check| check.finish()).map_err(|harm| harmed(name, harm))?;
    Ok(Seen { is_uncalculated, bytes })
}

/// Returns whether a part may be read as XML: by its name, or, where the name tells nothing, by how it begins.
fn is_xml(lower_name: &str, start: &[u8]) -> bool {
    let extension = lower_name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_named = matches!(extension, "xml" | "rels");
    // Pictures and old drawings have document types by right, and calamine never opens them.
    let is_drawing = matches!(extension, "svg" | "vml");
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    is_named || (!is_drawing && start.trim_ascii_start().starts_with(b"<"))
}

fn harmed(name: &str, harm: Harm) -> Error {
    match harm {
        Harm::Damaged(what) => damaged(&format!("in its part `{name}`, {what}")),
        Harm::TooLarge(what) => too_large(&format!("in its part `{name}`, {what}")),
    }
}

fn damaged(what: &str) -> Error {
    refused(
        "workbook-damaged",
        format!("the workbook is damaged: {what}"),
        "open it in Excel, let it repair the file, and save it again; or fetch it anew",
    )
}

fn too_large(what: &str) -> Error {
    refused(
        "workbook-too-large",
        format!("the workbook is too large: {what}"),
        "copy the roster's cells, without formatting, to a new workbook; or save the sheet as CSV",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests_support::{Parts, file_of, zipped};

    const ROWS: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Tenant</t></is></c></row>";

    fn code(bytes: &[u8]) -> &'static str {
        check(&file_of(bytes)).unwrap_err().diagnostics[0].code
    }

    fn code_with(name: &str, bytes: &[u8]) -> &'static str {
        let mut parts = Parts::new(ROWS);
        parts.others.push((name.to_owned(), bytes.to_vec()));
        code(&parts.bytes())
    }

    #[test]
    fn a_plain_workbook_passes() {
        check(&file_of(&Parts::new(ROWS).bytes())).unwrap();
    }

    #[test]
    fn what_is_no_workbook_is_named() {
        for (name, wanted) in
            [("xl/workbook.bin", "workbook-format"), ("word/document.xml", "workbook-format")]
        {
            assert_eq!(code_with(name, b"x"), wanted);
        }
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
    fn a_promise_of_too_many_strings_is_refused() {
        let mut parts = Parts::new(ROWS);
        parts.strings = "<sst uniqueCount=\"99999999999\"><si><t>a</t></si></sst>".to_owned();
        assert_eq!(code(&parts.bytes()), "workbook-damaged");
    }

    #[test]
    fn a_bomb_is_refused_as_soon_as_it_is_too_large() {
        let bomb = vec![b' '; 17 * 1024 * 1024];
        assert_eq!(code_with("xl/styles.xml", &bomb), "workbook-too-large");
        let limits = Limits { total_bytes: 1_000, ..LIMITS };
        let file = file_of(&Parts::new(&ROWS.repeat(100)).bytes());
        assert_eq!(check_within(&file, limits).unwrap_err().diagnostics[0].code, "workbook-too-large");
        let limits = Limits { parts: 3, ..LIMITS };
        assert_eq!(check_within(&file, limits).unwrap_err().diagnostics[0].code, "workbook-too-large");
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

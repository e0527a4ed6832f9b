//! What is no roster, told by how it begins: each kind with what it is and what to do.

use super::refused;
use crate::diagnostic::Code;
use crate::error::Error;

/// Files that are told by their first bytes: the bytes, what it is, what to do.
const BY_BYTES: [(&[u8], &str, &str); 26] = [
    (b"%PDF-", "a PDF document", EXPORT),
    (b"{\\rtf", "a document in RTF", EXPORT),
    (b"\x1f\x8b", "compressed with gzip", UNPACK),
    (b"BZh91AY&SY", "compressed with bzip2", UNPACK),
    (b"\xfd7zXZ\0", "compressed with xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"MSCF\0\0\0\0", "a cabinet archive", UNPACK),
    (b"\x89PNG", "an image", EXPORT),
    (b"\xff\xd8\xff", "an image", EXPORT),
    (b"GIF8", "an image", EXPORT),
    (b"II*\0", "an image", EXPORT),
    (b"MM\0*", "an image", EXPORT),
    (
        b"PARE",
        "an encrypted Parquet file",
        "write it without encryption, or export the roster as .xlsx or .csv",
    ),
    (b"ARROW1\0\0", "an Arrow file", EXPORT),
    (b"Obj\x01", "an Avro file", EXPORT),
    (b"SQLite format 3\0", "a database", EXPORT),
    (b"\0\x01\0\0Standard ", "an Access database", EXPORT),
    (b"!BDN", "an Outlook data file", "save the attachment with the roster, and name it"),
    (b"bplist00", "a property list of macOS", EXPORT),
    (b"\x7fELF", "a program", EXPORT),
    (b"MZ\x90\0", "a program", EXPORT),
    (b"\x09\0\x04\0", OLD_WORKBOOK, "open it in Excel or LibreOffice and save it as .xlsx"),
    (b"\x09\x02\x06\0", OLD_WORKBOOK, "open it in Excel or LibreOffice and save it as .xlsx"),
    (b"\x09\x04\x06\0", OLD_WORKBOOK, "open it in Excel or LibreOffice and save it as .xlsx"),
];
const OLD_WORKBOOK: &str = "a workbook in a format older than Excel 5 (1993)";
const EXPORT: &str = "export the roster as .xlsx or .csv";
const UNPACK: &str = "unpack it first";

/// Texts that are told by how they begin, whatever the case: the beginning, what it is, what to do.
const BY_WORDS: [(&str, &str, &str); 18] = [
    ("<?xml", "an XML document", "open it in Excel and save it as .xlsx"),
    ("<workbook", "an XML document", "open it in Excel and save it as .xlsx"),
    ("<!doctype html", PAGE, PAGE_HELP),
    ("<html", PAGE, PAGE_HELP),
    ("<head", PAGE, PAGE_HELP),
    ("<body", PAGE, PAGE_HELP),
    ("<meta", PAGE, PAGE_HELP),
    ("<style", PAGE, PAGE_HELP),
    ("<script", PAGE, PAGE_HELP),
    ("<table", PAGE, PAGE_HELP),
    ("<div", PAGE, PAGE_HELP),
    ("<!--", PAGE, PAGE_HELP),
    ("mime-version:", "a web page or an e-mail", PAGE_HELP),
    ("id;pwxl;", "a workbook in the SYLK format", "open it in Excel and save it as .xlsx"),
    ("id;pcalc", "a workbook in the SYLK format", "open it in Excel and save it as .xlsx"),
    ("table\r\n0,1\r\n", "a workbook in the DIF format", "open it in Excel and save it as .xlsx"),
    ("begin:vcard", "a list of contacts (vCard)", EXPORT),
    ("begin:vcalendar", "a calendar", EXPORT),
];
const PAGE: &str = "a web page";
const PAGE_HELP: &str = "if it shows a table, open it in Excel and save it as .xlsx; if it shows a sign-in page or an \
    error, sign in and export the roster again";

/// The lock file beside a workbook that is open has so many bytes in Excel and `PowerPoint`, or so many in Word; the
/// user's name begins it, and stands once more, in UTF-16, so many bytes behind.
const LOCK_FILES: [(u64, usize); 2] = [(165, 55), (162, 54)];
/// A lock file of any program has no more bytes.
const LOCK_BYTES: u64 = 1024;
/// What a lock file's name has around that of the workbook, in Excel and in `LibreOffice`.
const LOCK_NAMES: [(&str, &str); 2] = [("~$", ""), (".~lock.", "#")];

/// Where Git LFS and git-annex keep a file, they leave a pointer to it in its place.
const POINTERS: [(&str, &str, &str); 4] = [
    ("version https://git-lfs.github.com/spec/", "Git LFS", "git lfs pull"),
    ("version https://hawser.github.com/spec/", "Git LFS", "git lfs pull"),
    ("/annex/objects/", "git-annex", "git annex get"),
    ("../.git/annex/objects/", "git-annex", "git annex get"),
];

/// What an archive begins with, and a compound file.
const CONTAINERS: [(&[u8], &str); 2] = [
    (b"PK\x03\x04", "a ZIP archive, such as a workbook,"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old workbook"),
];

/// Refuses a file that is told by its first bytes, or that is the lock file of one; `bytes` is how many it has.
///
/// # Errors
/// `roster-lock-file`, `roster-format`.
pub(super) fn check_bytes(head: &[u8], bytes: u64, name: &str) -> Result<(), Error> {
    check_lock_file(head, bytes, name)?;
    if let Some((_, what, help)) = BY_BYTES.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Err(refused(Code::RosterFormat, format!("the file is {what}, not a roster"), *help));
    }
    let found = |(magic, what)| Some((memchr::memmem::find(head, magic)?, what));
    match CONTAINERS.into_iter().find_map(found) {
        Some((before, what)) if before > 0 => Err(refused(
            Code::RosterFormat,
            format!("the file has {before} bytes in front of {what} and cannot be opened"),
            "something was added in front of the file on its way; download it again, or remove those bytes",
        )),
        _ => Ok(()),
    }
}

fn check_lock_file(head: &[u8], bytes: u64, name: &str) -> Result<(), Error> {
    let named = LOCK_NAMES.iter().find_map(|(start, end)| name.strip_prefix(start)?.strip_suffix(end));
    let help = match named.filter(|named| !named.is_empty() && bytes <= LOCK_BYTES) {
        Some(named) => format!("name the workbook itself: `{named}`"),
        None if is_lock_file(head, bytes) => {
            "name the workbook itself, which has the same name without `~$` at the start".to_owned()
        }
        None => return Ok(()),
    };
    let message = "the file is the lock file of an open workbook: it contains the name of the person who opened it, \
                   and no rows";
    Err(refused(Code::RosterLockFile, message, help))
}

/// Returns whether a file is what Office writes beside a file that is open, whatever its name.
fn is_lock_file(head: &[u8], bytes: u64) -> bool {
    let Some((_, wide)) = LOCK_FILES.into_iter().find(|(size, _)| *size == bytes) else { return false };
    let letters = head.first().copied().unwrap_or_default();
    let again = head.get(wide..).unwrap_or_default();
    letters > 0 && usize::from(letters) < wide && again.starts_with(&[letters, 0])
}

/// Refuses a text that is told by its beginning, in whatever encoding that was.
///
/// # Errors
/// `roster-pointer`, `roster-json`, `roster-format`.
pub(super) fn check_text(head: &str) -> Result<(), Error> {
    let start = head.trim_start_matches('\u{feff}').trim_start();
    if let Some((_, by, command)) = POINTERS.iter().find(|(begins, ..)| start.starts_with(begins)) {
        return Err(refused(
            Code::RosterPointer,
            format!(
                "the file is a {by} pointer: it says where the roster is stored, but has none of its rows"
            ),
            format!("fetch the roster itself with `{command}`, and run again"),
        ));
    }
    if is_json(start) {
        return Err(refused(
            Code::RosterJson,
            "the file is JSON, which is not read as a roster",
            "export the roster as .csv or .xlsx, with one row for each subscription",
        ));
    }
    let opens = |word: &str| start.get(..word.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(word));
    match BY_WORDS.iter().find(|(begins, ..)| opens(begins)) {
        Some((_, what, help)) => {
            Err(refused(Code::RosterFormat, format!("the file is {what}, not a roster"), *help))
        }
        None => Ok(()),
    }
}

/// Returns whether a text begins as objects and lists of JSON do; `[Tenant],[Plan]` does not.
fn is_json(start: &str) -> bool {
    let mut letters = start.chars().filter(|letter| !letter.is_whitespace());
    match (letters.next(), letters.next()) {
        (Some('{'), second) => matches!(second, Some('"' | '}')),
        (Some('['), second) => matches!(second, Some('{' | '[' | '"' | ']')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(head: &[u8], name: &str) -> Option<&'static str> {
        check_bytes(head, head.len() as u64, name).err().map(|error| error.diagnostics[0].code.as_str())
    }

    fn text_code(head: &str) -> Option<&'static str> {
        check_text(head).err().map(|error| error.diagnostics[0].code.as_str())
    }

    /// What Office leaves beside an open file: a name of at most 54 letters, and once more in UTF-16.
    fn lock_file(user: &str, size: usize, wide: usize) -> Vec<u8> {
        let letters = u8::try_from(user.len()).unwrap();
        let mut bytes = vec![letters];
        bytes.extend(user.as_bytes());
        bytes.resize(wide, b' ');
        bytes.extend([letters, 0]);
        bytes.extend(user.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.resize(size, 0);
        bytes
    }

    #[test]
    fn lock_files_are_told_by_their_content_and_by_their_name() {
        for bytes in [lock_file("Robin Counts", 165, 55), lock_file("r", 162, 54)] {
            assert_eq!(code(&bytes, "roster.xlsx"), Some("roster-lock-file"));
        }
        assert_eq!(code(b"", "~$roster.xlsx"), Some("roster-lock-file"));
        assert_eq!(code(b",robin,desk,2026;", ".~lock.roster.ods#"), Some("roster-lock-file"));
        let text = "Tenant,Plan,Paid seats\n".repeat(100);
        assert_eq!(code(text.as_bytes(), "~$roster.csv"), None, "no lock file is so long");
        assert_eq!(code(&text.as_bytes()[..165], "roster.csv"), None);
        let error = check_bytes(b"", 0, "~$roster.xlsx").unwrap_err();
        assert_eq!(error.diagnostics[0].help, "name the workbook itself: `roster.xlsx`");
    }

    #[test]
    fn pointers_and_json_have_messages_of_their_own() {
        assert_eq!(text_code("version https://git-lfs.github.com/spec/v1\noid x"), Some("roster-pointer"));
        assert_eq!(text_code("/annex/objects/SHA256E-s5--a.csv\n"), Some("roster-pointer"));
        for json in ["{\"Tenant\":1}", "\u{feff}\r\n[\n  {", "[[\"Tenant\"]]", "[]", "{}"] {
            assert_eq!(text_code(json), Some("roster-json"), "{json}");
        }
        for text in ["[Tenant],[Plan]\n", "{Tenant},Plan", "Tenant,Plan", "version,Plan", "[1] Report", ""] {
            assert_eq!(text_code(text), None, "{text}");
        }
    }

    #[test]
    fn other_kinds_are_named() {
        for (head, what) in
            [("<TABLE border=1>", "a web page"), ("ID;PWXL;N;E\r\n", "SYLK"), ("<?xml v", "XML")]
        {
            let error = check_text(head).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
        assert_eq!(text_code("ID;Plan;Seats\n"), None);
        assert_eq!(code(b"{\\rtf1", ""), Some("roster-format"));
        let before = check_bytes(b"Notice: x\nPK\x03\x04", 14, "").unwrap_err().to_string();
        assert!(before.contains("10 bytes in front of"), "{before}");
        assert_eq!(code(b"Tenant,Plan\nPK,1\n", ""), None);
    }
}

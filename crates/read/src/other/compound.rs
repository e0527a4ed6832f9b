//! Compound files (OLE): a small file system in a file, in which Excel kept workbooks until 2003.
//!
//! The `cfb` crate reads them; it finds chains that go round, and believes no size. What the file may make it hold is
//! bounded here. Only streams of the root belong to the file itself: those in its folders are of objects embedded in
//! it, such as another workbook.

use crate::diagnostic::Code;
use crate::error::{Error, Result};
use crate::package::{damaged, too_large};
use crate::positioned::Positioned;
use crate::{refused, unreadable};
use cfb::CompoundFile;
use std::io::{Cursor, Read, Seek, SeekFrom};

/// A full sheet of 65,536 rows with a hundred columns comes to this; the whole file is held in memory.
const LIMIT_BYTES: u64 = 128 * 1024 * 1024;
/// The largest sector: a file may end where nothing is in the last one.
const SECTOR_BYTES: usize = 4096;
/// Bytes that may be read beyond those of the file: each of them is read once, and the header at most once more.
const SPARE_BYTES: u64 = 1024 * 1024;

/// What a compound file holds that is no workbook, by the name of one of its streams.
const FOREIGN: [(&str, &str, &str); 4] = [
    ("WordDocument", "a Word document", "copy the roster to a workbook, or name the workbook"),
    ("PowerPoint Document", "a presentation", "name the workbook with the roster"),
    ("__properties_version1.0", "an e-mail", "save the attachment and name it"),
    ("VisioDocument", "a drawing", "name the workbook with the roster"),
];

/// Returns the workbook's stream, whole.
///
/// # Errors
/// `workbook-protected` if it is an encrypted workbook; `roster-format` if it is no workbook; `workbook-damaged`,
/// `workbook-too-large`, `roster-unreadable`.
pub(super) fn workbook(file: &mut Positioned, bytes: u64) -> Result<Vec<u8>> {
    if bytes > LIMIT_BYTES {
        return Err(too_large("an .xls file is read up to 128 MiB"));
    }
    let mut whole = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
    file.take(LIMIT_BYTES).read_to_end(&mut whole).map_err(|error| unreadable(&error))?;
    whole.resize(whole.len().next_multiple_of(SECTOR_BYTES), 0);
    let mut compound = CompoundFile::open(Bounded::new(whole)).map_err(|error| broken(&error))?;
    let has = |name: &str| compound.is_stream(format!("/{name}"));
    if has("EncryptedPackage") {
        return Err(protected());
    }
    if let Some((_, what, help)) = FOREIGN.iter().find(|(stream, ..)| has(stream)) {
        return Err(refused(Code::RosterFormat, format!("the file is {what}, not a roster"), *help));
    }
    let Some(name) = ["Workbook", "Book"].into_iter().find(|name| has(name)) else {
        return Err(refused(
            Code::RosterFormat,
            "the file is not a workbook but an installer or another old document",
            "name the workbook with the roster",
        ));
    };
    let mut found = compound.open_stream(format!("/{name}")).map_err(|error| broken(&error))?;
    let (length, mut stream) = (found.len(), Vec::new());
    if length > bytes {
        return Err(damaged(&format!("its stream `{name}` is longer than the file")));
    }
    found.read_to_end(&mut stream).map_err(|error| broken(&error))?;
    if (stream.len() as u64) < length {
        return Err(damaged(&format!("its stream `{name}` is shorter than it says")));
    }
    Ok(stream)
}

fn broken(error: &std::io::Error) -> Error {
    damaged(&format!("its parts cannot be found ({error})"))
}

/// Returns the error for a workbook that only opens with a password.
pub(super) fn protected() -> Error {
    refused(
        Code::WorkbookProtected,
        "the workbook is protected by a password",
        "open it in Excel, remove the password, and save it again",
    )
}

/// The bytes of a file, which may be read about once: a table whose sectors are listed again and again would be held
/// again and again.
struct Bounded {
    bytes: Cursor<Vec<u8>>,
    left: u64,
}

impl Bounded {
    fn new(bytes: Vec<u8>) -> Self {
        let left = (bytes.len() as u64).saturating_add(SPARE_BYTES);
        Self { bytes: Cursor::new(bytes), left }
    }
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.bytes.read(into)?;
        let left = self.left.checked_sub(count as u64);
        self.left =
            left.ok_or_else(|| std::io::Error::other("it refers to the same bytes again and again"))?;
        Ok(count)
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.bytes.seek(to)
    }
}

//! Compound files (OLE): a small file system in a file, in which Excel kept workbooks until 2003.
//!
//! Every chain of sectors is walked with a count, so that one that points to itself is found out; nothing that the file
//! says of its own size is believed. Source: [MS-CFB], Compound File Binary File Format.

use super::bytes::{Fields, utf16};
use crate::error::{Error, Result};
use crate::read::package::{damaged, too_large};
use crate::read::{refused, unreadable};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// A full sheet of 65,536 rows with a hundred columns comes to this; the whole file is held in memory.
const LIMIT_BYTES: u64 = 128 * 1024 * 1024;
const HEADER_BYTES: usize = 512;
const ENTRY_BYTES: usize = 128;
const MINI_BYTES: usize = 64;
/// Streams shorter than this are kept in the mini stream.
const MINI_LIMIT: usize = 4096;
/// The first number of a sector that means something else: none, or what the sector is for.
const SPECIAL: u32 = 0xffff_fffa;
const END: u32 = 0xffff_fffe;

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
pub(super) fn workbook(file: &mut File, bytes: u64) -> Result<Vec<u8>> {
    if bytes > LIMIT_BYTES {
        return Err(too_large("an .xls file is read up to 128 MiB"));
    }
    let mut whole = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
    file.take(LIMIT_BYTES).read_to_end(&mut whole).map_err(|error| unreadable(&error))?;
    let compound = Compound::open(&whole)?;
    if compound.has("EncryptedPackage") {
        return Err(protected());
    }
    let foreign = FOREIGN.iter().find(|(stream, ..)| compound.has(stream));
    if let Some((_, what, help)) = foreign {
        return Err(refused("roster-format", format!("the file is {what}, not a roster"), *help));
    }
    match ["Workbook", "Book"].iter().find(|name| compound.has(name)) {
        Some(name) => compound.stream(name),
        None => Err(refused(
            "roster-format",
            "the file is no workbook, but an installer or another old document",
            "name the workbook with the roster",
        )),
    }
}

/// Returns the error for a workbook that only opens with a password.
pub(super) fn protected() -> Error {
    refused(
        "workbook-protected",
        "the workbook is protected by a password",
        "open it in Excel, remove the password, and save it again",
    )
}

/// A file in the file.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    start: u32,
    bytes: usize,
}

struct Compound<'a> {
    /// Everything behind the header.
    sectors: &'a [u8],
    sector_bytes: usize,
    /// The sector behind each sector of a chain.
    next: Vec<u32>,
    /// The same for the sectors of the mini stream.
    mini_next: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<Entry>,
}

/// What the header says, as far as it is asked.
struct Header {
    sector_bytes: usize,
    directory: u32,
    mini_table: u32,
    table_list: u32,
    /// The first sectors of the table, in the header itself.
    tables: Vec<u32>,
}

impl<'a> Compound<'a> {
    fn open(whole: &'a [u8]) -> Result<Self> {
        let header = header(whole).ok_or_else(|| damaged("its beginning is not that of a compound file"))?;
        let sectors = whole.get(header.sector_bytes..).unwrap_or_default();
        let mut compound = Self {
            sectors,
            sector_bytes: header.sector_bytes,
            next: Vec::new(),
            mini_next: Vec::new(),
            mini: Vec::new(),
            entries: Vec::new(),
        };
        compound.read_table(&header)?;
        let directory = compound.chain(header.directory, usize::MAX)?;
        compound.entries = directory.chunks_exact(ENTRY_BYTES).filter_map(entry).collect();
        let root = compound.entries.first().cloned();
        if let Some(root) = root.filter(|_| header.mini_table < SPECIAL) {
            let table = compound.chain(header.mini_table, usize::MAX)?;
            compound.mini_next = numbers(&table);
            compound.mini = compound.chain(root.start, root.bytes)?;
        }
        Ok(compound)
    }

    fn count(&self) -> usize {
        self.sectors.len().div_ceil(self.sector_bytes)
    }

    fn sector(&self, number: u32) -> Result<&'a [u8]> {
        let start = usize::try_from(number).ok().and_then(|number| number.checked_mul(self.sector_bytes));
        let rest = start.and_then(|start| self.sectors.get(start..)).filter(|rest| !rest.is_empty());
        // The last sector may be cut off where nothing is in it.
        let sector = rest.map(|rest| rest.get(..self.sector_bytes).unwrap_or(rest));
        sector.ok_or_else(|| damaged("a sector stands behind its end; the file was cut short"))
    }

    /// Reads the table of chains, whose own sectors are listed in the header and in a chain of lists.
    fn read_table(&mut self, header: &Header) -> Result<()> {
        let mut tables = header.tables.clone();
        let (mut list, mut lists) = (header.table_list, 0);
        while list < SPECIAL {
            lists += 1;
            if lists > self.count() {
                return Err(endless());
            }
            let mut numbers = numbers(self.sector(list)?);
            list = numbers.pop().unwrap_or(END);
            tables.extend(numbers);
        }
        // Each sector of the table is one of the file's; listed again and again, they would take more memory than it.
        let most = self.count();
        let tables: Vec<u32> = tables.into_iter().filter(|number| *number < SPECIAL).collect();
        if tables.len() > most {
            return Err(damaged("its table of sectors is longer than the file"));
        }
        for number in tables {
            let sector = self.sector(number)?;
            self.next.extend(numbers(sector));
        }
        Ok(())
    }

    /// Returns the bytes of a chain of sectors, so many at most.
    fn chain(&self, start: u32, bytes: usize) -> Result<Vec<u8>> {
        let (mut found, mut number, mut steps) = (Vec::new(), start, 0);
        while number < SPECIAL && found.len() < bytes {
            steps += 1;
            if steps > self.count() {
                return Err(endless());
            }
            found.extend_from_slice(self.sector(number)?);
            number = behind(&self.next, number)?;
        }
        found.truncate(bytes);
        Ok(found)
    }

    fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    fn stream(&self, name: &str) -> Result<Vec<u8>> {
        let entry = self.entry(name).ok_or_else(|| damaged(&format!("its stream `{name}` is missing")))?;
        let found = if entry.bytes < MINI_LIMIT {
            self.mini_chain(entry.start, entry.bytes)?
        } else {
            self.chain(entry.start, entry.bytes)?
        };
        if found.len() < entry.bytes {
            return Err(damaged(&format!("its stream `{name}` is shorter than it says")));
        }
        Ok(found)
    }

    fn mini_chain(&self, start: u32, bytes: usize) -> Result<Vec<u8>> {
        let (mut found, mut number, mut steps) = (Vec::new(), start, 0);
        while number < SPECIAL && found.len() < bytes {
            steps += 1;
            if steps > self.mini.len() {
                return Err(endless());
            }
            let start = usize::try_from(number).ok().and_then(|number| number.checked_mul(MINI_BYTES));
            let sector = start.and_then(|start| self.mini.get(start..)).unwrap_or_default();
            found.extend_from_slice(sector.get(..MINI_BYTES).unwrap_or(sector));
            number = behind(&self.mini_next, number)?;
        }
        found.truncate(bytes);
        Ok(found)
    }
}

/// Returns the number behind another in its chain.
fn behind(next: &[u32], number: u32) -> Result<u32> {
    let found = usize::try_from(number).ok().and_then(|number| next.get(number));
    found.copied().ok_or_else(|| damaged("a chain of its sectors leads nowhere"))
}

fn endless() -> Error {
    damaged("a chain of its sectors has no end")
}

fn header(whole: &[u8]) -> Option<Header> {
    let mut fields = Fields(whole.get(..HEADER_BYTES)?);
    fields.take(30)?;
    let sector_bytes = match fields.u16()? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    // The size of mini sectors, and what is always zero.
    fields.take(2 + 6 + 4 + 4)?;
    let directory = fields.u32()?;
    fields.take(4 + 4)?;
    let mini_table = fields.u32()?;
    fields.take(4)?;
    let table_list = fields.u32()?;
    fields.take(4)?;
    Some(Header { sector_bytes, directory, mini_table, table_list, tables: numbers(fields.0) })
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let mut fields = Fields(bytes);
    let name = utf16(fields.take(64)?);
    // The length of the name, kind, colour, neighbours, class, state, times.
    fields.take(2 + 1 + 1 + 12 + 16 + 4 + 16)?;
    let start = fields.u32()?;
    let bytes = usize::try_from(fields.u32()?).ok()?;
    let name = name.split('\0').next().unwrap_or_default().to_owned();
    Some(Entry { name, start, bytes }).filter(|entry| !entry.name.is_empty())
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    let (numbers, _) = bytes.as_chunks();
    numbers.iter().map(|number| u32::from_le_bytes(*number)).collect()
}

//! The library's parts in the workbook: copied as they are, compressed as they are, but for tables that are mended, and, where
//! we write rows, for the table of texts, which is ours, and for the sheets, whose cells name texts by their numbers there and
//! into which rows are put.

use crate::archive::Archive;
use crate::body::Body;
use crate::deflate::{self, Compression, Deflater, Piece};
use crate::error::{Error, Result};
use crate::parts::{self, StreamedPart};
use crate::rendered::Renderer;
use crate::strings::{self, Strings};
use crate::tables::{self, Ranged};
use crate::target;
use crate::template::{self, Cut};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use zip::ZipArchive;
use zip::result::ZipError;

/// What the names of the parts with sheets begin with, and of those with tables.
const SHEETS: &str = "xl/worksheets/sheet";
const TABLES: &str = "xl/tables/";
/// The number of the way in which we compress, in an archive.
const DEFLATED: u16 = 8;

/// What the library's workbook has that the finished one has otherwise.
pub(crate) struct Changed<'a> {
    /// How many sheets stand in front of the streamed ones.
    pub before: usize,
    /// The sheets that we streamed; none = the library wrote all rows.
    pub streamed: &'a [parts::RosterPart],
    /// The rows of other sheets that wait, with the number of their sheet from 1.
    pub bodies: Vec<(usize, Body)>,
    /// What compresses the sheets around them, and has the texts that rows name; `None` = the library wrote all rows.
    pub renderer: Option<&'a Renderer>,
    /// The tables that were added to its sheets.
    pub tables: Vec<Ranged>,
}

/// The library's workbook.
type Made = ZipArchive<BufReader<File>>;

/// Copies the library's parts behind the streamed ones, after a look whether it made their sheets as before, mends
/// its tables, and puts rows in that wait. Returns the sheets that those are on, each with its number.
///
/// # Errors
/// Those of both files; internal, if the library's workbook is not as we know it.
pub(crate) fn copy(
    mut library: File,
    changed: Changed<'_>,
    archive: &mut Archive,
    file: &mut File,
) -> Result<Vec<(usize, StreamedPart)>> {
    let Changed { before, streamed, bodies, renderer, mut tables } = changed;
    let mut bodies: HashMap<String, (usize, Body)> =
        bodies.into_iter().map(|(sheet, body)| (template::sheet_part(sheet), (sheet, body))).collect();
    let mut filled = Vec::with_capacity(bodies.len());
    library.seek(SeekFrom::Start(0)).map_err(|error| unread(&error))?;
    let mut made = ZipArchive::new(BufReader::new(library)).map_err(|error| archive_failed(&error))?;
    let table =
        renderer.map(|renderer| Ok((renderer, template::text(&mut made, strings::PART)?))).transpose()?;
    let ours = table.as_ref().map(|(renderer, xml)| Ok((*renderer, Strings::of(renderer.texts(), xml)?)));
    let mut ours = ours.transpose()?;
    if let Some((_, strings)) = &mut ours {
        check_cuts(&mut made, (before, streamed), strings)?;
    }
    let unwritten = |error| target::io_failed("the workbook cannot be written", &error);
    for index in 0..made.len() {
        let mut part = made.by_index_raw(index).map_err(|error| archive_failed(&error))?;
        let name = part.name().map_err(|error| archive_failed(&error))?.to_string();
        if (0..streamed.len()).any(|number| name == template::sheet_part(before + 1 + number)) {
            continue;
        }
        if let Some((renderer, strings)) = &mut ours {
            if name == strings::PART {
                continue;
            }
            if name.starts_with(SHEETS) {
                drop(part);
                let xml = template::text(&mut made, &name)?;
                if let Some((sheet, body)) = bodies.remove(&name) {
                    let put = body.put((&name, &xml), renderer, strings, (&mut *archive, &mut *file))?;
                    filled.push((sheet, put));
                } else {
                    append(&name, renderer.piece(&strings.library_sheet(&xml)?)?, archive, file)?;
                }
                continue;
            }
        }
        let method = if part.compression() == zip::CompressionMethod::Stored { 0 } else { DEFLATED };
        let sizes = (part.compressed_size(), part.size());
        let head = (name.as_str(), method, part.crc32());
        if name.starts_with(TABLES) {
            drop(part);
            let xml = template::text(&mut made, &name)?;
            if let Some(mended) = tables::mend(&xml, &mut tables)? {
                let mended = Deflater::new(Compression::default()).piece(mended.as_bytes())?;
                append(&name, mended, archive, file)?;
                continue;
            }
            part = made.by_index_raw(index).map_err(|error| archive_failed(&error))?;
        }
        archive.copy(file, head, sizes, &mut part).map_err(unwritten)?;
    }
    if let Some((renderer, mut strings)) = ours {
        strings.count(streamed.iter().map(|part| part.naming).sum());
        append(strings::PART, renderer.piece(&strings.xml())?, archive, file)?;
    }
    if !bodies.is_empty() {
        return Err(Error::internal("the workbook library has lost a sheet"));
    }
    if tables.is_empty() { Ok(filled) } else { Err(Error::internal("the workbook library has lost a table")) }
}

/// Compares the library's sheets of the parts that we streamed, behind `before` others, with those around their rows.
fn check_cuts(
    made: &mut Made,
    (before, streamed): (usize, &[parts::RosterPart]),
    strings: &mut Strings<'_>,
) -> Result<()> {
    for (sheet, part) in (before + 1..).zip(streamed) {
        if Cut::of(&strings.library_sheet(&template::sheet_xml(made, sheet)?)?)? != part.cut {
            return Err(Error::internal("the workbook library does not make the same sheet twice"));
        }
    }
    Ok(())
}

/// Appends a part of our own.
fn append(name: &str, mut piece: Piece, archive: &mut Archive, file: &mut File) -> Result<()> {
    piece.bytes.extend(deflate::END);
    let sizes = (piece.bytes.len() as u64, piece.size);
    archive
        .copy(file, (name, DEFLATED, piece.crc.sum()), sizes, &mut piece.bytes.as_slice())
        .map_err(|error| target::io_failed("the workbook cannot be written", &error))
}

fn unread(error: &std::io::Error) -> Error {
    target::io_failed("a temporary file cannot be read", error)
}

/// The library's own workbook cannot be read: the disk's doing, or a flaw of the library or of ours.
pub(crate) fn archive_failed(error: &ZipError) -> Error {
    if let ZipError::Io(error) = error
        && error.raw_os_error().is_some()
    {
        return unread(error);
    }
    Error::internal(format!("the workbook library's archive cannot be read: {error}"))
}

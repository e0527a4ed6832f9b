//! Rows of sheets beside the main one: rendered and compressed, they wait in an unnamed file until the workbook library
//! has made the sheets around them.

use crate::error::{Error, Result};
use crate::rendered::Rendered;
use crate::target::io_failed;
use flate2::Crc;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The file, shared by all who have a clone; it is opened with the first rows.
#[derive(Clone, Debug)]
pub(crate) struct Spool(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    file: Option<File>,
    /// Where the next bytes go.
    offset: u64,
}

/// Compressed rows that wait.
#[derive(Debug)]
pub(crate) struct Waiting {
    offset: u64,
    /// How many bytes they take.
    pub bytes: usize,
    /// How many they inflate to.
    pub size: u64,
    /// The checksum of what they inflate to.
    pub crc: Crc,
    /// The rows.
    pub rows: u64,
}

impl Spool {
    /// Returns one without rows, whose file will be in a folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self(Arc::new(Mutex::new(Inner { folder: folder.to_owned(), file: None, offset: 0 })))
    }

    /// Keeps rows.
    ///
    /// # Errors
    /// If they cannot be stored.
    fn keep(&self, rendered: Rendered) -> Result<Waiting> {
        let Rendered { filled, piece, .. } = rendered;
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Inner { folder, file, offset } = &mut *inner;
        let file = match file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(folder).map_err(|error| failed(&error))?),
        };
        file.write_all(&piece.bytes).map_err(|error| failed(&error))?;
        let waiting = Waiting {
            offset: *offset,
            bytes: piece.bytes.len(),
            size: piece.size,
            crc: piece.crc,
            rows: filled,
        };
        *offset += piece.bytes.len() as u64;
        Ok(waiting)
    }

    /// Reads the bytes of rows that wait.
    ///
    /// # Errors
    /// If they cannot be read back.
    pub(crate) fn read(&self, waiting: &Waiting) -> Result<Vec<u8>> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let file = inner.file.as_mut().ok_or_else(|| Error::internal("rows of a sheet were not kept"))?;
        let mut bytes = vec![0; waiting.bytes];
        file.seek(SeekFrom::Start(waiting.offset)).map_err(|error| failed(&error))?;
        file.read_exact(&mut bytes).map_err(|error| failed(&error))?;
        Ok(bytes)
    }
}

fn failed(error: &std::io::Error) -> Error {
    io_failed("a temporary file next to the workbook cannot be kept", error)
}

/// The rows of one part of a sheet, which wait.
#[derive(Debug, Default)]
pub(crate) struct PartRows {
    /// In their order.
    pub pieces: Vec<Waiting>,
    /// How many of them hold a cell.
    pub filled: u64,
    /// How many of their cells name a text of the workbook's table.
    pub naming: u64,
    /// The last column with a cell, from 0.
    pub last_column: usize,
}

/// The rows of a sheet, which wait.
#[derive(Debug)]
pub(crate) struct SheetBody {
    spool: Spool,
    /// Those of each part.
    parts: Vec<PartRows>,
}

impl SheetBody {
    /// Returns no rows yet.
    pub(crate) const fn new(spool: Spool) -> Self {
        Self { spool, parts: Vec::new() }
    }

    /// Appends rows behind those that it has.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(crate) fn append(&mut self, rows: impl IntoIterator<Item = Rendered>) -> Result<()> {
        for rendered in rows {
            let (part, last_column, filled) = (rendered.part, rendered.last_column, rendered.filled);
            let naming = rendered.naming;
            let waiting = self.spool.keep(rendered)?;
            let part = self.part(part)?;
            part.pieces.push(waiting);
            part.filled += filled;
            part.naming += naming;
            part.last_column = part.last_column.max(last_column);
        }
        Ok(())
    }

    /// Returns how many rows of a part hold a cell.
    pub(crate) fn filled(&self, part: usize) -> u64 {
        self.parts.get(part).map_or(0, |part| part.filled)
    }

    /// Takes the rows of a part out, with what gives their bytes.
    pub(crate) fn take(&mut self, part: usize) -> (PartRows, Spool) {
        (self.parts.get_mut(part).map(std::mem::take).unwrap_or_default(), self.spool.clone())
    }

    fn part(&mut self, part: usize) -> Result<&mut PartRows> {
        if self.parts.len() <= part {
            self.parts.resize_with(part + 1, PartRows::default);
        }
        self.parts.get_mut(part).ok_or_else(|| Error::internal("a part of a sheet is lost"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deflate::{Compression, Deflater};

    #[test]
    fn rows_come_back_as_they_were_kept_whoever_asks_first() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path());
        let deflater = Deflater::new(Compression::Fast);
        let rendered = |words: &str, part| Rendered {
            part,
            filled: 1,
            naming: 0,
            last_column: 2,
            piece: deflater.piece(words.as_bytes()).unwrap(),
        };
        let mut bodies = [SheetBody::new(spool.clone()), SheetBody::new(spool)];
        for (sheet, words, part) in [(0, "Contoso", 0), (1, "Fabrikam", 0), (0, "Adatum", 1)] {
            bodies[sheet].append(vec![rendered(words, part)]).unwrap();
        }
        for (sheet, words, part) in [(0, "Adatum", 1), (1, "Fabrikam", 0), (0, "Contoso", 0)] {
            assert_eq!(bodies[sheet].filled(part), 1);
            let (rows, spool) = bodies[sheet].take(part);
            let [waiting] = &rows.pieces[..] else { panic!("{words}") };
            assert_eq!(spool.read(waiting).unwrap(), rendered(words, part).piece.bytes);
            assert_eq!((rows.filled, rows.last_column, waiting.size), (1, 2, words.len() as u64));
        }
        assert!(bodies[1].take(7).0.pieces.is_empty());
    }
}

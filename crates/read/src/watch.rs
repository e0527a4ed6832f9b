//! Whether a file is still what it was when its reading began: rows of one file and the hash of another would be a
//! wrong answer.

use super::{changed, unreadable};
use crate::error::Result;
use crate::positioned::Positioned;
use std::fs::Metadata;
use std::io::{Read, Seek, SeekFrom};
use std::time::SystemTime;

const CHUNK_BYTES: usize = 256 * 1024;

/// A file that is being read, and what was known of it before its first byte was.
pub(super) struct Watch {
    file: Positioned,
    bytes: u64,
    /// `None` where the system does not say.
    modified: Option<SystemTime>,
}

impl Watch {
    /// Begins to watch a file.
    ///
    /// # Errors
    /// `roster-unreadable`.
    pub(super) fn new(file: &Positioned) -> Result<Self> {
        let metadata = file.metadata().map_err(|error| unreadable(&error))?;
        Ok(Self { file: file.clone(), bytes: metadata.len(), modified: modified(&metadata) })
    }

    /// Refuses a file that was written to meanwhile. A new file that took its name is another one, and changes nothing.
    ///
    /// # Errors
    /// `roster-changed`, `roster-unreadable`.
    pub(super) fn check(&self) -> Result<()> {
        let now = self.file.metadata().map_err(|error| unreadable(&error))?;
        if now.len() == self.bytes && modified(&now) == self.modified { Ok(()) } else { Err(changed()) }
    }

    /// Refuses a file whose bytes are not those that had this checksum, though its size and time say nothing: times are
    /// coarse, and can be set back. Reads all of it, from its beginning.
    ///
    /// # Errors
    /// `roster-changed`, `roster-unreadable`.
    pub(super) fn check_bytes(&mut self, checksum: u32) -> Result<()> {
        self.check()?;
        self.file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
        let (mut now, mut buffer) = (flate2::Crc::new(), vec![0; CHUNK_BYTES]);
        loop {
            let count = self.file.read(&mut buffer).map_err(|error| unreadable(&error))?;
            if count == 0 {
                break;
            }
            now.update(buffer.get(..count).unwrap_or_default());
        }
        if now.sum() == checksum { Ok(()) } else { Err(changed()) }
    }
}

fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}

#[cfg(test)]
mod tests {
    use crate::error::Result;
    use crate::tests_support::{Parts, known_headings};
    use crate::{Block, Input, Limits, OpenFile, Options, open};
    use std::path::Path;

    fn text(seats: u32) -> Vec<u8> {
        format!("Tenant,Plan,Seats\n{}", format!("Contoso,x,{seats}\n").repeat(40_000)).into_bytes()
    }

    fn book(seats: u32) -> Vec<u8> {
        let row = |row: u32| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>{seats}</v></c></row>");
        let rows: String = (2..200).map(row).collect();
        Parts::new(&format!("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Tenant</v></c></row>{rows}")).bytes()
    }

    /// Reads a file twice; `meanwhile` is called before each of both, and once at the first rows of the second.
    fn read(path: &Path, meanwhile: &dyn Fn(u32)) -> Result<()> {
        read_input(&Input::File(path.to_owned()), meanwhile)
    }

    fn read_input(input: &Input, meanwhile: &dyn Fn(u32)) -> Result<()> {
        let scratch = crate::scratch::Scratch::system();
        let options = Options::new(Limits::default(), &scratch, &known_headings);
        let mut reader = open(input, options)?;
        meanwhile(0);
        reader.read(&mut |block: Block| block.records().map(|_| ()))?;
        meanwhile(1);
        let mut is_first = true;
        reader.read(&mut |block: Block| {
            if std::mem::take(&mut is_first) {
                meanwhile(2);
            }
            block.records().map(|_| ())
        })
    }

    /// Writes a file anew in its place, and sets its time back to what it was.
    fn rewrite(path: &Path, bytes: &[u8]) {
        let before = std::fs::metadata(path).unwrap().modified().unwrap();
        std::fs::write(path, bytes).unwrap();
        std::fs::File::options().append(true).open(path).unwrap().set_modified(before).unwrap();
    }

    #[test]
    fn a_file_that_is_rewritten_in_place_is_noticed_at_any_moment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roster");
        for (old, new) in [(text(480), text(481)), (book(480), book(481)), (text(480), book(480))] {
            for moment in 0..3 {
                std::fs::write(&path, &old).unwrap();
                let meanwhile = |at| {
                    if at == moment {
                        rewrite(&path, &new);
                    }
                };
                let error = read(&path, &meanwhile).unwrap_err();
                assert_eq!(error.diagnostics[0].code.as_str(), "roster-changed", "moment {moment}: {error}");
                std::fs::write(&path, &old).unwrap();
                let open = OpenFile::new(std::fs::File::open(&path).unwrap(), "roster");
                let error = read_input(&Input::Open(open), &meanwhile).unwrap_err();
                assert_eq!(error.diagnostics[0].code.as_str(), "roster-changed", "moment {moment}: {error}");
            }
            std::fs::write(&path, &old).unwrap();
            read(&path, &|_| ()).unwrap();
        }
    }

    #[test]
    fn a_file_that_takes_the_name_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("roster"), folder.path().join("other"));
        for bytes in [text(480), book(480)] {
            std::fs::write(&path, &bytes).unwrap();
            std::fs::write(&other, b"Tenant\n").unwrap();
            read(&path, &|at| {
                if at == 1 {
                    std::fs::rename(&other, &path).unwrap();
                }
            })
            .unwrap();
        }
    }
}

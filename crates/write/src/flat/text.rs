//! Bytes that wait to be appended: in memory, and where they are very many, in a file.
//!
//! A few bytes of a roster can become very many, such as a row of one cell below ten thousand headings.

use crate::error::Result;
use crate::flat::not_written;
use crate::scratch::Scratch;
use flate2::Crc;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

/// Bytes that wait in memory at most, with the cell that goes beyond.
const LIMIT_MEMORY: usize = 16 << 20;

/// Bytes that wait to be appended.
#[derive(Debug)]
pub(super) struct Text {
    /// Those that go before the others.
    file: Option<File>,
    /// The checksum of those.
    crc: Crc,
    /// What can be appended to.
    pub(super) memory: Vec<u8>,
    scratch: Scratch,
}

impl Text {
    /// Returns no bytes yet; the memory of an empty buffer is used.
    pub(super) fn new(memory: Vec<u8>, scratch: &Scratch) -> Self {
        Self { file: None, crc: Crc::new(), memory, scratch: scratch.clone() }
    }

    /// Moves what is too much for memory into a file.
    ///
    /// # Errors
    /// If there is no room for it.
    pub(super) fn spill(&mut self) -> Result<()> {
        if self.memory.len() < LIMIT_MEMORY {
            return Ok(());
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.scratch.file()?,
        };
        file.write_all(&self.memory).map_err(|error| self.scratch.failed(&error))?;
        self.file = Some(file);
        self.crc.update(&self.memory);
        self.memory.clear();
        Ok(())
    }

    /// Copies the bytes; returns their checksum and the buffer.
    ///
    /// # Errors
    /// If they cannot be copied.
    pub(super) fn copy_to(self, out: &mut File) -> Result<(Crc, Vec<u8>)> {
        let Self { file, mut crc, memory, .. } = self;
        if let Some(mut file) = file {
            file.seek(SeekFrom::Start(0))
                .and_then(|_| std::io::copy(&mut file, out))
                .map_err(|error| not_written(&error))?;
        }
        crc.update(&memory);
        out.write_all(&memory).map_err(|error| not_written(&error))?;
        Ok((crc, memory))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn more_than_memory_should_hold_comes_through_in_order() {
        let mut text = Text::new(Vec::new(), &Scratch::system());
        let row: Vec<u8> = (0..=255_u8).cycle().take(3_000_001).collect();
        for _ in 0..20 {
            text.memory.extend_from_slice(&row);
            text.spill().unwrap();
            assert!(text.memory.len() < LIMIT_MEMORY);
        }
        assert!(text.file.is_some());
        let mut out = tempfile::tempfile().unwrap();
        let (crc, _) = text.copy_to(&mut out).unwrap();
        let mut found = Vec::new();
        out.seek(SeekFrom::Start(0)).unwrap();
        out.read_to_end(&mut found).unwrap();
        assert!(found == row.repeat(20));
        let mut wanted = Crc::new();
        wanted.update(&found);
        assert_eq!(crc.sum(), wanted.sum());
    }
}

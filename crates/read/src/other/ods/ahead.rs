//! A part that is inflated on a thread of its own while its XML is read.

use crate::error::{Error, Result};
use crate::package::{LONG_EVENT, PackagePart, too_large};
use std::io::{BufRead, Read};
use std::sync::mpsc::{Receiver, SyncSender};

/// Bytes that are inflated together.
const BLOCK_BYTES: usize = 256 * 1024;
/// Blocks that wait to be read; bounds memory.
pub(super) const WAITING: usize = 4;

/// What is inflated, or what was wrong there; nothing comes behind that.
pub(super) type Inflated = Result<Vec<u8>>;

/// Inflates a part, down to its end or until nobody takes more.
pub(super) fn inflate(mut part: PackagePart<'_>, blocks: &SyncSender<Inflated>) {
    loop {
        let filled = part.fill(BLOCK_BYTES);
        let is_over = !matches!(filled, Ok(true));
        let block = filled.map(|_| part.cut_off(usize::MAX));
        if blocks.send(block).is_err() || is_over {
            return;
        }
    }
}

/// The bytes of such a part, for an XML reader.
pub(super) struct Ahead<'n> {
    blocks: Receiver<Inflated>,
    name: &'n str,
    block: Vec<u8>,
    start: usize,
    /// Bytes that may still be read for one event.
    allowed: usize,
    harm: Option<Error>,
}

impl<'n> Ahead<'n> {
    /// Returns those of the part with this name.
    pub(super) const fn new(blocks: Receiver<Inflated>, name: &'n str) -> Self {
        Self { blocks, name, block: Vec::new(), start: 0, allowed: 0, harm: None }
    }

    /// Lets an XML reader read so many bytes and, in steps of whole blocks, little more; it would keep one long tag or text
    /// in memory.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.allowed = bytes;
    }

    /// Returns the error behind the last failure of the XML reader that reads from here.
    pub(super) fn harm(&mut self) -> Option<Error> {
        self.harm.take()
    }

    fn rest(&self) -> &[u8] {
        self.block.get(self.start..).unwrap_or_default()
    }

    /// Returns the next block; empty = there is none.
    fn next(&mut self) -> Inflated {
        if self.allowed == 0 {
            return Err(too_large(&format!("{LONG_EVENT} ({})", self.name)));
        }
        // A block may be empty although others follow: what is decoded may come to fewer bytes than it was before.
        loop {
            match self.blocks.recv() {
                Ok(Ok(block)) if block.is_empty() => {}
                Ok(block) => return block,
                Err(_) => return Ok(Vec::new()),
            }
        }
    }
}

impl Read for Ahead<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let mut rest = self.fill_buf()?;
        let count = rest.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Ahead<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.rest().is_empty() {
            match self.next() {
                Ok(block) => (self.block, self.start) = (block, 0),
                Err(error) => {
                    self.harm = Some(error);
                    return Err(std::io::Error::other("the rest of the part cannot be read"));
                }
            }
        }
        Ok(self.rest())
    }

    fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.block.len());
        self.allowed = self.allowed.saturating_sub(count);
    }
}

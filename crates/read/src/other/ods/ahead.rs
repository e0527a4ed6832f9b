//! A part that is inflated on a thread of its own while its XML is read.

use crate::error::Result;
use crate::package::{Allowance, PackagePart};
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
    /// What the reader may read.
    pub allowance: Allowance,
}

impl<'n> Ahead<'n> {
    /// Returns those of the part with this name.
    pub(super) fn new(blocks: Receiver<Inflated>, name: &'n str) -> Self {
        Self { blocks, name, block: Vec::new(), start: 0, allowance: Allowance::default() }
    }

    fn rest(&self) -> &[u8] {
        self.block.get(self.start..).unwrap_or_default()
    }

    /// Returns the next block; empty = there is none.
    fn next(&self) -> Inflated {
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
            let next = self.allowance.check(self.name).and_then(|()| self.next());
            (self.block, self.start) = (self.allowance.told(next)?, 0);
        }
        Ok(self.rest())
    }

    fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.block.len());
        self.allowance.used(count);
    }
}

//! Very many records in the order of their bytes, in little memory.
//!
//! Records are gathered a heap at a time; a heap that is full is sorted and goes to a temporary file, and at the end
//! the heaps are merged. One heap of 16 MiB is held of each sorter, and a small buffer for each heap on the disk.

use crate::error::{Error, Result};
use crate::scratch::Scratch;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

/// Bytes of the records of a heap.
const HEAP_BYTES: usize = 16 * 1024 * 1024;
/// Bytes that are read at once of each heap on the disk.
const READ_BYTES: u64 = 32 * 1024;

/// Records on their way, each of less than 4 GiB.
#[derive(Debug)]
pub struct Sorter {
    heap: Heap,
    most: usize,
    full: Full,
    scratch: Scratch,
}

/// Records in memory.
#[derive(Debug, Default)]
struct Heap {
    bytes: Vec<u8>,
    /// Where each begins and ends.
    places: Vec<(usize, usize)>,
}

/// Heaps that were full, one behind the other in one file.
#[derive(Debug, Default)]
struct Full {
    file: Option<File>,
    /// Where each begins and ends.
    heaps: Vec<(u64, u64)>,
}

impl Sorter {
    /// Returns a sorter without records, whose temporary file will be in that folder.
    #[must_use]
    pub fn new(scratch: &Scratch) -> Self {
        Self::with_heap(HEAP_BYTES, scratch)
    }

    fn with_heap(most: usize, scratch: &Scratch) -> Self {
        Self { heap: Heap::default(), most, full: Full::default(), scratch: scratch.clone() }
    }

    /// Adds a record.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if a temporary file cannot be written.
    pub fn push(&mut self, record: &[u8]) -> Result<()> {
        if !self.heap.places.is_empty() && self.heap.bytes.len() + record.len() > self.most {
            self.put_away()?;
        }
        let start = self.heap.bytes.len();
        self.heap.bytes.extend_from_slice(record);
        self.heap.places.push((start, self.heap.bytes.len()));
        Ok(())
    }

    fn put_away(&mut self) -> Result<()> {
        self.heap.sort();
        let file = match &mut self.full.file {
            Some(file) => file,
            None => self.full.file.insert(self.scratch.file()?),
        };
        let place = self.heap.append_to(file).map_err(|error| self.scratch.failed(&error))?;
        self.full.heaps.push(place);
        self.heap.bytes.clear();
        self.heap.places.clear();
        Ok(())
    }
}

impl Heap {
    fn at(&self, (start, end): (usize, usize)) -> &[u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn sort(&mut self) {
        let mut places = std::mem::take(&mut self.places);
        places.sort_unstable_by(|left, right| self.at(*left).cmp(self.at(*right)));
        self.places = places;
    }

    /// Appends the records to a file; returns where they begin and end.
    fn append_to(&self, file: &mut File) -> std::io::Result<(u64, u64)> {
        let start = file.seek(SeekFrom::End(0))?;
        let mut to = std::io::BufWriter::new(&mut *file);
        for place in &self.places {
            let record = self.at(*place);
            to.write_all(&u32::try_from(record.len()).unwrap_or(u32::MAX).to_le_bytes())?;
            to.write_all(record)?;
        }
        to.flush()?;
        drop(to);
        Ok((start, file.stream_position()?))
    }
}

/// Records one behind the other, on their way to a sorter.
#[derive(Debug, Default)]
pub struct Gathered {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Gathered {
    /// Adds the record that `write` appends.
    pub fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    /// Returns how many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.ends.len() as u64
    }

    /// Gives them to a sorter.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if a temporary file cannot be written.
    pub fn sort_into(&self, sorter: &mut Sorter) -> Result<()> {
        let mut start = 0;
        for end in &self.ends {
            sorter.push(self.bytes.get(start..*end).unwrap_or_default())?;
            start = *end;
        }
        Ok(())
    }
}

/// The records of one or more sorters, in order; equal ones come as often as they were added.
#[derive(Debug)]
pub struct Sorted {
    files: Vec<(File, Scratch)>,
    sources: Vec<Source>,
    /// The next record of each source, with its place among them.
    nearest: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
}

/// Where records come from, in order.
#[derive(Debug)]
enum Source {
    Memory { heap: Heap, next: usize },
    Disk { file: usize, read: HeapRead },
}

/// A heap on the disk that is being read.
#[derive(Debug)]
struct HeapRead {
    /// Where the next bytes to be read begin, and where the heap ends.
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    /// Bytes of the buffer that were given.
    used: usize,
}

impl Sorted {
    /// Returns the records of all of these.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if a temporary file cannot be read.
    pub fn of(sorters: impl IntoIterator<Item = Sorter>) -> Result<Self> {
        let (mut files, mut sources) = (Vec::new(), Vec::new());
        for Sorter { mut heap, full, scratch, .. } in sorters {
            heap.sort();
            sources.push(Source::Memory { heap, next: 0 });
            let file = files.len();
            files.extend(full.file.map(|file| (file, scratch)));
            let read = |(at, end)| HeapRead { at, end, buffer: Vec::new(), used: 0 };
            let disk = |place| Source::Disk { file, read: read(place) };
            sources.extend(full.heaps.into_iter().map(disk));
        }
        let mut sorted = Self { files, sources, nearest: BinaryHeap::new() };
        for source in 0..sorted.sources.len() {
            sorted.refill(source, Vec::new())?;
        }
        Ok(sorted)
    }

    /// Moves the next record into `record`; `false` = there is none any more.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if a temporary file cannot be read.
    pub fn next(&mut self, record: &mut Vec<u8>) -> Result<bool> {
        let Some(Reverse((mut found, source))) = self.nearest.pop() else { return Ok(false) };
        std::mem::swap(record, &mut found);
        self.refill(source, found)?;
        Ok(true)
    }

    /// Takes the next record of a source among the nearest, in the room of one that is done.
    fn refill(&mut self, source: usize, mut room: Vec<u8>) -> Result<()> {
        room.clear();
        let has_more = match self.sources.get_mut(source) {
            Some(from) => from.take(&mut self.files, &mut room)?,
            None => false,
        };
        if has_more {
            self.nearest.push(Reverse((room, source)));
        }
        Ok(())
    }
}

impl Source {
    fn take(&mut self, files: &mut [(File, Scratch)], record: &mut Vec<u8>) -> Result<bool> {
        match self {
            Self::Memory { heap, next } => {
                let Some(place) = heap.places.get(*next) else { return Ok(false) };
                record.extend_from_slice(heap.at(*place));
                *next += 1;
                Ok(true)
            }
            Self::Disk { file, read } => {
                let (file, scratch) =
                    files.get_mut(*file).ok_or_else(|| Error::internal("a sorter has no file"))?;
                read.next(file, record).map_err(|error| scratch.failed(&error))
            }
        }
    }
}

impl HeapRead {
    /// Appends the next record; `false` = there is none any more.
    fn next(&mut self, file: &mut File, record: &mut Vec<u8>) -> std::io::Result<bool> {
        if self.used == self.buffer.len() && self.at == self.end {
            return Ok(false);
        }
        let mut head = Vec::with_capacity(4);
        self.take(4, file, &mut head)?;
        let length = head.try_into().map_or(0, u32::from_le_bytes);
        self.take(usize::try_from(length).unwrap_or(usize::MAX), file, record)?;
        Ok(true)
    }

    /// Fills `to` up to `wanted` bytes.
    fn take(&mut self, wanted: usize, file: &mut File, to: &mut Vec<u8>) -> std::io::Result<()> {
        while to.len() < wanted {
            if self.used == self.buffer.len() {
                self.buffer.clear();
                self.used = 0;
                file.seek(SeekFrom::Start(self.at))?;
                let most = READ_BYTES.min(self.end - self.at);
                self.at += (&mut *file).take(most).read_to_end(&mut self.buffer)? as u64;
                if self.buffer.is_empty() {
                    return Err(std::io::ErrorKind::UnexpectedEof.into());
                }
            }
            let rest = self.buffer.get(self.used..).unwrap_or_default();
            let part = rest.get(..rest.len().min(wanted - to.len())).unwrap_or_default();
            to.extend_from_slice(part);
            self.used += part.len();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorter(most: usize) -> Sorter {
        Sorter::with_heap(most, &Scratch::system())
    }

    proptest! {
        #[test]
        fn records_come_in_order_whatever_the_heaps(
            records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..200),
            most in 1_usize..900, cut in 0_usize..200,
        ) {
            let (mut left, mut right) = (sorter(most), sorter(most * 3));
            for (index, record) in records.iter().enumerate() {
                if index < cut { left.push(record).unwrap() } else { right.push(record).unwrap() }
            }
            let mut sorted = Sorted::of([left, right]).unwrap();
            let (mut found, mut record) = (Vec::new(), Vec::new());
            while sorted.next(&mut record).unwrap() {
                found.push(record.clone());
            }
            let mut wanted = records.clone();
            wanted.sort();
            prop_assert_eq!(found, wanted);
        }
    }

    #[test]
    fn a_record_larger_than_what_is_read_at_once_comes_whole() {
        let mut sorter = sorter(10);
        let large = vec![7_u8; 100_000];
        for record in [large.as_slice(), b"a", &large] {
            sorter.push(record).unwrap();
        }
        assert_eq!(sorter.full.heaps.len(), 2);
        let mut found = Sorted::of([sorter]).unwrap();
        let mut lengths = Vec::new();
        let mut record = Vec::new();
        while found.next(&mut record).unwrap() {
            lengths.push(record.len());
        }
        assert_eq!(lengths, [100_000, 100_000, 1]);
    }
    #[test]
    fn a_sorter_has_one_file_however_many_heaps_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let mut rows = Sorter::with_heap(8, &Scratch::beside_output(folder.path()));
        for number in (0..500_u64).rev() {
            rows.push(&number.to_be_bytes()).unwrap();
        }
        assert_eq!(rows.full.heaps.len(), 499);
        let (mut sorted, mut record) = (Sorted::of([rows]).unwrap(), Vec::new());
        assert_eq!(sorted.files.len(), 1);
        assert!(sorted.next(&mut record).unwrap() && record == 0_u64.to_be_bytes());
    }
}

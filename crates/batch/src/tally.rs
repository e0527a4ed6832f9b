//! Which of very many numbers come more than once, in little memory.
//!
//! Numbers are sorted a heap at a time; a heap that is full goes to a temporary file, one for all of them, and at the
//! end the heaps are merged. What is kept is what came more than once.

use crate::error::Result;
use crate::roster::repeats::Repeated;
use crate::scratch::Scratch;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

/// Numbers in a heap: 8 MiB.
const HEAP: usize = 1 << 20;
/// Bytes that are read at once of each heap on the disk.
const READ_BYTES: u64 = 16 * 1024;

/// Numbers on their way.
#[derive(Debug)]
pub struct Tally {
    heap: Vec<u64>,
    most: usize,
    /// Heaps that were full, one behind the other in one file.
    file: Option<File>,
    /// Where in it each begins and ends.
    full: Vec<(u64, u64)>,
    scratch: Scratch,
}

impl Tally {
    /// Returns a tally of no numbers, whose temporary file will be in that folder.
    #[must_use]
    pub fn new(scratch: &Scratch) -> Self {
        Self::with_heap(HEAP, scratch)
    }

    fn with_heap(most: usize, scratch: &Scratch) -> Self {
        Self { heap: Vec::new(), most, file: None, full: Vec::new(), scratch: scratch.clone() }
    }

    /// Adds numbers; their order does not matter.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if a temporary file cannot be written.
    pub fn add(&mut self, numbers: &[u64]) -> Result<()> {
        for number in numbers {
            if self.heap.len() == self.most {
                self.put_away()?;
            }
            self.heap.push(*number);
        }
        Ok(())
    }

    /// Returns the numbers that came more than once; afterwards there are none.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if a temporary file cannot be read.
    pub fn finish(&mut self) -> Result<Repeated> {
        let (mut heap, full) = (std::mem::take(&mut self.heap), std::mem::take(&mut self.full));
        heap.sort_unstable();
        let mut counted = Counted::default();
        match self.file.take() {
            None => heap.iter().for_each(|number| counted.next(*number)),
            Some(mut file) => {
                merge(&mut file, full, &heap, &mut counted).map_err(|error| self.scratch.failed(&error))?;
            }
        }
        Ok(counted.end())
    }

    fn put_away(&mut self) -> Result<()> {
        self.heap.sort_unstable();
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(self.scratch.file()?),
        };
        let place = append(file, &self.heap).map_err(|error| self.scratch.failed(&error))?;
        self.full.push(place);
        self.heap.clear();
        Ok(())
    }
}

/// Some of very many numbers, by which those that come more than once are mostly noticed before the end.
#[derive(Debug, Default)]
pub struct Sample {
    seen: HashSet<u64>,
    has_repeated: bool,
}

/// One of so many numbers is looked at.
const SAMPLED: u64 = 8;

/// Numbers of a sample, at most; a megabyte or two.
const LIMIT_SAMPLE: usize = 1 << 16;

impl Sample {
    /// Adds numbers, which are hashes of what they stand for; their order does not matter.
    pub fn add(&mut self, numbers: &[u64]) {
        for number in numbers.iter().filter(|number| number.is_multiple_of(SAMPLED)) {
            if self.seen.len() < LIMIT_SAMPLE {
                self.has_repeated |= !self.seen.insert(*number);
            } else {
                self.has_repeated |= self.seen.contains(number);
            }
        }
    }

    /// Returns whether a number came more than once. If not, one that is not in the sample still may have.
    #[must_use]
    pub const fn has_repeated(&self) -> bool {
        self.has_repeated
    }
}

/// Appends numbers to a file; returns where they begin and end.
fn append(file: &mut File, numbers: &[u64]) -> std::io::Result<(u64, u64)> {
    let start = file.seek(SeekFrom::End(0))?;
    let mut to = BufWriter::new(&mut *file);
    for number in numbers {
        to.write_all(&number.to_le_bytes())?;
    }
    to.flush()?;
    drop(to);
    Ok((start, file.stream_position()?))
}

/// Gives the numbers of all heaps in order; `last` is the one that was not full.
fn merge(file: &mut File, full: Vec<(u64, u64)>, last: &[u64], counted: &mut Counted) -> std::io::Result<()> {
    let heap = |(at, end)| HeapRead { at, end, buffer: Vec::new(), used: 0 };
    let mut heaps: Vec<HeapRead> = full.into_iter().map(heap).collect();
    let mut last = last.iter().copied();
    let mut nearest = BinaryHeap::new();
    for (index, heap) in heaps.iter_mut().enumerate() {
        nearest.extend(heap.next(file)?.map(|number| Reverse((number, index))));
    }
    nearest.extend(last.next().map(|number| Reverse((number, heaps.len()))));
    while let Some(Reverse((number, index))) = nearest.pop() {
        counted.next(number);
        let following = match heaps.get_mut(index) {
            Some(heap) => heap.next(file)?,
            None => last.next(),
        };
        nearest.extend(following.map(|number| Reverse((number, index))));
    }
    Ok(())
}

/// A heap on the disk that is being read.
struct HeapRead {
    /// Where the next bytes to be read begin, and where the heap ends.
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    /// Bytes of the buffer that were given.
    used: usize,
}

impl HeapRead {
    fn next(&mut self, file: &mut File) -> std::io::Result<Option<u64>> {
        if self.used == self.buffer.len() {
            if self.at == self.end {
                return Ok(None);
            }
            self.buffer.clear();
            self.used = 0;
            file.seek(SeekFrom::Start(self.at))?;
            let most = READ_BYTES.min(self.end - self.at);
            self.at += (&mut *file).take(most).read_to_end(&mut self.buffer)? as u64;
        }
        let number = self.buffer.get(self.used..).and_then(|rest| rest.first_chunk());
        let number = number.ok_or(std::io::ErrorKind::UnexpectedEof)?;
        self.used += number.len();
        Ok(Some(u64::from_le_bytes(*number)))
    }
}

/// Numbers that come in order, counted.
#[derive(Debug, Default)]
struct Counted {
    current: Option<(u64, u32)>,
    repeated: Repeated,
}

impl Counted {
    fn next(&mut self, number: u64) {
        match &mut self.current {
            Some((same, count)) if *same == number => *count = count.saturating_add(1),
            _ => {
                self.keep();
                self.current = Some((number, 1));
            }
        }
    }

    fn keep(&mut self) {
        if let Some((number, count)) = self.current.take().filter(|(_, count)| *count > 1) {
            self.repeated.keep(number, count);
        }
    }

    fn end(mut self) -> Repeated {
        self.keep();
        self.repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_sample_notices_what_many_numbers_repeat_and_nothing_else() {
        let mut sample = Sample::default();
        let different: Vec<u64> = (0..2_000_000).collect();
        sample.add(&different);
        assert!(!sample.has_repeated() && sample.seen.len() == LIMIT_SAMPLE);
        // What is beyond its room is not held, and what is within is still noticed.
        sample.add(&[SAMPLED * (LIMIT_SAMPLE as u64 + 1), SAMPLED * (LIMIT_SAMPLE as u64 + 1), 9, 9]);
        assert!(!sample.has_repeated());
        sample.add(&[SAMPLED * 7]);
        assert!(sample.has_repeated());
    }

    proptest! {
        #[test]
        fn what_comes_more_than_once_is_counted_whatever_the_heap(
            numbers in prop::collection::vec(prop_oneof![0_u64..20, any::<u64>()], 0..300),
            most in 1_usize..400,
        ) {
            let mut tally = Tally::with_heap(most, &Scratch::system());
            for piece in numbers.chunks(7) {
                tally.add(piece).unwrap();
            }
            let repeated = tally.finish().unwrap();
            let mut counts = BTreeMap::<u64, u32>::new();
            for number in &numbers {
                *counts.entry(*number).or_default() += 1;
            }
            for (number, count) in &counts {
                prop_assert_eq!(repeated.times(*number), Some(*count).filter(|count| *count > 1));
            }
            prop_assert_eq!(repeated.len(), counts.values().filter(|count| **count > 1).count());
            prop_assert_eq!(repeated.times(1 << 40), counts.get(&(1 << 40)).copied().filter(|count| *count > 1));
        }
    }

    #[test]
    fn a_heap_that_is_full_goes_to_the_disk() {
        let mut tally = Tally::with_heap(3, &Scratch::system());
        tally.add(&[5, 1, 5, 2, 9, 1, 1]).unwrap();
        assert_eq!(tally.full.len(), 2);
        let repeated = tally.finish().unwrap();
        assert_eq!([1, 2, 5, 9].map(|number| repeated.times(number)), [Some(3), None, Some(2), None]);
    }
}

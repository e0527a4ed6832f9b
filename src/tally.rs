//! Which of very many numbers come more than once, in little memory.
//!
//! Numbers are sorted a heap at a time; a heap that is full goes to a temporary file, and at the end the heaps are
//! merged. What is kept is what came more than once.

use crate::error::{Error, Result};
use crate::roster::repeats::Repeated;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Numbers in a heap: 8 MiB.
const HEAP: usize = 1 << 20;
/// Bytes that are read at once of each heap on the disk.
const READ_BYTES: usize = 16 * 1024;

/// Numbers on their way.
#[derive(Debug)]
pub struct Tally {
    heap: Vec<u64>,
    most: usize,
    /// Heaps that were full, each in a file of its own.
    full: Vec<File>,
}

impl Default for Tally {
    fn default() -> Self {
        Self::with_heap(HEAP)
    }
}

impl Tally {
    fn with_heap(most: usize) -> Self {
        Self { heap: Vec::new(), most, full: Vec::new() }
    }

    /// Adds numbers; their order does not matter.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if a temporary file cannot be written.
    pub fn add(&mut self, numbers: &[u64]) -> Result<()> {
        for number in numbers {
            if self.heap.len() == self.most {
                self.put_away().map_err(|error| Error::no_room(&error))?;
            }
            self.heap.push(*number);
        }
        Ok(())
    }

    /// Returns the numbers that came more than once.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if a temporary file cannot be read.
    pub fn finish(mut self) -> Result<Repeated> {
        self.heap.sort_unstable();
        let mut counted = Counted::default();
        if self.full.is_empty() {
            self.heap.iter().for_each(|number| counted.next(*number));
        } else {
            let heap = std::mem::take(&mut self.heap);
            merge(self.full, &heap, &mut counted).map_err(|error| Error::no_room(&error))?;
        }
        Ok(counted.end())
    }

    fn put_away(&mut self) -> std::io::Result<()> {
        self.heap.sort_unstable();
        let mut file = BufWriter::new(tempfile::tempfile()?);
        for number in self.heap.drain(..) {
            file.write_all(&number.to_le_bytes())?;
        }
        self.full.push(file.into_inner().map_err(std::io::IntoInnerError::into_error)?);
        Ok(())
    }
}

/// Gives the numbers of all heaps in order; `last` is the one that was not full.
fn merge(full: Vec<File>, last: &[u64], counted: &mut Counted) -> std::io::Result<()> {
    let mut heaps = Vec::with_capacity(full.len());
    for mut file in full {
        file.seek(SeekFrom::Start(0))?;
        heaps.push(BufReader::with_capacity(READ_BYTES, file));
    }
    let mut last = last.iter().copied();
    let mut nearest = BinaryHeap::new();
    for (index, heap) in heaps.iter_mut().enumerate() {
        nearest.extend(next_of(heap)?.map(|number| Reverse((number, index))));
    }
    nearest.extend(last.next().map(|number| Reverse((number, heaps.len()))));
    while let Some(Reverse((number, index))) = nearest.pop() {
        counted.next(number);
        let following = match heaps.get_mut(index) {
            Some(heap) => next_of(heap)?,
            None => last.next(),
        };
        nearest.extend(following.map(|number| Reverse((number, index))));
    }
    Ok(())
}

fn next_of(heap: &mut BufReader<File>) -> std::io::Result<Option<u64>> {
    let mut bytes = [0; 8];
    match heap.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(u64::from_le_bytes(bytes))),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
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

    proptest! {
        #[test]
        fn what_comes_more_than_once_is_counted_whatever_the_heap(
            numbers in prop::collection::vec(prop_oneof![0_u64..20, any::<u64>()], 0..300),
            most in 1_usize..400,
        ) {
            let mut tally = Tally::with_heap(most);
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
        let mut tally = Tally::with_heap(3);
        tally.add(&[5, 1, 5, 2, 9, 1, 1]).unwrap();
        assert_eq!(tally.full.len(), 2);
        let repeated = tally.finish().unwrap();
        assert_eq!([1, 2, 5, 9].map(|number| repeated.times(number)), [Some(3), None, Some(2), None]);
    }
}

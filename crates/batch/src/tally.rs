//! Which of very many numbers come more than once, in little memory.
//!
//! Numbers, which are hashes, are told apart into parts of about the same size; what a part has no room for goes to a
//! temporary file, one for all of them. At the end the workers sort the parts side by side, each as a whole. What is kept is
//! what came more than once.

use crate::error::Result;
use crate::pipeline::{Workers, ordered};
use crate::roster::repeats::{Repeated, RepeatedPart};
use crate::scratch::Scratch;
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::mem::take;

/// Numbers of a part that are held: 8 MiB for all parts.
const ROOM: usize = (1 << 20) / Repeated::PARTS;

/// Numbers on their way.
#[derive(Debug)]
pub struct Tally {
    parts: Vec<Part>,
    room: usize,
    /// What the parts had no room for, one piece behind the other.
    file: Option<File>,
    scratch: Scratch,
}

/// The numbers of a part.
#[derive(Clone, Debug, Default)]
struct Part {
    held: Vec<u64>,
    /// Where in the file its pieces begin, and how many bytes they have.
    away: Vec<(u64, u64)>,
}

impl Tally {
    /// Returns a tally of no numbers, whose temporary file will be in that folder.
    #[must_use]
    pub fn new(scratch: &Scratch) -> Self {
        Self::with_room(ROOM, scratch)
    }

    fn with_room(room: usize, scratch: &Scratch) -> Self {
        Self { parts: vec![Part::default(); Repeated::PARTS], room, file: None, scratch: scratch.clone() }
    }

    /// Adds numbers; their order does not matter.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if a temporary file cannot be written.
    pub fn add(&mut self, numbers: &[u64]) -> Result<()> {
        for number in numbers {
            let Some(part) = self.parts.get_mut(Repeated::part_of(*number)) else { continue };
            if part.held.len() == self.room {
                let file = match &mut self.file {
                    Some(file) => file,
                    None => self.file.insert(self.scratch.file()?),
                };
                part.put_away(file).map_err(|error| self.scratch.failed(&error))?;
            }
            part.held.push(*number);
        }
        Ok(())
    }

    /// Returns the numbers that came more than once, which the workers find out; afterwards there are none.
    ///
    /// # Errors
    /// `no-room` (kind `Output`) if a temporary file cannot be read.
    pub fn finish(&mut self, workers: &Workers) -> Result<Repeated> {
        let parts = self.parts.iter_mut().map(take).collect::<Vec<Part>>();
        let (mut file, scratch) = (self.file.take(), &self.scratch);
        let mut repeated = Vec::with_capacity(Repeated::PARTS);
        ordered(
            workers,
            |emit| {
                parts.into_iter().try_for_each(|part| {
                    let all = part.whole(file.as_mut());
                    emit(all.map_err(|error| scratch.failed(&error))?)
                })
            },
            |mut numbers: Vec<u64>| {
                numbers.sort_unstable();
                Ok(RepeatedPart::of_sorted(&numbers))
            },
            |part| {
                repeated.push(part);
                Ok(())
            },
        )?;
        Ok(Repeated::of_parts(repeated))
    }
}

impl Part {
    /// Appends what is held to a file.
    fn put_away(&mut self, file: &mut File) -> std::io::Result<()> {
        let start = file.seek(SeekFrom::End(0))?;
        let bytes: Vec<u8> = self.held.iter().flat_map(|number| number.to_le_bytes()).collect();
        file.write_all(&bytes)?;
        self.away.push((start, bytes.len() as u64));
        self.held.clear();
        Ok(())
    }

    /// Returns all numbers, those in the file too.
    fn whole(self, file: Option<&mut File>) -> std::io::Result<Vec<u64>> {
        let mut numbers = self.held;
        let Some(file) = file else { return Ok(numbers) };
        let mut bytes = Vec::new();
        for (start, length) in self.away {
            file.seek(SeekFrom::Start(start))?;
            bytes.clear();
            if (&mut *file).take(length).read_to_end(&mut bytes)? as u64 != length {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            numbers.extend(bytes.as_chunks().0.iter().map(|number| u64::from_le_bytes(*number)));
        }
        Ok(numbers)
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
        fn what_comes_more_than_once_is_counted_whatever_the_room(
            numbers in prop::collection::vec(prop_oneof![0_u64..20, any::<u64>()], 0..300),
            room in 1_usize..400,
            threads in 1_usize..3,
        ) {
            let mut tally = Tally::with_room(room, &Scratch::system());
            for piece in numbers.chunks(7) {
                tally.add(piece).unwrap();
            }
            let repeated = tally.finish(&Workers::new(threads).unwrap()).unwrap();
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
    fn what_a_part_has_no_room_for_goes_to_the_disk() {
        let mut tally = Tally::with_room(3, &Scratch::system());
        let other = 7 << 40;
        tally.add(&[5, 1, 5, 2, other, 9, 1, 1, other]).unwrap();
        assert_eq!(tally.parts[0].away, [(0, 24), (24, 24)]);
        let repeated = tally.finish(&Workers::default()).unwrap();
        let times = [1, 2, 5, 9, other].map(|number| repeated.times(number));
        assert_eq!((times, repeated.len()), ([Some(3), None, Some(2), None, Some(2)], 3));
    }
}

//! Which of very many numbers come more than once, in little memory.
//!
//! Numbers, which are hashes, are told apart into parts. What a part has no room for is sorted and goes to a temporary file,
//! one for all of them, each number once with how often it came. At the end the workers merge the parts side by side, and no
//! part is held as a whole. What is kept is what came more than once.

use crate::error::{Error, Result};
use crate::pipeline::{Workers, ordered};
use crate::roster::repeats::{Repeated, RepeatedPart};
use crate::scratch::Scratch;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::mem::take;
use std::sync::{Mutex, PoisonError};

/// Numbers of the first part that are held; the last one holds half as many more, so that the parts are not put away all at
/// once while everybody waits. Together they hold 10 MiB.
const ROOM: usize = (1 << 20) / Repeated::PARTS;

/// With so many numbers a part gets all of its room at once: growing step by step, parts would leave gaps in the heap.
const FEW: usize = 1 << 10;

/// Room of a tally beside which nothing is held, as many times as that of others.
const TIMES_ALONE: usize = 2;

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
    /// Where in the file its runs begin, each in order, and where they end.
    away: Vec<(u64, u64)>,
}

/// Bytes of a number and how often it came, in the file.
const ENTRY_BYTES: usize = 12;

/// Bytes that are read at once of a run.
const READ_BYTES: u64 = 1_024 * ENTRY_BYTES as u64;

impl Tally {
    /// Returns a tally of no numbers, whose temporary file will be in that folder.
    #[must_use]
    pub fn new(scratch: &Scratch) -> Self {
        Self::with_room(ROOM, scratch)
    }

    /// The same with more room, for when nothing else is held.
    #[must_use]
    pub fn alone(scratch: &Scratch) -> Self {
        Self::with_room(TIMES_ALONE * ROOM, scratch)
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
            let index = Repeated::part_of(*number);
            let Some(part) = self.parts.get_mut(index) else { continue };
            let room = self.room + self.room * index / (2 * Repeated::PARTS);
            if part.held.len() == FEW {
                part.held.reserve_exact(room.saturating_sub(FEW));
            }
            if part.held.len() == room {
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
    /// `no-room` (kind `Output`) if a temporary file cannot be read, `no-thread` if a thread cannot be had.
    pub fn finish(&mut self, workers: &Workers) -> Result<Repeated> {
        let parts = self.parts.iter_mut().map(take).collect::<Vec<Part>>();
        let (file, scratch) = (Mutex::new(self.file.take()), &self.scratch);
        let mut repeated = Vec::with_capacity(Repeated::PARTS);
        ordered(
            workers,
            |emit| parts.into_iter().try_for_each(emit),
            |part| part.repeated(&file).map_err(|error| scratch.failed(&error)),
            |part| {
                repeated.push(part);
                Ok(())
            },
        )?;
        if repeated.len() == Repeated::PARTS {
            Ok(Repeated::of_parts(repeated))
        } else {
            Err(Error::internal("some numbers were not counted"))
        }
    }
}

impl Part {
    /// Appends what is held to a file, as a run.
    fn put_away(&mut self, file: &mut File) -> io::Result<()> {
        self.held.sort_unstable();
        let mut bytes = Vec::with_capacity(self.held.len() * ENTRY_BYTES);
        for (number, times) in counted(&self.held) {
            bytes.extend_from_slice(&number.to_le_bytes());
            bytes.extend_from_slice(&times.to_le_bytes());
        }
        let start = file.seek(SeekFrom::End(0))?;
        file.write_all(&bytes)?;
        self.away.push((start, start + bytes.len() as u64));
        self.held.clear();
        Ok(())
    }

    /// Returns what came more than once; its runs in the file are merged with what is held.
    fn repeated(mut self, file: &Mutex<Option<File>>) -> io::Result<RepeatedPart> {
        if self.away.is_empty() {
            return Ok(RepeatedPart::among(&self.held));
        }
        self.held.sort_unstable();
        let mut runs: Vec<Run> = self.away.into_iter().map(|(at, end)| Run::new(at, end)).collect();
        let mut held = counted(&self.held);
        let mut nearest = BinaryHeap::new();
        for (index, run) in runs.iter_mut().enumerate() {
            nearest.extend(run.next(file)?.map(|entry| Reverse((entry, index))));
        }
        nearest.extend(held.next().map(|entry| Reverse((entry, runs.len()))));
        let mut repeated = Vec::new();
        let mut current = (0, 0);
        while let Some(Reverse(((number, times), index))) = nearest.pop() {
            if number == current.0 {
                current.1 = times.saturating_add(current.1);
            } else {
                repeated.extend(Some(current).filter(|(_, times)| *times > 1));
                current = (number, times);
            }
            let following = match runs.get_mut(index) {
                Some(run) => run.next(file)?,
                None => held.next(),
            };
            nearest.extend(following.map(|entry| Reverse((entry, index))));
        }
        repeated.extend(Some(current).filter(|(_, times)| *times > 1));
        Ok(RepeatedPart::of(&repeated))
    }
}

/// Returns numbers that are in order, each once, with how often it is there.
fn counted(numbers: &[u64]) -> impl Iterator<Item = (u64, u32)> {
    let groups = numbers.chunk_by(|left, right| left == right);
    groups.filter_map(|group| Some((*group.first()?, u32::try_from(group.len()).unwrap_or(u32::MAX))))
}

/// A run in the file that is being read.
struct Run {
    /// Where the next bytes to be read begin, and where the run ends.
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    /// Bytes of the buffer that were given.
    used: usize,
}

impl Run {
    const fn new(at: u64, end: u64) -> Self {
        Self { at, end, buffer: Vec::new(), used: 0 }
    }

    /// Returns the next number, and how often it came.
    fn next(&mut self, file: &Mutex<Option<File>>) -> io::Result<Option<(u64, u32)>> {
        if self.used == self.buffer.len() {
            if self.at == self.end {
                return Ok(None);
            }
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(file) = file.as_mut() else { return Err(io::ErrorKind::UnexpectedEof.into()) };
            self.buffer.clear();
            self.used = 0;
            file.seek(SeekFrom::Start(self.at))?;
            let most = READ_BYTES.min(self.end - self.at);
            self.at += file.take(most).read_to_end(&mut self.buffer)? as u64;
        }
        let entry = self.buffer.get(self.used..).and_then(|rest| rest.first_chunk::<ENTRY_BYTES>());
        let (number, times) =
            entry.and_then(|entry| entry.split_first_chunk()).ok_or(io::ErrorKind::UnexpectedEof)?;
        let times = times.first_chunk().ok_or(io::ErrorKind::UnexpectedEof)?;
        self.used += ENTRY_BYTES;
        Ok(Some((u64::from_le_bytes(*number), u32::from_le_bytes(*times))))
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
        // 1, and 5 twice; 1 twice, and 9.
        assert_eq!(tally.parts[0].away, [(0, 24), (24, 60)]);
        let repeated = tally.finish(&Workers::default()).unwrap();
        let times = [1, 2, 5, 9, other].map(|number| repeated.times(number));
        assert_eq!((times, repeated.len()), ([Some(3), None, Some(2), None, Some(2)], 3));
    }

    #[test]
    fn a_part_gets_its_room_once_and_keeps_it() {
        const ROOM: usize = FEW * 3;
        let mut tally = Tally::with_room(ROOM, &Scratch::system());
        let mut room_behind = |numbers: std::ops::Range<u64>| {
            tally.add(&numbers.collect::<Vec<_>>()).unwrap();
            tally.parts[0].held.capacity()
        };
        let (few, room) = (FEW as u64, ROOM as u64);
        assert!(room_behind(1..few + 1) < ROOM);
        assert_eq!(
            [few + 1..few + 2, few + 2..room + 1, room + 1..3 * room].map(&mut room_behind),
            [ROOM; 3]
        );
    }
}

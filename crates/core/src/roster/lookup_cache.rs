//! What a text was found to say, kept for the next row that has it: a million rows repeat few plans and segments.

use super::written::meant;
use std::ops::BitXor;

/// Texts that are remembered at once, at most: as many places, each with that many texts.
const PLACES: usize = 64;
const TEXTS_AT_A_PLACE: usize = 4;
/// How many times as many places a large memory has.
const MANY_TIMES: usize = 16;
/// Longer texts, in bytes, are no words that rosters repeat.
const LONGEST_BYTES: usize = 128;

/// The texts seen lately, each with what was found.
///
/// It never grows beyond [`PLACES`] times [`TEXTS_AT_A_PLACE`] texts, and a search in it looks at no more than those
/// of one place, whatever texts a roster is made of.
#[derive(Clone, Debug)]
pub(super) struct LookupCache<T> {
    places: Vec<Vec<(String, T)>>,
}

impl<T: Clone> LookupCache<T> {
    /// Returns a memory that has seen nothing yet.
    pub(super) fn new() -> Self {
        Self { places: vec![Vec::new(); PLACES] }
    }

    /// Returns a memory that has seen nothing yet, with room for [`MANY_TIMES`] as many texts: for what takes long to
    /// find.
    pub(super) fn large() -> Self {
        Self { places: vec![Vec::new(); PLACES * MANY_TIMES] }
    }

    /// Returns a memory that keeps nothing.
    pub(super) const fn none() -> Self {
        Self { places: Vec::new() }
    }

    /// Returns what `find` finds for what a cell's `text` says, or found the last time.
    pub(super) fn recall(&mut self, text: &str, find: impl FnOnce(&str) -> T) -> T {
        self.see(text, find, T::clone)
    }

    /// Returns what `see` makes of that.
    pub(super) fn see<R>(
        &mut self,
        text: &str,
        find: impl FnOnce(&str) -> T,
        see: impl FnOnce(&T) -> R,
    ) -> R {
        let count = self.places.len();
        let place = if text.len() <= LONGEST_BYTES { self.places.get_mut(place(text, count)) } else { None };
        let Some(place) = place else { return see(&find(&meant(text))) };
        if let Some((_, found)) = place.iter().find(|(known, _)| known == text) {
            return see(found);
        }
        let found = find(&meant(text));
        let seen = see(&found);
        if place.len() >= TEXTS_AT_A_PLACE {
            place.clear();
        }
        place.push((text.to_owned(), found));
        seen
    }
}

/// Returns the place of a text among `count`, a power of two, or 0 for none: eight bytes at a time, multiplied so that each changes the upper
/// bits.
fn place(text: &str, count: usize) -> usize {
    // The golden ratio as a fraction of 2^64, odd: its multiples spread evenly.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let Some(bits) = count.checked_ilog2().filter(|bits| *bits > 0) else { return 0 };
    let mixed = |hash: u64, word: u64| hash.rotate_left(29).bitxor(word).wrapping_mul(SPREAD);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(0, |hash, word| mixed(hash, u64::from_le_bytes(*word)));
    let last = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    usize::try_from(mixed(hash, last) >> (u64::BITS - bits)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_up_once_however_often_it_comes() {
        let mut memory = LookupCache::new();
        let mut looked_up = 0;
        for _ in 0..1000 {
            for plan in ["Microsoft 365 E3", "Microsoft 365 E5", "SPE_E3", ""] {
                let mut find = |text: &str| {
                    looked_up += 1;
                    text.len()
                };
                assert_eq!(memory.recall(plan, &mut find), plan.len());
            }
        }
        assert_eq!(looked_up, 4);
    }

    #[test]
    fn it_stays_small_whatever_it_sees() {
        let mut memory = LookupCache::new();
        for number in 0..100_000_u32 {
            let text = format!("plan {number}");
            assert_eq!(memory.recall(&text, str::to_owned), text);
        }
        memory.recall(&"x".repeat(LONGEST_BYTES + 1), str::to_owned);
        assert!(memory.places.iter().all(|place| place.len() <= TEXTS_AT_A_PLACE));
        assert!(memory.places.iter().flatten().all(|(text, _)| text.len() <= LONGEST_BYTES));
        assert!(memory.places.iter().all(|place| !place.is_empty()), "all places are used");
    }

    #[test]
    fn no_memory_looks_up_every_time() {
        let mut looked_up = 0;
        let mut memory = LookupCache::none();
        for _ in 0..3 {
            memory.recall("SPE_E3", |_| looked_up += 1);
        }
        assert_eq!(looked_up, 3);
    }
}

//! Prefix codes of deflate blocks: lengths from frequencies, codes from lengths, and how the lengths are written
//! (RFC 1951, 3.2.2 and 3.2.7).

use super::block::BitWriter;

/// Symbols of the largest alphabet: 256 literals, the end of a block, 29 lengths, two that are never used.
pub(super) const LITLEN_SYMBOLS: usize = 288;
/// Symbols of distances that are used.
pub(super) const DISTANCE_SYMBOLS: usize = 30;
/// Codes have at most so many bits, though 15 are allowed: a match then fits in one word with all that belongs to it.
const LONGEST_CODE: u8 = 12;
/// The same for the codes of code lengths (RFC 1951, 3.2.7).
const LONGEST_LENGTH_CODE: u8 = 7;
/// The lengths of that alphabet are written in this order (RFC 1951, 3.2.7).
const ORDER: [u8; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Returns the lengths of the codes that need no header (RFC 1951, 3.2.6).
pub(super) fn fixed_lengths() -> ([u8; LITLEN_SYMBOLS], [u8; DISTANCE_SYMBOLS]) {
    let mut lengths = [8; LITLEN_SYMBOLS];
    for (length, symbol) in lengths.iter_mut().zip(0..) {
        *length = match symbol {
            144..=255 => 9,
            256..=279 => 7,
            _ => 8,
        };
    }
    (lengths, [5; DISTANCE_SYMBOLS])
}

/// The code lengths of a block, and how they are written (RFC 1951, 3.2.7).
pub(super) struct Header {
    litlen: [u8; LITLEN_SYMBOLS],
    distances: [u8; DISTANCE_SYMBOLS],
    /// How many of them are written; the others are 0.
    litlen_count: usize,
    distance_count: usize,
    /// Both behind each other.
    runs: Vec<Run>,
    run_codes: [Code; ORDER.len()],
    run_code_count: usize,
}

impl Header {
    /// Makes the codes for a block.
    pub(super) fn new(litlen: &[u32; LITLEN_SYMBOLS], distances: &[u32; DISTANCE_SYMBOLS]) -> Self {
        let (mut litlen_lengths, mut distance_lengths) = ([0; LITLEN_SYMBOLS], [0; DISTANCE_SYMBOLS]);
        code_lengths(litlen, LONGEST_CODE, &mut litlen_lengths);
        code_lengths(distances, LONGEST_CODE, &mut distance_lengths);
        let litlen_count = used(&litlen_lengths).max(257);
        let distance_count = used(&distance_lengths).max(1);
        let written = litlen_lengths.iter().take(litlen_count);
        let runs = runs(written.chain(distance_lengths.iter().take(distance_count)));
        let mut counts = [0; ORDER.len()];
        for run in &runs {
            if let Some(count) = counts.get_mut(usize::from(run.symbol)) {
                *count += 1;
            }
        }
        let mut run_lengths = [0; ORDER.len()];
        code_lengths(&counts, LONGEST_LENGTH_CODE, &mut run_lengths);
        let in_order = ORDER.map(|symbol| run_lengths.get(usize::from(symbol)).copied().unwrap_or_default());
        Self {
            litlen: litlen_lengths,
            distances: distance_lengths,
            litlen_count,
            distance_count,
            runs,
            run_codes: codes(&run_lengths),
            run_code_count: used(&in_order).max(4),
        }
    }

    /// Returns the code lengths of literals, end and lengths, and those of distances.
    pub(super) fn lengths(&self) -> (&[u8], &[u8]) {
        (&self.litlen, &self.distances)
    }

    /// Returns how many bits are written.
    pub(super) fn bits(&self) -> u64 {
        let runs = self.runs.iter().map(|run| u64::from(self.run_code(run.symbol).count + run.extra_bits()));
        5 + 5 + 4 + 3 * self.run_code_count as u64 + runs.sum::<u64>()
    }

    /// Writes the lengths.
    pub(super) fn write(&self, writer: &mut BitWriter<'_>) {
        let small = |count: usize| u32::try_from(count).unwrap_or_default();
        writer.put(small(self.litlen_count - 257), 5);
        writer.put(small(self.distance_count - 1), 5);
        writer.put(small(self.run_code_count - 4), 4);
        for symbol in ORDER.iter().take(self.run_code_count) {
            writer.put(self.run_code(*symbol).count, 3);
        }
        for run in &self.runs {
            let code = self.run_code(run.symbol);
            writer.put(code.bits, code.count);
            writer.put(u32::from(run.extra), run.extra_bits());
        }
    }

    fn run_code(&self, symbol: u8) -> Code {
        self.run_codes.get(usize::from(symbol)).copied().unwrap_or_default()
    }
}

/// Returns how many lengths there are up to the last that is not 0.
fn used(lengths: &[u8]) -> usize {
    lengths.iter().rposition(|length| *length > 0).map_or(0, |last| last + 1)
}

/// A code length, or several that are equal (RFC 1951, 3.2.7).
#[derive(Clone, Copy)]
struct Run {
    symbol: u8,
    extra: u8,
}

impl Run {
    /// The length before, 3 to 6 times.
    const REPEATED: u8 = 16;
    /// Zeros, 3 to 10.
    const FEW_ZEROS: u8 = 17;
    /// Zeros, 11 to 138.
    const MANY_ZEROS: u8 = 18;

    fn extra_bits(self) -> u32 {
        match self.symbol {
            Self::REPEATED => 2,
            Self::FEW_ZEROS => 3,
            Self::MANY_ZEROS => 7,
            _ => 0,
        }
    }
}

fn runs<'a>(lengths: impl Iterator<Item = &'a u8>) -> Vec<Run> {
    let mut runs = Vec::with_capacity(LITLEN_SYMBOLS + DISTANCE_SYMBOLS);
    let mut lengths = lengths.copied().peekable();
    while let Some(length) = lengths.next() {
        let mut equal = 1_u8;
        while equal < 138 && lengths.next_if_eq(&length).is_some() {
            equal += 1;
        }
        let mut rest = equal;
        if length == 0 {
            match rest {
                11.. => runs.push(Run { symbol: Run::MANY_ZEROS, extra: rest - 11 }),
                3.. => runs.push(Run { symbol: Run::FEW_ZEROS, extra: rest - 3 }),
                _ => {}
            }
            rest = if rest >= 3 { 0 } else { rest };
        } else {
            runs.push(Run { symbol: length, extra: 0 });
            rest -= 1;
            while rest >= 3 {
                let part = rest.min(6);
                runs.push(Run { symbol: Run::REPEATED, extra: part - 3 });
                rest -= part;
            }
        }
        runs.extend(std::iter::repeat_n(Run { symbol: length, extra: 0 }, usize::from(rest)));
    }
    runs
}

/// Writes to `lengths` the code length of each symbol: 0 if it is not used, else 1 to `limit`.
///
/// The code is complete (Kraft sum 1), with two symbols at least, since some inflaters refuse any other: symbols of
/// no use get a code if too few are used. Both slices are as long as the alphabet, 2 to 288 symbols, and
/// 2^`limit` is at least that many.
fn code_lengths(frequencies: &[u32], limit: u8, lengths: &mut [u8]) {
    lengths.fill(0);
    let mut used = [(0_u32, 0_u16); LITLEN_SYMBOLS];
    let mut count = 0;
    for ((frequency, symbol), slot) in
        frequencies.iter().zip(0_u16..).filter(|(frequency, _)| **frequency > 0).zip(&mut used)
    {
        *slot = (*frequency, symbol);
        count += 1;
    }
    // The lowest symbols stand in for missing ones.
    for symbol in 0_u16..2 {
        let is_missing = frequencies.get(usize::from(symbol)).is_some_and(|frequency| *frequency == 0);
        if count < 2 && is_missing {
            if let Some(slot) = used.get_mut(count) {
                *slot = (0, symbol);
            }
            count += 1;
        }
    }
    let used = used.get_mut(..count).unwrap_or_default();
    used.sort_unstable();
    let mut counts = counts_by_depth(used);
    limit_depth(&mut counts, limit);
    // The longest codes go to the rarest symbols.
    let by_length = (1..=limit).rev().flat_map(|length| {
        let count = counts.get(usize::from(length)).copied().unwrap_or_default();
        std::iter::repeat_n(length, usize::try_from(count).unwrap_or_default())
    });
    for ((_, symbol), length) in used.iter().zip(by_length) {
        if let Some(slot) = lengths.get_mut(usize::from(*symbol)) {
            *slot = length;
        }
    }
}

/// No tree that is made here is deeper: with frequencies below 2^32 the depth stays below 47 (Fibonacci numbers).
const DEPTHS: usize = 64;

/// Returns how many leaves Huffman's tree has at each depth; `used` is sorted by frequency.
fn counts_by_depth(used: &[(u32, u16)]) -> [u32; DEPTHS] {
    // Inner nodes come into being in the order of their weights, so two queues replace the heap: the leaves not yet
    // taken, and the nodes not yet taken. Each node's children are noted as its parent's number.
    let mut weights = [0_u64; LITLEN_SYMBOLS];
    let mut node_parents = [0_usize; LITLEN_SYMBOLS];
    let mut leaf_parents = [0_usize; LITLEN_SYMBOLS];
    let (mut leaf, mut node) = (0, 0);
    let nodes = used.len().saturating_sub(1);
    for made in 0..nodes {
        let mut sum = 0;
        for _ in 0..2 {
            let leaf_weight = used.get(leaf).map_or(u64::MAX, |(frequency, _)| u64::from(*frequency));
            let node_weight =
                if node < made { weights.get(node).copied().unwrap_or(u64::MAX) } else { u64::MAX };
            let (parents, taken, weight) = if leaf_weight <= node_weight {
                (&mut leaf_parents, &mut leaf, leaf_weight)
            } else {
                (&mut node_parents, &mut node, node_weight)
            };
            if let Some(parent) = parents.get_mut(*taken) {
                *parent = made;
            }
            *taken += 1;
            sum += weight;
        }
        if let Some(weight) = weights.get_mut(made) {
            *weight = sum;
        }
    }
    // A node's parent was made after it: from the root down every parent's depth is known.
    let mut depths = [0_usize; LITLEN_SYMBOLS];
    for made in (0..nodes.saturating_sub(1)).rev() {
        let parent = node_parents.get(made).copied().unwrap_or_default();
        let depth = depths.get(parent).map_or(0, |depth| depth + 1);
        if let Some(slot) = depths.get_mut(made) {
            *slot = depth;
        }
    }
    let mut counts = [0; DEPTHS];
    for parent in leaf_parents.iter().take(used.len()) {
        let depth = depths.get(*parent).map_or(0, |depth| depth + 1);
        if let Some(count) = counts.get_mut(depth) {
            *count += 1;
        }
    }
    counts
}

/// Moves the leaves below `limit` up to it and makes room for them, so that the code stays complete.
fn limit_depth(counts: &mut [u32; DEPTHS], limit: u8) {
    let limit = usize::from(limit);
    let (kept, deep) = counts.split_at_mut((limit + 1).min(DEPTHS));
    let moved: u32 = deep.iter().sum();
    deep.fill(0);
    let Some((deepest, upper)) = kept.split_last_mut() else { return };
    *deepest += moved;
    // In units of a leaf at the limit; each repair frees one: a leaf from the limit joins one above, a step deeper.
    let whole = 1_u64 << limit;
    let mut taken = u64::from(*deepest)
        + upper.iter().zip(0..).map(|(count, depth)| u64::from(*count) << (limit - depth)).sum::<u64>();
    while taken > whole {
        let Some(depth) = upper.iter().rposition(|count| *count > 0) else { return };
        if let Some(count) = upper.get_mut(depth) {
            *count -= 1;
        }
        match upper.get_mut(depth + 1) {
            Some(count) => {
                *count += 2;
                *deepest -= 1;
            }
            None => *deepest += 1,
        }
        taken -= 1;
    }
}

/// A code as it goes into the stream, and how many bits it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    /// The first bit of the code is the lowest.
    pub bits: u32,
    /// How many there are; 0 = the symbol is not used.
    pub count: u32,
}

/// Returns the code of each symbol (RFC 1951, 3.2.2); lengths are at most 15.
pub(super) fn codes<const SYMBOLS: usize>(lengths: &[u8]) -> [Code; SYMBOLS] {
    let mut next = [0_u32; 17];
    for length in lengths.iter().filter(|length| **length > 0) {
        // Counted one place up: the first code of a length depends on the counts of the shorter ones.
        if let Some(slot) = next.get_mut(usize::from(*length) + 1) {
            *slot += 1;
        }
    }
    let mut first = 0;
    for slot in &mut next {
        first = (first + *slot) << 1;
        *slot = first;
    }
    let mut codes = [Code::default(); SYMBOLS];
    for (code, length) in codes.iter_mut().zip(lengths).filter(|(_, length)| **length > 0) {
        if let Some(slot) = next.get_mut(usize::from(*length)) {
            let count = u32::from(*length);
            *code = Code { bits: slot.reverse_bits() >> (32 - count), count };
            *slot += 1;
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lengths_of(frequencies: &[u32], limit: u8) -> Vec<u8> {
        let mut lengths = vec![0; frequencies.len()];
        code_lengths(frequencies, limit, &mut lengths);
        let used = || lengths.iter().filter(|length| **length > 0);
        assert!(used().count() >= 2 && used().all(|length| *length <= limit));
        assert!(frequencies.iter().zip(&lengths).all(|(frequency, length)| *frequency == 0 || *length > 0));
        // Kraft: the code is complete.
        assert_eq!(used().map(|length| 1_u32 << (limit - length)).sum::<u32>(), 1 << limit);
        lengths
    }

    fn cost(frequencies: &[u32], lengths: &[u8]) -> u64 {
        frequencies.iter().zip(lengths).map(|(count, length)| u64::from(*count) * u64::from(*length)).sum()
    }

    fn fibonacci(symbols: usize) -> Vec<u32> {
        let mut pair = (1_u32, 1_u32);
        let mut next = || {
            pair = (pair.1, pair.0.saturating_add(pair.1));
            pair.0
        };
        (0..symbols).map(|_| next()).collect()
    }

    #[test]
    fn lengths_keep_to_the_limit_with_the_steepest_frequencies() {
        for symbols in 2..=46 {
            for limit in [7, 12, 15] {
                lengths_of(&fibonacci(symbols), limit);
            }
        }
        for limit in [12, 15] {
            lengths_of(&fibonacci(286), limit);
            lengths_of(&[u32::MAX; 286], limit);
        }
        assert_eq!(lengths_of(&fibonacci(5), 15), [4, 4, 3, 2, 1]);
    }

    #[test]
    fn a_code_has_two_symbols_at_least() {
        assert_eq!(lengths_of(&[0; 30], 12)[..3], [1, 1, 0]);
        assert_eq!(lengths_of(&[9, 0, 0], 12), [1, 1, 0]);
        assert_eq!(lengths_of(&[0, 9, 0], 12), [1, 1, 0]);
        assert_eq!(lengths_of(&[0, 0, 9], 12), [1, 0, 1]);
        assert_eq!(lengths_of(&[3; 256], 15), [8; 256]);
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // The example of RFC 1951, 3.2.2; the bits of a code are reversed.
        let codes: [Code; 8] = codes(&[3, 3, 3, 3, 3, 2, 4, 4]);
        let bits = [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111];
        assert_eq!(codes.map(|code| code.bits), bits);
        assert_eq!(codes.map(|code| code.count), [3, 3, 3, 3, 3, 2, 4, 4]);
    }

    #[test]
    fn lengths_are_written_in_runs() {
        let zeros = |count| vec![0_u8; count];
        let of = |lengths: &[u8]| -> Vec<(u8, u8)> {
            runs(lengths.iter()).iter().map(|run| (run.symbol, run.extra)).collect()
        };
        assert_eq!(of(&zeros(2)), [(0, 0), (0, 0)]);
        assert_eq!(of(&zeros(3)), [(17, 0)]);
        assert_eq!(of(&zeros(10)), [(17, 7)]);
        assert_eq!(of(&zeros(138)), [(18, 127)]);
        assert_eq!(of(&zeros(140)), [(18, 127), (0, 0), (0, 0)]);
        assert_eq!(of(&[5, 5, 5, 7]), [(5, 0), (5, 0), (5, 0), (7, 0)]);
        assert_eq!(of(&[5; 12]), [(5, 0), (16, 3), (16, 2)]);
    }

    proptest! {
        #[test]
        fn lengths_are_legal_for_any_frequencies(
            frequencies in prop::collection::vec(prop_oneof![Just(0_u32), 1..20_u32, any::<u32>()], 2..=286),
            limit in 9_u8..=15,
        ) {
            lengths_of(&frequencies, limit);
        }

        #[test]
        fn a_limit_costs_little(frequencies in prop::collection::vec(0_u32..50_000, 200..=286)) {
            let (best, limited) = (lengths_of(&frequencies, 15), lengths_of(&frequencies, 12));
            prop_assert!(cost(&frequencies, &limited) * 50 <= cost(&frequencies, &best) * 51);
        }
    }
}

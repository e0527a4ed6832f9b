//! Deflate for sheet XML: rows that are alike, one behind the other.
//!
//! A match is looked for at two places only: behind the distance of the match before, since a cell that differs in a
//! digit or two goes on like the cell above it, and at the last place where the next seven bytes stood. There are no
//! chains of candidates and no lazy matches; short matches are not worth their time here.
//!
//! The time goes into waiting, not into work: from where a match ends follows where the next one begins. So the end of
//! a match is found from its first bytes forward in one go, with selections in place of branches, and everything else
//! (where it really begins, its symbols, their counts) is kept out of that way.

use super::block::{self, BitWriter, Counts, Distance, Token};

/// How far back a match may lie (RFC 1951, 2).
pub(super) const WINDOW: u32 = 1 << 15;
/// The longest match (RFC 1951, 3.2.5).
pub(super) const LONGEST: u32 = 258;
/// Bytes that a match from the table has at least, and that are hashed.
const LEAST: u32 = 7;
/// Bytes that are compared at once for a match at the same distance as the one before.
const WORD: u32 = 8;
/// So many of them may differ at its begin; they become literals.
const MOST_DIFFERENT: u32 = 2;
/// Bytes before a position that are looked at: a match begins earlier than where it was found, if it can.
const BEFORE: u32 = 8;
/// Bytes that are compared behind the first ones without a branch.
pub(super) const STRIDE: u32 = 32;
/// What is looked at around a position: those before it, the first ones, and a stride.
const AROUND: usize = 48;
/// Positions in the table: few enough for the nearest cache; only the begin and the end of a match are entered.
const SLOTS: usize = 1 << 14;
/// The first position that is looked at; nothing in the table lies before the one ahead of it.
const FIRST: u16 = 9;
/// Blocks end after so many matches; what they hold is alike, and the codes cost a hundred bytes.
const BLOCK_TOKENS: usize = 12_288;
/// And after so many bytes; four stored blocks hold them.
const BLOCK_BYTES: usize = 4 * block::STORED_BYTES;
/// Bytes for which positions count in 32 bits; what is longer is encoded in parts of this size.
const PART_BYTES: usize = 1 << 30;
/// Without a match for 2^this bytes the next position is skipped, for twice as many the next two, and so on...
const PATIENCE_BITS: u32 = 3;
/// ... up to so many, and then with patience again.
const MOST_SKIPPED: u32 = 0b1111;

/// Deflates whole pieces; holds what is used again from piece to piece.
#[derive(Debug)]
pub(super) struct Encoder {
    /// The low half of the last position of each hash.
    table: Box<[u16; SLOTS]>,
    /// Those of a block, and one for what is behind its last match.
    tokens: Vec<Token>,
    counts: Counts,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// Returns an encoder; it takes about 150 KB.
    #[must_use]
    #[expect(clippy::large_stack_arrays, reason = "32 KB, and only until they are in their box")]
    pub(super) fn new() -> Self {
        Self {
            table: Box::new([0; SLOTS]),
            tokens: vec![Token::default(); BLOCK_TOKENS + 1],
            counts: Counts::default(),
        }
    }

    /// Appends `bytes` to `out` as whole deflate blocks.
    ///
    /// They end on a byte border with an empty stored block (as zlib's full flush does), and do not look back before
    /// `bytes`. Equal bytes give equal blocks, whatever was encoded before. Bytes that cannot be made smaller grow by
    /// less than 0.1 % and 16 bytes.
    pub(super) fn encode(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.encode_parts(bytes, PART_BYTES, out);
    }

    fn encode_parts(&mut self, bytes: &[u8], part_bytes: usize, out: &mut Vec<u8>) {
        let mut writer = BitWriter::new(out);
        for part in bytes.chunks(part_bytes) {
            self.part(part, &mut writer);
        }
        block::write_stored(&[], &mut writer);
    }

    fn part(&mut self, bytes: &[u8], writer: &mut BitWriter<'_>) {
        self.table.fill(FIRST - 1);
        let mut rest = bytes;
        let mut distance = 1;
        while !rest.is_empty() {
            let start = bytes.len() - rest.len();
            let stop = bytes.len().min(start + BLOCK_BYTES);
            let (tokens, end, last) = self.find(bytes.get(..stop).unwrap_or(bytes), start, distance);
            // A block is never empty, so this loop ends.
            let (inside, behind) = rest.split_at_checked(end - start).unwrap_or((rest, &[]));
            block::write(inside, self.tokens.get(..tokens).unwrap_or_default(), &self.counts, writer);
            (rest, distance) = (behind, last);
        }
    }

    /// Finds the matches of a block that begins at `start`; returns how many there are, where the block ends, and the
    /// distance of the last one. `bytes` are those up to where it must end.
    #[inline(never)]
    fn find(&mut self, bytes: &[u8], start: usize, distance: u32) -> (usize, usize, u32) {
        self.counts.clear();
        // A part is no longer than 2^30.
        let anchor = u32::try_from(start).unwrap_or(u32::MAX);
        let mut finder = Finder {
            bytes,
            table: &mut self.table,
            at: anchor.max(u32::from(FIRST)),
            anchor,
            distance,
            coded: Distance::new(distance),
        };
        let mut found = 0;
        for token in self.tokens.iter_mut().take(BLOCK_TOKENS) {
            let Some(next) = finder.next() else { break };
            *token = finder.token(&next, &mut self.counts);
            finder.pass(next.end);
            found += 1;
        }
        // Short of the tokens' number, it was the end of the bytes that ended the search.
        let end = if found == BLOCK_TOKENS { finder.at as usize } else { bytes.len() };
        let literals = bytes.get(finder.anchor as usize..end).unwrap_or_default();
        self.counts.add_literals(literals);
        if let Some(token) = self.tokens.get_mut(found) {
            // A block is shorter than 2^23.
            *token = Token::of_literals(u32::try_from(literals.len()).unwrap_or_default());
        }
        (found + 1, end, finder.distance)
    }
}

/// A match, and what comes right before it.
struct Match {
    start: u32,
    end: u32,
    /// The byte before it, which is a literal if it is not part of the match before.
    literal: u32,
}

/// The search through one block.
struct Finder<'a> {
    /// From the part's first byte to the block's last.
    bytes: &'a [u8],
    table: &'a mut [u16; SLOTS],
    /// Where to look next; from `FIRST` on, as all positions in the table.
    at: u32,
    /// Where the last match ended.
    anchor: u32,
    /// Of the last match; never so large that it leads to before the first position.
    distance: u32,
    /// The same as it goes into tokens.
    coded: Distance,
}

impl<'a> Finder<'a> {
    /// Returns the next match; none if the end of the bytes is too near.
    #[inline]
    fn next(&mut self) -> Option<Match> {
        let here = around(self.bytes, self.at)?;
        let there = around(self.bytes, self.at.wrapping_sub(self.distance))?;
        let difference = word::<8>(here) ^ word::<8>(there);
        if difference >> (8 * MOST_DIFFERENT) != 0 {
            return self.next_in_table(here);
        }
        // The match begins behind the last byte that differs.
        let same = self.same::<16>(here, there, WORD);
        Some(Match {
            start: self.at + (u64::BITS + 7 - difference.leading_zeros()) / 8,
            end: self.at + WORD + same,
            literal: top_byte(word::<8>(here) << (difference.leading_zeros() & 0b11_1000)),
        })
    }

    #[inline]
    fn next_in_table(&mut self, mut here: &'a [u8; AROUND]) -> Option<Match> {
        let there = loop {
            let now = word::<8>(here);
            let slot = self.table.get_mut(hash(now))?;
            let low = low_half(self.at);
            let distance = u32::from(low.wrapping_sub(*slot));
            *slot = low;
            let there = around(self.bytes, self.at.wrapping_sub(distance))?;
            // The distance is that of the position or 2^16 less; one of no use makes the words differ.
            let too_far = u64::from(distance.wrapping_sub(1) / WINDOW);
            let difference = (now ^ word::<8>(there)) | too_far;
            if difference << (u64::BITS - 8 * LEAST) == 0 {
                self.distance = distance;
                self.coded = Distance::new(distance);
                break there;
            }
            self.at += 1 + ((self.at - self.anchor) >> PATIENCE_BITS & MOST_SKIPPED);
            here = around(self.bytes, self.at)?;
        };
        let same = self.same::<15>(here, there, LEAST);
        // Only bytes that are not part of a match yet; seven at most, so that the literal before them is at hand.
        let before = word::<0>(here);
        let more = ((before ^ word::<0>(there)) | 0xff).leading_zeros() / 8;
        let more = more.min(self.at - self.anchor).min(LONGEST - LEAST - same);
        Some(Match {
            start: self.at - more,
            end: self.at + LEAST + same,
            literal: top_byte(before << (8 * more)),
        })
    }

    /// Returns how many bytes are the same behind the `first` ones, which are; they are `OFFSET` bytes into what is
    /// around the positions. At most as many as make the match longest.
    #[inline]
    fn same<const OFFSET: usize>(&self, here: &[u8; AROUND], there: &[u8; AROUND], first: u32) -> u32 {
        let same = same_in_stride::<OFFSET>(here, there);
        if same < STRIDE { same } else { same_behind(self.bytes, self.at + first, self.distance) }
    }

    /// Returns the token of a match, and counts its symbols.
    #[inline]
    fn token(&self, found: &Match, counts: &mut Counts) -> Token {
        let pending = found.start - self.anchor;
        let run = pending - u32::from(pending > 0);
        if run > 0 {
            let literals = self.bytes.get(self.anchor as usize..(self.anchor + run) as usize);
            counts.add_literals(literals.unwrap_or_default());
        }
        let literal = if pending > 0 { found.literal } else { Token::NO_LITERAL };
        let length = found.end - found.start;
        counts.add(literal, length, self.coded);
        Token::new(run, literal, length, self.coded)
    }

    /// Goes behind a match; its last position is entered, since the next match there begins with what differed now.
    #[inline]
    fn pass(&mut self, end: u32) {
        self.at = end;
        self.anchor = end;
        if let Some(now) = word_at(self.bytes, end.wrapping_sub(1))
            && let Some(slot) = self.table.get_mut(hash(now))
        {
            *slot = low_half(end.wrapping_sub(1));
        }
    }
}

/// Returns what is around a position: `BEFORE` bytes before it, and those behind.
#[inline]
fn around(bytes: &[u8], at: u32) -> Option<&[u8; AROUND]> {
    let from = at.wrapping_sub(BEFORE) as usize;
    bytes.get(from..from + AROUND)?.first_chunk()
}

#[inline]
pub(super) fn word_at(bytes: &[u8], at: u32) -> Option<u64> {
    let at = at as usize;
    bytes.get(at..at + 8)?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

/// Returns how many bytes are the same from `at` on, of which a stride is; at most as many as make the match longest.
#[inline(never)]
fn same_behind(bytes: &[u8], at: u32, distance: u32) -> u32 {
    let mut same = STRIDE;
    while same < LONGEST {
        let behind = at + same;
        let words = (word_at(bytes, behind), word_at(bytes, behind.wrapping_sub(distance)));
        let (Some(here), Some(there)) = words else { break };
        let difference = here ^ there;
        same += difference.trailing_zeros() / 8;
        if difference != 0 {
            break;
        }
    }
    same.min(LONGEST - WORD)
}

/// Returns the eight bytes at `OFFSET`, which is 40 at most.
#[inline]
fn word<const OFFSET: usize>(around: &[u8; AROUND]) -> u64 {
    around.get(OFFSET..).and_then(|rest| rest.first_chunk()).map_or(0, |word| u64::from_le_bytes(*word))
}

/// Returns how many bytes from `OFFSET` on are the same, of a stride.
#[inline]
fn same_in_stride<const OFFSET: usize>(here: &[u8; AROUND], there: &[u8; AROUND]) -> u32 {
    same_of_stride(stride(here, OFFSET), stride(there, OFFSET))
}

#[inline]
fn stride(around: &[u8; AROUND], offset: usize) -> &[u8; STRIDE as usize] {
    around.get(offset..).and_then(|rest| rest.first_chunk()).unwrap_or(&[0; STRIDE as usize])
}

/// Returns how many bytes of two strides are the same from the first on; selections, no branches.
#[inline]
pub(super) fn same_of_stride(here: &[u8; STRIDE as usize], there: &[u8; STRIDE as usize]) -> u32 {
    let words = |bytes: &[u8; STRIDE as usize]| {
        bytes.as_chunks::<8>().0.first_chunk::<4>().map_or([0; 4], |words| words.map(u64::from_le_bytes))
    };
    let mut there = words(there).into_iter();
    let [first, second, third, fourth] = words(here).map(|word| word ^ there.next().unwrap_or_default());
    let (low, low_bits) = if first != 0 { (first, 0) } else { (second, 64) };
    let (high, high_bits) = if third != 0 { (third, 128) } else { (fourth, 192) };
    let (difference, bits) = if first | second != 0 { (low, low_bits) } else { (high, high_bits) };
    (bits + difference.trailing_zeros()) / 8
}

/// Returns the slot of the first `LEAST` bytes of a word.
#[inline]
fn hash(word: u64) -> usize {
    spread(word << (u64::BITS - 8 * LEAST), SLOTS)
}

/// Returns the place of a word among a power of two of them.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "fewer bits are left than the smallest usize has")]
pub(super) fn spread(word: u64, places: usize) -> usize {
    /// 2^64 over the golden ratio spreads close values far apart.
    const SPREAD: u64 = 0x9e37_79b1_85eb_ca87;
    (word.wrapping_mul(SPREAD) >> (u64::BITS - places.trailing_zeros())) as usize
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the upper half is told from the distance")]
fn low_half(at: u32) -> u16 {
    at as u16
}

#[inline]
fn top_byte(word: u64) -> u32 {
    u32::from((word >> 56).to_le_bytes()[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
    use proptest::prelude::*;
    use std::fmt::Write as _;

    /// The last, empty block of a deflate stream.
    const LAST: [u8; 2] = [0x03, 0x00];

    fn encoded(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        Encoder::new().encode(bytes, &mut out);
        assert!(out.ends_with(&[0, 0, 0xff, 0xff]));
        assert!(out.len() <= bytes.len() + bytes.len() / 1000 + 16, "{} of {}", out.len(), bytes.len());
        out
    }

    fn inflated(mut stream: Vec<u8>, size: usize) -> Vec<u8> {
        stream.extend(LAST);
        let mut bytes = Vec::with_capacity(size + 1);
        let mut inflate = Decompress::new(false);
        let status = inflate.decompress_vec(&stream, &mut bytes, FlushDecompress::Finish).unwrap();
        assert_eq!((status, inflate.total_in()), (Status::StreamEnd, stream.len() as u64));
        bytes
    }

    fn assert_comes_back(bytes: &[u8]) {
        assert!(inflated(encoded(bytes), bytes.len()) == bytes, "{} bytes", bytes.len());
    }

    /// Rows as they are in sheets; `seed` is for what differs.
    fn sheet(rows: u32, mut seed: u64) -> Vec<u8> {
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut xml = String::new();
        for row in 1..=rows {
            let texts = [
                format!("{:08x}-{:04x}-4{:03x}", random(1 << 31), random(1 << 16), random(1 << 12)),
                format!(
                    "{} Works {row}",
                    ["Contoso", "Fabrikam", "Proseware"][usize::try_from(random(3)).unwrap()]
                ),
            ];
            write!(xml, "<row r=\"{row}\">").unwrap();
            for (text, column) in texts.iter().zip(["A", "B"]) {
                write!(xml, "<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>").unwrap();
            }
            for column in ["C", "D", "E", "F", "G", "H"] {
                match random(5) {
                    0 => {}
                    1 => write!(xml, "<c r=\"{column}{row}\" s=\"3\"><v>{}</v></c>", random(5000)).unwrap(),
                    _ => write!(xml, "<c r=\"{column}{row}\" t=\"s\"><v>{}</v></c>", 20 + random(9)).unwrap(),
                }
            }
            xml += "</row>";
        }
        xml.into_bytes()
    }

    fn noise(size: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        };
        (0..size).map(|_| next()).collect()
    }

    #[test]
    fn every_small_size_comes_back() {
        let (noise, rows) = (noise(400), sheet(3, 1));
        for size in 0..=400 {
            assert_comes_back(&noise[..size]);
            assert_comes_back(&rows[..size]);
            assert_comes_back(&vec![b'a'; size]);
        }
        assert_eq!(encoded(b""), [0, 0, 0, 0xff, 0xff]);
    }

    #[test]
    fn sizes_around_the_borders_of_blocks_come_back() {
        for bytes in [noise(BLOCK_BYTES * 2 + 99), vec![b'x'; BLOCK_BYTES * 2 + 99], sheet(2_000, 5)] {
            for size in [block::STORED_BYTES, BLOCK_BYTES, BLOCK_BYTES * 2, 1 << 16, 1 << 18] {
                for size in (size - 2..=size + 41).step_by(6).filter(|size| *size <= bytes.len()) {
                    assert_comes_back(&bytes[..size]);
                }
            }
        }
    }

    #[test]
    fn all_lengths_and_distances_come_back() {
        // What lies between two equal stretches is noise; the byte behind them differs.
        let noise = noise(100_000);
        for length in 3..=600 {
            let mut bytes = noise[..700].to_vec();
            bytes.extend_from_slice(&noise[20..20 + length]);
            bytes.push(!noise[20 + length]);
            bytes.extend_from_slice(&noise[1000..1060]);
            assert_comes_back(&bytes);
        }
        for distance in
            (1..=300).chain((300..40_000).step_by(331)).chain(32_760..32_780).chain(65_530..65_545)
        {
            let mut bytes = noise[..distance].to_vec();
            for _ in 0..3 {
                bytes.extend_from_within(bytes.len() - distance..bytes.len() - distance + distance.min(90));
                let end = bytes.len() - distance.min(90);
                bytes.extend_from_within(end + 1 - distance..end);
            }
            assert_comes_back(&bytes);
        }
    }

    #[test]
    fn equal_bytes_give_equal_blocks_whatever_came_before() {
        let (rows, noise) = (sheet(900, 7), noise(300_000));
        let wanted = encoded(&rows);
        let mut encoder = Encoder::default();
        for before in [noise.as_slice(), &[], &rows, &vec![b'z'; 70_000], &rows[100..]] {
            encoder.encode(before, &mut Vec::new());
            let mut out = b"before".to_vec();
            encoder.encode(&rows, &mut out);
            assert!(out.strip_prefix(b"before") == Some(&wanted));
        }
    }

    #[test]
    fn pieces_behind_each_other_are_one_stream() {
        let pieces =
            [sheet(300, 1), Vec::new(), noise(70_000), vec![b'<'; 300_000], b"end".to_vec(), sheet(40, 2)];
        let mut encoder = Encoder::new();
        let mut stream = Vec::new();
        for piece in &pieces {
            encoder.encode(piece, &mut stream);
        }
        let wanted = pieces.concat();
        assert!(inflated(stream, wanted.len()) == wanted);
    }

    #[test]
    fn parts_of_a_piece_are_one_stream() {
        let bytes = [sheet(900, 4), noise(9_000), sheet(20, 9)].concat();
        for part_bytes in [1, 50, 7_777, 100_000] {
            let mut out = Vec::new();
            Encoder::new().encode_parts(&bytes, part_bytes, &mut out);
            assert!(inflated(out, bytes.len()) == bytes);
        }
    }

    #[test]
    fn what_cannot_be_made_smaller_hardly_grows() {
        for size in [1, 100, 65_535, 65_536, 1 << 20, (1 << 20) + 12_345] {
            let bytes = noise(size);
            let out = encoded(&bytes);
            assert!(out.len() <= size + size / 5_000 + 16, "{} of {size}", out.len());
            assert!(inflated(out, size) == bytes);
        }
    }

    #[test]
    fn sheets_become_about_as_small_as_with_zlib() {
        let rows = sheet(4_000, 3);
        let mut zlib = Vec::with_capacity(rows.len());
        Compress::new(Compression::new(2), false)
            .compress_vec(&rows, &mut zlib, FlushCompress::Full)
            .unwrap();
        let ours = encoded(&rows).len();
        assert!(ours * 100 < zlib.len() * 112, "{ours} bytes, zlib {}", zlib.len());
    }

    #[test]
    fn one_byte_over_and_over_takes_next_to_nothing() {
        let bytes = vec![0; 3 << 20];
        let out = encoded(&bytes);
        assert!(out.len() < bytes.len() / 500, "{}", out.len());
        assert!(inflated(out, bytes.len()) == bytes);
    }

    #[test]
    fn what_was_there_a_block_before_is_found_again() {
        let line = noise(20_000);
        let bytes: Vec<u8> = std::iter::repeat_n(line, 40).flatten().collect();
        let out = encoded(&bytes);
        assert!(out.len() < 40_000, "{}", out.len());
        assert!(inflated(out, bytes.len()) == bytes);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(120))]

        #[test]
        fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..5_000)) {
            assert_comes_back(&bytes);
        }

        #[test]
        fn bytes_of_few_kinds_come_back(
            kinds in 1_u8..6,
            bytes in prop::collection::vec(any::<u8>(), 0..20_000),
        ) {
            let bytes: Vec<u8> = bytes.iter().map(|byte| byte % kinds).collect();
            assert_comes_back(&bytes);
        }

        #[test]
        fn repeats_of_any_period_come_back(
            period in 1_usize..40_000,
            times in 2_usize..5,
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..60),
        ) {
            let mut bytes = noise(period).repeat(times.max(300 / period));
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            assert_comes_back(&bytes);
        }

        #[test]
        fn sheets_come_back(rows in 0_u32..700, seed in any::<u64>(), cut in 0_usize..500) {
            let bytes = sheet(rows, seed);
            assert_comes_back(&bytes[cut.min(bytes.len())..]);
        }

        #[test]
        fn pieces_of_all_kinds_come_back(
            parts in prop::collection::vec((0_u8..4, 0_usize..90_000, any::<u64>()), 0..5),
        ) {
            let mut encoder = Encoder::new();
            let (mut stream, mut wanted) = (Vec::new(), Vec::new());
            for (kind, size, seed) in parts {
                let part = match kind {
                    0 => noise(size),
                    1 => vec![seed.to_le_bytes()[0]; size],
                    2 => sheet(u32::try_from(size / 300).unwrap(), seed),
                    _ => sheet(3, seed).repeat(size / 4_000 + 1),
                };
                // Pieces and parts of pieces alike.
                if seed % 2 == 0 {
                    encoder.encode(&part, &mut stream);
                    wanted.extend_from_slice(&part);
                } else {
                    let both = [wanted.as_slice(), &part].concat();
                    stream.clear();
                    encoder.encode(&both, &mut stream);
                    wanted = both;
                }
            }
            prop_assert!(inflated(stream, wanted.len()) == wanted);
        }
    }
}

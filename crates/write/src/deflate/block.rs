//! The blocks of a deflate stream from literals and matches (RFC 1951, 3.2).

use super::huffman::{Code, DISTANCE_SYMBOLS, Header, LITLEN_SYMBOLS, codes, fixed_lengths};

/// A stored block holds at most so many bytes (RFC 1951, 3.2.4).
pub(super) const STORED_BYTES: usize = u16::MAX as usize;

/// The kinds of block with the bit before that says it is not the last one (RFC 1951, 3.2.3).
const STORED: u32 = 0b000;
const FIXED: u32 = 0b010;
const DYNAMIC: u32 = 0b100;
const KIND_BITS: u32 = 3;

const LITERALS: usize = 256;
/// The symbol that ends a block.
const END: usize = 256;

/// Literals and the match behind them; in two halves, since each is put together on its own.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Token {
    /// From the lowest: distance less one (15 bits), its symbol (5), the last literal or none (9).
    near: u32,
    /// From the lowest: length (9 bits), how many literals there are before the last one (23).
    far: u32,
}

impl Token {
    /// In place of the last literal: there is none.
    pub(super) const NO_LITERAL: u32 = 256;
    const SYMBOL: u32 = 15;
    const LITERAL: u32 = 20;
    const RUN: u32 = 9;

    /// Returns the token of a match of 3 to 258 bytes, behind less than 2^23 literals.
    #[inline]
    pub(super) fn new(run: u32, literal: u32, length: u32, distance: Distance) -> Self {
        Self { near: distance.0 | literal << Self::LITERAL, far: length | run << Self::RUN }
    }

    /// Returns the token of less than 2^23 literals without a match behind them.
    pub(super) fn of_literals(run: u32) -> Self {
        Self::new(run, Self::NO_LITERAL, 0, Distance::NONE)
    }

    #[inline]
    fn back(self) -> u64 {
        u64::from(self.near & 0x7fff)
    }

    #[inline]
    fn symbol(self) -> usize {
        (self.near >> Self::SYMBOL & 0x1f) as usize
    }

    #[inline]
    fn literal(self) -> usize {
        (self.near >> Self::LITERAL) as usize
    }

    /// Returns 1 for a literal, 0 for none.
    #[inline]
    fn literal_count(self) -> usize {
        1 - (self.literal() >> 8 & 1)
    }

    #[inline]
    fn length(self) -> usize {
        (self.far & 0x1ff) as usize
    }

    #[inline]
    fn run(self) -> usize {
        (self.far >> Self::RUN) as usize
    }
}

/// A distance as it is in tokens: less one, and its symbol above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Distance(u32);

impl Distance {
    /// None, with a symbol that has no code.
    const NONE: Self = Self(31 << Token::SYMBOL);

    /// Takes a distance of 1 to 32,768.
    #[inline]
    pub(super) fn new(distance: u32) -> Self {
        let back = distance.wrapping_sub(1) & 0x7fff;
        Self(back | u32::from(distance_symbol(back)) << Token::SYMBOL)
    }
}

/// Returns the symbol of a distance less one, of 15 bits (RFC 1951, 3.2.5).
#[inline]
fn distance_symbol(back: u32) -> u8 {
    /// Of those below 256, and of the others by their upper bits; symbols are the same for 128 in a row there.
    #[expect(clippy::indexing_slicing, reason = "done by the compiler")]
    const SYMBOLS: [u8; 512] = {
        let mut symbols = [0; 512];
        let mut symbol = 0;
        let mut first = 0;
        while symbol < 30 {
            let end = first + (1 << extra_distance_bits(symbol));
            let (mut slot, slots) =
                if first < 256 { (first, end) } else { (256 + (first >> 7), 256 + (end >> 7)) };
            while slot < slots {
                symbols[slot] = symbol;
                slot += 1;
            }
            first = end;
            symbol += 1;
        }
        symbols
    };
    let slot = if back < 256 { back } else { 256 + (back >> 7) };
    SYMBOLS.get((slot & 0x1ff) as usize).copied().unwrap_or_default()
}

/// Returns how many bits follow the symbol of a distance (RFC 1951, 3.2.5).
const fn extra_distance_bits(symbol: u8) -> u8 {
    if symbol < 4 { 0 } else { symbol / 2 - 1 }
}

/// How a length is written (RFC 1951, 3.2.5).
#[derive(Clone, Copy)]
struct LengthForm {
    symbol: u16,
    extra_bits: u8,
    extra: u8,
}

/// The forms of the lengths up to 258; there is none below 3.
#[expect(clippy::indexing_slicing, reason = "done by the compiler")]
const LENGTH_FORMS: [LengthForm; 259] = {
    let mut forms = [LengthForm { symbol: 0, extra_bits: 0, extra: 0 }; 259];
    let (mut length, mut symbol, mut extra_bits, mut extra) = (3, 257, 0, 0);
    while length < 258 {
        forms[length] = LengthForm { symbol, extra_bits, extra };
        length += 1;
        extra += 1;
        if extra == 1 << extra_bits {
            (extra, symbol) = (0, symbol + 1);
            // From the ninth symbol on each four have a bit more.
            if symbol >= 265 && symbol % 4 == 1 {
                extra_bits += 1;
            }
        }
    }
    forms[258] = LengthForm { symbol: 285, extra_bits: 0, extra: 0 };
    forms
};

/// How many bits follow the symbol of a literal, the end, or a length.
#[expect(clippy::indexing_slicing, reason = "done by the compiler")]
const EXTRA_BITS: [u8; LITLEN_SYMBOLS] = {
    let mut extra_bits = [0; LITLEN_SYMBOLS];
    let mut length = 3;
    while length < LENGTH_FORMS.len() {
        extra_bits[LENGTH_FORMS[length].symbol as usize] = LENGTH_FORMS[length].extra_bits;
        length += 1;
    }
    extra_bits
};

/// How often each literal, length and distance symbol is in a block.
#[derive(Debug)]
pub(super) struct Counts {
    /// Literals from 0 on, lengths from 512, distance symbols from 1024: one array, one address.
    all: Box<[u32; 2048]>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { all: Box::new([0; 2048]) }
    }
}

impl Counts {
    const LENGTHS: usize = 512;
    const DISTANCES: usize = 1024;

    /// Sets all to zero.
    pub(super) fn clear(&mut self) {
        self.all.fill(0);
    }

    #[inline]
    fn count(&mut self, slot: usize) {
        if let Some(count) = self.all.get_mut(slot) {
            *count += 1;
        }
    }

    /// Counts a match, and the literal right before it.
    #[inline]
    pub(super) fn add(&mut self, literal: u32, length: u32, distance: Distance) {
        self.count((literal & 0x1ff) as usize);
        self.count(Self::LENGTHS | (length & 0x1ff) as usize);
        self.count(Self::DISTANCES | (distance.0 >> Token::SYMBOL & 0x1f) as usize);
    }

    /// Counts literals.
    #[inline]
    pub(super) fn add_literals(&mut self, literals: &[u8]) {
        for literal in literals {
            self.count(usize::from(*literal));
        }
    }

    /// Returns the counts by symbol: literals, one end and lengths; distances.
    fn by_symbol(&self) -> ([u32; LITLEN_SYMBOLS], [u32; DISTANCE_SYMBOLS]) {
        let mut litlen = [0; LITLEN_SYMBOLS];
        for (sum, count) in litlen.iter_mut().zip(self.all.iter().take(LITERALS)) {
            *sum = *count;
        }
        if let Some(sum) = litlen.get_mut(END) {
            *sum = 1;
        }
        for (form, count) in LENGTH_FORMS.iter().zip(self.all.iter().skip(Self::LENGTHS)).skip(3) {
            if let Some(sum) = litlen.get_mut(usize::from(form.symbol)) {
                *sum += count;
            }
        }
        let distances = self.all.get(Self::DISTANCES..).and_then(|rest| rest.first_chunk());
        (litlen, distances.copied().unwrap_or([0; DISTANCE_SYMBOLS]))
    }
}

/// Returns how many bits the symbols of a block take, with what follows them.
fn bits_of(litlen: &[u32], distances: &[u32], lengths: (&[u8], &[u8])) -> u64 {
    let litlen = litlen.iter().zip(lengths.0).zip(EXTRA_BITS);
    let distances = distances.iter().zip(lengths.1).zip((0..).map(extra_distance_bits));
    let bits = |((count, length), extra): ((&u32, &u8), u8)| u64::from(*count) * u64::from(*length + extra);
    litlen.map(bits).sum::<u64>() + distances.map(bits).sum::<u64>()
}

/// Writes `bytes` as one block, or as several that are stored; whichever is the smallest.
///
/// `tokens` are all that is in them, `counts` what these are made of.
pub(super) fn write(bytes: &[u8], tokens: &[Token], counts: &Counts, writer: &mut BitWriter<'_>) {
    let (litlen, distances) = counts.by_symbol();
    let header = Header::new(&litlen, &distances);
    let fixed = fixed_lengths();
    let dynamic_bits = header.bits() + bits_of(&litlen, &distances, header.lengths());
    let fixed_bits = bits_of(&litlen, &distances, (&fixed.0, &fixed.1));
    // The end of the block before is padded, and each stored block has four bytes of lengths.
    let stored_bits = 8 * (bytes.len() as u64 + 5 * bytes.len().div_ceil(STORED_BYTES) as u64);
    if stored_bits <= dynamic_bits.min(fixed_bits) {
        for stored in bytes.chunks(STORED_BYTES) {
            write_stored(stored, writer);
        }
        return;
    }
    let (bits, lengths) = if fixed_bits <= dynamic_bits {
        writer.put(FIXED, KIND_BITS);
        (fixed_bits, (fixed.0.as_slice(), fixed.1.as_slice()))
    } else {
        writer.put(DYNAMIC, KIND_BITS);
        header.write(writer);
        (dynamic_bits, header.lengths())
    };
    let litlen = codes(lengths.0);
    let forms = Forms::new(&litlen, &codes(lengths.1));
    writer.fill(bits, |room| forms.write(bytes, tokens, room));
    if let Some(end) = litlen.get(END) {
        writer.put(end.bits, end.count);
    }
}

/// Writes a stored block of at most `STORED_BYTES`, which ends on a byte border.
pub(super) fn write_stored(bytes: &[u8], writer: &mut BitWriter<'_>) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    writer.put(STORED, KIND_BITS);
    writer.align();
    writer.out.extend_from_slice(&length.to_le_bytes());
    writer.out.extend_from_slice(&(!length).to_le_bytes());
    writer.out.extend_from_slice(bytes);
}

/// The codes of one block, as they are looked up.
struct Forms {
    /// By literal: code, and from bit 24 on how many bits it has. Nothing for no literal.
    literals: [u32; 512],
    /// By length: code with the extra bits, and from bit 24 on how many these are. Nothing for no length.
    lengths: [u32; 512],
    /// By distance symbol.
    distances: [DistanceForm; 32],
}

#[derive(Clone, Copy, Default)]
struct DistanceForm {
    code: u16,
    /// The extra bits of a distance less one.
    mask: u16,
    code_bits: u8,
    all_bits: u8,
}

impl Forms {
    fn new(litlen: &[Code; LITLEN_SYMBOLS], distances: &[Code; DISTANCE_SYMBOLS]) -> Self {
        let mut literals = [0; 512];
        for (form, code) in literals.iter_mut().zip(litlen.iter().take(LITERALS)) {
            *form = code.bits | code.count << 24;
        }
        let mut lengths = [0; 512];
        for (slot, form) in lengths.iter_mut().zip(&LENGTH_FORMS).skip(3) {
            let code = litlen.get(usize::from(form.symbol)).copied().unwrap_or_default();
            let bits = code.bits | u32::from(form.extra) << code.count;
            *slot = bits | (code.count + u32::from(form.extra_bits)) << 24;
        }
        let mut by_distance = [DistanceForm::default(); 32];
        for ((form, code), symbol) in by_distance.iter_mut().zip(distances).zip(0..) {
            let [code_bits, ..] = code.count.to_le_bytes();
            let [low, high, ..] = code.bits.to_le_bytes();
            let extra_bits = extra_distance_bits(symbol);
            *form = DistanceForm {
                code: u16::from_le_bytes([low, high]),
                mask: (1 << extra_bits) - 1,
                code_bits,
                all_bits: code_bits + extra_bits,
            };
        }
        Self { literals, lengths, distances: by_distance }
    }

    #[inline]
    fn literal(&self, literal: usize) -> (u64, u32) {
        let form = self.literals.get(literal & 0x1ff).copied().unwrap_or_default();
        (u64::from(form & 0xff_ffff), form >> 24)
    }

    #[inline]
    fn length(&self, token: Token) -> (u64, u32) {
        let form = self.lengths.get(token.length()).copied().unwrap_or_default();
        (u64::from(form & 0xff_ffff), form >> 24)
    }

    #[inline]
    fn distance(&self, token: Token) -> (u64, u32) {
        let form = self.distances.get(token.symbol()).copied().unwrap_or_default();
        let extra = token.back() & u64::from(form.mask);
        (u64::from(form.code) | extra << (form.code_bits & 15), u32::from(form.all_bits))
    }

    /// Writes all but the end of a block.
    fn write(&self, bytes: &[u8], tokens: &[Token], mut room: Room<'_>) -> Written {
        let mut rest = bytes;
        for token in tokens {
            let run = token.run();
            if run > 0 {
                room = self.write_literals(rest.get(..run).unwrap_or_default(), room);
            }
            rest = rest.get(run + token.literal_count() + token.length()..).unwrap_or_default();
            // At most 12, 12 + 5 and 12 + 13 bits, and seven are left from before.
            room.add(self.literal(token.literal()));
            room.add(self.length(*token));
            room.add(self.distance(*token));
            room.flush();
        }
        room.written
    }

    /// Takes and gives the room, so that its state stays in registers.
    #[inline]
    fn write_literals<'a>(&self, literals: &[u8], mut room: Room<'a>) -> Room<'a> {
        let (fours, rest) = literals.as_chunks::<4>();
        for four in fours {
            for literal in four {
                room.add(self.literal(usize::from(*literal)));
            }
            room.flush();
        }
        for literal in rest {
            room.add(self.literal(usize::from(*literal)));
        }
        room.flush();
        room
    }
}

/// Puts bits behind each other; the first one is the lowest (RFC 1951, 3.1.1).
pub(super) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    /// Bits that do not fill a byte yet.
    pending: u64,
    count: u32,
}

impl<'a> BitWriter<'a> {
    /// Returns a writer behind the bytes that are there.
    pub(super) const fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, pending: 0, count: 0 }
    }

    /// Appends the lowest `count` bits, at most 32; the others are 0.
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.pending |= u64::from(bits) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.out.push(self.pending.to_le_bytes()[0]);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// Fills the last byte with zeros.
    fn align(&mut self) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
    }

    /// Lets `write` append what takes at most so many bits.
    fn fill(&mut self, bits: u64, write: impl FnOnce(Room<'_>) -> Written) {
        let start = self.out.len();
        // Fewer than the bytes of the block, or these would be stored; a word more, since words are written.
        self.out.resize(start + usize::try_from(bits / 8).unwrap_or_default() + 16, 0);
        let bytes = self.out.get_mut(start..).unwrap_or_default();
        let written =
            write(Room { bytes, written: Written { at: 0, pending: self.pending, count: self.count } });
        (self.pending, self.count) = (written.pending, written.count);
        self.out.truncate(start + written.at as usize);
    }
}

/// Room that is large enough for a block: bits go in without a look at how much is left.
struct Room<'a> {
    bytes: &'a mut [u8],
    written: Written,
}

/// How far a room is filled.
struct Written {
    at: u32,
    /// Bits that do not fill a byte yet.
    pending: u64,
    /// At most seven behind a flush.
    count: u32,
}

impl Room<'_> {
    /// Takes so many bits; 57 fit in between two flushes.
    #[inline]
    fn add(&mut self, (bits, count): (u64, u32)) {
        self.written.pending |= bits << (self.written.count & 63);
        self.written.count += count;
    }

    #[inline]
    fn flush(&mut self) {
        let written = &mut self.written;
        let at = written.at as usize;
        if let Some(word) = self.bytes.get_mut(at..at + 8).and_then(|word| word.first_chunk_mut()) {
            *word = written.pending.to_le_bytes();
        }
        written.at += written.count / 8;
        written.pending >>= written.count & 0b11_1000;
        written.count &= 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_the_forms_of_the_standard() {
        let form = |length: usize| {
            let LengthForm { symbol, extra_bits, extra } = LENGTH_FORMS[length];
            (symbol, extra_bits, extra)
        };
        let wanted = [
            (3, 257, 0),
            (10, 264, 0),
            (11, 265, 1),
            (17, 268, 1),
            (19, 269, 2),
            (115, 280, 4),
            (131, 281, 5),
            (227, 284, 5),
        ];
        for (length, symbol, extra_bits) in wanted {
            assert_eq!(form(length), (symbol, extra_bits, 0));
        }
        assert_eq!(
            [form(12), form(226), form(257), form(258)],
            [(265, 1, 1), (283, 5, 31), (284, 5, 30), (285, 0, 0)]
        );
    }

    #[test]
    fn distances_have_the_symbols_of_the_standard() {
        let firsts = [
            1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
            3073, 4097, 6145, 8193, 12_289, 16_385, 24_577,
        ];
        for distance in 1..=32_768 {
            let symbol = firsts.iter().rposition(|first| *first <= distance).unwrap();
            assert_eq!(usize::from(distance_symbol(distance - 1)), symbol);
        }
        assert!(
            (0..30).zip(firsts).all(|(symbol, first)| (first - 1) % (1 << extra_distance_bits(symbol)) == 0)
        );
    }

    #[test]
    fn a_token_gives_back_what_went_in() {
        let token = Token::new(262_139, 255, 258, Distance::new(32_768));
        assert_eq!((token.run(), token.literal(), token.literal_count()), (262_139, 255, 1));
        assert_eq!((token.length(), token.back(), token.symbol()), (258, 32_767, 29));
        let token = Token::of_literals(7);
        assert_eq!((token.run(), token.literal_count(), token.length(), token.symbol()), (7, 0, 0, 31));
    }

    #[test]
    fn blocks_are_of_the_smallest_kind() {
        let block_of = |bytes: &[u8]| {
            let (mut counts, mut out) = (Counts::default(), Vec::new());
            counts.add_literals(bytes);
            let token = Token::of_literals(u32::try_from(bytes.len()).unwrap());
            let mut writer = BitWriter::new(&mut out);
            write(bytes, &[token], &counts, &mut writer);
            writer.align();
            out
        };
        // Stored: all bytes alike often, too few for a header; fixed: a few letters; dynamic: many of two letters.
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(block_of(&all)[..5], [0, 0, 1, 0xff, 0xfe]);
        assert_eq!((block_of(b"ab")[0] & 0b111, block_of(b"ab").len()), (0b010, 4));
        let many = block_of(&b"ab".repeat(500));
        assert_eq!((many[0] & 0b111, many.len() < 220), (0b100, true));
    }
}

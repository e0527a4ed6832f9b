//! Deflate for rows that were just rendered: where each cell stands is known, and where the cell above it stood.
//!
//! Nothing is searched for that the renderer knows. What stands between two values is like where the last cell of the
//! column began. A cell goes on behind its number like the last one in its column with the same value, or else begins and
//! ends like the last one of its kind, with a text of its own or without. Only within texts words of a few bytes are looked
//! for, wherever in the rows they stood before.

use super::block::{self, BitWriter, Counts, Distance, Token};
use super::encoder::{LONGEST, STRIDE, WINDOW, same_of_stride, spread, word_at};

/// Columns that are told apart; those further right share their places with others.
const COLUMNS: usize = 64;
/// Places for values of each column.
const VALUES: usize = 256;
/// Places for words within texts.
const WORDS: usize = 1 << 12;
/// The least match: with fewer bytes, literals are shorter.
const LEAST: u32 = 4;
/// Bytes that are hashed within texts.
const LEAST_WORD: u32 = 6;
/// Blocks end with the row in which so many tokens are reached; the codes of a block cost a hundred bytes, and time.
const BLOCK_TOKENS: usize = 1 << 14;
/// Or so many bytes.
const BLOCK_BYTES: usize = 1 << 22;
/// Literals before a match are told in 23 bits; more are told apart.
const LIMIT_RUN: u32 = 1 << 22;
/// Where nothing stood yet.
const NOWHERE: u32 = u32::MAX;
/// Words are looked for in a column's texts as long as one byte of so many is found again, ...
const HOPE: u32 = 8;
/// ... and in so many bytes in any case.
const TRIED_BYTES: u32 = 2_048;
/// So many values of a column that are all new say that it is one of ids: no more are looked for.
const TRIED_VALUES: u32 = 64;

/// Where the parts of a cell stand in the XML of its rows, such as `<c r="B12" t="s"><v>7</v></c>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The column, from 0.
    pub column: u32,
    /// Where the cell begins.
    pub head: u32,
    /// Behind the number of its row.
    pub look: u32,
    /// Where its value begins.
    pub value: u32,
    /// Behind its value.
    pub end: u32,
    /// Whether its value is a text of its own.
    pub is_text: bool,
}

/// Where a row's parts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowMark {
    /// Where the row begins.
    pub start: u32,
    /// Behind the row's number in its own tag.
    pub number_end: u32,
    /// How many cells there are up to its end, those of the rows before counted.
    pub cells: usize,
}

/// Where everything stands in rendered rows; positions count bytes from the first row on.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// All cells of all rows.
    pub cells: Vec<Mark>,
    /// The rows.
    pub rows: Vec<RowMark>,
}

impl Marks {
    /// Forgets all, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
        self.rows.clear();
    }
}

/// Where the last cell of a column stood.
#[derive(Clone, Copy)]
struct Above {
    head: u32,
    /// The last one with a text of its own, and the last one without: another begins and ends in another way.
    text: Last,
    other: Last,
}

/// Where the last cell of its kind went on behind its number, and where its value ended.
#[derive(Clone, Copy)]
struct Last {
    look: u32,
    end: u32,
}

impl Above {
    /// None.
    const NONE: Self = {
        let last = Last { look: NOWHERE, end: NOWHERE };
        Self { head: NOWHERE, text: last, other: last }
    };
}

/// How much of a column was found again.
#[derive(Clone, Copy, Default)]
struct Gain {
    /// Bytes of its texts in which words were looked for, and those that were found.
    searched: u32,
    found: u32,
    /// Values behind each other of which none was found again.
    new_values: u32,
}

impl Gain {
    /// Returns whether it is worth the time to look for words.
    const fn is_hopeful(self) -> bool {
        self.searched < TRIED_BYTES || self.found.saturating_mul(HOPE) > self.searched
    }

    /// Returns whether the column's values come again.
    const fn seeks_values(self) -> bool {
        self.new_values < TRIED_VALUES
    }

    /// Notes whether a value was found again.
    const fn value_was(&mut self, is_same: bool) {
        self.new_values = if is_same { 0 } else { self.new_values.saturating_add(1) };
    }
}

/// Deflates rows; holds what is used again from piece to piece.
pub(super) struct RowEncoder {
    above: Box<[Above; COLUMNS]>,
    /// Where cells with a value stood, by column and value.
    values: Box<[u32; COLUMNS * VALUES]>,
    /// Where words stood.
    words: Box<[u32; WORDS]>,
    gains: [Gain; COLUMNS],
    tokens: Vec<Token>,
    counts: Counts,
}

impl std::fmt::Debug for RowEncoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RowEncoder").finish_non_exhaustive()
    }
}

impl Default for RowEncoder {
    #[expect(clippy::large_stack_arrays, reason = "64 KB, and only until they are in their box")]
    fn default() -> Self {
        Self {
            above: Box::new([Above::NONE; COLUMNS]),
            values: Box::new([NOWHERE; COLUMNS * VALUES]),
            words: Box::new([NOWHERE; WORDS]),
            gains: [Gain::default(); COLUMNS],
            tokens: Vec::new(),
            counts: Counts::default(),
        }
    }
}

impl RowEncoder {
    /// Appends rows to `out` as whole deflate blocks, as [`Encoder::encode`](super::encoder::Encoder::encode) does.
    ///
    /// `bytes` are less than 2^30. Marks decide how small the blocks become, never what they inflate to.
    pub(super) fn encode(&mut self, bytes: &[u8], marks: &Marks, out: &mut Vec<u8>) {
        self.forget();
        let mut writer = BitWriter::new(out);
        let mut cells = marks.cells.as_slice();
        let (mut taken, mut block_start, mut anchor, mut above_number) = (0, 0, 0, NOWHERE);
        for row in &marks.rows {
            let (own, rest) = cells.split_at_checked(row.cells.saturating_sub(taken)).unwrap_or((cells, &[]));
            (cells, taken) = (rest, row.cells);
            let Self { above, values, words, gains, tokens, counts } = self;
            let mut finder = Finder { bytes, anchor, tokens, counts };
            // Where the value before ended, and where that of the same column above.
            let (mut before, mut above_before) = (row.number_end, above_number);
            above_number = row.number_end;
            for mark in own {
                let column = mark.column as usize & (COLUMNS - 1);
                let (Some(above), Some(gain)) = (above.get_mut(column), gains.get_mut(column)) else {
                    continue;
                };
                // Above, another cell may stand before: then what is before this one's number is the same.
                let between = mark.head.saturating_sub(before);
                if !finder.like(before, above.head.saturating_sub(between)) {
                    finder.like(before, above_before);
                    finder.like(mark.head, above.head);
                }
                above.head = mark.head;
                let last = if mark.is_text { &mut above.text } else { &mut above.other };
                let last = std::mem::replace(last, Last { look: mark.look, end: mark.end });
                if finder.anchor < mark.end {
                    let mut same = NOWHERE;
                    if gain.seeks_values()
                        && let Some(place) = values.get_mut(column * VALUES + finder.slot(*mark))
                    {
                        same = std::mem::replace(place, mark.look);
                    }
                    gain.value_was(finder.value(*mark, same, last.look));
                    if mark.is_text && finder.anchor < mark.end && gain.is_hopeful() {
                        finder.text(*mark, last.end, (words, gain));
                    }
                }
                (before, above_before) = (mark.end, last.end);
            }
            finder.like(before, above_before);
            anchor = finder.anchor;
            if self.tokens.len() >= BLOCK_TOKENS || anchor as usize - block_start >= BLOCK_BYTES {
                self.end_block(bytes.get(block_start..anchor as usize).unwrap_or_default(), &mut writer);
                block_start = anchor as usize;
            }
        }
        let mut finder = Finder { bytes, anchor, tokens: &mut self.tokens, counts: &mut self.counts };
        finder.literals(u32::try_from(bytes.len()).unwrap_or(NOWHERE));
        self.end_block(bytes.get(block_start..).unwrap_or_default(), &mut writer);
        block::write_stored(&[], &mut writer);
    }

    fn forget(&mut self) {
        self.above.fill(Above::NONE);
        self.values.fill(NOWHERE);
        self.words.fill(NOWHERE);
        self.gains.fill(Gain::default());
        self.counts.clear();
        self.tokens.clear();
    }

    fn end_block(&mut self, bytes: &[u8], writer: &mut BitWriter<'_>) {
        if !bytes.is_empty() {
            block::write(bytes, &self.tokens, &self.counts, writer);
        }
        self.tokens.clear();
        self.counts.clear();
    }
}

/// Finds the matches of one row.
struct Finder<'a> {
    bytes: &'a [u8],
    /// Where the last match ended.
    anchor: u32,
    tokens: &'a mut Vec<Token>,
    counts: &'a mut Counts,
}

impl Finder<'_> {
    /// Lets what begins at `at` be the same as what began at `from`, if it is and nothing covers it yet; returns whether
    /// it is.
    #[inline]
    fn like(&mut self, at: u32, from: u32) -> bool {
        let length = if self.anchor > at { 0 } else { self.length(at, from) };
        if length < LEAST {
            return false;
        }
        self.matched(at, length, at - from);
        true
    }

    /// Lets a cell go on behind its number like the last one of its column with the same value, as it seems; if it is
    /// another value, and the last one of its kind is as much alike, like that, which is nearer. Returns whether its
    /// value is the same.
    #[inline]
    fn value(&mut self, mark: Mark, same: u32, above: u32) -> bool {
        let at = mark.look.max(self.anchor);
        let behind = at - mark.look;
        let (same, above) = (same.saturating_add(behind), above.saturating_add(behind));
        let mut found = (self.length(at, same), same);
        let is_same = at + found.0 >= mark.end;
        if !is_same {
            let nearer = self.length(at, above);
            if nearer >= found.0 {
                found = (nearer, above);
            }
        }
        if found.0 >= LEAST {
            self.matched(at, found.0, at - found.1);
        }
        is_same
    }

    /// Returns how many bytes are the same from two places on; none if a match cannot reach back so far.
    #[inline]
    fn length(&self, at: u32, from: u32) -> u32 {
        let is_near = from < at && at - from <= WINDOW;
        if is_near { same(self.bytes, at, from) } else { 0 }
    }

    /// Looks for words within a text, above which one ended at `above_end`.
    #[inline]
    fn text(&mut self, mark: Mark, above_end: u32, (words, gain): (&mut [u32; WORDS], &mut Gain)) {
        let mut at = self.anchor.max(mark.value);
        gain.searched += mark.end.saturating_sub(at);
        while mark.end.saturating_sub(at) >= LEAST_WORD {
            let Some(word) = word_at(self.bytes, at) else { return };
            let Some(place) = words.get_mut(word_slot(word)) else { return };
            let from = std::mem::replace(place, at);
            let length = self.length(at, from);
            if length < LEAST_WORD {
                at += 1;
                continue;
            }
            let mut found = (length, from);
            if at + length > mark.end {
                // The text above may end alike, and is nearer.
                let nearer = above_end.saturating_sub(mark.end - at);
                let length = self.length(at, nearer);
                if length >= found.0 {
                    found = (length, nearer);
                }
            }
            self.matched(at, found.0, at - found.1);
            gain.found += found.0.min(mark.end - at);
            at += found.0;
        }
    }

    /// Returns the place of a cell's value among those of its column.
    #[inline]
    fn slot(&self, mark: Mark) -> usize {
        let length = mark.end.saturating_sub(mark.value);
        let first = word_at(self.bytes, mark.value).unwrap_or_default();
        let mixed = if length < 8 {
            first << (u64::BITS - 8 * length.max(1))
        } else {
            let last = word_at(self.bytes, mark.end.saturating_sub(8)).unwrap_or_default();
            first ^ last.rotate_left(29)
        };
        spread(mixed, VALUES)
    }

    #[inline]
    fn matched(&mut self, start: u32, length: u32, distance: u32) {
        let pending = start - self.anchor;
        if pending > LIMIT_RUN {
            self.literals(start);
        }
        let pending = start - self.anchor;
        let run = pending - u32::from(pending > 0);
        let literals = self.bytes.get(self.anchor as usize..start as usize).unwrap_or_default();
        let literal = match literals.split_last() {
            Some((last, before)) => {
                self.counts.add_literals(before);
                u32::from(*last)
            }
            None => Token::NO_LITERAL,
        };
        let coded = Distance::new(distance);
        self.counts.add(literal, length, coded);
        self.tokens.push(Token::new(run, literal, length, coded));
        self.anchor = start + length;
    }

    /// Goes on to `end` without a match.
    fn literals(&mut self, end: u32) {
        while self.anchor < end {
            let run = (end - self.anchor).min(LIMIT_RUN);
            let literals = self.bytes.get(self.anchor as usize..(self.anchor + run) as usize);
            self.counts.add_literals(literals.unwrap_or_default());
            self.tokens.push(Token::of_literals(run));
            self.anchor += run;
        }
    }
}

/// Returns how many bytes are the same from two positions on; at most as many as make the match longest.
///
/// The first ones are compared without a branch: where a match ends cannot be foreseen.
#[inline]
fn same(bytes: &[u8], at: u32, from: u32) -> u32 {
    let (Some(here), Some(there)) = (stride(bytes, at), stride(bytes, from)) else {
        return same_behind(bytes, at, from, 0);
    };
    let same = same_of_stride(here, there);
    if same < STRIDE { same } else { same_behind(bytes, at, from, STRIDE) }
}

#[inline]
fn stride(bytes: &[u8], at: u32) -> Option<&[u8; STRIDE as usize]> {
    bytes.get(at as usize..)?.first_chunk()
}

/// Goes on behind so many bytes that are the same.
#[inline(never)]
fn same_behind(bytes: &[u8], at: u32, from: u32, known: u32) -> u32 {
    let mut same = known;
    while same < LONGEST {
        let (Some(here), Some(there)) = (word_at(bytes, at + same), word_at(bytes, from + same)) else {
            break;
        };
        let difference = here ^ there;
        same += difference.trailing_zeros() / 8;
        if difference != 0 {
            break;
        }
    }
    same.min(LONGEST)
}

#[inline]
fn word_slot(word: u64) -> usize {
    spread(word << (u64::BITS - 8 * LEAST_WORD), WORDS)
}

#[cfg(test)]
mod tests {
    use super::super::encoder::Encoder;
    use super::*;
    use crate::model::{Style, Value};
    use crate::render::{CellHead, Numbers, SheetRows};
    use flate2::{Decompress, FlushDecompress, Status};
    use proptest::prelude::*;

    fn encoded(bytes: &[u8], marks: &Marks) -> Vec<u8> {
        let mut out = Vec::new();
        RowEncoder::default().encode(bytes, marks, &mut out);
        assert!(out.ends_with(&[0, 0, 0xff, 0xff]));
        assert!(out.len() <= bytes.len() + bytes.len() / 1000 + 16, "{} of {}", out.len(), bytes.len());
        out
    }

    fn inflated(mut stream: Vec<u8>, size: usize) -> Vec<u8> {
        stream.extend([0x03, 0x00]);
        let mut bytes = Vec::with_capacity(size + 1);
        let mut inflate = Decompress::new(false);
        let status = inflate.decompress_vec(&stream, &mut bytes, FlushDecompress::Finish).unwrap();
        assert_eq!((status, inflate.total_in()), (Status::StreamEnd, stream.len() as u64));
        bytes
    }

    fn assert_comes_back(bytes: &[u8], marks: &Marks) {
        assert!(inflated(encoded(bytes, marks), bytes.len()) == bytes, "{} bytes", bytes.len());
    }

    /// Rows with a cell in each of the columns; `text` gives what stands in it.
    fn rows(count: u64, columns: usize, text: impl Fn(u64, usize) -> String) -> SheetRows {
        let mut numbers = Numbers::default();
        numbers.add_string(7);
        let heads: Vec<CellHead> = (0..columns).map(CellHead::new).collect();
        let mut rows = SheetRows::default();
        for row in 1..=count {
            rows.begin(row);
            for (column, head) in heads.iter().enumerate() {
                let text = text(row, column);
                let value = match text.parse::<f64>() {
                    Ok(number) => Value::Number { value: number, format: "", written: "" },
                    Err(_) if text == "Yes" => Value::Repeated { index: 0, text: "Yes" },
                    Err(_) => Value::text(text.as_str()),
                };
                rows.cell(&numbers, head, &value, &Style::Plain).unwrap();
            }
            rows.end();
        }
        rows
    }

    fn usual(row: u64, column: usize) -> String {
        let spread = row.wrapping_mul(0x9e37_79b1_85eb_ca87).rotate_left(u32::try_from(column / 4).unwrap());
        match column {
            0 => format!("{spread:016x}-{:08x}", spread.rotate_left(17) & 0xffff_ffff),
            1 => format!("Microsoft 365 E{} (no Teams)", spread >> 61),
            2 => (spread >> 50).to_string(),
            3 if spread >> 62 == 0 => String::new(),
            3 => "Yes".to_owned(),
            _ => format!("{} paid seats reach {column}", spread >> 55),
        }
    }

    #[test]
    fn rows_come_back_and_are_smaller_than_without_marks() {
        for columns in [1, 3, 5, 12, 70] {
            let rows = rows(2_000, columns, usual);
            assert_comes_back(&rows.xml, &rows.marks);
            let mut plain = Vec::new();
            Encoder::new().encode(&rows.xml, &mut plain);
            let ours = encoded(&rows.xml, &rows.marks).len();
            // Ids are no smaller, and rows of very many cells lie far apart.
            let is_usual = (3..=12).contains(&columns);
            assert!(!is_usual || ours < plain.len(), "{columns} columns: {ours}, without {}", plain.len());
        }
    }

    /// A cell is like the last one of its kind, whatever stands right above it, and what is between two cells is like where
    /// the same two stood side by side.
    #[test]
    fn texts_among_other_cells_and_gaps_cost_little_more() {
        let id = |row: u64| format!("{:016x}", row.wrapping_mul(0x9e37_79b1_85eb_ca87));
        let size = |text: &dyn Fn(u64, usize) -> String| {
            let rows = rows(2_000, 3, text);
            assert_comes_back(&rows.xml, &rows.marks);
            encoded(&rows.xml, &rows.marks).len()
        };
        let is_text = |row: u64| row % 4 < 2;
        let both = size(&|row, column| match column {
            0 if is_text(row) => id(row),
            1 if is_text(row) => String::new(),
            _ => "Yes".to_owned(),
        });
        let texts = size(&|row, column| if column == 0 { id(row) } else { "Yes".to_owned() });
        let others = size(&|_, _| "Yes".to_owned());
        assert!(both < usize::midpoint(texts, others) + 2_000 * 2, "{both}, {texts} and {others}");
    }

    #[test]
    fn blocks_end_where_they_must_and_go_on() {
        // More tokens than a block has, and more bytes than one match or one run of literals tells.
        let many = rows(40_000, 5, usual);
        assert_comes_back(&many.xml, &many.marks);
        let noise = |row: u64, column: usize| {
            let mut state = row << 8 | column as u64 | 1 << 40;
            let next = |_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                char::from(b'!' + u8::try_from(state % 90).unwrap())
            };
            (0..30_000).map(next).filter(|c| c.is_alphanumeric()).collect()
        };
        let long = rows(3, 120, noise);
        assert!(long.xml.len() > LIMIT_RUN as usize);
        assert_comes_back(&long.xml, &long.marks);
        assert_comes_back(&long.xml, &Marks::default());
    }

    #[test]
    fn equal_rows_give_equal_blocks_whatever_came_before() {
        let (first, other) = (rows(300, 5, usual), rows(300, 4, |row, column| format!("{column} of {row}")));
        let wanted = encoded(&first.xml, &first.marks);
        let mut encoder = RowEncoder::default();
        for before in [&other, &first, &SheetRows::default()] {
            encoder.encode(&before.xml, &before.marks, &mut Vec::new());
            let mut out = b"before".to_vec();
            encoder.encode(&first.xml, &first.marks, &mut out);
            assert!(out.strip_prefix(b"before") == Some(&wanted));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(120) })]

        #[test]
        fn any_cells_come_back(
            cells in prop::collection::vec("(Yes|[0-9]{1,6}|[a-cA-C &<é文]{0,12}|.{0,40})", 1..24),
            count in 1_u64..400,
            columns in 1_usize..9,
        ) {
            let text = |row: u64, column: usize| {
                let at = usize::try_from((row * 31) ^ (row >> 3)).unwrap() * columns + column;
                cells[at % cells.len()].clone()
            };
            let rows = rows(count, columns, text);
            assert_comes_back(&rows.xml, &rows.marks);
        }

        #[test]
        fn marks_that_are_wrong_change_nothing_that_is_said(
            period in 1_usize..400,
            times in 1_usize..40,
            places in prop::collection::vec((0_u32..70, prop::array::uniform4(0_u32..20_000), any::<bool>()), 0..200),
            beyond in prop::collection::vec(any::<u32>(), 0..9),
        ) {
            let bytes: Vec<u8> = (0..period * times).map(|at| u8::try_from(at % period * at % 251).unwrap()).collect();
            let mut marks = Marks::default();
            for (column, [head, look, value, end], is_text) in places {
                marks.cells.push(Mark { column, head, look, value, end, is_text });
                marks.rows.push(RowMark { start: head, number_end: head ^ end, cells: marks.cells.len() });
            }
            for place in beyond {
                marks.cells.push(Mark { column: place, head: place, look: place, value: place, end: place, is_text: true });
                marks.rows.push(RowMark { start: place, number_end: place, cells: place as usize });
            }
            assert_comes_back(&bytes, &marks);
        }
    }
}

//! Records as bytes, to wait outside the memory and to come back as they were.

use super::{Flaw, Kept, Record, Records};
use std::sync::Arc;

/// What a packed cell is.
mod tag {
    pub(super) const BLANKS: u8 = 0;
    pub(super) const TEXT: u8 = 1;
    pub(super) const SHARED: u8 = 2;
    pub(super) const NUMBER: u8 = 3;
    pub(super) const DATE: u8 = 4;
    pub(super) const NO: u8 = 5;
    pub(super) const YES: u8 = 6;
    pub(super) const ERROR: u8 = 7;
    /// No cell: what a row above says of it.
    pub(super) const ABOVE: u8 = 8;
}

/// What packed records refer to, common to all blocks of a roster: number formats, and the text that cells share.
#[derive(Clone, Debug, Default)]
pub struct Common {
    formats: Arc<Vec<String>>,
    shared: Arc<String>,
}

impl Common {
    /// Returns whether what refers to one of both may refer to the other one.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let has_same_formats = Arc::ptr_eq(&self.formats, &other.formats) || self.formats == other.formats;
        has_same_formats && (Arc::ptr_eq(&self.shared, &other.shared) || self.shared == other.shared)
    }
}

impl Record<'_> {
    /// Appends the record's bytes: its number, whether it is hidden, what is wrong with it, and its cells; not its ordinal. Formats and
    /// shared texts are referred to, see [`Records::common`], so that they are no longer than a small multiple of what
    /// the record takes in memory.
    pub fn pack(&self, to: &mut Vec<u8>) {
        put_number(self.number, to);
        to.push(u8::from(self.is_hidden));
        put_flaw(self.flaw, to);
        let (mut blanks, mut column) = (0, 0);
        let mut gaps = self.gaps.iter().peekable();
        for (index, kept) in self.cells.iter().enumerate() {
            while let Some(gap) = gaps.next_if(|gap| gap.before == index) {
                blanks += gap.column - column;
                column = gap.column;
            }
            if matches!(kept, Kept::Blank) {
                blanks += 1;
            } else {
                put_blanks(std::mem::take(&mut blanks), to);
                self.pack_cell(*kept, to);
            }
            column += 1;
        }
        put_blanks(blanks + self.width().saturating_sub(column), to);
        if let Some((tenant, name, number)) = self.above() {
            put_tagged(tag::ABOVE, tenant, to);
            put_text(name, to);
            put_text(self.segment_above().unwrap_or_default(), to);
            put_number(number, to);
        }
    }

    fn pack_cell(&self, kept: Kept, to: &mut Vec<u8>) {
        let text = |start: usize, end: usize| self.block.text.get(start..end).unwrap_or_default();
        match kept {
            Kept::Blank => put_blanks(1, to),
            Kept::Text { start, end } => put_tagged(tag::TEXT, text(start, end), to),
            Kept::Shared { start, end } => {
                to.push(tag::SHARED);
                put_count(start, to);
                put_count(end, to);
            }
            Kept::Number { value, format, start, end } => {
                to.push(tag::NUMBER);
                to.extend(value.to_le_bytes());
                put_number(format.into(), to);
                put_text(text(start as usize, end as usize), to);
            }
            Kept::Date { serial, format } => {
                to.push(tag::DATE);
                to.extend(serial.to_le_bytes());
                put_number(format.into(), to);
            }
            Kept::Bool(value) => to.push(if value { tag::YES } else { tag::NO }),
            Kept::Error { start, end } => put_tagged(tag::ERROR, text(start, end), to),
        }
    }
}

impl Records {
    /// Returns what packed records of this block refer to.
    #[must_use]
    pub fn common(&self) -> Common {
        Common { formats: Arc::clone(&self.formats), shared: Arc::clone(&self.shared) }
    }

    /// Returns an empty block whose records refer to `common`.
    #[must_use]
    pub fn of_packed(common: &Common) -> Self {
        Self::new(Arc::clone(&common.formats)).sharing(Arc::clone(&common.shared))
    }

    /// Adds the record that these are the bytes of, as row `ordinal`; `None` if they are no record's, or it refers to
    /// what is not there.
    #[must_use]
    pub fn push_packed(&mut self, bytes: &[u8], ordinal: u64) -> Option<()> {
        let mut from = Packed(bytes);
        let number = from.number()?;
        let is_hidden = match from.byte()? {
            0 => false,
            1 => true,
            _ => return None,
        };
        let flaw = from.flaw()?;
        self.begin(number, ordinal);
        if is_hidden {
            self.note_hidden();
        }
        if let Flawed::With(flaw) = flaw {
            self.flaw(flaw);
        }
        while !from.0.is_empty() {
            match from.byte()? {
                tag::BLANKS => self.push_blanks(from.count()?),
                tag::TEXT => self.push_text(from.text()?),
                tag::SHARED => {
                    let part = from.count()?..from.count()?;
                    self.shared.get(part.clone())?;
                    self.push_shared(part);
                }
                tag::NUMBER => {
                    let (value, format) = (from.float()?, self.format(from.count()?)?);
                    self.push_number(value, format, from.text()?);
                }
                tag::DATE => {
                    let (serial, format) = (from.float()?, self.format(from.count()?)?);
                    self.push_date(serial, format);
                }
                tag::NO => self.push_bool(false),
                tag::YES => self.push_bool(true),
                tag::ERROR => self.push_error(from.text()?),
                tag::ABOVE => {
                    let texts = [from.text()?, from.text()?, from.text()?];
                    self.name_above(self.len().checked_sub(1)?, texts, from.number()?);
                }
                _ => return None,
            }
        }
        Some(())
    }

    /// Returns the index of a format, if there is one.
    fn format(&self, index: usize) -> Option<u32> {
        // A number without any format stands in a block that has none.
        let is_there = index < self.formats.len() || index == 0;
        u32::try_from(index).ok().filter(|_| is_there)
    }
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn put_number(mut number: u64, to: &mut Vec<u8>) {
    while number > 0x7f {
        to.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

fn put_count(count: usize, to: &mut Vec<u8>) {
    put_number(u64::try_from(count).unwrap_or(u64::MAX), to);
}

fn put_text(text: &str, to: &mut Vec<u8>) {
    put_count(text.len(), to);
    to.extend_from_slice(text.as_bytes());
}

fn put_blanks(blanks: usize, to: &mut Vec<u8>) {
    if blanks > 0 {
        to.push(tag::BLANKS);
        put_count(blanks, to);
    }
}

fn put_tagged(tag: u8, text: &str, to: &mut Vec<u8>) {
    to.push(tag);
    put_text(text, to);
}

fn put_flaw(flaw: Option<Flaw>, to: &mut Vec<u8>) {
    let Some(flaw) = flaw else { return to.push(0) };
    let (kind, numbers) = match flaw {
        Flaw::Short { found, wanted } => (1, [found as u64, wanted as u64]),
        Flaw::Long { found, wanted } => (2, [found as u64, wanted as u64]),
        Flaw::TextAfterQuote => (3, [0; 2]),
        Flaw::OpenQuote { line } => (4, [line, 0]),
        Flaw::Uncalculated { column } => (5, [column as u64, 0]),
        Flaw::Undecodable => (6, [0; 2]),
        Flaw::Garbled => (7, [0; 2]),
        Flaw::ZeroByte => (8, [0; 2]),
        Flaw::Beyond { column } => (9, [column as u64, 0]),
        Flaw::Restyled { column } => (10, [column.map_or(0, |column| column as u64 + 1), 0]),
    };
    to.push(kind);
    for number in numbers {
        put_number(number, to);
    }
}

/// What was said of a record's flaw.
enum Flawed {
    Without,
    With(Flaw),
}

/// Bytes on their way to be understood.
struct Packed<'a>(&'a [u8]);

impl<'a> Packed<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn float(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a str> {
        let bytes = self.count()?;
        std::str::from_utf8(self.take(bytes)?).ok()
    }

    fn flaw(&mut self) -> Option<Flawed> {
        let kind = self.byte()?;
        if kind == 0 {
            return Some(Flawed::Without);
        }
        let (first, second) = (self.number()?, self.count()?);
        let found = usize::try_from(first).ok()?;
        Some(Flawed::With(match kind {
            1 => Flaw::Short { found, wanted: second },
            2 => Flaw::Long { found, wanted: second },
            3 => Flaw::TextAfterQuote,
            4 => Flaw::OpenQuote { line: first },
            5 => Flaw::Uncalculated { column: found },
            6 => Flaw::Undecodable,
            7 => Flaw::Garbled,
            8 => Flaw::ZeroByte,
            9 => Flaw::Beyond { column: found },
            10 => Flaw::Restyled { column: usize::try_from(first).ok()?.checked_sub(1) },
            _ => return None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAWS: [Flaw; 11] = [
        Flaw::Short { found: 3, wanted: 300 },
        Flaw::Long { found: 70_000, wanted: 3 },
        Flaw::TextAfterQuote,
        Flaw::OpenQuote { line: u64::MAX },
        Flaw::Uncalculated { column: 70_000 },
        Flaw::Undecodable,
        Flaw::Garbled,
        Flaw::ZeroByte,
        Flaw::Restyled { column: None },
        Flaw::Restyled { column: Some(70_000) },
        Flaw::Beyond { column: 16_383 },
    ];

    fn block() -> Records {
        let formats = Arc::new(vec![String::new(), "00000".to_owned(), "yyyy-mm-dd".to_owned()]);
        let mut block = Records::new(formats).sharing(Arc::new("Contoso".to_owned()));
        for (number, flaw) in (1..).zip(FLAWS.map(Some).into_iter().chain([None])) {
            block.begin(number * 1_000, number);
            if number % 2 == 0 {
                block.note_hidden();
            }
            if let Some(flaw) = flaw {
                block.flaw(flaw);
            }
            block.push_blanks(usize::try_from(number).unwrap() * 9);
            block.push_shared(0..7);
            block.push_text(&"\u{e9}\0".repeat(100));
            block.push_number(0.1 + 0.2, 1, "0.30000000000000004");
            block.push_number(-0.0, 0, "");
            block.push_date(46_000.5, 2);
            block.push_bool(true);
            block.push_bool(false);
            block.push_error("#REF!");
            block.push_blank();
        }
        block.begin(u64::MAX, 13);
        block
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let before = block();
        let mut after = Records::of_packed(&before.common());
        for record in before.iter() {
            let mut bytes = Vec::new();
            record.pack(&mut bytes);
            assert_eq!(after.push_packed(&bytes, record.ordinal + 5), Some(()));
        }
        assert_eq!(after.len(), before.len());
        for (was, is) in before.iter().zip(after.iter()) {
            assert_eq!((is.number, is.ordinal, is.flaw), (was.number, was.ordinal + 5, was.flaw));
            assert_eq!((is.width(), is.is_hidden), (was.width(), was.is_hidden));
            assert!((0..was.width()).all(|column| is.cell(column) == was.cell(column)));
        }
        assert_eq!((before.hidden(), after.hidden()), (6, 6));
        assert!(after.common().is(&before.common()) && !after.common().is(&Common::default()));
    }

    #[test]
    fn other_bytes_are_no_record() {
        let mut bytes = Vec::new();
        block().iter().last().unwrap().pack(&mut bytes);
        assert_eq!(Records::default().push_packed(&bytes[..bytes.len() - 1], 1), None);
        let wrong: [&[u8]; 6] =
            [&[1, 0, 0, 99], &[1, 0, 11, 0, 0], &[1, 2, 0], &[1, 0, 0, tag::TEXT, 2, b'a'], &[0x80; 12], &[]];
        for wrong in wrong {
            assert_eq!(Records::default().push_packed(wrong, 1), None, "{wrong:?}");
        }
        assert_eq!(Records::default().push_packed(&[1, 0, 0, tag::TEXT, 1, 0xff], 1), None);
        let date: &[u8] = &[1, 0, 0, tag::DATE, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        for elsewhere in [[1, 0, 0, tag::SHARED, 0, 1].as_slice(), date] {
            assert_eq!(Records::default().push_packed(elsewhere, 1), None);
        }
    }

    #[test]
    fn what_cells_have_in_common_is_not_packed_with_each() {
        let long = "0".repeat(100_000);
        let mut block = Records::new(Arc::new(vec![String::new(), long.clone()])).sharing(Arc::new(long));
        block.begin(1, 1);
        for _ in 0..1_000 {
            block.push_number(1.0, 1, "");
            block.push_shared(0..100_000);
        }
        let mut bytes = Vec::new();
        block.iter().next().unwrap().pack(&mut bytes);
        assert!(bytes.len() < 1_000 * 20, "{}", bytes.len());
    }
}

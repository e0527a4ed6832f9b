//! Thrift's compact protocol, in which a Parquet file says what is in it: read within the bytes that are there.
//!
//! Source: the Thrift compact protocol encoding, and `parquet.thrift` of the Parquet format.

/// How deep structures may be inside each other where they are passed over: the format itself has less than ten.
const DEPTH: u32 = 32;

/// Kinds of values, by their numbers in the protocol.
pub(super) mod kind {
    pub(in super::super) const END: u8 = 0;
    pub(in super::super) const TRUE: u8 = 1;
    pub(in super::super) const FALSE: u8 = 2;
    pub(in super::super) const BYTE: u8 = 3;
    pub(in super::super) const I64: u8 = 6;
    pub(in super::super) const BINARY: u8 = 8;
    pub(in super::super) const LIST: u8 = 9;
    pub(in super::super) const STRUCT: u8 = 12;
}

/// A field of a structure: its number, and the kind of its value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub id: i16,
    pub kind: u8,
}

/// Bytes that are read from their beginning. `None` from any of its functions = they end too early, or say what nothing
/// says that is well-formed.
#[derive(Debug)]
pub(super) struct Compact<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Compact<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Returns how many bytes were read.
    pub(super) const fn read(&self) -> usize {
        self.at
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    /// Reads a number of seven bits a byte, the lowest first.
    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// Reads a whole number of any width.
    pub(super) fn whole(&mut self, field: Field) -> Option<i64> {
        match field.kind {
            kind::BYTE => Some(i64::from(self.byte()?.cast_signed())),
            4..=kind::I64 => self.zigzag(),
            _ => None,
        }
    }

    /// Reads a number that counts something.
    pub(super) fn count(&mut self, field: Field) -> Option<u64> {
        u64::try_from(self.whole(field)?).ok()
    }

    /// Reads a text; what is not UTF-8 in it is replaced.
    pub(super) fn text(&mut self, field: Field) -> Option<String> {
        let count =
            if field.kind == kind::BINARY { usize::try_from(self.varint()?).ok()? } else { return None };
        Some(String::from_utf8_lossy(self.take(count)?).into_owned())
    }

    /// Reads the head of a list of structures: how many they are, each of one byte at the least.
    pub(super) fn structs(&mut self, field: Field) -> Option<usize> {
        if field.kind != kind::LIST {
            return None;
        }
        let (kind, count) = self.list()?;
        (count == 0 || kind == kind::STRUCT).then_some(count)
    }

    fn list(&mut self) -> Option<(u8, usize)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => usize::try_from(self.varint()?).ok()?,
            few => usize::from(few),
        };
        (count <= self.bytes.len() - self.at).then_some((head & 0x0f, count))
    }

    /// Gives each field of a structure to `take`, which reads its value and returns true, or leaves it and returns false.
    pub(super) fn fields(&mut self, take: &mut dyn FnMut(&mut Self, Field) -> Option<bool>) -> Option<()> {
        let mut id = 0_i16;
        loop {
            let field = self.field(&mut id)?;
            if field.kind == kind::END {
                return Some(());
            }
            if !take(self, field)? {
                self.skip(field.kind, DEPTH)?;
            }
        }
    }

    /// Reads the head of the next field; at the end of its structure it is of the kind [`kind::END`].
    fn field(&mut self, id: &mut i16) -> Option<Field> {
        let head = self.byte()?;
        let kind = head & 0x0f;
        if kind != kind::END {
            *id = match head >> 4 {
                0 => i16::try_from(self.zigzag()?).ok()?,
                step => id.checked_add(i16::from(step))?,
            };
        }
        Some(Field { id: *id, kind })
    }

    /// Passes over a value.
    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        let deeper = depth.checked_sub(1)?;
        match kind {
            kind::TRUE | kind::FALSE => {}
            kind::BYTE => drop(self.byte()?),
            4..=kind::I64 => drop(self.varint()?),
            7 => drop(self.take(8)?),
            kind::BINARY => {
                let count = usize::try_from(self.varint()?).ok()?;
                self.take(count)?;
            }
            // Sets are written as lists are.
            kind::LIST | 10 => {
                let (kind, count) = self.list()?;
                for _ in 0..count {
                    self.skip_item(kind, deeper)?;
                }
            }
            11 => self.skip_map(deeper)?,
            kind::STRUCT => {
                let mut id = 0;
                loop {
                    let field = self.field(&mut id)?;
                    if field.kind == kind::END {
                        break;
                    }
                    self.skip(field.kind, deeper)?;
                }
            }
            13 => drop(self.take(16)?),
            _ => return None,
        }
        Some(())
    }

    fn skip_map(&mut self, depth: u32) -> Option<()> {
        let count = self.varint()?;
        let kinds = if count > 0 { self.byte()? } else { 0 };
        for _ in 0..count {
            self.skip_item(kinds >> 4, depth)?;
            self.skip_item(kinds & 0x0f, depth)?;
        }
        Some(())
    }

    /// In lists and maps, truths have a byte of their own.
    fn skip_item(&mut self, kind: u8, depth: u32) -> Option<()> {
        if matches!(kind, kind::TRUE | kind::FALSE) {
            self.byte().map(|_| ())
        } else {
            self.skip(kind, depth)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_and_texts_are_read_and_the_rest_is_passed_over() {
        // 1: i32 -3; 2: list of 2 booleans; 4: map of a byte to a text; 5: struct in a struct; 6: text; the end.
        let bytes = [
            0x15, 5, 0x19, 0x21, 1, 2, 0x2b, 1, 0x38, 9, 2, b'a', b'b', 0x1c, 0x1c, 0, 0, 0x18, 3, b'E',
            b'3', 0xff, 0,
        ];
        let mut compact = Compact::new(&bytes);
        let (mut number, mut text) = (0, String::new());
        let read = compact.fields(&mut |compact, field| {
            match field.id {
                1 => number = compact.whole(field)?,
                6 => text = compact.text(field)?,
                _ => return Some(false),
            }
            Some(true)
        });
        assert_eq!((read, number, text.as_str(), compact.read()), (Some(()), -3, "E3\u{fffd}", bytes.len()));
    }

    #[test]
    fn what_is_deeper_than_anything_or_says_more_than_there_is_is_refused() {
        let skipped = |bytes: &[u8]| Compact::new(bytes).fields(&mut |_, _| Some(false));
        assert_eq!(skipped(&vec![0x1c; 1_000_000]), None, "structures in structures");
        assert_eq!(
            skipped(&[0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]),
            None,
            "a list of four thousand million"
        );
        assert_eq!(skipped(&[0x1b, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x11, 1, 1]), None, "a map of as many");
        assert_eq!(skipped(&[0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]), None);
        assert_eq!(skipped(&[0x18, 9, b'x']), None, "a text that ends too early");
        assert_eq!(skipped(&[]), None);
        assert_eq!(skipped(&[0]), Some(()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut compact = Compact::new(&bytes);
            let _ = compact.fields(&mut |_, _| Some(false));
            prop_assert!(compact.read() <= bytes.len());
        }
    }
}

//! Little-endian fields of binary records, taken one after the other.

/// What is left of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const COUNT: usize>(&mut self) -> Option<[u8; COUNT]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// Takes a length in 32 bits, and so many units of UTF-16.
    pub(super) fn wide(&mut self) -> Option<String> {
        let count = usize::try_from(self.u32()?).ok()?;
        self.take(count.checked_mul(2)?).map(utf16)
    }
}

/// Decodes UTF-16; half a pair becomes U+FFFD.
pub(super) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => 0,
    });
    char::decode_utf16(units).map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Returns a number that is packed into 32 bits: 30 bits of a float or whole number, perhaps to be divided by 100.
///
/// Source: [MS-XLS] 2.5.217, `RkNumber`.
pub(super) fn packed_number(bits: u32) -> f64 {
    let value = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 1 == 0 { value } else { value / 100.0 }
}

/// Returns the text of an error value.
///
/// Source: [MS-XLSB] 2.5.97.2, `BErr`; the later ones as Excel writes them.
pub(super) fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        0x2b => "#GETTING_DATA",
        _ => "#UNKNOWN!",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_floats_and_whole_numbers_and_hundredths() {
        let half_as_much_again = u32::try_from(1.5_f64.to_bits() >> 32).unwrap();
        for (bits, value) in [
            ((480 << 2) | 2, "480"),
            (((-3_i32) << 2).cast_unsigned() | 2, "-3"),
            ((1250 << 2) | 3, "12.5"),
            (half_as_much_again, "1.5"),
        ] {
            assert_eq!(packed_number(bits).to_string(), value);
        }
    }

    #[test]
    fn fields_never_reach_beyond_their_record() {
        let mut fields = Fields(&[1, 0, 0, 0, 65, 0, 9]);
        assert_eq!(fields.wide().as_deref(), Some("A"));
        assert_eq!((fields.u16(), fields.u8(), fields.u8()), (None, Some(9), None));
        assert_eq!(Fields(&[255, 255, 255, 255, 65, 0]).wide(), None);
    }
}

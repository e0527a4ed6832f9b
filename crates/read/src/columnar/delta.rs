//! Lengths of texts that are written as differences: how many they say to be, before room is made for them.
//!
//! The `parquet` crate (60.1) makes room for as many texts of a page as the page says, whatever it has; this looks at what is
//! said first. Source: the Parquet format, `DELTA_BINARY_PACKED`, `DELTA_LENGTH_BYTE_ARRAY`, `DELTA_BYTE_ARRAY`.

use super::compact::Compact;

/// Values of a block: writers have some hundreds.
const LIMIT_BLOCK: u64 = 1 << 16;

/// Returns whether one list of numbers at the beginning of the values, or two behind each other, say that they are no more
/// than `most`.
pub(super) fn are_at_most(most: u64, values: &[u8], lists: usize) -> bool {
    let mut rest = values;
    for _ in 0..lists {
        let Some(end) = end_of(rest, most) else { return false };
        rest = rest.get(end..).unwrap_or_default();
    }
    true
}

/// Returns where a list of numbers ends; `None` if it has more than `most`, or is not written like one.
fn end_of(bytes: &[u8], most: u64) -> Option<usize> {
    let mut head = Compact::new(bytes);
    let (block, parts, count) = (head.varint()?, head.varint()?, head.varint()?);
    // The first number stands in the head.
    head.varint()?;
    if count > most || block > LIMIT_BLOCK || parts == 0 || !block.is_multiple_of(parts) {
        return None;
    }
    let (parts, of_part) = (usize::try_from(parts).ok()?, block / parts);
    let (mut at, mut left) = (head.read(), count.saturating_sub(1));
    while left > 0 {
        let mut head = Compact::new(bytes.get(at..)?);
        head.varint()?;
        at += head.read();
        let widths = bytes.get(at..at.checked_add(parts)?)?;
        at += parts;
        for width in widths {
            // What is behind the last number has a width, but nothing is written for it.
            if left > 0 {
                at = at.checked_add(usize::try_from(u64::from(*width) * of_part / 8).ok()?)?;
            }
            left = left.saturating_sub(of_part);
        }
        if of_part == 0 {
            return None;
        }
    }
    (at <= bytes.len()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of so many numbers that rise by one each: nothing is written for them.
    fn rising(count: u8) -> Vec<u8> {
        // 128 numbers a block, 4 parts; the count; the first number; then for each block a difference and four widths.
        let mut bytes = vec![0x80, 1, 4, count, 0];
        for _ in 0..count.saturating_sub(1).div_ceil(128) {
            bytes.extend([2, 0, 0, 0, 0]);
        }
        bytes
    }

    #[test]
    fn a_list_ends_where_its_last_block_does() {
        assert_eq!(end_of(&rising(1), 1), Some(5));
        assert_eq!(end_of(&[rising(100), vec![9; 7]].concat(), 100), Some(10));
        // Eight bits each, of 32 numbers.
        let wide = [vec![0x80, 1, 4, 33, 0, 2, 8, 0, 0, 0], vec![1; 32]].concat();
        assert_eq!(end_of(&wide, 33), Some(42));
        assert_eq!(end_of(&wide[..41], 33), None);
    }

    #[test]
    fn no_more_are_said_than_the_page_has() {
        let two = [rising(100), rising(100)].concat();
        assert!(are_at_most(100, &two, 2) && are_at_most(100, &two, 1));
        assert!(!are_at_most(99, &two, 2));
        let many = [0x80, 1, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0];
        assert!(!are_at_most(100, &[rising(100), many.to_vec()].concat(), 2));
        for head in [&[0x80_u8, 1, 0, 9, 0][..], &[0, 4, 9, 0, 0, 0, 0, 0, 0], &[0x80, 1, 3, 9, 0], &[]] {
            assert!(!are_at_most(100, head, 1), "{head:?}");
        }
    }
}

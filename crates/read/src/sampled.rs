//! Records from places spread over a text, for whoever wants to know early what its rows may be like. They are only a hint:
//! a place may be inside a quoted cell, and what is read there is then not a record.

use super::block::{Shape, TextBlock, TextChecks};
use super::encoding::Encoding;
use super::scan::Scanner;
use super::unreadable;
use crate::error::Result;
use crate::positioned::Positioned;
use std::io::{Read, Seek, SeekFrom};

/// A text shorter than this is read to its end in hardly more time.
const LEAST_BYTES: u64 = 1 << 22;
/// What is read at each place: some lines.
const PLACE_BYTES: u64 = 1 << 11;
/// Of so many bytes of the text, one is read.
const OF_SO_MANY_BYTES: u64 = 64;
/// Each stretch of so many bytes has one place.
const STRETCH_BYTES: u64 = OF_SO_MANY_BYTES * PLACE_BYTES;
/// Places begin at even bytes, so that no unit of a UTF-16 text is cut in two.
const UNIT_BYTES: u64 = 2;

/// The text that the records are in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub(super) bytes: u64,
    pub(super) encoding: Encoding,
    pub(super) delimiter: u8,
    pub(super) shape: Shape,
}

/// Gives some whole lines of each place to `emit`, as blocks whose line numbers mean nothing; none of a short text, or of
/// one whose lines do not end in LF.
///
/// # Errors
/// `roster-unreadable`, or what `emit` returns.
pub(super) fn sampled(
    file: &mut Positioned,
    text: Text,
    emit: &mut dyn FnMut(TextBlock) -> Result<()>,
) -> Result<()> {
    if text.bytes < LEAST_BYTES {
        return Ok(());
    }
    let mut bytes = Vec::new();
    for stretch in 0..text.bytes / STRETCH_BYTES {
        let from = stretch * STRETCH_BYTES + within(stretch);
        bytes.clear();
        file.seek(SeekFrom::Start(from)).map_err(|error| unreadable(&error))?;
        file.by_ref().take(PLACE_BYTES).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
        block(&bytes, text).map_or(Ok(()), &mut *emit)?;
    }
    Ok(())
}

/// Returns where in a stretch its place begins: it looks random, but is the same in each run. Something that is repeated at
/// regular distances might never be seen from places at regular distances.
const fn within(stretch: u64) -> u64 {
    // The finalizer of SplitMix64: every bit of the number changes half of the bits.
    let mixed = stretch.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ mixed >> 31) % (STRETCH_BYTES - PLACE_BYTES) / UNIT_BYTES * UNIT_BYTES
}

/// Returns the whole lines among some bytes; `None` = there is none.
fn block(bytes: &[u8], text: Text) -> Option<TextBlock> {
    let mut decoder = text.encoding.decoder();
    let mut letters = String::with_capacity(decoder.max_utf8_buffer_length(bytes.len())?);
    let _ = decoder.decode_to_string(bytes, &mut letters, false);
    let (_, behind) = letters.split_once('\n')?;
    let (lines, _) = behind.rsplit_once('\n')?;
    let mut scanner = Scanner::new(text.delimiter, 1);
    while scanner.scan(lines.as_bytes(), usize::MAX).is_some() || scanner.end() {}
    Some(TextBlock {
        text: lines.to_owned(),
        marks: scanner.take_marks(),
        delimiter: text.delimiter,
        shape: text.shape,
        skip: 0,
        first: 1,
        doubts: TextChecks::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests_support::file_of;

    fn cells(bytes: &[u8], encoding: &str) -> Vec<String> {
        let encoding = Encoding::given(encoding, bytes).unwrap();
        let text = Text { bytes: bytes.len() as u64, encoding, delimiter: b',', shape: Shape::ANY };
        let mut cells = Vec::new();
        sampled(&mut file_of(bytes), text, &mut |block| {
            let records = block.records()?;
            cells.extend(records.iter().map(|record| record.cell(1).shown()));
            Ok(())
        })
        .unwrap();
        cells
    }

    #[test]
    fn some_whole_lines_of_each_place_are_given_in_any_encoding() {
        let lines = (0..300_000).map(|number| format!("a,Köln {number},\"x,\r\ny\"\r\n"));
        let lines = lines.collect::<Vec<_>>().concat();
        let wide: Vec<u8> = lines.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for found in [cells(lines.as_bytes(), "utf-8"), cells(&wide, "utf-16le")] {
            let numbers: Vec<u32> =
                found.iter().filter_map(|cell| cell.strip_prefix("Köln ")?.parse().ok()).collect();
            assert!((300_000 / 200..300_000 / 30).contains(&numbers.len()), "{}", numbers.len());
            assert!(numbers.is_sorted_by(|left, right| left < right));
            assert!(numbers.first().is_some_and(|first| *first < 30_000));
            assert!(numbers.last().is_some_and(|last| *last > 270_000));
        }
    }

    #[test]
    fn what_comes_again_is_seen_whatever_is_between() {
        for apart in [50_000, 66_667, 90_909] {
            let lines = (0..200_000).map(|number| format!("a,{},b,c,d,e,f,g\n", number % apart));
            let lines = lines.collect::<Vec<_>>().concat();
            let found = cells(&lines.repeat(2).into_bytes(), "utf-8");
            let different: std::collections::HashSet<&String> = found.iter().collect();
            assert!(different.len() < found.len(), "{apart}");
        }
    }

    #[test]
    fn of_a_short_text_and_of_one_line_none_are_given() {
        assert_eq!(cells("a,b\n".repeat(1_000).as_bytes(), "utf-8"), [""; 0]);
        assert_eq!(cells("a,b;".repeat(2_000_000).as_bytes(), "utf-8"), [""; 0]);
        assert_eq!(cells("a,b\r".repeat(2_000_000).as_bytes(), "utf-8"), [""; 0]);
    }
}

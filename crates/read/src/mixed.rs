//! A file of two encodings: lines in UTF-8 in a file that is UTF-16, or the other way round, as appending makes it.
//!
//! Letters, delimiters and line ends have a zero byte in UTF-16 and none in UTF-8. So the file is looked at in runs of
//! bytes that are not zero: runs of a single byte, one behind the other, are UTF-16; a long run that is whole lines of
//! a table is UTF-8. Both are looked for at once, since which of them is the stranger is known only when the encoding
//! is.

use super::layout::DELIMITERS;
use super::{at_line, refused};
use crate::diagnostic::Code;
use crate::error::Error;

/// Runs of one byte between zeros that make a stretch of UTF-16: four letters.
const LETTERS: u32 = 3;
/// A run is looked at as lines of a table from so many bytes on, and in so many at most.
const LEAST_BYTES: usize = 8;
const MOST_BYTES: usize = 4096;
/// A run that does not end with a line has at least so many bytes, so that no name in Chinese is taken for one.
const SURE_BYTES: usize = 32;

/// What was found so far; fed with the bytes of the file, in order.
#[derive(Default)]
pub(super) struct Mixture {
    /// Bytes since the last zero, of chunks before this one; cut at [`MOST_BYTES`].
    carry: Vec<u8>,
    has_zeros: bool,
    /// Runs of one byte that came last, one behind the other.
    singles: u32,
    /// Where lines of a table begin, if one of these does: lines in 8 bits, and in both orders of UTF-16.
    lines: Lines,
    /// Lines before the run of more than one byte that came last, and in it.
    before_singles: u64,
    /// Whether the run that came last ended a line in UTF-16.
    ended_line: bool,
    utf16_from: Option<u64>,
    utf8_from: Option<Stretch>,
    /// Line ends before a byte order mark of the other order, in little and in big order.
    turned_little: Option<u64>,
    turned_big: Option<u64>,
}

/// Line ends so far, by how they are written.
#[derive(Clone, Copy, Default)]
struct Lines {
    narrow: u64,
    little: u64,
    big: u64,
}

/// A stretch of UTF-8 within UTF-16.
#[derive(Clone, Copy)]
struct Stretch {
    /// Line ends before it.
    before: Lines,
    /// Its own line ends, if it begins the file.
    own: Option<u64>,
}

impl Mixture {
    /// Looks at the next bytes.
    pub(super) fn feed(&mut self, chunk: &[u8]) {
        if self.utf16_from.is_some() && self.utf8_from.is_some() {
            return;
        }
        let mut start = 0;
        for zero in memchr::memchr_iter(0, chunk) {
            let run = chunk.get(start..zero).unwrap_or_default();
            if self.carry.is_empty() {
                self.run(run, false);
            } else {
                let mut whole = std::mem::take(&mut self.carry);
                whole.extend_from_slice(run);
                self.run(&whole, false);
            }
            start = zero + 1;
        }
        let rest = chunk.get(start..).unwrap_or_default();
        // What a long run is, its first bytes tell; of the others only the line ends are counted.
        let room = MOST_BYTES.saturating_sub(self.carry.len()).min(rest.len());
        let (kept, passed) = rest.split_at_checked(room).unwrap_or_default();
        self.carry.extend_from_slice(kept);
        self.lines.narrow += memchr::memchr_iter(b'\n', passed).count() as u64;
    }

    /// Says that the file has ended.
    pub(super) fn ended(mut self) -> Self {
        let last = std::mem::take(&mut self.carry);
        if self.has_zeros && !last.is_empty() {
            self.run(&last, true);
        }
        self.carry = Vec::new();
        self
    }

    /// Takes the bytes between two zeros, or between the last zero and the end.
    fn run(&mut self, run: &[u8], is_last: bool) {
        let line_ends = if run.len() > 1 {
            memchr::memchr_iter(b'\n', run).count() as u64
        } else {
            u64::from(run == b"\n")
        };
        if run.len() == 1 && self.has_zeros {
            self.singles += 1;
            if self.singles == LETTERS {
                self.utf16_from.get_or_insert(self.before_singles + 1);
            }
        } else {
            self.singles = 0;
            self.before_singles = self.lines.narrow + line_ends;
        }
        let is_first = !self.has_zeros;
        let begins_line = !is_first && run.starts_with(b"\n");
        self.lines.big += u64::from(begins_line);
        match run {
            [0xfe, 0xff] if !is_first => {
                self.turned_little.get_or_insert(self.lines.little);
            }
            [b'\n', 0xff, 0xfe, ..] if !is_first => {
                self.turned_big.get_or_insert(self.lines.big);
            }
            _ => {}
        }
        if run.len() >= LEAST_BYTES
            && self.utf8_from.is_none()
            && is_table(run, is_first, is_last, self.ended_line || begins_line)
        {
            self.utf8_from = Some(Stretch { before: self.lines, own: is_first.then_some(line_ends) });
        }
        self.lines.narrow += line_ends;
        self.lines.little += u64::from(run.ends_with(b"\n"));
        self.ended_line = matches!(run, b"\n" | b"\r");
        self.has_zeros = true;
    }

    /// Returns the error for lines in UTF-8, or in the other order, in a file that is UTF-16.
    pub(super) fn in_utf16(&self, name: &str, is_little: bool) -> Option<Error> {
        if let Some(before) = if is_little { self.turned_little } else { self.turned_big } {
            return Some(mixed([name, if is_little { "UTF-16 BE" } else { "UTF-16 LE" }], before + 1));
        }
        let Stretch { before, own } = self.utf8_from?;
        let before = if is_little { before.little } else { before.big };
        Some(match own {
            // Which byte comes first was told by an encoding that begins elsewhere.
            Some(lines) => mixed(["UTF-8", "UTF-16"], lines + 1),
            None => mixed([name, "UTF-8"], before + 1),
        })
    }

    /// Returns the error for lines in UTF-16 in a file that is UTF-8, or is in another encoding of 8 bits.
    pub(super) fn in_narrow(&self, name: &str) -> Option<Error> {
        match (self.utf16_from?, self.utf8_from) {
            // It begins in UTF-16, in which it is not for the most part.
            (1, Some(Stretch { before, own: None })) => {
                Some(mixed(["UTF-16", name], before.little.max(before.big) + 1))
            }
            (1, _) => None,
            (line, _) => Some(mixed([name, "UTF-16"], line)),
        }
    }
}

/// Returns the error for a file of two encodings, the second from this line on.
pub(super) fn mixed([first, second]: [&str; 2], line: u64) -> Error {
    let message = format!(
        "the file is in two encodings: it begins in {first}, and from this line on it is in {second}, as if one file \
         had been added to the end of another"
    );
    let help = "save both parts in one encoding, such as UTF-8, and join them again";
    at_line(line, refused(Code::EncodingsMixed, message, help))
}

/// Returns whether a run is lines of a table, each with a delimiter, and not letters of UTF-16 that have no zero byte.
///
/// The byte before a zero may be half of a letter, and so may the first one, unless it begins the file. Letters that
/// only look like lines would have to end with the byte of a line end, or be many.
fn is_table(run: &[u8], is_first: bool, is_last: bool, begins_line: bool) -> bool {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let without_last = run.split_last().map_or(run, |(_, rest)| rest);
    let without_first = run.split_first().map_or(run, |(_, rest)| rest);
    let ends = |text: &[u8]| text.last().is_some_and(is_end);
    let is_whole = |text: &[u8]| ends(text) && has_columns(text);
    let is_long = |text: &[u8]| {
        let end = text.iter().rposition(is_end).map_or(0, |end| end + 1);
        let lines = text.get(..end).unwrap_or_default();
        text.len() >= SURE_BYTES && has_columns(lines)
    };
    if is_last {
        let is_plain = has_columns(run) || has_columns(without_first);
        return ((begins_line || ends(run)) && is_plain) || is_long(run);
    }
    is_whole(without_last)
        || (is_first && is_whole(run))
        || (!is_first && run.len() >= SURE_BYTES && is_whole(without_first))
        || is_long(without_last)
        || is_long(without_first)
}

/// Returns whether bytes are lines of plain text, each with one delimiter at least; blank ones do not count.
fn has_columns(lines: &[u8]) -> bool {
    let is_odd = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n' | 0x1a);
    // Letters beyond ASCII are few in a roster, and in UTF-16 without zeros there would be as many as others.
    let wide = lines.iter().filter(|byte| **byte >= 0x80).count();
    if lines.iter().any(is_odd) || wide * 4 > lines.len() {
        return false;
    }
    let mut filled =
        lines.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty()).peekable();
    let has_delimiter = |line: &[u8]| line.iter().any(|byte| DELIMITERS.contains(byte));
    filled.peek().is_some() && filled.all(has_delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    const HEADINGS: &str = "Tenant,Plan,Seats\r\n";

    fn rows(from: u32) -> String {
        let row = |row: u32| format!("t{row}.example,SPE_E3,{row}00\r\n");
        (from..from + 5).map(row).collect()
    }

    fn little(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn big(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    fn fed(parts: &[&[u8]], size: usize) -> Mixture {
        let mut mixture = Mixture::default();
        parts.concat().chunks(size).for_each(|chunk| mixture.feed(chunk));
        mixture.ended()
    }

    fn line(error: Option<Error>) -> Option<u64> {
        match error?.diagnostics[0].place {
            Place::Line(line) => Some(line),
            _ => None,
        }
    }

    #[test]
    fn utf8_behind_utf16_is_found_with_its_line() {
        let (head, more) = (format!("{HEADINGS}{}", rows(1)), rows(6));
        for size in [1, 7, 64, 10_000] {
            for more in [more.as_str(), "t6.example,E3,600", "b,E3,60\r\n", "Z\u{fc}rich,E3,600\n"] {
                let mixture = fed(&[b"\xff\xfe", &little(&head), more.as_bytes()], size);
                assert_eq!(line(mixture.in_utf16("UTF-16 LE", true)), Some(7), "{more}");
                let mixture = fed(&[b"\xfe\xff", &big(&head), more.as_bytes()], size);
                assert_eq!(line(mixture.in_utf16("UTF-16 BE", false)), Some(7), "{more}");
            }
            let back = fed(&[&little(&head), more.as_bytes(), &little(&rows(11))], size);
            assert_eq!(line(back.in_utf16("UTF-16 LE", true)), Some(7));
        }
    }

    #[test]
    fn utf16_behind_utf8_is_found_with_its_line() {
        let (head, more) = (format!("{HEADINGS}{}", rows(1)), rows(6));
        for size in [1, 7, 64, 10_000] {
            for mark in [&b""[..], b"\xff\xfe"] {
                let mixture = fed(&[head.as_bytes(), mark, &little(&more)], size);
                assert_eq!(line(mixture.in_narrow("UTF-8")), Some(7));
                // Where it is taken for UTF-16, since most of it is.
                assert_eq!(line(mixture.in_utf16("UTF-16 LE", true)), Some(7));
            }
            let mixture = fed(&[head.as_bytes(), &big(&more)], size);
            assert_eq!(line(mixture.in_narrow("UTF-8")), Some(7));
        }
    }

    #[test]
    fn one_encoding_is_not_two() {
        let plain = format!("{HEADINGS}{}", rows(1));
        let wide = "\u{4e0a}\u{6d77},\u{5317}\u{4eac}\u{5e02}\u{4e0a},\u{7ebf}\u{4e0a}\r\n";
        let text = format!("{plain}{}", wide.repeat(500));
        for size in [1, 7, 10_000] {
            assert!(fed(&[text.as_bytes()], size).in_narrow("UTF-8").is_none());
            assert!(fed(&[&little(&text)], size).in_utf16("UTF-16 LE", true).is_none());
            assert!(fed(&[&big(&text)], size).in_utf16("UTF-16 BE", false).is_none());
            let twice = [b"\xff\xfe", little(&text).as_slice(), b"\xff\xfe", &little(&text)].concat();
            assert!(fed(&[&twice], size).in_utf16("UTF-16 LE", true).is_none());
        }
        let turned = [b"\xff\xfe", little(&plain).as_slice(), b"\xfe\xff", &big(&rows(6))].concat();
        assert_eq!(line(fed(&[&turned], 7).in_utf16("UTF-16 LE", true)), Some(7));
        let turned = [b"\xfe\xff", big(&plain).as_slice(), b"\xff\xfe", &little(&rows(6))].concat();
        assert_eq!(line(fed(&[&turned], 7).in_utf16("UTF-16 BE", false)), Some(7));
        let mostly_utf8 = fed(&[&little(&plain), rows(6).repeat(50).as_bytes()], 64);
        assert_eq!(line(mostly_utf8.in_narrow("UTF-8")), Some(7));
        let damaged = fed(&[plain.as_bytes(), b"a\0b,\0\0\0,5\n"], 64);
        assert!(damaged.in_narrow("UTF-8").is_none());
    }
}

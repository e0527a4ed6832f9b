//! Where each record of a text begins, on which line, and whether a quote is open.
//!
//! The csv crate knows the fields of a record, but not its physical line where lines end in CRLF, nor blank lines,
//! nor a quote that is never closed. This scanner knows those, and agrees with the crate on where records begin; a
//! test holds the two together.

/// What is known of one record before it is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where it begins, in bytes from the start of the block.
    pub start: usize,
    /// The physical line it begins on, from 1.
    pub line: u64,
    /// Nothing stands on the line, not even a space.
    pub is_blank: bool,
    /// A quote stands somewhere in it, whether it opens a field or not.
    pub has_quote: bool,
    /// Text stands between a closing quote and the next delimiter.
    pub has_text_after_quote: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    RecordStart,
    FieldStart,
    Unquoted,
    Quoted,
    AfterQuote,
}

/// Reads a text; may be stopped and fed on.
///
/// Only quotes, line ends and the byte behind either are looked at one by one; the long stretches between them are
/// searched for the next.
///
/// LF, CR and CRLF each end a line, and a record where no quote is open. A quote opens a quoted field only at the
/// field's start; in a quoted field two quotes are one.
#[derive(Debug)]
pub(super) struct Scanner {
    delimiter: u8,
    state: State,
    is_after_cr: bool,
    line: u64,
    quote_line: u64,
    /// A block has no more records than this.
    most_records: usize,
    /// The records begun since the marks were taken last.
    pub marks: Vec<Mark>,
}

impl Scanner {
    /// Returns a scanner at the start of a record on `line`.
    pub(super) fn new(delimiter: u8, line: u64) -> Self {
        Self {
            delimiter,
            state: State::RecordStart,
            is_after_cr: false,
            line,
            quote_line: line,
            most_records: usize::MAX,
            marks: Vec::new(),
        }
    }

    /// Begins a new block after so many records, however short they are.
    pub(super) fn with_most_records(mut self, most_records: usize) -> Self {
        self.most_records = most_records;
        self
    }

    /// Reads `bytes`, which stand `offset` bytes into the block, until a record begins at or after `limit`, or after as many
    /// records as a block may have.
    ///
    /// Returns where that record begins, in bytes from the block's start; its first byte is not read. `None` if all
    /// bytes were read.
    pub(super) fn scan(&mut self, bytes: &[u8], offset: usize, limit: usize) -> Option<usize> {
        let mut index = 0;
        while let Some(byte) = bytes.get(index).copied() {
            if let Some(start) = self.take(byte, offset + index, limit) {
                return Some(start);
            }
            index += 1;
            index += self.skip(bytes.get(index..).unwrap_or_default());
        }
        None
    }

    /// Reads one byte, unless a record begins with it at or after `limit`: then returns where.
    fn take(&mut self, byte: u8, place: usize, limit: usize) -> Option<usize> {
        let is_rest_of_crlf = self.is_after_cr && byte == b'\n';
        if !is_rest_of_crlf && self.state == State::RecordStart {
            if place >= limit || self.marks.len() >= self.most_records {
                self.is_after_cr = false;
                return Some(place);
            }
            self.begin(place, byte);
        } else if !is_rest_of_crlf {
            self.step(byte);
        }
        self.is_after_cr = byte == b'\r';
        None
    }

    /// Reads on to the next quote or line end, and returns how many bytes stand before it.
    ///
    /// In a quoted field they change nothing. Elsewhere only the last of them tells: a delimiter begins a field.
    fn skip(&mut self, rest: &[u8]) -> usize {
        if matches!(self.state, State::RecordStart | State::AfterQuote) {
            return 0;
        }
        let skipped = memchr::memchr3(b'"', b'\r', b'\n', rest).unwrap_or(rest.len());
        let Some(last) = skipped.checked_sub(1).and_then(|last| rest.get(last)) else { return 0 };
        self.is_after_cr = false;
        if self.state != State::Quoted {
            self.state = if *last == self.delimiter { State::FieldStart } else { State::Unquoted };
        }
        skipped
    }

    /// Returns the line of the quote that is open, if one is.
    pub(super) fn open_quote(&self) -> Option<u64> {
        (self.state == State::Quoted).then_some(self.quote_line)
    }

    fn begin(&mut self, start: usize, byte: u8) {
        let is_blank = matches!(byte, b'\r' | b'\n');
        self.marks.push(Mark {
            start,
            line: self.line,
            is_blank,
            has_quote: false,
            has_text_after_quote: false,
        });
        if is_blank {
            self.line += 1;
        } else {
            self.state = State::FieldStart;
            self.step(byte);
        }
    }

    fn step(&mut self, byte: u8) {
        let is_line_end = matches!(byte, b'\r' | b'\n');
        self.line += u64::from(is_line_end);
        if byte == b'"'
            && let Some(mark) = self.marks.last_mut()
        {
            mark.has_quote = true;
        }
        self.state = match self.state {
            State::Quoted if byte == b'"' => State::AfterQuote,
            State::Quoted => State::Quoted,
            State::AfterQuote if byte == b'"' => State::Quoted,
            State::FieldStart if byte == b'"' => {
                self.quote_line = self.line;
                State::Quoted
            }
            _ if byte == self.delimiter => State::FieldStart,
            _ if is_line_end => State::RecordStart,
            State::AfterQuote => {
                if let Some(mark) = self.marks.last_mut() {
                    mark.has_text_after_quote = true;
                }
                State::Unquoted
            }
            _ => State::Unquoted,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The slow and obvious scanner: every byte is looked at.
    fn scan_byte_by_byte(scanner: &mut Scanner, bytes: &[u8], offset: usize, limit: usize) -> Option<usize> {
        bytes.iter().enumerate().find_map(|(index, byte)| scanner.take(*byte, offset + index, limit))
    }

    /// Cuts a text as the splitter does, each chunk with its own size; returns the blocks' marks and their ends.
    fn cut(
        text: &[u8],
        sizes: &[usize],
        limit: usize,
        scan: impl Fn(&mut Scanner, &[u8], usize, usize) -> Option<usize>,
    ) -> (Vec<(usize, Vec<Mark>)>, State, u64, u64) {
        let mut scanner = Scanner::new(b',', 1);
        let (mut blocks, mut block, mut offset, mut known) = (Vec::new(), 0, 0, 0);
        let mut sizes = sizes.iter().cycle();
        while known < text.len() {
            known = (known + sizes.next().unwrap()).min(text.len());
            while let Some(end) = scan(&mut scanner, &text[block + offset..known], offset, limit) {
                blocks.push((end, std::mem::take(&mut scanner.marks)));
                block += end;
                offset = 0;
            }
            offset = known - block;
        }
        blocks.push((offset, scanner.marks));
        (blocks, scanner.state, scanner.line, scanner.quote_line)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn skipping_ahead_finds_what_looking_at_every_byte_finds(
            text in "[\",\r\na\u{e4}]{0,80}",
            sizes in prop::collection::vec(1_usize..9, 1..6),
            limit in 1_usize..40,
        ) {
            let skipping = cut(text.as_bytes(), &sizes, limit, Scanner::scan);
            prop_assert_eq!(skipping, cut(text.as_bytes(), &sizes, limit, scan_byte_by_byte));
        }
    }

    fn lines(text: &str) -> Vec<(usize, u64)> {
        let mut scanner = Scanner::new(b',', 1);
        assert_eq!(scanner.scan(text.as_bytes(), 0, usize::MAX), None);
        scanner.marks.iter().map(|mark| (mark.start, mark.line)).collect()
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        assert_eq!(lines("a\nb\r\nc\rd"), [(0, 1), (2, 2), (5, 3), (7, 4)]);
        assert_eq!(lines("a\n\r\n\r\rb"), [(0, 1), (2, 2), (4, 3), (5, 4), (6, 5)][..].to_vec());
    }

    #[test]
    fn a_record_that_spans_lines_is_named_by_its_first() {
        assert_eq!(lines("\"a\r\nb\nc\",x\r\nd"), [(0, 1), (12, 4)]);
    }

    #[test]
    fn a_blank_line_is_a_record_and_a_line_of_spaces_is_not_blank() {
        let mut scanner = Scanner::new(b',', 1);
        scanner.scan(b"a\n\n \n\"\"\n", 0, usize::MAX);
        assert_eq!(
            scanner.marks.iter().map(|mark| mark.is_blank).collect::<Vec<_>>(),
            [false, true, false, false]
        );
    }

    #[test]
    fn text_after_a_closing_quote_is_seen() {
        let mut scanner = Scanner::new(b',', 1);
        scanner.scan(b"\"x\"y,1\n\"x\"\"y\",2\nx\"y\",3", 0, usize::MAX);
        let seen: Vec<bool> = scanner.marks.iter().map(|mark| mark.has_text_after_quote).collect();
        assert_eq!(seen, [true, false, false]);
    }

    #[test]
    fn an_open_quote_is_known_by_its_line() {
        let mut scanner = Scanner::new(b',', 1);
        scanner.scan(b"a,b\n1,\n2,\"x\n3,y\n", 0, usize::MAX);
        assert_eq!(scanner.open_quote(), Some(3));
        scanner.scan(b"\"", 16, usize::MAX);
        assert_eq!(scanner.open_quote(), None);
    }

    #[test]
    fn a_cut_stands_before_a_record_and_never_between_cr_and_lf() {
        let mut scanner = Scanner::new(b',', 1);
        assert_eq!(scanner.scan(b"ab\r\ncd", 0, 3), Some(4));
        assert_eq!((scanner.marks.len(), scanner.line), (1, 2));
    }
}

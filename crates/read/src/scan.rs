//! Where each record of a text begins, on which line, and which quotes are none.
//!
//! The csv crate knows the fields of a record, but not its physical line where lines end in CRLF, nor blank lines,
//! nor a quote that is never closed. This scanner knows those, and agrees with the crate on where records begin; a
//! test holds the two together.
//!
//! A quote at the start of a field that is closed on a later line holds that field together only if the closing quote
//! stands before a delimiter, a line end or the end of the text, no more than [`CELL_LINES`] lines and [`CELL_BYTES`]
//! bytes further. Otherwise it is taken as a character of its cell, as if it stood within: the record ends with the
//! line, and the lines below are records again. So a stray quote costs one row, not those below it.
//!
//! A quote behind nothing but blanks, as in `Contoso, "1,200"`, opens a quoted field if it is closed on its own line,
//! before a delimiter or line end and blanks at most; otherwise it is a character of its cell. The csv crate knows no
//! such quotes, so that records with one are split here.

/// Line ends within a cell. Source: Excel's published limits, "line feeds per cell".
const CELL_LINES: u64 = 253;
/// Bytes between the quotes around a cell; a thousand times what a cell of a workbook can hold.
const CELL_BYTES: usize = 16 * 1024 * 1024;
/// Stands for: no quote of the record is taken as a character.
const NO_QUOTE: u32 = u32::MAX;

/// What is known of one record before it is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is seen on its own")]
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
    /// Where the quote stands that begins a field and is taken as its first character, in bytes from the start of the
    /// record; there is one at most, since all others on its line are then closed on that line.
    literal: u32,
    /// A quote stands behind nothing but blanks of its field.
    has_blank_quote: bool,
}

impl Mark {
    /// Returns where the quote stands that begins a field and is taken as a character, in bytes from the block's start.
    pub(super) fn literal_quote(&self) -> Option<usize> {
        (self.literal != NO_QUOTE).then(|| self.start + self.literal as usize)
    }

    /// Returns whether the csv crate finds the record's cells: it has quotes, and all of them are what they seem.
    pub(super) fn is_for_csv(&self) -> bool {
        self.has_quote && self.literal == NO_QUOTE && !self.has_blank_quote
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    RecordStart,
    FieldStart,
    /// Behind blanks at the start of a field.
    FieldBlank,
    Unquoted,
    Quoted,
    AfterQuote,
    /// Behind blanks after a closing quote.
    Closed,
}

/// A quote that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Opened {
    place: usize,
    line: u64,
    /// It stands behind blanks.
    is_behind_blanks: bool,
}

/// Reads a text; may be stopped and fed on.
///
/// Only quotes, line ends and the byte behind either are looked at one by one; the long stretches between them are
/// searched for the next.
///
/// LF, CR and CRLF each end a line, and a record where no quote is open. A quote opens a quoted field only at the
/// field's start; in a quoted field two quotes are one. Where a quote turns out to be a character, the scanner goes
/// back to it. It does so once a line at most, and what it had read ahead ends where the next such line begins: so a
/// text is read twice at most.
#[derive(Debug)]
pub(super) struct Scanner {
    delimiter: u8,
    state: State,
    is_after_cr: bool,
    line: u64,
    /// The next byte to be read, from the start of the block.
    place: usize,
    opened: Opened,
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
            place: 0,
            opened: Opened { place: 0, line, is_behind_blanks: false },
            most_records: usize::MAX,
            marks: Vec::new(),
        }
    }

    /// Begins a new block after so many records, however short they are.
    pub(super) fn with_most_records(mut self, most_records: usize) -> Self {
        self.most_records = most_records;
        self
    }

    /// Takes the records found; the block that comes next begins where the scanner stands.
    pub(super) fn take_marks(&mut self) -> Vec<Mark> {
        self.place = 0;
        std::mem::take(&mut self.marks)
    }

    /// Reads on in `text`, which is all of the block that is known, until a record begins at or after `limit`, or after
    /// as many records as a block may have.
    ///
    /// Returns where that record begins, in bytes from the block's start; its first byte is not read. `None` if all
    /// bytes were read.
    pub(super) fn scan(&mut self, text: &[u8], limit: usize) -> Option<usize> {
        loop {
            while let Some(byte) = text.get(self.place).copied() {
                if let Some(start) = self.take(byte, limit) {
                    return Some(start);
                }
                self.skip(text.get(self.place..).unwrap_or_default());
            }
            if self.state != State::Quoted || self.place - self.opened.place <= CELL_BYTES {
                return None;
            }
            self.go_back();
        }
    }

    /// Tells that the block's text ends here, for good. Returns whether there is more to [`Scanner::scan`] of it: the
    /// quote that was open is none.
    pub(super) fn end(&mut self) -> bool {
        let is_open = self.state == State::Quoted;
        if is_open {
            self.go_back();
        }
        is_open
    }

    /// Returns how many bytes of the record begun last are known to belong to it.
    pub(super) fn known_bytes(&self) -> usize {
        let end = if self.state == State::Quoted { self.opened.place } else { self.place };
        self.marks.last().map_or(0, |mark| end - mark.start)
    }

    /// Reads one byte, unless a record begins with it at or after `limit`: then returns where.
    fn take(&mut self, byte: u8, limit: usize) -> Option<usize> {
        let is_rest_of_crlf = self.is_after_cr && byte == b'\n';
        self.is_after_cr = false;
        if is_rest_of_crlf {
            self.place += 1;
            return None;
        }
        if self.state == State::RecordStart {
            if self.place >= limit || self.marks.len() >= self.most_records {
                return Some(self.place);
            }
            self.begin(byte);
        } else {
            self.step(byte);
        }
        None
    }

    /// Reads on to the next quote or line end.
    ///
    /// In a quoted field what stands before it changes nothing. Elsewhere only the last byte tells: a delimiter begins
    /// a field.
    fn skip(&mut self, rest: &[u8]) {
        if matches!(self.state, State::RecordStart | State::AfterQuote | State::Closed) {
            return;
        }
        let skipped = memchr::memchr3(b'"', b'\r', b'\n', rest).unwrap_or(rest.len());
        if skipped == 0 {
            return;
        }
        self.place += skipped;
        self.is_after_cr = false;
        if self.state != State::Quoted {
            self.state = self.state_behind(rest.get(..skipped).unwrap_or_default());
        }
    }

    /// Returns the state behind bytes that hold neither quote nor line end, outside of a quoted field.
    fn state_behind(&self, bytes: &[u8]) -> State {
        let filled = bytes.iter().rposition(|byte| !is_blank(*byte, self.delimiter));
        let has_blanks = filled.is_none_or(|last| last + 1 < bytes.len());
        let is_start = match filled.and_then(|last| bytes.get(last)) {
            Some(last) => *last == self.delimiter,
            None => matches!(self.state, State::FieldStart | State::FieldBlank),
        };
        match (is_start, has_blanks) {
            (true, true) => State::FieldBlank,
            (true, false) => State::FieldStart,
            (false, _) => State::Unquoted,
        }
    }

    fn begin(&mut self, byte: u8) {
        let is_blank = matches!(byte, b'\r' | b'\n');
        self.marks.push(Mark {
            start: self.place,
            line: self.line,
            is_blank,
            has_quote: false,
            has_text_after_quote: false,
            literal: NO_QUOTE,
            has_blank_quote: false,
        });
        self.state = if is_blank { State::Unquoted } else { State::FieldStart };
        self.step(byte);
    }

    #[inline]
    fn step(&mut self, byte: u8) {
        let is_line_end = matches!(byte, b'\r' | b'\n');
        if byte == b'"'
            && let Some(mark) = self.marks.last_mut()
        {
            mark.has_quote = true;
        }
        self.state = match self.state {
            State::Quoted if byte == b'"' => State::AfterQuote,
            State::Quoted if is_line_end && self.is_as_long_as_can_be() => return self.go_back(),
            State::Quoted => State::Quoted,
            State::AfterQuote if byte == b'"' => State::Quoted,
            State::AfterQuote if self.is_unsound(byte) => return self.go_back(),
            State::FieldStart | State::FieldBlank if byte == b'"' => {
                self.open();
                State::Quoted
            }
            _ if byte == self.delimiter => State::FieldStart,
            _ if is_line_end => State::RecordStart,
            State::FieldStart | State::FieldBlank if is_blank(byte, self.delimiter) => State::FieldBlank,
            State::AfterQuote | State::Closed if is_blank(byte, self.delimiter) => State::Closed,
            State::Closed if self.opened.is_behind_blanks => return self.go_back(),
            State::AfterQuote | State::Closed => {
                if let Some(mark) = self.marks.last_mut() {
                    mark.has_text_after_quote = true;
                }
                State::Unquoted
            }
            _ => State::Unquoted,
        };
        self.line += u64::from(is_line_end);
        self.is_after_cr = byte == b'\r';
        self.place += 1;
    }

    fn open(&mut self) {
        let is_behind_blanks = self.state == State::FieldBlank;
        self.opened = Opened { place: self.place, line: self.line, is_behind_blanks };
        if let Some(mark) = self.marks.last_mut() {
            mark.has_blank_quote |= is_behind_blanks;
        }
    }

    /// Returns whether the quoted field cannot have another line.
    fn is_as_long_as_can_be(&self) -> bool {
        self.opened.is_behind_blanks || self.line - self.opened.line >= CELL_LINES
    }

    /// Returns whether the quoted field before `byte` goes over several lines, or begins behind blanks, and does not end
    /// there.
    fn is_unsound(&self, byte: u8) -> bool {
        let ends = byte == self.delimiter || matches!(byte, b'\r' | b'\n');
        let is_within_line = self.line == self.opened.line;
        let may_go_on =
            ends || (is_within_line && (!self.opened.is_behind_blanks || is_blank(byte, self.delimiter)));
        self.place - self.opened.place > CELL_BYTES || !may_go_on
    }

    /// Goes back to the quote that was opened last, and takes it as a character.
    #[cold]
    fn go_back(&mut self) {
        let Opened { place, line, is_behind_blanks } = self.opened;
        // One behind blanks is found to be a character again where its record is split.
        if let Some(mark) = self.marks.last_mut().filter(|_| !is_behind_blanks) {
            mark.literal = u32::try_from(place - mark.start).unwrap_or(NO_QUOTE);
        }
        self.state = State::Unquoted;
        self.line = line;
        self.is_after_cr = false;
        self.place = place + 1;
    }
}

/// Returns whether a byte is a blank that may stand before a quote or behind one.
pub(super) fn is_blank(byte: u8, delimiter: u8) -> bool {
    matches!(byte, b' ' | b'\t') && byte != delimiter
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The slow and obvious scanner: every byte is looked at.
    fn scan_byte_by_byte(scanner: &mut Scanner, text: &[u8], limit: usize) -> Option<usize> {
        while let Some(byte) = text.get(scanner.place) {
            if let Some(start) = scanner.take(*byte, limit) {
                return Some(start);
            }
        }
        None
    }

    /// Cuts a text as the splitter does, each chunk with its own size; returns the blocks' marks and their ends.
    fn cut(
        text: &[u8],
        sizes: &[usize],
        limit: usize,
        scan: impl Fn(&mut Scanner, &[u8], usize) -> Option<usize>,
    ) -> (Vec<(usize, Vec<Mark>)>, u64) {
        let mut scanner = Scanner::new(b',', 1);
        let (mut blocks, mut block, mut known) = (Vec::new(), 0, 0);
        let mut sizes = sizes.iter().cycle();
        loop {
            while let Some(end) = scan(&mut scanner, &text[block..known], limit) {
                blocks.push((end, scanner.take_marks()));
                block += end;
            }
            if known < text.len() {
                known = (known + sizes.next().unwrap()).min(text.len());
            } else if !scanner.end() {
                break;
            }
        }
        blocks.push((known - block, scanner.take_marks()));
        (blocks, scanner.line)
    }

    /// The rule in few words: where the record at `start` ends, and which of its quotes is a character.
    fn record_by_rule(text: &[u8], start: usize) -> (usize, Option<usize>) {
        let (mut at, mut is_start, mut literal) = (start, true, None);
        loop {
            match text.get(at) {
                None => return (at, literal),
                Some(b'\r') if text.get(at + 1) == Some(&b'\n') => return (at + 2, literal),
                Some(b'\r' | b'\n') => return (at + 1, literal),
                Some(b'"') if is_start => match closing_quote(text, at) {
                    Some(end) => at = end,
                    None => literal = Some(at),
                },
                Some(_) => {}
            }
            is_start = text.get(at) == Some(&b',');
            at += 1;
        }
    }

    /// Where the quote stands that closes the one at `open`; `None` if that one is a character.
    fn closing_quote(text: &[u8], open: usize) -> Option<usize> {
        let mut at = open + 1;
        while *text.get(at)? != b'"' || text.get(at + 1) == Some(&b'"') {
            at += if text[at] == b'"' { 2 } else { 1 };
        }
        let inside = String::from_utf8_lossy(&text[open..at]).replace("\r\n", "\n");
        let lines = inside.matches(['\r', '\n']).count();
        let is_end = matches!(text.get(at + 1), None | Some(b',' | b'\r' | b'\n'));
        (lines == 0 || (is_end && lines <= 253)).then_some(at)
    }

    fn by_rule(text: &[u8]) -> Vec<(usize, Option<usize>)> {
        let (mut found, mut start) = (Vec::new(), 0);
        while start < text.len() {
            let (end, literal) = record_by_rule(text, start);
            found.push((start, literal));
            start = end;
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn skipping_ahead_finds_what_looking_at_every_byte_finds(
            text in "[\",\r\na \u{e4}]{0,80}",
            sizes in prop::collection::vec(1_usize..9, 1..6),
            limit in 1_usize..40,
        ) {
            let skipping = cut(text.as_bytes(), &sizes, limit, Scanner::scan);
            prop_assert_eq!(skipping, cut(text.as_bytes(), &sizes, limit, scan_byte_by_byte));
        }

        #[test]
        fn records_begin_where_the_rule_says_wherever_a_chunk_or_a_block_ends(
            pieces in prop::collection::vec((prop::sample::select(vec!["\"", "\"\"", ",", "\n", "\r\n", "\r", "a"]), 1_usize..3), 0..60),
            lines in prop::sample::select(vec![0, 252, 253, 254]),
            sizes in prop::collection::vec(1_usize..99, 1..6),
            limit in 1_usize..40,
        ) {
            let half = pieces.len() / 2;
            let text = |pieces: &[(&str, usize)]| pieces.iter().map(|(piece, times)| piece.repeat(*times)).collect::<String>();
            let text = [text(&pieces[..half]), "b\r\n".repeat(lines), text(&pieces[half..])].concat();
            let (blocks, _) = cut(text.as_bytes(), &sizes, limit, Scanner::scan);
            let (mut found, mut lines, mut begin) = (Vec::new(), Vec::new(), 0);
            for (length, marks) in blocks {
                found.extend(marks.iter().map(|mark| (begin + mark.start, mark.literal_quote().map(|at| begin + at))));
                lines.extend(marks.iter().map(|mark| mark.line));
                begin += length;
            }
            prop_assert_eq!(begin, text.len());
            let line = |start: usize| 1 + text.get(..start).unwrap().replace("\r\n", "\n").matches(['\r', '\n']).count() as u64;
            prop_assert_eq!(&lines, &found.iter().map(|(start, _)| line(*start)).collect::<Vec<_>>());
            prop_assert_eq!(found, by_rule(text.as_bytes()));
        }
    }

    fn lines(text: &str) -> Vec<(usize, u64)> {
        let mut scanner = Scanner::new(b',', 1);
        assert_eq!(scanner.scan(text.as_bytes(), usize::MAX), None);
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
        scanner.scan(b"a\n\n \n\"\"\n", usize::MAX);
        assert_eq!(
            scanner.marks.iter().map(|mark| mark.is_blank).collect::<Vec<_>>(),
            [false, true, false, false]
        );
    }

    #[test]
    fn text_after_a_closing_quote_is_seen() {
        let mut scanner = Scanner::new(b',', 1);
        scanner.scan(b"\"x\"y,1\n\"x\"\"y\",2\nx\"y\",3", usize::MAX);
        let seen: Vec<bool> = scanner.marks.iter().map(|mark| mark.has_text_after_quote).collect();
        assert_eq!(seen, [true, false, false]);
    }

    #[test]
    fn blanks_behind_a_closing_quote_are_no_text() {
        let mut scanner = Scanner::new(b',', 1);
        scanner.scan(b"\"x\" ,1\n\"x\" \n\"x\" y,2\n \"x\" y,3", usize::MAX);
        let seen: Vec<bool> = scanner.marks.iter().map(|mark| mark.has_text_after_quote).collect();
        assert_eq!(seen, [false, false, true, false]);
    }

    #[test]
    fn a_quote_behind_blanks_is_for_its_line_only() {
        let starts = |text: &str| {
            let mut scanner = Scanner::new(b',', 1);
            scanner.scan(text.as_bytes(), usize::MAX);
            while scanner.end() {
                scanner.scan(text.as_bytes(), usize::MAX);
            }
            scanner.marks.iter().map(|mark| (mark.start, mark.is_for_csv())).collect::<Vec<_>>()
        };
        assert_eq!(starts("a, \"b,c\" \n\"d\"\n"), [(0, false), (10, true)]);
        assert_eq!(starts("a, \"b\n\"c\",d\n"), [(0, false), (6, true)]);
        assert_eq!(starts("a, \"b"), [(0, false)]);
    }

    fn literal(text: &str) -> Vec<Option<usize>> {
        let mut scanner = Scanner::new(b',', 1);
        scanner.scan(text.as_bytes(), usize::MAX);
        while scanner.end() {
            scanner.scan(text.as_bytes(), usize::MAX);
        }
        scanner.marks.iter().map(Mark::literal_quote).collect()
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_its_own_line() {
        assert_eq!(literal("a,b\n1,\"x\n2,y\n3,z\n"), [None, Some(6), None, None]);
        assert_eq!(literal("\"a\n\"b\n\"c"), [Some(0), Some(3), Some(6)]);
    }

    #[test]
    fn a_quote_closed_on_a_later_line_within_a_cell_is_none() {
        assert_eq!(literal("1,\"x\n2,\"Contoso\"\n3,y"), [Some(2), None, None]);
        assert_eq!(literal("1,\"x\n2,y\",z\n3"), [None, None]);
    }

    #[test]
    fn a_cell_has_no_more_lines_than_in_excel() {
        let cell = |lines: usize| format!("\"{}\"\nb", "a\r\n".repeat(lines));
        assert_eq!(literal(&cell(253)), [None, None]);
        assert_eq!(literal(&cell(254)).len(), 256);
    }

    #[test]
    fn a_quote_on_a_later_line_of_a_record_ends_it_with_that_line() {
        assert_eq!(literal("\"a\nb\",\"c\nd"), [Some(6), None]);
    }

    #[test]
    fn a_quoted_cell_that_is_longer_than_any_is_none() {
        let text = format!("\"{}\na\"\nb", "x".repeat(CELL_BYTES));
        assert_eq!(literal(&text), [Some(0), None, None]);
    }

    #[test]
    fn a_cut_stands_before_a_record_and_never_between_cr_and_lf() {
        let mut scanner = Scanner::new(b',', 1);
        assert_eq!(scanner.scan(b"ab\r\ncd", 3), Some(4));
        assert_eq!((scanner.marks.len(), scanner.line), (1, 2));
    }
}

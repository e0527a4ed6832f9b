//! A block of text whose records are known by place, parsed into cells on whatever thread is free.

use super::encoding::Encoding;
use super::fields::{Quoted, split};
use super::scan::Mark;
use super::{at_line, refused};
use crate::diagnostic::Code;
use crate::error::{Error, Result};
use crate::record::{Flaw, LIMIT_CELLS, Records};
use std::ops::Range;

/// How many cells a record of a text file should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Headings: a record with fewer cells is short.
    pub headings: usize,
    /// Columns: a record with anything beyond is long.
    pub columns: usize,
}

impl Shape {
    /// No record is short or long.
    pub(super) const ANY: Self = Self { headings: 0, columns: usize::MAX };
}

/// Whole records of a text file.
#[derive(Debug)]
pub(super) struct TextBlock {
    pub text: String,
    pub marks: Vec<Mark>,
    pub delimiter: u8,
    pub shape: Shape,
    /// Records at the start that are not given: those down to the headings.
    pub skip: usize,
    /// The ordinal of the first record that is given.
    pub first: u64,
    pub doubts: TextChecks,
}

/// What may be wrong with the letters of a text; nothing, where nothing is looked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TextChecks {
    /// U+FFFD may stand for bytes the encoding does not know.
    pub is_replaced: bool,
    /// There are zero bytes.
    pub has_zeros: bool,
    /// The encoding, if some cells may be in another one.
    pub encoding: Option<Encoding>,
}

impl TextChecks {
    fn are_any(self) -> bool {
        self.is_replaced || self.has_zeros || self.encoding.is_some()
    }

    /// Returns what is wrong with a cell.
    fn flaw(self, text: &str) -> Option<Flaw> {
        if self.is_replaced && text.contains('\u{fffd}') {
            Some(Flaw::Undecodable)
        } else if self.has_zeros && text.contains('\0') {
            Some(Flaw::ZeroByte)
        } else if self.encoding.is_some_and(|encoding| encoding.is_garbled(text)) {
            Some(Flaw::Garbled)
        } else {
            None
        }
    }
}

impl TextBlock {
    /// Parses the cells.
    ///
    /// # Errors
    /// `record-too-wide`; or internal, if the csv crate and our scanner do not agree on where each record begins.
    pub(super) fn records(self) -> Result<Records> {
        let Self { text, marks, delimiter, .. } = self;
        let mut quoted = Quoted::parse(&text, &marks, delimiter).map_err(disagreement)?;
        let ends: Vec<usize> = marks.iter().skip(1).map(|mark| mark.start).chain([text.len()]).collect();
        let text_bytes = text.len();
        let mut records = Records::over(text);
        // A cell takes a byte of text at least, its delimiter, or is the last of its record: headings promise nothing.
        let most = text_bytes + marks.len();
        records.reserve(marks.len(), marks.len().saturating_mul(self.shape.headings).min(most));
        let behind = records.append(&quoted.text);
        let kept = Kept { shape: self.shape, doubts: self.doubts };
        let mut fields = Vec::new();
        let mut ordinal = self.first;
        for (index, (mark, end)) in marks.iter().zip(ends).enumerate() {
            fields.clear();
            let found = if mark.has_quote {
                quoted.take(behind, &mut fields)
            } else {
                split(records.text(), mark.start..end, delimiter, &mut fields)
            };
            let found = found.ok_or_else(|| disagreement(mark))?;
            if found > LIMIT_CELLS {
                return Err(too_wide(mark, found));
            }
            if index >= self.skip {
                records.begin(mark.line, ordinal);
                ordinal += 1;
                kept.cells(&mut records, mark, &fields).ok_or_else(|| disagreement(mark))?;
            }
        }
        Ok(records)
    }
}

/// How the cells of a record are kept.
struct Kept {
    shape: Shape,
    doubts: TextChecks,
}

impl Kept {
    /// Adds the cells of the record begun last and what is wrong with it as a line; `None` if a cell is none of the
    /// text.
    fn cells(&self, records: &mut Records, mark: &Mark, fields: &[Range<usize>]) -> Option<()> {
        if mark.is_blank {
            return Some(());
        }
        fields.iter().try_for_each(|field| records.push_part(field.clone()))?;
        let (found, Shape { headings, columns }) = (fields.len(), self.shape);
        if let Some(quote) = mark.literal_quote() {
            let before = records.text().get(mark.start..quote)?;
            records.flaw(Flaw::OpenQuote { line: mark.line + line_ends(before) });
        }
        if found < headings {
            records.flaw(Flaw::Short { found, wanted: headings });
        }
        let text = |field: &Range<usize>| records.text().get(field.clone()).unwrap_or_default();
        let is_long = fields.iter().skip(columns).any(|field| !text(field).trim().is_empty());
        let doubted =
            self.doubts.are_any().then(|| fields.iter().find_map(|field| self.doubts.flaw(text(field))));
        if is_long {
            records.flaw(Flaw::Long { found, wanted: columns });
        }
        if mark.has_text_after_quote {
            records.flaw(Flaw::TextAfterQuote);
        }
        if let Some(flaw) = doubted.flatten() {
            records.flaw(flaw);
        }
        Some(())
    }
}

/// Returns how many lines end in a text; CRLF ends one.
fn line_ends(text: &str) -> u64 {
    let ends = |(place, byte): (usize, u8)| {
        byte == b'\n' || (byte == b'\r' && text.as_bytes().get(place + 1) != Some(&b'\n'))
    };
    text.bytes().enumerate().filter(|found| ends(*found)).count() as u64
}

fn too_wide(mark: &Mark, found: usize) -> Error {
    let message = format!("the row that begins here has {found} cells, more than fit on a sheet");
    at_line(
        mark.line,
        refused(Code::RecordTooWide, message, "check the delimiter and the quotes, or remove columns"),
    )
}

fn disagreement(mark: &Mark) -> Error {
    Error::internal(format!("it is unclear where the record of line {} begins", mark.line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Cell;
    use crate::scan::Scanner;
    use proptest::prelude::*;

    fn block(text: &str, delimiter: u8, shape: Shape) -> TextBlock {
        let mut scanner = Scanner::new(delimiter, 1);
        scanner.scan(text.as_bytes(), usize::MAX);
        while scanner.end() {
            scanner.scan(text.as_bytes(), usize::MAX);
        }
        TextBlock {
            text: text.to_owned(),
            marks: scanner.take_marks(),
            delimiter,
            shape,
            skip: 0,
            first: 1,
            doubts: TextChecks { is_replaced: true, has_zeros: true, encoding: None },
        }
    }

    fn flaws(text: &str) -> Vec<Option<Flaw>> {
        let shape = Shape { headings: 2, columns: 2 };
        block(text, b',', shape).records().unwrap().iter().map(|record| record.flaw).collect()
    }

    #[test]
    fn ragged_records_keep_their_cells_and_are_marked() {
        assert_eq!(
            flaws("a\na,b\na,b,,\na,b,c\n\"a\"x,b\n\u{fffd},b\na\0,b\n\"a\nb\",\"c"),
            [
                Some(Flaw::Short { found: 1, wanted: 2 }),
                None,
                None,
                Some(Flaw::Long { found: 3, wanted: 2 }),
                Some(Flaw::TextAfterQuote),
                Some(Flaw::Undecodable),
                Some(Flaw::ZeroByte),
                Some(Flaw::OpenQuote { line: 9 }),
            ]
        );
    }

    #[test]
    fn a_record_too_wide_is_counted_to_its_end() {
        let wide = format!("a,b\n{}\n\"c\"", ",".repeat(LIMIT_CELLS + 7));
        let quoted = format!("a,b\n\"\"{}\n\"c\"", ",".repeat(LIMIT_CELLS + 7));
        for text in [wide, quoted] {
            let error = block(&text, b',', Shape::ANY).records().unwrap_err();
            assert_eq!(error.diagnostics[0].place, crate::diagnostic::Place::Line(2));
            let cells = format!("has {} cells", LIMIT_CELLS + 8);
            assert!(error.diagnostics[0].message.contains(&cells), "{}", error.diagnostics[0].message);
        }
    }

    #[test]
    fn a_mark_of_byte_order_inside_the_text_stays() {
        let records = block("\u{feff}a,b", b',', Shape::ANY).records().unwrap();
        assert_eq!(records.iter().next().unwrap().cell(0), Cell::Text("\u{feff}a"));
    }

    #[test]
    fn marks_that_do_not_fit_the_text_are_an_internal_error() {
        let mut wrong = block("a\nb\n", b',', Shape::ANY);
        wrong.marks.pop();
        assert!(wrong.records().is_err());
        let mut wrong = block("a\nb\n", b',', Shape::ANY);
        wrong.marks[1].start = 3;
        assert!(wrong.records().is_err());
        let mut wrong = block("a\n\"b\"\n\"c\"\n", b',', Shape::ANY);
        wrong.marks.pop();
        assert!(wrong.records().is_err());
        let mut wrong = block("a\n\"b\"\n\"c\"\n", b',', Shape::ANY);
        wrong.marks[2].start -= 1;
        assert!(wrong.records().is_err());
    }

    #[expect(clippy::string_slice, reason = "behind letters of ASCII")]
    /// Where the quote stands that closes the field at the start of `text`, behind the one that opens it.
    fn closing(text: &str) -> Option<usize> {
        let mut close = text.get(1..)?.find('"')? + 1;
        while text[close + 1..].starts_with('"') {
            close += 2 + text[close + 2..].find('"')?;
        }
        Some(close)
    }

    #[expect(clippy::string_slice, reason = "behind letters of ASCII")]
    /// A part of a record without the blanks before each quote that opens a field behind them: it is closed on its
    /// line, and nothing but blanks follows in its field.
    fn without_blanks(part: &str, delimiter: char) -> String {
        let (mut kept, mut rest) = (String::new(), part);
        loop {
            let trimmed = rest.trim_start_matches(' ');
            let is_plain = |close: usize| {
                let behind = trimmed[close + 1..].trim_start_matches(' ');
                let is_end = behind.is_empty() || behind.starts_with([delimiter, '\r', '\n']);
                is_end && !trimmed[..close].contains(['\r', '\n'])
            };
            if trimmed.starts_with('"') && closing(trimmed).is_some_and(is_plain) {
                rest = trimmed;
            }
            let quoted =
                if rest.starts_with('"') { closing(rest).map_or(rest.len(), |close| close + 1) } else { 0 };
            let end = rest[quoted..].find(delimiter).map_or(rest.len(), |at| quoted + at + 1);
            kept.push_str(&rest[..end]);
            rest = &rest[end..];
            if rest.is_empty() {
                return kept;
            }
        }
    }

    /// The block's text with every quote that is a character written as one: in quotes and doubled.
    fn mended(block: &TextBlock) -> String {
        let mut mended = String::new();
        let ends = block.marks.iter().skip(1).map(|mark| mark.start).chain([block.text.len()]);
        for (mark, end) in block.marks.iter().zip(ends) {
            let quote = mark.literal_quote().unwrap_or(end);
            let rest = block.text.get(quote..end).unwrap();
            let cell = rest.find([char::from(block.delimiter), '\r', '\n']).unwrap_or(rest.len());
            let (cell, rest) = rest.split_at(cell);
            let delimiter = char::from(block.delimiter);
            mended.push_str(&without_blanks(block.text.get(mark.start..quote).unwrap(), delimiter));
            if quote < end {
                mended.extend(["\"", &cell.replace('"', "\"\""), "\""]);
            }
            mended.push_str(&without_blanks(rest, delimiter));
        }
        mended
    }

    /// The slow and obvious way: the csv crate reads all of the block.
    fn cells_by_csv(block: &TextBlock) -> Vec<Vec<String>> {
        // A line end in front keeps the crate from taking U+FEFF for a byte order mark.
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(block.delimiter)
            .from_reader(std::io::Cursor::new(format!("\n{}", mended(block))));
        let mut records = reader.into_records();
        let fields = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        let filled = |mark: &Mark| {
            if mark.is_blank { Vec::new() } else { fields(records.next().unwrap().unwrap()) }
        };
        let cells = block.marks.iter().map(filled).collect();
        assert!(records.next().is_none());
        cells
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn cells_are_those_that_the_csv_crate_reads(
            text in "[\",\r\n;ab \u{feff}]{0,60}",
            delimiter in prop::sample::select(vec![b',', b';', b'a']),
        ) {
            let block = block(&text, delimiter, Shape::ANY);
            let wanted = cells_by_csv(&block);
            let records = block.records().unwrap();
            let cells = |record: crate::record::Record<'_>| {
                (0..record.width()).map(|column| record.cell(column).shown()).collect()
            };
            prop_assert_eq!(records.iter().map(cells).collect::<Vec<Vec<String>>>(), wanted);
        }

        #[test]
        fn flaws_are_those_of_the_cells(text in "[\",\n ab\u{fffd}]{0,40}") {
            let shape = Shape { headings: 2, columns: 3 };
            let block = block(&text, b',', shape);
            let marks = block.marks.clone();
            let cells = cells_by_csv(&block);
            let flaws: Vec<_> = block.records().unwrap().iter().map(|record| record.flaw).collect();
            for ((cells, flaw), mark) in cells.iter().zip(flaws).zip(marks) {
                let wanted = match cells.len() {
                    0 => None,
                    _ if mark.literal_quote().is_some() => {
                        let is_told = matches!(flaw, Some(Flaw::OpenQuote { .. }));
                        prop_assert!(is_told);
                        flaw
                    }
                    found @ 1 => Some(Flaw::Short { found, wanted: 2 }),
                    found if cells.iter().skip(3).any(|cell| !cell.trim().is_empty()) => Some(Flaw::Long { found, wanted: 3 }),
                    _ if mark.has_text_after_quote => Some(Flaw::TextAfterQuote),
                    _ if cells.iter().any(|cell| cell.contains('\u{fffd}')) => Some(Flaw::Undecodable),
                    _ => None,
                };
                prop_assert_eq!(flaw, wanted);
            }
        }
    }
}

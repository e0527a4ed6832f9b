//! A block of text whose records are known by place, parsed into cells on whatever thread is free.

use super::scan::Mark;
use super::{at_line, refused};
use crate::error::{Error, Result};
use crate::record::{Flaw, LIMIT_CELLS, Records};
use csv::StringRecord;
use std::io::Read;
use std::sync::Arc;

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
    /// Whether U+FFFD may stand for bytes the encoding does not know.
    pub is_replaced: bool,
}

impl TextBlock {
    /// Parses the cells.
    ///
    /// # Errors
    /// `record-too-wide`; or internal, if the csv crate and our scanner do not agree on where each record begins.
    pub(super) fn records(self) -> Result<Records> {
        let mut records = Records::new(Arc::default());
        // A line end in front keeps the crate from taking U+FEFF at the start of a block for a byte order mark.
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader((&b"\n"[..]).chain(self.text.as_bytes()));
        let mut fields = StringRecord::new();
        let mut last_start = None;
        let mut ordinal = self.first;
        for (index, mark) in self.marks.iter().enumerate() {
            if !mark.is_blank {
                let is_there = reader.read_record(&mut fields).map_err(|_| disagreement(mark))?;
                if !is_there || !self.agrees(&fields, mark, last_start) {
                    return Err(disagreement(mark));
                }
                if fields.len() > LIMIT_CELLS {
                    return Err(too_wide(mark, fields.len()));
                }
                last_start = Some(mark.start);
            }
            if index >= self.skip {
                records.begin(mark.line, ordinal);
                ordinal += 1;
                self.keep(&mut records, mark, &fields);
            }
        }
        match reader.read_record(&mut fields) {
            Ok(false) => Ok(records),
            _ => Err(Error::internal("the end of a block of records is in doubt")),
        }
    }

    fn keep(&self, records: &mut Records, mark: &Mark, fields: &StringRecord) {
        if mark.is_blank {
            return;
        }
        fields.iter().for_each(|field| records.push_text(field));
        let found = fields.len();
        if found < self.shape.headings {
            records.flaw(Flaw::Short { found, wanted: self.shape.headings });
        }
        if fields.iter().skip(self.shape.columns).any(|field| !field.trim().is_empty()) {
            records.flaw(Flaw::Long { found, wanted: self.shape.columns });
        }
        if mark.has_text_after_quote {
            records.flaw(Flaw::TextAfterQuote);
        }
        if self.is_replaced && fields.iter().any(|field| field.contains('\u{fffd}')) {
            records.flaw(Flaw::Undecodable);
        }
    }

    /// Returns whether the crate's record begins where the mark says: the crate's place stands behind the record
    /// before, with nothing but line ends up to the mark.
    fn agrees(&self, fields: &StringRecord, mark: &Mark, last_start: Option<usize>) -> bool {
        let place = fields.position().and_then(|position| usize::try_from(position.byte()).ok());
        let Some(place) = place.map(|place| place.saturating_sub(1)) else { return false };
        let between = self.text.as_bytes().get(place..mark.start);
        last_start.is_none_or(|last| last < place)
            && between.is_some_and(|bytes| bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n')))
    }
}

fn too_wide(mark: &Mark, found: usize) -> Error {
    let message = format!("the row that begins here has {found} cells, more than a sheet has room for");
    at_line(
        mark.line,
        refused("record-too-wide", message, "check the delimiter and the quotes, or remove columns"),
    )
}

fn disagreement(mark: &Mark) -> Error {
    Error::internal(format!("where the record of line {} begins is in doubt", mark.line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::scan::Scanner;
    use crate::record::Cell;
    use proptest::prelude::*;

    fn block(text: &str, delimiter: u8, shape: Shape) -> TextBlock {
        let mut scanner = Scanner::new(delimiter, 1);
        scanner.scan(text.as_bytes(), 0, usize::MAX);
        TextBlock {
            text: text.to_owned(),
            marks: scanner.marks,
            delimiter,
            shape,
            skip: 0,
            first: 1,
            is_replaced: true,
        }
    }

    fn flaws(text: &str) -> Vec<Option<Flaw>> {
        let shape = Shape { headings: 2, columns: 2 };
        block(text, b',', shape).records().unwrap().iter().map(|record| record.flaw).collect()
    }

    #[test]
    fn ragged_records_keep_their_cells_and_are_marked() {
        assert_eq!(
            flaws("a\na,b\na,b,,\na,b,c\n\"a\"x,b\n\u{fffd},b"),
            [
                Some(Flaw::Short { found: 1, wanted: 2 }),
                None,
                None,
                Some(Flaw::Long { found: 3, wanted: 2 }),
                Some(Flaw::TextAfterQuote),
                Some(Flaw::Undecodable)
            ]
        );
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
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn scanner_and_csv_crate_agree_on_any_text(text in "[\",\r\n;ab \u{feff}]{0,40}", delimiter in prop::sample::select(vec![b',', b';', b'a'])) {
            let records = block(&text, delimiter, Shape::ANY).records().unwrap();
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false).flexible(true).delimiter(delimiter)
                .from_reader(text.strip_prefix('\u{feff}').unwrap_or(&text).as_bytes());
            if !text.starts_with('\u{feff}') {
                prop_assert_eq!(records.iter().filter(|record| record.width() > 0).count(), reader.records().count());
            }
        }
    }
}

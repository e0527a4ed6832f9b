//! Where the cells of a record stand: between its delimiters, or, where quotes stand, as the csv crate reads them.

use super::scan::Mark;
use super::stray;
use crate::record::LIMIT_CELLS;
use csv::StringRecord;
use std::io::Read;
use std::ops::Range;

/// Finds the cells of a record without a quote, with or without its line end, and returns how many they are.
///
/// Their places in `text` are added to `fields`; no more than one beyond [`LIMIT_CELLS`]. `None` if the record is not
/// one line of `text`.
pub(super) fn split(
    text: &str,
    record: Range<usize>,
    delimiter: u8,
    fields: &mut Vec<Range<usize>>,
) -> Option<usize> {
    let bytes = text.as_bytes().get(record.clone())?;
    let mut begin = 0;
    for place in memchr::memchr3_iter(delimiter, b'\r', b'\n', bytes) {
        fields.push(record.start + begin..record.start + place);
        let rest = bytes.get(place..)?;
        if rest.first() != Some(&delimiter) {
            return matches!(rest, b"\n" | b"\r" | b"\r\n").then_some(fields.len());
        }
        begin = place + 1;
        if fields.len() > LIMIT_CELLS {
            let more = memchr::memchr_iter(delimiter, bytes.get(begin..)?).count();
            return Some(fields.len() + more + 1);
        }
    }
    fields.push(record.start + begin..record.end);
    Some(fields.len())
}

/// The cells of those records of a block that hold a quote, as the csv crate reads them.
#[derive(Debug, Default)]
pub(super) struct Quoted {
    /// The cells one behind the other, without the quotes around them.
    pub text: String,
    fields: Vec<Range<usize>>,
    widths: std::vec::IntoIter<usize>,
    given: usize,
}

impl Quoted {
    /// Reads all of them, those that the crate would take otherwise on their own; after one that has more than
    /// [`LIMIT_CELLS`] the others are left.
    ///
    /// # Errors
    /// The mark whose record the crate does not find where our scanner did.
    pub(super) fn parse<'a>(text: &str, marks: &'a [Mark], delimiter: u8) -> Result<Self, &'a Mark> {
        let mut quoted = Self::default();
        if !marks.iter().any(|mark| mark.has_quote) {
            return Ok(quoted);
        }
        // A line end in front keeps the crate from taking U+FEFF at the start of a block for a byte order mark.
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader((&b"\n"[..]).chain(Runs::new(text, marks)));
        let mut fields = StringRecord::new();
        let mut widths = Vec::new();
        let (mut place, mut last) = (0, &b""[..]);
        for (index, mark) in marks.iter().enumerate().filter(|(_, mark)| mark.has_quote) {
            let end = marks.get(index + 1).map_or(text.len(), |next| next.start);
            let record = text.get(mark.start..end).ok_or(mark)?;
            if mark.is_for_csv() {
                let is_there = reader.read_record(&mut fields).map_err(|_| mark)?;
                if !is_there || !begins_at(&fields, place, last) {
                    return Err(mark);
                }
                widths.push(fields.len());
                last = record.as_bytes();
                place += last.len();
            } else {
                let Self { text: cells, fields, .. } = &mut quoted;
                let literal = mark.literal_quote().map(|literal| literal - mark.start);
                widths.push(stray::split(record, literal, delimiter, cells, fields));
            }
            if widths.last().is_some_and(|width| *width > LIMIT_CELLS) {
                break;
            }
            if mark.is_for_csv() {
                quoted.keep(&fields);
            }
        }
        let is_over = matches!(reader.read_record(&mut fields), Ok(false));
        if !is_over && widths.last().is_some_and(|width| *width <= LIMIT_CELLS) {
            return marks.last().map_or(Ok(Self::default()), Err);
        }
        quoted.widths = widths.into_iter();
        Ok(quoted)
    }

    fn keep(&mut self, fields: &StringRecord) {
        let before = self.text.len();
        self.text.push_str(fields.as_slice());
        let ranges = (0..fields.len()).filter_map(|field| fields.range(field));
        self.fields.extend(ranges.map(|range| before + range.start..before + range.end));
    }

    /// Adds the places of the next record's cells to `fields`, as they are once [`Quoted::text`] stands `offset`
    /// bytes further; returns how many they are. `None` if there is no further record.
    pub(super) fn take(&mut self, offset: usize, fields: &mut Vec<Range<usize>>) -> Option<usize> {
        let width = self.widths.next()?;
        let ranges = self.fields.get(self.given..).unwrap_or_default();
        fields.extend(ranges.iter().take(width).map(|range| offset + range.start..offset + range.end));
        self.given += width;
        Some(width)
    }
}

/// Returns whether the crate's record begins `place` bytes into the text that it was given, behind the record `last`:
/// it leaves the LF of a CRLF to the next one.
fn begins_at(fields: &StringRecord, place: usize, last: &[u8]) -> bool {
    let found = fields.position().and_then(|position| usize::try_from(position.byte()).ok());
    match found.and_then(|found| place.checked_sub(found.saturating_sub(1))) {
        Some(0) => true,
        Some(1) => last.ends_with(b"\r\n"),
        _ => false,
    }
}

/// The records of a text that the crate reads, one behind the other.
struct Runs<'a> {
    text: &'a [u8],
    marks: &'a [Mark],
    run: &'a [u8],
}

impl<'a> Runs<'a> {
    fn new(text: &'a str, marks: &'a [Mark]) -> Self {
        Self { text: text.as_bytes(), marks, run: &[] }
    }

    /// Returns the next records that stand together; empty at the end.
    fn next(&mut self) -> &'a [u8] {
        let plain = self.marks.iter().take_while(|mark| !mark.is_for_csv()).count();
        let marks = self.marks.get(plain..).unwrap_or_default();
        let quoted = marks.iter().take_while(|mark| mark.is_for_csv()).count();
        let start = marks.first().map_or(self.text.len(), |mark| mark.start);
        self.marks = marks.get(quoted..).unwrap_or_default();
        let end = self.marks.first().map_or(self.text.len(), |mark| mark.start);
        self.text.get(start..end).unwrap_or_default()
    }
}

impl Read for Runs<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.run.is_empty() {
            self.run = self.next();
        }
        self.run.read(buffer)
    }
}

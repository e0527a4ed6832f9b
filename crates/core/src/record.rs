//! Lines of a roster as they stood in the file, before anyone has understood them.
//!
//! A block of records keeps its text in one arena, so that a million rows cost few allocations; [`Record`] and
//! [`Cell`] are views into it. Texts that many cells share stand in a second arena, common to all blocks, and are
//! never copied; a long run of blank cells is kept as its length. So a block takes no more memory than a small multiple
//! of the bytes it was read from.

mod pack;

pub use pack::Common;

use crate::date::Date;
use crate::fold::is_invisible;
use std::ops::Range;
use std::sync::Arc;

/// One value of a record, as it came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing, or nothing but an empty text.
    Blank,
    /// Text; every cell of a text file that is not empty.
    Text(&'a str),
    /// A number of a workbook.
    Number {
        /// The value, finite.
        value: f64,
        /// The number format, such as `00000`; empty = General.
        format: &'a str,
        /// The digits as the file writes them, where it may say more than the value holds; empty = nothing more.
        written: &'a str,
    },
    /// A date or time of a workbook.
    Date {
        /// Days since 1899-12-30 (a date of the 1904 system is already moved to it).
        serial: f64,
        /// The number format, never empty.
        format: &'a str,
    },
    /// TRUE or FALSE of a workbook.
    Bool(bool),
    /// An error value of a workbook, such as `#REF!`.
    Error(&'a str),
}

impl Cell<'_> {
    /// Returns whether nothing can be seen in the cell: blank, or white space and what shows nothing only.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Blank => true,
            // Nearly all texts begin with a letter or a digit.
            Self::Text(text) if text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) => false,
            Self::Text(text) => text.chars().all(|letter| letter.is_whitespace() || is_invisible(letter)),
            _ => false,
        }
    }

    /// Returns the cell as a person reads it: the text itself, a whole number without decimal point.
    ///
    /// A number's format is applied where it only pads with zeros (`00000` shows 42 as `00042`). A date is given as
    /// ISO 8601, whatever its format.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) | Self::Error(text) => (*text).to_owned(),
            Self::Number { value, format, .. } => {
                if pads(format) && is_whole(*value) {
                    format!("{value:0width$.0}", width = format.len())
                } else {
                    format!("{value}")
                }
            }
            Self::Date { serial, .. } => iso_date(*serial),
            Self::Bool(true) => "TRUE".to_owned(),
            Self::Bool(false) => "FALSE".to_owned(),
        }
    }
}

/// Returns whether a number format fills up with zeros, as those of ids and postal codes do.
#[must_use]
pub fn pads(format: &str) -> bool {
    format.len() > 1 && format.bytes().all(|byte| byte == b'0')
}

/// Fractions and numbers of more digits than a cell holds are no ids.
fn is_whole(value: f64) -> bool {
    const LIMIT_DIGITS: f64 = 1e15;
    value.fract() == 0.0 && value.abs() < LIMIT_DIGITS
}

/// Returns a serial number as a date, with the time if it has one; alone the time if it has no day.
fn iso_date(serial: f64) -> String {
    const LIMIT_SERIAL: f64 = 2_958_466.0;
    const SECONDS: f64 = 86_400.0;
    if !(0.0..LIMIT_SERIAL).contains(&serial) {
        return format!("{serial}");
    }
    #[expect(clippy::cast_possible_truncation, reason = "in range, see above")]
    let seconds = (serial * SECONDS).round() as i64;
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let date = Date::of_serial_day(days);
    let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    match (days, second) {
        (0, _) => time,
        (_, 0) => date.to_string(),
        _ => format!("{date} {time}"),
    }
}

/// The most cells a record may have: a sheet of a workbook has 16,384 columns, and ours need room behind the roster's.
pub const LIMIT_CELLS: usize = 16_300;

/// Something that is wrong with a record as a line of its file, whatever it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It has fewer cells than there are headings (text files only).
    Short {
        /// Cells found.
        found: usize,
        /// Headings.
        wanted: usize,
    },
    /// It has cells beyond the last column that are not blank.
    Long {
        /// Cells found.
        found: usize,
        /// Columns.
        wanted: usize,
    },
    /// Text stands between a closing quote and the next delimiter (`"x"y`), so the cell may not be what was meant.
    TextAfterQuote,
    /// A quote is opened on this line and not closed (text files only); it is the first character of its cell.
    OpenQuote {
        /// The line, from 1.
        line: u64,
    },
    /// It holds a formula without the value that was last worked out for it (workbooks only).
    Uncalculated {
        /// The column of the first such formula, from 0.
        column: usize,
    },
    /// Bytes that the encoding does not know were replaced by U+FFFD.
    Undecodable,
    /// A cell looks like UTF-8 that was read in the encoding of the rest of the file.
    Garbled,
    /// A cell of a text holds a zero byte.
    ZeroByte,
    /// A cell so far to the right that there is no room for it was left out; no heading and no other cell is near it
    /// (workbooks only). Unlike the others, it cannot change a verdict.
    Beyond {
        /// Its column, from 0.
        column: usize,
    },
    /// Some digits of a cell that looks like a number are struck out or raised (workbooks only).
    Restyled {
        /// The cell's column, from 0; `None` = there are several such cells.
        column: Option<usize>,
    },
}

impl Flaw {
    /// Returns whether it is a formula without its value.
    #[must_use]
    pub const fn is_uncalculated(self) -> bool {
        matches!(self, Self::Uncalculated { .. })
    }
}

/// A block of records in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Records {
    text: String,
    shared: Arc<String>,
    cells: Vec<Kept>,
    gaps: Vec<Gap>,
    rows: Vec<Row>,
    /// What rows above say of rows; hardly any roster has one.
    above: Vec<Above>,
    hidden: u64,
    formats: Arc<Vec<String>>,
}

#[derive(Clone, Copy, Debug)]
enum Kept {
    Blank,
    Text {
        start: usize,
        end: usize,
    },
    /// A part of the text that blocks share.
    Shared {
        start: usize,
        end: usize,
    },
    Number {
        value: f64,
        format: u32,
        start: u32,
        end: u32,
    },
    Date {
        serial: f64,
        format: u32,
    },
    Bool(bool),
    Error {
        start: usize,
        end: usize,
    },
}

/// Blank cells that are kept one by one; a run of more is a gap. Few rosters have any gap, and their cells are found at
/// once.
const BLANKS: usize = 32;

/// A run of blank cells that are not kept.
#[derive(Clone, Copy, Debug)]
struct Gap {
    /// The column of the cell behind it.
    column: usize,
    /// How many cells of the record are kept before it.
    before: usize,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    number: u64,
    ordinal: u64,
    first_cell: usize,
    first_gap: usize,
    flaw: Option<Flaw>,
    /// Its place in [`Records::above`], from 1; 0 = none.
    above: u32,
    is_hidden: bool,
}

/// Where the texts are that a row above has for this one, in the text of the block.
#[derive(Clone, Copy, Debug)]
struct Above {
    tenant: (usize, usize),
    name: (usize, usize),
    segment: (usize, usize),
    number: u64,
}

impl Records {
    /// Returns an empty block whose numbers and dates refer to `formats` by index.
    #[must_use]
    pub fn new(formats: Arc<Vec<String>>) -> Self {
        Self { formats, ..Self::default() }
    }

    /// Returns the block with a text whose parts can be cells of this block and of others.
    #[must_use]
    pub fn sharing(self, shared: Arc<String>) -> Self {
        Self { shared, ..self }
    }

    /// Returns an empty block over `text`, whose parts can be cells.
    #[must_use]
    pub fn over(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Makes room for that many records and cells more.
    pub fn reserve(&mut self, records: usize, cells: usize) {
        self.rows.reserve(records);
        self.cells.reserve(cells);
    }

    /// Returns the ordinal of the last record; `None` = there is none.
    #[must_use]
    pub fn last_ordinal(&self) -> Option<u64> {
        self.rows.last().map(|row| row.ordinal)
    }

    /// Returns the text whose parts can be cells.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds to the text whose parts can be cells; returns where the addition begins.
    pub fn append(&mut self, text: &str) -> usize {
        self.keep(text).0
    }

    /// Begins the record of one line (text) or row (workbook), counted from 1; the cells pushed next are its cells.
    ///
    /// `ordinal` says which row below the headings it is, see [`Record::ordinal`].
    pub fn begin(&mut self, number: u64, ordinal: u64) {
        let (first_cell, first_gap) = (self.cells.len(), self.gaps.len());
        self.rows.push(Row {
            number,
            ordinal,
            first_cell,
            first_gap,
            flaw: None,
            above: 0,
            is_hidden: false,
        });
    }

    /// Marks the record begun last; the first mark stays, but any other goes before that of restyled digits, and that
    /// before that of a cell that was left out.
    pub fn flaw(&mut self, flaw: Flaw) {
        let Some(row) = self.rows.last_mut() else { return };
        row.flaw = Some(match (row.flaw, flaw) {
            (Some(Flaw::Restyled { .. }), Flaw::Restyled { .. }) => Flaw::Restyled { column: None },
            (Some(first @ Flaw::Restyled { .. }), Flaw::Beyond { .. }) => first,
            (None | Some(Flaw::Restyled { .. } | Flaw::Beyond { .. }), flaw) => flaw,
            (Some(first), _) => first,
        });
    }

    /// Says whose the record at `index` is, as the row `number` above it says: what tells its tenant from others, its name
    /// for show, and its segment. Its cells stay as they came.
    pub fn name_above(&mut self, index: usize, texts: [&str; 3], number: u64) {
        if index < self.rows.len() {
            let [tenant, name, segment] = texts.map(|text| self.keep(text));
            self.above.push(Above { tenant, name, segment, number });
            let place = u32::try_from(self.above.len()).unwrap_or(0);
            self.rows.iter_mut().skip(index).take(1).for_each(|row| row.above = place);
        }
    }

    /// Marks the record begun last as one that its workbook does not show: hidden by a filter, or by hand.
    pub fn note_hidden(&mut self) {
        self.hidden += 1;
        if let Some(row) = self.rows.last_mut() {
            row.is_hidden = true;
        }
    }

    /// Returns how many records their workbook does not show; always 0 for text.
    #[must_use]
    pub fn hidden(&self) -> u64 {
        self.hidden
    }

    /// Adds a cell of text; an empty text is a blank cell.
    pub fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return self.push_blank();
        }
        let (start, end) = self.keep(text);
        self.cells.push(Kept::Text { start, end });
    }

    /// Adds a part of [`Records::text`] as a cell; an empty part is a blank cell. `None` if it is no part of it.
    #[must_use]
    pub fn push_part(&mut self, part: Range<usize>) -> Option<()> {
        let Range { start, end } = part;
        let is_part = start <= end && self.text.is_char_boundary(start) && self.text.is_char_boundary(end);
        let cell = if start == end { Kept::Blank } else { Kept::Text { start, end } };
        is_part.then(|| self.cells.push(cell))
    }

    /// Adds a part of the text that blocks share as a cell; an empty part is a blank cell.
    pub fn push_shared(&mut self, part: Range<usize>) {
        let Range { start, end } = part;
        self.cells.push(if start < end { Kept::Shared { start, end } } else { Kept::Blank });
    }

    /// Adds so many blank cells.
    pub fn push_blanks(&mut self, count: usize) {
        let Some(row) = self.rows.last().copied().filter(|_| count > BLANKS) else {
            return self.cells.extend((0..count).map(|_| Kept::Blank));
        };
        let before = self.cells.len() - row.first_cell;
        let gaps = self.gaps.get(row.first_gap..).unwrap_or_default();
        self.gaps.push(Gap { column: width(before, gaps) + count, before });
    }

    /// Adds a blank cell.
    pub fn push_blank(&mut self) {
        self.cells.push(Kept::Blank);
    }

    /// Adds a number with the index of its format.
    ///
    /// `written` are its digits in the file; they are kept where the value, printed, would read otherwise.
    pub fn push_number(&mut self, value: f64, format: u32, written: &str) {
        let (start, end) = self.keep(written);
        // Beyond 4 GiB of text in one block the digits are left to the value.
        let (start, end) = (u32::try_from(start).unwrap_or(0), u32::try_from(end).unwrap_or(0));
        self.cells.push(Kept::Number { value, format, start, end });
    }

    /// Adds a number with the index of its format whose digits in the file are a part of [`Records::text`]; an empty part
    /// says nothing more.
    pub fn push_written(&mut self, value: f64, format: u32, part: Range<usize>) {
        // Beyond 4 GiB of text in one block the digits are left to the value.
        let (start, end) =
            u32::try_from(part.start).ok().zip(u32::try_from(part.end).ok()).unwrap_or_default();
        self.cells.push(Kept::Number { value, format, start, end });
    }

    /// Adds a date with the index of its format.
    pub fn push_date(&mut self, serial: f64, format: u32) {
        self.cells.push(Kept::Date { serial, format });
    }

    /// Adds TRUE or FALSE.
    pub fn push_bool(&mut self, value: bool) {
        self.cells.push(Kept::Bool(value));
    }

    /// Adds an error value.
    pub fn push_error(&mut self, text: &str) {
        let (start, end) = self.keep(text);
        self.cells.push(Kept::Error { start, end });
    }

    /// Returns how many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the records in order.
    pub fn iter(&self) -> impl Iterator<Item = Record<'_>> {
        let ends = self.rows.iter().skip(1).map(|row| (row.first_cell, row.first_gap));
        let ends = ends.chain([(self.cells.len(), self.gaps.len())]);
        self.rows.iter().zip(ends).map(|(row, (end_cell, end_gap))| Record {
            block: self,
            cells: self.cells.get(row.first_cell..end_cell).unwrap_or_default(),
            gaps: self.gaps.get(row.first_gap..end_gap).unwrap_or_default(),
            number: row.number,
            ordinal: row.ordinal,
            flaw: row.flaw,
            above: row.above.checked_sub(1).and_then(|place| self.above.get(place as usize)),
            is_hidden: row.is_hidden,
        })
    }

    fn keep(&mut self, text: &str) -> (usize, usize) {
        let start = self.text.len();
        self.text.push_str(text);
        (start, self.text.len())
    }

    /// Returns the bytes that the block takes, but for what it shares with others.
    #[must_use]
    pub fn own_bytes(&self) -> usize {
        self.text.len()
            + self.cells.len() * size_of::<Kept>()
            + self.gaps.len() * size_of::<Gap>()
            + self.rows.len() * size_of::<Row>()
    }
}

/// Returns how many cells a record has that keeps so many, with these gaps.
fn width(kept: usize, gaps: &[Gap]) -> usize {
    gaps.last().map_or(kept, |gap| gap.column + (kept - gap.before))
}

/// One line of a roster as it stood in the file.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    block: &'a Records,
    cells: &'a [Kept],
    gaps: &'a [Gap],
    /// The line (text) or row (workbook) it began on, from 1.
    pub number: u64,
    /// Which row below the headings it is, from 1, blank ones counted. They rise from record to record; a number left
    /// out is a blank row of a workbook.
    pub ordinal: u64,
    /// What is wrong with it as a line.
    pub flaw: Option<Flaw>,
    above: Option<&'a Above>,
    /// Whether its workbook does not show it: a filter hides it, or somebody did.
    pub is_hidden: bool,
}

impl<'a> Record<'a> {
    /// Returns whose it is as a row above it says: what tells its tenant from others, its name for show, and the number
    /// of that row; `None` = its own cells say it, or nobody does.
    #[must_use]
    pub fn above(&self) -> Option<(&'a str, &'a str, u64)> {
        let Above { tenant, name, number, .. } = *self.above?;
        let text = |(start, end): (usize, usize)| self.block.text.get(start..end).unwrap_or_default();
        Some((text(tenant), text(name), number))
    }

    /// Returns the segment that the row above it shows which says whose it is; `None` = there is no such row.
    #[must_use]
    pub fn segment_above(&self) -> Option<&'a str> {
        let (start, end) = self.above?.segment;
        self.block.text.get(start..end)
    }

    /// Returns the cell of a column, counted from 0; blank where the record has none.
    #[must_use]
    #[inline]
    pub fn cell(&self, column: usize) -> Cell<'a> {
        if self.gaps.is_empty() {
            return self.cells.get(column).map_or(Cell::Blank, |kept| self.given(*kept));
        }
        self.beside_gaps(column)
    }

    /// Returns the cell of a column where there are gaps.
    fn beside_gaps(&self, column: usize) -> Cell<'a> {
        let passed = self.gaps.partition_point(|gap| gap.column <= column);
        let gap = passed.checked_sub(1).and_then(|last| self.gaps.get(last));
        let index = gap.map_or(column, |gap| gap.before + (column - gap.column));
        let end = self.gaps.get(passed).map_or(self.cells.len(), |next| next.before);
        let kept = self.cells.get(index).filter(|_| index < end);
        kept.map_or(Cell::Blank, |kept| self.given(*kept))
    }

    /// Nearly all cells are texts of the block.
    #[inline]
    fn given(&self, kept: Kept) -> Cell<'a> {
        match kept {
            Kept::Text { start, end } => Cell::Text(self.block.text.get(start..end).unwrap_or_default()),
            other => self.given_other(other),
        }
    }

    fn given_other(&self, kept: Kept) -> Cell<'a> {
        let block = self.block;
        let text = |start, end| block.text.get(start..end).unwrap_or_default();
        let format = |index| match usize::try_from(index) {
            Ok(index) => block.formats.get(index).map_or("", String::as_str),
            Err(_) => "",
        };
        match kept {
            Kept::Blank => Cell::Blank,
            Kept::Text { start, end } => Cell::Text(text(start, end)),
            Kept::Shared { start, end } => Cell::Text(block.shared.get(start..end).unwrap_or_default()),
            Kept::Number { value, format: index, start, end } => {
                Cell::Number { value, format: format(index), written: text(start as usize, end as usize) }
            }
            Kept::Date { serial, format: index } => Cell::Date { serial, format: format(index) },
            Kept::Bool(value) => Cell::Bool(value),
            Kept::Error { start, end } => Cell::Error(text(start, end)),
        }
    }

    /// Returns how many cells it has.
    #[must_use]
    pub fn width(&self) -> usize {
        width(self.cells.len(), self.gaps)
    }

    /// Returns whether no cell is an error value or a text longer than `limit_bytes`.
    #[must_use]
    pub fn is_ordinary(&self, limit_bytes: usize) -> bool {
        self.cells.iter().all(|cell| match cell {
            Kept::Text { start, end } | Kept::Shared { start, end } => end - start <= limit_bytes,
            Kept::Error { .. } => false,
            Kept::Blank | Kept::Number { .. } | Kept::Date { .. } | Kept::Bool(_) => true,
        })
    }

    /// Returns whether no cell shows anything.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|kept| self.given(*kept).is_blank())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_shown_as_a_person_reads_it() {
        let shown = |serial| Cell::Date { serial, format: "d.m.yy" }.shown();
        assert_eq!(shown(46_328.0), "2026-11-02");
        assert_eq!(shown(46_328.5), "2026-11-02 12:00:00");
        assert_eq!(shown(0.25), "06:00:00");
        assert_eq!((shown(61.0), shown(36_585.0)), ("1900-03-01".to_owned(), "2000-02-29".to_owned()));
        assert_eq!((shown(2_958_465.0), shown(-1.0)), ("9999-12-31".to_owned(), "-1".to_owned()));
    }

    #[test]
    fn a_format_fills_up_with_zeros_and_takes_no_digit_away() {
        let shown = |value, format| Cell::Number { value, format, written: "" }.shown();
        assert_eq!(shown(42.0, "00000"), "00042");
        assert_eq!(shown(480.0, "0"), "480");
        assert_eq!(shown(99.95, "0"), "99.95");
        assert_eq!(shown(12.5, "00"), "12.5");
        assert_eq!(shown(1e15, "00"), "1000000000000000");
    }

    #[test]
    fn every_cell_comes_back_as_it_was_put_in() {
        let mut block = Records::new(Arc::new(vec![String::new(), "00000".into(), "yyyy-mm-dd".into()]));
        block.begin(2, 1);
        block.push_text("Contoso");
        block.push_blank();
        block.push_number(42.0, 1, "");
        block.push_date(46_000.5, 2);
        block.begin(3, 2);
        block.begin(7, 6);
        block.push_bool(true);
        block.push_error("#REF!");
        block.flaw(Flaw::TextAfterQuote);
        let rows: Vec<_> = block.iter().collect();
        assert_eq!(
            rows.iter().map(|row| (row.number, row.width())).collect::<Vec<_>>(),
            [(2, 4), (3, 0), (7, 2)]
        );
        assert_eq!(rows[0].cell(0), Cell::Text("Contoso"));
        assert_eq!(rows[0].cell(2).shown(), "00042");
        assert_eq!(rows[0].cell(3), Cell::Date { serial: 46_000.5, format: "yyyy-mm-dd" });
        assert!(rows[1].is_blank() && !rows[0].is_blank());
        assert_eq!((rows[2].cell(0), rows[2].cell(1)), (Cell::Bool(true), Cell::Error("#REF!")));
        assert_eq!(rows[2].cell(9), Cell::Blank);
        assert_eq!(rows[2].flaw, Some(Flaw::TextAfterQuote));
        assert!(rows[0].is_ordinary(7) && !rows[0].is_ordinary(6) && !rows[2].is_ordinary(7));
    }

    #[test]
    fn blank_cells_cost_little_and_every_other_cell_keeps_its_column() {
        let lengths = [0, 1, BLANKS, BLANKS + 1, 5_000];
        for index in 0..lengths.len().pow(3) {
            let length = |place: u32| lengths[index / lengths.len().pow(place) % lengths.len()];
            let (first, second, third) = (length(0), length(1), length(2));
            let mut block = Records::default().sharing(Arc::new("Contoso".to_owned()));
            let mut wanted = Vec::new();
            for (number, gaps) in [(1, [first, second, third]), (2, [third, first, second])] {
                block.begin(number, number);
                let mut cells = Vec::new();
                for gap in gaps {
                    block.push_blanks(gap);
                    block.push_shared(0..3);
                    block.push_bool(true);
                    cells.extend((0..gap).map(|_| Cell::Blank));
                    cells.extend([Cell::Text("Con"), Cell::Bool(true)]);
                }
                wanted.push(cells);
            }
            let seen: Vec<Vec<Cell<'_>>> = block
                .iter()
                .map(|record| (0..record.width()).map(|column| record.cell(column)).collect())
                .collect();
            assert!(seen == wanted, "{first}, {second}, {third}");
            assert!(
                block.iter().all(|record| record.cell(record.width()) == Cell::Blank && !record.is_blank())
            );
            assert!(block.own_bytes() < 2 * 3 * 40 * 40, "{}", block.own_bytes());
        }
    }
}

//! Rows of a streamed sheet as XML: five kinds of cell, written straight into bytes.
//!
//! Source of the forms: ECMA-376 part 1, 18.3.1.4 (cells) and 22.9.2.19 (`_xHHHH_` in text). Every cell carries its
//! address; some programs lose cells without.

use crate::deflate::{Deflater, Mark, Marks, Piece, RowMark};
use crate::error;
use crate::escape::is_escape;
use crate::fold::has_byte;
use crate::model::{COUNT_FORMAT, SHARE_FORMAT, Style, Value};
use crate::roster::LIMIT_CELL_UNITS;
use crate::strings::{NumberOfText, OwnTexts};
use crate::template::letters;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;

/// A few bytes that are copied millions of times: all of the room at once, which costs less than a copy of any length.
#[derive(Clone, Copy, Debug)]
struct Short<const ROOM: usize> {
    room: [u8; ROOM],
    length: usize,
}

/// The longest is ` s="4294967295" t="inlineStr"><is><t` with a quote in front: 37 bytes.
type Behind = Short<40>;

/// `<c r="XFD` and `1048576` are the longest.
type Address = Short<16>;

impl<const ROOM: usize> Short<ROOM> {
    /// Returns the bytes, as far as there is room.
    fn new(bytes: &[u8]) -> Self {
        let mut room = [0; ROOM];
        room.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        Self { room, length: bytes.len().min(ROOM) }
    }

    #[inline]
    fn push_to(&self, xml: &mut Vec<u8>) {
        let end = xml.len() + self.length;
        xml.extend_from_slice(&self.room);
        xml.truncate(end);
    }
}

/// How cells of one look go on behind their address, ready to be copied.
#[derive(Clone, Debug)]
struct Look {
    /// Whether nothing says how they look.
    is_plain: bool,
    text: Behind,
    shared: Behind,
    value: Behind,
    bool: Behind,
    /// Nothing = a blank cell of this look is not written.
    blank: Behind,
}

impl Look {
    fn new(number: u32) -> Self {
        let look = if number == 0 { String::new() } else { format!(" s=\"{number}\"") };
        let short = |behind: &str| Short::new(format!("\"{look}{behind}").as_bytes());
        Self {
            is_plain: number == 0,
            text: short(" t=\"inlineStr\"><is><t"),
            shared: short(SHARED),
            value: short("><v>"),
            bool: short(" t=\"b\"><v>"),
            blank: if number == 0 { Short::new(b"") } else { short("/>") },
        }
    }
}

/// What a cell whose text stands in the workbook once has before that text's number.
const SHARED: &str = " t=\"s\"><v>";
/// What a row begins with, before its number.
const ROW_HEAD: &[u8; 8] = b"<row r=\"";
/// What ends a row.
const ROW_END: &[u8; 6] = b"</row>";
/// What ends a cell with a value.
const VALUE_END: &[u8; 8] = b"</v></c>";
/// What ends a cell with text of its own.
const TEXT_END: &[u8; 13] = b"</t></is></c>";
/// What goes before text whose outer white space has to stay.
const PRESERVED: &[u8; 22] = b" xml:space=\"preserve\">";

/// A text that stands in the workbook once, as cells name it.
#[derive(Clone, Debug)]
struct SharedText {
    number: Address,
    /// What a cell without a look goes on with behind its address, to its end: nearly all that name it are such.
    plain: Behind,
}

impl SharedText {
    fn new(number: u32) -> Self {
        let plain = format!("\"{SHARED}{number}</v></c>");
        Self { number: Short::new(number.to_string().as_bytes()), plain: Short::new(plain.as_bytes()) }
    }
}

/// The looks of one style.
#[derive(Clone, Debug)]
struct Looks {
    style: Style,
    general: Option<Look>,
    count: Option<Look>,
    /// A roster may bring thousands of number formats.
    others: HashMap<String, Look>,
}

/// The numbers of styles and of texts in the workbook's own parts.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// The look of most cells.
    plain: Look,
    /// By style; few, so that looking through them is the fastest way to find one.
    looks: Vec<Looks>,
    /// The texts of the workbook's table, by their numbers; those that are repeated come first.
    strings: Vec<SharedText>,
    /// The number of a text.
    shared: Arc<NumberOfText>,
    /// Whether the cells of a column may have one.
    sharing: Vec<bool>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self {
            plain: Look::new(0),
            looks: Vec::new(),
            strings: Vec::new(),
            shared: Arc::default(),
            sharing: Vec::new(),
        }
    }
}

impl Numbers {
    /// Takes the number of a style with a number format.
    pub fn add_look(&mut self, style: Style, format: &str, number: u32) {
        let look = Look::new(number);
        let index = self.looks.iter().position(|looks| looks.style == style).unwrap_or_else(|| {
            self.looks.push(Looks { style, general: None, count: None, others: HashMap::new() });
            self.looks.len() - 1
        });
        let Some(looks) = self.looks.get_mut(index) else { return };
        match format {
            "" => looks.general = Some(look),
            COUNT_FORMAT => looks.count = Some(look),
            _ => drop(looks.others.insert(format.to_owned(), look)),
        }
    }

    /// Lets cells name one more text, by its number; the texts of a workbook come all at once.
    pub fn add_string(&mut self, number: u32) {
        self.strings.push(SharedText::new(number));
    }

    /// Lets cells name texts of the workbook's table.
    #[must_use]
    pub(crate) fn sharing(mut self, texts: &OwnTexts) -> Self {
        self.strings = (0..texts.count()).map(SharedText::new).collect();
        self.shared = Arc::clone(texts.numbers());
        self.sharing = texts.columns().to_vec();
        self
    }

    /// Returns the string that the text of a cell is, in a column from 0.
    #[inline]
    fn shared(&self, column: u32, text: &str) -> Option<&SharedText> {
        let may_be = self.sharing.get(column as usize).is_some_and(|may_be| *may_be);
        if may_be { self.strings.get(*self.shared.get(text)? as usize) } else { None }
    }

    #[inline]
    fn look(&self, style: &Style, format: &str) -> Result<&Look, Unannounced> {
        if *style == Style::Plain && format.is_empty() {
            return Ok(&self.plain);
        }
        self.other_look(style, format)
    }

    fn other_look(&self, style: &Style, format: &str) -> Result<&Look, Unannounced> {
        let looks = self.looks.iter().find(|looks| looks.style == *style).ok_or(Unannounced)?;
        let found = match format {
            "" => looks.general.as_ref(),
            COUNT_FORMAT => looks.count.as_ref(),
            _ => looks.others.get(format),
        };
        found.ok_or(Unannounced)
    }
}

/// The rows of one sheet on their way into bytes.
#[derive(Debug)]
pub struct SheetRows {
    /// The XML so far.
    pub xml: Vec<u8>,
    /// Where its parts stand.
    pub(crate) marks: Marks,
    /// Cells that name a text of the workbook's table.
    pub naming: u64,
    /// The number of the current row.
    row: Address,
    /// Behind that number in the row's tag.
    number_end: u32,
    /// Where the current row's tag ends; without a cell behind it the row is taken back.
    row_start: usize,
    cells_start: usize,
}

/// A cell that cannot be written, since its style was not announced: a flaw of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unannounced;

impl Default for SheetRows {
    fn default() -> Self {
        Self {
            xml: Vec::new(),
            marks: Marks::default(),
            naming: 0,
            row: Short::new(b""),
            number_end: 0,
            row_start: 0,
            cells_start: 0,
        }
    }
}

impl SheetRows {
    /// Forgets all rows, and keeps the memory.
    pub fn clear(&mut self) {
        self.xml.clear();
        self.marks.clear();
        self.naming = 0;
    }

    /// Returns room for as many rows as these, but for no more than so many bytes.
    pub(crate) fn room_for_such(&self, limit_bytes: usize) -> Self {
        let (cells, rows) = (Vec::with_capacity(self.marks.cells.len()), Vec::with_capacity(self.rows()));
        let xml = Vec::with_capacity(self.xml.len().min(limit_bytes));
        Self { xml, marks: Marks { cells, rows }, ..Self::default() }
    }

    /// Returns how many bytes it holds, or has room for.
    pub(crate) const fn room_bytes(&self) -> usize {
        let marks = &self.marks;
        self.xml.capacity()
            + marks.cells.capacity() * size_of::<Mark>()
            + marks.rows.capacity() * size_of::<RowMark>()
    }

    /// Begins a row, counted from 1.
    pub fn begin(&mut self, row: u64) {
        self.row = Short::new(Digits::of(row).as_bytes());
        self.row_start = self.xml.len();
        self.xml.extend_from_slice(ROW_HEAD);
        self.row.push_to(&mut self.xml);
        self.number_end = self.here();
        self.xml.extend_from_slice(b"\">");
        self.cells_start = self.xml.len();
    }

    /// Ends the row; one without cells is left out.
    pub fn end(&mut self) {
        if self.xml.len() == self.cells_start {
            self.xml.truncate(self.row_start);
        } else {
            self.xml.extend_from_slice(ROW_END);
            let start = u32::try_from(self.row_start).unwrap_or(u32::MAX);
            let cells = self.marks.cells.len();
            self.marks.rows.push(RowMark { start, number_end: self.number_end, cells });
        }
    }

    /// Copies a row of `others`, the one at `index` there, under another number; returns its last column.
    ///
    /// Cells are copied around the numbers of their row, which is several times cheaper than to render them. `None` = the
    /// row is not there, or has no cell, or its place is not known; then half of it may stand here.
    pub(crate) fn again(&mut self, row: u64, others: &Self, index: usize) -> Option<u32> {
        // Marks hold places up to 4 GiB.
        u32::try_from(others.xml.len()).ok()?;
        let mark = *others.marks.rows.get(index)?;
        let first =
            index.checked_sub(1).and_then(|before| others.marks.rows.get(before)).map_or(0, |row| row.cells);
        let next = others.marks.rows.get(index + 1).map_or(others.xml.len(), |row| row.start as usize);
        let cells = others.marks.cells.get(first..mark.cells)?;
        let digits = mark.number_end.checked_sub(mark.start)?.checked_sub(ROW_HEAD.len().try_into().ok()?)?;
        self.begin(row);
        let behind = cells.iter().skip(1).map(|cell| cell.head as usize);
        for (cell, end) in cells.iter().zip(behind.chain([next.checked_sub(ROW_END.len())?])) {
            let head = self.here();
            self.xml.extend_from_slice(
                others.xml.get(cell.head as usize..cell.look.checked_sub(digits)? as usize)?,
            );
            self.row.push_to(&mut self.xml);
            let look = self.here();
            self.xml.extend_from_slice(others.xml.get(cell.look as usize..end)?);
            let moved = |place: u32| look.saturating_add(place.saturating_sub(cell.look));
            self.marks.cells.push(Mark {
                head,
                look,
                value: moved(cell.value),
                end: moved(cell.end),
                ..*cell
            });
            self.naming += u64::from(others.names(cell)?);
        }
        self.end();
        cells.last().map(|cell| cell.column)
    }

    /// Returns whether a cell names a text of the workbook's table.
    fn names(&self, cell: &Mark) -> Option<bool> {
        let value = cell.value as usize;
        let behind = self.xml.get(value.saturating_sub(SHARED.len())..value)?;
        Some(behind == SHARED.as_bytes())
    }

    /// Compresses the rows, which makes them a piece of the sheet's stream.
    ///
    /// # Errors
    /// Internal, if the compressor made no progress.
    pub fn deflated(&self, deflater: &Deflater) -> error::Result<Piece> {
        deflater.rows(&self.xml, &self.marks)
    }

    /// Returns how many rows there are; each holds a cell.
    pub(crate) const fn rows(&self) -> usize {
        self.marks.rows.len()
    }

    /// Returns where the next byte goes; rows that are longer than positions can say are compressed without marks.
    fn here(&self) -> u32 {
        u32::try_from(self.xml.len()).unwrap_or(u32::MAX)
    }

    /// Writes a cell of the current row; `head` is that of its column.
    ///
    /// # Errors
    /// If `numbers` does not know its style or its string.
    pub fn cell(
        &mut self,
        numbers: &Numbers,
        head: &CellHead,
        value: &Value<'_>,
        style: &Style,
    ) -> Result<(), Unannounced> {
        match value {
            Value::Text(text) if !text.is_empty() => {
                let (look, text) = (numbers.look(style, "")?, within_limit(text));
                match numbers.shared(head.column, text) {
                    Some(string) => self.shared(look, head, string),
                    None => self.text(look, head, text),
                }
            }
            Value::Blank | Value::Text(_) => {
                let look = numbers.look(style, "")?;
                if look.blank.length > 0 {
                    let opened = self.open(head, &look.blank);
                    self.close(opened, b"");
                }
            }
            Value::Repeated { index, .. } => {
                let string = numbers.strings.get(*index).ok_or(Unannounced)?;
                self.shared(numbers.look(style, "")?, head, string);
            }
            Value::Count(count) | Value::Leading { count, .. } => {
                let opened = self.open(head, &numbers.look(style, COUNT_FORMAT)?.value);
                push_count(&mut self.xml, *count);
                self.close(opened, VALUE_END);
            }
            Value::Number { value, format, written: "" } | Value::Date(value, format) => {
                self.number(*value, numbers.look(style, format)?, head);
            }
            Value::Share(share) => self.number(*share, numbers.look(style, SHARE_FORMAT)?, head),
            Value::Number { format, written, .. } => {
                let opened = self.open(head, &numbers.look(style, format)?.value);
                self.xml.extend_from_slice(written.as_bytes());
                self.close(opened, VALUE_END);
            }
            Value::Bool(value) => {
                let opened = self.open(head, &numbers.look(style, "")?.bool);
                self.xml.push(if *value { b'1' } else { b'0' });
                self.close(opened, VALUE_END);
            }
        }
        Ok(())
    }

    /// Begins a cell, up to its value.
    #[inline]
    fn open(&mut self, head: &CellHead, behind: &Behind) -> Opened {
        let start = self.here();
        head.start.push_to(&mut self.xml);
        self.row.push_to(&mut self.xml);
        let look = self.here();
        behind.push_to(&mut self.xml);
        Opened { column: head.column, head: start, look, value: self.here() }
    }

    /// Ends a cell behind its value.
    #[inline]
    fn close<const N: usize>(&mut self, opened: Opened, behind: &[u8; N]) {
        let end = self.here();
        self.xml.extend_from_slice(behind);
        self.mark(opened, end, false);
    }

    #[inline]
    fn mark(&mut self, Opened { column, head, look, value }: Opened, end: u32, is_text: bool) {
        self.marks.cells.push(Mark { column, head, look, value, end, is_text });
    }

    #[inline]
    fn shared(&mut self, look: &Look, head: &CellHead, text: &SharedText) {
        /// Bytes before the number, with the quote that ends the address; and behind it.
        #[expect(clippy::cast_possible_truncation, reason = "a dozen bytes")]
        const AROUND: [u32; 2] = [SHARED.len() as u32 + 1, VALUE_END.len() as u32];
        self.naming += 1;
        if look.is_plain {
            let opened = self.open(head, &text.plain);
            let value = opened.look.saturating_add(AROUND[0]);
            self.mark(Opened { value, ..opened }, opened.value.saturating_sub(AROUND[1]), false);
        } else {
            let opened = self.open(head, &look.shared);
            text.number.push_to(&mut self.xml);
            self.close(opened, VALUE_END);
        }
    }

    fn number(&mut self, value: f64, look: &Look, head: &CellHead) {
        let opened = self.open(head, &look.value);
        push_number(&mut self.xml, value);
        self.close(opened, VALUE_END);
    }

    fn text(&mut self, look: &Look, head: &CellHead, text: &str) {
        let opened = self.open(head, &look.text);
        self.xml.extend_from_slice(behind_t(text));
        let value = self.here();
        push_text(&mut self.xml, text);
        let end = self.here();
        self.xml.extend_from_slice(TEXT_END);
        self.mark(Opened { value, ..opened }, end, true);
    }
}

/// Returns how the tag goes on that begins with `<t` and holds a text.
#[inline]
fn behind_t(text: &str) -> &'static [u8] {
    let is_outer = |byte: Option<&u8>| matches!(byte, Some(b'\t' | b'\n' | b' '));
    let bytes = text.as_bytes();
    if is_outer(bytes.first()) || is_outer(bytes.last()) { PRESERVED } else { b">" }
}

/// Writes a text as the workbook's table of texts has it, as a cell of ours would have it within it.
pub(crate) fn push_item(items: &mut Vec<u8>, text: &str) {
    items.extend_from_slice(b"<si><t");
    items.extend_from_slice(behind_t(text));
    push_text(items, text);
    items.extend_from_slice(b"</t></si>");
}

/// Where a cell stands whose value comes next, see [`Mark`].
#[derive(Clone, Copy)]
struct Opened {
    column: u32,
    head: u32,
    look: u32,
    value: u32,
}

/// What the cells of a column begin with, before the number of their row.
#[derive(Clone, Copy, Debug)]
pub struct CellHead {
    start: Address,
    /// The column, from 0.
    column: u32,
}

impl CellHead {
    /// Returns the head for a column, counted from 0.
    #[must_use]
    pub fn new(column: usize) -> Self {
        let start = Short::new(format!("<c r=\"{}", letters(column)).as_bytes());
        Self { start, column: u32::try_from(column).unwrap_or(u32::MAX) }
    }
}

/// Returns as much of a text as a cell can hold.
#[must_use]
pub fn within_limit(text: &str) -> &str {
    if text.len() <= LIMIT_CELL_UNITS {
        return text;
    }
    let mut units = 0;
    for (index, c) in text.char_indices() {
        units += c.len_utf16();
        if units > LIMIT_CELL_UNITS {
            return text.get(..index).unwrap_or_default();
        }
    }
    text
}

/// Writes text between tags: what XML or Excel would take for something else is escaped.
///
/// Runs with nothing of it are copied whole: a byte that has to be looked at (`Q&A`) does not make its whole text slow.
fn push_text(xml: &mut Vec<u8>, text: &str) {
    /// Bytes that are looked at together.
    const TOGETHER: usize = 32;
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (chunk, start) in bytes.chunks(TOGETHER).zip((0..).step_by(TOGETHER)) {
        if !has_byte(chunk, is_special) {
            continue;
        }
        for (at, _) in (start..).zip(chunk).filter(|(_, byte)| is_special(**byte)) {
            let Some((escape, length)) = bytes.get(at..).and_then(escaped) else { continue };
            xml.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
            xml.extend_from_slice(&escape);
            copied = at + length;
        }
    }
    xml.extend_from_slice(bytes.get(copied..).unwrap_or_default());
}

/// Returns whether a character that has to be escaped may begin with this byte; U+FFFE and U+FFFF begin with 0xEF.
const fn is_special(byte: u8) -> bool {
    (byte < 0x20) | matches!(byte, b'&' | b'<' | b'>' | b'_' | 0xef)
}

/// Returns what is written for the character that text begins with, and how many bytes it takes; `None` = itself.
fn escaped(text: &[u8]) -> Option<(Cow<'static, [u8]>, usize)> {
    let escape: &[u8] = match text {
        [b'&', ..] => b"&amp;",
        [b'<', ..] => b"&lt;",
        [b'>', ..] => b"&gt;",
        // The underscore itself is what is escaped.
        [b'_', ..] if is_escape(text) => b"_x005F_",
        [0xef, 0xbf, 0xbe, ..] => return Some((Cow::Borrowed(b"_xFFFE_"), 3)),
        [0xef, 0xbf, 0xbf, ..] => return Some((Cow::Borrowed(b"_xFFFF_"), 3)),
        [b'\t' | b'\n', ..] => return None,
        [control @ ..0x20, ..] => return Some((Cow::Owned(format!("_x{control:04X}_").into_bytes()), 1)),
        _ => return None,
    };
    Some((Cow::Borrowed(escape), 1))
}

/// Writes a number as the shortest decimal that reads back as the same value.
fn push_number(xml: &mut Vec<u8>, value: f64) {
    const LIMIT: f64 = 1e15;
    if value.fract() == 0.0 && (0.0..LIMIT).contains(&value) && value.is_sign_positive() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range")]
        return push_count(xml, value as u64);
    }
    let _ = write!(xml, "{value}");
}

fn push_count(xml: &mut Vec<u8>, count: u64) {
    xml.extend_from_slice(Digits::of(count).as_bytes());
}

/// The decimal digits of a count.
struct Digits {
    room: [u8; Self::ROOM],
    start: usize,
}

impl Digits {
    /// Digits of the largest count there is.
    const ROOM: usize = 20;

    fn of(mut count: u64) -> Self {
        let mut digits = Self { room: [b'0'; Self::ROOM], start: Self::ROOM };
        for place in digits.room.iter_mut().rev() {
            *place = b'0' + (count % 10) as u8;
            digits.start -= 1;
            count /= 10;
            if count == 0 {
                break;
            }
        }
        digits
    }

    fn as_bytes(&self) -> &[u8] {
        self.room.get(self.start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> String {
        let mut xml = Vec::new();
        push_text(&mut xml, text);
        String::from_utf8(xml).unwrap()
    }

    fn number(value: f64) -> String {
        let mut xml = Vec::new();
        push_number(&mut xml, value);
        String::from_utf8(xml).unwrap()
    }

    fn row(cells: &[(Value<'_>, Style)]) -> String {
        let mut numbers = Numbers::default();
        numbers.add_look(Style::Figure, "", 3);
        numbers.add_look(Style::Figure, COUNT_FORMAT, 4);
        numbers.add_look(Style::Plain, "00000", 5);
        numbers.add_string(7);
        let mut rows = SheetRows::default();
        rows.begin(12);
        for ((value, style), column) in cells.iter().zip([0, 1, 26]) {
            rows.cell(&numbers, &CellHead::new(column), value, style).unwrap();
        }
        rows.end();
        String::from_utf8(rows.xml).unwrap()
    }

    #[test]
    fn text_is_escaped_as_excel_reads_it() {
        assert_eq!(text("a & <b> \"c\" 'd'\ttab\nline"), "a &amp; &lt;b&gt; \"c\" 'd'\ttab\nline");
        assert_eq!(text("\r\0\x1f\u{fffe}\u{ffff}\u{7f}"), "_x000D__x0000__x001F__xFFFE__xFFFF_\u{7f}");
        assert_eq!(text("_x0041_ _x004_ _xZZZZ_ __x0041_x"), "_x005F_x0041_ _x004_ _xZZZZ_ __x005F_x0041_x");
        assert_eq!(text("_x00e4_x00e4_"), "_x005F_x00e4_x005F_x00e4_");
        assert_eq!(text("\u{ef}Z\u{fc}rich \u{1f600}\u{ff5e}"), "\u{ef}Z\u{fc}rich \u{1f600}\u{ff5e}");
    }

    proptest! {
        #[test]
        fn any_text_is_escaped_as_character_by_character(
            pieces in prop::collection::vec(prop_oneof![".{0,40}", "[&<>_x0-9A-F\\t\\n]{0,12}", Just("\u{ffff}_x000D_\r".to_owned())], 0..6)
        ) {
            let whole = pieces.concat();
            let mut wanted = String::new();
            for (at, c) in whole.char_indices() {
                match c {
                    '&' => wanted.push_str("&amp;"),
                    '<' => wanted.push_str("&lt;"),
                    '>' => wanted.push_str("&gt;"),
                    '_' if is_escape(&whole.as_bytes()[at..]) => wanted.push_str("_x005F_"),
                    '\t' | '\n' => wanted.push(c),
                    '\0'..'\x20' | '\u{fffe}' | '\u{ffff}' => {
                        let _ = std::fmt::Write::write_fmt(&mut wanted, format_args!("_x{:04X}_", c as u32));
                    }
                    _ => wanted.push(c),
                }
            }
            prop_assert_eq!(text(&whole), wanted);
        }
    }

    #[test]
    fn numbers_are_the_shortest_that_read_back() {
        assert_eq!([0.0, 480.0, 999_999_999_999_999.0].map(number), ["0", "480", "999999999999999"]);
        assert_eq!(
            [-0.0, -3.0, 0.1, 1e15, 12.5].map(number),
            ["-0", "-3", "0.1", "1000000000000000", "12.5"]
        );
        for value in [f64::MIN_POSITIVE, f64::MAX, 1.0 / 3.0, 45_943.25, 5e-324] {
            assert_eq!(number(value).parse::<f64>().unwrap().to_bits(), value.to_bits());
        }
    }

    #[test]
    fn counts_have_all_their_digits() {
        for count in [0, 7, 10, 480, 1_048_576, u64::MAX] {
            assert_eq!(Digits::of(count).as_bytes(), count.to_string().as_bytes());
        }
    }

    #[test]
    fn the_longest_pieces_have_room() {
        let mut numbers = Numbers::default();
        numbers.add_look(Style::Figure, "", u32::MAX);
        numbers.add_string(u32::MAX);
        let mut rows = SheetRows::default();
        rows.begin(1_048_576);
        let head = CellHead::new(16_383);
        rows.cell(&numbers, &head, &Value::text("a"), &Style::Figure).unwrap();
        rows.cell(&numbers, &head, &Value::Repeated { index: 0, text: "Yes" }, &Style::Figure).unwrap();
        rows.end();
        assert_eq!(
            String::from_utf8(rows.xml).unwrap(),
            "<row r=\"1048576\"><c r=\"XFD1048576\" s=\"4294967295\" t=\"inlineStr\"><is><t>a</t></is></c>\
             <c r=\"XFD1048576\" s=\"4294967295\" t=\"s\"><v>4294967295</v></c></row>"
        );
    }

    #[test]
    fn each_kind_of_cell_has_its_form() {
        assert_eq!(
            row(&[
                (Value::text(" a"), Style::Plain),
                (Value::Count(480), Style::Figure),
                (Value::Repeated { index: 0, text: "Yes" }, Style::Figure),
            ]),
            "<row r=\"12\"><c r=\"A12\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> a</t></is></c>\
             <c r=\"B12\" s=\"4\"><v>480</v></c><c r=\"AA12\" s=\"3\" t=\"s\"><v>7</v></c></row>"
        );
        assert_eq!(
            row(&[
                (Value::Blank, Style::Figure),
                (Value::Number { value: 7.0, format: "00000", written: "7.00" }, Style::Plain),
                (Value::Bool(true), Style::Plain),
            ]),
            "<row r=\"12\"><c r=\"A12\" s=\"3\"/><c r=\"B12\" s=\"5\"><v>7.00</v></c>\
             <c r=\"AA12\" t=\"b\"><v>1</v></c></row>"
        );
    }

    #[test]
    fn a_row_without_cells_is_left_out() {
        assert_eq!(row(&[(Value::Blank, Style::Plain), (Value::text(""), Style::Plain)]), "");
    }

    #[test]
    fn a_style_that_was_not_announced_is_told() {
        let mut rows = SheetRows::default();
        rows.begin(1);
        let numbers = Numbers::default();
        assert_eq!(rows.cell(&numbers, &CellHead::new(0), &Value::Blank, &Style::Review), Err(Unannounced));
        let repeated = Value::Repeated { index: 0, text: "Yes" };
        assert_eq!(rows.cell(&numbers, &CellHead::new(0), &repeated, &Style::Plain), Err(Unannounced));
    }

    #[test]
    fn text_beyond_the_limit_is_cut_between_characters() {
        let long = "\u{1f600}".repeat(LIMIT_CELL_UNITS);
        let kept = within_limit(&long);
        assert_eq!(kept.encode_utf16().count(), LIMIT_CELL_UNITS - 1);
        assert_eq!(within_limit("Contoso"), "Contoso");
    }
}

//! Blocks of rows, parsed into records.

use super::cell::{Body, Head, Type};
use super::cut::{Cutter, ends_name, last_tag};
use super::ids::ID_BYTES;
use super::number;
use super::place::{self, COLUMNS, ROWS};
use super::plain::{self, Plain, PlainValue};
use super::strings::Strings;
use super::styles::{NumberKind, Styles};
use super::text::{Slice, ahead, is_idle, next, skip, unexpected};
use super::xml::{attribute, check_attributes};
use crate::diagnostic::{Place, excerpt};
use crate::error::{Error, Result};
use crate::package::{NOT_UTF8, damaged, too_large};
use crate::record::{Flaw, LIMIT_CELLS, Records};
use crate::{iso, wide};
use memchr::{memchr2, memmem};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::ops::Range;
use std::sync::Arc;
use uuid::Uuid;

/// Bytes that the shared strings in one block may come to, and those in one row; whoever writes the rows out copies
/// them.
pub(crate) const BLOCK_TEXT: usize = 32 * 1024 * 1024;
/// Bytes of the shortest cell that shows a shared string: `<c t="s"><v>0</v></c>`.
const CELL_BYTES: usize = 21;

/// What all blocks of a sheet have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The sheet's name.
    pub sheet: String,
    pub strings: Arc<Strings>,
    pub styles: Styles,
    /// A row is long if anything stands beyond.
    pub columns: usize,
    /// The row of the headings, from 1; rows down to it are checked and not given. 0 = all are given.
    pub header_row: u32,
}

/// Whole rows of a sheet.
#[derive(Debug)]
pub(crate) struct SheetBlock {
    xml: Vec<u8>,
    /// The number of the row before the first, from 1; 0 = there is none.
    after: u32,
    /// The number of the last row, as whoever cut the block sees it.
    last: u32,
    shared: Arc<Shared>,
}

impl SheetBlock {
    /// Returns the next block of a sheet; `after` is the number of the last row so far, and is moved on.
    ///
    /// # Errors
    /// `workbook-damaged`, `workbook-too-large`.
    pub(crate) fn next(
        cutter: &mut Cutter<'_>,
        after: &mut u32,
        shared: &Arc<Shared>,
    ) -> Result<Option<Self>> {
        // However short the cells, the strings they show stay within bounds: the longer they may be, the shorter the
        // block.
        let most = BLOCK_TEXT.saturating_mul(CELL_BYTES) / shared.strings.longest().max(1);
        let Some(xml) = cutter.next(most)? else { return Ok(None) };
        let last = last_row(&xml, cutter.child(), *after);
        let block = Self { xml, after: *after, last, shared: Arc::clone(shared) };
        *after = last;
        Ok(Some(block))
    }

    /// Parses the rows. Those without anything in them are left out.
    ///
    /// # Errors
    /// `workbook-damaged`, `record-too-wide`; each names the cell, or the row.
    pub(crate) fn records(self) -> Result<Records> {
        let shared = &*self.shared;
        let place = |row: u32| Place::Row { sheet: shared.sheet.clone(), row };
        let Ok(text) = std::str::from_utf8(&self.xml) else {
            return Err(at(damaged(NOT_UTF8), &place(self.after.saturating_add(1))));
        };
        let mut rows = BlockRows {
            text,
            xml: Reader::from_str(text),
            shared,
            records: Records::new(shared.styles.texts()).sharing(Arc::clone(shared.strings.text())),
            row: self.after,
            column: 0,
            pushed: None,
            shown: 0,
            is_hidden: false,
        };
        rows.read()?;
        if rows.row == self.last {
            return Ok(rows.records);
        }
        Err(at(
            damaged("its rows cannot be told apart: one begins in a comment, or has another prefix"),
            &place(rows.row),
        ))
    }
}

/// Returns the number of a block's last row without parsing the block; only its own `r`, or the count since the last
/// one that had any, decides.
fn last_row(xml: &[u8], child: &[u8], after: u32) -> u32 {
    let number = |at: usize| {
        let tag = xml.get(at..)?;
        // In well-formed XML there is no `<` in a tag; stopping there keeps this linear for any other text.
        let end = memchr2(b'>', b'<', tag.get(1..)?)? + 1;
        let content = std::str::from_utf8(tag.get(1..end)?).ok()?;
        let content = content.strip_suffix('/').unwrap_or(content);
        let found = attribute(&BytesStart::from_content(content, child.len() - 1), "r").ok()??;
        place::row(&found)
    };
    if let Some(last) = last_tag(xml, child).and_then(number) {
        return last;
    }
    let starts = memmem::find_iter(xml, child).filter(|at| ends_name(xml, at + child.len()));
    starts.fold(after, |row, at| number(at).unwrap_or(row.saturating_add(1)))
}

/// The rows of one block on their way.
struct BlockRows<'a> {
    text: &'a str,
    xml: Slice<'a>,
    shared: &'a Shared,
    records: Records,
    /// The number of the row that was begun last, from 1.
    row: u32,
    /// The column of the next cell at the least, from 0.
    column: u32,
    /// The cells of this row that are records' cells already; `None` = nothing was seen in it yet.
    pushed: Option<u32>,
    /// Bytes of the shared strings in this row.
    shown: usize,
    /// Whether the row begun last is hidden, by a filter or by hand.
    is_hidden: bool,
}

impl BlockRows<'_> {
    fn read(&mut self) -> Result<()> {
        loop {
            ahead(&mut self.xml, self.text);
            let event = next(&mut self.xml).map_err(|harm| self.row_error(&harm))?;
            match &event {
                Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "row" => {
                    self.begin(tag)?;
                    if matches!(event, Event::Start(_)) {
                        self.cells()?;
                    }
                }
                Event::Eof => return Ok(()),
                other if is_idle(other) => {}
                _ => return Err(self.row_error(&unexpected(&event))),
            }
        }
    }

    /// Begins a row: its number is its own, or that of the row before and one.
    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        let own = attribute(tag, "r").and_then(|own| check_attributes(tag).map(|()| own));
        let own = own.map_err(|harm| self.row_error(&harm))?;
        let number = match &own {
            Some(own) => place::row(own),
            None => Some(self.row.saturating_add(1)).filter(|row| *row <= ROWS),
        };
        match number {
            Some(number) if number > self.row => self.row = number,
            _ => {
                let shown = own.map_or_else(String::new, |own| format!(" `{}`", excerpt(&own)));
                let harm = format!("the row{shown} below is out of order, or outside the sheet");
                return Err(self.row_error(&harm));
            }
        }
        (self.column, self.pushed, self.shown) = (0, None, 0);
        self.is_hidden = is_hidden(tag);
        Ok(())
    }

    fn cells(&mut self) -> Result<()> {
        loop {
            while let Some((plain, rest)) = plain::cell(ahead(&mut self.xml, self.text)) {
                *self.xml.get_mut() = rest.as_bytes();
                self.plain(&plain)?;
            }
            let event = next(&mut self.xml).map_err(|harm| self.row_error(&harm))?;
            match &event {
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    "c" => self.cell(tag, matches!(event, Event::Empty(_)))?,
                    "extLst" if matches!(event, Event::Empty(_)) => {}
                    "extLst" => skip(&mut self.xml).map_err(|harm| self.row_error(&harm))?,
                    _ => return Err(self.row_error(&unexpected(&event))),
                },
                Event::End(_) => return Ok(()),
                other if is_idle(other) => {}
                _ => return Err(self.row_error(&unexpected(&event))),
            }
        }
    }

    fn plain(&mut self, plain: &Plain<'_>) -> Result<()> {
        let column = self.place(Some(plain.reference))?;
        match plain.value {
            PlainValue::Empty => Ok(()),
            PlainValue::Number(text) => self.value(column, plain.style, Type::Number, text),
            PlainValue::Shared(text) => self.value(column, plain.style, Type::Shared, text),
            PlainValue::Text(text) => self.value(column, plain.style, Type::Text, text),
        }
    }

    fn cell(&mut self, tag: &BytesStart<'_>, is_empty: bool) -> Result<()> {
        let (head, seen) = Head::read(tag);
        let column = self.place(head.reference.as_deref())?;
        seen.map_err(|harm| self.cell_error(column, &harm))?;
        if is_empty {
            return Ok(());
        }
        let body = Body::read(&mut self.xml, head.kind).map_err(|harm| self.cell_error(column, &harm))?;
        if body.is_uncalculated(head.kind) && self.is_given() {
            self.open();
            self.records.flaw(Flaw::Uncalculated { column: column as usize });
        }
        self.value(column, head.style, head.kind, &body.text)?;
        if body.is_restyled {
            self.restyled(column);
        }
        Ok(())
    }

    /// Notes that digits of a cell may not belong together.
    fn restyled(&mut self, column: u32) {
        if self.is_given() && self.pushed.is_some() {
            self.records.flaw(Flaw::Restyled { column: Some(column as usize) });
        }
    }

    /// Returns the column of the next cell: its own, or the one behind the last.
    fn place(&mut self, reference: Option<&str>) -> Result<u32> {
        let place = match reference {
            Some(reference) => place::cell(reference),
            None => Some((self.column, self.row)).filter(|_| self.column < COLUMNS),
        };
        match place {
            Some((column, row)) if row == self.row && column >= self.column => {
                self.column = column + 1;
                Ok(column)
            }
            Some((column, row)) if row != self.row => {
                let harm = format!("the cell's address does not match row {}, where the cell is", self.row);
                Err(at(damaged(&harm), &self.cell_place(row, column)))
            }
            Some((column, _)) => Err(self.cell_error(column, "its cells are not in order")),
            None => {
                let shown = reference.map_or_else(String::new, |own| format!(" `{}`", excerpt(own)));
                Err(self.row_error(&format!("the cell{shown} is outside the sheet")))
            }
        }
    }

    /// Takes a cell's value, decoded; an empty one is no cell.
    fn value(&mut self, column: u32, style: usize, kind: Type, text: &str) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let shared = self.shared;
        let wrong = |rows: &Self, what: &str| {
            rows.cell_error(column, &format!("its value `{}` is {what}", excerpt(text)))
        };
        let styles = &shared.styles;
        match kind {
            Type::Number => {
                let (value, written) = number::read(text).ok_or_else(|| wrong(self, "not a number"))?;
                if self.push(column, true)? {
                    match styles.of(style) {
                        (NumberKind::Number, format) => self.records.push_number(value, format, written),
                        (kind, format) => self.records.push_date(styles.serial(kind, value), format),
                    }
                }
            }
            Type::Shared => {
                let index = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
                let part = index.and_then(|index| shared.strings.part(index));
                let part = part.ok_or_else(|| wrong(self, "not the number of a shared string"))?;
                match index.and_then(|index| shared.strings.id(index)) {
                    Some(id) => self.id(column, id)?,
                    None => self.shared(column, part)?,
                }
                if index.is_some_and(|index| shared.strings.is_restyled(index)) {
                    self.restyled(column);
                }
            }
            Type::Text | Type::Inline => self.text(column, text)?,
            Type::Bool => {
                let value = boolean(text).ok_or_else(|| wrong(self, "neither true nor false"))?;
                if self.push(column, true)? {
                    self.records.push_bool(value);
                }
            }
            Type::Error => {
                if self.push(column, true)? {
                    self.records.push_error(text);
                }
            }
            Type::Date => match iso::serial(text) {
                None => self.text(column, text)?,
                Some(serial) => {
                    if self.push(column, true)? {
                        self.records.push_date(serial, styles.of_date(style));
                    }
                }
            },
        }
        Ok(())
    }

    fn text(&mut self, column: u32, text: &str) -> Result<()> {
        let is_seen = !text.chars().all(char::is_whitespace);
        if !text.is_empty() && self.push(column, is_seen)? {
            self.records.push_text(text);
        }
        Ok(())
    }

    /// Takes a shared string that is an id.
    fn id(&mut self, column: u32, id: Uuid) -> Result<()> {
        let mut room = [0; ID_BYTES];
        let text = id.hyphenated().encode_lower(&mut room);
        self.show(column, text.len())?;
        self.text(column, text)
    }

    /// Counts the bytes that a row shows of shared strings.
    fn show(&mut self, column: u32, bytes: usize) -> Result<()> {
        self.shown = self.shown.saturating_add(bytes);
        if self.shown > BLOCK_TEXT {
            let error = too_large("the text of one row is longer than 32 MiB");
            return Err(at(error, &self.cell_place(self.row, column)));
        }
        Ok(())
    }

    /// Takes a shared string, without a copy.
    fn shared(&mut self, column: u32, part: Range<usize>) -> Result<()> {
        self.show(column, part.len())?;
        let text = self.shared.strings.text().get(part.clone()).unwrap_or_default();
        let is_seen = !text.chars().all(char::is_whitespace);
        if !text.is_empty() && self.push(column, is_seen)? {
            self.records.push_shared(part);
        }
        Ok(())
    }

    fn is_given(&self) -> bool {
        self.row > self.shared.header_row
    }

    /// Begins the row's record, unless that is done.
    fn open(&mut self) {
        if self.pushed.is_none() {
            let ordinal = u64::from(self.row.saturating_sub(self.shared.header_row));
            self.records.begin(u64::from(self.row), ordinal);
            self.pushed = Some(0);
            if self.is_hidden {
                self.records.note_hidden();
            }
        }
    }

    /// Makes room for a cell that is not empty; returns whether it is to be given. A row is long if anything can be
    /// seen beyond the columns.
    fn push(&mut self, column: u32, is_seen: bool) -> Result<bool> {
        if column as usize >= LIMIT_CELLS {
            return if is_seen { self.leave_out(column).map(|()| false) } else { Ok(false) };
        }
        if !self.is_given() {
            return Ok(false);
        }
        self.open();
        self.records.push_blanks(column.saturating_sub(self.pushed.unwrap_or(0)) as usize);
        self.pushed = Some(column + 1);
        if is_seen && column as usize >= self.shared.columns {
            self.records.flaw(Flaw::Long { found: column as usize + 1, wanted: self.shared.columns });
        }
        Ok(true)
    }

    /// Leaves out a cell for which there is no room: one that stands alone. Headings, and a row that goes on without a
    /// gap, are no such thing.
    fn leave_out(&mut self, column: u32) -> Result<()> {
        let goes_on = self.pushed.is_some_and(|pushed| pushed as usize >= LIMIT_CELLS);
        if goes_on || self.row == self.shared.header_row {
            return Err(at(wide(), &self.cell_place(self.row, column)));
        }
        if self.is_given() {
            self.open();
            self.records.flaw(Flaw::Beyond { column: column as usize });
        }
        Ok(())
    }

    fn cell_place(&self, row: u32, column: u32) -> Place {
        Place::Cell { sheet: self.shared.sheet.clone(), row, column }
    }

    fn cell_error(&self, column: u32, harm: &str) -> Error {
        at(damaged(harm), &self.cell_place(self.row, column))
    }

    /// Returns an error about the row begun last, or something behind it.
    fn row_error(&self, harm: &str) -> Error {
        at(damaged(harm), &Place::Row { sheet: self.shared.sheet.clone(), row: self.row.max(1) })
    }
}

/// Returns whether a row says of itself that it is hidden; nearly none does.
fn is_hidden(tag: &BytesStart<'_>) -> bool {
    memmem::find(tag.as_bytes(), b"hidden").is_some()
        && attribute(tag, "hidden").is_ok_and(|found| found.as_deref().and_then(boolean) == Some(true))
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn at(mut error: Error, place: &Place) -> Error {
    error.diagnostics.iter_mut().for_each(|found| found.place = place.clone());
    error
}

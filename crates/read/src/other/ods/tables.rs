//! The sheets of an ODS document, event by event: tables, rows, cells, and how often each is repeated.

use super::super::gather::Gather;
use super::ahead::{Ahead, WAITING, inflate};
use super::cell::{Draft, Kept};
use super::cut_short;
use crate::error::{Error, Result};
use crate::package::{Package, Use, broken, damaged, damaged_in, too_large};
use crate::sheet::{BLOCK_TEXT, Harm, Outline, ROWS, attribute, malformed, named, resolve, value};
use crate::threads::spawned;
use crate::workbook::guarded;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::collections::HashSet;
use std::sync::mpsc::sync_channel;
use std::thread;

/// One tag or text can hardly be longer.
const EVENT_BYTES: usize = 4 * 1024 * 1024;
/// Columns of a sheet, in the largest form that `LibreOffice` knows.
const COLUMNS: u32 = 16_384;
/// Cells, and bytes of their texts, that may come of repeating others: equal rows are few in a roster.
const LIMIT_REPEATED: u64 = 4_000_000;
const LIMIT_REPEATED_BYTES: u64 = 256 * 1024 * 1024;
/// Named styles of sheets.
const LIMIT_STYLES: usize = 10_000;

/// Whether rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Yes,
    /// Not of this table.
    No,
    /// Nothing in the rest of the document is.
    NoMore,
}

/// Where a row stands, from 1, how many of its kind follow each other, and whether they are hidden.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub number: u32,
    pub repeat: u32,
    pub is_hidden: bool,
}

/// Takes the tables of a document and their rows.
pub(super) trait RowSink {
    /// Takes the beginning of a table.
    fn table(&mut self, name: &str, is_hidden: bool) -> Result<Wanted>;
    /// Takes a row with at least one cell that is not blank.
    fn row(&mut self, head: Head, cells: &[Kept]) -> Result<Wanted>;
    /// Decides what becomes of an error in a table.
    fn refuse(&mut self, error: Error) -> Result<Wanted>;
}

/// Hands a row on, as often as it is repeated; returns whether more rows are wanted.
///
/// # Errors
/// Those of [`Gather`].
pub(super) fn give(head: Head, cells: &[Kept], gather: &mut Gather<'_>) -> Result<bool> {
    for number in head.number..head.number.saturating_add(head.repeat) {
        if !gather.row(number, head.is_hidden)? {
            return Ok(false);
        }
        for kept in cells {
            for column in kept.column..kept.column.saturating_add(kept.repeat) {
                gather.cell(column, &kept.value.value())?;
            }
        }
    }
    Ok(true)
}

/// Reads the tables of a part, which is inflated meanwhile.
///
/// # Errors
/// `workbook-damaged`, `workbook-too-large`, or what `rows` says; `no-thread`.
pub(super) fn read(package: &mut Package, part: &str, rows: &mut dyn RowSink) -> Result<()> {
    let inflated = package.part(part, Use::Sheet)?;
    thread::scope(|threads| {
        let (blocks, queue) = sync_channel(WAITING);
        let inflating = spawned(threads, move || guarded(|| inflate(inflated, &blocks)))?;
        let read = read_xml(Ahead::new(queue, part), part, rows);
        let stopped = |_| broken(part, "it stopped unexpectedly");
        inflating.join().map_err(stopped).flatten().and(read)
    })
}

fn read_xml(ahead: Ahead<'_>, part: &str, rows: &mut dyn RowSink) -> Result<()> {
    let mut xml = Reader::from_reader(ahead);
    let (mut outline, mut buffer) = (Outline::default(), Vec::new());
    let mut tables = Tables::new(rows);
    while tables.wanted != Wanted::NoMore {
        buffer.clear();
        xml.get_mut().allowance.allow(EVENT_BYTES);
        let event = match xml.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(error) => {
                let harm = damaged_in(part, &malformed(&error));
                return Err(xml.get_mut().allowance.harm().unwrap_or(harm));
            }
        };
        outline.see(&event).map_err(|harm| damaged_in(part, &harm))?;
        if matches!(event, Event::Eof) {
            return if tables.table.is_some() { Err(cut_short()) } else { Ok(()) };
        }
        tables.see(&event)?;
    }
    Ok(())
}

/// A table on its way.
#[derive(Debug)]
struct Table {
    name: String,
    /// Rows so far, repeated ones too.
    rows: u32,
}

/// A row on its way.
#[derive(Debug)]
struct Row {
    head: Head,
    cells: Vec<Kept>,
    /// Columns so far, repeated ones too.
    columns: u32,
    /// Bytes of their texts.
    bytes: u64,
}

struct Tables<'a> {
    rows: &'a mut dyn RowSink,
    wanted: Wanted,
    /// The style that is being described, and those that hide their tables.
    style: Option<String>,
    hiding: HashSet<String>,
    is_in_spreadsheet: bool,
    table: Option<Table>,
    row: Option<Row>,
    /// The room of the last row's cells, for those of the next.
    spare: Vec<Kept>,
    /// The cell on its way, and how many columns it fills.
    cell: Option<(Draft, u32)>,
    /// Cells, and bytes of their texts, that are copies of others, in the rows that were wanted.
    repeated: u64,
    repeated_bytes: u64,
    /// Elements that are open within one that is passed over.
    passed: u32,
}

impl<'a> Tables<'a> {
    fn new(rows: &'a mut dyn RowSink) -> Self {
        Self {
            rows,
            wanted: Wanted::No,
            style: None,
            hiding: HashSet::new(),
            is_in_spreadsheet: false,
            table: None,
            row: None,
            spare: Vec::new(),
            cell: None,
            repeated: 0,
            repeated_bytes: 0,
            passed: 0,
        }
    }

    fn see(&mut self, event: &Event<'_>) -> Result<()> {
        match event {
            Event::Start(_) if self.passed > 0 => self.passed += 1,
            Event::End(_) if self.passed > 0 => self.passed -= 1,
            _ if self.passed > 0 => {}
            Event::Start(tag) => self.open(tag, false)?,
            Event::Empty(tag) => self.open(tag, true)?,
            Event::End(tag) => self.close(tag.name().as_ref())?,
            Event::Text(text) => self.text(&text.xml10_content())?,
            Event::CData(text) => self.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let text = resolve(reference).map_err(|harm| self.harmed(&harm))?;
                self.text(&text)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, tag: &BytesStart<'_>, is_empty: bool) -> Result<()> {
        let name = tag.name();
        let name = name.as_ref();
        if self.cell.is_some() {
            return self.inside_cell(name, tag, is_empty);
        }
        match name {
            _ if self.row.is_some() => match name {
                "table:table-cell" | "table:covered-table-cell" => {
                    let (draft, repeat) = Draft::begin(tag).map_err(|harm| self.harmed(&harm))?;
                    self.cell = Some((draft, self.repeat(repeat.as_ref())?));
                }
                _ => return self.pass(is_empty),
            },
            "table:table-row" if self.wanted == Wanted::Yes && self.table.is_some() => self.begin_row(tag)?,
            "table:table" if self.table.is_none() && self.is_in_spreadsheet => self.begin_table(tag)?,
            "table:table-row-group" | "table:table-rows" | "table:table-header-rows"
                if self.table.is_some() => {}
            _ if self.table.is_some() => return self.pass(is_empty),
            "office:spreadsheet" => self.is_in_spreadsheet = true,
            "style:style" => {
                self.style = attribute(tag, "style:name").map_err(|harm| self.harmed(&harm))?;
            }
            "style:table-properties" => self.table_style(tag)?,
            _ => {}
        }
        if is_empty { self.close(name) } else { Ok(()) }
    }

    /// Passes over an element, whatever is in it. Cannot fail; it ends what is done with the element.
    #[expect(clippy::unnecessary_wraps, reason = "the outcome of whoever calls it")]
    fn pass(&mut self, is_empty: bool) -> Result<()> {
        self.passed = u32::from(!is_empty);
        Ok(())
    }

    fn table_style(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        let shows = attribute(tag, "table:display").map_err(|harm| self.harmed(&harm))?;
        if shows.as_deref() == Some("false")
            && let Some(style) = &self.style
        {
            self.hiding.insert(style.clone());
        }
        if self.hiding.len() > LIMIT_STYLES {
            return Err(too_large(&format!("it has more than {LIMIT_STYLES} styles of hidden sheets")));
        }
        Ok(())
    }

    fn begin_table(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        let found = |name: &str| attribute(tag, name);
        let name = found("table:name").map_err(|harm| self.harmed(&harm))?.unwrap_or_default();
        let style = found("table:style-name").map_err(|harm| self.harmed(&harm))?;
        let is_hidden = style.is_some_and(|style| self.hiding.contains(&style));
        self.wanted = self.rows.table(&name, is_hidden)?;
        self.table = Some(Table { name, rows: 0 });
        Ok(())
    }

    fn begin_row(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        let names = ["table:number-rows-repeated", "table:visibility"];
        let [repeat, visibility] = named(tag, names).map_err(|harm| self.harmed(&harm))?;
        let repeat = self.repeat(repeat.as_ref())?;
        let visibility = visibility.as_ref().map(value).transpose().map_err(|harm| self.harmed(&harm))?;
        let is_hidden = visibility.is_some_and(|word| matches!(&*word, "collapse" | "filter"));
        let number = self.table.as_ref().map_or(0, |table| table.rows).saturating_add(1);
        let head = Head { number, repeat, is_hidden };
        self.row = Some(Row { head, cells: std::mem::take(&mut self.spare), columns: 0, bytes: 0 });
        Ok(())
    }

    /// Returns how often a row or cell is repeated.
    fn repeat(&self, written: Option<&Attribute<'_>>) -> Result<u32> {
        let Some(written) = written else { return Ok(1) };
        let written = value(written).map_err(|harm| self.harmed(&harm))?;
        let repeat: Option<u32> = written.parse().ok().filter(|repeat| (1..=ROWS).contains(repeat));
        repeat.ok_or_else(|| self.harmed("a row or cell is repeated more often than fits on a sheet"))
    }

    fn inside_cell(&mut self, name: &str, tag: &BytesStart<'_>, is_empty: bool) -> Result<()> {
        let Some((draft, _)) = &mut self.cell else { return Ok(()) };
        match name {
            "text:p" | "text:h" => {
                draft.paragraph();
                if is_empty {
                    draft.end_paragraph();
                }
            }
            "text:s" => {
                let count = attribute(tag, "text:c").map_err(|harm| damaged(&harm))?;
                let count = count.map_or(Some(1), |count| count.parse().ok());
                draft.add_kept(' ', count.ok_or_else(|| damaged("a count of spaces is not a number"))?)?;
            }
            "text:tab" => draft.add_kept('\t', 1)?,
            "text:line-break" => draft.add_kept('\n', 1)?,
            "text:span" | "text:a" | "text:ruby" | "text:ruby-base" => {}
            // Remarks, pictures and phonetic hints are none of the cell's text.
            _ if !name.starts_with("text:") || name == "text:ruby-text" => self.pass(is_empty)?,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        match &mut self.cell {
            Some((draft, _)) => draft.add(text),
            None => Ok(()),
        }
    }

    fn close(&mut self, name: &str) -> Result<()> {
        match name {
            "table:table-cell" | "table:covered-table-cell" => self.end_cell(),
            "text:p" | "text:h" => {
                if let Some((draft, _)) = &mut self.cell {
                    draft.end_paragraph();
                }
                Ok(())
            }
            "table:table-row" => self.end_row(),
            "table:table" => {
                self.table = None;
                Ok(())
            }
            "office:spreadsheet" => {
                self.is_in_spreadsheet = false;
                Ok(())
            }
            "style:style" => {
                self.style = None;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn end_cell(&mut self) -> Result<()> {
        let Some(((draft, repeat), row)) = self.cell.take().zip(self.row.as_mut()) else { return Ok(()) };
        let column = row.columns;
        row.columns = column.saturating_add(repeat);
        if self.wanted != Wanted::Yes {
            return Ok(());
        }
        match draft.finish() {
            Ok(None) => Ok(()),
            Ok(Some(_)) if column.saturating_add(repeat) > COLUMNS => {
                let error = self.harmed("a cell is outside the sheet, or is repeated beyond its edge");
                self.refused(error)
            }
            Ok(Some(value)) if row.bytes.saturating_add(value.bytes()) > BLOCK_TEXT as u64 => {
                self.refused(too_large("the text of one row is longer than 32 MiB"))
            }
            Ok(Some(value)) => {
                row.bytes += value.bytes();
                row.cells.push(Kept { column, repeat, value });
                Ok(())
            }
            Err(harm) => {
                let place = format!("in row {}, column {}, {harm}", row.head.number, column + 1);
                let error = self.harmed(&place);
                self.refused(error)
            }
        }
    }

    fn end_row(&mut self) -> Result<()> {
        let Some((mut row, table)) = self.row.take().zip(self.table.as_mut()) else { return Ok(()) };
        table.rows = table.rows.saturating_add(row.head.repeat);
        if row.cells.is_empty() || self.wanted != Wanted::Yes {
            return Ok(());
        }
        let (mut cells, mut bytes) = (0, 0);
        for kept in &row.cells {
            let copies = u64::from(kept.repeat).saturating_mul(u64::from(row.head.repeat)) - 1;
            cells += copies;
            bytes += copies.saturating_mul(kept.value.bytes());
        }
        self.repeated = self.repeated.saturating_add(cells);
        self.repeated_bytes = self.repeated_bytes.saturating_add(bytes);
        if self.repeated > LIMIT_REPEATED || self.repeated_bytes > LIMIT_REPEATED_BYTES {
            let error =
                too_large(&format!("the sheet `{}` repeats its rows or cells millions of times", table.name));
            return self.refused(error);
        }
        self.wanted = self.rows.row(row.head, &row.cells)?;
        row.cells.clear();
        self.spare = row.cells;
        Ok(())
    }

    /// Leaves it to whoever takes the rows whether an error ends the reading.
    fn refused(&mut self, error: Error) -> Result<()> {
        self.wanted = self.rows.refuse(error)?;
        Ok(())
    }

    fn harmed(&self, harm: &str) -> Error {
        let harm: Harm = match &self.table {
            Some(table) => format!("in its sheet `{}`, {harm}", table.name),
            None => harm.to_owned(),
        };
        damaged(&harm)
    }
}

//! A sheet whose rows go by: written one after the other, never held, continued on a further part when it is full.

use crate::body::Body;
use crate::choices::offer;
use crate::diagnostic::column_letters;
use crate::error::{Error, Result};
use crate::failed;
use crate::formats::{self, FormatCache};
use crate::literal;
use crate::model::{
    COUNT_FORMAT, CellOut, Highlight, LIMIT_LINKS, LIMIT_LITERAL, Printed, SHARE_FORMAT, Stream, Style, Value,
};
use crate::page;
use crate::render::within_limit;
use crate::sheet::table_name;
use crate::tables::{self, Ranged, Wanted};
use rust_xlsxwriter::{ConditionalFormatFormula, Formula, IgnoreError, Note, Url, Workbook, Worksheet};

/// Rows of a sheet, the heading row included. Source: Excel's published limits.
pub(crate) const LIMIT_ROWS: u32 = 1_048_576;

/// A part that is finished.
pub(crate) struct LibraryPart {
    /// The worksheet, not yet in the workbook.
    pub worksheet: Worksheet,
    /// How many of its rows hold a cell, the heading row included.
    pub rows: u64,
    /// Whether the only one below the headings says that there is none.
    pub is_blank: bool,
    /// The table that it is, if it is one.
    pub table: Option<Ranged>,
    /// Its rows below the headings, if the worksheet has them not.
    pub body: Option<Body>,
}

/// A streamed sheet, with the part that is being written.
pub(crate) struct Streamed {
    stream: Stream,
    done: Vec<LibraryPart>,
    worksheet: Worksheet,
    /// The current row, from 0; the heading row is 0.
    row: u32,
    filled: u64,
    /// Whether the current row holds a cell.
    has_cell: bool,
    /// Whether the part's only row says that there is none.
    is_blank: bool,
    /// Cells of the part that lead elsewhere.
    links: u32,
    /// The name of its table.
    table: String,
    /// How many rows the table has at most; what stands below them is a remark.
    table_rows: u32,
}

impl Streamed {
    /// Begins the first part: its name and its headings.
    pub(crate) fn begin(stream: Stream, workbook: &mut Workbook, formats: &mut FormatCache) -> Result<Self> {
        let worksheet = new_part(&stream, part_name(&stream, 0), workbook, formats)?;
        let table = table_name(stream.name);
        Ok(Self {
            stream,
            done: Vec::new(),
            worksheet,
            row: 0,
            filled: 1,
            has_cell: false,
            is_blank: false,
            links: 0,
            table,
            table_rows: LIMIT_ROWS,
        })
    }

    /// Gives its table another name than the sheet's.
    pub(crate) fn name_table(&mut self, name: String) {
        self.table = name;
    }

    /// Says how many rows are rows of its table, from the first.
    pub(crate) fn limit_table(&mut self, rows: u32) {
        self.table_rows = rows;
    }

    /// Returns the sheet of the part that is being written.
    pub(crate) fn worksheet(&mut self) -> &mut Worksheet {
        &mut self.worksheet
    }

    /// Returns how many rows there are so far, the current one counted.
    pub(crate) fn rows(&self) -> u64 {
        self.done.len() as u64 * (u64::from(LIMIT_ROWS) - 1) + u64::from(self.row)
    }

    /// Begins the next row, on a further part if this one is full.
    pub(crate) fn next_row(&mut self, workbook: &mut Workbook, formats: &mut FormatCache) -> Result<()> {
        self.has_cell = false;
        if self.row + 1 < LIMIT_ROWS {
            self.row += 1;
            return Ok(());
        }
        self.say_nothing(formats)?;
        let name = part_name(&self.stream, self.done.len() + 1);
        let further = new_part(&self.stream, name, workbook, formats)?;
        let mut full = std::mem::replace(&mut self.worksheet, further);
        let table = end_part(&self.stream, &mut full, self.row, None)?;
        self.done.push(LibraryPart {
            worksheet: full,
            rows: self.filled,
            is_blank: self.is_blank,
            table,
            body: None,
        });
        (self.row, self.filled, self.is_blank, self.has_cell) = (1, 1, false, false);
        self.links = 0;
        Ok(())
    }

    /// Writes a row behind the current one.
    pub(crate) fn row(
        &mut self,
        cells: &[(Value<'_>, Style)],
        workbook: &mut Workbook,
        formats: &mut FormatCache,
    ) -> Result<()> {
        self.next_row(workbook, formats)?;
        let mut columns = cells.iter().enumerate();
        columns.try_for_each(|(column, (value, style))| self.cell(column, value, *style, formats))
    }

    /// Writes a cell of the current row.
    pub(crate) fn cell(
        &mut self,
        column: usize,
        value: &Value<'_>,
        style: Style,
        formats: &mut FormatCache,
    ) -> Result<()> {
        let is_written = !is_empty(value) || style != Style::Plain;
        if is_written && !self.has_cell {
            self.has_cell = true;
            self.filled += 1;
        }
        if let Value::Leading { count, .. } = value {
            if self.links >= LIMIT_LINKS {
                let (count, style) = (Value::Count(*count), Style::Figure);
                return put(&mut self.worksheet, self.row, column, &count, style, formats);
            }
            self.links += 1;
        }
        put(&mut self.worksheet, self.row, column, value, style, formats)
    }

    /// Ends the last part and returns all of them, in order.
    pub(crate) fn end(mut self, formats: &mut FormatCache) -> Result<Vec<LibraryPart>> {
        self.say_nothing(formats)?;
        let is_blank = self.is_blank;
        let last_row = self.row.min(self.table_rows);
        let wanted = Wanted::of_part(self.done.len(), is_blank, &self.table, last_row);
        let table = end_part(&self.stream, &mut self.worksheet, self.row, wanted)?;
        self.done.push(LibraryPart {
            worksheet: self.worksheet,
            rows: self.filled,
            is_blank,
            table,
            body: None,
        });
        Ok(self.done)
    }

    /// Says in a part with nothing in it that there is nothing, in its last row; the workbook library (0.102) writes a
    /// heading row with nothing below it twice.
    fn say_nothing(&mut self, formats: &mut FormatCache) -> Result<()> {
        if self.filled > 1 {
            return Ok(());
        }
        let nothing = Value::text(self.stream.nothing);
        self.row = self.row.max(1);
        self.is_blank = true;
        self.has_cell = false;
        self.cell(0, &nothing, Style::Muted, formats)
    }
}

/// Returns the name of the n-th part, counted from 0.
pub(crate) fn part_name(stream: &Stream, part: usize) -> String {
    if part == 0 { stream.name.to_owned() } else { format!("{} ({})", stream.name, part + 1) }
}

/// Begins a sheet of one part: name, headings, widths.
pub(crate) fn new_part(
    stream: &Stream,
    name: String,
    workbook: &mut Workbook,
    formats: &mut FormatCache,
) -> Result<Worksheet> {
    let mut worksheet = workbook.new_worksheet_with_constant_memory().map_err(|error| failed(&error))?;
    begin_part(&mut worksheet, stream, name, formats)?;
    Ok(worksheet)
}

/// Puts on a part of a streamed sheet what does not depend on its rows: name, headings, widths.
pub(crate) fn begin_part(
    worksheet: &mut Worksheet,
    stream: &Stream,
    name: String,
    formats: &mut FormatCache,
) -> Result<()> {
    worksheet.set_name(name).map_err(|error| failed(&error))?;
    for (index, column) in stream.columns.iter().enumerate() {
        put(worksheet, 0, index, &Value::text(column.heading.as_str()), column.style, formats)?;
        worksheet.set_column_width(column_number(index)?, column.width).map_err(|error| failed(&error))?;
        if !column.note.is_empty() {
            worksheet
                .insert_note(0, column_number(index)?, &note(&column.note))
                .map_err(|error| failed(&error))?;
        }
    }
    worksheet.set_row_height(0, heading_height(stream)).map_err(|error| failed(&error))?;
    worksheet.set_freeze_panes(1, stream.frozen_columns).map_err(|error| failed(&error))?;
    Ok(())
}

/// Puts on a part what depends on how many rows it has: the table or else the filter, the range of text that looks like
/// numbers, the page. Returns the table, if it is one.
pub(crate) fn end_part(
    stream: &Stream,
    worksheet: &mut Worksheet,
    last_row: u32,
    wanted: Option<Wanted<'_>>,
) -> Result<Option<Ranged>> {
    let last_column = column_number(stream.columns.len().saturating_sub(1))?;
    let table = wanted.map_or(Ok(None), |wanted| tables::add(stream, worksheet, wanted))?;
    if table.is_none() {
        worksheet.autofilter(0, 0, last_row, last_column).map_err(|error| failed(&error))?;
    }
    // Ids and numbers that the roster holds as text stay text; no green triangles for that.
    worksheet
        .ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)
        .map_err(|error| failed(&error))?;
    for highlight in &stream.highlights {
        let (first, last) = (column_number(highlight.columns.0)?, column_number(highlight.columns.1)?);
        if let Some(rule) = rule(highlight) {
            worksheet
                .add_conditional_format(1, first, last_row.max(1), last, &rule)
                .map_err(|error| failed(&error))?;
        }
    }
    for choice in &stream.choices {
        offer(choice, last_row, worksheet)?;
    }
    page::set_up(worksheet);
    worksheet.set_landscape().set_print_fit_to_pages(1, 0);
    worksheet.set_repeat_rows(0, 0).map_err(|error| failed(&error))?;
    if let Some(Printed { first, columns }) = &stream.printed {
        let (from, to) = (column_number(*columns.start())?, column_number(*columns.end())?);
        worksheet.set_print_area(0, from, last_row, to).map_err(|error| failed(&error))?;
        if let Some(first) = first {
            let (from, to) = (column_number(*first.start())?, column_number(*first.end())?);
            worksheet.set_repeat_columns(from, to).map_err(|error| failed(&error))?;
        }
    }
    Ok(table)
}

/// Returns how high the heading row is, in points: its words are wrapped, and not every program works that out when it
/// opens a workbook.
fn heading_height(stream: &Stream) -> u32 {
    const LINE: u32 = 15;
    const LEAST: u32 = 24;
    const LIMIT_LINES: u32 = 6;
    let lines = stream.columns.iter().map(|column| page::heading_lines(&column.heading, column.width));
    let lines = lines.max().unwrap_or(1).min(LIMIT_LINES);
    LEAST.max(lines * LINE + 4)
}

/// Returns what dresses cells by what they say; `None` if a formula cannot hold the text.
fn rule(highlight: &Highlight) -> Option<ConditionalFormatFormula> {
    let column = u32::try_from(highlight.columns.0).ok()?;
    let cell = format!("{}2", column_letters(column));
    let formula = match &highlight.text {
        None => format!("=LEN({cell})>0"),
        Some(text) => {
            let is_literal = text.chars().count() <= LIMIT_LITERAL && !text.contains(char::is_control);
            let literal = text.replace('"', "\"\"");
            is_literal.then(|| format!("={cell}=\"{literal}\""))?
        }
    };
    Some(
        ConditionalFormatFormula::new()
            .set_rule(formula.as_str())
            .set_format(formats::highlight(highlight.style)),
    )
}

/// Returns the note beside a heading, as wide as it takes to be read.
pub(crate) fn note(words: &str) -> Note {
    /// Pixels; a line of the note's width holds about so many characters, and is so high.
    const WIDTH: u32 = 300;
    const CHARACTERS: usize = 46;
    const LINE: u32 = 18;
    let lines = u32::try_from(words.chars().count() / CHARACTERS).unwrap_or(0).min(20) + 2;
    Note::new(formats::attribute(words))
        .add_author_prefix(false)
        .set_author("fasttrack")
        .set_width(WIDTH)
        .set_height(lines * LINE)
}

/// Returns a column number as the workbook library counts it.
pub(crate) fn column_number(column: usize) -> Result<u16> {
    u16::try_from(column).map_err(|_| Error::internal(format!("column {column} is beyond the sheet")))
}

fn is_empty(value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        value => *value == Value::Blank,
    }
}

/// Writes words of ours that lead to a sheet of the workbook.
pub(crate) fn put_link(
    worksheet: &mut Worksheet,
    (row, column): (u32, usize),
    sheet: &str,
    cell: &CellOut,
    formats: &mut FormatCache,
) -> Result<()> {
    let Value::Text(text) = &cell.value else {
        return Err(Error::internal("a link for a cell without text"));
    };
    let sheet = sheet.replace('\'', "''");
    let url = Url::new(format!("internal:'{sheet}'!A1")).set_text(within_limit(text));
    let format = formats.format(cell.style, "");
    worksheet
        .write_url_with_format(row, column_number(column)?, url, format)
        .map(|_| ())
        .map_err(|error| failed(&error))
}

/// Writes a cell with a formula of ours, and with what it comes to, for those who open the workbook without working it
/// out.
pub(crate) fn put_formula(
    worksheet: &mut Worksheet,
    (row, column): (u32, usize),
    formula: &str,
    cell: &CellOut,
    formats: &mut FormatCache,
) -> Result<()> {
    let (result, format) = match &cell.value {
        Value::Count(count) => (count.to_string(), COUNT_FORMAT),
        Value::Share(share) => (share.to_string(), SHARE_FORMAT),
        Value::Number { value, format, .. } => (value.to_string(), *format),
        _ => return Err(Error::internal("a formula for a cell that is not a figure")),
    };
    let formula = Formula::new(formula).set_result(result);
    let format = formats.format(cell.style, format);
    worksheet
        .write_formula_with_format(row, column_number(column)?, formula, format)
        .map(|_| ())
        .map_err(|error| failed(&error))
}

/// Writes one cell. Text never becomes a formula; text that is too long for a cell is cut at the limit.
pub(crate) fn put(
    worksheet: &mut Worksheet,
    row: u32,
    column: usize,
    value: &Value<'_>,
    style: Style,
    formats: &mut FormatCache,
) -> Result<()> {
    let column = column_number(column)?;
    if is_empty(value) && style == Style::Plain {
        return Ok(());
    }
    let done = match value {
        Value::Blank => worksheet.write_blank(row, column, formats.format(style, "")),
        Value::Text(text) => {
            let format = (style != Style::Plain).then(|| formats.format(style, ""));
            return literal::write(worksheet, (row, column), text, format);
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of rows and seats are far below 2^53")]
        Value::Count(count) => worksheet.write_number_with_format(
            row,
            column,
            *count as f64,
            formats.format(style, COUNT_FORMAT),
        ),
        #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
        Value::Leading { count, to } => {
            let url = Url::new(format!("internal:{to}")).set_text(count.to_string());
            let format = formats.format(style, COUNT_FORMAT);
            // The link's text becomes the number that it is.
            let led = worksheet.write_url_with_format(row, column, url, format);
            led.and_then(|worksheet| worksheet.write_number_with_format(row, column, *count as f64, format))
        }
        Value::Share(share) => {
            worksheet.write_number_with_format(row, column, *share, formats.format(style, SHARE_FORMAT))
        }
        Value::Repeated { text, .. } => {
            return put(worksheet, row, usize::from(column), &Value::text(*text), style, formats);
        }
        Value::Number { value, format: "", .. } if style == Style::Plain => {
            worksheet.write_number(row, column, *value)
        }
        Value::Number { value: number, format, .. } | Value::Date(number, format) => {
            worksheet.write_number_with_format(row, column, *number, formats.format(style, format))
        }
        Value::Bool(value) => worksheet.write_boolean(row, column, *value),
    };
    done.map(|_| ()).map_err(|error| failed(&error))
}

//! How a text is laid out: its delimiter, and what a first line says of it.

use super::block::{Shape, TextBlock, TextChecks};
use super::headings::{self, PREVIEW_ROWS, PreviewRow};
use super::scan::Scanner;
use super::{Options, mislaid};
use crate::error::{Error, Result};
use crate::record::{Flaw, Record};

/// The delimiters that are tried, the likeliest first.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How the text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub delimiter: u8,
    /// Bytes of a first line that says `sep=`, with its line end.
    pub prefix: usize,
}

/// The first rows of a text.
#[derive(Default)]
pub(super) struct FirstRows {
    pub rows: Vec<PreviewRow>,
    /// Rows with a quote that is not closed, and its line.
    pub unclosed: Vec<(u64, u64)>,
}

/// How well a delimiter fits: the score of the headings, and how many rows have as many cells as most have.
pub(super) type Rank = (u32, usize);

/// Returns the layout that the user or the file names, or the one that makes the best headings; with the first rows as
/// it splits them.
///
/// # Errors
/// `sep-line-wrong`, `lines-quoted`, `delimiter-unknown`, `columns-by-width`; `record-too-wide`.
pub(super) fn laid_out(text: &str, is_whole: bool, options: Options<'_>) -> Result<(Layout, FirstRows)> {
    let declared = declared(text);
    if let Some(delimiter) = options.delimiter {
        let layout = Layout { delimiter, prefix: declared.map_or(0, |layout| layout.prefix) };
        return Ok((layout, first_rows(text, is_whole, layout)?));
    }
    if let Some(layout) = declared {
        let first = first_rows(text, is_whole, layout)?;
        let rank = rank(&first.rows, options);
        return match likeliest(text, is_whole, layout.prefix, options) {
            // A line that says something else than the rest of the file leaves the columns in doubt.
            Ok(((score, even), other, _))
                if score > rank.0 || (score == rank.0 && rank.1 == 0 && even > 0) =>
            {
                Err(mislaid::sep_line(layout.delimiter, other.delimiter))
            }
            _ if rank.1 == 0 => mislaid::check(text, rank, options).map(|()| (layout, first)),
            _ => Ok((layout, first)),
        };
    }
    let (rank, layout, first) = likeliest(text, is_whole, 0, options)?;
    mislaid::check(text, rank, options)?;
    Ok((layout, first))
}

fn likeliest(
    text: &str,
    is_whole: bool,
    prefix: usize,
    options: Options<'_>,
) -> Result<(Rank, Layout, FirstRows)> {
    let mut best: Option<(Rank, Layout, FirstRows)> = None;
    let mut refusal = None;
    for delimiter in DELIMITERS {
        let layout = Layout { delimiter, prefix };
        let first = match first_rows(text, is_whole, layout) {
            Ok(first) => first,
            Err(error) => {
                refusal.get_or_insert(error);
                continue;
            }
        };
        let rank = rank(&first.rows, options);
        if best.as_ref().is_none_or(|(so_far, ..)| rank > *so_far) {
            best = Some((rank, layout, first));
        }
    }
    match (best, refusal) {
        (Some(best), refusal) if best.0.0 > 0 || refusal.is_none() => Ok(best),
        (_, Some(error)) => Err(error),
        (_, None) => Err(Error::internal("no delimiter was tried")),
    }
}

fn rank(rows: &[PreviewRow], options: Options<'_>) -> Rank {
    let best = headings::best(rows, options.sought());
    // What is above headings that are named is not of the table.
    let begin = best.filter(|_| options.heading_row.is_some()).map_or(0, |(_, row)| row);
    (best.map_or(0, |(score, _)| score), evenness(rows.get(begin..).unwrap_or_default()))
}

/// Returns the layout that a first line such as `sep=;` declares.
fn declared(text: &str) -> Option<Layout> {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let (line, rest) = text.split_at_checked(end)?;
    let said = line.trim_matches('"');
    let (word, delimiter) = said.split_at_checked(4)?;
    let [delimiter] = delimiter.as_bytes() else { return None };
    let is_usable = word.eq_ignore_ascii_case("sep=") && delimiter.is_ascii() && *delimiter != b'"';
    let line_end = if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
    is_usable.then_some(Layout { delimiter: *delimiter, prefix: end + line_end })
}

/// Returns the first whole records that are not blank.
fn first_rows(text: &str, is_whole: bool, layout: Layout) -> Result<FirstRows> {
    let text = text.get(layout.prefix..).unwrap_or_default();
    let mut scanner = Scanner::new(layout.delimiter, layout.first_line());
    scanner.scan(text.as_bytes(), usize::MAX);
    while is_whole && scanner.end() {
        scanner.scan(text.as_bytes(), usize::MAX);
    }
    let mut marks = scanner.take_marks();
    let mut filled = 0;
    let enough = marks.iter().position(|mark| {
        filled += usize::from(!mark.is_blank);
        filled > PREVIEW_ROWS
    });
    let last = if is_whole { None } else { marks.len().checked_sub(1) };
    let kept = enough.or(last).unwrap_or(marks.len());
    let end = marks.get(kept).map_or(text.len(), |mark| mark.start);
    marks.truncate(kept);
    let text = text.get(..end).unwrap_or_default().to_owned();
    let block = TextBlock {
        text,
        marks,
        delimiter: layout.delimiter,
        shape: Shape::ANY,
        skip: 0,
        first: 1,
        doubts: TextChecks::default(),
    };
    let records = block.records()?;
    let unclosed = |record: Record<'_>| match record.flaw {
        Some(Flaw::OpenQuote { line }) => Some((record.number, line)),
        _ => None,
    };
    Ok(FirstRows {
        rows: headings::preview(&records),
        unclosed: records.iter().filter_map(unclosed).collect(),
    })
}

/// Returns how many of the rows have the number of cells most of them have; 0 where that is one cell.
fn evenness(rows: &[PreviewRow]) -> usize {
    let widths =
        || rows.iter().take(headings::SCORED_ROWS).map(|row| row.cells.len()).filter(|width| *width > 1);
    widths().map(|width| widths().filter(|other| *other == width).count()).max().unwrap_or(0)
}

impl Layout {
    /// Returns the line on which the text begins, from 1.
    pub(super) fn first_line(self) -> u64 {
        if self.prefix == 0 { 1 } else { 2 }
    }
}

//! A roster that is text: its delimiter, its headings, its blocks.

use super::block::{Shape, TextBlock};
use super::decode::{CHUNK_ROOM_BYTES, Decoded, Encoding, More};
use super::headings::{self, Headings, PREVIEW_ROWS, PreviewRow};
use super::scan::Scanner;
use super::{Body, Options, at_line, changed, refused, unreadable};
use crate::about::Form;
use crate::error::{Error, Result};
use std::fs::File;

/// The delimiters that are tried, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Text that is looked at for the delimiter and the headings; more only if no record ends in it.
const PREVIEW_BYTES: usize = 256 * 1024;
/// Text in a block: enough to pay for handing it to another thread, little enough to keep all of them busy.
const BLOCK_BYTES: usize = 256 * 1024;
/// Records in a block, if they are so short: what is made of a record has a size of its own, whatever it holds.
const BLOCK_RECORDS: usize = 4_096;
/// A record can hardly be longer: 16,384 cells of 1 KiB. One that is has a quote that was never closed.
const RECORD_BYTES: usize = 16 * 1024 * 1024;

/// A text whose delimiter and headings are known.
pub(super) struct TextBody {
    file: File,
    encoding: Encoding,
    bytes: u64,
    layout: Layout,
    header_line: u64,
    shape: Shape,
}

/// How the text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    delimiter: u8,
    /// Bytes of a first line that says `sep=`, with its line end.
    prefix: usize,
}

/// Finds the delimiter and the headings.
///
/// # Errors
/// `roster-empty`, `quote-not-closed`, `record-too-long`, `roster-unreadable`, `roster-changed`.
pub(super) fn open(
    file: File,
    encoding: Encoding,
    bytes: u64,
    options: Options<'_>,
) -> Result<(Form, Headings, Body)> {
    let mut source = Decoded::new(file, encoding, bytes)?;
    let (mut text, mut limit) = (String::new(), PREVIEW_BYTES);
    let (layout, rows) = loop {
        let is_whole = !fill(&mut source, &mut text, limit)?;
        let (layout, rows) = laid_out(&text, is_whole, options)?;
        if is_whole || limit >= RECORD_BYTES || !rows.is_empty() {
            break (layout, rows);
        }
        limit = limit.saturating_mul(4);
    };
    if rows.is_empty() {
        refuse_unfinished(&text, layout)?;
    }
    let found = headings::find(rows, options.score)?;
    let form = Form::Text { encoding: encoding.name().to_owned(), delimiter: char::from(layout.delimiter) };
    let shape = Shape { headings: found.named, columns: found.usual };
    let file = source.into_file();
    let body = TextBody { file, encoding, bytes, layout, header_line: found.row, shape };
    Ok((form, found, Body::Text(body)))
}

/// Decodes until `text` is longer than `limit`; returns whether there may be more.
fn fill(source: &mut Decoded, text: &mut String, limit: usize) -> Result<bool> {
    while text.len() <= limit {
        if source.more(text)? == More::End {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns the layout that makes the best headings, with the first rows as it splits them.
fn laid_out(text: &str, is_whole: bool, options: Options<'_>) -> Result<(Layout, Vec<PreviewRow>)> {
    if let Some(layout) = declared(text) {
        return Ok((layout, first_rows(text, is_whole, layout)?));
    }
    let mut best: Option<((u32, usize), Layout, Vec<PreviewRow>)> = None;
    let mut refusal = None;
    for delimiter in DELIMITERS {
        let layout = Layout { delimiter, prefix: 0 };
        let rows = match first_rows(text, is_whole, layout) {
            Ok(rows) => rows,
            Err(error) => {
                refusal.get_or_insert(error);
                continue;
            }
        };
        let score = headings::best(&rows, options.score).map_or(0, |(score, _)| score);
        let rank = (score, evenness(&rows));
        if best.as_ref().is_none_or(|(so_far, ..)| rank > *so_far) {
            best = Some((rank, layout, rows));
        }
    }
    match (best, refusal) {
        (Some(((score, _), layout, rows)), refusal) if score > 0 || refusal.is_none() => Ok((layout, rows)),
        (_, Some(error)) => Err(error),
        (_, None) => Err(Error::internal("no delimiter was tried")),
    }
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
fn first_rows(text: &str, is_whole: bool, layout: Layout) -> Result<Vec<PreviewRow>> {
    let text = text.get(layout.prefix..).unwrap_or_default();
    let mut scanner = Scanner::new(layout.delimiter, layout.first_line());
    scanner.scan(text.as_bytes(), 0, usize::MAX);
    let is_cut = !is_whole || scanner.open_quote().is_some();
    let mut marks = scanner.marks;
    let mut filled = 0;
    let enough = marks.iter().position(|mark| {
        filled += usize::from(!mark.is_blank);
        filled > PREVIEW_ROWS
    });
    let last = if is_cut { marks.len().checked_sub(1) } else { None };
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
        is_replaced: false,
    };
    Ok(headings::preview(&block.records()?))
}

/// Returns how many of the rows have the number of cells most of them have; 0 where that is one cell.
fn evenness(rows: &[PreviewRow]) -> usize {
    let widths =
        || rows.iter().take(headings::SCORED_ROWS).map(|row| row.cells.len()).filter(|width| *width > 1);
    widths().map(|width| widths().filter(|other| *other == width).count()).max().unwrap_or(0)
}

/// Tells why no record of a text is whole.
fn refuse_unfinished(text: &str, layout: Layout) -> Result<()> {
    let mut scanner = Scanner::new(layout.delimiter, layout.first_line());
    scanner.scan(text.get(layout.prefix..).unwrap_or_default().as_bytes(), 0, usize::MAX);
    match scanner.open_quote() {
        _ if text.len() > RECORD_BYTES => Err(too_long(layout.first_line())),
        Some(line) => Err(not_closed(line)),
        None => Ok(()),
    }
}

impl Layout {
    fn first_line(self) -> u64 {
        if self.prefix == 0 { 1 } else { 2 }
    }
}

impl TextBody {
    /// Gives the records below the headings to `emit`, in blocks.
    ///
    /// # Errors
    /// `quote-not-closed`, `record-too-long`, `roster-unreadable`, `roster-changed`, or what `emit` returns.
    pub(super) fn read(&self, emit: &mut dyn FnMut(TextBlock) -> Result<()>) -> Result<()> {
        let file = self.file.try_clone().map_err(|error| unreadable(&error))?;
        let mut splitter = Splitter {
            source: Decoded::new(file, self.encoding, self.bytes)?,
            scanner: Scanner::new(self.layout.delimiter, self.layout.first_line())
                .with_most_records(BLOCK_RECORDS),
            text: String::new(),
            scanned: 0,
            is_replaced: false,
            layout: self.layout,
            shape: self.shape,
            header_line: self.header_line,
            given: 0,
        };
        splitter.drop_prefix()?;
        while let Some(block) = splitter.next()? {
            if block.skip < block.marks.len() {
                emit(block)?;
            }
        }
        Ok(())
    }
}

/// Cuts a decoded text into blocks of whole records.
struct Splitter {
    source: Decoded,
    scanner: Scanner,
    text: String,
    scanned: usize,
    is_replaced: bool,
    layout: Layout,
    shape: Shape,
    header_line: u64,
    /// Records given so far.
    given: u64,
}

impl Splitter {
    fn drop_prefix(&mut self) -> Result<()> {
        let prefix = self.layout.prefix;
        while self.text.len() < prefix {
            match self.source.more(&mut self.text)? {
                More::Clean => {}
                More::Replaced => self.is_replaced = true,
                More::End => return Err(changed()),
            }
        }
        self.text = self.text.get(prefix..).ok_or_else(changed)?.to_owned();
        Ok(())
    }

    fn next(&mut self) -> Result<Option<TextBlock>> {
        loop {
            let fresh = self.text.as_bytes().get(self.scanned..).unwrap_or_default();
            if let Some(cut) = self.scanner.scan(fresh, self.scanned, BLOCK_BYTES) {
                return Ok(Some(self.cut(cut)));
            }
            self.scanned = self.text.len();
            if let Some(mark) = self.scanner.marks.last()
                && self.scanned - mark.start > RECORD_BYTES
            {
                return Err(too_long(mark.line));
            }
            match self.source.more(&mut self.text)? {
                More::Clean => {}
                More::Replaced => self.is_replaced = true,
                More::End => return self.last(),
            }
        }
    }

    fn last(&mut self) -> Result<Option<TextBlock>> {
        if let Some(line) = self.scanner.open_quote() {
            return Err(not_closed(line));
        }
        let is_over = self.scanner.marks.is_empty();
        Ok(if is_over { None } else { Some(self.cut(self.text.len())) })
    }

    fn cut(&mut self, end: usize) -> TextBlock {
        // Room for a whole block at once: a text that grows is copied each time.
        let rest = self.text.get(end..).unwrap_or_default();
        let mut next = String::with_capacity(BLOCK_BYTES + CHUNK_ROOM_BYTES);
        next.push_str(rest);
        self.text.truncate(end);
        let text = std::mem::replace(&mut self.text, next);
        self.scanned = 0;
        let marks = std::mem::take(&mut self.scanner.marks);
        let skip = marks.partition_point(|mark| mark.line <= self.header_line);
        // Once bytes were replaced, every U+FFFD from there on is suspect: it is rare enough to ask a person.
        let is_replaced = self.is_replaced;
        let first = self.given + 1;
        self.given += (marks.len() - skip) as u64;
        TextBlock {
            text,
            marks,
            delimiter: self.layout.delimiter,
            shape: self.shape,
            skip,
            first,
            is_replaced,
        }
    }
}

fn not_closed(line: u64) -> Error {
    at_line(
        line,
        refused(
            "quote-not-closed",
            "a quote is opened here and never closed, so the rows below cannot be told apart",
            "close the quote, or double it (`\"\"`) if it belongs to the text",
        ),
    )
}

fn too_long(line: u64) -> Error {
    at_line(
        line,
        refused(
            "record-too-long",
            "the row that begins here is longer than 16 MiB",
            "look for a quote that is opened and never closed, or for line ends that are missing",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use crate::read::tests_support::{Row, code_of, error_of, read_all, read_with};
    use crate::record::Flaw;
    use proptest::prelude::*;

    fn row(number: u64, cells: &[&str]) -> Row {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect(), None)
    }

    fn delimiter(text: &str) -> char {
        match read_all(text.as_bytes()).unwrap().0.form {
            Form::Text { delimiter, .. } => delimiter,
            Form::Workbook { .. } => '?',
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_splits_the_headings() {
        assert_eq!(delimiter("Tenant,Plan,Seats\nA;B;C;D,x,1\n"), ',');
        assert_eq!(delimiter("Tenant;Plan;Seats\nContoso, Ltd;E3;1,5\n"), ';');
        assert_eq!(delimiter("Tenant\tPlan\tSeats\na,b\tc\td\n"), '\t');
        assert_eq!(delimiter("Tenant|Plan|Seats\n"), '|');
        assert_eq!(delimiter("Tenant\nContoso\n"), ',');
        assert_eq!(delimiter("x;y\n1;2\n3;4\n"), ';');
    }

    #[test]
    fn a_first_line_that_says_sep_is_obeyed_and_counted() {
        let (about, rows) = read_all(b"sep=;\r\nTenant;Plan,Seats\r\nContoso;E3\r\n").unwrap();
        assert_eq!((about.header_row, about.headings.len()), (2, 2));
        assert_eq!(rows, [row(3, &["Contoso", "E3"])]);
        assert_eq!(code_of(b"sep=;"), "roster-empty");
    }

    #[test]
    fn a_roster_in_any_encoding_reads_alike() {
        let text = "Tenant,Seats\r\nZ\u{fc}rich,480\r\n";
        let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = format!("\u{feff}{text}").into_bytes();
        let all = [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked, "UTF-8 BOM"),
            (wide, "UTF-16 LE BOM"),
            (b"Tenant,Seats\r\nZ\xfcrich,480\r\n".to_vec(), "windows-1252"),
        ];
        for (bytes, name) in all {
            let (about, rows) = read_all(&bytes).unwrap();
            assert_eq!(about.form, Form::Text { encoding: name.to_owned(), delimiter: ',' });
            assert_eq!(about.headings, ["Tenant", "Seats"]);
            assert_eq!(rows, [row(2, &["Z\u{fc}rich", "480"])]);
        }
    }

    #[test]
    fn blank_lines_and_quoted_line_ends_keep_the_lines_right() {
        let (about, rows) = read_all(b"Report\r\n\r\nTenant,Plan\r\n\"A\r\nB\",x\r\n\r\nC,y\r\n").unwrap();
        assert_eq!((about.header_row, about.above), (3, vec![(1, vec!["Report".to_owned()])]));
        assert_eq!(rows, [row(4, &["A\r\nB", "x"]), row(6, &[]), row(7, &["C", "y"])]);
    }

    #[test]
    fn lines_may_end_in_cr_alone() {
        let (_, rows) = read_all(b"Tenant,Plan\rA,x\r\rB,y").unwrap();
        assert_eq!(rows, [row(2, &["A", "x"]), row(3, &[]), row(4, &["B", "y"])]);
    }

    #[test]
    fn a_row_with_a_comma_too_many_is_long_though_its_cells_are_kept() {
        let (about, rows) = read_all(b"Tenant,Plan,Seats\nContoso, Ltd,E3,480\nA,x,1\nB\n").unwrap();
        assert_eq!(about.headings, ["Tenant", "Plan", "Seats", ""]);
        assert_eq!(rows[0].2, Some(Flaw::Long { found: 4, wanted: 3 }));
        assert_eq!((rows[0].1.len(), rows[1].2), (4, None));
        assert_eq!(rows[2].2, Some(Flaw::Short { found: 1, wanted: 3 }));
    }

    #[test]
    fn headings_alone_are_a_roster_without_rows() {
        let (about, rows) = read_all(b"Tenant,Plan,Seats").unwrap();
        assert_eq!((about.header_row, rows.len()), (1, 0));
        assert_eq!(code_of(b"\n\n\r\n"), "roster-empty");
    }

    #[test]
    fn a_quote_never_closed_is_told_with_its_line() {
        let error = error_of(b"Tenant,Plan\nA,x\nB,\"y\nC,z\n");
        assert_eq!(
            (error.diagnostics[0].code, &error.diagnostics[0].place),
            ("quote-not-closed", &Place::Line(3))
        );
        assert_eq!(code_of(b"\"Tenant"), "quote-not-closed");
    }

    #[test]
    fn half_a_pair_in_utf16_marks_its_row() {
        let mut bytes: Vec<u8> =
            "\u{feff}Tenant,Plan\nA,x\nB".encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.extend([0x00, 0xd8]);
        bytes.extend(",y\n".encode_utf16().flat_map(u16::to_le_bytes));
        let (_, rows) = read_all(&bytes).unwrap();
        assert_eq!((rows[0].2, rows[1].2), (None, Some(Flaw::Undecodable)));
    }

    #[test]
    fn the_first_record_may_be_longer_than_the_preview() {
        let text = format!("Tenant,Plan,\"{}\"\nA,x,y\n", "n".repeat(PREVIEW_BYTES * 2));
        let (about, rows) = read_all(text.as_bytes()).unwrap();
        assert_eq!((about.headings.len(), rows), (3, vec![row(2, &["A", "x", "y"])]));
    }

    #[test]
    fn a_record_that_never_ends_is_refused_by_its_line() {
        let text = format!("Tenant,Plan\nA,\"{}", "n\n".repeat(RECORD_BYTES / 2 + BLOCK_BYTES));
        let error = error_of(text.as_bytes());
        assert_eq!(
            (error.diagnostics[0].code, &error.diagnostics[0].place),
            ("record-too-long", &Place::Line(2))
        );
    }

    #[test]
    fn a_row_wider_than_a_sheet_is_refused_by_its_line() {
        let text = format!("Tenant,Plan\nA,x\nB{}\n", ",".repeat(16_384));
        let error = error_of(text.as_bytes());
        assert_eq!(
            (error.diagnostics[0].code, &error.diagnostics[0].place),
            ("record-too-wide", &Place::Line(3))
        );
    }

    #[test]
    fn a_delimiter_that_would_make_a_row_too_wide_is_not_the_one() {
        let text = format!("Tenant;Plan\nA;{}\n", ",".repeat(16_384));
        assert_eq!(delimiter(&text), ';');
    }

    #[test]
    fn short_records_and_many_headings_make_small_blocks() {
        let text = format!("Tenant,{}\n{}", ",".repeat(9_000), "a\n".repeat(20_000));
        let mut most = 0;
        read_with(text.as_bytes(), None, &mut |records| most = most.max(records.len())).unwrap();
        assert_eq!(most, BLOCK_RECORDS);
    }

    #[test]
    fn many_blocks_give_every_row_once_and_in_order() {
        let rows = (0..60_000).map(|index| format!("\"Contoso\r\n{index}\",E3\r\n"));
        let text: String = std::iter::once("Tenant,Plan\r\n".to_owned()).chain(rows).collect();
        let (mut blocks, mut lines) = (0, Vec::new());
        read_with(text.as_bytes(), None, &mut |records| {
            blocks += 1;
            lines.extend(records.iter().map(|record| record.number));
        })
        .unwrap();
        assert!(blocks > 3);
        assert!(lines.iter().copied().eq((0..60_000).map(|index| 2 + 2 * index)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_all(&bytes);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[\",;\t|\r\na \u{feff}\u{fffd}=]{0,80}") {
            if let Err(error) = read_all(text.as_bytes()) {
                prop_assert!(error.kind == crate::error::ErrorKind::Input, "{error}");
            }
        }

        #[test]
        fn a_table_written_as_csv_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[a\",;\t|\r\n \u{e4}\u{20ac}]{0,6}", 3), 0..20),
            delimiter in prop::sample::select(DELIMITERS.to_vec()),
            is_crlf in any::<bool>(),
        ) {
            let terminator = if is_crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
            let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(Vec::new());
            writer.write_record(["Tenant", "Plan", "Seats"]).unwrap();
            for cells in &table {
                writer.write_record(cells).unwrap();
            }
            let (about, rows) = read_all(&writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(about.headings, ["Tenant", "Plan", "Seats"]);
            let mut line = 2;
            prop_assert_eq!(rows.len(), table.len());
            for (row, cells) in rows.iter().zip(&table) {
                prop_assert_eq!(row, &(line, cells.clone(), None));
                line += 1 + cells.iter().map(|cell| line_ends(cell)).sum::<u64>();
            }
        }
    }

    fn line_ends(cell: &str) -> u64 {
        cell.replace("\r\n", "\n").matches(['\r', '\n']).count() as u64
    }
}

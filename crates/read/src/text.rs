//! A roster that is text: its delimiter, its headings, its blocks.

use super::block::{Shape, TextBlock, TextChecks};
use super::decode::{CHUNK_ROOM_BYTES, Decoded, Extent, More};
use super::encoding::Encoding;
use super::headings::{self, Headings};
use super::layout::{Layout, laid_out};
use super::limits::Limits;
use super::sampled;
use super::scan::Scanner;
use super::{Body, Options, at_line, changed, refused};
use crate::about::Form;
use crate::diagnostic::Code;
use crate::error::{Error, Result};
use crate::positioned::Positioned;

/// Text that is looked at for the delimiter and the headings; more only if no record ends in it.
const PREVIEW_BYTES: usize = 256 * 1024;
/// Text in a block: enough to pay for handing it to another thread, little enough to keep all of them busy.
const BLOCK_BYTES: usize = 128 * 1024;
/// Records in a block, if they are so short: what is made of a record has a size of its own, whatever it holds.
const BLOCK_RECORDS: usize = 4_096;

/// A text whose delimiter and headings are known.
pub(super) struct TextBody {
    file: Positioned,
    encoding: Encoding,
    doubts: TextChecks,
    extent: Extent,
    layout: Layout,
    header_line: u64,
    shape: Shape,
    limits: Limits,
}

/// Finds the delimiter and the headings; `has_zeros` says whether zero bytes may stand in the text.
///
/// # Errors
/// `roster-empty`, `heading-row-missing`, `quote-not-closed`, `record-too-long`, `roster-unreadable`, `roster-changed`.
pub(super) fn open(
    file: Positioned,
    encoding: Encoding,
    has_zeros: bool,
    extent: Extent,
    options: Options<'_>,
) -> Result<(Form, Headings, Body)> {
    let mut source = Decoded::new(file, encoding, extent)?;
    let (mut text, mut limit) = (String::new(), PREVIEW_BYTES);
    let (layout, first) = loop {
        let is_whole = !fill(&mut source, &mut text, limit)?;
        let (layout, first) = laid_out(&text, is_whole, options)?;
        if is_whole || !first.rows.is_empty() {
            break (layout, first);
        }
        options.limits.check_record(layout.first_line(), text.len())?;
        limit = limit.saturating_mul(4);
    };
    let found = headings::find(first.rows, options.sought())?;
    if let Some((_, line)) = first.unclosed.into_iter().find(|(row, _)| *row == found.row) {
        return Err(not_closed(line));
    }
    let form = Form::Text {
        encoding: encoding.name(),
        guess: encoding.guess(),
        delimiter: char::from(layout.delimiter),
    };
    let shape = Shape { headings: found.named, columns: found.usual };
    let file = source.into_file();
    let doubts =
        TextChecks { is_replaced: false, has_zeros, encoding: encoding.is_mixed().then_some(encoding) };
    let header_line = found.row;
    let body =
        TextBody { file, encoding, doubts, extent, layout, header_line, shape, limits: options.limits };
    Ok((form, found, Body::Text(Box::new(body))))
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

impl TextBody {
    /// Gives the records below the headings to `emit`, in blocks.
    ///
    /// # Errors
    /// `record-too-long`, `roster-unreadable`, `roster-changed`, or what `emit` returns.
    pub(super) fn read(&self, emit: &mut dyn FnMut(TextBlock) -> Result<()>) -> Result<()> {
        let mut splitter = Splitter {
            source: Decoded::new(self.file.clone(), self.encoding, self.extent)?,
            scanner: Scanner::new(self.layout.delimiter, self.layout.first_line())
                .with_most_records(BLOCK_RECORDS),
            text: String::new(),
            doubts: self.doubts,
            limits: self.limits,
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

impl TextBody {
    /// Gives records from places spread over the text to `emit`, see [`sampled`].
    ///
    /// # Errors
    /// `roster-unreadable`, or what `emit` returns.
    pub(super) fn sample(&self, emit: &mut dyn FnMut(TextBlock) -> Result<()>) -> Result<()> {
        let Self { encoding, shape, .. } = *self;
        let bytes = self.extent.bytes.saturating_sub(self.extent.padding);
        let text = sampled::Text { bytes, encoding, delimiter: self.layout.delimiter, shape };
        sampled::sampled(&mut self.file.clone(), text, emit)
    }
}

/// Cuts a decoded text into blocks of whole records.
struct Splitter {
    source: Decoded,
    scanner: Scanner,
    text: String,
    /// Once bytes were replaced, every U+FFFD from there on is suspect: it is rare enough to ask a person.
    doubts: TextChecks,
    limits: Limits,
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
                More::Replaced => self.doubts.is_replaced = true,
                More::End => return Err(changed()),
            }
        }
        self.text = self.text.get(prefix..).ok_or_else(changed)?.to_owned();
        Ok(())
    }

    fn next(&mut self) -> Result<Option<TextBlock>> {
        loop {
            if let Some(cut) = self.scanner.scan(self.text.as_bytes(), BLOCK_BYTES) {
                return self.cut(cut).map(Some);
            }
            if let Some(mark) = self.scanner.marks.last() {
                self.limits.check_record(mark.line, self.scanner.known_bytes())?;
            }
            match self.source.more(&mut self.text)? {
                More::Clean => {}
                More::Replaced => self.doubts.is_replaced = true,
                More::End if self.scanner.end() => {}
                More::End if self.scanner.marks.is_empty() => return Ok(None),
                More::End => return self.cut(self.text.len()).map(Some),
            }
        }
    }

    fn cut(&mut self, end: usize) -> Result<TextBlock> {
        // Room for a whole block at once: a text that grows is copied each time.
        let rest = self.text.get(end..).unwrap_or_default();
        let mut next = String::with_capacity(BLOCK_BYTES + CHUNK_ROOM_BYTES);
        next.push_str(rest);
        self.text.truncate(end);
        let text = std::mem::replace(&mut self.text, next);
        let marks = self.scanner.take_marks();
        let ends = marks.iter().skip(1).map(|mark| mark.start).chain([text.len()]);
        for (mark, end) in marks.iter().zip(ends) {
            self.limits.check_record(mark.line, end - mark.start)?;
        }
        let skip = marks.partition_point(|mark| mark.line <= self.header_line);
        let first = self.given + 1;
        self.given += (marks.len() - skip) as u64;
        Ok(TextBlock {
            text,
            marks,
            delimiter: self.layout.delimiter,
            shape: self.shape,
            skip,
            first,
            doubts: self.doubts,
        })
    }
}

fn not_closed(line: u64) -> Error {
    at_line(
        line,
        refused(
            Code::QuoteNotClosed,
            "a quote in the headings is opened here and never closed, so the columns cannot be told apart",
            "close the quote, or remove it",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use crate::layout::DELIMITERS;
    use crate::record::Flaw;
    use crate::tests_support::{Row, code_of, error_of, read_all, read_headed, read_with};
    use proptest::prelude::*;

    fn row(number: u64, cells: &[&str]) -> Row {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect(), None)
    }

    fn delimiter(text: &str) -> char {
        match read_all(text.as_bytes()).unwrap().0.form {
            Form::Text { delimiter, .. } => delimiter,
            Form::Workbook { .. } | Form::Parquet { .. } => '?',
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
    fn the_line_that_is_named_has_the_headings_and_decides_the_delimiter() {
        let bytes = b"Tenant,Plan,Seats\n\nKunde;Was, genau;\"Wie\nviele\"\nContoso;E3;480\n";
        let (about, rows) = read_headed(bytes, 3).unwrap();
        assert_eq!((about.header_row, rows, about.first_numbers), (3, 1, vec![5]));
        assert_eq!(about.headings, ["Kunde", "Was, genau", "Wie\nviele"]);
        assert!(matches!(about.form, Form::Text { delimiter: ';', .. }));
        for row in [2, 4, 6] {
            let error = read_headed(bytes, row).map(|_| ()).unwrap_err();
            assert_eq!(error.diagnostics[0].code.as_str(), "heading-row-missing", "{row}");
        }
    }

    #[test]
    fn a_roster_in_any_encoding_reads_alike() {
        let text = "Tenant,Seats\r\nZ\u{fc}rich,480\r\n";
        let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = format!("\u{feff}{text}").into_bytes();
        let all = [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked, "UTF-8 BOM"),
            (wide[2..].to_vec(), "UTF-16 LE (guessed from its zero bytes)"),
            (wide, "UTF-16 LE BOM"),
            (b"Tenant,Seats\r\nZ\xfcrich,480\r\n".to_vec(), "windows-1252 (guessed from its letters)"),
        ];
        for (bytes, name) in all {
            let (about, rows) = read_all(&bytes).unwrap();
            let Form::Text { encoding, guess, delimiter: ',' } = about.form else { panic!("{name}") };
            assert_eq!(guess.map_or(encoding.clone(), |guess| format!("{encoding} ({guess})")), name);
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
    fn a_quote_never_closed_marks_its_row_and_loses_none_below() {
        let (_, rows) = read_all(b"Tenant,Plan\nA,x\nB,\"y\nC,z\n").unwrap();
        let marked = (3, vec!["B".to_owned(), "\"y".to_owned()], Some(Flaw::OpenQuote { line: 3 }));
        assert_eq!(rows, [row(2, &["A", "x"]), marked, row(4, &["C", "z"])]);
    }

    #[test]
    fn a_quote_never_closed_among_the_headings_is_refused_with_its_line() {
        let error = error_of(b"Report\n\"Tenant,Plan,Seats\nA,x,1\n");
        assert_eq!(
            (error.diagnostics[0].code.as_str(), &error.diagnostics[0].place),
            ("quote-not-closed", &Place::Line(2))
        );
    }

    #[test]
    fn a_file_of_two_encodings_marks_the_rows_of_the_rarer_one() {
        let (about, rows) = read_all(
            "Tenant,Plan\nKöln,x\nZürich,y\n"
                .as_bytes()
                .iter()
                .copied()
                .chain(*b"M\xfcnchen,z\n")
                .collect::<Vec<_>>()
                .as_slice(),
        )
        .unwrap();
        let Form::Text { encoding, guess: Some(_), .. } = about.form else { panic!("a guess") };
        assert_eq!((encoding.as_str(), rows[1].2, rows[2].2), ("UTF-8", None, Some(Flaw::Undecodable)));
        let (_, rows) = read_all(b"Tenant,Plan\nK\xf6ln,x\nZ\xfcrich,y\nM\xc3\xbcnchen,z\n").unwrap();
        assert_eq!((rows[0].2, rows[1].2, rows[2].2), (None, None, Some(Flaw::Garbled)));
    }

    #[test]
    fn a_zero_byte_marks_its_row() {
        let (_, rows) = read_all(b"Tenant,Plan\nA,x\nB\0,y\nC,z\n").unwrap();
        assert_eq!((rows[0].2, rows[1].2, rows[2].2), (None, Some(Flaw::ZeroByte), None));
        assert_eq!(rows[1].1[0], "B\0");
    }

    #[test]
    fn delimiters_too_many_at_the_ends_are_no_cells() {
        let (about, rows) = read_all(b"Tenant,Plan,,\nA,x\n").unwrap();
        assert_eq!((about.headings.len(), rows[0].2), (2, None));
        let (about, rows) = read_all(b"Tenant,Plan\nA,x,,\n,,,\n").unwrap();
        assert_eq!((about.headings.len(), rows[0].2, rows[1].2), (2, None, None));
    }

    #[test]
    fn a_quote_behind_a_backslash_or_of_a_typographer_is_a_character() {
        let (_, rows) = read_all("Tenant,Plan\nA \\\"B\\\",x\n“A”,„x“\n".as_bytes()).unwrap();
        assert_eq!(rows, [row(2, &["A \\\"B\\\"", "x"]), row(3, &["“A”", "„x“"])]);
        let (_, rows) = read_all(b"Tenant,Plan\n\"A \\\"B\\\"\",x\nC,y\n").unwrap();
        assert_eq!((rows[0].2, &rows[1]), (Some(Flaw::TextAfterQuote), &row(3, &["C", "y"])));
    }

    #[test]
    fn a_roster_of_one_column_and_one_that_is_all_quoted_are_read() {
        let (_, rows) = read_all(b"Tenant\n\"A, B\"\n\n\"C\"").unwrap();
        assert_eq!(rows, [row(2, &["A, B"]), row(3, &[]), row(4, &["C"])]);
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
        for text in ["Tenant,Plan\nA,\"", "Tenant,Plan\nA,", "Tenant,Plan\nA,\"x\ny\"z"] {
            let line = text.matches('\n').count() as u64 + 1;
            let error = error_of(format!("{text}{}", "n,".repeat(9 << 20)).as_bytes());
            assert_eq!(
                (error.diagnostics[0].code.as_str(), &error.diagnostics[0].place),
                ("record-too-long", &Place::Line(line)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_quote_never_closed_in_a_long_text_loses_no_row() {
        let text = format!("Tenant,Plan\nA,\"x\n{}", "B,y\n".repeat(100_000));
        let (_, rows) = read_all(text.as_bytes()).unwrap();
        assert_eq!(rows.len(), 100_001);
        assert_eq!(rows.iter().filter(|row| row.2.is_some()).count(), 1);
    }

    #[test]
    fn a_row_wider_than_a_sheet_is_refused_by_its_line() {
        let text = format!("Tenant,Plan\nA,x\nB{}\n", ",".repeat(16_384));
        let error = error_of(text.as_bytes());
        assert_eq!(
            (error.diagnostics[0].code.as_str(), &error.diagnostics[0].place),
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
        fn whatever_the_quotes_no_letter_is_lost_and_none_is_read_twice(text in "([a-z,\r\n]|\"|\"\"|,\"|\",){0,80}") {
            let (_, rows) = read_all(format!("Tenant,Plan,Seats\n{text}").as_bytes()).unwrap();
            let found: String = rows.iter().flat_map(|row| &row.1).flat_map(|cell| cell.chars()).filter(char::is_ascii_lowercase).collect();
            let wanted: String = text.chars().filter(char::is_ascii_lowercase).collect();
            prop_assert_eq!(found, wanted);
            let lines = rows.iter().map(|row| row.0).collect::<Vec<_>>();
            prop_assert!(lines.is_sorted_by(|one, next| one < next));
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

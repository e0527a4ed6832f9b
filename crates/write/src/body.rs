//! A sheet of the workbook library's, into which rows are put that wait elsewhere.
//!
//! The library makes the sheet with all that stands before and behind the rows. When its parts are copied into the
//! workbook, the rows are put in, compressed as they are.

use crate::archive::Archive;
use crate::deflate::{Piece, inflate};
use crate::error::{Error, Result};
use crate::links::Links;
use crate::parts::{Inflates, PartWriter, StreamedPart};
use crate::rendered::Renderer;
use crate::spool::{PartRows, Spool, Waiting};
use crate::strings::Strings;
use crate::target::io_failed;
use crate::template::letters;
use std::borrow::Cow;
use std::fs::File;

/// What the library's sheet ends with where rows are to come, if it has no row of its own below the headings: it writes
/// headings with nothing below them twice.
pub(crate) const MARKER_ROW: u32 = 1;

/// The rows of a sheet that the library does not have.
#[derive(Debug)]
pub(crate) struct Body {
    /// The rows.
    pub rows: PartRows,
    /// What gives their bytes.
    pub spool: Spool,
    /// The number of the last of them, from 1.
    pub last_row: u64,
    /// Where they belong.
    pub place: RowsPlace,
    /// Those of their cells that lead elsewhere.
    pub links: Links,
}

/// Where rows belong that the library does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowsPlace {
    /// In the place of its last row, which is cut out.
    Marker,
    /// Below its row with this number, from 1; rows of its own may follow.
    Below(u64),
}

impl Body {
    /// Writes the part of the library's sheet `xml` with the rows in their place; `strings` gives texts their numbers, and
    /// takes those of the rows, if those of all sheets go to it.
    ///
    /// # Errors
    /// If the file cannot be written, or the rows cannot be read back; internal, if the sheet is not as we know it.
    pub(crate) fn put(
        &self,
        (name, xml): (&str, &str),
        renderer: &Renderer,
        strings: &mut Strings<'_>,
        (archive, file): (&mut Archive, &mut File),
    ) -> Result<StreamedPart> {
        let (before, behind) = self.around(xml)?;
        let behind = self.links.put_into(behind).ok_or_else(unknown)?;
        let [above, below] = [before.as_str(), &behind].map(|xml| xml.matches("<row ").count() as u64);
        let failed = |error: std::io::Error| io_failed("the workbook cannot be written", &error);
        archive.begin(file, name).map_err(failed)?;
        let (mut writer, before) = (PartWriter::default(), renderer.piece(&strings.library_sheet(&before)?)?);
        writer.append(archive, file, inflates(&before, above))?;
        for waiting in &self.rows.pieces {
            let bytes = self.spool.read(waiting)?;
            let are_all = renderer.texts().are_all();
            let shared = are_all.then(|| shared(waiting, &bytes, renderer, strings)).transpose()?.flatten();
            let as_they_are =
                Inflates { bytes: &bytes, size: waiting.size, crc: &waiting.crc, rows: waiting.rows };
            let rows = shared.as_ref().map_or(as_they_are, |shared| inflates(shared, waiting.rows));
            writer.append(archive, file, rows)?;
        }
        strings.count(self.rows.naming);
        let behind = renderer.piece(&strings.library_sheet(&behind)?)?;
        writer.end(archive, file, inflates(&behind, below))
    }

    /// Returns what stands before the rows, and what stands behind them.
    fn around<'x>(&self, xml: &'x str) -> Result<(String, &'x str)> {
        let cut = match self.place {
            RowsPlace::Marker => around_marker(xml),
            RowsPlace::Below(row) => below_row(xml, row),
        };
        let (before, behind) = cut.ok_or_else(unknown)?;
        Ok((self.with_range(before).ok_or_else(unknown)?, behind))
    }

    /// Gives the sheet the range of cells that it has with its rows.
    fn with_range(&self, before: &str) -> Option<String> {
        const RANGE: &str = "<dimension ref=\"";
        let (start, rest) = before.split_once(RANGE)?;
        let (range, rest) = rest.split_once('"')?;
        let (first, last) = range.split_once(':')?;
        let own = last.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let ours = letters(self.rows.last_column);
        // Letters that are more stand for a column further right.
        let widest = if (ours.len(), ours.as_str()) > (own.len(), own) { ours.as_str() } else { own };
        let last_row = last.strip_prefix(own)?.parse().ok().map(|row: u64| row.max(self.last_row))?;
        Some(format!("{start}{RANGE}{first}:{widest}{last_row}\"{rest}"))
    }
}

/// Returns rows that wait as `bytes` with their texts in `strings`; `None` = all are there, and the rows as they should be.
fn shared(
    waiting: &Waiting,
    bytes: &[u8],
    renderer: &Renderer,
    strings: &mut Strings<'_>,
) -> Result<Option<Piece>> {
    let lost = || Error::internal("rows of a sheet were not kept as they were");
    let mut xml = Vec::new();
    let inflated = inflate(bytes, usize::try_from(waiting.size).unwrap_or(usize::MAX), &mut xml);
    let (crc, _) = inflated.map_err(|_| lost())?;
    // They get a checksum of their own, which would not show any more that the disk has changed them.
    if (crc.sum(), xml.len() as u64) != (waiting.crc.sum(), waiting.size) {
        return Err(lost());
    }
    let xml = str::from_utf8(&xml).map_err(|_| lost())?;
    match strings.shared(xml)? {
        Cow::Borrowed(_) => Ok(None),
        Cow::Owned(shared) => renderer.piece(&shared).map(Some),
    }
}

fn unknown() -> Error {
    Error::internal("the workbook library writes sheets in another way than is known")
}

/// Returns what stands before the marker row, which has to be the last, and what stands behind it.
fn around_marker(xml: &str) -> Option<(&str, &str)> {
    let (before, behind) = xml.split_at_checked(rows_end(xml)?)?;
    let (kept, marker) = before.split_once(&format!("{ROW}{}\"", MARKER_ROW + 1))?;
    (marker.ends_with("</row>") && !marker.contains("<row ")).then_some((kept, behind))
}

/// Returns what stands down to a row, which need not hold a cell, and what stands below it.
fn below_row(xml: &str, row: u64) -> Option<(&str, &str)> {
    let end = rows_end(xml)?;
    let number = |at: usize| xml.get(at + ROW.len()..)?.split_once('"')?.0.parse::<u64>().ok();
    let below =
        xml.match_indices(ROW).map(|(at, _)| at).find(|at| number(*at).is_some_and(|number| number > row));
    xml.split_at_checked(below.unwrap_or(end))
}

/// What a row begins with; cell text cannot look like it, since its `<` is escaped.
const ROW: &str = "<row r=\"";

/// Returns where the rows end.
fn rows_end(xml: &str) -> Option<usize> {
    const ROWS_END: &str = "</sheetData>";
    xml.find(ROWS_END).filter(|at| xml.rfind(ROWS_END) == Some(*at))
}

fn inflates(piece: &Piece, rows: u64) -> Inflates<'_> {
    Inflates { bytes: &piece.bytes, size: piece.size, crc: &piece.crc, rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(place: RowsPlace, last_column: usize) -> Body {
        let rows = PartRows { last_column, ..PartRows::default() };
        Body { rows, spool: Spool::new(&std::env::temp_dir()), last_row: 41, place, links: Links::default() }
    }

    fn sheet(rows: &str, range: &str) -> String {
        format!("<worksheet><dimension ref=\"{range}\"/><sheetData>{rows}</sheetData></worksheet>")
    }

    fn row(number: u32) -> String {
        format!("<row r=\"{number}\"><c r=\"A{number}\"/></row>")
    }

    #[test]
    fn rows_come_in_the_place_of_the_marker() {
        let xml = sheet(&[row(1), row(2)].concat(), "A1:L2");
        let (before, behind) = body(RowsPlace::Marker, 3).around(&xml).unwrap();
        assert_eq!(before, format!("<worksheet><dimension ref=\"A1:L41\"/><sheetData>{}", row(1)));
        assert_eq!(behind, "</sheetData></worksheet>");
        let (before, _) = body(RowsPlace::Marker, 26).around(&xml).unwrap();
        assert!(before.contains("ref=\"A1:AA41\""), "{before}");
    }

    #[test]
    fn rows_come_below_a_row_and_above_those_that_follow() {
        let rows = [row(3), row(12), row(50)];
        let xml = sheet(&rows.concat(), "A3:L50");
        let (before, behind) = body(RowsPlace::Below(12), 3).around(&xml).unwrap();
        let above = format!("<worksheet><dimension ref=\"A3:L50\"/><sheetData>{}{}", rows[0], rows[1]);
        assert_eq!(before, above);
        assert_eq!(behind, format!("{}</sheetData></worksheet>", rows[2]));
        let (_, behind) = body(RowsPlace::Below(50), 3).around(&xml).unwrap();
        assert_eq!(behind, "</sheetData></worksheet>");
        // A row without cells is none of the library's.
        let (before, _) = body(RowsPlace::Below(20), 3).around(&xml).unwrap();
        assert_eq!(before, above);
    }

    #[test]
    fn a_sheet_that_is_not_as_we_know_it_is_left_alone() {
        for xml in [
            sheet(&row(1), "A1:L2"),
            sheet(&[row(1), row(2), row(3)].concat(), "A1:L3"),
            sheet(&[row(1), row(2)].concat(), "A1"),
            sheet(&[row(1), row(2)].concat(), "A1:L2").replace("</sheetData>", ""),
            sheet(&[row(1), row(2)].concat(), "A1:L2").replace("</worksheet>", "</sheetData></worksheet>"),
        ] {
            assert!(body(RowsPlace::Marker, 0).around(&xml).is_err(), "{xml}");
        }
    }
}

//! What the workbook library makes of a streamed sheet without its rows, and what we learn from it.
//!
//! The sheet is made with its headings, with all that stands before and behind the rows, and with a probe row: a blank cell
//! for each look that the rows will use. From these the numbers of styles are learned, so that nothing about the library's
//! order of them is assumed; then the probe row is cut out. The workbook that is written in the end holds the same sheet once
//! more, and [`Cut`] compares them.

use crate::copied::archive_failed;
use crate::diagnostic::column_letters;
use crate::error::{Error, Result};
use crate::failed;
use crate::formats::FormatCache;
use crate::library::{LIMIT_ROWS, begin_part, column_number, end_part, part_name};
use crate::model::{Stream, Style};
use crate::render::Numbers;
use crate::strings::{self, OwnTexts, Strings};
use crate::tables::{Ranged, Wanted};
use rust_xlsxwriter::{Workbook, Worksheet};
use std::io::{Cursor, Read, Seek};
use std::path::Path;
use zip::ZipArchive;

/// The row below the headings.
const PROBE_ROW: u32 = 1;
/// The most cells of a probe row: the columns of a sheet.
const LIMIT_PROBES: usize = 16_384;

/// Returns whether a streamed sheet has few enough looks to be probed in one row.
pub(crate) const fn can_be_probed(stream: &Stream) -> bool {
    stream.looks.len() <= LIMIT_PROBES
}

/// Begins the library's sheet of one part: headings and probe row.
///
/// Its styles get their numbers here; the first such sheet of a workbook decides them. So it does for a heading that looks like
/// XML, which the library keeps in a form of its own: it is begun before any other sheet, here and in the workbook.
///
/// # Errors
/// If a heading cannot be written.
pub(crate) fn begin(
    stream: &Stream,
    name: String,
    workbook: &mut Workbook,
    formats: &mut FormatCache,
) -> Result<Worksheet> {
    let mut worksheet = workbook.new_worksheet_with_low_memory().map_err(|error| failed(&error))?;
    begin_part(&mut worksheet, stream, name, formats)?;
    for (column, (style, format)) in stream.looks.iter().enumerate() {
        let format = formats.format(*style, format);
        worksheet.write_blank(PROBE_ROW, column_number(column)?, format).map_err(|error| failed(&error))?;
    }
    Ok(worksheet)
}

/// What is known of a part of a sheet when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Which part it is, from 0.
    pub part: usize,
    /// Its rows below the headings.
    pub rows: u64,
    /// Whether its only row says that there is none.
    pub is_blank: bool,
}

/// Ends the library's sheet of one part; returns the table that it is, if it is one.
///
/// # Errors
/// If the library refuses what stands behind the rows.
pub(crate) fn end(stream: &Stream, worksheet: &mut Worksheet, extent: Extent) -> Result<Option<Ranged>> {
    let last_row = u32::try_from(extent.rows).ok().filter(|last| *last < LIMIT_ROWS);
    let last_row = last_row.ok_or_else(|| Error::internal("a part of a sheet has too many rows"))?.max(1);
    let table = Wanted::of_part(extent.part, extent.is_blank, stream.name, last_row);
    end_part(stream, worksheet, last_row, table)
}

/// The XML of a streamed sheet without its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// From the start to behind the headings; without the range of cells, which only the end knows.
    before: String,
    /// Where in `before` the range belongs.
    range_at: usize,
    /// The probe row.
    probe: String,
    /// From behind the rows to the end.
    pub behind: String,
}

impl Cut {
    /// Makes the sheet of a part in a small workbook, and cuts it; its headings are among `texts`.
    ///
    /// # Errors
    /// If it cannot be made, or is not what we know to cut (internal).
    pub(crate) fn probe(stream: &Stream, texts: &OwnTexts, extent: Extent, folder: &Path) -> Result<Self> {
        let mut workbook = Workbook::new();
        // It is read once, right here.
        workbook.set_zip_compression_level(1);
        workbook.set_tempdir(folder).map_err(|error| failed(&error))?;
        let mut formats = FormatCache::default();
        let name = part_name(stream, extent.part);
        let mut worksheet = begin(stream, name, &mut workbook, &mut formats)?;
        end(stream, &mut worksheet, extent)?;
        // Another sheet is the one in front, as in the workbook to come.
        workbook.add_worksheet();
        workbook.push_worksheet(worksheet);
        let bytes = workbook.save_to_buffer().map_err(|error| failed(&error))?;
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| archive_failed(&error))?;
        let table = text(&mut archive, strings::PART)?;
        Self::of(&Strings::of(texts, &table)?.library_sheet(&sheet_xml(&mut archive, 2)?)?)
    }

    /// Cuts the XML of a sheet whose texts have their numbers in the table.
    ///
    /// # Errors
    /// Internal, unless there is a probe row right below the headings, and no other.
    pub(crate) fn of(xml: &str) -> Result<Self> {
        const DIMENSION: &str = "<dimension ref=\"";
        const ROWS: &str = "<sheetData>";
        const ROWS_END: &str = "</sheetData>";
        const ROW: &str = "<row r=\"";
        const ROW_END: &str = "</row>";
        let unknown = || Error::internal("the workbook library writes sheets in another way than is known");
        let (start, rest) = xml.split_once(DIMENSION).ok_or_else(unknown)?;
        let (_, rest) = rest.split_once("\"/>").ok_or_else(unknown)?;
        let (between, rest) = rest.split_once(ROWS).ok_or_else(unknown)?;
        let (rows, behind) = rest.split_once(ROWS_END).ok_or_else(unknown)?;
        let (headings, probe) = rows.split_once(ROW_END).ok_or_else(unknown)?;
        let is_known = headings.starts_with(&format!("{ROW}1\""))
            && headings.matches(ROW).count() == 1
            && probe.starts_with(&format!("{ROW}2\""))
            && probe.matches(ROW).count() == 1
            && probe.ends_with(ROW_END);
        if !is_known || xml.matches(DIMENSION).count() != 1 || xml.matches(ROWS_END).count() != 1 {
            return Err(unknown());
        }
        Ok(Self {
            before: format!("{start}{between}{ROWS}{headings}{ROW_END}"),
            range_at: start.len(),
            probe: probe.to_owned(),
            behind: format!("{ROWS_END}{behind}"),
        })
    }

    /// Returns the XML before the rows, for cells down to `last_row` and across `columns`; equally long for every
    /// range.
    pub(crate) fn before(&self, columns: usize, last_row: u64) -> String {
        /// `XFD1048576`, the last cell there is.
        const LAST_CELL_BYTES: usize = 10;
        let last = format!("{}{last_row}", letters(columns.saturating_sub(1)));
        // White space between elements has no meaning.
        let pad = " ".repeat(LAST_CELL_BYTES.saturating_sub(last.len()));
        let (start, rest) = self.before.split_at_checked(self.range_at).unwrap_or((&self.before, ""));
        format!("{start}<dimension ref=\"A1:{last}\"/>{pad}{rest}")
    }

    /// Returns the sheet as it ends with what is known of the part by then.
    ///
    /// # Errors
    /// As [`Cut::probe`]; internal, if the sheet does not begin as this one.
    pub(crate) fn ended(
        &self,
        stream: &Stream,
        texts: &OwnTexts,
        extent: Extent,
        folder: &Path,
    ) -> Result<Self> {
        let ended = Self::probe(stream, texts, extent, folder)?;
        if (&ended.before, ended.range_at, &ended.probe) != (&self.before, self.range_at, &self.probe) {
            return Err(Error::internal("the workbook library does not make the same sheet twice"));
        }
        Ok(ended)
    }

    /// Returns the numbers that the probe row shows.
    ///
    /// # Errors
    /// Internal, if it does not show one for each look of `stream`.
    pub(crate) fn numbers(&self, stream: &Stream) -> Result<Numbers> {
        let unknown = || Error::internal("the workbook library writes cells in another way than is known");
        let mut numbers = Numbers::default();
        let mut cells = self.probe.split("<c ").skip(1);
        for (style, format) in &stream.looks {
            // The library writes no blank cell that looks like any other.
            if (*style, format.as_str()) == (Style::Plain, "") {
                continue;
            }
            let look = cells.next().and_then(|cell| between(cell, " s=\"", "\"")).ok_or_else(unknown)?;
            numbers.add_look(*style, format, look.parse().map_err(|_| unknown())?);
        }
        if cells.next().is_some() { Err(unknown()) } else { Ok(numbers) }
    }
}

/// Returns the letters of a column, counted from 0.
pub(crate) fn letters(column: usize) -> String {
    column_letters(u32::try_from(column).unwrap_or(u32::MAX))
}

fn between<'a>(text: &'a str, before: &str, behind: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(behind).map(|(inside, _)| inside)
}

/// Returns the XML of the n-th sheet, from 1, of a workbook.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn sheet_xml<R: Read + Seek>(archive: &mut ZipArchive<R>, number: usize) -> Result<String> {
    text(archive, &sheet_part(number))
}

/// Returns a part of a workbook, which is text.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn text<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Result<String> {
    let mut part = archive.by_name(name).map_err(|error| archive_failed(&error))?;
    let mut xml = String::new();
    part.read_to_string(&mut xml).map_err(|error| archive_failed(&error.into()))?;
    Ok(xml)
}

/// Returns the name of the part with the n-th sheet, from 1.
pub(crate) fn sheet_part(number: usize) -> String {
    format!("xl/worksheets/sheet{number}.xml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::beside::SharedTexts;
    use crate::model::{Choice, ChooseFrom, Column, Highlight, Printed};

    /// A sheet with all that can stand behind its rows.
    fn stream() -> Stream {
        let columns =
            ["Tenant", "Plan", "Paid seats", "Tier"].map(|heading| Column::ours((heading, 12.0, "")));
        let words = ["Migration", "Other"].map(str::to_owned).to_vec();
        let choice = |column, from| Choice { columns: column..=column, from, says: "Choose." };
        Stream {
            looks: vec![(Style::Figure, "0.00".to_owned()), (Style::Review, String::new())],
            printed: Some(Printed { first: Some(0..=0), columns: 1..=3 }),
            highlights: vec![Highlight {
                columns: (1, 3),
                text: Some("Other".to_owned()),
                style: Style::Review,
            }],
            nothing: "Nothing to list.",
            choices: vec![choice(2, ChooseFrom::WholeNumber), choice(3, ChooseFrom::Words(words))],
            ..Stream::new("Roster", columns.to_vec(), 1)
        }
    }

    fn probed(stream: &Stream, extent: Extent) -> (OwnTexts, Cut) {
        let texts = OwnTexts::of(stream, SharedTexts::default());
        let cut = Cut::probe(stream, &texts, extent, &std::env::temp_dir()).unwrap();
        (texts, cut)
    }

    #[test]
    fn a_sheet_ends_as_if_its_rows_had_been_known_from_the_start() {
        let stream = stream();
        let last = u64::from(LIMIT_ROWS) - 1;
        for (part, rows, is_blank) in
            [(0, 1, false), (0, 1, true), (0, 41, false), (0, last, false), (1, 7, false)]
        {
            let (texts, begun) = probed(&stream, Extent { part, rows: 1, is_blank: false });
            let extent = Extent { part, rows, is_blank };
            let (_, full) = probed(&stream, extent);
            let ended = begun.ended(&stream, &texts, extent, &std::env::temp_dir()).unwrap();
            assert_eq!(ended, full, "{extent:?}");
            assert_eq!(full.behind == begun.behind, (rows, is_blank) == (1, false), "{extent:?}");
        }
    }

    #[test]
    fn headings_name_their_texts_in_the_table() {
        let stream = Stream { repeated: ["Yes", "Plan", "No"].map(str::to_owned).to_vec(), ..stream() };
        let (_, cut) = probed(&stream, Extent { part: 0, rows: 1, is_blank: false });
        let named: Vec<&str> =
            cut.before.split(" t=\"s\"><v>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        assert_eq!(named, ["3", "1", "4", "5"]);
    }

    #[test]
    fn a_sheet_that_begins_in_another_way_is_not_ended() {
        let (stream, extent) = (stream(), Extent { part: 0, rows: 1, is_blank: false });
        let (texts, begun) = probed(&stream, extent);
        let other = Stream { frozen_columns: 2, ..stream };
        assert!(begun.ended(&other, &texts, extent, &std::env::temp_dir()).is_err());
    }
}

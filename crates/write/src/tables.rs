//! Excel tables of the streamed sheets: headings and rows under a name, so that they can be sorted, filtered and named
//! in formulas.
//!
//! A table names its last row, which nobody knows before the rows are written. By then the workbook library (0.102) has
//! let the headings go, and would write them a second time; it also keeps a note of each cell of a table. So it is
//! told, when the sheet is ended, of a table without headings over the first row alone, see [`add`]. What it writes of
//! that is mended when its parts are copied into the workbook, see [`mend`]: the range, the headings, the filter's
//! buttons. All else is the library's: the part's name and number, and how the sheet refers to it.
//!
//! Where a sheet cannot be a table it has a plain filter instead, never both, which Excel would repair: beyond
//! [`LIMIT_ROWS`], where nothing stands below the headings, and where a heading is none that a table can have.

use crate::error::{Error, Result};
use crate::escape::has_escape;
use crate::failed;
use crate::fold::{alike, composed, fold, is_invisible};
use crate::library::column_number;
use crate::model::{Column, LIMIT_LIVE_ROWS, Stream};
use crate::template::letters;
use rust_xlsxwriter::{Table, TableColumn, TableStyle, Worksheet};
use std::collections::HashSet;

/// Rows below the headings up to which a sheet is a table: as many as the figures of the Summary are formulas for.
const LIMIT_ROWS: u64 = LIMIT_LIVE_ROWS;

/// UTF-16 units of a heading that a table can have. Source: Excel's published limits.
const LIMIT_HEADING_UNITS: usize = 255;

/// The table that a sheet is to be, if it can.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its last row, from 0, where 0 is the heading row.
    pub last_row: u32,
}

impl<'a> Wanted<'a> {
    /// Returns the table of a sheet's part, counted from 0; `None` if it is to be none: one part of several is no
    /// whole, and words that nothing is there (`is_blank`) are no row.
    pub(crate) fn of_part(part: usize, is_blank: bool, name: &'a str, last_row: u32) -> Option<Self> {
        (part == 0 && !is_blank).then_some(Self { name, last_row })
    }
}

/// A table that the library was told of, as it has to stand in the workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ranged {
    /// Its name.
    name: String,
    /// Headings and rows: `A1:X42`.
    range: String,
    /// What the library was told: the range with the headings; `None` = the first row below them.
    told: Option<String>,
}

impl Ranged {
    /// Returns a table that the library was told of with its headings, in the sheet's row `first` from 1, and with one
    /// row below them; in truth it goes down to `last`.
    pub(crate) fn headed(name: String, columns: usize, (first, last): (u64, u64)) -> Self {
        let letters = letters(columns.saturating_sub(1));
        let range = |last: u64| format!("A{first}:{letters}{last}");
        Self { name, range: range(last), told: Some(range(first + 1)) }
    }
}

/// Tells the library of a table over the headings and the rows of a sheet; returns it as [`mend`] needs it, or `None`
/// if the sheet cannot be one.
///
/// # Errors
/// If the library refuses it.
pub(crate) fn add(stream: &Stream, worksheet: &mut Worksheet, wanted: Wanted<'_>) -> Result<Option<Ranged>> {
    let Wanted { name, last_row } = wanted;
    if !(1..=LIMIT_ROWS).contains(&u64::from(last_row)) || !can_be_headings(&stream.columns) {
        return Ok(None);
    }
    // A line break stands in a part of a table as Excel writes it there.
    let column = |column: &Column| TableColumn::new().set_header(column.heading.replace('\n', "_x000a_"));
    let columns: Vec<TableColumn> = stream.columns.iter().map(column).collect();
    // The cells have their own looks, and need no other.
    let table = Table::new()
        .set_name(name)
        .set_columns(&columns)
        .set_header_row(false)
        .set_style(TableStyle::None)
        .set_banded_rows(false);
    let last_column = stream.columns.len().saturating_sub(1);
    worksheet
        .add_table(FIRST_ROW, 0, FIRST_ROW, column_number(last_column)?, &table)
        .map_err(|error| failed(&error))?;
    let range = format!("A1:{}{}", letters(last_column), u64::from(last_row) + 1);
    Ok(Some(Ranged { name: name.to_owned(), range, told: None }))
}

/// The only row of the table that the library is told of, from 0.
const FIRST_ROW: u32 = 1;

/// Returns the XML of a table as it has to be, and takes the table out of `tables`; `None` if it is none of them and is
/// as it has to be.
///
/// # Errors
/// Internal, if it is one of them and not what we know to mend.
pub(crate) fn mend(xml: &str, tables: &mut Vec<Ranged>) -> Result<Option<String>> {
    const COLUMNS: &str = "<tableColumns ";
    let unknown = || Error::internal("the workbook library writes tables in another way than is known");
    let (_, named) = xml.split_once(" displayName=\"").ok_or_else(unknown)?;
    let (name, _) = named.split_once('"').ok_or_else(unknown)?;
    let Some(place) = tables.iter().position(|table| table.name == name) else { return Ok(None) };
    let Ranged { range, told, .. } = tables.swap_remove(place);
    if let Some(told) = told {
        // Once for the table, once for the buttons of its filter.
        let told = format!(" ref=\"{told}\"");
        let is_known = xml.matches(&told).count() == 2 && xml.matches(" ref=\"").count() == 2;
        return is_known.then(|| Some(xml.replace(&told, &format!(" ref=\"{range}\"")))).ok_or_else(unknown);
    }
    let (head, columns) = xml.split_once(COLUMNS).ok_or_else(unknown)?;
    let (start, head) = head.split_once(" ref=\"A2:").ok_or_else(unknown)?;
    let (_, end) = head.split_once("2\" headerRowCount=\"0\"").ok_or_else(unknown)?;
    if head.contains("<autoFilter") {
        return Err(unknown());
    }
    Ok(Some(format!("{start} ref=\"{range}\"{end}<autoFilter ref=\"{range}\"/>{COLUMNS}{columns}")))
}

/// Returns whether these can be the headings of a table, and its columns have them for names: each says something, is
/// short enough and has no letter that is [doubtful](is_doubtful), and no two are the same to a program that leaves out
/// case, blanks at the ends, how many and which blanks and dashes there are, and what [`alike`] does: how accents are
/// written, width, ligatures.
///
/// A heading that is odd alone, such as one in full width, can be one: Excel takes it as it is.
fn can_be_headings(columns: &[Column]) -> bool {
    let mut seen = HashSet::with_capacity(columns.len());
    columns.iter().all(|column| {
        let heading = column.heading.as_str();
        // What is not a blank or a dash may be made of one: `alike` goes first.
        let folded = fold(&alike(heading));
        !folded.is_empty()
            && heading.encode_utf16().count() <= LIMIT_HEADING_UNITS
            && !composed(heading).contains(is_doubtful)
            && !has_escape(heading)
            && seen.insert(folded)
    })
}

/// Whether a letter of a composed heading is one that XML or a program changes or leaves out, or that nobody sees or
/// can tell from others.
fn is_doubtful(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || is_invisible(letter)
        || matches!(letter,
            // Marks above, below and around letters for which there is no letter with the mark.
            '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
            | '\u{3099}'..='\u{309a}' | '\u{fe20}'..='\u{fe2f}'
            // Of private use; in the place of an object, or of a letter that could not be read.
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' | '\u{fffc}'..='\u{fffd}')
}

/// Names of tables for the sheets of values, each given only once, whatever the case: `Split_Portal`. No table and no
/// defined name of other sheets begins so.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// Returns a name made of a sheet's: its Latin letters and digits, and where it is taken already, with a number.
    pub(crate) fn claim(&mut self, sheet: &str) -> String {
        let words =
            sheet.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let wanted = ["Split"].into_iter().chain(words).collect::<Vec<_>>().join("_");
        let mut name = wanted.clone();
        let mut number = 1_u32;
        while !self.taken.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{wanted}_{number}");
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(headings: &[&str]) -> Stream {
        Stream::new("Review", headings.iter().map(|heading| Column::ours((heading, 10.0, ""))).collect(), 0)
    }

    fn suits(headings: &[&str]) -> bool {
        can_be_headings(&stream(headings).columns)
    }

    #[test]
    fn headings_that_can_be_told_apart_make_a_table() {
        let long = "x".repeat(LIMIT_HEADING_UNITS);
        for headings in [
            &["Tenant", "Paid seats"][..],
            &["Gr\u{f6}\u{df}e", "Gr\u{fc}\u{df}e", "\u{4f1a}\u{793e}", "\u{5e2d}\u{6570}"],
            &["Paid\nseats", " Plan ", "a [b] #1 'c' @", "R&D \"<x>\"", "_x12_"],
            // Odd, but nothing is taken for another one: full and half width, accents apart, a ligature, a small digit.
            &["\u{ff30}lan", "\u{ff83}\u{ff85}\u{ff9d}\u{ff84}", "\u{5e2d}\u{ff08}\u{ff11}\u{ff09}"],
            &["Pla\u{301}n", "Plan", "m\u{b2}", "m", "\u{fb01}x", "\u{304b}\u{3099}", "\u{304b}"],
            &["\u{928}\u{93e}\u{92e}", "\u{e0a}\u{e37}\u{e48}\u{e2d}"],
            &[&long],
        ] {
            assert!(suits(headings), "{headings:?}");
        }
    }

    #[test]
    fn headings_that_a_program_may_take_for_another_make_none() {
        let long = "\u{1f600}".repeat(LIMIT_HEADING_UNITS / 2 + 1);
        for headings in [
            &["Plan", "PLAN"][..],
            &["Plan", " plan"],
            &["Paid seats", "Paid\u{a0}seats"],
            &["Plan", ""],
            &["Plan", " \u{a0}"],
            &["Plan\r\nname"],
            &["Plan\tname"],
            &["Plan\u{1}"],
            &["Plan\u{200b}"],
            &["Plaq\u{301}n"],
            &["\u{304b}\u{309a}"],
            &["\u{ffff}"],
            &["Plan\u{fffd}"],
            &["a\u{180e}b"],
            &["a\u{3164}"],
            &["a\u{e000}"],
            &["a\u{f0000}"],
            &["a\u{10fffd}"],
            &["a\u{e0041}"],
            &["\u{ff30}lan", "plan"],
            &["Pla\u{301}n", "pl\u{e1}n"],
            &["\u{304c}", "\u{304b}\u{3099}"],
            &["\u{ac00}", "\u{1100}\u{1161}"],
            &["\u{3c3}", "\u{3c2}"],
            &["Stra\u{df}e", "Strasse"],
            &["m\u{b2}", "m2"],
            &["\u{fb01}x", "fix"],
            &["a\u{2011}b", "A\u{ff0d}b"],
            &["_x0041_"],
            &["a_X00e4_b"],
            &[&long],
        ] {
            assert!(!suits(headings), "{headings:?}");
        }
    }

    #[test]
    fn what_the_library_writes_of_a_table_is_mended() {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let worksheet = workbook.add_worksheet();
        let stream = stream(&["Paid\nseats", "R&D"]);
        let added = add(&stream, worksheet, Wanted { name: "Review", last_row: 41 }).unwrap().unwrap();
        assert_eq!(added.range, "A1:B42");
        let file = std::io::Cursor::new(workbook.save_to_buffer().unwrap());
        let mut part = zip::ZipArchive::new(file).unwrap();
        let mut xml = String::new();
        std::io::Read::read_to_string(&mut part.by_name("xl/tables/table1.xml").unwrap(), &mut xml).unwrap();
        let mut tables = vec![Ranged { name: "Other".to_owned(), range: String::new(), told: None }, added];
        let mended = mend(&xml, &mut tables).unwrap().unwrap();
        let (_, inside) = mended.split_once("<table ").unwrap();
        let (_, inside) = inside.split_once(" id").unwrap();
        assert_eq!(
            inside,
            "=\"1\" name=\"Review\" displayName=\"Review\" ref=\"A1:B42\" totalsRowShown=\"0\">\
             <autoFilter ref=\"A1:B42\"/><tableColumns count=\"2\">\
             <tableColumn id=\"1\" name=\"Paid_x000a_seats\"/><tableColumn id=\"2\" name=\"R&amp;D\"/></tableColumns>\
             <tableStyleInfo showFirstColumn=\"0\" showLastColumn=\"0\" showRowStripes=\"0\" showColumnStripes=\"0\"/>\
             </table>"
        );
        // One that is not ours is left alone, and what is not as we know it is told.
        assert_eq!(tables.len(), 1);
        assert_eq!(mend(&xml, &mut tables).unwrap(), None);
        let mut again = vec![Ranged { name: "Review".to_owned(), range: "A1:B42".to_owned(), told: None }];
        assert!(mend(&mended, &mut again).is_err());
    }

    #[test]
    fn a_table_that_has_its_headings_gets_its_last_row() {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let worksheet = workbook.add_worksheet();
        let table = Table::new().set_name("At_risk");
        worksheet.add_table(6, 0, 7, 2, &table).unwrap();
        let file = std::io::Cursor::new(workbook.save_to_buffer().unwrap());
        let mut part = zip::ZipArchive::new(file).unwrap();
        let mut xml = String::new();
        std::io::Read::read_to_string(&mut part.by_name("xl/tables/table1.xml").unwrap(), &mut xml).unwrap();
        let ranged = || vec![Ranged::headed("At_risk".to_owned(), 3, (7, 5_007))];
        let mended = mend(&xml, &mut ranged()).unwrap().unwrap();
        assert_eq!(mended, xml.replace("A7:C8", "A7:C5007"));
        assert_eq!(mended.matches("ref=\"A7:C5007\"").count(), 2);
        assert!(mend(&mended, &mut ranged()).is_err());
    }

    #[test]
    fn a_table_has_rows_and_no_more_than_its_limit() {
        let last = u32::try_from(LIMIT_ROWS).unwrap();
        for (last_row, is_table) in [(0, false), (1, true), (last, true), (last + 1, false)] {
            let mut worksheet = Worksheet::new();
            let added = add(&stream(&["Tenant"]), &mut worksheet, Wanted { name: "Roster", last_row });
            assert_eq!(added.unwrap().is_some(), is_table, "{last_row}");
        }
        assert!(Wanted::of_part(1, false, "Roster", 5).is_none());
        assert!(Wanted::of_part(0, true, "Roster", 5).is_none());
    }

    #[test]
    fn sheets_of_values_give_their_tables_names() {
        let mut names = Names::default();
        let sheets = ["Portal", "Q&A", "q a", "Ann  Lee (value)", "\u{4f1a}\u{793e}", "\u{5e2d}\u{6570}"];
        assert_eq!(
            sheets.map(|sheet| names.claim(sheet)),
            ["Split_Portal", "Split_Q_A", "Split_q_a_2", "Split_Ann_Lee_value", "Split", "Split_2"]
        );
        // A name with a number may be another sheet's own.
        let mut names = Names::default();
        let sheets = ["A", "a_2", "a"];
        assert_eq!(sheets.map(|sheet| names.claim(sheet)), ["Split_A", "Split_a_2", "Split_a_3"]);
    }
}

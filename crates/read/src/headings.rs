//! Which row holds the headings, and how many columns there are.

use super::{Options, refused, wide};
use crate::about::{FIRST_CHARACTERS, FIRST_COLUMNS, FIRST_ROWS};
use crate::diagnostic::Code;
use crate::error::{Error, Result};
use crate::record::{Flaw, Records};

/// Rows that are looked at for the headings: banners are a few lines, never more.
pub(super) const SCORED_ROWS: usize = 30;
/// Rows that are looked at for the number of columns.
pub(super) const PREVIEW_ROWS: usize = 200;

/// Which row is looked for.
#[derive(Clone, Copy)]
pub(super) struct Sought<'a> {
    /// How much a row looks like the headings of a roster.
    pub score: &'a dyn Fn(&[String]) -> u32,
    /// The number of the row that the user names; `None` = the one that scores best.
    pub row: Option<u64>,
}

impl<'a> Options<'a> {
    pub(super) const fn sought(&self) -> Sought<'a> {
        Sought { score: self.score, row: self.heading_row }
    }
}

/// One of the first rows, as a person reads it, without blank cells at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PreviewRow {
    pub number: u64,
    pub cells: Vec<String>,
    /// It has a cell where there is no room for it.
    pub is_wide: bool,
}

/// What the first rows tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Headings {
    /// The row of the headings, from 1.
    pub row: u64,
    /// The rows above that are not blank.
    pub above: Vec<(u64, Vec<String>)>,
    /// One a column; filled up with empty ones to the widest row below.
    pub cells: Vec<String>,
    /// For each of them, the characters of the longest cell in the rows below.
    pub longest: Vec<usize>,
    /// The first rows below, cells as shown, long ones cut.
    pub first: Vec<Vec<String>>,
    /// Their numbers, from 1.
    pub first_numbers: Vec<u64>,
    /// Headings before that filling.
    pub named: usize,
    /// `named`, and the columns beyond that most rows fill.
    pub usual: usize,
}

/// Returns the first rows that are not blank, as shown.
pub(super) fn preview(records: &Records) -> Vec<PreviewRow> {
    let shown = |record: crate::record::Record<'_>| {
        let filled = (0..record.width()).rev().find(|column| !record.cell(*column).is_blank());
        let width = filled.map_or(0, |last| last + 1);
        PreviewRow {
            number: record.number,
            cells: (0..width).map(|column| record.cell(column).shown()).collect(),
            is_wide: matches!(record.flaw, Some(Flaw::Beyond { .. })),
        }
    };
    records.iter().map(shown).filter(|row| !row.cells.is_empty() || row.is_wide).take(PREVIEW_ROWS).collect()
}

/// Returns the best score of the rows that may be headings, and the first row that has it; the first row where none
/// scores. `None` without rows, or without the one that is named.
pub(super) fn best(rows: &[PreviewRow], sought: Sought<'_>) -> Option<(u32, usize)> {
    let score = |(index, row): (usize, &PreviewRow)| ((sought.score)(&row.cells), index);
    let mut all = rows.iter().enumerate();
    match sought.row {
        Some(number) => all.find(|(_, row)| row.number == number).map(score),
        None => {
            all.take(SCORED_ROWS).map(score).reduce(|best, next| if next.0 > best.0 { next } else { best })
        }
    }
}

/// Puts headings together that stand in two rows, as cells merged over both leave them: the upper row has the texts of
/// the merged cells, the lower one those of all others.
///
/// Where the two together score higher than any row alone, the lower row becomes the headings, its blank cells filled
/// from the row above. All other rows stay as they are. A row that is named is put together only with the one above it.
pub(super) fn joined(mut rows: Vec<PreviewRow>, sought: Sought<'_>) -> Vec<PreviewRow> {
    let Some((alone, named)) = best(&rows, sought) else { return rows };
    let named = sought.row.map(|_| named);
    let above = named.and_then(|named| rows.get(named.checked_sub(1)?));
    let alone = alone.max(above.map_or(0, |row| (sought.score)(&row.cells)));
    let pairs = rows.iter().zip(rows.iter().skip(1)).enumerate();
    let pairs = pairs.filter(|(index, (above, below))| {
        let may_be = named.map_or(*index + 1 < SCORED_ROWS, |named| *index + 1 == named);
        may_be && below.number == above.number + 1
    });
    let scored = pairs.map(|(index, (above, below))| {
        let cells = filled(above, below);
        ((sought.score)(&cells), index + 1, cells)
    });
    let found = scored.reduce(|best, next| if next.0 > best.0 { next } else { best });
    if let Some((_, index, cells)) = found.filter(|(together, ..)| *together > alone)
        && let Some(row) = rows.get_mut(index)
    {
        row.cells = cells;
    }
    rows
}

fn filled(above: &PreviewRow, below: &PreviewRow) -> Vec<String> {
    let text = |row: &PreviewRow, column: usize| row.cells.get(column).cloned().unwrap_or_default();
    let width = above.cells.len().max(below.cells.len());
    let cell = |column| Some(text(below, column)).filter(|cell| !cell.trim().is_empty());
    (0..width).map(|column| cell(column).unwrap_or_else(|| text(above, column))).collect()
}

/// Finds the headings in the first rows that are not blank.
///
/// # Errors
/// `roster-empty` if there are no rows; `heading-row-missing` if the row that is named is not among them;
/// `record-too-wide` if there is no room for one of the headings.
pub(super) fn find(mut rows: Vec<PreviewRow>, sought: Sought<'_>) -> Result<Headings> {
    let (_, index) = best(&rows, sought).ok_or_else(|| not_found(&rows, sought.row))?;
    let mut rest = rows.split_off(index).into_iter();
    let header = rest.next().ok_or_else(empty)?;
    if header.is_wide {
        return Err(wide());
    }
    let below: Vec<PreviewRow> = rest.collect();
    let named = header.cells.len();
    let width = below.iter().map(|row| row.cells.len()).fold(named, usize::max);
    let fills = |column: usize| {
        let filled =
            below.iter().filter(|row| row.cells.get(column).is_some_and(|cell| !cell.trim().is_empty()));
        filled.count() * 2 > below.len()
    };
    let usual = (named..width).rev().find(|column| fills(*column)).map_or(named, |last| last + 1);
    let characters =
        |row: &PreviewRow, column: usize| row.cells.get(column).map_or(0, |cell| cell.chars().count());
    let longest = (0..width)
        .map(|column| below.iter().map(|row| characters(row, column)).fold(0, usize::max))
        .collect();
    let first = below.into_iter().take(FIRST_ROWS);
    let (first_numbers, first) = first
        .map(|row| (row.number, row.cells.into_iter().take(FIRST_COLUMNS).map(cut).collect::<Vec<_>>()))
        .unzip();
    let mut cells = header.cells;
    cells.resize(width, String::new());
    let above = rows.into_iter().map(|row| (row.number, row.cells)).collect();
    Ok(Headings { row: header.number, above, cells, longest, first, first_numbers, named, usual })
}

fn cut(mut cell: String) -> String {
    if let Some((end, _)) = cell.char_indices().nth(FIRST_CHARACTERS) {
        cell.truncate(end);
        cell.shrink_to_fit();
    }
    cell
}

/// Returns the error for a row that is not among the first ones.
fn not_found(rows: &[PreviewRow], row: Option<u64>) -> Error {
    let (Some(row), Some(last)) = (row, rows.last().map(|row| row.number)) else { return empty() };
    let message = if row > last {
        format!("there are no headings in row {row}: the first rows of the file end with row {last}")
    } else {
        format!("there are no headings in row {row}: it is blank, or inside a cell that has several lines")
    };
    let help = "name the row that has the headings by its number in Excel, or by its line in a text file";
    refused(Code::HeadingRowMissing, message, help)
}

fn empty() -> Error {
    refused(Code::RosterEmpty, "there are only blank rows", "export the roster again, with its headings")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests_support::known_headings;

    const BEST: Sought<'_> = Sought { score: &known_headings, row: None };

    fn rows(texts: &[&str]) -> Vec<PreviewRow> {
        let cells = |text: &str| text.split(',').map(str::to_owned).collect();
        (1..)
            .zip(texts)
            .map(|(number, text)| PreviewRow { number, cells: cells(text), is_wide: false })
            .collect()
    }

    #[test]
    fn the_headings_stand_under_the_banner() {
        let found = find(rows(&["FastTrack 2026", "Tenant,Plan,Seats", "Contoso,E3,480"]), BEST).unwrap();
        assert_eq!((found.row, found.named, found.usual), (2, 3, 3));
        assert_eq!(found.above, [(1, vec!["FastTrack 2026".to_owned()])]);
        assert_eq!(found.cells, ["Tenant", "Plan", "Seats"]);
        assert_eq!(found.longest, [7, 2, 3]);
        assert_eq!(found.first, [["Contoso", "E3", "480"]]);
    }

    #[test]
    fn the_first_of_two_equal_rows_is_the_headings() {
        assert_eq!(find(rows(&["x", "Tenant", "Tenant"]), BEST).unwrap().row, 2);
    }

    #[test]
    fn without_known_headings_the_first_row_is_taken() {
        assert_eq!(find(rows(&["x,y", "1,2"]), BEST).unwrap().row, 1);
    }

    #[test]
    fn a_column_without_heading_counts_when_most_rows_fill_it() {
        let stray = find(rows(&["Tenant", "a", "b,x", "c", "d"]), BEST).unwrap();
        assert_eq!((stray.named, stray.usual, stray.cells.len()), (1, 1, 2));
        let usual = find(rows(&["Tenant", "a,x", "b,x", "c"]), BEST).unwrap();
        assert_eq!((usual.named, usual.usual, usual.cells.len()), (1, 2, 2));
    }

    #[test]
    fn headings_merged_over_two_rows_are_put_together() {
        let joined = |texts: &[&str]| find(joined(rows(texts), BEST), BEST).unwrap();
        let found = joined(&["FastTrack 2026", "Tenant,Licences", ",Plan,Seats", "Contoso,E3,480"]);
        assert_eq!((found.row, found.cells), (3, vec!["Tenant".into(), "Plan".into(), "Seats".into()]));
        let found = joined(&["Customers,,Licences", "Tenant,Plan,Seats", "Contoso,E3,480"]);
        assert_eq!((found.row, found.cells), (2, vec!["Tenant".into(), "Plan".into(), "Seats".into()]));
        let mut apart = rows(&["Tenant", ",Plan,Seats"]);
        apart[1].number = 3;
        assert_eq!(super::joined(apart.clone(), BEST), apart, "a blank row stands between them");
    }

    #[test]
    fn the_row_that_is_named_holds_the_headings_whatever_it_says() {
        let named = |texts: &[&str], row| {
            let sought = Sought { row: Some(row), ..BEST };
            find(joined(rows(texts), sought), sought)
        };
        let all = ["Tenant,Plan,Seats", "Kunde,Was,Wie viele", "Contoso,E3,480"];
        let found = named(&all, 2).unwrap();
        assert_eq!((found.row, found.cells[0].as_str(), found.first_numbers), (2, "Kunde", vec![3]));
        assert_eq!(found.above, [(1, vec!["Tenant".into(), "Plan".into(), "Seats".into()])]);
        assert_eq!(named(&all, 1).unwrap(), find(rows(&all), BEST).unwrap());
        let merged = ["FastTrack 2026", "Tenant,Licences", ",Plan,Seats", "Contoso,E3,480"];
        assert_eq!(named(&merged, 3).unwrap().cells, ["Tenant", "Plan", "Seats"], "as it is found, too");
        assert_eq!(named(&merged, 2).unwrap().cells, ["Tenant", "Licences", ""]);
        let far: Vec<String> = (1..=100).map(|row| format!("line {row}")).collect();
        let far: Vec<&str> = far.iter().map(String::as_str).collect();
        assert_eq!(named(&far, 90).unwrap().row, 90, "further down than headings are looked for");
    }

    #[test]
    fn a_row_that_is_named_and_not_there_is_an_error_that_says_so() {
        let mut all = rows(&["Tenant", "Contoso"]);
        all[1].number = 3;
        for (row, why) in [(2, "it is blank"), (4, "end with row 3")] {
            let error = find(all.clone(), Sought { row: Some(row), ..BEST }).unwrap_err();
            let [found] = &error.diagnostics[..] else { panic!("{error:?}") };
            assert_eq!(found.code.as_str(), "heading-row-missing");
            assert!(found.message.contains(why), "{}", found.message);
        }
        let empty = find(Vec::new(), Sought { row: Some(1), ..BEST }).unwrap_err();
        assert_eq!(empty.diagnostics[0].code.as_str(), "roster-empty");
    }

    #[test]
    fn no_rows_are_an_error() {
        assert_eq!(find(Vec::new(), BEST).unwrap_err().diagnostics[0].code.as_str(), "roster-empty");
    }
}

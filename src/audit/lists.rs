//! The lists of a workbook, line by line, beside those that its rows come to.

use super::align::{Aligned, Kept};
use super::book::{Book, Row, Seen};
use super::prints::{Plain, excerpt, plain, print};
use super::report::{Finding, FindingKind, Findings};
use crate::diagnostic::Code;
use crate::error::Result;
use crate::report::review::causes;
use crate::report::{changes, history, onboarding, policy, review, roster, run, summary, to_settle};
use std::collections::{BTreeMap, HashSet};

const MESSAGE: &str = "it does not follow from the rows";

/// What the Review sheet calls flaws of the lines themselves, which cells do not show.
const OF_LINES: [Code; 10] = [
    Code::RowShort,
    Code::RowLong,
    Code::TextAfterQuote,
    Code::QuoteNotClosed,
    Code::NotDecodable,
    Code::LettersGarbled,
    Code::ZeroByte,
    Code::CellTooLong,
    Code::CellLeftOut,
    Code::CellSpansLines,
];

/// Compares every sheet that follows from the rows with the same sheet made again; `flawed` = it was made from the cells
/// of the Roster sheet, which do not show how the lines of the roster were written: these had flaws.
///
/// # Errors
/// `audit-not-readable`.
pub(super) fn compare(
    book: &mut Book,
    made: &mut Book,
    flawed: Option<&HashSet<u64>>,
    findings: &mut Findings,
) -> Result<()> {
    // Rows that are not compared are counted there.
    let is_counted = |sheet: &str| sheet != causes::NAME || flawed.is_none_or(HashSet::is_empty);
    for sheet in made.sheets.clone().iter().filter(|sheet| is_list(sheet) && is_counted(sheet)) {
        if book.has(sheet) {
            let asked = Asked { sheet, flawed: flawed.filter(|_| sheet == review::NAME) };
            compare_sheet(book, made, &asked, findings)?;
        } else if !is_told(findings, sheet) {
            let finding = Finding::of(FindingKind::SheetMissing, Some(sheet), "the sheet is not there");
            findings.add(finding);
        }
    }
    for sheet in book.sheets.clone().iter().filter(|sheet| is_list(sheet) && is_counted(sheet)) {
        if !made.has(sheet) && !is_told(findings, sheet) {
            let message = "the rows have nothing for such a sheet";
            findings.add(Finding::of(FindingKind::SheetAdded, Some(sheet), message));
        }
    }
    Ok(())
}

/// The other sheets are compared elsewhere, or, as Changes and Run history, follow from more than the rows.
fn is_list(sheet: &str) -> bool {
    let is_roster =
        sheet == roster::NAME || sheet.strip_prefix(roster::NAME).is_some_and(|rest| rest.starts_with(" ("));
    !is_roster && ![summary::NAME, policy::NAME, run::NAME, changes::NAME, history::NAME].contains(&sheet)
}

fn is_told(findings: &Findings, sheet: &str) -> bool {
    findings.kept.iter().any(|finding| finding.cell.is_none() && finding.sheet.as_deref() == Some(sheet))
}

fn compare_sheet(book: &mut Book, made: &mut Book, asked: &Asked<'_>, findings: &mut Findings) -> Result<()> {
    let sheet = asked.sheet;
    let (mut prints, mut rows) = (Vec::new(), Vec::new());
    book.rows(sheet, &mut |row| {
        if let Some(cells) = asked.cells(row) {
            prints.push(print(cells.into_iter()));
            rows.push(row.number);
        }
        Ok(true)
    })?;
    let mut aligned = Aligned::new(&prints, None);
    made.rows(sheet, &mut |row| {
        if let Some(cells) = asked.cells(row) {
            let print = print(cells.iter().cloned());
            aligned.see(Kept { number: row.number.into(), print, cells });
        }
        Ok(true)
    })?;
    aligned.end();
    tell(book, asked, (&aligned, &rows), findings)
}

/// Returns the source rows whose lines have flaws, as the Review sheet says: what else is wrong with them was not looked
/// for.
///
/// # Errors
/// `audit-not-readable`.
pub(super) fn flawed(book: &mut Book) -> Result<HashSet<u64>> {
    let mut flawed = HashSet::new();
    if !book.has(review::NAME) {
        return Ok(flawed);
    }
    book.rows(review::NAME, &mut |row| {
        if OF_LINES.iter().any(|code| code.as_str() == row.text(review::CODE)) {
            flawed.extend(row.cell(0).and_then(Seen::count));
        }
        Ok(true)
    })?;
    Ok(flawed)
}

/// Returns the faults that the Run sheet counts, but for those of lines and of the rows that have such flaws.
///
/// # Errors
/// `audit-not-readable`.
pub(super) fn faults_but_of(
    book: &mut Book,
    flawed: &HashSet<u64>,
    counted: &BTreeMap<String, u64>,
) -> Result<BTreeMap<String, u64>> {
    let mut rest = counted.clone();
    if !flawed.is_empty() {
        rest.retain(|code, _| !OF_LINES.iter().any(|known| known.as_str() == code));
        book.rows(review::NAME, &mut |row| {
            let source = row.cell(0).and_then(Seen::count);
            let is_flawed = source.is_some_and(|source| flawed.contains(&source));
            if let Some(count) = rest.get_mut(row.text(review::CODE)).filter(|_| is_flawed) {
                *count = count.saturating_sub(1);
            }
            Ok(true)
        })?;
        rest.retain(|_, count| *count > 0);
    }
    Ok(rest)
}

/// What of a sheet is compared.
struct Asked<'s> {
    sheet: &'s str,
    /// Source rows that are not, on the Review sheet; `None` = all are.
    flawed: Option<&'s HashSet<u64>>,
}

impl Asked<'_> {
    /// Returns the cells of a line that follow from the rows; `None` for a line that has none, or that cannot be known.
    fn cells(&self, row: &Row) -> Option<Vec<(usize, Plain)>> {
        if let Some(flawed) = self.flawed.filter(|_| row.number > 1) {
            // A line without a source row says that there is nothing to review.
            let source = row.cell(0).and_then(Seen::count)?;
            if flawed.contains(&source) {
                return None;
            }
        }
        let is_asked = |column: usize| match self.sheet {
            onboarding::NAME => column < onboarding::FOLLOWS,
            to_settle::NAME => !to_settle::FILLED_IN.contains(&column),
            review::NAME => !review::FILLED_IN.contains(&column),
            _ => true,
        };
        let cells = row.cells().filter(|(column, _)| is_asked(*column));
        let cells: Vec<(usize, Plain)> = cells.map(|(column, cell)| (column, plain(cell))).collect();
        (!cells.is_empty()).then_some(cells)
    }
}

fn tell(
    book: &mut Book,
    asked: &Asked<'_>,
    (aligned, rows): (&Aligned<'_>, &[u32]),
    findings: &mut Findings,
) -> Result<()> {
    let sheet = asked.sheet;
    for kept in &aligned.missing {
        let message = format!("the line is not there, and follows from the rows: {}", excerpt(&kept.cells));
        let place = u32::try_from(kept.number).unwrap_or(u32::MAX);
        let first = kept.cells.first().map_or(0, |(column, _)| *column);
        findings.add(Finding::of(FindingKind::List, Some(sheet), message).at(place, first));
    }
    findings.all += aligned.missing_beyond + aligned.changed_beyond;
    let row_of = |place: usize| rows.get(place).copied();
    let changed = aligned.changed.iter().filter_map(|(place, kept)| Some((row_of(*place)?, Some(kept))));
    let added = aligned.added.iter().filter_map(|place| Some((row_of(*place)?, None)));
    let wanted: BTreeMap<u32, Option<&Kept>> = changed.chain(added).collect();
    let Some(last) = wanted.keys().next_back() else { return Ok(()) };
    book.rows(sheet, &mut |row| {
        if let Some(kept) = wanted.get(&row.number) {
            tell_line(asked, row, *kept, findings);
        }
        Ok(row.number < *last)
    })
}

fn tell_line(asked: &Asked<'_>, row: &Row, kept: Option<&Kept>, findings: &mut Findings) {
    let (sheet, found) = (asked.sheet, asked.cells(row).unwrap_or_default());
    let Some(kept) = kept else {
        let message = format!("the line does not follow from the rows: {}", excerpt(&found));
        let first = found.first().map_or(0, |(column, _)| *column);
        return findings.add(Finding::of(FindingKind::List, Some(sheet), message).at(row.number, first));
    };
    let of = |cells: &[(usize, Plain)], at| {
        cells.iter().find(|(column, _)| *column == at).map(|(_, cell)| cell.shown()).unwrap_or_default()
    };
    let ends = [&found, &kept.cells].into_iter().filter_map(|cells| Some(cells.last()?.0 + 1));
    for column in 0..ends.max().unwrap_or(0) {
        let (was, is) = (of(&kept.cells, column), of(&found, column));
        if was != is {
            let finding = Finding::of(FindingKind::List, Some(sheet), MESSAGE).at(row.number, column);
            findings.add(finding.changed(Some(was), Some(is)));
        }
    }
}

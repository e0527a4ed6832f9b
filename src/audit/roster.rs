//! The roster beside the workbook that should have been made from it: every cell of it, row by row.
//!
//! The roster is read as any run reads it. Of the workbook's rows only prints are kept, by which both are laid side by
//! side; the few rows that differ are looked at again.

use super::align::{Aligned, Kept};
use super::book::{Book, Row, Seen};
use super::columns::Ours;
use super::paper::same_text;
use super::prints::{Plain, excerpt, plain, print, text};
use super::report::{Finding, FindingKind, Findings};
use super::run::Run;
use crate::about::About;
use crate::error::Result;
use crate::read::{self, Input, Limits};
use crate::record::{Cell, Record};
use crate::report::roster::{NAME, plain_number};
use crate::report::run;
use crate::roster::columns::score;
use crate::scratch::Scratch;
use crate::verdict::words::grouped;
use std::collections::BTreeMap;
use std::path::Path;

/// The rows of the Roster sheet, each as a number that tells it from others.
pub(super) struct Prints {
    /// Whether they are kept at all.
    is_wanted: bool,
    /// Of all of the roster's cells; 0 = a blank row.
    cells: Vec<u64>,
    /// Where a row stands in the roster, if the sheet says it.
    sources: Vec<u64>,
}

impl Prints {
    /// Returns no prints yet; they are kept if they are wanted.
    pub(super) const fn new(is_wanted: bool) -> Self {
        Self { is_wanted, cells: Vec::new(), sources: Vec::new() }
    }

    /// Adds rows with nothing in them.
    pub(super) fn blank(&mut self, rows: u64) {
        let rows = usize::try_from(rows).unwrap_or(0);
        for list in [&mut self.cells, &mut self.sources].into_iter().filter(|_| self.is_wanted) {
            list.resize(list.len() + rows, 0);
        }
    }

    /// Adds a row.
    pub(super) fn add(&mut self, row: &Row, ours: &Ours) {
        if !self.is_wanted {
            return;
        }
        let cells = (0..row.width()).filter_map(|column| {
            let place = match column {
                _ if column < ours.own => column,
                _ if column < ours.end => return None,
                _ => column + ours.own - ours.end,
            };
            Some((place, plain(row.cell(column)?)))
        });
        self.cells.push(print(cells));
        let source = ours.source.and_then(|column| row.cell(column)).and_then(Seen::count);
        self.sources.push(source.unwrap_or(0));
    }
}

/// Returns the cells of a record that stand on the sheet; in the column of the seats of a text plain digits become a
/// number.
fn cells_of(record: Record<'_>, seats: Option<usize>) -> Vec<(usize, Plain)> {
    let number =
        |column, words: &str| plain_number(words).filter(|_| seats == Some(column)).map(Plain::Number);
    let cell = |column| {
        Some(match record.cell(column) {
            Cell::Blank => return None,
            Cell::Text(words) => number(column, words).unwrap_or_else(|| text(words)),
            Cell::Error(words) => text(words),
            Cell::Number { value, .. } => Plain::Number(value),
            Cell::Date { serial, .. } => Plain::Number(serial),
            Cell::Bool(value) => text(if value { "TRUE" } else { "FALSE" }),
        })
    };
    (0..record.width()).filter_map(|column| cell(column).map(|cell| (column, cell))).collect()
}

/// Compares a roster with the workbook; returns whether it is the file that the workbook was made from.
///
/// # Errors
/// Those of reading the roster; `audit-not-readable`.
pub(super) fn compare(
    path: &Path,
    book: &mut Book,
    (run, ours): (&Run, &Ours),
    prints: &Prints,
    findings: &mut Findings,
) -> Result<bool> {
    let scratch = Scratch::system();
    let options = read::Options {
        sheet: run.sheet.as_deref(),
        heading_row: run.heading_row(),
        encoding: run.encoding_named(),
        delimiter: run.delimiter_byte(),
        limits: Limits::default(),
        scratch: &scratch,
        score: &score,
    };
    let mut reader = read::open(&Input::File(path.to_owned()), options)?;
    let is_its_own = check_file(&reader.about, run, findings);
    let seats = run.column("seats").filter(|_| reader.about.sheet().is_none());
    let mut aligned = Aligned::new(&prints.cells, run.part.as_ref().map(|_| prints.sources.as_slice()));
    // Rows below the headings count from 1; those that are left out are blank.
    let mut next = 1;
    let mut lines = |block: read::Block| {
        for record in block.records()?.iter() {
            for _ in next..record.ordinal {
                aligned.see(Kept { number: 0, print: 0, cells: Vec::new() });
            }
            next = record.ordinal + 1;
            let cells = cells_of(record, seats);
            let print = print(cells.iter().cloned());
            aligned.see(Kept { number: record.number, print, cells });
        }
        Ok(())
    };
    reader.read(&mut lines)?;
    aligned.end();
    tell(book, (&reader.about, run, ours), &aligned, findings)?;
    Ok(is_its_own)
}

fn check_file(about: &About, run: &Run, findings: &mut Findings) -> bool {
    if about.sha256 != run.roster.sha256 {
        let message = format!(
            "`{}` is not the roster that the workbook was made from: its SHA-256 is {}, and the Run sheet says {}",
            about.name, about.sha256, run.roster.sha256
        );
        findings.add(Finding::of(FindingKind::OtherRoster, None, message));
        return false;
    }
    let size = format!("{} bytes", grouped(about.bytes));
    if run.size.0 != size {
        let finding = Finding::of(FindingKind::Run, Some(run::NAME), "the roster has a different size")
            .at(run.size.1, 1);
        findings.add(finding.changed(Some(size), Some(run.size.0.clone())));
    }
    true
}

/// Tells what differs; the rows of the workbook that do are looked at once more.
fn tell(
    book: &mut Book,
    (about, run, ours): (&About, &Run, &Ours),
    aligned: &Aligned<'_>,
    findings: &mut Findings,
) -> Result<()> {
    for kept in &aligned.missing {
        let place = about.record_word();
        let message =
            format!("{place} {} of the roster is not on the sheet: {}", kept.number, excerpt(&kept.cells));
        findings.add(Finding::of(FindingKind::RowMissing, Some(NAME), message));
    }
    findings.all += aligned.missing_beyond;
    let wanted: BTreeMap<usize, Option<&Kept>> = aligned
        .changed
        .iter()
        .map(|(place, kept)| (*place, Some(kept)))
        .chain(aligned.added.iter().map(|place| (*place, None)))
        .collect();
    for (place, part) in super::whole::parts(&book.sheets, run.read.count.unwrap_or(0)).iter().enumerate() {
        let before = place * (super::whole::ROWS_OF_A_SHEET as usize - 1);
        book.rows(part, &mut |row| {
            let at = before + (row.number as usize).saturating_sub(2);
            if row.number == 1 {
                tell_headings(part, row, (about, ours), findings);
            } else if let Some(kept) = wanted.get(&at) {
                tell_row(part, row, *kept, ours, findings);
            }
            Ok(wanted.keys().next_back().is_some_and(|last| row.number == 1 || at < *last))
        })?;
    }
    findings.all += aligned.changed_beyond;
    Ok(())
}

fn tell_headings(part: &str, row: &Row, (about, ours): (&About, &Ours), findings: &mut Findings) {
    for column in 0..ours.own.max(about.headings.len()) {
        let wanted = about.headings.get(column).map(String::as_str).unwrap_or_default();
        let is = row.cell(column).filter(|_| column < ours.own).map(Seen::shown).unwrap_or_default();
        if wanted.trim() != is.trim() && !same_text(wanted, &is) {
            let finding =
                Finding::of(FindingKind::RosterCell, Some(part), "the roster has a different heading");
            findings.add(finding.at(1, column).changed(Some(wanted.to_owned()), Some(is)));
        }
    }
}

fn tell_row(part: &str, row: &Row, kept: Option<&Kept>, ours: &Ours, findings: &mut Findings) {
    let Some(kept) = kept else {
        let message = format!("row {} is not in the roster", row.number);
        return findings.add(Finding::of(FindingKind::RowAdded, Some(part), message));
    };
    let beyond = kept.cells.last().map_or(0, |(column, _)| column + 1);
    for column in 0..beyond.max(row.width()).max(ours.own) {
        let on_sheet = if column < ours.own { column } else { column + ours.end - ours.own };
        let wanted = kept.cells.iter().find(|(place, _)| *place == column).map(|(_, cell)| cell);
        let is = row.cell(on_sheet).map(plain);
        if wanted != is.as_ref() {
            let finding =
                Finding::of(FindingKind::RosterCell, Some(part), "the roster's file says something else");
            let was = wanted.map(Plain::shown).unwrap_or_default();
            let is = is.map(|is| is.shown()).unwrap_or_default();
            findings.add(finding.at(row.number, on_sheet).changed(Some(was), Some(is)));
        }
    }
}

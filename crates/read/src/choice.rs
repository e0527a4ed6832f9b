//! Which sheet of a workbook is the roster.

use super::book::Listed;
use super::headings::{self, PreviewRow};
use super::{Options, WHOLE, refused};
use crate::about::own_rosters;
use crate::diagnostic::{Code, Place, excerpt};
use crate::error::{Error, Result};

/// The sheet to be read.
pub(super) struct Chosen {
    /// Its place among the sheets.
    pub index: usize,
    /// Its first rows that are not blank.
    pub rows: Vec<PreviewRow>,
    /// The names of the other visible sheets whose headings fit equally well; none where the user named the sheet.
    pub other_candidates: Vec<String>,
}

/// Chooses a sheet; `rows` gives the first rows of one that are not blank.
///
/// The one that is asked for, or else the visible one whose first rows score best, the first of equals; one with rows
/// before one without. A sheet that cannot be read scores nothing: what stands beside the roster is nobody's business.
/// Only where no other sheet looks like a roster is its error the one to report.
///
/// # Errors
/// `sheet-missing`; or what `rows` says.
pub(super) fn choose(
    sheets: &[Listed],
    options: Options<'_>,
    rows: &mut dyn FnMut(usize) -> Result<Vec<PreviewRow>>,
) -> Result<Chosen> {
    match options.sheet {
        Some(wanted) => {
            let index = named(sheets, wanted)?;
            let rows = headings::joined(rows(index)?, options.sought());
            Ok(Chosen { index, rows, other_candidates: Vec::new() })
        }
        None => likeliest(sheets, options, rows),
    }
}

fn named(sheets: &[Listed], wanted: &str) -> Result<usize> {
    let exact = sheets.iter().position(|sheet| sheet.name == wanted);
    let similar = || sheets.iter().position(|sheet| sheet.name.to_lowercase() == wanted.to_lowercase());
    exact.or_else(similar).ok_or_else(|| {
        refused(
            Code::SheetMissing,
            format!("there is no sheet `{}`", excerpt(wanted)),
            format!("the sheets are {}", names(sheets)),
        )
    })
}

fn names(sheets: &[Listed]) -> String {
    sheets.iter().map(|sheet| format!("`{}`", sheet.name)).collect::<Vec<_>>().join(", ")
}

fn likeliest(
    sheets: &[Listed],
    options: Options<'_>,
    rows: &mut dyn FnMut(usize) -> Result<Vec<PreviewRow>>,
) -> Result<Chosen> {
    let mut best: Option<(Fit, Chosen)> = None;
    let mut fits = Vec::new();
    let mut unread = None;
    let own = own_rosters(sheets.iter().map(|sheet| sheet.name.as_str()));
    let may_be = |index: &usize, sheet: &Listed| !sheet.is_hidden && (own.is_empty() || own.contains(index));
    for (index, _) in sheets.iter().enumerate().filter(|(index, sheet)| may_be(index, sheet)) {
        let rows = match rows(index) {
            Ok(rows) => headings::joined(rows, options.sought()),
            Err(error) if is_of_the_sheet(&error) => {
                unread.get_or_insert(error);
                continue;
            }
            Err(error) => return Err(error),
        };
        let fit = headings::best(&rows, options.sought()).map(|(score, row)| (score, rows.len() > row + 1));
        fits.push((index, fit));
        if best.as_ref().is_none_or(|(so_far, _)| fit > *so_far) {
            best = Some((fit, Chosen { index, rows, other_candidates: Vec::new() }));
        }
    }
    if let Some((fit, chosen)) = &mut best {
        let others = fits.iter().filter(|(index, other)| *index != chosen.index && is_alike(*other, *fit));
        chosen.other_candidates =
            others.filter_map(|(index, _)| sheets.get(*index).map(|sheet| sheet.name.clone())).collect();
    }
    let is_roster = best.as_ref().is_some_and(|(fit, _)| fit.is_some_and(|(score, _)| score > 0));
    if let Some(error) = unread.filter(|_| !is_roster) {
        return Err(error);
    }
    best.map(|(_, chosen)| chosen).ok_or_else(|| {
        refused(Code::SheetMissing, "all sheets are hidden", format!("name one of {}", names(sheets)))
    })
}

/// How well a sheet's headings fit, and whether it has rows below them; `None` = it is blank.
type Fit = Option<(u32, bool)>;

/// Returns whether a sheet may be the roster as well as the `best` one: it has rows, and its headings fit equally well
/// or name all that is needed.
fn is_alike(fit: Fit, best: Fit) -> bool {
    let (Some((score, true)), Some((most, _))) = (fit, best) else { return false };
    score > 0 && (score == most || score >= WHOLE)
}

/// Returns whether an error says something of one sheet, and not of the whole file or the machine.
fn is_of_the_sheet(error: &Error) -> bool {
    let codes = [Code::WorkbookDamaged, Code::WorkbookTooLarge, Code::RecordTooWide];
    !error.diagnostics.is_empty() && error.diagnostics.iter().all(|found| codes.contains(&found.code))
}

/// Returns the names of the sheets beside the chosen one, in order.
pub(super) fn others(sheets: &[Listed], index: usize) -> Vec<String> {
    let others = sheets.iter().enumerate().filter(|(other, _)| *other != index);
    others
        .map(|(_, sheet)| format!("{}{}", sheet.name, if sheet.is_hidden { " (hidden)" } else { "" }))
        .collect()
}

/// Names the sheet in an error that has no place in it.
pub(super) fn on_sheet(mut error: Error, sheet: &str) -> Error {
    for found in error.diagnostics.iter_mut().filter(|found| found.place == Place::File) {
        found.message = format!("{} (sheet `{sheet}`)", found.message);
    }
    error
}

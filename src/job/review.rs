//! The lines of the Review sheet: of each row that has a fault, or that something was filled in for before; then of what
//! was filled in and fits no row.

use super::judged::Judged;
use super::sink::Sink;
use super::workbook::SheetIds;
use crate::about::About;
use crate::diagnostic::Code;
use crate::error::Result;
use crate::output_fields::FlatTable;
use crate::policy::Policy;
use crate::report::review::{LIMIT_LINKS, Row, cells, filled_cells};
use crate::roster::Fault;
use crate::roster::overrides::{Fits, Overrides, RowNames, is_on_review};
use std::collections::HashSet;

/// The remarks that something was filled in for another cell.
const OUTDATED: [Code; 4] = [
    Code::OverrideOutdated,
    Code::OverridePlanOutdated,
    Code::OverrideSegmentOutdated,
    Code::OverrideStatusOutdated,
];

/// A row that has lines on the Review sheet.
pub(super) struct RowToReview {
    number: u64,
    ordinal: u64,
    names: RowNames,
    fits: Fits,
    /// Lines of the Review sheet given back that fit the row.
    filled: Vec<u64>,
    /// What is wrong with it.
    faults: Vec<Fault>,
}

impl RowToReview {
    /// Returns a row that has such lines, its faults still to come; `None` if it has none.
    pub(super) fn of(judged: &Judged<'_, '_, '_>) -> Option<Self> {
        let Judged { record, row, repeats, identity, understanding, .. } = judged;
        let filled = row.override_lines.iter().copied().filter(|line| is_on_review(*line));
        let filled: Vec<u64> = filled.collect();
        if row.faults.is_empty() && filled.is_empty() {
            return None;
        }
        let names = RowNames::of(*record, identity, understanding.columns());
        let fits = names.fits(*repeats);
        let faults = Vec::new();
        Some(Self { number: record.number, ordinal: record.ordinal, names, fits, filled, faults })
    }

    /// Returns the row with what is wrong with it.
    pub(super) fn with_faults(self, faults: Vec<Fault>) -> Self {
        Self { faults, ..self }
    }
}

/// The Review sheet on its way.
pub(super) struct ReviewSheet<'r> {
    pub(super) policy: &'r Policy,
    pub(super) about: &'r About,
    pub(super) overrides: Option<&'r Overrides>,
    pub(super) sheets: SheetIds,
    /// What was filled in before and has its line, each once, however many rows it fits.
    shown: HashSet<u64>,
    /// Lines so far.
    lines: u64,
}

impl<'r> ReviewSheet<'r> {
    /// Returns the sheet without a line.
    pub(super) fn new(
        (policy, about): (&'r Policy, &'r About),
        overrides: Option<&'r Overrides>,
        sheets: SheetIds,
    ) -> Self {
        Self { policy, about, overrides, sheets, shown: HashSet::new(), lines: 0 }
    }

    /// Writes the lines of a row: what was filled in for it before, then what is wrong with it.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(super) fn add(&mut self, sink: &mut Sink<'_>, review: &RowToReview) -> Result<()> {
        let (sheet, table) = (self.sheets.review, Some(FlatTable::Review));
        let RowToReview { number, ordinal, names, fits, filled, faults } = review;
        let row = |lines: &mut u64| {
            *lines += 1;
            Row { number: *number, ordinal: *ordinal, names, fits: *fits, leads: *lines <= LIMIT_LINKS }
        };
        let is_outdated = faults.iter().any(|fault| OUTDATED.contains(&fault.code));
        for line in filled {
            let filled = self.overrides.and_then(|overrides| overrides.filled_at(*line));
            if let Some(filled) = filled.filter(|_| self.shown.insert(*line)) {
                let then = filled.as_then(names);
                let row = Row { names: &then, ..row(&mut self.lines) };
                sink.row(sheet, table, &filled_cells(Some(row), filled, self.policy, is_outdated))?;
            }
        }
        faults.iter().try_for_each(|fault| {
            let shown = fault.diagnostic(self.about, *number);
            sink.row(sheet, table, &cells(row(&mut self.lines), fault, &shown))
        })
    }

    /// Writes what was filled in and fits no row of the roster, so that the next one can have it.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub(super) fn end(&mut self, sink: &mut Sink<'_>) -> Result<()> {
        let Some(overrides) = self.overrides else { return Ok(()) };
        let (sheet, table) = (self.sheets.review, Some(FlatTable::Review));
        let rest = overrides.filled().iter().filter(|filled| !self.shown.contains(&filled.line));
        rest.into_iter()
            .try_for_each(|filled| sink.row(sheet, table, &filled_cells(None, filled, self.policy, false)))
    }
}

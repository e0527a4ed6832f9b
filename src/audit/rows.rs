//! The rows of the Roster sheet: whether each verdict follows from its own cells.
//!
//! A row is judged again by what its cells say. Where that does not come to what stands there, it is judged by every
//! other thing that its cells may have said before (the `Why` column names seats and segment once more, the roster's own
//! cells do, too); what changes the fewest cells is taken for what was written.

use super::book::{Row, Seen};
use super::columns::Ours;
use super::differences::{Difference, differences};
use super::guesses::Shown;
use super::judged::{Guess, Judged, judged};
use super::own::Own;
use super::plans::Plans;
use super::report::{Finding, FindingKind, Findings};
use super::rules::Rules;
use super::totals::{Totals, Written};
use super::words;
use crate::plans::Catalogue;
use crate::report::roster::FOOTER;

/// What is known before the first row is looked at.
pub(super) struct AuditContext<'k> {
    pub rules: &'k Rules,
    /// Whether this program words reasons as the one did that made the workbook.
    pub has_words: bool,
    /// Whether every plan that a row was recognised as is in the catalogue.
    pub has_plans: bool,
    /// Whether a plan of the catalogue is what it was when the workbook was made.
    pub knows_plans: bool,
    pub ours: Ours,
}

/// Looks at rows one by one.
pub(super) struct RowAudit<'k, 'c> {
    pub known: AuditContext<'k>,
    /// The roster's own cells, as far as they must fit.
    pub own: Own<'c>,
    pub plans: Plans<'c>,
    pub totals: Totals,
}

impl<'k, 'c> RowAudit<'k, 'c> {
    /// Returns an account of no rows yet.
    pub(super) fn new(known: AuditContext<'k>, own: Own<'c>, catalogue: &'c Catalogue) -> Self {
        let totals = Totals::new(&known.rules.policy);
        Self { known, own, plans: Plans::new(catalogue), totals }
    }

    /// Looks at a row of a part of the Roster sheet.
    pub(super) fn see(&mut self, sheet: &str, row: &Row, findings: &mut Findings) {
        let ours = &self.known.ours;
        let why = ours.why();
        let is_ours = |column: &usize| Some(*column) != ours.source && row.cell(*column).is_some();
        let filled = (ours.own..ours.end).filter(is_ours).count();
        self.totals.rows.read += 1;
        if filled == 1 && row.text(why) == FOOTER {
            self.totals.rows.footer += 1;
        } else if filled > 0 {
            self.customer(sheet, row, findings);
        } else {
            self.totals.rows.blank += 1;
            if (0..ours.own).any(|column| is_visible(row.cell(column))) {
                let message = "the row has cells of the roster, and nothing says what became of it";
                findings
                    .add(Finding::of(FindingKind::Verdict, Some(sheet), message).at(row.number, ours.tier()));
            }
        }
    }

    /// Counts rows with nothing in them, which no cell tells of.
    pub(super) fn blank(&mut self, rows: u32) {
        self.totals.rows.blank += u64::from(rows);
        self.totals.rows.read += u64::from(rows);
    }

    /// Ends the rows: so many were written, of which the last may be blank.
    pub(super) fn end(&mut self, written: u64) {
        let rest = written.saturating_sub(self.totals.rows.read);
        self.totals.rows.blank += rest;
        self.totals.rows.read += rest;
        self.totals.finish();
    }

    fn customer(&mut self, sheet: &str, row: &Row, findings: &mut Findings) {
        let (known, own) = (&self.known, &mut self.own);
        let policy = &known.rules.policy;
        let told = words::read(row.text(known.ours.why()), policy);
        let meant =
            self.plans.meant(row.text(known.ours.recognised())).filter(|_| known.knows_plans).cloned();
        let shown = Shown::of(row, known, own, &told);
        let mut look = |guess: &Guess<'_, 'c>| {
            let made = judged(policy, guess, &told, known.has_words);
            let found = differences(row, (known, own), (guess, &made), &told);
            (made, found)
        };
        let mut looked = Vec::new();
        looked.extend(shown.guess(meant.as_ref()).map(|guess| look(&guess)));
        if looked.iter().all(|(_, found)| !found.is_empty()) {
            looked.extend(shown.all(policy, meant.as_ref()).iter().map(look));
        }
        let Some((made, found, is_certain)) = best(looked) else { return };
        let is_only = known.ours.rows_of_tenant.is_none_or(|column| row.cell(column).is_none());
        self.totals.add(policy, &made, (&Written::of(row, known.ours.places(), policy), is_only));
        let message = if is_certain {
            "it does not follow from the other cells of its row"
        } else {
            "it does not fit the other cells of its row; it is not possible to tell which of them was changed"
        };
        for Difference { column, was } in found {
            let finding = Finding::of(FindingKind::Verdict, Some(sheet), message).at(row.number, column);
            let is = row.cell(column).map(Seen::shown).unwrap_or_default();
            findings.add(finding.changed(was.filter(|_| is_certain), Some(is)));
        }
    }
}

/// Returns what changes the fewest cells, and whether nothing else changes as few: other cells, or to something else.
fn best(looked: Vec<(Judged, Vec<Difference>)>) -> Option<(Judged, Vec<Difference>, bool)> {
    let fewest = looked.iter().map(|(_, found)| found.len()).min()?;
    let mut fewest = looked.into_iter().filter(|(_, found)| found.len() == fewest);
    let (made, found) = fewest.next()?;
    let is_certain = fewest.all(|(_, other)| other == found);
    Some((made, found, is_certain))
}

/// Returns whether a person sees something in a cell.
fn is_visible(cell: Option<&Seen>) -> bool {
    match cell {
        Some(Seen::Text(text)) => text.chars().any(char::is_alphanumeric),
        Some(_) => true,
        None => false,
    }
}

//! The roster's own cells beside a verdict, as far as they can be read without the roster: a plain number of seats, a
//! known word for the segment, the status as written, a plan of the catalogue.
//!
//! What a file shows only as a whole (how it writes thousands, which rows belong together) is not looked at here: what
//! is not plain says nothing.

use super::book::{Row, Seen};
use super::run::Run;
use crate::plans::{Catalogue, Plan};
use crate::policy::Policy;
use crate::roster::written::meant;
use std::collections::HashMap;

/// Cells that are kept with the plan that they name.
const LIMIT_KEPT: usize = 50_000;
/// No plan has more bytes.
const LIMIT_PLAN_BYTES: usize = 300;

/// Where the roster's own columns stand that a verdict must fit; none where that cannot be told.
pub(super) struct Own<'c> {
    pub seats_column: Option<usize>,
    pub segment_column: Option<usize>,
    pub status_column: Option<usize>,
    pub plan_column: Option<usize>,
    width: usize,
    catalogue: &'c Catalogue,
    /// The plans that cells name, by their place in the catalogue's list.
    kept: HashMap<String, Vec<&'c Plan>>,
}

impl<'c> Own<'c> {
    /// Returns the columns that the Run sheet names; none where overrides or own catalogues say more than the cells.
    pub(super) fn new(run: &Run, has_plans: bool, width: usize, catalogue: &'c Catalogue) -> Self {
        let is_plain = run.overrides_sha256.is_none();
        let column = |field: &str| run.column(field).filter(|place| is_plain && *place < width);
        Self {
            seats_column: column("seats"),
            segment_column: column("segment"),
            status_column: column("status"),
            plan_column: column("plan").filter(|_| has_plans),
            width,
            catalogue,
            kept: HashMap::new(),
        }
    }

    /// Returns the seats, if they are a whole number, plain or with its thousands apart.
    pub(super) fn seats(&self, row: &Row) -> Option<u64> {
        match row.cell(self.seats_column?)? {
            Seen::Text(text) => whole_number(text),
            number => number.count(),
        }
    }

    /// Returns the segment, if it is a word that the policy knows.
    pub(super) fn segment(&self, row: &Row, policy: &Policy) -> Option<usize> {
        policy.segment_by_word(&meant(row.cell(self.segment_column?)?.text()?))
    }

    /// Returns the status as written.
    pub(super) fn status(&self, row: &Row) -> Option<String> {
        Some(row.cell(self.status_column?)?.shown().trim().to_owned())
    }

    /// Returns whether a cell says this, but for blanks around it.
    pub(super) fn says(row: &Row, column: usize, words: &str) -> bool {
        row.cell(column).is_some_and(|cell| {
            let shown = cell.shown();
            shown.trim() == words.trim() || meant(&shown).trim() == words.trim()
        })
    }

    /// Returns whether the plan's cell names this plan, or says nothing plain while another cell names it.
    pub(super) fn names(&mut self, row: &Row, plan: &Plan) -> bool {
        let column = self.plan_column.unwrap_or(0);
        let others = (0..self.width).filter(|other| *other != column);
        std::iter::once(column).chain(others).any(|column| self.cell_names(row, column, plan))
    }

    fn cell_names(&mut self, row: &Row, column: usize, plan: &Plan) -> bool {
        let Some(text) = row.cell(column).and_then(Seen::text).filter(|text| text.len() <= LIMIT_PLAN_BYTES)
        else {
            return false;
        };
        if self.kept.len() > LIMIT_KEPT {
            self.kept.clear();
        }
        if !self.kept.contains_key(text) {
            let found = found(self.catalogue, text);
            self.kept.insert(text.to_owned(), found);
        }
        self.kept.get(text).is_some_and(|found| found.iter().any(|found| found.key() == plan.key()))
    }
}

/// Returns the number of a text of digits, or of one to three of them and groups of three. Of `1.200`, which may be no
/// whole number, a verdict shows that it was read as one: otherwise its row is in review.
fn whole_number(text: &str) -> Option<u64> {
    let mut groups = text.split([',', '.', '\'', '\u{2019}', ' ', '\u{a0}', '\u{202f}']);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if first.len() > 3 || group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    let is_whole =
        digits.len() <= 9 && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole { digits.parse().ok() } else { None }
}

/// Returns the plans that a cell may name; an export writes the tenant's name before the id, with a colon.
fn found<'c>(catalogue: &'c Catalogue, text: &str) -> Vec<&'c Plan> {
    let text = meant(text);
    let behind = text.rsplit_once(':').map(|(_, behind)| behind);
    let found = std::iter::once(&*text).chain(behind).filter_map(|text| catalogue.find(text).ok());
    found.flat_map(|found| std::iter::once(found.plan).chain(found.readings)).collect()
}

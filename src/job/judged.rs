//! One roster row, judged, with all that is known of it.

use crate::record::Record;
use crate::roster::identity::{Identity, TenantId, shortened};
use crate::roster::lines::Line;
use crate::roster::repeats::Repeats;
use crate::roster::{RosterRow, Understanding};
use crate::verdict::Verdict;
use std::borrow::Cow;

/// One roster row, judged, with all that is known of it: what listeners hear, and the output is made of.
pub(super) struct Judged<'u, 'r, 'a> {
    /// The record as it stood in the file.
    pub(super) record: Record<'r>,
    /// The record, understood.
    pub(super) row: RosterRow<'a>,
    /// The verdict; `None` for blank rows and footers.
    pub(super) verdict: Option<Verdict>,
    /// How many rows share its tenant, its plan of that tenant, or its subscription; nothing until a census was taken.
    pub(super) repeats: Repeats,
    /// The number of its tenant; `None` = nothing tells it from others, or no tenant is on several rows, as far as is known.
    pub(super) tenant: Option<TenantId>,
    /// What the line is by itself.
    pub(super) line: Line,
    /// Tells tenants apart.
    pub(super) identity: &'u Identity,
    /// What read the row.
    pub(super) understanding: &'u Understanding<'a>,
}

impl<'r, 'a> Judged<'_, 'r, 'a> {
    /// Returns a customer's row with its verdict; `None` for blank rows and footers.
    pub(super) fn customer(&self) -> Option<(&RosterRow<'a>, &Verdict)> {
        self.verdict.as_ref().map(|verdict| (&self.row, verdict))
    }

    /// Returns what shows the tenant, and its name, if another column has it.
    pub(super) fn shown(&self) -> (String, String) {
        self.identity.shown(self.record)
    }

    /// Returns who looks after the customer, as the roster says; empty if it does not.
    pub(super) fn owner(&self) -> Cow<'r, str> {
        let column = self.understanding.columns().owner;
        column.map(|column| shortened(self.record.cell(column))).unwrap_or_default()
    }
}

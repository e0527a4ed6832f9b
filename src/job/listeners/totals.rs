//! How many rows there are, and of what kind.

use crate::error::{Error, Result};
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::policy::Policy;
use crate::record::{Cell, Record, Records};
use crate::roster::{RowKind, Understanding};
use crate::summary::Summary;

/// Counts rows.
pub(in crate::job) struct Totals<'j> {
    policy: &'j Policy,
}

/// The rows of a batch, or of the roster so far.
pub(in crate::job) struct Counted {
    /// The totals.
    pub(in crate::job) summary: Summary,
    /// Records given.
    pub(in crate::job) records: u64,
    /// Rows that have something on the Roster sheet; not counted by those who write it.
    pub(in crate::job) filled: u64,
    /// The ordinal of the first row; `None` = there is none.
    first: Option<u64>,
}

impl<'j> Totals<'j> {
    /// Returns what counts rows by a policy.
    pub(super) const fn new(policy: &'j Policy) -> Self {
        Self { policy }
    }
}

impl<'a> Listener<'a> for Totals<'_> {
    type Gathering<'r>
        = Counted
    where
        Self: 'r;
    type Part = Counted;
    type Whole = Counted;

    fn begin(&self, records: &Records) -> Counted {
        let mut summary = Summary::new(self.policy);
        summary.hidden = records.hidden();
        let first = records.iter().next().map(|record| record.ordinal);
        Counted { summary, records: records.len() as u64, filled: 0, first }
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, counted: &mut Counted) {
        let (record, row) = (judged.record, &judged.row);
        // Ordinals that are left out are blank rows.
        let before = counted.first.map_or(0, |first| record.ordinal - first);
        counted.summary.add_blank(before.saturating_sub(counted.summary.read));
        counted.summary.add(row, judged.verdict.as_ref());
        counted.filled += u64::from(row.kind != RowKind::Blank || has_cell(record));
    }

    fn end(&self, counted: Counted, _records: &Records, _understanding: &Understanding<'a>) -> Counted {
        counted
    }

    fn start(&self) -> Counted {
        Counted { summary: Summary::new(self.policy), records: 0, filled: 0, first: None }
    }

    fn join(&self, whole: &mut Counted, part: Counted, _sink: &mut Sink<'_>) -> Result<()> {
        let Some(first) = part.first else { return Ok(()) };
        let skipped = first.checked_sub(whole.summary.read + 1);
        whole.summary.add_blank(skipped.ok_or_else(|| Error::internal("a row came twice"))?);
        whole.summary.merge(&part.summary);
        whole.records += part.records;
        whole.filled += part.filled;
        Ok(())
    }
}

/// White space is a cell, though the row is blank to a reader.
fn has_cell(record: Record<'_>) -> bool {
    (0..record.width()).any(|column| record.cell(column) != Cell::Blank)
}

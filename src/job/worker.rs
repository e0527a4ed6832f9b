//! What a worker does with a block of records: rows understood and judged; listeners hear of them, and the output is
//! made of them.

use super::judged::Judged;
use super::listeners::{Listeners, Parts};
use super::rows::{MadeRows, RowMaker};
use super::understandings::Understandings;
use crate::error::Result;
use crate::policy::Policy;
use crate::record::Records;
use crate::roster::RowKind;
use crate::roster::identity::Identity;
use crate::roster::lines::Line;
use crate::roster::lines::grouped::name_tenants;
use crate::roster::repeats::{Census, Repeats};
use crate::verdict::{Facts, judge};

/// What a worker has to know.
pub(super) struct Worker<'j, 'a> {
    pub(super) policy: &'j Policy,
    pub(super) identity: &'j Identity,
    /// What the whole roster says; `None` = it is found out on the way.
    pub(super) census: Option<&'j Census>,
    /// One for each worker, which remembers what the blocks before showed.
    pub(super) understandings: Understandings<'a>,
    pub(super) listeners: &'j Listeners<'j, 'a>,
    pub(super) rows: RowMaker<'j>,
}

/// A batch of rows, judged.
pub(super) struct Batch<'j, 'a> {
    /// What listeners gathered of it.
    pub(super) parts: Parts<'j, 'a>,
    /// What the output takes of it.
    pub(super) rows: MadeRows,
}

impl<'j, 'a> Worker<'j, 'a> {
    /// Judges the records of a block; `None` if it has none.
    ///
    /// # Errors
    /// Internal.
    pub(super) fn batch(&self, records: Records) -> Result<Option<Batch<'j, 'a>>> {
        if records.is_empty() {
            return Ok(None);
        }
        let records = self.named(records);
        let mut understanding = self.understandings.take();
        let mut gatherings = self.listeners.begin(&records);
        let mut rows = self.rows.begin();
        for record in records.iter() {
            let mut line = Line::Row;
            let row = understanding.row_on(record, &mut line);
            let verdict = (row.kind == RowKind::Customer).then(|| judge(self.policy, Facts::of(&row)));
            let repeats = match self.census {
                Some(census) if verdict.is_some() => {
                    census.repeats(record, self.identity, &mut understanding)
                }
                _ => Repeats::default(),
            };
            let (identity, understanding) = (self.identity, &understanding);
            let judged = Judged { record, row, verdict, repeats, line, identity, understanding };
            self.listeners.hear(&judged, &mut gatherings);
            rows.take(judged)?;
        }
        let parts = self.listeners.end(gatherings, &records, &understanding);
        self.understandings.put_back(understanding);
        Ok(Some(Batch { parts, rows: rows.finish(records)? }))
    }

    /// Names the tenants of rows that are named above them, in a report that is grouped by them.
    fn named(&self, mut records: Records) -> Records {
        if self.census.is_some_and(|census| census.outline.is_grouped()) {
            let mut understanding = self.understandings.take();
            name_tenants(&mut records, self.identity, &mut understanding);
            self.understandings.put_back(understanding);
        }
        records
    }
}

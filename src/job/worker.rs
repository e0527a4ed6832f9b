//! What a worker does with a block of records: rows understood and judged; listeners hear of them, and the output is
//! made of them.

use super::judged::Judged;
use super::listeners::{Listeners, Parts};
use super::rows::{MadeRows, RowMaker};
use super::understandings::Understandings;
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::record::Records;
use crate::roster::identity::Identity;
use crate::roster::lines::Line;
use crate::roster::lines::grouped::name_tenants;
use crate::roster::repeats::{Census, Repeats};
use crate::roster::{RowKind, Understanding};
use crate::verdict::{Facts, judge};

/// Judges rows, whoever asks for it.
pub(super) struct RowJudge<'j, 'a> {
    pub(super) policy: &'j Policy,
    pub(super) identity: &'j Identity,
    /// What the whole roster says; `None` = it is found out on the way.
    pub(super) census: Option<&'j Census>,
    /// One for each worker, which remembers what the blocks before showed.
    pub(super) understandings: Understandings<'a>,
}

/// What a worker has to know.
pub(super) struct Worker<'j, 'a> {
    pub(super) judge: RowJudge<'j, 'a>,
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
        let (records, mut understanding) = self.judge.begin(records);
        let mut gatherings = self.listeners.begin(&records);
        let mut rows = self.rows.begin();
        self.judge.each(&records, &mut understanding, |judged| {
            self.listeners.hear(&judged, &mut gatherings);
            rows.take(judged)
        })?;
        let parts = self.listeners.end(gatherings, &records, &understanding);
        self.judge.end(understanding);
        Ok(Some(Batch { parts, rows: rows.finish(records)? }))
    }
}

impl<'a> RowJudge<'_, 'a> {
    /// Names the tenants of rows that are named above them, in a report that is grouped by them; returns what reads the
    /// rows, too.
    pub(super) fn begin(&self, mut records: Records) -> (Records, Understanding<'a>) {
        let mut understanding = self.understandings.take();
        if self.census.is_some_and(|census| census.outline.is_grouped()) {
            name_tenants(&mut records, self.identity, &mut understanding);
        }
        (records, understanding)
    }

    /// Gives each row to `take`, judged.
    ///
    /// # Errors
    /// The first of `take`; internal.
    pub(super) fn each<'r>(
        &self,
        records: &'r Records,
        understanding: &mut Understanding<'a>,
        mut take: impl FnMut(Judged<'_, 'r, 'a>) -> Result<()>,
    ) -> Result<()> {
        let identity = self.identity;
        let repeats = self.census.and_then(|census| census.repeats(records.iter(), identity, understanding));
        let mut repeats = repeats.map(Vec::into_iter);
        for record in records.iter() {
            let (repeats, tenant) = match &mut repeats {
                Some(repeats) => {
                    repeats.next().ok_or_else(|| Error::internal("a record was not looked up"))?
                }
                None => (Repeats::default(), None),
            };
            let mut line = Line::Row;
            let row = understanding.row_on(record, &mut line);
            let verdict = (row.kind == RowKind::Customer).then(|| judge(self.policy, Facts::of(&row)));
            let repeats = if verdict.is_some() { repeats } else { Repeats::default() };
            let understanding = &*understanding;
            take(Judged { record, row, verdict, repeats, tenant, line, identity, understanding })?;
        }
        Ok(())
    }

    /// Takes back what read the rows.
    pub(super) fn end(&self, understanding: Understanding<'a>) {
        self.understandings.put_back(understanding);
    }
}

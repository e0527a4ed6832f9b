//! A census taken on the way, where none was taken before: whether one is needed after all.

use crate::error::Result;
use crate::job::context::RunContext;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::pipeline::Workers;
use crate::record::Records;
use crate::roster::Understanding;
use crate::roster::column_facts::ColumnFacts;
use crate::roster::lines::Lines;
use crate::roster::lines::outline::Seeing;
use crate::roster::repeats::{Census, CensusBatch};
use crate::tally::{Sample, Tally};
use std::sync::Arc;

/// Takes the census.
pub(in crate::job) struct CensusOnTheWay<'j, 'a> {
    known: &'j RunContext<'a>,
}

/// The census so far.
pub(in crate::job) struct SoFar {
    /// What is repeated.
    tally: Tally,
    /// By which that is mostly known before the end.
    sample: Sample,
    facts: ColumnFacts,
    lines: Lines,
}

impl<'j, 'a> CensusOnTheWay<'j, 'a> {
    /// Returns what takes the census of a roster.
    pub(super) const fn new(known: &'j RunContext<'a>) -> Self {
        Self { known }
    }
}

impl SoFar {
    /// Returns whether it is known already that something stands on several rows, so that all has to be done again.
    pub(in crate::job) const fn has_repeated(&self) -> bool {
        self.sample.has_repeated()
    }

    /// Returns the census of the `records` records that were seen.
    ///
    /// # Errors
    /// If there is no room for temporary files, or a thread cannot be had.
    pub(in crate::job) fn finish(mut self, records: u64, workers: &Workers) -> Result<Census> {
        let repeated = self.tally.finish(workers)?;
        Ok(Census { records, repeated, facts: self.facts, outline: Arc::new(self.lines.finish()) })
    }
}

impl<'a> Listener<'a> for CensusOnTheWay<'_, 'a> {
    type Gathering<'r>
        = (CensusBatch, Seeing<'r>)
    where
        Self: 'r;
    type Part = CensusBatch;
    type Whole = SoFar;

    fn begin<'r>(&'r self, _records: &'r Records) -> (CensusBatch, Seeing<'r>) {
        (CensusBatch::default(), Seeing::default())
    }

    fn hear<'r>(&'r self, judged: &Judged<'_, 'r, 'a>, (batch, lines): &mut (CensusBatch, Seeing<'r>)) {
        let (record, understanding) = (judged.record, judged.understanding);
        let customer = judged.verdict.is_some();
        let tenant = customer.then(|| batch.see_customer(record, judged.identity, understanding.columns()));
        lines.see(record, (&judged.line, tenant.flatten()), understanding);
    }

    fn end<'r>(
        &'r self,
        (mut batch, lines): (CensusBatch, Seeing<'r>),
        _records: &'r Records,
        understanding: &Understanding<'a>,
    ) -> CensusBatch {
        batch.lines = lines.finish(self.known.identity, understanding);
        batch
    }

    fn start(&self) -> SoFar {
        let tally = Tally::new(self.known.scratch);
        let sample = Sample::default();
        SoFar { tally, sample, facts: ColumnFacts::default(), lines: self.known.lines() }
    }

    fn join(&self, whole: &mut SoFar, part: CensusBatch, _sink: &mut Sink<'_>) -> Result<()> {
        whole.facts.merge(part.facts);
        whole.lines.add(part.lines);
        whole.sample.add(&part.fingerprints);
        whole.tally.add(&part.fingerprints)
    }
}

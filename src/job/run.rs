//! What is carried from batch to batch, in the order of the roster: totals, faults, the output so far.

use super::files::RowSpool;
use super::judge::Batch;
use super::onboarding::ChecklistRows;
use super::output::Output;
use super::split::Values;
use crate::about::About;
use crate::error::{Error, Result};
use crate::findings::Findings;
use crate::record::Records;
use crate::report::review;
use crate::report::roster::{Layout, Outcome};
use crate::roster::Fault;
use crate::roster::column_facts::ColumnFacts;
use crate::roster::lines::Lines;
use crate::roster::repeats::Census;
use crate::sort::Sorter;
use crate::steps::Steps;
use crate::summary::Summary;
use crate::tally::Tally;
use crate::tenants::Tenants;
use std::sync::Arc;

/// What is carried from batch to batch, in the order of the roster.
pub(super) struct Run<'r, 'a> {
    pub(super) output: Option<Output>,
    pub(super) summary: Summary,
    /// Rows that have something on the Roster sheet.
    pub(super) filled: u64,
    /// Records given.
    pub(super) records: u64,
    /// What is repeated, where no census was taken before.
    pub(super) tally: Tally,
    pub(super) facts: ColumnFacts,
    /// The lines of the roster, where no census was taken before.
    pub(super) lines: Lines,
    pub(super) tenants: Tenants<'a>,
    pub(super) steps: Steps,
    /// The rows, as they are compared with an earlier night; empty where there is none.
    pub(super) notes: Sorter,
    /// Where customers to be onboarded come together.
    pub(super) checklist: Option<&'r ChecklistRows<'r>>,
    /// The values that customers are split by; empty where there is no split.
    pub(super) values: Values,
    /// Customers on their way to the workbooks of their values; empty where there are none.
    pub(super) spool: RowSpool,
    /// What is wrong with the rows, each thing once.
    pub(super) findings: Findings,
    pub(super) about: &'r About,
    pub(super) layout: &'r Layout<'r>,
    pub(super) progress: &'r dyn Fn(u64),
}

impl<'a> Run<'_, 'a> {
    /// Returns the census of the rows that were added, and takes it out.
    ///
    /// # Errors
    /// If there is no room for temporary files.
    pub(super) fn census(&mut self) -> Result<Census> {
        let repeated = self.tally.finish()?;
        let outline = Arc::new(std::mem::take(&mut self.lines).finish());
        Ok(Census { records: self.records, repeated, facts: self.facts, outline })
    }

    /// Adds the next batch.
    ///
    /// # Errors
    /// If the workbook cannot be stored.
    pub(super) fn add(&mut self, batch: Batch<'a>) -> Result<()> {
        let Some(first) = batch.first else { return Ok(()) };
        let skipped = first.checked_sub(self.summary.read + 1);
        self.summary.add_blank(skipped.ok_or_else(|| Error::internal("a row came twice"))?);
        self.records += batch.aside.census.records;
        self.facts.merge(batch.aside.census.facts);
        self.lines.add(batch.aside.census.lines);
        self.tally.add(&batch.aside.census.fingerprints)?;
        self.steps.merge(batch.aside.steps);
        batch.aside.tenant_rows.into_iter().for_each(|row| self.tenants.add(row));
        batch.notes.sort_into(&mut self.notes)?;
        if let Some(output) = &mut self.output {
            output.append(batch.rows)?;
        }
        if let (Some(checklist), Some(writer)) =
            (self.checklist, self.output.as_mut().and_then(Output::workbook))
        {
            checklist.put(&batch.aside.onboarding, writer)?;
        }
        self.findings.merge(batch.findings);
        for (number, faults) in &batch.faults {
            self.add_faults(*number, faults)?;
        }
        self.spool.add(batch.packed, &self.about.name)?;
        let values = self.values.merge(batch.found, &self.about.name)?;
        if let Some((records, outcomes)) = &batch.held {
            self.add_held(records, outcomes, &values)?;
        }
        self.summary.merge(&batch.summary);
        self.filled += batch.filled;
        (self.progress)(self.summary.read);
        Ok(())
    }

    /// Hands rows to the workbook library; `values` are those that the rows are split by, empty where there is no
    /// split.
    fn add_held(&mut self, records: &Records, outcomes: &[Outcome], values: &[Option<usize>]) -> Result<()> {
        let values = values.iter().copied().chain(std::iter::repeat(None));
        for ((record, outcome), value) in records.iter().zip(outcomes).zip(values) {
            if let Some(writer) = self.output.as_mut().and_then(Output::workbook) {
                writer.roster_row(record.ordinal)?;
                value.map_or(Ok(()), |value| writer.split_row(value))?;
                self.layout.cells(record, outcome, &mut |column, value, style| {
                    writer.roster_cell(column, &value, style)
                })?;
            }
            self.add_faults(record.number, &outcome.faults)?;
        }
        Ok(())
    }

    fn add_faults(&mut self, number: u64, faults: &[Fault]) -> Result<()> {
        // Words that nobody sees are not made: only a workbook has a sheet for all of them.
        let Some(writer) = self.output.as_mut().and_then(Output::workbook) else { return Ok(()) };
        let about = self.about;
        faults.iter().try_for_each(|fault| {
            let shown = fault.diagnostic(&about.name, about.sheet(), number, &about.headings);
            writer.review_row(&review::cells(number, fault, &shown))
        })
    }
}

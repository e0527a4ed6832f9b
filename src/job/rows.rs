//! The annotated rows: made by workers, and put into the output in the order of the roster, with their faults.

use super::judged::Judged;
use super::output::{Output, RowsFor};
use super::review::{ReviewSheet, RowToReview};
use super::split::{Found, Splitter, Values};
use super::split_sheets::{NumberedBatch, RowNumbers, SplitBatch};
use crate::about::About;
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::record::Records;
use crate::report::roster::{Layout, Outcome};
use crate::write::{Batch, Rendered, SplitRows, Writer, flat};

/// Makes annotated rows.
pub(super) struct RowMaker<'j> {
    pub(super) policy: &'j Policy,
    pub(super) layout: &'j Layout<'j>,
    pub(super) rows_for: RowsFor,
    /// Tells on which other sheet a customer stands; `None` = on no other.
    pub(super) sheets: Option<Splitter<'j>>,
}

/// The rows of a batch on their way.
pub(super) struct Making<'m> {
    maker: &'m RowMaker<'m>,
    rendering: Rendering<'m>,
}

enum Rendering<'m> {
    Nobody,
    /// With the rows that have lines on the Review sheet, which only a workbook has.
    Workbook(Batch<'m>, Vec<RowToReview>),
    /// Likewise; customers stand on the sheets of their values, too.
    Split(Batch<'m>, Vec<Outcome>, Found, Vec<RowToReview>),
    Flat(flat::Batch<'m>),
    Library(Vec<Outcome>, Found, Vec<RowToReview>),
}

/// The rows of a batch, as the output takes them.
pub(super) enum MadeRows {
    Nobody,
    Workbook(Vec<Rendered>, Vec<RowToReview>),
    Split(Vec<Rendered>, Box<SplitBatch>, Vec<RowToReview>),
    Flat(flat::Rendered),
    /// With the values that customers are split by; none where there is no split.
    Library(Records, Vec<Outcome>, Found, Vec<RowToReview>),
}

impl RowMaker<'_> {
    /// Begins the rows of a batch.
    pub(super) fn begin(&self) -> Making<'_> {
        let rendering = match &self.rows_for {
            RowsFor::Nobody => Rendering::Nobody,
            RowsFor::Workbook(renderer) if self.sheets.is_some() => {
                Rendering::Split(renderer.batch(), Vec::new(), Found::default(), Vec::new())
            }
            RowsFor::Workbook(renderer) => Rendering::Workbook(renderer.batch(), Vec::new()),
            RowsFor::Flat(renderer) => Rendering::Flat(renderer.batch()),
            RowsFor::Library => Rendering::Library(Vec::new(), Found::default(), Vec::new()),
        };
        Making { maker: self, rendering }
    }
}

impl Making<'_> {
    /// Makes the next row.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub(super) fn take(&mut self, judged: Judged<'_, '_, '_>) -> Result<()> {
        let RowMaker { policy, layout, sheets, .. } = self.maker;
        let has_review = !matches!(self.rendering, Rendering::Nobody | Rendering::Flat(_));
        let review = if has_review { RowToReview::of(&judged) } else { None };
        let Judged { record, row, verdict, repeats, .. } = judged;
        match &mut self.rendering {
            // Nobody asks for the words.
            Rendering::Nobody => {}
            Rendering::Workbook(rows, to_review) => {
                let outcome = Outcome::new(policy, row, verdict, repeats);
                rows.row(record.ordinal, |emit| layout.cells(record, &outcome, emit))?;
                to_review.extend(review.map(|review| review.with_faults(outcome.faults)));
            }
            Rendering::Split(rows, outcomes, found, to_review) => {
                if let Some(splitter) = sheets {
                    found.see(splitter, record, verdict.as_ref().map(|verdict| (&row, verdict)));
                }
                let outcome = Outcome::new(policy, row, verdict, repeats);
                rows.row(record.ordinal, |emit| layout.cells(record, &outcome, emit))?;
                to_review.extend(review.map(|review| review.with_faults(outcome.faults.clone())));
                outcomes.push(outcome);
            }
            Rendering::Flat(rows) => {
                let outcome = Outcome::new(policy, row, verdict, repeats);
                rows.row(record.ordinal, |emit| layout.cells(record, &outcome, emit))?;
            }
            Rendering::Library(outcomes, found, to_review) => {
                if let Some(splitter) = sheets {
                    found.see(splitter, record, verdict.as_ref().map(|verdict| (&row, verdict)));
                }
                let outcome = Outcome::new(policy, row, verdict, repeats);
                to_review.extend(review.map(|review| review.with_faults(outcome.faults.clone())));
                outcomes.push(outcome);
            }
        }
        Ok(())
    }

    /// Returns the rows, made of `records`.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(super) fn finish(self, records: Records) -> Result<MadeRows> {
        Ok(match self.rendering {
            Rendering::Nobody => MadeRows::Nobody,
            Rendering::Workbook(rows, to_review) => MadeRows::Workbook(rows.finish()?, to_review),
            Rendering::Split(rows, outcomes, found, to_review) => {
                let batch = SplitBatch { records, outcomes, found };
                MadeRows::Split(rows.finish()?, Box::new(batch), to_review)
            }
            Rendering::Flat(rows) => MadeRows::Flat(rows.finish()),
            Rendering::Library(outcomes, found, to_review) => {
                MadeRows::Library(records, outcomes, found, to_review)
            }
        })
    }
}

/// The output on its way, batch by batch.
pub(super) struct Annotated<'r> {
    /// What the rows go into; `None` = nothing.
    pub(super) output: Option<Output>,
    /// The values that customers are split by; empty where there is no split.
    pub(super) values: Values,
    /// The rows that their sheets have so far.
    pub(super) numbers: RowNumbers,
    pub(super) about: &'r About,
    pub(super) layout: &'r Layout<'r>,
    pub(super) review: ReviewSheet<'r>,
}

impl Annotated<'_> {
    /// Returns the workbook, if one is made: only it has other sheets, and rows from the library.
    pub(super) fn workbook(&mut self) -> Option<&mut Writer> {
        self.output.as_mut().and_then(Output::workbook)
    }

    /// Puts the sheets of values back, which were filled side by side with the rest.
    pub(super) fn put_back(&mut self, splits: Option<SplitRows>) {
        if let Some((writer, splits)) = self.workbook().zip(splits) {
            writer.put_back_splits(splits);
        }
    }

    /// Adds the rows of the next batch; `split_off` gets those that stand on the sheets of their values, too.
    ///
    /// # Errors
    /// If they cannot be stored, or there are more values to split by than may be; those of `split_off`.
    pub(super) fn add(
        &mut self,
        made: MadeRows,
        split_off: &mut dyn FnMut(NumberedBatch) -> Result<()>,
    ) -> Result<()> {
        match (made, &mut self.output) {
            (MadeRows::Nobody, None) => Ok(()),
            (MadeRows::Flat(rows), Some(Output::Flat(writer))) => writer.append(rows),
            (MadeRows::Workbook(rows, to_review), Some(Output::Workbook(writer))) => {
                writer.append(rows)?;
                self.add_to_review(&to_review)
            }
            (MadeRows::Split(rows, batch, to_review), Some(Output::Workbook(writer))) => {
                writer.append(rows)?;
                self.add_to_review(&to_review)?;
                split_off(self.numbers.give(*batch, &mut self.values, &self.about.name)?)
            }
            (MadeRows::Library(records, outcomes, found, to_review), Some(Output::Workbook(_))) => {
                let values = self.values.merge(found, &self.about.name)?;
                self.add_held(&records, &outcomes, &values)?;
                self.add_to_review(&to_review)
            }
            _ => Err(Error::internal("rows for another kind of file")),
        }
    }

    /// Hands rows to the workbook library; `values` are those that the rows are split by, empty where there is no
    /// split.
    fn add_held(&mut self, records: &Records, outcomes: &[Outcome], values: &[Option<usize>]) -> Result<()> {
        let values = values.iter().copied().chain(std::iter::repeat(None));
        for ((record, outcome), value) in records.iter().zip(outcomes).zip(values) {
            let layout = self.layout;
            if let Some(writer) = self.workbook() {
                writer.main_row(record.ordinal)?;
                value.map_or(Ok(()), |value| writer.split_row(value))?;
                layout.cells(record, outcome, &mut |column, value, style| {
                    writer.main_cell(column, &value, style)
                })?;
            }
        }
        Ok(())
    }

    fn add_to_review(&mut self, rows: &[RowToReview]) -> Result<()> {
        let Some(Output::Workbook(writer)) = &mut self.output else { return Ok(()) };
        rows.iter().try_for_each(|row| self.review.add(writer, row))
    }

    /// Ends the Review sheet with what was filled in before and fits no row of the roster.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub(super) fn end_review(&mut self) -> Result<()> {
        let Some(Output::Workbook(writer)) = &mut self.output else { return Ok(()) };
        self.review.end(writer)
    }
}

//! The annotated rows: made by workers, and put into the output in the order of the roster, with their faults.

use super::judged::Judged;
use super::output::{Output, RowsFor};
use super::review::{ReviewSheet, RowToReview};
use super::sink::Sink;
use super::split::{Found, Splitter, Values};
use super::split_sheets::SplitBatch;
use super::tables::Tables;
use crate::about::About;
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::record::Records;
use crate::report::roster::{Layout, Outcome};
use crate::write::{Batch, KeptRows, Rendered, SplitRows, Writer, flat};
use std::mem::take;

/// Makes annotated rows.
pub(super) struct RowMaker<'j> {
    pub(super) policy: &'j Policy,
    pub(super) layout: &'j Layout<'j>,
    pub(super) rows_for: RowsFor,
    /// Tells on which other sheet a customer stands; `None` = on no other.
    pub(super) sheets: Option<Splitter<'j>>,
    /// Whether anybody asks for the lines of the Review sheet.
    pub(super) has_review: bool,
}

/// The rows of a batch on their way.
pub(super) struct Making<'m> {
    maker: &'m RowMaker<'m>,
    rendering: Rendering<'m>,
    to_review: Vec<RowToReview>,
    /// The memory of the last row's words.
    room: String,
}

enum Rendering<'m> {
    Nobody,
    /// With the values on whose sheets customers stand a second time; `None` = there are no such sheets.
    Workbook(Box<Batch<'m>>, Option<Found>),
    Flat(flat::Batch<'m>),
    Library(Vec<Outcome>, Found),
}

/// The rows of a batch, as the output takes them, and those that have lines on the Review sheet.
pub(super) struct MadeRows {
    made: Made,
    to_review: Vec<RowToReview>,
}

enum Made {
    Nobody,
    /// With the rows once more, for the sheets of their values, if there are any.
    Workbook(Vec<Rendered>, Option<Box<(KeptRows, Found)>>),
    Flat(flat::Rendered),
    /// With the values that customers are split by; none where there is no split.
    Library(Records, Vec<Outcome>, Found),
}

impl RowMaker<'_> {
    /// Begins the rows of a batch.
    pub(super) fn begin(&self) -> Making<'_> {
        let rendering = match &self.rows_for {
            RowsFor::Nobody => Rendering::Nobody,
            RowsFor::Workbook(renderer) if self.sheets.is_some() => {
                Rendering::Workbook(Box::new(renderer.keeping_batch()), Some(Found::default()))
            }
            RowsFor::Workbook(renderer) => Rendering::Workbook(Box::new(renderer.batch()), None),
            RowsFor::Flat(renderer) => Rendering::Flat(renderer.batch()),
            RowsFor::Library => Rendering::Library(Vec::new(), Found::default()),
        };
        Making { maker: self, rendering, to_review: Vec::new(), room: String::new() }
    }
}

impl Making<'_> {
    /// Makes the next row.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub(super) fn take(&mut self, judged: Judged<'_, '_, '_>) -> Result<()> {
        let RowMaker { policy, layout, sheets, has_review, .. } = self.maker;
        let review = if *has_review { RowToReview::of(&judged) } else { None };
        let Judged { record, row, verdict, repeats, .. } = judged;
        let faults = match &mut self.rendering {
            // Nobody asks for the words.
            Rendering::Nobody => row.faults,
            Rendering::Workbook(rows, found) => {
                if let Some((splitter, found)) = sheets.as_ref().zip(found.as_mut()) {
                    found.see(splitter, record, verdict.as_ref().map(|verdict| (&row, verdict)));
                }
                let outcome = Outcome::within(take(&mut self.room), policy, row, verdict, repeats);
                rows.row(record.ordinal, |emit| layout.cells(record, &outcome, emit))?;
                self.room = outcome.why;
                outcome.faults
            }
            Rendering::Flat(rows) => {
                let outcome = Outcome::within(take(&mut self.room), policy, row, verdict, repeats);
                rows.row(record.ordinal, |emit| layout.cells(record, &outcome, emit))?;
                self.room = outcome.why;
                outcome.faults
            }
            Rendering::Library(outcomes, found) => {
                if let Some(splitter) = sheets {
                    found.see(splitter, record, verdict.as_ref().map(|verdict| (&row, verdict)));
                }
                let outcome = Outcome::new(policy, row, verdict, repeats);
                let faults = outcome.faults.clone();
                outcomes.push(outcome);
                faults
            }
        };
        self.to_review.extend(review.map(|review| review.with_faults(faults)));
        Ok(())
    }

    /// Returns the rows, made of `records`.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(super) fn finish(self, records: Records) -> Result<MadeRows> {
        let made = match self.rendering {
            Rendering::Nobody => Made::Nobody,
            Rendering::Workbook(rows, found) => {
                let (rendered, kept) = rows.finish_kept()?;
                Made::Workbook(rendered, found.map(|found| Box::new((kept, found))))
            }
            Rendering::Flat(rows) => Made::Flat(rows.finish()),
            Rendering::Library(outcomes, found) => Made::Library(records, outcomes, found),
        };
        Ok(MadeRows { made, to_review: self.to_review })
    }
}

/// The output on its way, batch by batch.
pub(super) struct Annotated<'r> {
    /// What the rows go into; `None` = nothing.
    pub(super) output: Option<Output>,
    /// The flat tables beside it; `None` = there are none.
    pub(super) tables: Option<Tables>,
    /// The values that customers are split by; empty where there is no split.
    pub(super) values: Values,
    pub(super) about: &'r About,
    pub(super) layout: &'r Layout<'r>,
    pub(super) review: ReviewSheet<'r>,
}

impl Annotated<'_> {
    /// Returns the workbook, if one is made: only it has other sheets, and rows from the library.
    pub(super) fn workbook(&mut self) -> Option<&mut Writer> {
        self.output.as_mut().and_then(Output::workbook)
    }

    /// Returns what takes rows beside the annotated ones.
    pub(super) fn sink(&mut self) -> Sink<'_> {
        Sink::new(self.output.as_mut().and_then(Output::workbook), self.tables.as_mut())
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
        split_off: &mut dyn FnMut(SplitBatch) -> Result<()>,
    ) -> Result<()> {
        let MadeRows { made, to_review } = made;
        match (made, &mut self.output) {
            (Made::Nobody, None) => {}
            (Made::Flat(rows), Some(Output::Flat(writer))) => writer.append(rows)?,
            (Made::Workbook(rows, again), Some(Output::Workbook(writer))) => {
                writer.append(rows)?;
                if let Some((kept, found)) = again.map(|again| *again) {
                    split_off(SplitBatch::new(kept, found, &mut self.values, &self.about.name)?)?;
                }
            }
            (Made::Library(records, outcomes, found), Some(Output::Workbook(_))) => {
                let values = self.values.merge(found, &self.about.name)?;
                self.add_held(&records, &outcomes, &values)?;
            }
            _ => return Err(Error::internal("rows for another kind of file")),
        }
        let mut sink = Sink::new(self.output.as_mut().and_then(Output::workbook), self.tables.as_mut());
        to_review.iter().try_for_each(|row| self.review.add(&mut sink, row))
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
                    writer.main_cell(column, value, style)
                })?;
            }
        }
        Ok(())
    }

    /// Ends the Review sheet with what was filled in before and fits no row of the roster.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub(super) fn end_review(&mut self) -> Result<()> {
        let mut sink = Sink::new(self.output.as_mut().and_then(Output::workbook), self.tables.as_mut());
        self.review.end(&mut sink)
    }
}

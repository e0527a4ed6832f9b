//! The sheets of values, to which workers render customers' rows once more, when their places there are known.
//!
//! A worker does not know how many rows of a value come before its batch. So a batch is judged and rendered for the
//! Roster sheet first; when its turn has come in the order of the roster, its rows get their numbers on the sheets of
//! their values, and it goes to the workers once more.

use super::split::{Found, Values};
use crate::error::{Error, Result};
use crate::pipeline::{self, Workers};
use crate::record::Records;
use crate::report::roster::{Layout, Outcome};
use crate::write::{Rendered, Renderer, SplitRows};
use std::collections::BTreeMap;

/// Lets `rows` go by, which gives the batches of the roster to the function it is called with, and fills the sheets of
/// values, if there are `sheets`, side by side with it.
///
/// # Errors
/// Those of `rows`; if the sheets cannot be stored.
pub(super) fn filled(
    sheets: Option<SplitRows>,
    (workers, layout): (&Workers, &Layout<'_>),
    rows: impl FnOnce(&mut dyn FnMut(NumberedBatch) -> Result<()>) -> Result<()>,
) -> Result<Option<SplitRows>> {
    let Some(mut sheets) = sheets else {
        rows(&mut |_| Err(Error::internal("rows for the sheets of values where there are none")))?;
        return Ok(None);
    };
    let renderer = sheets.renderer();
    let render = |batch: NumberedBatch| batch.render(&renderer, layout);
    pipeline::beside(workers, render, |split_off: SplitOff| split_off.append_to(&mut sheets), rows)?;
    Ok(Some(sheets))
}

/// A batch of judged rows, each with what it is split by.
pub(super) struct SplitBatch {
    pub(super) records: Records,
    /// What was found out about each record.
    pub(super) outcomes: Vec<Outcome>,
    pub(super) found: Found,
}

/// A batch whose rows have their numbers.
pub(super) struct NumberedBatch {
    records: Records,
    outcomes: Vec<Outcome>,
    /// For each record the place of its value, and its row on the sheet of that, from 1 below the headings; `None` = it
    /// is no customer's.
    rows: Vec<Option<(usize, u64)>>,
}

/// How many rows the sheets have so far, by the place of their value.
#[derive(Default)]
pub(super) struct RowNumbers(Vec<u64>);

impl RowNumbers {
    /// Gives the rows of the next batch of the roster `file` their numbers.
    ///
    /// # Errors
    /// `split-too-many` (kind `Usage`) if the values become more than a workbook has sheets for.
    pub(super) fn give(
        &mut self,
        batch: SplitBatch,
        values: &mut Values,
        file: &str,
    ) -> Result<NumberedBatch> {
        let SplitBatch { records, outcomes, found } = batch;
        let places = values.merge(found, file)?;
        let rows = places.into_iter().map(|place| place.map(|place| (place, self.next(place)))).collect();
        Ok(NumberedBatch { records, outcomes, rows })
    }

    fn next(&mut self, place: usize) -> u64 {
        if self.0.len() <= place {
            self.0.resize(place + 1, 0);
        }
        let Some(rows) = self.0.get_mut(place) else { return 0 };
        *rows += 1;
        *rows
    }
}

/// Rows of some values, each with the number of the last.
pub(super) struct SplitOff(Vec<(usize, Vec<Rendered>, u64)>);

impl NumberedBatch {
    /// Renders the rows for the sheets of their values.
    ///
    /// # Errors
    /// Internal.
    pub(super) fn render(self, renderer: &Renderer, layout: &Layout<'_>) -> Result<SplitOff> {
        let mut by_value: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for ((record, outcome), row) in self.records.iter().zip(&self.outcomes).zip(self.rows) {
            let Some((value, row)) = row else { continue };
            by_value.entry(value).or_default().push((record, outcome, row));
        }
        let mut split_off = Vec::with_capacity(by_value.len());
        for (value, rows) in by_value {
            let (mut batch, mut last) = (renderer.batch(), 0);
            for (record, outcome, row) in rows {
                batch.row(row, |emit| layout.cells(record, outcome, emit))?;
                last = row;
            }
            split_off.push((value, batch.finish()?, last));
        }
        Ok(SplitOff(split_off))
    }
}

impl SplitOff {
    /// Appends the rows to the sheets of their values; batches come in order.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(super) fn append_to(self, sheets: &mut SplitRows) -> Result<()> {
        self.0.into_iter().try_for_each(|(value, rows, last)| sheets.append(value, rows, last))
    }
}

//! The sheets of values, on which customers' rows stand a second time; filled while the rest is made.

use super::split::{Found, Values};
use crate::error::{Error, Result};
use crate::pipeline::{self, Workers};
use crate::write::{FullPiece, KeptRows, SplitOff, SplitRows};

/// The rows of a batch, each with the number of its value; `None` = it is no customer's.
pub(super) struct SplitBatch {
    kept: KeptRows,
    values: Vec<Option<usize>>,
}

impl SplitBatch {
    /// Returns the rows of the next batch of the roster `file`, of which each has the value that was found.
    ///
    /// # Errors
    /// `split-too-many` (kind `Usage`) if the values become more than a workbook has sheets for.
    pub(super) fn new(kept: KeptRows, found: Found, values: &mut Values, file: &str) -> Result<Self> {
        Ok(Self { kept, values: values.merge(found, file)? })
    }
}

/// Lets `rows` go by, which gives the batches of the roster, in order, to the function it is called with, and fills the
/// sheets of values, if there are `sheets`, side by side with it.
///
/// # Errors
/// Those of `rows`; if the sheets cannot be stored.
pub(super) fn filled(
    sheets: Option<SplitRows>,
    workers: &Workers,
    rows: impl FnOnce(&mut dyn FnMut(SplitBatch) -> Result<()>) -> Result<()>,
) -> Result<Option<SplitRows>> {
    let Some(mut sheets) = sheets else {
        rows(&mut |_| Err(Error::internal("rows for the sheets of values where there are none")))?;
        return Ok(None);
    };
    let (renderer, mut open) = (sheets.renderer(), sheets.open());
    let compress = |piece: FullPiece| piece.compressed(&renderer);
    let append = |split_off: SplitOff| sheets.append(split_off);
    pipeline::beside(workers, compress, append, |emit| {
        rows(&mut |SplitBatch { kept, values }| open.add(kept, &values, emit))?;
        open.end(emit)
    })?;
    Ok(Some(sheets))
}

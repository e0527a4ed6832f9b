//! What the rows go into: a workbook with all its sheets, or a file that holds the annotated roster alone.

use super::judge::RowsFor;
use crate::error::{Error, Result};
use crate::report::Sheet;
use crate::write::flat;
use crate::write::{Rendered, RowCount, Writer, Written};

/// What the rows go into.
pub(super) enum Output {
    Workbook(Box<Writer>),
    Flat(Box<flat::Writer>),
}

/// Rows of a batch, rendered for one of them.
#[derive(Default)]
pub(super) enum BatchRows {
    /// By nobody, or still to come from the workbook library.
    #[default]
    None,
    Workbook(Vec<Rendered>),
    Flat(flat::Rendered),
}

impl Output {
    /// Returns for whom workers make the rows.
    pub(super) fn rows_for(&self) -> RowsFor {
        match self {
            Self::Workbook(writer) => writer.renderer().map_or(RowsFor::Library, RowsFor::Us),
            Self::Flat(writer) => RowsFor::Flat(writer.renderer()),
        }
    }

    /// Appends the rows of a batch; batches come in order.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(super) fn append(&mut self, rows: BatchRows) -> Result<()> {
        match (self, rows) {
            (_, BatchRows::None) => Ok(()),
            (Self::Workbook(writer), BatchRows::Workbook(rows)) => writer.append(rows),
            (Self::Flat(writer), BatchRows::Flat(rows)) => writer.append(rows),
            _ => Err(Error::internal("rows for another kind of file")),
        }
    }

    /// Returns the workbook, if it is one: only it has other sheets, and rows from the library.
    pub(super) fn workbook(&mut self) -> Option<&mut Writer> {
        match self {
            Self::Workbook(writer) => Some(writer),
            Self::Flat(_) => None,
        }
    }

    /// Puts it in its place; `sheets` gives those that are not streamed.
    ///
    /// # Errors
    /// If that fails; what stood at the target before still stands there.
    pub(super) fn finish(self, sheets: impl FnOnce() -> Vec<Sheet>, rows: RowCount) -> Result<Written> {
        match self {
            Self::Workbook(writer) => writer.finish(&sheets(), rows),
            Self::Flat(writer) => writer.finish(rows.all),
        }
    }
}

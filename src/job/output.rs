//! What the rows go into: a workbook with all its sheets, or a file that holds the annotated roster alone.

use crate::error::Result;
use crate::report::Sheet;
use crate::write::flat;
use crate::write::{Renderer, RowCount, Writer, Written};
use std::sync::Arc;

/// What the rows go into.
pub(super) enum Output {
    Workbook(Box<Writer>),
    Flat(Box<flat::Writer>),
}

impl Output {
    /// Returns for whom workers make the rows.
    pub(super) fn rows_for(&self) -> RowsFor {
        match self {
            Self::Workbook(writer) => writer.renderer().map_or(RowsFor::Library, RowsFor::Workbook),
            Self::Flat(writer) => RowsFor::Flat(writer.renderer()),
        }
    }

    /// Returns the workbook, if it is one.
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
    pub(super) fn finish(
        self,
        sheets: impl FnOnce(&mut Writer) -> Result<Vec<Sheet>>,
        rows: RowCount,
    ) -> Result<Written> {
        match self {
            Self::Workbook(mut writer) => {
                let sheets = sheets(&mut writer)?;
                writer.finish(&sheets, rows)
            }
            Self::Flat(writer) => writer.finish(rows.all),
        }
    }
}

/// For whom rows are made.
pub(super) enum RowsFor {
    /// No output was asked for.
    Nobody,
    /// A workbook; rendered by the workers.
    Workbook(Arc<Renderer>),
    /// A file without sheets; likewise.
    Flat(Arc<flat::Renderer>),
    /// The workbook library, which gets them cell by cell.
    Library,
}

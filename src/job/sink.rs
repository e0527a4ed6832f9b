//! Where rows beside the annotated ones go: to a sheet of the workbook, to a flat table, to both, or nowhere.

use super::tables::Tables;
use crate::error::Result;
use crate::output_fields::FlatTable;
use crate::report::{Style, Value};
use crate::write::{SheetId, Writer, flat};

/// What takes such rows.
#[derive(Default)]
pub(super) struct Sink<'w> {
    workbook: Option<&'w mut Writer>,
    tables: Option<&'w mut Tables>,
}

impl<'w> Sink<'w> {
    /// Returns one that has these.
    pub(super) const fn new(workbook: Option<&'w mut Writer>, tables: Option<&'w mut Tables>) -> Self {
        Self { workbook, tables }
    }

    /// Returns the workbook, if one is made.
    pub(super) fn workbook(&mut self) -> Option<&mut Writer> {
        self.workbook.as_deref_mut()
    }

    /// Returns the flat tables, if there are any.
    pub(super) fn tables(&mut self) -> Option<&mut Tables> {
        self.tables.as_deref_mut()
    }

    /// Returns both.
    pub(super) fn both(&mut self) -> (Option<&mut Writer>, Option<&mut Tables>) {
        (self.workbook.as_deref_mut(), self.tables.as_deref_mut())
    }

    /// Writes a row to a sheet that the workbook may have, and to the table that has the same columns.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub(super) fn row(
        &mut self,
        sheet: Option<SheetId>,
        table: Option<FlatTable>,
        cells: &[(Value<'_>, Style)],
    ) -> Result<()> {
        if let Some((writer, sheet)) = self.workbook.as_deref_mut().zip(sheet) {
            writer.row(sheet, cells)?;
        }
        match self.tables.as_deref_mut().zip(table) {
            Some((tables, table)) => tables.row(table, cells),
            None => Ok(()),
        }
    }

    /// Appends rows of a table that workers made.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(super) fn append(&mut self, table: FlatTable, rows: flat::Rendered) -> Result<()> {
        self.tables.as_deref_mut().map_or(Ok(()), |tables| tables.append(table, rows))
    }
}

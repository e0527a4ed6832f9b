//! Long tables on sheets that are rendered whole: the workbook library makes the sheet with the first row, and all rows
//! below it are our own work.

use crate::beside::By;
use crate::body::{Body, RowsPlace};
use crate::error::{Error, Result};
use crate::links::Links;
use crate::model::{CellOut, Sheet};
use crate::pipeline::{self, Workers};
use crate::rendered::{ROWS_OF_A_PART, Rendered, Renderer};
use crate::sheet::{filtered, table_name};
use crate::spool::SheetBody;
use crate::tables::Ranged;
use std::ops::Range;
use std::sync::Arc;

/// Rows that a worker renders at once.
const ROWS_AT_ONCE: usize = 512;

/// What gives the cells of a row, counted from 0.
pub(crate) type CellsOf<'a> = dyn Fn(usize) -> Vec<CellOut> + Sync + 'a;

/// The tables that got their rows.
pub(crate) struct Lists {
    by: By,
    filled: Vec<List>,
}

/// A table that got more rows than one.
struct List {
    /// The sheet's name.
    sheet: &'static str,
    body: SheetBody,
    /// The numbers of its first and its last row, from 1.
    rows: (u64, u64),
    table: Ranged,
}

impl Lists {
    /// Returns no tables yet.
    pub(crate) const fn new(by: By) -> Self {
        Self { by, filled: Vec::new() }
    }

    /// Returns what renders rows, if that is our work.
    pub(crate) fn renderer(&self) -> Option<Arc<Renderer>> {
        match &self.by {
            By::Us(renderer, _) => Some(Arc::clone(renderer)),
            By::Library => None,
        }
    }

    /// Gives the table with a filter on a sheet its rows, see [`Writer::fill`](crate::Writer::fill).
    ///
    /// # Errors
    /// Internal, if there is no such table, it has rows, or they do not fit on the sheet; if they cannot be stored.
    pub(crate) fn fill(
        &mut self,
        sheet: &mut Sheet,
        (count, cells): (usize, &CellsOf<'_>),
        workers: &Workers,
    ) -> Result<()> {
        let name = sheet.name;
        let (first, table) = filtered(sheet)
            .filter(|(_, table)| table.rows.is_empty())
            .ok_or_else(|| Error::internal("rows for a table that the sheet does not have"))?;
        let By::Us(renderer, spool) = &self.by else {
            table.rows = (0..count).map(cells).collect();
            return Ok(());
        };
        // What is in the first row says how the headings look.
        table.rows = (0..count.min(1)).map(cells).collect();
        table.further = count.saturating_sub(1);
        let (first, last_row) = (u64::from(first), u64::from(first) + count as u64);
        if last_row > ROWS_OF_A_PART {
            return Err(Error::internal("more rows than a sheet has room for"));
        }
        let mut body = SheetBody::new(spool.clone());
        let chunks = |emit: &mut dyn FnMut(Range<usize>) -> Result<()>| {
            (1..count).step_by(ROWS_AT_ONCE).try_for_each(|from| emit(from..count.min(from + ROWS_AT_ONCE)))
        };
        pipeline::ordered(
            workers,
            chunks,
            |rows| rendered(renderer, (first, rows), cells),
            |rows| body.append(rows),
        )?;
        if count > 1 {
            let table = Ranged::headed(table_name(name), table.headings.len(), (first, last_row));
            self.filled.push(List { sheet: name, body, rows: (first + 1, last_row), table });
        }
        Ok(())
    }

    /// Returns the rows for `sheets`: the place of each sheet among them, from 0, its rows, and its table.
    ///
    /// # Errors
    /// Internal, if a sheet that got rows is not among them.
    pub(crate) fn end(self, sheets: &[Sheet]) -> Result<Vec<(usize, Body, Ranged)>> {
        let end = |List { sheet, mut body, rows: (first, last_row), table }: List| {
            let place = sheets.iter().position(|other| other.name == sheet);
            let place = place.ok_or_else(|| Error::internal("a sheet with rows is lost"))?;
            let (rows, spool) = body.take(0);
            Ok((
                place,
                Body { rows, spool, last_row, place: RowsPlace::Below(first), links: Links::default() },
                table,
            ))
        };
        self.filled.into_iter().map(end).collect()
    }
}

/// Renders some rows of a table whose first one is in the sheet's row `first`, from 0.
fn rendered(
    renderer: &Renderer,
    (first, rows): (u64, Range<usize>),
    cells: &CellsOf<'_>,
) -> Result<Vec<Rendered>> {
    let mut batch = renderer.batch();
    for row in rows {
        batch.row(first + row as u64, |emit| {
            for (column, cell) in cells(row).into_iter().enumerate() {
                if cell.formula.is_some() || cell.link.is_some() || cell.name.is_some() {
                    return Err(Error::internal("a cell of a long table is more than its value"));
                }
                emit(column, &cell.value, cell.style)?;
            }
            Ok(())
        })?;
    }
    batch.finish()
}

//! Tables side by side: which of them is the roster.
//!
//! A column without heading and values parts them. The tenant, the plan and the seats are taken from one table, so that a
//! price list beside the roster never says what a customer bought.

use super::find::Finder;
use super::{ColumnRequest, Columns, Field, Seen, TenantFrom, heading_key, rank_of};
use crate::diagnostic::{Code, Diagnostic, column_letters};
use crate::error::{Error, ErrorKind, Result};
use std::ops::Range;

/// Finds the columns of a roster beside which other tables may stand.
///
/// # Errors
/// Those of [`super::find_in`].
pub(super) fn find(seen: Seen<'_>, request: ColumnRequest<'_>) -> Result<Columns> {
    let tables = tables(seen);
    if tables.len() < 2 {
        return Finder::new(seen, request).find();
    }
    let whole: Vec<&Range<usize>> =
        tables.iter().filter(|table| is_whole(seen, request, (*table).clone())).collect();
    let found = match whole.as_slice() {
        [table] => alone(seen, request, &tables, (*table).clone()),
        [_, _, ..] if request.mappings.is_empty() => {
            return Err(Error::new(ErrorKind::Columns, side_by_side(&whole)));
        }
        _ => Finder::new(seen, request).find(),
    };
    found.map(|columns| Columns { table: table_of(&columns, &tables), ..columns })
}

/// Finds the columns in one table, if another one has headings that would fit too.
fn alone(
    seen: Seen<'_>,
    request: ColumnRequest<'_>,
    tables: &[Range<usize>],
    table: Range<usize>,
) -> Result<Columns> {
    let others = tables.iter().filter(|other| **other != table);
    let fits = |other: &Range<usize>| needed(request).any(|field| names(seen, field, other.clone()));
    if !others.into_iter().any(fits) {
        return Finder::new(seen, request).find();
    }
    let kept =
        |(column, text): (usize, &String)| if table.contains(&column) { text.clone() } else { String::new() };
    let headings: Vec<String> = seen.headings.iter().enumerate().map(kept).collect();
    let rows: Vec<Vec<String>> =
        seen.rows.iter().map(|row| row.iter().enumerate().map(kept).collect()).collect();
    let masked = Seen { headings: &headings, rows: &rows, is_plan: seen.is_plan };
    let found = Finder::new(masked, request).find();
    // The user may mean a column of another table.
    if request.mappings.is_empty() { found } else { found.or_else(|_| Finder::new(seen, request).find()) }
}

/// Returns the runs of columns with a heading or a value.
fn tables(seen: Seen<'_>) -> Vec<Range<usize>> {
    let is_used = |column: usize| {
        let heading = seen.headings.get(column).is_some_and(|heading| !heading.trim().is_empty());
        heading || seen.rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.trim().is_empty()))
    };
    let mut tables: Vec<Range<usize>> = Vec::new();
    for column in (0..seen.headings.len()).filter(|column| is_used(*column)) {
        match tables.last_mut() {
            Some(last) if last.end == column => last.end += 1,
            _ => tables.push(column..column + 1),
        }
    }
    tables
}

fn needed(request: ColumnRequest<'_>) -> impl Iterator<Item = Field> {
    let is_given = request.tenant.is_some();
    Field::ALL.into_iter().filter(move |field| field.is_needed() && !(is_given && *field == Field::Tenant))
}

fn names(seen: Seen<'_>, field: Field, table: Range<usize>) -> bool {
    let headings = seen.headings.get(table).unwrap_or_default();
    headings.iter().any(|heading| rank_of(field, &heading_key(heading)).is_some())
}

fn is_whole(seen: Seen<'_>, request: ColumnRequest<'_>, table: Range<usize>) -> bool {
    needed(request).all(|field| names(seen, field, table.clone()))
}

/// Returns the table that the needed columns are of; all columns, if they are of several.
fn table_of(columns: &Columns, tables: &[Range<usize>]) -> Range<usize> {
    let holds = |table: &&Range<usize>| {
        let tenant = match columns.tenant {
            TenantFrom::Column(column) | TenantFrom::BeforeColon(column) => table.contains(&column),
            TenantFrom::Given(_) => true,
        };
        let read = columns.found.iter().filter_map(|found| found.column);
        tenant
            && table.contains(&columns.plan)
            && table.contains(&columns.seats)
            && read.into_iter().all(|column| table.contains(&column))
    };
    tables.iter().find(holds).map_or(0..usize::MAX, Clone::clone)
}

fn side_by_side(tables: &[&Range<usize>]) -> Diagnostic {
    let letters = |column: usize| column_letters(u32::try_from(column).unwrap_or(u32::MAX));
    let named: Vec<String> = tables
        .iter()
        .map(|table| format!("{} to {}", letters(table.start), letters(table.end - 1)))
        .collect();
    Diagnostic::error(
        Code::TablesSideBySide,
        format!("there are several rosters side by side, in columns {}", named.join(" and ")),
    )
    .help("put each on its own sheet, and run each; or name the columns of one with `--map`")
}

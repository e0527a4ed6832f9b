//! Whose a row is: what its tenant's cell says, and what is wrong with it.

use super::column_facts::ColumnFacts;
use super::columns::{Columns, TenantFrom};
use super::identity::{Identity, is_placeholder, is_shortened};
use super::lines::grouped;
use super::written::meant;
use super::{Fault, RosterRow};
use crate::diagnostic::{Code, excerpt};
use crate::record::{Cell, Record};

/// Reads the tenant of a record, and notes in `row` what is wrong with it, and with the subscription's id.
///
/// `identity` knows the other columns that say whose a row is; `None` = there are none.
pub(super) fn read(
    record: Record<'_>,
    columns: &Columns,
    (facts, identity): (ColumnFacts, Option<&Identity>),
    row: &mut RosterRow<'_>,
) {
    if let Some(column) = columns.subscription
        && facts.subscriptions.are_lost_in(record.cell(column))
    {
        row.faults.extend(lost_zeros(record, column, facts.subscriptions.digits()));
    }
    match columns.tenant {
        TenantFrom::Column(column) => {
            let cell = record.cell(column);
            if let Some((tenant, _, number)) = record.above() {
                return row.faults.push(grouped::remark(tenant, number, column));
            }
            if facts.tenants.are_lost_in(cell) {
                row.faults.extend(lost_zeros(record, column, facts.tenants.digits()));
            }
            row.faults.extend(wrong_with(cell, column).map(|fault| milder(fault, record, identity)));
        }
        TenantFrom::BeforeColon(column) => row.faults.extend(nothing_before_colon(record, columns, column)),
        TenantFrom::Given(_) => {}
    }
}

/// Returns what is wrong with a tenant's cell.
fn wrong_with(cell: Cell<'_>, column: usize) -> Option<Fault> {
    let mut blocks = true;
    let (code, message, help) = match cell {
        Cell::Text(text) if is_shortened(text) => {
            // The verdict does not depend on it; but rows of different tenants may look alike.
            blocks = false;
            (
                Code::IdShortened,
                format!(
                    "`{}` is an id that a spreadsheet has shortened; some of its digits are lost",
                    text.trim()
                ),
                "format the column as text in the file it comes from, and export it again",
            )
        }
        Cell::Error(error) => (
            Code::CellError,
            format!("the cell shows the error `{error}`"),
            "correct the formula, or type which customer the row belongs to",
        ),
        _ if cell.is_blank() => (
            Code::TenantMissing,
            "no tenant in this row".to_owned(),
            "fill in which customer the row belongs to",
        ),
        Cell::Text(text) if is_placeholder(&meant(text)) => (
            Code::TenantMissing,
            format!("`{}` does not name a tenant", excerpt(text.trim())),
            "fill in which customer the row belongs to",
        ),
        _ => return None,
    };
    Some(Fault { code, blocks, column: Some(column), value: cell.shown(), message, help: help.to_owned() })
}

/// Where another column says whose the row is, the verdict need not wait for the tenant's own cell.
fn milder(fault: Fault, record: Record<'_>, identity: Option<&Identity>) -> Fault {
    let elsewhere = identity.filter(|_| fault.blocks).map(|identity| identity.shown(record));
    let Some((shown, _)) = elsewhere.filter(|(shown, _)| !shown.is_empty()) else { return fault };
    Fault {
        code: Code::TenantElsewhere,
        blocks: false,
        message: format!("{}; `{}` in another column says whose it is", fault.message, excerpt(&shown)),
        help: "fill in the cell, so that the row counts together with the customer's other rows".to_owned(),
        ..fault
    }
}

/// `shown` is how many digits the ids of the column have, and where the first stands that shows it.
fn lost_zeros(record: Record<'_>, column: usize, shown: Option<(usize, u64)>) -> Option<Fault> {
    let (digits, number) = shown?;
    let value = record.cell(column).shown();
    Some(Fault {
        code: Code::IdZerosLost,
        blocks: false,
        column: Some(column),
        message: format!(
            "`{}` has fewer than the {digits} digits of the other ids in its column (see row {number}): a \
             spreadsheet may have dropped its leading zeros",
            value.trim()
        ),
        help: "format the column as text in the file it comes from, and export it again".to_owned(),
        value,
    })
}

/// What is wrong with the whole cell is told of the plan.
fn nothing_before_colon(record: Record<'_>, columns: &Columns, column: usize) -> Option<Fault> {
    let Cell::Text(written) = record.cell(column) else { return None };
    if record.cell(column).is_blank() || !columns.tenant_of(record).trim().is_empty() {
        return None;
    }
    Some(Fault {
        code: Code::TenantMissing,
        blocks: true,
        column: Some(column),
        value: written.to_owned(),
        message: format!("there is no tenant in front of the plan in `{}`", excerpt(written)),
        help: "write it as `tenant:PLAN`, or say whose rows these are with `--tenant NAME`".to_owned(),
    })
}

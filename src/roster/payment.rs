//! Whether somebody pays for a row's seats.

use super::columns::Columns;
use super::understand::text_of;
use super::{Fault, NotPaid, RosterRow};
use crate::diagnostic::excerpt;
use crate::fold::fold;
use crate::plans::Price;
use crate::record::Record;

/// Free plans, trials and subscriptions that are not active count 0 paid seats.
pub(super) fn read_payment(record: Record<'_>, columns: &Columns, row: &mut RosterRow<'_>) {
    if let Some(column) = columns.status {
        let cell = record.cell(column);
        let written = text_of(cell);
        if !cell.is_blank() && !ACTIVE.contains(&fold(&written).as_str()) {
            row.not_paid = Some(NotPaid::Inactive(written.trim().to_owned()));
            if !INACTIVE.contains(&fold(&written).as_str()) {
                let reading = "its seats are not counted";
                row.faults.push(unknown_word("status-unknown", "status", column, &written, reading, &ACTIVE));
            }
            return;
        }
    }
    row.not_paid = match row.plan.as_ref().map(|found| found.price) {
        _ if is_marked_trial(record, columns, row) => Some(NotPaid::Trial),
        Some(Price::Free) => Some(NotPaid::FreePlan),
        Some(Price::Trial) => Some(NotPaid::Trial),
        Some(Price::Paid) | None => None,
    };
}

/// What a status column says of a subscription whose seats count.
const ACTIVE: [&str; 4] = ["active", "enabled", "ok", "provisioned"];

/// What it says of one whose seats do not.
const INACTIVE: [&str; 13] = [
    "suspended",
    "warning",
    "deleted",
    "lockedout",
    "locked out",
    "disabled",
    "expired",
    "canceled",
    "cancelled",
    "inactive",
    "pending",
    "grace period",
    "deprovisioned",
];

/// What a trial column says of a trial.
const TRIAL: [&str; 5] = ["yes", "true", "1", "trial", "y"];

/// What it says of a subscription that is paid for.
const NO_TRIAL: [&str; 7] = ["no", "false", "0", "n", "paid", "-", "none"];

fn is_marked_trial(record: Record<'_>, columns: &Columns, row: &mut RosterRow<'_>) -> bool {
    let Some(column) = columns.trial else { return false };
    let cell = record.cell(column);
    let written = text_of(cell);
    let word = fold(&written);
    if !cell.is_blank() && !TRIAL.contains(&word.as_str()) && !NO_TRIAL.contains(&word.as_str()) {
        let reading = "it was taken for a paid one";
        row.faults.push(unknown_word(
            "trial-unknown",
            "mark of a trial",
            column,
            &written,
            reading,
            &["yes", "no"],
        ));
    }
    TRIAL.contains(&word.as_str())
}

fn unknown_word(
    code: &'static str,
    what: &str,
    column: usize,
    written: &str,
    reading: &str,
    known: &[&str],
) -> Fault {
    Fault {
        code,
        blocks: false,
        column: Some(column),
        value: written.to_owned(),
        message: format!("`{}` is no {what} that is known here; {reading}", excerpt(written)),
        help: format!("if that is wrong, write one of: {}", known.join(", ")),
    }
}

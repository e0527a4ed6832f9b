//! Whether somebody pays for a row's seats.

use super::columns::Columns;
use super::understand::{Understanding, text_of};
use super::{Fault, NotPaid, RosterRow};
use crate::diagnostic::excerpt;
use crate::fold::fold;
use crate::plans::Price;
use crate::record::Record;

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The seats count.
    Active,
    /// They do not.
    Inactive,
    /// Nobody knows the word: they do not, and somebody should look.
    Unknown,
}

/// What the mark of a trial says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsTrial {
    Yes,
    No,
    Unknown,
}

/// Free plans, trials and subscriptions that are not active count 0 paid seats.
pub(super) fn read_payment(
    record: Record<'_>,
    columns: &Columns,
    known: &mut Understanding<'_>,
    row: &mut RosterRow<'_>,
) {
    if let Some(column) = columns.status {
        let cell = record.cell(column);
        let written = text_of(cell);
        let standing =
            if cell.is_blank() { Standing::Active } else { known.standings.recall(&written, standing) };
        if standing != Standing::Active {
            row.not_paid = Some(NotPaid::Inactive(written.trim().to_owned()));
            if standing == Standing::Unknown {
                let reading = "its seats are not counted";
                row.faults.push(unknown_word("status-unknown", "status", column, &written, reading, &ACTIVE));
            }
            return;
        }
    }
    row.not_paid = match row.plan.as_ref().map(|found| found.price) {
        _ if is_marked_trial(record, columns, known, row) => Some(NotPaid::Trial),
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

fn standing(written: &str) -> Standing {
    let word = fold(written);
    match word.as_str() {
        word if ACTIVE.contains(&word) => Standing::Active,
        word if INACTIVE.contains(&word) => Standing::Inactive,
        _ => Standing::Unknown,
    }
}

fn is_trial(written: &str) -> IsTrial {
    let word = fold(written);
    match word.as_str() {
        word if TRIAL.contains(&word) => IsTrial::Yes,
        word if NO_TRIAL.contains(&word) => IsTrial::No,
        _ => IsTrial::Unknown,
    }
}

fn is_marked_trial(
    record: Record<'_>,
    columns: &Columns,
    known: &mut Understanding<'_>,
    row: &mut RosterRow<'_>,
) -> bool {
    let Some(column) = columns.trial else { return false };
    let cell = record.cell(column);
    if cell.is_blank() {
        return false;
    }
    let written = text_of(cell);
    let is_trial = known.trials.recall(&written, is_trial);
    if is_trial == IsTrial::Unknown {
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
    is_trial == IsTrial::Yes
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

//! Whether somebody pays for a row's seats.

use super::columns::Columns;
use super::overrides::words::meant;
use super::understand::{Understanding, text_of};
use super::{Fault, NotPaid, RosterRow};
use crate::diagnostic::excerpt;
use crate::fold::fold;
use crate::plans::{Kind, Price};
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
    /// The subscription is paid for, but sits on top of another one.
    AddOn,
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
        let settled = known.words().and_then(|words| meant(&words.statuses, &written));
        let standing = match settled {
            _ if cell.is_blank() => Standing::Active,
            Some((is_active, line)) => {
                row.overridden.status = true;
                row.fits(line, if is_active { Standing::Active } else { Standing::Inactive })
            }
            None => known.standings.recall(&written, standing),
        };
        if standing != Standing::Active {
            let status = written.trim().to_owned();
            if standing == Standing::Unknown {
                row.not_paid = Some(NotPaid::UnknownStatus(status));
                let reading = "its seats are not counted";
                row.faults.push(unknown_word("status-unknown", "status", column, &written, reading, &ACTIVE));
            } else {
                row.not_paid = Some(NotPaid::Inactive(status));
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

/// What `ProductQualifiers` says there of an add-on. Source: Partner Center's new-commerce reconciliation.
const ADD_ON: [&str; 3] = ["add-on", "addon", "add on"];

fn standing(written: &str) -> Standing {
    let word = fold(written);
    match word.as_str() {
        word if ACTIVE.contains(&word) => Standing::Active,
        word if INACTIVE.contains(&word) => Standing::Inactive,
        _ => Standing::Unknown,
    }
}

fn is_trial(written: &str) -> IsTrial {
    let folded = fold(written);
    let words = || folded.split([',', ';', '|']).map(str::trim);
    let is_known = |word: &str| NO_TRIAL.contains(&word) || ADD_ON.contains(&word);
    // `Add-On, Trial` is a trial.
    if words().any(|word| TRIAL.contains(&word)) {
        IsTrial::Yes
    } else if !words().all(is_known) {
        IsTrial::Unknown
    } else if words().any(|word| ADD_ON.contains(&word)) {
        IsTrial::AddOn
    } else {
        IsTrial::No
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
    let settled = known.words().and_then(|words| meant(&words.trials, &written));
    let is_trial = match settled {
        Some((is_trial, line)) => {
            row.overridden.trial = true;
            row.fits(line, if is_trial { IsTrial::Yes } else { IsTrial::No })
        }
        None => known.trials.recall(&written, is_trial),
    };
    if is_trial == IsTrial::AddOn
        && let Some(found) = row.plan.as_ref().filter(|found| found.plan.kind == Kind::Base)
    {
        row.faults.push(marked_add_on(column, &written, &found.plan.name));
    }
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

/// The catalogue and not the mark says what a plan is: some suites are sold as add-ons to others.
fn marked_add_on(column: usize, written: &str, plan: &str) -> Fault {
    Fault {
        code: "add-on-marked",
        blocks: false,
        column: Some(column),
        value: written.to_owned(),
        message: format!(
            "the roster marks it as an add-on; `{plan}` was judged as the whole plan that it is"
        ),
        help: "if it only extends another plan, its seats are no seats of their own".to_owned(),
    }
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

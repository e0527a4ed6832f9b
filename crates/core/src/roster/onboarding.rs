//! How far a customer is with onboarding, and what for: its phase, and the services it wants.

use super::understand::{Understanding, as_written};
use super::wanted::Wanted;
use super::written::meant;
use super::{Fault, RosterRow};
use crate::diagnostic::{Code, excerpt};
use crate::policy::Policy;
use crate::record::Record;
use std::sync::Arc;

/// Finds the phase and the wanted services, in a roster that has columns for them; neither changes the verdict.
pub(super) fn read(record: Record<'_>, known: &mut Understanding<'_>, row: &mut RosterRow<'_>) {
    let (policy, columns) = (known.policy, known.columns());
    let said = |column: Option<usize>| {
        let column = column.filter(|column| !record.cell(*column).is_blank())?;
        Some((column, as_written(record.cell(column))))
    };
    if let Some((column, written)) = said(columns.phase) {
        row.phase = known.phases.recall(&written, |written| policy.phase_by_word(written));
        if row.phase.is_none() {
            row.faults.push(unknown_phase(&meant(&written), column, policy));
        }
    }
    if let Some((_, written)) = said(columns.services) {
        row.wanted = known.wanted.recall(&written, |written| Wanted::read(policy, written).map(Arc::new));
    }
}

fn unknown_phase(written: &str, column: usize, policy: &Policy) -> Fault {
    let names: Vec<&str> = policy.phases.iter().map(|phase| phase.name.as_str()).collect();
    Fault {
        code: Code::PhaseUnknown,
        blocks: false,
        column: Some(column),
        value: written.to_owned(),
        message: format!(
            "`{}` is not a phase that the policy knows; the row is shown without one",
            excerpt(written)
        ),
        help: format!("write one of: {}; or its number", names.join(", ")),
    }
}

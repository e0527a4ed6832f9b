//! The table of customers who are to be onboarded: what the roster says of them, and not how far each phase has come,
//! which is filled in on the sheet.

use super::TableCell;
use super::customers::{entitled, tier};
use crate::policy::Policy;
use crate::report::onboarding::Line;
use crate::verdict::{DecidedBy, Verdict};

/// Returns the cells of a customer, as its line on the sheet has them.
#[must_use]
pub fn cells<'a>(policy: &'a Policy, line: &'a Line<'_>, verdict: &Verdict) -> Vec<TableCell<'a>> {
    let is_review = verdict.decided_by == DecidedBy::Review;
    let mut cells = vec![
        TableCell::Count(line.number),
        TableCell::text(line.tenant.as_str()),
        TableCell::text(line.name.as_str()),
        TableCell::text(line.plan),
        TableCell::count(line.seats),
        tier(policy, verdict),
    ];
    cells.extend(policy.onboarding.into_iter().flat_map(|place| entitled(verdict, place, is_review)));
    let phase = line.phase.and_then(|phase| policy.phases.get(phase));
    cells.extend([
        TableCell::text(phase.map_or("", |phase| phase.name.as_str())),
        TableCell::text(line.owner.as_str()),
    ]);
    cells
}

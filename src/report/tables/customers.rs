//! The table of customers: one line for each, a tenant on several rows as what they come to together.

use super::TableCell;
use crate::policy::Policy;
use crate::roster::RosterRow;
use crate::tenants::{Rollup, Tenant, TenantWords};
use crate::verdict::words::{answer_index, tier_name, why};
use crate::verdict::{DecidedBy, Facts, Tier, Verdict};
use std::borrow::Cow;

/// What a customer is called, and what else the roster says of it.
#[derive(Clone, Debug, Default)]
pub struct CustomerSaid<'a> {
    /// What identifies the tenant.
    pub tenant: Cow<'a, str>,
    /// Its name, if another column has it.
    pub name: Cow<'a, str>,
    /// Who looks after it.
    pub owner: Cow<'a, str>,
    /// Its country.
    pub country: Cow<'a, str>,
    /// The day of its next renewal, `2026-11-28`.
    pub renewal: Option<String>,
}

/// What the columns in front say, and those behind that only customers on several rows have.
struct Told<'a> {
    said: CustomerSaid<'a>,
    plans: Cow<'a, str>,
    segment: usize,
    seats: Option<u64>,
    verdict: &'a Verdict,
    why: String,
    together: [TableCell<'a>; 6],
    rows: u64,
    number: u64,
    numbers: String,
}

/// Returns the cells of a customer on one row, which the roster has at `number`.
#[must_use]
pub fn of_row<'a>(
    policy: &'a Policy,
    (row, verdict): (&'a RosterRow<'_>, &'a Verdict),
    said: CustomerSaid<'a>,
    number: u64,
) -> Vec<TableCell<'a>> {
    const BLANK: TableCell<'static> = TableCell::Blank;
    let told = Told {
        said,
        plans: row.plan.as_ref().map_or("", |found| found.plan.name.as_str()).into(),
        segment: row.segment,
        seats: verdict.seats_counted,
        verdict,
        why: why(policy, Facts::of(row), verdict),
        together: [TableCell::Truth(false), BLANK, BLANK, BLANK, BLANK, BLANK],
        rows: 1,
        number,
        numbers: number.to_string(),
    };
    cells(policy, told)
}

/// Returns the cells of a customer on several rows, as the Tenants sheet has them.
#[must_use]
pub fn of_tenant<'a>(
    policy: &'a Policy,
    tenant: &'a Tenant<'_>,
    rollup: &'a Rollup<'_>,
) -> Vec<TableCell<'a>> {
    let words = TenantWords::of(policy, tenant, rollup);
    let (largest, seats) = rollup.largest.map_or(("", 0), |(plan, seats)| (plan.name.as_str(), seats));
    let said = CustomerSaid {
        tenant: tenant.shown().into(),
        name: tenant.name().into(),
        owner: tenant.owner().into(),
        country: tenant.country().into(),
        renewal: tenant.renewal.map(|renewal| renewal.date.to_string()),
    };
    let told = Told {
        said,
        plans: rollup.plan_names().into(),
        segment: rollup.segment(policy),
        seats: Some(rollup.seats),
        verdict: &rollup.verdict,
        why: words.why,
        together: [
            TableCell::Truth(rollup.is_only_by_adding()),
            TableCell::text(largest),
            TableCell::Count(seats),
            TableCell::text(words.plans),
            TableCell::text(words.uncounted),
            TableCell::text(words.segments),
        ],
        rows: tenant.rows,
        number: tenant.first_row(),
        numbers: words.rows,
    };
    cells(policy, told)
}

fn cells<'a>(policy: &'a Policy, told: Told<'a>) -> Vec<TableCell<'a>> {
    let Told { said, plans, segment, seats, verdict, why, together, rows, number, numbers } = told;
    let is_review = verdict.decided_by == DecidedBy::Review;
    let customer = if said.name.is_empty() { said.tenant.clone() } else { said.name };
    let eligible =
        if is_review { TableCell::Blank } else { TableCell::Truth(verdict.decided_by == DecidedBy::Seats) };
    let mut cells = vec![
        TableCell::text(customer),
        TableCell::text(said.tenant),
        TableCell::text(plans),
        TableCell::text(said.owner),
        TableCell::text(said.country),
        TableCell::text(said.renewal.unwrap_or_default()),
        TableCell::text(policy.segments.get(segment).map_or("", |segment| segment.name.as_str())),
        eligible,
        TableCell::count(seats),
        tier(policy, verdict),
    ];
    for entitlement in 0..policy.entitlements.len() {
        cells.extend(entitled(verdict, entitlement, is_review));
    }
    cells.extend([
        verdict
            .next
            .map_or(TableCell::Blank, |next| TableCell::text(tier_name(policy, Tier::Rung(next.rung)))),
        TableCell::count(verdict.next.map(|next| next.seats)),
        TableCell::text(why),
        TableCell::Truth(is_review),
    ]);
    cells.extend(together);
    cells.extend([TableCell::Count(rows), TableCell::Count(number), TableCell::text(numbers)]);
    cells
}

/// The tier, as far as there is a verdict.
pub(super) fn tier<'a>(policy: &'a Policy, verdict: &Verdict) -> TableCell<'a> {
    let name = tier_name(policy, verdict.tier).into();
    if verdict.decided_by == DecidedBy::Review { TableCell::NoVerdict(name) } else { TableCell::Text(name) }
}

/// Whether there is an entitlement, and whether it has to be confirmed. What any customer has is no verdict to go on with.
pub(super) fn entitled(verdict: &Verdict, entitlement: usize, is_review: bool) -> [TableCell<'static>; 2] {
    let index = answer_index(verdict, entitlement);
    if is_review {
        let word = crate::verdict::words::ANSWERS.get(index).copied().unwrap_or_default();
        return [TableCell::NoVerdict(word.into()), TableCell::Blank];
    }
    let is_to_confirm = verdict.granted.has(entitlement) && verdict.confirm.has(entitlement);
    [TableCell::Answer(index), TableCell::Truth(is_to_confirm)]
}

//! The rows of the roster, counted beside its customers.

use super::{Told, tier_cell, total_label, total_row};
use crate::policy::Policy;
use crate::report::live::{Live, Where};
use crate::report::{Block, CellOut, Formula, Style, Table, Value};
use crate::tenants::TenantSummary;
use crate::verdict::Tier;
use crate::verdict::words::tier_name;

/// The title of the table that says what became of the rows.
pub const ROWS: &str = "Rows of the roster";

/// The title of the table of rows by tier, where a customer is on several.
pub const BY_ROW: &str = "Rows by tier, each judged by itself";

/// Returns the tables of rows.
pub(super) fn blocks(told: &Told<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Table(rows(told))];
    if !told.has_several_rows() {
        return blocks;
    }
    blocks.push(Block::Table(by_row(told)));
    if let Some(warning) = told.warning {
        blocks.push(Block::Remark(format!(
            "In this export {warning}. The tables of customers count each once; this one counts rows."
        )));
    }
    blocks.extend([
        Block::Table(by_tenant(told.policy, told.tenants)),
        Block::Remark(
            "These are the customers on several rows; they are part of the tables of customers above. See the Tenants \
             sheet."
                .to_owned(),
        ),
    ]);
    blocks
}

fn by_row(told: &Told<'_>) -> Table {
    let Told { policy, live, rows, .. } = *told;
    let tiers = super::shown_tiers(&rows.verdicts);
    let row = |tier: &Tier| {
        let count = rows.tier(*tier);
        let of = Where { tier: Some(tier_name(policy, *tier)), segment: None };
        vec![
            tier_cell(policy, *tier),
            CellOut::count(count.rows).worked_out(live.and_then(|live| live.rows(of))),
            CellOut::count(count.seats).worked_out(live.and_then(|live| live.seats_of_rows(of))),
        ]
    };
    let all = rows.verdicts.all();
    let sum = |count: u64| {
        let cell = CellOut::styled(Value::Count(count), Style::Total);
        cell.worked_out(live.map(|_| Formula::SumAbove))
    };
    let total = vec![total_label("Total"), sum(all.rows), sum(all.seats)];
    Table {
        title: BY_ROW.to_owned(),
        headings: ["Tier", "Rows", "Seats counted"].map(str::to_owned).to_vec(),
        rows: tiers.iter().map(row).chain([total]).collect(),
        ..Table::default()
    }
}

fn rows(told: &Told<'_>) -> Table {
    let Told { policy, live, rows: summary, .. } = *told;
    let entry = |what: &str, count: u64, formula: Option<Formula>| {
        vec![CellOut::label(what), CellOut::count(count).worked_out(formula)]
    };
    let review = tier_name(policy, Tier::NeedsReview);
    let of_review = Where { tier: Some(review), segment: None };
    let read = CellOut::styled(Value::Count(summary.read), Style::Total);
    Table {
        title: ROWS.to_owned(),
        headings: ["Rows", "Count"].map(str::to_owned).to_vec(),
        rows: vec![
            entry("Classified", summary.classified(), live.and_then(|live| live.classified(policy))),
            entry("Needs review", summary.review(), live.and_then(|live| live.rows(of_review))),
            entry("Blank", summary.blank, live.and_then(Live::blank)),
            entry("Footer (totals, remarks)", summary.footer, live.and_then(Live::footer)),
            vec![total_label("Read"), read.worked_out(live.and_then(Live::read))],
        ],
        ..Table::default()
    }
}

fn by_tenant(policy: &Policy, tenants: &TenantSummary) -> Table {
    let may_be_none = may_have_no_tier(policy) || tenants.tier(Tier::None).rows > 0;
    let rungs = (0..policy.rungs.len()).map(Tier::Rung);
    let tiers: Vec<Tier> =
        rungs.chain(may_be_none.then_some(Tier::None)).chain([Tier::NeedsReview]).collect();
    let row = |tier: &Tier| {
        let count = tenants.tier(*tier);
        vec![tier_cell(policy, *tier), CellOut::count(count.rows), CellOut::count(count.seats)]
    };
    let seats = tiers.iter().fold(0, |sum: u64, tier| sum.saturating_add(tenants.tier(*tier).seats));
    let total = [Value::Count(tenants.tenants()), Value::Count(seats)];
    Table {
        title: "Customers on several rows".to_owned(),
        headings: ["Tier", "Customers", "Paid seats"].map(str::to_owned).to_vec(),
        rows: tiers.iter().map(row).chain([total_row("Total", total)]).collect(),
        ..Table::default()
    }
}

/// Returns whether a customer may stand on no tier at all: where the lowest asks for seats, or is never granted.
fn may_have_no_tier(policy: &Policy) -> bool {
    let lowest = policy.rungs.first().and_then(|lowest| policy.entitlements.get(*lowest));
    lowest.is_none_or(|lowest| lowest.thresholds.iter().any(|threshold| threshold.seats != Some(0)))
}

//! The customers, by tier, segment and entitlement.

use super::{Told, tier_cell, total_label};
use crate::policy::Entitlement;
use crate::report::live::{Live, Where};
use crate::report::roster::tier_style;
use crate::report::{Block, CellOut, Chart, Formula, Style, Table, Value};
use crate::summary::{Count, WhyLowest};
use crate::verdict::Tier;
use crate::verdict::words::{grouped, tier_name};

/// The title of the table of customers and seats by tier.
pub const BY_TIER: &str = "Customers and paid seats by tier";

/// The title of that of customers by tier and segment.
pub const BY_SEGMENT: &str = "Customers by tier and segment";

/// The title of that of their seats.
pub const SEATS_BY_SEGMENT: &str = "Paid seats by tier and segment";

/// The title of that of entitlements.
pub const BY_ENTITLEMENT: &str = "Customers per entitlement";

/// The title of the table of thresholds that are changed.
pub const WHAT_IF: &str = "What if a threshold changed";

/// Returns what stands below the charts.
pub(super) fn tables(told: &Told<'_>, tiers: &[Tier]) -> Vec<Block> {
    let mut blocks = vec![
        Block::Table(by_entitlement(told)),
        Block::Remark(
            "Entitlements are counted one by one, because a customer can hold a higher one without a lower one. \
             The tier is the highest one for which every lower one is also held."
                .to_owned(),
        ),
    ];
    blocks.extend(told.otherwise.map(|words| Block::Remark(words.to_owned())));
    blocks.extend([
        Block::Table(matrix(told, tiers, &Matrix::customers(told.live))),
        Block::Table(matrix(told, tiers, &Matrix::seats(told.live))),
    ]);
    blocks.extend(why_lowest(told).map(Block::Table));
    blocks.extend(told.live.map(|live| Block::Table(what_if(told, live))));
    blocks
}

/// What keeps customers on the lowest tier; `None` = nobody is there.
fn why_lowest(told: &Told<'_>) -> Option<Table> {
    let lowest = told.verdicts().lowest;
    let words = |why: WhyLowest| match why {
        WhyLowest::Small => "Too few paid seats",
        WhyLowest::NotServed => "A plan that FastTrack does not serve",
        WhyLowest::NotPaid => "Not paid for, or not active",
    };
    let row = |(why, count): (WhyLowest, Count)| {
        vec![CellOut::label(words(why)), CellOut::count(count.rows), CellOut::count(count.seats)]
    };
    let name = tier_name(told.policy, Tier::Rung(0));
    lowest.iter().any(|count| count.rows > 0).then(|| Table {
        title: format!("Why {name} and no more"),
        headings: ["Reason", told.who(), "Paid seats"].map(str::to_owned).to_vec(),
        rows: WhyLowest::ALL.into_iter().zip(lowest).map(row).collect(),
        ..Table::default()
    })
}

/// Returns the table of customers by tier, which the charts are drawn from.
pub(super) fn by_tier(told: &Told<'_>, tiers: &[Tier]) -> Block {
    let Told { policy, live, .. } = *told;
    let summary = told.verdicts();
    let all = summary.all();
    let share_of_last = || live.map(|_| Formula::ShareOfLast);
    let row = |tier: &Tier| {
        let count = summary.tier(*tier);
        let of = Where { tier: Some(tier_name(policy, *tier)), segment: None };
        vec![
            tier_cell(policy, *tier),
            CellOut::count(count.rows).worked_out(live.and_then(|live| live.customers(of))),
            CellOut::share(count.rows, all.rows).worked_out(share_of_last()),
            CellOut::count(count.seats).worked_out(live.and_then(|live| live.seats(of))),
            CellOut::share(count.seats, all.seats).worked_out(share_of_last()),
        ]
    };
    let sum = |count: u64| {
        let cell = CellOut::styled(Value::Count(count), Style::Total);
        cell.worked_out(live.map(|_| Formula::SumAbove))
    };
    let whole = |part: u64| {
        let cell = CellOut::styled(Value::Share(if part == 0 { 0.0 } else { 1.0 }), Style::Total);
        cell.worked_out(share_of_last())
    };
    let total = vec![total_label("Total"), sum(all.rows), whole(all.rows), sum(all.seats), whole(all.seats)];
    let who = told.who();
    let share = format!("% {}", who.to_lowercase());
    Block::Table(Table {
        title: told.titled(BY_TIER),
        headings: ["Tier", who, &share, "Paid seats", "% seats"].map(str::to_owned).to_vec(),
        rows: tiers.iter().map(row).chain([total]).collect(),
        ..Table::default()
    })
}

/// What a table of tiers and segments counts.
struct Matrix {
    title: &'static str,
    of: fn(Count) -> u64,
    live: Option<Live>,
    formula: fn(Live, Where<'_>) -> Option<Formula>,
}

impl Matrix {
    fn customers(live: Option<Live>) -> Self {
        Self { title: BY_SEGMENT, of: |count| count.rows, live, formula: Live::customers }
    }

    fn seats(live: Option<Live>) -> Self {
        Self { title: SEATS_BY_SEGMENT, of: |count| count.seats, live, formula: Live::seats }
    }
}

fn matrix(told: &Told<'_>, tiers: &[Tier], matrix: &Matrix) -> Table {
    let (policy, summary, live) = (told.policy, told.verdicts(), matrix.live);
    let count = |tier: Tier, segment: usize| (matrix.of)(summary.tier_in_segment(tier, segment));
    let row = |tier: &Tier| {
        let name = Some(tier_name(policy, *tier));
        let cells = policy.segments.iter().enumerate().map(|(index, segment)| {
            let of = Where { tier: name, segment: Some(&segment.name) };
            let formula = live.and_then(|live| (matrix.formula)(live, of));
            CellOut::count(count(*tier, index)).worked_out(formula)
        });
        let sum = (matrix.of)(summary.tier(*tier));
        let sum = CellOut::styled(Value::Count(sum), Style::Strong);
        [tier_cell(policy, *tier)]
            .into_iter()
            .chain(cells)
            .chain([sum.worked_out(live.map(|_| Formula::SumLeft))])
            .collect()
    };
    let column = |segment: usize| tiers.iter().map(|tier| count(*tier, segment)).sum::<u64>();
    let columns: Vec<u64> = (0..policy.segments.len()).map(column).collect();
    let all: u64 = columns.iter().sum();
    let sum = |count: u64| {
        let cell = CellOut::styled(Value::Count(count), Style::Total);
        cell.worked_out(live.map(|_| Formula::SumAbove))
    };
    let total = [total_label("Total")].into_iter().chain(columns.into_iter().chain([all]).map(sum)).collect();
    let names = policy.segments.iter().map(|segment| segment.name.clone());
    Table {
        title: told.titled(matrix.title),
        headings: ["Tier".to_owned()].into_iter().chain(names).chain(["Total".to_owned()]).collect(),
        rows: tiers.iter().map(row).chain([total]).collect(),
        ..Table::default()
    }
}

fn by_entitlement(told: &Told<'_>) -> Table {
    let Told { policy, live, .. } = *told;
    let summary = told.verdicts();
    let zero = Count::default();
    let row = |(index, entitlement): (usize, &Entitlement)| {
        let (granted, confirm) = (
            summary.granted.get(index).copied().unwrap_or(zero),
            summary.confirm.get(index).copied().unwrap_or(zero),
        );
        let formulas = live.map_or([None, None, None], |live| live.granted(entitlement));
        let figures = [granted.rows, confirm.rows, granted.seats].into_iter().zip(formulas);
        [CellOut::label(entitlement.name.clone())]
            .into_iter()
            .chain(figures.map(|(count, formula)| CellOut::count(count).worked_out(formula)))
            .collect()
    };
    Table {
        title: told.titled(BY_ENTITLEMENT),
        headings: ["Entitlement", told.who(), "To be confirmed", "Paid seats"].map(str::to_owned).to_vec(),
        rows: policy.entitlements.iter().enumerate().map(row).collect(),
        ..Table::default()
    }
}

/// The thresholds are cells of the Policy sheet; whoever changes one sees here what it would change.
fn what_if(told: &Told<'_>, live: Live) -> Table {
    let (policy, summary) = (told.policy, told.verdicts());
    let row = |(index, entitlement): (usize, &Entitlement)| {
        let judged = summary.granted.get(index).copied().unwrap_or_default().rows;
        let [granted, ..] = live.granted(entitlement);
        let formula = live.by_thresholds(policy, entitlement);
        vec![
            CellOut::label(entitlement.name.clone()),
            CellOut::count(judged).worked_out(granted),
            CellOut::count(judged).worked_out(formula),
            CellOut::count(0).worked_out(Some(Formula::Difference)),
        ]
    };
    Table {
        title: WHAT_IF.to_owned(),
        headings: ["Entitlement", "As judged", "By thresholds", "Difference"].map(str::to_owned).to_vec(),
        rows: policy.entitlements.iter().enumerate().map(row).collect(),
        ..Table::default()
    }
}

/// An empty roster has no charts: there would be nothing in them.
pub(super) fn charts(told: &Told<'_>, tiers: &[Tier], table: usize) -> Block {
    let (policy, summary) = (told.policy, told.verdicts());
    if tiers.iter().all(|tier| summary.tier(*tier).rows == 0) {
        return Block::Charts(Vec::new());
    }
    let chart = |title: &str, axis: &str, values: usize, of: fn(Count) -> u64| {
        let figures: Vec<String> = tiers
            .iter()
            .map(|tier| format!("{} {}", tier_name(policy, *tier), grouped(of(summary.tier(*tier)))))
            .collect();
        Chart {
            title: title.to_owned(),
            alt: format!("Column chart. {title}: {}.", figures.join(", ")),
            table,
            rows: tiers.len(),
            values,
            axis: axis.to_owned(),
            styles: tiers.iter().map(|tier| tier_style(*tier)).collect(),
        }
    };
    Block::Charts(vec![
        chart(&told.titled("Customers by tier"), told.who(), 1, |count| count.rows),
        chart("Paid seats by tier", "Paid seats", 3, |count| count.seats),
    ])
}

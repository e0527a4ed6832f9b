//! The Breakdown sheet: the customers by what the roster says of them: owner, plan, country, quarter of renewal.

use super::summary::{shown_tiers, total_label};
use crate::customers::{Breakdown, Customers, Dimension, LIMIT_VALUES, Value as Counted};
use crate::policy::Policy;
use crate::report::{Block, CellOut, Page, Sheet, Style, Table, Value};
use crate::summary::Count;
use crate::verdict::Tier;
use crate::verdict::words::{grouped, tier_name};

/// Values that a table lists; the others are one line.
const LISTED: usize = 15;

/// Quarters that a table lists: five years.
const QUARTERS: usize = 20;

/// The name of the sheet.
pub const NAME: &str = "Breakdown";

/// Returns the sheet; `customers` is `None` where tenants on several rows could not be rolled up.
#[must_use]
pub fn sheet(policy: &Policy, customers: Option<&Customers>) -> Sheet {
    let mut blocks = vec![
        Block::Title("Breakdown of customers".to_owned()),
        Block::Line("What the roster has columns for; each customer counts once, with its tier.".to_owned()),
    ];
    match customers {
        Some(customers) => blocks.extend(tables(policy, customers)),
        None => blocks.push(Block::Remark(
            "Nothing is counted here, because tenants on several rows were not rolled up.".to_owned(),
        )),
    }
    let figures = policy.rungs.len() + 4;
    let widths = [vec![44.0], vec![14.0; figures]].concat();
    Sheet { name: NAME, widths, page: Page::Landscape, blocks, names: Vec::new() }
}

/// The tables of what the roster has columns for.
fn tables(policy: &Policy, customers: &Customers) -> Vec<Block> {
    let told = Told { policy, tiers: shown_tiers(&customers.verdicts) };
    let by = Dimension::ALL.into_iter().zip(&customers.by);
    let mut blocks: Vec<Block> =
        by.clone().filter_map(|(dimension, breakdown)| told.block(dimension, breakdown.as_ref()?)).collect();
    let unknown: Vec<&str> =
        by.filter(|(_, breakdown)| breakdown.is_none()).map(|(dimension, _)| dimension.word()).collect();
    if !unknown.is_empty() {
        blocks.push(Block::Remark(format!(
            "The roster has no column that is known for: {}. Whoever runs fasttrack can name the one that it has.",
            unknown.join(", ")
        )));
    }
    blocks
}

/// What all tables are made with.
struct Told<'p> {
    policy: &'p Policy,
    tiers: Vec<Tier>,
}

impl Told<'_> {
    /// Returns the table of one of them; `None` where the roster says the same of nobody.
    fn block(&self, dimension: Dimension, breakdown: &Breakdown) -> Option<Block> {
        let word = dimension.word();
        let Some(mut values) = breakdown.values() else {
            return Some(Block::Remark(format!(
                "By {word}: the roster names more than {}, too many for a table.",
                grouped(LIMIT_VALUES as u64)
            )));
        };
        if values.iter().all(|value| value.shown.is_empty()) {
            return None;
        }
        let most = if dimension == Dimension::Renewal {
            // Quarters in their order, those without one last.
            values.sort_by(|left, right| {
                (left.shown.is_empty(), &left.shown).cmp(&(right.shown.is_empty(), &right.shown))
            });
            QUARTERS
        } else {
            LISTED
        };
        // One line too many is listed rather than called the others.
        let listed = if values.len() > most + 1 { most } else { values.len() };
        let (shown, others) = values.split_at_checked(listed)?;
        let mut rows: Vec<Vec<CellOut>> =
            shown.iter().map(|value| self.row(label(dimension, value), value)).collect();
        if !others.is_empty() {
            let label = format!("{} others", grouped(others.len() as u64));
            rows.push(self.row(label, &sum(others)));
        }
        let all = sum(&values);
        let total = [all.all.rows, all.all.seats].into_iter().chain(self.counts(&all));
        let total = total.map(|count| CellOut::styled(Value::Count(count), Style::Total));
        rows.push([total_label("Total")].into_iter().chain(total).collect());
        let names = self.tiers.iter().map(|tier| tier_name(self.policy, *tier).to_owned());
        let headings = [heading(dimension), "Customers", "Paid seats"].map(str::to_owned);
        Some(Block::Table(Table {
            title: format!("Customers by {word}"),
            headings: headings.into_iter().chain(names).collect(),
            rows,
            ..Table::default()
        }))
    }

    fn row(&self, label: String, value: &Counted) -> Vec<CellOut> {
        let figures = [value.all.rows, value.all.seats].into_iter().chain(self.counts(value));
        [CellOut::label(label)].into_iter().chain(figures.map(CellOut::count)).collect()
    }

    /// The customers of each tier.
    fn counts(&self, value: &Counted) -> Vec<u64> {
        let rungs = self.policy.rungs.len();
        let count = |tier: &Tier| value.by_tier.get(tier.slot(rungs)).copied().unwrap_or(0);
        self.tiers.iter().map(count).collect()
    }
}

fn sum(values: &[&Counted]) -> Counted {
    let mut sum = Counted { shown: String::new(), all: Count::default(), by_tier: Vec::new() };
    for value in values {
        sum.all.merge(value.all);
        sum.by_tier.resize(value.by_tier.len(), 0);
        sum.by_tier.iter_mut().zip(&value.by_tier).for_each(|(sum, count)| *sum += count);
    }
    sum
}

const fn heading(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Owner => "Owner",
        Dimension::Plan => "Plan",
        Dimension::Country => "Country",
        Dimension::Renewal => "Renewal",
    }
}

fn label(dimension: Dimension, value: &Counted) -> String {
    if !value.shown.is_empty() {
        return value.shown.clone();
    }
    match dimension {
        Dimension::Owner => "(no owner)",
        Dimension::Plan => "(plan not known)",
        Dimension::Country => "(no country)",
        Dimension::Renewal => "(no renewal date that can be read)",
    }
    .to_owned()
}

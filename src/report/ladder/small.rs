//! The ladder of the Summary: a step for each tier, and how many customers stand on it.

use crate::policy::Policy;
use crate::report::{Block, CellOut, Step, Style, Table, Value, summary};
use crate::verdict::words::{NEEDS_REVIEW, NO_TIER, rung_name};

/// The title of the picture.
pub const TITLE: &str = "Customers on each step";

/// What its title ends with, whatever is counted.
pub const ON_EACH_STEP: &str = " on each step";

/// What it shows, in words.
const TOLD: &str = "The number on a step is how many customers are on it; the blocks below the number are what they get. \
                    What some of them get as well, without a lower block, is counted in the next table.";

/// The word in it for those who are counted.
const CUSTOMERS: &str = "customers";

/// A ladder of more rungs is drawn on the guide only: the Summary is printed on one page.
const LIMIT_RUNGS: usize = 8;

/// A number of customers, with the word for it.
const FORMAT: &str = "[=1]#,##0\" customer\";#,##0\" customers\"";

/// Likewise of rows, where those are counted instead.
const FORMAT_OF_ROWS: &str = "[=1]#,##0\" row\";#,##0\" rows\"";

/// Returns the picture of a table by tier: on each tier's step the customers that the table counts, by the same formula;
/// what has no tier, and what needs review, on the ground beside the stairs. `who` is what is counted, as its heading.
///
/// Nothing where the policy has more than 8 rungs.
#[must_use]
pub fn small(policy: &Policy, by_tier: &Block, who: &str) -> Vec<Block> {
    let Block::Table(by_tier) = by_tier else { return Vec::new() };
    if policy.rungs.len() > LIMIT_RUNGS {
        return Vec::new();
    }
    let told = TOLD.replace(CUSTOMERS, &who.to_lowercase());
    vec![Block::Table(picture(policy, by_tier, who)), Block::Remark(told)]
}

/// Returns how many steps the picture has, each in a column of its own.
#[must_use]
pub fn steps(policy: &Policy) -> usize {
    if policy.rungs.len() > LIMIT_RUNGS { 0 } else { policy.rungs.len() }
}

fn picture(policy: &Policy, by_tier: &Table, who: &str) -> Table {
    let format = if who == summary::CUSTOMERS { FORMAT } else { FORMAT_OF_ROWS };
    let lines = by_tier.rows.iter();
    let steps: Vec<Vec<CellOut>> =
        lines.filter_map(|line| column(policy, line.first()?, line.get(1)?, format)).collect();
    let row = |above: usize| {
        let at = |step: &Vec<CellOut>| step.get(above).cloned().unwrap_or_else(blank);
        [blank()].into_iter().chain(steps.iter().map(at)).collect()
    };
    // The lowest blocks are the first, and stand in the last row.
    let rows = (0..=policy.rungs.len()).rev().map(row).collect();
    Table { title: format!("{who}{ON_EACH_STEP}"), rows, ..Table::default() }
}

const fn blank() -> CellOut {
    CellOut::styled(Value::Blank, Style::Body)
}

/// The blocks of one tier, the lowest first, and on top its customers; `None` for a line that is no tier's.
fn column(
    policy: &Policy,
    tier: &CellOut,
    customers: &CellOut,
    format: &'static str,
) -> Option<Vec<CellOut>> {
    let block = |step: Step, words: &str| CellOut::styled(Value::text(words.to_owned()), Style::Step(step));
    let mut blocks: Vec<CellOut> = match tier.style {
        Style::Rung(top) => (0..=top).map(|rung| block(Step::Rung(rung), rung_name(policy, rung))).collect(),
        Style::NoTier => vec![block(Step::NoTier, NO_TIER)],
        Style::Review => vec![block(Step::Review, NEEDS_REVIEW)],
        _ => return None,
    };
    let Value::Count(count) = customers.value else { return None };
    #[expect(clippy::cast_precision_loss, reason = "counts of customers are far below 2^53")]
    let value = Value::Number { value: count as f64, format, written: "" };
    blocks.push(CellOut { value, style: Style::OnStep, ..customers.clone() });
    Some(blocks)
}

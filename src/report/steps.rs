//! The sheets "Next steps" and "At risk": who is just below the next tier, and who just above the own one.

use crate::date::Date;
use crate::output_fields::headings;
use crate::policy::Policy;
use crate::report::roster::{tier_looks, tier_style};
use crate::report::{Block, COUNT_FORMAT, CellOut, Chart, Page, Sheet, Style, Table, Value};
use crate::steps::{BINS, Distance, Near, Nearest, Step, Steps};
use crate::verdict::Tier;
use crate::verdict::words::{counted, grouped, tier_name};

/// The name of the sheet of those just below the next tier.
pub const NEXT: &str = "Next steps";

/// The name of the sheet of those just above their own tier.
pub const RISK: &str = "At risk";

/// Where the table of distances stands among the tables of the first sheet.
const BINS_TABLE: usize = 1;

/// A sheet whose list has no rows yet, and what gives them.
#[derive(Clone, Debug)]
pub struct ListSheet {
    /// The sheet; a list without customers is left out.
    pub sheet: Sheet,
    /// The customers of the list, in order.
    steps: Vec<Step>,
    has: Has,
}

impl ListSheet {
    /// Returns how many rows the list has.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.steps.len()
    }

    /// Returns the cells of a row, counted from 0.
    #[must_use]
    pub fn cells(&self, policy: &Policy, row: usize) -> Vec<CellOut> {
        let cells = self.steps.get(row).map_or_else(Vec::new, |step| line(policy, step));
        let kept = cells.into_iter().enumerate().filter(|(column, _)| self.has.column(*column));
        kept.map(|(_, cell)| cell).collect()
    }
}

/// Returns what the cells of the lists may be dressed as, each style with the number format that comes with it.
#[must_use]
pub fn looks(policy: &Policy) -> Vec<(Style, String)> {
    let figures = [Style::Body, Style::Strong].map(|style| (style, COUNT_FORMAT.to_owned()));
    let others = ["", DAY_FORMAT].map(|format| (Style::Body, format.to_owned()));
    tier_looks(policy).chain(others).chain(figures).collect()
}

/// Returns both sheets; `gave_up` = tenants on several rows could not be rolled up, and are on neither.
#[must_use]
pub fn sheets(policy: &Policy, steps: Steps, near: Near, gave_up: bool) -> [ListSheet; 2] {
    [next(policy, steps.below, near, gave_up), risk(steps.above, near, gave_up)]
}

fn next(policy: &Policy, nearest: Nearest, near: Near, gave_up: bool) -> ListSheet {
    let (steps, all, bins) = nearest.in_order();
    let mut blocks = vec![
        Block::Title("Next steps".to_owned()),
        Block::Line(format!("{} just below the next tier: {}.", customers(all), within(near, "missing"))),
    ];
    blocks.extend(remarks(steps.len(), all, gave_up));
    if !steps.is_empty() {
        let headings = [
            ("Seats missing", "How many more paid seats a higher tier needs."),
            ("Tier then", "The tier that the customer would reach with them."),
            ("Would gain", "What the customer would get with them."),
        ];
        let table = by_distance(policy, &bins);
        let chart = chart(&table, &bins);
        // Below the list, whose headings stay in sight: what stands above them leaves little room for its rows.
        blocks.extend([
            Block::Remark("How many seats are missing is counted below the list, with a chart.".to_owned()),
            Block::Table(list(&steps, headings)),
            Block::Table(table),
            Block::Charts(vec![chart]),
        ]);
    }
    sheet(NEXT, blocks, steps)
}

fn risk(nearest: Nearest, near: Near, gave_up: bool) -> ListSheet {
    let (steps, all, _) = nearest.in_order();
    let mut blocks = vec![
        Block::Title("At risk".to_owned()),
        Block::Line(format!(
            "{} just above the threshold of their tier: {}.{}",
            customers(all),
            within(near, "to spare"),
            if all == 0 { "" } else { " A smaller renewal would cost them the tier." }
        )),
    ];
    blocks.extend(remarks(steps.len(), all, gave_up));
    if !steps.is_empty() {
        let headings = [
            ("Seats to spare", "By how many paid seats a renewal can shrink before the tier is lost."),
            ("Tier below", "The tier that the customer would have with fewer."),
            ("Would lose", "What the customer would lose with the tier."),
        ];
        blocks.push(Block::Table(list(&steps, headings)));
    }
    sheet(RISK, blocks, steps)
}

fn sheet(name: &'static str, blocks: Vec<Block>, steps: Vec<Step>) -> ListSheet {
    let has = Has::of(&steps);
    let widths = [34.0, 14.0, 14.0, 16.0, 14.0, 26.0, 16.0, 40.0, 22.0, 14.0, 38.0, 14.0, 10.0];
    let widths = widths.into_iter().enumerate().filter(|(column, _)| has.column(*column));
    let widths = widths.map(|(_, width)| width).collect();
    // What identifies the customer comes last, and is for the screen.
    let page = Page::Columns((0..=RENEWAL).filter(|column| has.column(*column)).count());
    let sheet = Sheet { name, widths, page, blocks, names: Vec::new() };
    ListSheet { sheet, steps, has }
}

fn customers(count: u64) -> String {
    match count {
        0 => "No customer is".to_owned(),
        1 => "1 customer is".to_owned(),
        _ => format!("{} customers are", grouped(count)),
    }
}

fn within(near: Near, what: &str) -> String {
    let seats = counted(near.seats, "seat", "seats");
    format!("at most {seats} {what}, or {} % of the threshold, whichever is more", near.percent)
}

/// Returns what counts as near, as the sheets say it in words; `None` = the words say nothing of it.
///
/// ```
/// use fasttrack_roster::report::steps::near_of;
/// let near = near_of("2 customers are close: at most 25 seats missing, or 10 % of the threshold, whichever is more.");
/// assert_eq!(near.map(|near| (near.seats, near.percent)), Some((25, 10)));
/// ```
#[must_use]
pub fn near_of(words: &str) -> Option<Near> {
    let (seats, rest) = words.split_once(": at most ")?.1.split_once(" seat")?;
    let percent = rest.split_once(", or ")?.1.split_once(" % of the threshold")?.0;
    Some(Near { seats: seats.replace(',', "").parse().ok()?, percent: percent.parse().ok()? })
}

fn remarks(listed: usize, all: u64, gave_up: bool) -> Vec<Block> {
    let listed = listed as u64;
    let mut remarks = Vec::new();
    if listed < all {
        remarks.push(format!("Only the nearest {} are listed.", grouped(listed)));
    }
    if gave_up {
        remarks.push("Tenants on several rows are not included, because they were not rolled up.".to_owned());
    } else if all > 0 {
        remarks.push("A tenant on several rows is listed once, with its plans taken together.".to_owned());
    }
    remarks.into_iter().map(Block::Remark).collect()
}

/// How many seats are missing, by the tier that they are missing to; tiers that nobody is close to are left out.
fn by_distance(policy: &Policy, bins: &[[u64; BINS.len() + 1]]) -> Table {
    let rungs: Vec<(usize, &[u64; BINS.len() + 1])> =
        bins.iter().enumerate().filter(|(_, bins)| bins.iter().any(|count| *count > 0)).collect();
    let row = |(bin, label): (usize, String)| {
        let counts: Vec<u64> = rungs.iter().filter_map(|(_, bins)| bins.get(bin)).copied().collect();
        let sum = CellOut::styled(Value::Count(counts.iter().sum()), Style::Strong);
        [CellOut::label(label), sum].into_iter().chain(counts.into_iter().map(CellOut::count)).collect()
    };
    let names = rungs.iter().map(|(rung, _)| format!("to {}", tier_name(policy, Tier::Rung(*rung))));
    Table {
        title: "How many seats are missing".to_owned(),
        headings: ["Seats missing", "Customers"].map(str::to_owned).into_iter().chain(names).collect(),
        rows: labels().into_iter().enumerate().map(row).collect(),
        ..Table::default()
    }
}

fn labels() -> Vec<String> {
    let mut from = 1;
    let mut labels: Vec<String> = BINS
        .iter()
        .map(|most| {
            let label = format!("{from} to {most}");
            from = most + 1;
            label
        })
        .collect();
    labels.push(format!("{from} and more"));
    labels
}

fn chart(table: &Table, bins: &[[u64; BINS.len() + 1]]) -> Chart {
    let title = "Customers by seats missing to the next tier";
    let counts = (0..=BINS.len()).map(|bin| bins.iter().filter_map(|bins| bins.get(bin)).sum::<u64>());
    let figures: Vec<String> = labels()
        .into_iter()
        .zip(counts)
        .map(|(label, count)| format!("{label}: {}", grouped(count)))
        .collect();
    Chart {
        title: title.to_owned(),
        alt: format!("Column chart. {title}: {}.", figures.join(", ")),
        table: BINS_TABLE,
        rows: table.rows.len(),
        values: 1,
        axis: "Customers".to_owned(),
        styles: vec![Style::Rung(2); table.rows.len()],
    }
}

/// The columns of the list that are left out where no customer has an owner, or a day of renewal.
const OWNER: usize = 8;
const RENEWAL: usize = 9;
/// Likewise where none has a row in the roster that can be named.
const SOURCE: usize = 11;

/// The list without its rows.
fn list(steps: &[Step], [distance, other, changes]: [(&str, &str); 3]) -> Table {
    let columns = [
        ("Customer", ""),
        distance,
        ("Paid seats", "The seats that count; for a tenant on several rows, those of its plans together."),
        (headings::TIER, "The tier for these paid seats; the Policy sheet has the thresholds."),
        other,
        changes,
        ("Segment", "The kind of customer, which decides the thresholds."),
        ("Plan", "For a tenant on several rows, the plans that were counted."),
        (
            "Owner",
            "Who looks after the customer, as the roster's own column says; for a tenant on several rows, at most 3.",
        ),
        (
            "Renewal",
            "The day of the next renewal, as the roster's own column says; for a tenant on several rows, the first.",
        ),
        ("Tenant", "What identifies the tenant: an id, a domain or a name."),
        (
            headings::SOURCE_ROW,
            "The line of the roster where the row begins, or its row on the sheet; for a tenant on several rows, the \
             first.",
        ),
        ("Rows", "How many rows the customer has in the roster."),
    ];
    let has = Has::of(steps);
    let columns = columns.into_iter().enumerate().filter(|(column, _)| has.column(*column));
    let (headings, notes) = columns.map(|(_, (heading, note))| (heading.to_owned(), note.to_owned())).unzip();
    let title = if has.renewal { "Nearest first, then by renewal" } else { "Nearest first" };
    Table { title: title.to_owned(), headings, notes, has_filter: true, ..Table::default() }
}

/// Which columns of the list have something in them.
#[derive(Clone, Copy, Debug)]
struct Has {
    owner: bool,
    renewal: bool,
    /// Customers that were judged elsewhere have no rows here.
    source: bool,
}

impl Has {
    fn of(steps: &[Step]) -> Self {
        Self {
            owner: steps.iter().any(|step| !step.owner.is_empty()),
            renewal: steps.iter().any(|step| step.renewal.is_some()),
            source: steps.iter().any(|step| step.number > 0),
        }
    }

    /// Returns whether a column is there.
    const fn column(self, column: usize) -> bool {
        match column {
            OWNER => self.owner,
            RENEWAL => self.renewal,
            SOURCE => self.source,
            _ => true,
        }
    }
}

/// The number format of days.
const DAY_FORMAT: &str = "yyyy-mm-dd";

/// A day, so that it can be sorted and filtered by; blank where there is none.
fn day(date: Option<Date>) -> CellOut {
    #[expect(clippy::cast_precision_loss, reason = "days are few")]
    let value = date.map_or(Value::Blank, |date| Value::Date(date.serial() as f64, DAY_FORMAT));
    CellOut::styled(value, Style::Body)
}

/// Returns a line of either list with all columns: what it says of both tiers, and of the entitlements between them.
pub(crate) fn line(policy: &Policy, step: &Step) -> Vec<CellOut> {
    let segment = policy.segments.get(step.segment).map_or("", |segment| segment.name.as_str());
    let tier =
        |tier: Tier| CellOut::styled(Value::text(tier_name(policy, tier).to_owned()), tier_style(tier));
    vec![
        CellOut::text(if step.name.is_empty() { step.tenant.clone() } else { step.name.clone() }),
        CellOut::styled(Value::Count(step.distance.seats), Style::Strong),
        CellOut::count(step.seats),
        tier(step.tier),
        tier(step.distance.to),
        changes(policy, step.distance),
        CellOut::text(segment),
        CellOut::text(step.plan.clone()),
        CellOut::text(step.owner.clone()),
        day(step.renewal),
        CellOut::text(step.tenant.clone()),
        CellOut::count(step.number),
        CellOut::count(step.rows),
    ]
}

fn changes(policy: &Policy, distance: Distance) -> CellOut {
    let changed = policy.entitlements.iter().enumerate().filter(|(index, _)| distance.changes.has(*index));
    CellOut::text(changed.map(|(_, entitlement)| entitlement.name.as_str()).collect::<Vec<_>>().join(", "))
}

//! The Summary sheet: what a manager asks first. Results are on top, what they come from at the end.

mod checks;
mod customers;
pub mod elsewhere;
mod result;
mod rows;

use crate::customers::Customers;
use crate::policy::Policy;
use crate::report::live::{LIMIT_ROWS, Live};
use crate::report::roster::tier_style;
use crate::report::{Block, CellOut, Page, Sheet, Style, Table, Value};
use crate::report::{ladder, review, steps};
use crate::roster::overrides::Overrides;
use crate::summary::{Summary, VerdictCounts};
use crate::tenants::TenantSummary;
use crate::verdict::Tier;
use crate::verdict::words::{counted, grouped, tier_name};

pub use checks::{ACCOUNTED_FOR, ALL_JUDGED, CHECKS};
pub use customers::{BY_ENTITLEMENT, BY_SEGMENT, BY_TIER, SEATS_BY_SEGMENT, WHAT_IF};
pub use rows::{BY_ROW, ROWS};

/// The name of the sheet.
pub const NAME: &str = "Summary";

/// How many are on the lists that the Summary leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Customers just below the next tier.
    pub below: u64,
    /// Customers just above their own tier.
    pub above: u64,
    /// Customers to be onboarded.
    pub onboarding: u64,
}

/// What the sheet is made from.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The rules.
    pub policy: &'a Policy,
    /// The name of the roster.
    pub roster: &'a str,
    /// Of when the roster is, in words; empty = that is not known.
    pub dated: &'a str,
    /// Why rows of this kind of export are not customers, if they are not.
    pub warning: Option<&'a str>,
    /// The rows.
    pub rows: &'a Summary,
    /// The customers; `None` = tenants on several rows could not be rolled up, and rows are counted instead.
    pub customers: Option<&'a Customers>,
    /// The tenants on several rows.
    pub tenants: &'a TenantSummary,
    /// What was set right by hand.
    pub overrides: Option<&'a Overrides>,
    /// What the other shipped policy would change, in words.
    pub otherwise: Option<&'a str>,
    /// What figures are worked out from; `None` = they stay as they are.
    pub live: Option<Live>,
    /// How many are on other sheets.
    pub listed: Listed,
}

impl Told<'_> {
    /// Returns the verdicts that are counted: those of customers, or else of rows.
    fn verdicts(&self) -> &VerdictCounts {
        self.customers.map_or(&self.rows.verdicts, |customers| &customers.verdicts)
    }

    /// Returns what is counted, as a heading.
    const fn who(&self) -> &'static str {
        if self.customers.is_some() { CUSTOMERS } else { "Rows" }
    }

    /// Returns the title of a table of customers, as it is where rows are counted instead.
    fn titled(&self, title: &str) -> String {
        title.replace(CUSTOMERS, self.who())
    }

    /// Returns whether a customer is on several rows, so that rows are counted beside them.
    fn has_several_rows(&self) -> bool {
        self.tenants.tenants() > 0
    }
}

/// Returns the sheet.
#[must_use]
pub fn sheet(told: &Told<'_>) -> Sheet {
    let policy = told.policy;
    let tiers = shown_tiers(told.verdicts());
    let mut blocks = vec![
        Block::Title(format!("{TITLE}{}", told.roster)),
        Block::Line(result::dated(told)),
        Block::Line(result::sentence(told)),
    ];
    blocks.extend(warnings(told).map(Block::Remark));
    blocks.push(Block::Table(where_to_look(told)));
    let by_tier = customers::by_tier(told, &tiers);
    let ladder = ladder::small(policy, &by_tier, told.who());
    blocks.extend([by_tier, customers::charts(told, &tiers, TIER_TABLE)].into_iter().chain(ladder));
    blocks.extend(customers::tables(told, &tiers));
    blocks.extend(what_follows(told).map(Block::Remark));
    blocks.extend(rows::blocks(told));
    blocks.push(Block::Table(checks::table(told)));
    blocks.extend(sources(policy));
    Sheet {
        name: NAME,
        widths: [vec![44.0], vec![16.0; policy.segments.len().max(ladder::steps(policy)).max(4) + 2]]
            .concat(),
        // On paper, the results: a page with all of it could not be read.
        page: Page::Above(&[WHAT_IF, ROWS]),
        names: told.live.map(|live| live.names(policy)).unwrap_or_default(),
        blocks,
    }
}

/// Returns the result in one sentence, as the sheet has it under its title.
#[must_use]
pub fn sentence(told: &Told<'_>) -> String {
    result::sentence(told)
}

/// Returns what was checked, as the sheet's table of checks has it: what, the result, and the figures.
#[must_use]
pub fn checks(told: &Told<'_>) -> Vec<[String; 3]> {
    let text = |cell: &CellOut| match &cell.value {
        Value::Text(text) => text.to_string(),
        _ => String::new(),
    };
    let rows = checks::table(told).rows;
    rows.iter()
        .map(|row| std::array::from_fn(|column| row.get(column).map(text).unwrap_or_default()))
        .collect()
}

/// The word for customers in titles, which is `Rows` where those are counted instead.
pub const CUSTOMERS: &str = "Customers";

/// What the title begins with; the name of the roster follows.
const TITLE: &str = "FastTrack entitlements: ";

/// Which table of the sheet the charts are drawn from, counted from 0.
const TIER_TABLE: usize = 1;

/// What a reader has to know before the first figure; mostly nothing.
fn warnings(told: &Told<'_>) -> impl Iterator<Item = String> {
    let poses = told.policy.poses_as_shipped().map(|remark| format!("Note: {remark}."));
    let rows = told.customers.is_none().then(|| {
        "Note: the figures count rows, not customers, because tenants on several rows were not rolled up; see the checks \
         below."
            .to_owned()
    });
    let hidden = (told.rows.hidden > 0).then(|| hidden(told.rows.hidden));
    [poses, rows, hidden].into_iter().flatten()
}

/// Which rules it was judged by, and what these figures are not.
fn sources(policy: &Policy) -> [Block; 2] {
    let source = policy.sources.get(policy.source).map_or("", |source| source.title.as_str());
    [
        Block::Remark(format!("Rules: {}, effective {} ({source}).", policy.title, policy.effective)),
        Block::Remark(
            "Entitlements are worked out from published rules; they are not a statement by Microsoft."
                .to_owned(),
        ),
    ]
}

/// The title of the table that leads to other sheets.
pub(super) const WHERE_TO_LOOK: &str = "What to do next";

/// Returns a row of that table: a sheet, how many are there, and who.
pub(super) fn place_to_look(sheet: &str, count: u64, who: &str) -> Vec<CellOut> {
    let leads = CellOut::styled(Value::text(sheet.to_owned()), Style::Link).leading_to(sheet);
    vec![leads, CellOut::count(count), CellOut::text(who)]
}

/// Returns the lines on customers near a threshold.
pub(super) fn near_a_tier(below: u64, above: u64) -> [Vec<CellOut>; 2] {
    [
        place_to_look(
            steps::NEXT,
            below,
            "customers just below the next tier: a few seats more bring more help",
        ),
        place_to_look(
            steps::RISK,
            above,
            "customers just above their tier's threshold: a smaller renewal would cost them help",
        ),
    ]
}

/// What a person may want to do next, each with the sheet for it.
fn where_to_look(told: &Told<'_>) -> Table {
    let row = place_to_look;
    let Listed { below, above, onboarding } = told.listed;
    let several = told.tenants.tenants();
    let mut rows = Vec::from(near_a_tier(below, above));
    let review = "rows that a person has to look at, because they could not be judged";
    rows.push(row(review::NAME, told.rows.review(), review));
    if onboarding > 0 {
        let who = "customers who can be onboarded with a specialist's help";
        rows.insert(2, row(super::onboarding::NAME, onboarding, who));
    }
    if told.customers.is_some() {
        let all = told.verdicts().all().rows;
        rows.push(row(
            super::breakdown::NAME,
            all,
            "customers by owner, plan, country and renewal, where the roster says so",
        ));
    }
    if several > 0 {
        rows.push(row(
            super::tenants::NAME,
            several,
            "customers on several rows, with their plans taken together",
        ));
    }
    Table {
        title: WHERE_TO_LOOK.to_owned(),
        headings: ["Sheet", "How many", "Who"].map(str::to_owned).to_vec(),
        rows,
        ..Table::default()
    }
}

/// A tier that nobody has is shown, so that two workbooks can be laid side by side; only `None` is left out then.
pub(super) fn shown_tiers(verdicts: &VerdictCounts) -> Vec<Tier> {
    verdicts.tiers().filter(|tier| *tier != Tier::None || verdicts.tier(Tier::None).rows > 0).collect()
}

fn what_follows(told: &Told<'_>) -> Option<String> {
    let words = match told.live {
        Some(_) => "If you change a threshold on the Policy sheet, the third column changes with it; rows in review \
                    and the verdicts on the Roster and Tenants sheets do not change. The figures above follow those \
                    sheets; the checks below are from the run."
            .to_owned(),
        None if told.rows.read == 0 => return None,
        None => format!(
            "The figures are from the run. With up to {} rows they are formulas on the Roster sheet; more would make \
             Excel slow.",
            grouped(LIMIT_ROWS)
        ),
    };
    Some(words)
}

/// Rows that a filter left hidden are counted, which a reader of the workbook may not expect.
fn hidden(rows: u64) -> String {
    let (rows, were, review) =
        (counted(rows, "row", "rows"), if rows == 1 { "is" } else { "are" }, review::NAME);
    format!(
        "Note: {rows} of the roster {were} hidden in its workbook, by a filter or by hand. Hidden rows were read and are \
         counted here; {review} lists those with something in them."
    )
}

fn tier_cell(policy: &Policy, tier: Tier) -> CellOut {
    CellOut::styled(Value::text(tier_name(policy, tier).to_owned()), tier_style(tier))
}

pub(super) fn total_label(label: &str) -> CellOut {
    CellOut::styled(Value::text(label.to_owned()), Style::Total)
}

fn total_row(label: &str, values: impl IntoIterator<Item = Value<'static>>) -> Vec<CellOut> {
    [total_label(label)]
        .into_iter()
        .chain(values.into_iter().map(|value| CellOut::styled(value, Style::Total)))
        .collect()
}

//! The Summary sheet: what a manager asks first.

use crate::policy::Policy;
use crate::report::live::{LIMIT_ROWS, Live, Where};
use crate::report::roster::tier_style;
use crate::report::{Block, CellOut, Chart, Formula, Page, Sheet, Style, Table, Value};
use crate::report::{review, steps};
use crate::roster::overrides::{Overrides, listed};
use crate::summary::{Count, Summary};
use crate::tenants::{GAVE_UP, TenantSummary};
use crate::verdict::Tier;
use crate::verdict::words::{counted, grouped, tier_name};

/// The name of the sheet.
pub const NAME: &str = "Summary";

/// The title of the table of thresholds that are changed.
pub const WHAT_IF: &str = "What if a threshold changed";

/// The check that counts the rows by kind.
pub const ACCOUNTED_FOR: &str = "Every row is accounted for";

/// Which table of the sheet the charts stand on, counted from 0.
const TIER_TABLE: usize = 2;

/// How many blocks stand before the tables.
const REMARKS: usize = 4;

/// How many stand on the lists that the Summary leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Customers just below the next tier.
    pub below: u64,
    /// Customers just above their own tier.
    pub above: u64,
    /// Rows to be onboarded.
    pub onboarding: u64,
}

/// Returns the sheet for the roster called `roster`.
#[must_use]
pub fn sheet(
    policy: &Policy,
    summary: &Summary,
    tenants: &TenantSummary,
    overrides: Option<&Overrides>,
    (roster, warning): (&str, Option<&str>),
    (live, listed): (Option<Live>, Listed),
) -> Sheet {
    let tiers = shown_tiers(summary);
    let source = policy.sources.get(policy.source).map_or("", |source| source.title.as_str());
    let mut sheet = Sheet {
        name: NAME,
        widths: [vec![44.0], vec![16.0; policy.segments.len().max(4) + 2]].concat(),
        page: Page::Single,
        names: live.map(|live| live.names(policy)).unwrap_or_default(),
        blocks: vec![
            Block::Title("FastTrack entitlements".to_owned()),
            Block::Line(format!("Roster: {roster}")),
            Block::Line(format!("Rules: {}, effective {} ({source})", policy.title, policy.effective)),
            Block::Remark(
                "One roster row is counted as one customer. Entitlements are worked out from published rules; \
                 they are not a statement by Microsoft."
                    .to_owned(),
            ),
            Block::Table(where_to_look(summary, tenants, listed)),
            Block::Table(rows(policy, summary, live)),
            Block::Table(by_tier(policy, summary, &tiers, live)),
            charts(policy, summary, &tiers),
            Block::Table(matrix(policy, summary, &tiers, &Matrix::customers(live))),
            Block::Table(matrix(policy, summary, &tiers, &Matrix::seats(live))),
            Block::Table(by_entitlement(policy, summary, live)),
            Block::Remark(
                "Entitlements are counted one by one, because a customer can hold a higher one without a lower one. \
                 The tier is the highest one for which every lower one is also held."
                    .to_owned(),
            ),
        ],
    };
    if let Some(remark) = policy.poses_as_shipped() {
        sheet.blocks.insert(RULES + 1, Block::Remark(format!("Note: {remark}.")));
    }
    sheet.blocks.extend(live.map(|live| Block::Table(what_if(policy, summary, live))));
    sheet.blocks.extend(what_follows(summary, live).map(Block::Remark));
    if let Some(warning) = warning {
        let text = format!(
            "The tables count rows, but in this export {warning}. The Tenants sheet counts each once."
        );
        sheet.blocks.insert(REMARKS, Block::Remark(text));
    }
    if summary.hidden > 0 {
        sheet.blocks.insert(REMARKS, Block::Remark(hidden(summary.hidden)));
    }
    if tenants.tenants() > 0 {
        sheet.blocks.extend([
            Block::Table(by_tenant(policy, tenants)),
            Block::Remark(
                "Tenants on several rows, each judged on its plans taken together; see the Tenants sheet. The tables \
                 above count rows."
                    .to_owned(),
            ),
        ]);
    }
    sheet.blocks.push(Block::Table(checks(summary, tenants, overrides)));
    sheet
}

/// Which block names the rules.
const RULES: usize = 2;

/// The title of the table that leads to other sheets.
pub(super) const WHERE_TO_LOOK: &str = "Where to look";

/// Returns a row of that table: a sheet, how many stand there, and who.
pub(super) fn place_to_look(sheet: &str, count: u64, who: &str) -> Vec<CellOut> {
    let leads = CellOut::styled(Value::text(sheet.to_owned()), Style::Link).leading_to(sheet);
    vec![leads, CellOut::count(count), CellOut::text(who)]
}

/// What a person may want to do next, each with the sheet for it.
fn where_to_look(summary: &Summary, tenants: &TenantSummary, listed: Listed) -> Table {
    let row = place_to_look;
    let Listed { below, above, onboarding } = listed;
    let mut rows = vec![
        row(steps::NEXT, below, "just below the next tier: a few seats more bring more help"),
        row(steps::RISK, above, "just above their tier's threshold: a smaller renewal would cost them help"),
        row(review::NAME, summary.review(), "need a person to look at them"),
    ];
    if onboarding > 0 {
        rows.insert(2, row(super::onboarding::NAME, onboarding, "can be onboarded with a specialist's help"));
    }
    if tenants.tenants() > 0 {
        rows.push(row(super::tenants::NAME, tenants.tenants(), "are on several rows, rolled up"));
    }
    Table {
        title: WHERE_TO_LOOK.to_owned(),
        headings: ["Sheet", "Customers", "Who"].map(str::to_owned).to_vec(),
        rows,
        ..Table::default()
    }
}

/// A tier that nobody has is shown, so that two workbooks can be laid side by side; only `None` is left out then.
fn shown_tiers(summary: &Summary) -> Vec<Tier> {
    summary.tiers().filter(|tier| *tier != Tier::None || summary.tier(Tier::None).rows > 0).collect()
}

fn rows(policy: &Policy, summary: &Summary, live: Option<Live>) -> Table {
    let entry = |what: &str, count: u64, formula: Option<Formula>| {
        vec![CellOut::label(what), CellOut::count(count).worked_out(formula)]
    };
    let review = tier_name(policy, Tier::NeedsReview);
    let of_review = Where { tier: Some(review), segment: None };
    let read = CellOut::styled(Value::Count(summary.read), Style::Total);
    Table {
        title: "Rows of the roster".to_owned(),
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

fn by_tier(policy: &Policy, summary: &Summary, tiers: &[Tier], live: Option<Live>) -> Table {
    let all = tiers.iter().map(|tier| summary.tier(*tier)).fold(Count::default(), plus);
    let share = || live.map(|_| Formula::ShareOfLast);
    let row = |tier: &Tier| {
        let count = summary.tier(*tier);
        let of = Where { tier: Some(tier_name(policy, *tier)), segment: None };
        vec![
            tier_cell(policy, *tier),
            CellOut::count(count.rows).worked_out(live.and_then(|live| live.rows(of))),
            CellOut::share(count.rows, all.rows).worked_out(share()),
            CellOut::count(count.seats).worked_out(live.and_then(|live| live.seats(of))),
            CellOut::share(count.seats, all.seats).worked_out(share()),
        ]
    };
    let sum = |count: u64| {
        let cell = CellOut::styled(Value::Count(count), Style::Total);
        cell.worked_out(live.map(|_| Formula::SumAbove))
    };
    let whole = |part: u64| {
        let cell = CellOut::styled(Value::Share(if part == 0 { 0.0 } else { 1.0 }), Style::Total);
        cell.worked_out(share())
    };
    let total = vec![total_label("Total"), sum(all.rows), whole(all.rows), sum(all.seats), whole(all.seats)];
    Table {
        title: "Customers and paid seats by tier".to_owned(),
        headings: ["Tier", "Customers", "% customers", "Paid seats", "% seats"].map(str::to_owned).to_vec(),
        rows: tiers.iter().map(row).chain([total]).collect(),
        ..Table::default()
    }
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
        Self { title: "Customers by tier and segment", of: |count| count.rows, live, formula: Live::rows }
    }

    fn seats(live: Option<Live>) -> Self {
        Self { title: "Paid seats by tier and segment", of: |count| count.seats, live, formula: Live::seats }
    }
}

fn matrix(policy: &Policy, summary: &Summary, tiers: &[Tier], matrix: &Matrix) -> Table {
    let live = matrix.live;
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
        title: matrix.title.to_owned(),
        headings: ["Tier".to_owned()].into_iter().chain(names).chain(["Total".to_owned()]).collect(),
        rows: tiers.iter().map(row).chain([total]).collect(),
        ..Table::default()
    }
}

/// The thresholds are cells of the Policy sheet; whoever changes one sees here what it would change.
fn what_if(policy: &Policy, summary: &Summary, live: Live) -> Table {
    let row = |(index, entitlement): (usize, &crate::policy::Entitlement)| {
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

fn what_follows(summary: &Summary, live: Option<Live>) -> Option<String> {
    let words = match live {
        Some(_) => "If you change a threshold on the Policy sheet, the third column changes with it; rows in review \
                    and the verdicts on the Roster sheet do not change. The figures above follow the Roster sheet; \
                    the checks below are from the run."
            .to_owned(),
        None if summary.read == 0 => return None,
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
        title: "Tenants on several rows, rolled up".to_owned(),
        headings: ["Tier", "Tenants", "Paid seats"].map(str::to_owned).to_vec(),
        rows: tiers.iter().map(row).chain([total_row("Total", total)]).collect(),
        ..Table::default()
    }
}

/// Returns whether a customer may stand on no tier at all: where the lowest asks for seats, or is never granted.
fn may_have_no_tier(policy: &Policy) -> bool {
    let lowest = policy.rungs.first().and_then(|lowest| policy.entitlements.get(*lowest));
    lowest.is_none_or(|lowest| lowest.thresholds.iter().any(|threshold| threshold.seats != Some(0)))
}

fn by_entitlement(policy: &Policy, summary: &Summary, live: Option<Live>) -> Table {
    let zero = Count::default();
    let row = |(index, entitlement): (usize, &crate::policy::Entitlement)| {
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
        title: "Customers per entitlement".to_owned(),
        headings: ["Entitlement", "Customers", "To be confirmed", "Paid seats"].map(str::to_owned).to_vec(),
        rows: policy.entitlements.iter().enumerate().map(row).collect(),
        ..Table::default()
    }
}

/// An empty roster has no charts: there would be nothing in them.
fn charts(policy: &Policy, summary: &Summary, tiers: &[Tier]) -> Block {
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
            table: TIER_TABLE,
            rows: tiers.len(),
            values,
            axis: axis.to_owned(),
            styles: tiers.iter().map(|tier| tier_style(*tier)).collect(),
        }
    };
    Block::Charts(vec![
        chart("Customers by tier", "Customers", 1, |count| count.rows),
        chart("Paid seats by tier", "Paid seats", 3, |count| count.seats),
    ])
}

fn checks(summary: &Summary, tenants: &TenantSummary, overrides: Option<&Overrides>) -> Table {
    let parts =
        [summary.classified(), summary.review(), summary.blank, summary.footer].map(grouped).join(" + ");
    let rows = |count: u64| counted(count, "row", "rows");
    let mut lines = vec![
        check(ACCOUNTED_FOR, format!("{} = {parts}", grouped(summary.read)), summary.adds_up()),
        check(
            "Nothing needs review",
            format!("{}; see the Review sheet", rows(summary.review())),
            summary.review() == 0,
        ),
        check(
            "Every segment is known",
            format!(
                "{} judged by the default segment; another segment would change {}",
                rows(summary.segment_assumed),
                grouped(summary.assumption_matters)
            ),
            summary.assumption_matters == 0,
        ),
        check(
            "Every verdict is stated by the source",
            format!(
                "{} judged by an interpretation; see `Why` and the Policy sheet",
                rows(summary.interpreted)
            ),
            summary.interpreted == 0,
        ),
    ];
    lines.extend(overrides.map(|overrides| by_overrides(summary, overrides)));
    lines.push(remark(
        "Free, trial or inactive",
        format!("{}: their seats count as 0", rows(summary.not_paid)),
    ));
    lines.push(remark("Plans FastTrack does not cover", rows(summary.not_served)));
    if tenants.gave_up {
        lines.push(check("Every tenant is rolled up", GAVE_UP.to_owned(), false));
    }
    lines.extend((tenants.tenants() > 0).then(|| on_one_row(tenants)));
    Table {
        title: "Checks".to_owned(),
        headings: ["Check", "Result", "Figures"].map(str::to_owned).to_vec(),
        rows: lines,
        ..Table::default()
    }
}

fn on_one_row(tenants: &TenantSummary) -> Vec<CellOut> {
    check(
        "Every tenant is on one row",
        format!(
            "{} on {}; {} counted once, {} of mixed segments, {} only by adding plans",
            counted(tenants.tenants(), "tenant", "tenants"),
            counted(tenants.rows, "row", "rows"),
            grouped(tenants.counted_once),
            grouped(tenants.mixed),
            grouped(tenants.only_by_adding)
        ),
        false,
    )
}

fn by_overrides(summary: &Summary, overrides: &Overrides) -> Vec<CellOut> {
    let unused = overrides.unused(&summary.override_lines);
    let set = format!("{} set by `{}`", counted(summary.overridden, "row", "rows"), overrides.name);
    let figures = if unused.is_empty() { set } else { format!("{set}; no row matches {}", listed(&unused)) };
    check("Every override matches a row", figures, unused.is_empty())
}

fn check(what: &str, figures: String, holds: bool) -> Vec<CellOut> {
    let (word, style) = if holds { ("holds", Style::Good) } else { ("look", Style::Warning) };
    vec![CellOut::label(what), CellOut::styled(Value::text(word), style), CellOut::text(figures)]
}

fn remark(what: &str, figures: String) -> Vec<CellOut> {
    vec![
        CellOut::label(what),
        CellOut::styled(Value::text("for your information"), Style::Muted),
        CellOut::text(figures),
    ]
}

fn tier_cell(policy: &Policy, tier: Tier) -> CellOut {
    CellOut::styled(Value::text(tier_name(policy, tier).to_owned()), tier_style(tier))
}

fn total_label(label: &str) -> CellOut {
    CellOut::styled(Value::text(label.to_owned()), Style::Total)
}

fn total_row(label: &str, values: impl IntoIterator<Item = Value<'static>>) -> Vec<CellOut> {
    [total_label(label)]
        .into_iter()
        .chain(values.into_iter().map(|value| CellOut::styled(value, Style::Total)))
        .collect()
}

fn plus(left: Count, right: Count) -> Count {
    Count { rows: left.rows + right.rows, seats: left.seats.saturating_add(right.seats) }
}

//! The Tenants sheet: one line for each tenant that stands on several rows.

use crate::output_fields::headings;
use crate::policy::{PlansServed, Policy};
use crate::report::roster::notes::noted;
use crate::report::roster::{Layout, tier_looks, tier_style, tier_width};
use crate::report::{COUNT_FORMAT, Column, Printed, Stream, Style, Value};
use crate::tenants::{Rollup, Tenant, TenantWords};
use crate::verdict::words::{ANSWERS, answer_index};
use crate::verdict::{DecidedBy, Tier};
use std::convert::Infallible;

/// The name of the sheet.
pub const NAME: &str = "Tenants";

/// The heading of what identifies the tenant.
pub const TENANT: &str = "Tenant";

/// The heading of how many rows it has.
pub const ROWS: &str = "Rows";

/// The heading of the seats that it was judged on.
pub const SEATS: &str = "Paid seats together";

/// The heading of its segments, where they are several.
pub const SEGMENTS: &str = "Segments";

/// Headings, widths and notes.
const BEFORE: [(&str, f64, &str); 5] = [
    ("Customer", 30.0, "The tenant's name, as its first row shows it; without one, what identifies it."),
    (
        headings::SEGMENT,
        13.0,
        "The segment by which it was judged. If its paid rows are in several segments, the one that gives the least; \
         the column Segments lists all of them.",
    ),
    (
        headings::ELIGIBLE,
        10.0,
        "Whether one of its plans is paid for, active, and one that FastTrack serves.",
    ),
    (
        SEATS,
        12.0,
        "The seats of its base plans, added up; or those of its largest single plan, if it has more. Each subscription \
         counts once.",
    ),
    (
        headings::TIER,
        14.0,
        "The tier of all its plans together. Its rows on the Roster sheet are judged one by one, and may be in other \
         tiers.",
    ),
];

/// Likewise; the first two stand on the Roster sheet, too, with their notes. What identifies the tenant comes last.
const BEHIND: [(&str, f64, &str); 12] = [
    (headings::NEXT_TIER, 14.0, ""),
    (headings::SEATS_TO_NEXT, 13.0, ""),
    (
        "Only by adding plans",
        12.0,
        "\"Yes\" where the largest plan by itself would give less: a lower tier, or one entitlement fewer. Adding \
         plans up is an interpretation of the rules: confirm it with FastTrack.",
    ),
    (
        "Largest plan",
        28.0,
        "Of the plans that FastTrack serves, the one with the most paid seats, also if it is not added up.",
    ),
    ("Seats of the largest plan", 13.0, "How many paid seats the largest plan has."),
    (headings::WHY, 96.0, "How the seats were found, the rules that they meet, and the source in brackets."),
    ("Plans added up", 70.0, "The plans that were counted, each with its paid seats."),
    ("Not counted, and why", 80.0, "Rows of the tenant whose seats are not included in the total."),
    (
        SEGMENTS,
        30.0,
        "The segments of its paid rows, where there are several; the first is the one that it was judged by.",
    ),
    (TENANT, 38.0, "What identifies the tenant, as its first row shows it: an id, a domain or a name."),
    (ROWS, 8.0, "How many rows the tenant has in the roster."),
    (
        "Source rows",
        20.0,
        "The tenant's lines (of a text file) or rows (of a workbook); at most the first 8.",
    ),
];

/// Columns behind the entitlements that are printed, where a page has room for them: those up to the long texts.
const PRINTED_BEHIND: usize = 5;

/// The heading of the seats that count for what is open to any plan; only where that asks for any.
const OF_ANY_PLAN: (&str, f64, &str) = (
    "Seats of any plan",
    18.0,
    "The paid seats that count for what is open to any plan: those together, or those of the largest single plan of any \
     kind, if it has more.",
);

/// Where the columns that formulas count over begin, each from 0.
#[must_use]
pub fn columns_counted(policy: &Policy) -> CountedTenants {
    let place = |wanted: &str| BEFORE.iter().position(|(heading, ..)| *heading == wanted).unwrap_or(0);
    let answers = BEFORE.len()..BEFORE.len() + policy.entitlements.len();
    CountedTenants {
        segment: place(headings::SEGMENT),
        eligible: place(headings::ELIGIBLE),
        seats: place(SEATS),
        tier: place(headings::TIER),
        entitlements: answers.start,
        of_any_plan: asks_any_plan(policy).then_some(answers.end + BEHIND.len()),
    }
}

/// Columns of the sheet that formulas of other sheets count over, each from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedTenants {
    /// The segment.
    pub segment: usize,
    /// Whether one of its plans is served and paid for.
    pub eligible: usize,
    /// The paid seats together.
    pub seats: usize,
    /// The tier.
    pub tier: usize,
    /// The first of the entitlements.
    pub entitlements: usize,
    /// The seats that count for what is open to any plan; `None` = that asks for none.
    pub of_any_plan: Option<usize>,
}

/// Whether what is open to any plan asks for seats in some segment.
fn asks_any_plan(policy: &Policy) -> bool {
    let asks = |entitlement: &&crate::policy::Entitlement| {
        entitlement.thresholds.iter().any(|threshold| threshold.seats > Some(0))
    };
    policy.entitlements.iter().filter(|entitlement| entitlement.plans == PlansServed::Any).any(|of| asks(&of))
}

/// Returns the sheet's columns.
#[must_use]
pub fn stream(policy: &Policy) -> Stream {
    let entitlements = policy.entitlements.iter().map(|entitlement| (entitlement.name.as_str(), 12.0, ""));
    let columns = BEFORE
        .into_iter()
        .chain(entitlements)
        .chain(BEHIND)
        .chain(asks_any_plan(policy).then_some(OF_ANY_PLAN));
    let column = |(heading, width, note)| {
        let is_tier = [headings::TIER, headings::NEXT_TIER].contains(&heading);
        let width = if is_tier { tier_width(policy) } else { width };
        noted(policy, Column::ours((heading, width, note)))
    };
    let columns: Vec<Column> = columns.map(column).collect();
    let short = BEFORE.len() + policy.entitlements.len() + PRINTED_BEHIND;
    let looks = [Style::Plain, Style::Warning].map(|style| (style, String::new()));
    let figures = (Style::Figure, COUNT_FORMAT.to_owned());
    Stream {
        looks: tier_looks(policy).chain(looks).chain([figures]).collect(),
        printed: Some(Printed::legible(&columns, short)),
        nothing: "No tenant is rolled up here; see the checks on the Summary sheet.",
        ..Stream::new(NAME, columns, 1)
    }
}

/// Returns the cells of one tenant, as [`each_cell`] gives them.
#[must_use]
pub fn cells<'a>(
    (policy, roster): (&'a Policy, &'a Layout<'_>),
    tenant: &'a Tenant<'_>,
    rollup: &'a Rollup<'_>,
) -> Vec<(Value<'a>, Style)> {
    let mut cells = Vec::with_capacity(BEFORE.len() + policy.entitlements.len() + BEHIND.len() + 1);
    let taken = each_cell((policy, roster), tenant, rollup, &mut |value, style| {
        cells.push((value.clone(), style));
        Ok::<(), Infallible>(())
    });
    match taken {
        Ok(()) => cells,
    }
}

/// Gives the cells of one tenant to `emit`, in the order of the columns, blank ones, too. What many of them say is said
/// with the words of the Roster sheet, which stand in the workbook once.
///
/// # Errors
/// Those of `emit`.
pub fn each_cell<'a, E>(
    (policy, roster): (&'a Policy, &'a Layout<'_>),
    tenant: &'a Tenant<'_>,
    rollup: &'a Rollup<'_>,
    emit: &mut dyn FnMut(&Value<'a>, Style) -> Result<(), E>,
) -> Result<(), E> {
    let (verdict, said) = (&rollup.verdict, roster.words());
    let answer = |is_so: bool| said.answer(usize::from(is_so));
    emit(&Value::text(if tenant.name().is_empty() { tenant.shown() } else { tenant.name() }), Style::Plain)?;
    emit(&said.value(rollup.segment(policy)), Style::Plain)?;
    emit(&answer(verdict.decided_by == DecidedBy::Seats), Style::Plain)?;
    emit(&Value::Count(rollup.seats), Style::Figure)?;
    emit(&said.tier(policy, verdict.tier), tier_style(verdict.tier))?;
    for entitlement in 0..policy.entitlements.len() {
        let answer = answer_index(verdict, entitlement);
        let is_warning = ANSWERS.get(answer) == Some(&"Yes, confirm");
        emit(&said.answer(answer), if is_warning { Style::Warning } else { Style::Plain })?;
    }
    let next = verdict.next.map(|next| (said.tier(policy, Tier::Rung(next.rung)), Value::Count(next.seats)));
    let style = if next.is_some() { Style::Figure } else { Style::Plain };
    let (next, seats) = next.unwrap_or((Value::Blank, Value::Blank));
    emit(&next, Style::Plain)?;
    emit(&seats, style)?;
    let adding = rollup.is_only_by_adding();
    emit(&answer(adding), if adding { Style::Warning } else { Style::Plain })?;
    let (largest, seats) = rollup.largest.map_or(("", 0), |(plan, seats)| (plan.name.as_str(), seats));
    emit(&Value::text(largest), Style::Plain)?;
    emit(&Value::Count(seats), Style::Figure)?;
    let TenantWords { why, plans, uncounted, segments, rows } = TenantWords::of(policy, tenant, rollup);
    for text in [why, plans, uncounted, segments] {
        emit(&Value::Text(text.into()), Style::Plain)?;
    }
    emit(&Value::text(tenant.shown()), Style::Plain)?;
    emit(&Value::Count(tenant.rows), Style::Figure)?;
    emit(&Value::Text(rows.into()), Style::Plain)?;
    if asks_any_plan(policy) {
        let most = rollup.of_any_plan.map_or(rollup.seats, |(_, seats)| seats);
        emit(&Value::Count(most), Style::Figure)?;
    }
    Ok(())
}

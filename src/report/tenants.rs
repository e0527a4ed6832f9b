//! The Tenants sheet: one line for each tenant that stands on several rows.

use crate::output_fields::headings;
use crate::policy::{PlansServed, Policy};
use crate::report::roster::notes::noted;
use crate::report::roster::{tier_looks, tier_style, tier_width};
use crate::report::{COUNT_FORMAT, Column, Printed, Stream, Style, Value};
use crate::roster::Overridden;
use crate::tenants::{Basis, NAMED_ROWS, Rollup, Tenant, Uncounted};
use crate::verdict::words::{answer, counted, grouped, tier_name, why_together};
use crate::verdict::{DecidedBy, Facts, Tier};
use std::fmt::Write as _;

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

/// Plans that are named in one cell, as many as rows; of more, only the number is told.
const NAMED: usize = NAMED_ROWS;

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
    ("Largest plan", 28.0, "Of the plans that FastTrack serves, the one with the most paid seats."),
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

/// What is said of a tenant in words.
pub(crate) struct TenantWords {
    pub(crate) why: String,
    /// The plans that were added up.
    pub(crate) plans: String,
    pub(crate) uncounted: String,
    /// Its segments, where they are several.
    pub(crate) segments: String,
    /// Where its first rows are.
    pub(crate) rows: String,
}

/// Returns what is said of a tenant in words.
pub(crate) fn words(policy: &Policy, tenant: &Tenant<'_>, rollup: &Rollup<'_>) -> TenantWords {
    TenantWords {
        why: why(policy, tenant, rollup),
        plans: plans(rollup),
        uncounted: uncounted(rollup),
        segments: segments(policy, rollup),
        rows: rows(tenant),
    }
}

/// Returns the cells of one tenant.
#[must_use]
pub fn cells<'a>(
    policy: &'a Policy,
    tenant: &'a Tenant<'_>,
    rollup: &'a Rollup<'_>,
) -> Vec<(Value<'a>, Style)> {
    let verdict = &rollup.verdict;
    let plain = |text: String| (Value::Text(text.into()), Style::Plain);
    let (largest, seats) = rollup.largest.map_or(("", 0), |(plan, seats)| (plan.name.as_str(), seats));
    let name = if tenant.name.is_empty() { &tenant.shown } else { &tenant.name };
    let mut cells = vec![
        (Value::text(name.as_str()), Style::Plain),
        (Value::text(segment_name(policy, rollup.segment(policy))), Style::Plain),
        (Value::text(answer_of(verdict.decided_by == DecidedBy::Seats)), Style::Plain),
        (Value::Count(rollup.seats), Style::Figure),
        (Value::text(tier_name(policy, verdict.tier)), tier_style(verdict.tier)),
    ];
    let answers = (0..policy.entitlements.len()).map(|index| match answer(verdict, index) {
        answer @ "Yes, confirm" => (Value::text(answer), Style::Warning),
        answer => (Value::text(answer), Style::Plain),
    });
    cells.extend(answers);
    match verdict.next {
        Some(next) => cells.extend([
            (Value::text(tier_name(policy, Tier::Rung(next.rung))), Style::Plain),
            (Value::Count(next.seats), Style::Figure),
        ]),
        None => cells.extend([(Value::Blank, Style::Plain), (Value::Blank, Style::Plain)]),
    }
    let adding = rollup.is_only_by_adding();
    cells.push((Value::text(answer_of(adding)), if adding { Style::Warning } else { Style::Plain }));
    cells.extend([(Value::text(largest), Style::Plain), (Value::Count(seats), Style::Figure)]);
    let words = words(policy, tenant, rollup);
    cells.extend([plain(words.why), plain(words.plans), plain(words.uncounted)]);
    cells.extend([
        plain(words.segments),
        (Value::text(tenant.shown.as_str()), Style::Plain),
        (Value::Count(tenant.rows), Style::Figure),
        plain(words.rows),
    ]);
    let most = rollup.of_any_plan.map_or(rollup.seats, |(_, seats)| seats);
    cells.extend(asks_any_plan(policy).then_some((Value::Count(most), Style::Figure)));
    cells
}

fn rows(tenant: &Tenant<'_>) -> String {
    let numbers: Vec<String> = tenant.numbers.iter().map(u64::to_string).collect();
    let more = tenant.rows.saturating_sub(numbers.len() as u64);
    let numbers = numbers.join(", ");
    if more == 0 { numbers } else { format!("{numbers}, {} more", grouped(more)) }
}

fn segment_name(policy: &Policy, segment: usize) -> &str {
    policy.segments.get(segment).map_or("", |segment| segment.name.as_str())
}

const fn answer_of(is_so: bool) -> &'static str {
    if is_so { "Yes" } else { "No" }
}

/// The segments of its paid rows, if they are several.
fn segments(policy: &Policy, rollup: &Rollup<'_>) -> String {
    if rollup.segments.len() < 2 {
        return String::new();
    }
    let all: Vec<&str> = rollup.segments.iter().map(|segment| segment_name(policy, *segment)).collect();
    all.join(", ")
}

/// The basis, the rule, and what the largest plan alone would give.
fn why(policy: &Policy, tenant: &Tenant<'_>, rollup: &Rollup<'_>) -> String {
    let unread = rollup.uncounted.iter().find_map(|uncounted| match uncounted {
        Uncounted::Review(rows) => Some(*rows),
        _ => None,
    });
    let mut words = match rollup.basis {
        Basis::Review => return "no row of the tenant has a verdict yet; see Review".to_owned(),
        Basis::Nothing => "no paid seats of a plan that FastTrack serves".to_owned(),
        Basis::Sum if rollup.plans.len() == 1 => "one base plan".to_owned(),
        Basis::Sum => {
            format!("{} base plans added up, because a person has only one of them", rollup.plans.len())
        }
        Basis::Largest => {
            let has_base = rollup.uncounted.iter().any(|uncounted| matches!(uncounted, Uncounted::Fewer(..)));
            let base = if has_base { "more than the base plans together" } else { "no base plan" };
            format!(
                "{base}; the largest other plan, because such plans are usually assigned to the same users"
            )
        }
    };
    if let Some((plan, seats)) = rollup.of_any_plan.filter(|_| is_any_plan_asked(policy, rollup)) {
        let _ = write!(
            words,
            "; {} with {} counts for what is open to any plan",
            plan.name,
            counted(seats, "seat", "seats")
        );
    }
    if let Some(rows) = unread {
        words.insert_str(
            0,
            &format!(
                "{} of {} could not be judged and may add to this; ",
                grouped(rows),
                counted(tenant.rows, "row", "rows")
            ),
        );
    }
    words.push_str(&by_overrides(tenant));
    words.push_str(": ");
    // What an overrides file says of some rows it does not say of all.
    let facts = Facts { overridden: Overridden::default(), ..rollup.facts };
    words.push_str(&why_together(policy, facts, &rollup.verdict));
    let by_adding = rollup.only_by_adding();
    let by_adding = policy.entitlements.iter().enumerate().filter(|(index, _)| by_adding.has(*index));
    let by_adding: Vec<&str> = by_adding.map(|(_, entitlement)| entitlement.name.as_str()).collect();
    if !by_adding.is_empty() {
        let alone = tier_name(policy, rollup.largest_alone.tier);
        words.truncate(words.trim_end_matches('.').len());
        let _ = write!(
            words,
            ". {} only by adding plans: the largest by itself reaches {alone}, and since 2020 the documentation asks \
             for the seats of one plan",
            by_adding.join(", ")
        );
    }
    words
}

/// What an overrides file says of its rows, and of how many; empty where it says nothing.
fn by_overrides(tenant: &Tenant<'_>) -> String {
    let rows = |is_said: fn(Overridden) -> bool| {
        tenant.parts.iter().filter(|part| is_said(part.overridden)).map(|part| part.rows).sum::<u64>()
    };
    let said = [
        ("the plan", rows(|said| said.plan)),
        ("the seats", rows(|said| said.seats)),
        ("the status", rows(|said| said.status || said.trial)),
    ];
    let said = said.into_iter().filter(|(_, rows)| *rows > 0);
    let said: Vec<String> =
        said.map(|(what, rows)| format!("{what} of {}", counted(rows, "row", "rows"))).collect();
    if said.is_empty() { String::new() } else { format!(" (override file: {})", said.join(", ")) }
}

/// Whether what is open to any plan asks for seats in the tenant's segment.
fn is_any_plan_asked(policy: &Policy, rollup: &Rollup<'_>) -> bool {
    policy.entitlements.iter().any(|entitlement| {
        let threshold = entitlement.thresholds.get(rollup.segment(policy));
        entitlement.plans == PlansServed::Any && threshold.is_some_and(|threshold| threshold.seats > Some(0))
    })
}

fn plans(rollup: &Rollup<'_>) -> String {
    named(
        rollup.plans.iter().map(|(plan, seats)| format!("{} {}", plan.name, grouped(*seats))).collect(),
        " + ",
    )
}

fn uncounted(rollup: &Rollup<'_>) -> String {
    let beside = rollup.uncounted.iter().filter_map(|uncounted| match uncounted {
        Uncounted::Beside(plan, seats) => Some(format!("{} {}", plan.name, grouped(*seats))),
        _ => None,
    });
    let beside = named(beside.collect(), ", ");
    let fewer = rollup.uncounted.iter().filter_map(|uncounted| match uncounted {
        Uncounted::Fewer(plan, seats) => Some(format!("{} {}", plan.name, grouped(*seats))),
        _ => None,
    });
    let fewer = named(fewer.collect(), " + ");
    let fewer = (!fewer.is_empty()).then(|| format!("{fewer}: fewer together than the largest plan"));
    let rows = |count: u64| counted(count, "row", "rows");
    let others = rollup.uncounted.iter().filter_map(|uncounted| match uncounted {
        Uncounted::SameSubscription(count) => {
            Some(format!("{}: the subscription is also on another row", rows(*count)))
        }
        Uncounted::SameLine(count) => Some(format!(
            "{}: the same plan is also on another row, with the same seats or for another workload",
            rows(*count)
        )),
        Uncounted::NotServed(count) => Some(format!(
            "{}: free, trial, inactive, without seats or not covered by FastTrack",
            rows(*count)
        )),
        Uncounted::Review(count) => Some(format!("{}: needs review", rows(*count))),
        Uncounted::Beside(..) | Uncounted::Fewer(..) => None,
    });
    let beside = (!beside.is_empty()).then(|| format!("{beside}: usually assigned to the same users"));
    fewer.into_iter().chain(beside).chain(others).collect::<Vec<_>>().join("; ")
}

/// Joins the first of them; of more, the number is told.
fn named(mut all: Vec<String>, between: &str) -> String {
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    if more > 0 {
        all.push(format!("{} more", grouped(more as u64)));
    }
    all.join(between)
}

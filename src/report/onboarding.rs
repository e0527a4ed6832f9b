//! The Onboarding sheet, a checklist for customers who reach a specialist; and what onboarding adds to the Roster
//! sheet.

use crate::output_fields::headings;
use crate::plans::{SERVICE_IDS, Services};
use crate::policy::{Policy, Service};
use crate::report::guide::phase_name;
use crate::report::roster::notes::{OWNER, noted};
use crate::report::roster::{tier_looks, tier_style};
use crate::report::{COUNT_FORMAT, Checklist, Choice, ChooseFrom, Column, Printed, Stream, Style, Value};
use crate::roster::LIMIT_CELL_UNITS;
use crate::roster::wanted::Wanted;
use crate::verdict::Tier;
use crate::verdict::words::{counted, tier_name};
use crate::write::page::{LEGIBLE_POINTS, printed_points};
use std::ops::RangeInclusive;

/// The name of the sheet.
pub const NAME: &str = "Onboarding";

/// Lines of the sheet, at most: nobody fills in more by hand, and all rows are on the Roster sheet.
pub const LIMIT_LINES: u64 = 10_000;

/// What a phase may be marked as.
pub const STATUSES: [&str; 4] = ["Not started", "In progress", "Done", "Not needed"];

/// What the phase that the roster names is marked as.
const CURRENT: &str = STATUSES[1];

/// Headings, widths and notes; those without one have that of the Roster sheet, where they stand, too.
const BEFORE: [(&str, f64, &str); 6] = [
    (headings::SOURCE_ROW, 12.0, ""),
    ("Tenant", 38.0, "What identifies the tenant: an id, a domain or a name."),
    ("Name", 28.0, ""),
    ("Plan", 34.0, "For a tenant on several rows, the plans that were counted."),
    (headings::SEATS_COUNTED, 16.0, ""),
    (headings::TIER, 16.0, ""),
];

/// Columns that follow from the rows: those before the phase, which is filled in like all behind it.
pub const FOLLOWS: usize = BEFORE.len() + 1;

/// Behind the answer of the entitlement stands the phase, behind that a column for each phase, then these.
const BEHIND: [(&str, f64, &str); 2] = [("Owner", 22.0, OWNER), ("Notes", 50.0, "Space for your notes.")];

const PHASE: &str = "The phase that the customer is in: as the roster says (the earliest, where its rows name several), or as \
                     chosen here from the list.";

const STATUS: &str =
    "How far the phase has come: choose from the list. The heading links to what is done in the phase.";

/// A customer who reaches a specialist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The row of the roster, as it is counted there; of a tenant on several, the first.
    pub number: u64,
    /// What tells the tenant from others.
    pub tenant: String,
    /// Its name, if that is another.
    pub name: String,
    /// The plan; empty = unknown.
    pub plan: &'a str,
    /// The paid seats that count.
    pub seats: Option<u64>,
    /// Where the row stands.
    pub tier: Tier,
    /// `Yes`, or `Yes, confirm`.
    pub answer: &'static str,
    /// Index of the phase that the roster names.
    pub phase: Option<usize>,
    /// Who looks after the customer, as the roster says.
    pub owner: String,
}

/// Returns the sheet; `None` if the policy names no entitlement with which onboarding begins.
#[must_use]
pub fn checklist(policy: &Policy) -> Option<Checklist> {
    let entitlement = policy.entitlements.get(policy.onboarding?)?;
    let filled_in = |column| Column { style: Style::OurHeading, ..Column::ours(column) };
    let roster = BEFORE.into_iter().chain([(entitlement.name.as_str(), 15.0, "")]);
    let mut columns: Vec<Column> = roster.map(|column| noted(policy, Column::ours(column))).collect();
    let phase = columns.len();
    columns.push(filled_in(("Phase", 16.0, PHASE)));
    columns.extend(policy.phases.iter().map(|phase| Column {
        // What leads elsewhere is drawn dark by some programs, whatever its style says.
        style: Style::Good,
        ..filled_in((&phase.name, 16.0, STATUS))
    }));
    columns.extend(BEHIND.map(filled_in));
    let (first, last) = (phase + 1, phase + policy.phases.len());
    let links = (0..policy.phases.len()).map(|number| (first + number, phase_name(number)));
    Some(Checklist {
        choices: vec![
            Choice {
                columns: phase..=phase,
                from: ChooseFrom::Headings(first..=last),
                says: "Choose one of the phases named in the headings next to this column.",
            },
            Choice {
                columns: first..=last,
                from: ChooseFrom::Words(STATUSES.map(str::to_owned).to_vec()),
                says: "Choose one of: Not started, In progress, Done, Not needed.",
            },
        ],
        links: links.collect(),
        limit_lines: u32::try_from(LIMIT_LINES).unwrap_or(u32::MAX),
        stream: Stream {
            looks: looks(policy),
            printed: Some(printed(&columns, last)),
            ..Stream::new(NAME, columns, 2)
        },
    })
}

/// Returns the columns that are printed: the first choice of those that show less and less that is legible; `last` is the
/// column of the last phase, behind which the owner stands.
fn printed(columns: &[Column], last: usize) -> Printed {
    const WHO: RangeInclusive<usize> = 1..=2;
    const BOUGHT: usize = 3;
    const SEATS: usize = 4;
    let beside = |columns| Printed { first: Some(WHO), columns };
    let answer = BEFORE.len();
    let choices = [
        Printed { first: None, columns: 1..=last + 1 },
        beside(SEATS..=last + 1),
        beside(answer..=last + 1),
        beside(answer..=last),
        beside(answer..=answer + 1),
    ];
    let is_legible = |choice: &Printed| {
        let shown = choice.first.clone().into_iter().flatten().chain(choice.columns.clone());
        let widths = shown.filter_map(|column| columns.get(column)).map(|column| column.width);
        printed_points(widths) >= LEGIBLE_POINTS
    };
    choices.into_iter().find(is_legible).unwrap_or(Printed { first: None, columns: 1..=BOUGHT })
}

/// Returns what the cells of its lines may be dressed as.
fn looks(policy: &Policy) -> Vec<(Style, String)> {
    let looks = [Style::Plain, Style::Muted].map(|style| (style, String::new()));
    let figures = (Style::Figure, COUNT_FORMAT.to_owned());
    tier_looks(policy).chain(looks).chain([figures]).collect()
}

/// Returns the cells of one line: what the roster says, and nothing of a phase that it does not name.
#[must_use]
pub fn cells<'a>(policy: &'a Policy, line: &'a Line<'_>) -> Vec<(Value<'a>, Style)> {
    let plain = |text: &'a str| (Value::text(text), Style::Plain);
    let mut cells = vec![
        (Value::Count(line.number), Style::Figure),
        plain(&line.tenant),
        plain(&line.name),
        plain(line.plan),
        line.seats.map_or((Value::Blank, Style::Plain), |seats| (Value::Count(seats), Style::Figure)),
        (Value::text(tier_name(policy, line.tier)), tier_style(line.tier)),
        plain(line.answer),
    ];
    let phase = line.phase.and_then(|phase| policy.phases.get(phase));
    cells.push(plain(phase.map_or("", |phase| &phase.name)));
    cells.extend(
        (0..policy.phases.len()).map(|phase| plain(if line.phase == Some(phase) { CURRENT } else { "" })),
    );
    cells.push(plain(&line.owner));
    cells
}

/// Returns the last line of a sheet that does not hold all customers.
#[must_use]
pub fn beyond(policy: &Policy, further: u64) -> [(Value<'static>, Style); 2] {
    let entitlement = policy.onboarding.and_then(|place| policy.entitlements.get(place));
    let name = entitlement.map_or("", |entitlement| entitlement.name.as_str());
    let words = format!(
        "{name}: {} not on this sheet, which holds the first {}; see the Roster sheet.",
        counted(further, "further customer is", "further customers are"),
        counted(LIMIT_LINES, "customer", "customers")
    );
    [(Value::Blank, Style::Plain), (Value::text(words), Style::Muted)]
}

/// Returns the last line of a sheet without tenants on several rows, since they could not be rolled up.
#[must_use]
pub fn without_tenants() -> [(Value<'static>, Style); 2] {
    let words = "Tenants on several rows are not on this sheet, because they were not rolled up; see the Roster sheet.";
    [(Value::Blank, Style::Plain), (Value::text(words), Style::Muted)]
}

/// Returns what Microsoft and the customer do in each phase, in words.
#[must_use]
pub fn done_now(policy: &Policy) -> Vec<[String; 2]> {
    let words = |lines: &[String]| within_limit(lines.join("; "));
    policy.phases.iter().map(|phase| [words(&phase.microsoft), words(&phase.customer)]).collect()
}

/// What is known of a row's plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanKnown {
    /// FastTrack serves it.
    Served,
    /// FastTrack does not.
    NotServed,
    /// Nobody knows the plan.
    Unknown,
}

/// Returns the wanted services that the plan (`held`) holds, and those that it does not or that FastTrack does not assist
/// with, each group with its reason; what is no service is shown as written.
///
/// A service that Microsoft has retired is not covered any more, whatever the plan holds.
#[must_use]
pub fn wanted_words(policy: &Policy, wanted: &Wanted, held: Services, plan: PlanKnown) -> [String; 2] {
    let (mut covered, mut missing, mut retired, mut unlisted) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (bit, service) in policy.services.iter().enumerate().filter(|(bit, _)| wanted.known >> bit & 1 == 1) {
        match service {
            Service { name, retired: Some(year), .. } => retired.push(format!("{name} ({year})")),
            Service { name, .. } if held.contains(bit) => covered.push(name.as_str()),
            Service { name, .. } if bit < SERVICE_IDS.len() => missing.push(name.as_str()),
            Service { name, .. } => unlisted.push(name.as_str()),
        }
    }
    let reason = match plan {
        PlanKnown::Served => "not in the plan",
        PlanKnown::NotServed => "not in a plan that FastTrack serves",
        PlanKnown::Unknown => "the plan is not known",
    };
    let mut groups = Vec::new();
    let mut tell = |reason: &str, names: String| {
        if !names.is_empty() {
            groups.push(format!("{reason}: {names}"));
        }
    };
    tell(reason, missing.join(", "));
    tell("the plan catalogue does not say which plans include it", unlisted.join(", "));
    tell("retired by Microsoft", retired.join(", "));
    tell("not a service that FastTrack assists with", wanted.others.join(", "));
    let words = groups.join("; ");
    let words = if is_within_limit(&words) {
        words
    } else {
        // The roster's own cell has them all, and stands on the same row.
        "too long for a cell: see the roster's own column".to_owned()
    };
    [covered.join("; "), words]
}

fn is_within_limit(text: &str) -> bool {
    text.len() <= LIMIT_CELL_UNITS || text.encode_utf16().nth(LIMIT_CELL_UNITS).is_none()
}

/// As much of a text as a cell can hold.
fn within_limit(mut text: String) -> String {
    while !is_within_limit(&text) {
        text.truncate(text.char_indices().nth(text.chars().count() / 2).map_or(0, |(end, _)| end));
    }
    text
}

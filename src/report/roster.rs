//! The Roster sheet: the roster's own columns as they came, then what the policy says of each row.

use crate::about::About;
use crate::plans::SERVICE_IDS;
use crate::policy::Policy;
use crate::record::{Cell, Record};
use crate::report::{Column, Stream, Style, Value};
use crate::roster::columns::{Columns, TenantFrom};
use crate::roster::{Fault, RosterRow, RowKind};
use crate::verdict::words::{answer, rung_name, tier_name, why};
use crate::verdict::{Facts, Tier, Verdict, is_served};
use std::borrow::Cow;
use std::collections::HashSet;

/// The name of the sheet.
pub const NAME: &str = "Roster";

/// Our headings before the entitlements.
pub const BEFORE: [&str; 4] = ["FastTrack segment", "Segment from", "Seats counted", "FastTrack tier"];

/// Our headings behind the entitlements.
pub const BEHIND: [&str; 5] = ["Next tier", "Seats to next tier", "Why", "Covered services", "Needs review"];

/// What was found out about a record; together with the record it makes a row of the sheet.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the record is.
    pub kind: RowKind,
    /// The verdict; `None` for blank and footer rows.
    pub verdict: Option<Verdict>,
    /// Index of the segment.
    pub segment: usize,
    /// What shows the segment.
    pub segment_from: &'static str,
    /// Why, in words.
    pub why: String,
    /// The services of the plan, as a set over [`SERVICE_IDS`]; none where FastTrack does not serve the plan.
    pub services: u16,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

impl Outcome {
    /// Returns the outcome of a roster row.
    #[must_use]
    pub fn new(policy: &Policy, row: RosterRow<'_>, verdict: Option<Verdict>) -> Self {
        let why = verdict.as_ref().map(|verdict| why(policy, Facts::of(&row), verdict)).unwrap_or_default();
        let served = row.plan.as_ref().filter(|found| is_served(policy, found.plan));
        let services = served.map_or(0, |found| found.plan.services.0);
        Self {
            kind: row.kind,
            verdict,
            segment: row.segment,
            segment_from: row.segment_from.words(),
            why,
            services,
            faults: row.faults,
        }
    }
}

/// How the sheet is laid out; the same for all of its rows.
#[derive(Clone, Debug)]
pub struct Layout<'a> {
    policy: &'a Policy,
    /// The roster's own columns.
    own: usize,
    /// The column of the paid seats, from 0.
    seats: usize,
    /// Whether the roster is text, which knows no numbers.
    is_text: bool,
    /// Every set of services in words, by its bits: there are few, and a million rows repeat them.
    services: Vec<String>,
}

impl<'a> Layout<'a> {
    /// Returns the layout for a roster.
    #[must_use]
    pub fn new(policy: &'a Policy, about: &About, columns: &Columns) -> Self {
        let by_bit: Vec<Option<&str>> = SERVICE_IDS
            .iter()
            .map(|id| {
                policy.services.iter().find(|service| service.id == *id).map(|service| service.name.as_str())
            })
            .collect();
        Self {
            policy,
            own: about.headings.len(),
            seats: columns.seats,
            is_text: about.sheet().is_none(),
            services: (0..1_usize << SERVICE_IDS.len()).map(|set| service_names(&by_bit, set)).collect(),
        }
    }

    /// Gives each cell of a row to `emit`, in the order of the columns; blank cells of the roster as blank.
    ///
    /// # Errors
    /// Those of `emit`.
    pub fn cells<E>(
        &self,
        record: Record<'_>,
        outcome: &Outcome,
        emit: &mut dyn FnMut(usize, Value<'_>, Style) -> Result<(), E>,
    ) -> Result<(), E> {
        for column in 0..record.width().min(self.own) {
            let (value, style) = self.passed(record.cell(column), column);
            emit(column, value, style)?;
        }
        let ours = self.ours(outcome, emit)?;
        for column in self.own..record.width() {
            let (value, style) = self.passed(record.cell(column), column);
            emit(column + ours, value, style)?;
        }
        Ok(())
    }

    /// Passes a cell of the roster through, in its kind.
    ///
    /// A text file knows no numbers: in its seats column a whole number in its plain form (`480`, not `0480`) becomes a
    /// number, so that it can be summed; it shows the same digits. Every other text stays text.
    fn passed<'r>(&self, cell: Cell<'r>, column: usize) -> (Value<'r>, Style) {
        let is_seats = column == self.seats;
        let number = |text| if is_seats && self.is_text { plain_number(text) } else { None };
        let value = match cell {
            Cell::Blank => Value::Blank,
            Cell::Text(text) => {
                number(text).map_or(Value::text(text), |number| Value::Number(number, Cow::Borrowed("")))
            }
            Cell::Error(text) => Value::text(text),
            Cell::Number { value, format, .. } => Value::Number(value, Cow::Borrowed(format)),
            Cell::Date { serial, format } => Value::Date(serial, Cow::Borrowed(format)),
            Cell::Bool(value) => Value::Bool(value),
        };
        let is_figure = is_seats && matches!(value, Value::Number(..));
        (value, if is_figure { Style::Figure } else { Style::Plain })
    }

    /// Gives our cells of a row to `emit`; returns how many columns they span.
    fn ours<E>(
        &self,
        outcome: &Outcome,
        emit: &mut dyn FnMut(usize, Value<'_>, Style) -> Result<(), E>,
    ) -> Result<usize, E> {
        let policy = self.policy;
        let entitlements = policy.entitlements.len();
        let behind = self.own + BEFORE.len() + entitlements;
        let width = BEFORE.len() + entitlements + BEHIND.len();
        let text = |text: &'static str| Value::Text(Cow::Borrowed(text));
        let Some(verdict) = &outcome.verdict else {
            if outcome.kind == RowKind::Footer {
                emit(behind + 2, text("a totals line or closing remark, no customer"), Style::Muted)?;
            }
            return Ok(width);
        };
        let segment = policy.segments.get(outcome.segment).map_or("", |segment| segment.name.as_str());
        emit(self.own, Value::text(segment), Style::Plain)?;
        emit(self.own + 1, text(outcome.segment_from), Style::Plain)?;
        if let Some(seats) = verdict.seats_counted {
            emit(self.own + 2, Value::Count(seats), Style::Figure)?;
        }
        emit(
            self.own + BEFORE.len() - 1,
            Value::text(tier_name(policy, verdict.tier)),
            tier_style(verdict.tier),
        )?;
        for index in 0..entitlements {
            let style = if verdict.confirm.has(index) { Style::Warning } else { Style::Plain };
            emit(self.own + BEFORE.len() + index, text(answer(verdict, index)), style)?;
        }
        if let Some(next) = verdict.next {
            emit(behind, Value::text(rung_name(policy, next.rung)), Style::Plain)?;
            emit(behind + 1, Value::Count(next.seats), Style::Figure)?;
        }
        emit(behind + 2, Value::text(outcome.why.as_str()), Style::Plain)?;
        if let Some(names) =
            self.services.get(usize::from(outcome.services)).filter(|names| !names.is_empty())
        {
            emit(behind + 3, Value::text(names.as_str()), Style::Plain)?;
        }
        if outcome.faults.iter().any(|fault| fault.blocks) {
            emit(behind + 4, Value::text(review_words(&outcome.faults)), Style::Review)?;
        }
        Ok(width)
    }
}

/// Returns the style of a tier.
#[must_use]
pub const fn tier_style(tier: Tier) -> Style {
    match tier {
        Tier::Rung(rung) => Style::Rung(rung),
        Tier::None => Style::NoTier,
        Tier::NeedsReview => Style::Review,
    }
}

/// Returns the sheet's columns: the roster's headings as they stand, then ours.
///
/// A heading that the roster has already gets ` (FastTrack)` behind ours.
#[must_use]
pub fn stream(policy: &Policy, about: &About, columns: &Columns) -> Stream {
    let headings = &about.headings;
    let taken: HashSet<String> = headings.iter().map(|heading| heading.trim().to_lowercase()).collect();
    let own = headings.iter().enumerate().map(|(column, heading)| Column {
        heading: heading.clone(),
        style: Style::ColumnHeading,
        width: own_width(heading, about.longest.get(column).copied().unwrap_or(0)),
    });
    let entitlements = policy.entitlements.iter().map(|entitlement| entitlement.name.as_str());
    let ours = BEFORE.into_iter().chain(entitlements).chain(BEHIND).map(|heading| Column {
        heading: free_heading(heading, &taken),
        style: Style::OurHeading,
        width: our_width(heading),
    });
    Stream {
        name: NAME,
        columns: own.chain(ours).collect(),
        frozen_columns: u16::from(columns.tenant == TenantFrom::Column(0)),
    }
}

fn free_heading(heading: &str, taken: &HashSet<String>) -> String {
    let mut free = heading.to_owned();
    while taken.contains(&free.to_lowercase()) {
        free.push_str(" (FastTrack)");
    }
    free
}

/// Wide enough for the heading with the filter's button and for what the first rows hold, within reason.
fn own_width(heading: &str, longest: usize) -> f64 {
    let wanted = (heading.chars().count() + 4).max(longest + 2).clamp(10, 44);
    f64::from(u32::try_from(wanted).unwrap_or(44))
}

fn our_width(heading: &str) -> f64 {
    match heading {
        "Why" => 96.0,
        "Covered services" | "Needs review" => 90.0,
        "Seats to next tier" | "FastTrack segment" | "FastTrack tier" => 20.0,
        "Segment from" | "Seats counted" => 16.0,
        _ => 15.0,
    }
}

fn service_names(by_bit: &[Option<&str>], set: usize) -> String {
    let held = by_bit.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).filter_map(|(_, name)| *name);
    held.collect::<Vec<_>>().join("; ")
}

fn review_words(faults: &[Fault]) -> String {
    let messages: Vec<&str> =
        faults.iter().filter(|fault| fault.blocks).map(|fault| fault.message.as_str()).collect();
    messages.join("; ")
}

fn plain_number(text: &str) -> Option<f64> {
    const LIMIT_DIGITS: usize = 9;
    let plain = text.len() <= LIMIT_DIGITS
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if plain { text.parse::<u32>().ok().map(f64::from) } else { None }
}

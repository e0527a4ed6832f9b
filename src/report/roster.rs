//! The Roster sheet: the roster's own columns as they came, then what the policy says of each row.

mod headed;
pub mod notes;
mod ours;
mod printed;
mod vocabulary;

use crate::about::About;
use crate::output_fields::{Appears, Names, OutputColumn, OutputField, output_fields};
use crate::plans::{Catalogue, Services};
use crate::policy::Policy;
use crate::record::{Cell, Record};
use crate::report::onboarding::PlanKnown;
use crate::report::{Style, Value};
use crate::roster::columns::Columns;
use crate::roster::repeats::Repeats;
use crate::roster::wanted::Wanted;
use crate::roster::{Fault, RosterRow, RowKind, SegmentFrom};
use crate::verdict::words::{push_counted, tier_name, why_within};
use crate::verdict::{DecidedBy, Facts, Tier, Verdict};
use crate::write::ROWS_OF_A_PART;
use std::sync::Arc;
use vocabulary::Vocabulary;

/// The name of the sheet.
pub const NAME: &str = "Roster";

/// What stands in the `Why` column of a row that is no customer.
pub const FOOTER: &str = "not a customer: a total, a heading, a caption or a closing remark";

/// What stands in the `Why` column in front of the number of rows, where a row's tenant has several.
pub const ROW_ONLY: &str = ". For this row only; its tenant is on ";

/// Returns where the sheet has a row, counted from 1 below the headings: `Roster!A5`, or a cell of a further part.
#[must_use]
pub fn cell_of(ordinal: u64) -> String {
    let before = ordinal.saturating_sub(1);
    let (part, row) = (before / ROWS_OF_A_PART, before % ROWS_OF_A_PART + 2);
    if part == 0 { format!("{NAME}!A{row}") } else { format!("'{NAME} ({})'!A{row}", part + 1) }
}

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
    pub segment_from: SegmentFrom,
    /// Why, in words.
    pub why: String,
    /// What the plan was recognised as, and how; `None` where nothing is to be told.
    pub recognised: Option<Arc<str>>,
    /// The services of the plan; none where FastTrack does not serve it.
    pub services: Services,
    /// What is known of the plan.
    pub plan: PlanKnown,
    /// Index of the phase of onboarding that the roster names.
    pub phase: Option<usize>,
    /// The services that the customer wants.
    pub wanted: Option<Arc<Wanted>>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// How many rows share its tenant, its plan of that tenant, or its subscription.
    pub repeats: Repeats,
}

impl Outcome {
    /// Returns the outcome of a roster row.
    #[must_use]
    pub fn new(policy: &Policy, row: RosterRow<'_>, verdict: Option<Verdict>, repeats: Repeats) -> Self {
        Self::within(String::new(), policy, row, verdict, repeats)
    }

    /// The same, with its words in the memory of a text that nobody needs any more.
    #[must_use]
    pub fn within(
        room: String,
        policy: &Policy,
        row: RosterRow<'_>,
        verdict: Option<Verdict>,
        repeats: Repeats,
    ) -> Self {
        let words = |verdict: &Verdict| why_within(room, policy, Facts::of(&row), verdict);
        let mut why = verdict.as_ref().map(words).unwrap_or_default();
        if let Some(rows) = repeats.tenant.filter(|_| verdict.is_some()) {
            // A row never reads as its tenant.
            why.truncate(why.trim_end_matches('.').len());
            why.push_str(ROW_ONLY);
            push_counted(rows.into(), ("row", "rows"), &mut why);
        }
        let served = row.plan.as_ref().filter(|_| row.is_served());
        let services = served.map_or(Services::default(), |found| found.plan.services);
        let plan = match (&row.plan, served) {
            (_, Some(_)) => PlanKnown::Served,
            (Some(_), None) => PlanKnown::NotServed,
            (None, None) => PlanKnown::Unknown,
        };
        // How a plan was read that may be none is for the Review sheet to say; what a person has said is not in doubt.
        let is_told =
            row.overridden.plan || verdict.is_some_and(|verdict| verdict.decided_by != DecidedBy::Review);
        Self {
            kind: row.kind,
            verdict,
            segment: row.segment,
            segment_from: row.segment_from,
            why,
            recognised: row.recognised.filter(|_| is_told),
            services,
            plan,
            phase: row.phase,
            wanted: row.wanted,
            faults: row.faults,
            repeats,
        }
    }
}

/// What the rows are laid out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// A sheet, with others beside it.
    Sheet,
    /// A file that holds nothing else.
    File,
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
    /// Whether there are columns for what stands on several rows.
    has_repeats: bool,
    extent: Extent,
    names: Names,
    /// The entitlement with which onboarding begins, if the roster names phases.
    onboarding: Option<usize>,
    /// Whether there are columns for wanted services.
    has_wanted: bool,
    vocabulary: Vocabulary,
    /// The FastTrack columns that it has, in order; the first stands behind the roster's own.
    fields: Vec<OutputField>,
}

impl<'a> Layout<'a> {
    /// Returns the layout for a roster.
    #[must_use]
    pub fn new(
        policy: &'a Policy,
        catalogue: &Catalogue,
        about: &About,
        columns: &Columns,
        has_repeats: bool,
    ) -> Self {
        let onboarding = columns.phase.and(policy.onboarding);
        let first = about.first.iter().filter_map(|cells| cells.get(columns.plan)).map(String::as_str);
        let layout = Self {
            policy,
            own: about.headings.len(),
            seats: columns.seats,
            is_text: about.sheet().is_none(),
            has_repeats,
            extent: Extent::Sheet,
            names: Names::Headings,
            onboarding,
            has_wanted: columns.services.is_some(),
            vocabulary: Vocabulary::new(policy, catalogue, onboarding.is_some(), first),
            fields: Vec::new(),
        };
        layout.with_its_fields()
    }

    /// Returns the layout for a file that holds these rows alone, its columns named so: the same for every roster with
    /// the same headings, so that programs need not look which columns there are.
    #[must_use]
    pub fn flat(self, names: Names) -> Self {
        Self { has_repeats: true, extent: Extent::File, names, ..self }.with_its_fields()
    }

    fn with_its_fields(mut self) -> Self {
        let all = output_fields(self.policy).into_iter();
        self.fields = all.filter(|field| self.has(field)).collect();
        self
    }

    fn has(&self, field: &OutputField) -> bool {
        let is_there = match field.appears {
            Appears::Always | Appears::Last => true,
            Appears::WithRepeats => self.has_repeats,
            Appears::WithPhases => self.onboarding.is_some(),
            Appears::WithWantedServices => self.has_wanted,
            Appears::InFiles => self.extent == Extent::File,
        };
        is_there && (self.names == Names::Machine || field.heading.is_some())
    }

    /// Gives each cell of a row to `emit`, in the order of the columns; blank cells of the roster as blank.
    ///
    /// # Errors
    /// Those of `emit`.
    pub fn cells<E>(
        &self,
        record: Record<'_>,
        outcome: &Outcome,
        emit: &mut dyn FnMut(usize, &Value<'_>, Style) -> Result<(), E>,
    ) -> Result<(), E> {
        for column in 0..record.width().min(self.own) {
            self.pass(record.cell(column), (column, column), emit)?;
        }
        self.ours(record, outcome, emit)?;
        // A file has a column for them.
        let beyond = if self.extent == Extent::File { 0 } else { record.width() };
        for column in self.own..beyond {
            self.pass(record.cell(column), (column, column + self.fields.len()), emit)?;
        }
        Ok(())
    }

    /// Gives a cell of a column of the roster to `emit` as it came, in its kind, for a place in the row.
    ///
    /// A text file knows no numbers: in its seats column a whole number in its plain form (`480`, not `0480`) becomes a
    /// number, so that it can be summed; it shows the same digits. Every other text stays text.
    fn pass<E>(
        &self,
        cell: Cell<'_>,
        (column, place): (usize, usize),
        emit: &mut dyn FnMut(usize, &Value<'_>, Style) -> Result<(), E>,
    ) -> Result<(), E> {
        let is_seats = column == self.seats;
        let number = |text| if is_seats && self.is_text { plain_number(text) } else { None };
        let value = match cell {
            Cell::Blank => Value::Blank,
            Cell::Text(text) => number(text).map_or(Value::text(text), |value| Value::Number {
                value,
                format: "",
                written: "",
            }),
            Cell::Error(text) => Value::text(text),
            Cell::Number { value, format, written } => Value::Number { value, format, written },
            Cell::Date { serial, format } => Value::Date(serial, format),
            Cell::Bool(value) => Value::Bool(value),
        };
        let is_figure = is_seats && matches!(value, Value::Number { .. });
        emit(place, &value, if is_figure { Style::Figure } else { Style::Plain })
    }

    /// Returns the texts that many rows have.
    pub(in crate::report) const fn words(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Returns the place of a FastTrack column that the layout has, from 0.
    fn place(&self, column: OutputColumn) -> usize {
        self.own + self.fields.iter().take_while(|field| field.column != column).count()
    }

    /// Returns the column of a file, from 0, that says where in the roster a row is.
    #[must_use]
    pub fn source_row(&self) -> usize {
        self.place(OutputColumn::SourceRow)
    }

    /// Returns the columns, from 0, that formulas of other sheets count over.
    #[must_use]
    pub fn counted(&self) -> Counted {
        let tier = self.place(OutputColumn::Tier);
        Counted {
            segment: self.place(OutputColumn::Segment),
            eligible: self.place(OutputColumn::Eligible),
            seats: self.place(OutputColumn::SeatsCounted),
            tier,
            entitlements: tier + 1,
            why: self.place(OutputColumn::Why),
            tenant_rows: self.has_repeats.then(|| self.place(OutputColumn::TenantRows)),
        }
    }
}

/// Columns that formulas of other sheets count over, each from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The segment.
    pub segment: usize,
    /// Whether the plan is one that FastTrack serves, paid for and active.
    pub eligible: usize,
    /// The paid seats that count.
    pub seats: usize,
    /// The tier.
    pub tier: usize,
    /// The first of the entitlements.
    pub entitlements: usize,
    /// Why.
    pub why: usize,
    /// How many rows have the row's tenant, where there are several; `None` = no tenant is on several rows.
    pub tenant_rows: Option<usize>,
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

/// Returns what the cells of tiers may be dressed as.
pub(crate) fn tier_looks(policy: &Policy) -> impl Iterator<Item = (Style, String)> + '_ {
    let tiers = (0..policy.rungs.len()).map(Tier::Rung).chain([Tier::None, Tier::NeedsReview]);
    tiers.map(|tier| (tier_style(tier), String::new()))
}

/// Returns the width of a column of tiers, in characters: that of the longest name, within reason.
pub(crate) fn tier_width(policy: &Policy) -> f64 {
    const LEAST: usize = 14;
    const MOST: usize = 24;
    let tiers = (0..policy.rungs.len()).map(Tier::Rung);
    let longest = tiers.map(|tier| tier_name(policy, tier).chars().count()).max().unwrap_or(0);
    u32::try_from((longest + 2).clamp(LEAST, MOST)).map_or(0.0, f64::from)
}

pub(crate) fn plain_number(text: &str) -> Option<f64> {
    const LIMIT_DIGITS: usize = 9;
    let plain = text.len() <= LIMIT_DIGITS
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if plain { text.parse::<u32>().ok().map(f64::from) } else { None }
}

//! The Roster sheet: the roster's own columns as they came, then what the policy says of each row.

pub mod flat;
pub mod notes;

use crate::about::About;
use crate::plans::{Catalogue, SERVICE_IDS};
use crate::policy::Policy;
use crate::record::{Cell, Record};
use crate::report::onboarding::{self, NOW, PlanKnown, WANTED};
use crate::report::{COUNT_FORMAT, Column, Field, Highlight, Kind, Stream, Style, Value};
use crate::roster::columns::{Columns, TenantFrom};
use crate::roster::plan;
use crate::roster::repeats::Repeats;
use crate::roster::wanted::Wanted;
use crate::roster::{Fault, RosterRow, RowKind, SegmentFrom};
use crate::verdict::words::{ANSWERS, answer_index, counted, tier_name, why};
use crate::verdict::{DecidedBy, Facts, Tier, Verdict};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// The name of the sheet.
pub const NAME: &str = "Roster";

/// Our headings before the entitlements.
pub const BEFORE: [&str; 5] =
    ["FastTrack segment", "Segment from", "Eligible", "Seats counted", "FastTrack tier"];

/// Our headings behind the entitlements.
pub const BEHIND: [&str; 6] =
    ["Next tier", "Seats to next tier", "Why", RECOGNISED, "Covered services", "Needs review"];

/// The heading of what the plan was recognised as.
pub const RECOGNISED: &str = "Recognised as";

/// Our headings behind those, in a roster that repeats tenants, plans or subscriptions.
pub const REPEATS: [&str; 2] = ["Rows of the tenant", "Repeated"];

/// What stands in the `Why` column of a row that is no customer.
pub const FOOTER: &str = "not a customer: a total, a heading, a caption or a closing remark";

/// What stands in the `Why` column in front of the number of rows, where a row's tenant has several.
pub const ROW_ONLY: &str = ". For this row only; its tenant is on ";

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
    /// The services of the plan, as a set over [`SERVICE_IDS`]; none where FastTrack does not serve the plan.
    pub services: u16,
    /// What is known of the plan.
    pub plan: PlanKnown,
    /// Index of the phase of onboarding that the roster names.
    pub phase: Option<usize>,
    /// The services that the customer wants.
    pub wanted: Option<Arc<Wanted>>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// On how many rows stands what stands on it.
    pub repeats: Repeats,
}

impl Outcome {
    /// Returns the outcome of a roster row.
    #[must_use]
    pub fn new(policy: &Policy, row: RosterRow<'_>, verdict: Option<Verdict>, repeats: Repeats) -> Self {
        let mut why =
            verdict.as_ref().map(|verdict| why(policy, Facts::of(&row), verdict)).unwrap_or_default();
        if let Some(rows) = repeats.tenant.filter(|_| verdict.is_some()) {
            // A row never reads as its tenant.
            why.truncate(why.trim_end_matches('.').len());
            let rows = counted(rows.into(), "row", "rows");
            let _ = write!(why, "{ROW_ONLY}{rows}");
        }
        let served = row.plan.as_ref().filter(|_| row.is_served());
        let services = served.map_or(0, |found| found.plan.services.0);
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

/// The texts that many rows have, one group behind the other.
#[derive(Clone, Debug)]
struct Vocabulary {
    texts: Vec<String>,
    /// Where the groups begin that do not begin at 0; segments do.
    segments_from: usize,
    tiers: usize,
    answers: usize,
    footer: usize,
    services: Vec<Option<usize>>,
    /// Where what is done in the phases begins, if it is told: two texts each.
    phases: usize,
    /// What the plans of the first rows were recognised as, each with its place.
    recognised: HashMap<Arc<str>, usize>,
}

impl Vocabulary {
    /// `first` are the plans of the first rows, as written.
    fn new<'w>(
        policy: &Policy,
        catalogue: &Catalogue,
        has_phases: bool,
        first: impl Iterator<Item = &'w str>,
    ) -> Self {
        let mut texts: Vec<String> = policy.segments.iter().map(|segment| segment.name.clone()).collect();
        let segments_from = texts.len();
        texts.extend(SegmentFrom::ALL.map(|from| from.words().to_owned()));
        let tiers = texts.len();
        let rungs = (0..policy.rungs.len()).map(Tier::Rung);
        let all = rungs.chain([Tier::None, Tier::NeedsReview]);
        texts.extend(all.map(|tier| tier_name(policy, tier).to_owned()));
        let answers = texts.len();
        texts.extend(ANSWERS.map(str::to_owned));
        let footer = texts.len();
        texts.push(FOOTER.to_owned());
        let mut services = vec![None; 1 << SERVICE_IDS.len()];
        for plan in catalogue.plans() {
            let set = plan.services.0;
            // Hundreds of plans have a few dozen sets between them.
            let Some(place) = services.get_mut(usize::from(set)).filter(|place| place.is_none()) else {
                continue;
            };
            let words = service_names(policy, set);
            if !words.is_empty() {
                *place = Some(texts.len());
                texts.push(words);
            }
        }
        let phases = texts.len();
        if has_phases {
            texts.extend(onboarding::done_now(policy).into_iter().flatten());
        }
        let mut recognised = HashMap::new();
        for words in plan::words_of(first, catalogue) {
            recognised.insert(Arc::clone(&words), texts.len());
            texts.push(words.to_string());
        }
        Self { texts, segments_from, tiers, answers, footer, services, phases, recognised }
    }

    fn value(&self, index: usize) -> Value<'_> {
        self.texts.get(index).map_or(Value::Blank, |text| Value::Repeated { index, text })
    }

    /// What many rows were recognised as is likely to be among the first.
    fn recognised<'w>(&'w self, words: &'w str) -> Value<'w> {
        self.recognised.get(words).map_or(Value::text(words), |index| self.value(*index))
    }

    fn tier(&self, policy: &Policy, tier: Tier) -> Value<'_> {
        self.value(self.tiers + tier.slot(policy.rungs.len()))
    }

    fn answer(&self, verdict: &Verdict, entitlement: usize) -> Value<'_> {
        self.value(self.answers + answer_index(verdict, entitlement))
    }
}

/// What the rows are laid out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// A sheet with all rows of the roster, with others beside it.
    Sheet,
    /// Likewise, with some of its rows.
    SheetOfSome,
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
    /// The entitlement with which onboarding begins, if the roster names phases.
    onboarding: Option<usize>,
    /// How many of our headings for wanted services there are: all or none.
    wanted: usize,
    vocabulary: Vocabulary,
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
        Self {
            policy,
            own: about.headings.len(),
            seats: columns.seats,
            is_text: about.sheet().is_none(),
            has_repeats,
            extent: Extent::Sheet,
            onboarding,
            wanted: columns.services.map_or(0, |_| WANTED.len()),
            vocabulary: Vocabulary::new(policy, catalogue, onboarding.is_some(), first),
        }
    }

    /// Returns the layout for a file that holds these rows alone: it has the columns of [`flat`], and the same columns
    /// for every roster with the same headings, so that programs need not look which there are.
    #[must_use]
    pub fn flat(self) -> Self {
        Self { has_repeats: true, extent: Extent::File, ..self }
    }

    /// Returns the layout for a sheet that has not all rows of the roster: the last of our columns says where in it a
    /// row stands.
    #[must_use]
    pub fn with_source(self) -> Self {
        Self { extent: Extent::SheetOfSome, ..self }
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
        if self.extent == Extent::File {
            return flat::cells((self.own + ours, self.own), record, outcome, emit);
        }
        if self.has_source() {
            emit(self.own + ours - 1, Value::Count(record.number), Style::Figure)?;
        }
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
        (value, if is_figure { Style::Figure } else { Style::Plain })
    }

    /// Gives our cells of a row to `emit`; returns how many columns they span.
    fn ours<E>(
        &self,
        outcome: &Outcome,
        emit: &mut dyn FnMut(usize, Value<'_>, Style) -> Result<(), E>,
    ) -> Result<usize, E> {
        let (policy, words) = (self.policy, &self.vocabulary);
        let entitlements = policy.entitlements.len();
        let behind = self.own + BEFORE.len() + entitlements;
        let width = BEFORE.len()
            + entitlements
            + BEHIND.len()
            + self.repeats()
            + self.now()
            + self.wanted
            + usize::from(self.has_source());
        let Some(verdict) = &outcome.verdict else {
            if outcome.kind == RowKind::Footer {
                emit(behind + 2, words.value(words.footer), Style::Muted)?;
            }
            return Ok(width);
        };
        emit(self.own, words.value(outcome.segment), Style::Plain)?;
        let from = words.segments_from + outcome.segment_from as usize;
        emit(self.own + 1, words.value(from), Style::Plain)?;
        if verdict.decided_by != DecidedBy::Review {
            let answer = usize::from(verdict.decided_by == DecidedBy::Seats);
            emit(self.own + 2, words.value(words.answers + answer), Style::Plain)?;
        }
        if let Some(seats) = verdict.seats_counted {
            emit(self.own + 3, Value::Count(seats), Style::Figure)?;
        }
        let tier = words.tier(policy, verdict.tier);
        emit(self.own + BEFORE.len() - 1, tier, Style::Plain)?;
        for index in 0..entitlements {
            emit(self.own + BEFORE.len() + index, words.answer(verdict, index), Style::Plain)?;
        }
        if let Some(next) = verdict.next {
            emit(behind, words.tier(policy, Tier::Rung(next.rung)), Style::Plain)?;
            emit(behind + 1, Value::Count(next.seats), Style::Figure)?;
        }
        emit(behind + 2, Value::text(outcome.why.as_str()), Style::Plain)?;
        if let Some(recognised) = &outcome.recognised {
            emit(behind + 3, words.recognised(recognised), Style::Plain)?;
        }
        if let Some(Some(names)) = words.services.get(usize::from(outcome.services)) {
            emit(behind + 4, words.value(*names), Style::Plain)?;
        }
        if outcome.faults.iter().any(|fault| fault.blocks) {
            emit(behind + 5, Value::text(review_words(&outcome.faults)), Style::Plain)?;
        }
        if let Some(rows) = outcome.repeats.tenant {
            emit(behind + BEHIND.len(), Value::Count(rows.into()), Style::Figure)?;
        }
        if let Some(words) = repeated_words(outcome.repeats) {
            emit(behind + BEHIND.len() + 1, Value::text(words), Style::Plain)?;
        }
        self.onboarding(outcome, verdict, behind + BEHIND.len() + self.repeats(), emit)?;
        Ok(width)
    }

    /// Gives what is done in the row's phase, and what of the wanted services is covered.
    fn onboarding<E>(
        &self,
        outcome: &Outcome,
        verdict: &Verdict,
        column: usize,
        emit: &mut dyn FnMut(usize, Value<'_>, Style) -> Result<(), E>,
    ) -> Result<(), E> {
        let words = &self.vocabulary;
        let is_granted = self.onboarding.is_some_and(|entitlement| verdict.granted.has(entitlement));
        if let Some(phase) = outcome.phase.filter(|_| is_granted) {
            for side in 0..NOW.len() {
                let text = words.value(words.phases + phase * NOW.len() + side);
                emit(column + side, text, Style::Plain)?;
            }
        }
        let Some(wanted) = outcome.wanted.as_ref().filter(|_| self.wanted > 0) else { return Ok(()) };
        let column = column + self.now();
        let said = onboarding::wanted_words(self.policy, wanted, outcome.services, outcome.plan);
        for (side, text) in said.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            emit(column + side, Value::text(text), Style::Plain)?;
        }
        Ok(())
    }

    /// Our headings behind the entitlements.
    fn behind(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let now = NOW.into_iter().take(self.now());
        let wanted = WANTED.into_iter().take(self.wanted);
        let source = self.has_source().then_some(flat::SOURCE_ROW);
        let repeats = REPEATS.into_iter().take(self.repeats());
        BEHIND.into_iter().chain(repeats).chain(now).chain(wanted).chain(source)
    }

    /// How many of our headings for what stands on several rows there are: all or none.
    const fn repeats(&self) -> usize {
        if self.has_repeats { REPEATS.len() } else { 0 }
    }

    /// Whether the last of our columns says where in the roster a row stands; in a file others stand behind it.
    fn has_source(&self) -> bool {
        self.extent == Extent::SheetOfSome
    }

    /// How many of our headings for the phase there are: all or none.
    const fn now(&self) -> usize {
        if self.onboarding.is_some() { NOW.len() } else { 0 }
    }

    /// Returns the sheet's columns: the roster's headings as they stand, then ours.
    ///
    /// A heading that the roster has already gets ` (FastTrack)` behind ours.
    #[must_use]
    pub fn stream(&self, about: &About, columns: &Columns) -> Stream {
        Stream {
            name: NAME,
            columns: self.headed(about),
            frozen_columns: frozen(columns),
            looks: looks(about),
            repeated: self.vocabulary.texts.clone(),
            printed: self.counted().why,
            highlights: self.highlights(),
            nothing: "All rows of the roster are blank.",
        }
    }

    /// What our cells say decides how they look, also when a person has mended them.
    fn highlights(&self) -> Vec<Highlight> {
        let Counted { tier, entitlements, .. } = self.counted();
        let policy = self.policy;
        let rungs = (0..policy.rungs.len()).map(Tier::Rung);
        let tiers = rungs.chain([Tier::None, Tier::NeedsReview]).map(|of| Highlight {
            columns: (tier, tier),
            text: Some(tier_name(policy, of).to_owned()),
            style: tier_style(of),
        });
        let [.., confirm] = ANSWERS;
        let behind = entitlements + policy.entitlements.len();
        let others = [
            Highlight {
                columns: (entitlements, behind.saturating_sub(1)),
                text: Some(confirm.to_owned()),
                style: Style::Warning,
            },
            Highlight { columns: (behind + 5, behind + 5), text: None, style: Style::Review },
        ];
        tiers.chain(others).collect()
    }

    /// Returns the columns, from 0, that formulas of other sheets count over.
    #[must_use]
    pub fn counted(&self) -> Counted {
        let entitlements = self.own + BEFORE.len();
        Counted {
            segment: self.own,
            eligible: self.own + 2,
            seats: self.own + 3,
            tier: self.own + 4,
            entitlements,
            why: entitlements + self.policy.entitlements.len() + 2,
        }
    }

    /// Returns the columns of a file that holds these rows alone: the roster's as they stand, then ours.
    #[must_use]
    pub fn fields(&self, about: &About) -> Vec<Field> {
        let taken = taken(&about.headings);
        let own = about.headings.iter().map(|heading| Field { heading: heading.clone(), kind: Kind::Roster });
        let kind = |heading: &'a str| match heading {
            "Seats counted" | "Seats to next tier" | "Rows of the tenant" => (heading, Kind::Count),
            _ => (heading, Kind::Text),
        };
        let entitlements =
            self.policy.entitlements.iter().map(|entitlement| (entitlement.name.as_str(), Kind::Text));
        let behind = self.behind().map(kind);
        let ours = BEFORE.into_iter().map(kind).chain(entitlements).chain(behind).chain(flat::HEADINGS);
        own.chain(ours.map(|(heading, kind)| Field { heading: free_heading(heading, &taken), kind }))
            .collect()
    }

    fn headed(&self, about: &About) -> Vec<Column> {
        let headings = &about.headings;
        let taken = taken(headings);
        let own = headings.iter().enumerate().map(|(column, heading)| Column {
            heading: heading.clone(),
            style: Style::ColumnHeading,
            width: own_width(heading, about.longest.get(column).copied().unwrap_or(0)),
            note: String::new(),
        });
        let entitlements = self.policy.entitlements.iter().map(|entitlement| entitlement.name.as_str());
        let ours = BEFORE.into_iter().chain(entitlements).chain(self.behind()).map(|heading| Column {
            heading: free_heading(heading, &taken),
            style: Style::OurHeading,
            width: our_width(heading),
            note: notes::note(self.policy, heading),
        });
        own.chain(ours).collect()
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
}

/// Whose row it is stays in sight, unless that would leave little room for the rest.
fn frozen(columns: &Columns) -> u16 {
    const MOST: usize = 3;
    match columns.tenant {
        TenantFrom::Column(column) if column < MOST => u16::try_from(column + 1).unwrap_or(0),
        _ => 0,
    }
}

/// Returns every style that [`Layout::cells`] gives, with every number format that may come with it.
fn looks(about: &About) -> Vec<(Style, String)> {
    let mut looks: Vec<(Style, String)> =
        [Style::Plain, Style::Figure, Style::Muted].map(|style| (style, String::new())).to_vec();
    looks.push((Style::Figure, COUNT_FORMAT.to_owned()));
    for format in &about.formats {
        looks.extend([Style::Plain, Style::Figure].map(|style| (style, format.clone())));
    }
    looks
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

fn taken(headings: &[String]) -> HashSet<String> {
    headings.iter().map(|heading| heading.trim().to_lowercase()).collect()
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
        "Why" | "Microsoft does now" => 96.0,
        "Covered services" | "Needs review" | "Customer does now" => 90.0,
        "Wanted and covered" | RECOGNISED => 60.0,
        "Wanted, not covered" => 70.0,
        "Repeated" => 44.0,
        "Seats to next tier" | "FastTrack segment" | "FastTrack tier" => 20.0,
        "Segment from" | "Seats counted" => 16.0,
        "Eligible" => 12.0,
        _ => 15.0,
    }
}

/// Returns the names of a set of services, as far as the policy names them.
pub(crate) fn service_names(policy: &Policy, set: u16) -> String {
    let held = SERVICE_IDS.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1);
    let named = held.filter_map(|(_, id)| policy.services.iter().find(|service| service.id == *id));
    named.map(|service| service.name.as_str()).collect::<Vec<_>>().join("; ")
}

fn review_words(faults: &[Fault]) -> String {
    let messages: Vec<&str> =
        faults.iter().filter(|fault| fault.blocks).map(|fault| fault.message.as_str()).collect();
    messages.join("; ")
}

/// The subscription says more than the plan.
fn repeated_words(repeats: Repeats) -> Option<String> {
    let rows = |count: u32| counted(count.into(), "row", "rows");
    let subscription = repeats.subscription.map(|count| format!("its subscription is on {}", rows(count)));
    let plan = || repeats.tenant_and_plan.map(|count| format!("its tenant has this plan on {}", rows(count)));
    subscription.or_else(plan)
}

pub(crate) fn plain_number(text: &str) -> Option<f64> {
    const LIMIT_DIGITS: usize = 9;
    let plain = text.len() <= LIMIT_DIGITS
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if plain { text.parse::<u32>().ok().map(f64::from) } else { None }
}

//! Tenants that stand on several rows, rolled up: a fold over their rows, and one verdict for each tenant.
//!
//! A row's own verdict stands alone. Beside it, a tenant is judged on what its plans come to together. Source: the
//! FastTrack documentation counts seats per tenant; how plans add up is our reading of it, see [`Basis`].

mod owners;
mod rollup;
mod words;

pub use owners::NAMED_OWNERS;
pub use rollup::{Basis, Once, Rollup, Uncounted};
pub use words::TenantWords;

use crate::date::Date;
use crate::plans::Plan;
use crate::policy::Policy;
use crate::roster::identity::TenantId;
use crate::roster::repeats::AsItIs;
use crate::roster::{Overridden, RosterRow, SegmentFrom};
use crate::summary::Count;
use crate::verdict::{DecidedBy, Tier, Verdict};
use owners::{Owned, Owners};
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::num::NonZeroU64;

/// Lines of a tenant that are alike, as far as it matters to the tenant.
#[derive(Clone, Copy, Debug)]
pub struct TenantPart<'a> {
    /// The line or row of the first of them in the roster.
    pub number: u64,
    /// How many they are.
    pub rows: u64,
    /// Their plan; `None` = unknown.
    pub plan: Option<&'a Plan>,
    /// Index of their segment.
    pub segment: usize,
    /// What shows the segment.
    pub segment_from: SegmentFrom,
    /// The paid seats that each counts.
    pub seats: u64,
    /// What of them an overrides file says.
    pub overridden: Overridden,
    /// What decided their verdict.
    pub decided_by: DecidedBy,
    /// The fingerprint of their subscription, if they name one.
    pub subscription: Option<u64>,
}

impl<'a> TenantPart<'a> {
    /// Returns what a row adds to its tenant; `subscription` is the fingerprint of its own, if it names one.
    #[must_use]
    pub fn of(row: &RosterRow<'a>, verdict: &Verdict, number: u64, subscription: Option<u64>) -> Self {
        Self {
            number,
            rows: 1,
            plan: row.plan.as_ref().map(|found| found.plan),
            segment: row.segment,
            segment_from: row.segment_from,
            seats: verdict.seats_counted.unwrap_or(0),
            overridden: row.overridden,
            decided_by: verdict.decided_by,
            subscription,
        }
    }

    /// Returns whether lines are alike; those that are not mostly differ in their seats.
    fn is_like(&self, other: &Self) -> bool {
        self.seats == other.seats && self.kind() == other.kind()
    }

    /// What lines have in common that are alike.
    fn kind(&self) -> impl Ord + use<'_> {
        let plan = self.plan.map(Plan::key);
        let said = self.overridden;
        let overridden = (said.plan, said.seats, said.status, said.trial);
        let verdict = (self.seats, self.decided_by as usize, overridden);
        (plan, self.segment, self.segment_from as usize, verdict, self.subscription)
    }
}

/// A day of renewal; of several, the next is the least: those to come go before those that have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Renewal {
    /// Whether it is before the day that the roster is of.
    pub has_passed: bool,
    /// The day.
    pub date: Date,
}

/// A tenant and its rows.
#[derive(Clone, Debug)]
pub struct Tenant<'a> {
    /// What tells it from others, and behind it its name: hundreds of thousands of tenants are held.
    texts: Box<str>,
    /// Where its name begins.
    name_from: usize,
    /// How many rows it has.
    pub rows: u64,
    /// The lines or rows of the first of them, at most [`NAMED_ROWS`], once some are one part; empty = those of its parts.
    numbers: Vec<u64>,
    /// Its rows, those that are alike as one, in the order of the first of each; never empty.
    pub parts: Vec<TenantPart<'a>>,
    owners: Owned,
    countries: Owned,
    /// The next renewal of its paid rows.
    pub renewal: Option<Renewal>,
    /// Index of the earliest phase of onboarding that one of its rows names.
    pub phase: Option<usize>,
    /// The fingerprint by which its rows are compared with another night's; `None` = they are not, or by several.
    pub compared: Option<NonZeroU64>,
    /// How many parts there may be before those that are alike are looked for.
    room: usize,
}

/// Rows of a tenant that are named.
pub const NAMED_ROWS: usize = 8;

/// Parts for which no more room is made than they take.
const FEW: usize = 4;

/// Parts that are looked through at the least.
const ROOM: usize = 32;

impl<'a> Tenant<'a> {
    /// Returns a tenant without its rows, of which there will be `rows`, as far as is known.
    fn new((shown, name): (&str, &str), rows: usize) -> Self {
        Self {
            texts: [shown, name].concat().into(),
            name_from: shown.len(),
            rows: 0,
            numbers: Vec::new(),
            parts: Vec::with_capacity(rows.min(FEW)),
            owners: Owned::default(),
            countries: Owned::default(),
            renewal: None,
            phase: None,
            compared: None,
            room: ROOM,
        }
    }

    /// Returns a tenant of whom nothing is known but its lines.
    #[must_use]
    pub fn of(parts: impl IntoIterator<Item = TenantPart<'a>>) -> Self {
        let mut tenant = Self::new(("", ""), 0);
        tenant.extend(parts);
        tenant
    }

    /// Returns what tells it from others, as its first row shows it: an id, a domain or a name.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.texts.get(..self.name_from).unwrap_or_default()
    }

    /// Returns its name, as its first row shows it; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        self.texts.get(self.name_from..).unwrap_or_default()
    }

    /// Returns the lines or rows of the first of its rows, at most [`NAMED_ROWS`].
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        let of_parts = self.parts.iter().take(if self.numbers.is_empty() { NAMED_ROWS } else { 0 });
        self.numbers.iter().copied().chain(of_parts.map(|part| part.number))
    }

    /// Returns who looks after it: the owners that its rows name, at most [`NAMED_OWNERS`] of them, with `; ` between
    /// them; empty where no row names one. Where too many texts are held already, that is said instead.
    #[must_use]
    pub fn owner(&self) -> String {
        self.owners.words()
    }

    /// Returns its country: those that its rows name, likewise.
    #[must_use]
    pub fn country(&self) -> String {
        self.countries.words()
    }

    /// Returns the line or row of its first row.
    #[must_use]
    pub fn first_row(&self) -> u64 {
        self.numbers().next().unwrap_or(0)
    }

    /// Returns its owner; `several` where its rows name more than one.
    #[must_use]
    pub fn owner_or(&self, several: &'static str) -> Cow<'_, str> {
        self.owners.only_or(several)
    }

    /// Returns its country; `several` where its rows name more than one.
    #[must_use]
    pub fn country_or(&self, several: &'static str) -> Cow<'_, str> {
        self.countries.only_or(several)
    }

    /// Adds a row; returns how many parts there are more.
    fn add(&mut self, part: TenantPart<'a>) -> isize {
        let before = self.parts.len();
        self.rows += part.rows;
        if (1..NAMED_ROWS).contains(&self.numbers.len()) {
            self.numbers.push(part.number);
        }
        // Nearly all tenants have a few rows; room for more of each would be most of what is held.
        if self.parts.len() < FEW {
            self.parts.reserve_exact(1);
        }
        self.parts.push(part);
        if self.parts.len() > self.room {
            self.settle();
            self.room = ROOM.max(self.parts.len().saturating_mul(2));
        }
        self.parts.len().wrapping_sub(before).cast_signed()
    }

    /// Makes one of its lines that are alike, when all have come; they are in the order of the roster before and after.
    pub fn settle(&mut self) {
        let pairs = self.parts.iter().enumerate();
        let mut pairs =
            pairs.flat_map(|(place, part)| self.parts.iter().skip(place + 1).map(move |other| (part, other)));
        if self.parts.len() <= FEW && !pairs.any(|(part, other)| part.is_like(other)) {
            return;
        }
        self.numbers = self.numbers().collect();
        self.parts.sort_by(|left, right| left.kind().cmp(&right.kind()).then(left.number.cmp(&right.number)));
        self.parts.dedup_by(|next, kept| {
            let are_alike = next.kind() == kept.kind();
            kept.rows += if are_alike { next.rows } else { 0 };
            are_alike
        });
        self.parts.sort_unstable_by_key(|part| part.number);
    }
}

impl<'a> Extend<TenantPart<'a>> for Tenant<'a> {
    /// Adds lines, in the order of the roster.
    fn extend<T: IntoIterator<Item = TenantPart<'a>>>(&mut self, parts: T) {
        for part in parts {
            self.add(part);
        }
    }
}

/// The tenants that stand on several rows.
#[derive(Clone, Debug, Default)]
pub struct Tenants<'a> {
    /// The place of each among those held.
    by_id: HashMap<TenantId, usize, BuildHasherDefault<AsItIs>>,
    held: InOrder<Tenant<'a>>,
    owners: Owners,
    /// Parts of all of them.
    parts: usize,
    /// Whether there were too many to hold.
    gave_up: bool,
}

/// Things in the order in which they were added, in blocks of [`InOrder::BLOCK`]: nothing is copied when more are added,
/// and they are freed one after the other, in a fraction of the time that freeing them in the order of a map takes.
#[derive(Clone, Debug)]
struct InOrder<T>(Vec<Vec<T>>);

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> InOrder<T> {
    /// Things in one block.
    const BLOCK: usize = 1 << 10;

    /// Adds the next; returns its place.
    fn push(&mut self, next: T) -> usize {
        if let Some(last) = self.0.last_mut().filter(|last| last.len() < Self::BLOCK) {
            last.push(next);
        } else {
            let mut block = Vec::with_capacity(Self::BLOCK);
            block.push(next);
            self.0.push(block);
        }
        let before = self.0.len().saturating_sub(1) * Self::BLOCK;
        before + self.0.last().map_or(0, Vec::len).saturating_sub(1)
    }

    fn get(&self, place: usize) -> Option<&T> {
        self.0.get(place / Self::BLOCK)?.get(place % Self::BLOCK)
    }

    fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        self.0.get_mut(place / Self::BLOCK)?.get_mut(place % Self::BLOCK)
    }

    fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }
}

/// Parts that are held, at most: with a tenant for every two of them some 500 MB.
const LIMIT_PARTS: usize = 1_000_000;

/// What is said then.
pub const GAVE_UP: &str =
    "tenants were not rolled up: those on several rows have more than 1,000,000 lines that differ";

/// A row of a tenant that stands on others, too.
#[derive(Clone, Copy, Debug)]
pub struct TenantRow<'r, 'a> {
    /// The number of what tells the tenant from others.
    pub id: TenantId,
    /// What tells it from others, as its row shows it.
    pub shown: &'r str,
    /// Its name.
    pub name: &'r str,
    /// Who looks after it, as the row says; empty = it does not, or nobody asks.
    pub owner: &'r str,
    /// Its country, likewise.
    pub country: &'r str,
    /// The day of its next renewal, if its seats are paid for.
    pub renewal: Option<Renewal>,
    /// How many rows it has, as far as is known: so much room is made for them.
    pub rows: usize,
    /// Index of the phase of onboarding that the row names.
    pub phase: Option<usize>,
    /// The fingerprint by which the row is compared with another night's; `None` = it is not.
    pub compared: Option<NonZeroU64>,
    /// The row.
    pub part: TenantPart<'a>,
}

impl<'a> Tenants<'a> {
    /// Adds a row; rows come in the order of the roster.
    pub fn add(&mut self, row: TenantRow<'_, 'a>) {
        self.add_all(std::iter::once(row));
    }

    /// Adds rows that follow each other.
    pub fn add_all<'r>(&mut self, rows: impl Iterator<Item = TenantRow<'r, 'a>> + Clone) {
        if self.gave_up {
            return;
        }
        // Where a tenant is held has to be waited for; one behind the other, rows wait together.
        let (by_id, held) = (&mut self.by_id, &mut self.held);
        let place = |row: TenantRow<'_, 'a>| {
            let new = || held.push(Tenant::new((row.shown, row.name), row.rows));
            *by_id.entry(row.id).or_insert_with(new)
        };
        let places: Vec<usize> = rows.clone().map(place).collect();
        for (row, place) in rows.zip(places) {
            self.add_at(place, row);
        }
    }

    fn add_at(&mut self, place: usize, row: TenantRow<'_, 'a>) {
        let TenantRow { owner, country, renewal, phase, compared, part, .. } = row;
        let Some(tenant) = self.held.get_mut(place) else { return };
        tenant.owners.add(owner, &mut self.owners);
        tenant.countries.add(country, &mut self.owners);
        tenant.renewal = [tenant.renewal, renewal].into_iter().flatten().min();
        // Who is in two phases at once has the earlier one to end first.
        tenant.phase = [tenant.phase, phase].into_iter().flatten().min();
        // Two nights may tell tenants apart by other columns than one does.
        let is_first = tenant.rows == 0;
        tenant.compared = compared.filter(|_| is_first || tenant.compared == compared);
        self.parts = self.parts.saturating_add_signed(tenant.add(part));
        if self.parts > LIMIT_PARTS {
            *self = Self { gave_up: true, ..Self::default() };
        }
    }

    /// Returns the tenants, some at a time, each to be [settled](Tenant::settle) when all lines have come; which first does
    /// not matter.
    pub fn unsettled(&mut self) -> impl Iterator<Item = &mut [Tenant<'a>]> {
        self.held.0.iter_mut().map(Vec::as_mut_slice)
    }

    /// Returns the tenants that were added, in the order of their first rows; `None` if there were too many
    /// lines that differ to hold them all: more than a million.
    #[must_use]
    pub fn in_order(&self) -> Option<Vec<&Tenant<'a>>> {
        // One whose other lines turned out to be no customers' keeps its row: nobody else counts it.
        (!self.gave_up).then(|| self.held.iter().collect())
    }

    /// Returns those of them that have a row among `some` of the roster's rows, with all rows that they have here.
    #[must_use]
    pub fn with_a_row_among(&self, some: &Self) -> Option<Vec<&Tenant<'a>>> {
        if some.gave_up || self.gave_up {
            return None;
        }
        let mut places: Vec<usize> = some.by_id.keys().filter_map(|id| self.by_id.get(id)).copied().collect();
        places.sort_unstable();
        Some(places.into_iter().filter_map(|place| self.held.get(place)).collect())
    }
}

/// The totals of the tenants that stand on several rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantSummary {
    /// Their rows.
    pub rows: u64,
    /// Tenants and their paid seats by tier: the rungs first, then none, then needs review.
    pub by_tier: Vec<Count>,
    /// Tenants that are entitled to something only by adding plans.
    pub only_by_adding: u64,
    /// Tenants whose paid rows belong to several segments.
    pub mixed: u64,
    /// Whether there were too many lines to roll tenants up at all.
    pub gave_up: bool,
    /// Rows that were not counted since another has the same subscription, or the same plan with the same seats.
    pub counted_once: u64,
}

impl TenantSummary {
    /// Returns the totals of no tenants.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        Self { by_tier: vec![Count::default(); policy.rungs.len() + 2], ..Self::default() }
    }

    /// Adds a tenant.
    pub fn add(&mut self, tenant: &Tenant<'_>, rollup: &Rollup<'_>) {
        self.rows += tenant.rows;
        let slot = rollup.verdict.tier.slot(self.by_tier.len().saturating_sub(2));
        if let Some(count) = self.by_tier.get_mut(slot) {
            count.rows += 1;
            count.seats = count.seats.saturating_add(rollup.seats);
        }
        self.only_by_adding += u64::from(rollup.is_only_by_adding());
        self.mixed += u64::from(rollup.segments.len() > 1);
        self.counted_once += rollup.uncounted.iter().map(|uncounted| uncounted.repeated_rows()).sum::<u64>();
    }

    /// Adds the totals of other tenants.
    pub fn merge(&mut self, other: &Self) {
        let Self { rows, by_tier, only_by_adding, mixed, gave_up, counted_once } = other;
        self.rows += rows;
        for (mine, theirs) in self.by_tier.iter_mut().zip(by_tier) {
            mine.rows += theirs.rows;
            mine.seats = mine.seats.saturating_add(theirs.seats);
        }
        self.only_by_adding += only_by_adding;
        self.mixed += mixed;
        self.gave_up |= gave_up;
        self.counted_once += counted_once;
    }

    /// Returns how many tenants there are.
    #[must_use]
    pub fn tenants(&self) -> u64 {
        self.by_tier.iter().map(|count| count.rows).sum()
    }

    /// Returns the tenants of a tier.
    #[must_use]
    pub fn tier(&self, tier: Tier) -> Count {
        self.by_tier.get(tier.slot(self.by_tier.len().saturating_sub(2))).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;

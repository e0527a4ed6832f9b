//! What moved from an earlier night to this one, by tenant and plan.
//!
//! What is compared are the rows of one tenant with one plan together, since a roster may have several of them: their
//! paid seats are summed, of their tiers the highest counts, and how many rows they are is told. Rows that need review
//! count only where none of the others has a tier. A plan is the catalogue's where it has it, or else its own words;
//! rows without a tenant are compared with each other. What an overrides file calls a plan does not matter here, only
//! what the roster does.
//!
//! Both nights are brought as [`Note`]s, sorted; [`Fold`] holds no more than the notes of one tenant and plan, so that
//! memory does not grow with the rosters.

mod drop;
mod fold;
mod note;
mod origin;
mod words;

pub use drop::{Fall, MaxDrop, Night, fallen};
pub use fold::Fold;
pub use note::Note;
pub use origin::{Origin, remarks};
pub use words::{words, words_of_counts};

use crate::fold::fold;
use crate::summary::Count;
use crate::verdict::words::{NEEDS_REVIEW, NO_TIER};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Segments of one tenant and plan that are told apart, at most; a policy has no more.
const LIMIT_SEGMENTS: usize = crate::policy::LIMIT_SEGMENTS;

/// How tenant and plan moved; each has one kind, the first that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Its tier is lower.
    Down,
    /// It is in the earlier night only.
    Gone,
    /// It had a tier and needs review.
    ToReview,
    /// Its tier is higher.
    Up,
    /// It is in this night only.
    New,
    /// It needed review and has a tier.
    FromReview,
    /// Its tier is another one, and the two policies do not say which is higher.
    OtherTier,
    /// The tenant's only plan is another one, its tier the same.
    OtherPlan,
    /// Its segment is another one, its tier the same.
    OtherSegment,
    /// It has fewer paid seats.
    Fewer,
    /// It has more paid seats.
    More,
    /// It stands on more or fewer rows, or more or fewer of them need review; nothing else moved.
    OtherRows,
    /// Nothing moved.
    Unchanged,
}

impl ChangeKind {
    /// All of them, in the order of the Changes sheet: losses first.
    pub const ALL: [Self; 13] = [
        Self::Down,
        Self::Gone,
        Self::ToReview,
        Self::Up,
        Self::New,
        Self::FromReview,
        Self::OtherTier,
        Self::OtherPlan,
        Self::OtherSegment,
        Self::Fewer,
        Self::More,
        Self::OtherRows,
        Self::Unchanged,
    ];

    /// Returns what a person reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "Tier lower",
            Self::Gone => "Gone",
            Self::ToReview => "Needs review now",
            Self::Up => "Tier higher",
            Self::New => "New",
            Self::FromReview => "No more in review",
            Self::OtherTier => "Tier of other rules",
            Self::OtherPlan => "Other plan",
            Self::OtherSegment => "Other segment",
            Self::Fewer => "Fewer seats",
            Self::More => "More seats",
            Self::OtherRows => "Other rows",
            Self::Unchanged => "Unchanged",
        }
    }

    /// Returns its name in the run report.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Gone => "gone",
            Self::ToReview => "to_review",
            Self::Up => "up",
            Self::New => "new",
            Self::FromReview => "from_review",
            Self::OtherTier => "other_tier",
            Self::OtherPlan => "other_plan",
            Self::OtherSegment => "other_segment",
            Self::Fewer => "fewer_seats",
            Self::More => "more_seats",
            Self::OtherRows => "other_rows",
            Self::Unchanged => "unchanged",
        }
    }
}

/// A tenant with a plan in one of the two nights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The first of its rows.
    pub ordinal: u64,
    /// How many rows it has, at least 1.
    pub rows: u64,
    /// How many of them need review.
    pub review: u64,
    /// The paid seats of those that can be read, together; `None` = of none.
    pub seats: Option<u64>,
    /// The highest tier of those that have one.
    pub tier: String,
    /// Their segments, each once, in the order of their rows; mostly one.
    pub segments: Vec<String>,
    /// What tells the tenant from others, its name, and the plan, as the first row shows them.
    pub shown: [String; 3],
}

impl Side {
    /// Returns its segments as a person reads them, in an order of their own.
    #[must_use]
    pub fn segment(&self) -> Cow<'_, str> {
        match self.segments.as_slice() {
            [] => Cow::Borrowed(""),
            [only] => Cow::Borrowed(only),
            several => {
                let mut several: Vec<&str> = several.iter().map(String::as_str).collect();
                several.sort_by_cached_key(|segment| fold(segment));
                Cow::Owned(several.join(", "))
            }
        }
    }

    /// Returns whether it has the same segments as another, in whatever order.
    #[must_use]
    pub fn has_segments_of(&self, other: &Self) -> bool {
        if let ([mine], [theirs]) = (self.segments.as_slice(), other.segments.as_slice()) {
            return mine == theirs || fold(mine) == fold(theirs);
        }
        let set = |side: &Self| side.segments.iter().map(|segment| fold(segment)).collect::<BTreeSet<_>>();
        set(self) == set(other)
    }

    /// Adds the segment of a further row.
    fn add_segment(&mut self, segment: &str) {
        let is_here = |own: &String| own == segment || fold(own) == fold(segment);
        if !self.segments.iter().any(is_here) && self.segments.len() < LIMIT_SEGMENTS {
            self.segments.push(segment.to_owned());
        }
    }
}

/// The names of the rungs of both policies, lowest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladders {
    /// Those of the earlier night.
    pub before: Vec<String>,
    /// Those of this night.
    pub now: Vec<String>,
}

impl Ladders {
    /// Compares a tier of the earlier night with one of this night by name; `None` if no policy has both.
    #[must_use]
    pub fn compare(&self, before: &str, now: &str) -> Option<Ordering> {
        if before == now {
            return Some(Ordering::Equal);
        }
        [&self.now, &self.before]
            .into_iter()
            .find_map(|ladder| Some(height(ladder, now)?.cmp(&height(ladder, before)?)))
    }
}

/// Returns how high a tier stands; 0 = it is none.
fn height(ladder: &[String], tier: &str) -> Option<usize> {
    if tier == NO_TIER {
        return Some(0);
    }
    ladder.iter().position(|rung| rung == tier).map(|place| place + 1)
}

/// A tenant with a plan, before and now; one of both is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// In the earlier night.
    pub before: Option<Side>,
    /// In this night.
    pub now: Option<Side>,
    /// Whether both are the tenant's only plan, and not the same.
    pub other_plan: bool,
    /// How it moved.
    pub kind: ChangeKind,
}

impl Change {
    /// Returns the change from one side to the other.
    #[must_use]
    pub fn between(before: Option<Side>, now: Option<Side>, other_plan: bool, ladders: &Ladders) -> Self {
        let kind = match (&before, &now) {
            (Some(before), Some(now)) => moved(before, now, other_plan, ladders),
            (Some(_), None) => ChangeKind::Gone,
            (None, _) => ChangeKind::New,
        };
        Self { before, now, other_plan, kind }
    }

    /// Returns the paid seats before and now; what is not there or not readable counts 0.
    #[must_use]
    pub fn seats(&self) -> [u64; 2] {
        [&self.before, &self.now].map(|side| side.as_ref().and_then(|side| side.seats).unwrap_or(0))
    }

    /// Returns whether both nights have it, in another segment.
    #[must_use]
    pub fn is_other_segment(&self) -> bool {
        let both = self.before.as_ref().zip(self.now.as_ref());
        both.is_some_and(|(before, now)| !before.has_segments_of(now))
    }

    /// Returns whether both nights have it, with other paid seats.
    #[must_use]
    pub fn is_other_seats(&self) -> bool {
        self.before.as_ref().zip(self.now.as_ref()).is_some_and(|(before, now)| before.seats != now.seats)
    }

    /// Returns the side that says whose it is: this night's, or else the earlier one's.
    #[must_use]
    pub fn side(&self) -> Option<&Side> {
        self.now.as_ref().or(self.before.as_ref())
    }

    /// Appends its bytes, which sort as the Changes sheet does: by kind, then the largest difference of seats, then
    /// the order of the roster.
    pub fn write(&self, to: &mut Vec<u8>) {
        let [before, now] = self.seats();
        to.push(
            ChangeKind::ALL
                .iter()
                .position(|kind| *kind == self.kind)
                .and_then(|at| u8::try_from(at).ok())
                .unwrap_or(0),
        );
        to.extend((u64::MAX - before.abs_diff(now)).to_be_bytes());
        to.extend(self.side().map_or(0, |side| side.ordinal).to_be_bytes());
        to.push(u8::from(self.other_plan));
        note::put_side(self.before.as_ref(), to);
        note::put_side(self.now.as_ref(), to);
    }

    /// Returns the change that these are the bytes of; `None` if they are none's.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut from = note::Bytes(bytes);
        let kind = *ChangeKind::ALL.get(usize::from(from.byte()?))?;
        let (_, _) = (from.number()?, from.number()?);
        let other_plan = from.byte()? == 1;
        let mut change = Self { before: None, now: None, other_plan, kind };
        from.side(&mut change.before)?;
        from.side(&mut change.now)?;
        Some(change)
    }
}

/// How what both nights have moved.
fn moved(before: &Side, now: &Side, other_plan: bool, ladders: &Ladders) -> ChangeKind {
    match (before.tier == NEEDS_REVIEW, now.tier == NEEDS_REVIEW) {
        (false, true) => return ChangeKind::ToReview,
        (true, false) => return ChangeKind::FromReview,
        _ => {}
    }
    match ladders.compare(&before.tier, &now.tier) {
        Some(Ordering::Less) => return ChangeKind::Down,
        Some(Ordering::Greater) => return ChangeKind::Up,
        None => return ChangeKind::OtherTier,
        Some(Ordering::Equal) => {}
    }
    if other_plan {
        ChangeKind::OtherPlan
    } else if !before.has_segments_of(now) {
        ChangeKind::OtherSegment
    } else if before.seats != now.seats {
        if now.seats < before.seats { ChangeKind::Fewer } else { ChangeKind::More }
    } else if (before.rows, before.review) != (now.rows, now.review) {
        ChangeKind::OtherRows
    } else {
        ChangeKind::Unchanged
    }
}

/// How many tenants and plans moved in one way, and their paid seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Tenants with a plan.
    pub customers: u64,
    /// Their paid seats before.
    pub seats_before: u64,
    /// Their paid seats now.
    pub seats_now: u64,
}

/// The totals of what moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    by_kind: [Moved; ChangeKind::ALL.len()],
    /// Of all kinds: those whose only plan is another one.
    pub other_plan: u64,
    /// Of all kinds: those that both nights have, in another segment.
    pub other_segment: u64,
    /// Of all kinds: those that both nights have, with other paid seats.
    pub other_seats: u64,
}

impl Moves {
    /// Adds a change.
    pub fn add(&mut self, change: &Change) {
        let [before, now] = change.seats();
        let place = ChangeKind::ALL.iter().position(|kind| *kind == change.kind);
        if let Some(moved) = place.and_then(|place| self.by_kind.get_mut(place)) {
            moved.customers += 1;
            moved.seats_before = moved.seats_before.saturating_add(before);
            moved.seats_now = moved.seats_now.saturating_add(now);
        }
        self.other_plan += u64::from(change.other_plan);
        self.other_segment += u64::from(change.is_other_segment());
        self.other_seats += u64::from(change.is_other_seats());
    }

    /// Returns those of one kind.
    #[must_use]
    pub fn of(&self, kind: ChangeKind) -> Moved {
        let place = ChangeKind::ALL.iter().position(|other| *other == kind);
        place.and_then(|place| self.by_kind.get(place)).copied().unwrap_or_default()
    }

    /// Returns how many there are of all kinds but [`ChangeKind::Unchanged`].
    #[must_use]
    pub fn changed(&self) -> u64 {
        let changed = ChangeKind::ALL.into_iter().filter(|kind| *kind != ChangeKind::Unchanged);
        changed.map(|kind| self.of(kind).customers).sum()
    }
}

/// What came of the comparison with an earlier night.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// What the earlier night was.
    pub origin: Origin,
    /// What a reader of the changes has to know, one sentence each; mostly none.
    pub remarks: Vec<String>,
    /// Whether other rules than now, or another program, judged the earlier night.
    pub has_other_rules: bool,
    /// Rows and paid seats of the earlier night by tier: those of this night's policy in their order, then others.
    pub tiers: Vec<(String, Count)>,
    /// What moved; `None` = of the earlier night only totals are known.
    pub moves: Option<Moves>,
}

impl Since {
    /// Returns what the earlier night was read from: a workbook, or a run report, which has only totals.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        if self.moves.is_some() { "workbook" } else { "run report" }
    }
}

#[cfg(test)]
mod tests;

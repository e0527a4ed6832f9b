//! What moved from an earlier night to this one, customer by customer.
//!
//! A customer is a tenant: on one row as the row says, on several rows as they come to together, which each night says
//! of itself ([`Together`]). Where a night does not say it, the rows of both nights are taken together instead: their
//! paid seats are summed, of their tiers the highest counts, and rows that need review count only where none of the others
//! has a tier. Rows without a tenant are compared with each other, those of one plan together.
//!
//! Whatever moves within a customer is told beside it: plans that came or went, and single plans with other seats,
//! segments or tiers. A plan is the catalogue's where it has it, or else its own words; what an overrides file calls it
//! does not matter here, only what the roster does.
//!
//! Both nights are brought as [`Note`]s and [`Together`]s, sorted; [`Fold`] holds no more than one customer, and of that only
//! some plans, so that memory does not grow with the rosters.

mod drop;
mod fold;
mod kind;
mod ladders;
mod moves;
mod note;
mod origin;
mod plan;
mod side;
mod words;

pub use drop::{Fall, MaxDrop, Night, fallen};
pub use fold::{Fold, Totals};
pub use kind::ChangeKind;
pub use ladders::Ladders;
pub use moves::{Moved, Moves};
pub use note::{Note, Noted, Together};
pub use origin::{Origin, remarks};
pub use plan::MovedPlans;
pub use side::{PlanNames, Side};
pub use words::{by_rows, words, words_of_counts};

use crate::summary::Count;
use crate::verdict::words::NEEDS_REVIEW;
use std::cmp::Ordering;

/// A customer, before and now; one of both is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// In the earlier night.
    pub before: Option<Side>,
    /// In this night.
    pub now: Option<Side>,
    /// Which of its plans moved, if both nights have it; of one that only one night has, all are there or gone.
    pub moved: MovedPlans,
    /// How it moved.
    pub kind: ChangeKind,
}

impl Change {
    /// Returns the change from one side to the other, of which these plans moved.
    #[must_use]
    pub fn between(before: Option<Side>, now: Option<Side>, moved: MovedPlans, ladders: &Ladders) -> Self {
        let kind = match (&before, &now) {
            (Some(before), Some(now)) => kind(before, now, &moved, ladders),
            (Some(_), None) => ChangeKind::Gone,
            (None, _) => ChangeKind::New,
        };
        Self { before, now, moved, kind }
    }

    /// Returns the paid seats before and now; what is not there or not readable counts 0.
    #[must_use]
    pub fn seats(&self) -> [u64; 2] {
        [&self.before, &self.now].map(|side| side.as_ref().and_then(|side| side.seats).unwrap_or(0))
    }

    /// Returns whether both nights have it, with a plan that came or went.
    #[must_use]
    pub fn has_other_plans(&self) -> bool {
        self.both().is_some() && self.moved.came_or_went > 0
    }

    /// Returns whether both nights have it, in another segment.
    #[must_use]
    pub fn is_other_segment(&self) -> bool {
        self.both().is_some_and(|(before, now)| !before.has_segments_of(now))
    }

    /// Returns whether both nights have it, with other paid seats.
    #[must_use]
    pub fn is_other_seats(&self) -> bool {
        self.both().is_some_and(|(before, now)| before.seats != now.seats)
    }

    /// Returns the side that says whose it is: this night's, or else the earlier one's.
    #[must_use]
    pub fn side(&self) -> Option<&Side> {
        self.now.as_ref().or(self.before.as_ref())
    }

    fn both(&self) -> Option<(&Side, &Side)> {
        self.before.as_ref().zip(self.now.as_ref())
    }

    /// Appends its bytes, which sort as the Changes sheet does: by kind, then the largest difference of seats, then
    /// the order of the roster.
    pub fn write(&self, to: &mut Vec<u8>) {
        let [before, now] = self.seats();
        to.push(u8::try_from(self.kind.place()).unwrap_or(0));
        to.extend((u64::MAX - before.abs_diff(now)).to_be_bytes());
        to.extend(self.side().map_or(0, |side| side.ordinal).to_be_bytes());
        note::put_side(self.before.as_ref(), to);
        note::put_side(self.now.as_ref(), to);
        note::put_moved(&self.moved, to);
    }

    /// Returns the change that these are the bytes of; `None` if they are none's.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut from = note::Bytes(bytes);
        let kind = *ChangeKind::ALL.get(usize::from(from.byte()?))?;
        let (_, _) = (from.number()?, from.number()?);
        let (mut before, mut now) = (None, None);
        from.side(&mut before)?;
        from.side(&mut now)?;
        Some(Self { before, now, moved: from.moved()?, kind })
    }
}

/// How a customer moved that both nights have.
fn kind(before: &Side, now: &Side, moved: &MovedPlans, ladders: &Ladders) -> ChangeKind {
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
    if !before.has_segments_of(now) {
        ChangeKind::OtherSegment
    } else if before.seats != now.seats {
        if now.seats < before.seats { ChangeKind::Fewer } else { ChangeKind::More }
    } else if moved.is_more_than_rows() {
        ChangeKind::OtherPlans
    } else if moved.count > 0 || (before.rows, before.review) != (now.rows, now.review) {
        ChangeKind::OtherRows
    } else {
        ChangeKind::Unchanged
    }
}

/// What the tiers of two nights count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Customers.
    Customers,
    /// Rows, where the earlier night does not say how many customers there were, or this one does not.
    Rows,
}

impl Counted {
    /// Returns what is counted, as a word within a sentence.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Rows => "rows",
        }
    }
}

/// How many there are of a tier, and their paid seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierSince {
    /// The tier's name.
    pub tier: String,
    /// In the earlier night.
    pub before: Count,
    /// In this night.
    pub now: Count,
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
    /// What the tiers count.
    pub counted: Counted,
    /// The tiers of both nights: those of this night's policy in their order, then others.
    pub tiers: Vec<TierSince>,
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

//! The totals of what moved.

use super::{Change, ChangeKind};

/// How many customers moved in one way, and their paid seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Customers; of rows without a tenant, those of one plan together.
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
    /// Of all kinds: those that both nights have, with a plan that came or went.
    pub other_plans: u64,
    /// Of all kinds: those that both nights have, in another segment.
    pub other_segment: u64,
    /// Of all kinds: those that both nights have, with other paid seats.
    pub other_seats: u64,
}

impl Moves {
    /// Adds a change.
    pub fn add(&mut self, change: &Change) {
        let [before, now] = change.seats();
        if let Some(moved) = self.by_kind.get_mut(change.kind.place()) {
            moved.customers += 1;
            moved.seats_before = moved.seats_before.saturating_add(before);
            moved.seats_now = moved.seats_now.saturating_add(now);
        }
        self.other_plans += u64::from(change.has_other_plans());
        self.other_segment += u64::from(change.is_other_segment());
        self.other_seats += u64::from(change.is_other_seats());
    }

    /// Returns those of one kind.
    #[must_use]
    pub fn of(&self, kind: ChangeKind) -> Moved {
        self.by_kind.get(kind.place()).copied().unwrap_or_default()
    }

    /// Returns how many there are of all kinds but [`ChangeKind::Unchanged`].
    #[must_use]
    pub fn changed(&self) -> u64 {
        let changed = ChangeKind::ALL.into_iter().filter(|kind| *kind != ChangeKind::Unchanged);
        changed.map(|kind| self.of(kind).customers).sum()
    }
}

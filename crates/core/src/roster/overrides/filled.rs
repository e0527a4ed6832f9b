//! What was filled in on a Review sheet: how its row is found again, and what was said of it, to be shown again.

use super::in_roster::SaidIn;
use super::tenant_key;
use crate::fold::fold;
use crate::record::Record;
use crate::roster::columns::{Columns, TenantFrom};
use crate::roster::identity::Identity;
use crate::roster::repeats::Repeats;
use crate::roster::understand::text_of;

/// What tells a row from the others of its roster, and from those of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fits {
    /// The id of its subscription: whatever its tenant and its plan are called, and wherever the row is.
    Subscription,
    /// Its tenant and its plan as the roster writes it, wherever the row is.
    TenantAndPlan,
    /// Only where it is: the row of this number, if tenant, plan, subscription and seats are written there as before.
    Row,
}

impl Fits {
    const ALL: [Self; 3] = [Self::Subscription, Self::TenantAndPlan, Self::Row];

    /// Returns the words for it, as the Review sheet shows them.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::TenantAndPlan => "tenant and plan",
            Self::Row => "this row only",
        }
    }

    pub(super) fn from_words(written: &str) -> Option<Self> {
        let written = fold(written);
        Self::ALL.into_iter().find(|fits| fits.words() == written)
    }
}

/// What a row is called: what a line of the Review sheet shows of it, and finds it again by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowNames {
    /// What tells the tenant from others: an id, a domain or a name.
    pub tenant: String,
    /// The tenant's name, if another column has it.
    pub name: String,
    /// The plan as the roster writes it.
    pub plan: String,
    /// The paid seats as the roster writes them.
    pub seats: String,
    /// What its cells say of the segment.
    pub segment: String,
    /// What its cells say of the status and of trials.
    pub status: String,
    /// The id of the subscription; empty where the roster has none.
    pub subscription: String,
}

impl RowNames {
    /// Returns what a record is called.
    #[must_use]
    pub fn of(record: Record<'_>, identity: &Identity, columns: &Columns) -> Self {
        let (tenant, name) = identity.shown(record);
        let cell = record.cell(columns.plan);
        let plan = match &columns.tenant {
            TenantFrom::BeforeColon(_) => match text_of(cell).split_once(':') {
                Some((_, plan)) => plan.trim().to_owned(),
                None => cell.shown(),
            },
            TenantFrom::Column(_) | TenantFrom::Given(_) => cell.shown(),
        };
        let subscription = identity.subscription(record).and(columns.subscription);
        let subscription = subscription.map(|column| record.cell(column).shown()).unwrap_or_default();
        let seats = record.cell(columns.seats).shown();
        let (segment, status) = (SaidIn::segment(columns).of(record), SaidIn::status(columns).of(record));
        Self { tenant, name, plan, seats, segment, status, subscription }
    }

    /// Returns what finds the row again: the subscription, if no other row has it; else tenant and plan, likewise.
    ///
    /// `repeats` is how many rows share them.
    #[must_use]
    pub fn fits(&self, repeats: Repeats) -> Fits {
        let is_alone = repeats.plan_of_roster.is_none();
        if !tenant_key(&self.subscription).is_empty() {
            return if repeats.subscription.is_none() { Fits::Subscription } else { Fits::Row };
        }
        if is_alone && !tenant_key(&self.tenant).is_empty() && !fold(&self.plan).is_empty() {
            Fits::TenantAndPlan
        } else {
            Fits::Row
        }
    }
}

/// What the roster's cells said of a row when something was filled in for it; `None` = nobody knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidThen {
    /// The plan.
    pub plan: Option<String>,
    /// The paid seats.
    pub seats: Option<String>,
    /// What was said of the segment.
    pub segment: Option<String>,
    /// What was said of the status and of trials.
    pub status: Option<String>,
}

/// What was filled in for one row, on one line of a Review sheet or on several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The first line.
    pub line: u64,
    /// What the row was called there.
    pub names: RowNames,
    /// Where the roster had it, if the line says so.
    pub number: Option<u64>,
    /// What finds it again.
    pub fits: Fits,
    /// The plan that was bought, as it was filled in; empty = nothing was.
    pub plan: String,
    /// The paid seats.
    pub seats: Option<u64>,
    /// The segment, by its place in the policy.
    pub segment: Option<usize>,
    /// The status, as it was filled in; empty = nothing was.
    pub status: String,
    /// The notes, each once.
    pub note: String,
    /// What the roster said then of what is set.
    pub then: SaidThen,
}

impl Filled {
    /// Returns whether it says anything of the row; otherwise it is a note.
    #[must_use]
    pub fn sets_something(&self) -> bool {
        !self.plan.is_empty() || self.seats.is_some() || self.segment.is_some() || !self.status.is_empty()
    }

    /// Returns what a row is called `now`, but that of what is set it says what it said then: what is given back from the
    /// next workbook is no surer of a cell that has changed.
    #[must_use]
    pub fn as_then(&self, now: &RowNames) -> RowNames {
        let said = |is_set: bool, then: &Option<String>, now: &String| {
            then.as_ref().filter(|_| is_set).unwrap_or(now).clone()
        };
        RowNames {
            plan: said(!self.plan.is_empty(), &self.then.plan, &now.plan),
            seats: said(self.seats.is_some(), &self.then.seats, &now.seats),
            segment: said(self.segment.is_some(), &self.then.segment, &now.segment),
            status: said(!self.status.is_empty(), &self.then.status, &now.status),
            ..now.clone()
        }
    }
}

/// Adds a note to those that are `known`, as far as they do not say it already: a note that comes back from a workbook may
/// be several that were joined there, and would grow with every round.
pub(super) fn add_note(known: &mut String, note: &str) {
    const BETWEEN: &str = "; ";
    // A single note stays as a person wrote it.
    if known.is_empty() {
        note.clone_into(known);
        return;
    }
    for part in note.split(BETWEEN).filter(|part| !part.is_empty()) {
        if known.split(BETWEEN).all(|known| known != part) {
            known.push_str(BETWEEN);
            known.push_str(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(notes: &[&str]) -> String {
        let mut known = String::new();
        for note in notes {
            add_note(&mut known, note);
        }
        known
    }

    #[test]
    fn of_notes_that_were_joined_before_only_what_is_new_is_added() {
        assert_eq!(joined(&["price list", "price list; asked"]), "price list; asked");
        assert_eq!(joined(&["price list; asked", "price list"]), "price list; asked");
        assert_eq!(joined(&["asked", "price list; asked; by phone"]), "asked; price list; by phone");
        assert_eq!(joined(&["", "a; a", "", "a", "b; b"]), "a; a; b");
    }
}

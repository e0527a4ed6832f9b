//! The plans of a customer, and how each moved.

use super::ladders::height;
use super::note::Note;
use super::side::{NAMED_PLANS, PlanNames, add_segment, are_same_segments, listed};
use crate::diagnostic::excerpt;
use crate::figures::{counted, grouped};
use crate::verdict::words::NEEDS_REVIEW;
use std::cmp::Reverse;

/// Plans that moved and are told, at most; of more, only the number is.
const TOLD_PLANS: usize = 8;

/// Rows of one customer in one night, taken together: those of one plan, or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowSum {
    /// The first of them.
    pub(super) ordinal: u64,
    pub(super) rows: u64,
    /// How many of them need review.
    pub(super) review: u64,
    /// The paid seats of those that can be read, together; `None` = of none.
    pub(super) seats: Option<u64>,
    /// The highest tier of those that have one.
    pub(super) tier: String,
    /// Their segments, each once.
    pub(super) segments: Vec<String>,
    /// What tells the tenant from others, its name, and the plan, as the first of them shows them.
    pub(super) shown: [String; 3],
}

impl RowSum {
    pub(super) fn of(note: &Note<'_>) -> Self {
        Self {
            ordinal: note.ordinal,
            rows: 1,
            review: u64::from(note.tier == NEEDS_REVIEW),
            seats: note.seats,
            tier: note.tier.to_owned(),
            segments: vec![note.segment.to_owned()],
            shown: note.shown.map(str::to_owned),
        }
    }

    /// Adds a further row of the plan, behind those that are here.
    pub(super) fn add(&mut self, note: &Note<'_>, ladder: &[String]) {
        self.rows += 1;
        self.review += u64::from(note.tier == NEEDS_REVIEW);
        self.seats = together(self.seats, note.seats);
        if is_higher(note.tier, &self.tier, ladder) {
            note.tier.clone_into(&mut self.tier);
        }
        add_segment(&mut self.segments, note.segment);
    }

    /// Adds the rows of another plan.
    pub(super) fn merge(&mut self, other: Self, ladder: &[String]) {
        self.rows += other.rows;
        self.review += other.review;
        self.seats = together(self.seats, other.seats);
        if is_higher(&other.tier, &self.tier, ladder) {
            self.tier = other.tier;
        }
        other.segments.iter().for_each(|segment| add_segment(&mut self.segments, segment));
        if other.ordinal < self.ordinal {
            (self.ordinal, self.shown) = (other.ordinal, other.shown);
        }
    }

    fn plan(&self) -> String {
        let [_, _, plan] = &self.shown;
        if plan.is_empty() { "rows without a plan".to_owned() } else { excerpt(plan) }
    }
}

fn together(left: Option<u64>, right: Option<u64>) -> Option<u64> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.saturating_add(right)),
        (one, other) => one.or(other),
    }
}

/// A row that needs review counts only where no other has a tier.
fn is_higher(tier: &str, than: &str, ladder: &[String]) -> bool {
    tier != NEEDS_REVIEW && (than == NEEDS_REVIEW || height(ladder, tier) > height(ladder, than))
}

/// The plans of a customer in one night, as they come.
#[derive(Debug, Default)]
pub(super) struct PlansSeen {
    /// The first row of each that will be named, and its name there.
    first: Vec<(u64, String)>,
    count: u64,
}

impl PlansSeen {
    /// Adds a plan; each comes once, in any order.
    pub(super) fn add(&mut self, rows: &RowSum) {
        self.count += 1;
        let place = self.first.partition_point(|(other, _)| *other < rows.ordinal);
        if place < NAMED_PLANS {
            let [_, _, plan] = &rows.shown;
            self.first.insert(place, (rows.ordinal, plan.clone()));
            self.first.truncate(NAMED_PLANS);
        }
    }

    /// Returns their names.
    pub(super) fn names(self) -> PlanNames {
        PlanNames { named: self.first.into_iter().map(|(_, name)| name).collect(), count: self.count }
    }
}

/// How the plans of a customer moved that both nights have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovedPlans {
    /// What moved in words, the largest difference of seats first; at most eight plans.
    pub told: Vec<String>,
    /// How many plans moved, those that are not told included.
    pub count: u64,
    /// How many are in one of the two nights only.
    pub came_or_went: u64,
    /// How many have more or fewer rows, or more or fewer in review, and nothing else.
    pub only_rows: u64,
}

impl MovedPlans {
    /// Returns whether a plan came or went, or has other seats, segments or tiers.
    #[must_use]
    pub const fn is_more_than_rows(&self) -> bool {
        self.count > self.only_rows
    }

    /// Returns what moved in words, and how many plans moved besides those told.
    pub(super) fn words(&self) -> impl Iterator<Item = String> + '_ {
        let more = self.count.saturating_sub(self.told.len() as u64);
        let more = (more > 0).then(|| counted(more, "more plan changed", "more plans changed"));
        self.told.iter().cloned().chain(more)
    }
}

/// The plans of a customer in both nights, as they come.
#[derive(Debug, Default)]
pub(super) struct PlansCompared {
    /// How far each moved that will be told, its first row, and what moved in words.
    told: Vec<(Reverse<u64>, u64, String)>,
    moved: MovedPlans,
}

impl PlansCompared {
    /// Adds a plan, whose rows these are before and now.
    pub(super) fn add(&mut self, before: Option<&RowSum>, now: Option<&RowSum>) {
        let Some(words) = words(before, now) else { return };
        self.moved.count += 1;
        match (before, now) {
            (Some(before), Some(now)) => {
                self.moved.only_rows += u64::from(parts(before, now).is_empty());
            }
            _ => self.moved.came_or_went += 1,
        }
        let [old, new] = [before, now].map(|rows| rows.and_then(|rows| rows.seats).unwrap_or(0));
        let order = (Reverse(old.abs_diff(new)), now.or(before).map_or(0, |rows| rows.ordinal));
        let place = self.told.partition_point(|(difference, ordinal, _)| (*difference, *ordinal) < order);
        if place < TOLD_PLANS {
            self.told.insert(place, (order.0, order.1, words));
            self.told.truncate(TOLD_PLANS);
        }
    }

    /// Returns what moved.
    pub(super) fn moved(self) -> MovedPlans {
        MovedPlans { told: self.told.into_iter().map(|(.., words)| words).collect(), ..self.moved }
    }
}

/// Returns how a plan moved, in words; `None` = it did not.
fn words(before: Option<&RowSum>, now: Option<&RowSum>) -> Option<String> {
    let only = |how: &str, rows: &RowSum| {
        let seats = rows.seats.map_or("seats unreadable".to_owned(), |seats| counted(seats, "seat", "seats"));
        format!("{how}: {} ({seats})", rows.plan())
    };
    match (before, now) {
        (Some(before), Some(now)) => {
            let parts: Vec<String> =
                parts(before, now).into_iter().chain(parts_of_rows(before, now)).collect();
            (!parts.is_empty()).then(|| cut(format!("{}: {}", now.plan(), parts.join(", "))))
        }
        (Some(rows), None) => Some(only("gone", rows)),
        (None, Some(rows)) => Some(only("new", rows)),
        (None, None) => None,
    }
}

/// Segments may have long names.
fn cut(mut words: String) -> String {
    const CHARACTERS: usize = 190;
    if let Some((end, _)) = words.char_indices().nth(CHARACTERS) {
        words.truncate(end);
        words.push_str("...");
    }
    words
}

/// What moved of a plan that both nights have, but for its rows.
fn parts(before: &RowSum, now: &RowSum) -> Vec<String> {
    let mut parts = Vec::new();
    if before.seats != now.seats {
        parts.push(match (before.seats, now.seats) {
            (Some(before), Some(now)) => format!("{} -> {}", grouped(before), counted(now, "seat", "seats")),
            (before, now) => format!("seats {} -> {}", seats_words(before), seats_words(now)),
        });
    } else if before.tier != now.tier {
        // Where the seats moved, the tier of the rows follows.
        parts.push(format!("tier {} -> {}", before.tier, now.tier));
    }
    if !are_same_segments(&before.segments, &now.segments) {
        parts.push(format!("segment {} -> {}", listed(&before.segments), listed(&now.segments)));
    }
    parts
}

fn parts_of_rows(before: &RowSum, now: &RowSum) -> impl Iterator<Item = String> {
    let rows =
        (before.rows != now.rows).then(|| format!("rows {} -> {}", grouped(before.rows), grouped(now.rows)));
    let review = (before.review != now.review)
        .then(|| format!("rows that need review {} -> {}", grouped(before.review), grouped(now.review)));
    rows.into_iter().chain(review)
}

/// Returns paid seats in words.
pub(super) fn seats_words(seats: Option<u64>) -> String {
    seats.map_or("unreadable".to_owned(), grouped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(ordinal: u64, seats: Option<u64>, segment: &str) -> RowSum {
        let plan = format!("plan {ordinal}");
        let shown = ["contoso.com", "Contoso", plan.as_str()];
        RowSum::of(&Note {
            tenant: 1,
            plan: ordinal,
            is_now: true,
            ordinal,
            seats,
            tier: "Q&A",
            segment,
            shown,
        })
    }

    #[test]
    fn the_first_plans_are_named_in_the_order_of_the_rows_and_the_others_counted() {
        let mut seen = PlansSeen::default();
        for ordinal in [9, 3, 7, 1, 8, 2, 6, 5, 4, 1_000] {
            seen.add(&rows(ordinal, None, ""));
        }
        let names = "plan 1; plan 2; plan 3; plan 4; plan 5; plan 6; plan 7; plan 8; 2 more";
        assert_eq!(seen.names().words(), names);
        assert_eq!(PlansSeen::default().names().words(), "");
    }

    #[test]
    fn the_plans_that_moved_most_are_told_whatever_their_order() {
        let moved = |order: &[u64]| {
            let mut compared = PlansCompared::default();
            for plan in order {
                let (before, now) = (rows(*plan, Some(100), ""), rows(*plan, Some(100 + plan / 2), ""));
                compared.add(Some(&before), Some(&now));
            }
            compared.moved()
        };
        let up: Vec<u64> = (0..20).collect();
        let down: Vec<u64> = (0..20).rev().collect();
        assert_eq!(moved(&up), moved(&down));
        let MovedPlans { told, count, came_or_went, only_rows } = moved(&up);
        assert_eq!((told.len(), count, came_or_went, only_rows), (TOLD_PLANS, 18, 0, 0));
        assert_eq!(told[..2], ["plan 18: 100 -> 109 seats", "plan 19: 100 -> 109 seats"]);
    }

    #[test]
    fn whatever_moves_in_a_plan_is_said() {
        let said = |before: Option<&RowSum>, now: Option<&RowSum>| words(before, now).unwrap_or_default();
        let before = rows(1, Some(100), "Commercial");
        assert_eq!(said(Some(&before), Some(&before)), "");
        assert_eq!(said(Some(&before), None), "gone: plan 1 (100 seats)");
        assert_eq!(said(None, Some(&rows(2, Some(1), ""))), "new: plan 2 (1 seat)");
        assert_eq!(said(None, Some(&rows(2, None, ""))), "new: plan 2 (seats unreadable)");
        let now = rows(1, None, "Education");
        let words = "plan 1: seats 100 -> unreadable, segment Commercial -> Education";
        assert_eq!(said(Some(&before), Some(&now)), words);
        let now = RowSum { tier: NEEDS_REVIEW.to_owned(), rows: 2, review: 1, ..before.clone() };
        let words = "plan 1: tier Q&A -> Needs review, rows 1 -> 2, rows that need review 0 -> 1";
        assert_eq!(said(Some(&before), Some(&now)), words);
        let long = rows(1, Some(100), &"long ".repeat(100));
        assert_eq!(said(Some(&before), Some(&long)).chars().count(), 193);
    }
}

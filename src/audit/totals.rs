//! The totals of the rows, as they were written and as they stand now.

use super::book::{Row, Seen};
use super::columns::Ours;
use super::judged::Judged;
use super::report::RowsAudited;
use crate::policy::Policy;
use crate::roster::SegmentFrom;
use crate::summary::{Count, Summary};
use crate::verdict::words::{ANSWERS, tier_name};
use crate::verdict::{Certainty, DecidedBy, Tier};

/// What the cells of a row count for, as they stand now; `None` = they name nothing that the policy has.
pub(super) struct Written {
    tier: Option<usize>,
    segment: Option<usize>,
    seats: u64,
    /// By entitlement: which of [`ANSWERS`].
    answers: Vec<usize>,
}

impl Written {
    pub(super) fn of(row: &Row, ours: &Ours, policy: &Policy) -> Self {
        let rungs = policy.rungs.len();
        let all = (0..rungs).map(Tier::Rung).chain([Tier::None, Tier::NeedsReview]);
        let named = |text: &str| all.clone().find(|tier| tier_name(policy, *tier) == text);
        let answer = |place| {
            let text = row.text(ours.entitlements + place);
            ANSWERS.iter().position(|answer| *answer == text).unwrap_or(0)
        };
        Self {
            tier: named(row.text(ours.tier())).map(|tier| tier.slot(rungs)),
            segment: policy.segments.iter().position(|segment| segment.name == row.text(ours.segment())),
            seats: row.cell(ours.seats()).and_then(Seen::count).unwrap_or(0),
            answers: (0..policy.entitlements.len()).map(answer).collect(),
        }
    }
}

/// The totals.
pub(super) struct Totals {
    pub rows: RowsAudited,
    /// As they were written.
    pub made: Summary,
    /// As the cells stand now, which formulas follow.
    pub now: Summary,
}

impl Totals {
    pub(super) fn new(policy: &Policy) -> Self {
        Self { rows: RowsAudited::default(), made: Summary::new(policy), now: Summary::new(policy) }
    }

    /// Adds the row of a customer.
    pub(super) fn add(&mut self, policy: &Policy, made: &Judged, now: &Written) {
        let verdict = &made.verdict;
        if verdict.tier == Tier::NeedsReview {
            self.rows.needs_review += 1;
        } else {
            self.rows.classified += 1;
        }
        let answers =
            made.answers.iter().map(|answer| ANSWERS.iter().position(|known| known == answer).unwrap_or(0));
        let written = Written {
            tier: Some(verdict.tier.slot(policy.rungs.len())),
            segment: Some(made.segment),
            seats: made.seats.unwrap_or(0),
            answers: answers.collect(),
        };
        count(&mut self.made, &written);
        count(&mut self.now, now);
        for summary in [&mut self.made, &mut self.now] {
            match verdict.decided_by {
                DecidedBy::Review => continue,
                DecidedBy::NotPaid => summary.not_paid += 1,
                DecidedBy::Product | DecidedBy::Family | DecidedBy::Kind => summary.not_served += 1,
                DecidedBy::Seats => {}
            }
            summary.segment_assumed += u64::from(made.from == SegmentFrom::Assumed);
            summary.assumption_matters += u64::from(verdict.assumption_matters);
            summary.interpreted += u64::from(verdict.certainty == Certainty::Interpreted);
        }
    }

    /// Counts the rows that are no customers', when all were seen.
    pub(super) fn finish(&mut self) {
        for summary in [&mut self.made, &mut self.now] {
            summary.read = self.rows.read;
            summary.blank = self.rows.blank;
            summary.footer = self.rows.footer;
        }
    }
}

fn count(summary: &mut Summary, row: &Written) {
    let add = |count: &mut Count| {
        count.rows += 1;
        count.seats = count.seats.saturating_add(row.seats);
    };
    let slot = row.tier.and_then(|tier| summary.by_tier.get_mut(tier));
    if let Some(cell) = slot.zip(row.segment).and_then(|(segments, segment)| segments.get_mut(segment)) {
        add(cell);
    }
    for (place, answer) in row.answers.iter().enumerate() {
        if *answer > 0 {
            summary.granted.get_mut(place).into_iter().for_each(add);
        }
        if *answer > 1 {
            summary.confirm.get_mut(place).into_iter().for_each(add);
        }
    }
}

//! The totals of the rows, as they were written and as they stand now.

use super::book::{Book, Row, Seen};
use super::judged::Judged;
use super::report::RowsAudited;
use crate::error::Result;
use crate::policy::Policy;
use crate::report::tenants;
use crate::roster::SegmentFrom;
use crate::summary::{Count, Summary, VerdictCounts};
use crate::tenants::TenantSummary;
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

/// Where the cells are that are counted, each from 0.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub tier: usize,
    pub segment: usize,
    pub seats: usize,
    /// The first of the entitlements.
    pub entitlements: usize,
}

impl Written {
    pub(super) fn of(row: &Row, ours: Places, policy: &Policy) -> Self {
        let rungs = policy.rungs.len();
        let all = (0..rungs).map(Tier::Rung).chain([Tier::None, Tier::NeedsReview]);
        let named = |text: &str| all.clone().find(|tier| tier_name(policy, *tier) == text);
        let answer = |place| {
            let text = row.text(ours.entitlements + place);
            ANSWERS.iter().position(|answer| *answer == text).unwrap_or(0)
        };
        Self {
            tier: named(row.text(ours.tier)).map(|tier| tier.slot(rungs)),
            segment: policy.segments.iter().position(|segment| segment.name == row.text(ours.segment)),
            seats: row.cell(ours.seats).and_then(Seen::count).unwrap_or(0),
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
    /// The customers, as they were written.
    pub customers: VerdictCounts,
    /// The customers, as the cells are now.
    pub customers_now: VerdictCounts,
    /// Those of them on several rows, as the cells are now.
    pub tenants: TenantSummary,
}

impl Totals {
    pub(super) fn new(policy: &Policy) -> Self {
        Self {
            rows: RowsAudited::default(),
            made: Summary::new(policy),
            now: Summary::new(policy),
            customers: VerdictCounts::new(policy),
            customers_now: VerdictCounts::new(policy),
            tenants: TenantSummary::new(policy),
        }
    }

    /// Adds the row of a customer; `is_only` = it has no other row.
    pub(super) fn add(&mut self, policy: &Policy, made: &Judged, (now, is_only): (&Written, bool)) {
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
        count(&mut self.made.verdicts, &written);
        count(&mut self.now.verdicts, now);
        if is_only {
            count(&mut self.customers, &written);
            count(&mut self.customers_now, now);
        }
        for summary in [&mut self.made.verdicts, &mut self.now.verdicts] {
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

    /// Adds the customers on several rows, as the Tenants sheet has them; whether it follows from the rows is asked where
    /// lists are compared.
    ///
    /// # Errors
    /// `audit-not-readable`.
    pub(super) fn add_tenants(&mut self, policy: &Policy, book: &mut Book) -> Result<()> {
        if !book.has(tenants::NAME) {
            return Ok(());
        }
        let columns = tenants::columns_counted(policy);
        let places = Places {
            tier: columns.tier,
            segment: columns.segment,
            seats: columns.seats,
            entitlements: columns.entitlements,
        };
        book.rows(tenants::NAME, &mut |row| {
            let written = Written::of(row, places, policy);
            if let Some(tier) = written.tier.filter(|_| row.number > 1) {
                count(&mut self.customers, &written);
                count(&mut self.customers_now, &written);
                if let Some(count) = self.tenants.by_tier.get_mut(tier) {
                    count.add(written.seats);
                }
            }
            Ok(true)
        })
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

fn count(verdicts: &mut VerdictCounts, row: &Written) {
    let add = |count: &mut Count| count.add(row.seats);
    let slot = row.tier.and_then(|tier| verdicts.by_tier.get_mut(tier));
    if let Some(cell) = slot.zip(row.segment).and_then(|(segments, segment)| segments.get_mut(segment)) {
        add(cell);
    }
    for (place, answer) in row.answers.iter().enumerate() {
        if *answer > 0 {
            verdicts.granted.get_mut(place).into_iter().for_each(add);
        }
        if *answer > 1 {
            verdicts.confirm.get_mut(place).into_iter().for_each(add);
        }
    }
}

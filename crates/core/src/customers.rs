//! The customers of a roster, each counted once: a tenant on one row by that row's verdict, a tenant on several by what
//! its plans come to together.
//!
//! Source: the FastTrack documentation counts seats per tenant. A row without a tenant is a customer of its own, since
//! nothing says that it is not.

use crate::policy::Policy;
use crate::roster::RosterRow;
use crate::summary::VerdictCounts;
use crate::tenants::Rollup;
use crate::verdict::Verdict;

/// The customers of a roster, or of a part of it, counted: a fold with an associative merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customers {
    /// Their verdicts.
    pub verdicts: VerdictCounts,
    /// How many of them are on several rows.
    pub on_several_rows: u64,
}

impl Customers {
    /// Returns the counts of no customers.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        Self { verdicts: VerdictCounts::new(policy), on_several_rows: 0 }
    }

    /// Adds a customer on one row.
    pub fn add_row(&mut self, row: &RosterRow<'_>, verdict: &Verdict) {
        let seats = verdict.seats_counted.unwrap_or(0);
        self.verdicts.add(verdict, row.segment, row.segment_from, seats);
    }

    /// Adds a customer on several rows; `rollup` is what they come to.
    pub fn add_tenant(&mut self, policy: &Policy, rollup: &Rollup<'_>) {
        let facts = &rollup.facts;
        self.verdicts.add(&rollup.verdict, rollup.segment(policy), facts.segment_from, rollup.seats);
        self.on_several_rows += 1;
    }

    /// Adds those of another part; the order of parts does not matter.
    pub fn merge(&mut self, other: &Self) {
        self.verdicts.merge(&other.verdicts);
        self.on_several_rows += other.on_several_rows;
    }
}

//! The customers of a roster, each counted once: a tenant on one row by that row's verdict, a tenant on several by what
//! its plans come to together.
//!
//! Source: the FastTrack documentation counts seats per tenant. A row without a tenant is a customer of its own, since
//! nothing says that it is not.

mod breakdown;

pub use breakdown::{Breakdown, Counted, Dimension, LIMIT_VALUES, Value, quarter};

use crate::date::Date;
use crate::policy::Policy;
use crate::roster::RosterRow;
use crate::summary::VerdictCounts;
use crate::tenants::{Rollup, Tenant};
use crate::verdict::Verdict;
use std::borrow::Cow;

/// What is counted as the owner of a customer whose rows name several.
const SEVERAL_OWNERS: &str = "(several owners)";

/// What is counted as the country of a customer whose rows name several.
const SEVERAL_COUNTRIES: &str = "(several countries)";

/// The customers of a roster, or of a part of it, counted: a fold with an associative merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customers {
    /// Their verdicts.
    pub verdicts: VerdictCounts,
    /// How many of them are on several rows.
    pub on_several_rows: u64,
    /// By each [`Dimension`]; `None` = the roster says nothing of it.
    pub by: [Option<Breakdown>; Dimension::ALL.len()],
}

/// What the roster says of a customer beside its seats.
#[derive(Clone, Debug, Default)]
pub struct Said<'s> {
    /// Who looks after it.
    pub owner: Cow<'s, str>,
    /// Its country.
    pub country: Cow<'s, str>,
    /// The day of its next renewal.
    pub renewal: Option<Date>,
}

impl Customers {
    /// Returns the counts of no customers, to be broken down by these.
    #[must_use]
    pub fn new(policy: &Policy, by: &[Dimension]) -> Self {
        let slots = policy.rungs.len() + 2;
        let breakdown = |dimension| by.contains(&dimension).then(|| Breakdown::new(slots));
        Self { verdicts: VerdictCounts::new(policy), on_several_rows: 0, by: Dimension::ALL.map(breakdown) }
    }

    /// Adds a customer on one row.
    pub fn add_row(&mut self, row: &RosterRow<'_>, verdict: &Verdict, said: &Said<'_>) {
        let seats = verdict.seats_counted.unwrap_or(0);
        self.verdicts.add(verdict, row.segment, row.segment_from, seats);
        let plan = row.plan.as_ref().map_or("", |found| found.plan.name.as_str());
        self.break_down(said, plan, Counted { tier: verdict.tier, seats });
    }

    /// Adds a customer on several rows; `rollup` is what they come to.
    pub fn add_tenant(&mut self, policy: &Policy, tenant: &Tenant<'_>, rollup: &Rollup<'_>) {
        let facts = &rollup.facts;
        self.verdicts.add(&rollup.verdict, rollup.segment(policy), facts.segment_from, rollup.seats);
        self.on_several_rows += 1;
        let plan = facts.plan.map_or("", |plan| plan.name.as_str());
        let said = Said {
            owner: tenant.owner_or(SEVERAL_OWNERS),
            country: tenant.country_or(SEVERAL_COUNTRIES),
            renewal: tenant.renewal,
        };
        self.break_down(&said, plan, Counted { tier: rollup.verdict.tier, seats: rollup.seats });
    }

    fn break_down(&mut self, said: &Said<'_>, plan: &str, customer: Counted) {
        for (dimension, breakdown) in Dimension::ALL.into_iter().zip(&mut self.by) {
            let Some(breakdown) = breakdown else { continue };
            match dimension {
                Dimension::Owner => breakdown.add(&said.owner, customer),
                Dimension::Plan => breakdown.add(plan, customer),
                Dimension::Country => breakdown.add(&said.country, customer),
                Dimension::Renewal => {
                    breakdown.add(&said.renewal.map(quarter).unwrap_or_default(), customer);
                }
            }
        }
    }

    /// Adds those of the next part of the roster.
    pub fn merge(&mut self, other: &Self) {
        self.verdicts.merge(&other.verdicts);
        self.on_several_rows += other.on_several_rows;
        for (mine, theirs) in self.by.iter_mut().zip(&other.by) {
            if let (Some(mine), Some(theirs)) = (mine, theirs) {
                mine.merge(theirs);
            }
        }
    }
}

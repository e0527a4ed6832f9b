//! The customers of a roster, each counted once: a tenant on one row by that row's verdict, a tenant on several by what
//! its plans come to together.
//!
//! Source: the FastTrack documentation counts seats per tenant. A row without a tenant is a customer of its own, since
//! nothing says that it is not.

mod breakdown;

pub use breakdown::{Breakdown, Counted, Dimension, LIMIT_VALUES, Value, quarter};

use crate::policy::Policy;
use crate::roster::RosterRow;
use crate::roster::renewal::Renewals;
use crate::summary::VerdictCounts;
use crate::tenants::{Rollup, Tenant};
use crate::verdict::Verdict;
use std::borrow::Cow;

/// What is counted as the owner of a customer whose rows name several.
const SEVERAL_OWNERS: &str = "(several owners)";

/// What is counted as the country of a customer whose rows name several.
const SEVERAL_COUNTRIES: &str = "(several countries)";

/// The customers of a roster, or of a part of it, counted: a fold with an associative merge.
#[derive(Clone, Debug)]
pub struct Customers {
    /// Their verdicts.
    pub verdicts: VerdictCounts,
    /// How many of them are on several rows.
    pub on_several_rows: u64,
    /// By each [`Dimension`]; `None` = the roster says nothing of it.
    pub by: [Option<Breakdown>; Dimension::ALL.len()],
}

/// What a row says of its customer beside the seats.
#[derive(Clone, Debug, Default)]
pub struct Said<'s> {
    /// Who looks after it.
    pub owner: Cow<'s, str>,
    /// Its country.
    pub country: Cow<'s, str>,
    /// The day of its next renewal, as it is written.
    pub renewal: Cow<'s, str>,
}

impl Customers {
    /// Returns the counts of no customers, to be broken down by these.
    #[must_use]
    pub fn new(policy: &Policy, by: &[Dimension]) -> Self {
        let slots = policy.rungs.len() + 2;
        let breakdown = |dimension| by.contains(&dimension).then(|| Breakdown::new(slots));
        Self { verdicts: VerdictCounts::new(policy), on_several_rows: 0, by: Dimension::ALL.map(breakdown) }
    }

    /// Returns what they are broken down by.
    #[must_use]
    pub fn dimensions(&self) -> Vec<Dimension> {
        let by = Dimension::ALL.into_iter().zip(&self.by);
        by.filter(|(_, breakdown)| breakdown.is_some()).map(|(dimension, _)| dimension).collect()
    }

    /// Adds a customer on one row; `renewals` reads the day of its renewal.
    pub fn add_row(
        &mut self,
        row: &RosterRow<'_>,
        verdict: &Verdict,
        (said, renewals): (&Said<'_>, Option<Renewals>),
    ) {
        let seats = verdict.seats_counted.unwrap_or(0);
        self.verdicts.add(verdict, row.segment, row.segment_from, seats);
        let customer = Counted { tier: verdict.tier, seats };
        let [owner, plan, country, renewal] = &mut self.by;
        let name = row.plan.as_ref().map_or("", |found| found.plan.name.as_str());
        for (breakdown, written) in [(owner, &*said.owner), (plan, name), (country, &*said.country)] {
            if let Some(breakdown) = breakdown {
                breakdown.add(written, customer);
            }
        }
        if let (Some(breakdown), Some(renewals)) = (renewal, renewals) {
            breakdown.add_day(renewals.day(&said.renewal), customer);
        }
    }

    /// Adds a customer on several rows; `rollup` is what they come to.
    pub fn add_tenant(&mut self, policy: &Policy, tenant: &Tenant<'_>, rollup: &Rollup<'_>) {
        let facts = &rollup.facts;
        self.verdicts.add(&rollup.verdict, rollup.segment(policy), facts.segment_from, rollup.seats);
        self.on_several_rows += 1;
        let customer = Counted { tier: rollup.verdict.tier, seats: rollup.seats };
        let [owner, plan, country, renewal] = &mut self.by;
        let name = facts.plan.map_or("", |plan| plan.name.as_str());
        let several =
            [(owner, tenant.owner_or(SEVERAL_OWNERS)), (country, tenant.country_or(SEVERAL_COUNTRIES))];
        for (breakdown, said) in several.into_iter().chain([(plan, Cow::Borrowed(name))]) {
            if let Some(breakdown) = breakdown {
                breakdown.add(&said, customer);
            }
        }
        if let Some(breakdown) = renewal {
            breakdown.add_day(tenant.renewal.map(|renewal| renewal.date), customer);
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

//! Tenants that stand on several rows, rolled up: a fold over their rows, and one verdict for each tenant.
//!
//! A row's own verdict stands alone. Beside it, a tenant is judged on what its plans come to together. Source: the
//! FastTrack documentation counts seats per tenant; how plans add up is our reading of it, see [`Basis`].

mod rollup;

pub use rollup::{Basis, Once, Rollup, Uncounted};

use crate::plans::Plan;
use crate::policy::Policy;
use crate::roster::SegmentFrom;
use crate::summary::Count;
use crate::verdict::{Ground, Tier};
use std::collections::HashMap;

/// A row of a tenant, as far as it matters to the tenant.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Its line or row in the roster.
    pub number: u64,
    /// Its plan; `None` = unknown.
    pub plan: Option<&'a Plan>,
    /// Index of its segment.
    pub segment: usize,
    /// What shows the segment.
    pub segment_from: SegmentFrom,
    /// The paid seats it counts.
    pub seats: u64,
    /// What decided its verdict.
    pub ground: Ground,
    /// The fingerprint of its subscription, if it names one.
    pub subscription: Option<u64>,
}

/// A tenant and its rows.
#[derive(Clone, Debug)]
pub struct Tenant<'a> {
    /// What tells it from others, as its first row shows it: an id, a domain or a name.
    pub shown: String,
    /// Its name, as its first row shows it; may be empty.
    pub name: String,
    /// Its rows, in the order of the roster; never empty.
    pub parts: Vec<Part<'a>>,
}

/// The tenants that stand on several rows.
#[derive(Clone, Debug, Default)]
pub struct Tenants<'a> {
    by_key: HashMap<String, Tenant<'a>>,
}

/// A row of a tenant that stands on others, too.
#[derive(Clone, Debug)]
pub struct Sighted<'a> {
    /// What tells the tenant from others, folded.
    pub key: String,
    /// The same as its row shows it.
    pub shown: String,
    /// Its name.
    pub name: String,
    /// The row.
    pub part: Part<'a>,
}

impl<'a> Tenants<'a> {
    /// Adds a row; rows come in the order of the roster.
    pub fn add(&mut self, row: Sighted<'a>) {
        let Sighted { key, shown, name, part } = row;
        let tenant = self.by_key.entry(key).or_insert_with(|| Tenant { shown, name, parts: Vec::new() });
        tenant.parts.push(part);
    }

    /// Returns the tenants with more than one row, in the order of their first rows.
    #[must_use]
    pub fn in_order(self) -> Vec<Tenant<'a>> {
        let several = |tenant: &Tenant<'_>| tenant.parts.len() > 1;
        let mut tenants: Vec<Tenant<'a>> = self.by_key.into_values().filter(several).collect();
        tenants.sort_unstable_by_key(|tenant| tenant.parts.first().map(|part| part.number));
        tenants
    }
}

/// The totals of the tenants that stand on several rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantSummary {
    /// Their rows.
    pub rows: u64,
    /// Tenants and their paid seats by tier: the rungs first, then none, then needs review.
    pub by_tier: Vec<Count>,
    /// Tenants whose tier is reached only by adding plans.
    pub only_by_adding: u64,
    /// Tenants whose paid rows belong to several segments.
    pub mixed: u64,
    /// Rows that were not counted since another has the same subscription, or the same plan with the same seats.
    pub counted_once: u64,
}

impl TenantSummary {
    /// Returns the totals of no tenants.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        Self { by_tier: vec![Count::default(); policy.rungs.len() + 2], ..Self::default() }
    }

    /// Adds a tenant.
    pub fn add(&mut self, tenant: &Tenant<'_>, rollup: &Rollup<'_>) {
        self.rows += tenant.parts.len() as u64;
        let slot = rollup.verdict.tier.slot(self.by_tier.len().saturating_sub(2));
        if let Some(count) = self.by_tier.get_mut(slot) {
            count.rows += 1;
            count.seats = count.seats.saturating_add(rollup.seats);
        }
        self.only_by_adding += u64::from(rollup.is_only_by_adding());
        self.mixed += u64::from(rollup.segments.len() > 1);
        self.counted_once += rollup.uncounted.iter().map(|uncounted| uncounted.repeated_rows()).sum::<u64>();
    }

    /// Returns how many tenants there are.
    #[must_use]
    pub fn tenants(&self) -> u64 {
        self.by_tier.iter().map(|count| count.rows).sum()
    }

    /// Returns the tenants of a tier.
    #[must_use]
    pub fn tier(&self, tier: Tier) -> Count {
        self.by_tier.get(tier.slot(self.by_tier.len().saturating_sub(2))).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;

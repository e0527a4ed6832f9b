//! The totals of both nights, where the earlier one is a run report, which has no customers by name.

use super::{ThisNight, in_order};
use crate::changes::{Counted, Night, TierSince};
use crate::job::request::Totals;
use crate::policy::Policy;
use crate::summary::{Count, VerdictCounts};
use crate::verdict::words::tier_name;
use std::collections::BTreeMap;

/// What came of the totals.
pub(super) struct Compared {
    pub(super) counted: Counted,
    pub(super) tiers: Vec<TierSince>,
    /// Rows, customers and paid seats before and now; without customers where they are not compared.
    pub(super) nights: [Night; 2],
    /// Whether it is the earlier night that does not say how many customers there were.
    is_of_rows: bool,
}

/// Compares customers with customers, if both nights count them; else rows with rows.
pub(super) fn compare(policy: &Policy, before: &Totals, now: &ThisNight<'_>) -> Compared {
    let named = |counts: &VerdictCounts| -> Vec<(String, Count)> {
        counts.tiers().map(|tier| (tier_name(policy, tier).to_owned(), counts.tier(tier))).collect()
    };
    let rows = named(&now.summary.verdicts);
    let customers = before.customers.clone().zip(now.customers.map(named));
    let (counted, [old, new]) = match &customers {
        Some((before, now)) => (Counted::Customers, [before, now]),
        None => (Counted::Rows, [&before.rows, &rows]),
    };
    let mut tiers: BTreeMap<String, [Count; 2]> = BTreeMap::new();
    for (tier, count) in old {
        tiers.entry(tier.clone()).or_default()[0].merge(*count);
    }
    for (tier, count) in new {
        tiers.entry(tier.clone()).or_default()[1].merge(*count);
    }
    let tenants =
        customers.as_ref().map_or([0, 0], |(before, now)| [before, now].map(|tiers| all(tiers).rows));
    let night = |rows: Count, tenants| Night { rows: rows.rows, tenants, seats: rows.seats };
    let [before_tenants, now_tenants] = tenants;
    Compared {
        counted,
        tiers: in_order(policy, now.summary, tiers),
        nights: [night(all(&before.rows), before_tenants), night(all(&rows), now_tenants)],
        is_of_rows: before.customers.is_none(),
    }
}

fn all(tiers: &[(String, Count)]) -> Count {
    let mut all = Count::default();
    for (_, count) in tiers {
        all.merge(*count);
    }
    all
}

impl Compared {
    /// Returns what a reader has to know where customers could not be compared.
    pub(super) fn remarks(&self, has_max_drop: bool) -> Vec<String> {
        if self.counted == Counted::Customers {
            return Vec::new();
        }
        let why = if self.is_of_rows {
            "the run report counts rows, as earlier versions did"
        } else {
            "this run could not add up the tenants with several rows"
        };
        let mut remarks = vec![format!("rows are compared with rows, not customers, because {why}")];
        if has_max_drop {
            remarks.push(
                "`--max-drop` checked only rows and paid seats, because customers could not be compared"
                    .to_owned(),
            );
        }
        remarks
    }
}

//! What the tenants of this night that are on several rows come to, to be compared with the earlier one.

use crate::changes::Together;
use crate::error::Result;
use crate::policy::Policy;
use crate::sort::Sorter;
use crate::tenants::{Rollup, Tenant};
use crate::verdict::words::tier_name;

/// Notes what a tenant comes to; one whose rows another night would tell apart is left out.
///
/// # Errors
/// If there is no room for temporary files.
pub(in crate::job) fn note(
    policy: &Policy,
    tenant: &Tenant<'_>,
    rollup: &Rollup<'_>,
    notes: &mut Sorter,
) -> Result<()> {
    let Some(number) = tenant.compared else { return Ok(()) };
    let name = |segment: &usize| policy.segments.get(*segment).map_or("", |segment| segment.name.as_str());
    let judged_by = rollup.segment(policy);
    let others = rollup.segments.iter().filter(|segment| **segment != judged_by);
    let mut bytes = Vec::new();
    Together {
        tenant: number.get(),
        is_now: true,
        rows: tenant.rows,
        seats: rollup.seats,
        tier: tier_name(policy, rollup.verdict.tier),
        segments: [&judged_by].into_iter().chain(others).map(name).collect(),
    }
    .write(&mut bytes);
    notes.push(&bytes)
}

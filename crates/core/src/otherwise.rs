//! How customers would be judged under another policy: which help more, which less.
//!
//! The policy of the course text and the documentation of 2021 differ; whoever chooses one should see what that choice
//! does. Compared are the entitlements that both policies have, by their ids.

use crate::plans::{Plan, PlanFrom};
use crate::policy::{Policy, Standings, serve_the_same_plans};
use crate::tenants::{Once, Rollup, Tenant, TenantPart};
use crate::verdict::{DecidedBy, Entitled, Facts, Tier, Verdict, decided_by_plan, judge};

/// Two policies, the one that a run has and another one.
#[derive(Clone, Debug)]
pub struct OtherPolicy {
    policy: Policy,
    /// For each segment of the run's policy the other's of the same id.
    segments: Vec<usize>,
    /// The entitlements that both have: the place in the run's policy, and in the other.
    shared: Vec<(usize, usize)>,
    /// For each segment of the run's policy whether a customer may get other help there: most do not, and need not be
    /// judged twice.
    may_differ: Vec<bool>,
}

/// What another policy would give a customer otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Differs {
    /// The tier there.
    pub tier: Tier,
    /// What it would get as well, by its place in the run's policy.
    pub gains: Entitled,
    /// What it would not get.
    pub loses: Entitled,
}

impl OtherPolicy {
    /// Returns the two, to be compared; `None` where the other has not all segments of the run's policy, or no
    /// entitlement of it.
    #[must_use]
    pub fn new(own: &Policy, other: Policy) -> Option<Self> {
        let segments: Option<Vec<usize>> =
            own.segments.iter().map(|segment| other.segment(&segment.id)).collect();
        let shared: Vec<(usize, usize)> = own
            .entitlements
            .iter()
            .enumerate()
            .filter_map(|(place, entitlement)| Some((place, other.entitlement(&entitlement.id)?)))
            .collect();
        let segments = segments?;
        let same_plans = serve_the_same_plans(own, &other);
        let asks_the_same = |segment: usize, there: usize| {
            let asks = |policy: &Policy, place: usize, segment: usize| {
                let entitlement = policy.entitlements.get(place)?;
                Some((entitlement.plans, entitlement.thresholds.get(segment)?.seats))
            };
            shared
                .iter()
                .all(|(place, other_place)| asks(own, *place, segment) == asks(&other, *other_place, there))
        };
        let differs = |(segment, there): (usize, &usize)| !same_plans || !asks_the_same(segment, *there);
        let may_differ = segments.iter().enumerate().map(differs).collect();
        (!shared.is_empty()).then_some(Self { policy: other, segments, shared, may_differ })
    }

    /// Returns whether a customer of a segment, by its place in the run's policy, may get other help.
    fn may_differ(&self, segment: usize) -> bool {
        self.may_differ.get(segment).copied().unwrap_or(false)
    }

    /// Returns the other policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Returns the entitlements that both have, by their places in the run's policy.
    pub fn shared(&self) -> impl Iterator<Item = usize> + '_ {
        self.shared.iter().map(|(own, _)| *own)
    }

    /// Returns the names of the entitlements that only one of the two has: of those of the run's policy, then of the other's.
    #[must_use]
    pub fn alone(&self, own: &Policy) -> [Vec<String>; 2] {
        let names = |policy: &Policy, is_shared: &dyn Fn(usize) -> bool| {
            let all = policy.entitlements.iter().enumerate().filter(|(place, _)| !is_shared(*place));
            all.map(|(_, entitlement)| entitlement.name.clone()).collect()
        };
        [
            names(own, &|place| self.shared.iter().any(|(own, _)| *own == place)),
            names(&self.policy, &|place| self.shared.iter().any(|(_, there)| *there == place)),
        ]
    }

    /// Compares the verdict on a row; `known` remembers what the other policy says of plans. `None` = it gives the same, or
    /// the row needs review. `plan` is that of the facts, and lives as long as what is remembered.
    #[must_use]
    pub fn of_row<'s, 'p>(
        &'s self,
        facts: Facts<'_>,
        plan: Option<&'p Plan>,
        known: &mut Standings<'p, 's>,
        own: &Verdict,
    ) -> Option<Differs> {
        if own.decided_by == DecidedBy::Review || !self.may_differ(facts.segment) {
            return None;
        }
        let standing = plan.map(|plan| known.of(&self.policy, plan));
        let segment = *self.segments.get(facts.segment)?;
        // Readings are of no account: bare names are judged where all readings come to the same.
        self.differs(own, &judge(&self.policy, Facts { segment, standing, readings: &[], ..facts }))
    }

    /// Compares the verdict on a tenant on several rows, likewise.
    #[must_use]
    pub fn of_tenant<'s, 'p>(
        &'s self,
        tenant: &Tenant<'p>,
        once: Once,
        own: &Verdict,
        known: &mut Standings<'p, 's>,
    ) -> Option<Differs> {
        let may_differ = tenant.parts.iter().any(|part| self.may_differ(part.segment));
        if own.decided_by == DecidedBy::Review || !may_differ {
            return None;
        }
        let parts: Option<Vec<TenantPart<'_>>> =
            tenant.parts.iter().map(|part| self.part(part, known)).collect();
        let there = Tenant::of(parts?);
        self.differs(own, &Rollup::of(&self.policy, &there, once).verdict)
    }

    fn part<'s, 'p>(
        &'s self,
        part: &TenantPart<'p>,
        known: &mut Standings<'p, 's>,
    ) -> Option<TenantPart<'p>> {
        let segment = *self.segments.get(part.segment)?;
        let decided_by = match (part.decided_by, part.plan) {
            // What a person said holds whatever the policy.
            (decided, Some(plan)) if plan.from == PlanFrom::Overrides => decided,
            (DecidedBy::Product | DecidedBy::Family | DecidedBy::Kind | DecidedBy::Seats, Some(plan)) => {
                decided_by_plan(known.of(&self.policy, plan))
            }
            (decided, _) => decided,
        };
        Some(TenantPart { segment, decided_by, ..*part })
    }

    fn differs(&self, own: &Verdict, there: &Verdict) -> Option<Differs> {
        let (mut here, mut other) = (Entitled::default(), Entitled::default());
        for (place, place_there) in &self.shared {
            if own.granted.has(*place) {
                here.add(*place);
            }
            if there.granted.has(*place_there) {
                other.add(*place);
            }
        }
        let (gains, loses) = (other.without(here), here.without(other));
        (here != other).then_some(Differs { tier: there.tier, gains, loses })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Catalogue;
    use crate::roster::{Overridden, SegmentFrom};

    #[test]
    fn schools_from_150_seats_get_a_specialist_by_the_documentation() {
        let own = Policy::default_shipped().unwrap();
        let docs = Policy::named("fasttrack-docs-2021").unwrap().unwrap();
        let other = OtherPolicy::new(&own, docs).unwrap();
        let catalogue = Catalogue::shipped().unwrap();
        let plan = catalogue.find("M365EDU_A3_FACULTY").unwrap().plan;
        let specialist = own.entitlement("specialist").unwrap();
        let told = |segment: &str, seats| {
            let facts = Facts {
                seats: Some(seats),
                not_paid: None,
                segment: own.segment(segment).unwrap(),
                segment_from: SegmentFrom::Column,
                plan: Some(plan),
                standing: Some(own.standing(plan)),
                readings: &[],
                overridden: Overridden::default(),
                needs_review: false,
            };
            let verdict = judge(&own, facts);
            let row = other.of_row(facts, facts.plan, &mut Standings::default(), &verdict);
            let part = TenantPart {
                number: 2,
                rows: 1,
                plan: Some(plan),
                segment: facts.segment,
                segment_from: facts.segment_from,
                seats,
                overridden: facts.overridden,
                decided_by: verdict.decided_by,
                subscription: None,
            };
            let tenant = Tenant::of([part]);
            let rollup = Rollup::of(&own, &tenant, Once::Lines);
            assert_eq!(
                other.of_tenant(&tenant, Once::Lines, &rollup.verdict, &mut Standings::default()),
                row,
                "{segment} {seats}"
            );
            row.map(|differs| (differs.gains.has(specialist), differs.loses == Entitled::default()))
        };
        assert_eq!(told("education", 149), None);
        assert_eq!(told("education", 150), Some((true, true)));
        assert_eq!(told("education", 999), Some((true, true)));
        assert_eq!(told("education", 1000), None);
        for seats in [1, 49, 50, 150, 499, 500, 5000] {
            assert_eq!(told("commercial", seats), None, "{seats}");
        }
    }
}

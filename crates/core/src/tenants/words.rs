//! What is said of a tenant on several rows in words: the same on its sheet, in the table of customers, and in tables of
//! other programs.

use super::{Basis, NAMED_ROWS, Rollup, Tenant, Uncounted};
use crate::figures::push_grouped;
use crate::plans::Plan;
use crate::policy::{PlansServed, Policy};
use crate::roster::Overridden;
use crate::verdict::Facts;
use crate::verdict::words::{counted, grouped, tier_name, why_together};
use std::fmt::Write as _;

/// Plans that are named in one cell, as many as rows; of more, only the number is told.
const NAMED: usize = NAMED_ROWS;

/// What is said of a tenant in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantWords {
    /// How the seats were found, and what they come to.
    pub why: String,
    /// The plans that were added up, each with its seats.
    pub plans: String,
    /// The rows whose seats are not in the sum, and why; empty = there are none.
    pub uncounted: String,
    /// Its segments, where they are several.
    pub segments: String,
    /// Where its first rows are.
    pub rows: String,
}

impl TenantWords {
    /// Returns what is said of a tenant that comes to `rollup`.
    #[must_use]
    pub fn of(policy: &Policy, tenant: &Tenant<'_>, rollup: &Rollup<'_>) -> Self {
        Self {
            why: why(policy, tenant, rollup),
            plans: plans(rollup),
            uncounted: uncounted(rollup),
            segments: segments(policy, rollup),
            rows: rows(tenant),
        }
    }
}

fn rows(tenant: &Tenant<'_>) -> String {
    /// A number of most rosters, with what is between two.
    const USUAL_BYTES: usize = 8;
    let mut named = 0;
    let mut words = String::with_capacity(tenant.numbers().count() * USUAL_BYTES);
    for number in tenant.numbers() {
        let _ = write!(words, "{}{number}", if named == 0 { "" } else { ", " });
        named += 1;
    }
    let more = tenant.rows.saturating_sub(named);
    if more > 0 {
        let _ = write!(words, ", {} more", grouped(more));
    }
    words
}

fn segment_name(policy: &Policy, segment: usize) -> &str {
    policy.segments.get(segment).map_or("", |segment| segment.name.as_str())
}

/// The segments of its paid rows, if they are several.
fn segments(policy: &Policy, rollup: &Rollup<'_>) -> String {
    if rollup.segments.len() < 2 {
        return String::new();
    }
    let all: Vec<&str> = rollup.segments.iter().map(|segment| segment_name(policy, *segment)).collect();
    all.join(", ")
}

/// The basis, the rule, and what the largest plan alone would give.
fn why(policy: &Policy, tenant: &Tenant<'_>, rollup: &Rollup<'_>) -> String {
    let unread = rollup.uncounted.iter().find_map(|uncounted| match uncounted {
        Uncounted::Review(rows) => Some(*rows),
        _ => None,
    });
    let mut words = match rollup.basis {
        Basis::Review => return "no row of the tenant has a verdict yet; see Review".to_owned(),
        Basis::Nothing => "no paid seats of a plan that FastTrack serves".to_owned(),
        Basis::Sum if rollup.plans.len() == 1 => "one base plan".to_owned(),
        Basis::Sum => {
            format!("{} base plans added up, because a person has only one of them", rollup.plans.len())
        }
        Basis::Largest => {
            let has_base = rollup.uncounted.iter().any(|uncounted| matches!(uncounted, Uncounted::Fewer(..)));
            let base = if has_base { "more than the base plans together" } else { "no base plan" };
            format!(
                "{base}; the largest other plan, because such plans are usually assigned to the same users"
            )
        }
    };
    if let Some((plan, seats)) = rollup.of_any_plan.filter(|_| is_any_plan_asked(policy, rollup)) {
        let _ = write!(
            words,
            "; {} with {} counts for what is open to any plan",
            plan.name,
            counted(seats, "seat", "seats")
        );
    }
    if let Some(rows) = unread {
        words.insert_str(
            0,
            &format!(
                "{} of {} could not be judged and may add to this; ",
                grouped(rows),
                counted(tenant.rows, "row", "rows")
            ),
        );
    }
    words.push_str(&by_overrides(tenant));
    words.push_str(": ");
    // What an overrides file says of some rows it does not say of all.
    let facts = Facts { overridden: Overridden::default(), ..rollup.facts };
    words.push_str(&why_together(policy, facts, &rollup.verdict));
    let by_adding = rollup.only_by_adding();
    let by_adding = policy.entitlements.iter().enumerate().filter(|(index, _)| by_adding.has(*index));
    let by_adding: Vec<&str> = by_adding.map(|(_, entitlement)| entitlement.name.as_str()).collect();
    if !by_adding.is_empty() {
        let alone = tier_name(policy, rollup.largest_alone.tier);
        words.truncate(words.trim_end_matches('.').len());
        let _ = write!(
            words,
            ". {} only by adding plans: the largest by itself reaches {alone}, and since 2020 the documentation asks \
             for the seats of one plan",
            by_adding.join(", ")
        );
    }
    words
}

/// What an overrides file says of its rows, and of how many; empty where it says nothing.
fn by_overrides(tenant: &Tenant<'_>) -> String {
    let rows = |is_said: fn(Overridden) -> bool| {
        tenant.parts.iter().filter(|part| is_said(part.overridden)).map(|part| part.rows).sum::<u64>()
    };
    let said = [
        ("the plan", rows(|said| said.plan)),
        ("the seats", rows(|said| said.seats)),
        ("the status", rows(|said| said.status || said.trial)),
    ];
    let said = said.into_iter().filter(|(_, rows)| *rows > 0);
    let said: Vec<String> =
        said.map(|(what, rows)| format!("{what} of {}", counted(rows, "row", "rows"))).collect();
    if said.is_empty() { String::new() } else { format!(" (override file: {})", said.join(", ")) }
}

/// Whether what is open to any plan asks for seats in the tenant's segment.
fn is_any_plan_asked(policy: &Policy, rollup: &Rollup<'_>) -> bool {
    policy.entitlements.iter().any(|entitlement| {
        let threshold = entitlement.thresholds.get(rollup.segment(policy));
        entitlement.plans == PlansServed::Any && threshold.is_some_and(|threshold| threshold.seats > Some(0))
    })
}

fn plans(rollup: &Rollup<'_>) -> String {
    named(rollup.plans.iter().copied(), " + ")
}

fn uncounted(rollup: &Rollup<'_>) -> String {
    let beside = rollup.uncounted.iter().filter_map(|uncounted| match uncounted {
        Uncounted::Beside(plan, seats) => Some((*plan, *seats)),
        _ => None,
    });
    let beside = named(beside, ", ");
    let fewer = rollup.uncounted.iter().filter_map(|uncounted| match uncounted {
        Uncounted::Fewer(plan, seats) => Some((*plan, *seats)),
        _ => None,
    });
    let fewer = named(fewer, " + ");
    let fewer = (!fewer.is_empty()).then(|| format!("{fewer}: fewer together than the largest plan"));
    let rows = |count: u64| counted(count, "row", "rows");
    let others = rollup.uncounted.iter().filter_map(|uncounted| match uncounted {
        Uncounted::SameSubscription(count) => {
            Some(format!("{}: the subscription is also on another row", rows(*count)))
        }
        Uncounted::SameLine(count) => Some(format!(
            "{}: the same plan is also on another row, with the same seats or for another workload",
            rows(*count)
        )),
        Uncounted::NotServed(count) => Some(format!(
            "{}: free, trial, inactive, without seats, not covered by FastTrack or said not to count",
            rows(*count)
        )),
        Uncounted::Review(count) => Some(format!("{}: needs review", rows(*count))),
        Uncounted::Beside(..) | Uncounted::Fewer(..) => None,
    });
    let beside = (!beside.is_empty()).then(|| format!("{beside}: usually assigned to the same users"));
    fewer.into_iter().chain(beside).chain(others).collect::<Vec<_>>().join("; ")
}

/// Names the first of some plans, each with its seats; of more, the number is told.
fn named<'p>(plans: impl Iterator<Item = (&'p Plan, u64)>, between: &str) -> String {
    let (mut words, mut more) = (String::new(), 0);
    for (place, (plan, seats)) in plans.enumerate() {
        if place >= NAMED {
            more += 1;
            continue;
        }
        words.push_str(if place == 0 { "" } else { between });
        words.push_str(&plan.name);
        words.push(' ');
        push_grouped(seats, &mut words);
    }
    if more > 0 {
        let _ = write!(words, "{between}{} more", grouped(more));
    }
    words
}

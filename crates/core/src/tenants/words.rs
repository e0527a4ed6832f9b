//! What is said of a tenant on several rows in words: the same on its sheet, in the table of customers, and in tables of
//! other programs.

use super::{Basis, NAMED_ROWS, Rollup, Tenant, Uncounted};
use crate::figures::{push_counted, push_digits, push_grouped};
use crate::plans::Plan;
use crate::policy::{PlansServed, Policy};
use crate::roster::Overridden;
use crate::verdict::Facts;
use crate::verdict::words::{counted, grouped, tier_name, with_why_together};
use std::fmt::Write as _;

/// Room that is enough for nearly every reason.
const USUAL_WHY_BYTES: usize = 384;

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
        words.push_str(if named == 0 { "" } else { ", " });
        push_digits(number, &mut words);
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
    if rollup.basis == Basis::Review {
        return "no row of the tenant has a verdict yet; see Review".to_owned();
    }
    let mut words = String::with_capacity(USUAL_WHY_BYTES);
    let unread = rollup.uncounted.iter().find_map(|uncounted| match uncounted {
        Uncounted::Review(rows) => Some(*rows),
        _ => None,
    });
    if let Some(rows) = unread {
        push_grouped(rows, &mut words);
        words.push_str(" of ");
        push_counted(tenant.rows, ("row", "rows"), &mut words);
        words.push_str(" could not be judged and may add to this; ");
    }
    push_basis(rollup, &mut words);
    if let Some((plan, seats)) = rollup.of_any_plan.filter(|_| is_any_plan_asked(policy, rollup)) {
        let _ = write!(
            words,
            "; {} with {} counts for what is open to any plan",
            plan.name,
            counted(seats, "seat", "seats")
        );
    }
    words.push_str(&by_overrides(tenant));
    words.push_str(": ");
    // What an overrides file says of some rows it does not say of all.
    let facts = Facts { overridden: Overridden::default(), ..rollup.facts };
    let mut words = with_why_together(words, policy, facts, &rollup.verdict);
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

/// How the seats were found.
fn push_basis(rollup: &Rollup<'_>, words: &mut String) {
    match rollup.basis {
        Basis::Review => {}
        Basis::Nothing => words.push_str("no paid seats of a plan that FastTrack serves"),
        Basis::Sum if rollup.plans.len() == 1 => words.push_str("one base plan"),
        Basis::Sum => {
            push_digits(rollup.plans.len() as u64, words);
            words.push_str(" base plans added up, because a person has only one of them");
        }
        Basis::Largest => {
            let has_base = rollup.uncounted.iter().any(|uncounted| matches!(uncounted, Uncounted::Fewer(..)));
            words.push_str(if has_base { "more than the base plans together" } else { "no base plan" });
            words.push_str(
                "; the largest other plan, because such plans are usually assigned to the same users",
            );
        }
    }
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
    let mut words = String::new();
    push_named(rollup.plans.iter().copied(), " + ", &mut words);
    words
}

fn uncounted(rollup: &Rollup<'_>) -> String {
    let mut words = String::new();
    let fewer = rollup.uncounted.iter().filter_map(|uncounted| match uncounted {
        Uncounted::Fewer(plan, seats) => Some((*plan, *seats)),
        _ => None,
    });
    if push_named(fewer, " + ", &mut words) {
        words.push_str(": fewer together than the largest plan");
    }
    let beside = rollup.uncounted.iter().filter_map(|uncounted| match uncounted {
        Uncounted::Beside(plan, seats) => Some((*plan, *seats)),
        _ => None,
    });
    let before = words.len();
    if push_named(beside, ", ", &mut words) {
        words.push_str(": usually assigned to the same users");
        if before > 0 {
            words.insert_str(before, BETWEEN);
        }
    }
    for uncounted in &rollup.uncounted {
        let (rows, why) = match uncounted {
            Uncounted::SameSubscription(rows) => (*rows, ": the subscription is also on another row"),
            Uncounted::SameLine(rows) => {
                (*rows, ": the same plan is also on another row, with the same seats or for another workload")
            }
            Uncounted::NotServed(rows) => (
                *rows,
                ": free, trial, inactive, without seats, not covered by FastTrack or said not to count",
            ),
            Uncounted::Review(rows) => (*rows, ": needs review"),
            Uncounted::Beside(..) | Uncounted::Fewer(..) => continue,
        };
        words.push_str(if words.is_empty() { "" } else { BETWEEN });
        push_counted(rows, ("row", "rows"), &mut words);
        words.push_str(why);
    }
    words
}

/// What stands between two reasons why rows are not counted.
const BETWEEN: &str = "; ";

/// Names the first of some plans, each with its seats; of more, the number is told. Returns whether there are any.
fn push_named<'p>(plans: impl Iterator<Item = (&'p Plan, u64)>, between: &str, words: &mut String) -> bool {
    let mut places = 0;
    for (plan, seats) in plans {
        places += 1;
        if places > NAMED {
            continue;
        }
        words.push_str(if places == 1 { "" } else { between });
        words.push_str(&plan.name);
        words.push(' ');
        push_grouped(seats, words);
    }
    if places > NAMED {
        let _ = write!(words, "{between}{} more", grouped((places - NAMED) as u64));
    }
    places > 0
}

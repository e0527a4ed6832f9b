//! What the lines that name the same say together: each thing once, and where two of them differ.

use super::entry::Says;
use super::headings::Heading;
use super::named::NamedValue;
use super::words::Words;
use super::{Alternatives, Overrides, OverridesFile, RowKey, Rule, Stated, StatusSaid};
use crate::fold::fold;
use crate::plans::Catalogue;
use crate::policy::Policy;
use std::collections::HashMap;

impl Overrides {
    /// Returns overrides that say nothing yet.
    pub(super) fn nothing(file: OverridesFile) -> Self {
        Self {
            file,
            further_files: Vec::new(),
            lines: Vec::new(),
            tenants: HashMap::new(),
            subscriptions: HashMap::new(),
            rows: HashMap::new(),
            plans: HashMap::new(),
            not_counted: HashMap::new(),
            words: Words::default(),
            settled: Vec::new(),
            noted: Vec::new(),
            filled: Vec::new(),
        }
    }

    /// Returns the rule for what a line names.
    pub(super) fn rule(&mut self, named: &NamedValue) -> &mut Rule {
        let NamedValue { tenant_key, plan_key, subscription_key, row, .. } = named;
        if let Some((number, seats)) = row {
            let key = RowKey {
                tenant: tenant_key.clone(),
                plan: plan_key.clone(),
                subscription: subscription_key.clone(),
                seats: seats.clone(),
            };
            return self.rows.entry(*number).or_default().entry(key).or_default();
        }
        if !subscription_key.is_empty() {
            return self.subscriptions.entry(subscription_key.clone()).or_default();
        }
        match (tenant_key.is_empty(), plan_key.is_empty()) {
            (true, _) => self.plans.entry(plan_key.clone()).or_default(),
            (false, true) => &mut self.tenants.entry(tenant_key.clone()).or_default().alone,
            (false, false) => {
                let of_tenant = self.tenants.entry(tenant_key.clone()).or_default();
                of_tenant.plans.entry(plan_key.clone()).or_default()
            }
        }
    }
}

/// Two lines that say different things of the same.
pub(super) struct Clash {
    pub heading: Heading,
    /// The line that said it first.
    pub first: u64,
    pub values: [String; 2],
}

/// Adds to a rule what a line says; returns where it says something else than a line before it.
pub(super) fn joined(
    rule: &mut Rule,
    line: u64,
    says: Says,
    policy: &Policy,
    catalogue: &Catalogue,
) -> Vec<Clash> {
    let segment = |place: usize| policy.segments.get(place).map_or(String::new(), |found| found.name.clone());
    let is_same = |left: &String, right: &String| left == right || same_plan(catalogue, left, right);
    let reason = says.reason.as_str();
    let then = &says.then;
    let same_status =
        |left: &StatusSaid, right: &StatusSaid| (left.is, left.leaves_out) == (right.is, right.leaves_out);
    let by = (line, reason);
    let segments = state(&mut rule.segment, (says.segment, &then.segment), by, PartialEq::eq);
    let plans = state(&mut rule.plan, (says.plan, &then.plan), by, is_same);
    let seats = state(&mut rule.seats, (says.seats, &then.seats), by, PartialEq::eq);
    let right = state(&mut rule.right_segment, (says.right_segment, &then.segment), by, PartialEq::eq);
    let statuses = state(&mut rule.status, (says.status, &then.status), by, same_status);
    let clash = |heading, first, values| Clash { heading, first, values };
    [
        segments.map(|(first, values)| clash(Heading::Segment, first, values.map(segment))),
        plans.map(|(first, values)| clash(Heading::MeansPlan, first, values)),
        seats.map(|(first, values)| clash(Heading::Seats, first, values.map(|count| count.to_string()))),
        right.map(|(first, values)| clash(Heading::RightSegment, first, values.map(segment))),
        statuses.map(|(first, values)| clash(Heading::Status, first, values.map(|said| said.written))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// States something of a cell that said what it `was`, unless that is stated already; returns the line that states something
/// else of the same cell, and both values. What is stated of any cell is stated of each.
fn state<T: Clone>(
    stated: &mut Alternatives<T>,
    (value, was): (Option<T>, &Option<String>),
    (line, reason): (u64, &str),
    is_same: impl Fn(&T, &T) -> bool,
) -> Option<(u64, [T; 2])> {
    let value = value?;
    let cell = was.as_deref().map(fold);
    for other in stated.iter() {
        let of_other = other.was.as_deref().map(fold);
        let may_be_the_same = of_other == cell || of_other.is_none() || cell.is_none();
        if may_be_the_same && !is_same(&other.value, &value) {
            return Some((other.line, [other.value.clone(), value]));
        }
        if of_other == cell {
            return None;
        }
    }
    stated.push(Stated { value, line, reason: reason.to_owned(), was: was.clone() });
    None
}

/// Returns whether two written plans are the same one, with the same segment and price.
fn same_plan(catalogue: &Catalogue, left: &str, right: &str) -> bool {
    match (catalogue.find(left), catalogue.find(right)) {
        (Ok(left), Ok(right)) => super::is_same(&left, &right),
        _ => false,
    }
}

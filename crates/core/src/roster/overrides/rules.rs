//! What the lines that name the same say together: each thing once, and where two of them differ.

use super::entry::Says;
use super::headings::Heading;
use super::named::NamedValue;
use super::words::Words;
use super::{Overrides, OverridesFile, RowKey, Rule, Stated, StatusSaid};
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
    let segments = state(&mut rule.segment, says.segment, line, reason, PartialEq::eq);
    let plans = state(&mut rule.plan, says.plan, line, reason, is_same);
    let seats = state(&mut rule.seats, says.seats, line, reason, PartialEq::eq);
    note_what_was(&mut rule.seats, says.then.seats, line);
    note_what_was(&mut rule.plan, says.then.plan, line);
    let right = state(&mut rule.right_segment, says.right_segment, line, reason, PartialEq::eq);
    let same_status =
        |left: &StatusSaid, right: &StatusSaid| (left.is, left.leaves_out) == (right.is, right.leaves_out);
    let statuses = state(&mut rule.status, says.status, line, reason, same_status);
    note_what_was(&mut rule.segment, says.then.segment.clone(), line);
    note_what_was(&mut rule.right_segment, says.then.segment, line);
    note_what_was(&mut rule.status, says.then.status, line);
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

/// Notes what the roster's cell said when a line stated something.
fn note_what_was<T>(stated: &mut Option<Stated<T>>, was: Option<String>, line: u64) {
    if let Some(stated) = stated.as_mut().filter(|stated| stated.line == line) {
        stated.was = was;
    }
}

/// States something unless it is stated already; returns the line that did and both values where they differ.
fn state<T: Clone>(
    stated: &mut Option<Stated<T>>,
    value: Option<T>,
    line: u64,
    reason: &str,
    is_same: impl Fn(&T, &T) -> bool,
) -> Option<(u64, [T; 2])> {
    let value = value?;
    match stated {
        Some(first) if is_same(&first.value, &value) => None,
        Some(first) => Some((first.line, [first.value.clone(), value])),
        None => {
            *stated = Some(Stated { value, line, reason: reason.to_owned(), was: None });
            None
        }
    }
}

/// Returns whether two written plans are the same one, with the same segment and price.
fn same_plan(catalogue: &Catalogue, left: &str, right: &str) -> bool {
    match (catalogue.find(left), catalogue.find(right)) {
        (Ok(left), Ok(right)) => super::is_same(&left, &right),
        _ => false,
    }
}

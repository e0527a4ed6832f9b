//! What is wrong with the rows of a roster by its kind: how many rows have it, and how many customers.

use crate::diagnostic::Code;
use crate::roster::RosterRow;
use std::collections::{BTreeMap, HashSet};

/// Customers that are told apart, at most, of all kinds that keep rows from a verdict together, and likewise of remarks.
pub const LIMIT_CUSTOMERS: usize = 200_000;

/// One kind of problem, in however many rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Whether it keeps its rows from a verdict; otherwise it is a remark.
    pub blocks: bool,
    /// The kind.
    pub code: Code,
    /// Rows that have it, each once.
    pub rows: u64,
    /// Their customers; `None` = there are too many to be told apart.
    pub customers: Option<u64>,
}

/// What is wrong with the rows, by its kind.
///
/// No more customers are told apart than there is room for, whatever the roster.
#[derive(Clone, Debug, Default)]
pub struct Causes {
    /// By whether it blocks and its code.
    all: BTreeMap<(bool, Code), Counted>,
    /// How many customers are kept of remarks, and of what blocks.
    kept: [usize; 2],
    /// Whether there were more than may be kept.
    gave_up: [bool; 2],
}

/// The rows of one kind, and the numbers of their tenants.
#[derive(Clone, Debug, Default)]
struct Counted {
    rows: u64,
    tenants: HashSet<u64>,
}

impl Causes {
    /// Adds what is wrong with a row; `tenant` gives the number of its tenant.
    pub fn see(&mut self, row: &RosterRow<'_>, tenant: impl FnOnce() -> u64) {
        if row.faults.is_empty() {
            return;
        }
        let tenant = tenant();
        for (place, fault) in row.faults.iter().enumerate() {
            let key = (fault.blocks, fault.code);
            // A row that has the same twice has it once.
            let is_told = row.faults.iter().take(place).any(|other| (other.blocks, other.code) == key);
            self.add(key, u64::from(!is_told), [tenant]);
        }
    }

    /// Adds what was found in other rows.
    pub fn merge(&mut self, other: Self) {
        for (blocks, gave_up) in [false, true].into_iter().zip(other.gave_up) {
            if gave_up {
                self.give_up(blocks);
            }
        }
        for (key, Counted { rows, tenants }) in other.all {
            self.add(key, rows, tenants);
        }
    }

    /// Returns all kinds: those that keep rows from a verdict first, of each those of most rows first.
    #[must_use]
    pub fn in_order(&self) -> Vec<Cause> {
        let cause = |(&(blocks, code), counted): (&(bool, Code), &Counted)| {
            let customers = u64::try_from(counted.tenants.len()).unwrap_or(u64::MAX);
            let customers = (!self.has_given_up(blocks)).then_some(customers);
            Cause { blocks, code, rows: counted.rows, customers }
        };
        let mut causes: Vec<Cause> = self.all.iter().map(cause).collect();
        causes.sort_by_key(|cause| (!cause.blocks, std::cmp::Reverse(cause.rows), cause.code));
        causes
    }

    fn add(&mut self, (blocks, code): (bool, Code), rows: u64, tenants: impl IntoIterator<Item = u64>) {
        let has_given_up = self.has_given_up(blocks);
        let counted = self.all.entry((blocks, code)).or_default();
        counted.rows += rows;
        if has_given_up {
            return;
        }
        let before = counted.tenants.len();
        counted.tenants.extend(tenants);
        let added = counted.tenants.len() - before;
        let [remarks, blocking] = &mut self.kept;
        let kept = if blocks { blocking } else { remarks };
        *kept += added;
        if *kept > LIMIT_CUSTOMERS {
            self.give_up(blocks);
        }
    }

    fn has_given_up(&self, blocks: bool) -> bool {
        let [remarks, blocking] = self.gave_up;
        if blocks { blocking } else { remarks }
    }

    fn give_up(&mut self, blocks: bool) {
        let [remarks, blocking] = &mut self.gave_up;
        *(if blocks { blocking } else { remarks }) = true;
        for ((_, _), counted) in self.all.iter_mut().filter(|((of, _), _)| *of == blocks) {
            counted.tenants = HashSet::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(causes: &Causes) -> Vec<(bool, &'static str, u64, Option<u64>)> {
        let told = |cause: &Cause| (cause.blocks, cause.code.as_str(), cause.rows, cause.customers);
        causes.in_order().iter().map(told).collect()
    }

    #[test]
    fn rows_and_customers_are_counted_by_kind_whatever_the_batches() {
        let mut one = Causes::default();
        one.add((true, Code::SeatsMissing), 1, [7]);
        one.add((false, Code::RowHidden), 1, [7]);
        let mut other = Causes::default();
        for tenant in [7, 7, 8] {
            other.add((true, Code::SeatsMissing), 1, [tenant]);
        }
        other.add((true, Code::PlanUnknown), 1, [9]);
        one.merge(other);
        assert_eq!(
            told(&one),
            [
                (true, "seats-missing", 4, Some(2)),
                (true, "plan-unknown", 1, Some(1)),
                (false, "row-hidden", 1, Some(1)),
            ]
        );
    }

    #[test]
    fn no_roster_fills_the_memory_and_rows_are_counted_all_the_same() {
        let limit = LIMIT_CUSTOMERS as u64;
        let mut parts = [Causes::default(), Causes::default()];
        for tenant in 0..=limit {
            parts[usize::from(tenant % 2 == 0)].add((false, Code::RowHidden), 1, [tenant]);
        }
        parts[0].add((true, Code::PlanUnknown), 1, [1]);
        let [mut all, other] = parts;
        all.merge(other);
        assert_eq!(told(&all), [(true, "plan-unknown", 1, Some(1)), (false, "row-hidden", limit + 1, None)]);
        let kept: usize = all.all.values().map(|counted| counted.tenants.len()).sum();
        assert_eq!(kept, 1);
    }
}

//! The totals of a roster: a fold over its rows with an associative merge.

use crate::diagnostic::Code;
use crate::policy::Policy;
use crate::roster::{RosterRow, RowKind};
use crate::verdict::{Tier, Verdict};
use std::collections::BTreeMap;

pub use counts::{Count, VerdictCounts, WhyLowest};

mod counts;

/// The totals of a roster, or of a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Rows below the headings, of every kind.
    pub read: u64,
    /// Rows with nothing in them.
    pub blank: u64,
    /// Totals lines and closing remarks.
    pub footer: u64,
    /// Of those read, the ones that the roster's workbook does not show: hidden by a filter, or by hand.
    pub hidden: u64,
    /// The verdicts of its rows.
    pub verdicts: VerdictCounts,
    /// Rows of which the overrides file sets something.
    pub overridden: u64,
    /// How many rows each line of the overrides file fits, by its number; lines that fit none are left out.
    pub override_lines: BTreeMap<u64, u64>,
    /// Faults by code.
    pub faults: BTreeMap<Code, u64>,
}

impl Summary {
    /// Returns the totals of no rows.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        Self {
            read: 0,
            blank: 0,
            footer: 0,
            hidden: 0,
            verdicts: VerdictCounts::new(policy),
            overridden: 0,
            override_lines: BTreeMap::new(),
            faults: BTreeMap::new(),
        }
    }

    /// Returns the tiers in order: the rungs first, then none, then needs review.
    pub fn tiers(&self) -> impl Iterator<Item = Tier> + use<> {
        self.verdicts.tiers()
    }

    /// Adds rows with nothing in them.
    pub fn add_blank(&mut self, rows: u64) {
        self.read += rows;
        self.blank += rows;
    }

    /// Adds one row; `verdict` is `None` for blank and footer rows.
    pub fn add(&mut self, row: &RosterRow<'_>, verdict: Option<&Verdict>) {
        if row.kind == RowKind::Blank {
            return self.add_blank(1);
        }
        self.read += 1;
        self.footer += u64::from(row.kind == RowKind::Footer);
        for fault in &row.faults {
            *self.faults.entry(fault.code).or_default() += 1;
        }
        self.overridden += u64::from(row.is_overridden());
        for line in &row.override_lines {
            *self.override_lines.entry(*line).or_default() += 1;
        }
        if let Some(verdict) = verdict {
            let seats = verdict.seats_counted.unwrap_or(0);
            self.verdicts.add(verdict, row.segment, row.segment_from, seats);
        }
    }

    /// Adds the totals of another part; the order of parts does not matter.
    pub fn merge(&mut self, other: &Self) {
        self.read += other.read;
        self.blank += other.blank;
        self.footer += other.footer;
        self.hidden += other.hidden;
        self.verdicts.merge(&other.verdicts);
        self.overridden += other.overridden;
        for (line, rows) in &other.override_lines {
            *self.override_lines.entry(*line).or_default() += rows;
        }
        for (code, count) in &other.faults {
            *self.faults.entry(*code).or_default() += count;
        }
    }

    /// Returns rows and seats of a tier over all segments.
    #[must_use]
    pub fn tier(&self, tier: Tier) -> Count {
        self.verdicts.tier(tier)
    }

    /// Returns how many rows have a verdict.
    #[must_use]
    pub fn classified(&self) -> u64 {
        self.verdicts.classified()
    }

    /// Returns how many rows need review.
    #[must_use]
    pub fn review(&self) -> u64 {
        self.tier(Tier::NeedsReview).rows
    }

    /// Returns how many rows are customers', with a verdict or to review.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.classified() + self.review()
    }

    /// Returns whether every row read is accounted for: classified, in review, blank or footer.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.read == self.customers() + self.blank + self.footer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Catalogue;
    use crate::record::Records;
    use crate::roster::{SegmentFrom, columns, understand};
    use crate::verdict::{Facts, judge};

    const ROWS: [[&str; 3]; 7] = [
        ["Contoso", "Microsoft 365 E3", "480"],
        ["Fabrikam", "Microsoft 365 A3 for Faculty", "600"],
        ["Tailspin", "Microsoft 365 E3", "12.5"],
        ["Litware", "Office 365 A1 for faculty", "9000"],
        ["Wide World", "Dynamics 365 Sales Premium", "70"],
        ["", "", ""],
        ["Total", "", "10150"],
    ];

    fn summary(policy: &Policy, rows: &[[&str; 3]]) -> Summary {
        let catalogue = Catalogue::shipped().expect("shipped");
        let headings = ["Tenant", "Plan", "Seats"].map(str::to_owned);
        let columns = columns::find(&headings, &[], None).expect("all three are known");
        let mut records = Records::default();
        for (number, row) in (2..).zip(rows) {
            records.begin(number, number - 1);
            for cell in row {
                records.push_text(cell);
            }
        }
        let mut summary = Summary::new(policy);
        for record in records.iter() {
            let row = understand(record, &columns, policy, &catalogue);
            let verdict = (row.kind == RowKind::Customer).then(|| judge(policy, Facts::of(&row)));
            summary.add(&row, verdict.as_ref());
        }
        summary
    }

    #[test]
    fn every_row_is_counted_once_in_the_part_it_belongs_to() {
        let policy = Policy::default_shipped().expect("shipped");
        let total = summary(&policy, &ROWS);
        assert!(total.adds_up());
        assert_eq!(
            (total.read, total.classified(), total.review(), total.blank, total.footer),
            (7, 4, 1, 1, 1)
        );
        assert_eq!((total.verdicts.not_paid, total.verdicts.not_served), (1, 1));
        assert_eq!(total.tier(Tier::Rung(2)), Count { rows: 1, seats: 480 });
        // Free seats count 0; a readable count of a plan that is not served is counted.
        assert_eq!(total.tier(Tier::Rung(0)), Count { rows: 2, seats: 70 });
        assert_eq!(total.faults.get(&Code::SeatsNotWhole), Some(&1));
    }

    #[test]
    fn entitlements_are_counted_one_by_one() {
        let policy = Policy::default_shipped().expect("shipped");
        let total = summary(&policy, &ROWS);
        let migration = policy.entitlement("migration").expect("there");
        let specialist = policy.entitlement("specialist").expect("there");
        assert_eq!(total.verdicts.granted[migration], Count { rows: 1, seats: 600 });
        assert_eq!(total.verdicts.confirm[migration], Count { rows: 1, seats: 600 });
        assert_eq!(total.verdicts.granted[specialist], Count { rows: 1, seats: 480 });
    }

    #[test]
    fn rows_that_overrides_fit_are_counted_by_line_and_parts_of_them_merge() {
        let policy = Policy::default_shipped().expect("shipped");
        let row = |lines: &[u64], segment_from| RosterRow {
            kind: RowKind::Customer,
            plan: None,
            standing: None,
            recognised: None,
            segment: 0,
            segment_from,
            seats: None,
            overridden: crate::roster::Overridden::default(),
            override_lines: lines.to_vec(),
            not_paid: None,
            phase: None,
            wanted: None,
            faults: Vec::new(),
        };
        let of = |rows: &[RosterRow<'_>]| {
            let mut summary = Summary::new(&policy);
            for row in rows {
                summary.add(row, None);
            }
            summary
        };
        let (left, right) = (row(&[2, 5], SegmentFrom::Override), row(&[5], SegmentFrom::Column));
        let mut merged = of(std::slice::from_ref(&right));
        merged.merge(&of(std::slice::from_ref(&left)));
        assert_eq!(merged, of(&[left, right]));
        assert_eq!(merged.override_lines, BTreeMap::from([(2, 1), (5, 2)]));
        // A line that fits sets nothing where the roster's own column goes before it.
        assert_eq!(merged.overridden, 1);
    }

    #[test]
    fn parts_merge_to_the_whole_in_any_order() {
        let policy = Policy::default_shipped().expect("shipped");
        let whole = summary(&policy, &ROWS);
        for cut in 0..=ROWS.len() {
            let (left, right) = ROWS.split_at(cut);
            let mut merged = summary(&policy, right);
            merged.merge(&summary(&policy, left));
            assert_eq!(merged, whole, "cut at {cut}");
        }
    }
}

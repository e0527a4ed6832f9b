//! The totals of a roster: a fold over its rows with an associative merge.

use crate::diagnostic::Code;
use crate::policy::Policy;
use crate::roster::{RosterRow, RowKind, SegmentFrom};
use crate::verdict::{Certainty, DecidedBy, Tier, Verdict};
use std::collections::BTreeMap;

/// How many rows, and the paid seats they count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Roster rows.
    pub rows: u64,
    /// Paid seats counted; a row without a readable count adds none.
    pub seats: u64,
}

impl Count {
    fn add(&mut self, seats: u64) {
        self.rows += 1;
        self.seats = self.seats.saturating_add(seats);
    }

    /// Adds those of another count.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.seats = self.seats.saturating_add(other.seats);
    }
}

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
    /// By tier (see [`Summary::slot`]) and segment.
    pub by_tier: Vec<Vec<Count>>,
    /// By entitlement: granted.
    pub granted: Vec<Count>,
    /// By entitlement: of those granted, the ones to confirm.
    pub confirm: Vec<Count>,
    /// Rows whose seats are not paid for.
    pub not_paid: u64,
    /// Rows whose plan FastTrack does not cover.
    pub not_served: u64,
    /// Rows with a verdict whose segment is assumed.
    pub segment_assumed: u64,
    /// Of those, the ones that another segment would change.
    pub assumption_matters: u64,
    /// Rows whose verdict rests on an interpretation.
    pub interpreted: u64,
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
        let slots = policy.rungs.len() + 2;
        Self {
            read: 0,
            blank: 0,
            footer: 0,
            hidden: 0,
            by_tier: vec![vec![Count::default(); policy.segments.len()]; slots],
            granted: vec![Count::default(); policy.entitlements.len()],
            confirm: vec![Count::default(); policy.entitlements.len()],
            not_paid: 0,
            not_served: 0,
            segment_assumed: 0,
            assumption_matters: 0,
            interpreted: 0,
            overridden: 0,
            override_lines: BTreeMap::new(),
            faults: BTreeMap::new(),
        }
    }

    /// Returns the index of a tier in [`Summary::by_tier`]: the rungs first, then none, then needs review.
    #[must_use]
    pub fn slot(&self, tier: Tier) -> usize {
        tier.slot(self.by_tier.len().saturating_sub(2))
    }

    /// Returns the tiers in the order of [`Summary::by_tier`].
    pub fn tiers(&self) -> impl Iterator<Item = Tier> + use<> {
        (0..self.by_tier.len().saturating_sub(2)).map(Tier::Rung).chain([Tier::None, Tier::NeedsReview])
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
            self.add_verdict(row, verdict);
        }
    }

    fn add_verdict(&mut self, row: &RosterRow<'_>, verdict: &Verdict) {
        let seats = verdict.seats_counted.unwrap_or(0);
        let slot = self.slot(verdict.tier);
        if let Some(count) = self.by_tier.get_mut(slot).and_then(|segments| segments.get_mut(row.segment)) {
            count.add(seats);
        }
        for (index, count) in
            self.granted.iter_mut().enumerate().filter(|(index, _)| verdict.granted.has(*index))
        {
            count.add(seats);
            if let Some(confirm) = self.confirm.get_mut(index).filter(|_| verdict.confirm.has(index)) {
                confirm.add(seats);
            }
        }
        match verdict.decided_by {
            DecidedBy::Review => return,
            DecidedBy::NotPaid => self.not_paid += 1,
            DecidedBy::Product | DecidedBy::Family | DecidedBy::Kind => self.not_served += 1,
            DecidedBy::Seats => {}
        }
        self.segment_assumed += u64::from(row.segment_from == SegmentFrom::Assumed);
        self.assumption_matters += u64::from(verdict.assumption_matters);
        self.interpreted += u64::from(verdict.certainty == Certainty::Interpreted);
    }

    /// Adds the totals of another part; the order of parts does not matter.
    pub fn merge(&mut self, other: &Self) {
        let zip = |mine: &mut Vec<Count>, theirs: &[Count]| {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.merge(*theirs));
        };
        self.read += other.read;
        self.blank += other.blank;
        self.footer += other.footer;
        self.hidden += other.hidden;
        self.by_tier.iter_mut().zip(&other.by_tier).for_each(|(mine, theirs)| zip(mine, theirs));
        zip(&mut self.granted, &other.granted);
        zip(&mut self.confirm, &other.confirm);
        self.not_paid += other.not_paid;
        self.not_served += other.not_served;
        self.segment_assumed += other.segment_assumed;
        self.assumption_matters += other.assumption_matters;
        self.interpreted += other.interpreted;
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
        let mut total = Count::default();
        self.by_tier.get(self.slot(tier)).into_iter().flatten().for_each(|count| total.merge(*count));
        total
    }

    /// Returns rows and seats of a tier in one segment.
    #[must_use]
    pub fn tier_in_segment(&self, tier: Tier, segment: usize) -> Count {
        self.by_tier
            .get(self.slot(tier))
            .and_then(|segments| segments.get(segment))
            .copied()
            .unwrap_or_default()
    }

    /// Returns how many rows have a verdict.
    #[must_use]
    pub fn classified(&self) -> u64 {
        self.tiers().filter(|tier| *tier != Tier::NeedsReview).map(|tier| self.tier(tier).rows).sum()
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
    use crate::roster::{columns, understand};
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
        assert_eq!((total.not_paid, total.not_served), (1, 1));
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
        assert_eq!(total.granted[migration], Count { rows: 1, seats: 600 });
        assert_eq!(total.confirm[migration], Count { rows: 1, seats: 600 });
        assert_eq!(total.granted[specialist], Count { rows: 1, seats: 480 });
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

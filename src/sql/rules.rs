//! The policy as expressions: whole numbers in, 0 or 1 or a name out.

use super::dialect::Dialect;
use crate::policy::{PlansServed, Policy};
use crate::verdict::words::rung_name;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The column of the segment's name.
pub(super) const SEGMENT: &str = "fasttrack_segment";

/// A policy for an engine.
#[derive(Clone, Copy)]
pub(super) struct Rules<'p> {
    pub(super) policy: &'p Policy,
    pub(super) dialect: Dialect,
}

impl Rules<'_> {
    /// Returns the threshold of an entitlement in the row's segment; null = never.
    pub(super) fn threshold(self, entitlement: usize) -> String {
        let segments = self.policy.segments.iter().enumerate();
        let asked = segments.filter_map(|(place, segment)| {
            let seats = self.policy.threshold(entitlement, place)?.seats?;
            Some(format!(" when {} then {seats}", self.dialect.text(&segment.name)))
        });
        let asked: String = asked.collect();
        if asked.is_empty() { "null".to_owned() } else { format!("case {SEGMENT}{asked} end") }
    }

    /// Returns the seats on which an entitlement rests.
    pub(super) fn seats_of(self, entitlement: usize) -> &'static str {
        match self.policy.entitlements.get(entitlement).map(|entitlement| entitlement.plans) {
            Some(PlansServed::Any) => "ft_any_seats",
            Some(PlansServed::Eligible) | None => "ft_eligible_seats",
        }
    }

    /// Returns 1 where the row has an entitlement, else 0.
    pub(super) fn has(self, entitlement: usize) -> String {
        let (seats, threshold) = (self.seats_of(entitlement), self.threshold(entitlement));
        format!("case when {seats} >= {threshold} then 1 else 0 end")
    }

    /// Returns 1 where an entitlement that the row has must be confirmed, else 0.
    pub(super) fn confirm(self, entitlement: usize) -> String {
        let seats = self.seats_of(entitlement);
        let readings = self.policy.interpretations.iter();
        let readings =
            readings.filter(|reading| reading.confirm && reading.entitlement == entitlement).map(|reading| {
                let segments = reading.segments.iter().filter_map(|place| self.policy.segments.get(*place));
                let names: Vec<String> = segments.map(|segment| self.dialect.text(&segment.name)).collect();
                let below = reading.below.map_or(String::new(), |below| format!(" and {seats} < {below}"));
                format!("({SEGMENT} in ({}) and {seats} >= {}{below})", names.join(", "), reading.from)
            });
        let readings: Vec<String> = readings.collect();
        if readings.is_empty() {
            return "0".to_owned();
        }
        format!("case when {} = 1 and ({}) then 1 else 0 end", held(entitlement), readings.join(" or "))
    }

    /// Returns the name of the tier of a row that does not need review.
    pub(super) fn tier(self, no_tier: &str) -> String {
        let mut below = no_tier;
        let mut text = "case".to_owned();
        for (place, entitlement) in self.policy.rungs.iter().enumerate() {
            let _ = write!(text, " when {} = 0 then {}", held(*entitlement), self.dialect.text(below));
            below = rung_name(self.policy, place);
        }
        format!("{text} else {} end", self.dialect.text(below))
    }

    /// Returns what is said of the first rung that is not held, as `of` tells it of the rung and of the seats missing to
    /// it; null where no seats would bring it.
    pub(super) fn next(self, of: &dyn Fn(&str, &str) -> String) -> String {
        let rungs = self.policy.rungs.iter().enumerate().map(|(place, entitlement)| {
            let seats = match self.seats_of(*entitlement) {
                "ft_any_seats" => "case when ft_not_paid = 1 then null else ft_any_seats end",
                seats => seats,
            };
            let missing = format!("({}) - ({seats})", self.threshold(*entitlement));
            let name = self.dialect.text(rung_name(self.policy, place));
            let told = of(&name, &missing);
            format!(" when {} = 0 then case when {missing} > 0 then {told} end", held(*entitlement))
        });
        let rungs: String = rungs.collect();
        if rungs.is_empty() { "null".to_owned() } else { format!("case{rungs} end") }
    }

    /// Returns a condition on `seats`: where `is` is true of them. It may change at thresholds only.
    pub(super) fn where_seats(self, seats: &str, is: impl Fn(u64) -> bool) -> String {
        let thresholds = self.policy.entitlements.iter().flat_map(|entitlement| &entitlement.thresholds);
        let borders: BTreeSet<u64> = thresholds.filter_map(|threshold| threshold.seats).chain([0]).collect();
        let borders: Vec<u64> = borders.into_iter().collect();
        let ends = borders.iter().skip(1).map(|end| Some(*end)).chain([None]);
        let ranges = borders.iter().zip(ends).filter(|(from, _)| is(**from)).map(|(from, end)| {
            let below = end.map_or(String::new(), |end| format!(" and {seats} < {end}"));
            format!("({seats} >= {from}{below})")
        });
        let ranges: Vec<String> = ranges.collect();
        if ranges.is_empty() { "1 = 0".to_owned() } else { format!("({})", ranges.join(" or ")) }
    }
}

/// Returns the column that says whether the row has an entitlement.
pub(super) fn held(entitlement: usize) -> String {
    format!("ft_has_{entitlement}")
}

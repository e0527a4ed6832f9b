//! A customer in one of the two nights.

use crate::figures::grouped;
use crate::fold::fold;
use crate::policy::LIMIT_SEGMENTS;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Plans of a customer that are named, at most; of more, only the number is told.
pub(super) const NAMED_PLANS: usize = 8;

/// A customer in one of the two nights: a tenant on one row as the row says, on several as they come to together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The first of its rows.
    pub ordinal: u64,
    /// How many rows it has, at least 1.
    pub rows: u64,
    /// How many of them need review.
    pub review: u64,
    /// Its paid seats; `None` = none of its rows says how many.
    pub seats: Option<u64>,
    /// Its tier.
    pub tier: String,
    /// Its segments, each once; mostly one.
    pub segments: Vec<String>,
    /// Whether its rows were judged together: then the first segment is the one that it was judged by.
    pub is_together: bool,
    /// What tells the tenant from others, and its name, as the first row shows them.
    pub shown: [String; 2],
    /// Its plans.
    pub plans: PlanNames,
}

impl Side {
    /// Returns its segments as a person reads them: the one that it was judged by first, if one is.
    #[must_use]
    pub fn segment(&self) -> Cow<'_, str> {
        let all = match self.segments.as_slice() {
            [] => return Cow::Borrowed(""),
            [only] => return Cow::Borrowed(only),
            several => listed(several),
        };
        match self.segments.first().filter(|_| self.is_together) {
            Some(first) => Cow::Owned(format!("{first} (mixed: {all})")),
            None => Cow::Owned(all),
        }
    }

    /// Returns whether it has the same segments as another, in whatever order, and was judged by the same.
    #[must_use]
    pub fn has_segments_of(&self, other: &Self) -> bool {
        let judged_by = |side: &Self| {
            let is_one = side.is_together || side.segments.len() == 1;
            side.segments.first().filter(|_| is_one).map(|segment| fold(segment))
        };
        let is_judged_otherwise =
            judged_by(self).zip(judged_by(other)).is_some_and(|(mine, other)| mine != other);
        !is_judged_otherwise && are_same_segments(&self.segments, &other.segments)
    }
}

/// Returns segments with `, ` between them, in an order of their own.
pub(super) fn listed(segments: &[String]) -> String {
    let mut segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    segments.sort_by_cached_key(|segment| fold(segment));
    segments.join(", ")
}

/// Returns whether two lists have the same segments, in whatever order.
pub(super) fn are_same_segments(left: &[String], right: &[String]) -> bool {
    if let ([left], [right]) = (left, right) {
        return left == right || fold(left) == fold(right);
    }
    let set = |segments: &[String]| segments.iter().map(|segment| fold(segment)).collect::<BTreeSet<_>>();
    set(left) == set(right)
}

/// Adds a segment to those that are told apart, at most as many as a policy has.
pub(super) fn add_segment(segments: &mut Vec<String>, segment: &str) {
    let is_here = |own: &String| own == segment || fold(own) == fold(segment);
    if !segments.iter().any(is_here) && segments.len() < LIMIT_SEGMENTS {
        segments.push(segment.to_owned());
    }
}

/// The names of a customer's plans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanNames {
    /// The first eight in the order of its rows, as these show them.
    pub named: Vec<String>,
    /// How many plans there are, those that are not named included.
    pub count: u64,
}

impl PlanNames {
    /// Returns the names with `; ` between them; of more than are named, the number is told.
    #[must_use]
    pub fn words(&self) -> Cow<'_, str> {
        if let ([only], 1) = (self.named.as_slice(), self.count) {
            return Cow::Borrowed(only);
        }
        let more = self.count.saturating_sub(self.named.len() as u64);
        let more = (more > 0).then(|| format!("{} more", grouped(more)));
        Cow::Owned(self.named.iter().cloned().chain(more).collect::<Vec<_>>().join("; "))
    }
}

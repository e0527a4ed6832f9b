//! Which of two tiers is higher, by the policies of both nights.

use crate::verdict::words::NO_TIER;
use std::cmp::Ordering;

/// The names of the rungs of both policies, lowest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladders {
    /// Those of the earlier night.
    pub before: Vec<String>,
    /// Those of this night.
    pub now: Vec<String>,
}

impl Ladders {
    /// Compares a tier of the earlier night with one of this night by name; `None` if no policy has both.
    #[must_use]
    pub fn compare(&self, before: &str, now: &str) -> Option<Ordering> {
        if before == now {
            return Some(Ordering::Equal);
        }
        [&self.now, &self.before]
            .into_iter()
            .find_map(|ladder| Some(height(ladder, now)?.cmp(&height(ladder, before)?)))
    }
}

/// Returns how high a tier is; 0 = it is none.
pub(super) fn height(ladder: &[String], tier: &str) -> Option<usize> {
    if tier == NO_TIER {
        return Some(0);
    }
    ladder.iter().position(|rung| rung == tier).map(|place| place + 1)
}

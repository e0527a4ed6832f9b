//! Customers split by a value: which value a row has, and what its sheet is called.

pub mod names;

use crate::fold::{fold, squeeze};
use crate::hash;
use crate::policy::Policy;
use crate::report::{Block, Sheet};
use crate::verdict::Tier;
use crate::verdict::words::{counted, tier_name};
use sha2::{Digest, Sha256};

/// The value of customers whose owner is blank.
pub const NO_OWNER: &str = "No owner";

/// What customers are split by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// The tier of the row.
    Tier,
    /// Its segment.
    Segment,
    /// The roster's column of owners.
    Owner,
}

impl By {
    /// Returns the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tier => "tier",
            Self::Segment => "segment",
            Self::Owner => "owner",
        }
    }
}

/// A value; in the order in which their sheets stand.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Of a list of the policy's: its place there.
    Place(usize),
    /// Of the roster's: folded, so that case and blanks do not matter.
    Text(String),
    /// The roster's cell is blank.
    Nobody,
}

impl Key {
    /// Returns the value of a tier.
    #[must_use]
    pub fn of_tier(policy: &Policy, tier: Tier) -> Self {
        Self::Place(tier.slot(policy.rungs.len()))
    }

    /// Returns the value of an owner as the roster shows it.
    ///
    /// One of more than 256 bytes is kept as its beginning and its hash, so that a value takes little room whatever the
    /// roster holds.
    #[must_use]
    pub fn of_owner(shown: &str) -> Self {
        const LIMIT_BYTES: usize = 256;
        let mut folded = fold(shown);
        if folded.is_empty() {
            return Self::Nobody;
        }
        if folded.len() > LIMIT_BYTES {
            let hash = hash::shown(Sha256::new().chain_update(&folded));
            folded.truncate(folded.floor_char_boundary(LIMIT_BYTES));
            folded.push_str(&hash);
        }
        Self::Text(folded)
    }
}

/// Returns what a value is called: a name of the policy's, or what the roster shows.
#[must_use]
pub fn words(policy: &Policy, by: By, (tier, segment): (Tier, usize), owner: &str) -> String {
    const LIMIT_CHARACTERS: usize = 256;
    match by {
        By::Tier => tier_name(policy, tier).to_owned(),
        By::Segment => policy.segments.get(segment).map(|segment| segment.name.clone()).unwrap_or_default(),
        By::Owner if fold(owner).is_empty() => NO_OWNER.to_owned(),
        By::Owner => squeeze(owner).chars().take(LIMIT_CHARACTERS).collect(),
    }
}

/// Says below the name of the roster that its customers stand on sheets of their own, too.
pub fn on_top(summary: &mut Sheet, by: By, sheets: usize, customers: u64) {
    let text = format!(
        "The {} {} once more on {} by {}, behind the Roster sheet; blank and footer rows stand on Roster alone.",
        counted(customers, "customer", "customers"),
        if customers == 1 { "stands" } else { "stand" },
        counted(u64::try_from(sheets).unwrap_or(u64::MAX), "sheet", "sheets"),
        by.word(),
    );
    below_the_roster(summary, Block::Remark(text));
}

/// Puts a block behind the title and the line below it.
fn below_the_roster(sheet: &mut Sheet, block: Block) {
    let place = sheet.blocks.len().min(2);
    sheet.blocks.insert(place, block);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_fold_together_and_long_ones_stay_apart() {
        assert_eq!(Key::of_owner(" Ann\u{a0} LEE"), Key::of_owner("ann lee"));
        assert_eq!(Key::of_owner(" \u{200b}\t"), Key::Nobody);
        let long = "\u{e9}".repeat(20_000);
        let (one, two) = (Key::of_owner(&format!("{long}1")), Key::of_owner(&format!("{long}2")));
        assert_ne!(one, two);
        assert!(matches!(one, Key::Text(text) if text.len() <= 256 + 64));
    }

    #[test]
    fn nobody_stands_behind_all_others() {
        assert!(Key::of_owner("") > Key::of_owner("\u{10ffff}") && Key::Place(1) > Key::Place(0));
    }
}

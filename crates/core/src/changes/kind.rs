//! In which ways a customer moves.

/// How a customer moved; each has one kind, the first that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Its tier is lower.
    Down,
    /// It is in the earlier night only.
    Gone,
    /// It had a tier and needs review.
    ToReview,
    /// Its tier is higher.
    Up,
    /// It is in this night only.
    New,
    /// It needed review and has a tier.
    FromReview,
    /// Its tier is another one, and the two policies do not say which is higher.
    OtherTier,
    /// Its segment is another one, its tier the same.
    OtherSegment,
    /// It has fewer paid seats.
    Fewer,
    /// It has more paid seats.
    More,
    /// Plans came or went, or single plans have other seats, segments or tiers; the customer's own are the same.
    OtherPlans,
    /// It is on more or fewer rows, or more or fewer of them need review; nothing else moved.
    OtherRows,
    /// Nothing moved.
    Unchanged,
}

impl ChangeKind {
    /// All of them, in the order of the Changes sheet: losses first.
    pub const ALL: [Self; 13] = [
        Self::Down,
        Self::Gone,
        Self::ToReview,
        Self::Up,
        Self::New,
        Self::FromReview,
        Self::OtherTier,
        Self::OtherSegment,
        Self::Fewer,
        Self::More,
        Self::OtherPlans,
        Self::OtherRows,
        Self::Unchanged,
    ];

    /// Returns its place in [`ChangeKind::ALL`].
    pub(super) const fn place(self) -> usize {
        // Both lists are in one order, which a test holds.
        self as usize
    }

    /// Returns what a person reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "Tier lower",
            Self::Gone => "Gone",
            Self::ToReview => "Needs review now",
            Self::Up => "Tier higher",
            Self::New => "New",
            Self::FromReview => "No more in review",
            Self::OtherTier => "Tier of other rules",
            Self::OtherSegment => "Other segment",
            Self::Fewer => "Fewer seats",
            Self::More => "More seats",
            Self::OtherPlans => "Other plans",
            Self::OtherRows => "Other rows",
            Self::Unchanged => "Unchanged",
        }
    }

    /// Returns its name in the run report.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Gone => "gone",
            Self::ToReview => "to_review",
            Self::Up => "up",
            Self::New => "new",
            Self::FromReview => "from_review",
            Self::OtherTier => "other_tier",
            Self::OtherSegment => "other_segment",
            Self::Fewer => "fewer_seats",
            Self::More => "more_seats",
            Self::OtherPlans => "other_plans",
            Self::OtherRows => "other_rows",
            Self::Unchanged => "unchanged",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ChangeKind;

    #[test]
    fn each_kind_is_at_its_place_in_the_list() {
        let places: Vec<usize> = ChangeKind::ALL.into_iter().map(ChangeKind::place).collect();
        assert_eq!(places, (0..ChangeKind::ALL.len()).collect::<Vec<_>>());
    }
}

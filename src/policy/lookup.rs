//! Questions to a checked policy.

use super::text::folded_word;
use super::{Interpretation, PlanClass, Policy, Source, Threshold};

impl Policy {
    /// Returns the threshold of an entitlement in a segment, both by their place in the policy.
    ///
    /// `None` only for a place outside the policy: every segment has a threshold for every entitlement.
    ///
    /// ```
    /// # use fasttrack_roster::policy::Policy;
    /// let policy = Policy::default_shipped()?;
    /// let specialist = policy.entitlement("specialist").unwrap_or_default();
    /// let nonprofit = policy.segment_by_word("charity").unwrap_or_default();
    /// assert_eq!(policy.threshold(specialist, nonprofit).and_then(|threshold| threshold.seats), Some(1000));
    /// # Ok::<(), fasttrack_roster::error::Error>(())
    /// ```
    #[must_use]
    pub fn threshold(&self, entitlement: usize, segment: usize) -> Option<&Threshold> {
        self.entitlements.get(entitlement)?.thresholds.get(segment)
    }

    /// Returns the place of the entitlement with this id.
    #[must_use]
    pub fn entitlement(&self, id: &str) -> Option<usize> {
        self.entitlements.iter().position(|entitlement| entitlement.id == id)
    }

    /// Returns the place of the segment with this id, spelled exactly, as the plan catalogue spells it.
    #[must_use]
    pub fn segment(&self, id: &str) -> Option<usize> {
        self.segments.iter().position(|segment| segment.id == id)
    }

    /// Returns the place of the segment that a written word stands for: its id, its name or one of its words.
    ///
    /// Only letters and digits count, in any case: `Non-Profit` is `nonprofit`. `None` for a word that the policy does
    /// not know, and for one without letters and digits.
    #[must_use]
    pub fn segment_by_word(&self, written: &str) -> Option<usize> {
        folded_word(written).next()?;
        let is_meant = |word: &str| folded_word(word).eq(folded_word(written));
        self.segments.iter().position(|segment| {
            is_meant(&segment.id)
                || is_meant(&segment.name)
                || segment.words.iter().any(|word| is_meant(word))
        })
    }

    /// Returns the interpretation on which a verdict about these paid seats rests; at most one holds.
    #[must_use]
    pub fn interpretation(&self, entitlement: usize, segment: usize, seats: u64) -> Option<&Interpretation> {
        self.interpretations.iter().find(|reading| {
            reading.entitlement == entitlement
                && reading.segments.contains(&segment)
                && reading.from <= seats
                && reading.below.is_none_or(|below| seats < below)
        })
    }

    /// Returns the family of plans that the catalogue calls by this word.
    #[must_use]
    pub fn family(&self, word: &str) -> Option<&PlanClass> {
        self.families.iter().find(|family| family.id == word)
    }

    /// Returns the kind of plans that the catalogue calls by this word.
    #[must_use]
    pub fn kind(&self, word: &str) -> Option<&PlanClass> {
        self.kinds.iter().find(|kind| kind.id == word)
    }

    /// Returns the source at a place that a rule of this policy names.
    #[must_use]
    pub fn source(&self, place: usize) -> Option<&Source> {
        self.sources.get(place)
    }
}

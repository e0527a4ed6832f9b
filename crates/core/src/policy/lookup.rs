//! Questions to a checked policy.

use super::text::folded_word;
use super::{Entitlement, Interpretation, PlanClass, PlansServed, Policy, Segment, Source, Threshold};
use crate::plans::Services;

/// No word, name or number has more bytes.
const LIMIT_WORD_BYTES: usize = 1024;

impl Policy {
    /// Returns the threshold of an entitlement in a segment, both by their place in the policy.
    ///
    /// `None` only for a place outside the policy: every segment has a threshold for every entitlement.
    ///
    /// ```
    /// # use fasttrack_core::policy::Policy;
    /// let policy = Policy::default_shipped()?;
    /// let specialist = policy.entitlement("specialist").unwrap_or_default();
    /// let nonprofit = policy.segment_by_word("charity").unwrap_or_default();
    /// assert_eq!(policy.threshold(specialist, nonprofit).and_then(|threshold| threshold.seats), Some(1000));
    /// # Ok::<(), fasttrack_core::error::Error>(())
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

    /// Returns the names of services, as far as the policy names them, with `; ` between them.
    #[must_use]
    pub fn service_names(&self, services: Services) -> String {
        let named = services.words().filter_map(|id| self.services.iter().find(|service| service.id == id));
        named.map(|service| service.name.as_str()).collect::<Vec<_>>().join("; ")
    }

    /// Returns the place of the segment with this id, spelled exactly, as the plan catalogue spells it.
    #[must_use]
    pub fn segment(&self, id: &str) -> Option<usize> {
        self.segments.iter().position(|segment| segment.id == id)
    }

    /// Returns the place of the segment that a written word stands for: its id, its name or one of its words.
    ///
    /// Only letters and digits count, in any case and without accents: `Non-Profit` is `nonprofit`. Where several words
    /// stand together, as in `Education (K-12)` or `EDU / Faculty`, all of them have to stand for the same segment.
    /// `None` for a word that the policy does not know, and for one without letters and digits.
    #[must_use]
    pub fn segment_by_word(&self, written: &str) -> Option<usize> {
        const PARTING: [char; 9] = ['/', '(', ')', ',', ';', ':', '|', '\u{2013}', '\u{2014}'];
        if written.len() > LIMIT_WORD_BYTES {
            return None;
        }
        let one = |word: &str| {
            let folded: String = folded_word(word).collect();
            let is_meant = |segment: &Segment| segment.known.contains(&folded);
            if folded.is_empty() { None } else { self.segments.iter().position(is_meant) }
        };
        one(written).or_else(|| {
            let parts = written.split(PARTING).flat_map(|part| part.split(" - "));
            let mut parts = parts.filter(|part| folded_word(part).next().is_some()).map(one);
            let first = parts.next()??;
            parts.all(|part| part == Some(first)).then_some(first)
        })
    }

    /// Returns the place of the segment that a word in a longer text stands for: `Education Management`.
    ///
    /// Of several the one whose thresholds differ from those of the default one; up to four words are taken together. For looking out only: what is
    /// read is read by [`Self::segment_by_word`].
    #[must_use]
    pub fn segment_in_words(&self, written: &str) -> Option<usize> {
        const LONGEST_WORDS: usize = 4;
        const LIMIT_WORDS: usize = 32;
        if written.len() > LIMIT_WORD_BYTES {
            return None;
        }
        let words: Vec<String> = written
            .split(|letter: char| !letter.is_alphanumeric())
            .map(|word| folded_word(word).collect::<String>())
            .filter(|word| !word.is_empty())
            .take(LIMIT_WORDS)
            .collect();
        let parts = (0..words.len()).flat_map(|from| {
            let last = (from + LONGEST_WORDS).min(words.len());
            (from + 1..=last).map(move |to| (from, to))
        });
        let said = parts.filter_map(|(from, to)| {
            let part = words.get(from..to)?.concat();
            self.segments.iter().position(|segment| segment.known.contains(&part))
        });
        // A public school is a school.
        said.min_by_key(|segment| (!self.asks_otherwise(*segment), *segment == self.default_segment))
    }

    /// Whether a segment has a threshold of its own.
    fn asks_otherwise(&self, segment: usize) -> bool {
        let asks = |entitlement: &Entitlement, segment: usize| {
            entitlement.thresholds.get(segment).and_then(|threshold| threshold.seats)
        };
        self.entitlements.iter().any(|known| asks(known, segment) != asks(known, self.default_segment))
    }

    /// Returns whether so many paid seats earn more in one segment than in another: of a plan that is `served`, or of
    /// one that is not.
    #[must_use]
    pub fn segments_differ(&self, seats: u64, served: bool) -> bool {
        (1..self.segments.len()).any(|other| self.two_segments_differ((0, other), seats, served))
    }

    /// Returns whether so many paid seats earn more in one of two segments, each by its place, than in the other.
    ///
    /// ```
    /// # use fasttrack_core::policy::Policy;
    /// let policy = Policy::default_shipped()?;
    /// let place = |word| policy.segment_by_word(word).unwrap_or_default();
    /// let (commercial, government, school) = (place("commercial"), place("government"), place("school"));
    /// assert!(policy.two_segments_differ((commercial, school), 600, true));
    /// assert!(!policy.two_segments_differ((commercial, government), 600, true));
    /// # Ok::<(), fasttrack_core::error::Error>(())
    /// ```
    #[must_use]
    pub fn two_segments_differ(&self, segments: (usize, usize), seats: u64, served: bool) -> bool {
        self.open(served).any(|entitlement| {
            let is_held = |segment: usize| {
                let asks = entitlement.thresholds.get(segment);
                asks.is_some_and(|asks| asks.seats.is_some_and(|from| seats >= from))
            };
            is_held(segments.0) != is_held(segments.1)
        })
    }

    /// Returns whether so many paid seats earn more than none do, in any segment: of a plan that is `served`, or of one
    /// that is not.
    #[must_use]
    pub fn seats_decide(&self, seats: u64, served: bool) -> bool {
        self.open(served).any(|entitlement| {
            let mut asked = entitlement.thresholds.iter().filter_map(|asks| asks.seats);
            asked.any(|from| from > 0 && seats >= from)
        })
    }

    /// The entitlements that are open to a plan.
    fn open(&self, served: bool) -> impl Iterator<Item = &Entitlement> {
        self.entitlements.iter().filter(move |entitlement| served || entitlement.plans == PlansServed::Any)
    }

    /// Returns the place of the phase that a written word stands for: its name or one of its words, else its number,
    /// counted from 1, alone (`2`), behind the word (`phase 2`) or before its name (`2. Assessment`).
    ///
    /// Only letters and digits count, in any case.
    ///
    /// ```
    /// # use fasttrack_core::policy::Policy;
    /// let policy = Policy::default_shipped()?;
    /// for written in ["Assessment", "assess", "2", "Phase 2", "2 - Assessment"] {
    ///     assert_eq!(policy.phase_by_word(written), Some(1), "{written}");
    /// }
    /// assert_eq!(policy.phase_by_word("12"), None);
    /// # Ok::<(), fasttrack_core::error::Error>(())
    /// ```
    #[must_use]
    pub fn phase_by_word(&self, written: &str) -> Option<usize> {
        if written.len() > LIMIT_WORD_BYTES {
            return None;
        }
        let folded: String = folded_word(written).collect();
        let known = |word: &str| {
            let is_meant = |own: &String| folded_word(own).eq(word.chars());
            self.phases.iter().position(|phase| is_meant(&phase.name) || phase.words.iter().any(is_meant))
        };
        if folded.is_empty() {
            return None;
        }
        known(&folded).or_else(|| {
            let numbered = folded.strip_prefix("phase").unwrap_or(&folded);
            let word = numbered.trim_start_matches(|c: char| c.is_ascii_digit());
            let number = numbered.strip_suffix(word)?.parse::<usize>().ok()?.checked_sub(1)?;
            let is_one = number < self.phases.len() && (word.is_empty() || known(word) == Some(number));
            is_one.then_some(number)
        })
    }

    /// Returns the place of the service that a written word stands for: its id, its name or one of its words.
    ///
    /// Only letters and digits count, in any case.
    #[must_use]
    pub fn service_by_word(&self, written: &str) -> Option<usize> {
        folded_word(written).next()?;
        let is_meant = |word: &String| folded_word(word).eq(folded_word(written));
        self.services.iter().position(|service| {
            is_meant(&service.id) || is_meant(&service.name) || service.words.iter().any(is_meant)
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

//! What a heading is about: whose status it names, whether it asks for an end, for a trial, for a segment.
//!
//! Known words decide, whatever their order; see [`crate::roster::headings::speaks`].

use super::beginning;
use super::near::words;
use crate::roster::exports::squeezed;
use crate::roster::headings::speaks::{
    ACTIVES, DATING, ENDS, EVENTS, FILLERS, FORMS, KINDS, LAST_PARTS, LEAVING, LIFECYCLES, NAMING,
    NEARLY_ACTIVES, NO_SEGMENTS, NUMBERED, OTHERS, SEGMENT_NAMES, SEGMENT_PHRASES, SMALLER_ENDS, STATE_CODE,
    STATES, SUBJECTS, SURE_TRIALS, TERMS, TRIAL_KINDS, TRIALS,
};
use crate::roster::headings::{LIKELY_SEGMENT, LIKELY_TRIAL};
use crate::roster::payment::{Strength, names_an_end};
use crate::roster::written::meant;

/// Headings of more words are sentences: what comes behind these is one word, [`REST`].
const LIMIT_WORDS: usize = 12;
/// A word that is on no list.
const REST: &str = "sentence";

/// The words of a heading.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    words: Vec<String>,
}

/// Whose status a heading names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// The customer's or the subscription's.
    Own,
    /// It does not say: `Status`, `State`.
    Bare,
    /// A stage in the life of the customer.
    Stage,
    /// Words that are not known say whose.
    Unknown,
    /// That of a renewal, an order, a payment.
    Event,
    /// None: the heading speaks of kinds, or of a health.
    Kind,
    /// That of another thing: of a ticket, of the support.
    Other,
}

impl Whose {
    /// Returns whether a column is read as the status if its values are those of one.
    pub(super) const fn is_likely(self) -> bool {
        matches!(self, Self::Own | Self::Bare)
    }

    /// Returns how strong a word has to be to say of the subscription that it is not active.
    pub(super) const fn asks(self) -> Strength {
        match self {
            Self::Own => Strength::Answer,
            Self::Bare => Strength::Waiting,
            Self::Stage | Self::Unknown => Strength::Plain,
            Self::Event => Strength::Ended,
            Self::Kind | Self::Other => Strength::Gone,
        }
    }
}

impl Subject {
    pub(super) fn of(heading: &str) -> Self {
        let words = words(&meant(beginning(heading)));
        let rest = words.get(LIMIT_WORDS).map(|_| REST.to_owned());
        let first = words.iter().take(LIMIT_WORDS).flat_map(|word| parts(squeezed(word)));
        Self { words: first.chain(rest).collect() }
    }

    fn has(&self, list: &[&str]) -> bool {
        self.words.iter().any(|word| is_in(word, list))
    }

    fn all_in(&self, lists: &[&[&str]]) -> bool {
        self.words.iter().all(|word| lists.iter().any(|list| is_in(word, list)))
    }

    /// Returns whether the heading names another thing than a customer or a subscription.
    pub(super) fn is_other(&self) -> bool {
        self.words.iter().any(|word| is_in(word, OTHERS) && !is_in(word, TRIALS))
    }

    /// Returns whose status the heading names, if it names one.
    pub(super) fn whose_status(&self) -> Option<Whose> {
        let is_state = self.has(STATES);
        if !is_state && !self.has(LIFECYCLES) {
            return self.has(KINDS).then_some(Whose::Kind);
        }
        Some(if self.has(OTHERS) {
            Whose::Other
        } else if self.has(EVENTS) {
            Whose::Event
        } else if !is_state {
            Whose::Stage
        } else if !self.all_in(&[FILLERS, FORMS, DATING, SUBJECTS, STATES, ACTIVES]) {
            Whose::Unknown
        } else if self.has(SUBJECTS) {
            Whose::Own
        } else {
            Whose::Bare
        })
    }

    /// Returns whether its column may mark trials; `Some(false)` = words that are not known say of what it tells kinds.
    pub(super) fn marks_trials(&self) -> Option<bool> {
        const PRICES: &[&str] = &["price", "pricing", "preis", "prix", "precio", "prezzo", "prijs", "preco"];
        if !self.has(LIKELY_TRIAL) && !self.has(TRIALS) || self.is_other() {
            return None;
        }
        Some(self.all_in(&[FILLERS, FORMS, SUBJECTS, EVENTS, LIKELY_TRIAL, TRIALS, PRICES]))
    }

    /// Returns whether the heading is about kinds of what was bought, among which a trial may be.
    pub(super) fn tells_kinds(&self) -> bool {
        (self.has(LIKELY_TRIAL) || self.has(TRIAL_KINDS)) && !self.is_other()
    }

    /// Returns whether the heading is the one of Dynamics 365 under which 1 is a record that is not active.
    pub(super) fn is_state_code(&self) -> bool {
        self.words.iter().eq([STATE_CODE])
    }

    /// `Active?`, `Aktiver Kunde (ja/nein)`: yes and no say whether it is active.
    pub(super) fn asks_whether_active(&self) -> bool {
        self.has(ACTIVES) && self.all_in(&[ACTIVES, FILLERS, SUBJECTS])
    }

    /// `Paid?`, `Subscription enabled`: a no would say that it is not active.
    pub(super) fn asks_nearly_whether_active(&self) -> bool {
        let is_asked = self.has(ACTIVES) || self.has(NEARLY_ACTIVES);
        is_asked && self.all_in(&[ACTIVES, NEARLY_ACTIVES, FILLERS, SUBJECTS, TRIALS])
    }

    /// `Trial (Y/N)`, `IsTrialOffer`: yes and no say whether it is one.
    pub(super) fn asks_for_a_trial(&self) -> bool {
        self.has(TRIALS) && self.all_in(&[TRIALS, FILLERS, SUBJECTS])
    }

    /// `Trial status`: what is in its column speaks of a trial.
    pub(super) fn tells_of_a_trial(&self) -> bool {
        self.has(SURE_TRIALS) && self.has(STATES) && self.all_in(&[TRIALS, STATES, FILLERS, SUBJECTS])
    }

    /// `Trial end date`, `Trial expires`: a date in its column speaks of a trial.
    pub(super) fn dates_a_trial(&self) -> bool {
        let is_dated = self.has(TERMS) || self.has(DATING);
        is_dated && self.has(SURE_TRIALS) && self.all_in(&[TRIALS, TERMS, DATING, FILLERS, SUBJECTS])
    }

    /// `Cancelled?`, `On hold since`, `K\u{fc}ndigungsdatum`: nothing but what ends a subscription, and when or why.
    pub(super) fn asks_for_an_end(&self) -> bool {
        // A record of a CRM system is no customer.
        let names_one =
            self.words.iter().any(|word| is_in(word, SUBJECTS) && !is_in(word, &["record", "crm"]));
        let about = |word: &String| [FILLERS, DATING, SUBJECTS, STATES].iter().any(|list| is_in(word, list));
        let mut parts =
            (0..self.words.len()).flat_map(|from| (from + 1..=self.words.len()).map(move |to| (from, to)));
        parts.any(|(from, to)| {
            let (Some(end), Some(before), Some(after)) =
                (self.words.get(from..to), self.words.get(..from), self.words.get(to..))
            else {
                return false;
            };
            let is_small = || end.iter().all(|word| is_in(word, SMALLER_ENDS)) && !names_one;
            let is_left = || names_one && end.iter().all(|word| is_in(word, LEAVING));
            before.iter().chain(after).all(about) && (is_end(end) || is_left()) && !is_small()
        })
    }

    /// Returns what kind of a customer the heading asks for, in its words: `Is nonprofit`, `Charity number`.
    pub(super) fn asked_segment(&self) -> Option<String> {
        let is_told = |words: &[&str]| {
            let joined = words.join(" ");
            SEGMENT_NAMES.contains(&joined.as_str()).then_some(joined)
        };
        let all: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let without = |lists: &[&[&str]]| -> Vec<&str> {
            all.iter().copied().filter(|word| !lists.iter().any(|list| list.contains(word))).collect()
        };
        is_told(&all)
            .or_else(|| is_told(&without(&[NUMBERED])))
            .or_else(|| is_told(&without(&[FILLERS, NUMBERED, SUBJECTS])))
            .or_else(|| {
                is_told(&without(&[&["is", "a", "an", "customer", "account", "flag", "status", "y", "n"]]))
            })
    }

    /// Returns whether the heading numbers what it asks for.
    pub(super) fn is_numbered(&self) -> bool {
        self.words.iter().any(|word| is_in(word, NUMBERED))
    }

    /// Returns whether its column may tell kinds of customers; `Some(false)` = only by a whole value, since names stand in
    /// such columns, too.
    pub(super) fn tells_segments(&self) -> Option<bool> {
        if self.has(NO_SEGMENTS) {
            return None;
        }
        let joined = self.words.iter().filter(|word| !is_in(word, FILLERS)).map(String::as_str);
        let joined = joined.collect::<Vec<_>>().join(" ");
        let has_phrase = SEGMENT_PHRASES.iter().any(|phrase| joined.contains(phrase));
        let telling = || self.words.iter().filter(|word| is_in(word, LIKELY_SEGMENT));
        (has_phrase || telling().next().is_some())
            .then(|| has_phrase || telling().any(|word| !is_in(word, NAMING)))
    }
}

fn is_end(words: &[String]) -> bool {
    words.iter().all(|word| is_in(word, ENDS)) || names_an_end(&words.join(" "))
}

fn is_in(word: &str, list: &[&str]) -> bool {
    list.contains(&word)
}

/// Takes a compound such as `kundenstatus` apart, if its parts are known.
fn parts(word: String) -> Vec<String> {
    /// Whatever is in front of these has a status.
    const ALWAYS: [&str; 2] = ["status", "zustand"];
    let known = [SUBJECTS, EVENTS, OTHERS, ENDS, TRIALS];
    let is_known = |first: &str| {
        let stem = first.strip_suffix('s').unwrap_or(first);
        known.iter().any(|list| list.contains(&first) || list.contains(&stem))
    };
    let split = LAST_PARTS.iter().find_map(|last| {
        let first = word.strip_suffix(last).filter(|first| first.len() > 1)?;
        (ALWAYS.contains(last) || is_known(first)).then_some((first, *last))
    });
    let Some((first, last)) = split else { return vec![word] };
    let stem = first.strip_suffix('s').filter(|_| !known.iter().any(|list| list.contains(&first)));
    vec![stem.unwrap_or(first).to_owned(), last.to_owned()]
}

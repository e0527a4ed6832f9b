//! What the words of an offer say: its segment, and whether someone pays.
//!
//! One set of rules serves the derivation of the catalogue and the reading of a roster, so that a name means the same
//! in both. Rules look at whole words, never at letters inside one: `Governance` is not government, `NOPSTNCONF` is
//! not nonprofit and `Acceptance Testing` is no test.

use super::Price;
use super::phrases::{
    BEFORE_TIER, EDUCATION, GOVERNMENT, ID_WORDS, NONPROFIT, PHRASES, Phrase, SPELLINGS, TIERS,
};
use crate::fold::fold;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What the words of a text say, and what is left when the words that only qualify are set aside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The words, folded, one blank between them, abbreviations written out.
    pub words: String,
    /// The words without those that qualify: no audience, no price, no length of commitment.
    pub bare: String,
    /// The segment word that the text shows.
    pub segment: Option<&'static str>,
    /// What the text says about its price; `None` where it says nothing.
    pub price: Option<Price>,
    /// The phrases that decided segment and price, for the reason beside a verdict.
    pub because: Vec<&'static str>,
}

/// Returns the words of `text`: folded, one blank between them; punctuation only parts words.
///
/// ```
/// use fasttrack_roster::plans::words::words;
/// assert_eq!(words("Microsoft 365 E3_USGOV_GCCHIGH"), "microsoft 365 e3 usgov gcchigh");
/// ```
#[must_use]
pub fn words(text: &str) -> String {
    fold(text)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns whether `phrase` stands in `words` as whole words.
#[must_use]
pub fn holds(words: &str, phrase: &str) -> bool {
    words.match_indices(phrase).any(|(start, found)| {
        let before = words.get(..start).is_some_and(|head| head.is_empty() || head.ends_with(' '));
        let after =
            words.get(start + found.len()..).is_some_and(|tail| tail.is_empty() || tail.starts_with(' '));
        before && after
    })
}

/// Returns what the words of the name or offer `text` say.
///
/// Where a text shows two segments the stricter stands: education, then nonprofit, then government. A text that says
/// both free and trial is a trial. Cannot fail: a text without words reads as nothing.
///
/// ```
/// use fasttrack_roster::plans::words::read_name;
/// let reading = read_name("O365 E1 (Nonprofit Staff Pricing)");
/// assert_eq!((reading.bare.as_str(), reading.segment), ("office 365 e1", Some("nonprofit")));
/// ```
#[must_use]
pub fn read_name(text: &str) -> Reading {
    let spelled = written_out(&words(text));
    let all: Vec<&str> = spelled.split(' ').filter(|word| !word.is_empty()).collect();
    let mut reading = Reading::default();
    let mut bare: Vec<&str> = Vec::with_capacity(all.len());
    let mut rest = all.as_slice();
    while let Some((word, tail)) = rest.split_first() {
        if let Some((phrase, behind)) = phrase_at(rest) {
            reading.take(phrase.words, phrase.segment, phrase.price);
            if !phrase.aside {
                bare.extend(phrase.words.split(' '));
            }
            rest = behind;
            continue;
        }
        if let Some((tier, segment)) = TIERS.iter().find(|(tier, _)| tier == word)
            && bare.last().is_some_and(|last| BEFORE_TIER.contains(last))
        {
            reading.take(tier, Some(segment), None);
        }
        bare.push(word);
        rest = tail;
    }
    reading.bare = bare.join(" ");
    reading.words = all.join(" ");
    reading
}

/// Returns what the words of the product id `id` say; its bare words are all its words.
///
/// A nonprofit customer is almost never visible in an id.
#[must_use]
pub fn read_id(id: &str) -> Reading {
    let all = words(id);
    let mut reading = Reading::default();
    for word in all.split(' ') {
        if let Some((found, segment, price)) = ID_WORDS.iter().find(|(known, _, _)| *known == word) {
            reading.take(found, *segment, *price);
        }
    }
    Reading { bare: all.clone(), words: all, ..reading }
}

impl Reading {
    fn take(&mut self, phrase: &'static str, segment: Option<&'static str>, price: Option<Price>) {
        if segment.is_none() && price.is_none() {
            return;
        }
        self.because.push(phrase);
        self.segment = strictest(self.segment, segment);
        self.price = match (self.price, price) {
            (Some(Price::Trial), _) | (_, Some(Price::Trial)) => Some(Price::Trial),
            (one, other) => one.or(other),
        };
    }
}

fn strictest(one: Option<&'static str>, other: Option<&'static str>) -> Option<&'static str> {
    [EDUCATION, NONPROFIT, GOVERNMENT].into_iter().find(|word| one == Some(word) || other == Some(word))
}

fn written_out(words: &str) -> String {
    words
        .split(' ')
        .map(|word| SPELLINGS.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| *long))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The phrases by their first word, so that a word costs one look and not one for each phrase.
static BY_FIRST_WORD: LazyLock<HashMap<&str, Vec<&Phrase>>> = LazyLock::new(|| {
    let mut by_first: HashMap<&str, Vec<&Phrase>> = HashMap::new();
    for phrase in PHRASES {
        by_first.entry(phrase.words.split(' ').next().unwrap_or_default()).or_default().push(phrase);
    }
    by_first
});

/// Returns the first phrase of the table that `rest` begins with, and the words behind it.
fn phrase_at<'a>(rest: &'a [&'a str]) -> Option<(&'static Phrase, &'a [&'a str])> {
    let first = rest.first()?;
    BY_FIRST_WORD.get(first)?.iter().find_map(|phrase| {
        let mut behind = rest;
        for word in phrase.words.split(' ') {
            let (next, tail) = behind.split_first()?;
            if *next != word {
                return None;
            }
            behind = tail;
        }
        Some((*phrase, behind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_never_stands_behind_one_that_it_begins_with() {
        for (place, phrase) in PHRASES.iter().enumerate() {
            for earlier in PHRASES.iter().take(place) {
                let begins = format!("{} ", phrase.words).starts_with(&format!("{} ", earlier.words));
                assert!(!begins, "`{}` is never reached behind `{}`", phrase.words, earlier.words);
            }
        }
    }

    #[test]
    fn letters_inside_a_word_say_nothing() {
        for text in [
            "Microsoft Entra ID Governance",
            "Educational",
            "Freedom",
            "Standard Acceptance Testing",
            "Trialogue",
        ] {
            let reading = read_name(text);
            assert_eq!((reading.segment, reading.price), (None, None), "{text}");
        }
        assert_eq!(read_id("SPE_E5_NOPSTNCONF").segment, None);
        assert_eq!(read_id("CRMTESTINSTANCE").price, None);
    }

    #[test]
    fn a_tier_is_only_a_tier_behind_its_product_line() {
        assert_eq!(read_name("Microsoft 365 A3").segment, Some("education"));
        assert_eq!(read_name("Windows 10/11 Enterprise A5").segment, Some("education"));
        assert_eq!(read_name("EMS A3").segment, Some("education"));
        assert_eq!(read_name("Office 365 G3").segment, Some("government"));
        assert_eq!(read_name("Dynamics 365 Base Offer A1").segment, None);
    }

    #[test]
    fn nonprofit_is_seen_through_any_hyphen() {
        for text in
            ["E3 (Non-Profit Pricing)", "E3 (Non\u{2011}Profit Pricing)", "E3 (Nonprofit)", "E3 (Charity)"]
        {
            assert_eq!(read_name(text).segment, Some("nonprofit"), "{text}");
        }
    }

    #[test]
    fn every_spelling_of_a_trial_is_a_trial() {
        for text in
            ["X vTrial", "X Viral Trial", "X P1 Tria for Workers", "X (Preview)", "X Exploratory", "X TEST"]
        {
            assert_eq!(read_name(text).price, Some(Price::Trial), "{text}");
        }
    }

    #[test]
    fn a_length_of_commitment_says_nothing_about_the_price() {
        let reading = read_name("Office 365 E3 (Annual Commitment, billed monthly)");
        assert_eq!((reading.bare.as_str(), reading.price), ("office 365 e3", None));
    }

    #[test]
    fn a_commercial_plan_that_fits_a_government_tenant_is_commercial() {
        assert_eq!(read_name("Windows 10/11 Enterprise E5 Commercial (GCC Compatible)").segment, None);
    }

    #[test]
    fn a_phrase_is_held_as_whole_words_only() {
        assert!(holds("teams phone with calling plan", "calling plan"));
        assert!(!holds("dynamics 365 team members", "team member"));
        assert!(holds("e5 e51 e5", "e5"));
    }
}

//! The grammar of written plans, as data: `grammar.toml` says what may stand around the name of a plan.
//!
//! The file tells what each part is for. It is read once; [`super::words`] applies it.

pub(super) mod phrases;
pub(super) mod roles;
pub(super) mod tokens;

use super::{Price, SEGMENTS};
use crate::error::{Error, Result};
use crate::fold::plain;
use crate::hash::FastHash;
use phrases::Phrases;
use roles::Roles;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Words that texts are compared with.
pub(super) type WordSet = HashSet<String, FastHash>;

/// What a phrase that is set aside tells beside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tells {
    pub(super) segment: Option<&'static str>,
    pub(super) price: Option<Price>,
    /// Whether the phrase makes another plan, and so stays part of the name.
    pub(super) stays: bool,
    /// The phrase itself, for the reason beside a verdict.
    pub(super) words: &'static str,
}

/// What words are written out as.
#[derive(Clone, Debug)]
pub(super) struct Spelling {
    pub(super) becomes: Vec<String>,
    /// Only where the text begins.
    pub(super) first: bool,
    /// Longer phrases inside which the words stay as they are.
    pub(super) keep: Vec<Vec<String>>,
}

/// A kind of thing that is no plan, and the words that show it.
#[derive(Clone, Debug)]
pub(super) struct NotAPlan {
    pub(super) what: String,
    pub(super) words: WordSet,
    /// Words of which one has to stand beside; none = any.
    pub(super) with: WordSet,
}

/// The grammar, in the form in which it is applied.
#[derive(Clone, Debug)]
pub(super) struct Grammar {
    pub(super) spellings: Phrases<Spelling>,
    pub(super) asides: Phrases<Tells>,
    pub(super) variants: Phrases<String>,
    /// The forms that variants are given.
    pub(super) variant_words: WordSet,
    pub(super) units: WordSet,
    pub(super) numbers: WordSet,
    pub(super) terms: Phrases<()>,
    pub(super) joining: WordSet,
    pub(super) amounts: WordSet,
    pub(super) date_words: WordSet,
    pub(super) small: WordSet,
    /// The words of a bare name -> the names that it may stand for.
    pub(super) readings: HashMap<String, Vec<String>, FastHash>,
    pub(super) tier_letters: WordSet,
    pub(super) tier_lines: Vec<Vec<String>>,
    /// Words before a colon that are no tenant.
    pub(super) doubt: WordSet,
    pub(super) others: Vec<NotAPlan>,
    /// Every word that the grammar knows.
    pub(super) vocabulary: HashMap<String, Roles, FastHash>,
}

/// Returns the grammar that is part of the program.
///
/// # Errors
/// A file with a fault, which only a mistake in this program can cause.
pub(super) fn shipped() -> Result<&'static Grammar> {
    static SHIPPED: LazyLock<std::result::Result<Grammar, String>> =
        LazyLock::new(|| Grammar::read(super::shipped::GRAMMAR));
    SHIPPED.as_ref().map_err(|why| Error::internal(format!("the grammar of plans has a fault: {why}")))
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    spelling: Vec<WrittenSpelling>,
    aside: Vec<WrittenAside>,
    terms: WrittenTerms,
    amounts: Words,
    dates: Words,
    variant: Vec<WrittenSpelling>,
    small: Words,
    readings: Vec<WrittenReadings>,
    tiers: WrittenTiers,
    prefix: WrittenPrefix,
    other: Vec<WrittenOther>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSpelling {
    r#as: String,
    write: Vec<String>,
    #[serde(default)]
    keep: Vec<String>,
    #[serde(default)]
    numbered: bool,
    #[serde(default)]
    first: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAside {
    words: Vec<String>,
    segment: Option<String>,
    price: Option<String>,
    #[serde(default)]
    stays: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTerms {
    units: Vec<String>,
    numbers: Vec<String>,
    words: Vec<String>,
    joining: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReadings {
    write: Vec<String>,
    means: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTiers {
    letters: Vec<String>,
    lines: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPrefix {
    doubt: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOther {
    what: String,
    words: Vec<String>,
    #[serde(default)]
    with: Vec<String>,
}

impl Grammar {
    fn read(text: &str) -> std::result::Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|why| why.to_string())?;
        let variant_words = written.variant.iter().map(|variant| variant.r#as.clone()).collect();
        let lines = written.tiers.lines.iter().map(|line| split(line)).collect();
        let mut grammar = Self {
            spellings: Phrases::new(Roles::SPELLING),
            asides: asides(written.aside)?,
            variants: Phrases::new(Roles::VARIANT),
            variant_words,
            units: set(&written.terms.units),
            numbers: set(&written.terms.numbers),
            terms: Phrases::new(Roles::TERM),
            joining: set(&written.terms.joining),
            amounts: set(&written.amounts.words),
            date_words: set(&written.dates.words),
            small: set(&written.small.words),
            readings: HashMap::default(),
            tier_letters: set(&written.tiers.letters),
            tier_lines: lines,
            doubt: set(&written.prefix.doubt),
            others: Vec::new(),
            vocabulary: HashMap::default(),
        };
        for spelling in written.spelling {
            grammar.add_spelling(&spelling);
        }
        for variant in written.variant {
            for words in &variant.write {
                grammar.variants.add(split(words), false, variant.r#as.clone());
            }
        }
        for words in &written.terms.words {
            grammar.terms.add(split(words), false, ());
        }
        for readings in written.readings {
            for words in readings.write {
                grammar.readings.insert(plain(&words), readings.means.clone());
            }
        }
        let other = |other: WrittenOther| NotAPlan {
            words: set(&other.words),
            with: set(&other.with),
            what: other.what,
        };
        grammar.others = written.other.into_iter().map(other).collect();
        grammar.vocabulary = grammar.known_words();
        Ok(grammar)
    }

    fn add_spelling(&mut self, written: &WrittenSpelling) {
        let spelling = Spelling {
            becomes: split(&written.r#as),
            first: written.first,
            keep: written.keep.iter().map(|phrase| split(phrase)).collect(),
        };
        for words in &written.write {
            self.spellings.add(split(words), written.numbered, spelling.clone());
        }
    }

    /// Returns what a word can be; nothing if the grammar does not know it.
    pub(super) fn roles(&self, word: &str) -> Roles {
        self.vocabulary.get(word).copied().unwrap_or_default()
    }

    fn known_words(&self) -> HashMap<String, Roles, FastHash> {
        let spelled =
            self.spellings.entries().flat_map(|(words, spelling)| words.iter().chain(&spelling.becomes));
        let phrases = self.asides.entries().flat_map(|(words, _)| words);
        let terms = self.terms.entries().flat_map(|(words, ())| words);
        let variants = self.variants.entries().flat_map(|(words, _)| words);
        let sets = [&self.units, &self.numbers, &self.joining, &self.amounts, &self.small];
        let words = spelled.chain(phrases).chain(terms).chain(variants).chain(sets.into_iter().flatten());
        let mut known: HashMap<String, Roles, FastHash> = HashMap::default();
        for word in words {
            if !known.contains_key(word) {
                known.insert(word.clone(), Roles::default());
            }
        }
        let begin = self.spellings.beginnings().chain(self.asides.beginnings());
        let begin = begin.chain(self.variants.beginnings()).chain(self.terms.beginnings());
        for (word, role) in begin.chain(self.small.iter().map(|word| (word, Roles::SMALL))) {
            known.entry(word.clone()).or_default().add(role);
        }
        known
    }
}

fn asides(written: Vec<WrittenAside>) -> std::result::Result<Phrases<Tells>, String> {
    let mut asides = Phrases::new(Roles::ASIDE);
    for aside in written {
        let segment = aside.segment.as_deref().map(|word| {
            SEGMENTS.into_iter().find(|known| *known == word).ok_or(format!("`{word}` is not a segment"))
        });
        let price = aside
            .price
            .as_deref()
            .map(|word| Price::from_word(word).ok_or(format!("`{word}` is not a price")));
        let (segment, price) = (segment.transpose()?, price.transpose()?);
        for words in aside.words {
            let split = split(&words);
            // Read once for the whole run of the program.
            let words: &'static str = Box::leak(split.join(" ").into_boxed_str());
            asides.add(split, false, Tells { segment, price, stays: aside.stays, words });
        }
    }
    Ok(asides)
}

fn set(words: &[String]) -> WordSet {
    words.iter().map(|word| plain(word)).collect()
}

fn split(phrase: &str) -> Vec<String> {
    plain(phrase).split(' ').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_grammar_has_no_fault() {
        assert!(shipped().is_ok(), "{:?}", shipped().err());
    }

    #[test]
    fn a_word_that_is_no_segment_or_price_is_a_fault() {
        let text = crate::plans::shipped::GRAMMAR;
        assert!(
            Grammar::read(&text.replacen("segment = \"education\"", "segment = \"schools\"", 1)).is_err()
        );
        assert!(Grammar::read(&text.replacen("price = \"free\"", "price = \"cheap\"", 1)).is_err());
    }

    #[test]
    fn words_are_written_as_they_are_read() {
        let grammar = shipped().unwrap();
        for word in grammar.vocabulary.keys() {
            assert_eq!(&plain(word), word);
        }
    }

    #[test]
    fn a_word_has_the_role_of_each_list_that_it_is_in() {
        let grammar = shipped().unwrap();
        let spellings = grammar.spellings.entries().map(|(words, _)| (&words[0], Roles::SPELLING));
        let asides = grammar.asides.entries().map(|(words, _)| (&words[0], Roles::ASIDE));
        let variants = grammar.variants.entries().map(|(words, _)| (&words[0], Roles::VARIANT));
        let terms = grammar.terms.entries().map(|(words, ())| (&words[0], Roles::TERM));
        let small = grammar.small.iter().map(|word| (word, Roles::SMALL));
        for (word, role) in spellings.chain(asides).chain(variants).chain(terms).chain(small) {
            assert!(grammar.roles(word).has(role), "{word}: {role:?}");
        }
        assert_eq!(grammar.roles("fabrikam"), Roles::default());
    }

    #[test]
    fn no_spelling_leads_back_to_itself() {
        let grammar = shipped().unwrap();
        for (words, spelling) in grammar.spellings.entries() {
            let text = words.join(" ");
            let read = crate::plans::words::read_name(&text);
            assert!(read.words.len() < 80, "`{text}` becomes `{}` ({spelling:?})", read.words);
        }
    }
}

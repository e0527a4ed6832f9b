//! Phrases of whole words, found by their first word.

use super::roles::Roles;
use super::tokens::Token;
use crate::hash::FastHash;
use std::collections::HashMap;

/// Phrases, and what each of them stands for.
#[derive(Clone, Debug)]
pub(crate) struct Phrases<T> {
    /// The role of the words that begin one.
    role: Roles,
    by_first: HashMap<String, Vec<Phrase<T>>, FastHash>,
}

#[derive(Clone, Debug)]
struct Phrase<T> {
    words: Vec<String>,
    /// Whether the last word goes on with a number, as `p` does in `p1`.
    numbered: bool,
    stands_for: T,
}

impl<T> Phrases<T> {
    /// Begins a list; the words that begin its phrases have `role` in the grammar.
    pub(crate) fn new(role: Roles) -> Self {
        Self { role, by_first: HashMap::default() }
    }

    /// Returns the words that begin a phrase, with their role.
    pub(crate) fn beginnings(&self) -> impl Iterator<Item = (&String, Roles)> {
        self.by_first.keys().map(|word| (word, self.role))
    }

    /// Adds a phrase; of several that begin alike the longest is found.
    pub(crate) fn add(&mut self, words: Vec<String>, numbered: bool, stands_for: T) {
        let Some(first) = words.first() else { return };
        let phrases = self.by_first.entry(first.clone()).or_default();
        phrases.push(Phrase { words, numbered, stands_for });
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
    }

    /// Returns what stands for the longest phrase that `tokens` begin with and `wanted` takes, which is given how many tokens
    /// it has; with it that count, and the number that its last word goes on with.
    pub(crate) fn at<'p, 't>(
        &'p self,
        tokens: &'t [Token],
        wanted: impl Fn(&T, usize) -> bool,
    ) -> Option<(&'p T, usize, &'t str)> {
        let first = tokens.first().filter(|first| first.roles.has(self.role))?;
        self.by_first.get(first.word.as_str())?.iter().find_map(|phrase| {
            let number = phrase.fits(tokens)?;
            let count = phrase.words.len();
            wanted(&phrase.stands_for, count).then_some((&phrase.stands_for, count, number))
        })
    }

    /// Returns what stands for a phrase of several words whose beginning is all that is left of a text: `nonprofit staff
    /// prici`. The first word is whole.
    pub(crate) fn cut_short(&self, tokens: &[Token]) -> Option<&T> {
        let (last, whole) = tokens.split_last()?;
        let first = whole.first()?;
        let phrases = self.by_first.get(first.word.as_str())?;
        let is_cut = |phrase: &&Phrase<T>| {
            phrase.words.len() >= tokens.len()
                && whole.iter().zip(&phrase.words).all(|(token, word)| token.word == *word)
                && phrase.words.get(whole.len()).is_some_and(|word| word.starts_with(last.word.as_str()))
        };
        phrases.iter().find(is_cut).map(|phrase| &phrase.stands_for)
    }

    /// Returns every phrase with what stands for it, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&[String], &T)> {
        self.by_first.values().flatten().map(|phrase| (phrase.words.as_slice(), &phrase.stands_for))
    }
}

impl<T> Phrase<T> {
    /// Returns the number behind the last word (empty where it takes none) if `tokens` begin with this phrase.
    fn fits<'t>(&self, tokens: &'t [Token]) -> Option<&'t str> {
        let tokens = tokens.get(..self.words.len())?;
        let (last, before) = tokens.split_last()?;
        let (last_word, words_before) = self.words.split_last()?;
        if !before.iter().zip(words_before).all(|(token, word)| token.word == *word) {
            return None;
        }
        let number = last.word.strip_prefix(last_word.as_str())?;
        let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        (if self.numbered { is_number } else { number.is_empty() }).then_some(number)
    }
}

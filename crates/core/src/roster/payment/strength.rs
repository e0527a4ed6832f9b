//! How surely a word says that a subscription is not active: what that is worth depends on the heading above it.

use super::answers::{NEGATIONS, tokens};
use super::words::{
    ENDINGS, GONE, INACTIVE_IN_A_STATUS, NO, NOT_PAYING, NOT_SOLD, TRIAL_TOKENS, UNPAID, WAITING,
};
use super::{LONGEST_BYTES, STANDINGS, Status, Telling, key, standing, tells_trial};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// How surely a word says that a subscription is not active, whatever the column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::roster) enum Strength {
    /// No: only where it is asked.
    Answer,
    /// It waits: `Pending`, `On hold`, `Warning`.
    Waiting,
    /// `Suspended`, `Disabled`, `Trial`: of a subscription.
    Plain,
    /// `Cancelled`, `Expired`: also of its order or renewal.
    Ended,
    /// `Churned`, `Former customer`: of anything.
    Gone,
}

/// Returns how surely a text says that a subscription is not active, as a whole or by a word in it; `None` = not at all.
pub(in crate::roster) fn strength(written: &str) -> Option<Strength> {
    if written.len() > LONGEST_BYTES {
        return None;
    }
    let whole = strength_of_word(written);
    if whole.is_some() {
        return whole;
    }
    match standing(written) {
        Status::Active => None,
        Status::Trial => Some(Strength::Plain),
        Status::Inactive | Status::Unknown => strongest(written),
    }
}

/// Returns how surely a word, or several that belong together, say so.
pub(in crate::roster) fn strength_of_word(written: &str) -> Option<Strength> {
    if written.len() > LONGEST_BYTES { None } else { strength_by_key(&key(written)) }
}

/// Returns whether a word of a heading is one by which a subscription is not active, and hardly anything else: not `Lead`
/// nor `Closed`.
pub(in crate::roster) fn names_an_end(written: &str) -> bool {
    let is_other = STRENGTHS.get(&key(written)) == Some(&Strength::Plain);
    !is_other && strength_of_word(written) >= Some(Strength::Waiting)
}

fn strength_by_key(key: &str) -> Option<Strength> {
    let known = STRENGTHS.get(key).copied();
    known.or_else(|| match STANDINGS.get(key)? {
        Status::Inactive if ENDINGS.iter().any(|start| key.starts_with(start)) => Some(Strength::Ended),
        Status::Inactive | Status::Trial => Some(Strength::Plain),
        Status::Active | Status::Unknown => None,
    })
}

/// Looks at all words that stand together; what waits is told by whole texts alone, and `never cancelled` is passed over.
fn strongest(written: &str) -> Option<Strength> {
    const LONGEST_WORDS: usize = 4;
    let words: Vec<String> = tokens(written).collect();
    let negated = |from: usize| {
        let before = from.checked_sub(1).and_then(|before| words.get(before));
        before.is_some_and(|word| NEGATIONS.contains(&word.as_str()))
    };
    let parts = (0..words.len()).flat_map(|from| {
        let last = (from + LONGEST_WORDS).min(words.len());
        (from + 1..=last).map(move |to| (from, to))
    });
    let said = parts.filter(|(from, _)| !negated(*from)).filter_map(|(from, to)| {
        let part = words.get(from..to)?.concat();
        // Some words are so only by themselves: `Closed Won` is no customer that closed.
        let is_alone = words.len() > 1 && STRENGTHS.get(&part) == Some(&Strength::Plain);
        strength_by_key(&part).filter(|strength| *strength >= Strength::Plain && !is_alone)
    });
    said.max()
}

/// Returns whether a text in a column of kinds says that this one is a trial, or that nobody pays for it.
pub(in crate::roster) fn says_trial(written: &str) -> bool {
    if written.len() > LONGEST_BYTES {
        return false;
    }
    if let Some(telling) = tells_trial(written) {
        return telling == Telling::Against;
    }
    let mut is_negated = false;
    NOT_FOR_SALE.contains(&key(written))
        || tokens(written).any(|word| {
            let is_told = !is_negated && TOKENS.contains(&word);
            is_negated = NEGATIONS.contains(&word.as_str());
            is_told
        })
}

static STRENGTHS: LazyLock<HashMap<String, Strength>> = LazyLock::new(|| {
    let plain = NOT_PAYING.iter().map(|word| (key(word), Strength::Plain));
    let unpaid = UNPAID.iter().map(|word| (key(word), Strength::Ended));
    let waiting = WAITING.iter().chain(&INACTIVE_IN_A_STATUS).map(|word| (key(word), Strength::Waiting));
    let answers = NO.iter().map(|word| (key(word), Strength::Answer));
    let gone = GONE.iter().map(|word| (key(word), Strength::Gone));
    plain.chain(unpaid).chain(waiting).chain(answers).chain(gone).collect()
});

static TOKENS: LazyLock<HashSet<String>> =
    LazyLock::new(|| TRIAL_TOKENS.iter().map(|word| key(word)).collect());

static NOT_FOR_SALE: LazyLock<HashSet<String>> =
    LazyLock::new(|| NOT_SOLD.iter().map(|word| key(word)).collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_strong_as_what_they_say_of_a_subscription() {
        for (written, said) in [
            ("No", Some(Strength::Answer)),
            ("Pending", Some(Strength::Waiting)),
            ("On hold", Some(Strength::Waiting)),
            ("Suspended", Some(Strength::Plain)),
            ("Trial", Some(Strength::Plain)),
            ("Expired", Some(Strength::Ended)),
            ("Not renewed", Some(Strength::Ended)),
            ("gek\u{fc}ndigt zum 31.12.2019", Some(Strength::Ended)),
            ("Cancelled by customer", Some(Strength::Ended)),
            ("Churned", Some(Strength::Gone)),
            ("Ehemaliger Kunde", Some(Strength::Gone)),
            ("Ancien client", Some(Strength::Gone)),
            ("VIP (former customer)", Some(Strength::Gone)),
            ("Never suspended", None),
            ("zum 31. Mai gek\u{fc}ndigt", Some(Strength::Ended)),
            ("VIP", None),
            ("Active (auto-renew off)", None),
            ("Closed Won", None),
        ] {
            assert_eq!(strength(written), said, "{written}");
        }
    }

    #[test]
    fn a_kind_that_nobody_pays_for_is_told_by_a_word_in_it() {
        for written in
            ["Trial", "30-day trial", "Trial (30 days)", "NFR", "Not for resale", "Free trial offer", "Grant"]
        {
            assert!(says_trial(written), "{written}");
        }
        for written in ["Paid", "Perpetual", "Subscription", "Not a trial", "Non-trial", "Commercial"] {
            assert!(!says_trial(written), "{written}");
        }
    }
}

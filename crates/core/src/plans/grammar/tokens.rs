//! A written plan as words, each with the place where it stands.

use super::roles::Roles;
use super::{Grammar, WordSet};
use crate::fold::{has_byte, plain};
use std::iter;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// The word as it is compared.
    pub(crate) word: String,
    /// Where in the text it begins, in bytes.
    pub(crate) from: usize,
    /// Where it ends.
    pub(crate) to: usize,
    /// Whether nothing else stands with it in its brackets.
    pub(crate) alone: bool,
    /// Whether it is a date, whatever its digits.
    pub(crate) is_date: bool,
    /// What the word can be in the grammar.
    pub(crate) roles: Roles,
}

/// Returns the words of `text`. Punctuation only parts words; a percent sign is a word.
///
/// Words that were written together are parted where both parts are words of `known` or of the grammar: `M365E3`,
/// `conferencing1yr`, `12months`.
pub(crate) fn tokens(text: &str, grammar: &Grammar, known: &WordSet) -> Vec<Token> {
    let mut found = Vec::with_capacity(USUAL_WORDS);
    let is_known = |word: &str| grammar.vocabulary.contains_key(word) || known.contains(word);
    for (from, to) in pieces(text) {
        let Some(written) = text.get(from..to) else { continue };
        let alone = stands_alone(text, from, to);
        if is_date(written) {
            let word = plain(written);
            let roles = grammar.roles(&word);
            found.push(Token { word, from, to, alone, is_date: true, roles });
            continue;
        }
        for (begin, end) in words_of(written, from) {
            let Some(word) = text.get(begin..end).map(compared) else { continue };
            let alone = alone && begin == from && end == to;
            let listed = grammar.vocabulary.get(&word).copied();
            if listed.is_some() || known.contains(&word) {
                let roles = listed.unwrap_or_default();
                found.push(Token { word, from: begin, to: end, alone, is_date: false, roles });
            } else {
                push_parts(parted(word, &is_known), (begin, end), (alone, grammar), &mut found);
            }
        }
    }
    found
}

/// Most names have no more words.
const USUAL_WORDS: usize = 8;

/// Returns a word as it is compared.
fn compared(written: &str) -> String {
    // It has no blanks.
    let mut word = if written.is_ascii() { written.to_ascii_lowercase() } else { plain(written) };
    if has_byte(word.as_bytes(), |byte| matches!(byte, b',' | b'.')) {
        word.retain(|letter| !matches!(letter, ',' | '.'));
    }
    word
}

/// Adds the parts of a word; where its letters have a byte each, each part stands in its own place.
fn push_parts(
    parts: Vec<String>,
    (begin, end): (usize, usize),
    (alone, grammar): (bool, &Grammar),
    found: &mut Vec<Token>,
) {
    let has_places = parts.iter().map(String::len).sum::<usize>() == end - begin;
    let mut from = begin;
    for word in parts {
        let to = if has_places { from + word.len() } else { end };
        let roles = grammar.roles(&word);
        found.push(Token { word, from, to, alone, is_date: false, roles });
        from = if has_places { to } else { begin };
    }
}

/// The texts between blanks, brackets and the like; a date, or digits in groups of thousands, is one.
fn pieces(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let parts = |letter: char| {
        letter.is_whitespace() || matches!(letter, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>')
    };
    let mut letters = text.char_indices();
    iter::from_fn(move || {
        let (from, _) = letters.find(|(_, letter)| !parts(*letter))?;
        let to = letters.find(|(_, letter)| parts(*letter)).map_or(text.len(), |(at, _)| at);
        Some((from, to))
    })
}

/// Whether brackets stand right around `from..to`, but for blanks.
fn stands_alone(text: &str, from: usize, to: usize) -> bool {
    let opened = text.get(..from).is_some_and(|before| before.trim_end().ends_with(['(', '[', '{']));
    opened && text.get(to..).is_some_and(|after| after.trim_start().starts_with([')', ']', '}']))
}

/// Three groups of digits: `07/01/26`, `2026-01-31`.
fn is_date(written: &str) -> bool {
    let mut groups = written.split(['/', '.', '-']);
    let is_group =
        |group: &str| (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit());
    // Most words do not begin with a digit.
    written.starts_with(|letter: char| letter.is_ascii_digit())
        && groups.clone().count() == 3
        && groups.all(is_group)
}

/// The words of a piece that begins at `from`: runs of letters and digits; `w/o` is one, and so is `1,500`.
fn words_of(piece: &str, from: usize) -> impl Iterator<Item = (usize, usize)> {
    let is_part = |(at, letter): (usize, char)| {
        letter.is_alphanumeric() || is_accent(letter) || parts_thousands(piece, at, letter)
    };
    let mut letters = piece.char_indices().peekable();
    iter::from_fn(move || {
        let (begin, first) = letters.find(|found| is_part(*found) || found.1 == '%')?;
        let mut end = begin + first.len_utf8();
        while first != '%'
            && let Some((at, letter)) = letters.next_if(|next| is_part(*next))
        {
            end = at + letter.len_utf8();
        }
        Some((from + begin, from + end))
    })
}

/// A comma or point with a digit in front and three behind.
fn parts_thousands(piece: &str, at: usize, letter: char) -> bool {
    if !matches!(letter, ',' | '.') {
        return false;
    }
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let bytes = piece.as_bytes();
    let before = at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(is_digit);
    let behind = || bytes.get(at + 1..).unwrap_or_default().iter().take_while(|byte| is_digit(byte)).count();
    before && behind() == 3
}

fn is_accent(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// Parts a word that nobody knows where it goes from letters to digits or back, if all of its parts are known or numbers.
fn parted(word: String, is_known: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = word.as_str();
    while !rest.is_empty() {
        // The longest known beginning: `m365` of `m365e3`, `conferencing` of `conferencing1yr`.
        let ends = rest.char_indices().map(|(at, letter)| at + letter.len_utf8()).rev();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let known =
            ends.filter(|end| rest.get(*end..).is_none_or(|tail| is_border(rest, *end, tail))).find(|end| {
                rest.get(..*end)
                    .is_some_and(|head| is_known(head) && (*end == rest.len() || !is_short_word(head)))
            });
        let Some(end) = known.or((digits > 0).then_some(digits)) else { return vec![word] };
        let (head, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        parts.push(head.to_owned());
        rest = tail;
    }
    parts
}

/// Words are parted only between a letter and a digit, or behind the digits of a product line (`m365bp`).
fn is_border(rest: &str, end: usize, tail: &str) -> bool {
    let before = rest.get(..end).and_then(|head| head.chars().next_back());
    let after = tail.chars().next();
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    after.is_none()
        || is_digit(before) != is_digit(after)
        || (is_digit(before) && !is_digit(after))
        || is_line(rest, end)
}

/// `exop1`, `emse3`: a product line of letters alone.
fn is_line(rest: &str, end: usize) -> bool {
    const LINES: [&str; 7] = ["ems", "exo", "spo", "aad", "od4b", "win", "biz"];
    rest.get(..end).is_some_and(|head| LINES.contains(&head))
}

/// A single letter is no word to part others by.
fn is_short_word(head: &str) -> bool {
    head.len() < 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_stand_where_the_text_has_them() {
        let pieces_of = |text: &'static str| -> Vec<&str> {
            pieces(text)
                .flat_map(|(from, to)| words_of(text.get(from..to).unwrap(), from))
                .map(|(from, to)| text.get(from..to).unwrap())
                .collect()
        };
        assert_eq!(pieces_of(" E3 (1,500 seats)\t[50%off]"), ["E3", "1,500", "seats", "50", "%", "off"]);
        assert_eq!(pieces_of("%% a_b, 1,5 \u{e9}t\u{e9}"), ["%", "%", "a", "b", "1", "5", "\u{e9}t\u{e9}"]);
        assert!(pieces_of("() - <>").is_empty());
    }

    #[test]
    fn three_groups_of_digits_are_a_date() {
        for (written, expected) in [
            ("07/01/26", true),
            ("2026-01-31", true),
            ("1.1.2026", true),
            ("/1/2", false),
            ("x1/1/26", false),
            ("1/1", false),
            ("12345/1/1", false),
        ] {
            assert_eq!(is_date(written), expected, "{written}");
        }
    }

    proptest! {
        #[test]
        fn a_word_of_single_bytes_is_compared_as_any_other(word in "[a-zA-Z0-9,.%]{0,12}") {
            prop_assert_eq!(compared(&word), plain(&word).replace([',', '.'], ""));
        }
    }
}

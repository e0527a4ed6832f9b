//! A written plan as words, each with the place where it stands.

use super::Grammar;
use crate::fold::plain;
use std::collections::HashSet;

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
}

/// Returns the words of `text`. Punctuation only parts words; a percent sign is a word.
///
/// Words that were written together are parted where both parts are words of `known` or of the grammar: `M365E3`,
/// `conferencing1yr`, `12months`.
pub(crate) fn tokens(text: &str, grammar: &Grammar, known: &HashSet<String>) -> Vec<Token> {
    let mut found = Vec::new();
    let is_known = |word: &str| grammar.vocabulary.contains(word) || known.contains(word);
    for (from, to) in pieces(text) {
        let Some(written) = text.get(from..to) else { continue };
        let alone = stands_alone(text, from, to);
        if is_date(written) {
            found.push(Token { word: plain(written), from, to, alone, is_date: true });
            continue;
        }
        for (begin, end) in words_of(written, from) {
            let Some(word) = text.get(begin..end).map(|word| plain(word).replace([',', '.'], "")) else {
                continue;
            };
            let alone = alone && begin == from && end == to;
            let parts = if is_known(&word) { vec![word] } else { parted(word, &is_known) };
            push_parts(parts, (begin, end), alone, &mut found);
        }
    }
    found
}

/// Adds the parts of a word; where its letters have a byte each, each part stands in its own place.
fn push_parts(parts: Vec<String>, (begin, end): (usize, usize), alone: bool, found: &mut Vec<Token>) {
    let has_places = parts.iter().map(String::len).sum::<usize>() == end - begin;
    let mut from = begin;
    for word in parts {
        let to = if has_places { from + word.len() } else { end };
        found.push(Token { word, from, to, alone, is_date: false });
        from = if has_places { to } else { begin };
    }
}

/// The texts between blanks, brackets and the like; a date, or digits in groups of thousands, is one.
fn pieces(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut begin = None;
    for (at, letter) in text.char_indices() {
        if letter.is_whitespace() || matches!(letter, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>') {
            found.extend(begin.take().map(|from| (from, at)));
        } else if begin.is_none() {
            begin = Some(at);
        }
    }
    found.extend(begin.map(|from| (from, text.len())));
    found
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
    groups.clone().count() == 3 && groups.all(is_group)
}

/// The words of a piece that begins at `from`: runs of letters and digits; `w/o` is one, and so is `1,500`.
fn words_of(piece: &str, from: usize) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut begin = None;
    for (at, letter) in piece.char_indices() {
        if letter.is_alphanumeric() || is_accent(letter) || parts_thousands(piece, at, letter) {
            begin = begin.or(Some(at));
            continue;
        }
        found.extend(begin.take().map(|start| (from + start, from + at)));
        if letter == '%' {
            found.push((from + at, from + at + 1));
        }
    }
    found.extend(begin.map(|start| (from + start, from + piece.len())));
    found
}

/// A comma or point with a digit in front and three behind.
fn parts_thousands(piece: &str, at: usize, letter: char) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let bytes = piece.as_bytes();
    let before = at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(is_digit);
    let behind = || bytes.get(at + 1..).unwrap_or_default().iter().take_while(|byte| is_digit(byte)).count();
    matches!(letter, ',' | '.') && before && behind() == 3
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

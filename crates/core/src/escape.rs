//! What a program takes a text for that is none: what stands for a character, and what begins as a formula.
//!
//! What stands for a character in the texts of a workbook: `_x0041_` for `A`, where the digits are a unit of UTF-16.
//! In cells the underscore of a text that looks so is escaped itself. In names, of sheets and of the columns of tables,
//! not every program takes that back, so no name of ours has one.

use std::borrow::Cow;

/// Returns whether text, as UTF-8, begins with what Excel takes for an escaped character: `_x000D_`.
///
/// ```
/// use fasttrack_core::escape::is_escape;
/// assert!(is_escape(b"_x000D_ and so on"));
/// assert!(!is_escape(b"_X000D_") && !is_escape(b"_x00D_"));
/// ```
#[must_use]
#[inline]
pub fn is_escape(text: &[u8]) -> bool {
    let [b'_', b'x', digits @ .., b'_'] = text.get(..BYTES).unwrap_or_default() else { return false };
    digits.iter().all(u8::is_ascii_hexdigit)
}

/// Returns whether a text holds what some program may take for an escaped character, with a large `X`, too.
#[must_use]
pub fn has_escape(text: &str) -> bool {
    (0..text.len()).any(|at| may_be_escape(text, at))
}

/// Returns a text in which nothing can be taken for an escaped character: the underscore before the `x` becomes `-`.
///
/// As many letters as before; a text without one stays as it is.
///
/// ```
/// use fasttrack_core::escape::without_escapes;
/// assert_eq!(without_escapes("_x0041_x0042_ my_x_axis"), "-x0041-x0042_ my_x_axis");
/// ```
#[must_use]
pub fn without_escapes(text: &str) -> String {
    text.char_indices().map(|(at, letter)| if may_be_escape(text, at) { '-' } else { letter }).collect()
}

/// `_x0041_`.
const BYTES: usize = 7;

fn may_be_escape(text: &str, at: usize) -> bool {
    let seven = text.as_bytes().get(at..).and_then(|rest| rest.get(..BYTES)).unwrap_or_default();
    matches!(seven, [b'_', b'x' | b'X', digits @ .., b'_'] if digits.iter().all(u8::is_ascii_hexdigit))
}

/// Returns whether a spreadsheet may take a text for a formula.
///
/// It begins, behind any blanks, with `=`, `+`, `-` or `@`, also in full width, or has a tab or a line break among
/// those blanks. Numbers proper (`-5`, `+3,5`, `-1.5e3`) are none.
#[must_use]
pub fn begins_as_formula(text: &str) -> bool {
    let is_blank = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}');
    let rest = text.trim_start_matches(is_blank);
    let blanks = text.get(..text.len() - rest.len()).unwrap_or_default();
    if blanks.contains(['\t', '\r', '\n']) {
        return true;
    }
    match rest.chars().next() {
        Some('=' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}' | '\u{2212}') => true,
        Some('+' | '-') => !is_number(rest.get(1..).unwrap_or_default()),
        _ => false,
    }
}

/// Returns whether text is a number without a sign: digits, single points and commas between them, an exponent.
fn is_number(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => text.split_at_checked(at).unwrap_or((text, "")),
        None => (text, ""),
    };
    let exponent = exponent.get(1..).map(|digits| digits.strip_prefix(['+', '-']).unwrap_or(digits));
    mantissa.split(['.', ',']).all(is_digits) && exponent.is_none_or(is_digits)
}

/// Returns a text with a `'` before it where a spreadsheet would take it for a formula, in text with commas.
///
/// ```
/// use fasttrack_core::escape::{guarded, unguarded};
/// assert_eq!(guarded("=1+1"), "'=1+1");
/// assert_eq!(guarded("E3"), "E3");
/// assert_eq!(unguarded("'=1+1"), "=1+1");
/// assert_eq!(unguarded("'a"), "'a");
/// ```
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if begins_as_formula(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns a text without the `'` that [`guarded`] put before it.
#[must_use]
pub fn unguarded(text: &str) -> &str {
    let bare = text.strip_prefix('\'').filter(|_| begins_as_formula(text.trim_start_matches('\'')));
    bare.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_are_found_wherever_they_stand() {
        for text in ["_x0041_", "a_X00e4_b", "__xABCD_", "\u{e4}_x0041_", "_x004_x0041_"] {
            assert!(has_escape(text), "{text:?}");
        }
        for text in ["", "_x12_", "_x004g_", "_x0041", "x0041_", "_\u{e4}0041_"] {
            assert!(!has_escape(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_without_escapes_has_one(text in "(_|x|X|0|_x0041_|\u{e4}|.){0,30}") {
            let without = without_escapes(&text);
            prop_assert!(!has_escape(&without), "{without:?}");
            prop_assert_eq!(without.chars().count(), text.chars().count());
            if !has_escape(&text) {
                prop_assert_eq!(without, text);
            }
        }
    }
}

//! Folding: how two written texts are compared when case, blanks and dashes do not matter; and which names some system
//! may take for the same.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick};

/// Returns `text` in lower case, trimmed, with every run of white space as one blank and every dash as `-`.
///
/// White space is what Unicode calls so, with the no-break and thin blanks that spreadsheets carry. What shows nothing
/// ([`is_invisible`]) is dropped, an accent is one letter with the one it is on (NFC), and letters of full width are
/// plain ones. Folding twice changes nothing more.
///
/// Cannot fail: any text has a folded form, which may be empty.
///
/// ```
/// use fasttrack_core::fold::fold;
/// assert_eq!(fold(" Exchange\u{a0}Online \t(Plan 1) "), "exchange online (plan 1)");
/// assert_eq!(fold("Non\u{2011}Profit"), "non-profit");
/// assert_eq!(fold("Cafe\u{301}"), fold("\u{2068}Caf\u{e9}\u{2069}"));
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let seen = text.chars().filter(|letter| letter.is_whitespace() || !is_invisible(*letter)).map(narrow);
    let folded = match is_nfc_quick(seen.clone()) {
        IsNormalized::Yes => fold_letters(seen, text.len()),
        IsNormalized::No | IsNormalized::Maybe => fold_letters(seen.nfc(), text.len()),
    };
    // Letters of lower case may have come that belong together.
    if is_nfc(&folded) { folded } else { composed(&folded) }
}

fn fold_letters(letters: impl Iterator<Item = char>, bytes: usize) -> String {
    let mut folded = String::with_capacity(bytes);
    let mut blank_due = false;
    for letter in letters {
        if letter.is_whitespace() {
            blank_due = !folded.is_empty();
            continue;
        }
        if blank_due {
            folded.push(' ');
            blank_due = false;
        }
        if is_dash(letter) {
            folded.push('-');
        } else {
            folded.extend(letter.to_lowercase());
        }
    }
    folded
}

/// Letters, digits and signs of full width as plain ones.
fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        letter => letter,
    }
}

/// Returns the letters and digits of `text` in lower case, without accents: words are compared so that people write
/// with and without them, and with or without blanks, dashes and brackets.
///
/// ```
/// use fasttrack_core::fold::letters;
/// assert!(letters("R\u{e9}sili\u{e9}").eq(letters("resilie")));
/// assert!(letters("501(c)(3)").eq("501c3".chars()));
/// ```
pub fn letters(text: &str) -> impl Iterator<Item = char> {
    let (plain, other) = if text.is_ascii() { (text, "") } else { ("", text) };
    let plain =
        plain.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| char::from(byte.to_ascii_lowercase()));
    // Accents become letters of their own, which are none.
    plain.chain(other.nfkd().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase))
}

/// Returns the letters of a text without the accents on them, in canonical form (NFD without marks).
pub fn without_accents(text: &str) -> impl Iterator<Item = char> {
    text.nfd().filter(|letter| !unicode_normalization::char::is_combining_mark(*letter))
}

/// The same for most texts, which have a byte a letter.
fn fold_ascii(text: &str) -> String {
    let lower = text.trim().to_ascii_lowercase();
    if has_loose_blanks(lower.as_bytes()) { fold_letters(lower.chars(), lower.len()) } else { lower }
}

/// Whether a text has a blank beside another, or one that is not a space; few have.
fn has_loose_blanks(text: &[u8]) -> bool {
    let behind = text.get(1..).unwrap_or_default();
    let is_double = |(one, next): (&u8, &u8)| u8::from(*one == b' ') & u8::from(*next == b' ');
    has_byte(text, |byte| matches!(byte, b'\t'..=b'\r'))
        || text.iter().zip(behind).fold(0, |any, two| any | is_double(two)) != 0
}

/// Returns `text` trimmed, with every run of white space as one blank; case and dashes stay.
///
/// For text that is shown again after it was published with tabs, doubled or no-break blanks.
///
/// ```
/// assert_eq!(fasttrack_core::fold::squeeze("MCOCAP_FACULTY\u{a0}"), "MCOCAP_FACULTY");
/// ```
#[must_use]
pub fn squeeze(text: &str) -> String {
    if text.is_ascii() && !has_loose_blanks(text.as_bytes()) {
        return text.trim().to_owned();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns what a name has in common with all that some system or program may take for the same one: file systems and
/// spreadsheets compare names without case, some as normalised by Unicode.
///
/// So two names are alike whose letters differ in case, in how an accent is written, in width, or as a ligature or a
/// small digit does from plain ones (NFKC, through upper to lower case). Blanks, dashes and marks without width stay.
///
/// Cannot fail. For names and headings: it takes too long for every row.
///
/// ```
/// use fasttrack_core::fold::alike;
/// assert_eq!(alike("e\u{301}t"), alike("\u{c9}t"));
/// assert_eq!(alike("Stra\u{df}e 5 m\u{b2}"), alike("STRASSE 5 m2"));
/// assert_ne!(alike("Non-Profit"), alike("Non Profit"));
/// ```
#[must_use]
pub fn alike(name: &str) -> String {
    // Lower case first, too: the large sharp s has `SS` for its upper case only by way of the small one.
    let lower =
        name.nfkc().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    // Letters may have come that belong together.
    lower.nfkc().collect()
}

/// Returns `text` with every letter and its accents as one letter, where Unicode has such a one (NFC).
#[must_use]
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// Returns `text` folded, with one form for letters of any width and without accents: how words of names are compared.
///
/// ```
/// assert_eq!(fasttrack_core::fold::plain("J\u{e4}hrlich \u{ff25}3"), "jahrlich e3");
/// ```
#[must_use]
pub fn plain(text: &str) -> String {
    if text.is_ascii() {
        return fold(text);
    }
    let is_accent = |letter: &char| ('\u{300}'..='\u{36f}').contains(letter);
    let bare: String = text.nfkd().filter(|letter| !is_accent(letter)).collect();
    fold(&composed(&bare))
}

/// Returns `text` with one form for letters of any width, ligatures and the like (NFKC), without letters that show
/// nothing.
#[must_use]
pub fn visible(text: &str) -> String {
    text.nfkc().filter(|letter| !is_invisible(*letter)).collect()
}

/// Returns whether a letter shows nothing: it has no width or no shape, turns the direction, chooses a variant of the
/// one before it, or is none at all. Blanks are no such letters, and controls are not asked about.
///
/// Source: `Default_Ignorable_Code_Point` of Unicode 17, with line and paragraph separators, the blank of Braille, the
/// marks of annotations and what is no character.
#[must_use]
pub fn is_invisible(letter: char) -> bool {
    if letter < '\u{ad}' {
        return false;
    }
    let is_none = u32::from(letter) & 0xfffe == 0xfffe;
    is_none
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns whether a text has such a byte: all of it is looked at, many bytes at a time, which a search that ends early
/// cannot do.
pub fn has_byte(text: &[u8], is: impl Fn(u8) -> bool) -> bool {
    text.iter().fold(0, |any, byte| any | u8::from(is(*byte))) != 0
}

/// Returns a text without the braces that stand around some GUIDs; any other as it is.
#[must_use]
pub fn without_braces(text: &str) -> &str {
    text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text)
}

/// Hyphen to horizontal bar, hyphen bullet and minus sign.
fn is_dash(letter: char) -> bool {
    matches!(letter, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_dash_reads_as_a_hyphen() {
        for dash in ['-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2015}', '\u{2212}']
        {
            assert_eq!(fold(&format!("Non{dash}Profit")), "non-profit", "U+{:04X}", u32::from(dash));
        }
    }

    #[test]
    fn every_blank_reads_as_one_space() {
        for blank in [" ", "\t", "\u{a0}", "\u{2009}", "\u{202f}", "\u{3000}", " \u{a0}\r\n "] {
            assert_eq!(fold(&format!("{blank}paid{blank}seats{blank}")), "paid seats", "{blank:?}");
        }
    }

    #[test]
    fn names_are_alike_that_some_system_takes_for_the_same() {
        for (one, other) in [
            ("e\u{301}t", "\u{e9}t"),
            ("E\u{301}T", "\u{e9}t"),
            ("\u{3bf}\u{3b4}\u{3cc}\u{3c2}", "\u{3bf}\u{3b4}\u{3cc}\u{3c3}"),
            ("\u{39f}\u{394}\u{39f}\u{3a3} 1", "\u{3bf}\u{3b4}\u{3bf}\u{3c2} 1"),
            ("Stra\u{df}e", "STRASSE"),
            ("\u{1e9e}", "ss"),
            ("\u{fb01}x", "FIX"),
            ("m\u{b2}", "m2"),
            ("\u{ff30}lan", "plan"),
            ("\u{304b}\u{3099}", "\u{304c}"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
            ("\u{1100}\u{1161}", "\u{ac00}"),
            ("\u{1f0}", "J\u{30c}"),
            ("\u{1fb3}", "\u{391}\u{399}"),
        ] {
            assert_eq!(alike(one), alike(other), "{one:?} {other:?}");
        }
        for (one, other) in [("a", "\u{e4}"), ("\u{30ab}", "\u{30ac}"), ("a b", "ab"), ("a-b", "a\u{2013}b")]
        {
            assert_ne!(alike(one), alike(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn every_letter_is_alike_itself_in_the_other_case() {
        for letter in '\0'..='\u{1ffff}' {
            let common = alike(&letter.to_string());
            assert_eq!(alike(&common), common, "{letter:?}");
            assert_eq!(alike(&letter.to_uppercase().to_string()), common, "{letter:?}");
            assert_eq!(alike(&letter.to_lowercase().to_string()), common, "{letter:?}");
        }
    }

    #[test]
    fn what_shows_nothing_is_told_from_what_is_seen() {
        for letter in
            "\u{ad}\u{180e}\u{200b}\u{2028}\u{3164}\u{fe0f}\u{feff}\u{ffff}\u{1fffe}\u{e0041}".chars()
        {
            assert!(is_invisible(letter), "{letter:?}");
        }
        for letter in "a \u{a0}\u{301}\u{3099}\u{ff21}\u{fffd}\u{1f600}\u{20000}\u{e4}".chars() {
            assert!(!is_invisible(letter), "{letter:?}");
        }
    }

    #[test]
    fn what_shows_nothing_changes_nothing() {
        for mark in
            ['\u{200b}', '\u{200e}', '\u{202a}', '\u{2066}', '\u{2069}', '\u{61c}', '\u{2064}', '\u{fe0f}']
        {
            assert_eq!(fold(&format!("{mark}Con{mark}toso{mark}")), "contoso", "{mark:?}");
        }
        // A break is a blank, though it shows nothing, and a mark does not part a letter from its accent.
        assert_eq!(fold("a\u{2028}b\u{2029}c"), "a b c");
        assert_eq!(fold("e\u{200b}\u{301}"), "\u{e9}");
    }

    #[test]
    fn an_accent_is_the_same_in_one_letter_and_in_two_and_another_name_without() {
        assert_eq!(fold("Mu\u{308}nchen"), fold("M\u{dc}NCHEN"));
        assert_ne!(fold("Munchen"), fold("M\u{fc}nchen"));
        assert_eq!(fold("\u{ff33}\u{ff30}\u{ff25}\u{3000}\u{ff11}"), "spe 1");
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        assert_eq!(fold("\u{feff}Tenant"), "tenant");
    }

    proptest! {
        #[test]
        fn a_letter_of_more_bytes_changes_nothing_for_the_others(text in "[ -~\\t\\r\\n\\x0b\\x0c\\x1c]{0,40}") {
            // Without width, it is dropped; but the text is not of single bytes any more.
            let long = format!("{text}\u{ad}");
            prop_assert_eq!(fold(&text), fold(&long));
        }

        #[test]
        fn a_text_is_squeezed_as_its_words_are_joined(text in "[ -~\\t\\r\\n\\x0b\\x0c\\x1c]{0,40}") {
            prop_assert_eq!(squeeze(&text), text.split_whitespace().collect::<Vec<_>>().join(" "));
        }

        #[test]
        fn letters_of_single_bytes_are_those_of_any_text(text in "[ -~\\t\\n]{0,20}") {
            let slow = text.nfkd().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase);
            prop_assert!(letters(&text).eq(slow));
        }

        #[test]
        fn what_is_alike_stays_so_in_any_case_and_form(text in "(.|\u{df}|\u{3a3}|\u{130}|\u{345}|\u{301}|\u{3099}){0,12}") {
            let common = alike(&text);
            prop_assert_eq!(alike(&common), common.as_str());
            prop_assert_eq!(alike(&text.nfd().collect::<String>()), common.as_str());
            prop_assert_eq!(alike(&text.nfkc().collect::<String>()), common.as_str());
        }

        #[test]
        fn folding_twice_changes_nothing_more(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}

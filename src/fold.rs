//! Folding: how two written texts are compared when case, blanks and dashes do not matter.

/// Returns `text` in lower case, trimmed, with every run of white space as one blank and every dash as `-`.
///
/// White space is what Unicode calls so, with the no-break and thin blanks that spreadsheets carry. Marks without
/// width (byte order mark, soft hyphen, joiners) are dropped. Folding twice changes nothing more.
///
/// Cannot fail: any text has a folded form, which may be empty.
///
/// ```
/// use fasttrack_roster::fold::fold;
/// assert_eq!(fold(" Exchange\u{a0}Online \t(Plan 1) "), "exchange online (plan 1)");
/// assert_eq!(fold("Non\u{2011}Profit"), "non-profit");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let mut folded = String::with_capacity(text.len());
    let mut blank_due = false;
    for letter in text.chars() {
        if is_without_width(letter) {
            continue;
        }
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

/// The same for most texts, which have a byte a letter.
fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for byte in text.trim().bytes() {
        let letter = char::from(byte.to_ascii_lowercase());
        if !letter.is_whitespace() {
            folded.push(letter);
        } else if !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded
}

/// Returns `text` trimmed, with every run of white space as one blank; case and dashes stay.
///
/// For text that is shown again after it was published with tabs, doubled or no-break blanks.
///
/// ```
/// assert_eq!(fasttrack_roster::fold::squeeze("MCOCAP_FACULTY\u{a0}"), "MCOCAP_FACULTY");
/// ```
#[must_use]
pub fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

fn is_without_width(letter: char) -> bool {
    matches!(letter, '\u{feff}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
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
        fn folding_twice_changes_nothing_more(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}

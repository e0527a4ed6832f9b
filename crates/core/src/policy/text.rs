//! What a text in a policy may look like, and when two texts are the same to a reader.

use crate::date::Date;
use crate::diagnostic::{Code, excerpt};
use crate::fold::letters;

use super::faults::Faults;

/// Longest name, in characters: it becomes a column heading or a label on a sheet.
pub(super) const NAME_CHARACTERS: usize = 60;
/// Longest address, in characters: spreadsheets take no longer link.
pub(super) const ADDRESS_CHARACTERS: usize = 2_000;
/// Longest line of prose, in characters: it becomes one cell that still can be read.
pub(super) const PROSE_CHARACTERS: usize = 2_000;

/// Returns the characters by which two words are compared: letters and digits, lower case, without accents.
///
/// `Non-Profit`, `non profit` and `nonprofit` have the same; a word of signs only has none.
pub(super) fn folded_word(word: &str) -> impl Iterator<Item = char> {
    letters(word)
}

/// Returns a name as spreadsheets compare headings: lower case, one blank between words.
pub(super) fn folded_name(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Tells what is wrong with a name or an id: blank, over-long, or with characters that cannot be seen.
pub(super) fn check_name(name: &str, key: &str, line: u64, faults: &mut Faults) {
    check_length(name, NAME_CHARACTERS, key, line, faults);
    if name.contains(is_unseen) || name.trim() != name {
        faults.add(
            Code::TextUnclean,
            line,
            format!("`{key}` contains an invisible character: `{}`", excerpt(name)),
            "a name becomes a heading; remove line breaks, control characters, and spaces at the start and end",
        );
    }
}

/// Returns prose with its line breaks and runs of blanks as single blanks, and tells what is wrong with it.
pub(super) fn check_prose(prose: &str, key: &str, line: u64, faults: &mut Faults) -> String {
    let joined = prose.split_whitespace().collect::<Vec<_>>().join(" ");
    check_length(&joined, PROSE_CHARACTERS, key, line, faults);
    if joined.contains(is_unseen) {
        faults.add(
            Code::TextUnclean,
            line,
            format!("`{key}` contains an invisible character: `{}`", excerpt(&joined)),
            "remove the control characters",
        );
    }
    joined
}

/// Tells when an id is not a plain word: lower-case letters, digits and dashes.
pub(super) fn check_id(id: &str, key: &str, line: u64, faults: &mut Faults) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.is_empty() && !id.chars().all(plain) {
        faults.add(
            Code::IdNotAWord,
            line,
            format!("`{key}` is `{}`, which is not a plain word", excerpt(id)),
            "use lower-case letters, digits and dashes, such as `on-site-2`",
        );
    }
}

/// Tells when a text is no date of the form 2021, 2021-06 or 2021-06-30.
pub(super) fn check_date(date: &str, key: &str, line: u64, faults: &mut Faults) {
    if !date.is_empty() && !is_date(date) {
        faults.add(
            Code::DateMalformed,
            line,
            format!("`{key}` is `{}`, which is not a date", excerpt(date)),
            "write the year, the month or the day: \"2021\", \"2021-06\" or \"2021-06-30\"",
        );
    }
}

/// Tells when an address carries its scheme or holds a character that an address cannot hold.
pub(super) fn check_address(address: &str, key: &str, line: u64, faults: &mut Faults) {
    check_length(address, ADDRESS_CHARACTERS, key, line, faults);
    if address.contains("://") || address.contains(|c: char| c.is_whitespace() || is_unseen(c)) {
        faults.add(
            Code::AddressMalformed,
            line,
            format!("`{key}` is `{}`, which is not an address without `https://`", excerpt(address)),
            "leave out `https://` and spaces, as in \"aka.ms/fasttrackservicedescription\"",
        );
    }
}

fn check_length(text: &str, limit_characters: usize, key: &str, line: u64, faults: &mut Faults) {
    let length = text.chars().count();
    if text.trim().is_empty() {
        faults.add(Code::TextEmpty, line, format!("`{key}` is empty"), "write text between the quotes");
    } else if length > limit_characters {
        faults.add(
            Code::TextTooLong,
            line,
            format!("`{key}` has {length} characters; at most {limit_characters} are allowed"),
            "shorten it; put long explanations in comments in the file",
        );
    }
}

/// Control characters, marks that turn the writing direction, zero-width signs and code points that are no characters.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff)
}

/// Whether a text is a year, a month or a day that the calendar has, from 1990 on.
fn is_date(date: &str) -> bool {
    Date::first_of(date).is_some_and(|first| (1990..=2999).contains(&first.civil().0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_year_a_month_or_a_day_that_exists() {
        for date in ["2021", "2021-06", "2021-06-30", "2024-02-29"] {
            assert!(is_date(date), "{date}");
        }
        for date in
            ["", "21", "2021-13", "2021-6", "2021-06-31", "2023-02-29", "2021-06-01-01", "June 2021", "2021-"]
        {
            assert!(!is_date(date), "{date}");
        }
    }

    #[test]
    fn spellings_of_one_word_fold_alike() {
        for word in ["Non-Profit", "non profit", "NONPROFIT", "non\u{2011}profit"] {
            assert!(folded_word(word).eq("nonprofit".chars()), "{word}");
        }
    }
}

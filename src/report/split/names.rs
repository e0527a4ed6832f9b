//! Names for the sheets of values: what Excel takes, each only once.

use crate::escape::without_escapes;
use crate::fold::{alike, is_invisible, squeeze};
use crate::report::{
    breakdown, changes, guide, history, onboarding, otherwise, policy, review, roster, run, steps, summary,
    tenants, to_settle,
};
use std::collections::HashSet;

/// The most UTF-16 units of a sheet's name. Source: Excel's published limits.
const LIMIT_UNITS: usize = 31;

/// Sheets of ours that a value's sheet must not be called as, and the one name that Excel keeps for itself.
const KEPT: [&str; 17] = [
    summary::NAME,
    changes::NAME,
    steps::NEXT,
    steps::RISK,
    breakdown::NAME,
    otherwise::NAME,
    onboarding::NAME,
    roster::NAME,
    tenants::NAME,
    review::NAME,
    review::causes::NAME,
    to_settle::NAME,
    guide::NAME,
    policy::NAME,
    run::NAME,
    history::NAME,
    "History",
];

/// Names of sheets, each given only once, also where they differ as [`alike`] leaves out: 31 UTF-16 units at most, none
/// of the characters that Excel refuses, nothing that stands for a character, and none that one of our sheets has or
/// may get.
#[derive(Clone, Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// Returns a name as near to `wanted` as may be, and takes it: cleaned, cut, and where it is taken already, with
    /// ` (2)` behind it and so on; a name of our sheets gets ` (value)`, and so does one that would be misread.
    pub fn claim(&mut self, wanted: &str) -> String {
        self.claim_unless(wanted, |_| false)
    }

    /// Does the same where there are other names that may not be: one that `is_refused` gets ` (value)`, too, and may
    /// not be refused with that.
    pub fn claim_unless(&mut self, wanted: &str, is_refused: impl Fn(&str) -> bool) -> String {
        let clean = clean(wanted);
        let is_refused = |name: &str| is_kept(name) || is_misread(name) || is_refused(name);
        let mut number = 1_u32;
        let mut name = numbered(&clean, number, is_refused);
        while !self.taken.insert(alike(&name)) {
            number += 1;
            name = numbered(&clean, number, is_refused);
        }
        name
    }
}

/// Returns the n-th name to try; each number gives another one.
fn numbered(clean: &str, number: u32, is_refused: impl Fn(&str) -> bool) -> String {
    let (plain, apart) = match number {
        1 => (String::new(), " (value)".to_owned()),
        _ => (format!(" ({number})"), format!(" (value {number})")),
    };
    let name = cut(clean, &plain);
    if is_refused(&name) { cut(clean, &apart) } else { name }
}

/// Returns a name without what none may have, uncut; `Other` if nothing is left. Cleaning twice changes nothing more.
#[must_use]
pub fn clean(wanted: &str) -> String {
    let kept = |letter: char| match letter {
        ':' | '\\' | '/' | '?' | '*' | '[' | ']' => '-',
        letter if letter.is_control() || is_invisible(letter) => ' ',
        letter => letter,
    };
    let clean = squeeze(&wanted.chars().map(kept).collect::<String>());
    match trimmed(&clean) {
        "" => "Other".to_owned(),
        // Readers take `_x0041_` for an `A`, and `_x002F_` for what Excel refuses.
        clean => without_escapes(clean),
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\''])
}

/// Returns a name with its number, as much of it as there is room for.
fn cut(clean: &str, number: &str) -> String {
    let mut room = LIMIT_UNITS.saturating_sub(number.len());
    let has_room = |letter: &char| {
        let rest = room.checked_sub(letter.len_utf16());
        room = rest.unwrap_or(0);
        rest.is_some()
    };
    let name: String = clean.chars().take_while(has_room).collect();
    format!("{}{number}", trimmed(&name))
}

/// Whether a sheet of ours is called so, or a further part of one may be.
fn is_kept(name: &str) -> bool {
    let common = alike(name);
    let is_number = |rest: &str| {
        let digits = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
        digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
    };
    KEPT.iter().any(|kept| {
        let rest = common.strip_prefix(&alike(kept));
        rest.is_some_and(|rest| rest.is_empty() || is_number(rest))
    })
}

/// Whether a formula or a defined name that says the name would be taken for something else, or not be read at all.
///
/// The workbook library (0.102) puts quotes round names with blanks and ASCII signs, and round those that look like a
/// cell (`A1`, `R1C1`, `RC`), but neither round these answers nor for every digit and picture of Unicode.
fn is_misread(name: &str) -> bool {
    let is_quoted = name
        .chars()
        .any(|letter| letter.is_ascii() && !letter.is_ascii_alphanumeric() && !matches!(letter, '_' | '.'));
    let is_answer = ["true", "false"].contains(&name.to_lowercase().as_str());
    is_answer || !is_quoted && name.contains(is_picture_or_digit)
}

fn is_picture_or_digit(letter: char) -> bool {
    let is_digit = letter.is_numeric() && !letter.is_ascii_digit();
    let is_picture = matches!(letter,
        '\u{203c}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}');
    is_digit || is_picture
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escape::has_escape;
    use proptest::prelude::*;

    #[test]
    fn a_name_that_would_be_misread_gets_signs_that_ask_for_quotes() {
        let mut names = Names::default();
        let claimed = ["TRUE", "False", "true?", "m\u{b2}", "5 m\u{b2}", "a\u{1f600}", "A1", "Trueman"]
            .map(|wanted| names.claim(wanted));
        assert_eq!(
            claimed,
            [
                "TRUE (value)",
                "False (value)",
                "true-",
                "m\u{b2} (value)",
                "5 m\u{b2}",
                "a\u{1f600} (value)",
                "A1",
                "Trueman"
            ]
        );
    }

    #[test]
    fn a_name_is_cleaned_cut_and_numbered() {
        let mut names = Names::default();
        let claimed =
            ["West: [desk]/A", "west- -desk-\\a", "'O''Hara'", "\u{1}\u{200b}", "History", "roster (7)"]
                .map(|wanted| names.claim(wanted));
        assert_eq!(
            claimed,
            [
                "West- -desk--A",
                "west- -desk--a (2)",
                "O''Hara",
                "Other",
                "History (value)",
                "roster (7) (value)"
            ]
        );
        let long = "a".repeat(40);
        assert_eq!(names.claim(&long), "a".repeat(31));
        assert_eq!(names.claim(&long), format!("{} (2)", "a".repeat(27)));
    }

    #[test]
    fn a_name_that_readers_would_decode_is_broken() {
        let mut names = Names::default();
        let claimed = ["_x0041_", "A", "a_x002F_b", "_X0041_x0042_", "_x004_", "my_x_axis"];
        assert_eq!(
            claimed.map(|wanted| names.claim(wanted)),
            ["-x0041_", "A", "a-x002F_b", "-X0041-x0042_", "_x004_", "my_x_axis"]
        );
    }

    #[test]
    fn names_that_some_system_takes_for_one_are_numbered() {
        for (one, other) in [
            ("\u{e9}t", "e\u{301}t"),
            ("\u{3bb}\u{3cc}\u{3b3}\u{3bf}\u{3c2}", "\u{3bb}\u{3cc}\u{3b3}\u{3bf}\u{3c3}"),
            ("Stra\u{df}e", "Strasse"),
            ("\u{ff37}est", "west"),
            ("\u{304c}", "\u{304b}\u{3099}"),
        ] {
            let mut names = Names::default();
            assert_eq!(names.claim(one), one);
            assert_eq!(names.claim(other), format!("{other} (2)"));
        }
        assert_eq!(Names::default().claim("\u{ff32}oster"), "\u{ff32}oster (value)");
    }

    #[test]
    fn a_name_has_no_letter_that_shows_nothing() {
        let mut names = Names::default();
        let claimed = ["a\u{180e}b", "a\u{3164}", "\u{e0041}", "\u{2764}\u{fe0f} team"];
        assert_eq!(claimed.map(|wanted| names.claim(wanted)), ["a b", "a", "Other", "\u{2764} team"]);
    }

    proptest! {
        #[test]
        fn every_name_of_a_sheet_is_one_that_excel_takes(
            wanted in prop::collection::vec("(Roster|TRUE|a|A|'|\u{1f600}|/|\\(2\\)| |ß|ss|_x0041_|\u{e9}|e\u{301}|.){0,40}", 1..60),
        ) {
            let mut names = Names::default();
            let mut seen = HashSet::new();
            for wanted in &wanted {
                let name = names.claim(wanted);
                prop_assert!((1..=31).contains(&name.encode_utf16().count()), "{name:?}");
                prop_assert!(!name.contains([':', '\\', '/', '?', '*', '[', ']']), "{name:?}");
                prop_assert!(!name.starts_with('\'') && !name.ends_with('\''), "{name:?}");
                prop_assert!(!name.chars().any(char::is_control) && name.trim() == name, "{name:?}");
                prop_assert!(!is_kept(&name) && !is_misread(&name), "{name:?}");
                prop_assert!(!has_escape(&name) && !name.contains(is_invisible), "{name:?}");
                prop_assert_eq!(&clean(&name), &name);
                prop_assert!(seen.insert(alike(&name)), "{name:?}");
            }
        }
    }
}

//! What cells say under a heading that asks: whether it has ended, whether it is active, whether it is a trial.

use super::words::{NO, NOTHING, YES};
use super::{LONGEST_BYTES, Status, key, standing, strength};
use crate::fold::fold;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Returns what a cell says under a heading that asks whether a subscription is active: its words are those of a status,
/// and marks and numbers are answers.
pub(in crate::roster) fn standing_of_answer(written: &str) -> Status {
    match standing(written) {
        Status::Unknown if is_yes(written) => Status::Active,
        Status::Unknown if is_no(written) => Status::Inactive,
        said => said,
    }
}

/// Returns whether a cell says yes.
pub(in crate::roster) fn is_yes(written: &str) -> bool {
    /// What people tick with; the numbers of Excel and of databases.
    const MARKS: [&str; 10] = ["x", "1", "-1", "t", "j", "o", "s", "\u{2713}", "\u{2714}", "\u{2611}"];
    let said = fold(written.trim());
    MARKS.contains(&said.as_str()) || YESES.contains(&key(written))
}

/// Returns whether a cell says no, or that there is nothing to say.
pub(in crate::roster) fn is_no(written: &str) -> bool {
    const MARKS: [&str; 10] =
        ["0", "f", "0.0", "0,0", "\u{2717}", "\u{2718}", "\u{2610}", "\u{2716}", "\u{d7}", "\u{25a1}"];
    let said = fold(written.trim());
    let said_key = key(written);
    said_key.is_empty() && !said.chars().any(|sign| matches!(sign, '\u{2713}' | '\u{2714}' | '\u{2611}'))
        || MARKS.contains(&said.as_str())
        || NOES.contains(&said_key)
}

/// Returns whether a cell says that something has ended, in a column whose heading asks for that: whatever is not no.
///
/// A number from 2 to 1899 counts something. Dates that systems write for none, and negated words, are no.
pub(in crate::roster) fn is_ended(written: &str) -> bool {
    const COUNTS: std::ops::Range<u32> = 2..1900;
    let is_count = written.trim().parse::<u32>().is_ok_and(|number| COUNTS.contains(&number));
    if written.trim().is_empty() || is_no(written) || is_count || is_no_date(written) {
        return false;
    }
    written.len() > LONGEST_BYTES
        || is_yes(written)
        || strength(written).is_some()
        || !is_negated(written) && standing(written) != Status::Active
}

/// Returns whether a cell speaks of a trial, in a column whose heading is about one: whatever does not say that there is
/// none, or that it became a purchase.
pub(in crate::roster) fn is_on_trial(written: &str) -> bool {
    const BOUGHT: [&str; 12] = [
        "converted",
        "purchased",
        "paid",
        "bought",
        "konvertiert",
        "gekauft",
        "converti",
        "achete",
        "convertido",
        "comprado",
        "convertito",
        "omgezet",
    ];
    let blank = written.trim().is_empty() || is_no(written) || is_no_date(written) || is_negated(written);
    !blank && !tokens(written).any(|word| BOUGHT.contains(&word.as_str()))
}

/// Whether a cell begins with a word by which the rest is not so: `Not cancelled`, `Nicht gek\u{fc}ndigt`.
fn is_negated(written: &str) -> bool {
    tokens(written).next().is_some_and(|word| NEGATIONS.contains(&word.as_str()))
}

/// Words that turn the next one round, without accents.
pub(super) const NEGATIONS: [&str; 27] = [
    "no", "not", "never", "none", "without", "nein", "nicht", "nie", "kein", "keine", "ohne", "non", "pas",
    "jamais", "aucun", "aucune", "nunca", "ningun", "ninguna", "sin", "mai", "nessun", "nessuna", "niet",
    "nooit", "geen", "nao",
];

/// The words of a cell, by their letters.
pub(super) fn tokens(written: &str) -> impl Iterator<Item = String> {
    written.split(|letter: char| !letter.is_alphanumeric()).map(key).filter(|word| !word.is_empty())
}

/// Dates that systems write where there is none: the first or the last that they can hold, or nothing but zeros.
fn is_no_date(written: &str) -> bool {
    /// Source: the least and greatest dates of .NET, SQL Server, Excel, Oracle and SAP.
    const YEARS: [&str; 8] = ["0000", "0001", "1753", "1899", "1900", "2999", "4712", "9999"];
    let day = written.trim().split([' ', 'T']).next().unwrap_or_default();
    let groups: Vec<&str> = day.split(['-', '.', '/']).filter(|group| !group.is_empty()).collect();
    let are_digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let is_zero =
        day.bytes().any(|byte| byte == b'0') && day.bytes().all(|byte| !matches!(byte, b'1'..=b'9'));
    let is_year = |group: &&str| YEARS.contains(group);
    let is_whole = groups.len() == 1 && day.len() == 8 && YEARS.iter().any(|year| day.starts_with(year));
    are_digits && (is_zero || is_whole || groups.len() == 3 && groups.iter().any(is_year))
}

static YESES: LazyLock<HashSet<String>> = LazyLock::new(|| YES.iter().map(|word| key(word)).collect());

static NOES: LazyLock<HashSet<String>> =
    LazyLock::new(|| NO.iter().chain(&NOTHING).map(|word| key(word)).collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_not_no_answers_a_heading_that_asks_for_an_end() {
        for cell in [
            "Yes",
            "TRUE",
            " x ",
            "ja",
            "s\u{ed}",
            "Si",
            "j",
            "1",
            "T",
            "\u{2714}",
            "cancelled",
            "Yes - 2019",
            "2019",
            "2024-01-31",
            "31.01.2024",
            "1/31/24 12:00",
            "30-Jun-2019",
            "Jun 30, 2019",
            "20190630",
            "2019-06",
            "43646",
            "Moved to Google",
            "No longer a customer",
            "not active",
            "pending",
        ] {
            assert!(is_ended(cell), "{cell}");
        }
        for cell in [
            "",
            "No",
            "false",
            "0",
            "12",
            "5",
            "-",
            "\u{2014}",
            "n/a",
            "None",
            "keine",
            "F",
            "\u{2610}",
            "9999-12-31",
            "0001-01-01",
            "00/00/0000",
            "31.12.9999 00:00",
            "1900-01-01",
            "Not cancelled",
            "nicht gek\u{fc}ndigt",
            "Active",
        ] {
            assert!(!is_ended(cell), "{cell}");
        }
    }

    #[test]
    fn whatever_does_not_say_that_there_is_none_speaks_of_a_trial() {
        for cell in ["Active", "Expired", "2026-12-31", "Yes", "30 days"] {
            assert!(is_on_trial(cell), "{cell}");
        }
        for cell in ["", "None", "No", "0", "-", "Converted", "Converted to paid", "no trial", "n/a"] {
            assert!(!is_on_trial(cell), "{cell}");
        }
    }
}

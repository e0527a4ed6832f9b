//! What cells say under a heading that asks: whether it has ended, whether it is active, whether it is a trial.

use super::words::{IN_THE, MONTHS, NO, NOTHING, YES};
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
    /// What people tick with; the numbers of Excel and of databases. A box with a cross is how Word ticks one.
    const MARKS: [&str; 13] = [
        "x",
        "1",
        "-1",
        "t",
        "j",
        "o",
        "s",
        "\u{2713}",
        "\u{2714}",
        "\u{2611}",
        "\u{2705}",
        "\u{2612}",
        "\u{1f5f9}",
    ];
    MARKS.contains(&mark(written).as_str()) || YESES.contains(&key(written))
}

/// Returns whether a cell says no.
pub(in crate::roster) fn is_no(written: &str) -> bool {
    const MARKS: [&str; 12] = [
        "0", "f", "0.0", "0,0", "\u{2717}", "\u{2718}", "\u{2610}", "\u{2716}", "\u{d7}", "\u{25a1}",
        "\u{274c}", "\u{2b1c}",
    ];
    MARKS.contains(&mark(written).as_str()) || NOES.contains(&key(written))
}

/// Returns whether a cell says that there is nothing to say: blanks, dashes, `n/a`, `none`. Of what is asked for, there
/// is none; but whether something is active, it does not say.
pub(in crate::roster) fn is_nothing(written: &str) -> bool {
    let is_dash = |sign: char| {
        sign.is_whitespace() || matches!(sign, '-' | '.' | '/' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
    };
    mark(written).chars().all(is_dash) || NOTHINGS.contains(&key(written))
}

/// Returns whether a cell is a mark that is not known: `?`, `\u{25cf}`.
pub(in crate::roster) fn is_unknown_mark(written: &str) -> bool {
    key(written).is_empty() && !is_yes(written) && !is_no(written) && !is_nothing(written)
}

/// A mark is the same in black or in colours.
fn mark(written: &str) -> String {
    fold(written.trim()).replace(['\u{fe0e}', '\u{fe0f}'], "")
}

/// Returns whether a cell says no more than an answer or a date, so that what it means depends on its heading: it is no
/// word that means one thing in all columns.
pub(in crate::roster) fn is_answer(written: &str) -> bool {
    let is_said = |run: &String| YESES.contains(run) || NOES.contains(run) || IN_THE.contains(&run.as_str());
    let has_number = written.chars().any(char::is_numeric);
    is_yes(written)
        || is_no(written)
        || runs(written).all(|run| {
            run.chars().all(char::is_numeric)
                || is_said(&run)
                || has_number && (is_month(&run) || ZONES.contains(&run.as_str()))
        })
}

/// Returns whether a cell says that something has ended, in a column whose heading asks for that: whatever is not no.
///
/// A number from 2 to 1899 counts something. Dates that systems write for none, and negated words, are no.
pub(in crate::roster) fn is_ended(written: &str) -> bool {
    const COUNTS: std::ops::Range<u32> = 2..1900;
    let is_count = written.trim().parse::<u32>().is_ok_and(|number| COUNTS.contains(&number));
    if is_nothing(written) || is_no(written) || is_count || is_no_date(written) {
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
    let is_none = is_nothing(written) || is_no(written) || is_no_date(written) || is_negated(written);
    !is_none && !tokens(written).any(|word| BOUGHT.contains(&word.as_str()))
}

/// Whether a cell begins with a word by which the rest is not so: `Not cancelled`, `Nicht gek\u{fc}ndigt`.
fn is_negated(written: &str) -> bool {
    let mut words = tokens(written);
    let is_negation = words.next().is_some_and(|word| NEGATIONS.contains(&word.as_str()));
    is_negation && !words.next().is_some_and(|word| IN_THE.contains(&word.as_str()))
}

/// Words that turn the next one round, without accents. Not the Italian `mai`, which is May elsewhere.
pub(super) const NEGATIONS: [&str; 26] = [
    "no", "not", "never", "none", "without", "nein", "nicht", "nie", "kein", "keine", "ohne", "non", "pas",
    "jamais", "aucun", "aucune", "nunca", "ningun", "ninguna", "sin", "nessun", "nessuna", "niet", "nooit",
    "geen", "nao",
];

/// The words of a cell, by their letters.
pub(super) fn tokens(written: &str) -> impl Iterator<Item = String> {
    written.split(|letter: char| !letter.is_alphanumeric()).map(key).filter(|word| !word.is_empty())
}

/// The words of a cell, and where letters and digits stand together, each by itself: `31DEC9999`.
fn runs(written: &str) -> impl Iterator<Item = String> {
    tokens(written).flat_map(|token| {
        let letters: Vec<char> = token.chars().collect();
        let parts = letters.chunk_by(|one, next| one.is_numeric() == next.is_numeric());
        parts.map(|part| part.iter().collect()).collect::<Vec<String>>()
    })
}

/// Whether it is the name of a month or its beginning.
fn is_month(run: &str) -> bool {
    const SHORTEST: usize = 3;
    run.len() >= SHORTEST && MONTHS.iter().any(|month| month.starts_with(run))
}

/// What stands beside the numbers of a date and time.
const ZONES: [&str; 15] =
    ["t", "z", "h", "am", "pm", "a", "p", "m", "utc", "gmt", "st", "nd", "rd", "th", "uhr"];

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
    let is_named = || {
        let date: Vec<String> = runs(written).take(3).collect();
        let is_part = |run: &String| is_month(run) || run.bytes().all(|byte| byte.is_ascii_digit());
        date.iter().any(|run| is_month(run))
            && date.iter().any(|run| YEARS.contains(&run.as_str()))
            && date.iter().all(is_part)
    };
    are_digits && (is_zero || is_whole || groups.len() == 3 && groups.iter().any(is_year)) || is_named()
}

static YESES: LazyLock<HashSet<String>> = LazyLock::new(|| YES.iter().map(|word| key(word)).collect());

static NOES: LazyLock<HashSet<String>> = LazyLock::new(|| NO.iter().map(|word| key(word)).collect());

static NOTHINGS: LazyLock<HashSet<String>> = LazyLock::new(|| NOTHING.iter().map(|word| key(word)).collect());

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
    fn marks_and_the_names_of_months_are_known_under_such_a_heading() {
        for cell in [
            "\u{2705}",
            "\u{2714}\u{fe0f}",
            "\u{2612}",
            "\u{25cf}",
            "?",
            "Mai",
            "Mai 2024",
            "zum 31. Mai gek\u{fc}ndigt",
            "no dia 31/12/2024",
            "31-DEC-2019",
        ] {
            assert!(is_ended(cell), "{cell}");
        }
        for cell in [
            "31-DEC-9999",
            "01-JAN-4712 00:00:00",
            "01JAN1900",
            "Dec 31, 9999",
            "31 d\u{e9}cembre 9999",
            "31-OKT-2999",
            "\u{274c}",
            "./.",
        ] {
            assert!(!is_ended(cell), "{cell}");
        }
    }

    #[test]
    fn only_yes_and_no_say_whether_something_is_active() {
        for (cells, said) in [
            (["Yes", "x", "1", "\u{2705}", "\u{2611}\u{fe0f}", "\u{2612}", "Active"], Status::Active),
            (["No", "0", "F", "\u{274c}", "\u{2717}", "\u{2610}", "Suspended"], Status::Inactive),
            (["n/a", "-", "none", "keine", "?", "\u{25cf}", "Mai"], Status::Unknown),
        ] {
            for cell in cells {
                assert_eq!(standing_of_answer(cell), said, "{cell}");
            }
        }
    }

    #[test]
    fn answers_and_dates_are_no_words() {
        for cell in [
            "Yes",
            "No",
            "1",
            "x",
            "TRUE",
            "\u{2705}",
            "?",
            "2019",
            "30-Jun-2019",
            "1/31/24 12:00 PM",
            "2024-01-31T00:00:00Z",
            "31. M\u{e4}rz 2024",
            "no dia 31/12/2024",
            "Yes - 2019",
        ] {
            assert!(is_answer(cell), "{cell}");
        }
        for cell in ["cancelled", "Moved to Google", "Mai", "30 days", "Charity 12", "gek\u{fc}ndigt 2024"] {
            assert!(!is_answer(cell), "{cell}");
        }
    }

    #[test]
    fn whatever_does_not_say_that_there_is_none_speaks_of_a_trial() {
        for cell in ["Active", "Expired", "2026-12-31", "Mai 2026", "Yes", "30 days"] {
            assert!(is_on_trial(cell), "{cell}");
        }
        for cell in ["", "None", "No", "0", "-", "Converted", "Converted to paid", "no trial", "n/a"] {
            assert!(!is_on_trial(cell), "{cell}");
        }
    }
}

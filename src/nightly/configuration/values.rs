//! Values of the file, each with what it may be: texts, names, times of the day, durations, percentages.

use super::fields::{Faults, Taken, items};
use crate::changes::MaxDrop;
use crate::read::{self, Limits};
use crate::roster::separators::Mark;
use std::time::Duration;
use toml::de::DeValue;

/// Characters of a roster's name, at most: it is the name of a folder.
const LIMIT_NAME: usize = 40;

/// Returns a text that is not empty.
pub(super) fn text(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Option<String> {
    match taken.value {
        DeValue::String(text) if text.trim().is_empty() => {
            taken.wrong(faults, "is empty", "write something between the quotes, or remove the line");
            None
        }
        DeValue::String(text) if text.chars().any(char::is_control) => {
            taken.wrong(faults, "has a control character", "write it without line breaks and tabs");
            None
        }
        DeValue::String(text) => Some(text.as_ref().to_owned()),
        _ => {
            taken.wrong(faults, "is not a text", "write it in quotes");
            None
        }
    }
}

/// Returns texts: one, or a list of at least one.
pub(super) fn texts(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Vec<String> {
    let items = items(taken);
    if items.is_empty() {
        taken.wrong(faults, "is an empty list", "write at least one text in it, or remove the line");
    }
    items.iter().filter_map(|item| text(item, faults)).collect()
}

/// Returns yes or no.
pub(super) fn yes_or_no(taken: &Taken<'_>, faults: &mut Faults<'_>) -> bool {
    if let DeValue::Boolean(yes) = taken.value {
        return *yes;
    }
    taken.wrong(faults, "is neither `true` nor `false`", "write `true` or `false`, without quotes");
    false
}

/// Returns a whole number within bounds, both included.
pub(super) fn whole(taken: &Taken<'_>, [from, to]: [u32; 2], faults: &mut Faults<'_>) -> Option<u32> {
    let number = match taken.value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
        _ => None,
    };
    let number = number.filter(|number| (from..=to).contains(number));
    if number.is_none() {
        let help = "write it in digits, without quotes and without a sign";
        taken.wrong(faults, &format!("is not a whole number from {from} to {to}"), help);
    }
    number
}

/// Returns a percentage: `10`, `12.5` or `"10 %"`.
pub(super) fn percent(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Option<MaxDrop> {
    let written = match taken.value {
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::String(text) => text.as_ref().to_owned(),
        _ => String::new(),
    };
    let read = MaxDrop::read(written.trim());
    if let Err(help) = &read {
        taken.wrong(faults, "is not a percentage", help);
    }
    read.ok()
}

/// Returns the name of an encoding.
pub(super) fn encoding(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let name = text(taken, faults)?;
    if !read::is_encoding(&name) {
        let help = "write one such as \"utf-8\", \"utf-16le\", \"windows-1252\" or \"iso-8859-2\"";
        taken.wrong(faults, "is not an encoding", help);
        return None;
    }
    Some(name)
}

/// Returns the delimiter of a text.
pub(super) fn delimiter(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Option<u8> {
    // A tab is what no other text may have.
    let found = match taken.value {
        DeValue::String(tab) if tab == "\t" => Ok(b'\t'),
        _ => read::delimiter(&text(taken, faults)?),
    };
    if let Err(help) = found {
        taken.wrong(faults, "is not a delimiter", help);
    }
    found.ok()
}

/// Returns the mark between thousands.
pub(super) fn numbers(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Option<Mark> {
    let mark = Mark::of_example(&text(taken, faults)?);
    if mark.is_none() {
        taken.wrong(faults, "is not such a number", "write \"1.234,56\" or \"1,234.56\"");
    }
    mark
}

/// Returns limits that are changed, each as `WHAT=AMOUNT`.
pub(super) fn limits(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for item in items(taken) {
        let Some(written) = text(&item, faults) else { continue };
        match Limits::default().set(&written) {
            Ok(()) => found.push(written),
            Err(help) => item.wrong(faults, "is not a limit", &help),
        }
    }
    found
}

/// Returns the name of a roster: a word that can be a folder on every system.
pub(super) fn name(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let name = text(taken, faults)?;
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let is_name = name.len() <= LIMIT_NAME
        && name.chars().all(is_letter)
        && name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && !name.ends_with('.');
    if !is_name {
        let help = format!(
            "use letters, digits, `-`, `_` and `.`, at most {LIMIT_NAME}, and begin with a letter or digit"
        );
        taken.wrong(faults, "cannot be the name of a folder", &help);
        return None;
    }
    Some(name)
}

/// Returns the minute of the day of a time such as `06:30`.
pub(super) fn time_of_day(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Option<u32> {
    let written = text(taken, faults)?;
    let time = read_time(&written);
    if time.is_none() {
        taken.wrong(faults, "is not a time of the day", "write hours and minutes in UTC, such as \"06:30\"");
    }
    time
}

/// Returns the days of a week, from Monday, of a list such as `["mon", "fri"]`.
pub(super) fn weekdays(taken: &Taken<'_>, faults: &mut Faults<'_>) -> [bool; 7] {
    const DAYS: [(&str, usize); 7] =
        [("mon", 0), ("tue", 1), ("wed", 2), ("thu", 3), ("fri", 4), ("sat", 5), ("sun", 6)];
    let items = items(taken);
    if items.is_empty() {
        taken.wrong(faults, "is an empty list", "write at least one day in it, such as \"mon\"");
    }
    let mut week = [false; 7];
    for day in items.iter().filter_map(|item| choice(item, &DAYS, faults)) {
        if let Some(is_expected) = week.get_mut(day) {
            *is_expected = true;
        }
    }
    week
}

/// Returns the minute of the day that `06:30` means.
pub(super) fn read_time(written: &str) -> Option<u32> {
    let [h1, h2, b':', m1, m2] = *written.as_bytes() else { return None };
    let number = |digits: [u8; 2]| {
        digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let (hours, minutes) = (number([h1, h2])?, number([m1, m2])?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// Returns a duration such as `30s`, `15m`, `26h` or `8d`.
pub(super) fn duration(taken: &Taken<'_>, faults: &mut Faults<'_>) -> Option<Duration> {
    /// Beyond a century nobody waits.
    const LIMIT_SECONDS: u64 = 100 * 366 * 86_400;
    let written = text(taken, faults)?;
    let unit = |unit: &str| match unit.trim() {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3_600),
        "d" => Some(86_400),
        _ => None,
    };
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    let seconds = written.split_at_checked(digits).and_then(|(number, rest)| {
        number.parse::<u64>().ok()?.checked_mul(unit(rest)?).filter(|seconds| *seconds <= LIMIT_SECONDS)
    });
    if seconds.is_none() {
        let help = "write a number and s, m, h or d, such as \"30s\" or \"8d\"";
        taken.wrong(faults, "is not a length of time", help);
    }
    seconds.map(Duration::from_secs)
}

/// Returns one of some words.
pub(super) fn choice<T: Copy>(taken: &Taken<'_>, among: &[(&str, T)], faults: &mut Faults<'_>) -> Option<T> {
    let written = text(taken, faults)?;
    let found = among.iter().find(|(word, _)| *word == written).map(|(_, meant)| *meant);
    if found.is_none() {
        let words: Vec<String> = among.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        taken.wrong(faults, "is not a word known here", &format!("write one of {}", words.join(", ")));
    }
    found
}

//! What is said where it is not certain which column is which, and the flag that settles it.

use super::{Field, Found, IGNORE, Mapping, heading_key};
use crate::diagnostic::{Code, Diagnostic, excerpt};
use std::fmt;

/// The `--map` that names a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag(String);

impl Flag {
    /// Returns the flag for a column, from 0: by its heading, or by its number where the heading is blank, not the only
    /// one, or hard to type.
    #[must_use]
    pub fn new(field: Field, column: usize, headings: &[String]) -> Self {
        Self::mapping(field.word(), column, headings)
    }

    fn mapping(word: &str, column: usize, headings: &[String]) -> Self {
        let named = by_name(column, headings).filter(|heading| {
            heading.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '(' | ')'))
        });
        Self(match named {
            Some(heading) if heading.chars().all(char::is_alphanumeric) => {
                format!("--map {word}={heading}")
            }
            Some(heading) => format!("--map \"{word}={heading}\""),
            None => format!("--map {word}=#{}", column + 1),
        })
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the flag by which a column says nothing.
pub(super) fn ignoring(column: usize, headings: &[String]) -> String {
    Flag::mapping(IGNORE, column, headings).to_string()
}

/// Returns the heading of a column, if it names that column and no other.
pub(super) fn by_name(column: usize, headings: &[String]) -> Option<&str> {
    let heading = headings.get(column)?;
    let key = heading_key(heading);
    let is_only = headings.iter().filter(|other| heading_key(other) == key).count() == 1;
    (!key.is_empty() && !heading.starts_with('#') && is_only).then_some(heading.as_str())
}

pub(super) fn given_twice() -> Diagnostic {
    Diagnostic::error(Code::Usage, "`--tenant` and `--map tenant` both say whose rows these are")
        .help("keep `--map tenant` if the roster has a column for it, otherwise `--tenant`")
}

pub(super) fn not_found(mapping: &Mapping, headings: &[String]) -> Diagnostic {
    let word = mapping.field.map_or(IGNORE, Field::word);
    let asks = match &mapping.file {
        None => format!("`--map {word}` asks for"),
        Some(file) => format!("`{file}` names for {}", mapping.field.map_or(IGNORE, article)),
    };
    let help = match &mapping.file {
        None => headings_help(headings),
        Some(_) => format!(
            "if the roster's headings changed, name the column with `--map {word}=HEADING` and save it again with \
             `--save-map`; {}",
            headings_help(headings)
        ),
    };
    let message = format!("the roster has no heading `{}`, which {asks}", excerpt(&mapping.heading));
    Diagnostic::error(Code::HeadingNotFound, message).help(help)
}

/// A column that is to be read and to say nothing.
pub(super) fn named_and_ignored(mapping: &Mapping) -> Diagnostic {
    let word = mapping.field.map_or(IGNORE, Field::word);
    let message = match &mapping.file {
        None => {
            format!(
                "`--map {word}` and `--map {IGNORE}` both name the column `{}`",
                excerpt(&mapping.heading)
            )
        }
        Some(file) => {
            format!("`{file}` has the column `{}` for `{word}` and for `{IGNORE}`", excerpt(&mapping.heading))
        }
    };
    Diagnostic::error(Code::ColumnDoubtful, message)
        .help(format!("keep `{word}` if the column is to be read, otherwise `{IGNORE}`"))
}

/// Columns that cannot be told apart by their headings.
pub(super) fn doubtful(field: Option<Field>, columns: &[usize]) -> Diagnostic {
    let numbers: Vec<String> = columns.iter().map(|column| format!("#{}", column + 1)).collect();
    let message = format!(
        "columns {} have the same heading for {}",
        numbers.join(" and "),
        field.map_or(IGNORE, article)
    );
    let first = numbers.first().map_or("", String::as_str);
    Diagnostic::error(Code::ColumnDoubtful, message)
        .help(format!("say which one with `--map {}={first}`", field.map_or(IGNORE, Field::word)))
}

/// A guess where nobody watches.
pub(super) fn uncertain(guess: &Found, flag: &Flag) -> Diagnostic {
    let why = guess.because.words(&|heading| format!("`{}`", excerpt(heading)));
    let message = format!(
        "it is not certain that {} is the column of {} ({why})",
        named(&guess.heading, guess.column),
        article(guess.field)
    );
    let others: Vec<String> = guess.others.iter().map(|other| format!("`{}`", excerpt(other))).collect();
    let too =
        if others.is_empty() { String::new() } else { format!(" ({} would also fit)", others.join(", ")) };
    let word = guess.field.word();
    let otherwise = if guess.field.is_needed() {
        "otherwise name the right one".to_owned()
    } else {
        format!("otherwise name the right one, or add `--map {word}=-` if there is none")
    };
    Diagnostic::error(Code::ColumnUncertain, message)
        .help(format!("if it is, add `{flag}`; {otherwise}{too}"))
}

fn named(heading: &str, column: Option<usize>) -> String {
    match column.filter(|_| heading.trim().is_empty()) {
        Some(column) => format!("column #{}, which has no heading,", column + 1),
        None => format!("`{}`", excerpt(heading)),
    }
}

pub(super) fn missing(field: Field, candidates: &[String]) -> Diagnostic {
    let mut help = match field {
        Field::Tenant => {
            "name the column with `--map tenant=HEADING`, or the one customer of this file with `--tenant NAME`"
        }
        Field::Plan => "name the column with `--map plan=HEADING`",
        _ => "name the column of seats paid for (not assigned, not used) with `--map seats=HEADING`",
    }
    .to_owned();
    if !candidates.is_empty() {
        let named: Vec<String> = candidates.iter().map(|heading| format!("`{}`", excerpt(heading))).collect();
        help = format!("{help}; by their values it may be {}", named.join(" or "));
    }
    Diagnostic::error(Code::ColumnMissing, format!("no column for {}", article(field))).help(help)
}

const fn article(field: Field) -> &'static str {
    match field {
        Field::Tenant => "the tenant",
        Field::Plan => "the plan",
        Field::Seats => "the paid seats",
        Field::Customer => "the customer's name",
        Field::Segment => "the segment",
        Field::Status => "the status",
        Field::Trial => "trials",
        Field::Subscription => "the subscription",
        Field::Owner => "the owner",
        Field::Country => "the country",
        Field::Renewal => "the renewal",
        Field::Phase => "the phase",
        Field::Services => "the services wanted",
    }
}

/// Lists the headings once, however many columns are missing.
pub(super) fn list_headings(wrong: &mut [Diagnostic], headings: &[String]) {
    let missing = wrong.iter().filter(|found| found.code == Code::ColumnMissing).count();
    // Where most are there, the row is the right one.
    let elsewhere = if missing > 1 { "; if they are in another row, add `--heading-row N`" } else { "" };
    if let Some(last) = wrong.iter_mut().rev().find(|found| found.code == Code::ColumnMissing) {
        last.help = format!("{}; {}{elsewhere}", last.help, headings_help(headings));
    }
}

fn headings_help(headings: &[String]) -> String {
    const SHOWN: usize = 20;
    let named: Vec<String> =
        headings.iter().filter(|h| !h.trim().is_empty()).map(|h| format!("`{h}`")).collect();
    let more = named.len().saturating_sub(SHOWN);
    let shown = named.into_iter().take(SHOWN).collect::<Vec<_>>().join(", ");
    match (shown.is_empty(), more) {
        (true, _) => "no headings were found".to_owned(),
        (false, 0) => format!("the headings found are {shown}"),
        (false, more) => format!("the headings found are {shown} and {more} more"),
    }
}

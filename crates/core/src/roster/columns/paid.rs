//! Columns that say whether seats are paid for, a status or marks of trials, told by what is in them.
//!
//! A roster need not have such a column; but one that is passed over promises help to customers who have left. So a
//! column most of whose first values are words of a status is read if its heading may say so; it is a guess if some of
//! them say that a subscription is not active; else it is watched, row by row. So is a column whose heading speaks of a
//! status while its first values do not, and one whose heading asks whether a subscription has ended (`Cancelled?`).

use super::find::declines;
use super::near::{near, words};
use super::refusals::Flag;
use super::{Because, ColumnRequest, Field, Found, Seen, Unread, Watched, WatchedFor, rank};
use crate::about::FIRST_COLUMNS;
use crate::roster::exports::squeezed;
use crate::roster::headings::{
    ACTIVE, ASKING, DATING, LIKELY_SEGMENT, LIKELY_STATUS, LIKELY_TRIAL, WATCHED_STATUS,
};
use crate::roster::payment::{IsTrial, Status, Telling, standing, tells_status, tells_trial, trial_mark};
use crate::roster::written::meant;

/// The word by which a heading asks for trials.
const TRIAL: &str = "trial";

/// How many of the first values of a column are telling.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    /// Words of a status, or marks of trials.
    known: usize,
    /// Of them, those by which seats are not paid for.
    against: usize,
    /// Values that are not blank.
    of: usize,
    /// Rows that were looked at.
    rows: usize,
}

impl Marks {
    /// Most values are telling, and not one alone among many rows.
    const fn are_most(self) -> bool {
        self.known * 2 > self.of && (self.known > 1 || self.rows <= 1)
    }

    /// Under a heading that may say so, several that are telling are enough: the others are words of one's own. But `OK` is
    /// a state of America, too.
    const fn are_several(self) -> bool {
        self.are_most() || (self.known > 1 && self.known * 3 >= self.of && self.against > 0)
    }
}

/// Returns the column that is a field by its values, why, and others that would fit.
pub(super) fn by_values(
    seen: Seen<'_>,
    field: Field,
    found: &[Found],
    squeezed: &[String],
) -> Option<(usize, Because, Vec<usize>)> {
    let mut fitting: Vec<(bool, usize, Marks)> = telling(seen, field, found, squeezed)
        .filter(|(_, is_likely, marks)| *is_likely || marks.against > 0)
        .map(|(column, is_likely, marks)| (!is_likely, column, marks))
        .collect();
    // Headings that say so first; of equals the first column.
    fitting.sort_by_key(|(is_unlikely, column, _)| (*is_unlikely, *column));
    let (is_unlikely, column, marks) = *fitting.first()?;
    let (what, fits, of) = (what(field), marks.known, marks.of);
    let because = if is_unlikely {
        Because::Values { what, fitting: fits, of }
    } else {
        Because::HeadingAndValues { what, fitting: fits, of }
    };
    Some((column, because, fitting.iter().skip(1).map(|(_, other, _)| *other).collect()))
}

/// Returns the columns that are not read and to be watched.
pub(super) fn watched(
    seen: Seen<'_>,
    request: ColumnRequest<'_>,
    found: &[Found],
    squeezed: &[String],
) -> Vec<Watched> {
    let flag = |field, column| Flag::new(field, column, seen.headings).to_string();
    let passed_over = passed_over(seen, request, found, squeezed);
    let mut watched: Vec<Watched> = passed_over
        .into_iter()
        .map(|(column, field, _)| Watched { column, by: WatchedFor::Status, flag: flag(field, column) })
        .collect();
    let free = (0..seen.headings.len()).filter(|column| {
        let is_it = |known: &Watched| known.column == *column;
        !found.iter().any(|known| known.column == Some(*column)) && !watched.iter().any(is_it)
    });
    let by_heading: Vec<Watched> = free
        .flat_map(|column| {
            let heading = seen.headings.get(column).map_or("", String::as_str);
            let asked = [
                (WatchedFor::Yes, Field::Status, asks_for_an_end(heading)),
                (WatchedFor::Status, Field::Status, has_word(heading, &LIKELY_STATUS)),
                (WatchedFor::Status, Field::Status, has_word(heading, &WATCHED_STATUS)),
                (WatchedFor::Trial, Field::Trial, has_word(heading, &LIKELY_TRIAL)),
                (WatchedFor::Segment, Field::Segment, has_word(heading, &LIKELY_SEGMENT)),
            ];
            let is_open = move |(by, field, is_likely): &(WatchedFor, Field, bool)| {
                let read = found.iter().find(|known| known.field == *field);
                // What asks for an end goes beside a status that a heading named.
                let is_open = read.is_none_or(|read| *by == WatchedFor::Yes && !by_user(read));
                *is_likely && is_open && !declines(request, *field)
            };
            asked.into_iter().filter(is_open).map(move |(by, field, _)| (column, by, field))
        })
        .map(|(column, by, field)| Watched { column, by, flag: flag(field, column) })
        .collect();
    watched.extend(by_heading);
    watched
}

/// `Cancelled?`, `Is deleted`, `Gek\u{fc}ndigt am`: nothing but a word by which a subscription is not active, and asking.
fn asks_for_an_end(heading: &str) -> bool {
    let words = words(&meant(heading));
    let about: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !ASKING.contains(word) && !DATING.contains(&squeezed(word).as_str()))
        .collect();
    !about.is_empty() && standing(&about.join(" ")) == Status::Inactive
}

/// Whether a heading has a word by which a column may hold something.
fn has_word(heading: &str, likely: &[&str]) -> bool {
    words(&meant(heading)).iter().any(|word| likely.contains(&squeezed(word).as_str()))
}

/// Returns the columns whose first values tell that they are not read, to be named.
pub(super) fn unread(
    seen: Seen<'_>,
    request: ColumnRequest<'_>,
    found: &[Found],
    squeezed: &[String],
) -> Vec<Unread> {
    let named = |(column, field, marks): (usize, Field, Marks)| Unread {
        field,
        column,
        heading: seen.headings.get(column).cloned().unwrap_or_default(),
        why: format!("{} of its first {} values are {}", marks.known, marks.of, what(field)),
    };
    passed_over(seen, request, found, squeezed).into_iter().map(named).collect()
}

fn by_user(found: &Found) -> bool {
    matches!(found.because, Because::Named | Because::InFile(_))
}

/// Where the user chose the status, no other column is looked at; where a heading did, only those whose heading may say
/// the same.
fn passed_over(
    seen: Seen<'_>,
    request: ColumnRequest<'_>,
    found: &[Found],
    squeezed: &[String],
) -> Vec<(usize, Field, Marks)> {
    let mut passed_over: Vec<(usize, Field, Marks)> = Vec::new();
    for field in [Field::Status, Field::Trial] {
        let read = found.iter().find(|known| known.field == field);
        if read.is_some_and(by_user) || declines(request, field) {
            continue;
        }
        for (column, is_likely, marks) in telling(seen, field, found, squeezed) {
            let is_new = passed_over.iter().all(|(known, ..)| *known != column);
            if is_new && (is_likely || read.is_none()) {
                passed_over.push((column, field, marks));
            }
        }
    }
    passed_over
}

/// Returns the columns that are not read and whose headings name nothing else, most of whose values are telling; and
/// whether their headings may say so, too.
fn telling<'a>(
    seen: Seen<'a>,
    field: Field,
    found: &'a [Found],
    squeezed: &'a [String],
) -> impl Iterator<Item = (usize, bool, Marks)> + 'a {
    let is_free = move |column: usize| {
        let is_other =
            |key: &String| Field::ALL.into_iter().any(|other| other != field && rank(other, key).is_some());
        !found.iter().any(|known| known.column == Some(column)) && !squeezed.get(column).is_some_and(is_other)
    };
    let columns = (0..seen.headings.len().min(FIRST_COLUMNS)).filter(move |column| is_free(*column));
    let marked = columns.map(move |column| {
        let heading = seen.headings.get(column).map_or("", String::as_str);
        (column, is_likely(field, heading), marks(seen, field, column))
    });
    marked.filter(|(_, is_likely, marks)| if *is_likely { marks.are_several() } else { marks.are_most() })
}

fn is_likely(field: Field, heading: &str) -> bool {
    let has_word = match field {
        // That a heading asks whether a plan is active says nothing of what else it holds.
        Field::Status => has_word(heading, &LIKELY_STATUS) || has_word(heading, &[ACTIVE]),
        _ => has_word(heading, &LIKELY_TRIAL),
    };
    has_word || near(heading, field).is_some()
}

fn marks(seen: Seen<'_>, field: Field, column: usize) -> Marks {
    let heading = seen.headings.get(column).map_or_else(Vec::new, |heading| words(&meant(heading)));
    let asks = asks(field, &heading);
    let tells = |value: &str| match field {
        Field::Status if asks => match standing(value) {
            Status::Active => Some(Telling::Counts),
            Status::Inactive | Status::Trial => Some(Telling::Against),
            Status::Unknown => None,
        },
        Field::Status => tells_status(value),
        _ if asks => match trial_mark(value) {
            IsTrial::No | IsTrial::AddOn => Some(Telling::Counts),
            IsTrial::Yes => Some(Telling::Against),
            IsTrial::Unknown => None,
        },
        _ => tells_trial(value),
    };
    let mut marks = Marks { rows: seen.rows.len(), ..Marks::default() };
    let values = seen.rows.iter().filter_map(|row| row.get(column)).filter(|value| !value.trim().is_empty());
    for value in values {
        let telling = tells(&meant(value));
        marks.of += 1;
        marks.known += usize::from(telling.is_some());
        marks.against += usize::from(telling == Some(Telling::Against));
    }
    marks
}

/// `Active?` and `Trial (Y/N)` ask, and yes and no are answers to them.
fn asks(field: Field, heading: &[String]) -> bool {
    let about = if field == Field::Status { ACTIVE } else { TRIAL };
    heading.iter().any(|word| word == about) && heading.iter().all(|word| ASKING.contains(&word.as_str()))
}

const fn what(field: Field) -> &'static str {
    match field {
        Field::Status => "words of a status",
        _ => "marks of trials",
    }
}

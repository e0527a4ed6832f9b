//! Columns that say whether seats are paid for, a status or marks of trials, told by what is in them.
//!
//! A roster need not have such a column; but one that is passed over promises help to customers who have left. So a
//! column most of whose first values are words of a status is read if its heading may say so of the customer or the
//! subscription; it is a guess if some of them say that a subscription is not active; else it is watched, row by row
//! ([`super::watch`]). A heading that names another thing, such as `Support status`, is never read.

use super::near::near;
use super::subject::{Subject, Whose};
use super::{Because, Field, Found, Seen, Unread, rank};
use crate::about::FIRST_COLUMNS;
use crate::roster::payment::{
    IsTrial, Status, Telling, standing, standing_of_answer, tells_status, tells_trial, trial_mark,
};
use crate::roster::written::meant;

/// How many of the first values of a column are telling.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// Words of a status, or marks of trials.
    known: usize,
    /// Of them, those by which seats are not paid for.
    against: usize,
    /// Of them, those that only such a column has: a trial is told in columns of kinds, too.
    own: usize,
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
    (squeezed, ignored): (&[String], &[usize]),
) -> Option<(usize, Because, Vec<usize>)> {
    let mut fitting: Vec<(bool, usize, Marks)> = telling(seen, field, found, squeezed)
        .filter(|(column, is_likely, marks)| !ignored.contains(column) && (*is_likely || marks.against > 0))
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

/// Returns the columns whose first values tell that they are not read, to be named.
pub(super) fn unread(
    seen: Seen<'_>,
    found: &[Found],
    (squeezed, settled): (&[String], &[usize]),
) -> Vec<Unread> {
    let named = |(column, field, marks): (usize, Field, Marks)| Unread {
        field,
        column,
        heading: seen.headings.get(column).cloned().unwrap_or_default(),
        why: format!("{} of its first {} values are {}", marks.known, marks.of, what(field)),
    };
    let passed_over = passed_over(seen, found, squeezed).into_iter();
    passed_over.filter(|(column, ..)| !settled.contains(column)).map(named).collect()
}

/// Returns the columns that are not read though their values are telling: beside a status that is read only those whose
/// heading may say the same.
pub(super) fn passed_over(
    seen: Seen<'_>,
    found: &[Found],
    squeezed: &[String],
) -> Vec<(usize, Field, Marks)> {
    let mut passed_over: Vec<(usize, Field, Marks)> = Vec::new();
    for field in [Field::Status, Field::Trial] {
        let read = found.iter().find(|known| known.field == field);
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
    let marked = columns.filter_map(move |column| {
        let heading = seen.headings.get(column).map_or("", String::as_str);
        Some((column, is_likely(field, heading)?, marks(seen, field, column)))
    });
    marked.filter(|(_, is_likely, marks)| {
        marks.own > 0 && if *is_likely { marks.are_several() } else { marks.are_most() }
    })
}

/// Returns whether a heading may say so; `None` = it names another thing.
fn is_likely(field: Field, heading: &str) -> Option<bool> {
    let subject = Subject::of(heading);
    let is_near = || near(heading, field).is_some();
    if field == Field::Status {
        // That a heading asks whether a plan is active says nothing of what else it holds.
        return match subject.whose_status() {
            Some(Whose::Other | Whose::Event) => None,
            _ if subject.is_other() => None,
            whose => Some(whose.is_some_and(Whose::is_likely) || subject.asks_whether_active() || is_near()),
        };
    }
    if subject.is_other() || subject.whose_status().is_some_and(|whose| whose == Whose::Event) {
        return None;
    }
    Some(subject.marks_trials().unwrap_or(false) || is_near())
}

fn marks(seen: Seen<'_>, field: Field, column: usize) -> Marks {
    let subject = Subject::of(seen.headings.get(column).map_or("", String::as_str));
    let asks_active = subject.asks_whether_active();
    let asks_trial = subject.asks_for_a_trial();
    let tells = |value: &str| match field {
        Field::Status if asks_active => match standing_of_answer(value) {
            Status::Active => Some(Telling::Counts),
            Status::Inactive | Status::Trial => Some(Telling::Against),
            Status::Unknown => None,
        },
        Field::Status => tells_status(value),
        _ if asks_trial => match trial_mark(value) {
            IsTrial::No | IsTrial::AddOn => Some(Telling::Counts),
            IsTrial::Yes => Some(Telling::Against),
            IsTrial::Unknown => None,
        },
        _ => tells_trial(value),
    };
    let mut marks = Marks { rows: seen.rows.len(), ..Marks::default() };
    let values = seen.rows.iter().filter_map(|row| row.get(column)).filter(|value| !value.trim().is_empty());
    for value in values {
        let value = meant(value);
        let telling = tells(&value);
        marks.of += 1;
        marks.known += usize::from(telling.is_some());
        marks.own +=
            usize::from(telling.is_some() && (field == Field::Trial || standing(&value) != Status::Trial));
        marks.against += usize::from(telling == Some(Telling::Against));
    }
    marks
}

const fn what(field: Field) -> &'static str {
    match field {
        Field::Status => "words of a status",
        _ => "marks of trials",
    }
}

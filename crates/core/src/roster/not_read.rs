//! What is said of a row that a column which nobody reads may change.

use super::Fault;
use super::columns::{Field, Watched, WatchedFor};
use crate::diagnostic::{Code, excerpt};

/// Returns the fault of a row by what is written in a column that is watched; it keeps the row from a verdict.
pub(super) fn fault(watched: &Watched, written: &str) -> Fault {
    let shown = excerpt(written);
    let message = match &watched.by {
        WatchedFor::End => {
            format!("`{shown}` may mean that the subscription has ended, by the heading of its column")
        }
        WatchedFor::Active => {
            format!("`{shown}` may mean that the subscription is not active, by the heading of its column")
        }
        WatchedFor::TrialAsked | WatchedFor::TrialTold | WatchedFor::TrialDate => {
            format!("`{shown}` may mean that this is a trial, by the heading of its column")
        }
        WatchedFor::AskedSegment { segment, .. } => {
            format!("`{shown}` may mean that the segment is `{segment}`, by the heading of its column")
        }
        WatchedFor::Status(_) | WatchedFor::StateCode => {
            format!("`{shown}` looks like the status of a subscription, in a column that is not read")
        }
        WatchedFor::Trial => {
            format!("`{shown}` looks like the mark of a trial, in a column that is not read")
        }
        WatchedFor::Segment { .. } => format!("`{shown}` looks like a segment, in a column that is not read"),
    };
    Fault {
        code: match watched.by.field() {
            Field::Segment => Code::SegmentNotRead,
            Field::Trial => Code::TrialNotRead,
            _ => Code::StatusNotRead,
        },
        blocks: true,
        column: Some(watched.column),
        value: written.to_owned(),
        message,
        help: if watched.is_word(written) { help(watched) } else { help_of_an_answer(watched) },
    }
}

/// What settles all rows at once, by the column, and what settles those with this word.
fn help(watched: &Watched) -> String {
    let field = watched.by.field();
    let (kind, ignoring) = (field.word(), &watched.ignoring);
    let settle = format!("to decide by its words, fill in the sheet To settle (kind `{kind}`)");
    let (is_it, is_it_not) = match field {
        Field::Trial => ("marks trials", "says nothing of trials"),
        Field::Segment => ("is the segment", "says nothing of the segment"),
        _ => ("is the status", "says nothing of the subscription"),
    };
    if watched.by.may_be_read() {
        let flag = &watched.flag;
        format!("if the column {is_it}, add `{flag}`; if it {is_it_not}, add `{ignoring}`; {settle}")
    } else {
        format!("{settle}; if the column {is_it_not}, add `{ignoring}`")
    }
}

/// What settles the rows with an answer or a date, which says nothing without its heading.
fn help_of_an_answer(watched: &Watched) -> String {
    let (flag, ignoring) = (&watched.flag, &watched.ignoring);
    let (is_it_not, correct) = match watched.by.field() {
        Field::Trial => ("says nothing of trials", "if it is a trial, set its paid seats to 0"),
        Field::Segment => ("says nothing of the segment", "if it is right, set the segment of the customer"),
        _ => ("says nothing of the subscription", "if it has ended, set its paid seats to 0"),
    };
    let ignore = format!("if the column {is_it_not}, add `{ignoring}`");
    match watched.by {
        WatchedFor::Active | WatchedFor::StateCode => {
            format!("if the column says whether the subscription is active, add `{flag}`; {ignore}")
        }
        WatchedFor::TrialAsked => format!("if the column says what is a trial, add `{flag}`; {ignore}"),
        _ => format!("{ignore}; {correct} in an overrides file"),
    }
}

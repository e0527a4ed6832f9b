//! What is said of a row that a column which nobody reads may change.

use super::Fault;
use super::columns::{Watched, WatchedFor};
use crate::diagnostic::excerpt;

/// Returns the fault of a row by what is written in a column that is watched; it keeps the row from a verdict.
pub(super) fn fault(watched: &Watched, written: &str) -> Fault {
    let (code, looks_like, is_it, is_it_not, field) = match watched.by {
        WatchedFor::Yes => return fault_of_an_end(watched, written),
        WatchedFor::Status => {
            ("status-not-read", "the status of a subscription", "is the status", "is not", "status")
        }
        WatchedFor::Trial => ("status-not-read", "the mark of a trial", "marks trials", "does not", "trial"),
        WatchedFor::Segment => ("segment-not-read", "a segment", "is the segment", "is not", "segment"),
    };
    Fault {
        code,
        blocks: true,
        column: Some(watched.column),
        value: written.to_owned(),
        message: format!("`{}` looks like {looks_like}, in a column that is not read", excerpt(written)),
        help: format!(
            "if the column {is_it}, add `{}`; if it {is_it_not}, name the right one, or `--map {field}=-`",
            watched.flag
        ),
    }
}

/// The heading asks whether a subscription has ended: there is no flag that reads its column.
fn fault_of_an_end(watched: &Watched, written: &str) -> Fault {
    Fault {
        code: "status-not-read",
        blocks: true,
        column: Some(watched.column),
        value: written.to_owned(),
        message: format!(
            "`{}` may mean that the subscription has ended, by the heading of its column",
            excerpt(written)
        ),
        help: "if it has ended, remove the row or write 0 seats; if it goes on, empty the cell; if the column says \
               nothing of the kind, name the status with `--map status=HEADING`, or `--map status=-` if there is none"
            .to_owned(),
    }
}

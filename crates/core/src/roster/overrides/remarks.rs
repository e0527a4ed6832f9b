//! What is told of a row that overrides change: nothing that the roster says goes out of sight.

use super::{Said, Stated, StatusSaid, lines};
use crate::diagnostic::{Code, excerpt};
use crate::fold::fold;
use crate::plans::Plan;
use crate::policy::Policy;
use crate::record::Cell;
use crate::roster::Fault;
use std::fmt::Write as _;

/// Tells which seats were counted in place of those of the cell.
pub(in crate::roster) fn seats(
    said: &Said<'_>,
    stated: &Stated<u64>,
    cell: Cell<'_>,
    column: usize,
) -> Fault {
    let found = match cell {
        cell if cell.is_blank() => "the cell is blank".to_owned(),
        cell => format!("the cell says `{}`", excerpt(&cell.shown())),
    };
    let mut message = format!("{found}; {} paid seats were taken, {}", stated.value, from(said, stated));
    // What was right for one cell may not be for the next.
    match stated.was.as_deref().filter(|was| fold(was) != fold(&cell.shown())) {
        Some("") => message.push_str("; they were filled in when the cell was blank"),
        Some(was) => {
            let _ = write!(message, "; they were filled in when the cell said `{}`", excerpt(was));
        }
        None => {}
    }
    remark(Code::OverrideSeats, (column, cell.shown()), message, stated)
}

/// Tells that a plan the catalogue knows was read as another.
pub(in crate::roster) fn plan(
    said: &Said<'_>,
    stated: &Stated<String>,
    written: &str,
    known: &Plan,
    column: usize,
) -> Fault {
    let message = format!(
        "`{}` is `{}` in the catalogue; it was read as `{}`, {}",
        excerpt(written),
        known.name,
        stated.value,
        from(said, stated)
    );
    remark(Code::OverridePlan, (column, written.to_owned()), message, stated)
}

/// Tells that the roster's own segment went before that of the overrides.
pub(in crate::roster) fn segment(
    said: &Said<'_>,
    stated: &Stated<usize>,
    written: &str,
    policy: &Policy,
    column: usize,
) -> Fault {
    let segment = policy.segments.get(stated.value).map_or("", |segment| segment.name.as_str());
    let message = format!(
        "the roster's own segment `{}` was taken, not `{segment}`, {}",
        excerpt(written),
        from(said, stated)
    );
    remark(Code::OverrideOverruled, (column, written.to_owned()), message, stated)
}

/// Tells that the segment of the overrides went before the roster's own.
pub(in crate::roster) fn right_segment(
    said: &Said<'_>,
    stated: &Stated<usize>,
    written: &str,
    policy: &Policy,
    column: usize,
) -> Fault {
    let segment = policy.segments.get(stated.value).map_or("", |segment| segment.name.as_str());
    let message = format!(
        "the roster's own segment is `{}`; `{segment}` was taken, {}",
        excerpt(written),
        from(said, stated)
    );
    remark(Code::OverrideSegment, (column, written.to_owned()), message, stated)
}

/// Tells that the status of the overrides went before what a cell says of it.
pub(in crate::roster) fn status(
    said: &Said<'_>,
    stated: &Stated<StatusSaid>,
    written: &str,
    column: usize,
) -> Fault {
    let message = format!(
        "the cell says `{}`; the status `{}` was taken, {}",
        excerpt(written),
        excerpt(&stated.value.written),
        from(said, stated)
    );
    remark(Code::OverrideStatus, (column, written.to_owned()), message, stated)
}

/// Tells that two lines fit a row equally well and disagree.
pub(in crate::roster) fn unclear(said: &Said<'_>) -> Option<Fault> {
    let (first, second) = said.unclear?;
    Some(Fault {
        code: Code::OverrideUnclear,
        blocks: true,
        column: None,
        value: String::new(),
        message: format!(
            "{} both match the row but say different things",
            said.of.map(|overrides| overrides.both_of_files(first, second)).unwrap_or_default()
        ),
        help: "they name the same tenant in two ways; keep the line that is right".to_owned(),
    })
}

fn from<T>(said: &Said<'_>, stated: &Stated<T>) -> String {
    let file = said.of.map(|overrides| overrides.file_of(stated.line)).unwrap_or_default();
    let mut words = format!("as {} of `{file}` says", lines::named(stated.line));
    if !stated.reason.is_empty() {
        let _ = write!(words, " (reason: {})", excerpt(&stated.reason));
    }
    words
}

fn remark(
    code: Code,
    (column, value): (usize, String),
    message: String,
    stated: &Stated<impl PartialEq>,
) -> Fault {
    let help = if lines::is_on_review(stated.line) {
        "if the roster is right, clear what was filled in on Review"
    } else {
        "if the roster is right, remove that from the overrides"
    };
    let (column, help) = (Some(column), help.to_owned());
    Fault { code, blocks: false, column, value, message, help }
}

//! What is told of a row that overrides change: nothing that the roster says goes out of sight.

use super::{NOT_COUNTED, Said, Stated, StatusSaid, lines};
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
    let found = found(cell);
    let message = format!("{found}; {} paid seats were taken, {}", stated.value, from(said, stated));
    remark(Code::OverrideSeats, (column, cell.shown()), message, stated)
}

/// Returns what the roster's cells say now, if something was said of a row beside cells that said something else.
pub(super) fn is_outdated<T>(stated: &Stated<T>, now: impl FnOnce() -> String) -> Option<String> {
    let was = stated.was.as_deref()?;
    let now = now();
    (fold(was) != fold(&now)).then_some(now)
}

/// Tells that a segment or a status was not taken, since the roster says something else than when it was filled in.
pub(in crate::roster) fn outdated_words(said: &Said<'_>, policy: &Policy) -> Vec<Fault> {
    let mut all = Vec::new();
    if let Some((stated, now)) = &said.outdated_plan {
        all.push(outdated_word(said, (stated, now), Code::OverridePlanOutdated, ["plan", &stated.value]));
    }
    if let Some((stated, now)) = &said.outdated_segment {
        let segment = policy.segments.get(stated.value).map_or("", |segment| segment.name.as_str());
        all.push(outdated_word(said, (stated, now), Code::OverrideSegmentOutdated, ["segment", segment]));
    }
    if let Some((stated, now)) = &said.outdated_status {
        all.push(outdated_word(
            said,
            (stated, now),
            Code::OverrideStatusOutdated,
            ["status", &stated.value.written],
        ));
    }
    all
}

fn outdated_word<T: PartialEq>(
    said: &Said<'_>,
    (stated, now): (&Stated<T>, &str),
    code: Code,
    [what, filled_in]: [&str; 2],
) -> Fault {
    let now_says = match now {
        "" => format!("the roster says nothing of the {what} now"),
        now => format!("the roster says `{}` of the {what} now", excerpt(now)),
    };
    let was = match stated.was.as_deref().unwrap_or_default() {
        "" => "nothing".to_owned(),
        was => format!("`{}`", excerpt(was)),
    };
    let message = format!(
        "{now_says}; when it said {was}, `{}` was filled in, {}; it was not taken",
        excerpt(filled_in),
        from(said, stated)
    );
    let help = if lines::is_on_review(stated.line) {
        "if the roster is wrong again, fill it in again; otherwise clear what was filled in on Review"
    } else {
        "if the roster is wrong again, correct the line of the overrides; otherwise remove it"
    };
    Fault { code, blocks: false, column: None, value: now.to_owned(), message, help: help.to_owned() }
}

/// Tells that seats were not taken, since the cell is another one than it was when they were filled in.
pub(in crate::roster) fn outdated(
    said: &Said<'_>,
    stated: &Stated<u64>,
    cell: Cell<'_>,
    column: usize,
) -> Fault {
    let was = match stated.was.as_deref().unwrap_or_default() {
        "" => "was blank".to_owned(),
        was => format!("said `{}`", excerpt(was)),
    };
    let message = format!(
        "{} now; when the cell {was}, {} paid seats were filled in, {}; they were not taken",
        found(cell),
        stated.value,
        from(said, stated)
    );
    let help = if lines::is_on_review(stated.line) {
        "if the roster is wrong again, fill in `Right seats`; otherwise clear what was filled in on Review"
    } else {
        "if the roster is wrong again, correct the line of the overrides; otherwise remove the seats from it"
    };
    Fault { help: help.to_owned(), ..remark(Code::OverrideOutdated, (column, cell.shown()), message, stated) }
}

fn found(cell: Cell<'_>) -> String {
    if cell.is_blank() {
        "the cell is blank".to_owned()
    } else {
        format!("the cell says `{}`", excerpt(&cell.shown()))
    }
}

/// Tells that a row was left out, since a person said that it is not a customer.
pub(in crate::roster) fn left_out(said: &Said<'_>, stated: &Stated<StatusSaid>) -> Fault {
    Fault {
        code: Code::OverrideStatus,
        blocks: false,
        column: None,
        value: String::new(),
        message: format!("the row was left out: it is not a customer, {}", from(said, stated)),
        help: "if it is a customer, remove that from the overrides, or clear it on Review".to_owned(),
    }
}

/// Tells that a plan the catalogue knows was read as another.
pub(in crate::roster) fn plan(
    said: &Said<'_>,
    stated: &Stated<String>,
    written: &str,
    known: &Plan,
    column: usize,
) -> Fault {
    let taken = match stated.value.as_str() {
        NOT_COUNTED => "was not counted".to_owned(),
        plan => format!("was read as `{plan}`"),
    };
    let message = format!(
        "`{}` is `{}` in the catalogue; it {taken}, {}",
        excerpt(written),
        known.name,
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

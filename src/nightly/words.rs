//! What is said of a run: a line for each file, and one for all.

use super::end::{RosterEnd, State};
use super::ledger::Done;
use super::run::Night;
use crate::verdict::words::{counted, grouped};
use std::fmt::Write as _;

/// Returns the one word for how a file ended, as reports and logs have it.
#[must_use]
pub const fn state(state: State) -> &'static str {
    match state {
        State::Done => "done",
        State::Restored => "restored",
        State::Known => "known",
        State::Due => "due",
        State::Waiting => "waiting",
        State::Older => "older",
        State::Failed => "failed",
        State::HeldBack => "held-back",
        State::SetAside => "set-aside",
        State::Missing => "missing",
    }
}

/// Returns whether something has to be done about it.
#[must_use]
pub const fn needs_a_person(state: State) -> bool {
    matches!(state, State::Failed | State::HeldBack | State::SetAside | State::Missing)
}

/// Returns how a file ended, in a sentence.
#[must_use]
pub fn sentence(end: &RosterEnd) -> String {
    let words = match end.state {
        State::Done => "done",
        State::Restored => "judged before; its output was missing and was made again",
        State::Known => "judged before, nothing to do",
        State::Due => "would be judged",
        State::Waiting => "waits: it is not complete yet",
        State::Older => "passed over: a newer file was judged",
        State::Failed => "failed",
        State::HeldBack => "held back: it shrank too much",
        State::SetAside => "set aside: it failed before, and has not changed",
        State::Missing => "did not come",
    };
    let figures = end.done.as_ref().filter(|_| matches!(end.state, State::Done | State::Restored));
    figures.map_or_else(|| words.to_owned(), |done| format!("{words}: {}", figures_of(done)))
}

/// Returns the figures of a file that was judged: `38 rows, 34 customers, 4 to review; 2 up, 1 down, 3 new, 0 gone`.
#[must_use]
pub fn figures_of(done: &Done) -> String {
    let [read, _, review, _, _] = done.rows;
    let customers = done.tiers.iter().map(|(_, customers, _)| customers).sum();
    let mut text = format!(
        "{}, {}, {} to review",
        counted(read, "row", "rows"),
        counted(customers, "customer", "customers"),
        grouped(review)
    );
    if let Some([up, down, new, gone]) = done.moves {
        let [up, down, new, gone] = [up, down, new, gone].map(grouped);
        let _ = write!(
            text,
            "; since the last run {up} on a higher tier, {down} on a lower one, {new} new, {gone} gone"
        );
    }
    text
}

/// Returns the lines that tell how a file ended: one, and what to do about it where something is wrong.
#[must_use]
pub fn lines(end: &RosterEnd) -> String {
    let file = end.input.as_ref().map_or(String::new(), |input| format!(" ({input})"));
    let mut text = format!("{}{file}: {}", end.roster, sentence(end));
    if let Some(failure) = &end.failure {
        let wrong: Vec<String> = failure.diagnostics.iter().map(ToString::to_string).collect();
        let _ = write!(text, "\n{}", wrong.join("\n"));
    }
    if matches!(end.state, State::Done | State::Restored)
        && let Some(output) = end.outputs.iter().find(|path| is_workbook(path)).or(end.outputs.first())
    {
        let _ = write!(text, "; {}", output.display());
    }
    for remark in &end.remarks {
        let _ = write!(text, "\n  remark: {remark}");
    }
    text
}

fn is_workbook(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|extension| extension == "xlsx")
}

/// Returns what a night came to, in a sentence.
#[must_use]
pub fn of_night(night: &Night) -> String {
    format!("run of {}: {}", night.began.day().words(), parts_of_night(night))
}

/// Returns the same without its day.
#[must_use]
pub fn parts_of_night(night: &Night) -> String {
    let ends = &night.ends;
    let files = |count: u32, words: &str| {
        (count > 0).then(|| format!("{} {words}", counted(u64::from(count), "file", "files")))
    };
    let missing = u64::from(ends.missing);
    let failed = u32::try_from(ends.failed.len()).unwrap_or(u32::MAX);
    let parts = [
        files(ends.done, if night.is_dry { "would be judged" } else { "judged" }),
        files(ends.known, "with nothing to do"),
        files(ends.passed_over, "passed over"),
        // Not only files: the rules of a roster may not be valid.
        (failed > 0).then(|| format!("{} failed", grouped(u64::from(failed)))),
        (missing > 0).then(|| format!("{} did not come", counted(missing, "roster", "rosters"))),
    ];
    if let Some(failure) = &night.failure {
        let first = failure.diagnostics.first().map(|first| first.message.as_str()).unwrap_or_default();
        return format!("the run could not begin, or not go on: {first}; exit code {}", night.code);
    }
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let parts = if parts.is_empty() { "nothing came".to_owned() } else { parts.join(", ") };
    format!("{parts}; exit code {}", night.code)
}

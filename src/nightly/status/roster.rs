//! How things are with a roster: its newest output, its trend, what waits in the inbox, and what is wrong.

use super::problems::{Problem, problems};
use crate::date::Date;
use crate::diagnostic::visible;
use crate::nightly::clock::{Clock, Moment};
use crate::nightly::configuration::{Configuration, Series};
use crate::nightly::inbox::Found;
use crate::nightly::ledger::{Done, Lines};
use crate::nightly::outcome::Failure;
use crate::nightly::passed_over::{FilesOf, listed};
use crate::nightly::words::figures_of;
use crate::nightly::{moved, outbox};
use crate::verdict::words::{counted, grouped};
use crate::write::format::Format;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Days that a trend goes back.
const TREND_DAYS: i64 = 7;

/// How things are with a roster.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RosterStatus {
    pub(super) roster: String,
    pub(super) last: Option<LastDone>,
    /// Its newest output: the workbook, if there is one.
    pub(super) output: Option<PathBuf>,
    /// All that is wrong: files that failed or are held back, rules that are not valid, and that none came.
    pub(super) problems: Vec<Problem>,
    /// Files in the inbox that the next run judges.
    pub(super) new_files: Vec<String>,
    /// Files in the inbox that were never judged, and are passed over for a newer one.
    pub(super) passed_over: Vec<String>,
    pub(super) in_words: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct LastDone {
    pub(super) night: String,
    pub(super) file: String,
    pub(super) rows: u64,
    pub(super) customers: u64,
    pub(super) needs_review: u64,
    /// The customers of the newest output that is at least a week older.
    pub(super) customers_a_week_before: Option<u64>,
}

/// What is looked at for a roster.
pub(super) struct InInbox<'i> {
    pub(super) configuration: &'i Configuration,
    pub(super) lines: &'i Lines,
    pub(super) clock: &'i dyn Clock,
    pub(super) now: Moment,
    /// Its files in the inbox.
    pub(super) of: &'i FilesOf<'i>,
}

/// Looks how things are with a roster; `wrong` is what is wrong with its rules.
pub(super) fn roster(series: &Series, inbox: &InInbox<'_>, wrong: Option<&Failure>) -> RosterStatus {
    let InInbox { configuration, lines, of, .. } = *inbox;
    let runs: Vec<&Done> = lines.done_of(&series.name).filter(|done| !done.behind).collect();
    let last = runs.last().copied();
    let before = last.and_then(|last| week_before(&runs, last));
    let files = &of.files;
    let is_new = |file: &&Found| !lines.tells_of(&series.name, &file.name);
    let new: Vec<&Found> = files.iter().copied().filter(is_new).collect();
    let passed_over = of.never_judged(lines);
    let new_files: Vec<String> = new.iter().map(|file| file.name.clone()).collect();
    let problems = problems(series, inbox, (wrong, &new));
    let output = last.and_then(|last| {
        let extension = [Format::Xlsx.word()].into_iter().chain(last.outputs.keys().map(String::as_str));
        let extension = extension.into_iter().find(|extension| last.outputs.contains_key(*extension))?;
        Some(outbox::place(&configuration.outbox, last, extension))
    });
    let mut in_words: Vec<String> = problems.iter().flat_map(of_problem).collect();
    match last {
        Some(last) => {
            let day = Date::iso(&last.night).map_or_else(|| last.night.clone(), Date::words);
            in_words.push(format!("last judged on {day} ({}): {}", last.input, figures_of(last)));
            in_words.extend(last.remarks.iter().map(|remark| format!("remark: {remark}")));
            in_words.extend(before.map(|before| trend(last, before)));
            in_words.extend(output.as_ref().map(|path| of_output(path, || if_lost(inbox, last))));
        }
        None => in_words.push("was never judged".to_owned()),
    }
    in_words.extend(of_inbox(of, &new_files, &passed_over));
    RosterStatus {
        roster: series.name.clone(),
        last: last.map(|last| LastDone::new(last, before)),
        output,
        problems,
        new_files,
        passed_over: passed_over.iter().map(|file| file.name.clone()).collect(),
        in_words,
    }
}

impl LastDone {
    fn new(last: &Done, before: Option<&Done>) -> Self {
        let [rows, _, needs_review, _, _] = last.rows;
        Self {
            night: last.night.clone(),
            file: last.input.clone(),
            rows,
            customers: last.customers(),
            needs_review,
            customers_a_week_before: before.map(Done::customers),
        }
    }
}

fn of_problem(problem: &Problem) -> Vec<String> {
    let mut words = vec![format!("problem: {}", problem.message)];
    words.extend(problem.more.iter().map(|more| format!("and: {more}")));
    words.extend((!problem.help.is_empty()).then(|| format!("what to do: {}", problem.help)));
    words
}

/// Says of the files in the inbox that were never judged what becomes of them.
fn of_inbox(of: &FilesOf<'_>, new: &[String], passed_over: &[&Found]) -> Vec<String> {
    let mut words = Vec::new();
    if !new.is_empty() {
        words.push(format!("in the inbox for the next run: {}", new.join(", ")));
    }
    if let Some(newest) = of.newest.as_ref().filter(|_| !passed_over.is_empty()) {
        words.push(format!(
            "passed over (`newest-only`), because `{}` is newer: {}",
            visible(newest),
            listed(passed_over)
        ));
    }
    words
}

fn of_output(path: &Path, if_lost: impl FnOnce() -> &'static str) -> String {
    let shown = visible(&path.display().to_string());
    if path.is_file() {
        format!("newest output: {shown}")
    } else {
        format!("its newest output is not there any more, and {}: {shown}", if_lost())
    }
}

/// What becomes of an output that is not there any more.
fn if_lost(inbox: &InInbox<'_>, last: &Done) -> &'static str {
    let is_it = |file: &&Found| file.name == last.input;
    if inbox.of.passed_over.iter().any(is_it) {
        "is not made again, since `newest-only` passes over the file that it was made from"
    } else if inbox.of.files.iter().any(is_it)
        || moved::place(inbox.configuration, inbox.lines, last).is_some()
    {
        "the next run makes it again"
    } else {
        "neither is the file that it was made from"
    }
}

/// The newest run that is at least a week older than the last.
fn week_before<'d>(runs: &[&'d Done], last: &Done) -> Option<&'d Done> {
    let newest = Date::iso(&last.night)?;
    let is_old =
        |done: &&&Done| Date::iso(&done.night).is_some_and(|night| newest.days_since(night) >= TREND_DAYS);
    runs.iter().rev().find(is_old).copied()
}

/// `trend: 38 customers, 36 on 21 November 2026; Migration 10, was 9`.
fn trend(last: &Done, before: &Done) -> String {
    let day = Date::iso(&before.night).map_or_else(|| before.night.clone(), Date::words);
    let mut text = format!(
        "trend: {}, and {} on {day}",
        counted(last.customers(), "customer", "customers"),
        grouped(before.customers())
    );
    let of = |done: &Done, name: &str| {
        done.tiers.iter().find(|(tier, _, _)| tier == name).map_or(0, |(_, customers, _)| *customers)
    };
    for (tier, now, _) in &last.tiers {
        let was = of(before, tier);
        if was != *now {
            let _ = write!(text, "; {tier} {}, was {}", grouped(*now), grouped(was));
        }
    }
    for (tier, was, _) in before.tiers.iter().filter(|(tier, _, _)| of(last, tier) == 0) {
        let _ = write!(text, "; {tier} 0, was {}", grouped(*was));
    }
    text
}

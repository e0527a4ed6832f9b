//! What is wrong with a roster: its rules, files of it that failed or wait too long, and that none came.

use super::roster::InInbox;
use crate::diagnostic::{Code, Diagnostic, visible};
use crate::nightly::configuration::{Configuration, Series};
use crate::nightly::decide::is_behind;
use crate::nightly::inbox::Found;
use crate::nightly::ledger::{Failed, Line, Lines};
use crate::nightly::missing::late;
use crate::nightly::outcome::{Failure, Retry, retry};
use crate::nightly::passed_over::FilesOf;
use crate::nightly::settle;
use serde::Serialize;

/// Something that is wrong.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Problem {
    /// The file, if it is one.
    pub(super) file: Option<String>,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) help: String,
    /// What else is wrong with it.
    pub(super) more: Vec<String>,
}

/// Returns all that is wrong with a roster: its rules, files of it that failed, those that wait too long, and that none came.
pub(super) fn problems(
    series: &Series,
    inbox: &InInbox<'_>,
    (wrong, new): (Option<&Failure>, &[&Found]),
) -> Vec<Problem> {
    let InInbox { configuration, lines, clock, now, of: FilesOf { files, .. } } = *inbox;
    let mut problems: Vec<Problem> =
        wrong.iter().flat_map(|wrong| &wrong.diagnostics).map(|found| of(found, None)).collect();
    let standing = standing(series, lines, configuration, files);
    problems.extend(standing.into_iter().map(|failed| of_failed(failed, configuration.tries, lines)));
    problems.extend(files.iter().filter_map(|file| {
        let waits = settle::waits_long(file, &configuration.settle, clock)?;
        let code = Code::RosterLate.to_string();
        let message = format!("`{}`: {}", file.name, waits.message);
        let help = waits.help.to_owned();
        Some(Problem { file: Some(file.name.clone()), code, message, help, more: Vec::new() })
    }));
    // What was there when the last run looked, and is new, waits.
    let looked = lines.nights().next_back().map(|night| night.at);
    let has_come_since = |file: &&Found| looked.is_none_or(|looked| file.changed_seconds() > looked);
    if let Some(late) = late(series, lines, now, new.iter().any(has_come_since)) {
        problems.extend(late.diagnostics.iter().map(|found| of(found, None)));
    }
    problems
}

fn of(found: &Diagnostic, file: Option<&str>) -> Problem {
    Problem {
        file: file.map(str::to_owned),
        code: found.code.to_string(),
        message: visible(&found.message),
        help: visible(&found.help),
        more: Vec::new(),
    }
}

/// Returns what failed of a roster and is still so: the last line of each file that is still there, unless it was held back and a
/// newer one was judged since.
fn standing<'l>(
    series: &'l Series,
    lines: &'l Lines,
    configuration: &Configuration,
    files: &[&Found],
) -> Vec<&'l Failed> {
    let newest = lines.newest_of(&series.name);
    let mut seen: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for line in lines.lines.iter().rev() {
        let (input, failed) = match line {
            Line::Done(done) if done.roster == series.name => (done.input.as_str(), None),
            Line::Failed(failed) if failed.roster == series.name => (failed.input.as_str(), Some(failed)),
            _ => continue,
        };
        if seen.contains(&input) {
            continue;
        }
        seen.push(input);
        // What somebody took out of the inbox is no problem any more; what a run moved away may be judged again.
        let is_moved = configuration.done.is_some() && newest.is_some_and(|newest| newest.input == input);
        let file = files.iter().find(|file| file.name == input);
        let is_there = is_moved || file.is_some();
        let is_superseded = |failed: &Failed| {
            failed.error == Code::RosterShrank.as_str()
                && file.is_some_and(|file| is_behind(newest, file).is_some())
        };
        found.extend(failed.filter(|failed| is_there && !is_superseded(failed)));
    }
    found.reverse();
    found
}

fn of_failed(failed: &Failed, tries: u32, lines: &Lines) -> Problem {
    let how = if failed.error == Code::RosterShrank.as_str() {
        "is held back".to_owned()
    } else {
        format!("failed with code {}", failed.code)
    };
    let is_same = |other: &&Failed| other.base == failed.base && other.input == failed.input;
    let count = lines.failed_of(&failed.roster).filter(is_same).count();
    let next = match retry(&failed.error) {
        Retry::Always if failed.error == Code::RosterShrank.as_str() => "",
        Retry::Always => "every run tries it again",
        Retry::Sometimes if count < tries as usize => "the next run tries it again",
        Retry::Sometimes | Retry::Never => "it is set aside until the file or its rules change",
    };
    let parts = [failed.help.as_str(), next];
    let help: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Problem {
        file: Some(failed.input.clone()),
        code: failed.error.clone(),
        message: format!("`{}` {how}: {}", failed.input, failed.message),
        help: help.join("; "),
        more: failed.more.clone(),
    }
}

//! Which files go through a run, and in which order: those that are complete, those last that ended the process before.

use super::decide::ended_the_process;
use super::end::{RosterEnd, State};
use super::inbox::Found;
use super::ledger::Lines;
use super::missing::length;
use super::passed_over::FilesOf;
use super::rosters::Rosters;
use super::settle::{self, settled, young};
use crate::diagnostic::visible;
use crate::error::Result;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::time::Duration;

/// What is told of each file, and what of the run.
type Told<'t> = (&'t mut dyn FnMut(&RosterEnd), &'t mut Vec<String>);

/// How many files there are of which there is nothing to say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Silent {
    /// Those that were judged or told before.
    pub(super) known: u32,
    /// Those that are passed over, by `newest-only` or since a newer one was judged.
    pub(super) passed_over: u32,
}

/// Takes all files through the run: in the order of the configuration, those last that ended the process before.
/// Returns how they ended, and how many there are of which there is nothing to say.
pub(super) fn all(
    rosters: &mut Rosters<'_>,
    files: &[Found],
    (tell, remarks): Told<'_>,
) -> Result<(Vec<RosterEnd>, Silent)> {
    let series = &rosters.configuration.rosters;
    let wrong = rosters.rules.faults.clone();
    let known = (rosters.lines(), &rosters.again);
    let all: Vec<FilesOf<'_>> = series.iter().map(|one| FilesOf::new(one, (series, files), known)).collect();
    let (mut ends, mut silent) = (Vec::new(), Silent::default());
    for (series, failure) in series.iter().filter_map(|series| Some((series, wrong.get(&series.name)?))) {
        let end = RosterEnd::new(&series.name, None, State::Failed).failed(failure.clone());
        tell(&end);
        ends.push(end);
    }
    let right: Vec<&FilesOf<'_>> = all.iter().filter(|of| !wrong.contains_key(&of.series.name)).collect();
    let due = due(rosters, &right, &mut ends, tell);
    for of in &right {
        silent.passed_over += u32::try_from(of.passed_over.len()).unwrap_or(u32::MAX);
        remarks.extend(of.remark_of_run(rosters.lines()));
    }
    let last: HashMap<&str, &Found> = due.iter().map(|(of, file)| (of.series.name.as_str(), *file)).collect();
    for (of, file) in &due {
        let mut end = rosters.take(of.series, file)?;
        end.remarks.extend(of.remark(rosters.lines(), (file, end.state)));
        // Of those that were judged before, the newest is enough, and it may be still to come.
        let is_last = last.get(of.series.name.as_str()) == Some(file);
        let is_old = end.state == State::Known && end.remarks.is_empty() && !is_last;
        if is_old || !is_news(rosters.lines(), &end) {
            // Whether there is something to say of a file or not, it counts as the same.
            let count = if end.state == State::Older { &mut silent.passed_over } else { &mut silent.known };
            *count += 1;
            continue;
        }
        tell(&end);
        ends.push(end);
    }
    moved(rosters, &right, &mut ends, (tell, remarks))?;
    Ok((ends, silent))
}

/// A file that is complete, with the others of its roster.
type Due<'d, 'f> = (&'d FilesOf<'f>, &'f Found);

/// Returns the files that are complete, in the order in which they are judged; the others wait.
fn due<'d, 'f>(
    rosters: &Rosters<'_>,
    all: &[&'d FilesOf<'f>],
    ends: &mut Vec<RosterEnd>,
    tell: &mut dyn FnMut(&RosterEnd),
) -> Vec<Due<'d, 'f>> {
    let settled = complete(rosters, all);
    let mut due = Vec::new();
    for of in all {
        for file in &of.files {
            if settled.contains(&file.path) {
                due.push((*of, *file));
                continue;
            }
            let mut end = RosterEnd::new(&of.series.name, Some(&file.name), State::Waiting);
            let waits = settle::waits_long(file, &rosters.configuration.settle, rosters.clock);
            end.remarks.extend(waits.map(|waits| waits.message));
            end.remarks.extend(of.remark(rosters.lines(), (file, end.state)));
            tell(&end);
            ends.push(end);
        }
    }
    due.sort_by_key(|(of, file)| ended_the_process(rosters.lines(), &of.series.name, &file.name));
    due
}

/// Takes the files that were moved away, of rosters of which nothing else was judged, if their rules have changed.
fn moved(
    rosters: &mut Rosters<'_>,
    all: &[&FilesOf<'_>],
    ends: &mut Vec<RosterEnd>,
    (tell, remarks): Told<'_>,
) -> Result<()> {
    for of in all {
        let series = of.series;
        if ends.iter().any(|end| end.roster == series.name && matches!(end.state, State::Done | State::Due)) {
            continue;
        }
        let (end, remark) = rosters.take_moved(series, &of.all())?;
        remarks.extend(remark);
        if let Some(end) = end.filter(|end| end.state != State::Known || !end.remarks.is_empty()) {
            tell(&end);
            ends.push(end);
        }
    }
    Ok(())
}

/// Returns the paths of the files that are complete; says how long that takes, where files changed recently. A dry run takes
/// those as complete, since they will be.
fn complete(rosters: &Rosters<'_>, all: &[&FilesOf<'_>]) -> HashSet<PathBuf> {
    let settle = &rosters.configuration.settle;
    let files: Vec<&Found> = all.iter().flat_map(|of| of.files.iter().copied()).collect();
    let (rest, young) = young(&files, settle, rosters.clock);
    if let Some(first) = young.first() {
        let (others, they_are) = match young.len() {
            1 => (String::new(), "it is"),
            count => (format!(" and {} more", count - 1), "they are"),
        };
        let seconds = length(Duration::from_secs(rest.as_secs().max(1)));
        let what = format!("`{}`{others} changed recently", visible(&first.name));
        match rosters.written {
            Some(_) => (rosters.notice)(&format!(
                "{what}: waiting {seconds} to see whether {they_are} complete (`settle`)"
            )),
            None => (rosters.notice)(&format!("{what}: a run would first wait {seconds} (`settle`)")),
        }
    }
    if rosters.written.is_none() && !young.is_empty() {
        let old: Vec<&Found> = files.iter().copied().filter(|file| !young.contains(file)).collect();
        let old = settled(&old, settle, rosters.clock);
        return old.into_iter().chain(young.iter().map(|file| file.path.clone())).collect();
    }
    settled(&files, settle, rosters.clock)
}

/// Whether there is something to say: files may stay in the inbox for years, and of each roster the newest is enough.
fn is_news(lines: &Lines, end: &RosterEnd) -> bool {
    let newest = || lines.newest_of(&end.roster).map(|done| done.key.as_str());
    match (end.state, &end.done) {
        (State::Older, _) => !end.remarks.is_empty(),
        (State::Known, Some(done)) => !end.remarks.is_empty() || newest() == Some(done.key.as_str()),
        _ => true,
    }
}

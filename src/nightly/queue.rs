//! Which files go through a run, and in which order: those that are complete, those last that ended the process before.

use super::checked;
use super::configuration::Series;
use super::decide::ended_the_process;
use super::end::{RosterEnd, State};
use super::inbox::{Found, of_series};
use super::ledger::Lines;
use super::missing::length;
use super::rosters::Rosters;
use super::settle::{self, settled, young};
use crate::diagnostic::visible;
use crate::error::Result;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::time::Duration;

/// What is told of each file, and what of the run.
type Told<'t> = (&'t mut dyn FnMut(&RosterEnd), &'t mut Vec<String>);

/// A roster with its files, the oldest first.
type FilesOf<'f> = (&'f Series, Vec<&'f Found>);

/// Takes all files through the run: in the order of the configuration, those last that ended the process before.
/// Returns how they ended, and how many there are of which there is nothing to say.
pub(super) fn all(
    rosters: &mut Rosters<'_>,
    files: &[Found],
    (tell, remarks): Told<'_>,
) -> Result<(Vec<RosterEnd>, u32)> {
    let configuration = rosters.configuration;
    let wrong = checked::faults(configuration);
    let all: Vec<FilesOf<'_>> = configuration
        .rosters
        .iter()
        .map(|series| (series, of_series(series, &configuration.rosters, files)))
        .collect();
    let settled = complete(rosters, &all);
    let (mut ends, mut due, mut silent) = (Vec::new(), Vec::new(), 0);
    for (series, files) in &all {
        if let Some(failure) = wrong.get(&series.name) {
            let end = RosterEnd::new(&series.name, None, State::Failed).failed(failure.clone());
            tell(&end);
            ends.push(end);
            continue;
        }
        let newest = files.last().map(|file| file.path.clone());
        for file in files {
            if series.newest_only && Some(&file.path) != newest.as_ref() {
                silent += 1;
                continue;
            }
            if settled.contains(&file.path) {
                due.push((*series, *file));
                continue;
            }
            let mut end = RosterEnd::new(&series.name, Some(&file.name), State::Waiting);
            end.remarks.extend(settle::waits_long(file, &configuration.settle, rosters.clock));
            tell(&end);
            ends.push(end);
        }
    }
    due.sort_by_key(|(series, file)| ended_the_process(rosters.lines(), &series.name, &file.name));
    let last: HashMap<&str, &Found> =
        due.iter().map(|(series, file)| (series.name.as_str(), *file)).collect();
    for (series, file) in &due {
        let end = rosters.take(series, file)?;
        // Of those that were judged before, the newest is enough, and it may be still to come.
        let is_last = last.get(series.name.as_str()) == Some(file);
        let is_old = end.state == State::Known && end.remarks.is_empty() && !is_last;
        if is_old || !is_news(rosters.lines(), &end) {
            silent += 1;
            continue;
        }
        tell(&end);
        ends.push(end);
    }
    let right: Vec<&FilesOf<'_>> =
        all.iter().filter(|(series, _)| !wrong.contains_key(&series.name)).collect();
    moved(rosters, &right, &mut ends, (tell, remarks))?;
    Ok((ends, silent))
}

/// Takes the files that were moved away, of rosters of which nothing else was judged, if their rules have changed.
fn moved(
    rosters: &mut Rosters<'_>,
    all: &[&FilesOf<'_>],
    ends: &mut Vec<RosterEnd>,
    (tell, remarks): Told<'_>,
) -> Result<()> {
    for (series, files) in all {
        if ends.iter().any(|end| end.roster == series.name && matches!(end.state, State::Done | State::Due)) {
            continue;
        }
        let (end, remark) = rosters.take_moved(series, files)?;
        remarks.extend(remark);
        if let Some(end) = end.filter(|end| end.state != State::Known || !end.remarks.is_empty()) {
            tell(&end);
            ends.push(end);
        }
    }
    Ok(())
}

/// Returns the paths of the files that are complete; says how long that takes, where files changed lately. A dry run takes
/// those for complete, since they will be.
fn complete(rosters: &Rosters<'_>, all: &[FilesOf<'_>]) -> HashSet<PathBuf> {
    let settle = &rosters.configuration.settle;
    let files: Vec<&Found> = all.iter().flat_map(|(_, files)| files.iter().copied()).collect();
    let (rest, young) = young(&files, settle, rosters.clock);
    if let Some(first) = young.first() {
        let others = match young.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let seconds = length(Duration::from_secs(rest.as_secs().max(1)));
        let what = format!("`{}`{others} changed lately", visible(&first.name));
        match rosters.written {
            Some(_) => (rosters.notice)(&format!(
                "{what}: waiting {seconds} to see whether it is complete (`settle`)"
            )),
            None => (rosters.notice)(&format!("{what}: a run would first wait {seconds} (`settle`)")),
        }
    }
    if rosters.written.is_none() && !young.is_empty() {
        return files.iter().map(|file| file.path.clone()).collect();
    }
    settled(&files, settle, rosters.clock)
}

/// Whether there is something to say: rosters may stay in the inbox for years, and of each name the newest is enough.
fn is_news(lines: &Lines, end: &RosterEnd) -> bool {
    let newest = || lines.newest_of(&end.roster).map(|done| done.key.as_str());
    match (end.state, &end.done) {
        (State::Older, _) => !end.remarks.is_empty(),
        (State::Known, Some(done)) => !end.remarks.is_empty() || newest() == Some(done.key.as_str()),
        _ => true,
    }
}

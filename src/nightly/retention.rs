//! Which outputs are kept, and the removal of the others.

use super::configuration::{Configuration, Keep};
use super::judge::report_path;
use super::ledger::Done;
use super::outbox::{Standing, folder, folder_of_roster, place, split_folder, standing};
use super::rosters::Rosters;
use crate::date::Date;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Removes the outputs that are not kept any more; returns how many files that were.
pub(super) fn remove_old(rosters: &Rosters<'_>) -> u64 {
    let configuration = rosters.configuration;
    let (Some(keep), Some(written)) = (configuration.keep, &rosters.written) else { return 0 };
    let mut removed = 0;
    for series in &configuration.rosters {
        let done: Vec<&Done> = written.ledger.read.done_of(&series.name).collect();
        let kept = kept(&done, keep);
        let places: BTreeSet<PathBuf> = done
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| **kept)
            .flat_map(|(done, _)| places(configuration, done))
            .collect();
        for (done, _) in done.iter().zip(&kept).filter(|(_, kept)| !**kept) {
            // Two lines may tell of one output, made again after it was lost.
            let is_there = places_there(configuration, done, &places);
            if is_there {
                let report = report_path(&configuration.state, done);
                removed += remove(&configuration.outbox, done, &parts(&report));
                let _ = fs::remove_file(report);
            }
        }
    }
    removed
}

fn places<'d>(configuration: &'d Configuration, done: &'d Done) -> impl Iterator<Item = PathBuf> + 'd {
    done.outputs.keys().map(|extension| place(&configuration.outbox, done, extension))
}

/// Whether an output is there that no other line keeps.
fn places_there(configuration: &Configuration, done: &Done, kept: &BTreeSet<PathBuf>) -> bool {
    let mut places = places(configuration, done).peekable();
    places.peek().is_some_and(|first| !kept.contains(first)) && places.any(|place| place.is_file())
}

/// Returns the split workbooks that a run report names, each with its SHA-256.
fn parts(report: &Path) -> Vec<(String, String)> {
    let report =
        fs::read(report).ok().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let parts = report.as_ref().and_then(|report| report.get("split_files")?.get("parts")?.as_array());
    let part = |part: &serde_json::Value| {
        let text = |key| part.get(key)?.as_str().map(str::to_owned);
        Some((text("path")?, text("sha256")?))
    };
    parts.into_iter().flatten().filter_map(part).collect()
}

/// Returns for each run of a roster, the oldest first, whether its outputs are kept.
///
/// Days are counted back from the newest day of the roster, so that a roster that comes no more loses nothing. The newest
/// run is kept whatever is said, and so is the one that it was compared with.
pub(super) fn kept(done: &[&Done], keep: Keep) -> Vec<bool> {
    let days: Vec<Option<Date>> = done.iter().map(|done| Date::iso(&done.night)).collect();
    let Some(newest) = days.iter().flatten().max().copied() else { return vec![true; done.len()] };
    let (mut weeks, mut months, mut kept) = (HashSet::new(), HashSet::new(), Vec::with_capacity(done.len()));
    let newest_run = done.iter().rposition(|done| !done.behind).unwrap_or(0);
    let needed = done.get(newest_run).and_then(|last| last.since.as_deref());
    for (place, (done, day)) in done.iter().zip(&days).enumerate().rev() {
        let is_needed = place == newest_run || needed.is_some_and(|needed| done.key.starts_with(needed));
        let is_in_time = day.is_none_or(|day| {
            let back = newest.days_since(day);
            let (week, month) = (newest.weeks_since(day), newest.months_since(day));
            // The first that is met, going back, is the newest of its week and of its month.
            let is_of_week = week < i64::from(keep.weeks) && weeks.insert(week);
            let is_of_month = month < i64::from(keep.months) && months.insert(month);
            back < i64::from(keep.nights) || is_of_week || is_of_month
        });
        kept.push(is_needed || is_in_time);
    }
    kept.reverse();
    kept
}

/// Removes the outputs of a run that are as they were written; returns how many files that were. What somebody changed
/// stays.
pub(super) fn remove(outbox: &Path, done: &Done, parts: &[(String, String)]) -> u64 {
    let mut removed = 0;
    let mut remove = |path: &Path, sha256: &str| {
        if standing(path, sha256) == Standing::AsWritten && fs::remove_file(path).is_ok() {
            removed += 1;
        }
    };
    for (extension, output) in &done.outputs {
        remove(&place(outbox, done, extension), &output.sha256);
    }
    for (path, sha256) in parts {
        remove(Path::new(path), sha256);
    }
    // Folders that still hold something stay.
    let _ = fs::remove_dir(split_folder(outbox, done));
    let _ = fs::remove_dir(folder(outbox, &done.roster, &done.night));
    let _ = fs::remove_dir(folder_of_roster(outbox, &done.roster));
    removed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs on so many days back from 2026-11-28, a Saturday, the oldest first.
    fn runs(back: &[i64]) -> Vec<Done> {
        let newest = Date::iso("2026-11-28").unwrap();
        let done = |back: &i64| Done {
            night: Date::of_days(newest.number() - back).to_string(),
            key: format!("key {back}"),
            ..Done::default()
        };
        back.iter().map(done).collect()
    }

    fn kept_of(back: &[i64], keep: Keep) -> Vec<i64> {
        let runs = runs(back);
        let kept = kept(&runs.iter().collect::<Vec<_>>(), keep);
        back.iter().zip(kept).filter(|(_, kept)| *kept).map(|(back, _)| *back).collect()
    }

    #[test]
    fn nights_weeks_and_months_are_counted_back_from_the_newest() {
        let year: Vec<i64> = (0..365).rev().collect();
        let of = |nights, weeks, months| kept_of(&year, Keep { nights, weeks, months });
        assert_eq!(of(3, 0, 0), [2, 1, 0]);
        // Sundays end the weeks before.
        assert_eq!(of(1, 4, 0), [20, 13, 6, 0]);
        // 31 October, 30 September.
        assert_eq!(of(1, 0, 3), [59, 28, 0]);
        assert_eq!(of(2, 2, 2), [28, 6, 1, 0]);
        assert_eq!(of(0, 0, 0), [0], "the newest is kept whatever is said");
        assert_eq!(of(10_000, 0, 0).len(), 365);
    }

    #[test]
    fn a_roster_that_comes_no_more_loses_nothing_and_several_of_a_day_go_together() {
        assert_eq!(kept_of(&[400, 300, 300], Keep { nights: 1, weeks: 0, months: 0 }), [300, 300]);
        assert_eq!(kept_of(&[9, 9, 0], Keep { nights: 1, weeks: 2, months: 0 }), [9, 0]);
    }

    #[test]
    fn what_the_newest_was_compared_with_is_kept() {
        let mut runs = runs(&[200, 100, 0]);
        runs[2].since = Some("key 100".to_owned());
        let kept = kept(&runs.iter().collect::<Vec<_>>(), Keep { nights: 1, weeks: 0, months: 0 });
        assert_eq!(kept, [false, true, true]);
    }

    #[test]
    fn a_clock_that_was_set_back_takes_nothing_away_from_the_newest() {
        assert_eq!(kept_of(&[0, 5], Keep { nights: 1, weeks: 0, months: 0 }), [0, 5]);
    }
}

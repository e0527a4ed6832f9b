//! Files that `newest-only` passes over, since a newer one of their roster is there.

use super::again::Wanted;
use super::configuration::Series;
use super::decide::is_behind;
use super::end::State;
use super::inbox::{Found, of_series};
use super::ledger::Lines;
use crate::diagnostic::visible;

/// The files of a roster, the oldest first.
pub(super) struct FilesOf<'f> {
    pub(super) series: &'f Series,
    /// Those that are judged.
    pub(super) files: Vec<&'f Found>,
    /// Those that are passed over.
    pub(super) passed_over: Vec<&'f Found>,
    /// The newer file for which they are: in the inbox, or the one that was judged last.
    pub(super) newest: Option<String>,
}

impl<'f> FilesOf<'f> {
    /// Returns the files of a roster among those of the inbox; those that somebody wants again are never passed over.
    pub(super) fn new(
        series: &'f Series,
        (rosters, files): (&[Series], &'f [Found]),
        (lines, again): (&Lines, &Wanted),
    ) -> Self {
        let all = of_series(series, rosters, files);
        let last = lines.newest_of(&series.name);
        // What was judged may have been moved away since.
        let newest = all.last().copied().filter(|file| is_behind(last, file).is_none());
        let is_taken = |file: &&Found| {
            !series.newest_only
                || newest.is_some_and(|newest| newest == *file)
                || again.names(&series.name, &file.name)
        };
        let (files, passed_over) = all.into_iter().partition(is_taken);
        let newest = newest.map(|file| &file.name).or(last.map(|last| &last.input)).cloned();
        Self { series, files, passed_over, newest }
    }

    /// Returns all files, those that are passed over first.
    pub(super) fn all(&self) -> Vec<&'f Found> {
        self.passed_over.iter().chain(&self.files).copied().collect()
    }

    /// Returns the files that are passed over and were never judged: what came and nobody looked at.
    pub(super) fn never_judged(&self, lines: &Lines) -> Vec<&'f Found> {
        let is_new = |file: &&Found| !lines.tells_of(&self.series.name, &file.name);
        self.passed_over.iter().copied().filter(is_new).collect()
    }

    /// Says of a file that ended so what was passed over for it, if it is the newest: as long as that is news.
    pub(super) fn remark(&self, lines: &Lines, (file, state): (&Found, State)) -> Option<String> {
        self.newest.as_ref().filter(|newest| **newest == file.name)?;
        let files = if state == State::Known { self.came_since(lines) } else { self.never_judged(lines) };
        let (are, them) = words(&files);
        (!files.is_empty()).then(|| {
            format!(
                "{are} passed over, because `newest-only` takes this one and not {them}: {}",
                listed(&files)
            )
        })
    }

    /// Says what was passed over for a file that is not in the inbox any more: what came since the last run.
    pub(super) fn remark_of_run(&self, lines: &Lines) -> Option<String> {
        let files = self.came_since(lines);
        let is_here = |newest: &String| self.files.iter().any(|file| file.name == *newest);
        let newest = self.newest.as_ref().filter(|newest| !is_here(newest) && !files.is_empty())?;
        let (are, _) = words(&files);
        Some(format!(
            "`{}`: {are} passed over, because `newest-only` takes only what is newer than `{}`: {}",
            self.series.name,
            visible(newest),
            listed(&files)
        ))
    }

    fn came_since(&self, lines: &Lines) -> Vec<&'f Found> {
        let last = lines.nights().next_back().map(|night| night.at);
        let is_news = |file: &&Found| last.is_none_or(|last| file.changed_seconds() > last);
        self.never_judged(lines).into_iter().filter(is_news).collect()
    }
}

fn words(files: &[&Found]) -> (&'static str, &'static str) {
    if files.len() == 1 { ("an older file was", "it") } else { ("older files were", "them") }
}

/// Returns the names of files, the first few of them.
pub(super) fn listed(files: &[&Found]) -> String {
    const LIMIT: usize = 5;
    let names: Vec<String> =
        files.iter().take(LIMIT).map(|file| format!("`{}`", visible(&file.name))).collect();
    match files.len().saturating_sub(LIMIT) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nightly::again::meant;
    use crate::nightly::configuration::Configuration;
    use crate::nightly::ledger::{Done, Line, Night};
    use crate::nightly::seen::Seen;
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    fn rosters(newest_only: bool) -> Vec<Series> {
        let text = format!(
            "[night]\ninbox = \"in\"\noutbox = \"out\"\nstate = \"state\"\n\
             [[roster]]\nname = \"crm\"\nfiles = \"*\"\nnewest-only = {newest_only}\n"
        );
        Configuration::read(&text, Path::new("fasttrack.toml")).unwrap().rosters
    }

    fn found(name: &str, at: u64) -> Found {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(at);
        let seen = Seen { bytes: 1, changed: time, modified: time };
        Found { path: name.into(), name: name.to_owned(), is_folder: false, seen }
    }

    fn of<'f>(series: &'f [Series], files: &'f [Found], lines: &Lines) -> FilesOf<'f> {
        FilesOf::new(&series[0], (series, files), (lines, &Wanted::default()))
    }

    #[test]
    fn only_the_newest_file_is_taken_and_the_others_are_told_while_they_are_news() {
        let files =
            [found("a-2026-11-26.csv", 10), found("a-2026-11-27.csv", 20), found("a-2026-11-28.csv", 30)];
        let (all, one, none) = (rosters(false), rosters(true), Lines::default());
        let of_all = of(&all, &files, &none);
        assert_eq!((of_all.files.len(), of_all.passed_over.len()), (3, 0));
        assert_eq!(of_all.remark(&none, (&files[2], State::Done)), None);
        let of_one = of(&one, &files, &none);
        assert_eq!((&of_one.files, of_one.passed_over.len()), (&vec![&files[2]], 2));
        let told = of_one.remark(&none, (&files[2], State::Done)).unwrap();
        assert!(told.ends_with("`a-2026-11-26.csv`, `a-2026-11-27.csv`"), "{told}");
        // One of them was judged when it was the newest.
        let input = files[0].name.clone();
        let (night, roster) = ("2026-11-26".to_owned(), "crm".to_owned());
        let done = Line::Done(Done { night, roster, input, ..Done::default() });
        let night = |at| Line::Night(Night { at, ..Night::default() });
        let lines = |at| Lines { lines: vec![done.clone(), night(at)], ..Lines::default() };
        let told = |at, state| of_one.remark(&lines(at), (&files[2], state));
        assert!(told(40, State::Waiting).is_some_and(|told| told.ends_with("not it: `a-2026-11-27.csv`")));
        assert_eq!(told(40, State::Known), None, "it was there when the last run looked");
        assert!(told(15, State::Known).is_some());
    }

    #[test]
    fn the_newest_of_the_inbox_is_passed_over_for_what_was_judged_and_moved_away() {
        let (files, one) = ([found("a-2026-11-26.csv", 10), found("a-2026-11-27.csv", 20)], rosters(true));
        let (night, roster) = ("2026-11-28".to_owned(), "crm".to_owned());
        let done = Done { roster, input: "a-2026-11-28.csv".to_owned(), night, ..Done::default() };
        let lines = Lines { lines: vec![Line::Done(done)], ..Lines::default() };
        let all = of(&one, &files, &lines);
        assert_eq!((all.files.len(), all.passed_over.len()), (0, 2));
        let told = all.remark_of_run(&lines).unwrap();
        assert!(
            told.contains("newer than `a-2026-11-28.csv`: `a-2026-11-26.csv`, `a-2026-11-27.csv`"),
            "{told}"
        );
        // Somebody wants one of them all the same.
        let again = meant(&["a-2026-11-26.csv".to_owned()], &one, &files).unwrap();
        let again = FilesOf::new(&one[0], (&one, &files), (&lines, &again));
        assert_eq!(again.files, [&files[0]]);
    }
}

//! Files that `newest-only` passes over, since a newer one of their roster is there.

use super::configuration::Series;
use super::end::State;
use super::inbox::{Found, of_series};
use super::ledger::Lines;
use crate::diagnostic::visible;

/// The files of a roster, the oldest first.
pub(super) struct FilesOf<'f> {
    pub(super) series: &'f Series,
    /// Those that are judged.
    pub(super) files: Vec<&'f Found>,
    /// Those that are passed over for the newest.
    pub(super) passed_over: Vec<&'f Found>,
}

impl<'f> FilesOf<'f> {
    /// Returns the files of a roster among those of the inbox.
    pub(super) fn new(series: &'f Series, rosters: &[Series], files: &'f [Found]) -> Self {
        let mut passed_over = of_series(series, rosters, files);
        let first = if series.newest_only { passed_over.len().saturating_sub(1) } else { 0 };
        let files = passed_over.split_off(first);
        Self { series, files, passed_over }
    }

    /// Returns all files, the oldest first.
    pub(super) fn all(&self) -> Vec<&'f Found> {
        self.passed_over.iter().chain(&self.files).copied().collect()
    }

    /// Returns the files that are passed over and were never judged: what came and nobody looked at.
    pub(super) fn never_judged(&self, lines: &Lines) -> Vec<&'f Found> {
        let is_new = |file: &&Found| !lines.tells_of(&self.series.name, &file.name);
        self.passed_over.iter().copied().filter(is_new).collect()
    }

    /// Says of the newest file, which ended so, what was passed over for it: as long as it is news, and of a newest file that
    /// was judged before, what came since the last run.
    pub(super) fn remark(&self, lines: &Lines, state: State) -> Option<String> {
        let last = lines.nights().next_back().map(|night| night.at);
        let is_news =
            |file: &&Found| state != State::Known || last.is_none_or(|last| file.changed_seconds() > last);
        let files: Vec<&Found> = self.never_judged(lines).into_iter().filter(is_news).collect();
        let (are, this) =
            if files.len() == 1 { ("an older file was", "it") } else { ("older files were", "them") };
        (!files.is_empty()).then(|| {
            format!(
                "{are} passed over, because `newest-only` takes this one and not {this}: {}",
                listed(&files)
            )
        })
    }
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

    #[test]
    fn only_the_newest_file_is_taken_and_the_others_are_told_while_they_are_news() {
        let files =
            [found("a-2026-11-26.csv", 10), found("a-2026-11-27.csv", 20), found("a-2026-11-28.csv", 30)];
        let (all, one) = (rosters(false), rosters(true));
        let of_all = FilesOf::new(&all[0], &all, &files);
        assert_eq!((of_all.files.len(), of_all.passed_over.len()), (3, 0));
        assert_eq!(of_all.remark(&Lines::default(), State::Done), None);
        let of_one = FilesOf::new(&one[0], &one, &files);
        assert_eq!((of_one.files, of_one.passed_over.len()), (vec![&files[2]], 2));
        let of_one = FilesOf::new(&one[0], &one, &files);
        let told = of_one.remark(&Lines::default(), State::Done).unwrap();
        assert!(told.ends_with("`a-2026-11-26.csv`, `a-2026-11-27.csv`"), "{told}");
        // One of them was judged when it was the newest.
        let input = files[0].name.clone();
        let done = Line::Done(Done { roster: "crm".to_owned(), input, ..Done::default() });
        let night = |at| Line::Night(Night { at, ..Night::default() });
        let lines = |at| Lines { lines: vec![done.clone(), night(at)], ..Lines::default() };
        let told = |at, state| of_one.remark(&lines(at), state);
        assert!(told(40, State::Waiting).is_some_and(|told| told.ends_with("not it: `a-2026-11-27.csv`")));
        assert_eq!(told(40, State::Known), None, "it was there when the last run looked");
        assert!(told(15, State::Known).is_some());
    }
}

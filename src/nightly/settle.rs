//! Whether a file has been written to its end: it has not changed for a while, or a marker says so, which is beside it or, of
//! a folder, what the job that wrote it left in it.

use super::clock::Clock;
use super::configuration::Settle;
use super::inbox::Found;
use super::seen::{SUCCESS, Seen, is_unfinished};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often files that changed recently are looked at again.
const LOOKS: u32 = 10;

/// Returns the paths of those files that have been written to their end; waits for those that changed recently, no
/// longer than until the last of them has been quiet for so long.
pub(super) fn settled(files: &[&Found], settle: &Settle, clock: &dyn Clock) -> HashSet<PathBuf> {
    let files: Vec<&Found> = files.iter().copied().filter(|file| !is_of_a_job(file)).collect();
    match settle {
        Settle::Marker(marker) => {
            files.iter().filter(|file| is_marked(file, marker)).map(|file| file.path.clone()).collect()
        }
        Settle::Quiet(_) => {
            let (rest, young) = young(&files, settle, clock);
            let paths: HashSet<&Path> = young.iter().map(|file| file.path.as_path()).collect();
            let old = files.iter().copied().filter(|file| !paths.contains(file.path.as_path()));
            old.chain(unchanged(young, rest, clock)).map(|file| file.path.clone()).collect()
        }
    }
}

/// Returns how long [`settled`] would wait, and for which files: those that changed recently.
pub(super) fn young<'f>(
    files: &[&'f Found],
    settle: &Settle,
    clock: &dyn Clock,
) -> (Duration, Vec<&'f Found>) {
    let Settle::Quiet(quiet) = settle else { return (Duration::ZERO, Vec::new()) };
    let rest = |file: &Found| clock.age(file.seen.changed).map_or(*quiet, |age| quiet.saturating_sub(age));
    let is_young = |file: &&Found| !rest(file).is_zero() && !is_of_a_job(file);
    let young: Vec<&Found> = files.iter().copied().filter(is_young).collect();
    (young.iter().map(|file| rest(file)).max().unwrap_or_default(), young)
}

/// Waits, and returns those that stayed as they were all the while.
fn unchanged<'f>(mut young: Vec<&'f Found>, rest: Duration, clock: &dyn Clock) -> Vec<&'f Found> {
    if rest.is_zero() {
        return young;
    }
    for _ in 0..LOOKS {
        if young.is_empty() {
            break;
        }
        clock.wait(rest / LOOKS);
        young.retain(|file| Seen::at(&file.path).is_ok_and(|seen| seen == file.seen));
    }
    young
}

/// What a person should know of a file that waits for more than a day.
pub(super) struct WaitsLong {
    pub(super) message: String,
    pub(super) help: &'static str,
}

/// Says of a file that waits for its marker, or of a folder for the end of its job, for more than a day how long it does.
pub(super) fn waits_long(file: &Found, settle: &Settle, clock: &dyn Clock) -> Option<WaitsLong> {
    const DAY: Duration = Duration::from_hours(24);
    let age = clock.age(file.seen.changed).filter(|age| *age > DAY)?;
    let days = crate::verdict::words::counted(age.as_secs() / DAY.as_secs(), "day", "days");
    if is_of_a_job(file) {
        let message = format!(
            "it has been waiting for the end of the job that writes it for {days}: it has no `{SUCCESS}`"
        );
        return Some(WaitsLong {
            message,
            help: "see whether the job failed; remove the folder, or run the job again",
        });
    }
    let Settle::Marker(marker) = settle else { return None };
    let message = format!("it has been waiting for its marker `{}{marker}` for {days}", file.name);
    let help = "see whether whoever writes the file writes the marker, too, and after it";
    (!is_marked(file, marker)).then_some(WaitsLong { message, help })
}

/// Whether a job is still writing to it.
fn is_of_a_job(file: &Found) -> bool {
    file.is_folder && is_unfinished(&file.path)
}

/// A marker that is older than the file is that of an earlier one; what a job writes into a folder at its end is one, too.
fn is_marked(file: &Found, marker: &str) -> bool {
    let mut markers = vec![marker_of(&file.path, marker)];
    markers.extend(file.is_folder.then(|| file.path.join(SUCCESS)));
    markers.iter().any(|path| Seen::at(path).is_ok_and(|seen| seen.modified >= file.seen.modified))
}

/// Returns the path of a file's marker.
pub(super) fn marker_of(path: &Path, marker: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(marker);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nightly::clock::Moment;
    use std::cell::Cell;
    use std::fs;
    use std::time::SystemTime;

    /// A clock that changes a file while somebody waits.
    struct Busy<'b> {
        path: &'b Path,
        waits: Cell<u32>,
        age: Option<Duration>,
    }

    impl Clock for Busy<'_> {
        fn now(&self) -> Moment {
            Moment { seconds: 0 }
        }

        fn age(&self, _: SystemTime) -> Option<Duration> {
            self.age
        }

        fn wait(&self, _: Duration) {
            self.waits.set(self.waits.get() + 1);
            if self.waits.get() == 3 {
                let grown = fs::read_to_string(self.path).unwrap() + "more";
                fs::write(self.path, grown).unwrap();
            }
        }

        fn elapsed(&self) -> Duration {
            Duration::ZERO
        }
    }

    fn found(path: &Path) -> Found {
        Found {
            path: path.to_owned(),
            name: "x".to_owned(),
            is_folder: path.is_dir(),
            seen: Seen::at(path).unwrap(),
        }
    }

    #[test]
    fn a_file_that_grows_while_it_is_watched_waits_and_others_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let (grows, still) = (folder.path().join("grows.csv"), folder.path().join("still.csv"));
        fs::write(&grows, "a").unwrap();
        fs::write(&still, "a").unwrap();
        let quiet = Settle::Quiet(Duration::from_secs(30));
        let files = [found(&grows), found(&still)];
        let files: Vec<&Found> = files.iter().collect();
        // Young, or in the future after a clock was set back.
        for age in [Some(Duration::from_secs(1)), None] {
            let clock = Busy { path: &grows, waits: Cell::new(0), age };
            fs::write(&grows, "a").unwrap();
            let files = [found(&grows), (*files[1]).clone()];
            let settled = settled(&files.iter().collect::<Vec<_>>(), &quiet, &clock);
            assert_eq!(settled, HashSet::from([still.clone()]));
        }
        let clock = Busy { path: &grows, waits: Cell::new(0), age: Some(Duration::from_secs(31)) };
        assert_eq!(settled(&files, &quiet, &clock).len(), 2);
        assert_eq!(clock.waits.get(), 0, "nobody waits for what is old");
    }

    #[test]
    fn a_marker_releases_its_file_unless_it_is_that_of_an_earlier_one() {
        let folder = tempfile::tempdir().unwrap();
        let (path, marker) = (folder.path().join("a.csv"), folder.path().join("a.csv.ready"));
        fs::write(&path, "a").unwrap();
        let settle = Settle::Marker(".ready".to_owned());
        let clock = Busy { path: &path, waits: Cell::new(10), age: None };
        let is_settled = || !settled(&[&found(&path)], &settle, &clock).is_empty();
        assert!(!is_settled());
        fs::write(&marker, "").unwrap();
        assert!(is_settled());
        let file = fs::File::options().write(true).open(&marker).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert!(!is_settled());
    }

    #[test]
    fn a_folder_waits_for_its_job_and_the_end_of_the_job_is_its_marker() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lake");
        fs::create_dir_all(path.join("_temporary")).unwrap();
        let clock = Busy { path: &path, waits: Cell::new(10), age: Some(Duration::from_hours(49)) };
        let quiet = Settle::Quiet(Duration::from_secs(30));
        let marker = Settle::Marker(".ready".to_owned());
        let is_settled = |settle: &Settle| !settled(&[&found(&path)], settle, &clock).is_empty();
        assert!(!is_settled(&quiet) && !is_settled(&marker));
        let told = waits_long(&found(&path), &quiet, &clock).unwrap();
        assert!(told.message.ends_with("for 2 days: it has no `_SUCCESS`"), "{}", told.message);
        fs::remove_dir(path.join("_temporary")).unwrap();
        fs::write(path.join("part-0.parquet"), "PAR1").unwrap();
        assert!(is_settled(&quiet) && !is_settled(&marker), "nothing says that all parts are there");
        fs::write(path.join(SUCCESS), "").unwrap();
        assert!(is_settled(&marker));
        let later = SystemTime::now() + Duration::from_mins(1);
        let part = fs::File::options().write(true).open(path.join("part-0.parquet")).unwrap();
        part.set_modified(later).unwrap();
        assert!(!is_settled(&marker), "that was the end of an earlier job");
    }
}

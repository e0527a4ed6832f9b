//! What is done with a file of the inbox: judged, known from before, set aside, or too old.

use super::configuration::Series;
use super::fingerprint::Looked;
use super::inbox::Found;
use super::ledger::{Done, Failed, Lines};
use super::outbox::{Standing, standing_of};
use super::outcome::{Retry, retry};
use crate::date::Date;
use crate::diagnostic::Code;
use crate::roster::dated;
use std::path::Path;

/// What is done with a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Decision {
    /// It is judged.
    Judge,
    /// It was judged, and its output is gone: it is made again, in its old place.
    Restore(Box<Done>),
    /// It was judged, and its output is there.
    Known(Box<Done>),
    /// Likewise, and somebody changed the output, which stays.
    Edited(Box<Done>),
    /// Likewise, and the output cannot be read, for this reason.
    Closed(Box<Done>, String),
    /// It was judged by other rules, and a newer one of its roster, too.
    Older,
    /// It failed before, and nothing that could help has changed.
    SetAside(Box<Failed>),
}

/// Decides on a file by what the ledger says of it.
pub(super) fn decide(
    lines: &Lines,
    (series, input): (&Series, &str),
    looked: &Looked,
    (tries, outbox): (u32, &Path),
) -> Decision {
    let newest = lines.newest_of(&series.name);
    let last = lines.done_of(&series.name).rfind(|done| done.input == input);
    if let (Some(last), Some(newest)) = (last, newest) {
        let (is_newest, last_done) = (last.key == newest.key, Box::new(last.clone()));
        if last.base == looked.base {
            return match if is_newest { standing_of(outbox, last) } else { Standing::AsWritten } {
                Standing::AsWritten => Decision::Known(last_done),
                Standing::Changed => Decision::Edited(last_done),
                Standing::Closed(why) => Decision::Closed(last_done, why),
                Standing::Missing => Decision::Restore(last_done),
            };
        }
        // Other rules: of each roster only the newest is judged again.
        if last.sha256 == looked.sha256 && !is_newest {
            return Decision::Older;
        }
    }
    let of_it = |failed: &&Failed| failed.base == looked.base && failed.input == input;
    let failed: Vec<&Failed> = lines.failed_of(&series.name).filter(of_it).collect();
    let Some(last) = failed.last() else { return Decision::Judge };
    let count = |failed: &&&Failed| retry(&failed.error) == Retry::Sometimes;
    let counted = failed.iter().filter(count).count();
    match retry(&last.error) {
        Retry::Always => Decision::Judge,
        Retry::Sometimes if counted < tries as usize => Decision::Judge,
        Retry::Sometimes | Retry::Never => Decision::SetAside(Box::new((*last).clone())),
    }
}

/// Returns whether a file ended the process when it was judged last: such ones go after all others.
pub(super) fn ended_the_process(lines: &Lines, roster: &str, input: &str) -> bool {
    let last = lines.failed_of(roster).rfind(|failed| failed.input == input);
    last.is_some_and(|failed| failed.error == Code::RunEnded.as_str())
}

/// Returns the day whose folder an output belongs to: that of a run that was killed while it made the same one, or else
/// `tonight`.
pub(super) fn night_of(lines: &Lines, roster: &str, base: &str, tonight: &str) -> String {
    let is_it = |failed: &&Failed| failed.base == base && failed.error == Code::RunEnded.as_str();
    lines.failed_of(roster).find(is_it).map_or_else(|| tonight.to_owned(), |failed| failed.night.clone())
}

/// Returns the day of a file that is older than the newest of its roster that was judged; `None` = it is the newest.
///
/// A file that took the place of the newest, under its name, is newer whatever day it is of.
pub(super) fn is_behind(newest: Option<&Done>, file: &Found) -> Option<Date> {
    let newest = newest?;
    let newest_day = in_name(&newest.input).or_else(|| newest.own_day())?;
    let day = in_name(&file.name).unwrap_or_else(|| file.seen.day());
    (newest.input != file.name && day < newest_day).then_some(day)
}

fn in_name(input: &str) -> Option<Date> {
    dated::in_name(input.rsplit('/').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nightly::configuration::Configuration;
    use crate::nightly::fingerprint::Kept;
    use crate::nightly::ledger::{Again, Line, Output};
    use std::fs;

    fn series() -> Series {
        let text = "[night]\ninbox = \"in\"\noutbox = \"out\"\nstate = \"state\"\n\
            [[roster]]\nname = \"crm\"\nfiles = \"*\"\n";
        Configuration::read(text, Path::new("fasttrack.toml")).unwrap().rosters.remove(0)
    }

    fn looked(sha256: &str, base: &str) -> Looked {
        let kept = Kept::File(tempfile::tempfile().unwrap());
        Looked { kept, sha256: sha256.to_owned(), base: base.to_owned() }
    }

    fn done(input: &str, sha256: &str, base: &str) -> Line {
        let [roster, input, sha256, base] = ["crm", input, sha256, base].map(str::to_owned);
        let key = format!("key of {input} {base}");
        Line::Done(Done { roster, input, sha256, base, key, night: "n".to_owned(), ..Done::default() })
    }

    fn failed(base: &str, error: &str) -> Line {
        let [roster, input, base, error] = ["crm", "a", base, error].map(str::to_owned);
        Line::Failed(Failed { roster, input, base, error, night: "n".to_owned(), ..Failed::default() })
    }

    fn word(lines: &[Line], input: &str, looked: &Looked) -> &'static str {
        let lines = Lines { lines: lines.to_vec(), ..Lines::default() };
        match decide(&lines, (&series(), input), looked, (3, Path::new("none"))) {
            Decision::Judge => "judge",
            Decision::Restore(_) => "restore",
            Decision::Known(_) => "known",
            Decision::Edited(_) => "edited",
            Decision::Closed(..) => "closed",
            Decision::Older => "older",
            Decision::SetAside(_) => "set aside",
        }
    }

    #[test]
    fn a_file_is_judged_once_and_again_when_it_or_its_rules_change() {
        let lines = [done("a", "1", "1 old"), done("b", "2", "2 old")];
        assert_eq!(word(&[], "a", &looked("1", "1 old")), "judge");
        assert_eq!(word(&lines, "a", &looked("1", "1 old")), "known");
        assert_eq!(word(&lines, "a", &looked("3", "3 old")), "judge");
        // Other rules: only the newest of the roster.
        assert_eq!(word(&lines, "a", &looked("1", "1 new")), "older");
        assert_eq!(word(&lines, "b", &looked("2", "2 new")), "judge");
        // What came back after something else is no old one.
        let back = [done("a", "1", "1 old"), done("a", "2", "2 old")];
        assert_eq!(word(&back, "a", &looked("1", "1 old")), "judge");
    }

    #[test]
    fn the_newest_output_is_restored_when_it_is_gone_and_left_alone_when_it_was_changed() {
        let folder = tempfile::tempdir().unwrap();
        let Line::Done(mut line) = done("a.csv", "1", "1") else { panic!("done") };
        line.outputs.insert("xlsx".to_owned(), Output { sha256: "0".to_owned(), bytes: 1 });
        let lines = Lines { lines: vec![Line::Done(line.clone())], ..Lines::default() };
        let decided = || decide(&lines, (&series(), "a.csv"), &looked("1", "1"), (3, folder.path()));
        assert_eq!(decided(), Decision::Restore(Box::new(line.clone())));
        let place = crate::nightly::outbox::place(folder.path(), &line, "xlsx");
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, "edited").unwrap();
        assert_eq!(decided(), Decision::Edited(Box::new(line)));
    }

    #[test]
    fn what_failed_is_tried_again_as_often_as_its_error_may_pass() {
        let it = looked("1", "1");
        let room = failed("1", "run-ended");
        let full = failed("1", "no-room");
        assert_eq!(word(&[full.clone(), full.clone(), full.clone(), full], "a", &it), "judge");
        assert_eq!(word(&[failed("1", "roster-format")], "a", &it), "set aside");
        assert_eq!(word(&[failed("other rules", "roster-format")], "a", &it), "judge");
        assert_eq!(word(&[room.clone(), room.clone()], "a", &it), "judge");
        assert_eq!(word(&[room.clone(), room.clone(), room.clone()], "a", &it), "set aside");
        let again = Line::Again(Again { at: 0, roster: "crm".to_owned(), input: None });
        assert_eq!(word(&[room.clone(), room.clone(), room.clone(), again, room], "a", &it), "judge");
        let shrank = failed("1", "roster-shrank");
        assert_eq!(word(&[shrank.clone(), shrank.clone(), shrank.clone(), shrank], "a", &it), "judge");
    }

    #[test]
    fn what_a_killed_run_was_making_keeps_its_day() {
        let lines = Lines { lines: vec![failed("1", "run-ended")], ..Lines::default() };
        assert!(ended_the_process(&lines, "crm", "a") && !ended_the_process(&lines, "crm", "b"));
        assert_eq!(night_of(&lines, "crm", "1", "tonight"), "n");
        assert_eq!(night_of(&lines, "crm", "2", "tonight"), "tonight");
    }
}

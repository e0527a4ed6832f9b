//! Rosters that did not come.

use super::clock::Moment;
use super::configuration::Series;
use super::end::{RosterEnd, State};
use super::inbox::{Found, owner};
use super::ledger::{Done, Lines};
use super::outcome::{Failure, SOME_FAILED};
use super::rosters::Rosters;
use super::words::needs_a_person;
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, visible};
use std::collections::HashSet;
use std::time::Duration;

/// Returns the rosters that did not come.
pub(super) fn missing(
    rosters: &Rosters<'_>,
    (files, ends): (&[Found], &[RosterEnd]),
    now: Moment,
    tell: &mut dyn FnMut(&RosterEnd),
) -> Vec<RosterEnd> {
    let came: HashSet<&str> = ends
        .iter()
        .filter(|end| matches!(end.state, State::Done | State::Due) && !end.is_old)
        .map(|end| end.roster.as_str())
        .collect();
    let late = |series: &Series| {
        let why = late(series, rosters.lines(), now, came.contains(series.name.as_str()))?;
        let mut end = RosterEnd::new(&series.name, None, State::Missing).failed(why);
        let waits = |other: &&RosterEnd| other.roster == series.name && other.state == State::Waiting;
        if let Some(file) = ends.iter().find(waits).and_then(|end| end.input.as_ref()) {
            end.remarks.push(format!("`{file}` is in the inbox, and is not complete yet"));
        }
        let failed = |other: &&RosterEnd| other.roster == series.name && needs_a_person(other.state);
        if let Some(file) = ends.iter().rfind(failed).and_then(|end| end.input.as_ref()) {
            end.remarks.push(format!(
                "`{file}` is in the inbox, but there is no workbook of it: it failed, or is held back"
            ));
        }
        end.remarks.extend(taken(series, &rosters.configuration.rosters, files));
        tell(&end);
        Some(end)
    };
    rosters.configuration.rosters.iter().filter_map(late).collect()
}

/// Says of the newest file that fits a roster and belongs to one before it to which.
fn taken(series: &Series, rosters: &[Series], files: &[Found]) -> Option<String> {
    let fits = |file: &&Found| series.files.iter().any(|pattern| pattern.fits(&file.name));
    let taken = |file: &Found| {
        let owner = owner(rosters, file).filter(|owner| owner.name != series.name)?;
        Some(format!(
            "`{}` fits its files, too, but belongs to `{}`, which comes before it in the configuration",
            visible(&file.name),
            owner.name
        ))
    };
    files.iter().filter(fits).rev().find_map(taken)
}

/// Returns why a roster is late; `None` if it is not. `is_there` says whether a new file of it is about to be judged.
///
/// A roster came when a new file of it was judged: neither what failed counts, nor what was judged again by other rules, nor
/// a file that is older than one before it.
pub(super) fn late(series: &Series, lines: &Lines, now: Moment, is_there: bool) -> Option<Failure> {
    if is_there {
        return None;
    }
    let last = arrivals(lines, &series.name).max_by_key(|done| moment(done).seconds);
    let expected = series.expect_by.and_then(|minute| not_come_by(minute, series, lines, now));
    let is_old = |most: Duration| last.is_none_or(|last| now.since(moment(last)) > most);
    let too_old = series.max_age.filter(|most| is_old(*most));
    let why = match (expected, too_old) {
        (Some(words), _) => words,
        (None, Some(most)) => format!("expected at least every {}", length(most)),
        (None, None) => return None,
    };
    let last = last.and_then(|last| Some((Date::iso(&last.night)?, last.own_day()?)));
    let last = match last {
        None => "it has never come".to_owned(),
        Some((night, own)) if own < night => {
            format!("it last came on {}, as that of {}", night.words(), own.words())
        }
        Some((night, _)) => format!("it last came on {}", night.words()),
    };
    let files: Vec<String> = series.files.iter().map(|pattern| format!("`{pattern}`")).collect();
    let diagnostic =
        Diagnostic::error(Code::RosterLate, format!("`{}` did not come: {why}; {last}", series.name)).help(
            format!(
                "check the export, and whether its file in the inbox is called like {}",
                files.join(" or ")
            ),
        );
    Some(Failure::new(SOME_FAILED, diagnostic))
}

fn arrivals<'l>(lines: &'l Lines, roster: &'l str) -> impl Iterator<Item = &'l Done> {
    lines.done_of(roster).filter(|done| !done.again && !done.behind)
}

/// Returns when what was judged was new: when it was judged, or at the end of the day that it is of, if that is earlier.
fn moment(done: &Done) -> Moment {
    const DAY: i64 = 86_400;
    let end = done.own_day().map_or(done.at, |day| (day.number() + 1) * DAY);
    Moment { seconds: done.at.min(end) }
}

/// Returns the time by which a roster should have come and did not, in words: that of today, or if it is not over, or today
/// nobody expects it, that of the last day before. Whoever runs once a night is told of it in the next one.
fn not_come_by(minute: u32, series: &Series, lines: &Lines, now: Moment) -> Option<String> {
    let is_over = now.minute() >= minute;
    let newest = if is_over { now.day() } else { Date::of_days(now.day().number() - 1) };
    let day = (0..7)
        .map(|back| Date::of_days(newest.number() - back))
        .find(|day| weekday(*day).is_some_and(|weekday| series.expect_on.get(weekday) == Some(&true)))?;
    let is_today = day == now.day();
    let came = arrivals(lines, &series.name).map(|done| done.at).max();
    let is_late = match came {
        Some(at) => Moment { seconds: at }.day() < day,
        // Before today there was nobody yet who could expect it, unless there was a run.
        None => is_today || lines.nights().any(|night| Moment { seconds: night.at }.day() <= day),
    };
    let of_day = if is_today { String::new() } else { format!(" on {}", day.words()) };
    is_late.then(|| format!("expected by {:02}:{:02} UTC{of_day}", minute / 60, minute % 60))
}

/// Returns the day of the week, from Monday.
fn weekday(day: Date) -> Option<usize> {
    // 1970-01-01 was a Thursday.
    usize::try_from((day.number() + 3).rem_euclid(7)).ok()
}

/// Returns a length of time in its largest whole unit.
pub(super) fn length(time: Duration) -> String {
    let seconds = time.as_secs();
    let units = [(86_400, "day", "days"), (3_600, "hour", "hours"), (60, "minute", "minutes")];
    for (unit, one, many) in units {
        if seconds >= unit && seconds.is_multiple_of(unit) {
            return crate::verdict::words::counted(seconds / unit, one, many);
        }
    }
    crate::verdict::words::counted(seconds, "second", "seconds")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nightly::configuration::Configuration;
    use crate::nightly::ledger::{Failed, Line, Night};
    use std::path::Path;

    fn series(more: &str) -> Series {
        let text = format!(
            "[night]\ninbox = \"in\"\noutbox = \"out\"\nstate = \"state\"\n\
             [[roster]]\nname = \"crm\"\nfiles = \"crm-*\"\n{more}"
        );
        Configuration::read(&text, Path::new("fasttrack.toml")).unwrap().rosters.remove(0)
    }

    fn at(day: &str, minutes: i64) -> Moment {
        Moment { seconds: Date::iso(day).unwrap().number() * 86_400 + minutes * 60 }
    }

    fn came(moment: Moment) -> Lines {
        let done = Done {
            at: moment.seconds,
            night: moment.day().to_string(),
            roster: "crm".to_owned(),
            ..Done::default()
        };
        Lines { lines: vec![Line::Done(done)], ..Lines::default() }
    }

    #[test]
    fn a_roster_is_expected_by_a_time_of_each_day() {
        let series = series("expect-by = \"06:00\"");
        let late = |lines: &Lines, now| late(&series, lines, now, false).is_some();
        let none = Lines::default();
        assert!(!late(&none, at("2026-11-28", 359)) && late(&none, at("2026-11-28", 360)));
        let yesterday = came(at("2026-11-27", 100));
        assert!(late(&yesterday, at("2026-11-28", 360)) && !late(&yesterday, at("2026-11-27", 1_439)));
        assert!(!late(&came(at("2026-11-28", 100)), at("2026-11-28", 1_000)));
    }

    #[test]
    fn whoever_runs_before_that_time_is_told_of_the_day_before() {
        let series = series("expect-by = \"06:00\"");
        let told =
            |lines: &Lines, now| late(&series, lines, now, false).map(|why| why.diagnostics[0].to_string());
        let yesterday = came(at("2026-11-27", 100));
        assert_eq!(told(&yesterday, at("2026-11-28", 150)), None);
        let words = told(&yesterday, at("2026-11-29", 150)).unwrap();
        let wanted = "expected by 06:00 UTC on 28 November 2026; it last came on 27 November 2026";
        assert!(words.contains(wanted), "{words}");
        // One that never came was not expected before the first run.
        let night = |moment: Moment| Lines {
            lines: vec![Line::Night(Night { at: moment.seconds, ..Night::default() })],
            ..Lines::default()
        };
        assert_eq!(told(&night(at("2026-11-28", 100)), at("2026-11-28", 150)), None);
        assert!(
            told(&night(at("2026-11-27", 150)), at("2026-11-28", 150)).unwrap().contains("it has never come")
        );
    }

    #[test]
    fn a_roster_may_be_so_old_and_no_older() {
        let series = series("max-age = \"8d\"");
        let told =
            |lines: &Lines, now| late(&series, lines, now, false).map(|why| why.diagnostics[0].to_string());
        let came = came(at("2026-11-20", 0));
        assert_eq!(told(&came, at("2026-11-28", 0)), None);
        let words = told(&came, at("2026-11-28", 1)).unwrap();
        assert!(
            words.contains("expected at least every 8 days; it last came on 20 November 2026"),
            "{words}"
        );
        assert!(words.contains("`crm-*`"), "{words}");
        assert!(told(&Lines::default(), at("2026-11-28", 0)).unwrap().contains("never come"));
        assert!(late(&series, &Lines::default(), at("2026-11-28", 0), true).is_none());
    }

    #[test]
    fn only_a_new_file_that_was_judged_has_come() {
        let series = series("expect-by = \"02:00\"\nmax-age = \"26h\"");
        let done = |moment: Moment, change: &dyn Fn(&mut Done)| {
            let mut done = Done {
                at: moment.seconds,
                night: moment.day().to_string(),
                roster: "crm".to_owned(),
                ..Done::default()
            };
            change(&mut done);
            Line::Done(done)
        };
        let new = done(at("2026-11-26", 150), &|_| {});
        let now = at("2026-11-28", 150);
        let today = now;
        let failed = Failed { at: today.seconds, roster: "crm".to_owned(), ..Failed::default() };
        for (line, is_late) in [
            (done(today, &|_| {}), false),
            (done(today, &|done| done.again = true), true),
            (done(today, &|done| done.behind = true), true),
            (Line::Failed(failed), true),
        ] {
            let lines = Lines { lines: vec![new.clone(), line.clone()], ..Lines::default() };
            assert_eq!(late(&series, &lines, now, false).is_some(), is_late, "{line:?}");
        }
        // An old roster is old on the day on which it comes.
        let old = self::series("max-age = \"2d\"");
        let late = |day: &str| {
            let line = done(today, &|done| done.date = Some(day.to_owned()));
            late(&old, &Lines { lines: vec![line], ..Lines::default() }, now, false)
        };
        assert!(late("2026-11-26").is_none());
        let told = late("2026-11-24").unwrap().diagnostics[0].to_string();
        assert!(told.contains("it last came on 28 November 2026, as that of 24 November 2026"), "{told}");
    }

    #[test]
    fn nobody_expects_a_roster_on_days_without_work() {
        let series =
            series("expect-by = \"02:00\"\nexpect-on = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]");
        // 2026-11-27 is a Friday.
        let friday = came(at("2026-11-27", 100));
        for day in ["2026-11-28", "2026-11-29"] {
            assert!(late(&series, &friday, at(day, 150), false).is_none(), "{day}");
        }
        let told = late(&series, &friday, at("2026-11-30", 150), false).unwrap();
        assert!(
            told.diagnostics[0].message.contains("expected by 02:00 UTC; it last came on 27"),
            "{told:?}"
        );
        let told = late(&series, &came(at("2026-11-26", 100)), at("2026-11-29", 150), false).unwrap();
        assert!(told.diagnostics[0].message.contains("by 02:00 UTC on 27 November 2026"), "{told:?}");
    }
}

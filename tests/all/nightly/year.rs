//! A year of nights.

use super::stage::{Stage, Still, roster};
use fasttrack_roster::date::Date;
use std::fs;
use std::time::Instant;

const ROSTERS: u32 = 10;

#[test]
#[ignore = "3,650 runs; run it in a release build"]
fn a_year_of_ten_rosters_keeps_what_it_has_to_and_little_else() {
    year(365);
}

#[test]
fn some_nights_of_ten_rosters_keeps_what_it_has_to_and_little_else() {
    year(4);
}

fn year(nights: u32) {
    let tables =
        (0..ROSTERS).map(|number| format!("[[roster]]\nname = \"r{number}\"\nfiles = \"r{number}.csv\"\n"));
    let keep = "settle = \"0s\"\ndone = \"done\"\nkeep = { nights = 7, weeks = 4, months = 12 }\n";
    let stage = Stage::with(keep, &tables.collect::<String>());
    let began = Instant::now();
    let first = Date::iso("2026-01-01").unwrap().number();
    for night in 0..nights {
        for number in 0..ROSTERS {
            stage.put(&format!("r{number}.csv"), &roster(3 + night % 50, 40 + night + number));
        }
        let clock = Still((first + i64::from(night)) * 86_400 + 7_200);
        let done = stage.with_clock(&clock, &[], false, &mut |_| {}).unwrap();
        assert_eq!((done.code, done.ends.done), (0, ROSTERS), "night {night}");
    }
    let took = began.elapsed();
    let ledger = fs::metadata(stage.path("state/ledger.jsonl")).unwrap().len();
    let each = ledger / u64::from(nights);
    eprintln!("{nights} nights x {ROSTERS} rosters: {took:.1?}, ledger {ledger} bytes, {each} a night");
    assert!(ledger * 365 / u64::from(nights) < 2_000_000, "a ledger of {ledger} bytes in {nights} nights");
    let last = Date::of_days(first + i64::from(nights) - 1);
    for number in 0..ROSTERS {
        let mut kept = crate::support::names(&stage.path(&format!("out/r{number}")));
        assert_eq!(kept.pop().as_deref(), Some("latest.xlsx"));
        assert_eq!(kept, wanted(Date::of_days(first), last), "r{number}");
    }
    let newest = crate::support::sheet(&stage.path("out/r3/latest.xlsx"), "Run history");
    let top = newest.iter().position(|row| crate::support::shown(row, 0) == "Date").unwrap();
    let lines = &newest[top + 1..];
    assert_eq!(lines.len(), nights as usize);
    for (night, line) in (0..).zip(lines) {
        assert_eq!(line[6].to_string(), (3 + night % 50).to_string(), "customers of night {night}");
    }
}

/// The days that are kept, by counting forward as a person would with a calendar.
fn wanted(first: Date, last: Date) -> Vec<String> {
    let days = || (first.number()..=last.number()).map(Date::of_days);
    // 1970-01-05 was a Monday.
    let week = |day: Date| (day.number() - 4).div_euclid(7);
    let month = |day: Date| day.civil().0 * 12 + day.civil().1;
    let is_last_of =
        |day: Date, of: &dyn Fn(Date) -> i64| !days().any(|other| other > day && of(other) == of(day));
    let is_kept = |day: &Date| {
        let of_week = is_last_of(*day, &week) && week(last) - week(*day) < 4;
        let of_month = is_last_of(*day, &month) && month(last) - month(*day) < 12;
        last.number() - day.number() < 7 || of_week || of_month
    };
    days().filter(is_kept).map(|day| day.to_string()).collect()
}

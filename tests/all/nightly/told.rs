//! What somebody who was not there is told: by `nightly status`, and while a run waits.

use super::stage::{Stage, roster};
use fasttrack_roster::nightly::status::status;
use std::fs;
use std::process::{Command, Output};

const CRM: &str = "[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\nmax-drop = 10\n";

fn told(stage: &Stage, time: &str) -> String {
    status(&stage.configuration(), &super::stage::Still::at(time)).unwrap().to_string()
}

fn nightly(stage: &Stage, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fasttrack"));
    command.current_dir(stage.folder()).arg("nightly").args(arguments).output().unwrap()
}

#[test]
fn nights_that_never_ran_are_told_while_they_are_missing_and_after_them() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &roster(9, 140));
    for day in 20..=24 {
        stage.night(&format!("2026-11-{day}T02:30"));
    }
    for (time, missing) in [("2026-11-25T09:00", false), ("2026-11-27T09:00", true)] {
        let words = told(&stage, time);
        assert_eq!(words.contains("remark: there was no run for"), missing, "{words}");
    }
    let words = told(&stage, "2026-11-28T02:00");
    assert!(
        words.starts_with("last run: 24 November 2026, 02:30 UTC, 3 days ago: nothing to do; exit code 0\n"),
        "{words}"
    );
    assert!(words.contains("there was no run for 3 days: see whether the scheduler is on"), "{words}");
    stage.night("2026-11-28T02:30");
    let words = told(&stage, "2026-11-28T09:00");
    let gap = "there was no run between 24 November 2026, 02:30 UTC and 28 November 2026, 02:30 UTC";
    assert!(words.contains(gap) && !words.contains("there was no run for"), "{words}");
    stage.night("2026-11-29T02:30");
    assert!(!told(&stage, "2026-11-29T09:00").contains("there was no run"));
}

#[test]
fn weekends_and_several_runs_a_day_are_no_gaps() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &roster(9, 140));
    for time in
        ["2026-11-20T02:30", "2026-11-20T02:35", "2026-11-20T02:40", "2026-11-23T02:30", "2026-11-24T02:30"]
    {
        stage.night(time);
    }
    assert!(
        !told(&stage, "2026-11-27T09:00").contains("there was no run"),
        "{}",
        told(&stage, "2026-11-27T09:00")
    );
    let often = Stage::new(CRM);
    for minute in ["00", "05", "10", "15"] {
        often.night(&format!("2026-11-20T02:{minute}"));
    }
    assert!(!told(&often, "2026-11-20T04:00").contains("there was no run"));
}

#[test]
fn a_roster_that_is_held_back_is_told_with_its_command_and_the_workbook_that_is_there() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &roster(20, 140));
    let first = stage.night("2026-11-27T02:00");
    stage.put("crm.csv", &roster(10, 140));
    stage.night("2026-11-28T02:00");
    let words = told(&stage, "2026-11-28T08:00");
    let workbook = first.rosters[0].outputs[0].display().to_string();
    for part in [
        "28 November 2026, 02:00 UTC, 6 hours ago: 1 failed or did not come; exit code 4",
        "problem: `crm.csv` is held back: the roster shrank",
        "customers fell from 20 to 10 (50.0 %)",
        "`max-drop = 10` allows at most 10 %",
        " --again crm.csv`",
        &format!("newest output: {workbook}"),
    ] {
        assert!(words.contains(part), "{part}\n{words}");
    }
    assert!(!words.contains("--max-drop"), "{words}");
    fs::remove_file(&first.rosters[0].outputs[0]).unwrap();
    assert!(told(&stage, "2026-11-28T08:00").contains("its newest output is not there any more"));
}

#[test]
fn rows_to_review_are_told_with_what_to_do_and_none_are_not() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &(roster(20, 140) + "Fabrikam,No such plan,5\n"));
    stage.night("2026-11-27T02:00");
    let words = told(&stage, "2026-11-27T08:00");
    assert!(
        words.contains("1 to review")
            && words.contains("rows to review: fill in the sheets To settle and Review"),
        "{words}"
    );
    stage.put("crm.csv", &roster(20, 140));
    stage.night("2026-11-28T02:00");
    assert!(!told(&stage, "2026-11-28T08:00").contains("fill in"), "{words}");
}

#[test]
fn a_run_that_was_stopped_or_is_at_work_is_told() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &roster(9, 140));
    let mut during = String::new();
    let clock = super::stage::Still::at("2026-11-28T02:30");
    stage.with_clock(&clock, &[], false, &mut |_| during = told(&stage, "2026-11-28T02:31")).unwrap();
    assert!(during.contains("remark: a run is at work now"), "{during}");
    assert!(!told(&stage, "2026-11-28T09:00").contains("remark"));
    // As a run leaves it that was killed.
    let began = serde_json::json!({
        "at": super::stage::Still::at("2026-11-29T02:30").0, "night": "2026-11-29", "roster": "crm", "input": "crm.csv",
        "base": "b", "key": "k",
    });
    fs::write(stage.path("state/began.jsonl"), format!("{began}\n")).unwrap();
    let words = told(&stage, "2026-11-29T09:00");
    assert!(words.contains("the run of 29 November 2026, 02:30 UTC did not come to its end"), "{words}");
    assert!(words.contains("while it judged `crm.csv`"), "{words}");
    stage.night("2026-11-29T10:00");
    assert!(!told(&stage, "2026-11-29T11:00").contains("did not come to its end"));
}

#[test]
fn whoever_waits_is_told_why_and_a_dry_run_does_not_wait() {
    let stage = Stage::with("settle = \"1d\"\n", CRM);
    stage.put("crm.csv", &roster(9, 140));
    let output = nightly(&stage, &["--dry-run"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("`crm.csv` changed recently: a run would first wait"), "{said}");
    assert!(said.contains("crm (crm.csv): would be judged"), "{said}");
    stage.configure("settle = \"1s\"\n", CRM);
    stage.put("crm.csv", &roster(8, 140));
    // However long the program takes to begin, the file is younger.
    let file = fs::File::options().write(true).open(stage.path("in/crm.csv")).unwrap();
    file.set_modified(std::time::SystemTime::now() + std::time::Duration::from_hours(1)).unwrap();
    drop(file);
    stage.put("crm.csv.part", "");
    let output = nightly(&stage, &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.starts_with("`crm.csv` changed recently: waiting 1 second to see whether it is complete"),
        "{said}"
    );
    stage.put("crm.csv", &roster(9, 140));
    let quiet = nightly(&stage, &["--quiet"]);
    assert!(quiet.stderr.is_empty(), "{}", String::from_utf8_lossy(&quiet.stderr));
}

#[test]
fn files_that_are_passed_over_do_not_wait_for_anything() {
    let newest = "[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\nnewest-only = true\n";
    let stage = Stage::new(newest);
    for day in ["26", "27", "28"] {
        stage.put(&format!("crm-2026-11-{day}.csv"), &roster(9, 140));
    }
    let words = told(&stage, "2026-11-28T01:00");
    assert!(words.contains("in the inbox for the next run: crm-2026-11-28.csv\n"), "{words}");
    let passed = "passed over (`newest-only`), because `crm-2026-11-28.csv` is newer: `crm-2026-11-26.csv`, \
                  `crm-2026-11-27.csv`";
    assert!(words.contains(passed), "{words}");
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(
        (night.ends.done, night.ends.known, night.ends.passed_over, night.rosters.len()),
        (1, 0, 2, 1)
    );
    let remark = "older files were passed over, because `newest-only` takes this one and not them: \
                  `crm-2026-11-26.csv`, `crm-2026-11-27.csv`";
    assert!(night.rosters[0].remarks.iter().any(|told| told == remark), "{:?}", night.rosters[0].remarks);
    let said = fasttrack_roster::nightly::words::of_night(&night);
    assert!(said.contains("1 file judged, 2 files passed over; exit code 0"), "{said}");
    let words = told(&stage, "2026-11-28T08:00");
    assert!(!words.contains("for the next run") && words.contains(passed), "{words}");
}

#[test]
fn an_output_that_is_gone_is_told_with_what_becomes_of_it() {
    let newest = "[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\nnewest-only = true\n";
    let stage = Stage::new(newest);
    stage.put("crm-2026-11-27.csv", &roster(9, 140));
    let first = stage.night("2026-11-27T02:00");
    fs::remove_file(&first.rosters[0].outputs[0]).unwrap();
    let gone = "its newest output is not there any more, and";
    let words = told(&stage, "2026-11-27T08:00");
    assert!(words.contains(&format!("{gone} the next run makes it again: ")), "{words}");
    stage.put("crm-2026-11-28.csv", &roster(9, 140));
    let words = told(&stage, "2026-11-28T01:00");
    let passed = "is not made again, since `newest-only` passes over the file that it was made from: ";
    assert!(words.contains(&format!("{gone} {passed}")), "{words}");
    let night = stage.night("2026-11-28T02:00");
    assert_eq!((night.ends.done, night.rosters.len()), (1, 1), "it was not made again");
    fs::remove_file(&night.rosters[0].outputs[0]).unwrap();
    for day in ["27", "28"] {
        fs::remove_file(stage.path(&format!("in/crm-2026-11-{day}.csv"))).unwrap();
    }
    let words = told(&stage, "2026-11-28T08:00");
    assert!(words.contains(&format!("{gone} neither is the file that it was made from: ")), "{words}");
}

#[test]
fn a_file_that_failed_and_is_passed_over_since_is_no_problem_any_more() {
    let newest = "[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\nnewest-only = true\n";
    let stage = Stage::new(newest);
    stage.put("crm-2026-11-27.csv", "%PDF-1.7\n");
    assert_eq!(stage.night("2026-11-27T02:00").code, 4);
    assert!(told(&stage, "2026-11-27T08:00").contains("problem: `crm-2026-11-27.csv` failed"));
    stage.put("crm-2026-11-28.csv", &roster(9, 140));
    assert_eq!(stage.night("2026-11-28T02:00").code, 0);
    let words = told(&stage, "2026-11-28T08:00");
    assert!(!words.contains("problem"), "{words}");
}

#[test]
fn what_was_passed_over_is_not_judged_when_the_newest_was_moved_away() {
    let newest = "[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\nnewest-only = true\n";
    let stage = Stage::with("done = \"done\"\nsettle = \"0s\"\n", newest);
    for day in ["26", "27", "28"] {
        stage.put(&format!("crm-2026-11-{day}.csv"), &roster(9, 140));
    }
    assert_eq!(stage.night("2026-11-28T02:00").ends.done, 1);
    let quiet = stage.night("2026-11-29T02:00");
    assert_eq!((quiet.ends.done, quiet.ends.passed_over, quiet.rosters.len()), (0, 2, 0));
    assert_eq!(crate::support::names(&stage.path("in")), ["crm-2026-11-26.csv", "crm-2026-11-27.csv"]);
    let words = told(&stage, "2026-11-29T08:00");
    assert!(words.contains("passed over (`newest-only`), because `crm-2026-11-28.csv` is newer"), "{words}");
    assert!(!words.contains("for the next run"), "{words}");
    // Whoever names one gets it.
    let again = stage.night_again("2026-11-29T09:00", &["crm-2026-11-27.csv"]);
    assert_eq!((again.ends.done, again.rosters[0].input.as_deref()), (1, Some("crm-2026-11-27.csv")));
}

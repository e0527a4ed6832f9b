//! What is true on the morning after: nothing is silent that somebody has to know, and nothing is told that is not so.

use super::stage::{Stage, Still, roster, states};
use fasttrack_roster::nightly::State;
use fasttrack_roster::nightly::status::status;
use fasttrack_roster::policy::Policy;
use std::fs;
use std::process::Command;

const DATED: &str = "[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\n";

fn told(stage: &Stage, time: &str) -> String {
    status(&stage.configuration(), &Still::at(time)).unwrap().to_string()
}

fn policy(stage: &Stage, about: &str) {
    let policy = Policy::shipped("fasttrack-learn-2021").unwrap();
    let text = policy.replace("\nabout = ", &format!("\n# {about}\nabout = "));
    fs::write(stage.path("my.toml"), text).unwrap();
}

#[test]
fn other_rules_do_not_make_an_old_file_a_new_one() {
    let stage = Stage::new(&format!("{DATED}policy = \"my.toml\"\nexpect-by = \"01:00\"\n"));
    policy(&stage, "One.");
    stage.put("crm-2026-11-27.csv", &roster(2, 140));
    assert_eq!(stage.night("2026-11-27T02:00").code, 0);
    policy(&stage, "Another.");
    let dry = stage.dry("2026-11-28T02:00");
    assert_eq!(states(&dry), [("crm", State::Due), ("crm", State::Missing)]);
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(states(&night), [("crm", State::Done), ("crm", State::Missing)]);
    assert!(told(&stage, "2026-11-28T09:00").contains("problem: `crm` did not come"));
    stage.put("crm-2026-11-20.csv", &roster(2, 150));
    let older = stage.night("2026-11-28T02:30");
    assert_eq!((older.ends.done, older.ends.missing), (1, 1));
    stage.put("crm-2026-11-28.csv", &roster(3, 140));
    assert_eq!(stage.night("2026-11-28T03:00").code, 0);
}

#[test]
fn what_was_moved_away_is_judged_again_by_other_rules_and_told_if_it_is_gone() {
    let stage = Stage::with("settle = \"0s\"\ndone = \"done\"\n", &format!("{DATED}policy = \"my.toml\"\n"));
    policy(&stage, "One.");
    for day in ["27", "28"] {
        stage.put(&format!("crm-2026-11-{day}.csv"), &roster(2, 140));
    }
    assert_eq!(stage.night("2026-11-28T02:00").ends.done, 2);
    assert!(stage.night("2026-11-28T03:00").rosters.is_empty());
    policy(&stage, "Another.");
    let night = stage.night("2026-11-29T02:00");
    assert_eq!(states(&night), [("crm", State::Done)]);
    assert_eq!(night.rosters[0].input.as_deref(), Some("crm-2026-11-28.csv"));
    assert!(stage.path("done/crm/2026-11-28/crm-2026-11-28.csv").is_file(), "it stays where it is");
    assert!(stage.night("2026-11-29T03:00").rosters.is_empty(), "once");
    // A workbook that is lost is made again from there, too.
    let output = &night.rosters[0].outputs[0];
    let bytes = fs::read(output).unwrap();
    fs::remove_file(output).unwrap();
    assert_eq!(states(&stage.night("2026-11-29T04:00")), [("crm", State::Restored)]);
    assert_eq!(fs::read(output).unwrap(), bytes);
    fs::remove_dir_all(stage.path("done")).unwrap();
    policy(&stage, "A third.");
    for time in ["2026-11-30T02:00", "2026-12-01T02:00"] {
        let remarks = stage.night(time).remarks;
        assert!(remarks.iter().any(|remark| remark.contains("put it back into the inbox")), "{remarks:?}");
    }
}

#[test]
fn a_file_that_was_held_back_does_not_become_the_newest_after_a_newer_one() {
    let stage = Stage::new(&format!("{DATED}max-drop = 10\n"));
    stage.put("crm-2026-11-26.csv", &roster(20, 140));
    stage.night("2026-11-26T02:00");
    stage.put("crm-2026-11-27.csv", &roster(5, 140));
    assert_eq!(stage.night("2026-11-27T02:00").ends.failed, [4]);
    stage.put("crm-2026-11-28.csv", &roster(21, 140));
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(states(&night), [("crm", State::HeldBack), ("crm", State::Done)]);
    let latest = fs::read(stage.path("out/crm/latest.xlsx")).unwrap();
    assert!(!told(&stage, "2026-11-28T09:00").contains("problem"), "{}", told(&stage, "2026-11-28T09:00"));
    // Told once, and by the name of the roster it is not released.
    let next = stage.night("2026-11-29T02:00");
    assert_eq!((next.code, states(&next)), (0, vec![("crm", State::Older), ("crm", State::Known)]));
    assert!(next.rosters[0].remarks[0].contains("crm-2026-11-28.csv` was judged since"));
    assert_eq!((next.ends.known, next.ends.passed_over), (2, 1));
    for again in [&[][..], &["crm"]] {
        let night = stage.night_again("2026-11-29T03:00", again);
        assert_eq!((night.code, states(&night)), (0, vec![("crm", State::Known)]), "{again:?}");
        assert_eq!((night.ends.known, night.ends.passed_over), (2, 1), "as when it was told");
    }
    let night = stage.night_again("2026-11-29T04:00", &["crm-2026-11-27.csv"]);
    let end = night.rosters.iter().find(|end| end.state == State::Done).unwrap();
    assert_eq!(end.compared_with.as_deref(), Some("2026-11-26"));
    assert!(end.remarks.iter().any(|remark| remark.contains("`latest` stays")), "{:?}", end.remarks);
    assert_eq!(fs::read(stage.path("out/crm/latest.xlsx")).unwrap(), latest);
    stage.put("crm-2026-11-29.csv", &roster(22, 140));
    let night = stage.night("2026-11-29T05:00");
    let end = night.rosters.iter().find(|end| end.state == State::Done).unwrap();
    assert_eq!(end.compared_with.as_deref(), Some("2026-11-28"));
}

#[test]
fn a_roster_is_held_back_though_the_workbook_before_is_gone() {
    let stage = Stage::with("settle = \"0s\"\ndone = \"done\"\nmax-drop = 10\n", DATED);
    stage.put("crm-2026-11-27.csv", &roster(20, 140));
    stage.night("2026-11-27T02:00");
    fs::remove_dir_all(stage.path("out")).unwrap();
    stage.put("crm-2026-11-28.csv", &roster(5, 140));
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(states(&night), [("crm", State::HeldBack), ("crm", State::Restored)]);
    let words = night.rosters[0].failure.as_ref().unwrap().diagnostics[0].to_string();
    assert!(words.contains("customers fell from 20 to 5 (75.0 %)"), "{words}");
    let released = stage.night_again("2026-11-28T03:00", &["crm"]);
    assert!(released.rosters.iter().any(|end| end.state == State::Done), "{:?}", released.rosters);
}

#[test]
fn the_rules_of_all_rosters_are_tried_before_any_is_judged() {
    let stage = Stage::new(&format!(
        "[[roster]]\nname = \"good\"\nfiles = \"good.csv\"\n{DATED}policy = \"none.toml\"\noverrides = \"none.csv\"\n\
         [[roster]]\nname = \"other\"\nfiles = \"o.csv\"\nmap-file = \"none.map\"\ncatalogue = \"none.xlsx\"\n"
    ));
    stage.put("good.csv", &roster(2, 140));
    let night = stage.dry("2026-11-28T02:00");
    assert_eq!(
        states(&night),
        [("good", State::Due), ("crm", State::Failed), ("other", State::Failed)],
        "though no file of theirs is there"
    );
    let of = |at: usize| {
        let found = &night.rosters[at].failure.as_ref().unwrap().diagnostics;
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let file = stage.path("fasttrack.toml").display().to_string();
    for (at, key, line, name) in [
        (1, "policy", 13, "none.toml"),
        (1, "overrides", 14, "none.csv"),
        (2, "map-file", 18, "none.map"),
        (2, "catalogue", 19, "none.xlsx"),
    ] {
        let words = of(at);
        assert!(words.contains(&format!("`{key}` in line {line} of `{file}` names it")), "{words}");
        assert!(words.contains(&stage.path(name).display().to_string()), "{words}");
    }
    let night = stage.night("2026-11-28T02:00");
    assert_eq!((night.code, night.ends.done), (10, 1));
    assert!(told(&stage, "2026-11-28T09:00").contains("none.map"));
}

#[test]
fn status_tells_all_that_is_wrong_and_ends_as_monitoring_expects() {
    let stage = Stage::new(DATED);
    for (day, text) in [("25", "%PDF-1.7"), ("26", "%PDF-1.7"), ("27", "Tenant\nContoso\n")] {
        stage.put(&format!("crm-2026-11-{day}.csv"), text);
    }
    stage.put("crm-2026-11-28.csv", &roster(2, 140));
    assert_eq!(stage.night("2026-11-28T02:00").code, 10);
    let words = told(&stage, "2026-11-28T09:00");
    assert_eq!(words.matches("problem: ").count(), 3, "{words}");
    assert!(words.contains("and: ") && words.contains("last judged on 28 November 2026"), "{words}");
    let code = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fasttrack"));
        command.current_dir(stage.folder()).args(["nightly", "status", "--date", "2026-11-28T09:00"]);
        let plain = command.output().unwrap().status.code().unwrap();
        [plain, command.arg("--exit-code").output().unwrap().status.code().unwrap()]
    };
    assert_eq!(code(), [0, 10]);
    for day in ["25", "26", "27"] {
        fs::remove_file(stage.path(&format!("in/crm-2026-11-{day}.csv"))).unwrap();
    }
    assert_eq!(code(), [0, 0]);
}

#[test]
fn what_no_pattern_reaches_is_told_by_name() {
    let stage = Stage::new(DATED);
    stage.put("west/a.csv", "");
    stage.put("x.csv", "");
    let mut wanted = vec!["west/", "x.csv"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", stage.path("in/link.csv")).unwrap();
        wanted.insert(0, "link.csv");
    }
    let mut strangers = stage.night("2026-11-28T02:00").strangers;
    strangers.sort();
    assert_eq!(strangers, wanted);
    let words = told(&stage, "2026-11-28T09:00");
    assert!(
        wanted.iter().all(|name| words.contains(&format!("`{name}` in the inbox fits no roster"))),
        "{words}"
    );
    for number in 0..60 {
        stage.put(&format!("y{number}.csv"), "");
    }
    let night = stage.night("2026-11-29T02:00");
    assert_eq!(night.strangers.len(), 50);
    assert!(
        night.remarks.iter().any(|remark| remark.contains("more files in the inbox")),
        "{:?}",
        night.remarks
    );
}

#[test]
fn a_newest_file_that_fails_hides_no_lateness() {
    let stage = Stage::new(&format!("{DATED}max-age = \"2d\"\n"));
    stage.put("crm-2026-11-24.csv", &roster(2, 140));
    assert_eq!(stage.night("2026-11-24T02:00").code, 0);
    stage.put("crm-2026-11-28.csv", "%PDF-1.7");
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(night.ends.missing, 1);
    let end = night.rosters.iter().find(|end| end.state == State::Missing).unwrap();
    assert!(end.remarks[0].contains("crm-2026-11-28.csv` is in the inbox, but"), "{:?}", end.remarks);
}

#[test]
fn the_same_bytes_again_and_many_more_customers_are_remarks() {
    let stage = Stage::new(DATED);
    stage.put("crm-2026-11-26.csv", &roster(4, 140));
    assert!(stage.night("2026-11-26T02:00").rosters[0].remarks.is_empty());
    for (day, customers, wanted) in
        [("27", 4, "same bytes as `crm-2026-11-26.csv`"), ("28", 21, "grew from 4 to 21")]
    {
        stage.put(&format!("crm-2026-11-{day}.csv"), &roster(customers, 140));
        let night = stage.night(&format!("2026-11-{day}T02:00"));
        let end = night.rosters.iter().find(|end| end.state == State::Done).unwrap();
        assert!(end.remarks.iter().any(|remark| remark.contains(wanted)), "{:?}", end.remarks);
        assert!(told(&stage, &format!("2026-11-{day}T09:00")).contains(wanted));
    }
    stage.put("crm-2026-11-29.csv", &roster(100, 140));
    let night = stage.night("2026-11-29T02:00");
    assert!(night.rosters.iter().all(|end| end.remarks.is_empty()), "{:?}", night.rosters);
}

#[test]
fn a_run_that_cannot_begin_leaves_a_report_and_metrics() {
    let stage = Stage::with("settle = \"0s\"\nmetrics = \"m.prom\"\n", DATED);
    stage.night("2026-11-27T02:00");
    fs::remove_dir(stage.path("in")).unwrap();
    stage.try_night("2026-11-28T02:00", &[]).unwrap_err();
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(stage.path("state/latest.json")).unwrap()).unwrap();
    assert_eq!(report["exit_code"], 4);
    assert!(report["summary"].as_str().unwrap().contains("could not begin"), "{report}");
    let metrics = fs::read_to_string(stage.path("m.prom")).unwrap();
    assert!(metrics.lines().any(|line| line == "fasttrack_night_exit_code 4"), "{metrics}");
    let words = told(&stage, "2026-11-28T09:00");
    assert!(
        words.starts_with("last run: 28 November 2026, 02:00 UTC") && words.contains("could not begin"),
        "{words}"
    );
    // One that is only mistyped leaves nothing.
    fs::create_dir(stage.path("in")).unwrap();
    stage.night("2026-11-28T03:00");
    stage.try_night("2026-11-28T04:00", &["crn"]).unwrap_err();
    assert!(told(&stage, "2026-11-28T09:00").starts_with("last run: 28 November 2026, 03:00 UTC"));
}

#[test]
fn runs_by_hand_are_no_measure_of_how_often_runs_come() {
    let stage = Stage::new(DATED);
    for time in
        ["2026-11-24T02:30", "2026-11-24T09:00", "2026-11-24T09:05", "2026-11-25T02:30", "2026-11-25T02:40"]
    {
        stage.night(time);
    }
    for time in ["2026-11-25T23:00", "2026-11-26T02:00"] {
        assert!(!told(&stage, time).contains("there was no run"), "{}", told(&stage, time));
    }
    assert!(told(&stage, "2026-11-27T09:00").contains("there was no run for"));
}

#[test]
fn a_file_that_another_roster_has_is_told_where_it_is_missed() {
    let stage =
        Stage::new(&format!("[[roster]]\nname = \"all\"\nfiles = \"*.csv\"\n{DATED}expect-by = \"01:00\"\n"));
    stage.put("crm-2026-11-28.csv", &roster(2, 140));
    let night = stage.night("2026-11-28T02:00");
    let end = night.rosters.iter().find(|end| end.state == State::Missing).unwrap();
    assert!(
        end.remarks[0].contains("`crm-2026-11-28.csv` fits its files, too, but belongs to `all`"),
        "{:?}",
        end.remarks
    );
}

#[test]
fn a_file_that_waits_for_its_marker_for_a_day_is_told() {
    use fasttrack_roster::nightly::clock::{Clock, Moment};
    use std::time::{Duration, SystemTime};
    struct Later;
    impl Clock for Later {
        fn now(&self) -> Moment {
            Moment { seconds: Still::at("2026-11-28T02:00").0 }
        }

        fn age(&self, _: SystemTime) -> Option<Duration> {
            Some(Duration::from_hours(50))
        }

        fn wait(&self, _: Duration) {}

        fn elapsed(&self) -> Duration {
            Duration::ZERO
        }
    }
    let stage = Stage::with("ready = \".ready\"\n", DATED);
    stage.put("crm-2026-11-28.csv", &roster(2, 140));
    assert!(stage.night("2026-11-28T02:00").rosters[0].remarks.is_empty());
    let night = stage.with_clock(&Later, &[], false, &mut |_| {}).unwrap();
    let words = "waiting for its marker `crm-2026-11-28.csv.ready` for 2 days";
    assert!(night.rosters[0].remarks[0].contains(words), "{:?}", night.rosters);
    let status = status(&stage.configuration(), &Later).unwrap();
    assert!(status.to_string().contains(words), "{status}");
    assert_eq!(status.exit_code(), 10);
}

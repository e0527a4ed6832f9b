//! Runs that are killed: one more run makes up for all of it, byte for byte.
#![cfg(unix)]

use super::stage::{Stage, below};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// Rosters of the sizes given, all of one day.
fn stage(rows: &[u32]) -> Stage {
    let tables = (0..rows.len()).map(|number| {
        let more = if number == 1 { "formats = [\"xlsx\", \"csv\"]\nsplit-files = \"tier\"\n" } else { "" };
        format!("[[roster]]\nname = \"r{number}\"\nfiles = \"r{number}.csv\"\n{more}")
    });
    let stage = Stage::with("settle = \"0s\"\ntries = 100\n", &tables.collect::<String>());
    for (number, rows) in rows.iter().enumerate() {
        let mut text = "Tenant,Plan,Paid seats\n".to_owned();
        for row in 0..*rows {
            let _ = writeln!(text, "Contoso {row},SPE_E3,{}", row % 900);
        }
        stage.put(&format!("r{number}.csv"), &text);
        let file = fs::File::options().write(true).open(stage.path(&format!("in/r{number}.csv"))).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_hours(498_840)).unwrap();
    }
    stage
}

fn command(stage: &Stage) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fasttrack"));
    command.current_dir(stage.folder()).args(["nightly", "-q", "--date", "2026-11-28T02:00"]);
    command.env("TMPDIR", stage.folder()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Everything in the outbox with its bytes, and what else is in the folder, by name.
fn left(stage: &Stage) -> (BTreeMap<String, Vec<u8>>, Vec<String>) {
    let mut kept = BTreeMap::new();
    below(&stage.path("state"), "", &mut kept);
    let mut names: Vec<String> = kept.into_keys().filter(|name| !name.starts_with("reports/")).collect();
    names.extend(crate::support::names(stage.folder()));
    (stage.outputs(), names)
}

fn forget(stage: &Stage) {
    for folder in ["out", "state"] {
        let _ = fs::remove_dir_all(stage.path(folder));
    }
}

fn kill_and_repair(rows: &[u32], kills: u32) {
    let stage = stage(rows);
    let began = Instant::now();
    assert!(command(&stage).status().unwrap().success());
    let (lasted, undisturbed) = (began.elapsed(), left(&stage));
    let (mut killed, mut drawn) = (0, 7_u64);
    for number in 0..kills {
        forget(&stage);
        drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = f64::from(u32::try_from(drawn >> 32).unwrap()) / f64::from(u32::MAX);
        let mut child = command(&stage).spawn().unwrap();
        std::thread::sleep(lasted.mul_f64(share));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        assert!(command(&stage).status().unwrap().success(), "after kill {number}");
        let found = left(&stage);
        assert!(found.0 == undisturbed.0, "after kill {number}: {:?}", found.0.keys());
        assert_eq!(found.1, undisturbed.1, "after kill {number}");
        let ledger = fs::read_to_string(stage.path("state/ledger.jsonl")).unwrap();
        let mut keys: Vec<&str> = ledger
            .lines()
            .filter(|line| line.starts_with("{\"event\":\"done\""))
            .map(|line| line.split("\"key\":\"").nth(1).unwrap().split('"').next().unwrap())
            .collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!((keys.len(), all), (rows.len(), rows.len()), "each key once, after kill {number}");
    }
    assert!(killed > 0, "some run was killed");
    eprintln!("{kills} kills, {killed} before the end: the same bytes after one more run");
}

#[test]
fn a_night_that_is_killed_is_repaired_by_the_next_one_byte_for_byte() {
    kill_and_repair(&[20, 300, 10], 6);
}

#[test]
#[ignore = "takes many minutes; run it in a release build"]
fn two_hundred_nights_of_five_rosters_one_of_a_million_rows_are_repaired() {
    let percent = std::env::var("FASTTRACK_KILLS_PERCENT").map_or(100, |text| text.parse::<u32>().unwrap());
    kill_and_repair(&[500, 2_000, 1_000_000, 100, 5_000], (200 * percent / 100).max(1));
}

#[test]
fn a_roster_that_ended_the_process_goes_last_and_counts_as_tried() {
    let stage = stage(&[20, 30]);
    // As a run leaves it that was killed while it judged the first roster.
    assert!(command(&stage).status().unwrap().success());
    let ledger = fs::read_to_string(stage.path("state/ledger.jsonl")).unwrap();
    let line: serde_json::Value = serde_json::from_str(ledger.lines().next().unwrap()).unwrap();
    let began = serde_json::json!({
        "at": line["at"], "night": "2026-11-27", "roster": "r0", "input": "r0.csv", "base": line["base"], "key": line["key"],
    });
    let began = began.to_string();
    stage.configure(
        "settle = \"0s\"\ntries = 2\n",
        "[[roster]]\nname = \"r0\"\nfiles = \"r0.csv\"\n[[roster]]\nname = \"r1\"\nfiles = \"r1.csv\"\n",
    );
    forget(&stage);
    fs::create_dir_all(stage.path("state")).unwrap();
    fs::write(stage.path("state/began.jsonl"), &began).unwrap();
    let mut order = Vec::new();
    let clock = super::stage::Still::at("2026-11-28T02:00");
    let night = stage.with_clock(&clock, &[], false, &mut |end| order.push(end.roster.clone())).unwrap();
    assert_eq!((night.code, order), (0, vec!["r1".to_owned(), "r0".to_owned()]));
    let names: Vec<String> = stage.outputs().into_keys().collect();
    assert!(names.iter().any(|name| name.starts_with("r0/2026-11-27/")), "in its old place: {names:?}");
    // Twice is enough, as configured.
    forget(&stage);
    fs::create_dir_all(stage.path("state")).unwrap();
    let twice = format!("{began}\n{}", began.replace(&line["at"].to_string(), "1"));
    fs::write(stage.path("state/began.jsonl"), twice).unwrap();
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(night.code, 10);
    let told = super::states(&night);
    assert_eq!(told[0], ("r0", fasttrack_roster::nightly::State::SetAside));
}

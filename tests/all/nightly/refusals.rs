//! What a night does where the system or another program is in its way.

use super::stage::{Stage, Still, roster, states};
use fasttrack_roster::error::ErrorKind;
use fasttrack_roster::nightly::State;
use fasttrack_roster::nightly::clock::{Clock, Moment};
use std::cell::Cell;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

const CRM: &str = "[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\n";

#[test]
fn two_nights_at_once_are_one_night_and_a_message() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &roster(2, 140));
    let mut second = None;
    let first = stage.with_clock(&Still::at("2026-11-28T02:00"), &[], false, &mut |_| {
        second = Some(stage.try_night("2026-11-28T02:00", &[]));
    });
    assert_eq!(first.unwrap().code, 0);
    let error = second.unwrap().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Busy);
    assert!(error.to_string().contains("another nightly run is at work"), "{error}");
}

/// A clock that does something to a file between the moment at which it was hashed and the reading of its rows.
struct Meddling<'m> {
    calls: Cell<u32>,
    meddle: &'m dyn Fn(),
}

impl Clock for Meddling<'_> {
    fn now(&self) -> Moment {
        Moment { seconds: Still::at("2026-11-28T02:00").0 }
    }

    fn age(&self, changed: SystemTime) -> Option<Duration> {
        SystemTime::now().duration_since(changed).ok()
    }

    fn wait(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn elapsed(&self) -> Duration {
        self.calls.set(self.calls.get() + 1);
        // First when the file is taken up, then when its judging begins.
        if self.calls.get() == 2 {
            (self.meddle)();
        }
        Duration::ZERO
    }
}

#[test]
fn a_file_that_is_written_to_while_it_is_judged_waits_and_leaves_nothing() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &roster(2, 140));
    let grow = || stage.put("crm.csv", &roster(3, 150));
    let clock = Meddling { calls: Cell::new(0), meddle: &grow };
    let night = stage.with_clock(&clock, &[], false, &mut |_| {}).unwrap();
    assert_eq!((night.code, states(&night)), (0, vec![("crm", State::Waiting)]));
    assert!(stage.outputs().is_empty());
    let next = stage.night("2026-11-28T03:00");
    assert_eq!(next.rosters[0].done.as_ref().unwrap().rows[0], 3);
}

#[test]
fn a_file_that_is_replaced_while_it_is_judged_is_judged_as_it_was_and_the_new_one_stays() {
    let stage = Stage::with("settle = \"0s\"\ndone = \"done\"\n", CRM);
    stage.put("crm.csv", &roster(2, 140));
    fs::write(stage.path("next.csv"), roster(3, 150)).unwrap();
    let replace = || fs::rename(stage.path("next.csv"), stage.path("in/crm.csv")).unwrap();
    let clock = Meddling { calls: Cell::new(0), meddle: &replace };
    let night = stage.with_clock(&clock, &[], false, &mut |_| {}).unwrap();
    assert_eq!(night.rosters[0].done.as_ref().unwrap().rows[0], 2);
    assert!(stage.path("in/crm.csv").is_file(), "the new one was not moved away unread");
    let next = stage.night("2026-11-28T03:00");
    assert_eq!(next.rosters[0].done.as_ref().unwrap().rows[0], 3);
    assert!(!stage.path("in/crm.csv").exists());
}

#[test]
fn an_inbox_that_is_not_there_is_no_quiet_night() {
    let stage = Stage::new(CRM);
    fs::remove_dir(stage.path("in")).unwrap();
    let error = stage.try_night("2026-11-28T02:00", &[]).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Input);
    assert!(error.to_string().contains("network folder"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_state_folder_that_cannot_be_written_is_told_before_anything_is_done() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &roster(2, 140));
    fs::create_dir(stage.path("state")).unwrap();
    for folder in [PathBuf::new(), "in".into(), "state".into()] {
        fs::set_permissions(stage.folder().join(folder), fs::Permissions::from_mode(0o555)).unwrap();
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_fasttrack"));
    command.current_dir(stage.folder()).args(["nightly", "--json"]);
    if is_root() {
        // Nobody may write there; root might.
        command.uid(65_534);
    }
    let output = command.output().unwrap();
    fs::set_permissions(stage.folder(), fs::Permissions::from_mode(0o755)).unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(6), "{said}");
    assert!(said.contains("night-state") && said.contains("check `state` in the configuration"), "{said}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let error = &report["error"];
    assert_eq!((&error["exit_code"], &error["diagnostics"][0]["code"]), (&6.into(), &"night-state".into()));
    assert!(!stage.path("out").exists());
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
}

#[cfg(unix)]
#[test]
fn where_the_disk_is_full_one_roster_fails_and_the_next_run_makes_up_for_it() {
    let stage = Stage::new(&format!(
        "{CRM}[[roster]]\nname = \"small\"\nfiles = \"small.jsonl.csv\"\nformats = \"jsonl\"\n"
    ));
    stage.put("crm.csv", &roster(500, 140));
    stage.put("small.jsonl.csv", &roster(1, 140));
    // No file may have more than 32 KiB: a workbook has, a ledger and one row of JSON have not.
    let line = "ulimit -f 64; exec \"$PROGRAM\" nightly --date 2026-11-28T02:00";
    let output = std::process::Command::new("sh")
        .current_dir(stage.folder())
        .env("PROGRAM", env!("CARGO_BIN_EXE_fasttrack"))
        .args(["-c", line])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(10), "{said}");
    assert!(said.contains("crm (crm.csv): failed") && said.contains("ulimit -f"), "{said}");
    assert!(said.contains("small (small.jsonl.csv): done"), "{said}");
    let names: Vec<String> = stage.outputs().into_keys().collect();
    assert!(names.iter().all(|name| name.starts_with("small/")), "{names:?}");
    let next = stage.night("2026-11-28T03:00");
    assert_eq!((next.code, states(&next)), (0, vec![("crm", State::Done), ("small", State::Known)]));
}

/// As a night that somebody runs who is not root: root may read everything.
#[cfg(unix)]
fn as_nobody(stage: &Stage) -> std::process::Output {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    fs::create_dir_all(stage.path("out")).unwrap();
    fs::create_dir_all(stage.path("state")).unwrap();
    for folder in ["", "out", "state"] {
        fs::set_permissions(stage.path(folder), fs::Permissions::from_mode(0o777)).unwrap();
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_fasttrack"));
    command.current_dir(stage.folder()).args(["nightly", "--date", "2026-11-28T02:00"]);
    if is_root() {
        command.uid(65_534);
    }
    command.output().unwrap()
}

#[cfg(unix)]
#[test]
fn a_folder_of_the_inbox_that_cannot_be_read_fails_the_rosters_that_may_be_in_it_and_no_others() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::new(&format!(
        "{CRM}[[roster]]\nname = \"west\"\nfiles = \"west/*.csv\"\n[[roster]]\nname = \"east\"\nfiles = \"east/*.csv\"\n"
    ));
    for name in ["crm.csv", "west/a.csv", "east/a.csv"] {
        stage.put(name, &roster(2, 140));
    }
    fs::set_permissions(stage.path("in/west"), fs::Permissions::from_mode(0o000)).unwrap();
    let output = as_nobody(&stage);
    fs::set_permissions(stage.path("in/west"), fs::Permissions::from_mode(0o755)).unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(10), "{said}");
    assert!(
        said.contains("west: failed\nerror[night-folder]: the folder `west` in the inbox cannot be read"),
        "{said}"
    );
    assert!(said.contains("crm (crm.csv): done") && said.contains("east (east/a.csv): done"), "{said}");
    assert_eq!(states(&stage.night("2026-11-28T03:00"))[1], ("west", State::Done));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_whose_name_is_not_utf_8_is_told_and_not_passed_over_in_silence() {
    use std::os::unix::ffi::OsStrExt;
    let stage = Stage::new(CRM);
    let name = std::ffi::OsStr::from_bytes(b"l\xe9gal.csv");
    fs::write(stage.path("in").join(name), roster(2, 140)).unwrap();
    let night = stage.night("2026-11-28T02:00");
    assert_eq!((night.code, night.remarks.len()), (0, 1), "{:?}", night.remarks);
    assert!(night.remarks[0].contains("its name is not UTF-8"), "{:?}", night.remarks);
}

#[test]
fn an_inbox_that_is_all_of_a_sudden_empty_is_told() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &roster(2, 140));
    assert!(stage.night("2026-11-28T02:00").remarks.is_empty());
    fs::remove_file(stage.path("in/crm.csv")).unwrap();
    let night = stage.night("2026-11-29T02:00");
    assert!(night.remarks[0].contains("see whether the network folder is connected"), "{:?}", night.remarks);
    // Where rosters are moved out of it, it is empty on every quiet night.
    stage.configure("settle = \"0s\"\ndone = \"done\"\n", CRM);
    assert!(stage.night("2026-11-30T02:00").remarks.is_empty());
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_to_the_inbox_is_no_outbox() {
    let stage = Stage::new(CRM);
    stage.put("crm.csv", &roster(2, 140));
    std::os::unix::fs::symlink(stage.path("in"), stage.path("out")).unwrap();
    let error = stage.try_night("2026-11-28T02:00", &[]).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Policy);
    assert!(error.to_string().contains("leads to the inbox"), "{error}");
    assert_eq!(crate::support::names(&stage.path("in")), ["crm.csv"]);
}

#[test]
fn names_as_people_give_them_are_names() {
    let stage = Stage::with(
        "settle = \"0s\"\ndone = \"done\"\n",
        "[[roster]]\nname = \"crm\"\nfiles = \"**/*.csv\"\n",
    );
    let long = "x".repeat(251);
    let names = [
        "two words.csv".to_owned(),
        "M\u{fc}ller \u{1f389}.csv".to_owned(),
        "-rf.csv".to_owned(),
        "$(touch hacked) & <b>.csv".to_owned(),
        format!("{long}.csv"),
        "west/crm.csv".to_owned(),
        "east/crm.csv".to_owned(),
    ];
    // The same bytes under many names are many rosters.
    for name in &names {
        stage.put(name, &roster(2, 140));
    }
    let night = stage.night("2026-11-28T02:00");
    assert_eq!((night.code, night.ends.done), (0, 7), "{:?}", night.rosters);
    let workbooks = stage.outputs().into_keys().filter(|name| name.contains(".fasttrack."));
    assert_eq!(workbooks.count(), 7);
    assert_eq!(crate::support::names(&stage.path("done/crm/2026-11-28")).len(), 7);
    // The same long name once more: it is still moved out, under another one.
    stage.put(&names[4], &roster(3, 140));
    let night = stage.night("2026-11-28T03:00");
    assert_eq!((night.code, night.ends.done, &night.rosters[0].remarks[..]), (0, 1, &[][..]));
    assert_eq!(crate::support::names(&stage.path("done/crm/2026-11-28")).len(), 8);
}

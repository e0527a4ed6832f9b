//! What is left when runs are killed, come all at once, or follow each other as fast as they can.
//!
//! These take minutes, so they are only run when asked for:
//! `cargo test --release --test all kills:: -- --ignored --nocapture`, which tells its figures. On a slow machine,
//! `FASTTRACK_KILLS_PERCENT=10` does a tenth of it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test: to fail loudly is its work")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const KILLS: u32 = 300;
const ROUNDS: u32 = 60;
const RUNS_AT_ONCE: usize = 8;
const STARTS: u32 = 5_000;

/// Returns how many of so many are asked for, at least one.
fn share(all: u32) -> u32 {
    let percent = std::env::var("FASTTRACK_KILLS_PERCENT").map_or(100, |text| text.parse().unwrap());
    (all * percent / 100).max(1)
}

/// A roster of so many rows, each of a tenant of its own.
fn roster(path: &Path, rows: u32) {
    let mut text = "Tenant,Plan,Paid seats\n".to_owned();
    for row in 0..rows {
        let _ = writeln!(text, "Contoso {row},SPE_E3,{}", row % 900);
    }
    fs::write(path, text).unwrap();
}

fn begin(folder: &Path, arguments: &[&str]) -> Child {
    let temporary = folder.join("temporary");
    fs::create_dir_all(&temporary).unwrap();
    Command::new(env!("CARGO_BIN_EXE_fasttrack"))
        .current_dir(folder)
        .env("TMPDIR", temporary)
        .args(["annotate", "roster.csv", "--quiet"])
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Returns the exit code and what was said.
fn end(child: Child) -> (i32, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// All files and folders below one, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            names.extend(self::names(&entry.path()).into_iter().map(|inner| format!("{name}/{inner}")));
        }
        names.push(name);
    }
    names.sort();
    names
}

/// Numbers between 0 and 1 that look drawn, the same in each run of the test.
struct Drawn(u64);

impl Drawn {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

#[test]
#[ignore = "takes minutes"]
fn a_run_after_a_kill_succeeds_and_leaves_nothing_of_the_killed_one() {
    let folder = tempfile::tempdir().unwrap();
    roster(&folder.path().join("roster.csv"), 2_000);
    let kinds: [&[&str]; 4] =
        [&["-o", "out.xlsx"], &["-o", "out.xlsx", "--split-files", "tier"], &["-o", "-"], &["-o", "out.csv"]];
    let (mut drawn, mut left, mut killed) = (Drawn(7), 0, 0);
    let timed = |kind: &&[&str]| {
        let began = Instant::now();
        assert_eq!(end(begin(folder.path(), kind)).0, 0);
        began.elapsed()
    };
    let lasted: Vec<Duration> = kinds.iter().map(timed).collect();
    let all = names(folder.path());
    let kills = share(KILLS);
    for number in 0..kills {
        let place = usize::try_from(number).unwrap() % kinds.len();
        let (took, kind) = (lasted.get(place).unwrap(), kinds.get(place).unwrap());
        let mut child = begin(folder.path(), kind);
        std::thread::sleep(took.mul_f64(drawn.next()));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        left += u32::from(names(folder.path()) != all);
        let (code, said) = end(begin(folder.path(), kind));
        assert_eq!(code, 0, "after kill {number}: {said}");
        assert_eq!(names(folder.path()), all, "after kill {number} of {kind:?}");
    }
    eprintln!(
        "{kills} kills, {killed} of them before the end, {left} left something: 0 false codes, 0 leftovers"
    );
}

#[test]
#[ignore = "takes minutes"]
fn of_runs_at_once_some_succeed_and_the_others_say_that_another_is_at_work() {
    let folder = tempfile::tempdir().unwrap();
    roster(&folder.path().join("roster.csv"), 500);
    let mut codes = BTreeMap::<i32, u32>::new();
    let rounds = share(ROUNDS);
    for round in 0..rounds {
        let children: Vec<Child> =
            (0..RUNS_AT_ONCE).map(|_| begin(folder.path(), &["-o", "out.xlsx"])).collect();
        let mut succeeded = 0;
        for (code, said) in children.into_iter().map(end) {
            *codes.entry(code).or_default() += 1;
            succeeded += u32::from(code == 0);
            assert!(code == 0 || code == 7, "round {round}: {code}: {said}");
        }
        assert!(succeeded > 0, "round {round}");
        assert_eq!(names(folder.path()), ["out.xlsx", "roster.csv", "temporary"], "round {round}");
        assert_eq!(crate::support::sheet(&folder.path().join("out.xlsx"), "Roster").len(), 501);
    }
    eprintln!("{rounds} rounds of {RUNS_AT_ONCE} runs at once: codes {codes:?}, 0 false codes, 0 leftovers");
}

#[test]
#[ignore = "takes minutes"]
fn runs_that_follow_each_other_at_once_all_succeed() {
    let folder = tempfile::tempdir().unwrap();
    roster(&folder.path().join("roster.csv"), 1);
    let starts = share(STARTS);
    for number in 0..starts {
        let (code, said) = end(begin(folder.path(), &["-o", "out.xlsx"]));
        assert_eq!(code, 0, "start {number}: {said}");
    }
    assert_eq!(names(folder.path()), ["out.xlsx", "roster.csv", "temporary"]);
    eprintln!("{starts} rapid starts: 0 false codes, 0 leftovers");
}

//! What is left at the end, however it comes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: to fail loudly is its work")]
#![cfg(unix)]

use super::client::{Page, ROSTER, address, id, long_roster, page_folders, spawned, until};
use serde_json::json;
use std::io::Write as _;
use std::path::Path;

/// Returns the child processes of a process.
#[cfg(target_os = "linux")]
pub(super) fn children(process: u32) -> Vec<u32> {
    let entries =
        std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    let is_child = |id: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let after = stat.rsplit(") ").next().unwrap_or_default();
        after.split(' ').nth(1).and_then(|parent| parent.parse().ok()) == Some(process)
    };
    entries.filter_map(|name| name.parse().ok()).filter(is_child).collect()
}

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("files")).map_or(0, Iterator::count)
}

#[test]
fn a_page_that_is_told_to_stop_leaves_nothing() {
    for signal in ["TERM", "INT", "HUP"] {
        let page = Page::start(&[]);
        page.done("roster.csv", ROSTER.as_bytes());
        assert_eq!(page_folders(page.temporary.path()).len(), 1);
        page.signal(signal);
        let (code, said, path, _temporary) = page.ended();
        assert_eq!(code, Some(0), "{signal}: {said}");
        assert_eq!(std::fs::read_dir(path).unwrap().count(), 0, "{signal}");
    }
}

#[test]
fn a_page_that_is_told_to_stop_in_the_middle_of_all_leaves_nothing() {
    let page = Page::start(&[]);
    let upload = page.upload("roster.csv", &long_roster(100_000));
    page.post(&format!("/api/v1/uploads/{}/runs", id(&upload)), &json!({}));
    let mut half = page.connect();
    let head = format!(
        "POST /api/v1/uploads HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nX-Fasttrack: 1\r\nContent-Length: 99\r\n\r\nTenant",
        page.host(),
        page.cookie()
    );
    half.write_all(head.as_bytes()).unwrap();
    until("both are under way", || files_in(&page_folders(page.temporary.path())[0]) == 2);
    let (code, said, path, _temporary) = page.stopped();
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(std::fs::read_dir(path).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_killed_page_leaves_ends_with_it_and_goes_at_the_next_start() {
    let page = Page::start(&[]);
    let upload = page.upload("roster.csv", &long_roster(100_000));
    page.post(&format!("/api/v1/uploads/{}/runs", id(&upload)), &json!({}));
    until("a child process", || !children(page.process()).is_empty());
    let running = children(page.process());
    page.signal("KILL");
    let (_, _, path, temporary) = page.ended();
    let is_there = |child: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        stat.contains("fasttrack") && !stat.contains(") Z")
    };
    until("the child has ended", || !running.iter().any(is_there));
    let left = page_folders(&path);
    assert_eq!((left.len(), files_in(&left[0])), (1, 1));
    // The folder of somebody else's page is not touched.
    let mut other = spawned(&[], &path);
    address(&mut other);
    let page = Page::start_in(&[], temporary);
    let now = page_folders(page.temporary.path());
    assert!(now.len() == 2 && !now.contains(&left[0]), "{now:?}");
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_history_that_is_kept_survives_a_kill_at_any_moment() {
    let state = tempfile::tempdir().unwrap();
    let flags = ["--state", state.path().to_str().unwrap()];
    let page = Page::start(&flags);
    let done = page.done("one.csv", ROSTER.as_bytes());
    let second = page.upload("two.csv", &long_roster(100_000));
    let run = page.post(&format!("/api/v1/uploads/{}/runs", id(&second)), &json!({})).json();
    until("it runs", || page.get(&format!("/api/v1/runs/{}", id(&run))).json()["state"] == "running");
    page.signal("KILL");
    page.ended();
    assert_eq!(files_in(state.path()), 2);
    // As if it had been killed while it wrote a line.
    let history = state.path().join("history.jsonl");
    let mut file = std::fs::File::options().append(true).open(&history).unwrap();
    file.write_all(b"{\"upload\":{\"id\":\"0123").unwrap();
    let page = Page::start(&flags);
    assert_eq!(files_in(state.path()), 0);
    let uploads = page.get("/api/v1/uploads").json()["uploads"].clone();
    let names: Vec<&str> =
        uploads.as_array().unwrap().iter().map(|upload| upload["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["two.csv", "one.csv"]);
    assert!(uploads.as_array().unwrap().iter().all(|upload| upload["files"] == "deleted"));
    let before = &uploads[1]["runs"][0];
    assert_eq!((&before["state"], &before["totals"]), (&json!("done"), &done["totals"]));
    assert_eq!(before["files"], json!([]));
    // A run that was not over had no line yet, or is cancelled.
    assert!(uploads[0]["runs"].as_array().unwrap().iter().all(|run| run["state"] == "cancelled"));
    let gone = page.get(&format!("/api/v1/runs/{}/files/workbook", id(&done)));
    assert_eq!((gone.status, gone.code().as_str()), (410, "files-deleted"));
    let answer = page.post(&format!("/api/v1/uploads/{}/preview", id(&second)), &json!({}));
    assert_eq!(answer.status, 410);
    // A roster of the same headings is compared with the totals that are known.
    let third = page.upload("three.csv", ROSTER.as_bytes());
    let run = page.run(&third, &json!({"since": "last"}));
    assert_eq!((&run["state"], &run["since"]["name"]), (&json!("done"), &json!("one.csv")), "{run}");
    assert_eq!(run["report"]["since"]["changes"], json!(null));
    assert_eq!(run["report"]["since"]["name"], "one.fasttrack.xlsx");
    page.stopped();
    assert_eq!(files_in(state.path()), 0);
    assert!(history.is_file());
}

#[test]
fn files_go_when_their_time_is_over_and_at_log_out() {
    let page = Page::start(&["--keep", "0.001"]);
    let upload = page.upload("roster.csv", ROSTER.as_bytes());
    let folder = page_folders(page.temporary.path())[0].clone();
    until("its time is over", || files_in(&folder) == 0);
    assert_eq!(page.raw("GET", "/api/v1", &[("Cookie", page.cookie())], b"").status, 401, "the session, too");
    drop((page, upload));

    let page = Page::start(&[]);
    let upload = page.upload("roster.csv", ROSTER.as_bytes());
    assert_eq!(page.ask("DELETE", &format!("/api/v1/uploads/{}", id(&upload)), b"").status, 204);
    assert_eq!(page.get("/api/v1/uploads").json(), json!({"uploads": []}));
    page.upload("roster.csv", ROSTER.as_bytes());
    let folder = page_folders(page.temporary.path())[0].clone();
    assert_eq!(files_in(&folder), 1);
    assert_eq!(page.post("/api/v1/log-out", &json!({})).status, 204);
    assert_eq!(files_in(&folder), 0);
    assert_eq!(page.get("/api/v1").status, 401);
}

#[test]
fn a_folder_is_used_by_one_page() {
    let state = tempfile::tempdir().unwrap();
    let flags = ["--state", state.path().to_str().unwrap()];
    let page = Page::start(&flags);
    let output = spawned(&flags, page.temporary.path()).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(7));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("serve-not-possible") && said.contains("another page uses"), "{said}");
}

#[test]
#[ignore = "takes minutes"]
fn a_kill_at_any_moment_leaves_a_history_that_is_right() {
    const KILLS: u32 = 40;
    let state = tempfile::tempdir().unwrap();
    let flags = ["--state", state.path().to_str().unwrap()];
    let (mut drawn, mut done) = (11_u64, 0);
    // Kills come while the first two or three runs are under way, however fast the machine is.
    let page = Page::start(&[]);
    let began = std::time::Instant::now();
    page.done("roster.csv", &long_roster(2_000));
    let longest = began.elapsed() * 3;
    drop(page);
    for _ in 0..KILLS {
        let page = Page::start(&flags);
        assert_eq!(files_in(state.path()), 0, "what a kill left is gone");
        let uploads = page.get("/api/v1/uploads").json()["uploads"].as_array().unwrap().clone();
        let runs = uploads.iter().flat_map(|upload| upload["runs"].as_array().unwrap());
        let states: Vec<&str> = runs.map(|run| run["state"].as_str().unwrap()).collect();
        assert!(states.iter().all(|state| ["done", "cancelled"].contains(state)), "{states:?}");
        let now_done = states.iter().filter(|state| **state == "done").count();
        assert!(now_done >= done, "no run that was told is forgotten");
        drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = u32::try_from(drawn >> 54).unwrap();
        let until = longest * share / 1024;
        let process = page.process();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(until);
            std::process::Command::new("kill").args(["-KILL", &process.to_string()]).status().unwrap();
        });
        done = now_done + told_as_done(&page);
        killer.join().unwrap();
        page.ended();
    }
    assert!(done > 0, "some runs are done before a kill");
    println!("{KILLS} kills, {done} runs were done before one");
}

/// Uploads and runs until the page is gone; returns how many runs it said were done.
fn told_as_done(page: &Page) -> usize {
    let mut done = 0;
    loop {
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            page.done("roster.csv", &long_roster(2_000));
        }));
        if tried.is_err() {
            return done;
        }
        done += 1;
    }
}

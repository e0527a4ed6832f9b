//! How much of everything, while it comes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: to fail loudly is its work")]

use super::client::{Page, ROSTER, answer, id, long_roster, until};
use serde_json::json;
use std::io::{Read, Write};

/// The head of an upload by hand.
fn head(page: &Page, more: &str) -> String {
    format!(
        "POST /api/v1/uploads?name=a.csv HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nX-Fasttrack: 1\r\n{more}\r\n\r\n",
        page.host(),
        page.cookie()
    )
}

#[test]
fn an_upload_that_is_too_large_is_refused_before_it_comes_and_while_it_does() {
    let page = Page::start(&["--upload-size", "1"]);
    let mut stream = page.connect();
    stream.write_all(head(&page, "Content-Length: 1048577").as_bytes()).unwrap();
    // Not a byte of it was sent.
    let refused = answer(stream);
    assert_eq!((refused.status, refused.code().as_str()), (413, "too-large"));
    assert_eq!(refused.header("connection"), "close");
    let mut stream = page.connect();
    stream.write_all(head(&page, "Transfer-Encoding: chunked").as_bytes()).unwrap();
    let piece = [b"10000\r\n".as_slice(), &vec![b'a'; 0x1_0000], b"\r\n"].concat();
    for _ in 0..17 {
        // It may be refused before all of it is sent.
        let _ = stream.write_all(&piece);
    }
    assert_eq!(answer(stream).status, 413);
    let largest: Vec<u8> = long_roster(60_000).into_iter().take(1_048_576).collect();
    assert_eq!(largest.len(), 1_048_576);
    assert_eq!(page.ask("POST", "/api/v1/uploads?name=a.csv", &largest).status, 201);
    assert_eq!(page.get("/api/v1/uploads").json()["uploads"].as_array().unwrap().len(), 1);
}

#[test]
fn an_upload_that_stops_is_given_up_and_leaves_nothing() {
    let page = Page::start(&["--patience", "1"]);
    let mut stream = page.connect();
    stream.write_all(head(&page, "Content-Length: 1000").as_bytes()).unwrap();
    stream.write_all(b"Tenant").unwrap();
    let given_up = answer(stream);
    assert_eq!((given_up.status, given_up.code().as_str()), (408, "too-slow"));
    // One that breaks off is nothing either.
    let mut stream = page.connect();
    stream.write_all(head(&page, "Content-Length: 1000").as_bytes()).unwrap();
    drop(stream);
    let files = super::client::page_folders(page.temporary.path())[0].join("files");
    until("nothing is left", || std::fs::read_dir(&files).unwrap().count() == 0);
    // So is a body of settings that never comes.
    let upload = page.upload("roster.csv", ROSTER.as_bytes());
    let mut stream = page.connect();
    let asked = head(&page, "Content-Length: 1000")
        .replace("uploads?name=a.csv", &format!("uploads/{}/runs", id(&upload)));
    stream.write_all(asked.as_bytes()).unwrap();
    assert_eq!(answer(stream).status, 408);
}

#[test]
fn the_head_of_a_request_is_short_and_comes_soon() {
    let page = Page::start(&[]);
    let mut stream = page.connect();
    // It may be refused before all of it is sent.
    let _ = stream.write_all(
        format!("GET / HTTP/1.1\r\nHost: {}\r\nX: {}", page.host(), "a".repeat(20_000)).as_bytes(),
    );
    assert_eq!(answer(stream).status, 431);
    let mut slow = page.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    let mut idle = page.connect();
    let mut kept = page.connect();
    kept.write_all(format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", page.host()).as_bytes()).unwrap();
    // Each of them is closed by the page.
    for stream in [&mut slow, &mut idle, &mut kept] {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
    }
}

#[test]
fn too_many_uploads_at_once_are_asked_to_come_again() {
    let page = Page::start(&["--uploads", "1"]);
    let mut first = page.connect();
    first
        .write_all(head(&page, &format!("Content-Length: {}\r\nConnection: close", ROSTER.len())).as_bytes())
        .unwrap();
    first.write_all(b"Tenant").unwrap();
    let files = super::client::page_folders(page.temporary.path())[0].join("files");
    until("the first one is there", || std::fs::read_dir(&files).unwrap().count() == 1);
    let second = page.ask("POST", "/api/v1/uploads?name=b.csv", ROSTER.as_bytes());
    assert_eq!((second.status, second.code().as_str()), (503, "busy"));
    assert!(second.header("retry-after").parse::<u32>().is_ok());
    first.write_all(&ROSTER.as_bytes()[6..]).unwrap();
    assert_eq!(answer(first).status, 201);
    assert_eq!(page.ask("POST", "/api/v1/uploads?name=b.csv", ROSTER.as_bytes()).status, 201);
}

#[test]
fn runs_wait_in_a_queue_with_a_place_and_can_be_cancelled() {
    let page = Page::start(&["--runs", "1", "--queue", "2"]);
    let upload = page.upload("roster.csv", &long_roster(100_000));
    let path = format!("/api/v1/uploads/{}/runs", id(&upload));
    let ask = || page.post(&path, &json!({}));
    let first = ask().json();
    let show = |run: &serde_json::Value| page.get(&format!("/api/v1/runs/{}", id(run))).json();
    until("the first one runs", || show(&first)["state"] == "running");
    let (second, third) = (ask().json(), ask().json());
    assert_eq!((&second["place"], &third["place"]), (&json!(1), &json!(2)));
    let full = ask();
    assert_eq!((full.status, full.code().as_str()), (503, "queue-full"));
    assert!(full.header("retry-after").parse::<u32>().is_ok());
    let delete =
        |run: &serde_json::Value| page.ask("DELETE", &format!("/api/v1/runs/{}", id(run)), b"").status;
    assert_eq!(delete(&second), 204);
    assert_eq!((&show(&second)["state"], &show(&third)["place"]), (&json!("cancelled"), &json!(1)));
    // Once it is answered, nothing of it runs any more.
    assert_eq!(delete(&first), 204);
    assert_eq!(show(&first)["state"], "cancelled");
    assert_eq!(delete(&third), 204);
    let folder = super::client::page_folders(page.temporary.path())[0].join("files").join(id(&upload));
    for run in [&first, &second, &third] {
        assert!(!folder.join(id(run)).exists());
    }
    // Of one that is over, the line goes, too.
    assert_eq!(delete(&first), 204);
    assert_eq!(page.get(&format!("/api/v1/runs/{}", id(&first))).status, 404);
}

#[test]
fn there_is_room_for_so_much_and_no_more() {
    let page = Page::start(&["--quota", "1"]);
    page.upload("roster.csv", &long_roster(20_000));
    let second = page.ask("POST", "/api/v1/uploads?name=b.csv", &vec![b'a'; 1_000_000]);
    assert_eq!((second.status, second.code().as_str()), (507, "no-room"));
    let full = Page::start(&["--leave-free", "1000000000"]);
    let answer = full.ask("POST", "/api/v1/uploads?name=b.csv", ROSTER.as_bytes());
    assert_eq!((answer.status, answer.code().as_str()), (507, "no-room"));
    let files = super::client::page_folders(full.temporary.path())[0].join("files");
    assert_eq!(std::fs::read_dir(files).unwrap().count(), 0);
}

#[test]
fn a_run_that_needs_more_room_than_there_is_leaves_nothing() {
    let page = Page::start(&["--quota", "1"]);
    // With the roster, less than its workbook needs is left.
    let upload = page.upload("roster.csv", &long_roster(38_000));
    let run = page.run(&upload, &json!({}));
    assert_eq!((&run["state"], &run["error"]["code"]), (&json!("failed"), &json!("no-room")), "{run}");
    let folder = super::client::page_folders(page.temporary.path())[0].join("files").join(id(&upload));
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
}

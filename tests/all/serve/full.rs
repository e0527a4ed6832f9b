//! A disk that gets full, wherever it does: the page says so and goes on, and the next start finds nothing left and a history
//! that is right.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test: to fail loudly is its work"
)]
#![cfg(target_os = "linux")]

use super::client::{Page, ROSTER, id, long_roster};
use crate::limits_of_the_system::Disk;
use serde_json::{Value, json};

/// What a page that takes all of a disk comes to: the uploads and runs that it told of.
fn filled(page: &Page, case: &str) -> Vec<(String, Value)> {
    let mut told = Vec::new();
    for name in ["one.csv", "two.csv"] {
        let answer = page.ask("POST", &format!("/api/v1/uploads?name={name}"), &long_roster(3_000));
        if answer.status != 201 {
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (507, "no-room"),
                "{case}: {}",
                answer.text()
            );
            continue;
        }
        let upload = answer.json();
        let asked = page.post(&format!("/api/v1/uploads/{}/runs", id(&upload)), &json!({}));
        let state = if asked.status == 202 {
            let run = page.over(&asked.json());
            if run["state"] != "done" {
                assert_eq!(
                    (&run["state"], &run["error"]["code"]),
                    (&json!("failed"), &json!("no-room")),
                    "{case}: {run}"
                );
            }
            run["state"].clone()
        } else {
            assert_eq!(asked.status, 507, "{case}: {}", asked.text());
            json!("none")
        };
        if state == "done" {
            for kind in ["tables-csv.zip", "parquet"] {
                let run = page.get(&format!("/api/v1/uploads/{}", id(&upload))).json()["runs"][0].clone();
                let file = page.get(&format!("/api/v1/runs/{}/files/{kind}", id(&run)));
                assert!(matches!(file.status, 200 | 507), "{case}, {kind}: {}", file.text());
            }
        }
        told.push((id(&upload).to_owned(), state));
    }
    assert_eq!(page.get("/api/v1").status, 200, "{case}");
    told
}

#[test]
fn a_disk_that_gets_full_loses_nothing_that_was_told_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for kilobytes in [64, 256, 1_024, 3_072, 4_096, 8_192] {
        let Some(disk) = Disk::mount(folder.path().join(format!("disk-{kilobytes}")), kilobytes) else {
            return;
        };
        let state = disk.path().join("state");
        let flags = ["--state", state.to_str().unwrap(), "--leave-free", "0"];
        let case = format!("{kilobytes} KiB");
        let page = Page::start(&flags);
        let told = filled(&page, &case);
        page.signal("KILL");
        page.ended();
        let page = Page::start(&flags);
        assert_eq!(std::fs::read_dir(state.join("files")).unwrap().count(), 0, "{case}");
        let uploads = page.get("/api/v1/uploads").json()["uploads"].as_array().unwrap().clone();
        for (upload, state) in &told {
            let found = uploads.iter().find(|found| id(found) == upload);
            let found =
                found.unwrap_or_else(|| panic!("{case}: an upload is forgotten: {told:?}, {uploads:?}"));
            let run =
                found["runs"].as_array().unwrap().first().map_or(json!("none"), |run| run["state"].clone());
            assert_eq!(&run, state, "{case}");
        }
        let again = page.ask("POST", "/api/v1/uploads?name=small.csv", ROSTER.as_bytes());
        assert_eq!(again.status, 201, "{case}: {}", again.text());
        page.stopped();
    }
}

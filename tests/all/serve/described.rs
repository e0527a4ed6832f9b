//! The API is as `docs/openapi.json` describes it: every operation and status in it is asked for, each answer has the shape
//! that is described, and nothing else is there.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test: to fail loudly is its work"
)]

use super::client::{Page, ROSTER, answer, id, long_roster};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

/// Statuses that any operation may answer with, described once.
const ANYWHERE: [u16; 4] = [401, 403, 421, 500];

fn description() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Returns the operations that are described, each with its statuses.
fn described(document: &Value) -> BTreeSet<(String, String, u16)> {
    let mut all = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let statuses =
                operation["responses"].as_object().unwrap().keys().filter_map(|key| key.parse().ok());
            all.extend(statuses.map(|status| (method.clone(), path.clone(), status)));
        }
    }
    all
}

/// Returns what in a value is not as its schema says.
fn faults(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = document.pointer(reference.trim_start_matches('#')).unwrap();
        return faults(document, schema, value, at);
    }
    if let Some(either) = schema["anyOf"].as_array() {
        let all: Vec<Vec<String>> = either.iter().map(|schema| faults(document, schema, value, at)).collect();
        return all.into_iter().min_by_key(Vec::len).unwrap();
    }
    let is = |kind: &Value| match kind.as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    };
    let is_of_kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(is),
        kind => is(kind),
    };
    let mut found = Vec::new();
    if !is_of_kind || schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        found.push(format!("{at}: {value}"));
    }
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(faults(document, &schema["items"], item, &format!("{at}/{place}")));
    }
    if let (Some(fields), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        let missing = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|key| !fields.contains_key(key.as_str().unwrap()));
        found.extend(missing.map(|key| format!("{at}: {key} is missing")));
        for (key, field) in fields {
            match known.get(key) {
                Some(schema) => found.extend(faults(document, schema, field, &format!("{at}/{key}"))),
                None => found.push(format!("{at}: {key} is not described")),
            }
        }
    }
    found
}

/// Asks for everything that is described, but for what needs a page of its own.
fn ask_for_all(page: &Page) {
    let upload = page.upload("roster.csv", ROSTER.replace("SPE_E3", "House").as_bytes());
    let of_upload = format!("/api/v1/uploads/{}", id(&upload));
    page.get("/api/v1");
    page.get("/api/v1/openapi.json");
    page.get("/api/v1/plans?q=e3");
    page.get(&format!("/api/v1/plans?q={}", "a".repeat(300)));
    page.post(&format!("{of_upload}/preview"), &json!({}));
    page.post(&format!("{of_upload}/preview"), &json!({"settings": {"policy": "none"}}));
    let fixes = json!({"words": [{"kind": "plan", "as_written": "House", "means": "SPE_E3"}]});
    let run = page.run(&upload, &json!({ "fixes": fixes }));
    let run = page.run(&upload, &json!({"since": run["id"], "fixes": {}}));
    page.post(&format!("{of_upload}/runs"), &json!({"since": "none"}));
    ask_about(page, &fixes);
    let of_run = format!("/api/v1/runs/{}", id(&run));
    for what in ["review", "changes", "next-steps", "at-risk"] {
        page.get(&format!("{of_run}/{what}"));
    }
    page.get(&format!("{of_run}/files/workbook"));
    let failed = page.run(&upload, &json!({"settings": {"map": {"seats": "None"}}}));
    assert_eq!(failed["error"]["code"], "settings-not-valid", "{failed}");
    page.get("/api/v1/uploads");
    page.get(&of_upload);
    page.get("/api/v1/remembered");
    page.ask("DELETE", &format!("/api/v1/remembered/{}", id(&upload)), b"");
    page.ask("DELETE", "/api/v1/remembered", b"");
    let large = vec![b' '; 5 * 1024 * 1024];
    for what in ["preview", "runs"] {
        page.ask("POST", &format!("{of_upload}/{what}"), &large);
    }
    page.ask("POST", "/api/v1/uploads?modified=x", b"a");
    page.ask("POST", "/api/v1/uploads", &vec![b'a'; 2 * 1024 * 1024]);
    let none = "0".repeat(32);
    for (method, path) in [
        ("GET", format!("/api/v1/uploads/{none}")),
        ("DELETE", format!("/api/v1/uploads/{none}")),
        ("POST", format!("/api/v1/uploads/{none}/preview")),
        ("POST", format!("/api/v1/uploads/{none}/runs")),
        ("GET", format!("/api/v1/runs/{none}")),
        ("DELETE", format!("/api/v1/runs/{none}")),
        ("GET", format!("/api/v1/runs/{none}/review")),
        ("GET", format!("/api/v1/runs/{none}/changes")),
        ("GET", format!("/api/v1/runs/{none}/next-steps")),
        ("GET", format!("/api/v1/runs/{none}/at-risk")),
        ("GET", format!("/api/v1/runs/{none}/files/workbook")),
        ("DELETE", format!("/api/v1/remembered/{none}")),
    ] {
        page.ask(method, &path, b"");
    }
    let second = page.upload("two.csv", &long_roster(20_000));
    let of_second = format!("/api/v1/uploads/{}", id(&second));
    let waits = page.post(&format!("{of_second}/runs"), &json!({})).json();
    page.post(&format!("{of_second}/runs"), &json!({}));
    page.post(&format!("{of_second}/runs"), &json!({}));
    page.ask("DELETE", &format!("/api/v1/runs/{}", id(&waits)), b"");
    page.ask("DELETE", &of_second, b"");
    slowly(page, "/api/v1/uploads");
    slowly(page, &format!("{of_upload}/preview"));
    slowly(page, &format!("{of_upload}/runs"));
    page.post("/api/v1/log-out", &json!({}));
}

/// Asks whether fixes can be used: those, some that cannot, too many, and too slowly.
fn ask_about(page: &Page, fixes: &Value) {
    page.post("/api/v1/fixes", &json!({ "fixes": fixes }));
    let wrong = json!({"words": [{"kind": "plan", "as_written": "House", "means": "zzzz"}]});
    page.post("/api/v1/fixes", &json!({ "fixes": wrong }));
    page.ask("POST", "/api/v1/fixes", &vec![b' '; 5 * 1024 * 1024]);
    slowly(page, "/api/v1/fixes");
}

/// Asks for what was deleted at a stop.
fn ask_for_what_is_gone() -> Page {
    let state = tempfile::tempdir().unwrap();
    let flags = ["--state", state.path().to_str().unwrap()];
    let page = Page::start(&flags);
    let run = page.done("roster.csv", ROSTER.as_bytes());
    page.stopped();
    let page = Page::start(&flags);
    let of_upload = format!("/api/v1/uploads/{}", run["upload"].as_str().unwrap());
    page.post(&format!("{of_upload}/preview"), &json!({}));
    page.post(&format!("{of_upload}/runs"), &json!({}));
    for what in ["review", "changes", "next-steps", "at-risk"] {
        page.get(&format!("/api/v1/runs/{}/{what}", id(&run)));
    }
    page.get(&format!("/api/v1/runs/{}/files/workbook", id(&run)));
    page
}

/// Begins a request and sends no more.
fn slowly(page: &Page, path: &str) {
    let mut stream = page.connect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nX-Fasttrack: 1\r\nContent-Length: 99\r\n\r\n",
        page.host(),
        page.cookie()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let answer = answer(stream);
    page.seen("POST", path, &answer);
}

#[test]
fn every_operation_and_status_that_is_described_is_there_and_no_other() {
    let document = description();
    let page = Page::start(&["--upload-size", "1", "--runs", "1", "--queue", "1", "--patience", "1"]);
    ask_for_all(&page);
    let full = Page::start(&["--leave-free", "1000000000"]);
    full.ask("POST", "/api/v1/uploads", ROSTER.as_bytes());
    let few = Page::start(&["--uploads", "1"]);
    let mut first = few.connect();
    let head = format!(
        "POST /api/v1/uploads HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nX-Fasttrack: 1\r\nContent-Length: 99\r\n\r\nT",
        few.host(),
        few.cookie()
    );
    first.write_all(head.as_bytes()).unwrap();
    super::client::until("a second upload is too many", || {
        few.ask("POST", "/api/v1/uploads", b"a").status == 503
    });

    let mut asked = BTreeSet::new();
    for answered in [page.answers(), full.answers(), few.answers(), ask_for_what_is_gone().answers()]
        .into_iter()
        .flatten()
    {
        let (method, path, status, body) = answered;
        if ANYWHERE.contains(&status) || !path.starts_with("/api/") {
            continue;
        }
        let response = &document["paths"][&path][&method]["responses"][status.to_string()];
        assert!(response.is_object(), "{method} {path} answers {status}, which is not described");
        if let (Some(content), Some(body)) = (response["content"].get("application/json"), body) {
            let wrong = faults(&document, &content["schema"], &body, "");
            assert_eq!(wrong, [""; 0], "{method} {path} {status}");
        }
        asked.insert((method, path, status));
    }
    let mut expected = described(&document);
    // A page without room takes no upload that a run could be asked for; `limits` has one that becomes full.
    expected.remove(&("post".to_owned(), "/api/v1/uploads/{id}/runs".to_owned(), 507));
    let missing: Vec<_> = expected.difference(&asked).collect();
    assert!(missing.is_empty(), "nobody asked for {missing:?}");
}

#[test]
fn every_route_is_described() {
    let document = description();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/serve/src/routes.rs");
    let source = std::fs::read_to_string(source).unwrap();
    let routes = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let api: BTreeSet<String> = routes
        .filter(|route| *route != "/{*path}")
        .map(|route| format!("/api/v1{}", if route == "/" { "" } else { route }))
        .collect();
    let known: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(api, known);
}

//! For a team: behind a proxy that signs people in.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: to fail loudly is its work")]

use super::client::{Answer, Page, ROSTER, id, spawned};
use serde_json::json;

const FLAGS: [&str; 5] =
    ["--behind-proxy", "--user-header", "X-Forwarded-User", "--public", "https://fasttrack.contoso.example"];

/// What is chosen for a run, to be remembered.
const REMEMBERED: &[u8] = br#"{"settings":{"remember":true}}"#;

/// Asks as the proxy does for a user.
fn ask(page: &Page, user: &[&str], method: &str, path: &str, body: &[u8]) -> Answer {
    let mut headers = vec![("Host", "fasttrack.contoso.example"), ("X-Fasttrack", "1")];
    headers.extend(user.iter().map(|user| ("X-Forwarded-User", *user)));
    page.bare(method, path, &headers, body)
}

/// Starts a page behind a proxy on a port that is free.
fn behind() -> Page {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (mut page, address) = Page::outside(&[FLAGS.as_slice(), &["--port", &port]].concat());
    assert_eq!(address, "https://fasttrack.contoso.example", "no token");
    page.port = port.parse().unwrap();
    page
}

#[test]
fn each_user_sees_their_own() {
    let page = behind();
    let uploaded = ask(&page, &["west"], "POST", "/api/v1/uploads?name=a.csv", ROSTER.as_bytes());
    assert_eq!(uploaded.status, 201, "{}", uploaded.text());
    let upload = uploaded.json();
    let asked = ask(&page, &["west"], "POST", &format!("/api/v1/uploads/{}/runs", id(&upload)), REMEMBERED);
    let run = asked.json();
    let show = |user: &str| ask(&page, &[user], "GET", &format!("/api/v1/runs/{}?wait=20", id(&run)), b"");
    super::client::until("it is done", || show("west").json()["state"] == "done");
    assert_eq!(ask(&page, &["west"], "GET", "/api/v1", b"").json()["user"], "west");
    assert_eq!(ask(&page, &["east"], "GET", "/api/v1/uploads", b"").json(), json!({"uploads": []}));
    for (method, path) in [
        ("GET", format!("/api/v1/uploads/{}", id(&upload))),
        ("DELETE", format!("/api/v1/uploads/{}", id(&upload))),
        ("POST", format!("/api/v1/uploads/{}/preview", id(&upload))),
        ("POST", format!("/api/v1/uploads/{}/runs", id(&upload))),
        ("GET", format!("/api/v1/runs/{}", id(&run))),
        ("DELETE", format!("/api/v1/runs/{}", id(&run))),
        ("GET", format!("/api/v1/runs/{}/review", id(&run))),
        ("GET", format!("/api/v1/runs/{}/files/workbook", id(&run))),
        ("DELETE", format!("/api/v1/remembered/{}", id(&upload))),
    ] {
        assert_eq!(ask(&page, &["east"], method, &path, b"").status, 404, "{method} {path}");
    }
    let remembered = |user: &str| ask(&page, &[user], "GET", "/api/v1/remembered", b"").json();
    let all = remembered("west");
    let of_entry = format!("/api/v1/remembered/{}", all["remembered"][0]["id"].as_str().unwrap());
    assert_eq!(remembered("east"), json!({"remembered": []}));
    assert_eq!(ask(&page, &["east"], "DELETE", &of_entry, b"").status, 404);
    assert_eq!(ask(&page, &["east"], "DELETE", "/api/v1/remembered", b"").status, 204);
    assert_eq!(remembered("west"), all, "what another user has stays");
    assert_eq!(ask(&page, &["east"], "POST", "/api/v1/log-out", b"").status, 204);
    let workbook = ask(&page, &["west"], "GET", &format!("/api/v1/runs/{}/files/workbook", id(&run)), b"");
    assert_eq!(workbook.status, 200);
}

#[test]
fn whoever_the_proxy_did_not_name_once_is_nobody() {
    let page = behind();
    let long = "a".repeat(201);
    for user in [[].as_slice(), &[""], &["west", "east"], &[&long]] {
        let answer = ask(&page, user, "GET", "/api/v1", b"");
        assert_eq!((answer.status, answer.code().as_str()), (401, "not-signed-in"), "{user:?}");
    }
    let direct = page.raw("GET", "/api/v1", &[("X-Forwarded-User", "west")], b"");
    assert_eq!(direct.status, 421, "only under the public name");
    let origin = [
        ("Host", "fasttrack.contoso.example"),
        ("X-Forwarded-User", "west"),
        ("X-Fasttrack", "1"),
        ("Origin", "http://fasttrack.contoso.example"),
    ];
    assert_eq!(page.bare("POST", "/api/v1/log-out", &origin, b"").status, 403);
}

#[test]
fn it_refuses_to_listen_where_strangers_are() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("page.socket");
    let socket = socket.to_str().unwrap();
    let public = ["--behind-proxy", "--user-header", "X-User", "--public", "fasttrack.contoso.example"];
    for (flags, code) in [
        ([FLAGS.as_slice(), &["--address", "0.0.0.0"]].concat(), 6),
        ([FLAGS.as_slice(), &["--address", "::"]].concat(), 6),
        (vec!["--address", "192.0.2.1"], 6),
        (vec!["--socket", socket], 2),
        (vec!["--behind-proxy"], 2),
        (vec!["--behind-proxy", "--user-header", "X-User"], 2),
        (vec!["--user-header", "X-User"], 2),
        (public.to_vec(), 6),
    ] {
        let output = spawned(&flags, folder.path()).wait_with_output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(code),
            "{flags:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(output.stdout, b"");
    }
}

#[cfg(unix)]
#[test]
fn a_socket_in_the_file_system_is_for_this_user_and_group_and_is_replaced_when_nobody_listens() {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::net::UnixStream;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.socket");
    let flags = [FLAGS.as_slice(), &["--socket", path.to_str().unwrap()]].concat();
    let ask = || {
        let mut stream = UnixStream::connect(&path).unwrap();
        let head = "GET /api/v1 HTTP/1.1\r\nHost: fasttrack.contoso.example\r\nX-Forwarded-User: west\r\n\
                    Connection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        super::client::answer(stream).json()["user"].clone()
    };
    let (page, _) = Page::outside(&flags);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o660);
    assert_eq!(ask(), "west");
    let second = spawned(&flags, folder.path()).wait_with_output().unwrap();
    assert_eq!(second.status.code(), Some(6), "somebody listens there");
    drop(page);
    assert!(path.exists(), "it was killed");
    let (page, _) = Page::outside(&flags);
    assert_eq!(ask(), "west");
    let (code, said, ..) = page.stopped();
    assert_eq!(code, Some(0), "{said}");
    assert!(!path.exists());
}

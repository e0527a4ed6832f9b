//! Who and what is let in.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: to fail loudly is its work")]

use super::client::{Page, ROSTER, encoded, id, page_folders};
use serde_json::json;

/// Routes that change something, with a path that is there for any id.
const CHANGES: [(&str, &str); 8] = [
    ("POST", "/api/v1/uploads"),
    ("DELETE", "/api/v1/uploads/0123456789abcdef0123456789abcdef"),
    ("POST", "/api/v1/uploads/0123456789abcdef0123456789abcdef/preview"),
    ("POST", "/api/v1/uploads/0123456789abcdef0123456789abcdef/runs"),
    ("DELETE", "/api/v1/runs/0123456789abcdef0123456789abcdef"),
    ("DELETE", "/api/v1/remembered/0123456789abcdef0123456789abcdef"),
    ("POST", "/api/v1/log-out"),
    ("PUT", "/"),
];

#[cfg(target_os = "linux")]
#[test]
fn it_listens_on_this_machine_alone() {
    let page = Page::start(&[]);
    let listening = |file: &str| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let port = format!(":{:04X}", page.port);
        let sockets = text.lines().filter_map(|line| {
            let mut words = line.split_whitespace().skip(1);
            let (local, _, state) = (words.next()?, words.next()?, words.next()?);
            (state == "0A").then(|| local.to_owned())
        });
        sockets.filter(|local| local.ends_with(&port)).collect::<Vec<_>>()
    };
    assert_eq!(listening("/proc/net/tcp"), [format!("0100007F:{:04X}", page.port)]);
    assert_eq!(listening("/proc/net/tcp6"), [""; 0]);
}

#[test]
fn the_token_has_128_bits_and_works_once() {
    let (page, address) = Page::outside(&[]);
    let token = address.split("token=").nth(1).unwrap();
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    let wrong = page.raw("GET", "/?token=00000000000000000000000000000000", &[], b"");
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, ""));
    let entered = page.raw("GET", &format!("/?token={token}"), &[], b"");
    assert_eq!((entered.status, entered.header("location")), (303, "/"));
    let cookie = entered.header("set-cookie");
    for part in ["; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=28800"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains(token), "the cookie is another secret");
    let again = page.raw("GET", &format!("/?token={token}"), &[], b"");
    assert_eq!((again.status, again.header("set-cookie")), (401, ""));
    // Whoever is in already is not turned away by an old address.
    let value = cookie.split(';').next().unwrap();
    assert_eq!(page.raw("GET", &format!("/?token={token}"), &[("Cookie", value)], b"").status, 303);
    assert_eq!(page.raw("GET", "/", &[("Cookie", value)], b"").status, 200);
}

#[test]
fn nothing_is_there_without_a_session() {
    let (page, _) = Page::outside(&[]);
    let outside = page.raw("GET", "/", &[], b"");
    assert_eq!(outside.status, 401);
    assert!(outside.text().contains("needs a new address") && !outside.text().contains("<script"));
    for path in ["/api/v1", "/api/v1/uploads", "/api/v1/openapi.json", "/api/v1/none"] {
        let answer = page.raw("GET", path, &[], b"");
        assert_eq!((answer.status, answer.code().as_str()), (401, "not-signed-in"), "{path}");
    }
    assert_eq!(page.raw("GET", "/page.css", &[], b"").status, 401);
    let cookie = format!("fasttrack-{}=00000000000000000000000000000000", page.port);
    for (method, path) in CHANGES {
        let answer = page.raw(method, path, &[("X-Fasttrack", "1"), ("Cookie", &cookie)], b"");
        assert_eq!(answer.status, 401, "{method} {path}");
    }
}

#[test]
fn names_of_other_sites_reach_nothing() {
    let page = Page::start(&[]);
    let cookie = ("Cookie", page.cookie());
    let port = page.port;
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("LOCALHOST:{port}")];
    for host in &own {
        assert_eq!(page.bare("GET", "/api/v1", &[("Host", host), cookie], b"").status, 200, "{host}");
    }
    let others = [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("localhost.evil.example:{port}"),
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{}", port.wrapping_add(1)),
        format!("[::1]:{port}"),
    ];
    for host in &others {
        let answer = page.bare("GET", "/api/v1", &[("Host", host), cookie], b"");
        assert_eq!((answer.status, answer.code().as_str()), (421, "host-unknown"), "{host}");
    }
    assert_eq!(page.bare("GET", "/api/v1", &[cookie], b"").status, 421, "no host");
    let two = [("Host", own[0].as_str()), ("Host", "evil.example"), cookie];
    assert!([400, 421].contains(&page.bare("GET", "/api/v1", &two, b"").status));
    let whole = format!("http://evil.example:{port}/api/v1");
    assert_eq!(page.bare("GET", &whole, &[("Host", &own[0]), cookie], b"").status, 421);
}

#[test]
fn only_the_page_itself_changes_anything() {
    let page = Page::start(&[]);
    let (cookie, own, origin) =
        (("Cookie", page.cookie()), ("X-Fasttrack", "1"), format!("http://127.0.0.1:{}", page.port));
    let others: [&[(&str, &str)]; 9] = [
        &[cookie],
        &[cookie, ("X-Fasttrack", "0")],
        &[cookie, own, ("Origin", "https://evil.example")],
        &[cookie, own, ("Origin", "null")],
        &[cookie, own, ("Origin", "http://127.0.0.1")],
        &[cookie, own, ("Origin", &origin), ("Origin", "https://evil.example")],
        &[cookie, own, ("Sec-Fetch-Site", "cross-site")],
        &[cookie, own, ("Sec-Fetch-Site", "same-site")],
        &[cookie, own, ("Origin", &origin), ("Sec-Fetch-Site", "none")],
    ];
    for (method, path) in CHANGES {
        for headers in others {
            let answer = page.raw(method, path, headers, b"");
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (403, "origin-unknown"),
                "{path} {headers:?}"
            );
        }
        let itself = [cookie, own, ("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-origin")];
        assert_ne!(page.raw(method, path, &itself, b"").status, 403, "{path}");
    }
}

#[test]
fn every_answer_has_the_headers_that_keep_others_out() {
    let page = Page::start(&[]);
    let run = page.done("roster.csv", ROSTER.as_bytes());
    let answers = [
        page.get("/"),
        page.get("/api/v1"),
        page.get("/none"),
        page.get(&format!("/api/v1/runs/{}/files/workbook", id(&run))),
        page.raw("GET", "/", &[], b""),
        page.raw("POST", "/api/v1/uploads", &[], b""),
        page.bare("GET", "/", &[("Host", "evil.example")], b""),
    ];
    for answer in answers {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {}", answer.status);
        }
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[cfg(unix)]
#[test]
fn files_have_names_of_the_page_in_a_folder_that_nobody_else_opens() {
    use std::os::unix::fs::PermissionsExt;
    let page = Page::start(&[]);
    let upload = page.upload("../../Contoso <b>.csv", ROSTER.as_bytes());
    assert_eq!(upload["name"], "Contoso <b>.csv");
    let folders = page_folders(page.temporary.path());
    assert_eq!(folders.len(), 1);
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let files = folders[0].join("files").join(id(&upload));
    assert_eq!((mode(&folders[0]), mode(&files)), (0o700, 0o700));
    let names: Vec<_> = std::fs::read_dir(&files).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["roster"]);
}

#[test]
fn a_name_is_text_whatever_it_says() {
    let page = Page::start(&[]);
    let name = "<img src=x onerror=alert(1)>\"\r\nX-Evil: 1 \u{e4}.csv";
    let run = page.done(name, ROSTER.as_bytes());
    let answer = page.get(&format!("/api/v1/runs/{}/files/workbook", id(&run)));
    let named = answer.header("content-disposition");
    assert!(
        named.starts_with("attachment; filename=\"_img src=x onerror=alert(1)__X-Evil_ 1 _.fasttrack.xlsx\""),
        "{named}"
    );
    assert!(
        named.contains(
            "filename*=UTF-8''%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E%22X-Evil%3A%201%20%C3%A4"
        ),
        "{named}"
    );
    assert_eq!(answer.header("x-evil"), "");
    for path in ["/api/v1/uploads", &format!("/api/v1/runs/{}", id(&run))] {
        assert_eq!(page.get(path).header("content-type"), "application/json");
    }
}

#[test]
fn no_request_names_a_path_a_policy_file_or_an_overrides_file() {
    let page = Page::start(&[]);
    let upload = page.upload("roster.csv", ROSTER.as_bytes());
    let path = |what: &str| format!("/api/v1/uploads/{}/{what}", id(&upload));
    for settings in [
        json!({"policy": "/etc/passwd"}),
        json!({"policy": "samples/policy-example.toml"}),
        json!({"overrides": "/etc/passwd"}),
        json!({"map_file": "/etc/passwd"}),
        json!({"catalogue": ["/etc/passwd"]}),
        json!({"sheet": "a\u{0}b"}),
        json!({"map": {"none": "Tenant"}}),
        json!({"delimiter": ";;"}),
        json!({"as_of": "yesterday"}),
        json!({"numbers": "1 234"}),
    ] {
        for what in ["preview", "runs"] {
            let answer = page.post(&path(what), &json!({ "settings": settings }));
            assert_eq!((answer.status, answer.code().as_str()), (422, "request-not-valid"), "{settings}");
        }
    }
    // A value that looks like a flag is a value.
    let answer = page.post(&path("preview"), &json!({"settings": {"tenant": "--policy=/etc/passwd"}}));
    assert_eq!(answer.json()["fields"][0]["heading"], "--policy=/etc/passwd");
    for path in [
        "/..%2f..%2fetc%2fpasswd",
        "/page/../../../etc/passwd",
        "/api/v1/uploads/..%2f..%2fx",
        "/api/v1/runs/%2e%2e/files/workbook",
        &format!("/api/v1/runs/{}/files/..%2froster", "0".repeat(32)),
    ] {
        assert_eq!(page.get(path).status, 404, "{path}");
    }
}

#[test]
fn errors_say_what_is_wrong_and_never_where() {
    let page = Page::start(&[]);
    for (name, bytes) in [
        ("empty.csv", b"".as_slice()),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\0"),
        ("no.xlsx", b"PK\x03\x04 and no more"),
        ("text.csv", b"hello\nworld\n"),
    ] {
        let upload = page.upload(name, bytes);
        let answer = page.post(&format!("/api/v1/uploads/{}/preview", id(&upload)), &json!({}));
        if answer.status == 422 {
            assert_eq!(answer.code(), "roster-not-read", "{name}");
            let first = &answer.json()["error"]["diagnostics"][0];
            assert!(first["place"].as_str().unwrap().starts_with(name), "{first}");
        } else {
            assert!(!answer.json()["diagnostics"].as_array().unwrap().is_empty(), "{name}");
        }
        let run = page.run(&upload, &json!({}));
        assert_eq!(run["state"], "failed", "{name}");
        assert!(!run["error"]["message"].as_str().unwrap().is_empty(), "{run}");
    }
    let upload = page.upload("roster.csv", ROSTER.as_bytes());
    let fixes = json!({"words": [{"kind": "plan", "as_written": "House", "means": "no such plan"}]});
    let answer = page.post(&format!("/api/v1/uploads/{}/runs", id(&upload)), &json!({ "fixes": fixes }));
    assert_eq!((answer.status, answer.code().as_str()), (422, "fixes-not-valid"), "{}", answer.text());
    let first = &answer.json()["error"]["diagnostics"][0];
    assert!(first["place"].as_str().unwrap().starts_with("overrides.csv"), "{first}");
}

#[test]
fn the_log_names_no_customer_and_no_file() {
    let page = Page::start(&[]);
    page.done("secret-list.csv", ROSTER.as_bytes());
    let upload = page.upload("other-secret.csv", b"hello\n");
    page.ask("DELETE", &format!("/api/v1/uploads/{}", id(&upload)), b"");
    let (code, said, ..) = page.stopped();
    assert_eq!(code, Some(0));
    assert!(said.contains("upload ") && said.contains("done after"), "{said}");
    for secret in ["secret", "Contoso", "Fabrikam", id(&upload)] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn an_id_that_nobody_has_is_not_there() {
    let page = Page::start(&[]);
    let none = "0123456789abcdef0123456789abcdef";
    for (method, path) in [
        ("GET", format!("/api/v1/uploads/{none}")),
        ("DELETE", format!("/api/v1/uploads/{none}")),
        ("POST", format!("/api/v1/uploads/{none}/preview")),
        ("POST", format!("/api/v1/uploads/{none}/runs")),
        ("GET", format!("/api/v1/runs/{none}")),
        ("DELETE", format!("/api/v1/runs/{none}")),
        ("GET", format!("/api/v1/runs/{none}/review")),
        ("GET", format!("/api/v1/runs/{none}/files/workbook")),
        ("DELETE", format!("/api/v1/remembered/{none}")),
        ("GET", format!("/api/v1/uploads/{}", encoded("<script>"))),
    ] {
        let answer = page.ask(method, &path, b"");
        assert_eq!((answer.status, answer.code().as_str()), (404, "not-found"), "{method} {path}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_roster_is_read_within_limits_by_a_process_that_knows_nothing_of_this_one() {
    use super::client::long_roster;
    let page = Page::start(&["--memory", "2048"]);
    let upload = page.upload("roster.csv", &long_roster(60_000));
    let run = page.post(&format!("/api/v1/uploads/{}/runs", id(&upload)), &json!({})).json();
    let children = || super::ends::children(page.process());
    super::client::until("a child process", || !children().is_empty());
    let child = children()[0];
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{child}/{file}")).unwrap_or_default();
    super::client::until("its limits", || read("limits").contains(&(2048_u64 << 20).to_string()));
    let (limits, environment) = (read("limits"), read("environ"));
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.trim_start_matches(name).split_whitespace().next().unwrap_or_default().to_owned()
    };
    assert_eq!(limit("Max core file size"), "0");
    assert_ne!(limit("Max cpu time"), "unlimited");
    assert_ne!(limit("Max file size"), "unlimited");
    let names: Vec<&str> = environment
        .split('\0')
        .filter_map(|variable| variable.split('=').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(names, ["TEMP", "TMP", "TMPDIR"]);
    page.ask("DELETE", &format!("/api/v1/runs/{}", id(&run)), b"");
}

//! A page under test, and a client that says exactly what it is told to: HTTP as text over a socket.
#![allow(
    dead_code,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use serde_json::{Value, json};
use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a test waits for what has to happen, before it says that it did not.
const PATIENCE: Duration = Duration::from_mins(2);

/// A roster that every test can use.
pub(crate) const ROSTER: &str = "Tenant,Plan,Paid seats\nContoso,SPE_E3,480\nFabrikam,Office 365 E3,200\n";

/// What was asked and answered: method, path with names for what is in it, status, and JSON.
pub(crate) type Asked = (String, String, u16, Option<Value>);

/// A running page.
pub(crate) struct Page {
    child: Option<Child>,
    pub(crate) port: u16,
    cookie: String,
    /// Where the system keeps temporary files, for this page alone.
    pub(crate) temporary: tempfile::TempDir,
    /// Operations that were asked, with the status of the answer and its JSON.
    answers: RefCell<Vec<Asked>>,
    /// Headers that every request has.
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the code of the error that it says.
    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Starts a page with these flags, as it is started: with a port of its own.
pub(crate) fn spawned(flags: &[&str], temporary: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_fasttrack"))
        .arg("serve")
        .args(flags)
        .env("TMPDIR", temporary)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Reads the address that a page tells.
pub(crate) fn address(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    if line.is_empty() {
        let mut said = String::new();
        child.stderr.as_mut().unwrap().read_to_string(&mut said).unwrap();
        panic!("the page did not start: {said}");
    }
    line.trim().to_owned()
}

impl Page {
    /// Starts a page and enters it.
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::start_in(flags, tempfile::tempdir().unwrap())
    }

    pub(crate) fn start_in(flags: &[&str], temporary: tempfile::TempDir) -> Self {
        let (mut page, address) = Self::outside_in(flags, temporary);
        let (_, token) = address.split_once("/?token=").unwrap();
        let entered = page.raw("GET", &format!("/?token={token}"), &[], b"");
        assert_eq!((entered.status, entered.header("location")), (303, "/"));
        let cookie = entered.header("set-cookie").split(';').next().unwrap();
        cookie.clone_into(&mut page.cookie);
        page
    }

    /// Starts a page and stays outside; returns its address, too.
    pub(crate) fn outside(flags: &[&str]) -> (Self, String) {
        Self::outside_in(flags, tempfile::tempdir().unwrap())
    }

    fn outside_in(flags: &[&str], temporary: tempfile::TempDir) -> (Self, String) {
        let mut child = spawned(flags, temporary.path());
        let address = address(&mut child);
        let port = address.split("127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next()?.parse().ok());
        let page = Self {
            child: Some(child),
            port: port.unwrap_or(0),
            cookie: String::new(),
            temporary,
            answers: RefCell::default(),
            headers: Vec::new(),
        };
        (page, address)
    }

    /// Returns all answers so far: method, path, status and JSON.
    pub(crate) fn answers(&self) -> Vec<Asked> {
        self.answers.borrow().clone()
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends a request with exactly these headers and one host.
    pub(crate) fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let host = self.host();
        let mut all = vec![("Host", host.as_str())];
        all.extend(headers);
        self.bare(method, path, &all, body)
    }

    /// Sends a request with exactly these headers.
    pub(crate) fn bare(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = self.connect();
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if !body.is_empty() || method == "POST" {
            let _ = write!(head, "Content-Length: {}\r\n", body.len());
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        // A page that has seen enough may close before it has all of it.
        let _ = stream.write_all(body);
        let answer = answer(stream);
        self.seen(method, path, &answer);
        answer
    }

    /// Notes what was asked, and looks that no answer shows where files are.
    pub(crate) fn seen(&self, method: &str, path: &str, answer: &Answer) {
        let path = path.split('?').next().unwrap_or_default();
        let told = serde_json::from_slice(&answer.body).ok();
        self.answers.borrow_mut().push((method.to_lowercase(), template(path), answer.status, told));
        let root = self.temporary.path().to_string_lossy().into_owned();
        if answer.header("content-type").starts_with("application/json") {
            let text = answer.text();
            assert!(
                !text.contains(&root) && !text.contains("/files/") || text.contains("\"openapi\""),
                "{text}"
            );
        }
    }

    /// Sends a request as the page itself does.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let mut headers = vec![("Cookie", self.cookie.as_str())];
        if method != "GET" {
            headers.push(("X-Fasttrack", "1"));
        }
        headers.extend(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        self.raw(method, path, &headers, body)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, b"")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, body.to_string().as_bytes())
    }

    /// Uploads a roster and returns it as the API shows it.
    pub(crate) fn upload(&self, name: &str, bytes: &[u8]) -> Value {
        let answer = self.ask("POST", &format!("/api/v1/uploads?name={}", encoded(name)), bytes);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// Asks for a run, waits until it is over, and returns it.
    pub(crate) fn run(&self, upload: &Value, asked: &Value) -> Value {
        let answer = self.post(&format!("/api/v1/uploads/{}/runs", id(upload)), asked);
        assert_eq!(answer.status, 202, "{}", answer.text());
        self.over(&answer.json())
    }

    /// Waits until a run is over.
    pub(crate) fn over(&self, run: &Value) -> Value {
        loop {
            let run = self.get(&format!("/api/v1/runs/{}?wait=20", id(run))).json();
            if !["queued", "running"].contains(&run["state"].as_str().unwrap()) {
                return run;
            }
        }
    }

    /// Uploads, runs, and returns the run, which has to be done.
    pub(crate) fn done(&self, name: &str, bytes: &[u8]) -> Value {
        let run = self.run(&self.upload(name, bytes), &json!({}));
        assert_eq!(run["state"], "done", "{run}");
        run
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.process().to_string()).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end; returns the exit code, what was said, and the folder for temporary files.
    pub(crate) fn ended(mut self) -> (Option<i32>, String, PathBuf, tempfile::TempDir) {
        let output = self.child.take().unwrap().wait_with_output().unwrap();
        let temporary = std::mem::replace(&mut self.temporary, tempfile::tempdir().unwrap());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said, temporary.path().to_owned(), temporary)
    }

    /// Ends it as a user does.
    pub(crate) fn stopped(self) -> (Option<i32>, String, PathBuf, tempfile::TempDir) {
        self.signal("TERM");
        self.ended()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Reads an answer to the end of the connection.
pub(crate) fn answer(mut stream: impl Read) -> Answer {
    let mut bytes = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    // A connection that is cut after the answer has told it.
    while let Ok(count @ 1..) = stream.read(&mut piece) {
        bytes.extend(&piece[..count]);
    }
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&bytes)));
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers: Vec<(String, String)> =
        headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let body = bytes[end + 4..].to_vec();
    Answer { status, headers, body }
}

/// Returns the id of an upload or a run.
pub(crate) fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

/// Returns a text as it stands in an address.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => write!(encoded, "{}", char::from(byte)),
            _ => write!(encoded, "%{byte:02X}"),
        };
        encoded
    })
}

/// Returns the path with names for what is in it.
fn template(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let named: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(place, part)| match parts.get(place.wrapping_sub(1)) {
            Some(&("uploads" | "runs" | "remembered")) => "{id}".to_owned(),
            Some(&"files") => "{kind}".to_owned(),
            _ => (*part).to_owned(),
        })
        .collect();
    named.join("/")
}

/// Returns the folders of pages in a folder for temporary files.
pub(crate) fn page_folders(temporary: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(temporary).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("fasttrack-serve-"))
        .collect()
}

/// Waits until something holds.
pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let began = std::time::Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A roster of so many rows, which takes a while.
pub(crate) fn long_roster(rows: u32) -> Vec<u8> {
    let mut text = "Tenant,Plan,Paid seats\n".to_owned();
    for row in 0..rows {
        let _ = writeln!(text, "Contoso {row},SPE_E3,{}", row % 900);
    }
    text.into_bytes()
}

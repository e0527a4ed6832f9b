//! Who may use what, as far as the walls between the crates do not keep it: which crate stands on which, that the judging
//! touches nothing outside, that who checks shares no code with who wrote, and one door for each foreign crate.
#![allow(clippy::string_slice, clippy::unwrap_used, reason = "a helper of tests: to fail loudly is its work")]

use std::fs;
use std::path::Path;

/// Each crate of ours, and those of ours that it stands on.
const CRATES: [(&str, &[&str]); 8] = [
    ("crates/core", &[]),
    ("crates/batch", &["core"]),
    ("crates/read", &["batch", "core"]),
    ("crates/write", &["batch", "core"]),
    ("crates/serve", &["core", "read", "write"]),
    ("crates/catalogue", &["core"]),
    ("python", &["core"]),
    (".", &["batch", "core", "read", "serve", "write"]),
];

/// Foreign crate, and where it may be used: files, and folders that end with a slash.
const DOORS: [(&str, &[&str]); 30] = [
    ("csv", &["crates/core/src/plans/", "crates/read/", "crates/catalogue/"]),
    ("calamine", &["src/audit/book.rs"]),
    ("memchr", &["crates/read/", "crates/write/", "src/audit/gate.rs"]),
    ("rust_xlsxwriter", &["crates/write/"]),
    ("uuid", &["crates/read/src/sheet/"]),
    ("parquet", &["crates/read/src/columnar/", "crates/write/src/flat/columnar.rs"]),
    ("bytes", &["crates/read/src/columnar/pages.rs", "crates/write/src/flat/columnar.rs"]),
    ("snap", &["crates/read/src/columnar/codec.rs"]),
    ("flate2", &["crates/read/", "crates/write/", "crates/serve/src/assets.rs"]),
    ("ruzstd", &["crates/read/src/columnar/codec.rs"]),
    ("arrow_array", &["python/src/"]),
    ("arrow_schema", &["python/src/"]),
    ("pyo3", &["python/src/"]),
    ("self_cell", &["python/src/stream.rs"]),
    ("zip", &["crates/read/", "crates/write/", "src/audit/gate.rs"]),
    (
        "tempfile",
        &[
            "crates/batch/src/scratch.rs",
            "crates/write/",
            "crates/serve/src/journal.rs",
            "crates/serve/src/remembered/store.rs",
            "src/audit/again.rs",
            "src/cli/mapping.rs",
        ],
    ),
    ("rayon", &["crates/batch/src/pipeline.rs"]),
    ("twox_hash", &["crates/core/src/hash.rs", "crates/core/src/roster/identity.rs"]),
    ("unicode_normalization", &["crates/core/src/fold.rs"]),
    // The policy, the grammar of plans, and the columns that are kept in a file.
    (
        "toml",
        &[
            "crates/core/src/policy.rs",
            "crates/core/src/policy/",
            "crates/core/src/plans/grammar.rs",
            "crates/core/src/roster/columns/kept.rs",
            "src/nightly/configuration/",
        ],
    ),
    ("clap", &["src/main.rs", "src/cli.rs", "src/cli/"]),
    ("indicatif", &["src/cli/"]),
    // The upload page.
    ("axum", &["crates/serve/"]),
    ("getrandom", &["crates/serve/src/id.rs"]),
    ("http_body_util", &["crates/serve/src/body.rs", "crates/serve/src/receive.rs"]),
    ("hyper", &["crates/serve/src/listen.rs"]),
    ("hyper_util", &["crates/serve/src/listen.rs"]),
    ("open", &["src/cli/serve.rs"]),
    ("tokio", &["crates/serve/"]),
    ("tokio_util", &["crates/serve/src/downloads.rs"]),
];

/// A source file of the program: where it stands, and its lines that are code and no tests.
struct Source {
    name: String,
    lines: Vec<String>,
}

impl Source {
    fn is_within(&self, door: &str) -> bool {
        if door.ends_with('/') { self.name.starts_with(door) } else { self.name == door }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders: Vec<_> = CRATES.iter().map(|(folder, _)| root().join(folder).join("src")).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                let name = name.trim_start_matches("./").to_owned();
                if is_test(&name) {
                    continue;
                }
                found.push(Source { name, lines: code(&fs::read_to_string(&path).unwrap()) });
            }
        }
    }
    assert!(found.len() > 200, "the sources are there");
    found
}

fn is_test(name: &str) -> bool {
    name.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "tests_support.rs"))
}

/// The lines before the tests at the end of a file, without remarks.
fn code(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let tests =
        lines.windows(2).position(|pair| pair == ["#[cfg(test)]", "mod tests {"]).unwrap_or(lines.len());
    let mut code: Vec<String> = Vec::new();
    for line in lines.iter().take(tests).filter(|line| !line.trim_start().starts_with("//")) {
        // An import that goes on over lines is read as one.
        match code.last_mut().filter(|last| last.trim_start().starts_with("use ") && !last.ends_with(';')) {
            Some(last) => last.push_str(line.trim()),
            None => code.push((*line).to_owned()),
        }
    }
    code
}

/// Returns the first words of all paths in a line that begin with `prefix`: `crate::{read, write}` has two.
fn heads(line: &str, prefix: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in line.match_indices(prefix) {
        if line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &line[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(list) => found.extend(
                list.split(['}', ';']).next().unwrap_or_default().split(',').map(|part| word(part.trim())),
            ),
            None => found.push(word(rest)),
        }
    }
    found
}

/// Returns each import of one of the modules `forbidden` by a file within `places`.
fn imports(places: &[&str], forbidden: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| places.iter().any(|place| source.is_within(place))) {
        for line in &source.lines {
            for head in heads(line, "crate::").into_iter().chain(heads(line, "fasttrack_roster::")) {
                if forbidden.contains(&head.as_str()) {
                    found.push(format!("{}: {}", source.name, line.trim()));
                }
            }
        }
    }
    found
}

#[test]
fn each_crate_stands_on_those_below_it_alone() {
    for (folder, below) in CRATES {
        let text = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let used = text.split("\n[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
        let ours = used.lines().filter_map(|line| line.strip_prefix("fasttrack-")?.split(['.', ' ']).next());
        let mut ours: Vec<&str> = ours.collect();
        ours.sort_unstable();
        assert_eq!(ours, below, "{folder}");
    }
}

#[test]
fn judging_and_sheets_as_data_do_no_input_or_output() {
    let forbidden =
        ["std::fs", "std::env", "std::net", "std::process", "std::thread", "std::time", "println!"];
    let is_pure = |source: &&Source| {
        ["crates/core/", "src/report.rs", "src/report/", "src/sql.rs", "src/sql/"]
            .iter()
            .any(|place| source.is_within(place))
    };
    let mut found = Vec::new();
    for source in sources().iter().filter(is_pure) {
        let lines = source.lines.iter().filter(|line| forbidden.iter().any(|word| line.contains(word)));
        found.extend(lines.map(|line| format!("{}: {}", source.name, line.trim())));
    }
    assert_eq!(found, [""; 0]);
    // What sheets are made of is told by who renders them.
    let verbs = ["read", "job", "audit", "run_report", "cli"];
    assert_eq!(imports(&["src/report.rs", "src/report/"], &verbs), [""; 0]);
}

#[test]
fn an_audit_shares_no_code_with_who_wrote_the_workbook() {
    let audit = ["src/audit.rs", "src/audit/"];
    // Lists that follow from all rows are made again as every run makes them, in one place; what is laid beside them is
    // read from the workbook by this room's own code.
    let made = imports(&audit, &["write", "job"]);
    let may = |line: &&String| {
        line.starts_with("src/audit/again.rs") || line.contains("use crate::job::catalogues::")
    };
    assert_eq!(made.iter().filter(|line| !may(line)).collect::<Vec<_>>(), [""; 0]);
    // The roster is read as every run reads it; the workbook is not.
    let read = imports(&audit, &["read"]);
    let doors = ["src/audit/roster.rs", "src/audit/again.rs"];
    let has_door = |line: &String| doors.iter().any(|door| line.starts_with(door));
    assert!(!read.is_empty() && read.iter().all(has_door), "{read:?}");
}

#[test]
fn the_library_never_sees_the_command_line() {
    let library = [
        "crates/",
        "src/job.rs",
        "src/job/",
        "src/audit.rs",
        "src/audit/",
        "src/report.rs",
        "src/report/",
        "src/run_report.rs",
        "src/run_report/",
        "src/nightly.rs",
        "src/nightly/",
        "src/sql.rs",
        "src/sql/",
        "src/lib.rs",
    ];
    assert_eq!(imports(&library, &["cli"]), [""; 0]);
}

#[test]
fn the_server_of_the_page_never_reads_a_roster() {
    let mut used: Vec<String> = Vec::new();
    for source in sources().iter().filter(|source| source.is_within("crates/serve/")) {
        used.extend(source.lines.iter().flat_map(|line| heads(line, "fasttrack_read::")));
    }
    // Small files that whoever started it names, such as a policy, are all it opens.
    assert_eq!(used, ["regular"]);
}

#[test]
fn each_foreign_crate_has_one_door() {
    let mut found = Vec::new();
    for source in &sources() {
        for (name, doors) in DOORS {
            if doors.iter().any(|door| source.is_within(door)) {
                continue;
            }
            let uses = |line: &&String| {
                !heads(line, &format!("{name}::")).is_empty() || line.trim() == format!("use {name};")
            };
            found.extend(
                source.lines.iter().filter(uses).map(|line| format!("{}: {}", source.name, line.trim())),
            );
        }
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_words_behind_a_path_are_found() {
    assert_eq!(heads("use crate::read::{self, Input};", "crate::"), ["read"]);
    assert_eq!(heads("use crate::{policy, write::target};", "crate::"), ["policy", "write"]);
    assert_eq!(
        heads(&code("use crate::{\n    read,\n    write,\n};\n")[0], "crate::"),
        ["read", "write", ""]
    );
    assert_eq!(heads("let x = my_csv::read(); a::csv::b", "csv::"), [""; 0]);
    assert_eq!(heads("csv::ReaderBuilder::new()", "csv::"), ["ReaderBuilder"]);
    assert!(is_test("policy/tests/data.rs") && !is_test("policy.rs"));
}

//! Who may import whom: nouns touch nothing, verbs never see each other, each foreign crate has one door.
#![allow(clippy::string_slice, clippy::unwrap_used, reason = "a helper of tests: to fail loudly is its work")]

use std::fs;
use std::path::Path;

const NOUNS: [&str; 17] = [
    "about",
    "changes",
    "escape",
    "fold",
    "guard",
    "hash",
    "diagnostic",
    "error",
    "findings",
    "policy",
    "plans",
    "record",
    "roster",
    "steps",
    "verdict",
    "summary",
    "tenants",
];
const SHEETS: &str = "report";
const VERBS: [&str; 9] =
    ["read", "write", "annotate", "audit", "pipeline", "scratch", "sort", "tally", "threads"];

/// Foreign crate, and where it may be used: files and folders under `src/`.
const DOORS: [(&str, &[&str]); 18] = [
    ("csv", &["read/", "plans/"]),
    ("calamine", &["audit/book.rs"]),
    ("quick_xml", &["read/"]),
    ("encoding_rs", &["read/"]),
    ("chardetng", &["read/"]),
    ("memchr", &["read/", "write/", "audit/gate.rs"]),
    ("rust_xlsxwriter", &["write.rs", "write/"]),
    ("flate2", &["read/", "write/"]),
    ("parquet", &["write/flat/columnar.rs"]),
    ("bytes", &["write/flat/columnar.rs"]),
    ("zip", &["read/", "write.rs", "write/", "audit/gate.rs"]),
    ("tempfile", &["scratch.rs", "write/", "cli/mapping.rs"]),
    ("rayon", &["pipeline.rs"]),
    ("unicode_normalization", &["fold.rs"]),
    // The policy, the grammar of plans, and the columns that are kept in a file.
    ("toml", &["policy.rs", "policy/", "plans/grammar.rs", "roster/columns/kept.rs"]),
    ("clap", &["main.rs", "cli.rs", "cli/"]),
    ("serde_json", &["cli/"]),
    ("indicatif", &["cli/"]),
];

/// A source file of the program: where it stands under `src/`, and its lines that are code and no tests.
struct Source {
    name: String,
    lines: Vec<String>,
}

impl Source {
    /// The module at the top that the file belongs to: `policy/check.rs` belongs to `policy`.
    fn module(&self) -> &str {
        self.name.split(['/', '.']).next().unwrap_or_default()
    }

    fn is_within(&self, door: &str) -> bool {
        if door.ends_with('/') { self.name.starts_with(door) } else { self.name == door }
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                if is_test(&name) {
                    continue;
                }
                found.push(Source { name, lines: code(&fs::read_to_string(&path).unwrap()) });
            }
        }
    }
    assert!(found.len() > 40, "the sources are there");
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

/// Returns each import of one of `forbidden` by a file of one of `modules`.
fn imports(modules: &[&str], forbidden: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| modules.contains(&source.module())) {
        for line in &source.lines {
            for head in heads(line, "crate::").into_iter().chain(heads(line, "fasttrack_roster::")) {
                if forbidden.contains(&head.as_str()) {
                    found.push(format!("src/{}: {}", source.name, line.trim()));
                }
            }
        }
    }
    found
}

#[test]
fn nouns_import_no_verbs() {
    assert_eq!(imports(&NOUNS, &[&VERBS[..], &["run_report", SHEETS, "cli"]].concat()), [""; 0]);
    // What sheets are made of is told by who renders them.
    let verbs: Vec<&str> = VERBS.into_iter().filter(|verb| *verb != "write").collect();
    assert_eq!(imports(&[SHEETS], &[&verbs[..], &["run_report", "cli"]].concat()), [""; 0]);
}

#[test]
fn nouns_do_no_input_or_output() {
    let forbidden =
        ["std::fs", "std::env", "std::net", "std::process", "std::thread", "std::time", "println!"];
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| {
        (NOUNS.contains(&source.module()) || source.module() == SHEETS)
            // A program of its own, for those who maintain the catalogue.
            && source.name != "plans/derive_catalogue.rs"
    }) {
        let lines = source.lines.iter().filter(|line| forbidden.iter().any(|word| line.contains(word)));
        found.extend(lines.map(|line| format!("src/{}: {}", source.name, line.trim())));
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn read_and_write_never_see_each_other() {
    assert_eq!(
        imports(&["read"], &["write", "annotate", "pipeline", "report", "verdict", "policy"]),
        [""; 0]
    );
    // Writing reads its work back on all cores, so it knows the pipeline.
    assert_eq!(imports(&["write"], &["read", "annotate", "report", "verdict", "policy", "plans"]), [""; 0]);
}

#[test]
fn an_audit_shares_no_code_with_who_wrote_the_workbook() {
    assert_eq!(imports(&["audit"], &["write", "annotate"]), [""; 0]);
    // The roster is read as every run reads it; the workbook is not.
    let read = imports(&["audit"], &["read"]);
    assert!(!read.is_empty() && read.iter().all(|line| line.starts_with("src/audit/roster.rs")), "{read:?}");
}

#[test]
fn the_library_never_sees_the_command_line() {
    let library = [&NOUNS[..], &VERBS[..], &[SHEETS, "run_report", "lib"]].concat();
    assert_eq!(imports(&library, &["cli"]), [""; 0]);
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
                source.lines.iter().filter(uses).map(|line| format!("src/{}: {}", source.name, line.trim())),
            );
        }
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn every_module_is_a_noun_a_verb_or_the_command_line() {
    let known = [&NOUNS[..], &VERBS[..], &[SHEETS, "run_report", "cli", "lib", "main"]].concat();
    for source in sources() {
        assert!(known.contains(&source.module()), "src/{} has no place in the import table", source.name);
    }
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

//! The whole program, one folder a case: arguments and input in `tests/cases/`, and what has to come of it.
//!
//! A case folder holds
//! - `cmd`: the arguments, one a line;
//! - input files, copied to a folder of their own before the run; `NAME.xlsx.txt` becomes the workbook `NAME.xlsx`;
//!   `NAME.toml.changes` becomes the policy `NAME.toml`: the default one, with every `OLD => NEW` done to it;
//! - `stdin`, if something is piped in;
//! - `stdout`, `stderr` and `code`: what is expected; a file that is not there stands for nothing printed.
//!
//! `FASTTRACK_BLESS=1 cargo test --test all cases::` writes the expectations anew; read them before you commit them.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use assert_cmd::Command;
use fasttrack_roster::policy::{DEFAULT_NAME, Policy};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Files of a case folder that are no input.
const OWN_FILES: [&str; 5] = ["cmd", "stdin", "stdout", "stderr", "code"];

/// How lines begin whose end differs from run to run, or with every change of a policy or of the workbook.
const MASKED: [&str; 5] =
    ["\"duration_seconds\":", "\"finished_unix_seconds\":", "\"bytes\":", "\"sha256\":", "sha256 "];

/// Codes of faults, errors and policy faults; each has to be shown by a case at least. `plan-ambiguous` is none of
/// them: no name of the shipped catalogue stands for plans that differ; its own test is in `plans`. Nor is
/// `catalogue-too-many` or `overrides-too-many`, which take a hundred thousand lines, nor `parquet-too-large`, which takes some hundred MiB in
/// a few rows.
const CODES: &[&str] = &[
    // rows
    "add-on-marked",
    "alone-in-row",
    "caption",
    "caption-above",
    "cell-error",
    "cell-left-out",
    "cell-spans-lines",
    "cell-too-long",
    "heading-repeated",
    "digits-restyled",
    "id-shortened",
    "id-zeros-lost",
    "letters-garbled",
    "not-decodable",
    "other-table",
    "phase-unknown",
    "plan-amount",
    "plan-contradicted",
    "plan-elsewhere",
    "plan-missing",
    "plan-price-doubtful",
    "plan-readings",
    "plan-several",
    "plan-unknown",
    "row-hidden",
    "plans-differ",
    "row-long",
    "row-short",
    "seats-ambiguous",
    "seats-in-grace",
    "seats-missing",
    "seats-negative",
    "seats-not-whole",
    "seats-percent",
    "seats-several",
    "seats-shortened",
    "seats-too-many",
    "seats-unreadable",
    "seats-wrong-kind",
    "segment-not-read",
    "segment-unknown",
    "status-not-read",
    "status-unknown",
    "table-beside",
    "tenant-elsewhere",
    "tenant-from-above",
    "tenant-missing",
    "text-after-quote",
    "total-doubtful",
    "trial-not-read",
    "trial-unknown",
    "zero-byte",
    // columns and command line
    "column-doubtful",
    "column-missing",
    "column-uncertain",
    "encoding-unknown",
    "heading-not-found",
    "headings-missing",
    "map-not-readable",
    "map-not-valid",
    "plans-as-columns",
    "seats-lost",
    "segment-unknown",
    "split-folder",
    "split-owner",
    "split-too-many",
    "tables-side-by-side",
    "usage",
    "users-listed",
    // roster files
    "columns-by-width",
    "delimiter-unknown",
    "encodings-mixed",
    "lines-quoted",
    "quote-not-closed",
    "record-too-long",
    "record-too-wide",
    "roster-empty",
    "roster-format",
    "roster-json",
    "roster-lock-file",
    "roster-missing",
    "roster-no-rows",
    "roster-not-text",
    "roster-pointer",
    "roster-unreadable",
    "sep-line-wrong",
    "sheet-missing",
    "sheet-uncertain",
    "too-many-bytes",
    "too-many-columns",
    "too-many-rows",
    "too-much-time",
    "workbook-damaged",
    "workbook-format",
    "workbook-protected",
    "workbook-too-large",
    // the earlier night
    "roster-shrank",
    "since-cell",
    "since-columns",
    "since-not-ours",
    "since-not-readable",
    "since-part",
    "since-rows",
    // audits
    "audit-catalogue-other",
    "audit-not-ours",
    "audit-not-readable",
    "audit-policy-other",
    // output
    "map-not-writable",
    "output-is-folder",
    "output-is-input",
    "output-not-writable",
    // policies
    "policy-not-readable",
    "toml-syntax",
    "threshold-missing",
    "threshold-falls",
    "key-unknown",
    "segment-unknown",
    "source-missing",
    "threshold-not-whole",
    "product-name-unknown",
    "product-id-unknown",
    "product-id-elsewhere",
    "family-unknown",
    "source-unknown",
    "key-missing",
    // own catalogues
    "catalogue-cell-missing",
    "catalogue-cell-stray",
    "catalogue-differs",
    "catalogue-guid-malformed",
    "catalogue-heading-missing",
    "catalogue-heading-twice",
    "catalogue-heading-unknown",
    "catalogue-name-missing",
    "catalogue-names-nothing",
    "catalogue-not-readable",
    "catalogue-taken",
    "catalogue-text-unusable",
    "catalogue-twice",
    "catalogue-unclear",
    "catalogue-word-unknown",
    // overrides
    "override-cell-stray",
    "override-conflict",
    "override-heading-missing",
    "override-heading-twice",
    "override-heading-unknown",
    "override-kind-unknown",
    "override-names-nothing",
    "override-nothing-filled-in",
    "override-overruled",
    "override-plan",
    "override-plan-unknown",
    "override-reach",
    "override-repeated",
    "override-seats",
    "override-segment-unknown",
    "override-sets-nothing",
    "override-unclear",
    "override-unused",
    "override-word-unknown",
    "overrides-not-readable",
    "overrides-nothing-filled-in",
    "overrides-nothing-to-settle",
];

/// What came of a run, made comparable.
struct Outcome {
    stdout: String,
    stderr: String,
    code: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("cases")
}

/// Every folder with a `cmd` in it, in order.
fn folders() -> Vec<PathBuf> {
    let (mut found, mut waiting) = (Vec::new(), vec![root()]);
    while let Some(folder) = waiting.pop() {
        if folder.join("cmd").is_file() {
            found.push(folder);
            continue;
        }
        waiting.extend(
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()),
        );
    }
    found.sort();
    found
}

fn run(case: &Path) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(case).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(".xlsx.txt") {
            fs::write(folder.path().join(format!("{stem}.xlsx")), workbook(&path)).unwrap();
        } else if let Some(policy_name) = name.strip_suffix(".changes") {
            fs::write(folder.path().join(policy_name), policy(&path)).unwrap();
        } else if !OWN_FILES.contains(&name.as_str()) {
            fs::copy(&path, folder.path().join(name)).unwrap();
        }
    }
    let mut command = Command::cargo_bin("fasttrack").unwrap();
    command
        .current_dir(folder.path())
        .env_remove("COLUMNS")
        .args(fs::read_to_string(case.join("cmd")).unwrap().lines());
    if let Ok(piped) = fs::read(case.join("stdin")) {
        command.write_stdin(piped);
    }
    let output = command.output().unwrap();
    let code = output.status.code().map_or("killed".to_owned(), |code| code.to_string());
    Outcome {
        stdout: comparable(&output.stdout, folder.path()),
        stderr: comparable(&output.stderr, folder.path()),
        code: format!("{code}\n"),
    }
}

/// The default policy with some lines changed: `OLD => NEW`, where `OLD` is the start of a line that stands there.
fn policy(changes: &Path) -> String {
    let mut lines: Vec<String> = Policy::shipped(DEFAULT_NAME).unwrap().lines().map(str::to_owned).collect();
    for change in fs::read_to_string(changes).unwrap().lines() {
        let (old, new) = change.split_once(" => ").unwrap();
        let found = lines.iter_mut().find(|line| line.starts_with(old));
        new.clone_into(found.unwrap_or_else(|| panic!("`{old}` begins no line of the policy")));
    }
    lines.join("\n")
}

/// A workbook out of text: a line of `# NAME` begins a sheet, any other is a row with tabs between its cells. `!date`,
/// `!true` and `!error` are such cells, digits are numbers.
fn workbook(description: &Path) -> Vec<u8> {
    let mut workbook = Workbook::new();
    // A clock would change the hash in the run report.
    let day = ExcelDateTime::from_ymd(2026, 1, 31).unwrap();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&day));
    let text = fs::read_to_string(description).unwrap();
    let mut sheets: Vec<(Worksheet, u32)> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("# ") {
            let mut sheet = Worksheet::new();
            sheet.set_name(name).unwrap();
            sheets.push((sheet, 0));
            continue;
        }
        let (sheet, row) = sheets.last_mut().unwrap();
        for (column, cell) in (0..).zip(line.split('\t')).filter(|(_, cell)| !cell.is_empty()) {
            put(sheet, *row, column, cell);
        }
        *row += 1;
    }
    for (sheet, _) in sheets {
        workbook.push_worksheet(sheet);
    }
    workbook.save_to_buffer().unwrap()
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &str) {
    let done = match cell {
        "!date" => {
            let day = ExcelDateTime::from_ymd(2026, 1, 31).unwrap();
            sheet.write_datetime_with_format(row, column, &day, &Format::new().set_num_format("yyyy-mm-dd"))
        }
        "!percent" => sheet.write_number_with_format(row, column, 4.8, &Format::new().set_num_format("0%")),
        "!struck" => {
            let struck = Format::new().set_font_strikethrough();
            sheet.write_rich_string(row, column, &[(&struck, "480"), (&Format::new(), " 20")])
        }
        "!true" => sheet.write_boolean(row, column, true),
        "!error" => sheet.write_formula(row, column, Formula::new("=1/0").set_result("#DIV/0!")),
        cell => match cell.parse::<f64>() {
            Ok(number) => sheet.write_number(row, column, number),
            Err(_) => sheet.write_string(row, column, cell),
        },
    };
    done.unwrap();
}

/// Masks what differs from run to run and from machine to machine.
fn comparable(printed: &[u8], folder: &Path) -> String {
    if printed.starts_with(b"PK\x03\x04") {
        return "(a workbook)\n".to_owned();
    }
    let mut text = String::from_utf8_lossy(printed).replace("\r\n", "\n");
    for path in [folder.canonicalize().unwrap(), folder.to_owned()] {
        text = text.replace(&*path.to_string_lossy(), "FOLDER");
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let masked = MASKED.into_iter().find(|key| line.trim_start().starts_with(key));
        let _ = match (masked, line.strip_prefix("wrote ").and_then(|rest| rest.rsplit_once(" in "))) {
            (Some(key), _) => {
                let indent = line.len() - line.trim_start().len();
                writeln!(out, "{}{key} MASKED", " ".repeat(indent))
            }
            (None, Some((path, _))) => writeln!(out, "wrote {path} in TIME"),
            (None, None) => writeln!(out, "{line}"),
        };
    }
    out
}

fn expected(case: &Path, name: &str) -> String {
    fs::read_to_string(case.join(name)).unwrap_or_default().replace("\r\n", "\n")
}

fn bless(case: &Path, name: &str, text: &str) {
    let file = case.join(name);
    if text.is_empty() {
        let _ = fs::remove_file(file);
    } else {
        fs::write(file, text).unwrap();
    }
}

#[test]
fn every_case_ends_as_its_folder_says() {
    let is_blessing = std::env::var_os("FASTTRACK_BLESS").is_some();
    let cases = folders();
    assert!(cases.len() > 50, "the cases are there");
    let mut wrong = String::new();
    for case in cases {
        let outcome = run(&case);
        for (name, found) in
            [("stdout", &outcome.stdout), ("stderr", &outcome.stderr), ("code", &outcome.code)]
        {
            if is_blessing {
                bless(&case, name, found);
            }
            let wanted = expected(&case, name);
            if wanted != *found {
                let case = case.strip_prefix(root()).unwrap().display();
                let _ = writeln!(wrong, "== {case}: {name}\n-- expected\n{wanted}-- found\n{found}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_code_is_shown_by_a_case() {
    let shown: String =
        folders().iter().map(|case| expected(case, "stderr") + &expected(case, "stdout")).collect();
    let missing: Vec<&str> =
        CODES.iter().copied().filter(|code| !shown.contains(&format!("[{code}]"))).collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn every_exit_code_is_reached_but_those_of_a_mistake_and_of_a_lock() {
    let found: Vec<String> = folders().iter().map(|case| expected(case, "code")).collect();
    for code in [0, 2, 3, 4, 5, 6, 8] {
        assert!(found.contains(&format!("{code}\n")), "no case ends with {code}");
    }
}

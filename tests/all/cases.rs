//! The whole program, one folder a case: arguments and input in `tests/cases/`, and what has to come of it.
//!
//! A case folder holds
//! - `cmd`: the arguments, one a line;
//! - input files and folders of files, copied to a folder of their own before the run; `NAME.xlsx.txt` becomes the workbook `NAME.xlsx`;
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

use crate::support::copied;
use assert_cmd::Command;
use fasttrack_roster::diagnostic::Code;
use fasttrack_roster::policy::{DEFAULT_NAME, Policy};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Files of a case folder that are no input.
const OWN_FILES: [&str; 5] = ["cmd", "stdin", "stdout", "stderr", "code"];

/// How lines begin whose end differs from run to run, or with every change of a policy or of the workbook.
const MASKED: [&str; 6] = [
    "\"duration_seconds\":",
    "\"finished_unix_seconds\":",
    "\"bytes\":",
    "\"sha256\":",
    "sha256 ",
    // That of an input which was written by the test.
    "\"date\":",
];

/// Codes that no case shows.
const WITHOUT_CASE: &[Code] = &[
    // They take a hundred thousand lines, hundreds of MiB, or a system that refuses room, threads or rights; the tests of
    // the whole program have some of them.
    Code::CatalogueTooMany,
    Code::OverridesTooMany,
    Code::ParquetTooLarge,
    Code::PolicyTooLarge,
    Code::NoRoom,
    Code::NoThread,
    Code::RunLocked,
    Code::TablesGaveUp,
    Code::RosterChanged,
    Code::NightState,
    Code::RunEnded,
    Code::OutputNotAFile,
    Code::FormulaWithoutValue,
    // No name of the shipped catalogue stands for plans that differ; its test is in `plans`.
    Code::PlanAmbiguous,
    // Faults of policies beyond those that people meet first; `policy/tests/faults.rs` has each.
    Code::AddressMalformed,
    Code::DateMalformed,
    Code::EntitlementUnknown,
    Code::FamilyMissing,
    Code::IdDuplicate,
    Code::IdNotAWord,
    Code::InterpretationNotGranted,
    Code::InterpretationOverlaps,
    Code::KindMissing,
    Code::KindUnknown,
    Code::ListEmpty,
    Code::NameDuplicate,
    Code::NamePartsTiers,
    Code::NameReserved,
    Code::NumberNotWhole,
    Code::RangeEmpty,
    Code::RungMissing,
    Code::RungTwice,
    Code::SchemaUnsupported,
    Code::SegmentMissing,
    Code::ServiceOrder,
    Code::TextEmpty,
    Code::TextTooLong,
    Code::TextUnclean,
    Code::TooMany,
    Code::TypeWrong,
    Code::WordDuplicate,
    Code::WordEmpty,
    Code::WordUnknown,
    Code::YearOutOfRange,
    // Of the maintainer's tables, of a library's caller, and of promises that do not hold.
    Code::CatalogueNotDerived,
    Code::Stopped,
    Code::WorkbookNotMade,
    Code::Internal,
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
        } else if path.is_dir() {
            copied(&path, &folder.path().join(name));
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
    let is_shown = |code: &&Code| shown.contains(&format!("[{code}]"));
    let missing: Vec<&Code> =
        Code::ALL.iter().filter(|code| !is_shown(code) && !WITHOUT_CASE.contains(code)).collect();
    let needless: Vec<&Code> = WITHOUT_CASE.iter().filter(is_shown).collect();
    assert!(needless.is_empty(), "cases show {needless:?}");
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn every_exit_code_is_reached_but_those_of_a_mistake_and_of_a_lock() {
    let found: Vec<String> = folders().iter().map(|case| expected(case, "code")).collect();
    for code in [0, 2, 3, 4, 5, 6, 8, 10] {
        assert!(found.contains(&format!("{code}\n")), "no case ends with {code}");
    }
}

//! What the tests share: a roster written down, annotated, and its workbook read back.
#![allow(dead_code, reason = "each test uses its own part of this")]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

pub(crate) mod flat;
pub(crate) mod policies;
pub(crate) mod split;
pub(crate) mod table;

use calamine::{Data, Reader, Xlsx, open_workbook};
use fasttrack_roster::error::Result;
use fasttrack_roster::job::unwatched;
use fasttrack_roster::job::{Done, Job, annotate};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::read::Input;
use fasttrack_roster::write::target::Target;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Our headings under the default policy, in the order of the sheet.
pub(crate) const OURS: [&str; 15] = [
    "FastTrack segment",
    "Segment from",
    "Eligible",
    "Seats counted",
    "FastTrack tier",
    "Portal",
    "Q&A",
    "Specialist",
    "Migration",
    "Next tier",
    "Seats to next tier",
    "Why",
    "Recognised as",
    "Covered services",
    "Needs review",
];

/// Writes a generated roster of several blocks, some 9,000 rows of which so many of a thousand are messy; returns where
/// it is.
pub(crate) fn generated(folder: &Path, seed: u64, messy_per_mille: u64) -> PathBuf {
    let mut text = Vec::new();
    crate::rows::write_csv(crate::rows::Recipe { rows: 9_000, seed, messy_per_mille }, &mut text).unwrap();
    assert!(text.len() > 1_000_000, "several blocks");
    let path = folder.join("roster.csv");
    std::fs::write(&path, text).unwrap();
    path
}

/// Returns a job for the default policy, with two worker threads.
pub(crate) fn job(input: &Path, output: &Path) -> Job {
    Job {
        target: Some(Target::File(output.to_owned())),
        workers: Workers::new(2).unwrap(),
        ..Job::new(Input::File(input.to_owned()), Policy::default_shipped().unwrap())
    }
}

/// Returns what stands in a folder, by name, in order.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Copies a folder with all that is in it.
pub(crate) fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Annotates quietly.
pub(crate) fn run(job: &Job) -> Result<Done> {
    annotate(job, &unwatched)
}

/// Writes bytes as a roster, annotates it under a policy, and returns what came of it with the Roster sheet.
pub(crate) fn annotated(name: &str, bytes: &[u8], policy: &Policy) -> (Done, Vec<Vec<Data>>) {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join(name), folder.path().join("out.xlsx"));
    std::fs::write(&input, bytes).unwrap();
    let done = run(&Job { policy: policy.clone(), ..job(&input, &output) }).unwrap();
    let rows = sheet(&output, "Roster");
    (done, rows)
}

/// Returns the cells of a sheet, from A1.
pub(crate) fn sheet(workbook: &Path, name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(workbook).unwrap();
    let range = book.worksheet_range(name).unwrap();
    assert_eq!(range.start(), Some((0, 0)), "a sheet of ours begins in A1");
    range.rows().map(<[Data]>::to_vec).collect()
}

/// Returns a cell as a person reads it; what is not there is empty.
pub(crate) fn shown(row: &[Data], column: usize) -> String {
    row.get(column).map(ToString::to_string).unwrap_or_default()
}

/// Returns the cell under a heading as a person reads it.
pub(crate) fn under(rows: &[Vec<Data>], row: usize, heading: &str) -> String {
    let column = (0..rows[0].len()).find(|column| shown(&rows[0], *column) == heading);
    shown(&rows[row], column.unwrap_or_else(|| panic!("no heading `{heading}` in {:?}", rows[0])))
}

/// Returns rows of four columns below their headings.
pub(crate) fn with_headings(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let headings = ["Tenant", "Plan", "Paid seats", "Segment"].map(str::to_owned).to_vec();
    std::iter::once(headings).chain(rows.iter().cloned()).collect()
}

/// Returns rows as comma-separated text with every cell in quotes.
pub(crate) fn csv<R: AsRef<[C]>, C: AsRef<str>>(rows: &[R]) -> String {
    rows.iter().fold(String::new(), |mut text, row| {
        let cells = row.as_ref().iter().map(|cell| format!("\"{}\"", cell.as_ref().replace('"', "\"\"")));
        let _ = write!(text, "{}\r\n", cells.collect::<Vec<_>>().join(","));
        text
    })
}

/// Returns every XML part of a workbook whose name begins so, with its name.
pub(crate) fn parts(workbook: &Path, prefix: &str) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(workbook).unwrap()).unwrap();
    let mut found = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        if name.starts_with(prefix) {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut part, &mut text).unwrap();
            found.push((name, text));
        }
    }
    found
}

/// Returns the formulas of a part of a workbook.
pub(crate) fn formulas(workbook: &Path, part: &str) -> Vec<String> {
    let texts = parts(workbook, part);
    let opened = texts.iter().flat_map(|(_, text)| text.split("<f").skip(1));
    let formulas = opened.filter(|rest| rest.starts_with(['>', ' ']));
    formulas.map(|rest| rest.split("</f>").next().unwrap_or_default().to_owned()).collect()
}

//! `fasttrack annotate` and `fasttrack check`.

use crate::cli::args::{Annotate, Check, Making, Reading};
use crate::cli::exit::Exit;
use crate::cli::{policy, progress, say};
use fasttrack_roster::about::Form;
use fasttrack_roster::annotate::{Done, FAULTS_SHOWN, Job, annotate};
use fasttrack_roster::diagnostic::{excerpt, visible};
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::policy::Policy;
use fasttrack_roster::read::Input;
use fasttrack_roster::report::run::delimiter_name;
use fasttrack_roster::run_report::RunReport;
use fasttrack_roster::verdict::words::{counted, grouped, tier_name};
use fasttrack_roster::write::target::Target;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The name that stands for standard input and standard output.
const STREAM: &str = "-";

/// Runs `annotate`.
///
/// # Errors
/// Why there is no workbook.
pub fn run(wanted: &Annotate) -> Result<Exit> {
    let target = match &wanted.output {
        Some(path) if path.as_os_str() == STREAM => Target::Stdout,
        Some(path) => Target::File(path.clone()),
        None => Target::File(beside(&wanted.reading.roster)),
    };
    if target == Target::Stdout && wanted.reading.json {
        return Err(usage(
            "`-o -` and `--json` both ask for standard output",
            "write the workbook to a file",
        ));
    }
    work(&wanted.reading, Some(target), &wanted.making)
}

/// Runs `check`.
///
/// # Errors
/// Why the roster cannot be read.
pub fn check(wanted: &Check) -> Result<Exit> {
    work(&wanted.reading, None, &Making::default())
}

fn work(reading: &Reading, target: Option<Target>, making: &Making) -> Result<Exit> {
    let began = Instant::now();
    let is_check = target.is_none();
    let job = Job {
        input: if reading.roster.as_os_str() == STREAM {
            Input::Stdin
        } else {
            Input::File(reading.roster.clone())
        },
        target,
        policy: policy::load(reading.policy.as_deref())?,
        sheet: reading.sheet.clone(),
        mappings: reading.map.clone(),
        tenant: reading.tenant.clone(),
        threads: reading.threads,
        method: making.writer.into(),
        compression: making.compression.into(),
    };
    let bar = progress::bar(reading.quiet);
    let done = annotate(&job, &|rows| bar.set_position(rows));
    bar.finish_and_clear();
    let done = done?;
    let told = told(&job.policy, &done, is_check, began.elapsed());
    // What `check` finds is its result; beside a workbook or a run report the same words are only a remark.
    if is_check && !reading.json && !reading.quiet {
        say::out(&format!("{told}\n"))?;
    } else if !reading.quiet {
        say::note(&told);
    }
    if reading.json {
        let finished = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let report = RunReport::new(&job.policy, &done, began.elapsed(), finished);
        let text = serde_json::to_string_pretty(&report)
            .map_err(|error| Error::internal(format!("no run report: {error}")))?;
        say::out(&format!("{text}\n"))?;
    }
    Ok(if done.summary.review() > 0 { Exit::Review } else { Exit::Done })
}

/// `customers.csv` becomes `customers.fasttrack.xlsx` in the same folder; standard input becomes `roster.fasttrack.xlsx`
/// in the current one.
fn beside(roster: &Path) -> PathBuf {
    if roster.as_os_str() == STREAM {
        return PathBuf::from("roster.fasttrack.xlsx");
    }
    roster.with_extension("fasttrack.xlsx")
}

fn usage(message: &str, help: &str) -> Error {
    use fasttrack_roster::diagnostic::Diagnostic;
    use fasttrack_roster::error::ErrorKind;
    Error::new(ErrorKind::Usage, Diagnostic::error("usage", message).help(help))
}

fn told(policy: &Policy, done: &Done, is_check: bool, took: Duration) -> String {
    let mut text = String::new();
    let summary = &done.summary;
    for fault in &done.faults {
        let _ = writeln!(text, "{fault}\n");
    }
    let faults: u64 = summary.faults.values().sum();
    let shown = u64::try_from(done.faults.len()).unwrap_or(0);
    if faults > shown {
        let where_to =
            if is_check { "`annotate` lists them all" } else { "all of them are on the Review sheet" };
        let _ = writeln!(
            text,
            "... and {} more; the first {FAULTS_SHOWN} are shown, {where_to}\n",
            grouped(faults - shown)
        );
    }
    let _ = writeln!(text, "{}", about(done));
    for remark in done.about.remarks(summary.hidden) {
        let _ = writeln!(text, "  remark: {}", visible(&remark));
    }
    for found in &done.columns.found {
        let _ = writeln!(text, "{}", column(found, done, is_check));
    }
    let _ = writeln!(
        text,
        "{} read = {} classified + {} to review + {} blank + {} footer",
        counted(summary.read, "row", "rows"),
        grouped(summary.classified()),
        grouped(summary.review()),
        grouped(summary.blank),
        grouped(summary.footer)
    );
    for tier in summary.tiers() {
        let count = summary.tier(tier);
        if count.rows > 0 {
            let name = tier_name(policy, tier);
            let rows = counted(count.rows, "row", "rows");
            let _ = writeln!(
                text,
                "  {name:<14}{rows:>22}{:>26}",
                counted(count.seats, "paid seat", "paid seats")
            );
        }
    }
    let _ = write!(text, "policy {}, effective {}", policy.name, policy.effective);
    if let Some(path) = done.written.as_ref().and_then(|written| written.path.as_ref()) {
        let _ = write!(text, "\nwrote {} in {:.1} s", path.display(), took.as_secs_f64());
    }
    text
}

fn about(done: &Done) -> String {
    let about = &done.about;
    match &about.form {
        Form::Text { encoding, delimiter } => {
            let delimiter = delimiter_name(*delimiter);
            format!("{}: text, {encoding}, {delimiter}, headings in line {}", about.name, about.header_row)
        }
        Form::Workbook { sheet, .. } => {
            format!(
                "{}: workbook, sheet `{}`, headings in row {}",
                about.name,
                visible(sheet),
                about.header_row
            )
        }
    }
}

fn column(found: &fasttrack_roster::roster::columns::Found, done: &Done, with_samples: bool) -> String {
    let mut text = format!("  {:<8} `{}` ({})", found.field.word(), visible(&found.heading), found.because);
    if !found.others.is_empty() {
        let others: Vec<String> = found.others.iter().map(|other| format!("`{}`", visible(other))).collect();
        let _ = write!(text, "; {} would fit too", others.join(", "));
    }
    if let Some(column) = found.column.filter(|_| with_samples) {
        let samples: Vec<String> = done
            .samples
            .iter()
            .filter_map(|cells| cells.get(column))
            .filter(|cell| !cell.is_empty())
            .map(|cell| format!("`{}`", visible(&excerpt(cell))))
            .collect();
        if !samples.is_empty() {
            let _ = write!(text, ": {}", samples.join(", "));
        }
    }
    text
}

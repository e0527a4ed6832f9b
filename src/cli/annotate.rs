//! `fasttrack annotate` and `fasttrack check`.

use crate::cli::args::{Annotate, Check, Making, Reading};
use crate::cli::exit::Exit;
use crate::cli::{mapping, policy, progress, say};
use fasttrack_roster::about::Form;
use fasttrack_roster::annotate::{Done, FAULTS_SHOWN, Job, annotate};
use fasttrack_roster::diagnostic::{excerpt, visible};
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::policy::Policy;
use fasttrack_roster::read::Input;
use fasttrack_roster::report::run::{delimiter_name, encoding_name, separators_words};
use fasttrack_roster::roster::columns::{Field, Flag, Found};
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
        overrides: reading.overrides.clone(),
        sheet: reading.sheet.clone(),
        mappings: mapping::wished(reading)?,
        tenant: reading.tenant.clone(),
        guesses: mapping::guesses(reading),
        encoding: reading.encoding.clone(),
        delimiter: reading.delimiter,
        limits: reading.limits()?,
        threads: reading.threads,
        method: making.writer.into(),
        compression: making.compression.into(),
    };
    let bar = progress::bar(reading.quiet);
    let done = annotate(&job, &|rows| bar.set_position(rows));
    bar.finish_and_clear();
    let done = done?;
    if let Some(path) = &reading.save_map {
        mapping::save(path, &done)?;
        if !reading.quiet {
            say::note(&format!("kept the columns in {}", path.display()));
        }
    }
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
    if let Some(export) = done.columns.export {
        let warning = export.repeats.warning().map_or(String::new(), |warning| format!("; {warning}"));
        let _ = writeln!(text, "  {:<8} {}{warning}", "export", export.name);
    }
    for found in &done.columns.found {
        let _ = writeln!(text, "{}", column(found, done, is_check));
    }
    for unread in &done.columns.unread {
        let flag = Flag::new(unread.field, unread.column, &done.about.headings);
        let (heading, near) = (visible(&unread.heading), unread.near);
        let _ =
            writeln!(text, "  not read `{heading}` (its heading is near `{near}`; if it is one, add {flag})");
    }
    text.push_str(&settled(done));
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
    let tenants = &done.tenants;
    if tenants.tenants() > 0 {
        let where_to = if is_check { "`annotate` rolls them up" } else { "see the Tenants sheet" };
        let _ = writeln!(
            text,
            "{} on several rows, {} in all; {where_to}",
            counted(tenants.tenants(), "tenant stands", "tenants stand"),
            grouped(tenants.rows)
        );
    }
    if let Some(overrides) = &done.overrides {
        let (set, of) = (summary.overridden, counted(summary.read, "row", "rows"));
        let _ = writeln!(text, "overrides from {}, {} of {of} set", overrides.name, grouped(set));
    }
    let _ = write!(text, "policy {}, effective {}", policy.name, policy.effective);
    for note in done.overrides.iter().flat_map(|overrides| overrides.notes(&summary.override_lines)) {
        let _ = write!(text, "\n{note}");
    }
    if let Some(path) = done.written.as_ref().and_then(|written| written.path.as_ref()) {
        let _ = write!(text, "\nwrote {} in {:.1} s", path.display(), took.as_secs_f64());
    }
    text
}

fn about(done: &Done) -> String {
    let about = &done.about;
    match &about.form {
        Form::Text { encoding, guess, delimiter } => {
            let (encoding, delimiter) = (encoding_name(encoding, *guess), delimiter_name(*delimiter));
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

/// The flags that settle what was guessed.
fn settled(done: &Done) -> String {
    let headings = &done.about.headings;
    let flag =
        |found: &Found| found.column.map(|column| Flag::new(found.field, column, headings).to_string());
    let flags: Vec<String> = done.columns.guesses().filter_map(flag).collect();
    if flags.is_empty() {
        return String::new();
    }
    format!(
        "  where a guess is right, say so the next time with {}, or keep all columns with --save-map\n",
        flags.join(" ")
    )
}

fn column(found: &Found, done: &Done, with_samples: bool) -> String {
    let quoted = |heading: &str| format!("`{}`", visible(heading));
    let mut text = format!("  {:<8} {} ({})", found.field.word(), quoted(&found.heading), found.why(&quoted));
    if found.field == Field::Seats {
        text.push_str(&separators_words(&done.about, done.separators));
    }
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

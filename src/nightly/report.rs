//! The report of a night as JSON: for programs, and for `nightly status`. Its schema is in `docs/schemas`.

use super::configuration::Configuration;
use super::end::RosterEnd;
use super::ledger::state_failed;
use super::outbox::write_whole;
use super::run::Night;
use super::{page, words};
use crate::PROGRAM;
use crate::error::{Error, Result};
use crate::run_report::DiagnosticPart;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// The version of this shape; grows when a field changes its meaning or goes away, not when one is added.
pub const SCHEMA: u32 = 1;

/// Reports that are kept: more than a year of nights.
const LIMIT_KEPT: usize = 400;

/// The report of a night.
#[derive(Debug, Serialize)]
pub struct NightReport {
    schema: u32,
    program: &'static str,
    night: String,
    began: String,
    ended: String,
    duration_seconds: f64,
    dry_run: bool,
    exit_code: u8,
    /// What the night came to, in a sentence.
    summary: String,
    counts: Counts,
    rosters: Vec<RosterPart>,
    /// Files of the inbox that fit no roster.
    files_of_no_roster: Vec<String>,
    /// Files of outputs that were removed, since they are not kept any more.
    removed_files: u64,
    remarks: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Counts {
    done: u32,
    nothing_to_do: u32,
    passed_over: u32,
    failed: usize,
    missing: u32,
}

/// How a file of a roster ended.
#[derive(Debug, Serialize)]
pub struct RosterPart {
    roster: String,
    file: Option<String>,
    state: &'static str,
    needs_action: bool,
    summary: String,
    exit_code: u8,
    duration_seconds: f64,
    rows: Option<RowsPart>,
    tiers: Vec<TierPart>,
    changes: Option<ChangesPart>,
    compared_with: Option<String>,
    outputs: Vec<OutputPart>,
    run_report: Option<PathBuf>,
    diagnostics: Vec<DiagnosticPart>,
    remarks: Vec<String>,
}

#[derive(Debug, Serialize)]
struct RowsPart {
    read: u64,
    classified: u64,
    needs_review: u64,
    blank: u64,
    footer: u64,
}

#[derive(Debug, Serialize)]
struct TierPart {
    tier: String,
    customers: u64,
    paid_seats: u64,
}

#[derive(Debug, Serialize)]
struct ChangesPart {
    up: u64,
    down: u64,
    new: u64,
    gone: u64,
}

#[derive(Debug, Serialize)]
struct OutputPart {
    path: PathBuf,
    bytes: u64,
    sha256: String,
}

impl NightReport {
    /// Returns the report of a night.
    #[must_use]
    pub fn new(night: &Night) -> Self {
        Self {
            schema: SCHEMA,
            program: PROGRAM,
            night: night.began.day().to_string(),
            began: night.began.to_string(),
            ended: night.ended.to_string(),
            duration_seconds: night.took.as_secs_f64(),
            dry_run: night.is_dry,
            exit_code: night.code,
            summary: words::of_night(night),
            counts: Counts {
                done: night.ends.done,
                nothing_to_do: night.ends.known,
                passed_over: night.ends.passed_over,
                failed: night.ends.failed.len(),
                missing: night.ends.missing,
            },
            rosters: night.rosters.iter().map(RosterPart::new).collect(),
            files_of_no_roster: night.strangers.clone(),
            removed_files: night.removed,
            remarks: night.remarks.clone(),
        }
    }
}

impl RosterPart {
    /// Returns how a file of a roster ended.
    #[must_use]
    pub fn new(end: &RosterEnd) -> Self {
        let done = end.done.as_ref();
        let rows = done.map(|done| {
            let [read, classified, needs_review, blank, footer] = done.rows;
            RowsPart { read, classified, needs_review, blank, footer }
        });
        let tier = |(tier, customers, paid_seats): &(String, u64, u64)| TierPart {
            tier: tier.clone(),
            customers: *customers,
            paid_seats: *paid_seats,
        };
        let outputs = done.into_iter().flat_map(|done| done.outputs.values()).zip(&end.outputs);
        let output = |(output, path): (&super::ledger::Output, &PathBuf)| OutputPart {
            path: path.clone(),
            bytes: output.bytes,
            sha256: output.sha256.clone(),
        };
        Self {
            roster: end.roster.clone(),
            file: end.input.clone(),
            state: words::state(end.state),
            needs_action: words::needs_a_person(end.state),
            summary: words::sentence(end),
            exit_code: exit_code(end),
            duration_seconds: end.took.as_secs_f64(),
            rows,
            tiers: done.iter().flat_map(|done| &done.tiers).map(tier).collect(),
            changes: done.and_then(|done| done.moves).map(|[up, down, new, gone]| ChangesPart {
                up,
                down,
                new,
                gone,
            }),
            compared_with: end.compared_with.clone(),
            outputs: outputs.map(output).collect(),
            run_report: end.run_report.clone(),
            diagnostics: end
                .failure
                .iter()
                .flat_map(|failure| &failure.diagnostics)
                .map(DiagnosticPart::from)
                .collect(),
            remarks: end.remarks.clone(),
        }
    }
}

/// Returns the exit code that a command of its own would have ended with.
fn exit_code(end: &RosterEnd) -> u8 {
    match (&end.failure, &end.done) {
        (Some(failure), _) => failure.code,
        (None, Some(done)) => done.code,
        (None, None) => 0,
    }
}

/// Where the reports of a night are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The JSON.
    pub report: PathBuf,
    /// The page.
    pub page: PathBuf,
}

/// Writes the report of a night and its page to `STATE/reports`, and both as `STATE/latest.json` and `latest.html`; of the
/// older ones the newest four hundred stay.
///
/// # Errors
/// `night-state` (kind `Output`), if they cannot be written.
pub fn write(night: &Night, configuration: &Configuration) -> Result<Places> {
    let text = text(&NightReport::new(night))?;
    let page = page::page(night);
    let folder = configuration.state.join("reports");
    let name = night.began.in_names();
    let places =
        Places { report: folder.join(format!("{name}.json")), page: folder.join(format!("{name}.html")) };
    let latest = |name: &str| configuration.state.join(name);
    for (path, bytes) in [
        (&places.report, &text),
        (&places.page, &page),
        (&latest("latest.json"), &text),
        (&latest("latest.html"), &page),
    ] {
        write_whole(path, bytes.as_bytes()).map_err(|error| state_failed(path, &error))?;
    }
    remove_old(&folder);
    Ok(places)
}

/// Returns a value as JSON for a person's eyes, with a line break at its end.
///
/// # Errors
/// Internal, if it cannot be written as JSON.
pub fn text(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::internal(error.to_string()))?;
    Ok(text + "\n")
}

/// Names sort by time.
fn remove_old(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut names: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    // What a killed run did not finish; no other run is at work.
    let is_unfinished =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    names.retain(|path| !(is_unfinished(path) && fs::remove_file(path).is_ok()));
    names.sort();
    let old = names.len().saturating_sub(LIMIT_KEPT * 2);
    for path in names.into_iter().take(old) {
        let _ = fs::remove_file(path);
    }
}

/// A line of the log as JSON.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Log {
    /// How a file of a roster ended.
    Roster(Box<RosterPart>),
    /// What a person should know.
    Remark {
        /// In words.
        remark: String,
    },
    /// How the night ended.
    Night {
        /// The exit code.
        exit_code: u8,
        /// In a sentence.
        summary: String,
    },
}

impl Log {
    /// Returns the line of a roster.
    #[must_use]
    pub fn roster(end: &RosterEnd) -> Self {
        Self::Roster(Box::new(RosterPart::new(end)))
    }

    /// Returns the line of a remark.
    #[must_use]
    pub fn remark(remark: &str) -> Self {
        Self::Remark { remark: remark.to_owned() }
    }

    /// Returns the line of a night.
    #[must_use]
    pub fn night(night: &Night) -> Self {
        Self::Night { exit_code: night.code, summary: words::of_night(night) }
    }

    /// Returns it as one line of JSON.
    ///
    /// # Errors
    /// Internal, if it cannot be written as JSON.
    pub fn line(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::internal(error.to_string()))
    }
}

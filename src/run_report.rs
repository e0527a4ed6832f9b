//! The run report: what a scheduler reads on standard output, as JSON.

use crate::about::{About, Form};
use crate::annotate::Done;
use crate::policy::Policy;
use crate::report::run::PROGRAM;
use crate::summary::Count;
use crate::verdict::words::tier_name;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// The version of this shape; grows when a field changes its meaning or goes away, not when one is added.
pub const SCHEMA: u32 = 1;

/// What came of a run.
#[derive(Debug, Serialize)]
pub struct RunReport {
    schema: u32,
    program: &'static str,
    policy: PolicyPart,
    input: InputPart,
    output: Option<OutputPart>,
    rows: RowsPart,
    tiers: Vec<NamedCount>,
    entitlements: Vec<EntitlementPart>,
    faults: BTreeMap<&'static str, u64>,
    duration_seconds: f64,
    finished_unix_seconds: u64,
}

#[derive(Debug, Serialize)]
struct PolicyPart {
    name: String,
    effective: String,
    sha256: String,
}

#[derive(Debug, Serialize)]
struct InputPart {
    name: String,
    bytes: u64,
    sha256: String,
    sheet: Option<String>,
    encoding: Option<String>,
    delimiter: Option<char>,
    header_row: u64,
    columns: BTreeMap<&'static str, String>,
    remarks: Vec<String>,
}

#[derive(Debug, Serialize)]
struct OutputPart {
    path: Option<PathBuf>,
    bytes: u64,
    sha256: String,
}

#[derive(Debug, Serialize)]
struct RowsPart {
    read: u64,
    classified: u64,
    needs_review: u64,
    blank: u64,
    footer: u64,
    hidden: u64,
}

#[derive(Debug, Serialize)]
struct NamedCount {
    tier: String,
    rows: u64,
    paid_seats: u64,
}

#[derive(Debug, Serialize)]
struct EntitlementPart {
    entitlement: String,
    rows: u64,
    to_confirm: u64,
    paid_seats: u64,
}

impl RunReport {
    /// Returns the report of a run; `finished` is the time since 1970-01-01 00:00 UTC at its end.
    #[must_use]
    pub fn new(policy: &Policy, done: &Done, duration: Duration, finished: Duration) -> Self {
        let summary = &done.summary;
        let named = |tier| {
            let Count { rows, seats } = summary.tier(tier);
            NamedCount { tier: tier_name(policy, tier).to_owned(), rows, paid_seats: seats }
        };
        let written = done.written.as_ref();
        Self {
            schema: SCHEMA,
            program: PROGRAM,
            policy: PolicyPart {
                name: policy.name.clone(),
                effective: policy.effective.clone(),
                sha256: policy.sha256.clone(),
            },
            input: input(done),
            output: written.map(|w| OutputPart {
                path: w.path.clone(),
                bytes: w.bytes,
                sha256: w.sha256.clone(),
            }),
            rows: RowsPart {
                read: summary.read,
                classified: summary.classified(),
                needs_review: summary.review(),
                blank: summary.blank,
                footer: summary.footer,
                hidden: summary.hidden,
            },
            tiers: summary.tiers().map(named).collect(),
            entitlements: entitlements(policy, done),
            faults: summary.faults.clone(),
            duration_seconds: duration.as_secs_f64(),
            finished_unix_seconds: finished.as_secs(),
        }
    }
}

fn input(done: &Done) -> InputPart {
    let About { name, bytes, sha256, form, header_row, .. } = &done.about;
    let (sheet, encoding, delimiter) = match form {
        Form::Text { encoding, delimiter } => (None, Some(encoding.clone()), Some(*delimiter)),
        Form::Workbook { sheet, .. } => (Some(sheet.clone()), None, None),
    };
    InputPart {
        name: name.clone(),
        bytes: *bytes,
        sha256: sha256.clone(),
        sheet,
        encoding,
        delimiter,
        header_row: *header_row,
        columns: done.columns.found.iter().map(|found| (found.field.word(), found.heading.clone())).collect(),
        remarks: done.about.remarks(done.summary.hidden),
    }
}

fn entitlements(policy: &Policy, done: &Done) -> Vec<EntitlementPart> {
    let counts = done.summary.granted.iter().zip(&done.summary.confirm);
    policy
        .entitlements
        .iter()
        .zip(counts)
        .map(|(entitlement, (granted, confirm))| EntitlementPart {
            entitlement: entitlement.name.clone(),
            rows: granted.rows,
            to_confirm: confirm.rows,
            paid_seats: granted.seats,
        })
        .collect()
}

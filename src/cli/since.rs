//! What `--since` names: a workbook, or a run report, which only this end of the program knows as text.

use fasttrack_roster::changes::Origin;
use fasttrack_roster::diagnostic::{Code, Diagnostic};
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::hash::shown;
use fasttrack_roster::job::{Previous, Totals};
use fasttrack_roster::read::regular;
use fasttrack_roster::run_report::SCHEMA;
use fasttrack_roster::summary::Count;
use fasttrack_roster::write::target::Target;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::io::{ErrorKind as ErrorOfFile, Read};
use std::path::{Path, absolute};

/// A run report has some kilobytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// A policy has 32 entitlements at most, and two tiers stand beside them.
const MOST_TIERS: usize = 34;
/// A tier's name is a word or two.
const MOST_NAME_BYTES: usize = 1024;

/// What of a run report is compared.
#[derive(Deserialize)]
struct Report {
    schema: u32,
    program: String,
    policy: Policy,
    /// A report of a program that knew none has none.
    #[serde(default)]
    catalogues: Vec<OwnFile>,
    overrides: Option<OwnFile>,
    #[serde(default)]
    rows: Tiers,
    /// `null` where tenants on several rows could not be rolled up; a report of schema 1 has none.
    customers: Option<Tiers>,
    /// Where a report of schema 1 has the rows by tier.
    tiers: Option<Vec<Tiered>>,
}

/// The report of a run that ended with an error.
#[derive(Deserialize)]
struct Failed {
    #[serde(rename = "error")]
    _error: serde::de::IgnoredAny,
}

#[derive(Default, Deserialize)]
struct Tiers {
    tiers: Option<Vec<Tiered>>,
}

#[derive(Deserialize)]
struct Policy {
    name: String,
    sha256: String,
}

#[derive(Deserialize)]
struct OwnFile {
    sha256: String,
}

#[derive(Deserialize)]
struct Tiered {
    #[serde(rename = "tier")]
    name: String,
    #[serde(alias = "customers")]
    rows: u64,
    paid_seats: u64,
}

/// Whether what `--since` names is the output itself and is not there yet, as on the first of many nights.
pub(super) fn is_first_night(previous: &Path, target: Option<&Target>) -> bool {
    let Some(Target::File(output)) = target else { return false };
    let is_output = match (absolute(previous), absolute(output)) {
        (Ok(previous), Ok(output)) => previous == output,
        _ => previous == output,
    };
    // What cannot be seen is not known to be missing.
    is_output && !previous.try_exists().unwrap_or(true)
}

/// Tells by its content which of both a file is; what begins with `{` is a run report.
///
/// # Errors
/// Of kind `Input`: `since-not-readable`, `since-not-ours`.
pub(super) fn find(path: &Path) -> Result<Previous> {
    // What a workbook is, and whether it is there at all, is told where workbooks are read.
    let workbook = || Ok(Previous::Workbook(path.to_owned()));
    let mut file = match regular::open(path, u64::MAX) {
        Ok(file) => file,
        // It would be waited for.
        Err(error) if error.kind() == ErrorOfFile::InvalidInput => {
            return Err(refused(Code::SinceNotReadable, &format!("cannot be read: {error}"), path));
        }
        Err(_) => return workbook(),
    };
    let mut bytes = Vec::new();
    if file.by_ref().take(MOST_BYTES).read_to_end(&mut bytes).is_err() || !is_object(&bytes) {
        return workbook();
    }
    if file.read(&mut [0]).is_ok_and(|more| more > 0) {
        return Err(refused(
            Code::SinceNotReadable,
            "is larger than 16 MiB, so it is not a run report",
            path,
        ));
    }
    Ok(Previous::Report(Box::new(understood(&bytes, path)?)))
}

/// Returns the totals of a run report.
fn understood(bytes: &[u8], path: &Path) -> Result<Totals> {
    let not_ours = |why: &str| refused(Code::SinceNotOurs, why, path);
    if serde_json::from_slice(bytes).is_ok_and(|Failed { .. }| true) {
        return Err(not_ours("is the report of a run that failed, so it counts nothing"));
    }
    let report: Report =
        serde_json::from_slice(bytes).map_err(|error| not_ours(&format!("is not a run report: {error}")))?;
    let schema = report.schema;
    if !(1..=SCHEMA).contains(&schema) {
        let why = format!("is a run report with schema {schema}; this version reads schemas 1 to {SCHEMA}");
        return Err(not_ours(&why));
    }
    // What a key says in another schema is not looked at.
    let (rows, customers) = match schema {
        1 => (report.tiers, None),
        _ => (report.rows.tiers, report.customers.and_then(|customers| customers.tiers)),
    };
    let rows = rows.ok_or_else(|| not_ours("is not a run report: it does not count rows by tier"))?;
    let is_too_much = |tiers: &Vec<Tiered>| {
        tiers.len() > MOST_TIERS || tiers.iter().any(|tier| tier.name.len() > MOST_NAME_BYTES)
    };
    if [Some(&rows), customers.as_ref()].into_iter().flatten().any(is_too_much) {
        return Err(not_ours("has more tiers, or longer ones, than any run report"));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let origin = Origin {
        name: name.unwrap_or_default(),
        sha256: shown(Sha256::new_with_prefix(bytes)),
        program: report.program,
        policy: report.policy.name,
        policy_sha256: report.policy.sha256,
        catalogues_sha256: report.catalogues.into_iter().map(|own| own.sha256).collect(),
        overrides_sha256: report.overrides.map(|overrides| overrides.sha256),
    };
    let tier = |tier: Tiered| (tier.name, Count { rows: tier.rows, seats: tier.paid_seats });
    let counts = |tiers: Vec<Tiered>| tiers.into_iter().map(tier).collect();
    Ok(Totals { origin, rows: counts(rows), customers: customers.map(counts) })
}

fn is_object(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    text.trim_ascii_start().starts_with(b"{")
}

fn refused(code: Code, why: &str, path: &Path) -> Error {
    Error::input(
        Diagnostic::error(code, format!("the `--since` file {why}"))
            .in_file(path.display().to_string())
            .help("name a workbook that fasttrack wrote, or a run report that `--json` printed"),
    )
}

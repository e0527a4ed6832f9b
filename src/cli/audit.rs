//! `fasttrack audit`: whether a finished workbook is as it was made, in words or as JSON.

use crate::cli::args::Audit;
use crate::cli::exit::Exit;
use crate::cli::{policy, say};
use fasttrack_roster::audit::report::{Finding, FindingKind, LIMIT_FINDINGS, Report, Result as Outcome};
use fasttrack_roster::audit::{Job, audit};
use fasttrack_roster::diagnostic::excerpt;
use fasttrack_roster::error::{Error, Result};
use fasttrack_roster::verdict::words::{counted, grouped};
use std::fmt::Write as _;

/// Findings of one kind that are told; the others are counted.
const SHOWN: usize = 20;

/// Runs the command.
///
/// # Errors
/// If the workbook or the roster cannot be read, or the policy or a catalogue is not valid or not the one that made it.
pub(super) fn run(wanted: &Audit) -> Result<Exit> {
    let job = Job {
        workbook: wanted.workbook.clone(),
        roster: wanted.roster.clone(),
        policy: wanted.policy.as_deref().map(|policy| policy::load(Some(policy))).transpose()?,
        catalogues: wanted.catalogue.clone(),
        overrides: wanted.overrides.clone(),
    };
    let report = audit(&job)?;
    if wanted.json {
        let text = serde_json::to_string_pretty(&report)
            .map_err(|error| Error::internal(format!("no report: {error}")))?;
        say::out_bytes(format!("{text}\n").as_bytes())?;
    } else {
        say::out(&told(&report))?;
    }
    Ok(if report.result == Outcome::Changed { Exit::Review } else { Exit::Done })
}

fn told(report: &Report) -> String {
    let mut text = format!("{}\n", report.sentence());
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "  {label:<12} {value}");
    };
    line("made by", &format!("{}, {}", report.made_by, report.policy.name));
    line("roster", &named(&report.roster.name, &report.roster.sha256));
    line("policy", &named(&report.judged_by, &report.policy.sha256));
    let shipped = &report.shipped_catalogue;
    let other = if report.is_other_catalogue { "; not the one of this version" } else { "" };
    let shipped = match shipped.name.as_str() {
        "" => "shipped; which one is not noted".to_owned(),
        as_of => format!("shipped, {}{other}", named(as_of, &shipped.sha256)),
    };
    line("catalogue", &shipped);
    for own in &report.catalogues {
        line("catalogue", &named(&own.name, &own.sha256));
    }
    if let Some(sha256) = &report.overrides_sha256 {
        line("overrides", &format!("SHA-256 {sha256}"));
    }
    let rows = report.rows;
    let kinds = [rows.classified, rows.needs_review, rows.blank, rows.footer].map(grouped);
    let [classified, review, blank, footer] = kinds;
    line(
        "rows",
        &format!(
            "{} = {classified} classified + {review} to review + {blank} blank + {footer} footer",
            grouped(rows.read)
        ),
    );
    findings(report, &mut text);
    text.push_str("not compared\n");
    for what in &report.not_compared {
        let _ = writeln!(text, "  {what}");
    }
    text
}

fn named(name: &str, sha256: &str) -> String {
    if sha256.is_empty() { excerpt(name) } else { format!("{name}, SHA-256 {sha256}") }
}

/// The findings by kind, each with a few of them.
fn findings(report: &Report, text: &mut String) {
    for group in report.findings.chunk_by(|one, other| one.kind == other.kind) {
        let Some(first) = group.first() else { continue };
        let _ = writeln!(text, "{}", title(first.kind));
        for finding in group.iter().take(SHOWN) {
            let _ = writeln!(text, "  {}", told_of(finding));
        }
        if let Some(more) = group.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let _ = writeln!(text, "  and {} more", grouped(more as u64));
        }
    }
    let beyond = report.found.saturating_sub(LIMIT_FINDINGS as u64);
    if beyond > 0 {
        let _ = writeln!(text, "{} beyond these", counted(beyond, "finding", "findings"));
    }
}

const fn title(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::SheetMissing => "sheets that are missing",
        FindingKind::SheetAdded => "sheets that were added",
        FindingKind::Rows => "rows that were removed or added",
        FindingKind::Run => "what the workbook says of its making",
        FindingKind::Policy => "the Policy sheet",
        FindingKind::Heading => "headings",
        FindingKind::Verdict => "verdicts",
        FindingKind::Figure => "figures of the Summary",
        FindingKind::List => "lists that follow from the rows",
        FindingKind::OtherRoster => "another roster",
        FindingKind::RosterCell => "cells of the roster",
        FindingKind::RowMissing => "rows of the roster that are missing",
        FindingKind::RowAdded => "rows that are not in the roster",
    }
}

/// `Roster, P14: was "Migration", is "Specialist"; it does not follow from the other cells of its row`.
fn told_of(finding: &Finding) -> String {
    let place = [finding.sheet.as_deref(), finding.cell.as_deref()];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let value = |value: &str| {
        if value.is_empty() { "blank".to_owned() } else { format!("\"{}\"", excerpt(value)) }
    };
    let was = finding.was.as_deref().map(|was| format!("was {}", value(was)));
    let is = finding.is.as_deref().map(|is| format!("is {}", value(is)));
    let change = [was, is].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let said = [change, finding.message.clone()].into_iter().filter(|said| !said.is_empty());
    let said = said.collect::<Vec<_>>().join("; ");
    if place.is_empty() { said } else { format!("{place}: {said}") }
}

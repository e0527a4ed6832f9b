//! The Changes sheet, as far as it can be checked without the earlier workbook: its headings, the difference in each
//! line, and the counts of the Summary.

use super::book::{Book, Row, Seen};
use super::report::{Finding, FindingKind, Findings};
use crate::changes::ChangeKind;
use crate::diagnostic::excerpt;
use crate::error::Result;
use crate::report::changes::{AT, MOST, NAME, is_counts_title, stream};
use crate::verdict::words::grouped;
use std::collections::BTreeMap;

/// How many lines one kind of change has, their seats before and now.
type Sums = [u64; 3];

/// Checks the sheet, if there is one.
///
/// # Errors
/// `audit-not-readable`.
pub(super) fn check(book: &mut Book, summary_rows: &[Row], findings: &mut Findings) -> Result<()> {
    if !book.has(NAME) {
        return Ok(());
    }
    let (mut sums, mut listed, mut has_more) = (BTreeMap::<&str, Sums>::new(), 0, false);
    book.rows(NAME, &mut |row| {
        if row.number == 1 {
            check_headings(row, findings);
            return Ok(true);
        }
        let label = row.text(AT.kind);
        // The line below the last that has room says so, and is none itself.
        if listed == MOST && label.starts_with("... and ") {
            has_more = true;
            return Ok(true);
        }
        listed += 1;
        let count = |column| row.cell(column).and_then(Seen::count).unwrap_or(0);
        let (before, now) = (count(AT.before), count(AT.now));
        check_difference(row, (before, now), findings);
        let Some(kind) = ChangeKind::ALL.into_iter().find(|kind| kind.name() == label) else {
            check_no_kind(row, label, findings);
            return Ok(true);
        };
        let sum = sums.entry(kind.name()).or_default();
        sum.iter_mut().zip([1, before, now]).for_each(|(sum, more)| *sum = sum.saturating_add(more));
        Ok(true)
    })?;
    if !has_more {
        check_counts(&sums, summary_rows, findings);
    }
    Ok(())
}

fn check_headings(row: &Row, findings: &mut Findings) {
    for (column, wanted) in stream().columns.iter().enumerate() {
        if row.text(column) != wanted.heading {
            let is = row.cell(column).map(Seen::shown).unwrap_or_default();
            let finding = Finding::of(FindingKind::Heading, Some(NAME), "the heading is different");
            findings.add(finding.at(1, column).changed(Some(wanted.heading.clone()), Some(is)));
        }
    }
}

fn check_difference(row: &Row, (before, now): (u64, u64), findings: &mut Findings) {
    let is_line = row.cell(AT.difference).is_some() || row.cell(AT.now).is_some();
    #[expect(clippy::cast_precision_loss, reason = "counts of seats are far below 2^53")]
    let wanted = now as f64 - before as f64;
    if is_line && row.cell(AT.difference) != Some(&Seen::Number(wanted)) {
        let message = "it is not the seats now minus the seats before";
        let is = row.cell(AT.difference).map(Seen::shown).unwrap_or_default();
        let finding = Finding::of(FindingKind::List, Some(NAME), message).at(row.number, AT.difference);
        findings.add(finding.changed(Some(wanted.to_string()), Some(is)));
    }
}

fn check_no_kind(row: &Row, label: &str, findings: &mut Findings) {
    if label != stream().nothing {
        let message = format!("`{}` is no kind of change", excerpt(label));
        findings.add(Finding::of(FindingKind::List, Some(NAME), message).at(row.number, AT.kind));
    }
}

fn check_counts(sums: &BTreeMap<&str, Sums>, summary_rows: &[Row], findings: &mut Findings) {
    let Some(top) = summary_rows.iter().find(|row| is_counts_title(row.text(0))) else {
        let message = "the Summary has no table that counts its lines";
        return findings.add(Finding::of(FindingKind::List, Some(NAME), message));
    };
    let line = |label: &str| {
        let mut below = summary_rows.iter().filter(|row| row.number > top.number);
        below.find(|row| row.text(0) == label)
    };
    for kind in ChangeKind::ALL.into_iter().filter(|kind| *kind != ChangeKind::Unchanged) {
        let found = sums.get(kind.name()).copied().unwrap_or_default();
        let row = line(kind.name());
        let said = [1, 2, 3].map(|column| row.and_then(|row| row.cell(column)).and_then(Seen::count));
        if said.map(|said| said.unwrap_or(0)) != found {
            let [lines, before, now] = found.map(grouped);
            let says = said.map(|said| said.map_or("nothing".to_owned(), grouped)).join(", ");
            let message = format!(
                "its lines `{}` are {lines}, with {before} seats before and {now} now; the Summary says {says}",
                kind.name()
            );
            findings.add(Finding::of(FindingKind::List, Some(NAME), message));
        }
    }
}

//! Whether a workbook is whole: its sheets, its rows, what it says of its making.

use super::Known;
use super::book::{Row, Seen};
use super::gate::Marks;
use super::report::{Finding, FindingKind, Findings, RowsAudited};
use super::run::{Count, Run};
use super::words::number;
use crate::report::review::causes;
use crate::report::roster::NAME;
use crate::report::split::{self, By};
use crate::report::{
    breakdown, changes, guide, history, onboarding, otherwise, policy, review, run, steps, summary, tenants,
    to_settle,
};
use crate::verdict::words::{counted, grouped};

/// Rows of a sheet, with its headings. Source: Excel's published limits.
pub(super) const ROWS_OF_A_SHEET: u32 = 1_048_576;

/// The application that our workbooks name, as the library that writes them does.
const APPLICATION: &str = "Microsoft Excel 12.0000";

/// Sheets that every workbook of ours has, and those that some have.
const ALWAYS: [&str; 8] =
    [summary::NAME, steps::NEXT, steps::RISK, NAME, review::NAME, guide::NAME, policy::NAME, run::NAME];
const SOMETIMES: [&str; 8] = [
    breakdown::NAME,
    changes::NAME,
    history::NAME,
    tenants::NAME,
    onboarding::NAME,
    otherwise::NAME,
    causes::NAME,
    to_settle::NAME,
];

/// Returns the parts of the Roster sheet, in order, as many as so many rows take.
pub(super) fn parts(sheets: &[String], rows: u64) -> Vec<String> {
    let count = rows.div_ceil(u64::from(ROWS_OF_A_SHEET) - 1).max(1);
    let names = (1..=count).map(|part| if part == 1 { NAME.to_owned() } else { format!("{NAME} ({part})") });
    // However many rows a Run sheet claims, there are no more parts than sheets.
    names.take(sheets.len()).filter(|name| sheets.contains(name)).collect()
}

/// Looks whether the sheets are there, and no others.
pub(super) fn check_sheets(sheets: &[String], summary_rows: &[Row], run: &Run, findings: &mut Findings) {
    for wanted in ALWAYS.into_iter().filter(|wanted| !sheets.iter().any(|sheet| sheet == wanted)) {
        findings.add(Finding::of(FindingKind::SheetMissing, Some(wanted), "the sheet is not there"));
    }
    let rows = run.read.count.unwrap_or(0);
    let wanted = rows.div_ceil(u64::from(ROWS_OF_A_SHEET) - 1).max(1);
    let found = parts(sheets, rows);
    if wanted > found.len() as u64 {
        let message = format!(
            "{} of the Roster sheet are there, and {} rows take {wanted}",
            counted(found.len() as u64, "part", "parts"),
            grouped(rows)
        );
        findings.add(Finding::of(FindingKind::SheetMissing, Some(NAME), message));
    }
    let split = split_sheets(summary_rows);
    let is_split = |sheet: &str| {
        let whole = sheet.rsplit_once(" (").map_or(sheet, |(whole, _)| whole);
        split.contains(&sheet) || split.contains(&whole)
    };
    for sheet in sheets {
        let is_known = ALWAYS.contains(&sheet.as_str()) || SOMETIMES.contains(&sheet.as_str());
        if !is_known && !found.contains(sheet) && !is_split(sheet) {
            findings.add(Finding::of(FindingKind::SheetAdded, Some(sheet), "fasttrack writes no such sheet"));
        }
    }
    for sheet in split.iter().filter(|split| !sheets.iter().any(|sheet| sheet == *split)) {
        findings.add(Finding::of(FindingKind::SheetMissing, Some(sheet), "the sheet is not there"));
    }
    for (label, cell) in led_to(summary_rows) {
        let is_there = sheets.iter().any(|sheet| sheet == label);
        if cell.count().is_some_and(|count| count > 0) && SOMETIMES.contains(&label) && !is_there {
            findings.add(Finding::of(FindingKind::SheetMissing, Some(label), "the sheet is not there"));
        }
    }
}

/// Returns what customers were split by, if they were.
pub(super) fn split_by(rows: &[Row]) -> Option<By> {
    let words = rows.iter().find_map(|row| row.text(0).strip_prefix(split::SHEETS_BY));
    By::ALL.into_iter().find(|by| Some(by.word()) == words)
}

/// Returns the sheets by value that the Summary leads to.
fn split_sheets(rows: &[Row]) -> Vec<&str> {
    let title =
        rows.iter().position(|row| row.text(0).starts_with(split::SHEETS_BY) && row.cell(1).is_none());
    let lines = title.and_then(|title| rows.get(title + 2..)).unwrap_or_default();
    let lines = lines.iter().take_while(|row| row.cell(1).is_some());
    lines.filter_map(|row| row.cell(2).and_then(Seen::text)).collect()
}

/// Returns the sheets that the Summary leads to first, each with the figure beside it.
fn led_to(rows: &[Row]) -> impl Iterator<Item = (&str, &Seen)> {
    let title = rows.iter().position(|row| row.text(0) == "Where to look");
    let lines = title.and_then(|title| rows.get(title + 2..)).unwrap_or_default();
    let lines = lines.iter().take_while(|row| row.cell(1).is_some());
    lines.filter_map(|row| row.cell(1).map(|cell| (row.text(0), cell)))
}

/// Compares the hashes of roster and shipped catalogue with those that are noted beside the sheets.
pub(super) fn check_hashes(run: &Run, marks: &Marks, findings: &mut Findings) {
    for (what, noted, said, row) in [
        ("roster", &marks.roster_sha256, &run.roster.sha256, run.roster_row),
        ("shipped catalogue", &marks.catalogue_sha256, &run.catalogue.sha256, run.catalogue_row),
    ] {
        if noted.is_empty() || noted == said {
            continue;
        }
        let message =
            format!("this is not the SHA-256 of the {what} that is noted in the workbook's properties");
        let finding = Finding::of(FindingKind::Run, Some(run::NAME), message).at(row, 1);
        findings.add(finding.changed(Some(noted.clone()), Some(said.clone())));
    }
}

/// Compares the rows that were found with those that the Run sheet counts; returns whether all are there. A check of the
/// Summary, which no formula changes, tells whether rows are gone or the count was changed.
pub(super) fn check_rows(
    rows: &RowsAudited,
    run: &Run,
    summary_rows: &[Row],
    findings: &mut Findings,
) -> bool {
    let noted = noted_counts(summary_rows);
    let all = [
        (run.classified, rows.classified, 1, "with a verdict"),
        (run.review, rows.needs_review, 2, "in review"),
        (run.blank, rows.blank, 3, "with nothing in them"),
        (run.footer, rows.footer, 4, "that are totals or remarks"),
        (run.read, rows.read, 0, "in all"),
    ];
    let mut is_whole = true;
    for (Count { count, row }, found, place, what) in all {
        if count == Some(found) {
            continue;
        }
        let is_found = noted.and_then(|noted| noted.get(place).copied()) == Some(found);
        let finding = if is_found {
            let message = "the Roster sheet and the Summary have different numbers of rows";
            let finding = Finding::of(FindingKind::Run, Some(run::NAME), message).at(row, 1);
            finding.changed(
                Some(found.to_string()),
                Some(count.map_or(String::new(), |count| count.to_string())),
            )
        } else {
            is_whole = false;
            let message = format!(
                "the sheet has {} {what}; the Run sheet says that {} were written",
                counted(found, "row", "rows"),
                count.map_or("an unreadable number".to_owned(), grouped)
            );
            Finding::of(FindingKind::Rows, Some(NAME), message)
        };
        findings.add(finding);
    }
    is_whole
}

/// Returns how many rows were written; of two counts that differ the smaller, since rows are looked for up to it.
pub(super) fn written(run: &Run, summary_rows: &[Row]) -> u64 {
    let noted = noted_counts(summary_rows).map(|[all, ..]| all);
    noted.into_iter().chain(run.read.count).min().unwrap_or(0)
}

/// Returns the counts of the check `41 rows read = 35 classified + 4 to review + 1 blank + 1 footer`: all rows, then the
/// kinds of them. Earlier versions wrote the numbers alone.
fn noted_counts(rows: &[Row]) -> Option<[u64; 5]> {
    let row = rows.iter().find(|row| row.text(0) == summary::ACCOUNTED_FOR)?;
    let (all, kinds) = row.text(2).split_once(" = ")?;
    let counted = |part: &str| number(part.split_once(' ').map_or(part, |(count, _)| count));
    let mut kinds = kinds.split(" + ").map(counted);
    Some([counted(all)?, kinds.next()??, kinds.next()??, kinds.next()??, kinds.next()??])
}

/// Returns the program that saved a workbook since it was made; `None` = none did, as far as it shows.
pub(super) fn saved_by(marks: &Marks) -> Option<String> {
    if marks.application == APPLICATION && marks.saved_by.starts_with("fasttrack ") {
        return None;
    }
    let named = [&marks.application, &marks.saved_by].into_iter().find(|named| !named.is_empty());
    Some(named.map_or("a program that does not say which it is".to_owned(), |named| {
        named.chars().take(80).collect()
    }))
}

/// Returns what was not compared, and why.
pub(super) fn not_compared(
    known: &Known<'_>,
    sheets: &[String],
    is_whole: bool,
    lists: Option<String>,
) -> Vec<String> {
    let Known { job, run, rules, has_words, .. } = known;
    let mut said = Vec::new();
    let mut say = |is_so: bool, what: String| said.extend(is_so.then_some(what));
    say(
        job.roster.is_none(),
        "the roster's own cells, except plain seats, known segments, statuses and plans next to their verdicts: name the \
         roster with --roster"
            .to_owned(),
    );
    say(
        !rules.is_whole,
        "the Policy sheet, and the plans: name the policy that made the workbook with --policy".to_owned(),
    );
    say(
        rules.is_whole && !*has_words,
        format!("the words of the reasons, because {} worded them, and this is another version", run.program),
    );
    say(
        run.is_of_other_catalogue(),
        "the plans and the checks on the Summary, because the workbook was made with another shipped catalogue than that \
         of this version"
            .to_owned(),
    );
    say(
        job.catalogues.len() < run.catalogues.len(),
        "the plans, because your own catalogues name some of them: give them with --catalogue".to_owned(),
    );
    say(run.overrides_sha256.is_some(), "what the overrides file set".to_owned());
    say(!is_whole, "the figures of the Summary, because rows are gone or were added".to_owned());
    if let Some(why) = lists {
        let what = "the lists of the other sheets (customers near a tier, tenants, onboarding, faults)";
        say(true, format!("{what}, because {why}"));
    }
    let has = |name: &str| sheets.iter().any(|sheet| sheet == name);
    say(has(changes::NAME), "the lines of the Changes sheet, except against its counts, because the earlier workbook decides them, \
         too"
            .to_owned());
    let of_runs = "the lines of the Run history sheet, because earlier runs decide them";
    say(has(history::NAME), of_runs.to_owned());
    say(true, "cells to be filled in, on Review, Onboarding and To settle".to_owned());
    said
}

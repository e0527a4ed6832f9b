//! The reasons of rows that need review, each with how many rows have it.

use super::tables::{Places, Table, count};
use crate::error::Result;
use crate::output_fields::FlatTable;
use crate::policy::Policy;
use crate::read::Block;
use crate::report::summary::elsewhere::{ReviewLine, TableSource};
use crate::scratch::Scratch;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// The columns that the job writes: reasons, their codes, and how many rows have both.
const OF_THE_JOB: [&str; 3] = ["review_reasons", "fault_codes", "rows"];
/// How the tables of `annotate` call a line that keeps its row from a verdict.
const NEEDS_REVIEW: &str = "needs review";
/// Reasons that are listed; the rows of all others are counted together.
const LIMIT_LINES: usize = 100_000;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Review {
    /// The reasons, those with the most rows first.
    pub lines: Vec<ReviewLine>,
    /// Rows, where a row may have several reasons.
    different_rows: Option<u64>,
    pub sources: Vec<TableSource>,
}

impl Review {
    /// Returns how many rows need review.
    pub(super) fn rows(&self) -> u64 {
        self.different_rows.unwrap_or_else(|| self.lines.iter().map(|line| line.rows).sum())
    }
}

/// Reads the table; a folder without it has nothing to review.
///
/// # Errors
/// `summary-unfinished`, `summary-columns`, `summary-missing`, and those of reading the table.
pub(super) fn read(folder: &Path, scratch: &Scratch) -> Result<Review> {
    let table = Table::needed(folder, FlatTable::Review.name(), scratch)?;
    let is_of_the_job = table.has("review_reasons");
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let (needed, known) = if is_of_the_job {
        (names(&OF_THE_JOB), Vec::new())
    } else {
        let fields = FlatTable::Review.fields(&Policy::default_shipped()?);
        let known = fields.into_iter().map(|field| field.name).collect();
        (names(&["source_row", "weight", "what_is_wrong", "code"]), known)
    };
    let places = table.places(&needed, &known)?;
    let sources = vec![table.source()];
    let counted = if is_of_the_job { of_the_job(table, &places)? } else { of_annotate(table, &places)? };
    let (mut lines, different_rows) = counted;
    lines.sort_by(|one, other| {
        (other.rows, &one.reasons, &one.codes).cmp(&(one.rows, &other.reasons, &other.codes))
    });
    if let Some(beyond) = lines.get(LIMIT_LINES..).filter(|beyond| !beyond.is_empty()) {
        let rows = beyond.iter().map(|line| line.rows).sum();
        lines.truncate(LIMIT_LINES);
        lines.push(ReviewLine {
            reasons: "other reasons, each of fewer rows".to_owned(),
            codes: String::new(),
            rows,
        });
    }
    Ok(Review { lines, different_rows, sources })
}

type Counted = (Vec<ReviewLine>, Option<u64>);

fn of_the_job(mut table: Table, places: &Places) -> Result<Counted> {
    let [reasons, codes, rows] = OF_THE_JOB.map(|name| places.of(name));
    let about = table.reader.about.clone();
    let mut lines = Vec::new();
    table.reader.read(&mut |block: Block| {
        for record in block.records()?.iter().filter(|record| !record.is_blank()) {
            let rows = count(record, rows).map_err(|wrong| wrong.error(&about))?.unwrap_or(0);
            lines.push(ReviewLine {
                reasons: places.text(record, reasons),
                codes: places.text(record, codes),
                rows,
            });
        }
        Ok(())
    })?;
    Ok((lines, None))
}

fn of_annotate(mut table: Table, places: &Places) -> Result<Counted> {
    let [source, weight, what, code] =
        ["source_row", "weight", "what_is_wrong", "code"].map(|name| places.of(name));
    let about = table.reader.about.clone();
    let (mut counts, mut rows) = (BTreeMap::new(), HashSet::new());
    table.reader.read(&mut |block: Block| {
        for record in block.records()?.iter().filter(|record| places.text(*record, weight) == NEEDS_REVIEW) {
            rows.extend(count(record, source).map_err(|wrong| wrong.error(&about))?);
            *counts.entry((places.text(record, what), places.text(record, code))).or_default() += 1;
        }
        Ok(())
    })?;
    let line = |((reasons, codes), rows)| ReviewLine { reasons, codes, rows };
    Ok((counts.into_iter().map(line).collect(), Some(rows.len() as u64)))
}

//! Which segment a row is of, and what is wrong with the word that says so.

use super::headings::speaks::NO_SEGMENT_WORDS;
use super::overrides::words::meant as meant_by;
use super::overrides::{Said, remarks};
use super::understand::{Understanding, as_written, text_of};
use super::written::meant;
use super::{Fault, RosterRow, SegmentFrom};
use crate::diagnostic::{Code, excerpt};
use crate::fold::fold;
use crate::policy::Policy;
use crate::record::{Cell, Record};

impl Understanding<'_> {
    /// The roster's own column goes before the overrides, those before what the plan shows, and that before the
    /// policy's default; but what a person says is the right segment goes before all. Returns the column's word, if nobody
    /// knows it.
    pub(super) fn read_segment(
        &mut self,
        record: Record<'_>,
        said: &Said<'_>,
        row: &mut RosterRow<'_>,
    ) -> Option<(usize, String)> {
        if let Some(stated) = said.right_segment.or(said.segment) {
            (row.segment, row.segment_from) = (stated.value, SegmentFrom::Override);
        }
        let column = self.columns().segment?;
        let cell = match (record.cell(column), record.segment_above()) {
            (cell, Some(above)) if cell.is_blank() => Cell::Text(above),
            (cell, _) => cell,
        };
        if cell.is_blank() {
            return None;
        }
        let policy = self.policy;
        let written = as_written(cell);
        let settled = self.words().and_then(|words| meant_by(&words.segments, &meant(&written)));
        let settled = settled.map(|(segment, line)| row.fits(line, segment));
        let known = settled.or_else(|| self.segments.recall(&written, |word| policy.segment_by_word(word)));
        if let (Some(index), Some(stated)) = (known, said.right_segment) {
            let differs = index != stated.value;
            let remark = || remarks::right_segment(said, stated, &meant(&written), policy, column);
            row.faults.extend(differs.then(remark));
            return None;
        }
        if let Some(index) = known {
            if let Some(stated) = said.segment.filter(|stated| stated.value != index) {
                row.faults.push(remarks::segment(said, stated, &meant(&written), policy, column));
            }
            row.segment = index;
            row.segment_from = if settled.is_some() { SegmentFrom::Override } else { SegmentFrom::Column };
            return None;
        }
        // A segment column may say other things of a customer, too.
        (!says_no_segment(&written)).then(|| (column, text_of(cell).into_owned()))
    }
}

/// Returns what is said of a word of the segment column that nobody knows, unless a person said what is right.
pub(super) fn unknown_segment(
    (column, written): (usize, String),
    said: &Said<'_>,
    policy: &Policy,
    row: &RosterRow<'_>,
) -> Fault {
    if let Some(stated) = said.right_segment {
        return remarks::right_segment(said, stated, &written, policy, column);
    }
    // It keeps the row from a verdict where another segment could change that.
    let blocks = said.segment.is_none() && segment_decides(policy, row);
    let known: Vec<&str> = policy.segments.iter().map(|segment| segment.name.as_str()).collect();
    let shown = excerpt(&written);
    let message = if blocks {
        format!(
            "`{shown}` is not a segment that the policy knows, and what the row is entitled to depends on it"
        )
    } else {
        format!(
            "`{shown}` is not a segment that the policy knows; the row was judged as {} ({}), and any other segment \
             gives the same verdict",
            policy.segments.get(row.segment).map_or("", |segment| segment.name.as_str()),
            row.segment_from.words(),
        )
    };
    Fault {
        code: Code::SegmentUnknown,
        blocks,
        column: Some(column),
        value: written,
        message,
        help: format!("write one of: {}", known.join(", ")),
    }
}

/// Returns whether all words of a cell are of those that say nothing of a segment: `Customer - Direct`.
fn says_no_segment(written: &str) -> bool {
    let words = written.split(|letter: char| !letter.is_alphanumeric()).map(fold);
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| NO_SEGMENT_WORDS.contains(&word.as_str()))
}

/// Returns whether another segment could change the row's verdict.
fn segment_decides(policy: &Policy, row: &RosterRow<'_>) -> bool {
    let served = row.plan.is_none() || row.is_served();
    let seats = if row.not_paid.is_some() { Some(0) } else { row.seats };
    seats.is_none_or(|seats| policy.segments_differ(seats, served))
}

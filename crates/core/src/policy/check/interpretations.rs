//! Which verdicts are our reading of the text: ranges of paid seats that must make sense beside the thresholds.

use crate::diagnostic::Code;
use crate::policy::Interpretation;
use crate::policy::faults::Faults;
use crate::policy::written::{Asks, Written, WrittenInterpretation};

use super::ids::Ids;
use super::ladder::Cell;

/// An interpretation while it is checked.
#[derive(Debug)]
pub(super) struct Range {
    entitlement: Option<usize>,
    line: u64,
    checked: Interpretation,
}

impl Range {
    /// Returns whether it is about an entitlement in a segment.
    pub(super) fn is_about(&self, entitlement: usize, segment: usize) -> bool {
        self.entitlement == Some(entitlement) && self.checked.segments.contains(&segment)
    }

    /// Returns the paid seats from which (included) and below which (excluded) it holds; never is no end.
    pub(super) fn bounds(&self) -> (u64, Asks) {
        (self.checked.from, self.checked.below.map_or(Asks::Never, Asks::Seats))
    }

    /// Returns the checked interpretation.
    pub(super) fn into_checked(self) -> Interpretation {
        self.checked
    }

    fn overlaps(&self, other: &Self) -> bool {
        let starts_before_end =
            |left: &Self, right: &Self| right.checked.below.is_none_or(|end| left.checked.from < end);
        self.entitlement.is_some()
            && self.entitlement == other.entitlement
            && self.checked.segments.iter().any(|segment| other.checked.segments.contains(segment))
            && starts_before_end(self, other)
            && starts_before_end(other, self)
    }
}

/// Returns the interpretations and tells of ranges that are empty, overlap, or confirm what is not granted.
pub(super) fn check(
    written: &Written,
    entitlements: &Ids<'_>,
    segments: &Ids<'_>,
    sources: &Ids<'_>,
    grid: &[Vec<Cell>],
    faults: &mut Faults,
) -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::with_capacity(written.interpretations.len());
    for interpretation in &written.interpretations {
        let range = range_of(interpretation, entitlements, segments, sources, faults);
        if interpretation.from.is_some() {
            check_granted(&range, grid, faults);
        }
        if let Some(other) = ranges.iter().find(|other| other.overlaps(&range)) {
            faults.add(
                Code::InterpretationOverlaps,
                range.line,
                format!("`{}` covers seats that `{}` also covers", range.checked.id, other.checked.id),
                "a verdict can have only one interpretation; change `from`, `below` or `segments` of either",
            );
        }
        ranges.push(range);
    }
    ranges
}

fn range_of(
    written: &WrittenInterpretation,
    entitlements: &Ids<'_>,
    segments: &Ids<'_>,
    sources: &Ids<'_>,
    faults: &mut Faults,
) -> Range {
    if let (Some(from), Some(below)) = (&written.from, &written.below)
        && from.value >= below.value
    {
        faults.add(
            Code::RangeEmpty,
            below.line,
            format!("no number of seats is from {} and below {}", from.value, below.value),
            "`from` is included, `below` is not; leave `below` out if there is no end",
        );
    }
    let entitlement = entitlements.find(&written.entitlement, faults);
    let mut named: Vec<usize> =
        written.segments.iter().filter_map(|word| segments.find(word, faults)).collect();
    named.sort_unstable();
    named.dedup();
    let checked = Interpretation {
        id: written.id.value.clone(),
        entitlement: entitlement.unwrap_or_default(),
        segments: named,
        from: written.from.as_ref().map_or(0, |from| from.value),
        below: written.below.as_ref().map(|below| below.value),
        confirm: written.confirm,
        says: written.says.clone(),
        source: sources.find(&written.source, faults).unwrap_or_default(),
    };
    let line = written.from.as_ref().map_or(written.id.line, |from| from.line);
    Range { entitlement, line, checked }
}

/// `Yes, confirm` can only stand where the answer is yes.
fn check_granted(range: &Range, grid: &[Vec<Cell>], faults: &mut Faults) {
    let Some(row) = range.entitlement.and_then(|entitlement| grid.get(entitlement)) else { return };
    let cells = range.checked.segments.iter().filter_map(|segment| row.get(*segment));
    let mut thresholds = cells.filter_map(|cell| cell.asks);
    let from = Asks::Seats(range.checked.from);
    if range.checked.confirm && thresholds.any(|asks| from < asks) {
        faults.add(
            Code::InterpretationNotGranted,
            range.line,
            format!(
                "`{}` asks to confirm an entitlement that the thresholds do not grant from {}",
                range.checked.id, range.checked.from
            ),
            "set `from` to the threshold or higher, or remove `confirm`",
        );
    }
}

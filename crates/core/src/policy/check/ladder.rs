//! Thresholds and rungs: one threshold for each segment, each entitlement on one rung, no threshold falling
//! unexplained.

use crate::diagnostic::{Code, excerpt};
use crate::policy::Threshold;
use crate::policy::faults::{Faults, listed};
use crate::policy::written::{Asks, Written, WrittenEntitlement, WrittenThreshold};

use super::ids::Ids;
use super::interpretations::Range;

/// A threshold while it is checked.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// `None` when it is missing or no threshold, which was told.
    pub(super) asks: Option<Asks>,
    pub(super) source: usize,
    pub(super) line: u64,
}

impl Cell {
    /// Returns the checked threshold.
    pub(super) fn into_threshold(self) -> Threshold {
        let seats = self.asks.and_then(|asks| match asks {
            Asks::Seats(seats) => Some(seats),
            Asks::Never => None,
        });
        Threshold { seats, source: self.source }
    }
}

/// Returns the thresholds, by entitlement and segment, and tells of those that are missing or without a source.
pub(super) fn thresholds(
    written: &Written,
    segments: &Ids<'_>,
    sources: &Ids<'_>,
    faults: &mut Faults,
) -> Vec<Vec<Cell>> {
    let row = |entitlement| row_of(entitlement, written, segments, sources, faults);
    written.entitlements.iter().map(row).collect()
}

fn row_of(
    entitlement: &WrittenEntitlement,
    written: &Written,
    segments: &Ids<'_>,
    sources: &Ids<'_>,
    faults: &mut Faults,
) -> Vec<Cell> {
    let mut row = vec![Cell::default(); written.segments.len()];
    let own_source = entitlement.source.as_ref().map(|word| sources.find(word, faults).unwrap_or_default());
    let Some(thresholds) = &entitlement.thresholds else { return row };
    for threshold in thresholds {
        let segment = segments.find(&threshold.segment, faults);
        let source = source_of(threshold, own_source, sources, faults);
        if let Some(cell) = segment.and_then(|at| row.get_mut(at)) {
            *cell = Cell { asks: threshold.asks, source, line: threshold.segment.line };
        }
    }
    let missing = written.segments.iter().zip(&row).filter(|(_, cell)| cell.line == 0);
    for segment in missing.map(|(segment, _)| &segment.id.value).filter(|id| !id.is_empty()) {
        let line = thresholds.last().map_or(entitlement.line, |last| last.segment.line);
        faults.add(
            Code::ThresholdMissing,
            line,
            format!("`{}` has no threshold for segment `{segment}`", excerpt(&entitlement.name.value)),
            format!("add `{segment} = 150` next to the others, or write \"never\""),
        );
    }
    row
}

fn source_of(
    threshold: &WrittenThreshold,
    own_source: Option<usize>,
    sources: &Ids<'_>,
    faults: &mut Faults,
) -> usize {
    let found = match (&threshold.source, own_source) {
        (Some(word), _) => sources.find(word, faults),
        (None, Some(own)) => Some(own),
        (None, None) => {
            faults.add(
                Code::SourceMissing,
                threshold.segment.line,
                format!("the threshold for `{}` has no source", threshold.segment.value),
                "add `source = \"...\"` to the entitlement, or write `{ seats = 150, source = \"...\" }` here",
            );
            None
        }
    };
    found.unwrap_or_default()
}

/// Returns the rungs and tells of entitlements that stand on none or on two.
pub(super) fn rungs(written: &Written, entitlements: &Ids<'_>, faults: &mut Faults) -> Vec<usize> {
    let mut rungs = Vec::with_capacity(written.rungs.len());
    for word in &written.rungs {
        let Some(entitlement) = entitlements.find(word, faults) else { continue };
        if rungs.contains(&entitlement) {
            let message = format!("`{}` is in `rungs` twice", word.value);
            faults.add(Code::RungTwice, word.line, message, "list each entitlement once, lowest first");
        } else {
            rungs.push(entitlement);
        }
    }
    let named = |id: &str| written.rungs.iter().any(|word| word.value == id);
    for entitlement in written.entitlements.iter().filter(|e| !e.id.value.is_empty() && !named(&e.id.value)) {
        if let Some(last) = written.rungs.last() {
            faults.add(
                Code::RungMissing,
                last.line,
                format!("entitlement `{}` is not in `rungs`", entitlement.id.value),
                format!(
                    "add it to `rungs`, lowest first; there are {}",
                    listed(written.rungs.iter().map(|r| r.value.as_str()))
                ),
            );
        }
    }
    rungs
}

/// Tells of thresholds that fall from one rung to a higher one.
///
/// Entitlements need not nest: a higher rung may ask for fewer paid seats than a lower one. But a reader will take that
/// for a slip, so the policy has to say that it is meant: interpretations of the higher entitlement must cover, in that
/// segment, every number of paid seats from its own threshold (included) to the highest threshold below it (excluded).
/// A lower rung that is never granted makes that range endless.
pub(super) fn check_rising(
    written: &Written,
    rungs: &[usize],
    grid: &[Vec<Cell>],
    ranges: &[Range],
    faults: &mut Faults,
) {
    for (segment, name) in written.segments.iter().map(|segment| segment.id.value.as_str()).enumerate() {
        let mut highest: Option<(Asks, &str)> = None;
        for rung in rungs {
            let cell = grid.get(*rung).and_then(|row| row.get(segment));
            let entitlement =
                written.entitlements.get(*rung).map(|entitlement| entitlement.name.value.as_str());
            let (Some(cell), Some(entitlement)) = (cell, entitlement) else { continue };
            let Some(asks) = cell.asks else { continue };
            let about = ranges.iter().filter(|range| range.is_about(*rung, segment));
            if let (Asks::Seats(from), Some((above, lower))) = (asks, highest)
                && asks < above
                && !is_covered(from, above, about)
            {
                tell_fall((entitlement, asks), (lower, above), name, cell.line, faults);
            }
            if highest.is_none_or(|(above, _)| above < asks) {
                highest = Some((asks, entitlement));
            }
        }
    }
}

fn tell_fall(higher: (&str, Asks), lower: (&str, Asks), segment: &str, line: u64, faults: &mut Faults) {
    let shown = |(name, asks): (&str, Asks)| match asks {
        Asks::Seats(seats) => format!("`{}` is granted from {seats}", excerpt(name)),
        Asks::Never => format!("`{}` is never granted", excerpt(name)),
    };
    faults.add(
        Code::ThresholdFalls,
        line,
        format!("in segment `{segment}` {}, but the lower {}", shown(higher), shown(lower)),
        "if this is intended, add an [[interpretation]] that covers the seats in between; if not, correct the number",
    );
}

fn is_covered<'r>(from: u64, below: Asks, ranges: impl Iterator<Item = &'r Range>) -> bool {
    let mut ranges: Vec<(u64, Asks)> = ranges.map(Range::bounds).collect();
    ranges.sort_unstable();
    let mut reached = Asks::Seats(from);
    for (start, end) in ranges {
        if Asks::Seats(start) > reached {
            break;
        }
        reached = reached.max(end);
    }
    reached >= below
}

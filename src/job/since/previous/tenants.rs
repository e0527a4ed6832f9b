//! What the tenants of the earlier night that are on several rows come to, as its Tenants sheet says.
//!
//! A workbook without that sheet, or with another one, says nothing of them; those tenants are then compared by their
//! rows, which the Roster sheet has.

use super::sheets::Sheets;
use super::{Book, not_readable, whole, wrong};
use crate::changes::Together;
use crate::error::Result;
use crate::output_fields::headings::{SEGMENT, TIER};
use crate::pipeline;
use crate::record::{Cell, Record};
use crate::report::tenants::{NAME, ROWS, SEATS, SEGMENTS, TENANT};
use crate::roster::identity::Identity;
use crate::sort::{Gathered, Sorter};

/// How an earlier version began to list the segments behind the one that a tenant was judged by.
const MIXED: &str = " (mixed: ";

/// Where the columns are that are compared, each from 0.
#[derive(Clone, Copy)]
struct Places {
    tenant: usize,
    rows: usize,
    segment: usize,
    seats: usize,
    tier: usize,
    /// Where several segments are listed; earlier versions had no such column.
    segments: Option<usize>,
}

impl Places {
    fn of(headings: &[String]) -> Option<Self> {
        let first = |wanted: &str| headings.iter().position(|heading| heading.trim() == wanted);
        let last = |wanted: &str| headings.iter().rposition(|heading| heading.trim() == wanted);
        let (segment, seats, tier) = (first(SEGMENT)?, first(SEATS)?, first(TIER)?);
        // Behind the tier come the entitlements, which may have any name; earlier versions had these in front of it.
        let either = |wanted: &str| first(wanted).filter(|place| *place < tier).or_else(|| last(wanted));
        let segments = last(SEGMENTS).filter(|place| *place > tier);
        Some(Self { tenant: either(TENANT)?, rows: either(ROWS)?, segment, seats, tier, segments })
    }
}

/// Notes what the tenants come to; `identity` is how they are told apart in the earlier roster, and `tiers` are those
/// that the workbook knows.
///
/// # Errors
/// Of kind `Input`: `since-not-readable`, `since-cell`.
pub(super) fn note(
    book: &Book<'_>,
    sheets: &Sheets,
    identity: &Identity,
    tiers: &[String],
    notes: &mut Sorter,
) -> Result<()> {
    if !sheets.names.iter().any(|name| name == NAME) {
        return Ok(());
    }
    let mut reader = book.open(NAME, &|cells| u32::from(Places::of(cells).is_some()))?;
    if reader.about.sha256 != sheets.origin.sha256 {
        return Err(not_readable(crate::read::changed()));
    }
    let Some(places) = Places::of(&reader.about.headings) else { return Ok(()) };
    let lines = Lines { places, identity, tiers };
    pipeline::ordered(
        &book.job.workers,
        |emit| reader.read(emit),
        |block| {
            let (records, mut gathered) = (block.records()?, Gathered::default());
            records.iter().try_for_each(|record| lines.note(record, &mut gathered))?;
            Ok(gathered)
        },
        |gathered| gathered.sort_into(notes),
    )
    .map_err(not_readable)
}

/// The lines of the sheet.
struct Lines<'a> {
    places: Places,
    identity: &'a Identity,
    tiers: &'a [String],
}

impl Lines<'_> {
    fn note(&self, record: Record<'_>, to: &mut Gathered) -> Result<()> {
        let Places { tenant, rows, segment, seats, tier, segments } = self.places;
        let is_line = [rows, seats, tier].iter().any(|column| !record.cell(*column).is_blank());
        let number = self.identity.number_of(&record.cell(tenant).shown());
        let Some(number) = number.filter(|_| is_line) else { return Ok(()) };
        let tier = match record.cell(tier) {
            Cell::Text(tier) if self.tiers.iter().any(|known| known == tier) => tier,
            other => return Err(wrong(NAME, record, tier, other)),
        };
        let count = |column| {
            whole(record.cell(column)).ok_or_else(|| wrong(NAME, record, column, record.cell(column)))
        };
        let (rows, seats) = (count(rows)?, count(seats)?);
        let shown = record.cell(segment).shown();
        let several = segments.map(|column| record.cell(column).shown()).unwrap_or_default();
        let segments = listed(&shown, &several);
        let together = Together { tenant: number, is_now: false, rows, seats, tier, segments };
        to.add(|bytes| together.write(bytes));
        Ok(())
    }
}

/// Returns the segments of a tenant, the one that it was judged by first: `shown` may be that only, or
/// `Education (mixed: Education, Commercial)`; `several` lists all of several.
fn listed<'s>(shown: &'s str, several: &'s str) -> Vec<&'s str> {
    let (judged_by, all) = match shown.split_once(MIXED) {
        Some((judged_by, all)) => (judged_by.trim(), all.strip_suffix(')').unwrap_or(all)),
        None => (shown.trim(), several),
    };
    let others = all.split(", ").map(str::trim).filter(|other| !other.is_empty() && *other != judged_by);
    [judged_by].into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_read_as_this_version_writes_them_and_as_earlier_ones_did() {
        let all = ["Education", "Commercial", "Government"];
        assert_eq!(listed("Education", "Education, Commercial, Government"), all);
        assert_eq!(listed("Education (mixed: Education, Commercial, Government)", ""), all);
        assert_eq!(listed("Education", ""), ["Education"]);
    }

    #[test]
    fn columns_are_found_by_their_headings_wherever_they_are() {
        let of = |headings: &[&str]| {
            Places::of(&headings.iter().map(|heading| (*heading).to_owned()).collect::<Vec<_>>())
        };
        let earlier = [TENANT, "Name", ROWS, "Source rows", SEGMENT, SEATS, TIER, TENANT, "Why"];
        assert!(of(&earlier).is_some_and(|of| (of.tenant, of.rows, of.tier, of.segments) == (0, 2, 6, None)));
        let now =
            ["Customer", SEGMENT, "Eligible", SEATS, TIER, ROWS, SEGMENTS, "Why", SEGMENTS, TENANT, ROWS];
        assert!(
            of(&now).is_some_and(|of| (of.tenant, of.rows, of.seats, of.segments) == (9, 10, 3, Some(8)))
        );
        assert!(of(&["Tenant", "Plan", "Rows"]).is_none());
    }
}

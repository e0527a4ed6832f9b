//! What only the whole roster can say, found before any row is judged.

use super::context::RunContext;
use super::progress::{Progress, tell};
use super::understandings::Understandings;
use crate::error::{Error, Result};
use crate::pipeline::{self, Workers};
use crate::read::Reader;
use crate::record::Records;
use crate::roster::Understanding;
use crate::roster::column_facts::ColumnFacts;
use crate::roster::lines::grouped::name_tenants;
use crate::roster::lines::outline::Seeing;
use crate::roster::repeats::{Census, CensusBatch};
use crate::tally::Tally;
use std::collections::HashSet;
use std::sync::Arc;

/// Takes the census, if the first rows, or rows from all over the roster, suggest that it changes something.
///
/// # Errors
/// As [`take`].
pub(super) fn take_if_expected(
    reader: &mut Reader,
    by: (&Workers, Progress<'_>),
    known: &RunContext<'_>,
) -> Result<Option<Census>> {
    let is_expected = is_expected(known)? || is_repeated(reader, by.1, known)?;
    if is_expected { take(reader, by, known).map(Some) } else { Ok(None) }
}

/// Returns whether rows from all over the roster suggest that a tenant, plan or subscription is on several rows. The first
/// rows do not show what is repeated only far below them, and rows that are judged before that is seen are judged again.
///
/// # Errors
/// If the roster cannot be read.
fn is_repeated(reader: &Reader, progress: Progress<'_>, known: &RunContext<'_>) -> Result<bool> {
    /// Numbers that are held, some megabytes: so many rows show what there is to be seen.
    const LIMIT: usize = 1 << 18;
    let (mut numbers, mut understanding) = (HashSet::new(), known.understanding.clone());
    let mut is_repeated = false;
    let read = reader.sample(&mut |records| {
        let seen = seen(&records, known, &mut understanding).fingerprints;
        is_repeated = !seen.into_iter().all(|number| numbers.insert(number));
        let is_enough = is_repeated || numbers.len() > LIMIT;
        if is_enough { Err(Error::internal("these are enough")) } else { tell(progress, 0) }
    });
    if is_repeated || numbers.len() > LIMIT { Ok(is_repeated) } else { read.map(|()| false) }
}

/// Returns whether the first rows suggest that the census changes something.
///
/// # Errors
/// If there is no room for temporary files.
fn is_expected(known: &RunContext<'_>) -> Result<bool> {
    let mut records = Records::default();
    for (number, cells) in (1..).zip(&known.about.first) {
        records.begin(number, number);
        for cell in cells {
            records.push_text(cell);
        }
    }
    let sightings = seen(&records, known, &mut known.understanding.clone());
    let mut lines = known.lines();
    lines.add(sightings.lines);
    let mut tally = Tally::new(known.scratch);
    tally.add(&sightings.fingerprints)?;
    let repeated = tally.finish(&Workers::default())?;
    let outline = Arc::new(lines.finish());
    Ok(Census { records: sightings.records, repeated, facts: sightings.facts, outline }.changes_something())
}

/// Reads a roster through and returns its census; once more, if its tenants are named only in the first rows of groups.
///
/// # Errors
/// If the roster cannot be read to its end, or there is no room for temporary files.
pub(super) fn take(
    reader: &mut Reader,
    by: (&Workers, Progress<'_>),
    known: &RunContext<'_>,
) -> Result<Census> {
    let census = read_through(reader, by, known)?;
    if !census.outline.is_grouped() {
        return Ok(census);
    }
    let outline = census.outline;
    let understanding = known.understanding.clone().with_outline(Arc::clone(&outline));
    let census = read_through(reader, by, &RunContext { understanding, ..*known })?;
    Ok(Census { outline, ..census })
}

fn read_through(
    reader: &mut Reader,
    (workers, progress): (&Workers, Progress<'_>),
    known: &RunContext<'_>,
) -> Result<Census> {
    let mut tally = Tally::alone(known.scratch);
    let (mut records, mut facts, mut lines) = (0, ColumnFacts::default(), known.lines());
    let understandings = Understandings::of(known.understanding.clone());
    pipeline::ordered(
        workers,
        |emit| reader.read(emit),
        |block| {
            let records = named(block.records()?, known);
            let mut understanding = understandings.take();
            let sightings = seen(&records, known, &mut understanding);
            understandings.put_back(understanding);
            Ok(sightings)
        },
        |sightings| {
            records += sightings.records;
            facts.merge(sightings.facts);
            lines.add(sightings.lines);
            tally.add(&sightings.fingerprints)?;
            // No row is judged yet.
            tell(progress, 0)
        },
    )?;
    Ok(Census { records, repeated: tally.finish(workers)?, facts, outline: Arc::new(lines.finish()) })
}

/// Names the tenants of rows that are named above them.
fn named(mut records: Records, known: &RunContext<'_>) -> Records {
    if known.understanding.outline().is_grouped() {
        name_tenants(&mut records, known.identity, &mut known.understanding.clone());
    }
    records
}

fn seen(records: &Records, known: &RunContext<'_>, understanding: &mut Understanding<'_>) -> CensusBatch {
    let mut sightings = CensusBatch::default();
    let mut lines = Seeing::default();
    for record in records.iter() {
        let line = understanding.line(record);
        let tenant = sightings.see(record, &line, (known.identity, understanding));
        lines.see(record, (&line, tenant), understanding);
    }
    sightings.lines = lines.finish(known.identity, understanding);
    sightings
}

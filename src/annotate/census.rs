//! What only the whole roster can say, found before any row is judged.

use super::Known;
use crate::error::Result;
use crate::pipeline;
use crate::read::Reader;
use crate::record::Records;
use crate::roster::repeats::{Census, Sightings};
use crate::roster::traits::Traits;
use crate::tally::Tally;

/// Returns whether the first rows let expect that the census changes something.
///
/// # Errors
/// If there is no room for temporary files.
pub(super) fn is_expected(known: &Known<'_>) -> Result<bool> {
    let mut records = Records::default();
    for (number, cells) in (1..).zip(&known.about.first) {
        records.begin(number, number);
        for cell in cells {
            records.push_text(cell);
        }
    }
    let sightings = seen(&records, known);
    let mut tally = Tally::new(known.scratch);
    tally.add(&sightings.fingerprints)?;
    let repeated = tally.finish()?;
    Ok(Census { records: sightings.records, repeated, traits: sightings.traits }.changes_something())
}

/// Reads a roster through and returns its census.
///
/// # Errors
/// If the roster cannot be read to its end, or there is no room for temporary files.
pub(super) fn take(reader: &mut Reader, threads: usize, known: &Known<'_>) -> Result<Census> {
    let mut tally = Tally::new(known.scratch);
    let (mut records, mut traits) = (0, Traits::default());
    pipeline::ordered(
        threads,
        |emit| reader.read(emit),
        |block| Ok(seen(&block.records()?, known)),
        |sightings| {
            records += sightings.records;
            traits.merge(sightings.traits);
            tally.add(&sightings.fingerprints)
        },
    )?;
    Ok(Census { records, repeated: tally.finish()?, traits })
}

fn seen(records: &Records, known: &Known<'_>) -> Sightings {
    let (mut sightings, mut understanding) = (Sightings::default(), known.understanding.clone());
    records.iter().for_each(|record| sightings.see(record, known.identity, &mut understanding));
    sightings
}

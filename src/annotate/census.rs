//! The first reading of a roster: what only the whole of it can say, before any row is judged.

use crate::error::Result;
use crate::pipeline;
use crate::read::Reader;
use crate::roster::Understanding;
use crate::roster::identity::Identity;
use crate::roster::repeats::{Census, Sightings};
use crate::roster::separators::Separators;
use crate::tally::Tally;

/// Reads a roster through and returns its census; `understanding` is one that has seen no record yet.
///
/// # Errors
/// If the roster cannot be read to its end, or there is no room for temporary files.
pub(super) fn take(
    reader: &mut Reader,
    threads: usize,
    identity: &Identity,
    understanding: &Understanding<'_>,
) -> Result<Census> {
    let mut tally = Tally::default();
    let (mut records, mut separators) = (0, Separators::default());
    pipeline::ordered(
        threads,
        |emit| reader.read(emit),
        |block| {
            let (mut sightings, mut understanding) = (Sightings::default(), understanding.clone());
            let found = block.records()?;
            found.iter().for_each(|record| sightings.see(record, identity, &mut understanding));
            Ok(sightings)
        },
        |sightings| {
            records += sightings.records;
            separators.merge(sightings.separators);
            tally.add(&sightings.fingerprints)
        },
    )?;
    Ok(Census { records, repeated: tally.finish()?, separators })
}

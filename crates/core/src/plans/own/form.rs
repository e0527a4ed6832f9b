//! The catalogue in the form of a user's own, so that a line can be copied.

use super::HEADINGS;
use crate::error::{Error, Result};
use crate::plans::table::cells;
use crate::plans::{Catalogue, Plan};
use std::collections::HashMap;
use std::ptr;

/// Returns `plans` of a catalogue as comma-separated text (RFC 4180): the [`HEADINGS`], then one line a plan, in the
/// order given.
///
/// Given back as a user's own catalogue, the text has no fault and changes nothing. So no cell is changed that a
/// spreadsheet may take for a formula; only a catalogue that its user wrote can have one.
///
/// # Errors
/// None that text can cause; writing into memory cannot fail, and is passed on should it do so.
pub fn form(catalogue: &Catalogue, plans: &[&Plan]) -> Result<Vec<u8>> {
    let mut spellings: HashMap<*const Plan, Vec<&str>> = HashMap::new();
    for (spelling, place) in catalogue.spellings() {
        if let Some(plan) = catalogue.plans().get(*place) {
            spellings.entry(ptr::from_ref(plan)).or_default().push(spelling);
        }
    }
    let failed = |why: csv::Error| Error::internal(format!("the catalogue could not be written: {why}"));
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEADINGS).map_err(failed)?;
    for plan in plans {
        let written = spellings.get(&ptr::from_ref(*plan)).map_or(String::new(), |all| all.join(" | "));
        writer.write_record(cells(plan, written)).map_err(failed)?;
    }
    writer.into_inner().map_err(|why| Error::internal(format!("the catalogue could not be written: {why}")))
}

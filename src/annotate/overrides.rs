//! An overrides file, from its bytes to overrides: read like a roster, as text or as a workbook.

use crate::error::{Error, ErrorKind, Result};
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::read::{self, Input, Limits};
use crate::roster::overrides::{Overrides, Reading, score};
use crate::scratch::Scratch;
use std::path::Path;

/// Reads an overrides file.
///
/// # Errors
/// All of kind `Policy`: `overrides-not-readable`; all faults of its headings; all faults of its lines.
pub(super) fn load(
    path: &Path,
    (policy, catalogue): (&Policy, &Catalogue),
    scratch: &Scratch,
) -> Result<Overrides> {
    let options = read::Options {
        sheet: None,
        encoding: None,
        delimiter: None,
        limits: Limits::default(),
        scratch,
        score: &score,
    };
    let mut reader = read::open(&Input::File(path.to_owned()), options).map_err(not_readable)?;
    let about = reader.about.clone();
    let mut reading = Reading::new(&about, policy, catalogue)?;
    let lines = |block: read::Block| {
        let records = block.records().map_err(not_readable)?;
        records.iter().try_for_each(|record| reading.line(record))
    };
    reader.read(&mut { lines }).map_err(not_readable)?;
    reading.finish()
}

/// What reading says of a roster, said of the overrides.
fn not_readable(mut error: Error) -> Error {
    if error.kind != ErrorKind::Input {
        return error;
    }
    error.kind = ErrorKind::Policy;
    for diagnostic in &mut error.diagnostics {
        diagnostic.message = format!("the overrides cannot be read: {}", diagnostic.message);
        if diagnostic.code != "roster-missing" {
            "save them as CSV in UTF-8 or as .xlsx, with the headings in the first line"
                .clone_into(&mut diagnostic.help);
        }
        diagnostic.code = "overrides-not-readable";
    }
    error
}

//! The form of the catalogue's table, for those who read it and for the tool that derives it.

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use crate::plans::Plan;

/// The columns of the catalogue, in order.
pub const COLUMNS: [&str; 9] =
    ["guid", "id", "name", "segment", "family", "kind", "price", "services", "because"];

/// Returns the cells of a plan in the order of [`COLUMNS`]; the last is given, since a user's own catalogue has other
/// spellings there.
#[must_use]
pub fn cells(plan: &Plan, last: String) -> [String; 9] {
    let services = plan.services.words().collect::<Vec<_>>().join(" ");
    [
        plan.guid.clone(),
        plan.id.clone(),
        plan.name.clone(),
        plan.segment.clone(),
        plan.family.clone(),
        plan.kind.word().to_owned(),
        plan.price.word().to_owned(),
        services,
        last,
    ]
}

/// Returns the records of CSV text with a heading, each with at least `width` cells.
///
/// # Errors
/// `catalogue-not-derived`, of kind `Input`: it is no such text.
pub fn rows(text: &str, width: usize) -> Result<Vec<csv::StringRecord>> {
    let records: std::result::Result<Vec<_>, _> =
        csv::Reader::from_reader(text.as_bytes()).records().collect();
    let records = records.map_err(|why| fault(format!("not a table of comma-separated values: {why}")))?;
    match records.iter().find(|record| record.len() < width) {
        Some(record) => Err(fault(format!("a line has {} columns, not {width}", record.len()))),
        None => Ok(records),
    }
}

/// Returns the error of a table that is not as it has to be.
#[must_use]
pub fn fault(message: String) -> Error {
    let help = "compare the file with the columns that crates/core/src/plans/README.md names";
    Error::input(Diagnostic::error(Code::CatalogueNotDerived, message).help(help))
}

//! One customer, explained: the verdict of a row under the names of its columns.

use fasttrack_core::judge::Judged;
use fasttrack_core::output_fields::{OutputColumn, output_fields};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// Returns the verdict as a dictionary: the machine names of the columns, how sure it is, and the faults.
///
/// # Errors
/// Those of Python.
pub(crate) fn explained<'py>(py: Python<'py>, judged: &Judged<'_>) -> PyResult<Bound<'py, PyDict>> {
    let (policy, row, verdict) = (&judged.rules.policy, &judged.row, &judged.verdict);
    let is_review = judged.needs_review();
    let told = PyDict::new(py);
    let segment = policy.segments.get(row.segment).map(|segment| segment.name.as_str());
    for field in output_fields(policy) {
        let name = field.name.as_str();
        match field.column {
            OutputColumn::Segment => told.set_item(name, segment)?,
            OutputColumn::SegmentFrom => told.set_item(name, row.segment_from.words())?,
            OutputColumn::SeatsCounted | OutputColumn::SeatsToNext => {
                told.set_item(name, field.column.seats(verdict))?;
            }
            OutputColumn::Tier | OutputColumn::NextTier => {
                told.set_item(name, field.column.tier(policy, verdict))?;
            }
            OutputColumn::Eligible
            | OutputColumn::Entitled(_)
            | OutputColumn::Confirm(_)
            | OutputColumn::IsReview => told.set_item(name, field.column.boolean(verdict))?,
            OutputColumn::Why => told.set_item(name, judged.why())?,
            OutputColumn::Recognised => {
                told.set_item(name, row.recognised.as_deref().filter(|_| !is_review))?;
            }
            _ => {}
        }
    }
    // Without a verdict there is nothing to be certain of.
    told.set_item("certainty", (!is_review).then(|| verdict.certainty.word()))?;
    let faults = PyList::empty(py);
    for fault in judged.faults() {
        let one = PyDict::new(py);
        one.set_item("code", fault.code.as_str())?;
        one.set_item("blocks", fault.blocks)?;
        one.set_item("message", &fault.message)?;
        one.set_item("help", &fault.help)?;
        faults.append(one)?;
    }
    told.set_item("faults", faults)?;
    Ok(told)
}

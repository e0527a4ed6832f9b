//! One customer, explained: the verdict of a row under the names of its columns.

use fasttrack_core::judge::Judged;
use fasttrack_core::output_fields::{OutputColumn, output_fields};
use fasttrack_core::verdict::DecidedBy;
use fasttrack_core::verdict::words::rung_name;
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
            OutputColumn::Eligible => {
                told.set_item(name, (!is_review).then_some(verdict.decided_by == DecidedBy::Seats))?;
            }
            OutputColumn::SeatsCounted => told.set_item(name, verdict.seats_counted)?,
            OutputColumn::Tier => told.set_item(name, (!is_review).then(|| judged.tier()))?,
            OutputColumn::Entitled(place) => {
                told.set_item(name, (!is_review).then(|| verdict.granted.has(place)))?;
            }
            OutputColumn::Confirm(place) => {
                let confirms = verdict.granted.has(place) && verdict.confirm.has(place);
                told.set_item(name, (!is_review).then_some(confirms))?;
            }
            OutputColumn::NextTier => {
                told.set_item(name, verdict.next.map(|next| rung_name(policy, next.rung)))?;
            }
            OutputColumn::SeatsToNext => told.set_item(name, verdict.next.map(|next| next.seats))?,
            OutputColumn::Why => told.set_item(name, judged.why())?,
            OutputColumn::Recognised => {
                told.set_item(name, row.recognised.as_deref().filter(|_| !is_review))?;
            }
            OutputColumn::IsReview => told.set_item(name, is_review)?,
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

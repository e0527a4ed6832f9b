//! What rows are judged by: policy, catalogue and overrides, read once and kept for the next call.

use crate::capsule::{Reader, Table, value_error};
use crate::cells::table;
use crate::chosen::Chosen;
use arrow_schema::ArrowError;
use fasttrack_core::about::{About, Form};
use fasttrack_core::error::Error;
use fasttrack_core::judge::Rules;
use fasttrack_core::plans::own::{Reading as ReadingOfPlans, Source};
use fasttrack_core::plans::{Catalogue, PlanFrom};
use fasttrack_core::policy::{DEFAULT_NAME, Policy, SHIPPED};
use fasttrack_core::record::{Cell, Record, Records};
use fasttrack_core::roster::overrides::{Overrides, Reading};
use fasttrack_core::roster::separators::{Mark, Separators};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// Policies that are kept.
const LIMIT_KEPT: usize = 8;

/// The policies read lately, each with the shipped catalogue, by name or text; the last one used is at the end.
static KEPT: Mutex<Vec<(String, Arc<Rules>)>> = Mutex::new(Vec::new());

/// Returns what is wrong with rules as a `ValueError`.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
pub(crate) fn of_rules(error: Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// Returns the rules of a policy, by the name of a shipped one or as text, with the shipped catalogue.
///
/// # Errors
/// All that is wrong with the policy.
pub(crate) fn shipped(policy: Option<&str>) -> PyResult<Arc<Rules>> {
    let policy = policy.unwrap_or(DEFAULT_NAME);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(place) = kept.iter().position(|(known, _)| known == policy) {
        let found = kept.remove(place);
        let rules = Arc::clone(&found.1);
        kept.push(found);
        return Ok(rules);
    }
    if Policy::shipped(policy).is_none() && !policy.contains(['\n', '=']) {
        let names: Vec<String> = SHIPPED.iter().map(|(name, _)| format!("`{name}`")).collect();
        return Err(PyValueError::new_err(format!(
            "`{policy}` is not a policy: name a policy file, or one of the shipped policies: {}",
            names.join(", ")
        )));
    }
    let read = Policy::named(policy).unwrap_or_else(|| Policy::read(policy, "policy")).map_err(of_rules)?;
    let rules = Rules::new(read, Catalogue::shipped().map_err(of_rules)?);
    if kept.len() >= LIMIT_KEPT {
        kept.remove(0);
    }
    kept.push((policy.to_owned(), Arc::clone(&rules)));
    Ok(rules)
}

/// Returns the same with products and spellings of one's own, a table like that of `--catalogue`.
///
/// # Errors
/// All that is wrong with the policy, or with the lines of the table.
pub(crate) fn with_own(policy: Option<&str>, own: Option<Table>) -> PyResult<Arc<Rules>> {
    let rules = shipped(policy)?;
    let Some(own) = own else { return Ok(rules) };
    let (headings, lines) = lines_of(own.reader).map_err(value_error)?;
    let source =
        Source { file: "catalogue", about: None, header_row: 1, headings: &headings, from: PlanFrom::Own(0) };
    let catalogue = &rules.catalogue;
    let mut reading =
        ReadingOfPlans::new(source, catalogue.plans(), catalogue.spellings()).map_err(of_rules)?;
    for record in lines.iter().flat_map(Records::iter) {
        reading.line(record.number, &texts_of(record, headings.len())).map_err(of_rules)?;
    }
    let (catalogue, _) = reading.finish_with(catalogue).map_err(of_rules)?;
    Ok(Rules::new(rules.policy.clone(), catalogue))
}

/// Returns overrides from a table like that of `--overrides`.
///
/// # Errors
/// All that is wrong with its headings, or with its lines.
pub(crate) fn overrides(said: Table, rules: &Rules) -> PyResult<Overrides> {
    let (headings, lines) = lines_of(said.reader).map_err(value_error)?;
    let about = About {
        name: "overrides".to_owned(),
        bytes: 0,
        sha256: String::new(),
        modified: None,
        form: Form::Text { encoding: "UTF-8".to_owned(), guess: None, delimiter: ',' },
        header_row: 1,
        is_header_row_named: false,
        above: Vec::new(),
        longest: vec![0; headings.len()],
        headings,
        first: Vec::new(),
        first_numbers: Vec::new(),
        formats: Vec::new(),
        other_candidates: Vec::new(),
    };
    let mut reading = Reading::new(&about, &rules.policy, &rules.catalogue).map_err(of_rules)?;
    for record in lines.iter().flat_map(Records::iter) {
        reading.line(record).map_err(of_rules)?;
    }
    reading.finish().map_err(of_rules)
}

/// What the values of a column show where some of them contradict others.
pub(crate) const MIXED: &str = "mixed";

/// Returns what was found elsewhere of a column, as [`shown_in`] says it: by values that show it.
pub(crate) fn seen(shown: Option<&str>) -> Separators {
    let (dots, commas) = ("1.234.567", "1,234,567");
    let values: &[&str] = match shown {
        Some(".") => &[dots],
        Some(",") => &[commas],
        Some(MIXED) => &[dots, commas],
        _ => &[],
    };
    let mut seen = Separators::default();
    for value in values {
        seen.see(Cell::Text(value), 1);
    }
    seen
}

/// Returns what the values of a column show: the mark that parts thousands, [`MIXED`], or nothing.
pub(crate) fn shown_in(column: Separators) -> Option<&'static str> {
    match column.thousands() {
        Some((Mark::Dot, _)) => Some("."),
        Some((Mark::Comma, _)) => Some(","),
        None => column.are_mixed().then_some(MIXED),
    }
}

/// Returns how seats are written in which `1.234` may be a fraction or thousands: by the mark that parts thousands.
///
/// # Errors
/// If it is no such mark.
pub(crate) fn numbers(thousands: Option<&str>) -> PyResult<Separators> {
    let mark = match thousands {
        None => None,
        Some(".") => Some(Mark::Dot),
        Some(",") => Some(Mark::Comma),
        Some(other) => {
            return Err(PyValueError::new_err(format!(
                "thousands=`{other}` is not a mark between thousands: write \".\" or \",\", or leave it out"
            )));
        }
    };
    Ok(Separators::known(mark, None))
}

fn lines_of(reader: Reader) -> Result<(Vec<String>, Vec<Records>), ArrowError> {
    let headings = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    let batches = reader.collect::<Result<Vec<_>, _>>()?;
    Ok((headings, table(&batches)?))
}

fn texts_of(record: Record<'_>, columns: usize) -> Vec<String> {
    (0..columns).map(|column| record.cell(column).shown()).collect()
}

/// All that the rows of one table are judged by.
pub(crate) struct Setup {
    pub(crate) rules: Arc<Rules>,
    pub(crate) chosen: Chosen,
    pub(crate) numbers: Separators,
}

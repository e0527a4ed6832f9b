//! The Python module: Arrow tables in, judged Arrow tables out, over `fasttrack-core` alone.
//!
//! `fasttrack_roster/__init__.py` is what its users see; this is what it stands on. No function here calls Python code: a
//! table of Python's could read judged rows to make its own, and Python's lock would be taken twice. The package asks
//! tables for their capsules, and hands those over.

mod capsule;
mod cells;
mod chosen;
mod explained;
mod judged;
mod output;
mod resolved;
mod rules;
mod stream;
mod tenants;

use arrow_array::RecordBatchReader;
use arrow_schema::ArrowError;
use capsule::{Table, value_error};
use chosen::Names;
use fasttrack_core::judge::{Judge, Question};
use fasttrack_core::policy::DEFAULT_NAME;
use fasttrack_core::roster::column_facts::ColumnFacts;
use fasttrack_core::roster::overrides::Overrides;
use judged::{Batch, OutputSchema, Rows};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rules::Setup;
use std::sync::Arc;
use stream::{JudgedReader, Reading, Wanted, facts};

/// What rows are judged by, and which columns they have.
#[derive(FromPyObject)]
struct Options {
    #[pyo3(item)]
    names: Names,
    #[pyo3(item)]
    policy: Option<String>,
    #[pyo3(item)]
    catalogue: Option<Table>,
    #[pyo3(item)]
    overrides: Option<Table>,
    #[pyo3(item)]
    thousands: Option<String>,
    /// What the column of seats shows as a whole, where only a part of it is at hand.
    #[pyo3(item)]
    shown: Option<String>,
}

impl Options {
    fn setup(self, table: &Table) -> PyResult<(Setup, Option<Overrides>)> {
        let rules = rules::with_own(self.policy.as_deref(), self.catalogue)?;
        let overrides = self.overrides.map(|said| rules::overrides(said, &rules)).transpose()?;
        let chosen = self.names.find(&table.reader.schema()).map_err(value_error)?;
        let numbers = rules::numbers(self.thousands.as_deref())?.with(rules::seen(self.shown.as_deref()));
        Ok((Setup { rules, chosen, numbers }, overrides))
    }
}

/// Judges the rows of a table one by one. With `whole`, all of it is read before the first row is judged: what a column
/// shows as a whole is then known.
#[pyfunction]
#[pyo3(signature = (data, options, *, keep, verdict, tenant_key, whole))]
#[expect(clippy::fn_params_excessive_bools, reason = "Python names each of them")]
fn judge(
    py: Python<'_>,
    data: Table,
    options: Options,
    keep: bool,
    verdict: bool,
    tenant_key: bool,
    whole: bool,
) -> PyResult<Bound<'_, PyAny>> {
    let (setup, overrides) = options.setup(&data)?;
    let wanted = Wanted { keep, with_verdict: verdict, with_key: tenant_key };
    let Table { reader, is_batch } = data;
    if !whole && !is_batch {
        let reading = Reading::begin(setup, overrides, ColumnFacts::default());
        let reader = JudgedReader::new(reader, reading, wanted, false).map_err(value_error)?;
        return Ok(Bound::new(py, Rows::streamed(Box::new(reader)))?.into_any());
    }
    let judged = py.detach(|| {
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<_>, ArrowError>>()?;
        let facts = if whole { facts(&setup, &batches)? } else { ColumnFacts::default() };
        let reading = Reading::begin(setup, overrides, facts);
        let source = arrow_array::RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
        let reader = JudgedReader::new(Box::new(source), reading, wanted, is_batch)?;
        Ok((reader.schema(), reader.collect::<Result<Vec<_>, ArrowError>>()?))
    });
    let (schema, batches) = judged.map_err(value_error)?;
    match <[_; 1]>::try_from(batches) {
        Ok([batch]) if is_batch => Ok(Bound::new(py, Batch { batch })?.into_any()),
        Ok(batches) => Ok(Bound::new(py, Rows::held(schema, batches.into()))?.into_any()),
        Err(batches) => Ok(Bound::new(py, Rows::held(schema, batches))?.into_any()),
    }
}

/// Judges the tenants of a table, each on all its rows together; `whole` as for `judge`.
#[pyfunction]
#[pyo3(signature = (data, options, *, whole))]
fn rollup(py: Python<'_>, data: Table, options: Options, whole: bool) -> PyResult<Rows> {
    let (setup, overrides) = options.setup(&data)?;
    let schema = tenants::schema(&setup.rules.policy);
    let batch = py.detach(|| {
        if !whole {
            return tenants::rollup(data.reader, Reading::begin(setup, overrides, ColumnFacts::default()));
        }
        // What a column shows as a whole may come last, and decides how the first cells are read.
        let schema = data.reader.schema();
        let batches = data.reader.collect::<Result<Vec<_>, ArrowError>>()?;
        let facts = facts(&setup, &batches)?;
        let source = arrow_array::RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
        tenants::rollup(Box::new(source), Reading::begin(setup, overrides, facts))
    });
    Ok(Rows::held(schema, vec![batch.map_err(value_error)?]))
}

/// Checks that a table has the columns that are named; returns columns that are headed as a field is that is not named, with
/// the name of its argument.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "as Python hands it over")]
fn check_columns(names: Names, columns: Vec<String>) -> PyResult<Vec<(&'static str, String)>> {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    names.check(&columns).map_err(value_error)?;
    Ok(names.unread(&columns))
}

/// Returns the mark between thousands that the seats of a table show, `mixed` if they contradict each other, or `None`.
#[pyfunction]
fn thousands(py: Python<'_>, data: Table, seats: &str) -> PyResult<Option<&'static str>> {
    let place = data.reader.schema().index_of(seats).map_err(|_| {
        value_error(ArrowError::SchemaError(format!("the table has no column `{seats}` (seats=)")))
    })?;
    let shown = py.detach(|| {
        let mut shown = fasttrack_core::roster::separators::Separators::default();
        for batch in data.reader {
            for piece in stream::pieces(&batch?) {
                let records = cells::records(&piece, &[place], 0)?;
                records.iter().for_each(|record| shown.see(record.cell(0), record.number));
            }
        }
        Ok(shown)
    });
    Ok(rules::shown_in(shown.map_err(value_error)?))
}

/// Explains the verdict on one customer.
#[pyfunction]
#[pyo3(signature = (plan, seats, *, segment, status, policy, catalogue, thousands))]
#[expect(clippy::too_many_arguments, reason = "each is an argument of the Python function")]
fn explain<'py>(
    py: Python<'py>,
    plan: &str,
    seats: &str,
    segment: &str,
    status: &str,
    policy: Option<&str>,
    catalogue: Option<Table>,
    thousands: Option<&str>,
) -> PyResult<Bound<'py, PyDict>> {
    let judge = Judge::new(rules::with_own(policy, catalogue)?).with_numbers(rules::numbers(thousands)?);
    let judged = judge.ask(Question { plan, seats, segment, status });
    explained::explained(py, &judged.map_err(|error| PyRuntimeError::new_err(error.to_string()))?)
}

/// Resolves written plans.
#[pyfunction]
#[pyo3(signature = (written, *, policy, catalogue))]
fn plans(
    py: Python<'_>,
    written: Vec<String>,
    policy: Option<&str>,
    catalogue: Option<Table>,
) -> PyResult<Rows> {
    let rules = rules::with_own(policy, catalogue)?;
    let batch = py.detach(move || resolved::resolved(&rules, &written)).map_err(value_error)?;
    Ok(Rows::held(resolved::schema(), vec![batch]))
}

/// Rules of one effective date.
#[pyclass(frozen, module = "fasttrack_roster")]
struct Policy {
    /// The name it is chosen by.
    #[pyo3(get)]
    name: String,
    /// From when it holds, ISO 8601.
    #[pyo3(get)]
    effective: String,
    /// SHA-256 of its text, in hexadecimal.
    #[pyo3(get)]
    sha256: String,
    /// The text, in TOML.
    #[pyo3(get)]
    text: String,
    /// The names of the tiers, lowest first.
    #[pyo3(get)]
    tiers: Vec<String>,
}

#[pymethods]
impl Policy {
    fn __repr__(&self) -> String {
        format!("Policy({}, effective {})", self.name, self.effective)
    }
}

/// Returns a policy, by the name of a shipped one or as text.
#[pyfunction]
#[pyo3(signature = (policy))]
fn policy(policy: Option<&str>) -> PyResult<Policy> {
    let name = policy.unwrap_or(DEFAULT_NAME);
    let rules = rules::shipped(Some(name))?;
    let policy = &rules.policy;
    let rungs = 0..policy.rungs.len();
    Ok(Policy {
        name: policy.name.clone(),
        effective: policy.effective.clone(),
        sha256: policy.sha256.clone(),
        text: fasttrack_core::policy::Policy::shipped(name).unwrap_or(name).to_owned(),
        tiers: rungs.map(|rung| fasttrack_core::verdict::words::rung_name(policy, rung).to_owned()).collect(),
    })
}

/// Returns the columns that `judge` adds, or those of `rollup`.
#[pyfunction]
#[pyo3(signature = (policy, *, tenant_key, of_rollup))]
fn output_schema(policy: Option<&str>, tenant_key: bool, of_rollup: bool) -> PyResult<OutputSchema> {
    let rules = rules::shipped(policy)?;
    let schema = if of_rollup {
        tenants::schema(&rules.policy)
    } else {
        Arc::new(output::verdict_schema(&rules.policy, true, tenant_key))
    };
    Ok(OutputSchema { schema })
}

/// What `fasttrack_roster` stands on.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::{
        Batch, OutputSchema, Policy, Rows, check_columns, explain, judge, output_schema, plans, policy,
        rollup, thousands,
    };

    /// The version of the package.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "as Python calls it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

//! What Python gets: judged rows, and columns without rows.

use crate::capsule::{Reader, array_capsules, schema_capsule, stream_capsule};
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_schema::SchemaRef;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use std::sync::{Mutex, PoisonError};

/// A table as the Arrow `PyCapsule` interface gives it: for pyarrow, polars, pandas, `DuckDB` and others, without a copy.
#[pyclass(frozen, module = "fasttrack_roster._native")]
pub(crate) struct Rows {
    schema: SchemaRef,
    rows: Mutex<State>,
}

enum State {
    /// In memory: as often as anyone wants.
    Held(Vec<RecordBatch>),
    /// Judged while they are read, once; `None` = they were.
    Streamed(Option<Reader>),
}

impl Rows {
    pub(crate) const fn held(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { schema, rows: Mutex::new(State::Held(batches)) }
    }

    pub(crate) fn streamed(reader: Reader) -> Self {
        Self { schema: reader.schema(), rows: Mutex::new(State::Streamed(Some(reader))) }
    }
}

#[pymethods]
impl Rows {
    /// Returns the columns; no row is read for it.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.schema)
    }

    /// Returns the rows. The wanted schema is not looked at, as the interface allows.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let reader: Reader = match &mut *self.rows.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Held(batches) => {
                let batches: Vec<_> = batches.iter().cloned().map(Ok).collect();
                Box::new(RecordBatchIterator::new(batches, self.schema.clone()))
            }
            State::Streamed(reader) => reader.take().ok_or_else(|| {
                PyValueError::new_err(
                    "these rows were judged from a reader and have been read: judge a new reader, or keep what \
                     `to_arrow()` returned",
                )
            })?,
        };
        stream_capsule(py, reader)
    }

    /// Returns the names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }
}

/// One batch of judged rows, as an array of structures.
#[pyclass(frozen, module = "fasttrack_roster._native")]
pub(crate) struct Batch {
    pub(crate) batch: RecordBatch,
}

#[pymethods]
impl Batch {
    /// Returns the columns.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.batch.schema())
    }

    /// Returns the rows. The wanted schema is not looked at, as the interface allows.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        drop(requested_schema);
        array_capsules(py, &self.batch)
    }
}

/// Columns without rows.
#[pyclass(frozen, module = "fasttrack_roster._native")]
pub(crate) struct OutputSchema {
    pub(crate) schema: SchemaRef,
}

#[pymethods]
impl OutputSchema {
    /// Returns the columns.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.schema)
    }

    /// Returns the names of the columns, in order.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    fn __repr__(&self) -> String {
        format!("OutputSchema({})", self.names().join(", "))
    }
}

//! Arrow data out of Python and into it, by the Arrow `PyCapsule` interface: whatever library made it, without a copy.
//!
//! Source: the Arrow documentation, "The Arrow `PyCapsule` Interface".

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, DataType, Schema};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use std::ffi::CStr;
use std::ptr::NonNull;

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// Batches that can be taken once.
pub(crate) type Reader = Box<dyn RecordBatchReader + Send>;

/// Returns what Arrow says is wrong as a `ValueError`.
pub(crate) fn value_error(error: ArrowError) -> PyErr {
    let message = match error {
        // The kind of these says nothing to whoever reads it.
        ArrowError::SchemaError(message)
        | ArrowError::InvalidArgumentError(message)
        | ArrowError::CDataInterface(message) => message,
        other => other.to_string(),
    };
    PyValueError::new_err(message)
}

/// A table of Python's, as its capsules: what `__arrow_c_stream__` or `__arrow_c_array__` returned.
pub(crate) struct Table {
    pub(crate) reader: Reader,
    /// Whether it is one batch, as `__arrow_c_array__` gives it.
    pub(crate) is_batch: bool,
}

impl<'py> FromPyObject<'_, 'py> for Table {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.cast::<PyTuple>() {
            Ok(pair) => Ok(Self { reader: array_of(&pair)?, is_batch: true }),
            Err(_) => Ok(Self { reader: stream_of(&object)?, is_batch: false }),
        }
    }
}

fn array_of(pair: &Bound<'_, PyTuple>) -> PyResult<Reader> {
    let schema = pointer::<FFI_ArrowSchema>(&pair.get_item(0)?, SCHEMA)?;
    let array = pointer::<FFI_ArrowArray>(&pair.get_item(1)?, ARRAY)?;
    #[expect(unsafe_code, reason = "Arrow data of other libraries is behind pointers")]
    // SAFETY: both capsules have the names that the interface gives to live structures of these types, and are held by
    // `pair`. The array is moved out, which leaves the capsule's marked as released; the schema is only read.
    let data = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) };
    let data = data.map_err(value_error)?;
    if !matches!(data.data_type(), DataType::Struct(_)) {
        return Err(PyTypeError::new_err("this is a single column: pass a table or a record batch"));
    }
    let batch = RecordBatch::from(StructArray::from(data));
    let schema = batch.schema();
    Ok(Box::new(RecordBatchIterator::new([Ok(batch)], schema)))
}

fn stream_of(capsule: &Bound<'_, PyAny>) -> PyResult<Reader> {
    let stream = pointer::<FFI_ArrowArrayStream>(capsule, STREAM)?;
    #[expect(unsafe_code, reason = "Arrow data of other libraries is behind pointers")]
    // SAFETY: the capsule has the name that the interface gives to a live stream, and is held by the caller; the stream is
    // moved out, which leaves the capsule's marked as released.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(stream.as_ptr()) };
    let reader = RecordBatchStreamReader::try_new(stream);
    Ok(Box::new(reader.map_err(|error| {
        PyTypeError::new_err(format!("this cannot be read as a table with columns: {error}"))
    })?))
}

fn pointer<T>(capsule: &Bound<'_, PyAny>, name: &CStr) -> PyResult<NonNull<T>> {
    Ok(capsule.cast::<PyCapsule>()?.pointer_checked(Some(name))?.cast())
}

/// Returns batches as the capsule of a stream.
pub(crate) fn stream_capsule(py: Python<'_>, reader: Reader) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), STREAM)
}

/// Returns a schema as its capsule.
pub(crate) fn schema_capsule<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(value_error)?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}

/// Returns a batch as the capsules of its schema and of an array of structures.
pub(crate) fn array_capsules<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyTuple>> {
    let schema = schema_capsule(py, &batch.schema())?;
    let array = FFI_ArrowArray::new(&StructArray::from(batch.clone()).to_data());
    PyTuple::new(py, [schema, PyCapsule::new_with_value(py, array, ARRAY)?])
}

//! Columns of Arrow as cells of records: all text and number types.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, RunEndIndexType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, LargeStringArray, PrimitiveArray, RecordBatch, StringArray,
    StringViewArray,
};
use arrow_schema::{ArrowError, DataType, Field};
use fasttrack_core::record::Records;
use std::sync::Arc;

/// A column, ready to be read row by row.
enum Column<'a> {
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    /// Whole numbers in digits, as a text file would have them.
    Whole(Vec<Option<String>>),
    /// Numbers that need not be whole.
    Number(Vec<Option<f64>>),
    Boolean(&'a BooleanArray),
    /// The places of the values, and those.
    Dictionary(Vec<Option<usize>>, Box<Column<'a>>),
    Nothing,
}

/// Returns the rows of a batch as records, whose cells are those of the columns in `places`, in that order.
///
/// `before` is how many rows came before: records are counted from 1.
///
/// # Errors
/// If a column is neither text nor numbers nor booleans.
pub(crate) fn records(batch: &RecordBatch, places: &[usize], before: u64) -> Result<Records, ArrowError> {
    let schema = batch.schema_ref();
    let columns = places.iter().map(|place| Column::of(schema.field(*place), batch.column(*place).as_ref()));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    // General is the only number format.
    let mut records = Records::new(Arc::new(vec![String::new()]));
    records.reserve(batch.num_rows(), batch.num_rows() * places.len());
    for (row, number) in (0..batch.num_rows()).zip(before + 1..) {
        records.begin(number, number);
        for column in &columns {
            column.push(row, &mut records);
        }
    }
    Ok(records)
}

impl<'a> Column<'a> {
    fn of(field: &Field, array: &'a dyn Array) -> Result<Self, ArrowError> {
        Ok(match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string()),
            DataType::Utf8View => Self::TextView(array.as_string_view()),
            DataType::Boolean => Self::Boolean(array.as_boolean()),
            DataType::Null => Self::Nothing,
            DataType::Int8 => whole::<Int8Type>(array),
            DataType::Int16 => whole::<Int16Type>(array),
            DataType::Int32 => whole::<Int32Type>(array),
            DataType::Int64 => whole::<Int64Type>(array),
            DataType::UInt8 => whole::<UInt8Type>(array),
            DataType::UInt16 => whole::<UInt16Type>(array),
            DataType::UInt32 => whole::<UInt32Type>(array),
            DataType::UInt64 => whole::<UInt64Type>(array),
            DataType::Float16 => number(array.as_primitive::<Float16Type>(), f64::from),
            DataType::Float32 => number(array.as_primitive::<Float32Type>(), f64::from),
            DataType::Float64 => number(array.as_primitive::<Float64Type>(), |value| value),
            DataType::Decimal32(..) => decimal::<Decimal32Type>(array),
            DataType::Decimal64(..) => decimal::<Decimal64Type>(array),
            DataType::Decimal128(..) => decimal::<Decimal128Type>(array),
            DataType::Decimal256(..) => decimal::<Decimal256Type>(array),
            DataType::RunEndEncoded(ends, _) => match ends.data_type() {
                DataType::Int16 => runs::<Int16Type>(field, array)?,
                DataType::Int32 => runs::<Int32Type>(field, array)?,
                _ => runs::<Int64Type>(field, array)?,
            },
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                if dictionary.values().is_empty() {
                    return Ok(Self::Nothing);
                }
                let keys = dictionary.normalized_keys().into_iter().enumerate();
                let keys = keys.map(|(row, key)| array.is_valid(row).then_some(key)).collect();
                Self::Dictionary(keys, Box::new(Self::of(field, dictionary.values().as_ref())?))
            }
            other => {
                return Err(ArrowError::SchemaError(format!(
                    "the column `{}` has the type {other}, which is neither text nor a number; cast it, or name \
                     another column",
                    field.name()
                )));
            }
        })
    }

    fn push(&self, row: usize, records: &mut Records) {
        match self {
            Self::Text(texts) if texts.is_valid(row) => records.push_text(texts.value(row)),
            Self::LargeText(texts) if texts.is_valid(row) => records.push_text(texts.value(row)),
            Self::TextView(texts) if texts.is_valid(row) => records.push_text(texts.value(row)),
            Self::Boolean(values) if values.is_valid(row) => records.push_bool(values.value(row)),
            Self::Whole(values) => {
                records.push_text(values.get(row).and_then(Option::as_deref).unwrap_or(""));
            }
            Self::Number(values) => match values.get(row).copied().flatten() {
                // What is not a number is what pandas has where nothing is.
                Some(value) if value.is_nan() => records.push_blank(),
                Some(value) if value.is_finite() => records.push_number(value, 0, ""),
                Some(value) => records.push_text(&value.to_string()),
                None => records.push_blank(),
            },
            Self::Dictionary(keys, values) => match keys.get(row).copied().flatten() {
                Some(key) => values.push(key, records),
                None => records.push_blank(),
            },
            Self::Text(_) | Self::LargeText(_) | Self::TextView(_) | Self::Boolean(_) | Self::Nothing => {
                records.push_blank();
            }
        }
    }
}

/// Runs of equal values are told by their places, as in a dictionary.
fn runs<'a, T: RunEndIndexType>(field: &Field, array: &'a dyn Array) -> Result<Column<'a>, ArrowError> {
    let Some(runs) = array.as_run_opt::<T>() else { return Ok(Column::Nothing) };
    let places = (0..runs.len()).map(|row| Some(runs.get_physical_index(row))).collect();
    Ok(Column::Dictionary(places, Box::new(Column::of(field, runs.values().as_ref())?)))
}

fn whole<'a, T: ArrowPrimitiveType>(array: &dyn Array) -> Column<'a>
where
    T::Native: ToString,
{
    let values = array.as_primitive::<T>();
    Column::Whole(values.iter().map(|value| value.map(|value| value.to_string())).collect())
}

fn number<'a, T: ArrowPrimitiveType>(
    values: &PrimitiveArray<T>,
    read: impl Fn(T::Native) -> f64,
) -> Column<'a> {
    Column::Number(values.iter().map(|value| value.map(&read)).collect())
}

/// A decimal without places behind the point is a whole number; of any other, `600.000` would read as thousands.
fn decimal<'a, T: DecimalType>(array: &dyn Array) -> Column<'a> {
    let values = array.as_primitive::<T>();
    let written = |row: usize| values.is_valid(row).then(|| values.value_as_string(row));
    let texts = (0..values.len()).map(written);
    if values.scale() == 0 {
        return Column::Whole(texts.collect());
    }
    Column::Number(texts.map(|text| text.and_then(|text| text.parse().ok())).collect())
}

/// Returns the rows of a batch as texts, the headings first: for the small tables that people write.
///
/// # Errors
/// If a column is neither text nor numbers nor booleans.
pub(crate) fn table(batches: &[RecordBatch]) -> Result<Vec<Records>, ArrowError> {
    let mut before = 1;
    let mut all = Vec::new();
    for batch in batches {
        let places: Vec<usize> = (0..batch.num_columns()).collect();
        all.push(records(batch, &places, before)?);
        before += batch.num_rows() as u64;
    }
    Ok(all)
}

/// Returns the arrays of a batch with others behind them.
pub(crate) fn beside(batch: &RecordBatch, others: Vec<ArrayRef>) -> Vec<ArrayRef> {
    batch.columns().iter().cloned().chain(others).collect()
}

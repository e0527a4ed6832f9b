//! The verdict columns: the fields of the policy's one list that every table can have, as Arrow arrays.

use arrow_array::ArrayRef;
use arrow_array::builder::{BooleanBuilder, Int64Builder, StringBuilder};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use fasttrack_core::output_fields::{Appears, FieldType, OutputColumn, OutputField, output_fields};
use fasttrack_core::plans::Services;
use fasttrack_core::policy::Policy;
use fasttrack_core::roster::{Fault, RosterRow};
use fasttrack_core::verdict::words::why;
use fasttrack_core::verdict::{DecidedBy, Facts, Verdict};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// The name of the column that brings the rows of one tenant together; it is added where that is asked for.
pub(crate) const TENANT_KEY: &str = "tenant_key";

/// Texts of a row, in bytes, that room is made for.
const USUAL_BYTES: usize = 16;

/// Returns the fields that the verdict of a row has in a table: no table is a roster with phases or wanted services, and
/// what only a file has (its lines, its ragged rows), or all rows together say, is no part of a row's verdict.
pub(crate) fn fields(policy: &Policy) -> Vec<OutputField> {
    let has = |field: &OutputField| match field.appears {
        Appears::Always => true,
        Appears::InFiles => field.column != OutputColumn::CellsBeyond,
        Appears::WithRepeats | Appears::WithPhases | Appears::WithWantedServices | Appears::Last => false,
    };
    output_fields(policy).into_iter().filter(has).collect()
}

/// Returns an output field as one of Arrow: text, whole numbers and booleans only, since not all engines know others.
pub(crate) fn arrow_field(name: &str, field_type: FieldType) -> Field {
    let data_type = match field_type {
        FieldType::Text => DataType::Utf8,
        FieldType::Integer => DataType::Int64,
        FieldType::Boolean => DataType::Boolean,
    };
    Field::new(name, data_type, true)
}

/// Returns the columns of verdicts, if they are wanted, and of the key.
pub(crate) fn verdict_schema(policy: &Policy, with_verdict: bool, with_key: bool) -> Schema {
    let fields = if with_verdict { fields(policy) } else { Vec::new() };
    let fields = fields.iter().map(|field| arrow_field(&field.name, field.field_type));
    let key = with_key.then(|| Field::new(TENANT_KEY, DataType::Utf8, true));
    Schema::new(fields.chain(key).collect::<Vec<_>>())
}

/// Returns the columns of a table with those of verdicts behind them, or those of verdicts alone.
///
/// # Errors
/// Names that both have.
pub(crate) fn joined_schema(own: &Schema, verdict: &Schema, keep: bool) -> Result<SchemaRef, ArrowError> {
    if !keep {
        return Ok(Arc::new(verdict.clone()));
    }
    let names = verdict.fields().iter().map(|field| field.name());
    let twice: Vec<String> =
        names.filter(|name| own.index_of(name).is_ok()).map(|name| format!("`{name}`")).collect();
    if !twice.is_empty() {
        return Err(ArrowError::SchemaError(format!(
            "the table already has the columns {}; rename or drop them, or pass keep=False",
            twice.join(", ")
        )));
    }
    let fields: Vec<_> = own.fields().iter().chain(verdict.fields()).cloned().collect();
    Ok(Arc::new(Schema::new_with_metadata(fields, own.metadata().clone())))
}

/// Values of one column on their way to an array.
pub(crate) enum Values {
    Text(StringBuilder),
    Integer(Int64Builder),
    Boolean(BooleanBuilder),
}

impl Values {
    pub(crate) fn new(field_type: FieldType, rows: usize) -> Self {
        match field_type {
            FieldType::Text => Self::Text(StringBuilder::with_capacity(rows, rows * USUAL_BYTES)),
            FieldType::Integer => Self::Integer(Int64Builder::with_capacity(rows)),
            FieldType::Boolean => Self::Boolean(BooleanBuilder::with_capacity(rows)),
        }
    }

    pub(crate) fn text(&mut self, text: Option<&str>) {
        if let Self::Text(values) = self {
            values.append_option(text);
        }
    }

    pub(crate) fn integer(&mut self, value: Option<u64>) {
        if let Self::Integer(values) = self {
            values.append_option(value.map(|value| i64::try_from(value).unwrap_or(i64::MAX)));
        }
    }

    pub(crate) fn boolean(&mut self, value: Option<bool>) {
        if let Self::Boolean(values) = self {
            values.append_option(value);
        }
    }

    pub(crate) fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut values) => Arc::new(values.finish()),
            Self::Integer(mut values) => Arc::new(values.finish()),
            Self::Boolean(mut values) => Arc::new(values.finish()),
        }
    }
}

/// Verdicts of some rows on their way to arrays.
pub(crate) struct Verdicts<'p> {
    policy: &'p Policy,
    columns: Vec<(OutputColumn, Values)>,
    services: HashMap<Services, String>,
    joined: String,
}

impl<'p> Verdicts<'p> {
    pub(crate) fn new(policy: &'p Policy, rows: usize) -> Self {
        let fields = fields(policy).into_iter();
        let columns = fields.map(|field| (field.column, Values::new(field.field_type, rows))).collect();
        Self { policy, columns, services: HashMap::new(), joined: String::new() }
    }

    /// Adds a row: a value to each column.
    pub(crate) fn add(&mut self, row: &RosterRow<'_>, verdict: &Verdict) {
        let Self { policy, columns, services, joined } = self;
        let row = Judged { policy, row, verdict, is_review: verdict.decided_by == DecidedBy::Review };
        for (column, values) in columns {
            match values {
                Values::Text(_) => row.text(*column, values, services, joined),
                Values::Integer(_) => values.integer(column.seats(verdict)),
                Values::Boolean(_) => values.boolean(column.boolean(verdict)),
            }
        }
    }

    pub(crate) fn finish(self) -> Vec<ArrayRef> {
        self.columns.into_iter().map(|(_, values)| values.finish()).collect()
    }
}

struct Judged<'r> {
    policy: &'r Policy,
    row: &'r RosterRow<'r>,
    verdict: &'r Verdict,
    is_review: bool,
}

impl Judged<'_> {
    fn text(
        &self,
        column: OutputColumn,
        values: &mut Values,
        services: &mut HashMap<Services, String>,
        joined: &mut String,
    ) {
        let Self { policy, row, verdict, is_review } = *self;
        match column {
            OutputColumn::Segment => {
                values.text(policy.segments.get(row.segment).map(|segment| segment.name.as_str()));
            }
            OutputColumn::SegmentFrom => values.text(Some(row.segment_from.words())),
            OutputColumn::Tier | OutputColumn::NextTier => values.text(column.tier(policy, verdict)),
            OutputColumn::Why => values.text(Some(&why(policy, Facts::of(row), verdict))),
            OutputColumn::Recognised => {
                let is_told = row.overridden.plan || !is_review;
                values.text(row.recognised.as_deref().filter(|_| is_told));
            }
            OutputColumn::Services => values.text(self.services(services)),
            OutputColumn::ReviewReasons => values.text(messages(&row.faults, true, joined)),
            OutputColumn::Remarks => values.text(messages(&row.faults, false, joined)),
            OutputColumn::FaultCodes => {
                values.text(listed(row.faults.iter().map(|fault| fault.code.as_str()), joined));
            }
            _ => values.text(None),
        }
    }

    fn services<'s>(&self, known: &'s mut HashMap<Services, String>) -> Option<&'s str> {
        let set = self.row.plan.as_ref().filter(|_| self.row.is_served())?.plan.services;
        let names = known.entry(set).or_insert_with(|| self.policy.service_names(set));
        Some(names.as_str()).filter(|names| !names.is_empty())
    }
}

fn messages<'j>(faults: &[Fault], blocking: bool, joined: &'j mut String) -> Option<&'j str> {
    let told = faults.iter().filter(|fault| fault.blocks == blocking);
    listed(told.map(|fault| fault.message.as_str()), joined)
}

/// Returns texts with `; ` between them; `None` = there are none.
fn listed<'a, 'j>(texts: impl Iterator<Item = &'a str>, joined: &'j mut String) -> Option<&'j str> {
    joined.clear();
    for (place, text) in texts.enumerate() {
        let _ = write!(joined, "{}{text}", if place == 0 { "" } else { "; " });
    }
    (!joined.is_empty()).then_some(joined)
}

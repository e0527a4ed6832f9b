//! Written plans, resolved: what a SQL engine or a person joins with.

use crate::output::{Values, arrow_field};
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema, SchemaRef};
use fasttrack_core::judge::{Judge, Question, Rules};
use fasttrack_core::output_fields::FieldType;
use fasttrack_core::plans::Plan;
use std::sync::Arc;

/// The columns, and whether each is text.
const COLUMNS: [(&str, FieldType); 11] = [
    ("written", FieldType::Text),
    ("plan_key", FieldType::Text),
    ("plan", FieldType::Text),
    ("recognised_as", FieldType::Text),
    ("family", FieldType::Text),
    ("kind", FieldType::Text),
    ("price", FieldType::Text),
    ("segment", FieldType::Text),
    ("served", FieldType::Boolean),
    ("covered_services", FieldType::Text),
    ("problem", FieldType::Text),
];

/// Seats that have no fault of their own.
const ANY_SEATS: &str = "1";

pub(crate) fn schema() -> SchemaRef {
    Arc::new(Schema::new(COLUMNS.map(|(name, field_type)| arrow_field(name, field_type)).to_vec()))
}

/// Returns what each text names: a row for each, in their order.
///
/// # Errors
/// Internal.
pub(crate) fn resolved(rules: &Arc<Rules>, written: &[String]) -> Result<RecordBatch, ArrowError> {
    let judge = Judge::new(Arc::clone(rules));
    let policy = &rules.policy;
    let questions = written.iter().map(|plan| Question { plan, seats: ANY_SEATS, ..Question::default() });
    let mut values = COLUMNS.map(|(_, field_type)| Values::new(field_type, written.len()));
    for (written, judged) in written.iter().zip(judge.ask_all(questions)) {
        let row = &judged.row;
        let found = row.plan.as_deref();
        let plan = found.map(|found| found.plan);
        let shown = found.and_then(|found| found.segment).map(|(segment, _)| segment);
        let services = plan.filter(|_| row.is_served()).map(|plan| policy.service_names(plan.services));
        let problem = row.faults.iter().find(|fault| fault.blocks).map(|fault| fault.message.as_str());
        let [text, key, name, recognised, family, kind, price, segment, served, covered, wrong] = &mut values;
        text.text(Some(written));
        key.text(plan.map(Plan::key));
        name.text(plan.map(|plan| plan.name.as_str()));
        recognised.text(row.recognised.as_deref());
        family.text(plan.map(|plan| plan.family.as_str()));
        kind.text(plan.map(|plan| plan.kind.word()));
        price.text(found.map(|found| found.price.word()));
        segment.text(shown);
        served.boolean(plan.map(|_| row.is_served()));
        covered.text(services.as_deref().filter(|names| !names.is_empty()));
        wrong.text(problem);
    }
    RecordBatch::try_new(schema(), values.into_iter().map(Values::finish).collect())
}

//! Tenants judged as a whole: one row for each, whatever rows its plans are on.

use crate::capsule::Reader;
use crate::cells::records;
use crate::output::{TENANT_KEY, Values, arrow_field};
use crate::stream::{Reading, pieces};
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use fasttrack_core::output_fields::{FieldType, OutputColumn, output_fields};
use fasttrack_core::policy::Policy;
use fasttrack_core::roster::RowKind;
use fasttrack_core::tenants::{Once, Rollup, Tenant, TenantPart};
use fasttrack_core::verdict::words::{rung_name, tier_name, why_together};
use fasttrack_core::verdict::{DecidedBy, Facts, judge};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// What a column of the roll-up says.
#[derive(Clone, Copy)]
enum Column {
    Tenant,
    Key,
    Rows,
    /// As the verdict of a row has it.
    Verdict(OutputColumn),
    OnlyByAdding,
    LargestPlan,
    SeatsOfLargest,
    Plans,
    Segments,
}

/// The columns of verdicts that tenants have, too.
const OF_VERDICTS: [OutputColumn; 7] = [
    OutputColumn::Segment,
    OutputColumn::Eligible,
    OutputColumn::SeatsCounted,
    OutputColumn::Tier,
    OutputColumn::NextTier,
    OutputColumn::SeatsToNext,
    OutputColumn::Why,
];

fn columns(policy: &Policy) -> Vec<(Column, String, FieldType)> {
    let own = |column, name: &str, field_type| (column, name.to_owned(), field_type);
    let is_told = |column: &OutputColumn| {
        matches!(column, OutputColumn::Entitled(_) | OutputColumn::Confirm(_)) || OF_VERDICTS.contains(column)
    };
    let of_verdicts = output_fields(policy).into_iter().filter(|field| is_told(&field.column));
    let mut columns = vec![
        own(Column::Tenant, "tenant", FieldType::Text),
        own(Column::Key, TENANT_KEY, FieldType::Text),
        own(Column::Rows, "rows", FieldType::Integer),
    ];
    columns.extend(of_verdicts.map(|field| (Column::Verdict(field.column), field.name, field.field_type)));
    columns.extend([
        own(Column::OnlyByAdding, "only_by_adding_plans", FieldType::Boolean),
        own(Column::LargestPlan, "largest_plan", FieldType::Text),
        own(Column::SeatsOfLargest, "seats_of_the_largest_plan", FieldType::Integer),
        own(Column::Plans, "plans_counted", FieldType::Text),
        own(Column::Segments, "segments", FieldType::Text),
    ]);
    columns
}

/// Returns the columns of the roll-up.
pub(crate) fn schema(policy: &Policy) -> SchemaRef {
    let columns = columns(policy);
    Arc::new(Schema::new(
        columns.iter().map(|(_, name, field_type)| arrow_field(name, *field_type)).collect::<Vec<_>>(),
    ))
}

/// Returns a row for each tenant, in the order of their first rows. Rows that say no tenant are not counted.
///
/// # Errors
/// If the table cannot be read.
pub(crate) fn rollup(source: Reader, mut reading: Reading) -> Result<RecordBatch, ArrowError> {
    reading.with_dependent_mut(|ground, understanding| {
        let policy = &ground.setup.rules.policy;
        let (identity, places) = (&ground.identity, &ground.setup.chosen.places);
        let mut found: HashMap<String, usize> = HashMap::new();
        let mut tenants: Vec<(String, Tenant<'_>)> = Vec::new();
        let mut before = 0;
        for batch in source {
            for piece in pieces(&batch?) {
                let records = records(&piece, places, before)?;
                before += piece.num_rows() as u64;
                for record in records.iter() {
                    let row = understanding.row(record);
                    let Some(key) = identity.tenant(record).filter(|_| row.kind == RowKind::Customer) else {
                        continue;
                    };
                    let verdict = judge(policy, Facts::of(&row));
                    let subscription = identity.subscription(record);
                    let part = TenantPart::of(&row, &verdict, record.number, subscription);
                    let place = match found.entry(key.into_owned()) {
                        Entry::Occupied(known) => *known.get(),
                        Entry::Vacant(new) => {
                            let (shown, _) = identity.shown(record);
                            let mut tenant = Tenant::of([]);
                            tenant.shown = shown;
                            tenants.push((new.key().clone(), tenant));
                            *new.insert(tenants.len() - 1)
                        }
                    };
                    if let Some((_, tenant)) = tenants.get_mut(place) {
                        tenant.extend([part]);
                    }
                }
            }
        }
        told(policy, &tenants)
    })
}

fn told(policy: &Policy, tenants: &[(String, Tenant<'_>)]) -> Result<RecordBatch, ArrowError> {
    let columns = columns(policy);
    let mut values: Vec<Values> =
        columns.iter().map(|(_, _, field_type)| Values::new(*field_type, tenants.len())).collect();
    for (key, tenant) in tenants {
        let rollup = Rollup::of(policy, tenant, Once::Lines);
        for ((column, ..), values) in columns.iter().zip(&mut values) {
            match column {
                Column::Tenant => values.text(Some(&tenant.shown)),
                Column::Key => values.text(Some(key)),
                Column::Rows => values.integer(Some(tenant.rows)),
                Column::Verdict(column) => add_verdict(policy, *column, &rollup, values),
                Column::OnlyByAdding => values.boolean(Some(rollup.is_only_by_adding())),
                Column::LargestPlan => values.text(rollup.largest.map(|(plan, _)| plan.name.as_str())),
                Column::SeatsOfLargest => values.integer(rollup.largest.map(|(_, seats)| seats)),
                Column::Plans => {
                    values.text(Some(rollup.plan_names().as_str()).filter(|names| !names.is_empty()));
                }
                Column::Segments => values.text(Some(&segments(policy, &rollup))),
            }
        }
    }
    let arrays = values.into_iter().map(Values::finish).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(tenants.len()));
    RecordBatch::try_new_with_options(schema(policy), arrays, &options)
}

fn add_verdict(policy: &Policy, column: OutputColumn, rollup: &Rollup<'_>, values: &mut Values) {
    let verdict = &rollup.verdict;
    let is_review = verdict.decided_by == DecidedBy::Review;
    match column {
        OutputColumn::Segment => {
            let segment = policy.segments.get(rollup.segment(policy));
            values.text(segment.map(|segment| segment.name.as_str()));
        }
        OutputColumn::SeatsCounted => values.integer(Some(rollup.seats)),
        OutputColumn::NextTier => values.text(verdict.next.map(|next| rung_name(policy, next.rung))),
        OutputColumn::SeatsToNext => values.integer(verdict.next.map(|next| next.seats)),
        OutputColumn::Why => values.text(Some(&why_together(policy, rollup.facts, verdict))),
        // Without a row that has a verdict there is none to go on with.
        OutputColumn::Tier => values.text((!is_review).then(|| tier_name(policy, verdict.tier))),
        OutputColumn::Eligible => {
            values.boolean((!is_review).then_some(verdict.decided_by == DecidedBy::Seats));
        }
        OutputColumn::Entitled(place) => values.boolean((!is_review).then(|| verdict.granted.has(place))),
        OutputColumn::Confirm(place) => {
            let confirms = verdict.granted.has(place) && verdict.confirm.has(place);
            values.boolean((!is_review).then_some(confirms));
        }
        _ => values.text(None),
    }
}

/// Returns the names of the segments of its paid rows, that which it was judged by first.
fn segments(policy: &Policy, rollup: &Rollup<'_>) -> String {
    let all = if rollup.segments.is_empty() { vec![policy.default_segment] } else { rollup.segments.clone() };
    let names = all.iter().filter_map(|segment| policy.segments.get(*segment));
    names.map(|segment| segment.name.as_str()).collect::<Vec<_>>().join("; ")
}

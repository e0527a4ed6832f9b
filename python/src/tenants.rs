//! Customers: tenants judged on all their rows together, one row for each. What is told is what the program's table of
//! customers tells, by the same rules: a customer on one row by that row's verdict, one on several by what they come to.

use crate::capsule::Reader;
use crate::cells::records;
use crate::output::{TENANT_KEY, Values, arrow_field};
use crate::stream::{Reading, pieces};
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use fasttrack_core::output_fields::{FieldType, OutputColumn, output_fields};
use fasttrack_core::policy::Policy;
use fasttrack_core::tenants::{Once, Rollup, Tenant, TenantPart, TenantWords};
use fasttrack_core::verdict::words::why;
use fasttrack_core::verdict::{Facts, Verdict, judge};
use std::borrow::Cow;
use std::collections::HashMap;
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
    PlansCounted,
    Segments,
    PlansAddedUp,
    NotCounted,
}

/// The columns of verdicts that tenants have, too.
const OF_VERDICTS: [OutputColumn; 8] = [
    OutputColumn::Segment,
    OutputColumn::Eligible,
    OutputColumn::SeatsCounted,
    OutputColumn::Tier,
    OutputColumn::NextTier,
    OutputColumn::SeatsToNext,
    OutputColumn::Why,
    OutputColumn::IsReview,
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
        own(Column::PlansCounted, "plans_counted", FieldType::Text),
        own(Column::Segments, "segments", FieldType::Text),
        own(Column::PlansAddedUp, "plans_added_up", FieldType::Text),
        own(Column::NotCounted, "not_counted", FieldType::Text),
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

/// A customer on its way.
struct Customer<'a> {
    /// What tells it from others; `None` = its row says no tenant: it is a customer of its own.
    key: Option<String>,
    tenant: Tenant<'a>,
    /// What tells it from others, as its first row shows it.
    shown: String,
    /// The verdict of its first row, which is its own where there is no other.
    first: Single,
}

/// What a customer on one row is told to be.
struct Single {
    verdict: Verdict,
    segment: usize,
    why: String,
}

/// Returns a row for each customer, in the order of their first rows. A row that says no tenant is a customer of its own.
///
/// # Errors
/// If the table cannot be read.
pub(crate) fn rollup(source: Reader, mut reading: Reading) -> Result<RecordBatch, ArrowError> {
    reading.with_dependent_mut(|ground, understanding| {
        let policy = &ground.setup.rules.policy;
        let (identity, places) = (&ground.identity, &ground.setup.chosen.places);
        let mut gathered = Gathered::default();
        let mut before = 0;
        for batch in source {
            for piece in pieces(&batch?) {
                let records = records(&piece, places, before)?;
                before += piece.num_rows() as u64;
                for record in records.iter() {
                    let row = understanding.row(record);
                    let verdict = judge(policy, Facts::of(&row));
                    let part = TenantPart::of(&row, &verdict, record.number, identity.subscription(record));
                    let begin = |key| Customer {
                        key,
                        tenant: Tenant::of([]),
                        shown: identity.shown(record).0,
                        first: Single {
                            verdict,
                            segment: row.segment,
                            why: why(policy, Facts::of(&row), &verdict),
                        },
                    };
                    if let Some(customer) = gathered.customer(identity.tenant(record), begin) {
                        customer.tenant.extend([part]);
                    }
                }
            }
        }
        told(policy, &gathered.customers)
    })
}

/// Customers in the order of their first rows.
#[derive(Default)]
struct Gathered<'a> {
    /// Where those are that say what tells them from others.
    found: HashMap<String, usize>,
    customers: Vec<Customer<'a>>,
}

impl<'a> Gathered<'a> {
    /// Returns the customer of a row; a new one is begun.
    fn customer(
        &mut self,
        key: Option<Cow<'_, str>>,
        begin: impl FnOnce(Option<String>) -> Customer<'a>,
    ) -> Option<&mut Customer<'a>> {
        if let Some(place) = key.as_deref().and_then(|key| self.found.get(key).copied()) {
            let known = self.customers.get_mut(place)?;
            // It is told by what its rows come to.
            known.first.why = String::new();
            return Some(known);
        }
        let key = key.map(Cow::into_owned);
        if let Some(key) = &key {
            self.found.insert(key.clone(), self.customers.len());
        }
        self.customers.push(begin(key));
        self.customers.last_mut()
    }
}

/// What is told of a customer.
struct Told<'t> {
    segment: usize,
    seats: Option<u64>,
    verdict: Verdict,
    why: Cow<'t, str>,
    /// The plan of its only row, or those counted.
    plans: Cow<'t, str>,
    /// What only customers on several rows have.
    together: Option<(Rollup<'t>, TenantWords)>,
}

impl<'t> Told<'t> {
    fn of(policy: &'t Policy, customer: &'t Customer<'_>) -> Self {
        let Customer { tenant, first, .. } = customer;
        if tenant.rows > 1 {
            let rollup = Rollup::of(policy, tenant, Once::Lines);
            let words = TenantWords::of(policy, tenant, &rollup);
            return Self {
                segment: rollup.segment(policy),
                seats: Some(rollup.seats),
                verdict: rollup.verdict,
                why: words.why.clone().into(),
                plans: rollup.plan_names().into(),
                together: Some((rollup, words)),
            };
        }
        let plan = tenant.parts.first().and_then(|part| part.plan);
        Self {
            segment: first.segment,
            seats: first.verdict.seats_counted,
            verdict: first.verdict,
            why: first.why.as_str().into(),
            plans: plan.map_or("", |plan| plan.name.as_str()).into(),
            together: None,
        }
    }
}

fn told(policy: &Policy, customers: &[Customer<'_>]) -> Result<RecordBatch, ArrowError> {
    let columns = columns(policy);
    let mut values: Vec<Values> =
        columns.iter().map(|(_, _, field_type)| Values::new(*field_type, customers.len())).collect();
    for customer in customers {
        let told = Told::of(policy, customer);
        for ((column, ..), values) in columns.iter().zip(&mut values) {
            add(policy, *column, (customer, &told), values);
        }
    }
    let arrays = values.into_iter().map(Values::finish).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(customers.len()));
    RecordBatch::try_new_with_options(schema(policy), arrays, &options)
}

fn add(policy: &Policy, column: Column, (customer, told): (&Customer<'_>, &Told<'_>), values: &mut Values) {
    let (rollup, words) = (told.together.as_ref()).map(|(rollup, words)| (rollup, words)).unzip();
    match column {
        Column::Tenant => values.text(filled(&customer.shown)),
        Column::Key => values.text(customer.key.as_deref()),
        Column::Rows => values.integer(Some(customer.tenant.rows)),
        Column::Verdict(column) => add_verdict(policy, column, told, values),
        Column::OnlyByAdding => values.boolean(Some(rollup.is_some_and(Rollup::is_only_by_adding))),
        Column::LargestPlan => {
            values.text(rollup.and_then(|rollup| rollup.largest).map(|(plan, _)| plan.name.as_str()));
        }
        Column::SeatsOfLargest => {
            values.integer(rollup.map(|rollup| rollup.largest.map_or(0, |(_, seats)| seats)));
        }
        Column::PlansCounted => values.text(filled(&told.plans)),
        Column::Segments => values.text(words.and_then(|words: &TenantWords| filled(&words.segments))),
        Column::PlansAddedUp => values.text(words.and_then(|words: &TenantWords| filled(&words.plans))),
        Column::NotCounted => values.text(words.and_then(|words: &TenantWords| filled(&words.uncounted))),
    }
}

/// A text that is not empty.
fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn add_verdict(policy: &Policy, column: OutputColumn, told: &Told<'_>, values: &mut Values) {
    let verdict = &told.verdict;
    match column {
        OutputColumn::Segment => {
            values.text(policy.segments.get(told.segment).map(|segment| segment.name.as_str()));
        }
        OutputColumn::SeatsCounted => values.integer(told.seats),
        OutputColumn::SeatsToNext => values.integer(column.seats(verdict)),
        OutputColumn::Tier | OutputColumn::NextTier => values.text(column.tier(policy, verdict)),
        OutputColumn::Why => values.text(Some(&told.why)),
        _ => values.boolean(column.boolean(verdict)),
    }
}

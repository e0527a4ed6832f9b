//! The distinct texts of a roster, resolved by the judging: the tables that the view joins with.

use super::dialect::{Dialect, Kind};
use super::{Request, Table};
use crate::diagnostic::Code;
use crate::judge::{Judge, Judged, Question};
use crate::record::Cell;
use crate::roster::columns::Field;
use crate::roster::separators::Separators;
use crate::roster::{NotPaid, SegmentFrom};
use std::collections::BTreeSet;

/// The distinct texts of a roster, each as it is written there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distinct {
    /// Its plans.
    pub plans: BTreeSet<String>,
    /// What its column of segments says; `None` = it has none.
    pub segments: Option<BTreeSet<String>>,
    /// What its column of statuses says; `None` = it has none.
    pub statuses: Option<BTreeSet<String>>,
    /// Its seats, where they are texts; `None` = they are numbers.
    pub seats: Option<BTreeSet<String>>,
    /// The headings under which they were found.
    pub headings: Vec<(Field, String)>,
}

impl Distinct {
    /// Returns what the seats show as a whole of their thousands, as a column of a roster does.
    fn separators(&self) -> Separators {
        let mut shown = Separators::default();
        self.seats.iter().flatten().for_each(|text| shown.see(Cell::Text(text), 1));
        shown
    }
}

/// The tables of resolved texts; those of columns that the roster does not have are missing.
pub(super) struct Words {
    pub(super) plans: Table,
    pub(super) segments: Option<Table>,
    pub(super) statuses: Option<Table>,
    pub(super) seats: Option<Table>,
}

/// A plan and seats that have no fault and show no segment: what else is asked beside them shows what a word says.
const PLAIN: Question<'static> = Question { plan: "SPE_E3", seats: "1", segment: "", status: "" };

impl Words {
    pub(super) fn resolve(judge: &Judge<'_>, distinct: &Distinct, request: &Request) -> Self {
        let dialect = request.dialect;
        let numbers = distinct.separators().with(Separators::known(request.numbers, None));
        let judge = &judge.clone().with_numbers(numbers);
        let table = |name, columns: &[(&'static str, Kind)], texts: &BTreeSet<String>, row: Row<'_>| Table {
            name,
            columns: std::iter::once(("written", Kind::Text)).chain(columns.iter().copied()).collect(),
            rows: rows(judge, texts, dialect, row),
        };
        let of_plans = Row { field: Field::Plan, told: &told_of_plan };
        let of_segments = Row { field: Field::Segment, told: &told_of_segment };
        let of_statuses = Row { field: Field::Status, told: &told_of_status };
        let of_seats = Row { field: Field::Seats, told: &told_of_seats };
        Self {
            plans: table("plans", &PLAN_COLUMNS, &distinct.plans, of_plans),
            segments: distinct
                .segments
                .as_ref()
                .map(|texts| table("segments", &SEGMENT_COLUMNS, texts, of_segments)),
            statuses: distinct
                .statuses
                .as_ref()
                .map(|texts| table("statuses", &STATUS_COLUMNS, texts, of_statuses)),
            seats: distinct.seats.as_ref().map(|texts| table("seats", &SEATS_COLUMNS, texts, of_seats)),
        }
    }

    pub(super) fn tables(&self) -> impl Iterator<Item = &Table> {
        let others = [&self.segments, &self.statuses, &self.seats];
        std::iter::once(&self.plans).chain(others.into_iter().filter_map(Option::as_ref))
    }
}

const PLAN_COLUMNS: [(&str, Kind); 8] = [
    ("plan_key", Kind::Text),
    ("recognised_as", Kind::Text),
    ("price", Kind::Text),
    ("served", Kind::Integer),
    ("segment", Kind::Text),
    ("segment_from", Kind::Text),
    ("covered_services", Kind::Text),
    ("problem", Kind::Text),
];
const SEGMENT_COLUMNS: [(&str, Kind); 2] = [("segment", Kind::Text), ("is_unknown", Kind::Integer)];
const STATUS_COLUMNS: [(&str, Kind); 1] = [("standing", Kind::Text)];
const SEATS_COLUMNS: [(&str, Kind); 1] = [("seats", Kind::Integer)];

/// How a text is asked about, and what is told of the answer.
#[derive(Clone, Copy)]
struct Row<'r> {
    field: Field,
    told: &'r dyn Fn(&Judged<'_>) -> Vec<Value>,
}

fn question(field: Field, text: &str) -> Question<'_> {
    match field {
        Field::Plan => Question { plan: text, ..PLAIN },
        Field::Segment => Question { segment: text, ..PLAIN },
        Field::Status => Question { status: text, ..PLAIN },
        _ => Question { seats: text, ..PLAIN },
    }
}

enum Value {
    Nothing,
    Text(String),
    Integer(u64),
}

impl Value {
    fn text(text: Option<&str>) -> Self {
        text.filter(|text| !text.is_empty()).map_or(Self::Nothing, |text| Self::Text(text.to_owned()))
    }

    fn literal(self, dialect: Dialect) -> String {
        match self {
            Self::Nothing => "null".to_owned(),
            Self::Text(text) => dialect.text(&text),
            Self::Integer(number) => number.to_string(),
        }
    }
}

fn rows(judge: &Judge<'_>, texts: &BTreeSet<String>, dialect: Dialect, row: Row<'_>) -> Vec<Vec<String>> {
    let texts: BTreeSet<&str> = texts
        .iter()
        .map(|text| dialect.seen(text))
        .filter(|text| !text.is_empty() && Dialect::holds(text))
        .collect();
    let judged = judge.ask_all(texts.iter().map(|text| question(row.field, text)));
    let told = texts.into_iter().zip(&judged).map(|(text, judged)| {
        let values = (row.told)(judged).into_iter().map(|value| value.literal(dialect));
        std::iter::once(dialect.text(text)).chain(values).collect()
    });
    told.collect()
}

/// A plan that is not recognised has a problem, and no key.
fn told_of_plan(judged: &Judged<'_>) -> Vec<Value> {
    let (row, policy) = (&judged.row, &judged.rules.policy);
    let problem = row.faults.iter().find(|fault| fault.blocks).map(|fault| fault.message.as_str());
    let found = row.plan.as_deref().filter(|_| problem.is_none());
    let segment = policy.segments.get(row.segment).filter(|_| row.segment_from != SegmentFrom::Assumed);
    let from = segment.map(|_| row.segment_from.words());
    let services = found.filter(|_| row.is_served()).map(|found| policy.service_names(found.plan.services));
    vec![
        Value::text(found.map(|found| found.plan.key())),
        Value::text(found.and(row.recognised.as_deref())),
        Value::text(found.map(|found| found.price.word())),
        found.map_or(Value::Nothing, |_| Value::Integer(row.is_served().into())),
        Value::text(segment.map(|segment| segment.name.as_str())),
        Value::text(from),
        Value::text(services.as_deref()),
        Value::text(problem),
    ]
}

/// A word that says nothing of a segment has neither.
fn told_of_segment(judged: &Judged<'_>) -> Vec<Value> {
    let row = &judged.row;
    let is_said = row.segment_from != SegmentFrom::Assumed;
    let segment = judged.rules.policy.segments.get(row.segment).filter(|_| is_said);
    vec![
        Value::text(segment.map(|segment| segment.name.as_str())),
        Value::Integer(has(judged, Code::SegmentUnknown)),
    ]
}

fn told_of_status(judged: &Judged<'_>) -> Vec<Value> {
    let standing = match &judged.row.not_paid {
        _ if has(judged, Code::StatusUnknown) > 0 => "unknown",
        Some(NotPaid::Trial) => "trial",
        Some(NotPaid::Inactive(_) | NotPaid::FreePlan) => "inactive",
        None => "active",
    };
    vec![Value::text(Some(standing))]
}

fn told_of_seats(judged: &Judged<'_>) -> Vec<Value> {
    vec![judged.row.seats.map_or(Value::Nothing, Value::Integer)]
}

fn has(judged: &Judged<'_>, code: Code) -> u64 {
    judged.faults().iter().any(|fault| fault.code == code).into()
}

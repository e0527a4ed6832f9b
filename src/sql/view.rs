//! The views: verdicts, and texts that are not resolved.

use super::resolved::Words;
use super::rules::{Rules, SEGMENT, held};
use super::{Dialect, Request};
use crate::output_fields::{OutputColumn, output_fields};
use crate::policy::Policy;
use crate::roster::SegmentFrom;
use crate::roster::columns::Field;
use crate::roster::seats::LIMIT_SEATS;
use crate::verdict::words::NO_TIER;

/// What people write in place of a tenant, folded; blanks and dashes are told apart from these.
const NO_TENANT: [&str; 14] =
    ["", "n/a", "na", "none", "null", "nil", "unknown", "tbd", "#n/a", "-", "--", ".", "?", "0"];

/// The column of what keeps a row from a verdict, in the words of the script.
const PROBLEMS: &str = "problems";

/// Returns the view of verdicts: one step after the other, each named.
pub(super) fn verdicts(policy: &Policy, words: &Words, request: &Request) -> String {
    let rules = Rules { policy, dialect: request.dialect };
    format!(
        "{} {} as\nwith ft_read as (\n{}\n), ft_paid as (\n{}\n), ft_told as (\n{}\n), ft_review as (\n{}\n), \
         ft_counted as (\n{}\n), ft_granted as (\n{}\n)\n{}",
        request.dialect.create_view(),
        request.own("verdicts"),
        read(policy, words, request),
        paid(words),
        problems(rules, words),
        review(),
        counted(),
        granted(rules),
        told(rules, words, request),
    )
}

/// The roster beside what its texts say.
fn read(policy: &Policy, words: &Words, request: &Request) -> String {
    let dialect = request.dialect;
    let column = |field| format!("r.{}", dialect.name(request.column(field)));
    let default = policy.segments.get(policy.default_segment).map_or("", |segment| segment.name.as_str());
    let segment = if words.segments.is_some() { "g.segment, p.segment" } else { "p.segment" };
    let from_column = words.segments.as_ref().map_or(String::new(), |_| {
        format!("when g.segment is not null then {} ", dialect.text(SegmentFrom::Column.words()))
    });
    let mut columns = vec![
        format!("{} as ft_tenant", column(Field::Tenant)),
        format!("{} as ft_plan", column(Field::Plan)),
        format!("{} as ft_written_seats", column(Field::Seats)),
        "p.plan_key as ft_plan_key, p.price as ft_price, p.served as ft_served, p.recognised_as as ft_recognised, \
         p.covered_services as ft_services, p.problem as ft_problem"
            .to_owned(),
        format!("coalesce({segment}, {}) as {SEGMENT}", dialect.text(default)),
        format!(
            "case {from_column}when p.segment is not null then p.segment_from else {} end as segment_from",
            dialect.text(SegmentFrom::Assumed.words())
        ),
        format!("{} as ft_seats", seats(words, request)),
    ];
    let mut joins = vec![join(request, &words.plans, "p", Field::Plan)];
    for (table, alias, field, said) in [
        (&words.segments, "g", Field::Segment, "g.is_unknown as ft_unknown_segment"),
        (&words.statuses, "s", Field::Status, "s.standing as ft_standing"),
        (&words.seats, "q", Field::Seats, ""),
    ] {
        let Some(table) = table else { continue };
        joins.push(join(request, table, alias, field));
        if !said.is_empty() {
            let (written, word) = (column(field), field.word());
            columns.push(format!("{written} as ft_{word}"));
            columns.push(said.to_owned());
            columns.push(format!(
                "case when {written} is not null and {written} <> '' and {alias}.written is null then 1 else 0 end as \
                 ft_unresolved_{word}"
            ));
        }
    }
    let kept = request.keep.iter().enumerate();
    columns.extend(kept.map(|(place, name)| format!("r.{} as ft_keep_{place}", dialect.name(name))));
    format!(
        "  select {}\n  from {} r\n  {}",
        columns.join(",\n    "),
        dialect.table(&request.table),
        joins.join("\n  ")
    )
}

/// Returns a query without rows that fails where the views would: at a column that is not there, or is no text.
pub(super) fn check(words: &Words, request: &Request) -> String {
    let dialect = request.dialect;
    // SQLite takes a quoted name that is no column for a text, unless its table stands in front.
    let column = |field| format!("r.{}", dialect.name(request.column(field)));
    let seats = column(Field::Seats);
    let mut asked = vec![column(Field::Tenant), column(Field::Plan), seats.clone()];
    // As the views read them.
    let mut conditions = vec![
        format!("lower(trim({})) <> ''", column(Field::Tenant)),
        format!("{} <> ''", column(Field::Plan)),
    ];
    for (table, field) in [(&words.segments, Field::Segment), (&words.statuses, Field::Status)] {
        if table.is_some() {
            asked.push(column(field));
            conditions.push(format!("{} <> ''", column(field)));
        }
    }
    asked.extend(request.keep.iter().map(|name| format!("r.{}", dialect.name(name))));
    let (kind, condition) = match words.seats {
        Some(_) => ("texts", format!("{seats} <> ''")),
        None => ("numbers", format!("{seats} >= 0")),
    };
    conditions.push(condition);
    format!(
        "-- Gives no rows. If it fails, a column is missing or of another type; seats are taken as {kind}.\n-- Seats that are \
         texts have to be a column of the file with the distinct texts, seats that are numbers must not be.\nselect \
         {}\nfrom {} r\nwhere 1 = 0 and {}",
        asked.join(", "),
        dialect.table(&request.table),
        conditions.join(" and ")
    )
}

fn join(request: &Request, table: &super::Table, alias: &str, field: Field) -> String {
    let dialect = request.dialect;
    let column = dialect.compared(&format!("r.{}", dialect.name(request.column(field))));
    format!("left join {} {alias} on {column} = {alias}.written", request.own(table.name))
}

/// What is no whole number of seats, or more than anyone has, is none.
fn seats(words: &Words, request: &Request) -> String {
    if words.seats.is_some() {
        return "q.seats".to_owned();
    }
    let written = format!("r.{}", request.dialect.name(request.column(Field::Seats)));
    let integer = request.dialect.type_of(super::dialect::Kind::Integer);
    format!(
        "case when {written} >= 0 and {written} <= {LIMIT_SEATS} and {written} = cast({written} as {integer}) then \
         cast({written} as {integer}) end"
    )
}

/// Whether somebody pays for the seats.
fn paid(words: &Words) -> String {
    let by_status = if words.statuses.is_some() { "ft_standing in ('inactive', 'trial') or " } else { "" };
    format!(
        "  select ft_read.*, case when {by_status}ft_price in ('free', 'trial') then 1 else 0 end as ft_not_paid\n  from \
         ft_read"
    )
}

/// What keeps the row from a verdict, each behind `; `.
fn problems(rules: Rules<'_>, words: &Words) -> String {
    let policy = rules.policy;
    let blanks = NO_TENANT.map(|word| rules.dialect.text(word)).join(", ");
    let dialect = rules.dialect;
    let told = |words: &str| dialect.text(&format!("; {words}"));
    let mut reasons = vec![
        (format!("ft_tenant is null or lower(trim(ft_tenant)) in ({blanks})"), told("tenant missing")),
        ("ft_plan_key is null".to_owned(), plan_problem(dialect)),
        ("ft_seats is null".to_owned(), told("seats blank or not readable")),
    ];
    if words.segments.is_some() {
        let seats = "(case when ft_not_paid = 1 then 0 else ft_seats end)";
        let served = rules.where_seats(seats, |seats| policy.segments_differ(seats, true));
        let others = rules.where_seats(seats, |seats| policy.segments_differ(seats, false));
        reasons.push(("ft_unresolved_segment = 1".to_owned(), told("segment not resolved")));
        reasons.push((
            format!("ft_unknown_segment = 1 and (ft_served = 1 and {served} or ft_served = 0 and {others})"),
            told("segment unknown"),
        ));
    }
    if words.statuses.is_some() {
        let opens = rules.where_seats("ft_seats", |seats| policy.seats_decide(seats, false));
        reasons.push(("ft_unresolved_status = 1".to_owned(), told("status not resolved")));
        reasons.push((
            format!(
                "ft_standing = 'unknown' and ft_price = 'paid' and ft_seats <> 0 and (ft_served = 1 or {opens})"
            ),
            told("status unknown"),
        ));
    }
    let texts = reasons.iter().map(|(reason, told)| format!("case when {reason} then {told} else '' end"));
    let between = format!("\n    {}", dialect.beside());
    format!(
        "  select ft_paid.*,\n    {} as ft_problems\n  from ft_paid",
        texts.collect::<Vec<_>>().join(&between)
    )
}

fn review() -> String {
    "  select ft_told.*, case when ft_problems = '' then 0 else 1 end as ft_is_review\n  from ft_told"
        .to_owned()
}

/// What is wrong with a plan that is not resolved.
fn plan_problem(dialect: Dialect) -> String {
    let problem = format!(
        "coalesce(ft_problem, case when ft_plan is null or ft_plan = '' then {} else {} end)",
        dialect.text("plan missing"),
        dialect.text("plan not resolved")
    );
    format!("{} {}{problem}", dialect.text("; "), dialect.beside())
}

/// The seats that count, for entitlements of each kind.
fn counted() -> String {
    "  select ft_review.*,\n    case when ft_seats is null then null when ft_not_paid = 1 then 0 else ft_seats end as \
     seats_counted,\n    case when ft_is_review = 1 or ft_not_paid = 1 or ft_served = 0 then null else ft_seats end as \
     ft_eligible_seats,\n    case when ft_is_review = 1 or ft_not_paid = 1 then 0 else ft_seats end as ft_any_seats\n  \
     from ft_review"
        .to_owned()
}

fn granted(rules: Rules<'_>) -> String {
    let all =
        (0..rules.policy.entitlements.len()).map(|place| format!("{} as {}", rules.has(place), held(place)));
    format!("  select ft_counted.*,\n    {}\n  from ft_counted", all.collect::<Vec<_>>().join(",\n    "))
}

/// What the view shows: the roster's columns, then the verdict.
fn told(rules: Rules<'_>, words: &Words, request: &Request) -> String {
    let dialect = request.dialect;
    let unless_review = |what: &str| format!("case when ft_is_review = 1 then null else {what} end");
    let boolean = |number: &str| dialect.boolean(&unless_review(number));
    let own = |from: &str, name: &str| format!("{from} as {}", dialect.name(name));
    let mut columns = vec![
        own("ft_tenant", request.column(Field::Tenant)),
        own("ft_plan", request.column(Field::Plan)),
        own("ft_written_seats", request.column(Field::Seats)),
    ];
    columns.extend(words.segments.iter().map(|_| own("ft_segment", request.column(Field::Segment))));
    columns.extend(words.statuses.iter().map(|_| own("ft_status", request.column(Field::Status))));
    columns
        .extend(request.keep.iter().enumerate().map(|(place, name)| own(&format!("ft_keep_{place}"), name)));
    for field in output_fields(rules.policy) {
        let value = match field.column {
            OutputColumn::Segment | OutputColumn::SegmentFrom | OutputColumn::SeatsCounted => {
                columns.push(field.name);
                continue;
            }
            OutputColumn::Eligible => {
                boolean("case when ft_not_paid = 0 and ft_served = 1 then 1 else 0 end")
            }
            OutputColumn::Tier => unless_review(&rules.tier(NO_TIER)),
            OutputColumn::Entitled(place) => boolean(&held(place)),
            OutputColumn::Confirm(place) => boolean(&rules.confirm(place)),
            OutputColumn::NextTier => unless_review(&rules.next(&|name, _| name.to_owned())),
            OutputColumn::SeatsToNext => unless_review(&rules.next(&|_, missing| missing.to_owned())),
            OutputColumn::Recognised => unless_review("ft_recognised"),
            OutputColumn::Services => "ft_services".to_owned(),
            OutputColumn::IsReview => dialect.boolean("ft_is_review"),
            _ => continue,
        };
        columns.push(format!("{value} as {}", field.name));
    }
    let problems = dialect.behind_two("ft_problems");
    columns.push(format!("case when ft_is_review = 1 then {problems} end as {PROBLEMS}"));
    format!("select {}\nfrom ft_granted", columns.join(",\n  "))
}

/// Returns the view of texts that are not resolved, or that are no plan, with how many rows have them.
pub(super) fn unresolved(words: &Words, request: &Request) -> String {
    let dialect = request.dialect;
    let of = |table: &super::Table, field: Field, or: &str| {
        let column = format!("r.{}", dialect.name(request.column(field)));
        format!(
            "select {} as field, {column} as written, count(*) as rows_of_it\nfrom {} r\nleft join {} t on {} = \
             t.written\nwhere {column} is not null and {column} <> '' and (t.written is null{or})\ngroup by {column}",
            dialect.text(field.word()),
            dialect.table(&request.table),
            request.own(table.name),
            dialect.compared(&column),
        )
    };
    let mut parts = vec![of(&words.plans, Field::Plan, " or t.plan_key is null")];
    parts.extend(words.segments.iter().map(|table| of(table, Field::Segment, " or t.is_unknown = 1")));
    parts.extend(words.statuses.iter().map(|table| of(table, Field::Status, " or t.standing = 'unknown'")));
    parts.extend(words.seats.iter().map(|table| of(table, Field::Seats, " or t.seats is null")));
    format!("{} {} as\n{}", dialect.create_view(), request.own("unresolved"), parts.join("\nunion all\n"))
}

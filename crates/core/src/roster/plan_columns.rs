//! Rosters that name the plan in more than one column: an id beside its name.

use super::Fault;
use super::columns::Columns;
use super::plan::NamedPlan;
use super::understand::{Understanding, text_of};
use crate::diagnostic::{Code, excerpt};
use crate::record::Record;

/// Returns the plan that another column names than the one that is read, with its column; `None` where none does, or
/// where others name plans that differ.
pub(super) fn elsewhere<'a>(
    record: Record<'_>,
    columns: &Columns,
    known: &mut Understanding<'a>,
) -> Option<(usize, NamedPlan<'a>)> {
    let mut found: Option<(usize, NamedPlan<'a>)> = None;
    for column in &columns.other_plans {
        let Some(named) = named_in(record, *column, known) else { continue };
        match &found {
            Some((_, first)) if first.found.plan.key() != named.found.plan.key() => return None,
            Some(_) => {}
            None => found = Some((*column, named)),
        }
    }
    found
}

fn named_in<'a>(record: Record<'_>, column: usize, known: &mut Understanding<'a>) -> Option<NamedPlan<'a>> {
    known.named_at(record, column)?.ok()
}

/// Returns the remark on a row whose plan another column names.
pub(super) fn named_elsewhere(record: Record<'_>, plan_column: usize, column: usize) -> Fault {
    let written = text_of(record.cell(column)).into_owned();
    Fault {
        code: Code::PlanElsewhere,
        blocks: false,
        column: Some(plan_column),
        message: format!("no plan in this cell; `{}` in another column says which it is", excerpt(&written)),
        help: "fill in the cell, so that the row says the same everywhere".to_owned(),
        value: written,
    }
}

/// Returns what is wrong with a row whose columns name different plans: `read` is the one that it is judged by.
///
/// An export says itself which of its columns counts, so that only what decides is told; else the row needs review where
/// another verdict may come of it.
pub(super) fn differing<'a>(
    record: Record<'_>,
    columns: &Columns,
    read: &NamedPlan<'a>,
    known: &mut Understanding<'a>,
) -> Option<Fault> {
    let is_same = |other: &NamedPlan<'_>| {
        let key = other.found.plan.key();
        let may_be = read.found.readings.iter().any(|reading| reading.key() == key);
        let may_mean = other.found.readings.iter().any(|reading| reading.key() == read.found.plan.key());
        read.found.plan.key() == key || may_be || may_mean
    };
    let other = columns.other_plans.iter().find_map(|column| {
        named_in(record, *column, known).filter(|other| !is_same(other)).map(|other| (*column, other))
    });
    let (column, other) = other?;
    let comes_to = |named: &NamedPlan<'_>| {
        let segment = named.segment.map(|(segment, _)| segment);
        (named.standing.eligible, named.found.price, segment)
    };
    let decides = comes_to(read) != comes_to(&other);
    let is_told_by_export = columns.export.is_some_and(|export| export.plans().next().is_some());
    if is_told_by_export && !decides {
        return None;
    }
    let blocks = decides && !is_told_by_export;
    let written = [columns.plan, column].map(|column| text_of(record.cell(column)).into_owned());
    let [first, second] = &written;
    let judged = if blocks { "" } else { "; the row was judged by the first" };
    Some(Fault {
        code: Code::PlansDiffer,
        blocks,
        column: Some(columns.plan),
        message: format!(
            "`{}` here and `{}` in another column are different plans{judged}",
            excerpt(first),
            excerpt(second)
        ),
        help: format!(
            "correct one of them; or say which column counts with `--map plan=#{}` or `--map plan=#{}`",
            columns.plan + 1,
            column + 1
        ),
        value: second.clone(),
    })
}

//! What the FastTrack columns say of one row.

use super::{Extent, Layout, Outcome};
use crate::output_fields::{Names, OutputColumn};
use crate::record::{Cell, Record};
use crate::report::onboarding::wanted_words;
use crate::report::{Style, Value};
use crate::roster::repeats::Repeats;
use crate::roster::{Fault, RowKind};
use crate::verdict::words::{answer_index, push_counted};
use crate::verdict::{DecidedBy, Tier, Verdict};
use crate::write::flat::json;
use std::borrow::Cow;

/// A row, and what was found out about it.
struct Row<'r> {
    record: Record<'r>,
    outcome: &'r Outcome,
    /// The wanted services that are covered, and those that are not.
    wanted: &'r [String; 2],
}

impl Layout<'_> {
    /// Gives the cells of the FastTrack columns to `emit`, in order, but for blank ones.
    ///
    /// # Errors
    /// Those of `emit`.
    pub(super) fn ours<E>(
        &self,
        record: Record<'_>,
        outcome: &Outcome,
        emit: &mut dyn FnMut(usize, &Value<'_>, Style) -> Result<(), E>,
    ) -> Result<(), E> {
        let wanted = outcome.wanted.as_ref().filter(|_| self.has_wanted);
        let words = |wanted| wanted_words(self.policy, wanted, outcome.services, outcome.plan);
        let wanted = wanted.map(|wanted| words(wanted)).unwrap_or_default();
        let row = Row { record, outcome, wanted: &wanted };
        for (place, field) in (self.own..).zip(&self.fields) {
            let column = field.column;
            // Nearly all rows are customers', and theirs are nearly all cells.
            let value = match &outcome.verdict {
                Some(verdict) => self.judged(column, verdict, &row),
                None if column == OutputColumn::Why && outcome.kind == RowKind::Footer => {
                    emit(place, &self.vocabulary.footer(), Style::Muted)?;
                    continue;
                }
                None => self.of_any_row(column, &row),
            };
            let Some(value) = &value else { continue };
            let style = if matches!(value, Value::Count(_)) { Style::Figure } else { Style::Plain };
            emit(place, value, style)?;
        }
        Ok(())
    }

    /// Returns a cell that rows of no customers have, too; `None` = it is blank.
    fn of_any_row<'r>(&self, column: OutputColumn, row: &Row<'r>) -> Option<Value<'r>> {
        match column {
            // A blank row of a sheet stays blank.
            OutputColumn::SourceRow if row.outcome.kind == RowKind::Blank && self.extent == Extent::Sheet => {
                None
            }
            OutputColumn::SourceRow => Some(Value::Count(row.record.number)),
            OutputColumn::Remarks => remarks(row.outcome).map(Value::text),
            OutputColumn::FaultCodes => codes(&row.outcome.faults).map(Value::text),
            OutputColumn::CellsBeyond => beyond(row.record, self.own).map(Value::text),
            _ => None,
        }
    }

    /// Returns a cell of a customer's row; `None` = it is blank.
    fn judged<'r>(&'r self, column: OutputColumn, verdict: &Verdict, row: &Row<'r>) -> Option<Value<'r>> {
        let Row { outcome, wanted: [covered, missing], .. } = *row;
        let words = &self.vocabulary;
        let is_typed = self.names == Names::Machine;
        Some(match column {
            OutputColumn::Segment => words.value(outcome.segment),
            OutputColumn::SegmentFrom => words.segment_from(outcome.segment_from),
            OutputColumn::Eligible if !is_typed => words.answer(column.boolean(verdict)?.into()),
            OutputColumn::Entitled(entitlement) if !is_typed => {
                words.answer(answer_index(verdict, entitlement))
            }
            OutputColumn::Eligible
            | OutputColumn::Entitled(_)
            | OutputColumn::Confirm(_)
            | OutputColumn::IsReview => Value::Bool(column.boolean(verdict)?),
            OutputColumn::SeatsCounted | OutputColumn::SeatsToNext => Value::Count(column.seats(verdict)?),
            // `Needs review` is no tier.
            OutputColumn::Tier if is_typed && verdict.decided_by == DecidedBy::Review => return None,
            OutputColumn::Tier => words.tier(self.policy, verdict.tier),
            OutputColumn::NextTier => words.tier(self.policy, Tier::Rung(verdict.next?.rung)),
            OutputColumn::Why => Value::text(outcome.why.as_str()),
            OutputColumn::Recognised => words.recognised(outcome.recognised.as_ref()?),
            OutputColumn::Services => words.services(outcome.services)?,
            OutputColumn::ReviewReasons => Value::text(review_words(&outcome.faults)?),
            OutputColumn::TenantRows => Value::Count(outcome.repeats.tenant?.into()),
            OutputColumn::Repeated => Value::text(repeated_words(outcome.repeats)?),
            OutputColumn::MicrosoftNow => self.done_now(outcome, verdict, 0)?,
            OutputColumn::CustomerNow => self.done_now(outcome, verdict, 1)?,
            OutputColumn::WantedCovered => text_if_any(covered)?,
            OutputColumn::WantedMissing => text_if_any(missing)?,
            OutputColumn::SourceRow
            | OutputColumn::Remarks
            | OutputColumn::FaultCodes
            | OutputColumn::CellsBeyond => return self.of_any_row(column, row),
        })
    }

    /// Returns what a side does in the row's phase, if the row reaches the entitlement with which onboarding begins.
    fn done_now(&self, outcome: &Outcome, verdict: &Verdict, side: usize) -> Option<Value<'_>> {
        let is_granted = self.onboarding.is_some_and(|entitlement| verdict.granted.has(entitlement));
        let phase = outcome.phase.filter(|_| is_granted)?;
        Some(self.vocabulary.done_now(phase, side))
    }
}

fn text_if_any(text: &str) -> Option<Value<'_>> {
    (!text.is_empty()).then(|| Value::text(text))
}

/// What keeps the row from a verdict.
fn review_words(faults: &[Fault]) -> Option<String> {
    joined(faults.iter().filter(|fault| fault.blocks).map(|fault| fault.message.as_str()))
}

/// What the Review sheet would say beside that; a row without a verdict has no `Needs review`.
fn remarks(outcome: &Outcome) -> Option<String> {
    let is_told = |fault: &&Fault| fault.blocks && outcome.verdict.is_some();
    joined(outcome.faults.iter().filter(|fault| !is_told(fault)).map(|fault| fault.message.as_str()))
}

fn codes(faults: &[Fault]) -> Option<String> {
    joined(faults.iter().map(|fault| fault.code.as_str()))
}

/// The cells beyond the roster's own columns.
fn beyond(record: Record<'_>, own: usize) -> Option<String> {
    let cells = (own..record.width()).map(|column| record.cell(column));
    (record.width() > own).then(|| json::list(cells.map(text_of)))
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let texts: Vec<&str> = texts.collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

fn text_of(cell: Cell<'_>) -> Option<Cow<'_, str>> {
    match cell {
        Cell::Blank => None,
        Cell::Text(text) => Some(Cow::Borrowed(text)),
        other => Some(Cow::Owned(other.shown())),
    }
}

/// The subscription says more than the plan.
fn repeated_words(repeats: Repeats) -> Option<String> {
    let said = |count: u32, what: &str| {
        let mut words = what.to_owned();
        push_counted(count.into(), ("row", "rows"), &mut words);
        words
    };
    let subscription = repeats.subscription.map(|count| said(count, "its subscription is on "));
    let plan = || repeats.tenant_and_plan.map(|count| said(count, "its tenant has this plan on "));
    subscription.or_else(plan)
}

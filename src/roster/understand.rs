//! From a record to a roster row: what each cell says, and what is wrong with it.

use super::columns::{Columns, TenantFrom};
use super::flaws;
use super::memory::Memory;
use super::payment::{IsTrial, Standing, read_payment};
use super::plan::{self, Named};
use super::{Fault, LIMIT_CELL_UNITS, RosterRow, RowKind, SegmentFrom, footer, seats};
use crate::diagnostic::excerpt;
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::record::{Cell, Flaw, Record};
use std::borrow::Cow;

/// Understands a record: finds its plan, its segment, its paid seats and its faults.
///
/// Cannot fail: what is wrong becomes a fault, and the row stays. For many records see [`Understanding`].
#[must_use]
pub fn understand<'a>(
    record: Record<'_>,
    columns: &'a Columns,
    policy: &'a Policy,
    catalogue: &'a Catalogue,
) -> RosterRow<'a> {
    let mut without_memory = Understanding {
        columns,
        policy,
        catalogue,
        plans: Memory::none(),
        segments: Memory::none(),
        standings: Memory::none(),
        trials: Memory::none(),
    };
    without_memory.row(record)
}

/// Understands the records of one roster, one after the other.
///
/// Each row is what [`understand`] makes of it; but a plan, a segment or a status is looked up once and remembered for
/// the rows that repeat it.
#[derive(Clone, Debug)]
pub struct Understanding<'a> {
    columns: &'a Columns,
    policy: &'a Policy,
    catalogue: &'a Catalogue,
    plans: Memory<Result<Named<'a>, Fault>>,
    segments: Memory<Option<usize>>,
    pub(super) standings: Memory<Standing>,
    pub(super) trials: Memory<IsTrial>,
}

impl<'a> Understanding<'a> {
    /// Returns an understanding that has seen no record yet.
    #[must_use]
    pub fn new(columns: &'a Columns, policy: &'a Policy, catalogue: &'a Catalogue) -> Self {
        Self {
            columns,
            policy,
            catalogue,
            plans: Memory::new(),
            segments: Memory::new(),
            standings: Memory::new(),
            trials: Memory::new(),
        }
    }

    /// Understands the next record: finds its plan, its segment, its paid seats and its faults.
    ///
    /// Cannot fail: what is wrong becomes a fault, and the row stays.
    #[must_use]
    pub fn row(&mut self, record: Record<'_>) -> RosterRow<'a> {
        let columns = self.columns;
        let mut row = RosterRow {
            kind: RowKind::Customer,
            plan: None,
            segment: self.policy.default_segment,
            segment_from: SegmentFrom::Assumed,
            seats: None,
            not_paid: None,
            faults: Vec::new(),
        };
        if record.is_blank() && record.flaw != Some(Flaw::Uncalculated) {
            row.kind = RowKind::Blank;
            return row;
        }
        if footer::is_footer(record, columns) {
            row.kind = RowKind::Footer;
            return row;
        }
        row.faults.extend(record.flaw.map(flaws::fault));
        read_tenant(record, columns, &mut row);
        self.read_plan(record, &mut row);
        read_seats(record, columns, &mut row);
        self.read_segment(record, &mut row);
        read_payment(record, columns, self, &mut row);
        find_swallowed_lines(record, columns, &mut row);
        find_changed_cells(record, columns, &mut row);
        if matches!(record.flaw, Some(Flaw::Short { .. } | Flaw::Uncalculated)) {
            forgive_the_missing(&mut row);
        }
        row
    }

    /// Finds the plan, and with it the segment that its name or id shows.
    fn read_plan(&mut self, record: Record<'_>, row: &mut RosterRow<'a>) {
        let (column, policy, catalogue) = (self.columns.plan, self.policy, self.catalogue);
        let cell = record.cell(column);
        let fault = if let Cell::Error(error) = cell {
            let help = "correct the formula, or type the plan";
            ("cell-error", format!("the cell shows the error `{error}`"), help)
        } else if cell.is_blank() {
            ("plan-missing", "no plan in this row".to_owned(), "fill in the plan's name, product id or GUID")
        } else {
            let named =
                self.plans.recall(&text_of(cell), |written| plan::named(written, column, policy, catalogue));
            match named {
                Ok(Named { found, segment }) => {
                    row.plan = Some(found);
                    if let Some(shown) = segment {
                        (row.segment, row.segment_from) = shown;
                    }
                }
                Err(fault) => row.faults.push(fault),
            }
            return;
        };
        let (code, message, help) = fault;
        row.faults.push(plan::fault(code, column, &text_of(cell), message, help.to_owned()));
    }

    /// The roster's own column goes before what the plan shows, and that before the policy's default.
    fn read_segment(&mut self, record: Record<'_>, row: &mut RosterRow<'_>) {
        let Some(column) = self.columns.segment else { return };
        let cell = record.cell(column);
        if cell.is_blank() {
            return;
        }
        let policy = self.policy;
        let written = text_of(cell);
        if let Some(index) = self.segments.recall(&written, |written| policy.segment_by_word(written)) {
            row.segment = index;
            row.segment_from = SegmentFrom::Column;
            return;
        }
        row.faults.push(unknown_segment(&written, column, policy, row));
    }
}

fn unknown_segment(written: &str, column: usize, policy: &Policy, row: &RosterRow<'_>) -> Fault {
    let known: Vec<&str> = policy.segments.iter().map(|segment| segment.name.as_str()).collect();
    Fault {
        code: "segment-unknown",
        blocks: false,
        column: Some(column),
        value: written.to_owned(),
        message: format!(
            "`{}` is no segment that the policy knows; the row was judged as {} ({})",
            excerpt(written),
            policy.segments.get(row.segment).map_or("", |segment| segment.name.as_str()),
            row.segment_from.words(),
        ),
        help: format!("write one of: {}", known.join(", ")),
    }
}

/// Where cells are known to be lost, that they are missing is no fault of its own.
fn forgive_the_missing(row: &mut RosterRow<'_>) {
    const MISSING: [&str; 3] = ["tenant-missing", "plan-missing", "seats-missing"];
    row.faults.retain(|fault| !MISSING.contains(&fault.code));
}

fn read_tenant(record: Record<'_>, columns: &Columns, row: &mut RosterRow<'_>) {
    let TenantFrom::Column(column) = columns.tenant else { return };
    let cell = record.cell(column);
    let (code, message, help) = match cell {
        Cell::Error(error) => (
            "cell-error",
            format!("the cell shows the error `{error}`"),
            "correct the formula, or type which customer the row belongs to",
        ),
        _ if cell.is_blank() => (
            "tenant-missing",
            "no tenant in this row".to_owned(),
            "fill in which customer the row belongs to",
        ),
        _ => return,
    };
    row.faults.push(Fault {
        code,
        blocks: true,
        column: Some(column),
        value: cell.shown(),
        message,
        help: help.to_owned(),
    });
}

fn read_seats(record: Record<'_>, columns: &Columns, row: &mut RosterRow<'_>) {
    let cell = record.cell(columns.seats);
    match seats::read(cell) {
        Ok(count) => row.seats = Some(count),
        Err(wrong) => row.faults.push(Fault {
            code: wrong.code(),
            blocks: true,
            column: Some(columns.seats),
            value: cell.shown(),
            message: wrong.message(cell),
            help: wrong.help().to_owned(),
        }),
    }
}

/// A stray quote can swallow the lines down to the next one: a tenant or plan with a line break and a delimiter in it
/// may be several customers.
fn find_swallowed_lines(record: Record<'_>, columns: &Columns, row: &mut RosterRow<'_>) {
    let tenant = match columns.tenant {
        TenantFrom::Column(column) => Some(column),
        TenantFrom::Given(_) => None,
    };
    for column in tenant.into_iter().chain([columns.plan]) {
        let Cell::Text(text) = record.cell(column) else { continue };
        if spans_lines(text) && text.contains([',', ';', '\t', '|']) {
            row.faults.push(Fault {
                code: "cell-spans-lines",
                blocks: true,
                column: Some(column),
                value: text.to_owned(),
                message: "the cell goes over several lines, with delimiters in it: it may be several rows"
                    .to_owned(),
                help: "look for a quote that should not be there, in the first and the last of these lines"
                    .to_owned(),
            });
        }
    }
}

/// A text in one line, as nearly all are, has no control character at all: that is seen many bytes at a time.
fn spans_lines(text: &str) -> bool {
    text.bytes().fold(u8::MAX, u8::min) < b' ' && text.contains(['\n', '\r'])
}

/// What the Roster sheet cannot show as it came: a workbook cell holds no longer text, and an error value becomes text.
fn find_changed_cells(record: Record<'_>, columns: &Columns, row: &mut RosterRow<'_>) {
    if record.is_ordinary(LIMIT_CELL_UNITS) {
        return;
    }
    for column in 0..record.width() {
        let (code, value, message, help) = match record.cell(column) {
            Cell::Text(text) if is_too_long(text) => (
                "cell-too-long",
                excerpt(text),
                format!("the cell is longer than the {LIMIT_CELL_UNITS} characters that a workbook can hold"),
                "the Roster sheet shows its beginning; the whole text is in your roster",
            ),
            Cell::Error(error) if !columns.are_read(column) => (
                "cell-error",
                error.to_owned(),
                format!("the cell shows the error `{error}`; the Roster sheet has it as text"),
                "correct the formula",
            ),
            _ => continue,
        };
        row.faults.push(Fault {
            code,
            blocks: false,
            column: Some(column),
            value,
            message,
            help: help.to_owned(),
        });
    }
}

/// Many cells may share one very long text, so no more of it is looked at than the limit.
fn is_too_long(text: &str) -> bool {
    // A unit of UTF-16 takes three bytes of UTF-8 at most.
    text.len() > 3 * LIMIT_CELL_UNITS
        || (text.len() > LIMIT_CELL_UNITS && text.encode_utf16().nth(LIMIT_CELL_UNITS).is_some())
}

/// Returns the text of a cell, as a person reads it.
pub(super) fn text_of(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.shown()),
    }
}

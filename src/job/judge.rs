//! What a worker does with a block of records: rows understood, judged, and rendered.

use super::files::PackedBatch;
use super::onboarding::{ChecklistRows, Lines};
use super::output::BatchRows;
use super::since::{NoteBatch, NoteMaker};
use super::split::{Found, Splitter};
use super::understandings::Understandings;
use crate::error::Result;
use crate::findings::Findings;
use crate::policy::Policy;
use crate::record::{Cell, Record, Records};
use crate::report::roster::{Layout, Outcome};
use crate::roster::identity::{Identity, shortened};
use crate::roster::lines::Line;
use crate::roster::lines::grouped::name_tenants;
use crate::roster::lines::outline::Seeing;
use crate::roster::repeats::{Census, CensusBatch, Repeats};
use crate::roster::{Fault, RosterRow, RowKind};
use crate::sort::Gathered;
use crate::steps::{Distance, Near, Step, Steps};
use crate::summary::Summary;
use crate::tenants::{TenantPart, TenantRow};
use crate::verdict::{Facts, Verdict, judge};
use crate::write::{Batch as RowBatch, Renderer, flat};
use std::sync::Arc;

/// For whom the rows of the Roster sheet are made.
pub(super) enum RowsFor {
    /// No workbook was asked for.
    Nobody,
    /// Rendered by the workers.
    Us(Arc<Renderer>),
    /// Likewise, into a file without sheets.
    Flat(Arc<flat::Renderer>),
    /// Handed to the workbook library, cell by cell.
    Library,
}

/// What a worker has to know.
pub(super) struct Judge<'j, 'a> {
    pub(super) policy: &'j Policy,
    pub(super) identity: &'j Identity,
    /// Where customers to be onboarded are told; `None` = nobody asks.
    pub(super) checklist: Option<&'j ChecklistRows<'j>>,
    /// What the whole roster says; `None` = it is found out on the way.
    pub(super) census: Option<&'j Census>,
    /// One for each worker, which remembers what the blocks before showed.
    pub(super) understandings: Understandings<'a>,
    pub(super) layout: &'j Layout<'j>,
    /// Makes notes to be compared with an earlier night; `None` = there is none.
    pub(super) note_maker: Option<NoteMaker<'j>>,
    pub(super) rows: RowsFor,
    pub(super) near: Near,
    /// Tells on which other sheet a customer stands; `None` = on no other.
    pub(super) sheets: Option<Splitter<'j>>,
    /// Tells in which other workbook a customer stands; `None` = in no other.
    pub(super) files: Option<Splitter<'j>>,
}

/// A batch of rows, judged.
pub(super) struct Batch<'a> {
    /// The ordinal of its first row; `None` = it has no rows.
    pub(super) first: Option<u64>,
    pub(super) summary: Summary,
    pub(super) aside: BatchExtras<'a>,
    /// Its rows, as they are compared with an earlier night.
    pub(super) notes: Gathered,
    /// Its customers by the value that they are split by; empty where there is no split.
    pub(super) found: Found,
    /// Its customers, packed for the workbooks of their values; empty where there are none.
    pub(super) packed: PackedBatch,
    /// Rows that have something on the Roster sheet; not counted by those who write it.
    pub(super) filled: u64,
    /// What is wrong with its rows, each thing once.
    pub(super) findings: Findings,
    /// The rows with faults, by number.
    pub(super) faults: Vec<(u64, Vec<Fault>)>,
    /// The rows as a renderer of ours made them.
    pub(super) rows: BatchRows,
    /// The rows for the workbook library.
    pub(super) held: Option<(Records, Vec<Outcome>)>,
}

/// What the rows of a batch add beside the Roster.
pub(super) struct BatchExtras<'a> {
    /// To the census.
    pub(super) census: CensusBatch,
    /// Rows of tenants that stand on several.
    pub(super) tenant_rows: Vec<TenantRow<'a>>,
    /// Who stands close to a tier, of those with one row.
    pub(super) steps: Steps,
    /// Customers to be onboarded.
    pub(super) onboarding: Lines<'a>,
}

impl BatchExtras<'_> {
    fn new(policy: &Policy, records: usize) -> Self {
        Self {
            census: CensusBatch { records: records as u64, ..CensusBatch::default() },
            tenant_rows: Vec::new(),
            steps: Steps::new(policy),
            onboarding: Lines::default(),
        }
    }
}

impl<'a> Judge<'_, 'a> {
    /// Judges the records of a block.
    ///
    /// # Errors
    /// Internal.
    pub(super) fn batch(&self, records: Records) -> Result<Batch<'a>> {
        let policy = self.policy;
        let records = self.named(records);
        let first = records.iter().next().map(|record| record.ordinal);
        let mut summary = Summary::new(policy);
        summary.hidden = records.hidden();
        let mut filled = 0;
        let (mut aside, mut lines) = (BatchExtras::new(policy, records.len()), Seeing::default());
        let mut understanding = self.understandings.take();
        let (mut faults, mut outcomes) = (Vec::new(), Vec::new());
        let mut findings = Findings::default();
        let (mut found, mut packed) = (Found::default(), PackedBatch::default());
        let mut compared = self.note_maker.as_ref().map(NoteMaker::batch);
        let mut rows = Rendering::begin(&self.rows);
        let mut line = Line::Row;
        for record in records.iter() {
            // Ordinals that are left out are blank rows.
            let before = first.map_or(0, |first| record.ordinal - first);
            summary.add_blank(before.saturating_sub(summary.read));
            let row = understanding.row_on(record, &mut line);
            let verdict = (row.kind == RowKind::Customer).then(|| judge(policy, Facts::of(&row)));
            summary.add(&row, verdict.as_ref());
            findings.see(&row, record.number, self.understandings.columns());
            if let (Some(noted), Some(verdict)) = (&mut compared, &verdict) {
                noted.add(record, &row, verdict);
            }
            if let Some(splitter) = &self.sheets {
                found.see(splitter, record, &row, verdict.as_ref());
            }
            let repeats = match self.census {
                Some(census) if verdict.is_some() => {
                    census.repeats(record, self.identity, &mut understanding)
                }
                _ => Repeats::default(),
            };
            if let (Some(splitter), Some(verdict)) = (&self.files, &verdict) {
                packed.add(splitter, record, (&row, verdict, repeats));
            }
            let tenant =
                verdict.as_ref().and_then(|verdict| self.note(record, &row, (verdict, repeats), &mut aside));
            if self.census.is_none() {
                lines.see(record, (&line, tenant), &understanding);
            }
            filled += u64::from(row.kind != RowKind::Blank || has_cell(record));
            let wrong = self.render(&mut rows, record, (row, verdict, repeats), &mut outcomes)?;
            if !wrong.is_empty() {
                faults.push((record.number, wrong));
            }
        }
        packed.end(&records);
        aside.census.lines = lines.finish(self.identity, &understanding);
        self.understandings.put_back(understanding);
        let rows = rows.finish()?;
        let held = matches!(self.rows, RowsFor::Library).then_some((records, outcomes));
        let notes = compared.map(NoteBatch::finish).unwrap_or_default();
        Ok(Batch { first, summary, aside, notes, found, packed, filled, findings, faults, rows, held })
    }

    /// Names the tenants of rows that are named above them, in a report that is grouped by them.
    fn named(&self, mut records: Records) -> Records {
        if self.census.is_some_and(|census| census.outline.is_grouped()) {
            let mut understanding = self.understandings.take();
            name_tenants(&mut records, self.identity, &mut understanding);
            self.understandings.put_back(understanding);
        }
        records
    }

    /// Notes what a customer's row adds to the sheets beside the Roster, and to the census; returns the number of its
    /// tenant, if the census asks for it.
    fn note(
        &self,
        record: Record<'_>,
        row: &RosterRow<'a>,
        (verdict, repeats): (&Verdict, Repeats),
        aside: &mut BatchExtras<'a>,
    ) -> Option<u64> {
        let mut tenant = None;
        if self.census.is_none() {
            tenant = aside.census.see_customer(record, self.identity, self.understandings.columns());
        }
        if repeats.tenant.is_some() {
            aside.tenant_rows.extend(self.tenant_row(record, row, verdict));
        }
        if let Some(checklist) = self.checklist {
            checklist.see(record, row, verdict, &mut aside.onboarding);
        }
        // A tenant on several rows is looked at as a whole.
        if repeats.tenant.is_none() && self.is_for_workbook() {
            let close = (row.segment, verdict, self.near);
            aside.steps.see(self.policy, close, &mut |distance| self.step(record, row, verdict, distance));
        }
        tenant
    }

    /// Renders a row, or keeps its outcome for the library; returns its faults, if nobody else will tell them.
    fn render(
        &self,
        rows: &mut Rendering<'_>,
        record: Record<'_>,
        (row, verdict, repeats): (RosterRow<'_>, Option<Verdict>, Repeats),
        outcomes: &mut Vec<Outcome>,
    ) -> Result<Vec<Fault>> {
        // Nobody asks for the words.
        if let Rendering::Never = rows {
            return Ok(row.faults);
        }
        let outcome = Outcome::new(self.policy, row, verdict, repeats);
        match rows {
            Rendering::Never => {}
            Rendering::Later => {
                outcomes.push(outcome);
                return Ok(Vec::new());
            }
            Rendering::Workbook(rows) => {
                rows.row(record.ordinal, |emit| self.layout.cells(record, &outcome, emit))?;
            }
            Rendering::Flat(rows) => {
                rows.row(record.ordinal, |emit| self.layout.cells(record, &outcome, emit))?;
            }
        }
        Ok(outcome.faults)
    }

    /// Returns whether the rows go into a workbook, which has other sheets, too.
    const fn is_for_workbook(&self) -> bool {
        matches!(self.rows, RowsFor::Us(_) | RowsFor::Library)
    }

    /// Returns a row's line on the lists of those close to a tier.
    fn step(&self, record: Record<'_>, row: &RosterRow<'a>, verdict: &Verdict, distance: Distance) -> Step {
        let (tenant, name) = self.identity.shown(record);
        Step {
            distance,
            number: record.number,
            rows: 1,
            tenant,
            name,
            plan: row.plan.as_ref().map(|found| found.plan.name.clone()).unwrap_or_default(),
            owner: self.owner(record),
            segment: row.segment,
            seats: verdict.seats_counted.unwrap_or(0),
            tier: verdict.tier,
        }
    }

    /// Returns who looks after a row's customer, as the roster says.
    fn owner(&self, record: Record<'_>) -> String {
        let column = self.understandings.columns().owner;
        column.map(|column| shortened(&record.cell(column).shown())).unwrap_or_default()
    }

    /// Returns what a row adds to its tenant.
    fn tenant_row(
        &self,
        record: Record<'_>,
        row: &RosterRow<'a>,
        verdict: &Verdict,
    ) -> Option<TenantRow<'a>> {
        let key = self.identity.tenant(record)?.into_owned();
        let (shown, name) = self.identity.shown(record);
        let part = TenantPart::of(row, verdict, record.number, self.identity.subscription(record));
        // Only the lists of a workbook name owners.
        let owner = if self.is_for_workbook() { self.owner(record) } else { String::new() };
        Some(TenantRow { key, shown, name, owner, part })
    }
}

/// The rows of a batch on their way.
enum Rendering<'a> {
    Never,
    /// By the workbook library.
    Later,
    Workbook(RowBatch<'a>),
    Flat(flat::Batch<'a>),
}

impl<'a> Rendering<'a> {
    fn begin(rows: &'a RowsFor) -> Self {
        match rows {
            RowsFor::Nobody => Self::Never,
            RowsFor::Library => Self::Later,
            RowsFor::Us(renderer) => Self::Workbook(renderer.batch()),
            RowsFor::Flat(renderer) => Self::Flat(renderer.batch()),
        }
    }

    fn finish(self) -> Result<BatchRows> {
        match self {
            Self::Never | Self::Later => Ok(BatchRows::None),
            Self::Workbook(rows) => rows.finish().map(BatchRows::Workbook),
            Self::Flat(rows) => Ok(BatchRows::Flat(rows.finish())),
        }
    }
}

/// White space is a cell, though the row is blank to a reader.
fn has_cell(record: Record<'_>) -> bool {
    (0..record.width()).any(|column| record.cell(column) != Cell::Blank)
}

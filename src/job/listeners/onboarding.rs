//! Which customers become a line of the Onboarding sheet: those on one row are told by the workers, and written in the
//! order of the roster; tenants on several come behind them.

use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::job::tables::{RowsOfBatch, TableMaker};
use crate::output_fields::FlatTable;
use crate::policy::Policy;
use crate::record::Records;
use crate::report::onboarding::{LIMIT_LINES, Line, beyond, cells, without_tenants};
use crate::report::tables;
use crate::roster::Understanding;
use crate::tenants::{Rollup, Tenant};
use crate::verdict::Verdict;
use crate::verdict::words::answer;
use crate::write::{SheetId, Writer, flat};
use std::sync::atomic::{AtomicU64, Ordering};

/// Collects the lines of customers to be onboarded.
pub(in crate::job) struct Checklist<'j> {
    policy: &'j Policy,
    /// The entitlement with which onboarding begins.
    entitlement: usize,
    /// The sheet; `None` = no workbook is made.
    sheet: Option<SheetId>,
    /// Makes their rows in the flat table, which has all of them; `None` = there is none.
    table: Option<TableMaker>,
    /// Lines that came so far, in the order of the roster.
    came: AtomicU64,
}

/// What is gathered of a batch of rows.
pub(in crate::job) struct OfBatch<'a, 'r> {
    lines: Lines<'a>,
    rows: Option<RowsOfBatch<'r>>,
}

/// What a batch came to.
pub(in crate::job) struct PartAsked<'a> {
    lines: Lines<'a>,
    rows: Option<Result<flat::Rendered>>,
}

/// The lines of a batch of rows.
#[derive(Default)]
struct Lines<'a> {
    lines: Vec<Line<'a>>,
    /// Lines that were counted only, since the sheet is full.
    further: u64,
}

impl<'j> Checklist<'j> {
    /// Returns what collects the lines of `sheet` and the rows of `table`; `None` if there is neither, or if the policy
    /// names no entitlement with which onboarding begins.
    pub(super) fn new(
        policy: &'j Policy,
        (sheet, table): (Option<SheetId>, Option<TableMaker>),
    ) -> Option<Self> {
        let entitlement = policy.onboarding.filter(|_| sheet.is_some() || table.is_some())?;
        Some(Self { policy, entitlement, sheet, table, came: AtomicU64::new(0) })
    }

    /// Returns whether those with such a verdict are to be onboarded.
    pub(in crate::job) fn is_for(&self, verdict: &Verdict) -> bool {
        verdict.granted.has(self.entitlement)
    }

    /// Returns whether there is no sheet, or it is full; it stays so, and those who come later are only counted.
    pub(in crate::job) fn is_full(&self) -> bool {
        self.sheet.is_none() || self.came.load(Ordering::Relaxed) >= LIMIT_LINES
    }

    /// Counts others, of whom the sheet says nothing since it is full.
    pub(in crate::job) fn add_further(&self, further: u64) {
        self.came.fetch_add(further, Ordering::Relaxed);
    }

    /// Adds a tenant on several rows, which come when those on one row have come.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub(in crate::job) fn tenant(
        &self,
        tenant: &Tenant<'_>,
        rollup: &Rollup<'_>,
        writer: &mut Writer,
    ) -> Result<()> {
        if !self.is_for(&rollup.verdict) {
            return Ok(());
        }
        match self.sheet {
            Some(sheet) if self.came.fetch_add(1, Ordering::Relaxed) < LIMIT_LINES => {
                let plan = rollup.plan_names();
                writer.row(sheet, &cells(self.policy, &self.line_of_tenant(tenant, rollup, &plan)))
            }
            _ => Ok(()),
        }
    }

    /// Makes the rows of such tenants in the flat table; `None` = there is none.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(in crate::job) fn listed<'h, 't: 'h>(
        &self,
        tenants: impl Iterator<Item = (&'h Tenant<'t>, &'h Rollup<'t>)>,
    ) -> Option<Result<flat::Rendered>> {
        let mut rows = self.table.as_ref()?.batch();
        for (tenant, rollup) in tenants.filter(|(_, rollup)| self.is_for(&rollup.verdict)) {
            let plan = rollup.plan_names();
            let line = self.line_of_tenant(tenant, rollup, &plan);
            rows.row(tables::onboarding::cells(self.policy, &line, &rollup.verdict));
        }
        Some(rows.finish())
    }

    fn line_of_tenant<'l>(&self, tenant: &Tenant<'_>, rollup: &Rollup<'_>, plan: &'l str) -> Line<'l> {
        Line {
            number: tenant.first_row(),
            tenant: tenant.shown().to_owned(),
            name: tenant.name().to_owned(),
            plan,
            seats: Some(rollup.seats),
            tier: rollup.verdict.tier,
            answer: answer(&rollup.verdict, self.entitlement),
            phase: tenant.phase,
            owner: tenant.owner(),
        }
    }

    /// Says below the lines how many are not there; returns how many came in all. `gave_up` = tenants on several rows
    /// could not be rolled up.
    ///
    /// # Errors
    /// If that cannot be stored.
    pub(in crate::job) fn finish(&self, writer: &mut Writer, gave_up: bool) -> Result<u64> {
        let all = self.came.load(Ordering::Relaxed);
        let Some(sheet) = self.sheet else { return Ok(all) };
        if gave_up {
            writer.row(sheet, &without_tenants())?;
        }
        if let Some(further) = all.checked_sub(LIMIT_LINES).filter(|further| *further > 0) {
            writer.row(sheet, &beyond(self.policy, further))?;
        }
        Ok(all)
    }
}

impl<'a> Listener<'a> for Checklist<'_> {
    type Gathering<'r>
        = OfBatch<'a, 'r>
    where
        Self: 'r;
    type Part = PartAsked<'a>;
    type Whole = ();

    fn begin<'r>(&'r self, _records: &'r Records) -> OfBatch<'a, 'r> {
        OfBatch { lines: Lines::default(), rows: self.table.as_ref().map(TableMaker::batch) }
    }

    fn hear<'r>(&'r self, judged: &Judged<'_, 'r, 'a>, OfBatch { lines, rows }: &mut OfBatch<'a, 'r>) {
        let is_asked = |verdict: &Verdict| judged.repeats.tenant.is_none() && self.is_for(verdict);
        let Some((row, verdict)) = judged.customer().filter(|(_, verdict)| is_asked(verdict)) else { return };
        // Batches come in order: once the sheet is full, no later batch adds to it, whatever the threads.
        let is_full = self.is_full();
        lines.further += u64::from(is_full);
        if is_full && rows.is_none() {
            return;
        }
        let (tenant, name) = judged.shown();
        let line = Line {
            number: judged.record.number,
            tenant,
            name,
            plan: row.plan.as_ref().map_or("", |found| found.plan.name.as_str()),
            seats: verdict.seats_counted,
            tier: verdict.tier,
            answer: answer(verdict, self.entitlement),
            phase: row.phase,
            owner: judged.owner().into_owned(),
        };
        if let Some(rows) = rows {
            rows.row(tables::onboarding::cells(self.policy, &line, verdict));
        }
        if !is_full {
            lines.lines.push(line);
        }
    }

    fn end<'r>(&'r self, batch: OfBatch<'a, 'r>, _: &'r Records, _: &Understanding<'a>) -> PartAsked<'a> {
        PartAsked { lines: batch.lines, rows: batch.rows.map(RowsOfBatch::finish) }
    }

    fn start(&self) {}

    /// Writes the lines of the next batch, as far as the sheet holds them.
    fn join(
        &self,
        (): &mut (),
        PartAsked { lines: part, rows }: PartAsked<'a>,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        if let Some(rows) = rows {
            sink.append(FlatTable::Onboarding, rows?)?;
        }
        let Some((writer, sheet)) = sink.workbook().zip(self.sheet) else { return Ok(()) };
        let before = self.came.load(Ordering::Relaxed);
        let room = usize::try_from(LIMIT_LINES.saturating_sub(before)).unwrap_or(usize::MAX);
        for line in part.lines.iter().take(room) {
            writer.row(sheet, &cells(self.policy, line))?;
        }
        self.came.store(before + part.lines.len() as u64 + part.further, Ordering::Relaxed);
        Ok(())
    }
}

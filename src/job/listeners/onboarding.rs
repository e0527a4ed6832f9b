//! Which customers become a line of the Onboarding sheet: those on one row are told by the workers, and written in the
//! order of the roster; tenants on several come behind them.

use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::policy::Policy;
use crate::record::Records;
use crate::report::onboarding::{LIMIT_LINES, Line, beyond, cells, without_tenants};
use crate::roster::Understanding;
use crate::tenants::{Rollup, Tenant};
use crate::verdict::Verdict;
use crate::verdict::words::answer;
use crate::write::{SheetId, Writer};
use std::sync::atomic::{AtomicU64, Ordering};

/// Collects the lines of customers to be onboarded.
pub(in crate::job) struct Checklist<'j> {
    policy: &'j Policy,
    /// The entitlement with which onboarding begins.
    entitlement: usize,
    sheet: SheetId,
    /// Lines that came so far, in the order of the roster.
    came: AtomicU64,
}

/// The lines of a batch of rows.
#[derive(Default)]
pub(in crate::job) struct Lines<'a> {
    lines: Vec<Line<'a>>,
    /// Lines that were counted only, since the sheet is full.
    further: u64,
}

impl<'j> Checklist<'j> {
    /// Returns what collects the lines of `sheet`; `None` if the policy names no entitlement with which onboarding
    /// begins.
    pub(super) fn new(policy: &'j Policy, sheet: SheetId) -> Option<Self> {
        let entitlement = policy.onboarding?;
        Some(Self { policy, entitlement, sheet, came: AtomicU64::new(0) })
    }

    /// Returns whether those with such a verdict are to be onboarded.
    pub(in crate::job) fn is_for(&self, verdict: &Verdict) -> bool {
        verdict.granted.has(self.entitlement)
    }

    /// Returns whether the sheet is full; it stays so, and those who come later are only counted.
    pub(in crate::job) fn is_full(&self) -> bool {
        self.came.load(Ordering::Relaxed) >= LIMIT_LINES
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
        if self.came.fetch_add(1, Ordering::Relaxed) >= LIMIT_LINES {
            return Ok(());
        }
        let plan = rollup.plan_names();
        let line = Line {
            number: tenant.first_row(),
            tenant: tenant.shown().to_owned(),
            name: tenant.name().to_owned(),
            plan: &plan,
            seats: Some(rollup.seats),
            tier: rollup.verdict.tier,
            answer: answer(&rollup.verdict, self.entitlement),
            phase: tenant.phase,
            owner: tenant.owner(),
        };
        writer.row(self.sheet, &cells(self.policy, &line))
    }

    /// Says below the lines how many are not there; returns how many came in all. `gave_up` = tenants on several rows
    /// could not be rolled up.
    ///
    /// # Errors
    /// If that cannot be stored.
    pub(in crate::job) fn finish(&self, writer: &mut Writer, gave_up: bool) -> Result<u64> {
        let all = self.came.load(Ordering::Relaxed);
        if gave_up {
            writer.row(self.sheet, &without_tenants())?;
        }
        if let Some(further) = all.checked_sub(LIMIT_LINES).filter(|further| *further > 0) {
            writer.row(self.sheet, &beyond(self.policy, further))?;
        }
        Ok(all)
    }
}

impl<'a> Listener<'a> for Checklist<'_> {
    type Gathering<'r>
        = Lines<'a>
    where
        Self: 'r;
    type Part = Lines<'a>;
    type Whole = ();

    fn begin(&self, _records: &Records) -> Lines<'a> {
        Lines::default()
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, lines: &mut Lines<'a>) {
        let is_asked = |verdict: &Verdict| judged.repeats.tenant.is_none() && self.is_for(verdict);
        let Some((row, verdict)) = judged.customer().filter(|(_, verdict)| is_asked(verdict)) else { return };
        // Batches come in order: once the sheet is full, no later batch adds to it, whatever the threads.
        if self.is_full() {
            lines.further += 1;
            return;
        }
        let (tenant, name) = judged.shown();
        lines.lines.push(Line {
            number: judged.record.number,
            tenant,
            name,
            plan: row.plan.as_ref().map_or("", |found| found.plan.name.as_str()),
            seats: verdict.seats_counted,
            tier: verdict.tier,
            answer: answer(verdict, self.entitlement),
            phase: row.phase,
            owner: judged.owner().into_owned(),
        });
    }

    fn end(&self, lines: Lines<'a>, _: &Records, _: &Understanding<'a>) -> Lines<'a> {
        lines
    }

    fn start(&self) {}

    /// Writes the lines of the next batch, as far as the sheet holds them.
    fn join(&self, (): &mut (), part: Lines<'a>, sink: &mut Sink<'_>) -> Result<()> {
        let Some(writer) = sink.workbook() else { return Ok(()) };
        let before = self.came.load(Ordering::Relaxed);
        let room = usize::try_from(LIMIT_LINES.saturating_sub(before)).unwrap_or(usize::MAX);
        for line in part.lines.iter().take(room) {
            writer.row(self.sheet, &cells(self.policy, line))?;
        }
        self.came.store(before + part.lines.len() as u64 + part.further, Ordering::Relaxed);
        Ok(())
    }
}

//! Which rows become a line of the Onboarding sheet: told by the workers, written in the order of the roster.

use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::policy::Policy;
use crate::record::Records;
use crate::report::onboarding::{LIMIT_LINES, Line, beyond, cells};
use crate::roster::Understanding;
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

    /// Says below the lines how many are not there; returns how many came in all.
    ///
    /// # Errors
    /// If that cannot be stored.
    pub(in crate::job) fn finish(&self, writer: &mut Writer) -> Result<u64> {
        let all = self.came.load(Ordering::Relaxed);
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
        let granted = |verdict: &crate::verdict::Verdict| verdict.granted.has(self.entitlement);
        let Some((row, verdict)) = judged.customer().filter(|(_, verdict)| granted(verdict)) else { return };
        // Batches come in order: once the sheet is full, no later batch adds to it, whatever the threads.
        if self.came.load(Ordering::Relaxed) >= LIMIT_LINES {
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
            owner: judged.owner(),
        });
    }

    fn end(&self, lines: Lines<'a>, _: &Records, _: &Understanding<'a>) -> Lines<'a> {
        lines
    }

    fn start(&self) {}

    /// Writes the lines of the next batch, as far as the sheet holds them.
    fn join(&self, (): &mut (), part: Lines<'a>, writer: Option<&mut Writer>) -> Result<()> {
        let Some(writer) = writer else { return Ok(()) };
        let before = self.came.load(Ordering::Relaxed);
        let room = usize::try_from(LIMIT_LINES.saturating_sub(before)).unwrap_or(usize::MAX);
        for line in part.lines.iter().take(room) {
            writer.row(self.sheet, &cells(self.policy, line))?;
        }
        self.came.store(before + part.lines.len() as u64 + part.further, Ordering::Relaxed);
        Ok(())
    }
}

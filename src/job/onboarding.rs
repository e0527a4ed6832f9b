//! Which rows become a line of the Onboarding sheet: told by the workers, written in the order of the roster.

use crate::error::Result;
use crate::policy::Policy;
use crate::record::Record;
use crate::report::onboarding::{LIMIT_LINES, Line, beyond, cells};
use crate::roster::RosterRow;
use crate::roster::columns::Columns;
use crate::roster::identity::{Identity, shortened};
use crate::verdict::Verdict;
use crate::verdict::words::answer;
use crate::write::Writer;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the lines come together.
pub(super) struct ChecklistRows<'a> {
    policy: &'a Policy,
    /// The entitlement with which onboarding begins.
    entitlement: usize,
    identity: &'a Identity,
    owner: Option<usize>,
    /// Lines that came so far, in the order of the roster.
    came: AtomicU64,
}

/// The lines of a batch of rows.
#[derive(Default)]
pub(super) struct Lines<'a> {
    lines: Vec<Line<'a>>,
    /// Lines that were counted only, since the sheet is full.
    further: u64,
}

impl<'a> ChecklistRows<'a> {
    /// Returns a checklist without a line; `None` if the policy names no entitlement with which onboarding begins.
    pub(super) fn new(policy: &'a Policy, identity: &'a Identity, columns: &Columns) -> Option<Self> {
        let entitlement = policy.onboarding?;
        Some(Self { policy, entitlement, identity, owner: columns.owner, came: AtomicU64::new(0) })
    }

    /// Adds the line of a row, if it makes one.
    pub(super) fn see<'p>(
        &self,
        record: Record<'_>,
        row: &RosterRow<'p>,
        verdict: &Verdict,
        lines: &mut Lines<'p>,
    ) {
        if !verdict.granted.has(self.entitlement) {
            return;
        }
        // Batches come in order: once the sheet is full, no later batch adds to it, whatever the threads.
        if self.came.load(Ordering::Relaxed) >= LIMIT_LINES {
            lines.further += 1;
            return;
        }
        let (tenant, name) = self.identity.shown(record);
        lines.lines.push(Line {
            number: record.number,
            tenant,
            name,
            plan: row.plan.as_ref().map_or("", |found| found.plan.name.as_str()),
            seats: verdict.seats_counted,
            tier: verdict.tier,
            answer: answer(verdict, self.entitlement),
            phase: row.phase,
            owner: self.owner.map(|column| shortened(&record.cell(column).shown())).unwrap_or_default(),
        });
    }

    /// Writes the lines of the next batch, as far as the sheet holds them.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(super) fn put(&self, lines: &Lines<'_>, writer: &mut Writer) -> Result<()> {
        let before = self.came.load(Ordering::Relaxed);
        let room = usize::try_from(LIMIT_LINES.saturating_sub(before)).unwrap_or(usize::MAX);
        for line in lines.lines.iter().take(room) {
            writer.onboarding_row(&cells(self.policy, line))?;
        }
        self.came.store(before + lines.lines.len() as u64 + lines.further, Ordering::Relaxed);
        Ok(())
    }

    /// Says below the lines how many are not there; returns how many came in all.
    ///
    /// # Errors
    /// If that cannot be stored.
    pub(super) fn finish(&self, writer: &mut Writer) -> Result<u64> {
        let all = self.came.load(Ordering::Relaxed);
        if let Some(further) = all.checked_sub(LIMIT_LINES).filter(|further| *further > 0) {
            writer.onboarding_row(&beyond(self.policy, further))?;
        }
        Ok(all)
    }
}

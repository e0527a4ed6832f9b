//! Tenants on several rows: judged by the workers, some at a time, and put on their sheet in the order of the roster.

use super::listeners::onboarding::Checklist;
use super::request::Job;
use crate::customers::{Customers, Dimension};
use crate::error::Result;
use crate::pipeline;
use crate::policy::Policy;
use crate::report::tenants::cells;
use crate::steps::{Distance, Near, Step, Steps};
use crate::tenants::{Once, Rollup, Tenant, TenantSummary};
use crate::write::{Rendered, Renderer, SheetId, Writer};
use std::sync::Arc;

/// Tenants that a worker judges at once.
const AT_ONCE: usize = 1_024;

/// Some tenants that follow each other.
struct Chunk<'c, 't> {
    /// The row of the first on the sheet, from 1 below the headings.
    first: u64,
    tenants: &'c [&'t Tenant<'t>],
}

/// What comes of them.
struct Judged<'t> {
    totals: TenantSummary,
    customers: Customers,
    /// Those close to a tier, where anybody asks.
    steps: Option<Steps>,
    rows: Rows,
    /// Those who are looked at once more in order, with what they come to.
    held: Vec<(&'t Tenant<'t>, Rollup<'t>)>,
    /// Those to be onboarded for whom the checklist has no room.
    further: u64,
}

/// Their rows on the sheet of tenants.
enum Rows {
    /// There is no such sheet.
    Nobody,
    /// Down to the one with this number.
    Rendered(Vec<Rendered>, u64),
    /// For the workbook library, from those that are held.
    Library,
}

/// For whom the rows are made.
enum RowsFor {
    Nobody,
    Us(Arc<Renderer>),
    Library,
}

/// What hears of tenants on several rows.
pub(super) struct ToldOfTenants<'t, 'j> {
    /// The workbook, if one is made.
    pub(super) writer: Option<&'t mut Writer>,
    /// Its sheet of tenants.
    pub(super) sheet: Option<SheetId>,
    /// Its sheet of those to be onboarded.
    pub(super) checklist: Option<&'t Checklist<'j>>,
    pub(super) steps: Option<&'t mut Steps>,
    pub(super) customers: &'t mut Customers,
}

/// Judges the tenants that are on several rows, and puts them on their sheets.
///
/// # Errors
/// If that cannot be stored.
pub(super) fn roll_up<'t>(
    job: &'t Job,
    tenants: Option<Vec<&'t Tenant<'t>>>,
    once: Once,
    mut told: ToldOfTenants<'_, '_>,
) -> Result<TenantSummary> {
    let mut totals = TenantSummary::new(&job.policy);
    let Some(tenants) = tenants else {
        totals.gave_up = true;
        return Ok(totals);
    };
    let worker = Worker {
        policy: &job.policy,
        once,
        near: job.near,
        limits: told.steps.as_ref().map(|steps| steps.limits()),
        checklist: told.checklist,
        by: told.customers.dimensions(),
        rows_for: match (&told.writer, told.sheet) {
            (Some(writer), Some(_)) => writer.renderer().map_or(RowsFor::Library, RowsFor::Us),
            _ => RowsFor::Nobody,
        },
    };
    let chunks = || (1..).step_by(AT_ONCE).zip(tenants.chunks(AT_ONCE));
    pipeline::ordered(
        &job.workers,
        |emit| chunks().try_for_each(|(first, tenants)| emit(Chunk { first, tenants })),
        |chunk| worker.judge(&chunk),
        |judged| {
            totals.merge(&judged.totals);
            told.add(&job.policy, judged)
        },
    )?;
    Ok(totals)
}

impl ToldOfTenants<'_, '_> {
    /// Adds the next tenants.
    fn add(&mut self, policy: &Policy, judged: Judged<'_>) -> Result<()> {
        let Judged { customers, steps, rows, held, further, .. } = judged;
        self.customers.merge(&customers);
        if let Some((mine, theirs)) = self.steps.as_mut().zip(steps) {
            mine.merge(theirs);
        }
        let Some(writer) = self.writer.as_mut() else { return Ok(()) };
        match (rows, self.sheet) {
            (Rows::Rendered(rows, last), Some(sheet)) => writer.append_beside(sheet, rows, last)?,
            (Rows::Library, Some(sheet)) => held
                .iter()
                .try_for_each(|(tenant, rollup)| writer.row(sheet, &cells(policy, tenant, rollup)))?,
            _ => {}
        }
        let Some(checklist) = self.checklist else { return Ok(()) };
        held.iter().try_for_each(|(tenant, rollup)| checklist.tenant(tenant, rollup, writer))?;
        checklist.add_further(further);
        Ok(())
    }
}

/// What judges tenants.
struct Worker<'t, 'w> {
    policy: &'t Policy,
    once: Once,
    near: Near,
    /// Where the lists of those close to a tier end already; `None` = nobody asks.
    limits: Option<[u64; 2]>,
    checklist: Option<&'w Checklist<'w>>,
    /// What customers are broken down by.
    by: Vec<Dimension>,
    rows_for: RowsFor,
}

impl<'t> Worker<'t, '_> {
    fn judge(&self, chunk: &Chunk<'_, 't>) -> Result<Judged<'t>> {
        let policy = self.policy;
        let (mut totals, mut customers) = (TenantSummary::new(policy), Customers::new(policy, &self.by));
        let mut steps = self.limits.map(|limits| Steps::within(policy, limits));
        let mut held = Vec::with_capacity(chunk.tenants.len());
        for tenant in chunk.tenants {
            let rollup = Rollup::of(policy, tenant, self.once);
            totals.add(tenant, &rollup);
            customers.add_tenant(policy, tenant, &rollup);
            if let Some(steps) = &mut steps {
                let close = (rollup.facts.segment, &rollup.verdict, self.near);
                steps.see(policy, close, &mut |distance| step(tenant, &rollup, distance));
            }
            held.push((*tenant, rollup));
        }
        let rows = match &self.rows_for {
            RowsFor::Nobody => Rows::Nobody,
            RowsFor::Library => Rows::Library,
            RowsFor::Us(renderer) => {
                let last = (chunk.first + held.len() as u64).saturating_sub(1);
                Rows::Rendered(rendered(renderer, policy, (chunk.first, &held))?, last)
            }
        };
        let further = if matches!(rows, Rows::Library) { 0 } else { self.keep_asked(&mut held) };
        Ok(Judged { totals, customers, steps, rows, held, further })
    }

    /// Keeps the tenants that the checklist has to look at; returns how many it needs only to count.
    fn keep_asked(&self, held: &mut Vec<(&'t Tenant<'t>, Rollup<'t>)>) -> u64 {
        held.retain(|(_, rollup)| self.checklist.is_some_and(|checklist| checklist.is_for(&rollup.verdict)));
        if !self.checklist.is_some_and(Checklist::is_full) {
            return 0;
        }
        let further = held.len() as u64;
        held.clear();
        further
    }
}

/// Renders the rows of tenants, from the row `first` on.
fn rendered(
    renderer: &Renderer,
    policy: &Policy,
    (first, rollups): (u64, &[(&Tenant<'_>, Rollup<'_>)]),
) -> Result<Vec<Rendered>> {
    let mut batch = renderer.batch();
    for (row, (tenant, rollup)) in (first..).zip(rollups) {
        batch.row(row, |emit| {
            let cells = cells(policy, tenant, rollup);
            (0..).zip(cells).try_for_each(|(column, (value, style))| emit(column, value, style))
        })?;
    }
    batch.finish()
}

/// Returns a tenant's line on the lists of those close to a tier.
fn step(tenant: &Tenant<'_>, rollup: &Rollup<'_>, distance: Distance) -> Step {
    Step {
        distance,
        number: tenant.numbers.first().copied().unwrap_or(0),
        rows: tenant.rows,
        tenant: tenant.shown.clone(),
        name: tenant.name.clone(),
        plan: rollup.plan_names(),
        owner: tenant.owner(),
        renewal: tenant.renewal,
        segment: rollup.facts.segment,
        seats: rollup.seats,
        tier: rollup.verdict.tier,
    }
}

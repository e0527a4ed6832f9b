//! Tenants on several rows: judged by the workers, some at a time, and put on their sheet in the order of the roster.

use super::request::Job;
use crate::error::{Error, Result};
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
    /// Those close to a tier, where anybody asks.
    steps: Option<Steps>,
    rows: Rows<'t>,
}

/// Their rows on the sheet.
enum Rows<'t> {
    /// There is no sheet.
    Nobody,
    /// Down to the one with this number.
    Rendered(Vec<Rendered>, u64),
    /// For the workbook library.
    Held(Vec<(&'t Tenant<'t>, Rollup<'t>)>),
}

/// For whom the rows are made.
#[derive(Clone)]
enum RowsFor {
    Nobody,
    Us(Arc<Renderer>),
    Library,
}

/// Judges the tenants that stand on several rows, and writes them on their sheet.
///
/// # Errors
/// If that cannot be stored.
pub(super) fn roll_up<'t>(
    job: &'t Job,
    tenants: Option<Vec<&'t Tenant<'t>>>,
    once: Once,
    (mut sheet, mut steps): (Option<(&mut Writer, SheetId)>, Option<&mut Steps>),
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
        limits: steps.as_ref().map(|steps| steps.limits()),
        rows_for: sheet
            .as_ref()
            .map_or(RowsFor::Nobody, |(writer, _)| writer.renderer().map_or(RowsFor::Library, RowsFor::Us)),
    };
    let chunks = || (1..).step_by(AT_ONCE).zip(tenants.chunks(AT_ONCE));
    pipeline::ordered(
        &job.workers,
        |emit| chunks().try_for_each(|(first, tenants)| emit(Chunk { first, tenants })),
        |chunk| worker.judge(&chunk),
        |judged| {
            totals.merge(&judged.totals);
            if let Some((steps, others)) = steps.as_mut().zip(judged.steps) {
                steps.merge(others);
            }
            match sheet.as_mut() {
                Some((writer, sheet)) => put(judged.rows, &job.policy, (writer, *sheet)),
                None => Ok(()),
            }
        },
    )?;
    Ok(totals)
}

fn put(rows: Rows<'_>, policy: &Policy, (writer, sheet): (&mut Writer, SheetId)) -> Result<()> {
    match rows {
        Rows::Nobody => Err(Error::internal("no rows for the sheet of tenants")),
        Rows::Rendered(rows, last) => writer.append_beside(sheet, rows, last),
        Rows::Held(tenants) => {
            tenants.iter().try_for_each(|(tenant, rollup)| writer.row(sheet, &cells(policy, tenant, rollup)))
        }
    }
}

/// What judges tenants.
struct Worker<'t> {
    policy: &'t Policy,
    once: Once,
    near: Near,
    /// Where the lists of those close to a tier end already; `None` = nobody asks.
    limits: Option<[u64; 2]>,
    rows_for: RowsFor,
}

impl<'t> Worker<'t> {
    fn judge(&self, chunk: &Chunk<'_, 't>) -> Result<Judged<'t>> {
        let policy = self.policy;
        let mut totals = TenantSummary::new(policy);
        let mut steps = self.limits.map(|limits| Steps::within(policy, limits));
        let mut rollups = Vec::with_capacity(chunk.tenants.len());
        for tenant in chunk.tenants {
            let rollup = Rollup::of(policy, tenant, self.once);
            totals.add(tenant, &rollup);
            if let Some(steps) = &mut steps {
                let close = (rollup.facts.segment, &rollup.verdict, self.near);
                steps.see(policy, close, &mut |distance| step(tenant, &rollup, distance));
            }
            rollups.push((*tenant, rollup));
        }
        let rows = match &self.rows_for {
            RowsFor::Nobody => Rows::Nobody,
            RowsFor::Library => Rows::Held(rollups),
            RowsFor::Us(renderer) => {
                let last = (chunk.first + rollups.len() as u64).saturating_sub(1);
                Rows::Rendered(rendered(renderer, policy, (chunk.first, &rollups))?, last)
            }
        };
        Ok(Judged { totals, steps, rows })
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
        plan: rollup.plans.iter().map(|(plan, _)| plan.name.as_str()).collect::<Vec<_>>().join("; "),
        owner: tenant.owner(),
        segment: rollup.facts.segment,
        seats: rollup.seats,
        tier: rollup.verdict.tier,
    }
}

//! Tenants on several rows: judged by the workers, some at a time, and put on their sheet in the order of the roster.

use super::listeners::onboarding::Checklist;
use super::listeners::otherwise::{Found, Otherwise};
use super::request::Job;
use super::since::together;
use super::sink::Sink;
use super::tables::TableMaker;
use crate::customers::{Customers, Dimension};
use crate::error::Result;
use crate::otherwise::Differs;
use crate::output_fields::FlatTable;
use crate::pipeline;
use crate::policy::{Policy, Standings};
use crate::report::roster::Layout;
use crate::report::tables::customers::of_tenant;
use crate::report::tenants::{cells, each_cell};
use crate::sort::Sorter;
use crate::steps::{Distance, Near, Step, Steps};
use crate::tenants::{Once, Rollup, Tenant, TenantSummary};
use crate::write::model::PutCell;
use crate::write::{Rendered, Renderer, SheetId, flat};
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
    /// Their rows in the flat tables, if there are any.
    listed: Vec<(FlatTable, flat::Rendered)>,
    /// Those who are looked at once more in order.
    held: Vec<Held<'t>>,
    /// Those to be onboarded for whom the checklist has no room.
    further: u64,
}

/// A tenant, and what it comes to.
struct Held<'t> {
    tenant: &'t Tenant<'t>,
    rollup: Rollup<'t>,
    /// What another policy would give it otherwise.
    differs: Option<Differs>,
    /// Whether it may get a line of the checklist.
    is_asked: bool,
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
    /// The workbook and the flat tables, if there are any.
    pub(super) sink: Sink<'t>,
    /// Its sheet of tenants.
    pub(super) sheet: Option<SheetId>,
    /// Its sheet of those to be onboarded.
    pub(super) checklist: Option<&'t Checklist<'j>>,
    pub(super) steps: Option<&'t mut Steps>,
    /// What is compared with an earlier night, if there is one.
    pub(super) notes: Option<&'t mut Sorter>,
    pub(super) customers: &'t mut Customers,
    pub(super) otherwise: Option<(&'t Otherwise<'j>, &'t mut Found)>,
}

/// Judges the tenants that are on several rows, and puts them on their sheets.
///
/// # Errors
/// If that cannot be stored.
pub(super) fn roll_up<'t>(
    (job, roster): (&'t Job, &Layout<'_>),
    tenants: Option<Vec<&'t Tenant<'t>>>,
    once: Once,
    mut told: ToldOfTenants<'_, '_>,
) -> Result<TenantSummary> {
    let mut totals = TenantSummary::new(&job.policy);
    let Some(tenants) = tenants else {
        totals.gave_up = true;
        return Ok(totals);
    };
    let rows_for = match (told.sink.workbook(), told.sheet) {
        (Some(writer), Some(_)) => writer.renderer().map_or(RowsFor::Library, RowsFor::Us),
        _ => RowsFor::Nobody,
    };
    let keeps_all = told.notes.is_some() || matches!(rows_for, RowsFor::Library);
    let worker = Worker {
        policy: &job.policy,
        roster,
        once,
        near: job.near,
        limits: told.steps.as_ref().map(|steps| steps.limits()),
        checklist: told.checklist,
        otherwise: told.otherwise.as_ref().map(|(compared, _)| *compared),
        keeps_all,
        holds_all: keeps_all || told.sink.tables().is_some(),
        by: told.customers.dimensions(),
        customers: told.sink.tables().and_then(|tables| tables.maker(FlatTable::Customers)),
        rows_for,
    };
    let chunks = || (1..).step_by(AT_ONCE).zip(tenants.chunks(AT_ONCE));
    pipeline::ordered(
        &job.workers,
        |emit| chunks().try_for_each(|(first, tenants)| emit(Chunk { first, tenants })),
        |chunk| worker.judge(&chunk),
        |judged| {
            totals.merge(&judged.totals);
            told.add((&job.policy, roster), judged)
        },
    )?;
    Ok(totals)
}

impl ToldOfTenants<'_, '_> {
    /// Adds the next tenants.
    fn add(&mut self, (policy, roster): (&Policy, &Layout<'_>), judged: Judged<'_>) -> Result<()> {
        let Judged { customers, steps, rows, listed, held, further, .. } = judged;
        self.customers.merge(&customers);
        if let Some((mine, theirs)) = self.steps.as_mut().zip(steps) {
            mine.merge(theirs);
        }
        if let Some(notes) = &mut self.notes {
            held.iter().try_for_each(|held| together::note(policy, held.tenant, &held.rollup, notes))?;
        }
        if let Some((compared, found)) = &mut self.otherwise {
            for Held { tenant, rollup, differs, .. } in &held {
                let Some(differs) = differs else { continue };
                compared.tenant((tenant, *differs), rollup, (found, self.sink.workbook()))?;
            }
        }
        listed.into_iter().try_for_each(|(table, rows)| self.sink.append(table, rows))?;
        let Some(writer) = self.sink.workbook() else { return Ok(()) };
        match (rows, self.sheet) {
            (Rows::Rendered(rows, last), Some(sheet)) => writer.append_beside(sheet, rows, last)?,
            (Rows::Library, Some(sheet)) => held.iter().try_for_each(|held| {
                writer.row(sheet, &cells((policy, roster), held.tenant, &held.rollup))
            })?,
            _ => {}
        }
        let Some(checklist) = self.checklist else { return Ok(()) };
        let mut asked = held.iter().filter(|held| held.is_asked);
        asked.try_for_each(|held| checklist.tenant(held.tenant, &held.rollup, writer))?;
        checklist.add_further(further);
        Ok(())
    }
}

/// What judges tenants.
struct Worker<'t, 'w> {
    policy: &'t Policy,
    /// Whose words the sheet of tenants has, too.
    roster: &'w Layout<'w>,
    once: Once,
    near: Near,
    /// Where the lists of those close to a tier end already; `None` = nobody asks.
    limits: Option<[u64; 2]>,
    checklist: Option<&'w Checklist<'w>>,
    otherwise: Option<&'w Otherwise<'w>>,
    /// Whether all tenants are kept until their turn comes, not only those of whom there is more to say, ...
    keeps_all: bool,
    /// ... or all of a chunk are held until it is judged.
    holds_all: bool,
    /// What customers are broken down by.
    by: Vec<Dimension>,
    /// Makes rows of the table of customers; `None` = there is none.
    customers: Option<TableMaker>,
    rows_for: RowsFor,
}

impl<'t> Worker<'t, '_> {
    fn judge(&self, chunk: &Chunk<'_, 't>) -> Result<Judged<'t>> {
        let policy = self.policy;
        let (mut totals, mut customers) = (TenantSummary::new(policy), Customers::new(policy, &self.by));
        let mut steps = self.limits.map(|limits| Steps::within(policy, limits));
        let mut batch = self.renderer().map(|renderer| renderer.batch());
        let (mut held, mut standings, mut there) = (Vec::new(), Standings::default(), Standings::default());
        let is_full = self.checklist.is_some_and(Checklist::is_full);
        let mut further = 0;
        for (row, tenant) in (chunk.first..).zip(chunk.tenants.iter().copied()) {
            let rollup = Rollup::by_standing(policy, tenant, self.once, |plan| standings.of(policy, plan));
            totals.add(tenant, &rollup);
            customers.add_tenant(policy, tenant, &rollup);
            if let Some(steps) = &mut steps {
                let close = (rollup.facts.segment, &rollup.verdict, self.near);
                steps.see(policy, close, &mut |distance| step(tenant, &rollup, distance));
            }
            if let Some(batch) = &mut batch {
                batch.row(row, |emit| put((policy, self.roster), (tenant, &rollup), emit))?;
            }
            let differs = self
                .otherwise
                .and_then(|other| other.of_tenant((tenant, self.once), &rollup.verdict, &mut there));
            let is_for_it = self.checklist.is_some_and(|checklist| checklist.is_for(&rollup.verdict));
            further += u64::from(is_for_it && is_full);
            let is_asked = is_for_it && !is_full;
            if self.holds_all || is_asked || differs.is_some() {
                held.push(Held { tenant, rollup, differs, is_asked });
            }
        }
        let last = (chunk.first + chunk.tenants.len() as u64).saturating_sub(1);
        let rows = match (batch, &self.rows_for) {
            (Some(batch), _) => Rows::Rendered(batch.finish()?, last),
            (None, RowsFor::Library) => Rows::Library,
            (None, _) => Rows::Nobody,
        };
        let listed = self.listed(&held)?;
        if !self.keeps_all {
            held.retain(|held| held.is_asked || held.differs.is_some());
        }
        Ok(Judged { totals, customers, steps, rows, listed, held, further })
    }

    fn renderer(&self) -> Option<&Renderer> {
        match &self.rows_for {
            RowsFor::Us(renderer) => Some(renderer),
            RowsFor::Nobody | RowsFor::Library => None,
        }
    }

    /// Makes the rows of tenants in the flat tables that list them.
    fn listed(&self, held: &[Held<'_>]) -> Result<Vec<(FlatTable, flat::Rendered)>> {
        let customers = self.customers.as_ref().map(|maker| listed(maker, self.policy, held));
        let all = held.iter().map(|held| (held.tenant, &held.rollup));
        let onboarding = self.checklist.and_then(|checklist| checklist.listed(all));
        let differ = held.iter().filter_map(|held| Some((held.tenant, &held.rollup, held.differs?)));
        let otherwise = self.otherwise.and_then(|otherwise| otherwise.listed(differ));
        [
            (FlatTable::Customers, customers),
            (FlatTable::Onboarding, onboarding),
            (FlatTable::OtherPolicy, otherwise),
        ]
        .into_iter()
        .filter_map(|(table, rows)| Some(rows?.map(|rows| (table, rows))))
        .collect()
    }
}

/// Gives the cells of a tenant's row to what renders them.
fn put(
    roster: (&Policy, &Layout<'_>),
    (tenant, rollup): (&Tenant<'_>, &Rollup<'_>),
    emit: &mut PutCell<'_>,
) -> Result<()> {
    let mut column = 0;
    each_cell(roster, tenant, rollup, &mut |value, style| {
        emit(column, value, style)?;
        column += 1;
        Ok(())
    })
}

/// Makes the rows of tenants in the table of customers.
fn listed(maker: &TableMaker, policy: &Policy, held: &[Held<'_>]) -> Result<flat::Rendered> {
    let mut batch = maker.batch();
    for Held { tenant, rollup, .. } in held {
        batch.row(of_tenant(policy, tenant, rollup));
    }
    batch.finish()
}

/// Returns a tenant's line on the lists of those close to a tier.
fn step(tenant: &Tenant<'_>, rollup: &Rollup<'_>, distance: Distance) -> Step {
    Step {
        distance,
        number: tenant.first_row(),
        rows: tenant.rows,
        tenant: tenant.shown().to_owned(),
        name: tenant.name().to_owned(),
        plan: rollup.plan_names(),
        owner: tenant.owner(),
        renewal: tenant.renewal.map(|renewal| renewal.date),
        segment: rollup.facts.segment,
        seats: rollup.seats,
        tier: rollup.verdict.tier,
    }
}

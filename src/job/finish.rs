//! The end of a pass: tenants rolled up, nights compared, the sheets that are not streamed, and the output in its place.

use super::context::RunContext;
use super::done::{self, Done, FAULTS_SHOWN, Parts, TablesWritten};
use super::files::plan::SplitPlan;
use super::listeners::onboarding::Checklist;
use super::listeners::otherwise::{Found, Otherwise};
use super::listeners::totals::Counted;
use super::listeners::{Listeners, Wholes};
use super::output::Output;
use super::request::Job;
use super::roll_up::{ToldOfTenants, roll_up};
use super::rows::Annotated;
use super::sheets;
use super::since::{Earlier, ThisNight};
use super::split::Values;
use super::split_workbook::SplitWorkbook;
use super::tables::Tables;
use crate::about::About;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::findings::to_settle::ToSettle;
use crate::findings::{Finding, Findings};
use crate::pipeline::{self, Workers};
use crate::policy::Policy;
use crate::read;
use crate::report;
use crate::report::live::Live;
use crate::report::tenants::columns_counted;
use crate::roster::columns::Columns;
use crate::roster::exports;
use crate::roster::repeats::Census;
use crate::steps::Steps;
use crate::summary::Summary;
use crate::tenants::{Once, Tenant, TenantSummary, Tenants};
use crate::threads::spawned;
use crate::write::{RowCount, Writer, Written};
use std::thread;

/// What came of a pass, and what workbooks of values are made from.
pub(super) struct Finished<'a> {
    pub(super) done: Done,
    /// The tenants on several rows.
    pub(super) tenants: Tenants<'a>,
    /// The customers, by value; `None` = no such workbooks were asked for.
    pub(super) files: Option<SplitPlan>,
}

/// Rolls the tenants up, compares with the earlier night, and puts the output in its place.
///
/// # Errors
/// If it cannot be written, or the roster changed while it was read.
pub(super) fn finish<'j, 'a>(
    (job, known): (&Job, &RunContext<'a>),
    (mut annotated, listeners, wholes): (Annotated<'_>, &Listeners<'j, 'a>, Wholes<'j, 'a>),
    (census, earlier): (&Census, Option<Earlier>),
    part: Option<&SplitWorkbook<'_, 'a>>,
) -> Result<Finished<'a>> {
    let further = listeners.sheets(&wholes);
    let Wholes { totals, findings, causes, packed, .. } = wholes;
    let (mut customers, mut otherwise, mut steps) = (wholes.customers, wholes.otherwise, wholes.steps);
    let (mut tenants, mut notes) = (wholes.tenants, wholes.notes);
    let filled = totals.filled;
    let summary = accounted(totals, census, part)?;
    settle(&job.workers, &mut tenants)?;
    let rolled = part.map_or_else(|| tenants.in_order(), |part| part.tenants.with_a_row_among(&tenants));
    let (sheet, checklist) = (annotated.review.sheets.tenants, listeners.onboarding.as_ref());
    let roster = annotated.layout;
    let told = ToldOfTenants {
        sink: annotated.sink(),
        sheet,
        checklist,
        steps: steps.as_mut(),
        notes: notes.as_mut(),
        customers: &mut customers,
        otherwise: listeners.otherwise.as_ref().zip(otherwise.as_mut()),
    };
    let rolled = roll_up((job, roster), rolled, once(known.columns), told)?;
    let compared = listeners.otherwise.as_ref().zip(otherwise.as_ref());
    let (onboarding, otherwise) =
        end_lists(&job.policy, &rolled, (checklist, compared), annotated.workbook())?;
    let changes = annotated.review.sheets.changes;
    let counted = (!rolled.gave_up).then_some(&customers.verdicts);
    let night = ThisNight { summary: &summary, customers: counted, notes };
    let compare = |earlier: Earlier| earlier.compare(&job.policy, night, (&mut annotated.sink(), changes));
    let since = earlier.map(compare).transpose()?;
    let Annotated { mut output, tables, values, layout, .. } = annotated;
    let split = split_over(job, values, &summary, output.as_mut())?;
    let files = job.split_files.zip(packed);
    let files = files.map(|(by, packed)| SplitPlan::of(packed, by, job, &summary)).transpose()?;
    let rows = RowCount { all: summary.read, filled };
    let live = Live::over(summary.read, layout.counted());
    let live = live.map(|live| live.with_tenants(rolled.tenants(), columns_counted(&job.policy)));
    let mut done = Done {
        about: known.about.clone(),
        date: known.date.cloned(),
        columns: known.columns.clone(),
        catalogues: known.own.to_vec(),
        overrides: known.overrides.cloned(),
        to_settle: to_settle(job, known, &findings, &summary),
        summary,
        customers: (!rolled.gave_up).then_some(customers),
        otherwise,
        tenants: rolled,
        since,
        split,
        files: None,
        separators: census.facts.separators.with(known.understanding.numbers()),
        faults: shown(&findings, known.about),
        written: None,
        tables: None,
    };
    let told = sheets::Told { done: &done, files: files.as_ref(), part, live, onboarding, causes, further };
    // Workbooks of values need the tenants once more.
    let unneeded = files.is_none().then(|| std::mem::take(&mut tenants));
    let put = put_in_place((job, rows), (output, tables), (told, steps), unneeded);
    (done.written, done.tables) = put.inspect_err(|_| files.iter().for_each(SplitPlan::give_up))?;
    Ok(Finished { done, tenants, files })
}

/// Makes one of the lines of each tenant that are alike.
///
/// # Errors
/// If a thread cannot be had.
fn settle(workers: &Workers, tenants: &mut Tenants<'_>) -> Result<()> {
    pipeline::ordered(
        workers,
        |emit| tenants.unsettled().try_for_each(emit),
        |some| {
            some.iter_mut().for_each(Tenant::settle);
            Ok(())
        },
        Ok,
    )
}

/// Makes the output and the flat tables whole, and puts both in their places.
///
/// Hundreds of thousands of tenants take their time to be given back; nobody has to wait for that.
///
/// # Errors
/// If that fails; `tables-gave-up`.
fn put_in_place(
    (job, rows): (&Job, RowCount),
    (output, tables): (Option<Output>, Option<Tables>),
    (told, steps): (sheets::Told<'_>, Option<Steps>),
    unneeded: Option<Tenants<'_>>,
) -> Result<(Option<Written>, Option<TablesWritten>)> {
    thread::scope(|threads| {
        drop(spawned(threads, move || drop(unneeded)));
        let steps = steps.unwrap_or_else(|| Steps::new(&job.policy));
        let (to_settle, gave_up) = (&told.done.to_settle, told.done.tenants.gave_up);
        let complete = |tables: Tables| tables.complete(&job.policy, (&steps, to_settle), gave_up);
        let tables = tables.map(complete).transpose()?;
        let written = output
            .map(|output| output.finish(|writer| sheets::of(job, told, steps, writer), rows))
            .transpose()?;
        // They are whole by now: only the name of their folder may fail, after the output has its own.
        let tables = tables.map(|tables| tables.commit(written.as_ref())).transpose()?;
        Ok((written, tables))
    })
}

/// Returns the rows, if every one that was read is accounted for.
///
/// # Errors
/// If not, or if the roster changed while it was read.
fn accounted(totals: Counted, census: &Census, part: Option<&SplitWorkbook<'_, '_>>) -> Result<Summary> {
    if totals.records != part.map_or(census.records, |part| part.rows) {
        return Err(read::changed());
    }
    let mut summary = totals.summary;
    if !summary.adds_up() {
        return Err(Error::internal("the rows read are not the rows accounted for"));
    }
    // Which lines of the overrides fit no row is a matter of the whole roster.
    part.inspect(|part| summary.override_lines.clone_from(&part.summary.override_lines));
    Ok(summary)
}

/// Names the sheets that customers are split over; `None` = none were asked for, or there is no workbook for them.
fn split_over(
    job: &Job,
    values: Values,
    summary: &Summary,
    output: Option<&mut Output>,
) -> Result<Option<Parts>> {
    let by = job.split.filter(|_| output.is_some() && !job.format.is_flat());
    by.map(|by| values.name(by, summary, output.and_then(Output::workbook))).transpose()
}

/// How often what stands on several rows of an export counts.
fn once(columns: &Columns) -> Once {
    match columns.export.map(|export| export.repeats) {
        Some(exports::Repeats::Workload) => Once::Plans,
        _ => Once::Lines,
    }
}

/// Ends the sheets that tenants on several rows came to last; returns how many are to be onboarded, and what another policy
/// would change.
fn end_lists(
    policy: &Policy,
    rolled: &TenantSummary,
    (checklist, compared): (Option<&Checklist<'_>>, Option<(&Otherwise<'_>, &Found)>),
    mut writer: Option<&mut Writer>,
) -> Result<(u64, Option<done::Otherwise>)> {
    let mut otherwise = None;
    if let Some((compared, found)) = compared {
        compared.finish(found, writer.as_deref_mut())?;
        otherwise = (!rolled.gave_up).then(|| done::Otherwise {
            policy: compared.other().policy().name.clone(),
            differences: found.differences.clone(),
            words: report::otherwise::words(policy, compared.other(), &found.differences),
        });
    }
    let end = |(checklist, writer): (&Checklist<'_>, &mut Writer)| checklist.finish(writer, rolled.gave_up);
    Ok((checklist.zip(writer).map_or(Ok(0), end)?, otherwise))
}

fn to_settle(job: &Job, known: &RunContext<'_>, findings: &Findings, summary: &Summary) -> ToSettle {
    let known_words = (&job.policy, known.catalogue);
    ToSettle::new(findings, known_words, known.overrides, &summary.override_lines)
}

/// What is told of the rows' faults: of each thing the first place, and how many rows have it.
fn shown(findings: &Findings, about: &About) -> Vec<(Diagnostic, u64)> {
    let shown = |finding: &Finding| (finding.fault.diagnostic(about, finding.number), finding.rows);
    findings.first(FAULTS_SHOWN).into_iter().map(shown).collect()
}

//! The end of a pass: tenants rolled up, nights compared, the sheets that are not streamed, and the output in its place.

use super::context::RunContext;
use super::done::{Done, FAULTS_SHOWN};
use super::files::plan::SplitPlan;
use super::listeners::onboarding::Checklist;
use super::listeners::{Listeners, Wholes};
use super::output::Output;
use super::request::Job;
use super::rows::Annotated;
use super::since::Earlier;
use super::split_workbook::SplitWorkbook;
use super::workbook::FRONT;
use crate::about::About;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::findings::causes::Cause;
use crate::findings::to_settle::ToSettle;
use crate::findings::{Finding, Findings};
use crate::read;
use crate::report;
use crate::report::live::Live;
use crate::report::summary::Listed;
use crate::roster::columns::Columns;
use crate::roster::exports;
use crate::roster::repeats::Census;
use crate::steps::{Distance, Step, Steps};
use crate::summary::Summary;
use crate::tenants::{Once, Rollup, Tenant, TenantSummary, Tenants};
use crate::write::{RowCount, SheetId, Writer};

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
    let Wholes { totals, mut steps, mut tenants, notes, findings, causes, packed, .. } = wholes;
    if totals.records != part.map_or(census.records, |part| part.rows) {
        return Err(read::changed());
    }
    let mut summary = totals.summary;
    if !summary.adds_up() {
        return Err(Error::internal("the rows read are not the rows accounted for"));
    }
    // Which lines of the overrides fit no row is a matter of the whole roster.
    part.inspect(|part| summary.override_lines.clone_from(&part.summary.override_lines));
    let end = |(checklist, writer): (&Checklist<'_>, &mut Writer)| checklist.finish(writer);
    let onboarding = listeners.onboarding.as_ref().zip(annotated.workbook()).map_or(Ok(0), end)?;
    if part.is_none() {
        // What fits no row of a part may fit another part's.
        annotated.end_review()?;
    }
    tenants.settle();
    let rolled = part.map_or_else(|| tenants.in_order(), |part| part.tenants.with_a_row_among(&tenants));
    let sheet = annotated.review.sheets.tenants;
    let sheet = annotated.workbook().zip(sheet);
    let rolled = roll_up(job, rolled, once(known.columns), (sheet, steps.as_mut()))?;
    let changes = annotated.review.sheets.changes;
    let compare =
        |earlier: Earlier| earlier.compare(&job.policy, &summary, notes, annotated.workbook().zip(changes));
    let since = earlier.map(compare).transpose()?;
    let Annotated { mut output, values, layout, .. } = annotated;
    let split = job.split.filter(|_| output.is_some() && !job.format.is_flat());
    let split = split.map(|by| values.name(by, &summary, output.as_mut().and_then(Output::workbook)));
    let split = split.transpose()?;
    let by_file = job.split_files.zip(packed);
    let files = by_file.map(|(by, packed)| SplitPlan::of(packed, by, job, &summary)).transpose()?;
    let rows = RowCount { all: summary.read, filled: totals.filled };
    let live = Live::over(summary.read, layout.counted());
    let mut done = Done {
        about: known.about.clone(),
        columns: known.columns.clone(),
        catalogues: known.own.to_vec(),
        overrides: known.overrides.cloned(),
        to_settle: to_settle(job, known, &findings, &summary),
        summary,
        tenants: rolled,
        since,
        split,
        files: None,
        separators: census.facts.separators.with(known.understanding.numbers()),
        faults: shown(&findings, known.about),
        written: None,
    };
    let steps = steps.unwrap_or_else(|| Steps::new(&job.policy));
    let causes = causes.map(|causes| causes.in_order()).unwrap_or_default();
    let told = Told { done: &done, files: files.as_ref(), part, live, onboarding, causes, further };
    let written = output.map(|output| output.finish(|| sheets(job, told, steps), rows)).transpose();
    done.written = written.inspect_err(|_| files.iter().for_each(SplitPlan::give_up))?;
    Ok(Finished { done, tenants, files })
}

/// How often what stands on several rows of an export counts.
fn once(columns: &Columns) -> Once {
    match columns.export.map(|export| export.repeats) {
        Some(exports::Repeats::Workload) => Once::Plans,
        _ => Once::Lines,
    }
}

/// Judges the tenants that stand on several rows, and writes them on their sheet.
fn roll_up(
    job: &Job,
    tenants: Option<Vec<&Tenant<'_>>>,
    once: Once,
    (mut sheet, mut steps): (Option<(&mut Writer, SheetId)>, Option<&mut Steps>),
) -> Result<TenantSummary> {
    let policy = &job.policy;
    let mut totals = TenantSummary::new(policy);
    let Some(tenants) = tenants else {
        totals.gave_up = true;
        return Ok(totals);
    };
    for tenant in tenants {
        let rollup = Rollup::of(policy, tenant, once);
        totals.add(tenant, &rollup);
        if let Some(steps) = &mut steps {
            let close = (rollup.facts.segment, &rollup.verdict, job.near);
            steps.see(policy, close, &mut |distance| step(tenant, &rollup, distance));
        }
        if let Some((writer, sheet)) = &mut sheet {
            writer.row(*sheet, &report::tenants::cells(policy, tenant, &rollup))?;
        }
    }
    Ok(totals)
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

/// What the sheets tell.
struct Told<'a> {
    /// What came of the job, but for the file.
    done: &'a Done,
    files: Option<&'a SplitPlan>,
    part: Option<&'a SplitWorkbook<'a, 'a>>,
    live: Option<Live>,
    /// Rows on the Onboarding sheet.
    onboarding: u64,
    /// What is wrong with the rows, by its kind.
    causes: Vec<Cause>,
    /// Sheets that stand behind all others.
    further: Vec<report::Sheet>,
}

fn sheets(job: &Job, told: Told<'_>, steps: Steps) -> Vec<report::Sheet> {
    let policy = &job.policy;
    let Told { done, files, part, live, onboarding, causes, further } = told;
    let Done {
        about,
        columns,
        catalogues,
        overrides,
        summary,
        tenants,
        since,
        split,
        separators,
        to_settle,
        ..
    } = done;
    let overrides = overrides.as_ref();
    let warning = columns.export.and_then(|export| export.repeats.warning());
    let listed = Listed { below: steps.below.all, above: steps.above.all, onboarding };
    let mut first =
        report::summary::sheet(policy, summary, tenants, overrides, (&about.name, warning), (live, listed));
    if let Some(since) = since {
        report::changes::on_top(&mut first, policy, summary, since);
    }
    if let Some(split) = split {
        let parts = split.parts.iter().map(|part| (part.value.as_str(), part.rows, part.sheet.as_str()));
        report::split::on_top(&mut first, split.by, parts);
    }
    if let Some(files) = files {
        report::split::files_on_top(&mut first, files.by(), files.count(), summary.customers());
    }
    let mut last = report::run::sheet(
        policy,
        about,
        (columns, *separators),
        catalogues,
        overrides,
        since.as_ref(),
        summary,
    );
    if let Some(part) = part {
        let all = part.summary.customers();
        report::split::part_on_top(&mut first, part.by, part.value, part.rows, all);
        report::split::part_on_run(&mut last, part.by, part.value, part.rows, all);
    }
    report::to_settle::on_top(&mut first, to_settle);
    let [next, risk] = report::steps::sheets(policy, steps, job.near, tenants.gave_up);
    let causes = report::review::causes::sheet(&causes, summary);
    let settle = report::to_settle::sheet(to_settle);
    let behind = [report::guide::sheet(policy), report::policy::sheet(policy), last];
    let front: [report::Sheet; FRONT] = [first, next, risk];
    front.into_iter().chain(causes).chain(settle).chain(behind).chain(further).collect()
}

fn to_settle(job: &Job, known: &RunContext<'_>, findings: &Findings, summary: &Summary) -> ToSettle {
    let known_words = (&job.policy, known.catalogue);
    ToSettle::new(findings, known_words, known.overrides, &summary.override_lines)
}

/// What is told of the rows' faults: of each thing the first place, and how many rows have it.
fn shown(findings: &Findings, about: &About) -> Vec<(Diagnostic, u64)> {
    let shown = |finding: &Finding| {
        let place = (about.sheet(), finding.number);
        (finding.fault.diagnostic(&about.name, place.0, place.1, &about.headings), finding.rows)
    };
    findings.first(FAULTS_SHOWN).into_iter().map(shown).collect()
}

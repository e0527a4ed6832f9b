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
use crate::customers::Customers;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::findings::causes::Cause;
use crate::findings::to_settle::ToSettle;
use crate::findings::{Finding, Findings};
use crate::policy::Policy;
use crate::read;
use crate::report;
use crate::report::live::Live;
use crate::report::summary::Listed;
use crate::roster::columns::Columns;
use crate::roster::dated::RosterDate;
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
    let Wholes { totals, mut customers, mut steps, mut tenants, notes, findings, causes, packed, .. } =
        wholes;
    if totals.records != part.map_or(census.records, |part| part.rows) {
        return Err(read::changed());
    }
    let mut summary = totals.summary;
    if !summary.adds_up() {
        return Err(Error::internal("the rows read are not the rows accounted for"));
    }
    // Which lines of the overrides fit no row is a matter of the whole roster.
    part.inspect(|part| summary.override_lines.clone_from(&part.summary.override_lines));
    if part.is_none() {
        // What fits no row of a part may fit another part's.
        annotated.end_review()?;
    }
    tenants.settle();
    let rolled = part.map_or_else(|| tenants.in_order(), |part| part.tenants.with_a_row_among(&tenants));
    let (sheet, checklist) = (annotated.review.sheets.tenants, listeners.onboarding.as_ref());
    let told = ToldOfTenants {
        writer: annotated.workbook(),
        sheet,
        checklist,
        steps: steps.as_mut(),
        customers: &mut customers,
    };
    let rolled = roll_up(job, rolled, once(known.columns), told)?;
    let end = |(checklist, writer): (&Checklist<'_>, &mut Writer)| checklist.finish(writer, rolled.gave_up);
    let onboarding = checklist.zip(annotated.workbook()).map_or(Ok(0), end)?;
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
    let live = Live::over(summary.read, layout.counted())
        .map(|live| live.with_tenants(rolled.tenants(), report::tenants::columns_counted(&job.policy)));
    let mut done = Done {
        about: known.about.clone(),
        date: RosterDate::find(job.as_of, known.about),
        columns: known.columns.clone(),
        catalogues: known.own.to_vec(),
        overrides: known.overrides.cloned(),
        to_settle: to_settle(job, known, &findings, &summary),
        summary,
        customers: (!rolled.gave_up).then_some(customers),
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

/// What hears of tenants on several rows.
struct ToldOfTenants<'t, 'j> {
    /// The workbook, if one is made.
    writer: Option<&'t mut Writer>,
    /// Its sheet of tenants.
    sheet: Option<SheetId>,
    /// Its sheet of those to be onboarded.
    checklist: Option<&'t Checklist<'j>>,
    steps: Option<&'t mut Steps>,
    customers: &'t mut Customers,
}

/// Judges the tenants that are on several rows, and puts them on their sheets.
fn roll_up(
    job: &Job,
    tenants: Option<Vec<&Tenant<'_>>>,
    once: Once,
    told: ToldOfTenants<'_, '_>,
) -> Result<TenantSummary> {
    let ToldOfTenants { mut writer, sheet, checklist, mut steps, customers } = told;
    let policy = &job.policy;
    let mut totals = TenantSummary::new(policy);
    let Some(tenants) = tenants else {
        totals.gave_up = true;
        return Ok(totals);
    };
    for tenant in tenants {
        let rollup = Rollup::of(policy, tenant, once);
        totals.add(tenant, &rollup);
        customers.add_tenant(policy, tenant, &rollup);
        if let Some(steps) = &mut steps {
            let close = (rollup.facts.segment, &rollup.verdict, job.near);
            steps.see(policy, close, &mut |distance| step(tenant, &rollup, distance));
        }
        if let Some((writer, sheet)) = writer.as_mut().zip(sheet) {
            writer.row(sheet, &report::tenants::cells(policy, tenant, &rollup))?;
        }
        if let Some((checklist, writer)) = checklist.zip(writer.as_mut()) {
            checklist.tenant(tenant, &rollup, writer)?;
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
        plan: rollup.plan_names(),
        owner: tenant.owner(),
        renewal: tenant.renewal,
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
    let mut first = summary_sheet(policy, &told, &steps);
    let Told { done, part, causes, further, .. } = told;
    let mut last = report::run::sheet(
        policy,
        (&done.about, done.date.as_ref()),
        (&done.columns, done.separators),
        &done.catalogues,
        done.overrides.as_ref(),
        done.since.as_ref(),
        &done.summary,
    );
    if let Some(part) = part {
        let all = part.summary.customers();
        report::split::part_on_top(&mut first, part.by, part.value, part.rows, all);
        report::split::part_on_run(&mut last, part.by, part.value, part.rows, all);
    }
    report::to_settle::on_top(&mut first, &done.to_settle);
    let [next, risk] = report::steps::sheets(policy, steps, job.near, done.tenants.gave_up);
    let causes = report::review::causes::sheet(&causes, &done.summary);
    let settle = report::to_settle::sheet(&done.to_settle);
    let behind = [report::guide::sheet(policy), report::policy::sheet(policy), last];
    let by = report::breakdown::sheet(policy, done.customers.as_ref());
    let front: [report::Sheet; FRONT] = [first, next, risk, by];
    front.into_iter().chain(causes).chain(settle).chain(behind).chain(further).collect()
}

/// Returns the Summary of all that is told.
fn summary_sheet(policy: &Policy, told: &Told<'_>, steps: &Steps) -> report::Sheet {
    let Told { done, files, live, onboarding, .. } = told;
    let warning = done.columns.export.and_then(|export| export.repeats.warning());
    let listed = Listed { below: steps.below.all, above: steps.above.all, onboarding: *onboarding };
    let mut sheet = report::summary::sheet(&report::summary::Told {
        policy,
        roster: &done.about.name,
        dated: &done.date.as_ref().map(RosterDate::words).unwrap_or_default(),
        warning,
        rows: &done.summary,
        customers: done.customers.as_ref(),
        tenants: &done.tenants,
        overrides: done.overrides.as_ref(),
        live: *live,
        listed,
    });
    if let Some(since) = &done.since {
        report::changes::on_top(&mut sheet, policy, &done.summary, since);
    }
    if let Some(split) = &done.split {
        let parts = split.parts.iter().map(|part| (part.value.as_str(), part.rows, part.sheet.as_str()));
        report::split::on_top(&mut sheet, split.by, parts);
    }
    if let Some(files) = files {
        report::split::files_on_top(&mut sheet, files.by(), files.count(), done.summary.customers());
    }
    sheet
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

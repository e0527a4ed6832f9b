//! The output around the rows: its begin, its end, and the sheets that are not streamed.

use super::files::{PartOf, SplitPlan};
use super::onboarding::ChecklistRows;
use super::output::Output;
use super::run::Run;
use super::since::Earlier;
use super::{Done, FAULTS_SHOWN, Job, RunContext};
use crate::about::About;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::findings::to_settle::ToSettle;
use crate::findings::{Finding, Findings};
use crate::plans::Edition;
use crate::read;
use crate::report::live::Live;
use crate::report::roster::{Layout, flat};
use crate::report::summary::Listed;
use crate::report::{self, review};
use crate::roster::columns::Columns;
use crate::roster::exports;
use crate::roster::repeats::Census;
use crate::steps::{Distance, Step, Steps};
use crate::summary::Summary;
use crate::tenants::{Once, Rollup, Tenant, TenantSummary, Tenants};
use crate::write::target::Target;
use crate::write::{self, Properties, RowCount, Streams, WriteOptions, Writer};

/// Sheets in front of the streamed ones: the Summary, Next steps, At risk.
const FRONT: usize = 3;

/// Which sheets a workbook has that not all have.
#[derive(Clone, Copy)]
pub(super) struct Has {
    /// One of tenants that stand on several rows.
    pub(super) tenants: bool,
    /// One of changes.
    pub(super) changes: bool,
}

/// Begins the output; `part` says whose rows it has, if it has not all.
///
/// # Errors
/// If it cannot be written.
pub(super) fn begin(
    (job, target): (&Job, &Target),
    (about, columns): (&About, &Columns),
    layout: &Layout<'_>,
    has: Has,
    part: Option<&PartOf<'_, '_>>,
) -> Result<Output> {
    if job.format.is_flat() {
        let fields = layout.fields(about);
        let number = fields.len() - flat::HEADINGS.len();
        let header_row = about.header_row;
        let options =
            write::flat::Options { number, header_row, threads: job.threads, program: report::run::PROGRAM };
        let writer = write::flat::Writer::create(target, job.format, &fields, options)?;
        return Ok(Output::Flat(Box::new(writer)));
    }
    let properties = Properties {
        title: match part {
            Some(part) => format!("FastTrack entitlements: {}, {}", about.name, part.value),
            None => format!("FastTrack entitlements: {}", about.name),
        },
        subject: format!(
            "{}, effective {}; policy {}",
            job.policy.title, job.policy.effective, job.policy.name
        ),
        program: report::run::PROGRAM.to_owned(),
        made_from: vec![
            ("Roster SHA-256".to_owned(), about.sha256.clone()),
            ("Policy SHA-256".to_owned(), job.policy.sha256.clone()),
            ("Catalogue SHA-256".to_owned(), Edition::shipped().sha256.clone()),
        ],
        date: first_day(&job.policy.effective),
    };
    let making = WriteOptions { method: job.method, compression: job.compression, threads: job.threads };
    let tenants = has.tenants.then(|| report::tenants::stream(&job.policy));
    let changes = has.changes.then(report::changes::stream);
    let onboarding = report::onboarding::checklist(&job.policy);
    let roster = layout.stream(about, columns);
    let has_splits = job.split.is_some();
    let streams =
        Streams { front: FRONT, roster, has_splits, changes, tenants, onboarding, review: review::stream() };
    let writer = Writer::create(target, making, streams, &properties)?;
    Ok(Output::Workbook(Box::new(writer)))
}

/// Rolls the tenants up, compares with the earlier night, and puts the workbook in its place; returns what workbooks of
/// values are made from, too.
///
/// # Errors
/// If it cannot be written, or the roster changed while it was read.
pub(super) fn finish<'a>(
    job: &Job,
    run: Run<'_, 'a>,
    (census, earlier): (&Census, Option<Earlier>),
    known: &RunContext<'a>,
    part: Option<&PartOf<'_, 'a>>,
) -> Result<(Done, Tenants<'a>, Option<SplitPlan>)> {
    let RunContext { about, columns, overrides, .. } = *known;
    let Run {
        mut output,
        mut summary,
        filled,
        records,
        mut tenants,
        mut steps,
        notes,
        checklist,
        values,
        spool,
        findings,
        layout,
        ..
    } = run;
    if records != part.map_or(census.records, |part| part.rows) {
        return Err(read::changed());
    }
    if !summary.adds_up() {
        return Err(Error::internal("the rows read are not the rows accounted for"));
    }
    // Which lines of the overrides fit no row is a matter of the whole roster.
    part.inspect(|part| summary.override_lines.clone_from(&part.summary.override_lines));
    let finish = |(checklist, writer): (&ChecklistRows<'_>, &mut Writer)| checklist.finish(writer);
    let onboarding = checklist.zip(output.as_mut().and_then(Output::workbook)).map_or(Ok(0), finish)?;
    tenants.settle();
    let rolled = part.map_or_else(|| tenants.in_order(), |part| part.tenants.with_a_row_among(&tenants));
    let writer = output.as_mut().and_then(Output::workbook);
    let rolled = roll_up(job, rolled, once(columns), (writer, &mut steps))?;
    let compare = |earlier: Earlier| {
        earlier.compare(&job.policy, &summary, notes, output.as_mut().and_then(Output::workbook))
    };
    let since = earlier.map(compare).transpose()?;
    let split = job.split.filter(|_| !job.format.is_flat());
    let split =
        split.map(|by| values.name(by, &summary, output.as_mut().and_then(Output::workbook))).transpose()?;
    let by_file = job.split_files.filter(|_| part.is_none());
    let files = by_file.map(|by| spool.settle(by, job, &summary)).transpose()?;
    let rows = RowCount { all: summary.read, filled };
    let live = Live::over(summary.read, layout.counted());
    let mut done = Done {
        about: about.clone(),
        columns: columns.clone(),
        catalogues: known.own.to_vec(),
        overrides: overrides.cloned(),
        to_settle: to_settle(job, known, &findings, &summary),
        summary,
        tenants: rolled,
        since,
        split,
        files: None,
        separators: census.facts.separators.with(known.understanding.numbers()),
        faults: shown(&findings, about),
        written: None,
    };
    let sheets = || sheets(job, &Told { done: &done, files: files.as_ref(), part, live, onboarding }, steps);
    let written = output.map(|output| output.finish(sheets, rows)).transpose();
    done.written = written.inspect_err(|_| files.iter().for_each(SplitPlan::give_up))?;
    Ok((done, tenants, files))
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
    (mut writer, steps): (Option<&mut Writer>, &mut Steps),
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
        let close = (rollup.facts.segment, &rollup.verdict, job.near);
        steps.see(policy, close, &mut |distance| step(tenant, &rollup, distance));
        if let Some(writer) = writer.as_mut() {
            writer.tenant_row(&report::tenants::cells(policy, tenant, &rollup))?;
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
    part: Option<&'a PartOf<'a, 'a>>,
    live: Option<Live>,
    /// Rows on the Onboarding sheet.
    onboarding: u64,
}

fn sheets(job: &Job, told: &Told<'_>, steps: Steps) -> Vec<report::Sheet> {
    let policy = &job.policy;
    let Told { done, files, part, live, onboarding } = *told;
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
    let settle = report::to_settle::sheet(to_settle);
    let behind = [report::guide::sheet(policy), report::policy::sheet(policy), last];
    [first, next, risk].into_iter().chain(settle).chain(behind).collect()
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

/// The first day of a year, month or day: `2021-06` is `2021-06-01`.
fn first_day(date: &str) -> String {
    const SHAPE: &str = "0000-01-01";
    let rest = SHAPE.get(date.len()..).unwrap_or_default();
    format!("{date}{rest}")
}

//! The output around the rows: its begin, its end, and the sheets that are not streamed.

use super::output::Output;
use super::run::Run;
use super::since::Earlier;
use super::split::Parts;
use super::{Done, Job, Known};
use crate::about::About;
use crate::changes::Since;
use crate::error::{Error, Result};
use crate::read;
use crate::report::live::Live;
use crate::report::roster::{Layout, flat};
use crate::report::{self, review};
use crate::roster::columns::Columns;
use crate::roster::exports;
use crate::roster::overrides::Overrides;
use crate::roster::repeats::Census;
use crate::roster::separators::Separators;
use crate::steps::{Distance, Step, Steps};
use crate::summary::Summary;
use crate::tenants::{Once, Rollup, Tenant, TenantSummary, Tenants};
use crate::write::target::Target;
use crate::write::{self, Making, Properties, RowCount, Streams, Writer};

/// Sheets in front of the streamed ones: the Summary, Next steps, At risk.
const FRONT: usize = 3;

/// Begins the output; `has_repeats` = a workbook has a sheet of tenants, `has_changes` = one of changes.
///
/// # Errors
/// If it cannot be written.
pub(super) fn begin(
    job: &Job,
    target: &Target,
    (about, columns): (&About, &Columns),
    layout: &Layout<'_>,
    (has_repeats, has_changes): (bool, bool),
) -> Result<Output> {
    if job.format.is_flat() {
        let fields = layout.fields(about);
        let number = fields.len() - flat::HEADINGS.len();
        let place = (number, about.header_row);
        let writer = write::flat::Writer::create(target, job.format, &fields, place, job.threads)?;
        return Ok(Output::Flat(Box::new(writer)));
    }
    let properties = Properties {
        title: format!("FastTrack entitlements: {}", about.name),
        subject: format!(
            "{}, effective {}; policy {}",
            job.policy.title, job.policy.effective, job.policy.name
        ),
        program: report::run::PROGRAM.to_owned(),
        made_from: vec![
            ("Roster SHA-256".to_owned(), about.sha256.clone()),
            ("Policy SHA-256".to_owned(), job.policy.sha256.clone()),
        ],
        date: first_day(&job.policy.effective),
    };
    let making = Making { method: job.method, compression: job.compression, threads: job.threads };
    let tenants = has_repeats.then(|| report::tenants::stream(&job.policy));
    let changes = has_changes.then(report::changes::stream);
    let onboarding = report::onboarding::checklist(&job.policy);
    let roster = layout.stream(about, columns);
    let has_splits = job.split.is_some();
    let streams =
        Streams { front: FRONT, roster, has_splits, changes, tenants, onboarding, review: review::stream() };
    let writer = Writer::create(target, making, streams, &properties)?;
    Ok(Output::Workbook(Box::new(writer)))
}

/// Rolls the tenants up, compares with the earlier night, and puts the workbook in its place.
///
/// # Errors
/// If it cannot be written, or the roster changed while it was read.
pub(super) fn finish(
    job: &Job,
    run: Run<'_>,
    (census, earlier): (&Census, Option<Earlier>),
    known: &Known<'_>,
) -> Result<Done> {
    let Known { about, columns, overrides, .. } = *known;
    let Run {
        mut output,
        summary,
        filled,
        records,
        tenants,
        mut steps,
        notes,
        desk,
        values,
        faults,
        layout,
        ..
    } = run;
    if records != census.records {
        return Err(read::changed());
    }
    if !summary.adds_up() {
        return Err(Error::internal("the rows read are not the rows accounted for"));
    }
    let once = match columns.export.map(|export| export.repeats) {
        Some(exports::Repeats::Workload) => Once::Plans,
        _ => Once::Lines,
    };
    if let (Some(desk), Some(writer)) = (desk, output.as_mut().and_then(Output::workbook)) {
        desk.finish(writer)?;
    }
    let tenants = roll_up(job, tenants, once, (output.as_mut().and_then(Output::workbook), &mut steps))?;
    let compare = |earlier: Earlier| {
        earlier.compare(&job.policy, &summary, notes, output.as_mut().and_then(Output::workbook))
    };
    let since = earlier.map(compare).transpose()?;
    let split = job.split.filter(|_| !job.format.is_flat());
    let split =
        split.map(|by| values.name(by, &summary, output.as_mut().and_then(Output::workbook))).transpose()?;
    let rows = RowCount { all: summary.read, filled };
    let separators = census.traits.separators;
    let live = Live::over(summary.read, layout.counted());
    let told = Told {
        about,
        columns,
        separators,
        overrides,
        summary: &summary,
        tenants: &tenants,
        since: since.as_ref(),
        split: split.as_ref(),
        live,
    };
    let sheets = || sheets(job, &told, steps);
    let written = output.map(|output| output.finish(sheets, rows)).transpose()?;
    let (about, columns, overrides) = (about.clone(), columns.clone(), overrides.cloned());
    Ok(Done { about, columns, overrides, summary, tenants, since, split, separators, faults, written })
}

/// Judges the tenants that stand on several rows, and writes them on their sheet.
fn roll_up(
    job: &Job,
    tenants: Tenants<'_>,
    once: Once,
    (mut writer, steps): (Option<&mut Writer>, &mut Steps),
) -> Result<TenantSummary> {
    let policy = &job.policy;
    let mut totals = TenantSummary::new(policy);
    let Some(tenants) = tenants.in_order() else {
        totals.gave_up = true;
        return Ok(totals);
    };
    for tenant in tenants {
        let rollup = Rollup::of(policy, &tenant, once);
        totals.add(&tenant, &rollup);
        let close = (rollup.facts.segment, &rollup.verdict, job.near);
        steps.see(policy, close, &mut |distance| step(&tenant, &rollup, distance));
        if let Some(writer) = writer.as_mut() {
            writer.tenant_row(&report::tenants::cells(policy, &tenant, &rollup))?;
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
        owner: String::new(),
        segment: rollup.facts.segment,
        seats: rollup.seats,
        tier: rollup.verdict.tier,
    }
}

/// What the sheets tell.
struct Told<'a> {
    about: &'a About,
    columns: &'a Columns,
    separators: Separators,
    overrides: Option<&'a Overrides>,
    summary: &'a Summary,
    tenants: &'a TenantSummary,
    since: Option<&'a Since>,
    split: Option<&'a Parts>,
    live: Option<Live>,
}

fn sheets(job: &Job, told: &Told<'_>, steps: Steps) -> Vec<report::Sheet> {
    let policy = &job.policy;
    let Told { about, columns, separators, overrides, summary, tenants, since, split, live } = *told;
    let warning = columns.export.and_then(|export| export.repeats.warning());
    let close = [steps.below.all, steps.above.all];
    let mut first =
        report::summary::sheet(policy, summary, tenants, overrides, (&about.name, warning), (live, close));
    if let Some(since) = since {
        report::changes::on_top(&mut first, policy, summary, since);
    }
    if let Some(split) = split {
        let rows = split.parts.iter().map(|part| part.rows).sum();
        report::split::on_top(&mut first, split.by, split.parts.len(), rows);
    }
    let [next, risk] = report::steps::sheets(policy, steps, job.near, tenants.gave_up);
    vec![
        first,
        next,
        risk,
        report::guide::sheet(policy),
        report::policy::sheet(policy),
        report::run::sheet(policy, about, (columns, separators), overrides, summary),
    ]
}

/// The first day of a year, month or day: `2021-06` is `2021-06-01`.
fn first_day(date: &str) -> String {
    const SHAPE: &str = "0000-01-01";
    let rest = SHAPE.get(date.len()..).unwrap_or_default();
    format!("{date}{rest}")
}

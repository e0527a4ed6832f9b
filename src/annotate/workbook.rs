//! The output around the rows: its begin, its end, and the sheets that are not streamed.

use super::output::Output;
use super::run::Run;
use super::{Done, Job, Known};
use crate::about::About;
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::read;
use crate::report::live::Live;
use crate::report::roster::{Layout, flat};
use crate::report::{self, review};
use crate::roster::columns::Columns;
use crate::roster::exports;
use crate::roster::overrides::Overrides;
use crate::roster::repeats::Census;
use crate::roster::separators::Separators;
use crate::summary::Summary;
use crate::tenants::{Once, Rollup, TenantSummary, Tenants};
use crate::write::target::Target;
use crate::write::{self, Making, Properties, RowCount, Streams, Writer};

/// Begins the output; `has_repeats` = a workbook has a sheet of tenants.
///
/// # Errors
/// If it cannot be written.
pub(super) fn begin(
    job: &Job,
    target: &Target,
    (about, columns): (&About, &Columns),
    layout: &Layout<'_>,
    has_repeats: bool,
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
        date: first_day(&job.policy.effective),
    };
    let making = Making { method: job.method, compression: job.compression, threads: job.threads };
    let tenants = has_repeats.then(|| report::tenants::stream(&job.policy));
    let streams = Streams { roster: layout.stream(about, columns), tenants, review: review::stream() };
    let writer = Writer::create(target, making, streams, &properties)?;
    Ok(Output::Workbook(Box::new(writer)))
}

/// Rolls the tenants up, and puts the workbook in its place.
///
/// # Errors
/// If it cannot be written, or the roster changed while it was read.
pub(super) fn finish(job: &Job, run: Run<'_>, census: &Census, known: &Known<'_>) -> Result<Done> {
    let Known { about, columns, overrides, .. } = *known;
    let Run { mut output, summary, filled, records, tenants, faults, layout, .. } = run;
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
    let tenants = roll_up(&job.policy, tenants, once, output.as_mut().and_then(Output::workbook))?;
    let rows = RowCount { all: summary.read, filled };
    let separators = census.traits.separators;
    let live = Live::over(summary.read, layout.counted());
    let told = Told { about, columns, separators, overrides, summary: &summary, tenants: &tenants, live };
    let sheets = || sheets(&job.policy, &told);
    let written = output.map(|output| output.finish(sheets, rows)).transpose()?;
    let (about, columns, overrides) = (about.clone(), columns.clone(), overrides.cloned());
    Ok(Done { about, columns, overrides, summary, tenants, separators, faults, written })
}

/// Judges the tenants that stand on several rows, and writes them on their sheet.
fn roll_up(
    policy: &Policy,
    tenants: Tenants<'_>,
    once: Once,
    mut writer: Option<&mut Writer>,
) -> Result<TenantSummary> {
    let mut totals = TenantSummary::new(policy);
    let Some(tenants) = tenants.in_order() else {
        totals.gave_up = true;
        return Ok(totals);
    };
    for tenant in tenants {
        let rollup = Rollup::of(policy, &tenant, once);
        totals.add(&tenant, &rollup);
        if let Some(writer) = writer.as_mut() {
            writer.tenant_row(&report::tenants::cells(policy, &tenant, &rollup))?;
        }
    }
    Ok(totals)
}

/// What the sheets tell.
struct Told<'a> {
    about: &'a About,
    columns: &'a Columns,
    separators: Separators,
    overrides: Option<&'a Overrides>,
    summary: &'a Summary,
    tenants: &'a TenantSummary,
    live: Option<Live>,
}

fn sheets(policy: &Policy, told: &Told<'_>) -> Vec<report::Sheet> {
    let Told { about, columns, separators, overrides, summary, tenants, live } = *told;
    let warning = columns.export.and_then(|export| export.repeats.warning());
    vec![
        report::summary::sheet(policy, summary, tenants, overrides, (&about.name, warning), live),
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

//! The main job: a roster in, judged row by row on all cores, an annotated workbook out.

mod census;
mod overrides;

use crate::about::About;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline;
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::read::{self, Input, Limits};
use crate::record::{Cell, Record, Records};
use crate::report::roster::{Layout, Outcome};
use crate::report::{self, review};
use crate::roster::columns::{self, Columns, Guesses, Mapping, Seen, Wishes};
use crate::roster::exports;
use crate::roster::identity::{Identity, Of, fingerprint};
use crate::roster::overrides::{Fitted, Overrides};
use crate::roster::repeats::{Census, Repeats};
use crate::roster::separators::Separators;
use crate::roster::{Fault, RosterRow, RowKind, Understanding};
use crate::summary::Summary;
use crate::tenants::{Once, Part, Rollup, Sighted, TenantSummary, Tenants};
use crate::verdict::{Facts, Verdict, judge};
use crate::write::target::Target;
use crate::write::{
    Batch as RowBatch, Compression, Making, Method, Properties, Rendered, Renderer, RowCount, Streams,
    Writer, Written,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many faults are kept to be shown at once; all of them stand on the Review sheet.
pub const FAULTS_SHOWN: usize = 20;

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Job {
    /// Where the roster comes from.
    pub input: Input,
    /// Where the workbook goes; `None` = it is not made, everything else is.
    pub target: Option<Target>,
    /// The rules.
    pub policy: Policy,
    /// The overrides file, if there is one.
    pub overrides: Option<PathBuf>,
    /// The sheet to read, if the roster is a workbook; `None` = the one that looks like a roster.
    pub sheet: Option<String>,
    /// Columns that the user names.
    pub mappings: Vec<Mapping>,
    /// The tenant of every row, for rosters that have no such column.
    pub tenant: Option<String>,
    /// Whether columns that are not certain are used.
    pub guesses: Guesses,
    /// The encoding of a roster that is text; `None` = the one that its bytes show.
    pub encoding: Option<String>,
    /// The delimiter of a roster that is text; `None` = the one that makes the best headings.
    pub delimiter: Option<u8>,
    /// How large the roster may be, and how long the run.
    pub limits: Limits,
    /// Worker threads; 0 = one for each core.
    pub threads: usize,
    /// Who writes the rows of the Roster sheet.
    pub method: Method,
    /// How much time is spent on making the workbook small.
    pub compression: Compression,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Done {
    /// What the roster was.
    pub about: About,
    /// Which column was which.
    pub columns: Columns,
    /// What was set right by hand.
    pub overrides: Option<Overrides>,
    /// The totals.
    pub summary: Summary,
    /// The tenants that stand on several rows, rolled up.
    pub tenants: TenantSummary,
    /// What the seats column shows of its thousands separator.
    pub separators: Separators,
    /// The first faults, in the order of the roster.
    pub faults: Vec<Diagnostic>,
    /// The workbook; `None` = none was asked for.
    pub written: Option<Written>,
}

/// Does the job; `progress` is told the number of rows done, now and then.
///
/// # Errors
/// Why there is no workbook: overrides, roster, columns, target. Faults of rows are no errors.
pub fn annotate(job: &Job, progress: &dyn Fn(u64)) -> Result<Done> {
    refuse_to_overwrite_the_input(job)?;
    let catalogue = Catalogue::shipped()?;
    let load = |path: &PathBuf| overrides::load(path, &job.policy, &catalogue);
    let overrides = job.overrides.as_ref().map(load).transpose()?;
    let options = read::Options {
        sheet: job.sheet.as_deref(),
        encoding: job.encoding.as_deref(),
        delimiter: job.delimiter,
        limits: job.limits,
        score: &columns::score,
    };
    let mut reader = read::open(&job.input, options)?;
    let about = reader.about.clone();
    let columns = find_columns(job, &about, &catalogue).map_err(|error| in_file(error, &about))?;
    let identity = Identity::find(&about.headings, &columns);
    let fitted = overrides.as_ref().map(|overrides| Fitted::new(overrides, &about.headings, &columns));
    let understanding = Understanding::new(&columns, &job.policy, &catalogue).overriding(fitted.as_ref());
    let census = census::take(&mut reader, job.threads, &identity, &understanding)?;
    let has_repeats = !census.repeated.is_empty();
    let layout = Layout::new(&job.policy, &catalogue, &about, &columns, has_repeats);
    let writer = job
        .target
        .as_ref()
        .map(|target| begin_workbook(job, target, &about, layout.stream(&about, &columns), has_repeats))
        .transpose()?;
    let judge = Judge {
        policy: &job.policy,
        identity: &identity,
        census: &census,
        understanding: understanding.with_separators(census.separators),
        layout: &layout,
        rows: match &writer {
            None => RowsFor::Nobody,
            Some(writer) => writer.renderer().map_or(RowsFor::Library, RowsFor::Us),
        },
    };
    let mut run = Run {
        writer,
        summary: Summary::new(&job.policy),
        filled: 0,
        records: 0,
        tenants: Tenants::default(),
        faults: Vec::new(),
        about: &about,
        layout: &layout,
        progress,
    };
    pipeline::ordered(
        job.threads,
        |emit| reader.read(emit),
        |block| judge.batch(block.records()?),
        |batch| run.add(batch),
    )?;
    finish(job, run, &census, (&columns, overrides.as_ref()))
}

/// Rolls the tenants up, and puts the workbook in its place.
fn finish(
    job: &Job,
    run: Run<'_>,
    census: &Census,
    (columns, overrides): (&Columns, Option<&Overrides>),
) -> Result<Done> {
    let about = run.about.clone();
    let Run { mut writer, summary, filled, records, tenants, faults, .. } = run;
    if records != census.records {
        return Err(changed());
    }
    if !summary.adds_up() {
        return Err(Error::internal("the rows read are not the rows accounted for"));
    }
    let once = match columns.export.map(|export| export.repeats) {
        Some(exports::Repeats::Workload) => Once::Plans,
        _ => Once::Lines,
    };
    let tenants = roll_up(&job.policy, tenants, once, writer.as_mut())?;
    let rows = RowCount { all: summary.read, filled };
    let separators = census.separators;
    let told = Told { about: &about, columns, separators, overrides, summary: &summary, tenants: &tenants };
    let written = writer.map(|writer| writer.finish(&sheets(&job.policy, &told), rows)).transpose()?;
    let (columns, overrides) = (columns.clone(), overrides.cloned());
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

fn changed() -> Error {
    let words = "the file changed while it was read";
    Error::input(Diagnostic::error("roster-changed", words).help("wait until it is written, and run again"))
}

fn find_columns(job: &Job, about: &About, catalogue: &Catalogue) -> Result<Columns> {
    let is_plan = |written: &str| catalogue.knows(written);
    let seen = Seen { headings: &about.headings, rows: &about.first, is_plan: &is_plan };
    let wishes = Wishes { mappings: &job.mappings, tenant: job.tenant.as_deref(), guesses: job.guesses };
    columns::find_in(seen, wishes)
}

/// For whom the rows of the Roster sheet are made.
enum RowsFor {
    /// No workbook was asked for.
    Nobody,
    /// Rendered by the workers.
    Us(Arc<Renderer>),
    /// Handed to the workbook library, cell by cell.
    Library,
}

/// What a worker has to know.
struct Judge<'a> {
    policy: &'a Policy,
    identity: &'a Identity,
    census: &'a Census,
    /// One that has seen no record yet.
    understanding: Understanding<'a>,
    layout: &'a Layout<'a>,
    rows: RowsFor,
}

/// A batch of rows, judged.
struct Batch<'a> {
    /// The ordinal of its first row; `None` = it has no rows.
    first: Option<u64>,
    summary: Summary,
    /// Records it was made of.
    records: u64,
    /// Rows of tenants that stand on several.
    sighted: Vec<Sighted<'a>>,
    /// Rows that have something on the Roster sheet; not counted by those who write it.
    filled: u64,
    /// The rows with faults, by number.
    faults: Vec<(u64, Vec<Fault>)>,
    /// The rows as our renderer made them.
    rendered: Vec<Rendered>,
    /// The rows for the workbook library.
    held: Option<(Records, Vec<Outcome>)>,
}

impl<'a> Judge<'a> {
    fn batch(&self, records: Records) -> Result<Batch<'a>> {
        let policy = self.policy;
        let first = records.iter().next().map(|record| record.ordinal);
        let mut summary = Summary::new(policy);
        summary.hidden = records.hidden();
        let mut filled = 0;
        let mut understanding = self.understanding.clone();
        let (mut faults, mut outcomes, mut sighted) = (Vec::new(), Vec::new(), Vec::new());
        let mut rows = match &self.rows {
            RowsFor::Us(renderer) => Some(renderer.batch()),
            RowsFor::Nobody | RowsFor::Library => None,
        };
        for record in records.iter() {
            // Ordinals that are left out are blank rows.
            let before = first.map_or(0, |first| record.ordinal - first);
            summary.add_blank(before.saturating_sub(summary.read));
            let row = understanding.row(record);
            let verdict = (row.kind == RowKind::Customer).then(|| judge(policy, Facts::of(&row)));
            summary.add(&row, verdict.as_ref());
            let repeats = if verdict.is_some() {
                self.census.repeats(record, self.identity, &mut understanding)
            } else {
                Repeats::default()
            };
            if repeats.tenant.is_some() {
                sighted.extend(verdict.as_ref().and_then(|verdict| self.sighted(record, &row, verdict)));
            }
            filled += u64::from(row.kind != RowKind::Blank || has_cell(record));
            let wrong = match (&self.rows, &mut rows) {
                (RowsFor::Us(_), Some(rows)) => {
                    let outcome = Outcome::new(policy, row, verdict, repeats);
                    rows.row(record.ordinal, |emit| self.layout.cells(record, &outcome, emit))?;
                    outcome.faults
                }
                (RowsFor::Library, _) => {
                    outcomes.push(Outcome::new(policy, row, verdict, repeats));
                    continue;
                }
                // Nobody asks for the words.
                _ => row.faults,
            };
            if !wrong.is_empty() {
                faults.push((record.number, wrong));
            }
        }
        let rendered = rows.map_or(Ok(Vec::new()), RowBatch::finish)?;
        let count = records.len() as u64;
        let held = matches!(self.rows, RowsFor::Library).then_some((records, outcomes));
        Ok(Batch { first, summary, records: count, sighted, filled, faults, rendered, held })
    }

    /// Returns what a row adds to its tenant.
    fn sighted(&self, record: Record<'_>, row: &RosterRow<'a>, verdict: &Verdict) -> Option<Sighted<'a>> {
        let key = self.identity.tenant(record)?.into_owned();
        let (shown, name) = self.identity.shown(record);
        let subscription = self.identity.subscription(record);
        let part = Part {
            number: record.number,
            rows: 1,
            plan: row.plan.as_ref().map(|found| found.plan),
            segment: row.segment,
            segment_from: row.segment_from,
            seats: verdict.seats_counted.unwrap_or(0),
            ground: verdict.ground,
            subscription: subscription.map(|id| fingerprint(Of::Subscription, [&id, ""])),
        };
        Some(Sighted { key, shown, name, part })
    }
}

/// White space is a cell, though the row is blank to a reader.
fn has_cell(record: Record<'_>) -> bool {
    (0..record.width()).any(|column| record.cell(column) != Cell::Blank)
}

/// What is carried from batch to batch, in the order of the roster.
struct Run<'a> {
    writer: Option<Writer>,
    summary: Summary,
    /// Rows that have something on the Roster sheet.
    filled: u64,
    /// Records given.
    records: u64,
    tenants: Tenants<'a>,
    faults: Vec<Diagnostic>,
    about: &'a About,
    layout: &'a Layout<'a>,
    progress: &'a dyn Fn(u64),
}

impl<'a> Run<'a> {
    fn add(&mut self, batch: Batch<'a>) -> Result<()> {
        let Some(first) = batch.first else { return Ok(()) };
        let skipped = first.checked_sub(self.summary.read + 1);
        self.summary.add_blank(skipped.ok_or_else(|| Error::internal("a row came twice"))?);
        self.records += batch.records;
        batch.sighted.into_iter().for_each(|row| self.tenants.add(row));
        if let Some(writer) = &mut self.writer
            && batch.held.is_none()
        {
            writer.append(batch.rendered)?;
        }
        for (number, faults) in &batch.faults {
            self.add_faults(*number, faults)?;
        }
        if let Some((records, outcomes)) = &batch.held {
            self.add_held(records, outcomes)?;
        }
        self.summary.merge(&batch.summary);
        self.filled += batch.filled;
        (self.progress)(self.summary.read);
        Ok(())
    }

    /// Hands rows to the workbook library.
    fn add_held(&mut self, records: &Records, outcomes: &[Outcome]) -> Result<()> {
        for (record, outcome) in records.iter().zip(outcomes) {
            if let Some(writer) = &mut self.writer {
                writer.roster_row(record.ordinal)?;
                self.layout.cells(record, outcome, &mut |column, value, style| {
                    writer.roster_cell(column, &value, style)
                })?;
            }
            self.add_faults(record.number, &outcome.faults)?;
        }
        Ok(())
    }

    fn add_faults(&mut self, number: u64, faults: &[Fault]) -> Result<()> {
        for fault in faults {
            let about = self.about;
            let shown = fault.diagnostic(&about.name, about.sheet(), number, &about.headings);
            if let Some(writer) = &mut self.writer {
                writer.review_row(&review::cells(number, fault, &shown))?;
            }
            if self.faults.len() < FAULTS_SHOWN {
                self.faults.push(shown);
            }
        }
        Ok(())
    }
}

fn begin_workbook(
    job: &Job,
    target: &Target,
    about: &About,
    roster: report::Stream,
    has_repeats: bool,
) -> Result<Writer> {
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
    let streams = Streams { roster, tenants, review: review::stream() };
    Writer::create(target, making, streams, &properties)
}

/// What the sheets tell.
struct Told<'a> {
    about: &'a About,
    columns: &'a Columns,
    separators: Separators,
    overrides: Option<&'a Overrides>,
    summary: &'a Summary,
    tenants: &'a TenantSummary,
}

fn sheets(policy: &Policy, told: &Told<'_>) -> Vec<report::Sheet> {
    let Told { about, columns, separators, overrides, summary, tenants } = *told;
    vec![
        report::summary::sheet(policy, summary, tenants, overrides, &about.name),
        report::guide::sheet(policy),
        report::policy::sheet(policy),
        report::run::sheet(policy, about, (columns, separators), overrides, summary),
    ]
}

fn refuse_to_overwrite_the_input(job: &Job) -> Result<()> {
    let Some(Target::File(output)) = &job.target else { return Ok(()) };
    let roster = match &job.input {
        Input::File(path) => Some((path, "the roster itself")),
        Input::Stdin => None,
    };
    let overrides = job.overrides.as_ref().map(|path| (path, "the overrides file"));
    match roster.into_iter().chain(overrides).find(|(path, _)| same_file(path, output)) {
        None => Ok(()),
        Some((_, what)) => Err(Error::new(
            ErrorKind::Usage,
            Diagnostic::error("output-is-input", format!("`{}` is {what}", output.display()))
                .help("write the workbook elsewhere with `-o`"),
        )),
    }
}

fn same_file(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}

fn in_file(mut error: Error, about: &About) -> Error {
    use crate::diagnostic::Place;
    for diagnostic in &mut error.diagnostics {
        diagnostic.file.clone_from(&about.name);
        diagnostic.place = match about.sheet() {
            Some(sheet) => Place::Row {
                sheet: sheet.to_owned(),
                row: u32::try_from(about.header_row).unwrap_or(u32::MAX),
            },
            None => Place::Line(about.header_row),
        };
    }
    error
}

/// The first day of a year, month or day: `2021-06` is `2021-06-01`.
fn first_day(date: &str) -> String {
    const SHAPE: &str = "0000-01-01";
    let rest = SHAPE.get(date.len()..).unwrap_or_default();
    format!("{date}{rest}")
}

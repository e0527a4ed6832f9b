//! The main job: a roster in, judged row by row on all cores, an annotated workbook out.

use crate::about::About;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline;
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::read::{self, Input};
use crate::record::{Cell, Record, Records};
use crate::report::roster::{Layout, Outcome};
use crate::report::{self, review};
use crate::roster::columns::{self, Columns, Mapping};
use crate::roster::{Fault, RowKind, Understanding};
use crate::summary::Summary;
use crate::verdict::{Facts, judge};
use crate::write::target::Target;
use crate::write::{
    Batch as RowBatch, Compression, Making, Method, Properties, Rendered, Renderer, RowCount, Writer, Written,
};
use std::path::Path;
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
    /// The sheet to read, if the roster is a workbook; `None` = the one that looks like a roster.
    pub sheet: Option<String>,
    /// Columns that the user names.
    pub mappings: Vec<Mapping>,
    /// The tenant of every row, for rosters that have no such column.
    pub tenant: Option<String>,
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
    /// The totals.
    pub summary: Summary,
    /// The first faults, in the order of the roster.
    pub faults: Vec<Diagnostic>,
    /// The first rows, three at most, as shown: for a person who checks the columns.
    pub samples: Vec<Vec<String>>,
    /// The workbook; `None` = none was asked for.
    pub written: Option<Written>,
}

/// Does the job; `progress` is told the number of rows done, now and then.
///
/// # Errors
/// Why there is no workbook: roster, columns, target. Faults of rows are no errors.
pub fn annotate(job: &Job, progress: &dyn Fn(u64)) -> Result<Done> {
    refuse_to_overwrite_the_roster(job)?;
    let catalogue = Catalogue::shipped()?;
    let options = read::Options { sheet: job.sheet.as_deref(), score: &columns::score };
    let reader = read::open(&job.input, options)?;
    let about = reader.about.clone();
    let columns = columns::find(&about.headings, &job.mappings, job.tenant.as_deref())
        .map_err(|error| in_file(error, &about))?;
    let layout = Layout::new(&job.policy, &catalogue, &about, &columns);
    let writer = job
        .target
        .as_ref()
        .map(|target| begin_workbook(job, target, &about, layout.stream(&about, &columns)))
        .transpose()?;
    let judge = Judge {
        policy: &job.policy,
        columns: &columns,
        catalogue: &catalogue,
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
        faults: Vec::new(),
        samples: Vec::new(),
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
    let Run { writer, summary, filled, faults, samples, .. } = run;
    if !summary.adds_up() {
        return Err(Error::internal("the rows read are not the rows accounted for"));
    }
    let rows = RowCount { all: summary.read, filled };
    let finish = |writer: Writer| writer.finish(&sheets(&job.policy, &about, &columns, &summary), rows);
    let written = writer.map(finish).transpose()?;
    Ok(Done { about, columns, summary, faults, samples, written })
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
    columns: &'a Columns,
    catalogue: &'a Catalogue,
    layout: &'a Layout<'a>,
    rows: RowsFor,
}

/// A batch of rows, judged.
struct Batch {
    /// The ordinal of its first row; `None` = it has no rows.
    first: Option<u64>,
    summary: Summary,
    /// Rows that have something on the Roster sheet; not counted by those who write it.
    filled: u64,
    /// The rows with faults, by number.
    faults: Vec<(u64, Vec<Fault>)>,
    /// The first rows of the roster, as shown.
    samples: Vec<Vec<String>>,
    /// The rows as our renderer made them.
    rendered: Vec<Rendered>,
    /// The rows for the workbook library.
    held: Option<(Records, Vec<Outcome>)>,
}

/// How many rows are kept to be shown.
const SAMPLES: u64 = 3;

impl Judge<'_> {
    fn batch(&self, records: Records) -> Result<Batch> {
        let policy = self.policy;
        let first = records.iter().next().map(|record| record.ordinal);
        let mut summary = Summary::new(policy);
        summary.hidden = records.hidden();
        let mut filled = 0;
        let mut understanding = Understanding::new(self.columns, policy, self.catalogue);
        let (mut faults, mut samples, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
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
            filled += u64::from(row.kind != RowKind::Blank || has_cell(record));
            if record.ordinal <= SAMPLES {
                samples.push((0..record.width()).map(|column| record.cell(column).shown()).collect());
            }
            let wrong = match (&self.rows, &mut rows) {
                (RowsFor::Us(_), Some(rows)) => {
                    let outcome = Outcome::new(policy, row, verdict);
                    rows.row(record.ordinal, |emit| self.layout.cells(record, &outcome, emit))?;
                    outcome.faults
                }
                (RowsFor::Library, _) => {
                    outcomes.push(Outcome::new(policy, row, verdict));
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
        let held = matches!(self.rows, RowsFor::Library).then_some((records, outcomes));
        Ok(Batch { first, summary, filled, faults, samples, rendered, held })
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
    faults: Vec<Diagnostic>,
    samples: Vec<Vec<String>>,
    about: &'a About,
    layout: &'a Layout<'a>,
    progress: &'a dyn Fn(u64),
}

impl Run<'_> {
    fn add(&mut self, batch: Batch) -> Result<()> {
        let Some(first) = batch.first else { return Ok(()) };
        let skipped = first.checked_sub(self.summary.read + 1);
        self.summary.add_blank(skipped.ok_or_else(|| Error::internal("a row came twice"))?);
        self.samples.extend(batch.samples);
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

fn begin_workbook(job: &Job, target: &Target, about: &About, roster: report::Stream) -> Result<Writer> {
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
    Writer::create(target, making, roster, review::stream(), &properties)
}

fn sheets(policy: &Policy, about: &About, columns: &Columns, summary: &Summary) -> Vec<report::Sheet> {
    vec![
        report::summary::sheet(policy, summary, &about.name),
        report::guide::sheet(policy),
        report::policy::sheet(policy),
        report::run::sheet(policy, about, columns, summary),
    ]
}

fn refuse_to_overwrite_the_roster(job: &Job) -> Result<()> {
    let (Input::File(input), Some(Target::File(output))) = (&job.input, &job.target) else { return Ok(()) };
    if !same_file(input, output) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Usage,
        Diagnostic::error("output-is-input", format!("`{}` is the roster itself", output.display()))
            .help("write the workbook elsewhere with `-o`"),
    ))
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

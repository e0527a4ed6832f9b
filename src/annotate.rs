//! The main job: a roster in, judged row by row on all cores, an annotated workbook out.

use crate::about::About;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline;
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::read::{self, Input};
use crate::record::Records;
use crate::report::roster::{Layout, Outcome};
use crate::report::{self, review};
use crate::roster::columns::{self, Columns, Mapping};
use crate::roster::{RowKind, understand};
use crate::summary::Summary;
use crate::verdict::{Facts, judge};
use crate::write::target::Target;
use crate::write::{Properties, Writer, Written};
use std::path::Path;

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
    let mut run = Run {
        writer: job
            .target
            .as_ref()
            .map(|target| begin_workbook(job, target, &about, layout.stream(&about, &columns)))
            .transpose()?,
        summary: Summary::new(&job.policy),
        faults: Vec::new(),
        samples: Vec::new(),
        about: &about,
        layout: &layout,
        progress,
    };
    pipeline::ordered(
        job.threads,
        |emit| reader.read(emit),
        |block| Ok(judged(block.records()?, job, &columns, &catalogue)),
        |batch| run.add(&batch),
    )?;
    let Run { writer, summary, faults, samples, .. } = run;
    if !summary.adds_up() {
        return Err(Error::internal("the rows read are not the rows accounted for"));
    }
    let written =
        writer.map(|writer| writer.finish(&sheets(&job.policy, &about, &columns, &summary))).transpose()?;
    Ok(Done { about, columns, summary, faults, samples, written })
}

/// A batch of rows, judged.
struct Batch {
    /// The ordinal of its first row; `None` = it has no rows.
    first: Option<u64>,
    records: Records,
    outcomes: Vec<Outcome>,
    summary: Summary,
}

fn judged(records: Records, job: &Job, columns: &Columns, catalogue: &Catalogue) -> Batch {
    let policy = &job.policy;
    let mut summary = Summary::new(policy);
    let mut outcomes = Vec::with_capacity(records.len());
    let first = records.iter().next().map(|record| record.ordinal);
    for record in records.iter() {
        // Ordinals that are left out are blank rows.
        let before = first.map_or(0, |first| record.ordinal - first);
        summary.add_blank(before.saturating_sub(summary.read));
        let row = understand(record, columns, policy, catalogue);
        let verdict = (row.kind == RowKind::Customer).then(|| judge(policy, Facts::of(&row)));
        summary.add(&row, verdict.as_ref());
        outcomes.push(Outcome::new(policy, row, verdict));
    }
    Batch { first, records, outcomes, summary }
}

/// What is carried from batch to batch, in the order of the roster.
struct Run<'a> {
    writer: Option<Writer>,
    summary: Summary,
    faults: Vec<Diagnostic>,
    samples: Vec<Vec<String>>,
    about: &'a About,
    layout: &'a Layout<'a>,
    progress: &'a dyn Fn(u64),
}

impl Run<'_> {
    fn add(&mut self, batch: &Batch) -> Result<()> {
        const SAMPLES: usize = 3;
        let Some(first) = batch.first else { return Ok(()) };
        let skipped = first.checked_sub(self.summary.read + 1);
        self.summary.add_blank(skipped.ok_or_else(|| Error::internal("a row came twice"))?);
        for record in batch.records.iter().take(SAMPLES.saturating_sub(self.samples.len())) {
            self.samples.push((0..record.width()).map(|column| record.cell(column).shown()).collect());
        }
        for (record, outcome) in batch.records.iter().zip(&batch.outcomes) {
            if let Some(writer) = &mut self.writer {
                writer.roster_row()?;
                self.layout.cells(record, outcome, &mut |column, value, style| {
                    writer.roster_cell(column, &value, style)
                })?;
            }
            self.add_faults(record.number, outcome)?;
        }
        self.summary.merge(&batch.summary);
        (self.progress)(self.summary.read);
        Ok(())
    }

    fn add_faults(&mut self, number: u64, outcome: &Outcome) -> Result<()> {
        for fault in &outcome.faults {
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
    Writer::create(target, roster, review::stream(), &properties)
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

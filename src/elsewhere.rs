//! The workbook of a roster that was judged elsewhere, such as on Spark: what a manager asks, without the rows.
//!
//! A job on a cluster writes one line for each customer and the reasons of rows that need review; the rows stay where they
//! are. [`workbook`] makes the Summary, Next steps, At risk and Review of that, under the policy that the job names. What
//! `annotate --tables` writes is read too. Nothing is judged again, but each customer is held against the policy, so that
//! tables of another policy or of two runs are refused.

mod customers;
mod review;
mod run;
mod tables;

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::Workers;
use crate::policy::Policy;
use crate::report::summary::Listed;
use crate::report::summary::elsewhere::{self as sheets, RowsElsewhere, Told};
use crate::report::{guide, policy as policy_sheet, steps as lists};
use crate::scratch::Scratch;
use crate::steps::Near;
use crate::verdict::words::grouped;
use crate::write::target::{Target, folder_of, resolved};
use crate::write::{Properties, RowCount, Streams, WriteOptions, Writer, Written};
use std::path::PathBuf;

/// What is made, of what.
#[derive(Clone, Debug)]
pub struct Job {
    /// The folder with the tables.
    pub folder: PathBuf,
    /// Where the workbook goes.
    pub target: Target,
    /// The policy, for tables that do not name theirs; of those that do, it has to be the same.
    pub policy: Option<Policy>,
    /// How close to a tier is close.
    pub near: Near,
    /// Who reads the customers.
    pub workers: Workers,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Done {
    /// The workbook.
    pub written: Written,
    /// How many customers it is about.
    pub customers: u64,
    /// How many rows need review.
    pub review: u64,
    /// The result in one sentence, as the Summary has it.
    pub sentence: String,
}

/// Sheets in front of Review: Summary, Next steps, At risk.
const FRONT: usize = 3;

/// Makes the workbook.
///
/// # Errors
/// `summary-missing`, `summary-unfinished`, `summary-columns`, `summary-differs` (kind `Input`) and those of reading a table;
/// those of the policy (kind `Policy`); those of writing a workbook; `output-is-input`.
pub fn workbook(job: &Job) -> Result<Done> {
    refuse_to_write_into(job)?;
    let scratch = match &job.target {
        Target::File(path) => Scratch::beside_output(&folder_of(&resolved(path))),
        _ => Scratch::system(),
    };
    let run = run::read(&job.folder)?;
    let policy = policy(job, run.as_ref())?;
    let customers = customers::read(job, &policy, &scratch)?;
    let review = review::read(&job.folder, &scratch)?;
    let rows = match run.as_ref() {
        Some(run) => run.rows_agreeing_with(&customers.counts, &review)?,
        None => RowsElsewhere { read: customers.rows, review: review.rows(), without_tenant: 0 },
    };
    let folder = job.folder.display().to_string();
    let told = Told {
        policy: &policy,
        roster: run.as_ref().map_or_else(|| name_of(job), |run| run.roster.clone()),
        dated: run.as_ref().map(|run| run.date.words()).unwrap_or_default(),
        rows,
        rows_are_at: run.as_ref().map(|run| run.annotated.clone()),
        tables_are_at: folder,
        program: run.as_ref().map(|run| run.program.clone()),
        sources: customers.sources.iter().chain(&review.sources).cloned().collect(),
        customers: &customers.counts,
        listed: Listed { below: customers.steps.below.all, above: customers.steps.above.all, onboarding: 0 },
        reasons: review.lines.len() as u64,
    };
    let sentence = sheets::sentence(&told);
    let count = customers.counts.verdicts.all().rows;
    let written = written(job, &told, &scratch, (customers.steps, &review))?;
    Ok(Done { written, customers: count, review: rows.review, sentence })
}

fn written(
    job: &Job,
    told: &Told<'_>,
    scratch: &Scratch,
    (steps, review): (crate::steps::Steps, &review::Review),
) -> Result<Written> {
    let policy = told.policy;
    let mut streams = Streams::new(FRONT, sheets::review_stream());
    streams.announce(lists::looks(policy));
    let properties = Properties {
        title: format!("FastTrack entitlements: {}", told.roster),
        subject: format!("{}, effective {}; policy {}", policy.title, policy.effective, policy.name),
        program: crate::PROGRAM.to_owned(),
        made_from: told
            .sources
            .iter()
            .map(|source| (format!("{} SHA-256", source.name), source.sha256.clone()))
            .chain([("Policy SHA-256".to_owned(), policy.sha256.clone())])
            .collect(),
        date: crate::date::Date::first_of(&policy.effective).map(|date| date.to_string()).unwrap_or_default(),
    };
    // The lines of Review are few: the library writes them.
    let making = WriteOptions {
        method: crate::write::Method::Library,
        workers: job.workers.clone(),
        ..WriteOptions::default()
    };
    let mut writer = Writer::create(&job.target, scratch, making, streams, &properties)?;
    for (ordinal, line) in (1..).zip(&review.lines) {
        writer.main_row(ordinal)?;
        for (column, (value, style)) in sheets::review_cells(line).into_iter().enumerate() {
            writer.main_cell(column, &value, style)?;
        }
    }
    let [next, risk] = lists::sheets(policy, steps, job.near, false);
    let mut filled = Vec::with_capacity(2);
    for list in [&next, &risk] {
        let mut sheet = list.sheet.clone();
        if list.rows() > 0 {
            writer.fill(&mut sheet, list.rows(), |row| list.cells(policy, row))?;
        }
        filled.push(sheet);
    }
    let front = [sheets::sheet(told)].into_iter().chain(filled);
    let behind = [guide::sheet(policy), policy_sheet::sheet_alone(policy), sheets::run_sheet(told)];
    let lines = review.lines.len() as u64;
    writer.finish(&front.chain(behind).collect::<Vec<_>>(), RowCount { all: lines, filled: lines })
}

/// Returns the policy that the tables were judged by.
fn policy(job: &Job, run: Option<&run::Run>) -> Result<Policy> {
    let Some(run) = run else {
        return job.policy.clone().map_or_else(Policy::default_shipped, Ok);
    };
    let told = Policy::read(&run.policy.text, &format!("the policy {} of the job", run.policy.name))?;
    if told.sha256 != run.policy.sha256 {
        let message = "the policy that the job wrote down is not the one whose SHA-256 it names";
        return Err(differs(message, "run the job again"));
    }
    match &job.policy {
        Some(given) if given.sha256 != told.sha256 => Err(differs(
            format!("the tables were judged by the policy `{}`, not by `{}`", told.name, given.name),
            "leave out `--policy`, or run the job again with that policy",
        )),
        _ => Ok(told),
    }
}

fn name_of(job: &Job) -> String {
    let name = job.folder.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| job.folder.display().to_string())
}

/// What is in the folder is not to be replaced by what is made of it.
fn refuse_to_write_into(job: &Job) -> Result<()> {
    let Target::File(output) = &job.target else { return Ok(()) };
    if !job.folder.canonicalize().is_ok_and(|folder| resolved(output).starts_with(folder)) {
        return Ok(());
    }
    let message = format!("`{}` is in the folder with the tables", output.display());
    let diagnostic = Diagnostic::error(Code::OutputIsInput, message).help("write it elsewhere with `-o`");
    Err(Error::new(ErrorKind::Usage, diagnostic))
}

/// Returns the error for tables that do not go together.
fn differs(message: impl Into<String>, help: impl Into<String>) -> Error {
    Error::input(Diagnostic::error(Code::SummaryDiffers, message).help(help))
}

/// Returns two counts that should be one, in words.
fn against(what: &str, found: u64, told: u64) -> Error {
    differs(
        format!("the job counted {} {what}, but its tables have {}", grouped(told), grouped(found)),
        "the tables are of different runs, or were changed: run the job again",
    )
}

//! One way of the rows through the program: judged on all cores, put out in their order.

use super::files::{PartOf, RowSpool, SplitPlan};
use super::judge::{Judge, RowsFor};
use super::onboarding::ChecklistRows;
use super::output::Output;
use super::run::Run;
use super::since::Earlier;
use super::split::{Splitter, Values};
use super::understandings::Understandings;
use super::{Done, Job, RunContext, workbook};
use crate::about::About;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::{Error, Result};
use crate::findings::Findings;
use crate::pipeline;
use crate::record::Records;
use crate::report::roster::Layout;
use crate::roster::column_facts::ColumnFacts;
use crate::roster::repeats::Census;
use crate::sort::Sorter;
use crate::steps::Steps;
use crate::summary::Summary;
use crate::tally::Tally;
use crate::tenants::Tenants;
use crate::verdict::words::counted;
use crate::write::target::Target;
use std::sync::Arc;

/// What is settled before the first row goes by.
pub(super) struct Pass<'p, 'a> {
    /// Where the output goes; `None` = it is not made.
    pub(super) target: Option<&'p Target>,
    /// What the whole roster says; `None` = it is found out on the way.
    pub(super) census: Option<&'p Census>,
    /// The earlier night, taken where the rows come to their end.
    pub(super) earlier: &'p mut Option<Earlier>,
    /// Tells on which other sheet a customer stands; `None` = on no other.
    pub(super) sheets: Option<Splitter<'a>>,
    /// Tells in which other workbook a customer stands; `None` = in no other.
    pub(super) files: Option<Splitter<'a>>,
    /// Whose rows these are, if they are not the whole roster's.
    pub(super) part: Option<&'p PartOf<'p, 'a>>,
}

/// How it ended.
pub(super) enum Attempt<'a> {
    Done(Box<Done>, Box<AfterPass<'a>>),
    /// It has to be done again with a census, since something stands on several rows or reads otherwise.
    NeedsCensus,
}

/// What the workbooks of values are made from, when that of all is done.
pub(super) struct AfterPass<'a> {
    /// What the whole roster says, if it was found out on the way.
    pub(super) census: Option<Census>,
    /// The tenants on several rows.
    pub(super) tenants: Tenants<'a>,
    /// The customers, by value; `None` = no such workbooks were asked for.
    pub(super) files: Option<SplitPlan>,
}

/// Lets the rows that `source` gives go through; `open` makes records of what it gives.
///
/// # Errors
/// Those of source and rows; those of the output, of which nothing stands at its target then.
pub(super) fn attempt<'a, B: Send>(
    (job, known): (&Job, &RunContext<'a>),
    pass: Pass<'_, 'a>,
    source: impl FnOnce(&mut dyn FnMut(B) -> Result<()>) -> Result<()> + Send,
    open: impl Fn(B) -> Result<Records> + Sync,
    progress: &dyn Fn(u64),
) -> Result<Attempt<'a>> {
    let RunContext { about, columns, identity, .. } = *known;
    let Pass { target, census, earlier, sheets, files, part } = pass;
    let has_repeats = census.is_some_and(|census| !census.repeated.is_empty());
    let facts = census.map(|census| census.facts).unwrap_or_default();
    let outline = census.map(|census| Arc::clone(&census.outline)).unwrap_or_default();
    let layout = Layout::new(&job.policy, known.catalogue, about, columns, has_repeats);
    let layout = if job.format.is_flat() { layout.flat(job.names) } else { layout };
    let layout = if part.is_some() { layout.with_source() } else { layout };
    let has_changes = earlier.as_ref().is_some_and(Earlier::has_rows);
    let has_tenants = has_repeats && part.is_none_or(|part| part.has_tenants);
    let has = workbook::Has { tenants: has_tenants, changes: has_changes };
    let begin = |target| workbook::begin((job, target), (about, columns), &layout, has, part);
    let output = target.map(begin).transpose()?;
    let is_workbook = output.is_some() && !job.format.is_flat();
    let checklist = if is_workbook { ChecklistRows::new(&job.policy, identity, columns) } else { None };
    let judge = Judge {
        policy: &job.policy,
        identity,
        checklist: checklist.as_ref(),
        census,
        understandings: Understandings::of(
            known.understanding.clone().with_facts(facts).with_outline(outline),
        ),
        layout: &layout,
        note_maker: earlier.as_ref().and_then(|earlier| earlier.note_maker(&job.policy, known)),
        rows: output.as_ref().map_or(RowsFor::Nobody, Output::rows_for),
        near: job.near,
        sheets: sheets.filter(|_| is_workbook),
        files,
    };
    let mut run = Run {
        output,
        summary: Summary::new(&job.policy),
        filled: 0,
        records: 0,
        tally: Tally::new(known.scratch),
        facts: ColumnFacts::default(),
        lines: known.lines(),
        tenants: Tenants::default(),
        steps: Steps::new(&job.policy),
        notes: Sorter::new(known.scratch),
        checklist: checklist.as_ref(),
        values: Values::default(),
        spool: RowSpool::new(known.scratch),
        findings: Findings::default(),
        about,
        layout: &layout,
        progress,
    };
    pipeline::ordered(job.threads, source, |rows| judge.batch(open(rows)?), |batch| run.add(batch))?;
    let found = if census.is_none() { Some(run.census()?) } else { None };
    let Some(whole) = census.or(found.as_ref()) else { return Ok(Attempt::NeedsCensus) };
    if found.as_ref().is_some_and(Census::changes_something) {
        return Ok(Attempt::NeedsCensus);
    }
    if part.is_none() {
        refuse_no_rows(&run.summary, about)?;
    }
    let (done, tenants, files) = workbook::finish(job, run, (whole, earlier.take()), known, part)?;
    Ok(Attempt::Done(Box::new(done), Box::new(AfterPass { census: found, tenants, files })))
}

/// An export that broke off below its headings is no roster, and no reason to replace one of yesterday.
fn refuse_no_rows(summary: &Summary, about: &About) -> Result<()> {
    if summary.read > summary.blank + summary.footer {
        return Ok(());
    }
    let message = match summary.read {
        0 => "the roster has headings but no rows below them".to_owned(),
        rows => format!(
            "the roster has no customers: {} below its headings, all blank or totals",
            counted(rows, "row", "rows")
        ),
    };
    let place = match about.sheet() {
        Some(sheet) => {
            Place::Row { sheet: sheet.to_owned(), row: u32::try_from(about.header_row).unwrap_or(u32::MAX) }
        }
        None => Place::Line(about.header_row),
    };
    let diagnostic = Diagnostic::error("roster-no-rows", message)
        .in_file(about.name.clone())
        .at(place)
        .help("export the roster again; nothing was written, and what an earlier run wrote was not changed");
    Err(Error::input(diagnostic))
}

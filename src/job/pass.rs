//! One way of the rows through the program: judged on all cores, put out in their order.

use super::context::RunContext;
use super::done::Done;
use super::files::plan::SplitPlan;
use super::finish::{Finished, finish};
use super::first_rows::FirstRows;
use super::listeners::census::SoFar;
use super::listeners::{Listeners, Setting, Wholes};
use super::output::{Output, RowsFor};
use super::progress::{Progress, tell};
use super::refuse;
use super::request::Job;
use super::review::ReviewSheet;
use super::rows::{Annotated, RowMaker};
use super::since::Earlier;
use super::split::{Splitter, Values};
use super::split_sheets::{self, SplitBatch};
use super::split_workbook::SplitWorkbook;
use super::tables::Tables;
use super::understandings::Understandings;
use super::workbook::{self, Has, SheetIds};
use super::worker::{RowJudge, Worker};
use crate::error::{Error, Result};
use crate::output_fields::FlatTable;
use crate::pipeline::{self, Workers};
use crate::record::Records;
use crate::report::roster::Layout;
use crate::roster::repeats::Census;
use crate::tenants::Tenants;
use crate::write::Writer;
use crate::write::target::Target;
use std::sync::Arc;

/// What is settled before the first row goes by.
pub(super) struct Pass<'p, 'a> {
    /// The first rows, whose texts the workbook keeps once; none = each text stands in its cell.
    pub(super) first: FirstRows,
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
    pub(super) part: Option<&'p SplitWorkbook<'p, 'a>>,
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
/// Those of source and rows; those of the output, of which nothing stands at its target then; `stopped`.
pub(super) fn attempt<'a, B: Send>(
    (job, known): (&Job, &RunContext<'a>),
    pass: Pass<'_, 'a>,
    source: impl FnOnce(&mut dyn FnMut(B) -> Result<()>) -> Result<()> + Send,
    open: impl Fn(B) -> Result<Records> + Sync,
    progress: Progress<'_>,
) -> Result<Attempt<'a>> {
    let Pass { first, target, census, earlier, sheets: split, files, part } = pass;
    let has_repeats = census.is_some_and(|census| !census.repeated.is_empty());
    let layout = layout((job, known), has_repeats);
    let has = Has {
        tenants: has_repeats && part.is_none_or(|part| part.has_tenants),
        changes: earlier.as_ref().is_some_and(Earlier::has_rows),
    };
    let judge = row_judge((job, known), census);
    let begin = |target| begin((job, known), (target, first), (&judge, &layout), has, part);
    let tables = if part.is_none() { begin_tables((job, known), has)? } else { None };
    let (output, sheets) = target.map(begin).transpose()?.unzip();
    let sheets = sheets.unwrap_or_default();
    let is_workbook = output.is_some() && !job.format.is_flat();
    let notes = earlier.as_ref().and_then(|earlier| earlier.note_maker(&job.policy, known));
    let has_census = census.is_some();
    let setting = Setting { has_census, is_workbook, tables: tables.as_ref(), sheets, notes, files };
    let listeners = Listeners::new(job, known, setting);
    let rows = row_maker((job, &layout), output.as_ref(), split, tables.is_some());
    let worker = Worker { judge, listeners: &listeners, rows };
    let mut wholes = listeners.start();
    let review = ReviewSheet::new((&job.policy, known.about), known.overrides, sheets);
    let (about, layout) = (known.about, &layout);
    let mut annotated = Annotated { output, tables, values: Values::default(), about, layout, review };
    let splits = annotated.workbook().and_then(Writer::take_splits);
    // What is repeated is mostly known long before the end; the rest of the work would be in vain.
    let mut needs_census = false;
    let rows = |split_off: &mut dyn FnMut(SplitBatch) -> Result<()>| {
        pipeline::ordered(
            &job.workers,
            source,
            |rows| worker.batch(open(rows)?),
            |batch| {
                let Some(batch) = batch else { return Ok(()) };
                listeners.join(&mut wholes, batch.parts, &mut annotated.sink())?;
                if wholes.census.as_ref().is_some_and(SoFar::has_repeated) {
                    needs_census = true;
                    return Err(Error::internal("stopped for a census"));
                }
                annotated.add(batch.rows, split_off)?;
                tell(progress, wholes.totals.summary.read)
            },
        )
    };
    let splits = match split_sheets::filled(splits, &job.workers, rows) {
        Err(_) if needs_census => return Ok(Attempt::NeedsCensus),
        splits => splits?,
    };
    annotated.put_back(splits);
    let found = census_found(&mut wholes, &job.workers)?;
    let Some(whole) = census.or(found.as_ref()).filter(|_| !changes_something(found.as_ref())) else {
        return Ok(Attempt::NeedsCensus);
    };
    if part.is_none() {
        refuse::no_rows(&wholes.totals.summary, known.about)?;
        // What fits no row of a part may fit another part's.
        annotated.end_review()?;
    }
    let Finished { done, tenants, files } =
        finish((job, known), (annotated, &listeners, wholes), (whole, earlier.take()), part)?;
    Ok(Attempt::Done(Box::new(done), Box::new(AfterPass { census: found, tenants, files })))
}

/// Returns what makes the rows of the output, and the lines of Review, for a workbook or for tables.
fn row_maker<'j>(
    (job, layout): (&'j Job, &'j Layout<'j>),
    output: Option<&Output>,
    split: Option<Splitter<'j>>,
    has_tables: bool,
) -> RowMaker<'j> {
    let is_workbook = output.is_some() && !job.format.is_flat();
    RowMaker {
        policy: &job.policy,
        layout,
        rows_for: output.map_or(RowsFor::Nobody, Output::rows_for),
        sheets: split.filter(|_| is_workbook),
        has_review: is_workbook || has_tables,
    }
}

/// Begins the output.
fn begin(
    (job, known): (&Job, &RunContext<'_>),
    (target, first): (&Target, FirstRows),
    (judge, layout): (&RowJudge<'_, '_>, &Layout<'_>),
    has: Has,
    part: Option<&SplitWorkbook<'_, '_>>,
) -> Result<(Output, SheetIds)> {
    let shared = first.shared(job, judge, layout)?;
    let about = (known.about, known.columns);
    workbook::begin((job, target), known.scratch, about, (layout, shared), has, part)
}

/// Begins the flat tables, without those of what is not compared, or not asked of any customer.
fn begin_tables((job, known): (&Job, &RunContext<'_>), has: Has) -> Result<Option<Tables>> {
    Tables::begin(job, |table| match table {
        FlatTable::Changes => has.changes,
        FlatTable::Onboarding => job.policy.onboarding.is_some(),
        FlatTable::OtherPolicy => known.other.is_some(),
        _ => true,
    })
}

/// Returns what judges the rows.
fn row_judge<'j, 'a>(
    (job, known): (&'j Job, &'j RunContext<'a>),
    census: Option<&'j Census>,
) -> RowJudge<'j, 'a> {
    let (policy, identity) = (&job.policy, known.identity);
    RowJudge { policy, identity, census, understandings: understandings(known, census) }
}

/// Returns the census that was taken on the way, if one was.
fn census_found(wholes: &mut Wholes<'_, '_>, workers: &Workers) -> Result<Option<Census>> {
    let records = wholes.totals.records;
    wholes.census.take().map(|census| census.finish(records, workers)).transpose()
}

/// Returns whether rows may read otherwise for what was found out on the way.
fn changes_something(found: Option<&Census>) -> bool {
    found.is_some_and(Census::changes_something)
}

/// Returns what a row of the output is made of.
fn layout<'l>((job, known): (&'l Job, &RunContext<'l>), has_repeats: bool) -> Layout<'l> {
    let layout = Layout::new(&job.policy, known.catalogue, known.about, known.columns, has_repeats);
    if job.format.is_flat() { layout.flat(job.names) } else { layout }
}

/// Returns understandings that know what the census found.
fn understandings<'a>(known: &RunContext<'a>, census: Option<&Census>) -> Understandings<'a> {
    let facts = census.map(|census| census.facts).unwrap_or_default();
    let outline = census.map(|census| Arc::clone(&census.outline)).unwrap_or_default();
    Understandings::of(known.understanding.clone().with_facts(facts).with_outline(outline))
}

//! One run: what is known before the first row, then one pass over the rows, or two.

use super::catalogues::Loaded;
use super::context::RunContext;
use super::done::Done;
use super::first_rows::FirstRows;
use super::own_files::OwnFiles;
use super::pass::{self, Attempt, Pass};
use super::progress::Progress;
use super::request::Job;
use super::since::Earlier;
use super::split::Splitter;
use super::{census, files, open_files, refuse, tables};
use crate::about::{About, Form};
use crate::error::{Error, ErrorKind, Result};
use crate::otherwise::OtherPolicy;
use crate::plans::Catalogue;
use crate::policy::{Policy, SHIPPED};
use crate::read::{self, Block};
use crate::roster::Understanding;
use crate::roster::columns::{self, ColumnRequest, Columns, Seen};
use crate::roster::dated::RosterDate;
use crate::roster::identity::Identity;
use crate::roster::overrides::Fitted;
use crate::roster::separators::{self, Mark, Separators};
use crate::scratch::Scratch;
use crate::write::target::{Target, folder_of, resolved};
use std::sync::Arc;

/// Does the job; `progress` is told the number of rows done, now and then, and may say that the run stops.
///
/// What stands on several rows is known only at the end of the roster, and what `1.234` means. Where the first rows let
/// expect such a thing, a census goes before; otherwise it is taken on the way, and if it changes anything after all,
/// the work is done once more.
///
/// # Errors
/// Why there is no workbook: catalogues, overrides, roster, columns, the earlier night, target. Faults of rows are no
/// errors. `stopped` (kind `Stopped`) if `progress` said so: what was at the target is still there, and no temporary file
/// is left. Split workbooks come after the workbook of all customers has taken its place; a run that is stopped then keeps
/// it and those that are whole.
pub fn annotate(job: &Job, progress: Progress<'_>) -> Result<Done> {
    check(job)?;
    let (_files_held, _tables_held) = (files::folder::hold(job)?, tables::hold(job)?);
    let scratch = scratch(job);
    let own_files = own_files(job, &scratch)?;
    let OwnFiles { loaded: Loaded { catalogue, own }, overrides } = own_files.as_ref();
    let mut reader = read::open(&job.input, how_to_read(job, &scratch))?;
    let about = reader.about.clone();
    refuse::another_roster(job, &about)?;
    refuse::to_write_into_the_roster(job)?;
    refuse::one_sheet_of_several(job, &about)?;
    let columns = find_columns(job, &about, catalogue).map_err(|error| in_file(error, &about))?;
    let identity = Identity::find(&about.headings, &columns);
    let date = RosterDate::find(job.as_of, &about);
    let other = other_policy(&job.policy)?;
    let fitted = overrides.as_ref().map(|overrides| Fitted::new(overrides, &about.headings, &columns));
    let known = RunContext {
        about: &about,
        date: date.as_ref(),
        columns: &columns,
        overrides: overrides.as_ref(),
        own,
        catalogue,
        identity: &identity,
        other: other.as_ref(),
        scratch: &scratch,
        understanding: Understanding::new(&columns, &job.policy, catalogue)
            .with_identity(&identity)
            .with_numbers(Separators::known(job.numbers, shown_by_file(&about)))
            .with_headings(&about.headings, about.header_row, about.has_cells())
            .overriding(fitted.as_ref()),
    };
    let split = |by| Splitter::new(by, job, &known);
    let (sheets, files) = (job.split.map(split).transpose()?, job.split_files.map(split).transpose()?);
    let read = |previous| Earlier::read(job, previous, &known);
    let mut earlier = job.since.as_ref().map(read).transpose()?;
    let by = (&job.workers, progress);
    let mut census = census::take_if_expected(&mut reader, by, &known)?;
    loop {
        let pass = Pass {
            first: FirstRows::read(&mut reader, job)?,
            target: job.target.as_ref(),
            census: census.as_ref(),
            earlier: &mut earlier,
            sheets,
            files,
            part: None,
        };
        let source = |emit: &mut dyn FnMut(Block) -> Result<()>| reader.read(emit);
        let attempt = pass::attempt((job, &known), pass, source, Block::records, progress);
        match attempt.map_err(|error| with_target_unchanged(error, job))? {
            Attempt::Done(mut done, left) => {
                done.files = files::write((job, &known), census, *left, (&done.summary, sheets), progress)?;
                return Ok(*done);
            }
            Attempt::NeedsCensus => census = Some(census::take(&mut reader, by, &known)?),
        }
    }
}

pub(super) fn how_to_read<'j>(job: &'j Job, scratch: &'j Scratch) -> read::Options<'j> {
    read::Options {
        sheet: job.sheet.as_deref(),
        heading_row: job.heading_row,
        encoding: job.encoding.as_deref(),
        delimiter: job.delimiter,
        limits: job.limits,
        scratch,
        score: &columns::score,
    }
}

/// Returns what the user's own files say: as somebody has read them, or from the files.
fn own_files(job: &Job, scratch: &Scratch) -> Result<Arc<OwnFiles>> {
    match &job.own_files {
        Some(own_files) => Ok(Arc::clone(own_files)),
        None => OwnFiles::read(&job.policy, (&job.catalogues, &job.overrides), scratch).map(Arc::new),
    }
}

/// Returns the shipped policy that the run does not have, to be compared with its own; `None` where they cannot be.
///
/// # Errors
/// None in a build whose tests passed.
fn other_policy(own: &Policy) -> Result<Option<OtherPolicy>> {
    let Some((name, _)) = SHIPPED.iter().rev().find(|(name, _)| *name != own.name) else { return Ok(None) };
    let other = Policy::named(name).transpose()?;
    Ok(other.and_then(|other| OtherPolicy::new(own, other)))
}

/// Refuses what needs no look into a file.
fn check(job: &Job) -> Result<()> {
    refuse::to_overwrite_the_input(job)?;
    open_files::refuse_to_overwrite(job)?;
    refuse::another_kind_of_file(job)?;
    refuse::split_workbooks_that_cannot_be(job)
}

/// Says of what is there already that it is as it was: the rename that replaces it comes last, so no error comes after it.
fn with_target_unchanged(mut error: Error, job: &Job) -> Error {
    let Some(Target::File(output)) = &job.target else { return error };
    if error.kind == ErrorKind::Output
        && output.is_file()
        && let Some(first) = error.diagnostics.first_mut()
    {
        first.help.push_str("; the existing file was not changed");
    }
    error
}

/// Temporary files go where the job says; else beside the output, and without one at a path where the system has them.
pub(super) fn scratch(job: &Job) -> Scratch {
    match (&job.scratch, &job.target) {
        (Some(folder), _) => Scratch::in_folder(folder),
        (None, Some(Target::File(output))) => Scratch::beside_output(&folder_of(&resolved(output))),
        (None, _) => Scratch::system(),
    }
}

pub(super) fn find_columns(job: &Job, about: &About, catalogue: &Catalogue) -> Result<Columns> {
    let is_plan = |written: &str| catalogue.knows(written);
    let seen = Seen { headings: &about.headings, rows: &about.first, is_plan: &is_plan };
    let request =
        ColumnRequest { mappings: &job.mappings, tenant: job.tenant.as_deref(), guesses: job.guesses };
    columns::find_in(seen, request)
}

/// A semicolon stands between values where a comma stands in numbers; if other columns show that, too, `1.200` is no
/// fraction.
fn shown_by_file(about: &About) -> Option<Mark> {
    let has_semicolons = matches!(about.form, Form::Text { delimiter: ';', .. });
    if has_semicolons { separators::of_file(&about.first) } else { None }
}

pub(super) fn in_file(mut error: Error, about: &About) -> Error {
    for diagnostic in &mut error.diagnostics {
        diagnostic.file.clone_from(&about.name);
        diagnostic.place = about.place(about.header_row, None);
    }
    error
}

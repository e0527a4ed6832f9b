//! The main job: a roster in, judged row by row on all cores, an annotated workbook or another file out.

pub mod catalogues;
mod census;
pub mod files;
mod judge;
mod onboarding;
mod output;
mod overrides;
mod pass;
mod run;
mod since;
pub mod split;
mod understandings;
mod workbook;

pub use overrides::load as load_overrides;
pub use since::{Previous, Totals};

use crate::about::{About, Form};
use crate::changes::MaxDrop;
use crate::changes::Since;
use crate::diagnostic::{Diagnostic, excerpt};
use crate::error::{Error, ErrorKind, Result};
use crate::findings::to_settle::ToSettle;
use crate::output_fields::Names;
use crate::plans::Catalogue;
use crate::plans::own::OwnCatalogue;
use crate::policy::Policy;
use crate::read::{self, Block, Input, Limits};
use crate::roster::Understanding;
use crate::roster::columns::{self, ColumnRequest, Columns, Guesses, Mapping, Seen};
use crate::roster::identity::Identity;
use crate::roster::lines::Lines;
use crate::roster::overrides::{Fitted, Overrides};
use crate::roster::separators::{self, Mark, Separators};
use crate::scratch::Scratch;
use crate::steps::Near;
use crate::summary::Summary;
use crate::tenants::TenantSummary;
use crate::write::format::Format;
use crate::write::target::{Target, folder_of, resolved};
use crate::write::{Compression, Method, Written};
use files::Files;
use pass::{Attempt, Pass};
use since::Earlier;
use split::{By, Parts, Splitter};
use std::path::{Path, PathBuf};

/// How many kinds of faults are shown at once; all of them stand on the Review sheet.
pub const FAULTS_SHOWN: usize = 20;

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Job {
    /// Where the roster comes from.
    pub input: Input,
    /// Where the output goes; `None` = it is not made, everything else is.
    pub target: Option<Target>,
    /// What kind of file the output is.
    pub format: Format,
    /// What the FastTrack columns are called in a file without sheets; workbooks have headings.
    pub names: Names,
    /// The rules.
    pub policy: Policy,
    /// The user's own catalogues, in order.
    pub catalogues: Vec<PathBuf>,
    /// The overrides file, if there is one.
    pub overrides: Option<PathBuf>,
    /// Other files that were read for the job and must not be replaced, and what each is, such as `the policy`.
    pub also_read: Vec<(PathBuf, &'static str)>,
    /// The earlier night to compare with, if there is one; it is read before the workbook is written, so that it may be
    /// the one that is replaced.
    pub since: Option<Previous>,
    /// By how much rows, customers and paid seats may have fallen since the earlier night; `None` = by anything.
    pub max_drop: Option<MaxDrop>,
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
    /// The mark that parts thousands in the roster's numbers; `None` = what its values show.
    pub numbers: Option<Mark>,
    /// How large the roster may be, and how long the run.
    pub limits: Limits,
    /// How close to a tier a customer has to be for the lists of next steps.
    pub near: Near,
    /// Worker threads; 0 = one for each core.
    pub threads: usize,
    /// What the customers are split by, each value on a sheet of its own; `None` = nothing. Only workbooks have sheets;
    /// other files leave it alone.
    pub split: Option<By>,
    /// What the customers are split by, each value in a workbook of its own in a folder beside the output; `None` =
    /// nothing. Only for a workbook in a file.
    pub split_files: Option<By>,
    /// Who writes the rows of the Roster sheet; where there is a split, the workbook library does.
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
    /// The user's own catalogues, in order.
    pub catalogues: Vec<OwnCatalogue>,
    /// What was set right by hand.
    pub overrides: Option<Overrides>,
    /// The totals.
    pub summary: Summary,
    /// The tenants that stand on several rows, rolled up.
    pub tenants: TenantSummary,
    /// What moved since the earlier night; `None` = nothing was compared.
    pub since: Option<Since>,
    /// The sheets that the customers were split over; `None` = no split was asked for.
    pub split: Option<Parts>,
    /// The workbooks that the customers were split over; `None` = none were asked for.
    pub files: Option<Files>,
    /// What the seats column shows of its thousands separator.
    pub separators: Separators,
    /// What is wrong with the rows, each thing once, with how many rows have it; at most [`FAULTS_SHOWN`].
    pub faults: Vec<(Diagnostic, u64)>,
    /// The words that were not understood.
    pub to_settle: ToSettle,
    /// The output; `None` = none was asked for.
    pub written: Option<Written>,
}

/// Does the job; `progress` is told the number of rows done, now and then.
///
/// What stands on several rows is known only at the end of the roster, and what `1.234` means. Where the first rows let
/// expect such a thing, a census goes before; otherwise it is taken on the way, and if it changes anything after all,
/// the work is done once more.
///
/// # Errors
/// Why there is no workbook: catalogues, overrides, roster, columns, the earlier night, target. Faults of rows are no
/// errors.
pub fn annotate(job: &Job, progress: &dyn Fn(u64)) -> Result<Done> {
    refuse_to_overwrite_the_input(job)?;
    refuse_another_kind_of_file(job)?;
    let _held = files::hold(job)?;
    let catalogues::Loaded { catalogue, own } = catalogues::load(&job.catalogues)?;
    let scratch = scratch(job);
    let load = |path: &PathBuf| overrides::load(path, (&job.policy, &catalogue), &scratch);
    let overrides = job.overrides.as_ref().map(load).transpose()?;
    let options = read::Options {
        sheet: job.sheet.as_deref(),
        encoding: job.encoding.as_deref(),
        delimiter: job.delimiter,
        limits: job.limits,
        scratch: &scratch,
        score: &columns::score,
    };
    let mut reader = read::open(&job.input, options)?;
    let about = reader.about.clone();
    refuse_one_sheet_of_several(job, &about)?;
    let columns = find_columns(job, &about, &catalogue).map_err(|error| in_file(error, &about))?;
    let identity = Identity::find(&about.headings, &columns);
    let fitted = overrides.as_ref().map(|overrides| Fitted::new(overrides, &about.headings, &columns));
    let known = RunContext {
        about: &about,
        columns: &columns,
        overrides: overrides.as_ref(),
        own: &own,
        catalogue: &catalogue,
        identity: &identity,
        scratch: &scratch,
        understanding: Understanding::new(&columns, &job.policy, &catalogue)
            .with_identity(&identity)
            .with_numbers(Separators::known(job.numbers, shown_by_file(&about)))
            .with_headings(&about.headings, about.header_row, about.sheet().is_some())
            .overriding(fitted.as_ref()),
    };
    let split = |by| Splitter::new(by, job, &known);
    let (sheets, files) = (job.split.map(split).transpose()?, job.split_files.map(split).transpose()?);
    let read_earlier = |previous| Earlier::read(job, previous, &known);
    let mut earlier = job.since.as_ref().map(read_earlier).transpose()?;
    let mut census = census::take_if_expected(&mut reader, job.threads, &known)?;
    loop {
        let pass = Pass {
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
                done.files = files::write((job, &known), census, *left, (&done.summary, sheets))?;
                return Ok(*done);
            }
            Attempt::NeedsCensus => census = Some(census::take(&mut reader, job.threads, &known)?),
        }
    }
}

/// What is known before the first row is judged.
struct RunContext<'a> {
    about: &'a About,
    columns: &'a Columns,
    overrides: Option<&'a Overrides>,
    own: &'a [OwnCatalogue],
    catalogue: &'a Catalogue,
    identity: &'a Identity,
    /// Where rows and numbers wait that are too many for memory.
    scratch: &'a Scratch,
    /// One that has seen no record yet.
    understanding: Understanding<'a>,
}

impl RunContext<'_> {
    /// Returns the lines of the roster, none of them seen yet.
    fn lines(&self) -> Lines {
        Lines::below(&self.about.above, self.understanding.policy())
    }
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

/// Temporary files go beside the output; without one in a file, where the system has them.
fn scratch(job: &Job) -> Scratch {
    match &job.target {
        Some(Target::File(output)) => Scratch::beside_output(&folder_of(&resolved(output))),
        Some(Target::Stdout) | None => Scratch::system(),
    }
}

fn find_columns(job: &Job, about: &About, catalogue: &Catalogue) -> Result<Columns> {
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

/// Where nobody watches, the customers of the sheets that were not read would be missed by nobody.
fn refuse_one_sheet_of_several(job: &Job, about: &About) -> Result<()> {
    const NAMED: usize = 4;
    let (Some(sheet), [_, ..], Guesses::Refused) =
        (about.sheet(), about.other_candidates.as_slice(), job.guesses)
    else {
        return Ok(());
    };
    let all = std::iter::once(sheet).chain(about.other_candidates.iter().map(String::as_str));
    let mut names: Vec<String> = all.take(NAMED).map(|name| format!("`{}`", excerpt(name))).collect();
    if about.other_candidates.len() >= NAMED {
        names.push(format!("one of {} more", about.other_candidates.len() + 1 - NAMED));
    }
    let message = format!("it is not certain which sheet is the roster: {}", names.join(" or "));
    let diagnostic = Diagnostic::error("sheet-uncertain", message).in_file(about.name.clone()).help(format!(
        "name the one you mean, such as --sheet \"{sheet}\"; to read several, run once for each"
    ));
    Err(Error::new(ErrorKind::Columns, diagnostic))
}

fn refuse_to_overwrite_the_input(job: &Job) -> Result<()> {
    let Some(Target::File(output)) = &job.target else { return Ok(()) };
    let help = |path: &Path, what| match what {
        OVERRIDES if is_workbook(path) => format!(
            "write the workbook elsewhere with `-o`; or save what was filled in first: fasttrack overrides \"{}\" -o \
             overrides.csv",
            path.display()
        ),
        _ => "write the workbook elsewhere with `-o`".to_owned(),
    };
    match files_read(job).find(|(path, _)| is_same_file(path, output)) {
        None => Ok(()),
        Some((path, what)) => Err(Error::new(
            ErrorKind::Usage,
            Diagnostic::error("output-is-input", format!("`{}` is {what}", output.display()))
                .help(help(path, what)),
        )),
    }
}

/// Whether a file's name says that it is a workbook, in which words may have been filled in.
fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
}

/// What the overrides file is to an output that would take its place.
const OVERRIDES: &str = "the overrides file";

/// The files that no output may take the place of, and what they are.
fn files_read(job: &Job) -> impl Iterator<Item = (&Path, &'static str)> {
    let roster = match &job.input {
        Input::File(path) => Some((path.as_path(), "the roster itself")),
        Input::Stdin => None,
    };
    let catalogues = job.catalogues.iter().map(|path| (path.as_path(), "a catalogue"));
    let overrides = job.overrides.as_deref().map(|path| (path, OVERRIDES));
    let others = job.also_read.iter().map(|(path, what)| (path.as_path(), *what));
    roster.into_iter().chain(catalogues).chain(overrides).chain(others)
}

/// A program would read the file as what its name says, or not open it at all, as Excel does.
fn refuse_another_kind_of_file(job: &Job) -> Result<()> {
    let Some(Target::File(output)) = &job.target else { return Ok(()) };
    let extension = output.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let Some(extension) = extension.filter(|extension| !job.format.fits_extension(extension)) else {
        return Ok(());
    };
    let word = job.format.word();
    let help = match Format::of_extension(&extension) {
        Some(format) => {
            format!("add `--format {}`, or give the file a name that ends in .{word}", format.word())
        }
        None => {
            format!("give it a name that ends in .{word}; `--format` lists the other formats")
        }
    };
    Err(Error::new(
        ErrorKind::Usage,
        Diagnostic::error(
            "usage",
            format!("the output would be .{word}, but `{}` ends in .{extension}", output.display()),
        )
        .help(help),
    ))
}

/// Returns whether two paths lead to one file that is there.
#[must_use]
pub fn is_same_file(left: &Path, right: &Path) -> bool {
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

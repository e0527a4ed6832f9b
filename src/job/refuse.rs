//! What a run refuses to do, before it is begun and before its output takes its place.

use super::request::Job;
use crate::about::About;
use crate::diagnostic::{Code, Diagnostic, excerpt};
use crate::error::{Error, ErrorKind, Result};
use crate::read::{self, Input};
use crate::roster::columns::Guesses;
use crate::summary::Summary;
use crate::verdict::words::counted;
use crate::write::format::Format;
use crate::write::target::{Target, resolved};
use std::path::Path;

/// In an unattended run nobody would notice that the customers on the other sheets are missing.
pub(super) fn one_sheet_of_several(job: &Job, about: &About) -> Result<()> {
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
    let diagnostic = Diagnostic::error(Code::SheetUncertain, message).in_file(about.name.clone()).help(
        format!("name the one you mean, such as --sheet \"{sheet}\"; to read several, run once for each"),
    );
    Err(Error::new(ErrorKind::Columns, diagnostic))
}

/// Refuses other bytes than those that were meant: another file took the roster's place since somebody looked.
pub(super) fn another_roster(job: &Job, about: &About) -> Result<()> {
    match &job.sha256 {
        Some(meant) if *meant != about.sha256 => Err(read::changed()),
        _ => Ok(()),
    }
}

pub(super) fn to_overwrite_the_input(job: &Job) -> Result<()> {
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
        Some((path, what)) => Err(output_is(&output.display().to_string(), what, help(path, what))),
    }
}

/// Refuses an output that would be a file of the roster's folder, once it is sure that this is one.
pub(super) fn to_write_into_the_roster(job: &Job) -> Result<()> {
    let (Input::File(roster) | Input::Folder { path: roster, .. }, Some(Target::File(output))) =
        (&job.input, &job.target)
    else {
        return Ok(());
    };
    let is_inside =
        roster.is_dir() && roster.canonicalize().is_ok_and(|roster| resolved(output).starts_with(roster));
    if !is_inside {
        return Ok(());
    }
    let what = "in the roster's folder, whose files are all read as rows";
    Err(output_is(&output.display().to_string(), what, "write it elsewhere with `-o`"))
}

/// Returns the error for an output that would take the place of what is read.
pub(super) fn output_is(output: &str, what: &str, help: impl Into<String>) -> Error {
    let message = format!("`{output}` is {what}");
    Error::new(ErrorKind::Usage, Diagnostic::error(Code::OutputIsInput, message).help(help))
}

/// Whether a file's name says that it is a workbook, in which words may have been filled in.
fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
}

/// What the roster is to an output that would take its place.
pub(super) const ROSTER: &str = "the roster itself";

/// What the overrides file is to an output that would take its place.
const OVERRIDES: &str = "the overrides file";

/// The files that no output may take the place of, and what they are.
pub(super) fn files_read(job: &Job) -> impl Iterator<Item = (&Path, &'static str)> {
    let roster = match &job.input {
        Input::File(path) | Input::Folder { path, .. } => Some((path.as_path(), ROSTER)),
        Input::Open(_) | Input::Pipe(_) | Input::Stdin => None,
    };
    let catalogues = job.catalogues.iter().map(|path| (path.as_path(), "a catalogue"));
    let overrides = job.overrides.iter().map(|path| (path.as_path(), OVERRIDES));
    let others = job.also_read.iter().map(|(path, what)| (path.as_path(), *what));
    roster.into_iter().chain(catalogues).chain(overrides).chain(others)
}

/// A program would read the file as what its name says, or not open it at all, as Excel does.
pub(super) fn another_kind_of_file(job: &Job) -> Result<()> {
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
            Code::Usage,
            format!("the output would be .{word}, but `{}` ends in .{extension}", output.display()),
        )
        .help(help),
    ))
}

/// The workbooks of values stand in a folder beside that of all, which so has to be at a path, if there is one.
pub(super) fn split_workbooks_that_cannot_be(job: &Job) -> Result<()> {
    if job.split_files.is_some() && job.format.is_flat() {
        let diagnostic = Diagnostic::error(Code::Usage, "only workbooks can be split into files");
        return Err(Error::new(ErrorKind::Usage, diagnostic.help("leave out `--format`, or the split")));
    }
    match (job.split_files, &job.target) {
        (Some(_), Some(Target::Open(_) | Target::Pipe(_) | Target::Stdout) | None) => Err(Error::new(
            ErrorKind::Usage,
            Diagnostic::error(
                Code::Usage,
                "split workbooks need an output at a path, to stand in a folder beside it",
            )
            .help("name the output with `-o FILE.xlsx`"),
        )),
        _ => Ok(()),
    }
}

/// Returns whether two paths lead to one file that is there.
#[must_use]
pub fn is_same_file(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}

/// An export that broke off below its headings is no roster, and no reason to replace one of yesterday.
pub(super) fn no_rows(summary: &Summary, about: &About) -> Result<()> {
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
    let diagnostic = Diagnostic::error(Code::RosterNoRows, message)
        .in_file(about.name.clone())
        .at(about.place(about.header_row, None))
        .help("export the roster again; nothing was written, and what an earlier run wrote was not changed");
    Err(Error::input(diagnostic))
}

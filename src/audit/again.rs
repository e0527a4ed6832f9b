//! The workbook made once more, to lay its lists beside those of the one that is audited.
//!
//! The lists follow from all rows together (tenants on several rows, the nearest customers, every fault), so they are
//! made as every run makes them: from the roster, if it is given; else from its cells on the Roster sheet, if it was text.

use super::book::{Book, Row};
use super::copy::{RosterCopy, can_stand_for};
use super::report::Findings;
use super::totals::Totals;
use super::{Known, lists, whole};
use crate::error::Result;
use crate::job::{Job as Making, annotate, unwatched};
use crate::pipeline::Workers;
use crate::read::Input;
use crate::report::steps::{NEXT, RISK, near_of};
use crate::roster::columns::Guesses;
use crate::summary::Summary;
use crate::write::target::Target;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The workbook that is made again; no roster has this name, since it would be no text.
const MADE: &str = "made again.xlsx";

/// What the lists are made from again.
pub(super) enum Again {
    /// They cannot be, because of this.
    Not(String),
    /// The roster that was given.
    Given(PathBuf),
    /// A copy of the rows, on its way; with the folder that goes when it does.
    Copied(TempDir, PathBuf, RosterCopy),
}

impl Again {
    /// Returns what the lists can be made from, before the rows are looked at.
    pub(super) fn begin(known: &Known<'_>) -> Self {
        if let Some(why) = why_not(known) {
            return Self::Not(why);
        }
        if let Some(roster) = &known.job.roster {
            return Self::Given(roster.clone());
        }
        let begun = tempfile::tempdir().and_then(|folder| {
            let name = Path::new(&known.run.roster.name).file_name().unwrap_or_else(|| "roster".as_ref());
            let path = folder.path().join(name);
            let delimiter = known.run.delimiter_byte().map_or(',', char::from);
            let copy = RosterCopy::begin(&path, delimiter, &known.run)?;
            Ok(Self::Copied(folder, path, copy))
        });
        begun.unwrap_or_else(|error| Self::Not(not_written(&error)))
    }

    /// Returns the copy, if one is made.
    pub(super) const fn copy(&mut self) -> Option<&mut RosterCopy> {
        match self {
            Self::Copied(.., copy) => Some(copy),
            Self::Not(_) | Self::Given(_) => None,
        }
    }

    /// Makes the workbook again, and compares the lists; returns why they were not compared, if so.
    ///
    /// # Errors
    /// `audit-not-readable`.
    pub(super) fn compare(
        self,
        known: &Known<'_>,
        (book, summary_rows): (&mut Book, &[Row]),
        (totals, is_whole): (&Totals, bool),
        findings: &mut Findings,
    ) -> Result<Option<String>> {
        let is_copy = matches!(self, Self::Copied(..));
        let settled = match self {
            Self::Not(why) => return Ok(Some(why)),
            Self::Copied(..) if !is_whole => return Ok(Some("rows are gone or were added".to_owned())),
            Self::Copied(folder, path, copy) => copy.finish().map(|()| (folder, path)),
            Self::Given(roster) => tempfile::tempdir().map(|folder| (folder, roster)),
        };
        let (folder, roster) = match settled {
            Ok(settled) => settled,
            Err(error) => return Ok(Some(not_written(&error))),
        };
        let target = folder.path().join(MADE);
        let job = making(known, (book, summary_rows), roster, target.clone())?;
        let done = match annotate(&job, &unwatched) {
            Ok(done) => done,
            Err(error) => return Ok(Some(format!("they cannot be made again: {error}"))),
        };
        if !is_copy && done.about.sha256 != known.run.roster.sha256 {
            return Ok(Some("the roster given is another".to_owned()));
        }
        let mut made = Book::open(&target)?;
        let made_run = super::run::read(&mut made)?;
        let flawed = if is_copy { lists::flawed(book)? } else { HashSet::new() };
        let faults = lists::faults_but_of(book, &flawed, &known.run.faults)?;
        let faults_made = lists::faults_but_of(&mut made, &flawed, &made_run.faults)?;
        if !are_alike(&done.summary, &totals.made)
            || !known.run.understands_as(&made_run)
            || faults != faults_made
        {
            let why = if is_copy {
                "not every row can be judged again from its own cells and the flags on the Run sheet: try it with --roster"
            } else {
                "rows were changed, or flags of that run are not known here"
            };
            return Ok(Some(why.to_owned()));
        }
        lists::compare(book, &mut made, is_copy.then_some(&flawed), findings)?;
        Ok(None)
    }
}

/// Returns why the lists cannot be made again by this program, if so.
fn why_not(known: &Known<'_>) -> Option<String> {
    let run = &known.run;
    if !known.has_words {
        return Some("another version or another policy made them".to_owned());
    }
    let why = if !known.has_plans {
        "some plans are not known here"
    } else if run.overrides_sha256.is_some() && known.job.overrides.is_empty() {
        "an overrides file set some of the rows: name it with --overrides"
    } else if run.part.is_some() {
        "the workbook has only some of the roster's customers"
    } else if known.job.roster.is_none() && !can_stand_for(run) {
        "the roster was not a text file: name it with --roster"
    } else {
        return None;
    };
    Some(why.to_owned())
}

fn not_written(error: &std::io::Error) -> String {
    format!("a temporary file for them cannot be written: {error}")
}

/// Returns the job that the workbook was, as far as it says.
fn making(
    known: &Known<'_>,
    (book, summary_rows): (&mut Book, &[Row]),
    roster: PathBuf,
    target: PathBuf,
) -> Result<Making> {
    let run = &known.run;
    let mut near = None;
    for sheet in [NEXT, RISK] {
        // A sheet that is gone says nothing; the other may.
        if !book.has(sheet) {
            continue;
        }
        book.rows(sheet, &mut |row| {
            near = near.or_else(|| near_of(row.text(0)));
            Ok(near.is_none())
        })?;
    }
    Ok(Making {
        target: Some(Target::File(target)),
        catalogues: known.job.catalogues.clone(),
        overrides: known.job.overrides.clone(),
        sheet: run.sheet.clone(),
        heading_row: run.heading_row(),
        mappings: run.mappings(),
        tenant: run.tenant.clone(),
        as_of: run.date,
        guesses: Guesses::Used,
        // A copy is in UTF-8, whatever the roster was in; its mark says so.
        encoding: run.encoding_named().filter(|_| known.job.roster.is_some()).map(str::to_owned),
        delimiter: run.delimiter_byte(),
        numbers: run.numbers,
        near: near.unwrap_or_default(),
        workers: Workers::new(0)?,
        split: whole::split_by(summary_rows),
        ..Making::new(Input::File(roster), known.rules.policy.clone())
    })
}

/// Returns whether rows were judged as they were then: otherwise what follows from them is another thing, too.
fn are_alike(one: &Summary, other: &Summary) -> bool {
    let (one, other) = (&one.verdicts, &other.verdicts);
    one.by_tier == other.by_tier && one.granted == other.granted && one.confirm == other.confirm
}

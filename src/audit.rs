//! A second pair of eyes on a finished workbook: is it whole, does every verdict follow from its row, what was changed?
//!
//! [`audit`] opens a workbook through a library that shares no code with the writers and readers of this program. The
//! rows are judged again by the same [`judge`](crate::verdict::judge), from the cells that stand beside their verdicts,
//! and the figures of the Summary are added up again. The lists that follow from all rows together are made again by a
//! run of the program. What comes of it is a [`Report`].
//!
//! Memory: the workbook's shared strings and styles are held, as the library wants it, and those of the workbook that is
//! made again, while both are compared; of the rows a few batches. Where the roster is given, too, up to 32 bytes are
//! kept for each row.

mod again;
mod align;
mod book;
mod columns;
mod copy;
mod differences;
mod figures;
mod gate;
mod guesses;
mod judged;
mod lists;
mod moves;
mod own;
mod paper;
mod plans;
mod prints;
pub mod report;
mod roster;
mod rows;
mod rules;
mod run;
mod totals;
mod whole;
mod words;

use crate::PROGRAM;
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use crate::hash::shown;
use crate::job::catalogues::{self, Loaded};
use crate::plans::Catalogue;
use crate::plans::own::OwnCatalogue;
use crate::policy::Policy;
use crate::report::{policy, run as run_sheet, summary};
use crate::roster::overrides::sha256_of;
use again::Again;
use book::{Book, Row};
use copy::RosterCopy;
use gate::Marks;
use own::Own;
use report::{Findings, HashedFile, LIMIT_FINDINGS, Report, SCHEMA};
use roster::Prints;
use rows::{AuditContext, RowAudit};
use rules::Rules;
use run::Run;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use totals::Totals;

/// What is to be audited, and by what.
#[derive(Clone, Debug)]
pub struct Job {
    /// The finished workbook.
    pub workbook: PathBuf,
    /// The roster that it should have been made from; `None` = its cells are not compared.
    pub roster: Option<PathBuf>,
    /// The policy that made it; `None` = it is found by its hash, or told from the Policy sheet.
    pub policy: Option<Policy>,
    /// The user's own catalogues, in order.
    pub catalogues: Vec<PathBuf>,
    /// The overrides that it was made with, in order; none = the lists of a run with overrides are not compared.
    pub overrides: Vec<PathBuf>,
}

/// Audits a workbook.
///
/// # Errors
/// `audit-not-readable` and `audit-not-ours`, of kind `Input`: there is nothing to audit. `audit-policy-other` and
/// `audit-catalogue-other` and `audit-overrides-other`, of kind `Policy`: it was made by others than those given. Those of
/// reading the roster, the catalogues and the overrides.
pub fn audit(job: &Job) -> Result<Report> {
    let loaded = catalogues::load(&job.catalogues)?;
    audit_file(job, &loaded).map_err(|error| in_file(error, &job.workbook))
}

/// What is known of a workbook before its rows are looked at.
struct Known<'j> {
    job: &'j Job,
    run: Run,
    rules: Rules,
    /// Whether this program words reasons as the one did that made the workbook.
    has_words: bool,
    /// Whether every plan that a row was recognised as is in the catalogue.
    has_plans: bool,
    /// How many rows were written.
    written: u64,
}

fn audit_file(job: &Job, loaded: &Loaded) -> Result<Report> {
    let marks = gate::pass(&job.workbook)?;
    let mut book = Book::open(&job.workbook)?;
    let mut findings = Findings::default();
    for sheet in [summary::NAME, crate::report::roster::NAME, policy::NAME, run_sheet::NAME] {
        if !book.has(sheet) {
            return Err(not_ours(&format!("it has no sheet `{sheet}`")));
        }
    }
    let run = run::read(&mut book)?;
    check_catalogues(&loaded.own, &run)?;
    check_overrides(&job.overrides, &run)?;
    let (policy_rows, summary_rows) = (book.all(policy::NAME)?, book.all(summary::NAME)?);
    let rules = rules::find(job.policy.clone(), &run, &marks, &policy_rows)?;
    whole::check_sheets(&book.sheets, &summary_rows, &run, &mut findings);
    whole::check_hashes(&run, &marks, &mut findings);
    rules::compare(&rules, &run, &marks, &policy_rows, &mut findings);
    let known = Known::of(job, run, rules, &summary_rows);
    let mut again = Again::begin(&known);
    let (mut totals, ours, prints) =
        walk(&known, &mut book, (&loaded.catalogue, again.copy()), &mut findings)?;
    totals.add_tenants(&known.rules.policy, &mut book)?;
    let is_whole = whole::check_rows(&totals.rows, &known.run, &summary_rows, &mut findings);
    if is_whole {
        let policy = &known.rules.policy;
        // How sure a verdict is hangs on the plan, too.
        let has_checks = known.has_words && !known.run.is_of_other_catalogue();
        figures::compare(policy, (&totals, &ours), has_checks, &summary_rows, &mut findings);
    }
    if known.run.program == PROGRAM {
        moves::check(&mut book, &summary_rows, &mut findings)?;
    }
    if let Some(path) = &job.roster {
        let is_its_own = roster::compare(path, &mut book, (&known.run, &ours), &prints, &mut findings)?;
        if !is_its_own {
            again = Again::Not("the roster given is another".to_owned());
        }
    }
    let lists = again.compare(&known, (&mut book, &summary_rows), (&totals, is_whole), &mut findings)?;
    let lists_compared = lists.is_none();
    let not_compared = whole::not_compared(&known, &book.sheets, is_whole, lists);
    Ok(reported(&known, &marks, &totals, findings, (not_compared, lists_compared)))
}

impl<'j> Known<'j> {
    fn of(job: &'j Job, run: Run, rules: Rules, summary_rows: &[Row]) -> Self {
        let has_words = run.program == PROGRAM && rules.is_whole;
        let has_plans =
            rules.is_whole && job.catalogues.len() == run.catalogues.len() && !run.is_of_other_catalogue();
        let written = whole::written(&run, summary_rows);
        Self { job, run, rules, has_words, has_plans, written }
    }
}

/// Looks at all rows of all parts of the Roster sheet; with the roster at hand, keeps a print of each. The rows are added
/// to a copy, if there is one.
fn walk(
    known: &Known<'_>,
    book: &mut Book,
    (catalogue, copy): (&Catalogue, Option<&mut RosterCopy>),
    findings: &mut Findings,
) -> Result<(Totals, columns::Ours, Prints)> {
    let Known { run, rules, has_words, has_plans, written, .. } = known;
    let parts = whole::parts(&book.sheets, *written);
    let mut kept = KeptRows { prints: Prints::new(known.job.roster.is_some()), copy };
    let mut looking: Option<RowAudit<'_, '_>> = None;
    for (place, part) in parts.iter().enumerate() {
        let mut next = 2;
        book.rows_ahead(part, &mut |row| {
            if row.number == 1 {
                let ours = columns::find(row, part, (&rules.policy, run), findings)?;
                kept.headings(row, &ours, place);
                let own = Own::new(run, *has_plans, ours.own, catalogue);
                let knows_plans = rules.is_whole && !run.is_of_other_catalogue();
                let known =
                    AuditContext { rules, has_words: *has_words, has_plans: *has_plans, knows_plans, ours };
                // Totals go on from part to part.
                looking = Some(match looking.take() {
                    Some(before) => RowAudit { known, ..before },
                    None => RowAudit::new(known, own, catalogue),
                });
                return Ok(true);
            }
            let Some(looking) = &mut looking else {
                return Err(not_ours(&format!("the sheet `{part}` has no headings")));
            };
            looking.blank(row.number - next);
            kept.blank((row.number - next).into());
            next = row.number + 1;
            looking.see(part, row, findings);
            kept.add(row, &looking.known.ours);
            Ok(true)
        })?;
        if let Some(looking) = looking.as_mut().filter(|_| place + 1 < parts.len()) {
            let rest = whole::ROWS_OF_A_SHEET + 1 - next;
            looking.blank(rest);
            kept.blank(rest.into());
        }
    }
    let Some(mut looking) = looking else { return Err(not_ours("its Roster sheet has no headings")) };
    kept.end(written.saturating_sub(looking.totals.rows.read));
    looking.end(*written);
    Ok((looking.totals, looking.known.ours, kept.prints))
}

/// What is kept of rows that went by.
struct KeptRows<'c> {
    prints: Prints,
    copy: Option<&'c mut RosterCopy>,
}

impl KeptRows<'_> {
    /// The headings of the first part are the roster's.
    fn headings(&mut self, row: &Row, ours: &columns::Ours, part: usize) {
        if let Some(copy) = self.copy.as_mut().filter(|_| part == 0) {
            copy.add(row, ours);
        }
    }

    fn add(&mut self, row: &Row, ours: &columns::Ours) {
        self.prints.add(row, ours);
        if let Some(copy) = &mut self.copy {
            copy.add(row, ours);
        }
    }

    fn blank(&mut self, rows: u64) {
        self.prints.blank(rows);
        self.end(rows);
    }

    /// Ends with rows that have nothing in them.
    fn end(&mut self, rows: u64) {
        if let Some(copy) = &mut self.copy {
            copy.blank(rows);
        }
    }
}

/// What own catalogues made it is known by their hashes; with others the plans would be others.
fn check_catalogues(own: &[OwnCatalogue], run: &Run) -> Result<()> {
    let is_noted = |own: &&OwnCatalogue| run.catalogues.iter().any(|noted| noted.sha256 == own.sha256);
    match own.iter().find(|own| !is_noted(own)) {
        None => Ok(()),
        Some(other) => Err(refused(
            Code::AuditCatalogueOther,
            format!("the workbook was not made with the catalogue `{}` as it is now", other.name),
            "name the file as it was then, or leave `--catalogue` out",
        )),
    }
}

/// Refuses overrides that the workbook was not made with; what they say is of no matter here.
fn check_overrides(paths: &[PathBuf], run: &Run) -> Result<()> {
    let sum = |path: &PathBuf| {
        sum_of(path).map(shown).map_err(|error| {
            let message = format!("the overrides `{}` cannot be read: {error}", path.display());
            refused(Code::OverridesNotReadable, message, "check the name and the folder")
        })
    };
    let sums = paths.iter().map(sum).collect::<Result<Vec<String>>>()?;
    if paths.is_empty() || run.overrides_sha256.as_ref() == Some(&sha256_of(&sums)) {
        return Ok(());
    }
    let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    let help = match paths {
        [_] => "name the file as it was then, or leave `--overrides` out",
        _ => "name all the files as they were then, in the same order, or leave `--overrides` out",
    };
    let names = names.join(" and ");
    let message = format!("the workbook was not made with the overrides {names} as they are now");
    Err(refused(Code::AuditOverridesOther, message, help))
}

fn sum_of(path: &Path) -> std::io::Result<Sha256> {
    // A pipe would be waited for.
    if !path.metadata()?.is_file() {
        return Err(std::io::Error::other("it is not a file"));
    }
    let (mut file, mut sum, mut buffer) = (File::open(path)?, Sha256::new(), vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { return Ok(sum) };
        sum.update(bytes);
    }
}

fn reported(
    Known { job, run, rules, .. }: &Known<'_>,
    marks: &Marks,
    totals: &Totals,
    findings: Findings,
    (not_compared, lists_compared): (Vec<String>, bool),
) -> Report {
    let saved_by = whole::saved_by(marks);
    let result = match (findings.all, &saved_by) {
        (0, None) => report::Result::AsMade,
        (0, Some(_)) => report::Result::SavedByAnother,
        _ => report::Result::Changed,
    };
    let name = job.workbook.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut kept = findings.kept;
    kept.truncate(LIMIT_FINDINGS);
    kept.sort_by_key(|finding| finding.kind);
    Report {
        schema: SCHEMA,
        program: PROGRAM,
        result,
        workbook: HashedFile { name, sha256: marks.sha256.clone() },
        made_by: run.program.clone(),
        saved_by,
        roster: run.roster.clone(),
        policy: run.policy.clone(),
        judged_by: rules.from.clone(),
        shipped_catalogue: run.catalogue.clone(),
        is_other_catalogue: run.is_of_other_catalogue(),
        catalogues: run.catalogues.clone(),
        overrides_sha256: run.overrides_sha256.clone(),
        rows: totals.rows,
        found: findings.all,
        findings: kept,
        lists_compared,
        not_compared,
    }
}

fn in_file(mut error: Error, path: &Path) -> Error {
    for found in error.diagnostics.iter_mut().filter(|found| found.file.is_empty()) {
        found.file = path.display().to_string();
    }
    error
}

/// Returns the error for a file that cannot be read.
fn not_readable(why: &str) -> Error {
    let diagnostic =
        Diagnostic::error(Code::AuditNotReadable, format!("the workbook cannot be audited: {why}"));
    Error::input(diagnostic.help("name a workbook that fasttrack wrote, as .xlsx"))
}

/// Returns the error for a workbook of another program.
fn not_ours(why: &str) -> Error {
    let message = format!("the workbook was not written by fasttrack: {why}");
    let help = "name a workbook that `fasttrack annotate` wrote; a sheet that is gone cannot be audited";
    Error::input(Diagnostic::error(Code::AuditNotOurs, message).help(help))
}

fn refused(code: Code, message: impl Into<String>, help: &str) -> Error {
    Error::new(ErrorKind::Policy, Diagnostic::error(code, message).help(help))
}

//! The workbook of an earlier night, as this program wrote it: the sheets Run and Policy, all parts of Roster, and Tenants.

mod groups;
mod sheets;
mod tenants;

use crate::changes::{Note, Origin};
use crate::diagnostic::{Code, Diagnostic, Place, excerpt};
use crate::error::{Error, ErrorKind, Result};
use crate::fold::fold;
use crate::job::context::RunContext;
use crate::job::request::Job;
use crate::output_fields::headings::{SEATS_COUNTED, SEGMENT, TENANT_ROWS, TIER};
use crate::pipeline;
use crate::read::{self, Input, Reader};
use crate::record::{Cell, Record};
use crate::report::roster::NAME;
use crate::roster::Understanding;
use crate::roster::columns::{Columns, TenantFrom};
use crate::roster::identity::{Identity, plan_number};
use crate::scratch::Scratch;
use crate::sort::Sorter;
use crate::verdict::words::{NEEDS_REVIEW, NO_TIER, counted, grouped};
use groups::Noting;
use sheets::{Column, Sheets};
use std::path::Path;
use std::time::Instant;

/// What the earlier night's workbook holds.
pub(super) struct Read {
    pub origin: Origin,
    pub notes: Sorter,
    /// The rungs of its policy, lowest first.
    pub ladder: Vec<String>,
    /// How tenants are told apart in this night's roster, so that it fits.
    pub identity: Identity,
}

/// Reads the workbook to its end.
///
/// # Errors
/// Of kind `Input`: `since-not-readable`, `since-not-ours`, `since-cell`, `since-columns`, `since-part`, `since-rows`.
pub(super) fn read(path: &Path, job: &Job, known: &RunContext<'_>) -> Result<Read> {
    let in_file = |mut error: Error| {
        for found in error.diagnostics.iter_mut().filter(|found| found.file.is_empty()) {
            found.file = path.display().to_string();
        }
        error
    };
    let book = Book { path, job, scratch: known.scratch };
    let sheets = sheets::read(&book).map_err(in_file)?;
    let mut notes = Sorter::new(known.scratch);
    let mut identity = known.identity.clone();
    let began = Instant::now();
    let (mut part, mut customers) = (0, 0);
    let mut name = NAME.to_owned();
    loop {
        let mut reader = book.open(&name, &score).map_err(in_file)?;
        if reader.about.sha256 != sheets.origin.sha256 {
            return Err(in_file(not_readable(read::changed())));
        }
        let (mine, sheet) = Sheet::new(&reader, &sheets, known, part).map_err(in_file)?;
        if part == 0 {
            identity = mine;
            tenants::note(&book, &sheets, &sheet.identity, &sheet.tiers, &mut notes).map_err(in_file)?;
        }
        customers += sheet.note(&mut reader, job, known, &mut notes).map_err(in_file)?;
        part += 1;
        name = format!("{NAME} ({})", part + 1);
        if began.elapsed().as_secs() >= job.limits.seconds {
            return Err(in_file(late(job.limits.seconds)));
        }
        // A copy that someone made of the sheet has a name like that of a further part, and is none.
        if part >= sheets.parts || !sheets.names.contains(&name) {
            break;
        }
    }
    if customers != sheets.customers {
        return Err(in_file(other_rows(customers, sheets.customers)));
    }
    Ok(Read { origin: sheets.origin, notes, ladder: sheets.ladder, identity })
}

/// A workbook that is opened sheet by sheet.
pub(super) struct Book<'a> {
    path: &'a Path,
    job: &'a Job,
    scratch: &'a Scratch,
}

impl Book<'_> {
    /// Opens a sheet, under the limits of rosters.
    ///
    /// # Errors
    /// `since-not-readable`; `since-not-ours` if there is no such sheet.
    pub(super) fn open(&self, sheet: &str, score: &dyn Fn(&[String]) -> u32) -> Result<Reader> {
        let (limits, scratch) = (self.job.limits, self.scratch);
        let options = read::Options { sheet: Some(sheet), ..read::Options::new(limits, scratch, score) };
        let reader = read::open(&Input::File(self.path.to_owned()), options).map_err(not_readable)?;
        if reader.about.sheet().is_none() {
            return Err(not_ours("it is text, not a workbook"));
        }
        Ok(reader)
    }
}

/// What reading says of a roster, said of the earlier workbook.
pub(super) fn not_readable(mut error: Error) -> Error {
    if error.kind != ErrorKind::Input {
        return error;
    }
    for found in error.diagnostics.iter_mut().filter(|found| !found.code.as_str().starts_with("since-")) {
        if found.code == Code::SheetMissing {
            *found = Diagnostic { file: found.file.clone(), ..foreign(&found.message) };
            continue;
        }
        found.message = format!("the `--since` file cannot be read: {}", found.message);
        if found.code != Code::RosterMissing && !found.help.contains("--limit") {
            HELP.clone_into(&mut found.help);
        }
        found.code = Code::SinceNotReadable;
    }
    error
}

const HELP: &str = "name a workbook that fasttrack wrote, or a run report that `--json` printed";

fn foreign(why: &str) -> Diagnostic {
    Diagnostic::error(Code::SinceNotOurs, format!("the `--since` file was not written by fasttrack: {why}"))
        .help(HELP)
}

/// Returns the error for a file that this program did not write.
pub(super) fn not_ours(why: &str) -> Error {
    Error::input(foreign(why))
}

/// Each part is opened again, and a file made to hurt may have thousands.
fn late(seconds: u64) -> Error {
    let message =
        format!("the `--since` file could not be read in {seconds} seconds; no workbook was written");
    Error::input(Diagnostic::error(Code::SinceNotReadable, message).help(
        "use the workbook exactly as fasttrack wrote it, or allow more time with `--limit seconds=AMOUNT`",
    ))
}

/// All other customers would be told as new ones.
pub(super) fn part(value: &str) -> Error {
    let message = format!(
        "the `--since` file has only the customers of `{}`, as `--split-files` wrote it",
        excerpt(value)
    );
    let help = "name the workbook of all customers, which is next to the folder of this one";
    Error::input(Diagnostic::error(Code::SincePart, message).help(help))
}

/// Rows that are gone would be told as customers that are gone.
fn other_rows(found: u64, written: u64) -> Error {
    let message = format!(
        "the `--since` file was changed: its Roster sheet has {}, but its Run sheet says {}",
        counted(found, "customer", "customers"),
        grouped(written)
    );
    Error::input(Diagnostic::error(Code::SinceRows, message).help(AS_WRITTEN))
}

const AS_WRITTEN: &str =
    "use the workbook exactly as fasttrack wrote it; or create it again from that run's roster";

fn other_columns(why: String, help: &str) -> Error {
    Error::input(Diagnostic::error(Code::SinceColumns, why).help(help))
}

/// How much a row looks like the headings of our Roster sheet.
fn score(cells: &[String]) -> u32 {
    u32::from(ours(cells).is_some())
}

/// Where the columns of ours stand that are compared, each from 0.
#[derive(Clone, Copy)]
struct Ours {
    segment: usize,
    seats: usize,
    tier: usize,
    /// How many rows a row's tenant is on; `None` = no tenant was on several.
    tenant_rows: Option<usize>,
}

/// Returns where our columns stand, also as earlier versions wrote them; the roster's own, of the same names, may stand
/// in front of them.
fn ours(headings: &[String]) -> Option<Ours> {
    let is_ours = |heading: &String, ours: &str| {
        heading.strip_prefix(ours).is_some_and(|rest| rest.replace(" (FastTrack)", "").is_empty())
    };
    let last = |ours: &str| headings.iter().rposition(|heading| is_ours(heading, ours));
    let (segment, seats, tier) = (last(SEGMENT)?, last(SEATS_COUNTED)?, last(TIER)?);
    let tenant_rows = last(TENANT_ROWS).filter(|place| *place > tier);
    let found = Ours { segment, seats, tier, tenant_rows };
    (found.segment < found.seats && found.seats < found.tier).then_some(found)
}

/// One part of the earlier Roster sheet, and which of its columns is what.
struct Sheet {
    name: String,
    identity: Identity,
    columns: Columns,
    /// What may stand in the column of tiers.
    tiers: Vec<String>,
    /// Where our columns stand.
    ours: Ours,
    /// Which part it is, from 0.
    part: u64,
}

impl Sheet {
    /// Finds the columns of a part; returns also how tenants are told apart in this night's roster.
    fn new(reader: &Reader, sheets: &Sheets, known: &RunContext<'_>, part: u64) -> Result<(Identity, Self)> {
        let headings = &reader.about.headings;
        let ours =
            ours(headings).ok_or_else(|| not_ours("its Roster sheet has none of the FastTrack columns"))?;
        let theirs = headings.get(..ours.segment).unwrap_or_default();
        let plan = place(&sheets.plan, theirs).ok_or_else(|| gone("plan", &sheets.plan))?;
        let (mine, identity) = tenants(sheets, known, theirs)?;
        // The keys of the identity say whose a row is.
        let columns = Columns::of(TenantFrom::Given(String::new()), plan, ours.seats);
        let name = reader.about.sheet().unwrap_or(NAME).to_owned();
        let beside = [NO_TIER, NEEDS_REVIEW].map(str::to_owned);
        let tiers = sheets.ladder.iter().cloned().chain(beside).collect();
        Ok((mine, Self { name, identity, columns, tiers, ours, part }))
    }

    /// Notes all rows that have a verdict, or need review; returns how many they are.
    fn note(
        &self,
        reader: &mut Reader,
        job: &Job,
        known: &RunContext<'_>,
        sorter: &mut Sorter,
    ) -> Result<u64> {
        let (mut rows, mut above) = (0, None);
        let plain = Understanding::new(&self.columns, &job.policy, known.catalogue);
        pipeline::ordered(
            &job.workers,
            |emit| reader.read(emit),
            |block| {
                let (records, mut plain) = (block.records()?, plain.clone());
                let mut notes = Noting::new(&self.identity);
                records.iter().try_for_each(|record| self.note_row(record, &mut plain, &mut notes))?;
                Ok(notes.finish())
            },
            |notes| {
                rows += notes.sort_into(sorter, &mut above)?;
                Ok(())
            },
        )
        .map_err(not_readable)?;
        Ok(rows)
    }

    fn note_row<'r>(
        &self,
        record: Record<'r>,
        plain: &mut Understanding<'_>,
        notes: &mut Noting<'r>,
    ) -> Result<()> {
        let tier = match record.cell(self.ours.tier) {
            Cell::Text(tier) if self.tiers.iter().any(|known| known == tier) => tier,
            // No customer: a blank row, a totals line.
            Cell::Blank if record.cell(self.ours.segment) == Cell::Blank => return Ok(()),
            other => return Err(self.wrong(record, self.ours.tier, other)),
        };
        let segment = record.cell(self.ours.segment).shown();
        let known = plain.plan(record);
        let cell = record.cell(self.columns.plan);
        let (tenant, name) = self.identity.shown(record);
        let bought = cell.shown();
        let note = Note {
            tenant: self.identity.tenant_number(record),
            plan: plan_number(known.map(crate::plans::Plan::key), cell),
            is_now: false,
            ordinal: self.part << 32 | record.ordinal,
            seats: self.seats(record, tier)?,
            tier,
            segment: segment.trim(),
            shown: [&tenant, &name, bought.trim()],
        };
        let counts_rows = |column| matches!(record.cell(column), Cell::Number { .. });
        let has_tenant = tier != NEEDS_REVIEW || self.ours.tenant_rows.is_some_and(counts_rows);
        notes.add(record, note, has_tenant);
        Ok(())
    }

    /// Only a row that needs review may have no readable seats.
    fn seats(&self, record: Record<'_>, tier: &str) -> Result<Option<u64>> {
        match record.cell(self.ours.seats) {
            Cell::Blank if tier == NEEDS_REVIEW => Ok(None),
            cell => whole(cell).map(Some).ok_or_else(|| self.wrong(record, self.ours.seats, cell)),
        }
    }

    fn wrong(&self, record: Record<'_>, column: usize, found: Cell<'_>) -> Error {
        wrong(&self.name, record, column, found)
    }
}

/// Returns a count that this program wrote; `None` if it is none.
pub(super) fn whole(cell: Cell<'_>) -> Option<u64> {
    match cell {
        Cell::Number { value, .. } if value >= 0.0 && value.fract() == 0.0 && value < 9e15 => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range")]
            let count = value as u64;
            Some(count)
        }
        _ => None,
    }
}

/// Returns the error for a cell of ours that holds what we never write.
pub(super) fn wrong(sheet: &str, record: Record<'_>, column: usize, found: Cell<'_>) -> Error {
    let column = u32::try_from(column).unwrap_or(u32::MAX);
    let row = u32::try_from(record.number).unwrap_or(u32::MAX);
    let what = match found {
        Cell::Blank => "a blank cell".to_owned(),
        found => format!("`{}`", excerpt(&found.shown())),
    };
    let message = format!("the `--since` file was changed: {what} is not what fasttrack writes here");
    Error::input(
        Diagnostic::error(Code::SinceCell, message)
            .at(Place::Cell { sheet: sheet.to_owned(), row, column })
            .help(AS_WRITTEN),
    )
}

/// Returns where a column of the Run sheet stands on the Roster sheet, also if columns were moved since.
fn place(column: &Column, headings: &[String]) -> Option<usize> {
    let is_it = |heading: &String| heading.trim() == column.heading.trim();
    column
        .place
        .filter(|place| headings.get(*place).is_some_and(is_it))
        .or_else(|| headings.iter().position(is_it))
}

fn gone(what: &str, column: &Column) -> Error {
    other_columns(
        format!(
            "the {what} of the `--since` file was in column `{}`, which is gone",
            excerpt(&column.heading)
        ),
        "use the workbook exactly as fasttrack wrote it",
    )
}

/// Returns how tenants are told apart in this night's roster and in the earlier one.
fn tenants(sheets: &Sheets, known: &RunContext<'_>, theirs: &[String]) -> Result<(Identity, Identity)> {
    const HELP: &str = "compare with a workbook of the same roster";
    let column = &sheets.tenant;
    let their_tenant = match (known.identity.given(), column.place) {
        (Some(now), None) if fold(now) == fold(&column.heading) => None,
        (Some(now), None) => {
            let then = excerpt(&column.heading);
            return Err(other_columns(
                format!("all rows belonged to `{then}` then, and belong to `{}` now", excerpt(now)),
                HELP,
            ));
        }
        (None, None) => {
            let then = excerpt(&column.heading);
            return Err(other_columns(
                format!("all rows belonged to `{then}` then (`--tenant`); now the tenants are in a column"),
                HELP,
            ));
        }
        (Some(now), Some(_)) => {
            return Err(other_columns(
                format!(
                    "the tenants were in column `{}` then; now all rows belong to `{}`",
                    excerpt(&column.heading),
                    excerpt(now)
                ),
                HELP,
            ));
        }
        (None, Some(_)) => Some(place(column, theirs).ok_or_else(|| gone("tenant", column))?),
    };
    let my_tenant = match known.columns.tenant {
        TenantFrom::Column(column) => Some(column),
        TenantFrom::BeforeColon(_) | TenantFrom::Given(_) => None,
    };
    let shared = known.identity.shared(&known.about.headings, theirs, [my_tenant, their_tenant]);
    shared.ok_or_else(|| gone("tenant", column))
}

//! What the sheets Run and Policy of an earlier workbook say.

use super::{Book, not_ours, not_readable, part};
use crate::about::Form;
use crate::changes::Origin;
use crate::error::Result;
use crate::hash;
use crate::record::{Cell, Record};
use crate::report::{policy, run, split};
use crate::roster::columns::Field;
use crate::write::ROWS_OF_A_PART;

/// A column of the earlier roster.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    /// Its heading; or what was named for all rows.
    pub heading: String,
    /// Where it stands, from 0; `None` = it was named for all rows.
    pub place: Option<usize>,
}

/// What the earlier workbook says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheets {
    pub origin: Origin,
    /// The names of its sheets.
    pub names: Vec<String>,
    pub tenant: Column,
    pub plan: Column,
    /// How many rows with a verdict, or that need review, were written to its Roster sheet.
    pub customers: u64,
    /// How many parts the Roster sheet was written in; at least 1.
    pub parts: u64,
    /// The rungs of its policy, lowest first.
    pub ladder: Vec<String>,
}

/// Reads both sheets.
///
/// # Errors
/// `since-not-readable`, `since-not-ours`, `since-part`.
pub(super) fn read(book: &Book<'_>) -> Result<Sheets> {
    let mut sheets = Sheets::default();
    let mut found = Found::default();
    let mut reader = book.open(run::NAME, &|_| 0)?;
    sheets.origin.name.clone_from(&reader.about.name);
    sheets.origin.sha256.clone_from(&reader.about.sha256);
    if let Form::Workbook { others, .. } = &reader.about.form {
        sheets.names.clone_from(others);
    }
    let mut section = "";
    each(&mut reader, &mut |record| found.run_row(record, &mut section, &mut sheets))?;
    let mut reader = book.open(policy::NAME, &|_| 0)?;
    if reader.about.sha256 != sheets.origin.sha256 {
        return Err(not_readable(crate::read::changed()));
    }
    each(&mut reader, &mut |record| found.policy_row(record, &mut sheets))?;
    for (is_there, what) in [
        (found.program, "its Run sheet does not name the program"),
        (found.tenant && found.plan, "its Run sheet does not name the columns of tenant and plan"),
        (
            found.read.is_some() && found.classified.is_some() && found.review.is_some(),
            "its Run sheet does not count the rows",
        ),
        (found.policy, "its Policy sheet does not name the policy"),
        ((1..=MOST_TIERS).contains(&sheets.ladder.len()), "its Policy sheet does not name the tiers"),
    ] {
        if !is_there {
            return Err(not_ours(what));
        }
    }
    if let Some(value) = found.part {
        return Err(part(&value));
    }
    sheets.parts = parts(found.read.unwrap_or_default());
    let counts = [found.classified, found.review];
    sheets.customers = counts.into_iter().flatten().fold(0, u64::saturating_add);
    Ok(sheets)
}

fn each(reader: &mut crate::read::Reader, row: &mut dyn FnMut(Record<'_>)) -> Result<()> {
    let mut rows = |block: crate::read::Block| {
        block.records()?.iter().for_each(&mut *row);
        Ok(())
    };
    reader.read(&mut rows).map_err(not_readable)
}

/// No policy has more entitlements.
const MOST_TIERS: usize = 32;

/// What was found so far; what comes first counts.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says that one thing was found")]
struct Found {
    program: bool,
    tenant: bool,
    plan: bool,
    policy: bool,
    read: Option<u64>,
    classified: Option<u64>,
    review: Option<u64>,
    /// Whose customers it has, if it has not all.
    part: Option<String>,
}

/// The titles of the tables on the Run sheet that are read.
const SECTIONS: [&str; 10] = [
    split::PART,
    "Roster",
    run::COMPARED,
    "Columns",
    run::ROWS,
    "Faults and remarks by code",
    "Program and policy",
    run::CATALOGUES,
    "Overrides",
    "Above the headings, not part of the roster",
];

impl Found {
    fn run_row(&mut self, record: Record<'_>, section: &mut &'static str, sheets: &mut Sheets) {
        let (label, text) = (shown(record, 0), shown(record, 1));
        if text.is_empty()
            && let Some(known) = SECTIONS.into_iter().find(|known| *known == label)
        {
            *section = known;
            return;
        }
        match (*section, label.as_str()) {
            (split::PART, _) if self.part.is_none() => self.part = Some(text),
            ("Program and policy", "Program") if text.starts_with("fasttrack ") => {
                self.program = true;
                sheets.origin.program = text;
            }
            (run::CATALOGUES, _) if hash::is_shown(&text) => sheets.origin.catalogues_sha256.push(text),
            ("Overrides", "SHA-256") => sheets.origin.overrides_sha256 = Some(text),
            ("Columns", label) if label == Field::Tenant.word() && !self.tenant => {
                self.tenant = true;
                sheets.tenant = Column { heading: text, place: placed(&shown(record, 3)) };
            }
            ("Columns", label) if label == Field::Plan.word() && !self.plan => {
                sheets.plan = Column { heading: text, place: placed(&shown(record, 3)) };
                self.plan = sheets.plan.place.is_some();
            }
            (run::ROWS, run::READ) if self.read.is_none() => self.read = counted(record),
            (run::ROWS, run::CLASSIFIED) if self.classified.is_none() => self.classified = counted(record),
            (run::ROWS, run::REVIEW) if self.review.is_none() => self.review = counted(record),
            _ => {}
        }
    }

    fn policy_row(&mut self, record: Record<'_>, sheets: &mut Sheets) {
        let (label, text) = (shown(record, 0), shown(record, 1));
        match label.as_str() {
            "Name" if sheets.origin.policy.is_empty() => sheets.origin.policy = text,
            policy::SHA256 if !self.policy => {
                self.policy = !sheets.origin.policy.is_empty();
                sheets.origin.policy_sha256 = text;
            }
            policy::LADDER if sheets.ladder.is_empty() => {
                sheets.ladder = text.split(" < ").map(str::to_owned).collect();
            }
            _ => {}
        }
    }
}

fn shown(record: Record<'_>, column: usize) -> String {
    match record.cell(column) {
        Cell::Text(text) => text.trim().to_owned(),
        other => other.shown(),
    }
}

/// Returns the count beside a label.
fn counted(record: Record<'_>) -> Option<u64> {
    shown(record, 1).parse().ok()
}

/// Returns how many parts a Roster sheet of so many rows has: the next begins where one is full.
fn parts(rows: u64) -> u64 {
    rows.div_ceil(ROWS_OF_A_PART).max(1)
}

/// Returns the place of `3 of 7`, from 0.
fn placed(written: &str) -> Option<usize> {
    let (place, _) = written.split_once(" of ")?;
    place.parse::<usize>().ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_roster_has_a_further_part_where_a_sheet_has_no_room() {
        let rows = [0, 1, 1_048_575, 1_048_576, 2_097_150, 2_097_151];
        assert_eq!(rows.map(parts), [1, 1, 1, 2, 2, 3]);
    }
}

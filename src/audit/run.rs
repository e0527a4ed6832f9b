//! What a workbook says of its making: the Run sheet.

use super::book::{Book, Row, Seen};
use super::not_ours;
use super::report::HashedFile;
use super::words::number;
use crate::date::Date;
use crate::error::Result;
use crate::hash::is_shown;
use crate::plans::Edition;
use crate::report::{policy, run, split};
use crate::roster::columns::{Field, Mapping};
use crate::roster::separators::Mark;
use std::collections::BTreeMap;

/// A column of the roster that was read as something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// What it was read as, such as `plan`.
    pub field: String,
    pub heading: String,
    /// Where it stands, from 0.
    pub place: usize,
    /// Whether the user named it.
    pub is_named: bool,
}

impl Column {
    /// Returns what the user said of it; `None` = the program found it, or nothing is called so.
    pub(super) fn mapping(&self) -> Option<Mapping> {
        let field = field_of(&self.field).filter(|_| self.is_named);
        let is_said = field.is_some() || self.field == run::IGNORED;
        is_said.then(|| Mapping { field, heading: format!("#{}", self.place + 1), file: None })
    }
}

/// A count of the Run sheet, with its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub count: Option<u64>,
    /// The row of the sheet, from 1; 0 = it is not there.
    pub row: u32,
}

/// What the Run sheet says.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub program: String,
    /// The policy's name and date.
    pub policy: HashedFile,
    pub policy_row: u32,
    /// The shipped catalogue's date; without a hash where an earlier version made the workbook.
    pub catalogue: HashedFile,
    pub catalogue_row: u32,
    pub roster: HashedFile,
    pub roster_row: u32,
    /// Of when the roster is.
    pub date: Option<Date>,
    /// The roster's size, as it is written, and where.
    pub size: (String, u32),
    /// The sheet of the roster that was read; `None` = it was text.
    pub sheet: Option<String>,
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    /// The line or row of the headings; 0 = the sheet does not say it.
    pub header_row: u64,
    /// Whether the user named it.
    pub is_header_row_named: bool,
    /// What stands above them: lines or rows, and their cells with ` | ` between them.
    pub above: Vec<(u64, String)>,
    pub columns: Vec<Column>,
    /// Fields that the roster has no column for, as the user said.
    pub declined: Vec<Field>,
    /// The tenant that the user named for all rows.
    pub tenant: Option<String>,
    /// What separates thousands, as the user said.
    pub numbers: Option<Mark>,
    /// How many columns the roster has.
    pub width: Option<usize>,
    pub read: Count,
    pub classified: Count,
    pub review: Count,
    pub blank: Count,
    pub footer: Count,
    /// Faults and remarks, by their code.
    pub faults: BTreeMap<String, u64>,
    pub catalogues: Vec<HashedFile>,
    pub overrides_sha256: Option<String>,
    /// Whose customers it has, if it has not all.
    pub part: Option<String>,
}

/// How reasons begin that say that the user named a column.
const NAMED: &str = "named on the command line";
const NAMED_IN_FILE: &str = "named in ";

/// The tables of the sheet that are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    None,
    Part,
    Roster,
    Columns,
    Above,
    Rows,
    Faults,
    Program,
    Catalogues,
    Overrides,
}

/// Reads the sheet.
///
/// # Errors
/// `audit-not-ours` if it does not name program and policy, or count the rows; `audit-not-readable`.
pub(super) fn read(book: &mut Book) -> Result<Run> {
    let (mut run, mut section) = (Run::default(), Section::None);
    for row in book.all(run::NAME)? {
        let (label, text) = (row.text(0), row.text(1));
        // A column may have no heading: then there is more behind.
        if row.width() == 1 && !label.is_empty() {
            section = section_of(label);
            continue;
        }
        run.take(section, label, text, &row);
    }
    let has_counts = [run.read, run.classified, run.review].iter().all(|count| count.row > 0);
    if !run.program.starts_with("fasttrack ") {
        return Err(not_ours("its Run sheet does not name the program"));
    }
    if run.policy.name.is_empty() || !has_counts {
        return Err(not_ours("its Run sheet does not name the policy, or does not count the rows"));
    }
    Ok(run)
}

fn section_of(title: &str) -> Section {
    match title {
        split::PART => Section::Part,
        "Roster" => Section::Roster,
        "Columns" => Section::Columns,
        run::ABOVE => Section::Above,
        run::ROWS => Section::Rows,
        run::FAULTS => Section::Faults,
        "Program and policy" => Section::Program,
        run::CATALOGUES => Section::Catalogues,
        "Overrides" => Section::Overrides,
        _ => Section::None,
    }
}

impl Run {
    fn take(&mut self, section: Section, label: &str, text: &str, row: &Row) {
        let count = Count { count: row.cell(1).and_then(Seen::count), row: row.number };
        match (section, label) {
            (Section::Part, _) if self.part.is_none() => self.part = Some(row.text(1).to_owned()),
            (Section::Roster, "File") => text.clone_into(&mut self.roster.name),
            (Section::Roster, "SHA-256") => {
                text.clone_into(&mut self.roster.sha256);
                self.roster_row = row.number;
            }
            // Behind it stands what says so.
            (Section::Roster, run::DATE) => self.date = text.get(..10).and_then(Date::iso),
            (Section::Roster, "Size") => self.size = (text.to_owned(), row.number),
            (Section::Roster, "Sheet") => self.sheet = Some(text.to_owned()),
            (Section::Roster, "Encoding") => self.encoding = Some(text.to_owned()),
            (Section::Roster, "Delimiter") => self.delimiter = Some(text.to_owned()),
            (Section::Roster, "Headings in line" | "Headings in row") => {
                let named = text.strip_suffix(run::ROW_NAMED);
                self.header_row = number(named.unwrap_or(text)).unwrap_or(0);
                self.is_header_row_named = named.is_some();
            }
            (Section::Above, line) => self.above.extend(number(line).map(|line| (line, text.to_owned()))),
            (Section::Columns, field) => self.take_column(field, text, row),
            (Section::Rows, run::READ) => self.read = count,
            (Section::Rows, run::CLASSIFIED) => self.classified = count,
            (Section::Rows, run::REVIEW) => self.review = count,
            (Section::Rows, "Blank") => self.blank = count,
            (Section::Rows, "Footer") => self.footer = count,
            (Section::Faults, code) => {
                self.faults
                    .extend(count.count.filter(|count| *count > 0).map(|count| (code.to_owned(), count)));
            }
            (Section::Program, "Program") => text.clone_into(&mut self.program),
            (Section::Program, "Policy") => text.clone_into(&mut self.policy.name),
            (Section::Program, policy::SHA256) => {
                text.clone_into(&mut self.policy.sha256);
                self.policy_row = row.number;
            }
            (Section::Program, run::CATALOGUE) => text.clone_into(&mut self.catalogue.name),
            (Section::Program, run::CATALOGUE_SHA256) => {
                text.clone_into(&mut self.catalogue.sha256);
                self.catalogue_row = row.number;
            }
            (Section::Catalogues, name) if is_shown(text) => {
                self.catalogues.push(HashedFile { name: name.to_owned(), sha256: text.to_owned() });
            }
            (Section::Overrides, "SHA-256") => self.overrides_sha256 = Some(text.to_owned()),
            _ => {}
        }
    }

    fn take_column(&mut self, field: &str, heading: &str, row: &Row) {
        let why = row.text(2);
        let is_named = why.starts_with(NAMED) || why.starts_with(NAMED_IN_FILE);
        let Some((place, width)) = place(row.text(3)) else {
            if is_named && field == Field::Tenant.word() {
                self.tenant = Some(heading.to_owned());
            }
            self.declined.extend(field_of(field).filter(|_| why == run::DECLINED));
            return;
        };
        self.width = Some(width);
        if field == Field::Seats.word() && why.contains(run::NUMBERS_SAY) {
            let mark = why.split_once("; `").and_then(|(_, rest)| rest.chars().next());
            self.numbers = mark.and_then(Mark::of);
        }
        let (field, heading) = (field.to_owned(), heading.to_owned());
        self.columns.push(Column { field, heading, place, is_named });
    }

    /// Returns all that the user said of the columns.
    pub(super) fn mappings(&self) -> Vec<Mapping> {
        let none = |field: &Field| Mapping { field: Some(*field), heading: "-".to_owned(), file: None };
        self.columns.iter().filter_map(Column::mapping).chain(self.declined.iter().map(none)).collect()
    }

    /// Returns whether a roster was understood in the same way: the same headings, read as the same.
    pub(super) fn understands_as(&self, other: &Self) -> bool {
        let read = |run: &Self| -> Vec<(String, usize)> {
            run.columns.iter().map(|column| (column.field.clone(), column.place)).collect()
        };
        self.header_row == other.header_row
            && (&self.tenant, &self.declined) == (&other.tenant, &other.declined)
            && read(self) == read(other)
    }

    /// Returns the row of the headings, if the user named it.
    pub(super) fn heading_row(&self) -> Option<u64> {
        Some(self.header_row).filter(|row| self.is_header_row_named && *row > 0)
    }

    /// Returns the delimiter of a roster that was text.
    pub(super) fn delimiter_byte(&self) -> Option<u8> {
        let name = self.delimiter.as_deref()?;
        (0..=127_u8).find(|byte| run::delimiter_name(char::from(*byte)) == name)
    }

    /// Returns the encoding of a roster that was text, as far as it is a name by which it can be asked for.
    pub(super) fn encoding_named(&self) -> Option<&str> {
        self.encoding.as_deref().filter(|name| !name.contains(' '))
    }

    /// Returns whether another shipped catalogue made the workbook than that of this program; its plans may be others.
    pub(super) fn is_of_other_catalogue(&self) -> bool {
        !self.catalogue.sha256.is_empty() && self.catalogue.sha256 != Edition::shipped().sha256
    }

    /// Returns where the column stands that was read as this, from 0; the first of them.
    pub(super) fn column(&self, field: &str) -> Option<usize> {
        self.columns.iter().find(|column| column.field == field).map(|column| column.place)
    }
}

fn field_of(word: &str) -> Option<Field> {
    Field::ALL.into_iter().find(|field| field.word() == word)
}

/// Returns the place of `3 of 7`, from 0, and of how many.
fn place(written: &str) -> Option<(usize, usize)> {
    let (place, width) = written.split_once(" of ")?;
    Some((place.parse::<usize>().ok()?.checked_sub(1)?, width.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_hashes_are_told() {
        assert_eq!(place("3 of 7"), Some((2, 7)));
        assert_eq!((place("0 of 7"), place("-"), place("x of 7")), (None, None, None));
        assert!(is_shown(&"0a".repeat(32)) && !is_shown("0a") && !is_shown(&"0A".repeat(32)));
    }
}

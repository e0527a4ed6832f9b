//! How a roster is understood, from its first rows: what a person looks at, and corrects, before all of it is read.

use super::request::Job;
use super::run::{find_columns, how_to_read, in_file, scratch};
use super::{catalogues, refuse};
use crate::about::{About, Form};
use crate::diagnostic::excerpt;
use crate::error::Result;
use crate::plans::Catalogue;
use crate::read;
use crate::roster::columns::{
    ColumnRequest, Confidence, Field, Found, Guesses, Seen, export_of, found_in_part,
};
use crate::roster::dated::RosterDate;
use crate::run_report::DiagnosticPart;
use serde::Serialize;

/// The version of this shape; it grows when a field changes its meaning or goes away, not when one is added.
pub const SCHEMA: u32 = 1;

/// Values of a column that are shown, at most.
const SAMPLES: usize = 5;

/// Rows that are shown besides the one of the headings, at most, and cells of each.
const ROWS: usize = 30;
const CELLS: usize = 6;

/// What ends the name of a hidden sheet in [`Form::Workbook`].
const HIDDEN: &str = " (hidden)";

/// How a roster is understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// The version of this shape.
    pub schema: u32,
    /// The file.
    pub input: InputPart,
    /// The first rows of the file that are not blank, one of which is the row of the headings.
    pub rows: Vec<RowPart>,
    /// All columns, in order.
    pub headings: Vec<HeadingPart>,
    /// All fields, the needed ones first, found or not.
    pub fields: Vec<FieldPart>,
    /// Whether a run that nobody watches would take it as it is.
    pub is_certain: bool,
    /// What keeps it from being read as a roster; none = a run can begin, once guesses are confirmed.
    pub diagnostics: Vec<DiagnosticPart>,
    /// What a person should know of how the roster was found in its file.
    pub remarks: Vec<String>,
}

/// What the file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputPart {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Lower case hexadecimal.
    pub sha256: String,
    /// `text` or `workbook`.
    pub kind: &'static str,
    /// The sheet that is read; `None` for text.
    pub sheet: Option<String>,
    /// The sheets that can be chosen: the one that is read, then the others in order.
    pub sheets: Vec<String>,
    /// The encoding of a text.
    pub encoding: Option<String>,
    /// How it was guessed; `None` = it is certain.
    pub encoding_guess: Option<&'static str>,
    /// The delimiter of a text.
    pub delimiter: Option<char>,
    /// The line or row of the headings, from 1.
    pub header_row: u64,
    /// The known export that it is.
    pub export: Option<&'static str>,
    /// Of when it is, such as `2026-11-28`.
    pub date: Option<String>,
    /// What says so.
    pub date_because: Option<String>,
}

/// One of the first rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowPart {
    /// Its line or row, from 1.
    pub row: u64,
    /// Its first cells, at most six, each cut where it is long.
    pub cells: Vec<String>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeadingPart {
    /// From 1.
    pub column: usize,
    /// As it is written.
    pub heading: String,
    /// The first values that are not blank, at most five, each cut where it is long.
    pub samples: Vec<String>,
}

/// A field, and the column that it is read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldPart {
    /// Its word for `--map`.
    pub field: &'static str,
    /// Whether a roster cannot be read without it.
    pub is_needed: bool,
    /// The heading of its column, or the tenant given; `None` = there is none.
    pub heading: Option<String>,
    /// Its column, from 1.
    pub column: Option<usize>,
    /// Whether it is more than a guess; `false` where it is missing.
    pub is_certain: bool,
    /// Why this column; empty where there is none.
    pub because: String,
    /// Other headings that would fit.
    pub would_fit_too: Vec<String>,
    /// The heading that would have been taken, had the user not named this one.
    pub instead_of: Option<String>,
}

/// Looks at the first rows of the job's roster; nothing else of the job is done.
///
/// Guesses are used, and told as such; columns that are missing are told in [`Preview::diagnostics`].
///
/// # Errors
/// If the roster cannot be read at all, or a catalogue is not valid; those of [`read::open`].
pub fn preview(job: &Job) -> Result<Preview> {
    let catalogue = catalogues::load(&job.catalogues)?.catalogue;
    let scratch = scratch(job);
    let about = read::open(&job.input, how_to_read(job, &scratch))?.about;
    let watched = Job { guesses: Guesses::Used, ..job.clone() };
    let unwatched = Job { guesses: Guesses::Refused, ..job.clone() };
    let columns = find_columns(&watched, &about, &catalogue);
    // What a person who watches is refused, nobody is given unwatched.
    let is_certain = columns.is_ok()
        && refuse::one_sheet_of_several(&unwatched, &about).is_ok()
        && find_columns(&unwatched, &about, &catalogue).is_ok();
    let (found, wrong) = match columns {
        Ok(columns) => (columns.found, None),
        Err(error) => (found(&watched, &about, &catalogue), Some(in_file(error, &about))),
    };
    let is_empty = about.first.is_empty();
    Ok(Preview {
        schema: SCHEMA,
        input: input(job, &about),
        rows: rows(&about),
        headings: headings(&about),
        fields: Field::ALL.into_iter().map(|field| part(field, &found)).collect(),
        is_certain,
        diagnostics: wrong.iter().flat_map(|error| &error.diagnostics).map(DiagnosticPart::from).collect(),
        remarks: about.remarks(u64::from(!is_empty), 0),
    })
}

fn found(job: &Job, about: &About, catalogue: &Catalogue) -> Vec<Found> {
    let is_plan = |written: &str| catalogue.knows(written);
    let seen = Seen { headings: &about.headings, rows: &about.first, is_plan: &is_plan };
    let request =
        ColumnRequest { mappings: &job.mappings, tenant: job.tenant.as_deref(), guesses: job.guesses };
    found_in_part(seen, request)
}

fn input(job: &Job, about: &About) -> InputPart {
    let (mut sheets, mut text) = (Vec::new(), (None, None, None));
    let kind = match &about.form {
        Form::Text { encoding, guess, delimiter } => {
            text = (Some(encoding.clone()), *guess, Some(*delimiter));
            "text"
        }
        Form::Workbook { sheet, others } => {
            let others = others.iter().map(|other| other.strip_suffix(HIDDEN).unwrap_or(other));
            sheets = std::iter::once(sheet.as_str()).chain(others).map(str::to_owned).collect();
            "workbook"
        }
        Form::Parquet { .. } => "parquet",
    };
    let (encoding, encoding_guess, delimiter) = text;
    let date = RosterDate::find(job.as_of, about);
    InputPart {
        name: about.name.clone(),
        bytes: about.bytes,
        sha256: about.sha256.clone(),
        kind,
        sheet: about.sheet().map(str::to_owned),
        sheets,
        encoding,
        encoding_guess,
        delimiter,
        header_row: about.header_row,
        export: export_of(&about.headings),
        date: date.as_ref().map(|dated| dated.date.to_string()),
        date_because: date.as_ref().map(RosterDate::because),
    }
}

fn rows(about: &About) -> Vec<RowPart> {
    let shown = |row: u64, cells: &[String]| RowPart {
        row,
        cells: cells.iter().take(CELLS).map(|cell| excerpt(cell)).collect(),
    };
    let above = about.above.iter().map(|(row, cells)| shown(*row, cells)).take(ROWS);
    let below = about.first_numbers.iter().zip(&about.first).map(|(row, cells)| shown(*row, cells));
    let left = ROWS.saturating_sub(about.above.len());
    above.chain([shown(about.header_row, &about.headings)]).chain(below.take(left)).collect()
}

fn headings(about: &About) -> Vec<HeadingPart> {
    let samples = |column: usize| {
        let cells = about.first.iter().filter_map(|row| row.get(column));
        cells.filter(|cell| !cell.trim().is_empty()).take(SAMPLES).map(|cell| excerpt(cell)).collect()
    };
    let part = |(column, heading): (usize, &String)| HeadingPart {
        column: column + 1,
        heading: heading.clone(),
        samples: samples(column),
    };
    about.headings.iter().enumerate().map(part).collect()
}

fn part(field: Field, found: &[Found]) -> FieldPart {
    let found = found.iter().find(|found| found.field == field);
    FieldPart {
        field: field.word(),
        is_needed: field.is_needed(),
        heading: found.map(|found| found.heading.clone()),
        column: found.and_then(|found| found.column).map(|column| column + 1),
        is_certain: found.is_some_and(|found| found.because.confidence() == Confidence::Certain),
        because: found
            .map(|found| found.because.words(&|heading| format!("`{heading}`")))
            .unwrap_or_default(),
        would_fit_too: found.map(|found| found.others.clone()).unwrap_or_default(),
        instead_of: found.and_then(|found| found.instead_of.clone()),
    }
}

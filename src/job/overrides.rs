//! Overrides files, from their bytes to overrides: read like a roster, as text or as a workbook. A workbook of ours is
//! one, too: what was filled in on its sheet of words to settle, and on its Review sheet.

use crate::about::{About, Form, own_rosters};
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::read::{self, Input, Limits, Reader, regular};
use crate::report::{review, to_settle};
use crate::roster::overrides::{Overrides, Reading, score, score_of_review};
use crate::scratch::Scratch;
use std::io::ErrorKind as ErrorOfFile;
use std::path::{Path, PathBuf};

/// Bytes of an overrides file: more than its hundred thousand lines have.
const LIMIT_BYTES: u64 = 256 * 1024 * 1024;

/// Reads overrides files, of which each says what those before it did not; returns `None` for none.
///
/// # Errors
/// All of kind `Policy`: `overrides-not-readable`; `overrides-nothing-to-settle` for a workbook of ours in which nothing
/// can be filled in; all faults of a file's headings; all faults of the lines of all files.
pub fn load(
    paths: &[PathBuf],
    (policy, catalogue): (&Policy, &Catalogue),
    scratch: &Scratch,
) -> Result<Option<Overrides>> {
    let opened = paths.iter().map(|path| Opened::of(path, scratch)).collect::<Result<Vec<_>>>()?;
    let abouts: Vec<Abouts> = opened.iter().map(Opened::abouts).collect();
    let mut reading: Option<Reading<'_>> = None;
    for (opened, abouts) in opened.into_iter().zip(&abouts) {
        let first = abouts.first.as_ref().or(abouts.reviews.first());
        let first = first.ok_or_else(|| nothing_to_fill_in(opened.path))?;
        let is_review = abouts.first.is_none();
        match &mut reading {
            Some(reading) if is_review => reading.turn_to_file_of_review(first)?,
            Some(reading) => reading.turn_to_file(first)?,
            None if is_review => reading = Some(Reading::of_review(first, policy, catalogue)?),
            None => reading = Some(Reading::new(first, policy, catalogue)?),
        }
        let Some(reading) = &mut reading else { continue };
        opened.read_to(reading, abouts)?;
    }
    reading.map(Reading::finish).transpose()
}

/// An overrides file whose sheets are open.
struct Opened<'f> {
    path: &'f Path,
    /// The file, or the sheet of words of a workbook of ours, if it has one.
    first: Option<Reader>,
    /// The parts of its Review sheet.
    reviews: Vec<Reader>,
}

/// What is known of the sheets of an overrides file before they are read.
struct Abouts {
    first: Option<About>,
    reviews: Vec<About>,
}

impl<'f> Opened<'f> {
    fn of(path: &'f Path, scratch: &'f Scratch) -> Result<Self> {
        check_file(path)?;
        let file = File { path, scratch };
        let first = file.open(None, &score)?;
        let sheets = sheets(&first.about);
        let mut words = None;
        if sheets.iter().any(|sheet| sheet == to_settle::NAME) {
            words = Some(file.open(Some(to_settle::NAME), &score)?);
        }
        let is_ours = words.is_some() || !own_rosters(sheets.iter().map(String::as_str)).is_empty();
        let parts = sheets.iter().filter(|sheet| is_ours && is_review(sheet));
        let mut reviews = Vec::new();
        for sheet in parts {
            reviews.push(file.open(Some(sheet), &score_of_review)?);
        }
        // Each opening hashes the file: what was saved between two of them is neither the one nor the other.
        let is_same = |reader: &Reader| reader.about.sha256 == first.about.sha256;
        if !words.iter().chain(&reviews).all(is_same) {
            return Err(not_readable(read::changed()));
        }
        Ok(Self { path, first: if is_ours { words } else { Some(first) }, reviews })
    }

    fn abouts(&self) -> Abouts {
        Abouts {
            first: self.first.as_ref().map(|reader| reader.about.clone()),
            reviews: self.reviews.iter().map(|reader| reader.about.clone()).collect(),
        }
    }

    /// Reads its lines; the reading has turned to it.
    fn read_to<'a>(self, reading: &mut Reading<'a>, abouts: &'a Abouts) -> Result<()> {
        let has_words = self.first.is_some();
        if let Some(mut reader) = self.first {
            read_lines(&mut reader, reading)?;
        }
        for ((part, mut reader), about) in (0..).zip(self.reviews).zip(&abouts.reviews) {
            reading.turn_to_review(about, part)?;
            read_lines(&mut reader, reading)?;
        }
        // The Review sheets of earlier versions had no room for anything.
        if has_words || reading.is_from_workbook() { Ok(()) } else { Err(nothing_to_fill_in(self.path)) }
    }
}

/// A file that is opened once for each of its sheets.
struct File<'f> {
    path: &'f Path,
    scratch: &'f Scratch,
}

impl File<'_> {
    fn open(&self, sheet: Option<&str>, score: &dyn Fn(&[String]) -> u32) -> Result<Reader> {
        let limits = Limits { bytes: LIMIT_BYTES, ..Limits::default() };
        let options = read::Options { sheet, ..read::Options::new(limits, self.scratch, score) };
        read::open(&Input::File(self.path.to_owned()), options).map_err(not_readable)
    }
}

fn read_lines(reader: &mut Reader, reading: &mut Reading<'_>) -> Result<()> {
    let lines = |block: read::Block| {
        let records = block.records().map_err(not_readable)?;
        records.iter().try_for_each(|record| reading.line(record))
    };
    reader.read(&mut { lines }).map_err(not_readable)
}

/// Refuses what is no plain file, or is too large; whatever else is wrong with it is told where files are read.
fn check_file(path: &Path) -> Result<()> {
    match regular::open(path, LIMIT_BYTES) {
        Err(error) if matches!(error.kind(), ErrorOfFile::InvalidInput | ErrorOfFile::FileTooLarge) => {
            let found = Diagnostic::error(Code::RosterUnreadable, error.to_string());
            Err(not_readable(Error::input(found.in_file(path.display().to_string()))))
        }
        _ => Ok(()),
    }
}

/// Returns the sheets of a workbook, in order but for the one that was chosen first; none of a text.
fn sheets(about: &About) -> Vec<String> {
    const HIDDEN: &str = " (hidden)";
    let Form::Workbook { sheet, others } = &about.form else { return Vec::new() };
    let others = others.iter().map(|other| other.strip_suffix(HIDDEN).unwrap_or(other).to_owned());
    let mut sheets: Vec<String> = std::iter::once(sheet.clone()).chain(others).collect();
    // The chosen one stands first, whatever its place: parts go by their numbers.
    sheets.sort_by_key(|sheet| part(sheet));
    sheets
}

/// Returns whether it is the Review sheet, or one of its further parts.
fn is_review(sheet: &str) -> bool {
    sheet == review::NAME || part(sheet) > 0
}

/// Returns the number of a further part of the Review sheet, from 2; 0 for any other sheet.
fn part(sheet: &str) -> u64 {
    let number = sheet.strip_prefix(review::NAME).and_then(|rest| rest.strip_prefix(" ("));
    number.and_then(|rest| rest.strip_suffix(')')).and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn nothing_to_fill_in(path: &Path) -> Error {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let message = format!(
        "the workbook has no sheet `{}`, and nothing can be filled in on `{}`",
        to_settle::NAME,
        review::NAME
    );
    let diagnostic = Diagnostic::error(Code::OverridesNothingToSettle, message)
        .in_file(name)
        .help("name the workbook in which you filled in what is right, or your own overrides file");
    Error::new(ErrorKind::Policy, diagnostic)
}

/// What reading says of a roster, said of the overrides.
fn not_readable(mut error: Error) -> Error {
    if error.kind != ErrorKind::Input {
        return error;
    }
    error.kind = ErrorKind::Policy;
    for diagnostic in &mut error.diagnostics {
        diagnostic.message = format!("the overrides cannot be read: {}", diagnostic.message);
        if diagnostic.code != Code::RosterMissing {
            "save them as CSV in UTF-8 or as .xlsx, with the headings in the first line"
                .clone_into(&mut diagnostic.help);
        }
        diagnostic.code = Code::OverridesNotReadable;
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_review_are_known_by_their_numbers() {
        for (sheet, number, is_its) in [
            ("Review", 0, true),
            ("Review (2)", 2, true),
            ("Review (12)", 12, true),
            ("Review summary", 0, false),
            ("Review (value)", 0, false),
            ("Roster (2)", 0, false),
        ] {
            assert_eq!((part(sheet), is_review(sheet)), (number, is_its), "{sheet}");
        }
    }
}

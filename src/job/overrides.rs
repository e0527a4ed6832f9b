//! An overrides file, from its bytes to overrides: read like a roster, as text or as a workbook. A workbook of ours is
//! one, too: what was filled in on its sheet of words to settle.

use crate::about::{Form, own_rosters};
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, ErrorKind, Result};
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::read::{self, Input, Limits, Reader, regular};
use crate::report::to_settle;
use crate::roster::overrides::{Overrides, Reading, score};
use crate::scratch::Scratch;
use std::io::ErrorKind as ErrorOfFile;
use std::path::Path;

/// Bytes of an overrides file: more than its hundred thousand lines have.
const LIMIT_BYTES: u64 = 256 * 1024 * 1024;

/// Reads an overrides file.
///
/// # Errors
/// All of kind `Policy`: `overrides-not-readable`; `overrides-nothing-to-settle` for a workbook of ours without such
/// words; all faults of its headings; all faults of its lines.
pub fn load(path: &Path, (policy, catalogue): (&Policy, &Catalogue), scratch: &Scratch) -> Result<Overrides> {
    check_file(path)?;
    let mut reader = open(path, None, scratch)?;
    if let Some(sheet) = sheet_of_words(&reader)? {
        reader = open(path, Some(&sheet), scratch)?;
    }
    let about = reader.about.clone();
    let mut reading = Reading::new(&about, policy, catalogue)?;
    let lines = |block: read::Block| {
        let records = block.records().map_err(not_readable)?;
        records.iter().try_for_each(|record| reading.line(record))
    };
    reader.read(&mut { lines }).map_err(not_readable)?;
    reading.finish()
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

fn open(path: &Path, sheet: Option<&str>, scratch: &Scratch) -> Result<Reader> {
    let limits = Limits { bytes: LIMIT_BYTES, ..Limits::default() };
    let options = read::Options { sheet, encoding: None, delimiter: None, limits, scratch, score: &score };
    read::open(&Input::File(path.to_owned()), options).map_err(not_readable)
}

/// Returns the sheet with words to settle, if the file is a workbook that has one.
fn sheet_of_words(reader: &Reader) -> Result<Option<String>> {
    const HIDDEN: &str = " (hidden)";
    let Form::Workbook { sheet, others } = &reader.about.form else { return Ok(None) };
    let others = others.iter().map(|other| other.strip_suffix(HIDDEN).unwrap_or(other));
    let names: Vec<&str> = std::iter::once(sheet.as_str()).chain(others).collect();
    if names.contains(&to_settle::NAME) {
        return Ok(Some(to_settle::NAME.to_owned()));
    }
    if own_rosters(names.iter().copied()).is_empty() {
        return Ok(None);
    }
    let message =
        format!("the workbook has no sheet `{}`: all of its words were understood", to_settle::NAME);
    let diagnostic = Diagnostic::error(Code::OverridesNothingToSettle, message)
        .in_file(reader.about.name.clone())
        .help("name the workbook in which you filled in what the words mean, or your own overrides file");
    Err(Error::new(ErrorKind::Policy, diagnostic))
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

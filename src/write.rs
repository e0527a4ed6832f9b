//! The workbook out: a streamed roster, streamed faults, and sheets rendered from plain data; whole or absent.

mod dress;
mod lock;
mod sheet;
mod stream;
pub mod target;
mod verify;

use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::report::{Sheet, Stream, Style, Value};
use dress::Wardrobe;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use std::path::PathBuf;
use stream::Streamed;
use target::{Staged, Target};

/// What stands in the workbook's properties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// The title.
    pub title: String,
    /// What it is about: roster and policy.
    pub subject: String,
    /// The program's name and version.
    pub program: String,
    /// The day that stands as the day of creation (`2021-06-01`): the policy's, so that equal runs are equal.
    pub date: String,
}

/// A workbook that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where it stands, as the user named it; `None` = standard output.
    pub path: Option<PathBuf>,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, lower case hexadecimal.
    pub sha256: String,
}

/// A workbook being written: rows of the roster and faults in order, then the other sheets.
pub struct Writer {
    workbook: Workbook,
    wardrobe: Wardrobe,
    roster: Streamed,
    review: Streamed,
    staged: Staged,
}

/// The sheets that are streamed stand behind the first of the others.
const SHEETS_BEFORE: usize = 1;

impl Writer {
    /// Begins a workbook beside its target; nothing stands at the target before [`Writer::finish`].
    ///
    /// # Errors
    /// If the target cannot be written (kind `Output`), or another run is writing it (kind `Busy`).
    pub fn create(target: &Target, roster: Stream, review: Stream, properties: &Properties) -> Result<Self> {
        let staged = Staged::create(target)?;
        let mut workbook = Workbook::new();
        // The rows wait in unnamed files, where the workbook will need the room anyway.
        workbook.set_tempdir(staged.folder()).map_err(|error| failed(&error))?;
        workbook.set_properties(&document_properties(properties));
        let mut wardrobe = Wardrobe::default();
        let roster = Streamed::begin(roster, &mut workbook, &mut wardrobe)?;
        let review = Streamed::begin(review, &mut workbook, &mut wardrobe)?;
        Ok(Self { workbook, wardrobe, roster, review, staged })
    }

    /// Begins the next row of the roster; the cells given to [`Writer::roster_cell`] are its cells.
    ///
    /// # Errors
    /// If the row before cannot be stored.
    pub fn roster_row(&mut self) -> Result<()> {
        stored(|| self.roster.next_row(&mut self.workbook, &mut self.wardrobe))
    }

    /// Writes a cell of the roster's current row; columns rise.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub fn roster_cell(&mut self, column: usize, value: &Value<'_>, style: Style) -> Result<()> {
        stored(|| self.roster.cell(column, value, style, &mut self.wardrobe))
    }

    /// Writes a row of the Review sheet.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub fn review_row(&mut self, cells: &[(Value<'_>, Style)]) -> Result<()> {
        self.review.next_row(&mut self.workbook, &mut self.wardrobe)?;
        cells.iter().enumerate().try_for_each(|(column, (value, style))| {
            self.review.cell(column, value, *style, &mut self.wardrobe)
        })
    }

    /// Renders the other sheets (the first stands in front of the streamed ones), and puts the workbook in its place:
    /// written, synced, read back, renamed.
    ///
    /// # Errors
    /// If any of that fails; what stood at the target before still stands there.
    pub fn finish(self, sheets: &[Sheet]) -> Result<Written> {
        stored(|| self.assemble(sheets))
    }

    fn assemble(mut self, sheets: &[Sheet]) -> Result<Written> {
        let (before, behind) = sheets.split_at_checked(SHEETS_BEFORE).unwrap_or((sheets, &[]));
        let mut parts = self.roster.end(&mut self.wardrobe)?;
        parts.extend(self.review.end(&mut self.wardrobe)?);
        for sheet in before {
            let worksheet = self.workbook.add_worksheet();
            sheet::render(sheet, worksheet, &mut self.wardrobe)?;
        }
        let expected: Vec<(usize, u64)> =
            parts.iter().enumerate().map(|(index, part)| (before.len() + index + 1, part.rows)).collect();
        for part in parts {
            self.workbook.push_worksheet(part.worksheet);
        }
        for sheet in behind {
            let worksheet = self.workbook.add_worksheet();
            sheet::render(sheet, worksheet, &mut self.wardrobe)?;
        }
        for name in sheet::defined_names(sheets) {
            self.workbook.define_name(name.0, &name.1).map_err(|error| failed(&error))?;
        }
        let mut staged = self.staged;
        self.workbook.save_to_writer(staged.file()).map_err(|error| failed(&error))?;
        staged.commit(|file| verify::rows(file, &expected))
    }
}

/// The workbook library panics where it cannot write, such as on a full disk; the target is untouched then.
fn stored<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    guarded(call).unwrap_or_else(|words| {
        Err(Error::output(
            Diagnostic::error("output-not-writable", format!("the workbook cannot be written: {words}"))
                .help("the disk may be full: make room, or write elsewhere with `-o`; nothing was changed at the target"),
        ))
    })
}

fn document_properties(properties: &Properties) -> DocProperties {
    let mut document = DocProperties::new()
        .set_title(dress::attribute(&properties.title))
        .set_subject(dress::attribute(&properties.subject))
        .set_author(dress::attribute(&properties.program));
    // A clock would make two equal runs differ.
    if let Ok(date) = ExcelDateTime::parse_from_str(&properties.date) {
        document = document.set_creation_datetime(&date);
    }
    document
}

/// Puts an error of the workbook library into our words.
fn failed(error: &XlsxError) -> Error {
    match error {
        XlsxError::IoError(error) => target::io_failed("the workbook cannot be written", error),
        XlsxError::TempFileError(folder, error) => {
            target::io_failed(&format!("no temporary file in `{}`", folder.display()), error)
        }
        other => Error::output(Diagnostic::error(
            "workbook-not-made",
            format!("the workbook cannot be made: {other}"),
        )),
    }
}

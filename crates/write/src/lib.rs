//! The workbook out: a streamed roster, streamed faults, and sheets rendered from plain data; whole or absent. The same
//! rows as a file of their own are made in [`flat`].
//!
//! The rows of the roster are our own work, since they are nearly all of the bytes: workers render and compress them
//! in batches, one thread appends them. Everything else is made by the workbook library, also the roster's sheet
//! around its rows; its parts are copied behind the rows as they are, but for the tables of streamed sheets, whose last
//! row is only known at their end (`write/tables.rs`). With [`Method::Library`] the library writes the rows, too: slower,
//! the same cells.

mod archive;
mod checklist;
mod copied;
pub mod deflate;
pub mod flat;
pub mod format;
mod formats;
mod handle;
pub mod leftovers;
mod library;
mod literal;
pub mod lock;
pub mod model;
mod parts;
pub mod render;
mod sheet;
mod splits;
mod tables;
pub mod target;
mod template;
#[cfg(test)]
mod tests;
mod verify;

pub use deflate::Compression;
pub use parts::{Batch, ROWS_OF_A_PART, Rendered, Renderer};
pub use splits::{FurtherName, SplitSheet};

use fasttrack_batch::{pipeline, scratch};
use fasttrack_core::{diagnostic, error, escape, fold, guard, hash, record, roster};

use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::guard::{guarded, system_error};
use crate::model::{Checklist, Sheet, Stream, Style, Value};
use crate::scratch::Scratch;
use checklist::OnDemand;
use copied::Changed;
use format::Format;
use formats::FormatCache;
use library::{Streamed, part_name};
use parts::Parts;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};
use splits::Splits;
use std::path::PathBuf;
use std::sync::Arc;
use target::{Staged, Target};
use verify::Expected;
use zip::result::ZipError;

/// Who writes the rows of the roster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Method {
    /// We do, on all cores.
    #[default]
    Streamed,
    /// The workbook library, on one.
    Library,
}

/// How a workbook is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// Who writes the roster's rows.
    pub method: Method,
    /// How much time is spent on making it small.
    pub compression: Compression,
    /// Threads that read it back; 0 = one for each core.
    pub threads: usize,
}

/// What stands in the workbook's properties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// The title.
    pub title: String,
    /// What it is about: roster and policy.
    pub subject: String,
    /// The program's name and version.
    pub program: String,
    /// What the workbook was made from: names of things, each with its SHA-256.
    pub made_from: Vec<(String, String)>,
    /// The day that stands as the day of creation (`2021-06-01`): the policy's, so that equal runs are equal.
    pub date: String,
}

/// A workbook that was written, or another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What kind of file it is.
    pub format: Format,
    /// Cells that got a `'` before them, since a spreadsheet would take them for formulas; none but in CSV.
    pub defanged: u64,
    /// Where it stands, as the user named it; `None` = standard output, or another target that is not a path.
    pub path: Option<PathBuf>,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, lower case hexadecimal.
    pub sha256: String,
}

/// The sheets whose rows go by.
#[derive(Clone, Debug)]
pub struct Streams {
    /// How many of the other sheets stand in front of these; the rest stands behind them.
    pub front: usize,
    /// The roster's.
    pub roster: Stream,
    /// Whether rows of the roster stand once more on sheets of values, see [`Writer::split_row`].
    pub has_splits: bool,
    /// That of the changes since an earlier night, which stands in front of the roster's; `None` = the workbook has
    /// none.
    pub changes: Option<Stream>,
    /// That of the tenants on several rows; `None` = the workbook has none.
    pub tenants: Option<Stream>,
    /// That of the customers to be onboarded, which the workbook has if there is one; `None` = it has none.
    pub onboarding: Option<Checklist>,
    /// That of the faults.
    pub review: Stream,
}

/// How many rows a roster came to, as its judge counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCount {
    /// All below the headings, blank ones counted.
    pub all: u64,
    /// Those with a cell on the Roster sheet.
    pub filled: u64,
}

/// A workbook being written: rows of the roster and faults in order, then the other sheets.
pub struct Writer {
    /// Sheets in front of the streamed ones.
    front: usize,
    workbook: Workbook,
    formats: FormatCache,
    roster: Roster,
    splits: Option<Splits>,
    changes: Option<Streamed>,
    tenants: Option<Streamed>,
    onboarding: Option<OnDemand>,
    review: Streamed,
    staged: Staged,
    making: WriteOptions,
}

/// The roster's sheet on its way.
enum Roster {
    Streamed {
        parts: Box<Parts>,
        stream: Stream,
        /// The library's sheet of the first part.
        first: Box<Worksheet>,
    },
    Library(Box<Streamed>),
}

impl Writer {
    /// Begins a workbook beside its target, or in `scratch` if the target is not a path; nothing stands at the target
    /// before [`Writer::finish`].
    ///
    /// A roster with more number formats than a sheet has columns is written by the library, whatever `making` says; so
    /// is one with sheets of values.
    ///
    /// # Errors
    /// If the target cannot be written (kind `Output`), or another run is writing it (kind `Busy`).
    pub fn create(
        target: &Target,
        scratch: &Scratch,
        making: WriteOptions,
        streams: Streams,
        properties: &Properties,
    ) -> Result<Self> {
        stored(|| Self::begin(Staged::create(target, scratch)?, making, streams, properties))
    }

    fn begin(
        mut staged: Staged,
        making: WriteOptions,
        streams: Streams,
        properties: &Properties,
    ) -> Result<Self> {
        let Streams { front, mut roster, has_splits, changes, tenants, onboarding, review } = streams;
        // What a sheet without rows says of itself.
        let muted = (Style::Muted, String::new());
        if !roster.looks.contains(&muted) {
            roster.looks.push(muted);
        }
        let mut workbook = Workbook::new();
        // The rows wait in unnamed files, where the workbook will need the room anyway.
        workbook.set_tempdir(staged.folder()).map_err(|error| failed(&error))?;
        workbook.set_zip_compression_level(making.compression.level());
        workbook.set_properties(&document_properties(properties));
        let mut formats = FormatCache::default();
        let is_streamed =
            making.method == Method::Streamed && !has_splits && template::can_be_probed(&roster);
        let splits = has_splits.then(|| Splits::new(&roster));
        let roster = if is_streamed {
            let first = template::begin(&roster, part_name(&roster, 0), &mut workbook, &mut formats)?;
            let folder = staged.folder().to_owned();
            let (sheet, level) = (front + usize::from(changes.is_some()) + 1, making.compression);
            let parts = Parts::begin(roster.clone(), sheet, level, &folder, staged.file())?;
            Roster::Streamed { parts: Box::new(parts), stream: roster, first: Box::new(first) }
        } else {
            Roster::Library(Box::new(Streamed::begin(roster, &mut workbook, &mut formats)?))
        };
        let changes =
            changes.map(|stream| Streamed::begin(stream, &mut workbook, &mut formats)).transpose()?;
        let tenants =
            tenants.map(|stream| Streamed::begin(stream, &mut workbook, &mut formats)).transpose()?;
        let review = Streamed::begin(review, &mut workbook, &mut formats)?;
        let onboarding = onboarding.map(OnDemand::new);
        Ok(Self {
            front,
            workbook,
            formats,
            roster,
            splits,
            changes,
            tenants,
            onboarding,
            review,
            staged,
            making,
        })
    }

    /// Returns what renders the roster's rows, for workers; `None` = they go through [`Writer::roster_row`].
    #[must_use]
    pub fn renderer(&self) -> Option<Arc<Renderer>> {
        match &self.roster {
            Roster::Streamed { parts, .. } => Some(parts.renderer()),
            Roster::Library(_) => None,
        }
    }

    /// Appends rows that the renderer made; batches come in order.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub fn append(&mut self, rows: Vec<Rendered>) -> Result<()> {
        match &mut self.roster {
            // The sheet of a further part is begun by the library.
            Roster::Streamed { parts, .. } => stored(|| parts.append(self.staged.file(), rows)),
            Roster::Library(_) => Err(Error::internal("rendered rows for the workbook library")),
        }
    }

    /// Goes on to a row of the roster, counted from 1 below the headings, for [`Writer::roster_cell`]; those left out
    /// are blank.
    ///
    /// # Errors
    /// If the row before cannot be stored.
    pub fn roster_row(&mut self, ordinal: u64) -> Result<()> {
        let Roster::Library(roster) = &mut self.roster else { return Err(not_rendered()) };
        self.splits.iter_mut().for_each(Splits::leave);
        stored(|| {
            while roster.rows() < ordinal {
                roster.next_row(&mut self.workbook, &mut self.formats)?;
            }
            Ok(())
        })
    }

    /// Lets the roster's current row stand on the sheet of a value, too; values are numbered from 0 as they come.
    ///
    /// # Errors
    /// If the row before cannot be stored, or the workbook has no such sheets.
    pub fn split_row(&mut self, value: usize) -> Result<()> {
        let Some(splits) = &mut self.splits else {
            return Err(Error::internal("a row for the sheet of a value where there are none"));
        };
        stored(|| splits.begin_row(value, &mut self.workbook, &mut self.formats))
    }

    /// Says which sheets of values there are, in their order; `further` gives the names of their further parts.
    pub fn name_splits(&mut self, order: Vec<SplitSheet>, further: FurtherName) {
        if let Some(splits) = &mut self.splits {
            splits.name(order, further);
        }
    }

    /// Writes a cell of the roster's current row, also on the sheet of its value; columns rise.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub fn roster_cell(&mut self, column: usize, value: &Value<'_>, style: Style) -> Result<()> {
        let Roster::Library(roster) = &mut self.roster else { return Err(not_rendered()) };
        stored(|| {
            if let Some(splits) = &mut self.splits {
                splits.cell(column, value, style, &mut self.formats)?;
            }
            roster.cell(column, value, style, &mut self.formats)
        })
    }

    /// Writes a row of the Review sheet.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub fn review_row(&mut self, cells: &[(Value<'_>, Style)]) -> Result<()> {
        stored(|| self.review.row(cells, &mut self.workbook, &mut self.formats))
    }

    /// Writes a row of the Changes sheet, which has no further parts: 1,048,575 rows at most.
    ///
    /// # Errors
    /// If it cannot be stored, or the workbook has no such sheet.
    pub fn change_row(&mut self, cells: &[(Value<'_>, Style)]) -> Result<()> {
        let Some(changes) = &mut self.changes else {
            return Err(Error::internal("a change for a workbook without a sheet for it"));
        };
        stored(|| changes.row(cells, &mut self.workbook, &mut self.formats))
    }

    /// Writes a row of the sheet of tenants.
    ///
    /// # Errors
    /// If it cannot be stored, or the workbook has no such sheet.
    pub fn tenant_row(&mut self, cells: &[(Value<'_>, Style)]) -> Result<()> {
        let Some(tenants) = &mut self.tenants else {
            return Err(Error::internal("a tenant for a workbook without a sheet for it"));
        };
        stored(|| tenants.row(cells, &mut self.workbook, &mut self.formats))
    }

    /// Writes a row of the sheet of customers to be onboarded; the first one begins it.
    ///
    /// # Errors
    /// If it cannot be stored, or the workbook has no such sheet.
    pub fn onboarding_row(&mut self, cells: &[(Value<'_>, Style)]) -> Result<()> {
        let Some(onboarding) = &mut self.onboarding else {
            return Err(Error::internal("a customer to be onboarded for a workbook without a sheet for it"));
        };
        stored(|| onboarding.row(cells, &mut self.workbook, &mut self.formats))
    }

    /// Renders the other sheets, and puts the workbook in its place:
    /// written, read back while the disk is made to keep it, renamed.
    ///
    /// # Errors
    /// If any of that fails; what stood at the target before still stands there.
    pub fn finish(self, sheets: &[Sheet], rows: RowCount) -> Result<Written> {
        stored(|| self.assemble(sheets, rows))
    }

    fn assemble(self, sheets: &[Sheet], rows: RowCount) -> Result<Written> {
        let Self {
            front,
            mut workbook,
            mut formats,
            roster,
            splits,
            changes,
            tenants,
            onboarding,
            review,
            ..
        } = self;
        let (mut staged, making) = (self.staged, self.making);
        let before = front + usize::from(changes.is_some());
        let (parts, streamed) = match roster {
            Roster::Library(roster) => (roster.end(&mut formats)?, None),
            Roster::Streamed { parts, stream, first } => {
                let done = parts.finish(staged.file(), rows.all)?;
                (library_parts(&stream, *first, &done.1, &mut workbook, &mut formats)?, Some(done))
            }
        };
        check_rows(&parts, rows)?;
        let changes = changes.map_or(Ok(Vec::new()), |changes| changes.end(&mut formats))?;
        if changes.len() + front != before {
            return Err(Error::internal("more changes than a sheet holds"));
        }
        let splits = splits.map_or(Ok(Vec::new()), |splits| splits.end(&mut formats))?;
        let mut parts: Vec<library::LibraryPart> = changes.into_iter().chain(parts).chain(splits).collect();
        parts.extend(tenants.map_or(Ok(Vec::new()), |tenants| tenants.end(&mut formats))?);
        parts.extend(onboarding.map_or(Ok(Vec::new()), |checklist| checklist.end(&mut formats))?);
        parts.extend(review.end(&mut formats)?);
        let counted: Vec<(usize, u64)> =
            (front + 1..).zip(&parts).map(|(sheet, part)| (sheet, part.rows)).collect();
        let tables = parts.iter_mut().filter_map(|part| part.table.take()).collect();
        put_together(&mut workbook, &mut formats, (sheets, front), parts)?;
        let mut library = staged.beside()?;
        workbook.save_to_writer(&mut library).map_err(|error| failed(&error))?;
        // Where the library wrote all rows, the archive has nothing yet.
        let (mut archive, streamed) = streamed.unwrap_or_default();
        let others = Changed { before, streamed: &streamed, tables };
        copied::copy(library, others, &mut archive, staged.file())?;
        let heads = archive.finish(staged.file());
        let heads = heads.map_err(|error| target::io_failed("the workbook cannot be written", &error))?;
        let is_streamed = |sheet: usize| (before + 1..=before + streamed.len()).contains(&sheet);
        let expected = Expected {
            streamed: (before + 1..).zip(&streamed).collect(),
            counted: counted.into_iter().filter(|(sheet, _)| !is_streamed(*sheet)).collect(),
            heads,
        };
        staged.commit(|file| verify::read_back(file, making.threads, &expected))
    }
}

/// Compares what the rows came to with what was counted where they were judged.
fn check_rows(parts: &[library::LibraryPart], rows: RowCount) -> Result<()> {
    let own = |part: &library::LibraryPart| part.rows - 1 - u64::from(part.is_blank);
    let written: u64 = parts.iter().map(own).sum();
    if written == rows.filled {
        return Ok(());
    }
    Err(Error::internal(format!("{written} rows were written where {} were judged", rows.filled)))
}

fn not_rendered() -> Error {
    Error::internal("a row for the workbook library where rows are rendered")
}

/// Returns the library's sheets of all parts of the streamed roster.
fn library_parts(
    stream: &Stream,
    first: Worksheet,
    parts: &[parts::RosterPart],
    workbook: &mut Workbook,
    formats: &mut FormatCache,
) -> Result<Vec<library::LibraryPart>> {
    let mut first = Some(first);
    let mut sheets = Vec::with_capacity(parts.len());
    for (number, part) in parts.iter().enumerate() {
        let mut worksheet = match first.take() {
            Some(worksheet) => worksheet,
            None => template::begin(stream, part_name(stream, number), workbook, formats)?,
        };
        let table = template::end(stream, &mut worksheet, part.extent)?;
        let rows = part.spans.iter().map(|span| span.rows).sum();
        sheets.push(library::LibraryPart { worksheet, rows, is_blank: part.extent.is_blank, table });
    }
    Ok(sheets)
}

/// Gives the workbook its sheets in order, and its names.
fn put_together(
    workbook: &mut Workbook,
    formats: &mut FormatCache,
    (sheets, front): (&[Sheet], usize),
    parts: Vec<library::LibraryPart>,
) -> Result<()> {
    let (before, behind) = sheets
        .split_at_checked(front)
        .ok_or_else(|| Error::internal("fewer sheets than planned in front of the roster"))?;
    for sheet in before {
        sheet::render(sheet, workbook.add_worksheet(), formats)?;
    }
    for part in parts {
        workbook.push_worksheet(part.worksheet);
    }
    for sheet in behind {
        sheet::render(sheet, workbook.add_worksheet(), formats)?;
    }
    for name in sheet::defined_names(sheets) {
        workbook.define_name(name.0, &name.1).map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// The workbook library panics where it cannot write, such as on a full disk, and where it gets no thread; the target is
/// untouched then.
fn stored<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    guarded(call).unwrap_or_else(|words| Err(broken_off(&words)))
}

/// Returns the error behind a panic of the workbook library.
fn broken_off(words: &str) -> Error {
    match system_error(words) {
        Some(error) if words.contains("spawn thread") => Error::no_thread(&error),
        Some(error) => target::io_failed("the workbook cannot be written", &error),
        None => Error::internal(format!("the workbook library stopped unexpectedly: {words}")),
    }
}

fn document_properties(properties: &Properties) -> DocProperties {
    let mut document = DocProperties::new()
        .set_title(formats::attribute(&properties.title))
        .set_subject(formats::attribute(&properties.subject))
        .set_author(formats::attribute(&properties.program));
    for (name, hash) in &properties.made_from {
        document = document.set_custom_property(formats::attribute(name), formats::attribute(hash));
    }
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
        XlsxError::ZipError(ZipError::Io(error)) => {
            target::io_failed("the workbook cannot be written", error)
        }
        other => Error::output(Diagnostic::error(
            "workbook-not-made",
            format!("the workbook cannot be made: {other}"),
        )),
    }
}

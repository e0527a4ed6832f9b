//! The workbook out: a streamed roster, streamed faults, and sheets rendered from plain data; whole or absent. The same
//! rows as a file of their own are made in [`flat`].
//!
//! The rows of the roster are our own work, since they are nearly all of the bytes: workers render and compress them
//! in batches, one thread appends them. So are those of the other streamed sheets and of long lists, which wait in an
//! unnamed file until the end (`write/spool.rs`), with the links of their cells (`write/links.rs`). On the sheets of values
//! rows of the roster stand a second time: their XML is copied (`write/kept.rs`). Everything else is made
//! by the workbook library, also the sheets around these rows; its parts are copied behind the roster's rows as they are,
//! but for its sheets, into which rows are put (`write/body.rs`), and for the tables, whose last row is only known at their
//! end (`write/tables.rs`). The table of texts is our own, with the library's texts behind those of our cells, by whose
//! numbers there the sheets' cells name them; in a small workbook those of the rows that are put in go there, too
//! (`write/strings.rs`). With [`Method::Library`] the library writes all rows: slower, the same cells.

mod archive;
mod beside;
mod body;
mod checklist;
mod choices;
mod copied;
pub mod deflate;
mod fill;
pub mod flat;
pub mod folder;
pub mod format;
mod formats;
mod handle;
mod kept;
pub mod leftovers;
mod library;
mod links;
mod literal;
pub mod lock;
pub mod model;
mod ours;
pub mod page;
mod parts;
pub mod render;
mod rendered;
mod rest;
mod sheet;
mod splits;
mod spool;
mod strings;
mod tables;
pub mod target;
mod template;
#[cfg(test)]
mod tests;
mod verify;
pub mod zipped;

pub use deflate::Compression;
pub use kept::{FullPiece, KeptRows, OpenSheets, SplitOff};
pub use rendered::{Batch, ROWS_OF_A_PART, Rendered, Renderer};
pub use splits::{FurtherName, SplitRows, SplitSheet};

use fasttrack_batch::{pipeline, scratch};
use fasttrack_core::{diagnostic, error, escape, fold, guard, hash, record, roster};

use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use crate::guard::{guarded, system_error};
use crate::model::{CellOut, Sheet, Stream, Style, Value};
use crate::pipeline::Workers;
use crate::scratch::Scratch;
use archive::Archive;
use beside::{Beside, By};
pub use beside::{SharedTexts, SheetId, Streams};
use fill::Lists;
use format::Format;
use formats::FormatCache;
use library::{Streamed, part_name};
use parts::{Parts, StreamedPart};
use rest::{Put, Rest, read_meanwhile};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};
use splits::Splits;
use spool::Spool;
use std::path::PathBuf;
use std::sync::Arc;
use strings::OwnTexts;
use target::{Staged, Target};
use verify::Expected;
use zip::result::ZipError;

/// Texts of cells that a workbook keeps in its table of texts, at most.
pub const LIMIT_SHARED_TEXTS: usize = 1 << 16;

/// The same of a small workbook, of whose cells all texts are kept there.
pub const LIMIT_ALL_TEXTS: usize = 1 << 18;

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
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// Who writes the roster's rows.
    pub method: Method,
    /// How much time is spent on making it small.
    pub compression: Compression,
    /// Who reads it back.
    pub workers: Workers,
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
    main: Main,
    splits: Option<Splits>,
    beside: Beside,
    lists: Lists,
    staged: Staged,
    making: WriteOptions,
}

/// The main sheet on its way.
enum Main {
    Streamed {
        parts: Box<Parts>,
        stream: Box<Stream>,
        /// The library's sheet of the first part.
        first: Box<Worksheet>,
    },
    Library(Box<Streamed>),
}

impl Writer {
    /// Begins a workbook beside its target, or in `scratch` if the target is not a path; nothing stands at the target
    /// before [`Writer::finish`].
    ///
    /// A roster with more number formats than a sheet has columns is written by the library, whatever `making` says.
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
        let looks: Vec<(Style, String)> = streams.looks_beside().cloned().collect();
        let Streams { front, mut main, shared, has_splits, before, behind, .. } = streams;
        // What a sheet without rows says of itself, and what those beside it look like.
        for look in [(Style::Muted, String::new())].into_iter().chain(looks) {
            if !main.looks.contains(&look) {
                main.looks.push(look);
            }
        }
        let mut workbook = Workbook::new();
        // The rows wait in unnamed files, where the workbook will need the room anyway.
        workbook.set_tempdir(staged.folder()).map_err(|error| failed(&error))?;
        workbook.set_zip_compression_level(making.compression.level());
        workbook.set_properties(&document_properties(properties));
        let mut formats = FormatCache::default();
        let is_streamed = making.method == Method::Streamed && template::can_be_probed(&main);
        let roster = has_splits.then(|| main.clone());
        let main = if is_streamed {
            let texts = OwnTexts::of(&main, shared);
            let first = template::begin(&main, part_name(&main, 0), &mut workbook, &mut formats)?;
            let folder = staged.folder().to_owned();
            let (sheet, level) = (front + before.len() + 1, making.compression);
            let parts = Parts::begin((main.clone(), texts), sheet, level, &folder, staged.file())?;
            Main::Streamed { parts: Box::new(parts), stream: Box::new(main), first: Box::new(first) }
        } else {
            Main::Library(Box::new(Streamed::begin(main, &mut workbook, &mut formats)?))
        };
        let by = match &main {
            Main::Streamed { parts, .. } => By::Us(parts.renderer(), Spool::new(staged.folder())),
            Main::Library(_) => By::Library,
        };
        let splits = roster.map(|roster| Splits::new(&roster, &by));
        let beside = Beside::begin(before, behind, &by, &mut workbook, &mut formats)?;
        let lists = Lists::new(by);
        Ok(Self { front, workbook, formats, main, splits, beside, lists, staged, making })
    }

    /// Returns what renders the roster's rows, for workers; `None` = they go through [`Writer::main_row`].
    #[must_use]
    pub fn renderer(&self) -> Option<Arc<Renderer>> {
        match &self.main {
            Main::Streamed { parts, .. } => Some(parts.renderer()),
            Main::Library(_) => None,
        }
    }

    /// Appends rows that the renderer made; batches come in order.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub fn append(&mut self, rows: Vec<Rendered>) -> Result<()> {
        match &mut self.main {
            // The sheet of a further part is begun by the library.
            Main::Streamed { parts, .. } => stored(|| parts.append(self.staged.file(), rows)),
            Main::Library(_) => Err(Error::internal("rendered rows for the workbook library")),
        }
    }

    /// Goes on to a row of the roster, counted from 1 below the headings, for [`Writer::main_cell`]; those left out
    /// are blank.
    ///
    /// # Errors
    /// If the row before cannot be stored.
    pub fn main_row(&mut self, ordinal: u64) -> Result<()> {
        let Main::Library(main) = &mut self.main else { return Err(not_rendered()) };
        self.splits.iter_mut().for_each(Splits::leave);
        stored(|| {
            while main.rows() < ordinal {
                main.next_row(&mut self.workbook, &mut self.formats)?;
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

    /// Takes the sheets of values out, for those who fill them side by side with the rest; `None` = there are none, or
    /// their rows go through [`Writer::split_row`].
    pub fn take_splits(&mut self) -> Option<SplitRows> {
        self.splits.as_mut().and_then(Splits::take)
    }

    /// Puts the sheets of values back.
    pub fn put_back_splits(&mut self, filled: SplitRows) {
        if let Some(splits) = &mut self.splits {
            splits.put_back(filled);
        }
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
    pub fn main_cell(&mut self, column: usize, value: &Value<'_>, style: Style) -> Result<()> {
        let Main::Library(main) = &mut self.main else { return Err(not_rendered()) };
        stored(|| {
            if let Some(splits) = &mut self.splits {
                splits.cell(column, value, style, &mut self.formats)?;
            }
            main.cell(column, value, style, &mut self.formats)
        })
    }

    /// Writes a row of a streamed sheet beside the main one.
    ///
    /// # Errors
    /// If it cannot be stored, or the workbook has no such sheet.
    pub fn row(&mut self, sheet: SheetId, cells: &[(Value<'_>, Style)]) -> Result<()> {
        stored(|| self.beside.row(sheet, cells, &mut self.workbook, &mut self.formats))
    }

    /// Appends rendered rows to a streamed sheet beside the main one, down to the one with the number `last`, counted
    /// from 1 below the headings.
    ///
    /// # Errors
    /// If they cannot be stored; internal, if the library writes its rows.
    pub fn append_beside(&mut self, sheet: SheetId, rows: Vec<Rendered>, last: u64) -> Result<()> {
        stored(|| self.beside.append(sheet, rows, last))
    }

    /// Gives the table with a filter on a sheet that is not streamed its `count` rows; `cells` returns those of a row,
    /// counted from 0. The sheet is one of those that [`Writer::finish`] gets, with as many blocks above the table, and
    /// the table has no rows yet.
    ///
    /// # Errors
    /// If they cannot be stored; internal, if there is no such table, or a style was not announced.
    pub fn fill(
        &mut self,
        sheet: &mut Sheet,
        count: usize,
        cells: impl Fn(usize) -> Vec<CellOut> + Sync,
    ) -> Result<()> {
        stored(|| self.lists.fill(sheet, (count, &cells), &self.making.workers))
    }

    /// Renders the other sheets, and puts the workbook in its place: written, read back, renamed. The rows of the main sheet
    /// are read back while the other sheets are made, the rest while the disk is made to keep it.
    ///
    /// # Errors
    /// If any of that fails; what stood at the target before still stands there.
    pub fn finish(self, sheets: &[Sheet], rows: RowCount) -> Result<Written> {
        stored(|| self.assemble(sheets, rows))
    }

    fn assemble(self, sheets: &[Sheet], rows: RowCount) -> Result<Written> {
        let Self { front, mut workbook, mut formats, main, splits, beside, lists, .. } = self;
        let (mut staged, making) = (self.staged, self.making);
        let before = front + beside.before();
        // Where the library writes all rows, the archive has nothing yet.
        let (mut archive, streamed, main) = match main {
            Main::Library(main) => (Archive::default(), Vec::new(), main.end(&mut formats)?),
            Main::Streamed { parts, stream, first } => {
                let (archive, done) = parts.finish(staged.file(), rows.all)?;
                let main = library_parts(&stream, *first, &done, &mut workbook, &mut formats)?;
                (archive, done, main)
            }
        };
        check_rows(&main, rows)?;
        let bodies: Vec<&StreamedPart> = streamed.iter().map(|part| &part.body).collect();
        let end = archive.offset();
        let reader = staged.reader(&making.workers).filter(|_| end > 0);
        let rest = Rest { front, workbook, formats, main, splits, beside, lists };
        let (start, Put { filled, counted }) =
            read_meanwhile((reader, &making.workers), (&bodies, end), || {
                rest.put(sheets, (before, &streamed), (&mut archive, &mut staged))
            })?;
        let heads = archive.finish(staged.file());
        let heads = heads.map_err(|error| target::io_failed("the workbook cannot be written", &error))?;
        let filled = filled.iter().map(|(sheet, part)| (*sheet, part));
        let streamed: Vec<(usize, &StreamedPart)> = (before + 1..).zip(bodies).chain(filled).collect();
        let counted = counted.into_iter().filter(|(sheet, _)| streamed.iter().all(|(ours, _)| ours != sheet));
        let expected = Expected { counted: counted.collect(), streamed, heads };
        staged.commit(|file| verify::read_back(file, &making.workers, &expected, start))
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
        let rows = part.body.spans.iter().map(|span| span.rows).sum();
        sheets.push(library::LibraryPart {
            worksheet,
            rows,
            is_blank: part.extent.is_blank,
            table,
            body: None,
        });
    }
    Ok(sheets)
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
            Code::WorkbookNotMade,
            format!("the workbook cannot be made: {other}"),
        )),
    }
}

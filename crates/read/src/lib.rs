//! Bytes of a roster to blocks of records: what the file is, where its headings stand, how it is split.
//!
//! [`open`] reads the file once to its end (size, hash, encoding), finds out by its content what it is,
//! and then, from its first rows, the delimiter or the sheet and the row of the headings. [`Reader::read`] goes
//! through it once more, as often as it is called, and hands on blocks of records. Memory stays bounded by the blocks
//! under way, however long the file; but a workbook's shared strings, number formats and styles are held as a whole
//! from the beginning to the end, once, and its cells refer to them. Where a block ends depends on the bytes of the
//! file only.

mod block;
mod book;
mod choice;
mod columnar;
mod decode;
mod encoding;
mod fields;
mod foreign;
mod headings;
mod iso;
mod layout;
mod limits;
mod mislaid;
mod mixed;
mod other;
mod package;
mod positioned;
pub mod regular;
mod sampled;
mod scan;
mod sheet;
mod source;
mod stray;
mod survey;
#[cfg(test)]
mod tests_support;
mod text;
mod watch;
mod workbook;

pub use columnar::{is_folder_of_parquet, partition};
pub use encoding::is_known as is_encoding;
pub use fasttrack_batch::handles::{OpenFile, PipeIn};
pub use limits::Limits;

use fasttrack_batch::{scratch, threads};
use fasttrack_core::{about, diagnostic, error, guard, hash, record};

use crate::about::About;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::error::{Error, ErrorKind, Result};
use crate::positioned::Positioned;
use crate::record::{LIMIT_CELLS, Records};
use crate::scratch::Scratch;
use fasttrack_core::date::Date;
use std::path::{Path, PathBuf};
use watch::Watch;
use workbook::Opened;

/// Where a roster comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, or a folder of Parquet files that are one table.
    File(PathBuf),
    /// A folder of Parquet files that are one table, called otherwise than it is on disk.
    Folder {
        /// Where it is.
        path: PathBuf,
        /// What it is called.
        name: String,
    },
    /// An open file. It is read from its start, wherever its cursor is; on Unix the cursor stays there. What is open but
    /// not a file, such as a named pipe, is read as a pipe is, from where it is.
    Open(OpenFile),
    /// A pipe, which is read once and to its end; it is kept in an unnamed temporary file while it is read, so it may be
    /// a workbook too. A second job with it is an error.
    Pipe(PipeIn),
    /// Standard input, which is read as any pipe is.
    Stdin,
}

/// The score of a row of headings that names all that a roster needs.
pub const WHOLE: u32 = 9;

/// What a reader has to be told.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The sheet to read; `None` = the visible sheet whose headings score best. Text has no sheets and ignores it.
    pub sheet: Option<&'a str>,
    /// The line or row of the headings, from 1; `None` = the one of the first rows that scores best.
    pub heading_row: Option<u64>,
    /// The encoding of a text, by any name that web pages may use; `None` = the one that its bytes show. Workbooks
    /// ignore it.
    pub encoding: Option<&'a str>,
    /// The delimiter of a text, a byte of ASCII other than a quote or a line end; `None` = the one that makes the best
    /// headings. Workbooks ignore it.
    pub delimiter: Option<u8>,
    /// How large the roster may be, and how long the run.
    pub limits: Limits,
    /// Where pipes are kept, standard input among them, which cannot be read twice.
    pub scratch: &'a Scratch,
    /// How much a row looks like the headings of a roster; 0 = not at all, [`WHOLE`] and more = it names all that is
    /// needed.
    pub score: &'a dyn Fn(&[String]) -> u32,
}

impl<'a> Options<'a> {
    /// Returns those of a user who says nothing of how the file is written: all is found out.
    #[must_use]
    pub const fn new(limits: Limits, scratch: &'a Scratch, score: &'a dyn Fn(&[String]) -> u32) -> Self {
        Self { sheet: None, heading_row: None, encoding: None, delimiter: None, limits, scratch, score }
    }
}

/// A roster whose headings are known and whose rows can be read, more than once.
pub struct Reader {
    /// What is known of it.
    pub about: About,
    shown: String,
    body: Body,
    /// `None` = it is a folder, which watches its own files.
    watch: Option<Watch>,
    /// The checksum of the bytes that were hashed.
    checksum: u32,
    limits: Limits,
    clock: limits::Clock,
}

enum Body {
    Text(Box<text::TextBody>),
    Workbook(Box<workbook::WorkbookBody>),
    Legacy(Box<other::OtherBody>),
    Columnar(Box<columnar::ColumnarBody>),
}

/// Rows on their way: parsed where there is a free core.
#[derive(Debug)]
pub struct Block {
    inner: Inner,
    shown: String,
    limits: Limits,
}

#[derive(Debug)]
enum Inner {
    Text(block::TextBlock),
    Workbook(workbook::WorkbookBlock),
    Columnar(columnar::ColumnarBlock),
    /// Parsed where they were read.
    Ready(Records),
}

impl Block {
    /// Returns the records, parsing them if that has not been done.
    ///
    /// # Errors
    /// `record-too-wide`, `too-many-rows`, `workbook-damaged`, `parquet-damaged`; or internal, if the two ways of counting records
    /// disagree.
    pub fn records(self) -> Result<Records> {
        let records = match self.inner {
            Inner::Text(block) => block.records(),
            Inner::Workbook(block) => block.records(),
            Inner::Columnar(block) => block.records(),
            Inner::Ready(records) => Ok(records),
        };
        let within = |records: Records| {
            self.limits.check_rows(records.last_ordinal().unwrap_or(0))?;
            Ok(records)
        };
        records.and_then(within).map_err(|error| in_file(error, &self.shown))
    }
}

/// Returns the delimiter that a user writes: one character, or `comma`, `semicolon`, `tab` or `bar`.
///
/// # Errors
/// What to write, in words.
pub fn delimiter(written: &str) -> std::result::Result<u8, &'static str> {
    let named = match written {
        "comma" => ",",
        "semicolon" => ";",
        "tab" | "\\t" => "\t",
        "bar" => "|",
        character => character,
    };
    match named.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Ok(*byte),
        _ => Err("write one ASCII character other than a quote, or comma, semicolon, tab or bar"),
    }
}

/// Opens a roster: hashes it, finds out what it is, finds its headings.
///
/// A file with headings and no rows is opened like any other; a file without any headings is an error.
///
/// # Errors
/// If the encoding is not known (kind `Usage`): `encoding-unknown`. If it cannot be read, or is no roster (kind
/// `Input`): `too-many-bytes`, `too-many-columns`, `too-much-time`, `roster-missing`, `roster-unreadable`,
/// `roster-empty`, `roster-not-text`, `roster-format`, `roster-lock-file`, `roster-pointer`, `roster-json`,
/// `roster-changed`, `encodings-mixed`, `sep-line-wrong`, `lines-quoted`, `delimiter-unknown`, `columns-by-width`,
/// `quote-not-closed`, `record-too-long`, `record-too-wide`,
/// `sheet-missing`, `heading-row-missing`, `workbook-protected`, `workbook-damaged`, `workbook-too-large`, `workbook-format`,
/// `parquet-damaged`, `parquet-not-read`, `parquet-too-large`, `parquet-folder`, `parquet-parts-differ`. If there is no room
/// for what comes through a pipe (kind `Output`): `no-room`. Internal, if the pipe was used before.
pub fn open(input: &Input, options: Options<'_>) -> Result<Reader> {
    let shown = source::shown(input);
    opened(input, options, &shown).map_err(|error| in_file(error, &shown))
}

fn opened(input: &Input, options: Options<'_>, shown: &str) -> Result<Reader> {
    let limits = options.limits;
    let clock = limits::Clock::start(&limits);
    let Whole { opened, bytes, sha256, modified, watch, checksum } =
        match columnar::folder_of(input, &limits, clock)? {
            Some(folder) => folder_opened(folder, options)?,
            None => file_opened(input, options, clock)?,
        };
    let Opened { form, found, body, other_candidates } = opened;
    limits.check_columns(found.cells.len())?;
    let formats = match &body {
        Body::Text(_) => Vec::new(),
        Body::Workbook(body) => body.number_formats(),
        Body::Legacy(body) => body.number_formats(),
        Body::Columnar(body) => body.number_formats(),
    };
    let about = About {
        name: source::name(input),
        bytes,
        sha256,
        modified,
        form,
        header_row: found.row,
        is_header_row_named: options.heading_row.is_some(),
        above: found.above,
        headings: found.cells,
        longest: found.longest,
        first: found.first,
        first_numbers: found.first_numbers,
        formats,
        other_candidates,
    };
    Ok(Reader { about, shown: shown.to_owned(), body, watch, checksum, limits, clock })
}

/// Returns the SHA-256 of a folder of Parquet files: that of the list of its files with theirs, as reading it says.
///
/// # Errors
/// Those of [`open`] that a folder can have before its columns are looked at; `roster-unreadable` for what is no folder.
pub fn sha256_of_folder(path: &Path, limits: &Limits) -> Result<String> {
    let clock = limits::Clock::start(limits);
    let folder = columnar::folder_of(&Input::File(path.to_owned()), limits, clock)?;
    let not_one =
        || refused(Code::RosterUnreadable, "this is not a folder", "name a folder of Parquet files");
    folder.map(|folder| folder.sha256).ok_or_else(not_one)
}

/// A file or a folder, opened, and what is known of it as a whole.
struct Whole {
    opened: Opened,
    bytes: u64,
    sha256: String,
    modified: Option<Date>,
    watch: Option<Watch>,
    checksum: u32,
}

fn file_opened(input: &Input, options: Options<'_>, clock: limits::Clock) -> Result<Whole> {
    let mut file = source::open(input, &options.limits, options.scratch)?;
    let watch = Watch::new(&file)?;
    let survey = survey::survey(&mut file, &options.limits, clock)?;
    let opened = body(file, &survey, input, options);
    // Whatever is wrong with it, that it changed says why.
    watch.check()?;
    let survey::Survey { bytes, sha256, checksum, .. } = survey;
    let (opened, modified, watch) = (opened?, source::modified(input), Some(watch));
    Ok(Whole { opened, bytes, sha256, modified, watch, checksum })
}

fn folder_opened(folder: columnar::Folder, options: Options<'_>) -> Result<Whole> {
    let (bytes, sha256, modified) = (folder.bytes, folder.sha256.clone(), folder.modified);
    let opened = columnar::open_folder(folder, options)?;
    Ok(Whole { opened, bytes, sha256, modified, watch: None, checksum: 0 })
}

fn body(file: Positioned, survey: &survey::Survey, input: &Input, options: Options<'_>) -> Result<Opened> {
    let (bytes, checksum) = (survey.bytes, survey.checksum);
    match survey.kind(options.encoding, &source::name(input))? {
        survey::RosterKind::Text { encoding, padding, has_zeros } => {
            let extent = decode::Extent { bytes, padding, checksum };
            let (form, found, body) = text::open(file, encoding, has_zeros, extent, options)?;
            Ok(Opened { form, found, body, other_candidates: Vec::new() })
        }
        survey::RosterKind::Workbook => workbook::open(file, options),
        survey::RosterKind::Columnar => columnar::open(file, bytes, options),
        survey::RosterKind::Compound => other::open_compound(file, bytes, options),
    }
}

impl Reader {
    /// Gives every row below the headings to `emit`, in order, in blocks; blank lines of a text are records without
    /// cells, blank rows of a workbook are left out and seen by the ordinals of their neighbours.
    ///
    /// So blank rows at the end of a sheet, below the last row with anything in it, are formatting and no rows; blank
    /// lines at the end of a text are given.
    ///
    /// # Errors
    /// If the file cannot be read to its end (`record-too-long`, `workbook-damaged`, `workbook-too-large`,
    /// `roster-unreadable`) or in time (`too-much-time`), changed meanwhile (`roster-changed`), or `emit` fails.
    pub fn read(&mut self, emit: &mut dyn FnMut(Block) -> Result<()>) -> Result<()> {
        let Self { shown, limits, clock, body, watch, checksum, .. } = self;
        let (shown, limits) = (shown.as_str(), *limits);
        // What `emit` says of anything but the roster is passed on as it is, and at once.
        let mut is_passed_on = false;
        let mut emitted = |inner| {
            clock.check()?;
            let given = emit(Block { inner, shown: shown.to_owned(), limits });
            is_passed_on = given.as_ref().is_err_and(|error| error.kind != ErrorKind::Input);
            given
        };
        let read = match body {
            Body::Text(body) => body.read(&mut |block| emitted(Inner::Text(block))),
            Body::Workbook(body) => body.read(&mut |block| emitted(Inner::Workbook(block))),
            Body::Legacy(body) => body.read(&mut |records| emitted(Inner::Ready(records))),
            Body::Columnar(body) => body.read(&mut |block| emitted(Inner::Columnar(block))),
        };
        if is_passed_on {
            return read;
        }
        let is_same = match (body, watch) {
            (Body::Columnar(body), None) => body.check_folder(),
            (_, None) => Ok(()),
            // All bytes of a text went by, and were compared.
            (Body::Text(_), Some(watch)) => watch.check(),
            (_, Some(watch)) => watch.check_bytes(*checksum),
        };
        is_same.and(read).map_err(|error| in_file(error, shown))
    }
}

impl Reader {
    /// Gives about one in sixty records of a large text to `emit`, from places spread over it: enough for a guess at what its
    /// rows are like, since some may be cut wrong. Their numbers mean nothing. Other rosters give none.
    ///
    /// # Errors
    /// `roster-unreadable`, or what `emit` returns.
    pub fn sample(&self, emit: &mut dyn FnMut(Records) -> Result<()>) -> Result<()> {
        let Body::Text(body) = &self.body else { return Ok(()) };
        // A place within a quoted cell may look like anything.
        let sampled = body.sample(&mut |block| block.records().map_or(Ok(()), &mut *emit));
        sampled.map_err(|error| in_file(error, &self.shown))
    }
}

/// Names the file in every diagnostic that names none yet.
fn in_file(mut error: Error, shown: &str) -> Error {
    for diagnostic in &mut error.diagnostics {
        if diagnostic.file.is_empty() {
            shown.clone_into(&mut diagnostic.file);
        }
    }
    error
}

/// Returns an error about the roster with what to do about it.
fn refused(code: Code, message: impl Into<String>, help: impl Into<String>) -> Error {
    Error::input(Diagnostic::error(code, message).help(help))
}

fn unreadable(error: &std::io::Error) -> Error {
    refused(
        Code::RosterUnreadable,
        format!("the file cannot be read: {error}"),
        "check that you have permission to read it, and try again",
    )
}

/// Returns the error for a row that fills the whole width of a sheet.
fn wide() -> Error {
    refused(
        Code::RecordTooWide,
        format!(
            "the row has cells beyond the first {LIMIT_CELLS} columns, which leaves no room for the FastTrack columns"
        ),
        "remove the columns that are not needed",
    )
}

fn at_line(line: u64, mut error: Error) -> Error {
    error.diagnostics.iter_mut().for_each(|found| found.place = Place::Line(line));
    error
}

/// Returns the error for a file that is not what it was when its reading began.
#[must_use]
pub fn changed() -> Error {
    refused(
        Code::RosterChanged,
        "the file changed while it was read",
        "wait until it has been written, and run again",
    )
}

//! The annotated roster as a file of its own, without sheets: whole or absent, like the workbook.
//!
//! Workers render rows into pieces, one thread appends them in order. Every row of the roster is a row of the file,
//! blank ones too.

mod columnar;
mod comma;
pub mod json;
mod jsonl;
mod names;
mod text;
mod verify;

use crate::Written;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::model::{Field, PutCell, Style, Value};
use crate::pipeline::Workers;
use crate::record::{Cell, pads};
use crate::scratch::Scratch;
use crate::target::{Staged, Target, io_failed};
use columnar::{Cells, Groups, Sorter};
use comma::Csv;
use flate2::Crc;
use jsonl::Jsonl;
use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use text::Text;
use verify::Expected;

/// Blank rows that are written at once where many follow each other.
const BLANK_ROWS: u64 = 1024;
/// Buffers up to this size are used again; a usual piece has a few million bytes.
const KEPT_BYTES: usize = 16 << 20;
/// Rows that come one by one wait until there are so many, or so many bytes of them.
const WAITING_ROWS: u64 = 4_096;
const WAITING_BYTES: usize = 256 << 10;

/// Renders batches of rows; shared by all workers.
#[derive(Debug)]
pub struct Renderer {
    form: Form,
    /// The place of the column that tells a row's number.
    number: usize,
    /// The line or row of the headings, from 1.
    header_row: u64,
    /// Buffers that are free.
    free: Mutex<Vec<Vec<u8>>>,
    /// Where pieces wait that are too large for memory.
    scratch: Scratch,
}

/// How a row is written.
#[derive(Debug)]
enum Form {
    Csv(Csv),
    Jsonl(Jsonl),
    Parquet(Sorter),
}

impl Form {
    /// Writes a row of text.
    fn line(&self, line: &mut Line<'_>, cells: impl FnOnce(&mut PutCell<'_>) -> Result<()>) -> Result<()> {
        match self {
            Self::Csv(csv) => {
                cells(&mut |column, value, _| {
                    csv.cell(line, column, value);
                    line.text.spill()
                })?;
                csv.end(line);
            }
            Self::Jsonl(jsonl) => {
                cells(&mut |column, value, _| {
                    jsonl.cell(line, column, value);
                    line.text.spill()
                })?;
                jsonl.end(line);
            }
            Self::Parquet(_) => return Err(mixed()),
        }
        line.text.spill()
    }
}

/// A row on its way into bytes.
#[derive(Debug)]
struct Line<'a> {
    text: &'a mut Text,
    /// The column that comes next.
    next: usize,
    /// Cells that got something put before them.
    defanged: &'a mut u64,
}

/// Rows that wait to be written.
#[derive(Debug)]
enum Body {
    Text(Text),
    Cells(Cells),
}

/// Rows that follow each other, on their way into bytes.
#[derive(Debug)]
pub struct Batch<'a> {
    renderer: &'a Renderer,
    body: Body,
    /// The ordinal of the first row; 0 = there is none yet.
    first: u64,
    rows: u64,
    defanged: u64,
}

/// Rows that follow each other, rendered.
#[derive(Debug)]
pub struct Rendered {
    first: u64,
    rows: u64,
    defanged: u64,
    body: Body,
}

impl Rendered {
    /// Returns the batch once more, for the rows that come next.
    fn go_on(self, renderer: &Renderer) -> Batch<'_> {
        let Self { first, rows, defanged, body } = self;
        Batch { renderer, body, first, rows, defanged }
    }

    /// Returns whether it is worth being written.
    fn is_much(&self) -> bool {
        let has_many_bytes = match &self.body {
            Body::Text(text) => text.memory.len() >= WAITING_BYTES,
            Body::Cells(cells) => cells.bytes() >= WAITING_BYTES,
        };
        has_many_bytes || self.rows >= WAITING_ROWS
    }
}

impl Renderer {
    /// Begins a batch.
    pub fn batch(&self) -> Batch<'_> {
        let memory = || self.free.lock().ok().and_then(|mut free| free.pop()).unwrap_or_default();
        let body = match &self.form {
            Form::Parquet(sorter) => Body::Cells(sorter.begin()),
            Form::Csv(_) | Form::Jsonl(_) => Body::Text(Text::new(memory(), &self.scratch)),
        };
        Batch { renderer: self, body, first: 0, rows: 0, defanged: 0 }
    }

    /// Takes a buffer back.
    fn give_back(&self, mut memory: Vec<u8>) {
        memory.clear();
        if memory.capacity() <= KEPT_BYTES
            && let Ok(mut free) = self.free.lock()
        {
            free.push(memory);
        }
    }
}

impl Batch<'_> {
    /// Writes one row; rows rise, and those left out between two are blank. `cells` gives its cells, columns rising, to
    /// the function it is called with.
    ///
    /// # Errors
    /// Those of `cells`; if there is no room for a temporary file.
    pub fn row(&mut self, ordinal: u64, cells: impl FnOnce(&mut PutCell<'_>) -> Result<()>) -> Result<()> {
        if self.first == 0 {
            self.first = ordinal;
        }
        while self.first + self.rows < ordinal {
            self.blank_row()?;
        }
        if self.first + self.rows > ordinal {
            return Err(Error::internal("a row came twice"));
        }
        self.line(cells)
    }

    /// Writes the row that comes next in a file whose rows have no numbers.
    ///
    /// # Errors
    /// As [`Batch::row`].
    pub fn next_row(&mut self, cells: impl FnOnce(&mut PutCell<'_>) -> Result<()>) -> Result<()> {
        self.line(cells)
    }

    /// Writes the row that comes next, with nothing in it but its number.
    fn blank_row(&mut self) -> Result<()> {
        let number = self.renderer.header_row + self.first + self.rows;
        let place = self.renderer.number;
        self.line(|emit| emit(place, &Value::Count(number), Style::Plain))
    }

    fn line(&mut self, cells: impl FnOnce(&mut PutCell<'_>) -> Result<()>) -> Result<()> {
        match &mut self.body {
            Body::Text(text) => {
                let mut line = Line { text, next: 0, defanged: &mut self.defanged };
                self.renderer.form.line(&mut line, cells)?;
            }
            Body::Cells(rows) => {
                let Form::Parquet(sorter) = &self.renderer.form else { return Err(mixed()) };
                cells(&mut |column, value, _| sorter.cell(rows, column, value))?;
                rows.end_row();
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the batch.
    #[must_use]
    pub fn finish(self) -> Rendered {
        let Self { body, first, rows, defanged, .. } = self;
        Rendered { first, rows, defanged, body }
    }
}

/// What takes the rows.
enum Sink {
    /// The file itself; the checksum of what was written.
    Text(Crc),
    Columns(Box<Groups>),
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub struct Options<'p> {
    /// The column of the row's number, which blank rows have too.
    pub number: usize,
    /// The row of the headings.
    pub header_row: u64,
    /// Who packs columns side by side.
    pub workers: &'p Workers,
    /// What wrote it, for formats that tell.
    pub program: &'p str,
}

/// A file being written, row by row.
pub struct Writer {
    format: Format,
    renderer: Arc<Renderer>,
    staged: Staged,
    sink: Sink,
    /// Rows written.
    rows: u64,
    defanged: u64,
    /// Rows that came one by one, and are not many yet.
    waiting: Option<Rendered>,
}

impl Writer {
    /// Begins a file beside its target, with its headings; nothing stands at the target before [`Writer::finish`].
    ///
    /// # Errors
    /// If the target cannot be written (kind `Output`), or another run is writing it (kind `Busy`).
    pub fn create(
        target: &Target,
        scratch: &Scratch,
        format: Format,
        fields: &[Field],
        options: Options<'_>,
    ) -> Result<Self> {
        let Options { number, header_row, workers, program } = options;
        let mut staged = Staged::create(target, scratch)?;
        let scratch = staged.scratch().clone();
        let mut head = Text::new(Vec::new(), &scratch);
        let mut defanged = 0;
        let form = match format {
            Format::Csv => Form::Csv(Csv::begin(fields, &mut head, &mut defanged)),
            Format::Jsonl => Form::Jsonl(Jsonl::new(fields)),
            Format::Parquet => Form::Parquet(Sorter::new(fields)),
            Format::Xlsx => return Err(Error::internal("a workbook is not a file without sheets")),
        };
        let renderer = Arc::new(Renderer { form, number, header_row, free: Mutex::default(), scratch });
        let sink = if format == Format::Parquet {
            let file = staged.file().try_clone().map_err(|error| not_written(&error))?;
            Sink::Columns(Box::new(Groups::begin(file, fields, (program, workers))?))
        } else {
            Sink::Text(head.copy_to(staged.file())?.0)
        };
        Ok(Self { format, renderer, staged, sink, rows: 0, defanged, waiting: None })
    }

    /// Returns what renders the rows, for workers.
    #[must_use]
    pub fn renderer(&self) -> Arc<Renderer> {
        Arc::clone(&self.renderer)
    }

    /// Writes the row that comes next in a file whose rows have no numbers; the same as a batch of one.
    ///
    /// # Errors
    /// Those of `cells`; if it cannot be stored.
    pub fn row(&mut self, cells: impl FnOnce(&mut PutCell<'_>) -> Result<()>) -> Result<()> {
        let renderer = self.renderer();
        let mut batch = self.waiting.take().map_or_else(|| renderer.batch(), |rows| rows.go_on(&renderer));
        batch.next_row(cells)?;
        let waiting = batch.finish();
        if waiting.is_much() {
            return self.put(waiting);
        }
        self.waiting = Some(waiting);
        Ok(())
    }

    /// Returns how many rows came.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows + self.waiting.as_ref().map_or(0, |waiting| waiting.rows)
    }

    /// Writes the rows that came one by one.
    fn no_longer_wait(&mut self) -> Result<()> {
        self.waiting.take().map_or(Ok(()), |waiting| self.put(waiting))
    }

    /// Appends rows; batches come in order, and rows left out between them are blank, if rows have numbers.
    ///
    /// # Errors
    /// If they cannot be stored, or come twice.
    pub fn append(&mut self, rendered: Rendered) -> Result<()> {
        self.no_longer_wait()?;
        if rendered.rows == 0 {
            return Ok(());
        }
        if rendered.first == 0 {
            return self.put(rendered);
        }
        self.blank_rows(rendered.first - 1)?;
        if rendered.first != self.rows + 1 {
            return Err(Error::internal("a row came twice"));
        }
        self.put(rendered)
    }

    fn put(&mut self, rendered: Rendered) -> Result<()> {
        let Rendered { rows, defanged, body, .. } = rendered;
        match (&mut self.sink, body) {
            (Sink::Text(sum), Body::Text(text)) => {
                let (crc, memory) = text.copy_to(self.staged.file())?;
                sum.combine(&crc);
                self.renderer.give_back(memory);
            }
            (Sink::Columns(groups), Body::Cells(cells)) => groups.add(cells)?,
            _ => return Err(mixed()),
        }
        self.rows += rows;
        self.defanged += defanged;
        Ok(())
    }

    /// Writes blank rows until there are so many rows.
    fn blank_rows(&mut self, until: u64) -> Result<()> {
        let renderer = self.renderer();
        while self.rows < until {
            let mut batch = renderer.batch();
            batch.first = self.rows + 1;
            for _ in 0..(until - self.rows).min(BLANK_ROWS) {
                batch.blank_row()?;
            }
            self.put(batch.finish())?;
        }
        Ok(())
    }

    /// Puts the file in its place, with so many rows: written, read back while the disk is made to keep it, renamed.
    ///
    /// # Errors
    /// If any of that fails; what stood at the target before still stands there.
    pub fn finish(mut self, rows: u64) -> Result<Written> {
        self.no_longer_wait()?;
        self.blank_rows(rows)?;
        if self.rows != rows {
            let written = self.rows;
            return Err(Error::internal(format!("{written} rows were written where {rows} were judged")));
        }
        let (format, defanged) = (self.format, self.defanged);
        let crc = match self.sink {
            Sink::Text(crc) => crc,
            Sink::Columns(groups) => groups.finish()?,
        };
        let expected = Expected { format, rows, bytes: u64::from(crc.amount()), crc: crc.sum() };
        let written = self.staged.commit(|file| verify::read_back(file, &expected))?;
        Ok(Written { format, defanged, ..written })
    }
}

/// Returns a value as a person reads it.
fn shown<'a>(value: &'a Value<'_>) -> Cow<'a, str> {
    match value {
        Value::Blank => Cow::Borrowed(""),
        Value::Text(text) => Cow::Borrowed(text),
        Value::Repeated { text, .. } => Cow::Borrowed(text),
        Value::Count(count) | Value::Leading { count, .. } => Cow::Owned(count.to_string()),
        Value::Share(share) => Cow::Owned(share.to_string()),
        Value::Number { format, written, .. } if !written.is_empty() && !pads(format) => {
            Cow::Borrowed(written)
        }
        // Zeros in front change no digit.
        Value::Number { format, written, .. }
            if !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Cow::Owned(format!("{written:0>width$}", width = format.len()))
        }
        Value::Number { value, written, .. } if !written.is_empty() && value.fract() != 0.0 => {
            Cow::Borrowed(written)
        }
        Value::Number { value, format, .. } => {
            Cow::Owned(Cell::Number { value: *value, format, written: "" }.shown())
        }
        Value::Date(serial, format) => Cow::Owned(Cell::Date { serial: *serial, format }.shown()),
        Value::Bool(value) => Cow::Owned(Cell::Bool(*value).shown()),
    }
}

fn mixed() -> Error {
    Error::internal("rows for another kind of file")
}

fn not_written(error: &std::io::Error) -> Error {
    io_failed("the output cannot be written", error)
}

//! Rows of a group to records: a column at a time, then row by row.

use super::cells::{Cells, Stored};
use super::footer::{Footer, Leaf};
use super::pages::{self, Marks, Pages, Shared};
use super::{damaged, in_part};
use crate::diagnostic::Place;
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::limits::Limits;
use crate::positioned::Positioned;
use crate::record::{Flaw, Records};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use std::ops::Range;
use std::sync::Arc;

/// Rows of a block at most, and bytes of its cells as the file counts them.
const BLOCK_ROWS: u64 = 16_384;
const BLOCK_BYTES: u64 = 4 * 1024 * 1024;
/// Cells of a block at most, blank ones among them.
const BLOCK_CELLS: u64 = 1 << 19;
/// Values that are read from a column at once.
const PIECE: usize = 1024;
/// Values that are passed over at once: some encodings hold them meanwhile.
const PASSED: usize = 1 << 16;

/// Where the cells of a column of the roster come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A column of the file, by its place among those that can be shown.
    Column(usize),
    /// The name of the folder that the file is in: the same for all its rows.
    Folder(String),
}

/// A file whose rows are read.
#[derive(Debug)]
pub(super) struct Part {
    pub file: Positioned,
    pub footer: Footer,
    /// For each column of the roster.
    pub sources: Vec<Source>,
    /// Its name in its folder; `None` = it is the roster.
    pub name: Option<String>,
    pub formats: Arc<Vec<String>>,
    pub limits: Limits,
    /// For each group and column, where pages begin.
    marks: Vec<Vec<Marks>>,
}

impl Part {
    pub(super) fn new(file: Positioned, footer: Footer, sources: Vec<Source>, limits: Limits) -> Self {
        let marks = |group: &super::footer::Group| group.chunks.iter().map(|_| Marks::default()).collect();
        let marks = footer.groups.iter().map(marks).collect();
        let formats = Arc::new(super::cells::formats());
        Self { file, footer, sources, name: None, formats, limits, marks }
    }

    /// Returns the rows of each block, from 0 in its group, at most `most` each.
    pub(super) fn blocks(&self, most: u64) -> impl Iterator<Item = (usize, Range<u64>)> {
        let columns = self.sources.len() as u64;
        self.footer.groups.iter().enumerate().flat_map(move |(index, group)| {
            let bytes = group.unpacked / group.rows.max(1);
            let rows =
                (BLOCK_BYTES / bytes.max(1)).min(BLOCK_CELLS / columns.max(1)).clamp(1, BLOCK_ROWS).min(most);
            let starts = (0..group.rows.div_ceil(rows)).map(move |block| block * rows);
            let end = group.rows;
            starts.map(move |start| (index, start..end.min(start + rows)))
        })
    }
}

/// Rows of a file that are still to be read.
#[derive(Debug)]
pub(crate) struct ColumnarBlock {
    pub(super) part: Arc<Part>,
    pub(super) group: usize,
    /// Rows of the group, from 0.
    pub(super) rows: Range<u64>,
    /// The number of the first of them in the roster, from 1.
    pub(super) first: u64,
}

impl ColumnarBlock {
    /// Reads them.
    ///
    /// # Errors
    /// `parquet-damaged`, `parquet-not-read`, `parquet-too-large`, `record-too-long`, `roster-unreadable`.
    pub(crate) fn records(self) -> Result<Records> {
        let read = guarded(|| self.read());
        let read =
            read.unwrap_or_else(|_| Err(damaged("its values are not written like those of a Parquet file")));
        read.map_err(|error| in_part(error, self.part.name.as_deref()))
    }

    fn read(&self) -> Result<Records> {
        let mut records = Records::new(Arc::clone(&self.part.formats));
        let rows = usize::try_from(self.rows.end - self.rows.start).unwrap_or(0);
        let mut columns = Vec::with_capacity(self.part.sources.len());
        let mut undecodable = Vec::new();
        for source in &self.part.sources {
            columns.push(match source {
                Source::Column(column) => self.column(*column, rows, &mut records, &mut undecodable)?,
                Source::Folder(name) if name.is_empty() => vec![Stored::Blank; rows],
                Source::Folder(name) => {
                    let start = records.append(name);
                    vec![Stored::Text { start, end: start + name.len() }; rows]
                }
            });
        }
        undecodable.sort_unstable();
        undecodable.dedup();
        self.put_together(&mut records, &columns, &undecodable)?;
        Ok(records)
    }

    fn column(
        &self,
        column: usize,
        rows: usize,
        records: &mut Records,
        undecodable: &mut Vec<usize>,
    ) -> Result<Vec<Stored>> {
        let part = &*self.part;
        let found = part.footer.columns.get(column).zip(part.footer.groups.get(self.group));
        let (leaf, chunk) =
            found.and_then(|(leaf, group)| Some((leaf, group.chunks.get(column)?))).ok_or_else(missing)?;
        let marks = part.marks.get(self.group).and_then(|marks| marks.get(column)).ok_or_else(missing)?;
        let shared = Shared::default();
        let (pages, before) =
            Pages::at_row(part.file.clone(), (leaf, chunk), self.rows.start, (marks, &shared))?;
        let mut cells = Cells::new(records, leaf.shape, rows);
        let values = Values { leaf, before, rows, shared: &shared };
        match get_column_reader(Arc::clone(&leaf.described), Box::new(pages)) {
            ColumnReader::BoolColumnReader(from) => values.read(from, &mut cells, |cells, value| {
                cells.truth(*value);
                Ok(())
            })?,
            ColumnReader::Int32ColumnReader(from) => {
                values.read(from, &mut cells, |cells, value| cells.whole(i64::from(*value), true))?;
            }
            ColumnReader::Int64ColumnReader(from) => {
                values.read(from, &mut cells, |cells, value| cells.whole(*value, false))?;
            }
            ColumnReader::Int96ColumnReader(from) => {
                values.read(from, &mut cells, Cells::old_moment)?;
            }
            ColumnReader::FloatColumnReader(from) => {
                values.read(from, &mut cells, |cells, value| cells.single(*value))?;
            }
            ColumnReader::DoubleColumnReader(from) => {
                values.read(from, &mut cells, |cells, value| cells.double(*value))?;
            }
            ColumnReader::ByteArrayColumnReader(from) => {
                values.read(from, &mut cells, Cells::bytes)?;
            }
            ColumnReader::FixedLenByteArrayColumnReader(from) => {
                values.read(from, &mut cells, Cells::fixed)?;
            }
        }
        undecodable.append(&mut cells.undecodable);
        Ok(cells.all)
    }

    fn put_together(
        &self,
        records: &mut Records,
        columns: &[Vec<Stored>],
        undecodable: &[usize],
    ) -> Result<()> {
        let rows = usize::try_from(self.rows.end - self.rows.start).unwrap_or(0);
        records.reserve(rows, rows * columns.len());
        let mut undecodable = undecodable.iter().peekable();
        for (number, row) in (self.first..).zip(0..rows) {
            records.begin(number, number);
            let (mut blanks, mut bytes) = (0, 0);
            for cells in columns {
                let cell = cells.get(row).copied().unwrap_or(Stored::Blank);
                if cell == Stored::Blank {
                    blanks += 1;
                    continue;
                }
                records.push_blanks(std::mem::take(&mut blanks));
                bytes += cell.bytes();
                push(records, cell);
            }
            self.part.limits.check_record(number, bytes).map_err(|error| at_row(error, number))?;
            if undecodable.next_if_eq(&&row).is_some() {
                records.flaw(Flaw::Undecodable);
            }
        }
        Ok(())
    }
}

fn missing() -> Error {
    Error::internal("a column that the file does not have")
}

/// Says at which row of the roster something is wrong.
fn at_row(mut error: Error, row: u64) -> Error {
    error.diagnostics.iter_mut().for_each(|found| found.place = Place::Record { row, part: None });
    error
}

/// Adds a cell to the record begun last.
pub(super) fn push(records: &mut Records, cell: Stored) {
    match cell {
        Stored::Blank => records.push_blank(),
        Stored::Text { start, end } => {
            if records.push_part(start..end).is_none() {
                records.push_blank();
            }
        }
        Stored::Number { value, format, start, end } => records.push_written(value, format, start..end),
        Stored::Date { serial, format } => records.push_date(serial, format),
        Stored::Bool(value) => records.push_bool(value),
    }
}

/// The values of some rows of a column.
struct Values<'v> {
    leaf: &'v Leaf,
    /// Rows of the first page that are before them.
    before: u64,
    rows: usize,
    shared: &'v Shared,
}

impl Values<'_> {
    /// Gives each value to `take`, and a blank cell for each that is missing.
    fn read<'c, T: DataType>(
        &self,
        mut from: ColumnReaderImpl<T>,
        cells: &mut Cells<'c>,
        take: impl Fn(&mut Cells<'c>, &T::T) -> Result<()>,
    ) -> Result<()> {
        let failed = |error| pages::told(self.shared, &error);
        let mut before = usize::try_from(self.before).unwrap_or(usize::MAX);
        while before > 0 {
            pages::begin_piece(self.shared);
            let passed = from.skip_records(before.min(PASSED)).map_err(failed)?;
            if passed == 0 {
                return Err(too_few());
            }
            before -= passed;
        }
        let there = self.leaf.described.max_def_level();
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let mut left = self.rows;
        while left > 0 {
            values.clear();
            levels.clear();
            pages::begin_piece(self.shared);
            cells.begin_piece();
            let wanted = left.min(PIECE);
            let (rows, ..) =
                from.read_records(wanted, Some(&mut levels), None, &mut values).map_err(failed)?;
            if rows == 0 {
                return Err(too_few());
            }
            if there == 0 {
                values.iter().try_for_each(|value| take(cells, value))?;
            } else {
                let mut next = values.iter();
                for level in &levels {
                    match next_if(*level == there, &mut next) {
                        Some(value) => take(cells, value)?,
                        None => cells.blank(),
                    }
                }
            }
            left -= rows.min(left);
        }
        if cells.all.len() == self.rows { Ok(()) } else { Err(too_few()) }
    }
}

fn next_if<'v, T>(is_there: bool, next: &mut std::slice::Iter<'v, T>) -> Option<&'v T> {
    if is_there { next.next() } else { None }
}

fn too_few() -> Error {
    damaged("a column of it has fewer values than rows")
}

//! Parquet: every column by itself, in groups of rows that are compressed with Snappy.
//!
//! Workers sort the cells of their rows by columns; where a group is full, its columns are encoded side by side. The
//! roster's columns are optional text, as a person reads the cells; ours are optional text, 64-bit numbers or booleans.
//! Nothing in the file tells when it was made, or by how many threads.

use super::{names, not_written, shown};
use crate::diagnostic::{Code, Diagnostic};
use crate::error::{Error, Result};
use crate::model::{Field, Kind, Value};
use crate::pipeline::{self, Workers};
use bytes::Bytes;
use flate2::Crc;
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{SchemaDescPtr, Type};
use std::fs::File;
use std::io::Write;
use std::sync::Arc;

/// Rows of a group: as many as others write, so that a reader can spread a million rows over its cores.
const GROUP_ROWS: u64 = 100_000;
/// A group whose cells take more ends with its batch; usual ones take about half of it.
const GROUP_BYTES: usize = 128 << 20;
/// What the cells of one batch may take; a usual batch takes about a hundredth of it.
const LIMIT_BATCH_BYTES: usize = 256 << 20;
/// Columns of all groups together: each has an entry at the end of the file, which is made in memory.
const LIMIT_CHUNKS: u64 = 1_000_000;
/// Values and bytes that the encoder takes at once: it ends its pages only between two such pieces.
const PIECE_VALUES: usize = 4096;
const PIECE_BYTES: usize = 1 << 20;

/// Sorts cells by columns.
#[derive(Debug)]
pub(super) struct Sorter {
    kinds: Vec<Kind>,
}

/// The cells of rows that follow each other, by columns.
#[derive(Debug, Default)]
pub(super) struct Cells {
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

/// The cells of a column that are not blank.
#[derive(Debug, Default)]
struct Column {
    /// The row of each, from 0.
    rows: Vec<usize>,
    /// Where the text of each ends; of texts alone.
    ends: Vec<usize>,
    text: Vec<u8>,
    /// The counts; of counts alone.
    counts: Vec<i64>,
    /// What is true or false; of truths alone.
    truths: Vec<bool>,
}

impl Sorter {
    /// Returns one for these columns.
    pub(super) fn new(fields: &[Field]) -> Self {
        Self { kinds: fields.iter().map(|field| field.kind).collect() }
    }

    /// Returns no rows yet.
    pub(super) fn begin(&self) -> Cells {
        let columns = self.kinds.iter().map(|_| Column::default()).collect();
        Cells { columns, rows: 0, bytes: 0 }
    }

    /// Adds a cell of the current row.
    ///
    /// # Errors
    /// If the cells of the batch are too much for memory.
    pub(super) fn cell(&self, cells: &mut Cells, column: usize, value: &Value<'_>) -> Result<()> {
        let known = self.kinds.get(column).zip(cells.columns.get_mut(column));
        let Some((kind, column)) = known else {
            return Err(Error::internal("a cell beyond the columns"));
        };
        match (kind, value) {
            (Kind::Count, Value::Count(count)) => {
                column.counts.push(i64::try_from(*count).unwrap_or(i64::MAX));
            }
            (Kind::Count, Value::Number { value, .. }) if value.fract() == 0.0 => {
                column.counts.push(whole(*value));
            }
            (Kind::Truth, Value::Bool(value)) => column.truths.push(*value),
            (Kind::Count | Kind::Truth, _) => {
                return Err(Error::internal("a cell that is not of its column's type"));
            }
            (Kind::Roster | Kind::Text, value) => {
                let text = shown(value);
                if text.is_empty() {
                    return Ok(());
                }
                column.text.extend_from_slice(text.as_bytes());
                column.ends.push(column.text.len());
                cells.bytes += text.len();
            }
        }
        column.rows.push(cells.rows);
        cells.bytes += 2 * size_of::<usize>();
        if cells.bytes > LIMIT_BATCH_BYTES {
            return Err(too_large("some of its rows are too long to be sorted by columns"));
        }
        Ok(())
    }
}

/// Returns a number without a fraction, such as a difference of counts.
#[expect(clippy::cast_possible_truncation, reason = "differences of seats are far below 2^53")]
const fn whole(value: f64) -> i64 {
    value as i64
}

impl Cells {
    /// Returns about how many bytes they take.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Ends the current row.
    pub(super) fn end_row(&mut self) {
        self.rows += 1;
    }
}

/// Rows of a batch, from one up to another.
struct Slice {
    cells: Arc<Sorted>,
    from: usize,
    until: usize,
}

/// Cells whose texts can be cut out without a copy.
struct Sorted {
    columns: Vec<(Column, ByteArray)>,
}

/// A file on its way.
pub(super) struct Groups {
    file: SerializedFileWriter<Summed>,
    schema: SchemaDescPtr,
    properties: WriterPropertiesPtr,
    workers: Workers,
    /// The group that is not full yet.
    waiting: Vec<Slice>,
    rows: u64,
    bytes: usize,
    chunks: u64,
}

/// Counts and sums up what is written.
struct Summed {
    file: File,
    crc: Crc,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.crc.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Groups {
    /// Begins a file with these columns.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn begin(file: File, fields: &[Field], (program, workers): (&str, &Workers)) -> Result<Self> {
        let properties = WriterProperties::builder()
            .set_created_by(program.to_owned())
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .build();
        let properties = Arc::new(properties);
        let schema = Arc::new(schema(fields).map_err(failed)?);
        let summed = Summed { file, crc: Crc::new() };
        let file = SerializedFileWriter::new(summed, schema, Arc::clone(&properties)).map_err(failed)?;
        let schema = Arc::new(file.schema_descr().clone());
        Ok(Self {
            file,
            schema,
            properties,
            workers: workers.clone(),
            waiting: Vec::new(),
            rows: 0,
            bytes: 0,
            chunks: 0,
        })
    }

    /// Adds rows; they come in order. Full groups are written.
    ///
    /// # Errors
    /// If that fails.
    pub(super) fn add(&mut self, cells: Cells) -> Result<()> {
        let Cells { columns, rows, bytes } = cells;
        let sorted = |mut column: Column| {
            let text = ByteArray::from(std::mem::take(&mut column.text));
            (column, text)
        };
        let cells = Arc::new(Sorted { columns: columns.into_iter().map(sorted).collect() });
        let mut from = 0;
        while from < rows {
            let room = usize::try_from(GROUP_ROWS - self.rows).unwrap_or(usize::MAX);
            let until = rows.min(from.saturating_add(room));
            self.waiting.push(Slice { cells: Arc::clone(&cells), from, until });
            self.rows += (until - from) as u64;
            from = until;
            if self.rows == GROUP_ROWS {
                self.end_group()?;
            }
        }
        self.bytes += bytes;
        if self.bytes > GROUP_BYTES { self.end_group() } else { Ok(()) }
    }

    /// Encodes the columns of the group side by side, and writes them in order.
    fn end_group(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        (self.rows, self.bytes) = (0, 0);
        if waiting.is_empty() {
            return Ok(());
        }
        let columns = self.schema.num_columns();
        self.chunks += columns as u64;
        if self.chunks > LIMIT_CHUNKS {
            return Err(too_large("it has too many columns for so many bytes"));
        }
        let mut group = self.file.next_row_group().map_err(failed)?;
        let (schema, properties) = (&self.schema, &self.properties);
        pipeline::ordered(
            &self.workers,
            |emit| (0..columns).try_for_each(emit),
            |column| encode(schema, properties, column, &waiting).map_err(failed),
            |(bytes, close)| group.append_column(&bytes, close).map_err(failed),
        )?;
        group.close().map_err(failed)?;
        Ok(())
    }

    /// Writes what is left, and the end of the file; returns the checksum of its bytes.
    ///
    /// # Errors
    /// If that fails.
    pub(super) fn finish(mut self) -> Result<Crc> {
        self.end_group()?;
        Ok(self.file.into_inner().map_err(failed)?.crc)
    }
}

/// Returns how many rows a file says that it has, and its groups together.
///
/// # Errors
/// If it is no such file.
pub(super) fn rows(file: &File) -> std::io::Result<(i64, i64)> {
    let reader = SerializedFileReader::new(file.try_clone()?).map_err(of_the_file)?;
    let metadata = reader.metadata();
    let groups = metadata.row_groups().iter().map(RowGroupMetaData::num_rows).sum();
    Ok((metadata.file_metadata().num_rows(), groups))
}

fn schema(fields: &[Field]) -> std::result::Result<Type, ParquetError> {
    let mut columns = Vec::with_capacity(fields.len());
    for (field, name) in fields.iter().zip(names::unique(fields)) {
        let column = match field.kind {
            Kind::Count => Type::primitive_type_builder(&name, Physical::INT64),
            Kind::Truth => Type::primitive_type_builder(&name, Physical::BOOLEAN),
            Kind::Roster | Kind::Text => Type::primitive_type_builder(&name, Physical::BYTE_ARRAY)
                .with_logical_type(Some(LogicalType::String))
                .with_converted_type(ConvertedType::UTF8),
        };
        columns.push(Arc::new(column.with_repetition(Repetition::OPTIONAL).build()?));
    }
    Type::group_type_builder("roster").with_fields(columns).build()
}

/// Returns the pages of a column of a group.
fn encode(
    schema: &SchemaDescPtr,
    properties: &WriterPropertiesPtr,
    column: usize,
    group: &[Slice],
) -> std::result::Result<(Bytes, ColumnCloseResult), ParquetError> {
    let mut pages = TrackedWrite::new(Vec::new());
    let writer = Box::new(SerializedPageWriter::new(&mut pages));
    let mut writer = get_column_writer(schema.column(column), Arc::clone(properties), writer);
    // Pieces go on over the borders of batches, so that pages depend on rows alone.
    let mut piece = Piece::default();
    for Slice { cells, from, until } in group {
        let Some((column, text)) = cells.columns.get(column) else { continue };
        let mut cell = column.rows.partition_point(|row| row < from);
        for row in *from..*until {
            if column.rows.get(cell) == Some(&row) {
                piece.take(column, text, cell);
                cell += 1;
            } else {
                piece.levels.push(0);
            }
            if piece.is_full() {
                piece.write(&mut writer)?;
            }
        }
    }
    piece.write(&mut writer)?;
    let close = writer.close()?;
    Ok((Bytes::from(pages.into_inner()?), close))
}

/// Cells that the encoder takes at once.
#[derive(Default)]
struct Piece {
    /// For each row, 1 if it has a cell, else 0.
    levels: Vec<i16>,
    texts: Vec<ByteArray>,
    counts: Vec<i64>,
    truths: Vec<bool>,
    bytes: usize,
}

impl Piece {
    fn take(&mut self, column: &Column, text: &ByteArray, cell: usize) {
        self.levels.push(1);
        if let Some(count) = column.counts.get(cell) {
            self.counts.push(*count);
            return;
        }
        if let Some(truth) = column.truths.get(cell) {
            self.truths.push(*truth);
            return;
        }
        let end = column.ends.get(cell).copied().unwrap_or(0);
        let start = cell.checked_sub(1).and_then(|before| column.ends.get(before)).copied().unwrap_or(0);
        self.bytes += end - start;
        self.texts.push(text.slice(start, end - start));
    }

    fn is_full(&self) -> bool {
        self.levels.len() >= PIECE_VALUES || self.bytes >= PIECE_BYTES
    }

    fn write(&mut self, writer: &mut ColumnWriter<'_>) -> std::result::Result<(), ParquetError> {
        match writer {
            _ if self.levels.is_empty() => 0,
            ColumnWriter::Int64ColumnWriter(writer) => {
                writer.write_batch(&self.counts, Some(&self.levels), None)?
            }
            ColumnWriter::BoolColumnWriter(writer) => {
                writer.write_batch(&self.truths, Some(&self.levels), None)?
            }
            ColumnWriter::ByteArrayColumnWriter(writer) => {
                writer.write_batch(&self.texts, Some(&self.levels), None)?
            }
            _ => return Err(ParquetError::General("a column of another kind".to_owned())),
        };
        self.levels.clear();
        self.texts.clear();
        self.counts.clear();
        self.truths.clear();
        self.bytes = 0;
        Ok(())
    }
}

fn failed(error: ParquetError) -> Error {
    not_written(&of_the_file(error))
}

/// Returns the error of the file behind one of Parquet, or one in its place.
pub(super) fn of_the_file(error: ParquetError) -> std::io::Error {
    match error {
        ParquetError::External(cause) => cause.downcast().map_or_else(std::io::Error::other, |error| *error),
        other => std::io::Error::other(other),
    }
}

fn too_large(why: &str) -> Error {
    Error::output(
        Diagnostic::error(Code::ParquetTooLarge, format!("the roster cannot be written as Parquet: {why}"))
            .help("write it with `--format csv` or `--format jsonl`"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, SeekFrom};

    fn fields() -> [Field; 3] {
        [("Tenant", Kind::Roster), ("Source row", Kind::Count), ("Is odd", Kind::Truth)]
            .map(|(heading, kind)| Field { heading: heading.to_owned(), kind })
    }

    /// Writes rows in batches of some size; returns the rows of each group and the bytes of the file.
    fn written(rows: u64, batch: u64, threads: usize) -> (Vec<i64>, Vec<u8>) {
        let mut file = tempfile::tempfile().unwrap();
        let sorter = Sorter::new(&fields());
        let mut groups =
            Groups::begin(file.try_clone().unwrap(), &fields(), ("test", &Workers::new(threads).unwrap()))
                .unwrap();
        let mut next = 0;
        while next < rows {
            let mut cells = sorter.begin();
            for row in next..rows.min(next + batch) {
                if row % 3 == 0 {
                    sorter.cell(&mut cells, 0, &Value::text(format!("Contoso {row}"))).unwrap();
                }
                sorter.cell(&mut cells, 1, &Value::Count(row + 2)).unwrap();
                if row % 5 != 0 {
                    sorter.cell(&mut cells, 2, &Value::Bool(row % 2 == 1)).unwrap();
                }
                cells.end_row();
            }
            groups.add(cells).unwrap();
            next += batch;
        }
        let crc = groups.finish().unwrap();
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0)).unwrap();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        let mut found = Crc::new();
        found.update(&bytes);
        assert_eq!((found.sum(), found.amount()), (crc.sum(), crc.amount()));
        let reader = SerializedFileReader::new(file).unwrap();
        (0..).zip(reader.get_row_iter(None).unwrap()).for_each(|(row, found)| {
            use parquet::record::RowAccessor;
            let found = found.unwrap();
            assert_eq!(found.get_long(1).unwrap(), row + 2);
            assert_eq!(found.get_bool(2).ok(), (row % 5 != 0).then_some(row % 2 == 1));
            assert_eq!(found.get_string(0).ok(), (row % 3 == 0).then(|| format!("Contoso {row}")).as_ref());
        });
        (reader.metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect(), bytes)
    }

    #[test]
    fn the_borders_of_groups_depend_on_rows_alone() {
        let (groups, bytes) = written(250_000, 4_096, 1);
        assert_eq!(groups, [100_000, 100_000, 50_000]);
        assert!(written(250_000, 7_001, 2).1 == bytes);
        assert_eq!(written(100_000, 100_000, 2).0, [100_000]);
        assert_eq!(written(0, 1, 1).0, [0; 0]);
    }

    #[test]
    fn a_cell_that_is_not_of_its_columns_type_is_an_internal_error() {
        let sorter = Sorter::new(&fields());
        let mut cells = sorter.begin();
        for (column, value) in [(1, Value::text("480")), (2, Value::text("Yes")), (3, Value::Count(1))] {
            assert!(sorter.cell(&mut cells, column, &value).is_err(), "{column}");
        }
    }

    #[test]
    fn cells_that_are_too_much_for_memory_are_refused_in_words() {
        let sorter = Sorter::new(&fields());
        let mut cells = sorter.begin();
        let long = Value::text("x".repeat(LIMIT_BATCH_BYTES / 8));
        let error = (0..9).find_map(|_| sorter.cell(&mut cells, 0, &long).err()).unwrap();
        assert_eq!(error.diagnostics[0].code.as_str(), "parquet-too-large");
    }
}

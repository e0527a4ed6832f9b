//! What a Parquet file says of itself at its end: its columns, its groups of rows, and where each column's bytes are.
//!
//! Source: `parquet.thrift` of the Parquet format, `FileMetaData`. The `parquet` crate (60.1) reads it too, but believes
//! the counts of children in it, reserving room for two thousand million, and follows them as deep as they go, which a
//! file of a few bytes can make end the program. So it is read here, and the crate's work begins at the pages.

use super::codec::Codec;
use super::compact::{Compact, Field, kind};
use super::shape::{Said, Shape};
use super::{damaged, not_read, too_large};
use crate::error::Result;
use crate::positioned::Positioned;
use crate::record::LIMIT_CELLS;
use crate::{unreadable, wide};
use parquet::basic::{Repetition, Type as Physical};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor, ColumnPath, Type};
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

/// What begins and ends a file, and what ends one whose end is encrypted.
pub(crate) const MAGIC: &[u8] = b"PAR1";
const MAGIC_ENCRYPTED: &[u8] = b"PARE";
/// Behind what the file says of itself stand how long that is, and the magic.
const TAIL_BYTES: u64 = 8;
/// Bytes of what a file says of itself: thousands of columns in thousands of groups.
const LIMIT_FOOTER_BYTES: u64 = 64 * 1024 * 1024;
/// Names in a file, those of groups of columns among them.
const LIMIT_ELEMENTS: usize = 100_000;
/// Columns of all groups of rows together, as many as we write.
const LIMIT_CHUNKS: usize = 1_000_000;
/// Bytes of the names of all columns, each with those of the groups that it is in.
const LIMIT_NAME_BYTES: usize = 64 * 1024 * 1024;
/// How deep columns may be inside groups of columns.
const LIMIT_DEPTH: usize = 32;

/// What is known of a file before its pages are read.
#[derive(Debug, Default)]
pub(super) struct Footer {
    /// The columns that can be shown, in their order.
    pub columns: Vec<Leaf>,
    /// Names of those that cannot, each with what its values are.
    pub passed_over: Vec<(String, &'static str)>,
    pub groups: Vec<Group>,
    pub rows: u64,
}

/// A column whose values can be shown.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// Its name; of one inside a group of columns, with a dot between the names.
    pub name: String,
    pub shape: Shape,
    /// How the crate knows it.
    pub described: ColumnDescPtr,
    /// Its place among all columns of the file.
    place: usize,
}

/// Rows that are kept together.
#[derive(Debug)]
pub(super) struct Group {
    pub rows: u64,
    /// Their bytes when they are unpacked, as the file says.
    pub unpacked: u64,
    /// For each column that can be shown, where its values are.
    pub chunks: Vec<Chunk>,
}

/// Where the values of one column of a group are.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    pub start: u64,
    pub end: u64,
    pub codec: Codec,
    /// How many they are, blank ones among them.
    pub values: u64,
    unpacked: u64,
    physical: Option<Physical>,
    is_elsewhere: bool,
    is_encrypted: bool,
}

impl Footer {
    /// Reads the end of a file.
    ///
    /// # Errors
    /// `parquet-damaged`, `parquet-not-read`, `parquet-too-large`; `record-too-wide`; `roster-unreadable`.
    pub(super) fn read(file: &mut Positioned, bytes: u64) -> Result<Self> {
        let pages_end =
            bytes.checked_sub(TAIL_BYTES).filter(|end| *end >= MAGIC.len() as u64).ok_or_else(cut_short)?;
        let tail = part(file, pages_end, TAIL_BYTES)?;
        let (length, magic) = tail.split_at_checked(4).ok_or_else(cut_short)?;
        if magic == MAGIC_ENCRYPTED {
            return Err(encrypted());
        }
        if magic != MAGIC {
            return Err(cut_short());
        }
        let length = length.try_into().map_or(u64::MAX, |length| u64::from(u32::from_le_bytes(length)));
        if length > LIMIT_FOOTER_BYTES {
            return Err(too_large("what it says of itself is longer than 64 MiB"));
        }
        let start = pages_end.checked_sub(length).ok_or_else(cut_short)?;
        let told = part(file, start, length)?;
        let mut said = FileSaid::default();
        if said.read(&mut Compact::new(&told)).is_none() {
            return Err(damaged("what it says of itself at its end cannot be understood"));
        }
        said.checked(start)
    }
}

/// Returns the bytes from one place on.
fn part(file: &mut Positioned, start: u64, length: u64) -> Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start)).map_err(|error| unreadable(&error))?;
    let mut bytes = Vec::new();
    file.by_ref().take(length).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(cut_short()) }
}

fn cut_short() -> crate::error::Error {
    damaged("its end is missing")
}

fn encrypted() -> crate::error::Error {
    not_read(
        "the Parquet file is encrypted",
        "write it without encryption, or export the roster as .csv or .xlsx",
    )
}

/// One name of the file: a column, or a group of columns.
#[derive(Clone, Debug, Default)]
struct Element {
    name: String,
    physical: Option<i64>,
    length: i64,
    repetition: Option<i64>,
    children: usize,
    said: Said,
}

/// What the end of a file says, as it says it.
#[derive(Default)]
struct FileSaid {
    elements: Vec<Element>,
    groups: Vec<(u64, Vec<Chunk>)>,
    chunks: usize,
    /// What is more than it may be.
    excess: Option<&'static str>,
    is_encrypted: bool,
}

impl FileSaid {
    fn read(&mut self, compact: &mut Compact<'_>) -> Option<()> {
        compact
            .fields(&mut |compact, field| {
                match field.id {
                    2 => {
                        for _ in 0..self.within(
                            compact.structs(field)?,
                            LIMIT_ELEMENTS,
                            "it has more than 100,000 columns",
                        ) {
                            self.elements.push(Element::read(compact)?);
                        }
                    }
                    4 => {
                        let many = "it has more than a million pieces of columns";
                        for _ in 0..self.within(compact.structs(field)?, LIMIT_CHUNKS, many) {
                            let group = self.group(compact)?;
                            self.groups.push(group);
                        }
                    }
                    8 => {
                        self.is_encrypted = true;
                        return Some(false);
                    }
                    _ => return Some(false),
                }
                // What follows a list that was not read to its end cannot be understood.
                if self.excess.is_some() { None } else { Some(true) }
            })
            .or(self.excess.map(|_| ()))
    }

    /// Returns how many are read of so many.
    fn within(&mut self, count: usize, limit: usize, excess: &'static str) -> usize {
        if count <= limit {
            return count;
        }
        self.excess = Some(excess);
        0
    }

    fn group(&mut self, compact: &mut Compact<'_>) -> Option<(u64, Vec<Chunk>)> {
        let (mut rows, mut chunks) = (None, Vec::new());
        compact.fields(&mut |compact, field| {
            match field.id {
                1 => {
                    let count = compact.structs(field)?;
                    self.chunks += count;
                    let left = LIMIT_CHUNKS.saturating_sub(self.chunks - count);
                    for _ in 0..self.within(count, left, "it has more than a million pieces of columns") {
                        chunks.push(Chunk::read(compact)?);
                    }
                }
                3 => rows = Some(compact.count(field)?),
                _ => return Some(false),
            }
            if self.excess.is_some() { None } else { Some(true) }
        })?;
        Some((rows?, chunks))
    }

    /// Returns what was said, if it can be; pages are in front of `pages_end`.
    fn checked(self, pages_end: u64) -> Result<Footer> {
        if let Some(excess) = self.excess {
            return Err(too_large(excess));
        }
        let Walk { columns, passed_over, places, .. } = Walk::through(&self.elements)?;
        if columns.len() > LIMIT_CELLS {
            return Err(wide());
        }
        let mut footer = Footer { columns, passed_over, ..Footer::default() };
        for (rows, mut chunks) in self.groups {
            if chunks.len() != places {
                return Err(damaged("a group of rows has more or fewer columns than the file"));
            }
            let mut kept = Vec::with_capacity(footer.columns.len());
            for leaf in &footer.columns {
                let chunk = chunks.get_mut(leaf.place).map(std::mem::take).unwrap_or_default();
                kept.push(chunk.checked(leaf, rows, pages_end, self.is_encrypted)?);
            }
            let total = footer.rows.checked_add(rows);
            footer.rows = total.ok_or_else(|| damaged("it has more rows than can be counted"))?;
            let unpacked = kept.iter().fold(0_u64, |sum, chunk| sum.saturating_add(chunk.unpacked));
            footer.groups.push(Group { rows, unpacked, chunks: kept });
        }
        Ok(footer)
    }
}

impl Element {
    fn read(compact: &mut Compact<'_>) -> Option<Self> {
        let mut element = Self::default();
        compact.fields(&mut |compact, field| {
            match field.id {
                1 => element.physical = Some(compact.whole(field)?),
                2 => element.length = compact.whole(field)?,
                3 => element.repetition = Some(compact.whole(field)?),
                4 => element.name = compact.text(field)?,
                5 => element.children = usize::try_from(compact.whole(field)?).ok()?,
                6 => element.said.converted = Some(compact.whole(field)?),
                7 => element.said.scale = compact.whole(field)?,
                10 => element.said.read_logical(compact, field)?,
                _ => return Some(false),
            }
            Some(true)
        })?;
        Some(element)
    }
}

impl Chunk {
    fn read(compact: &mut Compact<'_>) -> Option<Self> {
        let mut chunk = Self::default();
        compact.fields(&mut |compact, field| {
            match field.id {
                1 => {
                    chunk.is_elsewhere = !compact.text(field)?.is_empty();
                    return Some(true);
                }
                3 => return chunk.read_place(compact, field).map(|()| true),
                8 | 9 => chunk.is_encrypted = true,
                _ => {}
            }
            Some(false)
        })?;
        Some(chunk)
    }

    fn read_place(&mut self, compact: &mut Compact<'_>, field: Field) -> Option<()> {
        if field.kind != kind::STRUCT {
            return None;
        }
        let (mut length, mut data, mut dictionary) = (0, None, None);
        compact.fields(&mut |compact, field| {
            match field.id {
                1 => self.physical = physical(compact.whole(field)?),
                4 => self.codec = Codec::of(compact.whole(field)?),
                5 => self.values = compact.count(field)?,
                6 => self.unpacked = compact.count(field)?,
                7 => length = compact.count(field)?,
                9 => data = Some(compact.count(field)?),
                // Some programs write a place that is none.
                11 => dictionary = u64::try_from(compact.whole(field)?).ok(),
                _ => return Some(false),
            }
            Some(true)
        })?;
        let data = data?;
        self.start = dictionary.filter(|start| *start > 0 && *start < data).unwrap_or(data);
        self.end = self.start.checked_add(length)?;
        Some(())
    }

    fn checked(self, leaf: &Leaf, rows: u64, pages_end: u64, is_file_encrypted: bool) -> Result<Self> {
        let of_column =
            |harm: &str| damaged(&format!("{harm} (column `{}`)", crate::diagnostic::excerpt(&leaf.name)));
        if self.is_encrypted || (is_file_encrypted && self.physical.is_none()) {
            return Err(encrypted());
        }
        if self.is_elsewhere {
            let help = "name the file that has the rows, or the folder of the files";
            return Err(not_read("the Parquet file only says where its rows are, in other files", help));
        }
        if self.physical != Some(leaf.described.physical_type()) {
            return Err(of_column("a group of rows keeps its values as another type than the file says"));
        }
        if self.values != rows {
            return Err(of_column("a group of rows has more or fewer values than rows"));
        }
        if self.start < MAGIC.len() as u64 || self.end > pages_end {
            return Err(of_column("its values are outside the file"));
        }
        Ok(self)
    }
}

fn physical(number: i64) -> Option<Physical> {
    Some(match number {
        0 => Physical::BOOLEAN,
        1 => Physical::INT32,
        2 => Physical::INT64,
        3 => Physical::INT96,
        4 => Physical::FLOAT,
        5 => Physical::DOUBLE,
        6 => Physical::BYTE_ARRAY,
        7 => Physical::FIXED_LEN_BYTE_ARRAY,
        _ => return None,
    })
}

/// The way through the names of a file, each behind the group that it is in.
#[derive(Default)]
struct Walk {
    columns: Vec<Leaf>,
    passed_over: Vec<(String, &'static str)>,
    /// Columns so far, those that are passed over among them.
    places: usize,
    /// Bytes of all names.
    bytes: usize,
    /// The groups that the next name is in, the file itself first.
    within: Vec<Within>,
}

/// A group of columns that the next name is in.
struct Within {
    left: usize,
    name: String,
    /// How many of it and of those around it may be missing.
    optional: i16,
    is_list: bool,
}

impl Walk {
    /// Goes through all names.
    ///
    /// # Errors
    /// `parquet-damaged`, `parquet-too-large`.
    fn through(elements: &[Element]) -> Result<Self> {
        let malformed = || damaged("its columns are not a tree");
        let (root, elements) = elements.split_first().ok_or_else(malformed)?;
        let mut walk = Self::default();
        walk.within.push(Within { left: root.children, name: String::new(), optional: 0, is_list: false });
        for element in elements {
            let depth = walk.within.len();
            let around = walk.within.last_mut().filter(|around| around.left > 0).ok_or_else(malformed)?;
            around.left -= 1;
            let repetition = element.repetition.ok_or_else(malformed)?;
            let optional = around.optional + i16::from(repetition != 0);
            let is_list = around.is_list || repetition == 2;
            let name =
                if depth == 1 { element.name.clone() } else { format!("{}.{}", around.name, element.name) };
            walk.bytes += name.len();
            if walk.bytes > LIMIT_NAME_BYTES {
                return Err(too_large("the names of its columns are longer than 64 MiB"));
            }
            if element.physical.is_some() && element.children == 0 {
                walk.column(element, name, optional, is_list)?;
            } else if depth >= LIMIT_DEPTH {
                return Err(too_large("its columns are in more than 30 groups inside each other"));
            } else {
                walk.within.push(Within { left: element.children, name, optional, is_list });
            }
            while walk.within.last().is_some_and(|around| around.left == 0) {
                walk.within.pop();
            }
        }
        // A file without any columns is a group without any.
        if walk.within.last().is_some_and(|around| around.left > 0) {
            return Err(malformed());
        }
        Ok(walk)
    }

    fn column(&mut self, element: &Element, name: String, optional: i16, is_list: bool) -> Result<()> {
        let place = self.places;
        self.places += 1;
        let physical = element.physical.and_then(physical).ok_or_else(|| {
            damaged(&format!("the type of its column `{}` is not known", crate::diagnostic::excerpt(&name)))
        })?;
        let shape = if is_list { Err("lists") } else { Shape::of(physical, element.length, &element.said) };
        let shape = match shape {
            Ok(shape) => shape,
            Err(what) => {
                // A map is two columns, and one thing that is not read.
                let name = if is_list { name.split('.').next().unwrap_or_default().to_owned() } else { name };
                if self.passed_over.last().is_none_or(|(last, _)| *last != name) {
                    self.passed_over.push((name, what));
                }
                return Ok(());
            }
        };
        let described = described(element, physical, optional)
            .ok_or_else(|| damaged("the length of the values of a column is not one"))?;
        self.columns.push(Leaf { name, shape, described, place });
        Ok(())
    }
}

/// Returns a column as the crate describes it.
fn described(element: &Element, physical: Physical, optional: i16) -> Option<ColumnDescPtr> {
    /// Bytes of each value: ids and decimals have some dozens.
    const LIMIT_LENGTH: i64 = 4096;
    let is_fixed = physical == Physical::FIXED_LEN_BYTE_ARRAY;
    if is_fixed && !(1..=LIMIT_LENGTH).contains(&element.length) {
        return None;
    }
    let repetition = if optional > 0 { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let length = if is_fixed { i32::try_from(element.length).ok()? } else { -1 };
    let kind = Type::primitive_type_builder(&element.name, physical);
    let kind = kind.with_repetition(repetition).with_length(length).build().ok()?;
    let path = ColumnPath::from(element.name.clone());
    Some(Arc::new(ColumnDescriptor::new(Arc::new(kind), optional, 0, path)))
}

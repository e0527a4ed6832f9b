//! The pages of one column of a group of rows, one after the other, each looked at before it is unpacked.
//!
//! The `parquet` crate makes values of pages; what comes to it here has the sizes and counts that it says, so that it never
//! makes room for more than there can be.

use super::compact::{Compact, Field, kind};
use super::footer::{Chunk, Leaf};
use super::{damaged, delta, not_read, room, too_large};
use crate::error::{Error, Result};
use crate::positioned::Positioned;
use crate::unreadable;
use bytes::Bytes;
use parquet::basic::{Encoding, Type as Physical};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::ParquetError;
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of pages that are unpacked and held at once. Writers end a page at about one MiB, some much later, but those of
/// texts are not packed to less than a sixteenth; no page has more than the second.
const PAGE_BYTES: usize = 64 * 1024 * 1024;
const LIMIT_PAGE_BYTES: usize = 256 * 1024 * 1024;
const USUAL_RATIO: usize = 16;
/// Bytes of a dictionary; writers give one up at a few MiB.
const LIMIT_DICTIONARY_BYTES: usize = 32 * 1024 * 1024;
/// Values of a dictionary: each takes some dozens of bytes beside its text.
const LIMIT_DICTIONARY_VALUES: u64 = 4_000_000;
/// Texts of a page whose lengths are written before them, all held at once.
const LIMIT_DELTA_VALUES: u64 = 4_000_000;
/// Bytes of a page's head, in the order in which they are tried: statistics in it may have long texts.
const HEAD_BYTES: [usize; 4] = [512, 16 * 1024, 1024 * 1024, 16 * 1024 * 1024];

/// What a page says of itself.
#[derive(Clone, Debug)]
struct Head {
    kind: PageKind,
    packed: usize,
    unpacked: usize,
    checksum: Option<u32>,
    /// Bytes of the head itself.
    length: usize,
}

#[derive(Clone, Copy, Debug)]
enum PageKind {
    Data {
        values: u64,
        encoding: i64,
        levels: i64,
    },
    /// The newer kind, whose levels stand in front and are never packed.
    Data2 {
        values: u64,
        blank: u64,
        encoding: i64,
        levels: usize,
        before: usize,
        is_packed: bool,
    },
    Dictionary {
        values: u64,
    },
    Other,
}

/// What went wrong, and how much was unpacked: the crate knows errors only as words.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    error: Option<Error>,
    unpacked: usize,
}

/// Shared by the pages and whoever reads their values.
pub(super) type Shared = Arc<Mutex<Trouble>>;

/// Returns what went wrong, in our words where there are some.
pub(super) fn told(shared: &Shared, error: &ParquetError) -> Error {
    let mut trouble = shared.lock().unwrap_or_else(PoisonError::into_inner);
    trouble.error.take().unwrap_or_else(|| damaged(&format!("its values cannot be read: {error}")))
}

/// Begins to count anew what is unpacked and held at once.
pub(super) fn begin_piece(shared: &Shared) {
    shared.lock().unwrap_or_else(PoisonError::into_inner).unpacked = 0;
}

/// Where pages begin, as far as that was seen: for each, the row of the group that is its first.
pub(super) type Marks = Mutex<BTreeMap<u64, u64>>;

/// The pages of one column of a group, from the one that has a certain row.
pub(super) struct Pages {
    file: Positioned,
    chunk: Chunk,
    physical: Physical,
    /// The level of a value that is there; 0 = all are, and no levels are written.
    level: u16,
    /// Where the dictionary is, until it is asked for.
    dictionary: Option<(Head, u64)>,
    has_dictionary: bool,
    /// Where the head of the next page is, and how many values are before it.
    at: u64,
    seen: u64,
    /// The head of the next page, if it was looked at.
    next: Option<Head>,
    shared: Shared,
}

impl Pages {
    /// Finds the page with a row of the group, counted from 0; returns it with those after it, and how many of its rows are
    /// before that one.
    ///
    /// # Errors
    /// `parquet-damaged`, `roster-unreadable`.
    pub(super) fn at_row(
        file: Positioned,
        (leaf, chunk): (&Leaf, &Chunk),
        row: u64,
        (marks, shared): (&Marks, &Shared),
    ) -> Result<(Self, u64)> {
        let mut pages = Self {
            file,
            at: chunk.start,
            chunk: chunk.clone(),
            physical: leaf.described.physical_type(),
            level: leaf.described.max_def_level().unsigned_abs(),
            dictionary: None,
            has_dictionary: false,
            seen: 0,
            next: None,
            shared: Arc::clone(shared),
        };
        if pages.at < pages.chunk.end {
            let head = pages.head()?;
            if let PageKind::Dictionary { .. } = head.kind {
                pages.dictionary = Some((head.clone(), pages.at));
                pages.has_dictionary = true;
                pages.at = pages.behind(&head)?;
            }
        }
        let known = marks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((seen, at)) = known.range(..=row).next_back() {
            (pages.seen, pages.at) = (*seen, *at);
        }
        drop(known);
        while let Some((head, values)) = pages.look()? {
            if row < pages.seen + values {
                pages.next = Some(head);
                break;
            }
            pages.at = pages.behind(&head)?;
            pages.seen += values;
        }
        marks.lock().unwrap_or_else(PoisonError::into_inner).insert(pages.seen, pages.at);
        let within = row - pages.seen;
        Ok((pages, within))
    }

    /// Returns the head of the next page of values, and how many they are; none behind the last.
    fn look(&mut self) -> Result<Option<(Head, u64)>> {
        while self.seen < self.chunk.values {
            let head = match self.next.take() {
                Some(head) => head,
                None => self.head()?,
            };
            let values = match head.kind {
                PageKind::Data { values, .. } | PageKind::Data2 { values, .. } => values,
                PageKind::Other => {
                    self.at = self.behind(&head)?;
                    continue;
                }
                PageKind::Dictionary { .. } => return Err(damaged("a column of it has two dictionaries")),
            };
            if values > self.chunk.values - self.seen {
                return Err(damaged("a page of it has more values than its group has rows"));
            }
            return Ok(Some((head, values)));
        }
        Ok(None)
    }

    /// Reads the head of the page at this place.
    fn head(&mut self) -> Result<Head> {
        let left = self.chunk.end.saturating_sub(self.at);
        for bytes in HEAD_BYTES {
            let bytes = usize::try_from(left).unwrap_or(bytes).min(bytes);
            let read = self.part(self.at, bytes)?;
            let mut compact = Compact::new(&read);
            if let Some(head) = Head::read(&mut compact) {
                let left = left.saturating_sub(head.length as u64);
                if head.packed as u64 > left {
                    return Err(damaged("a page of it goes on beyond its end"));
                }
                return Ok(head);
            }
            if bytes as u64 == left {
                break;
            }
        }
        Err(damaged("the head of a page cannot be understood"))
    }

    fn behind(&self, head: &Head) -> Result<u64> {
        let end = self.at.checked_add(head.length as u64).and_then(|at| at.checked_add(head.packed as u64));
        end.ok_or_else(|| damaged("a page of it goes on beyond its end"))
    }

    fn part(&mut self, at: u64, bytes: usize) -> Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(at)).map_err(|error| unreadable(&error))?;
        let mut read = room(bytes)?;
        self.file.by_ref().take(bytes as u64).read_to_end(&mut read).map_err(|error| unreadable(&error))?;
        if read.len() == bytes { Ok(read) } else { Err(damaged("its end is missing")) }
    }

    /// Reads and unpacks a page whose levels, of so many bytes, are in front and not packed.
    fn body(&mut self, head: &Head, at: u64, levels: usize, is_packed: bool) -> Result<Bytes> {
        self.check_held(head)?;
        let packed = self.part(at + head.length as u64, head.packed)?;
        if let Some(checksum) = head.checksum {
            let mut found = flate2::Crc::new();
            found.update(&packed);
            if found.sum() != checksum {
                return Err(damaged("the checksum of a page is wrong"));
            }
        }
        let beyond = || damaged("a page of it is not as long as it says");
        let (front, values) = packed.split_at_checked(levels).ok_or_else(beyond)?;
        let unpacked = head.unpacked.checked_sub(levels).ok_or_else(beyond)?;
        if !is_packed {
            return if values.len() == unpacked { Ok(packed.into()) } else { Err(beyond()) };
        }
        let values = self.chunk.codec.unpacked(values, unpacked)?;
        Ok(if levels == 0 { values.into() } else { [front, &values].concat().into() })
    }

    /// Refuses a page that is too large, by itself or with those that are held for the same few rows.
    fn check_held(&self, head: &Head) -> Result<()> {
        let most = match head.kind {
            PageKind::Dictionary { .. } => LIMIT_DICTIONARY_BYTES,
            _ => PAGE_BYTES.max(head.packed.saturating_mul(USUAL_RATIO)).min(LIMIT_PAGE_BYTES),
        };
        let mut trouble = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.unpacked = trouble.unpacked.saturating_add(head.unpacked);
        if head.unpacked > most || trouble.unpacked > most + LIMIT_DICTIONARY_BYTES {
            return Err(too_large("a page of it is larger than a page of a roster can be"));
        }
        Ok(())
    }

    /// Returns the next page of values.
    fn page(&mut self) -> Result<Option<Page>> {
        let Some((head, values)) = self.look()? else { return Ok(None) };
        let at = self.at;
        let page = match head.kind {
            PageKind::Data { encoding, levels, .. } => {
                let buf = self.body(&head, at, 0, true)?;
                let levels = if self.level > 0 { written_levels(levels)? } else { Encoding::RLE };
                let front = front(levels, &buf, values, self.level);
                let encoding = self.encoding(encoding, values, buf.get(front..))?;
                let num_values = number(values)?;
                let (def_level_encoding, rep_level_encoding) = (levels, Encoding::RLE);
                Page::DataPage {
                    buf,
                    num_values,
                    encoding,
                    def_level_encoding,
                    rep_level_encoding,
                    statistics: None,
                }
            }
            PageKind::Data2 { blank, encoding, levels, before, is_packed, .. } => {
                let front = levels.checked_add(before).filter(|front| *front <= head.unpacked);
                let front = front.ok_or_else(|| damaged("the levels of a page are longer than the page"))?;
                let buf = self.body(&head, at, front, is_packed)?;
                if blank > values {
                    return Err(damaged("a page of it has more blank values than values"));
                }
                let encoding = self.encoding(encoding, values - blank, buf.get(front..))?;
                Page::DataPageV2 {
                    buf,
                    num_values: number(values)?,
                    encoding,
                    num_nulls: number(blank)?,
                    num_rows: number(values)?,
                    def_levels_byte_len: number(levels as u64)?,
                    rep_levels_byte_len: number(before as u64)?,
                    is_compressed: false,
                    statistics: None,
                }
            }
            PageKind::Dictionary { .. } | PageKind::Other => {
                return Err(damaged("its pages are not in order"));
            }
        };
        self.at = self.behind(&head)?;
        self.seen += values;
        Ok(Some(page))
    }

    /// Returns how `count` values are written, once it is sure that they are no more than that.
    fn encoding(&self, number: i64, count: u64, values: Option<&[u8]>) -> Result<Encoding> {
        let values = values.ok_or_else(|| damaged("the levels of a page are longer than the page"))?;
        let (encoding, lists) = match number {
            0 => (Encoding::PLAIN, 0),
            2 | 8 if self.has_dictionary => (Encoding::RLE_DICTIONARY, 0),
            2 | 8 => return Err(damaged("the dictionary of a column is missing")),
            3 => (Encoding::RLE, 0),
            5 => (Encoding::DELTA_BINARY_PACKED, 0),
            6 => (Encoding::DELTA_LENGTH_BYTE_ARRAY, 1),
            7 => (Encoding::DELTA_BYTE_ARRAY, 2),
            9 => (Encoding::BYTE_STREAM_SPLIT, 0),
            _ => return Err(encoding_unknown(number)),
        };
        if lists > 0 && self.physical == Physical::FIXED_LEN_BYTE_ARRAY && number == 6 {
            return Err(encoding_unknown(number));
        }
        if lists > 0 && count > LIMIT_DELTA_VALUES {
            return Err(too_large("a page of it has more than four million texts"));
        }
        // A page of blank values has no list at all.
        if lists > 0 && !values.is_empty() && !delta::are_at_most(count, values, lists) {
            return Err(damaged("the lengths of the texts of a page cannot be understood"));
        }
        Ok(encoding)
    }

    fn dictionary(&mut self) -> Result<Option<Page>> {
        let Some((head, at)) = self.dictionary.take() else { return Ok(None) };
        let PageKind::Dictionary { values } = head.kind else { return Ok(None) };
        // Values that no row has may be in it, too, but none without a byte.
        if values > LIMIT_DICTIONARY_VALUES || values > head.unpacked as u64 {
            return Err(damaged("a dictionary of it has more values than can be in it"));
        }
        let buf = self.body(&head, at, 0, true)?;
        let num_values = number(values)?;
        Ok(Some(Page::DictionaryPage { buf, num_values, encoding: Encoding::PLAIN, is_sorted: false }))
    }

    /// Keeps an error in our words, and gives the crate one in its own.
    fn kept<T>(&self, result: Result<T>) -> parquet::errors::Result<T> {
        result.map_err(|error| {
            let words = error.to_string();
            self.shared.lock().unwrap_or_else(PoisonError::into_inner).error = Some(error);
            ParquetError::General(words)
        })
    }
}

fn encoding_unknown(number: i64) -> Error {
    not_read(
        format!("the Parquet file has values in an encoding that is not read (number {number})"),
        "write it again with the usual encodings, or export the roster as .csv or .xlsx",
    )
}

fn number(count: u64) -> Result<u32> {
    u32::try_from(count).map_err(|_| too_large("a page of it has more than four thousand million values"))
}

fn written_levels(number: i64) -> Result<Encoding> {
    match number {
        3 => Ok(Encoding::RLE),
        #[expect(deprecated, reason = "old files have it")]
        4 => Ok(Encoding::BIT_PACKED),
        _ => Err(damaged("it is not known how the levels of a page are written")),
    }
}

/// Returns how many bytes the levels at the beginning of a page take, of which `level` is the highest.
fn front(levels: Encoding, page: &[u8], values: u64, level: u16) -> usize {
    if level == 0 {
        return 0;
    }
    if levels != Encoding::RLE {
        let bits = values.saturating_mul(u64::from(u16::BITS - level.leading_zeros()));
        return usize::try_from(bits.div_ceil(8)).unwrap_or(usize::MAX);
    }
    let length = page.first_chunk::<4>().map_or(u32::MAX, |length| u32::from_le_bytes(*length));
    usize::try_from(length).unwrap_or(usize::MAX).saturating_add(4)
}

impl Head {
    fn read(compact: &mut Compact<'_>) -> Option<Self> {
        let (mut number, mut sizes, mut checksum) = (None, [None; 2], None);
        let (mut data, mut data2, mut dictionary) = (None, None, None);
        compact.fields(&mut |compact, field| {
            match field.id {
                1 => number = Some(compact.whole(field)?),
                2 => sizes[1] = Some(usize::try_from(compact.whole(field)?).ok()?),
                3 => sizes[0] = Some(usize::try_from(compact.whole(field)?).ok()?),
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "32 bits, signed on paper"
                )]
                4 => checksum = Some(compact.whole(field)? as u32),
                5 => data = Some(of_data(compact, field)?),
                7 => dictionary = Some(of_dictionary(compact, field)?),
                8 => data2 = Some(of_data2(compact, field)?),
                _ => return Some(false),
            }
            Some(true)
        })?;
        let kind = match number? {
            0 => data?,
            1 => PageKind::Other,
            2 => dictionary?,
            3 => data2?,
            _ => return None,
        };
        let [packed, unpacked] = sizes;
        Some(Self { kind, packed: packed?, unpacked: unpacked?, checksum, length: compact.read() })
    }
}

fn of_data(compact: &mut Compact<'_>, field: Field) -> Option<PageKind> {
    let (mut values, mut encoding, mut levels) = (None, None, None);
    structure(compact, field, &mut |compact, field| {
        match field.id {
            1 => values = Some(compact.count(field)?),
            2 => encoding = Some(compact.whole(field)?),
            3 => levels = Some(compact.whole(field)?),
            _ => return Some(false),
        }
        Some(true)
    })?;
    Some(PageKind::Data { values: values?, encoding: encoding?, levels: levels? })
}

fn of_data2(compact: &mut Compact<'_>, field: Field) -> Option<PageKind> {
    let (mut values, mut blank, mut encoding) = (None, None, None);
    let (mut levels, mut before, mut is_packed) = (None, None, true);
    structure(compact, field, &mut |compact, field| {
        match field.id {
            1 => values = Some(compact.count(field)?),
            2 => blank = Some(compact.count(field)?),
            4 => encoding = Some(compact.whole(field)?),
            5 => levels = Some(usize::try_from(compact.whole(field)?).ok()?),
            6 => before = Some(usize::try_from(compact.whole(field)?).ok()?),
            7 => {
                is_packed = field.kind == kind::TRUE;
                return Some(false);
            }
            _ => return Some(false),
        }
        Some(true)
    })?;
    let (levels, before) = (levels?, before?);
    Some(PageKind::Data2 { values: values?, blank: blank?, encoding: encoding?, levels, before, is_packed })
}

fn of_dictionary(compact: &mut Compact<'_>, field: Field) -> Option<PageKind> {
    let mut values = None;
    structure(compact, field, &mut |compact, field| {
        if field.id != 1 {
            return Some(false);
        }
        values = Some(compact.count(field)?);
        Some(true)
    })?;
    Some(PageKind::Dictionary { values: values? })
}

fn structure(
    compact: &mut Compact<'_>,
    field: Field,
    take: &mut dyn FnMut(&mut Compact<'_>, Field) -> Option<bool>,
) -> Option<()> {
    if field.kind == kind::STRUCT { compact.fields(&mut |compact, field| take(compact, field)) } else { None }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> parquet::errors::Result<Option<Page>> {
        let page = self.page();
        self.kept(page)
    }

    fn peek_next_page(&mut self) -> parquet::errors::Result<Option<PageMetadata>> {
        let looked = self.look();
        let Some((head, values)) = self.kept(looked)? else { return Ok(None) };
        self.next = Some(head);
        let rows = usize::try_from(values).ok();
        Ok(Some(PageMetadata { num_rows: rows, num_levels: rows, is_dict: false }))
    }

    fn skip_next_page(&mut self) -> parquet::errors::Result<()> {
        let looked = self.look();
        if let Some((head, values)) = self.kept(looked)? {
            let behind = self.behind(&head);
            self.at = self.kept(behind)?;
            self.seen += values;
        }
        Ok(())
    }

    /// The dictionary is given when it is asked for, never as a page.
    fn supports_deferred_dictionary(&self) -> bool {
        true
    }

    fn take_deferred_dictionary(&mut self) -> parquet::errors::Result<Option<Page>> {
        let page = self.dictionary();
        self.kept(page)
    }
}

impl Iterator for Pages {
    type Item = parquet::errors::Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

//! The ZIP archive that a workbook is: streamed parts whose length is known at their end, and parts copied as they are; and
//! archives of finished files.
//!
//! Source: PKWARE's APPNOTE 6.3.10, 4.3.6 to 4.3.16 and 4.5.3 (more than 4 GiB). No part has a data descriptor, which
//! some readers do not take: the head of a streamed part is written a second time instead.

use flate2::Crc;
use std::io::{self, Read, Seek, SeekFrom, Write};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const END_64_LOCATOR: u32 = 0x0706_4b50;
/// Versions that a reader must have: deflate, and sizes of 64 bits.
const VERSION: u16 = 20;
const VERSION_64: u16 = 45;
/// 1980-01-01, where the archive's calendar begins: a clock would make two equal runs differ.
const FIRST_DAY: u16 = 0x0021;
const DEFLATED: u16 = 8;
const STORED: u16 = 0;
/// The flag of names with letters beyond ASCII: they are UTF-8.
const UTF_8: u16 = 0x0800;
/// In place of a value that stands in a field of 64 bits.
const FULL_32: u32 = u32::MAX;
const FULL_16: u16 = u16::MAX;
const EXTRA_64: u16 = 0x0001;
/// Room that an Office document keeps for itself (ECMA-376 part 2, annex B, growth hint).
const EXTRA_ROOM: u16 = 0xa220;
const EXTRA_ROOM_SIGN: u16 = 0xa028;
/// Bytes of a field with two sizes of 64 bits, without its own head.
const EXTRA_BYTES: u16 = 16;

/// A part of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    /// Its name.
    name: String,
    /// The number of the way it is compressed: 0 or 8.
    method: u16,
    /// The checksum of its bytes before they were compressed.
    crc: u32,
    /// Bytes in the archive.
    compressed: u64,
    /// Bytes before.
    size: u64,
    /// Where its head stands.
    offset: u64,
    /// Whether its head has room for sizes of 64 bits.
    has_room: bool,
}

/// An archive that is being written, from the place where the file stands.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    entries: Vec<Entry>,
    offset: u64,
}

impl Archive {
    /// Begins a streamed part; [`Archive::append`] gives its bytes, [`Archive::end`] ends it.
    ///
    /// # Errors
    /// Those of the file.
    pub(crate) fn begin(&mut self, file: &mut impl Write, name: &str) -> io::Result<()> {
        self.open(file, name, DEFLATED, true)
    }

    fn open(&mut self, file: &mut impl Write, name: &str, method: u16, has_room: bool) -> io::Result<()> {
        let entry = Entry {
            name: name.to_owned(),
            method,
            crc: 0,
            compressed: 0,
            size: 0,
            offset: self.offset,
            has_room,
        };
        let head = entry.head();
        self.entries.push(entry);
        self.append(file, &head)
    }

    /// Appends bytes of the streamed part.
    ///
    /// # Errors
    /// Those of the file.
    pub(crate) fn append(&mut self, file: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)?;
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Returns where the next byte will stand.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Ends the streamed part: writes its head once more, with what is known now.
    ///
    /// # Errors
    /// Those of the file; also if there is no such part.
    pub(crate) fn end(&mut self, file: &mut (impl Write + Seek), size: u64, crc: u32) -> io::Result<()> {
        let offset = self.offset;
        let entry = self.entries.last_mut().ok_or_else(|| io::Error::other("no part was begun"))?;
        let head_bytes = entry.head().len() as u64;
        (entry.size, entry.crc) = (size, crc);
        entry.compressed = offset - entry.offset - head_bytes;
        file.seek(SeekFrom::Start(entry.offset))?;
        file.write_all(&entry.head())?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(())
    }

    /// Copies a part of another archive, compressed as it is there. Its sizes are below 4 GiB.
    ///
    /// # Errors
    /// Those of both files; also if `raw` is longer or shorter than `entry` says.
    pub(crate) fn copy(
        &mut self,
        file: &mut impl Write,
        (name, method, crc): (&str, u16, u32),
        (compressed, size): (u64, u64),
        raw: &mut impl Read,
    ) -> io::Result<()> {
        let has_room = size.max(compressed) >= u64::from(FULL_32);
        let entry =
            Entry { name: name.to_owned(), method, crc, compressed, size, offset: self.offset, has_room };
        let head = entry.head();
        self.append(file, &head)?;
        let copied = io::copy(raw, file)?;
        self.offset += copied;
        self.entries.push(entry);
        if copied == compressed { Ok(()) } else { Err(io::Error::other("a part is not as long as it says")) }
    }

    /// Writes a part as its bytes are, which are `expected` of a file that nobody changes.
    ///
    /// # Errors
    /// Those of both files; also if there are 4 GiB or more where less was expected.
    pub(crate) fn store(
        &mut self,
        file: &mut (impl Write + Seek),
        (name, expected): (&str, u64),
        raw: &mut impl Read,
    ) -> io::Result<()> {
        const PIECE_BYTES: usize = 64 * 1024;
        let has_room = expected >= u64::from(FULL_32);
        self.open(file, name, STORED, has_room)?;
        let (mut crc, mut size, mut piece) = (Crc::new(), 0, vec![0; PIECE_BYTES]);
        loop {
            let read = match raw.read(&mut piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            crc.update(bytes);
            size += bytes.len() as u64;
            self.append(file, bytes)?;
        }
        if size >= u64::from(FULL_32) && !has_room {
            return Err(io::Error::other("a file grew while it was packed"));
        }
        self.end(file, size, crc.sum())
    }

    /// Writes the list of parts and the end; returns the heads of all parts, each with its place in the file.
    ///
    /// # Errors
    /// Those of the file.
    pub(crate) fn finish(mut self, file: &mut impl Write) -> io::Result<Vec<(u64, Vec<u8>)>> {
        let start = self.offset;
        let list: Vec<u8> = self.entries.iter().flat_map(Entry::listed).collect();
        self.append(file, &list)?;
        let (count, bytes) = (self.entries.len() as u64, list.len() as u64);
        let mut end = Vec::new();
        let short_count = u16::try_from(count).unwrap_or(FULL_16);
        if short_count == FULL_16 || start.max(bytes) >= u64::from(FULL_32) {
            end.extend(END_64.to_le_bytes());
            end.extend(44_u64.to_le_bytes());
            end.extend([VERSION_64, VERSION_64].map(u16::to_le_bytes).concat());
            end.extend([0; 8]);
            end.extend([count, count, bytes, start].map(u64::to_le_bytes).concat());
            end.extend(END_64_LOCATOR.to_le_bytes());
            end.extend([0; 4]);
            end.extend(self.offset.to_le_bytes());
            end.extend(1_u32.to_le_bytes());
        }
        end.extend(END.to_le_bytes());
        end.extend([0; 4]);
        end.extend([short_count, short_count].map(u16::to_le_bytes).concat());
        end.extend([short(bytes), short(start)].map(u32::to_le_bytes).concat());
        end.extend([0; 2]);
        self.append(file, &end)?;
        Ok(self.entries.iter().map(|entry| (entry.offset, entry.head())).collect())
    }
}

impl Entry {
    fn is_long(&self) -> bool {
        self.size.max(self.compressed) >= u64::from(FULL_32)
    }

    /// Returns the head that stands before the part's bytes; as long with small sizes as with large ones.
    fn head(&self) -> Vec<u8> {
        let mut head = Vec::new();
        head.extend(LOCAL.to_le_bytes());
        head.extend(self.common(self.is_long()));
        let extra_bytes = if self.has_room { EXTRA_BYTES + 4 } else { 0 };
        head.extend(extra_bytes.to_le_bytes());
        head.extend(self.name.as_bytes());
        if self.is_long() {
            head.extend([EXTRA_64, EXTRA_BYTES].map(u16::to_le_bytes).concat());
            head.extend([self.size, self.compressed].map(u64::to_le_bytes).concat());
        } else if self.has_room {
            head.extend([EXTRA_ROOM, EXTRA_BYTES, EXTRA_ROOM_SIGN].map(u16::to_le_bytes).concat());
            head.extend([0; EXTRA_BYTES as usize - 2]);
        }
        head
    }

    /// Returns what stands in the head and in the list alike, from the version to the length of the name.
    fn common(&self, is_64: bool) -> Vec<u8> {
        let version = if is_64 { VERSION_64 } else { VERSION };
        let (size, compressed) =
            if self.is_long() { (FULL_32, FULL_32) } else { (short(self.size), short(self.compressed)) };
        let flags = if self.name.is_ascii() { 0 } else { UTF_8 };
        let mut common = [version, flags, self.method, 0, FIRST_DAY].map(u16::to_le_bytes).concat();
        common.extend([self.crc, compressed, size].map(u32::to_le_bytes).concat());
        common.extend(u16::try_from(self.name.len()).unwrap_or(0).to_le_bytes());
        common
    }

    /// Returns the part's line in the list at the end.
    fn listed(&self) -> Vec<u8> {
        let is_far = self.offset >= u64::from(FULL_32);
        let mut large = Vec::new();
        if self.is_long() {
            large.extend([self.size, self.compressed]);
        }
        if is_far {
            large.push(self.offset);
        }
        let is_64 = !large.is_empty();
        let mut extra = Vec::new();
        if is_64 {
            let bytes = u16::try_from(large.len() * 8).unwrap_or(0);
            extra.extend([EXTRA_64, bytes].map(u16::to_le_bytes).concat());
            extra.extend(large.iter().flat_map(|value| value.to_le_bytes()));
        }
        let mut line = CENTRAL.to_le_bytes().to_vec();
        line.extend((if is_64 { VERSION_64 } else { VERSION }).to_le_bytes());
        line.extend(self.common(is_64));
        line.extend(u16::try_from(extra.len()).unwrap_or(0).to_le_bytes());
        // No remark, first disk, no attributes.
        line.extend([0; 10]);
        line.extend(short(self.offset).to_le_bytes());
        line.extend(self.name.as_bytes());
        line.extend(extra);
        line
    }
}

/// Returns a size in its short field, which is full where the size stands in a long one.
fn short(size: u64) -> u32 {
    u32::try_from(size).unwrap_or(FULL_32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deflate::{self, Compression, Deflater};
    use std::io::Cursor;
    use zip::ZipArchive;

    fn read(file: &Cursor<Vec<u8>>) -> Vec<(String, Vec<u8>)> {
        let mut archive = ZipArchive::new(file.clone()).unwrap();
        (0..archive.len())
            .map(|index| {
                let mut part = archive.by_index(index).unwrap();
                let mut bytes = Vec::new();
                part.read_to_end(&mut bytes).unwrap();
                (part.name().unwrap().to_string(), bytes)
            })
            .collect()
    }

    #[test]
    fn streamed_and_copied_parts_are_read_by_others() {
        let mut file = Cursor::new(Vec::new());
        let mut archive = Archive::default();
        let piece = Deflater::new(Compression::Fast).piece(b"Contoso").unwrap();
        archive.begin(&mut file, "xl/a.xml").unwrap();
        archive.append(&mut file, &piece.bytes).unwrap();
        archive.append(&mut file, &deflate::END).unwrap();
        archive.end(&mut file, 7, piece.crc.sum()).unwrap();
        let mut crc = Crc::new();
        crc.update(b"abc");
        archive.copy(&mut file, ("b.xml", 0, crc.sum()), (3, 3), &mut &b"abc"[..]).unwrap();
        archive.finish(&mut file).unwrap();
        let parts = [("xl/a.xml", &b"Contoso"[..]), ("b.xml", b"abc")];
        assert_eq!(read(&file), parts.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())));
    }

    #[test]
    fn stored_parts_of_any_name_are_read_by_others() {
        let mut file = Cursor::new(Vec::new());
        let mut archive = Archive::default();
        let long = vec![7; 200_000];
        archive.store(&mut file, ("\u{c4}rzte/a.xlsx", 3), &mut &b"abc"[..]).unwrap();
        archive.store(&mut file, ("b.xlsx", u64::from(u32::MAX)), &mut &long[..]).unwrap();
        archive.finish(&mut file).unwrap();
        let parts = [("\u{c4}rzte/a.xlsx", b"abc".to_vec()), ("b.xlsx", long)];
        assert_eq!(read(&file), parts.map(|(name, bytes)| (name.to_owned(), bytes)));
    }

    #[test]
    fn a_part_that_is_not_as_long_as_it_says_is_refused() {
        let mut archive = Archive::default();
        let copied = archive.copy(&mut io::sink(), ("b.xml", 0, 0), (4, 4), &mut &b"abc"[..]);
        assert!(copied.is_err());
        assert!(Archive::default().end(&mut Cursor::new(Vec::new()), 0, 0).is_err());
    }

    #[test]
    fn sizes_beyond_32_bits_stand_in_long_fields() {
        let large = u64::from(u32::MAX) + 9;
        let mut entry = Entry {
            name: "a".to_owned(),
            method: DEFLATED,
            crc: 1,
            compressed: 5,
            size: 6,
            offset: 0,
            has_room: true,
        };
        let before = entry.head();
        entry.size = large;
        let head = entry.head();
        assert_eq!(head.len(), before.len());
        assert_eq!(&head[18..26], &[0xff; 8]);
        assert_eq!(&head[31..35], &[1, 0, 16, 0]);
        assert_eq!(head[35..43], large.to_le_bytes());
        entry.offset = large;
        let line = entry.listed();
        assert_eq!(line[line.len() - 8..], large.to_le_bytes());
        assert_eq!(line[line.len() - 28..line.len() - 24], [1, 0, 24, 0]);
    }
}

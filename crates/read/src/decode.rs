//! Bytes of a text file to UTF-8, chunk by chunk.

use super::encoding::Encoding;
use super::{changed, unreadable};
use crate::error::{Error, Result};
use crate::positioned::Positioned;
use encoding_rs::Decoder;
use std::io::{Read, Seek, SeekFrom};

const CHUNK_BYTES: usize = 64 * 1024;
/// A part of a chunk that is decoded at once. It is small, since decoding asks for three times as much room, whatever
/// is in it.
const PIECE_BYTES: usize = 16 * 1024;
/// Room behind a text for one more chunk.
pub(super) const CHUNK_ROOM_BYTES: usize = CHUNK_BYTES + 4 * PIECE_BYTES;

/// How long a text file is, and which bytes it has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    /// All of its bytes.
    pub bytes: u64,
    /// Bytes at its end that are no text.
    pub padding: u64,
    /// The checksum of all its bytes.
    pub checksum: u32,
}

/// A text file on its way to UTF-8, without its byte order mark, and without one at the beginning of any other line, as
/// files put together leave it.
pub(super) struct Decoded {
    file: Positioned,
    decoder: Decoder,
    buffer: Vec<u8>,
    mark_bytes: u64,
    extent: Extent,
    read_bytes: u64,
    checksum: flate2::Crc,
    begins_line: bool,
    is_finished: bool,
}

/// What one more chunk brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    /// Text was added, all of it known to the encoding.
    Clean,
    /// Text was added, with U+FFFD in place of bytes the encoding does not know.
    Replaced,
    /// Nothing: the file has ended.
    End,
}

impl Decoded {
    /// Starts at the file's beginning.
    ///
    /// # Errors
    /// `roster-unreadable`.
    pub(super) fn new(mut file: Positioned, encoding: Encoding, extent: Extent) -> Result<Self> {
        file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
        Ok(Self {
            file,
            decoder: encoding.decoder(),
            buffer: vec![0; CHUNK_BYTES],
            mark_bytes: encoding.mark_bytes(),
            extent,
            read_bytes: 0,
            checksum: flate2::Crc::new(),
            begins_line: true,
            is_finished: false,
        })
    }

    /// Gives the file back.
    pub(super) fn into_file(self) -> Positioned {
        self.file
    }

    /// Decodes one more chunk to the end of `text`.
    ///
    /// # Errors
    /// `roster-unreadable`; `roster-changed` if the file does not end where it is expected to, or has other bytes.
    pub(super) fn more(&mut self, text: &mut String) -> Result<More> {
        if self.is_finished {
            return Ok(More::End);
        }
        let count = self.file.read(&mut self.buffer).map_err(|error| unreadable(&error))?;
        let (begin, Extent { bytes, padding, checksum }) = (self.read_bytes, self.extent);
        self.checksum.update(self.buffer.get(..count).unwrap_or_default());
        self.read_bytes += count as u64;
        self.is_finished = count == 0;
        let is_as_before = self.read_bytes == bytes && self.checksum.sum() == checksum;
        if self.read_bytes > bytes || (self.is_finished && !is_as_before) {
            return Err(changed());
        }
        let within =
            |place: u64| usize::try_from(place.saturating_sub(begin)).unwrap_or(usize::MAX).min(count);
        let text_bytes = within(self.mark_bytes)..within(bytes.saturating_sub(padding));
        let chunk = self.buffer.get(text_bytes).unwrap_or_default();
        let before = text.len();
        // At the end the decoder is told that nothing follows.
        let end = self.is_finished.then_some(&[][..]);
        let mut replaced = false;
        for piece in chunk.chunks(PIECE_BYTES).chain(end) {
            let room = self.decoder.max_utf8_buffer_length(piece.len());
            text.reserve(room.ok_or_else(|| Error::internal("a chunk of text has no size"))?);
            let (_, taken, is_replaced) = self.decoder.decode_to_string(piece, text, self.is_finished);
            if taken != piece.len() {
                return Err(Error::internal("a chunk of text was not decoded to its end"));
            }
            replaced |= is_replaced;
        }
        drop_marks(text, before, &mut self.begins_line);
        Ok(if replaced { More::Replaced } else { More::Clean })
    }
}

/// Drops a byte order mark at the beginning of each line that begins at `before` or behind it.
fn drop_marks(text: &mut String, before: usize, begins_line: &mut bool) {
    const MARK: char = '\u{feff}';
    let is_line_end = |letter: char| matches!(letter, '\n' | '\r');
    let fresh = text.get(before..).unwrap_or_default();
    if memchr::memmem::find(fresh.as_bytes(), MARK.encode_utf8(&mut [0; 4]).as_bytes()).is_none() {
        *begins_line = fresh.chars().next_back().map_or(*begins_line, is_line_end);
        return;
    }
    let fresh = text.split_off(before);
    for letter in fresh.chars().filter(|letter| {
        let is_dropped = *begins_line && *letter == MARK;
        *begins_line = is_dropped || is_line_end(*letter);
        !is_dropped
    }) {
        text.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests_support::file_of;

    fn extent(bytes: &[u8]) -> Extent {
        let mut checksum = flate2::Crc::new();
        checksum.update(bytes);
        Extent { bytes: bytes.len() as u64, padding: 0, checksum: checksum.sum() }
    }

    fn decoded(bytes: &[u8], encoding: &str) -> (String, bool) {
        let encoding = Encoding::given(encoding, bytes).unwrap();
        let mut source = Decoded::new(file_of(bytes), encoding, extent(bytes)).unwrap();
        let (mut text, mut is_replaced) = (String::new(), false);
        loop {
            match source.more(&mut text).unwrap() {
                More::End => return (text, is_replaced),
                More::Replaced => is_replaced = true,
                More::Clean => {}
            }
        }
    }

    #[test]
    fn each_encoding_gives_the_same_text_without_its_mark() {
        let little: Vec<u8> = "\u{feff}Zürich €".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}Zürich €".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let all: [(&[u8], &str); 5] = [
            ("Zürich €".as_bytes(), "utf-8"),
            ("\u{feff}Zürich €".as_bytes(), "utf-8"),
            (&little, "utf-16le"),
            (&big, "utf-16be"),
            (b"Z\xfcrich \x80", "windows-1252"),
        ];
        for (bytes, encoding) in all {
            assert_eq!(decoded(bytes, encoding), ("Zürich €".to_owned(), false), "{encoding}");
        }
    }

    #[test]
    fn a_lone_surrogate_is_replaced_and_told() {
        let (text, is_replaced) = decoded(b"\xff\xfea\0\x00\xd8b\0", "utf-16le");
        assert_eq!((text.as_str(), is_replaced), ("a\u{fffd}b", true));
    }

    #[test]
    fn half_a_character_at_the_end_is_replaced_and_told() {
        let (text, is_replaced) = decoded(b"\xff\xfea\0b", "utf-16le");
        assert_eq!((text.as_str(), is_replaced), ("a\u{fffd}", true));
    }

    #[test]
    fn characters_across_pieces_and_chunks_stay_whole() {
        let text = "a€ü😀".repeat(CHUNK_BYTES / 8);
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let wide = [b"\xff\xfe", wide.as_slice()].concat();
        assert_eq!(decoded(text.as_bytes(), "utf-8"), (text.clone(), false));
        assert_eq!(decoded(&wide, "utf-16le"), (text, false));
    }

    #[test]
    fn a_mark_at_the_beginning_of_a_line_is_dropped_and_any_other_stays() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let twice = wide("\u{feff}a,b\r\n\u{feff}\u{feff}a,\u{feff}b\r\n");
        assert_eq!(decoded(&twice, "utf-16le"), ("a,b\r\na,\u{feff}b\r\n".to_owned(), false));
        let text = format!("{}\n\u{feff}b", "a".repeat(CHUNK_BYTES - 1));
        assert_eq!(decoded(text.as_bytes(), "utf-8").0, text.replace('\u{feff}', ""));
    }

    #[test]
    fn bytes_at_the_end_that_are_no_text_are_left_out() {
        let extent = Extent { padding: 2, ..extent(b"ab\x1a\n") };
        let mut source =
            Decoded::new(file_of(b"ab\x1a\n"), Encoding::given("utf-8", b"").unwrap(), extent).unwrap();
        let mut text = String::new();
        while source.more(&mut text).unwrap() != More::End {}
        assert_eq!(text, "ab");
    }

    #[test]
    fn a_file_that_shrinks_or_grows_or_has_other_bytes_is_noticed() {
        for expected in [b"Co".as_slice(), b"Contoso, Ltd", b"contoso"] {
            let mut source =
                Decoded::new(file_of(b"Contoso"), Encoding::given("utf-8", b"").unwrap(), extent(expected))
                    .unwrap();
            let mut text = String::new();
            let error = source.more(&mut text).and_then(|_| source.more(&mut text)).unwrap_err();
            assert_eq!(error.diagnostics[0].code.as_str(), "roster-changed");
        }
    }
}

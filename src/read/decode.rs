//! Bytes of a text file to UTF-8, chunk by chunk.

use super::encoding::Encoding;
use super::{changed, unreadable};
use crate::error::{Error, Result};
use encoding_rs::Decoder;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

const CHUNK_BYTES: usize = 64 * 1024;
/// A part of a chunk that is decoded at once. It is small, since decoding asks for three times as much room, whatever
/// is in it.
const PIECE_BYTES: usize = 16 * 1024;
/// Room behind a text for one more chunk.
pub(super) const CHUNK_ROOM_BYTES: usize = CHUNK_BYTES + 4 * PIECE_BYTES;

/// A text file on its way to UTF-8, without its byte order mark.
pub(super) struct Decoded {
    file: File,
    decoder: Decoder,
    buffer: Vec<u8>,
    read_bytes: u64,
    expected_bytes: u64,
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
    /// Starts at the file's beginning; `expected_bytes` is its size.
    ///
    /// # Errors
    /// `roster-unreadable`.
    pub(super) fn new(mut file: File, encoding: Encoding, expected_bytes: u64) -> Result<Self> {
        let mark = encoding.mark_bytes();
        file.seek(SeekFrom::Start(mark)).map_err(|error| unreadable(&error))?;
        let decoder = encoding.decoder();
        let buffer = vec![0; CHUNK_BYTES];
        Ok(Self { file, decoder, buffer, read_bytes: mark, expected_bytes, is_finished: false })
    }

    /// Gives the file back.
    pub(super) fn into_file(self) -> File {
        self.file
    }

    /// Decodes one more chunk to the end of `text`.
    ///
    /// # Errors
    /// `roster-unreadable`; `roster-changed` if the file does not end where it is expected to.
    pub(super) fn more(&mut self, text: &mut String) -> Result<More> {
        if self.is_finished {
            return Ok(More::End);
        }
        let count = self.file.read(&mut self.buffer).map_err(|error| unreadable(&error))?;
        self.read_bytes += count as u64;
        self.is_finished = count == 0;
        if self.read_bytes > self.expected_bytes
            || (self.is_finished && self.read_bytes != self.expected_bytes)
        {
            return Err(changed());
        }
        let chunk = self.buffer.get(..count).unwrap_or_default();
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
        Ok(if replaced { More::Replaced } else { More::Clean })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests_support::file_of;

    fn decoded(bytes: &[u8], encoding: &str) -> (String, bool) {
        let encoding = Encoding::given(encoding, bytes).unwrap();
        let mut source = Decoded::new(file_of(bytes), encoding, bytes.len() as u64).unwrap();
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
    fn a_file_that_shrinks_or_grows_is_noticed() {
        for expected in [2, 9] {
            let mut source =
                Decoded::new(file_of(b"Contoso"), Encoding::given("utf-8", b"").unwrap(), expected).unwrap();
            let mut text = String::new();
            let error = source.more(&mut text).and_then(|_| source.more(&mut text)).unwrap_err();
            assert_eq!(error.diagnostics[0].code, "roster-changed");
        }
    }
}

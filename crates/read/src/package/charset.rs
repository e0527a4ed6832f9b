//! How a part of text is encoded, and its bytes to UTF-8.
//!
//! XML may be in UTF-16, or in any encoding that its declaration names; nearly all parts are in UTF-8, and their bytes
//! stay as they are.

use super::NOT_UTF8;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The declaration stands within so many bytes, and within so many letters.
pub(super) const HEAD_BYTES: u64 = 512;
const HEAD_LETTERS: usize = 256;

/// How the bytes of a part are to be read.
pub(super) enum Charset {
    /// As they are, whatever they hold.
    Binary,
    /// Nothing was read yet.
    Unknown,
    /// UTF-8, as they are; text has no zero byte in it.
    Utf8,
    /// Something else, which is decoded.
    Other(Box<Decoder>),
}

impl Charset {
    /// Turns what stands in `bytes` from `fresh` on into UTF-8; `is_last` says that nothing follows.
    ///
    /// # Errors
    /// What is wrong with it; ends a sentence that names the part.
    pub(super) fn decode(
        &mut self,
        bytes: &mut Vec<u8>,
        fresh: usize,
        is_last: bool,
    ) -> Result<(), &'static str> {
        let is_first = matches!(self, Self::Unknown);
        if is_first {
            *self = Self::of(bytes.get(fresh..).unwrap_or_default());
        }
        match self {
            Self::Binary | Self::Unknown => Ok(()),
            Self::Utf8 => match memchr::memchr(0, bytes.get(fresh..).unwrap_or_default()) {
                Some(_) => Err(NOT_UTF8),
                None => Ok(()),
            },
            Self::Other(decoder) => {
                let raw = bytes.split_off(fresh);
                let mut text = decoded(decoder, &raw, is_last)?;
                if is_first {
                    text = declared_as_utf8(text);
                }
                bytes.extend_from_slice(text.as_bytes());
                Ok(())
            }
        }
    }

    /// Returns how a part is encoded that begins so.
    fn of(head: &[u8]) -> Self {
        let charset = match head {
            [0xff, 0xfe, ..] | [b'<', 0, ..] => UTF_16LE,
            [0xfe, 0xff, ..] | [0, b'<', ..] => UTF_16BE,
            _ => named(head).unwrap_or(UTF_8),
        };
        // A part whose bytes show that it is not in UTF-16 is refused for what it says of itself.
        if charset == UTF_8 {
            Self::Utf8
        } else {
            Self::Other(Box::new(charset.new_decoder_with_bom_removal()))
        }
    }
}

/// Returns the encoding that a declaration in plain letters names; none that its own letters contradict.
fn named(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.get(..HEAD_LETTERS).unwrap_or(head);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let end = memchr::memmem::find(head, b"?>")?;
    let declaration = std::str::from_utf8(head.get(..end)?).ok()?.strip_prefix("<?xml")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (name, _) = value.get(1..)?.split_once(quote)?;
    Encoding::for_label_no_replacement(name.as_bytes()).filter(|found| found.is_ascii_compatible())
}

fn decoded(decoder: &mut Decoder, raw: &[u8], is_last: bool) -> Result<String, &'static str> {
    let room = decoder.max_utf8_buffer_length_without_replacement(raw.len()).ok_or(NOT_DECODABLE)?;
    let mut text = String::with_capacity(room);
    let (result, taken) = decoder.decode_to_string_without_replacement(raw, &mut text, is_last);
    let is_whole = result == DecoderResult::InputEmpty && taken == raw.len();
    if is_whole && !text.contains('\0') { Ok(text) } else { Err(NOT_DECODABLE) }
}

const NOT_DECODABLE: &str = "it contains bytes that are not valid in its encoding";

/// Lets the declaration of a decoded text say what it is by now.
fn declared_as_utf8(text: String) -> String {
    let Some((declaration, rest)) = text.split_once("?>").filter(|(start, _)| start.starts_with("<?xml"))
    else {
        return text;
    };
    let Some((before, value)) = declaration.split_once("encoding") else { return text };
    let mut quoted = value.splitn(3, ['"', '\'']);
    match (quoted.next(), quoted.next(), quoted.next()) {
        (Some(_), Some(_), Some(behind)) => format!("{before}encoding=\"UTF-8\"{behind}?>{rest}"),
        _ => text,
    }
}

//! How a text file is encoded: what its mark says, what its bytes allow, what its letters look like.
//!
//! - A byte order mark decides.
//! - Zero bytes at every second place are UTF-16 without its mark.
//! - A file that is UTF-8 from end to end is UTF-8.
//! - Where it is not, but has more letters in UTF-8 than bytes that are none, it is read as UTF-8, and the rows with
//!   such bytes need review: most likely rows of two files were put together.
//! - Any other is what its letters look like; where it has a few letters in UTF-8 too, their rows need review.
//!
//! The first and third are certain; the others are guesses, and said to be.

use super::refused;
use crate::diagnostic::{Code, Diagnostic, excerpt};
use crate::error::{Error, ErrorKind, Result};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Bytes from which the encoding is guessed: enough for any number of letters, and read in no time.
const GUESS_BYTES: usize = 4 * 1024 * 1024;
/// An incomplete UTF-8 character at the end of a chunk has at most three bytes.
const CARRY_BYTES: usize = 3;
/// Of so many pairs of bytes in UTF-16, one at least has a zero byte: delimiters and line ends have.
const PAIRS_PER_ZERO: usize = 4;

/// How a text file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    charset: &'static encoding_rs::Encoding,
    mark_bytes: u64,
    guess: Option<&'static str>,
    /// Some letters look like UTF-8 that is read as something else.
    is_mixed: bool,
}

/// Returns whether a name is that of an encoding, as web pages may write it.
#[must_use]
pub fn is_known(name: &str) -> bool {
    of_label(name).is_some()
}

fn of_label(name: &str) -> Option<&'static encoding_rs::Encoding> {
    encoding_rs::Encoding::for_label_no_replacement(name.trim().as_bytes())
}

impl Encoding {
    /// Returns the encoding of a file from how it begins and what its letters are.
    ///
    /// # Errors
    /// `roster-format` for UTF-32.
    pub(super) fn of(head: &[u8], letters: &Letters) -> Result<Self> {
        if is_utf32(head) {
            return Err(refused(
                Code::RosterFormat,
                "the file is UTF-32 text, which hardly any program can read",
                "save it as CSV UTF-8 or as a workbook",
            ));
        }
        Ok(match (head, zeros_at_every_second_place(head)) {
            ([0xef, 0xbb, 0xbf, ..], _) => Self::marked(UTF_8, 3),
            ([0xff, 0xfe, ..], _) => Self::marked(UTF_16LE, 2),
            ([0xfe, 0xff, ..], _) => Self::marked(UTF_16BE, 2),
            (_, Some(charset)) => Self::guessed(charset, "guessed from its zero bytes"),
            (_, None) => letters.encoding(),
        })
    }

    /// Returns the encoding that the user names; a mark of that encoding is left out of the text.
    ///
    /// # Errors
    /// `encoding-unknown` (kind `Usage`).
    pub(super) fn given(name: &str, head: &[u8]) -> Result<Self> {
        let charset = of_label(name).ok_or_else(|| {
            let unknown =
                Diagnostic::error(Code::EncodingUnknown, format!("`{}` is not an encoding", excerpt(name)));
            let help = "name one such as utf-8, utf-16le, windows-1252, iso-8859-2, shift_jis or gbk";
            Error::new(ErrorKind::Usage, unknown.help(help))
        })?;
        let mark = encoding_rs::Encoding::for_bom(head).filter(|(marked, _)| *marked == charset);
        Ok(match mark {
            Some((_, bytes)) => Self::marked(charset, bytes as u64),
            None => Self { charset, mark_bytes: 0, guess: None, is_mixed: false },
        })
    }

    fn marked(charset: &'static encoding_rs::Encoding, mark_bytes: u64) -> Self {
        Self { charset, mark_bytes, guess: None, is_mixed: false }
    }

    fn guessed(charset: &'static encoding_rs::Encoding, guess: &'static str) -> Self {
        Self { charset, mark_bytes: 0, guess: Some(guess), is_mixed: false }
    }

    pub(super) fn is_utf16(self) -> bool {
        self.charset == UTF_16LE || self.charset == UTF_16BE
    }

    /// Returns the name for the report.
    pub(super) fn name(self) -> String {
        let name = match self.charset.name() {
            "UTF-16LE" => "UTF-16 LE",
            "UTF-16BE" => "UTF-16 BE",
            name => name,
        };
        format!("{name}{}", if self.mark_bytes > 0 { " BOM" } else { "" })
    }

    /// Returns the name without what the file says of byte order.
    pub(super) fn name_alone(self) -> String {
        Self { mark_bytes: 0, ..self }.name()
    }

    /// Returns whether the lower byte of each two comes first; only UTF-16 has two orders.
    pub(super) fn is_little(self) -> bool {
        self.charset != UTF_16BE
    }

    /// Returns the beginning of a text as a person reads it, whatever stands at its end.
    pub(super) fn shown(self, head: &[u8]) -> Cow<'_, str> {
        self.charset.decode_without_bom_handling(head).0
    }

    /// Returns how the encoding was guessed; `None` = it is certain, or was named by the user.
    pub(super) fn guess(self) -> Option<&'static str> {
        self.guess
    }

    /// Returns whether some letters look like UTF-8 that is read as something else.
    pub(super) fn is_mixed(self) -> bool {
        self.is_mixed
    }

    /// Returns the bytes of the mark that the file begins with.
    pub(super) fn mark_bytes(self) -> u64 {
        self.mark_bytes
    }

    pub(super) fn decoder(self) -> Decoder {
        self.charset.new_decoder_without_bom_handling()
    }

    /// Returns whether a decoded text looks like UTF-8 that was read as something else, such as `Ã¼` for `ü`; only
    /// where the file is known to have such bytes.
    pub(super) fn is_garbled(self, text: &str) -> bool {
        self.is_mixed
            && !text.is_ascii()
            && self.charset.encode(text).0.utf8_chunks().any(|part| !part.valid().is_ascii())
    }
}

/// With or without its mark: three zero bytes in four.
fn is_utf32(head: &[u8]) -> bool {
    let all = |zeros: [bool; 4]| {
        let (groups, _) = head.as_chunks::<4>();
        groups.len() > 1 && groups.iter().all(|group| group.map(|byte| byte == 0) == zeros)
    };
    head.starts_with(b"\xff\xfe\0\0")
        || head.starts_with(b"\0\0\xfe\xff")
        || all([false, true, true, true])
        || all([true, true, true, false])
}

/// So many times more zero bytes on one side than on the other.
const FAR_MORE: usize = 16;

/// UTF-16 without a mark: delimiters, line ends and Latin letters have a zero byte, all on one side.
fn zeros_at_every_second_place(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let (pairs, _) = head.as_chunks::<2>();
    let firsts = pairs.iter().filter(|[first, _]| *first == 0).count();
    let seconds = pairs.iter().filter(|[_, second]| *second == 0).count();
    let is_enough = |zeros: usize| zeros > 0 && zeros * PAIRS_PER_ZERO >= pairs.len();
    match (firsts, seconds) {
        // A letter such as U+0100 has its zero byte on the other side.
        (few, zeros) if is_enough(zeros) && few * FAR_MORE <= zeros => Some(UTF_16LE),
        (zeros, few) if is_enough(zeros) && few * FAR_MORE <= zeros => Some(UTF_16BE),
        _ => None,
    }
}

/// What the bytes say of the encoding, as they come in chunks.
///
/// As long as they are UTF-8, no more is done than to check that; what they look like is asked from the first chunk
/// that is not.
#[derive(Default)]
pub(super) struct Letters {
    carry: Vec<u8>,
    /// Letters in UTF-8 of more than one byte; in chunks before the first strange one, one a chunk.
    wide: u64,
    /// Bytes that are no UTF-8, those of one letter counted as one.
    broken: u64,
    strange: Option<Strange>,
}

/// The guess at a text that is not UTF-8.
struct Strange {
    detector: EncodingDetector,
    left: usize,
}

impl Letters {
    /// Looks at the next bytes.
    pub(super) fn feed(&mut self, chunk: &[u8]) {
        if self.carry.is_empty() && chunk.is_ascii() {
            return;
        }
        if self.strange.is_none() {
            let before = self.carry.clone();
            if self.is_utf8_on(chunk) {
                self.wide += 1;
                return;
            }
            self.carry = before;
        }
        self.count(chunk);
    }

    /// Returns what was counted once the file has ended.
    pub(super) fn ended(mut self) -> Self {
        if !self.carry.is_empty() {
            let rest = std::mem::take(&mut self.carry);
            self.strange.get_or_insert_with(Strange::new).feed(&rest);
            self.broken += 1;
        }
        if let Some(strange) = &mut self.strange {
            strange.detector.feed(&[], true);
        }
        self
    }

    /// Returns whether all bytes are UTF-8.
    pub(super) fn are_utf8(&self) -> bool {
        self.strange.is_none() && self.carry.is_empty()
    }

    fn encoding(&self) -> Encoding {
        let Some(strange) = &self.strange else { return Encoding::marked(UTF_8, 0) };
        if self.wide > self.broken {
            return Encoding::guessed(UTF_8, "guessed: most of its letters fit, some bytes do not");
        }
        let charset = strange.detector.guess(None, Utf8Detection::Deny);
        let is_mixed = self.wide > 0 && charset.is_single_byte();
        Encoding { is_mixed, ..Encoding::guessed(charset, "guessed from its letters") }
    }

    /// Returns whether the bytes go on in UTF-8; half a letter at their end is carried on.
    fn is_utf8_on(&mut self, mut chunk: &[u8]) -> bool {
        while !self.carry.is_empty() {
            let Some((first, rest)) = chunk.split_first() else { return true };
            self.carry.push(*first);
            chunk = rest;
            match std::str::from_utf8(&self.carry) {
                Ok(_) => self.carry.clear(),
                Err(error) if error.error_len().is_some() || self.carry.len() > CARRY_BYTES => return false,
                Err(_) => {}
            }
        }
        match std::str::from_utf8(chunk) {
            Ok(_) => true,
            Err(error) => {
                self.carry.extend_from_slice(chunk.get(error.valid_up_to()..).unwrap_or_default());
                error.error_len().is_none()
            }
        }
    }

    /// Counts what is UTF-8 and what is not.
    fn count(&mut self, chunk: &[u8]) {
        let mut bytes = std::mem::take(&mut self.carry);
        bytes.extend_from_slice(chunk);
        self.strange.get_or_insert_with(Strange::new).feed(chunk);
        let mut left = bytes.len();
        for part in bytes.utf8_chunks() {
            left = left.saturating_sub(part.valid().len() + part.invalid().len());
            // Each letter of more than one byte has one that is so high.
            self.wide += part.valid().bytes().filter(|byte| *byte >= 0xc0).count() as u64;
            let is_half = || std::str::from_utf8(part.invalid()).is_err_and(|e| e.error_len().is_none());
            if left == 0 && is_half() {
                self.carry = part.invalid().to_vec();
            } else {
                self.broken += u64::from(!part.invalid().is_empty());
            }
        }
    }
}

impl Strange {
    fn new() -> Self {
        Self { detector: EncodingDetector::new(Iso2022JpDetection::Deny), left: GUESS_BYTES }
    }

    fn feed(&mut self, chunk: &[u8]) {
        let fed = chunk.get(..self.left).unwrap_or(chunk);
        self.left -= fed.len();
        self.detector.feed(fed, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn letters(bytes: &[u8], size: usize) -> Letters {
        let mut letters = Letters::default();
        bytes.chunks(size).for_each(|chunk| letters.feed(chunk));
        letters.ended()
    }

    fn told(bytes: &[u8]) -> (String, Option<&'static str>) {
        let encoding = Encoding::of(bytes, &letters(bytes, 64)).unwrap();
        (encoding.name(), encoding.guess())
    }

    fn name(bytes: &[u8]) -> String {
        told(bytes).0
    }

    #[test]
    fn a_mark_or_strict_utf8_is_certain_and_the_rest_a_guess() {
        for (bytes, wanted) in [
            ("Zürich".as_bytes(), "UTF-8"),
            ("\u{feff}Zürich".as_bytes(), "UTF-8 BOM"),
            (b"\xff\xfea\0", "UTF-16 LE BOM"),
            (b"\xfe\xff\0a", "UTF-16 BE BOM"),
        ] {
            assert_eq!(told(bytes), (wanted.to_owned(), None));
        }
        for (bytes, wanted) in [
            (&b"Tenant,City\nContoso,Z\xfcrich\n"[..], "windows-1252"),
            (b"a\0,\0", "UTF-16 LE"),
            (b"\0a\0,", "UTF-16 BE"),
        ] {
            let (name, guess) = told(bytes);
            assert_eq!(name, wanted);
            assert!(guess.is_some());
        }
    }

    #[test]
    fn texts_of_many_languages_are_told_apart() {
        for (text, label) in [
            ("Müller, Größe, Zürich, Österreich", "windows-1252"),
            ("Kraków, Łódź, Gdańsk, Poznań, Wrocław, Częstochowa", "windows-1250"),
            ("Москва, Санкт-Петербург, Нижний Новгород", "windows-1251"),
            ("Αθήνα, Θεσσαλονίκη, Πάτρα, Ηράκλειο", "windows-1253"),
            ("株式会社コントソ、東京支店、大阪営業所", "shift_jis"),
            ("北京市海淀区中关村软件有限公司", "gbk"),
            (
                "고객사, 주식회사 한국전자, 서울특별시 강남구, 부산광역시, 대한민국 정부, 교육청, 회사 이름과 요금제",
                "euc-kr",
            ),
        ] {
            let charset = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
            let (bytes, ..) = charset.encode(text);
            let found = Encoding::of(&bytes, &letters(&bytes, 7)).unwrap();
            assert_eq!(found.charset.decode_without_bom_handling(&bytes).0, text, "{label}");
        }
    }

    #[test]
    fn utf32_is_refused_with_words() {
        let text = "Tenant,Plan";
        let little: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let big: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        let marked = [b"\xff\xfe\0\0", little.as_slice()].concat();
        for bytes in [little, big, marked] {
            let error = Encoding::of(&bytes, &letters(&bytes, 64)).unwrap_err();
            assert!(error.to_string().contains("UTF-32"), "{error}");
        }
    }

    #[test]
    fn of_two_encodings_in_one_file_the_commoner_is_taken() {
        let mostly = "Zürich,Köln,Münster,".as_bytes();
        assert_eq!(name(&[mostly, b"K\xf6ln"].concat()), "UTF-8");
        let few = [b"Z\xfcrich,K\xf6ln,M\xfcnster,".as_slice(), "Köln".as_bytes()].concat();
        let found = Encoding::of(&few, &letters(&few, 64)).unwrap();
        assert_eq!(found.name(), "windows-1252");
        assert!(found.is_garbled("K\u{c3}\u{b6}ln") && !found.is_garbled("Köln"));
        let plain = b"Z\xfcrich".as_slice();
        assert!(!Encoding::of(plain, &letters(plain, 64)).unwrap().is_garbled("K\u{c3}\u{b6}ln"));
    }

    #[test]
    fn an_encoding_that_is_named_is_taken_and_its_own_mark_left_out() {
        assert_eq!(Encoding::given("latin1", b"a").unwrap().name(), "windows-1252");
        assert_eq!(Encoding::given("UTF-8", b"\xef\xbb\xbfa").unwrap().mark_bytes(), 3);
        assert_eq!(Encoding::given("windows-1251", b"\xef\xbb\xbfa").unwrap().mark_bytes(), 0);
        assert_eq!(Encoding::given("ebcdic", b"a").unwrap_err().kind, ErrorKind::Usage);
    }

    proptest! {
        #[test]
        fn chunks_of_any_size_are_utf8_when_the_whole_is(text in "\\PC{0,20}", broken in any::<Vec<u8>>(), size in 1_usize..5) {
            for bytes in [text.as_bytes(), &broken, &text.as_bytes()[..text.len().saturating_sub(1)]] {
                prop_assert_eq!(letters(bytes, size).are_utf8(), std::str::from_utf8(bytes).is_ok());
            }
        }

        #[test]
        fn chunks_of_any_size_of_a_strange_text_count_alike(text in "[a\u{fc}\u{20ac}]{0,20}", size in 1_usize..5) {
            let bytes = [b"\xff".as_slice(), text.as_bytes(), b"\xe2\x82"].concat();
            let counted = |size| {
                let found = letters(&bytes, size);
                (found.wide, found.broken)
            };
            let wide = text.chars().filter(|c| !c.is_ascii()).count() as u64;
            prop_assert_eq!(counted(size), (wide, 2));
        }
    }
}

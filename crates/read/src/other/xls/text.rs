//! Texts of an XLS stream, which may go on from record to record.

use super::super::bytes::Fields;
use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, MACINTOSH, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};
use std::vec::IntoIter;

/// How the texts of a workbook are written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alphabet {
    /// Excel 97 and later: UTF-16, or its lower bytes alone.
    Unicode,
    /// Excel 5 and 95: one of the encodings of Windows.
    Page(&'static Encoding),
}

impl Default for Alphabet {
    fn default() -> Self {
        Self::Page(WINDOWS_1252)
    }
}

impl Alphabet {
    /// Takes the number of a code page, unless texts are in Unicode anyway; one that is not known is that of Western
    /// Europe.
    pub(super) fn set_page(&mut self, number: u16) {
        if let Self::Page(page) = self {
            *page = match number {
                874 => WINDOWS_874,
                932 => SHIFT_JIS,
                936 => GBK,
                949 => EUC_KR,
                950 => BIG5,
                1250 => WINDOWS_1250,
                1251 => WINDOWS_1251,
                1253 => WINDOWS_1253,
                1254 => WINDOWS_1254,
                1255 => WINDOWS_1255,
                1256 => WINDOWS_1256,
                1257 => WINDOWS_1257,
                1258 => WINDOWS_1258,
                10_000 | 32_768 => MACINTOSH,
                _ => WINDOWS_1252,
            };
        }
    }
}

/// The bytes of a record and of those that go on with it.
pub(super) struct Text<'a> {
    now: Fields<'a>,
    later: IntoIter<&'a [u8]>,
}

impl<'a> Text<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self::over(bytes, Vec::new())
    }

    pub(super) fn over(bytes: &'a [u8], continued: Vec<&'a [u8]>) -> Self {
        Self { now: Fields(bytes), later: continued.into_iter() }
    }

    /// Returns whether nothing is left.
    pub(super) fn is_over(&mut self) -> bool {
        while self.now.0.is_empty() {
            let Some(next) = self.later.next() else { return true };
            self.now = Fields(next);
        }
        false
    }

    fn u8(&mut self) -> Option<u8> {
        if self.is_over() { None } else { self.now.u8() }
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes([self.u8()?, self.u8()?, self.u8()?, self.u8()?]))
    }

    pub(super) fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            if self.is_over() {
                return None;
            }
            let step = count.min(self.now.0.len());
            self.now.take(step)?;
            count -= step;
        }
        Some(())
    }

    /// Takes a text whose length is one byte: the name of a sheet.
    pub(super) fn short(&mut self, alphabet: Alphabet) -> Option<String> {
        let count = usize::from(self.u8()?);
        self.written(count, alphabet)
    }

    /// Takes a text whose length is two bytes.
    pub(super) fn long(&mut self, alphabet: Alphabet) -> Option<String> {
        let count = usize::from(self.u16()?);
        self.written(count, alphabet)
    }

    /// Takes a number format.
    pub(super) fn format(&mut self, alphabet: Alphabet) -> Option<String> {
        match alphabet {
            Alphabet::Unicode => self.long(alphabet),
            Alphabet::Page(_) => self.short(alphabet),
        }
    }

    fn written(&mut self, count: usize, alphabet: Alphabet) -> Option<String> {
        match alphabet {
            Alphabet::Unicode if count == 0 => Some(String::new()),
            Alphabet::Unicode => {
                let is_wide = self.u8()? & 1 != 0;
                self.units(count, is_wide)
            }
            Alphabet::Page(page) => {
                Some(page.decode_without_bom_handling(self.now.take(count)?).0.into_owned())
            }
        }
    }

    /// Takes a shared text, without its looks and phonetic hints ([MS-XLS] 2.5.293).
    pub(super) fn rich(&mut self) -> Option<String> {
        const IS_WIDE: u8 = 1;
        const HAS_HINTS: u8 = 4;
        const HAS_LOOKS: u8 = 8;
        let count = usize::from(self.u16()?);
        let flags = self.u8()?;
        let looks = if flags & HAS_LOOKS == 0 { 0 } else { usize::from(self.u16()?) * 4 };
        let hints = if flags & HAS_HINTS == 0 { 0 } else { usize::try_from(self.u32()?).ok()? };
        let text = self.units(count, flags & IS_WIDE != 0)?;
        self.skip(looks)?;
        self.skip(hints)?;
        Some(text)
    }

    /// Takes so many characters; a record that goes on with them says anew how wide they are.
    fn units(&mut self, count: usize, mut is_wide: bool) -> Option<String> {
        let mut units: Vec<u16> = Vec::with_capacity(count);
        while units.len() < count {
            if self.now.0.is_empty() {
                self.now = Fields(self.later.next()?);
                is_wide = self.now.u8()? & 1 != 0;
            }
            if is_wide {
                units.push(self.now.u16()?);
            } else {
                units.push(u16::from(self.now.u8()?));
            }
        }
        let text = char::decode_utf16(units);
        Some(text.map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
    }
}

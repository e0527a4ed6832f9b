//! The records of an XLS stream: a number, a length, and so many bytes.

use super::super::bytes::Fields;
use crate::error::Result;
use crate::package::damaged;

/// Numbers of records ([MS-XLS] 2.3).
pub(super) mod number {
    pub(in super::super) const FORMULA: u16 = 0x0006;
    pub(in super::super) const END: u16 = 0x000a;
    pub(in super::super) const DATE_SYSTEM: u16 = 0x0022;
    pub(in super::super) const PROTECTED: u16 = 0x002f;
    pub(in super::super) const CONTINUED: u16 = 0x003c;
    pub(in super::super) const CODE_PAGE: u16 = 0x0042;
    pub(in super::super) const SHEET: u16 = 0x0085;
    pub(in super::super) const PACKED_MANY: u16 = 0x00bd;
    pub(in super::super) const RICH_LABEL: u16 = 0x00d6;
    pub(in super::super) const STYLE: u16 = 0x00e0;
    pub(in super::super) const STRINGS: u16 = 0x00fc;
    pub(in super::super) const SHARED: u16 = 0x00fd;
    pub(in super::super) const NUMBER: u16 = 0x0203;
    pub(in super::super) const LABEL: u16 = 0x0204;
    pub(in super::super) const BOOL_OR_ERROR: u16 = 0x0205;
    pub(in super::super) const FORMULA_TEXT: u16 = 0x0207;
    pub(in super::super) const ROW: u16 = 0x0208;
    pub(in super::super) const PACKED: u16 = 0x027e;
    pub(in super::super) const FORMAT: u16 = 0x041e;
    pub(in super::super) const BEGIN: u16 = 0x0809;
}

/// What is left of the stream.
pub(super) struct Records<'a> {
    rest: Fields<'a>,
    is_first: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(stream: &'a [u8]) -> Self {
        Self { rest: Fields(stream), is_first: true }
    }

    /// Returns the next record: its number and its bytes; `None` at the end of the stream.
    ///
    /// # Errors
    /// `workbook-damaged` if it is cut short, or the first one does not begin a sheet or workbook.
    pub(super) fn next(&mut self) -> Result<Option<(u16, &'a [u8])>> {
        if self.rest.0.is_empty() && !self.is_first {
            return Ok(None);
        }
        let mut rest = self.rest;
        let found = rest.u16().zip(rest.u16());
        let found = found.and_then(|(number, length)| Some((number, rest.take(usize::from(length))?)));
        let is_begun = !self.is_first || found.is_some_and(|(number, _)| number == number::BEGIN);
        (self.rest, self.is_first) = (rest, false);
        match found {
            Some(record) if is_begun => Ok(Some(record)),
            Some(_) => Err(damaged("one of its sheets is not a sheet")),
            None => Err(damaged("its stream of records is cut short")),
        }
    }

    /// Takes the records that go on with the one before.
    pub(super) fn continued(&mut self) -> Vec<&'a [u8]> {
        let mut found = Vec::new();
        loop {
            let mut rest = self.rest;
            let next = rest.u16().zip(rest.u16());
            let Some((number::CONTINUED, length)) = next else { return found };
            let Some(bytes) = rest.take(usize::from(length)) else { return found };
            self.rest = rest;
            found.push(bytes);
        }
    }
}

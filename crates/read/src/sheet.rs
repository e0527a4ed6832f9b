//! One worksheet of a workbook: cut into blocks where it is inflated, parsed into records where there is a free core.
//!
//! What is read: elements with any namespace prefix; rows and cells with or without `r`; shared, inline and formula
//! texts, rich or plain, without their phonetic hints; `_xHHHH_` as the character it stands for; character references,
//! CDATA, comments and processing instructions, wherever XML allows them; numbers with the digits the file has; dates
//! by their number format, in both date systems, or as ISO 8601; booleans; errors of any name.
//!
//! What is refused, with the cell: a value that its type does not allow, a type that is not known, a shared string that
//! is not there, two values in a cell, an element that does not belong there, rows and cells that do not rise or stand
//! outside a sheet. What is refused with the row or the part: XML that is not well-formed, a document type, an entity
//! that only such a type could define, comments that hold the start of a row.

mod cell;
mod cut;
mod ids;
mod number;
mod place;
mod plain;
mod rows;
mod strings;
mod styles;
#[cfg(test)]
mod tests;
mod text;
mod xml;

pub(super) use cut::{Cutter, SHEET};
pub(super) use number::read as number;
pub(super) use place::ROWS;
pub(super) use rows::{BLOCK_TEXT, Shared, SheetBlock};
pub(super) use strings::Strings;
pub(super) use styles::{NumberKind, Styles, check_count};
pub(super) use xml::{Harm, Outline, attribute, malformed, named, prefixed, resolve, value, walk};

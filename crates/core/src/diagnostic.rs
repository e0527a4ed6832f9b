//! One thing that is wrong, told to the person with the spreadsheet: code, place, value, message, help.
//!
//! Faults of rows, faults of a policy file and errors that stop a run all render through [`Diagnostic`], so that
//! they read alike on a terminal and on the Review sheet.

pub use crate::code::Code;
use crate::figures::grouped;
use std::fmt::{self, Write as _};

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// No workbook was written.
    Error,
    /// A row was kept and marked; a person has to look at it.
    Review,
    /// Nothing is wrong with the result, but the person should know.
    Note,
}

impl Severity {
    /// Returns the word that opens the message.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Review => "review",
            Self::Note => "remark",
        }
    }
}

/// Where something stands in a file; counting starts at 1, as spreadsheets and editors count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole, or no file at all.
    #[default]
    File,
    /// A line of a text file, from 1; a record that spans lines is named by its first.
    Line(u64),
    /// A row of a table that has no sheets, from 1.
    Record {
        /// The row, from 1.
        row: u64,
        /// Of a table in several files, the file, and the row of it from 1.
        part: Option<(String, u64)>,
    },
    /// A row of a sheet, from 1.
    Row {
        /// The sheet's name.
        sheet: String,
        /// The row, from 1.
        row: u32,
    },
    /// A cell of a sheet.
    Cell {
        /// The sheet's name.
        sheet: String,
        /// The row, from 1.
        row: u32,
        /// The column, from 0 (`A`).
        column: u32,
    },
}

impl Place {
    /// Returns the short form for a table: `C214` for a cell, `line 7` for a line, nothing for a file.
    #[must_use]
    pub fn short(&self) -> String {
        match self {
            Self::File => String::new(),
            Self::Line(line) => format!("line {line}"),
            Self::Record { row, .. } => format!("row {row}"),
            Self::Row { row, .. } => format!("row {row}"),
            Self::Cell { row, column, .. } => format!("{}{row}", column_letters(*column)),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Line(_) | Self::Record { part: None, .. } => f.write_str(&self.short()),
            Self::Record { part: Some((part, row)), .. } => {
                write!(f, "{} (`{part}`, row {row})", self.short())
            }
            Self::Row { sheet, .. } | Self::Cell { sheet, .. } => {
                write!(f, "sheet `{sheet}`, {}", self.short())
            }
        }
    }
}

/// Returns the letters of a column as spreadsheets write them: 0 is `A`, 25 is `Z`, 26 is `AA`.
///
/// ```
/// assert_eq!(fasttrack_core::diagnostic::column_letters(27), "AB");
/// ```
#[must_use]
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// One thing that is wrong, with its place and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it weighs.
    pub severity: Severity,
    /// A stable name, such as `seats-not-whole`; scripts may rely on it.
    pub code: Code,
    /// The file, as the user named it; empty where there is none.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// The heading of the column, where there is one.
    pub heading: Option<String>,
    /// What was found and why that is wrong; lower case, no full stop.
    pub message: String,
    /// What to do; lower case, no full stop; may be empty.
    pub help: String,
}

impl Diagnostic {
    /// Returns an error about no particular place; the builder methods say where.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            file: String::new(),
            place: Place::File,
            heading: None,
            message: message.into(),
            help: String::new(),
        }
    }

    /// Says which file it is about.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = file.into();
        self
    }

    /// Says where in the file.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.word(), self.code, visible(&self.message))?;
        let place = self.place_words();
        if !place.is_empty() {
            write!(f, "\n  at {}", visible(&place))?;
        }
        self.write_help(f)
    }
}

/// Something that several rows have, shown by the first of them.
#[derive(Clone, Copy, Debug)]
pub struct InRows<'a> {
    first: &'a Diagnostic,
    rows: u64,
}

impl Diagnostic {
    /// Returns it for `rows` rows, of which it is the first one's.
    #[must_use]
    pub const fn in_rows(&self, rows: u64) -> InRows<'_> {
        InRows { first: self, rows }
    }

    /// Returns where it is in words, with the file and the heading, such as ``customers.xlsx, sheet `Roster`, C214``; empty
    /// where there is no place.
    #[must_use]
    pub fn place_words(&self) -> String {
        let mut place = self.file.clone();
        let within = self.place.to_string();
        if !within.is_empty() {
            if !place.is_empty() {
                place.push_str(", ");
            }
            place.push_str(&within);
        }
        if let Some(heading) = &self.heading {
            let _ = write!(place, " (column `{heading}`)");
        }
        place
    }

    fn write_help(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.help.is_empty() { Ok(()) } else { write!(f, "\n  help: {}", visible(&self.help)) }
    }
}

impl fmt::Display for InRows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, rows } = self;
        if *rows < 2 {
            return first.fmt(f);
        }
        write!(f, "{}[{}]: {}", first.severity.word(), first.code, visible(&first.message))?;
        write!(f, "\n  in {} rows, first at {}", grouped(*rows), visible(&first.place_words()))?;
        first.write_help(f)
    }
}

/// Returns text with control characters made visible, so that no cell of a roster can steer a terminal.
#[must_use]
pub fn visible(text: &str) -> String {
    escaped(text, steers)
}

/// Returns text of several lines with the same characters made visible, but for the ends of its lines.
///
/// ```
/// use fasttrack_core::diagnostic::visible_lines;
/// assert_eq!(visible_lines("one\u{1b}[2J\ntwo"), "one\\u{1b}[2J\ntwo");
/// ```
#[must_use]
pub fn visible_lines(text: &str) -> String {
    escaped(text, |letter| letter != '\n' && steers(letter))
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        if is_escaped(letter) {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
        out
    })
}

/// Whether a terminal may take a character for a command, or for the end of a line, or turn what is beside it around.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a cell's text fit for a message: at most 60 characters, the rest as `...`.
#[must_use]
pub fn excerpt(text: &str) -> String {
    const LIMIT_CHARACTERS: usize = 60;
    if text.chars().nth(LIMIT_CHARACTERS).is_none() {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(LIMIT_CHARACTERS).collect();
    cut.push_str("...");
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_spreadsheets_letter_them() {
        let seen: Vec<String> = [0, 25, 26, 701, 702, 16_383].iter().map(|c| column_letters(*c)).collect();
        assert_eq!(seen, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn a_diagnostic_says_what_where_and_what_to_do() {
        let mut shown = Diagnostic::error(Code::SeatsNotWhole, "`12.5` is not a whole number of paid seats")
            .in_file("customers.xlsx")
            .at(Place::Cell { sheet: "Roster".into(), row: 214, column: 2 })
            .help("a seat is whole; check the count on the subscription");
        shown.severity = Severity::Review;
        shown.heading = Some("Paid seats".into());
        assert_eq!(
            shown.to_string(),
            "review[seats-not-whole]: `12.5` is not a whole number of paid seats\n  \
             at customers.xlsx, sheet `Roster`, C214 (column `Paid seats`)\n  \
             help: a seat is whole; check the count on the subscription"
        );
    }

    #[test]
    fn no_cell_can_steer_the_terminal() {
        assert_eq!(visible("\u{1b}[31mred\u{202e}"), "\\u{1b}[31mred\\u{202e}");
        assert_eq!(visible("a\nb\u{2028}\u{9b}2J\u{200f}"), "a\\nb\\u{2028}\\u{9b}2J\\u{200f}");
    }
}

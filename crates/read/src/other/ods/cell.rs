//! One cell of an ODS sheet: what its attributes and its paragraphs come to.

use super::super::gather::Value;
use crate::error::Result;
use crate::iso;
use crate::package::too_large;
use crate::sheet::{Harm, named, number, value};
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attribute;
use std::borrow::Cow;
use std::sync::Arc;

/// Bytes of one cell's text; as in XLSX, more than twice what a cell can hold.
const LIMIT_BYTES: usize = 256 * 1024;
/// Digits of a number with leading zeros.
const LIMIT_DIGITS: usize = 20;

/// The attributes of a cell that count.
const ATTRIBUTES: [&str; 9] = [
    "office:value-type",
    "calcext:value-type",
    "table:formula",
    "table:number-columns-repeated",
    "office:value",
    "office:date-value",
    "office:time-value",
    "office:boolean-value",
    "office:string-value",
];
/// The formats that cells may have, by index; those of leading zeros stand behind them.
const FORMATS: [&str; 6] = ["", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "hh:mm:ss", "[h]:mm:ss", "0.00%"];
const GENERAL: u32 = 0;
const DATE: u32 = 1;
const DATE_TIME: u32 = 2;
const TIME: u32 = 3;
const DURATION: u32 = 4;
const PERCENT: u32 = 5;

/// Returns the formats that cells refer to.
pub(in crate::other) fn formats() -> Arc<Vec<String>> {
    let zeros = (1..=LIMIT_DIGITS).map(|digits| "0".repeat(digits));
    Arc::new(FORMATS.iter().map(|text| (*text).to_owned()).chain(zeros).collect())
}

/// A cell, kept until its row ends.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::other) struct Kept {
    /// Its column, from 0, and how many columns it fills.
    pub column: u32,
    pub repeat: u32,
    pub value: Owned,
}

/// What stands in it; see [`Value`].
#[derive(Clone, Debug, PartialEq)]
pub(in crate::other) enum Owned {
    Text(String),
    Number { value: f64, format: u32, written: String },
    Date { serial: f64, format: u32 },
    Bool(bool),
    Error(String),
    Uncalculated,
}

impl Owned {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Number { value, format, written } => {
                Value::Number { value: *value, format: *format, written }
            }
            Self::Date { serial, format } => Value::Date { serial: *serial, format: *format },
            Self::Bool(value) => Value::Bool(*value),
            Self::Error(text) => Value::Error(text),
            Self::Uncalculated => Value::Uncalculated,
        }
    }

    /// Returns the bytes of its text.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Text(text) | Self::Error(text) => text.len() as u64,
            _ => 0,
        }
    }
}

/// A cell on its way.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    kind: Cow<'static, str>,
    /// The value of `office:value` and its like.
    value: Option<String>,
    has_formula: bool,
    is_error: bool,
    text: String,
    paragraphs: u32,
    stands: Stands,
}

/// Where the text of a cell goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stands {
    #[default]
    OutsideOfParagraphs,
    /// In a paragraph, behind a blank or at its beginning: further blanks add nothing.
    BehindBlank,
    BehindText,
}

impl Draft {
    /// Begins a cell; returns also what it says of how often it is repeated.
    ///
    /// # Errors
    /// If an attribute is not written well.
    pub(super) fn begin<'a>(
        tag: &'a BytesStart<'_>,
    ) -> std::result::Result<(Self, Option<Attribute<'a>>), Harm> {
        let [kind, checked, formula, repeat, number, date, time, boolean, string] = named(tag, ATTRIBUTES)?;
        let read = |found: &Option<Attribute<'a>>| found.as_ref().map(value).transpose();
        let kind = read(&kind)?.unwrap_or_default();
        let (kind, written) = match &*kind {
            "float" => (Cow::Borrowed("float"), number),
            "date" => (Cow::Borrowed("date"), date),
            "time" => (Cow::Borrowed("time"), time),
            "boolean" => (Cow::Borrowed("boolean"), boolean),
            "string" => (Cow::Borrowed("string"), string),
            other => (Cow::Owned(other.to_owned()), number),
        };
        let draft = Self {
            value: read(&written)?.map(Cow::into_owned),
            has_formula: read(&formula)?.is_some(),
            is_error: read(&checked)?.as_deref() == Some("error"),
            kind,
            ..Self::default()
        };
        Ok((draft, repeat))
    }

    /// Begins a paragraph; those of one cell are lines of it.
    pub(super) fn paragraph(&mut self) {
        if self.paragraphs > 0 {
            self.text.push('\n');
        }
        self.paragraphs += 1;
        self.stands = Stands::BehindBlank;
    }

    pub(super) fn end_paragraph(&mut self) {
        self.stands = Stands::OutsideOfParagraphs;
    }

    /// Adds text as it stands in the document, where several blanks count as one (`OpenDocument` 1.3, 6.1.2).
    ///
    /// # Errors
    /// `workbook-too-large`.
    pub(super) fn add(&mut self, text: &str) -> Result<()> {
        if self.stands == Stands::OutsideOfParagraphs {
            return Ok(());
        }
        for letter in text.chars() {
            let is_space = matches!(letter, ' ' | '\t' | '\r' | '\n');
            match (is_space, self.stands) {
                (true, Stands::BehindBlank) => {}
                (true, _) => self.text.push(' '),
                (false, _) => self.text.push(letter),
            }
            self.stands = if is_space { Stands::BehindBlank } else { Stands::BehindText };
        }
        self.check()
    }

    /// Adds so many of a character that counts as it is.
    ///
    /// # Errors
    /// `workbook-too-large`.
    pub(super) fn add_kept(&mut self, letter: char, count: usize) -> Result<()> {
        let room = LIMIT_BYTES.saturating_sub(self.text.len()) + 1;
        self.text.extend(std::iter::repeat_n(letter, count.min(room)));
        self.stands = Stands::BehindText;
        self.check()
    }

    fn check(&self) -> Result<()> {
        if self.text.len() > LIMIT_BYTES {
            return Err(too_large("the text of one of its cells is longer than 256 KiB"));
        }
        Ok(())
    }

    /// Returns what stands in the cell; `None` = nothing.
    ///
    /// # Errors
    /// If its value is not what its type says.
    pub(super) fn finish(self) -> std::result::Result<Option<Owned>, Harm> {
        let Self { kind, value, has_formula, is_error, text, paragraphs, .. } = self;
        if is_error {
            let text = if text.is_empty() { "#UNKNOWN!".to_owned() } else { text };
            return Ok(Some(Owned::Error(text)));
        }
        let wrong = |value: &str| {
            format!("its value `{}` is not of the type {kind}", crate::diagnostic::excerpt(value))
        };
        let owned = match (&*kind, value) {
            ("string", Some(value)) => Owned::Text(value),
            ("" | "void", _) if has_formula && paragraphs == 0 => Owned::Uncalculated,
            (kind, None) if has_formula && kind != "string" => Owned::Uncalculated,
            ("" | "void", _) | (_, None) => Owned::Text(text),
            ("date", Some(value)) => date(value),
            ("time", Some(value)) => time(value),
            ("boolean", Some(value)) => match value.as_str() {
                "true" | "TRUE" => Owned::Bool(true),
                "false" | "FALSE" => Owned::Bool(false),
                other => return Err(wrong(other)),
            },
            (kind, Some(value)) => {
                let (number, written) = number(&value).ok_or_else(|| wrong(&value))?;
                let format = if kind == "percentage" { PERCENT } else { padded(number, &text) };
                Owned::Number { value: number, format, written: written.to_owned() }
            }
        };
        Ok(Some(owned).filter(|owned| *owned != Owned::Text(String::new())))
    }
}

/// Returns the format of a number that is shown with zeros in front, or that of any other.
fn padded(value: f64, shown: &str) -> u32 {
    let is_padded = shown.starts_with('0')
        && (2..=LIMIT_DIGITS).contains(&shown.len())
        && shown.bytes().all(|byte| byte.is_ascii_digit())
        && format!("{value:0width$.0}", width = shown.len()) == shown;
    if is_padded { u32::try_from(FORMATS.len() + shown.len() - 1).unwrap_or(GENERAL) } else { GENERAL }
}

/// A day that a spreadsheet has no number for stays text.
fn date(value: String) -> Owned {
    let format = if value.contains('T') { DATE_TIME } else { DATE };
    match iso::serial(&value) {
        Some(serial) => Owned::Date { serial, format },
        None => Owned::Text(value),
    }
}

/// Reads a length of time such as `PT36H05M00.5S`; any other stays text.
fn time(value: String) -> Owned {
    let Some(serial) = days(&value) else { return Owned::Text(value) };
    Owned::Date { serial, format: if serial < 1.0 { TIME } else { DURATION } }
}

fn days(value: &str) -> Option<f64> {
    let mut rest = value.strip_prefix("PT")?;
    let mut seconds = 0.0;
    for (unit, weight) in [('H', 3600.0), ('M', 60.0), ('S', 1.0)] {
        let Some((amount, behind)) = rest.split_once(unit) else { continue };
        seconds += number(amount).filter(|(amount, _)| *amount >= 0.0)?.0 * weight;
        rest = behind;
    }
    rest.is_empty().then_some(seconds / 86_400.0)
}

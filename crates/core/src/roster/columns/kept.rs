//! A mapping of columns that is kept in a file: written once a person has confirmed it, used where nobody watches.
//!
//! ```toml
//! schema = 1
//! [columns]
//! tenant = "Customer"
//! seats = "Licence Qty"
//! ```
//! Each field has the heading of its column, or `#3` for the third column where a heading would not do; `-` says that the
//! roster has no such column. `ignore = ["MFA status"]` names columns that say nothing of any field.

use super::refusals::by_name;
use super::{Columns, Field, IGNORE, Mapping, TenantFrom};
use crate::diagnostic::{Code, Diagnostic, Place, excerpt};
use crate::error::{Error, ErrorKind, Result};
use std::fmt::Write as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The one shape of such files that this version reads.
const SCHEMA: &str = "1";

/// Reads the mapping that `text` holds; `file` is what to call it in messages.
///
/// # Errors
/// Of kind `Usage`, code `map-not-valid`, with the line: not TOML, a key or a field that is not known, a value that is
/// no text, another schema, no column at all.
pub fn read(text: &str, file: &str) -> Result<Vec<Mapping>> {
    let refused = |at: usize, message: String, help: &str| {
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        let diagnostic = Diagnostic::error(Code::MapNotValid, message)
            .in_file(file)
            .at(Place::Line(u64::try_from(line).unwrap_or(u64::MAX)));
        Error::new(ErrorKind::Usage, diagnostic.help(help))
    };
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        refused(
            at,
            error.message().trim().to_owned(),
            "the file is in TOML: one `field = \"Heading\"` per line",
        )
    })?;
    let mut mappings = Vec::new();
    let mut has_schema = false;
    for (key, value) in table.get_ref() {
        let at = value.span().start;
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("schema", DeValue::Integer(number)) if number.as_str() == SCHEMA => has_schema = true,
            ("schema", _) => {
                return Err(refused(
                    at,
                    "`schema` is not one that this version reads".to_owned(),
                    "write `schema = 1`",
                ));
            }
            ("columns", DeValue::Table(columns)) => {
                for (field, heading) in columns {
                    let read = mappings_of(field, heading, file);
                    mappings.extend(read.map_err(|(at, message)| {
                        refused(at, message, &format!("write one of {} = \"Heading\"", words()))
                    })?);
                }
            }
            (other, _) => {
                let message = format!("`{}` is not allowed in this file", excerpt(other));
                return Err(refused(
                    key.span().start,
                    message,
                    "it has only `schema` and a table `[columns]`",
                ));
            }
        }
    }
    if !has_schema || mappings.is_empty() {
        let message = "the file names no columns, or has no `schema = 1`".to_owned();
        return Err(refused(0, message, "save the columns with `--save-map FILE`"));
    }
    Ok(mappings)
}

/// One heading of a field, or several that are ignored.
fn mappings_of(
    field: &Spanned<std::borrow::Cow<'_, str>>,
    heading: &Spanned<DeValue<'_>>,
    file: &str,
) -> std::result::Result<Vec<Mapping>, (usize, String)> {
    if field.get_ref() != IGNORE {
        return Ok(vec![mapping(field, heading, file)?]);
    }
    let ignored = |heading: &Spanned<DeValue<'_>>| match heading.get_ref() {
        DeValue::String(heading) if !heading.trim().is_empty() => {
            Ok(Mapping { field: None, heading: heading.as_ref().to_owned(), file: Some(file.to_owned()) })
        }
        _ => Err((heading.span().start, format!("`{IGNORE}` has no heading in quotes"))),
    };
    match heading.get_ref() {
        DeValue::Array(headings) => headings.iter().map(ignored).collect(),
        _ => Ok(vec![ignored(heading)?]),
    }
}

fn mapping(
    field: &Spanned<std::borrow::Cow<'_, str>>,
    heading: &Spanned<DeValue<'_>>,
    file: &str,
) -> std::result::Result<Mapping, (usize, String)> {
    let word = field.get_ref();
    let known = Field::from_word(word)
        .ok_or_else(|| (field.span().start, format!("`{}` is not a field", excerpt(word))))?;
    match heading.get_ref() {
        DeValue::String(heading) if !heading.trim().is_empty() => Ok(Mapping {
            field: Some(known),
            heading: heading.as_ref().to_owned(),
            file: Some(file.to_owned()),
        }),
        _ => Err((heading.span().start, format!("`{}` has no heading in quotes", known.word()))),
    }
}

fn words() -> String {
    Field::ALL.into_iter().map(Field::word).chain([IGNORE]).collect::<Vec<_>>().join(", ")
}

/// Returns the text of a file that keeps these columns.
///
/// A tenant that was named for every row is not kept: it belongs to one roster.
#[must_use]
pub fn written(columns: &Columns, headings: &[String]) -> String {
    let mut text = String::from(
        "# Which column of the roster is which, for `fasttrack annotate --map-file`.\nschema = 1\n\n[columns]\n",
    );
    let named = |column| by_name(column, headings).map_or_else(|| format!("#{}", column + 1), str::to_owned);
    for found in &columns.found {
        let is_split = found.field == Field::Tenant && matches!(columns.tenant, TenantFrom::BeforeColon(_));
        let Some(column) = found.column.filter(|_| !is_split) else { continue };
        let named = named(column);
        let _ = writeln!(text, "{} = {}", found.field.word(), toml::Value::String(named));
    }
    for field in &columns.declined {
        let _ = writeln!(text, "{} = \"-\"", field.word());
    }
    if !columns.ignored.is_empty() {
        let ignored = columns.ignored.iter().map(|column| toml::Value::String(named(*column))).collect();
        let _ = writeln!(text, "{IGNORE} = {}", toml::Value::Array(ignored));
    }
    text
}

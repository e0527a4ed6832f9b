//! What single TOML values are: a number of seats, a text, a table; and the fault when they are not.

use crate::diagnostic::Code;
use toml::Spanned;
use toml::de::DeValue;

use super::faults::Faults;
use super::fields::{At, Fields};

/// Most paid seats that a number in a policy may name; more people than live on Earth.
pub(super) const LIMIT_SEATS: u64 = 10_000_000_000;

/// Returns a number that is whole, not negative and not absurd.
pub(super) fn whole_number(value: &DeValue<'_>) -> Option<u64> {
    let integer = value.as_integer()?;
    u64::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| *number <= LIMIT_SEATS)
}

/// Returns a text with its line, or tells that the value is none.
pub(super) fn text_of(key: &str, value: &Spanned<DeValue<'_>>, faults: &mut Faults) -> Option<At<String>> {
    let line = faults.line(value.span().start);
    let text = value.get_ref().as_str().map(|text| At { value: text.to_owned(), line });
    if text.is_none() {
        wrong_type(key, value, "text in quotes", faults);
    }
    text
}

/// Returns the fields of a value that is a table, or tells that it is none.
pub(super) fn fields_of<'t>(
    key: &str,
    heading: &'static str,
    value: &'t Spanned<DeValue<'t>>,
    faults: &mut Faults,
) -> Option<Fields<'t>> {
    let Some(table) = value.get_ref().as_table() else {
        wrong_type(key, value, &format!("a table, as under `{heading}`"), faults);
        return None;
    };
    Some(Fields { table, heading, line: faults.line(value.span().start), known: Vec::new() })
}

/// Tells that a value is not of the type wanted.
pub(super) fn wrong_type(key: &str, value: &Spanned<DeValue<'_>>, wanted: &str, faults: &mut Faults) {
    let found = match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    let line = faults.line(value.span().start);
    faults.add(Code::TypeWrong, line, format!("`{key}` is {found}"), format!("`{key}` needs {wanted}"));
}

/// Tells that a list names nothing.
pub(super) fn empty_list(key: &str, value: &Spanned<DeValue<'_>>, faults: &mut Faults) {
    let line = faults.line(value.span().start);
    faults.add(Code::ListEmpty, line, format!("`{key}` is an empty list"), "name at least one");
}

//! The cells of a record with a quote that the csv crate would take otherwise: one that is a character, though it begins
//! a field, or one that opens a field behind blanks.

use super::scan::is_blank;
use std::ops::Range;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    /// Behind blanks at the start of a field.
    FieldBlank,
    Plain,
    Quoted,
    AfterQuote,
}

/// Splits a record, with or without its line end, and returns how many cells it has.
///
/// The quote at `literal`, in bytes from the record's start, is the first character of its cell; all others are read as
/// the csv crate does, but for those behind blanks, which open a field if they are closed on their line. The cells are
/// added to `text`, one behind the other, and their places in it to `fields`.
pub(super) fn split(
    record: &str,
    literal: Option<usize>,
    delimiter: u8,
    text: &mut String,
    fields: &mut Vec<Range<usize>>,
) -> usize {
    use State::{AfterQuote, FieldBlank, FieldStart, Plain, Quoted};
    let (before, mut begin, mut state) = (fields.len(), text.len(), FieldStart);
    for (place, character) in record.char_indices() {
        state = match (state, character) {
            (Quoted, '"') => AfterQuote,
            (AfterQuote, '"') => {
                text.push('"');
                Quoted
            }
            (FieldStart, '"') if Some(place) != literal => Quoted,
            (FieldBlank, '"') if is_closed(record.get(place + 1..).unwrap_or_default(), delimiter) => {
                text.truncate(begin);
                Quoted
            }
            (FieldStart | FieldBlank | Plain | AfterQuote, '\r' | '\n') => break,
            (FieldStart | FieldBlank | Plain | AfterQuote, character)
                if character == char::from(delimiter) =>
            {
                fields.push(begin..text.len());
                begin = text.len();
                FieldStart
            }
            (state, character) => {
                text.push(character);
                let blank = u8::try_from(character).is_ok_and(|byte| is_blank(byte, delimiter));
                match state {
                    Quoted => Quoted,
                    FieldStart | FieldBlank if blank => FieldBlank,
                    _ => Plain,
                }
            }
        };
    }
    fields.push(begin..text.len());
    fields.len() - before
}

/// Returns whether a quoted field that begins here is closed on its line, before the field's end or blanks.
fn is_closed(rest: &str, delimiter: u8) -> bool {
    let mut bytes = rest.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' | b'\n' => return false,
            b'"' if bytes.next_if_eq(&b'"').is_none() => {
                let behind = bytes.find(|byte| !is_blank(*byte, delimiter));
                return behind.is_none_or(|byte| byte == delimiter || matches!(byte, b'\r' | b'\n'));
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(record: &str, literal: Option<usize>) -> Vec<String> {
        let (mut text, mut fields) = ("before".to_owned(), Vec::new());
        assert_eq!(split(record, literal, b',', &mut text, &mut fields), fields.len());
        fields.into_iter().map(|field| text.get(field).unwrap().to_owned()).collect()
    }

    #[test]
    fn the_quote_is_the_first_character_of_its_cell() {
        assert_eq!(cells("A,\"x,1\r\n", Some(2)), ["A", "\"x", "1"]);
        assert_eq!(cells("\"12\"\" x\",\"\"\"a,\"b\"\n", Some(9)), ["12\" x", "\"\"\"a", "b"]);
        assert_eq!(cells("\"a\r\nb\",\"c", Some(7)), ["a\r\nb", "\"c"]);
    }

    #[test]
    fn a_quote_behind_blanks_opens_a_field_if_it_is_closed_on_its_line() {
        assert_eq!(cells("A, \"1,200\", \"x\"\"y\" \n", None), ["A", "1,200", "x\"y "]);
        assert_eq!(cells("\t\"a,b\",c\r\n", None), ["a,b", "c"]);
        assert_eq!(cells("A, \"1,200\" seats, \"", None), ["A", " \"1", "200\" seats", " \""]);
        assert_eq!(cells("A, 3\" pipe, \"b\"", None), ["A", " 3\" pipe", "b"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn without_such_a_quote_the_cells_are_those_of_the_csv_crate(record in "[a\u{e4}][\",ab\u{e4}]{0,30}") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(record.as_bytes());
            let wanted = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(cells(&record, None), wanted.iter().collect::<Vec<_>>());
        }
    }
}

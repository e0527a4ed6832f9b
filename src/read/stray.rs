//! The cells of a record one of whose quotes is a character, though it begins a field.

use std::ops::Range;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    AfterQuote,
}

/// Splits a record, with or without its line end, and returns how many cells it has.
///
/// The quote at `literal`, in bytes from the record's start, is the first character of its cell; all others are read as
/// the csv crate does. The cells are added to `text`, one behind the other, and their places in it to `fields`.
pub(super) fn split(
    record: &str,
    literal: usize,
    delimiter: u8,
    text: &mut String,
    fields: &mut Vec<Range<usize>>,
) -> usize {
    let (before, mut begin, mut state) = (fields.len(), text.len(), State::FieldStart);
    for (place, character) in record.char_indices() {
        state = match (state, character) {
            (State::Quoted, '"') => State::AfterQuote,
            (State::AfterQuote, '"') => {
                text.push('"');
                State::Quoted
            }
            (State::FieldStart, '"') if place != literal => State::Quoted,
            (State::FieldStart | State::Plain | State::AfterQuote, '\r' | '\n') => break,
            (State::FieldStart | State::Plain | State::AfterQuote, character)
                if character == char::from(delimiter) =>
            {
                fields.push(begin..text.len());
                begin = text.len();
                State::FieldStart
            }
            (state, character) => {
                text.push(character);
                if state == State::Quoted { State::Quoted } else { State::Plain }
            }
        };
    }
    fields.push(begin..text.len());
    fields.len() - before
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(record: &str, literal: usize) -> Vec<String> {
        let (mut text, mut fields) = ("before".to_owned(), Vec::new());
        assert_eq!(split(record, literal, b',', &mut text, &mut fields), fields.len());
        fields.into_iter().map(|field| text.get(field).unwrap().to_owned()).collect()
    }

    #[test]
    fn the_quote_is_the_first_character_of_its_cell() {
        assert_eq!(cells("A,\"x,1\r\n", 2), ["A", "\"x", "1"]);
        assert_eq!(cells("\"12\"\" x\",\"\"\"a,\"b\"\n", 9), ["12\" x", "\"\"\"a", "b"]);
        assert_eq!(cells("\"a\r\nb\",\"c", 7), ["a\r\nb", "\"c"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn without_such_a_quote_the_cells_are_those_of_the_csv_crate(record in "[a\u{e4}][\",ab\u{e4}]{0,30}") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(record.as_bytes());
            let wanted = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(cells(&record, usize::MAX), wanted.iter().collect::<Vec<_>>());
        }
    }
}

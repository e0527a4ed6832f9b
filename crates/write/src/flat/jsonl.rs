//! One JSON object a line (RFC 8259, in UTF-8 without a mark): every column is a key of every object, blank cells are
//! `null`.

use super::{Line, names, pads, shown};
use crate::flat::json;
use crate::model::{Field, Value};
use std::io::Write as _;

/// How a row is written as a JSON object.
#[derive(Debug)]
pub(super) struct Jsonl {
    /// What goes before the value of each column.
    keys: Vec<Vec<u8>>,
}

impl Jsonl {
    /// Returns the objects with these columns.
    pub(super) fn new(fields: &[Field]) -> Self {
        let key = |(column, name): (usize, &String)| {
            let mut key = vec![if column == 0 { b'{' } else { b',' }];
            json::push_text(&mut key, name);
            key.push(b':');
            key
        };
        Self { keys: names::unique(fields).iter().enumerate().map(key).collect() }
    }

    /// Writes a cell; columns rise.
    pub(super) fn cell(&self, line: &mut Line<'_>, column: usize, value: &Value<'_>) {
        match value {
            Value::Blank => return,
            Value::Text(text) if text.is_empty() => return,
            _ => self.nulls(line, column),
        }
        self.key(line);
        // Writing to memory cannot fail.
        match value {
            Value::Blank => {}
            Value::Text(text) => json::push_text(&mut line.text.memory, text),
            Value::Repeated { text, .. } => json::push_text(&mut line.text.memory, text),
            Value::Count(count) | Value::Leading { count, .. } => drop(write!(line.text.memory, "{count}")),
            Value::Bool(value) => drop(write!(line.text.memory, "{value}")),
            Value::Number { format, .. } if pads(format) => {
                json::push_text(&mut line.text.memory, &shown(value));
            }
            Value::Number { .. } | Value::Share(_) => {
                line.text.memory.extend_from_slice(shown(value).as_bytes());
            }
            // A date with a time has a `T` between them.
            Value::Date(..) => json::push_text(&mut line.text.memory, &shown(value).replace(' ', "T")),
        }
    }

    /// Ends the object, with all the keys it is short of.
    pub(super) fn end(&self, line: &mut Line<'_>) {
        self.nulls(line, self.keys.len());
        line.text.memory.extend_from_slice(b"}\n");
    }

    fn nulls(&self, line: &mut Line<'_>, until: usize) {
        while line.next < until.min(self.keys.len()) {
            self.key(line);
            line.text.memory.extend_from_slice(b"null");
        }
    }

    fn key(&self, line: &mut Line<'_>) {
        if let Some(key) = self.keys.get(line.next) {
            line.text.memory.extend_from_slice(key);
        }
        line.next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flat::text::Text;
    use crate::model::Kind;

    fn object(cells: &[(usize, Value<'_>)]) -> String {
        let fields =
            ["A", "B", "\"C\""].map(|heading| Field { heading: heading.to_owned(), kind: Kind::Roster });
        let jsonl = Jsonl::new(&fields);
        let (mut out, mut defanged) = (Text::new(Vec::new(), &crate::scratch::Scratch::system()), 0);
        let mut line = Line { text: &mut out, next: 0, defanged: &mut defanged };
        for (column, value) in cells {
            jsonl.cell(&mut line, *column, value);
        }
        jsonl.end(&mut line);
        String::from_utf8(out.memory).unwrap()
    }

    #[test]
    fn what_is_not_there_is_null() {
        assert_eq!(object(&[]), "{\"A\":null,\"B\":null,\"\\\"C\\\"\":null}\n");
        assert_eq!(
            object(&[(0, Value::Blank), (1, Value::text("=1")), (2, Value::text(""))]),
            "{\"A\":null,\"B\":\"=1\",\"\\\"C\\\"\":null}\n"
        );
    }

    #[test]
    fn each_kind_of_cell_has_its_form() {
        let number = |value, format, written| Value::Number { value, format, written };
        let cases = [
            (Value::Count(480), "480"),
            (Value::Bool(true), "true"),
            (number(0.1, "", ""), "0.1"),
            (number(-0.0, "", ""), "-0"),
            (number(42.0, "#,##0", ""), "42"),
            (number(42.0, "00000", ""), "\"00042\""),
            (number(1.234_567_890_123_456_8e19, "", "12345678901234567890"), "12345678901234567890"),
            (number(1.234_567_890_123_456_8e19, "0", "12345678901234567890"), "12345678901234567890"),
            (Value::Date(46_328.0, "d.m.yy"), "\"2026-11-02\""),
            (Value::Date(46_328.5, "d.m.yy"), "\"2026-11-02T12:00:00\""),
        ];
        for (value, wanted) in cases {
            assert_eq!(object(&[(0, value)]), format!("{{\"A\":{wanted},\"B\":null,\"\\\"C\\\"\":null}}\n"));
        }
    }
}

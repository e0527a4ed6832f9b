//! Comma-separated text as RFC 4180 has it, in UTF-8 with its mark, which spreadsheets need to see that it is UTF-8.
//!
//! A spreadsheet takes a cell that begins with `=` and the like for a formula, quotes or not; such a text gets a `'`
//! before it (OWASP, "CSV Injection"). To have the roster's own text again, take one `'` off wherever what follows the
//! cell's leading `'` [begins as a formula](crate::escape::begins_as_formula).

use super::text::Text;
use super::{Line, shown};
use crate::escape::begins_as_formula;
use crate::model::{Field, Kind, Value};
use std::io::Write as _;

/// The byte order mark of UTF-8.
const MARK: &[u8; 3] = b"\xef\xbb\xbf";

/// How a row is written as comma-separated text.
#[derive(Debug)]
pub(super) struct Csv {
    kinds: Vec<Kind>,
}

impl Csv {
    /// Writes the line of the headings.
    pub(super) fn begin(fields: &[Field], head: &mut Text, defanged: &mut u64) -> Self {
        let csv = Self { kinds: fields.iter().map(|field| field.kind).collect() };
        head.memory.extend_from_slice(MARK);
        let mut line = Line { text: head, next: 0, defanged };
        for (column, field) in fields.iter().enumerate() {
            csv.go_to(&mut line, column);
            text(&mut line, &field.heading);
        }
        csv.end(&mut line);
        csv
    }

    /// Writes a cell; columns rise.
    pub(super) fn cell(&self, line: &mut Line<'_>, column: usize, value: &Value<'_>) {
        match value {
            Value::Blank => {}
            Value::Text(cell) => {
                self.go_to(line, column);
                text(line, cell);
            }
            Value::Repeated { text: cell, .. } => {
                self.go_to(line, column);
                text(line, cell);
            }
            Value::Count(count) | Value::Leading { count, .. } => {
                self.go_to(line, column);
                // Writing to memory cannot fail.
                let _ = write!(line.text.memory, "{count}");
            }
            // The roster's own are written as a spreadsheet shows them, ours as programs write them.
            Value::Bool(value) if self.kinds.get(column) == Some(&Kind::Truth) => {
                self.go_to(line, column);
                let _ = write!(line.text.memory, "{value}");
            }
            // Nothing that is no text is ever a formula.
            other => {
                self.go_to(line, column);
                line.text.memory.extend_from_slice(shown(other).as_bytes());
            }
        }
    }

    /// Ends the line, with all the delimiters it is short of.
    pub(super) fn end(&self, line: &mut Line<'_>) {
        self.go_to(line, self.kinds.len());
        line.text.memory.extend_from_slice(b"\r\n");
    }

    fn go_to(&self, line: &mut Line<'_>, column: usize) {
        let column = column.min(self.kinds.len().saturating_sub(1));
        let delimiters = column.saturating_sub(line.next);
        line.text.memory.extend(std::iter::repeat_n(b',', delimiters));
        line.next += delimiters;
    }
}

fn text(line: &mut Line<'_>, cell: &str) {
    let is_safe = cell.bytes().next().is_none_or(|byte| byte.is_ascii_alphanumeric() || byte == b'`');
    let is_formula = !is_safe && begins_as_formula(cell.trim_start_matches('\''));
    *line.defanged += u64::from(is_formula);
    let is_special = |byte: u8| matches!(byte, b'"' | b',' | b'\r' | b'\n');
    let is_quoted = cell.bytes().fold(false, |any, byte| any | is_special(byte));
    if is_quoted {
        line.text.memory.push(b'"');
    }
    if is_formula {
        line.text.memory.push(b'\'');
    }
    if is_quoted {
        for (index, part) in cell.split('"').enumerate() {
            if index > 0 {
                line.text.memory.extend_from_slice(b"\"\"");
            }
            line.text.memory.extend_from_slice(part.as_bytes());
        }
        line.text.memory.push(b'"');
    } else {
        line.text.memory.extend_from_slice(cell.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cell: &str) -> String {
        let (mut out, mut defanged) = (Text::new(Vec::new(), &crate::scratch::Scratch::system()), 0);
        text(&mut Line { text: &mut out, next: 0, defanged: &mut defanged }, cell);
        let written = String::from_utf8(out.memory).unwrap();
        let quotes = |text: &str| text.matches('\'').count();
        assert_eq!(quotes(&written) - quotes(cell), usize::try_from(defanged).unwrap());
        written
    }

    #[test]
    fn what_a_spreadsheet_takes_for_a_formula_gets_a_quote_before_it() {
        for cell in [
            "=1+1",
            "+1+1",
            "-1-1",
            "@SUM(A1)",
            "=",
            "-",
            "--5",
            "+-5",
            "-5 ",
            "- 5",
            "+49 30 123",
            "-5%",
            "-a",
            " =1",
            "  +x",
            "\u{a0}=1",
            "\u{3000}-x",
            "\u{feff}=1",
            "\u{200b}=1",
            "\u{1}=1",
            "\u{ff1d}1+1",
            "\u{ff0b}1",
            "\u{ff0d}1",
            "\u{ff20}x",
            " \u{ff1d}1",
            "\u{2212}1",
            "-1e",
            "-e5",
            "-1..5",
            "-.5",
            "-5.",
        ] {
            assert_eq!(written(cell), format!("'{cell}"));
        }
        for cell in ["\tx", "\t", "\rx", "\n=1", " \tx", "=a,b", "=cmd|' /C calc'!A0,"] {
            let wanted = format!("'{cell}");
            let quoted = if cell.contains([',', '\r', '\n']) { format!("\"{wanted}\"") } else { wanted };
            assert_eq!(written(cell), quoted);
        }
        assert_eq!(written("=\"x\""), "\"'=\"\"x\"\"\"");
    }

    #[test]
    fn numbers_and_all_other_texts_stay() {
        for cell in [
            "-5",
            "+3",
            "-1234",
            "+1e5",
            "-1.5E-3",
            "-1.234.567",
            "0",
            "'",
            "'a",
            "''",
            "a=1",
            "Contoso",
            "1-2",
            "#REF!",
            "`=1`",
            "[\"=1\"]",
            "\u{e9}=1",
            " x",
            "(-5)",
            "\u{2013}5",
        ] {
            let quoted = format!("\"{}\"", cell.replace('"', "\"\""));
            assert_eq!(written(cell), if cell.contains('"') { quoted } else { cell.to_owned() });
        }
        assert_eq!(written("+3,5"), "\"+3,5\"");
    }

    #[test]
    fn the_quote_can_be_told_from_one_of_the_roster() {
        let mut seen = std::collections::HashSet::new();
        for cell in ["=1", "'=1", "''=1", "'", "''", "'a", "a", "", " =1", "' =1"] {
            let found = written(cell);
            assert!(seen.insert(found.clone()));
            let behind = found.trim_start_matches('\'');
            let undone = if begins_as_formula(behind) { found.strip_prefix('\'') } else { None };
            assert_eq!(undone.unwrap_or(&found), cell);
        }
    }
}

//! Workbooks of the other formats, written here byte by byte: what they come to, and what hostile ones are refused for.
#![expect(clippy::cast_possible_truncation, reason = "the lengths of what is written here are small")]

mod compound;
mod ods;
mod xls;
mod xlsb;

use crate::about::{About, Form};
use crate::record::{Cell, Flaw};
use crate::tests_support::{Row, error_of, read_all, read_with};
use calamine::{Data, Reader};
use std::io::Cursor;

/// The cells of all rows below the headings, with their kinds.
fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    read_with(bytes, None, &mut |records| {
        for record in records.iter() {
            rows.push((0..record.width()).map(|column| format!("{:?}", record.cell(column))).collect());
        }
    })
    .unwrap();
    rows
}

fn number(value: f64, format: &str) -> String {
    format!("{:?}", Cell::Number { value, format, written: "" })
}

fn date(serial: f64, format: &str) -> String {
    format!("{:?}", Cell::Date { serial, format })
}

fn text(text: &str) -> String {
    format!("{:?}", Cell::Text(text))
}

/// Returns the code of what is wrong; a panic of a reader, caught by the net, is no answer.
fn refused(bytes: &[u8]) -> &'static str {
    let error = error_of(bytes);
    assert!(!error.diagnostics[0].message.contains("it is not written like a workbook"), "{error}");
    error.diagnostics[0].code.as_str()
}

/// Reads what may be damaged; a panic of a reader, caught by the net, fails the test.
fn read_or_refused(bytes: &[u8]) {
    if let Err(error) = read_all(bytes) {
        assert!(!error.diagnostics[0].message.contains("it is not written like a workbook"), "{error}");
    }
}

/// What `calamine` reads of the first sheet below its first row, as a person reads it.
fn second_opinion<Book: Reader<Cursor<Vec<u8>>>>(bytes: &[u8]) -> Vec<Vec<String>>
where
    Book::Error: std::fmt::Debug,
{
    let mut book = Book::new(Cursor::new(bytes.to_vec())).unwrap();
    let name = book.sheet_names().first().cloned().unwrap();
    let range = book.worksheet_range(&name).unwrap();
    let shown = |data: &Data| match data {
        Data::Empty => String::new(),
        Data::Bool(value) => value.to_string().to_uppercase(),
        Data::DateTime(value) => Cell::Date { serial: value.as_f64(), format: "d" }.shown(),
        other => other.to_string(),
    };
    range.rows().skip(1).map(|row| row.iter().map(shown).collect()).collect()
}

/// The same of our reader, filled up with blank cells.
fn first_opinion(bytes: &[u8]) -> Vec<Vec<String>> {
    let (about, rows) = read_all(bytes).unwrap();
    let filled = |(_, mut cells, _): Row| {
        cells.resize(about.headings.len(), String::new());
        cells
    };
    rows.into_iter().map(filled).collect()
}

/// Checks what is said of a roster with one hidden row beside a sheet that is hidden.
fn assert_listed(about: &About, others: &[&str]) {
    let others = others.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(about.form, Form::Workbook { sheet: "Roster".to_owned(), others });
}

fn hidden(bytes: &[u8]) -> u64 {
    let mut hidden = 0;
    read_with(bytes, None, &mut |records| hidden += records.hidden()).unwrap();
    hidden
}

fn flaws(bytes: &[u8]) -> Vec<(u64, Option<Flaw>)> {
    read_all(bytes).unwrap().1.into_iter().map(|(number, _, flaw)| (number, flaw)).collect()
}

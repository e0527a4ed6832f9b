//! Our reader beside calamine's: where both read a workbook, they read the same cells, but for a short list.

use crate::record::Cell;
use crate::tests_support::{Parts, read_with};
use calamine::{CellErrorType, DataRef, Reader, Xlsx};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use std::io::Cursor;

/// A cell below the headings: row from 1, column from 0, and what stands there.
type Seen = (u64, usize, String);

fn number(value: f64, format: &str) -> String {
    format!("number {value:?} {format:?}")
}

fn date(serial: f64, format: &str) -> String {
    format!("date {serial:?} {format:?}")
}

/// What our reader says.
fn ours(bytes: &[u8]) -> Result<Vec<Seen>, String> {
    let mut seen = Vec::new();
    let read = read_with(bytes, None, &mut |records| {
        for record in records.iter() {
            for column in 0..record.width() {
                let shown = match record.cell(column) {
                    Cell::Blank => continue,
                    Cell::Text(text) => format!("text {text:?}"),
                    Cell::Number { value, format, .. } => number(value, format),
                    Cell::Date { serial, format } => date(serial, format),
                    Cell::Bool(value) => format!("{value}"),
                    Cell::Error(text) => format!("error {text}"),
                };
                seen.push((record.number, column, shown));
            }
        }
    });
    read.map(|_| seen).map_err(|error| error.to_string())
}

/// What calamine's streaming reader says of everything below the first row.
fn theirs(bytes: &[u8]) -> Result<Vec<Seen>, String> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let name = book.sheet_names().first().cloned().unwrap_or_default();
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| error.to_string())?;
    let formats: Vec<String> = cells
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().map_or(String::new(), |format| format.format_code.clone()))
        .map(|format| if format == "General" { String::new() } else { format })
        .collect();
    let mut seen = Vec::new();
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|error| error.to_string())? {
        let (row, column) = cell.get_position();
        let format = formats.get(style).map_or("", String::as_str);
        let shown = match cell.get_value() {
            DataRef::Empty | DataRef::SharedString("") => continue,
            DataRef::String(text) if text.is_empty() => continue,
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                format!("text {text:?}")
            }
            DataRef::SharedString(text) => format!("text {text:?}"),
            DataRef::Int(value) => format!("an integer, which XLSX does not have: {value}"),
            DataRef::Float(value) => number(*value, format),
            DataRef::Bool(value) => format!("{value}"),
            DataRef::DateTime(value) => {
                date(value.as_f64(), if format.is_empty() { "yyyy-mm-dd" } else { format })
            }
            DataRef::Error(CellErrorType::NA) => "error #N/A".to_owned(),
            DataRef::Error(CellErrorType::Ref) => "error #REF!".to_owned(),
            DataRef::Error(error) => format!("error {error}"),
        };
        if row > 0 {
            seen.push((u64::from(row) + 1, column as usize, shown));
        }
    }
    Ok(seen)
}

/// Checks that both read the same, and anything at all.
pub(super) fn compare(bytes: &[u8]) {
    let ours = ours(bytes);
    assert_eq!(ours, theirs(bytes));
    assert!(ours.is_ok_and(|cells| !cells.is_empty()));
}

/// Returns the two readings of one cell, `B2`.
fn both(cell: &str, change: impl Fn(&mut Parts)) -> (Result<Vec<Seen>, String>, Result<Vec<Seen>, String>) {
    let mut parts = Parts::new(&format!(
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Tenant</v></c></row><row r=\"2\">{cell}</row>"
    ));
    parts.strings = "<sst><si><t>first</t></si></sst>".to_owned();
    parts.styles = super::STYLES.to_owned();
    change(&mut parts);
    let bytes = parts.bytes();
    (ours(&bytes), theirs(&bytes))
}

fn text_of(seen: &Result<Vec<Seen>, String>) -> String {
    match seen {
        Ok(cells) => cells.iter().map(|(_, _, shown)| shown.as_str()).collect::<Vec<_>>().join(", "),
        Err(_) => "refused".to_owned(),
    }
}

/// Where the two differ: the cell, what we say, what calamine says. We read what Excel shows, or refuse.
///
/// An address whose row does not fit 32 bits is refused, too; calamine wraps it around, or panics in a debug build.
const DIFFER: [(&str, &str, &str); 13] = [
    // What XML allows inside of a value is read; calamine drops it without a word.
    ("<c r=\"B2\"><v><![CDATA[480]]></v></c>", "number 480.0 \"\"", ""),
    ("<c r=\"B2\"><v>&#52;80</v></c>", "number 480.0 \"\"", ""),
    ("<c r=\"B2\"><v>4<!-- -->80</v></c>", "number 480.0 \"\"", "number 4.0 \"\""),
    ("<c r=\"B2\" t=\"str\"><v><![CDATA[a]]></v></c>", "text \"a\"", ""),
    // White space around a number is none of it.
    ("<c r=\"B2\"><v> 480 </v></c>", "number 480.0 \"\"", "text \" 480 \""),
    ("<c r=\"B2\" t=\"s\"><v> 0 </v></c>", "text \"first\"", "text \"first\""),
    // What is no number is refused; calamine takes the first shared string, or text.
    ("<c r=\"B2\" t=\"s\"><v>x</v></c>", "refused", "text \"first\""),
    ("<c r=\"B2\" t=\"s\"><v>4294967296000000000000</v></c>", "refused", "text \"first\""),
    ("<c r=\"B2\"><v>five</v></c>", "refused", "text \"five\""),
    // Errors of newer versions of Excel are kept.
    ("<c r=\"B2\" t=\"e\"><v>#SPILL!</v></c>", "error #SPILL!", "refused"),
    // An address in another row is refused.
    ("<c r=\"B7\"><v>1</v></c>", "refused", "number 1.0 \"\""),
    // Two values are refused; calamine takes the last.
    ("<c r=\"B2\"><v>1</v><v>2</v></c>", "refused", "number 2.0 \"\""),
    // A date that says so itself is one, and is moved to the serial number.
    ("<c r=\"B2\" t=\"d\"><v>2025-10-13</v></c>", "date 45943.0 \"yyyy-mm-dd\"", "text \"2025-10-13\""),
];

#[test]
fn where_the_readers_differ_ours_says_what_excel_shows() {
    for (cell, ours, theirs) in DIFFER {
        let seen = both(cell, |_| {});
        assert_eq!((text_of(&seen.0).as_str(), text_of(&seen.1).as_str()), (ours, theirs), "{cell}");
    }
}

#[test]
fn the_first_day_of_1904_is_moved_here() {
    let seen = both("<c r=\"B2\" s=\"2\"><v>0</v></c>", |parts| {
        parts.properties = "<workbookPr date1904=\"1\"/>".to_owned();
    });
    assert_eq!(text_of(&seen.0), "date 1462.0 \"mm-dd-yy\"");
    assert_eq!(text_of(&seen.1), "date 0.0 \"mm-dd-yy\"");
}

#[test]
fn cells_written_in_every_usual_way_are_read_alike() {
    for cell in [
        "<c r=\"B2\" t=\"s\"><v>0</v></c>",
        "<c r=\"B2\" s=\"1\"><v>42</v></c><c r=\"D2\" s=\"2\"><v>45943.5</v></c>",
        "<c t=\"s\"><v>0</v></c><c><v>1.5</v></c>",
        "<c r=\"B2\" s=\"4\"><v>1.25</v></c><c r=\"C2\" s=\"3\"><v>7</v></c>",
        "<c r=\"B2\" t=\"b\"><v>true</v></c><c r=\"C2\" t=\"e\"><v>#N/A</v></c>",
        "<c r=\"B2\" t=\"inlineStr\"><is><r><rPr><b/></rPr><t xml:space=\"preserve\">a </t></r><r><t> b </t></r><rPh><t>x</t></rPh></is></c>",
        "<c r=\"B2\" t=\"str\"><f>A1&amp;\"x\"</f><v> a&#10;_x0041_&lt; </v></c>",
        "<x:c xmlns:x=\"y\" r=\"B2\" t=\"inlineStr\"><x:is><x:t>a\r\nb</x:t></x:is></x:c>",
        "<c r=\"B2\"/><c r=\"C2\" s=\"1\"/><c r=\"D2\"><f>1+1</f><v>2</v></c>",
    ] {
        let (ours, theirs) = both(cell, |_| {});
        assert_eq!(ours, theirs, "{cell}");
        assert!(ours.is_ok_and(|cells| !cells.is_empty()), "{cell}");
    }
}

/// A cell as a library writes it.
#[derive(Clone, Debug)]
enum Written {
    Text(String),
    Number(f64, &'static str),
    Bool(bool),
    Formula(String),
    Blank,
}

fn written() -> impl Strategy<Value = Written> {
    let formats =
        ["General", "0", "00000", "#,##0.00", "yyyy-mm-dd", "h:mm", "[h]:mm", "d. mmm yy", "0.00E+00", "@"];
    prop_oneof![
        "[ -~\\n\\t\u{e4}\u{1f600}\u{1}_x04D]{1,12}".prop_map(Written::Text),
        "(_x00[0-9]{2}_|_x005F_|_xD83D_| ){1,3}".prop_map(Written::Text),
        (
            any::<f64>().prop_filter("finite", |value| value.is_finite()),
            prop::sample::select(formats.to_vec())
        )
            .prop_map(|(value, format)| Written::Number(value, format)),
        (0_u32..80_000, prop::sample::select(formats.to_vec()))
            .prop_map(|(value, format)| Written::Number(f64::from(value), format)),
        any::<bool>().prop_map(Written::Bool),
        // The library takes `nan` and `inf` for numbers.
        "[a-z ]{1,5}|[1-9][0-9]{0,3}|#N/A|#REF!"
            .prop_filter("finite", |result| result.parse::<f64>().map_or(true, f64::is_finite))
            .prop_map(Written::Formula),
        Just(Written::Blank),
    ]
}

fn workbook(rows: &[Vec<Written>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Tenant").unwrap();
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Written::Text(text) => sheet.write_string(row, column, text).unwrap(),
                Written::Number(value, format) => sheet
                    .write_number_with_format(row, column, *value, &Format::new().set_num_format(*format))
                    .unwrap(),
                Written::Bool(value) => sheet.write_boolean(row, column, *value).unwrap(),
                Written::Formula(result) => {
                    sheet.write_formula(row, column, Formula::new("=A1").set_result(result)).unwrap()
                }
                Written::Blank => sheet.write_blank(row, column, &Format::new().set_bold()).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_cells_that_a_library_writes_are_read_alike(rows in prop::collection::vec(prop::collection::vec(written(), 0..6), 1..8)) {
        let bytes = workbook(&rows);
        prop_assert_eq!(ours(&bytes), theirs(&bytes));
    }
}

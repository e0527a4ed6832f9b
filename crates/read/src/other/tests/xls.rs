use super::compound::compound;
use super::{
    assert_listed, cells, date, first_opinion, hidden, number, read_or_refused, refused, second_opinion, text,
};
use crate::tests_support::{read_all, read_sheet};
use calamine::Xls;
use proptest::prelude::*;

fn record(number: u16, bytes: &[u8]) -> Vec<u8> {
    [number.to_le_bytes().as_slice(), &(bytes.len() as u16).to_le_bytes(), bytes].concat()
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = (units.len() as u16).to_le_bytes().to_vec();
    bytes.push(1);
    bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes
}

fn narrow(text: &str) -> Vec<u8> {
    [(text.len() as u16).to_le_bytes().as_slice(), &[0], text.as_bytes()].concat()
}

fn cell(kind: u16, row: u16, column: u16, style: u16, value: &[u8]) -> Vec<u8> {
    let head = [row, column, style].map(u16::to_le_bytes).concat();
    record(kind, &[&head, value].concat())
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    cell(0x0204, row, column, 0, &narrow(text))
}

fn headings() -> Vec<u8> {
    [label(0, 0, "Tenant"), label(0, 1, "Plan"), label(0, 2, "Seats")].concat()
}

fn begin(kind: u16) -> Vec<u8> {
    record(0x0809, &[0x0600, kind, 0, 0].map(u16::to_le_bytes).concat())
}

fn end() -> Vec<u8> {
    record(0x000a, &[])
}

/// The texts that cells share: the second goes on in another record, there in narrow letters.
fn strings() -> Vec<u8> {
    let count = u32::MAX.to_le_bytes();
    let rich = [&[3, 0, 8, 1, 0][..], b"E3 ", &[0; 4]].concat();
    let first =
        [&count[..], &3_u32.to_le_bytes(), &wide("Contoso")[..], &[4, 0, 1, b'G', 0, 0xfc, 0]].concat();
    [record(0x00fc, &first), record(0x003c, &[&[0][..], b"ne", &rich].concat())].concat()
}

struct Stream {
    globals: Vec<u8>,
    rows: Vec<u8>,
}

impl Stream {
    fn new(rows: &[u8]) -> Self {
        let style = |format: u16| record(0x00e0, &[[0; 2], format.to_le_bytes()].concat());
        let globals = [
            record(0x041e, &[vec![164, 0], narrow("00000")].concat()),
            style(0),
            style(14),
            style(164),
            strings(),
        ];
        Self { globals: globals.concat(), rows: rows.to_vec() }
    }

    fn bytes(&self) -> Vec<u8> {
        let listed = |start: usize, state: u8, kind: u8, name: &str| {
            let head = [&(start as u32).to_le_bytes()[..], &[state, kind, name.len() as u8, 0]].concat();
            record(0x0085, &[&head, name.as_bytes()].concat())
        };
        let head = [begin(5), self.globals.clone()].concat();
        let names = [("Roster", 0, 0), ("Chart", 0, 2), ("Old", 1, 0)];
        let heads: usize = names.iter().map(|(name, ..)| 12 + name.len()).sum();
        let first = head.len() + heads + 4;
        let chart = [begin(0x20), label(5, 0, "no cell"), end()].concat();
        let roster = [begin(0x10), chart, self.rows.clone(), end()].concat();
        let second = first + roster.len();
        let listed: Vec<u8> = names
            .iter()
            .zip([first, first, second])
            .flat_map(|((name, state, kind), start)| listed(start, *state, *kind, name))
            .collect();
        [head, listed, end(), roster, begin(0x10), headings(), end()].concat()
    }
}

pub(super) fn stream(rows: &[u8]) -> Vec<u8> {
    Stream::new(rows).bytes()
}

fn book(rows: &[u8]) -> Vec<u8> {
    compound(&[("Workbook", stream(rows))])
}

fn packed(value: u32) -> [u8; 4] {
    ((value << 2) | 2).to_le_bytes()
}

pub(super) fn rows() -> Vec<u8> {
    let hidden_row = [1_u16, 0, 4, 255, 0, 0, 0x20, 0].map(u16::to_le_bytes).concat();
    let many = [4_u16, 2].map(u16::to_le_bytes).concat();
    let many = [&many[..], &[0, 0], &packed(7), &[2, 0], &packed(42), &[3, 0]].concat();
    let came_to = |bytes: [u8; 8]| [&bytes[..], &[0; 8]].concat();
    [
        headings(),
        record(0x0208, &hidden_row),
        // The formula's text stands behind it, as do the cells of the row above.
        cell(0x0006, 4, 1, 0, &came_to([0, 0, 0, 0, 0, 0, 0xff, 0xff])),
        record(0x04bc, &[0; 8]),
        record(0x0207, &wide("E5 \u{20ac}")),
        record(0x00bd, &many),
        cell(0x0006, 4, 4, 0, &came_to([2, 0, 0x07, 0, 0, 0, 0xff, 0xff])),
        cell(0x0006, 4, 5, 0, &came_to([1, 0, 1, 0, 0, 0, 0xff, 0xff])),
        cell(0x0006, 4, 6, 0, &came_to(12.5_f64.to_le_bytes())),
        cell(0x0205, 4, 7, 0, &[0, 0]),
        cell(0x00fd, 1, 0, 0, &0_u32.to_le_bytes()),
        cell(0x00fd, 1, 1, 0, &2_u32.to_le_bytes()),
        cell(0x027e, 1, 2, 2, &packed(480)),
        cell(0x0203, 1, 3, 1, &45_000.5_f64.to_le_bytes()),
        cell(0x00fd, 4, 0, 0, &1_u32.to_le_bytes()),
    ]
    .concat()
}

#[test]
fn cells_in_any_order_keep_their_place_their_kind_and_their_format() {
    let bytes = book(&rows());
    assert_eq!(
        cells(&bytes),
        [
            vec![text("Contoso"), text("E3 "), number(480.0, "00000"), date(45_000.5, "mm-dd-yy")],
            vec![
                text("G\u{fc}ne"),
                text("E5 \u{20ac}"),
                number(7.0, ""),
                number(42.0, "00000"),
                "Error(\"#DIV/0!\")".to_owned(),
                "Bool(true)".to_owned(),
                number(12.5, ""),
                "Bool(false)".to_owned(),
            ],
        ]
    );
    let (about, rows) = read_all(&bytes).unwrap();
    assert_listed(&about, &["Old (hidden)"]);
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [2, 3, 4, 5]);
    assert_eq!(hidden(&bytes), 1);
}

#[test]
fn a_short_stream_and_a_long_one_are_read_alike() {
    let padded: Vec<u8> = (1..200).flat_map(|row| label(row, 0, "Contoso Limited, Redmond")).collect();
    let bytes = book(&[headings(), padded].concat());
    assert!(stream(&rows()).len() < 4096 && bytes.len() > 8_000);
    assert_eq!(read_all(&bytes).unwrap().1.len(), 199);
}

#[test]
fn a_date_of_the_system_of_1904_is_moved() {
    let mut stream = Stream::new(&[headings(), cell(0x0203, 1, 0, 1, &0.0_f64.to_le_bytes())].concat());
    stream.globals.extend(record(0x0022, &[1, 0]));
    assert_eq!(cells(&compound(&[("Workbook", stream.bytes())])), [[date(1462.0, "mm-dd-yy")]]);
}

#[test]
fn texts_of_excel_95_are_in_the_code_page_of_the_workbook() {
    let label = |row: u16, column: u16, text: &[u8]| {
        cell(0x0204, row, column, 0, &[&(text.len() as u16).to_le_bytes()[..], text].concat())
    };
    let begin = |kind: u16| record(0x0809, &[0x0500, kind, 0, 0].map(u16::to_le_bytes).concat());
    let globals = [begin(5), record(0x0042, &1251_u16.to_le_bytes())].concat();
    let start = globals.len() + 4 + 8 + 5 + 4;
    let listed = record(0x0085, &[&(start as u32).to_le_bytes()[..], &[0, 0, 6], b"Roster"].concat());
    let start_of_sheet = globals.len() + listed.len() + 4;
    assert_eq!(start_of_sheet, start);
    let sheet = [begin(0x10), label(0, 0, b"Tenant"), label(1, 0, b"\xcc\xe8\xf0"), end()].concat();
    let bytes = compound(&[("Book", [globals, listed, end(), sheet].concat())]);
    assert_eq!(cells(&bytes), [[text("\u{41c}\u{438}\u{440}")]]);
}

#[test]
fn calamine_reads_the_same_but_for_formats() {
    let rows = [
        headings(),
        cell(0x00fd, 1, 0, 0, &1_u32.to_le_bytes()),
        cell(0x00fd, 1, 1, 0, &2_u32.to_le_bytes()),
        cell(0x027e, 1, 2, 0, &packed(480)),
        label(2, 0, "Fabrikam"),
        cell(0x0203, 2, 1, 1, &45_000.0_f64.to_le_bytes()),
        cell(0x0205, 2, 2, 0, &[1, 0]),
    ]
    .concat();
    let bytes = book(&rows);
    assert_eq!(first_opinion(&bytes), second_opinion::<Xls<_>>(&bytes));
}

#[test]
fn what_a_hostile_stream_says_of_itself_is_not_believed() {
    let of = |rows: &[Vec<u8>]| refused(&book(&[headings(), rows.concat()].concat()));
    assert_eq!(of(&[cell(0x00fd, 1, 0, 0, &9_u32.to_le_bytes())]), "workbook-damaged");
    assert_eq!(of(&[label(1, 0, "a"), label(1, 0, "b")]), "workbook-damaged");
    assert_eq!(of(&[cell(0x0203, 1, 0, 0, &[0; 4])]), "workbook-damaged");
    assert_eq!(of(&[cell(0x0204, 1, 0, 0, &[255, 255, 1, 65, 0])]), "workbook-damaged");
    assert_eq!(of(&[cell(0x0203, 1, 0, 0, &f64::INFINITY.to_le_bytes())]), "workbook-damaged");
    assert_eq!(of(&[vec![3, 2, 255, 255]]), "workbook-damaged");
    let with = |globals: Vec<u8>| {
        let mut stream = Stream::new(&rows());
        stream.globals.splice(0..0, globals);
        refused(&compound(&[("Workbook", stream.bytes())]))
    };
    assert_eq!(with(record(0x002f, &[1, 0, 1, 0])), "workbook-protected");
    // A promise of four thousand million texts, of which there is one.
    let one = record(0x00fc, &[&[255; 8][..], &narrow("Contoso")].concat());
    let mut stream = Stream::new(&[headings(), cell(0x00fd, 1, 0, 0, &0_u32.to_le_bytes())].concat());
    stream.globals = one;
    assert_eq!(cells(&compound(&[("Workbook", stream.bytes())])), [[text("Contoso")]]);
    assert_eq!(with(record(0x0809, &[0, 4, 0, 0])), "workbook-format");
    assert_eq!(with(record(0x00fc, &[0, 0, 0, 0, 1, 0, 0, 0, 255, 255, 0])), "workbook-damaged");
}

#[test]
fn a_sheet_that_is_not_there_stops_only_whoever_asks_for_it() {
    let mut stream = Stream::new(&rows());
    stream.globals.extend(record(0x0085, &[255, 255, 255, 255, 0, 0, 1, 0, b'x']));
    let bytes = compound(&[("Workbook", stream.bytes())]);
    assert_eq!(read_all(&bytes).unwrap().0.sheet(), Some("Roster"));
    let asked = read_sheet(&bytes, Some("x")).map(|_| ()).unwrap_err();
    assert_eq!(asked.diagnostics[0].code.as_str(), "workbook-damaged");
}

#[test]
fn sheets_that_are_all_the_same_are_not_read_over_and_over() {
    let name = |index: u32| format!("{index:04}");
    let count = 300_u32;
    let start: u32 = 12 + count * (4 + 8 + 4) + 4;
    let head =
        |index| record(0x0085, &[&start.to_le_bytes()[..], &[0, 0, 4, 0], name(index).as_bytes()].concat());
    let heads: Vec<u8> = (0..count).flat_map(head).collect();
    let bytes = [begin(5), heads, end(), begin(0x10), headings(), end()].concat();
    assert_eq!(refused(&compound(&[("Workbook", bytes)])), "workbook-format");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_change_to_the_stream_is_read_or_refused(at in any::<prop::sample::Index>(), put in prop::collection::vec(any::<u8>(), 1..4)) {
        let mut stream = stream(&rows());
        let at = at.index(stream.len());
        let end = (at + put.len()).min(stream.len());
        stream.splice(at..end, put);
        read_or_refused(&compound(&[("Workbook", stream)]));
    }
}

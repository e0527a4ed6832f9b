use super::{
    assert_listed, cells, date, first_opinion, flaws, hidden, number, read_or_refused, refused,
    second_opinion, text,
};
use crate::tests_support::{read_all, zipped};
use calamine::Xlsb;
use proptest::prelude::*;

fn record(number: u16, bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    if number < 128 {
        all.push(number as u8);
    } else {
        all.extend([(number & 0x7f) as u8 | 0x80, (number >> 7) as u8]);
    }
    let mut length = bytes.len();
    while length >= 128 {
        all.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    all.push(length as u8);
    all.extend(bytes);
    all
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut all = (units.len() as u32).to_le_bytes().to_vec();
    all.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    all
}

fn row(number: u32, is_hidden: bool) -> Vec<u8> {
    let mut bytes = number.to_le_bytes().to_vec();
    bytes.extend([0, 0, 0, 0, 44, 1, 0, u8::from(is_hidden) << 4, 0, 0, 0, 0, 0]);
    record(0, &bytes)
}

fn cell(kind: u16, column: u32, style: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = column.to_le_bytes().to_vec();
    bytes.extend(style.to_le_bytes());
    bytes.extend(value);
    record(kind, &bytes)
}

fn label(column: u32, text: &str) -> Vec<u8> {
    cell(6, column, 0, &wide(text))
}

fn headings() -> Vec<u8> {
    [row(0, false), label(0, "Tenant"), label(1, "Plan"), label(2, "Seats")].concat()
}

fn sheet(rows: &[u8]) -> Vec<u8> {
    let dimension = record(148, &[0; 16]);
    [record(129, &[]), dimension, record(145, &[]), rows.to_vec(), record(146, &[]), record(130, &[])]
        .concat()
}

struct Book {
    sheet: Vec<u8>,
    strings: Vec<u8>,
    is_1904: bool,
}

impl Book {
    fn new(rows: &[u8]) -> Self {
        let strings = ["Contoso", "E3"].map(|text| record(19, &[vec![0], wide(text)].concat())).concat();
        Self {
            sheet: sheet(rows),
            strings: [record(159, &[2, 0, 0, 0, 2, 0, 0, 0]), strings].concat(),
            is_1904: false,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let relations = |list: &[(&str, &str)]| {
            let list = list.iter().enumerate().map(|(index, (kind, target))| {
                format!("<Relationship Id=\"rId{}\" Type=\"x/{kind}\" Target=\"{target}\"/>", index + 1)
            });
            format!("<Relationships>{}</Relationships>", list.collect::<String>())
        };
        let listed = |state: u32, id: &str, name: &str| {
            let head = [state.to_le_bytes(), 1_u32.to_le_bytes()].concat();
            record(156, &[head, wide(id), wide(name)].concat())
        };
        let book = [
            record(131, &[]),
            record(153, &[u8::from(self.is_1904), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            record(143, &[]),
            listed(0, "rId1", "Roster"),
            listed(1, "rId2", "Old"),
            record(144, &[]),
            record(132, &[]),
        ]
        .concat();
        let style = |format: u16| record(47, &[[0, 0], format.to_le_bytes()].concat());
        let styles = [
            record(615, &[1, 0, 0, 0]),
            record(44, &[vec![164, 0], wide("00000")].concat()),
            record(616, &[]),
            record(626, &[]),
            style(14),
            record(627, &[]),
            record(617, &[3, 0, 0, 0]),
            style(0),
            style(14),
            style(164),
            record(618, &[]),
        ]
        .concat();
        let main = relations(&[
            ("worksheet", "worksheets/sheet1.bin"),
            ("worksheet", "worksheets/sheet2.bin"),
            ("styles", "styles.bin"),
            ("sharedStrings", "sharedStrings.bin"),
        ]);
        zipped(&[
            ("[Content_Types].xml", b"<Types/>".as_slice()),
            ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.bin")]).as_bytes()),
            ("xl/workbook.bin", &book),
            ("xl/_rels/workbook.bin.rels", main.as_bytes()),
            ("xl/styles.bin", &styles),
            ("xl/sharedStrings.bin", &self.strings),
            ("xl/worksheets/sheet1.bin", &self.sheet),
            ("xl/worksheets/sheet2.bin", &sheet(&headings())),
        ])
    }
}

fn rows() -> Vec<u8> {
    [
        headings(),
        row(1, true),
        cell(7, 0, 0, &0_u32.to_le_bytes()),
        cell(7, 1, 0, &1_u32.to_le_bytes()),
        cell(2, 2, 2, &((480 << 2) | 2_u32).to_le_bytes()),
        cell(5, 3, 1, &45_000.5_f64.to_le_bytes()),
        row(4, false),
        cell(62, 0, 0, &[vec![1], wide("Gr\u{fc}n \u{1f600}"), vec![0; 8]].concat()),
        cell(8, 1, 0, &[wide("E5"), vec![0; 8]].concat()),
        cell(9, 2, 0, &[12.5_f64.to_le_bytes().to_vec(), vec![0; 8]].concat()),
        cell(4, 3, 0, &[1]),
        cell(11, 4, 0, &[0x2a, 0, 0, 0, 0, 0, 0, 0]),
        cell(3, 5, 0, &[0x17]),
    ]
    .concat()
}

#[test]
fn cells_keep_their_kind_and_their_number_format() {
    let bytes = Book::new(&rows()).bytes();
    assert_eq!(
        cells(&bytes),
        [
            vec![text("Contoso"), text("E3"), number(480.0, "00000"), date(45_000.5, "mm-dd-yy")],
            vec![
                text("Gr\u{fc}n \u{1f600}"),
                text("E5"),
                number(12.5, ""),
                "Bool(true)".to_owned(),
                "Error(\"#N/A\")".to_owned(),
                "Error(\"#REF!\")".to_owned()
            ],
        ]
    );
    let (about, rows) = read_all(&bytes).unwrap();
    assert_listed(&about, &["Old (hidden)"]);
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [2, 3, 4, 5]);
    assert_eq!(hidden(&bytes), 1);
}

#[test]
fn a_date_of_the_system_of_1904_is_moved() {
    let mut book = Book::new(&[headings(), row(1, false), cell(5, 0, 1, &0.0_f64.to_le_bytes())].concat());
    book.is_1904 = true;
    assert_eq!(cells(&book.bytes()), [[date(1462.0, "mm-dd-yy")]]);
}

#[test]
fn calamine_reads_the_same_but_for_formats_and_what_it_leaves_out() {
    let rows = [
        headings(),
        row(1, false),
        cell(7, 0, 0, &0_u32.to_le_bytes()),
        cell(8, 1, 0, &[wide("E5"), vec![0; 8]].concat()),
        cell(2, 2, 0, &((1250 << 2) | 3_u32).to_le_bytes()),
        row(2, false),
        label(0, "Fabrikam"),
        cell(5, 1, 1, &45_000.0_f64.to_le_bytes()),
        cell(3, 2, 0, &[0x17]),
    ]
    .concat();
    let bytes = Book::new(&rows).bytes();
    assert_eq!(first_opinion(&bytes), second_opinion::<Xlsb<_>>(&bytes));
}

#[test]
fn what_a_hostile_sheet_says_of_itself_is_not_believed() {
    let of = |rows: &[Vec<u8>]| refused(&Book::new(&[headings(), rows.concat()].concat()).bytes());
    // A record of 256 MiB that is not there.
    assert_eq!(of(&[vec![6, 0xff, 0xff, 0xff, 0x7f]]), "workbook-too-large");
    assert_eq!(of(&[row(1, false), cell(7, 0, 0, &9_u32.to_le_bytes())]), "workbook-damaged");
    assert_eq!(of(&[row(1, false), cell(6, 0, 0, &u32::MAX.to_le_bytes())]), "workbook-damaged");
    assert_eq!(of(&[row(1, false), record(5, &[0, 0])]), "workbook-damaged");
    assert_eq!(of(&[row(1, false), cell(5, 0, 0, &f64::NAN.to_le_bytes())]), "workbook-damaged");
    assert_eq!(of(&[row(1, false), label(1, "a"), label(0, "b")]), "workbook-damaged");
    assert_eq!(of(&[row(1, false), record(13, &[0; 8])]), "workbook-damaged");
    let on_the_edge = [row(1, false), label(16_299, "a"), label(16_300, "a")];
    assert_eq!(of(&on_the_edge), "record-too-wide");
    assert_eq!(of(&[row(1, false), row(1, false)]), "workbook-damaged");
    assert_eq!(of(&[row(1_048_576, false)]), "workbook-damaged");
    assert_eq!(of(&[row(u32::MAX, false)]), "workbook-damaged");
    // A cell far away from all others leaves nothing out but itself.
    let far = Book::new(&[headings(), row(1, false), label(0, "Contoso"), label(16_383, "a")].concat());
    assert_eq!(cells(&far.bytes()), [[text("Contoso")]]);
    assert_eq!(flaws(&far.bytes()), [(2, Some(crate::record::Flaw::Beyond { column: 16_383 }))]);
    // A promise of four thousand million texts, of which there is one.
    let mut book = Book::new(&[headings(), row(1, false), cell(7, 0, 0, &[0; 4])].concat());
    book.strings = [record(159, &[255; 8]), record(19, &[vec![0], wide("Contoso")].concat())].concat();
    assert_eq!(cells(&book.bytes()), [[text("Contoso")]]);
    let mut book = Book::new(&headings());
    book.sheet.truncate(book.sheet.len() - 6);
    assert_eq!(refused(&book.bytes()), "workbook-damaged");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_change_to_the_records_is_read_or_refused(at in any::<prop::sample::Index>(), put in prop::collection::vec(any::<u8>(), 0..4), in_strings in any::<bool>()) {
        let mut book = Book::new(&rows());
        let part = if in_strings { &mut book.strings } else { &mut book.sheet };
        let at = at.index(part.len());
        let end = (at + put.len()).min(part.len());
        part.splice(at..end, put);
        read_or_refused(&book.bytes());
    }
}

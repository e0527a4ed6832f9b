use super::{
    assert_listed, cells, date, first_opinion, flaws, hidden, number, read_or_refused, refused,
    second_opinion, text,
};
use crate::record::Flaw;
use crate::tests_support::{read_all, read_headed, zipped};
use calamine::Ods;
use proptest::prelude::*;

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
const HEADINGS: &str = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>Tenant</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>Plan</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>Seats</text:p></table:table-cell></table:table-row>";

fn content(rows: &str) -> String {
    format!(
        "<office:document-content><office:automatic-styles><style:style style:name=\"ta2\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name=\"Roster\" table:style-name=\"ta1\"><table:table-column/>{HEADINGS}{rows}</table:table><table:table table:name=\"Old\" table:style-name=\"ta2\">{HEADINGS}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
}

fn packed(content: &str, manifest: &str, mimetype: &str) -> Vec<u8> {
    zipped(&[
        ("mimetype", mimetype.as_bytes()),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", format!("<manifest:manifest>{manifest}</manifest:manifest>").as_bytes()),
    ])
}

fn book(rows: &str) -> Vec<u8> {
    packed(&content(rows), "", MIMETYPE)
}

fn cell(attributes: &str, inside: &str) -> String {
    format!("<table:table-cell {attributes}>{inside}</table:table-cell>")
}

fn row(attributes: &str, cells: &[String]) -> String {
    format!("<table:table-row {attributes}>{}</table:table-row>", cells.concat())
}

fn label(text: &str) -> String {
    cell("office:value-type=\"string\"", &format!("<text:p>{text}</text:p>"))
}

fn float(value: &str, shown: &str) -> String {
    cell(
        &format!("office:value-type=\"float\" office:value=\"{value}\""),
        &format!("<text:p>{shown}</text:p>"),
    )
}

#[test]
fn the_row_that_is_named_has_the_headings() {
    let blank = "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>";
    let rows = [blank.to_owned(), row("", &[label("Account")]), row("", &[label("Contoso")])].concat();
    let (about, count) = read_headed(&book(&rows), 4).unwrap();
    assert_eq!((about.header_row, count, about.first_numbers), (4, 1, vec![5]));
    assert_eq!(about.headings, ["Account"]);
    assert!(read_headed(&book(&rows), 3).is_err() && read_headed(&book(&rows), 6).is_err());
}

#[test]
fn cells_keep_their_kind_and_zeros_in_front() {
    let first = [
        label("A &amp; B<text:s text:c=\"2\"/>\n  Ltd<text:tab/><text:span>x</text:span>"),
        cell(
            "office:value-type=\"string\"",
            "<office:annotation><text:p>a remark</text:p></office:annotation><text:p>E3</text:p><text:p>E5</text:p>",
        ),
        float("480", "00480"),
        float("12.5", "12,50"),
        cell("office:value-type=\"percentage\" office:value=\"0.125\"", "<text:p>13%</text:p>"),
        cell("office:value-type=\"currency\" office:value=\"99\" office:currency=\"EUR\"", ""),
    ];
    let second = [
        cell("office:value-type=\"date\" office:date-value=\"2024-02-29\"", ""),
        cell("office:value-type=\"date\" office:date-value=\"2024-02-29T12:00:00\"", ""),
        cell("office:value-type=\"time\" office:time-value=\"PT06H00M00S\"", ""),
        cell("office:value-type=\"boolean\" office:boolean-value=\"true\"", ""),
        cell(
            "table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"",
            "<text:p>#DIV/0!</text:p>",
        ),
        cell("office:value-type=\"date\" office:date-value=\"1899-12-31\"", ""),
    ];
    let bytes = book(&[row("", &first), row("", &second)].concat());
    assert_eq!(
        cells(&bytes),
        [
            vec![
                text("A & B   Ltd\tx"),
                text("E3\nE5"),
                number(480.0, "00000"),
                number(12.5, ""),
                number(0.125, "0.00%"),
                number(99.0, "")
            ],
            vec![
                date(45_351.0, "yyyy-mm-dd"),
                date(45_351.5, "yyyy-mm-dd hh:mm:ss"),
                date(0.25, "hh:mm:ss"),
                "Bool(true)".to_owned(),
                "Error(\"#DIV/0!\")".to_owned(),
                text("1899-12-31")
            ],
        ]
    );
    assert_listed(&read_all(&bytes).unwrap().0, &["Old (hidden)"]);
}

#[test]
fn repeated_rows_and_cells_stand_where_they_are_shown() {
    let blank = "<table:table-cell table:number-columns-repeated=\"2\"/>".to_owned();
    let twice =
        cell("table:number-columns-repeated=\"2\" office:value-type=\"float\" office:value=\"5\"", "");
    let rows = [
        row("table:number-rows-repeated=\"2\"", &[blank.clone(), twice]),
        row("table:number-rows-repeated=\"3\"", std::slice::from_ref(&blank)),
        format!(
            "<table:table-row-group>{}</table:table-row-group>",
            row("table:visibility=\"filter\"", &[label("Contoso")])
        ),
        row("table:number-rows-repeated=\"1048569\"", &[blank]),
    ];
    let bytes = book(&rows.concat());
    let cells: Vec<(u64, Vec<String>)> =
        read_all(&bytes).unwrap().1.into_iter().map(|(number, cells, _)| (number, cells)).collect();
    let filled = |number| (number, ["", "", "5", "5"].map(str::to_owned).to_vec());
    assert_eq!(
        cells,
        [filled(2), filled(3), (4, vec![]), (5, vec![]), (6, vec![]), (7, vec!["Contoso".to_owned()])]
    );
    assert_eq!(hidden(&bytes), 1);
}

#[test]
fn a_formula_without_its_value_marks_its_row() {
    let never = cell("table:formula=\"of:=[.A1]\"", "");
    let float = cell("table:formula=\"of:=[.A1]\" office:value-type=\"float\"", "");
    let text = cell("table:formula=\"of:=&quot;&quot;\" office:value-type=\"string\"", "");
    let bytes = book(
        &[row("", &[never]), row("", &[label("Contoso"), float]), row("", &[label("a"), text])].concat(),
    );
    let flaw = |column| Some(Flaw::Uncalculated { column });
    assert_eq!(flaws(&bytes), [(2, flaw(0)), (3, flaw(1)), (4, None)]);
}

#[test]
fn calamine_reads_the_same_but_for_formats_and_kinds_of_errors() {
    let rows = [
        row("", &[label("Contoso &amp; Co"), label("E3"), float("480", "480")]),
        row("", &[label("Fabrikam"), label("a<text:tab/>b"), float("1.5", "1,5")]),
        row(
            "",
            &[
                cell("office:value-type=\"boolean\" office:boolean-value=\"true\"", ""),
                label("E5"),
                float("0", "0"),
            ],
        ),
    ];
    let bytes = book(&rows.concat());
    assert_eq!(first_opinion(&bytes), second_opinion::<Ods<_>>(&bytes));
}

#[test]
fn what_a_hostile_document_says_of_itself_is_not_believed() {
    let of = |rows: &[String]| refused(&book(&rows.concat()));
    let five = |columns: &str| {
        let repeat = format!("table:number-columns-repeated=\"{columns}\"");
        cell(&format!("{repeat} office:value-type=\"float\" office:value=\"5\""), "")
    };
    assert_eq!(of(&[row("table:number-rows-repeated=\"1000000\"", &[five("1000")])]), "workbook-too-large");
    let long = label(&"x".repeat(200_000));
    assert_eq!(of(&[row("table:number-rows-repeated=\"100000\"", &[long])]), "workbook-too-large");
    assert_eq!(of(&[row("table:number-rows-repeated=\"99999999999\"", &[five("1")])]), "workbook-damaged");
    assert_eq!(of(&[row("table:number-rows-repeated=\"1048576\"", &[five("1")])]), "workbook-damaged");
    assert_eq!(of(&[row("", &[five("99999")])]), "workbook-damaged");
    assert_eq!(of(&[row("", &[five("16384")])]), "record-too-wide");
    assert_eq!(of(&[row("", &[label("<text:s text:c=\"4000000000\"/>")])]), "workbook-too-large");
    assert_eq!(of(&[row("", &[float("five", "5")])]), "workbook-damaged");
    assert_eq!(of(&[row("", &[label("&boom;")])]), "workbook-damaged");
    assert_eq!(of(&["<table:table-row>".to_owned()]), "workbook-damaged");
    let deep = "<text:span>".repeat(100_000);
    assert_eq!(of(&[row("", &[label(&deep)])]), "workbook-damaged");
}

/// Rows of several times as many bytes as wait to be read, and what stands in their cells.
fn many_rows() -> (String, Vec<[String; 2]>) {
    let words = |row: usize| format!("Z\u{fc}rich \u{1f600} {row} {}", "\u{20ac}".repeat(1 + row % 41));
    let texts: Vec<[String; 2]> = (0..20_000).map(|row| [row, row * 7].map(words)).collect();
    let rows: String = texts.iter().map(|texts| row("", &texts.each_ref().map(|text| label(text)))).collect();
    assert!(rows.len() > 4_000_000, "{}", rows.len());
    (rows, texts)
}

#[test]
fn a_long_sheet_is_read_across_the_borders_of_what_is_inflated_together() {
    let (rows, texts) = many_rows();
    let read = cells(&book(&rows));
    assert_eq!(read.len(), texts.len());
    for (read, texts) in read.iter().zip(&texts) {
        assert_eq!(read[..2], texts.each_ref().map(|shown| text(shown)));
    }
    // What is damaged anywhere in it is noticed.
    let mut damaged = book(&rows);
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    assert_eq!(refused(&damaged), "workbook-damaged");
}

/// Nobody takes the rest of what is inflated.
#[test]
fn what_stands_behind_the_roster_is_not_waited_for() {
    let (rows, _) = many_rows();
    let end = "</table:table></office:spreadsheet>";
    let content = content(&row("", &[label("Contoso"), label("E3"), float("480", "480")]));
    let behind = packed(&content.replace(end, &format!("{rows}{end}")), "", MIMETYPE);
    assert_eq!(cells(&behind).len(), 1);
    let outside =
        cell("office:value-type=\"string\" table:number-columns-repeated=\"20000\"", "<text:p>x</text:p>");
    assert_eq!(refused(&book(&(row("", &[outside]) + &rows))), "workbook-damaged");
}

#[test]
fn a_text_that_is_longer_than_any_cell_is_not_held() {
    assert_eq!(refused(&book(&row("", &[label(&"x".repeat(5 << 20))]))), "workbook-too-large");
}

#[test]
fn documents_of_another_kind_and_protected_ones_are_refused() {
    let doctype = format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{}", content(""));
    assert_eq!(refused(&packed(&doctype, "", MIMETYPE)), "workbook-damaged");
    let encrypted = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    assert_eq!(refused(&packed("\u{1}", encrypted, MIMETYPE)), "workbook-protected");
    let document = "application/vnd.oasis.opendocument.text";
    assert_eq!(refused(&packed(&content(""), "", document)), "workbook-format");
    let tables = "<table:table table:name=\"x\"/>".repeat(2);
    assert_eq!(
        refused(&packed(
            &content("").replace(
                "<table:table table:name=\"Old\"",
                &format!("{tables}<table:table table:name=\"Old\"")
            ),
            "",
            MIMETYPE
        )),
        "workbook-damaged"
    );
}

#[test]
fn a_document_that_is_far_larger_than_its_file_is_not_read_to_its_end() {
    let rows = "<table:table-row/>".repeat(17 * 1024 * 1024 / 18);
    assert_eq!(refused(&book(&rows)), "workbook-too-large");
}

#[test]
fn many_sheets_cannot_hold_or_repeat_more_than_one() {
    let with = |tables: &str| {
        let text = content("").replace("</office:spreadsheet>", &format!("{tables}</office:spreadsheet>"));
        packed(&text, "", MIMETYPE)
    };
    let tables = |rows: &str| {
        let table = |index| format!("<table:table table:name=\"{index}\">{rows}</table:table>");
        (0..900).map(table).collect::<Vec<_>>().concat()
    };
    let five =
        |attributes: &str| cell(&format!("{attributes} office:value-type=\"float\" office:value=\"5\""), "");
    // Those beyond the limit are not looked at.
    let wide = row("table:number-rows-repeated=\"100\"", &[five("table:number-columns-repeated=\"16000\"")]);
    assert_eq!(read_all(&with(&tables(&wide))).unwrap().0.sheet(), Some("Roster"));
    let far = "<table:table-cell table:number-columns-repeated=\"16000\"/>".to_owned();
    let rows = row("", &[far, five("")]).repeat(5);
    assert_eq!(refused(&with(&tables(&rows))), "workbook-too-large");
}

#[test]
fn a_sheet_that_cannot_be_read_stops_only_whoever_asks_for_it() {
    let other = content("").replace("table:name=\"Old\"", "table:name=\"Notes\"");
    let broken = row("", &[float("five", "5")]);
    let other = other.replace("table:style-name=\"ta2\">", &format!("table:style-name=\"ta1\">{broken}"));
    let bytes = packed(&other, "", MIMETYPE);
    assert_eq!(read_all(&bytes).unwrap().0.sheet(), Some("Roster"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_change_to_the_document_is_read_or_refused(at in any::<prop::sample::Index>(), put in "[<>/a-z0-9\"= :+&;!-]{0,3}", drop in 0_usize..4) {
        let mut text = content(&row("table:number-rows-repeated=\"2\"", &[label("a"), float("5", "005")])).into_bytes();
        let at = at.index(text.len());
        let end = (at + drop).min(text.len());
        text.splice(at..end, put.bytes());
        read_or_refused(&zipped(&[("mimetype", MIMETYPE.as_bytes()), ("content.xml", &text), ("META-INF/manifest.xml", b"<a/>")]));
    }
}

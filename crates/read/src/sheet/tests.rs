//! Sheets written by hand, read as a whole.

mod differential;

use crate::record::{Cell, Flaw};
use crate::tests_support::{Parts, Row, code_of, error_of, read_all, read_headed, read_with, zipped};
use proptest::prelude::*;

const HEADINGS: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Tenant</t></is></c>\
    <c r=\"B1\" t=\"inlineStr\"><is><t>Seats</t></is></c></row>";
const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"00000\"/></numFmts><cellXfs>\
    <xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"14\"/><xf numFmtId=\"30\"/><xf numFmtId=\"46\"/>\
    </cellXfs></styleSheet>";

fn parts(rows: &str) -> Parts {
    let mut parts = Parts::new(&format!("{HEADINGS}{rows}"));
    parts.styles = STYLES.to_owned();
    parts
}

fn rows(rows: &str) -> Vec<Row> {
    read_all(&parts(rows).bytes()).unwrap().1
}

fn cells(parts: &Parts) -> Vec<String> {
    let mut seen = Vec::new();
    read_with(&parts.bytes(), None, &mut |records| {
        for record in records.iter() {
            seen.extend((0..record.width()).map(|column| format!("{:?}", record.cell(column))));
        }
    })
    .unwrap();
    seen
}

fn code(rows: &str) -> &'static str {
    code_of(&parts(rows).bytes())
}

#[test]
fn numbers_and_dates_come_with_their_formats() {
    let row = "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>42</v></c><c r=\"B2\" s=\"2\"><v>45943.5</v></c>\
        <c r=\"C2\" s=\"3\"><v>7</v></c><c r=\"D2\" s=\"99\"><v>1.5</v></c></row>";
    assert_eq!(
        cells(&parts(row)),
        [
            "Number { value: 42.0, format: \"00000\", written: \"\" }",
            "Date { serial: 45943.5, format: \"mm-dd-yy\" }",
            "Date { serial: 7.0, format: \"yyyy-mm-dd\" }",
            "Number { value: 1.5, format: \"\", written: \"\" }"
        ]
    );
    assert_eq!(rows(row)[0].1[0], "00042");
}

#[test]
fn dates_of_the_system_of_1904_are_moved_and_durations_are_not() {
    let row = "<row r=\"2\"><c r=\"A2\" s=\"2\"><v>44481</v></c><c r=\"B2\" s=\"4\"><v>2</v></c></row>";
    let mut parts = parts(row);
    parts.properties = "<workbookPr date1904=\"1\"/>".to_owned();
    assert_eq!(
        cells(&parts),
        ["Date { serial: 45943.0, format: \"mm-dd-yy\" }", "Date { serial: 2.0, format: \"[h]:mm:ss\" }"]
    );
}

#[test]
fn every_other_kind_of_cell_is_read() {
    let row = "<row r=\"2\"><c r=\"A2\" t=\"d\"><v>2025-10-13</v></c><c r=\"B2\" t=\"d\"><v>soon</v></c>\
        <c r=\"C2\" t=\"b\"><v>1</v></c><c r=\"D2\" t=\"e\"><v>#REF!</v></c>\
        <c r=\"E2\" t=\"str\"><f>A1</f><v>+1 &amp; more</v></c></row>";
    assert_eq!(
        cells(&parts(row)),
        [
            "Date { serial: 45943.0, format: \"yyyy-mm-dd\" }",
            "Text(\"soon\")",
            "Bool(true)",
            "Error(\"#REF!\")",
            "Text(\"+1 & more\")"
        ]
    );
}

#[test]
fn cells_and_rows_without_addresses_follow_each_other() {
    let mut parts = Parts::new(
        "<row><c t=\"inlineStr\"><is><t>Tenant</t></is></c><c t=\"str\"><v>Seats</v></c></row>\
        <row><c t=\"str\"><v>Contoso</v></c><c><v>480</v></c></row>",
    );
    parts.styles = STYLES.to_owned();
    let (about, rows) = read_all(&parts.bytes()).unwrap();
    assert_eq!(about.headings, ["Tenant", "Seats"]);
    assert_eq!(rows, [(2, vec!["Contoso".to_owned(), "480".to_owned()], None)]);
}

#[test]
fn rows_missing_between_are_blank_and_formatting_below_is_no_row() {
    let seen = rows("<row r=\"4\"><c r=\"B4\"><v>480</v></c></row><row r=\"9\"><c r=\"A9\" s=\"1\"/></row>");
    assert_eq!(
        seen,
        [(2, vec![], None), (3, vec![], None), (4, vec![String::new(), "480".to_owned()], None)]
    );
}

#[test]
fn a_cell_far_away_from_all_others_leaves_nothing_out_but_itself() {
    let far = |row: u32| format!("<c r=\"XFD{row}\"><v>1</v></c>");
    let cell = |row: u32| format!("<c r=\"A{row}\" t=\"str\"><v>Contoso</v></c>");
    let seen = rows(&format!("<row r=\"2\">{}{}</row><row r=\"3\">{}</row>", cell(2), far(2), far(3)));
    let flaw = Some(Flaw::Beyond { column: 16_383 });
    assert_eq!(seen, [(2, vec!["Contoso".to_owned()], flaw), (3, vec![], flaw)]);
    // What is wrong with the row besides weighs more.
    let long = format!("<row r=\"2\">{}<c r=\"XFA2\"><f>1</f></c>{}</row>", cell(2), far(2));
    assert_eq!(rows(&long)[0].2, Some(Flaw::Uncalculated { column: 16_380 }));
    let edge = "<c r=\"XBX2\"><v>1</v></c><c r=\"XBY2\"><v>1</v></c>";
    assert_eq!(code(&format!("<row r=\"2\">{edge}</row>")), "record-too-wide");
}

#[test]
fn a_cell_beyond_the_columns_makes_a_row_long() {
    let row = |row: u32| format!("<row r=\"{row}\"><c r=\"A{row}\"><v>1</v></c></row>");
    let mut text: String = (2..=400).map(row).collect();
    text.push_str("<row r=\"401\"><c r=\"A401\"><v>1</v></c><c r=\"D401\"><v>9</v></c></row>");
    let seen = rows(&text);
    assert_eq!(seen.len(), 400);
    assert_eq!(seen[399].2, Some(Flaw::Long { found: 4, wanted: 2 }));
    assert!(seen[..399].iter().all(|row| row.2.is_none()));
}

#[test]
fn cells_out_of_order_or_outside_the_sheet_are_damage() {
    assert_eq!(
        code("<row r=\"3\"><c r=\"A3\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>"),
        "workbook-damaged"
    );
    assert_eq!(
        code("<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"B2\"><v>1</v></c></row>"),
        "workbook-damaged"
    );
    assert_eq!(code("<row r=\"1048577\"><c r=\"A1048577\"><v>1</v></c></row>"), "workbook-damaged");
    assert_eq!(code("<row r=\"2\"><c r=\"XFE2\"><v>1</v></c></row>"), "workbook-damaged");
    assert_eq!(code("<row r=\"2\"><c r=\"A2\" s=\"1\"><v>inf</v></c></row>"), "workbook-damaged");
}

#[test]
fn a_number_is_read_however_xml_lets_it_be_written() {
    for value in
        ["480", " 480\n", "<![CDATA[480]]>", "4<!-- -->80", "4<?x?>80", "4&#56;0", "4&#x38;<![CDATA[0]]>"]
    {
        let row = format!("<row r=\"2\"><c r=\"A2\"><v>{value}</v></c></row>");
        assert_eq!(cells(&parts(&row)), ["Number { value: 480.0, format: \"\", written: \"\" }"], "{value}");
    }
}

#[test]
fn the_digits_of_a_number_are_kept_where_its_value_says_less() {
    let row = "<row r=\"2\"><c r=\"A2\"><v>12345678901234567890</v></c><c r=\"B2\"><v>0.1</v></c></row>";
    assert_eq!(
        cells(&parts(row)),
        [
            "Number { value: 1.2345678901234567e19, format: \"\", written: \"12345678901234567890\" }",
            "Number { value: 0.1, format: \"\", written: \"\" }"
        ]
    );
}

#[test]
fn an_attribute_with_a_prefix_is_another_one() {
    assert_eq!(
        rows(
            "<row y:r=\"9\" r=\"2\"><c y:r=\"B7\" r=\"A2\" y:t=\"b\" y:s=\"1\"><v>7</v></c></row><row y:r=\"9\"><c><v>8</v></c></row>"
        ),
        [(2, vec!["7".to_owned()], None), (3, vec!["8".to_owned()], None)]
    );
}

#[test]
fn a_shared_string_that_is_not_there_is_told_with_its_place() {
    let error = error_of(
        &parts("<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"s\"><v>7</v></c></row>").bytes(),
    );
    assert_eq!(error.diagnostics[0].code.as_str(), "workbook-damaged");
    assert_eq!(error.diagnostics[0].place.short(), "B2");
}

#[test]
fn of_two_places_for_a_value_the_type_says_which_counts() {
    let seen = rows(
        "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><v>7</v><is><t>Contoso</t></is></c>\
        <c r=\"B2\"><is><t>seven</t></is><v>480</v></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>Fabrikam</t></is><v>7</v></c>\
        <c r=\"B3\" t=\"str\"><v>150</v><is><t>seven</t></is></c></row>",
    );
    let cells = |row: usize| seen[row].1.iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!((cells(0), cells(1)), (vec!["Contoso", "480"], vec!["Fabrikam", "150"]));
}

/// Cells that are refused, each in the second row, and where that is said to be.
const REFUSED: [(&str, &str); 35] = [
    ("<c r=\"A2\" t=\"n\"><v>+480</v></c>", "A2"),
    ("<c r=\"A2\"><v>five</v></c>", "A2"),
    ("<c r=\"A2\"><v>1,5</v></c>", "A2"),
    ("<c r=\"A2\"><v>1e999</v></c>", "A2"),
    ("<c r=\"A2\"><v>NaN</v></c>", "A2"),
    ("<c r=\"A2\"><v>1 2</v></c>", "A2"),
    ("<c r=\"B2\" t=\"s\"><v>zero</v></c>", "B2"),
    ("<c r=\"B2\" t=\"s\"><v>-1</v></c>", "B2"),
    ("<c r=\"B2\" t=\"s\"><v>99999999999999999999999</v></c>", "B2"),
    ("<c r=\"B2\" t=\"b\"><v>2</v></c>", "B2"),
    ("<c r=\"B2\" t=\"x\"><v>2</v></c>", "B2"),
    ("<c r=\"B2\" t=\"x\"/>", "B2"),
    ("<c r=\"B2\" s=\"x\"><v>2</v></c>", "B2"),
    ("<c r=\"B2\" s=\"-1\"><v>2</v></c>", "B2"),
    ("<c r=\"B2\"><v>1</v><v>2</v></c>", "B2"),
    ("<c r=\"B2\"><f>1</f><f>2</f></c>", "B2"),
    ("<c r=\"B2\" t=\"inlineStr\"><is><t>a</t></is><is><t>a</t></is></c>", "B2"),
    ("<c r=\"B2\" t=\"inlineStr\"><v>a</v></c>", "B2"),
    ("<c r=\"B2\"><is><t>a</t></is></c>", "B2"),
    ("<c r=\"B2\" t=\"str\"><v>a<b/>c</v></c>", "B2"),
    ("<c r=\"B2\" t=\"str\"><v>a&nbsp;c</v></c>", "B2"),
    ("<c r=\"B2\" t=\"str\"><v>a&#0;c</v></c>", "B2"),
    ("<c r=\"B2\"><x/></c>", "B2"),
    ("<c r=\"B2\">1</c>", "B2"),
    ("<c r=\"B2\"><v>1</c>", "B2"),
    ("<c r=\"B2\" r=\"C2\"><v>1</v></c>", "B2"),
    ("<c r=\"B2\"><c r=\"C2\"/></c>", "B2"),
    ("<c r=\"B2\"/><c r=\"A2\"/>", "A2"),
    ("<c r=\"B3\"><v>1</v></c>", "B3"),
    ("<c r=\"B0\"><v>1</v></c>", "row 2"),
    ("<c r=\"B4294967298\"><v>1</v></c>", "row 2"),
    ("<c r=\"XFD2\"/><c/>", "row 2"),
    ("<row r=\"3\"/>", "row 2"),
    ("text", "row 2"),
    ("<!DOCTYPE x>", "row 2"),
];

#[test]
fn what_is_not_as_workbooks_write_it_is_refused_with_its_place() {
    for (cell, place) in REFUSED {
        let error = error_of(&parts(&format!("<row r=\"2\">{cell}</row>")).bytes());
        assert_eq!(
            (error.diagnostics[0].code.as_str(), error.diagnostics[0].place.short().as_str()),
            ("workbook-damaged", place),
            "{cell}"
        );
    }
}

#[test]
fn rows_that_do_not_rise_or_stand_outside_are_refused() {
    for text in [
        "<row r=\"1\"/>",
        "<row r=\"2\"/><row r=\"2\"/>",
        "<row r=\"0\"/>",
        "<row r=\"-2\"/>",
        "<row r=\"4294967298\"><c><v>1</v></c></row>",
        "<row r=\"1048576\"/><row><c><v>1</v></c></row>",
        "<row r=\"2\"><c r=\"A2\"><v>1</v></c>",
        "<row r=\"2\" r=\"3\"/>",
        "<row r=\"2\"><row r=\"3\"></row></row>",
        "<cell/>",
        "<c r=\"A2\"/>",
        "text",
        "<!-- <row r=\"9\"> -->",
        "<y:row xmlns:y=\"y\"/>",
    ] {
        assert_eq!(code(text), "workbook-damaged", "{text}");
    }
}

/// Ids are kept apart from the other texts of a workbook, of which every fourth is blank here.
#[test]
fn cells_show_the_ids_that_they_name() {
    const COUNT: usize = 200;
    let texts: Vec<String> = (0..COUNT)
        .map(|number| match number % 4 {
            0 => format!("6ba7b810-9dad-11d1-80b4-{number:012x}"),
            1 => format!("6BA7B810-9DAD-11D1-80B4-{number:012X}"),
            2 => format!("Contoso {number}"),
            _ => String::new(),
        })
        .collect();
    let strings: Vec<String> = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    let rows: Vec<String> = (0..COUNT - 1)
        .map(|at| {
            let (row, last) = (at + 2, COUNT - 1 - at);
            format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>{at}</v></c><c r=\"B{row}\" t=\"s\"><v>{last}</v></c></row>")
        })
        .collect();
    // A heading may be one, too, and a preview shows it.
    let headings = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>2</v></c></row>";
    let mut parts = Parts::new(&format!("{headings}{}", rows.concat()));
    parts.strings = format!("<sst>{}</sst>", strings.concat());
    let (about, _) = read_headed(&parts.bytes(), 1).unwrap();
    assert_eq!(about.headings, [texts[0].as_str(), texts[2].as_str()]);
    parts.rows = format!("{HEADINGS}{}", rows.concat());
    let mut seen = Vec::new();
    read_with(&parts.bytes(), None, &mut |records| {
        seen.extend(
            records.iter().map(|record| (record.ordinal, [0, 1].map(|column| record.cell(column).shown()))),
        );
    })
    .unwrap();
    let wanted: Vec<(u64, [String; 2])> = (1..)
        .zip((0..COUNT - 1).map(|at| [at, COUNT - 1 - at].map(|place| texts[place].clone())))
        .filter(|(_, texts)| texts.iter().any(|text| !text.is_empty()))
        .collect();
    assert_eq!(seen, wanted);
}

#[test]
fn a_sheet_with_prefixes_or_line_breaks_or_another_order_of_attributes_reads_alike() {
    let plain =
        "<row r=\"2\" spans=\"1:2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" s=\"1\"><v>480</v></c></row>";
    let others = [
        plain
            .replace("<row", "\n <row")
            .replace("<c", "\r\n  <c")
            .replace("<v>", "\t<v>")
            .replace("</", "\n</"),
        plain.replace("r=\"A2\" t=\"s\"", "t='s' r='A2'").replace(" s=\"1\"", "\n  s = '1' "),
        plain.replace("<c r=\"A2\"", "<c").replace("<row r=\"2\"", "<row"),
        plain.replace("<c ", "<!-- a --><c ").replace("<v>", "<?a?><v>"),
        plain.replace("</c>", "<extLst><ext><c/></ext></extLst></c>").replace("</row>", "<extLst/></row>"),
    ];
    let mut parts = parts(plain);
    parts.strings = "<sst><si><t>Contoso &amp; Co</t></si></sst>".to_owned();
    let wanted = cells(&parts);
    assert_eq!(
        wanted,
        ["Text(\"Contoso & Co\")", "Number { value: 480.0, format: \"00000\", written: \"\" }"]
    );
    for other in others {
        parts.rows = format!("{HEADINGS}{other}");
        assert_eq!(cells(&parts), wanted, "{other}");
    }
    parts.rows = format!("{HEADINGS}{plain}");
    let mut list = parts.list();
    for (name, bytes) in
        list.iter_mut().filter(|(name, _)| name.contains("sheet1") || name.contains("sharedS"))
    {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let text = text
            .replace("</", "</x:")
            .replace('<', "<x:")
            .replace("<x:/x:", "</x:")
            .replace(" xmlns=", " xmlns:x=");
        assert!(text.contains("</x:t>"), "{name}: {text}");
        *bytes = text.into_bytes();
    }
    let list: Vec<(&str, &[u8])> =
        list.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert_eq!(
        read_all(&zipped(&list)).unwrap().1,
        [(2, vec!["Contoso & Co".to_owned(), "00480".to_owned()], None)]
    );
}

#[test]
fn the_first_day_of_1904_is_a_date_and_a_time_of_day_stays_one() {
    let row = "<row r=\"2\"><c r=\"A2\" s=\"2\"><v>0</v></c><c r=\"B2\" s=\"5\"><v>0.25</v></c></row>";
    let mut parts = parts(row);
    parts.styles = STYLES.replace("</cellXfs>", "<xf numFmtId=\"20\"/></cellXfs>");
    parts.properties = "<workbookPr date1904=\"true\"/>".to_owned();
    assert_eq!(read_all(&parts.bytes()).unwrap().1[0].1, ["1904-01-01", "06:00:00"]);
}

#[test]
fn an_error_of_any_name_is_kept() {
    let row =
        "<row r=\"2\"><c r=\"A2\" t=\"e\"><v>#SPILL!</v></c><c r=\"B2\" t=\"e\"><v>#CALC!</v></c></row>";
    assert_eq!(cells(&parts(row)), ["Error(\"#SPILL!\")", "Error(\"#CALC!\")"]);
}

#[test]
fn what_stands_around_the_rows_must_be_sound() {
    let sheet = |text: &str| {
        let mut list = parts("").list();
        let part = list.iter_mut().find(|(name, _)| name.contains("sheet1")).unwrap();
        part.1 = text.replace("ROWS", &format!("{HEADINGS}<row r=\"2\"><c><v>7</v></c></row>")).into_bytes();
        let list: Vec<(&str, &[u8])> =
            list.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        read_all(&zipped(&list)).map(|(_, rows)| rows.len())
    };
    let data = "<sheetData>ROWS</sheetData>";
    for text in [
        format!("<worksheet>{data}</worksheet>"),
        format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<worksheet><cols/>{data}<mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells></worksheet>\n"
        ),
        "<worksheet><sheetData\n>ROWS</sheetData\n></worksheet>".to_owned(),
    ] {
        assert_eq!(sheet(&text).unwrap(), 1, "{text}");
    }
    for text in [
        "",
        "<worksheet/>",
        "<worksheet><sheetData/></worksheet>",
        "<worksheet><sheetData>ROWS",
        "<worksheet><sheetData>ROWS</sheetData>",
        "<worksheet><sheetData>ROWS</sheetData></sheet>",
        "<worksheet><sheetData>ROWS</sheetData></worksheet><a/>",
        "<worksheet><sheetData>ROWS</sheetData></worksheet>text",
        "<worksheet><sheetData>ROWS</sheetData><sheetData/></worksheet>",
        "<worksheet><sheetData>ROWS</sheetData><a></worksheet>",
        "<worksheet><sheetData>ROWS</sheetData>&nbsp;</worksheet>",
        "<worksheet><a><sheetData>ROWS</sheetData></a></worksheet>",
        "<chartsheet><sheetData>ROWS</sheetData></chartsheet>",
        "<!DOCTYPE worksheet><worksheet><sheetData>ROWS</sheetData></worksheet>",
        "<?xml version=\"1.0\" encoding=\"windows-9999\"?><worksheet><sheetData>ROWS</sheetData></worksheet>",
        "<worksheet><sheetData>ROWS\0</sheetData></worksheet>",
    ] {
        assert!(sheet(text).is_err(), "{text}");
    }
}

#[test]
fn rows_without_numbers_are_counted_over_the_borders_of_blocks() {
    let text = "n".repeat(200);
    let row = |number: u32| format!("<row><c t=\"inlineStr\"><is><t>{text}{number}</t></is></c></row>");
    let rows: String =
        (2..=5_000).map(row).chain(["<row r=\"6000\"/><row><c><v>7</v></c></row>".to_owned()]).collect();
    let mut numbers = Vec::new();
    let mut blocks = 0;
    read_with(&parts(&rows).bytes(), None, &mut |records| {
        blocks += 1;
        numbers.extend(records.iter().map(|record| record.number));
    })
    .unwrap();
    assert!(blocks > 3 && numbers.iter().copied().eq((2..=5_000).chain([6_001])), "{blocks}");
}

#[test]
fn blank_rows_cost_no_records_and_are_counted_all_the_same() {
    let row = |row: u32| format!("<row r=\"{row}\" ht=\"15\"/>");
    let rows: String = (2..=60_000).map(row).collect();
    let text = format!(
        "{rows}<row r=\"60001\"><c r=\"A60001\"><v>1</v></c></row>{}",
        "<row><c s=\"1\"/></row>".repeat(100)
    );
    let mut seen = Vec::new();
    read_with(&parts(&text).bytes(), None, &mut |records| {
        seen.extend(records.iter().map(|record| (record.number, record.ordinal)));
    })
    .unwrap();
    assert_eq!(seen, [(60_001, 60_000)]);
}

#[test]
fn a_wrong_checksum_of_the_sheet_ends_the_run_at_its_end() {
    let mut bytes = parts("<row r=\"2\"><c><v>7</v></c></row>").bytes();
    let name = b"xl/worksheets/sheet1.xml";
    let entry = bytes.windows(name.len()).rposition(|window| window == name).unwrap() - 46;
    assert_eq!(&bytes[entry..entry + 4], b"PK\x01\x02");
    bytes[entry + 16] ^= 0xff;
    assert_eq!(code_of(&bytes), "workbook-damaged");
}

#[test]
fn text_without_end_is_too_large_before_it_fills_the_memory() {
    let filler = " ".repeat(40 * 1024 * 1024);
    let mut around = parts("");
    around.prolog = format!("<!--{filler}-->");
    assert_eq!(code_of(&around.bytes()), "workbook-too-large");
    assert_eq!(code(&format!("<row r=\"2\"><c><v>1</v></c>{filler}</row>")), "workbook-too-large");
    assert_eq!(
        code(&format!("<row r=\"2\"><c><v>1</v></c></row>{}", "<row ".repeat(8 * 1024 * 1024))),
        "workbook-damaged"
    );
    let nested = format!("<row r=\"2\"><extLst>{}", "<a>".repeat(1024 * 1024));
    assert_eq!(code(&nested), "workbook-damaged");
}

/// Returns for each block the bytes that its records take, and those that its texts come to.
fn weights(parts: &Parts) -> Vec<(usize, usize)> {
    let mut seen = Vec::new();
    read_with(&parts.bytes(), None, &mut |records| {
        let cells = records.iter().flat_map(|record| (0..record.width()).map(move |at| record.cell(at)));
        let text = cells.map(|cell| if let Cell::Text(text) = cell { text.len() } else { 0 }).sum();
        seen.push((records.own_bytes(), text));
    })
    .unwrap();
    seen
}

#[test]
fn a_long_string_of_many_cells_is_not_copied() {
    const CELLS: usize = 20;
    let row = format!("<row>{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(CELLS));
    for (length, first, rows) in [(32_767, 200, 1_000), (250_000, 200, 100)] {
        // What stands in the first rows is shown to a person, so that it is kept.
        let plain = "<row><c><v>1</v></c></row>".repeat(first);
        let mut parts = parts(&format!("{plain}{}", row.repeat(rows)));
        parts.strings = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(length));
        let seen = weights(&parts);
        assert_eq!(seen.iter().map(|(_, text)| text).sum::<usize>(), rows * CELLS * length);
        assert!(seen.iter().all(|(own, text)| *own < 1024 * 1024 && *text < 64 * 1024 * 1024), "{seen:?}");
    }
}

#[test]
fn short_rows_behind_a_long_one_are_no_part_of_its_block() {
    let cell = "<c t=\"s\"><v>0</v></c>";
    let long = format!("<row><c><v>1</v></c>{}</row>", " ".repeat(3 * 1024 * 1024));
    let short = format!("<row>{}</row>", cell.repeat(20));
    let plain = "<row><c><v>1</v></c></row>".repeat(200);
    let mut parts = parts(&format!("{plain}{long}{}", short.repeat(80)));
    parts.strings = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(100_000));
    let seen = weights(&parts);
    assert_eq!(seen.iter().map(|(_, text)| text).sum::<usize>(), 80 * 20 * 100_000);
    assert!(seen.iter().all(|(_, text)| *text < 40 * 1024 * 1024), "{seen:?}");
}

#[test]
fn texts_beyond_what_any_roster_has_are_too_large() {
    let mut long = parts("<row r=\"2\"><c r=\"A2\"><v>1</v></c></row>");
    long.strings = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(4 * 1024 * 1024 + 1));
    assert_eq!(code_of(&long.bytes()), "workbook-too-large");
    let cell = "<c t=\"s\"><v>0</v></c>";
    for rows in
        [format!("<row>{}</row>", cell.repeat(40)), format!("<row>{}</row>", cell.repeat(20)).repeat(9)]
    {
        let mut parts = parts(&rows);
        parts.strings = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(1024 * 1024));
        assert_eq!(code_of(&parts.bytes()), "workbook-too-large");
    }
}

#[test]
fn a_cell_far_to_the_right_costs_no_cells_before_it() {
    const ROWS: u32 = 8_000;
    let row = |row: u32| format!("<row><c r=\"XBW{row}\"><v>1</v></c></row>");
    let parts = parts(&(2..ROWS + 2).map(row).collect::<String>());
    let (mut rows, mut own) = (0, 0);
    read_with(&parts.bytes(), None, &mut |records| {
        own = own.max(records.own_bytes());
        for record in records.iter() {
            rows += 1;
            assert_eq!((record.width(), record.cell(16_297)), (16_299, Cell::Blank));
            assert!(matches!(record.cell(16_298), Cell::Number { .. }));
        }
    })
    .unwrap();
    assert!(rows == ROWS && own < 2 * 1024 * 1024, "{rows}, {own}");
}

#[test]
fn a_sheet_as_openpyxl_writes_it_is_read() {
    let sheet = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetPr>\
        <outlinePr summaryBelow=\"1\" summaryRight=\"1\"/><pageSetUpPr/></sheetPr><dimension ref=\"A1:C4\"/>\
        <sheetViews><sheetView workbookViewId=\"0\"><selection activeCell=\"A1\" sqref=\"A1\"/></sheetView></sheetViews>\
        <sheetFormatPr baseColWidth=\"8\" defaultRowHeight=\"15\"/><sheetData>\
        <row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Tenant</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>Seats</t></is></c>\
        <c r=\"C1\" t=\"inlineStr\"><is><t>Since</t></is></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> Contoso &amp; Co</t></is></c>\
        <c r=\"B2\" t=\"n\"><v>480</v></c><c r=\"C2\" s=\"2\" t=\"n\"><v>45943</v></c></row>\
        <row r=\"4\"><c r=\"A4\" t=\"b\"><v>1</v></c><c r=\"B4\" s=\"1\" t=\"n\"><v>42</v></c><c r=\"C4\" t=\"n\"/></row>\
        </sheetData><pageMargins left=\"0.75\" right=\"0.75\" top=\"1\" bottom=\"1\" header=\"0.5\" footer=\"0.5\"/></worksheet>";
    let mut list = parts("").list();
    list.iter_mut().find(|(name, _)| name.contains("sheet1")).unwrap().1 = sheet.as_bytes().to_vec();
    let list: Vec<(&str, &[u8])> =
        list.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        read_all(&zipped(&list)).unwrap().1,
        [
            (2, texts(&[" Contoso & Co", "480", "2025-10-13"]), None),
            (3, texts(&[]), None),
            (4, texts(&["TRUE", "00042"]), None)
        ]
    );
    differential::compare(&zipped(&list));
}

/// Makes the short way miss, and changes nothing else.
fn the_long_way(rows: &str) -> String {
    rows.replace("<c ", "<c  ").replace("<c>", "<c >")
}

proptest! {
    #[test]
    fn the_short_way_and_the_long_way_agree_on_any_cells(
        cells in prop::collection::vec((
            "( r=\"[AB]2\")?( s=\"[0-6]\")?( t=\"(s|n|str|inlineStr|b|e|d|x)\")?",
            prop_oneof![
                "<v>[0-9]{1,3}</v>", "<v>[0-9.eE+-]{0,20}</v>", "<is><t>[a ]{0,3}</t></is>", "<is><t xml:space=\"preserve\">[a _x04\r\n]{0,8}</t></is>",
                "<f>1</f>", "<v>&#52;</v>", "<v>_x0041_</v>", "", "<v/>", " <v>1</v> ",
            ],
        ), 0..4),
    ) {
        let row: String = cells.iter().map(|(head, body)| if body.is_empty() { format!("<c{head}/>") } else { format!("<c{head}>{body}</c>") }).collect();
        let read = |rows: &str| {
            let mut parts = parts(rows);
            parts.strings = "<sst><si><t>a</t></si><si><t>b</t></si></sst>".to_owned();
            let mut seen = Vec::new();
            let read = read_with(&parts.bytes(), None, &mut |records| {
                seen.extend(records.iter().map(|record| {
                    let cells: Vec<String> = (0..record.width()).map(|column| format!("{:?}", record.cell(column))).collect();
                    (record.ordinal, cells, record.flaw)
                }));
            });
            let refused = read.err().map(|error| (error.diagnostics[0].place.clone(), error.diagnostics[0].message.clone()));
            (seen, refused)
        };
        let row = format!("<row r=\"2\">{row}</row>");
        prop_assert_eq!(read(&row), read(&the_long_way(&row)));
    }
}

//! Workbooks that are sound archives, and whose XML lies, explodes, or never ends.

use crate::archive::{
    Part, SHEET, STRINGS, STYLES, deflated, rows, sheet, stored, with, workbook, workbook_with,
};
use crate::program::{annotate, check};

/// Returns a workbook with these rows.
fn book(rows: &str) -> Vec<u8> {
    deflated(&workbook_with(&sheet(rows)))
}

/// Returns a workbook of two customers whose sheet has something before its rows, and something behind.
fn around(before: &str, behind: &str) -> Vec<u8> {
    let sheet = format!("<worksheet>{before}<sheetData>{}</sheetData>{behind}</worksheet>", rows(2));
    deflated(&workbook_with(&sheet))
}

/// Returns a workbook of two customers with one further part.
fn beside(name: &str, text: &str) -> Vec<u8> {
    deflated(&with(workbook(), name, text))
}

#[test]
fn promises_of_size_are_not_believed() {
    for reference in ["A1:XFD1048576", "A1:ZZZZZZ99999999999", "XFD1048576:A1", "", "A0"] {
        check("roster.xlsx", &around(&format!("<dimension ref=\"{reference}\"/>"), "")).has_rows(2);
    }
    for count in ["18446744073709551615", "99999999999999999999", "-1", "x"] {
        let strings = format!("<sst count=\"{count}\" uniqueCount=\"{count}\"><si><t>a</t></si></sst>");
        check("roster.xlsx", &beside(STRINGS, &strings)).has_rows(2);
        let styles = format!("<styleSheet><cellXfs count=\"{count}\"><xf/></cellXfs></styleSheet>");
        check("roster.xlsx", &beside(STYLES, &styles)).has_rows(2);
    }
    check("roster.xlsx", &around("<cols><col min=\"1\" max=\"4294967295\" width=\"1e308\"/></cols>", ""))
        .has_rows(2);
}

#[test]
fn what_stands_behind_the_rows_is_passed_over_however_much() {
    let merged = "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(300_000);
    check("roster.xlsx", &around("", &format!("<mergeCells>{merged}</mergeCells>"))).has_rows(2);
}

#[test]
fn the_last_row_of_a_sheet_is_a_row_and_those_between_are_blank() {
    let last = "<row r=\"1048576\"><c t=\"inlineStr\"><is><t>Fabrikam</t></is></c></row>";
    check("roster.xlsx", &book(&format!("{}{last}", rows(2)))).has_rows(1_048_575);
}

#[test]
fn a_row_number_beyond_any_sheet_is_damage() {
    for number in
        ["0", "-1", "1048577", "4294967296", "4294967297", "18446744073709551617", "1e3", "0x2", "٣", ""]
    {
        let rows = format!("{}<row r=\"{number}\"><c><v>1</v></c></row>", rows(2));
        check("roster.xlsx", &book(&rows)).is_refused("workbook-damaged");
    }
}

#[test]
fn cells_and_rows_out_of_order_are_damage() {
    for row in [
        "<row r=\"9\"><c r=\"B9\"><v>1</v></c><c r=\"A9\"><v>1</v></c></row>",
        "<row r=\"9\"><c r=\"A9\"><v>1</v></c><c r=\"A9\"><v>1</v></c></row>",
        "<row r=\"9\"><c r=\"A8\"><v>1</v></c></row>",
        "<row r=\"9\"/><row r=\"9\"/>",
        "<row r=\"9\"/><row r=\"8\"/>",
        "<row r=\"9\"><c r=\"XFE9\"><v>1</v></c></row>",
        "<row r=\"9\"><c r=\"AAAAAAAAAAAAAAAAAAAA9\"><v>1</v></c></row>",
        "<row r=\"9\"><c r=\"9\"><v>1</v></c></row>",
        "<row r=\"9\"><c r=\"A18446744073709551625\"><v>1</v></c></row>",
    ] {
        check("roster.xlsx", &book(&format!("{}{row}", rows(2)))).is_refused("workbook-damaged");
    }
}

#[test]
fn a_shared_string_that_is_not_there_is_damage() {
    for index in ["1", "4294967296", "18446744073709551616", "-1", "0.5", "+0", " 0x0"] {
        let rows = format!("{}<row><c t=\"s\"><v>{index}</v></c></row>", rows(2));
        let parts = with(workbook_with(&sheet(&rows)), STRINGS, "<sst><si><t>a</t></si></sst>");
        check("roster.xlsx", &deflated(&parts)).is_refused("workbook-damaged");
    }
}

#[test]
fn numbers_that_are_none_never_become_seats() {
    for number in ["NaN", "INF", "-INF", "1e999", "0x10", "1_000", "٣", "--1", "1e", "."] {
        let rows = rows(1).replace("480", number);
        check("roster.xlsx", &book(&rows)).is_refused("workbook-damaged");
    }
    for number in ["1e308", "-0", "5e-324", "0.1e1", "4.8E2"] {
        check("roster.xlsx", &book(&rows(1).replace("480", number))).has_rows(1);
    }
}

#[test]
fn a_document_type_is_damage_before_it_unfolds() {
    let unfolding: String = (1..30)
        .map(|level| {
            format!("<!ENTITY l{level} \"&l{0};&l{0};&l{0};&l{0};&l{0};&l{0};&l{0};&l{0};\">", level - 1)
        })
        .collect();
    let kind = format!("<!DOCTYPE x [<!ENTITY l0 \"lol\">{unfolding}]>");
    let outside = "<!DOCTYPE x [<!ENTITY l29 SYSTEM \"file:///etc/passwd\">]>";
    for kind in [kind.as_str(), outside] {
        let strings = format!("{kind}<sst><si><t>&l29;</t></si></sst>");
        check("roster.xlsx", &beside(STRINGS, &strings)).is_refused("workbook-damaged");
        let sheet = format!("{kind}{}", sheet(&rows(2).replace("Contoso", "&l29;")));
        check("roster.xlsx", &deflated(&workbook_with(&sheet))).is_refused("workbook-damaged");
    }
    // Without the document type nobody knows what it stands for.
    check("roster.xlsx", &book(&rows(2).replace("Contoso", "&l29;"))).is_refused("workbook-damaged");
}

#[test]
fn elements_in_one_another_without_end_are_damage() {
    let deep = 200_000;
    let nested =
        |name: &str| format!("{}{}", format!("<{name}>").repeat(deep), format!("</{name}>").repeat(deep));
    for text in
        [book(&nested("row")), book(&nested("x")), around("", &nested("extLst")), around(&nested("x"), "")]
    {
        check("roster.xlsx", &text).is_refused("workbook-damaged");
    }
    let strings = format!("<sst><si>{}</si></sst>", nested("r"));
    check("roster.xlsx", &beside(STRINGS, &strings)).is_refused("workbook-damaged");
    check("roster.xlsx", &beside(STYLES, &nested("styleSheet"))).is_refused("workbook-damaged");
    check("roster.xlsx", &beside("xl/workbook.xml", &nested("workbook"))).is_refused("workbook-damaged");
}

#[test]
fn attributes_without_end_are_no_work_without_end() {
    let attributes: String = (0..300_000).map(|number| format!(" a{number}=\"\"")).collect();
    let spaces: String = (0..100_000).map(|number| format!(" xmlns:n{number}=\"u{number}\"")).collect();
    for attributes in [attributes, spaces] {
        let row = format!("{}<row{attributes}><c><v>1</v></c></row>", rows(2));
        let cell = format!("{}<row><c{attributes}><v>1</v></c></row>", rows(2));
        for text in [book(&row), book(&cell), beside(STYLES, &format!("<styleSheet{attributes}/>"))] {
            check("roster.xlsx", &text).is_refused_for_one_of(&["workbook-damaged", "workbook-too-large"]);
        }
    }
}

#[test]
fn styles_without_number_are_no_memory_without_bound() {
    let formats: String = (0..60_000)
        .map(|number| {
            format!(
                "<numFmt numFmtId=\"{}\" formatCode=\"0.{}&quot;{number}&quot;\"/>",
                200 + number,
                "0".repeat(60)
            )
        })
        .collect();
    let used: String = (0..60_000).map(|number| format!("<xf numFmtId=\"{}\"/>", 200 + number)).collect();
    let styles = format!("<styleSheet><numFmts>{formats}</numFmts><cellXfs>{used}</cellXfs></styleSheet>");
    check("roster.xlsx", &beside(STYLES, &styles)).is_sound();
    let long = format!(
        "<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"{}\"/></numFmts><cellXfs>{}</cellXfs></styleSheet>",
        "0".repeat(5_000_000),
        "<xf numFmtId=\"200\"/>".repeat(60_000)
    );
    check("roster.xlsx", &beside(STYLES, &long)).is_sound();
    let plain = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(3_000_000));
    check("roster.xlsx", &beside(STYLES, &plain)).is_sound();
}

#[test]
fn number_formats_without_number_make_a_workbook_or_a_reason() {
    let formats: String = (0..3_000)
        .map(|number| {
            format!("<numFmt numFmtId=\"{}\" formatCode=\"0.0&quot;{number}&quot;\"/>", 200 + number)
        })
        .collect();
    let used: String = (0..3_000).map(|number| format!("<xf numFmtId=\"{}\"/>", 200 + number)).collect();
    let styles = format!("<styleSheet><numFmts>{formats}</numFmts><cellXfs>{used}</cellXfs></styleSheet>");
    let cells: String = (1..3_000).map(|style| format!("<row><c s=\"{style}\"><v>1</v></c></row>")).collect();
    let parts = with(workbook_with(&sheet(&format!("{}{cells}", rows(2)))), STYLES, styles);
    let (answer, written) = annotate("roster.xlsx", &deflated(&parts));
    answer.has_rows(3_001);
    assert!(written.is_some());
}

#[test]
fn a_string_of_a_million_pieces_is_one_string() {
    let pieces = "<r><rPr><b/></rPr><t>a</t></r>".repeat(200_000);
    let strings = format!("<sst><si>{pieces}</si></sst>");
    check("roster.xlsx", &beside(STRINGS, &strings)).has_rows(2);
}

#[test]
fn one_long_string_in_very_many_cells_is_held_once() {
    let strings = format!("<sst><si><t>{}</t></si></sst>", "a".repeat(200_000));
    let cells = format!("<row>{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(100)).repeat(700);
    let parts = with(workbook_with(&sheet(&format!("{}{cells}", rows(300)))), STRINGS, strings);
    check("roster.xlsx", &deflated(&parts)).has_rows(1_000);
}

#[test]
fn a_cell_of_a_megabyte_is_cut_and_said_so() {
    let long = "x".repeat(1_000_000);
    let (answer, written) = annotate("roster.xlsx", &book(&rows(1).replace("Contoso", &long)));
    answer.has_rows(1);
    assert!(written.is_some_and(|bytes| bytes < 1_000_000));
}

#[test]
fn a_row_to_the_last_column_has_no_room_for_ours() {
    let wide = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(16_384));
    check("roster.xlsx", &book(&format!("{}{wide}", rows(2)))).is_refused("record-too-wide");
}

#[test]
fn cells_with_nothing_in_them_are_no_records_however_many() {
    let empty = format!("<row>{}</row>", "<c/>".repeat(16_384)).repeat(100);
    check("roster.xlsx", &book(&format!("{}{empty}", rows(2)))).has_rows(2);
}

#[test]
fn xml_that_is_none_is_damage() {
    let sound = sheet(&rows(2));
    let broken: [Vec<u8>; 8] = [
        Vec::new(),
        b"\0".to_vec(),
        sound.replace("Contoso", "\u{0}").into_bytes(),
        sound.replace("Contoso", "&#0;").into_bytes(),
        sound.replace("Contoso", "&#xD800;").into_bytes(),
        sound.replace("Contoso", "&#99999999999999999999;").into_bytes(),
        sound.replace("</row>", "").into_bytes(),
        [sound.as_bytes(), b"<worksheet/>"].concat(),
    ];
    for text in broken {
        check("roster.xlsx", &stored(&with(workbook(), SHEET, text))).is_refused("workbook-damaged");
    }
    let mut latin = sound.into_bytes();
    let place = latin.windows(7).position(|seen| seen == b"Contoso").unwrap();
    latin[place] = 0xe9;
    check("roster.xlsx", &stored(&with(workbook(), SHEET, latin))).is_refused("workbook-damaged");
}

#[test]
fn a_second_root_before_any_rows_is_told_as_that() {
    let text = format!("<worksheet></worksheet>{}", sheet(&rows(2)));
    let answer = check("roster.xlsx", &stored(&with(workbook(), SHEET, text)));
    answer.is_refused("workbook-damaged");
    assert!(answer.words.contains("a second root element"), "{answer:?}");
}

#[test]
fn sheets_of_other_kinds_and_no_sheets_at_all_are_no_roster() {
    for sheets in ["", "<sheet name=\"\" r:id=\"rId9\"/>", "<sheet name=\"S\"/>", "<sheet r:id=\"rId1\"/>"] {
        let book = format!("<workbook xmlns:r=\"r\"><sheets>{sheets}</sheets></workbook>");
        let parts = with(workbook(), "xl/workbook.xml", book);
        check("roster.xlsx", &stored(&parts)).is_refused_for_one_of(&["workbook-damaged", "roster-empty"]);
    }
    let twice = "<sheet name=\"S\" r:id=\"rId1\"/><sheet name=\"s\" r:id=\"rId1\"/>";
    let parts = with(workbook(), "xl/workbook.xml", format!("<workbook><sheets>{twice}</sheets></workbook>"));
    check("roster.xlsx", &stored(&parts)).is_refused("workbook-damaged");
}

#[test]
fn a_formula_of_any_kind_is_never_run() {
    let formulas = [
        "<c><f>WEBSERVICE(\"https://example.com\")</f><v>1</v></c>",
        "<c t=\"str\"><f>cmd|'/C calc'!A0</f><v>x</v></c>",
        "<c><f t=\"shared\" si=\"4294967296\" ref=\"A1:XFD1048576\"/><v>1</v></c>",
        "<c><f t=\"array\" ref=\"A1:XFD1048576\">ROW(A:A)</f><v>1</v></c>",
    ];
    let row = format!("<row>{}</row>", formulas.concat());
    check("roster.xlsx", &book(&format!("{}{row}", rows(2)))).has_rows(3);
}

#[test]
fn parts_that_are_missing_are_told_by_name() {
    for name in ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET] {
        let parts: Vec<Part> = workbook().into_iter().filter(|part| part.name != name).collect();
        let answer = check("roster.xlsx", &stored(&parts));
        answer.is_refused("workbook-damaged");
        assert!(answer.words.contains(name), "{answer:?}");
    }
}

//! Archives that lie, explode, overlap, or point out of themselves.

use crate::archive::{
    Part, SHEET, STRINGS, STYLES, deflated, end, rows, sheet, stored, with, workbook, workbook_with,
};
use crate::program::{check, check_with};

const BOMB_BYTES: usize = 300 * 1024 * 1024;

/// Returns a sheet, or the shared strings, with so many bytes of one letter in a text.
fn swollen(before: &str, after: &str) -> Vec<u8> {
    let mut bytes = before.as_bytes().to_vec();
    bytes.resize(bytes.len() + BOMB_BYTES, b'a');
    bytes.extend(after.as_bytes());
    bytes
}

#[test]
fn the_honest_ones_are_read() {
    check("roster.xlsx", &stored(&workbook())).has_rows(2);
    check("roster.xlsx", &deflated(&workbook())).has_rows(2);
}

#[test]
fn a_shared_string_that_unpacks_to_more_than_the_memory_is_too_large() {
    let bomb = swollen("<sst><si><t>", "</t></si></sst>");
    check("roster.xlsx", &deflated(&with(workbook(), STRINGS, bomb))).is_refused("workbook-too-large");
}

#[test]
fn a_cell_that_unpacks_to_more_than_the_memory_is_too_large() {
    let bomb =
        swollen("<worksheet><sheetData><row><c t=\"str\"><v>", "</v></c></row></sheetData></worksheet>");
    check("roster.xlsx", &deflated(&with(workbook(), SHEET, bomb))).is_refused("workbook-too-large");
}

#[test]
fn a_tag_that_unpacks_to_more_than_the_memory_is_too_large() {
    let bomb = swollen("<worksheet><sheetData><row spans=\"", "\"/></sheetData></worksheet>");
    check("roster.xlsx", &deflated(&with(workbook(), SHEET, bomb))).is_refused("workbook-too-large");
}

#[test]
fn a_remark_that_unpacks_to_more_than_the_memory_is_too_large() {
    let bomb = swollen("<styleSheet><!--", "--></styleSheet>");
    check("roster.xlsx", &deflated(&with(workbook(), STYLES, bomb))).is_refused("workbook-too-large");
}

#[test]
fn a_bomb_in_a_part_that_nobody_reads_does_not_go_off() {
    let bomb = swollen("", "");
    check("roster.xlsx", &deflated(&with(workbook(), "xl/media/image1.png", bomb))).has_rows(2);
}

#[test]
fn an_archive_in_an_archive_is_not_unpacked() {
    let inner = (0..6).fold(deflated(&workbook()), |inner, _| deflated(&[Part::new("inner.zip", inner)]));
    check("roster.xlsx", &inner).is_refused("workbook-format");
    check("roster.xlsx", &stored(&with(workbook(), "xl/embeddings/inner.zip", inner))).has_rows(2);
}

#[test]
fn more_parts_than_workbooks_have_are_too_many() {
    let mut parts = workbook();
    parts.extend((0..30_000).map(|number| Part::new(&format!("xl/media/{number}.png"), [])));
    check("roster.xlsx", &stored(&parts)).is_refused("workbook-too-large");
}

#[test]
fn a_promise_of_parts_that_are_not_there_is_not_believed() {
    let head = b"PK\x03\x04";
    for (count, bytes, start) in [(0xffff, 0xffff_ffff, 0xffff_ffff), (9_999, 0x7fff_ffff, 0), (9_999, 0, 4)]
    {
        let archive = [head.as_slice(), &end(count, bytes, start)].concat();
        check("roster.xlsx", &archive).is_refused_for_one_of(&["workbook-damaged", "workbook-too-large"]);
    }
}

#[test]
fn a_promise_of_a_long_list_in_the_large_form_is_not_believed() {
    let mut archive = b"PK\x03\x04".to_vec();
    let place = archive.len() as u64;
    archive.extend(b"PK\x06\x06");
    archive.extend(44_u64.to_le_bytes());
    archive.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for field in [1_u64 << 40, 1 << 40, 1 << 45, 4] {
        archive.extend(field.to_le_bytes());
    }
    archive.extend(b"PK\x06\x07\0\0\0\0");
    archive.extend(place.to_le_bytes());
    archive.extend([1, 0, 0, 0]);
    archive.extend(end(0xffff, 0xffff_ffff, 0xffff_ffff));
    check("roster.xlsx", &archive).is_refused_for_one_of(&["workbook-damaged", "workbook-too-large"]);
    // The short form may promise few, and the large one many.
    let at = archive.len() - 14;
    archive[at..at + 4].copy_from_slice(&[1, 0, 1, 0]);
    check("roster.xlsx", &archive).is_refused_for_one_of(&["workbook-damaged", "workbook-too-large"]);
}

#[test]
fn parts_that_stand_in_one_place_are_damage() {
    let mut parts = workbook();
    let sheet = parts.len() - 1;
    let size = parts[sheet].bytes.len() as u32;
    for number in 0..100 {
        let mut part = Part::new(&format!("xl/media/{number}.png"), []);
        (part.place_of, part.packed, part.size) = (Some(sheet), Some(size), Some(size));
        parts.push(part);
    }
    check("roster.xlsx", &stored(&parts)).is_refused("workbook-damaged");
}

#[test]
fn a_part_that_begins_within_another_is_damage() {
    // The outer part holds the inner one's header and bytes: one is stored, and yet there are two.
    let inner = stored(&[Part::new("xl/sharedStrings.xml", *b"<sst/>")]);
    let mut parts = workbook();
    let mut outer = Part::new("xl/media/outer.bin", inner);
    outer.packed = Some(2_000);
    parts.insert(0, outer);
    check("roster.xlsx", &stored(&parts)).is_refused("workbook-damaged");
}

#[test]
fn sizes_that_lie_are_damage_or_do_no_harm() {
    for size in [0, 1, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff] {
        let mut parts = workbook();
        parts.last_mut().unwrap().size = Some(size);
        check("roster.xlsx", &stored(&parts)).is_sound();
        let mut parts = workbook();
        parts.last_mut().unwrap().packed = Some(size);
        check("roster.xlsx", &stored(&parts)).is_refused("workbook-damaged");
    }
}

#[test]
fn a_method_that_is_not_known_is_damage() {
    for method in [1, 6, 9, 12, 14, 93, 98, 1234] {
        let mut parts = workbook();
        parts.last_mut().unwrap().method = method;
        check("roster.xlsx", &stored(&parts)).is_refused("workbook-damaged");
    }
}

#[test]
fn a_part_behind_a_password_is_told_as_that() {
    for (flags, method) in [(1, 0), (1, 8), (1, 99), (0x41, 8)] {
        let mut parts = workbook();
        let part = parts.last_mut().unwrap();
        (part.flags, part.method) = (flags, method);
        check("roster.xlsx", &stored(&parts)).is_refused("workbook-protected");
    }
}

#[test]
fn a_name_that_leads_out_is_damage_whatever_its_slashes() {
    for name in ["../roster.xlsx", "xl/../../x", "..\\x", "xl\\..\\..\\x", "/../x", "C:\\x", "c:x", "x\0y"] {
        check("roster.xlsx", &stored(&with(workbook(), name, *b"x"))).is_refused("workbook-damaged");
    }
}

#[test]
fn a_name_that_comes_twice_is_damage_in_any_case() {
    for name in [SHEET, "XL/WORKSHEETS/SHEET1.XML", "xl\\worksheets\\sheet1.xml"] {
        let mut parts = workbook();
        parts.push(Part::new(name, sheet(&rows(9))));
        check("roster.xlsx", &stored(&parts)).is_refused("workbook-damaged");
    }
}

#[test]
fn names_of_any_bytes_and_any_length_do_no_harm() {
    let long = "x".repeat(65_535);
    for name in [long.as_str(), "", "\u{202e}x", "\u{1b}[31m", "a/b/c/d/e/f/", "."] {
        let answer = check("roster.xlsx", &stored(&with(workbook(), name, [])));
        answer.is_sound();
        assert!(!answer.words.contains('\u{1b}'), "{answer:?}");
    }
}

#[test]
fn a_name_never_steers_the_terminal() {
    let answer = check("roster.xlsx", &stored(&with(workbook(), "../\u{1b}]0;x\u{7}", *b"x")));
    answer.is_refused("workbook-damaged");
    assert!(!answer.words.contains(['\u{1b}', '\u{7}']), "{answer:?}");
}

#[test]
fn relations_that_lead_nowhere_out_or_in_a_circle_are_damage() {
    let relations = "xl/_rels/workbook.xml.rels";
    for target in [
        "workbook.xml",
        "_rels/workbook.xml.rels",
        "../../../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "\\\\server\\share\\sheet1.xml",
        "https://example.com/sheet1.xml",
        "",
        "worksheets",
        "worksheets/sheet1.xml#../../x",
    ] {
        let text = format!(
            "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"{target}\"/></Relationships>"
        );
        check("roster.xlsx", &stored(&with(workbook(), relations, text))).is_refused("workbook-damaged");
    }
}

#[test]
fn a_workbook_that_is_its_own_workbook_is_damage() {
    for target in ["_rels/.rels", "/", "..", "xl/_rels/workbook.xml.rels"] {
        let text = format!(
            "<Relationships><Relationship Id=\"rId1\" Type=\"x/officeDocument\" Target=\"{target}\"/></Relationships>"
        );
        check("roster.xlsx", &stored(&with(workbook(), "_rels/.rels", text))).is_refused("workbook-damaged");
    }
}

#[test]
fn five_hundred_sheets_in_one_part_are_one_sheet() {
    let sheets: String = (0..500)
        .map(|number| format!("<sheet name=\"S{number}\" sheetId=\"{number}\" r:id=\"rId1\"/>"))
        .collect();
    let book = format!("<workbook xmlns:r=\"r\"><sheets>{sheets}</sheets></workbook>");
    let parts = with(workbook_with(&sheet(&rows(100))), "xl/workbook.xml", book);
    let bytes = deflated(&parts);
    check_with("roster.xlsx", &bytes, &["--sheet", "S7"]).has_rows(100);
    let answer = check("roster.xlsx", &bytes);
    assert_eq!((answer.exit, answer.codes.join(" ")), (5, "sheet-uncertain".to_owned()));
    assert!(answer.words.len() < 1_000, "{answer:?}");
}

#[test]
fn the_content_decides_and_not_the_name() {
    let (book, text) = (stored(&workbook()), b"Tenant,Plan,Paid seats\nContoso,SPE_E3,480\n".as_slice());
    for name in ["roster.csv", "roster.txt", "roster.xls", "roster.ods", "roster.pdf", "roster"] {
        check(name, &book).has_rows(2);
    }
    for name in
        ["roster.xlsx", "roster.xlsm", "roster.xlsb", "roster.xls", "roster.ods", "roster.zip", "roster"]
    {
        check(name, text).has_rows(1);
    }
}

#[test]
fn an_archive_behind_other_bytes_is_no_workbook_and_no_text() {
    let book = [b"MZ\x90\0".as_slice(), &[0; 512], &stored(&workbook())].concat();
    check("roster.xlsx", &book).is_refused_for_one_of(&["roster-not-text", "roster-format"]);
    let book = [stored(&workbook()), vec![b'x'; 70_000]].concat();
    check("roster.xlsx", &book).is_refused("workbook-damaged");
}

#[test]
fn a_sheet_that_is_asked_for_by_an_endless_name_is_told_in_short() {
    let answer = check_with("roster.xlsx", &stored(&workbook()), &["--sheet", &"x".repeat(100_000)]);
    answer.is_refused("sheet-missing");
    assert!(answer.words.len() < 2_000, "{}", answer.words.len());
}

//! Texts in every dialect and encoding, and texts that never end.

use crate::program::{annotate, check};

const HEADINGS: &str = "Tenant,Plan,Paid seats\n";
const ROW: &str = "Contoso,SPE_E3,480\n";

/// Returns a roster with so many customers.
fn roster(rows: usize) -> String {
    format!("{HEADINGS}{}", ROW.repeat(rows))
}

/// Returns a roster of five customers in a dialect; the last two have the delimiter, quotes and a line end in their
/// names.
fn in_dialect(delimiter: char, line_end: &str, is_quoted: bool, is_ended: bool) -> String {
    let hard = format!("Fabrikam{delimiter} \"Ltd\"{line_end}Zürich");
    let names = ["Contoso", "Müller", " 0012", &hard, &hard];
    let cell = |text: &str| {
        let needs = is_quoted || text.contains([delimiter, '"', '\r', '\n']);
        if needs { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    };
    let line = |cells: [&str; 3]| cells.map(cell).join(&delimiter.to_string());
    let mut lines = vec![line(["Tenant", "Plan", "Paid seats"])];
    lines.extend(names.map(|name| line([name, "SPE_E3", "480"])));
    let text = lines.join(line_end);
    if is_ended { format!("{text}{line_end}") } else { text }
}

fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn every_dialect_has_the_same_rows() {
    for delimiter in [',', ';', '\t', '|'] {
        for line_end in ["\n", "\r\n", "\r"] {
            for (is_quoted, is_ended) in [(false, true), (true, false)] {
                let text = in_dialect(delimiter, line_end, is_quoted, is_ended);
                check("roster.csv", text.as_bytes()).has_rows(5);
            }
        }
    }
    for delimiter in [',', ';', '\t', '|', ':', '^', '~'] {
        let text = format!("sep={delimiter}\r\n{}", in_dialect(delimiter, "\r\n", false, true));
        check("roster.csv", text.as_bytes()).has_rows(5);
    }
}

#[test]
fn every_encoding_with_its_mark_has_the_same_rows() {
    let text = in_dialect(';', "\r\n", false, true);
    let marked = format!("\u{feff}{text}");
    let western: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    for bytes in [
        text.clone().into_bytes(),
        marked.clone().into_bytes(),
        wide(&marked, u16::to_le_bytes),
        wide(&marked, u16::to_be_bytes),
        western,
    ] {
        let answer = check("roster.csv", &bytes);
        answer.has_rows(5);
    }
}

#[test]
fn encodings_without_a_mark_are_read_whole_or_refused() {
    let text = in_dialect(';', "\r\n", false, true);
    let long = |bytes: fn(u32) -> [u8; 4]| -> Vec<u8> {
        format!("\u{feff}{text}").chars().flat_map(|letter| bytes(letter as u32)).collect()
    };
    for bytes in [
        wide(&text, u16::to_le_bytes),
        wide(&text, u16::to_be_bytes),
        long(u32::to_le_bytes),
        long(u32::to_be_bytes),
        text.bytes().map(|byte| byte ^ 0x80).collect(),
        [b"+/v8-".as_slice(), text.as_bytes()].concat(),
        [b"\x1b$B\x1b(B".as_slice(), text.as_bytes()].concat(),
    ] {
        check("roster.csv", &bytes).is_sound();
    }
}

#[test]
fn letters_of_any_single_byte_encoding_cost_no_row() {
    for byte in 0x80..=0xff_u8 {
        let mut bytes = roster(3).into_bytes();
        bytes[HEADINGS.len()] = byte;
        // Not every one of them in a process of its own: ten show as much.
        if byte % 13 == 0 {
            check("roster.csv", &bytes).has_rows(3);
        }
    }
    for bytes in
        [b"\x83e\x83i\x83\x93\x83g".as_slice(), b"\xb2\xe2\xca\xd4", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5"]
    {
        let text = [HEADINGS.as_bytes(), bytes, b",SPE_E3,480\n", ROW.as_bytes()].concat();
        check("roster.csv", &text).has_rows(2);
    }
}

#[test]
fn broken_wide_text_is_read_whole_or_refused() {
    let sound = wide(&format!("\u{feff}{}", roster(3)), u16::to_le_bytes);
    let mut odd = sound.clone();
    odd.push(b'x');
    check("roster.csv", &odd).is_sound();
    let mut half = sound;
    let place = 2 + 2 * HEADINGS.len();
    half[place..place + 2].copy_from_slice(&[0x00, 0xd8]);
    check("roster.csv", &half).has_rows(3);
    for bytes in
        [b"\xff\xfe".as_slice(), b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0", b"\xff", b"\0", b"\xef\xbb"]
    {
        check("roster.csv", bytes).is_sound();
    }
}

#[test]
fn a_zero_byte_costs_its_row_and_many_are_no_text() {
    let text = roster(1_000).replacen("Contoso", "Con\0oso", 1);
    let one = check("roster.csv", text.as_bytes());
    one.has_rows(1_000);
    assert_eq!(one.faults("zero-byte"), 1);
    let far = [roster(200_000).as_bytes(), b"\0"].concat();
    let far = check("roster.csv", &far);
    far.has_rows(200_001);
    // That the row is short is told first.
    assert_eq!(far.faults("row-short"), 1);
    let many = text.replace("Contoso", "Con\0oso");
    check("roster.csv", many.as_bytes()).is_refused("roster-not-text");
}

#[test]
fn a_quote_that_is_never_closed_costs_its_row_alone() {
    let open = format!("{HEADINGS}{ROW}\"Fabrikam,SPE_E3,480\n");
    for rows in [100, 100 * 1024 * 1024 / ROW.len()] {
        let answer = check("roster.csv", format!("{open}{}", ROW.repeat(rows)).as_bytes());
        answer.has_rows(rows as u64 + 2);
        assert_eq!(answer.faults("quote-not-closed"), 1);
    }
}

#[test]
fn a_line_that_never_ends_is_told_by_its_number() {
    for piece in ["x", "x,", "\"\"", "\"x\",", "é"] {
        let line = piece.repeat(20 * 1024 * 1024 / piece.len());
        for text in [format!("{}{line}", roster(2)), line] {
            let answer = check("roster.csv", text.as_bytes());
            answer.is_refused_for_one_of(&["record-too-long", "record-too-wide", "quote-not-closed"]);
            assert!(answer.words.contains("line "), "{answer:?}");
        }
    }
}

#[test]
fn more_columns_than_a_sheet_has_are_too_wide() {
    let wide = vec!["x"; 100_000].join(",");
    for text in [format!("{wide}\n{wide}\n"), format!("{}{wide}\n", roster(2)), ",".repeat(100_000)] {
        check("roster.csv", text.as_bytes()).is_refused("record-too-wide");
    }
}

#[test]
fn a_cell_of_a_megabyte_is_cut_and_said_so() {
    let long = "x".repeat(1_000_000);
    for cell in
        [long.clone(), format!("\"{long}\""), format!("\"{}\"", "\"\"".repeat(500_000)), "\"\n\"".to_owned()]
    {
        let (answer, written) =
            annotate("roster.csv", format!("{}{cell},SPE_E3,480\n", roster(1)).as_bytes());
        answer.has_rows(2);
        assert!(written.is_some_and(|bytes| bytes < 1_000_000));
    }
}

#[test]
fn a_heading_of_a_megabyte_and_a_thousand_alike_are_headings() {
    let long = "h".repeat(1_000_000);
    let (answer, _) = annotate("roster.csv", format!("Tenant,Plan,Paid seats,{long}\n{ROW}").as_bytes());
    answer.has_rows(1);
    let alike = vec!["Remark"; 1_000].join(",");
    let (answer, _) = annotate("roster.csv", format!("Tenant,Plan,Paid seats,{alike}\n{ROW}").as_bytes());
    answer.has_rows(1);
}

#[test]
fn quotes_in_every_place_cost_no_row() {
    for cell in ["\"", "a\"b", "\"a\"b", "\"a\"\"", "'\"'", "\u{201c}a", "\"a\" ", " \"a\""] {
        let text = format!("{}{cell},SPE_E3,480\n{ROW}", roster(1));
        let answer = check("roster.csv", text.as_bytes());
        // One that opens a cell and is never closed takes the rest with it; that is said and not read.
        if answer.exit == 4 { answer.is_refused("quote-not-closed") } else { answer.has_rows(3) }
    }
}

#[test]
fn blank_lines_without_number_are_rows_that_are_blank() {
    let text = format!("{}{}", roster(1), "\n".repeat(1_000_000));
    check("roster.csv", text.as_bytes()).has_rows(1_000_001);
    check("roster.csv", "\r\n".repeat(1_000_000).as_bytes()).is_refused("roster-empty");
    let short = format!("{HEADINGS}{}", "x\n".repeat(300_000));
    check("roster.csv", short.as_bytes()).has_rows(300_000);
}

#[test]
fn what_is_no_roster_at_all_is_refused_or_asked_about() {
    for text in
        ["", " ", "\n", "x", ",", ",,,,\n,,,\n", "sep=,", "sep=;\n", "\"\"", "\u{feff}", "=1+1", "\t\t\t"]
    {
        let answer = check("roster.csv", text.as_bytes());
        assert!(matches!(answer.exit, 4 | 5), "{text:?}: {answer:?}");
        answer.is_sound();
    }
    let pieces: [&[u8]; 8] = [
        b"%PDF-1.7",
        b"\x1f\x8b\x08",
        b"\x7fELF",
        b"{\"a\": 1}",
        b"<html>",
        b"<?xml version=\"1.0\"?>",
        b"PK",
        b"Rar!\x1a",
    ];
    for start in pieces {
        let answer = check("roster.csv", &[start, b"\n1,2,3\n"].concat());
        assert!(matches!(answer.exit, 4 | 5), "{start:?}: {answer:?}");
    }
}

#[test]
fn a_text_never_steers_the_terminal() {
    let escape = "\u{1b}]0;x\u{7}\u{1b}[31m\u{9b}2J";
    for text in [
        format!("{HEADINGS}{escape},{escape},{escape}\n"),
        format!("{escape},Plan,Paid seats\n{ROW}"),
        format!("Tenant,Plan,Paid seats,{escape}\nx,{ROW}"),
    ] {
        let answer = check("roster.csv", text.as_bytes());
        answer.is_sound();
        assert!(!answer.words.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{:?}", answer.words);
    }
}

//! Any bytes as a roster of text, against a slow and simple reader, and that one against the csv crate.
//!
//! Where a quote may be a character (it is never closed, or its cell goes over lines and text stands behind it, or blanks
//! stand between it and a delimiter) the two follow other rules than ours; then only the lines are compared.
#![no_main]

use fasttrack_roster::about::Form;
use fasttrack_roster_fuzz::{Row, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let came = read(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.split(['\r', '\n']).next().unwrap_or_default().trim_matches('"');
    if text.contains('\0') || first.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("sep=")) {
        return;
    }
    match came {
        Ok((about, rows)) => {
            let Form::Text { encoding, delimiter, .. } = about.form else { return };
            if !encoding.starts_with("UTF-8") {
                return;
            }
            // What DOS put at the end of a file, and the mark of a file that was added to another, are nothing of it.
            let has_signs = text.contains(['\u{1a}', '\u{feff}']);
            let all =
                slowly(text, delimiter).filter(|_| !has_signs && !has_blanks_at_quotes(text, delimiter));
            let Some(all) = all else { return lines_rise(text, &rows) };
            same_as_csv(text, delimiter, &all);
            let below: Vec<Row> = all.into_iter().filter(|(line, _)| *line > about.header_row).collect();
            assert_eq!(rows, below);
        }
        Err("quote-not-closed") => {
            assert!([',', ';', '\t', '|'].iter().any(|delimiter| slowly(text, *delimiter).is_none()));
        }
        Err(_) => {}
    }
});

/// Returns whether blanks stand between a quote and the delimiter before or behind it: `a, "b"`.
fn has_blanks_at_quotes(text: &str, delimiter: char) -> bool {
    let quoted = |part: &str| {
        let (front, back) = (part.trim_start_matches([' ', '\t']), part.trim_end_matches([' ', '\t']));
        (front.len() < part.len() && front.starts_with('"'))
            || (back.len() < part.len() && back.ends_with('"'))
    };
    text.split([delimiter, '\r', '\n']).any(quoted)
}

/// Every record begins on a line of its own, and none behind the last.
fn lines_rise(text: &str, rows: &[Row]) {
    let lines = text.replace("\r\n", "\n").matches(['\r', '\n']).count() as u64 + 1;
    assert!(rows.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(rows.last().is_none_or(|(line, _)| *line <= lines));
}

/// Returns every record with its line; a blank line has no cells. `None` if a quote may be a character.
fn slowly(text: &str, delimiter: char) -> Option<Vec<Row>> {
    let letters: Vec<char> = text.chars().collect();
    let (mut rows, mut at, mut line) = (Vec::new(), 0, 1);
    while at < letters.len() {
        let mut row = (line, Vec::new());
        while !ends_line(&letters, at) {
            let (cell, next) = cell(&letters, at, delimiter, &mut line)?;
            row.1.push(cell);
            at = next;
            if letters.get(at) != Some(&delimiter) {
                break;
            }
            at += 1;
            if ends_line(&letters, at) {
                row.1.push(String::new());
            }
        }
        rows.push(row);
        at += if letters[at.min(letters.len())..].starts_with(&['\r', '\n']) { 2 } else { 1 };
        line += 1;
    }
    Some(rows)
}

fn ends_line(letters: &[char], at: usize) -> bool {
    letters.get(at).is_none_or(|letter| matches!(letter, '\r' | '\n'))
}

/// Returns the cell that begins at a place, and the place behind it.
fn cell(letters: &[char], mut at: usize, delimiter: char, line: &mut u64) -> Option<(String, usize)> {
    let (mut text, from) = (String::new(), *line);
    if letters.get(at) == Some(&'"') {
        at += 1;
        loop {
            match (*letters.get(at)?, letters.get(at + 1)) {
                ('"', Some('"')) => {
                    text.push('"');
                    at += 2;
                }
                ('"', _) => break,
                (letter, next) => {
                    *line += u64::from(letter == '\n' || letter == '\r' && next != Some(&'\n'));
                    text.push(letter);
                    at += 1;
                }
            }
        }
        at += 1;
        let is_behind = ends_line(letters, at) || letters[at] == delimiter;
        if *line > from && (!is_behind || *line - from > 253) {
            return None;
        }
    }
    while !ends_line(letters, at) && letters[at] != delimiter {
        text.push(letters[at]);
        at += 1;
    }
    Some((text, at))
}

/// The csv crate knows no blank lines and no places, but the same cells.
fn same_as_csv(text: &str, delimiter: char, all: &[Row]) {
    // A line end in front keeps the crate from taking U+FEFF for a mark of byte order.
    let text = format!("\n{text}");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(delimiter).expect("an ASCII delimiter"))
        .from_reader(text.as_bytes());
    let theirs: Vec<Vec<String>> =
        reader.records().map(|record| record.expect("UTF-8").iter().map(str::to_owned).collect()).collect();
    let ours: Vec<&Vec<String>> =
        all.iter().map(|(_, cells)| cells).filter(|cells| !cells.is_empty()).collect();
    assert_eq!(ours, theirs.iter().collect::<Vec<_>>());
}

//! A workbook changed by hand: its parts as text, without any library that writes workbooks.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A workbook, taken apart.
#[derive(Clone)]
pub(super) struct Edited {
    parts: Vec<(String, Vec<u8>)>,
    /// The part of each sheet, by its name.
    sheets: HashMap<String, String>,
    strings: Vec<String>,
}

impl Edited {
    pub(super) fn open(path: &Path) -> Self {
        let mut archive = ZipArchive::new(File::open(path).unwrap()).unwrap();
        let mut parts = Vec::new();
        for index in 0..archive.len() {
            let mut part = archive.by_index(index).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            parts.push((name, bytes));
        }
        let mut book = Self { parts, sheets: HashMap::new(), strings: Vec::new() };
        let listed = book.text("xl/workbook.xml");
        let names =
            listed.split("<sheet name=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        book.sheets =
            (1..).zip(names).map(|(place, name)| (name, format!("xl/worksheets/sheet{place}.xml"))).collect();
        let strings = book.text("xl/sharedStrings.xml");
        book.strings = strings.split("<si>").skip(1).map(inner_text).collect();
        book
    }

    pub(super) fn save(&self, path: &Path) {
        let mut archive = ZipWriter::new(File::create(path).unwrap());
        for (name, bytes) in &self.parts {
            archive.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap();
    }

    /// Returns the part that a sheet is kept in.
    pub(super) fn part_of(&self, sheet: &str) -> String {
        self.sheets[sheet].clone()
    }

    fn text(&self, part: &str) -> String {
        let (_, bytes) = self.parts.iter().find(|(name, _)| name == part).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    }

    fn put(&mut self, part: &str, text: String) {
        self.parts.iter_mut().find(|(name, _)| name == part).unwrap().1 = text.into_bytes();
    }

    /// Replaces the first `from` in a part.
    pub(super) fn replace(&mut self, part: &str, from: &str, to: &str) {
        let text = self.text(part);
        assert!(text.contains(from), "{part} has no {from}");
        self.put(part, text.replacen(from, to, 1));
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) {
        self.replace("xl/workbook.xml", &format!("<sheet name=\"{from}\""), &format!("<sheet name=\"{to}\""));
    }

    /// Returns what a cell shows; nothing where it is blank.
    pub(super) fn get(&self, sheet: &str, cell: &str) -> String {
        let text = self.text(&self.sheets[sheet]);
        let Some((from, to)) = place(&text, cell) else { return String::new() };
        let found = &text[from..to];
        match found.split_once("<v>").map(|(_, rest)| rest.split('<').next().unwrap()) {
            Some(number) if found.contains("t=\"s\"") => {
                self.strings[number.parse::<usize>().unwrap()].clone()
            }
            Some(value) => value.to_owned(),
            None => inner_text(found),
        }
    }

    /// Writes a number or a text into a cell, in place of its value and its formula; or makes it blank.
    pub(super) fn set(&mut self, sheet: &str, cell: &str, written: Option<&str>) {
        let part = self.sheets[sheet].clone();
        let mut text = self.text(&part);
        let new = match written {
            None => String::new(),
            Some(number) if number.parse::<f64>().is_ok() => format!("<c r=\"{cell}\"><v>{number}</v></c>"),
            Some(words) => text_cell(cell, words),
        };
        if let Some((from, to)) = place(&text, cell) {
            text.replace_range(from..to, &new);
        } else {
            let row = cell.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
            let opens = format!("<row r=\"{row}\"");
            let Some(from) = text.find(&opens) else {
                let mut rows = (1..row.parse::<u32>().unwrap()).rev();
                let before = rows.find_map(|before| text.find(&format!("<row r=\"{before}\""))).unwrap();
                let end = before + text[before..].find("</row>").unwrap() + "</row>".len();
                text.insert_str(end, &format!("{opens}>{new}</row>"));
                return self.put(&part, text);
            };
            let behind = from + text[from..].find('>').unwrap();
            if text[..behind].ends_with('/') {
                text.replace_range(behind - 1..=behind, &format!(">{new}</row>"));
            } else {
                let end = behind + text[behind..].find("</row>").unwrap();
                text.insert_str(end, &new);
            }
        }
        self.put(&part, text);
    }

    /// Deletes a row; those below it move up.
    pub(super) fn delete_row(&mut self, sheet: &str, row: u32) {
        let part = self.sheets[sheet].clone();
        let text = self.text(&part);
        let (head, rest) = text.split_once("<row ").unwrap();
        let (rows, tail) = rest.split_once("</sheetData>").unwrap();
        let mut kept = String::new();
        for one in rows.split("<row ") {
            let number: u32 = one.split('"').nth(1).unwrap().parse().unwrap();
            let moved = match number.cmp(&row) {
                std::cmp::Ordering::Equal => continue,
                std::cmp::Ordering::Less => one.to_owned(),
                std::cmp::Ordering::Greater => renumbered(one, number),
            };
            kept.push_str("<row ");
            kept.push_str(&moved);
        }
        self.put(&part, format!("{head}{kept}</sheetData>{tail}"));
    }
}

/// Returns a row, and its cells, one row further up.
fn renumbered(row: &str, number: u32) -> String {
    let mut pieces = row.split(" r=\"");
    let first =
        pieces.next().unwrap().replacen(&format!("r=\"{number}\""), &format!("r=\"{}\"", number - 1), 1);
    let moved = pieces.map(|piece| {
        let (cell, rest) = piece.split_once('"').unwrap();
        let letters = cell.trim_end_matches(|letter: char| letter.is_ascii_digit());
        format!(" r=\"{letters}{}\"{rest}", number - 1)
    });
    std::iter::once(first).chain(moved).collect()
}

/// Returns from where to where a cell stands.
fn place(text: &str, cell: &str) -> Option<(usize, usize)> {
    let from = text.find(&format!("<c r=\"{cell}\""))?;
    let behind = from + text[from..].find('>')?;
    if text[..behind].ends_with('/') {
        return Some((from, behind + 1));
    }
    Some((from, behind + text[behind..].find("</c>")? + "</c>".len()))
}

/// Returns a cell with a text.
pub(super) fn text_cell(cell: &str, words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{words}</t></is></c>")
}

fn inner_text(xml: &str) -> String {
    let inner = xml.split_once("<t").and_then(|(_, rest)| rest.split_once('>')).map_or("", |(_, rest)| rest);
    let words = inner.split("</t>").next().unwrap_or_default();
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

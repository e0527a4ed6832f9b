//! A workbook of any parts: the first byte says which part the others are; with 0 they are the archive itself.
#![no_main]

use fasttrack_roster_fuzz::read;
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const PARTS: [(&str, &str); 7] = [
    ("xl/worksheets/sheet1.xml", SHEET),
    ("xl/sharedStrings.xml", "<sst><si><t>Tenant</t></si><si><t>Plan</t></si><si><t>Contoso</t></si></sst>"),
    (
        "xl/styles.xml",
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"00000\"/></numFmts><cellXfs><xf/><xf numFmtId=\"164\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns:r=\"r\"><workbookPr date1904=\"1\"/><sheets><sheet name=\"Roster\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
    ),
    (
        "_rels/.rels",
        "<Relationships><Relationship Id=\"rId1\" Type=\"x/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    ),
    ("[Content_Types].xml", "<Types/>"),
];
const SHEET: &str = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>Seats</t></is></c></row><row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c><c r=\"C3\" s=\"1\"><v>480</v></c></row></sheetData></worksheet>";

fuzz_target!(|bytes: &[u8]| {
    let Some((which, text)) = bytes.split_first() else { return };
    let came = match usize::from(*which).checked_sub(1) {
        None => read(text),
        Some(part) => read(&packed(part % PARTS.len(), text)),
    };
    let Ok((_, rows)) = came else { return };
    assert!(rows.windows(2).all(|pair| pair[0].0 < pair[1].0), "the rows rise");
});

fn packed(changed: usize, text: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (index, (name, usual)) in PARTS.iter().enumerate() {
        archive.start_file(*name, options).expect("a name");
        archive.write_all(if index == changed { text } else { usual.as_bytes() }).expect("room");
    }
    archive.finish().expect("an archive").into_inner()
}

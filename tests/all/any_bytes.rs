//! Whatever the bytes, there is a workbook or an error that says why; never a panic, never an internal one.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use crate::support::{job, run};
use fasttrack_roster::error::ErrorKind;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const TEXT: &str = "Tenant,Plan,Paid seats,Segment,Status\r\nContoso,SPE_E3,480,edu,Active\r\n\
    \"Fabrikam, Ltd\",\"Office 365 \"\"E3\"\"\",\"1,200\",,\r\n\r\nTotal,,1680,,\r\n";

/// A small workbook, its parts stored as they are, so that a change of a byte is a change of the XML.
static WORKBOOK: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["Tenant", "Plan", "Paid seats"]).unwrap();
    sheet.write_row(1, 0, ["Contoso", "SPE_E3", "480"]).unwrap();
    sheet.write_number(2, 2, 1200).unwrap();
    workbook.save_to_buffer().unwrap()
});

fn config(cases: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(wanted.unwrap_or(cases)) }
}

/// Annotates the bytes; fails if that ends in anything but a workbook or an error about the roster.
fn assert_answered(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join(name), folder.path().join("out.xlsx"));
    std::fs::write(&input, bytes).unwrap();
    match run(&job(&input, &output)) {
        Ok(done) => {
            assert!(done.summary.adds_up());
            assert!(output.is_file(), "a workbook is promised");
        }
        Err(error) => {
            assert!(matches!(error.kind, ErrorKind::Input | ErrorKind::Columns), "{error}");
            assert!(error.diagnostics.iter().all(|found| !found.help.is_empty()), "{error}");
            assert!(!output.exists(), "no workbook is promised");
        }
    }
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert!(left <= 2, "nothing temporary stays behind");
}

/// Packs the parts of a workbook anew, with the text of those whose name ends so changed.
fn repacked(ending: &str, change: &dyn Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(WORKBOOK.as_slice())).unwrap();
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name.ends_with(ending) {
            change(&mut bytes);
        }
        packed.start_file(name, options).unwrap();
        packed.write_all(&bytes).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

/// One change of some bytes: at a place (in thousandths), so many taken out, these put in.
type Change = (usize, usize, Vec<u8>);

fn changes(put_in: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((0_usize..1000, 0_usize..12, put_in), 1..6)
}

fn apply(bytes: &mut Vec<u8>, changes: &[Change]) {
    for (place, taken, put_in) in changes {
        let from = bytes.len() * place / 1000;
        let to = (from + taken).min(bytes.len());
        bytes.splice(from..to, put_in.iter().copied());
    }
}

fn pieces_of_text() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 14] = [
        b"\"",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"sep=;\n",
        b"\x80",
        b"",
    ];
    prop_oneof![
        prop::sample::select(pieces.to_vec()).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 0..8)
    ]
}

fn pieces_of_xml() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "<",
        ">",
        "/",
        "\"",
        "&",
        "&#x0;",
        "&lt;",
        "<row r=\"1\">",
        "</row>",
        "<c r=\"A1\"/>",
        "r=\"XFE1\"",
        "r=\"A0\"",
        "t=\"s\"",
        "t=\"e\"",
        "<v>99</v>",
        "<v>-1</v>",
        "<v>1e999</v>",
        "<f>A1</f>",
        "<!--",
        "<![CDATA[",
        "]]>",
        "99999999999",
        "s=\"99\"",
        "<is><t>x</t></is>",
        "",
    ];
    prop::sample::select(pieces.to_vec()).prop_map(|piece| piece.as_bytes().to_vec())
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn raw_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        assert_answered("roster.csv", &bytes);
    }

    #[test]
    fn any_text_is_answered(text in "(Tenant,Plan,Seats\r?\n)?[\",;\t|\r\nA-c0-9 =\u{feff}\u{0}é]{0,120}") {
        assert_answered("roster.csv", text.as_bytes());
    }

    #[test]
    fn a_roster_of_text_with_bytes_changed_is_answered(changes in changes(pieces_of_text())) {
        let mut bytes = TEXT.as_bytes().to_vec();
        apply(&mut bytes, &changes);
        assert_answered("roster.csv", &bytes);
    }

    #[test]
    fn a_roster_in_utf_16_with_bytes_changed_is_answered(changes in changes(pieces_of_text())) {
        let mut bytes: Vec<u8> = format!("\u{feff}{TEXT}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        apply(&mut bytes, &changes);
        assert_answered("roster.csv", &bytes);
    }

    #[test]
    fn a_workbook_with_bytes_changed_is_answered(changes in changes(prop::collection::vec(any::<u8>(), 0..8))) {
        let mut bytes = WORKBOOK.clone();
        apply(&mut bytes, &changes);
        assert_answered("roster.xlsx", &bytes);
    }

    #[test]
    fn a_workbook_whose_parts_are_changed_and_packed_anew_is_answered(
        part in prop::sample::select(vec!["sheet1.xml", "sharedStrings.xml", "styles.xml", "workbook.xml", "workbook.xml.rels", "[Content_Types].xml"]),
        changes in changes(pieces_of_xml()),
    ) {
        assert_answered("roster.xlsx", &repacked(part, &|bytes| apply(bytes, &changes)));
    }
}

#[test]
fn a_roster_cut_short_anywhere_is_answered() {
    for end in 0..TEXT.len() {
        assert_answered("roster.csv", &TEXT.as_bytes()[..end]);
    }
    for end in (0..WORKBOOK.len()).step_by(211) {
        assert_answered("roster.xlsx", &WORKBOOK[..end]);
    }
}

#[test]
fn a_workbook_without_one_of_its_parts_is_answered() {
    for part in
        ["sheet1.xml", "sharedStrings.xml", "styles.xml", "workbook.xml", "workbook.xml.rels", ".rels"]
    {
        assert_answered("roster.xlsx", &repacked(part, &|bytes| bytes.clear()));
    }
}

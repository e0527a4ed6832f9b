//! ZIP archives as no honest program writes them: every field of every header can lie.

use std::io::Write;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The parts of a workbook around its sheet.
const AROUND: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
    ),
    (
        "_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Roster\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
    ),
];
pub(crate) const SHEET: &str = "xl/worksheets/sheet1.xml";
pub(crate) const STRINGS: &str = "xl/sharedStrings.xml";
pub(crate) const STYLES: &str = "xl/styles.xml";

/// One part as the archive tells of it.
#[derive(Clone)]
pub(crate) struct Part {
    pub name: String,
    pub bytes: Vec<u8>,
    pub flags: u16,
    pub method: u16,
    /// What the list says instead of the truth.
    pub size: Option<u32>,
    pub packed: Option<u32>,
    /// The part in whose place this one claims to stand.
    pub place_of: Option<usize>,
}

impl Part {
    pub(crate) fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let (name, bytes) = (name.to_owned(), bytes.into());
        Self { name, bytes, flags: 0, method: 0, size: None, packed: None, place_of: None }
    }
}

/// Returns a sheet's rows with headings above: one customer a row.
pub(crate) fn rows(count: u32) -> String {
    let text = |cell: &str| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>");
    let headings = ["Tenant", "Plan", "Paid seats"].map(text).concat();
    let row = format!("<row>{}{}<c><v>480</v></c></row>", text("Contoso"), text("SPE_E3"));
    format!("<row>{headings}</row>{}", row.repeat(count as usize))
}

/// Returns the whole part of a sheet with these rows.
pub(crate) fn sheet(rows: &str) -> String {
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    )
}

/// Returns the parts of a workbook whose sheet has two customers.
pub(crate) fn workbook() -> Vec<Part> {
    workbook_with(&sheet(&rows(2)))
}

/// Returns the parts of a workbook with this sheet.
pub(crate) fn workbook_with(sheet: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = AROUND.iter().map(|(name, text)| Part::new(name, *text)).collect();
    parts.push(Part::new(SHEET, sheet));
    parts
}

/// Returns the same with one part's text changed, or a part of that name added.
pub(crate) fn with(mut parts: Vec<Part>, name: &str, bytes: impl Into<Vec<u8>>) -> Vec<Part> {
    match parts.iter_mut().find(|part| part.name == name) {
        Some(part) => part.bytes = bytes.into(),
        None => parts.push(Part::new(name, bytes)),
    }
    parts
}

/// Packs parts as any program would, deflated.
pub(crate) fn deflated(parts: &[Part]) -> Vec<u8> {
    let mut packed = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for part in parts {
        packed.start_file(part.name.as_str(), options).unwrap();
        packed.write_all(&part.bytes).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

/// Packs parts as they say, stored.
pub(crate) fn stored(parts: &[Part]) -> Vec<u8> {
    let (mut archive, mut list, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        places.push(archive.len() as u32);
        archive.extend(b"PK\x03\x04");
        archive.extend(fields(part));
        archive.extend(part.name.as_bytes());
        archive.extend(&part.bytes);
    }
    for (index, part) in parts.iter().enumerate() {
        list.extend(b"PK\x01\x02\x14\x00");
        list.extend(fields(part));
        list.extend([0; 10]);
        list.extend(places[part.place_of.unwrap_or(index)].to_le_bytes());
        list.extend(part.name.as_bytes());
    }
    let start = archive.len() as u32;
    archive.extend(&list);
    archive.extend(end(parts.len() as u16, list.len() as u32, start));
    archive
}

/// Returns the end of an archive.
pub(crate) fn end(count: u16, list_bytes: u32, list_start: u32) -> Vec<u8> {
    let counts = [count.to_le_bytes(), count.to_le_bytes()].concat();
    [b"PK\x05\x06\0\0\0\0".as_slice(), &counts, &list_bytes.to_le_bytes(), &list_start.to_le_bytes(), &[0, 0]]
        .concat()
}

/// What an entry says of its part in both of its headers, up to the length of the extra field.
fn fields(part: &Part) -> Vec<u8> {
    let size = part.bytes.len() as u32;
    let mut fields = Vec::new();
    for field in [20, part.flags, part.method, 0, 0x21] {
        fields.extend(u16::to_le_bytes(field));
    }
    for field in [crc32(&part.bytes), part.packed.unwrap_or(size), part.size.unwrap_or(size)] {
        fields.extend(u32::to_le_bytes(field));
    }
    fields.extend((part.name.len() as u16).to_le_bytes());
    fields.extend([0, 0]);
    fields
}

fn crc32(bytes: &[u8]) -> u32 {
    let table: Vec<u32> = (0..256)
        .map(|byte| {
            (0..8).fold(byte, |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        })
        .collect();
    !bytes.iter().fold(!0, |crc, byte| (crc >> 8) ^ table[((crc ^ u32::from(*byte)) & 0xff) as usize])
}

use super::*;
use crate::template::sheet_xml;
use rust_xlsxwriter::Workbook;
use std::io::Cursor;
use zip::ZipArchive;

/// The XML of a sheet with so many lines above its list.
fn with_lines_above(lines: usize) -> String {
    let table = Table {
        headings: vec!["Customer".to_owned()],
        rows: vec![vec![CellOut::text("Contoso")]],
        has_filter: true,
        ..Table::default()
    };
    let mut blocks = vec![Block::Line("Customers near a tier".to_owned()); lines];
    blocks.push(Block::Table(table));
    let sheet =
        Sheet { name: "Next steps", widths: vec![30.0], page: Page::Columns(1), blocks, names: Vec::new() };
    let mut workbook = Workbook::new();
    render(&sheet, workbook.add_worksheet(), &mut FormatCache::default()).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    sheet_xml(&mut ZipArchive::new(Cursor::new(bytes)).unwrap(), 1).unwrap()
}

#[test]
fn headings_stay_in_sight_unless_too_much_stands_above_them() {
    // A blank row stands in front of the table.
    let few = with_lines_above(8);
    assert!(few.contains("ySplit=\"10\"") && few.contains("state=\"frozen\""), "{few}");
    assert!(!with_lines_above(9).contains("<pane"));
}

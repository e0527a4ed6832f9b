//! Text that stays text: the workbook library (0.102) takes one that begins with `<r>` and ends with `</r>` for XML of
//! its own making, and puts it into the workbook as it is.

use crate::error::Result;
use crate::escape::is_escape;
use crate::failed;
use crate::render::within_limit;
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

/// Writes text into a cell, up to what a cell holds; `format` = how the cell looks, if not as any other.
///
/// # Errors
/// If the library refuses it.
pub(crate) fn write(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    format: Option<&Format>,
) -> Result<()> {
    let text = within_limit(text);
    let done = if is_taken_for_xml(text) {
        write_run(worksheet, (row, column), text, format)
    } else {
        write_plain(worksheet, (row, column), text, format)
    };
    done.map_err(|error| failed(&error))
}

/// Returns whether the library takes a text for XML.
fn is_taken_for_xml(text: &str) -> bool {
    text.starts_with("<r>") && text.ends_with("</r>")
}

fn write_plain(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    format: Option<&Format>,
) -> std::result::Result<(), XlsxError> {
    match format {
        Some(format) => worksheet.write_string_with_format(row, column, text, format),
        None => worksheet.write_string(row, column, text),
    }
    .map(|_| ())
}

/// Writes text as one run that looks like its cell: the library escapes what is in a run.
fn write_run(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    format: Option<&Format>,
) -> std::result::Result<(), XlsxError> {
    let escaped = escaped(text);
    let run = [(&Format::default(), escaped.as_str())];
    let done = match format {
        Some(format) => worksheet.write_rich_string_with_format(row, column, &run, format),
        None => worksheet.write_rich_string(row, column, &run),
    };
    match done {
        // It measures the XML: one of the longest texts there are loses its last letter, and is like any other then.
        Err(XlsxError::MaxStringLengthExceeded) => {
            write_plain(worksheet, (row, column), text.strip_suffix('>').unwrap_or(text), format)
        }
        done => done.map(|_| ()),
    }
}

/// Returns a text in which what stands for a character, such as `_x0041_`, stands for itself: in a run the library
/// leaves that to its caller.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, behind) = rest.split_at(at);
        escaped.push_str(before);
        escaped.push_str(if is_escape(behind.as_bytes()) { "_x005F_" } else { "_" });
        rest = behind.strip_prefix('_').unwrap_or_default();
    }
    escaped + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::LIMIT_CELL_UNITS;
    use calamine::{Data, Reader, Xlsx};
    use rust_xlsxwriter::Workbook;

    fn read_back(text: &str) -> String {
        let mut workbook = Workbook::new();
        write(workbook.add_worksheet(), (0, 0), text, None).unwrap();
        let file = std::io::Cursor::new(workbook.save_to_buffer().unwrap());
        let mut book = Xlsx::new(file).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        match range.get_value((0, 0)) {
            Some(Data::String(found)) => found.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn text_that_looks_like_a_run_comes_through() {
        for text in ["<r>&\"</r>", "<r><t>x</t></r>", "<r>_x0041_x0042_ _x_ _x00</r>", "<r> \n </r>"] {
            assert_eq!(read_back(text), text);
        }
    }

    #[test]
    fn the_longest_loses_its_last_letter_alone() {
        let text = format!("<r>{}</r>", "x".repeat(LIMIT_CELL_UNITS - 7));
        assert_eq!(Some(read_back(&text).as_str()), text.strip_suffix('>'));
    }
}

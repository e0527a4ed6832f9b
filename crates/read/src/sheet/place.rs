//! Where a cell stands, as workbooks write it.

/// Rows and columns of a sheet in Excel, since 2007.
pub(crate) const ROWS: u32 = 1_048_576;
pub(super) const COLUMNS: u32 = 16_384;

/// Returns the row of a row's `r`, from 1; `None` if it is no number, or outside a sheet.
pub(super) fn row(text: &str) -> Option<u32> {
    let is_number = (1..=7).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let row = if is_number { text.parse().ok()? } else { return None };
    (1..=ROWS).contains(&row).then_some(row)
}

/// Returns the column, from 0, and the row, from 1, of a reference such as `B7`; `None` if it is outside a sheet, or
/// none.
pub(super) fn cell(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if !(1..=3).contains(&letters) {
        return None;
    }
    let (letters, digits) = text.split_at_checked(letters)?;
    let number = |letter: u8| u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = letters.bytes().fold(0, |sum, letter| sum * 26 + number(letter)) - 1;
    (column < COLUMNS).then_some(column).zip(row(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_up_to_the_last_cell_of_a_sheet() {
        assert_eq!(
            (cell("A1"), cell("AA10"), cell("xfd1048576")),
            (Some((0, 1)), Some((26, 10)), Some((16_383, 1_048_576)))
        );
        for text in [
            "",
            "A",
            "1",
            "A0",
            "XFE1",
            "A1048577",
            "A4294967298",
            "AAAA1",
            "A-1",
            "A+1",
            "$A$1",
            "A1:B2",
            "\u{c4}1",
        ] {
            assert_eq!(cell(text), None, "{text}");
        }
    }
}

//! The printed page: its margins and footer, and how large letters come out when columns are shrunk to its width.

use rust_xlsxwriter::Worksheet;

/// The size, in points, below which printed letters cannot be read without effort.
pub const LEGIBLE_POINTS: f64 = 7.0;

/// The size of the letters in cells, in points: the workbook library's default font.
const FONT_POINTS: f64 = 11.0;

/// The width of a page on its side, in inches: that of US Letter, since A4 is wider (11.69).
const PAGE_INCHES: f64 = 11.0;

/// The margins, in inches: at the sides, at the top, at the bottom, and of the footer.
const SIDE_INCHES: f64 = 0.4;
const TOP_INCHES: f64 = 0.3;
const BOTTOM_INCHES: f64 = 0.45;
const FOOTER_INCHES: f64 = 0.25;

/// Pixels of a character, and of the room beside a column's characters; 96 of them are an inch. Source: how Excel works
/// out widths with its default font.
const CHARACTER_PIXELS: f64 = 7.0;
const PADDING_PIXELS: f64 = 5.0;
const PIXELS_OF_AN_INCH: f64 = 96.0;

/// Characters that the button of a filter takes from a heading.
const BUTTON_CHARACTERS: f64 = 2.0;

/// How many letters of a heading take the room of a character, which is that of a digit: bold ones are narrower, too.
const LETTERS_OF_A_CHARACTER: f64 = 1.1;

/// Sets the margins and the footer that every sheet has: its name, the page and how many there are.
pub(crate) fn set_up(worksheet: &mut Worksheet) {
    worksheet
        .set_margins(SIDE_INCHES, SIDE_INCHES, TOP_INCHES, BOTTOM_INCHES, FOOTER_INCHES, FOOTER_INCHES)
        .set_footer("&L&A&RPage &P of &N");
}

/// Returns how large letters come out, in points, where columns of these widths, in characters, are shrunk to the width
/// of a page on its side: Letter, or the wider A4.
///
/// Programs shrink by whole percents, and never enlarge.
///
/// ```
/// use fasttrack_write::page::{LEGIBLE_POINTS, printed_points};
/// assert_eq!(printed_points([30.0, 20.0]), 11.0);
/// assert!(printed_points([44.0; 6]) < LEGIBLE_POINTS);
/// ```
#[must_use]
pub fn printed_points(widths: impl IntoIterator<Item = f64>) -> f64 {
    let room = (PAGE_INCHES - 2.0 * SIDE_INCHES) * PIXELS_OF_AN_INCH;
    let percent = (room / pixels(widths) * 100.0).floor().min(100.0);
    FONT_POINTS * percent / 100.0
}

/// Returns how many pixels columns of these widths, in characters, take.
pub(crate) fn pixels(widths: impl IntoIterator<Item = f64>) -> f64 {
    widths.into_iter().map(|width| width * CHARACTER_PIXELS + PADDING_PIXELS).sum()
}

/// Returns how many pixels so many columns take that were given no width.
pub(crate) fn pixels_of_usual(columns: usize) -> f64 {
    const USUAL_PIXELS: u32 = 64;
    f64::from(u32::try_from(columns).unwrap_or(u32::MAX).saturating_mul(USUAL_PIXELS))
}

/// Returns how many of the columns of these widths, from the first, are printed together in letters that can be read; at
/// least one.
///
/// ```
/// use fasttrack_write::page::legible_columns;
/// assert_eq!(legible_columns(&[30.0, 20.0]), 2);
/// assert_eq!(legible_columns(&[60.0, 60.0, 60.0, 60.0]), 3);
/// ```
#[must_use]
pub fn legible_columns(widths: &[f64]) -> usize {
    let is_legible = |columns: &usize| {
        let first = widths.iter().take(*columns).copied();
        printed_points(first) >= LEGIBLE_POINTS
    };
    (1..=widths.len()).rev().find(is_legible).unwrap_or(1)
}

/// Returns in how many lines a heading is in a column of a width, in characters, without a button, but set off from the
/// right as those of figures are.
pub(crate) fn plain_heading_lines(heading: &str, width: f64) -> u32 {
    const SET_OFF_CHARACTERS: f64 = 1.0;
    heading_lines(heading, width + BUTTON_CHARACTERS - SET_OFF_CHARACTERS)
}

/// Returns in how many lines a heading stands in a column of a width, in characters, beside the button of its filter.
pub(crate) fn heading_lines(heading: &str, width: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a width is small")]
    let room = (((width - BUTTON_CHARACTERS) * LETTERS_OF_A_CHARACTER) as usize).max(1);
    let lines = heading.lines().map(|line| {
        let (mut lines, mut filled) = (1, 0_usize);
        for word in line.split_whitespace().map(|word| word.chars().count()) {
            if filled > 0 && filled + 1 + word > room {
                lines += 1;
                filled = 0;
            }
            filled += usize::from(filled > 0) + word;
            lines += u32::try_from(filled.saturating_sub(1) / room).unwrap_or(0);
            filled = if filled > room { (filled - 1) % room + 1 } else { filled };
        }
        lines
    });
    lines.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_breaks_between_words_and_beside_the_button() {
        for (heading, width, lines) in [
            ("Seats to next tier", 24.0, 1),
            ("Seats to next tier", 14.0, 2),
            ("Seats to next tier", 9.0, 3),
            ("Eligible", 12.0, 1),
            ("Incomprehensibilities", 10.0, 3),
            ("Paid\nseats", 30.0, 2),
            ("", 10.0, 0),
        ] {
            assert_eq!(heading_lines(heading, width), lines, "{heading} in {width}");
        }
    }

    #[test]
    fn letters_shrink_with_the_columns_by_whole_percents() {
        // 979 pixels between the margins of Letter.
        assert!((printed_points([139.0]) - 11.0).abs() < 1e-9, "978 pixels");
        assert!((printed_points([140.0]) - 10.89).abs() < 1e-9, "985 pixels");
        assert!((printed_points([217.0]) - 7.04).abs() < 1e-9, "1,524 pixels");
        assert!(printed_points([218.0]) < LEGIBLE_POINTS, "1,531 pixels");
    }
}

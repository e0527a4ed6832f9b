//! How cells look: each style and number format becomes one format of the workbook, made once.

use crate::model::{Step, Style};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};
use std::collections::HashMap;

/// Dark text on every fill; the contrast with each of the fills below is above 10.
pub(crate) const INK: Color = Color::RGB(0x1F_1F1F);
const MUTED_INK: Color = Color::RGB(0x40_4040);
const WHITE: Color = Color::RGB(0xFF_FFFF);
const HEADING_FILL: Color = Color::RGB(0x1F_3864);
const OUR_HEADING_FILL: Color = Color::RGB(0x1E_4620);
const LINE: Color = Color::RGB(0xBF_BFBF);
const GOOD_FILL: Color = Color::RGB(0xE2_EFDA);
const WARNING_FILL: Color = Color::RGB(0xFF_F2CC);
const REVIEW_FILL: Color = Color::RGB(0xFB_E5D6);
const NO_TIER_FILL: Color = Color::RGB(0xF2_F2F2);

/// The lines behind the columns of a chart.
pub(crate) const GRID_COLOR: Color = Color::RGB(0xD9_D9D9);

/// Cell fills of the rungs, lowest first; a ladder with more rungs repeats the last.
const RUNG_FILLS: [Color; 6] = [
    Color::RGB(0xED_EDED),
    Color::RGB(0xDD_EBF7),
    Color::RGB(0xBD_D7EE),
    Color::RGB(0xC6_E0B4),
    Color::RGB(0xA9_D08E),
    Color::RGB(0xFF_E699),
];

/// Chart fills of the rungs: stronger, since nothing is written on them.
const RUNG_CHART_FILLS: [Color; 6] = [
    Color::RGB(0xA6_A6A6),
    Color::RGB(0x9D_C3E6),
    Color::RGB(0x2E_75B6),
    Color::RGB(0x54_8235),
    Color::RGB(0x37_5623),
    Color::RGB(0xBF_9000),
];

/// The formats made so far.
#[derive(Default)]
pub(crate) struct FormatCache {
    formats: HashMap<Style, HashMap<String, Format>>,
    plain: Format,
}

impl FormatCache {
    /// Returns the format for a style and a number format (empty = General).
    pub(crate) fn format(&mut self, style: Style, number_format: &str) -> &Format {
        let formats = self.formats.entry(style).or_default();
        // Asked for with every cell: the name of a format is only copied when it is new.
        if !formats.contains_key(number_format) {
            let mut format = dressed(style);
            if !number_format.is_empty()
                && matches!(style, Style::Body | Style::Strong | Style::Total | Style::Link)
            {
                // Set off from the words in the next column.
                format = format.set_align(FormatAlign::Right).set_indent(1);
            }
            if !number_format.is_empty() {
                format = format.set_num_format(clean_number_format(number_format));
            }
            formats.insert(number_format.to_owned(), format);
        }
        formats.get(number_format).unwrap_or(&self.plain)
    }
}

fn dressed(style: Style) -> Format {
    let format = Format::new().set_font_color(INK).set_align(FormatAlign::Top);
    let filled = |color| format.clone().set_background_color(color);
    match style {
        // Most of a million cells are plain: they carry no format but their number's.
        Style::Plain => Format::new(),
        Style::Figure => Format::new().set_align(FormatAlign::Right).set_indent(1),
        Style::Body => format,
        Style::Beside => format.set_align(FormatAlign::Left),
        Style::Title => format.set_bold().set_font_size(18).set_font_color(HEADING_FILL),
        Style::Subtitle => format.set_font_size(11),
        Style::Heading => format.set_bold().set_font_size(13).set_font_color(HEADING_FILL),
        Style::ColumnHeading => heading(HEADING_FILL),
        Style::NumberHeading => heading(HEADING_FILL).set_align(FormatAlign::Right).set_indent(1),
        Style::OurHeading => heading(OUR_HEADING_FILL),
        Style::Label => format.set_bold().set_text_wrap(),
        Style::Total => format.set_bold().set_border_top(FormatBorder::Thin).set_border_top_color(LINE),
        Style::Strong => format.set_bold(),
        Style::Wrapped => format.set_text_wrap(),
        Style::Muted => format.set_italic().set_font_color(MUTED_INK),
        Style::Link => format.set_font_color(HEADING_FILL).set_underline(FormatUnderline::Single),
        Style::Good => filled(GOOD_FILL),
        Style::Warning => filled(WARNING_FILL),
        Style::Rung(rung) => filled(rung_color(&RUNG_FILLS, rung)),
        Style::NoTier => filled(NO_TIER_FILL),
        Style::Review => filled(REVIEW_FILL),
        Style::Step(step) => block(filled(step_color(step))),
        Style::FirstStep(step) => block(filled(step_color(step))).set_bold(),
        Style::StepLabel => format.set_align(FormatAlign::VerticalCenter).set_bold().set_text_wrap(),
        Style::OnStep => centered(format).set_bold(),
        Style::Gap => centered(format).set_text_wrap().set_italic().set_font_color(MUTED_INK),
        Style::Axis => block(heading(HEADING_FILL)),
    }
}

/// A thin white line between blocks shows where one ends.
fn block(format: Format) -> Format {
    centered(format).set_text_wrap().set_border(FormatBorder::Thin).set_border_color(WHITE)
}

fn centered(format: Format) -> Format {
    format.set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter)
}

fn step_color(step: Step) -> Color {
    match step {
        Step::Rung(rung) => rung_color(&RUNG_FILLS, rung),
        Step::Confirm => WARNING_FILL,
        Step::NoTier => NO_TIER_FILL,
        Step::Review => REVIEW_FILL,
    }
}

/// Returns the fill alone of a style, for cells that are dressed by what they say.
pub(crate) fn highlight(style: Style) -> Format {
    let fill = match style {
        Style::Good => GOOD_FILL,
        Style::Warning => WARNING_FILL,
        Style::Rung(rung) => rung_color(&RUNG_FILLS, rung),
        Style::Review => REVIEW_FILL,
        _ => NO_TIER_FILL,
    };
    Format::new().set_background_color(fill)
}

fn heading(fill: Color) -> Format {
    Format::new()
        .set_bold()
        .set_font_color(WHITE)
        .set_background_color(fill)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
}

/// Returns the fill of a chart column of that style.
pub(crate) fn chart_color(style: Style) -> Color {
    match style {
        Style::Rung(rung) => rung_color(&RUNG_CHART_FILLS, rung),
        Style::Review => Color::RGB(0xC5_5A11),
        _ => Color::RGB(0x7F_7F7F),
    }
}

fn rung_color(palette: &[Color; 6], rung: usize) -> Color {
    palette.get(rung).or(palette.last()).copied().unwrap_or(WHITE)
}

/// Returns text that can stand in an XML attribute: Excel repairs or refuses a file with control characters there.
pub(crate) fn attribute(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect()
}

/// A number format longer than Excel takes, or with characters that break the file, is left to General.
fn clean_number_format(format: &str) -> String {
    const LIMIT_UNITS: usize = 255;
    let clean = attribute(format);
    if clean.encode_utf16().count() > LIMIT_UNITS { "General".to_owned() } else { clean }
}

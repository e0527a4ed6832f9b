//! The number formats of a workbook's cell styles, and which of them make a number a date.

use super::xml::{Harm, attribute, walk};
use std::collections::HashMap;
use std::sync::Arc;

/// Characters of a number format: Excel allows no more, and none that is read from a hostile file is worth its width.
const FORMAT_CHARACTERS: usize = 255;
/// Cell styles: Excel allows 65,490; twice that leaves room for careless writers.
const STYLES: usize = 2 * 65_490;
/// Where the texts of General, and of dates whose style names no format, stand among the formats.
const GENERAL: u32 = 0;
const DATE: u32 = 1;
const DATE_FORMAT: &str = "yyyy-mm-dd";
/// Days between the starts of the two date systems, 1899-12-30 and 1904-01-01.
const DAYS_1904: f64 = 1462.0;

/// What a number of a style is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberKind {
    /// A number.
    Number,
    /// A day, perhaps with its time.
    Date,
    /// A time of day; with a day before it where it is 1 or more.
    Time,
    /// A length of time, counted from nowhere.
    Duration,
}

/// The number formats of a workbook's cell styles.
#[derive(Clone, Debug)]
pub(crate) struct Styles {
    /// Each format once; the first is General, as an empty text.
    texts: Arc<Vec<String>>,
    /// One a style: what its numbers are, and the index of its format.
    kinds: Vec<(NumberKind, u32)>,
    is_1904: bool,
}

impl Styles {
    /// Returns the styles of a workbook that has none.
    pub(crate) fn none(is_1904: bool) -> Self {
        let texts = Arc::new(vec![String::new(), DATE_FORMAT.to_owned()]);
        Self { texts, kinds: Vec::new(), is_1904 }
    }

    /// Reads the text of a styles part.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(text: &str, is_1904: bool) -> Result<Self, Harm> {
        let mut customs: HashMap<String, String> = HashMap::new();
        let mut ids: Vec<String> = Vec::new();
        walk(text, &mut |around, tag| {
            match (around, tag.local_name().as_ref()) {
                ("numFmts", "numFmt") => {
                    if let (Some(id), Some(code)) =
                        (attribute(tag, "numFmtId")?, attribute(tag, "formatCode")?)
                    {
                        customs.insert(id, code);
                    }
                }
                ("cellXfs", "xf") => ids.push(attribute(tag, "numFmtId")?.unwrap_or_default()),
                _ => {}
            }
            check_count(ids.len())
        })?;
        Ok(Self::of_ids(&customs, &ids, is_1904))
    }

    /// Returns the styles whose formats have these ids: one of `customs`, or built into Excel; one of `customs` that is
    /// longer than Excel allows is General.
    pub(crate) fn of_ids(customs: &HashMap<String, String>, ids: &[String], is_1904: bool) -> Self {
        let mut styles = Self::none(is_1904);
        let mut indexes = HashMap::from([(String::new(), GENERAL), (DATE_FORMAT.to_owned(), DATE)]);
        let mut texts = styles.texts.to_vec();
        // However many styles have a format, and however long it is, it is looked at once.
        let mut known: HashMap<&str, (NumberKind, u32)> = HashMap::new();
        for id in ids {
            if let Some(found) = known.get(id.as_str()) {
                styles.kinds.push(*found);
                continue;
            }
            let (kind, code) = match customs.get(id) {
                Some(code) if code.chars().nth(FORMAT_CHARACTERS).is_some() => (NumberKind::Number, ""),
                Some(code) => (kind_of(code), code.as_str()),
                None => builtin(id.parse().unwrap_or(0)),
            };
            let code = if code.eq_ignore_ascii_case("General") { "" } else { code };
            let index = *indexes.entry(code.to_owned()).or_insert_with(|| {
                texts.push(code.to_owned());
                u32::try_from(texts.len() - 1).unwrap_or(GENERAL)
            });
            let is_unnamed = kind != NumberKind::Number && index == GENERAL;
            let found = (kind, if is_unnamed { DATE } else { index });
            known.insert(id, found);
            styles.kinds.push(found);
        }
        styles.texts = Arc::new(texts);
        styles
    }

    /// Returns all formats, as records refer to them.
    pub(crate) fn texts(&self) -> Arc<Vec<String>> {
        Arc::clone(&self.texts)
    }

    /// Returns each format once, General left out, in the order of their texts.
    pub(crate) fn distinct(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.texts.iter().filter(|text| !text.is_empty()).cloned().collect();
        texts.sort_unstable();
        texts
    }

    /// Returns what a number of this style is, and the index of its format; a style that is not there is General.
    pub(crate) fn of(&self, style: usize) -> (NumberKind, u32) {
        self.kinds.get(style).copied().unwrap_or((NumberKind::Number, GENERAL))
    }

    /// Returns the index of the format for a date that says itself that it is one.
    pub(super) fn of_date(&self, style: usize) -> u32 {
        let (_, format) = self.of(style);
        if format == GENERAL { DATE } else { format }
    }

    /// Returns the serial number in days since 1899-12-30.
    ///
    /// A date of the system of 1904 is moved, its first day (0) like any other; a time of day and a duration have no
    /// day to move.
    pub(crate) fn serial(&self, kind: NumberKind, value: f64) -> f64 {
        let has_day = kind == NumberKind::Date || (kind == NumberKind::Time && value >= 1.0);
        if self.is_1904 && has_day { value + DAYS_1904 } else { value }
    }
}

/// Checks the number of cell styles before more of them are kept.
pub(crate) fn check_count(styles: usize) -> Result<(), Harm> {
    if styles > STYLES { Err(format!("there are more than {STYLES} cell styles")) } else { Ok(()) }
}

/// Returns what a format that is built into Excel is, with its text (ECMA-376 part 1, 18.8.30).
///
/// Those of East Asia (27 to 36, 50 to 58) mean other dates and times in each language; the text is left out.
fn builtin(id: u32) -> (NumberKind, &'static str) {
    let code = match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14 => "mm-dd-yy",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        21 => "h:mm:ss",
        22 => "m/d/yy h:mm",
        37 => "#,##0 ;(#,##0)",
        38 => "#,##0 ;[Red](#,##0)",
        39 => "#,##0.00;(#,##0.00)",
        40 => "#,##0.00;[Red](#,##0.00)",
        41 => "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)",
        42 => "_($* #,##0_);_($* (#,##0);_($* \"-\"_);_(@_)",
        43 => "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)",
        44 => "_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mmss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => "",
    };
    let kind = match id {
        32..=35 | 55 | 56 => NumberKind::Time,
        27..=31 | 36 | 50..=54 | 57 | 58 => NumberKind::Date,
        _ => kind_of(code),
    };
    (kind, code)
}

/// Returns what a number is that has this format, by the format's first section.
///
/// Quoted and escaped letters, widths and fillings (`_x`, `*x`), and brackets with colours, conditions and languages
/// are no part of a date; brackets with nothing but one of h, m or s are a duration.
fn kind_of(code: &str) -> NumberKind {
    let mut letters = Letters::Plain;
    let mut rest = code.chars();
    while let Some(letter) = rest.next() {
        match letter {
            '"' => drop(rest.by_ref().find(|next| *next == '"')),
            '\\' | '_' | '*' => drop(rest.next()),
            ';' => break,
            '[' => {
                let inner: String = rest.by_ref().take_while(|next| *next != ']').collect();
                let inner = inner.to_ascii_lowercase();
                if ["h", "m", "s"].iter().any(|unit| !inner.is_empty() && inner.replace(unit, "").is_empty())
                {
                    return NumberKind::Duration;
                }
            }
            _ => letters = letters.with(letter.to_ascii_lowercase()),
        }
    }
    letters.kind()
}

/// What the letters of a format's first section come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letters {
    /// No date so far.
    Plain,
    /// An `a`, with which `AM/PM` and `A/P` begin.
    Half,
    /// An `m`: a month if it stays alone, minutes beside a time.
    Month,
    Time,
    Day,
}

impl Letters {
    fn with(self, letter: char) -> Self {
        match (letter, self) {
            ('y' | 'd', _) | (_, Self::Day) => Self::Day,
            ('h' | 's', _) | (_, Self::Time) | ('p' | '/' | 'm', Self::Half) => Self::Time,
            ('m', _) | (_, Self::Month) => Self::Month,
            ('a', _) | (_, Self::Half) => Self::Half,
            (_, Self::Plain) => Self::Plain,
        }
    }

    fn kind(self) -> NumberKind {
        match self {
            Self::Plain | Self::Half => NumberKind::Number,
            Self::Month | Self::Day => NumberKind::Date,
            Self::Time => NumberKind::Time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_tells_dates_times_durations_and_numbers_apart() {
        for (codes, wanted) in [
            (
                &[
                    "DD/MM/YY",
                    "m\"M\"d\"D\";@",
                    "mmm",
                    "[$-404]e\"\u{fc}\"m\"\u{fc}\"d\"\u{fc}\"",
                    "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
                    "d.m.yy h:mm",
                    "[Red]yyyy",
                ][..],
                NumberKind::Date,
            ),
            (
                &["H:MM:SS;@", "h:mm AM/PM", "mm:ss", "mmss.0", "A/P", "am/pm", "[$-409]h:mm:ss\\ AM/PM;@"][..],
                NumberKind::Time,
            ),
            (
                &[
                    "[h]:mm:ss",
                    "[ss]",
                    "[MM]",
                    "[Blue]\\+[h]:mm;[Red]\\-[h]:mm",
                    "[>=100][Magenta][s].00",
                    "[h]",
                ][..],
                NumberKind::Duration,
            ),
            (
                &[
                    "",
                    "0",
                    "00000",
                    "General",
                    "@",
                    "#,##0\\ [$\u{20bd}-46D]",
                    "\"Y: \"0.00\"m\"",
                    "\"$\"#,##0_);[Red](\"$\"#,##0)",
                    "0_ ;[Red]\\-0\\ ",
                    "\\Y000000",
                    "#,##0.0####\" YMD\"",
                    "[>=100][Magenta].00",
                    "0.00E+00",
                    "0;yyyy",
                    "_d0*m",
                    "[]0",
                    "\"d",
                ][..],
                NumberKind::Number,
            ),
        ] {
            for code in codes {
                assert_eq!(kind_of(code), wanted, "{code}");
            }
        }
    }

    #[test]
    fn styles_refer_to_formats_of_the_workbook_and_of_excel() {
        let text = "<x:styleSheet xmlns:x=\"m\"><x:numFmts><x:numFmt numFmtId=\"164\" formatCode=\"&quot;a&quot;0\"/><x:numFmt numFmtId=\"14\" formatCode=\"d.m.yyyy\"/></x:numFmts>\
            <x:cellStyleXfs><x:xf numFmtId=\"9\"/></x:cellStyleXfs><x:cellXfs><x:xf numFmtId=\"0\"/><x:xf numFmtId=\"164\"><x:alignment/></x:xf><x:xf numFmtId=\"14\"/><x:xf numFmtId=\"30\"/><x:xf/><x:xf numFmtId=\"9\"/></x:cellXfs>\
            <x:dxfs><x:dxf><x:numFmt numFmtId=\"0\" formatCode=\"yyyy\"/></x:dxf></x:dxfs></x:styleSheet>";
        let styles = Styles::read(text, false).unwrap();
        let seen: Vec<(NumberKind, &str)> = (0..7)
            .map(|style| styles.of(style))
            .map(|(kind, format)| (kind, styles.texts[format as usize].as_str()))
            .collect();
        let number = NumberKind::Number;
        assert_eq!(
            seen,
            [
                (number, ""),
                (number, "\"a\"0"),
                (NumberKind::Date, "d.m.yyyy"),
                (NumberKind::Date, DATE_FORMAT),
                (number, ""),
                (number, "0%"),
                (number, "")
            ]
        );
        assert_eq!(styles.distinct(), ["\"a\"0", "0%", "d.m.yyyy", "yyyy-mm-dd"]);
        assert!(
            Styles::read(&format!("<a><cellXfs>{}</cellXfs></a>", "<xf/>".repeat(STYLES + 1)), false)
                .is_err()
        );
    }

    #[test]
    fn a_format_longer_than_excel_allows_is_general() {
        for (code, wanted) in [("0".repeat(255), 255), ("0".repeat(256), 0), ("d".repeat(70_000), 0)] {
            let customs = HashMap::from([("164".to_owned(), code)]);
            let styles = Styles::of_ids(&customs, &["164".to_owned()], false);
            let (kind, format) = styles.of(0);
            assert_eq!((kind, styles.texts[format as usize].len()), (NumberKind::Number, wanted));
        }
    }

    #[test]
    fn dates_of_1904_are_moved_from_their_first_day_on_and_times_are_not() {
        let moved = [
            (NumberKind::Date, 0.0, 1462.0),
            (NumberKind::Date, 0.5, 1462.5),
            (NumberKind::Time, 0.5, 0.5),
            (NumberKind::Time, 2.5, 1464.5),
            (NumberKind::Duration, 2.0, 2.0),
        ];
        for (kind, serial, wanted) in moved {
            assert_eq!(Styles::none(true).serial(kind, serial).to_bits(), f64::to_bits(wanted));
            assert_eq!(Styles::none(false).serial(kind, serial).to_bits(), f64::to_bits(serial));
        }
    }
}

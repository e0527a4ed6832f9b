//! Paid seats as people write them.
//!
//! A count is read only where no second reading is possible; everything else is set aside with its reason.

use crate::diagnostic::{Code, excerpt};
use crate::fold::{is_invisible, letters};
use crate::record::Cell;
use crate::roster::identity::is_shortened;
use crate::roster::separators::{Mark, Separators};
use crate::roster::written::meant;

/// More seats than any tenant has: such a number is an id, a date or a slip of the hand. The largest tenants that
/// Microsoft has spoken of hold a few million seats.
pub const LIMIT_SEATS: u64 = 50_000_000;

/// No count is written in so many bytes, however grouped: a longer text is not looked at letter by letter in every row.
pub(super) const LONGEST_BYTES: usize = 256;

/// Why a cell is no count of paid seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSeats {
    /// The cell is blank.
    Missing,
    /// A fraction.
    NotWhole,
    /// Below zero.
    Negative,
    /// Could be a thousands separator or a decimal one (`1.234`).
    Ambiguous,
    /// More than [`LIMIT_SEATS`].
    TooMany,
    /// A date, TRUE or FALSE.
    WrongKind,
    /// A number that its cell shows as a percentage.
    Percent,
    /// Several numbers, one below the other.
    Several,
    /// A number that a spreadsheet has shortened (`1.2E+03`), so that its digits are lost.
    Shortened,
    /// An error value.
    Error,
    /// Anything else.
    Unreadable,
}

impl NotSeats {
    /// Returns the stable name of the fault.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Missing => Code::SeatsMissing,
            Self::NotWhole => Code::SeatsNotWhole,
            Self::Negative => Code::SeatsNegative,
            Self::Ambiguous => Code::SeatsAmbiguous,
            Self::TooMany => Code::SeatsTooMany,
            Self::WrongKind => Code::SeatsWrongKind,
            Self::Percent => Code::SeatsPercent,
            Self::Several => Code::SeatsSeveral,
            Self::Shortened => Code::SeatsShortened,
            Self::Error => Code::CellError,
            Self::Unreadable => Code::SeatsUnreadable,
        }
    }

    /// Returns what is wrong, with the value found.
    #[must_use]
    pub fn message(self, cell: Cell<'_>) -> String {
        let shown = excerpt(&cell.shown());
        match self {
            Self::Missing => "no paid seats in this row".to_owned(),
            Self::NotWhole => format!("`{shown}` is not a whole number of paid seats"),
            Self::Negative => format!("`{shown}` is below zero"),
            Self::Ambiguous => format!("`{shown}` can be read as a fraction or as thousands"),
            Self::TooMany => {
                format!("`{shown}` is more than {} million paid seats", LIMIT_SEATS / 1_000_000)
            }
            Self::WrongKind => match cell {
                Cell::Date { .. } => "the cell holds a date, not a count of paid seats".to_owned(),
                _ => format!("`{shown}` is not a count of paid seats"),
            },
            Self::Percent => match cell {
                Cell::Number { value, .. } => {
                    let percent = (value * 10_000.0).round() / 100.0;
                    format!(
                        "the cell shows {percent} % and holds {value}: it is not clear which of them is meant"
                    )
                }
                _ => format!("`{shown}` is a percentage, not a count of paid seats"),
            },
            Self::Several => format!("`{shown}` is several numbers in one cell"),
            Self::Shortened => {
                format!("`{shown}` is a number that was shortened; some of its digits are lost")
            }
            Self::Error => format!("the cell shows the error `{shown}`"),
            Self::Unreadable => format!("`{shown}` is not a number of paid seats"),
        }
    }

    /// Returns what to do.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Missing => "fill in the seats paid for; write 0 if there are none",
            Self::NotWhole => "a seat is whole; check the count on the subscription",
            Self::Negative => "credits are not seats; fill in the seats paid for now",
            Self::Ambiguous => "write the count without separators",
            Self::TooMany => "check whether the column is right; this looks like an id",
            Self::WrongKind | Self::Percent => "format the cell as a number and type the count again",
            Self::Several => "write only the number of seats paid for now; give other plans their own rows",
            Self::Shortened => "widen the column or format it as a number, and save the roster again",
            Self::Error => "correct the formula, or type the count",
            Self::Unreadable => "write the count in digits",
        }
    }
}

/// Reads a cell as paid seats: a whole number, 0 included; it stands alone.
///
/// # Errors
/// Why it is none; never a guess.
///
/// ```
/// use fasttrack_core::{record::Cell, roster::seats};
/// assert_eq!(seats::read(Cell::Text("1,200 seats")), Ok(1200));
/// assert_eq!(seats::read(Cell::Text("1.234")), Err(seats::NotSeats::Ambiguous));
/// ```
pub fn read(cell: Cell<'_>) -> Result<u64, NotSeats> {
    read_in(cell, Separators::default())
}

/// Reads a cell as paid seats in a column whose other values show these separators.
///
/// # Errors
/// Why it is none; never a guess.
///
/// ```
/// use fasttrack_core::{record::Cell, roster::{seats, separators::Separators}};
/// let mut column = Separators::default();
/// column.see(Cell::Text("1.234.567"), 2);
/// assert_eq!(seats::read_in(Cell::Text("1.234"), column), Ok(1234));
/// ```
pub fn read_in(cell: Cell<'_>, column: Separators) -> Result<u64, NotSeats> {
    match cell {
        Cell::Blank => Err(NotSeats::Missing),
        Cell::Number { format, .. } if format.contains('%') => Err(NotSeats::Percent),
        Cell::Number { value, .. } => from_number(value),
        Cell::Date { .. } | Cell::Bool(_) => Err(NotSeats::WrongKind),
        Cell::Error(_) => Err(NotSeats::Error),
        Cell::Text(text) => from_text(text, column),
    }
}

fn from_number(value: f64) -> Result<u64, NotSeats> {
    let value = without_noise(value);
    if value < 0.0 {
        return Err(NotSeats::Negative);
    }
    if value.fract() != 0.0 {
        return Err(NotSeats::NotWhole);
    }
    #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^53")]
    if value > LIMIT_SEATS as f64 {
        return Err(NotSeats::TooMany);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and in range, see above"
    )]
    Ok(value as u64)
}

/// A sum of fractions may miss its whole number by a digit that no spreadsheet shows: 600.00000000000011 is 600.
fn without_noise(value: f64) -> f64 {
    const NOISE: f64 = 1e-9;
    let whole = value.round();
    if (value - whole).abs() <= NOISE * whole.abs() { whole } else { value }
}

fn from_text(text: &str, column: Separators) -> Result<u64, NotSeats> {
    // By far the most cells are digits and nothing else.
    if is_digits(text) { whole(text) } else { from_words(&meant(text), column) }
}

fn from_words(text: &str, column: Separators) -> Result<u64, NotSeats> {
    let text = text.trim();
    if text.len() > LONGEST_BYTES {
        return whole(text);
    }
    if Cell::Text(text).is_blank() {
        return Err(NotSeats::Missing);
    }
    if is_shortened(text) {
        return Err(NotSeats::Shortened);
    }
    if are_several(text) {
        return Err(NotSeats::Several);
    }
    let plain = plain(text);
    let count = plain.as_str();
    if let Some(positive) = count.strip_prefix('-') {
        return match digits(positive.trim_start(), column) {
            Ok(0) => Ok(0),
            Ok(_) | Err(NotSeats::NotWhole | NotSeats::Ambiguous) => Err(NotSeats::Negative),
            Err(other) => Err(other),
        };
    }
    digits(count, column)
}

/// Returns whether numbers stand on both sides of a line break or a tab: they are counts of their own.
fn are_several(text: &str) -> bool {
    let parts_lines = |c: char| matches!(c, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    text.split(parts_lines).filter(|part| part.contains(char::is_numeric)).nth(1).is_some()
}

/// Returns a count with its digits and marks in ASCII, without its unit and what shows nothing.
///
/// "150+" promises at least 150; the number promised is the number counted.
pub(super) fn plain(text: &str) -> String {
    let seen = |c: &char| c.is_whitespace() || !is_invisible(*c);
    let plain: String = text.chars().filter(seen).map(plain_character).collect();
    let plain = plain.trim();
    let count = without_unit(plain);
    count.strip_suffix('+').unwrap_or(count).trim_end().to_owned()
}

/// Full-width digits, the many blanks between thousands and the many minus signs, as ASCII.
fn plain_character(c: char) -> char {
    match c {
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10).unwrap_or(c),
        '\u{2212}' | '\u{2010}'..='\u{2013}' => '-',
        '\u{2019}' => '\'',
        c if c.is_whitespace() || c == '\u{202f}' => ' ',
        c => c,
    }
}

/// What is counted, in English, German, French, Spanish, Italian, Dutch and Portuguese, without accents.
const UNITS: [&str; 48] = [
    "seats",
    "seat",
    "licenses",
    "licences",
    "license",
    "licence",
    "users",
    "user",
    "units",
    "pcs",
    "lizenzen",
    "lizenz",
    "platze",
    "benutzer",
    "nutzer",
    "stuck",
    "stk",
    "sieges",
    "siege",
    "postes",
    "poste",
    "utilisateurs",
    "utilisateur",
    "licencias",
    "licencia",
    "puestos",
    "puesto",
    "asientos",
    "usuarios",
    "usuario",
    "unidades",
    "licenze",
    "licenza",
    "posti",
    "posto",
    "utenti",
    "utente",
    "licenties",
    "licentie",
    "plaatsen",
    "gebruikers",
    "gebruiker",
    "stuks",
    "licencas",
    "licenca",
    "lugares",
    "utilizadores",
    "assentos",
];

fn without_unit(count: &str) -> &str {
    let letters_end = count.trim_end_matches(|c: char| c.is_alphabetic());
    let Some(unit) = count.strip_prefix(letters_end).filter(|unit| !unit.is_empty()) else { return count };
    if UNITS.iter().any(|known| letters(unit).eq(known.chars())) { letters_end.trim_end() } else { count }
}

fn digits(count: &str, column: Separators) -> Result<u64, NotSeats> {
    let found: Vec<char> = count.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some(separator) = found.first().copied() else { return whole(count) };
    let groups: Vec<&str> = count.split(separator).collect();
    if found.iter().all(|c| *c == separator) && is_grouped(&groups) {
        return match separator {
            '.' | ',' if groups.len() == 2 && !parts_thousands(separator, column) => {
                Err(if column.given().is_some() { NotSeats::NotWhole } else { NotSeats::Ambiguous })
            }
            ' ' | ',' | '.' | '\'' => whole(&groups.concat()),
            _ => Err(NotSeats::Unreadable),
        };
    }
    match count.rsplit_once(['.', ',']) {
        Some((number, decimals)) if is_digits(decimals) => fraction(number, decimals),
        _ => Err(NotSeats::Unreadable),
    }
}

/// Returns whether one mark with three digits behind it parts thousands: in one country it does, in another it does
/// not.
///
/// The user decides, else the column, else the rest of the file; where none does, a comma parts thousands and a dot may
/// do either.
fn parts_thousands(separator: char, column: Separators) -> bool {
    match column.mark() {
        Some(mark) => Mark::of(separator) == Some(mark),
        None => separator == ',' && !column.are_mixed(),
    }
}

/// `500.0` is 500; `12.5` is no whole number; `1,200.00` is 1200.
fn fraction(number: &str, decimals: &str) -> Result<u64, NotSeats> {
    /// So many decimals were written by a program, from a sum.
    const OF_PROGRAMS: usize = 10;
    let whole_part = if is_digits(number) {
        whole(number)
    } else {
        let separator = number.chars().find(|c| !c.is_ascii_digit()).ok_or(NotSeats::Unreadable)?;
        let groups: Vec<&str> = number.split(separator).collect();
        if !matches!(separator, ' ' | ',' | '.' | '\'') || !is_grouped(&groups) {
            return Err(NotSeats::Unreadable);
        }
        whole(&groups.concat())
    };
    if decimals.bytes().all(|b| b == b'0') {
        return whole_part;
    }
    let whole_part = whole_part?;
    let value = format!("{whole_part}.{decimals}").parse::<f64>();
    match value.map(without_noise) {
        Ok(value) if decimals.len() >= OF_PROGRAMS && value.fract() == 0.0 => from_number(value),
        _ => Err(NotSeats::NotWhole),
    }
}

pub(super) fn is_grouped(groups: &[&str]) -> bool {
    groups.iter().all(|group| is_digits(group))
        && groups.first().is_some_and(|first| first.len() <= 3 && !first.starts_with('0'))
        && groups.iter().skip(1).all(|group| group.len() == 3)
        && groups.len() > 1
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn whole(digits: &str) -> Result<u64, NotSeats> {
    if !is_digits(digits) {
        return Err(NotSeats::Unreadable);
    }
    // Only too many digits can fail here.
    let count = digits.parse::<u64>().map_err(|_| NotSeats::TooMany)?;
    if count > LIMIT_SEATS { Err(NotSeats::TooMany) } else { Ok(count) }
}

#[cfg(test)]
mod tests {
    use super::NotSeats::{Ambiguous, Missing, Negative, NotWhole, TooMany, Unreadable, WrongKind};
    use super::*;

    #[test]
    fn a_text_too_long_for_a_count_is_unreadable_and_blanks_around_one_are_not_counted() {
        let padded = format!("{0}1,200{0}", " ".repeat(1_000));
        assert_eq!(read(Cell::Text(&padded)), Ok(1200));
        let long = format!("1,200 {}", "seats ".repeat(1_000));
        assert_eq!(read(Cell::Text(&long)), Err(Unreadable));
        let zeros = format!("{}1200", "0".repeat(1_000));
        for written in [zeros.clone(), format!(" {zeros}\t")] {
            assert_eq!(read(Cell::Text(&written)), Ok(1200));
        }
    }

    #[test]
    fn counts_are_read_as_people_write_them() {
        for (written, count) in [
            ("0", 0),
            ("480", 480),
            (" 480 ", 480),
            ("0480", 480),
            ("1,200", 1200),
            ("1 200", 1200),
            ("1\u{a0}200", 1200),
            ("1\u{2009}200", 1200),
            ("1\u{202f}200", 1200),
            ("1'200", 1200),
            ("1,200,300", 1_200_300),
            ("1.200.300", 1_200_300),
            ("500.0", 500),
            ("500,00", 500),
            ("1,200.00", 1200),
            ("1.200,00", 1200),
            ("150+", 150),
            ("250 seats", 250),
            ("250 Licenses", 250),
            ("\u{ff11}\u{ff15}\u{ff10}", 150),
            ("-0", 0),
        ] {
            assert_eq!(read(Cell::Text(written)), Ok(count), "{written}");
        }
    }

    #[test]
    fn what_has_two_readings_or_none_is_set_aside() {
        for (written, wrong) in [
            ("", Missing),
            ("   ", Missing),
            ("12.5", NotWhole),
            ("1,5", NotWhole),
            ("-5", Negative),
            ("\u{2212}5", Negative),
            ("-1.5", Negative),
            ("1.234", Ambiguous),
            ("fifty", Unreadable),
            ("1,20", NotWhole),
            ("12,34,567", Unreadable),
            ("1e3", Unreadable),
            ("n/a", Unreadable),
            ("5 %", Unreadable),
            ("50000001", TooMany),
            ("99999999999999999999999", TooMany),
            ("1,2.3,4", Unreadable),
            ("--5", Unreadable),
            ("+", Unreadable),
            (".5", Unreadable),
            ("5.", Unreadable),
            ("150-300", Unreadable),
        ] {
            assert_eq!(read(Cell::Text(written)), Err(wrong), "{written}");
        }
    }

    #[test]
    fn numbers_below_each_other_are_never_joined() {
        for written in
            ["480\n20", "1\n200", "480\t20", "480\r\n20", "480\u{2028}20", "\"480\n20 seats", "=\"480\n20\""]
        {
            assert_eq!(read(Cell::Text(written)), Err(NotSeats::Several), "{written:?}");
        }
        assert_eq!(read(Cell::Text("480\nseats")), Ok(480));
        assert_eq!(read(Cell::Text("\n480\n")), Ok(480));
    }

    #[test]
    fn what_programs_and_pages_put_round_a_count_is_none_of_it() {
        for written in [
            "=\"480\"",
            "'480",
            "\u{200e}480",
            "480\u{200b}",
            "\u{feff}480",
            "48\u{2060}0",
            "480&nbsp;seats",
            "480 Lizenzen",
            "480 si\u{e8}ges",
            "480 licencias",
            "480 posti",
            "480 licen\u{e7}as",
            "\u{ff14}\u{ff18}\u{ff10}",
        ] {
            assert_eq!(read(Cell::Text(written)), Ok(480), "{written:?}");
        }
        assert_eq!(read(Cell::Text("\u{200b}")), Err(Missing));
        assert_eq!(read(Cell::Text("=\"\"")), Err(Missing));
    }

    #[test]
    fn a_sum_that_misses_its_whole_number_by_nothing_to_be_seen_is_whole() {
        let number = |value| read(Cell::Number { value, format: "", written: "" });
        assert_eq!((number(150.000_000_000_000_03), number(149.999_999_999_999_97)), (Ok(150), Ok(150)));
        assert_eq!((number(150.001), number(0.000_000_000_1)), (Err(NotWhole), Err(NotWhole)));
        assert_eq!(read(Cell::Text("150.0000000000001")), Ok(150));
        assert_eq!(read(Cell::Text("149,9999999999999")), Ok(150));
        assert_eq!(read(Cell::Text("149.999")), Err(Ambiguous));
        assert_eq!(read(Cell::Text("150.01")), Err(NotWhole));
    }

    #[test]
    fn a_cell_that_shows_a_percentage_holds_no_count() {
        for format in ["0%", "0.00%", "0 \\%"] {
            let cell = Cell::Number { value: 6.0, format, written: "" };
            assert_eq!(read(cell), Err(NotSeats::Percent));
            assert!(NotSeats::Percent.message(cell).contains("600 %"));
        }
    }

    #[test]
    fn other_values_of_the_column_decide_what_has_two_readings() {
        let in_column = |other: &str, written: &str| {
            let mut column = Separators::default();
            other.split(' ').for_each(|value| column.see(Cell::Text(value), 2));
            read_in(Cell::Text(written), column)
        };
        assert_eq!(in_column("1.234.567", "1.234"), Ok(1234));
        assert_eq!(in_column("1.234.567", "1,234"), Err(Ambiguous));
        assert_eq!(in_column("12,5", "2.500"), Ok(2500));
        assert_eq!(in_column("12.5", "1.234"), Err(Ambiguous));
        assert_eq!(in_column("12.5", "1,234"), Ok(1234));
        assert_eq!(in_column("1,234,567 1.234.567", "1,234"), Err(Ambiguous));
        assert_eq!(in_column("480", "1.234"), Err(Ambiguous));
    }

    #[test]
    fn who_says_how_numbers_are_written_leaves_nothing_ambiguous() {
        let given = |mark, written: &str| {
            let column = Separators::known(Some(mark), None);
            read_in(Cell::Text(written), column)
        };
        assert_eq!((given(Mark::Dot, "1.234"), given(Mark::Dot, "1,234")), (Ok(1234), Err(NotWhole)));
        assert_eq!((given(Mark::Comma, "1,234"), given(Mark::Comma, "1.234")), (Ok(1234), Err(NotWhole)));
        let of_file = Separators::known(None, Some(Mark::Dot));
        assert_eq!(read_in(Cell::Text("1.234"), of_file), Ok(1234));
    }

    #[test]
    fn a_number_that_was_shortened_is_set_aside() {
        for written in ["1.2E+03", "5E+2", "1,23E+15"] {
            assert_eq!(read(Cell::Text(written)), Err(NotSeats::Shortened), "{written}");
        }
    }

    #[test]
    fn numbers_of_a_workbook_are_counts_only_if_whole() {
        let number = |value| read(Cell::Number { value, format: "", written: "" });
        assert_eq!(number(500.0), Ok(500));
        assert_eq!(number(12.5), Err(NotWhole));
        assert_eq!(number(-1.0), Err(Negative));
        assert_eq!(number(1e15), Err(TooMany));
        assert_eq!(read(Cell::Date { serial: 46_000.0, format: "yyyy-mm-dd" }), Err(WrongKind));
        assert_eq!(read(Cell::Bool(true)), Err(WrongKind));
        assert_eq!(read(Cell::Error("#REF!")), Err(NotSeats::Error));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_count_or_a_reason(text in "\\PC{0,20}") {
            let _ = read(Cell::Text(&text));
        }

        #[test]
        fn digits_alone_are_read_as_any_words_are(text in "[0-9 +,.]{0,12}") {
            let column = Separators::default();
            proptest::prop_assert_eq!(from_text(&text, column), from_words(&text, column));
        }

        #[test]
        fn a_count_with_thousands_separators_is_the_count(count in 0_u64..=LIMIT_SEATS) {
            let digits = count.to_string();
            let mut grouped = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index).is_multiple_of(3) { grouped.push(','); }
                grouped.push(digit);
            }
            proptest::prop_assert_eq!(read(Cell::Text(&grouped)), Ok(count));
        }
    }
}

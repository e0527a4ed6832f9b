//! Totals and counts: how such a line calls itself, and which numbers it states.

use super::heading::Headings;
use crate::fold::fold;
use crate::record::Cell;
use crate::roster::columns::Columns;
use crate::roster::identity::{Of, fingerprint};

/// Words and phrases for a total, folded.
const TOTALS: [&str; 67] = [
    "\u{3c3}",
    "\u{2211}",
    "total",
    "totals",
    "grand total",
    "grand totals",
    "subtotal",
    "subtotals",
    "sub total",
    "sub-total",
    "sub totals",
    "sum",
    "sums",
    "grand sum",
    "overall total",
    "overall",
    "report total",
    "total sum",
    "sum total",
    // German
    "gesamt",
    "summe",
    "summen",
    "gesamtsumme",
    "gesamtergebnis",
    "ergebnis",
    "teilergebnis",
    "zwischensumme",
    "teilsumme",
    "endsumme",
    "insgesamt",
    "summe gesamt",
    "gesamt summe",
    "total gesamt",
    // French
    "somme",
    "total g\u{e9}n\u{e9}ral",
    "sous-total",
    "sous total",
    "totaux",
    "somme totale",
    "total partiel",
    // Spanish and Portuguese
    "total general",
    "suma",
    "suma total",
    "totales",
    "total parcial",
    "total geral",
    "soma",
    "totais",
    "total global",
    "soma total",
    "subtotales",
    // Italian
    "totale",
    "totali",
    "totale generale",
    "totale complessivo",
    "subtotale",
    "somma",
    "totale parziale",
    "somma totale",
    // Dutch
    "totaal",
    "eindtotaal",
    "subtotaal",
    "som",
    "totalen",
    "algemeen totaal",
    "totaal generaal",
    "totaal-generaal",
];

/// Words for a count of rows, folded.
const COUNTS: [&str; 28] = [
    "count",
    "grand count",
    "total count",
    "record count",
    "row count",
    "records",
    "total records",
    "rows",
    "total rows",
    "number of records",
    "number of rows",
    "anzahl",
    "gesamtanzahl",
    "anzahl gesamt",
    "anzahl zeilen",
    "gesamtzahl",
    "nombre",
    "nombre total",
    "nb",
    "cuenta",
    "recuento",
    "n\u{fa}mero",
    "conteggio",
    "numero",
    "aantal",
    "totaal aantal",
    "contagem",
    "contar",
];

/// Words between a total and what it is of.
const BETWEEN: [&str; 22] = [
    "for", "of", "f\u{fc}r", "von", "aus", "de", "du", "des", "la", "del", "di", "per", "van", "voor",
    "para", "pour", "do", "da", "-", ":", "der", "le",
];

/// Longer texts are no such words.
const LONGEST_BYTES: usize = 160;
/// Numbers of a line that are looked at, beside that of the seats.
const MOST_NUMBERS: usize = 8;

/// A number of thousandths.
pub(super) type Amount = i64;

/// A cell as a number, read in each way in which a total may have been worked out: with `.` and with `,` as the mark of
/// fractions; by a program that takes nothing for a number but whole ones in plain digits, or plain digits with a point; and
/// as it counts when overrides have settled what it says.
pub(super) type Ways = [Option<Amount>; WAYS];

/// How many ways there are.
pub(super) const WAYS: usize = 5;

/// What a line states that looks like a total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// What stands in the column of seats.
    pub(super) seats: Option<Ways>,
    /// What stands in other columns.
    pub(super) others: Vec<Amount>,
    /// It says nothing but that it is a total; otherwise a name stands beside the word.
    pub(super) is_bare: bool,
    /// It is a count.
    pub(super) is_count: bool,
    /// The number of the name that stands behind the word, which a row above has to hold.
    pub(super) of: Option<u64>,
}

impl Total {
    /// Returns what a line states that counts rows and says so.
    pub(super) fn of_rows(count: u64) -> Self {
        let amount = i64::try_from(count).ok().and_then(|count| count.checked_mul(1000));
        Self { seats: Some([amount; WAYS]), is_bare: true, is_count: true, ..Self::default() }
    }
}

/// How a text calls itself a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Label<'a> {
    is_count: bool,
    named: TotalName<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TotalName<'a> {
    /// `Grand total`.
    No,
    /// `Contoso Total`.
    Before,
    /// `Total Contoso`, with what stands behind the word.
    Behind(&'a str),
}

/// Returns what a line states; `None` if it does not look like a total.
///
/// The word stands in the first cell or in that of the plan, or no other text stands in the line; or else in any cell,
/// and then the numbers have to prove it. A line with any other text for its plan is a customer's.
pub(super) fn read(filled: &[(usize, Cell<'_>)], columns: &Columns, headings: &Headings) -> Option<Total> {
    let (mut is_total, mut total, mut has_texts) = (false, Total::default(), false);
    for (column, cell) in filled {
        let is_plan = *column == columns.plan;
        // A number in the place of the plan is a count that stands beside its word.
        let Cell::Text(text) = cell else { continue };
        if amount(*cell).iter().any(Option::is_some) {
            continue;
        }
        let folded = if text.len() <= LONGEST_BYTES { fold(text) } else { String::new() };
        let (word, stated) = parted(&folded);
        total.others.extend(stated);
        match label(without_count(word), headings) {
            Some(label) => {
                is_total = true;
                total.is_count |= label.is_count;
                match label.named {
                    TotalName::No => total.is_bare |= is_plan || !has_texts,
                    TotalName::Before => {}
                    TotalName::Behind(name) => total.of = total.of.or_else(|| Some(number_of(name))),
                }
            }
            None if is_plan => return None,
            None => {}
        }
        has_texts = true;
    }
    let seats = filled.iter().find(|(column, _)| *column == columns.seats).map(|(_, cell)| amount(*cell));
    // What a total states is a number in every way.
    let stated = |seats: Ways| {
        let [point, comma, digits, plain, counted] = seats;
        let any = point.or(comma)?;
        Some([point, comma, digits.or(Some(any)), plain.or(Some(any)), counted])
    };
    total.seats = seats.and_then(stated);
    let others = filled.iter().filter(|(column, _)| *column != columns.seats);
    let others = others.filter_map(|(_, cell)| amount(*cell).into_iter().flatten().next());
    total.others.extend(others.take(MOST_NUMBERS));
    total.of = total.of.filter(|_| !total.is_bare);
    is_total.then_some(total)
}

/// `total records: 24` is `total records`, and 24.
fn parted(folded: &str) -> (&str, Option<Amount>) {
    let parts = folded.rsplit_once([':', '=']);
    let stated = parts.and_then(|(word, number)| {
        amount(Cell::Text(number)).into_iter().flatten().next().map(|number| (word, Some(number)))
    });
    stated.unwrap_or((folded, None))
}

/// `grand totals (24 records)` is `grand totals`.
fn without_count(folded: &str) -> &str {
    let counted = folded.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let bare = counted
        .filter(|(_, count)| count.starts_with(|c: char| c.is_ascii_digit()))
        .map_or(folded, |(word, _)| word);
    bare.trim_matches([':', ' ', '*', '=', '.', '-'])
}

fn label<'a>(folded: &'a str, headings: &Headings) -> Option<Label<'a>> {
    for (words, is_count) in [(&TOTALS[..], false), (&COUNTS[..], true)] {
        if words.contains(&folded) {
            return Some(Label { is_count, named: TotalName::No });
        }
    }
    // The longest first: `Contoso Grand Total` is no `Contoso Grand`.
    let mut best: Option<(usize, Label<'a>)> = None;
    for (words, is_count) in [(&TOTALS[..], false), (&COUNTS[..], true)] {
        for word in words {
            let named = if folded.strip_suffix(word).is_some_and(|rest| rest.ends_with([' ', '-', ':'])) {
                TotalName::Before
            } else if let Some(rest) = folded.strip_prefix(word).filter(|rest| rest.starts_with([' ', ':'])) {
                match of_what(rest) {
                    name if name.is_empty() || headings.name(name) => TotalName::No,
                    name => TotalName::Behind(name),
                }
            } else {
                continue;
            };
            if best.is_none_or(|(length, _)| word.len() > length) {
                best = Some((word.len(), Label { is_count, named }));
            }
        }
    }
    best.map(|(_, label)| label)
}

fn of_what(rest: &str) -> &str {
    let mut name = rest.trim_matches([' ', ':']);
    while let Some(shorter) = BETWEEN.iter().find_map(|word| name.strip_prefix(word)?.strip_prefix(' ')) {
        name = shorter.trim_start();
    }
    name
}

/// Returns the number of a text that a total may be of.
pub(super) fn number_of(folded: &str) -> u64 {
    fingerprint(Of::Plan, [folded, "total of"])
}

/// Returns the numbers of the texts of a row.
pub(super) fn numbers_of(cells: impl Iterator<Item = Option<String>>) -> Vec<u64> {
    cells.flatten().map(|text| number_of(&text)).collect()
}

/// Returns a cell's folded text, if it has one that a total may be of.
pub(super) fn named(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Text(text) if text.len() <= LONGEST_BYTES && !text.trim().is_empty() => Some(fold(text)),
        _ => None,
    }
}

/// Returns a cell as a number; what is no number is none.
pub(super) fn amount(cell: Cell<'_>) -> Ways {
    match cell {
        Cell::Text(text) => {
            let plain = text.trim();
            // Nearly all are.
            if plain.len() <= 9 && !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit()) {
                return [plain.parse::<i64>().ok().map(|count| count * 1000); WAYS];
            }
            let is_plain = plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            let point = written(plain, '.', ',');
            let comma = written(plain, ',', '.');
            [point, comma, None, point.filter(|_| is_plain), whole(point).or(comma).or(point)]
        }
        Cell::Number { value, .. } => {
            let point = thousandths(value);
            [point, point, point.filter(|_| value.fract() == 0.0), point, point]
        }
        _ => [None; WAYS],
    }
}

/// Returns a cell as a number where overrides say that it has so many seats.
pub(super) fn settled(ways: Ways, seats: Option<u64>) -> Ways {
    let [point, comma, digits, plain, counted] = ways;
    let settled = seats.and_then(|seats| i64::try_from(seats).ok()?.checked_mul(1000));
    [point, comma, digits, plain, settled.or(counted)]
}

fn whole(amount: Option<Amount>) -> Option<Amount> {
    amount.filter(|amount| amount % 1000 == 0)
}

fn thousandths(value: f64) -> Option<Amount> {
    const MOST: f64 = 1e12;
    #[expect(clippy::cast_possible_truncation, reason = "in range, see the bound")]
    (value.abs() < MOST).then(|| (value * 1000.0).round() as i64)
}

/// Reads a number with the mark of fractions `point`; `mark` and blanks part thousands, and words may stand behind.
fn written(text: &str, point: char, mark: char) -> Option<Amount> {
    const LONGEST: usize = 40;
    if text.len() > LONGEST || !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '('))
    {
        return None;
    }
    let bare = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let (sign, digits) = match (bare, text.strip_prefix('-')) {
        (Some(bare), _) => (-1.0, bare),
        (None, Some(rest)) => (-1.0, rest),
        (None, None) => (1.0, text.trim_start_matches('+')),
    };
    let is_part =
        |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '\'' | '\u{2019}');
    let end = digits.find(|c: char| !is_part(c)).unwrap_or(digits.len());
    let (number, unit) = digits.split_at_checked(end)?;
    // `250 seats` is a number, `365 Business` may be a name; a wrong one adds up with nothing.
    if unit.chars().any(|c| !(c.is_alphabetic() || c == '+')) {
        return None;
    }
    if number.rsplit_once(point).is_some_and(|(_, fraction)| fraction.contains(mark)) {
        return None;
    }
    let kept = number.chars().filter(|c| c.is_ascii_digit() || *c == point);
    let plain: String = kept.map(|c| if c == point { '.' } else { c }).collect();
    plain.parse::<f64>().ok().and_then(|value| thousandths(sign * value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::columns;

    fn total(cells: &[&str]) -> Option<Total> {
        let names = ["Customer", "Plan", "Seats", "Owner"].map(str::to_owned);
        let columns = columns::find(&names, &[], None).unwrap();
        let headings = Headings::new(&names, 1);
        let filled = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        let filled: Vec<(usize, Cell<'_>)> =
            filled.map(|(column, cell)| (column, Cell::Text(cell))).collect();
        read(&filled, &columns, &headings)
    }

    #[test]
    fn a_total_is_told_by_its_word_in_six_languages() {
        for word in [
            "Total",
            "Grand Total:",
            "SUBTOTAL",
            "Grand Totals (24 records)",
            "Gesamtergebnis",
            "Zwischensumme",
            "Somme",
            "Sous-total",
            "Total g\u{e9}n\u{e9}ral",
            "Suma",
            "Total general",
            "Totale",
            "Somma",
            "Totaal",
            "Eindtotaal",
            "Total geral",
            "Total seats",
            "Count",
            "Anzahl",
            "Total rows",
        ] {
            for cells in [[word, "", "620", ""], ["", word, "620", ""], ["", "", "620", word]] {
                let found = total(&cells).unwrap_or_else(|| panic!("{word}"));
                assert!(found.is_bare && found.of.is_none(), "{word}");
                assert_eq!(found.seats, Some([Some(620_000); WAYS]));
            }
        }
    }

    #[test]
    fn a_name_beside_the_word_has_to_be_proved_by_the_numbers() {
        for cells in [
            ["Contoso Total", "", "620", ""],
            ["Contoso Ergebnis", "", "620", ""],
            ["", "Microsoft 365 E3 Total", "620", ""],
        ] {
            let found = total(&cells).unwrap();
            assert!(!found.is_bare && found.of.is_none(), "{cells:?}");
        }
        for cells in [
            ["Total Contoso", "", "620", ""],
            ["Summe f\u{fc}r Contoso", "", "620", ""],
            ["Total for Contoso:", "", "620", ""],
        ] {
            assert_eq!(total(&cells).unwrap().of, Some(number_of("contoso")), "{cells:?}");
        }
    }

    #[test]
    fn what_has_another_text_for_its_plan_is_no_total() {
        assert_eq!(total(&["Total Quill", "Microsoft 365 E3", "500", ""]), None);
        assert_eq!(total(&["Total", "a plan that nobody knows", "500", ""]), None);
        assert_eq!(total(&["Contoso", "", "500", ""]), None);
        assert_eq!(total(&["Totalview", "", "500", ""]), None);
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
    fn a_number_is_read_in_both_ways() {
        let of = |text| {
            let [point, comma, ..] = amount(Cell::Text(text));
            [point, comma].map(|found| found.map(|found| found as f64 / 1000.0))
        };
        assert_eq!(of("1,498.00"), [Some(1498.0), None]);
        assert_eq!(of("1.498,50"), [None, Some(1498.5)]);
        assert_eq!(of("1.200"), [Some(1.2), Some(1200.0)]);
        assert_eq!(of("1\u{a0}200 seats"), [Some(1200.0), Some(1200.0)]);
        assert_eq!(of("150+"), [Some(150.0), Some(150.0)]);
        assert_eq!(of("-20"), [Some(-20.0), Some(-20.0)]);
        assert_eq!(of("Contoso"), [None, None]);
        assert_eq!(of("12-34"), [None, None]);
    }
}

//! Lines with nothing in them that says anything: checkboxes, running numbers, rules, units.

use super::heading::Headings;
use crate::fold::fold;
use crate::record::Cell;
use crate::roster::columns::Columns;

/// Words that are a checkbox which is not set, folded.
const NOT_SET: [&str; 7] = ["false", "falsch", "faux", "falso", "onwaar", "[ ]", "\u{2610}"];

/// Words that say what a column counts or holds, folded.
const UNITS: [&str; 32] = [
    "text",
    "string",
    "varchar",
    "char",
    "number",
    "numeric",
    "int",
    "integer",
    "date",
    "datetime",
    "boolean",
    "guid",
    "uuid",
    "pcs",
    "pcs.",
    "pieces",
    "units",
    "seats",
    "users",
    "count",
    "qty",
    "each",
    "ea",
    "st\u{fc}ck",
    "stk",
    "stk.",
    "st.",
    "pi\u{e8}ces",
    "unidades",
    "pezzi",
    "stuks",
    "name",
];

/// Returns whether a line has nothing but checkboxes that are not set and running numbers; and none of its cells says
/// whose it is, what was bought, or for how many.
pub(super) fn is_filler(filled: &[(usize, Cell<'_>)], columns: &Columns, headings: &Headings) -> bool {
    let says_nothing = |(column, cell): &(usize, Cell<'_>)| match cell {
        Cell::Bool(false) => true,
        Cell::Text(text) if NOT_SET.contains(&fold(text).as_str()) => true,
        Cell::Text(text) => is_running(text) && headings.are_numbering(*column),
        Cell::Number { value, .. } => value.fract() == 0.0 && headings.are_numbering(*column),
        _ => false,
    };
    // Neither a tenant nor a plan, and no seats: a formula that was filled down.
    let no_seats = |column: usize, cell: &Cell<'_>| {
        let is_zero = match cell {
            Cell::Number { value, .. } => *value == 0.0,
            Cell::Text(text) => text.trim() == "0",
            _ => false,
        };
        column == columns.seats && is_zero
    };
    filled.iter().all(|(column, cell)| {
        no_seats(*column, cell) || (!columns.are_read(*column) && says_nothing(&(*column, *cell)))
    })
}

fn is_running(text: &str) -> bool {
    const MOST_DIGITS: usize = 9;
    let digits = text.trim().trim_end_matches('.');
    !digits.is_empty() && digits.len() <= MOST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a line is a rule: `----+----`, `====`.
pub(super) fn is_rule(filled: &[(usize, Cell<'_>)]) -> bool {
    const LEAST: usize = 2;
    let is_drawn = |c: char| {
        matches!(
            c,
            '-' | '=' | '_' | '+' | '|' | ':' | '*' | '~' | ' ' | '\u{2500}'..='\u{257f}' | '\u{2014}'
        )
    };
    let drawn = |cell: &Cell<'_>| match cell {
        Cell::Text(text) => text.chars().all(is_drawn).then(|| text.trim().chars().count()),
        _ => None,
    };
    // A dash by itself says that there is nothing; a rule is longer in every column of a table with several.
    let lengths: Option<Vec<usize>> = filled.iter().map(|(_, cell)| drawn(cell)).collect();
    lengths.is_some_and(|lengths| {
        lengths.iter().all(|length| *length >= LEAST) && lengths.iter().any(|length| *length > LEAST)
    })
}

/// Returns whether the cells of a line are units: `(text)`, `[pcs]`, `pcs`.
pub(super) fn are_units(filled: &[(usize, Cell<'_>)]) -> bool {
    let is_unit = |cell: &Cell<'_>| {
        let Cell::Text(text) = cell else { return false };
        let folded = fold(text);
        let within = |open, close| folded.strip_prefix(open).is_some_and(|rest| rest.ends_with(close));
        within('(', ')') || within('[', ']') || within('<', '>') || UNITS.contains(&folded.as_str())
    };
    filled.iter().all(|(_, cell)| is_unit(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(cells: &[&'a str]) -> Vec<(usize, Cell<'a>)> {
        cells.iter().enumerate().map(|(column, cell)| (column, Cell::Text(cell))).collect()
    }

    #[test]
    fn a_rule_is_drawn_in_every_cell() {
        assert!(is_rule(&texts(&["---------", "---", "----------"])));
        assert!(is_rule(&texts(&["-----------+-----------+------------"])));
        assert!(is_rule(&texts(&["====", "===="])));
        assert!(!is_rule(&texts(&["-", "---", "-"])), "a dash alone stands for nothing");
        assert!(!is_rule(&texts(&["---", "SPE_E3", "---"])));
    }

    #[test]
    fn units_are_words_or_stand_in_brackets() {
        assert!(are_units(&texts(&["(text)", "(catalogue)", "pcs"])));
        assert!(are_units(&texts(&["[name]", "string", "St\u{fc}ck"])));
        assert!(!are_units(&texts(&["(text)", "Microsoft 365 E3", "pcs"])));
        assert!(!are_units(&texts(&["Contoso", "", "5"])));
    }
}

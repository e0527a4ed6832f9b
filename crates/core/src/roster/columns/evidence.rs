//! What the first values of a column say about it.

use super::{Field, Seen, beginning};
use crate::about::FIRST_COLUMNS;
use crate::fold::{fold, without_braces};
use crate::record::Cell;
use crate::roster::exports::squeezed;
use crate::roster::headings::{GIVEN_OUT, NEVER_PARTS, NEVER_WORDS, NUMBERING, abroad};
use crate::roster::seats::{self, NotSeats};

/// Fewer values tell nothing by themselves.
const LEAST_VALUES: usize = 3;

/// How many of the first values of a column, blank ones aside, are what a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Evidence {
    /// What they are, in words.
    pub what: &'static str,
    pub fitting: usize,
    pub of: usize,
}

impl Evidence {
    /// Most values fit. Sales teams name some plans in words of their own, so half is much for a plan; the others are
    /// of one kind throughout, but for a totals line or a slip.
    pub(super) fn is_for(self, field: Field) -> bool {
        let least = match field {
            Field::Plan => self.fitting * 2 >= self.of,
            _ => self.fitting * 5 >= self.of * 4,
        };
        least && self.fitting > 0
    }

    /// There are values enough, and none of them fits. The catalogue knows what a plan is; that a few cells hold no
    /// number says little.
    pub(super) fn is_against(self, field: Field) -> bool {
        let enough = if field == Field::Plan { 1 } else { LEAST_VALUES };
        self.of >= enough && self.fitting == 0
    }
}

/// Returns what the values of a column say about a needed field.
pub(super) fn of(seen: Seen<'_>, field: Field, column: usize) -> Evidence {
    match field {
        Field::Plan => counted(seen, column, "plans of the catalogue", seen.is_plan),
        Field::Seats => {
            // Sums of money are written with their fraction, whole as they may be.
            let is_count = |value: &str| seats::read(Cell::Text(value)).is_ok() && !has_fraction(value);
            counted(seen, column, "whole numbers", &is_count)
        }
        _ => {
            let domains = counted(seen, column, "domains", &is_domain);
            let guids = || counted(seen, column, "GUIDs", &|value| is_guid(value) && !(seen.is_plan)(value));
            if domains.fitting > 0 { domains } else { guids() }
        }
    }
}

/// Returns what the values of a column say against a field that its heading names; a number that cannot be taken for
/// paid seats, or not for sure, is a number all the same.
pub(super) fn against(seen: Seen<'_>, field: Field, column: usize) -> Evidence {
    use NotSeats::{Ambiguous, Negative, NotWhole, Shortened, TooMany};
    let is_number = |value: &str| match seats::read(Cell::Text(value)) {
        Ok(_) | Err(Ambiguous | Negative | NotWhole | Shortened | TooMany) => true,
        Err(_) => false,
    };
    match field {
        Field::Seats => counted(seen, column, "numbers", &is_number),
        _ => of(seen, field, column),
    }
}

/// `1.00` and `3.000,00`, but neither `1.200` nor `480`.
fn has_fraction(value: &str) -> bool {
    value.rsplit_once(['.', ',']).is_some_and(|(_, behind)| behind.len() != 3)
}

/// Returns the columns whose values alone show that they are this field, best first; those of `taken` are not asked.
pub(super) fn columns(seen: Seen<'_>, field: Field, taken: &[usize]) -> Vec<(usize, Evidence)> {
    let columns = (0..seen.headings.len().min(FIRST_COLUMNS)).filter(|column| !taken.contains(column));
    let mut fitting: Vec<(usize, Evidence)> = columns
        .filter(|column| {
            let heading = seen.headings.get(*column).map_or("", String::as_str);
            field != Field::Seats || (may_count(heading) && !are_numbers_or_marks(seen, *column))
        })
        .map(|column| (column, of(seen, field, column)))
        .filter(|(_, evidence)| evidence.of >= LEAST_VALUES && evidence.is_for(field))
        .collect();
    // A stable sort: of equals the first column.
    fitting.sort_by_key(|(_, evidence)| std::cmp::Reverse(evidence.fitting * 1000 / evidence.of.max(1)));
    fitting
}

/// Returns whether a heading says of its column that it is no count of paid seats.
pub(super) fn is_never_seats(heading: &str) -> bool {
    let words = super::near::words(heading);
    let joined: String = words.concat();
    let plain = squeezed(&joined);
    heading.contains('%')
        || NEVER_PARTS.iter().any(|part| joined.contains(part))
        || abroad::NEVER_PARTS.iter().any(|part| plain.contains(part))
        || words.iter().any(|word| NEVER_WORDS.contains(&word.as_str()))
}

/// Returns whether a heading, squeezed, counts what is given out.
pub(super) fn is_given_out(squeezed: &str) -> bool {
    GIVEN_OUT.iter().any(|part| squeezed.contains(part))
}

/// Returns whether the values of a column number its rows one after the other, or mark them with 1 and 0.
fn are_numbers_or_marks(seen: Seen<'_>, column: usize) -> bool {
    let cells = seen.rows.iter().filter_map(|row| row.get(column)).filter(|value| !value.trim().is_empty());
    let counts: Vec<Option<u64>> = cells.map(|value| seats::read(Cell::Text(value)).ok()).collect();
    let follow = |pair: &[Option<u64>]| match pair {
        [Some(one), Some(next)] => *next == one + 1,
        _ => false,
    };
    let are_marks = counts.iter().all(|count| count.is_some_and(|count| count <= 1));
    counts.len() >= LEAST_VALUES && (are_marks || counts.windows(2).all(follow))
}

fn may_count(heading: &str) -> bool {
    !is_never_seats(heading)
        && !super::near::words(heading).iter().any(|word| NUMBERING.contains(&word.as_str()))
}

fn counted(seen: Seen<'_>, column: usize, what: &'static str, fits: &dyn Fn(&str) -> bool) -> Evidence {
    let values = seen.rows.iter().filter_map(|row| row.get(column)).filter(|value| !value.trim().is_empty());
    let (mut fitting, mut of) = (0, 0);
    for value in values {
        of += 1;
        fitting += usize::from(fits(value));
    }
    Evidence { what, fitting, of }
}

/// `contoso.example`, `contoso.onmicrosoft.com`; no address with `@` or `://`.
pub(super) fn is_domain(value: &str) -> bool {
    let folded = fold(beginning(value));
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte == b'-' || byte.is_ascii_alphanumeric())
    };
    let ends_in_letters = folded
        .rsplit_once('.')
        .is_some_and(|(_, last)| last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic()));
    ends_in_letters && folded.split('.').all(is_label)
}

pub(super) fn is_guid(value: &str) -> bool {
    let folded = fold(beginning(value));
    let bare = without_braces(&folded);
    bare.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && bare.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_what_is_given_out_and_sums_of_money_are_never_seats() {
        for heading in [
            "Consumed",
            "ConsumedUnits",
            "Assigned licenses",
            "CountUsed",
            "Seats in use",
            "Expired Licenses",
            "MAU",
            "UnitPrice",
            "Amount",
            "CountAvailable",
            "Total cost",
            "Margin %",
        ] {
            assert!(is_never_seats(heading), "{heading}");
        }
        for heading in ["Seats", "Licence Qty", "How many", "Units", "Bought"] {
            assert!(!is_never_seats(heading), "{heading}");
        }
    }

    #[test]
    fn domains_and_guids_are_told_from_other_texts() {
        assert!(is_domain("contoso.onmicrosoft.com") && is_domain(" Fabrikam.EXAMPLE"));
        assert!(
            !["contoso", "1.234", "a@contoso.com", "https://contoso.com", "Contoso, Ltd.", "a..com"]
                .map(is_domain)
                .contains(&true)
        );
        assert!(is_guid("{FC48144D-b685-5f9e-b8a3-858a5cba9a92}") && !is_guid("fc48144d-b685"));
    }
}

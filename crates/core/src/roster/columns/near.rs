//! Headings that are nearly one of the list: another order or form of its words, a shortened word, a slip of the hand.

use super::{Field, beginning};
use crate::about::FIRST_CHARACTERS;
use crate::roster::headings::{LIKELY_PLAN, LIKELY_SEATS, LIKELY_TENANT, SPELLINGS};
use std::sync::LazyLock;

/// Longer headings, in bytes, are sentences, and compared with nothing.
const LONGEST_BYTES: usize = 60;
/// Cells of a row that are compared, when it is looked for the row of the headings.
const LIMIT_CELLS: usize = 64;
/// Words that say nothing of what is counted.
const FILLERS: [&str; 4] = ["of", "the", "our", "per"];

/// A heading of the list that a written one is near to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Near {
    /// Letters that differ; 0 = the same words.
    pub distance: usize,
    /// Its place in the lists, the surest first.
    pub place: usize,
    pub known: &'static str,
}

struct KnownHeading {
    field: Field,
    heading: &'static str,
    joined: String,
    letters: u64,
    sorted: Vec<String>,
}

static KNOWN: LazyLock<Vec<KnownHeading>> = LazyLock::new(|| {
    // What decides nothing is not guessed: `County` is no slip of the hand.
    let guessed = Field::ALL.into_iter().filter(|field| field.decides());
    let listed = guessed.flat_map(|field| field.headings().iter().map(move |known| (field, *known)));
    let likely = [
        (Field::Tenant, &LIKELY_TENANT[..]),
        (Field::Plan, &LIKELY_PLAN[..]),
        (Field::Seats, &LIKELY_SEATS[..]),
    ];
    let likely = likely.into_iter().flat_map(|(field, known)| known.iter().map(move |known| (field, *known)));
    let known = |(field, heading)| {
        let words = words(heading);
        let joined = words.join(" ");
        KnownHeading { field, heading, letters: letters(&joined), joined, sorted: sorted(words) }
    };
    listed.chain(likely).map(known).collect()
});

/// Returns the heading of `field`'s list that this one is near to; `None` also where another field's is nearer.
pub(super) fn near(heading: &str, field: Field) -> Option<Near> {
    nearest(heading).filter(|(_, of)| *of == field).map(|(near, _)| near)
}

/// Returns the heading that `written` is but for the case of its letters, its marks, or one letter in four.
pub(super) fn slip<'h>(written: &str, headings: &[&'h str]) -> Option<&'h str> {
    let squeezed = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .take(LONGEST_BYTES)
            .collect()
    };
    let wanted = squeezed(written);
    let distance = |heading: &&'h str| {
        let distance = strsim::osa_distance(&wanted, &squeezed(heading));
        (distance <= wanted.chars().count() / 4).then_some((distance, *heading))
    };
    headings.iter().filter_map(distance).min_by_key(|(distance, _)| *distance).map(|(_, heading)| heading)
}

/// Returns the fields that the first cells of a row nearly name.
pub(super) fn among(cells: &[String]) -> Vec<Field> {
    // Every cell of the first rows is asked, and hardly any heading has a digit.
    let likely =
        cells.iter().take(LIMIT_CELLS).filter(|cell| !cell.bytes().any(|byte| byte.is_ascii_digit()));
    likely.filter_map(|cell| nearest(cell)).map(|(_, field)| field).collect()
}

/// Returns the listed heading that this one is nearest to, with its field.
fn nearest(heading: &str) -> Option<(Near, Field)> {
    if heading.len() > LONGEST_BYTES {
        return None;
    }
    let words = words(heading);
    let joined = words.join(" ");
    if joined.is_empty() {
        return None;
    }
    let sorted = sorted(words);
    let letters = letters(&joined);
    let all = KNOWN.iter().enumerate().filter_map(|(place, known)| {
        let distance = distance(known, (&joined, letters), &sorted)?;
        Some((Near { distance, place, known: known.heading }, known.field))
    });
    let best = all.min_by_key(|(near, _)| *near);
    best.filter(|(_, field)| *field != Field::Seats || !super::evidence::is_never_seats(heading))
}

fn distance(known: &KnownHeading, (joined, letters): (&str, u64), words: &[String]) -> Option<usize> {
    if known.sorted == words {
        return Some(0);
    }
    // Slips in the first letter are rare, and comparing costs much.
    if known.joined.as_bytes().first() != joined.as_bytes().first() {
        return None;
    }
    let allowed = match known.joined.len().max(joined.len()) {
        // `plan` and `plant`, `seat` and `heat`: in short words each letter counts.
        0..6 => return None,
        6..9 => 1,
        _ => 2,
    };
    if known.joined.len().abs_diff(joined.len()) > allowed {
        return None;
    }
    // Each slip takes one letter at most from those that occur, and brings in one at most.
    let lost = (known.letters & !letters).count_ones();
    let gained = (letters & !known.letters).count_ones();
    if usize::try_from(lost.max(gained)).is_ok_and(|least| least > allowed) {
        return None;
    }
    Some(strsim::osa_distance(&known.joined, joined)).filter(|distance| *distance <= allowed)
}

/// Returns which letters occur in a text: one bit for each, which letters that are no ASCII ones may share.
fn letters(text: &str) -> u64 {
    text.chars().fold(0, |all, letter| all | 1 << (u32::from(letter) % u64::BITS))
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort_unstable();
    words
}

/// Returns the words of a heading, lower case, in the spelling of the lists: `LicenceQty` is `license quantity`,
/// `# of seats` is `seats`.
pub(super) fn words(heading: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(heading.len().min(2 * FIRST_CHARACTERS));
    let mut was_lower = false;
    for letter in beginning(heading).chars() {
        if letter.is_uppercase() && was_lower {
            spaced.push(' ');
        }
        was_lower = letter.is_lowercase();
        match letter {
            '#' => spaced.push_str(" number of "),
            letter if letter.is_alphanumeric() => spaced.extend(letter.to_lowercase()),
            _ => spaced.push(' '),
        }
    }
    let counting = ["number of", "no of", "nr of", "count of", "quantity of"];
    let spelled: Vec<&str> = spaced.split_whitespace().map(spelled).collect();
    let joined = spelled.join(" ");
    let rest = counting.iter().find_map(|start| joined.strip_prefix(start)).unwrap_or(&joined);
    rest.split_whitespace().filter(|word| !FILLERS.contains(word)).map(str::to_owned).collect()
}

fn spelled(word: &str) -> &str {
    SPELLINGS.iter().find(|(short, _)| *short == word).map_or(word, |(_, full)| full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_another_order_or_a_shortened_word_is_near() {
        for (heading, field, known) in [
            ("Tennant", Field::Tenant, "tenant"),
            ("Custmer name", Field::Tenant, "customer name"),
            ("Name of the customer", Field::Tenant, "customer name"),
            ("Produkt", Field::Plan, "product"),
            ("Licence type", Field::Plan, "license type"),
            ("Paid Seat", Field::Seats, "paid seats"),
            ("Seats (paid)", Field::Seats, "paid seats"),
            ("# of seats", Field::Seats, "seats"),
            ("Licence Qty", Field::Seats, "license quantity"),
            ("LicenceQty.", Field::Seats, "license quantity"),
        ] {
            assert_eq!(near(heading, field).map(|near| near.known), Some(known), "{heading}");
        }
    }

    #[test]
    fn what_only_sounds_alike_is_not_near() {
        for heading in [
            "Plant",
            "Country",
            "Order",
            "Price",
            "Region",
            "Quality",
            "",
            "??",
            "Contoso",
            "Microsoft 365 E3",
        ] {
            for field in Field::ALL {
                assert_eq!(near(heading, field), None, "{heading}");
            }
        }
    }

    #[test]
    fn no_heading_is_passed_over_that_is_near_enough() {
        let slow = |known: &KnownHeading, joined: &str| {
            let longest = known.joined.len().max(joined.len());
            let allowed = [0, 1, 2].into_iter().rfind(|slips| longest >= [0, 6, 9][*slips])?;
            let is_compared = longest >= 6
                && known.joined.len().abs_diff(joined.len()) <= allowed
                && known.joined.as_bytes().first() == joined.as_bytes().first();
            Some(strsim::osa_distance(&known.joined, joined)).filter(|far| is_compared && *far <= allowed)
        };
        let mut compared = 0;
        for known in KNOWN.iter() {
            for other in KNOWN.iter().filter(|other| other.sorted != known.sorted) {
                for (cut, put) in [(0, ""), (1, ""), (2, ""), (0, "x"), (1, "\u{e9}"), (1, "ab")] {
                    let end = other.joined.len().saturating_sub(cut);
                    let joined = format!("{}{put}", other.joined.get(..end).unwrap_or_default());
                    let found = distance(known, (&joined, letters(&joined)), std::slice::from_ref(&joined));
                    let is_same = known.sorted == [joined.as_str()];
                    assert_eq!(found, if is_same { Some(0) } else { slow(known, &joined) }, "{joined}");
                    compared += usize::from(found.is_some());
                }
            }
        }
        assert!(compared > 20, "{compared}");
    }

    #[test]
    fn counts_of_used_seats_are_near_to_nothing() {
        for heading in ["Used seats", "Seats used", "Assigned seats", "Consumed Licence Qty", "Seats price"] {
            assert_eq!(near(heading, Field::Seats), None, "{heading}");
        }
    }

    #[test]
    fn a_heading_belongs_to_the_field_it_is_nearest_to() {
        assert_eq!(near("Licences", Field::Plan), None);
        assert_eq!(near("Subscription_Id", Field::Plan), None);
    }
}

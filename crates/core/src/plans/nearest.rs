//! What a text may have meant that names no plan: suggestions to a person, never an answer.

use super::catalogue::{Catalogue, MOST_CANDIDATES, NotFound};
use super::grammar::{Grammar, NotAPlan, WordSet};
use super::offers::Offers;
use super::places::Places;
use super::words::{Reading, read_written};
use super::{Plan, PlanKind, Price};

/// Longer texts, in words, have no suggestion.
const MOST_WORDS: usize = 12;
/// A shorter word has to be written right: `E3` is no slip for `E5`.
const SHORTEST_SLIP: usize = 4;
/// Words that a name may have behind those that were written, if these are [`FEWEST_WRITTEN`] at least.
const MOST_MISSING: usize = 3;
const FEWEST_WRITTEN: usize = 3;
/// What a slip counts, so that it is more than all words that are missing.
const SLIP: usize = 4;
/// Names that are compared, at most.
const NAMES_COMPARED: usize = 64;

/// The names by their words.
#[derive(Clone, Debug)]
pub(super) struct Nearest {
    names: Vec<Name>,
    /// The places in `names` of those that hold a word.
    by_word: Places,
}

/// A name, and what it is the name of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    /// The bare words, one blank between them.
    words: String,
    count: usize,
    plans: Vec<usize>,
}

impl Nearest {
    pub(super) fn new(plans: &[Plan], offers: &Offers) -> Self {
        let mut names: Vec<Name> = offers
            .bare_names()
            .filter(|(_, places)| places.iter().all(|place| *place < plans.len()))
            .map(|(words, plans)| Name { words: words.to_owned(), count: words.split(' ').count(), plans })
            .collect();
        names.sort_unstable();
        let mut by_word = Places::default();
        for (place, name) in names.iter().enumerate() {
            for word in name.words.split(' ') {
                match by_word.get_mut(word) {
                    Some(places) if places.last() == Some(&place) => {}
                    Some(places) => places.push(place),
                    None => drop(by_word.insert(word.to_owned(), vec![place])),
                }
            }
        }
        Self { names, by_word }
    }

    /// Returns the places of the plans whose names come close to the bare words, closest first, with how far they are.
    ///
    /// Either every word that was written stands in the name, but for slips of the pen in long ones; or the name goes on
    /// behind them without a tier, a number or a part left out.
    fn close(&self, written: &[&str], grammar: &Grammar) -> Vec<(usize, usize)> {
        let mut reached: Vec<usize> =
            written.iter().filter_map(|word| self.by_word.get(*word)).flatten().copied().collect();
        reached.sort_unstable();
        let mut shared: Vec<(usize, usize, usize)> = reached
            .chunk_by(|one, other| one == other)
            .filter_map(|same| {
                let place = *same.first()?;
                let length = self.names.get(place)?.count;
                Some((usize::MAX - same.len(), length.abs_diff(written.len()), place))
            })
            .collect();
        shared.sort_unstable();
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (_, _, place) in shared.into_iter().take(NAMES_COMPARED) {
            let Some(name) = self.names.get(place) else { continue };
            let words: Vec<&str> = name.words.split(' ').collect();
            if let Some(far) = distance(written, &words, grammar) {
                found.extend(name.plans.iter().map(|place| (far, *place)));
            }
        }
        found.sort_unstable();
        found
    }
}

/// How far a name is from what was written; `None` where it is another one.
fn distance(written: &[&str], name: &[&str], grammar: &Grammar) -> Option<usize> {
    let begins = written.len() >= FEWEST_WRITTEN && name.iter().zip(written).all(|(one, other)| one == other);
    if begins && name.len() > written.len() {
        let left = name.get(written.len()..).unwrap_or_default();
        return (left.len() <= MOST_MISSING && !left.iter().any(|word| tells(word, grammar)))
            .then_some(left.len());
    }
    if name.len() != written.len() {
        return None;
    }
    let mut left = name.to_vec();
    let mut slips = Vec::new();
    for word in written {
        match left.iter().position(|known| known == word) {
            Some(place) => {
                left.remove(place);
            }
            None => slips.push(*word),
        }
    }
    let mut far = 0;
    for word in slips {
        let best =
            left.iter().enumerate().filter_map(|(place, known)| Some((slip(word, known)?, place))).min();
        let (edits, place) = best?;
        left.remove(place);
        far += edits;
    }
    Some(far * SLIP)
}

/// Whether a word makes another plan of a name that has it: a tier, a number, a part left out.
fn tells(word: &str, grammar: &Grammar) -> bool {
    grammar.variant_words.contains(word) || word.bytes().any(|byte| byte.is_ascii_digit())
}

/// The letters that have to change from one word to the other, if they are few enough for a slip of the pen.
fn slip(written: &str, known: &str) -> Option<usize> {
    let all_digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    if written == known {
        return Some(0);
    }
    if all_digits(written) && all_digits(known) {
        let sorted = |word: &str| {
            let mut digits: Vec<u8> = word.bytes().collect();
            digits.sort_unstable();
            digits
        };
        return (written.len() >= 3 && sorted(written) == sorted(known)).then_some(1);
    }
    // A key held too long: `E33`.
    if let (Some(rest), Some(last)) = (written.strip_prefix(known), known.chars().next_back())
        && rest.chars().all(|letter| letter == last)
    {
        return Some(1);
    }
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    if written.len() < SHORTEST_SLIP || known.len() < SHORTEST_SLIP || has_digit(written) || has_digit(known)
    {
        return None;
    }
    let edits = strsim::osa_distance(written, known);
    let most = 1 + known.len() / 6;
    (edits <= most).then_some(edits)
}

impl Catalogue {
    /// Returns what is to be said of a text that names no plan.
    pub(super) fn missed(&self, cleaned: &str) -> NotFound<'_> {
        let reading = read_written(cleaned, self.tables.grammar, self.vocabulary());
        let words: Vec<&str> = reading.bare.split(' ').filter(|word| !word.is_empty()).collect();
        let is_known = |word: &str| {
            self.vocabulary().contains(word) || self.tables.grammar.vocabulary.contains_key(word)
        };
        let unknown = words.iter().filter(|word| !is_known(word)).map(|word| (*word).to_owned()).collect();
        let other = self.other_than_a_plan(cleaned, &reading);
        let looks = other.is_none() && !words.is_empty() && words.len() <= MOST_WORDS;
        let candidates = if looks { self.candidates(&words, &reading) } else { Vec::new() };
        NotFound { candidates, unknown, other, ..NotFound::default() }
    }

    /// Only plans of the segment, price and kind that the words say are suggested; none rather than a wrong one.
    fn candidates(&self, words: &[&str], reading: &Reading) -> Vec<&Plan> {
        let segment = reading.segment.unwrap_or("commercial");
        let price = reading.price.unwrap_or(Price::Paid);
        let close = self.nearest().close(words, self.tables.grammar);
        let nearest = close.first().map_or(0, |(far, _)| *far);
        let mut found: Vec<&Plan> = Vec::new();
        for (far, place) in close {
            let Some(plan) = self.tables.plans.get(place) else { continue };
            // What goes on behind the words may make an add-on of a suite.
            let goes_on = far % SLIP != 0 || far == 0;
            let fits = plan.segment == segment
                && plan.price == price
                && far == nearest
                && (!goes_on || plan.kind == PlanKind::Base);
            if fits && !found.iter().any(|known| known.key() == plan.key() || known.name == plan.name) {
                found.push(plan);
            }
        }
        if found.windows(2).any(|two| matches!(two, [one, other] if one.kind != other.kind)) {
            return Vec::new();
        }
        if found.len() > MOST_CANDIDATES { Vec::new() } else { found }
    }

    /// Returns what a text names that is known to be no plan.
    fn other_than_a_plan(&self, cleaned: &str, reading: &Reading) -> Option<String> {
        let id = crate::fold::fold(cleaned).replace([' ', '-'], "_");
        if self.is_service_plan(&id) {
            return Some("a service plan, which is part of products and not sold by itself".to_owned());
        }
        let words = || reading.bare.split(' ');
        let is_named = |other: &&NotAPlan| {
            let has = |known: &WordSet| words().any(|word| known.contains(word));
            has(&other.words) && (other.with.is_empty() || has(&other.with))
        };
        let shown = self.tables.grammar.others.iter().find(is_named).map(|other| other.what.clone());
        let is_commerce_id = || words().next().is_some_and(|word| word.starts_with("cfq7"));
        let what = if is_commerce_id() {
            Some("a commerce id, which this catalogue does not list")
        } else if is_part_number(cleaned) {
            Some("a part number of a price list, which this catalogue does not list")
        } else {
            None
        };
        shown.or_else(|| what.map(str::to_owned))
    }
}

/// Microsoft's part numbers of volume licensing: `AAA-12414`, `7NQ-00302`.
fn is_part_number(cleaned: &str) -> bool {
    const FAMILY: usize = 3;
    const NUMBER: usize = 5;
    let Some((family, number)) = cleaned.trim().split_once('-') else { return false };
    let is_code = |code: &str| code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    family.len() == FAMILY
        && is_code(family)
        && number.len() == NUMBER
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

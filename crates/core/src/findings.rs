//! What is wrong with the rows of a roster, each thing once: how many rows have it, and where it was found first.

pub mod to_settle;

use crate::diagnostic::Code;
use crate::fold::fold;
use crate::roster::columns::{Columns, TenantFrom};
use crate::roster::overrides::WordKind;
use crate::roster::{Fault, RosterRow};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Words that are kept, at most; a roster that has more is none that a person fills in.
pub const LIMIT_WORDS: usize = 10_000;
/// Other things that are kept, at most.
const LIMIT_OTHERS: usize = 1_000;
/// Bytes of text that are kept, at most.
const LIMIT_BYTES: usize = 16 << 20;

/// One thing that is wrong, in however many rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The fault as the first row has it.
    pub fault: Fault,
    /// The number of that row.
    pub number: u64,
    /// The word that was not understood, as that row has it, if that is what is wrong.
    pub word: Option<(WordKind, String)>,
    /// Rows that have it.
    pub rows: u64,
    /// Their seats, as far as they can be read.
    pub seats: u64,
}

/// What is wrong with the rows: faults are the same if code, column and value are, the value as texts are compared, or
/// where there is none, the message.
///
/// No more is kept than there is room for, whatever the roster; what has none is counted.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    places: HashMap<Key, usize>,
    /// In the order in which they were found.
    all: Vec<Finding>,
    words: usize,
    bytes: usize,
    /// Rows with a word for which there was no room.
    beyond: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    code: Code,
    column: Option<usize>,
    text: String,
}

impl Findings {
    /// Adds what is wrong with a row.
    pub fn see(&mut self, row: &RosterRow<'_>, number: u64, columns: &Columns) {
        for fault in &row.faults {
            let kind = WordKind::of_fault(fault.code);
            let word = kind.map(|kind| (kind, spelling(kind, &fault.value, columns)));
            let text = match (&word, fault.value.as_str()) {
                (Some((_, word)), _) => fold(word),
                (None, "") => fault.message.clone(),
                (None, value) => fold(value),
            };
            let key = Key { code: fault.code, column: fault.column, text };
            let seats = row.seats.unwrap_or(0);
            let finding = || Finding {
                fault: fault.clone(),
                number,
                word: word.map(|(kind, word)| (kind, word.to_owned())),
                rows: 0,
                seats: 0,
            };
            self.add(key, finding, (1, seats));
        }
    }

    /// Adds what was found in the rows that come next.
    pub fn merge(&mut self, other: Self) {
        let mut keys: Vec<Option<Key>> = vec![None; other.all.len()];
        for (key, place) in other.places {
            if let Some(free) = keys.get_mut(place) {
                *free = Some(key);
            }
        }
        for (key, finding) in keys.into_iter().zip(other.all) {
            let (Some(key), counts) = (key, (finding.rows, finding.seats)) else { continue };
            self.add(key, || finding, counts);
        }
        self.beyond += other.beyond;
    }

    /// Returns at most so many, in the order in which they were found; of more, those that keep rows from a verdict go
    /// first, then those that most rows have.
    #[must_use]
    pub fn first(&self, most: usize) -> Vec<&Finding> {
        let mut found: Vec<&Finding> = self.all.iter().collect();
        if found.len() > most {
            found.sort_by_key(|finding| (!finding.fault.blocks, Reverse(finding.rows)));
            found.truncate(most);
        }
        found
    }

    /// Returns the words that were not understood: those of most rows first, then by how they are written.
    #[must_use]
    pub fn words(&self) -> Vec<(WordKind, &str, &Finding)> {
        let of_words = self.all.iter().filter_map(|finding| Some((finding.word.as_ref()?, finding)));
        let mut words: Vec<_> =
            of_words.map(|((kind, word), finding)| (*kind, word.as_str(), finding)).collect();
        words.sort_by_key(|(kind, word, finding)| (Reverse(finding.rows), *word, *kind));
        words
    }

    /// Returns how many rows have a word for which there was no room.
    #[must_use]
    pub const fn beyond(&self) -> u64 {
        self.beyond
    }

    fn add(&mut self, key: Key, finding: impl FnOnce() -> Finding, (rows, seats): (u64, u64)) {
        let known = self.places.get(&key).copied();
        let Some(place) = known.or_else(|| self.keep(key, finding, rows)) else { return };
        if let Some(finding) = self.all.get_mut(place) {
            finding.rows += rows;
            finding.seats = finding.seats.saturating_add(seats);
        }
    }

    /// Keeps something new, if there is room, and returns its place.
    fn keep(&mut self, key: Key, finding: impl FnOnce() -> Finding, rows: u64) -> Option<usize> {
        let is_word = WordKind::of_fault(key.code).is_some();
        let others = self.all.len() - self.words;
        let (count, limit) = if is_word { (self.words, LIMIT_WORDS) } else { (others, LIMIT_OTHERS) };
        if count >= limit || self.bytes >= LIMIT_BYTES {
            self.beyond += if is_word { rows } else { 0 };
            return None;
        }
        let finding = Finding { rows: 0, seats: 0, ..finding() };
        let texts = [&finding.fault.value, &finding.fault.message, &finding.fault.help, &key.text];
        self.bytes += texts.iter().map(|text| text.len()).sum::<usize>();
        self.words += usize::from(is_word);
        let place = self.all.len();
        self.all.push(finding);
        self.places.insert(key, place);
        Some(place)
    }
}

/// Where the tenant stands before the colon of the plan, the plan is what stands behind it.
fn spelling<'v>(kind: WordKind, value: &'v str, columns: &Columns) -> &'v str {
    let behind = match (kind, &columns.tenant) {
        (WordKind::Plan, TenantFrom::BeforeColon(_)) => value.split_once(':').map(|(_, plan)| plan.trim()),
        _ => None,
    };
    behind.unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Catalogue;
    use crate::policy::Policy;
    use crate::record::Records;
    use crate::roster::{columns, understand};

    fn found(rows: &[[&str; 3]]) -> Findings {
        let headings = ["Tenant", "Plan", "Seats"].map(str::to_owned);
        let columns = columns::find(&headings, &[], None).unwrap();
        let (policy, catalogue) = (Policy::default_shipped().unwrap(), Catalogue::shipped().unwrap());
        let mut all = Findings::default();
        for (number, row) in (2..).zip(rows) {
            let mut records = Records::default();
            records.begin(number, number - 1);
            for cell in row {
                records.push_text(cell);
            }
            let mut one = Findings::default();
            let record = records.iter().next().unwrap();
            one.see(&understand(record, &columns, &policy, &catalogue), number, &columns);
            all.merge(one);
        }
        all
    }

    #[test]
    fn one_spelling_is_told_once_with_its_rows_and_seats() {
        let found = found(&[
            ["Contoso", "House  bundle", "480"],
            ["Fabrikam", "SPE_E3", "12.5"],
            ["Litware", "Other bundle", "1"],
            ["Tailspin", "house bundle ", "x"],
        ]);
        let words: Vec<_> =
            found.words().iter().map(|(kind, word, of)| (kind.word(), *word, of.rows, of.seats)).collect();
        assert_eq!(words, [("plan", "House  bundle", 2, 480), ("plan", "Other bundle", 1, 1)]);
        let told: Vec<_> =
            found.first(20).iter().map(|of| (of.fault.code.as_str(), of.number, of.rows)).collect();
        assert_eq!(
            told,
            [
                ("plan-unknown", 2, 2),
                ("seats-not-whole", 3, 1),
                ("plan-unknown", 4, 1),
                ("seats-unreadable", 5, 1)
            ]
        );
        assert_eq!(found.first(1)[0].fault.value, "House  bundle");
    }

    #[test]
    fn no_roster_fills_the_memory() {
        let mut found = Findings::default();
        let fault = |code, value: String| Fault {
            code,
            blocks: true,
            column: Some(0),
            value,
            message: String::new(),
            help: String::new(),
        };
        for number in 0..2 * LIMIT_WORDS as u64 {
            for code in [Code::PlanUnknown, Code::SeatsUnreadable] {
                let of = fault(code, number.to_string());
                let key = Key { code, column: Some(0), text: of.value.clone() };
                let word = WordKind::of_fault(code).map(|kind| (kind, of.value.clone()));
                found.add(key, || Finding { fault: of, number, word, rows: 1, seats: 1 }, (1, 1));
            }
        }
        assert_eq!((found.words().len(), found.beyond()), (LIMIT_WORDS, LIMIT_WORDS as u64));
        assert_eq!(found.all.len(), LIMIT_WORDS + LIMIT_OTHERS);
    }
}

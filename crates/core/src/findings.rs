//! What is wrong with the rows of a roster, each thing once: how many rows have it, and where it was found first.

pub mod causes;
pub mod to_settle;
pub mod words;

use crate::diagnostic::Code;
use crate::fold::fold;
use crate::roster::columns::{Columns, TenantFrom};
use crate::roster::overrides::WordKind;
use crate::roster::{Fault, RosterRow};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Names of plans that are kept, at most; a roster that has more is none that a person fills in.
pub const LIMIT_PLANS: usize = 10_000;
/// Other words that are kept, at most: free texts among them take no room from plans.
pub const LIMIT_WORDS: usize = 2_000;
/// Other things that are kept, at most.
const LIMIT_OTHERS: usize = 1_000;
/// Bytes of text that are kept of each of them, at most.
const LIMIT_BYTES: usize = 8 << 20;

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

/// What is wrong with the rows: faults are the same if code, column, value and message are, as texts are compared; of a
/// word that a person can settle, the message does not matter.
///
/// No more is kept than there is room for, whatever the roster; what has none is counted.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    places: HashMap<Key, usize>,
    /// In the order in which they were found.
    all: Vec<Finding>,
    plans: Kept,
    words: Kept,
    others: Kept,
    /// Rows with a word for which there was no room.
    beyond: u64,
}

/// How much of one kind is kept.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    count: usize,
    bytes: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    code: Code,
    /// What kind of word it is, if it is one that a person can settle.
    kind: Option<WordKind>,
    column: Option<usize>,
    text: String,
}

impl Findings {
    /// Adds what is wrong with a row.
    pub fn see(&mut self, row: &RosterRow<'_>, number: u64, columns: &Columns) {
        for fault in &row.faults {
            let kind = WordKind::of_fault(fault.code).filter(|_| is_word(fault, columns));
            let word = kind.map(|kind| (kind, spelling(kind, &fault.value, columns)));
            let text = match (&word, fault.value.as_str()) {
                (Some((_, word)), _) => fold(word),
                (None, "") => fault.message.clone(),
                // What is said of one value may differ, such as by segment.
                (None, value) => format!("{}\0{}", fold(value), fold(&fault.message)),
            };
            let key = Key { code: fault.code, kind, column: fault.column, text };
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
        let (kept, limit) = match key.kind {
            Some(WordKind::Plan) => (&mut self.plans, LIMIT_PLANS),
            Some(_) => (&mut self.words, LIMIT_WORDS),
            None => (&mut self.others, LIMIT_OTHERS),
        };
        if kept.count >= limit || kept.bytes >= LIMIT_BYTES {
            self.beyond += if key.kind.is_some() { rows } else { 0 };
            return None;
        }
        let finding = Finding { rows: 0, seats: 0, ..finding() };
        let texts = [&finding.fault.value, &finding.fault.message, &finding.fault.help, &key.text];
        kept.bytes += texts.iter().map(|text| text.len()).sum::<usize>();
        kept.count += 1;
        let place = self.all.len();
        self.all.push(finding);
        self.places.insert(key, place);
        Some(place)
    }
}

/// Whether a person can settle what the fault's value means: not an answer or a date in a column that is watched.
fn is_word(fault: &Fault, columns: &Columns) -> bool {
    let watched = || columns.watched.iter().find(|watched| Some(watched.column) == fault.column);
    let is_watched = matches!(fault.code, Code::StatusNotRead | Code::TrialNotRead | Code::SegmentNotRead);
    !is_watched || watched().is_none_or(|watched| watched.is_word(&fault.value))
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
        found_under(["Tenant", "Plan", "Seats"], rows)
    }

    fn found_under<const N: usize>(headings: [&str; N], rows: &[[&str; N]]) -> Findings {
        let headings = headings.map(str::to_owned);
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
    fn what_is_said_of_one_plan_in_two_segments_is_told_twice() {
        let headings = ["Tenant", "Plan", "Seats", "Segment"].map(str::to_owned);
        let columns = columns::find(&headings, &[], None).unwrap();
        let (policy, catalogue) = (Policy::default_shipped().unwrap(), Catalogue::shipped().unwrap());
        let mut records = Records::default();
        records.begin(2, 1);
        for cell in ["Contoso", "Office 365 E1", "30", "Nonprofit"] {
            records.push_text(cell);
        }
        let of_nonprofit = understand(records.iter().next().unwrap(), &columns, &policy, &catalogue);
        let mut of_school = of_nonprofit.clone();
        let message = &mut of_school.faults[0].message;
        *message = message.replace("nonprofit", "school");
        let mut found = Findings::default();
        for (number, row) in [(2, &of_nonprofit), (3, &of_school), (4, &of_nonprofit)] {
            found.see(row, number, &columns);
        }
        let told: Vec<_> =
            found.first(20).iter().map(|of| (of.fault.code.as_str(), of.number, of.rows)).collect();
        assert_eq!(told, [("plan-price-doubtful", 2, 2), ("plan-price-doubtful", 3, 1)]);
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
        let of = |code, number: u64| {
            let (fault, kind) = (fault(code, number.to_string()), WordKind::of_fault(code));
            let key = Key { code, kind, column: Some(0), text: fault.value.clone() };
            let word = kind.map(|kind| (kind, fault.value.clone()));
            (key, Finding { fault, number, word, rows: 1, seats: 1 })
        };
        // Free texts that come first take no room from plans.
        for code in [Code::StatusNotRead, Code::PlanUnknown, Code::SeatsUnreadable] {
            for number in 0..2 * LIMIT_PLANS as u64 {
                let (key, finding) = of(code, number);
                found.add(key, || finding, (1, 1));
            }
        }
        let words = LIMIT_PLANS + LIMIT_WORDS;
        assert_eq!((found.words().len(), found.beyond()), (words, (4 * LIMIT_PLANS - words) as u64));
        let plans = found.words().iter().filter(|(kind, ..)| *kind == WordKind::Plan).count();
        assert_eq!((plans, found.all.len()), (LIMIT_PLANS, words + LIMIT_OTHERS));
    }

    #[test]
    fn answers_and_dates_under_headings_that_ask_are_no_words_to_settle() {
        let cells = [
            ("Cancelled?", "Yes", 0),
            ("Cancelled on", "30-Jun-2019", 0),
            ("Paid?", "No", 0),
            ("Education", "TRUE", 0),
            ("Charity number", "CH 1234567", 0),
            ("Trial end date", "2026-12-31", 0),
            ("Cancelled?", "moved to Google", 1),
            ("Account status", "Churned", 1),
            ("Industry", "Higher Education", 1),
        ];
        for (heading, cell, words) in cells {
            let found = found_under(["Tenant", "Plan", "Seats", heading], &[["a", "SPE_E3", "600", cell]]);
            assert_eq!((found.words().len(), found.all.len()), (words, 1), "{heading}: {cell}");
        }
    }
}

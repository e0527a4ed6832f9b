//! The words of a roster that were not understood, each with what it may mean: for a person to say, once for all rows.

use super::Findings;
use crate::fold::fold;
use crate::plans::{Catalogue, NotFound, Plan};
use crate::policy::Policy;
use crate::roster::overrides::{NOT_COUNTED, Overrides, STATUSES, TRIALS, WordKind};
use std::collections::{BTreeMap, HashSet};

/// Names for which it is worked out which plans may be meant, at most; to look for the nearest takes its time.
const LIMIT_NEAREST: usize = 1_000;

/// A word, and what it may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it says of a row.
    pub kind: WordKind,
    /// As the first row has it.
    pub written: String,
    /// Rows that have it; `None` = nobody has counted them, since it was understood and nothing is said of it but a note.
    pub rows: Option<u64>,
    /// Their seats, as far as they can be read; `None` = nobody has summed them.
    pub seats: Option<u64>,
    /// What it may mean, best first.
    pub candidates: Vec<String>,
    /// What it means, as an overrides file says; empty = nobody has said so.
    pub means: String,
    /// The notes on it, as overrides have them; empty = there is none.
    pub note: String,
}

/// The words that were not understood, those of most rows first; where there are any, or where the overrides were filled
/// in on this sheet, those that the overrides say the meaning of come behind them, and those on which they have only a note,
/// so that all are kept in one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToSettle {
    /// The words.
    pub words: Vec<Word>,
    /// How many of them were not understood.
    pub open: usize,
    /// Rows with a word for which there was no room.
    pub beyond: u64,
}

impl ToSettle {
    /// Returns the words that were found; `fitting` is how many rows each line of the overrides fits.
    #[must_use]
    pub fn new(
        findings: &Findings,
        (policy, catalogue): (&Policy, &Catalogue),
        overrides: Option<&Overrides>,
        fitting: &BTreeMap<u64, u64>,
    ) -> Self {
        let found = findings.words();
        let notes = overrides.map(Overrides::notes_on_words).unwrap_or_default();
        let note =
            |kind: WordKind, written: &str| notes.get(&(kind, fold(written))).cloned().unwrap_or_default();
        let mut words: Vec<Word> = Vec::with_capacity(found.len());
        let mut named = 0;
        for (kind, written, finding) in found {
            named += usize::from(kind == WordKind::Plan);
            let candidates = match kind {
                WordKind::Plan if named > LIMIT_NEAREST => vec![NOT_COUNTED.to_owned()],
                WordKind::Plan => {
                    plans(catalogue, written).into_iter().chain([NOT_COUNTED.to_owned()]).collect()
                }
                WordKind::Status => STATUSES.map(str::to_owned).to_vec(),
                WordKind::Trial => TRIALS.map(str::to_owned).to_vec(),
                WordKind::Segment => policy.segments.iter().map(|segment| segment.name.clone()).collect(),
            };
            let (rows, seats) = (Some(finding.rows), Some(finding.seats));
            words.push(Word {
                kind,
                written: written.to_owned(),
                rows,
                seats,
                candidates,
                means: String::new(),
                note: note(kind, written),
            });
        }
        let open = words.len();
        // A file is the user's own to keep; what was filled in here is kept here.
        if open > 0 || overrides.is_some_and(Overrides::is_from_workbook) {
            let mut seen: HashSet<(WordKind, String)> =
                words.iter().map(|word| (word.kind, fold(&word.written))).collect();
            let settled = overrides.iter().flat_map(|overrides| overrides.settled());
            let rows = |line: u64| Some(fitting.get(&line).copied().unwrap_or(0));
            let settled = settled.map(|of| (of.kind, &of.written, rows(of.line), of.means.clone()));
            let only_noted = overrides.iter().flat_map(|overrides| overrides.noted());
            // Which rows have a word is counted only if it was not understood, or if a line says what it means.
            let only_noted = only_noted.map(|of| (of.kind, &of.written, None, String::new()));
            let new =
                settled.chain(only_noted).filter(|(kind, written, ..)| seen.insert((*kind, fold(written))));
            words.extend(new.map(|(kind, written, rows, means)| Word {
                kind,
                written: written.clone(),
                rows,
                seats: None,
                candidates: Vec::new(),
                means,
                note: note(kind, written),
            }));
        }
        Self { words, open, beyond: findings.beyond() }
    }

    /// Returns the words that were not understood.
    #[must_use]
    pub fn open(&self) -> &[Word] {
        self.words.get(..self.open).unwrap_or_default()
    }
}

/// Returns the names of the plans that may be meant, each as the catalogue finds it again: its id where the name stands
/// for others, too.
fn plans(catalogue: &Catalogue, written: &str) -> Vec<String> {
    /// A list to choose from is short.
    const MOST: usize = 3;
    let Err(NotFound { candidates, several, contradiction, .. }) = catalogue.find(written) else {
        return Vec::new();
    };
    let name = |plan: &&Plan| {
        let is_found = catalogue.find(&plan.name).is_ok_and(|found| found.plan == *plan);
        if is_found { plan.name.clone() } else { plan.key().to_owned() }
    };
    let plans = match contradiction {
        Some(named) => named.to_vec(),
        None if several.is_empty() => candidates,
        None => several,
    };
    let mut names: Vec<String> = Vec::with_capacity(MOST);
    for name in plans.iter().map(name) {
        if !names.contains(&name) && names.len() < MOST {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_found_again_under_their_names() {
        let catalogue = Catalogue::shipped().unwrap();
        for written in ["Microsoft 365 E33", "Office 365 E33", "Busness Premium"] {
            for name in plans(&catalogue, written) {
                assert!(catalogue.find(&name).is_ok(), "{name}");
            }
        }
        assert_eq!(plans(&catalogue, "Microsoft 365 E33"), ["Microsoft 365 E3"]);
    }
}

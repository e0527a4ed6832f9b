//! Suggests the plan that a text which names none may have meant.

use super::Plan;
use super::words::words;
use crate::fold::fold;
use std::collections::HashMap;

/// How similar a suggestion must be: of the longer text's letters, the share that need not change. Below it a
/// suggestion misleads more than it helps.
const LEAST_SIMILARITY: f64 = 0.75;
/// How many plans are compared letter by letter; a million unknown rows each ask for a suggestion.
const PLANS_COMPARED: usize = 32;
/// Longer texts, in bytes, have no suggestion: comparing takes time by the square of the length.
const LONGEST_COMPARED_BYTES: usize = 64;

/// The plans by the words of their names and ids.
#[derive(Clone, Debug)]
pub(super) struct Nearest {
    by_word: HashMap<String, Vec<usize>>,
    /// The folded name and id of each plan.
    texts: Vec<[String; 2]>,
}

impl Nearest {
    pub(super) fn new(plans: &[Plan]) -> Self {
        let texts: Vec<[String; 2]> = plans.iter().map(|plan| [fold(&plan.name), fold(&plan.id)]).collect();
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, [name, id]) in texts.iter().enumerate() {
            let mut all = words(&format!("{name} {id}"));
            all.push(' ');
            all.push_str(id);
            for word in all.split(' ') {
                let places = by_word.entry(word.to_owned()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Self { by_word, texts }
    }

    /// Returns the plan most similar to `folded` among those that share a word with it.
    ///
    /// `None` where no word is known, the text is longer than a suggestion is worth, or nothing is similar enough.
    /// Of equally similar plans the one that shares more words, then the first of the table.
    pub(super) fn of<'a>(&self, folded: &str, plans: &'a [Plan]) -> Option<&'a Plan> {
        if folded.len() > LONGEST_COMPARED_BYTES {
            return None;
        }
        let all = words(folded);
        let mut written: Vec<&str> = all.split(' ').collect();
        written.sort_unstable();
        written.dedup();
        let mut reached: Vec<usize> =
            written.into_iter().filter_map(|word| self.by_word.get(word)).flatten().copied().collect();
        reached.sort_unstable();
        let looks_like_id = !folded.contains(' ');
        let text_at = |place: usize| {
            let [name, id] = self.texts.get(place)?;
            Some(if looks_like_id { id.as_str() } else { name.as_str() })
        };
        // Texts whose lengths differ by more than a quarter cannot be similar enough.
        let mut close: Vec<(usize, usize, usize)> = reached
            .chunk_by(|one, other| one == other)
            .filter_map(|same| {
                let place = *same.first()?;
                let length = text_at(place)?.len();
                let differs = length.abs_diff(folded.len());
                (differs * 4 <= length.max(folded.len())).then_some((usize::MAX - same.len(), differs, place))
            })
            .collect();
        close.sort_unstable();
        let mut best: Option<(f64, usize)> = None;
        for (_, _, place) in close.into_iter().take(PLANS_COMPARED) {
            let similarity = text_at(place).map_or(0.0, |text| similarity(folded, text));
            if similarity >= LEAST_SIMILARITY && best.is_none_or(|(most, _)| similarity > most) {
                best = Some((similarity, place));
            }
        }
        plans.get(best?.1)
    }
}

/// Compares bytes: almost all published names are ASCII, and a suggestion needs no more.
fn similarity(one: &str, other: &str) -> f64 {
    let longest = one.len().max(other.len()).max(1);
    let edits = strsim::generic_levenshtein(&Bytes(one), &Bytes(other));
    #[expect(clippy::cast_precision_loss, reason = "both are lengths of short texts")]
    let changed = edits as f64 / longest as f64;
    1.0 - changed
}

/// The bytes of a text, to be gone through more than once.
struct Bytes<'a>(&'a str);

impl<'a> IntoIterator for &Bytes<'a> {
    type Item = u8;
    type IntoIter = std::str::Bytes<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.bytes()
    }
}

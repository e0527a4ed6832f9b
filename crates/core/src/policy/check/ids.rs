//! The ids of one list, by which the rest of the file refers to it.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, excerpt};
use crate::policy::faults::{Faults, suggest};
use crate::policy::fields::At;

/// The ids of one list and where each stands in it.
#[derive(Debug)]
pub(super) struct Ids<'w> {
    heading: &'static str,
    /// The code of a word that is no id of the list; `None` = nothing refers to the list.
    unknown: Option<Code>,
    at: BTreeMap<&'w str, usize>,
    /// Whether an id is missing, or all are, so that a word nobody knows may be meant for it.
    in_doubt: bool,
}

impl<'w> Ids<'w> {
    /// Returns the ids of a list and tells of those that stand there twice.
    pub(super) fn of(
        heading: &'static str,
        unknown: impl Into<Option<Code>>,
        ids: impl Iterator<Item = &'w At<String>>,
        faults: &mut Faults,
    ) -> Self {
        let mut found = Self { heading, unknown: unknown.into(), at: BTreeMap::new(), in_doubt: false };
        let mut lines = BTreeMap::new();
        for (place, id) in ids.enumerate() {
            if id.value.is_empty() {
                found.in_doubt = true;
            } else if let Some(first) = lines.get(id.value.as_str()) {
                tell_twice(heading, id, *first, faults);
            } else {
                lines.insert(id.value.as_str(), id.line);
                found.at.insert(&id.value, place);
            }
        }
        found.in_doubt |= found.at.is_empty();
        found
    }

    /// Returns where the word's table stands in the list, or tells that there is none.
    pub(super) fn find(&self, word: &At<String>, faults: &mut Faults) -> Option<usize> {
        let found = self.at.get(word.value.as_str()).copied();
        if found.is_none() && !word.value.is_empty() && !self.in_doubt {
            let message = format!("no {} has the id `{}`", self.heading, excerpt(&word.value));
            let code = self.unknown.unwrap_or(Code::WordUnknown);
            faults.add(code, word.line, message, suggest(&word.value, self.at.keys().copied()));
        }
        found
    }
}

/// Tells that an id stands in its list a second time.
pub(super) fn tell_twice(heading: &str, id: &At<String>, first: u64, faults: &mut Faults) {
    faults.add(
        Code::IdDuplicate,
        id.line,
        format!("a second {heading} has the id `{}`; the first is on line {first}", excerpt(&id.value)),
        "give each its own id",
    );
}

//! The plans that rows were recognised as, told from the words of their column.

use crate::plans::{Catalogue, Plan};
use crate::roster::overrides::NOT_COUNTED_PLAN;
use std::collections::HashMap;

/// How a plan was found, as the words behind its name begin.
const HOWS: [&str; 5] =
    [", by its GUID", ", by its id", ", by its name", ", by another spelling", ", override"];

/// Words that are kept with what they mean.
const LIMIT_KEPT: usize = 50_000;

/// What a row was recognised as.
#[derive(Clone, Debug)]
pub(super) struct Recognised<'c> {
    pub plan: &'c Plan,
    /// All plans that a bare name may stand for; none where it is one.
    pub readings: Vec<&'c Plan>,
}

/// The plans of a catalogue by what the column calls them.
pub(super) struct Plans<'c> {
    named: HashMap<String, &'c Plan>,
    kept: HashMap<String, Option<Recognised<'c>>>,
}

impl<'c> Plans<'c> {
    pub(super) fn new(catalogue: &'c Catalogue) -> Self {
        let not_counted: &Plan = &NOT_COUNTED_PLAN;
        let all = catalogue.plans().iter().chain(std::iter::once(not_counted));
        Self { named: all.map(|plan| (plan.name_and_id(), plan)).collect(), kept: HashMap::new() }
    }

    /// Returns what the words mean; `None` = no plan of the catalogue is called so.
    pub(super) fn meant(&mut self, words: &str) -> Option<&Recognised<'c>> {
        if self.kept.len() > LIMIT_KEPT {
            self.kept.clear();
        }
        if !self.kept.contains_key(words) {
            let found = self.find(words);
            self.kept.insert(words.to_owned(), found);
        }
        self.kept.get(words).and_then(Option::as_ref)
    }

    fn find(&self, words: &str) -> Option<Recognised<'c>> {
        HOWS.iter().flat_map(|how| words.match_indices(how)).find_map(|(end, _)| {
            let called = words.get(..end)?;
            if let Some(plan) = self.named.get(called) {
                return Some(Recognised { plan, readings: Vec::new() });
            }
            let readings: Vec<&Plan> =
                called.split(" or ").map(|one| self.named.get(one).copied()).collect::<Option<_>>()?;
            Some(Recognised { plan: readings.first()?, readings })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::plan::words_of;

    #[test]
    fn every_plan_is_told_from_what_its_rows_are_recognised_as() {
        let catalogue = Catalogue::shipped().unwrap();
        let mut plans = Plans::new(&catalogue);
        for plan in catalogue.plans() {
            let found = catalogue.find(plan.key()).unwrap().plan;
            let words = words_of(std::iter::once(plan.key()), &catalogue).remove(0);
            assert_eq!(plans.meant(&words).unwrap().plan.key(), found.key(), "{words}");
        }
        assert!(plans.meant("Contoso Suite (CWS), by its name").is_none());
    }

    #[test]
    fn a_bare_name_stands_for_several() {
        let catalogue = Catalogue::shipped().unwrap();
        let mut plans = Plans::new(&catalogue);
        let words = words_of(std::iter::once("E3"), &catalogue).remove(0);
        assert!(plans.meant(&words).unwrap().readings.len() > 1, "{words}");
    }
}

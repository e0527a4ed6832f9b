//! The texts that many rows of the Roster sheet have.

use super::FOOTER;
use crate::hash::FastHash;
use crate::plans::{Catalogue, SERVICE_IDS, Services};
use crate::policy::Policy;
use crate::report::Value;
use crate::report::onboarding;
use crate::roster::{SegmentFrom, plan};
use crate::verdict::Tier;
use crate::verdict::words::{ANSWERS, tier_name};
use std::collections::HashMap;
use std::sync::Arc;

/// Who does something in a phase of onboarding: Microsoft and the customer.
const SIDES: usize = 2;

/// The texts that many rows have, one group behind the other.
#[derive(Clone, Debug)]
pub(in crate::report) struct Vocabulary {
    pub(super) texts: Vec<String>,
    /// Where the groups begin that do not begin at 0; segments do.
    segments_from: usize,
    tiers: usize,
    answers: usize,
    footer: usize,
    services: Vec<Option<usize>>,
    /// Where what is done in the phases begins, if it is told: two texts each.
    phases: usize,
    /// What the plans of the first rows were recognised as, each with its place.
    recognised: HashMap<Arc<str>, usize, FastHash>,
}

impl Vocabulary {
    /// `first` are the plans of the first rows, as written.
    pub(super) fn new<'w>(
        policy: &Policy,
        catalogue: &Catalogue,
        has_phases: bool,
        first: impl Iterator<Item = &'w str>,
    ) -> Self {
        let mut texts: Vec<String> = policy.segments.iter().map(|segment| segment.name.clone()).collect();
        let segments_from = texts.len();
        texts.extend(SegmentFrom::ALL.map(|from| from.words().to_owned()));
        let tiers = texts.len();
        let rungs = (0..policy.rungs.len()).map(Tier::Rung);
        let all = rungs.chain([Tier::None, Tier::NeedsReview]);
        texts.extend(all.map(|tier| tier_name(policy, tier).to_owned()));
        let answers = texts.len();
        texts.extend(ANSWERS.map(str::to_owned));
        let footer = texts.len();
        texts.push(FOOTER.to_owned());
        let mut services = vec![None; 1 << SERVICE_IDS.len()];
        for plan in catalogue.plans() {
            let set = plan.services;
            // Hundreds of plans have a few dozen sets between them.
            let Some(place) = services.get_mut(usize::from(set.0)).filter(|place| place.is_none()) else {
                continue;
            };
            let words = policy.service_names(set);
            if !words.is_empty() {
                *place = Some(texts.len());
                texts.push(words);
            }
        }
        let phases = texts.len();
        if has_phases {
            texts.extend(onboarding::done_now(policy).into_iter().flatten());
        }
        let mut recognised = HashMap::default();
        for words in plan::words_of(first, catalogue) {
            recognised.insert(Arc::clone(&words), texts.len());
            texts.push(words.to_string());
        }
        Self { texts, segments_from, tiers, answers, footer, services, phases, recognised }
    }

    pub(in crate::report) fn value(&self, index: usize) -> Value<'_> {
        self.texts.get(index).map_or(Value::Blank, |text| Value::Repeated { index, text })
    }

    /// What many rows were recognised as is likely to be among the first.
    pub(super) fn recognised<'w>(&'w self, words: &'w str) -> Value<'w> {
        self.recognised.get(words).map_or(Value::text(words), |index| self.value(*index))
    }

    pub(in crate::report) fn tier(&self, policy: &Policy, tier: Tier) -> Value<'_> {
        self.value(self.tiers + tier.slot(policy.rungs.len()))
    }

    /// Returns one of [`ANSWERS`].
    pub(in crate::report) fn answer(&self, index: usize) -> Value<'_> {
        self.value(self.answers + index)
    }

    pub(super) fn footer(&self) -> Value<'_> {
        self.value(self.footer)
    }

    pub(super) fn segment_from(&self, from: SegmentFrom) -> Value<'_> {
        self.value(self.segments_from + from as usize)
    }

    /// Returns the services of a plan; `None` = it has none that the policy names.
    pub(super) fn services(&self, services: Services) -> Option<Value<'_>> {
        let place = self.services.get(usize::from(services.0)).copied().flatten()?;
        Some(self.value(place))
    }

    /// Returns what one of the [`SIDES`] does in a phase.
    pub(super) fn done_now(&self, phase: usize, side: usize) -> Value<'_> {
        self.value(self.phases + phase * SIDES + side)
    }
}

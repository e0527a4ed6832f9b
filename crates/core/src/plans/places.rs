//! Plans by what they are called.

use super::Plan;
use crate::fold::fold;
use crate::hash::FastHash;
use std::collections::HashMap;

/// What plans are called -> the places of those plans, in their order.
pub(super) type Places = HashMap<String, Vec<usize>, FastHash>;

/// Returns the places by their keys; what is called nothing has none.
pub(super) fn by_key(keys: impl Iterator<Item = (String, usize)>) -> Places {
    let mut index = Places::with_capacity_and_hasher(keys.size_hint().0, FastHash::default());
    for (key, place) in keys {
        put(&mut index, key, place);
    }
    index
}

fn put(index: &mut Places, key: String, place: usize) {
    if !key.is_empty() {
        index.entry(key).or_default().push(place);
    }
}

/// Plans by what their lines call them.
#[derive(Clone, Debug, Default)]
pub(super) struct PlanIndex {
    /// How many plans it has.
    count: usize,
    pub(super) guids: Places,
    /// By the folded id.
    pub(super) ids: Places,
    /// By the folded name.
    pub(super) names: Places,
}

impl PlanIndex {
    pub(super) fn new(plans: &[Plan]) -> Self {
        let mut index = Self::default();
        index.extend(plans);
        index
    }

    /// Adds those of `plans` that were put behind the ones it has.
    pub(super) fn extend(&mut self, plans: &[Plan]) {
        let added = plans.iter().enumerate().skip(self.count);
        for index in [&mut self.guids, &mut self.ids, &mut self.names] {
            index.reserve(added.len());
        }
        self.count = plans.len();
        for (place, plan) in added {
            put(&mut self.guids, plan.guid.clone(), place);
            put(&mut self.ids, fold(&plan.id), place);
            put(&mut self.names, fold(&plan.name), place);
        }
    }
}

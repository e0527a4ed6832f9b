//! Which plan a row's cell names, and what is wrong with it.

use super::{Fault, SegmentFrom};
use crate::diagnostic::excerpt;
use crate::plans::{Catalogue, Match, MatchedBy, NotFound, Plan, ShownBy};
use crate::policy::Policy;
use std::collections::HashSet;
use std::sync::Arc;

/// A plan as a row names it.
#[derive(Clone, Debug)]
pub(super) struct Named<'a> {
    pub found: Match<'a>,
    /// The segment that the name or id shows, by its place in the policy, if the policy has it.
    pub segment: Option<(usize, SegmentFrom)>,
    /// What it was recognised as, and how, in words.
    pub recognised: Arc<str>,
}

/// Finds the plan that `written` names, in the cell of `column`; or what is wrong with it.
pub(super) fn named<'a>(
    written: &str,
    column: usize,
    policy: &Policy,
    catalogue: &'a Catalogue,
) -> Result<Named<'a>, Fault> {
    match catalogue.find(written) {
        Ok(found) => {
            let recognised = recognised(&found, &how(&found)).into();
            Ok(Named { segment: shown_segment(&found, policy), found, recognised })
        }
        Err(NotFound { several, .. }) if several.len() > 1 => {
            let ids: Vec<&str> = several.iter().map(|plan| plan.id.as_str()).collect();
            let message = format!("`{}` is the name of plans that differ", excerpt(written));
            let help = format!("write the product id instead: {}", ids.join(" or "));
            Err(fault("plan-ambiguous", column, written, message, help))
        }
        Err(NotFound { candidates, .. }) => {
            let message = format!("`{}` is not in the plan catalogue", excerpt(written));
            let help = match candidates.first() {
                Some(plan) => format!("if you mean `{}`, write that or `{}`", plan.name, plan.id),
                None => "look it up with `fasttrack plans WORDS` and write its name or product id".to_owned(),
            };
            Err(fault("plan-unknown", column, written, message, help))
        }
    }
}

/// Returns what a plan was recognised as, in words, if the overrides say what it means.
pub(super) fn overriding(named: &Named<'_>) -> Arc<str> {
    recognised(&named.found, "override").into()
}

/// Returns the words of [`Named::recognised`] for each of the `written` plans, each once, in order.
#[must_use]
pub fn words_of<'w>(written: impl Iterator<Item = &'w str>, catalogue: &Catalogue) -> Vec<Arc<str>> {
    let mut seen = HashSet::new();
    let found = written.filter_map(|written| catalogue.find(written).ok());
    let words = found.map(|found| Arc::from(recognised(&found, &how(&found))));
    words.filter(|words: &Arc<str>| seen.insert(Arc::clone(words))).collect()
}

/// The catalogue's names and ids of all the plans that may be meant, then `how` they were found.
fn recognised(found: &Match<'_>, how: &str) -> String {
    let named = |plan: &Plan| match plan.id.as_str() {
        "" => plan.name.clone(),
        id => format!("{} ({id})", plan.name),
    };
    let readings: Vec<String> = match found.readings.as_slice() {
        [_, _, ..] => found.readings.iter().map(|plan| named(plan)).collect(),
        _ => vec![named(found.plan)],
    };
    format!("{}, {how}", readings.join(" or "))
}

/// How a plan was found, and which words beside its name were set aside.
fn how(found: &Match<'_>) -> String {
    let by = match found.by {
        MatchedBy::Guid => "by its GUID",
        MatchedBy::Id => "by its id",
        MatchedBy::Name => "by its name",
        MatchedBy::Words => "by another spelling",
    };
    found.aside.as_ref().map_or(by.to_owned(), |aside| format!("{by}; set aside: {aside}"))
}

fn shown_segment(found: &Match<'_>, policy: &Policy) -> Option<(usize, SegmentFrom)> {
    let (segment, shown_by) = found.segment?;
    let from = match shown_by {
        ShownBy::Name => SegmentFrom::OfferName,
        ShownBy::Id => SegmentFrom::ProductId,
    };
    policy.segment(segment).map(|place| (place, from))
}

/// Returns a fault of a plan, which keeps its row from a verdict.
pub(super) fn fault(code: &'static str, column: usize, value: &str, message: String, help: String) -> Fault {
    Fault { code, blocks: true, column: Some(column), value: value.to_owned(), message, help }
}

//! Whether what a user's catalogue calls a product agrees with how the catalogue reads a plan.

use super::headings::{Column, Headings};
use super::known::described;
use super::reading::{Called, OTHERWISE, Wrong};
use super::{Additions, PlanRef};
use crate::diagnostic::{Code, excerpt};
use crate::fold::fold;
use crate::plans::catalogue::MOST_CANDIDATES;
use crate::plans::{Catalogue, Match, Plan, PlanFrom};

/// Returns what is wrong with something that a line calls its product: it was read as another product without the file,
/// or is not read as this one with it.
pub(super) fn wrong(
    called: &Called,
    (headings, from): (&Headings, PlanFrom),
    additions: &Additions,
    before: &Catalogue,
    joined: &Catalogue,
) -> Option<Wrong> {
    let meant = match called.plan {
        PlanRef::Known(place) => before.plans().get(place),
        PlanRef::Added(place) => additions.plans.get(place),
    }?;
    let wrong = |code, message: String, help: &str| {
        Some(Wrong { code, column: headings.place(called.column), message, help: help.to_owned() })
    };
    let text = excerpt(&called.text);
    let taken = |found: &Match<'_>| {
        let message = format!("`{text}` is already read as {}", described(found.plan, from));
        wrong(Code::CatalogueTaken, message, OTHERWISE)
    };
    // Most of what a file says is known to nobody, and is not looked up twice.
    let earlier = before.knows(&called.text).then(|| before.find(&called.text).ok()).flatten();
    if let Some(found) = earlier.as_ref().filter(|found| !may_be(found, called, meant)) {
        return taken(found);
    }
    let said = |found: &Match<'_>| (found.segment.map(|(segment, _)| segment.to_owned()), found.price);
    match joined.find(&called.text) {
        Ok(found) if !is_same_product(found.plan, meant) => taken(&found),
        // What the words say beside the product, such as a trial, does not go lost.
        Ok(found) => match earlier {
            Some(earlier) if matches!(called.plan, PlanRef::Known(_)) && said(&earlier) != said(&found) => {
                taken(&earlier)
            }
            _ => None,
        },
        Err(missed) => {
            let several: Vec<String> =
                missed.several.iter().take(MOST_CANDIDATES).map(|plan| described(plan, from)).collect();
            let message = match several.as_slice() {
                [] => format!("`{text}` would not be read as `{}`", excerpt(&meant.name)),
                several => format!("`{text}` may mean {}, which are different plans", several.join(" or ")),
            };
            wrong(Code::CatalogueUnclear, message, "write it another way, so that it means only one product")
        }
    }
}

/// Returns whether a text that was read as `found` without the file may be read as `meant` with it.
fn may_be(found: &Match<'_>, called: &Called, meant: &Plan) -> bool {
    let segment = found.segment.map_or(found.plan.segment.as_str(), |(segment, _)| segment);
    let is_same_verdict = segment == meant.segment
        && found.plan.family == meant.family
        && found.plan.kind == meant.kind
        && found.price == meant.price;
    match (called.plan, called.column) {
        (PlanRef::Known(_), _) => is_same_product(found.plan, meant),
        (_, Column::Name | Column::Id) => is_same_verdict,
        _ => false,
    }
}

/// Returns whether two plans are one product: the published list has some twice, under two names or two ids.
fn is_same_product(one: &Plan, other: &Plan) -> bool {
    let is_shared = |key: fn(&Plan) -> &String| !key(one).is_empty() && fold(key(one)) == fold(key(other));
    one == other || is_shared(|plan| &plan.guid) || is_shared(|plan| &plan.id) || is_shared(|plan| &plan.name)
}

//! Whether what a user's catalogue calls a product agrees with how the catalogue reads a plan.

use super::headings::{Column, Headings};
use super::known::described;
use super::reading::{Called, OTHERWISE, Wrong};
use super::{Additions, PlanRef};
use crate::diagnostic::excerpt;
use crate::fold::fold;
use crate::plans::{Catalogue, Match, Plan};

/// Returns what is wrong with something that a line calls its product: it was read as another product without the file,
/// or is not read as this one with it.
pub(super) fn wrong(
    called: &Called,
    headings: &Headings,
    additions: &Additions,
    before: &Catalogue,
    joined: &Catalogue,
) -> Option<Wrong> {
    let meant = match called.plan {
        PlanRef::Known(place) => before.plans().get(place),
        PlanRef::Added(place) => additions.plans.get(place),
    }?;
    let text = excerpt(&called.text);
    let taken = |found: &Match<'_>| Wrong {
        code: "catalogue-taken",
        column: headings.place(called.column),
        message: format!("`{text}` is already read as {}", described(found.plan)),
        help: OTHERWISE.to_owned(),
    };
    // Most of what a file says is known to nobody, and is not looked up twice.
    if before.knows(&called.text)
        && let Ok(found) = before.find(&called.text)
        && !may_be(&found, called, meant)
    {
        return Some(taken(&found));
    }
    let found = joined.knows(&called.text).then(|| joined.find(&called.text).ok()).flatten();
    match found {
        Some(found) if is_same_product(found.plan, meant) => None,
        Some(found) => Some(taken(&found)),
        None => Some(Wrong {
            code: "catalogue-unclear",
            column: headings.place(called.column),
            message: format!("`{text}` would not be read as {}", described(meant)),
            help: "other products are called so, or its words are read as something else; write it otherwise"
                .to_owned(),
        }),
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

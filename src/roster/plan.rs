//! Which plan a row's cell names, and what is wrong with it.

use super::{Fault, SegmentFrom};
use crate::diagnostic::excerpt;
use crate::plans::{Catalogue, Match, NotFound, ShownBy};
use crate::policy::Policy;

/// A plan as a row names it.
#[derive(Clone, Debug)]
pub(super) struct Named<'a> {
    pub found: Match<'a>,
    /// The segment that the name or id shows, by its place in the policy, if the policy has it.
    pub segment: Option<(usize, SegmentFrom)>,
}

/// Finds the plan that `written` names, in the cell of `column`; or what is wrong with it.
pub(super) fn named<'a>(
    written: &str,
    column: usize,
    policy: &Policy,
    catalogue: &'a Catalogue,
) -> Result<Named<'a>, Fault> {
    match catalogue.find(written) {
        Ok(found) => Ok(Named { segment: shown_segment(&found, policy), found }),
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

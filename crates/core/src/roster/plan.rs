//! Which plan a row's cell names, and what is wrong with it.

use super::overrides::NOT_COUNTED;
use super::understand::text_of;
use super::{Fault, SegmentFrom};
use crate::diagnostic::{Code, excerpt};
use crate::figures::grouped;
use crate::fold::fold;
use crate::plans::{Catalogue, Match, MatchedBy, NotFound, Plan, PlanFrom, Price, ShownBy};
use crate::policy::{self, Policy};
use crate::record::Cell;
use std::collections::HashSet;
use std::sync::Arc;

/// A plan as a row names it.
#[derive(Clone, Debug)]
pub(super) struct NamedPlan<'a> {
    pub found: Arc<Match<'a>>,
    /// What the policy says of the plan.
    pub standing: policy::Standing<'a>,
    /// The segment that the name or id shows, by its place in the policy, if the policy has it.
    pub segment: Option<(usize, SegmentFrom)>,
    /// What it was recognised as, and how, in words.
    pub recognised: Arc<str>,
}

/// Finds the plan that `written` names, in the cell of `column`; or what is wrong with it.
///
/// A bare name may stand for several plans (`E3`): where all of them come to the same verdict by the policy it is judged,
/// and has to be confirmed; where they differ it is not.
pub(super) fn named<'a>(
    written: &str,
    column: usize,
    policy: &'a Policy,
    catalogue: &'a Catalogue,
) -> Result<NamedPlan<'a>, Box<Fault>> {
    let missed = match catalogue.find(written) {
        Ok(found) => {
            let standing = policy.standing(found.plan);
            if found.readings.iter().all(|plan| policy.standing(plan).eligible == standing.eligible) {
                let recognised = recognised(&found, &how(&found)).into();
                return Ok(NamedPlan {
                    segment: shown_segment(&found, policy),
                    found: Arc::new(found),
                    standing,
                    recognised,
                });
            }
            NotFound { several: found.readings, ..NotFound::default() }
        }
        Err(missed) => missed,
    };
    let (code, message, help) = missed_words(written, &missed);
    Err(Box::new(fault(code, column, written, message, help)))
}

/// Returns a plan of which a person has said that it does not count.
pub(super) fn not_counted<'a>(plan: &'a Plan, policy: &'a Policy) -> NamedPlan<'a> {
    let found = Match {
        plan,
        readings: Vec::new(),
        aside: None,
        amount: None,
        by: MatchedBy::Name,
        segment: None,
        price: Price::Paid,
        doubt: None,
    };
    let recognised = format!("{NOT_COUNTED}, override").into();
    NamedPlan { found: Arc::new(found), standing: policy.standing(plan), segment: None, recognised }
}

/// Returns the code, the message and the help for a text that is not recognised as a plan.
pub(super) fn missed_words(written: &str, missed: &NotFound<'_>) -> (Code, String, String) {
    let shown = excerpt(written);
    if missed.in_cell.len() > 1 {
        let message = format!(
            "`{shown}` names several plans in one cell: {}",
            listed(missed.in_cell.iter().map(String::as_str), "and")
        );
        return (Code::PlanSeveral, message, "give each plan its own row, with its paid seats".to_owned());
    }
    if let Some([name, id]) = missed.contradiction {
        let message =
            format!("in `{shown}` the name belongs to `{}`, but the id to `{}`", name.name, id.name);
        return (Code::PlanContradicted, message, "write only the one that was bought".to_owned());
    }
    if missed.several.len() > 1 {
        let ids: Vec<&str> = missed.several.iter().map(|plan| plan.key()).collect();
        let message =
            format!("`{shown}` is the name of several different plans: {}", names(&missed.several, "or"));
        return (Code::PlanAmbiguous, message, format!("write the product id instead: {}", ids.join(" or ")));
    }
    if let Some(other) = &missed.other {
        let help = "write the product that was bought, by its name or product id".to_owned();
        return (
            Code::PlanUnknown,
            format!("`{shown}` is not in the plan catalogue: it looks like {other}"),
            help,
        );
    }
    let message = match missed.unknown.as_slice() {
        [] => format!("`{shown}` is not in the plan catalogue"),
        [word] if fold(written) == *word => format!("`{shown}` is not in the plan catalogue"),
        unknown => {
            let unknown: Vec<String> = unknown.iter().map(|word| format!("`{}`", excerpt(word))).collect();
            let are = if unknown.len() == 1 { "is" } else { "are" };
            format!("`{shown}` is not in the plan catalogue: {} {are} not known", unknown.join(", "))
        }
    };
    let help = match missed.candidates.as_slice() {
        [] => "look it up with `fasttrack plans WORDS` and write its name or product id".to_owned(),
        [plan] if !plan.id.is_empty() => format!("if you mean `{}`, write that or `{}`", plan.name, plan.id),
        plans => format!("if you mean {}, write that", names(plans, "or")),
    };
    (Code::PlanUnknown, message, help)
}

/// The names of plans, in backticks; by id where two have the same name.
fn names(plans: &[&Plan], joined: &str) -> String {
    let is_twin = |plan: &Plan| plans.iter().filter(|other| other.name == plan.name).count() > 1;
    let shown = |plan: &&Plan| if is_twin(plan) { plan.key().to_owned() } else { plan.name.clone() };
    let shown: Vec<String> = plans.iter().map(shown).collect();
    listed(shown.iter().map(String::as_str), joined)
}

fn listed<'t>(names: impl Iterator<Item = &'t str>, joined: &str) -> String {
    let words: Vec<String> = names.map(|name| format!("`{}`", excerpt(name))).collect();
    match words.split_last() {
        Some((last, before @ [_, ..])) => format!("{} {joined} {last}", before.join(", ")),
        Some((last, [])) => last.clone(),
        None => String::new(),
    }
}

/// Returns the remark on a bare name that may stand for several plans, if it is one.
pub(super) fn readings(found: &Match<'_>, column: usize, cell: Cell<'_>) -> Option<Fault> {
    if found.readings.len() < 2 {
        return None;
    }
    let written = text_of(cell);
    let message = format!(
        "`{}` may be {}; all of them give the same verdict",
        excerpt(&written),
        names(&found.readings, "or")
    );
    let help = "confirm which of them was bought; the covered services are those of the first".to_owned();
    Some(Fault { blocks: false, ..fault(Code::PlanReadings, column, &written, message, help) })
}

/// Returns the remark on a plan of which it is doubtful whether it is paid for, in the row's segment, if it is one.
pub(super) fn doubt(found: &Match<'_>, segment: &str, column: usize) -> Option<Fault> {
    let doubt = found.doubt.filter(|doubt| doubt.concerns(segment) && found.price != Price::Trial)?;
    let message = format!("`{}`: {}", found.plan.name, doubt.words);
    let help = match found.price {
        Price::Paid => "if they were not paid for, write that in an overrides file, or correct the roster",
        _ => "if they were paid for, write that in an overrides file, or correct the roster",
    };
    Some(Fault {
        blocks: false,
        ..fault(Code::PlanPriceDoubtful, column, &found.plan.name, message, help.to_owned())
    })
}

/// Returns the remark on a number beside the plan's name that is not the number of seats, if there is one.
pub(super) fn amount(found: &Match<'_>, seats: Option<u64>, column: usize, written: &str) -> Option<Fault> {
    let amount = found.amount.filter(|amount| seats.is_some_and(|seats| seats != *amount))?;
    let message = format!(
        "the plan's cell has the number {} next to the name; the seats column says {} and was used",
        grouped(amount),
        grouped(seats.unwrap_or(0))
    );
    let help = "check which of them is the number of paid seats".to_owned();
    Some(Fault { blocks: false, ..fault(Code::PlanAmount, column, written, message, help) })
}

/// Returns what a plan was recognised as, in words, if the overrides say what it means.
pub(super) fn overriding(named: &NamedPlan<'_>) -> Arc<str> {
    recognised(&named.found, "override").into()
}

/// Returns what each is recognised as, in words, for each of the `written` plans, each once, in order.
#[must_use]
pub fn words_of<'w>(written: impl Iterator<Item = &'w str>, catalogue: &Catalogue) -> Vec<Arc<str>> {
    let mut seen = HashSet::new();
    let found = written.filter_map(|written| catalogue.find(written).ok());
    let words = found.map(|found| Arc::from(recognised(&found, &how(&found))));
    words.filter(|words: &Arc<str>| seen.insert(Arc::clone(words))).collect()
}

/// The catalogue's names and ids of all the plans that may be meant, then `how` they were found.
fn recognised(found: &Match<'_>, how: &str) -> String {
    let readings: Vec<String> = match found.readings.as_slice() {
        [_, _, ..] => found.readings.iter().map(|plan| plan.name_and_id()).collect(),
        _ => vec![found.plan.name_and_id()],
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
    let own = if matches!(found.plan.from, PlanFrom::Own(_)) { ", own catalogue" } else { "" };
    found.aside.as_ref().map_or(format!("{by}{own}"), |aside| format!("{by}{own}; set aside: {aside}"))
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
pub(super) fn fault(code: Code, column: usize, value: &str, message: String, help: String) -> Fault {
    Fault { code, blocks: true, column: Some(column), value: value.to_owned(), message, help }
}

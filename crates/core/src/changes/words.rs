//! Changes in words.

use super::plan::seats_words;
use super::{Change, ChangeKind, Moves, Totals};
use crate::figures::{counted, grouped};

/// Returns what moved, in words; `has_other_rules` = something else than the roster moved too.
#[must_use]
pub fn words(change: &Change, has_other_rules: bool) -> String {
    let (before, now) = match (&change.before, &change.now) {
        (Some(before), Some(now)) => (before, now),
        (Some(_), None) => return "no longer in the roster".to_owned(),
        _ => return "not in the earlier roster".to_owned(),
    };
    let mut parts = Vec::new();
    if before.tier != now.tier {
        parts.push(format!("tier {} -> {}", before.tier, now.tier));
    }
    if change.is_other_segment() {
        parts.push(format!("segment {} -> {}", before.segment(), now.segment()));
    }
    if change.is_other_seats() {
        parts.push(format!("seats {} -> {}", seats_words(before.seats), seats_words(now.seats)));
    }
    let has_one_plan = before.plans.count == 1 && now.plans.count == 1;
    if has_one_plan && change.has_other_plans() {
        parts.push(format!("plan {} -> {}", before.plans.words(), now.plans.words()));
    } else if !has_one_plan || before.is_together || now.is_together {
        // What rows of one plan come to is said already.
        parts.extend(change.moved.words());
    }
    if before.rows != now.rows {
        parts.push(format!("rows {} -> {}", grouped(before.rows), grouped(now.rows)));
    }
    if before.review != now.review {
        parts.push(format!("rows that need review {} -> {}", grouped(before.review), grouped(now.review)));
    }
    if has_other_rules && before.tier != now.tier {
        parts.push("the rules have changed, see Summary".to_owned());
    }
    parts.join("; ")
}

/// Returns how many customers moved in which way, in one line: `2 tier lower, 1 new, 40 unchanged`.
#[must_use]
pub fn words_of_counts(moves: &Moves) -> String {
    let found = ChangeKind::ALL.into_iter().map(|kind| (kind, moves.of(kind).customers));
    let found = found.filter(|(kind, count)| *count > 0 || *kind == ChangeKind::Unchanged);
    let one = |(kind, count): (ChangeKind, u64)| format!("{} {}", grouped(count), kind.name().to_lowercase());
    found.map(one).collect::<Vec<_>>().join(", ")
}

/// Returns a sentence on the tenants that are compared by their rows; `None` if there are none.
#[must_use]
pub fn by_rows(totals: &Totals) -> Option<String> {
    let why = match totals.without_rollup {
        [0, 0] => return None,
        [_, 0] => "the earlier workbook does not say what these rows come to together",
        [0, _] => "this run does not say what these rows come to together",
        _ => "neither run says what all of these rows come to together",
    };
    Some(format!(
        "{} compared by the highest tier and the added seats of the rows, then and now, because {why}",
        counted(totals.by_rows, "tenant with several rows is", "tenants with several rows are")
    ))
}

//! Changes in words.

use super::{Change, ChangeKind, Moves, Side};
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
    if change.other_plan {
        parts.push(format!("plan {} -> {}", plan(before), plan(now)));
    }
    if change.is_other_segment() {
        parts.push(format!("segment {} -> {}", before.segment(), now.segment()));
    }
    if change.is_other_seats() {
        parts.push(format!("seats {} -> {}", seats(before), seats(now)));
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

fn plan(side: &Side) -> &str {
    let [_, _, plan] = &side.shown;
    plan
}

fn seats(side: &Side) -> String {
    side.seats.map_or("unreadable".to_owned(), grouped)
}

/// Returns how many moved in which way, in one line: `2 tier lower, 1 new, 40 unchanged`.
#[must_use]
pub fn words_of_counts(moves: &Moves) -> String {
    let found = ChangeKind::ALL.into_iter().map(|kind| (kind, moves.of(kind).customers));
    let found = found.filter(|(kind, count)| *count > 0 || *kind == ChangeKind::Unchanged);
    let one = |(kind, count): (ChangeKind, u64)| {
        counted(count, &kind.name().to_lowercase(), &kind.name().to_lowercase())
    };
    found.map(one).collect::<Vec<_>>().join(", ")
}

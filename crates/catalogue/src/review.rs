//! Shows a person what a new derivation of the catalogue changes.

use fasttrack_core::plans::Plan;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Returns what differs between two catalogues, then `new` in groups of family, kind and price.
///
/// Lines that are gone begin with `-`, lines that are new with `+`; a changed line is both. The order is that of the
/// catalogues, and of the words for the groups.
#[must_use]
pub(crate) fn review(old: &[Plan], new: &[Plan]) -> String {
    let (before, after): (BTreeSet<String>, BTreeSet<String>) =
        (old.iter().map(line).collect(), new.iter().map(line).collect());
    let mut text = String::new();
    for gone in before.difference(&after) {
        let _ = writeln!(text, "- {gone}");
    }
    for added in after.difference(&before) {
        let _ = writeln!(text, "+ {added}");
    }
    if before == after {
        text.push_str("no line differs from the committed catalogue\n");
    }
    let mut groups: BTreeMap<(&str, &str, &str), Vec<&Plan>> = BTreeMap::new();
    for plan in new {
        groups.entry((&plan.family, plan.kind.word(), plan.price.word())).or_default().push(plan);
    }
    for ((family, kind, price), plans) in groups {
        let _ = writeln!(text, "\n{family} / {kind} / {price}: {}", plans.len());
        for plan in plans {
            let _ = writeln!(text, "  {} [{}] {}", plan.name, plan.id, plan.segment);
        }
    }
    text
}

fn line(plan: &Plan) -> String {
    let services = plan.services.words().collect::<Vec<_>>().join(" ");
    let words = [&plan.id, &plan.guid, &plan.segment, &plan.family].map(String::as_str).join(" | ");
    format!("{} | {words} | {} | {} | {services}", plan.name, plan.kind.word(), plan.price.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fasttrack_core::plans::{Catalogue, Price};

    #[test]
    fn a_catalogue_does_not_differ_from_itself() {
        let shipped = Catalogue::shipped().unwrap();
        assert!(review(shipped.plans(), shipped.plans()).starts_with("no line differs"));
    }

    #[test]
    fn a_changed_line_is_shown_before_and_after() {
        let shipped = Catalogue::shipped().unwrap();
        let (old, mut new) = (&shipped.plans()[..1], shipped.plans()[..1].to_vec());
        new[0].price = if old[0].price == Price::Free { Price::Paid } else { Price::Free };
        let shown = review(old, &new);
        let marks: Vec<_> = shown.lines().take(2).filter_map(|line| line.chars().next()).collect();
        assert_eq!(marks, ['-', '+']);
    }
}

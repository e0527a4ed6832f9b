//! Whether the policy has an answer for every word of the plan catalogue.

use crate::diagnostic::Code;
use std::collections::BTreeSet;

use crate::policy::faults::{Faults, listed, nearest};
use crate::policy::fields::At;
use crate::policy::vocabulary;
use crate::policy::written::Written;

/// Checks that all segments, families, kinds and services of the catalogue are named.
///
/// A policy may name further segments, families and services; further kinds would have no effect.
pub(super) fn check(written: &Written, faults: &mut Faults) {
    let words = vocabulary::catalogue();
    let first_segment = written.segments.first().map_or(0, |segment| segment.id.line);
    let segments = written.segments.iter().map(|segment| &segment.id);
    check_named(Code::SegmentMissing, "segment", words.segments, segments, first_segment, faults);
    let families = written.families.iter().map(|family| &family.id);
    check_named(Code::FamilyMissing, "family", words.families, families, written.plans_line, faults);
    let kinds = written.kinds.iter().map(|kind| &kind.id);
    check_named(Code::KindMissing, "kind", words.kinds, kinds.clone(), written.plans_line, faults);
    for kind in kinds.filter(|kind| !kind.value.is_empty() && !words.kinds.contains(&kind.value.as_str())) {
        let message = format!("the plan catalogue has no kind `{}`", kind.value);
        faults.add(
            Code::KindUnknown,
            kind.line,
            message,
            format!("its kinds are {}", listed(words.kinds.iter().copied())),
        );
    }
    check_services(written, words.services, faults);
}

fn check_named<'w>(
    code: Code,
    what: &str,
    words: &[&str],
    named: impl Iterator<Item = &'w At<String>>,
    line: u64,
    faults: &mut Faults,
) {
    let named: BTreeSet<&str> = named.map(|id| id.value.as_str()).filter(|id| !id.is_empty()).collect();
    if named.is_empty() {
        return;
    }
    for word in words.iter().filter(|word| !named.contains(*word)) {
        let strangers = named.iter().copied().filter(|id| !words.contains(id));
        let help = nearest(word, strangers).map_or_else(
            || format!("plans in the catalogue use it; add a {what} with `id = \"{word}\"`"),
            |stranger| format!("if you mean `{stranger}`, the catalogue calls it `{word}`"),
        );
        faults.add(code, line, format!("the policy does not name the {what} `{word}`"), help);
    }
}

/// Plans of the catalogue carry their services by position, so these come first and in its order.
fn check_services(written: &Written, words: &[&str], faults: &mut Faults) {
    let named: Vec<_> = written.services.iter().map(|service| &service.id).collect();
    let wrong =
        words.iter().enumerate().find(|(place, word)| named.get(*place).is_none_or(|id| id.value != **word));
    if let Some((place, word)) = wrong
        && !named.is_empty()
        && named.iter().all(|id| !id.value.is_empty())
    {
        let line = named.get(place).or(named.last()).map_or(0, |id| id.line);
        faults.add(
            Code::ServiceOrder,
            line,
            format!("service {} is not `{word}`", place + 1),
            format!(
                "list these first and in this order, and any others after them: {}",
                listed(words.iter().copied())
            ),
        );
    }
}

//! Names that would look alike on a sheet, and ids and words that stand for two things.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, excerpt};
use crate::output_fields::headings::{OF_EVERY_WORKBOOK, SOURCE_ROW};
use crate::policy::OWN_WORDS;
use crate::policy::faults::Faults;
use crate::policy::fields::At;
use crate::policy::text::{folded_name, folded_word};
use crate::policy::written::Written;

use super::ids::Ids;

/// Checks ids that nothing refers to, all names, and the words of segments, services and phases.
pub(super) fn check(written: &Written, faults: &mut Faults) {
    for (heading, classes) in [("family", &written.families), ("kind", &written.kinds)] {
        Ids::of(heading, None, classes.iter().map(|class| &class.id), faults);
        check_different(heading, classes.iter().map(|class| &class.name), faults);
    }
    Ids::of("[[service]]", None, written.services.iter().map(|service| &service.id), faults);
    Ids::of("[[interpretation]]", None, written.interpretations.iter().map(|reading| &reading.id), faults);
    check_different("[[segment]]", written.segments.iter().map(|segment| &segment.name), faults);
    check_different("[[entitlement]]", written.entitlements.iter().map(|e| &e.name), faults);
    check_different("[[service]]", written.services.iter().map(|service| &service.name), faults);
    check_different("[[phase]]", written.phases.iter().map(|phase| &phase.name), faults);
    check_reserved(written, faults);
    check_signs(written, faults);
    check_words(written, faults);
}

fn check_different<'w>(heading: &str, names: impl Iterator<Item = &'w At<String>>, faults: &mut Faults) {
    let mut lines = BTreeMap::new();
    for name in names.filter(|name| !name.value.is_empty()) {
        let Some(first) = lines.insert(folded_name(&name.value), name.line) else { continue };
        faults.add(
            Code::NameDuplicate,
            name.line,
            format!("a second {heading} is named `{}`; the first is on line {first}", excerpt(&name.value)),
            "names become headings, where case and spaces make no difference; give each its own",
        );
    }
}

fn check_reserved(written: &Written, faults: &mut Faults) {
    let kept = OF_EVERY_WORKBOOK.into_iter().chain([SOURCE_ROW]).chain(OWN_WORDS);
    let kept: Vec<String> = kept.map(folded_name).collect();
    for name in written.entitlements.iter().map(|entitlement| &entitlement.name) {
        if kept.contains(&folded_name(&name.value)) {
            faults.add(
                Code::NameReserved,
                name.line,
                format!("`{}` is the heading of a column that every workbook has", excerpt(&name.value)),
                "choose another name for the entitlement",
            );
        }
    }
}

/// Where tiers are listed, ` < ` parts them; workbooks are read again by that list.
fn check_signs(written: &Written, faults: &mut Faults) {
    let names = written.entitlements.iter().map(|entitlement| &entitlement.name);
    for name in names.filter(|name| name.value.split_whitespace().any(|word| word == "<")) {
        faults.add(
            Code::NamePartsTiers,
            name.line,
            format!(
                "`{}` contains a separate `<`, which separates the tiers where a workbook lists them",
                excerpt(&name.value)
            ),
            "write `<` without spaces around it, or say it in words, such as `below 50 seats`",
        );
    }
}

fn check_words(written: &Written, faults: &mut Faults) {
    let segments = written.segments.iter().map(|segment| {
        let names = [&segment.id, &segment.name];
        (Vec::new(), names.into_iter().chain(&segment.words).collect())
    });
    check_list("segment", &segments.collect::<Vec<_>>(), faults);
    let services = written.services.iter().map(|service| {
        let names = vec![&service.id, &service.name];
        (names, service.words.iter().collect())
    });
    check_list("service", &services.collect::<Vec<_>>(), faults);
    let phases = written.phases.iter().map(|phase| (vec![&phase.name], phase.words.iter().collect()));
    check_list("phase", &phases.collect::<Vec<_>>(), faults);
}

/// One of a list: names that were compared with each other already, and words that may stand for it.
type Words<'w> = (Vec<&'w At<String>>, Vec<&'w At<String>>);

/// Checks that what a roster's column of `what` may say stands for one of them only.
fn check_list(what: &str, list: &[Words<'_>], faults: &mut Faults) {
    let folded = |word: &At<String>| folded_word(&word.value).collect::<String>();
    let mut owners: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for (place, (names, _)) in list.iter().enumerate() {
        for name in names.iter().filter(|name| !folded(name).is_empty()) {
            owners.entry(folded(name)).or_insert((place, name.line));
        }
    }
    for (place, word) in
        list.iter().enumerate().flat_map(|(place, (_, words))| words.iter().map(move |word| (place, word)))
    {
        let folded = folded(word);
        if folded.is_empty() && !word.value.trim().is_empty() {
            let message = format!("`{}` has no letters or digits", excerpt(&word.value));
            faults.add(Code::WordEmpty, word.line, message, "write the word as rosters write it");
        }
        if folded.is_empty() {
            continue;
        }
        let (owner, line) = *owners.entry(folded).or_insert((place, word.line));
        if owner != place {
            let message = format!("`{}` already means another {what}, on line {line}", excerpt(&word.value));
            let help = format!(
                "a word in a {what} column can mean only one {what}; case, spaces and dashes make no difference"
            );
            faults.add(Code::WordDuplicate, word.line, message, help);
        }
    }
}

//! Whether what the policy says of single products fits the plan catalogue, so that no slip passes for a rule.

use super::ids::Ids;
use crate::diagnostic::{Code, excerpt};
use crate::plans::{KINDS, Plan, PlanKind};
use crate::policy::Product;
use crate::policy::faults::{Faults, nearest, suggest};
use crate::policy::fields::At;
use crate::policy::products::{has_words, phrase};
use crate::policy::vocabulary;
use crate::policy::written::{Written, WrittenProduct};

/// Checks what is said of products, and returns it.
pub(super) fn check(written: &Written, sources: &Ids<'_>, faults: &mut Faults) -> Vec<Product> {
    written.products.iter().map(|product| checked(product, written, sources, faults)).collect()
}

fn checked(product: &WrittenProduct, written: &Written, sources: &Ids<'_>, faults: &mut Faults) -> Product {
    let families = written.families.iter().map(|family| family.id.value.as_str());
    tell_unknown(Code::FamilyUnknown, "family", &product.families, &families, faults);
    tell_unknown(Code::KindUnknown, "kind", &product.kinds, &KINDS.iter().copied(), faults);
    let all_names = product.names.iter().chain(&product.names_to_come);
    for name in all_names.clone().filter(|name| !name.value.is_empty() && phrase(&name.value).is_empty()) {
        let message = format!("`{}` has no letters or digits", excerpt(&name.value));
        faults.add(Code::WordEmpty, name.line, message, "write words from the plan's name");
    }
    let texts = |texts: &[At<String>]| texts.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
    let checked = Product {
        name: product.name.value.clone(),
        families: texts(&product.families),
        kinds: product.kinds.iter().filter_map(|kind| PlanKind::from_word(&kind.value)).collect(),
        names: all_names.clone().map(|name| name.value.clone()).collect(),
        ids: texts(&product.ids),
        eligible: product.eligible,
        source: sources.find(&product.source, faults).unwrap_or_default(),
        words: all_names.map(|name| phrase(&name.value)).filter(|words| !words.is_empty()).collect(),
    };
    check_names(product, &checked, faults);
    check_ids(product, &checked, faults);
    checked
}

fn tell_unknown<'k>(
    code: Code,
    what: &str,
    written: &[At<String>],
    known: &(impl Iterator<Item = &'k str> + Clone),
    faults: &mut Faults,
) {
    for word in written {
        // An empty one was told when it was taken.
        if word.value.is_empty() || known.clone().any(|known| known == word.value) {
            continue;
        }
        let message = format!("no {what} has the id `{}`", excerpt(&word.value));
        faults.add(code, word.line, message, suggest(&word.value, known.clone().filter(|id| !id.is_empty())));
    }
}

/// A name that no plan of the catalogue has is a slip, unless it is said to be of plans to come.
fn check_names(product: &WrittenProduct, checked: &Product, faults: &mut Faults) {
    for name in &product.names {
        let words = phrase(&name.value);
        // One without any word was told already.
        if !words.is_empty() && !plans_of(checked).any(|plan| has_words(&plan.name, &words)) {
            faults.add(
                Code::ProductNameUnknown,
                name.line,
                format!("no plan of the catalogue in these families and kinds has `{}` in its name", excerpt(&name.value)),
                "search the catalogue with `fasttrack plans`; put names that it does not have in `names-to-come`",
            );
        }
    }
}

fn check_ids(product: &WrittenProduct, checked: &Product, faults: &mut Faults) {
    for id in product.ids.iter().filter(|id| !id.value.is_empty()) {
        let mut plans = vocabulary::plans().iter().filter(|plan| plan.id == id.value).peekable();
        if plans.peek().is_none() {
            let help = nearest_id(&id.value).map_or_else(
                || "search the catalogue with `fasttrack plans`".to_owned(),
                |id| format!("did you mean `{id}`? search the catalogue with `fasttrack plans`"),
            );
            let message = format!("no plan of the catalogue has the id `{}`", excerpt(&id.value));
            faults.add(Code::ProductIdUnknown, id.line, message, help);
        } else if let Some(plan) = plans.next().filter(|plan| !checked.covers_class_of(plan)) {
            let message = format!(
                "`{}` is of the family `{}` and the kind `{}`, which this product does not name",
                excerpt(&id.value),
                plan.family,
                plan.kind.word()
            );
            faults.add(Code::ProductIdElsewhere, id.line, message, "add its family and kind, or remove it");
        }
    }
}

fn plans_of(checked: &Product) -> impl Iterator<Item = &'static Plan> {
    vocabulary::plans().iter().filter(|plan| checked.covers_class_of(plan))
}

/// Returns the id of the catalogue that is most like a written one, whatever the case of both.
fn nearest_id(written: &str) -> Option<&'static str> {
    let ids = || vocabulary::plans().iter().map(|plan| plan.id.as_str()).filter(|id| !id.is_empty());
    let lower: Vec<String> = ids().map(str::to_lowercase).collect();
    let found = nearest(written, lower.iter().map(String::as_str))?;
    ids().find(|id| id.eq_ignore_ascii_case(found))
}

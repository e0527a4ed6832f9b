//! Which plans are eligible: by their product where the policy names it, else by their family and kind.

use super::{PlanClass, Policy};
use crate::hash::FastHash;
use crate::plans::{Plan, PlanFrom, PlanKind};
use std::collections::HashMap;

/// Plans that are eligible, or not, whatever their family and kind.
///
/// Microsoft's documentation lists its plans product by product, so that a family or a kind alone does not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// What they are called together, to be shown.
    pub name: String,
    /// The families that they may belong to; never empty.
    pub families: Vec<String>,
    /// The kinds that they may be of; empty = all kinds.
    pub kinds: Vec<PlanKind>,
    /// What a plan's name has to hold as whole words, one of them; as written in the policy.
    pub names: Vec<String>,
    /// The product ids, one of which a plan may have instead. Without names and ids all of the families and kinds fit.
    pub ids: Vec<String>,
    /// Whether they count towards entitlements that ask for an eligible plan.
    pub eligible: bool,
    /// Index into [`Policy::sources`].
    pub source: usize,
    /// The names as they are compared: each by its words.
    pub(super) words: Vec<Vec<String>>,
}

/// What decides whether a plan is eligible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandingBy<'p> {
    /// The policy names the product.
    Product(&'p Product),
    /// Its family.
    Family(&'p PlanClass),
    /// Its kind, within an eligible family.
    Kind(&'p PlanClass),
    /// The policy does not know its family or its kind.
    Nothing,
    /// Overrides say that it does not count, whatever the policy says.
    Overrides,
}

/// Whether a plan is eligible, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'p> {
    /// Whether its paid seats count towards entitlements that ask for an eligible plan.
    pub eligible: bool,
    /// What decided.
    pub by: StandingBy<'p>,
    /// Whether the plan's family and kind alone would say otherwise.
    pub against_class: bool,
}

impl Standing<'_> {
    /// Returns the index of the source into [`Policy::sources`]; `None` = the policy does not know the plan.
    #[must_use]
    pub const fn source(&self) -> Option<usize> {
        match self.by {
            StandingBy::Product(product) => Some(product.source),
            StandingBy::Family(class) | StandingBy::Kind(class) => Some(class.source),
            StandingBy::Nothing | StandingBy::Overrides => None,
        }
    }
}

/// What a policy says of plans, remembered by their keys: finding it out takes a search through the plan's name.
#[derive(Debug, Default)]
pub struct Standings<'plan, 'policy>(HashMap<&'plan str, Standing<'policy>, FastHash>);

impl<'plan, 'policy> Standings<'plan, 'policy> {
    /// Returns what [`Policy::standing`] says of a plan; the policy is the same for all that are asked for.
    pub fn of(&mut self, policy: &'policy Policy, plan: &'plan Plan) -> Standing<'policy> {
        // Overrides call a plan that does not count by the key of the one that does.
        if plan.from == PlanFrom::Overrides {
            return policy.standing(plan);
        }
        *self.0.entry(plan.key()).or_insert_with(|| policy.standing(plan))
    }
}

/// Returns whether two policies say the same of every plan: which are eligible, whatever the sources and the names.
#[must_use]
pub fn serve_the_same_plans(one: &Policy, other: &Policy) -> bool {
    let same_classes = |one: &[PlanClass], other: &[PlanClass]| {
        let of = |class: &PlanClass| (class.id.clone(), class.eligible);
        one.len() == other.len() && one.iter().map(of).eq(other.iter().map(of))
    };
    let same_products = one.products.len() == other.products.len()
        && one.products.iter().zip(&other.products).all(|(one, other)| {
            (&one.families, &one.kinds, &one.words, &one.ids, one.eligible)
                == (&other.families, &other.kinds, &other.words, &other.ids, other.eligible)
        });
    same_classes(&one.families, &other.families) && same_classes(&one.kinds, &other.kinds) && same_products
}

impl Policy {
    /// Returns whether FastTrack serves a plan, and what decides it: the first of [`Policy::products`] that fits the
    /// plan, else its family, else its kind.
    ///
    /// Whether somebody pays for it is another question.
    ///
    /// ```
    /// use fasttrack_core::plans::Catalogue;
    /// use fasttrack_core::policy::Policy;
    ///
    /// let (policy, catalogue) = (Policy::default_shipped()?, Catalogue::shipped()?);
    /// let served = |id: &str| catalogue.find(id).is_ok_and(|found| policy.standing(found.plan).eligible);
    /// assert!(served("SPE_E3") && served("IDENTITY_THREAT_PROTECTION") && served("MEETING_ROOM"));
    /// assert!(!served("EXCHANGEARCHIVE") && !served("VISIOCLIENT") && !served("POWER_BI_PRO"));
    /// # Ok::<(), fasttrack_core::error::Error>(())
    /// ```
    #[must_use]
    pub fn standing(&self, plan: &Plan) -> Standing<'_> {
        if plan.from == PlanFrom::Overrides {
            return Standing { eligible: false, by: StandingBy::Overrides, against_class: false };
        }
        // The name is cut into its words once, and only where a product asks for words.
        let mut words = Vec::new();
        let by_class = self.standing_by_class(plan);
        match self.products.iter().find(|product| product.fits_words(plan, &mut words)) {
            Some(product) => Standing {
                eligible: product.eligible,
                by: StandingBy::Product(product),
                against_class: product.eligible != by_class.eligible,
            },
            None => by_class,
        }
    }

    /// Returns whether a plan would be eligible by its family and its kind.
    fn standing_by_class(&self, plan: &Plan) -> Standing<'_> {
        let (Some(family), Some(kind)) = (self.family(&plan.family), self.kind(plan.kind.word())) else {
            return Standing { eligible: false, by: StandingBy::Nothing, against_class: false };
        };
        let by = if family.eligible && !kind.eligible {
            StandingBy::Kind(kind)
        } else {
            StandingBy::Family(family)
        };
        Standing { eligible: family.eligible && kind.eligible, by, against_class: false }
    }
}

impl Product {
    /// Returns whether a plan is one of these products.
    #[must_use]
    pub fn fits(&self, plan: &Plan) -> bool {
        self.fits_words(plan, &mut Vec::new())
    }

    /// The same; `words` are those of the plan's name, or none, and then they are found where they are needed.
    fn fits_words<'p>(&self, plan: &'p Plan, words: &mut Vec<&'p [u8]>) -> bool {
        if !self.covers_class_of(plan) {
            return false;
        }
        if (self.words.is_empty() && self.ids.is_empty()) || self.ids.contains(&plan.id) {
            return true;
        }
        if words.is_empty() && !self.words.is_empty() {
            words.extend(words_of(&plan.name));
        }
        self.words.iter().any(|phrase| have(words, phrase))
    }

    /// Returns whether a plan's family and kind are among those named.
    pub(super) fn covers_class_of(&self, plan: &Plan) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&plan.kind)) && self.families.contains(&plan.family)
    }
}

/// Returns whether a name holds these words, one behind the other.
pub(super) fn has_words(name: &str, phrase: &[String]) -> bool {
    have(&words_of(name).collect::<Vec<_>>(), phrase)
}

/// The last word is looked at first: it is the one that tells `Microsoft 365 E3` from `Microsoft 365 E7`.
fn have(words: &[&[u8]], phrase: &[String]) -> bool {
    let is_same = |(own, word): (&&[u8], &String)| own.eq_ignore_ascii_case(word.as_bytes());
    !phrase.is_empty()
        && words.windows(phrase.len()).any(|window| window.iter().zip(phrase).rev().all(is_same))
}

/// Returns the words of a name: runs of letters and digits, without `and`, for which names write `&` and `+`, too.
pub(super) fn words_of(name: &str) -> impl Iterator<Item = &[u8]> + Clone {
    let is_between = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
    name.as_bytes().split(is_between).filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case(b"and"))
}

/// Returns the words of a name that a policy writes, as they are compared with those of plans.
pub(super) fn phrase(name: &str) -> Vec<String> {
    words_of(name).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Catalogue;

    #[test]
    fn names_are_compared_by_whole_words_whatever_stands_between_them() {
        let has = |name: &str, part: &str| has_words(name, &phrase(part));
        assert!(has(
            "Microsoft 365 E5 Information Protection & Governance",
            "information protection and governance"
        ));
        assert!(has("Microsoft Teams Phone Standard_USGOV_DOD", "Teams Phone"));
        assert!(has("Windows 10/11 Enterprise A3", "Windows 10/11 Enterprise"));
        assert!(!has("Microsoft 365 E55 Security", "E5 Security"));
        assert!(!has("Office 365 A10", "Office 365 A1"));
    }

    /// A plan that overrides leave out is called by what the roster writes, which may be the key of a published plan.
    #[test]
    fn what_is_remembered_of_a_plan_is_not_said_of_one_that_overrides_leave_out() {
        let (policy, catalogue) = (Policy::default_shipped().unwrap(), Catalogue::shipped().unwrap());
        let published = catalogue.find("SPE_E3").unwrap().plan;
        let left_out = Plan::not_counted(published.key());
        assert_eq!(left_out.key(), published.key());
        for plans in [[published, &left_out, published], [&left_out, published, &left_out]] {
            let mut standings = Standings::default();
            for plan in plans {
                assert_eq!(standings.of(&policy, plan), policy.standing(plan));
            }
        }
    }
}

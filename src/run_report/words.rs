//! What the Summary sheet says in words, for programs that show it.

use crate::job::Done;
use crate::policy::Policy;
use crate::report::summary::{self, Listed, Told};
use serde::Serialize;

/// One line of the Summary's checks.
#[derive(Debug, Serialize)]
pub(super) struct CheckPart {
    check: String,
    /// `holds`, `look` or `for your information`.
    result: String,
    figures: String,
}

/// Returns the result in one sentence, and the checks.
pub(super) fn of(policy: &Policy, done: &Done) -> (String, Vec<CheckPart>) {
    let told = Told {
        policy,
        roster: &done.about.name,
        dated: "",
        warning: None,
        rows: &done.summary,
        customers: done.customers.as_ref(),
        tenants: &done.tenants,
        overrides: done.overrides.as_ref(),
        otherwise: None,
        live: None,
        listed: Listed::default(),
    };
    let part = |[check, result, figures]: [String; 3]| CheckPart { check, result, figures };
    (summary::sentence(&told), summary::checks(&told).into_iter().map(part).collect())
}

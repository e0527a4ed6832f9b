//! The result of a run in one sentence, and of when the roster is.

use super::Told;
use crate::policy::Policy;
use crate::summary::VerdictCounts;
use crate::verdict::words::{counted, grouped};
use std::fmt::Write as _;

/// Entitlements that the sentence names, at most: those from the highest tier down.
const NAMED: usize = 3;

/// Returns whose roster it is and of when, as far as that is known.
pub(super) fn dated(told: &Told<'_>) -> String {
    let rules = format!("Judged by the policy {}, effective {}.", told.policy.name, told.policy.effective);
    if told.dated.is_empty() { rules } else { format!("{}. {rules}", told.dated) }
}

/// Returns the result in words.
///
/// `1,204 customers, 38,300 paid seats: 212 get Migration, 37 of them to be confirmed; 430 get Specialist (a customer may
/// get several); 41 rows need review.`
pub(super) fn sentence(told: &Told<'_>) -> String {
    words(told.policy, told.verdicts(), told.rows.review(), told.customers.is_some())
}

/// Returns the result of verdicts, of customers or else of rows, in words.
pub(super) fn words(policy: &Policy, verdicts: &VerdictCounts, review: u64, are_customers: bool) -> String {
    let all = verdicts.all();
    let who = if are_customers { ["customer", "customers"] } else { ["row", "rows"] };
    let [one, several] = who;
    let named: Vec<(u64, String)> = policy
        .rungs
        .iter()
        .skip(1)
        .rev()
        .take(NAMED)
        .filter_map(|entitlement| {
            let name = &policy.entitlements.get(*entitlement)?.name;
            let granted = verdicts.granted.get(*entitlement)?.rows;
            let confirm = verdicts.confirm.get(*entitlement)?.rows;
            let gets = if granted == 1 { "gets" } else { "get" };
            let sure = if confirm == 0 {
                String::new()
            } else {
                format!(", {} of them to be confirmed", grouped(confirm))
            };
            Some((granted, format!("{} {gets} {name}{sure}", grouped(granted))))
        })
        .collect();
    let with_some = named.iter().filter(|(granted, _)| *granted > 0).count();
    let mut parts: Vec<String> = named.into_iter().map(|(_, words)| words).collect();
    // Who gets Migration gets Specialist, too, as a rule: the figures are not to be added up.
    if let (Some(last), true) = (parts.last_mut(), with_some > 1) {
        let _ = write!(last, " (a {one} may get several)");
    }
    parts.push(match review {
        0 => "nothing needs review".to_owned(),
        1 => "1 row needs review".to_owned(),
        _ => format!("{} rows need review", grouped(review)),
    });
    format!(
        "{}, {}: {}.",
        counted(all.rows, one, several),
        counted(all.seats, "paid seat", "paid seats"),
        parts.join("; ")
    )
}

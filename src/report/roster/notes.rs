//! What our columns of the Roster sheet mean, in words beside their headings.

use super::RECOGNISED;
use super::flat::SOURCE_ROW;
use crate::policy::{Entitlement, Policy};
use crate::report::Column;
use crate::verdict::words::{counted, grouped};

/// The note beside a column that says where a row stands in the roster.
pub const SOURCE: &str = "The line of the roster where the row begins, or its row on the sheet.";

/// The note beside a column of owners.
pub const OWNER: &str = "Who looks after the customer, as the roster's own column says.";

/// The heading of the column of services.
const COVERED: &str = "Covered services";

/// Returns the note beside one of our headings; an entitlement's says what it gives and from how many seats.
#[must_use]
pub fn note(policy: &Policy, heading: &str) -> String {
    if let Some(entitlement) = policy.entitlements.iter().find(|entitlement| entitlement.name == heading) {
        return of_entitlement(policy, entitlement);
    }
    if heading == COVERED {
        return of_covered(policy);
    }
    let words = match heading {
        "FastTrack segment" => "The kind of customer, which decides the thresholds.",
        "Segment from" => {
            "Where the segment comes from: the roster's own column, an overrides file, the offer's name or the \
             product id. \"assumed\" means that nothing shows it and the policy's default was used."
        }
        "Eligible" => {
            "Whether FastTrack serves plans of this kind and this one is paid for and active. Blank if the row needs \
             review."
        }
        "Seats counted" => {
            "The paid seats that count towards the thresholds; free, trial and inactive plans count as 0. Seats of a \
             plan that FastTrack does not serve are shown but reach no threshold."
        }
        "FastTrack tier" => {
            "The highest tier for which every lower one is also held; the Policy sheet lists them. \"Needs review\" \
             means that a person has to look at the row first."
        }
        "Next tier" => "The tier above this one, if more paid seats would reach it.",
        "Seats to next tier" => "How many more paid seats the next tier needs.",
        "Why" => {
            "The rules that were met, with their thresholds, and the source in brackets, as listed on the Policy \
             sheet."
        }
        RECOGNISED => {
            "The plan's name in the catalogue, its product id, and how it was found; \"override\" means that an \
             overrides file says so. Blank if the row needs review."
        }
        "Needs review" => {
            "Why the row has no verdict; the Review sheet says what to do. Remarks are listed only there."
        }
        "Rows of the tenant" => {
            "How many rows the tenant has in the roster. Each is judged on its own; the Tenants sheet combines them."
        }
        "Repeated" => "Whether the row's subscription, or its tenant's plan, is on other rows too.",
        "Microsoft does now" => {
            "What Microsoft does in the current onboarding phase, if the row reaches a specialist."
        }
        "Customer does now" => {
            "What the customer does in the current onboarding phase, if the row reaches a specialist."
        }
        "Wanted and covered" => "The wanted services that FastTrack assists with and the plan includes.",
        "Wanted, not covered" => {
            "What else is wanted, and why it is not covered. Anything that is not a service FastTrack assists with \
             is shown as the roster writes it."
        }
        SOURCE_ROW => SOURCE,
        _ => "",
    };
    words.to_owned()
}

/// Returns a column of another sheet with its own note, or else with that which it has on the Roster sheet.
#[must_use]
pub fn noted(policy: &Policy, column: Column) -> Column {
    let note = if column.note.is_empty() { note(policy, &column.heading) } else { column.note };
    Column { note, ..column }
}

/// What the source lists is not dropped, though Microsoft may have retired it since.
fn of_covered(policy: &Policy) -> String {
    let retired = policy.services.iter().filter_map(|service| Some((&service.name, service.retired?)));
    let retired: Vec<String> = retired.map(|(name, year)| format!("{name} ({year})")).collect();
    let mut words =
        "The services that FastTrack assists with and the plan includes, whoever the customer is.".to_owned();
    if !retired.is_empty() {
        words.push_str(" Listed because the source lists them, but since retired by Microsoft: ");
        words.push_str(&retired.join(", "));
        words.push('.');
    }
    words
}

fn of_entitlement(policy: &Policy, entitlement: &Entitlement) -> String {
    let thresholds = policy.segments.iter().zip(&entitlement.thresholds).map(|(segment, threshold)| {
        let from = match threshold.seats {
            Some(0) => "any number".to_owned(),
            Some(1) => "1 seat".to_owned(),
            Some(seats) => counted(seats, "seat", "seats"),
            None => "never".to_owned(),
        };
        format!("{}: {from}", segment.name)
    });
    let thresholds: Vec<String> = thresholds.collect();
    let readings = policy.interpretations.len() as u64;
    let confirm = if policy.interpretations.iter().any(|reading| reading.confirm) {
        format!(" \"Yes, confirm\" is based on one of the {} interpretations there.", grouped(readings))
    } else {
        String::new()
    };
    format!(
        "{} Paid seats from which it is granted (Policy sheet): {}.{confirm}",
        entitlement.grants,
        thresholds.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::onboarding::{NOW, WANTED};
    use crate::report::roster::{BEFORE, BEHIND, REPEATS};
    use crate::report::{Stream, changes, onboarding, review, tenants};

    #[test]
    fn each_of_our_columns_has_a_note() {
        let policy = Policy::default_shipped().unwrap();
        for heading in [&BEFORE[..], &BEHIND, &REPEATS, &NOW, &WANTED].concat() {
            assert!(note(&policy, heading).len() > 20, "{heading}");
        }
        for entitlement in &policy.entitlements {
            assert!(
                note(&policy, &entitlement.name).contains("Paid seats from which"),
                "{}",
                entitlement.name
            );
        }
        assert_eq!(note(&policy, "Customer"), "");
    }

    #[test]
    fn columns_of_the_other_sheets_have_notes_but_where_the_heading_says_it() {
        let policy = Policy::default_shipped().unwrap();
        let bare = |stream: Stream| -> Vec<String> {
            let bare = stream.columns.into_iter().filter(|column| column.note.is_empty());
            bare.map(|column| column.heading).collect()
        };
        assert_eq!(bare(tenants::stream(&policy)), ["Name"]);
        assert_eq!(bare(changes::stream()), ["Name"]);
        assert_eq!(bare(review::stream()), ["What is wrong", "What to do"]);
        assert_eq!(bare(onboarding::checklist(&policy).unwrap().stream), ["Name", "Plan"]);
    }
}

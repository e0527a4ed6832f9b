//! What columns of other sheets mean that stand on the Roster sheet, too.

use crate::output_fields::output_fields;
use crate::policy::Policy;
use crate::report::Column;

/// The note beside a column of owners.
pub const OWNER: &str = "Who looks after the customer, as the roster's own column says.";

/// Returns a column of another sheet with its own note, or else with that which it has on the Roster sheet.
#[must_use]
pub fn noted(policy: &Policy, column: Column) -> Column {
    if !column.note.is_empty() {
        return column;
    }
    let is_it = |heading: &Option<String>| heading.as_ref() == Some(&column.heading);
    let field = output_fields(policy).into_iter().find(|field| is_it(&field.heading));
    Column { note: field.map(|field| field.meaning).unwrap_or_default(), ..column }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Stream, changes, onboarding, review, tenants};

    #[test]
    fn columns_of_the_other_sheets_have_notes_but_where_the_heading_says_it() {
        let policy = Policy::default_shipped().unwrap();
        let bare = |stream: Stream| -> Vec<String> {
            let bare = stream.columns.into_iter().filter(|column| column.note.is_empty());
            bare.map(|column| column.heading).collect()
        };
        assert!(bare(tenants::stream(&policy)).is_empty());
        assert_eq!(bare(changes::stream()), ["Name"]);
        assert_eq!(bare(review::stream(&policy)), ["Name", "What is wrong", "What to do", "Subscription id"]);
        assert_eq!(bare(onboarding::checklist(&policy).unwrap().stream), ["Name"]);
    }
}

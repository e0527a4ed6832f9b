//! The columns of the flat tables: what the sheets of a workbook say, for programs.
//!
//! A table has the same columns for every roster under the same policy. What it shares with the annotated rows, such as
//! the tier, has the same names there.

mod fields;

use super::{FieldType, Names, OutputColumn, OutputField, output_fields};
use crate::policy::Policy;
use fields::{AT_RISK, CHANGES, CUSTOMERS, NEXT_STEPS, ONBOARDING, OTHER_POLICY, Own, REVIEW, TO_SETTLE};

/// A flat table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlatTable {
    /// Every customer: a tenant on one row as that row, a tenant on several as what they come to together.
    Customers,
    /// What changed for customers since an earlier run.
    Changes,
    /// Customers just below the next tier.
    NextSteps,
    /// Customers just above the threshold of their tier.
    AtRisk,
    /// Customers who are to be onboarded.
    Onboarding,
    /// Customers who would get other help under the other shipped policy.
    OtherPolicy,
    /// Problems and remarks of rows.
    Review,
    /// Names and words that were not understood.
    ToSettle,
}

/// One column of a flat table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableField {
    /// The machine name, such as `fasttrack_tier`; no other column of the table has it.
    pub name: String,
    /// The heading, such as `FastTrack tier`; `None` = under headings another column says it.
    pub heading: Option<String>,
    /// The type of its values.
    pub field_type: FieldType,
    /// What its numbers count; empty = it has no numbers.
    pub unit: &'static str,
    /// What it means, in sentences.
    pub meaning: String,
}

impl TableField {
    /// Returns what the column is called; `None` = it is not there under such names.
    #[must_use]
    pub fn called(&self, names: Names) -> Option<&str> {
        match names {
            Names::Headings => self.heading.as_deref(),
            Names::Machine => Some(&self.name),
        }
    }
}

/// A column: one of the annotated rows, or one of the table's own.
pub(super) enum Listed {
    Shared(OutputColumn),
    /// Those of all entitlements, in the order of the policy.
    Entitlements,
    /// Those of the entitlement with which onboarding begins.
    Onboarding,
    Own(Own),
}

impl FlatTable {
    /// All tables, in the order in which they are told.
    pub const ALL: [Self; 8] = [
        Self::Customers,
        Self::Changes,
        Self::NextSteps,
        Self::AtRisk,
        Self::Onboarding,
        Self::OtherPolicy,
        Self::Review,
        Self::ToSettle,
    ];

    /// Returns its name, which is that of its file without the extension.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Changes => "changes",
            Self::NextSteps => "next_steps",
            Self::AtRisk => "at_risk",
            Self::Onboarding => "onboarding",
            Self::OtherPolicy => "other_policy",
            Self::Review => "review",
            Self::ToSettle => "to_settle",
        }
    }

    /// Returns its columns under a policy, in order.
    #[must_use]
    pub fn fields(self, policy: &Policy) -> Vec<TableField> {
        let shared = output_fields(policy);
        let listed: &[Listed] = match self {
            Self::Customers => &CUSTOMERS,
            Self::Changes => &CHANGES,
            Self::NextSteps => &NEXT_STEPS,
            Self::AtRisk => &AT_RISK,
            Self::Onboarding => &ONBOARDING,
            Self::OtherPolicy => &OTHER_POLICY,
            Self::Review => &REVIEW,
            Self::ToSettle => &TO_SETTLE,
        };
        let field = |listed: &Listed| -> Vec<TableField> {
            let is_listed = |field: &&OutputField| match (listed, field.column) {
                (Listed::Shared(column), _) => field.column == *column,
                (Listed::Entitlements, OutputColumn::Entitled(_) | OutputColumn::Confirm(_)) => true,
                (Listed::Onboarding, OutputColumn::Entitled(place) | OutputColumn::Confirm(place)) => {
                    policy.onboarding == Some(place)
                }
                (Listed::Entitlements | Listed::Onboarding | Listed::Own(_), _) => false,
            };
            let own = match listed {
                Listed::Own(own) => Some(of_own(own)),
                _ => None,
            };
            shared.iter().filter(is_listed).map(of_shared).chain(own).collect()
        };
        listed.iter().flat_map(field).collect()
    }
}

fn of_shared(field: &OutputField) -> TableField {
    TableField {
        name: field.name.clone(),
        heading: field.heading.clone(),
        field_type: field.field_type,
        unit: field.unit,
        meaning: field.meaning.clone(),
    }
}

fn of_own(own: &Own) -> TableField {
    TableField {
        name: own.name.to_owned(),
        heading: Some(own.heading.to_owned()),
        field_type: own.field_type,
        unit: own.unit,
        meaning: own.meaning.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_columns_of_a_table_have_the_same_name_or_heading() {
        let policy = Policy::default_shipped().expect("shipped");
        for table in FlatTable::ALL {
            let fields = table.fields(&policy);
            let names: HashSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            assert_eq!(names.len(), fields.len(), "{table:?}");
            let headings: Vec<&str> = fields.iter().filter_map(|field| field.heading.as_deref()).collect();
            let different: HashSet<&str> = headings.iter().copied().collect();
            assert_eq!(different.len(), headings.len(), "{table:?}");
        }
    }

    #[test]
    fn every_column_says_what_it_means_and_what_its_numbers_count() {
        let policy = Policy::default_shipped().expect("shipped");
        for field in FlatTable::ALL.into_iter().flat_map(|table| table.fields(&policy)) {
            let is_word = |word: &str| {
                !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            };
            assert!(field.name.split('_').all(is_word), "{}", field.name);
            assert!(field.meaning.len() > 20 && field.meaning.ends_with('.'), "{}", field.name);
            assert_eq!(!field.unit.is_empty(), field.field_type == FieldType::Integer, "{}", field.name);
        }
    }

    #[test]
    fn a_customer_has_the_columns_of_every_entitlement() {
        let policy = Policy::default_shipped().expect("shipped");
        let fields = FlatTable::Customers.fields(&policy);
        for name in ["fasttrack_tier", "entitled_portal", "confirm_migration", "seats_counted"] {
            assert!(fields.iter().any(|field| field.name == name), "{name}");
        }
    }

    #[test]
    fn onboarding_has_the_columns_of_the_entitlement_with_which_it_begins() {
        let entitled = |policy: &Policy| -> Vec<String> {
            let names = FlatTable::Onboarding.fields(policy).into_iter().map(|field| field.name);
            names.filter(|name| name.starts_with("entitled_") || name.starts_with("confirm_")).collect()
        };
        let policy = Policy::default_shipped().expect("shipped");
        assert_eq!(entitled(&policy), ["entitled_specialist", "confirm_specialist"]);
        assert!(entitled(&Policy { onboarding: None, ..policy }).is_empty());
    }
}

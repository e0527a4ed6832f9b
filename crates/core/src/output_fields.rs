//! The FastTrack columns of the output: one list, which workbooks, files, the audit and the documentation read.
//!
//! The columns of entitlements depend on the policy, so the list is a function of it. A [field](OutputField) has two
//! names: a heading for people, and a machine name that stays the same when a heading is worded anew. Programs that ask
//! for machine names get typed values; under headings a boolean is a word, such as `Yes, confirm`.
//!
//! ```
//! use fasttrack_core::output_fields::{FieldType, output_fields};
//! use fasttrack_core::policy::Policy;
//!
//! let fields = output_fields(&Policy::default_shipped()?);
//! let seats = fields.iter().find(|field| field.name == "seats_counted").ok_or("it is there")?;
//! assert_eq!((seats.heading.as_deref(), seats.field_type), (Some("Seats counted"), FieldType::Integer));
//! assert!(fields.iter().any(|field| field.name == "entitled_migration"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod entitlements;
mod fixed;
pub mod headings;
mod tables;
mod typed;

use crate::policy::Policy;
use crate::verdict::Tier;
use crate::verdict::words::{NEEDS_REVIEW, NO_TIER, tier_name};
use fixed::{BEFORE, BEHIND, Fixed};
pub use tables::{FlatTable, TableField};

/// Which names columns have in a file without sheets, and how their values are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// Headings for people; booleans are words.
    #[default]
    Headings,
    /// Machine names; every value is of the field's type, and missing where there is no verdict.
    Machine,
}

/// What a FastTrack column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutputColumn {
    /// The segment.
    Segment,
    /// What shows the segment.
    SegmentFrom,
    /// Whether the plan is one that FastTrack serves, paid for and active.
    Eligible,
    /// The paid seats that count.
    SeatsCounted,
    /// The tier.
    Tier,
    /// Whether the row has an entitlement; by its place in the policy.
    Entitled(usize),
    /// Whether an entitlement has to be confirmed; by its place in the policy.
    Confirm(usize),
    /// The tier above.
    NextTier,
    /// The paid seats that are missing to it.
    SeatsToNext,
    /// The reason.
    Why,
    /// What the plan was recognised as.
    Recognised,
    /// The services of the plan.
    Services,
    /// Whether the row needs review.
    IsReview,
    /// Why the row needs review.
    ReviewReasons,
    /// On how many rows the tenant is.
    TenantRows,
    /// What of the row is on other rows, too.
    Repeated,
    /// What Microsoft does in the row's phase.
    MicrosoftNow,
    /// What the customer does in the row's phase.
    CustomerNow,
    /// The wanted services that are covered.
    WantedCovered,
    /// The wanted services that are not.
    WantedMissing,
    /// Where the row is in the roster.
    SourceRow,
    /// What else the Review sheet says of the row.
    Remarks,
    /// The codes of all faults.
    FaultCodes,
    /// The cells beyond the roster's columns.
    CellsBeyond,
}

/// The type of a field's values, wherever they are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Text.
    Text,
    /// A whole number, 0 or more.
    Integer,
    /// True or false.
    Boolean,
}

impl FieldType {
    /// Returns the word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
        }
    }
}

/// Which outputs have a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appears {
    /// All of them.
    Always,
    /// Workbooks of rosters that repeat tenants, plans or subscriptions; all files without sheets.
    WithRepeats,
    /// Those of rosters with a column of phases, if the policy says with which entitlement onboarding begins.
    WithPhases,
    /// Those of rosters with a column of wanted services.
    WithWantedServices,
    /// All of them, too, but behind those that not all have.
    Last,
    /// Files without sheets.
    InFiles,
}

/// One FastTrack column of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputField {
    /// What it says.
    pub column: OutputColumn,
    /// The machine name, such as `fasttrack_tier`; no other field of the policy has it.
    pub name: String,
    /// The heading, such as `FastTrack tier`; `None` = under headings another column says it.
    pub heading: Option<String>,
    /// The type of its values.
    pub field_type: FieldType,
    /// What its numbers count, such as `paid seats`; empty = it has no numbers.
    pub unit: &'static str,
    /// What it means, in sentences; workbooks show it beside the heading.
    pub meaning: String,
    /// What its values can be, in words; words of cells in backticks.
    pub values: String,
    /// What the values are made from.
    pub source: String,
    /// Which outputs have it.
    pub appears: Appears,
}

/// Returns the fields of a policy, in the order of the columns.
#[must_use]
pub fn output_fields(policy: &Policy) -> Vec<OutputField> {
    let fixed = |fixed: &Fixed| of_fixed(policy, fixed);
    let entitlements = (0..).zip(&policy.entitlements).flat_map(|(place, entitlement)| {
        [entitlements::entitled(policy, place, entitlement), entitlements::confirm(place, entitlement)]
    });
    BEFORE.iter().map(fixed).chain(entitlements).chain(BEHIND.iter().map(fixed)).collect()
}

fn of_fixed(policy: &Policy, fixed: &Fixed) -> OutputField {
    let Fixed { column, name, heading, field_type, unit, meaning, values, source, appears } = *fixed;
    OutputField {
        column,
        name: name.to_owned(),
        heading: heading.map(str::to_owned),
        field_type,
        unit,
        meaning: if column == OutputColumn::Services { covered(policy, meaning) } else { meaning.to_owned() },
        values: match column {
            OutputColumn::Segment => quoted(policy.segments.iter().map(|segment| segment.name.as_str())),
            OutputColumn::Tier => quoted(tiers(policy).chain([NO_TIER, NEEDS_REVIEW])),
            OutputColumn::NextTier => quoted(tiers(policy)) + "; blank if there is none",
            _ => values.to_owned(),
        },
        source: source.to_owned(),
        appears,
    }
}

fn tiers(policy: &Policy) -> impl Iterator<Item = &str> {
    (0..policy.rungs.len()).map(|rung| tier_name(policy, Tier::Rung(rung)))
}

fn quoted<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// What the source lists is not dropped, though Microsoft may have retired it since.
fn covered(policy: &Policy, meaning: &str) -> String {
    let retired = policy.services.iter().filter_map(|service| Some((&service.name, service.retired?)));
    let retired: Vec<String> = retired.map(|(name, year)| format!("{name} ({year})")).collect();
    let mut words = meaning.to_owned();
    if !retired.is_empty() {
        words.push_str(" Listed because the source lists them, but since retired by Microsoft: ");
        words.push_str(&retired.join(", "));
        words.push('.');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn shipped() -> Vec<Policy> {
        let read = |name: &str| Policy::read(Policy::shipped(name).expect("shipped"), name).expect("valid");
        crate::policy::SHIPPED.iter().map(|(name, _)| read(name)).collect()
    }

    #[test]
    fn the_headings_of_every_workbook_are_those_that_do_not_depend_on_the_policy() {
        let fixed = BEFORE.iter().chain(&BEHIND).filter(|fixed| fixed.appears == Appears::Always);
        let of_all: Vec<&str> = fixed.filter_map(|fixed| fixed.heading).collect();
        assert_eq!(of_all, headings::OF_EVERY_WORKBOOK);
    }

    #[test]
    fn no_two_fields_have_the_same_machine_name_or_heading() {
        for policy in shipped() {
            let fields = output_fields(&policy);
            let names: HashSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            assert_eq!(names.len(), fields.len());
            let headings: Vec<&str> = fields.iter().filter_map(|field| field.heading.as_deref()).collect();
            let different: HashSet<String> = headings.iter().map(|heading| heading.to_lowercase()).collect();
            assert_eq!(different.len(), headings.len());
        }
    }

    #[test]
    fn machine_names_are_lower_case_words_with_underscores_between() {
        for field in shipped().iter().flat_map(output_fields) {
            let is_word = |word: &str| {
                !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            };
            assert!(field.name.split('_').all(is_word), "{}", field.name);
            assert!(field.name.starts_with(|c: char| c.is_ascii_lowercase()), "{}", field.name);
        }
    }

    #[test]
    fn every_field_says_what_it_means_and_what_it_is_made_from() {
        for field in shipped().iter().flat_map(output_fields) {
            assert!(field.meaning.len() > 20 && field.meaning.ends_with('.'), "{}", field.name);
            assert!(!field.source.is_empty() && !field.values.is_empty(), "{}", field.name);
            assert_eq!(!field.unit.is_empty(), field.field_type == FieldType::Integer, "{}", field.name);
        }
    }

    #[test]
    fn only_booleans_have_no_heading_and_the_column_that_says_it_is_beside_them() {
        let policy = Policy::default_shipped().expect("shipped");
        let fields = output_fields(&policy);
        for (index, field) in fields.iter().enumerate().filter(|(_, field)| field.heading.is_none()) {
            assert_eq!(field.field_type, FieldType::Boolean, "{}", field.name);
            assert!(fields[index - 1].heading.is_some() && fields[index + 1].heading.is_some());
        }
    }

    #[test]
    fn an_entitlement_has_two_booleans_named_after_its_id() {
        let policy = Policy::default_shipped().expect("shipped");
        let names: Vec<String> = output_fields(&policy).into_iter().map(|field| field.name).collect();
        for name in ["entitled_portal", "confirm_portal", "entitled_migration", "confirm_migration"] {
            assert!(names.iter().any(|found| found == name), "{name}");
        }
        assert_eq!(names[5..7], ["entitled_portal", "confirm_portal"]);
    }

    #[test]
    fn an_id_with_dashes_gives_a_name_with_underscores() {
        let policy = Policy::default_shipped().expect("shipped");
        let text = Policy::shipped(crate::policy::DEFAULT_NAME).expect("shipped");
        let text = text.replace("\"specialist\"", "\"on-site-2\"");
        let changed = Policy::read(&text, "policy.toml").expect("valid");
        assert_eq!(changed.entitlements.len(), policy.entitlements.len());
        assert!(output_fields(&changed).iter().any(|field| field.name == "entitled_on_site_2"));
    }
}

//! The fields that every policy has.

use super::headings::{
    ELIGIBLE, NEXT_TIER, SEATS_COUNTED, SEATS_TO_NEXT, SEGMENT, SOURCE_ROW, SOURCE_ROW_MEANS, TENANT_ROWS,
    TIER, WHY,
};
use super::{Appears, FieldType, OutputColumn};
use crate::verdict::words::NEEDS_REVIEW;

/// A field that does not depend on the policy, but for what its values and meaning name of it.
#[derive(Clone, Copy)]
pub(super) struct Fixed {
    pub(super) column: OutputColumn,
    pub(super) name: &'static str,
    pub(super) heading: Option<&'static str>,
    pub(super) field_type: FieldType,
    pub(super) unit: &'static str,
    pub(super) meaning: &'static str,
    /// Empty = the policy says them.
    pub(super) values: &'static str,
    pub(super) source: &'static str,
    pub(super) appears: Appears,
}

/// What most fields have.
const TEXT: Fixed = Fixed {
    column: OutputColumn::Why,
    name: "",
    heading: None,
    field_type: FieldType::Text,
    unit: "",
    meaning: "",
    values: "",
    source: "",
    appears: Appears::Always,
};

/// Those in front of the entitlements.
pub(super) const BEFORE: [Fixed; 5] = [
    Fixed {
        column: OutputColumn::Segment,
        name: "fasttrack_segment",
        heading: Some(SEGMENT),
        meaning: "The kind of customer, which decides the thresholds.",
        source: "the roster, an overrides file or the plan; else the policy's default",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::SegmentFrom,
        name: "segment_from",
        heading: Some("Segment from"),
        meaning: "Where the segment comes from: the roster's own column, an overrides file, the offer's name or the \
                  product id. \"assumed\" means that nothing shows it and the policy's default was used.",
        values: "`roster column`, `override file`, `caption` (a line above the row), `offer name` (the plan's name), \
                 `product id`, `assumed`",
        source: "the roster, an overrides file or the plan",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::Eligible,
        name: "eligible",
        heading: Some(ELIGIBLE),
        field_type: FieldType::Boolean,
        meaning: "Whether FastTrack serves plans of this kind and this one is paid for and active. Blank if the row \
                  needs review.",
        values: "`No`, `Yes`",
        source: "the plans of the policy; the roster's status and trial columns; the plan catalogue",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::SeatsCounted,
        name: "seats_counted",
        heading: Some(SEATS_COUNTED),
        field_type: FieldType::Integer,
        unit: "paid seats",
        meaning: "The paid seats that count towards the thresholds; free, trial and inactive plans count as 0. Seats \
                  of a plan that FastTrack does not serve are shown but reach no threshold.",
        values: "a whole number; blank if the seats could not be read",
        source: "the roster's seats column, or an overrides file",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::Tier,
        name: "fasttrack_tier",
        heading: Some(TIER),
        meaning: "The highest tier for which every lower one is also held; the Policy sheet lists them. \"Needs \
                  review\" means that a person has to look at the row first.",
        source: "the thresholds of the policy",
        ..TEXT
    },
];

/// Those behind the entitlements.
pub(super) const BEHIND: [Fixed; 17] = [
    Fixed {
        column: OutputColumn::NextTier,
        name: "next_tier",
        heading: Some(NEXT_TIER),
        meaning: "The tier above this one, if more paid seats would reach it.",
        source: "the thresholds of the policy",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::SeatsToNext,
        name: "seats_to_next_tier",
        heading: Some(SEATS_TO_NEXT),
        field_type: FieldType::Integer,
        unit: "paid seats",
        meaning: "How many more paid seats the next tier needs.",
        values: "a whole number; blank if there is no next tier",
        source: "the thresholds of the policy",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::Why,
        name: "why",
        heading: Some(WHY),
        meaning: "The rules that were met, with their thresholds, and the source in brackets, as listed on the Policy \
                  sheet.",
        values: "text",
        source: "the policy, and the sources that it names",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::Recognised,
        name: "recognised_as",
        heading: Some("Recognised as"),
        meaning: "The plan's name in the catalogue, its product id, and how it was found; \"override\" means that an \
                  overrides file says so. Blank if the row needs review.",
        values: "text",
        source: "the plan catalogue",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::Services,
        name: "covered_services",
        heading: Some("Covered services"),
        meaning: "The services that FastTrack assists with and the plan includes, whoever the customer is.",
        values: "names with `; ` between them; blank if FastTrack does not serve the plan",
        source: "the plan catalogue",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::IsReview,
        name: "needs_review",
        field_type: FieldType::Boolean,
        meaning: "Whether the row needs review and has no verdict.",
        values: "true where `Needs review` is filled",
        source: "the faults of the row",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::ReviewReasons,
        name: "review_reasons",
        heading: Some(NEEDS_REVIEW),
        meaning: "Why the row has no verdict; the Review sheet says what to do. Remarks are listed only there.",
        values: "messages with `; ` between them; blank if the row has a verdict",
        source: "the faults of the row",
        ..TEXT
    },
    Fixed {
        column: OutputColumn::TenantRows,
        name: "rows_of_the_tenant",
        heading: Some(TENANT_ROWS),
        field_type: FieldType::Integer,
        unit: "rows",
        meaning: "How many rows the tenant has in the roster. Each is judged on its own; the Tenants sheet combines \
                  them.",
        values: "a whole number; blank if there is only this row",
        source: "all rows of the roster",
        appears: Appears::WithRepeats,
    },
    Fixed {
        column: OutputColumn::Repeated,
        name: "repeated",
        heading: Some("Repeated"),
        meaning: "Whether the row's subscription, or its tenant's plan, is on other rows too.",
        values: "text with the number of rows, or blank",
        source: "all rows of the roster",
        appears: Appears::WithRepeats,
        ..TEXT
    },
    Fixed {
        column: OutputColumn::MicrosoftNow,
        name: "microsoft_does_now",
        heading: Some("Microsoft does now"),
        meaning: "What Microsoft does in the current onboarding phase, if the row reaches a specialist.",
        values: "text, or blank",
        source: "the roster's phase column; the phases of the policy",
        appears: Appears::WithPhases,
        ..TEXT
    },
    Fixed {
        column: OutputColumn::CustomerNow,
        name: "customer_does_now",
        heading: Some("Customer does now"),
        meaning: "What the customer does in the current onboarding phase, if the row reaches a specialist.",
        values: "text, or blank",
        source: "the roster's phase column; the phases of the policy",
        appears: Appears::WithPhases,
        ..TEXT
    },
    Fixed {
        column: OutputColumn::WantedCovered,
        name: "wanted_and_covered",
        heading: Some("Wanted and covered"),
        meaning: "The wanted services that FastTrack assists with and the plan includes.",
        values: "names with `; ` between them, or blank",
        source: "the roster's services column; the plan catalogue",
        appears: Appears::WithWantedServices,
        ..TEXT
    },
    Fixed {
        column: OutputColumn::WantedMissing,
        name: "wanted_not_covered",
        heading: Some("Wanted, not covered"),
        meaning: "What else is wanted, and why it is not covered. Anything that is not a service FastTrack assists \
                  with is shown as the roster writes it.",
        values: "groups with `; ` between them, each with its reason: not in the plan, not in a plan that FastTrack \
                 serves, the plan is not known, the plan catalogue does not say which plans include it (services that \
                 your own policy adds), retired by Microsoft, not a service that FastTrack assists with",
        source: "the roster's services column; the plan catalogue",
        appears: Appears::WithWantedServices,
        ..TEXT
    },
    Fixed {
        column: OutputColumn::SourceRow,
        name: "source_row",
        heading: Some(SOURCE_ROW),
        field_type: FieldType::Integer,
        unit: "lines or rows",
        meaning: SOURCE_ROW_MEANS,
        values: "a whole number",
        source: "the roster",
        appears: Appears::Last,
    },
    Fixed {
        column: OutputColumn::Remarks,
        name: "remarks",
        heading: Some("Remarks"),
        meaning: "What the Review sheet would say of the row in addition to Needs review.",
        values: "messages with `; ` between them, or blank",
        source: "the faults of the row",
        appears: Appears::InFiles,
        ..TEXT
    },
    Fixed {
        column: OutputColumn::FaultCodes,
        name: "fault_codes",
        heading: Some("Fault codes"),
        meaning: "The codes of all problems and remarks of the row.",
        values: "codes with `; ` between them, or blank",
        source: "the faults of the row",
        appears: Appears::InFiles,
        ..TEXT
    },
    Fixed {
        column: OutputColumn::CellsBeyond,
        name: "cells_beyond",
        heading: Some("Cells beyond"),
        meaning: "The cells of the row beyond the roster's last column.",
        values: "a list in JSON, or blank",
        source: "the roster",
        appears: Appears::InFiles,
        ..TEXT
    },
];

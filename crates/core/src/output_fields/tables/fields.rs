//! The columns of each flat table, in order. Headings are those of the sheet that says the same.

use super::super::headings::{SOURCE_ROW, TIER};
use super::super::{FieldType, OutputColumn};
use super::Listed;
use super::Listed::{Entitlements, Onboarding, Shared};
use crate::roster::overrides::{
    FITS, KIND, MEANS, NAME, NOTE, PLAN, RIGHT_PLAN, RIGHT_SEATS, RIGHT_SEGMENT, RIGHT_STATUS, ROSTER_SEATS,
    ROSTER_SEGMENT, ROSTER_STATUS, ROWS, SUBSCRIPTION, TENANT, WORD,
};

/// A column that the annotated rows do not have.
pub(in super::super) struct Own {
    pub(super) name: &'static str,
    pub(super) heading: &'static str,
    pub(super) field_type: FieldType,
    pub(super) unit: &'static str,
    pub(super) meaning: &'static str,
}

const fn text(name: &'static str, heading: &'static str, meaning: &'static str) -> Listed {
    Listed::Own(Own { name, heading, field_type: FieldType::Text, unit: "", meaning })
}

const fn truth(name: &'static str, heading: &'static str, meaning: &'static str) -> Listed {
    Listed::Own(Own { name, heading, field_type: FieldType::Boolean, unit: "", meaning })
}

const fn seats(name: &'static str, heading: &'static str, meaning: &'static str) -> Listed {
    Listed::Own(Own { name, heading, field_type: FieldType::Integer, unit: "paid seats", meaning })
}

const fn rows(name: &'static str, heading: &'static str, meaning: &'static str) -> Listed {
    Listed::Own(Own { name, heading, field_type: FieldType::Integer, unit: "rows", meaning })
}

const fn source_row(meaning: &'static str) -> Listed {
    let (name, heading) = ("source_row", SOURCE_ROW);
    Listed::Own(Own { name, heading, field_type: FieldType::Integer, unit: "lines or rows", meaning })
}

const WHO: Listed = text("customer", "Customer", "The customer's name; without one, what identifies it.");
const WHOSE: Listed = text("tenant", TENANT, "What identifies the tenant: an id, a domain or a name.");
const NAMED: Listed = text("name", NAME, "The tenant's name, where the roster has one in another column.");
const HOW_MANY: Listed = rows("rows", ROWS, "How many rows of the roster the customer has.");
const FIRST: &str = "The line of the roster where the row begins, or its row on the sheet; of a customer on several rows, the first.";
const OWNER: Listed = text(
    "owner",
    "Owner",
    "Who looks after the customer, as the roster says; of a customer on several rows, at most 3.",
);
const RENEWAL: Listed = text(
    "renewal",
    "Renewal",
    "The day of the next renewal as year, month and day, as the roster says; of a customer on several rows, the first.",
);

pub(super) const CUSTOMERS: [Listed; 24] = [
    WHO,
    WHOSE,
    text(
        "plans",
        "Plans",
        "The plan as the catalogue names it; of a customer on several rows, those counted.",
    ),
    OWNER,
    text("country", "Country", "The country, as the roster says; of a customer on several rows, at most 3."),
    RENEWAL,
    Shared(OutputColumn::Segment),
    Shared(OutputColumn::Eligible),
    Shared(OutputColumn::SeatsCounted),
    Shared(OutputColumn::Tier),
    Entitlements,
    Shared(OutputColumn::NextTier),
    Shared(OutputColumn::SeatsToNext),
    Shared(OutputColumn::Why),
    truth("needs_review", "Needs review", "Whether there is no verdict until a person has looked at it."),
    truth(
        "only_by_adding_plans",
        "Only by adding plans",
        "Whether the largest plan by itself would give less, so that it has to be confirmed with FastTrack.",
    ),
    text(
        "largest_plan",
        "Largest plan",
        "Of a customer on several rows: the served plan with the most seats.",
    ),
    seats(
        "seats_of_the_largest_plan",
        "Seats of the largest plan",
        "How many paid seats the largest plan has.",
    ),
    text(
        "plans_added_up",
        "Plans added up",
        "Of a customer on several rows: the plans counted, with their seats.",
    ),
    text("not_counted", "Not counted, and why", "Of a customer on several rows: the rows that add no seats."),
    text(
        "segments",
        "Segments",
        "The segments of its paid rows, where there are several; the deciding one first.",
    ),
    HOW_MANY,
    source_row(FIRST),
    text("source_rows", "Source rows", "The lines or rows of the roster, at most the first 8."),
];

pub(super) const CHANGES: [Listed; 16] = [
    text("change", "Change", "What changed; if several things did, the most important one."),
    WHOSE,
    NAMED,
    text(
        "plans",
        "Plans",
        "The plans as this roster writes them, at most 8; of a customer that is gone, as the earlier one wrote them.",
    ),
    text("tier_before", "Tier before", "The customer's tier in the earlier run."),
    text("tier_now", "Tier now", "The customer's tier in this run."),
    seats("seats_before", "Seats before", "The paid seats that counted; missing where none could be read."),
    seats("seats_now", "Seats now", "The paid seats that count; missing where none can be read."),
    seats("seats_difference", "Difference", "Seats now minus seats before; missing seats count as 0."),
    text("plans_before", "Plans before", "The earlier plans, where the customer has others now."),
    text("segment_before", "Segment before", "The segment by which the customer was judged."),
    text("segment_now", "Segment now", "The segment by which the customer is judged."),
    rows("rows_before", "Rows before", "How many rows the customer had in the earlier roster."),
    rows("rows_now", "Rows now", "How many rows the customer has in this roster."),
    rows(
        "rows_in_review_now",
        "In review now",
        "How many of these rows need review; missing where none does.",
    ),
    text("what_changed", "What changed", "All changes in words, with the plans that changed most."),
];

/// What the lists of customers have in common.
const PLACE: Listed = source_row(FIRST);
const SEGMENT: Listed =
    text("fasttrack_segment", "Segment", "The kind of customer, which decides the thresholds.");
const STEP_PLAN: Listed = text("plans", PLAN, "The plan; of a customer on several rows, those counted.");
const PAID: Listed = seats(
    "paid_seats",
    "Paid seats",
    "The seats that count; of a customer on several rows, those of its plans together.",
);
const TIER_NOW: Listed = text("fasttrack_tier", TIER, "The tier with these paid seats.");

pub(super) const NEXT_STEPS: [Listed; 13] = [
    WHO,
    seats("seats_missing", "Seats missing", "How many more paid seats a higher tier needs."),
    PAID,
    TIER_NOW,
    text("tier_then", "Tier then", "The tier that the customer would reach with them."),
    text("would_gain", "Would gain", "The entitlements that would come with them, with commas between them."),
    SEGMENT,
    STEP_PLAN,
    OWNER,
    RENEWAL,
    WHOSE,
    PLACE,
    HOW_MANY,
];

pub(super) const AT_RISK: [Listed; 13] = [
    WHO,
    seats(
        "seats_to_spare",
        "Seats to spare",
        "How many paid seats a renewal may have less before the tier is lost.",
    ),
    PAID,
    TIER_NOW,
    text("tier_below", "Tier below", "The tier that the customer would have with fewer."),
    text(
        "would_lose",
        "Would lose",
        "The entitlements that would go with the tier, with commas between them.",
    ),
    SEGMENT,
    STEP_PLAN,
    OWNER,
    RENEWAL,
    WHOSE,
    PLACE,
    HOW_MANY,
];

pub(super) const ONBOARDING: [Listed; 9] = [
    PLACE,
    WHOSE,
    NAMED,
    STEP_PLAN,
    Shared(OutputColumn::SeatsCounted),
    Shared(OutputColumn::Tier),
    Onboarding,
    text(
        "phase",
        "Phase",
        "The onboarding phase that the roster names; of a customer on several rows, the earliest.",
    ),
    OWNER,
];

pub(super) const OTHER_POLICY: [Listed; 11] = [
    WHO,
    PAID,
    Shared(OutputColumn::Segment),
    TIER_NOW,
    text("tier_there", "Tier there", "The tier under the other policy, which the run report names."),
    text(
        "would_gain",
        "Would gain",
        "The entitlements that the customer would get there and does not get here, with commas between them.",
    ),
    text(
        "would_lose",
        "Would lose",
        "The entitlements that the customer gets here and would not get there, with commas between them.",
    ),
    STEP_PLAN,
    OWNER,
    WHOSE,
    PLACE,
];

const FILLED_IN_NOTE: Listed = text("note", NOTE, "What was filled in before: a note.");

pub(super) const REVIEW: [Listed; 21] = [
    source_row("The line of the roster where the row begins, or its row on the sheet."),
    WHOSE,
    NAMED,
    text(
        "weight",
        "Weight",
        "`needs review` keeps the row from a verdict, `remark` does not; `settled` and `note` show what was filled in.",
    ),
    text("what_is_wrong", "What is wrong", "What was found, and why it is wrong, in words."),
    text("what_to_do", "What to do", "What to do about it, in words for people who work in Excel."),
    text("right_plan", RIGHT_PLAN, "What was filled in before: the plan that was bought."),
    seats("right_seats", RIGHT_SEATS, "What was filled in before: the paid seats."),
    text("right_segment", RIGHT_SEGMENT, "What was filled in before: the segment."),
    text("right_status", RIGHT_STATUS, "What was filled in before: the status of the subscription."),
    FILLED_IN_NOTE,
    text("plan", PLAN, "The plan as the roster writes it."),
    text("seats_in_roster", ROSTER_SEATS, "The paid seats as the roster writes them."),
    text("segment_in_roster", ROSTER_SEGMENT, "What the roster says of the segment, in the columns that do."),
    text(
        "status_in_roster",
        ROSTER_STATUS,
        "What the roster says of the status and of trials, in the columns that do.",
    ),
    text("column", "Column", "The roster's own heading of the cell, or `(whole row)`."),
    text("value", "Value", "What the cell of the roster contains."),
    text("place", "Where", "The cell or line of the roster where it was found."),
    text("code", "Code", "The short name of the problem, the same in every run."),
    text("subscription_id", SUBSCRIPTION, "The subscription that the row names."),
    text("fits", FITS, "By what the next run finds the row again for which something is filled in."),
];

pub(super) const TO_SETTLE: [Listed; 7] = [
    text("kind", KIND, "What the word says of a row: `plan`, `status`, `trial` or `segment`."),
    text("as_written", WORD, "The word as the first of its rows has it."),
    rows(
        "rows",
        ROWS,
        "How many rows of the roster have the word; blank where nobody counted, for a word with only a note.",
    ),
    Listed::Own(Own {
        name: "seats",
        heading: "Seats",
        field_type: FieldType::Integer,
        unit: "seats",
        meaning: "The seats of those rows, as far as they can be read.",
    }),
    text(
        "means",
        MEANS,
        "What it means, as an overrides file or workbook says; blank where nobody has said it.",
    ),
    FILLED_IN_NOTE,
    text("candidates", "Candidates", "What it may mean, best first, with `; ` between them."),
];

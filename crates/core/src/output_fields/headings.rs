//! Headings of FastTrack columns that other sheets have, too, or that tell a workbook of ours.

/// The segment.
pub const SEGMENT: &str = "FastTrack segment";

/// Whether FastTrack serves the plan, paid for and active.
pub const ELIGIBLE: &str = "Eligible";

/// The paid seats that count.
pub const SEATS_COUNTED: &str = "Seats counted";

/// The tier.
pub const TIER: &str = "FastTrack tier";

/// On how many rows a row's tenant is.
pub const TENANT_ROWS: &str = "Rows of the tenant";

/// The tier above.
pub const NEXT_TIER: &str = "Next tier";

/// The paid seats that are missing to it.
pub const SEATS_TO_NEXT: &str = "Seats to next tier";

/// The reason.
pub const WHY: &str = "Why";

/// Where a row is in the roster.
pub const SOURCE_ROW: &str = "Source row";

/// What that means, in a sentence.
pub const SOURCE_ROW_MEANS: &str = "The line of the roster where the row begins, or its row on the sheet.";

/// The headings that every workbook has, whatever its policy: no entitlement may have one of them as its name.
pub const OF_EVERY_WORKBOOK: [&str; 11] = [
    SEGMENT,
    "Segment from",
    ELIGIBLE,
    SEATS_COUNTED,
    TIER,
    NEXT_TIER,
    SEATS_TO_NEXT,
    WHY,
    "Recognised as",
    "Covered services",
    "Needs review",
];

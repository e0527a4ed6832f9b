//! The decision table, written out by hand from the sources; nothing here is computed from a policy.

/// What a row of one segment with that many paid seats is entitled to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// The segment, as its column says.
    pub segment: &'static str,
    /// Paid seats.
    pub seats: u64,
    /// The tier.
    pub tier: &'static str,
    /// One answer an entitlement, in the order of the policy.
    pub answers: &'static [&'static str],
    /// The next tier and the seats missing to it.
    pub next: Option<(&'static str, u64)>,
    /// How sure.
    pub sure: &'static str,
}

const Y: &str = "Yes";
const N: &str = "No";
const C: &str = "Yes, confirm";
const SURE: &str = "certain";
const READ: &str = "interpreted";

type Short = (u64, &'static str, &'static [&'static str], Option<(&'static str, u64)>, &'static str);

/// Commercial and government customers under `fasttrack-learn-2021`: 50, 150, 500.
const COMMERCIAL: [Short; 14] = [
    //     tier          portal, Q&A, specialist, migration
    (0, "Portal", &[Y, N, N, N], Some(("Q&A", 50)), SURE),
    (1, "Portal", &[Y, N, N, N], Some(("Q&A", 49)), SURE),
    (49, "Portal", &[Y, N, N, N], Some(("Q&A", 1)), SURE),
    (50, "Q&A", &[Y, Y, N, N], Some(("Specialist", 100)), SURE),
    (51, "Q&A", &[Y, Y, N, N], Some(("Specialist", 99)), SURE),
    (149, "Q&A", &[Y, Y, N, N], Some(("Specialist", 1)), SURE),
    (150, "Specialist", &[Y, Y, Y, N], Some(("Migration", 350)), SURE),
    (151, "Specialist", &[Y, Y, Y, N], Some(("Migration", 349)), SURE),
    (499, "Specialist", &[Y, Y, Y, N], Some(("Migration", 1)), SURE),
    (500, "Migration", &[Y, Y, Y, Y], None, SURE),
    (501, "Migration", &[Y, Y, Y, Y], None, SURE),
    (999, "Migration", &[Y, Y, Y, Y], None, SURE),
    (1000, "Migration", &[Y, Y, Y, Y], None, SURE),
    (1001, "Migration", &[Y, Y, Y, Y], None, SURE),
];

/// Education and nonprofit customers under `fasttrack-learn-2021`: 50, 1000, 500; entitlements do not nest.
const EDUCATION: [Short; 14] = [
    (0, "Portal", &[Y, N, N, N], Some(("Q&A", 50)), SURE),
    (1, "Portal", &[Y, N, N, N], Some(("Q&A", 49)), SURE),
    (49, "Portal", &[Y, N, N, N], Some(("Q&A", 1)), SURE),
    (50, "Q&A", &[Y, Y, N, N], Some(("Specialist", 950)), READ),
    (51, "Q&A", &[Y, Y, N, N], Some(("Specialist", 949)), READ),
    (149, "Q&A", &[Y, Y, N, N], Some(("Specialist", 851)), READ),
    (150, "Q&A", &[Y, Y, N, N], Some(("Specialist", 850)), READ),
    (151, "Q&A", &[Y, Y, N, N], Some(("Specialist", 849)), READ),
    (499, "Q&A", &[Y, Y, N, N], Some(("Specialist", 501)), READ),
    (500, "Q&A", &[Y, Y, N, C], Some(("Specialist", 500)), READ),
    (501, "Q&A", &[Y, Y, N, C], Some(("Specialist", 499)), READ),
    (999, "Q&A", &[Y, Y, N, C], Some(("Specialist", 1)), READ),
    (1000, "Migration", &[Y, Y, Y, Y], None, SURE),
    (1001, "Migration", &[Y, Y, Y, Y], None, SURE),
];

/// Every segment under `fasttrack-docs-2021`: 150, 500, and no Q&A.
const DOCUMENTED: [Short; 14] = [
    //     tier          portal, specialist, migration
    (0, "Portal", &[Y, N, N], Some(("Specialist", 150)), SURE),
    (1, "Portal", &[Y, N, N], Some(("Specialist", 149)), SURE),
    (49, "Portal", &[Y, N, N], Some(("Specialist", 101)), SURE),
    (50, "Portal", &[Y, N, N], Some(("Specialist", 100)), SURE),
    (51, "Portal", &[Y, N, N], Some(("Specialist", 99)), SURE),
    (149, "Portal", &[Y, N, N], Some(("Specialist", 1)), SURE),
    (150, "Specialist", &[Y, Y, N], Some(("Migration", 350)), SURE),
    (151, "Specialist", &[Y, Y, N], Some(("Migration", 349)), SURE),
    (499, "Specialist", &[Y, Y, N], Some(("Migration", 1)), SURE),
    (500, "Migration", &[Y, Y, Y], None, SURE),
    (501, "Migration", &[Y, Y, Y], None, SURE),
    (999, "Migration", &[Y, Y, Y], None, SURE),
    (1000, "Migration", &[Y, Y, Y], None, SURE),
    (1001, "Migration", &[Y, Y, Y], None, SURE),
];

/// Returns the table of the default policy: 14 counts of seats in each of four segments.
pub(crate) fn learn() -> Vec<Line> {
    let parts = [
        ("Commercial", COMMERCIAL),
        ("Government", COMMERCIAL),
        ("Education", EDUCATION),
        ("Nonprofit", EDUCATION),
    ];
    parts.into_iter().flat_map(|(segment, lines)| lines.map(|line| of(segment, line))).collect()
}

/// Returns the table of `fasttrack-docs-2021`.
pub(crate) fn docs() -> Vec<Line> {
    let segments = ["Commercial", "Government", "Education", "Nonprofit"];
    segments.into_iter().flat_map(|segment| DOCUMENTED.map(|line| of(segment, line))).collect()
}

fn of(segment: &'static str, (seats, tier, answers, next, sure): Short) -> Line {
    Line { segment, seats, tier, answers, next, sure }
}

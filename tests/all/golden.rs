//! One table of expected verdicts, `tests/golden/verdicts.csv`: every boundary of every segment, every kind of fault of a
//! cell, statuses, free plans and plans that are not served. The program is held to it here; the Python module and the
//! generated SQL are held to the same file.
//!
//! `FASTTRACK_BLESS=1 cargo test --test all golden::` writes it anew; read it before you commit it.
#![allow(clippy::unwrap_used, reason = "a helper of tests: to fail loudly is its work")]

use crate::support::flat::Flat;
use crate::support::{csv, job, run};
use fasttrack_roster::job::Job;
use fasttrack_roster::output_fields::Names;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::write::format::Format;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const HEADINGS: [&str; 5] = ["Tenant", "Plan", "Paid seats", "Segment", "Status"];

const E3: &str = "Microsoft 365 E3";

/// Plans of every standing: served or not, of every family of kinds, free, trials, bare names, unknown ones.
const PLANS: [&str; 26] = [
    "Microsoft 365 E3",
    "SPE_E5",
    "06ebc4ee-1bb5-47dd-8120-11324bc54e06",
    "contoso:ENTERPRISEPACK",
    "MS NCE M365E3 - 1 year commit",
    "E3",
    "Microsoft 365 A3 for Faculty",
    "Office 365 A1 for faculty",
    "Office 365 A1 for students",
    "Microsoft 365 Business Premium (Nonprofit Staff Pricing)",
    "Microsoft 365 Business Premium Donation (Non-Profit Pricing)",
    "Microsoft 365 G3 GCC",
    "Microsoft 365 F3",
    "Microsoft 365 Apps for business",
    "Enterprise Mobility + Security E3",
    "Microsoft 365 E5 Security",
    "Exchange Online (Plan 1)",
    "Exchange Online Archiving for Exchange Online",
    "Power BI Pro",
    "Dynamics 365 Sales Premium",
    "Visio Plan 2",
    "Microsoft 365 Copilot",
    "Microsoft Teams Exploratory",
    "Microsoft 365 E5 Trial",
    "Microsoft 365 E3 and Visio Plan 2",
    "Workplace E3",
];

/// Counts of seats as people write them, right and wrong. None says anything of the others: whoever has no column of
/// them, but single values, comes to the same.
const SEATS: [&str; 22] = [
    "",
    "0",
    "007",
    "1,200",
    "1 200",
    "1'200",
    "1.234",
    "150+",
    "250 seats",
    "500.0",
    "12.5",
    "-5",
    "-0",
    "60000000",
    "50000000",
    "1.2E+03",
    "abc",
    "n/a",
    "5%",
    "\u{ff15}\u{ff10}",
    "100 200",
    "2026-01-01",
];

const STATUSES: [&str; 14] = [
    "Active",
    "enabled",
    "In grace",
    "Aktiv",
    "Actif",
    "Suspended",
    "Warning",
    "Deleted",
    "Cancelled",
    "Gek\u{fc}ndigt",
    "Expired",
    "Trial",
    "Aktivv",
    "?",
];

/// Words for segments beside the ids and names of the policy, and others that are none.
const SEGMENTS: [&str; 12] = [
    "charity",
    "NPO",
    "501(c)(3)",
    "K-12",
    "higher ed",
    "GCC",
    "public sector",
    "corporate",
    "gemeinn\u{fc}tzig",
    "Robots",
    "n/a",
    " EDU ",
];

/// Returns the roster. Each row has a tenant of its own, so that no row says something of another.
fn rows() -> Vec<[String; 5]> {
    let policy = Policy::default_shipped().unwrap();
    let mut rows: Vec<[&str; 4]> = Vec::new();
    let boundaries = boundaries(&policy);
    for (segment, seats) in &boundaries {
        rows.push([E3, seats, segment, ""]);
        rows.push(["Office 365 E3", seats, segment, "Active"]);
        rows.push(["Power BI Pro", seats, segment, ""]);
    }
    for plan in PLANS {
        rows.extend(["0", "49", "600", "1000"].map(|seats| [plan, seats, "", ""]));
        rows.push([plan, "600", "Education", ""]);
        rows.push([plan, "600", "", "Suspended"]);
    }
    rows.extend(SEATS.map(|seats| [E3, seats, "Commercial", "Active"]));
    rows.extend(STATUSES.map(|status| [E3, "480", "Commercial", status]));
    for seats in ["10", "480"] {
        rows.extend(SEGMENTS.map(|segment| [E3, seats, segment, ""]));
    }
    rows.extend([["", "480", "", ""], ["Workplace E3", "abc", "Robots", "?"]]);
    let named = (1..).zip(rows).map(|(number, [plan, seats, segment, status])| {
        [&format!("Contoso {number}"), plan, seats, segment, status].map(str::to_owned)
    });
    named.chain([["", E3, "480", "Commercial", ""].map(str::to_owned)]).collect()
}

/// One below each threshold, on it, and one above, in every segment; segments by their names.
fn boundaries(policy: &Policy) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for (place, segment) in policy.segments.iter().enumerate() {
        for entitlement in &policy.entitlements {
            let Some(seats) = entitlement.thresholds.get(place).and_then(|threshold| threshold.seats) else {
                continue;
            };
            let near = [seats.saturating_sub(1), seats, seats + 1];
            all.extend(near.map(|seats| (segment.name.clone(), seats.to_string())));
        }
        for reading in &policy.interpretations {
            let near = reading.below.map(|below| [reading.from, below - 1, below]);
            all.extend(near.into_iter().flatten().map(|seats| (segment.name.clone(), seats.to_string())));
        }
    }
    all
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("golden").join("verdicts.csv")
}

/// Returns what the program makes of the roster.
fn annotated() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("verdicts.csv"));
    let mut table = vec![HEADINGS.map(str::to_owned)];
    table.extend(rows());
    std::fs::write(&input, csv(&table)).unwrap();
    run(&Job { format: Format::Csv, names: Names::Machine, ..job(&input, &output) }).unwrap();
    std::fs::read(&output).unwrap()
}

#[test]
fn the_program_gives_the_verdicts_of_the_golden_table() {
    let found = annotated();
    if std::env::var_os("FASTTRACK_BLESS").is_some() {
        std::fs::write(path(), &found).unwrap();
        return;
    }
    let wanted = std::fs::read(path()).unwrap();
    assert!(
        found == wanted,
        "tests/golden/verdicts.csv is not what the program says; see the head of this file"
    );
}

#[test]
fn the_golden_table_has_every_boundary_tier_fault_and_reason_that_a_cell_can_have() {
    let flat = Flat::read(&path());
    let values = |heading: &str| -> BTreeSet<String> {
        (0..flat.rows.len()).map(|row| flat.under(row, heading).to_owned()).collect()
    };
    let has: BTreeSet<(String, String)> = (0..flat.rows.len())
        .filter(|row| flat.under(*row, "Plan") == E3)
        .map(|row| (flat.under(row, "Segment").to_owned(), flat.under(row, "Paid seats").to_owned()))
        .collect();
    let policy = Policy::default_shipped().unwrap();
    assert_eq!(boundaries(&policy).difference(&has).count(), 0);
    let tiers = values("fasttrack_tier");
    for rung in 0..policy.rungs.len() {
        assert!(tiers.contains(fasttrack_roster::verdict::words::rung_name(&policy, rung)));
    }
    let codes = values("fault_codes").into_iter().collect::<Vec<_>>().join("; ");
    for code in [
        "tenant-missing",
        "plan-missing",
        "plan-unknown",
        "plan-several",
        "plan-readings",
        "seats-missing",
        "seats-not-whole",
        "seats-negative",
        "seats-ambiguous",
        "seats-too-many",
        "seats-unreadable",
        "seats-shortened",
        "segment-unknown",
        "status-unknown",
    ] {
        assert!(codes.split("; ").any(|found| found == code), "{code}: {codes}");
    }
}

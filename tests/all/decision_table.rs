//! The decision table, cell by cell: what a row is entitled to, by segment, paid seats and plan.
#![allow(clippy::unwrap_used, reason = "a helper of tests: to fail loudly is its work")]

use crate::support::table::{self, Line};
use fasttrack_roster::plans::Catalogue;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::record::Records;
use fasttrack_roster::roster::columns::{Columns, TenantFrom};
use fasttrack_roster::roster::understand;
use fasttrack_roster::verdict::words::{answer, rung_name, tier_name};
use fasttrack_roster::verdict::{Facts, judge};
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().unwrap());
static LEARN: LazyLock<Policy> = LazyLock::new(|| Policy::default_shipped().unwrap());

/// A row of a roster as its cells say it.
#[derive(Clone, Copy, Debug)]
struct Row<'a> {
    plan: &'a str,
    seats: &'a str,
    segment: &'a str,
    status: &'a str,
    trial: &'a str,
}

const E3: Row<'_> = Row { plan: "Microsoft 365 E3", seats: "", segment: "", status: "", trial: "" };

/// Judges a row and returns, in one line: tier | answers | next tier and seats to it | how sure.
fn judged(policy: &Policy, row: Row<'_>) -> String {
    let mut records = Records::default();
    records.begin(2, 1);
    for cell in [row.plan, row.seats, row.segment, row.status, row.trial] {
        records.push_text(cell);
    }
    let columns = Columns {
        segment: Some(2),
        status: Some(3),
        trial: Some(4),
        ..Columns::of(TenantFrom::Given("Contoso".to_owned()), 0, 1)
    };
    let understood = understand(records.iter().next().unwrap(), &columns, policy, &CATALOGUE);
    let verdict = judge(policy, Facts::of(&understood));
    let answers: Vec<&str> = (0..policy.entitlements.len()).map(|index| answer(&verdict, index)).collect();
    let next = verdict.next.map(|next| (rung_name(policy, next.rung), next.seats));
    line(tier_name(policy, verdict.tier), &answers, next, verdict.certainty.word())
}

fn line(tier: &str, answers: &[&str], next: Option<(&str, u64)>, sure: &str) -> String {
    let next = next.map_or("-".to_owned(), |(rung, seats)| format!("{rung} +{seats}"));
    format!("{tier} | {} | {next} | {sure}", answers.join(" / "))
}

fn assert_table(policy: &Policy, lines: &[Line]) {
    for expected in lines {
        let seats = expected.seats.to_string();
        let found = judged(policy, Row { seats: &seats, segment: expected.segment, ..E3 });
        let wanted = line(expected.tier, expected.answers, expected.next, expected.sure);
        assert_eq!(found, wanted, "{} {}", expected.segment, expected.seats);
    }
}

/// No entitlement but the one that every customer has; nothing to be gained by more seats of this.
const PORTAL_ONLY: &str = "Portal | Yes / No / No / No | - | certain";
const PORTAL_ONLY_BY_OUR_READING: &str = "Portal | Yes / No / No / No | - | interpreted";
const TO_BE_REVIEWED: &str = "Needs review | Yes / No / No / No | - | certain";

#[test]
fn every_cell_of_the_default_policy_is_as_the_source_says() {
    assert_eq!(table::learn().len(), 56);
    assert_table(&LEARN, &table::learn());
}

#[test]
fn every_cell_of_the_documented_policy_is_as_the_documentation_says() {
    let policy = Policy::named("fasttrack-docs-2021").unwrap().unwrap();
    assert_eq!(table::docs().len(), 56);
    assert_table(&policy, &table::docs());
}

#[test]
fn a_segment_that_is_assumed_is_doubted_only_where_another_would_change_the_verdict() {
    for (seats, wanted) in [
        ("49", "Portal | Yes / No / No / No | Q&A +1 | certain"),
        ("50", "Q&A | Yes / Yes / No / No | Specialist +100 | certain"),
        ("149", "Q&A | Yes / Yes / No / No | Specialist +1 | certain"),
        ("150", "Specialist | Yes / Yes / Yes / No | Migration +350 | assumed segment"),
        ("499", "Specialist | Yes / Yes / Yes / No | Migration +1 | assumed segment"),
        ("500", "Migration | Yes / Yes / Yes / Yes | - | assumed segment"),
        ("999", "Migration | Yes / Yes / Yes / Yes | - | assumed segment"),
        ("1000", "Migration | Yes / Yes / Yes / Yes | - | certain"),
    ] {
        assert_eq!(judged(&LEARN, Row { seats, ..E3 }), wanted, "{seats}");
    }
}

#[test]
fn the_plan_shows_the_segment_where_the_roster_has_none() {
    let education = "Q&A | Yes / Yes / No / Yes, confirm | Specialist +500 | interpreted";
    for plan in [
        "Microsoft 365 A3 for Faculty",
        "M365EDU_A5_FACULTY",
        "Office 365 Education E3 for Faculty",
        "Office 365 E1 (Nonprofit Staff Pricing)",
        "Microsoft 365 Business Premium (Non\u{2011}Profit Pricing)",
    ] {
        assert_eq!(judged(&LEARN, Row { plan, seats: "500", ..E3 }), education, "{plan}");
    }
    let government = "Migration | Yes / Yes / Yes / Yes | - | certain";
    assert_eq!(judged(&LEARN, Row { plan: "Microsoft 365 G3 GCC", seats: "500", ..E3 }), government);
}

#[test]
fn the_rosters_own_segment_stands_above_the_plans() {
    let row = Row { plan: "Microsoft 365 A3 for Faculty", seats: "500", segment: "Commercial", ..E3 };
    assert_eq!(judged(&LEARN, row), "Migration | Yes / Yes / Yes / Yes | - | certain");
}

#[test]
fn every_eligible_family_counts_like_microsoft_365() {
    for plan in [
        "Microsoft 365 Business Premium",
        "Microsoft 365 F3",
        "Office 365 E3",
        "ENTERPRISEPACK",
        "Microsoft 365 Apps for Enterprise",
        "Exchange Online (Plan 1)",
        "SharePoint Online (Plan 1)",
        "OneDrive for Business (Plan 1)",
        "Project Plan 3",
        "Enterprise Mobility + Security E3",
        // Listed by name although they are add-ons, telephony or devices.
        "Microsoft 365 E5 Security",
        "Microsoft 365 Audio Conferencing",
        "Microsoft Defender for Office 365 (Plan 1)",
        "MEETING_ROOM",
    ] {
        let found = judged(&LEARN, Row { plan, seats: "150", segment: "Commercial", ..E3 });
        assert_eq!(found, "Specialist | Yes / Yes / Yes / No | Migration +350 | certain", "{plan}");
    }
}

#[test]
fn plans_that_nobody_pays_for_stay_at_the_portal() {
    for plan in [
        "Office 365 A1 for faculty",
        "STANDARDWOFFPACK_FACULTY",
        "STANDARDWOFFPACK_STUDENT",
        "Microsoft 365 A3 student use benefit",
        "Office 365 E1 (Nonprofit Staff Pricing) Donation",
        "Microsoft Teams Exploratory",
        "Microsoft 365 E5 Trial",
        "FLOW_FREE",
    ] {
        for seats in ["0", "1", "1001", "20000"] {
            assert_eq!(judged(&LEARN, Row { plan, seats, ..E3 }), PORTAL_ONLY, "{plan} {seats}");
        }
    }
}

#[test]
fn a_trial_by_the_rosters_own_column_stays_at_the_portal() {
    for trial in ["Yes", "TRUE", "trial"] {
        assert_eq!(judged(&LEARN, Row { seats: "1001", trial, ..E3 }), PORTAL_ONLY, "{trial}");
    }
    let paid = judged(&LEARN, Row { seats: "1001", segment: "Commercial", trial: "No", ..E3 });
    assert_eq!(paid, "Migration | Yes / Yes / Yes / Yes | - | certain");
}

#[test]
fn a_subscription_that_is_not_active_has_no_paid_seats() {
    for status in ["Suspended", "Warning", "Deleted", "LockedOut", " suspended "] {
        assert_eq!(judged(&LEARN, Row { seats: "1001", status, ..E3 }), PORTAL_ONLY, "{status}");
    }
    for status in ["Active", "Enabled", ""] {
        let found = judged(&LEARN, Row { seats: "1001", segment: "Commercial", status, ..E3 });
        assert_eq!(found, "Migration | Yes / Yes / Yes / Yes | - | certain", "{status}");
    }
}

#[test]
fn plans_outside_microsoft_365_stay_at_the_portal_by_our_reading() {
    for plan in [
        "Dynamics 365 Sales Premium",
        "Power BI Pro",
        "Visio Plan 2",
        "Common Data Service Database Capacity",
        "Microsoft 365 E5 Suite features",
        "STANDARDWOFFPACK",
        "Microsoft 365 E7",
        "Communications Credits",
        "Microsoft 365 Copilot",
    ] {
        for seats in ["0", "50", "1001"] {
            let found = judged(&LEARN, Row { plan, seats, segment: "Commercial", ..E3 });
            assert_eq!(found, PORTAL_ONLY_BY_OUR_READING, "{plan} {seats}");
        }
    }
}

#[test]
fn plans_that_the_documentation_does_not_list_by_name_stay_at_the_portal_for_certain() {
    for plan in ["Microsoft 365 A1", "Exchange Online Archiving for Exchange Server", "EXCHANGEARCHIVE_ADDON"]
    {
        let found = judged(&LEARN, Row { plan, seats: "1001", segment: "Commercial", ..E3 });
        assert_eq!(found, PORTAL_ONLY, "{plan}");
    }
}

#[test]
fn plans_that_the_documentation_shuts_out_stay_at_the_portal_for_certain() {
    let plan = "Power Pages authenticated users T1_CN_CN";
    assert_eq!(judged(&LEARN, Row { plan, seats: "1001", ..E3 }), PORTAL_ONLY);
}

#[test]
fn an_unknown_plan_needs_review_whatever_its_seats() {
    for plan in ["Microsoft 365 E33", "", "Galactic Suite", "1001"] {
        assert_eq!(judged(&LEARN, Row { plan, seats: "1001", ..E3 }), TO_BE_REVIEWED, "{plan}");
    }
}

#[test]
fn seats_that_cannot_be_read_need_review_and_are_never_0_in_silence() {
    for seats in ["", " ", "-5", "12.5", "1.234", "fifty", "50000001", "150-300", "#REF!"] {
        for segment in ["Commercial", "Education", ""] {
            assert_eq!(judged(&LEARN, Row { seats, segment, ..E3 }), TO_BE_REVIEWED, "{seats} {segment}");
        }
    }
}

#[test]
fn a_row_that_needs_review_gets_nothing_above_the_portal_under_any_policy() {
    let policy = Policy::named("fasttrack-docs-2021").unwrap().unwrap();
    let row = Row { plan: "Galactic Suite", seats: "1001", ..E3 };
    assert_eq!(judged(&policy, row), "Needs review | Yes / No / No | - | certain");
}

#[test]
fn seats_as_people_write_them_count_as_the_number_they_mean() {
    for seats in
        ["1,000", "1 000", "1\u{a0}000", "1000.0", "1000+", "1000 seats", "\u{ff11}\u{ff10}\u{ff10}\u{ff10}"]
    {
        let found = judged(&LEARN, Row { seats, segment: "Education", ..E3 });
        assert_eq!(found, "Migration | Yes / Yes / Yes / Yes | - | certain", "{seats}");
    }
}

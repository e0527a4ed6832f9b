//! `fasttrack explain` and the workbook say the same of every line of the decision table.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a helper of tests: to fail loudly is its work")]

use crate::support::table::{self, Line};
use crate::support::{annotated, csv, under};
use assert_cmd::Command;
use fasttrack_roster::policy::Policy;

const PLAN: &str = "Microsoft 365 E3";

/// Returns what `explain` prints, by label.
fn explained(policy: &str, plan: &str, seats: &str, segment: &str) -> Vec<(String, String)> {
    const LABEL_WIDTH: usize = 16;
    let mut command = Command::cargo_bin("fasttrack").unwrap();
    command.args(["explain", "--policy", policy, "--plan", plan, "--seats", seats]);
    if !segment.is_empty() {
        command.args(["--segment", segment]);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let pair = |line: &str| {
        let (label, value) = line.split_at_checked(LABEL_WIDTH)?;
        Some((label.trim().to_owned(), value.trim().to_owned()))
    };
    text.lines().take_while(|line| !line.is_empty()).filter_map(pair).collect()
}

fn said(explained: &[(String, String)], label: &str) -> String {
    let found = explained.iter().find(|(known, _)| known == label);
    found.map_or_else(|| panic!("no `{label}` in {explained:?}"), |(_, value)| value.clone())
}

/// Annotates these rows (plan, seats, segment) and compares each with `explain`, in everything both say.
fn assert_agreement(policy_name: &str, rows: &[(&str, String, &str)]) {
    let policy = Policy::named(policy_name).unwrap().unwrap();
    let mut roster = vec![["Tenant", "Plan", "Paid seats", "Segment"].map(str::to_owned)];
    // Each a tenant of its own: the rows of a tenant with several say more.
    roster.extend(rows.iter().enumerate().map(|(index, (plan, seats, segment))| {
        [format!("Contoso {index}"), (*plan).to_owned(), seats.clone(), (*segment).to_owned()]
    }));
    let (_, sheet) = annotated("roster.csv", csv(&roster).as_bytes(), &policy);
    assert_eq!(sheet.len(), rows.len() + 1);
    for (index, (plan, seats, segment)) in rows.iter().enumerate() {
        let explained = explained(policy_name, plan, seats, segment);
        let cell = |heading: &str| under(&sheet, index + 1, heading);
        let here = format!("{plan}, {seats} seats, segment `{segment}`");
        // What a column says in a roster is given on the command line here.
        let as_given = |text: String| text.replace("(roster column)", "(given)");
        let segment = as_given(format!("{} ({})", cell("FastTrack segment"), cell("Segment from")));
        assert_eq!(said(&explained, "segment"), segment, "{here}");
        assert_eq!(said(&explained, "tier"), cell("FastTrack tier"), "{here}");
        assert_eq!(said(&explained, "why"), as_given(cell("Why")), "{here}");
        for entitlement in &policy.entitlements {
            let label = entitlement.name.to_lowercase();
            assert_eq!(said(&explained, &label), cell(&entitlement.name), "{here}");
        }
        let next = match cell("Next tier").as_str() {
            "" => "none".to_owned(),
            next => match cell("Seats to next tier").as_str() {
                "1" => format!("{next}, 1 more paid seat"),
                seats => format!("{next}, {seats} more paid seats"),
            },
        };
        assert_eq!(said(&explained, "next tier"), next, "{here}");
        let counted = match cell("Seats counted").as_str() {
            "" => "none".to_owned(),
            seats => seats.to_owned(),
        };
        assert_eq!(said(&explained, "seats counted").replace(',', ""), counted, "{here}");
    }
}

fn rows(lines: &[Line]) -> Vec<(&'static str, String, &'static str)> {
    lines.iter().map(|line| (PLAN, line.seats.to_string(), line.segment)).collect()
}

#[test]
fn explain_agrees_with_the_workbook_on_every_line_of_the_default_policy() {
    assert_agreement("fasttrack-learn-2021", &rows(&table::learn()));
}

#[test]
fn explain_agrees_with_the_workbook_on_every_line_of_the_documented_policy() {
    assert_agreement("fasttrack-docs-2021", &rows(&table::docs()));
}

#[test]
fn explain_agrees_with_the_workbook_on_plans_that_do_not_count() {
    let rows = [
        ("Microsoft 365 E3", "500", ""),
        ("Office 365 A1 for faculty", "1001", ""),
        ("Microsoft 365 E5 Trial", "1001", ""),
        ("Dynamics 365 Sales Premium", "1001", "Commercial"),
        ("Common Data Service Database Capacity", "1001", ""),
        ("Microsoft 365 E5 Security", "1001", ""),
        ("Microsoft 365 E33", "1001", ""),
        ("Microsoft 365 E3", "12.5", "Education"),
        ("Microsoft 365 E3", "1,200", "edu"),
    ];
    let rows = rows.map(|(plan, seats, segment)| (plan, seats.to_owned(), segment));
    assert_agreement("fasttrack-learn-2021", &rows);
}

#[test]
fn what_is_asked_is_a_customer_and_no_line_between_others() {
    for (plan, seats, code) in
        [("Total", "600", "plan-unknown"), ("", "", "plan-missing"), ("Education", "", "seats-missing")]
    {
        let output = Command::cargo_bin("fasttrack")
            .unwrap()
            .args(["explain", "--plan", plan, "--seats", seats])
            .output();
        let output = output.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(3), "{plan}: {text}");
        assert!(text.contains(&format!("review[{code}]")) && !text.contains("certain"), "{plan}: {text}");
    }
}

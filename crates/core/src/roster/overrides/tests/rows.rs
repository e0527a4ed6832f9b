//! Lines that mean one row, by its subscription or by its place, and what they say of it.

use super::{POLICY, about, read_under, records, with_row_under};
use crate::plans::Catalogue;
use crate::roster::overrides::lines::on_review;
use crate::roster::overrides::{Filled, Fits, Overrides, Reading, RowNames, shown_number};
use crate::roster::repeats::Repeats;
use crate::roster::{NotPaid, SegmentFrom};

const FILE: [&str; 9] = [
    "Tenant",
    "Plan",
    "Subscription id",
    "Source row",
    "Seats in roster",
    "Right plan",
    "Right seats",
    "Right segment",
    "Right status",
];

const ROSTER: [&str; 7] = ["Subscription ID", "Tenant", "Plan", "Paid seats", "Segment", "Status", "Trial"];

const REVIEW: [&str; 13] = [
    "Source row",
    "Tenant",
    "Name",
    "Weight",
    "Right plan",
    "Right seats",
    "Right segment",
    "Right status",
    "Note",
    "Plan",
    "Seats in roster",
    "Subscription id",
    "Fits",
];

/// What came of a row that is on line 2: the segment, the seats, why they are not paid for, and the codes.
type Judged = (String, Option<u64>, Option<NotPaid>, Vec<&'static str>);

fn judged(overrides: &Overrides, row: &str) -> Judged {
    with_row_under(&ROSTER.map(str::to_owned), overrides, row, |row| {
        let codes = row.faults.iter().map(|fault| fault.code.as_str()).collect();
        (POLICY.segments[row.segment].id.clone(), row.seats, row.not_paid, codes)
    })
}

fn seats(overrides: &Overrides, row: &str) -> Option<u64> {
    judged(overrides, row).1
}

fn file(lines: &[&str]) -> Overrides {
    read_under(&FILE, lines).expect("valid")
}

fn review(lines: &[&str]) -> crate::error::Result<Overrides> {
    let catalogue = Catalogue::shipped().expect("shipped");
    let about = about(&REVIEW);
    let mut reading = Reading::of_review(&about, &POLICY, &catalogue)?;
    records(lines).iter().try_for_each(|record| reading.line(record))?;
    reading.finish()
}

#[test]
fn a_subscription_is_found_whatever_its_tenant_and_its_plan_are_called() {
    let overrides = file(&["||{ABC-1}||||480||"]);
    assert_eq!(seats(&overrides, "abc-1|Contoso|SPE_E3|12.5|||"), Some(480));
    assert_eq!(seats(&overrides, "ABC-1 |Fabrikam|SPB||||"), Some(480));
    for other in ["abc-2|Contoso|SPE_E3|7|||", "|Contoso|SPE_E3|7|||"] {
        assert_eq!(seats(&overrides, other), Some(7));
    }
}

#[test]
fn one_row_is_meant_only_while_it_says_the_same_where_it_is() {
    let overrides =
        file(&["Contoso|SPE_E3||2|12.5||480||", "Contoso|SPE_E3|s-1|3|7||481||", "||s-9|2|x||5||"]);
    assert_eq!(seats(&overrides, "|CONTOSO|spe_e3|12.5|||"), Some(480));
    // The next lines are on line 2, too.
    for other in [
        "|Contoso|SPE_E3|13.5|||",
        "|Contoso|SPB|12.5|||",
        "|Fabrikam|SPE_E3|12.5|||",
        "s-1|Contoso|SPE_E3|12.5|||",
        "s-1|Contoso|SPE_E3|7|||",
    ] {
        assert!(![Some(480), Some(481)].contains(&seats(&overrides, other)), "{other}");
    }
    // Where there is nothing to be named, nothing has to be there.
    assert_eq!(seats(&overrides, "s-9|||X|||"), Some(5));
    assert_eq!(seats(&overrides, "s-9|Contoso||x|||"), None);
}

#[test]
fn what_is_nearer_to_the_row_goes_first_for_each_thing_by_itself() {
    let lines = [
        "|House bundle||||SPE_E5|||",
        "Contoso|House bundle||||SPE_E3|1||",
        "||s-1||||2|Education|",
        "Contoso|House bundle|s-1|2|9|||Nonprofit|",
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0]] {
        let overrides = file(&order.map(|index| lines[index]));
        let found = with_row_under(
            &ROSTER.map(str::to_owned),
            &overrides,
            "s-1|Contoso|House bundle|9|Commercial||",
            |row| {
                let plan = row.plan.map(|found| found.plan.id.clone());
                (plan, row.seats, POLICY.segments[row.segment].id.clone(), row.override_lines.len())
            },
        );
        assert_eq!(found, (Some("SPE_E3".to_owned()), Some(2), "nonprofit".to_owned(), 4));
    }
}

#[test]
fn the_right_segment_goes_before_the_rosters_own_and_what_it_replaced_is_told() {
    let overrides = file(&["Contoso|SPE_E3||||||Education|"]);
    for (own, codes) in [
        ("Commercial", vec!["override-segment"]),
        ("Zunft", vec!["override-segment"]),
        ("edu", vec![]),
        ("", vec![]),
    ] {
        let found = judged(&overrides, &format!("|Contoso|SPE_E3|480|{own}||"));
        assert_eq!((found.0.as_str(), &found.3), ("education", &codes), "{own}");
        let row = format!("|Contoso|SPE_E3|480|{own}||");
        let from = with_row_under(&ROSTER.map(str::to_owned), &overrides, &row, |row| row.segment_from);
        assert_eq!(from, SegmentFrom::Override);
    }
}

#[test]
fn a_status_goes_before_the_columns_of_status_and_trials_and_not_before_the_price() {
    let of = |status: &str| file(&[format!("Contoso|SPE_E3|||||||{status}").as_str()]);
    let row = |status: &str, trial: &str| format!("|Contoso|SPE_E3|480||{status}|{trial}");
    let inactive = |word: &str| Some(NotPaid::Inactive(word.to_owned()));
    for (said, status, trial, not_paid, codes) in [
        ("Active", "Suspended", "", None, vec!["override-status"]),
        ("Active", "was weiss ich", "wer weiss", None, vec!["override-status", "override-status"]),
        ("Active", "Active", "Yes", None, vec!["override-status"]),
        ("Active", "", "", None, vec![]),
        ("gek\u{fc}ndigt", "Active", "", inactive("gek\u{fc}ndigt"), vec!["override-status"]),
        ("Expired", "Suspended", "No", inactive("Expired"), vec![]),
        ("Trial", "Active", "No", Some(NotPaid::Trial), vec!["override-status", "override-status"]),
    ] {
        let (.., found, told) = judged(&of(said), &row(status, trial));
        assert_eq!((found, told), (not_paid, codes), "{said}: {status}, {trial}");
    }
    let free = file(&["Contoso|Office 365 A1 for faculty|||||||Active"]);
    let (.., found, _) = judged(&free, "|Contoso|Office 365 A1 for faculty|480|||");
    assert_eq!(found, Some(NotPaid::FreePlan));
}

#[test]
fn a_plan_that_is_missing_can_be_said_and_one_that_is_confirmed_is_in_doubt_no_more() {
    let overrides = file(&["Contoso|||2|480|SPE_E3|||", "Fabrikam|E3||||Microsoft 365 E3|||"]);
    assert_eq!(judged(&overrides, "|Contoso||480|||").3, Vec::<&str>::new());
    assert_eq!(judged(&file(&["x|y||||SPB|||"]), "|Contoso||480|||").3, ["plan-missing"]);
    assert!(!judged(&overrides, "|Fabrikam|E3|480|||").3.contains(&"plan-readings"));
}

#[test]
fn a_review_sheet_says_what_was_filled_in_and_keeps_it() {
    let lines = [
        "2|Contoso||needs review||||||House bundle|600|s-1|subscription",
        "2|Contoso||needs review|SPE_E3||||asked|House bundle|600|s-1|subscription",
        "2|Contoso||remark||12|||by phone|House bundle|600|s-1|subscription",
        "3|{F}|Fabrikam|needs review||||Suspended||SPE_E3|x||tenant and plan",
        "4|Litware||needs review|||||only a note|SPE_E3|x||This row only",
    ];
    let overrides = review(&lines).expect("valid");
    let told: Vec<_> = overrides
        .filled()
        .iter()
        .map(|filled| {
            let Filled { line, fits, plan, seats, status, note, .. } = filled;
            (shown_number(*line), *fits, plan.as_str(), *seats, status.as_str(), note.as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            (3, Fits::Subscription, "SPE_E3", Some(12), "", "asked; by phone"),
            (5, Fits::TenantAndPlan, "", None, "Suspended", ""),
            (6, Fits::Row, "", None, "", "only a note"),
        ]
    );
    assert!(overrides.is_from_workbook() && !overrides.has_nothing_filled_in());
    assert_eq!(
        overrides.filled_at(on_review(0, 5)).map(|filled| filled.names.name.as_str()),
        Some("Fabrikam")
    );
    assert_eq!(overrides.filled_at(on_review(0, 4)), None);
    assert!(review(&lines[..1]).expect("valid").has_nothing_filled_in());
    // A sheet that was saved by itself is known by its headings.
    let alone = read_under(&REVIEW, &lines).expect("valid");
    assert_eq!(alone.filled(), overrides.filled());
}

#[test]
fn a_note_in_text_is_read_without_the_mark_before_a_formula() {
    // A Review sheet that was saved by itself.
    let overrides = review(&["2|{A1}||||60|||'=asked: 'E3'|SPE_E3|12.5||tenant and plan"]).expect("valid");
    assert_eq!(overrides.filled()[0].note, "=asked: 'E3'");
    let kept = read_under(
        &["Tenant", "Plan", "Paid seats", "Reason"],
        &["{A1}|Foo|60|'=asked: 'E3'", "{B2}|Foo|60|'=asked: 'E3'"],
    )
    .expect("valid");
    let reasons: Vec<&str> = kept
        .tenants
        .values()
        .flat_map(|of| of.plans.values())
        .map(|rule| rule.seats[0].reason.as_str())
        .collect();
    assert_eq!(reasons, ["=asked: 'E3'"; 2]);
}

#[test]
fn a_review_sheet_of_an_earlier_version_says_nothing() {
    let catalogue = Catalogue::shipped().expect("shipped");
    let about = about(&["Source row", "Where", "Column", "Value", "Weight", "Code"]);
    let reading = Reading::of_review(&about, &POLICY, &catalogue).expect("valid");
    assert!(!reading.finish().expect("valid").is_from_workbook());
}

#[test]
fn two_lines_of_review_that_disagree_are_named_and_two_that_agree_are_one() {
    let line = |seats: &str| format!("2|Contoso||needs review||{seats}||||SPE_E3|x|s-1|subscription");
    let [first, second] = [line("12"), line("13")];
    let error = review(&[&first, &second]).expect_err("a conflict");
    assert!(error.diagnostics[0].message.starts_with("rows 2 and 3 of Review both name subscription `s-1`"));
    assert_eq!(review(&[&first, &first]).expect("valid").filled().len(), 1);
}

#[test]
fn a_row_is_found_again_by_what_no_other_row_has() {
    let names = |subscription: &str, tenant: &str, plan: &str| RowNames {
        tenant: tenant.to_owned(),
        plan: plan.to_owned(),
        subscription: subscription.to_owned(),
        ..RowNames::default()
    };
    let alone = Repeats::default();
    let several = |of: fn(&mut Repeats)| {
        let mut repeats = Repeats { tenant: Some(2), ..alone };
        of(&mut repeats);
        repeats
    };
    for (names, repeats, fits) in [
        (names("s-1", "Contoso", "SPE_E3"), alone, Fits::Subscription),
        (names("s-1", "Contoso", "SPE_E3"), several(|of| of.tenant_and_plan = Some(2)), Fits::Subscription),
        (names("s-1", "Contoso", "SPE_E3"), several(|of| of.subscription = Some(2)), Fits::Row),
        (names("", "Contoso", "SPE_E3"), several(|_| {}), Fits::TenantAndPlan),
        (names("", "Contoso", "SPE_E3"), several(|of| of.plan_of_roster = Some(2)), Fits::Row),
        // That another row has the plan which somebody filled in for this one does not matter.
        (names("", "Contoso", "SPE_E3"), several(|of| of.tenant_and_plan = Some(2)), Fits::TenantAndPlan),
        (names("", "Contoso", "House"), several(|of| of.plan_of_roster = Some(2)), Fits::Row),
        (names("", "Contoso", " "), alone, Fits::Row),
        (names("", "", "SPE_E3"), alone, Fits::Row),
    ] {
        assert_eq!(names.fits(repeats), fits, "{names:?}, {repeats:?}");
    }
}

#[test]
fn seats_that_were_filled_in_for_a_cell_count_while_it_says_the_same() {
    let overrides =
        file(&["Contoso|SPB|||ca. 600||600||", "Fabrikam|SPB|||(blank)||30||", "Litware|SPB|||||7||"]);
    let told = |row: &str| {
        let (_, seats, _, codes) = judged(&overrides, row);
        (seats, codes)
    };
    assert_eq!(told("|Contoso|SPB|ca. 600|||"), (Some(600), vec!["override-seats"]));
    assert_eq!(told("|Contoso|SPB|120|||"), (Some(120), vec!["override-outdated"]));
    assert_eq!(told("|Contoso|SPB|ca. 700|||"), (None, vec!["override-outdated", "seats-unreadable"]));
    assert_eq!(told("|Contoso|SPB|600|||").0, Some(600));
    assert_eq!(told("|Fabrikam|SPB||||"), (Some(30), vec!["override-seats"]));
    assert_eq!(told("|Fabrikam|SPB|40|||"), (Some(40), vec!["override-outdated"]));
    // What does not say what the cell was counts whatever it says.
    assert_eq!(told("|Litware|SPB|40|||"), (Some(7), vec!["override-seats"]));
}

#[test]
fn a_row_that_is_not_a_customer_is_left_out_and_no_customer_of_that_name_is() {
    let overrides = file(&["Overview||||||||Not a customer", "Contoso|SPB||||||| not a CUSTOMER "]);
    let left_out = |row: &str| {
        with_row_under(&ROSTER.map(str::to_owned), &overrides, row, |row| {
            let is_footer = row.kind == crate::roster::RowKind::Footer;
            assert!(!is_footer || (!row.needs_review() && !row.override_lines.is_empty()));
            is_footer
        })
    };
    assert!(left_out("|Overview||1300|||"));
    assert!(!left_out("|Overview|SPB|1300|||"), "a customer may be called so");
    assert!(left_out("|Contoso|SPB|480|||"));
    assert!(!left_out("|Contoso|SPE_E3|480|||"));
    assert!(!left_out("|Fabrikam||480|||"));
}

#[test]
fn a_segment_and_a_status_count_only_while_the_cells_say_what_they_said() {
    let headings = [&REVIEW[..11], &["Segment in roster", "Status in roster"], &REVIEW[11..]].concat();
    let catalogue = Catalogue::shipped().expect("shipped");
    let about = about(&headings);
    let line = "2|Contoso||||| Education|Suspended||SPE_E3|7|Verein|on hold; no||tenant and plan";
    let mut reading = Reading::of_review(&about, &POLICY, &catalogue).expect("headings");
    records(&[line]).iter().try_for_each(|record| reading.line(record)).expect("line");
    let overrides = reading.finish().expect("valid");
    let of = |row: &str| judged(&overrides, row);
    let (segment, _, not_paid, codes) = of("|Contoso|SPE_E3|7|VEREIN |On hold|No");
    assert_eq!(segment, "education");
    assert!(matches!(not_paid, Some(NotPaid::Inactive(_))));
    let outdated = |codes: &[&'static str]| -> Vec<&'static str> {
        codes.iter().copied().filter(|code| code.ends_with("-outdated")).collect()
    };
    assert!(outdated(&codes).is_empty());
    let (segment, _, not_paid, codes) = of("|Contoso|SPE_E3|7|Commercial|Active|No");
    assert_eq!((segment.as_str(), not_paid), ("commercial", None));
    assert_eq!(outdated(&codes), ["override-segment-outdated", "override-status-outdated"]);
    // Only one of them is about another cell now.
    let (segment, _, not_paid, codes) = of("|Contoso|SPE_E3|7|Verein|Active|No");
    assert_eq!((segment.as_str(), not_paid), ("education", None));
    assert_eq!(outdated(&codes), ["override-status-outdated"]);
}

use super::*;
use crate::about::{Form, PartRows};
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::record::{Flaw, Records};

const HEADINGS: [&str; 6] = ["Tenant", "Plan", "Paid seats", "Segment", "Status", "Is trial"];

/// Understands one record and hands it on together with the policy it was read by.
fn with_row<T>(cells: &[&str], seen: impl FnOnce(&RosterRow<'_>, &Policy) -> T) -> T {
    with_row_under(&HEADINGS, cells, seen)
}

fn with_row_under<T>(
    headings: &[&str],
    cells: &[&str],
    seen: impl FnOnce(&RosterRow<'_>, &Policy) -> T,
) -> T {
    let policy = Policy::default_shipped().expect("shipped");
    let catalogue = Catalogue::shipped().expect("shipped");
    let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let columns = columns::find(&headings, &[], None).expect("all are known");
    let mut records = Records::default();
    records.begin(2, 1);
    for cell in cells {
        records.push_text(cell);
    }
    let record = records.iter().next().expect("one");
    seen(&understand(record, &columns, &policy, &catalogue), &policy)
}

fn codes(cells: &[&str]) -> Vec<&'static str> {
    with_row(cells, |row, _| row.faults.iter().map(|fault| fault.code.as_str()).collect())
}

fn segment(cells: &[&str]) -> (String, SegmentFrom) {
    with_row(cells, |row, policy| (policy.segments[row.segment].id.clone(), row.segment_from))
}

/// Returns the codes of faults of a row of 600 seats of Microsoft 365 E3, with a further column.
fn codes_with(heading: &str, cell: &str, plan: &str) -> Vec<&'static str> {
    with_row_under(&["Tenant", "Plan", "Paid seats", heading], &["Contoso", plan, "600", cell], |row, _| {
        row.faults.iter().map(|fault| fault.code.as_str()).collect()
    })
}

#[test]
fn a_column_that_is_not_read_sends_rows_to_review_that_it_would_change() {
    for (heading, cell) in [
        ("Industry", "Education"),
        ("Vertical", "Nonprofit"),
        ("Account type", "EDU"),
        ("Kundengruppe", "Schule"),
        ("Organisation type", "University"),
    ] {
        assert_eq!(codes_with(heading, cell, "SPE_E3"), ["segment-not-read"], "{heading}: {cell}");
        // Where the plan shows the segment, the column adds nothing.
        assert!(codes_with(heading, cell, "Microsoft 365 A3 for faculty").is_empty(), "{heading}: {cell}");
    }
    for (heading, cell) in [
        ("Cancelled?", "Yes"),
        ("Gek\u{fc}ndigt am", "31.01.2024"),
        ("State", "Suspended"),
        ("Customer stage", "Churned"),
    ] {
        assert_eq!(codes_with(heading, cell, "SPE_E3"), ["status-not-read"], "{heading}: {cell}");
        assert!(codes_with(heading, cell, "Office 365 A1 for faculty").is_empty(), "{heading}: {cell}");
    }
    for (heading, cell) in [
        ("Industry", "Retail"),
        ("Industry", "Commercial"),
        ("Account team", "Education"),
        ("Cancelled?", "No"),
        ("State", "WA"),
        ("License type", "Subscription"),
        ("Owner", "Suspended"),
    ] {
        assert_eq!(codes_with(heading, cell, "SPE_E3"), [""; 0], "{heading}: {cell}");
    }
}

#[test]
fn a_row_in_order_has_no_faults() {
    assert!(codes(&["Contoso", "Microsoft 365 E3", "480", "", "Active", "no"]).is_empty());
}

#[test]
fn all_faults_of_a_row_are_told_at_once() {
    assert_eq!(codes(&["", "", ""]), Vec::<&str>::new(), "a blank row has none");
    assert_eq!(codes(&[" ", "", "x"]), ["tenant-missing", "plan-missing", "seats-unreadable"]);
    assert_eq!(codes(&["Contoso", "Microsoft 365 E33", "12.5"]), ["plan-unknown", "seats-not-whole"]);
}

#[test]
fn a_totals_line_with_a_formula_that_was_never_worked_out_says_so() {
    let policy = Policy::default_shipped().expect("shipped");
    let catalogue = Catalogue::shipped().expect("shipped");
    let columns = columns::find(&HEADINGS.map(str::to_owned), &[], None).expect("all are known");
    for (flaw, wanted) in [(Flaw::Uncalculated { column: 1 }, 1), (Flaw::Short { found: 1, wanted: 6 }, 0)] {
        let mut records = Records::default();
        records.begin(2, 1);
        records.push_text("Total");
        records.flaw(flaw);
        let record = records.iter().next().expect("one");
        let row = understand(record, &columns, &policy, &catalogue);
        assert!(row.kind == RowKind::Footer && !row.needs_review());
        assert_eq!(row.faults.len(), wanted);
    }
}

#[test]
fn a_row_whose_cells_are_known_to_be_lost_has_one_fault_for_it() {
    let policy = Policy::default_shipped().expect("shipped");
    let catalogue = Catalogue::shipped().expect("shipped");
    let columns = columns::find(&HEADINGS.map(str::to_owned), &[], None).expect("all are known");
    for flaw in [Flaw::Short { found: 1, wanted: 6 }, Flaw::Uncalculated { column: 1 }] {
        let mut records = Records::default();
        records.begin(2, 1);
        records.push_text("Contoso");
        records.flaw(flaw);
        let record = records.iter().next().expect("one");
        assert_eq!(understand(record, &columns, &policy, &catalogue).faults.len(), 1);
    }
    let mut records = Records::default();
    records.begin(2, 1);
    records.flaw(Flaw::Uncalculated { column: 1 });
    let record = records.iter().next().expect("one");
    let row = understand(record, &columns, &policy, &catalogue);
    assert!(row.kind == RowKind::Customer && row.needs_review(), "no blank row, though nothing shows");
}

#[test]
fn an_unknown_plan_is_never_answered_with_the_nearest() {
    with_row(&["Contoso", "Microsoft 365 E33", "480"], |row, _| {
        assert!(row.plan.is_none() && row.needs_review());
        assert!(row.faults[0].help.contains("`Microsoft 365 E3`"), "{}", row.faults[0].help);
    });
}

#[test]
fn the_rosters_own_segment_goes_before_the_name_and_the_name_before_the_id() {
    let of = |plan: &str, segment_cell: &str| segment(&["Contoso", plan, "600", segment_cell]);
    assert_eq!(of("Microsoft 365 E3", ""), ("commercial".into(), SegmentFrom::Assumed));
    assert_eq!(of("M365EDU_A3_FACULTY", ""), ("education".into(), SegmentFrom::ProductId));
    assert_eq!(of("Microsoft 365 A3 for Faculty", ""), ("education".into(), SegmentFrom::OfferName));
    assert_eq!(of("Microsoft 365 A3 for Faculty", "Non-Profit"), ("nonprofit".into(), SegmentFrom::Column));
    assert_eq!(
        of("Microsoft 365 Business Premium (Nonprofit Staff Pricing)", ""),
        ("nonprofit".into(), SegmentFrom::OfferName)
    );
}

#[test]
fn an_unknown_segment_needs_review_where_another_segment_would_earn_something_else() {
    let of = |plan: &str, seats: &str, status: &str| {
        with_row(&["Contoso", plan, seats, "Galactic", status], |row, _| {
            row.faults.iter().map(|fault| (fault.code.as_str(), fault.blocks)).collect::<Vec<_>>()
        })
    };
    for (seats, decides) in [("49", false), ("149", false), ("150", true), ("999", true), ("1000", false)] {
        assert_eq!(of("Microsoft 365 E3", seats, ""), [("segment-unknown", decides)], "{seats}");
    }
    // What its name shows is no proof where the roster's own column says something else.
    assert_eq!(of("Microsoft 365 A3 for Faculty", "600", ""), [("segment-unknown", true)]);
    // No segment earns anything where no seats are paid for, or the plan is not served.
    assert_eq!(of("Microsoft 365 E3", "600", "Suspended"), [("segment-unknown", false)]);
    assert_eq!(of("Dynamics 365 Sales Premium", "600", ""), [("segment-unknown", false)]);
}

#[test]
fn free_plans_trials_and_inactive_subscriptions_are_not_paid() {
    let not_paid = |plan: &str, status: &str, trial: &str| {
        with_row(&["Contoso", plan, "300", "", status, trial], |row, _| row.not_paid.clone())
    };
    assert_eq!(not_paid("Microsoft 365 E3", "", ""), None);
    assert_eq!(not_paid("Microsoft 365 E3", "enabled", "FALSE"), None);
    assert_eq!(not_paid("Office 365 A1 for faculty", "Active", ""), Some(NotPaid::FreePlan));
    assert_eq!(not_paid("Microsoft Teams Exploratory", "", ""), Some(NotPaid::Trial));
    assert_eq!(not_paid("Microsoft 365 E3", "", "True"), Some(NotPaid::Trial));
    for status in ["Suspended", "Warning", "Deleted", "LockedOut"] {
        assert_eq!(not_paid("Microsoft 365 E3", status, ""), Some(NotPaid::Inactive(status.to_owned())));
    }
}

#[test]
fn words_that_nobody_knows_for_status_and_trial_need_review_where_they_decide() {
    let of = |plan: &str, status: &str, trial: &str| {
        with_row(&["Contoso", plan, "300", "", status, trial], |row, _| {
            (
                row.not_paid.is_some(),
                row.faults.iter().map(|fault| (fault.code.as_str(), fault.blocks)).collect::<Vec<_>>(),
            )
        })
    };
    assert_eq!(of("Microsoft 365 E3", "Prospect", ""), (false, vec![("status-unknown", true)]));
    assert_eq!(of("Microsoft 365 E3", "Aktiv", "perhaps"), (false, vec![("trial-unknown", true)]));
    assert_eq!(of("Microsoft 365 E3", "Aktiv", "nein"), (false, vec![]));
    assert_eq!(of("Microsoft 365 E3", "Suspended", "perhaps"), (true, vec![]));
    assert_eq!(of("Microsoft 365 E3", "Trial", ""), (true, vec![]));
    assert_eq!(of("Office 365 A1 for faculty", "Prospect", ""), (true, vec![("status-unknown", false)]));
}

#[test]
fn a_tenant_that_may_be_several_rows_needs_review() {
    assert_eq!(
        codes(&["Contoso;Office 365 E3;500\nFabrikam;Office 365 E3;20\nTailspin", "Office 365 E3", "10"]),
        ["cell-spans-lines"]
    );
    assert!(codes(&["Contoso\nBerlin", "Office 365 E3", "10"]).is_empty());
}

#[test]
fn a_remark_that_has_swallowed_a_row_needs_review_and_an_address_does_not() {
    let with_note = |note: &str| codes(&["Contoso", "Office 365 E3", "10", "", "", "", note]);
    let swallowed = "urgent\nFabrikam,Microsoft 365 E3,600,,,,\nLitware,Office 365 E3,700,,,,screen 15";
    assert_eq!(with_note(swallowed), ["cell-spans-lines"]);
    assert_eq!(with_note("urgent\r\nLitware;Office 365 E3;700;;;;screen 15"), ["cell-spans-lines"]);
    assert!(with_note("12 Main Street, 4th floor\n90210, Seattle, WA, USA, North America, Earth").is_empty());
    assert!(with_note("has Microsoft 365 E3,\nwants E5").is_empty());
}

#[test]
fn a_cell_longer_than_a_workbook_can_hold_is_a_remark() {
    let long = "x".repeat(LIMIT_CELL_UNITS);
    assert!(codes(&[&long, "Microsoft 365 E3", "480"]).is_empty());
    let longer = "x".repeat(LIMIT_CELL_UNITS + 1);
    assert_eq!(codes(&[&longer, "Microsoft 365 E3", "480"]), ["cell-too-long"]);
    let emoji = "\u{1f600}".repeat(LIMIT_CELL_UNITS / 2 + 1);
    assert_eq!(codes(&[&emoji, "Microsoft 365 E3", "480"]), ["cell-too-long"]);
}

#[test]
fn a_fault_names_its_place_as_the_file_counts() {
    with_row(&["Contoso", "Microsoft 365 E3", "12.5"], |row, _| {
        let about = |name: &str, form| About {
            name: name.to_owned(),
            bytes: 0,
            sha256: String::new(),
            modified: None,
            form,
            header_row: 1,
            is_header_row_named: false,
            above: Vec::new(),
            headings: HEADINGS.map(str::to_owned).to_vec(),
            longest: Vec::new(),
            first: Vec::new(),
            first_numbers: Vec::new(),
            formats: Vec::new(),
            other_candidates: Vec::new(),
        };
        let sheet = Form::Workbook { sheet: "Roster".to_owned(), others: Vec::new() };
        assert_eq!(
            row.faults[0].diagnostic(&about("customers.xlsx", sheet), 214).to_string(),
            "review[seats-not-whole]: `12.5` is not a whole number of paid seats\n  \
             at customers.xlsx, sheet `Roster`, C214 (column `Paid seats`)\n  \
             help: a seat is whole; check the count on the subscription"
        );
        let text = Form::Text { encoding: "UTF-8".to_owned(), guess: None, delimiter: ',' };
        assert_eq!(row.faults[0].diagnostic(&about("customers.csv", text), 7).place, Place::Line(7));
        let parts =
            [("part-0", 5), ("part-1", 9)].map(|(name, rows)| PartRows { name: name.to_owned(), rows });
        let lake = Form::Parquet { parts: parts.to_vec(), rows: 14, remarks: Vec::new() };
        let in_part = row.faults[0].diagnostic(&about("lake", lake), 7);
        assert_eq!(in_part.place_words(), "lake, row 7 (`part-1`, row 2) (column `Paid seats`)");
        assert_eq!(row.faults[0].of_no_file().place, Place::File);
    });
}

#[test]
fn a_plan_that_is_remembered_is_understood_as_it_was_the_first_time() {
    let policy = Policy::default_shipped().expect("shipped");
    let catalogue = Catalogue::shipped().expect("shipped");
    let columns = columns::find(&HEADINGS.map(str::to_owned), &[], None).expect("all are known");
    let plans =
        ["Microsoft 365 E3", "Microsoft 365 A3 for Faculty", "Microsoft 365 E33", "Exchange Online", ""];
    let mut records = Records::default();
    for (number, round) in (2..).zip(0..300_usize) {
        records.begin(number, number - 1);
        records.push_text("Contoso");
        records.push_text(plans[round % plans.len()]);
        records.push_text(["480", "12.5", "1,200"][round % 3]);
        records.push_text(["", "Non-Profit", "Galactic", "EDU"][round % 4]);
        records.push_text(["Active", "Suspended", "Aktiv", "", " "][round / 2 % 5]);
        records.push_text(["no", "yes", "ja", ""][round / 3 % 4]);
    }
    let mut understanding = Understanding::new(&columns, &policy, &catalogue);
    for record in records.iter() {
        assert_eq!(understanding.row(record), understand(record, &columns, &policy, &catalogue));
    }
}

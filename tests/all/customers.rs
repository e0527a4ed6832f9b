//! Customers, each counted once, whatever the rows and their order.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use crate::support::{formulas, job, run, sheet, shown, under};
use fasttrack_roster::customers::{Customers, Dimension};
use fasttrack_roster::fold::fold;
use fasttrack_roster::job::{Done, Job};
use fasttrack_roster::summary::Count;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const HEADINGS: &str = "Tenant,Plan,Paid seats,Segment,Status,Owner,Country,Renewal date";

/// A roster's line, made of numbers that choose its cells.
fn line(chosen: &[u16; 8]) -> String {
    let of = |place: usize, words: &[&str]| words[usize::from(chosen[place]) % words.len()].to_owned();
    let plans = [
        "Microsoft 365 E3",
        "Exchange Online (Plan 1)",
        "Enterprise Mobility + Security E3",
        "Power BI Pro",
        "Office 365 A1 for faculty",
        "Nobody knows it",
    ];
    [
        // Rows without a tenant would be read as those of a tenant above them, where it is named only once.
        of(0, &["Contoso", "contoso ", "Fabrikam", "Litware", "Adatum", "Tailspin", "Proseware"]),
        of(1, &plans),
        (u32::from(chosen[2]) % 1_200).to_string(),
        of(3, &["Commercial", "Education", "Nonprofit", ""]),
        of(4, &["Active", "Active", "Suspended"]),
        of(5, &["Ann", "ann", "Bert", ""]),
        of(6, &["DE", "FR", ""]),
        of(7, &["2026-11-28", "2027-02-01", "", "soon"]),
    ]
    .join(",")
}

fn annotated(folder: &Path, lines: &[String]) -> Done {
    let input = folder.join("roster.csv");
    fs::write(&input, format!("{HEADINGS}\n{}\n", lines.join("\n"))).unwrap();
    run(&Job { target: None, ..job(&input, &folder.join("out.xlsx")) }).unwrap()
}

/// The values of a breakdown with their figures, in an order of their own.
fn figures(customers: &Customers, dimension: Dimension) -> Vec<(String, Count, Vec<u64>)> {
    let place = Dimension::ALL.iter().position(|known| *known == dimension).unwrap();
    let breakdown = customers.by[place].as_ref().unwrap();
    let values = breakdown.values().unwrap();
    let mut figures: Vec<_> =
        values.iter().map(|value| (fold(&value.shown), value.all, value.by_tier.clone())).collect();
    figures.sort_by(|left, right| left.0.cmp(&right.0));
    figures
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn customers_add_up_and_no_figure_depends_on_the_order_of_the_rows(
        chosen in prop::collection::vec(prop::array::uniform8(any::<u16>()), 1..24), turn in 0_usize..24,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = chosen.iter().map(line).collect();
        let done = annotated(folder.path(), &lines);
        let customers = done.customers.unwrap();
        let tenants: BTreeSet<String> =
            lines.iter().map(|line| fold(line.split(',').next().unwrap())).collect();
        let all = customers.verdicts.all();
        prop_assert_eq!(all.rows, tenants.len() as u64);
        prop_assert_eq!(customers.on_several_rows, done.tenants.tenants());
        for dimension in Dimension::ALL {
            let mut sum = Count::default();
            for (_, count, _) in figures(&customers, dimension) {
                sum.merge(count);
            }
            prop_assert_eq!(sum, all, "{:?}", dimension);
        }
        let mut turned = lines.clone();
        turned.rotate_left(turn % lines.len());
        turned.reverse();
        let other = annotated(folder.path(), &turned).customers.unwrap();
        prop_assert_eq!(&other.verdicts, &customers.verdicts);
        for dimension in Dimension::ALL {
            prop_assert_eq!(figures(&other, dimension), figures(&customers, dimension));
        }
    }
}

#[test]
fn a_tenant_on_four_rows_is_one_customer_and_four_rows() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    let lines = [
        "Contoso,Microsoft 365 E3,100",
        "Contoso,Exchange Online (Plan 1),60",
        "Contoso,Power BI Pro,20",
        "Contoso,Visio Plan 2,5",
        "Fabrikam,Microsoft 365 E3,30",
    ];
    fs::write(&input, format!("Tenant,Plan,Paid seats\n{}\n", lines.join("\n"))).unwrap();
    let done = run(&job(&input, &output)).unwrap();
    let count = |rows, seats| Count { rows, seats };
    assert_eq!(done.customers().all(), count(2, 190));
    assert_eq!(done.summary.verdicts.all(), count(5, 215));
    let summary = sheet(&output, "Summary");
    let says = |words: &str| summary.iter().any(|row| shown(row, 0).starts_with(words));
    assert!(says(
        "2 customers, 190 paid seats: 0 get Migration; 1 gets Specialist; 1 gets Q&A (a customer may get several); \
         nothing needs review."
    ));
    let line = |title: &str, label: &str| {
        let from = summary.iter().position(|row| shown(row, 0) == title).unwrap();
        let row = summary[from..].iter().find(|row| shown(row, 0) == label).unwrap();
        [shown(row, 1), shown(row, 2), shown(row, 3)]
    };
    let tier = "Customers and paid seats by tier";
    assert_eq!(line(tier, "Specialist"), ["1", "0.5", "160"]);
    assert_eq!(line(tier, "Total"), ["2", "1", "190"]);
    assert_eq!(line("Rows by tier, each judged by itself", "Total")[..2], ["5", "215"]);
    // Both sheets are counted over, each customer on one of them.
    let formulas = formulas(&output, "xl/worksheets/sheet1.xml");
    let wanted = "COUNTIFS(roster_tier,\"Specialist\",roster_rows_of_the_tenant,\"=\")+COUNTIFS(tenants_tier,\"Specialist\")";
    assert!(
        formulas.iter().any(|formula| formula.trim_start_matches('>').replace("&quot;", "\"") == wanted),
        "{formulas:?}"
    );
}

#[test]
fn a_customer_is_broken_down_by_a_plan_that_is_added_up_and_never_by_one_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    let lines = [
        "Contoso,Microsoft 365 E5 Security,300",
        "Contoso,Office 365 E3,220",
        "Contoso,Office 365 E1,200",
        // As many of both: the base plan.
        "Fabrikam,Microsoft 365 E5 Security,100",
        "Fabrikam,Office 365 E3,100",
    ];
    fs::write(&input, format!("Tenant,Plan,Paid seats\n{}\n", lines.join("\n"))).unwrap();
    run(&job(&input, &output)).unwrap();
    let breakdown = sheet(&output, "Breakdown");
    let from = breakdown.iter().position(|row| shown(row, 0) == "Customers by plan").unwrap();
    let plans = |row: &Vec<_>| [shown(row, 0), shown(row, 1), shown(row, 2)];
    assert_eq!(plans(&breakdown[from + 2]), ["Office 365 E3", "2", "520"]);
    assert_eq!(plans(&breakdown[from + 3])[0], "Total");
    let tenants = sheet(&output, "Tenants");
    for (row, seats) in [(1, "220"), (2, "100")] {
        let added = under(&tenants, row, "Plans added up");
        assert!(added.starts_with(&format!("Office 365 E3 {seats}")), "{added}");
        assert!(!under(&tenants, row, "Why").contains("E5 Security"));
    }
    assert_eq!(under(&tenants, 1, "Largest plan"), "Microsoft 365 E5 Security");
    assert_eq!(under(&tenants, 2, "Largest plan"), "Office 365 E3");
}

#[test]
fn the_next_renewal_of_a_tenant_is_the_first_of_its_paid_rows_that_has_not_passed() {
    let folder = tempfile::tempdir().unwrap();
    let lines = |days: [&str; 3]| {
        let [paid, other, expired] = days;
        [
            format!("Acme,Microsoft 365 E3,100,,Active,Ann,DE,{paid}"),
            format!("Acme,Office 365 E3,45,,Active,Ann,DE,{other}"),
            format!("Acme,Microsoft 365 E5,3,,Expired,Ann,DE,{expired}"),
        ]
    };
    let quarter = |days: [&str; 3]| {
        let input = folder.path().join("roster.csv");
        fs::write(&input, format!("{HEADINGS}\n{}\n", lines(days).join("\n"))).unwrap();
        let as_of = fasttrack_roster::date::Date::iso("2026-11-29");
        let job = Job { target: None, as_of, ..job(&input, &folder.path().join("out.xlsx")) };
        figures(&run(&job).unwrap().customers.unwrap(), Dimension::Renewal)[0].0.clone()
    };
    assert_eq!(quarter(["2026-01-10", "2027-05-01", "2025-06-30"]), "2027 q2");
    assert_eq!(quarter(["2027-02-10", "2027-05-01", "2026-12-30"]), "2027 q1");
    assert_eq!(quarter(["2026-01-10", "", "2026-12-30"]), "2026 q1");
}

#[test]
fn of_when_a_roster_is_stands_below_the_title() {
    let folder = tempfile::tempdir().unwrap();
    let dated = |name: &str, text: &str, as_of: Option<&str>| {
        let (input, output) = (folder.path().join(name), folder.path().join("out.xlsx"));
        fs::write(&input, text).unwrap();
        let as_of = as_of.map(|day| fasttrack_roster::date::Date::iso(day).unwrap());
        run(&Job { as_of, ..job(&input, &output) }).unwrap();
        shown(&sheet(&output, "Summary")[1], 0)
    };
    let plain = "Tenant,Plan,Paid seats\nContoso,SPE_E3,100\n";
    let column = "Tenant,Plan,Paid seats,Report date\nContoso,SPE_E3,100,2026-10-31\n";
    let name = "licenses-2026-11-28.csv";
    assert!(dated(name, plain, None).starts_with("Roster of 28 November 2026 (as the file's name says). "));
    assert!(
        dated(name, column, None).starts_with("Roster of 31 October 2026 (as its column Report date says). ")
    );
    let given = dated(name, column, Some("2026-09-01"));
    assert!(given.starts_with("Roster of 1 September 2026 (as given for this run). "), "{given}");
    assert!(dated("roster.csv", plain, None).contains(" (when the file was last changed). "));
}

//! Phases, wanted services and the Onboarding sheet, from file to workbook.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{csv, job, parts, run, sheet, shown, under};
use calamine::{Data, Reader, Xlsx, open_workbook};
use fasttrack_roster::job::Job;
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::policy::{DEFAULT_NAME, Policy};
use fasttrack_roster::report::onboarding::{LIMIT_LINES, STATUSES};
use fasttrack_roster::write::Method;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const HEADINGS: [&str; 14] = [
    "Source row",
    "Tenant",
    "Name",
    "Plan",
    "Seats counted",
    "FastTrack tier",
    "Specialist",
    "Phase",
    "Initiation",
    "Assessment",
    "Remediation",
    "Enable",
    "Owner",
    "Notes",
];

const RETIRED: [&str; 2] = ["Skype for Business Online", "Microsoft StaffHub"];

fn annotated(folder: &Path, roster: &str) -> PathBuf {
    let (input, output) = (folder.join("roster.csv"), folder.join("out.xlsx"));
    std::fs::write(&input, roster).unwrap();
    run(&job(&input, &output)).unwrap();
    output
}

fn sheets(workbook: &Path) -> Vec<String> {
    let book: Xlsx<_> = open_workbook(workbook).unwrap();
    book.sheet_names()
}

fn behind_the_roster(workbook: &Path) -> Vec<String> {
    let all = sheets(workbook).into_iter();
    all.skip_while(|sheet| sheet != "Roster").skip(1).collect()
}

/// The XML of the sheet of that name.
fn xml(workbook: &Path, name: &str) -> String {
    let number = sheets(workbook).iter().position(|sheet| sheet == name).unwrap() + 1;
    let part = format!("xl/worksheets/sheet{number}.xml");
    parts(workbook, &part).pop().unwrap().1
}

fn texts(row: &[Data]) -> Vec<String> {
    (0..HEADINGS.len()).map(|column| shown(row, column)).collect()
}

#[test]
fn the_sample_has_a_line_for_each_customer_with_a_specialist() {
    let folder = tempfile::tempdir().unwrap();
    let input = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/onboarding.csv");
    for method in [Method::Streamed, Method::Library] {
        let output = folder.path().join("out.xlsx");
        run(&Job { method, ..job(&input, &output) }).unwrap();
        assert_eq!(behind_the_roster(&output)[..3], ["Onboarding", "Other policy", "Review"]);
        let lines = sheet(&output, "Onboarding");
        assert_eq!(texts(&lines[0]), HEADINGS);
        let roster = sheet(&output, "Roster");
        let held: Vec<String> = (1..roster.len())
            .filter(|row| under(&roster, *row, "Specialist") == "Yes")
            .map(|row| shown(&roster[row], 0))
            .collect();
        let told: Vec<String> = lines[1..].iter().map(|line| shown(line, 1)).collect();
        assert_eq!(told, held);
        let text = std::fs::read_to_string(&input).unwrap();
        for line in &lines[1..] {
            let number: usize = shown(line, 0).parse().unwrap();
            assert!(text.lines().nth(number - 1).unwrap().starts_with(&shown(line, 1)));
        }
        assert_eq!(
            texts(&lines[1]),
            [
                "2",
                "Adatum Corporation",
                "",
                "Microsoft 365 E3",
                "480",
                "Specialist",
                "Yes",
                "Assessment",
                "",
                "In progress",
                "",
                "",
                "North desk",
                ""
            ]
        );
        // Its phase is none that the policy knows: nothing is claimed.
        assert_eq!(texts(&lines[6])[7..12], ["", "", "", "", ""]);
        assert_on_the_roster(&roster);
    }
}

fn assert_on_the_roster(roster: &[Vec<Data>]) {
    let row = |tenant: &str| roster.iter().position(|row| shown(row, 0) == tenant).unwrap();
    let said = |tenant: &str, heading| under(roster, row(tenant), heading);
    let last: Vec<String> =
        (roster[0].len() - 5..roster[0].len() - 1).map(|column| shown(&roster[0], column)).collect();
    assert_eq!(
        last,
        ["Microsoft does now", "Customer does now", "Wanted and covered", "Wanted, not covered"]
    );
    assert_eq!(
        said("Contoso Hospital", "Microsoft does now"),
        "Reviews the progress by phone; Helps to run the tools that find and fix problems"
    );
    assert!(said("Coho Winery", "Customer does now").starts_with("Gives Microsoft the access"));
    // Without a specialist nobody does anything yet.
    for tenant in ["Lamna Healthcare", "Margie's Travel", "Northwind Traders", "Trey Research", "Fabrikam"] {
        assert_eq!(said(tenant, "Microsoft does now") + &said(tenant, "Customer does now"), "", "{tenant}");
    }
    for (tenant, covered, not_covered) in [
        ("Adatum Corporation", "Exchange Online; Microsoft Teams", "not in the plan: Power BI"),
        ("Coho Winery", "Exchange Online; Microsoft Teams; Yammer Enterprise", ""),
        (
            "Contoso Hospital",
            "Exchange Online; SharePoint Online; OneDrive for Business",
            "retired by Microsoft: Skype for Business Online (2021)",
        ),
        ("Fabrikam", "Microsoft Teams", "not a service that FastTrack assists with: Viva Insights"),
        ("Northwind Traders", "", "not in a plan that FastTrack serves: Power BI"),
        (
            "Trey Research",
            "",
            "the plan is not known: SharePoint Online; retired by Microsoft: Microsoft StaffHub (2019)",
        ),
    ] {
        assert_eq!(said(tenant, "Wanted and covered"), covered, "{tenant}");
        assert_eq!(said(tenant, "Wanted, not covered"), not_covered, "{tenant}");
    }
}

#[test]
fn what_is_wanted_and_covered_is_among_the_covered_services() {
    let all = "EXO,SPO,OneDrive,Teams,PBI,Project,Yammer,ProPlus";
    let plans =
        ["SPE_E5", "O365_BUSINESS_PREMIUM", "STANDARDPACK", "EXCHANGESTANDARD", "PROJECTPROFESSIONAL"];
    let mut rows = vec![["Tenant", "Plan", "Seats", "Wanted services"]];
    rows.extend(plans.map(|plan| [plan, plan, "900", all]));
    let folder = tempfile::tempdir().unwrap();
    let roster = sheet(&annotated(folder.path(), &csv(&rows)), "Roster");
    for row in 1..=plans.len() {
        let held = under(&roster, row, "Covered services");
        let live: Vec<&str> = held.split("; ").filter(|name| !RETIRED.contains(name)).collect();
        assert_eq!(under(&roster, row, "Wanted and covered"), live.join("; "), "{held}");
        let missing = under(&roster, row, "Wanted, not covered");
        assert_eq!(live.len() + missing.matches([',', ':']).count(), 8, "{missing}");
    }
}

#[test]
fn lists_to_choose_from_span_the_lines_and_hold_nothing_of_the_roster() {
    let folder = tempfile::tempdir().unwrap();
    let evil = "=cmd|' /C calc'!A0,\"<x>&";
    let rows = [
        ["Tenant", "Plan", "Seats", "Owner", "Phase", "Services wanted"],
        [evil, "SPE_E3", "500", evil, "Assess", evil],
        ["Contoso", "SPE_E3", "500", "\"Done,Gone\"", evil, "@SUM(A1)"],
    ];
    let output = annotated(folder.path(), &csv(&rows));
    let lines = sheet(&output, "Onboarding");
    assert_eq!(
        [shown(&lines[1], 1), shown(&lines[1], 12), shown(&lines[2], 12)],
        [evil, evil, "\"Done,Gone\""]
    );
    let xml = xml(&output, "Onboarding");
    assert!(!xml.contains("<f>") && !xml.contains("<f "));
    let (_, behind) = xml.split_once("</sheetData>").unwrap();
    assert!(!behind.contains("cmd") && !behind.contains("Gone"), "{behind}");
    assert_eq!(behind.matches("<dataValidation ").count(), 2);
    let list = format!("sqref=\"I2:L3\"><formula1>\"{}\"</formula1>", STATUSES.join(","));
    for part in ["sqref=\"H2:H3\"><formula1>$I$1:$L$1</formula1>", &list, "<tablePart "] {
        assert!(behind.contains(part), "{part}: {behind}");
    }
    // The heading of each phase leads to a cell of the guide, by its name.
    let book = parts(&output, "xl/workbook.xml").pop().unwrap().1;
    let guide = sheet(&output, "FastTrack guide");
    for (number, (cell, phase)) in
        (1..).zip([("I1", "Initiation"), ("J1", "Assessment"), ("K1", "Remediation"), ("L1", "Enable")])
    {
        let link = format!("<hyperlink ref=\"{cell}\" location=\"onboarding_phase_{number}\"");
        assert!(behind.contains(&link), "{behind}");
        let (_, target) =
            book.split_once(&format!("name=\"onboarding_phase_{number}\">'FastTrack guide'!$A$")).unwrap();
        let row: usize = target.split('<').next().unwrap().parse().unwrap();
        assert_eq!(shown(&guide[row - 1], 0), format!("{number}. {phase}"));
    }
}

#[test]
fn a_workbook_has_the_sheet_and_the_columns_only_where_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let plain = annotated(folder.path(), "Tenant,Plan,Seats\nContoso,SPE_E3,149\nFabrikam,SPE_E33,900\n");
    assert_eq!(behind_the_roster(&plain)[0], "Review");
    assert_eq!(sheet(&plain, "Roster")[0].len(), 3 + crate::support::OURS.len() + 1);
    let text = Policy::shipped(DEFAULT_NAME).unwrap().replace("onboarding = \"specialist\"\n", "");
    let policy = Policy::read(&text, "without.toml").unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("without.xlsx"));
    std::fs::write(&input, "Tenant,Plan,Seats,Phase\nContoso,SPE_E3,500,2\n").unwrap();
    run(&Job { policy, ..job(&input, &output) }).unwrap();
    assert_eq!(behind_the_roster(&output)[0], "Review");
    assert_eq!(sheet(&output, "Roster")[0].len(), 4 + crate::support::OURS.len() + 1);
}

#[test]
fn a_full_sheet_counts_the_rows_that_are_not_on_it_the_same_for_any_threads() {
    let more = 57;
    let mut roster = "Tenant,Plan,Seats,Phase\n".to_owned();
    for row in 0..LIMIT_LINES + more {
        writeln!(roster, "T{row},SPE_E3,{},2", 150 + row).unwrap();
        if row % 3 == 0 {
            writeln!(roster, "small {row},SPE_E3,10,2").unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    std::fs::write(&input, roster).unwrap();
    let hashes = [1, 2, 5].map(|threads| {
        run(&Job { workers: Workers::new(threads).unwrap(), ..job(&input, &output) })
            .unwrap()
            .written
            .unwrap()
            .sha256
    });
    assert!(hashes.iter().all(|hash| *hash == hashes[0]));
    let lines = sheet(&output, "Onboarding");
    let full = usize::try_from(LIMIT_LINES).unwrap();
    assert_eq!(lines.len(), full + 2);
    assert_eq!(shown(&lines[full], 1), format!("T{}", LIMIT_LINES - 1));
    let last = shown(&lines[full + 1], 1);
    assert!(last.starts_with("Specialist: 57 further customers are not on this sheet"), "{last}");
    assert!(xml(&output, "Onboarding").contains(&format!("sqref=\"H2:H{}\"", full + 1)));
}

#[test]
fn a_workbook_of_ours_is_read_again_by_its_roster_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let output = annotated(folder.path(), "Customer name,Product,Licences sold\nContoso,SPE_E3,500\n");
    assert!(sheets(&output).contains(&"Onboarding".to_owned()));
    let again = run(&job(&output, &folder.path().join("again.xlsx"))).unwrap();
    assert_eq!(again.about.sheet(), Some("Roster"));
    assert!(again.about.other_candidates.is_empty(), "{:?}", again.about.other_candidates);
}

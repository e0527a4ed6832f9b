//! What is promised of any roster: nothing lost, nothing changed, more seats never worse, always the same.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use crate::support::{OURS, annotated, csv, job, run, sheet, shown, under, with_headings};
use calamine::Data;
use fasttrack_roster::error::ErrorKind;
use fasttrack_roster::fold::is_invisible;
use fasttrack_roster::job::{Done, Job};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::plans::Catalogue;
use fasttrack_roster::policy::{Policy, SHIPPED};
use fasttrack_roster::roster::columns::Guesses;
use fasttrack_roster::roster::{Overridden, SegmentFrom};
use fasttrack_roster::verdict::{Facts, Verdict, judge};
use fasttrack_roster::write::Method;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Cases of a property that writes a workbook in each; `PROPTEST_CASES` may raise it.
const WORKBOOKS: u32 = 96;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().unwrap());
static POLICIES: LazyLock<Vec<Policy>> =
    LazyLock::new(|| SHIPPED.iter().map(|(name, text)| Policy::read(text, name).unwrap()).collect());

fn config(cases: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(wanted.unwrap_or(cases)) }
}

fn judged(policy: &Policy, written: &str, segment: usize, seats: u64) -> Option<Verdict> {
    let found = CATALOGUE.find(written).ok()?;
    Some(judge(
        policy,
        Facts {
            seats: Some(seats),
            not_paid: None,
            segment,
            segment_from: SegmentFrom::Column,
            plan: Some(found.plan),
            standing: Some(policy.standing(found.plan)),
            readings: &[],
            overridden: Overridden::default(),
            needs_review: false,
        },
    ))
}

/// What a cell of a roster may hold: what is expected there, and what is not.
fn cell() -> impl Strategy<Value = String> {
    let known = [
        "",
        "",
        " ",
        "Contoso",
        "Microsoft 365 E3",
        "ENTERPRISEPACK",
        "Office 365 A1 for faculty",
        "480",
        "0480",
        "1,200",
        "1.234",
        "-5",
        "150+",
        "Education",
        "Non-profit",
        "Total",
        "Grand total:",
        "=1+1",
        "O\"Brien",
        "a,b",
        "two\nlines",
        "0001",
        "2026-01-31",
        "12345678901234567890",
        "#REF!",
        "\u{a9} Contoso",
        " padded ",
        "\u{fe0f}",
    ];
    prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,12}"]
}

/// Rows of a roster with headings of four columns; some too short, some too long, some blank.
fn grid() -> impl Strategy<Value = Vec<Vec<String>>> {
    let full = prop::collection::vec(cell(), 4);
    let ragged = prop::collection::vec(cell(), 0..7);
    let likely = (cell(), 0_u64..2000).prop_map(|(tenant, seats)| {
        vec![tenant, "Microsoft 365 E3".to_owned(), seats.to_string(), "edu".to_owned()]
    });
    let rows = prop::collection::vec(prop_oneof![3 => likely, 3 => full, 2 => ragged], 0..40);
    // A roster without any customer is an error; see the test of that.
    let customer = ["Fabrikam", "SPE_E3", "20", "edu"].map(str::to_owned).to_vec();
    rows.prop_map(move |rows| rows.into_iter().chain([customer.clone()]).collect())
}

/// Where our columns stand: behind the roster's headings, and behind those that its rows have beyond them.
fn place_of_ours(sheet: &[Vec<Data>]) -> usize {
    (0..sheet[0].len()).find(|column| shown(&sheet[0], *column) == OURS[0]).unwrap()
}

/// How many columns ours are: two more where something stands on several rows.
fn width_of_ours(sheet: &[Vec<Data>]) -> usize {
    let ours = place_of_ours(sheet);
    (ours..sheet[0].len()).filter(|column| !shown(&sheet[0], *column).is_empty()).count()
}

/// Returns whether nothing can be seen in a row; letters that show nothing are among those of any cells.
fn is_blank(row: &[String]) -> bool {
    row.iter().all(|cell| cell.chars().all(|letter| letter.is_whitespace() || is_invisible(letter)))
}

fn assert_accounted_for(done: &Done, rows: usize) {
    let summary = &done.summary;
    assert_eq!(summary.read, rows as u64);
    assert_eq!(summary.read, summary.classified() + summary.review() + summary.blank + summary.footer);
}

proptest! {
    #![proptest_config(config(4_000))]

    #[test]
    fn more_seats_never_mean_a_lower_tier_or_less(
        plan in 0..CATALOGUE.plans().len(), segment in 0_usize..4, fewer in 0_u64..3000, more in 0_u64..3000,
    ) {
        let written = CATALOGUE.plans()[plan].id.clone();
        for policy in POLICIES.iter() {
            let both = (judged(policy, &written, segment, fewer), judged(policy, &written, segment, fewer + more));
            let (Some(fewer), Some(more)) = both else { continue };
            prop_assert!(fewer.tier <= more.tier, "{written}");
            for entitlement in 0..policy.entitlements.len() {
                prop_assert!(!fewer.granted.has(entitlement) || more.granted.has(entitlement), "{written}");
            }
        }
    }

    #[test]
    fn the_seats_said_to_be_missing_are_exactly_enough(segment in 0_usize..4, seats in 0_u64..1200) {
        for policy in POLICIES.iter() {
            let at = |seats| judged(policy, "SPE_E3", segment, seats).unwrap();
            let Some(next) = at(seats).next else { continue };
            prop_assert!(at(seats + next.seats).tier > at(seats).tier);
            prop_assert_eq!(at(seats + next.seats - 1).tier, at(seats).tier);
        }
    }
}

proptest! {
    #![proptest_config(config(WORKBOOKS))]

    #[test]
    fn every_row_stands_on_the_sheet_in_order_with_its_own_cells(grid in grid()) {
        let text = csv(&with_headings(&grid));
        let (done, sheet) = annotated("roster.csv", text.as_bytes(), &POLICIES[0]);
        assert_accounted_for(&done, grid.len());
        // A sheet with nothing in it says so, in words of ours; see the test of that.
        prop_assume!(grid.iter().flatten().any(|cell| !cell.is_empty()));
        let (ours, width) = (place_of_ours(&sheet), width_of_ours(&sheet));
        prop_assert!(width == OURS.len() + 1 || width == OURS.len() + 3);
        for (index, row) in grid.iter().enumerate() {
            let blank = Vec::new();
            let found = sheet.get(index + 1).unwrap_or(&blank);
            for (column, cell) in row.iter().enumerate() {
                let column = if column < ours { column } else { column + width };
                prop_assert_eq!(&shown(found, column), cell, "row {} column {}", index, column);
            }
            let is_blank = is_blank(row);
            prop_assert_eq!(shown(found, ours).is_empty(), is_blank || is_footer(found, ours));
        }
    }

    #[test]
    fn the_same_roster_as_text_and_as_workbook_gets_the_same_verdicts(seed in any::<u64>(), messy in 0_u64..700) {
        let recipe = crate::rows::Recipe { rows: 60, seed, messy_per_mille: messy };
        let mut text = Vec::new();
        crate::rows::write_csv(recipe, &mut text).unwrap();
        let (as_text, left) = annotated("roster.csv", &text, &POLICIES[0]);
        let (as_workbook, right) = annotated("roster.xlsx", &workbook(recipe), &POLICIES[0]);
        assert_accounted_for(&as_text, 60);
        prop_assert_eq!(as_text.summary, as_workbook.summary);
        prop_assert_eq!(left.len(), right.len());
        for row in 0..left.len() {
            for heading in OURS {
                prop_assert_eq!(under(&left, row, heading), under(&right, row, heading), "row {} {}", row, heading);
            }
        }
    }

    #[test]
    fn nothing_in_a_roster_becomes_a_formula_or_a_link(cells in prop::collection::vec("[=+@-][A-Z1-9(),!\"]{1,8}|https?://[a-z]{1,9}|mailto:a@b", 4..24)) {
        let folder = tempfile::tempdir().unwrap();
        let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
        let rows: Vec<Vec<String>> = cells.chunks(4).map(<[String]>::to_vec).collect();
        // The figures of the Summary are formulas of ours, whatever the roster says.
        // Which rows they stand on depends on how many tenants stand on several rows.
        let without_rows = |formulas: Vec<String>| {
            let of_letters = |formula: String| formula.replace(|c: char| c.is_ascii_digit(), "");
            formulas.into_iter().map(of_letters).collect::<Vec<_>>()
        };
        // Tenants on several rows are counted over on their own sheet.
        let mut ours = BTreeSet::new();
        let count = rows.len().max(2);
        for tenants in [1, count] {
            let harmless = (0..count).map(|row| {
                vec![format!("t{}", row % tenants), "SPE_E3".to_owned(), format!("{}", row + 1), String::new()]
            });
            let harmless: Vec<Vec<String>> = harmless.collect();
            std::fs::write(&input, csv(&with_headings(&harmless))).unwrap();
            run(&job(&input, &output)).unwrap();
            ours.extend(without_rows(crate::support::formulas(&output, "xl/worksheets/sheet1.xml")));
        }
        prop_assert!(!ours.is_empty());
        std::fs::write(&input, csv(&with_headings(&rows))).unwrap();
        run(&job(&input, &output)).unwrap();
        for (name, text) in crate::support::parts(&output, "xl/worksheets/") {
            let found = without_rows(crate::support::formulas(&output, &name));
            let is_ours = |formula: &String| name.ends_with("/sheet1.xml") && ours.contains(formula);
            prop_assert!(found.iter().all(is_ours), "{name}: {found:?}");
            // The Summary leads to other sheets of the workbook, Review to rows of the Roster sheet.
            let links = text.split("<hyperlink ").skip(1);
            let is_ours = |link: &str| {
                let leads_to = |place: &str| link.contains(&format!(" location=\"{place}"));
                let is_of_summary = name.ends_with("/sheet1.xml") && leads_to("'");
                link.starts_with("ref=\"A") && (is_of_summary || leads_to("Roster!A") || leads_to("'Review'!A1\""))
            };
            prop_assert!(links.into_iter().all(is_ours), "{name} has a link");
        }
        prop_assert!(crate::support::parts(&output, "xl/externalLinks/").is_empty());
        for (name, text) in crate::support::parts(&output, "xl/worksheets/_rels/") {
            prop_assert!(!text.contains("TargetMode=\"External\""), "{name} leads out of the workbook");
        }
    }
}

fn is_footer(row: &[Data], ours: usize) -> bool {
    shown(row, ours + 11).contains("not a customer")
}

/// The recipe's roster as people keep it in Excel: seats as numbers where they are, all else as text.
fn workbook(recipe: crate::rows::Recipe) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Customers").unwrap();
    sheet.write_row(0, 0, crate::rows::HEADINGS).unwrap();
    for (row, cells) in (1..).zip(crate::rows::rows(recipe)) {
        for (column, cell) in (0..).zip(&cells) {
            match cell.parse::<u32>() {
                Ok(number) if column == 5 => sheet.write_number(row, column, number).unwrap(),
                _ => sheet.write_string(row, column, cell).unwrap(),
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn any_number_of_threads_writes_the_same_bytes_and_so_does_a_second_run() {
    // Some 9,000 rows are five blocks of text.
    let folder = tempfile::tempdir().unwrap();
    let input = crate::support::generated(folder.path(), 7, 30);
    let written = [1, 2, 8, 8].map(|threads| {
        let output = folder.path().join("out.xlsx");
        let done = run(&Job { workers: Workers::new(threads).unwrap(), ..job(&input, &output) }).unwrap();
        assert_accounted_for(&done, 9_000);
        std::fs::read(output).unwrap()
    });
    for other in &written[1..] {
        assert!(*other == written[0], "two runs over one roster differ");
    }
}

#[test]
fn tenants_whose_rows_are_far_apart_are_found_by_any_number_of_threads_and_written_alike_by_both() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    let recipe = crate::rows::Recipe { rows: 9_000, seed: 5, messy_per_mille: 30 };
    let mut text = Vec::new();
    crate::rows::write_repeated(recipe, 3, &mut text).unwrap();
    std::fs::write(&input, text).unwrap();
    let output = folder.path().join("out.xlsx");
    let written = [1, 2, 8].map(|threads| {
        let done = run(&Job { workers: Workers::new(threads).unwrap(), ..job(&input, &output) }).unwrap();
        assert_accounted_for(&done, 9_000);
        assert!(done.tenants.tenants() > 2_500, "{}", done.tenants.tenants());
        std::fs::read(&output).unwrap()
    });
    assert!(written.iter().all(|other| *other == written[0]), "two runs over one roster differ");
    let stock = folder.path().join("stock.xlsx");
    run(&Job { method: Method::Library, ..job(&input, &stock) }).unwrap();
    for name in ["Roster", "Tenants", "Next steps", "At risk", "Onboarding", "Review"] {
        assert_eq!(sheet(&output, name), sheet(&stock, name), "{name}");
    }
}

#[test]
fn where_and_when_it_runs_does_not_show() {
    let text = csv(&with_headings(&[vec!["Contoso".into(), "SPE_E3".into(), "480".into(), String::new()]]));
    let written = ["first", "second"].map(|name| {
        let folder = tempfile::Builder::new().prefix(name).tempdir().unwrap();
        std::fs::write(folder.path().join("roster.csv"), &text).unwrap();
        run(&job(&folder.path().join("roster.csv"), &folder.path().join(format!("{name}.xlsx")))).unwrap();
        std::fs::read(folder.path().join(format!("{name}.xlsx"))).unwrap()
    });
    assert!(written[0] == written[1], "the folder or the moment shows in the workbook");
}

#[test]
fn a_roster_of_many_blocks_loses_no_row_and_mixes_none_up() {
    let recipe = crate::rows::Recipe { rows: 5_000, seed: 3, messy_per_mille: 200 };
    let mut text = Vec::new();
    crate::rows::write_csv(recipe, &mut text).unwrap();
    let (done, sheet) = annotated("roster.csv", &text, &POLICIES[0]);
    assert_accounted_for(&done, 5_000);
    assert_eq!(sheet.len(), 5_001);
    for (expected, found) in crate::rows::rows(recipe).zip(&sheet[1..]) {
        for (column, cell) in expected.iter().enumerate() {
            assert_eq!(&shown(found, column), cell);
        }
    }
}

#[test]
fn a_roster_without_customers_is_an_error_and_nothing_is_replaced() {
    for rows in ["", "\n", "\n\n\n", "Total,,0\n", "Tenant,Plan,Paid seats\n"] {
        let folder = tempfile::tempdir().unwrap();
        let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
        std::fs::write(&input, format!("Tenant,Plan,Paid seats\n{rows}")).unwrap();
        std::fs::write(&output, "of yesterday").unwrap();
        let error = run(&job(&input, &output)).unwrap_err();
        assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Input, "roster-no-rows"));
        assert_eq!(std::fs::read_to_string(&output).unwrap(), "of yesterday");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left over");
    }
}

#[test]
fn cells_beyond_the_last_column_stand_behind_ours() {
    // The columns are counted in the first 200 rows.
    let mut rows =
        vec![vec!["Contoso".to_owned(), "SPE_E3".to_owned(), "480".to_owned(), String::new()]; 250];
    rows.push(["Fabrikam", "SPE_E3", "20", "edu", "far", "", "out"].map(str::to_owned).to_vec());
    let (done, sheet) = annotated("roster.csv", csv(&with_headings(&rows)).as_bytes(), &POLICIES[0]);
    assert_accounted_for(&done, 251);
    let last = sheet.last().unwrap();
    let behind = place_of_ours(&sheet) + width_of_ours(&sheet);
    let beyond = [0, 1, 2].map(|column| shown(last, behind + column));
    assert_eq!(beyond, ["far", "", "out"]);
    assert_eq!(shown(last, place_of_ours(&sheet) + 4), "Needs review");
}

#[test]
fn what_is_not_certain_is_refused_unattended_and_shown_as_a_guess_to_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    std::fs::write(&input, "Tennant,Plan,Licence Qty,Assigned\nContoso,SPE_E3,480,471\n").unwrap();
    let error = run(&job(&input, &output)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Columns);
    assert!(!output.exists());
    let done = run(&Job { guesses: Guesses::Used, ..job(&input, &output) }).unwrap();
    assert_eq!(done.columns.guesses().count(), 2);
    let said: Vec<String> = sheet(&output, "Run").iter().map(|row| shown(row, 2)).collect();
    assert!(said.contains(&"a guess: its heading is near `license quantity`".to_owned()), "{said:?}");
}

#[test]
fn what_the_last_row_tells_holds_for_the_first() {
    // Far below the rows that are looked at beforehand.
    let mut rows: Vec<Vec<String>> = (0..700)
        .map(|index| [format!("Contoso {index}").as_str(), "SPE_E3", "1.234", ""].map(str::to_owned).to_vec())
        .collect();
    let (done, _) = annotated("roster.csv", csv(&with_headings(&rows)).as_bytes(), &POLICIES[0]);
    assert_eq!((done.summary.review(), done.tenants.tenants()), (700, 0));
    rows.push(["CONTOSO 0", "SPE_E3", "1.234.567", ""].map(str::to_owned).to_vec());
    let (done, sheet) = annotated("roster.csv", csv(&with_headings(&rows)).as_bytes(), &POLICIES[0]);
    assert_accounted_for(&done, 701);
    assert_eq!((done.summary.review(), done.tenants.tenants(), done.tenants.rows), (0, 1, 2));
    let of_tenant = (0..sheet[0].len()).find(|column| shown(&sheet[0], *column) == "Rows of the tenant");
    let counts = [1, 2, 701].map(|row| shown(&sheet[row], of_tenant.unwrap()));
    assert_eq!(counts, ["2", "", "2"]);
    assert_eq!(shown(&sheet[1], place_of_ours(&sheet) + 3), "1234");
}

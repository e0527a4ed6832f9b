//! Two nights compared, from file to workbook: exactly what moved is found.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::{csv, job, run, sheet, shown, under};
use calamine::Data;
use fasttrack_roster::changes::{ChangeKind, MaxDrop, Origin, TierSince};
use fasttrack_roster::error::{Error, ErrorKind};
use fasttrack_roster::job::{Done, Job, Previous, Totals};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::summary::Count;
use fasttrack_roster::write::Method;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

mod customers;

const HEADINGS: [&str; 5] = ["Tenant ID", "Customer", "Plan", "Paid seats", "Segment"];
const PLANS: [&str; 3] = ["Microsoft 365 E3", "Office 365 E1", "Plan that nobody knows"];
const SEGMENTS: [&str; 2] = ["Commercial", "Education"];

/// A row: tenant, plan, seats, segment, by their places.
type Row = (usize, usize, u64, usize);

fn roster(rows: &[Row]) -> String {
    let mut table = vec![HEADINGS.map(str::to_owned).to_vec()];
    table.extend(rows.iter().map(|(tenant, plan, seats, segment)| {
        vec![
            format!("tenant-{tenant}"),
            format!("Customer {tenant}"),
            PLANS[*plan].to_owned(),
            seats.to_string(),
            SEGMENTS[*segment].to_owned(),
        ]
    }));
    csv(&table)
}

fn annotate(folder: &Path, name: &str, rows: &[Row], since: Option<Previous>) -> (Done, PathBuf) {
    let (input, output) = (folder.join(format!("{name}.csv")), folder.join(format!("{name}.xlsx")));
    std::fs::write(&input, roster(rows)).unwrap();
    (run(&Job { since, ..job(&input, &output) }).unwrap(), output)
}

/// The default policy's rule, said once more: how high a row stands; 0 = it needs review.
fn height(plan: usize, seats: u64, segment: usize) -> usize {
    match (plan, seats, segment) {
        (2, ..) => 0,
        (_, 0..50, _) => 1,
        (_, 50..150, _) | (_, 150..1000, 1) => 2,
        (_, 150..500, _) => 3,
        _ => 4,
    }
}

const TIERS: [&str; 5] = ["Needs review", "Portal", "Q&A", "Specialist", "Migration"];

/// What rows come to: seats, height, segments, how many they are, and the first of them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Side {
    seats: Option<u64>,
    height: usize,
    segments: BTreeSet<usize>,
    rows: u64,
    first: usize,
}

fn of_plan(rows: &[(usize, Row)], plan: usize) -> Option<Side> {
    let mut side = Side::default();
    for (place, (_, _, seats, segment)) in rows.iter().rev().filter(|(_, row)| row.1 == plan) {
        side.seats = Some(side.seats.unwrap_or(0) + seats);
        side.height = side.height.max(height(plan, *seats, *segment));
        side.segments.insert(*segment);
        side.rows += 1;
        side.first = *place;
    }
    (side.rows > 0).then_some(side)
}

/// The rule for tenants on several rows, said once more: each plan with the same seats once, all seats together, by the
/// stricter of the segments of paid rows.
fn of_tenant(rows: &[(usize, Row)]) -> Option<Side> {
    let (first, row) = rows.first()?;
    if rows.len() == 1 {
        let side = of_plan(rows, row.1)?;
        return Some(side);
    }
    let judged = || rows.iter().map(|(_, row)| row).filter(|row| row.1 != 2);
    let once: BTreeSet<(usize, u64)> = judged().map(|row| (row.1, row.2)).collect();
    let seats: u64 = once.iter().map(|(_, seats)| seats).sum();
    let is_paid = |row: &&Row| row.2 > 0 || judged().all(|row| row.2 == 0);
    let segments: BTreeSet<usize> = judged().filter(is_paid).map(|row| row.3).collect();
    let side = Side { first: *first, rows: rows.len() as u64, ..Side::default() };
    // Without a verdict it is in the segment that counts where none is known.
    let Some(strictest) = segments.last() else {
        return Some(Side { segments: BTreeSet::from([0]), ..side });
    };
    Some(Side { seats: Some(seats), height: height(0, seats, *strictest), segments, ..side })
}

fn kind(before: &Side, now: &Side, other_plans: bool, other_rows: bool) -> ChangeKind {
    match (before.height, now.height) {
        (0, 1..) => ChangeKind::FromReview,
        (1.., 0) => ChangeKind::ToReview,
        (before, now) if now < before => ChangeKind::Down,
        (before, now) if now > before => ChangeKind::Up,
        _ if before.segments != now.segments => ChangeKind::OtherSegment,
        _ if now.seats < before.seats => ChangeKind::Fewer,
        _ if now.seats > before.seats => ChangeKind::More,
        _ if other_plans => ChangeKind::OtherPlans,
        _ if now.rows != before.rows || other_rows => ChangeKind::OtherRows,
        _ => ChangeKind::Unchanged,
    }
}

/// Kind, tenant, plans, tier before and now, seats before and now, as the Changes sheet shows them.
type Line = [String; 7];

/// The rows of one tenant, each with its place in the roster.
fn of(rows: &[Row], tenant: usize) -> Vec<(usize, Row)> {
    rows.iter().copied().enumerate().filter(|(_, row)| row.0 == tenant).collect()
}

/// The names of the plans in the order of the rows.
fn plans(rows: &[(usize, Row)]) -> String {
    let mut plans: Vec<usize> = Vec::new();
    for (_, row) in rows {
        if !plans.contains(&row.1) {
            plans.push(row.1);
        }
    }
    plans.iter().map(|plan| PLANS[*plan]).collect::<Vec<_>>().join("; ")
}

/// What is expected, by the slow and obvious way.
fn expected(before: &[Row], now: &[Row]) -> Vec<Line> {
    let tenants: BTreeSet<usize> = before.iter().chain(now).map(|row| row.0).collect();
    let mut lines = Vec::new();
    for tenant in tenants {
        let (old, new) = (of(before, tenant), of(now, tenant));
        let sides = [of_tenant(&old), of_tenant(&new)];
        let (mut other_plans, mut other_rows) = (false, false);
        for plan in 0..PLANS.len() {
            let what = |side: Option<Side>| side.map(|side| (side.seats, side.height, side.segments));
            let count = |side: Option<Side>| side.map(|side| side.rows);
            let [then, now] = [of_plan(&old, plan), of_plan(&new, plan)];
            other_rows |= count(then.clone()) != count(now.clone());
            other_plans |= what(then) != what(now);
        }
        let kind = match &sides {
            [Some(before), Some(now)] => kind(before, now, other_plans, other_rows),
            [Some(_), None] => ChangeKind::Gone,
            _ => ChangeKind::New,
        };
        if kind == ChangeKind::Unchanged {
            continue;
        }
        let tier = |side: &Option<Side>| side.as_ref().map_or("", |side| TIERS[side.height]).to_owned();
        let seats = |side: &Option<Side>| {
            side.as_ref().and_then(|side| side.seats).map_or(String::new(), |seats| seats.to_string())
        };
        let [before, now] = &sides;
        lines.push([
            kind.name().to_owned(),
            format!("tenant-{tenant}"),
            plans(if new.is_empty() { &old } else { &new }),
            tier(before),
            tier(now),
            seats(before),
            seats(now),
        ]);
    }
    lines.sort();
    lines
}

fn listed(output: &Path) -> Vec<Line> {
    let rows = sheet(output, "Changes");
    if shown(&rows[1], 0) == "Nothing changed." {
        return Vec::new();
    }
    let headings = ["Change", "Tenant", "Plans", "Tier before", "Tier now", "Seats before", "Seats now"];
    (1..rows.len()).map(|row| headings.map(|heading| under(&rows, row, heading))).collect()
}

/// What may happen to a row until the next night.
#[derive(Clone, Debug)]
enum Step {
    Stays,
    Goes,
    Comes,
    Seats(u64),
    Plan(usize),
    Segment(usize),
    Twice,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Stays),
        1 => Just(Step::Goes),
        1 => Just(Step::Comes),
        2 => seats().prop_map(Step::Seats),
        1 => (0..PLANS.len()).prop_map(Step::Plan),
        1 => (0..SEGMENTS.len()).prop_map(Step::Segment),
        1 => Just(Step::Twice),
    ]
}

fn seats() -> impl Strategy<Value = u64> {
    prop_oneof![prop::sample::select(vec![0, 1, 49, 50, 149, 150, 499, 500, 999, 1000]), 0_u64..1500]
}

fn nights() -> impl Strategy<Value = (Vec<Row>, Vec<Row>)> {
    let row = (0_usize..14, 0..PLANS.len(), seats(), 0..SEGMENTS.len());
    let nights = prop::collection::vec((row, step()), 0..30).prop_map(|steps| {
        let (mut before, mut now) = (Vec::new(), Vec::new());
        for (row, step) in steps {
            let (tenant, plan, seats, segment) = row;
            if !matches!(step, Step::Comes) {
                before.push(row);
            }
            match step {
                Step::Stays | Step::Comes => now.push(row),
                Step::Goes => {}
                Step::Seats(other) => now.push((tenant, plan, other, segment)),
                Step::Plan(other) => now.push((tenant, other, seats, segment)),
                Step::Segment(other) => now.push((tenant, plan, seats, other)),
                Step::Twice => now.extend([row, row]),
            }
        }
        (before, now)
    });
    nights.prop_flat_map(|(before, now)| (Just(before), Just(now).prop_shuffle()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn exactly_what_moved_is_found((before, now) in nights()) {
        prop_assume!(!before.is_empty() && !now.is_empty());
        let folder = tempfile::tempdir().unwrap();
        let (_, previous) = annotate(folder.path(), "before", &before, None);
        let (done, output) = annotate(folder.path(), "now", &now, Some(Previous::Workbook(previous)));
        let wanted = expected(&before, &now);
        let mut found = listed(&output);
        let order: Vec<usize> =
            found.iter().map(|line| ChangeKind::ALL.iter().position(|kind| kind.name() == line[0]).unwrap()).collect();
        prop_assert!(order.is_sorted(), "losses stand first");
        found.sort();
        prop_assert_eq!(&found, &wanted);
        // Both ways to count the customers of this run agree.
        let counts = done.customers.unwrap().verdicts;
        let counted: Vec<Count> = counts.tiers().map(|tier| counts.tier(tier)).collect();
        let since = done.since.unwrap();
        let moves = since.moves.unwrap();
        prop_assert_eq!(since.tiers.iter().map(|tier| tier.now).collect::<Vec<_>>(), counted);
        for kind in ChangeKind::ALL.into_iter().filter(|kind| *kind != ChangeKind::Unchanged) {
            let count = wanted.iter().filter(|line| line[0] == kind.name()).count();
            prop_assert_eq!(moves.of(kind).customers, count as u64, "{:?}", kind);
        }
        let customers = |rows: &[Row]| rows.iter().map(|row| row.0).collect::<BTreeSet<_>>().len() as u64;
        let counted = |of: fn(&TierSince) -> Count| since.tiers.iter().map(|tier| of(tier).rows).sum::<u64>();
        prop_assert_eq!(counted(|tier| tier.before), customers(&before));
        prop_assert_eq!(counted(|tier| tier.now), customers(&now));
        prop_assert_eq!(since.remarks, Vec::<String>::new());
    }
}

const BEFORE: [Row; 4] = [(1, 0, 200, 0), (2, 0, 40, 0), (3, 1, 700, 0), (4, 0, 10, 0)];
const NOW: [Row; 4] = [(1, 0, 120, 0), (2, 0, 60, 0), (4, 0, 10, 0), (5, 1, 5, 1)];

#[test]
fn the_previous_workbook_may_be_the_one_that_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (_, apart) = annotate(folder.path(), "before", &BEFORE, None);
    let (_, beside) = annotate(folder.path(), "now", &NOW, Some(Previous::Workbook(apart.clone())));
    let wanted = listed(&beside);
    std::fs::rename(folder.path().join("now.csv"), folder.path().join("before.csv")).unwrap();
    let input = folder.path().join("before.csv");
    run(&Job { since: Some(Previous::Workbook(apart.clone())), ..job(&input, &apart) }).unwrap();
    assert_eq!(listed(&apart), wanted);
    let kinds: Vec<&str> = wanted.iter().map(|line| line[0].as_str()).collect();
    assert_eq!(kinds, ["Tier lower", "Gone", "Tier higher", "New"]);
    // And the night after, nothing has moved.
    run(&Job { since: Some(Previous::Workbook(apart.clone())), ..job(&input, &apart) }).unwrap();
    assert!(listed(&apart).is_empty());
    // As a roster, it is still read from its own sheet.
    assert_eq!(run(&job(&apart, &beside)).unwrap().about.sheet(), Some("Roster"));
}

#[test]
fn threads_and_writers_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let many: Vec<Row> =
        (0..6000).map(|tenant| (tenant, tenant % 3, tenant as u64 % 900, tenant % 2)).collect();
    let later: Vec<Row> = many.iter().rev().map(|row| (row.0 + 20, row.1, row.2 / 2, row.3)).collect();
    let (_, previous) = annotate(folder.path(), "before", &many, None);
    let input = folder.path().join("later.csv");
    std::fs::write(&input, roster(&later)).unwrap();
    let made = |threads, method| {
        let output = folder.path().join("later.xlsx");
        let since = Some(Previous::Workbook(previous.clone()));
        run(&Job { workers: Workers::new(threads).unwrap(), since, method, ..job(&input, &output) }).unwrap();
        (std::fs::read(&output).unwrap(), listed(&output))
    };
    let (bytes, lines) = made(1, Method::Streamed);
    assert!(lines.len() > 3000);
    for threads in [2, 5] {
        assert_eq!(made(threads, Method::Streamed), (bytes.clone(), lines.clone()));
    }
    assert_eq!(made(2, Method::Library).1, lines);
}

fn refused(folder: &Path, previous: &Path) -> Error {
    let (input, output) = (folder.join("now.csv"), folder.join("now.xlsx"));
    std::fs::write(&input, roster(&NOW)).unwrap();
    let since = Some(Previous::Workbook(previous.to_owned()));
    let error = run(&Job { since, ..job(&input, &output) }).unwrap_err();
    assert!(!output.exists(), "no workbook");
    assert_eq!(error.kind, ErrorKind::Input);
    assert!(!error.diagnostics[0].help.is_empty());
    error
}

#[test]
fn what_is_no_workbook_of_ours_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (_, good) = annotate(folder.path(), "before", &BEFORE, None);
    let code = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        refused(folder.path(), &path).diagnostics[0].code.as_str()
    };
    let whole = std::fs::read(&good).unwrap();
    assert_eq!(code("half.xlsx", &whole[..whole.len() / 2]), "since-not-readable");
    assert_eq!(code("text.csv", roster(&BEFORE).as_bytes()), "since-not-ours");
    assert_eq!(code("empty.xlsx", b""), "since-not-readable");
    assert_eq!(
        refused(folder.path(), &folder.path().join("none.xlsx")).diagnostics[0].code.as_str(),
        "since-not-readable"
    );
    let mut other = rust_xlsxwriter::Workbook::new();
    other.add_worksheet().set_name("Roster").unwrap().write_string(0, 0, "Tenant").unwrap();
    assert_eq!(code("other.xlsx", &other.save_to_buffer().unwrap()), "since-not-ours");
    // The limits of rosters hold for it too.
    let input = folder.path().join("now.csv");
    let mut small = job(&input, &folder.path().join("now.xlsx"));
    small.limits.set("unpacked=2KiB").unwrap();
    let error = run(&Job { since: Some(Previous::Workbook(good)), ..small }).unwrap_err();
    assert_eq!(error.diagnostics[0].code.as_str(), "since-not-readable");
    assert!(error.diagnostics[0].help.contains("--limit unpacked="), "{error}");
}

#[test]
fn a_tenant_named_for_all_rows_has_to_be_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("licenses.csv");
    std::fs::write(&input, csv(&[["Plan", "Paid seats"], ["Microsoft 365 E3", "200"]])).unwrap();
    let made = |tenant: &str, since: Option<&Path>| {
        let output = folder.path().join(format!("{tenant}.xlsx"));
        let since = since.map(|path| Previous::Workbook(path.to_owned()));
        let tenant = Some(tenant.to_owned());
        run(&Job { tenant, since, ..job(&input, &output) }).map(|_| output)
    };
    let contoso = made("Contoso", None).unwrap();
    assert!(listed(&made("CONTOSO ", Some(&contoso)).unwrap()).is_empty());
    assert_eq!(made("Fabrikam", Some(&contoso)).unwrap_err().diagnostics[0].code.as_str(), "since-columns");
    assert_eq!(refused(folder.path(), &contoso).diagnostics[0].code.as_str(), "since-columns");
}

#[test]
fn tenants_are_told_apart_by_the_columns_that_both_nights_have() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, rows: &[[&str; 4]], since: Option<PathBuf>| {
        let (input, output) =
            (folder.path().join(format!("{name}.csv")), folder.path().join(format!("{name}.xlsx")));
        std::fs::write(&input, csv(rows)).unwrap();
        run(&Job { since: since.map(Previous::Workbook), ..job(&input, &output) }).unwrap();
        output
    };
    let with_id =
        made("a", &[["Tenant ID", "Domain", "Plan", "Seats"], ["7", "contoso.com", "SPE_E3", "200"]], None);
    let other = [["Seats", "Owner", "Domain", "Product"], ["90", "Ann", "Contoso.com", "Microsoft 365 E3"]];
    let lines = listed(&made("b", &other, Some(with_id)));
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0][..2], ["Tier lower", "Contoso.com"]);
    assert_eq!(lines[0][5..], ["200", "90"]);
    // Without any column in common, those that were taken for the tenant.
    let named = made(
        "c",
        &[["TPID", "x", "Plan", "Seats"], ["Contoso.com", "", "SPE_E3", "90"]],
        Some(folder.path().join("b.xlsx")),
    );
    assert!(listed(&named).is_empty());
}

#[test]
fn a_roster_that_has_our_headings_already_is_compared_by_those_behind_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (_, first) = annotate(folder.path(), "before", &BEFORE, None);
    let twice = folder.path().join("twice.xlsx");
    run(&job(&first, &twice)).unwrap();
    let again = folder.path().join("again.xlsx");
    run(&Job { since: Some(Previous::Workbook(twice)), ..job(&first, &again) }).unwrap();
    assert!(listed(&again).is_empty());
}

#[test]
fn other_rules_are_said_on_every_sheet_that_tells_of_moves() {
    let folder = tempfile::tempdir().unwrap();
    let (_, previous) = annotate(folder.path(), "before", &BEFORE, None);
    let (input, output) = (folder.path().join("before.csv"), folder.path().join("now.xlsx"));
    let (name, text) = fasttrack_roster::policy::SHIPPED[1];
    let policy = Policy::read(text, name).unwrap();
    let since = Some(Previous::Workbook(previous));
    let done = run(&Job { policy, since, ..job(&input, &output) }).unwrap();
    let since = done.since.unwrap();
    assert!(
        since.has_other_rules && since.remarks[0].contains("fasttrack-learn-2021"),
        "{:?}",
        since.remarks
    );
    let summary: Vec<String> = sheet(&output, "Summary").iter().map(|row| shown(row, 0)).collect();
    assert!(summary.iter().any(|cell| cell.contains("may be due to the policy")), "{summary:?}");
    let tiers: Vec<(String, u64)> =
        since.tiers.iter().map(|since| (since.tier.clone(), since.before.rows)).collect();
    assert!(
        tiers.contains(&("Portal".to_owned(), 2)) && tiers.contains(&("Specialist".to_owned(), 1)),
        "{tiers:?}"
    );
}

#[test]
fn the_charts_of_the_summary_still_show_its_tiers() {
    let folder = tempfile::tempdir().unwrap();
    let (_, previous) = annotate(folder.path(), "before", &BEFORE, None);
    let (_, output) = annotate(folder.path(), "now", &NOW, Some(Previous::Workbook(previous)));
    let rows = sheet(&output, "Summary");
    let title = rows.iter().position(|row| shown(row, 0) == "Customers and paid seats by tier").unwrap();
    assert_eq!(shown(&rows[title + 2], 0), "Portal");
    // Rows are counted from 1 in the chart.
    let first = format!("Summary!$A${}:", title + 3);
    let charts = crate::support::parts(&output, "xl/charts/chart");
    assert!(charts.len() == 2 && charts.iter().all(|(_, xml)| xml.contains(&first)), "{first}");
}

#[test]
fn of_a_run_report_only_totals_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let rows = vec![("Specialist".to_owned(), Count { rows: 7, seats: 1500 })];
    let origin = Origin { name: "run.json".into(), ..Origin::default() };
    let totals = Totals { origin, rows, customers: None };
    let (done, output) = annotate(folder.path(), "now", &NOW, Some(Previous::Report(Box::new(totals))));
    assert_eq!(done.since.unwrap().moves, None);
    let summary = sheet(&output, "Summary");
    let title = summary.iter().position(|row| shown(row, 0).starts_with("Since run.json")).unwrap();
    let line: &Vec<Data> = summary[title..].iter().find(|row| shown(row, 0) == "Specialist").unwrap();
    assert_eq!([1, 2, 3, 4].map(|column| shown(line, column)), ["7", "0", "-7", "1500"]);
    let title = "Since run.json: rows and paid seats by tier";
    assert!(summary.iter().any(|row| shown(row, 0) == title), "a report that counts rows only");
}

#[test]
fn customers_are_compared_with_customers_where_the_run_report_counts_them() {
    let folder = tempfile::tempdir().unwrap();
    let count = |rows, seats| Count { rows, seats };
    let rows = vec![("Q&A".to_owned(), count(7, 1500))];
    let customers = Some(vec![("Specialist".to_owned(), count(3, 900)), ("Gold".to_owned(), count(1, 7))]);
    let origin = Origin { name: "run.json".into(), ..Origin::default() };
    let totals = Box::new(Totals { origin, rows, customers });
    // Two rows of one tenant are one customer.
    let now = [(1, 0, 120, 0), (1, 1, 80, 0), (2, 0, 60, 0)];
    let (done, output) = annotate(folder.path(), "now", &now, Some(Previous::Report(totals.clone())));
    let since = done.since.unwrap();
    assert!(!since.remarks.iter().any(|remark| remark.contains("rows")), "{:?}", since.remarks);
    let tiers: Vec<(&str, Count, Count)> = since
        .tiers
        .iter()
        .filter(|tier| tier.before.rows + tier.now.rows > 0)
        .map(|tier| (tier.tier.as_str(), tier.before, tier.now))
        .collect();
    let none = Count::default();
    assert_eq!(
        tiers,
        [
            ("Q&A", none, count(1, 60)),
            ("Specialist", count(3, 900), count(1, 200)),
            ("Gold", count(1, 7), none)
        ]
    );
    let title = "Since run.json: customers and paid seats by tier";
    assert!(sheet(&output, "Summary").iter().any(|row| shown(row, 0) == title));
    // Then `--max-drop` knows how many there were.
    let max_drop = Some(MaxDrop::read("60").unwrap());
    let (input, output) = (folder.path().join("now.csv"), folder.path().join("now.xlsx"));
    let since = |totals| Some(Previous::Report(totals));
    run(&Job { since: since(totals.clone()), max_drop, ..job(&input, &output) }).unwrap_err();
    let max_drop = Some(MaxDrop::read("90").unwrap());
    let done = run(&Job { since: since(totals), max_drop, ..job(&input, &output) }).unwrap();
    assert!(!done.since.unwrap().remarks.iter().any(|remark| remark.contains("--max-drop")));
}

/// Saves a workbook again as another program would, with its Roster sheet edited, and without the lists.
fn saved_again(previous: &Path, name: &str, edit: impl Fn(&mut Vec<Vec<Data>>)) -> PathBuf {
    saved_with(previous, name, &["Summary", "Roster", "Policy", "Run"], |name, rows| {
        if name == "Roster" {
            edit(rows);
        }
    })
}

/// Likewise with these sheets, each edited by its name.
fn saved_with(
    previous: &Path,
    name: &str,
    sheets: &[&str],
    edit: impl Fn(&str, &mut Vec<Vec<Data>>),
) -> PathBuf {
    let mut book = rust_xlsxwriter::Workbook::new();
    for name in sheets {
        let to = book.add_worksheet();
        to.set_name(*name).unwrap();
        let mut rows = sheet(previous, name);
        edit(name, &mut rows);
        for (row, cells) in (0..).zip(&rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Data::Float(number) => drop(to.write_number(row, column, *number).unwrap()),
                    Data::Empty => {}
                    other => drop(to.write_string(row, column, other.to_string()).unwrap()),
                }
            }
        }
    }
    let path = previous.with_file_name(name);
    book.save(&path).unwrap();
    path
}

fn column_of(rows: &[Vec<Data>], heading: &str) -> usize {
    rows[0].iter().position(|cell| shown(std::slice::from_ref(cell), 0) == heading).unwrap()
}

#[test]
fn a_cell_of_ours_that_was_changed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (_, previous) = annotate(folder.path(), "before", &BEFORE, None);
    let path = saved_again(&previous, "edited.xlsx", |rows| {
        let column = column_of(rows, "Seats counted");
        rows[2][column] = Data::String("forty".to_owned());
    });
    let error = refused(folder.path(), &path);
    assert_eq!(error.diagnostics[0].code.as_str(), "since-cell");
    assert!(error.to_string().contains("sheet `Roster`, I3"), "{error}");
}

#[test]
fn rows_that_were_taken_out_or_put_in_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (_, previous) = annotate(folder.path(), "before", &BEFORE, None);
    let changed = |edit: &dyn Fn(&mut Vec<Vec<Data>>), found: &str| {
        let error = refused(folder.path(), &saved_again(&previous, "edited.xlsx", edit));
        assert_eq!(error.diagnostics[0].code.as_str(), "since-rows");
        assert!(error.to_string().contains(&format!("has {found}, but its Run sheet says 4")), "{error}");
    };
    changed(&|rows| drop(rows.remove(2)), "3 customers");
    changed(&|rows| rows.truncate(2), "1 customer");
    changed(&|rows| rows.truncate(1), "0 customers");
    changed(&|rows| rows.push(rows[1].clone()), "5 customers");
    changed(&|rows| rows[3].fill(Data::Empty), "3 customers");
    // Sorted otherwise, with blank rows between, and with a tier mended by hand, all of them are there.
    let sorted = saved_again(&previous, "sorted.xlsx", |rows| {
        rows[1..].reverse();
        rows.insert(3, Vec::new());
        let column = column_of(rows, "FastTrack tier");
        rows[1][column] = Data::String("Needs review".to_owned());
    });
    let input = folder.path().join("before.csv");
    let output = folder.path().join("now.xlsx");
    let done = run(&Job { since: Some(Previous::Workbook(sorted)), ..job(&input, &output) }).unwrap();
    assert_eq!(done.since.unwrap().moves.unwrap().of(ChangeKind::FromReview).customers, 1);
}

#[test]
fn a_roster_on_two_sheets_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("long.csv"), folder.path().join("long.xlsx"));
    // Blank rows fill the first sheet to its end in no time; the last rows stand on the second.
    let text = roster(&BEFORE);
    let lines: Vec<&str> = text.lines().collect();
    let (first, last) = lines.split_at(3);
    let text = format!("{}{}{}\n", first.join("\n"), "\n".repeat(1_048_575), last.join("\n"));
    std::fs::write(&input, text).unwrap();
    run(&job(&input, &output)).unwrap();
    assert_eq!((sheet(&output, "Roster").len(), sheet(&output, "Roster (2)").len()), (3, 4));
    let now = folder.path().join("now.xlsx");
    let done = run(&Job { since: Some(Previous::Workbook(output)), ..job(&input, &now) }).unwrap();
    let moves = done.since.unwrap().moves.unwrap();
    assert_eq!((moves.changed(), moves.of(ChangeKind::Unchanged).customers), (0, 4));
}

#[test]
fn the_run_sheet_names_what_was_compared() {
    let folder = tempfile::tempdir().unwrap();
    let lines = |output: &Path| -> Vec<[String; 2]> {
        let rows = sheet(output, "Run");
        let title = rows.iter().position(|row| shown(row, 0) == "Compared with").unwrap();
        let lines = rows[title + 1..].iter().map(|row| [0, 1].map(|column| shown(row, column)));
        lines.take_while(|line| !line[0].is_empty()).collect()
    };
    let (_, previous) = annotate(folder.path(), "before", &BEFORE, None);
    let bytes = std::fs::read(&previous).unwrap();
    let sha256 = fasttrack_roster::hash::shown(sha2::Digest::new_with_prefix(&bytes));
    let (done, output) = annotate(folder.path(), "now", &NOW, Some(Previous::Workbook(previous)));
    let policy = Policy::default_shipped().unwrap();
    let program = done.since.unwrap().origin.program;
    let wanted = [
        ["File", "before.xlsx"],
        ["Kind", "workbook"],
        ["SHA-256", &sha256],
        ["Program", &program],
        ["Policy", &policy.name],
        ["SHA-256 of the policy", &policy.sha256],
        ["SHA-256 of own catalogues", "none"],
        ["SHA-256 of the overrides", "none"],
    ];
    assert_eq!(lines(&output), wanted.map(|line| line.map(str::to_owned)));
    // A night later, that night's own are read, and not those of the night before it.
    let (done, _) = annotate(folder.path(), "later", &NOW, Some(Previous::Workbook(output)));
    assert_eq!(done.since.unwrap().remarks, Vec::<String>::new());
    let origin = Origin { name: "run.json".into(), program: "x".repeat(99), ..Origin::default() };
    let totals = Totals { origin, ..Totals::default() };
    let (_, output) = annotate(folder.path(), "now", &NOW, Some(Previous::Report(Box::new(totals))));
    let found = lines(&output);
    assert_eq!(found[0..2].concat(), ["File", "run.json", "Kind", "run report"]);
    assert_eq!(found[3], ["Program".to_owned(), format!("{}...", "x".repeat(60))]);
    assert!(found[8][0] == "Remark" && found[8][1].contains("some changes may be due to"), "{found:?}");
}

#[test]
fn a_roster_that_shrank_by_more_than_it_may_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<Row> = (0..10).map(|tenant| (tenant, 0, 100, 0)).collect();
    let (_, output) = annotate(folder.path(), "night", &rows, None);
    let before = std::fs::read(&output).unwrap();
    let input = folder.path().join("night.csv");
    let night = |rows: &[Row], percent: &str| {
        std::fs::write(&input, roster(rows)).unwrap();
        let since = Some(Previous::Workbook(output.clone()));
        let max_drop = Some(MaxDrop::read(percent).unwrap());
        run(&Job { since, max_drop, ..job(&input, &output) })
    };
    let told = |error: Error| {
        assert_eq!(error.kind, ErrorKind::Input);
        assert_eq!(error.diagnostics[0].code.as_str(), "roster-shrank");
        error.diagnostics[0].message.clone()
    };
    let message = told(night(&rows[..8], "19.9").unwrap_err());
    for part in ["rows fell from 10 to 8", "customers fell from 10 to 8", "paid seats fell from 1,000 to 800"]
    {
        assert!(message.contains(part), "{message}");
    }
    // Each figure is looked at by itself: more rows of fewer customers, fewer seats on the same rows.
    let of_five: Vec<Row> = (0..20).map(|row| (row % 5, row / 10, 100, 0)).collect();
    let message = told(night(&of_five, "10").unwrap_err());
    assert!(message.contains("customers fell") && !message.contains("rows fell"), "{message}");
    let smaller: Vec<Row> = (0..10).map(|tenant| (tenant, 0, 50, 0)).collect();
    let message = told(night(&smaller, "49").unwrap_err());
    assert!(message.contains("paid seats fell from 1,000 to 500 (50.0 %)"), "{message}");
    assert_eq!(std::fs::read(&output).unwrap(), before, "nothing was replaced");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "and nothing left behind");
    // What is allowed is allowed, that number included, and more is always.
    night(&rows[..8], "20").unwrap();
    night(&rows, "0").unwrap();
}

#[test]
fn an_earlier_run_without_customers_or_without_a_figure_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<Row> = vec![(1, 0, 100, 0)];
    let max_drop = Some(MaxDrop::read("0").unwrap());
    let (input, output) = (folder.path().join("now.csv"), folder.path().join("now.xlsx"));
    std::fs::write(&input, roster(&rows)).unwrap();
    let remarks = |tiers: Vec<(String, Count)>| {
        let totals = Box::new(Totals { rows: tiers, ..Totals::default() });
        let since = Some(Previous::Report(totals));
        run(&Job { since, max_drop, ..job(&input, &output) })
            .map(|done| done.since.unwrap().remarks.join("; "))
    };
    assert!(remarks(Vec::new()).unwrap().contains("had nothing to compare with"));
    let of = |rows, seats| vec![("Q&A".to_owned(), Count { rows, seats })];
    assert!(remarks(of(1, 100)).unwrap().contains("checked only rows and paid seats"));
    assert!(remarks(of(2, 100)).unwrap_err().to_string().contains("rows fell from 2 to 1"));
}

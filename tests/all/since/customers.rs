//! Tenants on several rows are one customer, in both nights.

use super::*;

/// Tenant, name, plan, seats, segment.
type Cells<'c> = [&'c str; 5];

fn made(folder: &Path, name: &str, rows: &[Cells<'_>], since: Option<&Path>) -> (Done, PathBuf) {
    let (input, output) = (folder.join(format!("{name}.csv")), folder.join(format!("{name}.xlsx")));
    let table: Vec<Cells<'_>> = [HEADINGS].into_iter().chain(rows.iter().copied()).collect();
    std::fs::write(&input, csv(&table)).unwrap();
    let since = since.map(|path| Previous::Workbook(path.to_owned()));
    (run(&Job { since, ..job(&input, &output) }).unwrap(), output)
}

fn line(output: &Path, row: usize, headings: &[&str]) -> Vec<String> {
    let rows = sheet(output, "Changes");
    headings.iter().map(|heading| under(&rows, row, heading)).collect()
}

const E3: &str = "Microsoft 365 E3";
const E1: &str = "Office 365 E1";
const EMS: &str = "Enterprise Mobility + Security E3";

#[test]
fn a_tenant_that_falls_together_is_told_though_no_row_does() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |e1| [["7", "Contoso", E3, "80", "Commercial"], ["7", "Contoso", E1, e1, "Commercial"]];
    let (_, before) = made(folder.path(), "before", &rows("75"), None);
    let (done, now) = made(folder.path(), "now", &rows("60"), Some(&before));
    let headings =
        ["Change", "Tenant", "Name", "Plans", "Tier before", "Tier now", "Seats before", "Seats now"];
    let plans = format!("{E3}; {E1}");
    let wanted = ["Tier lower", "7", "Contoso", &plans, "Specialist", "Q&A", "155", "140"];
    assert_eq!(line(&now, 1, &headings), wanted);
    let headings = ["Difference", "Plans before", "Segment now", "Rows before", "Rows now", "What changed"];
    let what = format!("tier Specialist -> Q&A; seats 155 -> 140; {E1}: 75 -> 60 seats");
    assert_eq!(line(&now, 1, &headings), ["-15", "", "Commercial", "2", "2", &what]);
    assert_eq!(sheet(&now, "Changes").len(), 2);
    let since = done.since.unwrap();
    assert_eq!(since.moves.unwrap().of(ChangeKind::Down).customers, 1);
    assert_eq!(since.remarks, Vec::<String>::new());
}

#[test]
fn what_moves_within_a_customer_is_told_where_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let before = [["7", "Contoso", E3, "100", "Commercial"], ["7", "Contoso", E1, "60", "Commercial"]];
    let now = [
        ["7", "Contoso", E1, "80", "Commercial"],
        ["7", "Contoso", E3, "80", "Commercial"],
        ["7", "Contoso", EMS, "50", "Commercial"],
    ];
    let (_, before) = made(folder.path(), "before", &before, None);
    let (_, now) = made(folder.path(), "now", &now, Some(&before));
    let what = format!("new: {EMS} (50 seats); {E1}: 60 -> 80 seats; {E3}: 100 -> 80 seats; rows 2 -> 3");
    let headings = ["Change", "Plans", "Plans before", "Difference", "What changed"];
    let plans = [format!("{E1}; {E3}; {EMS}"), format!("{E3}; {E1}")];
    assert_eq!(line(&now, 1, &headings), ["Other plans", &plans[0], &plans[1], "0", &what]);
}

#[test]
fn segments_of_a_tenant_are_compared_as_its_tenants_sheet_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |first, second| [["a", "", E3, "100", first], ["a", "", E3, "20", second]];
    let (_, before) = made(folder.path(), "before", &rows("Commercial", "Education"), None);
    let (_, now) = made(folder.path(), "now", &rows("Government", "Nonprofit"), Some(&before));
    let headings = ["Change", "Segment before", "Segment now"];
    let (then, later) =
        ("Education (mixed: Commercial, Education)", "Nonprofit (mixed: Government, Nonprofit)");
    assert_eq!(line(&now, 1, &headings), ["Other segment", then, later]);
    // The same rows in another order are the same customer.
    let mut turned = rows("Government", "Nonprofit");
    turned.reverse();
    let (_, same) = made(folder.path(), "same", &turned, Some(&now));
    assert_eq!(listed(&same), Vec::<Line>::new());
}

#[test]
fn a_workbook_without_its_tenants_is_compared_by_rows_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |seats| [["7", "Contoso", E3, "100", "Commercial"], ["7", "Contoso", E1, seats, "Commercial"]];
    let (_, before) = made(folder.path(), "before", &rows("60"), None);
    let without = saved_again(&before, "without.xlsx", |_| {});
    let (done, now) = made(folder.path(), "now", &rows("60"), Some(&without));
    // The tier of all plans together, which only one of the two runs knows, is no change.
    assert_eq!(listed(&now), Vec::<Line>::new());
    let since = done.since.unwrap();
    assert_eq!(since.remarks.len(), 1, "{:?}", since.remarks);
    let remark = "1 tenant with several rows is compared by the highest tier and the added seats";
    assert!(since.remarks[0].starts_with(remark), "{:?}", since.remarks);
    let tiers: Vec<(String, u64, u64)> =
        since.tiers.iter().map(|since| (since.tier.clone(), since.before.rows, since.now.rows)).collect();
    assert!(tiers.contains(&("Q&A".to_owned(), 1, 1)), "{tiers:?}");
    let (_, now) = made(folder.path(), "now", &rows("90"), Some(&without));
    let headings = ["Change", "Tier now", "Seats before", "Seats now"];
    assert_eq!(line(&now, 1, &headings), ["More seats", "Q&A", "160", "190"]);
}

#[test]
fn rosters_that_tell_tenants_apart_by_other_columns_are_compared_by_rows() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, rows: &[&[&str]], since: Option<&Path>| {
        let (input, output) =
            (folder.path().join(format!("{name}.csv")), folder.path().join(format!("{name}.xlsx")));
        std::fs::write(&input, csv(rows)).unwrap();
        let since = since.map(|path| Previous::Workbook(path.to_owned()));
        (run(&Job { since, ..job(&input, &output) }).unwrap(), output)
    };
    let by_id: [&[&str]; 4] = [
        &["Tenant ID", "Domain", "Plan", "Seats"],
        &["7", "contoso.com", E3, "100"],
        &["8", "contoso.com", E1, "60"],
        &["8", "contoso.com", EMS, "60"],
    ];
    let by_domain: [&[&str]; 4] = [
        &["Domain", "Plan", "Seats"],
        &["contoso.com", E3, "100"],
        &["contoso.com", E1, "60"],
        &["contoso.com", EMS, "60"],
    ];
    let (_, before) = made("before", &by_id, None);
    let (done, now) = made("now", &by_domain, Some(&before));
    assert_eq!(listed(&now), Vec::<Line>::new());
    assert!(done.since.unwrap().remarks[0].contains("the earlier workbook does not say"));
    // And the other way round: two tenants of this run are one of the earlier.
    let (done, again) = made("again", &by_id, Some(&now));
    assert_eq!(listed(&again), Vec::<Line>::new());
    assert!(done.since.unwrap().remarks[0].contains("this run does not say"));
}

#[test]
fn rows_below_the_one_that_names_their_tenant_are_the_same_customer_in_both_nights() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        ["", "Contoso", E3, "100", ""],
        ["", "", E1, "60", ""],
        ["", "", "Plan that nobody knows", "5", ""],
        ["", "Fabrikam", E3, "80", ""],
        ["", "", E1, "75", ""],
        ["", "Litware", E3, "20", ""],
    ];
    let input = folder.path().join("grouped.csv");
    let table: Vec<[&str; 3]> = rows.map(|[_, name, plan, seats, _]| [name, plan, seats]).to_vec();
    std::fs::write(&input, csv(&[&[["Customer", "Plan", "Paid seats"]], table.as_slice()].concat())).unwrap();
    let made = |name: &str, since: Option<&Path>| {
        let output = folder.path().join(name);
        let since = since.map(|path| Previous::Workbook(path.to_owned()));
        (run(&Job { since, ..job(&input, &output) }).unwrap(), output)
    };
    let (_, before) = made("before.xlsx", None);
    let (done, now) = made("now.xlsx", Some(&before));
    assert_eq!(listed(&now), Vec::<Line>::new());
    let since = done.since.unwrap();
    assert_eq!(since.remarks, Vec::<String>::new());
    assert_eq!(since.moves.unwrap().of(ChangeKind::Unchanged).customers, 3);
}

#[test]
fn every_sample_is_unchanged_since_itself() {
    let folder = tempfile::tempdir().unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut rosters =
        vec![samples.join("roster.csv"), samples.join("roster.xlsx"), samples.join("onboarding.csv")];
    let exports = std::fs::read_dir(samples.join("exports")).unwrap();
    rosters.extend(exports.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()));
    let (before, now) = (folder.path().join("before.xlsx"), folder.path().join("now.xlsx"));
    let mut compared = 0;
    for input in rosters {
        // Some exports name no tenant, and one has lost its seats.
        let tenant =
            ["admin-center", "partner-center"].iter().any(|name| input.to_string_lossy().contains(name));
        let tenant = tenant.then(|| "Contoso".to_owned());
        if run(&Job { tenant: tenant.clone(), ..job(&input, &before) }).is_err() {
            continue;
        }
        let since = Some(Previous::Workbook(before.clone()));
        let done = run(&Job { since, tenant, ..job(&input, &now) }).unwrap();
        let since = done.since.unwrap();
        let lines = listed(&now);
        assert!(lines.is_empty() && since.remarks.is_empty(), "{input:?}: {lines:?} {:?}", since.remarks);
        assert!(since.tiers.iter().all(|tier| tier.before == tier.now), "{input:?}: {:?}", since.tiers);
        compared += 1;
    }
    assert_eq!(compared, 13);
}

#[test]
fn a_tenant_named_for_all_rows_is_one_customer() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, seats: &str, since: Option<PathBuf>| {
        let (input, output) =
            (folder.path().join(format!("{name}.csv")), folder.path().join(format!("{name}.xlsx")));
        std::fs::write(&input, csv(&[["Plan", "Paid seats"], [E3, "80"], [E1, seats]])).unwrap();
        let (since, tenant) = (since.map(Previous::Workbook), Some("Contoso".to_owned()));
        (run(&Job { since, tenant, ..job(&input, &output) }).unwrap(), output)
    };
    let (_, before) = made("before", "70", None);
    let (done, now) = made("now", "60", Some(before));
    assert_eq!(done.since.unwrap().remarks, Vec::<String>::new());
    let headings = ["Change", "Tenant", "Tier before", "Tier now", "Seats before", "Seats now"];
    assert_eq!(line(&now, 1, &headings), ["Tier lower", "Contoso", "Specialist", "Q&A", "150", "140"]);
}

#[test]
fn threads_and_writers_change_nothing_for_tenants_on_several_rows() {
    let folder = tempfile::tempdir().unwrap();
    let many: Vec<Row> = (0..6000).map(|row| (row % 1800, row % 3, row as u64 % 900, row % 2)).collect();
    let later: Vec<Row> = many.iter().rev().map(|row| (row.0 + 20, row.1, row.2 / 2, row.3)).collect();
    let (_, previous) = annotate(folder.path(), "before", &many, None);
    let input = folder.path().join("later.csv");
    std::fs::write(&input, roster(&later)).unwrap();
    let made = |threads, method| {
        let output = folder.path().join("later.xlsx");
        let since = Some(Previous::Workbook(previous.clone()));
        run(&Job { workers: Workers::new(threads).unwrap(), since, method, ..job(&input, &output) }).unwrap();
        (std::fs::read(&output).unwrap(), sheet(&output, "Changes"))
    };
    let (bytes, rows) = made(1, Method::Streamed);
    assert!(rows.len() > 1500);
    assert_eq!(made(4, Method::Streamed), (bytes, rows.clone()));
    assert_eq!(made(2, Method::Library).1, rows);
}

#[test]
fn a_cell_of_the_tenants_sheet_that_was_changed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [["7", "Contoso", E3, "100", "Commercial"], ["7", "Contoso", E1, "60", "Commercial"]];
    let (_, before) = made(folder.path(), "before", &rows, None);
    let edited = |heading: &str, value: Data| {
        saved_with(
            &before,
            "edited.xlsx",
            &["Summary", "Roster", "Tenants", "Policy", "Run"],
            |name, rows| {
                if name == "Tenants" {
                    let column = column_of(rows, heading);
                    rows[1][column] = value.clone();
                }
            },
        )
    };
    for (heading, value) in [
        ("Rows", Data::String("two".to_owned())),
        ("Paid seats together", Data::Float(1.5)),
        ("FastTrack tier", Data::String("Gold".to_owned())),
    ] {
        let error = refused(folder.path(), &edited(heading, value));
        assert_eq!(error.diagnostics[0].code.as_str(), "since-cell");
        assert!(error.to_string().contains("sheet `Tenants`, "), "{error}");
    }
    // A tier that was corrected by hand counts as corrected.
    let corrected = edited("FastTrack tier", Data::String("Migration".to_owned()));
    let (_, now) = made(folder.path(), "now", &rows, Some(&corrected));
    assert_eq!(
        line(&now, 1, &["Change", "Tier before", "Tier now"]),
        ["Tier lower", "Migration", "Specialist"]
    );
}

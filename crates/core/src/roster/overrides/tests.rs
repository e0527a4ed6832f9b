mod files;
mod rows;

use super::*;
use crate::about::{About, Form};
use crate::error::Result;
use crate::plans::Catalogue;
use crate::policy::Policy;
use crate::record::{Flaw, Records};
use crate::roster::columns::{self, Columns};
use crate::roster::{RosterRow, SegmentFrom, Understanding};
use proptest::prelude::*;
use std::sync::LazyLock;

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::default_shipped().expect("shipped"));
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().expect("shipped"));

/// The columns of the overrides files here.
const HEADINGS: [&str; 6] = ["Tenant", "Plan", "Segment", "Means plan", "Paid seats", "Reason"];
/// The columns of the rosters here.
const ROSTER: [&str; 6] = ["Tenant ID", "Customer", "Domain", "Plan", "Paid seats", "Segment"];

fn about(headings: &[&str]) -> About {
    About {
        name: "overrides.csv".to_owned(),
        bytes: 0,
        sha256: String::new(),
        modified: None,
        form: Form::Text { encoding: "UTF-8".to_owned(), delimiter: ',', guess: None },
        header_row: 1,
        is_header_row_named: false,
        above: Vec::new(),
        headings: headings.iter().map(|heading| (*heading).to_owned()).collect(),
        longest: Vec::new(),
        formats: Vec::new(),
        first: Vec::new(),
        first_numbers: Vec::new(),
        other_candidates: Vec::new(),
    }
}

/// Records of lines with `|` between their cells, from line 2 on.
fn records<L: AsRef<str>>(lines: &[L]) -> Records {
    let mut records = Records::default();
    for (number, line) in (2..).zip(lines) {
        records.begin(number, number - 1);
        line.as_ref()
            .split('|')
            .filter(|_| !line.as_ref().is_empty())
            .for_each(|cell| records.push_text(cell));
    }
    records
}

fn read_under<L: AsRef<str>>(headings: &[&str], lines: &[L]) -> Result<Overrides> {
    let about = about(headings);
    let mut reading = Reading::new(&about, &POLICY, &CATALOGUE)?;
    records(lines).iter().try_for_each(|record| reading.line(record))?;
    reading.finish()
}

fn read<L: AsRef<str>>(lines: &[L]) -> Overrides {
    read_under(&HEADINGS, lines).expect("valid")
}

/// Code and line of each fault.
fn faults<L: AsRef<str>>(lines: &[L]) -> Vec<(&'static str, String)> {
    let error = read_under(&HEADINGS, lines).expect_err("faults");
    assert_eq!(error.kind, crate::error::ErrorKind::Policy);
    error.diagnostics.iter().map(|found| (found.code.as_str(), found.place.short())).collect()
}

fn roster_columns() -> Columns {
    columns::find(&ROSTER.map(str::to_owned), &[], None).expect("all are known")
}

/// Understands a row of the roster, cells with `|` between them, and hands it on.
fn with_row<T>(overrides: &Overrides, row: &str, seen: impl FnOnce(RosterRow<'_>) -> T) -> T {
    with_row_under(&ROSTER.map(str::to_owned), overrides, row, seen)
}

fn with_row_under<T>(
    headings: &[String],
    overrides: &Overrides,
    row: &str,
    seen: impl FnOnce(RosterRow<'_>) -> T,
) -> T {
    let columns = columns::find(headings, &[], None).expect("all are known");
    let fitted = Fitted::new(overrides, headings, &columns);
    let mut understanding =
        Understanding::without_memory(&columns, &POLICY, &CATALOGUE).overriding(Some(&fitted));
    let records = records(&[row]);
    let record = records.iter().next().expect("one");
    seen(understanding.row(record))
}

fn segment(overrides: &Overrides, row: &str) -> (String, SegmentFrom) {
    with_row(overrides, row, |row| (POLICY.segments[row.segment].id.clone(), row.segment_from))
}

fn codes(overrides: &Overrides, row: &str) -> Vec<(&'static str, bool)> {
    with_row(overrides, row, |row| {
        row.faults.iter().map(|fault| (fault.code.as_str(), fault.blocks)).collect()
    })
}

/// What was filled in counts while the cell says the same.
const BESIDE_CELLS: [&str; 7] =
    ["Tenant", "Plan", "Paid seats", "Seats in roster", "Right segment", "Segment in roster", "Reason"];

#[test]
fn what_is_filled_in_again_for_another_cell_counts_beside_what_was_filled_in_first() {
    let lines = ["A1|E3|160|12.5|||", "A1|E3|160|175|||", "A1|E3|200|180|||"];
    let overrides = read_under(&BESIDE_CELLS, &lines).unwrap();
    let seats = |cell: &str| {
        with_row(&overrides, &format!("A1|||E3|{cell}|"), |row| {
            let codes: Vec<&str> = row.faults.iter().map(|fault| fault.code.as_str()).collect();
            (row.seats, codes.contains(&"override-outdated"))
        })
    };
    assert_eq!(seats("12.5"), (Some(160), false));
    assert_eq!(seats("175"), (Some(160), false));
    assert_eq!(seats("180"), (Some(200), false));
    assert_eq!(seats("190"), (Some(190), true));
    let clash = read_under(&BESIDE_CELLS, &["A1|E3|160|12.5|||", "A1|E3|200| 12.5 |||"]);
    assert!(clash.is_err(), "the same cell cannot mean two");
    let clash = read_under(&BESIDE_CELLS, &["A1|E3|160||||", "A1|E3|200|12.5|||"]);
    assert!(clash.is_err(), "what counts whatever the cell says counts for this cell, too");
}

#[test]
fn where_what_was_said_of_a_plan_is_outdated_what_is_said_of_the_tenant_counts() {
    let lines = ["A1|E3|||Education|Commercial|", "A1||||Nonprofit||"];
    let overrides = read_under(&BESIDE_CELLS, &lines).unwrap();
    assert_eq!(segment(&overrides, "A1|||E3|5|Commercial").0, "education");
    assert_eq!(segment(&overrides, "A1|||E3|5|Government").0, "nonprofit");
}

#[test]
fn a_charity_behind_a_commercial_id_is_named_once_and_for_ever() {
    let overrides = read(&["Contoso Relief||Charity|||registered charity"]);
    let row = |tenant: &str, plan: &str| format!("|{tenant}||{plan}|480|");
    let nonprofit = ("nonprofit".to_owned(), SegmentFrom::Override);
    assert_eq!(segment(&overrides, &row("CONTOSO\u{a0}Relief ", "SPB")), nonprofit);
    // It goes before what the offer's name shows.
    assert_eq!(segment(&overrides, &row("Contoso Relief", "Microsoft 365 A3 for faculty")), nonprofit);
    assert_eq!(segment(&overrides, &row("Contoso", "SPB")).1, SegmentFrom::Assumed);
}

#[test]
fn the_line_that_names_more_goes_first_and_each_says_its_own() {
    let lines = [
        "|House bundle|government|Office 365 E3||",
        "Contoso||education|||",
        "Contoso|House bundle|nonprofit||480|",
        "Contoso|House bundle||Microsoft 365 E3||",
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0]] {
        let overrides = read(&order.map(|index| lines[index]));
        let of = |tenant: &str, plan: &str| {
            with_row(&overrides, &format!("|{tenant}||{plan}|7|"), |row| {
                let plan = row.plan.map_or("", |found| found.plan.name.as_str()).to_owned();
                (POLICY.segments[row.segment].id.clone(), plan, row.seats)
            })
        };
        let wanted = |segment: &str, plan: &str, seats| (segment.to_owned(), plan.to_owned(), Some(seats));
        assert_eq!(of("Contoso", "HOUSE bundle"), wanted("nonprofit", "Microsoft 365 E3", 480));
        assert_eq!(of("Contoso", "Office 365 E1"), wanted("education", "Office 365 E1", 7));
        assert_eq!(of("Fabrikam", "House bundle"), wanted("government", "Office 365 E3", 7));
        assert_eq!(of("Fabrikam", "Office 365 E1"), wanted("commercial", "Office 365 E1", 7));
    }
}

#[test]
fn a_tenant_is_found_by_id_domain_or_name_whatever_column_was_chosen() {
    let row = "fc48144d-b685-5f9e-b8a3-858a5cba9a92|Contoso|contoso.example|SPB|480|";
    for tenant in ["{FC48144D-B685-5F9E-B8A3-858A5CBA9A92}", "Contoso.Example", " contoso"] {
        let overrides = read(&[format!("{tenant}||nonprofit|||")]);
        assert_eq!(segment(&overrides, row).0, "nonprofit", "{tenant}");
    }
    let by_part = read(&["contoso.||nonprofit|||", "fc48144d||nonprofit|||", "480||nonprofit|||"]);
    assert_eq!(segment(&by_part, row).1, SegmentFrom::Assumed);
}

#[test]
fn a_tenant_named_on_the_command_line_is_found_too() {
    let overrides = read(&["Contoso||nonprofit|||"]);
    let headings = ["Plan", "Seats"].map(str::to_owned);
    let columns = columns::find(&headings, &[], Some("CONTOSO")).expect("known");
    let fitted = Fitted::new(&overrides, &headings, &columns);
    let mut understanding = Understanding::new(&columns, &POLICY, &CATALOGUE).overriding(Some(&fitted));
    let records = records(&["SPB|480"]);
    let row = understanding.row(records.iter().next().expect("one"));
    assert_eq!(row.segment_from, SegmentFrom::Override);
}

#[test]
fn the_rosters_own_segment_goes_before_the_overrides_and_says_so() {
    let overrides = read(&["Contoso||nonprofit|||"]);
    assert_eq!(segment(&overrides, "|Contoso||SPB|480|edu"), ("education".to_owned(), SegmentFrom::Column));
    assert_eq!(codes(&overrides, "|Contoso||SPB|480|edu").last(), Some(&("override-overruled", false)));
    assert!(
        !codes(&overrides, "|Contoso||SPB|480|NPO").iter().any(|(code, _)| *code == "override-overruled")
    );
    // A word that nobody knows is none.
    assert_eq!(segment(&overrides, "|Contoso||SPB|480|Galactic").1, SegmentFrom::Override);
}

#[test]
fn seats_known_better_count_and_the_cell_is_told() {
    let overrides = read(&["Contoso|SPB|||480|order of March"]);
    let seats = |cell: &str| {
        with_row(&overrides, &format!("x|Contoso||SPB|{cell}|"), |row| {
            let told: Vec<_> =
                row.faults.iter().map(|fault| (fault.code.as_str(), fault.message.clone())).collect();
            assert!(!row.needs_review(), "{told:?}");
            (row.seats, row.overridden.seats, told)
        })
    };
    assert_eq!(seats("480"), (Some(480), false, Vec::new()));
    for (cell, found) in [("12.5", "the cell says `12.5`"), ("", "the cell is blank")] {
        let message = format!(
            "{found}; 480 paid seats were taken, as line 2 of `overrides.csv` says (reason: order of March)"
        );
        assert_eq!(seats(cell), (Some(480), true, vec![("override-seats", message)]));
    }
}

#[test]
fn a_plan_is_read_as_if_the_roster_had_written_what_it_means() {
    let overrides = read(&["|House bundle||M365EDU_A3_FACULTY||", "|SPE_E3||Office 365 E3||", "|SPB||SPB||"]);
    let of = |plan: &str| {
        with_row(&overrides, &format!("x|Contoso||{plan}|480|"), |row| {
            let codes: Vec<_> = row.faults.iter().map(|fault| fault.code.as_str()).collect();
            (row.plan.expect("known").plan.id.clone(), row.segment_from, row.overridden.plan, codes)
        })
    };
    let id = str::to_owned;
    assert_eq!(of("house  BUNDLE"), (id("M365EDU_A3_FACULTY"), SegmentFrom::ProductId, true, vec![]));
    assert_eq!(of("SPE_E3"), (id("ENTERPRISEPACK"), SegmentFrom::Assumed, true, vec!["override-plan"]));
    assert_eq!(of("SPB"), (id("SPB"), SegmentFrom::Assumed, false, vec![]));
}

#[test]
fn two_names_of_one_tenant_that_disagree_keep_the_row_from_a_verdict() {
    let overrides =
        read(&["Contoso||nonprofit|||", "contoso.example||education|||", "Contoso|SPB|government|||"]);
    let row = |plan: &str| format!("x|Contoso|contoso.example|{plan}|480|");
    assert_eq!(codes(&overrides, &row("SPE_E3")), [("override-unclear", true)]);
    // A line that names more settles it.
    assert!(codes(&overrides, &row("SPB")).is_empty());
}

#[test]
fn all_faults_of_a_file_are_told_at_once_each_with_its_line() {
    let wrong = [
        "||nonprofit|||",
        "Contoso|||||why",
        "Contoso|SPB|galactic|Office 365 E33|12.5|",
        "Contoso||||480|",
        "|SPB|||480|",
        "Contoso|||SPB||",
        "Contoso|SPB|edu||||stray",
    ];
    assert_eq!(
        faults(&wrong).iter().map(|(code, line)| (*code, line.as_str())).collect::<Vec<_>>(),
        [
            ("override-names-nothing", "line 2"),
            ("override-sets-nothing", "line 3"),
            ("override-segment-unknown", "line 4"),
            ("override-plan-unknown", "line 4"),
            ("seats-not-whole", "line 4"),
            ("override-reach", "line 5"),
            ("override-reach", "line 6"),
            ("override-reach", "line 7"),
            ("override-cell-stray", "line 8"),
        ]
    );
}

#[test]
fn two_lines_that_name_the_same_and_disagree_are_both_named() {
    let lines =
        ["Contoso|SPB|edu||480|", "{contoso}|spb|charity|SPB|480|", "Contoso|SPB|education|SPE_E3|7|"];
    let error = read_under(&HEADINGS, &lines).expect_err("faults");
    let told: Vec<_> = error.diagnostics.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "lines 2 and 3 both name tenant `{contoso}` and plan `spb`, but say different things: `Education` and \
             `Nonprofit`",
            "lines 3 and 4 both name tenant `Contoso` and plan `SPB`, but say different things: `SPB` and `SPE_E3`",
            "lines 2 and 4 both name tenant `Contoso` and plan `SPB`, but say different things: `480` and `7`",
        ]
    );
    // The same said twice is no fault, however it is written.
    let twice = read(&["|House bundle||SPE_E3||", "|House bundle||Microsoft 365 E3||", "", "Contoso||edu"]);
    assert_eq!(twice.count(), 3);
}

#[test]
fn a_line_that_may_have_run_together_is_a_fault() {
    let about = about(&HEADINGS);
    let mut reading = Reading::new(&about, &POLICY, &CATALOGUE).expect("headings");
    let mut records = records(&["Contoso||edu|||"]);
    records.flaw(Flaw::TextAfterQuote);
    records.iter().try_for_each(|record| reading.line(record)).expect("kept");
    assert_eq!(reading.finish().expect_err("a fault").diagnostics[0].code.as_str(), "text-after-quote");
}

#[test]
fn a_heading_that_is_not_known_is_never_passed_over() {
    let codes = |headings: &[&str]| -> Vec<&str> {
        let error = read_under::<&str>(headings, &[]).expect_err("faults");
        error.diagnostics.iter().map(|found| found.code.as_str()).collect()
    };
    assert_eq!(codes(&["Tenant", "Paln", "Segment"]), ["override-heading-unknown"]);
    assert_eq!(codes(&["Tenant", "Segment", "Until"]), ["override-heading-unknown"]);
    assert_eq!(codes(&["Tenant", "Domain", "Segment"]), ["override-heading-twice"]);
    assert_eq!(codes(&["Reason"]), ["override-heading-missing", "override-heading-missing"]);
    assert!(read_under::<&str>(&["\u{feff}PLAN_type", "", "Stands for", "Note", "Date"], &[]).is_ok());
}

#[test]
fn lines_that_fit_no_row_and_seats_that_count_twice_are_told() {
    let overrides = read(&["Contoso||edu|||", "Fabrikam|SPB|||480|", "Tailspin||edu|||", "|SPE_E3||SPB||"]);
    let fitting = BTreeMap::from([(2, 9), (3, 2)]);
    assert_eq!(overrides.unused(&fitting), [4, 5]);
    let told: Vec<_> =
        overrides.notes(&fitting).iter().map(|note| (note.code.as_str(), note.message.clone())).collect();
    assert_eq!(
        told,
        [
            ("override-unused", "2 lines (4, 5) did not match any row of the roster".to_owned()),
            ("override-repeated", "the paid seats of line 3 count for more than one row each".to_owned()),
        ]
    );
    assert!(overrides.notes(&BTreeMap::from([(2, 1), (3, 1), (4, 1), (5, 1)])).is_empty());
}

#[test]
fn a_line_that_says_again_what_another_says_fits_with_it() {
    let overrides = read(&["Contoso|SPB|edu|||", "Contoso|SPB|||480|", "Contoso|SPB|edu||480|"]);
    let fitting = with_row(&overrides, "|Contoso||SPB|480|", |row| row.override_lines);
    assert_eq!(fitting, [2]);
    assert!(overrides.unused(&BTreeMap::from([(2, 1)])).is_empty());
    assert!(overrides.notes(&BTreeMap::from([(2, 2)]))[0].message.contains("2 lines (3, 4)"));
}

#[test]
fn a_file_of_more_lines_than_a_person_makes_is_refused() {
    let lines = |count| vec!["Contoso||edu"; count];
    assert_eq!(read(&lines(LIMIT_LINES)).count(), LIMIT_LINES);
    let error = read_under(&HEADINGS, &lines(LIMIT_LINES + 1)).expect_err("too many");
    assert_eq!(error.diagnostics[0].code.as_str(), "overrides-too-many");
}

#[test]
fn many_lines_are_listed_by_the_first_few() {
    assert_eq!(lines::listed(&[4, 7]), "2 lines (4, 7)");
    let many: Vec<u64> = (1..=30).collect();
    assert!(lines::listed(&many).ends_with("19, 20, ...)"));
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words)
}

const TENANTS: [&str; 5] =
    ["", "Contoso", "contoso.example", "fc48144d-b685-5f9e-b8a3-858a5cba9a92", "Fabrikam"];
const PLANS: [&str; 6] =
    ["", "SPB", "House bundle", "Microsoft 365 A3 for faculty", "SPE_E3", "Office 365 E33"];

prop_compose! {
    /// A line without a fault of its own.
    fn line()(
        tenant in word(&TENANTS),
        plan in word(&PLANS),
        segment in word(&["", "edu", "charity", "commercial"]),
        means in word(&["", "SPE_E3", "Office 365 A1 for faculty"]),
        seats in word(&["", "0", "480", "1,200"]),
    ) -> String {
        let (means, seats) = match (tenant, plan) {
            (_, "") => ("", ""),
            ("", _) => (means, ""),
            _ => (means, seats),
        };
        format!("{tenant}|{plan}|{segment}|{means}|{seats}|why")
    }
}

prop_compose! {
    fn row()(
        id in word(&["", "{FC48144D-b685-5f9e-b8a3-858a5cba9a92}", "4711"]),
        name in word(&["Contoso", "CONTOSO ", "Fabrikam", "Tailspin"]),
        domain in word(&["", "contoso.example", "tailspin.example"]),
        plan in word(&PLANS),
        seats in word(&["", "480", "12.5", "7"]),
        segment in word(&["", "edu", "Galactic"]),
    ) -> String {
        format!("{id}|{name}|{domain}|{plan}|{seats}|{segment}")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn a_row_with_overrides_is_understood_alike_with_memory_and_without(
        lines in prop::collection::vec(line(), 0..6),
        rows in prop::collection::vec(row(), 1..12),
    ) {
        // A file with a fault has no overrides.
        let Ok(overrides) = read_under(&HEADINGS, &lines) else { return Ok(()) };
        let columns = roster_columns();
        let fitted = Fitted::new(&overrides, &ROSTER.map(str::to_owned), &columns);
        let mut remembering = Understanding::new(&columns, &POLICY, &CATALOGUE).overriding(Some(&fitted));
        for record in records(&rows).iter() {
            let seen = remembering.row(record);
            let mut plain =
                Understanding::without_memory(&columns, &POLICY, &CATALOGUE).overriding(Some(&fitted));
            prop_assert_eq!(&seen, &plain.row(record));
            prop_assert_eq!(seen.is_overridden() && seen.override_lines.is_empty(), false);
        }
    }

    #[test]
    fn overrides_that_fit_no_row_change_nothing(
        lines in prop::collection::vec(line(), 0..6),
        rows in prop::collection::vec(row(), 1..6),
    ) {
        let elsewhere: Vec<String> = lines.iter().map(|line| format!("Litware{line}")).collect();
        let Ok(overrides) = read_under(&HEADINGS, &elsewhere) else { return Ok(()) };
        let columns = roster_columns();
        let fitted = Fitted::new(&overrides, &ROSTER.map(str::to_owned), &columns);
        let mut with = Understanding::new(&columns, &POLICY, &CATALOGUE).overriding(Some(&fitted));
        let mut without = Understanding::new(&columns, &POLICY, &CATALOGUE);
        for record in records(&rows).iter() {
            prop_assert_eq!(with.row(record), without.row(record));
        }
    }
}

const OF_WORDS: [&str; 4] = ["Kind", "As written", "Means", "Reason"];

fn words<L: AsRef<str>>(lines: &[L]) -> Overrides {
    read_under(&OF_WORDS, lines).expect("valid")
}

#[test]
fn a_word_is_said_once_and_means_the_same_in_every_row() {
    let overrides = words(&["plan|House bundle|SPE_E3|", "segment|Innung|charity|their own word"]);
    let row = |plan: &str, segment: &str| format!("4711|Contoso||{plan}|480|{segment}");
    let nonprofit = ("nonprofit".to_owned(), SegmentFrom::Override);
    assert_eq!(segment(&overrides, &row("HOUSE  bundle", " innung")), nonprofit);
    assert!(codes(&overrides, &row("House bundle", "INNUNG")).is_empty());
    let plan = with_row(&overrides, &row("house bundle", "Innung"), |row| {
        assert!(row.overridden.plan && row.is_overridden());
        assert_eq!(row.override_lines, [2, 3]);
        row.recognised.map(|words| words.to_string())
    });
    assert_eq!(plan.as_deref(), Some("Microsoft 365 E3 (SPE_E3), override"));
    assert_eq!(codes(&overrides, &row("House bundles", "Innung")), [("plan-unknown", true)]);
}

#[test]
fn what_rows_are_goes_before_what_a_word_means_only_where_no_cell_says_so() {
    let headings = [&HEADINGS[..], &OF_WORDS[..3]].concat();
    let lines = ["Contoso||edu||||", "||||||segment|Innung|charity"];
    let overrides = read_under(&headings, &lines).expect("valid");
    let row = |segment: &str| format!("4711|Contoso||SPE_E3|480|{segment}");
    assert_eq!(segment(&overrides, &row("")).0, "education");
    assert_eq!(segment(&overrides, &row("Innung")).0, "nonprofit");
    assert_eq!(codes(&overrides, &row("Innung")), [("override-overruled", false)]);
}

#[test]
fn a_sheet_of_words_is_read_whatever_stands_beside_them() {
    let headings = ["Kind", "As written", "Rows", "Seats", "Means", "Candidate 1", "My own column"];
    let lines = ["plan|House bundle|2|960|SPE_E3|SPE_E5|x", "status|Aktuell|9|1||active|", "| | | |||"];
    let overrides = read_under(&headings, &lines).expect("valid");
    let settled: Vec<_> = overrides.settled().iter().map(|of| (of.kind, of.written.as_str())).collect();
    assert_eq!(settled, [(WordKind::Plan, "House bundle")]);
    assert!(!overrides.has_nothing_filled_in());
    assert!(read_under(&headings, &lines[1..]).expect("valid").has_nothing_filled_in());
}

/// A sheet of words with room for notes.
const OF_A_SHEET: [&str; 7] = ["Kind", "As written", "Rows", "Seats", "Means", "Note", "Candidate 1"];

#[test]
fn a_note_on_a_word_of_a_sheet_is_kept_whether_or_not_it_is_settled() {
    let lines = [
        "plan|House bundle|2|960|SPE_E3|asked, by phone|SPE_E5",
        "status|Aktuell|9|1||ask again|active",
        "plan|HOUSE  bundle|1|5|SPE_E3|asked, by phone|",
        "plan|house bundle|1|5||price list|",
        "trial|Probe|1|5|||",
    ];
    let overrides = read_under(&OF_A_SHEET, &lines).expect("valid");
    assert_eq!((overrides.settled().len(), overrides.count()), (2, 4));
    let only_noted: Vec<_> = overrides.noted().iter().map(|of| (of.written.as_str(), of.line)).collect();
    assert_eq!(only_noted, [("Aktuell", 3), ("house bundle", 5)]);
    let notes = overrides.notes_on_words();
    let note = |kind, word: &str| notes.get(&(kind, word.to_owned())).map(String::as_str);
    assert_eq!(note(WordKind::Plan, "house bundle"), Some("asked, by phone; price list"));
    assert_eq!(note(WordKind::Status, "aktuell"), Some("ask again"));
    assert_eq!(notes.len(), 2);
    assert!(overrides.notes(&BTreeMap::new()).is_empty(), "not each roster has all words");
    // A note alone is something that a person filled in.
    assert!(!read_under(&OF_A_SHEET, &lines[1..2]).expect("valid").has_nothing_filled_in());
}

#[test]
fn a_reason_without_a_meaning_is_no_note_in_a_file_that_a_person_keeps() {
    let overrides = words(&["plan|House bundle||to be asked", "plan|Old bundle|SPE_E3|price list"]);
    assert!(overrides.noted().is_empty());
    let notes: Vec<String> = overrides.notes_on_words().into_values().collect();
    assert_eq!(notes, ["price list"]);
}

#[test]
fn a_note_on_nothing_and_two_meanings_of_one_word_are_told_at_once() {
    let lines = [
        "||||| to be asked|",
        "plan|House bundle|2|960|SPE_E3|ours|",
        "segment|Innung|1|1|charity|ours|",
        "segment|INNUNG|1|1|edu|theirs|",
        "||||||not for the program",
    ];
    let error = read_under(&OF_A_SHEET, &lines).expect_err("faults");
    let told: Vec<(&str, String)> =
        error.diagnostics.iter().map(|found| (found.code.as_str(), found.place.short())).collect();
    let wanted = [("override-names-nothing", 2), ("override-conflict", 5)];
    assert_eq!(told.len(), wanted.len(), "{told:?}");
    for ((code, place), (wanted, line)) in told.iter().zip(wanted) {
        assert!(*code == wanted && place.contains(&line.to_string()), "{told:?}");
    }
    let stray = &error.diagnostics[0];
    assert_eq!(stray.help, "write it beside a word, or clear the cell");
}

#[test]
fn on_a_sheet_of_words_a_column_of_the_users_own_hides_no_note() {
    let headings = ["Kind", "As written", "Rows", "Seats", "Means", "Date", "Comment", "Note", "Added by"];
    let lines = [
        "plan|House bundle|2|960|SPE_E3|2026-10-01|mine|asked, by phone|me",
        "status|Aktuell|9|1||2026-10-02|mine|ask again|me",
        "trial|Probe|1|5||2026-10-03|mine||me",
    ];
    let overrides = read_under(&headings, &lines).expect("valid");
    let mut notes: Vec<String> = overrides.notes_on_words().into_values().collect();
    notes.sort_unstable();
    assert_eq!(notes, ["ask again", "asked, by phone"]);
    assert_eq!(overrides.count(), 2, "a date alone is nothing that was filled in");
}

#[test]
fn text_of_ours_is_read_without_the_mark_before_a_formula() {
    let overrides = words(&["plan|'=House|SPE_E3|'=asked 'Sales'", "plan|'s bundle|SPE_E5|'our' list"]);
    let written: Vec<_> =
        overrides.settled().iter().map(|of| (of.written.as_str(), of.reason.as_str())).collect();
    // The apostrophe marks text, in a roster as well.
    assert_eq!(written, [("=House", "=asked 'Sales'"), ("s bundle", "'our' list")]);
}

#[test]
fn a_word_that_this_roster_does_not_have_is_no_slip_of_the_pen() {
    let overrides = words(&["plan|House bundle|SPE_E3|", "status|Aktuell|active|"]);
    assert_eq!(overrides.count(), 2);
    assert!(overrides.unused(&BTreeMap::new()).is_empty());
    assert!(overrides.notes(&BTreeMap::new()).is_empty());
}

#[test]
fn an_answer_is_settled_by_its_heading_and_not_as_a_word() {
    let lines = [
        "status|Yes|not active|",
        "status|1|not active|",
        "status|Moved away|not active|",
        "segment|Yes|charity|",
    ];
    let overrides = words(&lines);
    for (heading, cell, expected) in [
        ("Is active", "Yes", (true, vec![])),
        ("Active?", "1", (true, vec![])),
        ("Is active", "Moved away", (false, vec![])),
        ("Cancelled?", "Yes", (true, vec!["status-not-read"])),
        ("Cancelled?", "moved AWAY", (false, vec![])),
        ("Education", "Yes", (true, vec!["segment-not-read"])),
        ("Status", "1", (false, vec![])),
    ] {
        let headings = ["Tenant", "Plan", "Paid seats", heading].map(str::to_owned);
        let found = with_row_under(&headings, &overrides, &format!("Contoso|SPE_E3|480|{cell}"), |row| {
            (row.not_paid.is_none(), row.faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>())
        });
        assert_eq!(found, expected, "{heading}: {cell}");
    }
}

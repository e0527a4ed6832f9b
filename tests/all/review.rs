//! What is filled in on the Review sheet, from the workbook that asks for it into the next runs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use crate::support::{csv, formulas, job, parts, run, sheet, shown, under};
use calamine::{Data, Reader, Xlsx, open_workbook};
use fasttrack_roster::job::{Done, Job};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::roster::overrides::Fits;
use fasttrack_roster::write::Method;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

const HEADINGS: [&str; 7] =
    ["Subscription ID", "Customer id", "Customer name", "Plan", "Paid seats", "Segment", "Status"];

/// One row of each kind that Review asks for.
const ROSTER: [[&str; 7]; 9] = [
    ["s-1", "{A1}", "Contoso", "House bundle", "600", "", "Active"],
    ["", "{B2}", "Fabrikam", "SPE_E3", "12.5", "", "Active"],
    ["", "{C3}", "Litware", "SPE_E3", "200", "Zunft", "Active"],
    ["", "{D4}", "Tailspin", "SPE_E3", "300", "", "mal so, mal so"],
    ["", "{E5}", "Wingtip", "SPE_E3", "about 70", "", "Active"],
    ["", "{E5}", "Wingtip", "SPE_E3", "", "", "Active"],
    ["", "{F6}", "Proseware", "", "90", "", "Active"],
    ["", "{G7}", "Adatum", "SPE_E3", "40", "", "Active"],
    ["s-9", "{H8}", "=Northwind", "'=House", "250", "", "Active"],
];

/// The sheet of a workbook, by name.
fn part_of(workbook: &Path, name: &str) -> String {
    let book: Xlsx<_> = open_workbook(workbook).unwrap();
    let place = book.sheet_names().iter().position(|sheet| sheet == name).unwrap();
    format!("xl/worksheets/sheet{}.xml", place + 1)
}

/// Fills in cells of the Review sheet, in the workbook's own XML, and leaves all else as it is: each cell is named by
/// its row and the heading of its column.
fn fill_in(from: &Path, to: &Path, cells: &[(usize, &str, &str)]) {
    let headings = sheet(from, "Review")[0].clone();
    let place = |heading: &str| (0..headings.len()).find(|at| shown(&headings, *at) == heading).unwrap();
    let part = part_of(from, "Review");
    edit(from, to, &part, |xml| {
        cells.iter().fold(xml, |xml, (row, heading, text)| with_cell(&xml, *row, place(heading), text))
    });
}

fn edit(from: &Path, to: &Path, part: &str, change: impl FnOnce(String) -> String) {
    let mut change = Some(change);
    let mut book = zip::ZipArchive::new(File::open(from).unwrap()).unwrap();
    let mut copy = zip::ZipWriter::new(File::create(to).unwrap());
    for index in 0..book.len() {
        let mut found = book.by_index(index).unwrap();
        let name = found.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        found.read_to_end(&mut bytes).unwrap();
        if name == part {
            bytes = (change.take().unwrap())(String::from_utf8(bytes).unwrap()).into_bytes();
        }
        copy.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        copy.write_all(&bytes).unwrap();
    }
    copy.finish().unwrap();
}

/// Puts a text into a cell, in its place among the others of its row; nothing clears it.
fn with_cell(xml: &str, row: usize, column: usize, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    match text.as_str() {
        "" => with_content(xml, row, column, None),
        digits if digits.parse::<u32>().is_ok() => {
            with_content(xml, row, column, Some(format!("><v>{digits}</v>")))
        }
        text => with_content(xml, row, column, Some(format!(" t=\"inlineStr\"><is><t>{text}</t></is>"))),
    }
}

/// Likewise; the content goes on behind the cell's name.
fn with_content(xml: &str, row: usize, column: usize, content: Option<String>) -> String {
    let letter = char::from(b'A' + u8::try_from(column).unwrap());
    let from = xml.find(&format!("<row r=\"{row}\"")).unwrap();
    let end = from + xml[from..].find("</row>").unwrap();
    let cells = from + xml[from..].find("<c r=\"").unwrap();
    let (mut before, mut behind) = (String::new(), String::new());
    for cell in xml[cells..end].split("<c r=\"").skip(1) {
        let found = cell.chars().next().unwrap();
        let side = if found < letter { &mut before } else { &mut behind };
        if found != letter {
            side.push_str("<c r=\"");
            side.push_str(cell);
        }
    }
    let cell = content.map_or(String::new(), |content| format!("<c r=\"{letter}{row}\"{content}</c>"));
    format!("{}{before}{cell}{behind}{}", &xml[..cells], &xml[end..])
}

/// The rows of the Review sheet that ask for something, by the source row and the code.
fn line(review: &[Vec<Data>], source: &str, code: &str) -> usize {
    let is_it =
        |row: &usize| under(review, *row, "Source row") == source && under(review, *row, "Code") == code;
    (1..review.len()).find(is_it).unwrap() + 1
}

/// What the Review sheet has of what was filled in: who, what was said of it, and what finds it again.
fn kept(workbook: &Path) -> Vec<[String; 8]> {
    let review = sheet(workbook, "Review");
    let settled =
        (1..review.len()).filter(|row| ["settled", "note"].contains(&&*under(&review, *row, "Weight")));
    let of = |row| {
        let headings = [
            "Name",
            "Right plan",
            "Right seats",
            "Right segment",
            "Right status",
            "Note",
            "Fits",
            "Source row",
        ];
        headings.map(|heading| under(&review, row, heading))
    };
    let mut kept: Vec<_> = settled.map(of).collect();
    kept.sort();
    kept
}

fn write(path: &Path, rows: &[[&str; 7]]) {
    let rows: Vec<_> = std::iter::once(HEADINGS).chain(rows.iter().copied()).collect();
    std::fs::write(path, csv(&rows)).unwrap();
}

fn tiers(workbook: &Path) -> Vec<String> {
    let rows = sheet(workbook, "Roster");
    (1..rows.len()).map(|row| under(&rows, row, "FastTrack tier")).collect()
}

/// Fills in something for each row of [`ROSTER`], on the first workbook of it.
fn fill_in_all(first: &Path, filled: &Path) {
    let review = sheet(first, "Review");
    let at = |source: &str, code: &str| line(&review, source, code);
    fill_in(
        first,
        filled,
        &[
            (at("2", "plan-unknown"), "Right plan", "Microsoft 365 E3"),
            (at("2", "plan-unknown"), "Note", "price list <2026> & phone"),
            (at("3", "seats-not-whole"), "Right seats", "160"),
            (at("4", "segment-unknown"), "Right segment", "Education"),
            (at("5", "status-unknown"), "Right status", "Suspended"),
            (at("6", "seats-unreadable"), "Right seats", "70"),
            (at("7", "seats-missing"), "Right seats", "0"),
            (at("8", "plan-missing"), "Right plan", "SPE_E5"),
            (at("10", "plan-unknown"), "Right plan", "SPE_E3"),
            (at("10", "plan-unknown"), "Right segment", "Nonprofit"),
        ],
    );
}

/// What the workbooks after that show of it, whatever else is in them.
fn wanted(wingtip: [&str; 2]) -> Vec<[String; 8]> {
    let line = |cells: [&str; 8]| cells.map(str::to_owned);
    let (plan, sub, row) = (Fits::TenantAndPlan.words(), Fits::Subscription.words(), Fits::Row.words());
    vec![
        line(["=Northwind", "SPE_E3", "", "Nonprofit", "", "", sub, "10"]),
        line(["Contoso", "Microsoft 365 E3", "", "", "", "price list <2026> & phone", sub, "2"]),
        line(["Fabrikam", "", "160", "", "", "", plan, "3"]),
        line(["Litware", "", "", "Education", "", "", plan, "4"]),
        line(["Proseware", "SPE_E5", "", "", "", "", row, "8"]),
        line(["Tailspin", "", "", "", "Suspended", "", plan, "5"]),
        line(["Wingtip", "", "0", "", "", "", row, wingtip[1]]),
        line(["Wingtip", "", "70", "", "", "", row, wingtip[0]]),
    ]
}

fn round(method: Method, [roster, given, output]: [&Path; 3]) -> Done {
    let overrides = vec![given.to_owned()];
    run(&Job { method, overrides, ..job(roster, output) }).unwrap()
}

#[test]
fn three_rounds_lose_nothing_of_what_was_filled_in() {
    let mut all = Vec::new();
    for method in [Method::Streamed, Method::Library] {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        write(&at("roster.csv"), &ROSTER);
        let first = run(&Job { method, ..job(&at("roster.csv"), &at("1.xlsx")) }).unwrap();
        assert_eq!((first.summary.review(), first.summary.classified()), (8, 1));
        fill_in_all(&at("1.xlsx"), &at("1-filled.xlsx"));

        let second = round(method, [&at("roster.csv"), &at("1-filled.xlsx"), &at("2.xlsx")]);
        assert_eq!((second.summary.review(), second.summary.overridden), (0, 8));
        assert_eq!(kept(&at("2.xlsx")), wanted(["6", "7"]));
        let expected = ["Migration", "Specialist", "Q&A", "Portal", "Q&A", "Portal", "Q&A", "Portal", "Q&A"];
        assert_eq!(tiers(&at("2.xlsx")), expected);

        // Nothing is filled in again, and rows have moved: the subscription has another plan by now, so that a person is asked.
        let moved = [
            ["", "{Z9}", "Newcomer", "SPE_E3", "10", "", "Active"],
            ROSTER[3],
            ROSTER[2],
            ROSTER[1],
            ["s-1", "{A1}", "Contoso Ltd", "House bundle 2", "600", "", "Active"],
        ];
        write(&at("moved.csv"), &moved);
        let third = round(method, [&at("moved.csv"), &at("2.xlsx"), &at("3.xlsx")]);
        assert_eq!((third.summary.review(), third.summary.overridden), (1, 3));
        assert_eq!(tiers(&at("3.xlsx")), ["Portal", "Portal", "Q&A", "Specialist", "Needs review"]);
        let lines = kept(&at("3.xlsx"));
        assert_eq!(lines.len(), wanted(["6", "7"]).len());

        // The first roster once more, with the newest workbook alone.
        let fourth = round(method, [&at("roster.csv"), &at("3.xlsx"), &at("4.xlsx")]);
        assert_eq!((fourth.summary.review(), fourth.summary.overridden), (0, 8));
        assert_eq!(kept(&at("4.xlsx")), wanted(["6", "7"]));
        assert_eq!(tiers(&at("4.xlsx")), expected);
        assert!(formulas(&at("4.xlsx"), &part_of(&at("4.xlsx"), "Review")).is_empty());
        all.push([sheet(&at("2.xlsx"), "Review"), sheet(&at("3.xlsx"), "Review")]);
    }
    assert_eq!(all[0], all[1], "both writers say the same");
}

#[test]
fn what_is_corrected_or_cleared_on_a_settled_line_is_taken_as_it_is_then() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("roster.csv"), &ROSTER);
    run(&job(&at("roster.csv"), &at("1.xlsx"))).unwrap();
    fill_in_all(&at("1.xlsx"), &at("1-filled.xlsx"));
    round(Method::Streamed, [&at("roster.csv"), &at("1-filled.xlsx"), &at("2.xlsx")]);
    let review = sheet(&at("2.xlsx"), "Review");
    fill_in(
        &at("2.xlsx"),
        &at("2-filled.xlsx"),
        &[
            (line(&review, "3", ""), "Right seats", "40"),
            (line(&review, "4", ""), "Right segment", ""),
            // A note sets nothing, and is kept.
            (line(&review, "4", ""), "Note", "to be asked"),
            // On another line of the same row.
            (line(&review, "6", "override-seats"), "Right status", "Expired"),
        ],
    );
    let third = round(Method::Streamed, [&at("roster.csv"), &at("2-filled.xlsx"), &at("3.xlsx")]);
    assert_eq!(third.summary.review(), 1);
    let [.., tailspin, _, wingtip] = <[_; 8]>::try_from(kept(&at("3.xlsx"))).unwrap();
    assert_eq!(tailspin[0], "Tailspin");
    assert_eq!(wingtip[1..5], ["", "70", "", "Expired"].map(str::to_owned));
    let review = sheet(&at("3.xlsx"), "Review");
    let litware = line(&review, "4", "") - 1;
    assert_eq!(
        (under(&review, litware, "Weight"), under(&review, litware, "Note")),
        ("note".to_owned(), "to be asked".to_owned(),)
    );
    // A file has no place for it, which is said.
    let mut keep = assert_cmd::Command::cargo_bin("fasttrack").unwrap();
    let told = keep.current_dir(folder.path()).args(["overrides", "3.xlsx"]).assert().success();
    let told = String::from_utf8(told.get_output().stderr.clone()).unwrap();
    assert_eq!(told, "not kept: 1 note with nothing filled in beside it\n");
    assert_eq!(tiers(&at("3.xlsx"))[1..3], ["Portal", "Needs review"].map(str::to_owned));
}

#[test]
fn a_row_that_only_its_place_tells_from_others_is_left_alone_where_it_says_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("roster.csv"), &ROSTER);
    run(&job(&at("roster.csv"), &at("1.xlsx"))).unwrap();
    fill_in_all(&at("1.xlsx"), &at("1-filled.xlsx"));
    let mut rows = ROSTER;
    rows[4][4] = "about 80";
    rows.swap(5, 6);
    write(&at("next.csv"), &rows);
    let done = round(Method::Streamed, [&at("next.csv"), &at("1-filled.xlsx"), &at("2.xlsx")]);
    // Both rows of Wingtip and the one of Proseware are asked for again, and nothing that was filled in is lost.
    assert_eq!((done.summary.review(), done.summary.overridden), (3, 5));
    assert_eq!(kept(&at("2.xlsx")), wanted(["6", "7"]));
    let notes = done.overrides.unwrap().notes(&done.summary.override_lines);
    assert!(notes[0].message.starts_with("3 rows of Review ("), "{notes:?}");
}

#[test]
fn rows_that_a_filter_hides_are_given_back_too() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("roster.csv"), &ROSTER);
    run(&job(&at("roster.csv"), &at("1.xlsx"))).unwrap();
    fill_in_all(&at("1.xlsx"), &at("filled.xlsx"));
    edit(&at("filled.xlsx"), &at("hidden.xlsx"), &part_of(&at("1.xlsx"), "Review"), |xml| {
        xml.replace("<row r=\"3\"", "<row hidden=\"1\" r=\"3\"")
    });
    let done = round(Method::Streamed, [&at("roster.csv"), &at("hidden.xlsx"), &at("2.xlsx")]);
    assert_eq!((done.summary.review(), done.summary.overridden), (0, 8));
}

#[test]
fn a_line_leads_to_its_row_on_the_roster_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    // Rows are counted from the headings on, which need not be in the first line; blank rows count.
    let text =
        "Our customers,,\n\nTenant,Plan,Paid seats\nContoso,SPE_E3,7\n,,\nFabrikam,Foo,7\nLitware,SPE_E3,x\n";
    std::fs::write(at("roster.csv"), text).unwrap();
    for method in [Method::Streamed, Method::Library] {
        run(&Job { method, ..job(&at("roster.csv"), &at("out.xlsx")) }).unwrap();
        let (review, roster) = (sheet(&at("out.xlsx"), "Review"), sheet(&at("out.xlsx"), "Roster"));
        let (_, xml) = parts(&at("out.xlsx"), &part_of(&at("out.xlsx"), "Review")).pop().unwrap();
        let links: Vec<&str> = xml.split("<hyperlink ref=\"A").skip(1).collect();
        assert_eq!((links.len(), review.len()), (2, 3));
        for link in links {
            let (line, rest) = link.split_once("\" location=\"Roster!A").unwrap();
            let row = rest.split('"').next().unwrap();
            let [line, row] = [line, row].map(|number| number.parse::<usize>().unwrap() - 1);
            assert_eq!(under(&roster, row, "Source row"), under(&review, line, "Source row"));
            assert_eq!(shown(&roster[row], 0), under(&review, line, "Tenant"));
        }
        // A blank row of the roster stays one.
        assert_eq!(shown(&roster[2], roster[2].len() - 1), "");
    }
}

#[test]
fn what_finds_a_row_again_is_what_no_other_row_has() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let rows = [
        ["s-1", "{A1}", "Contoso", "Foo", "x", "", ""],
        ["s-2", "{A1}", "Contoso", "Bar", "x", "", ""],
        ["s-2", "{A1}", "Contoso", "Bar", "x", "", ""],
        ["", "{B2}", "Fabrikam", "Foo", "7", "", ""],
        ["", "{B2}", "Fabrikam", " foo", "8", "", ""],
        ["", "{B2}", "Fabrikam", "Bar", "9", "", ""],
    ];
    write(&at("roster.csv"), &rows);
    run(&job(&at("roster.csv"), &at("out.xlsx"))).unwrap();
    let review = sheet(&at("out.xlsx"), "Review");
    let fits: Vec<String> = (2..8)
        .map(|source: u32| under(&review, line(&review, &source.to_string(), "plan-unknown") - 1, "Fits"))
        .collect();
    let [subscription, plan, row] = [Fits::Subscription, Fits::TenantAndPlan, Fits::Row].map(Fits::words);
    assert_eq!(fits, [subscription, row, row, row, row, plan]);
}

#[test]
fn the_first_lines_lead_to_their_rows_and_the_others_are_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let lines: Vec<String> = (0..10_040).map(|row| format!("t{row},SPE_E3,x\n")).collect();
    std::fs::write(at("roster.csv"), format!("Tenant,Plan,Paid seats\n{}", lines.concat())).unwrap();
    run(&job(&at("roster.csv"), &at("out.xlsx"))).unwrap();
    let (_, xml) = parts(&at("out.xlsx"), &part_of(&at("out.xlsx"), "Review")).pop().unwrap();
    assert_eq!(xml.matches("<hyperlink ").count(), 10_000);
    let review = sheet(&at("out.xlsx"), "Review");
    assert!((1..review.len()).all(|row| under(&review, row, "Source row") == (row + 1).to_string()));
    assert_eq!(review.len(), 10_041);
}

#[test]
fn review_is_counted_by_what_is_wrong_the_most_frequent_first() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let text = "Tenant,Plan,Paid seats\nContoso,Foo,7\nContoso,Bar,7\nFabrikam,SPE_E3,x\nLitware,Foo,-\nTailspin,Foo,1\n";
    std::fs::write(at("roster.csv"), text).unwrap();
    run(&job(&at("roster.csv"), &at("out.xlsx"))).unwrap();
    let rows = sheet(&at("out.xlsx"), "Review summary");
    let first = rows.iter().position(|row| shown(row, 0) == "What is wrong").unwrap() + 1;
    let told: Vec<[String; 3]> = rows[first..].iter().map(|row| [5, 2, 3].map(|at| shown(row, at))).collect();
    let line = |cells: [&str; 3]| cells.map(str::to_owned);
    assert_eq!(told, [line(["plan-unknown", "4", "3"]), line(["seats-unreadable", "2", "2"])]);
    // Where nothing is wrong there is no such sheet.
    std::fs::write(at("roster.csv"), "Tenant,Plan,Paid seats\nContoso,SPE_E3,7\n").unwrap();
    run(&job(&at("roster.csv"), &at("out.xlsx"))).unwrap();
    let book: Xlsx<_> = open_workbook(at("out.xlsx")).unwrap();
    assert!(!book.sheet_names().contains(&"Review summary".to_owned()));
}

#[test]
fn any_number_of_threads_writes_the_same_bytes_with_what_was_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    let input = crate::support::generated(folder.path(), 11, 200);
    let at = |name: &str| folder.path().join(name);
    run(&job(&input, &at("1.xlsx"))).unwrap();
    let review = sheet(&at("1.xlsx"), "Review");
    let seats = (2..review.len()).step_by(7).take(60);
    let cells: Vec<_> = seats.map(|row| (row, "Right seats", "321")).collect();
    fill_in(&at("1.xlsx"), &at("filled.xlsx"), &cells);
    let written = [1, 2, 8].map(|threads| {
        let (overrides, output) = (vec![at("filled.xlsx")], at("out.xlsx"));
        let done =
            run(&Job { workers: Workers::new(threads).unwrap(), overrides, ..job(&input, &output) }).unwrap();
        assert!(done.summary.overridden > 30 && done.summary.adds_up());
        std::fs::read(output).unwrap()
    });
    assert!(written[1] == written[0] && written[2] == written[0], "threads show in the workbook");
}

#[test]
fn no_line_of_review_tells_somebody_to_type_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let input = crate::support::generated(folder.path(), 3, 900);
    let output = folder.path().join("out.xlsx");
    run(&job(&input, &output)).unwrap();
    let review = sheet(&output, "Review");
    assert!(review.len() > 1_000);
    for row in 1..review.len() {
        let words = under(&review, row, "What to do");
        assert!(!words.is_empty() && !words.contains("--") && !words.contains("fasttrack "), "{words}");
    }
}

/// A tenant's rows, written as a roster of [`HEADINGS`] and annotated; returns the folder with `roster.csv` and `first.xlsx`.
fn asked(rows: &[[&str; 7]]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (input, first) = (folder.path().join("roster.csv"), folder.path().join("first.xlsx"));
    write(&input, rows);
    run(&job(&input, &first)).unwrap();
    folder
}

/// Annotates the roster of a folder with what was filled in.
fn again(folder: &Path) -> fasttrack_roster::error::Result<Done> {
    let job = job(&folder.join("roster.csv"), &folder.join("next.xlsx"));
    run(&Job { overrides: vec![folder.join("filled.xlsx")], ..job })
}

#[test]
fn contradictory_answers_for_one_row_are_refused_whatever_finds_it_again() {
    let folder = asked(&[["", "{A1}", "Contoso", "House bundle", "12.5", "", "Active"]]);
    let [first, filled] = ["first.xlsx", "filled.xlsx"].map(|name| folder.path().join(name));
    let review = sheet(&first, "Review");
    let at = |code: &str| line(&review, "2", code);
    let cells = |seats| {
        [
            (at("plan-unknown"), "Right seats", "160"),
            (at("seats-not-whole"), "Right seats", seats),
            (at("seats-not-whole"), "Fits", "this row only"),
        ]
    };
    fill_in(&first, &filled, &cells("170"));
    let error = again(folder.path()).unwrap_err();
    assert_eq!(error.kind.exit_code(), 8);
    let told = error.to_string();
    assert!(told.contains("both name row 2 of the roster") && told.contains("`160` and `170`"), "{told}");
    assert_eq!(error.diagnostics.len(), 1, "{told}");
    fill_in(&first, &filled, &cells("160"));
    assert!(again(folder.path()).is_ok());
}

#[test]
fn a_plan_that_is_filled_in_changes_nothing_of_what_finds_rows_again() {
    let folder = asked(&[
        ["", "{A1}", "Contoso", "House bundle", "12.5", "", "Active"],
        ["", "{A1}", "Contoso", "SPE_E3", "about 70", "", "Active"],
    ]);
    let [first, filled] = ["first.xlsx", "filled.xlsx"].map(|name| folder.path().join(name));
    let review = sheet(&first, "Review");
    fill_in(&first, &filled, &[(line(&review, "2", "plan-unknown"), "Right plan", "SPE_E3")]);
    again(folder.path()).unwrap();
    let review = sheet(&folder.path().join("next.xlsx"), "Review");
    let found: Vec<[String; 3]> = (1..review.len())
        .map(|row| ["Source row", "Weight", "Fits"].map(|heading| under(&review, row, heading)))
        .collect();
    let wanted = [["2", "settled"], ["2", "needs review"], ["3", "needs review"]];
    assert_eq!(found, wanted.map(|[row, weight]| [row, weight, "tenant and plan"].map(str::to_owned)));
}

#[test]
fn a_formula_that_was_never_calculated_is_an_answer_that_nobody_knows() {
    let folder = asked(&[["", "{A1}", "Contoso", "House bundle", "12.5", "", "Active"]]);
    let [first, filled] = ["first.xlsx", "filled.xlsx"].map(|name| folder.path().join(name));
    let headings = sheet(&first, "Review")[0].clone();
    let seats = (0..headings.len()).find(|at| shown(&headings, *at) == "Right seats").unwrap();
    let part = part_of(&first, "Review");
    edit(&first, &filled, &part, |xml| with_content(&xml, 3, seats, Some("><f>100+60</f>".to_owned())));
    let error = again(folder.path()).unwrap_err();
    assert_eq!(error.kind.exit_code(), 8);
    let told = error.to_string();
    assert!(told.contains("formula-without-value") && told.contains("sheet `Review`, H3"), "{told}");
}

#[test]
fn seats_that_were_filled_in_for_another_cell_do_not_count_for_the_next_one() {
    let folder = asked(&[["", "{A1}", "Contoso", "SPE_E3", "12.5", "", "Active"]]);
    let [first, filled] = ["first.xlsx", "filled.xlsx"].map(|name| folder.path().join(name));
    let review = sheet(&first, "Review");
    fill_in(&first, &filled, &[(line(&review, "2", "seats-not-whole"), "Right seats", "160")]);
    let remark = |seats: &str, code: &str| {
        write(&folder.path().join("roster.csv"), &[["", "{A1}", "Contoso", "SPE_E3", seats, "", "Active"]]);
        again(folder.path()).unwrap();
        let review = sheet(&folder.path().join("next.xlsx"), "Review");
        let row = line(&review, "2", code) - 1;
        under(&review, row, "What is wrong")
    };
    let told = remark("175", "override-outdated");
    assert!(
        told.starts_with("the cell says `175` now; when the cell said `12.5`, 160 paid seats were filled in"),
        "{told}"
    );
    assert!(told.ends_with("; they were not taken"), "{told}");
    assert!(remark("many", "seats-unreadable").contains("many"), "it is asked again");
    assert!(remark("12.5", "override-seats").contains("160 paid seats were taken"));
}

#[test]
fn what_was_filled_in_for_another_cell_does_not_count_from_the_next_workbook_either() {
    let row = |plan: &'static str, seats: &'static str, segment: &'static str, status: &'static str| {
        ["s-1", "{A1}", "Contoso", plan, seats, segment, status]
    };
    let folder = asked(&[row("House bundle", "12.5", "Verein", "Läuft noch")]);
    let [first, filled] = ["first.xlsx", "filled.xlsx"].map(|name| folder.path().join(name));
    let review = sheet(&first, "Review");
    let at = line(&review, "2", "plan-unknown");
    let cells = [("plan", "SPE_E3"), ("seats", "160"), ("segment", "Nonprofit"), ("status", "Suspended")];
    let cells = cells.map(|(what, is)| (at, format!("Right {what}"), is));
    let cells: Vec<(usize, &str, &str)> =
        cells.iter().map(|(at, what, is)| (*at, what.as_str(), *is)).collect();
    fill_in(&first, &filled, &cells);
    let outdated = |overrides: &str, output: &str| -> Vec<String> {
        let at = |name: &str| folder.path().join(name);
        let overrides = vec![at(overrides)];
        run(&Job { overrides, ..job(&at("roster.csv"), &at(output)) }).unwrap();
        let review = sheet(&at(output), "Review");
        let codes = (1..review.len()).map(|row| under(&review, row, "Code"));
        codes.filter(|code| code.ends_with("-outdated")).collect()
    };
    assert_eq!(outdated("filled.xlsx", "same.xlsx"), Vec::<String>::new());
    write(&folder.path().join("roster.csv"), &[row("SPE_E5", "175", "Commercial", "Active")]);
    let all = ["plan", "segment", "status"].map(|what| format!("override-{what}-outdated"));
    let all = [&all[..], &["override-outdated".to_owned()]].concat();
    let sorted = |mut codes: Vec<String>| {
        codes.sort();
        codes
    };
    assert_eq!(sorted(outdated("filled.xlsx", "next.xlsx")), sorted(all.clone()));
    let next = sheet(&folder.path().join("next.xlsx"), "Review");
    let settled = (1..next.len()).find(|row| under(&next, *row, "Weight") == "settled").unwrap();
    assert_eq!(under(&next, settled, "Seats in roster"), "12.5");
    assert!(under(&next, settled, "What is wrong").starts_with("not all of what is filled in here was used"));
    // The newest workbook says what the roster said then.
    assert_eq!(sorted(outdated("next.xlsx", "last.xlsx")), sorted(all));
    let roster = sheet(&folder.path().join("last.xlsx"), "Roster");
    assert!(under(&roster, 1, "Why").starts_with("175 paid seats, Commercial (roster column)"));
    // And where the roster says it again, all of it counts again.
    write(&folder.path().join("roster.csv"), &[row("House bundle", "12.5", "Verein", "Läuft noch")]);
    assert_eq!(outdated("last.xlsx", "again.xlsx"), Vec::<String>::new());
    let roster = sheet(&folder.path().join("again.xlsx"), "Roster");
    assert!(under(&roster, 1, "Why").contains("Suspended"), "{}", under(&roster, 1, "Why"));
}

#[test]
fn a_tenant_says_of_how_many_of_its_rows_something_was_filled_in() {
    let folder = asked(&[
        ["", "{A1}", "Contoso", "House bundle", "600", "", "Active"],
        ["", "{A1}", "Contoso", "Exchange Online (Plan 1)", "70", "", "Active"],
    ]);
    let [first, filled] = ["first.xlsx", "filled.xlsx"].map(|name| folder.path().join(name));
    let review = sheet(&first, "Review");
    fill_in(&first, &filled, &[(line(&review, "2", "plan-unknown"), "Right plan", "SPE_E3")]);
    again(folder.path()).unwrap();
    let why = under(&sheet(&folder.path().join("next.xlsx"), "Tenants"), 1, "Why");
    assert!(why.contains("(override file: the plan of 1 row)"), "{why}");
    assert!(!why.contains("(override file)"), "{why}");
}

#[test]
fn what_is_filled_in_on_two_workbooks_and_a_file_is_kept_and_shown_again() {
    let folder = asked(&[
        ["", "{A1}", "Contoso", "House bundle", "600", "", "Active"],
        ["", "{B2}", "Fabrikam", "SPE_E3", "12.5", "", "Active"],
        ["", "{C3}", "Litware", "Other bundle", "80", "", "Active"],
    ]);
    let at = |name: &str| folder.path().join(name);
    let review = sheet(&at("first.xlsx"), "Review");
    let plan = (line(&review, "2", "plan-unknown"), "Right plan", "SPE_E3");
    let seats = (line(&review, "3", "seats-not-whole"), "Right seats", "70");
    fill_in(&at("first.xlsx"), &at("east.xlsx"), &[plan]);
    fill_in(&at("first.xlsx"), &at("west.xlsx"), &[seats]);
    std::fs::write(at("house.csv"), "Kind,As written,Means\nplan,Other bundle,SPE_E5\n").unwrap();
    let overrides = ["house.csv", "east.xlsx", "west.xlsx"].map(at).to_vec();
    let job = job(&at("roster.csv"), &at("next.xlsx"));
    let done = run(&Job { overrides, ..job }).unwrap();
    assert_eq!((done.summary.review(), done.summary.overridden), (0, 3));
    let review = sheet(&at("next.xlsx"), "Review");
    let settled: Vec<[String; 3]> = (1..review.len())
        .filter(|row| under(&review, *row, "Weight") == "settled")
        .map(|row| ["Source row", "Right plan", "Right seats"].map(|heading| under(&review, row, heading)))
        .collect();
    assert_eq!(settled, [["2", "SPE_E3", ""], ["3", "", "70"]].map(|row| row.map(str::to_owned)));
    let words: Vec<&str> = done.to_settle.words.iter().map(|word| word.means.as_str()).collect();
    assert_eq!(words, ["SPE_E5"]);
    // That workbook has all of it.
    let overrides = vec![at("next.xlsx")];
    let last = run(&Job { overrides, ..crate::support::job(&at("roster.csv"), &at("last.xlsx")) }).unwrap();
    assert_eq!((last.summary.review(), last.summary.overridden), (0, 3));
}

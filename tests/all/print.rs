//! How sheets print, read back from the XML of the workbook: what is on the page, how large its letters are, and what
//! stays in sight.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use crate::support::policies::{SIX, SIX_READ, with_ladder};
use crate::support::{csv, job, parts, run, sheet, shown};
use fasttrack_roster::date::Date;
use fasttrack_roster::job::{Job, Previous};
use fasttrack_roster::policy::Policy;
use fasttrack_roster::report::history::{HistoryLine, Moved, RunHistory};
use fasttrack_roster::write::Method;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// Letters smaller than this, in points, cannot be read on paper without effort.
const LEAST_POINTS: f64 = 7.0;

/// The letters of a cell, in points, where nothing is shrunk: those of the workbook's default style.
const FONT_POINTS: f64 = 11.0;

/// Widths of paper on its side, in points: US Letter and A4.
const PAPERS: [f64; 2] = [792.0, 841.89];

/// A pixel of a column's width, in points.
const PIXEL_POINTS: f64 = 0.75;

/// What a sheet prints.
#[derive(Debug)]
struct Printed {
    /// The widths of its columns, in pixels.
    pixels: BTreeMap<usize, f64>,
    /// The columns on each page, from 0.
    columns: Vec<usize>,
    /// The last row that is printed, from 1; 0 = all.
    last_row: usize,
    /// The rows that every page begins with, from 1.
    repeated: Option<RangeInclusive<usize>>,
    /// How many rows stay in sight on the screen.
    frozen: usize,
    xml: String,
}

impl Printed {
    /// The size of its letters, in points, on the narrower paper; programs shrink by whole percents.
    fn points(&self) -> f64 {
        let wide: f64 = self.columns.iter().map(|column| self.pixels[column] * PIXEL_POINTS).sum();
        let margins: f64 =
            ["left", "right"].map(|side| self.number("<pageMargins ", side) * 72.0).iter().sum();
        let narrower = PAPERS.map(|paper| ((paper - margins) / wide * 100.0).floor().min(100.0));
        FONT_POINTS * narrower[0].min(narrower[1]) / 100.0
    }

    fn number(&self, element: &str, name: &str) -> f64 {
        let (_, rest) = self.xml.split_once(element).unwrap();
        attribute(&format!(" {rest}"), name).unwrap().parse().unwrap()
    }
}

fn attribute<'t>(element: &'t str, name: &str) -> Option<&'t str> {
    let head = &element[..element.find('>').unwrap()];
    head.split_once(&format!(" {name}=\""))?.1.split_once('"').map(|(value, _)| value)
}

/// The number of a column's letters, from 0.
fn column(letters: &str) -> usize {
    letters.bytes().fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1) - 1
}

/// What a defined name of the library's stands for on a sheet, without the sheet's name: `$A:$C` and `$1:$1`.
fn defined(book: &str, name: &str, index: usize) -> Vec<String> {
    let element = book.split("<definedName ").skip(1).find(|element| {
        element.starts_with(&format!("name=\"_xlnm.{name}\""))
            && attribute(&format!(" {element}"), "localSheetId") == Some(&index.to_string())
    });
    let ranges = element.map(|element| element.split_once('>').unwrap().1.split_once('<').unwrap().0);
    let ranges = ranges.into_iter().flat_map(|ranges| ranges.split(','));
    ranges.map(|range| range.rsplit_once('!').unwrap().1.replace('$', "")).collect()
}

/// How a sheet on its side prints, on as many pages as it takes.
fn printed(workbook: &Path, name: &str) -> Printed {
    let printed = printed_as(workbook, name, "landscape");
    assert!(printed.xml.contains("fitToHeight=\"0\""), "{name}");
    printed
}

/// How a sheet prints, one page wide; its place among the sheets decides its part.
fn printed_as(workbook: &Path, name: &str, orientation: &str) -> Printed {
    let [(_, book)] = <[_; 1]>::try_from(parts(workbook, "xl/workbook.xml")).unwrap();
    let is_it = |sheet: &str| attribute(&format!(" {sheet}"), "name") == Some(name);
    let index = book.split("<sheet ").skip(1).position(is_it).unwrap();
    let part = format!("xl/worksheets/sheet{}.xml", index + 1);
    let [(_, xml)] = <[_; 1]>::try_from(parts(workbook, &part)).unwrap();
    assert!(xml.contains(&format!("orientation=\"{orientation}\"")), "{name}");
    assert!(!xml.contains("fitToWidth=") && xml.contains("<pageSetUpPr fitToPage=\"1\"/>"), "{name}");
    assert!(xml.contains("<oddFooter>&amp;L&amp;A&amp;RPage &amp;P of &amp;N</oddFooter>"), "{name}");
    let mut pixels = BTreeMap::new();
    for element in xml.split("<col ").skip(1) {
        let element = format!(" {element}");
        let of = |name: &str| attribute(&element, name).unwrap();
        let (first, last): (usize, usize) = (of("min").parse().unwrap(), of("max").parse().unwrap());
        let width: f64 = of("width").parse().unwrap();
        pixels.extend((first..=last).map(|column| (column - 1, (width * 7.0).round())));
    }
    let cells = |range: &str| {
        let (first, last) = range.split_once(':').unwrap();
        let part = |cell: &str| {
            let digits = cell.find(|letter: char| letter.is_ascii_digit()).unwrap_or(cell.len());
            let (letters, row) = cell.split_at(digits);
            (if letters.is_empty() { 0 } else { column(letters) }, row.parse().unwrap_or(0_usize))
        };
        (part(first), part(last))
    };
    let (mut columns, mut repeated, mut last_row) = ((0..pixels.len()).collect::<Vec<_>>(), None, 0);
    if let [area] = &defined(&book, "Print_Area", index)[..] {
        let ((first, _), (last, row)) = cells(area);
        (columns, last_row) = ((first..=last).collect(), row);
    }
    for range in defined(&book, "Print_Titles", index) {
        let ((first, from), (last, to)) = cells(&range);
        if from > 0 {
            repeated = Some(from..=to);
        } else {
            assert!(last < columns[0], "{name}: {range} comes in front of what is printed");
            columns.splice(0..0, first..=last);
        }
    }
    let frozen = xml.split_once("<pane ").map(|(_, pane)| {
        assert!(pane.contains("state=\"frozen\""));
        attribute(&format!(" {pane}"), "ySplit").unwrap().parse().unwrap()
    });
    Printed { pixels, columns, last_row, repeated, frozen: frozen.unwrap_or(0), xml }
}

/// The headings on the page, which stand in a row of the sheet, from 1.
fn headings(workbook: &Path, name: &str, row: usize, printed: &Printed) -> Vec<String> {
    let rows = sheet(workbook, name);
    printed.columns.iter().map(|column| shown(&rows[row - 1], *column)).collect()
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

/// Annotates a roster with both writers, and gives each workbook.
fn each(input: &Path, policy: &Policy, check: &dyn Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.xlsx");
    for method in [Method::Streamed, Method::Library] {
        run(&Job { method, policy: policy.clone(), ..job(input, &output) }).unwrap();
        check(&output);
    }
}

fn default() -> Policy {
    Policy::default_shipped().unwrap()
}

#[test]
fn the_roster_prints_who_what_and_the_tier_in_letters_that_can_be_read() {
    each(&sample("roster.csv"), &default(), &|workbook| {
        let found = printed(workbook, "Roster");
        assert!(found.points() >= LEAST_POINTS, "{:.2} points: {:?}", found.points(), found.columns);
        assert_eq!(
            headings(workbook, "Roster", 1, &found),
            [
                "Customer",
                "Domain",
                "Country",
                "Plan type",
                "Seats counted",
                "FastTrack tier",
                "Portal",
                "Q&A",
                "Specialist",
                "Migration"
            ],
            "the number and the id in front of the name are for the screen"
        );
        assert_eq!((found.repeated, found.frozen, found.last_row), (Some(1..=1), 1, 42));
    });
}

#[test]
fn a_small_roster_prints_whole_up_to_the_next_tier() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    std::fs::write(&input, csv(&[["Tenant", "Plan", "Paid seats"], ["a", "Office 365 E3", "149"]])).unwrap();
    each(&input, &default(), &|workbook| {
        let found = printed(workbook, "Roster");
        assert!(found.points() >= LEAST_POINTS);
        let headings = headings(workbook, "Roster", 1, &found);
        assert_eq!((headings.len(), headings[0].as_str()), (3 + 11, "Tenant"));
        assert_eq!(headings[13], "Seats to next tier");
    });
}

#[test]
fn however_many_columns_a_roster_has_its_page_shows_whose_row_it_is_and_the_tier() {
    let folder = tempfile::tempdir().unwrap();
    let wide = folder.path().join("wide.csv");
    let texts =
        ["a heading that is long enough to take much room", "and a text in it that takes even more of it"];
    let row = |place: usize| {
        let mut row = vec![texts[place].to_owned(); 40];
        row[0] = ["Plan", "Office 365 E3"][place].to_owned();
        row[25] = ["Customer name", "Contoso"][place].to_owned();
        row[39] = ["Paid seats", "149"][place].to_owned();
        for (number, cell) in row.iter_mut().enumerate().filter(|(number, _)| ![0, 25, 39].contains(number)) {
            cell.push_str(&number.to_string());
        }
        row
    };
    std::fs::write(&wide, csv(&[row(0), row(1)])).unwrap();
    let six = with_ladder(&SIX, SIX_READ);
    for input in [wide, sample("exports/csp-new-commerce-reconciliation.csv"), sample("onboarding.csv")] {
        for policy in [&default(), &six] {
            each(&input, policy, &|workbook| {
                let found = printed(workbook, "Roster");
                assert!(found.points() >= LEAST_POINTS, "{input:?}: {:.2} points", found.points());
                let headings = headings(workbook, "Roster", 1, &found);
                let has = |wanted: &[&str]| headings.iter().any(|heading| wanted.contains(&heading.as_str()));
                assert!(has(&["FastTrack tier"]), "{input:?}: {headings:?}");
                assert!(has(&["Customer name", "CustomerName", "Tenant"]), "{input:?}: {headings:?}");
                assert!(!has(&["Why"]), "{headings:?}");
            });
        }
    }
}

#[test]
fn tenants_print_up_to_their_plans_with_what_identifies_them_left_for_the_screen() {
    let six = with_ladder(&SIX, SIX_READ);
    for (policy, last) in [(default(), "Seats of the largest plan"), (six, "Only by adding plans")] {
        each(&sample("roster.csv"), &policy, &|workbook| {
            let found = printed(workbook, "Tenants");
            assert!(found.points() >= LEAST_POINTS, "{:.2} points: {:?}", found.points(), found.columns);
            let headings = headings(workbook, "Tenants", 1, &found);
            assert_eq!((headings[0].as_str(), headings.last().unwrap().as_str()), ("Customer", last));
            assert_eq!((found.repeated, found.frozen), (Some(1..=1), 1));
        });
    }
}

#[test]
fn lists_keep_their_headings_in_sight_and_print_without_ids() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    let rows = [
        ["Tenant", "Plan", "Paid seats", "Owner"],
        ["a", "Office 365 E3", "149", "West desk"],
        ["b", "Office 365 E3", "151", "East desk"],
    ];
    std::fs::write(&input, csv(&rows)).unwrap();
    each(&input, &default(), &|workbook| {
        for name in ["Next steps", "At risk"] {
            let found = printed(workbook, name);
            assert!(found.points() >= LEAST_POINTS, "{name}: {:.2} points", found.points());
            let Some(row) = found.repeated.clone().map(RangeInclusive::into_inner) else { panic!("{name}") };
            assert_eq!(
                row,
                (found.frozen, found.frozen),
                "{name}: the headings are the last row that stays in sight"
            );
            assert!(found.frozen <= 10, "{name}: there is room for the list below them");
            let headings = headings(workbook, name, row.0, &found);
            assert_eq!(
                (headings[0].as_str(), headings.last().unwrap().as_str()),
                ("Customer", "Owner"),
                "{name}"
            );
            assert!(found.last_row >= sheet(workbook, name).len(), "{name}: all rows are printed");
        }
    });
}

#[test]
fn lists_beside_the_roster_print_what_a_page_shows() {
    let folder = tempfile::tempdir().unwrap();
    let (before, output) = (folder.path().join("before.xlsx"), folder.path().join("out.xlsx"));
    run(&job(&sample("roster.csv"), &before)).unwrap();
    for method in [Method::Streamed, Method::Library] {
        let since = Some(Previous::Workbook(before.clone()));
        run(&Job { method, since, ..job(&sample("roster.csv"), &output) }).unwrap();
        let settle = printed(&output, "To settle");
        assert!(settle.points() >= LEAST_POINTS, "{:.2} points", settle.points());
        for (name, first, last) in [
            ("Changes", "Change", "Difference"),
            ("Other policy", "Customer", "Owner"),
            ("Review", "Source row", "What to do"),
            ("Onboarding", "Tenant", "Owner"),
        ] {
            let found = printed(&output, name);
            assert!(found.points() >= LEAST_POINTS, "{name}: {:.2} points", found.points());
            let headings = headings(&output, name, 1, &found);
            assert_eq!((headings[0].as_str(), headings.last().unwrap().as_str()), (first, last));
            assert_eq!((found.repeated, found.frozen), (Some(1..=1), 1), "{name}");
        }
    }
}

#[test]
fn the_results_of_the_summary_are_printed_on_one_page_with_their_charts() {
    /// The last pixel of the charts, from the left edge of the sheet, in columns of a default width.
    const CHARTS_PIXELS: f64 = 1064.0;
    const USUAL_PIXELS: f64 = 64.0;
    const A4_POINTS: (f64, f64) = (595.28, 841.89);
    /// Everything on one page matters more than half a point.
    const LEAST_ON_ONE_PAGE: f64 = 6.5;
    each(&sample("roster.csv"), &default(), &|workbook| {
        let found = printed_as(workbook, "Summary", "portrait");
        // One page wide and one high is what programs take for granted.
        assert!(!found.xml.contains("fitToHeight"), "Summary");
        let rows = sheet(workbook, "Summary");
        let below = rows.iter().position(|row| shown(row, 0) == "What if a threshold changed").unwrap();
        assert_eq!(
            found.last_row,
            below - 1,
            "up to the blank row above the table, which is row {}",
            below + 1
        );
        let pixels = |column: &usize| found.pixels.get(column).copied().unwrap_or(USUAL_PIXELS);
        let wide = found.columns.iter().map(pixels).sum::<f64>();
        assert!((CHARTS_PIXELS..CHARTS_PIXELS + USUAL_PIXELS).contains(&wide), "{wide} pixels");
        let height = |row: usize| {
            let (_, element) = found.xml.split_once(&format!("<row r=\"{row}\"")).unwrap_or_default();
            let element = format!(" {element}>");
            attribute(&element, "ht").map_or(15.0, |height| height.parse::<f64>().unwrap())
        };
        let high: f64 = (1..=found.last_row).map(height).sum();
        let room = |of: f64, sides: [&str; 2]| {
            of - sides.map(|side| found.number("<pageMargins ", side) * 72.0).iter().sum::<f64>()
        };
        let across = room(A4_POINTS.0, ["left", "right"]) / (wide * PIXEL_POINTS);
        let down = room(A4_POINTS.1, ["top", "bottom"]) / high;
        let points = FONT_POINTS * (across.min(down) * 100.0).floor() / 100.0;
        assert!(points >= LEAST_ON_ONE_PAGE, "{points:.2} points: {across:.3} across, {down:.3} down");
    });
}

#[test]
fn the_run_history_prints_up_to_who_moved_with_its_headings_on_every_page() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.xlsx");
    let line = |day: i64| {
        let date = Date::of_days(Date::iso("2026-09-01").unwrap().number() + day).to_string();
        let tiers = [("Portal", 10, 500), ("Q&A", 3, 600), ("Specialist", 4, 9_000), ("Migration", 2, 7_000)];
        HistoryLine {
            run: date.clone(),
            policy: "fasttrack-learn-2021".to_owned(),
            roster: format!("customers-of-contoso-west-{date}.csv"),
            rows: 40,
            review: 1,
            tiers: tiers.map(|(tier, customers, seats)| (tier.to_owned(), customers, seats)).to_vec(),
            moves: Some(Moved { up: 1, down: 0, new: 2, gone: 0 }),
            date,
        }
    };
    let history = RunHistory { run: "2026-11-28".to_owned(), lines: (0..80).map(line).collect() };
    for method in [Method::Streamed, Method::Library] {
        let history = Some(history.clone());
        run(&Job { method, history, ..job(&sample("roster.csv"), &output) }).unwrap();
        let found = printed(&output, "Run history");
        assert!(found.points() >= LEAST_POINTS, "{:.2} points", found.points());
        let rows = sheet(&output, "Run history");
        let top = rows.iter().position(|row| shown(row, 0) == "Date").unwrap() + 1;
        assert_eq!((found.repeated.clone(), found.last_row), (Some(top..=top), rows.len()));
        let headings = headings(&output, "Run history", top, &found);
        assert_eq!(headings[..4], ["Date", "Run", "Policy", "File"]);
        assert_eq!(headings[headings.len() - 4..], ["Tier higher", "Tier lower", "New", "Gone"]);
        assert!(headings.contains(&"Needs review".to_owned()), "{headings:?}");
    }
}

//! The ladder as a picture: on the guide for every policy, and on the Summary with its customers.
#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::support::policies::{Rung, SIX, SIX_READ, TWO, with_ladder};
use crate::support::{csv, formulas, job, run, sheet, shown, table, with_headings};
use fasttrack_roster::job::Job;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::report::ladder::{Ladders, TITLE};
use fasttrack_roster::report::{Block, Step, Style, Table, guide};
use fasttrack_roster::write::Method;
use std::path::Path;

/// The lines of a picture, its cells with ` | ` between them, and the words below it.
fn drawn(policy: &Policy) -> Vec<(String, Vec<String>, Vec<String>)> {
    let mut pictures: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
    for block in Ladders::of(policy).blocks() {
        match block {
            Block::Table(table) => pictures.push((table.title.clone(), lines(&table), Vec::new())),
            Block::Remark(words) => pictures.last_mut().unwrap().2.push(words),
            other => panic!("{other:?}"),
        }
    }
    pictures
}

fn lines(table: &Table) -> Vec<String> {
    let cell = |cell: &fasttrack_roster::report::CellOut| match &cell.value {
        fasttrack_roster::report::Value::Text(text) => text.replace('\n', " "),
        fasttrack_roster::report::Value::Blank => String::new(),
        other => panic!("{other:?}"),
    };
    table.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" | ")).collect()
}

#[test]
fn segments_with_the_same_thresholds_share_a_picture() {
    let [commercial, education] = drawn(&Policy::default_shipped().unwrap()).try_into().unwrap();
    assert_eq!(commercial.0, "What paid seats bring: Commercial, Government");
    assert_eq!(
        commercial.1,
        [
            "Migration |  |  |  | Migration from 500",
            "Specialist |  |  | Specialist from 150 | Specialist",
            "Q&A |  | Q&A from 50 | Q&A | Q&A",
            "Portal | Portal for every customer | Portal | Portal | Portal",
            "Paid seats | up to 49 | 50 to 149 | 150 to 499 | 500 and more",
            "Tier | Portal | Q&A | Specialist | Migration",
        ]
    );
    assert_eq!(
        commercial.2,
        ["Portal for every customer; Q&A from 50 paid seats; Specialist from 150; Migration from 500."]
    );
    assert_eq!(education.0, "What paid seats bring: Education, Nonprofit");
}

#[test]
fn what_does_not_nest_is_a_gap_in_the_stairs_and_told_in_words() {
    let [_, education] = drawn(&Policy::default_shipped().unwrap()).try_into().unwrap();
    assert_eq!(
        education.1,
        [
            "Migration |  |  | Migration from 500, to be confirmed | Migration",
            "Specialist |  |  | only from 1,000 | Specialist from 1,000",
            "Q&A |  | Q&A from 50 | Q&A | Q&A",
            "Portal | Portal for every customer | Portal | Portal | Portal",
            "Paid seats | up to 49 | 50 to 499 | 500 to 999 | 1,000 and more",
            "Tier | Portal | Q&A | Q&A | Migration",
        ]
    );
    assert_eq!(
        education.2,
        [
            "Portal for every customer; Q&A from 50 paid seats; Specialist from 1,000; Migration from 500.",
            "With 500 to 999 paid seats, Migration has to be confirmed with FastTrack.",
            "With 500 to 999 paid seats, a customer has Migration without Specialist, and is on tier Q&A.",
        ]
    );
}

#[test]
fn other_policies_draw_their_own_ladder() {
    let docs = Policy::named("fasttrack-docs-2021").unwrap().unwrap();
    let [all] = drawn(&docs).try_into().unwrap();
    assert_eq!((all.0.as_str(), all.1.len()), ("What paid seats bring: every segment", 3 + 2));
    assert_eq!(all.1[3], "Paid seats | up to 149 | 150 to 499 | 500 and more");

    let [most, nonprofit] = drawn(&with_ladder(&TWO, "")).try_into().unwrap();
    assert_eq!(
        most.1,
        [
            "Full help |  |  | Full help from 100",
            "Basic |  | Basic from 1 | Basic",
            "Paid seats | 0 | 1 to 99 | 100 and more",
            "Tier | None | Basic | Full help",
        ]
    );
    assert_eq!(most.2, ["Basic from 1 paid seat; Full help from 100."]);
    assert_eq!(
        nonprofit.1,
        [
            "Full help |  | never",
            "Basic |  | Basic from 1",
            "Paid seats | 0 | 1 and more",
            "Tier | None | Basic"
        ]
    );

    let six = with_ladder(&SIX, SIX_READ);
    let [commercial, education, nonprofit] = drawn(&six).try_into().unwrap();
    assert_eq!(
        commercial.1[6],
        "Paid seats | up to 49 | 50 to 149 | 150 to 299 | 300 to 999 | 1,000 to 4,999 | 5,000 and more"
    );
    assert_eq!(
        education.1[2..4],
        [
            "Workshop |  |  | Workshop from 600, to be confirmed | Workshop | Workshop | Workshop",
            "Specialist |  |  | only from 700 | Specialist from 700 | Specialist | Specialist",
        ]
    );
    assert_eq!(
        nonprofit.1[..4],
        ["Sponsor", "Migration", "Workshop", "Specialist"].map(|name| format!("{name} |  | never"))
    );
    // Nobody's words are cut off: each picture has its columns, as wide as its words.
    let guide = guide::sheet(&six);
    assert_eq!(guide.widths.len(), 1 + 6);
    assert!(guide.widths.iter().all(|width| *width >= 24.0), "{:?}", guide.widths);
    let plans = "Portal, Sponsor are open to customers with any plan. Questions and answers, Specialist, Workshop, \
                 Migration are open only to customers who pay for an eligible plan (see the Policy sheet).";
    assert_eq!(Ladders::of(&six).plans(), plans);
}

/// The first number of a range of seats, and the last.
fn range(words: &str) -> (u64, u64) {
    let words = words.replace(',', "");
    match words.split(' ').collect::<Vec<_>>()[..] {
        ["up", "to", last] => (0, last.parse().unwrap()),
        [first, "to", last] => (first.parse().unwrap(), last.parse().unwrap()),
        [first, "and", "more"] => (first.parse().unwrap(), u64::MAX),
        _ => panic!("{words}"),
    }
}

#[test]
fn pictures_say_what_the_decision_table_says() {
    let shipped = [("fasttrack-learn-2021", table::learn()), ("fasttrack-docs-2021", table::docs())];
    for (name, lines) in shipped {
        let policy = Policy::named(name).unwrap().unwrap();
        let pictures = drawn(&policy);
        for line in lines {
            let whose = |title: &str| title.ends_with("every segment") || title.contains(line.segment);
            let (_, picture, _) = pictures.iter().find(|(title, ..)| whose(title)).unwrap();
            let cells: Vec<Vec<&str>> = picture.iter().map(|line| line.split(" | ").collect()).collect();
            let [steps @ .., axis, tiers] = &cells[..] else { panic!("{cells:?}") };
            let in_band = |words: &&str| {
                let (first, last) = range(words);
                (first..=last).contains(&line.seats)
            };
            let column = 1 + axis[1..].iter().position(in_band).unwrap();
            assert_eq!(tiers[column], line.tier, "{line:?}");
            // The lowest step is the last line, and the first answer.
            for (step, answer) in steps.iter().rev().zip(line.answers) {
                let drawn = match step[column] {
                    words if words.ends_with("to be confirmed") => "Yes, confirm",
                    words if words.starts_with(step[0]) => "Yes",
                    _ => "No",
                };
                assert_eq!(drawn, *answer, "{line:?}: {}", step[column]);
            }
        }
    }
}

#[test]
fn a_step_is_told_by_words_and_by_the_fill_of_its_tier() {
    let policy = Policy::default_shipped().unwrap();
    let blocks = Ladders::of(&policy).blocks();
    let tables = blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let mut fills = Vec::new();
    for cell in tables.flat_map(|table| &table.rows).flatten() {
        if let Style::Step(step) | Style::FirstStep(step) = cell.style {
            assert!(matches!(&cell.value, fasttrack_roster::report::Value::Text(words) if words.len() > 2));
            fills.push(step);
        }
    }
    for (step, count) in
        [(Step::Rung(0), 8), (Step::Rung(1), 6), (Step::Rung(2), 3), (Step::Rung(3), 2), (Step::Confirm, 1)]
    {
        assert_eq!(fills.iter().filter(|fill| **fill == step).count(), count, "{step:?}");
    }
}

/// The cells of the picture on the Summary of a workbook, from its title on.
fn on_summary(workbook: &Path, rungs: usize) -> Vec<Vec<String>> {
    let rows = sheet(workbook, "Summary");
    let title = rows.iter().position(|row| shown(row, 0) == TITLE).unwrap();
    let cells = |row: &Vec<calamine::Data>| (0..8).map(|column| shown(row, column)).collect();
    rows[title + 1..=title + rungs + 1].iter().map(cells).collect()
}

#[test]
fn the_summary_has_its_customers_on_their_steps() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    let row = |number: usize, seats: &str| {
        [&format!("tenant {number}"), "Office 365 E3", seats, ""].map(str::to_owned).to_vec()
    };
    let seats = ["1", "49", "60", "500", "900", "1000", "many"];
    let rows: Vec<Vec<String>> = seats.iter().enumerate().map(|(number, seats)| row(number, seats)).collect();
    std::fs::write(&input, csv(&with_headings(&rows))).unwrap();
    for method in [Method::Streamed, Method::Library] {
        run(&Job { method, ..job(&input, &output) }).unwrap();
        let found = on_summary(&output, 4);
        let wanted = [
            ["", "", "", "", "3", ""],
            ["", "", "", "0", "Migration", ""],
            ["", "", "1", "Specialist", "Specialist", ""],
            ["", "2", "Q&A", "Q&A", "Q&A", "1"],
            ["", "Portal", "Portal", "Portal", "Portal", "Needs review"],
        ];
        for (found, wanted) in found.iter().zip(wanted) {
            assert_eq!(found[..6], wanted, "{method:?}");
        }
        // They follow the Roster sheet as the table of tiers does: once there, once here, and once by segment.
        let counts = formulas(&output, "xl/worksheets/sheet1.xml");
        let of_portal =
            counts.iter().filter(|formula| formula.contains("COUNTIFS") && formula.contains("\"Portal\""));
        assert!(of_portal.count() >= 2, "{counts:?}");
    }
}

#[test]
fn a_ladder_of_other_height_stands_on_the_summary_too() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    std::fs::write(&input, "Tenant,Plan,Paid seats\na,Office 365 E3,0\nb,Office 365 E3,5000\n").unwrap();
    for (policy, rungs, wanted) in [
        (with_ladder(&SIX, SIX_READ), 6, ["", "", "", "", "", "", "1"]),
        (with_ladder(&TWO, ""), 2, ["", "", "1", "", "", "", ""]),
    ] {
        run(&Job { policy, ..job(&input, &output) }).unwrap();
        let found = on_summary(&output, rungs);
        assert_eq!(found[0][..7], wanted);
        assert_eq!(found.len(), rungs + 1);
    }
    // Without a seat nobody stands on the lowest of the two.
    assert_eq!(on_summary(&output, 2)[2][1..5], ["Basic", "Basic", "None", "Needs review"]);
    assert_eq!(on_summary(&output, 2)[1][1..5], ["0", "Full help", "1", "0"]);
}

#[test]
fn a_ladder_too_high_for_the_summary_is_drawn_on_the_guide_only() {
    let names = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let rungs: Vec<Rung> =
        (0_u64..).zip(names).map(|(rung, name)| (name, name, "eligible", [Some(rung * 10); 4])).collect();
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.xlsx"));
    std::fs::write(&input, "Tenant,Plan,Paid seats\na,Office 365 E3,75\n").unwrap();
    for (rungs, is_there) in [(&rungs[..8], true), (&rungs[..], false)] {
        let policy = with_ladder(rungs, "");
        assert_eq!(Ladders::of(&policy).columns(), rungs.len());
        run(&Job { policy, ..job(&input, &output) }).unwrap();
        let has = |name: &str, words: &str| sheet(&output, name).iter().any(|row| shown(row, 0) == words);
        assert_eq!(has("Summary", TITLE), is_there);
        assert!(has("FastTrack guide", "What paid seats bring: every segment"));
    }
}

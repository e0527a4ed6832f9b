//! Names and words that nobody understands, from the workbook that lists them back into the next run.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use crate::support::flat::Flat;
use crate::support::{csv, job, run, sheet, shown, under};
use assert_cmd::Command;
use fasttrack_roster::findings::LIMIT_WORDS;
use fasttrack_roster::job::{Done, Job, TablesJob};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::roster::overrides::WordKind;
use fasttrack_roster::write::Method;
use fasttrack_roster::write::format::Format;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Plans as 25 people write them, and what each says it means.
const PLANS: [(&str, &str); 25] = [
    ("the big bundle", "Microsoft 365 E5"),
    ("big bundle (old price)", "SPE_E5"),
    ("Our standard", "Microsoft 365 E3"),
    ("our standrad", "SPE_E3"),
    ("std. office", "Office 365 E3"),
    ("office, old", "ENTERPRISEPACK"),
    ("kiosk people", "Microsoft 365 F3"),
    ("shop floor", "SPE_F1"),
    ("warehouse", "Office 365 E1"),
    ("mail only", "Exchange Online (Plan 1)"),
    ("mail plus", "EXCHANGESTANDARD"),
    ("small firm", "Microsoft 365 Business Premium"),
    ("small firm w. security", "SPB"),
    ("micro", "Microsoft 365 Business Basic"),
    ("micro+", "Microsoft 365 Business Standard"),
    ("teachers", "Microsoft 365 A3 for faculty"),
    ("teachers (all in)", "Microsoft 365 A5 for faculty"),
    ("free teachers", "Office 365 A1 for faculty"),
    ("city hall", "Microsoft 365 G3 GCC"),
    ("city hall light", "Office 365 G1 GCC"),
    ("CRM desk", "Dynamics 365 Sales Premium"),
    ("=SUM(A1)", "Microsoft 365 E3"),
    ("<r>new & \"shiny\"</r>", "SPE_E3"),
    ("\u{4f01}\u{696d} _x0041_", "SPE_E3"),
    ("EMS-ish", "Enterprise Mobility + Security E3"),
];
const WORDS: [(WordKind, &str, &str); 5] = [
    (WordKind::Status, "l\u{e4}uft noch", "active"),
    (WordKind::Status, "weg", "not active"),
    (WordKind::Trial, "schnuppern", "trial"),
    (WordKind::Trial, "fest", "paid"),
    (WordKind::Segment, "Zunft", "Nonprofit"),
];

/// Two rows for each plan, the second in other case and blanks.
fn roster() -> String {
    let mut rows =
        vec![["Tenant", "Plan", "Paid seats", "Segment", "Status", "Trial"].map(str::to_owned).to_vec()];
    for (number, (plan, _)) in PLANS.iter().enumerate() {
        for again in [false, true] {
            let plan = if again { format!(" {}\u{a0}", plan.to_uppercase()) } else { (*plan).to_owned() };
            // What is said of a trial counts only where the status is known.
            let status = match number {
                3 => "weg",
                4 | 5 => "",
                _ => "L\u{c4}UFT  noch",
            };
            let trial = if number == 4 { "Schnuppern" } else { "fest" };
            let segment = if number < 5 { "Zunft" } else { "" };
            let tenant = format!("Tenant {number}{}", if again { "b" } else { "" });
            rows.push([&tenant, &plan, "600", segment, status, trial].map(str::to_owned).to_vec());
        }
    }
    csv(&rows)
}

/// What a person fills in, by kind and word.
fn answers() -> BTreeMap<(String, String), &'static str> {
    let key = |kind: WordKind, word: &str| (kind.word().to_owned(), word.to_lowercase());
    let plans = PLANS.iter().map(|(plan, means)| (key(WordKind::Plan, plan), *means));
    let words = WORDS.iter().map(|(kind, word, means)| (key(*kind, word), *means));
    plans.chain(words).collect()
}

/// Fills in the cells under `Means`, in the workbook's own XML, and leaves all else as it is.
fn fill_in(from: &Path, to: &Path) -> usize {
    let rows = sheet(from, "To settle");
    let heading = rows.iter().position(|row| shown(row, 0) == "Kind").unwrap();
    let answers = answers();
    let mut cells = BTreeMap::new();
    for (number, row) in (1..).zip(&rows).skip(heading + 1) {
        let word = shown(row, 1).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if let Some(means) = answers.get(&(shown(row, 0), word)) {
            cells.insert(format!("E{number}"), *means);
        }
    }
    write_cells(from, to, &cells);
    cells.len()
}

/// Writes texts into blank cells of the sheet, likewise.
fn write_cells(from: &Path, to: &Path, cells: &BTreeMap<String, &str>) {
    let mut book = zip::ZipArchive::new(File::open(from).unwrap()).unwrap();
    let mut copy = zip::ZipWriter::new(File::create(to).unwrap());
    for index in 0..book.len() {
        let mut part = book.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name.starts_with("xl/worksheets/sheet")
            && let Ok(text) = std::str::from_utf8(&bytes)
            && text.contains("<dataValidation ")
            && text.contains("$G")
        {
            bytes = filled(text, cells).into_bytes();
        }
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        copy.start_file(name, options).unwrap();
        copy.write_all(&bytes).unwrap();
    }
    copy.finish().unwrap();
}

fn filled(xml: &str, cells: &BTreeMap<String, &str>) -> String {
    let mut xml = xml.to_owned();
    for (cell, means) in cells {
        let from = xml.find(&format!("<c r=\"{cell}\" ")).unwrap();
        let until = from + xml[from..].find("/>").unwrap() + 2;
        let means = means.replace('&', "&amp;").replace('<', "&lt;");
        xml.replace_range(
            from..until,
            &format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{means}</t></is></c>"),
        );
    }
    xml
}

fn all_judged(done: &Done) {
    assert_eq!((done.summary.read, done.summary.classified(), done.summary.review()), (50, 50, 0));
    assert!(done.faults.is_empty(), "{:?}", done.faults);
    assert_eq!(done.to_settle.open, 0);
}

#[test]
fn what_was_not_understood_is_filled_in_once_and_all_rows_are_judged() {
    for method in [Method::Streamed, Method::Library] {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("roster.csv"), roster()).unwrap();
        let first = run(&Job { method, ..job(&at("roster.csv"), &at("first.xlsx")) }).unwrap();
        assert_eq!(first.summary.review(), 50);
        assert_eq!(first.to_settle.open, PLANS.len() + WORDS.len());
        assert_eq!(first.to_settle.words.iter().filter(|word| word.kind == WordKind::Plan).count(), 25);
        assert_eq!(fill_in(&at("first.xlsx"), &at("filled.xlsx")), PLANS.len() + WORDS.len());

        let given = vec![at("filled.xlsx")];
        let second =
            run(&Job { method, overrides: given, ..job(&at("roster.csv"), &at("second.xlsx")) }).unwrap();
        all_judged(&second);
        // What was filled in is on the new sheet, though nothing is open any more.
        assert_eq!(second.to_settle.words.len(), PLANS.len() + WORDS.len());
        assert_eq!(second.summary.overridden, 50);
        let rows = sheet(&at("second.xlsx"), "Roster");
        assert_eq!(under(&rows, 1, "Recognised as"), "Microsoft 365 E5 (SPE_E5), override");
        assert_eq!(under(&rows, 1, "Segment from"), "override file");
        assert!(under(&rows, 1, "Why").contains("active (override file)"));
        assert!(under(&rows, 7, "Why").starts_with("status `weg` is not active (override file)"));
        assert!(under(&rows, 9, "Why").contains("is a trial here (override file)"));

        // Kept as a file, they say the same.
        let mut keep = Command::cargo_bin("fasttrack").unwrap();
        keep.current_dir(folder.path())
            .args(["overrides", "filled.xlsx", "-o", "kept.csv"])
            .assert()
            .success();
        let kept = vec![at("kept.csv")];
        let third =
            run(&Job { method, overrides: kept, ..job(&at("roster.csv"), &at("third.xlsx")) }).unwrap();
        all_judged(&third);
        // A file is kept by who wrote it.
        assert!(third.to_settle.words.is_empty());
        assert_eq!(sheet(&at("third.xlsx"), "Roster"), rows);

        // The newest workbook has it all, as it is.
        let given = vec![at("second.xlsx")];
        let fourth =
            run(&Job { method, overrides: given, ..job(&at("roster.csv"), &at("fourth.xlsx")) }).unwrap();
        all_judged(&fourth);
        assert_eq!(sheet(&at("fourth.xlsx"), "Roster"), rows);
        assert_eq!(sheet(&at("fourth.xlsx"), "To settle"), sheet(&at("second.xlsx"), "To settle"));
    }
}

#[test]
fn what_was_filled_in_before_comes_along_with_what_is_still_open() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("roster.csv"), "Tenant,Plan,Seats\nA,Foo,1\nB,Foo,2\nC,Bar,3\n").unwrap();
    std::fs::write(at("words.csv"), "Kind,As written,Means\nplan,Foo,SPE_E3\n").unwrap();
    let overrides = vec![at("words.csv")];
    let done = run(&Job { overrides, ..job(&at("roster.csv"), &at("out.xlsx")) }).unwrap();
    let words: Vec<_> = done
        .to_settle
        .words
        .iter()
        .map(|word| (word.written.as_str(), word.rows, word.means.as_str()))
        .collect();
    assert_eq!(words, [("Bar", Some(1), ""), ("Foo", Some(2), "SPE_E3")]);
    assert_eq!(done.to_settle.open, 1);
    let again = vec![at("out.xlsx")];
    let done = run(&Job { overrides: again, ..job(&at("roster.csv"), &at("again.xlsx")) }).unwrap();
    assert_eq!((done.summary.review(), done.summary.overridden), (1, 2));
}

/// The words of a run, each with its rows, what it means and the note on it.
fn noted(done: &Done) -> Vec<(&str, Option<u64>, &str, &str)> {
    let words = done.to_settle.words.iter();
    words.map(|word| (word.written.as_str(), word.rows, word.means.as_str(), word.note.as_str())).collect()
}

/// The lines of the sheet, by their headings up to `Note`.
fn lines(workbook: &Path) -> Vec<Vec<String>> {
    let rows = sheet(workbook, "To settle");
    let heading = rows.iter().position(|row| shown(row, 0) == "Kind").unwrap();
    assert_eq!([4, 5, 6].map(|column| shown(&rows[heading], column)), ["Means", "Note", "Candidate 1"]);
    rows[heading + 1..].iter().map(|row| (0..6).map(|column| shown(row, column)).collect()).collect()
}

#[test]
fn notes_are_kept_over_three_rounds_whether_or_not_the_word_is_settled() {
    const ASKED: &str = "=asked: <E3> & 'more'";
    const TO_ASK: &str = "ask sales";
    const ALL: &str = "Tenant,Plan,Seats\nA,Foo,1\nB,Foo,2\nC,Bar,3\nD,Baz,4\nE,Baz,5\n";
    for method in [Method::Streamed, Method::Library] {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("all.csv"), ALL).unwrap();
        std::fs::write(at("without.csv"), ALL.replace("C,Bar,3\n", "")).unwrap();
        let round = |roster: &str, given: &str, output: &str| {
            let overrides = if given.is_empty() { Vec::new() } else { vec![at(given)] };
            let tables = Some(TablesJob { folder: at("tables"), format: Format::Csv });
            run(&Job { method, overrides, tables, ..job(&at(roster), &at(output)) }).unwrap()
        };
        let first = round("all.csv", "", "first.xlsx");
        assert!(first.to_settle.words.iter().all(|word| word.note.is_empty()));
        let row = |word: &str| {
            let rows = sheet(&at("first.xlsx"), "To settle");
            rows.iter().position(|row| shown(row, 1) == word).unwrap() + 1
        };
        let cells = [
            (format!("E{}", row("Foo")), "SPE_E3"),
            (format!("F{}", row("Foo")), ASKED),
            (format!("F{}", row("Bar")), TO_ASK),
        ];
        write_cells(&at("first.xlsx"), &at("filled.xlsx"), &cells.into_iter().collect());

        // A word that this roster does not have keeps its note for the next one.
        let second = round("without.csv", "filled.xlsx", "second.xlsx");
        let wanted = [("Baz", Some(2), "", ""), ("Foo", Some(2), "SPE_E3", ASKED), ("Bar", None, "", TO_ASK)];
        assert_eq!((noted(&second), second.to_settle.open), (wanted.to_vec(), 1));
        // Nobody counts the rows of a word that is understood, or that is not there.
        let table = Flat::read(&at("tables/to_settle.csv"));
        assert_eq!([0, 1, 2].map(|row| table.under(row, "Rows")), ["2", "2", ""]);
        assert_eq!(lines(&at("second.xlsx")).iter().map(|line| &line[2]).collect::<Vec<_>>(), ["2", "2", ""]);
        assert_eq!(second.overrides.as_ref().unwrap().count(), 2);
        assert!(second.overrides.unwrap().notes(&second.summary.override_lines).is_empty());

        let third = round("all.csv", "second.xlsx", "third.xlsx");
        let wanted =
            [("Baz", Some(2), "", ""), ("Bar", Some(1), "", TO_ASK), ("Foo", Some(2), "SPE_E3", ASKED)];
        assert_eq!((noted(&third), third.to_settle.open), (wanted.to_vec(), 2));
        let table = Flat::read(&at("tables/to_settle.csv"));
        assert_eq!([0, 1, 2].map(|row| table.under(row, "Note")), ["", TO_ASK, &format!("'{ASKED}")]);
        let told: Vec<[String; 2]> =
            lines(&at("third.xlsx")).iter().map(|line| [line[1].clone(), line[5].clone()]).collect();
        assert_eq!(told, wanted.map(|(word, .., note)| [word.to_owned(), note.to_owned()]));

        round("all.csv", "third.xlsx", "fourth.xlsx");
        assert_eq!(sheet(&at("fourth.xlsx"), "To settle"), sheet(&at("third.xlsx"), "To settle"));

        // A file has the notes on what is settled, as it has those of Review.
        let mut keep = Command::cargo_bin("fasttrack").unwrap();
        keep.current_dir(folder.path())
            .args(["overrides", "fourth.xlsx", "-o", "kept.csv"])
            .assert()
            .success()
            .stderr("wrote kept.csv: 1 word\nnot kept: 1 note with nothing filled in beside it\n");
        let kept = std::fs::read_to_string(at("kept.csv")).unwrap();
        assert_eq!(kept, format!("\u{feff}Kind,As written,Means,Reason\r\nplan,Foo,SPE_E3,'{ASKED}\r\n"));
        // Given back, it says the same, and so does what is kept of that.
        let fifth = round("all.csv", "kept.csv", "fifth.xlsx");
        let wanted = [("Baz", Some(2), "", ""), ("Bar", Some(1), "", ""), ("Foo", Some(2), "SPE_E3", ASKED)];
        assert_eq!(noted(&fifth), wanted);
        let mut again = Command::cargo_bin("fasttrack").unwrap();
        again.current_dir(folder.path()).args(["overrides", "fifth.xlsx"]).assert().success().stdout(kept);
    }
}

/// A workbook in which notes are written under `Note`, each beside its word, and nothing else is filled in.
fn with_notes(folder: &Path, notes: &[(&str, &str)]) -> PathBuf {
    let at = |name: &str| folder.join(name);
    std::fs::write(at("all.csv"), "Tenant,Plan,Seats\nA,Foo,1\nB,Foo,2\nC,Bar,3\n").unwrap();
    run(&job(&at("all.csv"), &at("first.xlsx"))).unwrap();
    let rows = sheet(&at("first.xlsx"), "To settle");
    let row = |word: &str| rows.iter().position(|row| shown(row, 1) == word).unwrap() + 1;
    let cells = notes.iter().map(|(word, note)| (format!("F{}", row(word)), *note)).collect();
    write_cells(&at("first.xlsx"), &at("noted.xlsx"), &cells);
    at("noted.xlsx")
}

#[test]
fn a_note_that_a_file_has_too_does_not_grow_with_the_rounds() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let noted = with_notes(folder.path(), &[("Foo", "asked")]);
    let house = at("house.csv");
    std::fs::write(&house, "Kind,As written,Means,Reason\nplan,Foo,SPE_E3,price list\n").unwrap();
    for (is_house_first, wanted) in [(true, "price list; asked"), (false, "asked; price list")] {
        let mut newest = noted.clone();
        for round in 1..=3 {
            let next = at(&format!("{is_house_first}-{round}.xlsx"));
            let mut overrides = vec![newest, house.clone()];
            if is_house_first {
                overrides.reverse();
            }
            let done = run(&Job { overrides, ..job(&at("all.csv"), &next) }).unwrap();
            let foo = done.to_settle.words.iter().find(|word| word.written == "Foo").unwrap();
            assert_eq!((foo.means.as_str(), foo.note.as_str()), ("SPE_E3", wanted), "round {round}");
            newest = next;
        }
    }
}

#[test]
fn where_nothing_is_filled_in_but_notes_a_file_cannot_keep_them_and_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    with_notes(folder.path(), &[("Foo", "asked"), ("Bar", "ask sales")]);
    let mut keep = Command::cargo_bin("fasttrack").unwrap();
    let told = keep.current_dir(folder.path()).args(["overrides", "noted.xlsx"]).assert().code(8);
    let told = String::from_utf8(told.get_output().stderr.clone()).unwrap();
    assert!(told.contains("nothing is filled in but 2 notes, which a file does not keep"), "{told}");
}

#[test]
fn any_number_of_threads_lists_the_same_words() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mut text = "Tenant,Plan,Seats,Segment\n".to_owned();
    for row in 0..11_000_u32 {
        let segment = row.wrapping_mul(7_919) % 10_500;
        let _ = writeln!(text, "Tenant {row},SPE_E3,{},Guild {segment}", row % 7);
    }
    std::fs::write(at("roster.csv"), text).unwrap();
    let written = [1, 3].map(|threads| {
        let done =
            run(&Job { workers: Workers::new(threads).unwrap(), ..job(&at("roster.csv"), &at("out.xlsx")) })
                .unwrap();
        assert_eq!(done.to_settle.open, LIMIT_WORDS);
        assert!(done.to_settle.beyond > 0);
        std::fs::read(at("out.xlsx")).unwrap()
    });
    assert!(written[1] == written[0], "threads show in the workbook");
}

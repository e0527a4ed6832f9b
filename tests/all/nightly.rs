//! Nightly runs: in this process with a simulated clock, and as a program that is killed, refused and run twice.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test: to fail loudly is its work"
)]

mod clocks;
mod crashes;
mod folders;
mod keeping;
mod mornings;
mod program;
mod refusals;
mod rules;
mod stage;
mod told;
#[cfg(feature = "serve")]
mod with_page;
mod year;

use fasttrack_roster::nightly::State;
use stage::{Stage, roster, states};

#[test]
fn each_roster_is_judged_once_and_a_second_run_does_nothing() {
    let stage = Stage::new("[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\n");
    stage.put("crm-2026-11-28.csv", &roster(5, 200));
    let first = stage.night("2026-11-28T02:00");
    assert_eq!((first.code, states(&first)), (0, vec![("crm", State::Done)]));
    let output = &first.rosters[0].outputs[0];
    assert!(output.starts_with(stage.path("out/crm/2026-11-28")), "{}", output.display());
    assert_eq!(std::fs::read(output).unwrap(), std::fs::read(stage.path("out/crm/latest.xlsx")).unwrap());
    let before = stage.outputs();
    for time in ["2026-11-28T02:10", "2026-11-29T02:00"] {
        let again = stage.night(time);
        assert_eq!((again.code, states(&again)), (0, vec![("crm", State::Known)]));
        assert_eq!(stage.outputs(), before);
    }
}

#[test]
fn bad_rosters_stop_no_others_and_each_is_named_with_what_to_do() {
    let tables =
        (0..20).map(|number| format!("[[roster]]\nname = \"r{number}\"\nfiles = \"r{number}.csv\"\n"));
    let stage = Stage::new(&tables.collect::<String>());
    for number in 0..20 {
        let bytes = match number {
            3 => b"%PDF-1.7 x".to_vec(),
            7 => b"Tenant,Plan\nContoso,SPE_E3\n".to_vec(),
            11 => Vec::new(),
            13 => b"Tenant,Plan,Paid seats\n".to_vec(),
            17 => b"{\"a\":1}".to_vec(),
            _ => roster(2, number).into_bytes(),
        };
        stage.put_bytes(&format!("r{number}.csv"), &bytes);
    }
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(night.code, 10);
    let failed: Vec<_> = night.rosters.iter().filter(|end| end.state == State::Failed).collect();
    let names: Vec<&str> = failed.iter().map(|end| end.roster.as_str()).collect();
    assert_eq!(names, ["r3", "r7", "r11", "r13", "r17"]);
    for end in failed {
        let diagnostics = &end.failure.as_ref().unwrap().diagnostics;
        assert!(diagnostics.iter().all(|found| !found.help.is_empty()), "{diagnostics:?}");
    }
    let workbooks = stage.outputs().into_keys().filter(|name| name.ends_with(".fasttrack.xlsx"));
    assert_eq!(workbooks.count(), 15);
    // They are not tried again, and still told.
    let again = stage.night("2026-11-29T02:00");
    assert_eq!(again.code, 10);
    assert_eq!(again.rosters.iter().filter(|end| end.state == State::SetAside).count(), 5);
}

#[test]
fn a_night_is_compared_with_the_one_before_and_not_with_itself() {
    let stage = Stage::new("[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\n");
    stage.put("crm-2026-11-27.csv", &roster(5, 140));
    stage.night("2026-11-27T02:00");
    stage.put("crm-2026-11-28.csv", &roster(6, 160));
    let second = stage.night("2026-11-28T02:00");
    let end = second.rosters.iter().find(|end| end.state == State::Done).unwrap();
    assert_eq!(end.compared_with.as_deref(), Some("2026-11-27"));
    // Five customers rose from Q&A to Specialist, one is new.
    assert_eq!(end.done.as_ref().unwrap().moves, Some([5, 0, 1, 0]));
    let output = &end.outputs[0];
    let bytes = std::fs::read(output).unwrap();
    // The output is lost: what is made again has the same bytes, and the night's changes are not erased.
    std::fs::remove_file(output).unwrap();
    let again = stage.night("2026-11-29T02:00");
    assert!(again.rosters.iter().any(|end| end.state == State::Restored));
    assert_eq!(std::fs::read(output).unwrap(), bytes);
    let audit = std::process::Command::new(env!("CARGO_BIN_EXE_fasttrack"))
        .arg("audit")
        .arg(output)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&audit.stdout).into_owned();
    assert!(audit.status.success() && said.contains("the lines of the Run history sheet"), "{said}");
    let rows = crate::support::sheet(output, "Run history");
    let shown = |row: usize, heading: &str| {
        let headings = rows.iter().position(|row| crate::support::shown(row, 0) == "Date").unwrap();
        let column = (0..rows[headings].len())
            .find(|at| crate::support::shown(&rows[headings], *at) == heading)
            .unwrap();
        crate::support::shown(&rows[headings + 1 + row], column)
    };
    assert_eq!([shown(0, "Date"), shown(1, "Date")], ["2026-11-27", "2026-11-28"]);
    assert_eq!([shown(0, "Customers"), shown(1, "Customers")], ["5", "6"]);
    assert_eq!([shown(0, "Q&A"), shown(1, "Specialist"), shown(1, "Tier higher")], ["5", "6", "5"]);
}

#[test]
fn a_ledger_that_lost_its_last_lines_or_tore_one_comes_to_the_same_bytes() {
    let stage = Stage::new("[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\n");
    stage.put("crm.csv", &roster(5, 140));
    stage.night("2026-11-28T02:00");
    let (before, ledger) =
        (stage.outputs(), std::fs::read_to_string(stage.path("state/ledger.jsonl")).unwrap());
    let first = ledger.lines().next().unwrap();
    for torn in [String::new(), first.chars().take(40).collect(), format!("{first}\n{{\"event\":\"nig")] {
        std::fs::write(stage.path("state/ledger.jsonl"), torn).unwrap();
        assert_eq!(stage.night("2026-11-28T03:00").code, 0);
        assert_eq!(stage.outputs(), before);
        let lines = std::fs::read_to_string(stage.path("state/ledger.jsonl")).unwrap();
        assert_eq!(lines.lines().filter(|line| line.contains("\"done\",\"at\"")).count(), 1);
    }
}

#[test]
fn with_other_rules_only_the_newest_of_each_roster_is_judged_again() {
    let stage = Stage::new("[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\npolicy = \"my.toml\"\n");
    let policy = fasttrack_roster::policy::Policy::shipped("fasttrack-learn-2021").unwrap();
    std::fs::write(stage.path("my.toml"), policy).unwrap();
    for day in ["26", "27", "28"] {
        stage.put(&format!("crm-2026-11-{day}.csv"), &roster(2, 140));
    }
    assert_eq!(stage.night("2026-11-28T02:00").ends.done, 3);
    std::fs::write(stage.path("my.toml"), policy.replace("\nabout = ", "\n# Another one.\nabout = "))
        .unwrap();
    let night = stage.night("2026-11-29T02:00");
    let done: Vec<_> = night.rosters.iter().filter(|end| end.state == State::Done).collect();
    assert_eq!((done.len(), done[0].input.as_deref()), (1, Some("crm-2026-11-28.csv")));
    let quiet = stage.night("2026-11-30T02:00");
    assert_eq!((quiet.ends.done, quiet.ends.known, quiet.ends.passed_over), (0, 1, 2));
    assert_eq!(states(&quiet), [("crm", State::Known)], "of three that were judged, the newest is told");
    // A policy that is not valid is told, and what is right again is judged.
    std::fs::write(stage.path("my.toml"), "name = 1\n").unwrap();
    let night = stage.night("2026-12-01T02:00");
    assert_eq!(night.ends.failed, [8]);
    std::fs::write(stage.path("my.toml"), policy).unwrap();
    assert_eq!(stage.night("2026-12-02T02:00").ends.failed, [0_u8; 0]);
}

#[test]
fn several_overrides_are_part_of_what_a_workbook_is_made_from() {
    let more = "overrides = [\"house.csv\", \"page.csv\"]\n";
    let stage = Stage::new(&format!("[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\n{more}"));
    std::fs::write(stage.path("house.csv"), "Kind,As written,Means\nplan,House bundle,SPE_E3\n").unwrap();
    std::fs::write(stage.path("page.csv"), "Tenant,Plan,Paid seats\nFabrikam,SPE_E3,900\n").unwrap();
    let rows =
        roster(2, 140) + "Fabrikam,SPE_E3,about 900\nLitware,House bundle,7\nTailspin,Other bundle,7\n";
    for day in ["27", "28"] {
        stage.put(&format!("crm-2026-11-{day}.csv"), &rows);
    }
    let review = |night: &fasttrack_roster::nightly::Night| {
        let done = night.rosters.iter().filter(|end| end.state == State::Done);
        done.map(|end| (end.input.clone().unwrap(), end.done.as_ref().unwrap().rows[2])).collect::<Vec<_>>()
    };
    let night = stage.night("2026-11-28T02:00");
    assert_eq!(review(&night), [("crm-2026-11-27.csv".to_owned(), 1), ("crm-2026-11-28.csv".to_owned(), 1)]);
    // Only the second of the files changes: of the two rosters, the newest is judged again.
    let page =
        "Kind,As written,Means,Tenant,Plan,Paid seats\n,,,Fabrikam,SPE_E3,900\nplan,Other bundle,SPE_E5,,,\n";
    std::fs::write(stage.path("page.csv"), page).unwrap();
    let night = stage.night("2026-11-28T03:00");
    assert_eq!(review(&night), [("crm-2026-11-28.csv".to_owned(), 0)]);
    assert_eq!(stage.night("2026-11-28T04:00").ends.done, 0);
    // One that is gone is told, and nothing is judged by what is left.
    std::fs::remove_file(stage.path("page.csv")).unwrap();
    let night = stage.night("2026-11-28T05:00");
    let told = night.rosters.iter().find_map(|end| end.failure.as_ref()).unwrap();
    assert_eq!((told.code, told.error().unwrap().as_str()), (8, "overrides-not-readable"));
    assert!(told.diagnostics[0].to_string().contains("page.csv"), "{:?}", told.diagnostics);
}

#[test]
fn how_a_file_is_read_is_said_in_the_configuration() {
    let more = "encoding = \"utf-16le\"\ndelimiter = \"bar\"\nnumbers = \"1.234,56\"\nlimit = \"rows=9\"\n";
    let table = "[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\n";
    let stage = Stage::new(table);
    let utf16 = |rows: String| -> Vec<u8> {
        format!("Tenant|Plan|Paid seats\n{rows}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    let help = |night: &fasttrack_roster::nightly::Night| {
        let told = &night.rosters[0].failure.as_ref().unwrap().diagnostics[0];
        (told.code.as_str(), told.help.clone())
    };
    stage.put_bytes("crm.csv", &(1..=u8::MAX).chain(0..=u8::MAX).chain(0..=u8::MAX).collect::<Vec<u8>>());
    let (code, words) = help(&stage.night("2026-11-28T02:00"));
    assert_eq!(code, "roster-not-text");
    assert!(words.contains("`encoding` is a key of the [[roster]] `crm`, too"), "{words}");
    stage.configure("settle = \"0s\"\n", &format!("{table}{more}"));
    stage.put_bytes("crm.csv", &utf16("M\u{fc}ller|SPE_E3|7\n".repeat(10)));
    let (code, words) = help(&stage.night("2026-11-28T03:00"));
    assert_eq!(code, "too-many-rows");
    assert!(words.contains("`limit` is a key of the [[roster]] `crm`, too"), "{words}");
    stage.put_bytes("crm.csv", &utf16("M\u{fc}ller|SPE_E3|1.200\n".to_owned()));
    let night = stage.night("2026-11-28T04:00");
    assert_eq!((night.code, states(&night)), (0, vec![("crm", State::Done)]), "{:?}", night.rosters);
    let tiers = &night.rosters[0].done.as_ref().unwrap().tiers;
    assert_eq!(tiers[..], [("Migration".to_owned(), 1, 1_200)]);
}

#[test]
fn a_roster_that_shrank_is_held_back_until_it_is_released() {
    let stage = Stage::new("[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\nmax-drop = 10\n");
    stage.put("crm.csv", &roster(20, 140));
    stage.night("2026-11-27T02:00");
    stage.put("crm.csv", &roster(10, 140));
    let before = stage.outputs();
    for day in ["28", "29"] {
        let held = stage.night(&format!("2026-11-{day}T02:00"));
        assert_eq!((held.code, states(&held)), (4, vec![("crm", State::HeldBack)]));
        let told = held.rosters[0].failure.as_ref().unwrap().diagnostics[0].to_string();
        let command = format!(
            "release it with `fasttrack nightly {} --again crm.csv`",
            stage.path("fasttrack.toml").display()
        );
        assert!(told.contains(&command), "{told}");
        assert_eq!(stage.outputs(), before);
    }
    let released = stage.night_again("2026-11-30T02:00", &["crm.csv"]);
    assert_eq!((released.code, states(&released)), (0, vec![("crm", State::Done)]));
    // What was released once is made again without another word.
    std::fs::remove_file(&released.rosters[0].outputs[0]).unwrap();
    assert_eq!(states(&stage.night("2026-11-30T02:30")), [("crm", State::Restored)]);
    let nothing = stage.night_again("2026-11-30T03:00", &["crm"]);
    assert!(nothing.remarks[0].contains("nothing was tried again"), "{:?}", nothing.remarks);
    let error = stage.try_night("2026-11-30T03:00", &["crn"]).unwrap_err();
    assert!(error.to_string().contains("name one of the rosters `crm`"), "{error}");
}

#[test]
fn what_the_machine_is_the_reason_of_is_tried_in_every_run_until_it_is_over() {
    let stage = Stage::new("[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\n");
    stage.put("crm.csv", &roster(2, 140));
    // A file is where the folder of the outputs has to be.
    std::fs::create_dir_all(stage.path("out")).unwrap();
    std::fs::write(stage.path("out/crm"), "").unwrap();
    let ended = |day: u32| states(&stage.night(&format!("2026-11-{day:02}T02:00")))[0].1;
    assert_eq!([1, 2, 3, 4].map(ended), [State::Failed; 4]);
    let status = fasttrack_roster::nightly::status::status(
        &stage.configuration(),
        &stage::Still::at("2026-11-04T03:00"),
    );
    let words = status.unwrap().to_string();
    assert!(words.contains("; every run tries it again"), "{words}");
    std::fs::remove_file(stage.path("out/crm")).unwrap();
    assert_eq!(ended(5), State::Done);
}

#[test]
fn what_was_judged_moves_out_of_the_inbox_and_a_marker_goes_with_it() {
    let stage = Stage::with(
        "done = \"done\"\nready = \".ready\"\n",
        "[[roster]]\nname = \"crm\"\nfiles = \"crm.csv\"\n",
    );
    stage.put("crm.csv", &roster(2, 140));
    assert_eq!(states(&stage.night("2026-11-28T02:00")), [("crm", State::Waiting)]);
    stage.put("crm.csv.ready", "");
    assert_eq!(states(&stage.night("2026-11-28T03:00")), [("crm", State::Done)]);
    assert!(stage.path("done/crm/2026-11-28/crm.csv").is_file());
    assert_eq!(crate::support::names(&stage.path("in")), [""; 0]);
    // The next one under the same name waits for a marker of its own.
    stage.put("crm.csv", &roster(3, 140));
    assert_eq!(states(&stage.night("2026-11-29T02:00")), [("crm", State::Waiting)]);
}

#[test]
fn a_workbook_that_a_person_changed_is_kept_and_compared_as_it_is() {
    let stage = Stage::new("[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\n");
    stage.put("crm-2026-11-27.csv", &roster(2, 140));
    let first = stage.night("2026-11-27T02:00");
    // A file of another program at its end, as some make them.
    let changed = first.rosters[0].outputs[0].clone();
    let mut book = std::fs::read(&changed).unwrap();
    let comment = book.len() - 2;
    book[comment] = 1;
    book.push(b'x');
    std::fs::write(&changed, &book).unwrap();
    let second = stage.night("2026-11-28T02:00");
    assert_eq!(states(&second), [("crm", State::Known)]);
    assert!(second.rosters[0].remarks[0].contains("was changed"), "{:?}", second.rosters[0].remarks);
    assert_eq!(std::fs::read(&changed).unwrap(), book);
    stage.put("crm-2026-11-28.csv", &roster(2, 140));
    let third = stage.night("2026-11-28T03:00");
    let remarks: Vec<&String> = third.rosters.iter().flat_map(|end| &end.remarks).collect();
    assert!(remarks.iter().any(|remark| remark.contains("the earlier workbook was changed")), "{remarks:?}");
}

#[test]
fn formats_and_split_workbooks_are_written_side_by_side() {
    let more = "formats = [\"csv\", \"xlsx\", \"jsonl\"]\nsplit-files = \"tier\"\n";
    let stage = Stage::new(&format!("[[roster]]\nname = \"crm\"\nfiles = \"**/crm.csv\"\n{more}"));
    stage.put("deep/crm.csv", &roster(4, 140));
    assert_eq!(stage.night("2026-11-28T02:00").code, 0);
    let names: Vec<String> = stage.outputs().into_keys().collect();
    let ends = [".fasttrack.csv", ".fasttrack.jsonl", ".fasttrack.xlsx", "latest.csv", "latest.xlsx"];
    for end in ends {
        assert_eq!(names.iter().filter(|name| name.ends_with(end)).count(), 1, "{end}: {names:?}");
    }
    assert!(names.iter().any(|name| name.contains(".fasttrack/")), "{names:?}");
    let before = stage.outputs();
    std::fs::remove_file(stage.path("state/ledger.jsonl")).unwrap();
    stage.night("2026-11-28T03:00");
    assert_eq!(stage.outputs(), before);
}

#[test]
fn a_dry_run_says_what_would_be_done_and_writes_nothing() {
    let stage = Stage::new("[[roster]]\nname = \"crm\"\nfiles = \"crm-*.csv\"\nnewest-only = true\n");
    stage.put("crm-2026-11-27.csv", &roster(2, 140));
    stage.put("crm-2026-11-28.csv", &roster(2, 140));
    let night = stage.dry("2026-11-28T02:00");
    assert_eq!((states(&night), night.ends.known), (vec![("crm", State::Due)], 0));
    assert_eq!(night.ends.passed_over, 1);
    assert_eq!(crate::support::names(stage.folder()), ["fasttrack.toml", "in"]);
}

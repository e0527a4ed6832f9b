//! The flat tables of `--tables` say what the sheets of the workbook say, row for row and cell for cell.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use crate::support::flat::{FLAT, Flat};
use crate::support::policies::{TWO, with_ladder};
use crate::support::{generated, job, names, run, sheet, shown};
use calamine::Data;
use fasttrack_roster::error::{Error, ErrorKind};
use fasttrack_roster::job::{Done, Job, Previous, TablesJob};
use fasttrack_roster::output_fields::{FlatTable, Names};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::policy::Policy;
use fasttrack_roster::report::{onboarding, otherwise, review};
use fasttrack_roster::verdict::words::{NEEDS_REVIEW, tier_name};
use fasttrack_roster::write::format::Format;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const HEADINGS: &str = "Tenant,Customer,Plan,Paid seats,Segment,Status,Owner,Country,Renewal date,Phase";

#[expect(clippy::unnecessary_wraps, reason = "as a job takes it")]
fn asked(folder: &Path, format: Format) -> Option<TablesJob> {
    Some(TablesJob { folder: folder.join("tables"), format })
}

fn read(folder: &Path, table: FlatTable, format: Format) -> Flat {
    Flat::read(&folder.join("tables").join(format!("{}.{}", table.name(), format.word())))
}

/// A cell of a sheet as a file for people has it.
fn said(cell: &Data) -> String {
    match cell {
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}

/// The rows of a sheet's list below the headings that begin with `first`, under all of its headings.
fn list(output: &Path, name: &str, first: &str) -> Vec<BTreeMap<String, String>> {
    let rows = sheet(output, name);
    let Some(head) = rows.iter().position(|row| shown(row, 0) == first) else { return Vec::new() };
    let below = rows[head + 1..].iter().take_while(|row| !shown(row, 0).is_empty());
    let headings: Vec<String> = rows[head].iter().map(Data::to_string).collect();
    let of = |row: &[Data]| -> BTreeMap<String, String> {
        let named = headings.iter().cloned().zip(row.iter().map(said));
        named.filter(|(heading, _)| !heading.is_empty()).collect()
    };
    below.map(|row| of(row)).collect()
}

/// What a table says under the headings that a row of a sheet has; a `'` in front of a formula is taken off.
fn agrees(table: &Flat, row: usize, wanted: &BTreeMap<String, String>, leave_out: &[&str]) {
    for (heading, wanted) in wanted.iter().filter(|(heading, _)| !leave_out.contains(&heading.as_str())) {
        let found = table.under(row, heading);
        let is_same = found == wanted || found.strip_prefix('\'') == Some(wanted);
        assert!(is_same, "row {row}, `{heading}`: `{found}` where the sheet says `{wanted}`");
    }
}

/// Compares every table of a run with the sheets of its workbook.
fn compare(folder: &Path, output: &Path, done: &Done, format: Format) {
    for (table, name) in [(FlatTable::NextSteps, "Next steps"), (FlatTable::AtRisk, "At risk")] {
        let (found, wanted) = (read(folder, table, format), list(output, name, "Customer"));
        assert_eq!(found.rows.len(), wanted.len(), "{name}");
        (0..).zip(&wanted).for_each(|(row, wanted)| agrees(&found, row, wanted, &[]));
    }
    let settle = read(folder, FlatTable::ToSettle, format);
    let words = &done.to_settle.words;
    assert_eq!(settle.rows.len(), words.len());
    for (row, word) in words.iter().enumerate() {
        assert_eq!(settle.under(row, "As written").trim_start_matches('\''), word.written);
        assert_eq!(settle.under(row, "Candidates"), word.candidates.join("; "));
        assert_eq!(settle.under(row, "Note"), word.note);
    }
    compare_lists(folder, output, done, format);
    compare_review(folder, output, format);
    compare_customers(folder, output, done, format);
}

/// The lists of customers that a workbook has only if somebody is on them; a sheet has no room for all, a table has.
fn compare_lists(folder: &Path, output: &Path, done: &Done, format: Format) {
    let book: calamine::Xlsx<_> = calamine::open_workbook(output).unwrap();
    let sheets = calamine::Reader::sheet_names(&book);
    let listed = |name: &str, first: &str| {
        if sheets.iter().any(|sheet| sheet == name) { list(output, name, first) } else { Vec::new() }
    };
    // The line below a full list counts those who are not on it.
    let within = |mut lines: Vec<BTreeMap<String, String>>, limit: u64| {
        lines.truncate(usize::try_from(limit).unwrap());
        lines
    };
    let found = read(folder, FlatTable::Onboarding, format);
    let wanted = within(listed(onboarding::NAME, "Source row"), onboarding::LIMIT_LINES);
    assert_eq!((found.rows.len() as u64).min(onboarding::LIMIT_LINES), wanted.len() as u64);
    let phases: Vec<String> =
        Policy::default_shipped().unwrap().phases.into_iter().map(|phase| phase.name).collect();
    let to_fill_in: Vec<&str> = phases.iter().map(String::as_str).chain(["Notes"]).collect();
    for (row, wanted) in wanted.iter().enumerate() {
        agrees(&found, row, wanted, &to_fill_in);
        // What stands in the columns to be filled in follows from the phase.
        let filled_in =
            to_fill_in.iter().find(|heading| wanted.get(**heading).is_some_and(|cell| !cell.is_empty()));
        assert_eq!(filled_in.copied().unwrap_or_default(), found.under(row, "Phase"));
    }
    let found = read(folder, FlatTable::OtherPolicy, format);
    let wanted = within(listed(otherwise::NAME, "Customer"), otherwise::LIMIT_LINES);
    let customers = found.rows.len() as u64;
    assert_eq!(customers.min(otherwise::LIMIT_LINES), wanted.len() as u64);
    assert_eq!(customers, done.otherwise.as_ref().unwrap().differences.customers);
    (0..).zip(&wanted).for_each(|(row, wanted)| agrees(&found, row, wanted, &[]));
}

fn compare_review(folder: &Path, output: &Path, format: Format) {
    let (found, wanted) = (read(folder, FlatTable::Review, format), sheet(output, review::NAME));
    let is_empty = wanted.get(1).is_some_and(|row| shown(row, 0) == "Nothing to review.");
    let wanted = if is_empty { &wanted[..1] } else { &wanted[..] };
    assert_eq!(found.rows.len(), wanted.len() - 1);
    for (row, cells) in wanted[1..].iter().enumerate() {
        let named = wanted[0].iter().map(Data::to_string).zip(cells.iter().map(said));
        agrees(&found, row, &named.collect(), &[]);
    }
}

/// Tenants on several rows stand behind the others, as the Tenants sheet has them.
fn compare_customers(folder: &Path, output: &Path, done: &Done, format: Format) {
    let found = read(folder, FlatTable::Customers, format);
    let customers = done.customers.as_ref().unwrap();
    let (all, several) = (customers.verdicts.all().rows, customers.on_several_rows);
    assert_eq!(found.rows.len() as u64, all);
    if found.rows.is_empty() {
        return;
    }
    let tenants = if several == 0 { Vec::new() } else { list(output, "Tenants", "Customer") };
    assert_eq!(tenants.len() as u64, several);
    let alone = found.rows.len() - tenants.len();
    let roster = sheet(output, "Roster");
    let place = |heading: &str| (0..roster[0].len()).rev().find(|at| shown(&roster[0], *at) == heading);
    let (tier, rows) = (place("FastTrack tier").unwrap(), place("Rows of the tenant"));
    let is_alone = |row: &&Vec<Data>| {
        !shown(row, tier).is_empty() && rows.is_none_or(|rows| shown(row, rows).is_empty())
    };
    let single: Vec<&Vec<Data>> = roster[1..].iter().filter(is_alone).collect();
    assert_eq!(single.len(), alone);
    let ours = [
        "FastTrack segment",
        "Eligible",
        "Seats counted",
        "FastTrack tier",
        "Portal",
        "Q&A",
        "Specialist",
        "Migration",
        "Next tier",
        "Seats to next tier",
        "Why",
        "Source row",
    ];
    for (row, cells) in single.into_iter().enumerate() {
        let wanted = ours.iter().map(|heading| {
            let name = format!("{heading} (FastTrack)");
            let at = place(&name).or_else(|| place(heading)).unwrap();
            ((*heading).to_owned(), said(&cells[at]))
        });
        agrees(&found, row, &wanted.collect(), &[]);
    }
    for (row, wanted) in (alone..).zip(tenants) {
        let mut wanted = wanted;
        let seats = wanted.remove("Paid seats together").unwrap();
        assert_eq!(found.under(row, "Seats counted"), seats);
        let is_review = found.under(row, "FastTrack tier") == NEEDS_REVIEW;
        agrees(&found, row, &wanted, if is_review { &["Eligible"] } else { &[] });
    }
}

/// Annotates into a workbook and tables.
fn annotated(input: &Path, folder: &Path, changed: impl FnOnce(Job) -> Job) -> (Done, PathBuf) {
    let output = folder.join("out.xlsx");
    let done = run(&changed(job(input, &output))).unwrap();
    (done, output)
}

#[test]
fn tables_of_every_sample_and_export_say_what_the_sheets_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut rosters: Vec<PathBuf> =
        fs::read_dir(root.join("exports")).unwrap().map(|entry| entry.unwrap().path()).collect();
    // One of them is refused, since its seats were lost.
    let is_roster = |path: &Path| path.extension().is_some_and(|kind| kind == "csv");
    rosters.retain(|path| is_roster(path) && !path.ends_with("mg-subscribed-sku.csv"));
    rosters.extend(["roster.csv", "roster.xlsx", "onboarding.csv"].map(|name| root.join(name)));
    assert!(rosters.len() > 12);
    for (input, format) in rosters.iter().zip(FLAT.into_iter().cycle()) {
        let folder = tempfile::tempdir().unwrap();
        let tenant = Some("Contoso".to_owned());
        let has_none =
            ["admin-center", "partner-center"].iter().any(|of| input.to_str().unwrap().contains(of));
        let tables = asked(folder.path(), format);
        let changed = |job| Job { tables, tenant: tenant.filter(|_| has_none), ..job };
        let (done, output) = annotated(input, folder.path(), changed);
        compare(folder.path(), &output, &done, format);
    }
}

#[test]
fn the_tables_need_no_workbook_and_change_nothing_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let input = generated(folder.path(), 7, 120);
    let without = annotated(&input, folder.path(), |job| job).0.written.unwrap();
    let (done, output) =
        annotated(&input, folder.path(), |job| Job { tables: asked(folder.path(), Format::Jsonl), ..job });
    assert_eq!(done.written.unwrap().sha256, without.sha256);
    let with_workbook = done.tables.unwrap();
    assert!(with_workbook.files.iter().all(|file| file.rows > 0), "{:?}", with_workbook.files);
    for (format, target) in [(Format::Csv, Some(folder.path().join("rows.csv"))), (Format::Xlsx, None)] {
        let target = target.map(fasttrack_roster::write::target::Target::File);
        let tables = asked(folder.path(), Format::Jsonl);
        let done = run(&Job { format, target, tables, ..job(&input, &output) }).unwrap();
        assert_eq!(done.tables.unwrap(), with_workbook);
    }
}

#[test]
fn the_tables_are_the_same_whatever_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let input = generated(folder.path(), 11, 200);
    for format in FLAT {
        let written = [1, 2, 8].map(|threads| {
            let (tables, workers) = (asked(folder.path(), format), Workers::new(threads).unwrap());
            let job = Job { tables, workers, target: None, ..job(&input, &input) };
            run(&job).unwrap().tables.unwrap()
        });
        assert!(written.iter().all(|tables| *tables == written[0]), "{format:?}");
        for file in &written[0].files {
            let bytes = fs::read(file.written.path.as_ref().unwrap()).unwrap();
            let sum = fasttrack_roster::hash::shown(<sha2::Sha256 as sha2::Digest>::new_with_prefix(&bytes));
            assert_eq!((bytes.len() as u64, sum), (file.written.bytes, file.written.sha256.clone()));
        }
    }
}

#[test]
fn changes_are_those_of_the_sheet_and_have_ids_under_machine_names() {
    let folder = tempfile::tempdir().unwrap();
    let (before, now) = (folder.path().join("before.csv"), folder.path().join("now.csv"));
    let lines = |seats: [u64; 4]| {
        let line = |(tenant, seats): (usize, &u64)| format!("tenant-{tenant},SPE_E3,{seats}\r\n");
        let lines: String = seats.iter().enumerate().filter(|(_, seats)| **seats > 0).map(line).collect();
        format!("Tenant ID,Plan,Paid seats\r\n{lines}tenant-9,SPE_E3,7\r\ntenant-9,EMS,600\r\n")
    };
    fs::write(&before, lines([600, 40, 10, 0])).unwrap();
    fs::write(&now, lines([20, 60, 0, 5])).unwrap();
    let earlier = folder.path().join("earlier.xlsx");
    run(&job(&before, &earlier)).unwrap();
    let changed = |format, names| {
        let (tables, since) = (asked(folder.path(), format), Some(Previous::Workbook(earlier.clone())));
        annotated(&now, folder.path(), |job| Job { tables, since, names, ..job })
    };
    for format in FLAT {
        let (done, output) = changed(format, Names::Headings);
        let (found, wanted) =
            (read(folder.path(), FlatTable::Changes, format), list(&output, "Changes", "Change"));
        assert_eq!((found.rows.len(), wanted.len()), (4, 4));
        (0..).zip(&wanted).for_each(|(row, wanted)| agrees(&found, row, wanted, &[]));
        compare(folder.path(), &output, &done, format);
    }
    changed(Format::Csv, Names::Machine);
    let found = read(folder.path(), FlatTable::Changes, Format::Csv);
    let differences: Vec<[&str; 2]> = (0..found.rows.len())
        .map(|row| ["change", "seats_difference"].map(|name| found.under(row, name)))
        .collect();
    assert_eq!(differences, [["down", "-580"], ["gone", "-10"], ["up", "20"], ["new", "5"]]);
}

#[test]
fn machine_names_have_typed_values_and_no_verdict_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    fs::write(
        &input,
        "Tenant,Plan,Paid seats\nContoso,SPE_E3,480\nFabrikam,SPE_E3,many\nLitware,SPE_E3,x\nLitware,EMS,y\n",
    )
    .unwrap();
    let tables = asked(folder.path(), Format::Jsonl);
    annotated(&input, folder.path(), |job| Job { tables, names: Names::Machine, ..job });
    let text = fs::read_to_string(folder.path().join("tables/customers.jsonl")).unwrap();
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [contoso, fabrikam, litware] = &rows[..] else { panic!("{text}") };
    assert_eq!(contoso["seats_counted"], 480);
    assert_eq!([&contoso["entitled_specialist"], &contoso["entitled_migration"]], [true, false]);
    assert_eq!(contoso["fasttrack_tier"], "Specialist");
    for of_review in [fabrikam, litware] {
        assert_eq!(of_review["needs_review"], true);
        for name in ["fasttrack_tier", "eligible", "entitled_portal", "confirm_portal"] {
            assert!(of_review[name].is_null(), "{name}: {of_review}");
        }
    }
    assert_eq!([&fabrikam["rows"], &litware["rows"]], [1, 2]);
    assert_eq!(litware["source_rows"], "4, 5");
}

#[test]
fn lists_of_customers_have_typed_values_and_nothing_that_is_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    let rows =
        "Contoso,SPE_E3,480,Commercial,Enable\nLitware,SPE_E3,200,Education,\nLitware,SPE_E3,20,Education,\n";
    fs::write(&input, format!("Tenant,Plan,Paid seats,Segment,Phase\n{rows}")).unwrap();
    let tables = asked(folder.path(), Format::Jsonl);
    annotated(&input, folder.path(), |job| Job { tables, names: Names::Machine, ..job });
    let line = |name: &str| -> serde_json::Value {
        let text = fs::read_to_string(folder.path().join("tables").join(name)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let wanted = serde_json::json!({
        "source_row": 2, "tenant": "Contoso", "name": null, "plans": "Microsoft 365 E3", "seats_counted": 480,
        "fasttrack_tier": "Specialist", "entitled_specialist": true, "confirm_specialist": false, "phase": "Enable",
        "owner": null,
    });
    assert_eq!(line("onboarding.jsonl"), wanted);
    let wanted = serde_json::json!({
        "customer": "Litware", "paid_seats": 220, "fasttrack_segment": "Education", "fasttrack_tier": "Q&A",
        "tier_there": "Specialist", "would_gain": "Specialist", "would_lose": null, "plans": "Microsoft 365 E3",
        "owner": null, "tenant": "Litware", "source_row": 3,
    });
    assert_eq!(line("other_policy.jsonl"), wanted);
}

#[test]
fn lists_of_customers_go_on_where_their_sheets_are_full() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    let mut text = "Tenant,Plan,Paid seats,Segment\n".to_owned();
    let (asked_for, differ) = (onboarding::LIMIT_LINES + 30, otherwise::LIMIT_LINES + 20);
    // One of each is a tenant on two rows, which the lists have last.
    for (segment, customers) in [("Commercial", asked_for), ("Education", differ)] {
        let line = |customer| format!("{segment} {customer},SPE_E3,200,{segment}\n");
        text.push_str(&line(0));
        text.extend((0..customers).map(line));
    }
    fs::write(&input, text).unwrap();
    for (format, target) in [(Format::Csv, true), (Format::Parquet, false)] {
        let tables = asked(folder.path(), format);
        let has_target = |job: Job| Job { target: job.target.filter(|_| target), tables, ..job };
        let (done, output) = annotated(&input, folder.path(), has_target);
        let lists =
            [(FlatTable::Onboarding, "Commercial", asked_for), (FlatTable::OtherPolicy, "Education", differ)];
        for (table, segment, customers) in lists {
            let found = read(folder.path(), table, format);
            let tenants: Vec<&str> = (0..found.rows.len()).map(|row| found.under(row, "Tenant")).collect();
            let wanted: Vec<String> =
                (1..customers).chain([0]).map(|customer| format!("{segment} {customer}")).collect();
            assert!(tenants == wanted, "{table:?}");
        }
        if target {
            compare_lists(folder.path(), &output, &done, format);
        }
    }
}

#[test]
fn what_a_policy_does_not_ask_or_cannot_be_compared_has_no_table() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    fs::write(&input, "Tenant,Plan,Paid seats\nContoso,SPE_E3,480\n").unwrap();
    let text = Policy::shipped("fasttrack-learn-2021").unwrap().replace("onboarding = \"specialist\"\n", "");
    let without_onboarding = Policy::read(&text, "without.toml").unwrap();
    let of = |policy| {
        let tables = asked(folder.path(), Format::Csv);
        let (done, _) = annotated(&input, folder.path(), |job| Job { tables, policy, ..job });
        let names: Vec<&str> = done.tables.unwrap().files.iter().map(|file| file.table.name()).collect();
        (done.otherwise.is_some(), names.contains(&"other_policy"), names.contains(&"onboarding"))
    };
    assert_eq!(of(without_onboarding), (true, true, false));
    assert_eq!(of(with_ladder(&TWO, "")), (false, false, true));
}

#[test]
fn a_cell_that_begins_like_a_formula_gets_a_quote_in_every_table() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    fs::write(
        &input,
        "Tenant,Plan,Paid seats,Owner\n=1+1,SPE_E3,140,@x\n=2+2,=HYPERLINK(),1,\n=2+2,SPE_E3,149,-y\n",
    )
    .unwrap();
    let tables = asked(folder.path(), Format::Csv);
    let (done, _) = annotated(&input, folder.path(), |job| Job { tables, ..job });
    for file in done.tables.unwrap().files {
        let text = fs::read_to_string(file.written.path.unwrap()).unwrap();
        assert!(file.written.defanged > 0 || file.rows == 0, "{:?}", file.table);
        let begins = |sign: &str| text.contains(&format!(",{sign}")) || text.contains(&format!("\n{sign}"));
        assert!(!["=", "@", "-y"].into_iter().any(begins), "{text}");
    }
}

/// The error of a run, and what is in the folder of the tables behind it.
fn failed(folder: &Path, changed: impl FnOnce(Job) -> Job) -> (Error, Vec<String>) {
    let error = run(&changed(Job {
        tables: asked(folder, Format::Csv),
        ..job(&folder.join("roster.csv"), &folder.join("out.xlsx"))
    }))
    .unwrap_err();
    (error, names(&folder.join("tables")))
}

#[test]
fn a_run_that_fails_leaves_the_tables_of_the_run_before() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    fs::write(&input, "Tenant,Plan,Paid seats\nContoso,SPE_E3,480\nFabrikam,SPE_E3,20\n").unwrap();
    let tables = || asked(folder.path(), Format::Csv);
    annotated(&input, folder.path(), |job| Job { tables: tables(), ..job });
    let before = fs::read(folder.path().join("tables/customers.csv")).unwrap();
    let earlier = folder.path().join("earlier.xlsx");
    fs::rename(folder.path().join("out.xlsx"), &earlier).unwrap();
    fs::write(&input, "Tenant,Plan,Paid seats\nContoso,SPE_E3,1\n").unwrap();
    let max_drop = fasttrack_roster::changes::MaxDrop::read("5").unwrap();
    let (error, left) = failed(folder.path(), |job| Job {
        since: Some(Previous::Workbook(earlier.clone())),
        max_drop: Some(max_drop),
        ..job
    });
    assert_eq!(error.kind, ErrorKind::Input);
    let all = ["at_risk", "customers", "next_steps", "onboarding", "other_policy", "review", "to_settle"];
    assert_eq!(left, all.map(|name| format!("{name}.csv")));
    assert_eq!(fs::read(folder.path().join("tables/customers.csv")).unwrap(), before);
    assert_eq!(names(folder.path()), ["earlier.xlsx", "roster.csv", "tables"]);
    // An output that cannot be written takes no tables with it either.
    let (error, left) = failed(folder.path(), |job| Job {
        target: Some(fasttrack_roster::write::target::Target::File(folder.path().join("none/out.xlsx"))),
        ..job
    });
    assert_eq!((error.kind, left.len()), (ErrorKind::Output, all.len()));
    // The next one has tables of another kind, and no file of the run before.
    annotated(&input, folder.path(), |job| Job { tables: asked(folder.path(), Format::Parquet), ..job });
    assert!(names(&folder.path().join("tables")).iter().all(|name| name.ends_with(".parquet")));
}

#[test]
fn a_folder_that_holds_what_the_run_reads_or_writes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let tables = folder.path().join("tables");
    fs::create_dir(&tables).unwrap();
    let roster = "Tenant,Plan,Paid seats\nContoso,SPE_E3,480\n";
    for path in [folder.path().join("roster.csv"), tables.join("customers.csv")] {
        fs::write(path, roster).unwrap();
    }
    let inside = |path: &Path| fasttrack_roster::read::Input::File(path.to_owned());
    let (error, _) = failed(folder.path(), |job| Job { input: inside(&tables.join("customers.csv")), ..job });
    assert_eq!(error.diagnostics[0].code.as_str(), "output-is-input");
    let output = fasttrack_roster::write::target::Target::File(tables.join("out.xlsx"));
    let (error, left) = failed(folder.path(), |job| Job { target: Some(output), ..job });
    assert_eq!(error.diagnostics[0].code.as_str(), "output-is-input", "{error}");
    assert_eq!(left, ["customers.csv"]);
    fs::write(tables.join("notes.txt"), "").unwrap();
    let (error, left) = failed(folder.path(), |job| job);
    assert_eq!(error.diagnostics[0].code.as_str(), "tables-folder");
    assert_eq!(left, ["customers.csv", "notes.txt"]);
    assert!(!folder.path().join("out.xlsx").exists());
}

/// A roster's line, made of numbers that choose its cells.
fn line(chosen: &[u16; 9]) -> String {
    let of = |place: usize, words: &[&str]| words[usize::from(chosen[place]) % words.len()].to_owned();
    let tenant = usize::from(chosen[0]) % 9;
    [
        format!("tenant-{tenant}"),
        format!("Customer {tenant}"),
        of(1, &["Microsoft 365 E3", "EMS", "Power BI Pro", "Office 365 A1 for faculty", "Nobody knows it"]),
        of(2, &["49", "50", "149", "480", "1200", "", "x"]),
        of(3, &["Commercial", "Education", "", "Galactic"]),
        of(4, &["Active", "Active", "Suspended"]),
        of(5, &["Ann", "Bert", ""]),
        of(6, &["DE", ""]),
        of(7, &["2026-11-28", "2027-02-01", "", "soon"]),
        of(8, &["", "Assessment", "2", "Enable", "nobody knows it"]),
    ]
    .join(",")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_customers_of_the_table_add_up_to_those_of_the_report(
        chosen in prop::collection::vec(prop::array::uniform9(any::<u16>()), 1..40), format in 0_usize..3,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("roster.csv");
        let lines: Vec<String> = chosen.iter().map(line).collect();
        fs::write(&input, format!("{HEADINGS}\n{}\n", lines.join("\n"))).unwrap();
        let format = FLAT[format];
        let (done, output) =
            annotated(&input, folder.path(), |job| Job { tables: asked(folder.path(), format), ..job });
        compare(folder.path(), &output, &done, format);
        let policy = Policy::default_shipped().unwrap();
        let table = read(folder.path(), FlatTable::Customers, format);
        let mut found: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for row in 0..table.rows.len() {
            let count = found.entry(table.under(row, "FastTrack tier").to_owned()).or_default();
            count.0 += 1;
            count.1 += table.under(row, "Seats counted").parse::<u64>().unwrap_or(0);
        }
        let verdicts = &done.customers.unwrap().verdicts;
        for tier in verdicts.tiers() {
            let (name, count) = (tier_name(&policy, tier), verdicts.tier(tier));
            let (rows, seats) = found.remove(name).unwrap_or_default();
            prop_assert_eq!((rows, seats), (count.rows, count.seats), "{}", name);
        }
        prop_assert!(found.is_empty());
    }
}

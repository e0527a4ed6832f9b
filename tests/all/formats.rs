//! The annotated roster as CSV, JSON lines and Parquet holds what the Roster sheet holds, row for row and cell for
//! cell.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use crate::support::flat::{FLAT, Flat, annotated};
use crate::support::{OURS, csv, job, run, shown, with_headings};
use fasttrack_roster::error::ErrorKind;
use fasttrack_roster::job::Job;
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::write::format::Format;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format as Look, Workbook};

/// Our headings in a file without sheets, behind those of the Roster sheet.
const BEHIND: [&str; 6] =
    ["Rows of the tenant", "Repeated", "Source row", "Remarks", "Fault codes", "Cells beyond"];

const PLAIN: &str = "Tenant,Plan,Paid seats\nContoso,SPE_E3,480\n";

/// What a cell of a roster may hold that trips readers of text up.
fn cell() -> impl Strategy<Value = String> {
    let known = [
        "",
        "",
        " ",
        "Contoso",
        "SPE_E3",
        "480",
        "0480",
        "1,200",
        "-5",
        "+3,5",
        "=1+1",
        "@x",
        "\t=1",
        "-x",
        "'=1",
        "'",
        "O\"Brien",
        "\"",
        "\"\"",
        "a,b",
        "a;b",
        "two\nlines",
        "two\r\nlines",
        "\r",
        "\u{feff}",
        "\u{ff1d}1",
        " =1",
        "\u{2028}",
        "\\",
        "\\n",
        "\u{1}",
        "\u{7f}",
        "{}",
        "null",
        "true",
        "Total",
        "edu",
        "1e5",
        "12345678901234567890",
    ];
    let signs = "[ \t'\u{200b}]{0,2}[=@+\u{ff0b}\u{ff0d}\u{ff1d}\u{ff20}\u{2212}-]{0,2}[0-9.,eEinf+-]{0,5}";
    prop_oneof![
        5 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
        1 => signs,
    ]
}

fn grid() -> impl Strategy<Value = Vec<Vec<String>>> {
    let likely = (cell(), 0_u64..2000)
        .prop_map(|(tenant, seats)| vec![tenant, "SPE_E3".to_owned(), seats.to_string(), String::new()]);
    let row = prop_oneof![1 => likely, 2 => prop::collection::vec(cell(), 4), 1 => prop::collection::vec(cell(), 0..7)];
    // A roster has a customer at least; one without is an error.
    let customer = || ["Contoso", "SPE_E3", "7", ""].map(str::to_owned).to_vec();
    prop::collection::vec(row, 0..30).prop_map(move |mut rows| {
        rows.insert(rows.len() / 2, customer());
        rows
    })
}

/// Whether a cell of text is one that has to get something before it, by a second way of telling.
fn is_like_a_formula(cell: &str) -> bool {
    let cell = cell.trim_start_matches('\'');
    let is_blank = |c: &char| c.is_whitespace() || c.is_control() || "\u{200b}\u{feff}".contains(*c);
    let head: String = cell.chars().take_while(is_blank).collect();
    let mut rest = cell.chars().skip(head.chars().count());
    head.contains(['\t', '\n', '\r'])
        || rest.next().is_some_and(|sign| match sign {
            '+' | '-' => !is_number(&rest.collect::<String>()),
            _ => "=@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{2212}".contains(sign),
        })
}

/// Whether what follows a sign makes it a number: digits in groups, and maybe an exponent of digits.
fn is_number(text: &str) -> bool {
    let text = text.to_ascii_lowercase().replace(',', ".");
    let (groups, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let has_empty_group = format!(".{groups}.").contains("..");
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || ".e+-".contains(c)) && !exponent.contains('.');
    is_plain && !has_empty_group && format!("1{}e{exponent}", groups.replace('.', "")).parse::<f64>().is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn every_format_holds_the_cells_of_the_roster_sheet(grid in grid()) {
        let roster = csv(&with_headings(&grid));
        let policy = fasttrack_roster::policy::Policy::default_shipped().unwrap();
        let (_, sheet) = crate::support::annotated("roster.csv", roster.as_bytes(), &policy);
        // A sheet with nothing in it says so, in words of ours.
        prop_assume!(grid.iter().flatten().any(|cell| !cell.is_empty()));
        let place = |heading: &str| (0..sheet[0].len()).find(|column| shown(&sheet[0], *column) == heading);
        let own = place(OURS[0]).unwrap();
        for format in FLAT {
            let (done, flat) = annotated("roster.csv", roster.as_bytes(), format);
            prop_assert_eq!(flat.rows.len(), grid.len());
            prop_assert_eq!(done.summary.read, grid.len() as u64);
            let mut defanged = 0;
            for (index, row) in flat.rows.iter().enumerate() {
                let blank = Vec::new();
                let on_sheet = sheet.get(index + 1).unwrap_or(&blank);
                for (column, heading) in flat.headings.iter().enumerate().take(own + OURS.len() + 2) {
                    let wanted = if column < own { Some(column) } else { place(heading) };
                    let wanted = wanted.map_or(String::new(), |column| shown(on_sheet, column));
                    let is_changed = format == Format::Csv && is_like_a_formula(&wanted);
                    defanged += u64::from(is_changed);
                    let wanted = if is_changed { format!("'{wanted}") } else { wanted };
                    prop_assert_eq!(&row[column], &wanted, "{:?}, row {}, `{}`", format, index, heading);
                }
                let beyond: Vec<Option<String>> = serde_json::from_str(&row[flat.column("Cells beyond")]).unwrap_or_default();
                let theirs = grid[index].iter().skip(own).map(|cell| Some(cell.clone()).filter(|cell| !cell.is_empty()));
                prop_assert_eq!(beyond, theirs.collect::<Vec<_>>());
            }
            prop_assert_eq!(done.written.unwrap().defanged, defanged);
        }
    }
}

#[test]
fn the_columns_are_the_same_for_every_roster_and_blank_rows_stand_in_their_place() {
    for format in FLAT {
        let text = "Tenant,Plan,Paid seats\r\n\r\nContoso,SPE_E3,480\r\n,,\r\n \r\nTotal,,480\r\n\r\n";
        let (done, flat) = annotated("roster.csv", text.as_bytes(), format);
        let wanted: Vec<&str> =
            ["Tenant", "Plan", "Paid seats"].into_iter().chain(OURS).chain(BEHIND).collect();
        assert_eq!(flat.headings, wanted);
        let column = |heading: &str| (0..6).map(|row| flat.under(row, heading)).collect::<Vec<_>>();
        assert_eq!(done.summary.read, 6);
        assert_eq!(column("Source row"), ["2", "3", "4", "5", "6", "7"]);
        assert_eq!(column("Tenant"), ["", "Contoso", "", " ", "Total", ""]);
        assert_eq!(column("FastTrack tier"), ["", "Specialist", "", "", "", ""]);
        assert_eq!(flat.under(4, "Why"), "not a customer: a total, a heading, a caption or a closing remark");
    }
}

#[test]
fn faults_of_a_row_stand_beside_it() {
    let text = "Tenant,Plan,Paid seats,Segment\nContoso,SPE_E3,12.5,Moon\nFabrikam,SPE_E3,80,Sun\nLitware,SPE_E3,5,edu\n";
    for format in FLAT {
        let (done, flat) = annotated("roster.csv", text.as_bytes(), format);
        assert_eq!(done.summary.faults.values().sum::<u64>(), 3);
        assert_eq!(flat.under(0, "Fault codes"), "seats-not-whole; segment-unknown");
        assert!(flat.under(0, "Needs review").contains("`12.5` is not a whole number"));
        assert!(flat.under(0, "Needs review").contains("`Moon`"));
        assert!(flat.under(1, "Remarks").contains("`Sun`"));
        assert_eq!((flat.under(1, "Needs review"), flat.under(1, "Fault codes")), ("", "segment-unknown"));
        assert_eq!((flat.under(2, "Remarks"), flat.under(2, "Fault codes")), ("", ""));
    }
}

/// A workbook with every kind of cell, and rows that are not there.
fn every_kind() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["Tenant", "Plan", "Paid seats", "Id", "Since", "Is new", "Share"]).unwrap();
    sheet.write_row(4, 0, ["=Contoso", "SPE_E3"]).unwrap();
    sheet.write_number(4, 2, 480).unwrap();
    sheet.write_number_with_format(4, 3, 42, &Look::new().set_num_format("00000")).unwrap();
    let day = ExcelDateTime::from_ymd(2026, 1, 31).unwrap().and_hms(12, 30, 0).unwrap();
    sheet.write_datetime_with_format(4, 4, &day, &Look::new().set_num_format("d.m.yy hh:mm")).unwrap();
    sheet.write_boolean(4, 5, true).unwrap();
    sheet.write_number(4, 6, -0.125).unwrap();
    sheet.write_row(3_000, 0, ["Fabrikam", "SPE_E3"]).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn rows_and_cells_of_a_workbook_keep_their_place_and_their_kind() {
    for format in FLAT {
        let (done, flat) = annotated("roster.xlsx", &every_kind(), format);
        assert_eq!((done.summary.read, flat.rows.len()), (3_000, 3_000));
        for (index, row) in flat.rows.iter().enumerate() {
            assert_eq!(row[flat.column("Source row")], (index + 2).to_string());
            assert_eq!(row[0].is_empty(), index != 3 && index != 2_999);
        }
        let (tenant, since) = match format {
            Format::Csv => ("'=Contoso", "2026-01-31 12:30:00"),
            Format::Jsonl => ("=Contoso", "2026-01-31T12:30:00"),
            _ => ("=Contoso", "2026-01-31 12:30:00"),
        };
        assert_eq!(flat.rows[3][..7], [tenant, "SPE_E3", "480", "00042", since, "TRUE", "-0.125"]);
        assert_eq!(done.written.unwrap().defanged, u64::from(format == Format::Csv));
    }
}

#[test]
fn numbers_and_truth_values_are_such_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.xlsx"), folder.path().join("out.ndjson"));
    std::fs::write(&input, every_kind()).unwrap();
    run(&Job { format: Format::Jsonl, ..job(&input, &output) }).unwrap();
    let text = std::fs::read_to_string(&output).unwrap();
    let row: serde_json::Value = serde_json::from_str(text.lines().nth(3).unwrap()).unwrap();
    assert_eq!(row["Paid seats"], 480);
    assert_eq!(row["Is new"], true);
    assert_eq!(row["Share"], -0.125);
    assert_eq!((&row["Id"], &row["Seats counted"]), (&"00042".into(), &480.into()));
    assert!(row["Needs review"].is_null());
}

#[test]
fn headings_that_stand_there_twice_are_told_apart_where_they_have_to_be() {
    let text = "Tenant,Plan,Paid seats,Note,note,,Why,=1\nContoso,SPE_E3,480,a,b,c,d,e\n";
    let (done, flat) = annotated("roster.csv", text.as_bytes(), Format::Csv);
    assert_eq!(flat.headings[3..8], ["Note", "note", "", "Why", "'=1"]);
    assert_eq!(done.written.unwrap().defanged, 1);
    let (_, flat) = annotated("roster.csv", text.as_bytes(), Format::Jsonl);
    assert_eq!(flat.headings[3..8], ["Note", "note (2)", "Column 6", "Why", "=1"]);
    assert_eq!(flat.rows[0][3..8], ["a", "b", "c", "d", "e"]);
    assert_eq!(flat.column("Why (FastTrack)"), 19);
}

#[test]
fn a_long_cell_is_not_cut() {
    let long = "y".repeat(100_000);
    let text = format!("Tenant,Plan,Paid seats,Remark\nContoso,SPE_E3,480,{long}\n");
    for format in FLAT {
        let (_, flat) = annotated("roster.csv", text.as_bytes(), format);
        assert!(flat.rows[0][3] == long);
    }
}

#[test]
fn any_number_of_threads_writes_the_same_bytes_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let input = crate::support::generated(folder.path(), 11, 60);
    for format in FLAT {
        let output = folder.path().join(format!("out.{}", format.word()));
        let written = [1, 2, 8].map(|threads| {
            let done = run(&Job { workers: Workers::new(threads).unwrap(), format, ..job(&input, &output) })
                .unwrap();
            assert_eq!(done.summary.read, 9_000);
            std::fs::read(&output).unwrap()
        });
        assert!(written[0] == written[1] && written[0] == written[2], "{format:?}");
        assert_eq!(Flat::read(&output).rows.len(), 9_000);
    }
}

#[test]
fn what_was_written_can_be_annotated_again() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("first.csv"));
    std::fs::write(&input, PLAIN).unwrap();
    run(&Job { format: Format::Csv, ..job(&input, &output) }).unwrap();
    let again = folder.path().join("second.csv");
    let done = run(&Job { format: Format::Csv, ..job(&output, &again) }).unwrap();
    assert_eq!(done.summary.classified(), 1);
    let flat = Flat::read(&again);
    assert_eq!(flat.under(0, "FastTrack tier"), flat.under(0, "FastTrack tier (FastTrack)"));
    assert_eq!(flat.under(0, "Source row (FastTrack)"), "2");
}

#[test]
fn a_run_that_fails_leaves_the_earlier_file_and_one_that_succeeds_nothing_beside_it() {
    for format in FLAT {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("roster.csv");
        let output = folder.path().join(format!("out.{}", format.word()));
        std::fs::write(&output, "before").unwrap();
        let broken = format!("{PLAIN}{}", "Contoso,SPE_E3,480\n".repeat(60_000) + &"x,".repeat(20_000));
        std::fs::write(&input, broken).unwrap();
        let error = run(&Job { format, ..job(&input, &output) }).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Input);
        assert_eq!(std::fs::read(&output).unwrap(), b"before");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        std::fs::write(&input, PLAIN).unwrap();
        run(&Job { format, ..job(&input, &output) }).unwrap();
        assert_eq!(Flat::read(&output).rows.len(), 1);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}

#[test]
fn a_name_that_says_another_kind_of_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    std::fs::write(&input, PLAIN).unwrap();
    for (format, name) in [
        (Format::Csv, "out.xlsx"),
        (Format::Xlsx, "out.jsonl"),
        (Format::Jsonl, "out.CSV"),
        (Format::Csv, "out.ods"),
    ] {
        let error = run(&Job { format, ..job(&input, &folder.path().join(name)) }).unwrap_err();
        assert_eq!((error.kind, error.diagnostics[0].code.as_str()), (ErrorKind::Usage, "usage"), "{name}");
        assert!(!folder.path().join(name).exists());
    }
}

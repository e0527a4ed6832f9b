//! A roster in Parquet gives the verdicts that the same roster gives as text, whoever wrote it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use crate::support::flat::Flat;
use crate::support::{job, run};
use calamine::DataType as _;
use fasttrack_roster::error::ErrorKind;
use fasttrack_roster::job::{Done, Job};
use fasttrack_roster::pipeline::Workers;
use fasttrack_roster::write::format::Format;
use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

fn others() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("parquet")
}

/// Annotates a roster into JSON lines; its rows are told by their place among each other, as each file counts otherwise.
fn annotated(roster: &Path) -> (Done, Flat) {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.jsonl");
    let done = run(&Job { format: Format::Jsonl, ..job(roster, &output) }).unwrap();
    let mut flat = Flat::read(&output);
    let source = flat.column("Source row");
    for row in &mut flat.rows {
        row.remove(source);
        row.iter_mut().for_each(without_row_numbers);
    }
    (done, flat)
}

/// Reasons may name another row, such as a caption above it or that which says whose a row is.
fn without_row_numbers(cell: &mut String) {
    for words in ["which row ", "above it (row "] {
        if let Some((before, behind)) = cell.split_once(words) {
            let behind = behind.trim_start_matches(|letter: char| letter.is_ascii_digit());
            *cell = format!("{before}{words}{behind}");
        }
    }
}

#[track_caller]
fn assert_alike(one: &Flat, other: &Flat, what: &str) {
    assert_eq!(one.headings, other.headings, "{what}");
    assert_eq!(one.rows.len(), other.rows.len(), "{what}");
    for (row, (one, other)) in (1..).zip(one.rows.iter().zip(&other.rows)) {
        assert_eq!(one, other, "{what}, row {row}");
    }
}

#[test]
fn what_polars_pandas_pyarrow_duckdb_and_spark_write_is_judged_as_the_text_is() {
    let (text, wanted) = annotated(&samples().join("roster.csv"));
    for name in [
        "roster-polars.parquet",
        "roster-pandas.parquet",
        "roster-duckdb.parquet",
        "roster-new-pages.parquet",
        "spark",
    ] {
        let (done, found) = annotated(&others().join(name));
        assert_alike(&found, &wanted, name);
        assert_eq!(
            (done.summary.read, done.summary.blank),
            (text.summary.read, text.summary.blank),
            "{name}"
        );
    }
}

#[test]
fn the_workbook_has_numbers_and_dates_where_the_file_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.xlsx");
    run(&job(&others().join("kinds.parquet"), &output)).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&output).unwrap();
    let rows = calamine::Reader::worksheet_range(&mut book, "Roster").unwrap();
    let cell = |row, heading: &str| {
        let place = rows
            .rows()
            .next()
            .unwrap()
            .iter()
            .position(|cell| cell.as_string().as_deref() == Some(heading))
            .unwrap();
        rows.get((row, place)).unwrap().clone()
    };
    assert_eq!(cell(1, "Seats"), calamine::Data::Float(480.0));
    assert_eq!(cell(1, "price"), calamine::Data::Float(1_234_567.8));
    assert_eq!(cell(1, "active"), calamine::Data::Bool(true));
    assert!(cell(1, "renews").is_datetime() && cell(1, "seen").is_datetime());
    assert_eq!(cell(3, "renews"), calamine::Data::String("1899-12-31".to_owned()));
    assert_eq!(cell(2, "double"), calamine::Data::String("NaN".to_owned()));
    assert_eq!(cell(1, "owner.name"), calamine::Data::String("West desk".to_owned()));
}

/// The cells of a roster as people write them, some of which cannot be read.
fn row() -> impl Strategy<Value = Vec<String>> {
    let texts = |known: &[&'static str]| prop::sample::select(known.to_vec()).prop_map(str::to_owned);
    (
        texts(&["Contoso", "contoso", "Fabrikam", "", "Total", "0042", "n/a", "Tailspin\nToys"]),
        texts(&["SPE_E3", "Microsoft 365 E5", "EMS E3", "M365 A3 for faculty", "", "Workplace 9", "E3", "O365 E3 (NCE COM MTH)"]),
        prop_oneof![3 => (0_u64..1200).prop_map(|seats| seats.to_string()), 1 => texts(&["", "1,200", "12.5", "-3", "1.234", "NaN", "many"])],
        texts(&["", "edu", "Commercial", "Non-Profit", "Galactic"]),
        texts(&["", "Active", "Suspended", "?"]),
    )
        .prop_map(|(tenant, plan, seats, segment, status)| vec![tenant, plan, seats, segment, status])
}

const HEADINGS: [&str; 5] = ["Tenant", "Plan", "Paid seats", "Segment", "Status"];

fn write_text(rows: &[Vec<String>], path: &Path) {
    let mut writer = csv::Writer::from_path(path).unwrap();
    writer.write_record(HEADINGS).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.flush().unwrap();
}

/// Writes rows to a file; whole numbers in the column of the seats are numbers if all are.
fn write_table(rows: &[Vec<String>], group: usize, is_packed: bool, path: &Path) {
    let seats: Option<Vec<Option<i64>>> = rows
        .iter()
        .map(|row| if row[2].is_empty() { Some(None) } else { row[2].parse().ok().map(Some) })
        .collect();
    let field = |(place, name): (usize, &&str)| {
        let is_number = place == 2 && seats.is_some();
        let physical = if is_number { Physical::INT64 } else { Physical::BYTE_ARRAY };
        let kind = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        let kind = if is_number { kind } else { kind.with_converted_type(ConvertedType::UTF8) };
        Arc::new(kind.build().unwrap())
    };
    let fields = HEADINGS.iter().enumerate().map(field).collect();
    let schema = Arc::new(Type::group_type_builder("schema").with_fields(fields).build().unwrap());
    let packed = if is_packed { Compression::SNAPPY } else { Compression::UNCOMPRESSED };
    let properties = Arc::new(WriterProperties::builder().set_compression(packed).build());
    let mut writer = SerializedFileWriter::new(fs::File::create(path).unwrap(), schema, properties).unwrap();
    for (index, rows) in rows.chunks(group).enumerate() {
        let mut next = writer.next_row_group().unwrap();
        for place in 0..HEADINGS.len() {
            let mut column = next.next_column().unwrap().unwrap();
            match (column.untyped(), &seats) {
                (ColumnWriter::Int64ColumnWriter(to), Some(seats)) => {
                    let seats = &seats[index * group..index * group + rows.len()];
                    let levels: Vec<i16> = seats.iter().map(|value| i16::from(value.is_some())).collect();
                    let values: Vec<i64> = seats.iter().flatten().copied().collect();
                    to.write_batch(&values, Some(&levels), None).unwrap();
                }
                (ColumnWriter::ByteArrayColumnWriter(to), _) => {
                    let texts: Vec<&str> = rows.iter().map(|row| row[place].as_str()).collect();
                    let levels: Vec<i16> = texts.iter().map(|text| i16::from(!text.is_empty())).collect();
                    let values: Vec<ByteArray> =
                        texts.into_iter().filter(|text| !text.is_empty()).map(ByteArray::from).collect();
                    to.write_batch(&values, Some(&levels), None).unwrap();
                }
                _ => panic!("a column of another type"),
            }
            column.close().unwrap();
        }
        next.close().unwrap();
    }
    writer.close().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]
    #[test]
    fn the_same_roster_as_text_file_and_folder_gives_the_same_verdicts(
        rows in prop::collection::vec(row(), 1..60), group in 1_usize..70, is_packed in any::<bool>(), part in 1_usize..60,
    ) {
        let folder = tempfile::tempdir().unwrap();
        // A roster has a customer at least, and a blank line of a text is no row of a table.
        let customer = ["Wingtip", "SPE_E3", "7", "", "Active"].map(str::to_owned).to_vec();
        let mut rows: Vec<Vec<String>> = std::iter::once(customer).chain(rows).collect();
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        let (text, table, parts) =
            (folder.path().join("roster.csv"), folder.path().join("roster.parquet"), folder.path().join("roster"));
        write_text(&rows, &text);
        write_table(&rows, group, is_packed, &table);
        fs::create_dir(&parts).unwrap();
        for (index, rows) in rows.chunks(part).enumerate() {
            write_table(rows, group, is_packed, &parts.join(format!("part-{index:05}.parquet")));
        }
        let (_, wanted) = annotated(&text);
        for other in [&table, &parts] {
            let (done, found) = annotated(other);
            prop_assert!(done.summary.adds_up());
            prop_assert_eq!(&found.headings, &wanted.headings);
            prop_assert_eq!(&found.rows, &wanted.rows);
        }
    }
}

#[test]
fn a_large_file_is_the_same_workbook_with_any_number_of_threads() {
    let rows: Vec<Vec<String>> = (0..40_000)
        .map(|row| {
            vec![
                format!("t{}", row % 30_000),
                "SPE_E3".to_owned(),
                (row % 1200).to_string(),
                String::new(),
                String::new(),
            ]
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("roster.parquet");
    write_table(&rows, 25_000, true, &table);
    let made = |threads| {
        let output = folder.path().join(format!("{threads}.xlsx"));
        let done = run(&Job { workers: Workers::new(threads).unwrap(), ..job(&table, &output) }).unwrap();
        assert_eq!(done.summary.read, 40_000);
        fs::read(output).unwrap()
    };
    assert!(made(1) == made(3), "the same bytes");
}

#[test]
fn nothing_is_written_into_the_folder_that_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [["Contoso", "SPE_E3", "480", "", ""].map(str::to_owned).to_vec()];
    let lake = folder.path().join("lake");
    fs::create_dir(&lake).unwrap();
    write_table(&rows, 1, true, &lake.join("part-0.parquet"));
    for output in [lake.join("out.xlsx"), lake.join("part-0.parquet"), lake.clone()] {
        let format = if output.extension().is_some_and(|extension| extension == "parquet") {
            Format::Parquet
        } else {
            Format::Xlsx
        };
        let error = run(&Job { format, ..job(&lake, &output) }).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Usage, "{error}");
        assert_eq!(error.diagnostics[0].code.as_str(), "output-is-input");
    }
    assert_eq!(fs::read_dir(&lake).unwrap().count(), 1);
    run(&job(&lake, &folder.path().join("out.xlsx"))).unwrap();
}

//! Machine names and typed values in files without sheets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: to fail loudly is its work"
)]

use crate::support::flat::{FLAT, Flat, annotated, named};
use crate::support::{job, run};
use fasttrack_roster::job::Job;
use fasttrack_roster::output_fields::{Appears, FieldType, Names, OutputField, output_fields};
use fasttrack_roster::policy::Policy;
use fasttrack_roster::write::format::Format;
use parquet::basic::Type as Physical;
use parquet::file::reader::{FileReader, SerializedFileReader};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use std::path::Path;

/// A customer, one whose migration has to be confirmed, one in review, a blank row and a total.
const ROSTER: &str = "Tenant,Plan,Paid seats,Segment\nContoso,SPE_E3,480,\nFabrikam,SPE_E3,600,Nonprofit\n\
                      Litware,SPE_E3,12.5,\n,,,\nTotal,,1080,\n";

/// The FastTrack columns of a roster without phases and wanted services.
fn fields() -> Vec<OutputField> {
    let is_there =
        |field: &OutputField| !matches!(field.appears, Appears::WithPhases | Appears::WithWantedServices);
    output_fields(&Policy::default_shipped().unwrap()).into_iter().filter(is_there).collect()
}

/// Annotates a roster into JSON lines with these names; returns its objects.
fn objects(input: &Path, names: Names) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.jsonl");
    run(&Job { format: Format::Jsonl, names, ..job(input, &output) }).unwrap();
    let text = std::fs::read_to_string(output).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn columns_have_the_names_of_the_list_behind_the_rosters_own_headings() {
    for format in FLAT {
        let (_, flat) = named("roster.csv", ROSTER.as_bytes(), format, Names::Machine);
        assert_eq!(flat.headings[..4], ["Tenant", "Plan", "Paid seats", "Segment"]);
        let wanted: Vec<String> = fields().into_iter().map(|field| field.name).collect();
        assert_eq!(flat.headings[4..], wanted, "{format:?}");
    }
}

#[test]
fn values_of_json_lines_are_typed_and_null_where_there_is_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("roster.csv");
    std::fs::write(&input, ROSTER).unwrap();
    let rows = objects(&input, Names::Machine);
    let column = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!(column("seats_counted"), [json!(480), json!(600), Value::Null, Value::Null, Value::Null]);
    assert_eq!(
        column("fasttrack_tier"),
        [json!("Specialist"), json!("Q&A"), Value::Null, Value::Null, Value::Null]
    );
    let of_customers = [
        ("eligible", [true, true]),
        ("entitled_portal", [true, true]),
        ("confirm_portal", [false, false]),
        ("entitled_specialist", [true, false]),
        ("entitled_migration", [false, true]),
        ("confirm_migration", [false, true]),
    ];
    for (name, [first, second]) in of_customers {
        let wanted = [json!(first), json!(second), Value::Null, Value::Null, Value::Null];
        assert_eq!(column(name), wanted, "{name}");
    }
    assert_eq!(column("needs_review"), [json!(false), json!(false), json!(true), Value::Null, Value::Null]);
    assert!(column("review_reasons")[2].as_str().is_some_and(|words| words.contains("12.5")));
    assert_eq!(column("source_row"), [2, 3, 4, 5, 6].map(|row| json!(row)));
}

#[test]
fn columns_of_parquet_have_the_types_of_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("roster.csv"), folder.path().join("out.parquet"));
    std::fs::write(&input, ROSTER).unwrap();
    run(&Job { format: Format::Parquet, names: Names::Machine, ..job(&input, &output) }).unwrap();
    let reader = SerializedFileReader::new(std::fs::File::open(&output).unwrap()).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr();
    for (column, field) in schema.columns().iter().skip(4).zip(fields()) {
        let wanted = match field.field_type {
            FieldType::Text => Physical::BYTE_ARRAY,
            FieldType::Integer => Physical::INT64,
            FieldType::Boolean => Physical::BOOLEAN,
        };
        assert_eq!((column.name(), column.physical_type()), (field.name.as_str(), wanted));
    }
    let flat = Flat::read(&output);
    let migration: Vec<&str> = (0..5).map(|row| flat.under(row, "entitled_migration")).collect();
    assert_eq!(migration, ["false", "true", "", "", ""]);
}

#[test]
fn our_booleans_are_lower_case_in_csv_and_the_rosters_own_stay() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["Tenant", "Plan", "Paid seats", "Is new"]).unwrap();
    sheet.write_row(1, 0, ["Contoso", "SPE_E3", "480"]).unwrap();
    sheet.write_boolean(1, 3, true).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let (_, flat) = named("roster.xlsx", &bytes, Format::Csv, Names::Machine);
    assert_eq!(flat.under(0, "Is new"), "TRUE");
    assert_eq!(flat.under(0, "entitled_specialist"), "true");
    assert_eq!(flat.under(0, "entitled_migration"), "false");
}

#[test]
fn every_format_has_the_same_values() {
    let [csv, jsonl, parquet] =
        FLAT.map(|format| named("roster.csv", ROSTER.as_bytes(), format, Names::Machine).1);
    assert_eq!(csv.rows, parquet.rows);
    // Its reader shows booleans as a spreadsheet does.
    let lower =
        |cell: &String| if cell == "TRUE" || cell == "FALSE" { cell.to_lowercase() } else { cell.clone() };
    let rows: Vec<Vec<String>> = jsonl.rows.iter().map(|row| row.iter().map(lower).collect()).collect();
    assert_eq!(csv.rows, rows);
}

/// What a machine cell has to be, from the cell under the heading beside or at its place.
fn typed(field: &OutputField, said: &Value, is_review: bool) -> Value {
    match (field.field_type, said.as_str()) {
        (FieldType::Boolean, _) if is_review => Value::Null,
        (FieldType::Text, Some("Needs review")) if field.name == "fasttrack_tier" => Value::Null,
        (FieldType::Boolean, Some(answer)) => json!(answer != "No"),
        _ => said.clone(),
    }
}

#[test]
fn machine_names_say_of_a_messy_roster_what_headings_say() {
    let folder = tempfile::tempdir().unwrap();
    let input = crate::support::generated(folder.path(), 5, 120);
    let (people, machine) = (objects(&input, Names::Headings), objects(&input, Names::Machine));
    assert_eq!((people.len(), machine.len()), (9_000, 9_000));
    let fields = fields();
    for (row, (said, found)) in people.iter().zip(&machine).enumerate() {
        let is_review = said["FastTrack tier"] == "Needs review";
        for field in &fields {
            let Some(heading) = &field.heading else { continue };
            let wanted = typed(field, &said[heading], is_review);
            assert_eq!(found[&field.name], wanted, "row {row}, {}", field.name);
            let confirm = field.name.strip_prefix("entitled_").map(|id| &found[format!("confirm_{id}")]);
            if let Some(confirm) = confirm.filter(|_| !wanted.is_null()) {
                assert_eq!(*confirm, json!(said[heading] == "Yes, confirm"), "row {row}, {heading}");
            }
        }
        let wanted = if said["FastTrack tier"].is_null() { Value::Null } else { json!(is_review) };
        assert_eq!(found["needs_review"], wanted, "row {row}");
    }
}

#[test]
fn a_heading_of_the_roster_that_is_a_machine_name_stays_and_ours_gets_another() {
    let text = "Tenant,Plan,Paid seats,fasttrack_tier\nContoso,SPE_E3,480,Gold\n";
    for format in FLAT {
        let (_, flat) = named("roster.csv", text.as_bytes(), format, Names::Machine);
        assert_eq!(flat.under(0, "fasttrack_tier"), "Gold");
        assert_eq!(flat.under(0, "fasttrack_tier (FastTrack)"), "Specialist");
    }
}

#[test]
fn a_file_with_machine_names_can_be_annotated_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("roster.csv"), ROSTER).unwrap();
    let machine = |input: &str, output: &str| {
        let job = Job { format: Format::Csv, names: Names::Machine, ..job(&at(input), &at(output)) };
        run(&job).unwrap();
        Flat::read(&at(output))
    };
    let (first, second) = (machine("roster.csv", "first.csv"), machine("first.csv", "second.csv"));
    // A row that was blank has its number now.
    for row in 0..2 {
        for name in ["why", "fasttrack_tier", "seats_counted", "confirm_migration"] {
            assert_eq!(first.under(row, name), second.under(row, &format!("{name} (FastTrack)")));
        }
    }
}

#[test]
fn headings_are_what_a_file_has_when_nothing_else_is_asked_for() {
    for format in FLAT {
        let (_, flat) = annotated("roster.csv", ROSTER.as_bytes(), format);
        let wanted: Vec<String> = fields().into_iter().filter_map(|field| field.heading).collect();
        assert_eq!(flat.headings[4..], wanted, "{format:?}");
    }
}

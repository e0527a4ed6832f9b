//! Files that the `parquet` crate writes, in all the ways that it can, and what becomes of them when they are damaged.

use crate::about::Form;
use crate::error::Result;
use crate::record::{Cell, Flaw};
use crate::scratch::Scratch;
use crate::tests_support::{Row, code_of, known_headings, read_all, read_headed, read_with};
use crate::{Block, Input, Limits, Options, open};
use parquet::basic::{Compression, ConvertedType, Encoding, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::{
    EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion,
};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// A column of a file.
#[derive(Debug)]
enum Column {
    Texts(Vec<Option<String>>),
    Wholes(Vec<Option<i64>>),
    Truths(Vec<bool>),
    Floats(Vec<Option<f64>>),
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Texts(values) => values.len(),
            Self::Wholes(values) => values.len(),
            Self::Truths(values) => values.len(),
            Self::Floats(values) => values.len(),
        }
    }

    fn described(&self, name: &str) -> Type {
        let (physical, repetition) = match self {
            Self::Texts(_) => (Physical::BYTE_ARRAY, Repetition::OPTIONAL),
            Self::Wholes(_) => (Physical::INT64, Repetition::OPTIONAL),
            Self::Truths(_) => (Physical::BOOLEAN, Repetition::REQUIRED),
            Self::Floats(_) => (Physical::DOUBLE, Repetition::OPTIONAL),
        };
        let kind = Type::primitive_type_builder(name, physical).with_repetition(repetition);
        let is_text = matches!(self, Self::Texts(_));
        let kind = if is_text { kind.with_converted_type(ConvertedType::UTF8) } else { kind };
        kind.build().unwrap()
    }

    fn write(&self, rows: std::ops::Range<usize>, to: &mut ColumnWriter<'_>) {
        fn levels<T>(values: &[Option<T>]) -> Vec<i16> {
            values.iter().map(|value| i16::from(value.is_some())).collect()
        }
        match (self, to) {
            (Self::Texts(values), ColumnWriter::ByteArrayColumnWriter(to)) => {
                let values = &values[rows];
                let texts: Vec<ByteArray> =
                    values.iter().flatten().map(|text| text.as_str().into()).collect();
                to.write_batch(&texts, Some(&levels(values)), None).unwrap();
            }
            (Self::Wholes(values), ColumnWriter::Int64ColumnWriter(to)) => {
                let values = &values[rows];
                let wholes: Vec<i64> = values.iter().flatten().copied().collect();
                to.write_batch(&wholes, Some(&levels(values)), None).unwrap();
            }
            (Self::Truths(values), ColumnWriter::BoolColumnWriter(to)) => {
                to.write_batch(&values[rows], None, None).unwrap();
            }
            (Self::Floats(values), ColumnWriter::DoubleColumnWriter(to)) => {
                let values = &values[rows];
                let floats: Vec<f64> = values.iter().flatten().copied().collect();
                to.write_batch(&floats, Some(&levels(values)), None).unwrap();
            }
            _ => panic!("a column of another type"),
        }
    }

    /// What its cell shows.
    fn shown(&self, row: usize) -> String {
        match self {
            Self::Texts(values) => values[row].clone().unwrap_or_default(),
            Self::Wholes(values) => values[row].map(|value| value.to_string()).unwrap_or_default(),
            Self::Truths(values) => values[row].to_string().to_uppercase(),
            Self::Floats(values) => values[row].map(|value| value.to_string()).unwrap_or_default(),
        }
    }
}

/// Returns a file with these columns, in groups of so many rows.
fn file(columns: &[(&str, Column)], group: usize, properties: WriterPropertiesBuilder) -> Vec<u8> {
    let fields = columns.iter().map(|(name, column)| Arc::new(column.described(name))).collect();
    let schema = Arc::new(Type::group_type_builder("schema").with_fields(fields).build().unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).unwrap();
    let rows = columns.first().map_or(0, |(_, column)| column.len());
    for start in (0..rows).step_by(group.max(1)) {
        let mut next = writer.next_row_group().unwrap();
        for (_, column) in columns {
            let mut to = next.next_column().unwrap().unwrap();
            column.write(start..rows.min(start + group), to.untyped());
            to.close().unwrap();
        }
        next.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn plain() -> WriterPropertiesBuilder {
    WriterProperties::builder()
}

fn roster(rows: usize) -> Vec<(&'static str, Column)> {
    let tenant = |row: usize| Some(format!("tenant{row}.example"));
    let plan = |row: usize| {
        ["Microsoft 365 E3", "EMS E3", "Office 365 E5"].get(row % 4).map(|plan| (*plan).to_owned())
    };
    let seats = |row: usize| i64::try_from(row % 900).ok().filter(|_| !row.is_multiple_of(7));
    vec![
        ("Tenant", Column::Texts((0..rows).map(tenant).collect())),
        ("Plan", Column::Texts((0..rows).map(plan).collect())),
        ("Seats", Column::Wholes((0..rows).map(seats).collect())),
        ("Active", Column::Truths((0..rows).map(|row| row % 3 > 0).collect())),
    ]
}

/// What the rows of columns are to be read as: without the blank cells at their ends.
fn wanted(columns: &[(&str, Column)]) -> Vec<Row> {
    let rows = columns.first().map_or(0, |(_, column)| column.len());
    let row = |row: usize| {
        let mut cells: Vec<String> = columns.iter().map(|(_, column)| column.shown(row)).collect();
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        (row as u64 + 1, cells, None)
    };
    (0..rows).map(row).collect()
}

#[test]
fn the_names_of_the_columns_are_the_headings_and_rows_count_from_one() {
    let columns = roster(3);
    let (about, rows) = read_all(&file(&columns, 100, plain())).unwrap();
    assert_eq!(about.headings, ["Tenant", "Plan", "Seats", "Active"]);
    assert_eq!((about.header_row, about.sheet(), about.record_word()), (0, None, "row"));
    assert_eq!(about.form, Form::Parquet { parts: Vec::new(), rows: 3, remarks: Vec::new() });
    assert_eq!(about.first[1], ["tenant1.example", "EMS E3", "1", "TRUE"]);
    assert_eq!(about.longest, [15, 16, 1, 5]);
    assert_eq!(rows, wanted(&columns));
    assert_eq!(about.place(2, Some(1)).to_string(), "row 2");
}

#[test]
fn groups_and_blocks_of_many_sizes_come_in_order_and_whole() {
    let columns = roster(40_000);
    for group in [1_000, 16_384, 17_000, 40_000] {
        let properties = plain().set_data_page_row_count_limit(3_000).set_write_batch_size(500);
        let (_, rows) = read_all(&file(&columns, group, properties)).unwrap();
        assert!(rows == wanted(&columns), "groups of {group}");
    }
}

#[test]
fn a_file_without_rows_has_its_headings() {
    let (about, rows) = read_all(&file(&roster(0), 100, plain())).unwrap();
    assert_eq!((about.headings.len(), rows.len()), (4, 0));
    assert_eq!(code_of(&file(&[], 100, plain())), "roster-empty");
}

#[test]
fn bytes_that_are_no_text_mark_their_row() {
    let mut bytes = file(
        &roster(3),
        100,
        plain().set_dictionary_enabled(false).set_statistics_enabled(EnabledStatistics::None),
    );
    let at = bytes.windows(7).position(|window| window == b"tenant1").unwrap();
    bytes[at] = 0xff;
    let (_, rows) = read_all(&bytes).unwrap();
    let flaws: Vec<Option<Flaw>> = rows.iter().map(|row| row.2).collect();
    assert_eq!(flaws, [None, Some(Flaw::Undecodable), None]);
    assert_eq!(rows[1].1[0], "\u{fffd}enant1.example");
}

#[test]
fn a_checksum_that_is_wrong_is_noticed() {
    // Values that a reader without checksums would take.
    let properties = || plain().set_dictionary_enabled(false).set_statistics_enabled(EnabledStatistics::None);
    let bytes = file(&roster(3), 100, properties());
    assert!(read_all(&bytes).is_ok());
    let checked = include_bytes!("../../../../tests/parquet/checksums.parquet");
    assert!(read_all(checked).is_ok());
    let at = checked.windows(7).position(|window| window == b"Contoso").unwrap();
    let mut wrong = checked.to_vec();
    wrong[at] = b'K';
    assert_eq!(code_of(&wrong), "parquet-damaged");
}

#[test]
fn what_no_cell_can_show_is_left_out_and_told() {
    let mut shown: Vec<Vec<String>> = Vec::new();
    let about = read_with(include_bytes!("../../../../tests/parquet/kinds.parquet"), None, &mut |records| {
        let digits = |cell: Cell<'_>| match cell {
            Cell::Number { written, .. } if !written.is_empty() => written.to_owned(),
            cell => cell.shown(),
        };
        shown.extend(
            records
                .iter()
                .map(|record| (0..record.width()).map(|column| digits(record.cell(column))).collect()),
        );
    })
    .unwrap();
    let text = String::from_utf8(include_bytes!("../../../../tests/parquet/kinds.csv").to_vec()).unwrap();
    let mut lines = text.lines().map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(about.headings, lines.next().unwrap());
    for cells in &mut shown {
        cells.resize(about.headings.len(), String::new());
    }
    assert_eq!(shown, lines.collect::<Vec<_>>());
    assert_eq!(
        about.remarks(3, 0),
        [
            "the columns `services`, `names` hold lists, which a cell cannot show, and are not in the output",
            "dates and times are shown in UTC: `seen`",
        ]
    );
    assert_eq!(about.formats, ["0.00", "0.000000", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"]);
}

#[test]
fn a_row_of_headings_cannot_be_named() {
    let error = read_headed(&file(&roster(2), 100, plain()), 1).map(|_| ()).unwrap_err();
    assert_eq!(error.diagnostics[0].code.as_str(), "heading-row-missing");
    assert!(error.diagnostics[0].message.contains("names its columns itself"), "{error}");
}

/// Reads a folder.
fn read_folder(path: &Path) -> Result<(crate::about::About, Vec<Vec<String>>)> {
    let scratch = Scratch::system();
    let options = Options::new(Limits::default(), &scratch, &known_headings);
    let mut reader = open(&Input::File(path.to_owned()), options)?;
    let mut rows = Vec::new();
    reader.read(&mut |block: Block| {
        for record in block.records()?.iter() {
            assert_eq!(record.number, rows.len() as u64 + 1);
            rows.push((0..record.width()).map(|column| record.cell(column).shown()).collect());
        }
        Ok(())
    })?;
    Ok((reader.about, rows))
}

fn folder_code(path: &Path) -> &'static str {
    read_folder(path).map(|_| ()).unwrap_err().diagnostics[0].code.as_str()
}

fn written(folder: &Path, name: &str, columns: &[(&str, Column)]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, file(columns, 100, plain())).unwrap();
}

fn texts(values: &[&str]) -> Column {
    Column::Texts(values.iter().map(|value| Some((*value).to_owned())).collect())
}

#[test]
fn the_files_of_a_folder_are_one_table_in_the_order_of_their_names() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), "part-00001.parquet", &[("Tenant", texts(&["b"])), ("Plan", texts(&["E5"]))]);
    written(
        folder.path(),
        "part-00000.parquet",
        &[("Tenant", texts(&["a", "a2"])), ("Plan", texts(&["E3", "F3"]))],
    );
    written(folder.path(), "part-00002.parquet", &[("Plan", texts(&[])), ("Tenant", texts(&[]))]);
    written(folder.path(), "part-00003.parquet", &[("Plan", texts(&["A3"])), ("Tenant", texts(&["c"]))]);
    for other in ["_SUCCESS", ".part-00000.parquet.crc", "_metadata"] {
        std::fs::write(folder.path().join(other), b"x").unwrap();
    }
    let (about, rows) = read_folder(folder.path()).unwrap();
    assert_eq!(about.headings, ["Tenant", "Plan"]);
    assert_eq!(rows, [["a", "E3"], ["a2", "F3"], ["b", "E5"], ["c", "A3"]]);
    assert_eq!(about.place(4, None).to_string(), "row 4 (`part-00003.parquet`, row 1)");
    assert_eq!(about.place(3, None).short(), "row 3");
    // What `sha256sum` prints for the files, hashed once more.
    let mut lines = String::new();
    for part in ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet", "part-00003.parquet"] {
        let bytes = std::fs::read(folder.path().join(part)).unwrap();
        writeln!(lines, "{}  {part}", crate::hash::shown(sha2::Digest::new_with_prefix(bytes))).unwrap();
    }
    assert_eq!(about.sha256, crate::hash::shown(sha2::Digest::new_with_prefix(lines)));
    assert_eq!(crate::sha256_of_folder(folder.path(), &Limits::default()).unwrap(), about.sha256);
}

#[test]
fn folders_named_after_a_column_are_that_column() {
    let folder = tempfile::tempdir().unwrap();
    for (name, tenant) in [
        ("country=DE/desk=north%2Fwest/x.parquet", "a"),
        ("country=__HIVE_DEFAULT_PARTITION__/desk=south/x.parquet", "b"),
        ("country=US/desk=/x.parquet", "c"),
    ] {
        written(folder.path(), name, &[("Tenant", texts(&[tenant]))]);
    }
    let (about, rows) = read_folder(folder.path()).unwrap();
    assert_eq!(about.headings, ["Tenant", "country", "desk"]);
    assert_eq!(rows, [vec!["a", "DE", "north/west"], vec!["c", "US"], vec!["b", "", "south"]]);
    written(folder.path(), "country=FR/y.parquet", &[("Tenant", texts(&["d"]))]);
    assert_eq!(folder_code(folder.path()), "parquet-parts-differ");
}

#[test]
fn a_folder_that_is_not_one_whole_table_is_refused() {
    type Change = fn(&Path);
    let changes: [(Change, &str); 8] = [
        (|path| std::fs::write(path.join("notes.txt"), b"Tenant").unwrap(), "parquet-folder"),
        (|path| std::fs::create_dir(path.join("more")).unwrap(), "parquet-folder"),
        (|path| std::fs::create_dir(path.join("_temporary")).unwrap(), "parquet-folder"),
        (|path| std::fs::create_dir(path.join("_delta_log")).unwrap(), "parquet-folder"),
        (|path| std::fs::write(path.join("z.parquet"), b"PAR1").unwrap(), "parquet-damaged"),
        (|path| written(path, "z.parquet", &[("Tenant", texts(&["b"]))]), "parquet-parts-differ"),
        (
            |path| {
                written(
                    path,
                    "z.parquet",
                    &[("Tenant", texts(&[])), ("Plan", texts(&[])), ("x", texts(&[]))],
                );
            },
            "parquet-parts-differ",
        ),
        (|path| std::fs::remove_file(path.join("a.parquet")).unwrap(), "roster-unreadable"),
    ];
    for (change, code) in changes {
        let folder = tempfile::tempdir().unwrap();
        written(folder.path(), "a.parquet", &[("Tenant", texts(&["a"])), ("Plan", texts(&["E3"]))]);
        assert!(read_folder(folder.path()).is_ok());
        change(folder.path());
        assert_eq!(folder_code(folder.path()), code);
    }
}

#[test]
fn a_folder_that_changes_while_it_is_read_is_noticed() {
    type Change = fn(&Path, &[(&str, Column)]);
    let folder = tempfile::tempdir().unwrap();
    let columns = |tenant| [("Tenant", texts(&[tenant])), ("Plan", texts(&["E3"]))];
    let rewrite: [Change; 3] = [
        |path, columns| written(path, "a.parquet", columns),
        |path, columns| written(path, "b.parquet", columns),
        |path, _| std::fs::remove_file(path.join("a.parquet")).unwrap(),
    ];
    for change in rewrite {
        let _ = std::fs::remove_file(folder.path().join("b.parquet"));
        written(folder.path(), "a.parquet", &columns("a"));
        let scratch = Scratch::system();
        let options = Options::new(Limits::default(), &scratch, &known_headings);
        let mut reader = open(&Input::File(folder.path().to_owned()), options).unwrap();
        change(folder.path(), &columns("b"));
        let error = reader.read(&mut |block: Block| block.records().map(|_| ())).unwrap_err();
        assert!(
            ["roster-changed", "roster-unreadable"].contains(&error.diagnostics[0].code.as_str()),
            "{error}"
        );
    }
}

#[test]
fn a_file_that_is_cut_off_or_followed_by_something_is_refused() {
    let bytes = file(&roster(50), 20, plain());
    for end in (4..bytes.len()).step_by(7) {
        assert_eq!(code_of(&bytes[..end]), "parquet-damaged", "the first {end} bytes");
    }
    assert_eq!(code_of(&[bytes.as_slice(), b"\r\n"].concat()), "parquet-damaged");
    assert_eq!(code_of(b"PARE\0\0\0\0"), "roster-format");
}

#[test]
fn two_thousand_changed_bytes_are_read_or_refused() {
    let version = |version| plain().set_writer_version(version).set_compression(Compression::SNAPPY);
    let delta = version(WriterVersion::PARQUET_2_0)
        .set_dictionary_enabled(false)
        .set_column_encoding(ColumnPath::from("Tenant"), Encoding::DELTA_BYTE_ARRAY)
        .set_column_encoding(ColumnPath::from("Plan"), Encoding::DELTA_LENGTH_BYTE_ARRAY)
        .set_column_encoding(ColumnPath::from("Seats"), Encoding::DELTA_BINARY_PACKED);
    let old = version(WriterVersion::PARQUET_1_0);
    let (mut seed, mut read, mut refused) = (7_u64, 0, 0);
    for bytes in [file(&roster(60), 25, delta), file(&roster(60), 25, old)] {
        for _ in 0..1_000 {
            // A generator of few lines is random enough for places.
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut changed = bytes.clone();
            let place = usize::try_from(seed >> 33).unwrap() % changed.len();
            changed[place] ^= u8::try_from(seed >> 24 & 0xff).unwrap().max(1);
            match read_all(&changed) {
                Ok((_, rows)) => {
                    assert!(rows.len() <= 60);
                    read += 1;
                }
                Err(error) => {
                    assert!(error.diagnostics.iter().all(|found| !found.help.is_empty()), "{error}");
                    refused += 1;
                }
            }
        }
    }
    assert!(read > 100 && refused > 100, "{read} were read, {refused} refused");
}

fn text() -> impl Strategy<Value = Option<String>> {
    let known = [
        "",
        "Contoso",
        "SPE_E3",
        "0480",
        "=1+1",
        "two\nlines",
        "a text that is longer than others, and long enough to be kept once in a block",
    ];
    prop_oneof![
        4 => prop::sample::select(known.to_vec()).prop_map(|text| Some(text.to_owned())),
        2 => "\\PC{0,12}".prop_map(Some),
        1 => Just(None),
    ]
}

fn columns() -> impl Strategy<Value = Vec<(&'static str, Column)>> {
    (0_usize..400).prop_flat_map(|rows| {
        let texts = || prop::collection::vec(text(), rows).prop_map(Column::Texts);
        let wholes = prop::collection::vec(any::<Option<i64>>(), rows);
        let floats = prop::collection::vec(prop::option::of(-1e9_f64..1e9), rows);
        let truths = prop::collection::vec(any::<bool>(), rows);
        (texts(), texts(), wholes, floats, truths).prop_map(|(tenant, plan, seats, price, active)| {
            vec![
                ("Tenant", tenant),
                ("Plan", plan),
                ("Seats", Column::Wholes(seats)),
                ("Price", Column::Floats(price)),
                ("Active", Column::Truths(active)),
            ]
        })
    })
}

/// The ways in which a file can be written.
fn properties() -> impl Strategy<Value = WriterPropertiesBuilder> {
    let encodings = [Encoding::PLAIN, Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY];
    let texts = || prop::sample::select(encodings.to_vec());
    let wholes = [Encoding::PLAIN, Encoding::DELTA_BINARY_PACKED, Encoding::BYTE_STREAM_SPLIT];
    let wholes = prop::sample::select(wholes.to_vec());
    (any::<bool>(), any::<bool>(), any::<bool>(), texts(), texts(), wholes, 1_usize..200).prop_map(
        |(is_new, is_packed, has_dictionary, tenant, plan, seats, page)| {
            plain()
                .set_writer_version(if is_new {
                    WriterVersion::PARQUET_2_0
                } else {
                    WriterVersion::PARQUET_1_0
                })
                .set_compression(if is_packed { Compression::SNAPPY } else { Compression::UNCOMPRESSED })
                .set_dictionary_enabled(has_dictionary)
                .set_dictionary_page_size_limit(page * 8)
                .set_column_encoding(ColumnPath::from("Tenant"), tenant)
                .set_column_encoding(ColumnPath::from("Plan"), plan)
                .set_column_encoding(ColumnPath::from("Seats"), seats)
                .set_write_batch_size(page)
                .set_data_page_row_count_limit(page)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]
    #[test]
    fn every_cell_comes_back_however_the_file_is_written(
        columns in columns(), properties in properties(), group in 1_usize..300,
    ) {
        let (_, rows) = read_all(&file(&columns, group, properties)).unwrap();
        let wanted = wanted(&columns);
        prop_assert_eq!(rows.len(), wanted.len());
        for (found, wanted) in rows.iter().zip(&wanted) {
            // A whole number that binary does not hold shows fewer digits than it has, but keeps them.
            let close = |found: &str, wanted: &str| found == wanted
                || wanted.parse::<f64>().is_ok_and(|number| number.to_string() == found);
            prop_assert_eq!((found.0, found.1.len(), found.2), (wanted.0, wanted.1.len(), None));
            prop_assert!(found.1.iter().zip(&wanted.1).all(|(found, wanted)| close(found, wanted)), "{:?} {:?}", found, wanted);
        }
    }
}

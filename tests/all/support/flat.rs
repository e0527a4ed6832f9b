//! The annotated roster out of files without sheets, by readers that are not ours.

use fasttrack_roster::job::{Done, Job};
use fasttrack_roster::output_fields::Names;
use fasttrack_roster::write::format::Format;
use serde_json::{Map, Value};
use std::path::Path;

/// Every format without sheets.
pub(crate) const FLAT: [Format; 3] = [Format::Csv, Format::Jsonl, Format::Parquet];

/// Headings and cells of a file, as a person reads them; a blank cell is empty.
#[derive(Debug)]
pub(crate) struct Flat {
    pub headings: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Flat {
    /// Reads a file by its extension.
    pub(crate) fn read(path: &Path) -> Self {
        match path.extension().unwrap().to_str().unwrap() {
            "csv" => csv(&std::fs::read(path).unwrap()),
            "jsonl" => jsonl(path),
            "parquet" => parquet(path),
            other => panic!("no reader for .{other}"),
        }
    }

    /// The place of a heading.
    pub(crate) fn column(&self, heading: &str) -> usize {
        let found = self.headings.iter().position(|found| found == heading);
        found.unwrap_or_else(|| panic!("no heading `{heading}` in {:?}", self.headings))
    }

    /// The cell under a heading.
    pub(crate) fn under(&self, row: usize, heading: &str) -> &str {
        &self.rows[row][self.column(heading)]
    }
}

/// Writes bytes as a roster, annotates it into a file of a format, and reads that.
pub(crate) fn annotated(name: &str, bytes: &[u8], format: Format) -> (Done, Flat) {
    named(name, bytes, format, Names::Headings)
}

/// Likewise, with columns that are named so.
pub(crate) fn named(name: &str, bytes: &[u8], format: Format, names: Names) -> (Done, Flat) {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join(name);
    let output = folder.path().join(format!("out.{}", format.word()));
    std::fs::write(&input, bytes).unwrap();
    let done = super::run(&Job { format, names, ..super::job(&input, &output) }).unwrap();
    assert_eq!(done.written.as_ref().unwrap().bytes, std::fs::metadata(&output).unwrap().len());
    (done, Flat::read(&output))
}

/// Comma-separated text with the mark of UTF-8, CRLF behind every row, and as many cells in each.
fn csv(bytes: &[u8]) -> Flat {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap();
    assert!(text.ends_with(b"\r\n"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(false).from_reader(text);
    let mut rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
    Flat { headings: rows.next().unwrap(), rows: rows.collect() }
}

/// One object a line; the order of the keys is taken from the text of the first.
fn jsonl(path: &Path) -> Flat {
    let text = std::fs::read_to_string(path).unwrap();
    let objects: Vec<Map<String, Value>> =
        text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut headings: Vec<String> =
        objects.first().map(|row| row.keys().cloned().collect()).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    let place = |name: &String| first.find(&format!("{}:", serde_json::to_string(name).unwrap()));
    headings.sort_by_key(|name| place(name).unwrap_or(0));
    let shown = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string().to_uppercase(),
        other => other.to_string(),
    };
    let row = |object: &Map<String, Value>| {
        assert_eq!(object.len(), headings.len());
        headings.iter().map(|name| shown(&object[name])).collect()
    };
    let rows = objects.iter().map(row).collect();
    Flat { headings, rows }
}

/// Every row of every group; counts are numbers, and what is true or false is such; all else is text.
fn parquet(path: &Path) -> Flat {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr();
    let headings = schema.columns().iter().map(|column| column.name().to_owned()).collect();
    let shown = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(count) => count.to_string(),
        Field::Bool(value) => value.to_string(),
        other => panic!("{other:?} is no cell of ours"),
    };
    let row = |row: parquet::record::Row| row.get_column_iter().map(|(_, field)| shown(field)).collect();
    let rows = reader.get_row_iter(None).unwrap().map(|found| row(found.unwrap())).collect();
    Flat { headings, rows }
}

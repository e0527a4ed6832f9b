//! Both ways of writing a roster make the same cells: ours, and the workbook library's.

mod small;

use super::template::Cut;
use super::*;
use crate::model::{Block, COUNT_FORMAT, Choice, ChooseFrom, Column, LIMIT_LINKS, Page, PutCell, Table};
use crate::scratch::Scratch;
use crate::verify::Start;
use calamine::{Data, Reader, Xlsx, open_workbook};
use proptest::prelude::*;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;
use zip::ZipArchive;

const REPEATED: [&str; 3] = ["Yes, confirm", "Exchange Online; <b> & _x0041_", " outer "];
const FORMATS: [&str; 4] = ["", "00000", "yyyy-mm-dd", "#,##0.00 \"<&>\""];
const STYLES: [Style; 4] = [Style::Plain, Style::Figure, Style::Rung(2), Style::Review];

/// A cell that owns its text.
#[derive(Clone, Debug)]
enum Kept {
    Blank,
    Text(String),
    Repeated(usize),
    Count(u64),
    Number(f64, usize),
    Date(f64, usize),
    Bool(bool),
}

impl Kept {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Blank => Value::Blank,
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Repeated(index) => Value::Repeated { index: *index, text: REPEATED[*index] },
            Self::Count(count) => Value::Count(*count),
            Self::Number(value, format) => {
                Value::Number { value: *value, format: FORMATS[*format], written: "" }
            }
            Self::Date(value, format) => Value::Date(*value, FORMATS[*format]),
            Self::Bool(value) => Value::Bool(*value),
        }
    }
}

impl Kept {
    /// Returns the same as a cell of a long table.
    fn cell(&self, style: Style) -> CellOut {
        let value = match self {
            Self::Blank => Value::Blank,
            Self::Text(text) => Value::Text(Cow::Owned(text.clone())),
            Self::Repeated(index) => Value::text(REPEATED[*index]),
            Self::Count(count) => Value::Count(*count),
            Self::Number(value, format) => {
                Value::Number { value: *value, format: FORMATS[*format], written: "" }
            }
            Self::Date(value, format) => Value::Date(*value, FORMATS[*format]),
            Self::Bool(value) => Value::Bool(*value),
        };
        CellOut::styled(value, style)
    }
}

/// A sheet as a reader sees it: its name, and its cells by row and column from 0.
type Seen = (String, Vec<(u32, u32, Data)>);

/// The cells of a row, each with its style, and how many blank rows stand before it.
type Row = (u64, Vec<(Kept, Style)>);

fn streams(review: Stream) -> Streams {
    with_review(review).0
}

fn with_review(review: Stream) -> (Streams, SheetId) {
    let mut streams = Streams::new(1, stream());
    let review = streams.add_behind(review);
    (streams, review)
}

fn stream() -> Stream {
    let column = |heading: &str| Column {
        heading: heading.to_owned(),
        style: Style::OurHeading,
        width: 12.0,
        note: String::new(),
    };
    let plain = STYLES.map(|style| (style, String::new()));
    let formatted = FORMATS.iter().chain([&COUNT_FORMAT]).skip(1);
    let formatted = formatted.flat_map(|format| STYLES.map(|style| (style, (*format).to_owned())));
    Stream {
        name: "Roster",
        columns: ["Tenant", "a\tb\r\n\u{1}", "", "_x0041_"].map(column).to_vec(),
        frozen_columns: 1,
        looks: plain.into_iter().chain(formatted).collect(),
        repeated: REPEATED.map(str::to_owned).to_vec(),
        printed: None,
        highlights: vec![],
        nothing: "All rows of the roster are blank.",
        choices: vec![],
    }
}

fn list(name: &'static str) -> Stream {
    let columns = ["Source row", "Where", "What is wrong"].map(|heading| Column::ours((heading, 12.0, "")));
    Stream { nothing: "Nothing to list.", ..Stream::new(name, columns.to_vec(), 0) }
}

fn front() -> Sheet {
    Sheet { name: "Summary", widths: vec![9.0], page: Page::Single, blocks: vec![], names: vec![] }
}

/// A sheet with a long table below a title and another table.
fn long_list() -> Sheet {
    let other =
        Table { headings: vec!["Seats".to_owned()], rows: vec![vec![CellOut::count(7)]], ..Table::default() };
    let headings = ["A", "B", "C", "D", "E", "F"].map(str::to_owned).to_vec();
    let list = Table { title: "All".to_owned(), headings, has_filter: true, ..Table::default() };
    let below = Table { rows: vec![vec![CellOut::text("below")]], ..Table::default() };
    let blocks =
        vec![Block::Title("Long".to_owned()), Block::Table(other), Block::Table(list), Block::Table(below)];
    Sheet { name: "Long list", widths: vec![9.0], page: Page::Landscape, blocks, names: vec![] }
}

fn write(path: &Path, method: Method, rows: &[Row]) -> Result<Written> {
    write_sharing(path, method, rows, SharedTexts::default())
}

fn write_sharing(path: &Path, method: Method, rows: &[Row], shared: SharedTexts) -> Result<Written> {
    let making = WriteOptions { method, compression: Compression::Fast, workers: Workers::new(2).unwrap() };
    let target = Target::File(path.to_owned());
    let (mut streams, review) = with_review(list("Review"));
    streams.share(shared);
    let mut writer = Writer::create(&target, &Scratch::system(), making, streams, &Properties::default())?;
    let renderer = writer.renderer();
    let mut ordinal = 0;
    for some in rows.chunks(7) {
        let mut batch = renderer.as_ref().map(|renderer| renderer.batch());
        for (blank, cells) in some {
            ordinal += blank + 1;
            if let Some(batch) = &mut batch {
                batch.row(ordinal, |emit| {
                    (0..)
                        .zip(cells)
                        .try_for_each(|(column, (kept, style))| emit(column, &kept.value(), *style))
                })?;
            } else {
                writer.main_row(ordinal)?;
                for (column, (kept, style)) in cells.iter().enumerate() {
                    writer.main_cell(column, &kept.value(), *style)?;
                }
            }
        }
        if let Some(batch) = batch {
            writer.append(batch.finish()?)?;
        }
    }
    let is_seen = |(kept, style): &(Kept, Style)| match kept {
        Kept::Blank => *style != Style::Plain,
        Kept::Text(text) => !text.is_empty() || *style != Style::Plain,
        _ => true,
    };
    let filled = rows.iter().filter(|(_, cells)| cells.iter().any(is_seen)).count() as u64;
    // The same cells stand on sheets of the other kinds, too.
    for (_, cells) in rows {
        let cells: Vec<_> = cells.iter().map(|(kept, style)| (kept.value(), *style)).collect();
        writer.row(review, &cells)?;
    }
    let mut long = long_list();
    let cells = |row: usize| rows[row].1.iter().map(|(kept, style)| kept.cell(*style)).collect();
    writer.fill(&mut long, rows.len(), cells)?;
    writer.finish(&[front(), long], RowCount { all: ordinal, filled })
}

/// Returns what a reader sees: the sheets in order, each with its cells and where they stand.
fn read(path: &Path) -> Vec<Seen> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let names = book.sheet_names();
    let mut sheets = Vec::new();
    for name in names {
        let mut cells = Vec::new();
        let mut reader = book.worksheet_cells_reader(&name).unwrap();
        while let Some(cell) = reader.next_cell().unwrap() {
            let (row, column) = cell.get_position();
            cells.push((row, column, Data::from(cell.get_value().clone())));
        }
        cells.retain(|(_, _, value)| *value != Data::Empty);
        sheets.push((name, cells));
    }
    sheets
}

fn both(rows: &[Row]) -> [Vec<Seen>; 2] {
    let folder = tempfile::tempdir().unwrap();
    [Method::Streamed, Method::Library].map(|method| {
        let path = folder.path().join("out.xlsx");
        write(&path, method, rows).unwrap();
        read(&path)
    })
}

fn any_cell() -> impl Strategy<Value = (Kept, Style)> {
    let text = prop_oneof![
        "\\PC{0,12}",
        "[ \\t\\r\\n\\x00-\\x1f&<>\"'_x0-9a-fA-F\u{fffe}\u{ffff}\u{1f600}\u{ef}]{0,16}",
        "(_x00[0-4][0-9A-F]_){0,3}",
    ];
    let number = prop_oneof![
        any::<f64>().prop_filter("a cell holds finite numbers", |value| value.is_finite()),
        any::<i32>().prop_map(f64::from),
    ];
    let kept = prop_oneof![
        1 => Just(Kept::Blank),
        6 => text.prop_map(Kept::Text),
        1 => (0..REPEATED.len()).prop_map(Kept::Repeated),
        1 => (0_u64..1 << 53).prop_map(Kept::Count),
        2 => (number, 0..FORMATS.len()).prop_map(|(value, format)| Kept::Number(value, format)),
        1 => (0.0..2_958_465.0, 1..FORMATS.len()).prop_map(|(value, format)| Kept::Date(value, format)),
        1 => any::<bool>().prop_map(Kept::Bool),
    ];
    (kept, prop::sample::select(STYLES.to_vec()))
}

proptest! {
    // 50 workbooks of 200 rows: 10,000 rows through both writers.
    #![proptest_config(ProptestConfig { cases: 50, max_shrink_iters: 200, ..ProptestConfig::default() })]
    #[test]
    fn any_row_is_the_same_from_both_writers(
        rows in prop::collection::vec((0_u64..3, prop::collection::vec(any_cell(), 0..6)), 200)
    ) {
        let [ours, theirs] = both(&rows);
        prop_assert_eq!(&ours, &theirs);
        prop_assert_eq!(small::read_back(&rows), ours);
    }
}

#[test]
fn a_long_table_has_its_rows_below_what_is_above_it() {
    let folder = tempfile::tempdir().unwrap();
    // One row has none below the one that the library writes; 1,500 go to the workers three times.
    for count in [1_u32, 2, 1_500] {
        for method in [Method::Streamed, Method::Library] {
            let path = folder.path().join("out.xlsx");
            let rows: Vec<Row> =
                (1..=count).map(|row| (0, vec![(Kept::Count(row.into()), Style::Figure)])).collect();
            write(&path, method, &rows).unwrap();
            let sheets = read(&path);
            let (_, cells) = sheets.iter().find(|(name, _)| name == "Long list").unwrap();
            let of_list: Vec<(u32, u32, Data)> =
                (1..=count).map(|row| (row + 6, 0, Data::Float(row.into()))).collect();
            let below = (count + 8, 0, Data::String("below".to_owned()));
            let wanted: Vec<_> = of_list.into_iter().chain([below]).collect();
            assert_eq!(cells[cells.len() - wanted.len()..], wanted, "{count}");
            let mut archive = ZipArchive::new(File::open(&path).unwrap()).unwrap();
            let sheet = template::sheet_xml(&mut archive, 4).unwrap();
            assert!(sheet.contains(&format!("<dimension ref=\"A1:F{}\"/>", count + 9)), "{count}");
            let tables =
                (1..=4).map(|number| template::text(&mut archive, &format!("xl/tables/table{number}.xml")));
            let tables: Vec<String> = tables.map_while(Result::ok).collect();
            let table = tables.iter().find(|table| table.contains("\"Long_list\"")).unwrap();
            assert_eq!(table.matches(&format!("ref=\"A7:F{}\"", count + 7)).count(), 2, "{table}");
        }
    }
}

#[test]
fn rows_for_a_table_that_a_sheet_does_not_have_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::File(folder.path().join("out.xlsx"));
    let create = || {
        let (making, scratch) = (WriteOptions::default(), Scratch::system());
        let streams = streams(list("Review"));
        Writer::create(&target, &scratch, making, streams, &Properties::default()).unwrap()
    };
    let cells = |_| vec![CellOut::count(7)];
    assert!(create().fill(&mut front(), 3, cells).is_err());
    let mut long = long_list();
    let unknown = |_| vec![CellOut::styled(Value::text("?"), Style::Rung(9))];
    assert!(create().fill(&mut long, 3, unknown).is_err_and(|error| error.to_string().contains("announced")));
    // What got its rows has to be among the sheets.
    let mut writer = create();
    writer.fill(&mut long_list(), 3, |_| vec![CellOut::styled(Value::Count(7), Style::Figure)]).unwrap();
    let finished = writer.finish(&[front()], RowCount { all: 0, filled: 0 });
    assert!(finished.is_err_and(|error| error.to_string().contains("is lost")));
}

#[test]
fn a_row_that_is_lost_on_a_sheet_beside_is_noticed() {
    let rows = |numbers: &[u64]| {
        let mut bodies = spool::SheetBody::new(Spool::new(&std::env::temp_dir()));
        let renderer = Renderer::new(9, Default::default(), Compression::Fast);
        let mut batch = renderer.batch();
        for number in numbers {
            batch.row(*number, |emit| emit(0, &Value::text("Contoso"), Style::Plain)).unwrap();
        }
        bodies.append(batch.finish().unwrap()).unwrap();
        let (rows, spool) = bodies.take(0);
        (
            body::Body {
                rows,
                spool,
                last_row: 4,
                place: body::RowsPlace::Marker,
                links: links::Links::default(),
            },
            renderer,
        )
    };
    let (body, renderer) = rows(&[1, 2, 3]);
    let xml = "<worksheet><dimension ref=\"A1:A2\"/><sheetData><row r=\"1\"><c r=\"A1\"/></row>\
               <row r=\"2\"><c r=\"A2\"/></row></sheetData></worksheet>";
    let (mut archive, mut file) = (Archive::default(), tempfile::tempfile().unwrap());
    let mut strings =
        strings::Strings::of(renderer.texts(), "<sst count=\"0\" uniqueCount=\"0\"></sst>").unwrap();
    let written = (&mut archive, &mut file);
    let mut part = body.put((&template::sheet_part(1), xml), &renderer, &mut strings, written).unwrap();
    let heads = archive.finish(&mut file).unwrap();
    let mut check = |part: &StreamedPart| {
        let expected = Expected { streamed: vec![(1, part)], heads: heads.clone(), ..Expected::default() };
        verify::read_back(&mut file, &Workers::default(), &expected, Start::default())
    };
    check(&part).unwrap();
    part.spans[1].rows += 1;
    assert!(check(&part).is_err_and(|error| error.to_string().contains("holds 3 rows where 4")));
}

#[test]
fn text_comes_back_as_it_was() {
    let texts = ["Contoso", "a & <b>", " outer ", "=1+1", "00123", "Z\u{fc}rich \u{1f600}", "two\nlines"];
    let rows: Vec<Row> =
        texts.iter().map(|text| (0, vec![(Kept::Text((*text).to_owned()), Style::Plain)])).collect();
    let [ours, _] = both(&rows);
    let seen: Vec<&Data> = ours[1].1.iter().filter(|cell| cell.0 > 0).map(|cell| &cell.2).collect();
    assert_eq!(seen, texts.map(|text| Data::String(text.to_owned())).iter().collect::<Vec<_>>());
}

#[test]
fn a_full_sheet_goes_on_in_the_next() {
    let row = |blank, text: &str| (blank, vec![(Kept::Text(text.to_owned()), Style::Rung(2))]);
    let rows = [
        row(0, "first"),
        row(1_048_573, "last of the first sheet"),
        row(0, "first of the second"),
        row(1_048_575, "first but one of the third"),
    ];
    let [ours, theirs] = both(&rows);
    let places: Vec<(&str, u32)> = ours
        .iter()
        .flat_map(|(name, cells)| cells.iter().filter(|cell| cell.0 > 0).map(|cell| (name.as_str(), cell.0)))
        .collect();
    assert_eq!(places[..4], [("Roster", 1), ("Roster", 1_048_575), ("Roster (2)", 1), ("Roster (3)", 2)]);
    assert_eq!(ours, theirs);
}

#[test]
fn as_many_changes_as_are_listed_and_the_line_for_the_others_fill_one_sheet() {
    const NAME: &str = "Changes";
    /// As many as the room of a sheet, but for the headings and the line for the others.
    const MOST: u64 = ROWS_OF_A_PART - 1;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.xlsx");
    let making = WriteOptions {
        method: Method::Library,
        compression: Compression::Fast,
        workers: Workers::new(2).unwrap(),
    };
    let mut streams = streams(list("Review"));
    let changes = streams.add_before(list(NAME));
    let target = Target::File(path.clone());
    let mut writer =
        Writer::create(&target, &Scratch::system(), making, streams, &Properties::default()).unwrap();
    // Blank lines stand for all but the last: they take as much room, and no time.
    for _ in 1..MOST {
        writer.row(changes, &[]).unwrap();
    }
    writer.row(changes, &[(Value::text("the last that is listed"), Style::Plain)]).unwrap();
    writer.row(changes, &[(Value::text("... and 7 more"), Style::Muted)]).unwrap();
    writer.finish(&[front()], RowCount { all: 0, filled: 0 }).unwrap();
    let sheets = read(&path);
    let parts: Vec<&Seen> = sheets.iter().filter(|(name, _)| name.starts_with(NAME)).collect();
    let [(name, cells)] = parts[..] else { panic!("the changes stand on {} sheets", parts.len()) };
    let rows: Vec<u32> = cells.iter().map(|cell| cell.0).filter(|row| *row > 0).collect();
    assert_eq!((name.as_str(), rows), (NAME, vec![1_048_574, 1_048_575]));
}

#[test]
fn cells_lead_to_others_up_to_the_limit_of_a_sheet_and_stay_numbers() {
    [Method::Streamed, Method::Library].into_iter().for_each(assert_cells_lead_to_others);
}

fn assert_cells_lead_to_others(method: Method) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.xlsx");
    let limit = u64::from(LIMIT_LINKS);
    let mut streams = Streams::new(1, stream());
    let choice = |column, from| Choice { columns: column..=column, from, says: "Choose." };
    let words = |words: &[&str]| ChooseFrom::Words(words.iter().map(|word| (*word).to_owned()).collect());
    let choices = vec![
        choice(0, ChooseFrom::WholeNumber),
        choice(1, words(&["Public <&> sector", "Other"])),
        choice(2, words(&["State, local"])),
    ];
    let looks = [Style::Link, Style::Figure].map(|style| (style, COUNT_FORMAT.to_owned())).to_vec();
    let sheet = streams.add_behind(Stream { looks, choices, ..list("Review") });
    let workers = Workers::new(2).unwrap();
    let making = WriteOptions { method, compression: Compression::Fast, workers };
    let target = Target::File(path.clone());
    let mut writer =
        Writer::create(&target, &Scratch::system(), making, streams, &Properties::default()).unwrap();
    for row in 1..=limit + 2 {
        let to = format!("'Roster (2)'!A{row}").into();
        writer.row(sheet, &[(Value::Leading { count: row, to }, Style::Link)]).unwrap();
    }
    writer.finish(&[front()], RowCount::default()).unwrap();
    let rows = read(&path).pop().unwrap().1;
    let is_number = |row: u64, cell: &(u32, u32, Data)| {
        (cell.0, cell.1) == (u32::try_from(row).unwrap(), 0)
            && cell.2 == Data::Float(f64::from(u32::try_from(row).unwrap()))
    };
    assert!((1..).zip(&rows[3..]).all(|(row, cell)| is_number(row, cell)));
    assert_eq!(rows.len() as u64, limit + 2 + 3);
    let mut archive = ZipArchive::new(File::open(&path).unwrap()).unwrap();
    let xml = template::sheet_xml(&mut archive, 3).unwrap();
    assert_eq!(xml.matches("<hyperlink ").count() as u64, limit);
    assert!(xml.contains("<hyperlink ref=\"A3\" location=\"'Roster (2)'!A2\""));
    assert!(!xml.contains("<is><t>1</t></is>"), "no text is left of a number that leads elsewhere");
    // What no list can offer is not offered.
    let rules: Vec<&str> = xml.split("<dataValidation ").skip(1).collect();
    assert_eq!(rules.len(), 2);
    assert!(rules[0].contains("type=\"whole\" operator=\"greaterThanOrEqual\""), "{}", rules[0]);
    assert!(rules[1].contains("<formula1>\"Public &lt;&amp;&gt; sector,Other\"</formula1>"), "{}", rules[1]);
    assert!(rules.iter().all(|rule| rule.contains(&format!("{}\"", limit + 3))));
}

#[test]
fn a_roster_without_rows_says_so() {
    let blank = || (Kept::Blank, Style::Plain);
    let in_the_third_part = vec![(0, vec![(Kept::Bool(true), Style::Plain)]), (2_200_000, vec![blank()])];
    for rows in [vec![], vec![(4, vec![]), (0, vec![blank()])], in_the_third_part] {
        let [ours, theirs] = both(&rows);
        let mut sheets = ours.iter().filter(|(name, _)| name.starts_with("Roster")).peekable();
        assert!(sheets.peek().is_some());
        assert!(sheets.all(|(_, cells)| cells.iter().any(|cell| cell.0 > 0)));
        assert_eq!(ours, theirs);
    }
}

#[test]
fn the_digits_of_a_number_stay_as_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.xlsx");
    let target = Target::File(path.clone());
    let review = list("Review");
    let mut writer = Writer::create(
        &target,
        &Scratch::system(),
        WriteOptions::default(),
        streams(review),
        &Properties::default(),
    )
    .unwrap();
    let renderer = writer.renderer().unwrap();
    let mut batch = renderer.batch();
    let number =
        Value::Number { value: 12_345_678_901_234_567_890.0, format: "", written: "12345678901234567890" };
    batch.row(1, |emit| emit(0, &number, Style::Plain)).unwrap();
    writer.append(batch.finish().unwrap()).unwrap();
    writer.finish(&[front()], RowCount { all: 1, filled: 1 }).unwrap();
    let mut archive = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let xml = template::sheet_xml(&mut archive, 2).unwrap();
    assert!(xml.contains("<v>12345678901234567890</v>"), "{xml}");
}

/// A streamed sheet in an archive of its own, with what it should read back as.
struct Alone {
    file: File,
    part: parts::RosterPart,
    heads: Vec<(u64, Vec<u8>)>,
}

fn alone(rows: &[Row]) -> Alone {
    let folder = tempfile::tempdir().unwrap();
    let mut file = tempfile::tempfile().unwrap();
    let mut stream = stream();
    stream.looks.push((Style::Muted, String::new()));
    let texts = OwnTexts::of(&stream, SharedTexts::default());
    let mut parts = Parts::begin((stream, texts), 1, Compression::Fast, folder.path(), &mut file).unwrap();
    let renderer = parts.renderer();
    let batch_from = |first: usize| {
        let mut batch = renderer.batch();
        for (ordinal, (_, cells)) in rows.iter().enumerate().skip(first).take(50) {
            let cells = |emit: &mut PutCell<'_>| {
                (0..).zip(cells).try_for_each(|(column, (kept, style))| emit(column, &kept.value(), *style))
            };
            batch.row(ordinal as u64 + 1, cells).unwrap();
        }
        batch.finish().unwrap()
    };
    // The last batch is rendered first.
    let mut batches: Vec<_> = (0..rows.len()).step_by(50).rev().map(batch_from).collect();
    while let Some(batch) = batches.pop() {
        parts.append(&mut file, batch).unwrap();
    }
    let (archive, parts) = parts.finish(&mut file, rows.len() as u64).unwrap();
    let heads = archive.finish(&mut file).unwrap();
    Alone { file, part: parts[0].clone(), heads }
}

fn counts() -> Vec<Row> {
    (0..200).map(|row| (0, vec![(Kept::Count(row), Style::Figure)])).collect()
}

#[test]
fn batches_may_be_rendered_in_any_order() {
    let Alone { mut file, part, heads } = alone(&counts());
    let expected = Expected { streamed: vec![(1, &part.body)], heads, ..Expected::default() };
    verify::read_back(&mut file, &Workers::new(2).unwrap(), &expected, Start::default()).unwrap();
    let xml = template::sheet_xml(&mut ZipArchive::new(file).unwrap(), 1).unwrap();
    let numbers: Vec<&str> = xml
        .split("<row r=\"")
        .skip(1)
        .filter_map(|row| row.split_once('"'))
        .map(|(number, _)| number)
        .collect();
    assert!(numbers.iter().map(|number| number.parse::<u32>().unwrap()).eq(1..=201));
}

#[test]
fn whatever_changes_in_the_file_is_noticed_when_it_is_read_back() {
    use std::io::{Read, Write};
    let Alone { mut file, part, heads } = alone(&counts());
    let expected = Expected { streamed: vec![(1, &part.body)], heads, ..Expected::default() };
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.read_to_end(&mut bytes).unwrap();
    let spans = &part.body.spans;
    let end = spans.last().map(|span| span.offset + span.bytes as u64).unwrap();
    let reads_back = |bytes: &[u8]| {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let workers = Workers::default();
        let whole = verify::read_back(&mut file, &workers, &expected, Start::default());
        // What is read while the rest is written says the same.
        let start = verify::read_start(&mut file, &workers, &[&part.body], end);
        let in_two = start.and_then(|start| verify::read_back(&mut file, &workers, &expected, start));
        assert_eq!(whole.as_ref().ok(), in_two.as_ref().ok());
        whole.is_ok()
    };
    assert!(reads_back(&bytes));
    let middles = spans.iter().map(|span| usize::try_from(span.offset).unwrap() + span.bytes / 2);
    let end = usize::try_from(end).unwrap() - 1;
    // The head's checksum and name, every span, the end of the stream, the list of parts.
    for at in [14, 30].into_iter().chain(middles).chain([end, end + 17, bytes.len() - 6]) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        assert!(!reads_back(&changed), "byte {at}");
    }
    assert!(!reads_back(&bytes[..bytes.len() - 30]));
}

#[test]
fn what_changes_in_the_rows_is_noticed_while_the_rest_is_made() {
    use std::io::Write;
    let Alone { mut file, part, .. } = alone(&counts());
    let spans = &part.body.spans;
    let end = spans.last().map(|span| span.offset + span.bytes as u64).unwrap();
    let read = |file: &File, is_asked: bool, breaks_off: bool| {
        let (reader, workers) = (is_asked.then(|| file.try_clone().unwrap()), Workers::default());
        let rest = || {
            let put = Put { filled: Vec::new(), counted: HashMap::default() };
            if breaks_off { Err(Error::internal("the rest broke off")) } else { Ok(put) }
        };
        let read = read_meanwhile((reader, &workers), (&[&part.body], end), rest);
        read.map(drop).map_err(|error| error.to_string())
    };
    let broke_off = |error: &String| error.contains("the rest broke off");
    assert_eq!(read(&file, true, false), Ok(()));
    assert!(read(&file, true, true).is_err_and(|error| broke_off(&error)));
    file.seek(SeekFrom::Start(spans[1].offset + spans[1].bytes as u64 / 2)).unwrap();
    file.write_all(&[0x55; 3]).unwrap();
    assert!(read(&file, true, false).is_err_and(|error| !broke_off(&error)));
    // What broke off is told rather than what it may have led to; and who is not asked says nothing yet.
    assert!(read(&file, true, true).is_err_and(|error| broke_off(&error)));
    assert_eq!(read(&file, false, false), Ok(()));
}

#[test]
fn a_row_that_was_judged_and_not_written_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    for method in [Method::Streamed, Method::Library] {
        let target = Target::File(folder.path().join("out.xlsx"));
        let making = WriteOptions { method, ..WriteOptions::default() };
        let review = list("Review");
        let writer =
            Writer::create(&target, &Scratch::system(), making, streams(review), &Properties::default())
                .unwrap();
        let finished = writer.finish(&[front()], RowCount { all: 1, filled: 1 });
        assert!(finished.is_err_and(|error| error.to_string().contains("0 rows were written where 1")));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_sheet_that_is_not_as_we_know_it_is_not_cut() {
    let sheet = |rows: &str| {
        format!("<worksheet><dimension ref=\"A1\"/><sheetData>{rows}</sheetData><autoFilter/></worksheet>")
    };
    let row = |number: u32| format!("<row r=\"{number}\"><c r=\"A{number}\"/></row>");
    let cut = Cut::of(&sheet(&[row(1), row(2)].concat())).unwrap();
    assert_eq!(cut.behind, "</sheetData><autoFilter/></worksheet>");
    let (short, long) = (cut.before(1, 9), cut.before(16_384, 1_048_576));
    assert!(
        short.contains("<dimension ref=\"A1:A9\"/>") && long.contains("<dimension ref=\"A1:XFD1048576\"/>")
    );
    assert_eq!(short.len(), long.len());
    assert!(short.ends_with("</row>") && short.matches("<row ").count() == 1);
    let three = [row(1), row(2), row(3)].concat();
    for rows in [String::new(), row(1), [row(2), row(3)].concat(), [row(1), row(3)].concat(), three] {
        assert!(Cut::of(&sheet(&rows)).is_err(), "{rows}");
    }
    assert!(Cut::of("<worksheet/>").is_err());
    assert!(cut.numbers(&stream()).is_err(), "the probe row shows no numbers");
}

//! A small workbook: the texts of all its sheets are in its table of texts.

use super::*;
use crate::model::Checklist;
use std::collections::HashSet;

/// Returns what a reader sees of a small workbook, of whose texts every other one was announced.
pub(super) fn read_back(rows: &[Row]) -> Vec<Seen> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.xlsx");
    let mut taken = HashSet::new();
    let texts = rows.iter().flat_map(|(_, cells)| cells).filter_map(|(kept, _)| match kept {
        Kept::Text(text) if taken.insert(text) => Some(text.clone()),
        _ => None,
    });
    let shared = SharedTexts { texts: texts.step_by(2).collect(), columns: vec![], are_all: true };
    write_sharing(&path, Method::Streamed, rows, shared).unwrap();
    read(&path)
}

/// Texts that cells may have in ways that not all readers take.
const DIFFICULT: [&str; 9] = [
    "Contoso & Co <x>",
    " two\nlines ",
    "a\r\nb\u{1}\u{ffff}",
    "_x0041_",
    "<r>run & _x0041_\r</r>",
    "Yes",
    "Tenant",
    "Nothing to list.",
    "\u{1f600}",
];

/// Writes a small workbook whose sheets all have texts, those of the main one announced or not; returns its bytes.
fn small(texts: &[String], threads: usize) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.xlsx");
    let target = Target::File(path.clone());
    let workers = Workers::new(threads).unwrap();
    let making = WriteOptions { method: Method::Streamed, compression: Compression::Fast, workers };
    let (mut streams, review) = with_review(list("Review"));
    streams.split();
    let changes = streams.add_before(list("Changes"));
    streams.add_behind(list("Nothing"));
    let checklist =
        Checklist { stream: list("Onboarding"), choices: vec![], links: vec![], limit_lines: 100 };
    let onboarding = streams.add_checklist(checklist);
    streams.share(SharedTexts { texts: texts.to_vec(), columns: vec![true], are_all: true });
    // Without a date it would have the clock's.
    let properties = Properties { date: "2021-06-01".to_owned(), ..Properties::default() };
    let mut writer = Writer::create(&target, &Scratch::system(), making, streams, &properties).unwrap();
    let renderer = writer.renderer().unwrap();
    let mut splits = writer.take_splits().unwrap();
    let mut open = splits.open();
    for (ordinal, text) in (1..).zip(DIFFICULT) {
        let cells = |emit: &mut PutCell<'_>| {
            emit(0, &Value::text(text), Style::Plain)?;
            emit(1, &Value::Repeated { index: 0, text: REPEATED[0] }, Style::Figure)?;
            emit(2, &Value::text(text), Style::Figure)
        };
        let mut batch = renderer.keeping_batch();
        batch.row(ordinal, cells).unwrap();
        let (rows, kept) = batch.finish_kept().unwrap();
        writer.append(rows).unwrap();
        open.add(kept, &[Some(0)], &mut |piece| splits.append(piece.compressed(&renderer).unwrap())).unwrap();
        // Those beside the main one have texts of their own, too.
        for (sheet, of) in [(changes, "changes"), (onboarding, "onboarding"), (review, "review")] {
            let own = format!("{text} of {of}");
            writer
                .row(sheet, &[(Value::text(text), Style::Plain), (Value::text(own.as_str()), Style::Figure)])
                .unwrap();
        }
    }
    open.end(&mut |piece| splits.append(piece.compressed(&renderer).unwrap())).unwrap();
    writer.put_back_splits(splits);
    let split = SplitSheet { value: 0, name: "Ann".to_owned(), rows: DIFFICULT.len() as u64 };
    writer.name_splits(vec![split], Box::new(str::to_owned));
    let mut long = long_list();
    let cells = |row: usize| {
        let text = format!("{} in row {row}", DIFFICULT[row % DIFFICULT.len()]);
        vec![CellOut::styled(Value::Text(text.into()), Style::Figure)]
    };
    writer.fill(&mut long, 40, cells).unwrap();
    let rows = DIFFICULT.len() as u64;
    writer.finish(&[front(), long], RowCount { all: rows, filled: rows }).unwrap();
    std::fs::read(path).unwrap()
}

/// Returns the parts of a workbook whose names begin so.
fn parts_of(workbook: &[u8], begin: &str) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let names = archive.file_names().map(|name| name.unwrap().into_owned());
    let names: Vec<String> = names.filter(|name| name.starts_with(begin)).collect();
    names.into_iter().map(|name| (name.clone(), template::text(&mut archive, &name).unwrap())).collect()
}

#[test]
fn no_cell_of_a_small_workbook_has_its_text_within_it() {
    let texts = DIFFICULT.map(str::to_owned);
    let workbook = small(&texts, 1);
    let sheets = parts_of(&workbook, "xl/worksheets/sheet");
    assert_eq!(sheets.len(), 8);
    for (name, sheet) in &sheets {
        assert!(!sheet.contains("inlineStr"), "{name}: {sheet}");
    }
    // What the table says of itself is right.
    let naming: Vec<usize> = sheets
        .iter()
        .flat_map(|(_, sheet)| sheet.split(" t=\"s\"><v>").skip(1))
        .map(|rest| rest.split_once('<').unwrap().0.parse().unwrap())
        .collect();
    let [(_, table)] = &parts_of(&workbook, strings::PART)[..] else { panic!("no table of texts") };
    let items: Vec<&str> = table.split("<si>").skip(1).collect();
    assert!(
        table.contains(&format!(" count=\"{}\" uniqueCount=\"{}\">", naming.len(), items.len())),
        "{table}"
    );
    assert_eq!(naming.iter().max(), Some(&(items.len() - 1)));
    assert_eq!(items.iter().collect::<HashSet<_>>().len(), items.len(), "each is there once");
    assert!(small(&texts, 2) == workbook, "with another number of threads it is another");
}

#[test]
fn texts_of_a_small_workbook_are_read_as_they_were_written_announced_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.xlsx");
    for announced in [&DIFFICULT[..], &DIFFICULT[..3], &[]] {
        let texts: Vec<String> = announced.iter().map(|text| (*text).to_owned()).collect();
        std::fs::write(&path, small(&texts, 1)).unwrap();
        let sheets = read(&path);
        let texts = |name: &str, column: u32| -> Vec<String> {
            let (_, cells) = sheets.iter().find(|(sheet, _)| sheet == name).unwrap();
            let cells = cells.iter().filter(|cell| cell.0 > 0 && cell.1 == column);
            cells.map(|cell| cell.2.to_string()).collect()
        };
        for name in ["Roster", "Ann", "Changes", "Onboarding", "Review"] {
            assert_eq!(texts(name, 0), DIFFICULT, "{name}");
        }
        assert_eq!(texts("Ann", 2), DIFFICULT);
        assert_eq!(texts("Changes", 1), DIFFICULT.map(|text| format!("{text} of changes")));
        assert_eq!(texts("Nothing", 0), ["Nothing to list."]);
    }
}

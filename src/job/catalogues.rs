//! The catalogue of a run: the shipped one with the user's own, read like rosters, as text or as workbooks.

use crate::diagnostic::{Code, Diagnostic, excerpt};
use crate::error::{Error, ErrorKind, Result};
use crate::plans::own::{LIMIT_LINES, OwnCatalogue, Reading, Source, score};
use crate::plans::{Catalogue, PlanFrom};
use crate::read::{self, Input, Limits};
use crate::record::{Flaw, Record};
use crate::roster::flaws;
use crate::scratch::Scratch;
use std::path::{Path, PathBuf};

/// Bytes of a file, at most; a file of [`LIMIT_LINES`] lines has less.
pub const LIMIT_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes of the sheet of a workbook, unpacked, at most.
const LIMIT_UNPACKED: u64 = 16 * LIMIT_BYTES;

/// The catalogue of a run.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The shipped catalogue with all that was added.
    pub catalogue: Catalogue,
    /// The user's own, in the order given; [`PlanFrom::Own`] is a place among them.
    pub own: Vec<OwnCatalogue>,
}

/// Loads the shipped catalogue and adds the files to it, each to those before it.
///
/// # Errors
/// Of kind `Policy`: all that is wrong with all of the files.
pub fn load(paths: &[PathBuf]) -> Result<Loaded> {
    let mut loaded = Loaded { catalogue: Catalogue::shipped()?, own: Vec::new() };
    let mut wrong = Vec::new();
    for (place, path) in paths.iter().enumerate() {
        match add(path, PlanFrom::Own(place), &loaded.catalogue) {
            Ok((catalogue, own)) => {
                loaded.catalogue = catalogue;
                loaded.own.push(own);
            }
            Err(error) if error.kind == ErrorKind::Policy => wrong.extend(error.diagnostics),
            Err(error) => return Err(error),
        }
    }
    if wrong.is_empty() { Ok(loaded) } else { Err(Error { kind: ErrorKind::Policy, diagnostics: wrong }) }
}

fn add(path: &Path, from: PlanFrom, catalogue: &Catalogue) -> Result<(Catalogue, OwnCatalogue)> {
    let shown = path.display().to_string();
    if let Some(wrong) = no_small_file(path) {
        return Err(not_readable(wrong, &shown));
    }
    let limits = Limits { bytes: LIMIT_BYTES, unpacked: LIMIT_UNPACKED, ..Limits::default() };
    let scratch = Scratch::system();
    let options = read::Options::new(limits, &scratch, &score);
    let unreadable = |error| of_catalogue(error, &shown);
    let mut reader = read::open(&Input::File(path.to_owned()), options).map_err(unreadable)?;
    let about = reader.about.clone();
    if let (Some(sheet), Some(other)) = (about.sheet(), about.other_candidates.first()) {
        let message = format!("the sheets `{}` and `{}` both look like one", excerpt(sheet), excerpt(other));
        return Err(not_readable(
            Diagnostic::error(Code::CatalogueNotReadable, message)
                .help("keep one of them in the file, or save each as its own file"),
            &shown,
        ));
    }
    let source = Source {
        file: &shown,
        about: Some(&about),
        header_row: about.header_row,
        headings: &about.headings,
        from,
    };
    let mut reading = Reading::new(source, catalogue.plans(), catalogue.spellings())?;
    let lines = |block: read::Block| {
        let records = block.records().map_err(unreadable)?;
        records.iter().try_for_each(|record| line(&mut reading, record))
    };
    reader.read(&mut { lines }).map_err(unreadable)?;
    let (catalogue, additions) = reading.finish_with(catalogue)?;
    let own = OwnCatalogue {
        name: about.name,
        sha256: about.sha256,
        products: additions.plans.len(),
        spellings: additions.spellings.len(),
    };
    Ok((catalogue, own))
}

/// Cells missing at the end of a line are blank ones; one too many is seen by its missing heading.
fn line(reading: &mut Reading<'_>, record: Record<'_>) -> Result<()> {
    let is_width = |flaw: &Flaw| matches!(flaw, Flaw::Short { .. } | Flaw::Long { .. });
    if let Some(flaw) = record.flaw.filter(|flaw| !is_width(flaw)) {
        let fault = flaws::fault(flaw);
        return reading.flawed(record.number, (fault.code, &fault.message, &fault.help));
    }
    let cells: Vec<String> = (0..record.width()).map(|column| record.cell(column).shown()).collect();
    reading.line(record.number, &cells)
}

/// Returns what is wrong with what is no small file: a pipe may never end, and nothing of it is known before.
fn no_small_file(path: &Path) -> Option<Diagnostic> {
    // What cannot be seen is told where it is opened.
    let metadata = path.metadata().ok()?;
    if !metadata.is_file() {
        return Some(
            Diagnostic::error(Code::CatalogueNotReadable, "this is not a file").help("name a file on disk"),
        );
    }
    if metadata.len() > LIMIT_BYTES {
        let message = format!("it is larger than {} MiB", LIMIT_BYTES / 1024 / 1024);
        let help =
            format!("is it a catalogue? even one with {LIMIT_LINES} lines, the most allowed, is smaller");
        return Some(Diagnostic::error(Code::CatalogueNotReadable, message).help(help));
    }
    None
}

/// What reading says of a roster, said of a catalogue.
fn of_catalogue(mut error: Error, shown: &str) -> Error {
    if error.kind != ErrorKind::Input {
        return error;
    }
    error.kind = ErrorKind::Policy;
    for diagnostic in &mut error.diagnostics {
        if diagnostic.code != Code::RosterMissing {
            "save it as CSV in UTF-8 or as .xlsx, with the headings in the first line"
                .clone_into(&mut diagnostic.help);
        }
        *diagnostic = told(diagnostic.clone(), shown);
    }
    error
}

fn not_readable(diagnostic: Diagnostic, shown: &str) -> Error {
    Error::new(ErrorKind::Policy, told(diagnostic, shown))
}

fn told(diagnostic: Diagnostic, shown: &str) -> Diagnostic {
    let why = diagnostic.message.replace("not a roster", "not a catalogue");
    let message = format!("the catalogue cannot be read: {why}");
    Diagnostic { code: Code::CatalogueNotReadable, message, ..diagnostic }.in_file(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "id;name;segment;family;kind;price;also written as\r\n\
        CWS;Contoso Suite Z\u{fc}rich;commercial;microsoft-365;base;paid;CWS Z\u{fc}ri | CWS 1\r\n";

    fn load_bytes(name: &str, bytes: &[u8]) -> Result<Loaded> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        load(&[path])
    }

    #[test]
    fn what_a_person_saves_from_excel_is_read_whatever_its_form() {
        let latin: Vec<u8> = LINES.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
        let utf16: Vec<u8> = format!("\u{feff}{}", LINES.replace(';', "\t"))
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let forms = [
            LINES.as_bytes().to_vec(),
            format!("\u{feff}{LINES}").into_bytes(),
            LINES.replace(';', ",").into_bytes(),
            format!("sep=;\r\n{LINES}").into_bytes(),
            latin,
            utf16,
        ];
        for form in forms {
            let loaded = load_bytes("own.csv", &form).unwrap();
            assert_eq!((loaded.own[0].products, loaded.own[0].spellings), (1, 2));
            assert_eq!(loaded.catalogue.find("cws z\u{fc}ri").unwrap().plan.id, "CWS");
        }
    }

    #[test]
    fn a_workbook_is_read_and_its_cells_are_named() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet().set_name("Ours").unwrap();
        for (row, cells) in [
            ["Our products", "", ""],
            ["id", "also written as", "note"],
            ["SPE_E3", "Modern Work\nBundle 7", ""],
        ]
        .iter()
        .enumerate()
        {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
        let error = load_bytes("own.xlsx", &book.save_to_buffer().unwrap()).unwrap_err();
        let told = error.diagnostics[0].to_string();
        assert!(told.contains("catalogue-heading-unknown") && told.contains("sheet `Ours`, C2"), "{told}");
        book.worksheet_from_index(0).unwrap().write_string(1, 2, "Because").unwrap();
        let loaded = load_bytes("own.xlsx", &book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(loaded.catalogue.find("bundle 7").unwrap().plan.id, "SPE_E3");
    }

    #[test]
    fn two_sheets_that_look_like_a_catalogue_are_refused() {
        let mut book = rust_xlsxwriter::Workbook::new();
        for _ in 0..2 {
            let sheet = book.add_worksheet();
            for (row, cells) in [["id", "also written as"], ["SPE_E3", "Bundle 7"]].iter().enumerate() {
                sheet.write_row(u32::try_from(row).unwrap(), 0, *cells).unwrap();
            }
        }
        let error = load_bytes("own.xlsx", &book.save_to_buffer().unwrap()).unwrap_err();
        assert!(error.to_string().contains("both look like one"), "{error}");
    }

    #[test]
    fn each_file_is_added_to_those_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one.csv"), folder.path().join("two.csv"));
        std::fs::write(&one, LINES).unwrap();
        std::fs::write(&two, "id,also written as\nCWS,CWS 2\n").unwrap();
        let loaded = load(&[one.clone(), two.clone(), one.clone()]).unwrap();
        let counts: Vec<_> = loaded.own.iter().map(|own| (own.products, own.spellings)).collect();
        assert_eq!(counts, [(1, 2), (0, 1), (0, 0)]);
        assert_eq!(loaded.catalogue.find("cws 2").unwrap().plan.from, PlanFrom::Own(0));
        // The other way round the first knows no such product; the faults of both are told.
        std::fs::write(&one, "id,also written as\nSPE_E3,SPE_E5\n").unwrap();
        let codes: Vec<_> =
            load(&[two, one]).unwrap_err().diagnostics.iter().map(|found| found.code.as_str()).collect();
        assert_eq!(codes.last(), Some(&"catalogue-taken"));
        assert!(codes.contains(&"catalogue-name-missing"), "{codes:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.csv");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let error = load(&[path, "/dev/zero".into()]).unwrap_err();
        let codes: Vec<_> = error.diagnostics.iter().map(|found| found.code.as_str()).collect();
        assert_eq!(codes, ["catalogue-not-readable", "catalogue-not-readable"]);
    }

    #[test]
    fn a_file_too_large_to_be_a_catalogue_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.csv");
        let file = std::fs::File::create(&path).unwrap();
        file.set_len(LIMIT_BYTES + 1).unwrap();
        let error = load(&[path]).unwrap_err();
        assert!(error.to_string().contains("larger than 16 MiB"), "{error}");
    }
}

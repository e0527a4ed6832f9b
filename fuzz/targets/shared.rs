//! What the targets that read rosters share.

use fasttrack_roster::about::About;
use fasttrack_roster::error::{Error, ErrorKind};
use fasttrack_roster::read::{Input, Limits, Options, open};
use fasttrack_roster::scratch::Scratch;
use std::io::Write;

/// A record as it was read: its line or row, and its cells as shown.
pub type Row = (u64, Vec<String>);

/// Reads a roster; fails if an error is no answer, or if a row is lost on the way.
///
/// # Errors
/// The code of the first diagnostic.
pub fn read(bytes: &[u8]) -> Result<(About, Vec<Row>), &'static str> {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    let (limits, scratch) = (Limits::default(), Scratch::system());
    let options = Options::new(limits, &scratch, &score);
    let mut reader = open(&Input::File(file.path().to_owned()), options).map_err(|error| code(&error))?;
    let about = reader.about.clone();
    let (mut rows, mut ordinal) = (Vec::new(), 0);
    let is_text = about.sheet().is_none();
    reader
        .read(&mut |block| {
            for record in block.records()?.iter() {
                // Blank rows of a workbook are left out; of a text no row is.
                assert!(record.ordinal > ordinal && (!is_text || record.ordinal == ordinal + 1));
                assert!(record.number > about.header_row);
                ordinal = record.ordinal;
                rows.push((
                    record.number,
                    (0..record.width()).map(|column| record.cell(column).shown()).collect(),
                ));
            }
            Ok(())
        })
        .map_err(|error| code(&error))?;
    Ok((about, rows))
}

/// Tells headings as the program does, but in far less time, which is better spent on reading.
fn score(cells: &[String]) -> u32 {
    cells
        .iter()
        .map(|cell| u32::from(["Tenant", "Plan", "Plan type", "Paid seats"].contains(&cell.trim())))
        .sum()
}

fn code(error: &Error) -> &'static str {
    assert!(matches!(error.kind, ErrorKind::Input), "{error}");
    let found = error.diagnostics.first().expect("a reason");
    assert!(!found.help.is_empty() && !found.file.is_empty(), "{error}");
    found.code.as_str()
}

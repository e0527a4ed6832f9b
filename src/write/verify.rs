//! Reads a workbook back before it takes its place: every streamed part is inflated, its checksum checked, its rows
//! counted.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use zip::ZipArchive;

/// Checks that the n-th worksheet (from 1) holds as many rows as were written to it, for each of `expected`.
///
/// # Errors
/// If the file cannot be read back, or a count differs (internal: the workbook library or the disk has lost rows).
pub fn rows(file: &mut File, expected: &[(usize, u64)]) -> Result<()> {
    let damaged = |what: String| Error::internal(format!("the workbook does not read back: {what}"));
    file.seek(SeekFrom::Start(0)).map_err(|error| damaged(error.to_string()))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(error.to_string()))?;
    for (number, rows) in expected {
        let name = format!("xl/worksheets/sheet{number}.xml");
        let part = archive.by_name(&name).map_err(|error| damaged(format!("{name}: {error}")))?;
        let found = count_rows(part).map_err(|error| damaged(format!("{name}: {error}")))?;
        if found != *rows {
            return Err(damaged(format!("{name} holds {found} rows where {rows} were written")));
        }
    }
    Ok(())
}

/// Counts row elements; cell text cannot look like one, since its `<` is escaped.
fn count_rows(mut part: impl Read) -> std::io::Result<u64> {
    const BUFFER_BYTES: usize = 1 << 16;
    const ROW: &[u8] = b"<row ";
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut kept = 0;
    let mut rows = 0;
    loop {
        let read = part.read(buffer.get_mut(kept..).unwrap_or_default())?;
        if read == 0 {
            return Ok(rows);
        }
        let filled = kept + read;
        let window = buffer.get(..filled).unwrap_or_default();
        rows += u64::try_from(window.windows(ROW.len()).filter(|bytes| *bytes == ROW).count()).unwrap_or(0);
        // An element may straddle two reads.
        let tail = filled.min(ROW.len() - 1);
        buffer.copy_within(filled - tail..filled, 0);
        kept = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_across_the_borders_of_reads() {
        // The element is pushed over every offset of a read's border.
        for shift in 0..8 {
            let mut xml = vec![b'x'; (1 << 16) - 4 + shift];
            xml.extend_from_slice(b"<row r=\"1\"></row><rows/><row r=\"2\"/>");
            assert_eq!(count_rows(xml.as_slice()).expect("memory"), 2, "shift {shift}");
        }
    }

    #[test]
    fn a_lost_row_is_noticed() {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "<row ").expect("a cell");
        let mut file = tempfile::tempfile().expect("a file");
        workbook.save_to_writer(&mut file).expect("saved");
        assert!(rows(&mut file, &[(1, 1)]).is_ok());
        assert!(rows(&mut file, &[(1, 2)]).is_err_and(|error| error.to_string().contains("1 rows where 2")));
        assert!(rows(&mut file, &[(2, 1)]).is_err());
    }
}

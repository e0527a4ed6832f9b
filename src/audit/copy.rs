//! The roster's own cells of the Roster sheet, written as text once more: what its rows can be read from again.
//!
//! Rows begin in the lines in which they began in the roster, since the lists name those.

use super::book::Row;
use super::columns::Ours;
use super::run::Run;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The mark of UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A copy on its way.
pub(super) struct RosterCopy {
    file: BufWriter<File>,
    delimiter: char,
    line: String,
    /// The first thing that went wrong; nothing is written after it.
    failed: Option<io::Error>,
}

impl RosterCopy {
    /// Begins a copy with what stood above the headings.
    ///
    /// # Errors
    /// If there can be no such file.
    pub(super) fn begin(path: &Path, delimiter: char, run: &Run) -> io::Result<Self> {
        let mut file = BufWriter::new(File::create_new(path)?);
        file.write_all(MARK)?;
        let mut copy = Self { file, delimiter, line: String::new(), failed: None };
        for number in 1..run.header_row {
            let above = run.above.iter().find(|(line, _)| *line == number);
            let cells = above.map_or("", |(_, text)| text).split(" | ").map(str::to_owned);
            copy.end_line(cells.enumerate());
        }
        Ok(copy)
    }

    /// Adds the headings, or the next row.
    pub(super) fn add(&mut self, row: &Row, ours: &Ours) {
        let cells = row.cells().filter_map(|(column, cell)| {
            let is_own = column < ours.own;
            let at = if is_own { column } else { (column + ours.own).checked_sub(ours.end)? };
            (is_own || column >= ours.end).then(|| (at, cell.shown()))
        });
        let mut cells: Vec<(usize, String)> = cells.collect();
        // A short line would be a fault; a blank one is blank however short it is.
        if let Some(last) = ours.own.checked_sub(1).filter(|_| !cells.is_empty())
            && !cells.iter().any(|(column, _)| *column >= last)
        {
            cells.push((last, String::new()));
        }
        self.end_line(cells.into_iter());
    }

    /// Adds rows with nothing in them.
    pub(super) fn blank(&mut self, rows: u64) {
        for _ in 0..rows {
            self.end_line(std::iter::empty());
        }
    }

    /// Ends the copy.
    ///
    /// # Errors
    /// Whatever went wrong on the way.
    pub(super) fn finish(mut self) -> io::Result<()> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.file.flush(),
        }
    }

    fn end_line(&mut self, cells: impl Iterator<Item = (usize, String)>) {
        self.line.clear();
        let mut next = 0;
        for (column, cell) in cells {
            self.line.extend(std::iter::repeat_n(self.delimiter, column.saturating_sub(next)));
            next = column;
            let is_plain = |letter: char| letter != self.delimiter && !matches!(letter, '"' | '\r' | '\n');
            if cell.chars().all(is_plain) {
                self.line.push_str(&cell);
            } else {
                self.line.push('"');
                self.line.push_str(&cell.replace('"', "\"\""));
                self.line.push('"');
            }
        }
        self.line.push('\n');
        if self.failed.is_none() {
            self.failed = self.file.write_all(self.line.as_bytes()).err();
        }
    }
}

/// Returns whether a copy can stand for the roster: it was text, so that its cells are text.
pub(super) fn can_stand_for(run: &Run) -> bool {
    run.sheet.is_none() && run.header_row > 0 && run.delimiter.is_some()
}

//! What a row itself says of what overrides may set: a segment or a status that a person filled in was right beside these
//! cells, and may not be beside others.

use crate::record::{Cell, Record};
use crate::roster::columns::{Columns, Field};
use crate::roster::understand::text_of;

/// The columns that say something of the segment, or of the status and trials: that which is read, and those watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SaidIn {
    columns: Vec<usize>,
    is_of_segments: bool,
}

impl SaidIn {
    /// Returns those of the segment.
    pub(super) fn segment(columns: &Columns) -> Self {
        Self { columns: those_of(&[Field::Segment], [columns.segment, None], columns), is_of_segments: true }
    }

    /// Returns those of the status and of trials.
    pub(super) fn status(columns: &Columns) -> Self {
        let fields = [Field::Status, Field::Trial];
        let read = [columns.status, columns.trial];
        Self { columns: those_of(&fields, read, columns), is_of_segments: false }
    }

    /// Returns what a row says there: its texts, with `; ` between them; empty for nothing.
    pub(super) fn of(&self, record: Record<'_>) -> String {
        let mut said = String::new();
        let above = record.segment_above().filter(|_| self.is_of_segments);
        for (place, column) in self.columns.iter().enumerate() {
            let cell = match (record.cell(*column), above) {
                (cell, Some(above)) if place == 0 && cell.is_blank() => Cell::Text(above),
                (cell, _) => cell,
            };
            let text = text_of(cell);
            let text = text.trim();
            if !text.is_empty() && !said.is_empty() {
                said.push_str("; ");
            }
            said.push_str(text);
        }
        said
    }
}

fn those_of(fields: &[Field], read: [Option<usize>; 2], columns: &Columns) -> Vec<usize> {
    let watched = columns.watched.iter().filter(|watched| fields.contains(&watched.by.field()));
    let mut all: Vec<usize> = Vec::new();
    for column in read.into_iter().flatten().chain(watched.map(|watched| watched.column)) {
        if !all.contains(&column) {
            all.push(column);
        }
    }
    all
}

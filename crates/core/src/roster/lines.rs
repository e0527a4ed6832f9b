//! What a line of a roster is: a customer's row, or something that reports put between their rows.
//!
//! A line with a plan that is known is a customer's row, whatever else it says. Only the others are looked at:
//! `Line` says what a line is by itself, and [`outline`] what it is among the lines above it.

mod caption;
mod filler;
pub mod grouped;
mod heading;
pub mod outline;
pub mod totals;

pub use caption::Caption;
pub use heading::{Heading, Headings};
pub use outline::{Lines, LinesSeen, Outline};

use super::Fault;
use super::columns::{Columns, TenantFrom};
use super::footer;
use crate::diagnostic::{Code, excerpt};
use crate::policy::Policy;
use crate::record::{Cell, Record};
use totals::Total;

/// Cells of a line that are looked at, at most: what reports put between rows stands in the first ones.
const MOST_CELLS: usize = 256;

/// What a line without a known plan is by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A customer's row, or one that only a person can tell.
    Row,
    /// Nothing but checkboxes that are not set, or a running number.
    Filler,
    /// Cells of another table that stands beside the roster.
    Beside,
    /// A line of dashes, as tools draw it below the headings.
    Rule,
    /// What report tools put below their last line.
    Remark,
    /// The units of the columns, right below the headings.
    Units,
    /// Headings once more, of this table or of another.
    Heading(Heading),
    /// A text that is alone in its row and may say what the rows below are.
    Caption(Caption),
    /// It looks like a total or a count.
    Total(Total),
}

/// Tells what a line is that has no known plan.
pub(super) fn line(record: Record<'_>, columns: &Columns, headings: &Headings, policy: &Policy) -> Line {
    let width = record.width().min(MOST_CELLS);
    let all = (0..width).map(|column| (column, record.cell(column))).filter(|(_, cell)| !cell.is_blank());
    let filled: Vec<(usize, Cell<'_>)> = all.filter(|(column, _)| columns.table.contains(column)).collect();
    if filled.is_empty() {
        // A table without headings beside the roster's may be the roster going on.
        let mut beside = (0..width).filter(|column| !record.cell(*column).is_blank());
        let is_beside = !record.is_blank() && beside.all(|column| headings.has(column));
        return if is_beside { Line::Beside } else { Line::Row };
    }
    if filler::is_filler(&filled, columns, headings) {
        return Line::Filler;
    }
    if filler::is_rule(&filled) {
        return Line::Rule;
    }
    if let Some(heading) = headings.read(&filled, columns) {
        return Line::Heading(heading);
    }
    if record.number <= headings.last_of_units() && filler::are_units(&filled) {
        return Line::Units;
    }
    if let [(_, Cell::Text(text))] = filled.as_slice() {
        if footer::is_remark(text) {
            return Line::Remark;
        }
        if let Some(counted) = footer::row_count(text) {
            return Line::Total(Total::of_rows(counted));
        }
    }
    if let Some(total) = totals::read(&filled, columns, headings) {
        return Line::Total(total);
    }
    match filled.as_slice() {
        [(column, Cell::Text(text))] => {
            caption::read(text, *column, columns, policy).map_or(Line::Row, Line::Caption)
        }
        _ => Line::Row,
    }
}

/// Returns the remark on a line that is no customer's row; most need none.
pub(super) fn remark(line: &Line, record: Record<'_>, columns: &Columns) -> Option<Fault> {
    let (code, message, help) = match line {
        Line::Heading(Heading::Same) => (
            Code::HeadingRepeated,
            "the headings are repeated here; this row is not a customer, and the rows below are read by it"
                .to_owned(),
            "do nothing",
        ),
        Line::Heading(Heading::Other) => (
            Code::OtherTable,
            "a heading line with other headings: another table begins here".to_owned(),
            "put each table in its own file or on its own sheet",
        ),
        Line::Caption(caption) => {
            let message = format!("`{}` is a caption: {}", excerpt(caption.text()), caption.says());
            (Code::Caption, message, "if it does not mean that, add a column that says it for each row")
        }
        Line::Beside => (
            Code::TableBeside,
            "the row has cells only in another table next to the roster; it is not a customer".to_owned(),
            "do nothing; it is better to keep other tables on their own sheets",
        ),
        _ => return None,
    };
    let column = match columns.tenant {
        TenantFrom::Column(column) if !record.cell(column).is_blank() => Some(column),
        _ => None,
    };
    let value = column.map(|column| record.cell(column).shown()).unwrap_or_default();
    Some(Fault { code, blocks: false, column, value, message, help: help.to_owned() })
}

/// Returns the fault of a line that looks like a total and is none.
pub(super) fn doubtful_total(record: Record<'_>, columns: &Columns) -> Fault {
    Fault {
        code: Code::TotalDoubtful,
        blocks: true,
        column: Some(columns.seats),
        value: record.cell(columns.seats).shown(),
        message: "the row looks like a total, but it is neither the sum nor the count of rows above it"
            .to_owned(),
        help: "correct the total, remove the line, or fill in the plan if it is a customer".to_owned(),
    }
}

/// Returns the fault of a text that is alone in its row, and of which nobody knows what it says.
pub(super) fn alone(text: &str, record: Record<'_>) -> Fault {
    let column = (0..record.width()).find(|column| !record.cell(*column).is_blank());
    Fault {
        code: Code::AloneInRow,
        blocks: true,
        column,
        value: text.to_owned(),
        message: format!(
            "`{text}` is the only text in its row: a customer without plan and seats, or a caption for the rows below"
        ),
        help: "fill in the plan and the seats; if it is a caption, say it in a column for each row instead"
            .to_owned(),
    }
}

/// Returns the fault of a row below a caption that may change what it is, and which is on line or row `number`.
pub(super) fn below_caption(caption: &Caption, number: u64) -> Fault {
    let message = match caption {
        Caption::Segment(text, _) => {
            format!(
                "the caption `{text}` above it (row {number}) names another segment than the row's plan shows"
            )
        }
        Caption::NotPaid(text) => {
            format!(
                "the caption `{text}` above it (row {number}) says that the seats below may not be paid for"
            )
        }
        Caption::Unknown(text) | Caption::Paid(text) => {
            format!("it is not known what the caption `{text}` above it (row {number}) says about the row")
        }
    };
    Fault {
        code: Code::CaptionAbove,
        blocks: true,
        column: None,
        value: caption.text().to_owned(),
        message,
        help: "say it in a column for each row, such as `Segment` or `Status`, or remove the caption"
            .to_owned(),
    }
}

/// Returns the fault of a row below the headings of another table, which stand on line or row `number`.
pub(super) fn in_other_table(number: u64) -> Fault {
    Fault {
        code: Code::OtherTable,
        blocks: true,
        column: None,
        value: String::new(),
        message: format!(
            "the row belongs to another table, which begins with other headings in row {number}; it was not read"
        ),
        help: "put each table in its own file or on its own sheet, and run each".to_owned(),
    }
}

//! Where the blocks of a short sheet have to stand, and what every cell of them has to say.

use super::book::{Row, Seen};
use super::report::{Finding, FindingKind, Findings};
use crate::report::{Block, Sheet, Table, Value};
use std::collections::BTreeMap;

/// Shares are worked out by others, too; what is less apart than this is the same.
const SAME: f64 = 1e-9;

/// Rows that a row of charts takes.
const CHART_ROWS: u32 = 17;

/// Returns whether a cell says what it has to say; a formula without a value says nothing that is wrong.
pub(super) fn fits(wanted: &Value<'_>, found: Option<&Seen>) -> bool {
    let number = |wanted: f64| match found {
        Some(Seen::Number(found)) => (found - wanted).abs() <= SAME,
        Some(Seen::NotWorkedOut) => true,
        _ => false,
    };
    match wanted {
        Value::Blank => found.is_none(),
        Value::Text(text) => is_text(text, found),
        Value::Repeated { text, .. } => is_text(text, found),
        #[expect(clippy::cast_precision_loss, reason = "a number of a sheet is a float")]
        Value::Count(count) | Value::Leading { count, .. } => number(*count as f64),
        Value::Share(value) | Value::Number { value, .. } | Value::Date(value, _) => number(*value),
        Value::Bool(value) => is_text(if *value { "TRUE" } else { "FALSE" }, found),
    }
}

fn is_text(wanted: &str, found: Option<&Seen>) -> bool {
    match found {
        None => wanted.is_empty(),
        Some(Seen::Text(found)) => same_text(wanted, found),
        Some(Seen::NotWorkedOut) => true,
        Some(Seen::Number(_)) => false,
    }
}

/// Returns whether two texts are the same but for how their lines end, which programs change as they save.
pub(super) fn same_text(one: &str, other: &str) -> bool {
    let is_end = |text: &str| text.contains('\r');
    one == other
        || ((is_end(one) || is_end(other))
            && one.replace("\r\n", "\n").replace('\r', "\n")
                == other.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Returns a value as a person reads it; nothing for a blank cell.
pub(super) fn shown(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Blank => None,
        Value::Text(text) => Some(text.clone().into_owned()),
        Value::Repeated { text, .. } => Some((*text).to_owned()),
        Value::Count(count) | Value::Leading { count, .. } => Some(count.to_string()),
        Value::Share(value) | Value::Number { value, .. } | Value::Date(value, _) => Some(value.to_string()),
        Value::Bool(value) => Some(if *value { "TRUE" } else { "FALSE" }.to_owned()),
    }
}

/// Returns every cell of a sheet that is not blank, by row from 1 and column from 0: blocks below each other, a blank row
/// before each that is no line of text.
pub(super) fn laid_out(sheet: &Sheet) -> BTreeMap<(u32, usize), Value<'static>> {
    let mut cells = BTreeMap::new();
    let mut row = 1;
    for block in &sheet.blocks {
        match block {
            Block::Title(text) | Block::Line(text) | Block::Remark(text) => {
                cells.insert((row, 0), Value::text(text.clone()));
                row += 1;
            }
            Block::Charts(charts) => row += 1 + if charts.is_empty() { 0 } else { CHART_ROWS },
            Block::LineChart(_) => row += 1 + CHART_ROWS,
            Block::Table(table) => row = table_at(table, row + 1, &mut cells),
        }
    }
    cells.retain(|_, value| *value != Value::Blank && *value != Value::text(""));
    cells
}

/// Lays a table out from a row on; returns the row behind it.
fn table_at(table: &Table, mut row: u32, cells: &mut BTreeMap<(u32, usize), Value<'static>>) -> u32 {
    if !table.title.is_empty() {
        cells.insert((row, 0), Value::text(table.title.clone()));
        row += 1;
    }
    if !table.headings.is_empty() {
        let headings = table.headings.iter().enumerate();
        cells.extend(headings.map(|(column, heading)| ((row, column), Value::text(heading.clone()))));
        row += 1;
    }
    for line in &table.rows {
        cells.extend(line.iter().enumerate().map(|(column, cell)| ((row, column), cell.value.clone())));
        row += 1;
    }
    row
}

/// Compares a whole sheet with what it has to say, cell by cell.
pub(super) fn compare(
    wanted: &Sheet,
    found: &[Row],
    kind: FindingKind,
    message: &str,
    findings: &mut Findings,
) {
    let mut rest = laid_out(wanted);
    let mut differs = |(row, column): (u32, usize), was: Option<String>, is: Option<String>| {
        let (was, is) = (was.unwrap_or_default(), is.unwrap_or_default());
        findings
            .add(Finding::of(kind, Some(wanted.name), message).at(row, column).changed(Some(was), Some(is)));
    };
    for row in found {
        for (column, cell) in row.cells() {
            let place = (row.number, column);
            match rest.remove(&place) {
                Some(value) if fits(&value, Some(cell)) => {}
                value => differs(place, value.as_ref().and_then(shown), Some(cell.shown())),
            }
        }
    }
    for (place, value) in rest {
        differs(place, shown(&value), None);
    }
}

/// Returns the row, from 1, of the title of a table.
pub(super) fn title_row(found: &[Row], title: &str) -> Option<u32> {
    found.iter().find(|row| row.text(0) == title && row.cell(1).is_none()).map(|row| row.number)
}

/// Returns every cell of a table that is not blank, as [`laid_out`] does, from the row of its title on.
pub(super) fn laid_out_from(table: &Table, row: u32) -> BTreeMap<(u32, usize), Value<'static>> {
    let mut cells = BTreeMap::new();
    table_at(table, row, &mut cells);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_fits_however_it_was_worked_out() {
        let third = Seen::Number(1.0 / 3.0 + 1e-12);
        assert!(fits(&Value::Share(1.0 / 3.0), Some(&third)) && !fits(&Value::Share(0.3), Some(&third)));
        assert!(fits(&Value::Count(7), Some(&Seen::NotWorkedOut)) && !fits(&Value::Count(7), None));
        assert!(fits(&Value::text("a\r\nb"), Some(&Seen::Text("a\nb".to_owned()))));
        assert!(!fits(&Value::text("7"), Some(&Seen::Number(7.0))));
    }
}

//! The sheet To settle: words that were not understood, one line each, to be filled in and given back.

use crate::findings::to_settle::{ToSettle, Word};
use crate::report::summary::{WHERE_TO_LOOK, place_to_look};
use crate::report::{Block, CellOut, FilledIn, Page, Sheet, Style, Table, Value};
use crate::roster::overrides::{KIND, MEANS, NOTE, ROWS, WORD, WordKind};
use crate::verdict::words::counted;
use crate::write::page::legible_columns;
use std::ops::RangeInclusive;

/// The name of the sheet.
pub const NAME: &str = "To settle";

/// The headings in front of what a word may mean.
const HEADINGS: [(&str, f64, &str); 6] = [
    (
        KIND,
        12.0,
        "What the word says about a row: its plan, the status of the subscription, whether it is a trial, the \
         segment.",
    ),
    (WORD, 50.0, "The word as written in its first row. Case and spaces do not matter."),
    (
        ROWS,
        10.0,
        "How many rows of the roster have the word. Blank for a word with only a note: nobody counted.",
    ),
    ("Seats", 12.0, "The seats of those rows, as far as they can be read."),
    (
        MEANS,
        44.0,
        "Fill this in. For a plan: its name, product id or GUID, as `fasttrack plans` lists them, or `not counted` for \
         an add-on or a service of your own; for other words one of the candidates in the same row.",
    ),
    (NOTE, 30.0, "Why, or what is still to be asked. It is kept from workbook to workbook."),
];

/// Where the columns are that are filled in, each from 0: what a word means, and the note.
pub const FILLED_IN: RangeInclusive<usize> = 4..=5;

/// Returns the sheet; `None` where nothing is to be settled, or to be kept that was.
#[must_use]
pub fn sheet(list: &ToSettle) -> Option<Sheet> {
    if list.words.is_empty() {
        return None;
    }
    let most = list.words.iter().map(|word| word.candidates.len()).max().unwrap_or(0);
    let candidates = (1..=most).map(|number| format!("Candidate {number}"));
    let headings = HEADINGS.iter().map(|(heading, ..)| (*heading).to_owned()).chain(candidates).collect();
    let mut blocks = vec![
        Block::Title(NAME.to_owned()),
        Block::Line(
            "Names and words in the roster that were not understood. Fill in what they mean, save this workbook, and \
             run again with it:"
                .to_owned(),
        ),
        Block::Line("fasttrack annotate ROSTER --overrides THIS-WORKBOOK.xlsx -o NEW-WORKBOOK.xlsx".to_owned()),
        Block::Remark(
            "`fasttrack overrides THIS-WORKBOOK.xlsx -o overrides.csv` saves what was filled in to a file for later \
             runs. What you leave blank is asked again."
                .to_owned(),
        ),
    ];
    if list.beyond > 0 {
        let rows = counted(list.beyond, "row", "rows");
        blocks.push(Block::Remark(format!(
            "There are more words than this sheet lists, in {rows}: settle these first, and run again."
        )));
    }
    let is_open: Vec<bool> = list.words.iter().map(|word| word.kind == WordKind::Plan).collect();
    blocks.push(Block::Table(Table {
        headings,
        rows: list.words.iter().map(row).collect(),
        notes: HEADINGS.iter().map(|(.., note)| (*note).to_owned()).collect(),
        has_filter: true,
        filled_in: Some(FilledIn { column: *FILLED_IN.start(), free_columns: 1, is_open }),
        ..Table::default()
    }));
    let widths: Vec<f64> =
        HEADINGS.iter().map(|(_, width, _)| *width).chain(std::iter::repeat_n(40.0, most)).collect();
    // The last candidates are for the screen, where a page has no room for them.
    let page = Page::Columns(legible_columns(&widths));
    Some(Sheet { name: NAME, widths, page, blocks, names: Vec::new() })
}

fn row(word: &Word) -> Vec<CellOut> {
    let text = |text: &str| CellOut::text(text.to_owned());
    let blank = || CellOut::styled(Value::Blank, Style::Body);
    let filled_in = |said: &str| if said.is_empty() { blank() } else { text(said) };
    let count = |count: Option<u64>| count.map_or_else(blank, CellOut::count);
    let cells = [
        text(word.kind.word()),
        text(&word.written),
        count(word.rows),
        count(word.seats),
        filled_in(&word.means),
        filled_in(&word.note),
    ];
    cells.into_iter().chain(word.candidates.iter().map(|candidate| text(candidate))).collect()
}

/// Lets the Summary lead to the sheet.
pub fn on_top(summary: &mut Sheet, list: &ToSettle) {
    if list.open == 0 {
        return;
    }
    let words = u64::try_from(list.open).unwrap_or(u64::MAX);
    let who = if list.open == 1 {
        "name or word that was not understood: fill in what it means"
    } else {
        "names or words that were not understood: fill in what they mean"
    };
    below_review(summary, place_to_look(NAME, words, who));
}

/// Adds a line to the sheets that the Summary leads to, below that of Review.
pub(super) fn below_review(summary: &mut Sheet, line: Vec<CellOut>) {
    let tables = summary.blocks.iter_mut().filter_map(|block| match block {
        Block::Table(table) if table.title == WHERE_TO_LOOK => Some(table),
        _ => None,
    });
    if let Some(table) = tables.into_iter().next() {
        let review = table.rows.iter().position(|row| leads_to(row, super::review::NAME));
        table.rows.insert(review.map_or(table.rows.len(), |review| review + 1), line);
    }
}

fn leads_to(row: &[CellOut], sheet: &str) -> bool {
    row.first().and_then(|cell| cell.link.as_deref()) == Some(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_where_others_look_for_them() {
        assert_eq!(FILLED_IN.map(|column| HEADINGS[column].0).collect::<Vec<_>>(), [MEANS, NOTE]);
        assert_eq!(HEADINGS.len(), FILLED_IN.end() + 1, "the candidates come next");
    }
}

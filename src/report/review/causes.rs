//! The sheet Review summary: what is wrong with the rows by its kind, the most frequent first.

use crate::findings::causes::{Cause, LIMIT_CUSTOMERS};
use crate::findings::words::{of, what_to_do_about};
use crate::report::summary::place_to_look;
use crate::report::to_settle::below_review;
use crate::report::{Block, CellOut, Page, Sheet, Style, Table, Value};
use crate::summary::Summary;
use crate::verdict::words::{counted, grouped};

/// The name of the sheet.
pub const NAME: &str = "Review summary";

/// Headings, widths and notes.
const HEADINGS: [(&str, f64, &str); 6] = [
    ("What is wrong", 62.0, "Each line links to the sheet Review, which you can filter by the code."),
    ("Weight", 16.0, "A row with \"needs review\" gets no verdict. A \"remark\" does not block the verdict."),
    ("Rows", 12.0, "How many rows have it. A row may have several problems."),
    ("Customers", 14.0, "How many customers have such a row."),
    ("What to do", 84.0, ""),
    ("Code", 22.0, "The short name of the problem, as on Review."),
];

/// Returns the sheet; `None` where nothing is wrong with any row.
#[must_use]
pub fn sheet(causes: &[Cause], summary: &Summary) -> Option<Sheet> {
    if causes.is_empty() {
        return None;
    }
    let review = summary.review();
    let needs = if review == 1 { "row needs" } else { "rows need" };
    let mut blocks = vec![
        Block::Title(NAME.to_owned()),
        Block::Line(format!("{} {needs} a person to look at them: what is wrong, and how often.", grouped(review))),
        Block::Line(
            "On Review, filter by what is wrong, fill in the columns that begin with Right, and save. The next run that is \
             given this workbook uses what is filled in, and its own workbook shows it again."
                .to_owned(),
        ),
    ];
    if causes.iter().any(|cause| cause.customers.is_none()) {
        let limit = counted(LIMIT_CUSTOMERS as u64, "customer", "customers");
        blocks.push(Block::Remark(format!(
            "More than {limit} are not told apart; their column is blank then."
        )));
    }
    blocks.push(Block::Table(Table {
        headings: HEADINGS.map(|(heading, ..)| heading.to_owned()).to_vec(),
        rows: causes.iter().map(row).collect(),
        notes: HEADINGS.map(|(.., note)| note.to_owned()).to_vec(),
        has_filter: true,
        ..Table::default()
    }));
    let widths = HEADINGS.map(|(_, width, _)| width).to_vec();
    Some(Sheet { name: NAME, widths, page: Page::Landscape, blocks, names: Vec::new() })
}

/// Lets the Summary lead to the sheet.
pub fn on_top(summary: &mut Sheet, causes: &[Cause]) {
    if causes.is_empty() {
        return;
    }
    let kinds = u64::try_from(causes.len()).unwrap_or(u64::MAX);
    let what = if causes.len() == 1 {
        "kind of problem: how many rows have it, and what to do"
    } else {
        "kinds of problems: how many rows have each, and what to do"
    };
    below_review(summary, place_to_look(NAME, kinds, what));
}

fn row(cause: &Cause) -> Vec<CellOut> {
    let (weight, style) =
        if cause.blocks { ("needs review", Style::Review) } else { ("remark", Style::Muted) };
    vec![
        CellOut::styled(Value::text(sentence(of(cause.code).what)), Style::Link).leading_to(super::NAME),
        CellOut::styled(Value::text(weight), style),
        CellOut::count(cause.rows),
        cause.customers.map_or(CellOut::styled(Value::Blank, Style::Body), CellOut::count),
        CellOut::wrapped(sentence(&what_to_do_about(cause.code))),
        CellOut::text(cause.code.as_str()),
    ]
}

/// Returns words with a capital at the begin.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

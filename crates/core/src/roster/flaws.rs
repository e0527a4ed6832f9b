//! What is wrong with a record as a line of its file, as a fault of its row.

use super::Fault;
use crate::diagnostic::{Code, column_letters};
use crate::record::Flaw;

/// Returns the remark on a row that its workbook does not show.
pub(super) fn hidden() -> Fault {
    Fault {
        code: Code::RowHidden,
        blocks: false,
        column: None,
        value: String::new(),
        message: "the row is hidden in the workbook, by a filter or by hand; it was read and is counted"
            .to_owned(),
        help: "delete the row if it should not count, or unhide it to see what was judged".to_owned(),
    }
}

/// Returns the fault of a row whose record has this flaw; it keeps the row from a verdict, but for a cell that was left
/// out.
#[must_use]
pub fn fault(flaw: Flaw) -> Fault {
    let (code, message, help) = match flaw {
        Flaw::Short { found, wanted } => (
            Code::RowShort,
            format!("the line has {} but the headings need {wanted}", cells(found)),
            "a delimiter may be missing, or there may be a line break inside a cell without quotes around it; \
             compare the line with those next to it",
        ),
        Flaw::Long { found, wanted } => (
            Code::RowLong,
            format!("the row has {} but there are {wanted} columns", cells(found)),
            "a cell may contain a delimiter without quotes around it; the extra cells are kept, without a heading",
        ),
        Flaw::TextAfterQuote => (
            Code::TextAfterQuote,
            "a cell goes on after its closing quote, so cells or whole lines may have run together"
                .to_owned(),
            "look for a quote that should not be there; a quote inside a quoted cell is written twice (`\"\"`)",
        ),
        Flaw::OpenQuote { line } => (
            Code::QuoteNotClosed,
            format!(
                "a quote is opened in line {line} and not closed, so it was read as part of its cell and the row ends with its line"
            ),
            "close the quote, remove it, or double it (`\"\"`) if it belongs to the text; check whether the lines \
             below belong to this row",
        ),
        Flaw::Uncalculated { .. } => (
            Code::FormulaWithoutValue,
            "the row contains a formula that was never calculated, so its cell reads as blank".to_owned(),
            "open the file in Excel, save it, and run again",
        ),
        Flaw::Undecodable => (
            Code::NotDecodable,
            "some bytes are not valid in the file's encoding and are shown as U+FFFD".to_owned(),
            "save the file as CSV UTF-8 or as a workbook, or name its encoding with `--encoding`",
        ),
        Flaw::Garbled => (
            Code::LettersGarbled,
            "a cell looks as if it were in UTF-8, unlike other rows, so its letters may be wrong".to_owned(),
            "correct the letters; if they are right, name the file's encoding with `--encoding`",
        ),
        Flaw::Restyled { .. } => (
            Code::DigitsRestyled,
            "part of a number is struck out or raised, so its digits may not belong together".to_owned(),
            "write only the number of seats paid for now, without struck-out or raised digits",
        ),
        Flaw::ZeroByte => (
            Code::ZeroByte,
            "a cell contains a zero byte, so the row may have been damaged".to_owned(),
            "compare the row with where it came from, and remove the zero byte",
        ),
        Flaw::Beyond { column } => return left_out(column),
    };
    let column = if let Flaw::Restyled { column } = flaw { column } else { None };
    Fault { code, blocks: true, column, value: String::new(), message, help: help.to_owned() }
}

/// A cell that no column of the roster is near cannot change a verdict.
fn left_out(column: usize) -> Fault {
    let letters = column_letters(u32::try_from(column).unwrap_or(u32::MAX));
    Fault {
        code: Code::CellLeftOut,
        blocks: false,
        column: None,
        value: String::new(),
        message: format!(
            "the cell in column {letters} was left out: it is too far to the right of the headings to fit on the \
             sheet"
        ),
        help: "if it belongs to the roster, move it next to the other columns; if not, delete it".to_owned(),
    }
}

/// Returns the remark on a totals line whose record has this flaw: no customer's, so that it keeps nothing from a
/// verdict.
pub(super) fn footer_fault(flaw: Flaw) -> Fault {
    let fault = fault(flaw);
    Fault { blocks: false, message: format!("{} (in a totals line)", fault.message), ..fault }
}

fn cells(count: usize) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
}

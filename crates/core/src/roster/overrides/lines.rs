//! How the lines of overrides are counted and named.
//!
//! A line of a file is named by its number. Those of Review sheets follow them: each sheet has its own range of numbers,
//! so that a row of a verdict knows both kinds by one number.

/// From this number on, lines are rows of a Review sheet: its first part's; each further part has the next range.
pub const REVIEW_LINES: u64 = 1 << 32;

/// How many lines a message names.
const LISTED_LINES: usize = 20;

/// Returns the number by which a row of a Review sheet is known, of its n-th part, from 0.
pub(super) const fn on_review(part: u64, row: u64) -> u64 {
    (part + 1) * REVIEW_LINES + row
}

/// Returns a line in words: `line 4`, or `row 7 of Review`.
pub(super) fn named(line: u64) -> String {
    match sheet(line) {
        None => format!("line {line}"),
        Some(sheet) => format!("row {} of {sheet}", line % REVIEW_LINES),
    }
}

/// Returns two lines in words.
pub(super) fn both(first: u64, second: u64) -> String {
    match (sheet(first), sheet(second)) {
        (None, None) => format!("lines {first} and {second}"),
        (one, other) if one == other => {
            let sheet = one.unwrap_or_default();
            format!("rows {} and {} of {sheet}", first % REVIEW_LINES, second % REVIEW_LINES)
        }
        _ => format!("{} and {}", named(first), named(second)),
    }
}

/// Returns lines in words, the first few: `line 4`, `3 lines (4, 7, 9)`, `2 rows of Review (7, 12)`.
#[must_use]
pub fn listed(lines: &[u64]) -> String {
    let sheets = lines.chunk_by(|one, next| one / REVIEW_LINES == next / REVIEW_LINES);
    sheets.map(of_sheet).collect::<Vec<_>>().join(" and ")
}

fn of_sheet(lines: &[u64]) -> String {
    if let [line] = lines {
        return named(*line);
    }
    let rows = lines.first().and_then(|line| sheet(*line));
    let rows = rows.map_or("lines".to_owned(), |sheet| format!("rows of {sheet}"));
    let numbers = lines.iter().take(LISTED_LINES).map(|line| (line % REVIEW_LINES).to_string());
    let mut shown: Vec<String> = numbers.collect();
    if lines.len() > LISTED_LINES {
        shown.push("...".to_owned());
    }
    format!("{} {rows} ({})", lines.len(), shown.join(", "))
}

/// The sheet that a line is on; `None` = it is a line of a file, or of the words to settle.
fn sheet(line: u64) -> Option<String> {
    match line / REVIEW_LINES {
        0 => None,
        1 => Some("Review".to_owned()),
        part => Some(format!("Review ({part})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_rows_of_review_are_told_apart() {
        let row = |part, row| on_review(part, row);
        assert_eq!(
            (named(4), named(row(0, 7)), named(row(2, 7))),
            ("line 4".to_owned(), "row 7 of Review".to_owned(), "row 7 of Review (3)".to_owned(),)
        );
        assert_eq!(both(4, 9), "lines 4 and 9");
        assert_eq!(both(row(0, 4), row(0, 9)), "rows 4 and 9 of Review");
        assert_eq!(both(row(0, 4), row(1, 9)), "row 4 of Review and row 9 of Review (2)");
        assert_eq!(listed(&[4, 7]), "2 lines (4, 7)");
        assert_eq!(listed(&[row(0, 7)]), "row 7 of Review");
        assert_eq!(listed(&[4, row(0, 7), row(0, 12)]), "line 4 and 2 rows of Review (7, 12)");
    }
}

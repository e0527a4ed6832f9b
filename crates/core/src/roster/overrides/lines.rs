//! How the lines of overrides are counted and named.
//!
//! A line of a file is named by its number. Those of Review sheets follow them: each sheet has its own range of numbers,
//! and so has each file, so that a row of a verdict knows all kinds by one number.

/// From this number on, lines are rows of a Review sheet: its first part's; each further part has the next range.
const REVIEW_LINES: u64 = 1 << 32;

/// From this number on, lines are those of the second file; each further one has the next range.
const FILE_LINES: u64 = 1 << 48;

/// How many lines a message names.
const LISTED_LINES: usize = 20;

/// Returns the number by which a row of a Review sheet is known, of its n-th part, from 0.
pub(super) const fn on_review(part: u64, row: u64) -> u64 {
    (part + 1) * REVIEW_LINES + row
}

/// Returns the number by which a line is known of the n-th file, from 0.
pub(super) const fn of_file(file: usize, line: u64) -> u64 {
    file as u64 * FILE_LINES + line
}

/// Returns the place of a line's file, from 0.
pub(super) fn file(line: u64) -> usize {
    usize::try_from(line / FILE_LINES).unwrap_or(usize::MAX)
}

/// Returns whether a line is a row of a Review sheet.
#[must_use]
pub const fn is_on_review(line: u64) -> bool {
    line % FILE_LINES >= REVIEW_LINES
}

/// Returns the number of a line or row in its file or sheet, as a person counts.
#[must_use]
pub const fn shown_number(line: u64) -> u64 {
    line % REVIEW_LINES
}

/// Returns a line in words: `line 4`, or `row 7 of Review`.
pub(super) fn named(line: u64) -> String {
    let number = shown_number(line);
    match sheet(line) {
        None => format!("line {number}"),
        Some(sheet) => format!("row {number} of {sheet}"),
    }
}

/// Returns two lines of one file in words.
pub(super) fn both(first: u64, second: u64) -> String {
    let numbers = (shown_number(first), shown_number(second));
    match (sheet(first), sheet(second)) {
        (None, None) => format!("lines {} and {}", numbers.0, numbers.1),
        (one, other) if one == other => {
            format!("rows {} and {} of {}", numbers.0, numbers.1, one.unwrap_or_default())
        }
        _ => format!("{} and {}", named(first), named(second)),
    }
}

/// Returns lines of one file in words, the first few: `line 4`, `3 lines (4, 7, 9)`, `2 rows of Review (7, 12)`.
pub(super) fn listed(lines: &[u64]) -> String {
    let sheets = lines.chunk_by(|one, next| one / REVIEW_LINES == next / REVIEW_LINES);
    sheets.map(of_sheet).collect::<Vec<_>>().join(" and ")
}

fn of_sheet(lines: &[u64]) -> String {
    if let [line] = lines {
        return named(*line);
    }
    let rows = lines.first().and_then(|line| sheet(*line));
    let rows = rows.map_or("lines".to_owned(), |sheet| format!("rows of {sheet}"));
    let numbers = lines.iter().take(LISTED_LINES).map(|line| shown_number(*line).to_string());
    let mut shown: Vec<String> = numbers.collect();
    if lines.len() > LISTED_LINES {
        shown.push("...".to_owned());
    }
    format!("{} {rows} ({})", lines.len(), shown.join(", "))
}

/// The sheet that a line is on; `None` = it is a line of a file, or of the words to settle.
fn sheet(line: u64) -> Option<String> {
    match line % FILE_LINES / REVIEW_LINES {
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

    #[test]
    fn the_lines_of_each_file_are_told_apart_and_counted_as_before() {
        for line in [4, on_review(0, 7), on_review(2, 7)] {
            let third = of_file(2, line);
            assert_eq!((file(line), file(third)), (0, 2));
            assert_eq!((named(third), is_on_review(third)), (named(line), is_on_review(line)));
            assert_eq!(listed(&[third]), listed(&[line]));
        }
    }
}

//! Texts whose columns are parted in a way that is not read, each told as what it is.
//!
//! None of them is read by a guess: a wrong one would put numbers under the wrong headings. They are found by their
//! headings, which score higher when the text is taken apart in that way than by any delimiter that is tried.

use super::headings::SCORED_ROWS;
use super::layout::{DELIMITERS, Rank};
use super::{Options, WHOLE, at_line, refused};
use crate::diagnostic::Code;
use crate::error::{Error, Result};

/// Bytes of a line that are looked at: headings of a roster have less.
const LINE_BYTES: usize = 16 * 1024;
/// Delimiters that stand in ordinary headings, too: columns are told by them only if there are three at least.
const ORDINARY: &str = ":=/-_.#&+*'()[]";

/// Refuses a text whose columns are parted by something that is not tried; `best` is the rank of what is.
///
/// Lines that a usual delimiter parts evenly are parted by it: `account_number,open_date` holds the word `number` by
/// accident. Only headings that name all that a roster needs are no accident.
///
/// # Errors
/// `lines-quoted`, `columns-by-width`, `delimiter-unknown`.
pub(super) fn check(text: &str, (best, even): Rank, options: Options<'_>) -> Result<()> {
    let best = if even > 1 { best.max(WHOLE - 1) } else { best };
    let lines: Vec<(u64, &str)> = lines(text, options.heading_row.unwrap_or(1));
    let mut found: Option<(u32, Error)> = None;
    let is_sought = |number: u64| options.heading_row.is_none_or(|row| row == number);
    for (index, (number, line)) in lines.iter().enumerate().filter(|(_, (number, _))| is_sought(*number)) {
        let below = lines.get(index + 1).map(|(_, line)| *line).unwrap_or_default();
        let mut see = |cells: &[String], error: &dyn Fn() -> Error| {
            let score = if cells.len() > 1 { (options.score)(cells) } else { 0 };
            if score > found.as_ref().map_or(best, |(score, _)| *score) {
                found = Some((score, at_line(*number, error())));
            }
        };
        if let Some(inner) = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            let inner = inner.replace("\"\"", "\"");
            for delimiter in DELIMITERS {
                see(&parted(&inner, char::from(delimiter)), &lines_quoted);
            }
        }
        see(&by_rule(line, below), &by_width);
        see(&by_blanks(line, 2), &by_width);
        for delimiter in unusual(line) {
            let cells = parted(line, delimiter);
            if cells.len() > 2 || !ORDINARY.contains(delimiter) {
                see(&cells, &|| unknown(delimiter));
            }
        }
        see(&Some(by_blanks(line, 1)).filter(|cells| cells.len() > 2).unwrap_or_default(), &by_width);
    }
    found.map_or(Ok(()), |(_, error)| Err(error))
}

/// Returns the error for a first line that names another delimiter than the file has.
pub(super) fn sep_line(said: u8, found: u8) -> Error {
    let message = format!(
        "this line (`sep=`) says that the columns are separated by {}, but the columns of the file are separated by \
         {}",
        shown(char::from(said)),
        shown(char::from(found))
    );
    let help = format!("delete the line, or name the delimiter, such as `--delimiter {}`", word(found));
    at_line(1, refused(Code::SepLineWrong, message, help))
}

/// The first lines from one on that are not blank, with their numbers.
fn lines(text: &str, from: u64) -> Vec<(u64, &str)> {
    let numbered = (1..).zip(text.lines().flat_map(|line| line.split('\r')));
    let numbered = numbered.skip_while(|(number, _)| *number < from);
    let filled =
        numbered.map(|(number, line)| (number, line.trim_end())).filter(|(_, line)| !line.is_empty());
    filled.take(SCORED_ROWS).filter(|(_, line)| line.len() <= LINE_BYTES).collect()
}

fn parted(line: &str, delimiter: char) -> Vec<String> {
    line.split(delimiter).map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
}

/// Cuts a line where the groups of a rule below it begin: `------  -----`.
fn by_rule(line: &str, rule: &str) -> Vec<String> {
    if !rule.contains("--") && !rule.contains("==")
        || !rule.chars().all(|letter| matches!(letter, '-' | '=' | ' ' | '\t'))
    {
        return Vec::new();
    }
    let letters: Vec<char> = rule.chars().collect();
    let begins = |at: &usize| {
        let is_blank = |at: usize| letters.get(at).is_none_or(|letter| letter.is_whitespace());
        !is_blank(*at) && (*at == 0 || is_blank(at - 1))
    };
    let starts: Vec<usize> = (0..letters.len()).filter(begins).collect();
    let ends = starts.iter().skip(1).copied().chain([usize::MAX]);
    let cell = |(start, end): (&usize, usize)| {
        line.chars().skip(*start).take(end - start).collect::<String>().trim().to_owned()
    };
    starts.iter().zip(ends).map(cell).collect()
}

/// Cuts a line where so many blanks stand, or more.
fn by_blanks(line: &str, blanks: usize) -> Vec<String> {
    let wide = " ".repeat(blanks);
    line.split(wide.as_str()).map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
}

/// Returns the signs of a line that may part columns and are not tried, each once.
fn unusual(line: &str) -> Vec<char> {
    let is_sign = |letter: &char| {
        let is_tried = u8::try_from(*letter).is_ok_and(|byte| DELIMITERS.contains(&byte));
        !letter.is_alphanumeric() && !letter.is_whitespace() && !is_tried && *letter != '"'
    };
    let mut found: Vec<char> = line.chars().filter(is_sign).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn lines_quoted() -> Error {
    refused(
        Code::LinesQuoted,
        "the whole line is in quotes, which makes it one cell without any columns",
        "remove the quotes at the beginning and the end of each line, and write `\"` for each `\"\"` within it; or export \
         the roster again",
    )
}

fn by_width() -> Error {
    refused(
        Code::ColumnsByWidth,
        "the columns are separated only by spaces, like a table printed on the screen",
        "export the roster as CSV: in PowerShell with `Export-Csv` instead of `Format-Table` or `Out-File`",
    )
}

fn unknown(delimiter: char) -> Error {
    let message = format!(
        "the columns seem to be separated by {}, which is not one of the usual delimiters",
        shown(delimiter)
    );
    let help = if delimiter.is_ascii_graphic() {
        format!("if they are, add `--delimiter \"{delimiter}\"`")
    } else {
        "export the roster with commas, semicolons or tabs as the delimiter".to_owned()
    };
    refused(Code::DelimiterUnknown, message, help)
}

/// Returns a delimiter as messages show it.
fn shown(delimiter: char) -> String {
    match delimiter {
        '\t' => "tabs".to_owned(),
        sign if sign.is_control() => format!("the control character U+{:04X}", u32::from(sign)),
        sign => format!("`{sign}`"),
    }
}

/// Returns a delimiter as the command line takes it.
fn word(delimiter: u8) -> &'static str {
    match delimiter {
        b';' => "semicolon",
        b'\t' => "tab",
        b'|' => "bar",
        _ => "comma",
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Place;
    use crate::tests_support::{error_of, read_all};

    fn found(text: &str) -> (&'static str, Place) {
        let error = error_of(text.as_bytes());
        (error.diagnostics[0].code.as_str(), error.diagnostics[0].place.clone())
    }

    #[test]
    fn a_first_line_that_the_file_contradicts_is_refused() {
        for text in ["sep=;\nTenant,Plan,Seats\nA,x,1\n", "sep=,\r\nTenant\tPlan\tSeats\r\nA, Ltd\tx\t1\r\n"]
        {
            assert_eq!(found(text), ("sep-line-wrong", Place::Line(1)));
        }
        read_all(b"sep=;\nTenant;Plan, Seats\nA;x, 1\n").unwrap();
        read_all(b"sep=^\nTenant^Plan^Seats\nA^x, y^1\n").unwrap();
    }

    #[test]
    fn whole_lines_in_quotes_are_refused() {
        let text = "\"Tenant;Plan;Seats\"\n\"A;\"\"x\"\";1\"\n";
        assert_eq!(found(text), ("lines-quoted", Place::Line(1)));
        read_all(b"\"Tenant\"\n\"A, Ltd\"\n").unwrap();
    }

    #[test]
    fn another_delimiter_is_named() {
        for delimiter in ["^", "~", "#", ":", "\u{1f}", "\u{a6}", "\u{ff0c}"] {
            let text = format!(
                "Report\n{}\n{}\n",
                ["Tenant", "Plan", "Seats"].join(delimiter),
                ["A", "x", "1"].join(delimiter)
            );
            assert_eq!(found(&text), ("delimiter-unknown", Place::Line(2)), "{delimiter}");
        }
        assert!(error_of(b"Tenant^Plan\n").diagnostics[0].help.contains("--delimiter \"^\""));
        read_all(b"Tenant: all\nPlan\nx\n").unwrap();
    }

    #[test]
    fn a_word_of_headings_inside_a_cell_is_no_delimiter() {
        for text in [
            "account_number,open_date,title\n120,2010-03-07,Mrs\n128,2005-03-09,Mrs\n",
            "account_number|open_date|title\n120|02/11/2002|Miss\n128|28/08/2011|Mrs\n",
            "kunde,produkt,anz\nhttp://www.plan.example,b,1\nhttp://www.seats.example,b,1\n",
            "kunde;produkt;anz\nmy  plan  x;b;1\ny;b;1\n",
        ] {
            read_all(text.as_bytes()).unwrap();
        }
    }

    #[test]
    fn columns_of_blanks_are_told() {
        for text in [
            "Tenant      Plan   Seats\nContoso, A  E3     480\n",
            "\r\nTenant Plan Seats\r\n------ ---- -----\r\nA      x        1\r\n",
            "Tenant Plan Seats\nA x 1\n",
        ] {
            assert_eq!(found(text).0, "columns-by-width", "{text}");
        }
        read_all(b"Tenant  Plan Seats,Plan,Seats,Tenant\nA,x,1,2\n").unwrap();
    }
}

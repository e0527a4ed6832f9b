//! What the Review sheet and the upload page say of each kind of problem, in the words of people who work in Excel: what it
//! is, what to do about it, and which cell of the line settles it.

use crate::diagnostic::Code;
use crate::roster::Fault;
use crate::roster::overrides::{RIGHT_PLAN, RIGHT_SEATS, RIGHT_SEGMENT, RIGHT_STATUS};
use std::borrow::Cow;

/// What is said of one kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is wrong, whatever the row.
    pub what: &'static str,
    /// What to do in the roster; never a command.
    pub fix: &'static str,
    /// The column of the Review sheet that settles it when it is filled in; empty = none does.
    pub fill_in: &'static str,
}

/// Returns what to do about a fault: what the row itself tells, unless that is a command to type, and which cell of the
/// line can be filled in instead.
#[must_use]
pub fn what_to_do(fault: &Fault) -> Cow<'_, str> {
    let words = of(fault.code);
    let help =
        if fault.help.is_empty() || names_commands(&fault.help) { words.fix } else { fault.help.as_str() };
    match words.fill_in {
        "" => Cow::Borrowed(help),
        column => Cow::Owned(format!("{help}; or fill in `{column}` in this line")),
    }
}

/// Returns what to do about a kind of problem, wherever it is.
#[must_use]
pub fn what_to_do_about(code: Code) -> String {
    let Words { fix, fill_in, .. } = of(code);
    if fill_in.is_empty() { fix.to_owned() } else { format!("{fix}; or fill in `{fill_in}` on Review") }
}

/// Whether words tell somebody to type a command, or a flag of one, or to write a file for one.
fn names_commands(words: &str) -> bool {
    ["--", "fasttrack ", "`-", "overrides file"].iter().any(|sign| words.contains(sign))
}

const fn words(what: &'static str, fix: &'static str, fill_in: &'static str) -> Words {
    Words { what, fix, fill_in }
}

/// Returns what is said of a code; what no row can have has general words.
#[must_use]
pub fn of(code: Code) -> Words {
    of_seats(code)
        .or_else(|| of_plans(code))
        .or_else(|| of_words(code))
        .or_else(|| of_tenants(code))
        .or_else(|| of_lines(code))
        .or_else(|| of_overrides(code))
        .unwrap_or(GENERAL)
}

const GENERAL: Words =
    words("something else is wrong with the row", "correct the row in the roster, and run again", "");

fn of_seats(code: Code) -> Option<Words> {
    let seats = |what, fix| Some(words(what, fix, RIGHT_SEATS));
    match code {
        Code::SeatsAmbiguous => {
            seats("a count can be read as a fraction or as thousands", "write the count without separators")
        }
        Code::SeatsInGrace => Some(words(
            "no seats are enabled, and some are in their grace period",
            "ask whether the customer renews; if so, the seats count again",
            RIGHT_SEATS,
        )),
        Code::SeatsMissing => {
            seats("the paid seats are missing", "fill in the seats paid for; write 0 if there are none")
        }
        Code::SeatsNegative => {
            seats("the paid seats are below zero", "credits are not seats; write the seats paid for now")
        }
        Code::SeatsNotWhole => {
            seats("the paid seats are not a whole number", "check the count on the subscription")
        }
        Code::SeatsPercent => seats(
            "the paid seats are shown as a percentage",
            "format the cell as a number and type the count",
        ),
        Code::SeatsSeveral => seats(
            "a cell has several numbers",
            "write only the number of seats paid for now; give other plans their own rows",
        ),
        Code::SeatsShortened => {
            seats("a count was shortened by a spreadsheet", "widen the column, and save the roster again")
        }
        Code::SeatsTooMany => {
            seats("the paid seats are more than any customer has", "check whether the column is right")
        }
        Code::SeatsUnreadable => seats("the paid seats are not a number", "write the count in digits"),
        Code::SeatsWrongKind => seats(
            "the paid seats are a date or a yes or no",
            "format the cell as a number and type the count",
        ),
        Code::DigitsRestyled => seats(
            "part of a count is struck out or raised",
            "write only the number of seats paid for now, without struck-out or raised digits",
        ),
        Code::PlanAmount => seats(
            "the plan's cell has another number than the seats column",
            "check which of them is the number of paid seats",
        ),
        _ => None,
    }
}

fn of_plans(code: Code) -> Option<Words> {
    let plan = |what, fix| Some(words(what, fix, RIGHT_PLAN));
    match code {
        Code::PlanMissing => plan("the plan is missing", "write the plan's name or product id"),
        Code::PlanUnknown => plan(
            "a plan is not in the plan catalogue",
            "say what it means on the sheet To settle, for all its rows at once",
        ),
        Code::PlanAmbiguous => plan(
            "a name stands for several different plans",
            "write the product id of the one that was bought",
        ),
        Code::PlanSeveral => {
            plan("a cell names several plans", "give each plan its own row, with its paid seats")
        }
        Code::PlanContradicted => {
            plan("the plan's name and its id are two different plans", "write only the one that was bought")
        }
        Code::PlansDiffer => plan("two columns name different plans", "correct the column that is wrong"),
        Code::PlanReadings => plan(
            "a short name may be one of several plans, which all give the same",
            "confirm which was bought",
        ),
        Code::PlanElsewhere => {
            plan("another column says which plan it is", "write the plan in its own column")
        }
        Code::PlanPriceDoubtful => Some(words(
            "it is not certain whether the plan is paid for",
            "confirm whether it was paid for, and write the plan that was bought",
            RIGHT_PLAN,
        )),
        Code::AddOnMarked => Some(words(
            "the roster marks a full plan as an add-on",
            "if it only extends another plan, its seats should not count: write 0",
            RIGHT_SEATS,
        )),
        _ => None,
    }
}

fn of_words(code: Code) -> Option<Words> {
    let status = |what, fix| Some(words(what, fix, RIGHT_STATUS));
    let settle = "say what the word means on the sheet To settle, for all its rows at once";
    let column = "if the cell says what it seems to say, write it in the roster's own column for that";
    match code {
        Code::StatusUnknown => status("the word for the status is not known", settle),
        Code::StatusNotRead => {
            status("a column that is not read may say that the plan is not active", column)
        }
        Code::TrialUnknown => status("the word for a trial is not known", settle),
        Code::TrialNotRead => status("a column that is not read may say that it is a trial", column),
        Code::SegmentUnknown => Some(words("the word for the segment is not known", settle, RIGHT_SEGMENT)),
        Code::SegmentNotRead => {
            Some(words("a column that is not read may say which segment it is", column, RIGHT_SEGMENT))
        }
        Code::PhaseUnknown => Some(words(
            "the phase of onboarding is not one of the policy's",
            "write one of the phases of the FastTrack guide, or its number",
            "",
        )),
        _ => None,
    }
}

fn of_tenants(code: Code) -> Option<Words> {
    let roster = |what, fix| Some(words(what, fix, ""));
    let export = "format the column as text in the file it comes from, and export it again";
    match code {
        Code::TenantMissing => roster("the customer is missing", "write in the roster whose row it is"),
        Code::TenantElsewhere => roster(
            "another column says whose row it is",
            "fill in the cell, so that all rows of the customer count together",
        ),
        Code::TenantFromAbove => roster(
            "a row above says whose row it is",
            "do nothing if the roster is grouped by customer; otherwise fill in the cell",
        ),
        Code::IdShortened => roster("a spreadsheet has shortened an id", export),
        Code::IdZerosLost => roster("an id may have lost its leading zeros", export),
        _ => None,
    }
}

fn of_lines(code: Code) -> Option<Words> {
    let roster = |what, fix| Some(words(what, fix, ""));
    let nothing = "do nothing if it is not a customer; otherwise complete the row in the roster";
    let own_sheet = "put each table on its own sheet";
    let quotes = "open the roster, look for a quote that should not be there, and correct the line";
    let encoding = "correct the letters in the roster, and save it as a workbook or as CSV UTF-8";
    match code {
        Code::FormulaWithoutValue => {
            roster("a formula has no value", "open the roster in Excel, save it, and run again")
        }
        Code::AloneInRow => roster(
            "a row has only one cell",
            "write the plan and the seats; if it is a caption, say it in a column for each row instead",
        ),
        Code::Caption => roster("a line is a caption", nothing),
        Code::CaptionAbove => roster(
            "a caption above the row says something else than the row",
            "say it in a column for each row, or remove the caption",
        ),
        Code::CellError => roster("a cell shows an error", "correct the formula, or type the value"),
        Code::CellLeftOut => roster(
            "a cell is too far to the right to be shown",
            "move it next to the other columns, or delete it",
        ),
        Code::CellSpansLines => roster("a cell may be several rows", quotes),
        Code::CellTooLong => {
            roster("a text is too long for a workbook", "shorten it; the whole text is in your roster")
        }
        Code::HeadingRepeated => roster("the headings are repeated", nothing),
        Code::LettersGarbled => roster("letters look wrong", encoding),
        Code::NotDecodable => roster("some letters could not be read", encoding),
        Code::OtherTable => roster("a row belongs to another table", own_sheet),
        Code::TableBeside => roster("a row belongs to a table next to the roster", own_sheet),
        Code::RowHidden => roster(
            "a row is hidden in the roster",
            "delete the row if it should not count, or unhide it to see what was judged",
        ),
        Code::RowLong => {
            roster("a row has more cells than there are columns", "compare it with the rows next to it")
        }
        Code::RowShort => {
            roster("a row has fewer cells than there are columns", "compare it with the rows next to it")
        }
        Code::TextAfterQuote | Code::QuoteNotClosed => roster("a quote is not closed or not needed", quotes),
        Code::TotalDoubtful => roster(
            "a row looks like a total that does not add up",
            "correct the total, delete the row, or write the plan if it is a customer",
        ),
        Code::ZeroByte => roster(
            "a row may have been damaged",
            "compare the row with where it came from, and type it again",
        ),
        _ => None,
    }
}

fn of_overrides(code: Code) -> Option<Words> {
    let roster = |what, fix| Some(words(what, fix, ""));
    let check = "do nothing if that is right; otherwise clear what was filled in";
    match code {
        Code::OverrideOutdated => roster(
            "the paid seats that were filled in were for another cell; the roster's own were taken",
            "if the roster is wrong again, fill in the paid seats again; otherwise clear what was filled in",
        ),
        Code::OverridePlanOutdated => roster(
            "the plan that was filled in was for another cell; the roster's own was taken",
            "if the roster is wrong again, fill in the plan again; otherwise clear what was filled in",
        ),
        Code::OverrideSegmentOutdated => roster(
            "the segment that was filled in was for another cell; the roster's own was taken",
            "if the roster is wrong again, fill in the segment again; otherwise clear what was filled in",
        ),
        Code::OverrideStatusOutdated => roster(
            "the status that was filled in was for another cell; the roster's own was taken",
            "if the roster is wrong again, fill in the status again; otherwise clear what was filled in",
        ),
        Code::OverrideOverruled => roster("the roster's own segment was taken", check),
        Code::OverridePlan => roster("a known plan was replaced by the one filled in", check),
        Code::OverrideSeats => roster("the paid seats that were filled in were taken", check),
        Code::OverrideSegment => roster("the segment that was filled in was taken", check),
        Code::OverrideStatus => roster("the status that was filled in was taken", check),
        Code::OverrideUnclear => roster(
            "two lines that were filled in say different things about one row",
            "keep the line that is right, and clear the other",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes that a row can have come first in the list of codes; these stand elsewhere in it.
    const OTHERS: [Code; 12] = [
        Code::PlanAmbiguous,
        Code::QuoteNotClosed,
        Code::OverrideOutdated,
        Code::OverrideOverruled,
        Code::OverridePlan,
        Code::OverridePlanOutdated,
        Code::OverrideSeats,
        Code::OverrideSegment,
        Code::OverrideSegmentOutdated,
        Code::OverrideStatus,
        Code::OverrideStatusOutdated,
        Code::OverrideUnclear,
    ];

    fn fault(code: Code, help: &str) -> Fault {
        let (value, message) = (String::new(), String::new());
        Fault { code, blocks: true, column: None, value, message, help: help.to_owned() }
    }

    #[test]
    fn every_code_of_a_row_has_words_of_its_own() {
        let last = Code::ALL.iter().position(|code| *code == Code::ZeroByte).unwrap();
        for code in Code::ALL[..=last].iter().chain(&OTHERS) {
            assert_ne!(of(*code), GENERAL, "{code}");
        }
    }

    #[test]
    fn no_words_tell_somebody_to_type_a_command() {
        for code in Code::ALL {
            let Words { what, .. } = of(*code);
            let about = what_to_do_about(*code);
            let told =
                what_to_do(&fault(*code, "name it with `--encoding`, see `fasttrack plans`")).into_owned();
            let blank = what_to_do(&fault(*code, "")).into_owned();
            for words in [what, &about, &told, &blank] {
                assert!(!words.is_empty(), "{code}");
                assert!(!words.contains("--") && !words.contains("fasttrack "), "{code}: {words}");
                let quoted = words.split('`').skip(1).step_by(2);
                let is_heading = |word: &str| word.starts_with("Right ");
                assert!(quoted.into_iter().all(is_heading), "{code}: {words}");
                assert!(words.starts_with(char::is_lowercase) && !words.ends_with('.'), "{code}: {words}");
            }
        }
    }

    #[test]
    fn what_the_row_tells_is_kept_where_it_is_no_command() {
        let told =
            what_to_do(&fault(Code::PlanUnknown, "if you mean `Microsoft 365 E3`, write that")).into_owned();
        assert_eq!(told, "if you mean `Microsoft 365 E3`, write that; or fill in `Right plan` in this line");
        let told = what_to_do(&fault(Code::TenantMissing, "fill in the customer")).into_owned();
        assert_eq!(told, "fill in the customer");
    }
}

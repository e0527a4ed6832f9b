//! The Review sheet: one line for each fault, with room for what is right; and what was filled in before, to be kept.

pub mod causes;

use crate::diagnostic::Diagnostic;
use crate::findings::words::what_to_do;
use crate::output_fields::headings::SOURCE_ROW;
use crate::policy::Policy;
use crate::report::roster::cell_of;
use crate::report::{COUNT_FORMAT, Choice, ChooseFrom, Column, Printed, Stream, Style, Value};
use crate::roster::Fault;
use crate::roster::overrides::{
    FITS, Filled, Fits, NAME as TENANT_NAME, NOTE, PLAN, RIGHT_PLAN, RIGHT_SEATS, RIGHT_SEGMENT,
    RIGHT_STATUS, RIGHT_STATUSES, ROSTER_SEATS, ROSTER_SEGMENT, ROSTER_STATUS, RowNames, SUBSCRIPTION,
    TENANT,
};
use std::ops::RangeInclusive;

/// The name of the sheet.
pub const NAME: &str = "Review";

/// Where the columns stand that are filled in, each from 0.
pub const FILLED_IN: RangeInclusive<usize> = 6..=10;

/// Where the code stands, from 0.
pub const CODE: usize = 18;

/// How many cells a line has.
const WIDTH: usize = 21;

/// Lines that lead to their rows on the Roster sheet, from the first: each takes its room in memory until the workbook is
/// written, and nobody follows more of them by hand.
pub const LIMIT_LINKS: u64 = 10_000;

/// What the first column means.
const LINKS: &str = "The line of the roster where the row begins, or its row on the sheet. On the first 10,000 lines it links to \
                     the row on the Roster sheet.";

/// The columns that say whose row it is, and what is wrong with it.
const BEFORE: [(&str, f64, &str); 6] = [
    (SOURCE_ROW, 12.0, LINKS),
    (TENANT, 28.0, "What identifies the tenant: an id, a domain or a name."),
    (TENANT_NAME, 24.0, ""),
    (
        "Weight",
        14.0,
        "A row with \"needs review\" gets no verdict. A \"remark\" does not block the verdict. \"settled\" shows what was \
         filled in before and is used.",
    ),
    ("What is wrong", 64.0, ""),
    ("What to do", 56.0, ""),
];

/// What a note is for.
const ABOUT_NOTE: &str = "Why, or what is still to be asked. It is kept with what is filled in.";

/// The columns that are filled in.
const TO_FILL_IN: [(&str, f64, &str); 5] = [
    (
        RIGHT_PLAN,
        26.0,
        "Fill this in if the plan is wrong or not known: the name, product id or GUID of the plan that was bought, or \
         `not counted` if it does not count.",
    ),
    (
        RIGHT_SEATS,
        13.0,
        "Fill this in if the paid seats are wrong or missing: a whole number, 0 if none are paid for.",
    ),
    (RIGHT_SEGMENT, 16.0, "Fill this in if the segment is wrong: choose from the list."),
    (
        RIGHT_STATUS,
        15.0,
        "Fill this in if it is wrong or not clear whether the subscription is active: choose from the list. Only the \
         seats of an active one count.",
    ),
    (NOTE, 30.0, ABOUT_NOTE),
];

/// The columns behind them: how the roster writes it, and how the next run finds the row again.
const BEHIND: [(&str, f64, &str); 10] = [
    (PLAN, 30.0, "The plan as the roster writes it."),
    (ROSTER_SEATS, 16.0, "The paid seats as the roster writes them."),
    (ROSTER_SEGMENT, 18.0, "What the roster says of the segment, in the columns that do."),
    (ROSTER_STATUS, 18.0, "What the roster says of the status and of trials, in the columns that do."),
    ("Column", 22.0, "The roster's own heading."),
    ("Value", 30.0, "What the cell contains."),
    ("Where", 12.0, "The cell or line of the roster where it was found."),
    ("Code", 20.0, "The short name of the problem, the same in every run; use it to filter."),
    (SUBSCRIPTION, 24.0, ""),
    (
        FITS,
        18.0,
        "By what the next run finds the row again for which something is filled in: its subscription, its tenant and plan \
         wherever the row is, or only this row as long as it says the same.",
    ),
];

/// Returns the sheet's columns, and what may be filled in.
#[must_use]
pub fn stream(policy: &Policy) -> Stream {
    let filled_in = |column| Column { style: Style::OurHeading, ..Column::ours(column) };
    let before = BEFORE.map(Column::ours).into_iter().chain(TO_FILL_IN.map(filled_in));
    let columns: Vec<Column> = before.chain(BEHIND.map(Column::ours)).collect();
    let place = |heading: &str| columns.iter().position(|column| column.heading == heading).unwrap_or(0);
    let (seats, segment, status) = (place(RIGHT_SEATS), place(RIGHT_SEGMENT), place(RIGHT_STATUS));
    let segments = policy.segments.iter().map(|segment| segment.name.clone()).collect();
    let statuses = RIGHT_STATUSES.map(str::to_owned).to_vec();
    let choice = |column, from, says| Choice { columns: column..=column, from, says };
    Stream {
        nothing: "Nothing to review.",
        // What is filled in, and what is behind it, is for the screen.
        printed: Some(Printed::legible(&columns, BEFORE.len())),
        choices: vec![
            choice(seats, ChooseFrom::WholeNumber, "Write a whole number; 0 if no seats are paid for."),
            choice(
                segment,
                ChooseFrom::Words(segments),
                "Choose one of the policy's segments from the list.",
            ),
            choice(status, ChooseFrom::Words(statuses), "Choose one from the list."),
        ],
        looks: looks(),
        ..Stream::new(NAME, columns, 3)
    }
}

/// Returns what the cells of its lines may be dressed as.
fn looks() -> Vec<(Style, String)> {
    let words = [Style::Plain, Style::Review, Style::Muted, Style::Good, Style::Warning];
    let figures = [Style::Figure, Style::Link].map(|style| (style, COUNT_FORMAT.to_owned()));
    words.map(|style| (style, String::new())).into_iter().chain(figures).collect()
}

/// A row of the roster, as the lines of the sheet name it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// Where the roster has it.
    pub number: u64,
    /// Where the Roster sheet has it, from 1 below the headings.
    pub ordinal: u64,
    /// What it is called.
    pub names: &'r RowNames,
    /// What finds it again.
    pub fits: Fits,
    /// Whether its line leads to it, see [`LIMIT_LINKS`].
    pub leads: bool,
}

impl Row<'_> {
    /// Returns the cell that says where the roster has the row.
    fn source(self) -> (Value<'static>, Style) {
        if !self.leads {
            return (Value::Count(self.number), Style::Figure);
        }
        (Value::Leading { count: self.number, to: cell_of(self.ordinal).into() }, Style::Link)
    }
}

/// The cells of a line.
pub type Cells<'a> = [(Value<'a>, Style); WIDTH];

/// What a line says of its row.
struct Told<'a> {
    weight: (&'static str, Style),
    what: Value<'a>,
    fix: Value<'a>,
    filled_in: [Value<'a>; 5],
    column: &'a str,
    value: &'a str,
    place: String,
    code: &'static str,
}

/// Returns the cells of one fault.
#[must_use]
pub fn cells<'a>(row: Row<'a>, fault: &'a Fault, shown: &'a Diagnostic) -> Cells<'a> {
    const BLANK: Value<'static> = Value::Blank;
    line(
        Some(row),
        (row.names, row.fits),
        Told {
            weight: if fault.blocks { ("needs review", Style::Review) } else { ("remark", Style::Muted) },
            what: Value::text(fault.message.as_str()),
            fix: Value::text(what_to_do(fault)),
            filled_in: [BLANK; 5],
            column: shown.heading.as_deref().unwrap_or("(whole row)"),
            value: fault.value.as_str(),
            place: shown.place.short(),
            code: fault.code.as_str(),
        },
    )
}

/// Returns the cells of what was filled in before, at the row that it fits; `None` = no row of this roster. What is
/// outdated was filled in for a cell that says something else now.
#[must_use]
pub fn filled_cells<'a>(
    row: Option<Row<'a>>,
    filled: &'a Filled,
    policy: &'a Policy,
    is_outdated: bool,
) -> Cells<'a> {
    let segment = filled.segment.and_then(|place| policy.segments.get(place));
    let text = |text: &'a str| if text.is_empty() { Value::Blank } else { Value::text(text) };
    let (weight, what) = match (row, filled.sets_something()) {
        (Some(_), true) if is_outdated => (
            ("settled", Style::Warning),
            "not all of what is filled in here was used: see the remarks on the row",
        ),
        (Some(_), true) => (("settled", Style::Good), "what is filled in here was used for the row"),
        (Some(_), false) => (("note", Style::Muted), "a note about the row"),
        (None, _) => (("settled", Style::Warning), "no row of this roster fits what is filled in here"),
    };
    let fix = match row {
        Some(_) => "do nothing to keep it; change the cells to correct it, or clear them to undo it",
        None => "do nothing to keep it for the next roster, or clear the cells",
    };
    let names = row.map_or(&filled.names, |row| row.names);
    let mut cells = line(
        row,
        (names, filled.fits),
        Told {
            weight,
            what: Value::text(what),
            fix: Value::text(fix),
            filled_in: [
                text(&filled.plan),
                filled.seats.map_or(Value::Blank, Value::Count),
                segment.map_or(Value::Blank, |segment| Value::text(segment.name.as_str())),
                text(&filled.status),
                text(&filled.note),
            ],
            column: "(whole row)",
            value: "",
            place: String::new(),
            code: "",
        },
    );
    // Where the row was is what it is found again by.
    if let (None, Fits::Row, Some(number)) = (row, filled.fits, filled.number) {
        cells[0] = (Value::Count(number), Style::Figure);
    }
    cells
}

fn line<'a>(row: Option<Row<'a>>, (names, fits): (&'a RowNames, Fits), told: Told<'a>) -> Cells<'a> {
    let plain = |value| (value, Style::Plain);
    let text = |text: &'a str| plain(Value::text(text));
    let source = row.map_or((Value::Blank, Style::Plain), Row::source);
    let Told { weight, what, fix, filled_in, column, value, place, code } = told;
    let [right_plan, right_seats, right_segment, right_status, note] = filled_in;
    let seats_style = if right_seats == Value::Blank { Style::Plain } else { Style::Figure };
    [
        source,
        text(&names.tenant),
        text(&names.name),
        (Value::text(weight.0), weight.1),
        plain(what),
        plain(fix),
        plain(right_plan),
        (right_seats, seats_style),
        plain(right_segment),
        plain(right_status),
        plain(note),
        text(&names.plan),
        text(&names.seats),
        text(&names.segment),
        text(&names.status),
        text(column),
        text(value),
        plain(Value::text(place)),
        text(code),
        text(&names.subscription),
        text(fits.words()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_where_others_look_for_them() {
        let stream = stream(&Policy::default_shipped().unwrap());
        let heading = |place: usize| stream.columns[place].heading.as_str();
        assert_eq!((stream.columns.len(), heading(CODE)), (WIDTH, "Code"));
        let filled_in: Vec<&str> = FILLED_IN.map(heading).collect();
        assert_eq!(filled_in, [RIGHT_PLAN, RIGHT_SEATS, RIGHT_SEGMENT, RIGHT_STATUS, NOTE]);
        let chosen: Vec<&str> =
            stream.choices.iter().map(|choice| heading(*choice.columns.start())).collect();
        assert_eq!(chosen, [RIGHT_SEATS, RIGHT_SEGMENT, RIGHT_STATUS]);
    }

    #[test]
    fn rows_of_further_parts_are_named_where_they_are() {
        let room = crate::write::ROWS_OF_A_PART;
        let cells = [1, room, room + 1, 3 * room].map(cell_of);
        assert_eq!(cells, ["Roster!A2", "Roster!A1048576", "'Roster (2)'!A2", "'Roster (3)'!A1048576"]);
    }
}

//! The Review sheet: one line for each fault.

use crate::diagnostic::Diagnostic;
use crate::output_fields::headings::{SOURCE_ROW, SOURCE_ROW_MEANS};
use crate::report::{COUNT_FORMAT, Column, Stream, Style, Value};
use crate::roster::Fault;

/// The name of the sheet.
pub const NAME: &str = "Review";

/// Where the code stands, from 0.
pub const CODE: usize = 5;

/// Returns the sheet's columns.
#[must_use]
pub fn stream() -> Stream {
    let columns = [
        (SOURCE_ROW, 12.0, SOURCE_ROW_MEANS),
        ("Where", 12.0, "The cell or line of the roster where it was found."),
        ("Column", 24.0, "The roster's own heading."),
        ("Value", 36.0, "What the cell contains."),
        (
            "Weight",
            14.0,
            "A row with \"needs review\" gets no verdict. A \"remark\" does not block the verdict.",
        ),
        ("Code", 20.0, "The short name of the problem, the same in every run; use it to filter."),
        ("What is wrong", 100.0, ""),
        ("What to do", 80.0, ""),
    ];
    let nothing = "Nothing to review.";
    let looks = [Style::Plain, Style::Review, Style::Muted].map(|style| (style, String::new()));
    let looks = looks.into_iter().chain([(Style::Figure, COUNT_FORMAT.to_owned())]).collect();
    Stream { nothing, looks, ..Stream::new(NAME, columns.map(Column::ours).to_vec(), 0) }
}

/// Returns the cells of one fault.
#[must_use]
pub fn cells<'a>(number: u64, fault: &'a Fault, shown: &'a Diagnostic) -> [(Value<'a>, Style); 8] {
    let (weight, style) =
        if fault.blocks { ("needs review", Style::Review) } else { ("remark", Style::Muted) };
    let heading = shown.heading.as_deref().unwrap_or("(whole row)");
    [
        (Value::Count(number), Style::Figure),
        (Value::text(shown.place.short()), Style::Plain),
        (Value::text(heading), Style::Plain),
        (Value::text(fault.value.as_str()), Style::Plain),
        (Value::text(weight), style),
        (Value::text(fault.code.as_str()), Style::Plain),
        (Value::text(fault.message.as_str()), Style::Plain),
        (Value::text(fault.help.as_str()), Style::Plain),
    ]
}

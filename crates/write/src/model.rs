//! Sheets as plain data: what a cell says and how it looks, tables, charts, columns; whoever fills them knows nothing of
//! files, and whoever renders them knows none of them by name.

use crate::error::Result;
use crate::page::legible_columns;
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// The value of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Blank,
    /// Text; never a formula, whatever it begins with.
    Text(Cow<'a, str>),
    /// A count, shown with separators between thousands.
    Count(u64),
    /// A count that leads to a cell of the same workbook, on a streamed sheet beside the main one. A sheet has
    /// [`LIMIT_LINKS`] such cells at most; further ones are counts that lead nowhere.
    Leading {
        /// The count.
        count: u64,
        /// The cell: `Roster!A5`.
        to: Cow<'a, str>,
    },
    /// A share of a whole, 0 to 1, shown in percent.
    Share(f64),
    /// Text that many rows of a streamed sheet have.
    Repeated {
        /// Its place in [`Stream::repeated`].
        index: usize,
        /// The text itself.
        text: &'a str,
    },
    /// A number as the roster had it.
    Number {
        /// The value, finite.
        value: f64,
        /// Its number format; empty = General.
        format: &'a str,
        /// Its digits, where the roster writes more of them than the value holds; empty = as the value prints.
        written: &'a str,
    },
    /// A date as the roster had it: days since 1899-12-30, with its number format.
    Date(f64, &'a str),
    /// TRUE or FALSE.
    Bool(bool),
}

impl<'a> Value<'a> {
    /// Returns a text value.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }
}

/// What takes a cell of a row: its column, from 0, what it says, and how it looks.
///
/// The value stays where it was made: to move it right after its parts were written costs more than to render it.
pub type PutCell<'a> = dyn FnMut(usize, &Value<'_>, Style) -> Result<()> + 'a;

/// Cells of a sheet that lead to another cell, at most. Source: Excel's published limits.
pub const LIMIT_LINKS: u32 = 65_530;

/// The number format of counts.
pub const COUNT_FORMAT: &str = "#,##0";

/// The number format of shares.
pub const SHARE_FORMAT: &str = "0.0%";

/// What a cell is dressed as; a writer turns it into fonts and fills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// As it came, or text of a streamed row.
    #[default]
    Plain,
    /// A figure of a streamed row, set off from the column behind it.
    Figure,
    /// A cell of a table.
    Body,
    /// A figure right behind its label, at the left of a wide column.
    Beside,
    /// The title of a sheet.
    Title,
    /// The line below a title.
    Subtitle,
    /// The title of a table.
    Heading,
    /// A column heading of the roster's own columns and of other tables.
    ColumnHeading,
    /// The heading of a column of numbers.
    NumberHeading,
    /// A column heading that we added to the roster.
    OurHeading,
    /// A label in the first column of a table.
    Label,
    /// A total below the line.
    Total,
    /// A total at the end of its line, or a figure that rules are made of.
    Strong,
    /// Long text, wrapped.
    Wrapped,
    /// A remark in small print.
    Muted,
    /// Text that leads to another sheet.
    Link,
    /// Something that holds.
    Good,
    /// Something that asks for a look.
    Warning,
    /// A tier: its rung, counted from 0. Told apart by words first, by colour second.
    Rung(usize),
    /// A block of a picture made of cells, with words in its middle.
    Step(Step),
    /// The first of such blocks beside each other.
    FirstStep(Step),
    /// What such blocks beside each other stand for, to the left of them.
    StepLabel,
    /// A figure or a word that stands on such a block.
    OnStep,
    /// Words in a gap between such blocks.
    Gap,
    /// What a picture's blocks stand for along its lower edge.
    Axis,
    /// Rows without a tier.
    NoTier,
    /// Rows that need review.
    Review,
}

/// What a block of a picture stands for, which decides its fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// A rung, counted from 0.
    Rung(usize),
    /// Something granted that has to be confirmed.
    Confirm,
    /// No tier.
    NoTier,
    /// In need of review.
    Review,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct CellOut {
    /// What it holds.
    pub value: Value<'static>,
    /// What it is dressed as.
    pub style: Style,
    /// A name for it that formulas can use, such as `from_specialist_education`.
    pub name: Option<String>,
    /// The sheet that it leads to.
    pub link: Option<String>,
    /// What works `value` out anew in the workbook; `None` = nothing, it stays as it is.
    pub formula: Option<Formula>,
}

impl CellOut {
    /// Returns a text cell.
    pub fn text(text: impl Into<String>) -> Self {
        Self::styled(Value::Text(Cow::Owned(text.into())), Style::Body)
    }

    /// Returns a wrapped text cell.
    pub fn wrapped(text: impl Into<String>) -> Self {
        Self::styled(Value::Text(Cow::Owned(text.into())), Style::Wrapped)
    }

    /// Returns a label.
    pub fn label(text: impl Into<String>) -> Self {
        Self::styled(Value::Text(Cow::Owned(text.into())), Style::Label)
    }

    /// Returns a count.
    #[must_use]
    pub fn count(count: u64) -> Self {
        Self::styled(Value::Count(count), Style::Body)
    }

    /// Returns a count that stands right behind its label, for columns that other tables need wide.
    #[must_use]
    pub fn count_beside(count: u64) -> Self {
        Self::styled(Value::Count(count), Style::Beside)
    }

    /// Returns a share of a whole; of nothing it is 0.
    #[must_use]
    pub fn share(part: u64, whole: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
        let share = if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        Self::styled(Value::Share(share), Style::Body)
    }

    /// Returns a cell with its style.
    #[must_use]
    pub const fn styled(value: Value<'static>, style: Style) -> Self {
        Self { value, style, name: None, link: None, formula: None }
    }

    /// Gives the cell a name.
    #[must_use]
    pub fn named(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    /// Makes the cell lead to a sheet.
    #[must_use]
    pub fn leading_to(mut self, sheet: &str) -> Self {
        self.link = Some(sheet.to_owned());
        self
    }

    /// Gives the cell a formula that comes to its value; `None` = it stays as it is.
    #[must_use]
    pub fn worked_out(mut self, formula: Option<Formula>) -> Self {
        self.formula = formula;
        self
    }
}

/// What works a cell out; never made of anything that the roster says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// As it stands behind `=`.
    Written(String),
    /// The cells of its table above it, summed.
    SumAbove,
    /// The cells of its row from the table's second column up to it, summed.
    SumLeft,
    /// The cell before it less the one before that.
    Difference,
    /// The cell before it, as a share of that column's last one in the table; of nothing it is 0.
    ShareOfLast,
}

/// A table: a title, headings, rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The title above it; empty = none.
    pub title: String,
    /// The headings; empty = none.
    pub headings: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<CellOut>>,
    /// How many rows stand below these that are written elsewhere, see [`Writer::fill`](crate::Writer::fill).
    pub further: usize,
    /// What its columns mean, in words beside their headings, in order; empty = the heading says it.
    pub notes: Vec<String>,
    /// Whether its headings have buttons to filter by, and are repeated on every printed page; one table of a sheet at
    /// the most.
    pub has_filter: bool,
    /// Whether its headings are repeated on every printed page without such buttons; likewise one at the most. Headings
    /// that may be alike can have this only.
    pub repeats_headings: bool,
    /// The column that is filled in by a person, if there is one.
    pub filled_in: Option<FilledIn>,
}

/// A column of a table that a person fills in; what stands behind it in the same row is a list to choose from, but for
/// columns of a person's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledIn {
    /// The column, from 0.
    pub column: usize,
    /// How many columns right behind it are filled in, too, with whatever a person writes.
    pub free_columns: usize,
    /// Whether something else than what is listed may be filled in, row by row.
    pub is_open: Vec<bool>,
}

/// A column chart over a table of the same sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The title.
    pub title: String,
    /// What it shows in words, with its figures, for those who do not see it.
    pub alt: String,
    /// Which table of the sheet, counted from 0.
    pub table: usize,
    /// How many of its rows, from the first.
    pub rows: usize,
    /// The column with the values; categories stand in the table's first column.
    pub values: usize,
    /// The title of the value axis.
    pub axis: String,
    /// The style of each column.
    pub styles: Vec<Style>,
}

/// A line chart over a table of the same sheet, one line for each of some columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChart {
    /// The title.
    pub title: String,
    /// What it shows in words, with its figures, for those who do not see it.
    pub alt: String,
    /// Which table of the sheet, counted from 0.
    pub table: usize,
    /// How many of its rows, from the first.
    pub rows: usize,
    /// The lines: what each is called, the column with its values, and its style; what stands along the lower edge is in
    /// the table's first column.
    pub lines: Vec<(String, usize, Style)>,
    /// The title of the value axis.
    pub axis: String,
}

/// One thing on a sheet; blocks stand below each other, each beginning in the first column.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// The title of the sheet.
    Title(String),
    /// A line below it.
    Line(String),
    /// A remark in small print.
    Remark(String),
    /// A table.
    Table(Table),
    /// A row of charts side by side.
    Charts(Vec<Chart>),
    /// A line chart.
    LineChart(LineChart),
}

/// How a sheet prints; always one page wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The whole sheet on one upright page.
    Single,
    /// Likewise, what stands above the first table of one of these titles: the rest is for the screen.
    Above(&'static [&'static str]),
    /// Landscape, as many pages as it takes.
    Landscape,
    /// Likewise, so many of its columns, from the first: the others are for the screen.
    Columns(usize),
}

/// A sheet that is rendered whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its name.
    pub name: &'static str,
    /// The widths of its columns, in characters.
    pub widths: Vec<f64>,
    /// How it prints.
    pub page: Page,
    /// What stands on it, from the top.
    pub blocks: Vec<Block>,
    /// Names for ranges that its formulas use, each with what it stands for, without the `=`.
    pub names: Vec<(String, String)>,
}

/// A sheet whose rows are streamed: its headings and how they are laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Its name; further parts are called `NAME (2)` and so on.
    pub name: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// How many of its columns stay in sight when it is scrolled sideways.
    pub frozen_columns: u16,
    /// What its cells may be dressed as: each style with each number format (empty = General) that comes with it.
    pub looks: Vec<(Style, String)>,
    /// The texts that many of its rows have, see [`Value::Repeated`].
    pub repeated: Vec<String>,
    /// Which of its columns are printed; `None` = all.
    pub printed: Option<Printed>,
    /// Cells that are told apart by what they say, and still are when someone mends them.
    pub highlights: Vec<Highlight>,
    /// What it says where it has no rows.
    pub nothing: &'static str,
    /// What cells below the headings may be filled in with.
    pub choices: Vec<Choice>,
}

/// A literal text in a formula is no longer than this, in characters. Source: Excel's published limits.
pub const LIMIT_LITERAL: usize = 255;

/// A streamed sheet with more rows than this is no Excel table, and no formula looks at its rows: either would make one
/// wait with every change.
pub const LIMIT_LIVE_ROWS: u64 = 250_000;

impl Stream {
    /// Returns a sheet of our columns alone, all of them printed.
    #[must_use]
    pub const fn new(name: &'static str, columns: Vec<Column>, frozen_columns: u16) -> Self {
        Self {
            name,
            columns,
            frozen_columns,
            looks: Vec::new(),
            repeated: Vec::new(),
            printed: None,
            highlights: Vec::new(),
            nothing: "",
            choices: Vec::new(),
        }
    }
}

/// The columns of a streamed sheet that are printed, each from 0; those that a page has no room for are for the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Columns in front of the others that every page begins with, and that need not touch them; `None` = none.
    pub first: Option<RangeInclusive<usize>>,
    /// The columns.
    pub columns: RangeInclusive<usize>,
}

impl Printed {
    /// Returns as many of some columns, from the first, as a page shows in letters that can be read; of the first `most`.
    #[must_use]
    pub fn legible(columns: &[Column], most: usize) -> Self {
        let widths: Vec<f64> = columns.iter().take(most).map(|column| column.width).collect();
        Self { first: None, columns: 0..=legible_columns(&widths).saturating_sub(1) }
    }
}

/// Cells of a streamed sheet that are dressed by what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// The first and the last of their columns, from 0.
    pub columns: (usize, usize),
    /// What they say; `None` = anything.
    pub text: Option<String>,
    /// What they are dressed as.
    pub style: Style,
}

/// A streamed sheet that people fill in.
#[derive(Clone, Debug, PartialEq)]
pub struct Checklist {
    /// The sheet.
    pub stream: Stream,
    /// What its cells may be filled in with.
    pub choices: Vec<Choice>,
    /// Headings that lead elsewhere in the workbook: the column, from 0, and the name of the cell that it leads to.
    pub links: Vec<(usize, String)>,
    /// Lines that are filled in, at most; what stands below them is a remark.
    pub limit_lines: u32,
}

/// What the cells of some columns of a streamed sheet may be filled in with; never made of anything that the roster says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The columns, from 0; at least one.
    pub columns: RangeInclusive<usize>,
    /// What may be chosen.
    pub from: ChooseFrom,
    /// What is said where anything else is filled in.
    pub says: &'static str,
}

/// What may be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChooseFrom {
    /// One of these words, from a list. Words that no list can have (with a comma in one of them, or more than 255
    /// characters together) are not offered, and anything may be filled in.
    Words(Vec<String>),
    /// A whole number, 0 or more.
    WholeNumber,
    /// The headings of these columns of the same sheet, from 0.
    Headings(RangeInclusive<usize>),
}

/// A column of a streamed sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The heading, as it is shown.
    pub heading: String,
    /// The heading's style.
    pub style: Style,
    /// The width, in characters.
    pub width: f64,
    /// What it means, in words beside the heading; empty = the heading says it.
    pub note: String,
}

/// A column of a file that holds the annotated roster alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The heading, as it is shown; not every one need be different.
    pub heading: String,
    /// What its cells hold.
    pub kind: Kind,
}

/// What the cells of a [`Field`] hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What the roster has there.
    Roster,
    /// Text of ours.
    Text,
    /// Counts of ours.
    Count,
    /// True or false, of ours.
    Truth,
}

impl Column {
    /// Returns a column of ours, on a sheet that has no others: its heading, width and note.
    #[must_use]
    pub fn ours((heading, width, note): (&str, f64, &str)) -> Self {
        Self { heading: heading.to_owned(), style: Style::ColumnHeading, width, note: note.to_owned() }
    }
}

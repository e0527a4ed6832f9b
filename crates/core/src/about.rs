//! What is known of a roster as a file, before anyone has understood its rows.

use crate::date::Date;
use crate::diagnostic::Place;
use crate::output_fields::headings;

/// Rows below the headings that are kept to be looked at, at most.
pub const FIRST_ROWS: usize = 100;
/// Columns whose cells are kept of them, at most: rosters have some dozens.
pub const FIRST_COLUMNS: usize = 256;
/// Characters that are kept of each of their cells: no plan, id or count has more.
pub const FIRST_CHARACTERS: usize = 300;
/// Headings and sheets that tell a workbook of ours; see the sheets of `report`.
const OUR_HEADINGS: [&str; 2] = [headings::SEGMENT, headings::TIER];
const OUR_SHEETS: [&str; 3] = ["Summary", "Policy", "Run"];

/// What a roster file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines of text.
    Text {
        /// The name of the encoding, with `BOM` if it had one.
        encoding: String,
        /// How the encoding was guessed, such as `guessed from its letters`; `None` = it is certain, or was named.
        guess: Option<&'static str>,
        /// The delimiter.
        delimiter: char,
    },
    /// A workbook.
    Workbook {
        /// The sheet that was read.
        sheet: String,
        /// The other sheets, in order, with `(hidden)` behind those that are.
        others: Vec<String>,
    },
    /// Parquet: a file, or a folder of files.
    Parquet {
        /// The files of a folder, in the order in which they are read; none for one file.
        parts: Vec<PartRows>,
        /// How many rows the file or the folder has.
        rows: u64,
        /// What a person should know of its columns, one sentence each.
        remarks: Vec<String>,
    },
}

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRows {
    /// Its path below the folder.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
}

/// What is known of a roster before its rows are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The file's name without its folder, or `standard input`.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, lower case hexadecimal.
    pub sha256: String,
    /// The day on which the file was last changed, in UTC; `None` = it is no file, or the system does not say.
    pub modified: Option<Date>,
    /// What the file is.
    pub form: Form,
    /// The line or row of the headings, from 1; 0 = they are no row, as in Parquet.
    pub header_row: u64,
    /// Whether the user named it.
    pub is_header_row_named: bool,
    /// The rows above the headings that are not blank: (line or row, cells as shown).
    pub above: Vec<(u64, Vec<String>)>,
    /// The headings as they stand, one a column, possibly empty; as many as the roster has columns.
    pub headings: Vec<String>,
    /// For each of them, the characters of the longest cell among the first rows: how wide the column reads well.
    pub longest: Vec<usize>,
    /// The first rows below the headings that are not blank, at most [`FIRST_ROWS`], their first [`FIRST_COLUMNS`]
    /// cells as shown; a cell of more than [`FIRST_CHARACTERS`] characters is cut.
    pub first: Vec<Vec<String>>,
    /// The line or row of each of them, from 1.
    pub first_numbers: Vec<u64>,
    /// The number formats that its cells may have, General left out, each once; none for text.
    pub formats: Vec<String>,
    /// Other visible sheets whose headings fit equally well; none where the user named the sheet, and for text.
    pub other_candidates: Vec<String>,
}

/// Returns which of a workbook's sheets hold the roster, if it is one that we wrote: other sheets of it list customers,
/// too.
pub fn own_rosters<'a>(sheets: impl Iterator<Item = &'a str> + Clone) -> Vec<usize> {
    const ROSTER: &str = "Roster";
    if !OUR_SHEETS.iter().all(|ours| sheets.clone().any(|sheet| sheet == *ours)) {
        return Vec::new();
    }
    let is_part = |sheet: &str| {
        let number = sheet.strip_prefix(ROSTER).and_then(|rest| rest.strip_prefix(" (")?.strip_suffix(')'));
        sheet == ROSTER || number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    sheets.enumerate().filter(|(_, sheet)| is_part(sheet)).map(|(index, _)| index).collect()
}

/// Returns the file of a folder that has a row of it, and the row of the file.
fn part_of(parts: &[PartRows], row: u64) -> Option<(String, u64)> {
    let mut before = 0_u64;
    for part in parts {
        let end = before.saturating_add(part.rows);
        if row <= end {
            return Some((part.name.clone(), row - before));
        }
        before = end;
    }
    None
}

impl About {
    /// Returns the sheet that was read, if the roster is a workbook.
    #[must_use]
    pub fn sheet(&self) -> Option<&str> {
        match &self.form {
            Form::Workbook { sheet, .. } => Some(sheet),
            Form::Text { .. } | Form::Parquet { .. } => None,
        }
    }

    /// Returns whether the file itself tells its cells apart, so that a line break in one never parts it.
    #[must_use]
    pub const fn has_cells(&self) -> bool {
        !matches!(self.form, Form::Text { .. })
    }

    /// Returns what a record of the roster is called, and its number counts: lines of a text, or else rows.
    #[must_use]
    pub const fn record_word(&self) -> &'static str {
        match self.form {
            Form::Text { .. } => "line",
            Form::Workbook { .. } | Form::Parquet { .. } => "row",
        }
    }

    /// Returns where a record is, or the cell of a column of it, from 0; `number` counts as that of the record does, and 0
    /// is the file as a whole.
    #[must_use]
    pub fn place(&self, number: u64, column: Option<usize>) -> Place {
        let row = u32::try_from(number).unwrap_or(u32::MAX);
        match (&self.form, column.and_then(|column| u32::try_from(column).ok())) {
            (Form::Text { .. }, _) => Place::Line(number),
            (Form::Workbook { sheet, .. }, None) => Place::Row { sheet: sheet.clone(), row },
            (Form::Workbook { sheet, .. }, Some(column)) => Place::Cell { sheet: sheet.clone(), row, column },
            (Form::Parquet { .. }, _) if number == 0 => Place::File,
            (Form::Parquet { parts, .. }, _) => Place::Record { row: number, part: part_of(parts, number) },
        }
    }

    /// Returns what a person should know of how the roster was found in its file, one sentence each; mostly none.
    ///
    /// `read` is how many rows it has, and `hidden` how many of them the workbook does not show.
    #[must_use]
    pub fn remarks(&self, read: u64, hidden: u64) -> Vec<String> {
        let mut remarks = Vec::new();
        if read == 0 {
            remarks.push(
                "there are headings but no rows below them: check whether the export was cut off".to_owned(),
            );
        }
        if let [first, ..] = self.other_candidates.as_slice() {
            let names: Vec<String> = self.other_candidates.iter().map(|name| format!("`{name}`")).collect();
            let (word, fits) = if names.len() == 1 { ("sheet", "fits") } else { ("sheets", "fit") };
            remarks.push(format!(
                "the {word} {} {fits} too and {} not read; name the one you mean: --sheet \"{first}\"",
                names.join(", "),
                if names.len() == 1 { "was" } else { "were" },
            ));
        }
        if let Form::Parquet { remarks: of_columns, .. } = &self.form {
            remarks.extend(of_columns.iter().cloned());
        }
        if self.is_ours() {
            remarks.push(
                "this workbook was written by fasttrack: its answers were kept as roster columns, and all rows were \
                 judged again next to them; name the original roster if that is not what you want"
                    .to_owned(),
            );
        }
        match hidden {
            0 => {}
            1 => remarks
                .push("1 row is hidden in the workbook, by a filter or by hand; it was read too".to_owned()),
            _ => remarks.push(format!(
                "{hidden} rows are hidden in the workbook, by a filter or by hand; they were read too"
            )),
        }
        remarks
    }

    /// Returns whether the roster is a workbook that we wrote: our columns, and our sheets beside it.
    fn is_ours(&self) -> bool {
        let Form::Workbook { others, .. } = &self.form else { return false };
        OUR_HEADINGS.iter().all(|ours| self.headings.iter().any(|heading| heading == ours))
            && OUR_SHEETS.iter().all(|ours| others.iter().any(|other| other == ours))
    }
}

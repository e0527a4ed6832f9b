//! What is known of a roster as a file, before anyone has understood its rows.

/// Rows below the headings that are kept to be looked at, at most.
pub const FIRST_ROWS: usize = 100;
/// Columns whose cells are kept of them, at most: rosters have some dozens.
pub const FIRST_COLUMNS: usize = 256;
/// Characters that are kept of each of their cells: no plan, id or count has more.
pub const FIRST_CHARACTERS: usize = 300;

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
    /// What the file is.
    pub form: Form,
    /// The line or row of the headings, from 1.
    pub header_row: u64,
    /// The rows above the headings that are not blank: (line or row, cells as shown).
    pub above: Vec<(u64, Vec<String>)>,
    /// The headings as they stand, one a column, possibly empty; as many as the roster has columns.
    pub headings: Vec<String>,
    /// For each of them, the characters of the longest cell among the first rows: how wide the column reads well.
    pub longest: Vec<usize>,
    /// The first rows below the headings that are not blank, at most [`FIRST_ROWS`], their first [`FIRST_COLUMNS`] cells
    /// as shown; a cell of more than [`FIRST_CHARACTERS`] characters is cut.
    pub first: Vec<Vec<String>>,
    /// The number formats that its cells may have, General left out, each once; none for text.
    pub formats: Vec<String>,
}

impl About {
    /// Returns the sheet that was read, if the roster is a workbook.
    #[must_use]
    pub fn sheet(&self) -> Option<&str> {
        match &self.form {
            Form::Workbook { sheet, .. } => Some(sheet),
            Form::Text { .. } => None,
        }
    }
}

//! What an audit found, as data: for people it is put into words, for programs into JSON.

use crate::diagnostic::column_letters;
use crate::verdict::words::counted;
use serde::Serialize;

/// The version of this shape; grows when a field changes its meaning or goes away, not when one is added.
pub const SCHEMA: u32 = 1;

/// Findings that are kept; the others are counted.
pub const LIMIT_FINDINGS: usize = 1_000;

/// What is not as the program made it, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A sheet that has to be there is not.
    SheetMissing,
    /// A sheet that the program does not write is there.
    SheetAdded,
    /// The sheets do not have the rows that the Run sheet counts.
    Rows,
    /// What the workbook says of its making does not fit together.
    Run,
    /// A cell of the Policy sheet is not what the policy says.
    Policy,
    /// A heading of the Roster sheet is another.
    Heading,
    /// A cell of ours on the Roster sheet does not follow from the others of its row.
    Verdict,
    /// A figure of the Summary does not follow from the rows.
    Figure,
    /// A line of another list is not what the rows come to.
    List,
    /// The roster given is not the one that the workbook was made from.
    OtherRoster,
    /// A cell of the roster is another than in its file.
    RosterCell,
    /// A row of the roster's file is not on the Roster sheet.
    RowMissing,
    /// A row of the Roster sheet is not in the roster's file.
    RowAdded,
}

/// One thing that is not as the program made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing it is.
    pub kind: FindingKind,
    /// The sheet; `None` = the workbook as a whole.
    pub sheet: Option<String>,
    /// The cell, such as `P14`; `None` = the sheet or the row as a whole.
    pub cell: Option<String>,
    /// What the program wrote there, empty for a blank cell; `None` = it cannot be known, or no cell is meant.
    pub was: Option<String>,
    /// What stands there, empty for a blank cell; `None` = no cell is meant.
    pub is: Option<String>,
    /// What is wrong, in words.
    pub message: String,
}

impl Finding {
    /// Returns a finding about no particular cell.
    pub(super) fn of(kind: FindingKind, sheet: Option<&str>, message: impl Into<String>) -> Self {
        let sheet = sheet.map(str::to_owned);
        Self { kind, sheet, cell: None, was: None, is: None, message: message.into() }
    }

    /// Says at which cell: the row counts from 1, the column from 0; row 0 is a line that is gone, which has no cell.
    pub(super) fn at(mut self, row: u32, column: usize) -> Self {
        self.cell = (row > 0).then(|| cell_name(row, column));
        self
    }

    /// Says what the program wrote, and what stands there now.
    pub(super) fn changed(mut self, was: Option<String>, is: Option<String>) -> Self {
        (self.was, self.is) = (was, is);
        self
    }
}

/// Returns the name of a cell: the row counts from 1, the column from 0.
pub(super) fn cell_name(row: u32, column: usize) -> String {
    format!("{}{row}", column_letters(u32::try_from(column).unwrap_or(u32::MAX)))
}

/// Findings, the first of them whole, all of them counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    pub kept: Vec<Finding>,
    pub all: u64,
}

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        self.all += 1;
        if self.kept.len() < LIMIT_FINDINGS {
            self.kept.push(finding);
        }
    }
}

/// How much an audit holds against the program that made the workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Result {
    /// Nothing was changed, and nobody saved it since.
    AsMade,
    /// Another program saved it; nothing that is compared was changed.
    SavedByAnother,
    /// Something was changed.
    Changed,
}

/// A file, as its name and hash say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HashedFile {
    /// The file's name, or the name of the policy.
    pub name: String,
    /// Its SHA-256; empty where the workbook does not say it.
    pub sha256: String,
}

/// The rows of the Roster sheet, as they were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowsAudited {
    /// All of them.
    pub read: u64,
    /// Those with a verdict.
    pub classified: u64,
    /// Those that need review.
    pub needs_review: u64,
    /// Those with nothing in them.
    pub blank: u64,
    /// Totals lines and closing remarks.
    pub footer: u64,
}

/// What came of an audit.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this shape.
    pub schema: u32,
    /// The program that audited.
    pub program: &'static str,
    /// How it ended.
    pub result: Result,
    /// The workbook.
    pub workbook: HashedFile,
    /// The program that wrote the workbook, as its Run sheet says.
    pub made_by: String,
    /// The program that saved it since; `None` = none.
    pub saved_by: Option<String>,
    /// The roster that it was made from.
    pub roster: HashedFile,
    /// The policy that judged its rows, with the date.
    pub policy: HashedFile,
    /// Where the policy of this audit came from, in words.
    pub judged_by: String,
    /// The shipped catalogue that it was made with: its date; no hash where an earlier version made the workbook.
    pub shipped_catalogue: HashedFile,
    /// Whether that is another than the one of this program.
    pub is_other_catalogue: bool,
    /// The user's own catalogues, in order.
    pub catalogues: Vec<HashedFile>,
    /// SHA-256 of the overrides; `None` = there were none.
    pub overrides_sha256: Option<String>,
    /// The rows that were found.
    pub rows: RowsAudited,
    /// All findings.
    pub found: u64,
    /// The first [`LIMIT_FINDINGS`] of them.
    pub findings: Vec<Finding>,
    /// Whether the lists of the other sheets were compared with the same lists made again.
    pub lists_compared: bool,
    /// What was not compared, and why.
    pub not_compared: Vec<String>,
}

impl Report {
    /// Returns the result in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        // Nothing is said of what nobody looked at.
        const NOT_LISTS: &str = "the lists of the other sheets were not compared, see below";
        match (&self.result, &self.saved_by) {
            (Result::AsMade, _) if self.lists_compared => "the workbook is as fasttrack made it".to_owned(),
            (Result::AsMade, _) => format!("what was compared is as fasttrack made it; {NOT_LISTS}"),
            (Result::SavedByAnother, program) => {
                let program = program.as_deref().unwrap_or("it does not say which");
                let unchanged = if self.lists_compared {
                    "nothing in it was changed".to_owned()
                } else {
                    format!("nothing that was compared was changed; {NOT_LISTS}")
                };
                format!("the workbook was saved by another program ({program}); {unchanged}")
            }
            (Result::Changed, program) => {
                let things = counted(self.found, "thing is", "things are");
                let saved = program.as_deref().map_or(String::new(), |by| format!("; it was saved by {by}"));
                format!("the workbook was changed: {things} not as fasttrack made it{saved}")
            }
        }
    }
}

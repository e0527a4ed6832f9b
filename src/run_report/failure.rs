//! What a run that ended with an error says on standard output, as JSON.

use super::SCHEMA;
use crate::PROGRAM;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use serde::Serialize;
use std::time::Duration;

/// Why a run has no output: the report of a run that ended with an error.
///
/// It is told from a [`super::RunReport`] by its key `error`, which that never has.
///
/// ```
/// use fasttrack_roster::diagnostic::{Code, Diagnostic};
/// use fasttrack_roster::error::Error;
/// use fasttrack_roster::run_report::Failure;
/// use std::time::Duration;
///
/// let error = Error::input(Diagnostic::error(Code::RosterEmpty, "the file is empty"));
/// let failure = Failure::new(&error, Duration::ZERO, Duration::ZERO);
/// assert_eq!((failure.error.kind, failure.error.exit_code), ("input", 4));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failure {
    /// The version of this shape, which is that of all run reports.
    pub schema: u32,
    /// Name and version of the program.
    pub program: &'static str,
    /// What ended the run.
    pub error: FailurePart,
    /// How long it took.
    pub duration_seconds: f64,
    /// When it ended, in seconds since 1970-01-01 00:00 UTC.
    pub finished_unix_seconds: u64,
}

/// What ended a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailurePart {
    /// What kind of thing, as one word: [`crate::error::ErrorKind::word`].
    pub kind: &'static str,
    /// The exit code of the program.
    pub exit_code: u8,
    /// All that was found wrong, most important first; never empty.
    pub diagnostics: Vec<DiagnosticPart>,
}

/// One thing that is wrong, and where; texts are as they were found, with all their characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiagnosticPart {
    /// A stable name, such as `column-missing`.
    pub code: &'static str,
    /// `error`, `review` or `remark`.
    pub severity: &'static str,
    /// The file, as it was named; `None` where there is none.
    pub file: Option<String>,
    /// Where, in words, with the file: as it is printed.
    pub place: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The row of the sheet, from 1.
    pub row: Option<u32>,
    /// The line of a text, from 1.
    pub line: Option<u64>,
    /// The column of the cell, from 1.
    pub column: Option<u32>,
    /// The heading of the column.
    pub heading: Option<String>,
    /// What was found and why that is wrong.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

impl Failure {
    /// Returns the report of an error; `finished` is the time since 1970-01-01 00:00 UTC when the run ended.
    #[must_use]
    pub fn new(error: &Error, duration: Duration, finished: Duration) -> Self {
        Self {
            schema: SCHEMA,
            program: PROGRAM,
            error: FailurePart::from(error),
            duration_seconds: duration.as_secs_f64(),
            finished_unix_seconds: finished.as_secs(),
        }
    }
}

impl From<&Error> for FailurePart {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind.word(),
            exit_code: error.kind.exit_code(),
            diagnostics: error.diagnostics.iter().map(DiagnosticPart::from).collect(),
        }
    }
}

impl From<&Diagnostic> for DiagnosticPart {
    fn from(diagnostic: &Diagnostic) -> Self {
        let (sheet, row, line, column) = match &diagnostic.place {
            Place::File => (None, None, None, None),
            Place::Line(line) => (None, None, Some(*line), None),
            // A row beyond what a sheet can have is in `place` only.
            Place::Record { row, .. } => (None, u32::try_from(*row).ok(), None, None),
            Place::Row { sheet, row } => (Some(sheet.clone()), Some(*row), None, None),
            Place::Cell { sheet, row, column } => {
                (Some(sheet.clone()), Some(*row), None, Some(column.saturating_add(1)))
            }
        };
        Self {
            code: diagnostic.code.as_str(),
            severity: diagnostic.severity.word(),
            file: Some(diagnostic.file.clone()).filter(|file| !file.is_empty()),
            place: diagnostic.place_words(),
            sheet,
            row,
            line,
            column,
            heading: diagnostic.heading.clone(),
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::error::ErrorKind;

    #[test]
    fn a_cell_is_named_by_sheet_row_and_column_and_in_words() {
        let found = Diagnostic::error(Code::OverridesNotReadable, "no")
            .in_file("fixes.xlsx")
            .at(Place::Cell { sheet: "Review".into(), row: 7, column: 2 })
            .help("say yes");
        let failure = Failure::new(&Error::new(ErrorKind::Policy, found), Duration::ZERO, Duration::ZERO);
        let told = serde_json::to_value(&failure).unwrap();
        assert_eq!(
            told["error"],
            serde_json::json!({
                "kind": "policy", "exit_code": 8,
                "diagnostics": [{
                    "code": "overrides-not-readable", "severity": "error", "file": "fixes.xlsx",
                    "place": "fixes.xlsx, sheet `Review`, C7", "sheet": "Review", "row": 7, "line": null,
                    "column": 3, "heading": null, "message": "no", "help": "say yes",
                }],
            })
        );
    }

    #[test]
    fn an_error_without_a_place_says_so() {
        let failure =
            Failure::new(&Error::internal("oh"), Duration::from_millis(1500), Duration::from_secs(7));
        assert_eq!((failure.duration_seconds, failure.finished_unix_seconds), (1.5, 7));
        let found = &failure.error.diagnostics[0];
        assert_eq!((found.file.as_deref(), found.place.as_str(), found.line), (None, "", None));
        assert_eq!(failure.error.exit_code, 1);
    }
}

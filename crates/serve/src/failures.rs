//! What a child process says of its failure, as an answer: its own words, without a path.

use crate::child::kind_of;
use crate::error::ErrorKind;
use crate::problem::Problem;
use crate::site::Site;
use axum::http::StatusCode;
use serde_json::Value;

/// Returns the problem of a process that ended with a code, and its report.
pub(crate) fn problem(site: &Site, code: Option<i32>, report: Option<&Value>) -> Problem {
    let diagnostics =
        report.and_then(|report| report.pointer("/error/diagnostics")).and_then(Value::as_array);
    let diagnostics: Vec<Value> =
        diagnostics.into_iter().flatten().map(|found| without_paths(site, found.clone())).collect();
    let said = |key: &str| {
        let first = diagnostics.first().and_then(|first| first.get(key)).and_then(Value::as_str);
        first.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let (code, message, help) = match kind_of(code) {
        None => (
            "stopped-by-limit",
            "reading this file took more memory or time than is allowed",
            "split the file, or save it again with the program that made it",
        ),
        Some(ErrorKind::Usage) => (
            "settings-not-valid",
            "the settings do not fit this file",
            "choose other columns, or another sheet",
        ),
        Some(ErrorKind::Input) => ("roster-not-read", "the file cannot be read", "export it again"),
        Some(ErrorKind::Columns) => (
            "columns-not-certain",
            "it is not certain which column is which",
            "choose the columns, then run again",
        ),
        Some(ErrorKind::Policy) => (
            "fixes-not-valid",
            "the policy, a catalogue or a fix is not valid",
            "correct the fixes, then run again",
        ),
        Some(ErrorKind::Output) => {
            ("no-room", "the server has no room for this", "delete what is no longer needed")
        }
        Some(ErrorKind::Internal | ErrorKind::Busy | ErrorKind::Stopped) => {
            ("internal", "something went wrong on the server", "try again")
        }
    };
    let (message, help) =
        (said("message").unwrap_or(message.to_owned()), said("help").unwrap_or(help.to_owned()));
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, message, help).with(diagnostics)
}

/// Returns whether a process that ended with this code found its fault in the file or the settings, so that it finds it again.
pub(crate) const fn is_of_the_file(code: Option<i32>) -> bool {
    matches!(kind_of(code), Some(ErrorKind::Usage | ErrorKind::Input | ErrorKind::Columns))
}

/// Returns the problem of a process that took too long.
pub(crate) fn too_long() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "stopped-by-limit",
        "reading this file took more time than is allowed",
        "split the file, and upload the parts",
    )
}

/// Returns a value in which no text shows where files are.
pub(crate) fn without_paths(site: &Site, value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(site.folder.hidden_in(&text)),
        Value::Array(values) => {
            Value::Array(values.into_iter().map(|value| without_paths(site, value)).collect())
        }
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(key, value)| (key, without_paths(site, value))).collect())
        }
        other => other,
    }
}

/// Returns the code of the first thing that a report says is wrong.
pub(crate) fn first_code(report: Option<&Value>) -> &str {
    let code = report.and_then(|report| report.pointer("/error/diagnostics/0/code"));
    code.and_then(Value::as_str).unwrap_or_default()
}

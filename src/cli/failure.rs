//! A run that ended with an error, told to programs.

use crate::cli::say;
use fasttrack_roster::diagnostic::{Code, Diagnostic};
use fasttrack_roster::error::{Error, ErrorKind};
use fasttrack_roster::run_report::Failure;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The commands that have a run report.
const WITH_REPORT: [&str; 4] = ["annotate", "check", "nightly", "preview"];

/// Prints the report of an error.
pub(super) fn report(error: &Error, began: Instant) {
    let finished = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let failure = Failure::new(error, began.elapsed(), finished);
    // The error itself was told on standard error; there is nowhere left to report that standard output is closed.
    let _ = serde_json::to_string_pretty(&failure).map(|text| say::out_bytes(format!("{text}\n").as_bytes()));
}

/// Prints the report of arguments that make no sense, if they ask for one.
pub(super) fn of_arguments(wrong: &clap::Error, began: Instant) {
    let typed: Vec<_> = std::env::args_os().skip(1).collect();
    let has_report = typed.first().is_some_and(|command| WITH_REPORT.iter().any(|known| command == known));
    if has_report && typed.iter().any(|argument| argument == "--json") {
        let text = wrong.render().to_string();
        let message = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
        let (message, help) = message.split_once("\n\n").unwrap_or((message, ""));
        let found = Diagnostic::error(Code::Usage, message).help(help.trim());
        report(&Error::new(ErrorKind::Usage, found), began);
    }
}

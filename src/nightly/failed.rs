//! A file that failed: what the ledger keeps of it, and what is told of it in later runs.

use super::configuration::Configuration;
use super::end::RosterEnd;
use super::ledger::{Failed, Line};
use super::outcome::Failure;
use super::rosters::Rosters;
use crate::diagnostic::{Code, Diagnostic, visible};
use crate::error::Result;

impl Rosters<'_> {
    /// Enters a failure in the ledger.
    ///
    /// # Errors
    /// `night-state`, if it cannot be written.
    pub(super) fn failed(&mut self, end: RosterEnd, base: &str, failure: Failure) -> Result<RosterEnd> {
        let first = failure.diagnostics.first();
        let line = Failed {
            at: self.clock.now().seconds,
            night: self.night.clone(),
            roster: end.roster.clone(),
            input: end.input.clone().unwrap_or_default(),
            base: base.to_owned(),
            code: failure.code,
            error: first.map(|first| first.code.to_string()).unwrap_or_default(),
            message: first.map(|first| visible(&first.message)).unwrap_or_default(),
            help: first.map(|first| visible(&first.help)).unwrap_or_default(),
            more: failure.diagnostics.iter().skip(1).take(LIMIT_MORE).map(in_one).collect(),
        };
        if let Some(written) = &mut self.written {
            written.ledger.add(Line::Failed(line))?;
        }
        Ok(end.failed(failure))
    }
}

/// Errors of one file that the ledger keeps beside the first.
const LIMIT_MORE: usize = 20;

/// Returns an error with what to do about it, as one text.
fn in_one(found: &Diagnostic) -> String {
    let help = if found.help.is_empty() { String::new() } else { format!("; {}", visible(&found.help)) };
    format!("{}{help}", visible(&found.message))
}

/// Returns why a file failed in an earlier run.
pub(super) fn remembered(failed: &Failed, configuration: &Configuration) -> Failure {
    let code = Code::ALL.iter().copied().find(|code| code.as_str() == failed.error).unwrap_or(Code::Internal);
    let help = if failed.help.is_empty() { String::new() } else { format!("{}; ", failed.help) };
    let help = format!(
        "{help}it is tried again when the file or its rules change, or with `{} --again {}`",
        configuration.command(),
        failed.roster
    );
    let diagnostic = Diagnostic::error(code, failed.message.clone()).in_file(failed.input.clone()).help(help);
    let more =
        failed.more.iter().map(|more| Diagnostic::error(code, more.clone()).in_file(failed.input.clone()));
    Failure { code: failed.code, diagnostics: [diagnostic].into_iter().chain(more).collect() }
}

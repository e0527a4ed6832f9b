//! `fasttrack policy show` and `check`, and how every command finds its policy.

use crate::cli::args::PolicyAction;
use crate::cli::exit::Exit;
use crate::cli::say;
use fasttrack_roster::diagnostic::{Code, Diagnostic, excerpt};
use fasttrack_roster::error::{Error, ErrorKind, Result};
use fasttrack_roster::plans::{Catalogue, Plan};
use fasttrack_roster::policy::{DEFAULT_NAME, Policy, SHIPPED};
use fasttrack_roster::read::regular;
use std::fmt::Write as _;
use std::io::ErrorKind as ErrorOfFile;
use std::path::Path;

/// Bytes of a policy: hundreds of times the shipped ones.
const LIMIT_BYTES: u64 = 4 * 1024 * 1024;

/// Runs the command.
///
/// # Errors
/// If the policy is not there or not valid.
pub(super) fn run(action: &PolicyAction) -> Result<Exit> {
    match action {
        PolicyAction::Show { policy, toml: true, .. } => {
            say::out_bytes(text(policy.as_deref())?.0.as_bytes())
        }
        PolicyAction::Show { policy, plan: Some(plan), .. } => {
            let policy = load(policy.as_deref())?;
            let catalogue = Catalogue::shipped()?;
            say::out(&policy.describe_plan(found(plan, &catalogue)?))
        }
        PolicyAction::Show { policy, .. } => {
            let mut shown = load(policy.as_deref())?.describe();
            let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
            let _ =
                writeln!(shown, "\nshipped policies: {} (the default is {DEFAULT_NAME})", names.join(", "));
            say::out(&shown)
        }
        PolicyAction::Check { policy } => {
            let checked = load(Some(policy))?;
            let remark =
                checked.poses_as_shipped().map_or(String::new(), |remark| format!("remark: {remark}\n"));
            say::out(&format!(
                "policy `{}` is valid: {} entitlements in {} segments, effective {}\n{remark}",
                checked.name,
                checked.entitlements.len(),
                checked.segments.len(),
                checked.effective
            ))
        }
    }
}

/// Returns the plan of the catalogue that the words name.
fn found<'c>(written: &str, catalogue: &'c Catalogue) -> Result<&'c Plan> {
    catalogue.find(written).map(|found| found.plan).map_err(|not_found| {
        let near = not_found.several.iter().chain(&not_found.candidates);
        let near: Vec<String> = near.map(|plan| format!("`{}`", plan.name)).collect();
        let help = if near.is_empty() {
            "search the catalogue with `fasttrack plans`".to_owned()
        } else {
            format!("did you mean {}? search the catalogue with `fasttrack plans`", near.join(" or "))
        };
        let message = format!("`{}` does not name exactly one plan in the catalogue", excerpt(written));
        Error::new(ErrorKind::Usage, Diagnostic::error(Code::PlanUnknown, message).help(help))
    })
}

/// Returns the policy of that name or file; the default one for `None`.
///
/// # Errors
/// If there is no such file or it cannot be read, or the policy has faults (all of them are named).
pub(super) fn load(wanted: Option<&str>) -> Result<Policy> {
    let (text, file) = text(wanted)?;
    Policy::read(&text, &file)
}

/// A policy's text and what to call it in messages.
fn text(wanted: Option<&str>) -> Result<(String, String)> {
    let wanted = wanted.unwrap_or(DEFAULT_NAME);
    if let Some(text) = Policy::shipped(wanted) {
        return Ok((text.to_owned(), wanted.to_owned()));
    }
    match regular::text(Path::new(wanted), LIMIT_BYTES) {
        Ok(text) => Ok((text, wanted.to_owned())),
        Err(error) => {
            let why = match error.kind() {
                ErrorOfFile::NotFound => "there is no such file".to_owned(),
                ErrorOfFile::InvalidData => "it is not UTF-8 text".to_owned(),
                _ => error.to_string(),
            };
            let names: Vec<String> = SHIPPED.iter().map(|(name, _)| format!("`{name}`")).collect();
            Err(Error::new(
                ErrorKind::Policy,
                Diagnostic::error(
                    Code::PolicyNotReadable,
                    format!("the policy `{wanted}` cannot be read: {why}"),
                )
                .help(format!("name a policy file, or one of the shipped policies: {}", names.join(", "))),
            ))
        }
    }
}

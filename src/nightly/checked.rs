//! The rules of all rosters, tried before any is judged: a policy that is not valid is told on the night on which it was
//! changed, and not on the one on which a file comes that needs it.

use super::configuration::{Configuration, Series};
use super::judge::{mappings, policy};
use super::outcome::Failure;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::job::{catalogues, load_overrides};
use crate::policy::Policy;
use crate::scratch::Scratch;
use std::collections::BTreeMap;

/// Returns what is wrong with the rules of rosters, all of it, by their names.
pub(super) fn faults(configuration: &Configuration) -> BTreeMap<String, Failure> {
    let of = |series: &Series| {
        let diagnostics = of_roster(configuration, series);
        let failure = Failure { code: ErrorKind::Policy.exit_code(), diagnostics };
        (!failure.diagnostics.is_empty()).then(|| (series.name.clone(), failure))
    };
    configuration.rosters.iter().filter_map(of).collect()
}

fn of_roster(configuration: &Configuration, series: &Series) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // What comes with the program is right, and a run with nothing to do is short.
    if series.lines.is_empty() {
        return found;
    }
    let mut add = |key: &str, error: Error| {
        let line = series.lines.iter().find(|(known, _)| *known == key).map(|(_, line)| *line);
        let place = line.map_or_else(String::new, |line| {
            format!("`{key}` in line {line} of `{}` names it", configuration.file.display())
        });
        found.extend(error.diagnostics.into_iter().map(|found| {
            let help = if found.help.is_empty() { place.clone() } else { format!("{}; {place}", found.help) };
            found.help(help)
        }));
    };
    let policy = match policy(series.policy.as_deref()) {
        Ok(policy) => Some(policy),
        Err(error) => {
            add("policy", error);
            Policy::default_shipped().ok()
        }
    };
    if let Err(error) = mappings(series.map_file.as_deref()) {
        add("map-file", error);
    }
    let catalogue = match catalogues::load(&series.catalogues) {
        Ok(loaded) => Some(loaded.catalogue),
        Err(error) => {
            add("catalogue", error);
            None
        }
    };
    // Overrides may name what only the roster's own catalogue has.
    if let (Some(policy), Some(catalogue)) = (policy, catalogue)
        && let Err(error) = load_overrides(&series.overrides, (&policy, &catalogue), &Scratch::system())
    {
        add("overrides", error);
    }
    found
}

//! The rules of all rosters, read once before any file is judged, and used for all of them: a policy that is not valid is told
//! by the first run after it was changed, and not only by the one for which a file comes that needs it.

use super::configuration::{Configuration, Series};
use super::fingerprint::{self, Sums};
use super::judge::{mappings, policy};
use super::outcome::Failure;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::job::{OwnFiles, catalogues, load_overrides};
use crate::policy::Policy;
use crate::roster::columns::Mapping;
use crate::scratch::Scratch;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The rules of a roster, as they were when the run began.
pub(super) struct Rules {
    /// What they come to, as a hash.
    pub(super) hash: String,
    /// What was read from files; `None` = all comes with the program.
    pub(super) read: Option<RulesRead>,
}

/// What was read from the files that a roster names.
#[derive(Clone)]
pub(super) struct RulesRead {
    pub(super) policy: Policy,
    pub(super) mappings: Vec<Mapping>,
    pub(super) own_files: Arc<OwnFiles>,
}

/// The rules of all rosters by their names, or what is wrong with them, all of it.
#[derive(Default)]
pub(super) struct AllRules {
    valid: BTreeMap<String, Arc<Rules>>,
    /// What is wrong with the rules of a roster.
    pub(super) faults: BTreeMap<String, Failure>,
}

impl Rules {
    /// Returns the part of the hash that the ledger keeps.
    pub(super) fn short(&self) -> &str {
        const DIGITS: usize = 8;
        self.hash.get(..DIGITS).unwrap_or(&self.hash)
    }
}

impl AllRules {
    /// Reads the rules of all rosters; files that several of them name in the same way are read once.
    pub(super) fn read(configuration: &Configuration) -> Self {
        let (mut all, mut shared) = (Self::default(), Shared::default());
        for series in &configuration.rosters {
            match of_roster(configuration, series, &mut shared) {
                Ok(rules) => drop(all.valid.insert(series.name.clone(), Arc::new(rules))),
                Err(failure) => drop(all.faults.insert(series.name.clone(), failure)),
            }
        }
        all
    }

    /// Returns the rules of a roster.
    ///
    /// # Errors
    /// Internal, if they are not valid: files of such a roster are not judged.
    pub(super) fn of(&self, series: &Series) -> Result<Arc<Rules>, Error> {
        let rules = self.valid.get(&series.name);
        rules.cloned().ok_or_else(|| Error::internal("a file is judged though its rules are not valid"))
    }
}

/// What the policy, catalogues and overrides of a roster are called: what they say depends on all three.
type Named = (Option<String>, Vec<PathBuf>, Vec<PathBuf>);

/// What was read for a roster before, by what its files are.
type Shared = BTreeMap<Named, (Policy, Arc<OwnFiles>)>;

fn of_roster(configuration: &Configuration, series: &Series, shared: &mut Shared) -> Result<Rules, Failure> {
    // What comes with the program is right, and a run with nothing to do is short.
    if series.lines.is_empty() {
        return Ok(Rules { hash: fingerprint::rules(series, &Sums::default()), read: None });
    }
    let mut faults = Faults { configuration, series, found: Vec::new() };
    let mapped = mappings(series.map_file.as_deref()).map_err(|error| faults.add("map-file", error)).ok();
    let named = (series.policy.clone(), series.catalogues.clone(), series.overrides.clone());
    if !shared.contains_key(&named)
        && let Some(read) = faults.read()
    {
        shared.insert(named.clone(), read);
    }
    let (Some((mappings, columns)), Some((policy, own_files)), []) =
        (mapped, shared.get(&named).cloned(), faults.found.as_slice())
    else {
        return Err(Failure { code: ErrorKind::Policy.exit_code(), diagnostics: faults.found });
    };
    let sums = Sums::of(&policy, &own_files, columns);
    let read = Some(RulesRead { policy, mappings, own_files });
    Ok(Rules { hash: fingerprint::rules(series, &sums), read })
}

/// What is wrong with the rules of a roster.
struct Faults<'f> {
    configuration: &'f Configuration,
    series: &'f Series,
    found: Vec<Diagnostic>,
}

impl Faults<'_> {
    /// Reads policy, catalogues and overrides; `None` = something is wrong with them, and was added.
    fn read(&mut self) -> Option<(Policy, Arc<OwnFiles>)> {
        let series = self.series;
        let own = policy(series.policy.as_deref()).map_err(|error| self.add("policy", error)).ok();
        // What else is wrong is told, too.
        let policy = own.clone().or_else(|| Policy::default_shipped().ok())?;
        let loaded =
            catalogues::load(&series.catalogues).map_err(|error| self.add("catalogue", error)).ok()?;
        // Overrides may name what only the roster's own catalogue has.
        let by = (&policy, &loaded.catalogue);
        let overrides = load_overrides(&series.overrides, by, &Scratch::system());
        let overrides = overrides.map_err(|error| self.add("overrides", error)).ok()?;
        Some((own?, Arc::new(OwnFiles { loaded, overrides })))
    }

    /// Adds an error with the line of the configuration that names the file.
    fn add(&mut self, key: &str, error: Error) {
        let line = self.series.lines.iter().find(|(known, _)| *known == key).map(|(_, line)| *line);
        let place = line.map_or_else(String::new, |line| {
            format!("`{key}` in line {line} of `{}` names it", self.configuration.file.display())
        });
        self.found.extend(error.diagnostics.into_iter().map(|found| {
            let help = if found.help.is_empty() { place.clone() } else { format!("{}; {place}", found.help) };
            found.help(help)
        }));
    }
}

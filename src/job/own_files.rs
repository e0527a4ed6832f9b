//! The user's own catalogues and overrides, read: once for each job, or once for several.

use super::catalogues::{self, Loaded};
use super::overrides;
use crate::error::Result;
use crate::policy::Policy;
use crate::roster::overrides::Overrides;
use crate::scratch::Scratch;
use std::path::PathBuf;

/// What the files of a user say, beside the policy.
#[derive(Clone, Debug)]
pub struct OwnFiles {
    /// The catalogue: the shipped one with the user's own.
    pub loaded: Loaded,
    /// The overrides, if there are some.
    pub overrides: Option<Overrides>,
}

impl OwnFiles {
    /// Reads catalogues and overrides; these may name what only the catalogues have.
    ///
    /// # Errors
    /// Of kind `Policy`: all that is wrong with the catalogues, or else with the overrides.
    pub fn read(
        policy: &Policy,
        (catalogues, overrides): (&[PathBuf], &[PathBuf]),
        scratch: &Scratch,
    ) -> Result<Self> {
        let loaded = catalogues::load(catalogues)?;
        let overrides = overrides::load(overrides, (policy, &loaded.catalogue), scratch)?;
        Ok(Self { loaded, overrides })
    }
}

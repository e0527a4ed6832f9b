//! What is known before the first row is judged.

use crate::about::About;
use crate::otherwise::OtherPolicy;
use crate::plans::Catalogue;
use crate::plans::own::OwnCatalogue;
use crate::roster::Understanding;
use crate::roster::columns::Columns;
use crate::roster::dated::RosterDate;
use crate::roster::identity::Identity;
use crate::roster::lines::Lines;
use crate::roster::overrides::Overrides;
use crate::scratch::Scratch;

/// What is known before the first row is judged.
pub(super) struct RunContext<'a> {
    pub(super) about: &'a About,
    /// Of when the roster is; `None` = nothing says so.
    pub(super) date: Option<&'a RosterDate>,
    pub(super) columns: &'a Columns,
    pub(super) overrides: Option<&'a Overrides>,
    /// The user's own catalogues.
    pub(super) own: &'a [OwnCatalogue],
    pub(super) catalogue: &'a Catalogue,
    pub(super) identity: &'a Identity,
    /// Another policy to compare with; `None` = there is none that can be compared.
    pub(super) other: Option<&'a OtherPolicy>,
    /// Where rows and numbers wait that are too many for memory.
    pub(super) scratch: &'a Scratch,
    /// One that has seen no record yet.
    pub(super) understanding: Understanding<'a>,
}

impl RunContext<'_> {
    /// Returns the lines of the roster, none of them seen yet.
    pub(super) fn lines(&self) -> Lines {
        Lines::below(&self.about.above, self.understanding.policy())
    }
}

//! The words that the plan catalogue uses and a policy must name.

use crate::plans::{Catalogue, FAMILIES, KINDS, Plan, SEGMENTS, SERVICE_IDS};
use std::sync::OnceLock;

/// The words of one version of the catalogue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vocabulary {
    pub(super) segments: &'static [&'static str],
    pub(super) families: &'static [&'static str],
    pub(super) kinds: &'static [&'static str],
    /// In the order of the bits that a plan of the catalogue carries.
    pub(super) services: &'static [&'static str],
}

/// Returns the words of the catalogue.
pub(super) const fn catalogue() -> Vocabulary {
    Vocabulary { segments: &SEGMENTS, families: &FAMILIES, kinds: &KINDS, services: &SERVICE_IDS }
}

/// Returns the plans of the catalogue; they are read once for all policies.
pub(super) fn plans() -> &'static [Plan] {
    static CATALOGUE: OnceLock<Option<Catalogue>> = OnceLock::new();
    // Without a catalogue no roster is read either, and that is told there.
    CATALOGUE.get_or_init(|| Catalogue::shipped().ok()).as_ref().map_or(&[], Catalogue::plans)
}

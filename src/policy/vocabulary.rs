//! The words that the plan catalogue uses and a policy must name.

use crate::plans::{FAMILIES, KINDS, SEGMENTS, SERVICE_IDS};

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

//! What stands for the headings of a roster, so that what was said of one file is found for the next of its kind.

use crate::fold::fold;
use crate::hash::shown;
use sha2::{Digest, Sha256};

/// Returns a name for a row of headings, the same whatever their case and blanks.
pub(crate) fn of_headings<'h>(headings: impl Iterator<Item = &'h str>) -> String {
    let mut hash = Sha256::new();
    for heading in headings {
        let heading = fold(heading);
        hash.update(u64::try_from(heading.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(heading.as_bytes());
    }
    shown(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_blanks_do_not_matter_and_all_else_does() {
        let of = |headings: &[&str]| of_headings(headings.iter().copied());
        assert_eq!(of(&["Tenant", "Paid seats"]), of(&["tenant", " PAID  seats "]));
        assert_ne!(of(&["Tenant", "Plan"]), of(&["Plan", "Tenant"]));
        assert_ne!(of(&["Ten", "antPlan"]), of(&["Tenant", "Plan"]));
    }
}

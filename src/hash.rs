//! SHA-256, as it is shown: two equal inputs, policies or outputs can be told to be equal.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Returns the finished hash as lower case hexadecimal, 64 digits.
///
/// ```
/// use fasttrack_roster::hash::shown;
/// use sha2::{Digest, Sha256};
/// assert!(shown(Sha256::new()).starts_with("e3b0c442"));
/// ```
#[must_use]
pub fn shown(hash: Sha256) -> String {
    let mut digits = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

//! SHA-256, as it is shown: two equal inputs, policies or outputs can be told to be equal.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Returns the finished hash as lower case hexadecimal, 64 digits.
///
/// ```
/// use fasttrack_core::hash::shown;
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

/// Returns whether a text is a hash as [`shown`] writes it.
#[must_use]
pub fn is_shown(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

//! SHA-256, as it is shown: two equal inputs, policies or outputs can be told to be equal; and a fast hash for maps.

use sha2::{Digest, Sha256};
use std::collections::hash_map::RandomState;
use std::fmt::Write as _;
use std::hash::{BuildHasher, Hasher};
use twox_hash::XxHash3_64;

/// Makes hashes for maps whose keys come from a roster, a row at a time: XXH3, a fifth of the work of the standard
/// library's. Each map has a seed of its own, so that nobody can write a roster whose keys all collide.
#[derive(Clone, Debug)]
pub struct FastHash {
    seed: u64,
}

impl Default for FastHash {
    fn default() -> Self {
        Self { seed: RandomState::new().hash_one(0_u8) }
    }
}

impl BuildHasher for FastHash {
    type Hasher = FastHasher;

    fn build_hasher(&self) -> FastHasher {
        FastHasher(self.seed)
    }
}

/// See [`FastHash`].
#[derive(Clone, Debug)]
pub struct FastHasher(u64);

impl Hasher for FastHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = XxHash3_64::oneshot_with_seed(self.0, bytes);
    }

    /// What ends a text, and tells it from others in a row of texts.
    fn write_u8(&mut self, byte: u8) {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(ODD);
    }
}

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

//! Names that nobody can guess.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fmt::Write as _;

/// Bytes of an id: 128 bits.
const BYTES: usize = 16;

/// An id of 128 random bits, as 32 digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Id(String);

impl Id {
    /// Returns a new one.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub(crate) fn new() -> Result<Self> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)
            .map_err(|error| Error::internal(format!("the system gives no random numbers: {error}")))?;
        let digits = bytes.iter().fold(String::with_capacity(2 * BYTES), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        Ok(Self(digits))
    }

    /// Returns the id that a request names, if it can be one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 2 * BYTES && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns enough of it to find it in a log, and too little to use it.
    pub(crate) fn short(&self) -> &str {
        self.0.get(..6).unwrap_or_default()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_128_bits_and_is_never_the_same() {
        let (one, other) = (Id::new().unwrap(), Id::new().unwrap());
        assert_ne!(one, other);
        assert_eq!(Id::read(one.as_str()), Some(one));
    }

    #[test]
    fn nothing_else_is_an_id() {
        let long = "a".repeat(33);
        let other = "A".repeat(32);
        let path = format!("../{}", "a".repeat(29));
        for text in ["", "abc", &long, &other, &path] {
            assert_eq!(Id::read(text), None, "{text}");
        }
    }
}

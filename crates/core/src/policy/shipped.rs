//! The policies that come with the program.

use crate::error::{Error, Result};

use super::Policy;

/// The name of the policy that holds when none is chosen.
pub const DEFAULT_NAME: &str = "fasttrack-learn-2021";

/// The shipped policies, the default first: name and text.
///
/// Their texts are also the manual of the format: copy one and edit it.
pub const SHIPPED: &[(&str, &str)] = &[
    (DEFAULT_NAME, include_str!("default.toml")),
    ("fasttrack-docs-2021", include_str!("fasttrack-docs-2021.toml")),
];

impl Policy {
    /// Returns the text of a shipped policy; `None` when none has that name.
    ///
    /// ```
    /// use fasttrack_core::policy::Policy;
    /// assert!(Policy::shipped("fasttrack-docs-2021").is_some());
    /// assert!(Policy::shipped("fasttrack-docs-1999").is_none());
    /// ```
    #[must_use]
    pub fn shipped(name: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// Returns the title of a shipped policy and when it is effective, from its first lines; `None` when none has that name.
    ///
    /// The rules are not read, which takes memory: for whoever only lists policies.
    ///
    /// ```
    /// use fasttrack_core::policy::Policy;
    /// let (title, effective) = Policy::shipped_in_short("fasttrack-docs-2021").expect("shipped");
    /// assert_eq!((title, effective), ("FastTrack entitlements as documented by Microsoft", "2021"));
    /// ```
    #[must_use]
    pub fn shipped_in_short(name: &str) -> Option<(&'static str, &'static str)> {
        let head = Self::shipped(name)?.split("\n[").next()?;
        let text = |key: &str| {
            head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
        };
        text("title").zip(text("effective"))
    }

    /// Reads a shipped policy; `None` when none has that name.
    ///
    /// # Errors
    /// None in a build whose tests passed: they read every shipped policy.
    #[must_use]
    pub fn named(name: &str) -> Option<Result<Self>> {
        Self::shipped(name).map(|text| Self::read(text, name))
    }

    /// Returns what to say of a policy that has the name of a shipped one, and other rules or words; `None` = it has
    /// not.
    #[must_use]
    pub fn poses_as_shipped(&self) -> Option<String> {
        // Nearly every run has a shipped policy as it is.
        if super::sha256(Self::shipped(&self.name)?) == self.sha256 {
            return None;
        }
        let shipped = Self::named(&self.name)?.ok()?;
        let as_it_is = Self { sha256: self.sha256.clone(), ..shipped };
        (as_it_is != *self).then(|| {
            format!(
                "this policy has the same name as the shipped `{}` but is different: give it its own name",
                self.name
            )
        })
    }

    /// Reads the policy that holds when none is chosen: the first of [`SHIPPED`].
    ///
    /// # Errors
    /// None in a build whose tests passed: they read every shipped policy.
    pub fn default_shipped() -> Result<Self> {
        let (name, text) = SHIPPED.first().ok_or_else(|| Error::internal("no policy is shipped"))?;
        Self::read(text, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_policies_are_in_short_what_they_are_in_whole() {
        for (name, _) in SHIPPED {
            let whole = Policy::named(name).unwrap().unwrap();
            let short = Policy::shipped_in_short(name);
            assert_eq!(short, Some((whole.title.as_str(), whole.effective.as_str())));
            assert_eq!(whole.name, *name);
        }
        assert_eq!(Policy::shipped_in_short("fasttrack-docs-1999"), None);
    }
}

//! What a word can be in the grammar: most words are in few of its lists, and need not be looked for in each.

/// The lists of the grammar that a word is in, or that have a phrase which begins with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roles(u8);

impl Roles {
    pub(crate) const SPELLING: Self = Self(1);
    pub(crate) const ASIDE: Self = Self(1 << 1);
    pub(crate) const VARIANT: Self = Self(1 << 2);
    pub(crate) const TERM: Self = Self(1 << 3);
    pub(crate) const SMALL: Self = Self(1 << 4);

    /// Returns whether the word has this role.
    pub(crate) const fn has(self, role: Self) -> bool {
        self.0 & role.0 != 0
    }

    /// Gives the word this role, too.
    pub(crate) const fn add(&mut self, role: Self) {
        self.0 |= role.0;
    }
}

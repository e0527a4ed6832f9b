//! Who looks after tenants on several rows, and where they are: the owners and countries that their rows name, each text
//! held once for all of them.

use crate::fold::fold;
use crate::hash::FastHash;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Owners of a tenant that are named; of more it is only said that there are others.
pub const NAMED_OWNERS: usize = 3;

/// Texts that are held once for all tenants, at most some 30 MB.
const LIMIT_TEXTS: usize = 20_000;

/// Bytes of the owners beyond them, which each tenant holds for itself: a million of a usual length.
const LIMIT_OWN_BYTES: usize = 64 << 20;

/// What a text takes beside its bytes.
const BESIDE_A_TEXT: usize = 32;

/// What is said of a tenant whose rows name owners that there was no room for.
const NOT_HELD: &str = "not shown: the roster names too many owners";

/// The owners of all tenants.
#[derive(Clone, Debug)]
pub(super) struct Owners {
    /// What a row says, as it stands there and folded, with the owner as the first row shows it.
    by_text: HashMap<String, Arc<str>, FastHash>,
    /// Bytes that tenants may still hold for themselves.
    own_bytes: usize,
}

impl Default for Owners {
    fn default() -> Self {
        Self { by_text: HashMap::default(), own_bytes: LIMIT_OWN_BYTES }
    }
}

/// The owner that a row names.
enum OwnerName {
    Nobody,
    /// One that all tenants share.
    Shared(Arc<str>),
    /// One that there is no room for among these, folded.
    Other(String),
}

impl Owners {
    /// Returns the owner that a row names, whatever its case and blanks.
    fn find(&mut self, shown: &str) -> OwnerName {
        if let Some(found) = self.by_text.get(shown) {
            return OwnerName::Shared(Arc::clone(found));
        }
        let folded = fold(shown);
        if folded.is_empty() {
            return OwnerName::Nobody;
        }
        let has_room = self.by_text.len() + 2 <= LIMIT_TEXTS;
        let found = match self.by_text.get(&folded) {
            Some(found) => Arc::clone(found),
            None if !has_room => return OwnerName::Other(folded),
            None => {
                let new: Arc<str> = shown.into();
                self.by_text.insert(folded, Arc::clone(&new));
                new
            }
        };
        if has_room {
            self.by_text.insert(shown.to_owned(), Arc::clone(&found));
        }
        OwnerName::Shared(found)
    }

    /// Returns a text for one tenant alone; `None` if there is no room for it.
    fn hold(&mut self, shown: &str) -> Option<Arc<str>> {
        self.own_bytes = self.own_bytes.checked_sub(shown.len() + BESIDE_A_TEXT)?;
        Some(shown.into())
    }
}

/// The owners of one tenant.
#[derive(Clone, Debug, Default)]
pub(super) struct Owned {
    /// The first. Nearly all tenants have one owner, and hundreds of thousands of tenants are held.
    first: Option<Arc<str>>,
    /// Those behind it, with it at most [`NAMED_OWNERS`], no two alike, in the order of its rows.
    further: Vec<Arc<str>>,
    has_others: bool,
}

impl Owned {
    /// Adds what a row says; a blank cell names nobody.
    pub(super) fn add(&mut self, shown: &str, owners: &mut Owners) {
        let is_full = self.further.len() + 1 >= NAMED_OWNERS;
        if shown.is_empty() || (is_full && self.has_others) {
            return;
        }
        let (is_known, shared) = match owners.find(shown) {
            OwnerName::Nobody => return,
            OwnerName::Shared(owner) => (self.named().any(|named| Arc::ptr_eq(named, &owner)), Some(owner)),
            OwnerName::Other(folded) => (self.named().any(|named| fold(named) == folded), None),
        };
        if is_known {
            return;
        }
        let room = if is_full { None } else { shared.or_else(|| owners.hold(shown)) };
        match room {
            Some(owner) if self.first.is_none() => self.first = Some(owner),
            Some(owner) => self.further.push(owner),
            None => self.has_others = true,
        }
    }

    fn named(&self) -> impl Iterator<Item = &Arc<str>> {
        self.first.iter().chain(&self.further)
    }

    /// Returns the only one; `several` where the rows name more, and nothing where none does.
    pub(super) fn only_or(&self, several: &'static str) -> Cow<'_, str> {
        match (&self.first, self.further.as_slice(), self.has_others) {
            (None, [], false) => Cow::Borrowed(""),
            (Some(only), [], false) => Cow::Borrowed(only),
            _ => Cow::Borrowed(several),
        }
    }

    /// Returns the owners in words: `Ann; Bert; and others`; nothing, where no row names one.
    pub(super) fn words(&self) -> String {
        if self.first.is_none() && self.has_others {
            return NOT_HELD.to_owned();
        }
        let named = self.named().map(AsRef::as_ref);
        named.chain(self.has_others.then_some("and others")).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(rows: &[&str], owners: &mut Owners) -> String {
        let mut owned = Owned::default();
        for row in rows {
            owned.add(row, owners);
        }
        owned.words()
    }

    #[test]
    fn owners_are_named_once_in_the_order_of_the_rows_and_of_many_only_three() {
        let mut owners = Owners::default();
        for (rows, wanted) in [
            (&["", "", "\u{200b}"][..], ""),
            (&["Ann Lee", "", "ANN  lee", "ann lee"], "Ann Lee"),
            (&["Bert", "ann lee", "bert"], "Bert; Ann Lee"),
            (&["C", "B", "A", "b"], "C; B; A"),
            (&["C", "B", "A", "D", "E"], "C; B; A; and others"),
        ] {
            assert_eq!(words(rows, &mut owners), wanted);
        }
    }

    /// Owners of other tenants, until there is no room to share more.
    fn full() -> Owners {
        let mut owners = Owners::default();
        for number in 0..12_000 {
            let _ = words(&[&format!("Owner {number}")], &mut owners);
        }
        assert_eq!(owners.by_text.len(), LIMIT_TEXTS);
        owners
    }

    #[test]
    fn behind_thousands_of_others_a_tenant_has_its_owners_all_the_same() {
        let mut owners = full();
        for (rows, wanted) in [
            (&["Zoe Lee", "Zoe Lee"][..], "Zoe Lee"),
            (&["Zoe Lee", "", "ZOE  lee", "\u{200b}"], "Zoe Lee"),
            (&["\u{200b}", ""], ""),
            (&["OWNER 7", "somebody new", "Owner 11999"], "Owner 7; somebody new; Owner 11999"),
            (&["Zoe", "Owner 7", "Yan", "zoe", "owner 7"], "Zoe; Owner 7; Yan"),
            (&["Zoe", "Yan", "Xu", "Wu", "Vi"], "Zoe; Yan; Xu; and others"),
        ] {
            assert_eq!(words(rows, &mut owners), wanted);
        }
    }

    #[test]
    fn owners_without_end_take_no_room_without_end() {
        let mut owners = full();
        owners.own_bytes = 2 * BESIDE_A_TEXT + "Zoe Lee".len() + "Yan".len();
        assert_eq!(words(&["Zoe Lee", "zoe lee"], &mut owners), "Zoe Lee");
        assert_eq!(
            words(&["somebody new", "Owner 7", "OWNER 8"], &mut owners),
            "Owner 7; Owner 8; and others"
        );
        assert_eq!(words(&["Yan", "Xu"], &mut owners), "Yan; and others");
        assert_eq!(words(&["Xu", "xu"], &mut owners), NOT_HELD);
        assert_eq!((owners.by_text.len(), owners.own_bytes), (LIMIT_TEXTS, 0));
    }
}

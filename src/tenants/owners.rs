//! Who looks after tenants on several rows: the owners that their rows name, each text held once for all of them.

use crate::fold::fold;
use std::collections::HashMap;
use std::sync::Arc;

/// Owners of a tenant that are named; of more it is only said that there are others.
pub const NAMED_OWNERS: usize = 3;

/// Texts that are held for all tenants together, at most some 30 MB; owners beyond them are told as others.
const LIMIT_TEXTS: usize = 20_000;

/// The owners of all tenants.
#[derive(Clone, Debug, Default)]
pub(super) struct Owners {
    /// What a row says, as it stands there and folded, with the owner as the first row shows it.
    by_text: HashMap<String, Arc<str>>,
}

impl Owners {
    /// Returns the owner that a row names, whatever its case and blanks; `None` if there is no room for a further one.
    fn find(&mut self, shown: &str) -> Option<Arc<str>> {
        if let Some(found) = self.by_text.get(shown) {
            return Some(Arc::clone(found));
        }
        let folded = fold(shown);
        let has_room = self.by_text.len() + 2 <= LIMIT_TEXTS;
        let found = match self.by_text.get(&folded) {
            Some(found) => Arc::clone(found),
            None if !has_room => return None,
            None => {
                let new: Arc<str> = shown.into();
                self.by_text.insert(folded, Arc::clone(&new));
                new
            }
        };
        if has_room {
            self.by_text.insert(shown.to_owned(), Arc::clone(&found));
        }
        Some(found)
    }
}

/// The owners of one tenant.
#[derive(Clone, Debug, Default)]
pub(super) struct Owned {
    /// At most [`NAMED_OWNERS`], no two alike, in the order of its rows.
    named: Vec<Arc<str>>,
    has_others: bool,
}

impl Owned {
    /// Adds what a row says; a blank cell names nobody.
    pub(super) fn add(&mut self, shown: &str, owners: &mut Owners) {
        if shown.is_empty() || self.has_others {
            return;
        }
        let Some(owner) = owners.find(shown) else {
            self.has_others = true;
            return;
        };
        if self.named.iter().any(|named| Arc::ptr_eq(named, &owner)) || fold(&owner).is_empty() {
            return;
        }
        if self.named.len() < NAMED_OWNERS {
            self.named.push(owner);
        } else {
            self.has_others = true;
        }
    }

    /// Returns the owners in words: `Ann; Bert; and others`; nothing, where no row names one.
    pub(super) fn words(&self) -> String {
        let named = self.named.iter().map(AsRef::as_ref);
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

    #[test]
    fn owners_without_end_take_no_room_without_end() {
        let mut owners = Owners::default();
        for number in 0..LIMIT_TEXTS {
            let _ = words(&[&format!("Owner {number}")], &mut owners);
        }
        assert_eq!(owners.by_text.len(), LIMIT_TEXTS);
        assert_eq!(words(&["Owner 7", "somebody new"], &mut owners), "Owner 7; and others");
        assert_eq!(words(&["OWNER 7"], &mut owners), "Owner 7");
        assert_eq!(owners.by_text.len(), LIMIT_TEXTS);
    }
}

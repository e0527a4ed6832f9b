//! Rows of the earlier workbook whose tenant is named above them, as in a report that is grouped by tenants.
//!
//! Its Roster sheet has their cells as they came: blank. A row without a tenant that has a verdict all the same, or that
//! says on how many rows its tenant is, was read as the tenant's above it; any other needs review for it.

use crate::changes::Note;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::roster::identity::Identity;
use crate::sort::{Gathered, Sorter};

/// A tenant as the row that names it shows it.
#[derive(Clone, Debug)]
pub(super) struct NamedTenant {
    number: u64,
    tenant: String,
    name: String,
}

impl NamedTenant {
    fn of(record: Record<'_>, identity: &Identity) -> Self {
        let (tenant, name) = identity.shown(record);
        Self { number: identity.tenant_number(record), tenant, name }
    }
}

/// The notes of a block of rows.
#[derive(Default)]
pub(super) struct Notes {
    packed: Gathered,
    /// Those of rows whose tenant is named in an earlier block.
    leading: Vec<Vec<u8>>,
    last: Option<NamedTenant>,
}

/// A block of rows on its way to be noted.
pub(super) struct Noting<'r> {
    identity: &'r Identity,
    notes: Notes,
    named: Option<Record<'r>>,
}

impl<'r> Noting<'r> {
    pub(super) fn new(identity: &'r Identity) -> Self {
        Self { identity, notes: Notes::default(), named: None }
    }

    /// Adds a row's note; `has_tenant` = it was read as some tenant's, be it by its own cells or by a row above it.
    pub(super) fn add(&mut self, record: Record<'r>, note: Note<'_>, has_tenant: bool) {
        if note.tenant != 0 {
            self.named = Some(record);
        } else if has_tenant && self.identity.is_blank(record) {
            let Some(named) = self.named else {
                let mut bytes = Vec::new();
                note.write(&mut bytes);
                return self.notes.leading.push(bytes);
            };
            let named = NamedTenant::of(named, self.identity);
            return self.notes.packed.add(|bytes| of_tenant(note, &named).write(bytes));
        }
        self.notes.packed.add(|bytes| note.write(bytes));
    }

    pub(super) fn finish(mut self) -> Notes {
        self.notes.last = self.named.map(|record| NamedTenant::of(record, self.identity));
        self.notes
    }
}

impl Notes {
    /// Sorts them in; `above` is the tenant that earlier blocks named last. Returns how many they are.
    ///
    /// # Errors
    /// If there is no room for temporary files.
    pub(super) fn sort_into(self, sorter: &mut Sorter, above: &mut Option<NamedTenant>) -> Result<u64> {
        let count = self.packed.count() + self.leading.len() as u64;
        let mut bytes = Vec::new();
        for leading in &self.leading {
            let note = Note::read(leading).ok_or_else(|| Error::internal("a note cannot be read back"))?;
            bytes.clear();
            above.as_ref().map_or(note, |named| of_tenant(note, named)).write(&mut bytes);
            sorter.push(&bytes)?;
        }
        self.packed.sort_into(sorter)?;
        *above = self.last.or(above.take());
        Ok(count)
    }
}

fn of_tenant<'n>(note: Note<'n>, named: &'n NamedTenant) -> Note<'n> {
    let [_, _, plan] = note.shown;
    Note { tenant: named.number, shown: [&named.tenant, &named.name, plan], ..note }
}

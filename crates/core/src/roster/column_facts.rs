//! What only a column as a whole can say of its cells.

use super::columns::{Columns, TenantFrom};
use super::separators::Separators;
use super::widths::Widths;
use crate::record::Record;

/// What the columns of a roster show beside what each cell says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Thousands and decimal separators in the seats column.
    pub separators: Separators,
    /// Digits of the ids in the tenant's column.
    pub tenants: Widths,
    /// Digits of the ids in the subscription's column.
    pub subscriptions: Widths,
}

impl ColumnFacts {
    /// Looks at a customer's record.
    pub fn see(&mut self, record: Record<'_>, columns: &Columns) {
        self.separators.see(record.cell(columns.seats), record.number);
        if let TenantFrom::Column(column) = columns.tenant {
            self.tenants.see(record.cell(column), record.number);
        }
        if let Some(column) = columns.subscription {
            self.subscriptions.see(record.cell(column), record.number);
        }
    }

    /// Adds what other records show.
    pub fn merge(&mut self, other: Self) {
        self.separators.merge(other.separators);
        self.tenants.merge(other.tenants);
        self.subscriptions.merge(other.subscriptions);
    }

    /// Returns whether a row may read otherwise for them than alone.
    #[must_use]
    pub fn change_something(self) -> bool {
        self.separators.change_something()
            || self.tenants.change_something()
            || self.subscriptions.change_something()
    }
}

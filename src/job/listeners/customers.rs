//! How many customers there are, and of what kind, of those on one row; a tenant on several is counted as a whole.

use crate::customers::Customers;
use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::policy::Policy;
use crate::record::Records;
use crate::roster::Understanding;
use crate::write::Writer;

/// Counts customers on one row.
pub(in crate::job) struct CustomersOfRows<'j> {
    policy: &'j Policy,
}

impl<'j> CustomersOfRows<'j> {
    /// Returns what counts customers by a policy.
    pub(super) const fn new(policy: &'j Policy) -> Self {
        Self { policy }
    }
}

impl<'a> Listener<'a> for CustomersOfRows<'_> {
    type Gathering<'r>
        = Customers
    where
        Self: 'r;
    type Part = Customers;
    type Whole = Customers;

    fn begin(&self, _records: &Records) -> Customers {
        Customers::new(self.policy)
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, customers: &mut Customers) {
        if let Some((row, verdict)) = judged.customer().filter(|_| judged.repeats.tenant.is_none()) {
            customers.add_row(row, verdict);
        }
    }

    fn end(&self, customers: Customers, _: &Records, _: &Understanding<'a>) -> Customers {
        customers
    }

    fn start(&self) -> Customers {
        Customers::new(self.policy)
    }

    fn join(&self, whole: &mut Customers, part: Customers, _writer: Option<&mut Writer>) -> Result<()> {
        whole.merge(&part);
        Ok(())
    }
}

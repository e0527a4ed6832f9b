//! How many customers there are, and of what kind, of those on one row; a tenant on several is counted as a whole.

use crate::customers::{Customers, Dimension};
use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::said::SaidOf;
use crate::job::sink::Sink;
use crate::policy::Policy;
use crate::record::Records;
use crate::roster::Understanding;

/// Counts customers on one row.
pub(in crate::job) struct CustomersOfRows<'j> {
    policy: &'j Policy,
    said: SaidOf,
    by: Vec<Dimension>,
}

impl<'j> CustomersOfRows<'j> {
    /// Returns what counts customers by a policy, and by what the roster says of them.
    pub(super) fn new(policy: &'j Policy, said: SaidOf) -> Self {
        Self { policy, said, by: said.dimensions() }
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
        Customers::new(self.policy, &self.by)
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, customers: &mut Customers) {
        if let Some((row, verdict)) = judged.customer().filter(|_| judged.repeats.tenant.is_none()) {
            customers.add_row(row, verdict, (&self.said.of(judged), self.said.renewals()));
        }
    }

    fn end(&self, customers: Customers, _: &Records, _: &Understanding<'a>) -> Customers {
        customers
    }

    fn start(&self) -> Customers {
        Customers::new(self.policy, &self.by)
    }

    fn join(&self, whole: &mut Customers, part: Customers, _sink: &mut Sink<'_>) -> Result<()> {
        whole.merge(&part);
        Ok(())
    }
}

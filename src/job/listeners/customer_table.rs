//! The table of customers: those on one row are made by the workers, in the order of the roster; tenants on several come
//! behind them.

use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::said::SaidOf;
use crate::job::sink::Sink;
use crate::job::tables::{RowsOfBatch, TableMaker};
use crate::output_fields::FlatTable;
use crate::policy::Policy;
use crate::record::Records;
use crate::report::tables::customers::{CustomerSaid, of_row};
use crate::roster::Understanding;
use crate::write::flat;

/// Makes the rows of customers on one row.
pub(in crate::job) struct CustomerTable<'j> {
    pub(super) policy: &'j Policy,
    pub(super) said: SaidOf,
    pub(in crate::job) maker: TableMaker,
}

impl<'a> Listener<'a> for CustomerTable<'_> {
    type Gathering<'r>
        = RowsOfBatch<'r>
    where
        Self: 'r;
    type Part = Result<flat::Rendered>;
    type Whole = ();

    fn begin<'r>(&'r self, _records: &'r Records) -> RowsOfBatch<'r> {
        self.maker.batch()
    }

    fn hear<'r>(&'r self, judged: &Judged<'_, 'r, 'a>, batch: &mut RowsOfBatch<'r>) {
        let Some(customer) = judged.customer().filter(|_| judged.repeats.tenant.is_none()) else { return };
        let (tenant, name) = judged.shown();
        let said = CustomerSaid {
            tenant: tenant.into(),
            name: name.into(),
            owner: judged.owner(),
            country: self.said.country(judged),
            renewal: self.said.renewal(judged).map(|day| day.to_string()),
        };
        batch.row(of_row(self.policy, customer, said, judged.record.number));
    }

    fn end<'r>(
        &'r self,
        batch: RowsOfBatch<'r>,
        _: &'r Records,
        _: &Understanding<'a>,
    ) -> Result<flat::Rendered> {
        batch.finish()
    }

    fn start(&self) {}

    fn join(&self, (): &mut (), part: Result<flat::Rendered>, sink: &mut Sink<'_>) -> Result<()> {
        sink.append(FlatTable::Customers, part?)
    }
}

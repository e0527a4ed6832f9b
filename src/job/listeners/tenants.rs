//! The rows of tenants that stand on several.

use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::said::SaidOf;
use crate::record::Records;
use crate::roster::Understanding;
use crate::roster::identity::Identity;
use crate::tenants::{TenantPart, TenantRow, Tenants};
use crate::write::Writer;
use std::num::NonZeroU64;

/// Collects the rows of tenants that stand on several, to be rolled up.
pub(in crate::job) struct RowsOfTenants {
    pub(super) said: SaidOf,
    /// How tenants are told apart in this night and an earlier one; `None` = nothing is compared.
    pub(super) compared: Option<Identity>,
}

impl<'a> Listener<'a> for RowsOfTenants {
    type Gathering<'r> = Vec<TenantRow<'a>>;
    type Part = Vec<TenantRow<'a>>;
    type Whole = Tenants<'a>;

    fn begin(&self, _records: &Records) -> Vec<TenantRow<'a>> {
        Vec::new()
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, rows: &mut Vec<TenantRow<'a>>) {
        let Some((row, verdict)) = judged.customer().filter(|_| judged.repeats.tenant.is_some()) else {
            return;
        };
        let (record, identity) = (judged.record, judged.identity);
        let Some(key) = identity.tenant(record) else { return };
        let (shown, name) = judged.shown();
        let part = TenantPart::of(row, verdict, record.number, identity.subscription(record));
        let owner = judged.owner();
        let (country, renewal) = (self.said.country(judged), self.said.renewal(judged));
        let compared = self.compared.as_ref().map(|identity| identity.tenant_number(record));
        let compared = compared.and_then(NonZeroU64::new);
        let (key, phase) = (key.into_owned(), row.phase);
        rows.push(TenantRow { key, shown, name, owner, country, renewal, phase, compared, part });
    }

    fn end(
        &self,
        rows: Vec<TenantRow<'a>>,
        _records: &Records,
        _understanding: &Understanding<'a>,
    ) -> Vec<TenantRow<'a>> {
        rows
    }

    fn start(&self) -> Tenants<'a> {
        Tenants::default()
    }

    fn join(
        &self,
        whole: &mut Tenants<'a>,
        part: Vec<TenantRow<'a>>,
        _writer: Option<&mut Writer>,
    ) -> Result<()> {
        for row in part {
            whole.add(row);
        }
        Ok(())
    }
}

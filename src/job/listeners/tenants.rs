//! The rows of tenants that stand on several.

use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::said::SaidOf;
use crate::job::sink::Sink;
use crate::record::Records;
use crate::roster::Understanding;
use crate::roster::identity::{Identity, TenantId};
use crate::tenants::{Renewal, TenantPart, TenantRow, Tenants};
use std::num::NonZeroU64;

/// Collects the rows of tenants that stand on several, to be rolled up.
pub(in crate::job) struct RowsOfTenants {
    pub(super) said: SaidOf,
    /// How tenants are told apart in this night and an earlier one; `None` = nothing is compared.
    pub(super) compared: Option<Identity>,
}

/// The rows of a batch; what their cells say is in one text, since most of it is the same for all rows of a tenant, and
/// not kept.
#[derive(Default)]
pub(in crate::job) struct RowsOfBatch<'a> {
    rows: Vec<Row<'a>>,
    text: String,
}

struct Row<'a> {
    id: TenantId,
    /// Where in the text what shows the tenant ends, its name, who looks after it, and its country: one behind the other.
    ends: [usize; 4],
    /// How many rows the tenant has.
    rows: usize,
    renewal: Option<Renewal>,
    phase: Option<usize>,
    compared: Option<NonZeroU64>,
    part: TenantPart<'a>,
}

impl<'a> RowsOfBatch<'a> {
    /// Returns the rows in their order.
    fn iter(&self) -> impl Iterator<Item = TenantRow<'_, 'a>> + Clone {
        let mut start = 0;
        self.rows.iter().map(move |row| {
            let mut next = |end: usize| {
                let words = self.text.get(start..end).unwrap_or_default();
                start = end;
                words
            };
            let [shown, name, owner, country] = row.ends.map(&mut next);
            let Row { id, rows, renewal, phase, compared, part, .. } = *row;
            TenantRow { id, shown, name, owner, country, renewal, rows, phase, compared, part }
        })
    }
}

impl<'a> Listener<'a> for RowsOfTenants {
    type Gathering<'r> = RowsOfBatch<'a>;
    type Part = RowsOfBatch<'a>;
    type Whole = Tenants<'a>;

    fn begin(&self, _records: &Records) -> RowsOfBatch<'a> {
        RowsOfBatch::default()
    }

    fn hear(&self, judged: &Judged<'_, '_, 'a>, batch: &mut RowsOfBatch<'a>) {
        let (Some((row, verdict)), Some(rows)) = (judged.customer(), judged.repeats.tenant) else { return };
        let (record, identity) = (judged.record, judged.identity);
        let Some(id) = judged.tenant else { return };
        let (shown, name) = identity.shows(record);
        let words = [shown, name, judged.owner(), self.said.country(judged)];
        let ends = words.map(|words| {
            batch.text.push_str(&words);
            batch.text.len()
        });
        let part = TenantPart::of(row, verdict, record.number, identity.subscription(record));
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        let renewal = self.said.renewal_of_paid(judged);
        let compared = self.compared.as_ref().map(|identity| identity.tenant_number(record));
        let compared = compared.and_then(NonZeroU64::new);
        batch.rows.push(Row { id, ends, rows, renewal, phase: row.phase, compared, part });
    }

    fn end(
        &self,
        rows: RowsOfBatch<'a>,
        _records: &Records,
        _understanding: &Understanding<'a>,
    ) -> RowsOfBatch<'a> {
        rows
    }

    fn start(&self) -> Tenants<'a> {
        Tenants::default()
    }

    fn join(&self, whole: &mut Tenants<'a>, part: RowsOfBatch<'a>, _sink: &mut Sink<'_>) -> Result<()> {
        whole.add_all(part.iter());
        Ok(())
    }
}

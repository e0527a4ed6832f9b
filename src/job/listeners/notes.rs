//! Notes of this night's rows, to be compared with those of an earlier one.

use crate::changes::Note;
use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::policy::Policy;
use crate::record::Records;
use crate::roster::Understanding;
use crate::roster::identity::{Identity, plan_number};
use crate::scratch::Scratch;
use crate::sort::{Gathered, Sorter};
use crate::verdict::words::tier_name;

/// Notes the rows that have a verdict.
pub(in crate::job) struct NoteMaker<'j> {
    /// How tenants are told apart in both nights.
    pub(in crate::job) identity: Identity,
    /// The rules of this night.
    pub(in crate::job) policy: &'j Policy,
    /// One that has seen no record yet, and knows no overrides.
    pub(in crate::job) plain: Understanding<'j>,
    /// Where notes wait that are too many for memory.
    pub(in crate::job) scratch: &'j Scratch,
}

/// Notes of a batch of rows.
pub(in crate::job) struct NoteBatch<'j> {
    plain: Understanding<'j>,
    notes: Gathered,
}

impl<'a> Listener<'a> for NoteMaker<'_> {
    type Gathering<'r>
        = NoteBatch<'r>
    where
        Self: 'r;
    type Part = Gathered;
    type Whole = Sorter;

    fn begin<'r>(&'r self, _records: &'r Records) -> NoteBatch<'r> {
        NoteBatch { plain: self.plain.clone(), notes: Gathered::default() }
    }

    fn hear<'r>(&'r self, judged: &Judged<'_, 'r, 'a>, batch: &mut NoteBatch<'r>) {
        let Some((row, verdict)) = judged.customer() else { return };
        let (record, plain) = (judged.record, &mut batch.plain);
        let column = plain.columns().plan;
        // What an overrides file calls the plan is another night's business.
        let known =
            if row.overridden.plan { plain.plan(record) } else { row.plan.as_ref().map(|found| found.plan) };
        let cell = record.cell(column);
        let (tenant, name) = self.identity.shown(record);
        let bought = cell.shown();
        let note = Note {
            tenant: self.identity.tenant_number(record),
            plan: plan_number(known.map(crate::plans::Plan::key), cell),
            is_now: true,
            ordinal: record.ordinal,
            seats: verdict.seats_counted,
            tier: tier_name(self.policy, verdict.tier),
            segment: self.policy.segments.get(row.segment).map_or("", |segment| segment.name.as_str()),
            shown: [&tenant, &name, bought.trim()],
        };
        batch.notes.add(|bytes| note.write(bytes));
    }

    fn end<'r>(&'r self, batch: NoteBatch<'r>, _: &'r Records, _: &Understanding<'a>) -> Gathered {
        batch.notes
    }

    fn start(&self) -> Sorter {
        Sorter::new(self.scratch)
    }

    fn join(&self, whole: &mut Sorter, part: Gathered, _sink: &mut Sink<'_>) -> Result<()> {
        part.sort_into(whole)
    }
}

//! Customers who would get other help under another policy: those on one row as they go by, tenants on several behind
//! them.

use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::job::tables::{RowsOfBatch, TableMaker};
use crate::otherwise::{Differs, OtherPolicy};
use crate::output_fields::FlatTable;
use crate::policy::{Policy, Standings};
use crate::record::Records;
use crate::report::otherwise::{Differences, LIMIT_LINES, Line, beyond, cells};
use crate::report::tables::of_sheet;
use crate::roster::Understanding;
use crate::tenants::{Once, Rollup, Tenant};
use crate::verdict::{Facts, Verdict};
use crate::write::{SheetId, Writer, flat};

/// Compares with another policy.
pub(in crate::job) struct Otherwise<'j> {
    policy: &'j Policy,
    other: &'j OtherPolicy,
    /// The sheet of those whom it would change; `None` = no workbook is made.
    sheet: Option<SheetId>,
    /// Makes their rows in the flat table, which has all of them; `None` = there is none.
    table: Option<TableMaker>,
}

/// What a batch of rows comes to.
pub(in crate::job) struct OfBatch<'a, 'r> {
    /// What the other policy says of plans.
    standings: Standings<'a, 'r>,
    found: Found,
    rows: Option<RowsOfBatch<'r>>,
}

/// What a batch came to.
pub(in crate::job) struct PartFound {
    found: Found,
    rows: Option<Result<flat::Rendered>>,
}

/// Customers who would get other help.
pub(in crate::job) struct Found {
    pub(in crate::job) differences: Differences,
    lines: Vec<Line>,
}

impl<'j> Otherwise<'j> {
    /// Returns what compares with `other`, and lists on `sheet` and in `table`.
    pub(super) fn new(
        policy: &'j Policy,
        other: &'j OtherPolicy,
        (sheet, table): (Option<SheetId>, Option<TableMaker>),
    ) -> Self {
        Self { policy, other, sheet, table }
    }

    fn nobody(&self) -> Found {
        Found { differences: Differences::new(self.policy), lines: Vec::new() }
    }

    /// Returns what the other policy would give a tenant on several rows otherwise.
    pub(in crate::job) fn of_tenant<'a>(
        &self,
        (tenant, once): (&Tenant<'a>, Once),
        own: &Verdict,
        known: &mut Standings<'a, 'j>,
    ) -> Option<Differs> {
        self.other.of_tenant(tenant, once, own, known)
    }

    /// Adds such a tenant; they come when those on one row have come.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub(in crate::job) fn tenant(
        &self,
        (tenant, differs): (&Tenant<'_>, Differs),
        rollup: &Rollup<'_>,
        (found, writer): (&mut Found, Option<&mut Writer>),
    ) -> Result<()> {
        found.differences.add(&differs);
        let place = found.differences.customers;
        if place > LIMIT_LINES {
            return Ok(());
        }
        self.put(&line_of_tenant(tenant, rollup, differs), place, writer)
    }

    /// Makes the rows of such tenants in the flat table; `None` = there is none.
    ///
    /// # Errors
    /// If they cannot be stored.
    pub(in crate::job) fn listed<'h, 't: 'h>(
        &self,
        tenants: impl Iterator<Item = (&'h Tenant<'t>, &'h Rollup<'t>, Differs)>,
    ) -> Option<Result<flat::Rendered>> {
        let mut rows = self.table.as_ref()?.batch();
        for (tenant, rollup, differs) in tenants {
            self.row(&mut rows, &line_of_tenant(tenant, rollup, differs));
        }
        Some(rows.finish())
    }

    fn row(&self, rows: &mut RowsOfBatch<'_>, line: &Line) {
        rows.row(of_sheet(&cells(self.policy, self.other.policy(), line)));
    }

    /// Writes the line of the customer that is the so many-th of them, if the sheet has room for it.
    fn put(&self, line: &Line, place: u64, writer: Option<&mut Writer>) -> Result<()> {
        match (self.sheet, writer) {
            (Some(sheet), Some(writer)) if place <= LIMIT_LINES => {
                writer.row(sheet, &cells(self.policy, self.other.policy(), line))
            }
            _ => Ok(()),
        }
    }

    /// Says below the lines how many are not there.
    ///
    /// # Errors
    /// If that cannot be stored.
    pub(in crate::job) fn finish(&self, found: &Found, writer: Option<&mut Writer>) -> Result<()> {
        let further = found.differences.customers.saturating_sub(LIMIT_LINES);
        match (self.sheet, writer) {
            (Some(sheet), Some(writer)) if further > 0 => writer.row(sheet, &beyond(further)),
            _ => Ok(()),
        }
    }

    /// Returns what the other policy would change, and its words.
    pub(in crate::job) const fn other(&self) -> &'j OtherPolicy {
        self.other
    }
}

impl<'a> Listener<'a> for Otherwise<'_> {
    type Gathering<'r>
        = OfBatch<'a, 'r>
    where
        Self: 'r;
    type Part = PartFound;
    type Whole = Found;

    fn begin<'r>(&'r self, _records: &'r Records) -> OfBatch<'a, 'r> {
        let rows = self.table.as_ref().map(TableMaker::batch);
        OfBatch { standings: Standings::default(), found: self.nobody(), rows }
    }

    fn hear<'r>(&'r self, judged: &Judged<'_, 'r, 'a>, batch: &mut OfBatch<'a, 'r>) {
        let Some((row, verdict)) = judged.customer().filter(|_| judged.repeats.tenant.is_none()) else {
            return;
        };
        let plan = row.plan.as_ref().map(|found| found.plan);
        let differs = self.other.of_row(Facts::of(row), plan, &mut batch.standings, verdict);
        let Some(differs) = differs else { return };
        batch.found.differences.add(&differs);
        // No batch adds more to the sheet than it holds in all.
        let has_room = batch.found.lines.len() as u64 <= LIMIT_LINES;
        if batch.rows.is_none() && !has_room {
            return;
        }
        let line = line(judged, differs);
        if let Some(rows) = &mut batch.rows {
            self.row(rows, &line);
        }
        if has_room {
            batch.found.lines.push(line);
        }
    }

    fn end<'r>(&'r self, batch: OfBatch<'a, 'r>, _: &'r Records, _: &Understanding<'a>) -> PartFound {
        PartFound { found: batch.found, rows: batch.rows.map(RowsOfBatch::finish) }
    }

    fn start(&self) -> Found {
        self.nobody()
    }

    fn join(
        &self,
        whole: &mut Found,
        PartFound { found: part, rows }: PartFound,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        if let Some(rows) = rows {
            sink.append(FlatTable::OtherPolicy, rows?)?;
        }
        for (place, line) in (whole.differences.customers + 1..).zip(&part.lines) {
            self.put(line, place, sink.workbook())?;
        }
        whole.differences.merge(&part.differences);
        Ok(())
    }
}

fn line(judged: &Judged<'_, '_, '_>, differs: Differs) -> Line {
    let (tenant, name) = judged.shown();
    let verdict = judged.verdict.as_ref();
    Line {
        number: judged.record.number,
        tenant,
        name,
        plan: judged.row.plan.as_ref().map(|found| found.plan.name.clone()).unwrap_or_default(),
        owner: judged.owner().into_owned(),
        segment: judged.row.segment,
        seats: verdict.and_then(|verdict| verdict.seats_counted).unwrap_or(0),
        tier: verdict.map_or(crate::verdict::Tier::NeedsReview, |verdict| verdict.tier),
        differs,
    }
}

fn line_of_tenant(tenant: &Tenant<'_>, rollup: &Rollup<'_>, differs: Differs) -> Line {
    Line {
        number: tenant.first_row(),
        tenant: tenant.shown().to_owned(),
        name: tenant.name().to_owned(),
        plan: rollup.plan_names(),
        owner: tenant.owner(),
        segment: rollup.facts.segment,
        seats: rollup.seats,
        tier: rollup.verdict.tier,
        differs,
    }
}

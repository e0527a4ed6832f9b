//! Customers who would get other help under another policy: those on one row as they go by, tenants on several behind
//! them.

use crate::error::Result;
use crate::job::judged::Judged;
use crate::job::listener::Listener;
use crate::job::sink::Sink;
use crate::otherwise::{DecidedThere, Differs, OtherPolicy};
use crate::plans::Plan;
use crate::policy::{Policy, Standing};
use crate::record::Records;
use crate::report::otherwise::{Differences, LIMIT_LINES, Line, beyond, cells};
use crate::roster::Understanding;
use crate::tenants::{Once, Rollup, Tenant};
use crate::verdict::{Facts, Verdict};
use crate::write::{SheetId, Writer};
use std::collections::HashMap;

/// Compares with another policy.
pub(in crate::job) struct Otherwise<'j> {
    policy: &'j Policy,
    other: &'j OtherPolicy,
    /// The sheet of those whom it would change; `None` = no workbook is made.
    sheet: Option<SheetId>,
}

/// What a batch of rows comes to.
pub(in crate::job) struct OfBatch<'a, 'r> {
    /// What the other policy says of plans, by their keys.
    standings: HashMap<&'a str, Standing<'r>>,
    found: Found,
}

/// Customers who would get other help.
pub(in crate::job) struct Found {
    pub(in crate::job) differences: Differences,
    lines: Vec<Line>,
}

impl<'j> Otherwise<'j> {
    /// Returns what compares with `other`, and lists on `sheet`.
    pub(super) const fn new(policy: &'j Policy, other: &'j OtherPolicy, sheet: Option<SheetId>) -> Self {
        Self { policy, other, sheet }
    }

    fn nobody(&self) -> Found {
        Found { differences: Differences::new(self.policy), lines: Vec::new() }
    }

    /// Returns what the other policy would give a tenant on several rows otherwise.
    pub(in crate::job) fn of_tenant<'a>(
        &self,
        (tenant, once): (&Tenant<'a>, Once),
        own: &Verdict,
        known: &mut DecidedThere<'a>,
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
        let line = Line {
            number: tenant.first_row(),
            tenant: tenant.shown().to_owned(),
            name: tenant.name().to_owned(),
            plan: rollup.plan_names(),
            owner: tenant.owner(),
            segment: rollup.facts.segment,
            seats: rollup.seats,
            tier: rollup.verdict.tier,
            differs,
        };
        self.put(&line, place, writer)
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
    type Part = Found;
    type Whole = Found;

    fn begin<'r>(&'r self, _records: &'r Records) -> OfBatch<'a, 'r> {
        OfBatch { standings: HashMap::new(), found: self.nobody() }
    }

    fn hear<'r>(&'r self, judged: &Judged<'_, 'r, 'a>, batch: &mut OfBatch<'a, 'r>) {
        let Some((row, verdict)) = judged.customer().filter(|_| judged.repeats.tenant.is_none()) else {
            return;
        };
        let (standings, key) = (&mut batch.standings, row.plan.as_ref().map_or("", |found| found.plan.key()));
        let standing = |plan: &Plan| *standings.entry(key).or_insert_with(|| self.other.standing(plan));
        let Some(differs) = self.other.of_row(Facts::of(row), standing, verdict) else { return };
        batch.found.add(|| line(judged, differs), &differs);
    }

    fn end<'r>(&'r self, batch: OfBatch<'a, 'r>, _: &'r Records, _: &Understanding<'a>) -> Found {
        batch.found
    }

    fn start(&self) -> Found {
        self.nobody()
    }

    fn join(&self, whole: &mut Found, part: Found, sink: &mut Sink<'_>) -> Result<()> {
        for (place, line) in (whole.differences.customers + 1..).zip(&part.lines) {
            self.put(line, place, sink.workbook())?;
        }
        whole.differences.merge(&part.differences);
        Ok(())
    }
}

impl Found {
    fn add(&mut self, line: impl FnOnce() -> Line, differs: &Differs) {
        self.differences.add(differs);
        // No batch adds more to the sheet than it holds in all.
        if self.lines.len() as u64 <= LIMIT_LINES {
            self.lines.push(line());
        }
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

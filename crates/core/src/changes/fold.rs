//! Two sorted nights to changes, in one pass.

use super::plan::{PlansCompared, PlansSeen, RowSum};
use super::side::Side;
use super::{Change, Ladders, Night, Note, Noted, Together};
use crate::summary::Count;
use crate::verdict::words::NEEDS_REVIEW;
use std::collections::BTreeMap;
use std::mem::take;

/// Makes changes of the notes of both nights, which come sorted by their bytes: one for each tenant, and of the rows
/// without a tenant one for each plan.
///
/// It holds no more than the rows of one plan, taken together, the names of some plans of one tenant and what some of
/// them moved, however many the tenant has.
#[derive(Debug, Default)]
pub struct Fold {
    ladders: Ladders,
    /// Tenant and plan of the rows that are being folded.
    key: Option<(u64, u64)>,
    /// The rows of the plan before and now.
    plan: [Option<RowSum>; 2],
    /// The customer before and now, as far as it has come.
    customer: [Customer; 2],
    compared: PlansCompared,
    totals: Totals,
}

/// What a fold comes to beside the changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Customers and their paid seats by tier, before and now: a row without a tenant is a customer of its own.
    pub tiers: BTreeMap<String, [Count; 2]>,
    /// Rows, tenants and paid seats of the rows, before and now.
    pub nights: [Night; 2],
    /// Tenants that are compared by their rows, since a night in which they have several does not say what they come to.
    pub by_rows: u64,
    /// How many of them the earlier night does not say it of, and how many this one.
    pub without_rollup: [u64; 2],
}

/// A customer in one night, as far as it has come.
#[derive(Debug, Default)]
struct Customer {
    /// What a tenant on several rows comes to.
    together: Option<Tenant>,
    /// All rows, taken together.
    rows: Option<RowSum>,
    plans: PlansSeen,
}

/// What a tenant on several rows comes to, as a night says.
#[derive(Debug)]
struct Tenant {
    rows: u64,
    seats: u64,
    tier: String,
    segments: Vec<String>,
}

impl Fold {
    /// Returns a fold that has seen no note.
    #[must_use]
    pub fn new(ladders: Ladders) -> Self {
        Self { ladders, ..Self::default() }
    }

    /// Adds the next note; gives the changes that are complete by it to `emit`.
    ///
    /// # Errors
    /// Those of `emit`.
    pub fn add<E>(
        &mut self,
        note: &Noted<'_>,
        emit: &mut dyn FnMut(&Change) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.key.is_some_and(|(tenant, _)| tenant != note.tenant()) {
            self.end_customer(emit)?;
        }
        match note {
            Noted::Together(together) => {
                self.key = Some((together.tenant, 0));
                self.add_together(together);
                Ok(())
            }
            Noted::Row(row) => self.add_row(row, emit),
        }
    }

    fn add_together(&mut self, note: &Together<'_>) {
        let [before, now] = &mut self.customer;
        let customer = if note.is_now { now } else { before };
        // Who is there twice was put there by hand: then no number of rows is the tenant's.
        let rows = if customer.together.is_some() { 0 } else { note.rows };
        customer.together = Some(Tenant {
            rows,
            seats: note.seats,
            tier: note.tier.to_owned(),
            segments: note.segments.iter().map(|segment| (*segment).to_owned()).collect(),
        });
    }

    fn add_row<E>(
        &mut self,
        note: &Note<'_>,
        emit: &mut dyn FnMut(&Change) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.key.is_some_and(|(_, plan)| plan != note.plan) {
            self.end_plan();
            // Nothing says that rows without a tenant are one customer's.
            if note.tenant == 0 {
                self.end_customer(emit)?;
            }
        }
        self.key = Some((note.tenant, note.plan));
        self.totals.see(note);
        let [before, now] = &mut self.plan;
        let (rows, ladder) =
            if note.is_now { (now, &self.ladders.now) } else { (before, &self.ladders.before) };
        match rows {
            Some(rows) => rows.add(note, ladder),
            None => *rows = Some(RowSum::of(note)),
        }
        Ok(())
    }

    /// Gives the last changes to `emit`; returns the totals.
    ///
    /// # Errors
    /// Those of `emit`.
    pub fn end<E>(mut self, emit: &mut dyn FnMut(&Change) -> Result<(), E>) -> Result<Totals, E> {
        self.end_customer(emit)?;
        Ok(self.totals)
    }

    fn end_plan(&mut self) {
        let [before, now] = take(&mut self.plan);
        self.compared.add(before.as_ref(), now.as_ref());
        let [was, is] = &mut self.customer;
        was.add(before, &self.ladders.before);
        is.add(now, &self.ladders.now);
    }

    fn end_customer<E>(&mut self, emit: &mut dyn FnMut(&Change) -> Result<(), E>) -> Result<(), E> {
        self.end_plan();
        let (customers, moved) = (take(&mut self.customer), take(&mut self.compared).moved());
        let has_tenant = self.key.is_some_and(|(tenant, _)| tenant != 0);
        let lacks = customers.each_ref().map(|customer| has_tenant && customer.lacks_rollup());
        if lacks.contains(&true) {
            self.totals.by_rows += 1;
            let counts = self.totals.without_rollup.iter_mut().zip(lacks);
            counts.for_each(|(count, lacks)| *count += u64::from(lacks));
        }
        // What rows come to and what a tenant comes to are not the same thing: one of them is compared.
        let is_together = has_tenant && !lacks.contains(&true);
        let [before, now] = customers.map(|customer| customer.side(is_together));
        if has_tenant {
            self.totals.see_tenant([before.as_ref(), now.as_ref()]);
        }
        if before.is_none() && now.is_none() {
            return Ok(());
        }
        emit(&Change::between(before, now, moved, &self.ladders))
    }
}

impl Customer {
    fn add(&mut self, rows: Option<RowSum>, ladder: &[String]) {
        let Some(rows) = rows else { return };
        self.plans.add(&rows);
        match &mut self.rows {
            Some(all) => all.merge(rows, ladder),
            None => self.rows = Some(rows),
        }
    }

    /// Returns whether it is on several rows, and nothing says what these come to together: what is said of a tenant with
    /// another number of rows is said of others, too, or of some of them.
    fn lacks_rollup(&self) -> bool {
        let rows = self.rows.as_ref().map_or(0, |rows| rows.rows);
        rows > 1 && self.together.as_ref().is_none_or(|together| together.rows != rows)
    }

    /// Returns the customer; `None` if it has no rows.
    fn side(self, is_together: bool) -> Option<Side> {
        let RowSum { ordinal, rows, review, seats, tier, segments, shown } = self.rows?;
        let [tenant, name, _] = shown;
        let side = Side {
            ordinal,
            rows,
            review,
            seats,
            tier,
            segments,
            is_together: false,
            shown: [tenant, name],
            plans: self.plans.names(),
        };
        Some(match self.together.filter(|_| is_together && rows > 1) {
            Some(Tenant { seats, tier, segments, .. }) => Side {
                // Without a verdict it was not judged on any seats.
                seats: (tier != NEEDS_REVIEW).then_some(seats),
                tier,
                segments,
                is_together: true,
                ..side
            },
            None => side,
        })
    }
}

impl Totals {
    fn see(&mut self, note: &Note<'_>) {
        let [before, now] = &mut self.nights;
        let night = if note.is_now { now } else { before };
        night.rows += 1;
        night.seats = night.seats.saturating_add(note.seats.unwrap_or(0));
        if note.tenant == 0 {
            self.count(note.is_now, note.tier, note.seats);
        }
    }

    fn see_tenant(&mut self, sides: [Option<&Side>; 2]) {
        for (is_now, side) in [false, true].into_iter().zip(sides) {
            let Some(side) = side else { continue };
            let [before, now] = &mut self.nights;
            let night = if is_now { now } else { before };
            night.tenants += 1;
            self.count(is_now, &side.tier, side.seats);
        }
    }

    fn count(&mut self, is_now: bool, tier: &str, seats: Option<u64>) {
        let counts = match self.tiers.get_mut(tier) {
            Some(counts) => counts,
            None => self.tiers.entry(tier.to_owned()).or_default(),
        };
        let [before, now] = counts;
        let count = if is_now { now } else { before };
        count.rows += 1;
        count.seats = count.seats.saturating_add(seats.unwrap_or(0));
    }
}

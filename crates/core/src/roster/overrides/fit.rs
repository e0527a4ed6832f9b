//! Which overrides fit a row.

use super::in_roster::SaidIn;
use super::remarks::is_outdated;
use super::words::Words;
use super::{OfTenant, Overrides, RowKey, Rule, Stated, StatusSaid, tenant_key};
use crate::fold::fold;
use crate::record::Record;
use crate::roster::columns::{Columns, Field, TenantFrom, heading_key, rank_of};
use crate::roster::understand::text_of;
use std::collections::HashMap;

/// Overrides and the columns of a roster that they are held against.
#[derive(Clone, Debug)]
pub struct Fitted<'a> {
    overrides: &'a Overrides,
    tenants: Tenants,
    plan: usize,
    seats: usize,
    subscription: Option<usize>,
    says_segment: SaidIn,
    says_status: SaidIn,
}

/// Where the tenants of a row stand.
#[derive(Clone, Debug)]
enum Tenants {
    /// In these columns, the one that was chosen first.
    Columns(Vec<usize>),
    /// Before the colon of the plan.
    BeforeColon,
    /// Named on the command line; the key.
    Given(String),
}

/// What overrides say of a row; nothing where no line fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::roster) struct Said<'a> {
    /// The overrides; `None` = there are none.
    pub of: Option<&'a Overrides>,
    pub segment: Option<&'a Stated<usize>>,
    pub plan: Option<&'a Stated<String>>,
    pub seats: Option<&'a Stated<u64>>,
    /// The segment that counts whatever the roster's own column says.
    pub right_segment: Option<&'a Stated<usize>>,
    pub status: Option<&'a Stated<StatusSaid>>,
    /// Paid seats that were filled in for a cell that says something else now, and what it says; they do not count.
    pub outdated: Option<(&'a Stated<u64>, String)>,
    /// A plan of which the same is true, and what the cell says now.
    pub outdated_plan: Option<(&'a Stated<String>, String)>,
    /// A segment, likewise, and what the cells say now.
    pub outdated_segment: Option<(&'a Stated<usize>, String)>,
    /// A status, likewise.
    pub outdated_status: Option<(&'a Stated<StatusSaid>, String)>,
    /// The lines that fit, whether another goes before them or not; of those that name the same, the first.
    pub lines: Vec<u64>,
    /// Two lines of the same reach that say different things; the first was taken.
    pub unclear: Option<(u64, u64)>,
}

impl<'a> Fitted<'a> {
    /// Returns the overrides for a roster with these headings.
    ///
    /// A tenant may be named as any of the roster's columns of tenants names it: id, domain or name.
    #[must_use]
    pub fn new(overrides: &'a Overrides, headings: &[String], columns: &Columns) -> Self {
        let tenants = match &columns.tenant {
            TenantFrom::Given(name) => Tenants::Given(tenant_key(name)),
            TenantFrom::BeforeColon(_) => Tenants::BeforeColon,
            TenantFrom::Column(chosen) => {
                let keys = headings.iter().enumerate();
                let mut others: Vec<(usize, usize)> = keys
                    .filter(|(column, _)| column != chosen && !columns.ignored.contains(column))
                    .filter_map(|(column, heading)| {
                        rank_of(Field::Tenant, &heading_key(heading)).map(|rank| (rank, column))
                    })
                    .collect();
                others.sort_unstable();
                let mut all: Vec<usize> = vec![*chosen];
                all.extend(others.into_iter().map(|(_, column)| column));
                all.extend(columns.customer.filter(|column| !all.contains(column)));
                Tenants::Columns(all)
            }
        };
        let (plan, seats, subscription) = (columns.plan, columns.seats, columns.subscription);
        let (says_segment, says_status) = (SaidIn::segment(columns), SaidIn::status(columns));
        Self { overrides, tenants, plan, seats, subscription, says_segment, says_status }
    }

    /// Returns what words mean.
    pub(in crate::roster) const fn words(&self) -> &'a Words {
        &self.overrides.words
    }

    /// Returns what the overrides say of a record.
    pub(in crate::roster) fn fit(&self, record: Record<'_>) -> Said<'a> {
        let overrides = self.overrides;
        let mut said = Said { of: Some(overrides), ..Said::default() };
        let written = text_of(record.cell(self.plan));
        let (before, behind) = match self.tenants {
            Tenants::BeforeColon => written.split_once(':').unwrap_or(("", &written)),
            Tenants::Columns(_) | Tenants::Given(_) => ("", &*written),
        };
        let plan = fold(behind);
        let subscription = self.subscription_of(record);
        let now = CellsNow { of: self, record, plan: behind.trim() };
        said.take(self.of_row(record, (before, &plan, &subscription)), now);
        if !subscription.is_empty() {
            said.take(overrides.subscriptions.get(&subscription).into_iter(), now);
        }
        let of_tenants = self.of_tenants(record, before);
        said.take(of_tenants.iter().filter_map(|of_tenant| of_tenant.plans.get(&plan)), now);
        let is_said_of_both = said.status.is_some();
        said.take(of_tenants.iter().map(|of_tenant| &of_tenant.alone), now);
        said.take(overrides.plans.get(&plan).into_iter(), now);
        // A line with only a tenant or a plan leaves out rows that have no more than that, such as totals.
        let has_more =
            || !plan.is_empty() && self.tenant_keys(record, before).iter().any(|key| !key.is_empty());
        if said.leaves_out().is_some() && !is_said_of_both && has_more() {
            said.status = None;
        }
        said.lines.sort_unstable();
        said.lines.dedup();
        said
    }

    /// Returns the rules for this row alone, where it still says what it said.
    fn of_row(
        &self,
        record: Record<'_>,
        (before, plan, subscription): (&str, &str, &str),
    ) -> impl Iterator<Item = &'a Rule> {
        let known = self.overrides.rows.get(&record.number);
        // Few rows are meant by their place, and the others need not be folded for it.
        let says = known.map(|_| (self.tenant_keys(record, before), fold(&text_of(record.cell(self.seats)))));
        let fits = move |(key, rule): (&'a RowKey, &'a Rule)| {
            let (tenants, seats) = says.as_ref()?;
            let has_tenant = if key.tenant.is_empty() {
                tenants.iter().all(String::is_empty)
            } else {
                tenants.contains(&key.tenant)
            };
            let is_it = has_tenant && key.plan == plan && key.subscription == subscription;
            (is_it && key.seats == *seats).then_some(rule)
        };
        let rules: Vec<&'a Rule> = known.into_iter().flatten().filter_map(fits).collect();
        rules.into_iter()
    }

    /// Returns what the row's subscription is compared by; empty for none.
    fn subscription_of(&self, record: Record<'_>) -> String {
        let is_asked = !self.overrides.subscriptions.is_empty() || !self.overrides.rows.is_empty();
        let column = self.subscription.filter(|_| is_asked);
        column.map(|column| tenant_key(&text_of(record.cell(column)))).unwrap_or_default()
    }

    /// `before` is what stands before the colon of the plan.
    fn of_tenants(&self, record: Record<'_>, before: &str) -> Vec<&'a OfTenant> {
        let known: &'a HashMap<String, OfTenant> = &self.overrides.tenants;
        if known.is_empty() {
            return Vec::new();
        }
        self.tenant_keys(record, before).iter().filter_map(|key| known.get(key)).collect()
    }

    /// Returns what the row's tenant is compared by, as each of the roster's columns names it.
    fn tenant_keys(&self, record: Record<'_>, before: &str) -> Vec<String> {
        match &self.tenants {
            Tenants::Given(key) => vec![key.clone()],
            Tenants::BeforeColon => vec![tenant_key(before)],
            Tenants::Columns(columns) => {
                let above = record.above().map(|(tenant, ..)| tenant_key(tenant));
                let cells = columns.iter().map(|column| tenant_key(&text_of(record.cell(*column))));
                cells.chain(above).collect()
            }
        }
    }
}

impl<'a> Said<'a> {
    /// Returns what says that the row is not a customer.
    pub(in crate::roster) fn leaves_out(&self) -> Option<&'a Stated<StatusSaid>> {
        self.status.filter(|stated| stated.value.leaves_out)
    }

    /// Takes from rules of one reach what none of a nearer reach has said. What was said of cells that say something else now
    /// is set aside: something of a wider reach may fit.
    fn take(&mut self, rules: impl Iterator<Item = &'a Rule>, now: CellsNow<'_, 'a>) {
        let (mut segment, mut plan, mut seats) = (None, None, None);
        let (mut right_segment, mut status) = (None, None);
        for rule in rules {
            self.lines.extend(rule.first);
            let segment_now = || now.of.says_segment.of(now.record);
            let of_segment = fitting(&rule.segment, &segment_now, &mut self.outdated_segment);
            let of_plan = fitting(&rule.plan, &|| now.plan.to_owned(), &mut self.outdated_plan);
            let seats_now = || now.record.cell(now.of.seats).shown();
            let of_seats = fitting(&rule.seats, &seats_now, &mut self.outdated);
            let of_right = fitting(&rule.right_segment, &segment_now, &mut self.outdated_segment);
            // That a row is no customer does not depend on its status.
            let of_status = match rule.status.iter().find(|stated| stated.value.leaves_out) {
                None => {
                    let status_now = || now.of.says_status.of(now.record);
                    fitting(&rule.status, &status_now, &mut self.outdated_status)
                }
                leaves_out => leaves_out,
            };
            let unclear = join(self.segment, &mut segment, of_segment)
                .or(join(self.plan, &mut plan, of_plan))
                .or(join(self.seats, &mut seats, of_seats))
                .or(join(self.right_segment, &mut right_segment, of_right))
                .or(join(self.status, &mut status, of_status));
            self.unclear = self.unclear.or(unclear);
        }
        self.segment = self.segment.or(segment);
        self.plan = self.plan.or(plan);
        self.seats = self.seats.or(seats);
        self.right_segment = self.right_segment.or(right_segment);
        self.status = self.status.or(status);
    }
}

/// What the cells of a row say that fixes may depend on.
#[derive(Clone, Copy)]
struct CellsNow<'n, 'a> {
    of: &'n Fitted<'a>,
    record: Record<'n>,
    /// The plan, without a tenant before it: a line that goes by the plan says it as the row does.
    plan: &'n str,
}

/// Returns the first of the alternatives that was said of what the cell says `now`; where none was, the first of all is kept in
/// `outdated`, with what the cell says.
fn fitting<'a, T>(
    alternatives: &'a [Stated<T>],
    now: &dyn Fn() -> String,
    outdated: &mut Option<(&'a Stated<T>, String)>,
) -> Option<&'a Stated<T>> {
    let mut other = None;
    for stated in alternatives {
        match is_outdated(stated, now) {
            None => return Some(stated),
            Some(says) => drop(other.get_or_insert((stated, says))),
        }
    }
    if outdated.is_none() {
        *outdated = other;
    }
    None
}

/// Keeps the first of two, and returns both lines if they say different things and nothing `nearer` settles it.
fn join<'a, T: PartialEq>(
    nearer: Option<&'a Stated<T>>,
    first: &mut Option<&'a Stated<T>>,
    next: Option<&'a Stated<T>>,
) -> Option<(u64, u64)> {
    let next = next?;
    let first = *first.get_or_insert(next);
    let differ = nearer.is_none() && first.value != next.value;
    differ.then(|| (first.line.min(next.line), first.line.max(next.line)))
}

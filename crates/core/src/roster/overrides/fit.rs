//! Which overrides fit a row.

use super::words::Words;
use super::{OfTenant, Overrides, Rule, Stated, tenant_key};
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
    /// The name of the file.
    pub file: &'a str,
    pub segment: Option<&'a Stated<usize>>,
    pub plan: Option<&'a Stated<String>>,
    pub seats: Option<&'a Stated<u64>>,
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
                    .filter(|(column, _)| column != chosen)
                    .filter_map(|(column, heading)| {
                        rank_of(Field::Tenant, &heading_key(heading)).map(|rank| (rank, column))
                    })
                    .collect();
                others.sort_unstable();
                let others = others.into_iter().map(|(_, column)| column);
                Tenants::Columns(std::iter::once(*chosen).chain(others).collect())
            }
        };
        Self { overrides, tenants, plan: columns.plan }
    }

    /// Returns what words mean.
    pub(in crate::roster) const fn words(&self) -> &'a Words {
        &self.overrides.words
    }

    /// Returns what the overrides say of a record.
    pub(in crate::roster) fn fit(&self, record: Record<'_>) -> Said<'a> {
        let overrides = self.overrides;
        let mut said = Said { file: &overrides.name, ..Said::default() };
        let written = text_of(record.cell(self.plan));
        let (before, behind) = match self.tenants {
            Tenants::BeforeColon => written.split_once(':').unwrap_or(("", &written)),
            Tenants::Columns(_) | Tenants::Given(_) => ("", &*written),
        };
        let plan = fold(behind);
        let of_tenants = self.of_tenants(record, before);
        said.take(of_tenants.iter().filter_map(|of_tenant| of_tenant.plans.get(&plan)));
        said.take(of_tenants.iter().map(|of_tenant| &of_tenant.alone));
        said.take(overrides.plans.get(&plan).into_iter());
        said.lines.sort_unstable();
        said.lines.dedup();
        said
    }

    /// `before` is what stands before the colon of the plan.
    fn of_tenants(&self, record: Record<'_>, before: &str) -> Vec<&'a OfTenant> {
        let known: &'a HashMap<String, OfTenant> = &self.overrides.tenants;
        match &self.tenants {
            _ if known.is_empty() => Vec::new(),
            Tenants::Given(key) => known.get(key).into_iter().collect(),
            Tenants::BeforeColon => known.get(&tenant_key(before)).into_iter().collect(),
            Tenants::Columns(columns) => columns
                .iter()
                .filter_map(|column| known.get(&tenant_key(&text_of(record.cell(*column)))))
                .collect(),
        }
    }
}

impl<'a> Said<'a> {
    /// Takes from rules of one reach what none of a nearer reach has said.
    fn take(&mut self, rules: impl Iterator<Item = &'a Rule>) {
        let (mut segment, mut plan, mut seats) = (None, None, None);
        for rule in rules {
            self.lines.extend(rule.first);
            let unclear = join(self.segment, &mut segment, rule.segment.as_ref())
                .or(join(self.plan, &mut plan, rule.plan.as_ref()))
                .or(join(self.seats, &mut seats, rule.seats.as_ref()));
            self.unclear = self.unclear.or(unclear);
        }
        self.segment = self.segment.or(segment);
        self.plan = self.plan.or(plan);
        self.seats = self.seats.or(seats);
    }
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

//! What stands on several rows of a roster, and on how many.

use super::column_facts::ColumnFacts;
use super::columns::Columns;
use super::identity::{Identity, Of, TenantId, fingerprint};
use super::lines::{Caption, Line, LinesSeen, Outline};
use super::understand::{Understanding, text_of};
use crate::fold::fold;
use crate::plans::Plan;
use crate::record::Record;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// What only the whole roster can say; found in a first reading, before any row is judged.
#[derive(Clone, Debug, Default)]
pub struct Census {
    /// Records given, blank ones and totals lines counted.
    pub records: u64,
    /// Tenants, plans of a tenant and subscriptions that stand on several rows.
    pub repeated: Repeated,
    /// What the columns show as a whole.
    pub facts: ColumnFacts,
    /// What the lines are among each other.
    pub outline: Arc<Outline>,
}

/// What some records add to the census.
#[derive(Clone, Debug, Default)]
pub struct CensusBatch {
    /// Records seen.
    pub records: u64,
    /// A number for each tenant, plan of a tenant and subscription.
    pub fingerprints: Vec<u64>,
    /// What the columns show as a whole.
    pub facts: ColumnFacts,
    /// What the lines are among each other.
    pub lines: LinesSeen,
}

impl CensusBatch {
    /// Looks at a record, which is this by itself; blank ones and lines between the rows only count. Returns the number
    /// of its tenant.
    pub fn see(
        &mut self,
        record: Record<'_>,
        line: &Line,
        (identity, understanding): (&Identity, &mut Understanding<'_>),
    ) -> Option<u64> {
        self.records += 1;
        let may_be_row = matches!(line, Line::Row | Line::Caption(Caption::Unknown(_)));
        if record.is_blank() || !may_be_row {
            return None;
        }
        self.facts.see(record, understanding.columns());
        let tenant = identity.tenant(record);
        let found = fingerprints(record, tenant.as_deref(), identity, understanding);
        self.fingerprints.extend(found.into_iter().flatten());
        let [tenant, ..] = found;
        tenant
    }

    /// Looks at a customer's record, which was counted, for all but its plan: whether a census is needed.
    ///
    /// Where no tenant stands on several rows, no plan of one does. Returns the number of its tenant.
    pub fn see_customer(
        &mut self,
        record: Record<'_>,
        identity: &Identity,
        columns: &Columns,
    ) -> Option<u64> {
        self.facts.see(record, columns);
        let tenant = identity.tenant(record).map(|tenant| fingerprint(Of::Tenant, [&tenant, ""]));
        self.fingerprints.extend(tenant.into_iter().chain(identity.subscription(record)));
        tenant
    }
}

/// Returns the numbers of a record's tenant, of its plan with its tenant, of its subscription, of a plan that is not
/// known with its tenant, and of its plan with its tenant as the roster has it, where overrides may say something else.
fn fingerprints(
    record: Record<'_>,
    tenant: Option<&str>,
    identity: &Identity,
    understanding: &mut Understanding<'_>,
) -> [Option<u64>; 5] {
    let plan = tenant.is_some().then(|| understanding.plan(record)).flatten();
    let cell = record.cell(understanding.columns().plan);
    let unknown = tenant.filter(|_| plan.is_none());
    let of_roster = tenant.filter(|_| understanding.has_overrides()).map(|tenant| {
        let written = fold(&text_of(cell));
        let key = understanding.plan_of_roster(record).map_or(written.as_str(), Plan::key);
        fingerprint(Of::TenantAndPlanOfRoster, [tenant, key])
    });
    [
        tenant.map(|tenant| fingerprint(Of::Tenant, [tenant, ""])),
        tenant.zip(plan).map(|(tenant, plan)| fingerprint(Of::TenantAndPlan, [tenant, plan.key()])),
        identity.subscription(record),
        unknown.map(|tenant| fingerprint(Of::TenantAndWords, [tenant, &fold(&text_of(cell))])),
        of_roster,
    ]
}

/// How many rows of the roster share a row's tenant, its plan of that tenant, or its subscription; `None` = no other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repeats {
    /// Rows of its tenant.
    pub tenant: Option<u32>,
    /// Rows of its tenant with its plan.
    pub tenant_and_plan: Option<u32>,
    /// Rows with its subscription.
    pub subscription: Option<u32>,
    /// Rows of its tenant with its plan as the roster has it, whatever overrides say; as it is written, where that is not
    /// known.
    pub plan_of_roster: Option<u32>,
}

impl Census {
    /// Returns whether a row may read otherwise for it than alone.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        !self.repeated.is_empty() || self.facts.change_something() || self.outline.changes_something()
    }

    /// Returns how many rows share the tenant, plan and subscription of each of some records, and the number of its tenant;
    /// `None` if nothing in the roster is repeated. What is said of a footer or a blank row is of no use.
    #[must_use]
    pub fn repeats<'r>(
        &self,
        records: impl Iterator<Item = Record<'r>>,
        identity: &Identity,
        understanding: &mut Understanding<'_>,
    ) -> Option<Vec<(Repeats, Option<TenantId>)>> {
        if self.repeated.is_empty() {
            return None;
        }
        let numbers = records.map(|record| {
            let tenant = identity.tenant(record);
            let found = fingerprints(record, tenant.as_deref(), identity, understanding);
            (found, tenant.map(|tenant| TenantId::of(&tenant)))
        });
        // Each look-up waits for memory; one behind the other they wait together.
        let numbers: Vec<_> = numbers.collect();
        Some(numbers.into_iter().map(|(found, tenant)| (self.repeats_by(found), tenant)).collect())
    }

    /// Returns how many rows share the numbers of a record.
    fn repeats_by(&self, found: [Option<u64>; 5]) -> Repeats {
        let times = |number: Option<u64>| number.and_then(|number| self.repeated.times(number));
        let [tenant, tenant_and_plan, subscription, as_written, of_roster] = found.map(times);
        // Without overrides the roster alone says which plan it is.
        let has_overrides = matches!(found, [.., Some(_)]);
        let plan_of_roster = if has_overrides { of_roster } else { tenant_and_plan.or(as_written) };
        Repeats { tenant, tenant_and_plan, subscription, plan_of_roster }
    }
}

/// Numbers that came more than once: some in each of [`Repeated::PARTS`] parts, so that these can be made side by side.
#[derive(Clone, Debug, Default)]
pub struct Repeated {
    /// All of them, or none.
    parts: Vec<RepeatedPart>,
}

/// Those of one part.
#[derive(Clone, Debug, Default)]
pub struct RepeatedPart {
    counts: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
}

impl RepeatedPart {
    /// Returns a part of these numbers, with how often each came.
    #[must_use]
    pub fn of(repeated: &[(u64, u32)]) -> Self {
        Self { counts: repeated.iter().copied().collect() }
    }

    /// Returns those of these numbers that are there more than once; to count them takes less time than to sort them.
    #[must_use]
    pub fn among(numbers: &[u64]) -> Self {
        let mut counts = HashMap::with_capacity_and_hasher(numbers.len(), BuildHasherDefault::default());
        for number in numbers {
            let count: &mut u32 = counts.entry(*number).or_default();
            *count = count.saturating_add(1);
        }
        counts.retain(|_, count| *count > 1);
        counts.shrink_to_fit();
        Self { counts }
    }
}

impl Repeated {
    /// How many parts there are.
    pub const PARTS: usize = 64;

    /// Returns the numbers of all parts, in the order of [`Repeated::part_of`].
    #[must_use]
    pub const fn of_parts(parts: Vec<RepeatedPart>) -> Self {
        Self { parts }
    }

    /// Returns the part that a number belongs to, from 0. Numbers are hashes; each part tells its own by the other bits.
    #[must_use]
    pub fn part_of(number: u64) -> usize {
        const FIRST_BIT: u32 = 40;
        usize::try_from(number >> FIRST_BIT).unwrap_or(usize::MAX) % Self::PARTS
    }

    /// Returns how often a number came: 2 or more; `None` = not more than once.
    #[must_use]
    pub fn times(&self, number: u64) -> Option<u32> {
        self.parts.get(Self::part_of(number))?.counts.get(&number).copied()
    }

    /// Returns how many numbers came more than once.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.counts.len()).sum()
    }

    /// Returns whether none did.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.counts.is_empty())
    }
}

/// Numbers that are hashes already are not hashed again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |number, byte| number << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
